/* Results by IPCC land use and by the values of overlays, and what stands outside the totals. */
#include "sinkcalc/model/account_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The dimension of an overlay at the later date, or -1. */
static int overlay_dimension(const struct sink_tally_spec *spec, const char *name)
{
    return sink_tally_dimension(spec, SINK_DIMENSION_OVERLAY, name, SINK_SIDE_TO);
}

static const char *constant_of(const struct sink_account_settings *settings, const char *name)
{
    for (size_t c = 0; c < settings->constant_count; c++)
        if (strcmp(settings->constant_names[c], name) == 0)
            return settings->constant_values[c];
    return NULL;
}

enum sink_status sink_account_list_reports(struct sink_making *making, struct sink_error *error)
{
    struct sink_account *account = making->account;
    const struct sink_account_settings *settings = making->basis.settings;
    size_t room = settings->report_count;
    for (size_t i = 0; i < settings->report_count; i++) {
        const int d = overlay_dimension(making->spec, settings->report_by[i]);
        if (d < 0 && !constant_of(settings, settings->report_by[i]))
            return sink_fail(error, SINK_BAD_DATA, "report_by: the tally has no overlay \"%s\"",
                             settings->report_by[i]);
        room += d < 0 ? 0 : making->spec->dimensions[d].count;
    }
    account->reports = calloc(room + 1, sizeof *account->reports);
    if (!account->reports)
        return sink_fail_memory(error);
    for (size_t i = 0; i < settings->report_count; i++) {
        const char *overlay = settings->report_by[i];
        const int d = overlay_dimension(making->spec, overlay);
        if (d < 0)
            account->reports[account->report_count++] =
                (struct sink_report_value){overlay, constant_of(settings, overlay)};
        for (size_t v = 0; d >= 0 && v < making->spec->dimensions[d].count; v++)
            if (v != SINK_VALUE_UNKNOWN)
                account->reports[account->report_count++] =
                    (struct sink_report_value){overlay, making->spec->dimensions[d].labels[v]};
    }
    return SINK_OK;
}

/* Is the row's land of that value on that date? Codes unknown to the legend have none. */
static bool is_of(const struct sink_making *making, const int *values, enum sink_side side,
                  const struct sink_report_value *report)
{
    const int d = sink_tally_dimension(making->spec, SINK_DIMENSION_OVERLAY, report->overlay, side);
    if (d < 0)
        return true;
    const int value = values[d] == SINK_VALUE_UNKNOWN ? SINK_VALUE_NODATA : values[d];
    return strcmp(making->spec->dimensions[d].labels[value], report->value) == 0;
}

/* What the row's land lost of a region's harvest, t C: in proportion to what 1 m3 of its wood
 * holds.
 */
static double harvest_tc(const struct sink_making *making, const struct sink_row_account *row,
                         size_t pool)
{
    const size_t at =
        sink_at_biomass(making->account, row->year, (size_t)row->to, pool, row->row->region);
    const double lost_tc = making->account->harvest_loss_tc[at];
    return lost_tc != 0 && making->removal_tc[at] > 0
               ? lost_tc * row->amount[SINK_AMOUNT_REMOVAL + pool] / making->removal_tc[at]
               : 0;
}

/* The change of a pool of a row's land by the chosen method, t C. */
static double chosen_tc(const struct sink_making *making, const struct sink_row_account *row,
                        size_t pool)
{
    double removal_tc = 0;
    if (pool < SINK_BIOMASS_POOL_COUNT)
        removal_tc = row->stratum->flow.is_known ? harvest_tc(making, row, pool) : NAN;
    return sink_account_change_tc(making->basis.settings, row->stratum, row->amount, pool,
                                  removal_tc);
}

static void add_sinks(struct sink_making *making, const struct sink_row_account *row,
                      const int *values)
{
    struct sink_account *account = making->account;
    const struct sink_stratum_account *stratum = row->stratum;
    const double to_tco2_yr = SINK_CO2_PER_C / stratum->flow.years;
    const int land_use =
        stratum->land_use != SINK_LAND_USE_NONE ? stratum->land_use : stratum->land_use_from;
    double total_tco2_yr = 0;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++) {
        const double tco2_yr = chosen_tc(making, row, pool) * to_tco2_yr;
        total_tco2_yr += tco2_yr;
        if (land_use != SINK_LAND_USE_NONE)
            account->land_use_sink_tco2_yr
                [((row->year * SINK_LAND_USE_COUNT + (size_t)land_use) * SINK_POOL_COUNT + pool) *
                     account->region_count +
                 row->row->region] += tco2_yr;
    }
    for (size_t i = 0; i < account->report_count; i++)
        if (is_of(making, values, SINK_SIDE_TO, &account->reports[i]))
            account->report_sink_tco2_yr[sink_at_report(account, row->year, i, row->row->region)] +=
                total_tco2_yr;
}

static double total_stock_tc(const double *stocks)
{
    double total_tc = 0;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        total_tc += stocks[pool];
    return total_tc;
}

static void add_others(struct sink_making *making, const struct sink_row_account *row)
{
    struct sink_account *account = making->account;
    const size_t at = sink_at_region(account, row->year, row->row->region);
    const double *amount = row->amount;
    account->ch4_t_yr[at] += amount[SINK_AMOUNT_CH4];
    account->n2o_t_yr[at] += amount[SINK_AMOUNT_N2O];
    account->karst_tco2_yr[at] += amount[SINK_AMOUNT_KARST] * SINK_CO2_PER_C;
    account->burial_tco2_yr[at] += amount[SINK_AMOUNT_BURIAL] * SINK_CO2_PER_C;
    account->permafrost_tc[at] += amount[SINK_AMOUNT_PERMAFROST];
    if (row->year + 1 != account->year_count)
        return;
    if (row->stratum->mature >= 0) {
        double *potential_tc =
            &account->potential_tc[(size_t)row->to * account->region_count + row->row->region];
        *potential_tc = (isnan(*potential_tc) ? 0 : *potential_tc) + amount[SINK_AMOUNT_POTENTIAL];
    }
    if (account->planting_tc && row->stratum->planted >= 0) {
        account->planting_m2[row->row->region] += row->area_m2;
        account->planting_tc[row->row->region] += amount[SINK_AMOUNT_PLANTING];
    }
}

/* The overlays of the first year, which no pass shows as its later date. */
static void add_first_year(struct sink_making *making, const struct sink_row_account *row,
                           const int *values)
{
    struct sink_account *account = making->account;
    if (making->spec->year_count < 2 || row->row->pass > 0 || row->from < 0)
        return;
    for (size_t i = 0; i < account->report_count; i++)
        if (is_of(making, values, SINK_SIDE_FROM, &account->reports[i])) {
            const size_t at = sink_at_report(account, 0, i, row->row->region);
            account->report_m2[at] += row->area_m2;
            account->report_tc[at] += total_stock_tc(&row->amount[SINK_AMOUNT_STOCK_FROM]);
        }
    const int land_use = row->stratum->land_use_from;
    if (land_use != SINK_LAND_USE_NONE)
        account->land_use_m2[sink_at_land_use(account, 0, land_use, row->row->region)] +=
            row->area_m2;
    const int permafrost = making->strata->recipes[row->stratum->recipe_from].permafrost;
    if (permafrost != SINK_NO_ROW)
        account->permafrost_tc[row->row->region] +=
            making->basis.factors->rows[permafrost].value * row->area_m2 / SINK_M2_PER_HA;
}

void sink_account_add_reports(struct sink_making *making, const struct sink_row_account *row)
{
    struct sink_account *account = making->account;
    int values[SINK_MAX_DIMENSIONS];
    sink_tally_key_values(making->spec, row->row->key, values);
    add_first_year(making, row, values);
    if (row->to < 0)
        return;
    for (size_t i = 0; i < account->report_count; i++)
        if (is_of(making, values, SINK_SIDE_TO, &account->reports[i])) {
            const size_t at = sink_at_report(account, row->year, i, row->row->region);
            account->report_m2[at] += row->area_m2;
            account->report_tc[at] += total_stock_tc(&row->amount[SINK_AMOUNT_STOCK_TO]);
        }
    if (row->stratum->land_use != SINK_LAND_USE_NONE)
        account->land_use_m2[sink_at_land_use(account, row->year, row->stratum->land_use,
                                              row->row->region)] += row->area_m2;
    add_others(making, row);
    if (row->stratum->has_flow)
        add_sinks(making, row, values);
}

void sink_account_forget_memos(struct sink_account *account)
{
    const struct {
        enum sink_factor_kind kind;
        double *values;
    } memos[] = {{SINK_FACTOR_KARST_SINK, account->karst_tco2_yr},
                 {SINK_FACTOR_WATER_BURIAL, account->burial_tco2_yr},
                 {SINK_FACTOR_PERMAFROST_CARBON, account->permafrost_tc}};
    for (size_t m = 0; m < sizeof memos / sizeof *memos; m++) {
        bool is_told = false;
        for (size_t i = 0; i < account->used_count; i++)
            is_told |= account->used[i]->kind == memos[m].kind;
        for (size_t at = 0; !is_told && at < account->year_count * account->region_count; at++)
            memos[m].values[at] = NAN;
    }
}
