/* Units as people write them, and what each is worth in t, m3 and shares per hectare. */
#include "sinkcalc/base/units.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *text;
    enum sink_quantity quantity;
    double factor;
} known[] = {{"t/ha", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"t ha-1", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"Mg/ha", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"Mg ha^-1", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"Mg\xC2\xB7ha\xE2\x81\xBB\xC2\xB9", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"t d.m./ha", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"t d.m. ha-1", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"tonnes per hectare", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"kg/ha", SINK_QUANTITY_DRY_MATTER_T_HA, 1e-3},
             {"kg m-2", SINK_QUANTITY_DRY_MATTER_T_HA, 10},
             {"kg/m\xC2\xB2", SINK_QUANTITY_DRY_MATTER_T_HA, 10},
             {"g/m2", SINK_QUANTITY_DRY_MATTER_T_HA, 0.01},
             {"t C/ha", SINK_QUANTITY_CARBON_T_HA, 1},
             {"tC/ha", SINK_QUANTITY_CARBON_T_HA, 1},
             {"Mg C ha-1", SINK_QUANTITY_CARBON_T_HA, 1},
             {"kg C m-2", SINK_QUANTITY_CARBON_T_HA, 10},
             {"g C/m2", SINK_QUANTITY_CARBON_T_HA, 0.01},
             {"m3/ha", SINK_QUANTITY_VOLUME_M3_HA, 1},
             {"m\xC2\xB3 ha-1", SINK_QUANTITY_VOLUME_M3_HA, 1},
             {"t/hm2", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"t C hm-2", SINK_QUANTITY_CARBON_T_HA, 1},
             {"m\xC2\xB3/hm\xC2\xB2", SINK_QUANTITY_VOLUME_M3_HA, 1},
             {"presence", SINK_QUANTITY_SHARE, 1},
             {"Fraction", SINK_QUANTITY_SHARE, 1},
             {"1", SINK_QUANTITY_SHARE, 1},
             {"percent", SINK_QUANTITY_SHARE, 0.01},
             {"%", SINK_QUANTITY_SHARE, 0.01},
             {"yr", SINK_QUANTITY_AGE_YR, 1},
             {"year", SINK_QUANTITY_AGE_YR, 1},
             {"Years", SINK_QUANTITY_AGE_YR, 1}};

START_TEST(a_unit_is_known_in_the_ways_it_is_written)
{
    struct sink_unit unit = {0};
    ck_assert_msg(sink_unit_parse(known[_i].text, &unit), "%s", known[_i].text);
    ck_assert_msg(unit.quantity == known[_i].quantity, "%s", known[_i].text);
    ck_assert_double_eq_tol(unit.factor, known[_i].factor, 1e-15);
}
END_TEST

/* A milligram is no megagram, centimetres are no square metres, and CO2 is no carbon. */
static const char *const unknown[] = {
    "",
    "mg/ha",
    "T/ha",
    "t c/ha",
    "t",
    "ha",
    "/ha",
    "t/km2",
    "t CO2/ha",
    "tCO2/ha",
    "m2/ha",
    "m3",
    "m3/m2",
    "hm2",
    "t/hm",
    "t/ha/yr",
    "t/ha-1 yr-1",
    "C/ha",
    "percnt",
    "0.1",
    ".1",
    "2",
    "lb/acre",
    "dm/ha",
    "a",
    "yr-1",
    "yrs",
    "t d.m. C/ha",
    "a very long text that is no unit at all, whatever one may hope for/ha"};

START_TEST(what_is_no_unit_of_ours_is_refused)
{
    struct sink_unit unit;
    ck_assert_msg(!sink_unit_parse(unknown[_i], &unit), "\"%s\"", unknown[_i]);
}
END_TEST

START_TEST(no_text_is_no_unit)
{
    struct sink_unit unit;
    double factor;
    ck_assert(!sink_unit_parse(NULL, &unit));
    ck_assert(!sink_unit_parse_rate(NULL, &unit));
    ck_assert(!sink_unit_parse_gas(NULL, "CH4", &factor));
}
END_TEST

static const struct {
    const char *text;
    enum sink_quantity quantity;
    double factor;
} rates[] = {{"t C ha-1 yr-1", SINK_QUANTITY_CARBON_T_HA, 1},
             {"tC/ha/yr", SINK_QUANTITY_CARBON_T_HA, 1},
             {"Mg C ha-1 a-1", SINK_QUANTITY_CARBON_T_HA, 1},
             {"g C m-2 yr-1", SINK_QUANTITY_CARBON_T_HA, 0.01},
             {"kg C/m2/yr", SINK_QUANTITY_CARBON_T_HA, 10},
             {"t d.m. ha-1 yr-1", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"t d.m./ha/yr", SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"t\xC2\xB7ha\xE2\x81\xBB\xC2\xB9\xC2\xB7yr\xE2\x81\xBB\xC2\xB9",
              SINK_QUANTITY_DRY_MATTER_T_HA, 1},
             {"m3 ha-1 yr-1", SINK_QUANTITY_VOLUME_M3_HA, 1},
             {"m3/ha/year", SINK_QUANTITY_VOLUME_M3_HA, 1}};

START_TEST(a_rate_is_a_density_in_a_year)
{
    struct sink_unit unit = {0};
    ck_assert_msg(sink_unit_parse_rate(rates[_i].text, &unit), "%s", rates[_i].text);
    ck_assert_msg(unit.quantity == rates[_i].quantity, "%s", rates[_i].text);
    ck_assert_double_eq_tol(unit.factor, rates[_i].factor, 1e-15);
    ck_assert_msg(!sink_unit_parse(rates[_i].text, &unit), "%s is no density", rates[_i].text);
}
END_TEST

static const char *const no_rates[] = {"",
                                       "yr",
                                       "yr-1",
                                       "/yr",
                                       "t C ha-1",
                                       "t C ha-1 yr",
                                       "t C/yr",
                                       "1/yr",
                                       "t C ha-1 yr-2",
                                       "t/ha-1 yr-1",
                                       "t CO2/ha/yr",
                                       "presence/yr",
                                       "%/yr",
                                       "yr/ha/yr",
                                       "kg CH4 ha-1 yr-1"};

START_TEST(what_is_no_rate_is_refused)
{
    struct sink_unit unit;
    ck_assert_msg(!sink_unit_parse_rate(no_rates[_i], &unit), "\"%s\"", no_rates[_i]);
}
END_TEST

static const struct {
    const char *text, *gas;
    double factor; /* 0: refused */
} fluxes[] = {{"kg CH4 ha-1 yr-1", "CH4", 1},
              {"kg CH4/ha/yr", "CH4", 1},
              {"kg CH4-C ha-1 yr-1", "CH4", 16.0 / 12},
              {"kg N2O ha-1 yr-1", "N2O", 1},
              {"kg N2O-N ha-1 yr-1", "N2O", 44.0 / 28},
              {"kg N2O-N/ha/yr", "N2O", 44.0 / 28},
              {"kg N2O ha-1 yr-1", "CH4", 0},
              {"kg CH4-C ha-1 yr-1", "N2O", 0},
              {"kg CH4 ha-1", "CH4", 0},
              {"kg CH4 yr-1", "CH4", 0},
              {"t CH4 ha-1 yr-1", "CH4", 0},
              {"kg ha-1 yr-1", "CH4", 0},
              {"kg CH4-N ha-1 yr-1", "CH4", 0},
              {"", "CH4", 0}};

START_TEST(a_flux_of_gas_is_counted_in_kilograms_of_the_gas)
{
    double factor = 0;
    ck_assert_msg(sink_unit_parse_gas(fluxes[_i].text, fluxes[_i].gas, &factor) ==
                      (fluxes[_i].factor > 0),
                  "%s of %s", fluxes[_i].text, fluxes[_i].gas);
    ck_assert_double_eq_tol(factor, fluxes[_i].factor, 1e-15);
}
END_TEST

START_TEST(every_spelling_that_is_offered_is_known)
{
    size_t count;
    struct sink_unit unit;
    const char *const *spellings = sink_unit_spellings(&count);
    ck_assert_uint_gt(count, 10);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(sink_unit_parse(spellings[i], &unit), "%s", spellings[i]);
}
END_TEST

/* IPCC 2006 Vol. 4: 44/12, where 3.67 would be 0.09 % too much. */
START_TEST(carbon_dioxide_is_forty_four_twelfths_of_carbon)
{
    ck_assert_double_eq(SINK_CO2_PER_C * 12, 44);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("units");
    TCase *tests = tcase_create("units");
    tcase_add_loop_test(tests, a_unit_is_known_in_the_ways_it_is_written, 0,
                        (int)(sizeof known / sizeof *known));
    tcase_add_loop_test(tests, what_is_no_unit_of_ours_is_refused, 0,
                        (int)(sizeof unknown / sizeof *unknown));
    tcase_add_test(tests, no_text_is_no_unit);
    tcase_add_loop_test(tests, a_rate_is_a_density_in_a_year, 0,
                        (int)(sizeof rates / sizeof *rates));
    tcase_add_loop_test(tests, what_is_no_rate_is_refused, 0,
                        (int)(sizeof no_rates / sizeof *no_rates));
    tcase_add_loop_test(tests, a_flux_of_gas_is_counted_in_kilograms_of_the_gas, 0,
                        (int)(sizeof fluxes / sizeof *fluxes));
    tcase_add_test(tests, every_spelling_that_is_offered_is_known);
    tcase_add_test(tests, carbon_dioxide_is_forty_four_twelfths_of_carbon);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
