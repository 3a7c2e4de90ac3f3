/* The tile loop: rasters and regions in, a tally out. The only file with threads. */
#ifndef SINK_PIPELINES_TALLY_RUN_H
#define SINK_PIPELINES_TALLY_RUN_H

#include "pipelines/evidence.h"
#include "pipelines/options.h"
#include "pipelines/plan.h"

struct sink_tally_request {
    const struct sink_options *options; /* threads, part, checkpoints, progress */
    const char *checkpoint; /* where work is kept, to go on from; NULL: nowhere (checkpoint.h) */
    bool reverse;           /* the tiles from the last to the first, for tests */
};

/* Hashes the files of the bundle's evidence and tallies the tiles of the part, or all, into its
 * tally, on plan->spec, and, when a raster's errors have a range, into its blocks; NULL after a
 * failure. Same bits for any number of threads and interruptions. Of several failing tiles the
 * lowest is reported. When interrupted (interrupt.h) it keeps what is done and says so. */
SINK_CHECKED enum sink_status sink_tally_run(const struct sink_plan *plan,
                                             const struct sink_tally_request *request,
                                             struct sink_tally_bundle *bundle,
                                             struct sink_error *error);

#endif
