/* Harvest in the account: IPCC 2006 Vol. 4 Ch. 2 eq. 2.12, by regions that are parts of others. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "bamboo", "cropland", NULL};
static struct fixture f;
static enum sink_method methods[32][SINK_POOL_COUNT];

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TC_M3 (1.11 * 1.29 * 0.47) /* of 1 m3 of forest, with its roots */

static const struct fixture_factor rows[] = {
    FIXTURE_ROW("above_ground_biomass", "", 80), FIXTURE_ROW("growth", "", 4),
    FIXTURE_ROW("root_shoot", "", 0.29),         FIXTURE_ROW("carbon_fraction", "", 0.47),
    FIXTURE_ROW("bcef_removal", "forest", 1.11), FIXTURE_ROW("bcef_removal", "bamboo", 0.5),
};

static const struct fixture_maps maps = {.years = {2015, 2020}, .count = 2, .classes = classes};

/* A row of the table as it is read: the regions in order of bytes. */
struct cut {
    const char *region, *class;
    int year;
    double volume_m3;
};

static struct sink_harvest harvest;
static enum sink_missing value; /* what a year without rows is, and too much wood */

static void set_harvest(const struct cut *cuts, size_t count)
{
    harvest.rows = calloc(count, sizeof *harvest.rows);
    harvest.row_count = count;
    for (size_t i = 0; i < count; i++)
        harvest.rows[i] = (struct sink_harvest_row){
            .region = fixture_copy(cuts[i].region),
            .year = cuts[i].year,
            .class_index = sink_class_list_find(&f.classes, cuts[i].class),
            .volume_m3 = cuts[i].volume_m3,
            .table = fixture_copy("harvest.csv"),
            .line = i + 2};
    f.settings.harvest = &harvest;
}

static void stop(void)
{
    fixture_stop(&f);
    sink_harvest_free(&harvest);
}

/* A country that is the sum of its provinces 33 and 34; in 33, which has a boundary, two counties
 * and the rest. Every region has forest and bamboo. */
enum { COUNTRY, ZHEJIANG, COUNTY_A, COUNTY_B, REST, ANHUI };

static enum sink_status make(const struct cut *cuts, size_t count)
{
    fixture_start_factors(&f, rows, COUNT(rows));
    f.settings.factor = SINK_MISSING_COUNT;
    f.settings.methods = &methods[0][0];
    for (size_t c = 0; c < COUNT(methods); c++)
        methods[c][0] = methods[c][1] = SINK_METHOD_GAIN_LOSS;
    fixture_add_region(&f, "cn", -1, SINK_REGION_SUM);
    fixture_add_region(&f, "33", COUNTRY, SINK_REGION_POLYGON);
    fixture_add_region(&f, "3301", ZHEJIANG, SINK_REGION_POLYGON);
    fixture_add_region(&f, "3302", ZHEJIANG, SINK_REGION_POLYGON);
    fixture_add_region(&f, "33~rest", ZHEJIANG, SINK_REGION_REST);
    fixture_add_region(&f, "34", COUNTRY, SINK_REGION_POLYGON);
    fixture_set_maps(&f, &maps);
    fixture_open_maps(&f, &maps);
    static const uint32_t regions[] = {ZHEJIANG, COUNTY_A, COUNTY_B, ANHUI};
    for (size_t i = 0; i < COUNT(regions); i++)
        for (size_t c = 0; c < 2; c++) {
            const struct fixture_parcel parcel = {.region = regions[i],
                                                  .area_ha = 100 + 10 * (double)i,
                                                  .class = {classes[c], classes[c]}};
            fixture_post_parcel(&f, &maps, &parcel);
        }
    set_harvest(cuts, count);
    f.settings.value = value;
    return fixture_make(&f);
}

static void check_refused(const struct cut *cuts, size_t count, const char *message)
{
    ck_assert_int_eq(make(cuts, count), SINK_BAD_DATA);
    ck_assert_str_eq(f.error.message, message);
    stop();
}

static double loss_tc(const char *class, size_t region)
{
    const size_t regions = f.account->region_count;
    const size_t at =
        ((f.account->class_count + fixture_class(&f, class)) * SINK_BIOMASS_POOL_COUNT) * regions +
        region;
    return f.account->harvest_loss_tc[at] + f.account->harvest_loss_tc[at + regions];
}

static void check_made(enum sink_status status)
{
    struct sink_closure_check checks[SINK_CLOSURE_COUNT];
    if (status != SINK_OK || sink_account_check_closure(f.account, f.tally, &f.regions, &f.classes,
                                                        checks, &f.error) != SINK_OK)
        ck_abort_msg("%s", f.error.message);
    /* parts add up */
    const double *sinks = &f.account->total_sink_tco2_yr[f.account->region_count];
    ck_assert_double_eq_tol(sinks[COUNTY_A] + sinks[COUNTY_B] + sinks[REST], sinks[ZHEJIANG], 1e-6);
    ck_assert_double_eq_tol(sinks[ZHEJIANG] + sinks[ANHUI], sinks[COUNTRY], 1e-6);
}

START_TEST(a_parent_without_rows_has_what_its_parts_have)
{
    static const struct cut cuts[] = {{"3301", "forest", 2018, 100},
                                      {"3301", "forest", 2020, 50},
                                      {"3302", "forest", 2017, 30},
                                      {"34", "forest", 2016, 7}};
    check_made(make(cuts, COUNT(cuts)));
    ck_assert_double_eq_tol(loss_tc("forest", COUNTY_A), 150 * TC_M3, 1e-9);
    ck_assert_double_eq_tol(loss_tc("forest", COUNTY_B), 30 * TC_M3, 1e-9);
    ck_assert_double_eq_tol(loss_tc("forest", REST), 0, 1e-9);
    ck_assert_double_eq_tol(loss_tc("forest", ZHEJIANG), 180 * TC_M3, 1e-9);
    ck_assert_double_eq_tol(loss_tc("forest", COUNTRY), 187 * TC_M3, 1e-9);
    stop();
}
END_TEST

START_TEST(a_rest_has_what_its_parent_has_beside_its_parts)
{
    static const struct cut cuts[] = {
        {"33", "forest", 2018, 500}, {"3301", "forest", 2018, 120}, {"34", "forest", 2018, 40}};
    check_made(make(cuts, COUNT(cuts)));
    ck_assert_double_eq_tol(loss_tc("forest", REST), 380 * TC_M3, 1e-9);
    ck_assert_double_eq_tol(loss_tc("forest", COUNTY_B), 0, 1e-9);
    ck_assert_double_eq_tol(loss_tc("forest", ZHEJIANG), 500 * TC_M3, 1e-9);
    ck_assert_double_eq_tol(loss_tc("forest", COUNTRY), 540 * TC_M3, 1e-9);
    stop();
}
END_TEST

START_TEST(each_class_has_its_own_wood)
{
    static const struct cut cuts[] = {{"33", "forest", 2018, 10}, {"33", "bamboo", 2018, 1000}};
    check_made(make(cuts, COUNT(cuts)));
    ck_assert_double_eq_tol(loss_tc("forest", ZHEJIANG), 10 * TC_M3, 1e-9);
    ck_assert_double_eq_tol(loss_tc("bamboo", ZHEJIANG), 1000 * 0.5 * 1.29 * 0.47, 1e-9);
    ck_assert_double_eq_tol(loss_tc("bamboo", ANHUI), 0, 1e-9);
    stop();
}
END_TEST

/* 2015 belongs to the period before, 2021 to that after. */
START_TEST(only_the_years_of_the_period_count)
{
    static const struct cut cuts[] = {{"34", "forest", 2014, 1},
                                      {"34", "forest", 2015, 20},
                                      {"34", "forest", 2016, 300},
                                      {"34", "forest", 2020, 4000},
                                      {"34", "forest", 2021, 50000}};
    check_made(make(cuts, COUNT(cuts)));
    ck_assert_double_eq_tol(loss_tc("forest", ANHUI), 4300 * TC_M3, 1e-9);
    stop();
}
END_TEST

/* Roots are part of what is lost, by their ratio. */
START_TEST(wood_takes_its_roots_with_it)
{
    static const struct cut cuts[] = {{"34", "forest", 2020, 100}};
    check_made(make(cuts, COUNT(cuts)));
    const double *losses = f.account->harvest_loss_tc;
    const size_t regions = f.account->region_count;
    const size_t at =
        (f.account->class_count + fixture_class(&f, "forest")) * SINK_BIOMASS_POOL_COUNT * regions +
        ANHUI;
    ck_assert_double_eq_tol(losses[at], 100 * 1.11 * 0.47, 1e-9);
    ck_assert_double_eq_tol(losses[at + regions], 100 * 1.11 * 0.47 * 0.29, 1e-9);
    stop();
}
END_TEST

START_TEST(wood_from_a_region_that_the_job_has_not_is_an_error)
{
    static const struct cut cuts[] = {{"33", "forest", 2018, 1}, {"35", "forest", 2018, 1}};
    check_refused(cuts, COUNT(cuts),
                  "harvest.csv:3: region \"35\", expected the id of a region of the job");
}
END_TEST

START_TEST(wood_from_a_class_without_land_is_an_error)
{
    static const struct cut cuts[] = {{"34", "cropland", 2018, 12}};
    check_refused(cuts, COUNT(cuts),
                  "harvest.csv: region 34 has 12 m3 of class cropland from 2016 to 2020, but no "
                  "land of that class with a bcef_removal, carbon_fraction and root_shoot factor");
}
END_TEST

/* 33 has rows of forest only: its bamboo is that of 3301, and nothing is gained in the rest. */
START_TEST(a_parent_with_rows_of_another_class_has_what_its_parts_have)
{
    static const struct cut cuts[] = {
        {"33", "forest", 2018, 500}, {"3301", "bamboo", 2018, 120}, {"3301", "forest", 2018, 50}};
    check_made(make(cuts, COUNT(cuts)));
    const double bamboo_tc = 120 * 0.5 * 1.29 * 0.47;
    ck_assert_double_eq_tol(loss_tc("bamboo", COUNTY_A), bamboo_tc, 1e-9);
    ck_assert_double_eq_tol(loss_tc("bamboo", ZHEJIANG), bamboo_tc, 1e-9);
    ck_assert_double_eq_tol(loss_tc("bamboo", COUNTRY), bamboo_tc, 1e-9);
    ck_assert_double_eq_tol(loss_tc("bamboo", REST), 0, 1e-9);
    ck_assert_double_eq_tol(loss_tc("forest", REST), 450 * TC_M3, 1e-9);
    stop();
}
END_TEST

START_TEST(parts_with_more_than_their_parent_are_an_error)
{
    static const struct cut cuts[] = {
        {"33", "forest", 2018, 100}, {"3301", "forest", 2018, 80}, {"3302", "forest", 2019, 20.5}};
    check_refused(cuts, COUNT(cuts),
                  "harvest.csv: the parts of region 33 have 100.5 m3 of class forest from 2016 to "
                  "2020, but 33 itself has 100 m3, expected as much or more");
}
END_TEST

START_TEST(rows_of_a_rest_are_an_error)
{
    static const struct cut cuts[] = {{"33", "forest", 2018, 100}, {"33~rest", "forest", 2018, 8}};
    check_refused(cuts, COUNT(cuts),
                  "harvest.csv:3: region \"33~rest\" is a rest, expected no rows for it: it has "
                  "what 33 has beside its parts");
}
END_TEST

/* 700 m3 of the country and 100 of 33 leave 600 that are of no region. */
START_TEST(rows_of_a_sum_are_an_error)
{
    static const struct cut cuts[] = {{"33", "forest", 2018, 100}, {"cn", "forest", 2018, 700}};
    check_refused(
        cuts, COUNT(cuts),
        "harvest.csv:3: region \"cn\" is the sum of its parts, expected no rows for it but "
        "for its parts: nobody says which of them its wood is from");
}
END_TEST

/* Bamboo has none of the five years, forest four of them: both are incomplete. */
START_TEST(each_year_of_a_region_and_class_is_needed)
{
    static const struct cut cuts[] = {
        {"34", "bamboo", 2014, 1}, {"34", "forest", 2016, 1}, {"34", "forest", 2017, 1},
        {"34", "forest", 2018, 1}, {"34", "forest", 2020, 1},
    };
    value = SINK_MISSING_ERROR;
    check_refused(cuts, 1,
                  "harvest.csv: region 34 has class bamboo in 0 of the 5 years 2016 to 2020; give "
                  "the others too, 0 where nothing was taken, or count them as nothing with "
                  "`missing: {value: count}`");
    check_refused(cuts + 1, 4,
                  "harvest.csv: region 34 has class forest in 4 of the 5 years 2016 to 2020; give "
                  "the others too, 0 where nothing was taken, or count them as nothing with "
                  "`missing: {value: count}`");
    value = SINK_MISSING_COUNT;
    check_made(make(cuts, COUNT(cuts)));
    stop();
}
END_TEST

/* 130 ha x 80 t/ha x 0.47 stand in 34: 4888 t C. */
START_TEST(more_wood_than_stood_there_is_an_error)
{
    static const struct cut cuts[] = {{"34", "forest", 2016, 2000},
                                      {"34", "forest", 2017, 2000},
                                      {"34", "forest", 2018, 2000},
                                      {"34", "forest", 2019, 2000},
                                      {"34", "forest", 2020, 1500}};
    value = SINK_MISSING_ERROR;
    check_refused(cuts, COUNT(cuts),
                  "harvest.csv: region 34 has 9500 m3 of class forest from 2016 to 2020, 4956.15 t "
                  "C above ground, but only 4888 t C stood there in 2015; expected no more, or let "
                  "it pass with `missing: {value: count}`");
    value = SINK_MISSING_COUNT;
    check_made(make(cuts, COUNT(cuts)));
    ck_assert_double_eq_tol(loss_tc("forest", ANHUI), 9500 * TC_M3, 1e-9);
    stop();
}
END_TEST

/* t d.m. above ground that a m3 of forest takes with it where a hectare holds this biomass; the
 * raster is cut as a run cuts it. */
static double taken_t_m3(const struct fixture_factor *factors, size_t count, double above_t_ha,
                         bool is_carbon)
{
    static const struct cut cuts[] = {{"33", "forest", 2018, 2}};
    const double unit = is_carbon ? SINK_BREAK_CARBON_FRACTION : 1;
    const struct fixture_parcel parcel = {
        .area_ha = 100, .class = {"forest", "forest"}, .biomass = {above_t_ha * unit, 500}};
    double *breaks;
    size_t break_count;
    fixture_start_factors(&f, factors, count);
    f.settings.factor = f.settings.value = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &maps);
    ck_assert_int_eq(
        sink_account_removal_breaks(&f.factors, true, true, &breaks, &break_count, &f.error),
        SINK_OK);
    for (size_t i = 0; i < break_count; i++)
        breaks[i] *= unit;
    for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_TO; side++)
        fixture_add_layer(&f, (enum sink_side)side, "above_ground_biomass",
                          is_carbon ? SINK_QUANTITY_CARBON_T_HA : SINK_QUANTITY_DRY_MATTER_T_HA,
                          breaks, break_count);
    free(breaks);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    set_harvest(cuts, 1);
    fixture_account(&f);
    const double loss = loss_tc("forest", 0);
    stop();
    return loss / 2 / 0.5 / 1.25;
}

/* By hand: BCEF has the points (10 m3, 30 t) and (30 m3, 60 t) and goes on by 2 t/m3, BCEF_R (20
 * m3, 80 t) and (60 m3, 120 t) and goes on by 2. So 45 t/ha are 20 m3/ha, the end of the line of
 * BCEF_R that begins at 0: 4 t/m3; from there on it is 200 t / 80 m3 = 2.5, up to 120 t/ha, 60
 * m3/ha. */
START_TEST(wood_weighs_by_the_volume_that_the_biomass_implies)
{
    static const struct fixture_factor falling[] = {
        FIXTURE_ROW("bcef", "", 3, .up_to = 20),
        FIXTURE_ROW("bcef", "", 2, .over = 20),
        FIXTURE_ROW("bcef_removal", "", 4, .up_to = 40),
        FIXTURE_ROW("bcef_removal", "", 2, .over = 40),
        FIXTURE_ROW("root_shoot", "", 0.25),
        FIXTURE_ROW("carbon_fraction", "", 0.5),
    };
    static const double expected[][2] = {{1, 4},    {29, 4},    {31, 4},  {44, 4},  {46, 2.5},
                                         {70, 2.5}, {119, 2.5}, {121, 2}, {400, 2}, {5000, 2}};
    for (size_t i = 0; i < COUNT(expected); i++)
        for (int is_carbon = 0; is_carbon < 2; is_carbon++)
            ck_assert_double_eq_tol(
                taken_t_m3(falling, COUNT(falling), expected[i][0], is_carbon == 1), expected[i][1],
                1e-9);
}
END_TEST

/* BCEF keeps 30 t/ha from 10 to 30 m3/ha; 200 t/ha are 200 m3/ha, far above 30. */
START_TEST(wood_of_old_stands_does_not_weigh_as_that_of_young_ones)
{
    static const struct fixture_factor level[] = {
        FIXTURE_ROW("bcef", "", 3, .up_to = 20),
        FIXTURE_ROW("bcef", "", 1, .over = 20),
        FIXTURE_ROW("bcef_removal", "", 3.3, .up_to = 20),
        FIXTURE_ROW("bcef_removal", "", 1.1, .over = 20),
        FIXTURE_ROW("root_shoot", "", 0.25),
        FIXTURE_ROW("carbon_fraction", "", 0.5),
    };
    ck_assert_double_eq_tol(taken_t_m3(level, COUNT(level), 10, false), 3.3, 1e-9);
    ck_assert_double_eq_tol(taken_t_m3(level, COUNT(level), 200, false), 1.1, 1e-9);
}
END_TEST

static void set_up(void)
{
    value = SINK_MISSING_COUNT;
}

int main(void)
{
    Suite *suite = suite_create("account_harvest");
    TCase *tests = tcase_create("account_harvest");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_parent_without_rows_has_what_its_parts_have);
    tcase_add_test(tests, a_rest_has_what_its_parent_has_beside_its_parts);
    tcase_add_test(tests, each_class_has_its_own_wood);
    tcase_add_test(tests, only_the_years_of_the_period_count);
    tcase_add_test(tests, wood_takes_its_roots_with_it);
    tcase_add_test(tests, wood_from_a_region_that_the_job_has_not_is_an_error);
    tcase_add_test(tests, wood_from_a_class_without_land_is_an_error);
    tcase_add_test(tests, a_parent_with_rows_of_another_class_has_what_its_parts_have);
    tcase_add_test(tests, parts_with_more_than_their_parent_are_an_error);
    tcase_add_test(tests, rows_of_a_rest_are_an_error);
    tcase_add_test(tests, rows_of_a_sum_are_an_error);
    tcase_add_test(tests, each_year_of_a_region_and_class_is_needed);
    tcase_add_test(tests, more_wood_than_stood_there_is_an_error);
    tcase_add_test(tests, wood_weighs_by_the_volume_that_the_biomass_implies);
    tcase_add_test(tests, wood_of_old_stands_does_not_weigh_as_that_of_young_ones);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
