/* The list of the demonstration's files, and the texts that are short. */
#include "pipelines/demo.h"
#include "pipelines/demo_landscape.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const readme_text[] = {
    SINK_DEMO_NOTICE
    ".\n"
    "\n"
    "The coast, the counties and all values are made up by `sinkcalc demo`. The coordinates were "
    "chosen so that maps open\n"
    "somewhere; what lies there in reality has nothing to do with these files.\n"
    "\n"
    "From 2005 to 2025 towns grow, slopes are planted, stands are felled, burn and grow again; "
    "two dams are built; shores\n"
    "of the lake are drained and rewetted; mangroves are dug up for ponds and planted again. "
    "job.yml explains, line by\n"
    "line, how each of the files enters the account.\n"
    "\n"
    "Start with:  sinkcalc run job.yml\n",
    NULL};

#define LEGEND(of)                                                                                 \
    "# " SINK_DEMO_NOTICE ". The codes of " of ".\n"                                               \
    "# `name` is what factor tables ask for; `nodata` marks cells of which nothing is said.\n"     \
    "code,name,title,source\n"

static const char *const cover_text[] = {
    "# " SINK_DEMO_NOTICE ". The codes of landcover_*.tif.\n"
    "# `name` is one of the classes of sinkcalc; several codes may have the same.\n"
    "code,name,title,source\n"
    "11,forest,Forest,synthetic\n"
    "12,bamboo,Bamboo,synthetic\n"
    "21,grassland,Grassland and clearings,synthetic\n"
    "31,wetland,Reed around the lake,synthetic\n"
    "32,water,Lake and river,synthetic\n"
    "33,reservoir,Reservoir,synthetic\n"
    "34,water,Fish pond,synthetic\n"
    "41,mangrove,Mangrove,synthetic\n"
    "42,salt_marsh,Salt marsh,synthetic\n"
    "43,seagrass,Seagrass,synthetic\n"
    "51,cropland,Cropland,synthetic\n"
    "61,settlement,Town,synthetic\n"
    "71,sea,Sea,synthetic\n"
    "81,bare,Bare and degraded land,synthetic\n",
    NULL};

static const char *const climate_text[] = {LEGEND("climate.tif"),
                                           "1,warm_temperate_moist,Warm temperate moist,synthetic\n"
                                           "2,tropical_moist,Tropical moist,synthetic\n",
                                           NULL};

static const char *const soil_text[] = {
    LEGEND("soil.tif"),
    "1,lac,Red soil: low activity clay,synthetic\n"
    "2,hac,Black soil of a former lake bed: high activity clay,synthetic\n"
    "3,wetland,Gley,synthetic\n"
    "4,organic,Peat,synthetic\n",
    NULL};

static const char *const drainage_text[] = {LEGEND("drainage_2020.tif and drainage_2025.tif"),
                                            "0,nodata,Neither peat nor gley,synthetic\n"
                                            "1,undrained,Never drained,synthetic\n"
                                            "2,drained,Drained,synthetic\n"
                                            "3,rewetted,Drained once and wet "
                                            "again,synthetic\n",
                                            NULL};

static const char *const karst_text[] = {LEGEND("karst.tif"),
                                         "1,no,Other rock,synthetic\n"
                                         "2,yes,Limestone,synthetic\n",
                                         NULL};

static const char *const origin_text[] = {
    LEGEND("origin.tif"),
    "0,nodata,Water,synthetic\n"
    "1,natural,Natural forest,synthetic\n"
    "2,planted,Plantations; and other land: what is planted there,synthetic\n",
    NULL};

static const char *const protected_text[] = {LEGEND("protected.tif"),
                                             "1,no,Outside of the reserves,synthetic\n"
                                             "2,yes,Nature reserve,synthetic\n",
                                             NULL};

static const char *const restoration_text[] = {
    LEGEND("restoration.tif"),
    "0,nodata,Neither restored nor to be planted,synthetic\n"
    "1,planted,Coast: planted again,synthetic\n"
    "2,natural,Coast: came by itself,synthetic\n"
    "3,planned,Bare land and clearings that are to be planted,synthetic\n",
    NULL};

#define TEXT(name, about, text)                                                                    \
    {                                                                                              \
        name, about, text, -1, NULL                                                                \
    }
#define CODES(name, about, layer)                                                                  \
    {                                                                                              \
        name, about, NULL, layer, NULL                                                             \
    }
#define QUANTITY(name, about, layer, unit)                                                         \
    {                                                                                              \
        name, about, NULL, layer, unit                                                             \
    }

const struct sink_demo_file sink_demo_files[SINK_DEMO_FILE_COUNT] = {
    TEXT("job.yml", "what to count, explained line by line", sink_demo_job),
    TEXT("counties.gpkg", "12 counties in 3 prefectures in 1 province", NULL),
    CODES("landcover_2005.tif", "land cover, for its history", SINK_DEMO_COVER),
    CODES("landcover_2010.tif", "land cover, for its history", SINK_DEMO_COVER + 1),
    CODES("landcover_2015.tif", "land cover, for its history", SINK_DEMO_COVER + 2),
    CODES("landcover_2020.tif", "land cover", SINK_DEMO_COVER + 3),
    CODES("landcover_2025.tif", "land cover, five years later", SINK_DEMO_COVER + 4),
    TEXT("legend.csv", "what its codes mean", cover_text),
    QUANTITY("biomass_2020.tif", "above-ground biomass, t/ha", SINK_DEMO_BIOMASS, "t/ha"),
    QUANTITY("biomass_2025.tif", "above-ground biomass, t/ha", SINK_DEMO_BIOMASS + 1, "t/ha"),
    QUANTITY("biomass_sd_2020.tif", "its standard deviation, t/ha", SINK_DEMO_BIOMASS_SD, "t/ha"),
    QUANTITY("biomass_sd_2025.tif", "its standard deviation, t/ha", SINK_DEMO_BIOMASS_SD + 1,
             "t/ha"),
    QUANTITY("volume_2020.tif", "stock volume, m3/ha", SINK_DEMO_VOLUME, "m3/ha"),
    QUANTITY("volume_2025.tif", "stock volume, m3/ha", SINK_DEMO_VOLUME + 1, "m3/ha"),
    CODES("zone.tif", "ecological zone", SINK_DEMO_ZONE),
    CODES("climate.tif", "climate", SINK_DEMO_CLIMATE),
    TEXT("climate.csv", "what its codes mean", climate_text),
    CODES("soil.tif", "soil", SINK_DEMO_SOIL),
    TEXT("soil.csv", "what its codes mean", soil_text),
    CODES("drainage_2020.tif", "drainage of peat and gley", SINK_DEMO_DRAINAGE),
    CODES("drainage_2025.tif", "drainage of peat and gley", SINK_DEMO_DRAINAGE + 1),
    TEXT("drainage.csv", "what its codes mean", drainage_text),
    CODES("karst.tif", "limestone", SINK_DEMO_KARST),
    TEXT("karst.csv", "what its codes mean", karst_text),
    CODES("origin.tif", "natural or planted", SINK_DEMO_ORIGIN),
    TEXT("origin.csv", "what its codes mean", origin_text),
    CODES("protected.tif", "nature reserves", SINK_DEMO_PROTECTED),
    TEXT("protected.csv", "what its codes mean", protected_text),
    CODES("restoration.tif", "restored coasts, and land to be planted", SINK_DEMO_RESTORATION),
    TEXT("restoration.csv", "what its codes mean", restoration_text),
    CODES("burned_year.tif", "years of forest fires", SINK_DEMO_BURNED),
    TEXT("harvest.csv", "wood taken, by county and year", sink_demo_harvest),
    TEXT("accuracy.csv", "errors of the land cover", sink_demo_accuracy),
    TEXT("demo_factors.csv", "factors that the built-in set does not have", sink_demo_factors),
    TEXT("README.txt", "what this folder is", readme_text),
};

static enum sink_status write_text(const char *folder, const struct sink_demo_file *demo,
                                   struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    char *path = sink_text_format("%s/%s", folder, demo->name);
    if (!path)
        return sink_fail_memory(error);
    FILE *file = fopen(path, "wbx");
    bool is_good = file != NULL;
    for (const char *const *part = demo->text; is_good && *part; part++)
        is_good = fputs(*part, file) >= 0;
    if (file)
        is_good = (fclose(file) == 0) && is_good;
    if (!is_good)
        status = sink_fail(error, SINK_FAILED, "%s: cannot write it: %s", path, strerror(errno));
    free(path);
    return status;
}

enum sink_status sink_demo_write_texts(const char *folder, struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT && status == SINK_OK; i++)
        if (sink_demo_files[i].text)
            status = write_text(folder, &sink_demo_files[i], error);
    return status;
}
