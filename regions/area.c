/* True areas: the boundary integral on the ellipsoid along edges that are straight in the file's
 * CRS. */
#include "regions/boundaries_parts.h"
#include "regions/projection.h"

#include <math.h>
#include <ogr_api.h>

/* What remains of the extrapolation may be this share of the area ... */
#define TOLERANCE 1e-11
/* ... or a strip of this width along the boundary: what the digits of coordinates allow. */
#define NOISE_M 1e-8
#define MOST_PIECES 4096
#define M_PER_DEGREE 111e3

/* One ring, cut ever finer. */
struct cutting {
    const struct sink_boundaries *boundaries;
    struct sink_ring ring, cut, part;
};

static double length_m(const struct sink_ring *ring)
{
    double sum_deg = 0;
    for (size_t i = 1; i < ring->count; i++) {
        const double *a = &ring->nodes[2 * i - 2], *b = &ring->nodes[2 * i];
        sum_deg += hypot((b[0] - a[0]) * cos(a[1] * (M_PI / 180)), b[1] - a[1]);
    }
    return sum_deg * M_PER_DEGREE;
}

/* Area of the cut ring by every `stride`-th of its first `count` nodes and all after them. */
static enum sink_status part_area(struct cutting *cutting, size_t count, size_t stride,
                                  double *area_m2, struct sink_error *error)
{
    const struct sink_ring *cut = &cutting->cut;
    cutting->part.count = 0;
    for (size_t i = 0; i < cut->count; i += i < count ? stride : 1)
        if (!sink_ring_push(&cutting->part, cut->nodes[2 * i], cut->nodes[2 * i + 1]))
            return sink_fail_memory(error);
    *area_m2 = sink_ring_area_m2(&cutting->part, cutting->boundaries->ellipsoid);
    return SINK_OK;
}

/* An edge that is straight in the plane of the file is a smooth curve in degrees. The error of
 * chords falls with the square of their length, the next term with the fourth power: both go by
 * extrapolation over a whole, a half and a quarter (Romberg 1955). */
static enum sink_status ring_area(struct cutting *cutting, double *area_m2,
                                  struct sink_error *error)
{
    const struct sink_ring *ring = &cutting->ring;
    struct sink_projection *projection = cutting->boundaries->to_degrees;
    if (sink_projection_is_same(projection)) {
        *area_m2 = fabs(sink_ring_area_m2(ring, cutting->boundaries->ellipsoid));
        return SINK_OK;
    }
    for (size_t pieces = 4; pieces <= MOST_PIECES; pieces *= 2) {
        double areas_m2[3] = {0};
        enum sink_status status =
            sink_projection_cut(projection, ring, pieces, &cutting->cut, error);
        for (size_t i = 0; i < 3 && status == SINK_OK; i++)
            status = part_area(cutting, pieces * ring->count, (size_t)1 << i, &areas_m2[i], error);
        if (status != SINK_OK)
            return status;
        const double once_m2 = areas_m2[0] + (areas_m2[0] - areas_m2[1]) / 3;
        const double before_m2 = areas_m2[1] + (areas_m2[1] - areas_m2[2]) / 3;
        const double twice_m2 = once_m2 + (once_m2 - before_m2) / 15;
        *area_m2 = fabs(twice_m2);
        if (fabs(twice_m2 - once_m2) <= TOLERANCE * *area_m2 + NOISE_M * length_m(&cutting->cut))
            return SINK_OK;
    }
    return sink_fail(error, SINK_BAD_DATA,
                     "the boundary near %.9g, %.9g cannot be brought to longitude and latitude: it "
                     "crosses the edge of the projection",
                     ring->nodes[0], ring->nodes[1]);
}

enum sink_status sink_boundaries_area(const struct sink_boundaries *boundaries, void *geometry,
                                      double *area_m2, struct sink_error *error)
{
    struct cutting cutting = {.boundaries = boundaries};
    enum sink_status status = SINK_OK;
    *area_m2 = 0;
    for (int p = 0; p < sink_polygon_count(geometry) && status == SINK_OK; p++) {
        OGRGeometryH polygon = sink_polygon_at(geometry, p);
        for (int i = 0; i < OGR_G_GetGeometryCount(polygon) && status == SINK_OK; i++) {
            double ring_m2 = 0;
            status = sink_ring_load(&cutting.ring, OGR_G_GetGeometryRef(polygon, i))
                         ? ring_area(&cutting, &ring_m2, error)
                         : sink_fail_memory(error);
            *area_m2 += i == 0 ? ring_m2 : -ring_m2;
        }
    }
    sink_ring_free(&cutting.ring);
    sink_ring_free(&cutting.cut);
    sink_ring_free(&cutting.part);
    return status;
}
