/* What a recipe gives with the values of its rows. */
#include "sinkcalc/model/recipe_parts.h"

#include <math.h>
#include <string.h>

double sink_row_value(const struct sink_evaluation *evaluation, int row)
{
    return row == SINK_NO_ROW   ? 0
           : evaluation->values ? evaluation->values[row]
                                : evaluation->factors->rows[row].value;
}

size_t sink_steps_fill(const struct sink_factors *factors, const struct sink_steps *steps,
                       const double *values, struct sink_step *filled)
{
    const struct sink_evaluation evaluation = {.factors = factors, .values = values};
    for (size_t i = 0; i < steps->count; i++) {
        const struct sink_factor *row = &factors->rows[steps->rows[i]];
        filled[i] =
            (struct sink_step){row->over, row->up_to, sink_row_value(&evaluation, steps->rows[i])};
    }
    return steps->count;
}

struct sink_line sink_steps_line(const struct sink_evaluation *evaluation,
                                 const struct sink_steps *steps, double at)
{
    struct sink_step filled[SINK_MAX_STEPS];
    const size_t count = sink_steps_fill(evaluation->factors, steps, evaluation->values, filled);
    return sink_piecewise_line(filled, count, at);
}

/* Above-ground biomass in t d.m. as sums of the stock's four, where a raster gives it. */
static void set_above(const struct sink_evaluation *evaluation, const struct sink_recipe *recipe,
                      struct sink_line roots, double above_t[4])
{
    if (recipe->source == SINK_BIOMASS_RASTER) {
        above_t[SINK_OF_BIOMASS] = recipe->is_carbon ? 1 / SINK_BREAK_CARBON_FRACTION : 1;
    } else if (recipe->source == SINK_BIOMASS_BCEF) {
        const struct sink_line line = sink_steps_line(evaluation, &recipe->bcef, recipe->at);
        above_t[SINK_OF_AREA] = line.intercept;
        above_t[SINK_OF_VOLUME] = line.slope;
    } else if (recipe->source == SINK_BIOMASS_LINE && !recipe->is_below_line) {
        const double b = recipe->at > 0 ? sink_row_value(evaluation, recipe->intercept) : 0;
        const bool includes_roots = evaluation->factors->rows[recipe->slope].includes_roots;
        above_t[SINK_OF_AREA] = includes_roots ? (b - roots.intercept) / (1 + roots.slope) : b;
        above_t[SINK_OF_VOLUME] =
            sink_row_value(evaluation, recipe->slope) / (includes_roots ? 1 + roots.slope : 1);
    }
}

/* Biomass from a raster of biomass or volume (IPCC 2006 Vol. 4 eq. 2.8). */
static void set_mapped(const struct sink_evaluation *evaluation, const struct sink_recipe *recipe,
                       struct sink_stock *stock)
{
    const double fraction = recipe->is_carbon ? SINK_BREAK_CARBON_FRACTION
                                              : sink_row_value(evaluation, recipe->fraction);
    const bool has_roots = recipe->ratio.count > 0;
    struct sink_line roots = {0, 0};
    if (has_roots)
        roots = sink_steps_line(evaluation, &recipe->ratio, recipe->ratio_at);
    set_above(evaluation, recipe, roots, stock->above_t);
    for (int i = 0; i < 4; i++) {
        stock->pool[SINK_POOL_ABOVE_GROUND][i] = fraction * stock->above_t[i];
        stock->pool[SINK_POOL_BELOW_GROUND][i] =
            fraction *
            (roots.slope * stock->above_t[i] + (i == SINK_OF_AREA ? roots.intercept : 0));
    }
}

struct sink_growth_curve sink_recipe_curve(const struct sink_evaluation *evaluation,
                                           const int rows[3])
{
    return (struct sink_growth_curve){sink_row_value(evaluation, rows[0]),
                                      sink_row_value(evaluation, rows[1]),
                                      sink_row_value(evaluation, rows[2])};
}

double sink_steps_grow(const struct sink_evaluation *evaluation, const struct sink_steps *growth,
                       const double ages_yr[2], bool is_carbon, double fraction)
{
    double grown = 0;
    for (size_t i = 0; i < growth->count; i++) {
        const struct sink_factor *row = &evaluation->factors->rows[growth->rows[i]];
        const double over = i == 0 ? -INFINITY : row->over;
        const double up_to = i + 1 == growth->count ? INFINITY : row->up_to;
        const double years = fmin(up_to, ages_yr[1]) - fmax(over, ages_yr[0]);
        double rate = sink_row_value(evaluation, growth->rows[i]);
        if (row->is_carbon != is_carbon)
            rate = is_carbon ? rate * fraction : rate / fraction;
        grown += years > 0 ? rate * years : 0;
    }
    return grown;
}

/* Growth up to the density, in the unit of the density. Old stands may shrink. */
static double grown_above(const struct sink_evaluation *evaluation,
                          const struct sink_recipe *recipe)
{
    const double ages_yr[2] = {0, recipe->age_yr};
    const double grown = sink_steps_grow(evaluation, &recipe->growth, ages_yr,
                                         evaluation->factors->rows[recipe->above].is_carbon,
                                         sink_row_value(evaluation, recipe->fraction));
    return fmax(0, fmin(sink_row_value(evaluation, recipe->above), grown));
}

double sink_recipe_tabled_above(const struct sink_evaluation *evaluation,
                                const struct sink_recipe *recipe)
{
    struct sink_growth_curve curve;
    switch (recipe->source) {
    case SINK_BIOMASS_CURVE:
        curve = sink_recipe_curve(evaluation, recipe->curve);
        return sink_curve_above_t_ha(&curve, recipe->age_yr);
    case SINK_BIOMASS_GROWN:
        return grown_above(evaluation, recipe);
    default:
        return sink_row_value(evaluation, recipe->above);
    }
}

static void set_tabled(const struct sink_evaluation *evaluation, const struct sink_recipe *recipe,
                       struct sink_stock *stock)
{
    const struct sink_factor *rows = evaluation->factors->rows;
    const double fraction = sink_row_value(evaluation, recipe->fraction);
    const double above = sink_recipe_tabled_above(evaluation, recipe);
    const bool is_carbon = recipe->above != SINK_NO_ROW && rows[recipe->above].is_carbon;
    const double above_tc = is_carbon ? above : above * fraction;
    stock->above_t[SINK_OF_AREA] = !is_carbon ? above : fraction > 0 ? above / fraction : 0;
    stock->pool[SINK_POOL_ABOVE_GROUND][SINK_OF_AREA] = above_tc;
    double below_tc = 0;
    if (recipe->below != SINK_NO_ROW) {
        const double below = sink_row_value(evaluation, recipe->below);
        below_tc = rows[recipe->below].is_carbon ? below : below * fraction;
    } else if (recipe->ratio.count > 0) {
        const struct sink_line roots =
            sink_steps_line(evaluation, &recipe->ratio, recipe->ratio_at);
        below_tc = fraction * (roots.intercept + roots.slope * stock->above_t[SINK_OF_AREA]);
    }
    stock->pool[SINK_POOL_BELOW_GROUND][SINK_OF_AREA] = below_tc;
}

/* Volume from biomass: the line or the piece of BCEF solved for it. */
static void derive_volume(const struct sink_evaluation *evaluation,
                          const struct sink_recipe *recipe, struct sink_stock *stock)
{
    double tree_t[4];
    memcpy(tree_t, stock->above_t, sizeof tree_t);
    double intercept, slope;
    if (recipe->slope == SINK_NO_ROW) {
        struct sink_step filled[SINK_MAX_STEPS];
        const size_t count = sink_steps_fill(evaluation->factors, &recipe->bcef, NULL, filled);
        const struct sink_line line = sink_steps_line(
            evaluation, &recipe->bcef, sink_piecewise_inverse(filled, count, recipe->at));
        intercept = line.intercept;
        slope = line.slope;
    } else {
        const struct sink_line roots =
            sink_steps_line(evaluation, &recipe->ratio, recipe->ratio_at);
        intercept = sink_row_value(evaluation, recipe->intercept);
        slope = sink_row_value(evaluation, recipe->slope);
        for (int i = 0; i < 4 && evaluation->factors->rows[recipe->slope].includes_roots; i++)
            tree_t[i] +=
                roots.slope * stock->above_t[i] + (i == SINK_OF_AREA ? roots.intercept : 0);
    }
    const double at = recipe->is_carbon ? recipe->at * SINK_BREAK_CARBON_FRACTION : recipe->at;
    if (!(slope > 0) || tree_t[SINK_OF_AREA] + tree_t[SINK_OF_BIOMASS] * at <= fmax(intercept, 0))
        return; /* below the intercept of its line a stand has no stem volume, nor has bare land */
    for (int i = 0; i < 4; i++)
        stock->volume[i] = (tree_t[i] - (i == SINK_OF_AREA ? intercept : 0)) / slope;
}

static double reference(const struct sink_evaluation *evaluation, const struct sink_use_recipe *use)
{
    if (use->soil != SINK_NO_ROW)
        return sink_row_value(evaluation, use->soil);
    return sink_row_value(evaluation, use->reference) * sink_row_value(evaluation, use->land_use) *
           sink_row_value(evaluation, use->management) * sink_row_value(evaluation, use->input);
}

/* Factors of eq. 2.25 alone, for a raster that gives the stock; 1 where the tables have none. */
static double relative_reference(const struct sink_evaluation *evaluation,
                                 const struct sink_use_recipe *use)
{
    const int rows[3] = {use->land_use, use->management, use->input};
    double product = use->is_nothing ? 0 : 1;
    for (int i = 0; i < 3; i++)
        product *= rows[i] == SINK_NO_ROW ? 1 : sink_row_value(evaluation, rows[i]);
    return product;
}

static void set_soil(const struct sink_evaluation *evaluation, const struct sink_recipe *recipe,
                     struct sink_stock *stock)
{
    struct sink_soil_use uses[SINK_MAX_USES];
    for (size_t u = 0; u < recipe->use_count; u++) {
        const struct sink_use_recipe *from = &recipe->uses[u];
        uses[u] = (struct sink_soil_use){.since_yr = from->since_yr,
                                         .rule = from->rule,
                                         .is_deep = from->is_deep,
                                         .reference_tc_ha = reference(evaluation, from),
                                         .rate_tc_ha_yr = sink_row_value(evaluation, from->rate)};
        if (recipe->is_soil_raster) { /* all of it in units of the raster's stock */
            uses[u].is_deep = recipe->is_raster_deep;
            uses[u].reference_tc_ha = relative_reference(evaluation, from) /
                                      relative_reference(evaluation, &recipe->uses[0]);
            if (from->rule == SINK_SOIL_DRAIN)
                uses[u].rate_tc_ha_yr /= sink_row_value(evaluation, from->soil);
        }
    }
    const struct sink_soil soil =
        sink_soil_after(uses, recipe->use_count, recipe->year, evaluation->transition_yr);
    const int of = recipe->is_soil_raster ? SINK_OF_SOIL : SINK_OF_AREA;
    stock->pool[SINK_POOL_SOIL][of] = soil.shallow_tc_ha;
    stock->pool[SINK_POOL_SOIL_DEEP][of] = soil.deep_tc_ha;
}

static double dead_matter(const struct sink_evaluation *evaluation,
                          const struct sink_recipe *recipe, bool is_wood)
{
    struct sink_litter_use uses[SINK_MAX_USES];
    for (size_t u = 0; u < recipe->use_count; u++)
        uses[u] = (struct sink_litter_use){
            recipe->uses[u].since_yr, sink_row_value(evaluation, is_wood ? recipe->uses[u].dead_wood
                                                                         : recipe->uses[u].litter)};
    return sink_litter_after(uses, recipe->use_count, recipe->year, evaluation->transition_yr);
}

void sink_recipe_evaluate(const struct sink_evaluation *evaluation,
                          const struct sink_recipe *recipe, struct sink_stock *stock)
{
    *stock = (struct sink_stock){0};
    if (recipe->source == SINK_BIOMASS_RASTER || recipe->source == SINK_BIOMASS_BCEF ||
        recipe->source == SINK_BIOMASS_LINE)
        set_mapped(evaluation, recipe, stock);
    else
        set_tabled(evaluation, recipe, stock);
    if (recipe->counts_volume)
        stock->volume[SINK_OF_VOLUME] = 1;
    else if (recipe->derives_volume)
        derive_volume(evaluation, recipe, stock);
    if (recipe->use_count == 0)
        return;
    stock->pool[SINK_POOL_DEAD_WOOD][SINK_OF_AREA] = dead_matter(evaluation, recipe, true);
    stock->pool[SINK_POOL_LITTER][SINK_OF_AREA] = dead_matter(evaluation, recipe, false);
    set_soil(evaluation, recipe, stock);
}
