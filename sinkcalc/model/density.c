#include "sinkcalc/model/density.h"

#include "sinkcalc/model/account_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The rows of one recipe. */
struct row_set {
    int *rows; /* [count] ascending */
    size_t count;
};

struct sink_densities {
    const struct sink_account *account;
    const struct sink_tally_spec *spec;
    const struct sink_account_settings *settings;
    int quantity_sum[SINK_SUM_COUNT]; /* index of the quantity; -1 */
    uint32_t *recipes[2];             /* [stratum] at the earlier and the later date */
    struct row_set *sets;             /* [set_count] in the order of the strata */
    size_t set_count, set_room;
    uint32_t *table; /* [table_room] sets by hash of their rows; 0 for none */
    size_t table_room;
};

static int by_row(const void *a, const void *b)
{
    const int first = *(const int *)a, second = *(const int *)b;
    return (first > second) - (first < second);
}

static uint64_t hash_rows(const int *rows, size_t count)
{
    uint64_t hash = 0xCBF29CE484222325; /* FNV-1a */
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ (uint64_t)rows[i]) * 0x100000001B3;
    return hash ^ hash >> 32;
}

/* The place of the rows in the table: that of the same set, or a free one. */
static size_t place_of(const struct sink_densities *densities, const int *rows, size_t count)
{
    size_t at = (size_t)hash_rows(rows, count) & (densities->table_room - 1);
    for (; densities->table[at]; at = (at + 1) & (densities->table_room - 1)) {
        const struct row_set *set = &densities->sets[densities->table[at] - 1];
        if (set->count == count && memcmp(set->rows, rows, count * sizeof *rows) == 0)
            break;
    }
    return at;
}

static bool make_room(struct sink_densities *densities)
{
    if (densities->set_count < densities->set_room)
        return true;
    const size_t room = densities->set_room ? 2 * densities->set_room : 256;
    struct row_set *sets = realloc(densities->sets, room * sizeof *sets);
    uint32_t *table = sets ? calloc(4 * room, sizeof *table) : NULL;
    if (sets)
        densities->sets = sets;
    if (!table)
        return false;
    free(densities->table);
    densities->table = table;
    densities->table_room = 4 * room;
    densities->set_room = room;
    for (size_t s = 0; s < densities->set_count; s++)
        table[place_of(densities, sets[s].rows, sets[s].count)] = (uint32_t)s + 1;
    return true;
}

static enum sink_status find_set(struct sink_densities *densities, int *rows, size_t count,
                                 uint32_t *set, struct sink_error *error)
{
    *set = 0;
    if (count == 0)
        return SINK_OK;
    if (!make_room(densities))
        return sink_fail_memory(error);
    qsort(rows, count, sizeof *rows, by_row);
    const size_t at = place_of(densities, rows, count);
    if (!densities->table[at]) {
        struct row_set *made = &densities->sets[densities->set_count];
        made->rows = malloc((count + 1) * sizeof *made->rows);
        if (!made->rows)
            return sink_fail_memory(error);
        memcpy(made->rows, rows, count * sizeof *rows);
        made->count = count;
        densities->table[at] = (uint32_t)++densities->set_count;
    }
    *set = densities->table[at];
    return SINK_OK;
}

/* The earlier date needs the rows of its stock alone; the later one those of the change as well. */
static enum sink_status list_recipes(struct sink_densities *densities, struct sink_error *error)
{
    const struct sink_strata *strata = densities->account->strata;
    int rows[SINK_MAX_STRATUM_ROWS];
    enum sink_status status = SINK_OK;
    for (int is_to = 0; is_to < 2; is_to++) {
        densities->recipes[is_to] = calloc(strata->count + 1, sizeof **densities->recipes);
        if (!densities->recipes[is_to])
            return sink_fail_memory(error);
    }
    for (int is_to = 0; is_to < 2; is_to++)
        for (size_t i = 0; i < strata->count && status == SINK_OK; i++) {
            struct sink_stratum_account stratum = strata->items[i];
            stratum.mature = stratum.planted = -1;
            if (!is_to) {
                stratum.recipe_to = -1;
                stratum.has_flow = false;
            }
            const size_t count = sink_stratum_rows(strata, &stratum, rows);
            status = find_set(densities, rows, count, &densities->recipes[is_to][i], error);
        }
    return status;
}

static void find_quantities(struct sink_densities *densities)
{
    static const struct {
        const char *name;
        enum sink_side side;
    } sums[SINK_SUM_COUNT] = {[SINK_SUM_BIOMASS_FROM] = {"above_ground_biomass", SINK_SIDE_FROM},
                              [SINK_SUM_VOLUME_FROM] = {"stock_volume", SINK_SIDE_FROM},
                              [SINK_SUM_SOIL_FROM] = {"soil_carbon", SINK_SIDE_FROM},
                              [SINK_SUM_BIOMASS_TO] = {"above_ground_biomass", SINK_SIDE_TO},
                              [SINK_SUM_VOLUME_TO] = {"stock_volume", SINK_SIDE_TO},
                              [SINK_SUM_SOIL_TO] = {"soil_carbon", SINK_SIDE_TO}};
    for (size_t s = 0; s < SINK_SUM_COUNT; s++)
        densities->quantity_sum[s] =
            sums[s].name ? sink_tally_quantity_index(densities->spec, sums[s].name, sums[s].side)
                         : -1;
}

enum sink_status sink_densities_make(const struct sink_account *account,
                                     const struct sink_tally_spec *spec,
                                     const struct sink_account_basis *basis,
                                     struct sink_densities **densities, struct sink_error *error)
{
    *densities = calloc(1, sizeof **densities);
    if (!*densities)
        return sink_fail_memory(error);
    (*densities)->account = account;
    (*densities)->spec = spec;
    (*densities)->settings = basis->settings;
    find_quantities(*densities);
    const enum sink_status status = list_recipes(*densities, error);
    if (status != SINK_OK) {
        sink_densities_free(*densities);
        *densities = NULL;
    }
    return status;
}

void sink_densities_free(struct sink_densities *densities)
{
    if (!densities)
        return;
    for (size_t s = 0; s < densities->set_count; s++)
        free(densities->sets[s].rows);
    free(densities->sets);
    free(densities->table);
    free(densities->recipes[0]);
    free(densities->recipes[1]);
    free(densities);
}

size_t sink_densities_find(const struct sink_densities *densities, uint32_t pass, uint64_t key)
{
    const struct sink_strata *strata = densities->account->strata;
    const struct sink_tally_row row = {.pass = pass, .key = key};
    const struct sink_stratum_account *found = sink_strata_find(strata, &row);
    return found ? (size_t)(found - strata->items) : SIZE_MAX;
}

/* A pool without a factor or a value counts as nothing, which a map must not show as zero. */
static bool is_told(const struct sink_recipe *recipe, size_t pool)
{
    if (recipe->lacks_factor[pool])
        return false;
    if (pool < SINK_BIOMASS_POOL_COUNT)
        return recipe->source != SINK_BIOMASS_NONE || !(recipe->gaps & SINK_GAP_BIOMASS);
    if (pool < SINK_POOL_SOIL || !(recipe->gaps & SINK_GAP_SOIL))
        return true;
    const struct sink_use_recipe *last = &recipe->uses[recipe->use_count - 1];
    return last->soil != SINK_NO_ROW || last->reference != SINK_NO_ROW;
}

static bool add_stock(const struct sink_densities *densities,
                      const struct sink_stratum_account *stratum, enum sink_side side, size_t pool,
                      double by_sum[SINK_SUM_COUNT])
{
    const bool is_to = side == SINK_SIDE_TO;
    const int recipe = is_to ? stratum->recipe_to : stratum->recipe_from;
    const int first = is_to ? SINK_AMOUNT_STOCK_TO : SINK_AMOUNT_STOCK_FROM;
    if (recipe < 0 || !is_told(&densities->account->strata->recipes[recipe], pool))
        return false;
    for (size_t s = 0; s < SINK_SUM_COUNT; s++)
        by_sum[s] += stratum->effect.of[first + (int)pool][s];
    return true;
}

/* The change of a pool is linear, so what one hectare with a value of 1 has of it is its slope. */
static void add_sink(const struct sink_densities *densities,
                     const struct sink_stratum_account *stratum, size_t pool,
                     double by_sum[SINK_SUM_COUNT])
{
    const double to_tco2_yr = SINK_CO2_PER_C / stratum->flow.years;
    const bool is_known = pool >= SINK_BIOMASS_POOL_COUNT || stratum->flow.is_known;
    for (size_t s = 0; s < SINK_SUM_COUNT; s++) {
        double sums[SINK_SUM_COUNT] = {0}, amounts[SINK_AMOUNT_COUNT];
        sums[s] = 1;
        sink_effect_apply(&stratum->effect, sums, amounts);
        by_sum[s] += to_tco2_yr * sink_account_change_tc(densities->settings, stratum, amounts,
                                                         pool, is_known || s > 0 ? 0 : NAN);
    }
}

void sink_densities_line(const struct sink_densities *densities, size_t stratum_index,
                         enum sink_side side, enum sink_density what, double *line)
{
    const struct sink_stratum_account *stratum = &densities->account->strata->items[stratum_index];
    double by_sum[SINK_SUM_COUNT] = {0};
    bool is_known = false;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++) {
        if (what == SINK_DENSITY_SINK && stratum->has_flow && stratum->class_to >= 0) {
            add_sink(densities, stratum, pool, by_sum);
            is_known = true;
        } else if (what == SINK_DENSITY_TOTAL || what == (enum sink_density)pool) {
            is_known |= add_stock(densities, stratum, side, pool, by_sum);
        }
    }
    for (size_t q = 0; q <= densities->spec->quantity_count; q++)
        line[q] = 0;
    line[0] = is_known ? by_sum[SINK_SUM_AREA] : NAN;
    for (size_t s = 0; s < SINK_SUM_COUNT && is_known; s++)
        if (densities->quantity_sum[s] >= 0)
            line[1 + densities->quantity_sum[s]] += by_sum[s];
}

int sink_densities_class(const struct sink_densities *densities, size_t stratum,
                         enum sink_side side)
{
    const struct sink_account *account = densities->account;
    const struct sink_stratum_account *item = &account->strata->items[stratum];
    const int class_index = side == SINK_SIDE_FROM ? item->class_from : item->class_to;
    for (size_t c = 0; c < account->class_count; c++)
        if (account->class_index[c] == class_index)
            return (int)c;
    return -1;
}

uint32_t sink_densities_recipe(const struct sink_densities *densities, size_t stratum,
                               enum sink_side side)
{
    return densities->recipes[side != SINK_SIDE_FROM][stratum];
}

size_t sink_densities_recipe_count(const struct sink_densities *densities)
{
    return densities->set_count;
}

size_t sink_densities_recipe_rows(const struct sink_densities *densities, uint32_t recipe,
                                  const int **rows)
{
    *rows = densities->sets[recipe - 1].rows;
    return densities->sets[recipe - 1].count;
}
