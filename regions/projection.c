#include "regions/projection.h"

#include "regions/boundaries_parts.h"

#include <cpl_error.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>

/* An edge is halved at most so often: then the projection has a seam there. */
#define MAX_DEPTH 20

struct sink_projection {
    OGRCoordinateTransformationH transformation; /* NULL: the same CRS */
    bool is_degrees;                             /* the target's x is longitude */
    double tolerance[2];                         /* of a densified edge; infinite: no densifying */
    struct sink_grid grid;                       /* numbers only */
    struct sink_ring source, target, cells;      /* scratch */
    double *points;                              /* scratch: all x, then all y */
    size_t point_room;
};

static enum sink_status set_transformation(struct sink_projection *projection,
                                           OGRSpatialReferenceH from, OGRSpatialReferenceH to,
                                           bool is_display, struct sink_error *error)
{
    const char *const same[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", "CRITERION=EQUIVALENT",
                                NULL};
    OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(to, OAMS_TRADITIONAL_GIS_ORDER);
    if (OSRIsSameEx(from, to, same))
        return SINK_OK;
    OGRCoordinateTransformationOptionsH options = OCTNewCoordinateTransformationOptions();
    OCTCoordinateTransformationOptionsSetBallparkAllowed(options, is_display);
    projection->transformation = OCTNewCoordinateTransformationEx(from, to, options);
    OCTDestroyCoordinateTransformationOptions(options);
    if (projection->transformation)
        return SINK_OK;
    return sink_fail(error, SINK_BAD_DATA,
                     "regions: no transformation of known accuracy from %s to %s: %s",
                     OSRGetName(from), OSRGetName(to), CPLGetLastErrorMsg());
}

static enum sink_status finish_open(enum sink_status status, struct sink_projection **projection)
{
    if (status != SINK_OK) {
        sink_projection_close(*projection);
        *projection = NULL;
    }
    return status;
}

enum sink_status sink_projection_to_grid(const struct sink_boundaries *boundaries,
                                         const struct sink_grid *grid,
                                         struct sink_projection **projection,
                                         struct sink_error *error)
{
    *projection = calloc(1, sizeof **projection);
    OGRSpatialReferenceH to = OSRNewSpatialReference(grid->crs_wkt);
    if (!*projection || !to) {
        OSRRelease(to);
        return finish_open(sink_fail_memory(error), projection);
    }
    (*projection)->grid = *grid;
    (*projection)->grid.crs_wkt = NULL;
    (*projection)->is_degrees = grid->is_geographic;
    (*projection)->tolerance[0] = 1e-5 * fabs(grid->dx);
    (*projection)->tolerance[1] = 1e-5 * fabs(grid->dy);
    const enum sink_status status =
        set_transformation(*projection, boundaries->crs, to, false, error);
    OSRRelease(to);
    return finish_open(status, projection);
}

enum sink_status sink_projection_to_degrees(const struct sink_boundaries *boundaries,
                                            bool is_display, struct sink_projection **projection,
                                            struct sink_error *error)
{
    *projection = calloc(1, sizeof **projection);
    OGRSpatialReferenceH to =
        is_display ? OSRNewSpatialReference(NULL) : OSRCloneGeogCS(boundaries->crs);
    if (!*projection || !to || (is_display && OSRImportFromEPSG(to, 4326) != OGRERR_NONE)) {
        OSRRelease(to);
        return finish_open(sink_fail_memory(error), projection);
    }
    (*projection)->is_degrees = true;
    (*projection)->tolerance[0] = (*projection)->tolerance[1] = INFINITY;
    enum sink_status status =
        set_transformation(*projection, boundaries->crs, to, is_display, error);
    OSRRelease(to);
    return finish_open(status, projection);
}

void sink_projection_close(struct sink_projection *projection)
{
    if (!projection)
        return;
    OCTDestroyCoordinateTransformation(projection->transformation);
    sink_ring_free(&projection->source);
    sink_ring_free(&projection->target);
    sink_ring_free(&projection->cells);
    free(projection->points);
    free(projection);
}

bool sink_projection_is_same(const struct sink_projection *projection)
{
    return projection->transformation == NULL;
}

static bool transform(const struct sink_projection *projection, size_t count, double *x, double *y)
{
    if (!OCTTransform(projection->transformation, (int)count, x, y, NULL))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!isfinite(x[i]) || !isfinite(y[i]))
            return false;
    return true;
}

/* Longitude `x` by whole turns nearest to `reference`. */
static double near_to(const struct sink_projection *projection, double x, double reference)
{
    return projection->is_degrees ? x + 360 * rint((reference - x) / 360) : x;
}

/* One edge while it is densified: ends in the source plane and as transformed. */
struct edge {
    double from[2], to[2];
    double new_from[2], new_to[2];
};

static bool deviates(const struct sink_projection *projection, const double point[2],
                     const struct edge *edge, double share)
{
    for (int i = 0; i < 2; i++) {
        const double on_chord = edge->new_from[i] + share * (edge->new_to[i] - edge->new_from[i]);
        if (!(fabs(point[i] - on_chord) <= projection->tolerance[i]))
            return true;
    }
    return false;
}

static bool new_middle(const struct sink_projection *projection, const double a[2],
                       const double b[2], double reference, double middle[2])
{
    middle[0] = (a[0] + b[0]) / 2;
    middle[1] = (a[1] + b[1]) / 2;
    if (!transform(projection, 1, &middle[0], &middle[1]))
        return false;
    middle[0] = near_to(projection, middle[0], reference);
    return true;
}

/* A line that bends both ways can pass through the middle of its chord: long edges are looked at
 * in their quarters too. */
static bool quarters_deviate(const struct sink_projection *projection, const struct edge *edge,
                             const double middle[2])
{
    double point[2];
    const double x = edge->new_from[0], span = fabs(edge->new_to[0] - x) / projection->tolerance[0];
    const double rise = fabs(edge->new_to[1] - edge->new_from[1]) / projection->tolerance[1];
    if (span < 16e3 && rise < 16e3)
        return false;
    return !new_middle(projection, edge->from, middle, x, point) ||
           deviates(projection, point, edge, 0.25) ||
           !new_middle(projection, middle, edge->to, x, point) ||
           deviates(projection, point, edge, 0.75);
}

/* Pushes what lies between the ends and the end itself. `new_middle` is that of the edge. */
static enum sink_status densify(const struct sink_projection *projection, struct edge edge,
                                const double new_mid[2], int depth, struct sink_ring *out,
                                struct sink_error *error)
{
    const double middle[2] = {(edge.from[0] + edge.to[0]) / 2, (edge.from[1] + edge.to[1]) / 2};
    edge.new_to[0] = near_to(projection, edge.new_to[0], edge.new_from[0]);
    const double mid[2] = {near_to(projection, new_mid[0], edge.new_from[0]), new_mid[1]};
    if (!deviates(projection, mid, &edge, 0.5) && !quarters_deviate(projection, &edge, middle))
        return sink_ring_push(out, edge.new_to[0], edge.new_to[1]) ? SINK_OK
                                                                   : sink_fail_memory(error);
    double first[2], second[2];
    if (depth == MAX_DEPTH || !new_middle(projection, edge.from, middle, mid[0], first) ||
        !new_middle(projection, middle, edge.to, mid[0], second))
        return sink_fail(error, SINK_BAD_DATA,
                         "the boundary near %.9g, %.9g cannot be brought to the grid's CRS: it "
                         "crosses the edge of the projection",
                         middle[0], middle[1]);
    struct edge half = edge;
    memcpy(half.to, middle, sizeof middle);
    memcpy(half.new_to, mid, sizeof mid);
    enum sink_status status = densify(projection, half, first, depth + 1, out, error);
    if (status != SINK_OK)
        return status;
    half = edge;
    memcpy(half.from, middle, sizeof middle);
    half.new_from[0] = out->nodes[2 * out->count - 2];
    half.new_from[1] = mid[1];
    return densify(projection, half, second, depth + 1, out, error);
}

/* The same from either end. */
static double between(double from, double to, size_t k, size_t pieces)
{
    return (from * (double)(pieces - k) + to * (double)k) / (double)pieces;
}

/* Transforms `pieces` nodes of every edge at once, its first node among them: single points cost
 * ten times more. */
static enum sink_status transform_all(struct sink_projection *projection,
                                      const struct sink_ring *ring, size_t pieces,
                                      struct sink_error *error)
{
    const size_t n = ring->count, count = n * pieces;
    if (count > projection->point_room) {
        free(projection->points);
        projection->points = malloc(2 * count * sizeof *projection->points);
        projection->point_room = projection->points ? count : 0;
        if (!projection->points)
            return sink_fail_memory(error);
    }
    double *x = projection->points, *y = x + count;
    for (size_t i = 0; i < n; i++) {
        const double *from = &ring->nodes[2 * i], *to = &ring->nodes[2 * ((i + 1) % n)];
        for (size_t k = 0; k < pieces; k++) {
            x[i * pieces + k] = between(from[0], to[0], k, pieces);
            y[i * pieces + k] = between(from[1], to[1], k, pieces);
        }
    }
    if (count > INT32_MAX || !transform(projection, count, x, y))
        return sink_fail(error, SINK_BAD_DATA,
                         "the boundary near %.9g, %.9g cannot be brought to another CRS: %s",
                         ring->nodes[0], ring->nodes[1], CPLGetLastErrorMsg());
    return SINK_OK;
}

static enum sink_status copy_ring(const struct sink_ring *from, struct sink_ring *to,
                                  struct sink_error *error)
{
    to->count = 0;
    for (size_t i = 0; i < from->count; i++)
        if (!sink_ring_push(to, from->nodes[2 * i], from->nodes[2 * i + 1]))
            return sink_fail_memory(error);
    return SINK_OK;
}

/* The last node is the first again, perhaps a turn away: then the ring holds a pole. */
static enum sink_status close_ring(const struct sink_projection *projection, struct sink_ring *ring,
                                   struct sink_error *error)
{
    const double start = ring->nodes[0], turn = ring->nodes[2 * ring->count - 2] - start;
    if (fabs(turn) < 180 || !projection->is_degrees) {
        ring->count--;
        return SINK_OK;
    }
    const double pole = ring->nodes[1] > 0 ? 90 : -90;
    return sink_ring_push(ring, start + turn, pole) && sink_ring_push(ring, start, pole)
               ? SINK_OK
               : sink_fail_memory(error);
}

enum sink_status sink_projection_ring(struct sink_projection *projection,
                                      const struct sink_ring *ring, struct sink_ring *projected,
                                      struct sink_error *error)
{
    if (!projection->transformation)
        return copy_ring(ring, projected, error);
    const size_t n = ring->count;
    enum sink_status status = transform_all(projection, ring, 2, error);
    projected->count = 0;
    if (status != SINK_OK || n == 0)
        return status;
    const double *x = projection->points, *y = x + 2 * n;
    if (!sink_ring_push(projected, x[0], y[0]))
        return sink_fail_memory(error);
    for (size_t i = 0; i < n && status == SINK_OK; i++) {
        const size_t next = (i + 1) % n;
        const struct edge edge = {
            .from = {ring->nodes[2 * i], ring->nodes[2 * i + 1]},
            .to = {ring->nodes[2 * next], ring->nodes[2 * next + 1]},
            .new_from = {projected->nodes[2 * projected->count - 2], y[2 * i]},
            .new_to = {x[2 * next], y[2 * next]}};
        const double middle[2] = {x[2 * i + 1], y[2 * i + 1]};
        status = densify(projection, edge, middle, 0, projected, error);
    }
    if (status != SINK_OK)
        return status;
    return close_ring(projection, projected, error);
}

enum sink_status sink_projection_cut(struct sink_projection *projection,
                                     const struct sink_ring *ring, size_t pieces,
                                     struct sink_ring *cut, struct sink_error *error)
{
    const size_t count = ring->count * pieces;
    enum sink_status status = transform_all(projection, ring, pieces, error);
    cut->count = 0;
    for (size_t i = 0; i <= count && status == SINK_OK && count > 0; i++) {
        const double *x = projection->points, *y = x + count;
        const double last = i > 0 ? cut->nodes[2 * i - 2] : x[0];
        if (!sink_ring_push(cut, near_to(projection, x[i % count], last), y[i % count]))
            status = sink_fail_memory(error);
    }
    return status == SINK_OK && count > 0 ? close_ring(projection, cut, error) : status;
}

static enum sink_status add_shifted(struct sink_projection *projection, uint32_t region,
                                    double shift, struct sink_edges *edges,
                                    struct sink_error *error)
{
    const struct sink_grid *grid = &projection->grid;
    const struct sink_ring *ring = &projection->target;
    struct sink_ring *cells = &projection->cells;
    cells->count = 0;
    for (size_t i = 0; i < ring->count; i++)
        if (!sink_ring_push(cells, (ring->nodes[2 * i] + shift - grid->x0) / grid->dx,
                            (ring->nodes[2 * i + 1] - grid->y0) / grid->dy))
            return sink_fail_memory(error);
    return sink_edges_add_ring(edges, region, cells->nodes, cells->count, error);
}

/* The ring in cells, once for every whole turn of longitude that brings it onto the grid. */
static enum sink_status add_cells(struct sink_projection *projection, uint32_t region,
                                  struct sink_edges *edges, struct sink_error *error)
{
    const struct sink_grid *grid = &projection->grid;
    const struct sink_ring *ring = &projection->target;
    const double other = grid->x0 + grid->width * grid->dx;
    double x_min = INFINITY, x_max = -INFINITY;
    for (size_t i = 0; i < ring->count; i++) {
        x_min = fmin(x_min, ring->nodes[2 * i]);
        x_max = fmax(x_max, ring->nodes[2 * i]);
    }
    bool is_added = false;
    enum sink_status status = SINK_OK;
    for (int turns = -2; turns <= 2 && projection->is_degrees && status == SINK_OK; turns++)
        if (x_max + 360 * turns > fmin(grid->x0, other) &&
            x_min + 360 * turns < fmax(grid->x0, other)) {
            status = add_shifted(projection, region, 360 * turns, edges, error);
            is_added = true;
        }
    return is_added ? status : add_shifted(projection, region, 0, edges, error);
}

static enum sink_status add_polygon(struct sink_projection *projection, OGRGeometryH polygon,
                                    uint32_t region, struct sink_edges *edges,
                                    struct sink_error *error)
{
    double outer_x_min = 0;
    enum sink_status status = SINK_OK;
    for (int i = 0; i < OGR_G_GetGeometryCount(polygon) && status == SINK_OK; i++) {
        if (!sink_ring_load(&projection->source, OGR_G_GetGeometryRef(polygon, i)))
            return sink_fail_memory(error);
        status = sink_projection_ring(projection, &projection->source, &projection->target, error);
        if (status != SINK_OK)
            return status;
        if (i == 0)
            outer_x_min = sink_ring_x_min(&projection->target);
        else if (projection->is_degrees)
            sink_ring_follow(&projection->target, outer_x_min);
        sink_ring_orient(&projection->target, i == 0);
        status = add_cells(projection, region, edges, error);
    }
    return status;
}

enum sink_status sink_projection_add_region(struct sink_projection *projection,
                                            const struct sink_boundaries *boundaries, size_t index,
                                            struct sink_edges *edges, struct sink_error *error)
{
    OGRGeometryH geometry = boundaries->geometries[index];
    enum sink_status status = SINK_OK;
    struct sink_error cause;
    for (int p = 0; p < sink_polygon_count(geometry) && status == SINK_OK; p++)
        status =
            add_polygon(projection, sink_polygon_at(geometry, p), (uint32_t)index, edges, &cause);
    if (status != SINK_OK)
        return sink_fail(error, status, "region %s: %s", boundaries->list.items[index].id,
                         cause.message);
    return SINK_OK;
}
