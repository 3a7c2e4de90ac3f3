/* The synthetic landscape of the demonstration, cell by cell. It shows no real place. */
#ifndef SINK_PIPELINES_DEMO_LANDSCAPE_H
#define SINK_PIPELINES_DEMO_LANDSCAPE_H

#include "sinkcalc/base/error.h"

#include <stddef.h>
#include <stdint.h>

#define SINK_DEMO_WIDTH 1200
#define SINK_DEMO_HEIGHT 1000
#define SINK_DEMO_CELLS ((size_t)SINK_DEMO_WIDTH * SINK_DEMO_HEIGHT)
#define SINK_DEMO_YEARS 2
#define SINK_DEMO_NODATA 65535 /* biomass and volume where they do not speak */

/* Codes of the land cover. */
enum sink_demo_cover {
    SINK_DEMO_FOREST = 11,
    SINK_DEMO_BAMBOO = 12,
    SINK_DEMO_GRASSLAND = 21,
    SINK_DEMO_WETLAND = 31,
    SINK_DEMO_LAKE = 32,
    SINK_DEMO_MANGROVE = 41,
    SINK_DEMO_SALT_MARSH = 42,
    SINK_DEMO_SEAGRASS = 43,
    SINK_DEMO_CROPLAND = 51,
    SINK_DEMO_TOWN = 61,
    SINK_DEMO_SEA = 71
};

/* Codes of the ecological zones, as in the legend `gez`. */
enum sink_demo_zone { SINK_DEMO_TROPICAL_MOIST = 12, SINK_DEMO_SUBTROPICAL_HUMID = 21 };

extern const int sink_demo_years[SINK_DEMO_YEARS];

/* All [SINK_DEMO_CELLS], rows from north to south. */
struct sink_demo_landscape {
    uint8_t *cover[SINK_DEMO_YEARS];
    uint16_t *biomass[SINK_DEMO_YEARS];    /* above ground, t/ha; forest, bamboo and mangrove */
    uint16_t *biomass_sd[SINK_DEMO_YEARS]; /* its standard deviation, t/ha */
    uint16_t *volume[SINK_DEMO_YEARS];     /* m3/ha; forest */
    uint8_t *zone;
};

/* The same landscape each time. The caller frees it. */
SINK_CHECKED enum sink_status sink_demo_landscape_new(struct sink_demo_landscape **landscape,
                                                      struct sink_error *error);
void sink_demo_landscape_free(struct sink_demo_landscape *landscape);

#endif
