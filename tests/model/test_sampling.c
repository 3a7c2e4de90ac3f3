/* Sample plots: Student's t, the uncertainty of a mean, and what the standards deduct for it. */
#include "sinkcalc/model/sampling.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

START_TEST(mean_and_errors_of_a_sample_are_those_by_hand)
{
    /* Squares about the mean 5: 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32 */
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    const struct sink_sample sample = sink_sample_describe(values, 8);
    ck_assert_uint_eq(sample.count, 8);
    ck_assert_double_eq_tol(sample.mean, 5, 1e-15);
    ck_assert_double_eq_tol(sample.sd, sqrt(32.0 / 7), 1e-15);
    ck_assert_double_eq_tol(sample.sem, sqrt(32.0 / 7 / 8), 1e-15);
    ck_assert_double_eq(sample.degrees_of_freedom, 7);
}
END_TEST

START_TEST(digits_of_a_small_spread_about_a_large_mean_are_kept)
{
    const double values[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
    const struct sink_sample sample = sink_sample_describe(values, 3);
    ck_assert_double_eq_tol(sample.sd, 1, 1e-12);
}
END_TEST

START_TEST(one_plot_has_a_mean_and_no_error)
{
    const double value = 3;
    const struct sink_sample one = sink_sample_describe(&value, 1);
    ck_assert_double_eq(one.mean, 3);
    ck_assert_double_nan(one.sd);
    ck_assert_double_nan(one.sem);
    ck_assert_double_nan(sink_sample_half_width(&one, 0.9));
    ck_assert_double_nan(sink_sample_describe(&value, 0).mean);
}
END_TEST

START_TEST(strata_are_weighted_by_their_area)
{
    /* w = 0.25, 0.75: mean 25 + 150; sem sqrt(0.0625 x 16 + 0.5625 x 4); 10 + 8 - 2 plots */
    const struct sink_sample strata[] = {{.count = 10, .mean = 100, .sem = 4},
                                         {.count = 8, .mean = 200, .sem = 2}};
    const double areas_ha[] = {50, 150};
    const struct sink_sample all = sink_sample_combine(strata, areas_ha, 2);
    ck_assert_uint_eq(all.count, 18);
    ck_assert_double_eq_tol(all.mean, 175, 1e-12);
    ck_assert_double_eq_tol(all.sem, sqrt(3.25), 1e-12);
    ck_assert_double_eq(all.degrees_of_freedom, 16);
    ck_assert_double_nan(all.sd);
}
END_TEST

/* Solved with 40 digits from the regularised incomplete beta function. */
static const struct {
    double probability, degrees_of_freedom, t;
} quantiles[] = {
    {0.95, 1, 6.313751514675043},         {0.975, 2, 4.302652729749464},
    {0.95, 3, 2.353363434801824},         {0.75, 4, 0.7406970841126826},
    {0.999, 5, 5.89342953135601},         {0.6, 7.5, 0.2625018988042947},
    {0.995, 10, 3.169272672616951},       {0.99999999, 20, 8.942883259935037},
    {0.975, 30, 2.042272456301238},       {0.95, 33, 1.692360309030345},
    {0.9, 120, 1.288646233656378},        {0.9999, 1.5, 242.2640988465063},
    {0.975, 1000, 1.962339080826408},     {0.95, 1e6, 1.64485515072204},
    {0.975, INFINITY, 1.959963984540054}, {0.5, 4, 0},
};

START_TEST(quantiles_are_those_of_students_distribution)
{
    const double t =
        sink_student_quantile(quantiles[_i].probability, quantiles[_i].degrees_of_freedom);
    ck_assert_double_eq_tol(t, quantiles[_i].t, 1e-8 * fmax(1, quantiles[_i].t));
    const double mirrored =
        sink_student_quantile(1 - quantiles[_i].probability, quantiles[_i].degrees_of_freedom);
    ck_assert_double_eq_tol(mirrored, -quantiles[_i].t, 1e-6 * fmax(1, quantiles[_i].t));
}
END_TEST

START_TEST(quantiles_agree_with_the_closed_forms_of_one_and_two_degrees)
{
    for (int i = 1; i < 1000; i++) {
        const double p = i / 1000.0, one = tan(acos(-1.0) * (p - 0.5));
        const double two = (2 * p - 1) / sqrt(2 * p * (1 - p));
        ck_assert_double_eq_tol(sink_student_quantile(p, 1), one, 1e-10 * fmax(1, fabs(one)));
        ck_assert_double_eq_tol(sink_student_quantile(p, 2), two, 1e-10 * fmax(1, fabs(two)));
    }
    /* A far tail, where 1 - p would be 1: P(T < -t) of one degree is 1 / (pi t) */
    ck_assert_double_eq_tol(sink_student_quantile(1e-80, 1) * 1e-80, -1 / acos(-1.0), 1e-10);
}
END_TEST

START_TEST(quantiles_rise_with_probability_and_fall_with_degrees_of_freedom)
{
    for (double df = 1; df < 1e7; df *= 1.7) {
        for (double p = 0.51; p < 0.99; p += 0.01)
            ck_assert(sink_student_quantile(p, df) < sink_student_quantile(p + 0.01, df));
        ck_assert(sink_student_quantile(0.95, df) > sink_student_quantile(0.95, df * 1.7));
    }
}
END_TEST

START_TEST(no_quantile_is_made_up)
{
    ck_assert_double_eq(sink_student_quantile(1, 5), INFINITY);
    ck_assert_double_eq(sink_student_quantile(0, 5), -INFINITY);
    ck_assert_double_nan(sink_student_quantile(1.1, 5));
    ck_assert_double_nan(sink_student_quantile(-0.1, 5));
    ck_assert_double_nan(sink_student_quantile(NAN, 5));
    ck_assert_double_nan(sink_student_quantile(0.9, 0));
    ck_assert_double_nan(sink_student_quantile(0.9, NAN));
}
END_TEST

/* AR-TOOL14 v04.2: 34 plots, 45.328 with sd 12.776: 8.18 % */
START_TEST(the_example_of_ar_tool14_needs_no_discount)
{
    const struct sink_sample sample = {
        .count = 34, .mean = 45.328, .sem = 12.776 / sqrt(34), .degrees_of_freedom = 33};
    ck_assert_double_eq_tol(sample.sem, 2.191066, 5e-7);
    const double half_width = sink_sample_half_width(&sample, 0.90);
    const double percent = sink_uncertainty_percent(sample.mean, half_width);
    ck_assert_double_eq_tol(half_width / sample.sem, 1.692, 5e-4);
    ck_assert_double_eq_tol(percent, 8.18, 5e-3);
    ck_assert_double_eq(sink_ar_tool14_deduction(percent), 0);
    ck_assert_double_eq(
        sink_ar_tool14_conservative(sample.mean, half_width, SINK_ESTIMATE_OF_PROJECT), 45.328);
}
END_TEST

/* AR-TOOL14 v04.2 Appendix 2 */
static const struct {
    double percent, share;
} steps[] = {{0, 0},          {9.99, 0},     {10, 0},         {10.0001, 0.25}, {15, 0.25},
             {15.0001, 0.50}, {20, 0.50},    {20.0001, 0.75}, {30, 0.75},      {30.0001, 1},
             {100, 1},        {INFINITY, 1}, {12.5, 0.25},    {17.5, 0.50},    {25.0, 0.75},
             {10 + 1e-15, 0}, {101, 1},      {1e300, 1},      {29.999, 0.75}};

START_TEST(a_bound_belongs_to_the_step_below_it)
{
    ck_assert_double_eq(sink_ar_tool14_deduction(steps[_i].percent), steps[_i].share);
}
END_TEST

START_TEST(rounding_does_not_lift_an_uncertainty_over_a_bound)
{
    for (int i = 1; i <= 5000; i++) {
        const double mean = 0.01 * i;
        const double of_ten = sink_uncertainty_percent(mean, 0.10 * mean);
        const double of_fifteen = sink_uncertainty_percent(mean, 0.15 * mean);
        ck_assert_double_eq(sink_ar_tool14_deduction(of_ten), 0);
        ck_assert_double_eq(sink_ar_tool14_deduction(of_fifteen), 0.25);
    }
}
END_TEST

START_TEST(a_project_is_lowered_and_a_baseline_raised)
{
    /* The example of Appendix 2: 60 +- 9 */
    ck_assert_double_eq_tol(sink_ar_tool14_conservative(60, 9, SINK_ESTIMATE_OF_PROJECT), 57.75,
                            1e-12);
    ck_assert_double_eq_tol(sink_ar_tool14_conservative(60, 9, SINK_ESTIMATE_OF_BASELINE), 62.25,
                            1e-12);
    /* 40 %: the whole half width */
    ck_assert_double_eq_tol(sink_ar_tool14_conservative(60, 24, SINK_ESTIMATE_OF_PROJECT), 36,
                            1e-12);
}
END_TEST

START_TEST(a_loss_is_made_larger_for_a_project)
{
    ck_assert_double_eq_tol(sink_ar_tool14_conservative(-60, 9, SINK_ESTIMATE_OF_PROJECT), -62.25,
                            1e-12);
    ck_assert_double_eq_tol(sink_gold_standard_conservative(-100, 23, SINK_ESTIMATE_OF_PROJECT),
                            -103, 1e-12);
}
END_TEST

START_TEST(gold_standard_takes_what_exceeds_twenty_percent)
{
    ck_assert_double_eq_tol(sink_gold_standard_conservative(100, 23, SINK_ESTIMATE_OF_PROJECT), 97,
                            1e-12);
    ck_assert_double_eq_tol(sink_gold_standard_conservative(100, 23, SINK_ESTIMATE_OF_BASELINE),
                            103, 1e-12);
    ck_assert_double_eq_tol(sink_gold_standard_conservative(200, 46, SINK_ESTIMATE_OF_PROJECT), 194,
                            1e-12);
    ck_assert_double_eq(sink_gold_standard_conservative(100, 20, SINK_ESTIMATE_OF_PROJECT), 100);
    ck_assert_double_eq(sink_gold_standard_conservative(100, 5, SINK_ESTIMATE_OF_BASELINE), 100);
}
END_TEST

START_TEST(an_unknown_half_width_is_no_free_pass)
{
    ck_assert_double_nan(sink_ar_tool14_deduction(NAN));
    ck_assert_double_nan(sink_ar_tool14_conservative(60, NAN, SINK_ESTIMATE_OF_PROJECT));
    ck_assert_double_nan(sink_gold_standard_conservative(60, NAN, SINK_ESTIMATE_OF_PROJECT));
    ck_assert_double_eq(sink_uncertainty_percent(0, 1), INFINITY);
    ck_assert_double_eq(sink_ar_tool14_conservative(0, 1, SINK_ESTIMATE_OF_PROJECT), -1);
}
END_TEST

START_TEST(roots_follow_the_function_of_ar_tool14)
{
    ck_assert_double_eq_tol(sink_ar_tool14_root_shoot(85.3), 0.2427324720, 1e-9 * 0.2427324720);
    ck_assert_double_eq_tol(sink_ar_tool14_root_shoot(1), exp(-1.085), 1e-15);
    ck_assert_double_nan(sink_ar_tool14_root_shoot(0));
    ck_assert_double_nan(sink_ar_tool14_root_shoot(-1));
    ck_assert_double_nan(sink_ar_tool14_root_shoot(NAN));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sampling");
    TCase *tests = tcase_create("sampling");
    tcase_add_test(tests, mean_and_errors_of_a_sample_are_those_by_hand);
    tcase_add_test(tests, digits_of_a_small_spread_about_a_large_mean_are_kept);
    tcase_add_test(tests, one_plot_has_a_mean_and_no_error);
    tcase_add_test(tests, strata_are_weighted_by_their_area);
    tcase_add_loop_test(tests, quantiles_are_those_of_students_distribution, 0,
                        (int)(sizeof quantiles / sizeof *quantiles));
    tcase_add_test(tests, quantiles_agree_with_the_closed_forms_of_one_and_two_degrees);
    tcase_add_test(tests, quantiles_rise_with_probability_and_fall_with_degrees_of_freedom);
    tcase_add_test(tests, no_quantile_is_made_up);
    tcase_add_test(tests, the_example_of_ar_tool14_needs_no_discount);
    tcase_add_loop_test(tests, a_bound_belongs_to_the_step_below_it, 0,
                        (int)(sizeof steps / sizeof *steps));
    tcase_add_test(tests, rounding_does_not_lift_an_uncertainty_over_a_bound);
    tcase_add_test(tests, a_project_is_lowered_and_a_baseline_raised);
    tcase_add_test(tests, a_loss_is_made_larger_for_a_project);
    tcase_add_test(tests, gold_standard_takes_what_exceeds_twenty_percent);
    tcase_add_test(tests, an_unknown_half_width_is_no_free_pass);
    tcase_add_test(tests, roots_follow_the_function_of_ar_tool14);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
