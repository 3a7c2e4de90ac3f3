/* What the variables of an inventory are on, and their values one by one. */
#include "pipelines/export_parts.h"

#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AXIS_TIME = -1, AXIS_REGION = -2, AXIS_NONE = -3 };

static enum sink_export_column column_of(const char *dimension)
{
    return strcmp(dimension, "cover") == 0          ? SINK_EXPORT_CLASS
           : strcmp(dimension, "cover_from") == 0   ? SINK_EXPORT_FROM
           : strcmp(dimension, "pool") == 0         ? SINK_EXPORT_POOL
           : strcmp(dimension, "biomass_pool") == 0 ? SINK_EXPORT_POOL
                                                    : SINK_EXPORT_GROUP;
}

static const struct sink_dataset_variable *
texts_on(const struct sink_export *export, const char *name, const struct sink_export_axis *axis)
{
    const struct sink_dataset_variable *found = sink_dataset_find(&export->dataset, name);
    return found && found->texts && found->info.rank == 1 &&
                   found->info.lengths[0] == axis->length &&
                   strcmp(found->info.dimensions[0], axis->dimension) == 0
               ? found
               : NULL;
}

/* "forest_land", "protected=yes", or the number of the place where nothing names it. */
static bool fill_labels(const struct sink_export *export, struct sink_export_axis *axis)
{
    char name[SINK_NC_NAME_BYTES + 8];
    snprintf(name, sizeof name, "%s_name", axis->dimension);
    const struct sink_dataset_variable *names = texts_on(export, name, axis);
    const struct sink_dataset_variable *overlays = texts_on(export, "report_overlay", axis);
    const struct sink_dataset_variable *values = texts_on(export, "report_value", axis);
    axis->labels = calloc(axis->length + 1, sizeof *axis->labels);
    for (size_t i = 0; axis->labels && i < axis->length; i++) {
        axis->labels[i] = names ? sink_text_copy(names->texts[i])
                          : overlays && values
                              ? sink_text_format("%s=%s", overlays->texts[i], values->texts[i])
                              : sink_text_format("%zu", i + 1);
        if (!axis->labels[i])
            return false;
    }
    return axis->labels != NULL;
}

/* The axis of a dimension, made when there is none yet; AXIS_NONE without memory. */
static int axis_of(struct sink_export *export, const char *dimension, size_t length)
{
    for (size_t a = 0; a < export->axis_count; a++)
        if (strcmp(export->axes[a].dimension, dimension) == 0)
            return (int)a;
    struct sink_export_axis *axes = realloc(export->axes, (export->axis_count + 1) * sizeof *axes);
    if (!axes)
        return AXIS_NONE;
    export->axes = axes;
    struct sink_export_axis *axis = &axes[export->axis_count];
    *axis = (struct sink_export_axis){dimension, column_of(dimension), length, NULL};
    export->axis_count++;
    return fill_labels(export, axis) ? (int)export->axis_count - 1 : AXIS_NONE;
}

static bool is_alike(const struct sink_dataset_variable *a, const struct sink_dataset_variable *b)
{
    if (a->info.rank != b->info.rank || a->info.count != b->info.count)
        return false;
    for (int d = 0; d < a->info.rank; d++)
        if (strcmp(a->info.dimensions[d], b->info.dimensions[d]) != 0)
            return false;
    return true;
}

/* `<name>_<ending>`, if `ancillary_variables` names it and it has the same shape. */
static const struct sink_dataset_variable *companion(const struct sink_export *export,
                                                     const struct sink_dataset_variable *of,
                                                     const char *ending)
{
    char name[SINK_NC_NAME_BYTES + 8];
    const size_t length = (size_t)snprintf(name, sizeof name, "%s_%s", of->info.name, ending);
    const char *all = sink_dataset_text(&export->dataset, of, "ancillary_variables");
    for (const char *at = strstr(all, name); at; at = strstr(at + 1, name))
        if ((at == all || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) {
            const struct sink_dataset_variable *found = sink_dataset_find(&export->dataset, name);
            return found && found->reals && is_alike(of, found) ? found : NULL;
        }
    return NULL;
}

/* Is it told beside another quantity? */
static bool is_companion(const struct sink_export *export, const struct sink_dataset_variable *of)
{
    static const char *const endings[] = {"se", "lower", "upper"};
    char name[SINK_NC_NAME_BYTES];
    const char *last = strrchr(of->info.name, '_');
    for (size_t e = 0; last && e < sizeof endings / sizeof *endings; e++)
        if (strcmp(last + 1, endings[e]) == 0) {
            snprintf(name, sizeof name, "%.*s", (int)(last - of->info.name), of->info.name);
            const struct sink_dataset_variable *main = sink_dataset_find(&export->dataset, name);
            return main && main->reals && companion(export, main, endings[e]) == of;
        }
    return false;
}

/* Numbers on the regions that say something of their own: the figures of the last year stand under
 * their own names, too. */
static bool is_quantity(const struct sink_export *export, const struct sink_dataset_variable *of)
{
    return of->reals && sink_dataset_axis(of, "region") >= 0 && strcmp(of->info.name, "lon") != 0 &&
           strcmp(of->info.name, "lat") != 0 && strncmp(of->info.name, "last_", 5) != 0 &&
           !is_companion(export, of);
}

/* "x_driver_share" tells of "x_driver", texts. */
static const struct sink_dataset_variable *group_of(const struct sink_export *export,
                                                    const struct sink_dataset_variable *of)
{
    char name[SINK_NC_NAME_BYTES];
    const char *last = strrchr(of->info.name, '_');
    if (!last || strcmp(last, "_share") != 0)
        return NULL;
    snprintf(name, sizeof name, "%.*s", (int)(last - of->info.name), of->info.name);
    const struct sink_dataset_variable *found = sink_dataset_find(&export->dataset, name);
    return found && found->texts && is_alike(of, found) ? found : NULL;
}

static enum sink_status add_axes(struct sink_export *export, struct sink_export_quantity *quantity,
                                 struct sink_error *error)
{
    unsigned seen = 0;
    const struct sink_nc_variable *info = &quantity->variable->info;
    for (int d = 0; d < info->rank; d++) {
        const char *dimension = info->dimensions[d];
        const bool is_time = strcmp(dimension, "time") == 0;
        const bool is_region = strcmp(dimension, "region") == 0;
        const int axis = is_time     ? AXIS_TIME
                         : is_region ? AXIS_REGION
                                     : axis_of(export, dimension, info->lengths[d]);
        if (axis == AXIS_NONE)
            return sink_fail_memory(error);
        const size_t length = is_time     ? export->year_count
                              : is_region ? export->regions.count
                                          : export->axes[axis].length;
        if (info->lengths[d] != length)
            return sink_fail(error, SINK_BAD_DATA, "%s: %s: %zu places on %s, expected %zu",
                             export->path, info->name, info->lengths[d], dimension, length);
        quantity->axes[d] = axis;
        if (axis < 0)
            continue;
        const unsigned bit = 1U << export->axes[axis].column;
        if (seen & bit)
            return sink_fail(error, SINK_BAD_DATA,
                             "%s: %s: two dimensions of one kind, the second is %s, expected one",
                             export->path, info->name, dimension);
        seen |= bit;
    }
    return SINK_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct sink_export_quantity *)a)->name,
                  ((const struct sink_export_quantity *)b)->name);
}

enum sink_status sink_export_list_quantities(struct sink_export *export, struct sink_error *error)
{
    const struct sink_dataset *all = &export->dataset;
    enum sink_status status = SINK_OK;
    export->quantities = calloc(all->variable_count + 1, sizeof *export->quantities);
    if (!export->quantities)
        return sink_fail_memory(error);
    for (size_t i = 0; i < all->variable_count && status == SINK_OK; i++) {
        const struct sink_dataset_variable *variable = &all->variables[i];
        if (!is_quantity(export, variable))
            continue;
        const char *methods = sink_dataset_text(all, variable, "cell_methods");
        struct sink_export_quantity *quantity = &export->quantities[export->quantity_count++];
        *quantity = (struct sink_export_quantity){
            .variable = variable,
            .lower = companion(export, variable, "lower"),
            .upper = companion(export, variable, "upper"),
            .se = companion(export, variable, "se"),
            .group = group_of(export, variable),
            .name = variable->info.name,
            .unit = sink_dataset_text(all, variable, "units"),
            .unit_of = sink_dataset_text(all, variable, "unit_of"),
            .title = sink_dataset_text(all, variable, "long_name"),
            .comment = sink_dataset_text(all, variable, "comment"),
            .is_of_period = strstr(methods, "time: sum") || strstr(methods, "time: mean")};
        status = add_axes(export, quantity, error);
    }
    qsort(export->quantities, export->quantity_count, sizeof *export->quantities, by_name);
    return status;
}

static void place_row(const struct sink_export *export, const struct sink_export_quantity *quantity,
                      size_t i, struct sink_export_row *row)
{
    const struct sink_nc_variable *info = &quantity->variable->info;
    for (int c = 0; c < SINK_EXPORT_COLUMNS; c++)
        row->labels[c] = "";
    row->year = row->start = 0;
    size_t rest = i;
    for (int d = info->rank - 1; d >= 0; d--) {
        const size_t place = rest % info->lengths[d];
        rest /= info->lengths[d];
        if (quantity->axes[d] == AXIS_REGION)
            row->region = place;
        else if (quantity->axes[d] == AXIS_TIME) {
            row->year = export->years[place].year;
            row->start = quantity->is_of_period ? export->years[place].start : 0;
        } else {
            const struct sink_export_axis *axis = &export->axes[quantity->axes[d]];
            row->labels[axis->column] = axis->labels[place];
        }
    }
    if (quantity->group)
        row->labels[SINK_EXPORT_GROUP] = quantity->group->texts[i];
}

bool sink_export_rows(const struct sink_export *export,
                      bool (*take)(void *taker, const struct sink_export_row *row), void *taker)
{
    for (size_t q = 0; q < export->quantity_count; q++) {
        const struct sink_export_quantity *quantity = &export->quantities[q];
        struct sink_export_row row = {.quantity = quantity};
        for (size_t i = 0; i < quantity->variable->info.count; i++) {
            row.value = quantity->variable->reals[i];
            if (isnan(row.value))
                continue;
            row.lower = quantity->lower ? quantity->lower->reals[i] : NAN;
            row.upper = quantity->upper ? quantity->upper->reals[i] : NAN;
            row.se = quantity->se ? quantity->se->reals[i] : NAN;
            place_row(export, quantity, i, &row);
            if (!take(taker, &row))
                return false;
        }
    }
    return true;
}

double sink_export_value(const struct sink_export_quantity *quantity, size_t year, size_t region)
{
    const struct sink_nc_variable *info = quantity ? &quantity->variable->info : NULL;
    if (!info || info->rank < 1 || info->rank > 2 ||
        quantity->axes[info->rank - 1] != AXIS_REGION ||
        (info->rank == 2 && quantity->axes[0] != AXIS_TIME))
        return NAN;
    return quantity->variable->reals[(info->rank == 2 ? year * info->lengths[1] : 0) + region];
}
