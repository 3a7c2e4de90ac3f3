/* Boundaries brought to the plane of another CRS, edges densified before: private to regions/. */
#ifndef SINK_REGIONS_PROJECTION_H
#define SINK_REGIONS_PROJECTION_H

#include "regions/boundaries.h"
#include "regions/edges.h"
#include "regions/ring.h"
#include "sinkcalc/base/grid.h"

struct sink_projection;

/* From the CRS of the boundaries to that of the grid; edges stay within 1e-3 of a cell of the true
 * line. A transformation without known accuracy is refused. */
SINK_CHECKED enum sink_status sink_projection_to_grid(const struct sink_boundaries *boundaries,
                                                      const struct sink_grid *grid,
                                                      struct sink_projection **projection,
                                                      struct sink_error *error);
/* To longitude and latitude in the geographic CRS under that of the boundaries, for areas; or to
 * WGS 84 when `is_display`. Edges are not densified. */
SINK_CHECKED enum sink_status sink_projection_to_degrees(const struct sink_boundaries *boundaries,
                                                         bool is_display,
                                                         struct sink_projection **projection,
                                                         struct sink_error *error);
void sink_projection_close(struct sink_projection *projection);
/* True when both planes are the same: nodes stay as they are. */
bool sink_projection_is_same(const struct sink_projection *projection);

/* The ring in the target's plane. */
SINK_CHECKED enum sink_status sink_projection_ring(struct sink_projection *projection,
                                                   const struct sink_ring *ring,
                                                   struct sink_ring *projected,
                                                   struct sink_error *error);
/* The ring with every edge cut into `pieces` of equal length before: the nodes of the pieces, and
 * where it goes once around a pole those that close it there. */
SINK_CHECKED enum sink_status sink_projection_cut(struct sink_projection *projection,
                                                  const struct sink_ring *ring, size_t pieces,
                                                  struct sink_ring *cut, struct sink_error *error);
/* Adds all rings of region `index`, in cells of the grid, to `edges`. */
SINK_CHECKED enum sink_status sink_projection_add_region(struct sink_projection *projection,
                                                         const struct sink_boundaries *boundaries,
                                                         size_t index, struct sink_edges *edges,
                                                         struct sink_error *error);

#endif
