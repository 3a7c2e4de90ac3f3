/* Shares of the variance that independent blocks leave, by hand. */
#include "sinkcalc/model/raster_error.h"
#include "tests/model/account_fixture.h"

static struct sink_tally *blocks;
static struct sink_region_list regions;
static struct sink_error error;

static void start(void)
{
    regions = (struct sink_region_list){0};
    ck_assert_int_eq(sink_block_tally_new(&blocks, &error), SINK_OK);
}

static void stop(void)
{
    sink_tally_free(blocks);
    sink_region_list_free(&regions);
}

/* Ten m2 with the deviation that makes area x sd what it is to be. */
static void post(uint32_t region, uint32_t pass, uint64_t block, double area_sd)
{
    const struct sink_tally_place place = {region, pass, block};
    const double sums[SINK_BLOCK_SUM_COUNT] = {10, area_sd};
    ck_assert_int_eq(sink_tally_post(blocks, place, 1, sums, &error), SINK_OK);
}

static void add_region(const char *id, int parent, enum sink_region_kind kind)
{
    struct sink_region *region = sink_region_list_add(&regions);
    region->id = fixture_copy(id);
    region->name = fixture_copy(id);
    region->parent = parent;
    region->kind = kind;
}

static void complete(void)
{
    ck_assert_int_eq(sink_tally_complete(blocks, &regions, &error), SINK_OK);
}

/* The share of the first raster in the only region and year. */
static double only_share(void)
{
    double share = -1;
    sink_raster_error_by_blocks(blocks, 0, 1, 1, &share);
    return share;
}

START_TEST(one_block_is_one_error)
{
    start();
    post(0, 0, 7, 3);
    post(0, 0, 7, 4.25);
    ck_assert_double_eq(only_share(), 1);
    stop();
}
END_TEST

START_TEST(equal_blocks_leave_one_over_their_number)
{
    start();
    for (uint64_t n = 1; n <= 16; n++) {
        post(0, 0, 100 * n, 5);
        ck_assert_double_eq_tol(only_share(), 1.0 / (double)n, 1e-15);
    }
    stop();
}
END_TEST

/* 1, 2 and 3: (1 + 4 + 9) / 36. */
START_TEST(unequal_blocks_count_by_their_squares)
{
    start();
    for (uint64_t n = 1; n <= 3; n++)
        post(0, 0, n, (double)n);
    ck_assert_double_eq_tol(only_share(), 14.0 / 36, 1e-15);
    stop();
}
END_TEST

/* Two rasters, three years, two regions: each its own; what has no land has no share. */
START_TEST(rasters_years_and_regions_are_kept_apart)
{
    double shares[3][2];
    start();
    post(0, 3, 0, 1); /* raster 1, year 0, two blocks */
    post(0, 3, 1, 1);
    post(1, 4, 0, 1); /* year 1, the other region, one block */
    post(0, 5, 0, 3); /* year 2: 9 + 1 over 16 */
    post(0, 5, 9, 1);
    post(0, 0, 0, 1); /* raster 0 has four */
    post(0, 0, 1, 1);
    post(0, 0, 2, 1);
    post(0, 0, 3, 1);
    sink_raster_error_by_blocks(blocks, 1, 3, 2, &shares[0][0]);
    ck_assert_double_eq(shares[0][0], 0.5);
    ck_assert(isnan(shares[0][1]));
    ck_assert(isnan(shares[1][0]));
    ck_assert_double_eq(shares[1][1], 1);
    ck_assert_double_eq(shares[2][0], 0.625);
    ck_assert(isnan(shares[2][1]));
    sink_raster_error_by_blocks(blocks, 0, 3, 2, &shares[0][0]);
    ck_assert_double_eq(shares[0][0], 0.25);
    stop();
}
END_TEST

START_TEST(where_no_value_has_an_error_the_share_is_one)
{
    start();
    post(0, 0, 1, 0);
    post(0, 0, 2, 0);
    ck_assert_double_eq(only_share(), 1);
    stop();
}
END_TEST

START_TEST(a_region_that_is_cut_by_blocks_and_its_sum_are_added_by_block)
{
    double shares[3];
    start();
    add_region("33", -1, SINK_REGION_SUM);
    add_region("3301", 0, SINK_REGION_POLYGON);
    add_region("3302", 0, SINK_REGION_POLYGON);
    post(1, 0, 1, 3); /* a block of its own, and one that both share */
    post(1, 0, 2, 1);
    post(2, 0, 2, 2);
    complete();
    sink_raster_error_by_blocks(blocks, 0, 1, 3, shares);
    ck_assert_double_eq(shares[0], (9.0 + 9) / 36);
    ck_assert_double_eq(shares[1], (9.0 + 1) / 16);
    ck_assert_double_eq(shares[2], 1);
    stop();
}
END_TEST

/* The parent's blocks hold 4, 4 and 2, the child takes all of the first and half of the second. */
START_TEST(a_rest_has_what_is_left_of_each_block)
{
    double shares[3];
    start();
    add_region("33", -1, SINK_REGION_POLYGON);
    add_region("3301", 0, SINK_REGION_POLYGON);
    add_region("33~rest", 0, SINK_REGION_REST);
    for (uint64_t block = 0; block < 3; block++) {
        const struct sink_tally_place place = {0, 0, block};
        const double sums[SINK_BLOCK_SUM_COUNT] = {20, block < 2 ? 4 : 2};
        ck_assert_int_eq(sink_tally_post(blocks, place, 2, sums, &error), SINK_OK);
    }
    const double whole[SINK_BLOCK_SUM_COUNT] = {20, 4}, half[SINK_BLOCK_SUM_COUNT] = {10, 2};
    ck_assert_int_eq(sink_tally_post(blocks, (struct sink_tally_place){1, 0, 0}, 2, whole, &error),
                     SINK_OK);
    ck_assert_int_eq(sink_tally_post(blocks, (struct sink_tally_place){1, 0, 1}, 1, half, &error),
                     SINK_OK);
    complete();
    sink_raster_error_by_blocks(blocks, 0, 1, 3, shares);
    ck_assert_double_eq_tol(shares[0], 36.0 / 100, 1e-15);
    ck_assert_double_eq_tol(shares[1], 20.0 / 36, 1e-15);
    ck_assert_double_eq(shares[2], 0.5); /* 2 and 2 */
    stop();
}
END_TEST

/* Two years; biomass and its deviation of both; forest is heard, grassland is not. */
static void start_years(struct fixture *f)
{
    static const char *const classes[] = {"forest", "grassland", NULL};
    static const enum sink_side sides[] = {SINK_SIDE_FROM, SINK_SIDE_TO};
    fixture_start(f, "carbon_fraction,,,,,0.47,1,,,,,,IPCC 2006,4.3,seen,\n");
    fixture_set_years(f, 2020, 2025);
    for (int s = 0; s < 2; s++)
        fixture_add_dimension(f, SINK_DIMENSION_CLASS, sides[s], "class", classes);
    for (int s = 0; s < 2; s++) {
        fixture_add_quantity(f, sides[s], "above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA,
                             75);
        fixture_add_quantity(f, sides[s], "above_ground_biomass_sd", SINK_QUANTITY_DRY_MATTER_T_HA,
                             75);
    }
    fixture_add_region(f, "33", -1, SINK_REGION_POLYGON);
    fixture_add_region(f, "34", -1, SINK_REGION_POLYGON);
    fixture_open_tally(f);
}

/* `values`: class, class, biomass, its deviation, biomass, its deviation. */
static void shares_without_range(struct fixture *f, const int *values, double shares[2][2])
{
    static const bool speaks[] = {false, false, true, false};
    const double sums[] = {100, 5, 1, 5, 1};
    fixture_post(f, 1, values, sums);
    sink_raster_error_by_one(f->tally, "above_ground_biomass", speaks, &shares[0][0]);
    ck_assert(isnan(shares[0][0]) && isnan(shares[1][0])); /* no land in the first region */
}

START_TEST(without_a_range_the_share_is_one_where_the_layer_speaks)
{
    /* forest with values; without a value; without a deviation; grassland; then the second date */
    static const int values[5][6] = {{2, 3, 2, 2, 2, 2},
                                     {2, 3, 0, 2, 2, 2},
                                     {2, 3, 2, 0, 2, 2},
                                     {3, 3, 2, 2, 2, 2},
                                     {3, 2, 0, 0, 3, 3}};
    static const bool expected[5][2] = {
        {true, false}, {false, false}, {false, false}, {false, false}, {false, true}};
    for (int i = 0; i < 5; i++) {
        struct fixture f;
        double shares[2][2];
        start_years(&f);
        shares_without_range(&f, values[i], shares);
        for (int year = 0; year < 2; year++)
            ck_assert_msg(expected[i][year] ? shares[year][1] == 1 : isnan(shares[year][1]),
                          "case %d, year %d: %g", i, year, shares[year][1]);
        fixture_stop(&f);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("raster_error");
    TCase *tests = tcase_create("raster_error");
    tcase_add_test(tests, one_block_is_one_error);
    tcase_add_test(tests, equal_blocks_leave_one_over_their_number);
    tcase_add_test(tests, unequal_blocks_count_by_their_squares);
    tcase_add_test(tests, rasters_years_and_regions_are_kept_apart);
    tcase_add_test(tests, where_no_value_has_an_error_the_share_is_one);
    tcase_add_test(tests, a_region_that_is_cut_by_blocks_and_its_sum_are_added_by_block);
    tcase_add_test(tests, a_rest_has_what_is_left_of_each_block);
    tcase_add_test(tests, without_a_range_the_share_is_one_where_the_layer_speaks);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
