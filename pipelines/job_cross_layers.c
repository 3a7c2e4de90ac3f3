/* What two layers of a job, or a layer and another key, may not say at once. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <string.h>

static const struct sink_yaml_node *layer_node(const struct sink_job_cross *cross,
                                               const struct sink_job_layer *layer)
{
    const struct sink_yaml_node *layers = sink_yaml_find(cross->root, "layers");
    if (layer->role == SINK_ROLE_DISTURBANCE)
        return sink_yaml_find(sink_yaml_find(cross->root, "disturbances"), layer->name);
    if (layer->of < 0)
        return sink_yaml_find(layers, layer->name);
    return sink_yaml_find(sink_yaml_find(layers, cross->job->layers[layer->of].name), "sd");
}

/* Where its files stand: under `file`, or in place of the map. */
static const struct sink_yaml_node *file_node(const struct sink_job_cross *cross,
                                              const struct sink_job_layer *layer)
{
    const struct sink_yaml_node *node = layer_node(cross, layer);
    const struct sink_yaml_node *file = sink_yaml_find(node, "file");
    return file ? file : node;
}

static const char *nearest_key(const struct sink_yaml_node *map, const char *key)
{
    const char *nearest = NULL;
    for (size_t i = 0; i < map->count && !nearest; i++) {
        const char *const name = map->items[i]->key;
        nearest = sink_text_nearest(key, &name, 1);
    }
    return nearest;
}

static void check_land(const struct sink_job_cross *cross)
{
    const struct sink_yaml_node *layers = sink_yaml_find(cross->root, "layers");
    const struct sink_job_layer *ecosystem = NULL, *land_cover = NULL;
    if (!layers || layers->kind != SINK_YAML_MAP)
        return;
    for (size_t i = 0; i < cross->job->layer_count; i++) {
        const struct sink_job_layer *layer = &cross->job->layers[i];
        if (layer->role == SINK_ROLE_LAND_COVER)
            land_cover = layer;
        if (layer->role == SINK_ROLE_ECOSYSTEM && !ecosystem)
            ecosystem = layer;
    }
    const char *nearest = nearest_key(layers, "land_cover");
    if (land_cover && ecosystem)
        sink_walk_fault(cross->walk, layer_node(cross, ecosystem),
                        "together with land_cover, expected land_cover or layers of ecosystems");
    if (!land_cover && !ecosystem)
        sink_place_fault(cross->walk->faults, layers->key_place,
                         "layers: neither land_cover nor an ecosystem, expected land_cover, or "
                         "forest, grassland, wetland, mangrove, salt_marsh or seagrass%s%s%s",
                         nearest ? " (is " : "", nearest ? nearest : "",
                         nearest ? " the land_cover?)" : "");
}

/* Else every year would have the same map, and no change. */
static void check_years(const struct sink_job_cross *cross)
{
    const struct sink_job *job = cross->job;
    const size_t count = job->year_count + job->history_count;
    for (size_t i = 0; i < job->layer_count && count > 1; i++) {
        const struct sink_job_layer *layer = &job->layers[i];
        const bool is_land =
            layer->role == SINK_ROLE_LAND_COVER || layer->role == SINK_ROLE_ECOSYSTEM;
        if (is_land && layer->file_count && !layer->is_yearly)
            sink_walk_fault(cross->walk, file_node(cross, layer),
                            "the same map for %zu years%s, expected {year} in the path", count,
                            job->history_count ? " (with history)" : "");
    }
}

/* The history of a cell is a row of classes, of which shares have several at once. */
static void check_shares(const struct sink_job_cross *cross)
{
    for (size_t i = 0; i < cross->job->layer_count && cross->job->history_count; i++) {
        const struct sink_job_layer *layer = &cross->job->layers[i];
        if (layer->role == SINK_ROLE_ECOSYSTEM && layer->share != SINK_SHARE_PRESENCE)
            sink_walk_expected(cross->walk, sink_yaml_find(layer_node(cross, layer), "unit"),
                               "presence beside history, for which a cell needs one class at a "
                               "time");
    }
}

/* --- volume that is derived --- */

static void check_derived_classes(const struct sink_job_cross *cross,
                                  const struct sink_job_layer *layer,
                                  const struct sink_job_layer *biomass)
{
    const struct sink_class_list *list = cross->walk->classes;
    const struct sink_yaml_node *node = sink_yaml_find(layer_node(cross, layer), "classes");
    for (size_t i = 0; node && i < layer->class_count; i++) {
        const int index = sink_class_list_find(list, layer->classes[i]);
        if (index >= 0 && !sink_job_layer_speaks_for(biomass, &list->items[index]))
            sink_walk_expected(cross->walk, node->kind == SINK_YAML_LIST ? node->items[i] : node,
                               "a class that above_ground_biomass speaks for");
    }
}

static void check_derived(const struct sink_job_cross *cross)
{
    const struct sink_job_layer *biomass =
        sink_job_find_role(cross->job, SINK_ROLE_ABOVE_GROUND_BIOMASS);
    for (size_t i = 0; i < cross->job->layer_count; i++) {
        const struct sink_job_layer *layer = &cross->job->layers[i];
        if (!layer->is_derived)
            continue;
        if (biomass)
            check_derived_classes(cross, layer, biomass);
        else
            sink_walk_fault(cross->walk, sink_yaml_find(layer_node(cross, layer), "from"),
                            "given, expected only beside the layer above_ground_biomass");
    }
}

/* --- disturbances --- */

static void check_disturbances(const struct sink_job_cross *cross)
{
    const struct sink_yaml_node *layers = sink_yaml_find(cross->root, "layers");
    for (size_t i = 0; i < cross->job->layer_count; i++) {
        const struct sink_job_layer *layer = &cross->job->layers[i];
        const struct sink_yaml_node *same =
            layer->role == SINK_ROLE_DISTURBANCE ? sink_yaml_find(layers, layer->name) : NULL;
        if (same)
            sink_place_fault(cross->walk->faults, layer->place,
                             "disturbances.%s: the name of a layer (line %d), expected another one",
                             layer->name, same->key_place.line);
    }
}

/* --- sources --- */

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Overlays may read one raster with several legends; nothing else means two things. */
static bool is_same_source(const struct sink_job_layer *a, const struct sink_job_layer *b)
{
    if (a->file_count != b->file_count || a->file_count == 0 || a->band != b->band ||
        !is_same_text(a->variable, b->variable))
        return false;
    if ((a->role == SINK_ROLE_OVERLAY || b->role == SINK_ROLE_OVERLAY) &&
        !is_same_text(a->legend, b->legend))
        return false;
    for (size_t i = 0; i < a->file_count; i++)
        if (strcmp(a->files[i], b->files[i]) != 0)
            return false;
    return true;
}

static void check_sources(const struct sink_job_cross *cross)
{
    for (size_t i = 0; i < cross->job->layer_count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct sink_job_layer *layer = &cross->job->layers[i];
            const struct sink_job_layer *earlier = &cross->job->layers[j];
            if (!is_same_source(layer, earlier))
                continue;
            sink_walk_fault(cross->walk, file_node(cross, layer),
                            "the same file and band as %s (line %d), expected another",
                            earlier->name, earlier->place.line);
            break;
        }
}

void sink_job_cross_check_layers(const struct sink_job_cross *cross)
{
    check_land(cross);
    check_years(cross);
    check_shares(cross);
    check_derived(cross);
    check_disturbances(cross);
    check_sources(cross);
}
