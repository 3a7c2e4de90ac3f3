#include "regions/write.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdbool.h>

/* NULL when GDAL refuses a field or the layer. */
static OGRLayerH create_layer(GDALDatasetH dataset, const struct sink_polygon_file *file)
{
    OGRLayerH layer = NULL;
    char **options = CSLSetNameValue(NULL, "DESCRIPTION", file->description);
    OGRSpatialReferenceH reference = OSRNewSpatialReference(NULL);
    bool is_good = reference && OSRSetFromUserInput(reference, file->crs) == OGRERR_NONE;
    if (is_good) {
        OSRSetAxisMappingStrategy(reference, OAMS_TRADITIONAL_GIS_ORDER);
        layer = GDALDatasetCreateLayer(dataset, file->layer, reference, wkbPolygon, options);
    }
    for (size_t i = 0; layer && i < file->field_count; i++) {
        OGRFieldDefnH field = OGR_Fld_Create(file->fields[i], OFTString);
        if (OGR_L_CreateField(layer, field, 0) != OGRERR_NONE)
            layer = NULL;
        OGR_Fld_Destroy(field);
    }
    OSRDestroySpatialReference(reference);
    CSLDestroy(options);
    return layer;
}

static OGRGeometryH make_polygon(const struct sink_polygon_feature *from)
{
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    for (size_t i = 0; i < from->node_count; i++)
        OGR_G_AddPoint_2D(ring, from->nodes[i][0], from->nodes[i][1]);
    OGR_G_AddGeometryDirectly(polygon, ring);
    return polygon;
}

static bool write_feature(OGRLayerH layer, const struct sink_polygon_file *file,
                          const struct sink_polygon_feature *from)
{
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    for (size_t i = 0; i < file->field_count; i++)
        if (from->values[i])
            OGR_F_SetFieldString(feature, (int)i, from->values[i]);
    OGR_F_SetGeometryDirectly(feature, make_polygon(from));
    const bool is_good = OGR_L_CreateFeature(layer, feature) == OGRERR_NONE;
    OGR_F_Destroy(feature);
    return is_good;
}

static enum sink_status fail(const struct sink_polygon_file *file, struct sink_error *error)
{
    return sink_fail(error, SINK_FAILED, "%s: cannot write it as GeoPackage: %s", file->path,
                     CPLGetLastErrorMsg());
}

static enum sink_status write_file(const struct sink_polygon_file *file, struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    GDALDatasetH dataset =
        GDALCreate(GDALGetDriverByName("GPKG"), file->path, 0, 0, 0, GDT_Unknown, NULL);
    if (!dataset)
        return fail(file, error);
    OGRLayerH layer = create_layer(dataset, file);
    bool is_good = layer != NULL;
    for (size_t i = 0; is_good && i < file->feature_count; i++)
        is_good = write_feature(layer, file, &file->features[i]);
    if (!is_good || CPLGetLastErrorType() >= CE_Failure)
        status = fail(file, error); /* now: a close after a failure puts others in its place */
    GDALClose(dataset);
    /* The close ends the transaction and says only here that it could not. */
    if (status == SINK_OK && CPLGetLastErrorType() >= CE_Failure)
        status = fail(file, error);
    return status;
}

enum sink_status sink_polygons_write(const struct sink_polygon_file *file, struct sink_error *error)
{
    CPLErrorReset();
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", file->date);
    const enum sink_status status = write_file(file, error);
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", NULL);
    return status;
}
