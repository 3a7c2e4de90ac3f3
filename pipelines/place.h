/* Where in a job file something stands, and the faults found there, told in the file's order. */
#ifndef SINK_PIPELINES_PLACE_H
#define SINK_PIPELINES_PLACE_H

#include "sinkcalc/base/error.h"

#include <stddef.h>

/* "job.yml:12:5" */
struct sink_place {
    int line, column; /* from 1; 0 when there is none, as of a key that is absent */
};

/* Faults are found key by key, in the order of our tables; a reader mends them from the top. */
struct sink_placed_faults {
    const char *path; /* of the file, as given; borrowed */
    struct sink_placed_fault {
        struct sink_place place;
        size_t order;  /* as found: keeps the order of faults in one place */
        char key[160]; /* "layers.zone.file", by which the text begins */
        struct sink_error error;
    } * items;
    size_t count, room;
    size_t dropped; /* past the limit of 1000, or for want of memory */
};

/* Notes "<path>:<line>:<column>: <text>" as SINK_BAD_JOB; the text begins "<key>: ". */
void sink_place_fault(struct sink_placed_faults *faults, struct sink_place place,
                      const char *format, ...) SINK_PRINTF(3, 4);
/* Notes "<path>: out of memory" as SINK_FAILED, before all others. */
void sink_place_fault_memory(struct sink_placed_faults *faults);
/* Moves all faults to the end of `to`, in the order of their places; `from` is empty afterwards.
 * SINK_OK when there were none, else SINK_FAILED when memory was out, else SINK_BAD_JOB. */
enum sink_status sink_placed_faults_move(struct sink_placed_faults *from, struct sink_faults *to);

#endif
