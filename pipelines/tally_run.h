/* The tile loop: rasters and regions in, a tally out. The only file with threads. */
#ifndef SINK_PIPELINES_TALLY_RUN_H
#define SINK_PIPELINES_TALLY_RUN_H

#include "pipelines/evidence.h"
#include "pipelines/options.h"
#include "pipelines/plan.h"

/* Hashes the files of `evidence` and tallies. Same bits for any number of threads. Of several
 * failing tiles the lowest is reported. `reverse` takes the tiles from the last to the first (for
 * tests). The tally holds polygon rows, on plan->spec. */
SINK_CHECKED enum sink_status sink_tally_run(const struct sink_plan *plan,
                                             struct sink_evidence *evidence,
                                             const struct sink_options *options, bool reverse,
                                             struct sink_tally **tally, struct sink_error *error);

#endif
