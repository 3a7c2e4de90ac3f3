#include "sinkcalc/model/strata_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lands and their overlays. */
struct owned {
    struct sink_land_key *keys; /* ascending */
    struct sink_land *lands;
    const char **overlays; /* [land][2 x key_count] */
    size_t count;
};

static int by_land(const void *a, const void *b)
{
    const struct sink_land_key *p = a, *q = b;
    if (p->key != q->key)
        return p->key < q->key ? -1 : 1;
    if (p->pass != q->pass)
        return p->pass < q->pass ? -1 : 1;
    return (int)p->is_to - (int)q->is_to;
}

static int by_stratum(const void *a, const void *b)
{
    const struct sink_stratum_account *p = a, *q = b;
    if (p->pass != q->pass)
        return p->pass < q->pass ? -1 : 1;
    return p->key < q->key ? -1 : p->key > q->key;
}

static enum sink_status list_strata(const struct sink_tally_row *rows, size_t row_count,
                                    struct sink_strata *strata, struct sink_error *error)
{
    strata->items = calloc(row_count + 1, sizeof *strata->items);
    if (!strata->items)
        return sink_fail_memory(error);
    size_t count = 0;
    for (size_t i = 0; i < row_count; i++) /* rows of a region are in order of pass and key */
        if (i == 0 || rows[i].pass != rows[i - 1].pass || rows[i].key != rows[i - 1].key)
            strata->items[count++] =
                (struct sink_stratum_account){.key = rows[i].key, .pass = rows[i].pass};
    if (count > 0)
        qsort(strata->items, count, sizeof *strata->items, by_stratum);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || by_stratum(&strata->items[i], &strata->items[strata->count - 1]) != 0)
            strata->items[strata->count++] = strata->items[i];
    struct sink_stratum_account *items =
        realloc(strata->items, (strata->count + 1) * sizeof *items);
    if (!items)
        return sink_fail_memory(error);
    strata->items = items;
    return SINK_OK;
}

static struct sink_land_key land_key(const struct sink_tally_spec *spec,
                                     const struct sink_stratum_account *stratum, bool is_to)
{
    const struct sink_tally_row row = {.key = stratum->key, .pass = stratum->pass};
    return sink_land_key_of(spec, &row, is_to);
}

static enum sink_status list_lands(const struct sink_tally_spec *spec,
                                   const struct sink_account_basis *basis,
                                   struct sink_strata *strata, struct sink_error *error)
{
    struct owned *owned = strata->owned = calloc(1, sizeof *owned);
    const size_t key_count = basis->factors->key_count;
    if (!owned)
        return sink_fail_memory(error);
    owned->keys = calloc(2 * strata->count + 1, sizeof *owned->keys);
    if (!owned->keys)
        return sink_fail_memory(error);
    size_t count = 0;
    for (size_t i = 0; i < strata->count; i++)
        for (int is_to = spec->year_count > 1 ? 0 : 1; is_to < 2; is_to++)
            owned->keys[count++] = land_key(spec, &strata->items[i], is_to);
    if (count > 0)
        qsort(owned->keys, count, sizeof *owned->keys, by_land);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || by_land(&owned->keys[i], &owned->keys[owned->count - 1]) != 0)
            owned->keys[owned->count++] = owned->keys[i];
    owned->lands = calloc(owned->count + 1, sizeof *owned->lands);
    owned->overlays = calloc(2 * owned->count * key_count + 1, sizeof *owned->overlays);
    strata->recipes = calloc(owned->count + 2 * strata->count + 1, sizeof *strata->recipes);
    if (!owned->lands || !owned->overlays || !strata->recipes)
        return sink_fail_memory(error);
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < owned->count && status == SINK_OK; i++)
        status = sink_land_read(spec, basis, owned->keys[i], owned->overlays + 2 * i * key_count,
                                &owned->lands[i], error);
    return status;
}

static int find_land(const struct owned *owned, struct sink_land_key key)
{
    const struct sink_land_key *found =
        bsearch(&key, owned->keys, owned->count, sizeof key, by_land);
    const size_t at = (size_t)(found - owned->keys);
    return owned->lands[at].use_count > 0 ? (int)at : -1;
}

static int class_of(const struct owned *owned, int land)
{
    if (land < 0)
        return -1;
    return owned->lands[land].uses[owned->lands[land].use_count - 1].class_index;
}

/* The recipe is kept when it is new and told; -1 otherwise. Later strata of the same land share it.
 */
static int keep_recipe(struct sink_strata *strata, const struct sink_recipe *recipe)
{
    if (recipe->source == SINK_BIOMASS_NONE)
        return -1;
    strata->recipes[strata->recipe_count] = *recipe;
    return (int)strata->recipe_count++;
}

static bool is_planned(const struct sink_planting *planting, const char *value)
{
    for (size_t v = 0; v < planting->value_count; v++)
        if (sink_factor_lists(value, planting->values[v])) /* several in a trial */
            return true;
    return false;
}

static bool is_suitable(const struct sink_tally_spec *spec,
                        const struct sink_account_settings *settings, uint64_t key)
{
    int values[SINK_MAX_DIMENSIONS];
    const struct sink_planting *planting = settings->planting;
    const int d =
        sink_tally_dimension(spec, SINK_DIMENSION_OVERLAY, planting->overlay, SINK_SIDE_TO);
    sink_tally_key_values(spec, key, values);
    if (d >= 0)
        return is_planned(planting, spec->dimensions[d].labels[values[d]]);
    for (size_t c = 0; c < settings->constant_count; c++)
        if (strcmp(settings->constant_names[c], planting->overlay) == 0)
            return is_planned(planting, settings->constant_values[c]);
    return false;
}

/* No raster shows the future; that of the soil shows what the last use leaves to the planted one.
 */
static void look_ahead(const struct sink_account_settings *settings, struct sink_land *land)
{
    const struct sink_use last = land->uses[land->use_count - 1];
    land->biomass = land->volume = -1;
    land->has_soil = land->has_soil && !land->lacks_soil && settings->uses_soil[last.class_index];
    if (!land->has_soil || land->is_soil_static)
        return;
    land->uses[0] = last;
    land->use_count = 1;
    land->is_soil_static = true;
}

/* The land with one more use: planted right after the last year. */
static enum sink_status make_planted(const struct sink_tally_spec *spec, struct sink_strata *strata,
                                     struct sink_kitchen *kitchen,
                                     struct sink_stratum_account *stratum)
{
    const struct owned *owned = strata->owned;
    const struct sink_planting *planting = kitchen->basis->settings->planting;
    struct sink_land land = owned->lands[stratum->recipe_to];
    struct sink_recipe recipe;
    if (kitchen->basis->classes->items[stratum->class_to].is_woody ||
        !kitchen->basis->classes->items[stratum->class_to].has_pools)
        return SINK_OK;
    look_ahead(kitchen->basis->settings, &land);
    land.year = spec->years[spec->year_count - 1]; /* land without conversions is read but once */
    for (size_t u = 0; u < land.use_count; u++)
        if (!land.uses[u].overlays)
            land.uses[u].overlays = land.overlays;
    land.uses[land.use_count++] =
        (struct sink_use){.class_index = planting->class_index, .since_yr = land.year};
    land.age_yr = planting->year - land.year;
    land.year = planting->year;
    const char *overlays[SINK_FACTOR_KEYS_MAX];
    const struct sink_land as_it_is = land;
    for (size_t k = 0; k < kitchen->basis->factors->key_count; k++)
        overlays[k] =
            strcmp(kitchen->basis->factors->keys[k], "origin") == 0 ? "planted" : land.overlays[k];
    land.overlays = overlays;
    enum sink_status status = sink_recipe_make_planted(kitchen, &land, &as_it_is, &recipe);
    if (status == SINK_OK && !sink_recipe_is_grown(&recipe))
        sink_kitchen_lack(kitchen, land.use_count - 1, SINK_POOL_ABOVE_GROUND, SINK_FACTOR_GROWTH,
                          land.age_yr);
    stratum->planted = keep_recipe(strata, &recipe);
    return status;
}

/* What the land of the last year could hold. */
static enum sink_status make_potential(const struct sink_tally_spec *spec,
                                       struct sink_strata *strata, struct sink_kitchen *kitchen,
                                       struct sink_stratum_account *stratum)
{
    const struct owned *owned = strata->owned;
    const struct sink_planting *planting = kitchen->basis->settings->planting;
    struct sink_recipe recipe;
    enum sink_status status = SINK_OK;
    if (kitchen->basis->classes->items[stratum->class_to].is_woody) {
        status = sink_recipe_make_mature(kitchen, &owned->lands[stratum->recipe_to], &recipe);
        const struct sink_recipe *today = &strata->recipes[stratum->recipe_to];
        if (status == SINK_OK && today->source != SINK_BIOMASS_NONE &&
            !today->lacks_factor[SINK_POOL_BELOW_GROUND])
            stratum->mature = keep_recipe(strata, &recipe);
    }
    if (status == SINK_OK && planting && is_suitable(spec, kitchen->basis->settings, stratum->key))
        status = make_planted(spec, strata, kitchen, stratum);
    return status;
}

/* A change of which no more is known than what struck in the pass: of several disturbances the
 * first of the job, of several fires as well. */
static struct sink_change find_events(const struct sink_tally_spec *spec,
                                      const struct sink_account_settings *settings, uint64_t key)
{
    struct sink_change change = {0};
    int values[SINK_MAX_DIMENSIONS];
    sink_tally_key_values(spec, key, values);
    for (size_t i = 0; i < settings->disturbance_count && !change.fire; i++) {
        const struct sink_disturbance *event = &settings->disturbances[i];
        const int d =
            sink_tally_dimension(spec, SINK_DIMENSION_EVENT, event->name, SINK_SIDE_STATIC);
        if (d < 0 || values[d] != 3)
            continue;
        change.event = change.event ? change.event : event;
        change.fire = event->burns ? event : NULL;
    }
    return change;
}

static enum sink_status make_flow(const struct sink_tally_spec *spec,
                                  const struct sink_strata *strata, struct sink_kitchen *kitchen,
                                  struct sink_stratum_account *stratum, struct sink_change change)
{
    const struct owned *owned = strata->owned;
    const struct sink_factors *factors = kitchen->basis->factors;
    const char *overlays[2][SINK_FACTOR_KEYS_MAX] = {0};
    struct sink_land from = owned->lands[stratum->recipe_from];
    struct sink_land to = owned->lands[stratum->recipe_to];
    from.year = spec->years[stratum->pass]; /* land without conversions is read but once */
    to.year = spec->years[stratum->pass + 1];
    struct sink_land burned = from;
    change.from = &from;
    change.to = &to;
    change.from_recipe = &strata->recipes[stratum->recipe_from];
    change.to_recipe = &strata->recipes[stratum->recipe_to];
    change.burned = &burned;
    for (size_t k = 0; k < factors->key_count; k++) {
        const bool is_event = strcmp(factors->keys[k], SINK_KEY_DISTURBANCE) == 0;
        overlays[0][k] = is_event && change.fire ? change.fire->name : from.overlays[k];
        overlays[1][k] = is_event && change.event ? change.event->name : to.overlays[k];
    }
    burned.overlays = overlays[0];
    to.overlays = overlays[1];
    return sink_flow_recipe_make(kitchen, &change, &stratum->flow);
}

/* Whether the difference of two stocks is a change of the land and not of what is known of it. An
 * age that comes with another class or with a disturbance is of the land. */
static void compare(const struct sink_recipe *from, const struct sink_recipe *to, bool is_struck,
                    struct sink_stratum_account *stratum)
{
    const unsigned stocks = SINK_GAP_BIOMASS | SINK_GAP_SOIL;
    const unsigned gaps =
        (sink_recipe_is_grown(to) ? from->gaps : 0) | (sink_recipe_is_grown(from) ? to->gaps : 0);
    const bool lacks_age =
        gaps & SINK_GAP_AGE && from->class_index == to->class_index && !is_struck;
    stratum->has_flow = (from->gaps & stocks) == (to->gaps & stocks) && !lacks_age;
    for (size_t pool = 0; pool < SINK_POOL_COUNT && stratum->has_flow; pool++) {
        const bool goes_on = pool >= SINK_BIOMASS_POOL_COUNT; /* from what earlier uses left */
        stratum->is_one_sided[pool] = from->lacks_factor[pool] != to->lacks_factor[pool] ||
                                      (goes_on && to->lacks_factor[pool]);
    }
}

static enum sink_status make_stratum(const struct sink_tally_spec *spec, struct sink_strata *strata,
                                     struct sink_kitchen *kitchen,
                                     struct sink_stratum_account *stratum)
{
    const struct owned *owned = strata->owned;
    const struct sink_account_basis *basis = kitchen->basis;
    const bool has_from = spec->year_count > 1;
    stratum->recipe_to = find_land(owned, land_key(spec, stratum, true));
    stratum->recipe_from = has_from ? find_land(owned, land_key(spec, stratum, false)) : -1;
    stratum->class_to = class_of(owned, stratum->recipe_to);
    stratum->class_from = class_of(owned, stratum->recipe_from);
    const struct sink_change struck = find_events(spec, basis->settings, stratum->key);
    if (stratum->recipe_from >= 0 && stratum->recipe_to >= 0)
        compare(&strata->recipes[stratum->recipe_from], &strata->recipes[stratum->recipe_to],
                struck.event != NULL, stratum);
    stratum->is_gap =
        has_from && !stratum->has_flow && (stratum->recipe_from >= 0 || stratum->recipe_to >= 0);
    const double transition_yr = sink_transition_yr(basis->settings);
    enum sink_status status = SINK_OK;
    stratum->land_use = stratum->land_use_from = SINK_LAND_USE_NONE;
    stratum->mature = stratum->planted = -1;
    if (stratum->recipe_from >= 0)
        stratum->land_use_from =
            sink_land_use_of(&owned->lands[stratum->recipe_from], basis->classes, transition_yr);
    if (stratum->recipe_to >= 0) {
        stratum->land_use =
            sink_land_use_of(&owned->lands[stratum->recipe_to], basis->classes, transition_yr);
        if (stratum->pass + 1 == sink_tally_pass_count(spec))
            status = make_potential(spec, strata, kitchen, stratum);
    }
    if (status != SINK_OK || !stratum->has_flow)
        return status;
    return make_flow(spec, strata, kitchen, stratum, struck);
}

enum sink_status sink_strata_make(const struct sink_tally_spec *spec, struct sink_row_list rows,
                                  const struct sink_account_basis *basis,
                                  struct sink_strata *strata, struct sink_faults *missing,
                                  struct sink_error *error)
{
    *strata = (struct sink_strata){0};
    enum sink_status status = list_strata(rows.items, rows.count, strata, error);
    if (status == SINK_OK)
        status = list_lands(spec, basis, strata, error);
    strata->is_used = calloc(basis->factors->row_count + 1, sizeof *strata->is_used);
    if (status == SINK_OK && !strata->is_used)
        status = sink_fail_memory(error);
    if (status != SINK_OK)
        return status;
    struct sink_kitchen kitchen = {
        .basis = basis, .missing = missing, .is_used = strata->is_used, .error = error};
    const struct owned *owned = strata->owned;
    for (size_t i = 0; i < owned->count && status == SINK_OK; i++)
        if (owned->lands[i].use_count > 0)
            status = sink_recipe_make(&kitchen, &owned->lands[i], &strata->recipes[i]);
    strata->recipe_count = owned->count;
    for (size_t i = 0; i < strata->count && status == SINK_OK; i++)
        status = make_stratum(spec, strata, &kitchen, &strata->items[i]);
    const struct sink_evaluation evaluation = {
        .factors = basis->factors, .transition_yr = sink_transition_yr(basis->settings)};
    for (size_t i = 0; i < strata->count && status == SINK_OK; i++)
        sink_stratum_evaluate(strata, &strata->items[i], &evaluation, &strata->items[i].effect);
    return status;
}

void sink_strata_free(struct sink_strata *strata)
{
    struct owned *owned = strata->owned;
    if (owned) {
        free(owned->keys);
        free(owned->lands);
        free(owned->overlays);
    }
    free(owned);
    free(strata->items);
    free(strata->recipes);
    free(strata->is_used);
    *strata = (struct sink_strata){0};
}

const struct sink_stratum_account *sink_strata_find(const struct sink_strata *strata,
                                                    const struct sink_tally_row *row)
{
    const struct sink_stratum_account wanted = {.key = row->key, .pass = row->pass};
    return bsearch(&wanted, strata->items, strata->count, sizeof wanted, by_stratum);
}

/* Rates per hectare and year of the later date. */
static void add_rates(const struct sink_evaluation *evaluation, const struct sink_recipe *recipe,
                      double years, struct sink_effect *effect)
{
    effect->of[SINK_AMOUNT_SOIL_FLUX][SINK_SUM_AREA] -=
        years * sink_row_value(evaluation, recipe->flux);
    effect->of[SINK_AMOUNT_CH4][SINK_SUM_AREA] +=
        sink_row_value(evaluation, recipe->ch4) / SINK_KG_PER_T;
    effect->of[SINK_AMOUNT_N2O][SINK_SUM_AREA] +=
        sink_row_value(evaluation, recipe->n2o) / SINK_KG_PER_T;
    effect->of[SINK_AMOUNT_KARST][SINK_SUM_AREA] += sink_row_value(evaluation, recipe->karst);
    effect->of[SINK_AMOUNT_BURIAL][SINK_SUM_AREA] += sink_row_value(evaluation, recipe->burial);
    effect->of[SINK_AMOUNT_PERMAFROST][SINK_SUM_AREA] +=
        sink_row_value(evaluation, recipe->permafrost);
}

/* What the land would hold: as a mature stand, or planted. */
static void add_potential(const struct sink_evaluation *evaluation,
                          const struct sink_strata *strata,
                          const struct sink_stratum_account *stratum,
                          const struct sink_stock *today, struct sink_effect *effect)
{
    if (stratum->mature >= 0) {
        struct sink_stock mature;
        sink_recipe_evaluate(evaluation, &strata->recipes[stratum->mature], &mature);
        for (int pool = 0; pool < SINK_BIOMASS_POOL_COUNT; pool++) {
            sink_stock_add(effect->of[SINK_AMOUNT_POTENTIAL], mature.pool[pool], true, 1);
            sink_stock_add(effect->of[SINK_AMOUNT_POTENTIAL], today->pool[pool], true, -1);
        }
    }
    if (stratum->planted < 0)
        return;
    struct sink_stock planted;
    sink_recipe_evaluate(evaluation, &strata->recipes[stratum->planted], &planted);
    for (int pool = 0; pool < SINK_POOL_COUNT; pool++) {
        if (strata->recipes[stratum->planted].lacks_factor[pool])
            continue; /* today's use is among those of the planted land */
        sink_stock_add(effect->of[SINK_AMOUNT_PLANTING], planted.pool[pool], true, 1);
        sink_stock_add(effect->of[SINK_AMOUNT_PLANTING], today->pool[pool], true, -1);
    }
}

void sink_stratum_evaluate(const struct sink_strata *strata,
                           const struct sink_stratum_account *stratum,
                           const struct sink_evaluation *evaluation, struct sink_effect *effect)
{
    struct sink_stock stocks[2];
    *effect = (struct sink_effect){0};
    if (stratum->recipe_from >= 0) {
        sink_recipe_evaluate(evaluation, &strata->recipes[stratum->recipe_from], &stocks[0]);
        sink_stock_put(&stocks[0], false, effect);
    }
    if (stratum->recipe_to < 0)
        return;
    const struct sink_recipe *to = &strata->recipes[stratum->recipe_to];
    sink_recipe_evaluate(evaluation, to, &stocks[1]);
    sink_stock_put(&stocks[1], true, effect);
    add_potential(evaluation, strata, stratum, &stocks[1], effect);
    add_rates(evaluation, to, stratum->has_flow ? stratum->flow.years : 0, effect);
    if (stratum->has_flow)
        sink_flow_evaluate(evaluation, &stratum->flow, to, stocks, effect);
}

double sink_stratum_change_tc(const struct sink_stratum_account *stratum, const double *amounts,
                              size_t pool)
{
    return stratum->is_one_sided[pool]
               ? 0
               : amounts[SINK_AMOUNT_STOCK_TO + pool] - amounts[SINK_AMOUNT_STOCK_FROM + pool];
}

static double sum_of(const struct sink_tally_spec *spec, const struct sink_tally_row *row,
                     const char *name, enum sink_side side)
{
    const int q = sink_tally_quantity_index(spec, name, side);
    return q < 0 ? 0 : sink_exact_sum_value(&row->sums[1 + q]) / SINK_M2_PER_HA;
}

void sink_row_sums(const struct sink_tally_spec *spec, const struct sink_tally_row *row,
                   double sums[SINK_SUM_COUNT])
{
    sums[SINK_SUM_AREA] = sink_exact_sum_value(&row->sums[0]) / SINK_M2_PER_HA;
    sums[SINK_SUM_BIOMASS_FROM] = sum_of(spec, row, "above_ground_biomass", SINK_SIDE_FROM);
    sums[SINK_SUM_VOLUME_FROM] = sum_of(spec, row, "stock_volume", SINK_SIDE_FROM);
    sums[SINK_SUM_SOIL_FROM] = sum_of(spec, row, "soil_carbon", SINK_SIDE_FROM);
    sums[SINK_SUM_BIOMASS_TO] = sum_of(spec, row, "above_ground_biomass", SINK_SIDE_TO);
    sums[SINK_SUM_VOLUME_TO] = sum_of(spec, row, "stock_volume", SINK_SIDE_TO);
    sums[SINK_SUM_SOIL_TO] = sum_of(spec, row, "soil_carbon", SINK_SIDE_TO);
}
