#include "sinkcalc/model/gwp.h"

/* AR5 without climate-carbon feedbacks of the other gases (with them it has 34 and 298). AR6 tells
 * fossil CH4 (29.8, whose carbon is new to the air) from the rest (27.0). */
static const struct sink_gwp_set sets[SINK_GWP_COUNT] = {
    {"ar4", 25, 298, "IPCC AR4 WG1 Table 2.14"},
    {"ar5", 28, 265, "IPCC AR5 WG1 Table 8.A.1"},
    {"ar6", 27.0, 273, "IPCC AR6 WG1 Table 7.15, CH4 non-fossil"},
};

const struct sink_gwp_set *sink_gwp_set(enum sink_gwp gwp)
{
    return &sets[gwp];
}

double sink_gwp_tco2e(enum sink_gwp gwp, double ch4_t, double n2o_t)
{
    return sets[gwp].ch4 * ch4_t + sets[gwp].n2o * n2o_t;
}
