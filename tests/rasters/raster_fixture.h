/* Rasters written with GDAL into a folder of the test, opened as layers, and read. */
#ifndef TESTS_RASTERS_RASTER_FIXTURE_H
#define TESTS_RASTERS_RASTER_FIXTURE_H

#include "rasters/environment.h"
#include "rasters/layer.h"

#include <check.h>
#include <cpl_conv.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Starts GDAL and moves into a new folder: an unchecked fixture. */
static inline void enter_folder(void)
{
    struct sink_error error;
    char folder[] = "/tmp/sink_rasters_XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(sink_environment_start(false, &error), SINK_OK);
}

static inline void leave_folder(void)
{
    char folder[64], command[96];
    ck_assert_ptr_nonnull(getcwd(folder, sizeof folder));
    ck_assert_int_eq(strncmp(folder, "/tmp/sink_rasters_", 18), 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

/* A raster to be written. What is 0 or NULL takes the value in brackets. */
struct image {
    const char *path;
    const char *driver;                   /* ["GTiff"] */
    GDALDataType type;                    /* [GDT_Byte] */
    int width, height, bands;             /* [12 x 10, 1] */
    double x0, y0, dx, dy;                /* [500000, 4000000, 30, -30] */
    const char *crs;                      /* [EPSG:32633]; "" for none */
    const char *options[8];               /* of creation */
    const double *nodata;                 /* [none] */
    double scale, offset;                 /* [none] */
    double turn;                          /* [0] of the geotransform */
    const char *unit;                     /* [none] */
    double (*value)(int row, int column); /* [code] of band 1; band b has 100 (b - 1) more */
    bool is_empty;                        /* no cell is written */
};

/* Varies from cell to cell, and fits in a byte with codes to spare at both ends. */
static inline double code(int row, int column)
{
    return 1 + (row * 37 + column * 11) % 199;
}

static inline struct image complete(struct image image)
{
    image.driver = image.driver ? image.driver : "GTiff";
    image.type = image.type ? image.type : GDT_Byte;
    image.width = image.width ? image.width : 12;
    image.height = image.height ? image.height : 10;
    image.bands = image.bands ? image.bands : 1;
    if (image.dx == 0 && image.dy == 0) {
        image.dx = 30;
        image.dy = -30;
    }
    if (image.x0 == 0 && image.y0 == 0) {
        image.x0 = 500000;
        image.y0 = 4000000;
    }
    image.crs = image.crs ? image.crs : "EPSG:32633";
    image.value = image.value ? image.value : code;
    return image;
}

static inline void set_place(GDALDatasetH dataset, const struct image *image)
{
    double t[6] = {image->x0, image->dx, image->turn, image->y0, image->turn, image->dy};
    ck_assert_int_eq(GDALSetGeoTransform(dataset, t), CE_None);
    if (!*image->crs)
        return;
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    ck_assert_int_eq(OSRSetFromUserInput(crs, image->crs), OGRERR_NONE);
    ck_assert_int_eq(GDALSetSpatialRef(dataset, crs), CE_None);
    OSRRelease(crs);
}

/* Writes the image; the caller may change the dataset before it closes it. */
static inline GDALDatasetH create_image(struct image image)
{
    image = complete(image);
    GDALDriverH driver = GDALGetDriverByName(image.driver);
    ck_assert_ptr_nonnull(driver);
    char *options[8];
    memcpy(options, image.options, sizeof options);
    GDALDatasetH dataset =
        GDALCreate(driver, image.path, image.width, image.height, image.bands, image.type, options);
    ck_assert_ptr_nonnull(dataset);
    set_place(dataset, &image);
    double *row = malloc((size_t)image.width * sizeof *row);
    for (int b = 1; b <= image.bands; b++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, b);
        if (image.nodata)
            GDALSetRasterNoDataValue(band, *image.nodata);
        if (image.scale != 0) {
            GDALSetRasterScale(band, image.scale);
            GDALSetRasterOffset(band, image.offset);
        }
        if (image.unit)
            GDALSetRasterUnitType(band, image.unit);
        for (int r = 0; r < image.height && !image.is_empty; r++) {
            for (int c = 0; c < image.width; c++)
                row[c] = image.value(r, c) + 100 * (b - 1);
            ck_assert_int_eq(GDALRasterIO(band, GF_Write, 0, r, image.width, 1, row, image.width, 1,
                                          GDT_Float64, 0, 0),
                             CE_None);
        }
    }
    free(row);
    return dataset;
}

static inline void write_image(struct image image)
{
    GDALClose(create_image(image));
}

/* Writes through MEM, for drivers that only copy. */
static inline void copy_image(struct image image, const char *driver)
{
    struct image memory = image;
    memory.driver = "MEM";
    memset(memory.options, 0, sizeof memory.options);
    char *options[8];
    memcpy(options, image.options, sizeof options);
    GDALDatasetH from = create_image(memory);
    GDALDatasetH copy =
        GDALCreateCopy(GDALGetDriverByName(driver), image.path, from, FALSE, options, NULL, NULL);
    ck_assert_ptr_nonnull(copy);
    GDALClose(copy);
    GDALClose(from);
}

static inline void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert(fputs(text, file) >= 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* What one opening gave. */
struct opened {
    struct sink_layer *layer;
    struct sink_faults faults;
    char text[4096]; /* all faults, one a line */
};

static inline void close_layer(struct opened *opened)
{
    sink_layer_close(opened->layer);
    sink_faults_free(&opened->faults);
}

/* Opens a layer of the files; a request without a name is called "layer". */
static inline struct opened open_layer(struct sink_layer_request request, const char *const *paths)
{
    struct opened opened = {0};
    request.name = request.name ? request.name : "layer";
    request.band = request.band ? request.band : 1;
    request.paths = paths;
    for (request.path_count = 0; paths[request.path_count]; request.path_count++)
        ;
    const enum sink_status status = sink_layer_open(&request, &opened.layer, &opened.faults);
    ck_assert_int_eq(status == SINK_OK, opened.layer != NULL);
    ck_assert_int_eq(status == SINK_OK, opened.faults.count == 0);
    for (size_t i = 0; i < opened.faults.count; i++) {
        const size_t length = strlen(opened.text);
        snprintf(opened.text + length, sizeof opened.text - length, "%s\n",
                 opened.faults.items[i].message);
    }
    return opened;
}

static inline struct opened open_one(const char *path)
{
    return open_layer((struct sink_layer_request){0}, (const char *const[]){path, NULL});
}

/* The layer must open. */
static inline struct sink_layer *open_good(struct sink_layer_request request, const char *path)
{
    struct opened opened = open_layer(request, (const char *const[]){path, NULL});
    ck_assert_msg(opened.layer != NULL, "%s", opened.text);
    return opened.layer;
}

/* The layer must not open, with one fault that begins with `path` and holds `words`. */
static inline void expect_fault(struct sink_layer_request request, const char *path,
                                const char *words)
{
    struct opened opened = open_layer(request, (const char *const[]){path, NULL});
    ck_assert_msg(opened.layer == NULL, "%s was opened", path);
    ck_assert_msg(strncmp(opened.text, path, strlen(path)) == 0, "%s", opened.text);
    ck_assert_msg(strstr(opened.text, words) != NULL, "\"%s\" is not in %s", words, opened.text);
    ck_assert_int_eq(opened.faults.items[0].status, SINK_BAD_DATA);
    close_layer(&opened);
}

/* What a read gave, as numbers. */
struct cells {
    double *values;
    uint8_t *states;
    int width, height;
    enum sink_status status;
    struct sink_error error;
};

static inline void free_cells(struct cells *cells)
{
    free(cells->values);
    free(cells->states);
}

static inline double number_at(const void *values, enum sink_cell_type type, size_t i)
{
    switch (type) {
    case SINK_CELL_UINT8:
        return ((const uint8_t *)values)[i];
    case SINK_CELL_UINT16:
        return ((const uint16_t *)values)[i];
    case SINK_CELL_INT16:
        return ((const int16_t *)values)[i];
    case SINK_CELL_UINT32:
        return ((const uint32_t *)values)[i];
    case SINK_CELL_INT32:
        return ((const int32_t *)values)[i];
    case SINK_CELL_FLOAT32:
        return (double)((const float *)values)[i];
    default:
        return ((const double *)values)[i];
    }
}

/* Reads a window through an open reader. */
static inline struct cells read_through(struct sink_reader *reader, struct sink_window window)
{
    const size_t count = (size_t)window.width * (size_t)window.height;
    struct cells cells = {.width = window.width, .height = window.height};
    void *raw = malloc(count * sizeof(double));
    cells.values = malloc(count * sizeof(double));
    cells.states = malloc(count);
    struct sink_block block = {.values = raw, .states = cells.states};
    cells.status = sink_reader_read(reader, window, &block, &cells.error);
    for (size_t i = 0; i < count && cells.status == SINK_OK; i++)
        cells.values[i] = number_at(raw, sink_reader_type(reader), i);
    if (!block.has_states)
        memset(cells.states, SINK_CELL_READ, count);
    free(raw);
    return cells;
}

/* Reads a window of `grid` from the layer. */
static inline struct cells read_cells(const struct sink_layer *layer, const struct sink_grid *grid,
                                      struct sink_window window)
{
    struct sink_error error;
    struct sink_reader *reader = NULL;
    ck_assert_int_eq(sink_reader_open(layer, grid, (size_t)window.width * (size_t)window.height,
                                      &reader, &error),
                     SINK_OK);
    struct cells cells = read_through(reader, window);
    sink_reader_close(reader);
    return cells;
}

/* Reads the whole of the layer on its own grid, which must succeed. */
static inline struct cells read_whole(const struct sink_layer *layer)
{
    const struct sink_grid *grid = sink_layer_grid(layer);
    struct cells cells =
        read_cells(layer, grid, (struct sink_window){.height = grid->height, .width = grid->width});
    ck_assert_msg(cells.status == SINK_OK, "%s", cells.error.message);
    return cells;
}

/* The whole layer holds value(row, column) everywhere. */
static inline void expect_values(const struct sink_layer *layer,
                                 double (*value)(int row, int column))
{
    struct cells cells = read_whole(layer);
    for (int r = 0; r < cells.height; r++)
        for (int c = 0; c < cells.width; c++) {
            const size_t i = (size_t)r * (size_t)cells.width + (size_t)c;
            ck_assert_int_eq(cells.states[i], SINK_CELL_READ);
            ck_assert_msg(cells.values[i] == value(r, c),
                          "row %d, column %d: %.17g, expected %.17g", r, c, cells.values[i],
                          value(r, c));
        }
    free_cells(&cells);
}

static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
