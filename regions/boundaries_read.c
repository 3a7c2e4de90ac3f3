/* Features of the region file, one by one, with everything checked that OGR lets pass. */
#include "regions/boundaries_parts.h"
#include "regions/filter.h"
#include "regions/projection.h"
#include "sinkcalc/base/text.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define MAX_FIELDS 256

static const char *const drivers[] = {"GPKG", "GeoJSON", "FlatGeobuf", "ESRI Shapefile", NULL};

static void fault(struct sink_boundary_reading *reading, const char *what)
{
    sink_faults_note(reading->faults, SINK_BAD_DATA, "%s: %s", reading->request->path, what);
}

/* SQLite would write what the log beside a database holds into it, however it is opened. */
static bool has_log(struct sink_boundary_reading *reading)
{
    static const char *const endings[] = {"-wal", "-journal"};
    struct stat status;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char *path = sink_text_format("%s%s", reading->request->path, endings[i]);
        const bool is_there = path && stat(path, &status) == 0 && status.st_size > 0;
        if (!path)
            sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
        else if (is_there)
            sink_faults_note(reading->faults, SINK_BAD_DATA,
                             "%s: holds changes that are not in %s yet, expected a GeoPackage that "
                             "was closed (open and close it in the program that changed it)",
                             path, reading->request->path);
        free(path);
        if (!path || is_there)
            return true;
    }
    return false;
}

static GDALDatasetH open_file(struct sink_boundary_reading *reading)
{
    struct stat status;
    if (stat(reading->request->path, &status) != 0 || !S_ISREG(status.st_mode)) {
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s: %s file, expected a GeoPackage, GeoJSON, FlatGeobuf or Shapefile",
                         reading->request->path,
                         lstat(reading->request->path, &status) == 0 ? "not a regular" : "no such");
        return NULL;
    }
    struct sink_error error;
    if (sink_confine_check(reading->request->confine, reading->request->path, &error) != SINK_OK) {
        sink_faults_add(reading->faults, &error);
        return NULL;
    }
    if (has_log(reading))
        return NULL;
    CPLErrorReset();
    GDALDriverH driver = GDALIdentifyDriver(reading->request->path, NULL);
    const bool is_sqlite = driver && strcmp(GDALGetDriverShortName(driver), "GPKG") == 0;
    static const char *const unchanged[] = {"IMMUTABLE=YES", NULL};
    GDALDatasetH dataset = GDALOpenEx(reading->request->path, GDAL_OF_VECTOR | GDAL_OF_READONLY,
                                      drivers, is_sqlite ? unchanged : NULL, NULL);
    if (!dataset)
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s: not a GeoPackage, GeoJSON, FlatGeobuf or Shapefile that can be read"
                         "%s%s",
                         reading->request->path, *CPLGetLastErrorMsg() ? ": " : "",
                         CPLGetLastErrorMsg());
    return dataset;
}

static OGRLayerH find_layer(struct sink_boundary_reading *reading, GDALDatasetH dataset)
{
    const char *names[MAX_FIELDS], *wanted = reading->request->layer;
    char known[512] = "";
    const int count = GDALDatasetGetLayerCount(dataset);
    for (int i = 0; i < count && i < MAX_FIELDS; i++) {
        OGRLayerH layer = GDALDatasetGetLayer(dataset, i);
        names[i] = OGR_L_GetName(layer);
        if (wanted ? strcmp(names[i], wanted) == 0 : count == 1)
            return layer;
        if (strlen(known) + strlen(names[i]) + 3 < sizeof known)
            strcat(strcat(known, *known ? ", " : ""), names[i]);
    }
    const char *nearest =
        wanted ? sink_text_nearest(wanted, names, (size_t)(count < MAX_FIELDS ? count : MAX_FIELDS))
               : NULL;
    sink_faults_note(
        reading->faults, SINK_BAD_DATA, "%s: %s%s%s%s, it has: %s%s%s%s", reading->request->path,
        wanted ? "no layer \"" : "several layers or none", wanted ? wanted : "", wanted ? "\"" : "",
        wanted ? "" : "; name one with `layer`", known, nearest ? " (did you mean \"" : "",
        nearest ? nearest : "", nearest ? "\"?)" : "");
    return NULL;
}

/* A view can run any query, also one without end. */
static bool check_table(struct sink_boundary_reading *reading, GDALDatasetH dataset,
                        OGRLayerH layer)
{
    if (strcmp(GDALGetDriverShortName(GDALGetDatasetDriver(dataset)), "GPKG") != 0)
        return true;
    char *name = CPLEscapeString(OGR_L_GetName(layer), -1, CPLES_SQL);
    char *query = sink_text_format(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '%s'", name);
    CPLFree(name);
    if (!query) {
        sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
        return false;
    }
    OGRLayerH result = GDALDatasetExecuteSQL(dataset, query, NULL, NULL);
    OGRFeatureH feature = result ? OGR_L_GetNextFeature(result) : NULL;
    const bool is_one = feature && OGR_F_GetFieldAsInteger(feature, 0) == 1;
    OGR_F_Destroy(feature);
    GDALDatasetReleaseResultSet(dataset, result);
    free(query);
    if (!is_one)
        fault(reading, "the layer is a view, expected a table");
    return is_one;
}

static void read_crs(struct sink_boundary_reading *reading, OGRLayerH layer)
{
    struct sink_boundaries *boundaries = reading->boundaries;
    OGRSpatialReferenceH crs = OGR_L_GetSpatialRef(layer);
    struct sink_error error;
    OGRErr no_major = OGRERR_NONE, no_flattening = OGRERR_NONE;
    /* GeoPackage says "undefined" in the place of a CRS */
    if (!crs || (!OSRIsGeographic(crs) && !OSRIsProjected(crs)) ||
        strncasecmp(OSRGetName(crs), "undefined", 9) == 0) {
        fault(reading, "the layer has no CRS, expected one that is geographic or projected");
        return;
    }
    boundaries->crs = OSRClone(crs);
    OSRSetAxisMappingStrategy(boundaries->crs, OAMS_TRADITIONAL_GIS_ORDER);
    boundaries->is_geographic = OSRIsGeographic(crs);
    boundaries->ellipsoid = (struct sink_ellipsoid){OSRGetSemiMajor(crs, &no_major),
                                                    OSRGetInvFlattening(crs, &no_flattening)};
    const double degree = OSRGetAngularUnits(crs, NULL);
    if (no_major != OGRERR_NONE || no_flattening != OGRERR_NONE)
        fault(reading, "the CRS has no ellipsoid");
    else if (boundaries->is_geographic && !(degree > 0.0174532 && degree < 0.0174533))
        fault(reading, "the CRS is not in degrees, expected longitude and latitude in degrees");
    else if (sink_projection_to_degrees(boundaries, false, &boundaries->to_degrees, &error) !=
             SINK_OK)
        sink_faults_note(reading->faults, error.status, "%s: %s", reading->request->path,
                         error.message);
}

static int find_field(struct sink_boundary_reading *reading, OGRFeatureDefnH definition,
                      const char *name, bool is_id)
{
    const char *names[MAX_FIELDS];
    char known[512] = "";
    size_t count = 0;
    if (!name)
        return -1;
    for (int i = 0; i < OGR_FD_GetFieldCount(definition) && count < MAX_FIELDS; i++) {
        OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, i);
        names[count] = OGR_Fld_GetNameRef(field);
        const OGRFieldType type = OGR_Fld_GetType(field);
        if (strcmp(names[count], name) == 0) {
            if (is_id && type != OFTString && type != OFTInteger && type != OFTInteger64)
                sink_faults_note(reading->faults, SINK_BAD_DATA,
                                 "%s: attribute \"%s\" is of type %s, expected text or whole "
                                 "numbers for an id",
                                 reading->request->path, name, OGR_GetFieldTypeName(type));
            return i;
        }
        if (strlen(known) + strlen(names[count]) + 3 < sizeof known)
            strcat(strcat(known, *known ? ", " : ""), names[count]);
        count++;
    }
    const char *nearest = sink_text_nearest(name, names, count);
    sink_faults_note(reading->faults, SINK_BAD_DATA, "%s: no attribute \"%s\", it has: %s%s%s%s",
                     reading->request->path, name, *known ? known : "none",
                     nearest ? " (did you mean \"" : "", nearest ? nearest : "",
                     nearest ? "\"?)" : "");
    return -1;
}

/* Where the attributes stand. */
struct fields {
    int id, name, parent;
    int levels[MAX_FIELDS], level_names[MAX_FIELDS];
};

static void find_fields(struct sink_boundary_reading *reading, OGRLayerH layer,
                        struct fields *fields)
{
    const struct sink_boundary_request *request = reading->request;
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn(layer);
    if (request->level_count > MAX_FIELDS)
        fault(reading, "more levels than attributes that can be read");
    fields->id = find_field(reading, definition, request->id, true);
    fields->name = find_field(reading, definition, request->name, false);
    fields->parent = find_field(reading, definition, request->parent, true);
    for (size_t i = 0; i < request->level_count && i < MAX_FIELDS; i++) {
        fields->levels[i] = find_field(reading, definition, request->levels[i], true);
        fields->level_names[i] = find_field(
            reading, definition, request->level_names ? request->level_names[i] : NULL, false);
    }
}

/* *text is NULL where the field is not set or empty; false: out of memory. */
static bool read_text(OGRFeatureH feature, int field, char **text)
{
    *text = NULL;
    if (field < 0 || !OGR_F_IsFieldSetAndNotNull(feature, field))
        return true;
    const char *found = OGR_F_GetFieldAsString(feature, field);
    if (!*found)
        return true;
    *text = sink_text_copy(found);
    return *text;
}

/* Too long, or not to be shown. */
static bool is_bad(const char *text)
{
    return text && (strlen(text) > 255 || !sink_text_is_plain(text));
}

static bool is_beyond_ascii(const char *text)
{
    for (; text && *text; text++)
        if ((unsigned char)*text >= 0x80)
            return true;
    return false;
}

/* The first text of the feature, of its id, name and levels, that is such; NULL: none. */
static const char *find_text(const struct sink_boundary_request *request,
                             const struct sink_feature *feature, bool (*is_such)(const char *text),
                             const char **attribute)
{
    *attribute = request->id;
    if (is_such(feature->id))
        return feature->id;
    *attribute = request->name;
    if (is_such(feature->name))
        return feature->name;
    for (size_t i = 0; i < request->level_count; i++) {
        *attribute = request->levels[i];
        if (is_such(feature->levels[i]))
            return feature->levels[i];
        *attribute = request->level_names ? request->level_names[i] : NULL;
        if (is_such(feature->level_names[i]))
            return feature->level_names[i];
    }
    return NULL;
}

static bool check_texts(struct sink_boundary_reading *reading, const struct sink_feature *feature)
{
    if (!feature->id) {
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s: feature %zu has no id in attribute \"%s\"", reading->request->path,
                         feature->number, reading->request->id);
        return false;
    }
    const char *attribute, *bad = find_text(reading->request, feature, is_bad, &attribute);
    if (!bad)
        return true;
    const bool is_encoding = reading->cpg && !sink_text_is_utf8(bad, strlen(bad));
    sink_faults_note(reading->faults, SINK_BAD_DATA,
                     "%s: feature %zu, id %.80s: attribute \"%s\" is not text that can be shown, "
                     "expected UTF-8 of at most 255 bytes without control characters%s%s",
                     reading->request->path, feature->number, feature->id, attribute,
                     is_encoding ? "; write its encoding, such as GBK, into " : "",
                     is_encoding ? reading->cpg : "");
    return false;
}

/* Without .cpg, a Shapefile says of its encoding at most that it is that of the system, which GDAL
 * takes for ISO-8859-1: names in another come out as other words, and nothing fails. */
static void note_encoding(struct sink_boundary_reading *reading, OGRLayerH layer)
{
    const char *const encoding = GDALGetMetadataItem(layer, "SOURCE_ENCODING", "SHAPEFILE");
    const char *const stated = GDALGetMetadataItem(layer, "ENCODING_FROM_CPG", "SHAPEFILE");
    const bool is_known = encoding && *encoding && strcmp(encoding, "ISO-8859-1") != 0;
    if (!reading->cpg || (stated && *stated) || is_known)
        return;
    for (size_t i = 0; i < reading->features.count; i++) {
        const char *attribute;
        const char *text =
            find_text(reading->request, &reading->features.items[i], is_beyond_ascii, &attribute);
        if (!text)
            continue;
        sink_faults_note(reading->notes, SINK_NOTE,
                         "%s: no %s says its encoding, read as %s; when that is wrong, write it, "
                         "such as GBK, into %s: attribute \"%s\" is \"%s\"",
                         reading->request->path, reading->cpg,
                         encoding && *encoding ? encoding : "UTF-8", reading->cpg, attribute, text);
        return;
    }
}

static bool read_levels(struct sink_boundary_reading *reading, OGRFeatureH from,
                        const struct fields *fields, struct sink_feature *feature)
{
    const size_t count = reading->request->level_count;
    feature->levels = calloc(count + 1, sizeof *feature->levels);
    feature->level_names = calloc(count + 1, sizeof *feature->level_names);
    if (!feature->levels || !feature->level_names)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_text(from, fields->levels[i], &feature->levels[i]) ||
            !read_text(from, fields->level_names[i], &feature->level_names[i]))
            return false;
    return true;
}

static bool add_feature(struct sink_boundary_reading *reading, OGRFeatureH from,
                        const struct fields *fields, size_t number)
{
    struct sink_feature_list *list = &reading->features;
    if (list->count == list->room) {
        const size_t room = list->room ? 2 * list->room : 64;
        struct sink_feature *items = realloc(list->items, room * sizeof *items);
        if (!items)
            return false;
        list->items = items;
        list->room = room;
    }
    struct sink_feature *feature = &list->items[list->count++];
    *feature = (struct sink_feature){.number = number, .geometry = OGR_F_StealGeometry(from)};
    if (!read_text(from, fields->id, &feature->id) ||
        !read_text(from, fields->name, &feature->name) ||
        !read_text(from, fields->parent, &feature->parent) ||
        !read_levels(reading, from, fields, feature))
        return false;
    if (check_texts(reading, feature))
        sink_boundaries_mend(reading, feature);
    return true;
}

/* A feature that OGR gives with an error: its geometry is missing or in part. */
static bool say_unreadable(struct sink_boundary_reading *reading, OGRFeatureH feature,
                           const struct fields *fields, size_t number)
{
    char *id = NULL;
    if (!read_text(feature, fields->id, &id))
        return false;
    sink_faults_note(reading->faults, SINK_BAD_DATA, "%s: feature %zu, id %s: unreadable: %s",
                     reading->request->path, number, id ? id : "(none)", CPLGetLastErrorMsg());
    free(id);
    CPLErrorReset();
    return true;
}

/* The end of the layer and an unreadable feature look the same to OGR. */
static void check_count(struct sink_boundary_reading *reading, OGRLayerH layer, size_t read)
{
    if (CPLGetLastErrorType() >= CE_Failure) {
        sink_faults_note(reading->faults, SINK_BAD_DATA, "%s: unreadable after feature %zu: %s",
                         reading->request->path, read, CPLGetLastErrorMsg());
        return;
    }
    const GIntBig counted = OGR_L_GetFeatureCount(layer, TRUE);
    if (counted != (GIntBig)read)
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s: %zu features could be read, but the file counts %lld",
                         reading->request->path, read, (long long)counted);
    else if (read == 0)
        fault(reading, reading->request->where ? "no feature passes the filter `where`"
                                               : "the layer has no features");
}

static void set_filter(struct sink_boundary_reading *reading, OGRLayerH layer)
{
    char found[32];
    const char *where = reading->request->where;
    if (!where)
        return;
    if (!sink_filter_is_plain(where, found)) {
        sink_text_make_plain(found);
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s: filter \"%s\": found \"%s\", expected comparisons of attributes with "
                         "AND, OR, NOT, IN, LIKE, BETWEEN or IS NULL",
                         reading->request->path, where, found);
    } else if (OGR_L_SetAttributeFilter(layer, where) != OGRERR_NONE) {
        sink_faults_note(reading->faults, SINK_BAD_DATA, "%s: filter \"%s\": %s",
                         reading->request->path, where, CPLGetLastErrorMsg());
    }
}

static void read_features(struct sink_boundary_reading *reading, OGRLayerH layer)
{
    struct fields fields = {0};
    const size_t before = reading->faults->count;
    find_fields(reading, layer, &fields);
    set_filter(reading, layer);
    if (reading->faults->count != before)
        return;
    size_t count = 0;
    OGRFeatureH feature;
    CPLErrorReset();
    OGR_L_ResetReading(layer);
    while ((feature = OGR_L_GetNextFeature(layer)) != NULL) {
        count++;
        const bool is_kept = CPLGetLastErrorType() >= CE_Failure
                                 ? say_unreadable(reading, feature, &fields, count)
                                 : add_feature(reading, feature, &fields, count);
        OGR_F_Destroy(feature);
        if (!is_kept) {
            sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
            return;
        }
        if (CPLGetLastErrorType() < CE_Failure)
            CPLErrorReset(); /* a warning that the checks of the geometry raised */
    }
    if (reading->faults->count == before)
        check_count(reading, layer, count);
    if (reading->faults->count == before)
        note_encoding(reading, layer);
}

static void list_files(struct sink_boundary_reading *reading, GDALDatasetH dataset)
{
    char **files = GDALGetFileList(dataset);
    const int count = CSLCount(files);
    reading->boundaries->files = calloc((size_t)count + 2, sizeof(char *));
    for (int i = 0; reading->boundaries->files && i < count; i++) {
        char *copy = sink_text_copy(files[i]);
        if (copy)
            reading->boundaries->files[reading->boundaries->file_count++] = copy;
    }
    CSLDestroy(files);
    if (!reading->boundaries->files || reading->boundaries->file_count < (size_t)count)
        sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
    else if (count == 0)
        fault(reading, "its files cannot be listed");
}

void sink_boundaries_read(struct sink_boundary_reading *reading)
{
    const size_t before = reading->faults->count;
    GDALDatasetH dataset = open_file(reading);
    OGRLayerH layer = dataset ? find_layer(reading, dataset) : NULL;
    if (layer) {
        list_files(reading, dataset);
        if (check_table(reading, dataset, layer))
            read_crs(reading, layer);
        if (strcmp(GDALGetDriverShortName(GDALGetDatasetDriver(dataset)), "ESRI Shapefile") == 0)
            reading->cpg =
                CPLStrdup(CPLGetFilename(CPLResetExtension(reading->request->path, "cpg")));
        if (reading->faults->count == before)
            read_features(reading, layer);
        CPLFree(reading->cpg);
        reading->cpg = NULL;
    }
    if (dataset)
        GDALClose(dataset);
}
