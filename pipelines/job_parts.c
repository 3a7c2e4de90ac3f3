/* Every part of a job but its layers. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

static void read_years(struct sink_walk *walk, const struct sink_yaml_node *node, int **years,
                       size_t *year_count)
{
    const bool is_list = node->kind == SINK_YAML_LIST;
    const size_t count = is_list ? node->count : 1;
    if (count == 0) {
        sink_walk_fault(walk, node, "an empty list, expected a year or a list of years");
        return;
    }
    int *list = malloc(count * sizeof *list);
    *years = list;
    if (!list) {
        sink_place_fault_memory(walk->faults);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct sink_yaml_node *item = is_list ? node->items[i] : node;
        int year;
        if (!sink_walk_year(walk, item, &year))
            continue;
        if (*year_count && year <= list[*year_count - 1])
            sink_walk_expected(walk, item, "a year after %d (earlier years first, each once)",
                               list[*year_count - 1]);
        else
            list[(*year_count)++] = year;
    }
}

void sink_job_read_years(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    struct sink_job *job = target;
    read_years(walk, node, &job->years, &job->year_count);
}

void sink_job_read_history(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    struct sink_job *job = target;
    read_years(walk, node, &job->history, &job->history_count);
}

/* --- regions --- */

static void read_parent(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_key levels = {.expected = "the name of an attribute"};
    struct sink_job *job = target;
    if (node->kind == SINK_YAML_LIST)
        sink_walk_texts(walk, node, &levels, &job->regions.levels, &job->regions.level_count);
    else
        sink_walk_text(walk, node, "the name of an attribute, or a list of them (top level first)",
                       &job->regions.parent);
}

/* Their count is that of the levels, which may stand after them: read by the whole map. */
static void read_level_names(struct sink_walk *walk, const struct sink_yaml_node *node,
                             struct sink_job *job)
{
    static const struct sink_key names = {.expected = "the name of an attribute"};
    char **list = NULL;
    size_t count = 0;
    if (!sink_walk_texts(walk, node, &names, &list, &count))
        return;
    if (count == job->regions.level_count) {
        job->regions.level_names = list;
        return;
    }
    sink_paths_free(list, count);
    if (job->regions.level_count)
        sink_walk_fault(walk, node, "%zu names, expected one for each of the %zu levels of parent",
                        count, job->regions.level_count);
    else
        sink_walk_fault(walk, node,
                        "given, expected only beside a parent that is a list of levels");
}

#define REGION_TEXT(key, member, what)                                                             \
    {                                                                                              \
        .name = key, .kind = SINK_KEY_TEXT, .offset = offsetof(struct sink_job, regions.member),   \
        .expected = what                                                                           \
    }

static const struct sink_key region_keys[] = {
    {.name = "file",
     .kind = SINK_KEY_TEXT,
     .is_required = true,
     .offset = offsetof(struct sink_job, regions.file),
     .check = sink_check_input,
     .expected = "the path of a vector file"},
    REGION_TEXT("layer", layer, "the name of a layer of the file"),
    {.name = "id",
     .kind = SINK_KEY_TEXT,
     .is_required = true,
     .offset = offsetof(struct sink_job, regions.id),
     .expected = "the attribute with the ids"},
    REGION_TEXT("name", name, "the attribute with the names"),
    {.name = "parent", .kind = SINK_KEY_PART, .read = read_parent},
    {.name = "level_names", .kind = SINK_KEY_PART},
    REGION_TEXT("where", where, "a condition on attributes, such as level = 2"),
    {.name = "repair",
     .kind = SINK_KEY_YES_NO,
     .offset = offsetof(struct sink_job, regions.repair)},
    {.name = "merge", .kind = SINK_KEY_YES_NO, .offset = offsetof(struct sink_job, regions.merge)},
};

void sink_job_read_regions(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_keys keys = SINK_KEYS(region_keys);
    struct sink_job *job = target;
    const struct sink_yaml_node *names = sink_yaml_find(node, "level_names");
    job->regions.place = node->key_place;
    sink_walk_map(walk, node, &keys, job);
    const struct sink_yaml_node *parent = sink_yaml_find(node, "parent");
    const bool is_faulty_list =
        parent && parent->kind == SINK_YAML_LIST && job->regions.level_count == 0;
    if (names && !is_faulty_list)
        read_level_names(walk, names, job);
}

/* --- grid --- */

/* A list of `count` numbers, or a single one for all of them when `may_be_one`. */
static bool read_numbers(struct sink_walk *walk, const struct sink_yaml_node *node,
                         const char *expected, size_t count, double *numbers)
{
    if (node->kind != SINK_YAML_LIST || node->count != count) {
        sink_walk_expected(walk, node, "%s", expected);
        return false;
    }
    bool is_good = true;
    for (size_t i = 0; i < count; i++)
        is_good = sink_walk_number(walk, node->items[i], "a number", &numbers[i]) && is_good;
    return is_good;
}

static void read_extent(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const char expected[] = "[west, south, east, north]";
    double *extent = ((struct sink_job *)target)->grid.extent;
    if (read_numbers(walk, node, expected, 4, extent) &&
        !(extent[0] < extent[2] && extent[1] < extent[3]))
        sink_walk_fault(walk, node,
                        "%g, %g, %g, %g, expected %s with west < east and south < north", extent[0],
                        extent[1], extent[2], extent[3], expected);
}

static void read_resolution(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const char expected[] = "the size of a cell, or [size in x, size in y]";
    double *size = ((struct sink_job *)target)->grid.resolution;
    const bool is_good = node->kind == SINK_YAML_LIST
                             ? read_numbers(walk, node, expected, 2, size)
                             : sink_walk_number(walk, node, expected, size);
    if (!is_good)
        return;
    if (node->kind != SINK_YAML_LIST)
        size[1] = size[0];
    if (!(size[0] > 0 && size[1] > 0))
        sink_walk_fault(walk, node, "%g by %g, expected sizes above 0", size[0], size[1]);
}

static const struct sink_key grid_keys[] = {
    {.name = "layer",
     .kind = SINK_KEY_TEXT,
     .offset = offsetof(struct sink_job, grid.layer),
     .expected = "the name of a layer"},
    {.name = "extent", .kind = SINK_KEY_PART, .read = read_extent},
    {.name = "resolution", .kind = SINK_KEY_PART, .read = read_resolution},
    {.name = "crs",
     .kind = SINK_KEY_TEXT,
     .offset = offsetof(struct sink_job, grid.crs),
     .check = sink_check_crs,
     .expected = "a CRS such as EPSG:4326"},
};

void sink_job_read_grid(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_keys keys = SINK_KEYS(grid_keys);
    struct sink_job *job = target;
    job->grid.place = node->key_place;
    sink_walk_map(walk, node, &keys, job);
    if (node->kind != SINK_YAML_MAP)
        return;
    size_t given = 0;
    for (size_t i = 1; i < keys.count; i++)
        given += sink_yaml_find(node, keys.items[i].name) != NULL;
    const bool has_layer = sink_yaml_find(node, "layer") != NULL;
    job->grid.is_given = given == 3 && !has_layer;
    if (has_layer ? given != 0 : given != 3)
        sink_walk_fault(walk, node, "%s, expected layer, or extent, resolution and crs",
                        has_layer ? "layer together with extent, resolution or crs"
                        : given   ? "extent, resolution or crs without the others"
                                  : "an empty map");
}

/* --- factors --- */

void sink_job_read_factors(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_key table = {.check = sink_check_table,
                                          .expected = "a built-in set or the path of a CSV file"};
    struct sink_job *job = target;
    char **factors = NULL;
    size_t count = 0;
    if (!sink_walk_texts(walk, node, &table, &factors, &count))
        return;
    struct sink_place *places = calloc(count, sizeof *places);
    if (!places) {
        sink_paths_free(factors, count);
        sink_place_fault_memory(walk->faults);
        return;
    }
    for (size_t i = 0; i < count; i++)
        places[i] = node->kind == SINK_YAML_LIST ? node->items[i]->place : node->place;
    sink_paths_free(job->factors, job->factor_count);
    free(job->factor_places);
    job->factors = factors;
    job->factor_count = count;
    job->factor_places = places;
}

/* --- missing --- */

static const char *const error_count[] = {"error", "count", NULL};
static const char *const error_count_factor[] = {"error", "count", "factor", NULL};

static const struct sink_key missing_keys[] = {
    {.name = "class",
     .kind = SINK_KEY_WORD,
     .offset = offsetof(struct sink_job, missing.class_),
     .words = error_count},
    {.name = "value",
     .kind = SINK_KEY_WORD,
     .offset = offsetof(struct sink_job, missing.value),
     .words = error_count_factor},
    {.name = "factor",
     .kind = SINK_KEY_WORD,
     .offset = offsetof(struct sink_job, missing.factor),
     .words = error_count},
    {.name = "tile",
     .kind = SINK_KEY_WORD,
     .offset = offsetof(struct sink_job, missing.tile),
     .words = error_count},
};

void sink_job_read_missing(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_keys keys = SINK_KEYS(missing_keys);
    struct sink_job *job = target;
    int word;
    if (node->kind == SINK_YAML_MAP) {
        sink_walk_map(walk, node, &keys, job);
    } else if (sink_walk_word(walk, node, error_count, &word)) {
        const enum sink_missing missing = word ? SINK_MISSING_COUNT : SINK_MISSING_ERROR;
        job->missing.class_ = job->missing.value = missing;
        job->missing.factor = job->missing.tile = missing;
    }
}

/* --- output --- */

static const struct sink_key output_keys[] = {
    {.name = "inventory",
     .kind = SINK_KEY_TEXT,
     .is_required = true,
     .offset = offsetof(struct sink_job, inventory),
     .check = sink_check_output,
     .expected = "a path that ends in .nc"},
    {.name = "per_region",
     .kind = SINK_KEY_TEXT,
     .offset = offsetof(struct sink_job, per_region),
     .check = sink_check_output_template,
     .expected = "a path that holds {region_id}, such as out/{region_id}.nc"},
    {.name = "tally",
     .kind = SINK_KEY_TEXT,
     .offset = offsetof(struct sink_job, tally),
     .check = sink_check_output,
     .expected = "a path that ends in .nc"},
};

void sink_job_read_output(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_keys keys = SINK_KEYS(output_keys);
    struct sink_job *job = target;
    if (node->kind == SINK_YAML_MAP)
        sink_walk_map(walk, node, &keys, job);
    else if (node->kind != SINK_YAML_TEXT || !*node->text || sink_check_output(walk, node))
        sink_walk_text(walk, node, "a path that ends in .nc, or a map", &job->inventory);
}
