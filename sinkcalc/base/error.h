/* What can go wrong, and the one sentence that says what did. */
#ifndef SINK_BASE_ERROR_H
#define SINK_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/* Every function that can fail returns one of these; the values are the program's exit codes. */
enum sink_status {
    SINK_OK = 0,
    SINK_DIFFERS = 1,       /* verification found a difference */
    SINK_BAD_JOB = 2,       /* wrong words on the command line or in the job file */
    SINK_BAD_DATA = 3,      /* an input raster, region file or table cannot be used */
    SINK_FAILED = 4,        /* disk, memory, a library: failed at run time */
    SINK_INTERRUPTED = 130, /* SIGINT */
    SINK_TERMINATED = 143   /* SIGTERM */
};

struct sink_error {
    enum sink_status status; /* code branches on this */
    char message[1024];      /* people read this: "<file>: <what>, expected <what>" */
};

#define SINK_CHECKED __attribute__((warn_unused_result))
#define SINK_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* Fills `error` (which may be NULL) and returns `status`. Control bytes and invalid UTF-8 in the
 * text are escaped as \xNN, so that a hostile name cannot write to the reader's terminal. */
enum sink_status sink_fail(struct sink_error *error, enum sink_status status, const char *format,
                           ...) SINK_PRINTF(3, 4);

enum sink_status sink_fail_memory(struct sink_error *error);

/* Every fault that one check finds, in the order found. One thread at a time. */
struct sink_faults {
    struct sink_error *items;
    size_t count, room;
    size_t dropped; /* faults past the limit of 200, or for want of memory: counted, not kept */
    bool is_out_of_memory; /* one was dropped for want of it */
};

void sink_faults_add(struct sink_faults *faults, const struct sink_error *error);
/* As sink_fail, into the list. */
void sink_faults_note(struct sink_faults *faults, enum sink_status status, const char *format, ...)
    SINK_PRINTF(3, 4);
/* SINK_OK when empty, else the status of the first fault, which is also copied to `error`. */
enum sink_status sink_faults_status(const struct sink_faults *faults, struct sink_error *error);
/* After a failure: SINK_FAILED, and why, where this machine could not (or had no room to say why);
 * SINK_OK where the faults are all those of what was read. */
enum sink_status sink_faults_of_machine(const struct sink_faults *faults, struct sink_error *error);
/* Of faults in the same words the first one stays: a legend of several maps is read for each. */
void sink_faults_drop_doubles(struct sink_faults *faults);
void sink_faults_free(struct sink_faults *faults);

#ifdef __clang_analyzer__ /* which sees one file at a time: these never return SINK_OK */
#define sink_fail(error, status, ...) ((void)sink_fail(error, status, __VA_ARGS__), status)
#define sink_fail_memory(error) ((void)sink_fail_memory(error), SINK_FAILED)
#endif

#endif
