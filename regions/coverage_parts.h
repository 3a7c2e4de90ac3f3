/* The parts of a coverage: private to regions/coverage*.c. */
#ifndef SINK_REGIONS_COVERAGE_PARTS_H
#define SINK_REGIONS_COVERAGE_PARTS_H

#include "regions/coverage.h"
#include "regions/edges.h"

struct sink_coverage {
    int width, height;
    bool is_whole_turn; /* the grid goes once around the globe: nothing lies left or right of it */
    struct sink_edges edges;
};

#endif
