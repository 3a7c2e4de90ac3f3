/* Every conversion of a unit is here; inside the program quantities are in the units of their names
 * (m2, ha, t, m3, t C). 1 Mg = 1 t. */
#ifndef SINK_BASE_UNITS_H
#define SINK_BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>

#define SINK_M2_PER_HA 1e4
/* t CO2 per t C: ratio of molar masses, IPCC 2006 Vol. 4 (44/12, not 3.67). */
#define SINK_CO2_PER_C (44.0 / 12.0)
#define SINK_KG_PER_T 1e3

/* What a raster's value measures. */
enum sink_quantity {
    SINK_QUANTITY_NONE,
    SINK_QUANTITY_DRY_MATTER_T_HA, /* t of dry matter per ha */
    SINK_QUANTITY_CARBON_T_HA,     /* t of carbon per ha */
    SINK_QUANTITY_VOLUME_M3_HA,    /* m3 of stem wood per ha */
    SINK_QUANTITY_SHARE            /* share of the cell, 0..1 */
};

struct sink_unit {
    enum sink_quantity quantity;
    double factor; /* value in the unit * factor = value in the quantity's own unit */
};

/* Reads a unit as written in a job file ("t/ha", "Mg/ha", "Mg ha-1", "t d.m./ha", "t C/ha",
 * "tC/ha", "kg C m-2", "m3/ha", "m3 ha-1", "presence", "fraction", "percent", "%"...). False when
 * unknown. */
bool sink_unit_parse(const char *text, struct sink_unit *unit);
/* The spellings that sink_unit_parse knows, for error messages. */
const char *const *sink_unit_spellings(size_t *count);

#endif
