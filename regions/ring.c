#include "regions/ring.h"

#include <math.h>
#include <ogr_api.h>
#include <stdlib.h>

void sink_ring_free(struct sink_ring *ring)
{
    free(ring->nodes);
    *ring = (struct sink_ring){0};
}

bool sink_ring_push(struct sink_ring *ring, double x, double y)
{
    if (ring->count == ring->room) {
        const size_t room = ring->room ? 2 * ring->room : 256;
        double *nodes = realloc(ring->nodes, 2 * room * sizeof *nodes);
        if (!nodes)
            return false;
        ring->nodes = nodes;
        ring->room = room;
    }
    ring->nodes[2 * ring->count] = x;
    ring->nodes[2 * ring->count + 1] = y;
    ring->count++;
    return true;
}

bool sink_ring_load(struct sink_ring *ring, void *ogr_ring)
{
    const int count = OGR_G_GetPointCount(ogr_ring);
    ring->count = 0;
    for (int i = 0; i < count; i++)
        if (!sink_ring_push(ring, OGR_G_GetX(ogr_ring, i), OGR_G_GetY(ogr_ring, i)))
            return false;
    while (ring->count > 1 && ring->nodes[0] == ring->nodes[2 * ring->count - 2] &&
           ring->nodes[1] == ring->nodes[2 * ring->count - 1])
        ring->count--;
    return true;
}

void sink_ring_orient(struct sink_ring *ring, bool is_counter_clockwise)
{
    double twice_area = 0;
    for (size_t i = 1; i + 1 < ring->count; i++) {
        const double *o = ring->nodes, *a = &ring->nodes[2 * i], *b = &ring->nodes[2 * i + 2];
        twice_area += (a[0] - o[0]) * (b[1] - o[1]) - (b[0] - o[0]) * (a[1] - o[1]);
    }
    if ((twice_area > 0) == is_counter_clockwise)
        return;
    for (size_t i = 0, j = ring->count - 1; i < j; i++, j--)
        for (int k = 0; k < 2; k++) {
            const double held = ring->nodes[2 * i + (size_t)k];
            ring->nodes[2 * i + (size_t)k] = ring->nodes[2 * j + (size_t)k];
            ring->nodes[2 * j + (size_t)k] = held;
        }
}

/* -360, 0 or 360: what continues a step across the antimeridian. */
static double turn(double step_deg)
{
    if (step_deg > 180 && step_deg < 360)
        return -360;
    return step_deg < -180 && step_deg > -360 ? 360 : 0;
}

bool sink_ring_unwrap(struct sink_ring *ring, bool *has_crossed)
{
    if (ring->count == 0)
        return true;
    double offset = 0, last = ring->nodes[0], latitude_sum = ring->nodes[1];
    for (size_t i = 1; i < ring->count; i++) {
        const double longitude = ring->nodes[2 * i];
        offset += turn(longitude - last);
        ring->nodes[2 * i] += offset;
        latitude_sum += ring->nodes[2 * i + 1];
        last = longitude;
        *has_crossed |= offset != 0;
    }
    offset += turn(ring->nodes[0] - last);
    if (offset == 0)
        return true;
    *has_crossed = true;
    const double pole = latitude_sum > 0 ? 90 : -90;
    const double x = ring->nodes[0], y = ring->nodes[1];
    return sink_ring_push(ring, x + offset, y) && sink_ring_push(ring, x + offset, pole) &&
           sink_ring_push(ring, x, pole);
}

double sink_ring_x_min(const struct sink_ring *ring)
{
    double x_min = INFINITY;
    for (size_t i = 0; i < ring->count; i++)
        x_min = fmin(x_min, ring->nodes[2 * i]);
    return x_min;
}

void sink_ring_follow(struct sink_ring *hole, double outer_x_min)
{
    const double turns = ceil((outer_x_min - sink_ring_x_min(hole) - 1e-9) / 360);
    for (size_t i = 0; i < hole->count && turns != 0; i++)
        hole->nodes[2 * i] += 360 * turns;
}

/* Signed area between a parallel and an edge that stays within a degree of it. Summed from the
 * parallel rather than from the equator, a ring of a few metres keeps its digits. Gauss-Legendre
 * (Abramowitz and Stegun 1964, table 25.4), 3 points: over a degree 1e-14 of the strip remains; 2
 * points: over 0.05 degrees 1e-16. */
static double edge_area_m2(struct sink_ellipsoid ellipsoid, double parallel_deg, const double *from,
                           const double *to)
{
    static const double abscissa[2][3] = {{-0.57735026918962576, 0.57735026918962576},
                                          {-0.77459666924148338, 0, 0.77459666924148338}};
    static const double weight[2][3] = {{0.5, 0.5}, {5.0 / 18, 8.0 / 18, 5.0 / 18}};
    const double width_deg = to[0] - from[0];
    const bool is_long = fabs(to[1] - from[1]) > 0.05;
    double sum_m2 = 0;
    for (int i = 0; i < 2 + is_long; i++) {
        const double latitude = from[1] + (to[1] - from[1]) * (1 + abscissa[is_long][i]) / 2;
        const double strip_m2 =
            sink_ellipsoid_cell_area_m2(ellipsoid, parallel_deg, latitude, width_deg);
        sum_m2 += weight[is_long][i] * (latitude < parallel_deg ? -strip_m2 : strip_m2);
    }
    return width_deg < 0 ? sum_m2 : -sum_m2;
}

double sink_ring_area_m2(const struct sink_ring *ring, struct sink_ellipsoid ellipsoid)
{
    double area_m2 = 0, south_deg = INFINITY, north_deg = -INFINITY;
    for (size_t i = 0; i < ring->count; i++) {
        south_deg = fmin(south_deg, ring->nodes[2 * i + 1]);
        north_deg = fmax(north_deg, ring->nodes[2 * i + 1]);
    }
    const bool is_near = north_deg - south_deg < 1;
    for (size_t i = 0; i < ring->count; i++) {
        const double *from = &ring->nodes[2 * i], *to = &ring->nodes[2 * ((i + 1) % ring->count)];
        area_m2 += is_near ? edge_area_m2(ellipsoid, south_deg, from, to)
                           : sink_ellipsoid_edge_area_m2(ellipsoid, from[0], from[1], to[0], to[1]);
    }
    return area_m2;
}
