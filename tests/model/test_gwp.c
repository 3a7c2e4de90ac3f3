/* Global warming potentials: the figures of three reports, and CO2-equivalents by hand. */
#include "sinkcalc/base/units.h"
#include "sinkcalc/model/gwp.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *name;
    enum sink_gwp gwp;
    double ch4, n2o;
    const char *source;
} reports[] = {{"ar4", SINK_GWP_AR4, 25, 298, "IPCC AR4 WG1 Table 2.14"},
               {"ar5", SINK_GWP_AR5, 28, 265, "IPCC AR5 WG1 Table 8.A.1"},
               {"ar6", SINK_GWP_AR6, 27.0, 273, "IPCC AR6 WG1 Table 7.15, CH4 non-fossil"}};

START_TEST(each_report_has_its_figures_and_names_its_table)
{
    const struct sink_gwp_set *set = sink_gwp_set(reports[_i].gwp);
    ck_assert_str_eq(set->name, reports[_i].name);
    ck_assert_double_eq(set->ch4, reports[_i].ch4);
    ck_assert_double_eq(set->n2o, reports[_i].n2o);
    ck_assert_str_eq(set->source, reports[_i].source);
}
END_TEST

START_TEST(gases_add_up_as_co2_and_keep_their_sign)
{
    ck_assert_double_eq_tol(sink_gwp_tco2e(SINK_GWP_AR5, 2, 3), 2 * 28 + 3 * 265, 1e-12);
    ck_assert_double_eq_tol(sink_gwp_tco2e(SINK_GWP_AR4, -1, 0), -25, 1e-12);
    ck_assert_double_eq(sink_gwp_tco2e(SINK_GWP_AR6, 0, 0), 0);
}
END_TEST

/* 2013 Wetlands Supplement Table 4.14, salinity below 18 ppt: 193.7 kg CH4 ha-1 yr-1. */
START_TEST(a_rewetted_hectare_emits_5_23_t_of_co2_equivalent_a_year)
{
    ck_assert_double_eq_tol(sink_gwp_tco2e(SINK_GWP_AR6, 193.7 / SINK_KG_PER_T, 0), 5.23, 5e-3);
}
END_TEST

START_TEST(gases_are_counted_not_their_carbon_or_nitrogen)
{
    ck_assert_double_eq_tol(sink_gwp_tco2e(SINK_GWP_AR5, 12 * SINK_CH4_PER_C, 0), 16 * 28, 1e-9);
    ck_assert_double_eq_tol(sink_gwp_tco2e(SINK_GWP_AR5, 0, 28 * SINK_N2O_PER_N), 44 * 265, 1e-9);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gwp");
    TCase *tests = tcase_create("gwp");
    tcase_add_loop_test(tests, each_report_has_its_figures_and_names_its_table, 0, SINK_GWP_COUNT);
    tcase_add_test(tests, gases_add_up_as_co2_and_keep_their_sign);
    tcase_add_test(tests, a_rewetted_hectare_emits_5_23_t_of_co2_equivalent_a_year);
    tcase_add_test(tests, gases_are_counted_not_their_carbon_or_nitrogen);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
