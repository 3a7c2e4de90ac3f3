/* The account of a book under the eyes of its user: a line that says how far the draws are. */
#ifndef SINK_PIPELINES_BOOK_WATCH_H
#define SINK_PIPELINES_BOOK_WATCH_H

#include "pipelines/book.h"
#include "pipelines/options.h"
#include "pipelines/progress.h"

struct sink_book_watch {
    const struct sink_options *options;
    /* What ends the work before its end, and says so in the error; NULL: nothing does. */
    enum sink_status (*stop)(void *context, struct sink_error *error);
    void *context;
    struct sink_progress_line line; /* once there are draws */
};

/* sink_book_make (book.h) with it. */
SINK_CHECKED enum sink_status sink_book_watch_make(struct sink_book_watch *watch,
                                                   struct sink_tally_bundle *bundle,
                                                   struct sink_book *book,
                                                   struct sink_faults *faults);

#endif
