/* The true area of every cell of a grid, on the ellipsoid. */
#ifndef SINK_RASTERS_CELL_AREA_H
#define SINK_RASTERS_CELL_AREA_H

#include "sinkcalc/base/error.h"
#include "sinkcalc/base/grid.h"

#include <stdbool.h>

/* On a geographic grid the closed form between two parallels (base/ellipsoid.h), one value per row.
 * On a projected grid cell size / areal scale of the projection, from its derivatives at
 * four points of a cell: one value for an equal-area projection, one per row where rows are
 * parallels (sinusoidal, Mercator), else on a coarse lattice, interpolated by cubics; the lattice
 * is refined until a check at its mid-points agrees to 5e-9, at most to one point for 8 x 8 cells.
 * A CRS on a sphere keeps the latitudes of WGS 84, as its users do: areas are those of the
 * ellipsoid WGS 84. Cells off the projection have area 0, or continue their neighbours. */
struct sink_cell_area;

SINK_CHECKED enum sink_status sink_cell_area_open(const struct sink_grid *grid,
                                                  struct sink_cell_area **area,
                                                  struct sink_error *error);
void sink_cell_area_close(struct sink_cell_area *area);

/* True when the cells of a row all have one area. */
bool sink_cell_area_is_by_row(const struct sink_cell_area *area);
/* Any thread may call these on a const area. */
double sink_cell_area_row_m2(const struct sink_cell_area *area, int row); /* only when by row */
void sink_cell_area_fill_m2(const struct sink_cell_area *area, int row, int column, int width,
                            double *area_m2); /* area_m2[width] */

#endif
