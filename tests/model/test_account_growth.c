/* Growth in the account: by rates of the age, by curves, by volume; IPCC 2006 Vol. 4 Ch. 2 eq. 2.9
 * and 2.10. */
#include "sinkcalc/model/growth.h"
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "cropland", NULL};
static struct fixture f;

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define AREA_HA 100.0
#define CF 0.47
#define R 0.25

static void start(const struct fixture_factor *rows, size_t count, const struct fixture_maps *maps)
{
    fixture_start_factors(&f, rows, count);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, maps);
}

static void finish(const struct fixture_maps *maps, const struct fixture_parcel *parcel)
{
    fixture_open_maps(&f, maps);
    fixture_post_parcel(&f, maps, parcel);
    fixture_account(&f);
}

/* The stand age as a run cuts it: one layer for all years, or one for each. */
static void add_age(bool is_yearly)
{
    double *breaks;
    size_t count;
    ck_assert_int_eq(sink_account_age_breaks(&f.factors, &breaks, &count, &f.error), SINK_OK);
    for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_STATIC; side++)
        if (is_yearly == (side != SINK_SIDE_STATIC))
            fixture_add_layer(&f, (enum sink_side)side, "stand_age", SINK_QUANTITY_AGE_YR, breaks,
                              count);
    free(breaks);
}

/* Above-ground biomass in t d.m./ha. */
static double above_t_ha(size_t year)
{
    return fixture_pool(&f, year, SINK_POOL_ABOVE_GROUND, 0) / CF / AREA_HA;
}

/* Gain of the forest in the period that ends then, t d.m./ha. */
static double gain_t_ha(size_t year, size_t pool)
{
    return fixture_of_class(&f, f.account->gain_tc, SINK_BIOMASS_POOL_COUNT, year, "forest", pool) /
           CF / AREA_HA;
}

/* 2019 Refinement Table 4.9, tropical rain forest of Africa: 7.6 up to 20 years, 3.5 above; 2.5
 * where no age is known is of our own. */
static const struct fixture_factor by_age[] = {
    FIXTURE_ROW("growth", "forest", 7.6, .up_to = 20),
    FIXTURE_ROW("growth", "forest", 3.5, .over = 20),
    FIXTURE_ROW("growth", "forest", 2.5),
    FIXTURE_ROW("above_ground_biomass", "forest", 180),
    FIXTURE_ROW("above_ground_biomass", "cropland", 0),
    FIXTURE_ROW("root_shoot", "", R),
    FIXTURE_ROW("carbon_fraction", "", CF),
};

/* Maps that are not the same number of years apart. */
START_TEST(growth_counts_the_years_of_its_own_period)
{
    const struct fixture_maps maps = {
        .years = {2000, 2005, 2020, 2021}, .count = 4, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA};
    static const double years[] = {0, 5, 15, 1};
    fixture_stay(&parcel, "forest");
    start(by_age, COUNT(by_age), &maps);
    finish(&maps, &parcel);
    for (size_t y = 1; y < maps.count; y++)
        ck_assert_double_eq_tol(gain_t_ha(y, 0), 2.5 * years[y], 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Planted before 2005, grown since; its first period has three years of its own. */
START_TEST(growth_of_a_conversion_counts_the_years_of_its_own_period)
{
    const struct fixture_maps maps = {
        .years = {1990, 2002, 2005, 2020}, .count = 4, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA,
                                          .class = {"cropland", "cropland", "forest", "forest"}};
    start(by_age, COUNT(by_age), &maps);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(gain_t_ha(2, 0), 7.6 * 3, 1e-9);
    ck_assert_double_eq_tol(gain_t_ha(3, 0), 7.6 * 15, 1e-9);
    ck_assert_double_eq_tol(gain_t_ha(3, 1), 7.6 * 15 * R, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* 7.6 x 20 = 152 t/ha at 20 years; 3.5 x 25 would be 87.5 at 25 years. */
START_TEST(a_stand_that_grows_older_than_an_interval_shows_no_loss)
{
    const struct fixture_maps maps = {
        .years = {2000, 2005, 2018, 2023, 2028, 2040, 2050}, .count = 7, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA};
    static const double expected[] = {0, 38, 136.8, 152 + 10.5, 152 + 28, 180, 180};
    fixture_stay(&parcel, "forest");
    parcel.class[0] = "cropland";
    start(by_age, COUNT(by_age), &maps);
    finish(&maps, &parcel);
    for (size_t y = 0; y < maps.count; y++)
        ck_assert_double_eq_tol(above_t_ha(y), expected[y], 1e-9);
    /* until the density is reached both methods say the same */
    for (size_t y = 1; y < 5; y++)
        ck_assert_double_eq_tol(gain_t_ha(y, 0), expected[y] - expected[y - 1], 1e-9);
    fixture_stop(&f);
}
END_TEST

/* A table that knows old stands alone (2019 Refinement Table 4.9, tropical shrubland of Africa: 0.9
 * over 20 years): its rate holds for the years before as well. */
START_TEST(the_rate_of_the_first_interval_holds_from_the_beginning)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("growth", "forest", 0.9, .over = 20),
        FIXTURE_ROW("growth", "forest", 0.9),
        FIXTURE_ROW("above_ground_biomass", "forest", 180),
        FIXTURE_ROW("root_shoot", "", R),
        FIXTURE_ROW("carbon_fraction", "", CF),
    };
    const struct fixture_maps maps = {
        .years = {2000, 2010, 2030}, .count = 3, .history = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA,
                                          .class = {"cropland", "forest", "forest"}};
    start(rows, COUNT(rows), &maps);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(above_t_ha(0), 9, 1e-9);
    ck_assert_double_eq_tol(above_t_ha(1), 27, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Roots follow the above-ground biomass. */
START_TEST(a_stand_of_known_age_has_the_roots_of_its_biomass)
{
    const struct fixture_maps maps = {
        .years = {2000, 2010}, .count = 2, .history = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA, .class = {"cropland", "forest"}};
    start(by_age, COUNT(by_age), &maps);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(above_t_ha(0), 76, 1e-9);
    ck_assert_double_eq_tol(fixture_pool(&f, 0, SINK_POOL_BELOW_GROUND, 0), 76 * R * CF * AREA_HA,
                            1e-9);
    fixture_stop(&f);
}
END_TEST

/* The forest of the first map is at its density; only rows without ages tell its growth. */
START_TEST(a_stand_of_unknown_age_grows_by_the_rows_without_ages)
{
    const struct fixture_maps maps = {.years = {2000, 2010}, .count = 2, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA, .class = {"forest", "forest"}};
    start(by_age, COUNT(by_age), &maps);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(above_t_ha(1), 180, 1e-9);
    ck_assert_double_eq_tol(gain_t_ha(1, 0), 25, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* 2019 Refinement Table 4.9 has -0.7 for old forests. */
START_TEST(old_stands_may_shrink_but_not_below_nothing)
{
    static const struct fixture_factor shrinking[] = {
        FIXTURE_ROW("growth", "forest", 1, .up_to = 20),
        FIXTURE_ROW("growth", "forest", -0.7, .over = 20),
        FIXTURE_ROW("above_ground_biomass", "forest", 180),
        FIXTURE_ROW("root_shoot", "", R),
        FIXTURE_ROW("carbon_fraction", "", CF),
    };
    const struct fixture_maps maps = {
        .years = {1900, 1930, 1960}, .count = 3, .history = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA,
                                          .class = {"cropland", "forest", "forest"}};
    start(shrinking, COUNT(shrinking), &maps);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(above_t_ha(0), 20 - 7, 1e-9);
    ck_assert_double_eq(above_t_ha(1), 0); /* and not 20 - 28 */
    ck_assert_double_eq_tol(gain_t_ha(1, 0), -21, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Growth in t C and density in dry matter, and the other way round. */
START_TEST(growth_and_density_may_have_different_units)
{
    static struct fixture_factor rows[] = {
        FIXTURE_ROW("growth", "forest", 2),
        FIXTURE_ROW("above_ground_biomass", "forest", 100),
        FIXTURE_ROW("root_shoot", "", R),
        FIXTURE_ROW("carbon_fraction", "", CF),
    };
    const struct fixture_maps maps = {
        .years = {2000, 2010, 2090}, .count = 3, .history = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA,
                                          .class = {"cropland", "forest", "forest"}};
    for (int is_growth_carbon = 0; is_growth_carbon < 2; is_growth_carbon++) {
        rows[0].unit = is_growth_carbon ? "t C ha-1 yr-1" : "t d.m. ha-1 yr-1";
        rows[1].unit = is_growth_carbon ? "t d.m. ha-1" : "t C ha-1";
        start(rows, COUNT(rows), &maps);
        finish(&maps, &parcel);
        ck_assert_double_eq_tol(above_t_ha(0), is_growth_carbon ? 20 / CF : 20, 1e-9);
        ck_assert_double_eq_tol(above_t_ha(1), is_growth_carbon ? 100 : 160 + 20, 1e-9);
        ck_assert_double_eq_tol(gain_t_ha(1, 0), is_growth_carbon ? 160 / CF : 160, 1e-9);
        fixture_stop(&f);
    }
}
END_TEST

/* Richards 1959: a (1 - exp(-k age))^c. */
static const struct sink_growth_curve curve = {200, 0.04, 1.5};
static const struct fixture_factor by_curve[] = {
    FIXTURE_ROW("curve_asymptote", "forest", 200),
    FIXTURE_ROW("curve_rate", "forest", 0.04),
    FIXTURE_ROW("curve_shape", "forest", 1.5),
    FIXTURE_ROW("growth", "forest", 2), /* where no age is known */
    FIXTURE_ROW("above_ground_biomass", "forest", 150),
    FIXTURE_ROW("above_ground_biomass", "cropland", 0),
    FIXTURE_ROW("root_shoot", "", R),
    FIXTURE_ROW("carbon_fraction", "", CF),
};

static const struct fixture_maps three_years = {
    .years = {2000, 2007, 2030}, .count = 3, .classes = classes};

static void check_curve(double first_age_yr)
{
    static const double since[] = {0, 7, 30};
    double last_t_ha = 0;
    for (size_t y = 0; y < 3; y++) {
        const double t_ha = sink_curve_above_t_ha(&curve, first_age_yr + since[y]);
        ck_assert_double_eq_tol(above_t_ha(y), t_ha, 1e-9);
        if (y > 0) {
            ck_assert_double_eq_tol(gain_t_ha(y, 0), t_ha - last_t_ha, 1e-9);
            ck_assert_double_eq_tol(gain_t_ha(y, 1), (t_ha - last_t_ha) * R, 1e-9);
        }
        last_t_ha = t_ha;
    }
}

/* A layer of one date counts on from there. */
START_TEST(a_stand_follows_its_curve_by_the_age_of_the_layer)
{
    for (int is_yearly = 0; is_yearly < 2; is_yearly++) {
        struct fixture_parcel parcel = {.area_ha = AREA_HA, .age = {12, 19, 42}};
        fixture_stay(&parcel, "forest");
        start(by_curve, COUNT(by_curve), &three_years);
        add_age(is_yearly);
        finish(&three_years, &parcel);
        check_curve(12);
        fixture_stop(&f);
    }
}
END_TEST

START_TEST(a_stand_follows_its_curve_since_its_conversion)
{
    struct fixture_parcel parcel = {.area_ha = AREA_HA};
    fixture_stay(&parcel, "forest");
    parcel.class[0] = "cropland";
    start(by_curve, COUNT(by_curve), &three_years);
    finish(&three_years, &parcel);
    check_curve(0);
    fixture_stop(&f);
}
END_TEST

/* Felled and planted again between the dates. */
START_TEST(a_stand_that_begins_anew_has_no_biomass_and_a_gain)
{
    struct fixture_parcel parcel = {.area_ha = AREA_HA, .age = {12, 0, 23}};
    fixture_stay(&parcel, "forest");
    start(by_curve, COUNT(by_curve), &three_years);
    add_age(true);
    finish(&three_years, &parcel);
    ck_assert_double_eq(above_t_ha(1), 0);
    ck_assert_double_eq(fixture_pool(&f, 1, SINK_POOL_BELOW_GROUND, 0), 0);
    ck_assert_double_eq_tol(gain_t_ha(1, 0),
                            sink_curve_above_t_ha(&curve, 19) - sink_curve_above_t_ha(&curve, 12),
                            1e-9);
    ck_assert_double_eq_tol(gain_t_ha(2, 1), sink_curve_above_t_ha(&curve, 23) * R, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* A density of roots is that of a grown stand. */
START_TEST(roots_of_a_young_stand_are_not_those_of_a_grown_one)
{
    struct fixture_factor rows[COUNT(by_age) + 1];
    const struct fixture_maps maps = {
        .years = {2000, 2010}, .count = 2, .history = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA, .class = {"cropland", "forest"}};
    memcpy(rows, by_age, sizeof by_age);
    rows[COUNT(by_age)] = (struct fixture_factor)FIXTURE_ROW("below_ground_biomass", "", 60);
    start(rows, COUNT(rows), &maps);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(fixture_pool(&f, 0, SINK_POOL_BELOW_GROUND, 0), 76 * R * CF * AREA_HA,
                            1e-9);
    fixture_stop(&f);
}
END_TEST

START_TEST(without_an_age_the_density_and_the_growth_of_the_tables_hold)
{
    struct fixture_parcel parcel = {.area_ha = AREA_HA, .age = {NAN, NAN, NAN}};
    fixture_stay(&parcel, "forest");
    start(by_curve, COUNT(by_curve), &three_years);
    add_age(true);
    finish(&three_years, &parcel);
    ck_assert_double_eq_tol(above_t_ha(2), 150, 1e-9);
    ck_assert_double_eq_tol(gain_t_ha(1, 0), 14, 1e-9);
    fixture_stop(&f);
}
END_TEST

static const struct fixture_maps one_year = {.years = {2000}, .count = 1, .classes = classes};

/* Forest of ages of the layer [count], each in an account of its own, in t d.m./ha. */
static void check_ages(const struct fixture_factor *rows, size_t row_count,
                       const double (*expected)[2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct fixture_parcel parcel = {
            .area_ha = AREA_HA, .class = {"forest"}, .age = {expected[i][0]}};
        start(rows, row_count, &one_year);
        add_age(false);
        finish(&one_year, &parcel);
        ck_assert_double_eq_tol(above_t_ha(0), expected[i][1], 1e-9);
        fixture_stop(&f);
    }
}

/* 7.6 x 3 = 22.8; 7.6 x 20 = 152 and 3.5 x 5 = 17.5 more; 152 + 3.5 x 40 would be 292. */
START_TEST(a_stand_has_grown_for_the_years_of_the_layer)
{
    static const double expected[][2] = {{0, 0}, {3, 22.8}, {20, 152}, {25, 169.5}, {60, 180}};
    check_ages(by_age, COUNT(by_age), expected, COUNT(expected));
}
END_TEST

/* 4 x 3, 4 x 40; 4 x 100 would be 400. Stands of over 250 years are as one of 251. */
START_TEST(a_single_rate_asks_for_the_years_of_the_layer)
{
    static struct fixture_factor rows[] = {
        FIXTURE_ROW("growth", "forest", 4),
        FIXTURE_ROW("above_ground_biomass", "forest", 300),
        FIXTURE_ROW("root_shoot", "", R),
        FIXTURE_ROW("carbon_fraction", "", CF),
    };
    static const double expected[][2] = {{3, 12}, {40, 160}, {100, 300}}, old[][2] = {{400, 251}};
    check_ages(rows, COUNT(rows), expected, COUNT(expected));
    rows[0].value = 1;
    check_ages(rows, COUNT(rows), old, 1);
}
END_TEST

/* At 18 years 7.6 x 18 = 136.8, at 23 years 152 + 3.5 x 3 = 162.5: 25.7 by both methods. */
START_TEST(layers_of_each_year_show_the_growth_between_them)
{
    const struct fixture_maps maps = {.years = {2000, 2005}, .count = 2, .classes = classes};
    const struct fixture_parcel parcel = {
        .area_ha = AREA_HA, .class = {"forest", "forest"}, .age = {18, 23}};
    start(by_age, COUNT(by_age), &maps);
    add_age(true);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(above_t_ha(1) - above_t_ha(0), 25.7, 1e-9);
    ck_assert_double_eq_tol(gain_t_ha(1, 0), 25.7, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* The ages of 2000 say nothing of a stand that was planted since. */
START_TEST(ages_of_one_date_end_with_the_stand)
{
    const struct fixture_maps maps = {.years = {2000, 2005, 2010}, .count = 3, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA, .class = {"cropland", "forest", "forest"}};
    for (size_t m = 0; m < maps.count; m++)
        parcel.age[m] = 60;
    start(by_age, COUNT(by_age), &maps);
    add_age(false);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(above_t_ha(1), 7.6 * 5, 1e-9);
    ck_assert_double_eq_tol(above_t_ha(2), 7.6 * 10, 1e-9);
    ck_assert_double_eq_tol(gain_t_ha(2, 0), 7.6 * 5, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Eq. 2.10, Tier 2: I_V x BCEF_I x (1 + R); of stands between the middles of two intervals, 20 and
 * 70 m3/ha, BCEF_I is that of the middle of the line between them, (26 + 56) t / (20 + 70) m3,
 * however the tally is cut besides. */
START_TEST(growth_of_the_volume_becomes_growth_of_biomass)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("volume_growth", "forest", 5, .up_to = 20),
        FIXTURE_ROW("volume_growth", "forest", 3),
        FIXTURE_ROW("bcef_growth", "forest", 1.3, .up_to = 40),
        FIXTURE_ROW("bcef_growth", "forest", 0.8, .over = 40, .up_to = 100),
        FIXTURE_ROW("bcef_growth", "forest", 0.7, .over = 100),
        FIXTURE_ROW("bcef", "forest", 0.9),
        FIXTURE_ROW("root_shoot", "", R),
        FIXTURE_ROW("carbon_fraction", "", CF),
    };
    static const double breaks[] = {20, 60, 70, 130}, bcef = (1.3 * 20 + 0.8 * 70) / (20 + 70);
    const struct fixture_maps maps = {.years = {2000, 2010}, .count = 2, .classes = classes};
    const struct fixture_parcel parcel = {
        .area_ha = AREA_HA, .class = {"forest", "forest"}, .volume = {65, 100}};
    start(rows, COUNT(rows), &maps);
    for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_TO; side++)
        fixture_add_layer(&f, (enum sink_side)side, "stock_volume", SINK_QUANTITY_VOLUME_M3_HA,
                          breaks, 4);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(gain_t_ha(1, 0), 3 * bcef * 10, 1e-9);
    ck_assert_double_eq_tol(gain_t_ha(1, 1), 3 * bcef * 10 * R, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Between 50 and 60 t/ha no ratio is known: the lines of a factor by steps would have a hole. */
START_TEST(intervals_that_leave_a_gap_are_an_error)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "forest", 40),
        FIXTURE_ROW("root_shoot", "", 0.4, .up_to = 50),
        FIXTURE_ROW("root_shoot", "", 0.2, .over = 60),
        FIXTURE_ROW("carbon_fraction", "", CF),
    };
    const struct fixture_maps maps = {.years = {2000}, .count = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA, .class = {"forest"}};
    start(rows, COUNT(rows), &maps);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    ck_assert_int_eq(fixture_make(&f), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(f.error.message, "for values over 60, expected over 50"));
    fixture_stop(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_growth");
    TCase *tests = tcase_create("account_growth");
    tcase_add_test(tests, growth_counts_the_years_of_its_own_period);
    tcase_add_test(tests, growth_of_a_conversion_counts_the_years_of_its_own_period);
    tcase_add_test(tests, a_stand_that_grows_older_than_an_interval_shows_no_loss);
    tcase_add_test(tests, the_rate_of_the_first_interval_holds_from_the_beginning);
    tcase_add_test(tests, a_stand_of_known_age_has_the_roots_of_its_biomass);
    tcase_add_test(tests, a_stand_of_unknown_age_grows_by_the_rows_without_ages);
    tcase_add_test(tests, old_stands_may_shrink_but_not_below_nothing);
    tcase_add_test(tests, growth_and_density_may_have_different_units);
    tcase_add_test(tests, a_stand_follows_its_curve_by_the_age_of_the_layer);
    tcase_add_test(tests, a_stand_follows_its_curve_since_its_conversion);
    tcase_add_test(tests, a_stand_that_begins_anew_has_no_biomass_and_a_gain);
    tcase_add_test(tests, roots_of_a_young_stand_are_not_those_of_a_grown_one);
    tcase_add_test(tests, without_an_age_the_density_and_the_growth_of_the_tables_hold);
    tcase_add_test(tests, a_stand_has_grown_for_the_years_of_the_layer);
    tcase_add_test(tests, a_single_rate_asks_for_the_years_of_the_layer);
    tcase_add_test(tests, layers_of_each_year_show_the_growth_between_them);
    tcase_add_test(tests, ages_of_one_date_end_with_the_stand);
    tcase_add_test(tests, growth_of_the_volume_becomes_growth_of_biomass);
    tcase_add_test(tests, intervals_that_leave_a_gap_are_an_error);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
