/* The tile loop: rasters and regions in, a tally out. The only file with threads. */
#ifndef SINK_PIPELINES_TALLY_RUN_H
#define SINK_PIPELINES_TALLY_RUN_H

#include "pipelines/evidence.h"
#include "pipelines/options.h"
#include "pipelines/plan.h"

struct sink_tally_result {
    struct sink_tally *tally; /* polygon rows; on plan->spec */
    double cells_read;
    double overlap_m2;
};

/* Same bits for any number of threads. Of several failing tiles the lowest is reported. `reverse`
 * takes the tiles from the last to the first (for tests). */
SINK_CHECKED enum sink_status sink_tally_run(const struct sink_plan *plan,
                                             const struct sink_options *options, bool reverse,
                                             struct sink_tally_result *result,
                                             struct sink_error *error);

#endif
