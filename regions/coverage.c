#include "regions/coverage.h"

#include "regions/coverage_parts.h"
#include "regions/projection.h"

#include <math.h>
#include <stdlib.h>

static enum sink_status start(const struct sink_grid *grid, int band_rows, size_t region_count,
                              struct sink_coverage **coverage, struct sink_error *error)
{
    *coverage = calloc(1, sizeof **coverage);
    if (!*coverage)
        return sink_fail_memory(error);
    (*coverage)->width = grid->width;
    (*coverage)->height = grid->height;
    (*coverage)->is_whole_turn = grid->is_geographic && fabs(grid->width * grid->dx) > 360 - 1e-6;
    return sink_edges_start(&(*coverage)->edges, grid->height, band_rows, region_count, error);
}

static enum sink_status finish(enum sink_status status, struct sink_coverage **coverage,
                               struct sink_error *error)
{
    if (status == SINK_OK)
        status = sink_edges_index(&(*coverage)->edges, error);
    if (status != SINK_OK) {
        sink_coverage_close(*coverage);
        *coverage = NULL;
    }
    return status;
}

enum sink_status sink_coverage_from_rings(const struct sink_cell_rings *rings,
                                          const struct sink_grid *grid, int band_rows,
                                          struct sink_coverage **coverage, struct sink_error *error)
{
    const double *nodes = rings->nodes;
    enum sink_status status = start(grid, band_rows, rings->region_count, coverage, error);
    for (size_t i = 0; i < rings->ring_count && status == SINK_OK; i++) {
        status = sink_edges_add_ring(&(*coverage)->edges, rings->region_of[i], nodes,
                                     rings->ring_nodes[i], error);
        nodes += 2 * rings->ring_nodes[i];
    }
    return finish(status, coverage, error);
}

enum sink_status sink_coverage_open(const struct sink_boundaries *boundaries,
                                    const struct sink_grid *grid, int band_rows,
                                    struct sink_coverage **coverage, struct sink_error *error)
{
    const struct sink_region_list *list = sink_boundaries_list(boundaries);
    struct sink_projection *projection = NULL;
    enum sink_status status = start(grid, band_rows, list->count, coverage, error);
    if (status == SINK_OK)
        status = sink_projection_to_grid(boundaries, grid, &projection, error);
    for (size_t i = 0; i < list->count && status == SINK_OK; i++)
        if (list->items[i].kind == SINK_REGION_POLYGON)
            status =
                sink_projection_add_region(projection, boundaries, i, &(*coverage)->edges, error);
    sink_projection_close(projection);
    return finish(status, coverage, error);
}

void sink_coverage_close(struct sink_coverage *coverage)
{
    if (!coverage)
        return;
    sink_edges_free(&coverage->edges);
    free(coverage);
}

bool sink_coverage_extent(const struct sink_coverage *coverage, size_t region, double extent[4])
{
    const int64_t *from = &coverage->edges.extents[4 * region];
    for (int i = 0; i < 4; i++)
        extent[i] = (double)from[i] * 0x1p-30;
    if (coverage->is_whole_turn) {
        extent[0] = fmax(extent[0], 0);
        extent[2] = fmin(extent[2], coverage->width);
    }
    return from[0] <= from[2];
}

bool sink_coverage_touches(const struct sink_coverage *coverage, struct sink_window window)
{
    const struct sink_edges *edges = &coverage->edges;
    const size_t first = (size_t)(window.row / edges->band_rows);
    const size_t last = (size_t)((window.row + window.height - 1) / edges->band_rows);
    const int64_t left = window.column * SINK_CELL;
    const int64_t right = left + window.width * SINK_CELL;
    for (size_t g = edges->band_groups[first]; g < edges->band_groups[last + 1]; g++)
        if (edges->groups[g].x_max > left && edges->groups[g].x_min < right)
            return true;
    return false;
}
