#include "rasters/layer.h"

#include "rasters/layer_parts.h"

#include <stdlib.h>

struct sink_reader {
    const struct sink_layer *layer;
    struct sink_mosaic *mosaic;
    struct sink_warp *warp; /* NULL on the grid */
    int row, column;        /* of the layer's first cell on the grid */
};

enum sink_status sink_reader_open(const struct sink_layer *layer, const struct sink_grid *grid,
                                  size_t max_cells, struct sink_reader **reader,
                                  struct sink_error *error)
{
    enum sink_placement placement;
    *reader = calloc(1, sizeof **reader);
    if (!*reader)
        return sink_fail_memory(error);
    (*reader)->layer = layer;
    enum sink_status status = sink_layer_place(layer, grid, &placement, error);
    if (status == SINK_OK)
        status = sink_mosaic_open(layer, &(*reader)->mosaic, error);
    if (status == SINK_OK && placement == SINK_PLACED_WARPED)
        status = sink_warp_open(layer, grid, max_cells, &(*reader)->warp, error);
    else if (status == SINK_OK)
        sink_grid_is_aligned(grid, &layer->grid, &(*reader)->row, &(*reader)->column);
    if (status != SINK_OK) {
        sink_reader_close(*reader);
        *reader = NULL;
    }
    return status;
}

void sink_reader_close(struct sink_reader *reader)
{
    if (!reader)
        return;
    sink_warp_close(reader->warp);
    sink_mosaic_close(reader->mosaic);
    free(reader);
}

enum sink_cell_type sink_reader_type(const struct sink_reader *reader)
{
    const bool is_native = !reader->warp || reader->layer->method == SINK_RESAMPLE_NEAREST;
    return is_native ? reader->layer->sources[0].type : SINK_CELL_FLOAT64;
}

enum sink_status sink_reader_read(struct sink_reader *reader, struct sink_window window,
                                  struct sink_block *block, struct sink_error *error)
{
    if (reader->warp)
        return sink_warp_read(reader->warp, reader->mosaic, window, block, error);
    window.row -= reader->row;
    window.column -= reader->column;
    return sink_mosaic_read(reader->mosaic, window, block, error);
}
