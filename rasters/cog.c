#include "rasters/cog.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EDGE_POINTS 21 /* along each edge of the grid, for its bounds in degrees */

#define FAULT_BYTES 512

struct sink_cog_writer {
    struct sink_cog cog;
    GDALDatasetH dataset;    /* the scratch file */
    char fault[FAULT_BYTES]; /* the first that GDAL told: the later ones do not say why */
};

static const struct {
    const char *name;
    GDALDataType type;
} types[] = {[SINK_COG_FLOAT32] = {"float32", GDT_Float32},
             [SINK_COG_UINT8] = {"uint8", GDT_Byte},
             [SINK_COG_UINT16] = {"uint16", GDT_UInt16},
             [SINK_COG_UINT32] = {"uint32", GDT_UInt32}};

const char *sink_cog_type_name(enum sink_cog_type type)
{
    return types[type].name;
}

static void CPL_STDCALL keep_first(CPLErr level, CPLErrorNum number, const char *message)
{
    char *fault = CPLGetErrorHandlerUserData();
    (void)number;
    if (level >= CE_Failure && !*fault)
        snprintf(fault, FAULT_BYTES, "%s", message);
}

static void listen(struct sink_cog_writer *writer)
{
    CPLErrorReset();
    CPLPushErrorHandlerEx(keep_first, writer->fault);
}

/* Ends listening: was all well, and did GDAL tell nothing? */
static enum sink_status judge(const struct sink_cog_writer *writer, bool is_good,
                              struct sink_error *error)
{
    CPLPopErrorHandler();
    if (is_good && !*writer->fault)
        return SINK_OK;
    return sink_fail(error, SINK_FAILED, "%s: cannot be written as GeoTIFF: %s", writer->cog.path,
                     *writer->fault ? writer->fault : "GDAL does not say why");
}

static OGRSpatialReferenceH reference_of(const char *crs)
{
    OGRSpatialReferenceH reference = OSRNewSpatialReference(NULL);
    if (reference && OSRSetFromUserInput(reference, crs) == OGRERR_NONE) {
        OSRSetAxisMappingStrategy(reference, OAMS_TRADITIONAL_GIS_ORDER);
        return reference;
    }
    OSRDestroySpatialReference(reference);
    return NULL;
}

static bool set_grid(GDALDatasetH dataset, const struct sink_grid *grid)
{
    double transform[6] = {grid->x0, grid->dx, 0, grid->y0, 0, grid->dy};
    OGRSpatialReferenceH reference = reference_of(grid->crs_wkt);
    const bool is_good = reference && GDALSetSpatialRef(dataset, reference) == CE_None &&
                         GDALSetGeoTransform(dataset, transform) == CE_None;
    OSRDestroySpatialReference(reference);
    return is_good;
}

static bool set_colours(GDALRasterBandH band, const struct sink_cog *cog)
{
    if (!cog->colours)
        return true;
    GDALColorTableH table = GDALCreateColorTable(GPI_RGB);
    for (size_t i = 0; table && i < cog->colour_count; i++) {
        const struct sink_colour *colour = &cog->colours[i];
        const GDALColorEntry entry = {colour->red, colour->green, colour->blue, colour->alpha};
        GDALSetColorEntry(table, (int)i, &entry);
    }
    const bool is_good = table && GDALSetRasterColorTable(band, table) == CE_None;
    if (table)
        GDALDestroyColorTable(table);
    return is_good;
}

static bool describe(GDALDatasetH dataset, const struct sink_cog *cog)
{
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    const double nodata = cog->type == SINK_COG_FLOAT32 ? NAN : 0;
    GDALSetDescription(band, cog->description);
    return set_grid(dataset, cog->grid) && GDALSetRasterNoDataValue(band, nodata) == CE_None &&
           (!*cog->unit || GDALSetRasterUnitType(band, cog->unit) == CE_None) &&
           set_colours(band, cog);
}

enum sink_status sink_cog_start(const struct sink_cog *cog, struct sink_cog_writer **writer,
                                struct sink_error *error)
{
    /* Windows that end inside a block would be packed over and over. */
    static const char words[] = "TILED=YES BLOCKXSIZE=512 BLOCKYSIZE=512 SPARSE_OK=TRUE "
                                "BIGTIFF=IF_SAFER NUM_THREADS=1";
    struct sink_cog_writer *made = *writer = calloc(1, sizeof *made);
    if (!made)
        return sink_fail_memory(error);
    made->cog = *cog;
    char **options = CSLTokenizeString(words);
    unlink(cog->scratch); /* what a killed run left: GDAL would look into them, and complain */
    unlink(cog->path);
    listen(made);
    made->dataset = GDALCreate(GDALGetDriverByName("GTiff"), cog->scratch, cog->grid->width,
                               cog->grid->height, 1, types[cog->type].type, options);
    CSLDestroy(options);
    const bool is_good = made->dataset && describe(made->dataset, cog);
    const enum sink_status status = judge(made, is_good, error);
    if (status == SINK_OK)
        return SINK_OK;
    sink_cog_abandon(made);
    *writer = NULL;
    return status;
}

enum sink_status sink_cog_put(struct sink_cog_writer *writer, struct sink_window window,
                              const void *cells, struct sink_error *error)
{
    const GDALDataType type = writer->cog.type == SINK_COG_FLOAT32 ? GDT_Float32 : GDT_UInt32;
    union {
        const void *from;
        void *to;
    } buffer = {cells}; /* GDAL writes from what it calls a buffer to fill */
    listen(writer);
    const CPLErr code = GDALRasterIO(GDALGetRasterBand(writer->dataset, 1), GF_Write, window.column,
                                     window.row, window.width, window.height, buffer.to,
                                     window.width, window.height, type, 0, 0);
    return judge(writer, code == CE_None, error);
}

static bool set_statistics(GDALDatasetH dataset, const struct sink_grid *grid,
                           const struct sink_cog_statistics *statistics)
{
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    const double percent = 100 * statistics->cell_count / grid->width / grid->height;
    const struct {
        const char *name;
        double value;
    } items[] = {{"STATISTICS_MINIMUM", statistics->minimum},
                 {"STATISTICS_MAXIMUM", statistics->maximum},
                 {"STATISTICS_MEAN", statistics->mean},
                 {"STATISTICS_STDDEV", statistics->deviation},
                 {"STATISTICS_VALID_PERCENT", percent}};
    bool is_good = true;
    for (size_t i = 0; i < sizeof items / sizeof *items && statistics->cell_count > 0; i++) {
        char text[40];
        snprintf(text, sizeof text, "%.15g", items[i].value);
        is_good &= GDALSetMetadataItem(band, items[i].name, text, NULL) == CE_None;
    }
    return is_good;
}

static int CPL_STDCALL go_on(double done, const char *message, void *is_stopped)
{
    bool (**stop)(void) = is_stopped;
    (void)done;
    (void)message;
    return !*stop || !(*stop)();
}

static bool copy(struct sink_cog_writer *writer)
{
    const bool is_real = writer->cog.type == SINK_COG_FLOAT32;
    char **options = CSLTokenizeString("COMPRESS=DEFLATE LEVEL=6 PREDICTOR=YES BLOCKSIZE=512 "
                                       "BIGTIFF=IF_SAFER");
    char threads[16];
    snprintf(threads, sizeof threads, "%d", writer->cog.threads);
    options = CSLSetNameValue(options, "NUM_THREADS", threads);
    options = CSLSetNameValue(options, "OVERVIEW_RESAMPLING", is_real ? "AVERAGE" : "MODE");
    GDALDatasetH made =
        GDALCreateCopy(GDALGetDriverByName("COG"), writer->cog.path, writer->dataset, FALSE,
                       options, go_on, &writer->cog.is_stopped);
    CSLDestroy(options);
    if (made)
        GDALClose(made);
    return made && !*writer->fault;
}

enum sink_status sink_cog_finish(struct sink_cog_writer *writer,
                                 const struct sink_cog_statistics *statistics,
                                 struct sink_error *error)
{
    listen(writer);
    bool is_good = set_statistics(writer->dataset, writer->cog.grid, statistics);
    GDALFlushCache(writer->dataset);
    is_good = is_good && !*writer->fault && copy(writer);
    const enum sink_status status = judge(writer, is_good, error);
    if (status != SINK_OK)
        unlink(writer->cog.path);
    sink_cog_abandon(writer);
    return status;
}

void sink_cog_abandon(struct sink_cog_writer *writer)
{
    if (!writer)
        return;
    if (writer->dataset)
        GDALClose(writer->dataset);
    unlink(writer->cog.scratch);
    free(writer);
}

static void add_value(struct sink_cog_sums *sums, double value)
{
    if (sums->count == 0)
        *sums = (struct sink_cog_sums){.minimum = value, .maximum = value, .shift = value};
    sums->minimum = fmin(sums->minimum, value);
    sums->maximum = fmax(sums->maximum, value);
    sums->sum += value - sums->shift; /* small numbers, so that the squares keep their digits */
    sums->squares += (value - sums->shift) * (value - sums->shift);
    sums->count++;
}

void sink_cog_sums_add(struct sink_cog_sums *sums, enum sink_cog_type type, const void *cells,
                       size_t count)
{
    const float *reals = cells;
    const uint32_t *wholes = cells;
    for (size_t i = 0; i < count; i++)
        if (type == SINK_COG_FLOAT32 ? !isnan(reals[i]) : wholes[i] != 0)
            add_value(sums, type == SINK_COG_FLOAT32 ? (double)reals[i] : (double)wholes[i]);
}

struct sink_cog_statistics sink_cog_statistics_of(const struct sink_cog_sums *sums)
{
    if (sums->count == 0)
        return (struct sink_cog_statistics){NAN, NAN, NAN, NAN, 0};
    const double mean = sums->sum / sums->count;
    return (struct sink_cog_statistics){
        .minimum = sums->minimum,
        .maximum = sums->maximum,
        .mean = sums->shift + mean,
        .deviation = sqrt(fmax(0, sums->squares / sums->count - mean * mean)),
        .cell_count = sums->count};
}

enum sink_status sink_cog_bounds_deg(const struct sink_grid *grid, double bounds[4],
                                     struct sink_error *error)
{
    const double x[2] = {grid->x0, grid->x0 + grid->width * grid->dx};
    const double y[2] = {grid->y0, grid->y0 + grid->height * grid->dy};
    OGRSpatialReferenceH from = reference_of(grid->crs_wkt), to = reference_of("EPSG:4326");
    OGRCoordinateTransformationH transformation =
        from && to ? OCTNewCoordinateTransformation(from, to) : NULL;
    CPLErrorReset();
    const bool is_good =
        transformation &&
        OCTTransformBounds(transformation, x[0], fmin(y[0], y[1]), x[1], fmax(y[0], y[1]),
                           &bounds[0], &bounds[1], &bounds[2], &bounds[3], EDGE_POINTS);
    if (transformation)
        OCTDestroyCoordinateTransformation(transformation);
    OSRDestroySpatialReference(from);
    OSRDestroySpatialReference(to);
    if (is_good)
        return SINK_OK;
    return sink_fail(error, SINK_FAILED, "the grid's extent has no degrees: %s",
                     CPLGetLastErrorMsg());
}

int sink_cog_epsg(const struct sink_grid *grid)
{
    OGRSpatialReferenceH reference = reference_of(grid->crs_wkt);
    const char *name = reference ? OSRGetAuthorityName(reference, NULL) : NULL;
    const char *code = reference ? OSRGetAuthorityCode(reference, NULL) : NULL;
    const int epsg = name && code && strcmp(name, "EPSG") == 0 ? (int)strtol(code, NULL, 10) : 0;
    OSRDestroySpatialReference(reference);
    return epsg;
}
