#include "sinkcalc/model/propagate.h"
#include "sinkcalc/model/random.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* C = A V BCEF (1 + R) CF: 1000 ha +- 5 %, 94.83 m3/ha +- 10 %, 0.7 +- 30 %, R 0.25 +- 30 %, CF
 * 0.47 +- 4 %. C is 38,998.8375 t C. */
static const double stock_values[] = {1000, 94.83, 0.7, 0.25, 0.47};
static const double stock_u[] = {5, 10, 30, 30, 4};

START_TEST(draws_of_a_stock_agree_with_the_product_of_normal_numbers)
{
    enum { DRAWS = 400000 };
    double *stocks = malloc(DRAWS * sizeof *stocks);
    struct sink_spread spreads[5];
    struct sink_error error = {0};
    ck_assert_ptr_nonnull(stocks);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(sink_spread_make(SINK_DISTRIBUTION_NORMAL, stock_values[i],
                                          stock_values[i] * stock_u[i] / 100 / SINK_SPREAD_Z_95,
                                          NULL, &spreads[i], &error),
                         SINK_OK);
    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        double x[5];
        for (uint64_t i = 0; i < 5; i++)
            x[i] = sink_spread_quantile(
                &spreads[i], stock_values[i],
                sink_random_uniform((struct sink_random_place){1, i, draw, 0}));
        stocks[draw] = x[0] * x[1] * x[2] * (1 + x[3]) * x[4];
    }
    const struct sink_draws_summary summary = sink_draws_summarise(stocks, DRAWS);
    ck_assert_double_eq_tol(summary.mean, 38998.8375, 0.002 * 38998.8375);
    ck_assert_double_eq_tol(196 * summary.sd / summary.mean, 32.88467669, 0.3);
    ck_assert_double_eq_tol(summary.lower, 26582, 0.005 * 26582);
    ck_assert_double_eq_tol(summary.upper, 52306, 0.005 * 52306);
    free(stocks);
}
END_TEST

START_TEST(sums_keep_what_plain_addition_loses)
{
    ck_assert_double_eq(sink_draws_sum((double[]){1, 1e100, 1, -1e100}, 4), 2);
    double tenths[1000];
    for (int i = 0; i < 1000; i++)
        tenths[i] = 0.1;
    ck_assert_double_eq(sink_draws_sum(tenths, 1000), 100);
    ck_assert_double_eq(sink_draws_sum(NULL, 0), 0);
}
END_TEST

START_TEST(quantiles_are_of_type_7)
{
    /* R: quantile(c(1, 2, 4, 8, 16, 32), c(0, .025, .25, .5, .9, .975, 1)) */
    static const double expected[][2] = {{0, 1},    {0.025, 1.125}, {0.25, 2.5}, {0.5, 6},
                                         {0.9, 24}, {0.975, 30},    {1, 32}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        double draws[] = {8, 32, 1, 16, 2, 4};
        ck_assert_double_eq_tol(sink_draws_quantile(draws, 6, expected[i][0]), expected[i][1],
                                1e-14 * expected[i][1]);
    }
    ck_assert_double_nan(sink_draws_quantile(NULL, 0, 0.5));
}
END_TEST

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

START_TEST(selecting_finds_what_sorting_finds)
{
    enum { MOST = 400 };
    for (uint32_t run = 0; run < 400; run++) {
        double draws[MOST], sorted[MOST];
        const size_t count = 1 + run;
        for (size_t i = 0; i < count; i++) { /* many equal ones, few, none; ascending, descending */
            const double u = sink_random_uniform((struct sink_random_place){run, i, 0, 0});
            const double kinds[] = {floor(u * 4), floor(u * 100), u, (double)i, -(double)i};
            draws[i] = kinds[run % 5];
        }
        memcpy(sorted, draws, count * sizeof *draws);
        qsort(sorted, count, sizeof *sorted, compare);
        for (size_t rank = 0; rank < count; rank += 1 + count / 7) {
            const double p = count > 1 ? (double)rank / (double)(count - 1) : 0;
            const double position = p * (double)(count - 1);
            const size_t below = (size_t)position;
            const double above = below + 1 < count ? sorted[below + 1] : sorted[below];
            ck_assert_double_eq(sink_draws_quantile(draws, count, p),
                                sorted[below] +
                                    (position - (double)below) * (above - sorted[below]));
        }
        qsort(draws, count, sizeof *draws, compare); /* none was lost */
        ck_assert_mem_eq(draws, sorted, count * sizeof *draws);
    }
}
END_TEST

START_TEST(a_summary_gives_mean_and_sd_and_the_outer_quantiles)
{
    double draws[] = {2, 4, 4, 4, 5, 5, 7, 9};
    const struct sink_draws_summary summary = sink_draws_summarise(draws, 8);
    ck_assert_double_eq(summary.mean, 5);
    ck_assert_double_eq_tol(summary.sd, sqrt(32.0 / 7), 1e-15);
    ck_assert_double_eq_tol(summary.lower, 2 + 0.175 * 2, 1e-15);
    ck_assert_double_eq_tol(summary.upper, 7 + 0.825 * 2, 1e-15);
    double far[] = {1e9 + 1, 1e9 + 2, 1e9 + 3}; /* the squares are of what is off the mean */
    ck_assert_double_eq(sink_draws_summarise(far, 3).sd, 1);
}
END_TEST

START_TEST(a_summary_of_nothing_or_of_a_gap_is_a_gap)
{
    double one[] = {3}, gap[] = {1, NAN, 3}, endless[] = {1, INFINITY, 3};
    ck_assert_double_nan(sink_draws_summarise(NULL, 0).mean);
    ck_assert_double_nan(sink_draws_summarise(NULL, 0).lower);
    ck_assert_double_nan(sink_draws_summarise(gap, 3).mean);
    ck_assert_double_nan(sink_draws_summarise(gap, 3).upper);
    ck_assert_double_nan(sink_draws_summarise(endless, 3).mean);
    ck_assert_double_eq(sink_draws_summarise(one, 1).mean, 3);
    ck_assert_double_eq(sink_draws_summarise(one, 1).lower, 3);
    ck_assert_double_nan(sink_draws_summarise(one, 1).sd);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("propagate");
    TCase *propagate = tcase_create("propagate");
    tcase_add_test(propagate, draws_of_a_stock_agree_with_the_product_of_normal_numbers);
    tcase_add_test(propagate, sums_keep_what_plain_addition_loses);
    tcase_add_test(propagate, quantiles_are_of_type_7);
    tcase_add_test(propagate, selecting_finds_what_sorting_finds);
    tcase_add_test(propagate, a_summary_gives_mean_and_sd_and_the_outer_quantiles);
    tcase_add_test(propagate, a_summary_of_nothing_or_of_a_gap_is_a_gap);
    suite_add_tcase(suite, propagate);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
