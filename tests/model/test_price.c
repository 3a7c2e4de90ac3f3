/* The value of flows: prices between points, years before and after the price year, costs. */
#include "sinkcalc/model/price.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static struct sink_price_point rising_points[] = {{2025, 50}, {2030, 100}, {2060, 400}};
static struct sink_price_point flat_point[] = {{2025, 70}};
static const struct sink_price_points rising = {rising_points, 3}, flat = {flat_point, 1};
static const struct sink_price_points none = {NULL, 0};

static const struct {
    int year;
    double price;
} prices[] = {{2025, 50},  {2026, 60},  {2029, 90},  {2030, 100}, {2031, 110}, {2045, 250},
              {2060, 400}, {2061, 400}, {2300, 400}, {2024, 50},  {1000, 50}};

START_TEST(a_price_is_linear_between_points_and_constant_beyond_them)
{
    ck_assert_double_eq_tol(sink_price_at(&rising, prices[_i].year), prices[_i].price, 1e-12);
}
END_TEST

START_TEST(one_point_is_the_price_of_every_year)
{
    ck_assert_double_eq(sink_price_at(&flat, 1999), 70);
    ck_assert_double_eq(sink_price_at(&flat, 2025), 70);
    ck_assert_double_eq(sink_price_at(&flat, 2099), 70);
}
END_TEST

START_TEST(without_a_point_there_is_no_price)
{
    ck_assert_double_nan(sink_price_at(&none, 2025));
    ck_assert_double_nan(
        sink_price_flow_value(&none, (struct sink_price_flow){1, 2025, 2026}, 2025, 0));
}
END_TEST

START_TEST(a_period_is_valued_year_by_year_without_its_first_date)
{
    /* 2026, 2027, 2028 at 60, 70, 80, each for 10 t, not discounted */
    const struct sink_price_flow flow = {10, 2025, 2028};
    ck_assert_double_eq_tol(sink_price_flow_value(&rising, flow, 2025, 0), 2100, 1e-9);
}
END_TEST

START_TEST(later_years_are_discounted_to_the_price_year)
{
    /* 700 / 1.03 + 700 / 1.0609 = 679.6116505 + 659.8171364 */
    const struct sink_price_flow flow = {10, 2025, 2027};
    ck_assert_double_eq_tol(sink_price_flow_value(&flat, flow, 2025, 0.03), 1339.4287869, 1e-7);
    /* With prices of 60 and 70: 600 / 1.03 + 700 / 1.0609 */
    ck_assert_double_eq_tol(sink_price_flow_value(&rising, flow, 2025, 0.03), 1242.3414082, 1e-7);
}
END_TEST

START_TEST(years_before_the_price_year_are_worth_more_in_it)
{
    /* 2024 and 2025 for 2025: 700 x 1.03 + 700 */
    const struct sink_price_flow flow = {10, 2023, 2025};
    ck_assert_double_eq_tol(sink_price_flow_value(&flat, flow, 2025, 0.03), 1421, 1e-9);
    ck_assert_double_eq_tol(sink_price_discount(0.03, 2025, 2023), 1.0609, 1e-15);
    ck_assert_double_eq(sink_price_discount(0.03, 2025, 2025), 1);
    ck_assert_double_eq_tol(sink_price_discount(0.03, 2025, 2026), 1 / 1.03, 1e-15);
}
END_TEST

START_TEST(a_source_costs_what_a_sink_earns)
{
    const struct sink_price_flow gain = {10, 2020, 2040}, loss = {-10, 2020, 2040};
    const double value = sink_price_flow_value(&rising, gain, 2025, 0.03);
    ck_assert_double_gt(value, 0);
    ck_assert_double_eq(sink_price_flow_value(&rising, loss, 2025, 0.03), -value);
}
END_TEST

START_TEST(two_periods_are_worth_what_they_are_worth_together)
{
    const struct sink_price_flow first = {3, 2020, 2027}, second = {3, 2027, 2041};
    const struct sink_price_flow both = {3, 2020, 2041};
    ck_assert_double_eq_tol(sink_price_flow_value(&rising, first, 2025, 0.05) +
                                sink_price_flow_value(&rising, second, 2025, 0.05),
                            sink_price_flow_value(&rising, both, 2025, 0.05), 1e-9);
}
END_TEST

START_TEST(no_year_is_worth_nothing_and_an_unknown_flow_nothing_known)
{
    ck_assert_double_eq(
        sink_price_flow_value(&flat, (struct sink_price_flow){10, 2025, 2025}, 2025, 0.03), 0);
    ck_assert_double_nan(
        sink_price_flow_value(&flat, (struct sink_price_flow){NAN, 2025, 2026}, 2025, 0.03));
}
END_TEST

START_TEST(the_paths_have_the_names_of_the_job)
{
    ck_assert_str_eq(sink_price_path_name(SINK_PRICE_LOW), "low");
    ck_assert_str_eq(sink_price_path_name(SINK_PRICE_CENTRAL), "central");
    ck_assert_str_eq(sink_price_path_name(SINK_PRICE_HIGH), "high");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("price");
    TCase *tests = tcase_create("price");
    tcase_add_loop_test(tests, a_price_is_linear_between_points_and_constant_beyond_them, 0,
                        (int)(sizeof prices / sizeof *prices));
    tcase_add_test(tests, one_point_is_the_price_of_every_year);
    tcase_add_test(tests, without_a_point_there_is_no_price);
    tcase_add_test(tests, a_period_is_valued_year_by_year_without_its_first_date);
    tcase_add_test(tests, later_years_are_discounted_to_the_price_year);
    tcase_add_test(tests, years_before_the_price_year_are_worth_more_in_it);
    tcase_add_test(tests, a_source_costs_what_a_sink_earns);
    tcase_add_test(tests, two_periods_are_worth_what_they_are_worth_together);
    tcase_add_test(tests, no_year_is_worth_nothing_and_an_unknown_flow_nothing_known);
    tcase_add_test(tests, the_paths_have_the_names_of_the_job);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
