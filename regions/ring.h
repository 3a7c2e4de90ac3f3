/* A closed ring of nodes, without the repeated last one: private to regions/. */
#ifndef SINK_REGIONS_RING_H
#define SINK_REGIONS_RING_H

#include "sinkcalc/base/ellipsoid.h"

#include <stdbool.h>
#include <stddef.h>

struct sink_ring {
    double *nodes; /* x, y pairs */
    size_t count, room;
};

void sink_ring_free(struct sink_ring *ring);
/* False without memory. */
bool sink_ring_push(struct sink_ring *ring, double x, double y);
/* The nodes of an OGR ring (an OGRGeometryH of a line string). False without memory. */
bool sink_ring_load(struct sink_ring *ring, void *ogr_ring);

/* Turned about when needed, so that it runs counter-clockwise, or clockwise. Files keep no rule. */
void sink_ring_orient(struct sink_ring *ring, bool is_counter_clockwise);

/* Longitudes made continuous: a step of more than 180 and less than 360 degrees crosses
 * the antimeridian. A ring that goes once around the globe holds a pole, and is closed along it.
 * Sets *has_crossed when anything changed. False without memory. */
bool sink_ring_unwrap(struct sink_ring *ring, bool *has_crossed);
/* Shifts a hole by whole turns to where its outer ring, which starts at `outer_x_min`, lies. */
void sink_ring_follow(struct sink_ring *hole, double outer_x_min);
double sink_ring_x_min(const struct sink_ring *ring);

/* Area on the ellipsoid of a ring in degrees, positive when it runs counter-clockwise; to 1e-12 of
 * itself also where it is a few metres across. */
double sink_ring_area_m2(const struct sink_ring *ring, struct sink_ellipsoid ellipsoid);

#endif
