/* What can be told of the files of a job that has wrong keys. */
#include "pipelines/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The faults of keys. They are known by their messages: "job.yml:12:15: key: ...". */
struct wrong_keys {
    const struct sink_faults *faults;
    size_t count;
    struct sink_error path; /* of the job, escaped and cut as messages have it */
};

enum { KEY_BYTES = 160, PLACE_BYTES = 32 };

/* Where the sentence of a fault of the job begins. NULL for other faults. */
static const char *sentence(const struct wrong_keys *wrong, const char *message)
{
    const size_t length = strlen(wrong->path.message);
    int line = 0, column = 0, used = 0;
    if (strncmp(message, wrong->path.message, length) != 0 ||
        sscanf(message + length, ":%d:%d: %n", &line, &column, &used) != 2 || used == 0)
        return NULL;
    return message + length + used;
}

/* Whether the key, or one below it, is wrong. */
static bool is_wrong(const struct wrong_keys *wrong, const char *key)
{
    const size_t length = strlen(key);
    for (size_t i = 0; i < wrong->count; i++) {
        const char *text = sentence(wrong, wrong->faults->items[i].message);
        if (text && strncmp(text, key, length) == 0 && strchr(".:[", text[length]))
            return true;
    }
    return false;
}

/* A raster is read by what its keys, and those of the layer that it belongs to, say. */
static bool is_layer_wrong(const struct sink_job *job, const struct wrong_keys *wrong,
                           const struct sink_job_layer *layer)
{
    char key[KEY_BYTES];
    const struct sink_job_layer *owner = layer->of >= 0 ? &job->layers[layer->of] : layer;
    snprintf(key, sizeof key, "%s.%s",
             owner->role == SINK_ROLE_DISTURBANCE ? "disturbances" : "layers", owner->name);
    return layer->file_count == 0 || is_wrong(wrong, key) ||
           (layer->is_yearly && (is_wrong(wrong, "years") || is_wrong(wrong, "history")));
}

void sink_plan_check_files(const struct sink_job *job, struct sink_faults *faults)
{
    struct wrong_keys wrong = {.faults = faults, .count = faults->count};
    (void)!sink_fail(&wrong.path, SINK_BAD_JOB, "%s", job->path);
    if (strlen(wrong.path.message) + PLACE_BYTES + KEY_BYTES > sizeof wrong.path.message)
        return; /* messages may be cut before the key */
    struct sink_plan *plan = sink_plan_new(job, faults);
    if (!plan)
        return;
    if (!is_wrong(&wrong, "sha256") &&
        sink_checksums_read(job, &plan->checksums, faults) != SINK_OK)
        plan->checksums = NULL; /* its faults are told with the others */
    if (job->regions.file && job->regions.id && !is_wrong(&wrong, "regions"))
        sink_plan_open_boundaries(plan, faults);
    if (sink_plan_start_layers(plan, faults))
        for (size_t i = 0; i < job->layer_count; i++)
            if (!is_layer_wrong(job, &wrong, &job->layers[i]))
                sink_plan_open_layer(plan, &job->layers[i], faults);
    if (!is_wrong(&wrong, "factors"))
        sink_plan_load_tables(plan, faults);
    sink_plan_close(plan);
}
