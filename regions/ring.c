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

double sink_ring_area_m2(const struct sink_ring *ring, struct sink_ellipsoid ellipsoid)
{
    double area_m2 = 0;
    for (size_t i = 0; i < ring->count; i++) {
        const double *from = &ring->nodes[2 * i], *to = &ring->nodes[2 * ((i + 1) % ring->count)];
        area_m2 += sink_ellipsoid_edge_area_m2(ellipsoid, from[0], from[1], to[0], to[1]);
    }
    return fabs(area_m2);
}
