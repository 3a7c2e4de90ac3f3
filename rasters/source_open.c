/* One raster file, and all that its header must say before a cell is read. */
#include "rasters/layer_parts.h"
#include "rasters/raster_grid.h"
#include "sinkcalc/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLOCK_BYTES ((double)(64 << 20))
#define MAX_BANDS 1000
#define MAX_CELLS 0x1p40

static const char *const drivers[] = {"GTiff", "COG", "VRT", "netCDF", "HFA", "AAIGrid", NULL};

static bool fault(struct sink_layer_opening *opening, const char *path, const char *format, ...)
    SINK_PRINTF(3, 4);

static bool fault(struct sink_layer_opening *opening, const char *path, const char *format, ...)
{
    char text[900];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sink_faults_note(opening->faults, SINK_BAD_DATA, "%s: %s", path, text);
    return false;
}

void sink_source_free(struct sink_source *source)
{
    free(source->path);
    free(source->opening);
    free(source->unit);
    free(source->absent);
    sink_grid_free(&source->grid);
    *source = (struct sink_source){0};
}

bool sink_source_is_absent(const struct sink_source *source, int block_column, int block_row)
{
    if (!source->absent)
        return false;
    const size_t columns = (size_t)((source->file_width - 1) / source->block_width + 1);
    const size_t at = (size_t)block_row * columns + (size_t)block_column;
    return source->absent[at / 8] >> (at % 8) & 1;
}

static bool read_type(struct sink_layer_opening *opening, const char *path, GDALRasterBandH band,
                      enum sink_cell_type *type)
{
    static const struct {
        GDALDataType gdal;
        enum sink_cell_type type;
    } types[] = {{GDT_Byte, SINK_CELL_UINT8},     {GDT_UInt16, SINK_CELL_UINT16},
                 {GDT_Int16, SINK_CELL_INT16},    {GDT_UInt32, SINK_CELL_UINT32},
                 {GDT_Int32, SINK_CELL_INT32},    {GDT_Float32, SINK_CELL_FLOAT32},
                 {GDT_Float64, SINK_CELL_FLOAT64}};
    const GDALDataType found = GDALGetRasterDataType(band);
    const char *pixel = GDALGetMetadataItem(band, "PIXELTYPE", "IMAGE_STRUCTURE");
    if (pixel && strcmp(pixel, "SIGNEDBYTE") == 0)
        return fault(opening, path, "cells are signed bytes, expected unsigned bytes or int16");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].gdal == found) {
            *type = types[i].type;
            return true;
        }
    return fault(opening, path,
                 "cells are of type %s, expected whole or real numbers of up to 32 "
                 "bits, or float64",
                 GDALGetDataTypeName(found));
}

static bool read_transform(struct sink_layer_opening *opening, const char *path,
                           GDALDatasetH dataset, struct sink_grid *grid)
{
    double t[6];
    if (GDALGetGeoTransform(dataset, t) != CE_None)
        return fault(opening, path, "no geotransform: the raster does not say where it lies");
    for (int i = 0; i < 6; i++)
        if (!isfinite(t[i]))
            return fault(opening, path, "the geotransform is not finite");
    if (t[2] != 0 || t[4] != 0)
        return fault(opening, path,
                     "rotated geotransform (%g, %g), expected rows and columns along the axes of "
                     "the CRS: warp it first",
                     t[2], t[4]);
    if (!(t[1] > 0) || t[5] == 0)
        return fault(opening, path, "cell size %g x %g, expected columns that run east", t[1],
                     t[5]);
    grid->width = GDALGetRasterXSize(dataset);
    grid->height = GDALGetRasterYSize(dataset);
    grid->x0 = t[0];
    grid->dx = t[1];
    grid->y0 = t[3];
    grid->dy = t[5];
    if ((double)grid->width * grid->height > MAX_CELLS)
        return fault(opening, path, "%d x %d cells, expected at most 2^40", grid->width,
                     grid->height);
    return true;
}

static bool read_crs(struct sink_layer_opening *opening, const char *path, GDALDatasetH dataset,
                     struct sink_grid *grid)
{
    struct sink_error error;
    const char *stated = opening->request->crs;
    OGRSpatialReferenceH crs = GDALGetSpatialRef(dataset);
    bool is_same = true;
    if (!crs && !stated)
        return fault(opening, path,
                     "no CRS; state it in the job with `crs: EPSG:...` if you know it");
    enum sink_status status = crs ? sink_grid_set_crs(grid, crs, path, &error)
                                  : sink_grid_set_crs_text(grid, stated, path, &error);
    if (status == SINK_OK && crs && stated)
        status = sink_grid_has_crs(grid, stated, &is_same, &error);
    if (status != SINK_OK) {
        sink_faults_add(opening->faults, &error);
        return false;
    }
    return is_same || fault(opening, path, "the job states the CRS %s, but the file has %s", stated,
                            OSRGetName(crs));
}

static bool check_block(struct sink_layer_opening *opening, const char *path, GDALDatasetH dataset,
                        GDALRasterBandH band, struct sink_source *source)
{
    GDALGetBlockSize(band, &source->block_width, &source->block_height);
    const char *interleave = GDALGetMetadataItem(dataset, "INTERLEAVE", "IMAGE_STRUCTURE");
    const bool is_pixel = interleave && strcmp(interleave, "PIXEL") == 0;
    const double bytes = (double)source->block_width * source->block_height *
                         (double)sink_cell_type_bytes(source->type) *
                         (is_pixel ? GDALGetRasterCount(dataset) : 1);
    if (bytes > MAX_BLOCK_BYTES)
        return fault(opening, path, "blocks of %d x %d cells take %.0f MiB, expected at most 64",
                     source->block_width, source->block_height, bytes / 0x1p20);
    const char *compression = GDALGetMetadataItem(dataset, "COMPRESSION", "IMAGE_STRUCTURE");
    if (opening->request->is_class && compression &&
        (strstr(compression, "JPEG") || strcmp(compression, "WEBP") == 0))
        return fault(opening, path,
                     "codes in %s, which changes values: expected lossless "
                     "compression",
                     compression);
    return true;
}

/* Blocks that a GeoTIFF does not hold are read as no data or zero without a word (F3). */
static bool find_absent(struct sink_layer_opening *opening, const char *path, GDALDatasetH dataset,
                        GDALRasterBandH band, struct sink_source *source)
{
    char item[64];
    int first_row = -1, first_column = -1;
    if (strcmp(GDALGetDriverShortName(GDALGetDatasetDriver(dataset)), "GTiff") != 0)
        return true;
    const int columns = (source->grid.width - 1) / source->block_width + 1;
    const int rows = (source->grid.height - 1) / source->block_height + 1;
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            snprintf(item, sizeof item, "BLOCK_OFFSET_%d_%d", column, row);
            if (GDALGetMetadataItem(band, item, "TIFF"))
                continue;
            const size_t at = (size_t)row * (size_t)columns + (size_t)column;
            if (!source->absent)
                source->absent = calloc(((size_t)rows * (size_t)columns) / 8 + 1, 1);
            if (!source->absent) {
                sink_faults_note(opening->faults, SINK_FAILED, "out of memory");
                return false;
            }
            source->absent[at / 8] |= (unsigned char)(1 << at % 8);
            if (source->absent_count++ == 0) {
                first_row = row;
                first_column = column;
            }
        }
    if (source->absent_count == 0 || source->has_nodata || opening->request->count_missing)
        return true;
    return fault(opening, path,
                 "%zu of %d blocks are absent, the first at block column %d, row %d, and no value "
                 "stands for no data; complete the file, or count such cells with `missing: {tile: "
                 "count}`",
                 source->absent_count, rows * columns, first_column, first_row);
}

static void read_values(GDALRasterBandH band, struct sink_source *source)
{
    int has_nodata = 0, has_scale = 0, has_offset = 0;
    const double nodata = GDALGetRasterNoDataValue(band, &has_nodata);
    const double scale = GDALGetRasterScale(band, &has_scale);
    const double offset = GDALGetRasterOffset(band, &has_offset);
    const int flags = GDALGetMaskFlags(band);
    source->has_nodata = has_nodata != 0;
    source->nodata = has_nodata ? nodata : NAN;
    source->scale = has_scale ? scale : 1;
    source->offset = has_offset ? offset : 0;
    source->has_mask = (flags & GMF_ALPHA) || ((flags & GMF_PER_DATASET) && !(flags & GMF_NODATA));
    source->unit = sink_text_copy(GDALGetRasterUnitType(band));
}

static bool check_band(struct sink_layer_opening *opening, const char *path, GDALDatasetH dataset,
                       struct sink_source *source)
{
    const int count = GDALGetRasterCount(dataset);
    if (count == 0 && strcmp(GDALGetDriverShortName(GDALGetDatasetDriver(dataset)), "netCDF") == 0)
        return fault(opening, path, "several variables; name one with `variable`");
    if (source->band > count || count > MAX_BANDS)
        return fault(opening, path, "%d bands, expected band %d and at most %d in all", count,
                     source->band, MAX_BANDS);
    GDALRasterBandH band = GDALGetRasterBand(dataset, source->band);
    source->file_width = GDALGetRasterXSize(dataset);
    source->file_height = GDALGetRasterYSize(dataset);
    read_values(band, source);
    if (!source->unit) {
        sink_faults_note(opening->faults, SINK_FAILED, "out of memory");
        return false;
    }
    if (!isfinite(source->scale) || !isfinite(source->offset) || source->scale == 0)
        return fault(opening, path,
                     "scale %g and offset %g, expected finite numbers and a scale "
                     "that is not 0",
                     source->scale, source->offset);
    return read_type(opening, path, band, &source->type) &&
           check_block(opening, path, dataset, band, source) &&
           read_transform(opening, path, dataset, &source->grid) &&
           read_crs(opening, path, dataset, &source->grid) &&
           find_absent(opening, path, dataset, band, source);
}

static char *opening_words(const char *path, const char *variable)
{
    return variable ? sink_text_format("NETCDF:\"%s\":%s", path, variable) : sink_text_copy(path);
}

static bool list_files(struct sink_layer_opening *opening, const char *path, GDALDatasetH dataset)
{
    bool is_whole = sink_layer_push_file(opening, path);
    char **files = GDALGetFileList(dataset);
    for (int i = 0; files && files[i] && is_whole; i++)
        is_whole = sink_layer_push_file(opening, files[i]);
    CSLDestroy(files);
    return is_whole;
}

bool sink_source_open(struct sink_layer_opening *opening, const char *path, int band,
                      struct sink_source *source)
{
    *source = (struct sink_source){.band = band};
    source->path = sink_text_copy(path);
    source->opening = opening_words(path, opening->request->variable);
    if (!source->path || !source->opening) {
        sink_faults_note(opening->faults, SINK_FAILED, "out of memory");
        return false;
    }
    CPLErrorReset();
    GDALDatasetH dataset =
        GDALOpenEx(source->opening, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL);
    if (!dataset)
        return fault(opening, path,
                     "not a GeoTIFF, VRT, netCDF, HFA or ASCII grid that can be "
                     "read%s%s",
                     *CPLGetLastErrorMsg() ? ": " : "", CPLGetLastErrorMsg());
    const bool is_good =
        check_band(opening, path, dataset, source) && list_files(opening, path, dataset);
    GDALClose(dataset);
    return is_good;
}

void sink_layer_add_path(struct sink_layer_opening *opening, const char *path)
{
    struct sink_source source = {0};
    if (!sink_layer_is_file(opening, path))
        return;
    CPLErrorReset();
    GDALDriverH driver = GDALIdentifyDriver(path, NULL);
    if (driver && strcmp(GDALGetDriverShortName(driver), "VRT") == 0) {
        GDALDatasetH dataset =
            GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL);
        if (!dataset) {
            fault(opening, path, "not a VRT that can be read: %s", CPLGetLastErrorMsg());
            return;
        }
        sink_layer_add_vrt(opening, path, dataset);
        GDALClose(dataset);
        return;
    }
    if (!sink_source_open(opening, path, opening->request->band, &source) ||
        !sink_layer_push(opening, &source))
        sink_source_free(&source);
}
