/* What the recipe of a change gives with the values of its rows: gains, losses, gases. */
#include "sinkcalc/model/recipe_parts.h"

#include <math.h>
#include <string.h>

void sink_stock_add(double amount[SINK_SUM_COUNT], const double stock[4], bool is_to, double times)
{
    amount[SINK_SUM_AREA] += times * stock[SINK_OF_AREA];
    amount[is_to ? SINK_SUM_BIOMASS_TO : SINK_SUM_BIOMASS_FROM] += times * stock[SINK_OF_BIOMASS];
    amount[is_to ? SINK_SUM_VOLUME_TO : SINK_SUM_VOLUME_FROM] += times * stock[SINK_OF_VOLUME];
    amount[is_to ? SINK_SUM_SOIL_TO : SINK_SUM_SOIL_FROM] += times * stock[SINK_OF_SOIL];
}

void sink_stock_put(const struct sink_stock *stock, bool is_to, struct sink_effect *effect)
{
    const int first = is_to ? SINK_AMOUNT_STOCK_TO : SINK_AMOUNT_STOCK_FROM;
    for (int pool = 0; pool < SINK_POOL_COUNT; pool++)
        sink_stock_add(effect->of[first + pool], stock->pool[pool], is_to, 1);
    sink_stock_add(effect->of[is_to ? SINK_AMOUNT_VOLUME_TO : SINK_AMOUNT_VOLUME_FROM],
                   stock->volume, is_to, 1);
}

/* A factor by steps in the middle of the line that `at` lies on (piecewise.h), or the first or last
 * factor outside: whatever else the tally was cut by, it is the same. */
static double factor_at(const struct sink_evaluation *evaluation, const struct sink_steps *steps,
                        double at)
{
    struct sink_step filled[SINK_MAX_STEPS];
    double nodes[SINK_MAX_STEPS] = {0}, products[SINK_MAX_STEPS];
    const size_t count = sink_steps_fill(evaluation->factors, steps, evaluation->values, filled);
    const size_t node_count = sink_piecewise_nodes(filled, count, nodes, products);
    size_t n = 0;
    while (n < node_count && at > nodes[n])
        n++;
    if (n > 0 && n < node_count)
        return (products[n - 1] + products[n]) / (nodes[n - 1] + nodes[n]);
    return sink_piecewise_line(filled, count, at).slope;
}

/* Above-ground growth of a hectare over the period, t d.m. (eq. 2.9, 2.10). */
static double growth_t_ha(const struct sink_evaluation *evaluation,
                          const struct sink_flow_recipe *flow, double fraction)
{
    if (flow->curve[0] != SINK_NO_ROW) {
        const struct sink_growth_curve curve = sink_recipe_curve(evaluation, flow->curve);
        return flow->years * sink_curve_growth_t_ha_yr(&curve, flow->age_yr, flow->years);
    }
    if (flow->growth.count > 0) {
        const double age_yr = isnan(flow->age_yr) ? 0 : flow->age_yr;
        const double ages_yr[2] = {age_yr, age_yr + flow->years};
        return sink_steps_grow(evaluation, &flow->growth, ages_yr, false, fraction);
    }
    return flow->years * sink_row_value(evaluation, flow->volume_growth) *
           factor_at(evaluation, &flow->bcef_growth, flow->volume_at);
}

static void add_gain(const struct sink_evaluation *evaluation, const struct sink_flow_recipe *flow,
                     const struct sink_recipe *to, struct sink_effect *effect)
{
    const double fraction = sink_row_value(evaluation, flow->fraction);
    const struct sink_tree_carbon grown =
        sink_tree_carbon(growth_t_ha(evaluation, flow, fraction),
                         factor_at(evaluation, &to->ratio, to->ratio_at), fraction);
    effect->of[SINK_AMOUNT_GAIN + SINK_POOL_ABOVE_GROUND][SINK_SUM_AREA] += grown.above_tc;
    effect->of[SINK_AMOUNT_GAIN + SINK_POOL_BELOW_GROUND][SINK_SUM_AREA] += grown.below_tc;
}

/* t C in 1 m3 that is taken (eq. 2.12). */
static void add_removal(const struct sink_evaluation *evaluation,
                        const struct sink_flow_recipe *flow, const struct sink_recipe *to,
                        struct sink_effect *effect)
{
    const struct sink_tree_carbon taken =
        sink_tree_carbon(factor_at(evaluation, &flow->bcef_removal, flow->volume_at),
                         factor_at(evaluation, &to->ratio, to->ratio_at),
                         sink_row_value(evaluation, flow->fraction));
    effect->of[SINK_AMOUNT_REMOVAL + SINK_POOL_ABOVE_GROUND][SINK_SUM_AREA] = taken.above_tc;
    effect->of[SINK_AMOUNT_REMOVAL + SINK_POOL_BELOW_GROUND][SINK_SUM_AREA] = taken.below_tc;
}

/* t of gas a year; without a fuel load of what stood there. */
static void add_fire(const struct sink_evaluation *evaluation, const struct sink_flow_recipe *flow,
                     const struct sink_stock *before, struct sink_effect *effect)
{
    const int gases[2] = {flow->fire_ch4, flow->fire_n2o};
    double fuel_t[4] = {sink_row_value(evaluation, flow->fuel), 0, 0, 0};
    if (flow->fuel == SINK_NO_ROW)
        memcpy(fuel_t, before->above_t, sizeof fuel_t);
    for (int gas = 0; gas < 2; gas++)
        sink_stock_add(effect->of[SINK_AMOUNT_CH4 + gas], fuel_t, false,
                       sink_fire_gas_t(1, sink_row_value(evaluation, flow->combustion),
                                       sink_row_value(evaluation, gases[gas])) /
                           flow->years);
}

void sink_flow_evaluate(const struct sink_evaluation *evaluation,
                        const struct sink_flow_recipe *flow, const struct sink_recipe *to,
                        const struct sink_stock stocks[2], struct sink_effect *effect)
{
    if (flow->is_grown && flow->is_known)
        add_gain(evaluation, flow, to, effect);
    for (int pool = 0; pool < 2; pool++) {
        double *const gain = effect->of[SINK_AMOUNT_GAIN + pool];
        if (flow->is_converted && !flow->is_grown)
            sink_stock_add(gain, stocks[1].pool[pool], true, 1);
        if (flow->is_converted)
            sink_stock_add(effect->of[SINK_AMOUNT_LOSS_CONVERSION + pool], stocks[0].pool[pool],
                           false, 1);
        const double lost = sink_row_value(evaluation, flow->fraction_lost);
        sink_stock_add(effect->of[SINK_AMOUNT_LOSS_DISTURBANCE + pool], stocks[0].pool[pool], false,
                       lost);
        if (!flow->is_grown) /* herbs are there again within the year (Ch. 2 sec. 2.4) */
            sink_stock_add(gain, stocks[0].pool[pool], false, lost);
    }
    if (flow->bcef_removal.count > 0 && flow->fraction != SINK_NO_ROW && to->ratio.count > 0)
        add_removal(evaluation, flow, to, effect);
    if (flow->combustion != SINK_NO_ROW)
        add_fire(evaluation, flow, &stocks[0], effect);
}

void sink_effect_apply(const struct sink_effect *effect, const double sums[SINK_SUM_COUNT],
                       double amounts[SINK_AMOUNT_COUNT])
{
    for (size_t a = 0; a < SINK_AMOUNT_COUNT; a++) {
        amounts[a] = 0;
        for (size_t s = 0; s < SINK_SUM_COUNT; s++)
            amounts[a] += effect->of[a][s] * sums[s];
    }
}
