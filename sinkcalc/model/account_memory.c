#include "sinkcalc/model/account_parts.h"

#include <math.h>
#include <stdlib.h>

static double *zeros(size_t count, bool *is_whole)
{
    double *array = calloc(count + 1, sizeof *array);
    *is_whole &= array != NULL;
    return array;
}

/* What nobody tells of is NaN, not 0. */
static void set_unknown(struct sink_account *account)
{
    for (size_t c = 0; c < account->class_count; c++)
        account->soil_depth_cm[c] = NAN;
    for (size_t i = 0; i < account->class_count * account->region_count; i++)
        account->potential_tc[i] = NAN;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        account->pool_depth_cm[pool] = NAN;
}

bool sink_account_allocate(struct sink_account *account)
{
    bool is_whole = true;
    const size_t years = account->year_count, regions = account->region_count;
    const size_t by_region = years * regions, by_class = by_region * account->class_count;
    const size_t by_target = account->target_count * by_region;
    double **const by_year[] = {
        &account->no_value_m2,        &account->no_class_m2,      &account->no_class_cells,
        &account->unknown_m2,         &account->unknown_cells,    &account->total_tc,
        &account->total_sink_tco2_yr, &account->classified_m2,    &account->land_m2,
        &account->forest_m2,          &account->forest_volume_m3, &account->coverage,
        &account->completeness,       &account->beyond_grid_m2,   &account->one_date_m2,
        &account->ch4_t_yr,           &account->n2o_t_yr,         &account->balance_tco2e_yr,
        &account->karst_tco2_yr,      &account->burial_tco2_yr,   &account->permafrost_tc};
    for (size_t i = 0; i < sizeof by_year / sizeof *by_year; i++)
        *by_year[i] = zeros(by_region, &is_whole);
    account->cells = zeros(by_class, &is_whole);
    account->area_m2 = zeros(by_class, &is_whole);
    account->volume_m3 = zeros(by_class, &is_whole);
    account->stock_tc = zeros(by_class * SINK_POOL_COUNT, &is_whole);
    account->no_factor_m2 = zeros(by_region * SINK_POOL_COUNT, &is_whole);
    account->pool_tc = zeros(by_region * SINK_POOL_COUNT, &is_whole);
    account->gap_change_tc = zeros(by_region * SINK_POOL_COUNT, &is_whole);
    account->sink_tco2_yr = zeros(by_region * SINK_POOL_COUNT, &is_whole);
    account->ecosystem_tc = zeros(by_region * SINK_ECOSYSTEM_COUNT, &is_whole);
    account->target_reached = zeros(by_target, &is_whole);
    account->target_gap = zeros(by_target, &is_whole);
    account->target_rate_per_yr = zeros(by_target, &is_whole);
    account->soil_depth_cm = zeros(account->class_count, &is_whole);
    account->origins = calloc(account->class_count + 1, sizeof *account->origins);
    is_whole = is_whole && account->origins;
    account->difference_tc = zeros(by_class * SINK_POOL_COUNT, &is_whole);
    account->class_sink_tco2_yr = zeros(by_class * SINK_POOL_COUNT, &is_whole);
    double **const by_biomass[] = {&account->gain_tc, &account->conversion_loss_tc,
                                   &account->disturbance_loss_tc, &account->harvest_loss_tc};
    for (size_t i = 0; i < sizeof by_biomass / sizeof *by_biomass; i++)
        *by_biomass[i] = zeros(by_class * SINK_BIOMASS_POOL_COUNT, &is_whole);
    account->soil_flux_tc = zeros(by_class, &is_whole);
    account->sink_by_difference_tco2_yr = zeros(by_region * SINK_POOL_COUNT, &is_whole);
    account->sink_by_gain_loss_tco2_yr = zeros(by_region * SINK_POOL_COUNT, &is_whole);
    account->method_difference_tc = zeros(by_region * SINK_POOL_COUNT, &is_whole);
    account->land_use_m2 = zeros(by_region * SINK_LAND_USE_COUNT, &is_whole);
    account->land_use_sink_tco2_yr =
        zeros(by_region * SINK_LAND_USE_COUNT * SINK_POOL_COUNT, &is_whole);
    account->report_m2 = zeros(by_region * account->report_count, &is_whole);
    account->report_tc = zeros(by_region * account->report_count, &is_whole);
    account->report_sink_tco2_yr = zeros(by_region * account->report_count, &is_whole);
    account->potential_tc = zeros(account->class_count * regions, &is_whole);
    if (account->has_planting) {
        account->planting_tc = zeros(regions, &is_whole);
        account->planting_m2 = zeros(regions, &is_whole);
    }
    if (years > 1)
        account->transition_m2 = zeros(
            account->pass_count * account->class_count * account->class_count * regions, &is_whole);
    if (is_whole)
        set_unknown(account);
    return is_whole;
}

static void free_areas(struct sink_account *account)
{
    double *const arrays[] = {
        account->cells,          account->area_m2,       account->no_factor_m2,
        account->no_value_m2,    account->no_class_m2,   account->no_class_cells,
        account->unknown_m2,     account->unknown_cells, account->transition_m2,
        account->soil_depth_cm,  account->classified_m2, account->land_m2,
        account->forest_m2,      account->coverage,      account->completeness,
        account->beyond_grid_m2, account->one_date_m2,   account->land_use_m2,
        account->report_m2,      account->planting_m2,   account->used_m2};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
}

static void free_amounts(struct sink_account *account)
{
    double *const arrays[] = {account->volume_m3,
                              account->stock_tc,
                              account->pool_tc,
                              account->total_tc,
                              account->ecosystem_tc,
                              account->sink_tco2_yr,
                              account->total_sink_tco2_yr,
                              account->forest_volume_m3,
                              account->gap_change_tc,
                              account->target_reached,
                              account->target_gap,
                              account->target_rate_per_yr,
                              account->difference_tc,
                              account->class_sink_tco2_yr,
                              account->gain_tc,
                              account->conversion_loss_tc,
                              account->disturbance_loss_tc,
                              account->harvest_loss_tc,
                              account->soil_flux_tc,
                              account->sink_by_difference_tco2_yr,
                              account->sink_by_gain_loss_tco2_yr,
                              account->method_difference_tc,
                              account->land_use_sink_tco2_yr,
                              account->report_tc,
                              account->report_sink_tco2_yr,
                              account->potential_tc,
                              account->planting_tc,
                              account->ch4_t_yr,
                              account->n2o_t_yr,
                              account->balance_tco2e_yr,
                              account->karst_tco2_yr,
                              account->burial_tco2_yr,
                              account->permafrost_tc};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
}

void sink_account_free(struct sink_account *account)
{
    if (!account)
        return;
    free_areas(account);
    free_amounts(account);
    free(account->years);
    free(account->origins);
    free(account->class_index);
    free(account->used);
    free(account->reports);
    if (account->strata)
        sink_strata_free(account->strata);
    free(account->strata);
    free(account);
}
