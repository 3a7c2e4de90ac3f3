/* From a tally to an inventory: no raster is touched. */
#ifndef SINK_PIPELINES_BOOK_H
#define SINK_PIPELINES_BOOK_H

#include "pipelines/book_rasters.h"
#include "pipelines/book_settings.h"
#include "pipelines/evidence.h"
#include "pipelines/inventory.h"
#include "pipelines/job.h"

/* The account of a bundle, checked for closure, with all that an inventory needs. */
struct sink_book {
    struct sink_job *job; /* parsed again from the evidence */
    struct sink_class_list classes;
    struct sink_factors factors;
    struct sink_book_settings settings;
    struct sink_book_rasters rasters;
    struct sink_account *account;
    struct sink_uncertainty *uncertainty;
    struct sink_closure_check checks[SINK_CLOSURE_COUNT];
    struct sink_inventory inventory;
};

/* Completes the bundle's tallies with sums and rests. The bundle must outlive the book. Faults of
 * the embedded job or tables, missing factors, a closure that fails, or what the watch says, which
 * may be NULL. */
SINK_CHECKED enum sink_status sink_book_make(struct sink_tally_bundle *bundle,
                                             struct sink_book *book, const struct sink_watch *watch,
                                             struct sink_faults *faults);
/* The job, factors and settings alone. The evidence must outlive the book. */
SINK_CHECKED enum sink_status sink_book_read(const struct sink_evidence *evidence,
                                             struct sink_book *book, struct sink_faults *faults);
/* Another account with them, of a completed tally; the caller frees it. */
SINK_CHECKED enum sink_status sink_book_account(const struct sink_book *book,
                                                struct sink_tally *tally,
                                                const struct sink_region_list *regions,
                                                struct sink_account **account,
                                                struct sink_faults *faults);
void sink_book_free(struct sink_book *book);

/* Writes the inventory to `path` and, when the job has a per_region template, one file per region,
 * with the template taken relative to `folder`; with NULL for it the inventory alone. */
SINK_CHECKED enum sink_status sink_book_write(const struct sink_book *book, const char *folder,
                                              const char *path, struct sink_error *error);

#endif
