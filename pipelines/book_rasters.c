#include "pipelines/book_rasters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum sink_status by_one(struct sink_tally_bundle *bundle,
                               const struct sink_class_list *classes,
                               const struct sink_job_layer *layer, double *shares,
                               struct sink_error *error)
{
    bool *speaks = sink_correlation_voices(&bundle->spec, classes, layer);
    if (!speaks)
        return sink_fail_memory(error);
    sink_raster_error_by_one(bundle->tally, layer->name, speaks, shares);
    free(speaks);
    return SINK_OK;
}

static enum sink_status by_blocks(struct sink_tally_bundle *bundle, const struct sink_job_layer *sd,
                                  double *shares, struct sink_error *error)
{
    for (size_t i = 0; i < bundle->correlations.count; i++) {
        const struct sink_correlation *correlation = &bundle->correlations.items[i];
        if (strcmp(correlation->name, sd->name) != 0 || correlation->range_m != sd->range_m)
            continue;
        sink_raster_error_by_blocks(bundle->blocks, i, bundle->spec.year_count,
                                    bundle->regions.count, shares);
        return SINK_OK;
    }
    return sink_fail(
        error, SINK_BAD_DATA,
        "the tally has no sums of %s by blocks of %.10g m, the range that its job gives", sd->name,
        sd->range_m);
}

enum sink_status sink_book_rasters_make(struct sink_tally_bundle *bundle,
                                        const struct sink_job *job,
                                        const struct sink_class_list *classes,
                                        struct sink_book_rasters *rasters, struct sink_error *error)
{
    const size_t room = bundle->spec.year_count * bundle->regions.count;
    *rasters =
        (struct sink_book_rasters){.items = calloc(job->layer_count + 1, sizeof *rasters->items)};
    enum sink_status status = rasters->items ? SINK_OK : sink_fail_memory(error);
    if (status == SINK_OK && bundle->blocks)
        status = sink_tally_complete(bundle->blocks, &bundle->regions, error);
    for (size_t i = 0; i < job->layer_count && status == SINK_OK; i++) {
        const struct sink_job_layer *sd = &job->layers[i];
        if (sd->role != SINK_ROLE_SD)
            continue;
        const struct sink_job_layer *layer = &job->layers[sd->of];
        struct sink_raster_error *raster = &rasters->items[rasters->count++];
        *raster = (struct sink_raster_error){.quantity = layer->name,
                                             .range_m = sd->range_m,
                                             .time_correlation = sd->time_correlation,
                                             .shares = malloc(room * sizeof *raster->shares)};
        if (!raster->shares)
            status = sink_fail_memory(error);
        else if (isnan(sd->range_m))
            status = by_one(bundle, classes, layer, raster->shares, error);
        else
            status = by_blocks(bundle, sd, raster->shares, error);
    }
    if (status != SINK_OK)
        sink_book_rasters_free(rasters);
    return status;
}

void sink_book_rasters_free(struct sink_book_rasters *rasters)
{
    for (size_t i = 0; i < rasters->count; i++)
        free(rasters->items[i].shares);
    free(rasters->items);
    *rasters = (struct sink_book_rasters){0};
}
