#include "rasters/cell_area.h"

#include "sinkcalc/base/ellipsoid.h"

#include <math.h>
#include <proj.h>
#include <proj_experimental.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Nodes of the lattice lie this many cells apart at first; halved while the check asks for it. */
#define FIRST_STEP 256
#define LAST_STEP 1
/* Relative error allowed at the middles of the lattice. */
#define TOLERANCE 5e-9
#define MAX_NODES ((size_t)4 << 20)
/* Relative differences that are taken for rounding. */
#define SAME 1e-9
#define STEP_RAD 1e-4
#define HALF_PI 1.57079632679489661923
/* Columns and rows at which a projection is tried. */
#define TRIES 16

struct sink_cell_area {
    int width, height;
    double *rows;          /* by row; NULL on a projected grid */
    double one_m2;         /* area of every cell, or NaN: the lattice below */
    int step;              /* cells between nodes */
    size_t columns, lines; /* nodes; node (i, j) lies at cell (j - 1) * step, (i - 1) * step */
    double *nodes;         /* area of a cell there, m2 */
};

/* From cells of the grid to the areal scale there. */
struct scale {
    const struct sink_grid *grid;
    PJ_CONTEXT *context;
    PJ *projection; /* longitude, latitude in radians to metres */
    double unit_m;  /* of the CRS's axes */
};

/* A CRS on a sphere (MODIS, weather models) has the latitudes of WGS 84 none the less: the Earth is
 * the ellipsoid. */
static struct sink_ellipsoid earth_of(const struct sink_grid *grid)
{
    if (grid->inverse_flattening == 0)
        return sink_ellipsoid_wgs84;
    return (struct sink_ellipsoid){grid->semi_major_m, grid->inverse_flattening};
}

static enum sink_status fill_rows(struct sink_cell_area *area, const struct sink_grid *grid,
                                  struct sink_error *error)
{
    const struct sink_ellipsoid ellipsoid = earth_of(grid);
    area->rows = malloc((size_t)grid->height * sizeof *area->rows);
    if (!area->rows)
        return sink_fail_memory(error);
    for (int row = 0; row < grid->height; row++)
        area->rows[row] = sink_ellipsoid_cell_area_m2(ellipsoid, grid->y0 + row * grid->dy,
                                                      grid->y0 + (row + 1) * grid->dy, grid->dx);
    return SINK_OK;
}

static void close_scale(struct scale *scale)
{
    proj_destroy(scale->projection);
    proj_context_destroy(scale->context);
}

/* Of the axes of a CRS, in metres. */
static double axis_unit_m(PJ_CONTEXT *context, PJ *crs)
{
    double factor = NAN;
    PJ *system = proj_crs_get_coordinate_system(context, crs);
    if (system)
        proj_cs_get_axis_info(context, system, 0, NULL, NULL, NULL, &factor, NULL, NULL, NULL);
    proj_destroy(system);
    return factor;
}

/* The geographic CRS under `crs`, in radians, longitude first. */
static PJ *base_in_radians(PJ_CONTEXT *context, PJ *crs)
{
    PJ *base = proj_crs_get_geodetic_crs(context, crs);
    PJ *datum = base ? proj_crs_get_datum_forced(context, base) : NULL;
    PJ *axes = proj_create_ellipsoidal_2D_cs(context, PJ_ELLPS2D_LONGITUDE_LATITUDE, "radian", 1);
    PJ *radians =
        datum && axes ? proj_create_geographic_crs_from_datum(context, "base", datum, axes) : NULL;
    proj_destroy(axes);
    proj_destroy(datum);
    proj_destroy(base);
    return radians;
}

/* The projection alone, from radians to metres. (proj_factors makes it anew at every call, which
 * takes milliseconds, and is wrong in PROJ 9.1 for axes in feet and grads.) */
static PJ *projection_of(PJ_CONTEXT *context, PJ *crs)
{
    PJ *base = base_in_radians(context, crs);
    PJ *conversion = proj_crs_get_coordoperation(context, crs);
    PJ *axes = proj_create_cartesian_2D_cs(context, PJ_CART2D_EASTING_NORTHING, "metre", 1);
    PJ *metres = base && conversion && axes
                     ? proj_create_projected_crs(context, "metres", base, conversion, axes)
                     : NULL;
    PJ *projection =
        metres ? proj_create_crs_to_crs_from_pj(context, base, metres, NULL, NULL) : NULL;
    proj_destroy(metres);
    proj_destroy(axes);
    proj_destroy(conversion);
    proj_destroy(base);
    return projection;
}

static enum sink_status open_scale(struct scale *scale, const struct sink_grid *grid,
                                   struct sink_error *error)
{
    *scale = (struct scale){.grid = grid, .context = proj_context_create(), .unit_m = NAN};
    if (!scale->context)
        return sink_fail_memory(error);
    proj_log_level(scale->context, PJ_LOG_NONE);
    PJ *crs = proj_create(scale->context, grid->crs_wkt);
    /* a CRS bound to WGS 84 by a shift (TOWGS84) has the projection inside */
    if (crs && proj_get_type(crs) == PJ_TYPE_BOUND_CRS) {
        PJ *bound = crs;
        crs = proj_get_source_crs(scale->context, bound);
        proj_destroy(bound);
    }
    if (crs) {
        scale->projection = projection_of(scale->context, crs);
        scale->unit_m = axis_unit_m(scale->context, crs);
    }
    proj_destroy(crs);
    if (!scale->projection || !(scale->unit_m > 0))
        return sink_fail(
            error, SINK_BAD_DATA, "grid: PROJ cannot say how the projection scales areas: %s",
            proj_context_errno_string(scale->context, proj_context_errno(scale->context)));
    return SINK_OK;
}

/* m2 of the ellipsoid per square radian of longitude and latitude: M N cos(latitude). */
static double density_m2(struct sink_ellipsoid earth, double latitude_rad)
{
    const double f = earth.inverse_flattening != 0 ? 1 / earth.inverse_flattening : 0;
    const double e2 = f * (2 - f), s = sin(latitude_rad), w = 1 - e2 * s * s;
    return earth.semi_major_m * earth.semi_major_m * (1 - e2) / (w * w) * cos(latitude_rad);
}

/* Derivative of the projection's plane by longitude or latitude, by central differences of the
 * fourth order. NaN where it jumps. */
static PJ_XY derivative(const struct scale *scale, PJ_LP at, double step_rad, bool is_latitude)
{
    PJ_XY points[4];
    for (int i = 0; i < 4; i++) {
        const double off = (i < 2 ? i - 2 : i - 1) * step_rad;
        const PJ_COORD place =
            proj_coord(at.lam + (is_latitude ? 0 : off), at.phi + (is_latitude ? off : 0), 0, 0);
        points[i] = proj_trans(scale->projection, PJ_FWD, place).xy;
    }
    if (!(fabs(points[3].x - points[0].x) < 1e6 && fabs(points[3].y - points[0].y) < 1e6))
        return (PJ_XY){NAN, NAN};
    return (PJ_XY){
        (8 * (points[2].x - points[1].x) - (points[3].x - points[0].x)) / (12 * step_rad),
        (8 * (points[2].y - points[1].y) - (points[3].y - points[0].y)) / (12 * step_rad)};
}

/* Area of a cell if all of it were as it is at a place; NaN where the projection is not defined. */
static double area_at_point(const struct scale *scale, double column, double row)
{
    const struct sink_grid *grid = scale->grid;
    const PJ_COORD plane = proj_coord((grid->x0 + column * grid->dx) * scale->unit_m,
                                      (grid->y0 + row * grid->dy) * scale->unit_m, 0, 0);
    const PJ_COORD angles = proj_trans(scale->projection, PJ_INV, plane);
    if (!isfinite(angles.lp.lam) || !isfinite(angles.lp.phi))
        return NAN;
    const double to_pole = HALF_PI - fabs(angles.lp.phi);
    const PJ_XY east = derivative(scale, angles.lp, STEP_RAD, false);
    const PJ_XY north = derivative(scale, angles.lp, fmin(STEP_RAD, to_pole / 4), true);
    const double plane_m2 = fabs(grid->dx * grid->dy) * scale->unit_m * scale->unit_m;
    const double area_m2 = plane_m2 * density_m2(earth_of(grid), angles.lp.phi) /
                           fabs(east.x * north.y - east.y * north.x);
    proj_errno_reset(scale->projection);
    return area_m2 > 0 && isfinite(area_m2) ? area_m2 : NAN;
}

/* Area of the cell with its centre at a place given in cells, by Gauss's rule of two by two points,
 * which is exact to the fourth order of the cell's size. */
static double area_at(const struct scale *scale, double column, double row)
{
    const double gauss = 0.5 / sqrt(3);
    return (area_at_point(scale, column - gauss, row - gauss) +
            area_at_point(scale, column + gauss, row - gauss) +
            area_at_point(scale, column - gauss, row + gauss) +
            area_at_point(scale, column + gauss, row + gauss)) /
           4;
}

/* The area of a cell in a row, at the first of some columns that is on the projection: from the
 * middle outwards, since its edge is where it jumps. */
static double area_in_row(const struct scale *scale, double row)
{
    double area_m2 = NAN;
    for (int j = 0; j <= 2 * TRIES && isnan(area_m2); j++) {
        const int off = j % 2 ? (j + 1) / 2 : -(j / 2);
        area_m2 = area_at(scale, 0.5 + (scale->grid->width - 1) * (0.5 + off / (2.0 * TRIES)), row);
    }
    return area_m2;
}

/* Do all cells of a row have one area, as far as the tries see? And those of all rows? */
static bool is_by_row(const struct scale *scale, bool *is_one)
{
    const struct sink_grid *grid = scale->grid;
    double first_m2 = NAN;
    *is_one = true;
    for (int i = 0; i <= TRIES; i++) {
        const double row = 0.5 + (grid->height - 1) * (i / (double)TRIES);
        const double in_row_m2 = area_in_row(scale, row);
        for (int j = 0; j <= TRIES; j++) {
            const double area_m2 =
                area_at(scale, 0.5 + (grid->width - 1) * (j / (double)TRIES), row);
            if (fabs(area_m2 / in_row_m2 - 1) > SAME)
                return false;
        }
        if (isnan(first_m2))
            first_m2 = in_row_m2;
        if (fabs(in_row_m2 / first_m2 - 1) > SAME)
            *is_one = false;
    }
    return !isnan(first_m2);
}

/* Cells off the projection have no area. */
static enum sink_status fill_projected_rows(struct sink_cell_area *area, const struct scale *scale,
                                            struct sink_error *error)
{
    area->rows = malloc((size_t)area->height * sizeof *area->rows);
    if (!area->rows)
        return sink_fail_memory(error);
    for (int row = 0; row < area->height; row++) {
        const double area_m2 = area_in_row(scale, row + 0.5);
        area->rows[row] = isnan(area_m2) ? 0 : area_m2;
    }
    return SINK_OK;
}

/* Cubic through four values at -1, 0, 1, 2, at t in 0..1 (Lagrange). */
static double cubic(const double *v, size_t stride, double t)
{
    const double a = v[0], b = v[stride], c = v[2 * stride], d = v[3 * stride];
    return a * (-t * (t - 1) * (t - 2) / 6) + b * ((t + 1) * (t - 1) * (t - 2) / 2) +
           c * (-(t + 1) * t * (t - 2) / 2) + d * ((t + 1) * t * (t - 1) / 6);
}

static double interpolate(const struct sink_cell_area *area, double column, double row)
{
    double line[4];
    const double x = column / area->step, y = row / area->step;
    const size_t j = (size_t)fmin(floor(x), (double)(area->columns - 4));
    const size_t i = (size_t)fmin(floor(y), (double)(area->lines - 4));
    for (size_t k = 0; k < 4; k++)
        line[k] = cubic(&area->nodes[i * area->columns + j + k], area->columns, y - (double)i);
    return cubic(line, 1, x - (double)j);
}

/* Continues the node at `from` for `count` nodes in direction `step`, by its difference from the
 * one before it. */
static void extend(double *nodes, size_t from, size_t count, ptrdiff_t step)
{
    double *node = nodes + from;
    const double slope = node[0] - node[-step];
    for (ptrdiff_t k = 1; k <= (ptrdiff_t)count; k++)
        node[k * step] = node[0] + slope * (k < 3 ? (double)k : 3);
}

/* Nodes off the projection continue the nearest ones that are on it, along their line, and gaps (at
 * a pole, or where the projection jumps) are bridged: cells beside them are interpolated through
 * them. */
static void complete_line(double *nodes, size_t count, size_t stride)
{
    size_t first = count, last = 0;
    for (size_t k = 0; k < count; k++) {
        if (isnan(nodes[k * stride]))
            continue;
        const double *from = &nodes[last * stride];
        const double slope = (nodes[k * stride] - *from) / (double)(k - last);
        for (size_t gap = last + 1; first < count && gap < k; gap++)
            nodes[gap * stride] = *from + slope * (double)(gap - last);
        first = first == count ? k : first;
        last = k;
    }
    if (first == count || first == last)
        return;
    extend(nodes, first * stride, first, -(ptrdiff_t)stride);
    extend(nodes, last * stride, count - 1 - last, (ptrdiff_t)stride);
}

static enum sink_status fill_lattice(struct sink_cell_area *area, const struct scale *scale,
                                     int step, struct sink_error *error)
{
    area->step = step;
    area->columns = (size_t)(area->width - 1) / (size_t)step + 4;
    area->lines = (size_t)(area->height - 1) / (size_t)step + 4;
    free(area->nodes);
    area->nodes = malloc(area->columns * area->lines * sizeof *area->nodes);
    if (!area->nodes)
        return sink_fail_memory(error);
    for (size_t i = 0; i < area->lines; i++)
        for (size_t j = 0; j < area->columns; j++)
            area->nodes[i * area->columns + j] =
                area_at(scale, ((double)j - 1) * step, ((double)i - 1) * step);
    for (size_t i = 0; i < area->lines; i++)
        complete_line(&area->nodes[i * area->columns], area->columns, 1);
    for (size_t j = 0; j < area->columns; j++)
        complete_line(&area->nodes[j], area->lines, area->columns);
    return SINK_OK;
}

/* Largest relative error at a sample of the middles between nodes. */
static double lattice_error(const struct sink_cell_area *area, const struct scale *scale)
{
    double worst = 0;
    const size_t rows = area->lines - 3, columns = area->columns - 3;
    for (size_t i = 0; i < rows; i += rows / 12 + 1)
        for (size_t j = 0; j < columns; j += columns / 12 + 1) {
            /* a grid smaller than the step is looked at in its own middle */
            const double column = fmin(((double)j + 0.5) * area->step, area->width - 0.5);
            const double row = fmin(((double)i + 0.5) * area->step, area->height - 0.5);
            const double exact = area_at(scale, column, row);
            const double error = fabs(interpolate(area, column, row) / exact - 1);
            worst = error > worst ? error : worst; /* NaN, off the projection, does not count */
        }
    return worst;
}

static enum sink_status fill_projected(struct sink_cell_area *area, const struct sink_grid *grid,
                                       struct sink_error *error)
{
    struct scale scale;
    bool is_one = false;
    enum sink_status status = open_scale(&scale, grid, error);
    if (status == SINK_OK && is_by_row(&scale, &is_one)) {
        if (is_one && grid->inverse_flattening != 0)
            area->one_m2 = fabs(grid->dx * grid->dy) * scale.unit_m * scale.unit_m;
        else
            status = fill_projected_rows(area, &scale, error);
    } else {
        int step = FIRST_STEP;
        for (; status == SINK_OK; step /= 2) {
            status = fill_lattice(area, &scale, step, error);
            const size_t next = 4 * area->columns * area->lines;
            if (status != SINK_OK || step <= LAST_STEP || next > MAX_NODES ||
                lattice_error(area, &scale) <= TOLERANCE)
                break;
        }
    }
    close_scale(&scale);
    return status;
}

enum sink_status sink_cell_area_open(const struct sink_grid *grid, struct sink_cell_area **area,
                                     struct sink_error *error)
{
    *area = calloc(1, sizeof **area);
    if (!*area)
        return sink_fail_memory(error);
    (*area)->width = grid->width;
    (*area)->height = grid->height;
    (*area)->one_m2 = NAN;
    const enum sink_status status =
        grid->is_geographic ? fill_rows(*area, grid, error) : fill_projected(*area, grid, error);
    if (status != SINK_OK) {
        sink_cell_area_close(*area);
        *area = NULL;
    }
    return status;
}

void sink_cell_area_close(struct sink_cell_area *area)
{
    if (!area)
        return;
    free(area->rows);
    free(area->nodes);
    free(area);
}

bool sink_cell_area_is_by_row(const struct sink_cell_area *area)
{
    return area->rows || !isnan(area->one_m2);
}

double sink_cell_area_row_m2(const struct sink_cell_area *area, int row)
{
    return area->rows ? area->rows[row] : area->one_m2;
}

void sink_cell_area_fill_m2(const struct sink_cell_area *area, int row, int column, int width,
                            double *area_m2)
{
    if (sink_cell_area_is_by_row(area)) {
        const double same_m2 = sink_cell_area_row_m2(area, row);
        for (int c = 0; c < width; c++)
            area_m2[c] = same_m2;
        return;
    }
    /* along the row: the four lines of nodes around it, once for every stretch between nodes */
    const double y = (row + 0.5) / area->step;
    const size_t i = (size_t)y;
    double line[4] = {0};
    size_t known = SIZE_MAX;
    for (int c = 0; c < width; c++) {
        const double x = (column + c + 0.5) / area->step;
        const size_t j = (size_t)x;
        for (size_t k = 0; k < 4 && j != known; k++)
            line[k] = cubic(&area->nodes[i * area->columns + j + k], area->columns, y - (double)i);
        known = j;
        area_m2[c] = cubic(line, 1, x - (double)j);
    }
}
