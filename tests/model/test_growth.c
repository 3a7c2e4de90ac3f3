/* Each equation by hand with round numbers that belong to no country; the printed examples of the
 * Guidelines are in test_ipcc_examples.c. */
#include "sinkcalc/model/growth.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define DIGITS 1e-12

START_TEST(growth_is_of_the_whole_tree)
{
    ck_assert_double_eq_tol(sink_growth_from_above(4, 0.25), 5, DIGITS);
    ck_assert_double_eq_tol(sink_growth_from_above(4, 0), 4, DIGITS);
    ck_assert_double_eq_tol(sink_growth_from_above(-0.7, 0.5), -1.05, DIGITS);
    ck_assert_double_eq_tol(sink_growth_from_volume(8, 0.5, 0.25), 5, DIGITS);
    ck_assert_double_eq_tol(sink_growth_gain_tc_yr(10, 5, 0.5), 25, DIGITS);
}
END_TEST

START_TEST(volume_and_biomass_that_mean_the_same_grow_the_same)
{
    for (double increment = 0; increment < 20; increment += 0.7)
        ck_assert_double_eq_tol(sink_growth_from_volume(increment, 0.9, 0.3),
                                sink_growth_from_above(increment * 0.9, 0.3), DIGITS);
}
END_TEST

START_TEST(wood_and_fuelwood_leave_with_their_roots_and_parts_without)
{
    ck_assert_double_eq_tol(sink_loss_of_wood_tc_yr(100, 0.8, 0.25, 0.5), 50, DIGITS);
    const struct sink_fuelwood trees = {.trees_m3_yr = 100};
    const struct sink_fuelwood both = {.trees_m3_yr = 100, .parts_m3_yr = 40, .density_t_m3 = 0.6};
    ck_assert_double_eq_tol(sink_loss_of_fuelwood_tc_yr(trees, 0.8, 0.25, 0.5), 50, DIGITS);
    ck_assert_double_eq_tol(sink_loss_of_fuelwood_tc_yr(both, 0.8, 0.25, 0.5), 62, DIGITS);
}
END_TEST

START_TEST(a_disturbance_takes_its_fraction)
{
    ck_assert_double_eq_tol(sink_loss_by_disturbance_tc(10, 40, 0.25, 0.5, 1), 250, DIGITS);
    ck_assert_double_eq_tol(sink_loss_by_disturbance_tc(10, 40, 0.25, 0.5, 0.3), 75, DIGITS);
}
END_TEST

/* The stand is felled and planted anew: all that was there is lost at the conversion. */
START_TEST(a_conversion_takes_what_was_and_brings_what_is)
{
    ck_assert_double_eq_tol(sink_conversion_change_tc(10, 120, 20, 0.5), -500, DIGITS);
    ck_assert_double_eq_tol(sink_conversion_change_tc(10, 20, 120, 0.5), 500, DIGITS);
    ck_assert_double_eq_tol(sink_conversion_change_tc(10, 120, 0, 0.5) +
                                sink_loss_by_disturbance_tc(10, 96, 0.25, 0.5, 1),
                            0, DIGITS);
    ck_assert_double_eq_tol(sink_biomass_change_tc_yr(100, -500, 30), -430, DIGITS);
}
END_TEST

/* What harvest fells is carried away as stem or left as slash. */
START_TEST(slash_and_stems_are_the_wood_felled)
{
    const double slash_tc = sink_dead_slash_tc_yr(100, 0.8, 0.25, 0.6, 0.5);
    ck_assert_double_eq_tol(slash_tc, 20, DIGITS);
    ck_assert_double_eq_tol(slash_tc + 100 * 0.6 * 0.5,
                            sink_loss_of_wood_tc_yr(100, 0.8, 0.25, 0.5), DIGITS);
}
END_TEST

START_TEST(dead_organic_matter_adds_up)
{
    ck_assert_double_eq_tol(sink_dead_mortality_tc_yr(10, 4, 0.5, 0.01), 0.2, DIGITS);
    ck_assert_double_eq_tol(sink_dead_input_tc_yr(0.2, 20, 250, 0.4), 120.2, DIGITS);
    ck_assert_double_eq_tol(sink_dead_gain_loss_tc_yr(10, 3, 1, 0.37), 7.4, DIGITS);
    ck_assert_double_eq_tol(sink_dead_stock_difference_tc_yr(10, 5, 8, 6, 0.37), 1.85, DIGITS);
    ck_assert_double_eq_tol(sink_dead_change_tc_yr(7.4, -1.4), 6, DIGITS);
}
END_TEST

START_TEST(both_ways_to_dead_organic_matter_agree)
{
    const double before_t_ha = 5, in_t_ha_yr = 3, out_t_ha_yr = 2.5, years = 6;
    const double after_t_ha = before_t_ha + (in_t_ha_yr - out_t_ha_yr) * years;
    ck_assert_double_eq_tol(
        sink_dead_gain_loss_tc_yr(10, in_t_ha_yr, out_t_ha_yr, 0.37),
        sink_dead_stock_difference_tc_yr(10, before_t_ha, after_t_ha, years, 0.37), DIGITS);
}
END_TEST

START_TEST(litter_of_a_conversion_is_gained_over_twenty_years_and_lost_in_one)
{
    ck_assert_double_eq_tol(sink_dead_conversion_tc_yr(10, 0, 13, 20), 6.5, DIGITS);
    ck_assert_double_eq_tol(sink_dead_conversion_tc_yr(10, 13, 0, 1), -130, DIGITS);
}
END_TEST

/* 100 ha x 50 t x 0.4 = 2,000 t burnt; 5 g/kg of them. */
START_TEST(a_fire_emits_grams_per_kilogram_burnt)
{
    ck_assert_double_eq_tol(sink_fire_gas_t(100, 50, 0.4, 5), 10, DIGITS);
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
    ck_assert_double_nan(sink_growth_from_above(4, NAN));
    ck_assert_double_nan(sink_dead_input_tc_yr(1, NAN, 1, 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("growth");
    TCase *tests = tcase_create("growth");
    tcase_add_test(tests, growth_is_of_the_whole_tree);
    tcase_add_test(tests, volume_and_biomass_that_mean_the_same_grow_the_same);
    tcase_add_test(tests, wood_and_fuelwood_leave_with_their_roots_and_parts_without);
    tcase_add_test(tests, a_disturbance_takes_its_fraction);
    tcase_add_test(tests, a_conversion_takes_what_was_and_brings_what_is);
    tcase_add_test(tests, slash_and_stems_are_the_wood_felled);
    tcase_add_test(tests, dead_organic_matter_adds_up);
    tcase_add_test(tests, both_ways_to_dead_organic_matter_agree);
    tcase_add_test(tests, litter_of_a_conversion_is_gained_over_twenty_years_and_lost_in_one);
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
