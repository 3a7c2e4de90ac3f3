/* The names of the demonstration's files, and those that are text. */
#include "pipelines/demo.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct sink_demo_file sink_demo_files[SINK_DEMO_FILE_COUNT] = {
    {"job.yml", "what to count, explained line by line"},
    {"counties.gpkg", "12 counties in 3 prefectures in 1 province"},
    {"landcover_2020.tif", "land cover"},
    {"landcover_2025.tif", "land cover, five years later"},
    {"legend.csv", "what its codes mean"},
    {"biomass_2020.tif", "above-ground biomass, t/ha"},
    {"biomass_2025.tif", "above-ground biomass, t/ha"},
    {"biomass_sd_2020.tif", "its standard deviation, t/ha"},
    {"biomass_sd_2025.tif", "its standard deviation, t/ha"},
    {"volume_2020.tif", "stock volume, m3/ha"},
    {"volume_2025.tif", "stock volume, m3/ha"},
    {"zone.tif", "ecological zone"},
    {"demo_factors.csv", "factors that the built-in set does not have"},
    {"README.txt", "what this folder is"},
};

static const char legend_text[] =
    "# " SINK_DEMO_NOTICE ". The codes of landcover_2020.tif and landcover_2025.tif.\n"
    "# `name` is one of the classes of sinkcalc; several codes may have the same.\n"
    "code,name,title,source\n"
    "11,forest,Forest,synthetic\n"
    "12,bamboo,Bamboo,synthetic\n"
    "21,grassland,Grassland and clearings,synthetic\n"
    "31,wetland,Reed around the lake,synthetic\n"
    "32,water,Lake,synthetic\n"
    "41,mangrove,Mangrove,synthetic\n"
    "42,salt_marsh,Salt marsh,synthetic\n"
    "43,seagrass,Seagrass,synthetic\n"
    "51,cropland,Cropland,synthetic\n"
    "61,settlement,Town,synthetic\n"
    "71,sea,Sea,synthetic\n";

#define SOURCE ",\"synthetic demo value, not for use\",own,"
static const char factors_text[] =
    "# " SINK_DEMO_NOTICE ". NO VALUE HERE IS REAL: each is made up so that the demonstration "
    "runs.\n"
    "# The built-in set `ipcc` comes first in job.yml and has everything else; these rows are for "
    "what it leaves open\n"
    "# in this landscape. In a job of your own, bring values with their sources instead.\n"
    "quantity,class,key:zone,value,unit,depth_cm,source,verified,note\n"
    "root_shoot,bamboo,,0.4,1," SOURCE "ipcc names no bamboo\n"
    "root_shoot,mangrove,tropical_moist_deciduous_forest,0.5,1," SOURCE
    "ipcc has mangroves of other zones only\n"
    "above_ground_biomass,wetland,,8,t d.m. ha-1," SOURCE "ipcc has no biomass of marshes\n"
    "root_shoot,wetland,,1,1," SOURCE "\n"
    "above_ground_biomass,salt_marsh,,10,t d.m. ha-1," SOURCE "\n"
    "root_shoot,salt_marsh,,2,1," SOURCE "\n"
    "above_ground_biomass,seagrass,,1,t d.m. ha-1," SOURCE "\n"
    "root_shoot,seagrass,,2,1," SOURCE "\n"
    "above_ground_biomass,settlement,,5,t d.m. ha-1," SOURCE "trees of streets and gardens\n"
    "root_shoot,settlement,,0.3,1," SOURCE "\n"
    "below_ground_biomass,cropland,,0,t C ha-1," SOURCE
    "the biomass of crops in ipcc is that of the whole plant\n"
    "dead_wood,bamboo|mangrove,,1,t C ha-1," SOURCE "\n"
    "litter,bamboo|mangrove,,2,t C ha-1," SOURCE "\n"
    "soil_carbon,wetland,,90,t C ha-1,30" SOURCE
    "ipcc needs a map of soils here: the soil of this job is lac everywhere\n";

static const char job_text[] =
    "# " SINK_DEMO_NOTICE ".\n"
    "# To make it a job of your own, copy this file and put in your paths, from the top to the "
    "bottom. Paths are relative\n"
    "# to this file. `sinkcalc check job.yml` tells all that is wrong at once; every key is in "
    "pipelines/JOB.md.\n"
    "\n"
    "# Free text, for the inventory.\n"
    "title: Carbon of a synthetic landscape\n"
    "institution: sinkcalc demonstration\n"
    "licence: CC0-1.0\n"
    "\n"
    "# Whose carbon: polygons in GeoPackage, GeoJSON, FlatGeobuf or Shapefile.\n"
    "regions:\n"
    "  file: counties.gpkg\n"
    "  id: code            # the attribute that tells regions apart; read as text, so 033101 stays "
    "033101\n"
    "  name: name          # or name_zh\n"
    "  parent: parent      # the id of the region above: county -> prefecture -> province\n"
    "\n"
    "# One year gives stocks; two or more give the sink between them as well.\n"
    "years: [2020, 2025]\n"
    "\n"
    "# The rasters; {year} stands for each of the years. They may lie on different grids.\n"
    "layers:\n"
    "  land_cover:\n"
    "    file: landcover_{year}.tif\n"
    "    legend: legend.csv          # or a built-in one: worldcover, clcd, esa_cci, ...\n"
    "  above_ground_biomass:         # where there is none, the factors give the biomass\n"
    "    file: biomass_{year}.tif\n"
    "    unit: t/ha                  # dry matter; `t C/ha` for carbon\n"
    "    sd: biomass_sd_{year}.tif   # its standard deviation\n"
    "    classes: [forest, bamboo, mangrove]   # where it has values\n"
    "  stock_volume:\n"
    "    file: volume_{year}.tif\n"
    "    unit: m3/ha\n"
    "    classes: [forest]\n"
    "  # What the factors depend on: a raster, or one value for all of the job.\n"
    "  zone: {file: zone.tif, legend: gez}\n"
    "  climate: {value: warm_temperate_moist}\n"
    "  soil: {value: lac}            # low activity clay\n"
    "  continent: {value: asia}\n"
    "  origin: {value: natural}\n"
    "\n"
    "# Later tables override earlier ones. The values of demo_factors.csv are made up.\n"
    "factors: [ipcc, demo_factors.csv]\n"
    "\n"
    "# What the top level is to reach. Without this key: 25 % of the land and 19e9 m3 of stock "
    "volume in "
    "2030, China's.\n"
    "targets: {forest_coverage: {2030: 66 %}, forest_stock_volume: {2030: 4.4e6 m3}}\n"
    "\n"
    "# Where a class, a value or a factor is missing, the run stops; `count` goes on and reports "
    "the area.\n"
    "missing: error\n"
    "\n"
    "output:\n"
    "  inventory: inventory.nc\n"
    "  # per_region: regions/{region_id}.nc   # an inventory for each region as well\n"
    "  # tally: tally.nc                      # the sums behind it, for `sinkcalc account`\n";

static const char readme_text[] = SINK_DEMO_NOTICE
    ".\n"
    "\n"
    "The coast, the counties and all values are made up by `sinkcalc demo`. The coordinates were "
    "chosen so that maps open\n"
    "somewhere; what lies there in reality has nothing to do with these files.\n"
    "\n"
    "Start with:  sinkcalc run job.yml\n";

static enum sink_status write_text(const char *folder, const char *name, const char *text,
                                   struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    char *path = sink_text_format("%s/%s", folder, name);
    if (!path)
        return sink_fail_memory(error);
    FILE *file = fopen(path, "wbx");
    bool is_good = file && fputs(text, file) >= 0;
    if (file)
        is_good = (fclose(file) == 0) && is_good;
    if (!is_good)
        status = sink_fail(error, SINK_FAILED, "%s: cannot write it: %s", path, strerror(errno));
    free(path);
    return status;
}

enum sink_status sink_demo_write_texts(const char *folder, struct sink_error *error)
{
    enum sink_status status = write_text(folder, "README.txt", readme_text, error);
    if (status == SINK_OK)
        status = write_text(folder, "legend.csv", legend_text, error);
    if (status == SINK_OK)
        status = write_text(folder, "demo_factors.csv", factors_text, error);
    if (status == SINK_OK)
        status = write_text(folder, "job.yml", job_text, error);
    return status;
}
