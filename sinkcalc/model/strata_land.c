/* What the key of a stratum tells of the land on one date. */
#include "sinkcalc/base/text.h"
#include "sinkcalc/model/strata_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum sink_side side_of(bool is_to)
{
    return is_to ? SINK_SIDE_TO : SINK_SIDE_FROM;
}

static int class_dimension(const struct sink_tally_spec *spec, enum sink_side side)
{
    return sink_tally_dimension(spec, SINK_DIMENSION_CLASS, "class", side);
}

/* Whether land of one class has other overlays at the second date. Only where the tally has no
 * third date: the next pass would not know of the change. */
static bool is_managed_otherwise(const struct sink_tally_spec *spec, const int *values)
{
    for (size_t d = 0; d < spec->dimension_count && spec->year_count == 2; d++) {
        const struct sink_dimension *before = &spec->dimensions[d];
        if (before->kind != SINK_DIMENSION_OVERLAY || before->side != SINK_SIDE_FROM)
            continue;
        const int after =
            sink_tally_dimension(spec, SINK_DIMENSION_OVERLAY, before->name, SINK_SIDE_TO);
        if (after >= 0 &&
            strcmp(before->labels[values[d]], spec->dimensions[after].labels[values[after]]) != 0)
            return true;
    }
    return false;
}

/* Conversions are told as of the first date of a pass; the second date adds the class of the first.
 */
struct sink_land_key sink_land_key_of(const struct sink_tally_spec *spec,
                                      const struct sink_tally_row *row, bool is_to)
{
    int values[SINK_MAX_DIMENSIONS];
    sink_tally_key_values(spec, row->key, values);
    const int from = spec->year_count > 1 ? class_dimension(spec, SINK_SIDE_FROM) : -1;
    const int to = class_dimension(spec, SINK_SIDE_TO);
    const bool is_known = from >= 0 && values[from] >= 2 && values[to] >= 2;
    const bool is_converted =
        is_to && is_known && (values[from] != values[to] || is_managed_otherwise(spec, values));
    const bool has_past = !is_to || from < 0 || is_known;
    bool has_conversion = is_converted;
    for (size_t d = 0; d < spec->dimension_count; d++) {
        const struct sink_dimension *dimension = &spec->dimensions[d];
        bool is_kept = dimension->side == side_of(is_to) || dimension->side == SINK_SIDE_STATIC;
        if (dimension->kind == SINK_DIMENSION_CONVERSION)
            is_kept = has_past;
        if (dimension->kind == SINK_DIMENSION_EVENT)
            is_kept = false;
        const bool is_former_overlay = dimension->kind == SINK_DIMENSION_OVERLAY &&
                                       dimension->side == SINK_SIDE_FROM && spec->year_count == 2;
        if (is_to && ((int)d == from || is_former_overlay))
            is_kept = is_converted;
        if (!is_kept)
            values[d] = 0;
        has_conversion |= dimension->kind == SINK_DIMENSION_CONVERSION && values[d] >= 2;
    }
    /* Without a conversion all years are alike; a static age of the stand is not. */
    const int age =
        sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, "stand_age", side_of(is_to));
    const bool needs_year = has_conversion || age >= 0;
    return (struct sink_land_key){sink_tally_key(spec, values), needs_year ? row->pass : 0, is_to};
}

/* A value inside the interval; NaN for no data, -1 when the tally has no such layer. */
static double representative(const struct sink_tally_spec *spec, const char *name,
                             enum sink_side side, const int *values)
{
    const int d = sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, name, side);
    if (d < 0)
        return -1;
    const int v = values[d];
    if (v < 2)
        return NAN;
    const double *upper = spec->dimensions[d].upper;
    const double low = v == 2 ? 0 : upper[v - 1];
    if (isinf(upper[v]))
        return 2 * low + 1;
    return (low + upper[v]) / 2;
}

/* Ages are cut into years where growth or curves ask for them: (k - 1, k] is the age k. Of longer
 * intervals it is the middle, beyond the last of them a year more than it. Ages of one date do not
 * speak of stands that came later. */
static double age_of(const struct sink_tally_spec *spec, const struct sink_land *land,
                     enum sink_side side, const int *values)
{
    const int d = sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, "stand_age", side);
    size_t first = land->use_count - 1; /* of the uses that are of this class */
    while (first > 0 &&
           land->uses[first - 1].class_index == land->uses[land->use_count - 1].class_index)
        first--;
    const double since_yr = land->uses[first].since_yr; /* -INFINITY: it was always there */
    const bool is_static = d >= 0 && spec->dimensions[d].side == SINK_SIDE_STATIC;
    const bool is_told = d >= 0 && values[d] >= 2 && !(is_static && since_yr >= spec->years[0]);
    if (!is_told)
        return first > 0 ? land->year - since_yr : NAN;
    const double upper = spec->dimensions[d].upper[values[d]];
    const double low = values[d] == 2 ? 0 : spec->dimensions[d].upper[values[d] - 1];
    const double age_yr = upper - low > 1 ? (low + upper) / 2 : upper;
    return (isinf(upper) ? low + 1 : age_yr) + (is_static ? land->year - spec->years[0] : 0);
}

static void set_overlays(const struct sink_tally_spec *spec, const struct sink_account_basis *basis,
                         const int *values, enum sink_side side, const char **overlays)
{
    const struct sink_factors *factors = basis->factors;
    const struct sink_account_settings *settings = basis->settings;
    for (size_t k = 0; k < factors->key_count; k++) {
        const int d = sink_tally_dimension(spec, SINK_DIMENSION_OVERLAY, factors->keys[k], side);
        overlays[k] = d >= 0 && values[d] >= 2 ? spec->dimensions[d].labels[values[d]] : NULL;
        for (size_t c = 0; d < 0 && c < settings->constant_count; c++)
            if (strcmp(settings->constant_names[c], factors->keys[k]) == 0)
                overlays[k] = settings->constant_values[c];
    }
}

static enum sink_status find_class(const struct sink_class_list *classes, const char *name,
                                   int *index, struct sink_error *error)
{
    *index = sink_class_list_find(classes, name);
    if (*index < 0)
        return sink_fail(error, SINK_BAD_DATA, "the tally has a class \"%s\" that sinkcalc has not",
                         name);
    return SINK_OK;
}

/* "forest until 2005": adds the class to the uses, and says when the next one begins. */
static enum sink_status read_conversion(const struct sink_class_list *classes, const char *label,
                                        struct sink_land *land, double *next_since_yr,
                                        struct sink_error *error)
{
    char name[64];
    int64_t year;
    const char *until = strstr(label, SINK_CONVERSION_UNTIL);
    if (!until || (size_t)(until - label) >= sizeof name ||
        !sink_text_to_integer(until + strlen(SINK_CONVERSION_UNTIL), &year))
        return sink_fail(error, SINK_BAD_DATA,
                         "the tally has a conversion \"%.80s\", expected a class and a year",
                         label);
    if (land->use_count == SINK_MAX_CONVERSIONS || (double)year <= *next_since_yr)
        return sink_fail(error, SINK_BAD_DATA,
                         "the tally has a conversion \"%.80s\" that is not later than the one "
                         "before, or more than %d",
                         label, SINK_MAX_CONVERSIONS);
    snprintf(name, sizeof name, "%.*s", (int)(until - label), label);
    struct sink_use *use = &land->uses[land->use_count++];
    use->since_yr = *next_since_yr;
    *next_since_yr = (double)year;
    return find_class(classes, name, &use->class_index, error);
}

static size_t conversion_count(const struct sink_tally_spec *spec)
{
    size_t count = 0;
    for (size_t d = 0; d < spec->dimension_count; d++)
        count += spec->dimensions[d].kind == SINK_DIMENSION_CONVERSION;
    return count;
}

/* A date knows as many conversions as the tally tells; the next pass will not know of an older one
 * either, and both must hold the same stocks. */
static void forget_oldest(struct sink_land *land)
{
    land->use_count--;
    memmove(land->uses, land->uses + 1, land->use_count * sizeof *land->uses);
    land->uses[0].since_yr = -INFINITY;
}

static enum sink_status read_uses(const struct sink_tally_spec *spec,
                                  const struct sink_account_basis *basis, struct sink_land_key key,
                                  const int *values, struct sink_land *land,
                                  struct sink_error *error)
{
    const struct sink_class_list *classes = basis->classes;
    double since_yr = -INFINITY;
    const int to = class_dimension(spec, side_of(key.is_to));
    const int from = spec->year_count > 1 ? class_dimension(spec, SINK_SIDE_FROM) : -1;
    enum sink_status status = SINK_OK;
    for (int back = SINK_MAX_CONVERSIONS; back >= 1 && status == SINK_OK; back--) {
        char name[32];
        snprintf(name, sizeof name, "conversion_%d", back);
        for (size_t d = 0; d < spec->dimension_count; d++)
            if (spec->dimensions[d].kind == SINK_DIMENSION_CONVERSION && values[d] >= 2 &&
                strcmp(spec->dimensions[d].name, name) == 0)
                status = read_conversion(classes, spec->dimensions[d].labels[values[d]], land,
                                         &since_yr, error);
    }
    if (status == SINK_OK && since_yr >= spec->years[key.pass])
        status = sink_fail(error, SINK_BAD_DATA,
                           "the tally has a conversion in %g, which is not before %d", since_yr,
                           spec->years[key.pass]);
    /* Without conversions in the tally the next pass would not know of this one. */
    const bool has_past = spec->year_count == 2 || conversion_count(spec) > 0;
    /* Where nothing changed the key has dropped the first date: its overlays are those of now. */
    const bool knows_overlays =
        key.is_to && spec->year_count == 2 && from >= 0 && values[from] >= 2;
    if (status == SINK_OK && has_past && key.is_to && from >= 0 && values[from] >= 2) {
        if (conversion_count(spec) > 0 && land->use_count == conversion_count(spec))
            forget_oldest(land);
        struct sink_use *use = &land->uses[land->use_count++];
        use->since_yr = land->use_count == 1 ? -INFINITY : since_yr;
        since_yr = spec->years[key.pass];
        status = find_class(classes, spec->dimensions[from].labels[values[from]], &use->class_index,
                            error);
    }
    if (status != SINK_OK)
        return status;
    for (size_t u = 0; u < land->use_count && knows_overlays; u++)
        land->uses[u].overlays = land->overlays + basis->factors->key_count;
    struct sink_use *use = &land->uses[land->use_count++];
    use->since_yr = since_yr;
    return find_class(classes, spec->dimensions[to].labels[values[to]], &use->class_index, error);
}

enum sink_status sink_land_read(const struct sink_tally_spec *spec,
                                const struct sink_account_basis *basis, struct sink_land_key key,
                                const char **overlays, struct sink_land *land,
                                struct sink_error *error)
{
    int values[SINK_MAX_DIMENSIONS] = {0};
    const enum sink_side side = side_of(key.is_to);
    *land = (struct sink_land){.overlays = overlays};
    sink_tally_key_values(spec, key.key, values);
    if (values[class_dimension(spec, side)] < 2)
        return SINK_OK;
    const size_t year = key.is_to && spec->year_count > 1 ? key.pass + 1 : key.pass;
    land->year = spec->years[year];
    set_overlays(spec, basis, values, side, overlays);
    const int quantity = sink_tally_quantity_index(spec, "above_ground_biomass", side);
    const int soil = sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, "soil_carbon", side);
    land->biomass = representative(spec, "above_ground_biomass", side, values);
    land->volume = representative(spec, "stock_volume", side, values);
    land->has_soil = soil >= 0;
    land->lacks_soil = soil >= 0 && values[soil] < 2;
    land->is_soil_static = soil >= 0 && spec->dimensions[soil].side == SINK_SIDE_STATIC;
    land->is_biomass_carbon =
        quantity >= 0 && spec->quantities[quantity].quantity == SINK_QUANTITY_CARBON_T_HA;
    if (spec->year_count == 2)
        set_overlays(spec, basis, values, SINK_SIDE_FROM, overlays + basis->factors->key_count);
    const enum sink_status status = read_uses(spec, basis, key, values, land, error);
    if (status == SINK_OK)
        land->age_yr = age_of(spec, land, side, values);
    return status;
}

static int category_of(const struct sink_class_list *classes, int class_index)
{
    for (int c = 0; c < SINK_CATEGORY_COUNT; c++)
        if (strcmp(classes->items[class_index].ipcc_category,
                   sink_category_name((enum sink_category)c)) == 0)
            return c;
    return -1;
}

int sink_land_use_of(const struct sink_land *land, const struct sink_class_list *classes,
                     double transition_yr)
{
    const size_t last = land->use_count - 1;
    const int now = category_of(classes, land->uses[last].class_index);
    if (now < 0) { /* the sea: what was lost to it is told under what it was */
        const int lost = last > 0 ? category_of(classes, land->uses[last - 1].class_index) : -1;
        const bool is_recent = last > 0 && land->year - land->uses[last].since_yr <= transition_yr;
        return lost >= 0 && is_recent ? lost * SINK_CATEGORY_COUNT + lost : SINK_LAND_USE_NONE;
    }
    for (size_t u = last; u > 0; u--) {
        const int before = category_of(classes, land->uses[u - 1].class_index);
        if (land->year - land->uses[u].since_yr > transition_yr)
            break;
        if (before != now && before >= 0)
            return before * SINK_CATEGORY_COUNT + now;
    }
    return now * SINK_CATEGORY_COUNT + now;
}
