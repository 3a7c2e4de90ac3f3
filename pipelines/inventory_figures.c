#include "pipelines/inventory_parts.h"

#include "sinkcalc/base/units.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define POINT "time: point area: sum"
#define CHANGE "time: mean area: sum"

/* On what a figure depends beside time and region; every array has the region fastest. */
enum shape {
    BY_REGION,
    BY_COVER,
    BY_POOL,
    BY_ECOSYSTEM,
    BY_COVER_AND_POOL,
    BY_TRANSITION /* first record: the first pass, at the end of its period */
};

static const char *const shape_coordinates[] = {
    "", "cover_name", "pool_name", "ecosystem_name", "cover_name pool_name", ""};

/* A variable of the inventory and the array of the account that it shows. */
struct figure {
    const char *name;
    enum shape shape;
    size_t offset; /* of the array in struct sink_account */
    double scale;
    const char *units, *cell_methods, *standard_name, *long_name, *comment;
    bool needs_volume;
};

#define ARRAY(member) offsetof(struct sink_account, member)
#define PER_HA (1 / SINK_M2_PER_HA)

/* In memory netCDF orders variables by name, and CDO takes its axes from the first it meets: that
 * must be `area`, on time, cover and region. */
#define LAST_FIGURES 6 /* the first of them are given for the last year alone as well */
static const struct figure figures[] = {
    {"land_area", BY_REGION, ARRAY(land_m2), PER_HA, "ha", POINT, "",
     "land area: the classes that count as land", "", false},
    {"forest_area", BY_REGION, ARRAY(forest_m2), PER_HA, "ha", POINT, "",
     "forest area: the classes that count as forest", "", false},
    {"forest_coverage", BY_REGION, ARRAY(coverage), 1, "1", "time: point area: mean", "",
     "forest area over land area", "", false},
    {"forest_stock_volume", BY_REGION, ARRAY(forest_volume_m3), 1, "m3", POINT, "",
     "stock volume (growing stock) of the forest", "", true},
    {"total_carbon_stock", BY_REGION, ARRAY(total_tc), 1, "t", POINT, "",
     "carbon stock of all pools", "t of carbon (C); multiply by 44/12 for CO2", false},
    {"total_net_removal", BY_REGION, ARRAY(total_sink_tco2_yr), 1, "t yr-1", CHANGE, "",
     "net carbon dioxide removal by stock difference over time_bnds (positive = sink)",
     "t of carbon dioxide (CO2) a year", false},
    {"classified_area", BY_REGION, ARRAY(classified_m2), PER_HA, "ha", POINT, "",
     "area with a land cover class", "", false},
    {"no_class_area", BY_REGION, ARRAY(no_class_m2), PER_HA, "ha", POINT, "",
     "area without land cover data, in no total", "", false},
    {"unknown_class_area", BY_REGION, ARRAY(unknown_m2), PER_HA, "ha", POINT, "",
     "area with land cover codes that the legend does not know, in no total", "", false},
    {"no_value_area", BY_REGION, ARRAY(no_value_m2), PER_HA, "ha", POINT, "",
     "area where a biomass, volume or soil raster should speak and has no data", "", false},
    {"one_date_area", BY_REGION, ARRAY(one_date_m2), PER_HA, "ha", "time: sum area: sum", "",
     "area known at one end only of time_bnds, in no removal", "", false},
    {"beyond_grid_area", BY_REGION, ARRAY(beyond_grid_m2), PER_HA, "ha", POINT, "",
     "area of the region's polygon where the grid has no cells, in no total", "", false},
    {"data_completeness", BY_REGION, ARRAY(completeness), 1, "1", "time: point area: mean", "",
     "share of the region's area that has a land cover class", "", false},
    {"area", BY_COVER, ARRAY(area_m2), PER_HA, "ha", POINT, "cell_area",
     "ellipsoidal area of the class in the region", "", false},
    {"pixel_count", BY_COVER, ARRAY(cells), 1, "1", POINT, "",
     "raster cells with any share in the class and region", "", false},
    {"stock_volume", BY_COVER, ARRAY(volume_m3), 1, "m3", POINT, "",
     "stock volume (growing stock) of the class", "", true},
    {"carbon_stock", BY_POOL, ARRAY(pool_tc), 1, "t", POINT, "", "carbon stock by pool",
     "t of carbon (C); multiply by 44/12 for CO2", false},
    {"net_removal", BY_POOL, ARRAY(sink_tco2_yr), 1, "t yr-1", CHANGE, "",
     "net carbon dioxide removal by pool and stock difference over time_bnds (positive = sink)",
     "t of carbon dioxide (CO2) a year", false},
    {"no_factor_area", BY_POOL, ARRAY(no_factor_m2), PER_HA, "ha", POINT, "",
     "area whose pool counts as zero for want of a factor", "", false},
    {"one_date_stock_change", BY_POOL, ARRAY(gap_change_tc), 1, "t", "time: sum area: sum", "",
     "stock at the end less that at the start of time_bnds on land known at one end only",
     "t of carbon (C); in no removal", false},
    {"ecosystem_carbon_stock", BY_ECOSYSTEM, ARRAY(ecosystem_tc), 1, "t", POINT, "",
     "carbon stock by ecosystem", "t of carbon (C)", false},
    {"carbon_stock_by_cover", BY_COVER_AND_POOL, ARRAY(stock_tc), 1, "t", POINT, "",
     "carbon stock by class and pool",
     "t of carbon (C); four dimensions: CDO skips it with a warning", false},
    {"cover_transition_area", BY_TRANSITION, ARRAY(transition_m2), PER_HA, "ha",
     "time: sum area: sum", "",
     "area of class cover_from at the start of time_bnds and of class cover at its end",
     "four dimensions: CDO skips it with a warning", false}};

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
    case BY_TRANSITION:
        return account->class_count * account->class_count;
    }
    return 0;
}

static int define(struct sink_inventory_file *file, const struct figure *figure)
{
    struct sink_nc_writer *nc = &file->nc;
    int dimensions[SINK_NC_MAX_DIMS] = {file->time}, count = 1;
    if (figure->shape == BY_TRANSITION)
        dimensions[count++] = file->cover_from;
    if (figure->shape == BY_COVER || figure->shape == BY_COVER_AND_POOL ||
        figure->shape == BY_TRANSITION)
        dimensions[count++] = file->cover;
    if (figure->shape == BY_POOL || figure->shape == BY_COVER_AND_POOL)
        dimensions[count++] = file->pool;
    if (figure->shape == BY_ECOSYSTEM)
        dimensions[count++] = file->ecosystem;
    dimensions[count++] = file->region;
    const int variable = sink_nc_variable(nc, figure->name, SINK_NC_DOUBLE, dimensions, count);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "standard_name", figure->standard_name);
    sink_nc_text(nc, variable, "long_name", figure->long_name);
    sink_nc_text(nc, variable, "units", figure->units);
    sink_nc_text(nc, variable, "cell_methods", figure->cell_methods);
    sink_nc_text(nc, variable, "comment", figure->comment);
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
    for (size_t y = late; y < account->year_count; y++) {
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
    {{"vegetation_carbon_density", BY_REGION, 0, 1, "kg m-2", "time: point area: mean",
      "vegetation_carbon_content", "carbon of above-ground and below-ground biomass per unit area",
      "over the area that has a land cover class", false},
     SINK_POOL_ABOVE_GROUND,
     SINK_POOL_BELOW_GROUND},
    {{"soil_carbon_density", BY_REGION, 0, 1, "kg m-2", "time: point area: mean",
      "soil_mass_content_of_carbon", "soil organic carbon per unit area",
      "over the area that has a land cover class", false},
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

enum sink_status sink_inventory_add_figures(struct sink_inventory_file *file,
                                            struct sink_error *error)
{
    const struct sink_account *account = file->inventory->account;
    enum sink_status status = SINK_OK;
    for (size_t f = 0; f < sizeof figures / sizeof *figures && status == SINK_OK; f++)
        if ((figures[f].shape != BY_TRANSITION || account->year_count > 1) &&
            (!figures[f].needs_volume ||
             sink_job_find_role(file->inventory->job, SINK_ROLE_STOCK_VOLUME)))
            status = add_figure(file, &figures[f], error);
    for (size_t f = 0; f < LAST_FIGURES && status == SINK_OK; f++)
        if (!figures[f].needs_volume ||
            sink_job_find_role(file->inventory->job, SINK_ROLE_STOCK_VOLUME))
            status = add_last(file, &figures[f], error);
    for (size_t d = 0; d < sizeof densities / sizeof *densities && status == SINK_OK; d++)
        status = add_density(file, &densities[d], error);
    if (status == SINK_OK)
        add_soil_depth(file);
    return status;
}
