#include "rasters/write.h"

#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_srs_api.h>

static const char creation_options[] =
    "TILED=YES BLOCKXSIZE=256 BLOCKYSIZE=256 COMPRESS=DEFLATE PREDICTOR=2 NUM_THREADS=1";

static bool set_crs(GDALDatasetH dataset, const char *crs)
{
    OGRSpatialReferenceH reference = OSRNewSpatialReference(NULL);
    bool is_good = reference && OSRSetFromUserInput(reference, crs) == OGRERR_NONE;
    if (is_good) {
        OSRSetAxisMappingStrategy(reference, OAMS_TRADITIONAL_GIS_ORDER);
        is_good = GDALSetSpatialRef(dataset, reference) == CE_None;
    }
    OSRDestroySpatialReference(reference);
    return is_good;
}

static bool describe(GDALDatasetH dataset, const struct sink_image *image)
{
    double transform[6] = {image->x0, image->dx, 0, image->y0, 0, image->dy};
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    return set_crs(dataset, image->crs) && GDALSetGeoTransform(dataset, transform) == CE_None &&
           GDALSetMetadataItem(dataset, "TIFFTAG_IMAGEDESCRIPTION", image->description, NULL) ==
               CE_None &&
           (!*image->unit || GDALSetRasterUnitType(band, image->unit) == CE_None) &&
           (!image->has_nodata || GDALSetRasterNoDataValue(band, image->nodata) == CE_None);
}

static bool write_cells(GDALDatasetH dataset, const struct sink_image *image, GDALDataType type)
{
    return GDALRasterIO(GDALGetRasterBand(dataset, 1), GF_Write, 0, 0, image->width, image->height,
                        image->cells, image->width, image->height, type, 0, 0) == CE_None;
}

enum sink_status sink_image_write(const struct sink_image *image, struct sink_error *error)
{
    const GDALDataType type = image->type == SINK_IMAGE_UINT8 ? GDT_Byte : GDT_UInt16;
    char **options = CSLTokenizeString(creation_options);
    CPLErrorReset();
    GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("GTiff"), image->path, image->width,
                                      image->height, 1, type, options);
    CSLDestroy(options);
    bool is_good = dataset && describe(dataset, image) && write_cells(dataset, image, type);
    if (dataset)
        GDALClose(dataset);
    /* The close writes the last tiles and says only here that it could not. */
    is_good = is_good && CPLGetLastErrorType() < CE_Failure;
    if (is_good)
        return SINK_OK;
    return sink_fail(error, SINK_FAILED, "%s: cannot write it as GeoTIFF: %s", image->path,
                     CPLGetLastErrorMsg());
}
