/* The short table of a run: the regions of the top level, on stdout. */
#ifndef SINK_PIPELINES_SUMMARY_H
#define SINK_PIPELINES_SUMMARY_H

#include "pipelines/inventory.h"
#include "pipelines/options.h"

#include <stdio.h>

/* A table, or JSON with --json; nothing with --quiet (unless JSON is asked for). */
SINK_CHECKED enum sink_status sink_summary_print(const struct sink_inventory *inventory,
                                                 const struct sink_options *options, FILE *out,
                                                 struct sink_error *error);

#endif
