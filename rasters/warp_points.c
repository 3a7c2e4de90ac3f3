#include "rasters/warp_points.h"

#include <cpl_error.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdlib.h>

#define SQUARE 64
#define LEAST_SQUARE 4 /* where every point is transformed */
#define SMALL_COUNT ((size_t)LEAST_SQUARE * LEAST_SQUARE)
#define TOLERANCE_CELLS 1e-4
#define CHECKS 4

struct sink_points {
    struct sink_grid from; /* numbers only */
    const struct sink_grid *to;
    OGRCoordinateTransformationH transformation; /* NULL: the same CRS */
    double world;                                /* 360 degrees in cells of `to`, or 0 */
};

static enum sink_status set_transformation(struct sink_points *points, const char *from_wkt,
                                           const char *place, struct sink_error *error)
{
    const char *const same[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", "CRITERION=EQUIVALENT",
                                NULL};
    OGRSpatialReferenceH from = OSRNewSpatialReference(from_wkt);
    OGRSpatialReferenceH to = OSRNewSpatialReference(points->to->crs_wkt);
    enum sink_status status = SINK_OK;
    if (!from || !to) {
        status = sink_fail_memory(error);
    } else if (!OSRIsSameEx(from, to, same)) {
        OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER);
        OSRSetAxisMappingStrategy(to, OAMS_TRADITIONAL_GIS_ORDER);
        points->transformation = OCTNewCoordinateTransformation(from, to);
        if (!points->transformation)
            status =
                sink_fail(error, SINK_BAD_DATA, "%s: no transformation from the job's grid: %s",
                          place, CPLGetLastErrorMsg());
    }
    OSRRelease(from);
    OSRRelease(to);
    return status;
}

enum sink_status sink_points_open(const struct sink_grid *from, const struct sink_grid *to,
                                  const char *place, struct sink_points **points,
                                  struct sink_error *error)
{
    *points = calloc(1, sizeof **points);
    if (!*points)
        return sink_fail_memory(error);
    (*points)->from = *from;
    (*points)->from.crs_wkt = NULL;
    (*points)->to = to;
    (*points)->world = to->is_geographic ? 360 / fabs(to->dx) : 0;
    const enum sink_status status = set_transformation(*points, from->crs_wkt, place, error);
    if (status != SINK_OK) {
        sink_points_close(*points);
        *points = NULL;
    }
    return status;
}

void sink_points_close(struct sink_points *points)
{
    if (!points)
        return;
    OCTDestroyCoordinateTransformation(points->transformation);
    free(points);
}

double sink_points_world(const struct sink_points *points)
{
    return points->world;
}

/* Transforms points exactly. On a geographic grid they are brought to the same side of the world as
 * the first. The points of a square always come together, since PROJ may choose among operations by
 * what it is given. */
static void transform(const struct sink_points *points, size_t count, struct sink_point *places)
{
    double x[SMALL_COUNT], y[SMALL_COUNT];
    int is_good[SMALL_COUNT];
    const struct sink_grid *from = &points->from, *to = points->to;
    double reference = NAN;
    for (size_t i = 0; i < count; i++) {
        x[i] = from->x0 + places[i].x * from->dx;
        y[i] = from->y0 + places[i].y * from->dy;
        is_good[i] = 1;
    }
    if (points->transformation)
        OCTTransformEx(points->transformation, (int)count, x, y, NULL, is_good);
    for (size_t i = 0; i < count; i++) {
        const bool is_there = is_good[i] && isfinite(x[i]) && isfinite(y[i]);
        places[i].x = is_there ? (x[i] - to->x0) / to->dx : NAN;
        places[i].y = is_there ? (y[i] - to->y0) / to->dy : NAN;
        if (points->world > 0 && is_there && isnan(reference))
            reference = places[i].x;
        if (points->world > 0)
            places[i].x += points->world * rint((reference - places[i].x) / points->world);
    }
}

/* What is being placed: a window's points. */
struct target {
    struct sink_window window;
    double shift;
    struct sink_point *places;
};

static double snap(double x)
{
    const double halves = rint(2 * x);
    return fabs(2 * x - halves) < 2e-7 ? halves / 2 : x;
}

static void put(const struct sink_points *points, const struct target *target, int row, int column,
                struct sink_point place)
{
    const struct sink_window window = target->window;
    const size_t at =
        (size_t)(row - window.row) * (size_t)window.width + (size_t)(column - window.column);
    const double middle = 0.5 * points->to->width;
    if (points->world > 0)
        place.x += points->world * rint((middle - place.x) / points->world);
    target->places[at] = (struct sink_point){snap(place.x), snap(place.y)};
}

/* The part of a square that the window needs. */
static struct sink_window needed(const struct target *target, struct sink_window square)
{
    const struct sink_window window = target->window;
    const int top = square.row > window.row ? square.row : window.row;
    const int left = square.column > window.column ? square.column : window.column;
    const int square_end = square.row + square.height, window_end = window.row + window.height;
    const int square_right = square.column + square.width;
    const int window_right = window.column + window.width;
    const int bottom = square_end < window_end ? square_end : window_end;
    const int right = square_right < window_right ? square_right : window_right;
    return (struct sink_window){top, left, bottom - top, right - left};
}

static void place_exactly(const struct sink_points *points, const struct target *target,
                          struct sink_window square)
{
    struct sink_point all[SMALL_COUNT];
    const struct sink_window part = needed(target, square);
    for (int r = 0; r < LEAST_SQUARE; r++)
        for (int c = 0; c < LEAST_SQUARE; c++)
            all[r * LEAST_SQUARE + c] = (struct sink_point){square.column + c + target->shift,
                                                            square.row + r + target->shift};
    transform(points, SMALL_COUNT, all);
    for (int r = part.row; r < part.row + part.height; r++)
        for (int c = part.column; c < part.column + part.width; c++)
            put(points, target, r, c, all[(r - square.row) * LEAST_SQUARE + (c - square.column)]);
}

/* Through values at 0, 1/2 and 1. */
static double quadratic(const double v[3], double t)
{
    const double b = 4 * v[1] - 3 * v[0] - v[2], c = 2 * (v[0] + v[2]) - 4 * v[1];
    return v[0] + t * (b + t * c);
}

/* A row of the surface through nine nodes: what is left is quadratic along it. */
struct row {
    double x[3], y[3];
};

static struct row row_of(const struct sink_point nodes[9], double v)
{
    struct row row;
    for (int k = 0; k < 3; k++) {
        row.x[k] = quadratic((const double[]){nodes[k].x, nodes[3 + k].x, nodes[6 + k].x}, v);
        row.y[k] = quadratic((const double[]){nodes[k].y, nodes[3 + k].y, nodes[6 + k].y}, v);
    }
    return row;
}

/* Transforms the nodes of a square; true when the surface through them is right. NaN is not. */
static bool fit(const struct sink_points *points, struct sink_window square,
                struct sink_point nodes[9])
{
    /* the nodes, row by row, and the middles of the quarters */
    static const double u[9 + CHECKS] = {0, .5, 1, 0, .5, 1, 0, .5, 1, .25, .75, .25, .75};
    static const double v[9 + CHECKS] = {0, 0, 0, .5, .5, .5, 1, 1, 1, .25, .25, .75, .75};
    struct sink_point all[9 + CHECKS];
    for (int k = 0; k < 9 + CHECKS; k++)
        all[k] = (struct sink_point){square.column + u[k] * square.width,
                                     square.row + v[k] * square.height};
    transform(points, 9 + CHECKS, all);
    bool is_right = true;
    for (int k = 0; k < 9; k++)
        nodes[k] = all[k];
    for (int k = 9; k < 9 + CHECKS; k++) {
        const struct row row = row_of(nodes, v[k]);
        is_right = is_right && fabs(quadratic(row.x, u[k]) - all[k].x) <= TOLERANCE_CELLS &&
                   fabs(quadratic(row.y, u[k]) - all[k].y) <= TOLERANCE_CELLS;
    }
    return is_right;
}

static void place_by_surface(const struct sink_points *points, const struct target *target,
                             struct sink_window square, const struct sink_point nodes[9])
{
    const struct sink_window part = needed(target, square);
    const double step = 1.0 / square.width;
    for (int r = part.row; r < part.row + part.height; r++) {
        const struct row row = row_of(nodes, (r - square.row + target->shift) * step);
        for (int c = part.column; c < part.column + part.width; c++) {
            const double u = (c - square.column + target->shift) * step;
            put(points, target, r, c,
                (struct sink_point){quadratic(row.x, u), quadratic(row.y, u)});
        }
    }
}

/* At most log2(SQUARE / LEAST_SQUARE) deep. */
static void place_square(const struct sink_points *points, /* NOLINT(misc-no-recursion) */
                         const struct target *target, struct sink_window square)
{
    struct sink_point nodes[9];
    const struct sink_window part = needed(target, square);
    if (part.height <= 0 || part.width <= 0)
        return;
    if (square.width == LEAST_SQUARE) {
        place_exactly(points, target, square);
        return;
    }
    if (fit(points, square, nodes)) {
        place_by_surface(points, target, square, nodes);
        return;
    }
    const int half = square.width / 2;
    for (int i = 0; i < 4; i++)
        place_square(points, target,
                     (struct sink_window){square.row + i / 2 * half, square.column + i % 2 * half,
                                          half, half});
}

void sink_points_place(struct sink_points *points, struct sink_window window, double shift,
                       struct sink_point *places)
{
    const struct target target = {window, shift, places};
    const int last_row = window.row + window.height - 1;
    const int last_column = window.column + window.width - 1;
    for (int row = window.row / SQUARE; row <= last_row / SQUARE; row++)
        for (int column = window.column / SQUARE; column <= last_column / SQUARE; column++)
            place_square(points, &target,
                         (struct sink_window){row * SQUARE, column * SQUARE, SQUARE, SQUARE});
}
