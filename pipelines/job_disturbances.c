/* Disturbances of a job: rasters whose cells hold the year of the event. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <string.h>

/* One raster tells the events of all years. */
static bool check_file(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    if (!strstr(node->text, "{year}"))
        return sink_check_layer_file(walk, node);
    sink_walk_expected(walk, node, "a path without {year}: the cells hold the years of the events");
    return false;
}

static const struct sink_key disturbance_keys[] = {
    SINK_FILE_KEYS(check_file),
    {.name = "burns", .kind = SINK_KEY_YES_NO, .offset = offsetof(struct sink_job_layer, burns)},
};

void sink_job_read_disturbances(struct sink_walk *walk, const struct sink_yaml_node *node,
                                void *target)
{
    static const struct sink_keys keys = SINK_KEYS(disturbance_keys);
    struct sink_job *job = target;
    if (node->kind != SINK_YAML_MAP || node->count == 0) {
        sink_walk_expected(walk, node,
                           "rasters by name, such as {fire: {file: burned.tif, burns: yes}}");
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct sink_yaml_node *item = node->items[i];
        if (item->is_doubled || !sink_job_layer_check_name(walk, item))
            continue;
        struct sink_job_layer *layer =
            sink_job_layer_add(walk, job, item, sink_text_copy(item->key));
        if (!layer)
            return;
        layer->role = SINK_ROLE_DISTURBANCE;
        layer->method = SINK_RESAMPLE_NEAREST;
        sink_job_layer_read(walk, item, &keys, layer);
    }
}
