/* Fewer nodes for display: private to regions/. */
#ifndef SINK_REGIONS_SIMPLIFY_H
#define SINK_REGIONS_SIMPLIFY_H

#include "regions/ring.h"

/* Leaves out nodes that lie within `tolerance` of the lines between those that stay (Douglas and
 * Peucker 1973, doi:10.3138/FM57-6770-U75U-7727), but never all: a ring of four nodes or more keeps
 * at least four. Lines may cross afterwards. False without memory. */
bool sink_ring_simplify(struct sink_ring *ring, double tolerance);

#endif
