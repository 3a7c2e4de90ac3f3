/* Standard deviations of layers, and over what range and time their errors go together. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <string.h>

static const struct sink_key sd_keys[] = {
    SINK_FILE_KEYS(sink_check_layer_file),
    {.name = "unit", .kind = SINK_KEY_PART, .read = sink_job_read_unit},
};

/* Unit and method are those of the layer that it belongs to. */
static void read_sd(struct sink_walk *walk, const struct sink_yaml_node *node, struct sink_job *job,
                    size_t of)
{
    static const struct sink_keys keys = SINK_KEYS(sd_keys);
    struct sink_job_layer *layer =
        sink_job_layer_add(walk, job, node, sink_text_format("%s_sd", job->layers[of].name));
    if (!layer)
        return;
    const struct sink_job_layer *const main = &job->layers[of];
    layer->role = SINK_ROLE_SD;
    layer->of = (int)of;
    sink_job_layer_read(walk, node, &keys, layer);
    const bool is_same =
        !layer->unit_text || !main->unit_text ||
        (layer->unit.quantity == main->unit.quantity && layer->unit.factor == main->unit.factor);
    if (!is_same)
        sink_walk_expected(walk, sink_yaml_find(node, "unit"), "%s as its layer has",
                           main->unit_text);
    if (layer->is_yearly && !main->is_yearly && main->file_count)
        sink_walk_fault(walk, node, "a file for each {year}, expected one as its layer has");
    layer->method = main->method;
    layer->depth_cm = main->depth_cm;
    layer->unit = main->unit;
    if (!layer->unit_text && main->unit_text) {
        layer->unit_text = sink_text_copy(main->unit_text);
        if (!layer->unit_text)
            sink_place_fault_memory(walk->faults);
    }
}

static void read_range(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_job_unit lengths[] = {{"m", 1, 1}, {"km", 1000, 1}, {NULL, 1, 1}};
    struct sink_job_layer *layer = target;
    double range_m;
    if (node->kind == SINK_YAML_TEXT && sink_job_parse_amount(node->text, lengths, &range_m) &&
        range_m > 0)
        layer->range_m = range_m;
    else
        sink_walk_expected(walk, node, "a length above 0 with its unit, such as 10 km or 500 m");
}

static void read_time(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const char expected[] = "a correlation from 0 to 1";
    struct sink_job_layer *layer = target;
    double correlation;
    if (!sink_walk_number(walk, node, expected, &correlation))
        return;
    if (correlation >= 0 && correlation <= 1)
        layer->time_correlation = correlation;
    else
        sink_walk_expected(walk, node, "%s", expected);
}

static const struct sink_key correlation_keys[] = {
    {.name = "range", .kind = SINK_KEY_PART, .read = read_range},
    {.name = "time", .kind = SINK_KEY_PART, .read = read_time},
};

static void read_correlation(struct sink_walk *walk, const struct sink_yaml_node *node,
                             struct sink_job_layer *layer)
{
    static const struct sink_keys keys = SINK_KEYS(correlation_keys);
    if (node->kind == SINK_YAML_MAP && node->count)
        sink_walk_map(walk, node, &keys, layer);
    else
        sink_walk_expected(walk, node, "range, time or both, such as {range: 10 km, time: 0.5}");
}

void sink_job_layer_read_sd(struct sink_walk *walk, const struct sink_yaml_node *node,
                            struct sink_job *job, size_t of)
{
    const struct sink_yaml_node *sd = sink_yaml_find(node, "sd");
    const struct sink_yaml_node *correlation = sink_yaml_find(node, "correlation");
    struct sink_job_layer none = {0};
    if (sd)
        read_sd(walk, sd, job, of);
    if (!correlation)
        return;
    if (!sd)
        sink_walk_fault(walk, correlation, "given, expected only beside sd, whose errors it is of");
    /* Without its layer (no sd, or no memory) it is read all the same, for its faults. */
    read_correlation(walk, correlation,
                     sd && job->layer_count > of + 1 ? &job->layers[job->layer_count - 1] : &none);
}
