/* Global warming potentials over 100 years: how many t CO2 a t of another gas counts as. */
#ifndef SINK_MODEL_GWP_H
#define SINK_MODEL_GWP_H

/* The assessment reports of the IPCC that a job can choose from. Reports under the Paris Agreement
 * use those of AR5 (decision 18/CMA.1, annex, paragraph 37; recalled). */
enum sink_gwp { SINK_GWP_AR4, SINK_GWP_AR5, SINK_GWP_AR6, SINK_GWP_COUNT };

struct sink_gwp_set {
    const char *name;   /* "ar5" */
    double ch4, n2o;    /* t CO2 per t of the gas; CO2 is 1. CH4 of land: not fossil */
    const char *source; /* "IPCC AR5 WG1 Table 8.A.1" */
};
const struct sink_gwp_set *sink_gwp_set(enum sink_gwp gwp);

/* t CO2-equivalent of masses of gas, not of the C or N in it (sinkcalc/base/units.h has those
 * ratios). Signs stay: what is emitted is given and returned positive. */
double sink_gwp_tco2e(enum sink_gwp gwp, double ch4_t, double n2o_t);

#endif
