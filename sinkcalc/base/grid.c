#include "sinkcalc/base/grid.h"

#include <math.h>
#include <stdlib.h>

/* One axis of a grid. */
struct axis {
    double origin, step;
    int count;
};

static const double tolerance_cells = 1e-3;

void sink_grid_free(struct sink_grid *grid)
{
    if (!grid)
        return;
    free(grid->crs_wkt);
    grid->crs_wkt = NULL;
}

/* True when `place` on an axis lies `cells` cells from its origin. False for NaN. */
static bool is_at(struct axis axis, double place, double cells)
{
    return fabs((place - axis.origin) / axis.step - cells) <= tolerance_cells;
}

/* Where the first cell of `other` lies on `axis`. Phase and step differ by a linear function of the
 * place, so the ends of both axes decide for all that lies between. */
static bool axis_is_aligned(struct axis axis, struct axis other, int *offset)
{
    const double cells = rint((other.origin - axis.origin) / axis.step);

    if (!(fabs(cells) <= 1e9)) /* so that offset + count stays an int; false for NaN */
        return false;
    if (!is_at(axis, other.origin, cells) ||
        !is_at(axis, other.origin + other.count * other.step, cells + other.count) ||
        !is_at(other, axis.origin, -cells) ||
        !is_at(other, axis.origin + axis.count * axis.step, axis.count - cells))
        return false;
    *offset = (int)cells;
    return true;
}

bool sink_grid_is_aligned(const struct sink_grid *grid, const struct sink_grid *other, int *row,
                          int *column)
{
    const struct axis x = {grid->x0, grid->dx, grid->width};
    const struct axis y = {grid->y0, grid->dy, grid->height};
    const struct axis other_x = {other->x0, other->dx, other->width};
    const struct axis other_y = {other->y0, other->dy, other->height};
    int first_row = 0, first_column = 0;

    if (!axis_is_aligned(x, other_x, &first_column) || !axis_is_aligned(y, other_y, &first_row))
        return false;
    *row = first_row;
    *column = first_column;
    return true;
}
