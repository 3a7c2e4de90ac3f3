/* What two keys of a job may not say at once. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

struct cross {
    struct sink_walk *walk;
    const struct sink_yaml_node *root;
    const struct sink_job *job;
};

/* --- layers --- */

static const struct sink_yaml_node *layer_node(const struct cross *cross,
                                               const struct sink_job_layer *layer)
{
    const struct sink_yaml_node *layers = sink_yaml_find(cross->root, "layers");
    if (layer->of < 0)
        return sink_yaml_find(layers, layer->name);
    return sink_yaml_find(sink_yaml_find(layers, cross->job->layers[layer->of].name), "sd");
}

/* Where its files stand: under `file`, or in place of the map. */
static const struct sink_yaml_node *file_node(const struct cross *cross,
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

static void check_land(const struct cross *cross)
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
static void check_years(const struct cross *cross)
{
    for (size_t i = 0; i < cross->job->layer_count && cross->job->year_count > 1; i++) {
        const struct sink_job_layer *layer = &cross->job->layers[i];
        const bool is_land =
            layer->role == SINK_ROLE_LAND_COVER || layer->role == SINK_ROLE_ECOSYSTEM;
        if (is_land && layer->file_count && !layer->is_yearly)
            sink_walk_fault(cross->walk, file_node(cross, layer),
                            "the same map for %zu years, expected {year} in the path",
                            cross->job->year_count);
    }
}

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

static void check_sources(const struct cross *cross)
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

static void check_grid(const struct cross *cross)
{
    const struct sink_job *job = cross->job;
    const struct sink_yaml_node *node =
        sink_yaml_find(sink_yaml_find(cross->root, "grid"), "layer");
    if (!job->grid.layer || !node)
        return;
    const char **names = malloc((job->layer_count + 1) * sizeof *names);
    if (!names) {
        sink_place_fault_memory(cross->walk->faults);
        return;
    }
    size_t count = 0;
    bool is_known = false;
    for (size_t i = 0; i < job->layer_count; i++)
        if (!job->layers[i].constant) {
            names[count++] = job->layers[i].name;
            is_known = is_known || strcmp(job->layers[i].name, job->grid.layer) == 0;
        }
    if (!is_known && count)
        sink_walk_expected_word(cross->walk, node, names, count);
    free(names);
}

/* --- outputs --- */

/* Without ".", empty parts, and parts that ".." takes back. Links are not followed: nothing is
 * opened here. NULL without memory. */
static char *normal_path(const char *path)
{
    char *normal = malloc(strlen(path) + 2), *end = normal;
    if (!normal)
        return NULL;
    for (const char *part = path; *part;) {
        const size_t length = strcspn(part, "/");
        const bool is_up = length == 2 && part[0] == '.' && part[1] == '.';
        char *last = end;
        while (last > normal && last[-1] != '/')
            last--;
        if (is_up && end > normal && strcmp(last, "..") != 0) {
            end = last > normal ? last - 1 : normal;
        } else if (length && !(length == 1 && *part == '.')) {
            if (end > normal || *path == '/')
                *end++ = '/';
            memcpy(end, part, length);
            end += length;
        }
        *end = '\0';
        part += length + (part[length] == '/');
    }
    *end = '\0';
    return normal;
}

/* May `written`, an input or a pattern of inputs, name the file of `output`, or the other way? */
static bool may_meet(const struct cross *cross, const char *written, const char *output)
{
    char *input_path = sink_job_path(cross->job, written);
    char *output_path = sink_job_path(cross->job, output);
    char *a = input_path ? normal_path(input_path) : NULL;
    char *b = output_path ? normal_path(output_path) : NULL;
    const bool is_met =
        a && b &&
        (strcmp(a, b) == 0 || (sink_is_glob(a) && fnmatch(a, b, FNM_PATHNAME) == 0) ||
         (sink_is_glob(b) && fnmatch(b, a, FNM_PATHNAME) == 0));
    if (!a || !b)
        sink_place_fault_memory(cross->walk->faults);
    free(input_path);
    free(output_path);
    free(a);
    free(b);
    return is_met;
}

static bool may_meet_in_some_year(const struct cross *cross, const char *written,
                                  const char *output)
{
    bool is_met = false;
    for (size_t y = 0; y < cross->job->year_count && !is_met; y++) {
        char *of_year = sink_job_path_of_year(written, cross->job->years[y]);
        is_met = of_year && may_meet(cross, of_year, output);
        free(of_year);
        if (!strstr(written, "{year}"))
            break;
    }
    return is_met;
}

static void check_output(const struct cross *cross, const struct sink_yaml_node *node,
                         const char *output)
{
    const struct sink_job *job = cross->job;
    if (job->regions.file && may_meet(cross, job->regions.file, output))
        sink_walk_fault(cross->walk, node,
                        "\"%s\" is the file of the regions, expected a file of its own", output);
    for (size_t i = 0; i < job->layer_count; i++)
        for (size_t f = 0; f < job->layers[i].file_count; f++)
            if (may_meet_in_some_year(cross, job->layers[i].files[f], output)) {
                sink_walk_fault(cross->walk, node,
                                "\"%s\" is a file of the layer %s, expected a file of its own",
                                output, job->layers[i].name);
                return;
            }
}

/* Any id may come, so the files of a template are told by a pattern. */
static char *pattern_of_template(const char *template)
{
    static const char placeholder[] = "{region_id}";
    const char *at = strstr(template, placeholder);
    return at ? sink_text_format("%.*s*%s", (int)(at - template), template,
                                 at + sizeof placeholder - 1)
              : sink_text_copy(template);
}

static void check_outputs(const struct cross *cross)
{
    const struct sink_job *job = cross->job;
    const struct sink_yaml_node *output = sink_yaml_find(cross->root, "output");
    const struct sink_yaml_node *inventory = sink_yaml_find(output, "inventory");
    const struct sink_yaml_node *tally = sink_yaml_find(output, "tally");
    if (job->inventory)
        check_output(cross, inventory ? inventory : output, job->inventory);
    if (job->tally && tally)
        check_output(cross, tally, job->tally);
    if (job->per_region) {
        char *pattern = pattern_of_template(job->per_region);
        if (pattern)
            check_output(cross, sink_yaml_find(output, "per_region"), pattern);
        else
            sink_place_fault_memory(cross->walk->faults);
        free(pattern);
    }
    if (job->inventory && job->tally && may_meet(cross, job->inventory, job->tally))
        sink_walk_fault(cross->walk, tally,
                        "\"%s\" is the inventory too, expected a file of its own", job->tally);
}

void sink_job_cross_check(struct sink_walk *walk, const struct sink_yaml_node *root,
                          const struct sink_job *job)
{
    const struct cross cross = {walk, root, job};
    check_land(&cross);
    check_years(&cross);
    check_sources(&cross);
    check_grid(&cross);
    check_outputs(&cross);
}
