#include "pipelines/export_fields.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum bound { VALUE, LOWER, UPPER };

/* `quantity` or a bound of it, times `factor`, over `divisor` where there is one. */
static const struct field {
    const char *name, *title, *title_zh, *unit;
    const char *quantity;
    enum bound bound;
    double factor;
    const char *divisor;
    int decimals;
} fields[] = {
    {"land_area_ha", "Land area", "土地面积", "ha", "land_area", VALUE, 1, NULL, 0},
    {"forest_area_ha", "Forest area", "森林面积", "ha", "forest_area", VALUE, 1, NULL, 0},
    {"forest_coverage_percent", "Forest coverage", "森林覆盖率", "%", "forest_coverage", VALUE, 100,
     NULL, 2},
    {"forest_stock_volume_m3", "Forest stock volume", "森林蓄积量", "m3", "forest_stock_volume",
     VALUE, 1, NULL, 0},
    {"carbon_stock_t", "Carbon stock", "碳储量", "t C", "total_carbon_stock", VALUE, 1, NULL, 0},
    {"carbon_stock_lower_t", "Carbon stock, from (95 %)", "碳储量下限(95 %)", "t C",
     "total_carbon_stock", LOWER, 1, NULL, 0},
    {"carbon_stock_upper_t", "Carbon stock, to (95 %)", "碳储量上限(95 %)", "t C",
     "total_carbon_stock", UPPER, 1, NULL, 0},
    {"carbon_density_t_per_ha", "Carbon density", "碳密度", "t C/ha", "total_carbon_stock", VALUE,
     1, "classified_area", 2},
    {"vegetation_carbon_t_per_ha", "Carbon density of vegetation", "植被碳密度", "t C/ha",
     "vegetation_carbon_density", VALUE, 10, NULL, 2},
    {"soil_carbon_t_per_ha", "Carbon density of soil", "土壤碳密度", "t C/ha",
     "soil_carbon_density", VALUE, 10, NULL, 2},
    {"net_sink_tco2_per_yr", "Net sink", "净碳汇量", "t CO2/yr", "total_net_removal", VALUE, 1,
     NULL, 0},
    {"net_sink_lower_tco2_per_yr", "Net sink, from (95 %)", "净碳汇量下限(95 %)", "t CO2/yr",
     "total_net_removal", LOWER, 1, NULL, 0},
    {"net_sink_upper_tco2_per_yr", "Net sink, to (95 %)", "净碳汇量上限(95 %)", "t CO2/yr",
     "total_net_removal", UPPER, 1, NULL, 0},
    {"net_sink_tco2_per_ha_yr", "Net sink per hectare", "单位面积净碳汇量", "t CO2/ha/yr",
     "total_net_removal", VALUE, 1, "classified_area", 3},
    {"methane_t_per_yr", "Methane emission", "甲烷排放量", "t CH4/yr", "methane_emission", VALUE, 1,
     NULL, 1},
    {"nitrous_oxide_t_per_yr", "Nitrous oxide emission", "氧化亚氮排放量", "t N2O/yr",
     "nitrous_oxide_emission", VALUE, 1, NULL, 2},
    {"ghg_balance_tco2e_per_yr", "Balance of all gases", "温室气体净吸收量", "t CO2e/yr",
     "greenhouse_gas_balance", VALUE, 1, NULL, 0},
    {"data_completeness_percent", "Area with data", "数据覆盖率", "%", "data_completeness", VALUE,
     100, NULL, 2},
};
#define FIELD_COUNT (sizeof fields / sizeof *fields)

size_t sink_export_field_count(void)
{
    return FIELD_COUNT;
}

struct sink_export_field sink_export_field(size_t field, enum sink_export_language language)
{
    return (struct sink_export_field){fields[field].name,
                                      language == SINK_EXPORT_CHINESE ? fields[field].title_zh
                                                                      : fields[field].title,
                                      fields[field].unit, fields[field].decimals};
}

size_t sink_export_field_of(const char *name)
{
    size_t field = 0;
    while (field < FIELD_COUNT && strcmp(fields[field].name, name) != 0)
        field++;
    assert(field < FIELD_COUNT);
    return field;
}

static double bound_of(const struct sink_export_quantity *quantity, enum bound bound, size_t year,
                       size_t region)
{
    const double value = sink_export_value(quantity, year, region);
    if (bound == VALUE || isnan(value))
        return value;
    const struct sink_dataset_variable *of = bound == LOWER ? quantity->lower : quantity->upper;
    const struct sink_nc_variable *info = &quantity->variable->info;
    return of ? of->reals[(info->rank == 2 ? year * info->lengths[1] : 0) + region] : NAN;
}

bool sink_export_has_field(const struct sink_export *export, size_t field)
{
    const struct sink_export_quantity *found = sink_export_find(export, fields[field].quantity);
    return found && (fields[field].bound == VALUE ||
                     (fields[field].bound == LOWER ? found->lower : found->upper));
}

double sink_export_field_value(const struct sink_export *export, size_t field, size_t year,
                               size_t region)
{
    const struct field *of = &fields[field];
    const double value =
        of->factor * bound_of(sink_export_find(export, of->quantity), of->bound, year, region);
    if (!of->divisor)
        return value;
    const double divisor = sink_export_value(sink_export_find(export, of->divisor), year, region);
    return divisor > 0 ? value / divisor : NAN;
}
