/* Layers and grids on both sides of the antimeridian. */
#include "warp_fixture.h"

/* A global layer from -180 to 180 in cells of 10 degrees; the grid crosses the antimeridian. */
static void write_world(double grid_x0, double grid_size, int grid_width)
{
    write_image((struct image){.path = "layer.tif",
                               .crs = "EPSG:4326",
                               .type = GDT_Float32,
                               .width = 36,
                               .height = 6,
                               .x0 = -180,
                               .y0 = 30,
                               .dx = 10,
                               .dy = -10});
    write_image((struct image){.path = "grid.tif",
                               .crs = "EPSG:4326",
                               .width = grid_width,
                               .height = 4,
                               .x0 = grid_x0,
                               .y0 = 20,
                               .dx = grid_size,
                               .dy = -grid_size});
}

START_TEST(a_global_layer_is_read_across_the_antimeridian)
{
    for (int side = -1; side <= 1; side += 2) {
        write_world(side * 180.0 - 40, 10, 8); /* 140..220 or -220..-140, the layer's own lattice */
        for (int m = 0; m < 3; m++) {
            const struct image grid = {.width = 8, .height = 4};
            struct cells cells = warp(methods[m], whole_of(&grid));
            for (int i = 0; i < 32; i++) {
                ck_assert_int_eq(cells.states[i], SINK_CELL_READ);
                ck_assert_double_eq(cells.values[i], code(1 + i / 8, (32 + i % 8) % 36));
            }
            free_cells(&cells);
        }
    }
}
END_TEST

START_TEST(means_join_both_sides_of_the_antimeridian)
{
    /* cells of 10 degrees, half a cell aside: 175..185 is the fifth */
    write_world(135, 10, 10);
    const struct image grid = {.width = 10, .height = 4};
    struct cells mean = warp(SINK_RESAMPLE_AVERAGE, whole_of(&grid));
    struct cells line = warp(SINK_RESAMPLE_BILINEAR, whole_of(&grid));
    for (int i = 0; i < 40; i++) {
        const int left = (31 + i % 10) % 36, right = (32 + i % 10) % 36, row = 1 + i / 10;
        ck_assert_int_eq(mean.states[i], SINK_CELL_READ);
        ck_assert_int_eq(line.states[i], SINK_CELL_READ);
        ck_assert_double_eq_tol(mean.values[i], (code(row, left) + code(row, right)) / 2, 1e-10);
        ck_assert_double_eq_tol(line.values[i], (code(row, left) + code(row, right)) / 2, 1e-10);
    }
    free_cells(&mean);
    free_cells(&line);
}
END_TEST

START_TEST(a_layer_on_both_sides_of_the_antimeridian_is_read_from_either)
{
    /* 170..190 E in one file; the grid in the east has -178..-174 */
    write_image((struct image){.path = "layer.tif",
                               .crs = "EPSG:4326",
                               .type = GDT_Float32,
                               .width = 20,
                               .height = 4,
                               .x0 = 170,
                               .y0 = 20,
                               .dx = 1,
                               .dy = -1});
    write_image((struct image){.path = "grid.tif",
                               .crs = "EPSG:4326",
                               .width = 8,
                               .height = 4,
                               .x0 = -178,
                               .y0 = 20,
                               .dx = 0.5,
                               .dy = -1});
    const struct image grid = {.width = 8, .height = 4};
    for (int m = 0; m < 3; m += 2) {
        struct cells cells = warp(methods[m], whole_of(&grid));
        for (int i = 0; i < 32; i++)
            ck_assert_double_eq(cells.values[i], code(i / 8, 12 + i % 8 / 2));
        free_cells(&cells);
    }
}
END_TEST

START_TEST(a_projected_grid_across_the_antimeridian_finds_both_sides)
{
    /* UTM zone 60: 177 E is its middle, 180 about 330 km east of it at 10 N */
    write_image((struct image){.path = "layer.tif",
                               .crs = "EPSG:4326",
                               .type = GDT_Float32,
                               .width = 720,
                               .height = 360,
                               .x0 = -180,
                               .y0 = 90,
                               .dx = 0.5,
                               .dy = -0.5});
    write_image((struct image){.path = "grid.tif",
                               .crs = "EPSG:32660",
                               .width = 60,
                               .height = 20,
                               .x0 = 600000,
                               .y0 = 1200000,
                               .dx = 10000,
                               .dy = -10000});
    const struct image grid = {.width = 60, .height = 20};
    struct cells cells = warp(SINK_RESAMPLE_AVERAGE, whole_of(&grid));
    struct cells nearest = warp(SINK_RESAMPLE_NEAREST, whole_of(&grid));
    double low = 1e9, high = -1e9;
    for (int i = 0; i < 1200; i++) {
        ck_assert_int_eq(cells.states[i], SINK_CELL_READ);
        ck_assert_int_eq(nearest.states[i], SINK_CELL_READ);
        low = fmin(low, cells.values[i]);
        high = fmax(high, cells.values[i]);
    }
    /* cells of a fifth of the layer's: most lie in one of its cells and have its value */
    ck_assert_double_lt(low, 20);
    ck_assert_double_gt(high, 180);
    free_cells(&cells);
    free_cells(&nearest);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("warp around the world");
    TCase *world = tcase_create("world");
    tcase_add_unchecked_fixture(world, enter_folder, leave_folder);
    tcase_add_test(world, a_global_layer_is_read_across_the_antimeridian);
    tcase_add_test(world, means_join_both_sides_of_the_antimeridian);
    tcase_add_test(world, a_layer_on_both_sides_of_the_antimeridian_is_read_from_either);
    tcase_add_test(world, a_projected_grid_across_the_antimeridian_finds_both_sides);
    suite_add_tcase(suite, world);
    return run_suite(suite);
}
