/* The short table of a run, on stdout: the regions of the top level, or the one of --region. */
#ifndef SINK_PIPELINES_SUMMARY_H
#define SINK_PIPELINES_SUMMARY_H

#include "pipelines/inventory.h"
#include "pipelines/options.h"

#include <stdio.h>

/* SINK_BAD_JOB where `wanted`, the word of --region or NULL, is none of the regions. */
SINK_CHECKED enum sink_status sink_summary_check(const struct sink_region_list *regions,
                                                 const char *wanted, struct sink_error *error);
/* A table, or JSON with --json; nothing with --quiet (unless JSON is asked for). */
SINK_CHECKED enum sink_status sink_summary_print(const struct sink_inventory *inventory,
                                                 const struct sink_options *options, FILE *out,
                                                 struct sink_error *error);

#endif
