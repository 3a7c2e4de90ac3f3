/* The whole job: its top level, its defaults, its end. */
#include "pipelines/job_parts.h"
#include "pipelines/layout.h"

#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct sink_key land_area_keys[] = {
    {.name = "without",
     .kind = SINK_KEY_TEXTS,
     .is_required = true,
     .offset = offsetof(struct sink_job, not_land_classes),
     .count_offset = offsetof(struct sink_job, not_land_class_count),
     .check = sink_check_class,
     .expected = "a list of classes"},
};
static const struct sink_keys land_area = SINK_KEYS(land_area_keys);

static const char *const gwps[] = {
    [SINK_GWP_AR4] = "ar4",
    [SINK_GWP_AR5] = "ar5",
    [SINK_GWP_AR6] = "ar6",
    NULL,
};

static const struct sink_key job_keys[] = {
    {.name = "title", .kind = SINK_KEY_TEXT, .offset = offsetof(struct sink_job, title)},
    {.name = "institution",
     .kind = SINK_KEY_TEXT,
     .offset = offsetof(struct sink_job, institution)},
    {.name = "licence", .kind = SINK_KEY_TEXT, .offset = offsetof(struct sink_job, licence)},
    {.name = "regions",
     .kind = SINK_KEY_PART,
     .is_required = true,
     .read = sink_job_read_regions,
     .expected = "the file of the regions and the attribute with their ids"},
    {.name = "years",
     .kind = SINK_KEY_PART,
     .is_required = true,
     .read = sink_job_read_years,
     .expected = "a year or a list of years"},
    {.name = "history", .kind = SINK_KEY_PART, .read = sink_job_read_history},
    {.name = "layers",
     .kind = SINK_KEY_PART,
     .is_required = true,
     .read = sink_job_read_layers,
     .expected = "the rasters by name"},
    {.name = "disturbances", .kind = SINK_KEY_PART, .read = sink_job_read_disturbances},
    {.name = "grid", .kind = SINK_KEY_PART, .read = sink_job_read_grid},
    {.name = "factors", .kind = SINK_KEY_PART, .read = sink_job_read_factors},
    {.name = "targets", .kind = SINK_KEY_PART, .read = sink_job_read_targets},
    {.name = "forest_classes",
     .kind = SINK_KEY_TEXTS,
     .offset = offsetof(struct sink_job, forest_classes),
     .count_offset = offsetof(struct sink_job, forest_class_count),
     .check = sink_check_class,
     .expected = "a list of classes"},
    {.name = "land_area", .kind = SINK_KEY_MAP, .keys = &land_area},
    {.name = "conversion", .kind = SINK_KEY_PART, .read = sink_job_read_conversion},
    {.name = "methods", .kind = SINK_KEY_PART, .read = sink_job_read_methods},
    {.name = "report_by",
     .kind = SINK_KEY_TEXTS,
     .offset = offsetof(struct sink_job, report_by),
     .count_offset = offsetof(struct sink_job, report_by_count),
     .expected = "a list of overlays"},
    {.name = "harvest", .kind = SINK_KEY_PART, .read = sink_job_read_harvest},
    {.name = "accuracy", .kind = SINK_KEY_PART, .read = sink_job_read_accuracy},
    {.name = "uncertainty", .kind = SINK_KEY_PART, .read = sink_job_read_uncertainty},
    {.name = "gwp", .kind = SINK_KEY_WORD, .offset = offsetof(struct sink_job, gwp), .words = gwps},
    {.name = "potential", .kind = SINK_KEY_PART, .read = sink_job_read_potential},
    {.name = "value", .kind = SINK_KEY_PART, .read = sink_job_read_value},
    {.name = "missing", .kind = SINK_KEY_PART, .read = sink_job_read_missing},
    {.name = "output",
     .kind = SINK_KEY_PART,
     .is_required = true,
     .read = sink_job_read_output,
     .expected = "the path of the inventory, ending in .nc"},
    {.name = "sha256",
     .kind = SINK_KEY_TEXT,
     .offset = offsetof(struct sink_job, sha256),
     .check = sink_check_table,
     .expected = "the path of a list that sha256sum made"},
    {.name = "remote", .kind = SINK_KEY_YES_NO, .offset = offsetof(struct sink_job, remote)},
};
static const struct sink_keys keys = SINK_KEYS(job_keys);

/* Paths are judged by it wherever it stands, so it is looked up before the walk; the walk says if
 * it is neither yes nor no. */
static bool is_remote(const struct sink_yaml_node *root)
{
    const struct sink_yaml_node *node = sink_yaml_find(root, "remote");
    return node && node->kind == SINK_YAML_TEXT &&
           (strcmp(node->text, "yes") == 0 || strcmp(node->text, "true") == 0);
}

static struct sink_job *new_job(const char *path, const char *text, size_t bytes)
{
    struct sink_job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    job->path = sink_text_copy(path);
    job->folder = sink_text_folder(path);
    job->text = malloc(bytes + 1);
    job->text_bytes = bytes;
    job->title = sink_text_copy("");
    job->institution = sink_text_copy("");
    job->licence = sink_text_copy("");
    if (!job->path || !job->folder || !job->text || !job->title || !job->institution ||
        !job->licence || !sink_job_set_defaults(job)) {
        sink_job_free(job);
        return NULL;
    }
    memcpy(job->text, text, bytes);
    job->text[bytes] = '\0';
    return job;
}

static void read_tree(struct sink_walk *walk, const struct sink_yaml_node *root,
                      struct sink_job *job)
{
    walk->remote = is_remote(root);
    sink_walk_map(walk, root, &keys, job);
    if (root->kind == SINK_YAML_MAP)
        sink_job_cross_check(walk, root, job);
}

static bool keep_wrong_keys(const struct sink_placed_faults *placed, struct sink_job *job)
{
    job->wrong_keys = calloc(placed->count + 1, sizeof *job->wrong_keys);
    for (size_t i = 0; job->wrong_keys && i < placed->count; i++) {
        job->wrong_keys[i] = sink_text_copy(placed->items[i].key);
        if (!job->wrong_keys[i])
            return false;
        job->wrong_key_count++;
    }
    return job->wrong_keys;
}

/* *job has what was good where some keys were not; NULL where the text is no YAML. */
static enum sink_status parse(const char *path, const char *text, size_t bytes,
                              struct sink_job **job, struct sink_faults *faults)
{
    struct sink_error error;
    struct sink_class_list classes;
    struct sink_placed_faults placed = {.path = path};
    struct sink_walk walk = {.faults = &placed, .classes = &classes};
    struct sink_yaml_node *root = NULL;
    *job = NULL;
    enum sink_status status = sink_class_list_load(&classes, &error);
    if (status != SINK_OK) {
        sink_faults_add(faults, &error);
        return status;
    }
    if (sink_yaml_parse(text, bytes, &root, &placed) == SINK_OK) {
        *job = new_job(path, text, bytes);
        if (*job)
            read_tree(&walk, root, *job);
        if (!*job || !keep_wrong_keys(&placed, *job))
            sink_place_fault_memory(&placed);
    }
    status = sink_placed_faults_move(&placed, faults);
    sink_yaml_free(root);
    sink_class_list_free(&classes);
    return status;
}

static enum sink_status only_good(enum sink_status status, struct sink_job **job)
{
    if (status != SINK_OK) {
        sink_job_free(*job);
        *job = NULL;
    }
    return status;
}

enum sink_status sink_job_parse(const char *path, const char *text, size_t bytes,
                                struct sink_job **job, struct sink_faults *faults)
{
    return only_good(parse(path, text, bytes, job, faults), job);
}

enum sink_status sink_job_read(const char *path, struct sink_job **job, struct sink_faults *faults)
{
    return only_good(sink_job_read_partly(path, job, faults), job);
}

enum sink_status sink_job_read_partly(const char *path, struct sink_job **job,
                                      struct sink_faults *faults)
{
    char *text = NULL;
    size_t bytes = 0;
    struct sink_error error;
    *job = NULL;
    enum sink_status status = sink_layout_check_job(path, &error);
    if (status == SINK_OK)
        status = sink_text_read_file(path, SINK_YAML_LIMIT_BYTES, &text, &bytes, &error);
    if (status == SINK_OK) {
        status = parse(path, text, bytes, job, faults);
    } else {
        /* For this file, data that cannot be used is a wrong job. */
        status = error.status = status == SINK_BAD_DATA ? SINK_BAD_JOB : status;
        sink_faults_add(faults, &error);
    }
    free(text);
    return status;
}

void sink_job_layer_clear(struct sink_job_layer *layer)
{
    free(layer->name);
    sink_paths_free(layer->files, layer->file_count);
    free(layer->variable);
    free(layer->crs);
    free(layer->unit_text);
    free(layer->class_name);
    free(layer->legend);
    free(layer->constant);
    sink_paths_free(layer->classes, layer->class_count);
}

static void free_regions(struct sink_job *job)
{
    free(job->regions.file);
    free(job->regions.layer);
    free(job->regions.id);
    free(job->regions.name);
    free(job->regions.parent);
    free(job->regions.where);
    sink_paths_free(job->regions.levels, job->regions.level_count);
    sink_paths_free(job->regions.level_names,
                    job->regions.level_names ? job->regions.level_count : 0);
}

static void free_account(struct sink_job *job)
{
    free(job->history);
    for (size_t i = 0; i < job->method_count; i++)
        free(job->methods[i].class_name);
    free(job->methods);
    sink_paths_free(job->report_by, job->report_by_count);
    sink_paths_free(job->wrong_keys, job->wrong_key_count);
    free(job->harvest);
    free(job->accuracy);
    free(job->potential.overlay);
    sink_paths_free(job->potential.values, job->potential.value_count);
    free(job->potential.class_name);
    free(job->value.currency);
    free(job->value.source);
    for (size_t i = 0; i < SINK_PRICE_PATH_COUNT; i++)
        free(job->value.paths[i].points);
}

void sink_job_drop_outputs(struct sink_job *job)
{
    char **const outputs[] = {&job->inventory, &job->per_region, &job->tally};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        free(*outputs[i]);
        *outputs[i] = NULL;
    }
}

void sink_job_free(struct sink_job *job)
{
    if (!job)
        return;
    free(job->path);
    free(job->folder);
    free(job->text);
    free(job->title);
    free(job->institution);
    free(job->licence);
    free_regions(job);
    free(job->years);
    for (size_t i = 0; i < job->layer_count; i++)
        sink_job_layer_clear(&job->layers[i]);
    free(job->layers);
    free(job->grid.layer);
    free(job->grid.crs);
    sink_paths_free(job->factors, job->factor_count);
    free(job->factor_places);
    free(job->targets);
    sink_paths_free(job->forest_classes, job->forest_class_count);
    sink_paths_free(job->not_land_classes, job->not_land_class_count);
    free_account(job);
    free(job->inventory);
    free(job->per_region);
    free(job->tally);
    free(job->sha256);
    free(job);
}

const struct sink_job_layer *sink_job_find_role(const struct sink_job *job,
                                                enum sink_layer_role role)
{
    for (size_t i = 0; i < job->layer_count; i++)
        if (job->layers[i].role == role)
            return &job->layers[i];
    return NULL;
}

static bool is_listed(const struct sink_class *class, char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], class->name) == 0)
            return true;
    return false;
}

bool sink_job_layer_speaks_for(const struct sink_job_layer *layer, const struct sink_class *class)
{
    if (!layer)
        return false;
    if (layer->classes)
        return is_listed(class, layer->classes, layer->class_count);
    return layer->role == SINK_ROLE_SOIL_CARBON ? class->has_pools : class->is_woody;
}

bool sink_job_is_forest(const struct sink_job *job, const struct sink_class *class)
{
    return job->forest_classes ? is_listed(class, job->forest_classes, job->forest_class_count)
                               : class->is_forest;
}

bool sink_job_is_land(const struct sink_job *job, const struct sink_class *class)
{
    return job->not_land_classes
               ? !is_listed(class, job->not_land_classes, job->not_land_class_count)
               : class->is_land;
}
