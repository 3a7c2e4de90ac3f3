/* Each equation by hand with round numbers that belong to no country; the printed examples of the
 * Guidelines are in test_ipcc_examples.c. */
#include "sinkcalc/model/growth.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define DIGITS 1e-12

START_TEST(trees_have_carbon_above_ground_and_in_their_roots)
{
    const struct sink_tree_carbon tree = sink_tree_carbon(4, 0.25, 0.5);
    ck_assert_double_eq_tol(tree.above_tc, 2, DIGITS);
    ck_assert_double_eq_tol(tree.below_tc, 0.5, DIGITS);
    ck_assert_double_eq(sink_tree_carbon(4, 0, 0.5).below_tc, 0);
    ck_assert_double_eq_tol(sink_tree_carbon(-0.7, 0.5, 0.5).below_tc, -0.175, DIGITS);
}
END_TEST

START_TEST(biomass_changes_by_gains_less_all_losses)
{
    ck_assert_double_eq_tol(sink_biomass_change_tc(100, 500, 20, 10), -430, DIGITS);
}
END_TEST

/* 5,000 t x 0.4 = 2,000 t burnt; 5 g/kg of them. */
START_TEST(a_fire_emits_grams_per_kilogram_burnt)
{
    ck_assert_double_eq_tol(sink_fire_gas_t(5000, 0.4, 5), 10, DIGITS);
}
END_TEST

/* moja global, FLINT.Module.Chapman_Richards, run_env/config/point_forest_config.json: "Dryland
 * Forests", max 51.64, k 0.037, m 0.5, carbon_frac_ag 0.49, planted in 2001 and cleared in 2050. */
static const struct sink_growth_curve dryland = {51.64, 0.037, 1 / (1 - 0.5)};

START_TEST(a_stand_follows_its_curve)
{
    ck_assert_double_eq_tol(0.49 * sink_curve_above_t_ha(&dryland, 10), 2.420169, 1e-6);
    ck_assert_double_eq_tol(0.49 * sink_curve_above_t_ha(&dryland, 20), 6.918254, 1e-6);
    ck_assert_double_eq_tol(0.49 * sink_curve_above_t_ha(&dryland, 49), 17.719975, 1e-6);
}
END_TEST

START_TEST(a_curve_begins_with_nothing_and_ends_at_its_asymptote)
{
    const struct sink_growth_curve slow = {51.64, 0.037, 3.3};
    double before = 0;
    ck_assert_double_eq(sink_curve_above_t_ha(&slow, 0), 0);
    ck_assert_double_eq(sink_curve_above_t_ha(&slow, -5), 0);
    for (double age = 0.5; age < 300; age += 0.5) {
        const double now = sink_curve_above_t_ha(&slow, age);
        ck_assert_double_gt(now, before);
        ck_assert_double_lt(now, 51.64);
        before = now;
    }
    ck_assert_double_eq(sink_curve_above_t_ha(&slow, 1e5), 51.64);
}
END_TEST

/* exp(-k t) = 1/2 after ln 2 / k years: a / 2^c. */
START_TEST(a_curve_is_known_where_half_of_the_exponential_is_gone)
{
    for (double shape = 0.5; shape < 5; shape += 0.5) {
        const struct sink_growth_curve curve = {200, 0.05, shape};
        ck_assert_double_eq_tol(sink_curve_above_t_ha(&curve, log(2) / 0.05), 200 / pow(2, shape),
                                1e-11);
    }
}
END_TEST

START_TEST(the_stock_is_the_sum_of_all_yearly_growth)
{
    double stock = 0;
    for (int age = 0; age < 100; age++) {
        stock += sink_curve_growth_t_ha_yr(&dryland, age, 1);
        ck_assert_double_eq_tol(stock, sink_curve_above_t_ha(&dryland, age + 1), DIGITS * 100);
    }
    ck_assert_double_eq_tol(
        sink_curve_growth_t_ha_yr(&dryland, 20, 5) * 5,
        sink_curve_above_t_ha(&dryland, 25) - sink_curve_above_t_ha(&dryland, 20), DIGITS);
}
END_TEST

/* a c k exp(-k t) (1 - exp(-k t))^(c - 1) */
START_TEST(growth_over_a_short_time_is_the_slope_of_the_curve)
{
    for (double age = 1; age < 100; age += 7) {
        const double exponential = exp(-0.037 * age);
        const double slope = 51.64 * 2 * 0.037 * exponential * (1 - exponential);
        ck_assert_double_eq_tol(sink_curve_growth_t_ha_yr(&dryland, age, 1e-4), slope,
                                1e-4 * slope);
    }
}
END_TEST

START_TEST(a_young_stand_keeps_its_digits)
{
    const struct sink_growth_curve curve = {100, 1e-6, 1};
    ck_assert_double_eq_tol(sink_curve_above_t_ha(&curve, 1e-6), 1e-10, 1e-21);
}
END_TEST

START_TEST(what_is_unknown_goes_through)
{
    const struct sink_growth_curve curve = {NAN, 0.1, 2};
    ck_assert_double_nan(sink_curve_above_t_ha(&curve, 5));
    ck_assert_double_nan(sink_curve_above_t_ha(&dryland, NAN));
    ck_assert_double_nan(sink_tree_carbon(4, NAN, 0.5).below_tc);
    ck_assert_double_nan(sink_biomass_change_tc(1, 0, NAN, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("growth");
    TCase *tests = tcase_create("growth");
    tcase_add_test(tests, trees_have_carbon_above_ground_and_in_their_roots);
    tcase_add_test(tests, biomass_changes_by_gains_less_all_losses);
    tcase_add_test(tests, a_fire_emits_grams_per_kilogram_burnt);
    tcase_add_test(tests, a_stand_follows_its_curve);
    tcase_add_test(tests, a_curve_begins_with_nothing_and_ends_at_its_asymptote);
    tcase_add_test(tests, a_curve_is_known_where_half_of_the_exponential_is_gone);
    tcase_add_test(tests, the_stock_is_the_sum_of_all_yearly_growth);
    tcase_add_test(tests, growth_over_a_short_time_is_the_slope_of_the_curve);
    tcase_add_test(tests, a_young_stand_keeps_its_digits);
    tcase_add_test(tests, what_is_unknown_goes_through);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
