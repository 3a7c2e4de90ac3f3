/* One raster file, and all that its header must say before a cell is read. */
#include "rasters/layer_parts.h"
#include "rasters/netcdf_length.h"
#include "rasters/raster_grid.h"
#include "sinkcalc/base/text.h"

#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_BLOCK_BYTES ((double)(64 << 20))
#define MAX_BANDS 1000
#define MAX_CELLS 0x1p40

const char *const sink_source_drivers[] = {"GTiff", "netCDF", "HFA", "AAIGrid", NULL};

void sink_source_free(struct sink_source *source)
{
    free(source->path);
    free(source->name);
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
        return sink_layer_fault(opening, path,
                                "cells are signed bytes, expected unsigned bytes or int16");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].gdal == found) {
            *type = types[i].type;
            return true;
        }
    return sink_layer_fault(opening, path,
                            "cells are of type %s, expected whole or real numbers of up to 32 "
                            "bits, or float64",
                            GDALGetDataTypeName(found));
}

static bool read_transform(struct sink_layer_opening *opening, const char *path,
                           GDALDatasetH dataset, struct sink_grid *grid)
{
    double t[6];
    if (GDALGetGeoTransform(dataset, t) != CE_None)
        return sink_layer_fault(opening, path,
                                "no geotransform: the raster does not say where it lies");
    for (int i = 0; i < 6; i++)
        if (!isfinite(t[i]))
            return sink_layer_fault(opening, path, "the geotransform is not finite");
    if (t[2] != 0 || t[4] != 0)
        return sink_layer_fault(
            opening, path,
            "rotated geotransform (%g, %g), expected rows and columns along the axes of "
            "the CRS: warp it first",
            t[2], t[4]);
    if (!(t[1] > 0) || t[5] == 0)
        return sink_layer_fault(opening, path, "cell size %g x %g, expected columns that run east",
                                t[1], t[5]);
    grid->width = GDALGetRasterXSize(dataset);
    grid->height = GDALGetRasterYSize(dataset);
    grid->x0 = t[0];
    grid->dx = t[1];
    grid->y0 = t[3];
    grid->dy = t[5];
    if ((double)grid->width * grid->height > MAX_CELLS)
        return sink_layer_fault(opening, path, "%d x %d cells, expected at most 2^40", grid->width,
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
        return sink_layer_fault(opening, path,
                                "no CRS; state it in the job with `crs: EPSG:...` if you know it");
    struct sink_grid of_job = {0};
    enum sink_status status = crs ? sink_grid_set_crs(grid, crs, path, &error)
                                  : sink_grid_set_crs_text(grid, stated, path, &error);
    if (status == SINK_OK && crs && stated) {
        status = sink_grid_set_crs_text(&of_job, stated, path, &error);
        is_same = status == SINK_OK && sink_grid_is_same_crs(grid, &of_job);
        sink_grid_free(&of_job);
    }
    if (status != SINK_OK) {
        sink_faults_add(opening->faults, &error);
        return false;
    }
    return is_same ||
           sink_layer_fault(opening, path, "the job states the CRS %s, but the file has %s", stated,
                            OSRGetName(crs));
}

/* A grid whose outer cells are centred on the poles is half a cell too high. */
static bool check_latitude(struct sink_layer_opening *opening, const char *path,
                           const struct sink_grid *grid)
{
    const double end = grid->y0 + grid->height * grid->dy;
    const double reach = fmax(fabs(grid->y0), fabs(end));
    if (!grid->is_geographic || reach <= 90 + 0.501 * fabs(grid->dy))
        return true;
    return sink_layer_fault(opening, path, "reaches latitude %.9g, expected at most 90",
                            fabs(grid->y0) > fabs(end) ? grid->y0 : end);
}

/* A mask in a file beside the raster is not read, and would be missed without a word. */
static bool check_mask_file(struct sink_layer_opening *opening, const struct sink_source *source)
{
    struct stat status;
    char *mask = sink_text_format("%s.msk", source->path);
    if (!mask) {
        sink_faults_note(opening->faults, SINK_FAILED, "out of memory");
        return false;
    }
    const bool is_there = stat(mask, &status) == 0;
    free(mask);
    return !is_there || sink_layer_fault(opening, source->name,
                                         "a mask lies beside it (.msk), expected no data by a "
                                         "value or by a mask inside the file");
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
        return sink_layer_fault(opening, path,
                                "blocks of %d x %d cells take %.0f MiB, expected at most 64",
                                source->block_width, source->block_height, bytes / 0x1p20);
    const char *compression = GDALGetMetadataItem(dataset, "COMPRESSION", "IMAGE_STRUCTURE");
    const bool is_lossy =
        compression && (strstr(compression, "JPEG") || strcmp(compression, "WEBP") == 0);
    if (opening->request->is_class && is_lossy)
        return sink_layer_fault(opening, path,
                                "codes in %s, which changes values: expected lossless "
                                "compression",
                                compression);
    return true;
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
        return sink_layer_fault(opening, path, "several variables; name one with `variable`");
    if (source->band > count || count > MAX_BANDS)
        return sink_layer_fault(opening, path, "%d bands, expected band %d and at most %d in all",
                                count, source->band, MAX_BANDS);
    GDALRasterBandH band = GDALGetRasterBand(dataset, source->band);
    source->file_width = GDALGetRasterXSize(dataset);
    source->file_height = GDALGetRasterYSize(dataset);
    read_values(band, source);
    if (!source->unit) {
        sink_faults_note(opening->faults, SINK_FAILED, "out of memory");
        return false;
    }
    if (!isfinite(source->scale) || !isfinite(source->offset) || source->scale == 0)
        return sink_layer_fault(opening, path,
                                "scale %g and offset %g, expected finite numbers and a scale "
                                "that is not 0",
                                source->scale, source->offset);
    GDALDriverH driver = GDALGetDatasetDriver(dataset);
    return read_type(opening, path, band, &source->type) &&
           check_block(opening, path, dataset, band, source) &&
           read_transform(opening, path, dataset, &source->grid) &&
           read_crs(opening, path, dataset, &source->grid) &&
           check_latitude(opening, path, &source->grid) && check_mask_file(opening, source) &&
           (strcmp(GDALGetDriverShortName(driver), "GTiff") != 0 ||
            sink_source_check_blocks(opening, source));
}

static char *opening_words(const char *path, const char *variable)
{
    return variable ? sink_text_format("NETCDF:\"%s\":%s", path, variable) : sink_text_copy(path);
}

static bool list_files(struct sink_layer_opening *opening, const char *path, GDALDatasetH dataset)
{
    bool is_whole = sink_layer_push_file(opening, path);
    char **files = GDALGetFileList(dataset);
    for (int i = 0; files && files[i] && is_whole; i++) /* some formats name further files inside */
        is_whole =
            sink_layer_is_inside(opening, files[i]) && sink_layer_push_file(opening, files[i]);
    CSLDestroy(files);
    return is_whole;
}

/* Before the library sees it. */
static bool check_netcdf(struct sink_layer_opening *opening, const struct sink_source *source)
{
    uint64_t expected = 0, found = 0;
    switch (sink_netcdf_check_length(source->path, &expected, &found)) {
    case SINK_NETCDF_SHORT:
        return sink_layer_fault(opening, source->name,
                                "cut short: %llu bytes, expected %llu by its header",
                                (unsigned long long)found, (unsigned long long)expected);
    case SINK_NETCDF_DAMAGED:
        return sink_layer_fault(opening, source->name, "the netCDF header is damaged");
    default:
        return true;
    }
}

bool sink_source_open(struct sink_layer_opening *opening, const char *path, int band,
                      struct sink_source *source)
{
    *source = (struct sink_source){.band = band};
    source->path = sink_text_copy(path);
    source->name =
        opening->vrt ? sink_text_format("%s: source %s", opening->vrt, path) : sink_text_copy(path);
    source->opening = opening_words(path, opening->request->variable);
    if (!source->path || !source->name || !source->opening) {
        sink_faults_note(opening->faults, SINK_FAILED, "out of memory");
        return false;
    }
    if (!check_netcdf(opening, source) || !sink_source_check_hdf5(opening, source))
        return false;
    CPLErrorReset();
    GDALDatasetH dataset = GDALOpenEx(source->opening, GDAL_OF_RASTER | GDAL_OF_READONLY,
                                      sink_source_drivers, NULL, NULL);
    if (!dataset)
        return sink_layer_fault(opening, source->name,
                                "not a GeoTIFF, VRT, netCDF, HFA or ASCII grid that can be "
                                "read%s%s",
                                *CPLGetLastErrorMsg() ? ": " : "", CPLGetLastErrorMsg());
    const bool is_good =
        check_band(opening, source->name, dataset, source) && list_files(opening, path, dataset);
    GDALClose(dataset);
    return is_good;
}

static bool is_vrt(const char *path)
{
    GDALDriverH driver = GDALIdentifyDriver(path, NULL);
    return driver && strcmp(GDALGetDriverShortName(driver), "VRT") == 0;
}

bool sink_layer_is_no_vrt(struct sink_layer_opening *opening, const char *path)
{
    return !is_vrt(path) || sink_layer_fault(opening, opening->vrt,
                                             "source %s is a VRT, expected a file of cells", path);
}

void sink_layer_add_path(struct sink_layer_opening *opening, const char *path)
{
    struct sink_source source = {0};
    if (!sink_layer_is_file(opening, path))
        return;
    CPLErrorReset();
    if (is_vrt(path))
        sink_layer_add_vrt(opening, path);
    else if (!sink_source_open(opening, path, opening->request->band, &source) ||
             !sink_layer_push(opening, &source))
        sink_source_free(&source);
}
