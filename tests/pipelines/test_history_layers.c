/* What stands beside the classes of a history: disturbances, ages, volumes, shares; and the promise
 * that the same bits come out however the tiles are divided. */
#include "tests/pipelines/history_fixture.h"

/* What a pass says of an event or an age, by its label. */
static void check_label(struct sink_session *session, int cell, size_t pass, const char *name,
                        enum sink_side side, const char *expected)
{
    char region[16];
    const struct sink_tally_row *row;
    const enum sink_dimension_kind kind =
        strcmp(name, "stand_age") == 0 ? SINK_DIMENSION_INTERVAL : SINK_DIMENSION_EVENT;
    snprintf(region, sizeof region, "%d", cell);
    ck_assert_uint_eq(scene_rows(session, region, pass, &row), 1);
    ck_assert_str_eq(scene_label(session, row, kind, name, side), expected);
}

/* So many cells that rows of them are passed over where the classes stay the same: the first
 * `count` values again and again. */
enum { MANY = 40 };

static void write_many(const char *name, enum scene_type type, double nodata, const double *values,
                       int count)
{
    double all[MANY];
    for (int i = 0; i < MANY; i++)
        all[i] = values[i % count];
    scene_numbers(name, type, nodata, all, MANY);
}

static void map_many(int year, const char *letters)
{
    char all[MANY + 1] = "";
    for (int i = 0; i < MANY; i++)
        all[i] = letters[(size_t)i % strlen(letters)];
    scene_map(year, all);
}

#define EVENT_JOB                                                                                  \
    "history: 1995\nyears: [2000, 2005, 2010]\nlayers: {" SCENE_LAND                               \
    "}\ndisturbances: {storm: storm.tif, fire: {file: fire.tif, burns: yes}}\n"

/* Cells: nothing, no data, in the first year, in the first period, its end, the second period, its
 * end, after it. */
START_TEST(a_disturbance_belongs_to_the_period_in_which_its_year_lies)
{
    struct sink_session session;
    const double fires[] = {0, 65535, 2000, 2001, 2005, 2006, 2010, 2011};
    const double storms[] = {1995, 0, -1, 2005, 2010, 2000, 2004, -1};
    const char *const burnt[2][8] = {{"no", "no", "no", "yes", "yes", "no", "no", "no"},
                                     {"no", "no", "no", "no", "no", "yes", "yes", "no"}};
    const char *const stormy[2][8] = {{"no", "no", "no", "yes", "no", "no", "yes", "no"},
                                      {"no", "no", "no", "no", "yes", "no", "no", "no"}};
    for (int year = 1995; year <= 2010; year += 5)
        map_many(year, year < 2000 ? "FFFFFFFC" : "FFFFFFCC");
    write_many("fire.tif", SCENE_UINT16, 65535, fires, 8);
    write_many("storm.tif", SCENE_FLOAT32, -1, storms, 8);
    scene_regions(MANY);
    demo_tally(scene_job(EVENT_JOB), 1, false, &session);
    for (size_t pass = 0; pass < 2; pass++)
        for (int cell = 0; cell < MANY; cell++) {
            check_label(&session, cell, pass, "fire", SINK_SIDE_STATIC, burnt[pass][cell % 8]);
            check_label(&session, cell, pass, "storm", SINK_SIDE_STATIC, stormy[pass][cell % 8]);
        }
    scene_check(&session, 6, 1, "cropland > cropland | forest until 1995");
    sink_session_close(&session);
}
END_TEST

/* Counting cells without a class is no leave to count a storm of the year 7. */
START_TEST(an_event_without_a_year_is_told_with_file_and_cell)
{
    struct sink_error error;
    const double none[] = {0, 0, 0}, bad[][3] = {{0, 2001, 7}, {0, 0, 12000}};
    const double part[] = {0, 2001.5, 0};
    for (int year = 1995; year <= 2010; year += 5)
        scene_map(year, "FCF");
    scene_numbers("fire.tif", SCENE_UINT16, NAN, none, 3);
    scene_regions(3);
    for (int k = 0; k < 3; k++) {
        if (k < 2)
            scene_numbers("storm.tif", SCENE_UINT16, NAN, bad[k], 3);
        else
            scene_numbers("storm.tif", SCENE_FLOAT32, NAN, part, 3);
        scene_fault(scene_job(k == 1 ? EVENT_JOB SCENE_COUNT : EVENT_JOB), &error);
        ck_assert_int_eq(error.status, SINK_BAD_DATA);
        const char *expected = k == 0   ? "storm.tif: cell at column 2, row 0, in region 2: 7 is no"
                               : k == 1 ? "column 2, row 0, in region 2: 12000 is no year"
                                        : "column 1, row 0, in region 1: 2001.5 is no year";
        ck_assert_msg(strstr(error.message, expected), "%s", error.message);
    }
}
END_TEST

#define AGE_JOB                                                                                    \
    "years: [2000, 2005, 2010]\nfactors: growth.csv\nlayers: {" SCENE_LAND                         \
    ", stand_age: {file: 'age_{year}.tif', unit: yr, nodata: -1}}\n"

/* Each age is in the year that ends with it: 20 in the 20th, 20.5 in the 21st. */
START_TEST(stand_age_is_cut_into_the_years_of_its_growth)
{
    struct sink_session session;
    const double ages[3][4] = {{0, 20, 80, -1}, {5, 20.5, 81, 0}, {10, 30, 86, 20}};
    const char *const expected[3][4] = {
        {"up to 0", "over 19 up to 20", "over 79 up to 80", "nodata"},
        {"over 4 up to 5", "over 20 up to 21", "over 80 up to 81", "up to 0"},
        {"over 9 up to 10", "over 29 up to 30", "over 85 up to 86", "over 19 up to 20"}};
    demo_write(demo_path("growth.csv"), "quantity,class,over,up_to,value,unit,source,verified\n"
                                        "growth,forest,,20,4,t d.m. ha-1 yr-1,test,own\n"
                                        "growth,forest,20,80,2,t d.m. ha-1 yr-1,test,own\n"
                                        "growth,forest,80,,1,t d.m. ha-1 yr-1,test,own\n");
    for (int k = 0; k < 3; k++) {
        char name[32];
        snprintf(name, sizeof name, "age_%d.tif", 2000 + 5 * k);
        write_many(name, SCENE_FLOAT32, NAN, ages[k], 4);
        map_many(2000 + 5 * k, "F");
    }
    scene_regions(MANY);
    demo_tally(scene_job(AGE_JOB), 1, false, &session);
    ck_assert_uint_eq(session.bundle.spec.quantity_count, 2);
    for (int i = 0; i < 2 * MANY; i++) {
        const struct sink_tally_row *row;
        char region[16];
        const int cell = i / 2, pass = i % 2;
        snprintf(region, sizeof region, "%d", cell);
        check_label(&session, cell, pass, "stand_age", SINK_SIDE_FROM, expected[pass][cell % 4]);
        check_label(&session, cell, pass, "stand_age", SINK_SIDE_TO, expected[pass + 1][cell % 4]);
        ck_assert_uint_eq(scene_rows(&session, region, pass, &row), 1);
        ck_assert_ptr_nonnull(row);
        for (int side = 0; side < 2; side++)
            ck_assert_double_eq_tol(sink_exact_sum_value(&row->sums[1 + side]) /
                                        sink_exact_sum_value(&row->sums[0]),
                                    fmax(ages[pass + side][cell % 4], 0), 1e-9);
    }
    sink_session_close(&session);
}
END_TEST

enum { WIDE = 600, TALL = 1000 };

/* A story of its own for each cell: three classes in turn, with gaps and codes unknown. */
static void write_wide(const char *name, enum scene_type type, int seed, int modulus)
{
    double *values = malloc(WIDE * TALL * sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (int i = 0; i < WIDE * TALL; i++) {
        const unsigned mixed = ((unsigned)i / 3 * 2654435761u) ^ ((unsigned)seed * 40503u);
        values[i] = (mixed >> 13) % (unsigned)modulus + (type == SCENE_UINT16 ? 1997 : 0);
    }
    scene_write(name, &(struct scene_raster){WIDE, TALL, type, NAN, values});
    free(values);
}

START_TEST(histories_have_the_same_bits_however_divided)
{
    char expected[65] = "", found[65];
    struct sink_error error;
    const char *slanted =
        "{\"type\": \"Feature\", \"properties\": {\"id\": \"%s\"}, \"geometry\": {\"type\": "
        "\"Polygon\", \"coordinates\": [[[100.011, 20.5], [105.97, %s], [104.2, 29.98], "
        "[100.011, 20.5]]]}}";
    char *a = sink_text_format(slanted, "a", "21.3"), *b = sink_text_format(slanted, "b", "27.77");
    char *both =
        sink_text_format("{\"type\": \"FeatureCollection\", \"features\": [%s, %s]}", a, b);
    scene_map(1990, "F"); /* for the legend */
    demo_write(demo_path("cells.json"), both);
    for (int year = 1990; year <= 2015; year += 5)
        write_wide(demo_path("lc_%d.tif", year) + strlen(demo_folder) + 1, SCENE_UINT8, year, 6);
    write_wide("fire.tif", SCENE_UINT16, 7, 20);
    write_wide("age.tif", SCENE_FLOAT32, 8, 100);
    const char *job =
        scene_job("history: [1990, 1995]\nyears: [2000, 2005, 2010, 2015]\n"
                  "disturbances: {fire: fire.tif}\nfactors: ipcc\nlayers: {" SCENE_LAND
                  ", stand_age: {file: age.tif, unit: yr}}\n" SCENE_COUNT);
    const struct {
        int threads;
        bool reverse;
    } divisions[] = {{1, false}, {2, false}, {5, false}, {1, true}, {5, true}};
    for (size_t i = 0; i < sizeof divisions / sizeof *divisions; i++) {
        struct sink_session session;
        demo_tally(job, divisions[i].threads, divisions[i].reverse, &session);
        ck_assert_int_gt(session.plan->grid.height, 2 * session.plan->tile_height);
        ck_assert_int_eq(sink_tally_bundle_digest(&session.bundle, found, &error), SINK_OK);
        if (i == 0)
            memcpy(expected, found, sizeof expected);
        ck_assert_msg(strcmp(found, expected) == 0, "%d threads%s", divisions[i].threads,
                      divisions[i].reverse ? ", reversed" : "");
        sink_session_close(&session);
    }
    free(a);
    free(b);
    free(both);
}
END_TEST

#define VOLUME_JOB                                                                                 \
    "history: 1995\nyears: [2000, 2005]\nfactors: volume.csv\nlayers: {" SCENE_LAND                \
    ", above_ground_biomass: {file: 'agb_{year}.tif', unit: t/ha}, "                               \
    "stock_volume: {from: above_ground_biomass, classes: [forest]}}\n" SCENE_COUNT

/* 0.5 t a m3: 100 t/ha are 200 m3/ha. */
START_TEST(a_derived_volume_needs_no_raster_and_is_told)
{
    struct sink_session session;
    struct sink_book book;
    const double biomass[2][3] = {{100, 40, 7}, {110, 0, 7}};
    demo_write(demo_path("volume.csv"), "quantity,class,value,unit,source,verified\n"
                                        "carbon_fraction,forest,0.5,1,test,own\n"
                                        "root_shoot,forest,0.25,1,test,own\n"
                                        "bcef,forest,0.5,t d.m. m-3,test,own\n");
    for (int year = 1995; year <= 2005; year += 5)
        scene_map(year, "FFC");
    scene_numbers("agb_2000.tif", SCENE_FLOAT32, NAN, biomass[0], 3);
    scene_numbers("agb_2005.tif", SCENE_FLOAT32, NAN, biomass[1], 3);
    scene_regions(3);
    demo_tally(scene_job(VOLUME_JOB), 1, false, &session);
    ck_assert_uint_eq(session.plan->layer_count, 5);
    ck_assert_uint_eq(session.bundle.spec.quantity_count, 2);
    demo_account(&session.bundle, &book);
    const struct sink_account *account = book.account;
    for (size_t year = 0; year < 2; year++)
        for (size_t r = 0; r < 3; r++) {
            const double expected = r == 2 ? 0 : biomass[year][r] / 0.5;
            const size_t at = year * account->region_count + r;
            const double ha = account->classified_m2[at] / SINK_M2_PER_HA;
            ck_assert_double_eq_tol(account->forest_volume_m3[at] / ha, expected, 1e-6);
        }
    sink_book_free(&book);
    sink_session_close(&session);
}
END_TEST

/* A cell with shares is many things at once, so it has no history; the account still closes. */
START_TEST(shares_over_three_years_have_no_conversions_and_close)
{
    struct sink_session session;
    struct sink_book book;
    const double forest[3][3] = {{100, 30, 0}, {60, 30, 25}, {0, 40, 50}};
    const double wetland[3][3] = {{0, 70, 10}, {40, 0, 0}, {100, 60, 50}};
    char name[32];
    for (int k = 0; k < 3; k++) {
        snprintf(name, sizeof name, "forest_%d.tif", 2000 + 10 * k);
        scene_numbers(name, SCENE_UINT8, NAN, forest[k], 3);
        snprintf(name, sizeof name, "wetland_%d.tif", 2000 + 10 * k);
        scene_numbers(name, SCENE_UINT8, NAN, wetland[k], 3);
    }
    scene_regions(3);
    demo_tally(scene_job("years: [2000, 2010, 2020]\nlayers: {forest: {file: 'forest_{year}.tif', "
                         "unit: percent}, wetland: {file: 'wetland_{year}.tif', unit: "
                         "percent}}\n" SCENE_COUNT),
               2, false, &session);
    for (size_t d = 0; d < session.bundle.spec.dimension_count; d++)
        ck_assert_int_eq(session.bundle.spec.dimensions[d].kind, SINK_DIMENSION_CLASS);
    demo_account(&session.bundle, &book);
    const struct sink_account *account = book.account;
    for (size_t i = 0; i < SINK_CLOSURE_COUNT; i++)
        ck_assert_msg(book.checks[i].passed, "%s", book.checks[i].name);
    for (size_t year = 0; year < 3; year++)
        for (size_t r = 0; r < 3; r++) {
            const size_t at = year * account->region_count + r;
            ck_assert_double_eq_tol(account->forest_m2[at] / account->classified_m2[at],
                                    forest[year][r] / 100, 1e-9);
        }
    sink_book_free(&book);
    sink_session_close(&session);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("history_layers");
    TCase *tests = tcase_create("history_layers");
    tcase_add_test(tests, a_disturbance_belongs_to_the_period_in_which_its_year_lies);
    tcase_add_test(tests, an_event_without_a_year_is_told_with_file_and_cell);
    tcase_add_test(tests, stand_age_is_cut_into_the_years_of_its_growth);
    tcase_add_test(tests, histories_have_the_same_bits_however_divided);
    tcase_add_test(tests, a_derived_volume_needs_no_raster_and_is_told);
    tcase_add_test(tests, shares_over_three_years_have_no_conversions_and_close);
    suite_add_tcase(suite, tests);
    if (!scene_start())
        return EXIT_FAILURE;
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    demo_stop();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
