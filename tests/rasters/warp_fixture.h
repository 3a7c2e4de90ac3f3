/* A layer read on the grid of another file. */
#ifndef TESTS_RASTERS_WARP_FIXTURE_H
#define TESTS_RASTERS_WARP_FIXTURE_H

#include "raster_fixture.h"

static const enum sink_resample methods[] = {SINK_RESAMPLE_NEAREST, SINK_RESAMPLE_BILINEAR,
                                             SINK_RESAMPLE_AVERAGE};

/* A window of grid.tif from layer.tif. */
static inline struct cells warp(enum sink_resample method, struct sink_window window)
{
    const struct sink_layer_request any = {.is_class = method == SINK_RESAMPLE_NEAREST,
                                           .method = method};
    struct sink_layer *on = open_good((struct sink_layer_request){0}, "grid.tif");
    struct sink_layer *layer = open_good(any, "layer.tif");
    struct cells cells = read_cells(layer, sink_layer_grid(on), window);
    ck_assert_msg(cells.status == SINK_OK, "%s", cells.error.message);
    sink_layer_close(layer);
    sink_layer_close(on);
    return cells;
}

static inline struct sink_window whole_of(const struct image *grid)
{
    return (struct sink_window){.height = grid->height, .width = grid->width};
}

#endif
