/* Kinds of factors: units, values and spreads that each may have. */
#include "sinkcalc/model/factor.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER                                                                                     \
    "quantity,class,over,up_to,value,unit,lower,upper,sd,se,n,distribution,depth_cm,fallback,"     \
    "variable,source,verified\n"

static struct sink_class_list classes;
static struct sink_factors factors;
static struct sink_faults faults;
static struct sink_error error;

static void set_up(void)
{
    factors = (struct sink_factors){0};
    faults = (struct sink_faults){0};
    error = (struct sink_error){0};
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
}

static void tear_down(void)
{
    sink_factors_free(&factors);
    sink_faults_free(&faults);
    sink_class_list_free(&classes);
}

static enum sink_status add(const char *name, const char *text)
{
    struct sink_csv *csv;
    if (sink_csv_parse(name, text, strlen(text), &csv, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    return sink_factors_add(&factors, csv, &classes, &faults);
}

static void add_good(const char *name, const char *text)
{
    const enum sink_status status = add(name, text);
    ck_assert_msg(status == SINK_OK, "%s", faults.count ? faults.items[0].message : "");
}

START_TEST(spreads_are_converted_with_the_value)
{
    add_good("a", HEADER "litter,,,,0.25,kg C m-2,0.1,0.4,0.05,0.01,12,lognormal,,,,t,own\n"
                         "litter,forest,,,2,t C ha-1,,,,,,,,,,t,own\n");
    ck_assert_double_eq_tol(factors.rows[0].sd, 0.5, 1e-12);
    ck_assert_double_eq_tol(factors.rows[0].se, 0.1, 1e-12);
    ck_assert_double_eq(factors.rows[0].n, 12); /* a count has no unit */
    ck_assert_str_eq(factors.rows[0].distribution, "lognormal");
    ck_assert(isnan(factors.rows[1].sd) && isnan(factors.rows[1].se) && isnan(factors.rows[1].n));
    ck_assert_str_eq(factors.rows[1].distribution, "");
}
END_TEST

START_TEST(what_was_assumed_and_what_varies_together_is_kept)
{
    add_good("a", HEADER "litter,,,,2,t C ha-1,,,,,,,,of the next zone,dead,t,own\n"
                         "litter,forest,,,2,t C ha-1,,,,,,,,,,t,own\n");
    ck_assert_str_eq(factors.rows[0].fallback, "of the next zone");
    ck_assert_str_eq(factors.rows[0].variable, "dead");
    ck_assert_str_eq(factors.rows[1].fallback, "");
    ck_assert_str_eq(factors.rows[1].variable, "");
}
END_TEST

START_TEST(every_kind_has_a_word_of_its_own)
{
    for (int a = 0; a < SINK_FACTOR_KIND_COUNT; a++) {
        ck_assert_ptr_nonnull(sink_factor_kind_name((enum sink_factor_kind)a));
        for (int b = 0; b < a; b++)
            ck_assert_str_ne(sink_factor_kind_name((enum sink_factor_kind)a),
                             sink_factor_kind_name((enum sink_factor_kind)b));
    }
}
END_TEST

/* A unit of a kind: what 2 of it are in the unit of the kind, and whether that is carbon. */
static const struct {
    const char *quantity, *unit, *depth;
    double value;
    bool is_carbon;
} units[] = {
    {"soil_reference", "t C ha-1", "30", 2, true},
    {"soil_reference", "kg C m-2", "30", 20, true},
    {"soil_land_use", "1", "", 2, false},
    {"soil_management", "1", "", 2, false},
    {"soil_input", "1", "", 2, false},
    {"soil_accumulation", "t C ha-1 yr-1", "100", 2, true},
    {"soil_emission", "t C ha-1 yr-1", "", 2, true},
    {"soil_emission", "g C m-2 yr-1", "", 0.02, true},
    {"ch4_emission", "kg CH4 ha-1 yr-1", "", 2, false},
    {"ch4_emission", "kg CH4-C ha-1 yr-1", "", 2 * 16.0 / 12, false},
    {"n2o_emission", "kg N2O ha-1 yr-1", "", 2, false},
    {"n2o_emission", "kg N2O-N ha-1 yr-1", "", 2 * 44.0 / 28, false},
    {"growth", "t d.m. ha-1 yr-1", "", 2, false},
    {"growth", "t C ha-1 yr-1", "", 2, true},
    {"curve_asymptote", "t d.m. ha-1", "", 2, false},
    {"curve_rate", "yr-1", "", 2, false},
    {"curve_shape", "1", "", 2, false},
    {"volume_growth", "m3 ha-1 yr-1", "", 2, false},
    {"bcef_growth", "t d.m. m-3", "", 2, false},
    {"bcef_removal", "t d.m. m-3", "", 2, false},
    {"fuel", "t d.m. ha-1", "", 2, false},
    {"fire_ch4", "g kg-1", "", 2, false},
    {"fire_n2o", "g kg-1", "", 2, false},
    {"mature_biomass", "t d.m. ha-1", "", 2, false},
    {"mature_biomass", "t C ha-1", "", 2, true},
    {"karst_sink", "t C ha-1 yr-1", "", 2, true},
    {"water_burial", "g C m-2 yr-1", "", 0.02, true},
    {"permafrost_carbon", "kg C m-2", "", 20, true},
};

START_TEST(units_of_a_kind_are_converted_to_its_own)
{
    char text[512];
    snprintf(text, sizeof text, "%s%s,,,,2,%s,,,,,,,%s,,,t,own\n", HEADER, units[_i].quantity,
             units[_i].unit, units[_i].depth);
    add_good("a", text);
    ck_assert_double_eq_tol(factors.rows[0].value, units[_i].value, 1e-12);
    ck_assert(factors.rows[0].is_carbon == units[_i].is_carbon);
}
END_TEST

START_TEST(what_may_fall_below_zero_may)
{
    add_good("a", HEADER "growth,,,,-0.7,t d.m. ha-1 yr-1,,,,,,,,,,t,own\n"
                         "soil_emission,,,,-0.34,t C ha-1 yr-1,,,,,,,,,,t,own\n"
                         "ch4_emission,,,,-1,kg CH4 ha-1 yr-1,,,,,,,,,,t,own\n");
    ck_assert_double_eq(factors.rows[0].value, -0.7);
    ck_assert_double_eq(factors.rows[1].value, -0.34);
    ck_assert_double_eq(factors.rows[2].value, -1);
}
END_TEST

START_TEST(intervals_are_of_biomass_volume_or_age)
{
    ck_assert_int_eq(sink_factor_kind_interval(SINK_FACTOR_ROOT_SHOOT), SINK_INTERVAL_BIOMASS);
    ck_assert_int_eq(sink_factor_kind_interval(SINK_FACTOR_BCEF_GROWTH), SINK_INTERVAL_VOLUME);
    ck_assert_int_eq(sink_factor_kind_interval(SINK_FACTOR_BCEF_REMOVAL), SINK_INTERVAL_VOLUME);
    ck_assert_int_eq(sink_factor_kind_interval(SINK_FACTOR_GROWTH), SINK_INTERVAL_AGE);
    ck_assert_int_eq(sink_factor_kind_interval(SINK_FACTOR_VOLUME_GROWTH), SINK_INTERVAL_AGE);
    ck_assert_int_eq(sink_factor_kind_interval(SINK_FACTOR_LITTER), SINK_INTERVAL_NONE);
    add_good("a", HEADER "growth,,20,,1,t d.m. ha-1 yr-1,,,,,,,,,,t,own\n"
                         "growth,,,20,3,t d.m. ha-1 yr-1,,,,,,,,,,t,own\n"
                         "volume_growth,,,20,3,m3 ha-1 yr-1,,,,,,,,,,t,own\n"
                         "bcef_growth,,,20,3,t d.m. m-3,,,,,,,,,,t,own\n"
                         "bcef_removal,,20,,3,t d.m. m-3,,,,,,,,,,t,own\n");
    ck_assert_uint_eq(factors.row_count, 5);
}
END_TEST

/* Rows under HEADER, and how the fault starts. */
static const struct {
    const char *row, *told;
} spread_cases[] = {
    {"litter,,,,2,t C ha-1,,,-1,,,,,,,t,own\n", "my.csv:2: sd \"-1\", expected a number from 0"},
    {"litter,,,,2,t C ha-1,,,,-1,,,,,,t,own\n", "my.csv:2: se \"-1\", expected a number from 0"},
    {"litter,,,,2,t C ha-1,,,,,0,,,,,t,own\n", "my.csv:2: n \"0\", expected the count"},
    {"litter,,,,2,t C ha-1,,,x,,,,,,,t,own\n", "my.csv:2: sd \"x\", expected a number"},
    {"litter,,,,2,t C ha-1,,,,,,gauss,,,,t,own\n",
     "my.csv:2: distribution \"gauss\", expected normal, lognormal, truncated_normal, triangular, "
     "pert or uniform"},
    {"litter,,,,2,t C ha-1,1,,,,,pert,,,,t,own\n",
     "my.csv:2: distribution \"pert\", expected lower and upper to go with it"},
    {"litter,,,,2,t C ha-1,,3,,,,uniform,,,,t,own\n",
     "my.csv:2: distribution \"uniform\", expected"},
    {"litter,,,,0,t C ha-1,,,,,,lognormal,,,,t,own\n",
     "my.csv:2: distribution \"lognormal\", expected a value above 0 to go with it"},
    {"soil_reference,,,,2,t C ha-1,,,,,,,,,,t,own\n",
     "my.csv:2: depth_cm \"\", expected the depth of the soil in cm, at most 10000"},
    {"soil_accumulation,,,,2,t C ha-1 yr-1,,,,,,,,,,t,own\n", "my.csv:2: depth_cm \"\", expected"},
    {"fraction_lost,,,,1.1,1,,,,,,,,,,t,own\n",
     "my.csv:2: value \"1.1\", expected a fraction up to 1"},
    {"combustion_factor,,,,45,1,,,,,,,,,,t,own\n",
     "my.csv:2: value \"45\", expected a fraction up to 1"},
    {"fire_ch4,,,,-1,g kg-1,,,,,,,,,,t,own\n", "my.csv:2: value \"-1\", expected a number from 0"},
    {"n2o_emission,,,,-1,kg N2O ha-1 yr-1,,,,,,,,,,t,own\n", "my.csv:2: value \"-1\", expected"},
    {"karst_sink,,,,-1,t C ha-1 yr-1,,,,,,,,,,t,own\n", "my.csv:2: value \"-1\", expected"},
    {"growth,,,,2,t d.m. ha-1,,,,,,,,,,t,own\n",
     "my.csv:2: unit \"t d.m. ha-1\", expected a unit of the quantity, like t d.m. ha-1 yr-1"},
    {"above_ground_biomass,,,,2,t d.m. ha-1 yr-1,,,,,,,,,,t,own\n",
     "my.csv:2: unit \"t d.m. ha-1 yr-1\", expected"},
    {"above_ground_biomass,,,,2,yr,,,,,,,,,,t,own\n", "my.csv:2: unit \"yr\", expected"},
    {"ch4_emission,,,,2,kg N2O ha-1 yr-1,,,,,,,,,,t,own\n",
     "my.csv:2: unit \"kg N2O ha-1 yr-1\", expected a unit of the quantity, like kg CH4 ha-1 yr-1"},
    {"karst_sink,,,,2,t d.m. ha-1 yr-1,,,,,,,,,,t,own\n", "my.csv:2: unit \"t d.m. ha-1 yr-1\""},
    {"fuel,,,,2,t C ha-1,,,,,,,,,,t,own\n", "my.csv:2: unit \"t C ha-1\", expected"},
    {"curve_rate,,,,2,1,,,,,,,,,,t,own\n", "my.csv:2: unit \"1\", expected"},
    {"soil_emission,,,20,2,t C ha-1 yr-1,,,,,,,,,,t,own\n",
     "my.csv:2: up_to \"20\", expected no interval"},
};

START_TEST(each_fault_of_a_spread_or_unit_names_table_and_line)
{
    char text[1024] = HEADER;
    strcat(text, spread_cases[_i].row);
    ck_assert_int_eq(add("my.csv", text), SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_msg(
        strncmp(faults.items[0].message, spread_cases[_i].told, strlen(spread_cases[_i].told)) == 0,
        "\"%s\", expected \"%s\"", faults.items[0].message, spread_cases[_i].told);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("factor_kind");
    TCase *tests = tcase_create("factor_kind");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, spreads_are_converted_with_the_value);
    tcase_add_test(tests, what_was_assumed_and_what_varies_together_is_kept);
    tcase_add_test(tests, every_kind_has_a_word_of_its_own);
    tcase_add_loop_test(tests, units_of_a_kind_are_converted_to_its_own, 0,
                        (int)(sizeof units / sizeof *units));
    tcase_add_test(tests, what_may_fall_below_zero_may);
    tcase_add_test(tests, intervals_are_of_biomass_volume_or_age);
    tcase_add_loop_test(tests, each_fault_of_a_spread_or_unit_names_table_and_line, 0,
                        (int)(sizeof spread_cases / sizeof *spread_cases));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
