/* The files of a job must stay what they were when they were opened: sums of one content with the
 * hash of another would prove nothing. Not seen is what keeps size and time of the last change, and
 * what happens to sources of a VRT and parts of a shapefile before their headers were read. */
#ifndef SINK_PIPELINES_INPUTS_H
#define SINK_PIPELINES_INPUTS_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct sink_input; /* a file as it was */
struct sink_inputs {
    struct sink_input *items;
    size_t count, room;
    bool is_out_of_memory; /* not all are watched */
};

/* Notes what the file is now: device, inode, size, time of its last change. To be called before it
 * is read. One that is not there (an URL) is not watched. */
void sink_inputs_watch(struct sink_inputs *inputs, const char *path);
/* SINK_BAD_DATA names the first file that is no longer what it was. */
SINK_CHECKED enum sink_status sink_inputs_check(const struct sink_inputs *inputs,
                                                struct sink_error *error);
void sink_inputs_free(struct sink_inputs *inputs);

#endif
