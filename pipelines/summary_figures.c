/* The figures of the short table, one region and year at a time. */
#include "pipelines/summary_parts.h"
#include "sinkcalc/model/coverage_range.h"

#include <math.h>

const struct sink_summary_name sink_summary_names[SINK_SUMMARY_FIGURE_COUNT] = {
    {"land area, ha", "land_area_ha"},
    {"forest area, ha", "forest_area_ha"},
    {"forest coverage, %", "forest_coverage_percent"},
    {"forest stock volume, m3", "forest_stock_volume_m3"},
    {"carbon, t C", "carbon_tc"},
    {"  from, 95 %", "carbon_lower_tc"},
    {"  to, 95 %", "carbon_upper_tc"},
    {"net sink, t CO2/yr", "net_sink_tco2_yr"},
    {"  from, 95 %", "net_sink_lower_tco2_yr"},
    {"  to, 95 %", "net_sink_upper_tco2_yr"},
    {"area with data, %", "completeness_percent"},
    {"forest coverage at least, %", "forest_coverage_least_percent"},
    {"forest coverage at most, %", "forest_coverage_most_percent"},
    {"beyond the grid, ha", "beyond_grid_ha"},
    {"known at one date, ha", "one_date_area_ha"},
    {"without a raster value, ha", "no_value_area_ha"},
    {"with a pool not counted, ha", "no_factor_area_ha"}};

static double at(const double *values, const struct sink_summary_line *line)
{
    return values[line->year * line->inventory->account->region_count + line->region];
}

double sink_summary_ecosystem_tc(const struct sink_summary_line *line, size_t ecosystem)
{
    const struct sink_account *account = line->inventory->account;
    return account
        ->ecosystem_tc[(line->year * SINK_ECOSYSTEM_COUNT + ecosystem) * account->region_count +
                       line->region];
}

double sink_summary_target(const double *values, const struct sink_summary_line *line,
                           size_t target)
{
    const struct sink_account *account = line->inventory->account;
    return values[(target * account->year_count + line->year) * account->region_count +
                  line->region];
}

double sink_summary_unknown_m2(const struct sink_summary_line *line)
{
    const struct sink_account *account = line->inventory->account;
    return at(account->no_class_m2, line) + at(account->unknown_m2, line) +
           at(account->beyond_grid_m2, line);
}

/* NaN where all land has a class. */
static struct sink_coverage_range coverage_range(const struct sink_summary_line *line)
{
    const struct sink_account *account = line->inventory->account;
    const double unknown_m2 = sink_summary_unknown_m2(line);
    return unknown_m2 > 0 ? sink_coverage_range_make(at(account->forest_m2, line),
                                                     at(account->land_m2, line), unknown_m2)
                          : (struct sink_coverage_range){NAN, NAN};
}

double sink_summary_coverage_least(const struct sink_summary_line *line)
{
    return coverage_range(line).least;
}

const char *sink_summary_outcome(const struct sink_summary_line *line, size_t target)
{
    const struct sink_inventory *inventory = line->inventory;
    const double gap = sink_summary_target(inventory->account->target_gap, line, target);
    const double least = coverage_range(line).least;
    if (isnan(gap))
        return NULL;
    if (gap > 0)
        return "unmet";
    return inventory->targets[target].kind == SINK_TARGET_FOREST_COVERAGE &&
                   least < inventory->targets[target].value
               ? "unsure"
               : "met";
}

const char *sink_summary_target_name(const struct sink_target *target)
{
    return target->kind == SINK_TARGET_FOREST_COVERAGE ? "forest coverage" : "forest stock volume";
}

/* The largest area without a factor of any pool: that which the total lacks something of. */
static double no_factor_m2(const struct sink_summary_line *line)
{
    const struct sink_account *account = line->inventory->account;
    double most_m2 = 0;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        most_m2 = fmax(
            most_m2,
            account->no_factor_m2[(line->year * SINK_POOL_COUNT + pool) * account->region_count +
                                  line->region]);
    return most_m2;
}

static double bound(const struct sink_summary_line *line, const double *bounds,
                    enum sink_figure figure)
{
    const struct sink_account *account = line->inventory->account;
    return bounds[((size_t)figure * account->year_count + line->year) * account->region_count +
                  line->region];
}

static double uncertain(const struct sink_summary_line *line, size_t which)
{
    const struct sink_uncertainty *uncertainty = line->inventory->uncertainty;
    switch ((enum sink_summary_figure)which) {
    case SINK_SUMMARY_TOTAL_LOWER_TC:
        return bound(line, uncertainty->lower, SINK_FIGURE_TOTAL_STOCK);
    case SINK_SUMMARY_TOTAL_UPPER_TC:
        return bound(line, uncertainty->upper, SINK_FIGURE_TOTAL_STOCK);
    case SINK_SUMMARY_SINK_LOWER_TCO2_YR:
        return bound(line, uncertainty->lower, SINK_FIGURE_TOTAL_SINK);
    case SINK_SUMMARY_SINK_UPPER_TCO2_YR:
        return bound(line, uncertainty->upper, SINK_FIGURE_TOTAL_SINK);
    default:
        return NAN;
    }
}

double sink_summary_value(const struct sink_summary_line *line, size_t figure)
{
    const struct sink_account *account = line->inventory->account;
    switch ((enum sink_summary_figure)figure) {
    case SINK_SUMMARY_LAND_HA:
        return at(account->land_m2, line) / SINK_M2_PER_HA;
    case SINK_SUMMARY_FOREST_HA:
        return at(account->forest_m2, line) / SINK_M2_PER_HA;
    case SINK_SUMMARY_COVERAGE_PERCENT:
        return 100 * at(account->coverage, line);
    case SINK_SUMMARY_VOLUME_M3:
        return at(account->forest_volume_m3, line);
    case SINK_SUMMARY_TOTAL_TC:
        return at(account->total_tc, line);
    case SINK_SUMMARY_SINK_TCO2_YR:
        return at(account->total_sink_tco2_yr, line);
    case SINK_SUMMARY_COMPLETENESS_PERCENT:
        return 100 * at(account->completeness, line);
    case SINK_SUMMARY_COVERAGE_LEAST_PERCENT:
        return 100 * coverage_range(line).least;
    case SINK_SUMMARY_COVERAGE_MOST_PERCENT:
        return 100 * coverage_range(line).most;
    case SINK_SUMMARY_BEYOND_GRID_HA:
        return at(account->beyond_grid_m2, line) / SINK_M2_PER_HA;
    case SINK_SUMMARY_ONE_DATE_HA:
        return at(account->one_date_m2, line) / SINK_M2_PER_HA;
    case SINK_SUMMARY_NO_VALUE_HA:
        return at(account->no_value_m2, line) / SINK_M2_PER_HA;
    case SINK_SUMMARY_NO_FACTOR_HA:
        return no_factor_m2(line) / SINK_M2_PER_HA;
    default:
        return uncertain(line, figure);
    }
}
