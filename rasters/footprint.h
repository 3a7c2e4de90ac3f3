/* What a cell of one grid covers on another. Private to rasters/. */
#ifndef SINK_RASTERS_FOOTPRINT_H
#define SINK_RASTERS_FOOTPRINT_H

#include <stdbool.h>

/* Where a cell lies on another grid, in cells of that. */
struct sink_footprint {
    double left, right, top, bottom; /* bounds */
    double area;                     /* in cells */
    bool is_turned;                  /* neither rows nor columns run along the bounds: see x, y */
    double x[4], y[4];               /* corners, one after the other */
    double edges[4][3];              /* a x + b y + c >= 0 inside */
    bool is_convex;
};

/* From the corners upper left, upper right, lower left, lower right as the cell's own grid has
 * them; finite numbers. Where the grids are turned against each other by little, the means of the
 * sides stand for them. */
struct sink_footprint sink_footprint_of(const double x[4], const double y[4]);

/* The area that the footprint has in common with the cell at column..column+1, row..row+1. */
double sink_footprint_share(const struct sink_footprint *footprint, double column, double row);

#endif
