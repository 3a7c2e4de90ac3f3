#include "pipelines/inventory_parts.h"

#include "sinkcalc/base/units.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define POINT "time: point area: sum"
#define CHANGE "time: mean area: sum"
#define SUM "time: sum area: sum"
#define ONE_YEAR "with one year: the rate of soils and waters then, without fires"

/* On what a figure depends beside time and region; every array has the region fastest. */
enum shape {
    BY_REGION,
    BY_COVER,
    BY_POOL,
    BY_ECOSYSTEM,
    BY_COVER_AND_POOL,
    BY_COVER_AND_BIOMASS,
    BY_LAND_USE,
    BY_LAND_USE_AND_POOL,
    BY_REPORT,
    BY_TRANSITION, /* first record: the first pass, at the end of its period */
    OF_COVER,      /* of the last year alone: no time */
    OF_REGION      /* likewise */
};

static const char *const shape_coordinates[] = {"",
                                                "cover_name",
                                                "pool_name",
                                                "ecosystem_name",
                                                "cover_name pool_name",
                                                "cover_name biomass_pool_name",
                                                "land_use_name",
                                                "land_use_name pool_name",
                                                "report_overlay report_value",
                                                "cover_from_name cover_name",
                                                "cover_name",
                                                ""};

/* Without what a figure is not written; one whose array is NULL is not either. */
enum need { ALWAYS, VOLUME, PERIOD };

/* A variable of the inventory and the array of the account that it shows. */
struct figure {
    const char *name;
    enum shape shape;
    size_t offset; /* of the array in struct sink_account */
    double scale;
    const char *units, *unit_of, *cell_methods, *standard_name, *long_name, *comment;
    enum need need;
};

#define ARRAY(member) offsetof(struct sink_account, member)
#define PER_HA (1 / SINK_M2_PER_HA)

/* In memory netCDF orders variables by name, and CDO takes its axes from the first it meets: that
 * must be `area`, on time, cover and region. */
#define LAST_FIGURES 6 /* the first of them are given for the last year alone as well */
static const struct figure figures[] = {
    {"land_area", BY_REGION, ARRAY(land_m2), PER_HA, "ha", "", POINT, "",
     "land area: the classes that count as land", "", ALWAYS},
    {"forest_area", BY_REGION, ARRAY(forest_m2), PER_HA, "ha", "", POINT, "",
     "forest area: the classes that count as forest", "", ALWAYS},
    {"forest_coverage", BY_REGION, ARRAY(coverage), 1, "1", "", "time: point area: mean", "",
     "forest area over land area", "", ALWAYS},
    {"forest_stock_volume", BY_REGION, ARRAY(forest_volume_m3), 1, "m3", "", POINT, "",
     "stock volume (growing stock) of the forest", "", VOLUME},
    {"total_carbon_stock", BY_REGION, ARRAY(total_tc), 1, "t", "C", POINT, "",
     "carbon stock of all pools", "t of carbon (C); multiply by 44/12 for CO2", ALWAYS},
    {"total_net_removal", BY_REGION, ARRAY(total_sink_tco2_yr), 1, "t yr-1", "CO2", CHANGE, "",
     "net carbon dioxide removal over time_bnds (positive = sink)",
     "t of carbon dioxide (CO2) a year; by the methods in removal_method", ALWAYS},
    {"classified_area", BY_REGION, ARRAY(classified_m2), PER_HA, "ha", "", POINT, "",
     "area with a land cover class", "", ALWAYS},
    {"no_class_area", BY_REGION, ARRAY(no_class_m2), PER_HA, "ha", "", POINT, "",
     "area without land cover data, in no total", "", ALWAYS},
    {"unknown_class_area", BY_REGION, ARRAY(unknown_m2), PER_HA, "ha", "", POINT, "",
     "area with land cover codes that the legend does not know, in no total", "", ALWAYS},
    {"no_class_pixel_count", BY_REGION, ARRAY(no_class_cells), 1, "1", "", POINT, "",
     "raster cells with any share in the region and no land cover data", "", ALWAYS},
    {"unknown_class_pixel_count", BY_REGION, ARRAY(unknown_cells), 1, "1", "", POINT, "",
     "raster cells with any share in the region and a code that the legend does not know", "",
     ALWAYS},
    {"no_value_area", BY_REGION, ARRAY(no_value_m2), PER_HA, "ha", "", POINT, "",
     "area where a biomass, volume or soil raster should speak and has no data", "", ALWAYS},
    {"one_date_area", BY_REGION, ARRAY(one_date_m2), PER_HA, "ha", "", SUM, "",
     "area known at one end only of time_bnds, in no removal", "", ALWAYS},
    {"beyond_grid_area", BY_REGION, ARRAY(beyond_grid_m2), PER_HA, "ha", "", POINT, "",
     "area of the region's polygon where the grid has no cells, in no total", "", ALWAYS},
    {"data_completeness", BY_REGION, ARRAY(completeness), 1, "1", "", "time: point area: mean", "",
     "share of the region's area that has a land cover class", "", ALWAYS},
    {"area", BY_COVER, ARRAY(area_m2), PER_HA, "ha", "", POINT, "cell_area",
     "ellipsoidal area of the class in the region", "", ALWAYS},
    {"pixel_count", BY_COVER, ARRAY(cells), 1, "1", "", POINT, "",
     "raster cells with any share in the class and region", "", ALWAYS},
    {"stock_volume", BY_COVER, ARRAY(volume_m3), 1, "m3", "", POINT, "",
     "stock volume (growing stock) of the class", "", VOLUME},
    {"carbon_stock", BY_POOL, ARRAY(pool_tc), 1, "t", "C", POINT, "", "carbon stock by pool",
     "t of carbon (C); multiply by 44/12 for CO2", ALWAYS},
    {"net_removal", BY_POOL, ARRAY(sink_tco2_yr), 1, "t yr-1", "CO2", CHANGE, "",
     "net carbon dioxide removal by pool over time_bnds (positive = sink)",
     "t of carbon dioxide (CO2) a year; by the methods in removal_method", ALWAYS},
    {"no_factor_area", BY_POOL, ARRAY(no_factor_m2), PER_HA, "ha", "", POINT, "",
     "area whose pool counts as zero for want of a factor", "", ALWAYS},
    {"one_date_stock_change", BY_POOL, ARRAY(gap_change_tc), 1, "t", "C", SUM, "",
     "stock at the end less that at the start of time_bnds on land known at one end only",
     "t of carbon (C); in no removal", ALWAYS},
    {"ecosystem_carbon_stock", BY_ECOSYSTEM, ARRAY(ecosystem_tc), 1, "t", "C", POINT, "",
     "carbon stock by ecosystem", "t of carbon (C)", ALWAYS},
    {"carbon_stock_by_cover", BY_COVER_AND_POOL, ARRAY(stock_tc), 1, "t", "C", POINT, "",
     "carbon stock by class and pool",
     "t of carbon (C); four dimensions: CDO skips it with a warning", ALWAYS},
    {"net_removal_by_stock_difference", BY_POOL, ARRAY(sink_by_difference_tco2_yr), 1, "t yr-1",
     "CO2", CHANGE, "", "net carbon dioxide removal by stock difference for all classes",
     "t of carbon dioxide (CO2) a year; IPCC 2006 Vol. 4 eq. 2.5", PERIOD},
    {"net_removal_by_gain_loss", BY_POOL, ARRAY(sink_by_gain_loss_tco2_yr), 1, "t yr-1", "CO2",
     CHANGE, "", "net carbon dioxide removal by gains less losses for all classes",
     "t of carbon dioxide (CO2) a year; IPCC 2006 Vol. 4 eq. 2.7; missing where some land has no "
     "growth factor",
     PERIOD},
    {"method_difference", BY_POOL, ARRAY(method_difference_tc), 1, "t", "C", SUM, "",
     "change by the chosen methods and by fluxes less the change of the stocks over time_bnds",
     "t of carbon (C)", PERIOD},
    {"net_removal_by_cover", BY_COVER_AND_POOL, ARRAY(class_sink_tco2_yr), 1, "t yr-1", "CO2",
     CHANGE, "", "net carbon dioxide removal by class at the end of time_bnds, and pool",
     "t of carbon dioxide (CO2) a year; four dimensions: CDO skips it with a warning", PERIOD},
    {"biomass_gain", BY_COVER_AND_BIOMASS, ARRAY(gain_tc), 1, "t", "C", SUM, "",
     "gains of biomass over time_bnds", "t of carbon (C); missing without growth factors", PERIOD},
    {"biomass_loss_by_conversion", BY_COVER_AND_BIOMASS, ARRAY(conversion_loss_tc), 1, "t", "C",
     SUM, "", "biomass lost by conversion over time_bnds, by class at its end", "t of carbon (C)",
     PERIOD},
    {"biomass_loss_by_disturbance", BY_COVER_AND_BIOMASS, ARRAY(disturbance_loss_tc), 1, "t", "C",
     SUM, "", "biomass lost by fire and other disturbances over time_bnds", "t of carbon (C)",
     PERIOD},
    {"biomass_loss_by_harvest", BY_COVER_AND_BIOMASS, ARRAY(harvest_loss_tc), 1, "t", "C", SUM, "",
     "biomass lost by harvest over time_bnds", "t of carbon (C)", PERIOD},
    {"soil_flux", BY_COVER, ARRAY(soil_flux_tc), 1, "t", "C", SUM, "",
     "carbon exchanged with the air by soils without a counted stock over time_bnds",
     "t of carbon (C), positive into the land; part of net_removal", PERIOD},
    {"land_use_area", BY_LAND_USE, ARRAY(land_use_m2), PER_HA, "ha", "", POINT, "",
     "area by IPCC land use: remaining in a category, or converted within the transition time", "",
     ALWAYS},
    {"land_use_net_removal", BY_LAND_USE_AND_POOL, ARRAY(land_use_sink_tco2_yr), 1, "t yr-1", "CO2",
     CHANGE, "", "net carbon dioxide removal by IPCC land use and pool",
     "t of carbon dioxide (CO2) a year; four dimensions: CDO skips it with a warning", PERIOD},
    {"report_area", BY_REPORT, ARRAY(report_m2), PER_HA, "ha", "", POINT, "",
     "area with a class, by the value of an overlay", "", ALWAYS},
    {"report_carbon_stock", BY_REPORT, ARRAY(report_tc), 1, "t", "C", POINT, "",
     "carbon stock of all pools by the value of an overlay", "t of carbon (C)", ALWAYS},
    {"report_net_removal", BY_REPORT, ARRAY(report_sink_tco2_yr), 1, "t yr-1", "CO2", CHANGE, "",
     "net carbon dioxide removal by the value of an overlay", "t of carbon dioxide (CO2) a year",
     PERIOD},
    {"methane_emission", BY_REGION, ARRAY(ch4_t_yr), 1, "t yr-1", "CH4", CHANGE, "",
     "methane (CH4) emitted by soils, waters and fires", ONE_YEAR, ALWAYS},
    {"nitrous_oxide_emission", BY_REGION, ARRAY(n2o_t_yr), 1, "t yr-1", "N2O", CHANGE, "",
     "nitrous oxide (N2O) emitted by soils and fires", ONE_YEAR, ALWAYS},
    {"greenhouse_gas_balance", BY_REGION, ARRAY(balance_tco2e_yr), 1, "t yr-1", "CO2e", CHANGE, "",
     "total_net_removal less methane and nitrous oxide as CO2 (positive = sink)",
     "t of CO2-equivalent a year; the potentials are in sinkcalc_gwp", PERIOD},
    {"memo_karst_sink", BY_REGION, ARRAY(karst_tco2_yr), 1, "t yr-1", "CO2", CHANGE, "",
     "memo, in no total: carbon dioxide taken up by weathering of karst", "", ALWAYS},
    {"memo_water_burial", BY_REGION, ARRAY(burial_tco2_yr), 1, "t yr-1", "CO2", CHANGE, "",
     "memo, in no total: carbon buried in lakes and rivers, as CO2", "", ALWAYS},
    {"memo_permafrost_carbon", BY_REGION, ARRAY(permafrost_tc), 1, "t", "C", POINT, "",
     "memo, in no total: carbon in permafrost", "t of carbon (C)", ALWAYS},
    {"potential_biomass_gain", OF_COVER, ARRAY(potential_tc), 1, "t", "C", "area: sum", "",
     "biomass of mature stands less today's, where the tables tell of mature stands",
     "t of carbon (C), of the last year", ALWAYS},
    {"planting_area", OF_REGION, ARRAY(planting_m2), PER_HA, "ha", "", "area: sum", "",
     "land that the job marks as suitable for planting and that is not wooded", "", ALWAYS},
    {"planting_gain", OF_REGION, ARRAY(planting_tc), 1, "t", "C", "area: sum", "",
     "carbon that planting this land adds until the year of the job", "t of carbon (C)", ALWAYS},
    {"cover_transition_area", BY_TRANSITION, ARRAY(transition_m2), PER_HA, "ha", "", SUM, "",
     "area of class cover_from at the start of time_bnds and of class cover at its end",
     "four dimensions: CDO skips it with a warning", ALWAYS}};

static size_t inner_count(const struct sink_account *account, enum shape shape)
{
    switch (shape) {
    case BY_REGION:
        return 1;
    case BY_COVER:
        return account->class_count;
    case BY_POOL:
        return SINK_POOL_COUNT;
    case BY_ECOSYSTEM:
        return SINK_ECOSYSTEM_COUNT;
    case BY_COVER_AND_POOL:
        return account->class_count * SINK_POOL_COUNT;
    case BY_COVER_AND_BIOMASS:
        return account->class_count * SINK_BIOMASS_POOL_COUNT;
    case BY_LAND_USE:
        return SINK_LAND_USE_COUNT;
    case BY_LAND_USE_AND_POOL:
        return (size_t)SINK_LAND_USE_COUNT * SINK_POOL_COUNT;
    case BY_REPORT:
        return account->report_count;
    case BY_TRANSITION:
        return account->class_count * account->class_count;
    case OF_COVER:
        return account->class_count;
    case OF_REGION:
        return 1;
    }
    return 0;
}

static bool has_time(const struct figure *figure)
{
    return figure->shape != OF_COVER && figure->shape != OF_REGION;
}

/* The dimensions between time and region. */
static int add_inner_dimensions(const struct sink_inventory_file *file, enum shape shape,
                                int *dimensions, int count)
{
    const bool has_cover = shape == BY_COVER || shape == BY_COVER_AND_POOL ||
                           shape == BY_COVER_AND_BIOMASS || shape == BY_TRANSITION ||
                           shape == OF_COVER;
    if (shape == BY_TRANSITION)
        dimensions[count++] = file->cover_from;
    if (has_cover)
        dimensions[count++] = file->cover;
    if (shape == BY_LAND_USE || shape == BY_LAND_USE_AND_POOL)
        dimensions[count++] = file->land_use;
    if (shape == BY_REPORT)
        dimensions[count++] = file->report;
    if (shape == BY_POOL || shape == BY_COVER_AND_POOL || shape == BY_LAND_USE_AND_POOL)
        dimensions[count++] = file->pool;
    if (shape == BY_COVER_AND_BIOMASS)
        dimensions[count++] = file->biomass_pool;
    if (shape == BY_ECOSYSTEM)
        dimensions[count++] = file->ecosystem;
    return count;
}

static int define(struct sink_inventory_file *file, const struct figure *figure)
{
    struct sink_nc_writer *nc = &file->nc;
    char bounds[256];
    int dimensions[SINK_NC_MAX_DIMS] = {file->time}, count = has_time(figure) ? 1 : 0;
    count = add_inner_dimensions(file, figure->shape, dimensions, count);
    dimensions[count++] = file->region;
    const int variable = sink_nc_variable(nc, figure->name, SINK_NC_DOUBLE, dimensions, count);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "standard_name", figure->standard_name);
    sink_nc_text(nc, variable, "long_name", figure->long_name);
    sink_nc_text(nc, variable, "units", figure->units);
    sink_nc_text(nc, variable, "unit_of", figure->unit_of);
    sink_nc_text(nc, variable, "cell_methods", figure->cell_methods);
    sink_nc_text(nc, variable, "comment", figure->comment);
    sink_inventory_bounds_of(file, figure->name, bounds);
    sink_nc_text(nc, variable, "ancillary_variables", bounds);
    sink_inventory_on_regions(file, variable, shape_coordinates[figure->shape]);
    return variable;
}

/* The part of a record of the account that belongs to the file's regions, times `scale`. */
static void slice(const struct sink_inventory_file *file, const double *record, size_t inner,
                  double scale, double *values)
{
    const size_t regions = file->inventory->account->region_count;
    for (size_t i = 0; i < inner; i++)
        for (size_t r = 0; r < file->region_count; r++)
            values[i * file->region_count + r] =
                scale == 1 ? record[i * regions + file->first_region + r]
                           : record[i * regions + file->first_region + r] * scale;
}

/* The last year once more, on regions alone: what GIS programs show as attributes of the polygons.
 */
static enum sink_status add_last(struct sink_inventory_file *file, const struct figure *figure,
                                 struct sink_error *error)
{
    char name[128], title[256];
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    const size_t last = account->year_count - 1;
    const double *array =
        *(const double *const *)(const void *)((const char *)account + figure->offset);
    double *values = malloc(file->region_count * sizeof *values);
    if (!values)
        return sink_fail_memory(error);
    snprintf(name, sizeof name, "last_%s", figure->name);
    snprintf(title, sizeof title, "%s, %d", figure->long_name, account->years[last]);
    const int variable = sink_nc_variable(nc, name, SINK_NC_DOUBLE, &file->region, 1);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "long_name", title);
    sink_nc_text(nc, variable, "units", figure->units);
    sink_nc_text(nc, variable, "unit_of", figure->unit_of);
    sink_inventory_on_regions(file, variable, "");
    slice(file, array + last * account->region_count, 1, figure->scale, values);
    sink_nc_put_filled(nc, variable, values, file->region_count);
    free(values);
    return SINK_OK;
}

static enum sink_status add_figure(struct sink_inventory_file *file, const struct figure *figure,
                                   struct sink_error *error)
{
    const struct sink_account *account = file->inventory->account;
    const double *array =
        *(const double *const *)(const void *)((const char *)account + figure->offset);
    const size_t inner = inner_count(account, figure->shape);
    const size_t record = inner * account->region_count;
    const size_t late = figure->shape == BY_TRANSITION; /* records before the first */
    double *values = malloc(inner * file->region_count * sizeof *values);
    if (!values)
        return sink_fail_memory(error);
    const int variable = define(file, figure);
    if (!has_time(figure)) {
        slice(file, array, inner, figure->scale, values);
        sink_nc_put_filled(&file->nc, variable, values, inner * file->region_count);
    }
    for (size_t y = has_time(figure) ? late : account->year_count; y < account->year_count; y++) {
        slice(file, array + (y - late) * record, inner, figure->scale, values);
        sink_nc_put_record(&file->nc, variable, y, values);
    }
    free(values);
    return SINK_OK;
}

/* Pools `first` to `last` per unit area. */
struct density {
    struct figure figure;
    int first, last;
};

static const struct density densities[] = {
    {{"vegetation_carbon_density", BY_REGION, 0, 1, "kg m-2", "C", "time: point area: mean",
      "vegetation_carbon_content", "carbon of above-ground and below-ground biomass per unit area",
      "over the area that has a land cover class", ALWAYS},
     SINK_POOL_ABOVE_GROUND,
     SINK_POOL_BELOW_GROUND},
    {{"soil_carbon_density", BY_REGION, 0, 1, "kg m-2", "C", "time: point area: mean",
      "soil_mass_content_of_carbon", "soil organic carbon per unit area",
      "over the area that has a land cover class", ALWAYS},
     SINK_POOL_SOIL,
     SINK_POOL_SOIL}};

/* kg m-2 over the area with a class. */
static double density_at(const struct sink_account *account, const struct density *density,
                         size_t year, size_t region)
{
    const size_t regions = account->region_count;
    const double area_m2 = account->classified_m2[year * regions + region];
    double stock_tc = 0;
    for (int p = density->first; p <= density->last; p++)
        stock_tc += account->pool_tc[(year * SINK_POOL_COUNT + (size_t)p) * regions + region];
    return area_m2 > 0 ? stock_tc * SINK_KG_PER_T / area_m2 : NAN;
}

static enum sink_status add_density(struct sink_inventory_file *file, const struct density *density,
                                    struct sink_error *error)
{
    const struct sink_account *account = file->inventory->account;
    double *values = malloc(file->region_count * sizeof *values);
    if (!values)
        return sink_fail_memory(error);
    const int variable = define(file, &density->figure);
    for (size_t y = 0; y < account->year_count; y++) {
        for (size_t r = 0; r < file->region_count; r++)
            values[r] = density_at(account, density, y, file->first_region + r);
        sink_nc_put_record(&file->nc, variable, y, values);
    }
    free(values);
    return SINK_OK;
}

static void add_soil_depth(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    const int variable = sink_nc_variable(nc, "soil_depth", SINK_NC_DOUBLE, &file->cover, 1);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "long_name", "depth to which the class's soil carbon is counted");
    sink_nc_text(nc, variable, "units", "cm");
    sink_nc_text(nc, variable, "coordinates", "cover_name");
    sink_nc_put_filled(nc, variable, account->soil_depth_cm, account->class_count);
}

static bool is_wanted(const struct sink_inventory_file *file, const struct figure *figure)
{
    const struct sink_account *account = file->inventory->account;
    const double *array =
        *(const double *const *)(const void *)((const char *)account + figure->offset);
    if (!array || inner_count(account, figure->shape) == 0)
        return false;
    if (figure->need == VOLUME)
        return sink_job_find_role(file->inventory->job, SINK_ROLE_STOCK_VOLUME) != NULL;
    return figure->need == ALWAYS || account->year_count > 1;
}

enum sink_status sink_inventory_add_figures(struct sink_inventory_file *file,
                                            struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    for (size_t f = 0; f < sizeof figures / sizeof *figures && status == SINK_OK; f++)
        if (is_wanted(file, &figures[f]))
            status = add_figure(file, &figures[f], error);
    for (size_t f = 0; f < LAST_FIGURES && status == SINK_OK; f++)
        if (is_wanted(file, &figures[f]))
            status = add_last(file, &figures[f], error);
    for (size_t d = 0; d < sizeof densities / sizeof *densities && status == SINK_OK; d++)
        status = add_density(file, &densities[d], error);
    if (status == SINK_OK)
        add_soil_depth(file);
    return status;
}
