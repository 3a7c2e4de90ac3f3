/* Exact shares of cells inside regions, by signed-area accumulation.
 *
 * Boundaries are transformed to the plane of the grid (edges densified before, so that they stay
 * within 1e-3 of a cell of the true line), expressed in cells, and snapped to 2^-30 of a cell. All
 * sums are then integers, every crossing of an edge with a cell border is computed from the edge in
 * one canonical direction: a share depends on cell and region only, neighbours that share their
 * vertices have shares that add to exactly one, and no window, tile or order can show. The method
 * is that of font rasterisers (cover and area per cell and edge, prefix sum along the row). */
#ifndef SINK_REGIONS_COVERAGE_H
#define SINK_REGIONS_COVERAGE_H

#include "sinkcalc/base/grid.h"
#include "regions/boundaries.h"

#include <stdbool.h>
#include <stdint.h>

struct sink_coverage;

/* Cells first..end-1 of one row, each of which lies inside a region by `share` (0 < share <= 1).
 * Interior cells come as long spans with share 1, cells that an edge crosses one by one. */
struct sink_span {
    int32_t row, first, end; /* relative to the window */
    double share;
};

/* The spans of one region in a window, by row, then column. */
struct sink_patch {
    uint32_t region; /* index in the region list; only regions of kind polygon have spans */
    size_t first_span, span_count;
};

/* One worker's result and scratch memory; grows to the largest window and is reused. */
struct sink_cover {
    struct sink_patch *patches; /* by region index, ascending; regions without cells are absent */
    size_t patch_count, patch_room;
    struct sink_span *spans;
    size_t span_count, span_room;
    void *scratch;
};
void sink_cover_free(struct sink_cover *cover); /* frees what it owns */

/* Transforms all boundaries to `grid` and indexes their edges by bands of `band_rows` rows (the
 * tile height), so that a window never looks at edges of other bands. Handles the antimeridian and
 * the poles on geographic grids. SINK_BAD_DATA when a boundary cannot be transformed. Immutable
 * afterwards: any number of threads may use it at once. */
SINK_CHECKED enum sink_status sink_coverage_open(const struct sink_boundaries *boundaries,
                                                 const struct sink_grid *grid, int band_rows,
                                                 struct sink_coverage **coverage,
                                                 struct sink_error *error);
/* Rings in cell coordinates (column, row; row downward). Holes run against their outer ring. */
struct sink_cell_rings {
    const double *nodes;       /* x, y pairs, ring after ring */
    const size_t *ring_nodes;  /* [ring_count] pairs of each ring, closed or not */
    const uint32_t *region_of; /* [ring_count] ascending */
    size_t ring_count, region_count;
};

/* The same from rings in cells, for tests and tools. */
SINK_CHECKED enum sink_status sink_coverage_from_rings(const struct sink_cell_rings *rings,
                                                       const struct sink_grid *grid, int band_rows,
                                                       struct sink_coverage **coverage,
                                                       struct sink_error *error);
void sink_coverage_close(struct sink_coverage *coverage);

/* Where a region lies: first column, first row, last column, last row, in cells. False for a region
 * without a boundary. */
bool sink_coverage_extent(const struct sink_coverage *coverage, size_t region, double extent[4]);

/* True when some region's bounding box meets the window. Cheap; for choosing tiles. */
bool sink_coverage_touches(const struct sink_coverage *coverage, struct sink_window window);
/* Fills `cover` (start with a zeroed one) for a window of the grid. Allocates only while `cover`
 * grows. */
SINK_CHECKED enum sink_status sink_coverage_window(const struct sink_coverage *coverage,
                                                   struct sink_window window,
                                                   struct sink_cover *cover,
                                                   struct sink_error *error);

#endif
