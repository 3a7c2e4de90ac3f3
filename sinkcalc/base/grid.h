/* A raster grid: an affine lattice of cells in the plane of one CRS, never rotated. */
#ifndef SINK_BASE_GRID_H
#define SINK_BASE_GRID_H

#include <stdbool.h>

/* Cell (row, column) covers x0 + column*dx .. x0 + (column+1)*dx and y0 + row*dy .. y0 +
 * (row+1)*dy. dx > 0; dy < 0 for the usual north-up file and > 0 for a south-up one. x is easting
 * or longitude (also where the CRS puts latitude first), in the units of the CRS. */
struct sink_grid {
    int width, height;
    double x0, y0, dx, dy;
    char *crs_wkt;             /* WKT2; malloc'ed, owned by the grid */
    bool is_geographic;        /* x, y are longitude, latitude in degrees */
    double semi_major_m;       /* ellipsoid of the CRS */
    double inverse_flattening; /* 0 for a sphere */
};

/* Cells row..row+height-1, column..column+width-1. */
struct sink_window {
    int row, column, height, width;
};

void sink_grid_free(struct sink_grid *grid); /* frees what the grid owns, not the grid */

/* True when `other`'s cells lie on the lattice of `grid` (same size and phase to 1e-3 of a cell
 * over the whole of both extents; the CRS is compared elsewhere); then *row, *column say where
 * other's cell (0, 0) lies on `grid` (may be negative). */
bool sink_grid_is_aligned(const struct sink_grid *grid, const struct sink_grid *other, int *row,
                          int *column);

#endif
