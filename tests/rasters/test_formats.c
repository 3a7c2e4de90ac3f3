/* Formats other than GeoTIFF, whole and cut short; a GeoTIFF that changes after it was opened. */
#include "raster_fixture.h"

static const struct sink_layer_request any = {0};

static double second_band(int row, int column)
{
    return code(row, column) + 100;
}

START_TEST(hfa_and_ascii_grids_are_read)
{
    const double nodata = 9;
    write_image((struct image){.path = "a.img",
                               .driver = "HFA",
                               .type = GDT_Float32,
                               .width = 70,
                               .height = 70,
                               .nodata = &nodata});
    write_image((struct image){.path = "b.img",
                               .driver = "HFA",
                               .width = 70,
                               .height = 70,
                               .options = {"COMPRESSED=YES"}});
    copy_image((struct image){.path = "c.asc", .crs = "", .type = GDT_Int32, .nodata = &nodata},
               "AAIGrid");
    size_t count = 0;
    const struct sink_layer_request stated = {.crs = "EPSG:32633"};
    struct sink_layer *layers[] = {open_good(any, "a.img"), open_good(any, "b.img"),
                                   open_good(stated, "c.asc")};
    for (int i = 0; i < 3; i++)
        expect_values(layers[i], code);
    ck_assert_double_eq(sink_layer_nodata(layers[0], &count)[0], 9);
    for (int i = 0; i < 3; i++)
        sink_layer_close(layers[i]);
}
END_TEST

START_TEST(a_truncated_hfa_file_is_an_error_that_names_the_block)
{
    write_image((struct image){.path = "a.img", .driver = "HFA", .width = 200, .height = 200});
    FILE *file = fopen("a.img", "rb");
    fseek(file, 0, SEEK_END);
    const long length = ftell(file);
    fclose(file);
    ck_assert_int_eq(truncate("a.img", length - 5000), 0);
    struct opened opened = open_one("a.img");
    if (opened.layer) {
        struct cells cells = read_cells(opened.layer, sink_layer_grid(opened.layer),
                                        (struct sink_window){.height = 200, .width = 200});
        ck_assert_int_eq(cells.status, SINK_BAD_DATA);
        ck_assert_msg(strstr(cells.error.message, "a.img: ") &&
                          strstr(cells.error.message, "block column"),
                      "%s", cells.error.message);
        free_cells(&cells);
    } else {
        ck_assert_ptr_nonnull(strstr(opened.text, "a.img"));
    }
    close_layer(&opened);
}
END_TEST

START_TEST(a_netcdf_variable_is_read_by_name)
{
    const double nodata = -9;
    copy_image((struct image){.path = "a.nc",
                              .type = GDT_Float32,
                              .crs = "EPSG:4326",
                              .x0 = 10,
                              .y0 = 50,
                              .dx = 0.5,
                              .dy = -0.5,
                              .bands = 2,
                              .nodata = &nodata},
               "netCDF");
    expect_fault(any, "a.nc", "several variables; name one with `variable`");
    expect_fault((struct sink_layer_request){.variable = "none"}, "a.nc", "not a GeoTIFF");
    size_t count = 0;
    struct sink_layer *first = open_good((struct sink_layer_request){.variable = "Band1"}, "a.nc");
    struct sink_layer *second = open_good((struct sink_layer_request){.variable = "Band2"}, "a.nc");
    expect_values(first, code);
    expect_values(second, second_band);
    ck_assert_double_eq(sink_layer_nodata(first, &count)[0], -9);
    ck_assert_str_eq(sink_layer_file(first, 0), "a.nc");
    ck_assert_uint_eq(sink_layer_file_count(first), 1);
    sink_layer_close(first);
    sink_layer_close(second);
}
END_TEST

START_TEST(a_classic_netcdf_file_cut_short_is_an_error)
{
    static const char *const formats[] = {"FORMAT=NC", "FORMAT=NC2", "FORMAT=NC4", "FORMAT=NC4C"};
    for (int i = 0; i < 4; i++) {
        struct opened opened;
        copy_image((struct image){.path = "a.nc",
                                  .type = GDT_Int16,
                                  .width = 31,
                                  .height = 33,
                                  .crs = "EPSG:4326",
                                  .x0 = 10,
                                  .y0 = 50,
                                  .dx = 0.5,
                                  .dy = -0.5,
                                  .options = {formats[i]}},
                   "netCDF");
        struct sink_layer *layer = open_good(any, "a.nc");
        expect_values(layer, code);
        sink_layer_close(layer);
        FILE *file = fopen("a.nc", "rb");
        fseek(file, 0, SEEK_END);
        const long length = ftell(file);
        fclose(file);
        const long cuts[] = {4, 100, 1000, length - 100, length - 20};
        for (int k = 0; k < 5; k++) {
            ck_assert_int_eq(truncate("a.nc", length - cuts[k]), 0);
            opened = open_one("a.nc");
            ck_assert_ptr_null(opened.layer);
            ck_assert_int_eq(strncmp(opened.text, "a.nc: ", 6), 0);
            close_layer(&opened);
        }
        remove("a.nc");
    }
}
END_TEST

/* Writes zeros over the offsets of the 16 tiles of a classic TIFF. */
static void hide_places(const char *path)
{
    unsigned char head[8], entry[12];
    FILE *file = fopen(path, "r+b");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq((int)fread(head, 1, 8, file), 8);
    uint32_t at = 0;
    uint16_t tag = 0;
    memcpy(&at, head + 4, 4);
    for (at += 2; tag != 324; at += 12) {
        ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
        ck_assert_int_eq((int)fread(entry, 1, 12, file), 12);
        memcpy(&tag, entry, 2);
    }
    memcpy(&at, entry + 8, 4);
    ck_assert_int_eq(fseek(file, at, SEEK_SET), 0);
    ck_assert_int_eq((int)fwrite((char[64]){0}, 1, 64, file), 64);
    ck_assert_int_eq(fclose(file), 0);
}

/* GDAL fills a block whose place it cannot read with no data, without a word. */
START_TEST(a_block_whose_place_cannot_be_read_is_no_absent_one)
{
    write_image((struct image){
        .path = "a.tif",
        .type = GDT_UInt16,
        .width = 64,
        .height = 64,
        .options = {"COMPRESS=DEFLATE", "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"}});
    struct sink_layer *layer = open_good(any, "a.tif");
    hide_places("a.tif");
    struct cells cells =
        read_cells(layer, sink_layer_grid(layer), (struct sink_window){.height = 64, .width = 64});
    ck_assert_int_eq(cells.status, SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(cells.error.message, "a.tif: the block at block column 0, row 0"));
    free_cells(&cells);
    sink_layer_close(layer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("formats");
    TCase *formats = tcase_create("formats");
    tcase_add_unchecked_fixture(formats, enter_folder, leave_folder);
    tcase_add_test(formats, hfa_and_ascii_grids_are_read);
    tcase_add_test(formats, a_truncated_hfa_file_is_an_error_that_names_the_block);
    tcase_add_test(formats, a_netcdf_variable_is_read_by_name);
    tcase_add_test(formats, a_classic_netcdf_file_cut_short_is_an_error);
    tcase_add_test(formats, a_block_whose_place_cannot_be_read_is_no_absent_one);
    suite_add_tcase(suite, formats);
    return run_suite(suite);
}
