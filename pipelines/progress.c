#include "pipelines/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static double elapsed_s(const struct sink_progress_line *line)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - line->started.tv_sec) +
           1e-9 * (double)(now.tv_nsec - line->started.tv_nsec);
}

static void show(const struct sink_progress_line *line, size_t done, double now_s)
{
    const double rate = now_s > 0 ? (double)done / now_s : 0;
    const double left_s = rate > 0 ? (double)(line->total - done) / rate : 0;
    fprintf(stderr, "%ssinkcalc: %3.0f %% of %zu %s, %.1f/s, %.0f s left%s",
            line->is_terminal ? "\r" : "",
            line->total ? 100.0 * (double)done / (double)line->total : 100.0, line->total,
            line->what, rate, left_s, line->is_terminal ? "   " : "\n");
}

void sink_progress_start(struct sink_progress_line *line, const struct sink_options *options,
                         size_t total, const char *what)
{
    *line = (struct sink_progress_line){.total = total, .what = what};
    clock_gettime(CLOCK_MONOTONIC, &line->started);
    line->is_terminal = isatty(STDERR_FILENO) == 1;
    line->interval_s = line->is_terminal ? 0.2 : 30;
    line->is_always = options->progress == SINK_PROGRESS_ALWAYS;
    line->is_on = options->progress == SINK_PROGRESS_ALWAYS ||
                  (options->progress == SINK_PROGRESS_AUTO && !options->is_quiet);
}

static void show_now_and_then(struct sink_progress_line *line, size_t done)
{
    const double now_s = elapsed_s(line);
    if (now_s - line->shown_s < line->interval_s)
        return;
    line->shown_s = now_s;
    show(line, done, now_s);
}

void sink_progress_step(struct sink_progress_line *line, bool may_show)
{
    const size_t done = __atomic_add_fetch(&line->done, 1, __ATOMIC_RELAXED);
    if (line->is_on && may_show)
        show_now_and_then(line, done);
}

void sink_progress_reach(struct sink_progress_line *line, size_t done)
{
    line->done = done;
    if (line->is_on)
        show_now_and_then(line, done);
}

void sink_progress_finish(struct sink_progress_line *line)
{
    if (!line->is_on)
        return;
    if (line->is_terminal)
        fprintf(stderr, "\r%*s\r", 78, "");
    else if (line->shown_s > 0 || line->is_always)
        show(line, line->done, elapsed_s(line));
}

void sink_progress_resume(const struct sink_options *options, const char *checkpoint, uint64_t done,
                          uint64_t total)
{
    if (!options->is_quiet)
        fprintf(stderr,
                "sinkcalc: note: %s: %" PRIu64 " of %" PRIu64
                " tiles are done; goes on from there\n",
                checkpoint, done, total);
}
