/* Soil and dead organic matter of a stratum: eq. 2.23 and 2.25 of IPCC 2006 Vol. 4 with the 2019
 * Refinement; coasts by the 2013 Wetlands Supplement Ch. 4. */
#include "sinkcalc/model/recipe_parts.h"

#include <math.h>
#include <string.h>

static const struct sink_class *class_of(const struct sink_kitchen *kitchen, size_t use)
{
    return &kitchen->basis->classes->items[kitchen->land->uses[use].class_index];
}

static const struct sink_factor *row_of(const struct sink_kitchen *kitchen, int row)
{
    return row == SINK_NO_ROW ? NULL : &kitchen->basis->factors->rows[row];
}

static int need(struct sink_kitchen *kitchen, size_t use, enum sink_factor_kind kind)
{
    return sink_kitchen_use(kitchen, sink_kitchen_need(kitchen, use, SINK_POOL_SOIL, kind, NAN));
}

/* The reference of a use: a stock as it is, or the stock under native vegetation times the factors
 * of land use, management and input. False where rows are missing. */
static bool set_reference(struct sink_kitchen *kitchen, size_t use, struct sink_use_recipe *made)
{
    made->soil = sink_kitchen_use(kitchen, sink_kitchen_find(kitchen, use, SINK_FACTOR_SOIL, NAN));
    if (made->soil != SINK_NO_ROW)
        return true;
    made->reference =
        sink_kitchen_use(kitchen, sink_kitchen_find(kitchen, use, SINK_FACTOR_SOIL_REFERENCE, NAN));
    if (made->reference == SINK_NO_ROW) {
        sink_kitchen_lack(kitchen, use, SINK_POOL_SOIL, SINK_FACTOR_SOIL, NAN);
        return false;
    }
    made->land_use = need(kitchen, use, SINK_FACTOR_SOIL_LAND_USE);
    made->management = need(kitchen, use, SINK_FACTOR_SOIL_MANAGEMENT);
    made->input = need(kitchen, use, SINK_FACTOR_SOIL_INPUT);
    return made->land_use != SINK_NO_ROW && made->management != SINK_NO_ROW &&
           made->input != SINK_NO_ROW;
}

static double depth_of(const struct sink_kitchen *kitchen, const struct sink_use_recipe *made)
{
    const struct sink_factor *row = row_of(kitchen, made->soil);
    if (!row)
        row = row_of(kitchen, made->reference);
    return row ? row->depth_cm : NAN;
}

static int find_rate(struct sink_kitchen *kitchen, size_t use, enum sink_factor_kind kind)
{
    return sink_kitchen_use(kitchen, sink_kitchen_find(kitchen, use, kind, NAN));
}

/* Whether an emission row is of land that was something else before, so that it drains its stock.
 */
static bool is_of_former_class(const struct sink_kitchen *kitchen, const struct sink_factor *row)
{
    const struct sink_factors *factors = kitchen->basis->factors;
    for (size_t k = 0; row && k < factors->key_count; k++)
        if (strcmp(factors->keys[k], SINK_KEY_FROM_CLASS) == 0)
            return *row->keys[k] != '\0';
    return false;
}

static bool is_coast(const struct sink_kitchen *kitchen, size_t use)
{
    return class_of(kitchen, use)->ecosystem == SINK_ECOSYSTEM_COAST;
}

/* What a later use does to a soil that was coastal, or becomes it. */
static void set_coastal_rule(struct sink_kitchen *kitchen, size_t use, bool was_deep,
                             struct sink_use_recipe *made)
{
    const struct sink_use_recipe *before = made - 1;
    made->rule = SINK_SOIL_KEEP; /* natural recolonisation: Tier 1 counts no change */
    if (is_coast(kitchen, use) && class_of(kitchen, use)->has_pools) {
        made->rate = find_rate(kitchen, use, SINK_FACTOR_SOIL_ACCUMULATION);
        if (made->rate != SINK_NO_ROW)
            made->rule = SINK_SOIL_ACCUMULATE;
    } else if (was_deep && is_coast(kitchen, use - 1)) {
        const struct sink_factor *row =
            sink_kitchen_find(kitchen, use, SINK_FACTOR_SOIL_EMISSION, NAN);
        const bool drains = is_of_former_class(kitchen, row);
        if (drains)
            made->rate = sink_kitchen_use(kitchen, row);
        made->rule = drains ? SINK_SOIL_DRAIN : SINK_SOIL_EXTRACT;
    } else if (before->rule == SINK_SOIL_DRAIN) { /* the ditches stay */
        made->rule = SINK_SOIL_DRAIN;
        made->rate = before->rate;
    }
}

/* Whether an emission row empties the stock of a former coast, and is no flux beside it; also when
 * the land has come under other management since. */
static bool is_of_former_coast(const struct sink_kitchen *kitchen, size_t use,
                               const struct sink_factor *row)
{
    size_t former = use;
    while (former > 0 && class_of(kitchen, former) == class_of(kitchen, use))
        former--;
    return is_of_former_class(kitchen, row) && former < use && is_coast(kitchen, former);
}

/* Organic soil has an emission in place of a stock: then the stock is not told, and none is asked
 * for. */
static bool is_flux_only(struct sink_kitchen *kitchen, size_t use)
{
    const struct sink_factor *row = sink_kitchen_find(kitchen, use, SINK_FACTOR_SOIL_EMISSION, NAN);
    return row && !is_of_former_coast(kitchen, use, row) &&
           !sink_kitchen_find(kitchen, use, SINK_FACTOR_SOIL, NAN) &&
           !sink_kitchen_find(kitchen, use, SINK_FACTOR_SOIL_REFERENCE, NAN);
}

/* Land without pools whose tables tell what it emits, as reservoirs do: that is the carbon of its
 * flooded soil (2019 Refinement Vol. 4 Ch. 7, Table 7.13), which is not lost once more. */
static bool is_emission_told(struct sink_kitchen *kitchen, size_t use)
{
    const struct sink_factor *row = sink_kitchen_find(kitchen, use, SINK_FACTOR_SOIL_EMISSION, NAN);
    return !class_of(kitchen, use)->has_pools && row && !is_of_former_coast(kitchen, use, row);
}

/* Whether the reference of a settlement or of bare land is assumed: no document gives the factor of
 * its land use. */
static bool is_assumed(const struct sink_kitchen *kitchen, size_t use,
                       const struct sink_use_recipe *made)
{
    const struct sink_factor *row = row_of(kitchen, made->land_use);
    return class_of(kitchen, use)->ecosystem == SINK_ECOSYSTEM_OTHER && row && *row->fallback;
}

/* Soil that is counted to the same depth before and after moves to the new reference; where coasts
 * are concerned their own rules hold, and a soil of another depth is left as it is. */
static void set_soil_use(struct sink_kitchen *kitchen, size_t use, struct sink_use_recipe *made)
{
    struct sink_recipe *recipe = kitchen->recipe;
    const bool was_deep = use > 0 && recipe->uses[use - 1].is_deep;
    made->is_deep = was_deep;
    if (use > 0 && is_emission_told(kitchen, use))
        return; /* and is kept */
    if (class_of(kitchen, use)->has_pools && is_flux_only(kitchen, use)) {
        recipe->lacks_factor[SINK_POOL_SOIL] = true;
        if (was_deep && is_coast(kitchen, use - 1))
            made->rule = SINK_SOIL_EXTRACT;
        return;
    }
    made->rule = SINK_SOIL_LINEAR;
    if (class_of(kitchen, use)->has_pools) {
        if (!set_reference(kitchen, use, made))
            recipe->lacks_factor[SINK_POOL_SOIL] = true;
        const double depth_cm = depth_of(kitchen, made);
        if (!isnan(depth_cm))
            made->is_deep = depth_cm >= SINK_DEEP_CM;
        if (is_assumed(kitchen, use, made))
            made->rule = SINK_SOIL_DECLINE;
    }
    if (use > 0 &&
        (is_coast(kitchen, use) || is_coast(kitchen, use - 1) || was_deep != made->is_deep))
        set_coastal_rule(kitchen, use, was_deep, made);
    if (use > 0 && (made->rule == SINK_SOIL_DRAIN || made->rule == SINK_SOIL_EXTRACT ||
                    made->rule == SINK_SOIL_KEEP))
        made->is_deep = was_deep; /* the soil goes on as it was counted */
}

static bool has_pools(const struct sink_kitchen *kitchen)
{
    for (size_t u = 0; u < kitchen->land->use_count; u++)
        if (class_of(kitchen, u)->has_pools)
            return true;
    return false;
}

/* 1 where soil comes from a raster, 0 where from the tables, -1 where it is a gap. A raster of one
 * date speaks for what the land was first, whatever it has become. */
static int soil_source(struct sink_kitchen *kitchen)
{
    const struct sink_land *land = kitchen->land;
    const struct sink_account_settings *settings = kitchen->basis->settings;
    const int class =
        land->is_soil_static ? land->uses[0].class_index : kitchen->recipe->class_index;
    if (!settings->uses_soil[class] || !kitchen->basis->classes->items[class].has_pools ||
        !land->has_soil)
        return 0;
    if (!land->lacks_soil)
        return 1;
    return sink_kitchen_is_gap(kitchen, SINK_GAP_SOIL, "soil_carbon") ? -1 : 0;
}

/* What a later use does to a deep soil of a raster that was coastal, or becomes it: it is kept,
 * lost, or drained at the rate over the stock that the tables give such a coast. */
static void set_coastal_raster_use(struct sink_kitchen *kitchen, size_t use,
                                   struct sink_use_recipe *made)
{
    const bool is_lost = is_coast(kitchen, use - 1) && !is_coast(kitchen, use);
    const struct sink_factor *row = sink_kitchen_find(kitchen, use, SINK_FACTOR_SOIL_EMISSION, NAN);
    made->rule = is_lost ? SINK_SOIL_EXTRACT : SINK_SOIL_KEEP;
    if (!is_lost || !is_of_former_class(kitchen, row))
        return;
    made->soil = find_rate(kitchen, use - 1, SINK_FACTOR_SOIL);
    if (made->soil == SINK_NO_ROW)
        return;
    made->rate = sink_kitchen_use(kitchen, row);
    made->rule = SINK_SOIL_DRAIN;
}

/* A raster of one date is what the first use held; later uses change it as their factors do. */
static void set_raster_use(struct sink_kitchen *kitchen, size_t use, struct sink_use_recipe *made)
{
    const bool is_deep = kitchen->basis->settings->soil_raster_depth_cm >= SINK_DEEP_CM;
    made->is_deep = is_deep;
    if (!kitchen->land->is_soil_static || (use > 0 && is_emission_told(kitchen, use)))
        return; /* and is kept */
    made->rule = SINK_SOIL_LINEAR;
    made->is_nothing = !class_of(kitchen, use)->has_pools;
    static const enum sink_factor_kind kinds[3] = {
        SINK_FACTOR_SOIL_LAND_USE, SINK_FACTOR_SOIL_MANAGEMENT, SINK_FACTOR_SOIL_INPUT};
    int *const rows[3] = {&made->land_use, &made->management, &made->input};
    for (int i = 0; i < 3; i++)
        *rows[i] = find_rate(kitchen, use, kinds[i]);
    if (is_assumed(kitchen, use, made))
        made->rule = SINK_SOIL_DECLINE;
    if (use > 0 && is_deep && (is_coast(kitchen, use) || is_coast(kitchen, use - 1)))
        set_coastal_raster_use(kitchen, use, made);
}

static void set_dead_matter(struct sink_kitchen *kitchen, size_t use, struct sink_use_recipe *made)
{
    if (!class_of(kitchen, use)->has_pools)
        return;
    made->dead_wood = sink_kitchen_use(
        kitchen, sink_kitchen_need(kitchen, use, SINK_POOL_DEAD_WOOD, SINK_FACTOR_DEAD_WOOD, NAN));
    made->litter = sink_kitchen_use(
        kitchen, sink_kitchen_need(kitchen, use, SINK_POOL_LITTER, SINK_FACTOR_LITTER, NAN));
}

/* Whether overlays have changed that soil and dead matter do not ask for: then the use before goes
 * on, and its time as well. */
static bool goes_on(const struct sink_kitchen *kitchen, size_t use)
{
    if (use == 0 || class_of(kitchen, use) != class_of(kitchen, use - 1))
        return false;
    const struct sink_use_recipe *now = &kitchen->recipe->uses[use], *before = now - 1;
    return now->dead_wood == before->dead_wood && now->litter == before->litter &&
           now->soil == before->soil && now->reference == before->reference &&
           now->land_use == before->land_use && now->management == before->management &&
           now->input == before->input && now->rate == before->rate;
}

static void set_depth(struct sink_kitchen *kitchen)
{
    struct sink_recipe *recipe = kitchen->recipe;
    if (recipe->is_soil_raster) {
        recipe->soil_depth_cm = kitchen->basis->settings->soil_raster_depth_cm;
        recipe->is_raster_deep = recipe->soil_depth_cm >= SINK_DEEP_CM;
        return;
    }
    for (size_t u = 0; u < recipe->use_count; u++)
        if (recipe->uses[u].is_deep == recipe->uses[recipe->use_count - 1].is_deep &&
            !isnan(depth_of(kitchen, &recipe->uses[u])))
            recipe->soil_depth_cm = depth_of(kitchen, &recipe->uses[u]);
}

void sink_recipe_set_soil(struct sink_kitchen *kitchen)
{
    struct sink_recipe *recipe = kitchen->recipe;
    const struct sink_land *land = kitchen->land;
    const struct sink_use_recipe none = {.dead_wood = SINK_NO_ROW,
                                         .litter = SINK_NO_ROW,
                                         .soil = SINK_NO_ROW,
                                         .reference = SINK_NO_ROW,
                                         .land_use = SINK_NO_ROW,
                                         .management = SINK_NO_ROW,
                                         .input = SINK_NO_ROW,
                                         .rate = SINK_NO_ROW,
                                         .rule = SINK_SOIL_KEEP};
    if (!has_pools(kitchen))
        return;
    const bool is_told = class_of(kitchen, land->use_count - 1)->has_pools;
    const int source = is_told || land->is_soil_static ? soil_source(kitchen) : 0;
    recipe->is_soil_raster = source == 1;
    for (; recipe->use_count < land->use_count; recipe->use_count++) {
        struct sink_use_recipe *made = &recipe->uses[recipe->use_count];
        *made = none;
        made->since_yr = land->uses[recipe->use_count].since_yr;
        set_dead_matter(kitchen, recipe->use_count, made);
        if (source == 1)
            set_raster_use(kitchen, recipe->use_count, made);
        else if (source == 0)
            set_soil_use(kitchen, recipe->use_count, made);
        if (goes_on(kitchen, recipe->use_count))
            *made = made[-1];
    }
    set_depth(kitchen);
}

void sink_recipe_set_gases(struct sink_kitchen *kitchen)
{
    struct sink_recipe *recipe = kitchen->recipe;
    const size_t use = kitchen->land->use_count - 1;
    recipe->ch4 = find_rate(kitchen, use, SINK_FACTOR_CH4_EMISSION);
    recipe->n2o = find_rate(kitchen, use, SINK_FACTOR_N2O_EMISSION);
    recipe->karst = find_rate(kitchen, use, SINK_FACTOR_KARST_SINK);
    recipe->burial = find_rate(kitchen, use, SINK_FACTOR_WATER_BURIAL);
    recipe->permafrost = find_rate(kitchen, use, SINK_FACTOR_PERMAFROST_CARBON);
    if (recipe->is_soil_raster && !kitchen->land->is_soil_static)
        return; /* what the soil emits is what the raster of the next year lacks */
    const struct sink_factor *flux =
        sink_kitchen_find(kitchen, use, SINK_FACTOR_SOIL_EMISSION, NAN);
    recipe->flux =
        is_of_former_coast(kitchen, use, flux) ? SINK_NO_ROW : sink_kitchen_use(kitchen, flux);
}
