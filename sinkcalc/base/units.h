/* Every conversion of a unit is here; inside the program quantities are in the units of their names
 * (m2, ha, t, m3, t C). 1 Mg = 1 t. */
#ifndef SINK_BASE_UNITS_H
#define SINK_BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>

#define SINK_M2_PER_HA 1e4
/* t CO2 per t C: ratio of molar masses, IPCC 2006 Vol. 4 (44/12, not 3.67). */
#define SINK_CO2_PER_C (44.0 / 12.0)
/* kg CH4 per kg CH4-C and kg N2O per kg N2O-N, likewise. */
#define SINK_CH4_PER_C (16.0 / 12.0)
#define SINK_N2O_PER_N (44.0 / 28.0)
#define SINK_KG_PER_T 1e3

/* What a raster's value measures. */
enum sink_quantity {
    SINK_QUANTITY_NONE,
    SINK_QUANTITY_DRY_MATTER_T_HA, /* t of dry matter per ha */
    SINK_QUANTITY_CARBON_T_HA,     /* t of carbon per ha */
    SINK_QUANTITY_VOLUME_M3_HA,    /* m3 of stem wood per ha */
    SINK_QUANTITY_SHARE,           /* share of the cell, 0..1 */
    SINK_QUANTITY_AGE_YR           /* years since a stand began */
};

struct sink_unit {
    enum sink_quantity quantity;
    double factor; /* value in the unit * factor = value in the quantity's own unit */
};

/* Reads a unit as written in a job file ("t/ha", "Mg/ha", "Mg ha-1", "t d.m./ha", "t C/ha",
 * "tC/ha", "kg C m-2", "m3/ha", "m3 ha-1", "presence", "fraction", "percent", "%", "yr"...);
 * hm2 is ha. False when unknown. */
bool sink_unit_parse(const char *text, struct sink_unit *unit);
/* Reads a unit of a density gained or lost in a year: any mass or volume per area that
 * sink_unit_parse knows, followed by "/yr" or "yr-1" ("t C ha-1 yr-1", "g C m-2 yr-1",
 * "m3/ha/yr"). The quantity is that of the density. False when unknown. */
bool sink_unit_parse_rate(const char *text, struct sink_unit *unit);
/* Reads the unit of a flux of `gas`, "CH4" or "N2O", as mass of the gas or of its element that
 * counts ("kg CH4 ha-1 yr-1", "kg CH4-C/ha/yr", "kg N2O-N ha-1 yr-1"). Value in the unit * factor =
 * kg of the gas per ha and year. False when unknown or of another gas. */
bool sink_unit_parse_gas(const char *text, const char *gas, double *factor);
/* The spellings that sink_unit_parse knows, for error messages. */
const char *const *sink_unit_spellings(size_t *count);

#endif
