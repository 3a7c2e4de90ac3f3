/* What is read from the files of a layer on its own grid. */
#include "raster_fixture.h"

static const struct sink_layer_request any = {0};

START_TEST(every_type_is_read_as_it_is)
{
    const struct {
        GDALDataType gdal;
        enum sink_cell_type type;
    } types[] = {{GDT_Byte, SINK_CELL_UINT8},     {GDT_UInt16, SINK_CELL_UINT16},
                 {GDT_Int16, SINK_CELL_INT16},    {GDT_UInt32, SINK_CELL_UINT32},
                 {GDT_Int32, SINK_CELL_INT32},    {GDT_Float32, SINK_CELL_FLOAT32},
                 {GDT_Float64, SINK_CELL_FLOAT64}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct sink_error error;
        struct sink_reader *reader = NULL;
        write_image((struct image){.path = "a.tif", .type = types[i].gdal});
        struct sink_layer *layer = open_good(any, "a.tif");
        ck_assert_int_eq(sink_reader_open(layer, sink_layer_grid(layer), 1, &reader, &error),
                         SINK_OK);
        ck_assert_int_eq(sink_reader_type(reader), types[i].type);
        sink_reader_close(reader);
        expect_values(layer, code);
        sink_layer_close(layer);
    }
}
END_TEST

static double wide(int row, int column)
{
    return -1e9 + row * 12345.0 + column * 67.0;
}
static double real(int row, int column)
{
    return (row - 3) * 0.1 + column * 1e-3;
}

START_TEST(large_negative_and_broken_numbers_keep_every_bit)
{
    write_image((struct image){.path = "a.tif", .type = GDT_Int32, .value = wide});
    write_image((struct image){.path = "b.tif", .type = GDT_Float64, .value = real});
    struct sink_layer *whole = open_good(any, "a.tif"), *broken = open_good(any, "b.tif");
    expect_values(whole, wide);
    expect_values(broken, real);
    sink_layer_close(whole);
    sink_layer_close(broken);
}
END_TEST

/* One way of storing cells. */
struct layout {
    GDALDataType type;
    int bands;
    const char *options[6];
};

static const struct layout layouts[] = {
    {GDT_Byte, 1, {NULL}},
    {GDT_Byte, 1, {"COMPRESS=DEFLATE"}},
    {GDT_UInt16,
     1,
     {"COMPRESS=DEFLATE", "PREDICTOR=2", "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"}},
    {GDT_Int32,
     1,
     {"COMPRESS=DEFLATE", "PREDICTOR=2", "TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=16"}},
    {GDT_Float32,
     1,
     {"COMPRESS=DEFLATE", "PREDICTOR=3", "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=32"}},
    {GDT_Float64, 1, {"COMPRESS=DEFLATE", "PREDICTOR=3", "BLOCKYSIZE=7"}},
    {GDT_Int16, 1, {"COMPRESS=LZW", "PREDICTOR=2", "BLOCKYSIZE=5"}},
    {GDT_UInt16,
     3,
     {"COMPRESS=DEFLATE", "PREDICTOR=2", "INTERLEAVE=PIXEL", "TILED=YES", "BLOCKXSIZE=16",
      "BLOCKYSIZE=16"}},
    {GDT_UInt16,
     3,
     {"COMPRESS=DEFLATE", "INTERLEAVE=BAND", "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"}},
    {GDT_UInt16,
     1,
     {"COMPRESS=DEFLATE", "PREDICTOR=2", "ENDIANNESS=BIG", "TILED=YES", "BLOCKXSIZE=16",
      "BLOCKYSIZE=16"}},
    {GDT_Byte, 1, {"COMPRESS=ZSTD", "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"}},
    {GDT_Byte, 1, {"COMPRESS=PACKBITS", "BIGTIFF=YES"}},
};

static double second_band(int row, int column)
{
    return code(row, column) + 100;
}

START_TEST(every_layout_and_codec_of_a_tiff_gives_the_same_cells)
{
    const struct layout *layout = &layouts[_i];
    struct image image = {
        .path = "a.tif", .type = layout->type, .width = 75, .height = 50, .bands = layout->bands};
    memcpy(image.options, layout->options, sizeof layout->options);
    write_image(image);
    struct sink_layer *layer =
        open_good((struct sink_layer_request){.band = layout->bands > 1 ? 2 : 1}, "a.tif");
    expect_values(layer, layout->bands > 1 ? second_band : code);
    sink_layer_close(layer);
}
END_TEST

START_TEST(a_window_holds_what_the_whole_has_there)
{
    const struct layout *layout = &layouts[_i];
    struct sink_error error;
    struct image image = {
        .path = "a.tif", .type = layout->type, .width = 75, .height = 50, .bands = layout->bands};
    memcpy(image.options, layout->options, sizeof layout->options);
    write_image(image);
    struct sink_layer *layer = open_good(any, "a.tif");
    struct sink_reader *reader = NULL;
    ck_assert_int_eq(sink_reader_open(layer, sink_layer_grid(layer), 75 * 50, &reader, &error),
                     SINK_OK);
    srand(7);
    for (int i = 0; i < 60; i++) {
        struct sink_window window = {.row = rand() % 50, .column = rand() % 75};
        window.height = 1 + rand() % (50 - window.row);
        window.width = 1 + rand() % (75 - window.column);
        struct cells cells = read_through(reader, window);
        ck_assert_int_eq(cells.status, SINK_OK);
        for (int r = 0; r < window.height; r++)
            for (int c = 0; c < window.width; c++)
                ck_assert_double_eq(cells.values[r * window.width + c],
                                    code(window.row + r, window.column + c));
        free_cells(&cells);
    }
    sink_reader_close(reader);
    sink_layer_close(layer);
}
END_TEST

/* Changes the byte at `at` from the end of a file. */
static void flip(const char *path, long at)
{
    FILE *file = fopen(path, "r+b");
    ck_assert_int_eq(fseek(file, -at, SEEK_END), 0);
    const int byte = fgetc(file);
    ck_assert_int_eq(fseek(file, -at, SEEK_END), 0);
    fputc(byte ^ 0x55, file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(any_damage_to_a_deflate_block_is_an_error_that_names_it)
{
    const struct sink_window whole = {.height = 64, .width = 64};
    const struct image image = {
        .path = "a.tif",
        .type = GDT_UInt16,
        .width = 64,
        .height = 64,
        .options = {"COMPRESS=DEFLATE", "TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32"}};
    write_image(image); /* the last block lies at the end of the file */
    struct sink_layer *layer = open_good(any, "a.tif");
    for (long at = 1; at < 300; at++) {
        flip("a.tif", at);
        struct cells cells = read_cells(layer, sink_layer_grid(layer), whole);
        ck_assert_int_eq(cells.status, SINK_BAD_DATA);
        ck_assert_msg(strstr(cells.error.message, "a.tif: ") == cells.error.message &&
                          strstr(cells.error.message, "block column 1, row 1"),
                      "%s", cells.error.message);
        free_cells(&cells);
        /* and where a window takes only part of the block */
        cells = read_cells(layer, sink_layer_grid(layer),
                           (struct sink_window){.row = 40, .column = 40, .height = 3, .width = 3});
        ck_assert_int_eq(cells.status, SINK_BAD_DATA);
        free_cells(&cells);
        flip("a.tif", at);
    }
    expect_values(layer, code);
    sink_layer_close(layer);
}
END_TEST

START_TEST(a_file_that_shrinks_while_it_is_read_is_an_error)
{
    write_image((struct image){.path = "a.tif", .options = {"BLOCKYSIZE=2"}});
    struct sink_layer *layer = open_good(any, "a.tif");
    ck_assert_int_eq(truncate("a.tif", 200), 0);
    struct cells cells =
        read_cells(layer, sink_layer_grid(layer), (struct sink_window){.height = 10, .width = 12});
    ck_assert_int_eq(cells.status, SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(cells.error.message, "a.tif"));
    free_cells(&cells);
    sink_layer_close(layer);
}
END_TEST

START_TEST(a_file_that_goes_before_it_is_read_has_changed)
{
    write_image((struct image){.path = "a.tif"});
    struct sink_layer *layer = open_good(any, "a.tif");
    ck_assert_int_eq(unlink("a.tif"), 0);
    struct cells cells =
        read_cells(layer, sink_layer_grid(layer), (struct sink_window){.height = 10, .width = 12});
    ck_assert_int_eq(cells.status, SINK_BAD_DATA);
    ck_assert_str_eq(cells.error.message, "a.tif: changed while it was read: it is gone");
    free_cells(&cells);
    sink_layer_close(layer);
}
END_TEST

START_TEST(a_nodata_value_is_what_cells_of_the_type_can_hold)
{
    const struct {
        GDALDataType type;
        double stated, held;
    } cases[] = {{GDT_Float32, -3.4e38, (double)-3.4e38F},
                 {GDT_Float32, -3.40282346638529e+38, (double)-3.40282346638528859812e+38F},
                 {GDT_Float32, 0.1, (double)0.1F},
                 {GDT_Float64, 0.1, 0.1},
                 {GDT_Int32, 16777217, 16777217}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = 0;
        write_image((struct image){.path = "a.tif", .type = cases[i].type});
        struct sink_layer *layer = open_good(
            (struct sink_layer_request){.has_nodata = true, .nodata = cases[i].stated}, "a.tif");
        ck_assert_double_eq(sink_layer_nodata(layer, &count)[0], cases[i].held);
        ck_assert_uint_eq(count, 1);
        sink_layer_close(layer);
    }
}
END_TEST

START_TEST(nodata_that_is_nan_is_no_value)
{
    const double nan_value = NAN;
    size_t count = 1;
    write_image((struct image){.path = "a.tif", .type = GDT_Float32, .nodata = &nan_value});
    struct sink_layer *layer = open_good(any, "a.tif");
    sink_layer_nodata(layer, &count);
    ck_assert_uint_eq(count, 0); /* NaN is no data everywhere */
    sink_layer_close(layer);
}
END_TEST

START_TEST(a_mask_band_says_which_cells_have_data)
{
    CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES");
    GDALDatasetH dataset = create_image((struct image){.path = "a.tif"});
    unsigned char mask[120];
    for (int i = 0; i < 120; i++)
        mask[i] = i % 7 ? 255 : 0;
    ck_assert_int_eq(GDALCreateDatasetMaskBand(dataset, GMF_PER_DATASET), CE_None);
    ck_assert_int_eq(GDALRasterIO(GDALGetMaskBand(GDALGetRasterBand(dataset, 1)), GF_Write, 0, 0,
                                  12, 10, mask, 12, 10, GDT_Byte, 0, 0),
                     CE_None);
    GDALClose(dataset);
    struct sink_layer *layer = open_good(any, "a.tif");
    struct cells cells = read_whole(layer);
    for (int i = 0; i < 120; i++)
        ck_assert_int_eq(cells.states[i], i % 7 ? SINK_CELL_READ : SINK_CELL_MASKED);
    free_cells(&cells);
    sink_layer_close(layer);
}
END_TEST

START_TEST(an_alpha_band_says_which_cells_have_data)
{
    GDALDatasetH dataset =
        create_image((struct image){.path = "a.tif", .bands = 2, .options = {"ALPHA=YES"}});
    unsigned char alpha[120];
    for (int i = 0; i < 120; i++)
        alpha[i] = i % 5 ? 255 : 0;
    ck_assert_int_eq(GDALRasterIO(GDALGetRasterBand(dataset, 2), GF_Write, 0, 0, 12, 10, alpha, 12,
                                  10, GDT_Byte, 0, 0),
                     CE_None);
    GDALClose(dataset);
    struct sink_layer *layer = open_good(any, "a.tif");
    struct cells cells = read_whole(layer);
    for (int i = 0; i < 120; i++)
        ck_assert_int_eq(cells.states[i], i % 5 ? SINK_CELL_READ : SINK_CELL_MASKED);
    free_cells(&cells);
    sink_layer_close(layer);
}
END_TEST

/* 4 x 3 blocks, of which only (1, 0) and (3, 2) are written. */
static void write_sparse(const double *nodata)
{
    GDALDatasetH dataset = create_image((struct image){
        .path = "a.tif",
        .width = 64,
        .height = 48,
        .is_empty = true,
        .nodata = nodata,
        .options = {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "SPARSE_OK=TRUE"}});
    unsigned char cells[256];
    memset(cells, 7, sizeof cells);
    ck_assert_int_eq(GDALWriteBlock(GDALGetRasterBand(dataset, 1), 1, 0, cells), CE_None);
    ck_assert_int_eq(GDALWriteBlock(GDALGetRasterBand(dataset, 1), 3, 2, cells), CE_None);
    GDALClose(dataset);
}

static bool is_written(int row, int column)
{
    return (row / 16 == 0 && column / 16 == 1) || (row / 16 == 2 && column / 16 == 3);
}

START_TEST(absent_blocks_without_nodata_are_absent_cells)
{
    write_sparse(NULL);
    struct sink_layer *layer =
        open_good((struct sink_layer_request){.count_missing = true}, "a.tif");
    const struct sink_window windows[] = {{.height = 48, .width = 64},
                                          {.row = 5, .column = 9, .height = 40, .width = 50},
                                          {.row = 15, .column = 15, .height = 2, .width = 2}};
    for (size_t w = 0; w < sizeof windows / sizeof *windows; w++) {
        struct cells cells = read_cells(layer, sink_layer_grid(layer), windows[w]);
        for (int i = 0; i < cells.width * cells.height; i++) {
            const int row = windows[w].row + i / cells.width;
            const int column = windows[w].column + i % cells.width;
            ck_assert_int_eq(cells.states[i],
                             is_written(row, column) ? SINK_CELL_READ : SINK_CELL_ABSENT);
            ck_assert_double_eq(cells.values[i], is_written(row, column) ? 7 : 0);
        }
        free_cells(&cells);
    }
    sink_layer_close(layer);
}
END_TEST

START_TEST(absent_blocks_with_nodata_are_cells_without_data)
{
    const double nodata = 9;
    write_sparse(&nodata);
    struct sink_layer *layer = open_good(any, "a.tif");
    struct cells cells = read_whole(layer);
    for (int i = 0; i < 64 * 48; i++) {
        ck_assert_int_eq(cells.states[i], SINK_CELL_READ);
        ck_assert_double_eq(cells.values[i], is_written(i / 64, i % 64) ? 7 : 9);
    }
    free_cells(&cells);
    sink_layer_close(layer);
}
END_TEST

static double upper(int row, int column)
{
    return row == 1 && column == 1 ? 9 : 100 + row * 10 + column;
}

/* Two files of 4 x 3 cells; the second lies 2 columns right and 1 row down, over the first:
 *
 *     1 1 1 1 . .      1: the first, 2: the second, .: neither
 *     1 1 2 2 2 2
 *     1 1 2 2 2 2
 *     . . 2 2 2 2
 */
static struct opened open_two(bool has_nodata)
{
    const double nodata = 9;
    write_image((struct image){
        .path = "a.tif", .width = 4, .height = 3, .nodata = has_nodata ? &nodata : NULL});
    write_image((struct image){.path = "b.tif",
                               .width = 4,
                               .height = 3,
                               .x0 = 500060,
                               .y0 = 3999970,
                               .nodata = has_nodata ? &nodata : NULL,
                               .value = upper});
    return open_layer(any, (const char *const[]){"a.tif", "b.tif", NULL});
}

START_TEST(later_files_lie_on_top_and_gaps_are_absent)
{
    struct opened opened = open_two(false);
    ck_assert_int_eq(sink_layer_grid(opened.layer)->width, 6);
    ck_assert_int_eq(sink_layer_grid(opened.layer)->height, 4);
    struct cells cells = read_whole(opened.layer);
    for (int r = 0; r < 4; r++)
        for (int c = 0; c < 6; c++) {
            const bool is_second = r >= 1 && c >= 2, is_first = r < 3 && c < 4;
            const double expected = is_second ? upper(r - 1, c - 2) : is_first ? code(r, c) : 0;
            ck_assert_double_eq(cells.values[r * 6 + c], expected);
            ck_assert_int_eq(cells.states[r * 6 + c],
                             is_second || is_first ? SINK_CELL_READ : SINK_CELL_ABSENT);
        }
    free_cells(&cells);
    close_layer(&opened);
}
END_TEST

START_TEST(a_cell_without_data_hides_nothing_under_it)
{
    struct opened opened = open_two(true);
    struct cells cells = read_whole(opened.layer);
    ck_assert_double_eq(cells.values[2 * 6 + 3], code(2, 3)); /* 9 in the second */
    ck_assert_double_eq(cells.values[2 * 6 + 2], upper(1, 0));
    free_cells(&cells);
    close_layer(&opened);
}
END_TEST

START_TEST(a_window_beyond_the_layer_is_absent_there)
{
    write_image((struct image){.path = "a.tif", .width = 3, .height = 2});
    struct sink_layer *layer = open_good(any, "a.tif");
    struct cells cells =
        read_cells(layer, sink_layer_grid(layer),
                   (struct sink_window){.row = -1, .column = 1, .height = 4, .width = 4});
    for (int r = 0; r < 4; r++)
        for (int c = 0; c < 4; c++) {
            const bool is_inside = r - 1 >= 0 && r - 1 < 2 && c + 1 < 3;
            ck_assert_int_eq(cells.states[r * 4 + c],
                             is_inside ? SINK_CELL_READ : SINK_CELL_ABSENT);
            ck_assert_double_eq(cells.values[r * 4 + c], is_inside ? code(r - 1, c + 1) : 0);
        }
    free_cells(&cells);
    sink_layer_close(layer);
}
END_TEST

START_TEST(more_files_than_may_be_open_are_read)
{
    char names[40][16];
    const char *paths[41] = {NULL};
    for (int i = 0; i < 40; i++) {
        const int row = i / 8;
        snprintf(names[i], sizeof names[i], "%d.tif", i);
        paths[i] = names[i];
        write_image((struct image){.path = names[i],
                                   .width = 2,
                                   .height = 2,
                                   .x0 = 500000 + 60 * (i % 8),
                                   .y0 = 4000000 - 60 * row});
    }
    struct opened opened = open_layer(any, paths);
    ck_assert_msg(opened.layer != NULL, "%s", opened.text);
    for (int pass = 0; pass < 2; pass++) {
        struct cells cells = read_whole(opened.layer);
        for (int i = 0; i < 160; i++) {
            const int row = i / 16, column = i % 16;
            ck_assert_int_eq(cells.states[i], SINK_CELL_READ);
            ck_assert_double_eq(cells.values[i], code(row % 2, column % 2));
        }
        free_cells(&cells);
    }
    ck_assert_uint_eq(sink_layer_file_count(opened.layer), 40);
    close_layer(&opened);
}
END_TEST

START_TEST(south_up_files_are_read_on_their_own_grid)
{
    write_image((struct image){.path = "a.tif", .x0 = 500000, .y0 = 3999700, .dx = 30, .dy = 30});
    struct sink_layer *layer = open_good(any, "a.tif");
    ck_assert_double_eq(sink_layer_grid(layer)->dy, 30);
    expect_values(layer, code);
    sink_layer_close(layer);
}
END_TEST

int main(void)
{
    const int layout_count = sizeof layouts / sizeof *layouts;
    Suite *suite = suite_create("mosaic");
    TCase *files = tcase_create("files");
    tcase_add_unchecked_fixture(files, enter_folder, leave_folder);
    tcase_add_test(files, every_type_is_read_as_it_is);
    tcase_add_test(files, large_negative_and_broken_numbers_keep_every_bit);
    tcase_add_loop_test(files, every_layout_and_codec_of_a_tiff_gives_the_same_cells, 0,
                        layout_count);
    tcase_add_loop_test(files, a_window_holds_what_the_whole_has_there, 0, layout_count);
    tcase_add_test(files, any_damage_to_a_deflate_block_is_an_error_that_names_it);
    tcase_add_test(files, a_file_that_shrinks_while_it_is_read_is_an_error);
    tcase_add_test(files, a_file_that_goes_before_it_is_read_has_changed);
    tcase_add_test(files, south_up_files_are_read_on_their_own_grid);
    suite_add_tcase(suite, files);
    TCase *nodata = tcase_create("no data");
    tcase_add_unchecked_fixture(nodata, enter_folder, leave_folder);
    tcase_add_test(nodata, a_nodata_value_is_what_cells_of_the_type_can_hold);
    tcase_add_test(nodata, nodata_that_is_nan_is_no_value);
    tcase_add_test(nodata, a_mask_band_says_which_cells_have_data);
    tcase_add_test(nodata, an_alpha_band_says_which_cells_have_data);
    tcase_add_test(nodata, absent_blocks_without_nodata_are_absent_cells);
    tcase_add_test(nodata, absent_blocks_with_nodata_are_cells_without_data);
    suite_add_tcase(suite, nodata);
    TCase *many = tcase_create("several files");
    tcase_add_unchecked_fixture(many, enter_folder, leave_folder);
    tcase_add_test(many, later_files_lie_on_top_and_gaps_are_absent);
    tcase_add_test(many, a_cell_without_data_hides_nothing_under_it);
    tcase_add_test(many, a_window_beyond_the_layer_is_absent_there);
    tcase_add_test(many, more_files_than_may_be_open_are_read);
    suite_add_tcase(suite, many);
    return run_suite(suite);
}
