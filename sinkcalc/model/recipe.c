/* What the biomass of a stratum is counted with: IPCC 2006 Guidelines Vol. 4 Ch. 2 and 4 with the
 * 2019 Refinement. */
#include "sinkcalc/model/recipe_parts.h"

#include <math.h>

/* A stand of age 0 has the ratio of roots of the least biomass. */
#define SEEDLINGS_T_HA 1e-6

static size_t last_use(const struct sink_kitchen *kitchen)
{
    return kitchen->land->use_count - 1;
}

static const struct sink_factor *find(struct sink_kitchen *kitchen, enum sink_factor_kind kind,
                                      double at)
{
    return sink_kitchen_find(kitchen, last_use(kitchen), kind, at);
}

static const struct sink_factor *need(struct sink_kitchen *kitchen, enum sink_pool pool,
                                      enum sink_factor_kind kind, double at)
{
    return sink_kitchen_need(kitchen, last_use(kitchen), pool, kind, at);
}

static bool set_fraction(struct sink_kitchen *kitchen, enum sink_pool pool)
{
    kitchen->recipe->fraction =
        sink_kitchen_use(kitchen, need(kitchen, pool, SINK_FACTOR_CARBON_FRACTION, NAN));
    return kitchen->recipe->fraction != SINK_NO_ROW;
}

/* The ratio of roots at an above-ground biomass in t d.m./ha. */
static bool set_ratio(struct sink_kitchen *kitchen, double above_t_ha)
{
    const struct sink_factor *row =
        need(kitchen, SINK_POOL_BELOW_GROUND, SINK_FACTOR_ROOT_SHOOT, above_t_ha);
    kitchen->recipe->ratio_at = above_t_ha;
    if (row)
        kitchen->recipe->ratio = sink_kitchen_use_steps(kitchen, row);
    return row != NULL;
}

static double value_of(const struct sink_kitchen *kitchen, int row)
{
    const struct sink_evaluation evaluation = {.factors = kitchen->basis->factors};
    return sink_row_value(&evaluation, row);
}

/* The product of a factor by steps at `x`, with the values of the tables. */
static double product_at(const struct sink_kitchen *kitchen, const struct sink_steps *steps,
                         double x)
{
    struct sink_step filled[SINK_MAX_STEPS];
    const size_t count = sink_steps_fill(kitchen->basis->factors, steps, NULL, filled);
    return sink_piecewise_value(filled, count, x);
}

/* Volume from a biomass raster where the job asks for it: by the inverse of what makes biomass of
 * volume. */
static void set_derived_volume(struct sink_kitchen *kitchen)
{
    const struct sink_account_settings *settings = kitchen->basis->settings;
    struct sink_recipe *recipe = kitchen->recipe;
    if (!settings->derives_volume || !settings->derives_volume[recipe->class_index])
        return;
    const struct sink_factor *slope = find(kitchen, SINK_FACTOR_VOLUME_SLOPE, NAN);
    const struct sink_factor *bcef = find(kitchen, SINK_FACTOR_BCEF, 1);
    if (!bcef)
        bcef = find(kitchen, SINK_FACTOR_BCEF, NAN);
    if (!slope && !bcef) {
        sink_kitchen_lack(kitchen, last_use(kitchen), SINK_POOL_ABOVE_GROUND, SINK_FACTOR_BCEF, 1);
        return;
    }
    if (slope && slope->includes_roots && recipe->ratio.count == 0)
        return; /* the tree is not known */
    recipe->derives_volume = true;
    if (!slope) {
        recipe->bcef = sink_kitchen_use_steps(kitchen, bcef);
        return;
    }
    const struct sink_factor *intercept = find(kitchen, SINK_FACTOR_VOLUME_INTERCEPT, NAN);
    recipe->slope = sink_kitchen_use(kitchen, slope);
    if (intercept && sink_factors_are_line(kitchen->basis->factors, slope, intercept))
        recipe->intercept = sink_kitchen_use(kitchen, intercept);
}

/* Above-ground biomass from a raster; below ground by the ratio (IPCC 2006 Vol. 4 eq. 2.8). */
static void set_from_biomass(struct sink_kitchen *kitchen)
{
    struct sink_recipe *recipe = kitchen->recipe;
    recipe->is_carbon = kitchen->land->is_biomass_carbon;
    recipe->at = kitchen->land->biomass / (recipe->is_carbon ? SINK_BREAK_CARBON_FRACTION : 1);
    if (!recipe->is_carbon && !set_fraction(kitchen, SINK_POOL_ABOVE_GROUND)) {
        recipe->lacks_factor[SINK_POOL_BELOW_GROUND] = true;
        return;
    }
    recipe->source = SINK_BIOMASS_RASTER;
    set_ratio(kitchen, recipe->at);
    set_derived_volume(kitchen);
}

double sink_above_of_tree(const struct sink_step *ratio, size_t count, double tree_t_ha)
{
    double nodes[SINK_MAX_STEPS] = {0}, roots[SINK_MAX_STEPS];
    const size_t node_count = sink_piecewise_nodes(ratio, count, nodes, roots);
    size_t n = 0;
    while (n < node_count && tree_t_ha > nodes[n] + roots[n])
        n++;
    const struct sink_step *last = &ratio[count - 1];
    double inside = last->up_to; /* of the piece */
    if (n < node_count)
        inside = nodes[n];
    else if (isinf(inside))
        inside = 1 + fmax(fmax(last->over, 0), n > 0 ? nodes[n - 1] : 0);
    const struct sink_line line = sink_piecewise_line(ratio, count, inside);
    return (tree_t_ha - line.intercept) / (1 + line.slope);
}

/* What is left of a whole tree when its roots are taken off. */
static double above_of_tree(struct sink_kitchen *kitchen, double tree_t_ha)
{
    struct sink_step filled[SINK_MAX_STEPS];
    const struct sink_factor *row = find(kitchen, SINK_FACTOR_ROOT_SHOOT, tree_t_ha);
    if (!row)
        return NAN;
    const struct sink_steps steps = sink_kitchen_use_steps(kitchen, row);
    const size_t count = sink_steps_fill(kitchen->basis->factors, &steps, NULL, filled);
    return count > 0 ? sink_above_of_tree(filled, count, tree_t_ha) : NAN;
}

/* Biomass of the whole tree or of what is above ground by a line B = aV + b; an unstocked cell has
 * none. */
static void set_from_line(struct sink_kitchen *kitchen, const struct sink_factor *slope)
{
    struct sink_recipe *recipe = kitchen->recipe;
    const struct sink_factor *intercept = find(kitchen, SINK_FACTOR_VOLUME_INTERCEPT, NAN);
    if (intercept && !sink_factors_are_line(kitchen->basis->factors, slope, intercept))
        intercept = NULL; /* of another line */
    recipe->source = SINK_BIOMASS_LINE;
    recipe->slope = sink_kitchen_use(kitchen, slope);
    if (intercept)
        recipe->intercept = sink_kitchen_use(kitchen, intercept);
    const double b = recipe->at > 0 ? value_of(kitchen, recipe->intercept) : 0;
    const double biomass_t_ha = fmax(slope->value * recipe->at + b, 0);
    recipe->is_below_line = slope->value * recipe->at + b < 0;
    const double above_t_ha =
        slope->includes_roots ? above_of_tree(kitchen, biomass_t_ha) : biomass_t_ha;
    if (!set_ratio(kitchen, isnan(above_t_ha) ? biomass_t_ha : above_t_ha) &&
        slope->includes_roots) {
        recipe->lacks_factor[SINK_POOL_ABOVE_GROUND] = true;
        recipe->source = SINK_BIOMASS_NONE;
    }
}

static bool is_preferred(const struct sink_factor *row, const struct sink_factor *over)
{
    if (!over || !row)
        return row != NULL;
    return row->set_index > over->set_index ||
           (row->set_index == over->set_index && row->specificity > over->specificity);
}

/* Volume to biomass by BCEF (IPCC 2006 Vol. 4 eq. 2.8) or by a line, whichever row is preferred. */
static void set_from_volume(struct sink_kitchen *kitchen)
{
    struct sink_recipe *recipe = kitchen->recipe;
    recipe->at = kitchen->land->volume;
    const struct sink_factor *bcef = find(kitchen, SINK_FACTOR_BCEF, recipe->at);
    const struct sink_factor *slope = find(kitchen, SINK_FACTOR_VOLUME_SLOPE, NAN);
    const bool has_fraction = set_fraction(kitchen, SINK_POOL_ABOVE_GROUND);
    if (!bcef && !slope)
        sink_kitchen_lack(kitchen, last_use(kitchen), SINK_POOL_ABOVE_GROUND, SINK_FACTOR_BCEF,
                          recipe->at);
    if (!has_fraction || (!bcef && !slope)) {
        recipe->lacks_factor[SINK_POOL_BELOW_GROUND] = true;
        return;
    }
    if (is_preferred(slope, bcef)) {
        set_from_line(kitchen, slope);
        return;
    }
    recipe->source = SINK_BIOMASS_BCEF;
    recipe->bcef = sink_kitchen_use_steps(kitchen, bcef);
    set_ratio(kitchen, product_at(kitchen, &recipe->bcef, recipe->at));
}

/* Stands whose age is known grow: by a curve, or by a rate up to the density. */
static bool set_from_age(struct sink_kitchen *kitchen)
{
    struct sink_recipe *recipe = kitchen->recipe;
    const struct sink_land *land = kitchen->land;
    const struct sink_class *class = &kitchen->basis->classes->items[recipe->class_index];
    if (class->is_woody && isnan(land->age_yr))
        recipe->gaps |= SINK_GAP_AGE;
    if (!class->is_woody || !(land->age_yr >= 0))
        return false;
    recipe->age_yr = land->age_yr;
    if (sink_kitchen_find_curve(kitchen, recipe->curve)) {
        recipe->source = SINK_BIOMASS_CURVE;
        return true;
    }
    const struct sink_factor *growth = find(kitchen, SINK_FACTOR_GROWTH, land->age_yr);
    const struct sink_factor *density = find(kitchen, SINK_FACTOR_ABOVE_GROUND, NAN);
    if (!growth || !density)
        return false;
    if (growth->is_carbon != density->is_carbon && !set_fraction(kitchen, SINK_POOL_ABOVE_GROUND))
        return false;
    recipe->growth = sink_kitchen_use_steps(kitchen, growth);
    recipe->above = sink_kitchen_use(kitchen, density);
    recipe->source = SINK_BIOMASS_GROWN;
    return true;
}

/* Above-ground biomass by the tables, in t d.m./ha or t C/ha as its density is. */
static double central_above(const struct sink_kitchen *kitchen)
{
    const struct sink_evaluation evaluation = {.factors = kitchen->basis->factors};
    return sink_recipe_tabled_above(&evaluation, kitchen->recipe);
}

/* Roots beside a density: a density of their own, or the ratio. Those of the tables stand beside
 * the density of the class, so that stands that grow and mature ones have the ratio first. */
static void set_roots(struct sink_kitchen *kitchen, bool is_carbon, bool is_mature)
{
    struct sink_recipe *recipe = kitchen->recipe;
    const bool is_growing = sink_recipe_is_grown(recipe);
    const double above =
        is_growing ? fmax(central_above(kitchen), SEEDLINGS_T_HA) : central_above(kitchen);
    const struct sink_factor *below = find(kitchen, SINK_FACTOR_BELOW_GROUND, NAN);
    if ((is_growing || is_mature) && find(kitchen, SINK_FACTOR_ROOT_SHOOT, above))
        below = NULL;
    recipe->below = sink_kitchen_use(kitchen, below);
    if (below) {
        if (!below->is_carbon && below->value != 0 && recipe->fraction == SINK_NO_ROW)
            set_fraction(kitchen, SINK_POOL_BELOW_GROUND);
    } else if (recipe->source == SINK_BIOMASS_NONE) {
        recipe->lacks_factor[SINK_POOL_BELOW_GROUND] = true;
    } else if (above > 0) {
        if (recipe->fraction == SINK_NO_ROW && !set_fraction(kitchen, SINK_POOL_BELOW_GROUND))
            return;
        set_ratio(kitchen, is_carbon ? above / value_of(kitchen, recipe->fraction) : above);
    }
}

/* Whether what stands there may have to be known in dry matter: as the fuel of a fire. */
static bool may_burn(const struct sink_account_settings *settings)
{
    for (size_t i = 0; i < settings->disturbance_count; i++)
        if (settings->disturbances[i].burns)
            return true;
    return false;
}

/* Densities per hectare where no raster speaks; below ground by its own row before the ratio. */
static void set_from_densities(struct sink_kitchen *kitchen)
{
    struct sink_recipe *recipe = kitchen->recipe;
    if (!set_from_age(kitchen)) {
        recipe->above = sink_kitchen_use(
            kitchen, need(kitchen, SINK_POOL_ABOVE_GROUND, SINK_FACTOR_ABOVE_GROUND, NAN));
        if (recipe->above != SINK_NO_ROW)
            recipe->source = SINK_BIOMASS_DENSITY;
    }
    const bool is_carbon =
        recipe->above != SINK_NO_ROW && kitchen->basis->factors->rows[recipe->above].is_carbon;
    if (recipe->source != SINK_BIOMASS_NONE && !is_carbon && central_above(kitchen) != 0 &&
        !set_fraction(kitchen, SINK_POOL_ABOVE_GROUND))
        recipe->source = SINK_BIOMASS_NONE;
    set_roots(kitchen, is_carbon, false);
    if (is_carbon && recipe->fraction == SINK_NO_ROW && may_burn(kitchen->basis->settings))
        recipe->fraction =
            sink_kitchen_use(kitchen, find(kitchen, SINK_FACTOR_CARBON_FRACTION, NAN));
}

static void set_biomass(struct sink_kitchen *kitchen)
{
    const struct sink_account_settings *settings = kitchen->basis->settings;
    const int class = kitchen->recipe->class_index;
    const double biomass = kitchen->land->biomass, volume = kitchen->land->volume;
    kitchen->recipe->counts_volume = settings->uses_volume[class] && volume >= 0;
    if (settings->uses_biomass[class] && biomass != -1) {
        if (!isnan(biomass))
            set_from_biomass(kitchen);
        else if (!sink_kitchen_is_gap(kitchen, SINK_GAP_BIOMASS, "above_ground_biomass"))
            set_from_densities(kitchen);
        if (settings->uses_volume[class] && isnan(volume))
            sink_kitchen_is_gap(kitchen, SINK_GAP_VOLUME, "stock_volume");
    } else if (settings->uses_volume[class] && volume != -1) {
        if (!isnan(volume))
            set_from_volume(kitchen);
        else if (!sink_kitchen_is_gap(kitchen, SINK_GAP_BIOMASS, "stock_volume"))
            set_from_densities(kitchen);
    } else {
        set_from_densities(kitchen);
    }
}

static void start(struct sink_kitchen *kitchen, const struct sink_land *land,
                  struct sink_recipe *recipe)
{
    kitchen->land = land;
    kitchen->recipe = recipe;
    *recipe = (struct sink_recipe){.class_index = land->uses[land->use_count - 1].class_index,
                                   .year = land->year,
                                   .fraction = SINK_NO_ROW,
                                   .slope = SINK_NO_ROW,
                                   .intercept = SINK_NO_ROW,
                                   .above = SINK_NO_ROW,
                                   .below = SINK_NO_ROW,
                                   .ch4 = SINK_NO_ROW,
                                   .n2o = SINK_NO_ROW,
                                   .flux = SINK_NO_ROW,
                                   .karst = SINK_NO_ROW,
                                   .burial = SINK_NO_ROW,
                                   .permafrost = SINK_NO_ROW,
                                   .soil_depth_cm = NAN};
}

enum sink_status sink_recipe_make(struct sink_kitchen *kitchen, const struct sink_land *land,
                                  struct sink_recipe *recipe)
{
    start(kitchen, land, recipe);
    if (kitchen->basis->classes->items[recipe->class_index].has_pools)
        set_biomass(kitchen);
    sink_recipe_set_soil(kitchen);
    sink_recipe_set_gases(kitchen);
    return kitchen->status;
}

enum sink_status sink_recipe_make_mature(struct sink_kitchen *kitchen, const struct sink_land *land,
                                         struct sink_recipe *recipe)
{
    start(kitchen, land, recipe);
    const struct sink_factor *mature = find(kitchen, SINK_FACTOR_MATURE_BIOMASS, NAN);
    if (!mature)
        return kitchen->status;
    recipe->above = sink_kitchen_use(kitchen, mature);
    recipe->source = SINK_BIOMASS_DENSITY;
    if (!mature->is_carbon && !set_fraction(kitchen, SINK_POOL_ABOVE_GROUND))
        recipe->source = SINK_BIOMASS_NONE;
    set_roots(kitchen, mature->is_carbon, true);
    return kitchen->status;
}

enum sink_status sink_recipe_make_planted(struct sink_kitchen *kitchen,
                                          const struct sink_land *planted,
                                          const struct sink_land *as_it_is,
                                          struct sink_recipe *recipe)
{
    struct sink_faults scratch = {0};
    struct sink_faults *missing = kitchen->missing;
    kitchen->missing = &scratch;
    enum sink_status status = sink_recipe_make(kitchen, planted, recipe);
    kitchen->missing = missing;
    const bool is_whole =
        sink_recipe_is_grown(recipe) && !recipe->lacks_factor[SINK_POOL_BELOW_GROUND];
    sink_faults_free(&scratch);
    return status == SINK_OK && !is_whole ? sink_recipe_make(kitchen, as_it_is, recipe) : status;
}

unsigned sink_recipe_origins(const struct sink_recipe *recipe)
{
    static const unsigned of_source[] = {[SINK_BIOMASS_NONE] = 0,
                                         [SINK_BIOMASS_RASTER] = SINK_ORIGIN_RASTER,
                                         [SINK_BIOMASS_BCEF] = SINK_ORIGIN_BCEF,
                                         [SINK_BIOMASS_LINE] = SINK_ORIGIN_LINE,
                                         [SINK_BIOMASS_DENSITY] = SINK_ORIGIN_DENSITY,
                                         [SINK_BIOMASS_GROWN] = SINK_ORIGIN_GROWTH,
                                         [SINK_BIOMASS_CURVE] = SINK_ORIGIN_CURVE};
    return of_source[recipe->source] |
           (recipe->counts_volume ? (unsigned)SINK_ORIGIN_VOLUME_RASTER : 0) |
           (recipe->derives_volume ? (unsigned)SINK_ORIGIN_VOLUME_DERIVED : 0);
}
