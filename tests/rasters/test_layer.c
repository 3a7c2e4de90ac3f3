/* What a layer's files must say before a cell is read. */
#include "raster_fixture.h"

static const struct sink_layer_request any = {0};

START_TEST(a_plain_file_opens_with_its_grid_unit_scale_and_nodata)
{
    const double nodata = 200;
    write_image((struct image){
        .path = "a.tif", .nodata = &nodata, .scale = 0.5, .offset = 3, .unit = "t/ha"});
    struct sink_layer *layer = open_good(any, "a.tif");
    const struct sink_grid *grid = sink_layer_grid(layer);
    size_t count = 0;
    ck_assert_int_eq(grid->width, 12);
    ck_assert_int_eq(grid->height, 10);
    ck_assert_double_eq(grid->x0, 500000);
    ck_assert_double_eq(grid->dy, -30);
    ck_assert(!grid->is_geographic);
    ck_assert_str_eq(sink_layer_unit(layer), "t/ha");
    ck_assert_double_eq(sink_layer_scale(layer), 0.5);
    ck_assert_double_eq(sink_layer_offset(layer), 3);
    ck_assert_double_eq(sink_layer_nodata(layer, &count)[0], 200);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(sink_layer_file_count(layer), 1);
    ck_assert_str_eq(sink_layer_file(layer, 0), "a.tif");
    sink_layer_close(layer);
}
END_TEST

START_TEST(the_job_may_add_a_nodata_value)
{
    const double nodata = 200;
    size_t count = 0;
    write_image((struct image){.path = "a.tif", .nodata = &nodata});
    struct sink_layer *layer =
        open_good((struct sink_layer_request){.has_nodata = true, .nodata = 7}, "a.tif");
    const double *values = sink_layer_nodata(layer, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_double_eq(values[0], 200);
    ck_assert_double_eq(values[1], 7);
    sink_layer_close(layer);
}
END_TEST

START_TEST(what_is_not_there_or_not_a_raster_is_named)
{
    write_text("text.tif", "no raster\n");
    write_text("empty.tif", "");
    expect_fault(any, "absent.tif", "no such file (layer)");
    expect_fault(any, "text.tif", "not a GeoTIFF");
    expect_fault(any, "empty.tif", "not a GeoTIFF");
    expect_fault(any, ".", "not a regular file");
    expect_fault(any, "/vsimem/a.tif", "expected the path of a file");
}
END_TEST

START_TEST(a_raster_without_crs_needs_one_from_the_job)
{
    write_image((struct image){.path = "a.tif", .crs = ""});
    expect_fault(any, "a.tif", "no CRS");
    struct sink_layer *layer = open_good((struct sink_layer_request){.crs = "EPSG:32633"}, "a.tif");
    ck_assert_ptr_nonnull(strstr(sink_layer_grid(layer)->crs_wkt, "UTM zone 33N"));
    sink_layer_close(layer);
}
END_TEST

START_TEST(a_stated_crs_must_be_that_of_the_file)
{
    write_image((struct image){.path = "a.tif"});
    expect_fault((struct sink_layer_request){.crs = "EPSG:32634"}, "a.tif",
                 "the job states the CRS EPSG:32634");
    sink_layer_close(open_good((struct sink_layer_request){.crs = "EPSG:32633"}, "a.tif"));
    struct opened opened = open_layer((struct sink_layer_request){.crs = "EPSG:1"},
                                      (const char *const[]){"a.tif", NULL});
    ck_assert_ptr_nonnull(strstr(opened.text, "a.tif: PROJ does not know the CRS \"EPSG:1\""));
    ck_assert_int_eq(opened.faults.items[0].status, SINK_BAD_JOB);
    close_layer(&opened);
}
END_TEST

START_TEST(an_engineering_crs_is_refused)
{
    write_image((struct image){
        .path = "a.tif",
        .crs = "LOCAL_CS[\"here\",UNIT[\"metre\",1],AXIS[\"x\",EAST],AXIS[\"y\",NORTH]]"});
    expect_fault(any, "a.tif", "neither geographic nor projected");
}
END_TEST

START_TEST(a_rotated_geotransform_is_refused)
{
    write_image((struct image){.path = "a.tif", .turn = 3});
    expect_fault(any, "a.tif", "rotated geotransform (3, 3)");
}
END_TEST

START_TEST(a_raster_that_does_not_say_where_it_lies_is_refused)
{
    GDALDatasetH dataset =
        GDALCreate(GDALGetDriverByName("GTiff"), "a.tif", 4, 4, 1, GDT_Byte, NULL);
    GDALClose(dataset);
    expect_fault((struct sink_layer_request){.crs = "EPSG:4326"}, "a.tif", "no geotransform");
}
END_TEST

START_TEST(side_files_change_nothing)
{
    write_image((struct image){.path = "a.tif"});
    write_text("a.tif.aux.xml", "<PAMDataset><SRS>EPSG:32634</SRS><GeoTransform>0, 1, 0, 0, 0, "
                                "-1</GeoTransform><PAMRasterBand band=\"1\"><NoDataValue>5"
                                "</NoDataValue></PAMRasterBand></PAMDataset>");
    write_text("a.tfw", "1\n0\n0\n-1\n0\n0\n");
    size_t count = 1;
    struct sink_layer *layer = open_good(any, "a.tif");
    sink_layer_nodata(layer, &count);
    ck_assert_uint_eq(count, 0);
    ck_assert_double_eq(sink_layer_grid(layer)->x0, 500000);
    ck_assert_ptr_nonnull(strstr(sink_layer_grid(layer)->crs_wkt, "zone 33N"));
    sink_layer_close(layer);
}
END_TEST

START_TEST(a_mask_in_a_file_of_its_own_is_not_passed_over)
{
    write_image((struct image){.path = "a.tif"});
    write_image((struct image){.path = "a.tif.msk"});
    expect_fault(any, "a.tif", "a mask lies beside it");
}
END_TEST

START_TEST(environment_variables_change_nothing)
{
    struct sink_error error;
    write_image((struct image){.path = "a.tif", .options = {"PROFILE=GeoTIFF"}});
    setenv("GTIFF_POINT_GEO_IGNORE", "YES", 1);
    setenv("GDAL_NETCDF_BOTTOMUP", "NO", 1);
    setenv("OGR_SQLITE_LOAD_EXTENSIONS", "/tmp/x.so", 1);
    setenv("GDAL_DATA", "/usr/share/gdal", 1);
    ck_assert_int_eq(sink_environment_start(false, &error), SINK_OK);
    ck_assert_ptr_null(getenv("GTIFF_POINT_GEO_IGNORE"));
    ck_assert_ptr_null(getenv("GDAL_NETCDF_BOTTOMUP"));
    ck_assert_ptr_null(getenv("OGR_SQLITE_LOAD_EXTENSIONS"));
    ck_assert_str_eq(getenv("GDAL_DATA"), "/usr/share/gdal");
    ck_assert_str_eq(CPLGetConfigOption("GTIFF_POINT_GEO_IGNORE", ""), "NO");
}
END_TEST

START_TEST(types_that_hold_no_plain_number_are_refused)
{
    write_image((struct image){.path = "a.tif", .type = GDT_CFloat32});
    write_image((struct image){.path = "b.tif", .options = {"PIXELTYPE=SIGNEDBYTE"}});
    expect_fault(any, "a.tif", "type CFloat32");
    expect_fault(any, "b.tif", "signed bytes");
}
END_TEST

START_TEST(bands_are_counted)
{
    write_image((struct image){.path = "a.tif", .bands = 3, .type = GDT_Int16});
    expect_fault((struct sink_layer_request){.band = 4}, "a.tif", "3 bands, expected band 4");
}
END_TEST

START_TEST(a_block_too_large_for_the_memory_is_refused)
{
    write_image((struct image){
        .path = "a.tif",
        .width = 9000,
        .height = 9000,
        .is_empty = true,
        .options = {"TILED=YES", "BLOCKXSIZE=9008", "BLOCKYSIZE=9008", "SPARSE_OK=TRUE"}});
    expect_fault(any, "a.tif", "take 77 MiB, expected at most 64");
}
END_TEST

START_TEST(codes_in_lossy_compression_are_refused)
{
    write_image((struct image){.path = "a.tif", .options = {"COMPRESS=JPEG"}});
    const struct sink_layer_request codes = {.is_class = true};
    expect_fault(codes, "a.tif", "codes in JPEG");
    sink_layer_close(open_good(any, "a.tif"));
}
END_TEST

START_TEST(a_scale_that_is_no_scale_is_refused)
{
    write_image((struct image){.path = "a.tif", .scale = NAN});
    expect_fault(any, "a.tif", "scale nan");
}
END_TEST

START_TEST(latitudes_past_the_pole_are_refused)
{
    write_image((struct image){
        .path = "a.tif", .crs = "EPSG:4326", .x0 = 10, .y0 = 91, .dx = 0.5, .dy = -0.5});
    expect_fault(any, "a.tif", "reaches latitude 91");
    /* half a cell: the outer rows are centred on the poles */
    write_image((struct image){
        .path = "b.tif", .crs = "EPSG:4326", .x0 = 10, .y0 = 90.25, .dx = 0.5, .dy = -0.5});
    sink_layer_close(open_good(any, "b.tif"));
}
END_TEST

/* Cuts the last `bytes` off a file. */
static void cut(const char *path, long bytes)
{
    FILE *file = fopen(path, "rb");
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    const long length = ftell(file);
    fclose(file);
    ck_assert_int_eq(truncate(path, length - bytes), 0);
}

static const struct image tiled = {.path = "a.tif",
                                   .type = GDT_UInt16,
                                   .width = 64,
                                   .height = 48,
                                   .options = {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"}};

START_TEST(a_file_cut_short_is_an_error_that_names_the_block)
{
    write_image(tiled); /* 4 x 3 blocks of 512 bytes, the last at the end */
    cut("a.tif", 700);
    expect_fault(any, "a.tif", "block column 2, row 2 lies beyond the end of the file");
}
END_TEST

/* Where the list of a tag lies in a little-endian TIFF without a second directory. */
static long find_list(FILE *file, int tag)
{
    unsigned char bytes[12] = {0};
    ck_assert_int_eq(fseek(file, 4, SEEK_SET), 0);
    ck_assert_uint_eq(fread(bytes, 1, 4, file), 4);
    const long directory = bytes[0] | bytes[1] << 8 | bytes[2] << 16;
    ck_assert_int_eq(fseek(file, directory, SEEK_SET), 0);
    ck_assert_uint_eq(fread(bytes, 1, 2, file), 2);
    const int count = bytes[0] | bytes[1] << 8;
    for (int i = 0; i < count; i++) {
        ck_assert_uint_eq(fread(bytes, 1, 12, file), 12);
        if ((bytes[0] | bytes[1] << 8) == tag)
            return bytes[8] | bytes[9] << 8 | bytes[10] << 16;
    }
    ck_abort_msg("no tag %d", tag);
}

/* Sets one entry of a list of LONGs (or SHORTs) to 0. */
static void zero_entry(const char *path, int tag, int entry, int bytes)
{
    const unsigned char zero[4] = {0};
    FILE *file = fopen(path, "r+b");
    const long list = find_list(file, tag);
    ck_assert_int_eq(fseek(file, list + (long)entry * bytes, SEEK_SET), 0);
    ck_assert_uint_eq(fwrite(zero, 1, (size_t)bytes, file), (size_t)bytes);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_block_without_bytes_or_place_is_damage_and_not_absence)
{
    const double nodata = 9;
    struct image image = tiled;
    image.nodata = &nodata;
    write_image(image);
    zero_entry("a.tif", 325, 6, 2);
    expect_fault(any, "a.tif", "block column 2, row 1 has 0 bytes at");
    write_image(image);
    zero_entry("a.tif", 324, 5, 4);
    expect_fault(any, "a.tif", "block column 1, row 1 has 512 bytes at 0");
}
END_TEST

START_TEST(absent_blocks_need_a_nodata_value_or_leave_to_be_counted)
{
    const double nodata = 9;
    struct image image = tiled;
    image.is_empty = true;
    image.options[3] = "SPARSE_OK=TRUE";
    GDALDatasetH dataset = create_image(image);
    uint16_t cells[16 * 16] = {7};
    ck_assert_int_eq(GDALWriteBlock(GDALGetRasterBand(dataset, 1), 1, 0, cells), CE_None);
    GDALClose(dataset);
    expect_fault(any, "a.tif", "11 of 12 blocks are absent, the first at block column 0, row 0");
    sink_layer_close(open_good((struct sink_layer_request){.count_missing = true}, "a.tif"));
    image.nodata = &nodata;
    write_image(image);
    sink_layer_close(open_good(any, "a.tif"));
}
END_TEST

START_TEST(the_blocks_of_a_plane_are_found_in_big_tiffs_of_either_order)
{
    struct image image = {.path = "a.tif",
                          .type = GDT_UInt16,
                          .width = 64,
                          .height = 48,
                          .bands = 3,
                          .options = {"INTERLEAVE=BAND", "BIGTIFF=YES", "ENDIANNESS=BIG",
                                      "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"}};
    write_image(image);
    cut("a.tif", 700);
    sink_layer_close(open_good((struct sink_layer_request){.band = 2}, "a.tif"));
    expect_fault((struct sink_layer_request){.band = 3}, "a.tif",
                 "block column 2, row 2 lies beyond the end");
}
END_TEST

START_TEST(files_of_a_layer_that_differ_are_refused_with_what_differs)
{
    const double nodata = 9;
    const struct {
        struct image image;
        const char *words;
    } others[] = {
        {{.x0 = 500360, .y0 = 4000000, .crs = "EPSG:32634"}, "another CRS"},
        {{.x0 = 500361, .y0 = 4000000}, "another lattice"},
        {{.x0 = 500360, .y0 = 4000000, .dx = 30.01, .dy = -30.01}, "another lattice"},
        {{.x0 = 500360, .y0 = 4000000, .type = GDT_Int16}, "another type"},
        {{.x0 = 500360, .y0 = 4000000, .nodata = &nodata}, "another no-data value"},
        {{.x0 = 500360, .y0 = 4000000, .scale = 2}, "another scale"},
        {{.x0 = 500360, .y0 = 4000000, .unit = "kg"}, "another unit"},
    };
    write_image((struct image){.path = "a.tif"});
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct image image = others[i].image;
        image.path = "b.tif";
        write_image(image);
        struct opened opened = open_layer(any, (const char *const[]){"a.tif", "b.tif", NULL});
        ck_assert_ptr_null(opened.layer);
        ck_assert_msg(strstr(opened.text, others[i].words) != NULL, "%s", opened.text);
        ck_assert_int_eq(strncmp(opened.text, "b.tif: ", 7), 0);
        close_layer(&opened);
        remove("b.tif");
    }
}
END_TEST

START_TEST(all_faults_are_told_at_once)
{
    write_image((struct image){.path = "a.tif", .crs = ""});
    write_image((struct image){.path = "b.tif", .turn = 1});
    struct opened opened = open_layer(any, (const char *const[]){"a.tif", "b.tif", "c.tif", NULL});
    ck_assert_uint_eq(opened.faults.count, 3);
    close_layer(&opened);
}
END_TEST

static enum sink_placement place(const struct image *image, const char *path)
{
    struct sink_error error;
    enum sink_placement placement;
    struct image moved = *image;
    moved.path = path;
    write_image(moved);
    struct sink_layer *layer = open_good(any, path), *grid = open_good(any, "grid.tif");
    ck_assert_int_eq(sink_layer_place(layer, sink_layer_grid(grid), &placement, &error), SINK_OK);
    sink_layer_close(layer);
    sink_layer_close(grid);
    return placement;
}

START_TEST(a_thousandth_of_a_cell_decides_what_is_another_grid)
{
    write_image((struct image){.path = "grid.tif"});
    const struct {
        struct image image;
        enum sink_placement placement;
    } cases[] = {
        {{.x0 = 500000, .y0 = 4000000}, SINK_PLACED_ON_GRID},
        {{.x0 = 500000.02, .y0 = 4000000}, SINK_PLACED_ON_GRID},
        {{.x0 = 500000.04, .y0 = 4000000}, SINK_PLACED_WARPED},
        {{.x0 = 500000, .y0 = 3999999.96}, SINK_PLACED_WARPED},
        {{.x0 = 499970, .y0 = 4000060, .width = 30}, SINK_PLACED_ON_GRID},
        /* 1e-4 of a cell too large: 30 cells drift by 3e-3 */
        {{.x0 = 500000, .y0 = 4000000, .width = 30, .dx = 30.003, .dy = -30}, SINK_PLACED_WARPED},
        {{.x0 = 500000, .y0 = 3999700, .dx = 30, .dy = 30}, SINK_PLACED_WARPED},
        {{.x0 = 500000, .y0 = 4000000, .dx = 60, .dy = -60}, SINK_PLACED_WARPED},
        {{.x0 = 500000, .y0 = 4000000, .crs = "EPSG:32634"}, SINK_PLACED_WARPED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(place(&cases[i].image, "a.tif") == cases[i].placement, "case %zu", i);
}
END_TEST

START_TEST(two_names_of_one_crs_are_one_crs)
{
    write_image((struct image){.path = "grid.tif"});
    const struct image image = {.crs = "+proj=utm +zone=33 +datum=WGS84 +units=m"};
    ck_assert_int_eq(place(&image, "a.tif"), SINK_PLACED_ON_GRID);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layer");
    TCase *opening = tcase_create("opening");
    tcase_add_unchecked_fixture(opening, enter_folder, leave_folder);
    tcase_add_test(opening, a_plain_file_opens_with_its_grid_unit_scale_and_nodata);
    tcase_add_test(opening, the_job_may_add_a_nodata_value);
    tcase_add_test(opening, what_is_not_there_or_not_a_raster_is_named);
    tcase_add_test(opening, a_raster_without_crs_needs_one_from_the_job);
    tcase_add_test(opening, a_stated_crs_must_be_that_of_the_file);
    tcase_add_test(opening, an_engineering_crs_is_refused);
    tcase_add_test(opening, a_rotated_geotransform_is_refused);
    tcase_add_test(opening, a_raster_that_does_not_say_where_it_lies_is_refused);
    tcase_add_test(opening, types_that_hold_no_plain_number_are_refused);
    tcase_add_test(opening, bands_are_counted);
    tcase_add_test(opening, codes_in_lossy_compression_are_refused);
    tcase_add_test(opening, a_scale_that_is_no_scale_is_refused);
    tcase_add_test(opening, latitudes_past_the_pole_are_refused);
    suite_add_tcase(suite, opening);
    TCase *around = tcase_create("around the file");
    tcase_add_unchecked_fixture(around, enter_folder, leave_folder);
    tcase_add_test(around, side_files_change_nothing);
    tcase_add_test(around, environment_variables_change_nothing);
    suite_add_tcase(suite, around);
    TCase *mask = tcase_create("mask");
    tcase_add_unchecked_fixture(mask, enter_folder, leave_folder);
    tcase_add_test(mask, a_mask_in_a_file_of_its_own_is_not_passed_over);
    suite_add_tcase(suite, mask);
    TCase *blocks = tcase_create("blocks");
    tcase_add_unchecked_fixture(blocks, enter_folder, leave_folder);
    tcase_add_test(blocks, a_block_too_large_for_the_memory_is_refused);
    tcase_add_test(blocks, a_file_cut_short_is_an_error_that_names_the_block);
    tcase_add_test(blocks, a_block_without_bytes_or_place_is_damage_and_not_absence);
    tcase_add_test(blocks, absent_blocks_need_a_nodata_value_or_leave_to_be_counted);
    tcase_add_test(blocks, the_blocks_of_a_plane_are_found_in_big_tiffs_of_either_order);
    suite_add_tcase(suite, blocks);
    TCase *many = tcase_create("several files, and places");
    tcase_add_unchecked_fixture(many, enter_folder, leave_folder);
    tcase_add_test(many, files_of_a_layer_that_differ_are_refused_with_what_differs);
    tcase_add_test(many, all_faults_are_told_at_once);
    tcase_add_test(many, a_thousandth_of_a_cell_decides_what_is_another_grid);
    tcase_add_test(many, two_names_of_one_crs_are_one_crs);
    suite_add_tcase(suite, many);
    return run_suite(suite);
}
