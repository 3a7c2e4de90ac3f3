#include "rasters/cell_area.h"

#include "sinkcalc/base/ellipsoid.h"

#include <math.h>
#include <proj.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* Nodes of the lattice lie this many cells apart at first; halved while the check asks for it. */
#define FIRST_STEP 256
#define LAST_STEP 8
/* Relative error allowed at the middles of the lattice. proj_factors differentiates numerically, to
 * about 1e-9. */
#define TOLERANCE 5e-9
#define MAX_NODES ((size_t)16 << 20)
#define RADIANS (3.14159265358979323846 / 180)

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
    PJ *crs, *to_degrees; /* projected to longitude, latitude */
    double unit_m;        /* of the CRS's axes */
};

static enum sink_status fill_rows(struct sink_cell_area *area, const struct sink_grid *grid,
                                  struct sink_error *error)
{
    const struct sink_ellipsoid ellipsoid = {grid->semi_major_m, grid->inverse_flattening};
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
    proj_destroy(scale->to_degrees);
    proj_destroy(scale->crs);
    proj_context_destroy(scale->context);
}

static double axis_unit_m(struct scale *scale)
{
    double factor = NAN;
    PJ *system = proj_crs_get_coordinate_system(scale->context, scale->crs);
    if (system)
        proj_cs_get_axis_info(scale->context, system, 0, NULL, NULL, NULL, &factor, NULL, NULL,
                              NULL);
    proj_destroy(system);
    return factor;
}

static enum sink_status open_scale(struct scale *scale, const struct sink_grid *grid,
                                   struct sink_error *error)
{
    *scale = (struct scale){.grid = grid, .context = proj_context_create()};
    if (!scale->context)
        return sink_fail_memory(error);
    proj_log_level(scale->context, PJ_LOG_NONE);
    PJ *found = proj_create(scale->context, grid->crs_wkt);
    /* a CRS bound to WGS 84 by a shift (TOWGS84) has the projection inside */
    if (found && proj_get_type(found) == PJ_TYPE_BOUND_CRS) {
        scale->crs = proj_get_source_crs(scale->context, found);
        proj_destroy(found);
    } else {
        scale->crs = found;
    }
    PJ *base = scale->crs ? proj_crs_get_geodetic_crs(scale->context, scale->crs) : NULL;
    PJ *raw =
        base ? proj_create_crs_to_crs_from_pj(scale->context, scale->crs, base, NULL, NULL) : NULL;
    scale->to_degrees = raw ? proj_normalize_for_visualization(scale->context, raw) : NULL;
    proj_destroy(raw);
    proj_destroy(base);
    scale->unit_m = scale->crs ? axis_unit_m(scale) : NAN;
    if (!scale->to_degrees || !(scale->unit_m > 0))
        return sink_fail(
            error, SINK_BAD_DATA, "grid: PROJ cannot say how the projection scales areas: %s",
            proj_context_errno_string(scale->context, proj_context_errno(scale->context)));
    return SINK_OK;
}

/* Area of a cell at a place given in cells; NaN where the projection is not defined. */
static double area_at(const struct scale *scale, double column, double row)
{
    const struct sink_grid *grid = scale->grid;
    const PJ_COORD plane =
        proj_coord(grid->x0 + column * grid->dx, grid->y0 + row * grid->dy, 0, 0);
    const PJ_COORD degrees = proj_trans(scale->to_degrees, PJ_FWD, plane);
    if (!isfinite(degrees.xy.x) || !isfinite(degrees.xy.y))
        return NAN;
    const PJ_FACTORS factors =
        proj_factors(scale->crs, proj_coord(degrees.xy.x * RADIANS, degrees.xy.y * RADIANS, 0, 0));
    proj_errno_reset(scale->crs);
    if (!(factors.areal_scale > 0) || !isfinite(factors.areal_scale))
        return NAN;
    return fabs(grid->dx * grid->dy) * scale->unit_m * scale->unit_m / factors.areal_scale;
}

/* Equal-area projections have scale 1 everywhere. */
static bool is_equal_area(const struct scale *scale)
{
    const struct sink_grid *grid = scale->grid;
    const double plane_m2 = fabs(grid->dx * grid->dy) * scale->unit_m * scale->unit_m;
    size_t seen = 0;
    for (int i = 1; i < 16; i++)
        for (int j = 1; j < 16; j++) {
            const double area_m2 =
                area_at(scale, grid->width * (j / 16.0), grid->height * (i / 16.0));
            if (isnan(area_m2))
                continue;
            if (fabs(area_m2 / plane_m2 - 1) > 2e-8)
                return false;
            seen++;
        }
    return seen > 0;
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
    return SINK_OK;
}

/* Largest relative error at a sample of the middles between nodes. */
static double lattice_error(const struct sink_cell_area *area, const struct scale *scale)
{
    double worst = 0;
    const size_t rows = area->lines - 3, columns = area->columns - 3;
    for (size_t i = 0; i < rows; i += rows / 12 + 1)
        for (size_t j = 0; j < columns; j += columns / 12 + 1) {
            const double column = ((double)j + 0.5) * area->step;
            const double row = ((double)i + 0.5) * area->step;
            if (column > area->width || row > area->height)
                continue;
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
    enum sink_status status = open_scale(&scale, grid, error);
    if (status == SINK_OK && is_equal_area(&scale)) {
        area->one_m2 = fabs(grid->dx * grid->dy) * scale.unit_m * scale.unit_m;
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
    double line[4];
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
