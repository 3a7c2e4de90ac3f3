/* A file in the making, beside the place where it will stand: for what is too large to be made in
 * memory, or is written by a library. It appears whole or not at all, as by sink_file_replace. */
#ifndef SINK_PIPELINES_PART_FILE_H
#define SINK_PIPELINES_PART_FILE_H

#include "sinkcalc/base/error.h"

#include <stdio.h>

struct sink_part_file {
    const char *path; /* where it will stand; borrowed */
    char *name;       /* where it is now */
    FILE *out;        /* open for writing */
};

/* Makes the part, empty. On failure nothing is left. */
SINK_CHECKED enum sink_status sink_part_open(const char *path, struct sink_part_file *part,
                                             struct sink_error *error);
/* Flushes, syncs, closes and renames; on failure the part is removed. */
SINK_CHECKED enum sink_status sink_part_publish(struct sink_part_file *part,
                                                struct sink_error *error);
/* A name beside the part, for a library that makes its own file: what is there goes now. malloc'ed;
 * NULL without memory. */
char *sink_part_aside(const struct sink_part_file *part);
/* Publishes the file of that name in place of the part. */
SINK_CHECKED enum sink_status sink_part_publish_aside(struct sink_part_file *part,
                                                      const char *aside, struct sink_error *error);
/* Closes and removes it. No effect on one that was published. */
void sink_part_drop(struct sink_part_file *part);

#endif
