/* The synthetic landscape of the demonstration, cell by cell. It shows no real place. */
#ifndef SINK_PIPELINES_DEMO_LANDSCAPE_H
#define SINK_PIPELINES_DEMO_LANDSCAPE_H

#include "pipelines/demo_cover.h"
#include "sinkcalc/base/error.h"

#include <stddef.h>
#include <stdint.h>

#define SINK_DEMO_CELLS ((size_t)SINK_DEMO_WIDTH * SINK_DEMO_HEIGHT)
#define SINK_DEMO_YEARS (SINK_DEMO_MAPS - SINK_DEMO_HISTORY) /* of the job */
#define SINK_DEMO_NODATA 65535 /* biomass and volume where they do not speak */

/* Codes of the overlays; 0 is no data. Ecological zones as in the legend `gez`. */
enum { SINK_DEMO_TROPICAL_MOIST = 12, SINK_DEMO_SUBTROPICAL_HUMID = 21 };
enum { SINK_DEMO_CLIMATE_WARM = 1, SINK_DEMO_CLIMATE_TROPICAL = 2 };
enum { SINK_DEMO_SOIL_RED = 1, SINK_DEMO_SOIL_BLACK, SINK_DEMO_SOIL_GLEY, SINK_DEMO_SOIL_PEAT };
enum { SINK_DEMO_UNDRAINED = 1, SINK_DEMO_DRAINED, SINK_DEMO_REWETTED };
enum { SINK_DEMO_NATURAL = 1, SINK_DEMO_PLANTED };
enum { SINK_DEMO_RESTORED_PLANTED = 1, SINK_DEMO_RESTORED_NATURAL, SINK_DEMO_TO_BE_PLANTED };
enum { SINK_DEMO_NO = 1, SINK_DEMO_YES };

/* The rasters. */
enum sink_demo_layer {
    SINK_DEMO_COVER,                                            /* one for each map */
    SINK_DEMO_BIOMASS = SINK_DEMO_COVER + SINK_DEMO_MAPS,       /* t/ha, above ground; two years */
    SINK_DEMO_BIOMASS_SD = SINK_DEMO_BIOMASS + SINK_DEMO_YEARS, /* its standard deviation, t/ha */
    SINK_DEMO_VOLUME = SINK_DEMO_BIOMASS_SD + SINK_DEMO_YEARS,  /* m3/ha, of forest */
    SINK_DEMO_DRAINAGE = SINK_DEMO_VOLUME + SINK_DEMO_YEARS,    /* two years */
    SINK_DEMO_BURNED = SINK_DEMO_DRAINAGE + SINK_DEMO_YEARS,    /* year of the fire; 0 for none */
    SINK_DEMO_ZONE,
    SINK_DEMO_CLIMATE,
    SINK_DEMO_SOIL,
    SINK_DEMO_KARST,
    SINK_DEMO_ORIGIN,
    SINK_DEMO_PROTECTED,
    SINK_DEMO_RESTORATION,
    SINK_DEMO_LAYER_COUNT
};

/* Cells [SINK_DEMO_CELLS] of each layer, rows from north to south. */
struct sink_demo_landscape {
    uint16_t *layers[SINK_DEMO_LAYER_COUNT];
};

/* The same landscape each time. The caller frees it. */
SINK_CHECKED enum sink_status sink_demo_landscape_new(struct sink_demo_landscape **landscape,
                                                      struct sink_error *error);
void sink_demo_landscape_free(struct sink_demo_landscape *landscape);

#endif
