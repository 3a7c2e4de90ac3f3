/* Each check of the closure sees what was planted against it, and says where and how much. */
#include "tests/model/account_fixture.h"

#include <stdio.h>

static const char *const classes[] = {"forest", "grassland", NULL};

#define FACTORS                                                                                    \
    "above_ground_biomass,forest,,,,10,t C ha-1,,,,,,test,,own,\n"                                 \
    "above_ground_biomass,grassland,,,,4,t C ha-1,,,,,,test,,own,\n"                               \
    "below_ground_biomass,*,,,,3,t C ha-1,,,,,,test,,own,\n"                                       \
    "dead_wood,*,,,,2,t C ha-1,,,,,,test,,own,\n"                                                  \
    "litter,*,,,,1,t C ha-1,,,,,,test,,own,\n"                                                     \
    "soil_carbon,forest,,,,70,t C ha-1,,,,,30,test,,own,\n"                                        \
    "soil_carbon,grassland,,,,50,t C ha-1,,,,,30,test,,own,\n"

static struct fixture f;
static struct sink_closure_check checks[SINK_CLOSURE_COUNT];

static void post(uint32_t region, uint32_t pass, int from, int to, double area_m2)
{
    const int values[] = {from, to};
    const struct sink_tally_place place = {region, pass, sink_tally_key(&f.spec, values)};
    ck_assert_int_eq(sink_tally_post(f.tally, place, 1, &area_m2, &f.error), SINK_OK);
}

/* Three years; a province, a county and the rest; `extra_m2` of forest in the second period alone.
 * Two classes, land without data on either side, and an unknown code. */
static void make_account(double extra_m2)
{
    fixture_start(&f, FACTORS);
    fixture_set_years(&f, 2010, 2015);
    free(f.spec.years);
    f.spec.years = malloc(3 * sizeof *f.spec.years);
    for (int i = 0; i < 3; i++)
        f.spec.years[i] = 2010 + 5 * i;
    f.spec.year_count = 3;
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_FROM, "class", classes);
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", classes);
    fixture_add_region(&f, "33", -1, SINK_REGION_POLYGON);
    fixture_add_region(&f, "3301", 0, SINK_REGION_POLYGON);
    fixture_add_region(&f, "33:rest", 0, SINK_REGION_REST);
    fixture_open_tally(&f);
    for (uint32_t region = 0; region < 2; region++) {
        const double m2 = region == 0 ? 5e6 : 2e6;
        post(region, 0, 2, 2, m2);
        post(region, 0, 2, 3, m2 / 7);
        post(region, 0, 3, 2, m2 / 3);
        post(region, 0, 0, 3, m2 / 11);
        post(region, 0, 1, 2, m2 / 13);
        post(region, 1, 2, 0, m2 / 13);
        post(region, 1, 2, 2, m2 + m2 / 3 + extra_m2);
        post(region, 1, 3, 3, m2 / 7);
        post(region, 1, 3, 0, m2 / 11);
    }
    if (fixture_make(&f) != SINK_OK)
        ck_abort_msg("%s", f.error.message);
}

static enum sink_status check(void)
{
    return sink_account_check_closure(f.account, f.tally, &f.regions, &f.classes, checks, &f.error);
}

static void free_account(void)
{
    fixture_stop(&f);
}

START_TEST(an_account_of_three_years_closes)
{
    static const char *const names[] = {"classes_to_region", "children_to_parent", "pools_to_total",
                                        "matrix_to_years",   "flows_to_stocks",    "years_agree",
                                        "cells_to_region"};
    make_account(0);
    if (check() != SINK_OK)
        ck_abort_msg("%s", f.error.message);
    for (size_t i = 0; i < SINK_CLOSURE_COUNT; i++) {
        ck_assert(checks[i].passed);
        ck_assert_str_eq(checks[i].name, names[i]);
        ck_assert_double_le(checks[i].worst, checks[i].tolerance);
    }
    free_account();
}
END_TEST

/* An array of the account, one of its values in region 3301, the check that must see it, the
 * region where it sees it, and another check that looks at the same array. */
struct plant {
    const char *name;
    size_t check, offset, index;
    double tolerance;
    const char *region;
    int other_check;
};
#define ARRAY(member) offsetof(struct sink_account, member)
/* The year 2015 is 1; three regions, two classes. */
static const struct plant plants[] = {
    {"classes_to_region", 0, ARRAY(area_m2), (1 * 2 + 0) * 3 + 1, 1e-12, "3301", 3},
    {"classes_to_region", 0, ARRAY(no_class_m2), 0 * 3 + 1, 1e-12, "3301", 1},
    {"classes_to_region", 0, ARRAY(unknown_m2), 0 * 3 + 1, 1e-12, "3301", 1},
    {"children_to_parent", 1, ARRAY(classified_m2), 1 * 3 + 1, 1e-9, "33", -1},
    {"children_to_parent", 1, ARRAY(classified_m2), 0 * 3 + 1, 1e-9, "33", -1},
    {"pools_to_total", 2, ARRAY(stock_tc), ((1 * 2 + 0) * SINK_POOL_COUNT + SINK_POOL_SOIL) * 3 + 1,
     1e-12, "3301", -1},
    {"pools_to_total", 2, ARRAY(ecosystem_tc), (1 * 6 + 0) * 3 + 1, 1e-12, "3301", -1},
    {"matrix_to_years", 3, ARRAY(transition_m2), ((0 * 2 + 0) * 2 + 0) * 3 + 1, 1e-9, "3301", -1},
    {"matrix_to_years", 3, ARRAY(transition_m2), ((1 * 2 + 1) * 2 + 1) * 3 + 1, 1e-9, "3301", -1},
    {"flows_to_stocks", 4, ARRAY(sink_tco2_yr), (2 * SINK_POOL_COUNT + SINK_POOL_SOIL) * 3 + 1,
     1e-9, "3301", -1},
    {"flows_to_stocks", 4, ARRAY(total_sink_tco2_yr), 1 * 3 + 1, 1e-9, "3301", -1},
    {"cells_to_region", 6, ARRAY(cells), (1 * 2 + 0) * 3 + 1, 0, "3301", -1},
    {"cells_to_region", 6, ARRAY(no_class_cells), 0 * 3 + 1, 0, "3301", -1},
    {"cells_to_region", 6, ARRAY(unknown_cells), 2 * 3 + 1, 0, "3301", -1}};
#define PLANT_COUNT ((int)(sizeof plants / sizeof *plants))

static double *planted_value(const struct plant *plant)
{
    double *array = *(double **)(void *)((char *)f.account + plant->offset);
    return &array[plant->index];
}

START_TEST(a_planted_difference_is_seen_and_named)
{
    const struct plant *plant = &plants[_i];
    char start[128];
    double found, expected;
    make_account(0);
    double *value = planted_value(plant);
    const double change = fmax(1, fabs(*value)) * 1e-3;
    *value += change;
    ck_assert_int_eq(check(), SINK_FAILED);
    ck_assert(!checks[plant->check].passed);
    snprintf(start, sizeof start, "closure: %s does not hold in region %s: ", plant->name,
             plant->region);
    ck_assert_msg(strncmp(f.error.message, start, strlen(start)) == 0, "%s", f.error.message);
    ck_assert_int_eq(
        sscanf(f.error.message + strlen(start), "%lg, expected %lg", &found, &expected), 2);
    ck_assert_double_gt(fabs(found - expected), 0);
    ck_assert_str_eq(f.regions.items[checks[plant->check].region].id, plant->region);
    free_account();
}
END_TEST

START_TEST(only_the_check_that_is_meant_sees_it)
{
    const struct plant *plant = &plants[_i];
    make_account(0);
    double *value = planted_value(plant);
    *value += fmax(1, fabs(*value)) * 1e-3;
    ck_assert_int_eq(check(), SINK_FAILED);
    for (size_t i = 0; i < SINK_CLOSURE_COUNT; i++)
        ck_assert_msg(checks[i].passed == (i != plant->check) || (int)i == plant->other_check, "%s",
                      checks[i].name);
    free_account();
}
END_TEST

START_TEST(a_nan_is_seen)
{
    make_account(0);
    *planted_value(&plants[_i]) = NAN;
    ck_assert_int_eq(check(), SINK_FAILED);
    ck_assert(!checks[plants[_i].check].passed);
    free_account();
}
END_TEST

START_TEST(a_difference_within_the_tolerance_is_none)
{
    const struct plant *plant = &plants[_i];
    make_account(0);
    double *value = planted_value(plant);
    *value += fabs(*value) * plant->tolerance * 0.01;
    if (check() != SINK_OK)
        ck_abort_msg("%s", f.error.message);
    free_account();
}
END_TEST

/* As where no factor tells the gain: what the stocks tell closes, and nothing else does. */
START_TEST(the_flow_of_an_unknown_gain_is_the_change_of_its_stock)
{
    make_account(0);
    const size_t at = (1 * SINK_POOL_COUNT + SINK_POOL_ABOVE_GROUND) * 3 + 1;
    ck_assert_double_ne(f.account->sink_tco2_yr[at], 0);
    f.account->sink_by_difference_tco2_yr[at] = f.account->sink_tco2_yr[at];
    f.account->sink_tco2_yr[at] = NAN;
    f.account->total_sink_tco2_yr[1 * 3 + 1] = NAN;
    if (check() != SINK_OK)
        ck_abort_msg("%s", f.error.message);
    f.account->sink_by_difference_tco2_yr[at] *= 1.001;
    ck_assert_int_eq(check(), SINK_FAILED);
    ck_assert(!checks[4].passed);
    free_account();
}
END_TEST

/* One year of forest in a county of a prefecture of a province, the upper two as sums. */
static void make_one_year(void)
{
    const int forest = 2;
    const double area_m2 = 1e6;
    fixture_start(&f, FACTORS);
    fixture_set_years(&f, 2010, 0);
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", classes);
    fixture_add_region(&f, "33", -1, SINK_REGION_SUM);
    fixture_add_region(&f, "3301", 0, SINK_REGION_SUM);
    fixture_add_region(&f, "330101", 1, SINK_REGION_POLYGON);
    fixture_open_tally(&f);
    const struct sink_tally_place place = {2, 0, sink_tally_key(&f.spec, &forest)};
    ck_assert_int_eq(sink_tally_post(f.tally, place, 1, &area_m2, &f.error), SINK_OK);
    ck_assert_int_eq(fixture_make(&f), SINK_OK);
}

START_TEST(an_account_of_one_year_closes)
{
    make_one_year();
    ck_assert_uint_eq(f.account->year_count, 1);
    if (check() != SINK_OK)
        ck_abort_msg("%s", f.error.message);
    free_account();
}
END_TEST

START_TEST(parents_at_each_level_are_checked)
{
    make_one_year();
    f.account->classified_m2[2] += 1;
    ck_assert_int_eq(check(), SINK_FAILED);
    ck_assert(!checks[1].passed);
    ck_assert_str_eq(f.regions.items[checks[1].region].id, "3301");
    free_account();
}
END_TEST

/* The year in the middle is told twice by the rasters, and may be read in two ways. */
START_TEST(two_areas_for_the_year_in_the_middle_are_seen)
{
    double found, expected;
    make_account(100);
    ck_assert_int_eq(check(), SINK_FAILED);
    ck_assert(!checks[5].passed);
    ck_assert_str_eq(checks[5].name, "years_agree");
    ck_assert_double_eq_tol(checks[5].worst,
                            100 / (2e6 * (1 + 1.0 / 7 + 1.0 / 3 + 1.0 / 11 + 1.0 / 13)), 1e-9);
    ck_assert_ptr_nonnull(strstr(f.error.message, "in region 3301: "));
    ck_assert_int_eq(
        sscanf(strstr(f.error.message, "3301: ") + 6, "%lg, expected %lg", &found, &expected), 2);
    ck_assert_double_eq_tol(fabs(found - expected), 100, 1e-3);
    free_account();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("closure");
    TCase *tests = tcase_create("closure");
    tcase_add_test(tests, an_account_of_three_years_closes);
    tcase_add_loop_test(tests, a_planted_difference_is_seen_and_named, 0, PLANT_COUNT);
    tcase_add_loop_test(tests, only_the_check_that_is_meant_sees_it, 0, PLANT_COUNT);
    tcase_add_loop_test(tests, a_nan_is_seen, 0, PLANT_COUNT);
    tcase_add_loop_test(tests, a_difference_within_the_tolerance_is_none, 0, PLANT_COUNT);
    tcase_add_test(tests, the_flow_of_an_unknown_gain_is_the_change_of_its_stock);
    tcase_add_test(tests, an_account_of_one_year_closes);
    tcase_add_test(tests, parents_at_each_level_are_checked);
    tcase_add_test(tests, two_areas_for_the_year_in_the_middle_are_seen);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
