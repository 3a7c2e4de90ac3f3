/* The rows of the factor tables that a stratum is counted with. */
#include "sinkcalc/model/strata_parts.h"

static size_t add_rows(const int *from, size_t count, int *rows, size_t used)
{
    for (size_t i = 0; i < count; i++) {
        bool is_new = from[i] != SINK_NO_ROW && used < SINK_MAX_STRATUM_ROWS;
        for (size_t k = 0; k < used && is_new; k++)
            is_new = rows[k] != from[i];
        if (is_new)
            rows[used++] = from[i];
    }
    return used;
}

static size_t add_recipe_rows(const struct sink_recipe *recipe, int *rows, size_t used)
{
    const int single[] = {recipe->fraction, recipe->slope,  recipe->intercept, recipe->above,
                          recipe->below,    recipe->ch4,    recipe->n2o,       recipe->flux,
                          recipe->karst,    recipe->burial, recipe->permafrost};
    used = add_rows(single, sizeof single / sizeof *single, rows, used);
    if (recipe->source == SINK_BIOMASS_CURVE)
        used = add_rows(recipe->curve, 3, rows, used);
    used = add_rows(recipe->bcef.rows, recipe->bcef.count, rows, used);
    used = add_rows(recipe->ratio.rows, recipe->ratio.count, rows, used);
    used = add_rows(recipe->growth.rows, recipe->growth.count, rows, used);
    for (size_t u = 0; u < recipe->use_count; u++) {
        const struct sink_use_recipe *use = &recipe->uses[u];
        const int soil[] = {use->dead_wood, use->litter,     use->soil,  use->reference,
                            use->land_use,  use->management, use->input, use->rate};
        used = add_rows(soil, sizeof soil / sizeof *soil, rows, used);
    }
    return used;
}

size_t sink_stratum_rows(const struct sink_strata *strata,
                         const struct sink_stratum_account *stratum, int *rows)
{
    const int recipes[] = {stratum->recipe_from, stratum->recipe_to, stratum->mature,
                           stratum->planted};
    size_t used = 0;
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++)
        if (recipes[i] >= 0)
            used = add_recipe_rows(&strata->recipes[recipes[i]], rows, used);
    if (!stratum->has_flow)
        return used;
    const struct sink_flow_recipe *flow = &stratum->flow;
    const int single[] = {
        flow->volume_growth, flow->curve[0],   flow->curve[1],      flow->curve[2], flow->fraction,
        flow->fuel,          flow->combustion, flow->fraction_lost, flow->fire_ch4, flow->fire_n2o};
    used = add_rows(single, sizeof single / sizeof *single, rows, used);
    used = add_rows(flow->growth.rows, flow->growth.count, rows, used);
    used = add_rows(flow->bcef_growth.rows, flow->bcef_growth.count, rows, used);
    return add_rows(flow->bcef_removal.rows, flow->bcef_removal.count, rows, used);
}
