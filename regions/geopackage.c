#include "regions/geopackage.h"

#include "sinkcalc/base/text.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>

struct sink_geopackage {
    char *name; /* in messages */
    GDALDatasetH dataset;
    OGRLayerH layer; /* that features go to */
    const struct sink_geopackage_field *fields;
    size_t field_count;
    bool has_titles; /* the table of column titles is there */
};

static const char place[] = "/vsimem/sinkcalc.gpkg";

/* Nothing beside it, no waiting for a disk. */
static const char *const options[][2] = {{"OGR_SQLITE_SYNCHRONOUS", "OFF"},
                                         {"OGR_SQLITE_JOURNAL", "MEMORY"}};
#define OPTION_COUNT (sizeof options / sizeof *options)

static enum sink_status fail(const struct sink_geopackage *geopackage, struct sink_error *error)
{
    const char *why = CPLGetLastErrorMsg(); /* none where our own texts had no memory */
    return sink_fail(error, SINK_FAILED, "%s: cannot write it as GeoPackage: %s", geopackage->name,
                     *why ? why : "out of memory");
}

enum sink_status sink_geopackage_open(const char *name, const char *date,
                                      struct sink_geopackage **geopackage, struct sink_error *error)
{
    *geopackage = calloc(1, sizeof **geopackage);
    if (!*geopackage || !((*geopackage)->name = sink_text_copy(name))) {
        free(*geopackage);
        *geopackage = NULL;
        return sink_fail_memory(error);
    }
    CPLErrorReset();
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", date);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        CPLSetThreadLocalConfigOption(options[i][0], options[i][1]);
    (*geopackage)->dataset =
        GDALCreate(GDALGetDriverByName("GPKG"), place, 0, 0, 0, GDT_Unknown, NULL);
    if ((*geopackage)->dataset &&
        GDALDatasetStartTransaction((*geopackage)->dataset, FALSE) == OGRERR_NONE)
        return SINK_OK;
    const enum sink_status status = fail(*geopackage, error);
    sink_geopackage_drop(*geopackage);
    *geopackage = NULL;
    return status;
}

static bool run_sql(struct sink_geopackage *geopackage, char *sql)
{
    CPLErrorReset();
    OGRLayerH answer = sql ? GDALDatasetExecuteSQL(geopackage->dataset, sql, NULL, NULL) : NULL;
    if (answer)
        GDALDatasetReleaseResultSet(geopackage->dataset, answer);
    free(sql);
    return sql != NULL && CPLGetLastErrorType() < CE_Failure;
}

/* A text of SQL in quotes, malloc'ed. */
static char *quote(const char *text)
{
    char *quoted = malloc(2 * strlen(text) + 3), *at = quoted;
    if (!quoted)
        return NULL;
    *at++ = '\'';
    for (; *text; text++) {
        if (*text == '\'')
            *at++ = '\'';
        *at++ = *text;
    }
    *at++ = '\'';
    *at = '\0';
    return quoted;
}

/* Titles of columns stand where the schema extension of GeoPackage 1.2 has them (annex F.9). */
static bool start_titles(struct sink_geopackage *geopackage)
{
    static const char *const statements[] = {
        "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name "
        "TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT, CONSTRAINT "
        "pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, "
        "name))",
        "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type "
        "TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, "
        "max_is_inclusive BOOLEAN, description TEXT, CONSTRAINT gdcc_ntv UNIQUE (constraint_name, "
        "constraint_type, value))",
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, "
        "extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT "
        "ge_tce UNIQUE (table_name, column_name, extension_name))",
        "INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', "
        "'http://www.geopackage.org/spec121/#extension_schema', 'read-write')",
        "INSERT INTO gpkg_extensions VALUES ('gpkg_data_column_constraints', NULL, 'gpkg_schema', "
        "'http://www.geopackage.org/spec121/#extension_schema', 'read-write')"};
    geopackage->has_titles = true;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (!run_sql(geopackage, sink_text_copy(statements[i])))
            return false;
    return true;
}

static bool add_title(struct sink_geopackage *geopackage, const char *layer,
                      const struct sink_geopackage_field *field)
{
    if (!geopackage->has_titles && !start_titles(geopackage))
        return false;
    char *table = quote(layer), *column = quote(field->name), *title = quote(field->title);
    char *sql = table && column && title
                    ? sink_text_format("INSERT INTO gpkg_data_columns (table_name, column_name, "
                                       "title) VALUES (%s, %s, %s)",
                                       table, column, title)
                    : NULL;
    free(table);
    free(column);
    free(title);
    return run_sql(geopackage, sql);
}

static bool add_fields(struct sink_geopackage *geopackage,
                       const struct sink_geopackage_layer *layer)
{
    static const OGRFieldType types[] = {OFTString, OFTInteger, OFTReal};
    bool is_good = true;
    for (size_t i = 0; is_good && i < layer->field_count; i++) {
        OGRFieldDefnH field = OGR_Fld_Create(layer->fields[i].name, types[layer->fields[i].type]);
        is_good = OGR_L_CreateField(geopackage->layer, field, 0) == OGRERR_NONE;
        OGR_Fld_Destroy(field);
    }
    return is_good;
}

static OGRLayerH create_layer(struct sink_geopackage *geopackage,
                              const struct sink_geopackage_layer *layer)
{
    OGRLayerH made = NULL;
    char **words = CSLSetNameValue(NULL, "IDENTIFIER", layer->title);
    words = CSLSetNameValue(words, "DESCRIPTION", layer->description);
    words = CSLSetNameValue(words, "GEOMETRY_NAME", "geom");
    OGRSpatialReferenceH reference = OSRNewSpatialReference(NULL);
    if (reference && OSRImportFromEPSG(reference, 4326) == OGRERR_NONE) {
        OSRSetAxisMappingStrategy(reference, OAMS_TRADITIONAL_GIS_ORDER);
        made = GDALDatasetCreateLayer(geopackage->dataset, layer->name,
                                      layer->has_outlines ? reference : NULL,
                                      layer->has_outlines ? wkbMultiPolygon : wkbNone, words);
    }
    OSRDestroySpatialReference(reference);
    CSLDestroy(words);
    return made;
}

enum sink_status sink_geopackage_start_layer(struct sink_geopackage *geopackage,
                                             const struct sink_geopackage_layer *layer,
                                             struct sink_error *error)
{
    CPLErrorReset();
    geopackage->fields = layer->fields;
    geopackage->field_count = layer->field_count;
    geopackage->layer = create_layer(geopackage, layer);
    bool is_good = geopackage->layer && add_fields(geopackage, layer);
    for (size_t i = 0; is_good && i < layer->field_count; i++)
        if (layer->fields[i].title)
            is_good = add_title(geopackage, layer->name, &layer->fields[i]);
    return is_good ? SINK_OK : fail(geopackage, error);
}

static OGRGeometryH make_geometry(const struct sink_outline *outline)
{
    OGRGeometryH whole = OGR_G_CreateGeometry(wkbMultiPolygon), polygon = NULL;
    size_t node = 0;
    for (size_t p = 0; p < outline->part_count; p++) {
        OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
        for (size_t i = 0; i < outline->part_nodes[p]; i++, node++)
            OGR_G_AddPoint_2D(ring, outline->lon_deg[node], outline->lat_deg[node]);
        if (!outline->part_is_hole[p]) {
            if (polygon)
                OGR_G_AddGeometryDirectly(whole, polygon);
            polygon = OGR_G_CreateGeometry(wkbPolygon);
        }
        OGR_G_AddGeometryDirectly(polygon, ring);
    }
    if (polygon)
        OGR_G_AddGeometryDirectly(whole, polygon);
    return whole;
}

enum sink_status sink_geopackage_add(struct sink_geopackage *geopackage,
                                     const struct sink_geopackage_value *values,
                                     const struct sink_outline *outline, struct sink_error *error)
{
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(geopackage->layer));
    for (size_t i = 0; i < geopackage->field_count; i++) {
        const enum sink_geopackage_type type = geopackage->fields[i].type;
        if (type == SINK_GEOPACKAGE_TEXT && values[i].text)
            OGR_F_SetFieldString(feature, (int)i, values[i].text);
        else if (type == SINK_GEOPACKAGE_WHOLE && !isnan(values[i].number))
            OGR_F_SetFieldInteger(feature, (int)i, (int)values[i].number);
        else if (type == SINK_GEOPACKAGE_REAL && !isnan(values[i].number))
            OGR_F_SetFieldDouble(feature, (int)i, values[i].number);
    }
    if (outline && outline->part_count > 0)
        OGR_F_SetGeometryDirectly(feature, make_geometry(outline));
    const bool is_good = OGR_L_CreateFeature(geopackage->layer, feature) == OGRERR_NONE;
    OGR_F_Destroy(feature);
    return is_good ? SINK_OK : fail(geopackage, error);
}

/* The columns that QGIS gives its table of styles. */
static bool make_style_table(struct sink_geopackage *geopackage)
{
    static const struct {
        const char *name;
        OGRFieldType type;
        OGRFieldSubType subtype;
        int width;
    } columns[] = {{"f_table_catalog", OFTString, OFSTNone, 256},
                   {"f_table_schema", OFTString, OFSTNone, 256},
                   {"f_table_name", OFTString, OFSTNone, 256},
                   {"f_geometry_column", OFTString, OFSTNone, 256},
                   {"styleName", OFTString, OFSTNone, 30},
                   {"styleQML", OFTString, OFSTNone, 0},
                   {"styleSLD", OFTString, OFSTNone, 0},
                   {"useAsDefault", OFTInteger, OFSTBoolean, 0},
                   {"description", OFTString, OFSTNone, 0},
                   {"owner", OFTString, OFSTNone, 30},
                   {"ui", OFTString, OFSTNone, 30},
                   {"update_time", OFTDateTime, OFSTNone, 0}};
    char **words = CSLSetNameValue(NULL, "FID", "id");
    geopackage->layer =
        GDALDatasetCreateLayer(geopackage->dataset, "layer_styles", NULL, wkbNone, words);
    CSLDestroy(words);
    bool is_good = geopackage->layer != NULL;
    for (size_t i = 0; is_good && i < sizeof columns / sizeof *columns; i++) {
        OGRFieldDefnH field = OGR_Fld_Create(columns[i].name, columns[i].type);
        OGR_Fld_SetSubType(field, columns[i].subtype);
        OGR_Fld_SetWidth(field, columns[i].width);
        is_good = OGR_L_CreateField(geopackage->layer, field, 0) == OGRERR_NONE;
        OGR_Fld_Destroy(field);
    }
    return is_good;
}

static bool add_style(struct sink_geopackage *geopackage, const struct sink_geopackage_style *style)
{
    const char *const texts[] = {"", "", style->layer, "geom", style->name, style->qml, ""};
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(geopackage->layer));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        OGR_F_SetFieldString(feature, (int)i, texts[i]);
    OGR_F_SetFieldInteger(feature, 7, style->is_default);
    OGR_F_SetFieldString(feature, 8, style->description);
    OGR_F_SetFieldString(feature, 9, "");
    OGR_F_SetFieldString(feature, 11, CPLGetThreadLocalConfigOption("OGR_CURRENT_DATE", ""));
    const bool is_good = OGR_L_CreateFeature(geopackage->layer, feature) == OGRERR_NONE;
    OGR_F_Destroy(feature);
    return is_good;
}

enum sink_status sink_geopackage_add_styles(struct sink_geopackage *geopackage,
                                            const struct sink_geopackage_style *styles,
                                            size_t count, struct sink_error *error)
{
    CPLErrorReset();
    bool is_good = make_style_table(geopackage);
    for (size_t i = 0; is_good && i < count; i++)
        is_good = add_style(geopackage, &styles[i]);
    return is_good ? SINK_OK : fail(geopackage, error);
}

enum sink_status sink_geopackage_finish(struct sink_geopackage *geopackage, const void **image,
                                        size_t *bytes, struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    CPLErrorReset();
    if (GDALDatasetCommitTransaction(geopackage->dataset) != OGRERR_NONE ||
        CPLGetLastErrorType() >= CE_Failure)
        status = fail(geopackage, error);
    GDALClose(geopackage->dataset);
    geopackage->dataset = NULL;
    /* The close writes extents and says only here that it could not. */
    if (status == SINK_OK && CPLGetLastErrorType() >= CE_Failure)
        status = fail(geopackage, error);
    vsi_l_offset count = 0;
    *image = VSIGetMemFileBuffer(place, &count, FALSE);
    *bytes = (size_t)count;
    return status == SINK_OK && !*image ? fail(geopackage, error) : status;
}

void sink_geopackage_drop(struct sink_geopackage *geopackage)
{
    if (!geopackage)
        return;
    if (geopackage->dataset) {
        GDALDatasetRollbackTransaction(geopackage->dataset);
        GDALClose(geopackage->dataset);
    }
    VSIUnlink(place);
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", NULL);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        CPLSetThreadLocalConfigOption(options[i][0], NULL);
    free(geopackage->name);
    free(geopackage);
}
