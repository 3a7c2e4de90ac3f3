#include "pipelines/plan.h"
#include "pipelines/table_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_class_role(enum sink_layer_role role)
{
    return role == SINK_ROLE_LAND_COVER || role == SINK_ROLE_OVERLAY;
}

void sink_plan_layer_label(const struct sink_plan *plan, const struct sink_plan_layer *layer,
                           char *label, size_t size)
{
    if (layer->year_index < 0)
        snprintf(label, size, "%s", layer->job->name);
    else
        snprintf(label, size, "%s %d", layer->job->name,
                 sink_plan_year(plan, (size_t)layer->year_index));
}

static void read_legend(struct sink_plan *plan, struct sink_plan_layer *layer,
                        struct sink_faults *faults)
{
    struct sink_error error;
    struct sink_csv *csv = NULL;
    const size_t before = faults->count;
    const struct sink_class_list *classes =
        layer->job->role == SINK_ROLE_LAND_COVER ? &plan->classes : NULL;
    if (sink_table_load_legend(plan->job, layer->job, &csv, &error) != SINK_OK)
        sink_faults_add(faults, &error);
    else if (sink_legend_read(csv, classes, &layer->legend, faults) != SINK_OK)
        layer->legend = (struct sink_legend){0};
    sink_csv_free(csv);
    sink_table_place_faults(plan->job, layer->job->legend, faults, before);
}

static void open_layer(struct sink_plan *plan, struct sink_plan_layer *layer,
                       struct sink_faults *faults)
{
    struct sink_error error;
    char label[128], **paths = NULL;
    size_t path_count = 0;
    const struct sink_job_layer *job = layer->job;
    sink_plan_layer_label(plan, layer, label, sizeof label);
    const int year = layer->year_index < 0 ? 0 : sink_plan_year(plan, (size_t)layer->year_index);
    if (sink_job_layer_files(plan->job, job, year, &paths, &path_count, &error) != SINK_OK) {
        sink_faults_add(faults, &error);
        return;
    }
    for (size_t i = 0; i < path_count; i++)
        sink_inputs_watch(&plan->inputs, paths[i]);
    const struct sink_layer_request request = {
        .name = label,
        .paths = (const char *const *)paths,
        .path_count = path_count,
        .band = job->band,
        .variable = job->variable,
        .crs = job->crs,
        .has_nodata = job->has_nodata,
        .nodata = job->nodata,
        .is_class = is_class_role(job->role) || job->role == SINK_ROLE_DISTURBANCE ||
                    (job->role == SINK_ROLE_ECOSYSTEM && job->share == SINK_SHARE_PRESENCE),
        .method = job->method,
        .count_missing = plan->job->missing.tile != SINK_MISSING_ERROR,
        .confine = plan->job->confine};
    if (sink_layer_open(&request, &layer->layer, faults) != SINK_OK)
        layer->layer = NULL;
    sink_paths_free(paths, path_count);
}

bool sink_plan_start_layers(struct sink_plan *plan, struct sink_faults *faults)
{
    const size_t maps = sink_plan_map_count(plan); /* none where the years are wrong */
    plan->layers = calloc(plan->job->layer_count * (maps + 1) + 1, sizeof *plan->layers);
    if (!plan->layers)
        sink_faults_note(faults, SINK_FAILED, "out of memory");
    return plan->layers != NULL;
}

void sink_plan_open_layer(struct sink_plan *plan, const struct sink_job_layer *job,
                          struct sink_faults *faults)
{
    if (job->constant || job->is_derived)
        return;
    const bool is_of_class = job->role == SINK_ROLE_LAND_COVER || job->role == SINK_ROLE_ECOSYSTEM;
    const size_t count = !job->is_yearly ? 1
                         : is_of_class   ? sink_plan_map_count(plan)
                                         : plan->job->year_count;
    for (size_t year = 0; year < count; year++) {
        struct sink_plan_layer *layer = &plan->layers[plan->layer_count++];
        layer->job = job;
        layer->year_index = job->is_yearly ? (int)year : -1;
        open_layer(plan, layer, faults);
        if (job->legend)
            read_legend(plan, layer, faults);
    }
}

void sink_plan_open_layers(struct sink_plan *plan, struct sink_faults *faults)
{
    if (!sink_plan_start_layers(plan, faults))
        return;
    for (size_t i = 0; i < plan->job->layer_count; i++)
        sink_plan_open_layer(plan, &plan->job->layers[i], faults);
}

/* A unit that the file states must be the one that the job states. */
static void check_unit(struct sink_plan_layer *layer, struct sink_faults *faults)
{
    struct sink_unit unit;
    const char *in_file = sink_layer_unit(layer->layer);
    if (!layer->job->unit_text || layer->job->role == SINK_ROLE_ECOSYSTEM || !*in_file)
        return;
    if (sink_unit_parse(in_file, &unit) &&
        (unit.quantity != layer->job->unit.quantity || unit.factor != layer->job->unit.factor))
        sink_faults_note(faults, SINK_BAD_DATA, "%s: unit \"%s\" in the file, \"%s\" in the job",
                         sink_layer_file(layer->layer, 0), in_file, layer->job->unit_text);
}

void sink_plan_place_layers(struct sink_plan *plan, struct sink_faults *faults)
{
    static const char *const methods[] = {"nearest", "bilinear", "average"};
    struct sink_error error;
    char label[128];
    for (size_t i = 0; i < plan->layer_count; i++) {
        struct sink_plan_layer *layer = &plan->layers[i];
        if (!layer->layer)
            continue;
        check_unit(layer, faults);
        sink_plan_layer_label(plan, layer, label, sizeof label);
        if (sink_layer_place(layer->layer, &plan->grid, &layer->placement, &error) != SINK_OK)
            sink_faults_add(faults, &error);
        else if (layer->placement == SINK_PLACED_WARPED)
            sink_faults_note(&plan->notes, SINK_DIFFERS,
                             "%s: %s lies on another grid and is brought to the job's by %s",
                             sink_layer_file(layer->layer, 0), label, methods[layer->job->method]);
    }
}
