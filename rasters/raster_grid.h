/* Grids from words and from files. */
#ifndef SINK_RASTERS_RASTER_GRID_H
#define SINK_RASTERS_RASTER_GRID_H

#include "sinkcalc/base/error.h"
#include "sinkcalc/base/grid.h"

#include <stdbool.h>

/* A grid of whole cells over `extent` (west, south, east, north in the CRS), north up. `resolution`
 * is the width and height of a cell, both positive; the extent must be a whole number of them to
 * 1e-6 of a cell. `crs` is anything that PROJ knows ("EPSG:32647", WKT). */
SINK_CHECKED enum sink_status sink_grid_make(const char *crs, const double extent[4],
                                             const double resolution[2], struct sink_grid *grid,
                                             struct sink_error *error);

/* Do the two grids have the same CRS by meaning, whatever its name? */
bool sink_grid_is_same_crs(const struct sink_grid *a, const struct sink_grid *b);
/* Sets the members of `grid` that come from its CRS (an OGRSpatialReferenceH): geographic or
 * projected, in degrees or a length, with an ellipsoid. `place` begins the sentence of an error. */
SINK_CHECKED enum sink_status sink_grid_set_crs(struct sink_grid *grid, void *crs,
                                                const char *place, struct sink_error *error);
/* As above from words. */
SINK_CHECKED enum sink_status sink_grid_set_crs_text(struct sink_grid *grid, const char *crs,
                                                     const char *place, struct sink_error *error);

#endif
