/* VRTs are lists of files, one to one; everything else they can say is refused. */
#include "raster_fixture.h"

static const struct sink_layer_request any = {0};

/* A source of 12 x 10 cells, `a.tif`, and where it goes. */
#define SOURCE(kind, file, more, from, to)                                                         \
    "<" kind "><SourceFilename relativeToVRT=\"1\">" file                                          \
    "</SourceFilename><SourceBand>1</SourceBand>" more "<SrcRect " from "/><DstRect " to           \
    "/></" kind ">"
#define WHOLE "xOff=\"0\" yOff=\"0\" xSize=\"12\" ySize=\"10\""
#define PLAIN SOURCE("SimpleSource", "a.tif", "", WHOLE, WHOLE)

static void write_vrt(const char *path, const char *head, const char *band_attributes,
                      const char *band)
{
    char text[8192];
    snprintf(text, sizeof text,
             "<VRTDataset rasterXSize=\"24\" rasterYSize=\"10\">%s<VRTRasterBand "
             "dataType=\"Byte\" band=\"1\"%s>%s</VRTRasterBand></VRTDataset>",
             head, band_attributes, band);
    write_text(path, text);
}

static const char head[] = "<SRS dataAxisToSRSAxisMapping=\"1,2\">EPSG:32633</SRS><GeoTransform> "
                           "5.0000000000000000e+05, 3.0000000000000000e+01, "
                           "0.0000000000000000e+00,  4.0000000000000000e+06, 0, -30</GeoTransform>";

START_TEST(what_gdal_makes_of_whole_files_is_read_with_its_gaps)
{
    write_image((struct image){.path = "a.tif"});
    write_vrt("v.vrt", head, "", PLAIN);
    struct sink_layer *layer = open_good(any, "v.vrt");
    /* the grid is that of the files: what the VRT has beside them is absent */
    ck_assert_int_eq(sink_layer_grid(layer)->width, 12);
    expect_values(layer, code);
    ck_assert_uint_eq(sink_layer_file_count(layer), 2);
    ck_assert_str_eq(sink_layer_file(layer, 0), "v.vrt");
    ck_assert_str_eq(sink_layer_file(layer, 1), "a.tif");
    sink_layer_close(layer);
}
END_TEST

START_TEST(parts_of_files_are_read_from_where_they_lie)
{
    write_image((struct image){.path = "a.tif"});
    /* columns 3..8, rows 2..6; the second rectangle within 1e-3 of whole cells */
    write_vrt("v.vrt",
              "<SRS>EPSG:32633</SRS><GeoTransform>500060,30,0,3999970,0,-30</GeoTransform>", "",
              SOURCE("SimpleSource", "a.tif", "", "xOff=\"3\" yOff=\"2\" xSize=\"6\" ySize=\"5\"",
                     "xOff=\"1.0000001\" yOff=\"0.9999999\" xSize=\"6\" ySize=\"5\""));
    struct sink_layer *layer = open_good(any, "v.vrt");
    struct cells cells = read_whole(layer);
    ck_assert_int_eq(cells.width, 6);
    ck_assert_int_eq(cells.height, 5);
    for (int r = 0; r < 5; r++)
        for (int c = 0; c < 6; c++)
            ck_assert_double_eq(cells.values[r * 6 + c], code(r + 2, c + 3));
    free_cells(&cells);
    sink_layer_close(layer);
}
END_TEST

START_TEST(a_vrt_as_gdal_writes_it_is_read)
{
    const double nodata = 9;
    write_image((struct image){.path = "a.tif", .nodata = &nodata, .unit = "t", .scale = 2});
    GDALDatasetH from = GDALOpen("a.tif", GA_ReadOnly);
    GDALClose(GDALCreateCopy(GDALGetDriverByName("VRT"), "v.vrt", from, FALSE, NULL, NULL, NULL));
    GDALClose(from);
    struct sink_layer *layer = open_good(any, "v.vrt");
    expect_values(layer, code);
    ck_assert_double_eq(sink_layer_scale(layer), 2);
    sink_layer_close(layer);
}
END_TEST

START_TEST(what_is_not_one_to_one_is_refused)
{
    static const struct {
        const char *attributes, *band, *words;
    } cases[] = {
        {"",
         SOURCE("SimpleSource", "a.tif", "", "xOff=\"0\" yOff=\"0\" xSize=\"1\" ySize=\"1\"",
                WHOLE),
         "a source is resampled"},
        {"",
         SOURCE("SimpleSource", "a.tif", "", WHOLE,
                "xOff=\"0.5\" yOff=\"0\" xSize=\"12\" ySize=\"10\""),
         "a source is resampled"},
        {"",
         SOURCE("SimpleSource", "a.tif", "", WHOLE,
                "xOff=\"1\" yOff=\"0\" xSize=\"12\" ySize=\"10\""),
         "lies elsewhere"},
        {"",
         SOURCE("SimpleSource", "a.tif", "", "xOff=\"0\" yOff=\"1\" xSize=\"12\" ySize=\"9\"",
                "xOff=\"0\" yOff=\"0\" xSize=\"12\" ySize=\"9\""),
         "lies elsewhere"},
        {"",
         SOURCE("SimpleSource", "a.tif", "", "xOff=\"0\" yOff=\"0\" xSize=\"13\" ySize=\"10\"",
                "xOff=\"0\" yOff=\"0\" xSize=\"13\" ySize=\"10\""),
         "smaller than the VRT says"},
        {"", SOURCE("ComplexSource", "a.tif", "<ScaleRatio>2</ScaleRatio>", WHOLE, WHOLE),
         "changed on the way, expected plain sources: ScaleRatio"},
        {"", SOURCE("ComplexSource", "a.tif", "<LUT>0:1,9:2</LUT>", WHOLE, WHOLE), "LUT"},
        {"", SOURCE("ComplexSource", "a.tif", "<NODATA>4</NODATA>", WHOLE, WHOLE),
         "NODATA of a source is not that of its file"},
        {"", SOURCE("AveragedSource", "a.tif", "", WHOLE, WHOLE), "found AveragedSource"},
        {"", SOURCE("KernelFilteredSource", "a.tif", "", WHOLE, WHOLE),
         "found KernelFilteredSource"},
        {" subClass=\"VRTDerivedRasterBand\"", "<PixelFunctionType>sum</PixelFunctionType>" PLAIN,
         "a computed band"},
        {" subClass=\"VRTRawRasterBand\"", "<SourceFilename>/etc/passwd</SourceFilename>",
         "a computed band"},
        {"", "<NoDataValue>4</NoDataValue>" PLAIN, "no such value is in its source"},
        {"", "<Scale>3</Scale>" PLAIN, "another scale or offset than its source"},
        {"", "<Offset>x</Offset>" PLAIN, "is no number"},
        {"", "<MaskBand/>" PLAIN, "found MaskBand"},
        {"", "", "no sources"},
        {"", SOURCE("SimpleSource", "b.tif", "", WHOLE, WHOLE), "b.tif: no such file"},
        {"", SOURCE("SimpleSource", "v.vrt", "", WHOLE, WHOLE), "is a VRT"},
    };
    write_image((struct image){.path = "a.tif"});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_vrt("v.vrt", head, cases[i].attributes, cases[i].band);
        expect_fault(any, "v.vrt", cases[i].words);
    }
}
END_TEST

START_TEST(ways_out_of_the_folder_by_gdals_own_names_are_refused)
{
    static const char *const names[] = {"/vsicurl/http://127.0.0.1:9/a.tif", "/vsizip/a.zip/a.tif",
                                        "http://127.0.0.1:9/a.tif", "NETCDF:a.nc:x",
                                        "&lt;GDAL_WMS&gt;&lt;/GDAL_WMS&gt;"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char band[512];
        snprintf(band, sizeof band,
                 "<SimpleSource><SourceFilename>%s</SourceFilename><SrcRect " WHOLE
                 "/><DstRect " WHOLE "/></SimpleSource>",
                 names[i]);
        write_vrt("v.vrt", head, "", band);
        struct opened opened = open_one("v.vrt");
        ck_assert_ptr_null(opened.layer);
        ck_assert_uint_eq(opened.faults.count, 1);
        ck_assert_msg(strncmp(opened.text, "v.vrt: ", 7) == 0 &&
                          (strstr(opened.text, "no such file") ||
                           strstr(opened.text, "expected the path of a file")),
                      "%s", opened.text);
        close_layer(&opened);
    }
}
END_TEST

START_TEST(a_vrt_needs_a_crs_and_a_plain_transform)
{
    static const struct {
        const char *head, *words;
    } cases[] = {
        {"<GeoTransform>500000,30,0,4000000,0,-30</GeoTransform>",
         "no CRS or no plain geotransform"},
        {"<SRS>EPSG:32633</SRS>", "no CRS or no plain geotransform"},
        {"<SRS>EPSG:32633</SRS><GeoTransform>500000,30,1,4000000,1,-30</GeoTransform>",
         "no plain geotransform"},
        {"<SRS>EPSG:32633</SRS><GeoTransform>nan,30,0,4000000,0,-30</GeoTransform>",
         "no plain geotransform"},
        {"<SRS>EPSG:32633</SRS><GeoTransform>500000,0,0,4000000,0,-30</GeoTransform>",
         "expected a size of cells above 0"},
        {"<SRS>EPSG:32633</SRS><GeoTransform>500000,30,0,4000000,0</GeoTransform>",
         "no plain geotransform"},
        {"<SRS>http://127.0.0.1:9/x</SRS><GeoTransform>500000,30,0,4000000,0,-30</GeoTransform>",
         "PROJ does not know"},
        {"<SRS>EPSG:32634</SRS><GeoTransform>500000,30,0,4000000,0,-30</GeoTransform>",
         "in another CRS"},
    };
    write_image((struct image){.path = "a.tif"});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_vrt("v.vrt", cases[i].head, "", PLAIN);
        expect_fault(any, "v.vrt", cases[i].words);
    }
}
END_TEST

START_TEST(a_fault_of_a_source_names_the_vrt_and_the_source)
{
    write_image((struct image){.path = "a.tif", .crs = ""});
    write_vrt("v.vrt", head, "", PLAIN);
    expect_fault(any, "v.vrt", "source a.tif: no CRS");
    write_image((struct image){.path = "a.tif", .options = {"COMPRESS=DEFLATE", "BLOCKYSIZE=5"}});
    struct sink_layer *layer = open_good(any, "v.vrt");
    FILE *file = fopen("a.tif", "r+b");
    fseek(file, -8, SEEK_END);
    fputs("xxxxxxxx", file);
    fclose(file);
    struct cells cells =
        read_cells(layer, sink_layer_grid(layer), (struct sink_window){.height = 10, .width = 12});
    ck_assert_int_eq(cells.status, SINK_BAD_DATA);
    ck_assert_msg(strstr(cells.error.message, "v.vrt: source a.tif: ") &&
                      strstr(cells.error.message, "block column 0, row 1"),
                  "%s", cells.error.message);
    free_cells(&cells);
    sink_layer_close(layer);
}
END_TEST

START_TEST(entities_of_xml_are_not_followed)
{
    write_text("v.vrt", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM "
                        "\"file:///etc/passwd\">]><VRTDataset rasterXSize=\"4\" "
                        "rasterYSize=\"4\"><SRS>&x;</SRS><GeoTransform>0,1,0,0,0,-1"
                        "</GeoTransform><VRTRasterBand/></VRTDataset>");
    struct opened opened = open_one("v.vrt");
    ck_assert_ptr_null(opened.layer);
    ck_assert_ptr_null(strstr(opened.text, "root"));
    close_layer(&opened);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vrt");
    TCase *read = tcase_create("vrt");
    tcase_add_unchecked_fixture(read, enter_folder, leave_folder);
    tcase_add_test(read, what_gdal_makes_of_whole_files_is_read_with_its_gaps);
    tcase_add_test(read, parts_of_files_are_read_from_where_they_lie);
    tcase_add_test(read, a_vrt_as_gdal_writes_it_is_read);
    tcase_add_test(read, what_is_not_one_to_one_is_refused);
    tcase_add_test(read, ways_out_of_the_folder_by_gdals_own_names_are_refused);
    tcase_add_test(read, a_vrt_needs_a_crs_and_a_plain_transform);
    tcase_add_test(read, a_fault_of_a_source_names_the_vrt_and_the_source);
    tcase_add_test(read, entities_of_xml_are_not_followed);
    suite_add_tcase(suite, read);
    return run_suite(suite);
}
