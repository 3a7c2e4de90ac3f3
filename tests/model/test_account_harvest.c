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
    f.settings.value = SINK_MISSING_COUNT; /* years without rows are nothing */
    return fixture_make(&f);
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
    ck_assert_int_eq(make(cuts, COUNT(cuts)), SINK_BAD_DATA);
    ck_assert_str_eq(f.error.message, "harvest: line 3: region \"35\", expected the id of a region "
                                      "of the job");
    stop();
}
END_TEST

START_TEST(wood_from_a_class_without_land_is_an_error)
{
    static const struct cut cuts[] = {{"34", "cropland", 2018, 12}};
    ck_assert_int_eq(make(cuts, COUNT(cuts)), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(f.error.message, "region 34 has 12 m3 of class cropland from 2015 "
                                                  "to 2020, but no land of that class"));
    stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_harvest");
    TCase *tests = tcase_create("account_harvest");
    tcase_add_test(tests, a_parent_without_rows_has_what_its_parts_have);
    tcase_add_test(tests, a_rest_has_what_its_parent_has_beside_its_parts);
    tcase_add_test(tests, each_class_has_its_own_wood);
    tcase_add_test(tests, only_the_years_of_the_period_count);
    tcase_add_test(tests, wood_takes_its_roots_with_it);
    tcase_add_test(tests, wood_from_a_region_that_the_job_has_not_is_an_error);
    tcase_add_test(tests, wood_from_a_class_without_land_is_an_error);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
