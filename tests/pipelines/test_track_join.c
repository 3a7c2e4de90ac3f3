/* Inventories are joined, or refused with the names of both; files of strangers are refused. */
#include "tests/pipelines/track_fixture.h"

/* Two inventories, the second of them changed, give this error; %1 and %2 stand for their paths. */
static void check_refused(const struct made *second, const char *expected)
{
    struct made first = part(0, 2);
    char text[1024] = "";
    char *paths[] = {write_inventory("a.nc", &first), write_inventory("b.nc", second)};
    ck_assert_int_eq(make(paths, 2, NULL), SINK_BAD_DATA);
    for (const char *c = expected; *c; c++)
        if (*c == '%' && (c[1] == '1' || c[1] == '2'))
            strcat(text, paths[*++c - '1']);
        else
            strncat(text, c, 1);
    ck_assert_str_eq(faults.items[0].message, text);
}

START_TEST(years_of_several_inventories_are_joined_and_sorted)
{
    struct made late = part(2, 1), early = part(0, 2);
    char *paths[] = {write_inventory("late.nc", &late), write_inventory("early.nc", &early)};
    make_good(paths, 2, NULL);
    ck_assert_uint_eq(track.year_count, 3);
    ck_assert_uint_eq(track.region_count, REGIONS);
    for (size_t y = 0; y < 3; y++) {
        ck_assert_int_eq(track.years[y], whole.years[y]);
        for (size_t r = 0; r < REGIONS; r++) {
            const size_t at = y * REGIONS + r;
            check_near(track.land_ha[at], whole.land_ha[y][r]);
            check_near(track.forest_ha[at], whole.forest_ha[y][r]);
            check_near(track.values[SINK_TARGET_FOREST_COVERAGE][at],
                       whole.forest_ha[y][r] / whole.land_ha[y][r]);
            check_near(track.values[SINK_TARGET_FOREST_STOCK_VOLUME][at], whole.volume_m3[y][r]);
        }
    }
}
END_TEST

/* Of the years whose last day lies in the next one by the mean length of a year. */
START_TEST(the_last_day_of_a_year_belongs_to_it)
{
    static const int years[] = {1696, 2072, 2096};
    struct made made = whole;
    memcpy(made.years, years, sizeof years);
    char *paths[] = {write_inventory("a.nc", &made)};
    make_good(paths, 1, NULL);
    for (size_t y = 0; y < COUNT(years); y++)
        ck_assert_int_eq(track.years[y], years[y]);
}
END_TEST

START_TEST(regions_in_another_order_are_matched_by_their_ids)
{
    struct made first = part(0, 2), other = part(2, 1);
    const size_t order[] = {0, 4, 2, 3, 1};
    for (size_t r = 0; r < REGIONS; r++) {
        other.ids[r] = whole.ids[order[r]];
        other.parents[r] = whole.parents[order[r]];
        other.area_ha[r] = whole.area_ha[order[r]];
        other.land_ha[0][r] = whole.land_ha[2][order[r]];
        other.forest_ha[0][r] = whole.forest_ha[2][order[r]];
    }
    char *paths[] = {write_inventory("a.nc", &first), write_inventory("b.nc", &other)};
    make_good(paths, 2, NULL);
    for (size_t r = 0; r < REGIONS; r++)
        check_near(track.forest_ha[2 * REGIONS + r], whole.forest_ha[2][r]);
}
END_TEST

START_TEST(a_file_of_one_region_is_a_whole_of_its_own)
{
    struct made made = whole;
    made.region_count = 1;
    made.ids[0] = "02";
    made.parents[0] = "0";
    made.levels[0] = 1;
    char *paths[] = {write_inventory("02.nc", &made)};
    make_good(paths, 1, NULL);
    ck_assert_uint_eq(track.region_count, 1);
    ck_assert_int_eq(track.outlooks[0].met_year, 2017);
    ck_assert(isnan(track.lacking[0]));
    check_printed("2017", true);
}
END_TEST

START_TEST(a_year_twice_with_the_same_figures_is_fine)
{
    struct made first = part(0, 2), second = part(1, 2);
    second.forest_ha[0][1] *= 1 + 1e-12;
    char *paths[] = {write_inventory("a.nc", &first), write_inventory("b.nc", &second)};
    make_good(paths, 2, NULL);
    ck_assert_uint_eq(track.year_count, 3);
}
END_TEST

START_TEST(a_year_twice_with_other_figures_is_refused)
{
    struct made second = part(1, 2);
    second.forest_ha[0][1] = 36;
    check_refused(&second, "%2: 2005, region 01: forest area, ha: 36, but in %1 it is 35; expected "
                           "the same figures for the same year");
}
END_TEST

/* The one between has no volume: the third still differs from the first. */
START_TEST(a_volume_is_compared_past_an_inventory_without)
{
    struct made first = whole, second = whole, third = whole;
    second.has_volume = false;
    third.volume_m3[1][2] = 1900;
    char *paths[] = {write_inventory("a.nc", &first), write_inventory("b.nc", &second),
                     write_inventory("c.nc", &third)};
    ck_assert_int_eq(make(paths, 3, NULL), SINK_BAD_DATA);
    char *told = sink_text_format("%s: 2005, region 02: forest stock volume, m3: 1900, but in %s "
                                  "it is 1800; expected the same figures for the same year",
                                  paths[2], paths[0]);
    ck_assert_str_eq(faults.items[0].message, told);
    free(told);
}
END_TEST

START_TEST(a_region_that_is_missing_is_refused)
{
    struct made second = part(2, 1);
    second.ids[4] = "04";
    check_refused(&second, "%2: no region 03, which %1 has; expected the same regions");
}
END_TEST

START_TEST(a_region_too_many_is_refused)
{
    struct made first = part(0, 2), second = part(2, 1);
    first.region_count = 4;
    char *paths[] = {write_inventory("a.nc", &first), write_inventory("b.nc", &second)};
    ck_assert_int_eq(make(paths, 2, NULL), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(faults.items[0].message, "a.nc: no region 03, which "));
}
END_TEST

START_TEST(another_parent_is_refused)
{
    struct made second = part(2, 1);
    second.parents[4] = "02";
    check_refused(&second, "%2: the parent of region 03 is \"02\", but in %1 it is \"0\"; expected "
                           "the same regions");
}
END_TEST

START_TEST(another_boundary_is_refused)
{
    struct made second = part(2, 1);
    second.area_ha[1] = 101;
    check_refused(&second, "%2: the polygon of region 01 has 101 ha, but in %1 it has 100 ha; "
                           "expected the same boundaries");
}
END_TEST

START_TEST(another_forest_is_refused)
{
    struct made second = part(2, 1);
    second.job = JOB_START JOB_END "forest_classes: [forest]\n";
    check_refused(&second, "%2: forest is forest, but in %1 it is forest, bamboo, mangrove; "
                           "expected the same definition");
}
END_TEST

START_TEST(another_land_area_is_refused)
{
    struct made second = part(2, 1);
    second.job = JOB_START JOB_END "land_area: {without: [water, sea]}\n";
    check_refused(&second, "%2: the land area is without water, sea, but in %1 without seagrass, "
                           "tidal_flat, sea; expected the same definition");
}
END_TEST

/* The same by other words is no difference. */
START_TEST(a_definition_is_what_it_lists)
{
    struct made first = part(0, 2), second = part(2, 1);
    second.job = JOB_START JOB_END "forest_classes: [mangrove, bamboo, forest]\n";
    char *paths[] = {write_inventory("a.nc", &first), write_inventory("b.nc", &second)};
    make_good(paths, 2, NULL);
    ck_assert_uint_eq(track.targets.count, 2); /* of the latest: the defaults of a job */
    check_near(track.targets.items[0].target.value, 0.25);
}
END_TEST

START_TEST(legends_that_differ_and_gaps_are_noted)
{
    struct made first = part(0, 2), second = part(2, 1);
    second.classes[1] = "grassland";
    second.completeness = 0.9;
    char *paths[] = {write_inventory("a.nc", &first), write_inventory("b.nc", &second)};
    make_good(paths, 2, NULL);
    ck_assert_uint_eq(track.note_count, 3);
    check_printed("a.nc knows cropland, that of ", true);
    check_printed("b.nc knows grassland, that of ", true);
    check_printed("b.nc: 2010, region 0: 90.00 % of its area have a class", true);
}
END_TEST

/* What strangers may write. */
static void check_file_refused(const struct made *made, const char *expected)
{
    char *paths[] = {write_inventory("a.nc", made)};
    ck_assert_int_eq(make(paths, 1, NULL), SINK_BAD_DATA);
    ck_assert_ptr_eq(strstr(faults.items[0].message, paths[0]), faults.items[0].message);
    ck_assert_str_eq(faults.items[0].message + strlen(paths[0]) + 2, expected);
}

static void double_an_id(struct made *made)
{
    made->ids[4] = "01";
}

static void turn_parents_round(struct made *made)
{
    made->parents[1] = "03";
}

static void take_forest_away(struct made *made)
{
    made->forest_ha[1][2] = -1;
}

static void colour_a_name(struct made *made)
{
    made->names[2] = "\x1b[31mred";
}

static void spoil_the_job(struct made *made)
{
    made->job = "years: 2000\n";
}

static void be_a_tally(struct made *made)
{
    made->layout = "tally-0";
}

static void have_no_year(struct made *made)
{
    made->year_count = 0;
}

static const struct {
    void (*change)(struct made *made);
    const char *expected;
} wrongs[] = {{double_an_id, "region 01 is there twice"},
              {turn_parents_round, "region 01 comes before its parent 03"},
              {take_forest_away, "forest_area: -1, expected 0 or more"},
              {colour_a_name, "region_name: \"\\x1b[31mred\" cannot be shown, expected a name"},
              {spoil_the_job, "the job in it: job.yml:1:1: regions: absent, expected the file of "
                              "the regions and the attribute with their ids"},
              {be_a_tally,
               "no inventory: sinkcalc_layout is \"tally-0\", expected \"" SINK_INVENTORY_LAYOUT
               "\""},
              {have_no_year, "no year, expected one or more"}};

START_TEST(a_file_that_is_no_good_inventory_is_refused)
{
    struct made made = whole;
    wrongs[_i].change(&made);
    check_file_refused(&made, wrongs[_i].expected);
}
END_TEST

static void add_joins(TCase *tests)
{
    tcase_add_test(tests, years_of_several_inventories_are_joined_and_sorted);
    tcase_add_test(tests, the_last_day_of_a_year_belongs_to_it);
    tcase_add_test(tests, regions_in_another_order_are_matched_by_their_ids);
    tcase_add_test(tests, a_file_of_one_region_is_a_whole_of_its_own);
    tcase_add_test(tests, a_year_twice_with_the_same_figures_is_fine);
    tcase_add_test(tests, a_year_twice_with_other_figures_is_refused);
    tcase_add_test(tests, a_volume_is_compared_past_an_inventory_without);
    tcase_add_test(tests, a_region_that_is_missing_is_refused);
    tcase_add_test(tests, a_region_too_many_is_refused);
    tcase_add_test(tests, another_parent_is_refused);
    tcase_add_test(tests, another_boundary_is_refused);
    tcase_add_test(tests, another_forest_is_refused);
    tcase_add_test(tests, another_land_area_is_refused);
    tcase_add_test(tests, a_definition_is_what_it_lists);
    tcase_add_test(tests, legends_that_differ_and_gaps_are_noted);
    tcase_add_loop_test(tests, a_file_that_is_no_good_inventory_is_refused, 0, COUNT(wrongs));
}

int main(void)
{
    Suite *suite = suite_create("track_join");
    TCase *tests = tcase_create("join");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    add_joins(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
