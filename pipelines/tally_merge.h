/* Tallies of parts of one job, put together. */
#ifndef SINK_PIPELINES_TALLY_MERGE_H
#define SINK_PIPELINES_TALLY_MERGE_H

#include "pipelines/evidence.h"

/* What makes two tallies those of different jobs: the program, the job, its tables, its inputs (as
 * far as both have their hashes), or what follows from them; "" when nothing does. */
SINK_CHECKED enum sink_status sink_tally_compare(const struct sink_tally_bundle *a,
                                                 const struct sink_tally_bundle *b, char *what,
                                                 size_t what_size, struct sink_error *error);

/* Adds the sums, cells read, overlap and tiles of `from` to those of `into`, both of one job. */
SINK_CHECKED enum sink_status sink_tally_bundle_add(struct sink_tally_bundle *into,
                                                    const struct sink_tally_bundle *from,
                                                    struct sink_error *error);

/* The tally of a whole job from the files of its parts, in any order: the bundle that one run would
 * have made. Every fault is noted: parts that are missing, there twice, unfinished or of something
 * else, with their names. */
SINK_CHECKED enum sink_status sink_tally_merge_files(char *const *paths, size_t count,
                                                     struct sink_tally_bundle *bundle,
                                                     struct sink_faults *faults);

#endif
