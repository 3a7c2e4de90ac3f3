/* One line on stderr that says how far a run is. */
#ifndef SINK_PIPELINES_PROGRESS_H
#define SINK_PIPELINES_PROGRESS_H

#include "pipelines/options.h"

#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct sink_progress_line {
    size_t total, done;
    const char *what; /* "draws" */
    struct timespec started;
    double shown_s;    /* when the line was last shown, since the start */
    double interval_s; /* 0.2 on a terminal, 30 elsewhere */
    bool is_on, is_always, is_terminal;
};

/* auto: a live line on a terminal, a line every 30 s elsewhere; always: the same but shown at the
 * end too; never and --quiet: nothing. */
void sink_progress_start(struct sink_progress_line *line, const struct sink_options *options,
                         size_t total, const char *what);
/* One more item is done; any thread. Only the thread that says `may_show` writes. */
void sink_progress_step(struct sink_progress_line *line, bool may_show);
/* So many are done now; one thread. */
void sink_progress_reach(struct sink_progress_line *line, size_t done);
void sink_progress_finish(struct sink_progress_line *line);
/* Says that a run goes on from a checkpoint; --quiet: nothing. */
void sink_progress_resume(const struct sink_options *options, const char *checkpoint, uint64_t done,
                          uint64_t total);

#endif
