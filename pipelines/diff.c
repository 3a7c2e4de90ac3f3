#include "pipelines/diff.h"

#include "pipelines/inventory_parts.h"
#include "pipelines/layout.h"
#include "pipelines/verify_parts.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOLERANCE 1e-9

/* Dimensions whose values are told apart by a label, and the variables that hold the labels. Values
 * along others are told apart by their place, or, with NULL, not compared. */
static const struct {
    const char *dimension, *kind, *labels, *more;
} axes[] = {{"time", "year", "time", NULL},
            {"region", "region", "region_id", NULL},
            {"cover", "class", "cover_name", NULL},
            {"cover_from", NULL, "cover_from_name", NULL},
            {"pool", "pool", "pool_name", NULL},
            {"biomass_pool", NULL, "biomass_pool_name", NULL},
            {"ecosystem", "ecosystem", "ecosystem_name", NULL},
            {"land_use", "land use", "land_use_name", NULL},
            {"report", "overlay", "report_overlay", "report_value"},
            {"driver", NULL, NULL, NULL}};
#define AXIS_COUNT (sizeof axes / sizeof *axes)

/* Where each value along a dimension of A is in B; SIZE_MAX: not there. */
struct map {
    size_t *to, count;
};

struct labels {
    char **items;
    size_t count;
};

static void free_labels(struct labels *labels)
{
    for (size_t i = 0; labels->items && i < labels->count; i++)
        free(labels->items[i]);
    free(labels->items);
}

/* The labels along an axis: texts, years, or a place. False without memory. */
static bool list_labels(const struct sink_dataset *file, size_t axis, struct labels *labels)
{
    const struct sink_dataset_variable *names =
        axes[axis].labels ? sink_dataset_find(file, axes[axis].labels)
                          : sink_dataset_find(file, "total_carbon_stock_driver");
    const struct sink_dataset_variable *more =
        axes[axis].more ? sink_dataset_find(file, axes[axis].more) : NULL;
    *labels = (struct labels){.count = names && names->info.rank > 0 ? names->info.lengths[0] : 0};
    labels->items = calloc(labels->count + 1, sizeof *labels->items);
    bool is_whole = labels->items != NULL;
    for (size_t i = 0; is_whole && i < labels->count; i++) {
        if (!axes[axis].labels)
            labels->items[i] = sink_text_format("%zu", i);
        else if (names->texts)
            labels->items[i] = sink_text_format("%s%s%s", names->texts[i], more ? " " : "",
                                                more && more->texts ? more->texts[i] : "");
        else
            labels->items[i] =
                sink_text_format("%.0f", floor(1970 + sink_dataset_value(names, i) / 365.2425));
        is_whole = labels->items[i] != NULL;
    }
    return is_whole;
}

static bool add_only(struct sink_diff *diff, const char *kind, const char *label, bool is_in_b)
{
    if (diff->only_count == diff->only_room) {
        const size_t room = diff->only_room ? 2 * diff->only_room : 16;
        struct sink_diff_only *more = realloc(diff->only, room * sizeof *more);
        if (!more)
            return false;
        diff->only = more;
        diff->only_room = room;
    }
    char *copy = sink_text_copy(label);
    if (copy)
        diff->only[diff->only_count++] = (struct sink_diff_only){kind, copy, is_in_b};
    return copy != NULL;
}

struct sorted {
    const char *label;
    size_t at;
};

static int by_label(const void *a, const void *b)
{
    return strcmp(((const struct sorted *)a)->label, ((const struct sorted *)b)->label);
}

/* For each of `from`, where it is in `into`. NULL without memory. */
static size_t *find_all(const struct labels *from, const struct labels *into)
{
    size_t *to = malloc((from->count + 1) * sizeof *to);
    struct sorted *sorted = malloc((into->count + 1) * sizeof *sorted);
    for (size_t i = 0; sorted && i < into->count; i++)
        sorted[i] = (struct sorted){into->items[i], i};
    if (sorted && into->count > 0)
        qsort(sorted, into->count, sizeof *sorted, by_label);
    for (size_t i = 0; to && sorted && i < from->count; i++) {
        const struct sorted key = {from->items[i], 0};
        const struct sorted *found =
            into->count > 0 ? bsearch(&key, sorted, into->count, sizeof *sorted, by_label) : NULL;
        to[i] = found ? found->at : SIZE_MAX;
    }
    if (!sorted) {
        free(to);
        to = NULL;
    }
    free(sorted);
    return to;
}

static bool note_only(struct sink_diff *diff, const char *kind, const struct labels *labels,
                      const size_t *to, bool is_in_b)
{
    for (size_t i = 0; kind && i < labels->count; i++)
        if (to[i] == SIZE_MAX && !add_only(diff, kind, labels->items[i], is_in_b))
            return false;
    return true;
}

/* Years of which none is in both go together by their place. */
static bool are_apart(const size_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (to[i] != SIZE_MAX)
            return false;
    return true;
}

static bool map_axis(struct sink_diff *diff, size_t axis, struct map *map)
{
    struct labels a = {0}, b = {0};
    size_t *back = NULL;
    bool is_whole = list_labels(&diff->a.file, axis, &a) && list_labels(&diff->b, axis, &b);
    if (is_whole) {
        map->count = a.count;
        map->to = find_all(&a, &b);
        back = find_all(&b, &a);
        is_whole = map->to && back;
    }
    if (is_whole && axis == 0 && a.count == b.count && are_apart(map->to, a.count))
        for (size_t i = 0; i < a.count; i++)
            map->to[i] = back[i] = i;
    is_whole = is_whole && note_only(diff, axes[axis].kind, &a, map->to, false) &&
               note_only(diff, axes[axis].kind, &b, back, true);
    free(back);
    free_labels(&a);
    free_labels(&b);
    return is_whole;
}

/* The maps of a variable's dimensions; false when one of them is not to be compared. */
static bool find_maps(const struct sink_dataset_variable *variable, const struct map *all,
                      const struct map *maps[SINK_NC_MAX_RANK])
{
    for (int d = 0; d < variable->info.rank; d++) {
        maps[d] = NULL;
        for (size_t k = 0; k < AXIS_COUNT; k++)
            if (strcmp(variable->info.dimensions[d], axes[k].dimension) == 0 &&
                all[k].count == variable->info.lengths[d])
                maps[d] = &all[k];
        if (!maps[d])
            return false;
    }
    return variable->info.rank > 0;
}

/* The place in B of value `i` of A; SIZE_MAX when it has none. */
static size_t place_in(const struct sink_dataset_variable *a, const struct sink_dataset_variable *b,
                       const struct map *const maps[SINK_NC_MAX_RANK], size_t i)
{
    size_t at = 0, step = 1;
    for (int d = a->info.rank - 1; d >= 0; d--) {
        const size_t to = maps[d]->to[i % a->info.lengths[d]];
        if (to >= b->info.lengths[d])
            return SIZE_MAX;
        at += to * step;
        step *= b->info.lengths[d];
        i /= a->info.lengths[d];
    }
    return at;
}

static double relative(double a, double b)
{
    const double scale = fmax(fabs(a), fabs(b));
    return isnan(a) && isnan(b) ? 0 : scale > 0 ? fabs(a - b) / scale : a - b; /* NaN for one */
}

static void compare_values(struct sink_diff *diff, const struct sink_dataset_variable *a,
                           const struct sink_dataset_variable *b,
                           const struct map *const maps[SINK_NC_MAX_RANK])
{
    struct sink_diff_variable *result = &diff->variables[diff->variable_count++];
    *result = (struct sink_diff_variable){.name = a->info.name, .is_text = a->texts != NULL};
    for (size_t i = 0; i < a->info.count; i++) {
        const size_t at = place_in(a, b, maps, i);
        const struct sink_verify_place place = {&diff->a.file, a, i};
        if (at == SIZE_MAX)
            continue;
        result->compared++;
        diff->compared++;
        const double apart =
            a->texts ? 0 : relative(sink_dataset_value(a, i), sink_dataset_value(b, at));
        if (a->texts ? strcmp(a->texts[i], b->texts[at]) == 0 : apart <= diff->tolerance)
            continue;
        if (result->differing++ == 0 || isnan(apart) || apart > result->worst) {
            result->worst = apart;
            result->worst_a = i;
            result->worst_b = at;
        }
        if (a->texts)
            sink_verify_note_texts_at(&diff->a, SINK_VERIFY_INTERNAL, "a, b", &place,
                                      (const char *const[]){a->texts[i], b->texts[at]});
        else
            sink_verify_note_numbers(
                &diff->a, SINK_VERIFY_INTERNAL, "a, b", &place,
                (const double[]){sink_dataset_value(a, i), sink_dataset_value(b, at)});
    }
}

static bool is_figure(const struct sink_dataset_variable *variable)
{
    return variable->info.rank > 0 && strcmp(variable->info.name, "time") != 0 &&
           sink_dataset_values(variable) && !variable->bytes;
}

static bool is_alike(const struct sink_dataset_variable *a, const struct sink_dataset_variable *b)
{
    bool is_alike =
        a->info.type == b->info.type && a->info.rank == b->info.rank && sink_dataset_values(b);
    for (int d = 0; is_alike && d < a->info.rank; d++)
        is_alike = strcmp(a->info.dimensions[d], b->info.dimensions[d]) == 0;
    return is_alike;
}

static bool compare_variable(struct sink_diff *diff, const struct sink_dataset_variable *a,
                             const struct map *all)
{
    const struct map *maps[SINK_NC_MAX_RANK];
    if (!is_figure(a) || !find_maps(a, all, maps))
        return true;
    const struct sink_dataset_variable *b = sink_dataset_find(&diff->b, a->info.name);
    if (!b)
        return add_only(diff, "variable", a->info.name, false);
    const char *units[] = {sink_dataset_text(&diff->a.file, a, "units"),
                           sink_dataset_text(&diff->b, b, "units")};
    if (!is_alike(a, b) || strcmp(units[0], units[1]) != 0)
        sink_verify_note_texts(&diff->a, SINK_VERIFY_INTERNAL, "units, type or dimensions",
                               a->info.name, units);
    else
        compare_values(diff, a, b, maps);
    return true;
}

/* A variable that only B has counts as A's would: where all its dimensions are axes. */
static bool note_more(struct sink_diff *diff)
{
    for (size_t i = 0; i < diff->b.variable_count; i++) {
        const struct sink_dataset_variable *b = &diff->b.variables[i];
        bool is_on_axes = is_figure(b);
        for (int d = 0; is_on_axes && d < b->info.rank; d++) {
            is_on_axes = false;
            for (size_t k = 0; k < AXIS_COUNT; k++)
                is_on_axes |= strcmp(b->info.dimensions[d], axes[k].dimension) == 0;
        }
        if (is_on_axes && !sink_dataset_find(&diff->a.file, b->info.name) &&
            !add_only(diff, "variable", b->info.name, true))
            return false;
    }
    return true;
}

static bool compare(struct sink_diff *diff)
{
    struct map maps[AXIS_COUNT] = {{0}};
    diff->variables = calloc(diff->a.file.variable_count + 1, sizeof *diff->variables);
    bool is_whole = diff->variables != NULL;
    for (size_t k = 0; k < AXIS_COUNT && is_whole; k++)
        is_whole = map_axis(diff, k, &maps[k]);
    for (size_t i = 0; i < diff->a.file.variable_count && is_whole; i++)
        is_whole = compare_variable(diff, &diff->a.file.variables[i], maps);
    is_whole = is_whole && note_more(diff);
    for (size_t k = 0; k < AXIS_COUNT; k++)
        free(maps[k].to);
    return is_whole && !diff->a.is_out_of_memory;
}

/* Inventories hold their values as they are; with these others would read other ones. */
static enum sink_status check_plain(const char *path, const struct sink_dataset *file,
                                    struct sink_error *error)
{
    static const char *const changing[] = {"scale_factor", "add_offset",  "valid_min",
                                           "valid_max",    "valid_range", "missing_value"};
    for (size_t i = 0; i < file->variable_count; i++)
        for (int a = 0; a < file->variables[i].info.attribute_count; a++)
            for (size_t k = 0; k < sizeof changing / sizeof *changing; k++)
                if (strcmp(file->variables[i].attributes[a].name, changing[k]) == 0)
                    return sink_fail(error, SINK_BAD_DATA,
                                     "%s: variable %s has %s, expected values as they are", path,
                                     file->variables[i].info.name, changing[k]);
    return SINK_OK;
}

static enum sink_status read_inventory(const char *path, struct sink_dataset *file,
                                       struct sink_error *error)
{
    enum sink_status status = sink_verify_read_file(path, file, error);
    if (status != SINK_OK)
        return status;
    status =
        sink_layout_check_inventory(path, sink_dataset_text(file, NULL, "sinkcalc_layout"), error);
    return status == SINK_OK ? check_plain(path, file, error) : status;
}

static bool has_region(const struct sink_dataset *dataset, const char *id)
{
    const struct sink_dataset_variable *ids = sink_dataset_find(dataset, "region_id");
    for (size_t i = 0; ids && ids->texts && i < ids->info.count; i++)
        if (strcmp(ids->texts[i], id) == 0)
            return true;
    return false;
}

static enum sink_status check_region(const struct sink_diff *diff,
                                     const struct sink_options *options, struct sink_error *error)
{
    if (!options->region || has_region(&diff->a.file, options->region) ||
        has_region(&diff->b, options->region))
        return SINK_OK;
    return sink_fail(error, SINK_BAD_JOB, "--region %s: in neither inventory", options->region);
}

enum sink_status sink_diff_make(const struct sink_options *options, struct sink_diff *diff,
                                struct sink_error *error)
{
    *diff = (struct sink_diff){.a.path = options->files[0],
                               .path_b = options->files[1],
                               .tolerance = isnan(options->tolerance) ? DEFAULT_TOLERANCE
                                                                      : options->tolerance};
    enum sink_status status = read_inventory(diff->a.path, &diff->a.file, error);
    if (status == SINK_OK)
        status = read_inventory(diff->path_b, &diff->b, error);
    if (status == SINK_OK)
        status = check_region(diff, options, error);
    if (status == SINK_OK && !compare(diff))
        status = sink_fail_memory(error);
    if (status == SINK_OK && diff->compared == 0)
        status =
            sink_fail(error, SINK_BAD_DATA, "%s and %s: no value in both, expected inventories",
                      diff->a.path, diff->path_b);
    return status == SINK_OK ? sink_diff_explain(diff, error) : status;
}

bool sink_diff_is_equal(const struct sink_diff *diff)
{
    return diff->only_count == 0 && diff->a.levels[SINK_VERIFY_INTERNAL].difference_count == 0;
}

void sink_diff_free(struct sink_diff *diff)
{
    for (size_t i = 0; i < diff->only_count; i++)
        free(diff->only[i].label);
    for (size_t i = 0; i < diff->cause_count; i++)
        free(diff->causes[i].region);
    for (int side = 0; side < 2; side++) {
        sink_diff_lines_free(&diff->job_lines[side]);
        sink_diff_lines_free(&diff->factor_rows[side]);
    }
    free(diff->only);
    free(diff->causes);
    free(diff->variables);
    sink_dataset_free(&diff->b);
    sink_verification_free(&diff->a);
    *diff = (struct sink_diff){0};
}
