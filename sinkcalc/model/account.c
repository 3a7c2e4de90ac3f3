#include "sinkcalc/model/account.h"

#include "sinkcalc/model/account_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_FIGURES ((size_t)1 << 28) /* of a kind; 3000 regions over 30 years have 20 million */

#define DEFAULT_TRANSITION_YR 20 /* IPCC 2006 Vol. 4 eq. 2.25 */

const char *sink_pool_name(enum sink_pool pool)
{
    static const char *const names[SINK_POOL_COUNT] = {
        "above_ground_biomass", "below_ground_biomass",    "dead_wood", "litter",
        "soil_organic_carbon",  "soil_organic_carbon_deep"};
    return names[pool];
}

const char *sink_category_name(enum sink_category category)
{
    static const char *const names[SINK_CATEGORY_COUNT] = {
        "forest_land", "cropland", "grassland", "wetlands", "settlements", "other_land"};
    return names[category];
}

_Static_assert(SINK_LAND_USE_COUNT == SINK_CATEGORY_COUNT * SINK_CATEGORY_COUNT,
               "a land use is a pair of categories");

const char *sink_land_use_text(int land_use, char text[64])
{
    const char *before = sink_category_name((enum sink_category)(land_use / SINK_CATEGORY_COUNT));
    const char *now = sink_category_name((enum sink_category)(land_use % SINK_CATEGORY_COUNT));
    snprintf(text, 64, "%s_%s_%s", before, before == now ? "remaining" : "converted_to", now);
    return text;
}

double sink_transition_yr(const struct sink_account_settings *settings)
{
    return settings->transition_yr > 0 ? settings->transition_yr : DEFAULT_TRANSITION_YR;
}

enum sink_method sink_account_method(const struct sink_account_settings *settings, int class_index,
                                     size_t pool)
{
    return settings->methods ? settings->methods[(size_t)class_index * SINK_POOL_COUNT + pool]
                             : SINK_METHOD_STOCK_DIFFERENCE;
}

double sink_account_change_tc(const struct sink_account_settings *settings,
                              const struct sink_stratum_account *stratum, const double *amounts,
                              size_t pool, double removal_tc)
{
    if (pool < SINK_BIOMASS_POOL_COUNT &&
        sink_account_method(settings, stratum->class_to, pool) == SINK_METHOD_GAIN_LOSS)
        return sink_biomass_change_tc(amounts[SINK_AMOUNT_GAIN + pool],
                                      amounts[SINK_AMOUNT_LOSS_CONVERSION + pool],
                                      amounts[SINK_AMOUNT_LOSS_DISTURBANCE + pool], removal_tc);
    return sink_stratum_change_tc(stratum, amounts, pool) +
           (pool == SINK_POOL_SOIL ? amounts[SINK_AMOUNT_SOIL_FLUX] : 0);
}

size_t sink_account_year(const struct sink_tally_spec *spec, uint32_t pass, enum sink_side side)
{
    return side == SINK_SIDE_TO && spec->year_count > 1 ? (size_t)pass + 1 : pass;
}

int sink_account_class(const struct sink_account *account, const struct sink_class_list *classes,
                       const struct sink_dimension *dimension, int value)
{
    if (value < 2)
        return -1;
    for (size_t c = 0; c < account->class_count; c++)
        if (strcmp(classes->items[account->class_index[c]].name, dimension->labels[value]) == 0)
            return (int)c;
    return -1;
}

static int class_dimension(const struct sink_making *making, enum sink_side side)
{
    return sink_tally_dimension(making->spec, SINK_DIMENSION_CLASS, "class", side);
}

static enum sink_status tell_missing(const struct sink_making *making, struct sink_error *error)
{
    const struct sink_faults *missing = &making->missing;
    struct sink_faults *all = making->basis.missing;
    char text[sizeof error->message] = "";
    size_t told = 0;
    for (size_t i = 0; i < missing->count && all; i++)
        sink_faults_add(all, &missing->items[i]);
    if (all)
        return sink_fail(error, SINK_BAD_DATA,
                         "%zu missing: give rows in a table of the job, or count such land with "
                         "`missing: {factor: count}` or `missing: {value: count}`",
                         missing->count + missing->dropped);
    for (; told < missing->count; told++) {
        const char *message = missing->items[told].message;
        if (strlen(text) + strlen(message) + 40 >= sizeof text)
            break;
        strcat(strcat(text, told ? "; " : ""), message);
    }
    if (told < missing->count + missing->dropped)
        return sink_fail(error, SINK_BAD_DATA, "%s; and %zu more like these", text,
                         missing->count + missing->dropped - told);
    return sink_fail(error, SINK_BAD_DATA, "%s", text);
}

static enum sink_status resolve_all(struct sink_making *making, struct sink_error *error)
{
    struct sink_strata *strata = making->account->strata = making->strata =
        calloc(1, sizeof *strata);
    if (!strata)
        return sink_fail_memory(error);
    const struct sink_row_list rows = {making->rows, making->row_count};
    enum sink_status status =
        sink_strata_make(making->spec, rows, &making->basis, strata, &making->missing, error);
    if (status == SINK_OK && (making->missing.count > 0 || making->missing.dropped > 0))
        status = tell_missing(making, error);
    return status;
}

/* Soil carbon of different depths must not be added up: neither in a class nor in a pool. */
static enum sink_status note_depth(struct sink_making *making, size_t class,
                                   const struct sink_recipe *recipe, struct sink_error *error)
{
    struct sink_account *account = making->account;
    const double depth_cm = recipe->soil_depth_cm;
    if (isnan(depth_cm))
        return SINK_OK;
    double *of_class = &account->soil_depth_cm[class];
    double *of_pool =
        &account->pool_depth_cm[depth_cm >= SINK_DEEP_CM ? SINK_POOL_SOIL_DEEP : SINK_POOL_SOIL];
    if (isnan(*of_class))
        *of_class = depth_cm;
    if (isnan(*of_pool))
        *of_pool = depth_cm;
    if (*of_pool == depth_cm)
        return SINK_OK;
    return sink_fail(
        error, SINK_BAD_DATA,
        "class %s: soil carbon to %g cm, other soil of the pool to %g cm; depths must not "
        "mix in a pool",
        making->basis.classes->items[account->class_index[class]].name, depth_cm, *of_pool);
}

/* Adds the pools of one stratum on one date. */
static enum sink_status add_pools(struct sink_making *making, const struct sink_row_account *row,
                                  bool is_to, size_t class, struct sink_error *error)
{
    struct sink_account *account = making->account;
    const struct sink_stratum_account *stratum = row->stratum;
    const struct sink_recipe *recipe =
        &making->strata->recipes[is_to ? stratum->recipe_to : stratum->recipe_from];
    const size_t year = is_to ? row->year : 0, region = row->row->region;
    const double *stocks = &row->amount[is_to ? SINK_AMOUNT_STOCK_TO : SINK_AMOUNT_STOCK_FROM];
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++) {
        account->stock_tc[sink_at_class_pool(account, year, class, pool, region)] += stocks[pool];
        if (recipe->lacks_factor[pool])
            account->no_factor_m2[sink_at_pool(account, year, pool, region)] += row->area_m2;
    }
    if (year + 1 == account->year_count && row->area_m2 > 0)
        account->origins[class] |= sink_recipe_origins(recipe);
    account->volume_m3[sink_at_class(account, year, class, region)] +=
        row->amount[is_to ? SINK_AMOUNT_VOLUME_TO : SINK_AMOUNT_VOLUME_FROM];
    if (recipe->gaps & SINK_GAP_VALUE)
        account->no_value_m2[sink_at_region(account, year, region)] += row->area_m2;
    return note_depth(making, class, recipe, error);
}

/* Adds one row on one date. */
static enum sink_status add_side(struct sink_making *making, const struct sink_row_account *row,
                                 enum sink_side side, struct sink_error *error)
{
    struct sink_account *account = making->account;
    const bool is_to = side == SINK_SIDE_TO;
    const int class = is_to ? row->to : row->from;
    const size_t year = is_to ? row->year : 0;
    const size_t at = sink_at_region(account, year, row->row->region);
    const double cells = (double)row->row->cells;
    if (class < 0) {
        int values[SINK_MAX_DIMENSIONS];
        sink_tally_key_values(making->spec, row->row->key, values);
        const bool is_nodata = values[class_dimension(making, side)] == SINK_VALUE_NODATA;
        (is_nodata ? account->no_class_m2 : account->unknown_m2)[at] += row->area_m2;
        (is_nodata ? account->no_class_cells : account->unknown_cells)[at] += cells;
        return SINK_OK;
    }
    const size_t by_class = sink_at_class(account, year, (size_t) class, row->row->region);
    account->area_m2[by_class] += row->area_m2;
    account->cells[by_class] += cells;
    return add_pools(making, row, is_to, (size_t) class, error);
}

/* Land that is known on one date only neither gained nor lost its stock. */
static void add_gap(struct sink_making *making, const struct sink_row_account *row)
{
    struct sink_account *account = making->account;
    if (!row->stratum->is_gap)
        return;
    account->one_date_m2[sink_at_region(account, row->year, row->row->region)] += row->area_m2;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        account->gap_change_tc[sink_at_pool(account, row->year, pool, row->row->region)] +=
            row->amount[SINK_AMOUNT_STOCK_TO + pool] - row->amount[SINK_AMOUNT_STOCK_FROM + pool];
}

static int class_of(const struct sink_account *account, int class_index)
{
    for (size_t c = 0; c < account->class_count; c++)
        if (account->class_index[c] == class_index)
            return (int)c;
    return -1;
}

static struct sink_row_account read_row(const struct sink_making *making,
                                        const struct sink_tally_row *tally_row)
{
    const struct sink_account *account = making->account;
    double sums[SINK_SUM_COUNT];
    struct sink_row_account row = {
        .row = tally_row,
        .stratum = sink_strata_find(making->strata, tally_row),
        .area_m2 = sink_exact_sum_value(&tally_row->sums[0]),
        .year = sink_account_year(making->spec, tally_row->pass, SINK_SIDE_TO)};
    row.from = class_of(account, row.stratum->class_from);
    row.to = class_of(account, row.stratum->class_to);
    sink_row_sums(making->spec, tally_row, sums);
    sink_effect_apply(&row.stratum->effect, sums, row.amount);
    return row;
}

static enum sink_status add_row(struct sink_making *making, const struct sink_tally_row *tally_row,
                                struct sink_error *error)
{
    struct sink_account *account = making->account;
    const struct sink_row_account row = read_row(making, tally_row);
    enum sink_status status = add_side(making, &row, SINK_SIDE_TO, error);
    if (status == SINK_OK && making->spec->year_count > 1 && tally_row->pass == 0)
        status = add_side(making, &row, SINK_SIDE_FROM, error);
    if (status != SINK_OK)
        return status;
    if (!account->transition_m2)
        return SINK_OK;
    add_gap(making, &row);
    sink_account_add_change(making, &row);
    if (row.from >= 0 && row.to >= 0)
        account->transition_m2[sink_at_change(account, tally_row->pass, (size_t)row.from,
                                              (size_t)row.to, tally_row->region)] += row.area_m2;
    return SINK_OK;
}

/* The rows that some stratum was counted with, and the land of the top level that was. */
static enum sink_status list_used(struct sink_making *making, struct sink_error *error)
{
    struct sink_account *account = making->account;
    const struct sink_factors *factors = making->basis.factors;
    int rows[SINK_MAX_STRATUM_ROWS];
    double *used_m2 = calloc(factors->row_count + 1, sizeof *used_m2);
    account->used = malloc((factors->row_count + 1) * sizeof *account->used);
    account->used_m2 = malloc((factors->row_count + 1) * sizeof *account->used_m2);
    if (!used_m2 || !account->used || !account->used_m2) {
        free(used_m2);
        return sink_fail_memory(error);
    }
    for (size_t i = 0; i < making->row_count; i++) {
        const struct sink_tally_row *row = &making->rows[i];
        if (row->pass + 1 != account->pass_count || making->regions->items[row->region].level != 0)
            continue;
        const size_t count =
            sink_stratum_rows(making->strata, sink_strata_find(making->strata, row), rows);
        for (size_t k = 0; k < count; k++)
            used_m2[rows[k]] += sink_exact_sum_value(&row->sums[0]);
    }
    for (size_t i = 0; i < factors->row_count; i++)
        if (making->strata->is_used[i]) {
            account->used[account->used_count] = &factors->rows[i];
            account->used_m2[account->used_count++] = used_m2[i];
        }
    free(used_m2);
    return SINK_OK;
}

/* The classes that the tally knows, in the order of their codes. */
static bool list_classes(struct sink_making *making)
{
    struct sink_account *account = making->account;
    const struct sink_class_list *classes = making->basis.classes;
    account->class_index = calloc(classes->count + 1, sizeof *account->class_index);
    for (size_t c = 0; account->class_index && c < classes->count; c++) {
        bool is_known = false;
        for (size_t d = 0; d < making->spec->dimension_count; d++) {
            const struct sink_dimension *dimension = &making->spec->dimensions[d];
            for (size_t v = 2; dimension->kind == SINK_DIMENSION_CLASS && v < dimension->count; v++)
                is_known |= strcmp(dimension->labels[v], classes->items[c].name) == 0;
        }
        if (is_known)
            account->class_index[account->class_count++] = (int)c;
    }
    return account->class_index != NULL;
}

/* A tally file of a few kB may name years and regions without end. */
static bool is_too_large(const struct sink_account *account)
{
    const size_t classes = account->class_count, regions = account->region_count;
    size_t stocks = 0, transitions = 0;
    return __builtin_mul_overflow(classes * SINK_POOL_COUNT * account->year_count, regions,
                                  &stocks) ||
           __builtin_mul_overflow(classes * classes * account->pass_count, regions, &transitions) ||
           stocks > MOST_FIGURES || transitions > MOST_FIGURES;
}

static enum sink_status start(struct sink_making *making, struct sink_error *error)
{
    struct sink_account *account = making->account;
    const struct sink_tally_spec *spec = making->spec;
    account->year_count = spec->year_count;
    account->region_count = making->regions->count;
    account->pass_count = sink_tally_pass_count(spec);
    account->target_count = making->basis.settings->target_count;
    account->has_planting = making->basis.settings->planting != NULL;
    account->years = malloc((spec->year_count + 1) * sizeof *account->years);
    if (!account->years || !list_classes(making))
        return sink_fail_memory(error);
    if (is_too_large(account))
        return sink_fail(error, SINK_BAD_DATA,
                         "%zu regions, %zu years and %zu classes make more figures than an account "
                         "holds",
                         account->region_count, account->year_count, account->class_count);
    const enum sink_status status = sink_account_list_reports(making, error);
    if (status != SINK_OK)
        return status;
    const size_t by_class = account->year_count * account->class_count * account->region_count;
    making->removal_tc = calloc(by_class * SINK_BIOMASS_POOL_COUNT + 1, sizeof(double));
    making->removal_ha = calloc(by_class + 1, sizeof(double));
    if (!making->removal_tc || !making->removal_ha || !sink_account_allocate(account))
        return sink_fail_memory(error);
    memcpy(account->years, spec->years, spec->year_count * sizeof *account->years);
    if (class_dimension(making, SINK_SIDE_TO) < 0)
        return sink_fail(error, SINK_BAD_DATA, "the tally has no class of land");
    return SINK_OK;
}

/* Rests and sums have areas, but cells on their inner borders lie in several regions. */
static void forget_cells(struct sink_account *account, size_t region)
{
    for (size_t year = 0; year < account->year_count; year++) {
        for (size_t c = 0; c < account->class_count; c++)
            account->cells[sink_at_class(account, year, c, region)] = NAN;
        account->no_class_cells[sink_at_region(account, year, region)] = NAN;
        account->unknown_cells[sink_at_region(account, year, region)] = NAN;
    }
}

static enum sink_status fill(struct sink_making *making, struct sink_error *error)
{
    struct sink_account *account = making->account;
    enum sink_status status = start(making, error);
    if (status == SINK_OK)
        status = resolve_all(making, error);
    for (size_t i = 0; i < making->row_count && status == SINK_OK; i++)
        status = add_row(making, &making->rows[i], error);
    if (status == SINK_OK)
        status = sink_account_add_harvest(making, error);
    for (size_t i = 0; i < making->row_count && status == SINK_OK; i++) {
        const struct sink_row_account row = read_row(making, &making->rows[i]);
        sink_account_add_reports(making, &row); /* with its part of the harvest */
    }
    if (status == SINK_OK)
        status = list_used(making, error);
    if (status != SINK_OK)
        return status;
    for (size_t r = 0; r < making->regions->count; r++)
        if (making->regions->items[r].kind != SINK_REGION_POLYGON)
            forget_cells(account, r);
    sink_account_set_sinks(making);
    sink_account_forget_memos(account);
    sink_account_add_up(account, making->basis.classes, making->regions, making->basis.settings);
    return SINK_OK;
}

enum sink_status sink_account_make(struct sink_tally *tally, const struct sink_region_list *regions,
                                   const struct sink_account_basis *basis,
                                   struct sink_account **account, struct sink_error *error)
{
    struct sink_making making = {
        .spec = sink_tally_spec_of(tally), .regions = regions, .basis = *basis};
    *account = making.account = calloc(1, sizeof **account);
    if (!*account)
        return sink_fail_memory(error);
    making.row_count = sink_tally_rows(tally, &making.rows);
    const enum sink_status status = fill(&making, error);
    free(making.removal_tc);
    free(making.removal_ha);
    sink_faults_free(&making.missing);
    if (status != SINK_OK) {
        sink_account_free(*account);
        *account = NULL;
    }
    return status;
}
