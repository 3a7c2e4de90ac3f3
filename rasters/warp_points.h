/* Where points of one grid lie on another. Private to rasters/. */
#ifndef SINK_RASTERS_WARP_POINTS_H
#define SINK_RASTERS_WARP_POINTS_H

#include "sinkcalc/base/error.h"
#include "sinkcalc/base/grid.h"

#include <stdbool.h>

/* A place in cells; both members are NaN where the transformation is not defined. */
struct sink_point {
    double x, y;
};

/* One thread at a time. */
struct sink_points;

/* From cells of `from` to cells of `to`, which must outlive the result. `place` begins the sentence
 * of an error. */
SINK_CHECKED enum sink_status sink_points_open(const struct sink_grid *from,
                                               const struct sink_grid *to, const char *place,
                                               struct sink_points **points,
                                               struct sink_error *error);
void sink_points_close(struct sink_points *points);

/* Width of the world in cells of `to`, where that is geographic; else 0. */
double sink_points_world(const struct sink_points *points);

/* Places of the points (column + shift, row + shift), 0 <= shift < 1, of a window of `from`, row by
 * row. On a geographic grid x lies within half a world of the grid's middle.
 *
 * The grid is cut into squares of 64 x 64 cells. In a square nine points are transformed exactly,
 * and a surface of second order through them stands for the rest if it is right to 1e-4 of a cell
 * at four more; else the square is quartered. So a point does not depend on the window, to the last
 * bit. What is within 1e-7 of a whole or half cell is taken to be there. */
void sink_points_place(struct sink_points *points, struct sink_window window, double shift,
                       struct sink_point *places);

#endif
