/* What all land of a class would lack is told from the tables and legends alone, and nothing else
 * is. */
#include "sinkcalc/model/trial.h"

#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "cropland", "water", NULL};
static const char *const zones[] = {"a", "b", "c", NULL};
static const struct fixture_maps one_year = {.years = {2020}, .count = 1, .classes = classes};
static const struct fixture_maps two_years = {
    .years = {2015, 2020}, .count = 2, .classes = classes};
static struct fixture f;
static struct sink_trial lacks;

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Rows of any class that leave nothing to ask for but what a test leaves out. */
#define DEAD FIXTURE_ROW("dead_wood", "", 0), FIXTURE_ROW("litter", "", 0)
#define BIOMASS                                                                                    \
    FIXTURE_ROW("above_ground_biomass", "", 100), FIXTURE_ROW("carbon_fraction", "", 0.5),         \
        FIXTURE_ROW("root_shoot", "", 0.25)
#define SOIL FIXTURE_ROW("soil_carbon", "", 50)

static void start(const struct fixture_factor *rows, size_t count, const struct fixture_maps *maps)
{
    fixture_start_factors(&f, rows, count);
    fixture_set_maps(&f, maps);
}

static void make(void)
{
    const struct sink_account_basis basis = {&f.classes, &f.factors, &f.settings, NULL};
    if (sink_trial_make(&f.spec, &basis, &lacks, &f.error) != SINK_OK)
        ck_abort_msg("%s", f.error.message);
}

static void stop(void)
{
    sink_trial_free(&lacks);
    fixture_stop(&f);
}

static void expect_lack(size_t at, const char *class, enum sink_trial_reach reach, const char *what)
{
    ck_assert_uint_lt(at, lacks.count);
    const struct sink_trial_lack *lack = &lacks.items[at];
    ck_assert_str_eq(lack->class, class);
    ck_assert_int_eq(lack->reach, reach);
    ck_assert_msg(strncmp(lack->error.message, what, strlen(what)) == 0, "%s", lack->error.message);
    ck_assert_uint_eq(lack->what_length, strlen(what));
    ck_assert_int_eq(strncmp(lack->error.message + lack->class_at, class, strlen(class)), 0);
}

START_TEST(what_a_class_lacks_everywhere_is_told)
{
    static const struct fixture_factor rows[] = {
        BIOMASS, DEAD, FIXTURE_ROW("soil_carbon", "forest", 50, .keys = "soil=organic"),
        FIXTURE_ROW("soil_carbon", "cropland", 50)};
    start(rows, COUNT(rows), &one_year);
    make();
    ck_assert_uint_eq(lacks.count, 1); /* water has no pools */
    expect_lack(0, "forest", SINK_LACK_OF_ALL,
                "no soil_carbon factor for class forest, where the job has no soil");
    stop();
}
END_TEST

/* Zone b may be where the forest is. */
START_TEST(what_some_place_has_is_no_lack)
{
    static const struct fixture_factor rows[] = {
        BIOMASS, DEAD, FIXTURE_ROW("soil_carbon", "forest", 50, .keys = "zone=b"),
        FIXTURE_ROW("soil_carbon", "cropland", 50, .keys = "zone=d")};
    start(rows, COUNT(rows), &one_year);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", zones);
    make();
    ck_assert_uint_eq(lacks.count, 1);
    expect_lack(0, "cropland", SINK_LACK_OF_ALL,
                "no soil_carbon factor for class cropland, with any zone");
    stop();
}
END_TEST

/* Two rows that fit equally well are a fault of the land that meets both, and none may. */
START_TEST(rows_that_tie_are_no_lack)
{
    static const struct fixture_factor rows[] = {
        BIOMASS, DEAD, FIXTURE_ROW("soil_carbon", "", 50, .keys = "zone=a"),
        FIXTURE_ROW("soil_carbon", "", 60, .keys = "zone=b")};
    start(rows, COUNT(rows), &one_year);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", zones);
    make();
    ck_assert_uint_eq(lacks.count, 0);
    stop();
}
END_TEST

START_TEST(a_constant_is_the_only_value)
{
    static const struct fixture_factor rows[] = {
        BIOMASS, DEAD, FIXTURE_ROW("soil_carbon", "forest", 50, .keys = "zone=b"),
        FIXTURE_ROW("soil_carbon", "cropland", 50, .keys = "zone=a")};
    static const char *const names[] = {"zone"}, *const values[] = {"a"};
    start(rows, COUNT(rows), &one_year);
    f.settings.constant_names = names;
    f.settings.constant_values = values;
    f.settings.constant_count = 1;
    make();
    ck_assert_uint_eq(lacks.count, 1);
    expect_lack(0, "forest", SINK_LACK_OF_ALL,
                "no soil_carbon factor for class forest, with zone a");
    stop();
}
END_TEST

/* The raster of the first interval has no ratio of roots, that of the second has one. */
START_TEST(a_factor_of_some_interval_is_no_lack)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("carbon_fraction", "", 0.5),
        FIXTURE_ROW("root_shoot", "forest", 0.25, .over = 75),
        FIXTURE_ROW("above_ground_biomass", "cropland", 10),
        FIXTURE_ROW("below_ground_biomass", "cropland", 0),
        DEAD,
        SOIL};
    const double breaks[] = {75};
    start(rows, COUNT(rows), &one_year);
    fixture_add_layer(&f, SINK_SIDE_TO, "above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA,
                      breaks, 1);
    make();
    ck_assert_uint_eq(lacks.count, 0);
    stop();
}
END_TEST

/* Soil of former cropland is told, that of other forest is not. */
START_TEST(what_converted_land_has_is_no_lack)
{
    static const struct fixture_factor rows[] = {
        BIOMASS, DEAD, FIXTURE_ROW("soil_carbon", "cropland", 50),
        FIXTURE_ROW("soil_carbon", "forest", 50, .keys = "from_class=cropland")};
    start(rows, COUNT(rows), &two_years);
    make();
    ck_assert_uint_eq(lacks.count, 0);
    stop();
    start(rows, COUNT(rows), &one_year);
    make();
    ck_assert_uint_eq(lacks.count, 1);
    expect_lack(0, "forest", SINK_LACK_OF_ALL, "no soil_carbon factor for class forest, anywhere");
    stop();
}
END_TEST

START_TEST(methods_are_asked_for_their_factors)
{
    static const struct fixture_factor rows[] = {BIOMASS, DEAD, SOIL};
    enum sink_method methods[32 * SINK_POOL_COUNT] = {0};
    start(rows, COUNT(rows), &two_years);
    make();
    ck_assert_uint_eq(lacks.count, 0);
    methods[sink_class_list_find(&f.classes, "forest") * SINK_POOL_COUNT] = SINK_METHOD_GAIN_LOSS;
    f.settings.methods = methods;
    make();
    ck_assert_uint_eq(lacks.count, 1);
    expect_lack(0, "forest", SINK_LACK_OF_ALL, "no growth factor for class forest, anywhere");
    stop();
}
END_TEST

START_TEST(what_only_struck_or_planted_land_lacks_is_told_as_such)
{
    static const struct fixture_factor rows[] = {BIOMASS,
                                                 DEAD,
                                                 SOIL,
                                                 FIXTURE_ROW("fraction_lost", "", 0.5),
                                                 FIXTURE_ROW("combustion_factor", "forest", 0.4),
                                                 FIXTURE_ROW("fire_ch4", "", 5),
                                                 FIXTURE_ROW("fire_n2o", "", 0.2)};
    static const struct sink_disturbance fire = {"fire", true};
    static const char *const struck[] = {"no", "yes", NULL}, *const suitable[] = {"b"};
    const struct sink_planting planting = {
        .overlay = "zone", .values = suitable, .value_count = 1, .year = 2060};
    start(rows, COUNT(rows), &two_years);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", zones);
    fixture_add_dimension(&f, SINK_DIMENSION_EVENT, SINK_SIDE_STATIC, "fire", struck);
    struct sink_planting plan = planting;
    plan.class_index = sink_class_list_find(&f.classes, "forest");
    f.settings.planting = &plan;
    f.settings.disturbances = &fire;
    f.settings.disturbance_count = 1;
    make();
    ck_assert_uint_eq(lacks.count, 3);
    expect_lack(0, "cropland", SINK_LACK_OF_STRUCK,
                "no combustion_factor factor for class cropland, anywhere");
    expect_lack(1, "water", SINK_LACK_OF_STRUCK,
                "no combustion_factor factor for class water, anywhere");
    expect_lack(2, "forest", SINK_LACK_OF_PLANTED, "no growth factor for class forest, anywhere");
    stop();
}
END_TEST

/* The same words, whatever the job does with what is missing. */
START_TEST(what_would_be_counted_is_told_too)
{
    static const struct fixture_factor rows[] = {BIOMASS, DEAD};
    start(rows, COUNT(rows), &one_year);
    f.settings.factor = SINK_MISSING_COUNT;
    make();
    ck_assert_uint_eq(lacks.count, 2);
    expect_lack(0, "forest", SINK_LACK_OF_ALL, "no soil_carbon factor for class forest, anywhere");
    expect_lack(1, "cropland", SINK_LACK_OF_ALL,
                "no soil_carbon factor for class cropland, anywhere");
    stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trial");
    TCase *tests = tcase_create("trial");
    tcase_add_test(tests, what_a_class_lacks_everywhere_is_told);
    tcase_add_test(tests, what_some_place_has_is_no_lack);
    tcase_add_test(tests, rows_that_tie_are_no_lack);
    tcase_add_test(tests, a_constant_is_the_only_value);
    tcase_add_test(tests, a_factor_of_some_interval_is_no_lack);
    tcase_add_test(tests, what_converted_land_has_is_no_lack);
    tcase_add_test(tests, methods_are_asked_for_their_factors);
    tcase_add_test(tests, what_only_struck_or_planted_land_lacks_is_told_as_such);
    tcase_add_test(tests, what_would_be_counted_is_told_too);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
