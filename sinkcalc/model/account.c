#include "sinkcalc/model/account.h"

#include "sinkcalc/model/account_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OVERLAYS 64 /* that all factor tables together ask for */

const char *sink_pool_name(enum sink_pool pool)
{
    static const char *const names[SINK_POOL_COUNT] = {"above_ground_biomass",
                                                       "below_ground_biomass", "dead_wood",
                                                       "litter", "soil_organic_carbon"};
    return names[pool];
}

/* The making of an account. */
struct making {
    const struct sink_tally_spec *spec;
    const struct sink_tally_row *rows;
    size_t row_count;
    struct sink_account_basis sources;
    struct sink_account *account;
    uint64_t *states; /* distinct, ascending: side in bit 0, key of that side above it */
    struct sink_coefficients *coefficients; /* [state_count] */
    size_t state_count;
    struct sink_faults missing;
};

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

static int class_dimension(const struct making *making, enum sink_side side)
{
    return sink_tally_dimension(making->spec, SINK_DIMENSION_CLASS, "class", side);
}

/* The key with everything of the other side set to zero. */
static uint64_t state_of(const struct sink_tally_spec *spec, uint64_t key, enum sink_side side)
{
    int values[SINK_MAX_DIMENSIONS];
    sink_tally_key_values(spec, key, values);
    for (size_t d = 0; d < spec->dimension_count; d++)
        if (spec->dimensions[d].side != side && spec->dimensions[d].side != SINK_SIDE_STATIC)
            values[d] = 0;
    return 2 * sink_tally_key(spec, values) + (side == SINK_SIDE_TO);
}

static int by_number(const void *a, const void *b)
{
    const uint64_t p = *(const uint64_t *)a, q = *(const uint64_t *)b;
    return p < q ? -1 : p > q;
}

static bool has_first_year(const struct making *making, const struct sink_tally_row *row)
{
    return making->spec->year_count > 1 && row->pass == 0;
}

static enum sink_status list_states(struct making *making, struct sink_error *error)
{
    size_t count = 0;
    making->states = calloc(2 * making->row_count + 1, sizeof *making->states);
    if (!making->states)
        return sink_fail_memory(error);
    for (size_t i = 0; i < making->row_count; i++) {
        const struct sink_tally_row *row = &making->rows[i];
        making->states[count++] = state_of(making->spec, row->key, SINK_SIDE_TO);
        if (making->spec->year_count > 1)
            making->states[count++] = state_of(making->spec, row->key, SINK_SIDE_FROM);
    }
    if (count > 0)
        qsort(making->states, count, sizeof *making->states, by_number);
    for (size_t i = 0; i < count; i++)
        if (making->state_count == 0 ||
            making->states[i] != making->states[making->state_count - 1])
            making->states[making->state_count++] = making->states[i];
    making->coefficients = calloc(making->state_count + 1, sizeof *making->coefficients);
    return making->coefficients ? SINK_OK : sink_fail_memory(error);
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

static void set_overlays(const struct making *making, const int *values, enum sink_side side,
                         const char **overlays)
{
    const struct sink_factors *factors = making->sources.factors;
    const struct sink_account_settings *settings = making->sources.settings;
    for (size_t k = 0; k < factors->key_count; k++) {
        const int d =
            sink_tally_dimension(making->spec, SINK_DIMENSION_OVERLAY, factors->keys[k], side);
        overlays[k] =
            d >= 0 && values[d] >= 2 ? making->spec->dimensions[d].labels[values[d]] : NULL;
        for (size_t c = 0; d < 0 && c < settings->constant_count; c++)
            if (strcmp(settings->constant_names[c], factors->keys[k]) == 0)
                overlays[k] = settings->constant_values[c];
    }
}

static enum sink_status resolve(struct making *making, size_t index, struct sink_error *error)
{
    const struct sink_tally_spec *spec = making->spec;
    const enum sink_side side = making->states[index] & 1 ? SINK_SIDE_TO : SINK_SIDE_FROM;
    int values[SINK_MAX_DIMENSIONS] = {0};
    const char *overlays[MAX_OVERLAYS] = {0};
    sink_tally_key_values(spec, making->states[index] / 2, values);
    const int class = class_dimension(making, side);
    const int value = values[class];
    if (value < 2)
        return SINK_OK;
    set_overlays(making, values, side, overlays);
    const int quantity = sink_tally_quantity_index(spec, "above_ground_biomass", side);
    const int soil = sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, "soil_carbon", side);
    const struct sink_state state = {
        .class_index =
            sink_class_list_find(making->sources.classes, spec->dimensions[class].labels[value]),
        .overlays = overlays,
        .biomass = representative(spec, "above_ground_biomass", side, values),
        .volume = representative(spec, "stock_volume", side, values),
        .has_soil = soil >= 0,
        .lacks_soil = soil >= 0 && values[soil] < 2,
        .is_biomass_carbon =
            quantity >= 0 && spec->quantities[quantity].quantity == SINK_QUANTITY_CARBON_T_HA};
    if (state.class_index < 0)
        return sink_fail(error, SINK_BAD_DATA, "the tally has a class \"%s\" that sinkcalc has not",
                         spec->dimensions[class].labels[value]);
    return sink_coefficients_make(&making->sources, &state, &making->coefficients[index],
                                  &making->missing, error);
}

static enum sink_status tell_missing(const struct making *making, struct sink_error *error)
{
    const struct sink_faults *missing = &making->missing;
    char text[sizeof error->message] = "";
    size_t told = 0;
    for (size_t i = 0; i < missing->count && making->sources.missing; i++)
        sink_faults_add(making->sources.missing, &missing->items[i]);
    if (making->sources.missing)
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

static enum sink_status resolve_all(struct making *making, struct sink_error *error)
{
    enum sink_status status = list_states(making, error);
    for (size_t i = 0; i < making->state_count && status == SINK_OK; i++)
        status = resolve(making, i, error);
    if (status == SINK_OK && (making->missing.count > 0 || making->missing.dropped > 0))
        status = tell_missing(making, error);
    return status;
}

/* Soil carbon of different depths must not be added up within a class. */
static enum sink_status note_depth(struct making *making, size_t class, double depth_cm,
                                   struct sink_error *error)
{
    double *known = &making->account->soil_depth_cm[class];
    if (isnan(depth_cm) || *known == depth_cm)
        return SINK_OK;
    if (!isnan(*known))
        return sink_fail(error, SINK_BAD_DATA,
                         "class %s: soil carbon to %g cm and to %g cm; depths must not mix in a "
                         "class",
                         making->sources.classes->items[making->account->class_index[class]].name,
                         *known, depth_cm);
    *known = depth_cm;
    return SINK_OK;
}

static double sum_of(const struct making *making, const struct sink_tally_row *row,
                     const char *name, enum sink_side side)
{
    const int q = sink_tally_quantity_index(making->spec, name, side);
    return q < 0 ? 0 : sink_exact_sum_value(&row->sums[1 + q]) / SINK_M2_PER_HA;
}

/* What one stratum holds on one date. */
struct holding {
    const struct sink_coefficients *c;
    double tc[SINK_POOL_COUNT];
    double volume_m3;
};

static struct holding hold(const struct making *making, const struct sink_tally_row *row,
                           enum sink_side side)
{
    const uint64_t key = state_of(making->spec, row->key, side);
    const uint64_t *found =
        bsearch(&key, making->states, making->state_count, sizeof *making->states, by_number);
    const struct sink_coefficients *c = &making->coefficients[found - making->states];
    const double area_ha = sink_exact_sum_value(&row->sums[0]) / SINK_M2_PER_HA;
    const double biomass = sum_of(making, row, "above_ground_biomass", side);
    const double volume = sum_of(making, row, "stock_volume", side);
    const double soil = sum_of(making, row, "soil_carbon", side);
    struct holding holding = {.c = c, .volume_m3 = c->counts_volume ? volume : 0};
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        holding.tc[pool] = area_ha * c->constant[pool] + biomass * c->biomass[pool] +
                           volume * c->volume[pool] + (pool == SINK_POOL_SOIL ? soil * c->soil : 0);
    return holding;
}

/* Adds the pools of one stratum on one date. */
static enum sink_status add_pools(struct making *making, const struct sink_tally_row *row,
                                  enum sink_side side, size_t class, double area_m2,
                                  struct sink_error *error)
{
    struct sink_account *account = making->account;
    const struct holding holding = hold(making, row, side);
    const struct sink_coefficients *c = holding.c;
    const size_t year = sink_account_year(making->spec, row->pass, side);
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++) {
        account->stock_tc[sink_at_class_pool(account, year, class, pool, row->region)] +=
            holding.tc[pool];
        if (c->lacks_factor[pool])
            account->no_factor_m2[sink_at_pool(account, year, pool, row->region)] += area_m2;
    }
    account->volume_m3[sink_at_class(account, year, class, row->region)] += holding.volume_m3;
    if (c->lacks_value)
        account->no_value_m2[sink_at_region(account, year, row->region)] += area_m2;
    return note_depth(making, class, c->soil_depth_cm, error);
}

/* Adds one row on one date. */
static enum sink_status add_side(struct making *making, const struct sink_tally_row *row,
                                 const int *values, enum sink_side side, struct sink_error *error)
{
    struct sink_account *account = making->account;
    const int d = class_dimension(making, side);
    const int class = sink_account_class(account, making->sources.classes,
                                         &making->spec->dimensions[d], values[d]);
    const size_t year = sink_account_year(making->spec, row->pass, side);
    const size_t at = sink_at_region(account, year, row->region);
    const double area_m2 = sink_exact_sum_value(&row->sums[0]);
    const double cells = (double)row->cells;
    if (class < 0) {
        const bool is_nodata = values[d] == SINK_VALUE_NODATA;
        (is_nodata ? account->no_class_m2 : account->unknown_m2)[at] += area_m2;
        (is_nodata ? account->no_class_cells : account->unknown_cells)[at] += cells;
        return SINK_OK;
    }
    account->area_m2[sink_at_class(account, year, (size_t) class, row->region)] += area_m2;
    account->cells[sink_at_class(account, year, (size_t) class, row->region)] += cells;
    return add_pools(making, row, side, (size_t) class, area_m2, error);
}

/* Land that is known on one date only neither gained nor lost its stock. */
static void add_gap(struct making *making, const struct sink_tally_row *row, bool has_from,
                    bool has_to)
{
    struct sink_account *account = making->account;
    struct holding from = {0}, to = {0};
    if (has_from)
        from = hold(making, row, SINK_SIDE_FROM);
    if (has_to)
        to = hold(making, row, SINK_SIDE_TO);
    const bool is_paired = has_from == has_to;
    if (is_paired && (!has_from || from.c->lacks_value == to.c->lacks_value))
        return;
    const size_t year = (size_t)row->pass + 1;
    account->one_date_m2[sink_at_region(account, year, row->region)] +=
        sink_exact_sum_value(&row->sums[0]);
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        account->gap_change_tc[sink_at_pool(account, year, pool, row->region)] +=
            to.tc[pool] - from.tc[pool];
}

static enum sink_status add_row(struct making *making, const struct sink_tally_row *row,
                                struct sink_error *error)
{
    int values[SINK_MAX_DIMENSIONS];
    struct sink_account *account = making->account;
    sink_tally_key_values(making->spec, row->key, values);
    enum sink_status status = add_side(making, row, values, SINK_SIDE_TO, error);
    if (status == SINK_OK && has_first_year(making, row))
        status = add_side(making, row, values, SINK_SIDE_FROM, error);
    if (status != SINK_OK || !account->transition_m2)
        return status;
    const int d_from = class_dimension(making, SINK_SIDE_FROM);
    const int d_to = class_dimension(making, SINK_SIDE_TO);
    const int from = sink_account_class(account, making->sources.classes,
                                        &making->spec->dimensions[d_from], values[d_from]);
    const int to = sink_account_class(account, making->sources.classes,
                                      &making->spec->dimensions[d_to], values[d_to]);
    add_gap(making, row, from >= 0, to >= 0);
    if (from >= 0 && to >= 0)
        account->transition_m2[sink_at_change(account, row->pass, (size_t)from, (size_t)to,
                                              row->region)] += sink_exact_sum_value(&row->sums[0]);
    return SINK_OK;
}

static int by_address(const void *a, const void *b)
{
    const struct sink_factor *const *p = a, *const *q = b;
    return *p < *q ? -1 : *p > *q;
}

static enum sink_status list_used(struct making *making, struct sink_error *error)
{
    struct sink_account *account = making->account;
    size_t count = 0;
    account->used = malloc((making->state_count * SINK_MAX_USED + 1) * sizeof *account->used);
    if (!account->used)
        return sink_fail_memory(error);
    for (size_t i = 0; i < making->state_count; i++)
        for (size_t j = 0; j < making->coefficients[i].used_count; j++)
            account->used[count++] = making->coefficients[i].used[j];
    if (count > 0)
        qsort(account->used, count, sizeof *account->used, by_address);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || account->used[i] != account->used[account->used_count - 1])
            account->used[account->used_count++] = account->used[i];
    return SINK_OK;
}

/* The classes that the tally knows, in the order of their codes. */
static bool list_classes(struct making *making)
{
    struct sink_account *account = making->account;
    const struct sink_class_list *classes = making->sources.classes;
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

static enum sink_status start(struct making *making, size_t region_count, struct sink_error *error)
{
    struct sink_account *account = making->account;
    const struct sink_tally_spec *spec = making->spec;
    account->year_count = spec->year_count;
    account->region_count = region_count;
    account->pass_count = sink_tally_pass_count(spec);
    account->target_count = making->sources.settings->target_count;
    account->years = malloc((spec->year_count + 1) * sizeof *account->years);
    if (!account->years || !list_classes(making) || !sink_account_allocate(account))
        return sink_fail_memory(error);
    memcpy(account->years, spec->years, spec->year_count * sizeof *account->years);
    if (class_dimension(making, SINK_SIDE_TO) < 0)
        return sink_fail(error, SINK_BAD_DATA, "the tally has no class of land");
    if (making->sources.factors->key_count > MAX_OVERLAYS)
        return sink_fail(error, SINK_BAD_DATA,
                         "the factor tables use %zu overlays, expected at most %d",
                         making->sources.factors->key_count, MAX_OVERLAYS);
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

enum sink_status sink_account_make(struct sink_tally *tally, const struct sink_region_list *regions,
                                   const struct sink_account_basis *basis,
                                   struct sink_account **account, struct sink_error *error)
{
    struct making making = {.spec = sink_tally_spec_of(tally), .sources = *basis};
    *account = making.account = calloc(1, sizeof **account);
    if (!*account)
        return sink_fail_memory(error);
    making.row_count = sink_tally_rows(tally, &making.rows);
    enum sink_status status = start(&making, regions->count, error);
    if (status == SINK_OK)
        status = resolve_all(&making, error);
    for (size_t i = 0; i < making.row_count && status == SINK_OK; i++)
        status = add_row(&making, &making.rows[i], error);
    if (status == SINK_OK)
        status = list_used(&making, error);
    for (size_t r = 0; r < regions->count && status == SINK_OK; r++)
        if (regions->items[r].kind != SINK_REGION_POLYGON)
            forget_cells(*account, r);
    if (status == SINK_OK)
        sink_account_add_up(*account, basis->classes, regions, basis->settings);
    free(making.states);
    free(making.coefficients);
    sink_faults_free(&making.missing);
    if (status != SINK_OK) {
        sink_account_free(*account);
        *account = NULL;
    }
    return status;
}
