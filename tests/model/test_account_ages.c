/* Stands whose age is known on one date only: a density of the tables there, a grown stock here. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "cropland", NULL};
static struct fixture f;

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct fixture_maps two_years = {
    .years = {2015, 2020}, .count = 2, .classes = classes};
static const struct fixture_factor rows[] = {
    FIXTURE_ROW("above_ground_biomass", "", 100),
    FIXTURE_ROW("growth", "forest", 4),
    FIXTURE_ROW("root_shoot", "", 0.25),
    FIXTURE_ROW("carbon_fraction", "", 0.5),
    FIXTURE_ROW("dead_wood", "", 0),
    FIXTURE_ROW("litter", "", 0),
    FIXTURE_ROW("soil_carbon", "", 80),
    FIXTURE_ROW("fraction_lost", "", 0.9),
};

static void make(const struct fixture_parcel *parcels, size_t count)
{
    static const struct sink_disturbance storm = {"storm", false};
    static const double years[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    fixture_start_factors(&f, rows, COUNT(rows));
    fixture_set_maps(&f, &two_years);
    for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_TO; side++)
        fixture_add_layer(&f, (enum sink_side)side, "stand_age", SINK_QUANTITY_AGE_YR, years,
                          COUNT(years));
    f.settings.disturbances = &storm;
    f.settings.disturbance_count = 1;
    fixture_add_event(&f, storm.name);
    fixture_open_maps(&f, &two_years);
    for (size_t i = 0; i < count; i++)
        fixture_post_parcel(&f, &two_years, &parcels[i]);
    fixture_account(&f);
}

static double sink_tco2_yr(void)
{
    return fixture_sink(&f, 1, SINK_POOL_ABOVE_GROUND, 0);
}

START_TEST(an_age_on_one_date_is_no_sink)
{
    static const struct fixture_parcel parcels[] = {
        {.area_ha = 3, .class = {"forest", "forest"}, .age = {NAN, 10}},
        {.area_ha = 4, .class = {"forest", "forest"}, .age = {10, NAN}},
        {.area_ha = 5, .class = {"forest", "forest"}, .age = {NAN, NAN}}};
    make(parcels, COUNT(parcels));
    ck_assert_double_eq_tol(f.account->one_date_m2[1], 7e4, 1e-6);
    ck_assert_double_eq(sink_tco2_yr(), 0);
    fixture_stop(&f);
}
END_TEST

/* Cropland has 100 t/ha here, and forest of 5 years 20. */
START_TEST(an_age_that_came_with_the_class_is_of_the_land)
{
    static const struct fixture_parcel parcel = {
        .area_ha = 6, .class = {"cropland", "forest"}, .age = {NAN, 5}};
    make(&parcel, 1);
    ck_assert_double_eq(f.account->one_date_m2[1], 0);
    ck_assert_double_eq_tol(sink_tco2_yr(), 6 * (20 - 100) * 0.5 / 5 * 44 / 12, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* What a storm left of an old stand is 2 years old: its loss is one. */
START_TEST(an_age_that_came_with_a_disturbance_is_of_the_land)
{
    static const struct fixture_parcel parcel = {
        .area_ha = 6, .class = {"forest", "forest"}, .age = {NAN, 2}, .event_year = 2018};
    make(&parcel, 1);
    ck_assert_double_eq(f.account->one_date_m2[1], 0);
    ck_assert_double_eq_tol(sink_tco2_yr(), 6 * (8 - 100) * 0.5 / 5 * 44 / 12, 1e-9);
    fixture_stop(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_ages");
    TCase *tests = tcase_create("account_ages");
    tcase_add_test(tests, an_age_on_one_date_is_no_sink);
    tcase_add_test(tests, an_age_that_came_with_the_class_is_of_the_land);
    tcase_add_test(tests, an_age_that_came_with_a_disturbance_is_of_the_land);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
