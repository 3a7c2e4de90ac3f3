/* Targets, shares and outlooks are those by hand, printed and in the file. */
#include "tests/pipelines/track_fixture.h"

START_TEST(the_outlook_is_that_by_hand)
{
    make_whole();
    ck_assert_uint_eq(track.targets.count, 3);
    ck_assert_int_eq(track.targets.items[0].target.year, 2015);
    const struct sink_outlook *coverage = &track.outlooks[0];
    check_near(coverage->gap, 0.02);
    check_near(coverage->rate_needed_per_yr, 0.004);
    check_near(coverage->at_target.value, 0.23 + 1.0 / 600 + 0.015);
    ck_assert_int_eq(coverage->meeting, SINK_MEETING_EXPECTED);
    ck_assert_int_eq(coverage->met_year, 2017);
    /* -+ t(1) s sqrt(1 + 1/3 + 10^2 / 50), s^2 = 1e-4 / 6; t(1) = 12.7062 */
    const double half = coverage->at_target.upper - coverage->at_target.value;
    ck_assert_double_eq_tol(half, 12.7062 * sqrt(1e-4 / 6) * sqrt(1 + 1.0 / 3 + 2), 1e-6);
    const struct sink_outlook *passed = &track.outlooks[REGIONS];
    ck_assert_int_eq(passed->meeting, SINK_MEETING_MET);
    ck_assert_int_eq(passed->met_year, 2005);
    const struct sink_outlook *volume = &track.outlooks[2 * REGIONS];
    check_near(volume->gap, 1610);
    check_near(volume->rate_needed_per_yr, 80.5);
    check_near(volume->at_target.value, 21050.0 / 3 + 205 * 25);
}
END_TEST

/* Below 25 % are Fields, by 50 - 30 ha, and the island, by 12.5 - 12 ha; the whole by 7 ha. */
START_TEST(lacking_forest_is_shared_and_ranked)
{
    static const double amounts[] = {0, 20, 0.5}; /* Woods, Fields, island */
    static const size_t children[] = {1, 2, 4};
    static const int ranks[] = {0, 1, 2};
    make_whole();
    check_near(track.lacking[0], 20.5);
    for (size_t i = 0; i < 3; i++) {
        const struct sink_lack *lack = &track.lacks[children[i]];
        check_near(lack->amount, amounts[i]);
        check_near(lack->share, amounts[i] / 20.5);
        ck_assert_int_eq(lack->rank, ranks[i]);
    }
    ck_assert(isnan(track.lacks[0].amount)); /* the whole itself */
    ck_assert(isnan(track.lacks[3].amount)); /* two levels down */
    check_printed("7.0000 ha of forest; the regions of the next level that are below lack 20.50",
                  true);
    check_printed("1 of 3 regions lack nothing", true);
}
END_TEST

/* 9660 m3 on 80.5 ha are 120 m3/ha: 4620, 3600 and 1440 m3 are due. */
START_TEST(lacking_volume_is_shared_by_forest_area)
{
    static const double dues[] = {4620, 3600, 1440}, amounts[] = {620, 1600, 0};
    static const size_t children[] = {1, 2, 4};
    static const int ranks[] = {2, 1, 0};
    make_whole();
    check_near(track.lacking[2 * REGIONS], 2220);
    for (size_t i = 0; i < 3; i++) {
        const size_t at = 2 * REGIONS + children[i];
        check_near(track.dues[at], dues[i]);
        check_near(track.lacks[at].amount, amounts[i]);
        check_near(track.lacks[at].share, amounts[i] / 2220);
        ck_assert_int_eq(track.lacks[at].rank, ranks[i]);
    }
    size_t order[REGIONS];
    ck_assert_uint_eq(sink_track_order(&track, 2, 0, order), 3);
    ck_assert_uint_eq(order[0], 2);
    ck_assert_uint_eq(order[1], 1);
    ck_assert_uint_eq(order[2], 4);
}
END_TEST

START_TEST(a_passed_target_says_so_and_has_no_shares)
{
    make_whole();
    ck_assert(isnan(track.lacking[REGIONS]));
    for (size_t r = 0; r < REGIONS; r++)
        ck_assert(isnan(track.lacks[REGIONS + r].share));
    check_printed("already passed: at or above it since 2005", true);
    check_printed("Gap of 21 %", false);
}
END_TEST

START_TEST(what_is_counted_is_printed_with_the_numbers)
{
    struct made made = whole;
    made.job = JOB_START JOB_END
        "forest_classes: [forest, shrubland]\nland_area: {without: [water, sea]}\n";
    char *paths[] = {write_inventory("a.nc", &made)};
    make_good(paths, 1, NULL);
    check_printed("Forest: the classes forest, shrubland (forest_classes of the job)", true);
    check_printed("all classes without water, sea (land_area of the job)", true);
    sink_track_free(&track);
    make_whole();
    check_printed("Forest: the classes forest, bamboo, mangrove (the built-in choice)", true);
    check_printed("all classes without seagrass, tidal_flat, sea (the built-in choice)", true);
    check_printed("least squares on the years; 95 % prediction interval", true);
}
END_TEST

START_TEST(two_years_have_a_line_and_say_that_there_is_no_interval)
{
    struct made made = part(0, 2);
    char *paths[] = {write_inventory("a.nc", &made)};
    make_good(paths, 1, NULL);
    check_near(track.outlooks[0].at_target.value, 0.26);
    ck_assert(isnan(track.outlooks[0].at_target.lower));
    check_printed("the line through both years; two years give no interval", true);
}
END_TEST

START_TEST(one_year_has_gaps_and_no_trend)
{
    struct made made = part(2, 1);
    char *paths[] = {write_inventory("a.nc", &made)};
    make_good(paths, 1, NULL);
    check_near(track.lacking[0], 20.5);
    ck_assert_int_eq(track.outlooks[0].meeting, SINK_MEETING_UNKNOWN);
    check_printed("one year: no trend", true);
    check_printed("unknown: one year gives no trend", true);
}
END_TEST

START_TEST(without_a_volume_that_part_is_absent_and_says_so)
{
    struct made made = whole;
    made.has_volume = false;
    char *paths[] = {write_inventory("a.nc", &made)};
    make_good(paths, 1, NULL);
    ck_assert_ptr_null(track.values[SINK_TARGET_FOREST_STOCK_VOLUME]);
    check_printed("forest stock volume: absent, no inventory has the layer stock_volume", true);
    check_printed("forest stock volume: trend", false);
    check_near(track.lacking[0], 20.5);
    ck_assert(isnan(track.lacking[2 * REGIONS]));
}
END_TEST

START_TEST(a_volume_that_some_years_lack_is_noted)
{
    struct made early = part(0, 2), late = part(2, 1);
    late.has_volume = false;
    char *paths[] = {write_inventory("early.nc", &early), write_inventory("late.nc", &late)};
    make_good(paths, 2, NULL);
    ck_assert_int_eq(track.outlooks[2 * REGIONS].last_year, 2005);
    ck_assert_uint_eq(track.note_count, 1);
    check_printed("late.nc: no stock volume in it", true);
    check_printed("by the 2 of 3 years with a value: the line through both", true);
}
END_TEST

START_TEST(the_built_in_targets_are_read)
{
    char *paths[] = {write_inventory("a.nc", &whole)};
    make_good(paths, 1, "china");
    const struct {
        enum sink_target_kind kind;
        int year;
        double value;
    } wanted[] = {{SINK_TARGET_FOREST_COVERAGE, 2025, 0.241},
                  {SINK_TARGET_FOREST_COVERAGE, 2030, 0.25},
                  {SINK_TARGET_FOREST_STOCK_VOLUME, 2030, 19e9},
                  {SINK_TARGET_FOREST_STOCK_VOLUME, 2035, 24e9}};
    for (size_t w = 0; w < COUNT(wanted); w++) {
        bool is_there = false;
        for (size_t t = 0; t < track.targets.count; t++) {
            const struct sink_track_target *item = &track.targets.items[t];
            is_there =
                is_there ||
                (item->target.kind == wanted[w].kind && item->target.year == wanted[w].year &&
                 fabs(item->target.value / wanted[w].value - 1) < 1e-15 && *item->source);
        }
        ck_assert_msg(is_there, "no target of %d", wanted[w].year);
    }
    ck_assert_str_eq(track.targets.from, "the built-in table china");
    for (size_t t = 0; t < track.targets.count; t++) /* what was reached is no target */
        ck_assert_int_ge(track.targets.items[t].target.year, 2025);
    check_printed("forest coverage 2021, reached                24.02 %", true);
    check_printed("forest stock volume 2018, reached     17560000000 m3", true);
    check_printed("Not tracked: ", true);
}
END_TEST

#define HEADER "target,year,value,unit,source,kind,verified,note\n"

static struct sink_track_targets targets;

static enum sink_status parse_targets(const char *text)
{
    return sink_track_targets_parse("t.csv", text, strlen(text), &targets, &faults);
}

START_TEST(a_table_of_targets_is_sorted_and_kept_with_its_sources)
{
    ck_assert_int_eq(
        parse_targets("# comment\n" HEADER "forest_stock_volume,2030,19e9,m3,plan,,seen,\n"
                      "forest_coverage,2035,0.3,1,plan,target,recalled,\"about, or so\"\n"
                      "forest_coverage,2021,24.02,%,census,reached,seen,\n"
                      "wetland_protection_rate,2025,55,%,plan,,,\n"
                      "wetland_protection_rate,2021,50,%,plan,reached,,\n"
                      "forest_coverage,2025,24.1,%,plan,,,\n"),
        SINK_OK);
    ck_assert_uint_eq(targets.count, 3);
    ck_assert_int_eq(targets.items[0].target.year, 2025);
    check_near(targets.items[0].target.value, 0.241);
    ck_assert_int_eq(targets.items[1].target.year, 2035);
    check_near(targets.items[1].target.value, 0.3);
    ck_assert_str_eq(targets.items[1].verified, "recalled");
    ck_assert_str_eq(targets.items[1].note, "about, or so");
    check_near(targets.items[2].target.value, 19e9);
    ck_assert_str_eq(targets.items[2].source, "plan");
    ck_assert_uint_eq(targets.reached_count, 1);
    ck_assert_int_eq(targets.reached[0].target.year, 2021);
    ck_assert_str_eq(targets.left_out, "wetland_protection_rate 2025");
    sink_track_targets_free(&targets);
}
END_TEST

static const struct {
    const char *text, *expected;
} bad_tables[] = {
    {"target,year,value,unit\nforest_coverage,2030,25,%\n", "t.csv:1: no column source"},
    {"target,year,value,unit,source,kinds\n",
     "t.csv:1: no such column \"kinds\", did you mean kind"},
    {HEADER "forest_coverage,20x5,25,%,s,,,\n",
     "t.csv:2: year: \"20x5\", expected a year from 1000 to 9999"},
    {HEADER "forest_coverage,2030,25,m3,s,,,\n", "t.csv:2: unit: \"m3\", expected % or 1"},
    {HEADER "forest_stock_volume,2030,25,%,s,,,\n", "t.csv:2: unit: \"%\", expected m3"},
    {HEADER "forest_coverage,2030,101,%,s,,,\n",
     "t.csv:2: value: \"101\", expected a share above 0 and up to 100 %"},
    {HEADER "forest_coverage,2030,0x1,%,s,,,\n",
     "t.csv:2: value: \"0x1\", expected a number such as 25 or 19e9"},
    {HEADER "forest_coverage,2030,25,%,s,reach,,\n",
     "t.csv:2: kind: \"reach\", expected target or reached"},
    {HEADER "forest_coverage,2030,25,%,,,,\n",
     "t.csv:2: source: \"\", expected where the target is written"}};

START_TEST(a_fault_of_a_table_of_targets_names_its_line)
{
    ck_assert_int_eq(parse_targets(bad_tables[_i].text), SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_str_eq(faults.items[0].message, bad_tables[_i].expected);
}
END_TEST

START_TEST(a_word_that_names_no_targets_is_a_wrong_word)
{
    char *paths[] = {write_inventory("a.nc", &whole)};
    ck_assert_int_eq(make(paths, 1, "chine"), SINK_BAD_JOB);
    ck_assert_str_eq(faults.items[0].message,
                     "--targets chine: expected china or a path ending in .csv");
}
END_TEST

START_TEST(no_targets_leave_the_series_and_the_trend)
{
    struct made made = whole;
    made.job = JOB_START "targets: none\n" JOB_END;
    char *paths[] = {write_inventory("a.nc", &made)};
    make_good(paths, 1, NULL);
    ck_assert_uint_eq(track.targets.count, 0);
    check_printed("which has none that is tracked", true);
    check_printed("forest coverage: trend +0.3000 points a year", true);
    ck_assert_int_eq(sink_track_write(&track, path_of("out.nc"), &error), SINK_OK);
}
END_TEST

START_TEST(targets_that_no_job_gives_are_the_built_in_default)
{
    struct made made = whole;
    made.job = JOB_START JOB_END;
    char *paths[] = {write_inventory("a.nc", &made)};
    make_good(paths, 1, NULL);
    ck_assert_uint_eq(track.targets.count, 2);
    ck_assert_str_eq(track.targets.items[0].source, "built-in default");
    check_printed("Targets: built-in default; the job in ", true);
    check_printed("19000000000 m3  built-in default", true);
    check_printed("the job\n", false);
}
END_TEST

static void check_targets_of(const char *path)
{
    char *from = sink_text_format("the job in %s", path);
    ck_assert_str_eq(track.targets.from, from);
    free(from);
}

/* A job that gives none does not stand before one of the same year that does, and is no other
 * opinion; two that differ are. */
START_TEST(of_the_same_last_year_a_job_with_targets_counts)
{
    struct made silent = whole, other = whole;
    silent.job = JOB_START JOB_END;
    other.job = JOB_START "targets: {forest_coverage: {2030: 30 %}}\n" JOB_END;
    char *paths[] = {write_inventory("a.nc", &silent), write_inventory("b.nc", &whole),
                     write_inventory("c.nc", &whole), write_inventory("d.nc", &other)};
    make_good(paths, 3, NULL);
    check_targets_of(paths[1]);
    ck_assert_uint_eq(track.note_count, 0);
    sink_track_free(&track);
    make_good(paths, 4, NULL);
    check_targets_of(paths[1]);
    ck_assert_uint_eq(track.note_count, 1);
    char *note = sink_text_format("Note: the targets are those of the job in %s; that in %s, of "
                                  "the same last year, has others\n",
                                  paths[1], paths[3]);
    check_printed(note, true);
    free(note);
}
END_TEST

/* Values of a variable of the result; fill values as NaN. The caller frees. */
static double *read_result(const char *variable, const char *first, size_t *count)
{
    struct sink_nc_reader nc;
    const char *const dimensions[] = {first, "region", NULL};
    ck_assert_int_eq(sink_nc_reader_open(&nc, path_of("out.nc"), &error), SINK_OK);
    double *values = sink_nc_read(&nc, variable, SINK_NC_DOUBLE, dimensions);
    ck_assert_msg(values != NULL, "%s", nc.error.message);
    *count = sink_nc_length(&nc, first) * sink_nc_length(&nc, "region");
    for (size_t i = 0; i < *count; i++)
        values[i] = values[i] >= NC_FILL_DOUBLE ? NAN : values[i];
    sink_nc_reader_close(&nc);
    return values;
}

static void check_result(const char *variable, const char *first, size_t at, double expected)
{
    size_t count;
    double *values = read_result(variable, first, &count);
    ck_assert_uint_gt(count, at);
    if (isnan(expected))
        ck_assert(isnan(values[at]));
    else
        check_near(values[at], expected);
    free(values);
}

START_TEST(the_result_as_netcdf_has_the_figures_with_regions_last)
{
    make_whole();
    ck_assert_int_eq(sink_track_write(&track, path_of("out.nc"), &error), SINK_OK);
    check_result("forest_area", "time", 2 * REGIONS, 80.5);
    check_result("forest_coverage", "time", REGIONS, 0.22);
    check_result("forest_stock_volume", "time", 2 * REGIONS + 4, 2050);
    check_result("forest_coverage_due", "coverage_target", REGIONS, 0.21);
    check_result("forest_coverage_projected", "coverage_target", 0, 0.23 + 1.0 / 600 + 0.015);
    check_result("forest_coverage_met_year", "coverage_target", 0, 2017);
    check_result("forest_coverage_met_year", "coverage_target", REGIONS, 2005);
    check_result("forest_coverage_rate_needed", "coverage_target", 0, 0.004);
    check_result("forest_coverage_gap_share", "coverage_target", 2, 20 / 20.5);
    check_result("forest_coverage_gap_share", "coverage_target", 0, NAN);
    check_result("forest_coverage_gap_share", "coverage_target", REGIONS + 2, NAN); /* passed */
    check_result("forest_coverage_gap_rank", "coverage_target", 4, 2);
    check_result("forest_area_lacking", "coverage_target", 4, 0.5);
    check_result("forest_stock_volume_due", "volume_target", 1, 4620);
    check_result("forest_stock_volume_lacking", "volume_target", 2, 1600);
    check_result("forest_stock_volume_gap_share", "volume_target", 1, 620.0 / 2220);
    struct sink_nc_reader nc;
    ck_assert_int_eq(sink_nc_reader_open(&nc, path_of("out.nc"), &error), SINK_OK);
    char **ids = sink_nc_read_column(&nc, "region_id", SINK_NC_STRING, "region");
    char **hashes = sink_nc_read_column(&nc, "input_sha256", SINK_NC_STRING, "input");
    ck_assert(ids && hashes);
    for (size_t r = 0; r < REGIONS; r++)
        ck_assert_str_eq(ids[r], whole.ids[r]);
    ck_assert_str_eq(hashes[0], track.inventories[0].sha256);
    sink_nc_free_texts(ids, REGIONS);
    sink_nc_free_texts(hashes, 1);
    sink_nc_reader_close(&nc);
}
END_TEST

static void add_results(TCase *tests)
{
    tcase_add_test(tests, the_outlook_is_that_by_hand);
    tcase_add_test(tests, lacking_forest_is_shared_and_ranked);
    tcase_add_test(tests, lacking_volume_is_shared_by_forest_area);
    tcase_add_test(tests, a_passed_target_says_so_and_has_no_shares);
    tcase_add_test(tests, what_is_counted_is_printed_with_the_numbers);
    tcase_add_test(tests, two_years_have_a_line_and_say_that_there_is_no_interval);
    tcase_add_test(tests, one_year_has_gaps_and_no_trend);
    tcase_add_test(tests, without_a_volume_that_part_is_absent_and_says_so);
    tcase_add_test(tests, a_volume_that_some_years_lack_is_noted);
    tcase_add_test(tests, the_result_as_netcdf_has_the_figures_with_regions_last);
}

static void add_targets(TCase *tests)
{
    tcase_add_test(tests, the_built_in_targets_are_read);
    tcase_add_test(tests, a_table_of_targets_is_sorted_and_kept_with_its_sources);
    tcase_add_loop_test(tests, a_fault_of_a_table_of_targets_names_its_line, 0, COUNT(bad_tables));
    tcase_add_test(tests, a_word_that_names_no_targets_is_a_wrong_word);
    tcase_add_test(tests, targets_that_no_job_gives_are_the_built_in_default);
    tcase_add_test(tests, of_the_same_last_year_a_job_with_targets_counts);
    tcase_add_test(tests, no_targets_leave_the_series_and_the_trend);
}

int main(void)
{
    Suite *suite = suite_create("track");
    TCase *tests = tcase_create("track");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    add_results(tests);
    add_targets(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
