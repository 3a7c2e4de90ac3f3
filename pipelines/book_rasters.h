/* The errors of a job's rasters, from what a tally says of them. */
#ifndef SINK_PIPELINES_BOOK_RASTERS_H
#define SINK_PIPELINES_BOOK_RASTERS_H

#include "pipelines/evidence.h"
#include "pipelines/job.h"
#include "sinkcalc/model/raster_error.h"

struct sink_book_rasters {
    struct sink_raster_error *items; /* of the layers with a standard deviation, as in the job */
    size_t count;
};

/* The bundle's tally must be complete; its blocks are completed here, once. Texts are the job's,
 * which must outlive the rasters. SINK_BAD_DATA when the tally lacks the blocks of a range that the
 * job gives. */
SINK_CHECKED enum sink_status sink_book_rasters_make(struct sink_tally_bundle *bundle,
                                                     const struct sink_job *job,
                                                     const struct sink_class_list *classes,
                                                     struct sink_book_rasters *rasters,
                                                     struct sink_error *error);
void sink_book_rasters_free(struct sink_book_rasters *rasters);

#endif
