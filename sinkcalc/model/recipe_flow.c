/* Gains and losses of biomass between two dates: IPCC 2006 Vol. 4 Ch. 2 eq. 2.7, 2.9, 2.14, 2.15,
 * 2.16 and 2.27. */
#include "sinkcalc/model/account_parts.h"

#include <math.h>

static int use_found(struct sink_kitchen *kitchen, enum sink_factor_kind kind, double at)
{
    return sink_kitchen_use(kitchen,
                            sink_kitchen_find(kitchen, kitchen->land->use_count - 1, kind, at));
}

/* Stock volume at the first date, which picks BCEF_I and BCEF_R: that of the raster's interval, or
 * what the biomass makes of it by BCEF; NaN when neither can be told. */
static double volume_before(struct sink_kitchen *kitchen, const struct sink_change *change)
{
    const struct sink_factors *factors = kitchen->basis->factors;
    const struct sink_recipe *recipe = change->from_recipe;
    const struct sink_evaluation evaluation = {.factors = factors};
    struct sink_step filled[SINK_MAX_STEPS];
    if (change->from->volume > 0)
        return change->from->volume;
    const struct sink_factor *bcef =
        sink_kitchen_find(kitchen, kitchen->land->use_count - 1, SINK_FACTOR_BCEF, 1);
    if (!bcef)
        return NAN;
    const struct sink_steps steps = sink_kitchen_use_steps(kitchen, bcef);
    const size_t count = sink_steps_fill(factors, &steps, NULL, filled);
    struct sink_stock stock;
    sink_recipe_evaluate(&evaluation, recipe, &stock);
    const double above_t_ha =
        recipe->source == SINK_BIOMASS_RASTER ? recipe->at : stock.above_t[SINK_OF_AREA];
    return above_t_ha > 0 ? sink_piecewise_inverse(filled, count, above_t_ha) : NAN;
}

/* Growth of a stand by a curve, a rate, or volume growth with its expansion factor (eq. 2.10). */
static bool set_growth(struct sink_kitchen *kitchen, struct sink_flow_recipe *flow,
                       double volume_m3_ha)
{
    const double age_yr = flow->age_yr + flow->years / 2; /* NaN: only rows without ages fit */
    const size_t use = kitchen->land->use_count - 1;
    if (!isnan(flow->age_yr) && sink_kitchen_find_curve(kitchen, flow->curve))
        return true;
    flow->curve[0] = SINK_NO_ROW;
    const struct sink_factor *growth = sink_kitchen_find(kitchen, use, SINK_FACTOR_GROWTH, age_yr);
    if (growth) {
        flow->growth = sink_kitchen_use_steps(kitchen, growth);
        return true;
    }
    const struct sink_factor *volume =
        sink_kitchen_find(kitchen, use, SINK_FACTOR_VOLUME_GROWTH, age_yr);
    const struct sink_factor *factor =
        sink_kitchen_find(kitchen, use, SINK_FACTOR_BCEF_GROWTH, volume_m3_ha);
    if (!volume || !factor)
        return false;
    flow->volume_growth = sink_kitchen_use(kitchen, volume);
    flow->bcef_growth = sink_kitchen_use_steps(kitchen, factor);
    return true;
}

static int need(struct sink_kitchen *kitchen, enum sink_factor_kind kind)
{
    return sink_kitchen_use(kitchen, sink_kitchen_need(kitchen, kitchen->land->use_count - 1,
                                                       SINK_POOL_ABOVE_GROUND, kind, NAN));
}

/* Biomass that the tables have in carbon is fuel once a carbon fraction makes dry matter of it. */
static bool lacks_dry_matter(const struct sink_factors *factors, const struct sink_recipe *burned)
{
    return burned->above != SINK_NO_ROW && burned->fraction == SINK_NO_ROW &&
           factors->rows[burned->above].is_carbon && factors->rows[burned->above].value > 0;
}

static void set_event(struct sink_kitchen *kitchen, const struct sink_change *change,
                      struct sink_flow_recipe *flow)
{
    struct sink_recipe scratch = *change->to_recipe; /* what is missing is noted, not kept */
    kitchen->recipe = &scratch;
    if (!flow->is_converted)
        flow->fraction_lost = need(kitchen, SINK_FACTOR_FRACTION_LOST);
    if (change->fire) { /* what burned is the class of the first date */
        kitchen->land = change->burned;
        flow->combustion = need(kitchen, SINK_FACTOR_COMBUSTION);
        flow->fuel = use_found(kitchen, SINK_FACTOR_FUEL, NAN); /* else what stands there */
        if (flow->fuel == SINK_NO_ROW &&
            lacks_dry_matter(kitchen->basis->factors, change->from_recipe))
            need(kitchen, SINK_FACTOR_CARBON_FRACTION);
        flow->fire_ch4 = need(kitchen, SINK_FACTOR_FIRE_CH4);
        flow->fire_n2o = need(kitchen, SINK_FACTOR_FIRE_N2O);
        kitchen->land = change->to;
    }
    kitchen->recipe = NULL;
}

/* Gains that the settings ask for need their factors; others are told where they can be. */
static void ask_for_gains(struct sink_kitchen *kitchen, const struct sink_change *change,
                          const struct sink_flow_recipe *flow)
{
    const struct sink_account_settings *settings = kitchen->basis->settings;
    const size_t use = kitchen->land->use_count - 1;
    struct sink_recipe scratch = *change->to_recipe; /* what is missing is noted, not kept */
    bool is_asked = false;
    for (size_t pool = 0; pool < SINK_BIOMASS_POOL_COUNT; pool++)
        is_asked |=
            sink_account_method(settings, scratch.class_index, pool) == SINK_METHOD_GAIN_LOSS;
    if (!is_asked)
        return;
    kitchen->recipe = &scratch;
    if (!flow->is_grown)
        sink_kitchen_lack(kitchen, use, SINK_POOL_ABOVE_GROUND, SINK_FACTOR_GROWTH, flow->age_yr);
    if (flow->fraction == SINK_NO_ROW)
        sink_kitchen_lack(kitchen, use, SINK_POOL_ABOVE_GROUND, SINK_FACTOR_CARBON_FRACTION, NAN);
    if (scratch.ratio.count == 0)
        sink_kitchen_lack(kitchen, use, SINK_POOL_BELOW_GROUND, SINK_FACTOR_ROOT_SHOOT, NAN);
    kitchen->recipe = NULL;
}

enum sink_status sink_flow_recipe_make(struct sink_kitchen *kitchen,
                                       const struct sink_change *change,
                                       struct sink_flow_recipe *flow)
{
    const struct sink_class_list *classes = kitchen->basis->classes;
    const struct sink_class *class = &classes->items[change->to_recipe->class_index];
    *flow = (struct sink_flow_recipe){.years = change->to->year - change->from->year,
                                      .age_yr = change->from->age_yr,
                                      .is_converted = change->from_recipe->class_index !=
                                                      change->to_recipe->class_index,
                                      .fraction = SINK_NO_ROW,
                                      .volume_growth = SINK_NO_ROW,
                                      .fraction_lost = SINK_NO_ROW,
                                      .combustion = SINK_NO_ROW,
                                      .fuel = SINK_NO_ROW,
                                      .fire_ch4 = SINK_NO_ROW,
                                      .fire_n2o = SINK_NO_ROW};
    for (int i = 0; i < 3; i++)
        flow->curve[i] = SINK_NO_ROW;
    kitchen->land = change->to;
    kitchen->recipe = NULL;
    if (flow->is_converted)
        flow->age_yr = 0;
    if (change->event)
        set_event(kitchen, change, flow);
    const bool lacks_loss = change->event && class->has_pools && !flow->is_converted &&
                            flow->fraction_lost == SINK_NO_ROW;
    flow->is_known = !lacks_loss;
    const double volume_m3_ha = volume_before(kitchen, change);
    flow->volume_at = isnan(volume_m3_ha) ? 1 : volume_m3_ha; /* then no interval depends on it */
    const struct sink_factor *removal = sink_kitchen_find(kitchen, change->to->use_count - 1,
                                                          SINK_FACTOR_BCEF_REMOVAL, volume_m3_ha);
    flow->fraction = use_found(kitchen, SINK_FACTOR_CARBON_FRACTION, NAN);
    if (removal && kitchen->basis->settings->harvest)
        flow->bcef_removal = sink_kitchen_use_steps(kitchen, removal);
    if (!class->is_woody)
        return kitchen->status; /* there within a year, and constant afterwards (Tier 1) */
    flow->is_grown = set_growth(kitchen, flow, volume_m3_ha);
    flow->is_known = !lacks_loss && flow->is_grown && flow->fraction != SINK_NO_ROW &&
                     change->to_recipe->ratio.count > 0;
    if (!flow->is_known)
        ask_for_gains(kitchen, change, flow);
    return kitchen->status;
}
