/* Boundary edges in cells, indexed by bands of rows: private to regions/. */
#ifndef SINK_REGIONS_EDGES_H
#define SINK_REGIONS_EDGES_H

#include "sinkcalc/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Positions are whole multiples of 2^-30 of a cell. */
#define SINK_CELL_BITS 30
#define SINK_CELL (INT64_C(1) << SINK_CELL_BITS)

/* Kept with y0 < y1, so that both neighbours of a border compute the same crossings; `sign` says
 * which way the ring ran. Horizontal edges change no share and are not kept. */
struct sink_edge {
    int64_t x0, y0, x1, y1;
    uint32_t region;
    int32_t sign; /* +1 or -1; +1 has the region on its right */
};

/* The edges of one region in one band: entries first..first+count-1 of `order`. */
struct sink_edge_group {
    uint32_t region, count;
    size_t first;
    int64_t x_min, x_max; /* of these edges, whole length */
};

struct sink_edges {
    struct sink_edge *items;
    size_t count, room;
    int64_t *extents;   /* [region][4] x_min, y_min, x_max, y_max; x_min > x_max for none */
    double *twice_area; /* [region] signed, in square cells */
    size_t region_count;
    int height, band_rows;
    /* after sink_edges_index: */
    size_t band_count;
    size_t *band_groups; /* [band_count + 1] first group of each band */
    struct sink_edge_group *groups;
    uint32_t *order; /* edges by band, then region, then ring order */
};

SINK_CHECKED enum sink_status sink_edges_start(struct sink_edges *edges, int height, int band_rows,
                                               size_t region_count, struct sink_error *error);
/* Adds a ring of `count` nodes (column, row pairs); regions come in ascending order. A node more
 * than 2^30 cells away is SINK_BAD_DATA. */
SINK_CHECKED enum sink_status sink_edges_add_ring(struct sink_edges *edges, uint32_t region,
                                                  const double *nodes, size_t count,
                                                  struct sink_error *error);
/* After the last ring: gives every region a positive area and makes the index. */
SINK_CHECKED enum sink_status sink_edges_index(struct sink_edges *edges, struct sink_error *error);
void sink_edges_free(struct sink_edges *edges);

#endif
