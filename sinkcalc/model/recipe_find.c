/* Looking up the factor rows of a recipe. */
#include "sinkcalc/model/recipe_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *class_name(const struct sink_kitchen *kitchen, size_t use)
{
    return kitchen->basis->classes->items[kitchen->land->uses[use].class_index].name;
}

/* The overlays of the use, with the class before it as the overlay from_class. */
static void set_values(const struct sink_kitchen *kitchen, size_t use,
                       const char *values[SINK_FACTOR_KEYS_MAX])
{
    const struct sink_factors *factors = kitchen->basis->factors;
    const struct sink_land *land = kitchen->land;
    const char *const *overlays =
        land->uses[use].overlays ? land->uses[use].overlays : land->overlays;
    size_t former = use; /* the last one of another class: a use may differ by overlays alone */
    while (former > 0 && land->uses[former].class_index == land->uses[use].class_index)
        former--;
    const bool was_other = land->uses[former].class_index != land->uses[use].class_index;
    for (size_t k = 0; k < factors->key_count; k++) {
        values[k] = overlays[k];
        if (strcmp(factors->keys[k], SINK_KEY_FROM_CLASS) == 0)
            values[k] = was_other ? class_name(kitchen, former) : NULL;
    }
}

const struct sink_factor *sink_kitchen_find(struct sink_kitchen *kitchen, size_t use,
                                            enum sink_factor_kind kind, double interval_value)
{
    const struct sink_factor *row = NULL;
    const char *values[SINK_FACTOR_KEYS_MAX];
    set_values(kitchen, use, values);
    const struct sink_stratum stratum = {
        .class_name = class_name(kitchen, use), .values = values, .interval_value = interval_value};
    if (kitchen->status == SINK_OK && kitchen->basis->settings->is_trial)
        row = sink_factors_find_any(kitchen->basis->factors, kind, &stratum);
    else if (kitchen->status == SINK_OK)
        kitchen->status =
            sink_factors_find(kitchen->basis->factors, kind, &stratum, &row, kitchen->error);
    return kitchen->status == SINK_OK ? row : NULL;
}

int sink_kitchen_use(struct sink_kitchen *kitchen, const struct sink_factor *row)
{
    if (!row)
        return SINK_NO_ROW;
    const int at = (int)(row - kitchen->basis->factors->rows);
    kitchen->is_used[at] = true;
    return at;
}

struct sink_steps sink_kitchen_use_steps(struct sink_kitchen *kitchen,
                                         const struct sink_factor *row)
{
    const struct sink_factor *family[SINK_MAX_STEPS];
    struct sink_steps steps = {.count = 0};
    const size_t count = sink_factors_family(kitchen->basis->factors, row, family, SINK_MAX_STEPS);
    if (count > SINK_MAX_STEPS) {
        kitchen->status = sink_fail(
            kitchen->error, SINK_BAD_DATA, "%s:%zu: %zu intervals of one %s, expected at most %d",
            row->set, row->line, count, sink_factor_kind_name(row->kind), SINK_MAX_STEPS);
        return steps;
    }
    for (; steps.count < count; steps.count++) {
        const struct sink_factor *step = family[steps.count];
        if (steps.count > 0 && step->over != family[steps.count - 1]->up_to)
            kitchen->status =
                sink_fail(kitchen->error, SINK_BAD_DATA,
                          "%s:%zu: this %s is for values over %.10g, expected over "
                          "%.10g, where the interval of line %zu ends",
                          step->set, step->line, sink_factor_kind_name(step->kind), step->over,
                          family[steps.count - 1]->up_to, family[steps.count - 1]->line);
        steps.rows[steps.count] = sink_kitchen_use(kitchen, step);
    }
    return steps;
}

/* Whether a sentence that begins so is noted: one stratum of a class stands for all. */
static bool is_told(const struct sink_faults *missing, const char *beginning)
{
    const size_t length = strlen(beginning);
    for (size_t i = 0; i < missing->count; i++) {
        const char *message = missing->items[i].message;
        if (strncmp(message, beginning, length) == 0 && strchr(",:", message[length]))
            return true;
    }
    return false;
}

static const char *interval_unit(enum sink_factor_kind kind)
{
    switch (sink_factor_kind_interval(kind)) {
    case SINK_INTERVAL_BIOMASS:
        return "t d.m./ha";
    case SINK_INTERVAL_VOLUME:
        return "m3/ha";
    default:
        return "years";
    }
}

/* Whether some row of a kind and class depends on an overlay. */
static bool is_asked(const struct sink_factors *factors, enum sink_factor_kind kind,
                     const char *class, size_t key)
{
    for (size_t i = factors->kind_starts[kind]; i < factors->kind_starts[kind + 1]; i++) {
        const struct sink_factor *row = &factors->rows[factors->kind_rows[i]];
        if (*row->keys[key] && strcmp(row->keys[key], "*") != 0 &&
            sink_factor_lists(row->classes, class))
            return true;
    }
    return false;
}

/* Whether what is missing may depend on an overlay. A stock of soil may come from a reference as
 * well. */
static bool is_of_interest(const struct sink_factors *factors, enum sink_factor_kind kind,
                           const char *class, size_t key)
{
    return is_asked(factors, kind, class, key) ||
           (kind == SINK_FACTOR_SOIL && is_asked(factors, SINK_FACTOR_SOIL_REFERENCE, class, key));
}

/* "zone, continent": overlays that rows of this kind and class ask for and that nobody gave. */
static void name_absent(const struct sink_kitchen *kitchen, size_t use, enum sink_factor_kind kind,
                        const char *const *values, char text[256])
{
    const struct sink_factors *factors = kitchen->basis->factors;
    const char *class = class_name(kitchen, use);
    int length = 0;
    *text = '\0';
    for (size_t k = 0; k < factors->key_count && length < 180; k++) {
        const char *key = factors->keys[k];
        if (values[k] || strcmp(key, SINK_KEY_FROM_CLASS) == 0 ||
            strcmp(key, SINK_KEY_DISTURBANCE) == 0)
            continue;
        if (is_of_interest(factors, kind, class, k))
            length +=
                snprintf(text + length, 256 - (size_t)length, "%s%s", length ? ", " : "", key);
    }
}

/* " zone boreal, climate dry at 3 years": what is known of the land. In a trial, what matters of
 * that, and "any zone" where it may be one of several. */
static void name_stratum(const struct sink_kitchen *kitchen, size_t use, enum sink_factor_kind kind,
                         double interval_value, char text[512])
{
    const struct sink_factors *factors = kitchen->basis->factors;
    const bool is_trial = kitchen->basis->settings->is_trial;
    const char *values[SINK_FACTOR_KEYS_MAX];
    int length = 0;
    *text = '\0';
    set_values(kitchen, use, values);
    for (size_t k = 0; k < factors->key_count && length < 400; k++) {
        const size_t room = 512 - (size_t)length;
        if (!values[k] || (is_trial && !is_of_interest(factors, kind, class_name(kitchen, use), k)))
            continue;
        if (is_trial && strchr(values[k], '|'))
            length += snprintf(text + length, room, " any %s,", factors->keys[k]);
        else
            length += snprintf(text + length, room, " %s %s,", factors->keys[k], values[k]);
    }
    if (!isnan(interval_value) && length < 400 && !is_trial)
        snprintf(text + length, 512 - (size_t)length, " at %.6g %s", interval_value,
                 interval_unit(kind));
    const size_t end = strlen(text);
    if (end > 0 && text[end - 1] == ',')
        text[end - 1] = '\0';
}

/* Where a factor is missing: ", for instance zone boreal (there the job has no climate)". */
static void name_place(const struct sink_kitchen *kitchen, const char *stratum, const char *absent,
                       char text[832])
{
    if (*stratum)
        snprintf(text, 832, ", %s%s%s%s%s",
                 kitchen->basis->settings->is_trial ? "with" : "for instance", stratum,
                 *absent ? " (there the job has no " : "", absent, *absent ? ")" : "");
    else
        snprintf(text, 832, ", %s%s", *absent ? "where the job has no " : "anywhere", absent);
}

void sink_kitchen_lack(struct sink_kitchen *kitchen, size_t use, enum sink_pool pool,
                       enum sink_factor_kind kind, double interval_value)
{
    char stratum[512], beginning[192], absent[256], place[832];
    const char *values[SINK_FACTOR_KEYS_MAX];
    kitchen->recipe->lacks_factor[pool] = true;
    if (kitchen->status != SINK_OK || kitchen->basis->settings->factor != SINK_MISSING_ERROR)
        return;
    snprintf(beginning, sizeof beginning, "no %s factor for class %s", sink_factor_kind_name(kind),
             class_name(kitchen, use));
    if (is_told(kitchen->missing, beginning))
        return;
    set_values(kitchen, use, values);
    name_stratum(kitchen, use, kind, interval_value, stratum);
    name_absent(kitchen, use, kind, values, absent);
    name_place(kitchen, stratum, absent, place);
    sink_faults_note(kitchen->missing, SINK_BAD_DATA,
                     "%s%s: expected a row in a table of the job%s, or `missing: {factor: count}`",
                     beginning, place, *absent ? ", a layer or a value of these" : "");
}

const struct sink_factor *sink_kitchen_need(struct sink_kitchen *kitchen, size_t use,
                                            enum sink_pool pool, enum sink_factor_kind kind,
                                            double interval_value)
{
    const struct sink_factor *row = sink_kitchen_find(kitchen, use, kind, interval_value);
    if (row)
        sink_kitchen_use(kitchen, row);
    else
        sink_kitchen_lack(kitchen, use, pool, kind, interval_value);
    return row;
}

bool sink_kitchen_is_gap(struct sink_kitchen *kitchen, enum sink_gap gap, const char *layer)
{
    const enum sink_missing policy = kitchen->basis->settings->value;
    char beginning[192];
    kitchen->recipe->gaps |= gap;
    if (policy == SINK_MISSING_FACTOR)
        return false;
    snprintf(beginning, sizeof beginning, "layer %s has no data on land of class %s", layer,
             class_name(kitchen, kitchen->land->use_count - 1));
    if (policy == SINK_MISSING_ERROR && !is_told(kitchen->missing, beginning))
        sink_faults_note(kitchen->missing, SINK_BAD_DATA,
                         "%s: expected values, or `missing: {value: count}`, or `missing: {value: "
                         "factor}` to use the factors there",
                         beginning);
    return true;
}

bool sink_kitchen_find_curve(struct sink_kitchen *kitchen, int curve[3])
{
    static const enum sink_factor_kind kinds[3] = {SINK_FACTOR_CURVE_ASYMPTOTE,
                                                   SINK_FACTOR_CURVE_RATE, SINK_FACTOR_CURVE_SHAPE};
    const size_t use = kitchen->land->use_count - 1;
    const struct sink_factor *rows[3];
    for (int i = 0; i < 3; i++) {
        rows[i] = sink_kitchen_find(kitchen, use, kinds[i], NAN);
        if (!rows[i])
            return false;
    }
    for (int i = 0; i < 3; i++)
        curve[i] = sink_kitchen_use(kitchen, rows[i]);
    return true;
}
