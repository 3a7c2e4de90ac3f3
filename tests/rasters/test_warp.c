/* A layer on another grid: against GDAL's warper, against what can be said beforehand, and from
 * window to window. */
#include "warp_fixture.h"

#include <gdalwarper.h>

static double smooth(int row, int column)
{
    return 100 + 40 * sin(row * 0.07) * cos(column * 0.05) + 0.1 * row;
}
static double patches(int row, int column)
{
    return 1 + (row / 5 * 7 + column / 4 * 3) % 6;
}

static const struct image utm = {.path = "grid.tif",
                                 .width = 150,
                                 .height = 130,
                                 .x0 = 500000,
                                 .y0 = 5300000,
                                 .dx = 30,
                                 .dy = -30};
/* About 15.00 to 15.06 E, 47.82 to 47.86 N, with a margin. */
static struct image degrees(double size_deg, double (*value)(int, int))
{
    return (struct image){.path = "layer.tif",
                          .crs = "EPSG:4326",
                          .type = GDT_Float64,
                          .width = (int)(0.08 / size_deg),
                          .height = (int)(0.07 / size_deg),
                          .x0 = 14.99,
                          .y0 = 47.87,
                          .dx = size_deg,
                          .dy = -size_deg,
                          .value = value,
                          .options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"}};
}

static struct image albers(double size_m, double (*value)(int, int))
{
    return (struct image){.path = "layer.tif",
                          .crs = "+proj=aea +lat_1=25 +lat_2=60 +lat_0=40 +lon_0=20 +datum=WGS84",
                          .type = GDT_Float64,
                          .width = (int)(9000 / size_m),
                          .height = (int)(9000 / size_m),
                          .x0 = -359500,
                          .y0 = 926500,
                          .dx = size_m,
                          .dy = -size_m,
                          .value = value};
}

/* GDAL's result on the grid, with the exact transformer; NaN where it has none. */
static double *warp_by_gdal(const struct image *grid, GDALResampleAlg method)
{
    const size_t count = (size_t)grid->width * (size_t)grid->height;
    struct image target = *grid;
    const double nothing = -9e9;
    target.driver = "MEM";
    target.path = "";
    target.type = GDT_Float64;
    target.is_empty = true;
    target.nodata = &nothing;
    GDALDatasetH to = create_image(target);
    GDALDatasetH from = GDALOpen("layer.tif", GA_ReadOnly);
    GDALFillRaster(GDALGetRasterBand(to, 1), nothing, 0);
    ck_assert_int_eq(GDALReprojectImage(from, NULL, to, NULL, method, 0, 0, NULL, NULL, NULL),
                     CE_None);
    double *values = malloc(count * sizeof *values);
    ck_assert_int_eq(GDALRasterIO(GDALGetRasterBand(to, 1), GF_Read, 0, 0, grid->width,
                                  grid->height, values, grid->width, grid->height, GDT_Float64, 0,
                                  0),
                     CE_None);
    for (size_t i = 0; i < count; i++)
        values[i] = values[i] == nothing ? NAN : values[i];
    GDALClose(to);
    GDALClose(from);
    return values;
}

/* Where centres of the grid's cells lie on the layer, exactly. */
static void centres(const struct image *grid, const struct image *layer, double *x, double *y)
{
    OGRSpatialReferenceH from = OSRNewSpatialReference(NULL), to = OSRNewSpatialReference(NULL);
    ck_assert_int_eq(OSRSetFromUserInput(from, grid->crs), OGRERR_NONE);
    ck_assert_int_eq(OSRSetFromUserInput(to, layer->crs), OGRERR_NONE);
    OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(to, OAMS_TRADITIONAL_GIS_ORDER);
    OGRCoordinateTransformationH transformation = OCTNewCoordinateTransformation(from, to);
    for (int i = 0; i < grid->width * grid->height; i++) {
        x[i] = grid->x0 + (i % grid->width + 0.5) * grid->dx;
        const int row = i / grid->width;
        y[i] = grid->y0 + (row + 0.5) * grid->dy;
        ck_assert(OCTTransform(transformation, 1, &x[i], &y[i], NULL));
        x[i] = (x[i] - layer->x0) / layer->dx;
        y[i] = (y[i] - layer->y0) / layer->dy;
    }
    OCTDestroyCoordinateTransformation(transformation);
    OSRRelease(from);
    OSRRelease(to);
}

static void expect_nearest_of_gdal(struct image grid, struct image layer)
{
    grid = complete(grid);
    layer = complete(layer);
    write_image(grid);
    write_image(layer);
    const size_t count = (size_t)grid.width * (size_t)grid.height;
    double *x = malloc(count * sizeof *x), *y = malloc(count * sizeof *y);
    centres(&grid, &layer, x, y);
    double *expected = warp_by_gdal(&grid, GRA_NearestNeighbour);
    struct cells cells = warp(SINK_RESAMPLE_NEAREST, whole_of(&grid));
    size_t ties = 0;
    for (size_t i = 0; i < count; i++) {
        const bool is_tie = fabs(x[i] - rint(x[i])) < 2e-4 || fabs(y[i] - rint(y[i])) < 2e-4;
        ties += is_tie;
        ck_assert_int_eq(cells.states[i], SINK_CELL_READ);
        ck_assert_msg(is_tie || cells.values[i] == expected[i],
                      "cell %zu at %.6f, %.6f: %g, GDAL %g", i, x[i], y[i], cells.values[i],
                      expected[i]);
    }
    ck_assert_uint_lt(ties, count / 50);
    free_cells(&cells);
    free(expected);
    free(x);
    free(y);
}

START_TEST(nearest_agrees_with_gdal_away_from_ties)
{
    expect_nearest_of_gdal(utm, degrees(0.0004, patches)); /* about as fine */
    expect_nearest_of_gdal(utm, degrees(0.005, patches));  /* coarser */
    expect_nearest_of_gdal(utm, degrees(0.0001, patches)); /* finer */
    expect_nearest_of_gdal(utm, albers(45, patches));
}
END_TEST

/* Largest relative difference from GDAL. */
static double distance_to_gdal(struct image grid, struct image layer, enum sink_resample method,
                               GDALResampleAlg gdal_method)
{
    grid = complete(grid);
    write_image(grid);
    write_image(layer);
    double *expected = warp_by_gdal(&grid, gdal_method), worst = 0;
    struct cells cells = warp(method, whole_of(&grid));
    for (int i = 0; i < grid.width * grid.height; i++) {
        ck_assert_int_eq(cells.states[i], SINK_CELL_READ);
        const double difference = fabs(cells.values[i] / expected[i] - 1);
        worst = difference > worst || isnan(difference) ? difference : worst;
    }
    free_cells(&cells);
    free(expected);
    return worst;
}

START_TEST(bilinear_agrees_with_gdal)
{
    /* GDAL widens its kernel where the layer is finer: another definition */
    ck_assert_double_le(
        distance_to_gdal(utm, degrees(0.0008, smooth), SINK_RESAMPLE_BILINEAR, GRA_Bilinear), 1e-5);
    ck_assert_double_le(
        distance_to_gdal(utm, albers(100, smooth), SINK_RESAMPLE_BILINEAR, GRA_Bilinear), 1e-5);
}
END_TEST

START_TEST(average_agrees_with_gdal)
{
    struct image layer = utm;
    layer.path = "layer.tif";
    layer.type = GDT_Float64;
    layer.value = smooth;
    layer.width = layer.height = 700;
    layer.dx = 7;
    layer.dy = -7;
    layer.x0 -= 11;
    layer.y0 += 13;
    ck_assert_double_le(distance_to_gdal(utm, layer, SINK_RESAMPLE_AVERAGE, GRA_Average), 1e-5);
    ck_assert_double_le(
        distance_to_gdal(utm, degrees(0.00005, smooth), SINK_RESAMPLE_AVERAGE, GRA_Average), 2e-5);
}
END_TEST

START_TEST(a_cell_does_not_depend_on_the_window_to_the_last_bit)
{
    const enum sink_resample method = methods[_i];
    const struct image grid = complete(utm);
    write_image(grid);
    write_image(albers(method == SINK_RESAMPLE_AVERAGE ? 8 : 45, smooth));
    struct cells whole = warp(method, whole_of(&grid));
    srand(11);
    for (int i = 0; i < 40; i++) {
        struct sink_window window = {.row = rand() % 130, .column = rand() % 150};
        window.height = i < 20 ? 1 : 1 + rand() % (130 - window.row);
        window.width = i < 20 ? 1 : 1 + rand() % (150 - window.column);
        struct cells part = warp(method, window);
        for (int r = 0; r < window.height; r++) {
            const size_t at = (size_t)(window.row + r) * 150 + (size_t)window.column;
            ck_assert_mem_eq(part.values + (size_t)r * (size_t)window.width, whole.values + at,
                             (size_t)window.width * sizeof(double));
            ck_assert_mem_eq(part.states + (size_t)r * (size_t)window.width, whole.states + at,
                             (size_t)window.width);
        }
        free_cells(&part);
    }
    free_cells(&whole);
}
END_TEST

/* A layer of `factor` times as many cells as a grid of 4 x 3. */
static void write_multiple(int factor, double (*value)(int, int), const double *nodata)
{
    write_image((struct image){.path = "grid.tif", .width = 4, .height = 3});
    write_image((struct image){.path = "layer.tif",
                               .type = GDT_Int16,
                               .width = 4 * factor,
                               .height = 3 * factor,
                               .x0 = 500000,
                               .y0 = 4000000,
                               .dx = 30.0 / factor,
                               .dy = -30.0 / factor,
                               .value = value,
                               .nodata = nodata});
}

static const struct image four_by_three = {.width = 4, .height = 3};

START_TEST(an_average_over_whole_cells_is_their_mean)
{
    write_multiple(5, code, NULL);
    struct cells cells = warp(SINK_RESAMPLE_AVERAGE, whole_of(&four_by_three));
    for (int i = 0; i < 12; i++) {
        double sum = 0;
        for (int k = 0; k < 25; k++)
            sum += code(i / 4 * 5 + k / 5, i % 4 * 5 + k % 5);
        ck_assert_int_eq(cells.states[i], SINK_CELL_READ);
        ck_assert_double_eq(cells.values[i], sum / 25);
    }
    free_cells(&cells);
}
END_TEST

static double with_holes(int row, int column)
{
    if (row < 5 && column < 5)
        return 9; /* all of cell 0, 0 */
    return (row + column) % 3 == 0 ? 9 : code(row, column);
}

START_TEST(cells_without_data_do_not_count_in_an_average)
{
    const double nodata = 9;
    write_multiple(5, with_holes, &nodata);
    struct cells cells = warp(SINK_RESAMPLE_AVERAGE, whole_of(&four_by_three));
    ck_assert_int_eq(cells.states[0], SINK_CELL_MASKED);
    for (int i = 1; i < 12; i++) {
        double sum = 0;
        int count = 0;
        for (int k = 0; k < 25; k++) {
            const double value = with_holes(i / 4 * 5 + k / 5, i % 4 * 5 + k % 5);
            sum += value == 9 ? 0 : value;
            count += value != 9;
        }
        ck_assert_double_eq(cells.values[i], sum / count);
    }
    free_cells(&cells);
}
END_TEST

static double around_nine(int row, int column)
{
    return (row + column) % 2 ? 8 : 10;
}

START_TEST(an_average_is_never_taken_for_no_data)
{
    const double nodata = 9;
    write_multiple(4, around_nine, &nodata);
    struct cells cells = warp(SINK_RESAMPLE_AVERAGE, whole_of(&four_by_three));
    for (int i = 0; i < 12; i++) {
        ck_assert_double_ne(cells.values[i], 9);
        ck_assert_double_eq_tol(cells.values[i], 9, 1e-14);
    }
    free_cells(&cells);
}
END_TEST

START_TEST(a_coarser_class_map_gives_each_cell_the_class_it_lies_in)
{
    write_image((struct image){.path = "grid.tif",
                               .width = 12,
                               .height = 12,
                               .dx = 10,
                               .dy = -10,
                               .x0 = 500000,
                               .y0 = 4000000});
    write_image((struct image){.path = "layer.tif",
                               .width = 4,
                               .height = 4,
                               .x0 = 500000,
                               .y0 = 4000000,
                               .dx = 30,
                               .dy = -30});
    const struct image grid = {.width = 12, .height = 12};
    struct cells cells = warp(SINK_RESAMPLE_NEAREST, whole_of(&grid));
    for (int i = 0; i < 144; i++)
        ck_assert_double_eq(cells.values[i], code(i / 12 / 3, i % 12 / 3));
    free_cells(&cells);
}
END_TEST

START_TEST(a_finer_class_map_gives_each_cell_the_class_at_its_centre)
{
    write_multiple(5, code, NULL);
    struct cells cells = warp(SINK_RESAMPLE_NEAREST, whole_of(&four_by_three));
    for (int i = 0; i < 12; i++)
        ck_assert_double_eq(cells.values[i], code(i / 4 * 5 + 2, i % 4 * 5 + 2));
    free_cells(&cells);
}
END_TEST

START_TEST(a_centre_on_a_corner_goes_to_the_cell_right_of_it_and_below)
{
    /* sizes that are no binary fractions: without care rounding would choose */
    write_image((struct image){.path = "grid.tif",
                               .crs = "EPSG:4326",
                               .width = 40,
                               .height = 30,
                               .x0 = 100.1,
                               .y0 = 30.7,
                               .dx = 0.1 / 3,
                               .dy = -0.1 / 3});
    write_image((struct image){.path = "layer.tif",
                               .crs = "EPSG:4326",
                               .width = 80,
                               .height = 60,
                               .x0 = 100.1,
                               .y0 = 30.7,
                               .dx = 0.05 / 3,
                               .dy = -0.05 / 3});
    const struct image grid = {.width = 40, .height = 30};
    struct cells cells = warp(SINK_RESAMPLE_NEAREST, whole_of(&grid));
    for (int i = 0; i < 1200; i++)
        ck_assert_double_eq(cells.values[i], code(i / 40 * 2 + 1, i % 40 * 2 + 1));
    free_cells(&cells);
}
END_TEST

START_TEST(a_south_up_layer_is_the_same_layer)
{
    write_image((struct image){.path = "grid.tif", .width = 12, .height = 10});
    write_image((struct image){
        .path = "layer.tif", .type = GDT_Float32, .x0 = 500000, .y0 = 3999700, .dx = 30, .dy = 30});
    for (int m = 0; m < 3; m++) {
        const struct image grid = {.width = 12, .height = 10};
        struct cells cells = warp(methods[m], whole_of(&grid));
        for (int i = 0; i < 120; i++) {
            ck_assert_int_eq(cells.states[i], SINK_CELL_READ);
            ck_assert_double_eq(cells.values[i], code(9 - i / 12, i % 12));
        }
        free_cells(&cells);
    }
}
END_TEST

START_TEST(cells_that_the_layer_does_not_reach_are_absent)
{
    write_image((struct image){.path = "grid.tif", .width = 12, .height = 10});
    /* covers columns 3 to 7, rows 2 to 5, in cells of half the size */
    write_image((struct image){.path = "layer.tif",
                               .type = GDT_Float32,
                               .width = 10,
                               .height = 8,
                               .x0 = 500090,
                               .y0 = 3999940,
                               .dx = 15,
                               .dy = -15});
    for (int m = 0; m < 3; m++) {
        const struct image grid = {.width = 12, .height = 10};
        struct cells cells = warp(methods[m], whole_of(&grid));
        for (int i = 0; i < 120; i++) {
            const int row = i / 12, column = i % 12;
            const bool is_inside = row >= 2 && row < 6 && column >= 3 && column < 8;
            ck_assert_msg(cells.states[i] == (is_inside ? SINK_CELL_READ : SINK_CELL_ABSENT),
                          "method %d, row %d, column %d: state %d", m, row, column,
                          cells.states[i]);
        }
        free_cells(&cells);
    }
}
END_TEST

START_TEST(one_cell_may_cover_more_than_is_read_at_once)
{
    /* 2 x 1 cells of 30 m over 2400 x 1200 cells of the layer: a million and a half each */
    write_image((struct image){.path = "grid.tif", .width = 2, .height = 1});
    write_image((struct image){.path = "layer.tif",
                               .width = 2400,
                               .height = 1200,
                               .x0 = 500000,
                               .y0 = 4000000,
                               .dx = 0.025,
                               .dy = -0.025,
                               .options = {"COMPRESS=DEFLATE", "TILED=YES"}});
    const struct image grid = {.width = 2, .height = 1};
    struct cells cells = warp(SINK_RESAMPLE_AVERAGE, whole_of(&grid));
    for (int i = 0; i < 2; i++) {
        double sum = 0;
        for (int r = 0; r < 1200; r++)
            for (int c = 0; c < 1200; c++)
                sum += code(r, i * 1200 + c);
        ck_assert_double_eq_tol(cells.values[i], sum / (1200 * 1200), 1e-9);
    }
    free_cells(&cells);
}
END_TEST

START_TEST(an_average_keeps_the_total_on_a_grid_turned_by_much)
{
    /* a polar grid at 60 E of its middle meridian: its rows run across the layer's at 60 degrees */
    write_image((struct image){.path = "grid.tif",
                               .crs = "+proj=laea +lat_0=90 +lon_0=0 +datum=WGS84",
                               .width = 40,
                               .height = 40,
                               .x0 = 1700000,
                               .y0 = -960000,
                               .dx = 1000,
                               .dy = -1000});
    write_image((struct image){.path = "layer.tif",
                               .crs = "EPSG:4326",
                               .type = GDT_Float64,
                               .width = 600,
                               .height = 600,
                               .x0 = 58,
                               .y0 = 73.5,
                               .dx = 0.01,
                               .dy = -0.01,
                               .value = smooth});
    const struct image grid = {.width = 40, .height = 40};
    struct cells cells = warp(SINK_RESAMPLE_AVERAGE, whole_of(&grid));
    /* against samples of 40 x 40 points in a cell of the middle: by hand, with the exact projection
     */
    const struct image layer = {.crs = "EPSG:4326", .x0 = 58, .y0 = 73.5, .dx = 0.01, .dy = -0.01};
    const struct image fine = {.crs = "+proj=laea +lat_0=90 +lon_0=0 +datum=WGS84",
                               .width = 40,
                               .height = 40,
                               .x0 = 1720000,
                               .y0 = -980000,
                               .dx = 25,
                               .dy = -25};
    double x[1600], y[1600], sum = 0;
    centres(&fine, &layer, x, y);
    for (int i = 0; i < 1600; i++)
        sum += smooth((int)floor(y[i]), (int)floor(x[i]));
    ck_assert_int_eq(cells.states[20 * 40 + 20], SINK_CELL_READ);
    ck_assert_double_eq_tol(cells.values[20 * 40 + 20], sum / 1600, 5e-3);
    free_cells(&cells);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("warp");
    TCase *gdal = tcase_create("as GDAL");
    tcase_add_unchecked_fixture(gdal, enter_folder, leave_folder);
    tcase_add_test(gdal, nearest_agrees_with_gdal_away_from_ties);
    tcase_add_test(gdal, bilinear_agrees_with_gdal);
    tcase_add_test(gdal, average_agrees_with_gdal);
    suite_add_tcase(suite, gdal);
    TCase *cells = tcase_create("cells");
    tcase_add_unchecked_fixture(cells, enter_folder, leave_folder);
    tcase_add_loop_test(cells, a_cell_does_not_depend_on_the_window_to_the_last_bit, 0, 3);
    tcase_add_test(cells, an_average_over_whole_cells_is_their_mean);
    tcase_add_test(cells, cells_without_data_do_not_count_in_an_average);
    tcase_add_test(cells, an_average_is_never_taken_for_no_data);
    tcase_add_test(cells, a_coarser_class_map_gives_each_cell_the_class_it_lies_in);
    tcase_add_test(cells, a_finer_class_map_gives_each_cell_the_class_at_its_centre);
    tcase_add_test(cells, a_centre_on_a_corner_goes_to_the_cell_right_of_it_and_below);
    tcase_add_test(cells, a_south_up_layer_is_the_same_layer);
    tcase_add_test(cells, cells_that_the_layer_does_not_reach_are_absent);
    tcase_add_test(cells, one_cell_may_cover_more_than_is_read_at_once);
    tcase_add_test(cells, an_average_keeps_the_total_on_a_grid_turned_by_much);
    suite_add_tcase(suite, cells);
    return run_suite(suite);
}
