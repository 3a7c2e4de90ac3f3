/* What one tile looks like on a map: blocks in, cells out. No files, no threads. */
#ifndef SINK_PIPELINES_TILE_PAINT_H
#define SINK_PIPELINES_TILE_PAINT_H

#include "pipelines/tile.h"
#include "sinkcalc/model/density.h"

enum sink_paint_kind {
    SINK_PAINT_DENSITY, /* float: t C/ha, or t CO2/ha/yr of the sink; NaN: none */
    SINK_PAINT_CHANGE,  /* uint32_t: 1 + class before x class_count + class after, in the order of
                           the account's classes; 0: no class on one of the dates */
    SINK_PAINT_RECIPE   /* uint32_t: sink_densities_recipe; 0: none */
};

/* A layer of a map: one value for each cell. */
struct sink_paint {
    enum sink_paint_kind kind;
    size_t pass;
    enum sink_side side;
    enum sink_density density;
};

/* One worker's memory for painting tiles of at most max_cells cells. */
struct sink_painter;
struct sink_painting {
    const struct sink_plan *plan;
    const struct sink_densities *densities;
    size_t class_count;             /* of the account */
    const struct sink_paint *items; /* in the order of their passes */
    size_t count;
};
SINK_CHECKED enum sink_status sink_painter_new(const struct sink_painting *painting,
                                               size_t max_cells, struct sink_painter **painter,
                                               struct sink_error *error);
void sink_painter_free(struct sink_painter *painter);

/* Takes layer `item` of a tile, height x width cells of 4 bytes, which are the painter's. */
struct sink_paint_taker {
    enum sink_status (*take)(void *context, size_t item, const void *cells, size_t cell_count,
                             struct sink_error *error);
    void *context;
};

/* Paints all layers of a tile that is filled, and gives them in order. A cell of which any region
 * of `cover` has a share has its value whole, whatever the share; others have none. Land that is
 * divided among strata has the mean of its parts, and the class and recipe of the largest one. */
SINK_CHECKED enum sink_status sink_tile_paint(struct sink_tile *tile, struct sink_window window,
                                              const struct sink_cover *cover,
                                              struct sink_painter *painter,
                                              const struct sink_paint_taker *taker,
                                              struct sink_error *error);

#endif
