#include "pipelines/demo.h"
#include "pipelines/demo_landscape.h"
#include "rasters/write.h"
#include "sinkcalc/base/text.h"

#include <stdlib.h>

/* Codes have eight bits; years and quantities sixteen. */
static bool is_code(const struct sink_demo_file *file)
{
    return !file->unit && file->layer != SINK_DEMO_BURNED;
}

static enum sink_status write_raster(const char *folder, const struct sink_demo_file *file,
                                     uint16_t *cells, struct sink_error *error)
{
    enum sink_status status = SINK_FAILED;
    uint8_t *codes = NULL;
    char *path = sink_text_format("%s/%s", folder, file->name);
    char *description = sink_text_format("%s: %s", SINK_DEMO_NOTICE, file->about);
    if (is_code(file))
        codes = malloc(SINK_DEMO_CELLS);
    for (size_t i = 0; codes && i < SINK_DEMO_CELLS; i++)
        codes[i] = (uint8_t)cells[i];
    if (path && description && (codes || !is_code(file))) {
        const struct sink_image image = {.path = path,
                                         .type = codes ? SINK_IMAGE_UINT8 : SINK_IMAGE_UINT16,
                                         .width = SINK_DEMO_WIDTH,
                                         .height = SINK_DEMO_HEIGHT,
                                         .cells = codes ? (void *)codes : (void *)cells,
                                         .x0 = SINK_DEMO_WEST_DEG,
                                         .y0 = SINK_DEMO_NORTH_DEG,
                                         .dx = SINK_DEMO_CELL_DEG,
                                         .dy = -SINK_DEMO_CELL_DEG,
                                         .crs = "EPSG:4326",
                                         .unit = file->unit ? file->unit : "",
                                         .description = description,
                                         .has_nodata = !codes,
                                         .nodata = file->unit ? SINK_DEMO_NODATA : 0};
        status = sink_image_write(&image, error);
    } else {
        status = sink_fail_memory(error);
    }
    free(codes);
    free(path);
    free(description);
    return status;
}

enum sink_status sink_demo_write_rasters(const char *folder, struct sink_error *error)
{
    struct sink_demo_landscape *landscape = NULL;
    enum sink_status status = sink_demo_landscape_new(&landscape, error);
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT && status == SINK_OK; i++) {
        const struct sink_demo_file *file = &sink_demo_files[i];
        if (file->layer >= 0)
            status = write_raster(folder, file, landscape->layers[file->layer], error);
    }
    sink_demo_landscape_free(landscape);
    return status;
}
