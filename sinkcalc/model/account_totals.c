/* Totals, sinks and targets from the stocks by class and pool. */
#include "sinkcalc/model/account_parts.h"

#include <math.h>

/* One region in one year. */
struct place {
    struct sink_account *account;
    const struct sink_class_list *classes;
    const struct sink_account_settings *settings;
    const struct sink_region_list *regions;
    size_t year, region;
};

static void add_class(const struct place *place, size_t c)
{
    struct sink_account *account = place->account;
    const size_t at = sink_at_region(account, place->year, place->region);
    const size_t by_class = sink_at_class(account, place->year, c, place->region);
    const int index = account->class_index[c];
    const struct sink_class *class = &place->classes->items[index];
    const double area_m2 = account->area_m2[by_class];
    account->classified_m2[at] += area_m2;
    if (place->settings->is_land[index])
        account->land_m2[at] += area_m2;
    if (place->settings->is_forest[index]) {
        account->forest_m2[at] += area_m2;
        account->forest_volume_m3[at] += account->volume_m3[by_class];
    }
    const size_t by_ecosystem =
        (place->year * SINK_ECOSYSTEM_COUNT + class->ecosystem) * account->region_count +
        place->region;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++) {
        const double stock_tc =
            account->stock_tc[sink_at_class_pool(account, place->year, c, pool, place->region)];
        account->pool_tc[sink_at_pool(account, place->year, pool, place->region)] += stock_tc;
        account->ecosystem_tc[by_ecosystem] += stock_tc;
    }
}

static void set_sink(const struct place *place)
{
    struct sink_account *account = place->account;
    const size_t at = sink_at_region(account, place->year, place->region);
    double total = 0;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        total += account->sink_tco2_yr[sink_at_pool(account, place->year, pool, place->region)];
    account->total_sink_tco2_yr[at] = total;
    account->balance_tco2e_yr[at] =
        total - sink_gwp_tco2e(place->settings->gwp, account->ch4_t_yr[at], account->n2o_t_yr[at]);
}

static void set_target(const struct place *place, size_t index, bool is_top)
{
    struct sink_account *account = place->account;
    const struct sink_target *target = &place->settings->targets[index];
    const size_t at = sink_at_region(account, place->year, place->region);
    const size_t to =
        (index * account->year_count + place->year) * account->region_count + place->region;
    const double value = target->kind == SINK_TARGET_FOREST_COVERAGE
                             ? account->coverage[at]
                             : account->forest_volume_m3[at];
    const int years_left = target->year - account->years[place->year];
    const double gap = target->value - value;
    account->target_reached[to] = is_top ? value / target->value : NAN;
    account->target_gap[to] = is_top ? gap : NAN;
    account->target_rate_per_yr[to] = NAN;
    if (is_top && gap <= 0)
        account->target_rate_per_yr[to] = 0;
    else if (is_top && years_left > 0)
        account->target_rate_per_yr[to] = gap / years_left;
}

/* Of the land beyond the grid a rest has what its parent has and the children, all of which stand
 * before it in the list, have not. */
static double beyond_of_rest_m2(const struct sink_account *account,
                                const struct sink_region_list *regions, size_t year, size_t rest)
{
    const double *beyond_m2 = account->beyond_grid_m2 + year * account->region_count;
    const int parent = regions->items[rest].parent;
    double left_m2 = beyond_m2[parent];
    for (size_t r = (size_t)parent + 1; r < rest; r++)
        if (regions->items[r].parent == parent)
            left_m2 -= beyond_m2[r];
    return fmax(left_m2, 0);
}

static void set_region(const struct place *place, bool has_volume)
{
    const struct sink_region *region = &place->regions->items[place->region];
    struct sink_account *account = place->account;
    const size_t at = sink_at_region(account, place->year, place->region);
    for (size_t c = 0; c < account->class_count; c++)
        add_class(place, c);
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        account->total_tc[at] +=
            account->pool_tc[sink_at_pool(account, place->year, pool, place->region)];
    const double counted_m2 =
        account->classified_m2[at] + account->no_class_m2[at] + account->unknown_m2[at];
    double beyond_m2 = 0;
    if (region->kind == SINK_REGION_REST)
        beyond_m2 = beyond_of_rest_m2(account, place->regions, place->year, place->region);
    else if (region->reach == SINK_REACH_BEYOND)
        beyond_m2 = fmax(region->area_m2 - counted_m2, 0);
    const double whole_m2 = counted_m2 + beyond_m2;
    account->beyond_grid_m2[at] = beyond_m2;
    account->completeness[at] = whole_m2 > 0 ? account->classified_m2[at] / whole_m2 : NAN;
    account->coverage[at] =
        account->land_m2[at] > 0 ? account->forest_m2[at] / account->land_m2[at] : NAN;
    if (!has_volume)
        account->forest_volume_m3[at] = NAN;
    for (size_t c = 0; c < account->class_count && !has_volume; c++)
        account->volume_m3[sink_at_class(account, place->year, c, place->region)] = NAN;
    set_sink(place);
    for (size_t t = 0; t < account->target_count; t++)
        set_target(place, t, region->level == 0);
}

void sink_account_add_up(struct sink_account *account, const struct sink_class_list *classes,
                         const struct sink_region_list *regions,
                         const struct sink_account_settings *settings)
{
    for (size_t year = 0; year < account->year_count; year++)
        for (size_t region = 0; region < account->region_count; region++) {
            const struct place place = {account, classes, settings, regions, year, region};
            set_region(&place, settings->has_volume);
        }
}
