#include "pipelines/book_watch.h"

static enum sink_status look(void *context, size_t done, size_t total, struct sink_error *error)
{
    struct sink_book_watch *watch = context;
    if (total > 0 && watch->line.total == 0)
        sink_progress_start(&watch->line, watch->options, total, "draws");
    if (total > 0)
        sink_progress_reach(&watch->line, done);
    return watch->stop ? watch->stop(watch->context, error) : SINK_OK;
}

enum sink_status sink_book_watch_make(struct sink_book_watch *watch,
                                      struct sink_tally_bundle *bundle, struct sink_book *book,
                                      struct sink_faults *faults)
{
    const struct sink_watch asked = {watch, look};
    watch->line = (struct sink_progress_line){0};
    const enum sink_status status = sink_book_make(bundle, book, &asked, faults);
    if (watch->line.total > 0)
        sink_progress_finish(&watch->line);
    return status;
}
