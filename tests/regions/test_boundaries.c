#include "boundary_fixture.h"

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

/* The cell of 1 x 1 degree on the equator, Snyder (1987), eq. 3-12. */
#define DEGREE_M2 sink_ellipsoid_cell_area_m2(sink_ellipsoid_wgs84, 0, 1, 1)

static const double unit[4] = {10, 0, 11, 1};

START_TEST(ids_keep_their_leading_zeros)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"033101\",\"name\":\"\xe6\xb5\x99\xe6\xb1\x9f\"", unit);
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.name = "name", .repair = true});
    ck_assert_str_eq(find_region(&opened, "033101")->name, "\xe6\xb5\x99\xe6\xb1\x9f");
    ck_assert_int_eq(sink_boundaries_list(opened.boundaries)->count, 1);
    close_opened(&opened);
}
END_TEST

/* As doubles the two would be one. */
START_TEST(whole_numbers_are_ids_to_the_last_digit)
{
    const double other[4] = {20, 0, 21, 1};
    struct text text = {0};
    add_box(&text, "\"id\":9007199254740993", unit);
    add_box(&text, "\"id\":9007199254740992", other);
    struct opened opened = open_repairing(&text, NULL);
    find_region(&opened, "9007199254740993");
    find_region(&opened, "9007199254740992");
    ck_assert_str_eq(find_region(&opened, "9007199254740992")->name, "9007199254740992");
    close_opened(&opened);
}
END_TEST

START_TEST(ids_with_a_fraction_are_refused)
{
    struct text text = {0};
    add_box(&text, "\"id\":1.5", unit);
    struct opened opened = open_repairing(&text, NULL);
    expect_refused(&opened, "attribute \"id\" is of type Real, expected text or whole numbers");
}
END_TEST

START_TEST(a_feature_without_an_id_is_refused_by_its_number)
{
    const char *const without[] = {"\"id\":null", "\"id\":\"\"", "\"other\":1"};
    for (size_t i = 0; i < 3; i++) {
        struct text text = {0};
        add_box(&text, "\"id\":\"A\"", unit);
        add_box(&text, without[i], unit);
        struct opened opened = open_repairing(&text, NULL);
        expect_refused(&opened, "regions.geojson: feature 2 has no id in attribute \"id\"");
    }
}
END_TEST

START_TEST(an_id_of_control_characters_is_refused)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\\u001b[31m\"", unit);
    struct opened opened = open_repairing(&text, NULL);
    expect_refused(&opened, "feature 1, id A\\x1b[31m");
}
END_TEST

START_TEST(a_level_of_control_characters_is_refused)
{
    const char *const levels[] = {"top"};
    struct text text = {0};
    add_box(&text, "\"id\":\"A\",\"top\":\"T\\n\"", unit);
    struct opened opened = open_features(
        &text, NULL, (struct sink_boundary_request){.levels = levels, .level_count = 1});
    expect_refused(&opened, "without control characters");
}
END_TEST

START_TEST(a_doubled_id_is_refused_with_both_features)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", unit);
    add_box(&text, "\"id\":\"B\"", unit);
    add_box(&text, "\"id\":\"A\"", (const double[]){20, 0, 21, 1});
    struct opened opened = open_repairing(&text, NULL);
    expect_refused(&opened, "features 1 and 3 have the same id A; `merge: yes`");
}
END_TEST

/* Islands by the thousand: 40 x 50 boxes of a tenth of a degree, none touches another. */
START_TEST(islands_of_one_id_are_merged_into_one_region)
{
    struct text text = {0};
    double sum_m2 = 0;
    for (int i = 0; i < 40; i++)
        for (int j = 0; j < 50; j++) {
            const double box[4] = {120 + 0.2 * j, 20 + 0.2 * i, 120.1 + 0.2 * j, 20.1 + 0.2 * i};
            add_box(&text, j % 2 ? "\"id\":\"odd\"" : "\"id\":\"even\"", box);
            if (j % 2)
                sum_m2 += sink_ellipsoid_cell_area_m2(sink_ellipsoid_wgs84, box[1], box[3],
                                                      box[2] - box[0]);
        }
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.merge = true});
    ck_assert_int_eq(sink_boundaries_list(opened.boundaries)->count, 2);
    expect_relative(area_of(&opened, "odd"), sum_m2, 1e-12);
    ck_assert_int_eq(opened.notes.count, 0);
    close_opened(&opened);
}
END_TEST

START_TEST(merged_features_that_overlap_count_their_land_once)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){10, 0, 12, 1});
    add_box(&text, "\"id\":\"A\"", (const double[]){11, 0, 13, 1});
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.merge = true});
    expect_relative(area_of(&opened, "A"), 3 * DEGREE_M2, 1e-12);
    expect_note(&opened, "id A: repaired (features of one id that overlap");
    close_opened(&opened);
}
END_TEST

START_TEST(merged_features_of_different_parents_are_refused)
{
    const char *const levels[] = {"top"};
    for (int i = 0; i < 2; i++) {
        struct text text = {0};
        add_box(&text, "\"id\":\"P\",\"top\":\"1\"", (const double[]){10, 0, 12, 1});
        add_box(&text, "\"id\":\"A\",\"top\":\"P\"", (const double[]){10, 0, 11, 1});
        add_box(&text, "\"id\":\"A\",\"top\":\"Q\"", (const double[]){11, 0, 12, 1});
        struct sink_boundary_request request = {.merge = true};
        request.parent = i == 0 ? "top" : NULL;
        request.levels = i == 0 ? NULL : levels;
        request.level_count = i == 0 ? 0 : 1;
        struct opened opened = open_features(&text, NULL, request);
        expect_refused(&opened, "feature 3, id A: features of one id have different parents");
    }
}
END_TEST

START_TEST(where_leaves_features_out)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\",\"kind\":\"land\"", unit);
    add_box(&text, "\"id\":\"B\",\"kind\":\"sea\"", unit);
    add_box(&text, "\"id\":null,\"kind\":\"sea\"", unit);
    struct sink_boundary_request request = {.where = "kind = 'land'"};
    struct opened opened = open_features(&text, NULL, request);
    find_region(&opened, "A");
    ck_assert_int_eq(sink_boundaries_list(opened.boundaries)->count, 1);
    close_opened(&opened);
}
END_TEST

START_TEST(where_that_leaves_nothing_or_is_no_condition_is_refused)
{
    const struct {
        const char *where, *says;
    } cases[] = {{"kind = 'x'", "no feature passes the filter `where`"},
                 {"kind ~~ 3 (", "filter \"kind ~~ 3 (\""},
                 {"knid = 'land'", "knid"}};
    for (size_t i = 0; i < 3; i++) {
        struct text text = {0};
        add_box(&text, "\"id\":\"A\",\"kind\":\"land\"", unit);
        struct opened opened =
            open_features(&text, NULL, (struct sink_boundary_request){.where = cases[i].where});
        expect_refused(&opened, cases[i].says);
    }
}
END_TEST

START_TEST(a_missing_attribute_is_refused_with_the_nearest)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\",\"code\":\"1\"", unit);
    struct opened opened = open_features(&text, NULL, (struct sink_boundary_request){.id = "cod"});
    expect_refused(&opened, "no attribute \"cod\", it has: id, code (did you mean \"code\"?)");
}
END_TEST

START_TEST(a_file_that_is_not_there_or_no_vector_file_is_refused)
{
    struct sink_boundary_request request = {.path = "absent.gpkg", .id = "id"};
    struct opened opened = open_request(&request);
    expect_refused(&opened, "absent.gpkg: no such file, expected a GeoPackage");
    FILE *file = fopen("text.gpkg", "w");
    fprintf(file, "not a database");
    fclose(file);
    request.path = "text.gpkg";
    opened = open_request(&request);
    expect_refused(&opened, "text.gpkg: not a GeoPackage, GeoJSON, FlatGeobuf or Shapefile");
    request.path = ".";
    opened = open_request(&request);
    expect_refused(&opened, ".: not a regular file");
}
END_TEST

/* GeoPackages, for what GeoJSON cannot say. */
static GDALDatasetH create(const char *path)
{
    unlink(path);
    return GDALCreate(GDALGetDriverByName("GPKG"), path, 0, 0, 0, GDT_Unknown, NULL);
}

static void add_layer(GDALDatasetH dataset, const char *name, int epsg, const char *wkt)
{
    OGRSpatialReferenceH crs = epsg ? OSRNewSpatialReference(NULL) : NULL;
    if (crs) {
        ck_assert_int_eq(OSRImportFromEPSG(crs, epsg), OGRERR_NONE);
        OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
    }
    OGRLayerH layer = GDALDatasetCreateLayer(dataset, name, crs, wkbUnknown, NULL);
    OGRFieldDefnH field = OGR_Fld_Create("id", OFTString);
    ck_assert_int_eq(OGR_L_CreateField(layer, field, 1), OGRERR_NONE);
    OGR_Fld_Destroy(field);
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    OGR_F_SetFieldString(feature, 0, "A");
    OGRGeometryH geometry = NULL;
    char *text = strdup(wkt), *rest = text;
    ck_assert_int_eq(OGR_G_CreateFromWkt(&rest, NULL, &geometry), OGRERR_NONE);
    free(text);
    OGR_F_SetGeometryDirectly(feature, geometry);
    ck_assert_int_eq(OGR_L_CreateFeature(layer, feature), OGRERR_NONE);
    OGR_F_Destroy(feature);
    OSRRelease(crs);
}

static struct opened open_wkt(int epsg, const char *wkt)
{
    GDALDatasetH dataset = create("one.gpkg");
    add_layer(dataset, "regions", epsg, wkt);
    GDALClose(dataset);
    return open_request(&(struct sink_boundary_request){.path = "one.gpkg", .id = "id"});
}

START_TEST(a_layer_is_named_where_there_are_several)
{
    GDALDatasetH dataset = create("two.gpkg");
    add_layer(dataset, "county", 4326, "POLYGON ((10 0,11 0,11 1,10 1,10 0))");
    add_layer(dataset, "town", 4326, "POLYGON ((10 0,12 0,12 1,10 1,10 0))");
    GDALClose(dataset);
    struct sink_boundary_request request = {.path = "two.gpkg", .id = "id", .layer = "town"};
    struct opened opened = open_request(&request);
    expect_relative(area_of(&opened, "A"), 2 * DEGREE_M2, 1e-12);
    close_opened(&opened);
    request.layer = NULL;
    opened = open_request(&request);
    expect_refused(&opened, "several layers or none; name one with `layer`, it has: county, town");
    request.layer = "twon";
    opened = open_request(&request);
    expect_refused(&opened, "no layer \"twon\", it has: county, town (did you mean \"town\"?)");
}
END_TEST

START_TEST(a_layer_without_crs_is_refused)
{
    struct opened opened = open_wkt(0, "POLYGON ((10 0,11 0,11 1,10 1,10 0))");
    expect_refused(&opened, "one.gpkg: the layer has no CRS");
}
END_TEST

START_TEST(heights_and_measures_change_nothing)
{
    const char *const forms[] = {"POLYGON ((10 0,11 0,11 1,10 1,10 0))",
                                 "POLYGON Z ((10 0 5,11 0 6,11 1 7,10 1 8,10 0 5))",
                                 "POLYGON M ((10 0 5,11 0 6,11 1 7,10 1 8,10 0 5))",
                                 "POLYGON ZM ((10 0 5 1,11 0 6 2,11 1 7 3,10 1 8 4,10 0 5 1))"};
    for (size_t i = 0; i < 4; i++) {
        struct opened opened = open_wkt(4326, forms[i]);
        expect_relative(area_of(&opened, "A"), DEGREE_M2, 1e-12);
        ck_assert_int_eq(opened.notes.count, 0);
        close_opened(&opened);
    }
}
END_TEST

START_TEST(what_is_no_polygon_is_refused_by_its_kind)
{
    const struct {
        const char *wkt, *says;
    } cases[] = {
        {"POLYGON EMPTY", "feature 1, id A: the geometry is empty, expected a polygon"},
        {"MULTIPOLYGON EMPTY", "feature 1, id A: the geometry is empty"},
        {"LINESTRING (10 0,11 1)", "id A: the geometry is a LINESTRING, expected a polygon"},
        {"GEOMETRYCOLLECTION (POLYGON ((10 0,11 0,11 1,10 0)))", "is a GEOMETRYCOLLECTION"},
        {"CURVEPOLYGON (CIRCULARSTRING (10 0,11 1,12 0,11 -1,10 0))",
         "is a CURVEPOLYGON, expected a polygon with straight edges"}};
    for (size_t i = 0; i < 5; i++) {
        struct opened opened = open_wkt(4326, cases[i].wkt);
        expect_refused(&opened, cases[i].says);
    }
}
END_TEST

START_TEST(an_empty_part_of_a_multipolygon_changes_nothing)
{
    struct opened opened = open_wkt(4326, "MULTIPOLYGON (EMPTY,((10 0,11 0,11 1,10 1,10 0)))");
    expect_relative(area_of(&opened, "A"), DEGREE_M2, 1e-12);
    close_opened(&opened);
}
END_TEST

START_TEST(a_coordinate_that_is_no_number_is_refused)
{
    struct text text = {0};
    add_feature(&text, "\"id\":\"A\"", "Polygon", "[[[10,0],[11,0],[NaN,1],[10,1],[10,0]]]");
    struct opened opened = open_repairing(&text, NULL);
    expect_refused(&opened, "feature 1, id A: a coordinate is not a finite number");
}
END_TEST

START_TEST(metres_given_as_degrees_are_refused)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){500000, 5290000, 501000, 5291000});
    struct opened opened = open_repairing(&text, NULL);
    expect_refused(&opened, "feature 1, id A: coordinates beyond 540 degrees of longitude");
}
END_TEST

START_TEST(every_fault_of_a_file_is_told_at_once)
{
    struct text text = {0};
    add_feature(&text, "\"id\":\"A\"", "Point", "[10,0]");
    add_box(&text, "\"id\":null", unit);
    add_feature(&text, "\"id\":\"C\"", "Polygon", "[]");
    struct opened opened = open_repairing(&text, NULL);
    ck_assert_int_eq(opened.faults.count, 3);
    expect_refused(&opened, "feature 3, id C");
}
END_TEST

START_TEST(the_files_behind_a_shapefile_are_listed)
{
    GDALDatasetH dataset =
        GDALCreate(GDALGetDriverByName("ESRI Shapefile"), "a.shp", 0, 0, 0, GDT_Unknown, NULL);
    add_layer(dataset, "a", 4326, "POLYGON ((10 0,11 0,11 1,10 1,10 0))");
    GDALClose(dataset);
    struct opened opened =
        open_request(&(struct sink_boundary_request){.path = "a.shp", .id = "id"});
    expect_open(&opened);
    int found = 0;
    for (size_t i = 0; i < sink_boundaries_file_count(opened.boundaries); i++)
        for (size_t k = 0; k < 4; k++)
            found += strcmp(sink_boundaries_file(opened.boundaries, i),
                            (const char *[]){"a.shp", "a.shx", "a.dbf", "a.prj"}[k]) == 0;
    ck_assert_int_eq(found, 4);
    close_opened(&opened);
}
END_TEST

/* A name in GBK, with what the file says of its encoding. */
static struct opened open_gbk(unsigned char language, const char *cpg)
{
    char encoding[] = "ENCODING=GBK", *options[] = {encoding, NULL};
    GDALDatasetH dataset =
        GDALCreate(GDALGetDriverByName("ESRI Shapefile"), "gbk.shp", 0, 0, 0, GDT_Unknown, NULL);
    OGRLayerH layer = GDALDatasetCreateLayer(dataset, "gbk", NULL, wkbPolygon, options);
    for (int i = 0; i < 2; i++) {
        OGRFieldDefnH field = OGR_Fld_Create(i ? "name" : "id", OFTString);
        ck_assert_int_eq(OGR_L_CreateField(layer, field, TRUE), OGRERR_NONE);
        OGR_Fld_Destroy(field);
    }
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
    OGRGeometryH geometry = NULL;
    char text[] = "POLYGON ((10 0,11 0,11 1,10 1,10 0))", *wkt = text;
    ck_assert_int_eq(OGR_G_CreateFromWkt(&wkt, NULL, &geometry), OGRERR_NONE);
    OGR_F_SetFieldString(feature, 0, "A");
    OGR_F_SetFieldString(feature, 1, "\xE9\x95\xBF\xE6\xB2\x99");
    OGR_F_SetGeometryDirectly(feature, geometry);
    ck_assert_int_eq(OGR_L_CreateFeature(layer, feature), OGRERR_NONE);
    OGR_F_Destroy(feature);
    GDALClose(dataset);
    FILE *dbf = fopen("gbk.dbf", "r+b"), *prj = fopen("gbk.prj", "w");
    ck_assert(dbf && prj && fseek(dbf, 29, SEEK_SET) == 0 && fputc(language, dbf) == language);
    fputs("GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],"
          "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]]",
          prj);
    ck_assert(fclose(dbf) == 0 && fclose(prj) == 0);
    ck_assert_int_eq(unlink("gbk.cpg"), 0);
    FILE *file = cpg ? fopen("gbk.cpg", "w") : NULL;
    ck_assert(!cpg || (file && fputs(cpg, file) > 0 && fclose(file) == 0));
    return open_request(
        &(struct sink_boundary_request){.path = "gbk.shp", .id = "id", .name = "name"});
}

START_TEST(a_shapefile_without_encoding_says_as_what_it_is_read)
{
    struct opened opened = open_gbk(0x57, NULL);
    expect_note(&opened, "gbk.shp: no gbk.cpg says its encoding, read as ISO-8859-1; when that is "
                         "wrong, write it, such as GBK, into gbk.cpg: attribute \"name\" is \"");
    close_opened(&opened);
    opened = open_gbk(0, NULL);
    expect_refused(&opened, "gbk.shp: feature 1, id A: attribute \"name\" is not text that can be "
                            "shown, expected UTF-8 of at most 255 bytes without control "
                            "characters; write its encoding, such as GBK, into gbk.cpg");
    for (int k = 0; k < 2; k++) { /* stated in a file; in the table itself */
        opened = k == 0 ? open_gbk(0x57, "GBK") : open_gbk(0x4D, NULL);
        ck_assert_str_eq(find_region(&opened, "A")->name, "\xE9\x95\xBF\xE6\xB2\x99");
        ck_assert_int_eq(opened.notes.count, 0);
        close_opened(&opened);
    }
}
END_TEST

/* Projects and reserves: each is accounted on its own. */
START_TEST(regions_of_the_top_level_may_overlap)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){10, 0, 12, 1});
    add_box(&text, "\"id\":\"B\"", (const double[]){11, 0, 13, 1});
    add_box(&text, "\"id\":\"C\"", (const double[]){10, 0, 12, 1});
    struct opened opened = open_repairing(&text, NULL);
    ck_assert_int_eq(sink_boundaries_list(opened.boundaries)->count, 3);
    ck_assert_double_eq(area_of(&opened, "A"), area_of(&opened, "C"));
    ck_assert_int_eq(opened.notes.count, 0);
    close_opened(&opened);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        ids_keep_their_leading_zeros,
        whole_numbers_are_ids_to_the_last_digit,
        ids_with_a_fraction_are_refused,
        a_feature_without_an_id_is_refused_by_its_number,
        an_id_of_control_characters_is_refused,
        a_level_of_control_characters_is_refused,
        a_doubled_id_is_refused_with_both_features,
        islands_of_one_id_are_merged_into_one_region,
        merged_features_that_overlap_count_their_land_once,
        merged_features_of_different_parents_are_refused,
        where_leaves_features_out,
        where_that_leaves_nothing_or_is_no_condition_is_refused,
        a_missing_attribute_is_refused_with_the_nearest,
        a_file_that_is_not_there_or_no_vector_file_is_refused,
        a_layer_is_named_where_there_are_several,
        a_layer_without_crs_is_refused,
        heights_and_measures_change_nothing,
        what_is_no_polygon_is_refused_by_its_kind,
        an_empty_part_of_a_multipolygon_changes_nothing,
        a_coordinate_that_is_no_number_is_refused,
        metres_given_as_degrees_are_refused,
        every_fault_of_a_file_is_told_at_once,
        the_files_behind_a_shapefile_are_listed,
        a_shapefile_without_encoding_says_as_what_it_is_read,
        regions_of_the_top_level_may_overlap,
    };
    return run_suite("boundaries", tests, sizeof tests / sizeof *tests);
}
