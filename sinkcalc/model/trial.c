#include "sinkcalc/model/trial.h"

#include "sinkcalc/model/strata_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values of a dimension, as struct sink_dimension has them. */
#define FIRST 2
#define STRUCK 3

struct trial {
    struct sink_tally_spec spec; /* overlays have one value: "a|b|c" */
    struct sink_account_settings settings;
    struct sink_account_basis basis;
    struct sink_trial *lacks;
    int values[SINK_MAX_DIMENSIONS]; /* the land in hand */
    const char *class;               /* whose lacks are looked for */
    struct sink_faults common;       /* what all land so far lacks */
    bool is_first;
};

static bool join_labels(const struct sink_dimension *from, struct sink_dimension *to)
{
    size_t length = 1;
    for (size_t v = FIRST; v < from->count; v++)
        length += strlen(from->labels[v]) + 1;
    to->count = from->count > FIRST ? FIRST + 1 : FIRST;
    to->labels = calloc(FIRST + 1, sizeof *to->labels);
    char *joined = to->labels ? calloc(length, 1) : NULL;
    if (!joined)
        return false;
    to->labels[0] = from->labels[0];
    to->labels[1] = from->labels[1];
    to->labels[FIRST] = joined;
    for (size_t v = FIRST; v < from->count; v++)
        strcat(strcat(joined, v > FIRST ? "|" : ""), from->labels[v]);
    return true;
}

static void close_spec(struct sink_tally_spec *spec)
{
    for (size_t d = 0; spec->dimensions && d < spec->dimension_count; d++) {
        struct sink_dimension *dimension = &spec->dimensions[d];
        if (dimension->kind != SINK_DIMENSION_OVERLAY)
            continue;
        if (dimension->labels)
            free(dimension->labels[FIRST]);
        free(dimension->labels);
    }
    free(spec->dimensions);
}

/* All but the labels of overlays is borrowed. */
static bool open_spec(const struct sink_tally_spec *from, struct sink_tally_spec *to)
{
    bool is_whole = true;
    *to = *from;
    to->dimensions = calloc(from->dimension_count + 1, sizeof *to->dimensions);
    if (!to->dimensions)
        return false;
    for (size_t d = 0; d < from->dimension_count; d++) {
        to->dimensions[d] = from->dimensions[d];
        if (from->dimensions[d].kind != SINK_DIMENSION_OVERLAY)
            continue;
        to->dimensions[d].labels = NULL;
        is_whole = is_whole && join_labels(&from->dimensions[d], &to->dimensions[d]);
    }
    return is_whole;
}

/* The largest interval of any raster; the land of a step lies in that interval of all of them. */
static size_t step_count(const struct sink_tally_spec *spec)
{
    size_t count = 1;
    for (size_t d = 0; d < spec->dimension_count; d++)
        if (spec->dimensions[d].kind == SINK_DIMENSION_INTERVAL &&
            spec->dimensions[d].count - FIRST > count)
            count = spec->dimensions[d].count - FIRST;
    return count;
}

static int value_of_class(const struct sink_dimension *dimension, const char *class)
{
    for (size_t v = FIRST; v < dimension->count; v++)
        if (strcmp(dimension->labels[v], class) == 0)
            return (int)v;
    return SINK_VALUE_NODATA;
}

/* Land that is and was of the class, untouched, in an interval of each raster. */
static void set_land(struct trial *trial, const char *class, size_t step)
{
    for (size_t d = 0; d < trial->spec.dimension_count; d++) {
        const struct sink_dimension *dimension = &trial->spec.dimensions[d];
        const size_t last = dimension->count - 1;
        int value = last >= FIRST ? FIRST : SINK_VALUE_NODATA;
        if (dimension->kind == SINK_DIMENSION_CLASS)
            value = value_of_class(dimension, class);
        else if (dimension->kind == SINK_DIMENSION_INTERVAL && last >= FIRST)
            value = (int)(FIRST + step < last ? FIRST + step : last);
        else if (dimension->kind == SINK_DIMENSION_CONVERSION)
            value = SINK_VALUE_NODATA;
        trial->values[d] = value;
    }
}

/* "no litter factor for class forest": what goes before the place. */
static size_t name_length(const char *message)
{
    return strcspn(message, ",");
}

static bool is_among(const struct sink_faults *faults, const char *message)
{
    const size_t length = name_length(message);
    for (size_t i = 0; i < faults->count; i++)
        if (name_length(faults->items[i].message) == length &&
            strncmp(faults->items[i].message, message, length) == 0)
            return true;
    return false;
}

static bool is_of_class(const char *message, const char *class)
{
    const size_t length = name_length(message), class_length = strlen(class);
    return length > class_length && message[length - class_length - 1] == ' ' &&
           strncmp(message + length - class_length, class, class_length) == 0;
}

/* Of what was common the rest that is missing here as well. */
static void narrow(struct trial *trial, const struct sink_faults *missing)
{
    struct sink_faults *common = &trial->common;
    size_t kept = 0;
    for (size_t i = 0; i < missing->count && trial->is_first; i++)
        if (is_of_class(missing->items[i].message, trial->class))
            sink_faults_add(common, &missing->items[i]);
    for (size_t i = 0; i < common->count; i++)
        if (is_among(missing, common->items[i].message))
            common->items[kept++] = common->items[i];
    common->count = kept;
    trial->is_first = false;
}

/* A table that is no good otherwise (a gap between its intervals) is not judged by a trial: of land
 * in hand nothing is lacking then. */
static enum sink_status try_land(struct trial *trial, struct sink_error *error)
{
    struct sink_strata strata;
    struct sink_faults missing = {0};
    const struct sink_tally_row row = {.pass = (uint32_t)sink_tally_pass_count(&trial->spec) - 1,
                                       .key = sink_tally_key(&trial->spec, trial->values)};
    const enum sink_status status = sink_strata_make(&trial->spec, (struct sink_row_list){&row, 1},
                                                     &trial->basis, &strata, &missing, error);
    sink_strata_free(&strata);
    if (status != SINK_OK) {
        sink_faults_free(&missing);
        missing = (struct sink_faults){0};
    }
    narrow(trial, &missing);
    sink_faults_free(&missing);
    return status == SINK_FAILED ? status : SINK_OK;
}

static void start(struct trial *trial, const char *class)
{
    sink_faults_free(&trial->common);
    trial->common = (struct sink_faults){0};
    trial->class = class;
    trial->is_first = true;
}

/* Whether there is still something that all land lacks. */
static bool goes_on(const struct trial *trial)
{
    return trial->is_first || trial->common.count > 0;
}

static bool is_listed(const struct sink_trial *lacks, const char *message)
{
    const size_t length = name_length(message);
    for (size_t i = 0; i < lacks->count; i++)
        if (name_length(lacks->items[i].error.message) == length &&
            strncmp(lacks->items[i].error.message, message, length) == 0)
            return true;
    return false;
}

static enum sink_status keep(struct trial *trial, enum sink_trial_reach reach,
                             struct sink_error *error)
{
    struct sink_trial *lacks = trial->lacks;
    for (size_t i = 0; i < trial->common.count; i++) {
        const struct sink_error *missing = &trial->common.items[i];
        if (is_listed(lacks, missing->message))
            continue;
        if (lacks->count == lacks->room) {
            const size_t room = lacks->room ? 2 * lacks->room : 16;
            struct sink_trial_lack *items = realloc(lacks->items, room * sizeof *items);
            if (!items)
                return sink_fail_memory(error);
            lacks->items = items;
            lacks->room = room;
        }
        struct sink_trial_lack *lack = &lacks->items[lacks->count++];
        const char *expected = strstr(missing->message, ": expected");
        *lack = (struct sink_trial_lack){.reach = reach, .error = *missing};
        snprintf(lack->class, sizeof lack->class, "%s", trial->class);
        lack->class_at = name_length(missing->message) - strlen(trial->class);
        lack->what_length =
            expected ? (size_t)(expected - missing->message) : strlen(missing->message);
    }
    return SINK_OK;
}

/* Land of the class in hand that was of another class, or that is known to have been. */
static enum sink_status try_converted(struct trial *trial, struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    for (size_t d = 0; d < trial->spec.dimension_count; d++) {
        const struct sink_dimension *dimension = &trial->spec.dimensions[d];
        const bool is_before =
            (dimension->kind == SINK_DIMENSION_CLASS && dimension->side == SINK_SIDE_FROM) ||
            (dimension->kind == SINK_DIMENSION_CONVERSION &&
             strcmp(dimension->name, "conversion_1") == 0);
        for (size_t v = FIRST; v < dimension->count && is_before && goes_on(trial); v++) {
            set_land(trial, trial->class, 0);
            trial->values[d] = (int)v;
            if (status == SINK_OK)
                status = try_land(trial, error);
        }
    }
    return status;
}

static enum sink_status try_class(struct trial *trial, const char *class, struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    start(trial, class);
    for (size_t step = 0; step < step_count(&trial->spec) && goes_on(trial) && status == SINK_OK;
         step++) {
        set_land(trial, class, step);
        status = try_land(trial, error);
    }
    if (status == SINK_OK)
        status = try_converted(trial, error);
    return status == SINK_OK ? keep(trial, SINK_LACK_OF_ALL, error) : status;
}

/* What a disturbance needs of the class that it strikes. */
static enum sink_status try_event(struct trial *trial, const char *class, size_t event,
                                  struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    start(trial, class);
    for (size_t step = 0; step < step_count(&trial->spec) && goes_on(trial) && status == SINK_OK;
         step++) {
        set_land(trial, class, step);
        trial->values[event] = STRUCK;
        status = try_land(trial, error);
    }
    return status == SINK_OK ? keep(trial, SINK_LACK_OF_STRUCK, error) : status;
}

/* What planted land needs, whatever it was. */
static enum sink_status try_planting(struct trial *trial, const struct sink_dimension *classes,
                                     struct sink_error *error)
{
    const struct sink_class *items = trial->basis.classes->items;
    enum sink_status status = SINK_OK;
    start(trial, items[trial->settings.planting->class_index].name);
    for (size_t v = FIRST; v < classes->count && status == SINK_OK; v++) {
        const int class = sink_class_list_find(trial->basis.classes, classes->labels[v]);
        const bool is_plantable = class >= 0 && items[class].has_pools && !items[class].is_woody;
        for (size_t step = 0;
             step < step_count(&trial->spec) && is_plantable && goes_on(trial) && status == SINK_OK;
             step++) {
            set_land(trial, classes->labels[v], step);
            status = try_land(trial, error);
        }
    }
    return status == SINK_OK ? keep(trial, SINK_LACK_OF_PLANTED, error) : status;
}

static enum sink_status try_all(struct trial *trial, const struct sink_planting *planting,
                                struct sink_error *error)
{
    const struct sink_tally_spec *spec = &trial->spec;
    const int d = sink_tally_dimension(spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO);
    enum sink_status status = SINK_OK;
    if (d < 0)
        return SINK_OK;
    const struct sink_dimension *classes = &spec->dimensions[d];
    for (size_t v = FIRST; v < classes->count && status == SINK_OK; v++)
        status = try_class(trial, classes->labels[v], error);
    for (size_t e = 0; e < spec->dimension_count; e++)
        for (size_t v = FIRST; v < classes->count && status == SINK_OK &&
                               spec->dimensions[e].kind == SINK_DIMENSION_EVENT;
             v++)
            status = try_event(trial, classes->labels[v], e, error);
    trial->settings.planting = planting;
    if (status == SINK_OK && planting)
        status = try_planting(trial, classes, error);
    return status;
}

enum sink_status sink_trial_make(const struct sink_tally_spec *spec,
                                 const struct sink_account_basis *basis, struct sink_trial *lacks,
                                 struct sink_error *error)
{
    struct trial trial = {.settings = *basis->settings, .basis = *basis, .lacks = lacks};
    *lacks = (struct sink_trial){0};
    trial.settings.is_trial = true;
    trial.settings.factor = SINK_MISSING_ERROR; /* so that what is missing is named */
    trial.settings.planting = NULL;
    trial.basis.settings = &trial.settings;
    const enum sink_status status = open_spec(spec, &trial.spec)
                                        ? try_all(&trial, basis->settings->planting, error)
                                        : sink_fail_memory(error);
    close_spec(&trial.spec);
    sink_faults_free(&trial.common);
    if (status != SINK_OK)
        sink_trial_free(lacks);
    return status;
}

void sink_trial_free(struct sink_trial *lacks)
{
    free(lacks->items);
    *lacks = (struct sink_trial){0};
}
