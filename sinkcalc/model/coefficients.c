/* The equations of the pools: IPCC 2006 Guidelines Vol. 4 Ch. 2 and 4 with the 2019 Refinement. */
#include "sinkcalc/model/coefficients.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One stratum on its way. */
struct work {
    const struct sink_account_basis *sources;
    const struct sink_state *state;
    struct sink_coefficients *result;
    struct sink_faults *missing;
    struct sink_error *error;
    enum sink_status status;
};

static const char *class_name(const struct work *work)
{
    return work->sources->classes->items[work->state->class_index].name;
}

static const struct sink_factor *find(struct work *work, enum sink_factor_kind kind,
                                      double interval_value)
{
    const struct sink_factor *row = NULL;
    const struct sink_stratum stratum = {.class_name = class_name(work),
                                         .values = work->state->overlays,
                                         .interval_value = interval_value};
    if (work->status == SINK_OK)
        work->status = sink_factors_find(work->sources->factors, kind, &stratum, &row, work->error);
    return work->status == SINK_OK ? row : NULL;
}

static void use(struct work *work, const struct sink_factor *row)
{
    struct sink_coefficients *result = work->result;
    for (size_t i = 0; i < result->used_count; i++)
        if (result->used[i] == row)
            return;
    result->used[result->used_count++] = row;
}

/* Whether a sentence that begins so is noted: one stratum of a class stands for all. */
static bool is_told(const struct sink_faults *missing, const char *beginning)
{
    for (size_t i = 0; i < missing->count; i++)
        if (strncmp(missing->items[i].message, beginning, strlen(beginning)) == 0)
            return true;
    return false;
}

static void lack(struct work *work, enum sink_pool pool, enum sink_factor_kind kind,
                 double interval_value)
{
    char stratum[512], beginning[192];
    const struct sink_factors *factors = work->sources->factors;
    work->result->lacks_factor[pool] = true;
    if (work->status != SINK_OK || work->sources->settings->factor != SINK_MISSING_ERROR)
        return;
    snprintf(beginning, sizeof beginning, "no %s factor for class %s,", sink_factor_kind_name(kind),
             class_name(work));
    if (is_told(work->missing, beginning))
        return;
    int length = 0;
    *stratum = '\0';
    for (size_t k = 0; k < factors->key_count && length < 400; k++)
        if (work->state->overlays[k])
            length += snprintf(stratum + length, sizeof stratum - (size_t)length, " %s %s,",
                               factors->keys[k], work->state->overlays[k]);
    if (!isnan(interval_value) && length < 400)
        snprintf(stratum + length, sizeof stratum - (size_t)length, " at %.6g %s", interval_value,
                 kind == SINK_FACTOR_ROOT_SHOOT ? "t d.m./ha" : "m3/ha");
    const size_t end = strlen(stratum);
    if (end > 0 && stratum[end - 1] == ',')
        stratum[end - 1] = '\0';
    sink_faults_note(
        work->missing, SINK_BAD_DATA,
        "%s for instance%s: expected a row in a table of the job, or `missing: {factor: "
        "count}`",
        beginning, *stratum ? stratum : " everywhere");
}

/* The row, noted as used; NULL is noted as lacking for `pool`. */
static const struct sink_factor *need(struct work *work, enum sink_pool pool,
                                      enum sink_factor_kind kind, double interval_value)
{
    const struct sink_factor *row = find(work, kind, interval_value);
    if (row)
        use(work, row);
    else
        lack(work, pool, kind, interval_value);
    return row;
}

/* Root:shoot ratio at an above-ground biomass in t d.m./ha; NaN when there is none. */
static double root_shoot(struct work *work, double biomass_t_ha)
{
    const struct sink_factor *row =
        need(work, SINK_POOL_BELOW_GROUND, SINK_FACTOR_ROOT_SHOOT, biomass_t_ha);
    return row ? row->value : NAN;
}

/* Above-ground biomass from a raster; below ground by the ratio (IPCC 2006 Vol. 4 eq. 2.8). */
static void set_from_biomass(struct work *work)
{
    struct sink_coefficients *result = work->result;
    const bool is_carbon = work->state->is_biomass_carbon;
    const struct sink_factor *fraction =
        is_carbon ? NULL : need(work, SINK_POOL_ABOVE_GROUND, SINK_FACTOR_CARBON_FRACTION, NAN);
    if (!fraction && !is_carbon) {
        result->lacks_factor[SINK_POOL_BELOW_GROUND] = true;
        return;
    }
    const double slope = is_carbon ? 1 : fraction->value;
    const double ratio =
        root_shoot(work, work->state->biomass / (is_carbon ? SINK_BREAK_CARBON_FRACTION : 1));
    result->biomass[SINK_POOL_ABOVE_GROUND] = slope;
    if (!isnan(ratio))
        result->biomass[SINK_POOL_BELOW_GROUND] = slope * ratio;
}

/* The ratio for a whole tree of `tree_t_ha`: that of the lowest interval whose end is not exceeded
 * by what it leaves above ground. NULL when there is none. */
static const struct sink_factor *ratio_of_tree(struct work *work, double tree_t_ha)
{
    const struct sink_factor *row = find(work, SINK_FACTOR_ROOT_SHOOT, 0);
    if (!row)
        row = find(work, SINK_FACTOR_ROOT_SHOOT, tree_t_ha);
    for (int i = 0; row && tree_t_ha / (1 + row->value) > row->up_to && i < 64; i++)
        row = find(work, SINK_FACTOR_ROOT_SHOOT, nextafter(row->up_to, INFINITY));
    return row;
}

/* Biomass of the whole tree or of what is above ground by a line B = aV + b; an unstocked cell has
 * none. */
static void set_from_line(struct work *work, const struct sink_factor *slope,
                          const struct sink_factor *intercept, double fraction)
{
    struct sink_coefficients *result = work->result;
    const double b = intercept && work->state->volume > 0 ? intercept->value : 0;
    const double biomass_t_ha = slope->value * work->state->volume + b;
    const struct sink_factor *row =
        slope->includes_roots ? ratio_of_tree(work, biomass_t_ha) : NULL;
    if (row)
        use(work, row);
    const double ratio = row ? row->value : root_shoot(work, biomass_t_ha);
    use(work, slope);
    if (intercept)
        use(work, intercept);
    if (isnan(ratio) && slope->includes_roots) {
        result->lacks_factor[SINK_POOL_ABOVE_GROUND] = true;
        return;
    }
    const double above = slope->includes_roots ? 1 / (1 + ratio) : 1;
    result->volume[SINK_POOL_ABOVE_GROUND] = fraction * slope->value * above;
    result->constant[SINK_POOL_ABOVE_GROUND] = fraction * b * above;
    if (isnan(ratio))
        return;
    result->volume[SINK_POOL_BELOW_GROUND] = fraction * slope->value * above * ratio;
    result->constant[SINK_POOL_BELOW_GROUND] = fraction * b * above * ratio;
}

static bool is_preferred(const struct sink_factor *row, const struct sink_factor *over)
{
    if (!over || !row)
        return row != NULL;
    return row->set_index > over->set_index ||
           (row->set_index == over->set_index && row->specificity > over->specificity);
}

/* Volume to biomass by BCEF (IPCC 2006 Vol. 4 eq. 2.8) or by a line, whichever row is preferred. */
static void set_from_volume(struct work *work)
{
    struct sink_coefficients *result = work->result;
    const struct sink_factor *bcef = find(work, SINK_FACTOR_BCEF, work->state->volume);
    const struct sink_factor *slope = find(work, SINK_FACTOR_VOLUME_SLOPE, NAN);
    const struct sink_factor *fraction =
        need(work, SINK_POOL_ABOVE_GROUND, SINK_FACTOR_CARBON_FRACTION, NAN);
    if (!bcef && !slope)
        lack(work, SINK_POOL_ABOVE_GROUND, SINK_FACTOR_BCEF, work->state->volume);
    if (!fraction || (!bcef && !slope)) {
        result->lacks_factor[SINK_POOL_BELOW_GROUND] = true;
        return;
    }
    if (is_preferred(slope, bcef)) {
        const struct sink_factor *intercept = find(work, SINK_FACTOR_VOLUME_INTERCEPT, NAN);
        if (intercept && !sink_factors_are_line(work->sources->factors, slope, intercept))
            intercept = NULL; /* of another line */
        set_from_line(work, slope, intercept, fraction->value);
        return;
    }
    use(work, bcef);
    const double ratio = root_shoot(work, bcef->value * work->state->volume);
    result->volume[SINK_POOL_ABOVE_GROUND] = bcef->value * fraction->value;
    if (!isnan(ratio))
        result->volume[SINK_POOL_BELOW_GROUND] = bcef->value * fraction->value * ratio;
}

/* Carbon per hectare of a density, which may be in dry matter. */
static double carbon_of(struct work *work, enum sink_pool pool, const struct sink_factor *density)
{
    if (density->is_carbon || density->value == 0)
        return density->value;
    const struct sink_factor *fraction = need(work, pool, SINK_FACTOR_CARBON_FRACTION, NAN);
    return fraction ? density->value * fraction->value : NAN;
}

static double dry_matter_of(struct work *work, const struct sink_factor *density)
{
    if (!density->is_carbon || density->value == 0)
        return density->value;
    const struct sink_factor *fraction =
        need(work, SINK_POOL_BELOW_GROUND, SINK_FACTOR_CARBON_FRACTION, NAN);
    return fraction ? density->value / fraction->value : NAN;
}

/* Densities per hectare where no raster speaks; below ground by its own row before the ratio. */
static void set_from_densities(struct work *work)
{
    struct sink_coefficients *result = work->result;
    const struct sink_factor *above =
        need(work, SINK_POOL_ABOVE_GROUND, SINK_FACTOR_ABOVE_GROUND, NAN);
    const struct sink_factor *below = find(work, SINK_FACTOR_BELOW_GROUND, NAN);
    double above_tc = NAN, below_tc = NAN;
    if (above)
        above_tc = carbon_of(work, SINK_POOL_ABOVE_GROUND, above);
    if (below) {
        use(work, below);
        below_tc = carbon_of(work, SINK_POOL_BELOW_GROUND, below);
    } else if (above_tc == 0) {
        below_tc = 0;
    } else if (above && !isnan(above_tc)) {
        below_tc = above_tc * root_shoot(work, dry_matter_of(work, above));
    } else {
        result->lacks_factor[SINK_POOL_BELOW_GROUND] = true;
    }
    if (!isnan(above_tc))
        result->constant[SINK_POOL_ABOVE_GROUND] = above_tc;
    if (!isnan(below_tc))
        result->constant[SINK_POOL_BELOW_GROUND] = below_tc;
}

/* No data where a raster should speak: an error, a gap to be counted, or a case for the factors. */
static bool is_gap(struct work *work, const char *layer)
{
    const enum sink_missing policy = work->sources->settings->value;
    char beginning[192];
    work->result->lacks_value = true;
    if (policy == SINK_MISSING_FACTOR)
        return false;
    snprintf(beginning, sizeof beginning, "layer %s has no data on land of class %s:", layer,
             class_name(work));
    if (policy == SINK_MISSING_ERROR && !is_told(work->missing, beginning))
        sink_faults_note(work->missing, SINK_BAD_DATA,
                         "%s expected values, or `missing: {value: count}`, or `missing: {value: "
                         "factor}` to use the factors there",
                         beginning);
    return true;
}

static void set_biomass(struct work *work)
{
    const struct sink_account_settings *settings = work->sources->settings;
    const int class = work->state->class_index;
    const double biomass = work->state->biomass, volume = work->state->volume;
    work->result->counts_volume = settings->uses_volume[class] && volume >= 0;
    if (settings->uses_biomass[class] && biomass != -1) {
        if (!isnan(biomass))
            set_from_biomass(work);
        else if (!is_gap(work, "above_ground_biomass"))
            set_from_densities(work);
        if (settings->uses_volume[class] && isnan(volume))
            is_gap(work, "stock_volume"); /* the biomass is known, the volume is not */
    } else if (settings->uses_volume[class] && volume != -1) {
        if (!isnan(volume))
            set_from_volume(work);
        else if (!is_gap(work, "stock_volume"))
            set_from_densities(work);
    } else {
        set_from_densities(work);
    }
}

static void set_density(struct work *work, enum sink_pool pool, enum sink_factor_kind kind)
{
    const struct sink_factor *row = need(work, pool, kind, NAN);
    if (row)
        work->result->constant[pool] = row->value;
}

static void set_soil(struct work *work)
{
    const struct sink_account_settings *settings = work->sources->settings;
    if (settings->uses_soil[work->state->class_index] && work->state->has_soil) {
        if (!work->state->lacks_soil) {
            work->result->soil = 1;
            work->result->soil_depth_cm = settings->soil_raster_depth_cm;
            return;
        }
        if (is_gap(work, "soil_carbon"))
            return;
    }
    const struct sink_factor *row = need(work, SINK_POOL_SOIL, SINK_FACTOR_SOIL, NAN);
    if (!row)
        return;
    work->result->constant[SINK_POOL_SOIL] = row->value;
    work->result->soil_depth_cm = row->depth_cm;
}

enum sink_status sink_coefficients_make(const struct sink_account_basis *sources,
                                        const struct sink_state *state,
                                        struct sink_coefficients *coefficients,
                                        struct sink_faults *missing, struct sink_error *error)
{
    *coefficients = (struct sink_coefficients){.soil_depth_cm = NAN};
    struct work work = {.sources = sources,
                        .state = state,
                        .result = coefficients,
                        .missing = missing,
                        .error = error,
                        .status = SINK_OK};
    if (!sources->classes->items[state->class_index].has_pools)
        return SINK_OK;
    set_biomass(&work);
    set_density(&work, SINK_POOL_DEAD_WOOD, SINK_FACTOR_DEAD_WOOD);
    set_density(&work, SINK_POOL_LITTER, SINK_FACTOR_LITTER);
    set_soil(&work);
    return work.status;
}
