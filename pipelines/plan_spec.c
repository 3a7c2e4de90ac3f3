/* The dimensions and quantities of the tally that a job needs. */
#include "pipelines/tile_parts.h"

#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sink_dimension *add_dimension(struct sink_plan *plan, enum sink_dimension_kind kind,
                                            enum sink_side side, const char *name, int job_layer)
{
    struct sink_tally_spec *spec = &plan->spec;
    struct sink_dimension *dimension = &spec->dimensions[spec->dimension_count];
    *dimension = (struct sink_dimension){.kind = kind, .side = side, .name = sink_text_copy(name)};
    plan->sources[spec->dimension_count++] =
        (struct sink_plan_source){.job_layer = job_layer, .quantity = -1};
    return dimension;
}

static bool add_label(struct sink_dimension *dimension, const char *label)
{
    for (size_t v = 0; v < dimension->count; v++)
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): it forgets what realloc keeps */
        if (strcmp(dimension->labels[v], label) == 0)
            return true;
    char **labels = realloc(dimension->labels, (dimension->count + 1) * sizeof *labels);
    char *copy = sink_text_copy(label);
    if (labels)
        dimension->labels = labels;
    if (!labels || !copy) {
        free(copy);
        return false;
    }
    dimension->labels[dimension->count++] = copy;
    return true;
}

static bool add_common_labels(struct sink_dimension *dimension)
{
    return dimension->name && add_label(dimension, "nodata") && add_label(dimension, "unknown");
}

static bool has_value(const struct sink_legend *legend, const char *name)
{
    for (size_t i = 0; i < legend->value_count; i++)
        if (strcmp(legend->values[i], name) == 0)
            return true;
    return false;
}

/* Is the class in the legend of the land cover, or that of an ecosystem layer (or what they leave)?
 */
static bool is_class_used(const struct sink_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->layer_count; i++) {
        const struct sink_job_layer *job = plan->layers[i].job;
        if (job->role == SINK_ROLE_LAND_COVER && has_value(&plan->layers[i].legend, name))
            return true;
        if (job->role == SINK_ROLE_ECOSYSTEM &&
            (strcmp(job->class_name, name) == 0 || strcmp(name, "other") == 0))
            return true;
    }
    return false;
}

static int land_cover_layer(const struct sink_job *job)
{
    for (size_t i = 0; i < job->layer_count; i++)
        if (job->layers[i].role == SINK_ROLE_LAND_COVER)
            return (int)i;
    return -1;
}

static bool add_class_dimension(struct sink_plan *plan, enum sink_side side)
{
    struct sink_dimension *dimension =
        add_dimension(plan, SINK_DIMENSION_CLASS, side, "class", land_cover_layer(plan->job));
    bool is_whole = add_common_labels(dimension);
    for (size_t i = 0; i < plan->classes.count && is_whole; i++)
        if (is_class_used(plan, plan->classes.items[i].name))
            is_whole = add_label(dimension, plan->classes.items[i].name);
    return is_whole;
}

static bool add_overlay_dimension(struct sink_plan *plan, enum sink_side side, size_t job_layer)
{
    struct sink_dimension *dimension = add_dimension(
        plan, SINK_DIMENSION_OVERLAY, side, plan->job->layers[job_layer].name, (int)job_layer);
    bool is_whole = add_common_labels(dimension);
    for (size_t i = 0; i < plan->layer_count && is_whole; i++)
        if (plan->layers[i].job == &plan->job->layers[job_layer])
            for (size_t v = 0; v < plan->layers[i].legend.value_count && is_whole; v++)
                is_whole = add_label(dimension, plan->layers[i].legend.values[v]);
    return is_whole;
}

/* Whether some land gets its biomass from the stock volume: otherwise its intervals do not matter.
 */
static bool is_biomass_from_volume(const struct sink_plan *plan,
                                   const struct sink_job_layer *volume)
{
    const struct sink_job_layer *biomass =
        sink_job_find_role(plan->job, SINK_ROLE_ABOVE_GROUND_BIOMASS);
    if (volume->is_derived)
        return false;
    if (!biomass)
        return true;
    for (size_t i = 0; i < plan->classes.count; i++)
        if (sink_job_layer_speaks_for(volume, &plan->classes.items[i]) &&
            !sink_job_layer_speaks_for(biomass, &plan->classes.items[i]))
            return true;
    return false;
}

/* Adds the breaks that gains and losses of a period ask for, where the stock volume picks their
 * factors: those of a raster of volume, or of the biomass that it is derived from. */
static enum sink_status add_removal_breaks(const struct sink_plan *plan, bool of_biomass,
                                           double **breaks, size_t *count, struct sink_error *error)
{
    double *more = NULL;
    size_t more_count = 0;
    if (plan->job->year_count < 2)
        return SINK_OK;
    enum sink_status status = sink_account_removal_breaks(
        &plan->factors, of_biomass, plan->job->harvest != NULL, &more, &more_count, error);
    double *all = realloc(*breaks, (*count + more_count + 1) * sizeof *all);
    if (all)
        *breaks = all;
    if (status == SINK_OK && !all)
        status = sink_fail_memory(error);
    if (status == SINK_OK && more_count > 0) {
        memcpy(all + *count, more, more_count * sizeof *all);
        *count = sink_breaks_sort(all, *count + more_count);
    }
    free(more);
    return status;
}

/* In t d.m./ha. */
static enum sink_status find_biomass_breaks(const struct sink_plan *plan, double **breaks,
                                            size_t *count, struct sink_error *error)
{
    const struct sink_job_layer *volume = sink_job_find_role(plan->job, SINK_ROLE_STOCK_VOLUME);
    const enum sink_status status = sink_account_biomass_breaks(
        &plan->factors, volume && volume->is_derived, breaks, count, error);
    return status == SINK_OK ? add_removal_breaks(plan, true, breaks, count, error) : status;
}

static enum sink_status find_breaks(const struct sink_plan *plan,
                                    const struct sink_job_layer *layer, double **breaks,
                                    size_t *count, struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    *breaks = NULL;
    *count = 0;
    if (layer->role == SINK_ROLE_STAND_AGE)
        return sink_account_age_breaks(&plan->factors, breaks, count, error);
    if (layer->role == SINK_ROLE_STOCK_VOLUME) {
        if (is_biomass_from_volume(plan, layer))
            status = sink_account_volume_breaks(&plan->factors, breaks, count, error);
        return status == SINK_OK ? add_removal_breaks(plan, false, breaks, count, error) : status;
    }
    if (layer->role != SINK_ROLE_ABOVE_GROUND_BIOMASS)
        return SINK_OK;
    status = find_biomass_breaks(plan, breaks, count, error);
    if (status == SINK_OK && layer->unit.quantity == SINK_QUANTITY_CARBON_T_HA)
        for (size_t i = 0; i < *count; i++)
            (*breaks)[i] *= SINK_BREAK_CARBON_FRACTION;
    return status;
}

static bool add_intervals(struct sink_dimension *dimension, const double *breaks, size_t count)
{
    char label[64];
    dimension->upper = malloc((count + 3) * sizeof *dimension->upper);
    if (!dimension->upper || !add_common_labels(dimension))
        return false;
    dimension->upper[0] = dimension->upper[1] = NAN;
    for (size_t i = 0; i <= count; i++) {
        dimension->upper[2 + i] = i < count ? breaks[i] : INFINITY;
        if (i == count)
            snprintf(label, sizeof label, i ? "over %.10g" : "any", i ? breaks[i - 1] : 0.0);
        else if (i == 0)
            snprintf(label, sizeof label, "up to %.10g", breaks[i]);
        else
            snprintf(label, sizeof label, "over %.10g up to %.10g", breaks[i - 1], breaks[i]);
        if (!add_label(dimension, label))
            return false;
    }
    return true;
}

static enum sink_status add_quantity(struct sink_plan *plan, enum sink_side side, size_t job_layer,
                                     struct sink_error *error)
{
    const struct sink_job_layer *layer = &plan->job->layers[job_layer];
    struct sink_tally_spec *spec = &plan->spec;
    double *breaks;
    size_t count;
    const enum sink_status status = find_breaks(plan, layer, &breaks, &count, error);
    if (status != SINK_OK) {
        free(breaks);
        return status;
    }
    struct sink_dimension *dimension =
        add_dimension(plan, SINK_DIMENSION_INTERVAL, side, layer->name, (int)job_layer);
    plan->sources[spec->dimension_count - 1].quantity = (int)spec->quantity_count;
    struct sink_tally_quantity *quantity = &spec->quantities[spec->quantity_count++];
    *quantity = (struct sink_tally_quantity){
        .side = side, .name = sink_text_copy(layer->name), .quantity = layer->unit.quantity};
    const bool is_whole = quantity->name && add_intervals(dimension, breaks, count);
    free(breaks);
    return is_whole ? SINK_OK : sink_fail_memory(error);
}

/* Whether the disturbance struck in the period of a pass; without a period there is none. */
static bool add_event_dimension(struct sink_plan *plan, size_t job_layer)
{
    if (plan->spec.year_count < 2) {
        sink_faults_note(&plan->notes, SINK_BAD_JOB,
                         "disturbances.%s: no use is made of it, as the job has one year and no "
                         "period: no loss and no gas of it is counted",
                         plan->job->layers[job_layer].name);
        return true;
    }
    struct sink_dimension *dimension =
        add_dimension(plan, SINK_DIMENSION_EVENT, SINK_SIDE_STATIC,
                      plan->job->layers[job_layer].name, (int)job_layer);
    return add_common_labels(dimension) && add_label(dimension, "no") &&
           add_label(dimension, "yes");
}

static enum sink_status add_layer(struct sink_plan *plan, enum sink_side side, size_t job_layer,
                                  struct sink_error *error)
{
    const struct sink_job_layer *layer = &plan->job->layers[job_layer];
    if (layer->constant || layer->is_derived || layer->role == SINK_ROLE_LAND_COVER ||
        layer->role == SINK_ROLE_ECOSYSTEM)
        return SINK_OK;
    if (layer->role == SINK_ROLE_DISTURBANCE)
        return add_event_dimension(plan, job_layer) ? SINK_OK : sink_fail_memory(error);
    if (layer->role != SINK_ROLE_OVERLAY)
        return add_quantity(plan, side, job_layer, error);
    return add_overlay_dimension(plan, side, job_layer) ? SINK_OK : sink_fail_memory(error);
}

/* "forest until 2005": every class and every map but the last. */
static bool add_conversion_labels(const struct sink_plan *plan, struct sink_dimension *dimension)
{
    char label[128];
    const int d = sink_tally_dimension(&plan->spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO);
    const struct sink_dimension *classes = &plan->spec.dimensions[d];
    bool is_whole = add_common_labels(dimension);
    for (size_t c = 2; c < classes->count; c++)
        for (size_t map = 0; map + 1 < sink_plan_map_count(plan) && is_whole; map++) {
            snprintf(label, sizeof label, "%s" SINK_CONVERSION_UNTIL "%d", classes->labels[c],
                     sink_plan_map_year(plan, map));
            is_whole = add_label(dimension, label);
        }
    return is_whole;
}

/* What the land was before, as of the first date of a pass: the last dimensions of the key, the
 * latest conversion first. */
static bool add_conversion_dimensions(struct sink_plan *plan, bool has_from)
{
    char name[32];
    bool is_whole = true;
    const size_t count = sink_plan_conversion_count(plan);
    for (size_t i = 0; i < count && is_whole; i++) {
        snprintf(name, sizeof name, "conversion_%zu", i + 1);
        is_whole = add_conversion_labels(
            plan, add_dimension(plan, SINK_DIMENSION_CONVERSION,
                                has_from ? SINK_SIDE_FROM : SINK_SIDE_TO, name, -1));
    }
    const bool has_past = sink_plan_map_count(plan) > (plan->job->history_count > 0 ? 1 : 2);
    const size_t wanted = (size_t)plan->job->latest_conversions;
    if (has_past && count < wanted && !sink_plan_has_shares(plan))
        sink_faults_note(&plan->notes, SINK_BAD_JOB,
                         "%s: beside the other strata there is room for the latest %zu conversions "
                         "of a cell, not for %zu",
                         plan->job->path, count, wanted);
    return is_whole;
}

static enum sink_status add_dimensions(struct sink_plan *plan, struct sink_error *error)
{
    const bool has_from = plan->spec.year_count > 1;
    if ((has_from && !add_class_dimension(plan, SINK_SIDE_FROM)) ||
        !add_class_dimension(plan, SINK_SIDE_TO))
        return sink_fail_memory(error);
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < plan->job->layer_count && status == SINK_OK; i++) {
        const bool is_yearly = plan->job->layers[i].is_yearly;
        if (is_yearly && has_from)
            status = add_layer(plan, SINK_SIDE_FROM, i, error);
        if (status == SINK_OK)
            status = add_layer(plan, is_yearly ? SINK_SIDE_TO : SINK_SIDE_STATIC, i, error);
    }
    if (status == SINK_OK && !add_conversion_dimensions(plan, has_from))
        return sink_fail_memory(error);
    return status;
}

/* Dimensions at most: classes on two dates and conversions, two of a layer of every year, one of
 * another raster, none of a constant. */
static size_t count_room(const struct sink_job *job)
{
    size_t room = 2 + SINK_MAX_CONVERSIONS;
    for (size_t i = 0; i < job->layer_count; i++) {
        const struct sink_job_layer *layer = &job->layers[i];
        if (!layer->constant && !layer->is_derived && layer->role != SINK_ROLE_LAND_COVER &&
            layer->role != SINK_ROLE_ECOSYSTEM)
            room += layer->is_yearly ? 2 : 1;
    }
    return room;
}

enum sink_status sink_plan_make_spec(struct sink_plan *plan, struct sink_error *error)
{
    const struct sink_job *job = plan->job;
    struct sink_tally_spec *spec = &plan->spec;
    const size_t room = count_room(job);
    if (room > SINK_MAX_DIMENSIONS)
        return sink_fail(error, SINK_BAD_JOB,
                         "%s: the rasters make %zu dimensions of strata, expected at most %d",
                         job->path, room, SINK_MAX_DIMENSIONS);
    spec->years = malloc(job->year_count * sizeof *spec->years);
    spec->dimensions = calloc(room, sizeof *spec->dimensions);
    spec->quantities = calloc(room, sizeof *spec->quantities);
    plan->sources = calloc(room, sizeof *plan->sources);
    if (!spec->years || !spec->dimensions || !spec->quantities || !plan->sources)
        return sink_fail_memory(error);
    memcpy(spec->years, job->years, job->year_count * sizeof *spec->years);
    spec->year_count = job->year_count;
    spec->region_count = sink_boundaries_list(plan->boundaries)->count;
    const enum sink_status status = add_dimensions(plan, error);
    if (status == SINK_OK && sink_tally_key_count(spec) == 0)
        return sink_fail(error, SINK_BAD_JOB, "%s: the layers make too many strata (over 2^62)",
                         job->path);
    return status;
}
