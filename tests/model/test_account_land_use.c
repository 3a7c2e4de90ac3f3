/* Results by IPCC land use (2006 Guidelines Vol. 4 Ch. 3) and by the values of overlays. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest",     "bamboo", "cropland", "orchard", "grassland",
                                      "settlement", "bare",   "wetland",  "sea",     NULL};
static const char *const zones[] = {"hills", "plain", NULL};
static struct fixture f;
static enum sink_method methods[32][SINK_POOL_COUNT];

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TCO2 (44.0 / 12)

static const struct fixture_factor rows[] = {
    FIXTURE_ROW("above_ground_biomass", "forest", 120),
    FIXTURE_ROW("above_ground_biomass", "bamboo", 60),
    FIXTURE_ROW("above_ground_biomass", "cropland|orchard", 9),
    FIXTURE_ROW("above_ground_biomass", "grassland", 6),
    FIXTURE_ROW("above_ground_biomass", "settlement|bare|wetland", 1),
    FIXTURE_ROW("growth", "", 5),
    FIXTURE_ROW("root_shoot", "", 0.25),
    FIXTURE_ROW("carbon_fraction", "", 0.47),
    FIXTURE_ROW("dead_wood", "", 3),
    FIXTURE_ROW("litter", "", 2),
    FIXTURE_ROW("litter", "forest|bamboo", 12),
    FIXTURE_ROW("soil_carbon", "forest|bamboo", 80),
    FIXTURE_ROW("soil_carbon", "cropland|orchard", 55),
    FIXTURE_ROW("soil_carbon", "grassland|wetland", 75),
    FIXTURE_ROW("soil_carbon", "settlement|bare", 40),
    FIXTURE_ROW("soil_emission", "wetland", 0.5),
    FIXTURE_ROW("bcef_removal", "", 1.1),
};

/* Five years apart, from 2000 on; each year but the history tells its land use. */
static void make(const char *const *shown, size_t count, double transition_yr)
{
    struct fixture_maps maps = {.count = count, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = 10};
    for (size_t m = 0; m < count; m++) {
        maps.years[m] = 2000 + 5 * (int)m;
        parcel.class[m] = shown[m];
    }
    fixture_start_factors(&f, rows, COUNT(rows));
    f.settings.transition_yr = transition_yr;
    fixture_set_maps(&f, &maps);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
}

/* The only land use of a year. */
static int land_use(size_t year)
{
    int found = SINK_LAND_USE_NONE;
    for (int use = 0; use < SINK_LAND_USE_COUNT; use++)
        if (f.account->land_use_m2[year * SINK_LAND_USE_COUNT + (size_t)use] > 0) {
            ck_assert_int_eq(found, SINK_LAND_USE_NONE);
            found = use;
        }
    return found;
}

static int from_to(enum sink_category before, enum sink_category now)
{
    return (int)before * SINK_CATEGORY_COUNT + (int)now;
}

static void check(const int *expected, size_t count)
{
    for (size_t y = 0; y < count; y++)
        ck_assert_int_eq(land_use(y), expected[y]);
}

#define FOREST SINK_CATEGORY_FOREST_LAND
#define CROPLAND SINK_CATEGORY_CROPLAND
#define GRASSLAND SINK_CATEGORY_GRASSLAND

/* Ch. 3 sec. 3.3.1: land stays in its conversion category for 20 years. */
START_TEST(converted_land_is_converted_for_twenty_years)
{
    static const char *const shown[] = {"cropland", "forest", "forest", "forest",
                                        "forest",   "forest", "forest"};
    const int expected[] = {from_to(CROPLAND, CROPLAND), from_to(CROPLAND, FOREST),
                            from_to(CROPLAND, FOREST),   from_to(CROPLAND, FOREST),
                            from_to(CROPLAND, FOREST),   from_to(FOREST, FOREST),
                            from_to(FOREST, FOREST)};
    make(shown, COUNT(shown), 0);
    check(expected, COUNT(expected));
    fixture_stop(&f);
}
END_TEST

START_TEST(the_transition_time_of_the_job_ends_the_conversion)
{
    static const char *const shown[] = {"cropland", "forest", "forest", "forest"};
    const int expected[] = {from_to(CROPLAND, CROPLAND), from_to(CROPLAND, FOREST),
                            from_to(CROPLAND, FOREST), from_to(FOREST, FOREST)};
    make(shown, COUNT(shown), 10);
    check(expected, COUNT(expected));
    fixture_stop(&f);
}
END_TEST

/* Another class of the same category neither begins nor ends a conversion. */
START_TEST(a_change_within_a_category_is_no_conversion)
{
    static const char *const shown[] = {"orchard", "cropland", "forest", "bamboo",
                                        "bamboo",  "bamboo",   "forest"};
    const int expected[] = {from_to(CROPLAND, CROPLAND), from_to(CROPLAND, CROPLAND),
                            from_to(CROPLAND, FOREST),   from_to(CROPLAND, FOREST),
                            from_to(CROPLAND, FOREST),   from_to(CROPLAND, FOREST),
                            from_to(FOREST, FOREST)};
    make(shown, COUNT(shown), 0);
    check(expected, COUNT(expected));
    fixture_stop(&f);
}
END_TEST

START_TEST(the_latest_conversion_counts)
{
    static const char *const shown[] = {"forest", "cropland", "grassland", "grassland", "cropland"};
    const int expected[] = {from_to(FOREST, FOREST), from_to(FOREST, CROPLAND),
                            from_to(CROPLAND, GRASSLAND), from_to(CROPLAND, GRASSLAND),
                            from_to(GRASSLAND, CROPLAND)};
    make(shown, COUNT(shown), 0);
    check(expected, COUNT(expected));
    fixture_stop(&f);
}
END_TEST

static double sum_land_uses(const double *array, size_t year, size_t pools, size_t pool,
                            size_t region)
{
    double sum = 0;
    for (size_t use = 0; use < SINK_LAND_USE_COUNT; use++)
        sum += array[((year * SINK_LAND_USE_COUNT + use) * pools + pool) * f.account->region_count +
                     region];
    return sum;
}

/* Land with a category: not the sea, unless it took the land within the transition time; then its
 * loss is told under what it was. */
static bool is_in_land_use(const struct fixture_maps *maps, const struct fixture_parcel *parcel,
                           size_t map)
{
    size_t last = map;
    while (strcmp(parcel->class[last], "sea") == 0 && last > 0)
        last--;
    return strcmp(parcel->class[last], "sea") != 0 && maps->years[map] - maps->years[last] <= 20;
}

/* Every change of class at any of five maps, in two zones and two counties. */
static double expected_m2[5][3];
static const struct fixture_maps all = {
    .years = {2000, 2003, 2010, 2024, 2026}, .count = 5, .classes = classes};

static void make_all(bool is_gain_loss)
{
    uint32_t state = 7;
    memset(expected_m2, 0, sizeof expected_m2);
    fixture_start_factors(&f, rows, COUNT(rows));
    static const char *const report_by[] = {"zone"};
    f.settings.report_by = report_by;
    f.settings.report_count = 1;
    f.settings.methods = &methods[0][0];
    for (size_t c = 0; c < COUNT(methods); c++)
        for (size_t pool = 0; pool < 2; pool++)
            methods[c][pool] = is_gain_loss ? SINK_METHOD_GAIN_LOSS : SINK_METHOD_STOCK_DIFFERENCE;
    fixture_add_region(&f, "33", -1, SINK_REGION_POLYGON);
    fixture_add_region(&f, "3301", 0, SINK_REGION_POLYGON);
    fixture_add_region(&f, "33~rest", 0, SINK_REGION_REST);
    fixture_set_maps(&f, &all);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", zones);
    fixture_open_maps(&f, &all);
    for (int i = 0; i < 400; i++) {
        struct fixture_parcel parcel = {.region = (uint32_t)i % 2, .area_ha = 1 + i % 7};
        for (size_t m = 0; m < all.count; m++) {
            state = state * 1664525u + 1013904223u;
            parcel.class[m] = classes[(state >> 16) % 9];
        }
        parcel.overlays = i % 3 == 0 ? "zone=hills" : i % 3 == 1 ? "zone=plain" : "";
        fixture_post_parcel(&f, &all, &parcel);
        for (size_t m = 0; m < all.count; m++) {
            const double area_m2 = is_in_land_use(&all, &parcel, m) ? parcel.area_ha * 1e4 : 0;
            expected_m2[m][0] += area_m2;
            expected_m2[m][1 + (i % 2 == 0)] += area_m2;
        }
    }
}

START_TEST(land_uses_add_up_to_the_land_and_to_its_sink)
{
    for (int is_gain_loss = 0; is_gain_loss < 2; is_gain_loss++) {
        make_all(is_gain_loss);
        fixture_account(&f);
        for (size_t y = 0; y < all.count; y++)
            for (size_t r = 0; r < 3; r++) {
                ck_assert_double_eq_tol(sum_land_uses(f.account->land_use_m2, y, 1, 0, r),
                                        expected_m2[y][r], 1e-3);
                ck_assert_double_le(expected_m2[y][r], f.account->classified_m2[y * 3 + r]);
                for (int pool = 0; y > 0 && pool < SINK_POOL_COUNT; pool++)
                    ck_assert_double_eq_tol(sum_land_uses(f.account->land_use_sink_tco2_yr, y,
                                                          SINK_POOL_COUNT, (size_t)pool, r),
                                            fixture_sink(&f, y, (enum sink_pool)pool, r), 1e-6);
            }
        fixture_stop(&f);
    }
}
END_TEST

static double sum_reports(const double *array, size_t year, size_t region)
{
    double sum = 0;
    for (size_t i = 0; i < f.account->report_count; i++)
        sum += array[(year * f.account->report_count + i) * f.account->region_count + region];
    return sum;
}

START_TEST(values_of_an_overlay_add_up)
{
    for (int is_gain_loss = 0; is_gain_loss < 2; is_gain_loss++) {
        make_all(is_gain_loss);
        fixture_account(&f);
        ck_assert_uint_eq(f.account->report_count, 3); /* hills, plain, nodata */
        for (size_t y = 0; y < all.count; y++)
            for (size_t r = 0; r < 3; r++) {
                ck_assert_double_eq_tol(sum_reports(f.account->report_m2, y, r),
                                        f.account->classified_m2[y * 3 + r], 1e-3);
                ck_assert_double_eq_tol(sum_reports(f.account->report_tc, y, r),
                                        f.account->total_tc[y * 3 + r], 1e-6);
                if (y > 0)
                    ck_assert_double_eq_tol(sum_reports(f.account->report_sink_tco2_yr, y, r),
                                            f.account->total_sink_tco2_yr[y * 3 + r], 1e-6);
            }
        fixture_stop(&f);
    }
}
END_TEST

/* Wood is known by region and class alone: it is in the total, and in no land use or overlay. */
START_TEST(land_uses_and_overlays_share_the_harvest)
{
    char id[] = "33";
    struct sink_harvest_row cut = {.region = id, .year = 2026, .volume_m3 = 60};
    struct sink_harvest harvest = {&cut, 1};
    make_all(true);
    f.settings.harvest = &harvest;
    f.settings.value = SINK_MISSING_COUNT; /* the other year is told as nothing */
    cut.class_index = sink_class_list_find(&f.classes, "forest");
    fixture_account(&f);
    const double wood_tco2_yr = 60 * 1.1 * 1.25 * 0.47 * TCO2 / 2;
    ck_assert_double_gt(wood_tco2_yr, 1);
    double uses = 0;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        uses += sum_land_uses(f.account->land_use_sink_tco2_yr, 4, SINK_POOL_COUNT, pool, 0);
    ck_assert_double_eq_tol(uses, f.account->total_sink_tco2_yr[4 * 3], 1e-6);
    ck_assert_double_eq_tol(sum_reports(f.account->report_sink_tco2_yr, 4, 0),
                            f.account->total_sink_tco2_yr[4 * 3], 1e-6);
    fixture_stop(&f);
}
END_TEST

/* An overlay that changes tells of each date what it is then. */
START_TEST(an_overlay_of_each_year_is_that_of_the_year)
{
    static const char *const report_by[] = {"zone"};
    const struct fixture_maps maps = {.years = {2015, 2020}, .count = 2, .classes = classes};
    fixture_start_factors(&f, rows, COUNT(rows));
    f.settings.report_by = report_by;
    f.settings.report_count = 1;
    fixture_set_maps(&f, &maps);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_FROM, "zone", zones);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_TO, "zone", zones);
    fixture_open_maps(&f, &maps);
    const int values[] = {2, 2, 2, 3}; /* forest on both maps, hills and then plain */
    const double sums[] = {5e4};
    fixture_post(&f, 0, values, sums);
    fixture_account(&f);
    ck_assert_str_eq(f.account->reports[1].value, "hills");
    ck_assert_str_eq(f.account->reports[2].value, "plain");
    ck_assert_double_eq_tol(f.account->report_m2[1], 5e4, 1e-6);
    ck_assert_double_eq(f.account->report_m2[2], 0);
    ck_assert_double_eq(f.account->report_m2[3 + 1], 0);
    ck_assert_double_eq_tol(f.account->report_m2[3 + 2], 5e4, 1e-6);
    fixture_stop(&f);
}
END_TEST

/* An overlay given as one constant has all land; one that nobody gave is an error. */
START_TEST(results_come_by_constants_and_not_by_what_is_unknown)
{
    static const char *const report_by[] = {"continent"};
    static const char *const names[] = {"continent"}, *const values[] = {"asia"};
    const struct fixture_maps maps = {.years = {2020}, .count = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = 5, .class = {"forest"}};
    for (int is_given = 1; is_given >= 0; is_given--) {
        fixture_start_factors(&f, rows, COUNT(rows));
        f.settings.report_by = report_by;
        f.settings.report_count = 1;
        f.settings.constant_names = names;
        f.settings.constant_values = values;
        f.settings.constant_count = (size_t)is_given;
        fixture_set_maps(&f, &maps);
        fixture_open_maps(&f, &maps);
        fixture_post_parcel(&f, &maps, &parcel);
        if (is_given) {
            fixture_account(&f);
            ck_assert_str_eq(f.account->reports[0].value, "asia");
            ck_assert_double_eq_tol(f.account->report_m2[0], 5e4, 1e-6);
            ck_assert_double_eq_tol(f.account->report_tc[0], f.account->total_tc[0], 1e-9);
        } else {
            ck_assert_int_eq(fixture_make(&f), SINK_BAD_DATA);
            ck_assert_str_eq(f.error.message, "report_by: the tally has no overlay \"continent\"");
        }
        fixture_stop(&f);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_land_use");
    TCase *tests = tcase_create("account_land_use");
    tcase_add_test(tests, converted_land_is_converted_for_twenty_years);
    tcase_add_test(tests, the_transition_time_of_the_job_ends_the_conversion);
    tcase_add_test(tests, a_change_within_a_category_is_no_conversion);
    tcase_add_test(tests, the_latest_conversion_counts);
    tcase_add_test(tests, land_uses_add_up_to_the_land_and_to_its_sink);
    tcase_add_test(tests, values_of_an_overlay_add_up);
    tcase_add_test(tests, land_uses_and_overlays_share_the_harvest);
    tcase_add_test(tests, an_overlay_of_each_year_is_that_of_the_year);
    tcase_add_test(tests, results_come_by_constants_and_not_by_what_is_unknown);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
