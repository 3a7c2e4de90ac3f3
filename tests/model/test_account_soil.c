/* Mineral soil in the account: IPCC 2006 Vol. 4 Ch. 2 eq. 2.25 and what a conversion does over the
 * years. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "cropland", "grassland", "water", NULL};
static struct fixture f;

#define AREA_HA 1000.0

/* A forest soil of 80 t C/ha; cropland keeps 0.69 of it (2019 Refinement Table 5.5, long-term
 * cultivated, cool temperate). */
static const struct fixture_factor rows[] = {
    FIXTURE_ROW("soil_reference", "forest|cropland|grassland", 80),
    FIXTURE_ROW("soil_land_use", "forest", 1),
    FIXTURE_ROW("soil_land_use", "cropland", 0.69),
    FIXTURE_ROW("soil_land_use", "grassland", 0.95),
    FIXTURE_ROW("soil_management", "", 1),
    FIXTURE_ROW("soil_input", "", 1),
};

static void make(const struct fixture_maps *maps, const struct fixture_parcel *parcel,
                 double transition_yr)
{
    fixture_start_factors(&f, rows, sizeof rows / sizeof *rows);
    f.settings.factor = SINK_MISSING_COUNT;
    f.settings.transition_yr = transition_yr;
    fixture_set_maps(&f, maps);
    fixture_open_maps(&f, maps);
    fixture_post_parcel(&f, maps, parcel);
    fixture_account(&f);
}

static double soil_tc_ha(size_t year)
{
    return fixture_pool(&f, year, SINK_POOL_SOIL, 0) / AREA_HA;
}

/* Soil in `year` when the maps of the years before it show these classes. */
static double soil_of(int year, const int *years, const char *const *shown, size_t count,
                      double transition_yr)
{
    struct fixture_maps maps = {.count = count + 1, .history = count, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA};
    for (size_t m = 0; m <= count; m++) {
        maps.years[m] = m < count ? years[m] : year;
        parcel.class[m] = shown[m];
    }
    make(&maps, &parcel, transition_yr);
    const double tc_ha = soil_tc_ha(0);
    fixture_stop(&f);
    return tc_ha;
}

/* 80 - 24.8 x 5 / 20 after five years. */
START_TEST(a_cleared_forest_has_lost_a_quarter_of_its_loss_after_five_years)
{
    static const int years[] = {2000};
    static const char *const shown[] = {"forest", "cropland"};
    ck_assert_double_eq_tol(soil_of(2005, years, shown, 1, 0), 73.8, 1e-9);
    ck_assert_double_eq_tol(soil_of(2020, years, shown, 1, 0), 55.2, 1e-9);
    ck_assert_double_eq_tol(soil_of(2030, years, shown, 1, 0), 55.2, 1e-9);
}
END_TEST

/* The same in one account of seven years: the loss of each period, and none after 20 years. */
START_TEST(the_years_of_one_account_follow_the_transition)
{
    static const double expected_tc_ha[] = {80, 73.8, 67.6, 61.4, 55.2, 55.2, 55.2};
    const struct fixture_maps maps = {
        .years = {2000, 2005, 2010, 2015, 2020, 2025, 2030}, .count = 7, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA};
    fixture_stay(&parcel, "cropland");
    parcel.class[0] = "forest";
    make(&maps, &parcel, 0);
    for (size_t y = 0; y < maps.count; y++) {
        ck_assert_double_eq_tol(soil_tc_ha(y), expected_tc_ha[y], 1e-9);
        if (y > 0)
            ck_assert_double_eq_tol(
                fixture_sink(&f, y, SINK_POOL_SOIL, 0),
                (expected_tc_ha[y] - expected_tc_ha[y - 1]) * AREA_HA / 5 * 44 / 12, 1e-6);
    }
    fixture_stop(&f);
}
END_TEST

/* Maps that are not the same number of years apart: the sink is what a year has. */
START_TEST(periods_of_different_length_have_the_same_loss_a_year)
{
    const struct fixture_maps maps = {
        .years = {2000, 2001, 2004, 2019}, .count = 4, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA};
    fixture_stay(&parcel, "cropland");
    parcel.class[0] = "forest";
    make(&maps, &parcel, 0);
    for (size_t y = 1; y < maps.count; y++)
        ck_assert_double_eq_tol(fixture_sink(&f, y, SINK_POOL_SOIL, 0),
                                -24.8 / 20 * AREA_HA * 44 / 12, 1e-6);
    ck_assert_double_eq_tol(soil_tc_ha(3), 80 - 24.8 * 19 / 20, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* IPCC 2006 Vol. 4 Ch. 4 p. 4.43: SOC_REF 47, F_LU 0.48, F_MG 1, F_I 0.92 give 20.7552 t C/ha
 * (printed 20.8); planted with forest, all F 1, it gains 1.31224 a year (printed 1.3), 131,224 t on
 * 100,000 ha (printed 131,000 from the rounded rate). */
START_TEST(planted_cropland_gains_what_chapter_4_prints)
{
    static const struct fixture_factor example[] = {
        FIXTURE_ROW("soil_reference", "", 47),       FIXTURE_ROW("soil_land_use", "cropland", 0.48),
        FIXTURE_ROW("soil_land_use", "forest", 1),   FIXTURE_ROW("soil_management", "", 1),
        FIXTURE_ROW("soil_input", "cropland", 0.92), FIXTURE_ROW("soil_input", "forest", 1),
    };
    const struct fixture_maps maps = {.years = {2010, 2011}, .count = 2, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = 100000, .class = {"cropland", "forest"}};
    fixture_start_factors(&f, example, sizeof example / sizeof *example);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &maps);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    ck_assert_double_eq_tol(fixture_pool(&f, 0, SINK_POOL_SOIL, 0) / 100000, 20.7552, 1e-9);
    const double change_tc_yr = fixture_sink(&f, 1, SINK_POOL_SOIL, 0) * 12 / 44;
    ck_assert_double_eq_tol(change_tc_yr, 131224, 1e-6);
    ck_assert_double_eq_tol(change_tc_yr, 131000, 500);
    ck_assert_double_eq(f.account->soil_depth_cm[0], 30);
    fixture_stop(&f);
}
END_TEST

/* Forest until 2000, cropland until 2010, then grassland of 76: 80 - 12.4 = 67.6 in 2010, from
 * there on 8.4 more in 20 years. */
START_TEST(a_second_conversion_starts_from_where_the_first_had_got_to)
{
    static const int years[] = {2000, 2010};
    static const char *const shown[] = {"forest", "cropland", "grassland"};
    ck_assert_double_eq_tol(soil_of(2011, years, shown, 2, 0), 67.6 + 8.4 / 20, 1e-9);
    ck_assert_double_eq_tol(soil_of(2015, years, shown, 2, 0), 69.7, 1e-9);
    ck_assert_double_eq_tol(soil_of(2030, years, shown, 2, 0), 76, 1e-9);
    ck_assert_double_eq_tol(soil_of(2060, years, shown, 2, 0), 76, 1e-9);
}
END_TEST

/* Forest until 2000, cropland until 2010, grassland until 2015, cropland until 2020: 67.6, 69.7,
 * 69.7 - 14.5 / 4 = 66.075; then forest of 80 after 8 years: 66.075 + 13.925 x 8 / 20. */
START_TEST(three_and_more_conversions_follow_one_another)
{
    static const int years[] = {2000, 2010, 2015, 2020};
    static const char *const shown[] = {"forest", "cropland", "grassland", "cropland", "forest"};
    static const char *const three[] = {"forest", "cropland", "grassland", "cropland"};
    ck_assert_double_eq_tol(soil_of(2020, years, three, 3, 0), 66.075, 1e-9);
    ck_assert_double_eq_tol(soil_of(2041, years, three, 3, 0), 55.2, 1e-9);
    /* of four conversions the tally keeps three: cropland in 2000 is taken as always there */
    const double kept_2010 = 55.2, kept_2015 = kept_2010 + (76 - kept_2010) / 4;
    const double kept_2020 = kept_2015 + (55.2 - kept_2015) / 4;
    ck_assert_double_eq_tol(soil_of(2028, years, shown, 4, 0), kept_2020 + (80 - kept_2020) * 0.4,
                            1e-9);
}
END_TEST

/* A period adds its own conversion and forgets the fourth before: what its end is told to hold is
 * what the next period begins with, and what an account of that year alone tells. */
START_TEST(the_end_of_a_period_knows_the_latest_three_conversions)
{
    const struct fixture_maps maps = {.years = {2000, 2010, 2015, 2020, 2028, 2029},
                                      .count = 6,
                                      .history = 3,
                                      .classes = classes};
    static const int years[] = {2000, 2010, 2015, 2020};
    const struct fixture_parcel parcel = {
        .area_ha = AREA_HA,
        .class = {"forest", "cropland", "grassland", "cropland", "forest", "forest"}};
    const double alone_tc_ha = soil_of(2028, years, parcel.class, 4, 0);
    make(&maps, &parcel, 0); /* closes */
    ck_assert_double_eq_tol(soil_tc_ha(0), 66.075, 1e-9);
    ck_assert_double_eq_tol(soil_tc_ha(1), alone_tc_ha, 1e-9);
    fixture_stop(&f);
}
END_TEST

START_TEST(nothing_lasts_longer_than_the_transition_time)
{
    const struct fixture_maps maps = {
        .years = {1990, 1995, 2000, 2015, 2020, 2025}, .count = 6, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA};
    fixture_stay(&parcel, "grassland");
    parcel.class[0] = "forest";
    parcel.class[1] = "cropland";
    make(&maps, &parcel, 0); /* grassland since 1995: until 2015 */
    ck_assert_double_eq_tol(soil_tc_ha(3), 76, 1e-9);
    for (size_t y = 4; y < maps.count; y++)
        ck_assert_double_eq(fixture_sink(&f, y, SINK_POOL_SOIL, 0), 0);
    fixture_stop(&f);
}
END_TEST

START_TEST(the_job_may_set_another_transition_time)
{
    static const int years[] = {2000};
    static const char *const shown[] = {"forest", "cropland"};
    ck_assert_double_eq_tol(soil_of(2005, years, shown, 1, 10), 67.6, 1e-9);
    ck_assert_double_eq_tol(soil_of(2010, years, shown, 1, 10), 55.2, 1e-9);
    ck_assert_double_eq_tol(soil_of(2020, years, shown, 1, 10), 55.2, 1e-9);
    ck_assert_double_eq_tol(soil_of(2005, years, shown, 1, 40), 80 - 24.8 / 8, 1e-9);
}
END_TEST

/* Open water has no pool: its soil goes over 20 years as any other. */
START_TEST(flooded_soil_goes_over_the_transition_time)
{
    static const int years[] = {2000, 2010};
    static const char *const shown[] = {"forest", "water"};
    static const char *const drained[] = {"forest", "water", "forest"};
    ck_assert_double_eq_tol(soil_of(2005, years, shown, 1, 0), 60, 1e-9);
    ck_assert_double_eq(soil_of(2020, years, shown, 1, 0), 0);
    ck_assert_double_eq_tol(soil_of(2020, years, drained, 2, 0), 60, 1e-9);
}
END_TEST

/* Between two maps of the history a gap hides nothing; on a map of the years land starts anew. */
START_TEST(land_without_data_starts_anew)
{
    struct fixture_maps maps = {
        .years = {2000, 2005, 2010}, .count = 3, .history = 2, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA,
                                          .class = {"forest", NULL, "cropland"}};
    make(&maps, &parcel, 0);
    ck_assert_double_eq_tol(soil_tc_ha(0), 73.8, 1e-9); /* since the map before: 2005 */
    fixture_stop(&f);
    maps.history = 0;
    make(&maps, &parcel, 0);
    ck_assert_double_eq_tol(soil_tc_ha(0), 80, 1e-9);
    ck_assert_double_eq(soil_tc_ha(1), 0);
    ck_assert_double_eq_tol(soil_tc_ha(2), 55.2, 1e-9);
    ck_assert_double_eq(fixture_sink(&f, 1, SINK_POOL_SOIL, 0), 0);
    ck_assert_double_eq(fixture_sink(&f, 2, SINK_POOL_SOIL, 0), 0);
    fixture_stop(&f);
}
END_TEST

/* Without conversions in a tally of several years the next period would not know of a conversion:
 * then its soil is there at once. */
START_TEST(soil_moves_at_once_where_the_tally_tells_no_conversions)
{
    const struct fixture_maps maps = {.years = {2000, 2005, 2010}, .count = 3, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA,
                                          .class = {"forest", "cropland", "cropland"}};
    fixture_start_factors(&f, rows, sizeof rows / sizeof *rows);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &maps);
    fixture_open_tally(&f);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    ck_assert_double_eq_tol(soil_tc_ha(1), 55.2, 1e-9);
    ck_assert_double_eq_tol(soil_tc_ha(2), 55.2, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Forest and cropland of two managements that the maps of both years tell. */
static const struct fixture_factor managed[] = {
    FIXTURE_ROW("soil_reference", "", 80),
    FIXTURE_ROW("soil_land_use", "", 1),
    FIXTURE_ROW("soil_management", "", 1, .keys = "zone=full"),
    FIXTURE_ROW("soil_management", "", 1.1, .keys = "zone=no_till"),
    FIXTURE_ROW("soil_input", "", 1),
};

/* Soil of the last year of land that was `before` and is `after`, tilled fully at first. */
static double soil_after(int first, int second, int before, int after, int zone_after)
{
    static const char *const zones[] = {"full", "no_till", NULL};
    const struct fixture_maps maps = {.years = {first, second}, .count = 2, .classes = classes};
    fixture_start_factors(&f, managed, sizeof managed / sizeof *managed);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &maps);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_FROM, "zone", zones);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_TO, "zone", zones);
    fixture_open_maps(&f, &maps);
    const int values[] = {before, after, 2, zone_after};
    const double sums[] = {AREA_HA * 1e4};
    fixture_post(&f, 0, values, sums);
    fixture_account(&f);
    ck_assert_double_eq_tol(soil_tc_ha(0), 80, 1e-9);
    const double tc_ha = soil_tc_ha(1);
    fixture_stop(&f);
    return tc_ha;
}

/* Example 13a of METHODS.md, IPCC 2006 eq. 2.25: what F_MG changes comes over D, whether the land
 * use changed or not. */
START_TEST(other_management_moves_soil_over_the_transition_time)
{
    enum { FOREST = 2, CROPLAND = 3, FULL = 2, NO_TILL = 3 };
    ck_assert_double_eq_tol(soil_after(2000, 2005, CROPLAND, CROPLAND, FULL), 80, 1e-9);
    ck_assert_double_eq_tol(soil_after(2000, 2005, CROPLAND, CROPLAND, NO_TILL), 82, 1e-9);
    ck_assert_double_eq_tol(soil_after(2000, 2025, CROPLAND, CROPLAND, NO_TILL), 88, 1e-9);
    ck_assert_double_eq_tol(soil_after(2000, 2005, FOREST, CROPLAND, NO_TILL), 82, 1e-9);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_soil");
    TCase *tests = tcase_create("account_soil");
    tcase_add_test(tests, a_cleared_forest_has_lost_a_quarter_of_its_loss_after_five_years);
    tcase_add_test(tests, the_years_of_one_account_follow_the_transition);
    tcase_add_test(tests, periods_of_different_length_have_the_same_loss_a_year);
    tcase_add_test(tests, planted_cropland_gains_what_chapter_4_prints);
    tcase_add_test(tests, a_second_conversion_starts_from_where_the_first_had_got_to);
    tcase_add_test(tests, three_and_more_conversions_follow_one_another);
    tcase_add_test(tests, the_end_of_a_period_knows_the_latest_three_conversions);
    tcase_add_test(tests, nothing_lasts_longer_than_the_transition_time);
    tcase_add_test(tests, the_job_may_set_another_transition_time);
    tcase_add_test(tests, flooded_soil_goes_over_the_transition_time);
    tcase_add_test(tests, land_without_data_starts_anew);
    tcase_add_test(tests, soil_moves_at_once_where_the_tally_tells_no_conversions);
    tcase_add_test(tests, other_management_moves_soil_over_the_transition_time);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
