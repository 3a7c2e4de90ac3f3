/* The share of cells that lies under a cell of another grid. */
#include "rasters/footprint.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

/* Shares of the 5 x 5 cells from (-1, -1) on. */
static void expect_shares(const double x[4], const double y[4], const double expected[25],
                          double tolerance)
{
    const struct sink_footprint footprint = sink_footprint_of(x, y);
    for (int i = 0; i < 25; i++) {
        const int row = i / 5 - 1, column = i % 5 - 1;
        ck_assert_double_le(fabs(sink_footprint_share(&footprint, column, row) - expected[i]),
                            tolerance);
    }
}

START_TEST(an_upright_cell_covers_quarters_halves_and_one)
{
    const double x[4] = {0.5, 2.5, 0.5, 2.5}, y[4] = {0.5, 0.5, 2.5, 2.5};
    const double expected[25] = {0,  0, 0, 0,   0,  0,   .25, .5, .25, 0, 0, .5, 1,
                                 .5, 0, 0, .25, .5, .25, 0,   0,  0,   0, 0, 0};
    ck_assert(!sink_footprint_of(x, y).is_turned);
    expect_shares(x, y, expected, 0);
}
END_TEST

/* exactextract's oracle: test_raster_cell_intersection.cpp, "Diamond". */
START_TEST(a_diamond_covers_halves_of_quarters)
{
    /* upper left, upper right, lower left, lower right */
    const double x[4] = {1.5, 2.5, 0.5, 1.5}, y[4] = {0.5, 1.5, 1.5, 2.5};
    const double expected[25] = {0,   0, 0, 0, 0,   0, 0, .25, 0, 0, 0, .25, 1,
                                 .25, 0, 0, 0, .25, 0, 0, 0,   0, 0, 0, 0};
    ck_assert(sink_footprint_of(x, y).is_turned);
    expect_shares(x, y, expected, 1e-15);
}
END_TEST

START_TEST(shares_of_any_turned_cell_add_up_to_its_area)
{
    srand(5);
    for (int i = 0; i < 2000; i++) {
        const double angle = rand() / (double)RAND_MAX * 6.28, size = 0.1 + rand() % 50 * 0.1;
        const double mirror = i % 2 ? 1 : -1, shear = rand() / (double)RAND_MAX * 0.8;
        double x[4], y[4], sum = 0;
        for (int k = 0; k < 4; k++) {
            const int below = k / 2;
            const double v = below * size, u = mirror * (k % 2 * size + shear * v);
            x[k] = 3.3 + u * cos(angle) - v * sin(angle);
            y[k] = 7.1 + u * sin(angle) + v * cos(angle);
        }
        const struct sink_footprint footprint = sink_footprint_of(x, y);
        for (double r = floor(footprint.top); r < footprint.bottom; r++)
            for (double c = floor(footprint.left); c < footprint.right; c++)
                sum += sink_footprint_share(&footprint, c, r);
        ck_assert_double_eq_tol(sum, footprint.area, 1e-11 * (1 + size * size));
        /* sides that lean by little are replaced by their means, to the second order */
        ck_assert_double_eq_tol(footprint.area, size * size,
                                footprint.is_turned ? 1e-12 * (1 + size * size)
                                                    : 0.07 * size * size);
    }
}
END_TEST

START_TEST(a_cell_far_larger_than_its_neighbours_is_counted_once)
{
    const double x[4] = {0.25, 40.25, 20.25, 60.25}, y[4] = {0.5, 0.5, 40.5, 40.5};
    const struct sink_footprint footprint = sink_footprint_of(x, y);
    double sum = 0;
    ck_assert(footprint.is_turned);
    for (int r = 0; r < 41; r++)
        for (int c = 0; c < 61; c++)
            sum += sink_footprint_share(&footprint, c, r);
    ck_assert_double_eq_tol(sum, 1600, 1e-9);
    ck_assert_double_eq(sink_footprint_share(&footprint, 30, 20), 1);
    ck_assert_double_eq(sink_footprint_share(&footprint, 0, 20), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("footprint");
    TCase *shares = tcase_create("shares");
    tcase_add_test(shares, an_upright_cell_covers_quarters_halves_and_one);
    tcase_add_test(shares, a_diamond_covers_halves_of_quarters);
    tcase_add_test(shares, shares_of_any_turned_cell_add_up_to_its_area);
    tcase_add_test(shares, a_cell_far_larger_than_its_neighbours_is_counted_once);
    suite_add_tcase(suite, shares);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
