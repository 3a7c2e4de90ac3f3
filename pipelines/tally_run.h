/* The tile loop: rasters and regions in, a tally out. The only file with threads. */
#ifndef SINK_PIPELINES_TALLY_RUN_H
#define SINK_PIPELINES_TALLY_RUN_H

#include "pipelines/evidence.h"
#include "pipelines/options.h"
#include "pipelines/plan.h"

/* Hashes the files of the bundle's evidence and tallies into its tally, on plan->spec, and, when a
 * raster's errors have a range, into its blocks; NULL after a failure. Same bits for any number of
 * threads. Of several failing tiles the lowest is reported. `reverse` takes the tiles from the last
 * to the first (for tests). */
SINK_CHECKED enum sink_status sink_tally_run(const struct sink_plan *plan,
                                             const struct sink_options *options, bool reverse,
                                             struct sink_tally_bundle *bundle,
                                             struct sink_error *error);

#endif
