/* What can be told of the files of a job that has wrong keys. */
#include "pipelines/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether the key, or one below it, is wrong. */
static bool is_wrong(const struct sink_job *job, const char *key)
{
    const size_t length = strlen(key);
    for (size_t i = 0; i < job->wrong_key_count; i++) {
        const char *wrong = job->wrong_keys[i];
        if (strncmp(wrong, key, length) == 0 && strchr(".[", wrong[length])) /* or its end */
            return true;
    }
    return false;
}

/* A raster is read by what its keys, and those of the layer that it belongs to, say. */
static bool is_layer_wrong(const struct sink_job *job, const struct sink_job_layer *layer)
{
    char key[160];
    const struct sink_job_layer *owner = layer->of >= 0 ? &job->layers[layer->of] : layer;
    snprintf(key, sizeof key, "%s.%s",
             owner->role == SINK_ROLE_DISTURBANCE ? "disturbances" : "layers", owner->name);
    return layer->file_count == 0 || is_wrong(job, key) ||
           (layer->is_yearly && (is_wrong(job, "years") || is_wrong(job, "history")));
}

void sink_plan_check_files(const struct sink_job *job, struct sink_faults *faults)
{
    struct sink_plan *plan = sink_plan_new(job, faults);
    if (!plan)
        return;
    if (!is_wrong(job, "sha256"))
        sink_checksums_read(job, &plan->checksums, faults);
    if (job->regions.file && job->regions.id && !is_wrong(job, "regions"))
        sink_plan_open_boundaries(plan, faults);
    if (sink_plan_start_layers(plan, faults))
        for (size_t i = 0; i < job->layer_count; i++)
            if (!is_layer_wrong(job, &job->layers[i]))
                sink_plan_open_layer(plan, &job->layers[i], faults);
    if (!is_wrong(job, "factors"))
        sink_plan_load_tables(plan, faults);
    sink_plan_close(plan);
}
