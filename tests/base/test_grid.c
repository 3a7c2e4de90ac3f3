/* Two grids share their cells, or they do not. */
#include "sinkcalc/base/grid.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

/* 1000 x 800 cells of 30 m, north up. */
static const struct sink_grid grid = {
    .width = 1000, .height = 800, .x0 = 500000, .y0 = 4000000, .dx = 30, .dy = -30};

static void check_aligned(struct sink_grid other, int row, int column)
{
    int found_row = -99, found_column = -99;
    ck_assert(sink_grid_is_aligned(&grid, &other, &found_row, &found_column));
    ck_assert_int_eq(found_row, row);
    ck_assert_int_eq(found_column, column);
}

static void check_apart(struct sink_grid other)
{
    int row = -99, column = -99;
    ck_assert(!sink_grid_is_aligned(&grid, &other, &row, &column));
    ck_assert_int_eq(row, -99);
    ck_assert_int_eq(column, -99);
}

START_TEST(a_part_of_the_lattice_is_aligned_wherever_it_lies)
{
    struct sink_grid other = grid;
    check_aligned(other, 0, 0);
    other.x0 += 30 * 17;
    other.y0 -= 30 * 5;
    other.width = 3;
    check_aligned(other, 5, 17);
    other.x0 = grid.x0 - 30 * 2000;
    other.y0 = grid.y0 + 30 * 7;
    check_aligned(other, -7, -2000);
}
END_TEST

START_TEST(a_shift_of_a_thousandth_is_none_and_more_is_one)
{
    struct sink_grid other = grid;
    other.x0 += 0.9e-3 * 30;
    check_aligned(other, 0, 0);
    other.x0 = grid.x0 + 1.1e-3 * 30;
    check_apart(other);
    other.x0 = grid.x0;
    other.y0 += 0.5 * 30;
    check_apart(other);
}
END_TEST

/* A millionth of the cell's size is a whole cell after a million cells. */
START_TEST(a_drift_is_seen_at_the_far_end)
{
    struct sink_grid other = grid;
    other.dx *= 1 + 0.5e-6; /* half a thousandth of a cell at column 1000 */
    check_aligned(other, 0, 0);
    other.dx = grid.dx * (1 + 2e-6);
    check_apart(other);
    other.width = 100; /* its own cells are near enough; those of the grid are not */
    check_apart(other);
}
END_TEST

START_TEST(cells_of_another_size_are_not_aligned)
{
    struct sink_grid other = grid;
    other.dx = 60;
    check_apart(other);
    other.dx = 15;
    check_apart(other);
}
END_TEST

START_TEST(a_grid_that_runs_the_other_way_is_not_aligned)
{
    struct sink_grid other = grid;
    other.dy = 30;
    other.y0 = grid.y0 - 800 * 30;
    check_apart(other);
}
END_TEST

START_TEST(numbers_beyond_reason_are_not_aligned)
{
    struct sink_grid other = grid;
    other.x0 = NAN;
    check_apart(other);
    other.x0 = 1e300;
    check_apart(other);
    other.x0 = grid.x0;
    other.dx = 0;
    check_apart(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("grid");
    TCase *tests = tcase_create("grid");
    tcase_add_test(tests, a_part_of_the_lattice_is_aligned_wherever_it_lies);
    tcase_add_test(tests, a_shift_of_a_thousandth_is_none_and_more_is_one);
    tcase_add_test(tests, a_drift_is_seen_at_the_far_end);
    tcase_add_test(tests, cells_of_another_size_are_not_aligned);
    tcase_add_test(tests, a_grid_that_runs_the_other_way_is_not_aligned);
    tcase_add_test(tests, numbers_beyond_reason_are_not_aligned);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
