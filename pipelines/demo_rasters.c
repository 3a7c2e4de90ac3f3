#include "pipelines/demo.h"
#include "pipelines/demo_landscape.h"
#include "rasters/write.h"
#include "sinkcalc/base/text.h"

#include <stdlib.h>

/* A raster of the demonstration; year 0 for one that holds for all. */
struct raster {
    const char *stem, *about, *unit;
    int year;
    uint8_t *codes;       /* one of these two */
    uint16_t *quantities; /* with SINK_DEMO_NODATA */
};

static enum sink_status write_raster(const char *folder, const struct raster *raster,
                                     struct sink_error *error)
{
    enum sink_status status = SINK_FAILED;
    char *path, *description;
    if (raster->year) {
        path = sink_text_format("%s/%s_%d.tif", folder, raster->stem, raster->year);
        description = sink_text_format("%s: %s, %d", SINK_DEMO_NOTICE, raster->about, raster->year);
    } else {
        path = sink_text_format("%s/%s.tif", folder, raster->stem);
        description = sink_text_format("%s: %s", SINK_DEMO_NOTICE, raster->about);
    }
    if (path && description) {
        const struct sink_image image = {
            .path = path,
            .type = raster->codes ? SINK_IMAGE_UINT8 : SINK_IMAGE_UINT16,
            .width = SINK_DEMO_WIDTH,
            .height = SINK_DEMO_HEIGHT,
            .cells = raster->codes ? (void *)raster->codes : (void *)raster->quantities,
            .x0 = SINK_DEMO_WEST_DEG,
            .y0 = SINK_DEMO_NORTH_DEG,
            .dx = SINK_DEMO_CELL_DEG,
            .dy = -SINK_DEMO_CELL_DEG,
            .crs = "EPSG:4326",
            .unit = raster->unit,
            .description = description,
            .has_nodata = !raster->codes,
            .nodata = SINK_DEMO_NODATA};
        status = sink_image_write(&image, error);
    } else {
        status = sink_fail_memory(error);
    }
    free(path);
    free(description);
    return status;
}

static enum sink_status write_year(const char *folder, const struct sink_demo_landscape *landscape,
                                   int index, struct sink_error *error)
{
    const int year = sink_demo_years[index];
    const struct raster rasters[] = {
        {"landcover", "land cover, codes in legend.csv", "", year, landscape->cover[index], NULL},
        {"biomass", "above-ground biomass, dry matter", "t/ha", year, NULL,
         landscape->biomass[index]},
        {"biomass_sd", "standard deviation of the above-ground biomass", "t/ha", year, NULL,
         landscape->biomass_sd[index]},
        {"volume", "stock volume", "m3/ha", year, NULL, landscape->volume[index]}};
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < sizeof rasters / sizeof *rasters && status == SINK_OK; i++)
        status = write_raster(folder, &rasters[i], error);
    return status;
}

enum sink_status sink_demo_write_rasters(const char *folder, struct sink_error *error)
{
    struct sink_demo_landscape *landscape = NULL;
    enum sink_status status = sink_demo_landscape_new(&landscape, error);
    for (int index = 0; index < SINK_DEMO_YEARS && status == SINK_OK; index++)
        status = write_year(folder, landscape, index, error);
    if (status == SINK_OK) {
        const struct raster zone = {
            "zone", "ecological zone, codes of the legend gez", "", 0, landscape->zone, NULL};
        status = write_raster(folder, &zone, error);
    }
    sink_demo_landscape_free(landscape);
    return status;
}
