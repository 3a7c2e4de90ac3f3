/* What the land was before, cell by cell: maps are drawn, and the story of each cell is told. */
#include "pipelines/digest.h"
#include "tests/pipelines/history_fixture.h"

START_TEST(the_latest_three_conversions_are_told_and_a_fourth_is_forgotten)
{
    struct sink_session session;
    scene_map(2001, "FFF");
    scene_map(2002, "FCF");
    scene_map(2003, "FGF");
    scene_map(2004, "FWF");
    scene_map(2005, "FFC");
    scene_map(2006, "FCC");
    scene_regions(3);
    demo_tally(scene_job("years: [2001, 2002, 2003, 2004, 2005, 2006]\n"
                         "layers: {" SCENE_LAND "}\n"),
               1, false, &session);
    for (size_t pass = 0; pass < 5; pass++)
        scene_check(&session, 0, pass, "forest > forest");
    scene_check(&session, 1, 0, "forest > cropland");
    scene_check(&session, 1, 1, "cropland > grassland | forest until 2001");
    scene_check(&session, 1, 2, "grassland > wetland | cropland until 2002, forest until 2001");
    scene_check(&session, 1, 3,
                "wetland > forest | grassland until 2003, cropland until 2002, forest until 2001");
    scene_check(&session, 1, 4,
                "forest > cropland | wetland until 2004, grassland until 2003, cropland until "
                "2002");
    scene_check(&session, 2, 3, "forest > cropland");
    scene_check(&session, 2, 4, "cropland > cropland | forest until 2004");
    sink_session_close(&session);
}
END_TEST

START_TEST(a_job_may_ask_for_fewer_conversions)
{
    struct sink_session session;
    scene_map(2001, "F");
    scene_map(2002, "C");
    scene_map(2003, "G");
    scene_map(2004, "W");
    scene_regions(1);
    for (int latest = 1; latest <= 2; latest++) {
        char job[256];
        snprintf(job, sizeof job,
                 "years: [2001, 2002, 2003, 2004]\nlayers: {" SCENE_LAND "}\n"
                 "conversion: {latest: %d}\n",
                 latest);
        demo_tally(scene_job(job), 1, false, &session);
        scene_check(&session, 0, 2,
                    latest == 1 ? "grassland > wetland | cropland until 2002"
                                : "grassland > wetland | cropland until 2002, forest until 2001");
        sink_session_close(&session);
    }
}
END_TEST

START_TEST(land_without_data_on_a_map_of_the_years_starts_anew)
{
    struct sink_session session;
    scene_map(2001, "FFFF.");
    scene_map(2002, "CCFFF");
    scene_map(2003, ".?.?C");
    scene_map(2004, "GGCFG");
    scene_map(2005, "GWCFG");
    scene_regions(5);
    demo_tally(scene_job("years: [2001, 2002, 2003, 2004, 2005]\n"
                         "layers: {" SCENE_LAND "}\n" SCENE_COUNT),
               1, false, &session);
    scene_check(&session, 0, 1, "cropland > nodata | forest until 2001");
    scene_check(&session, 0, 2, "nodata > grassland");
    scene_check(&session, 0, 3, "grassland > grassland");
    scene_check(&session, 1, 1, "cropland > unknown | forest until 2001");
    scene_check(&session, 1, 2, "unknown > grassland");
    scene_check(&session, 1, 3, "grassland > wetland");
    scene_check(&session, 2, 3, "cropland > cropland");
    scene_check(&session, 3, 3, "forest > forest");
    scene_check(&session, 4, 0, "nodata > forest");
    scene_check(&session, 4, 3, "grassland > grassland | cropland until 2003, forest until 2002");
    sink_session_close(&session);
}
END_TEST

/* A conversion over a gap is dated to the map before the one that first shows the next class, be
 * it the gap. Cells: gaps of no data and of a code unknown, the same class after the gap, a gap at
 * the start, at the end of the history, and one that the first year shares. */
START_TEST(a_gap_on_a_map_of_the_history_is_bridged)
{
    struct sink_session session;
    scene_map(1990, "FFF.FF");
    scene_map(1995, ".?.FFF");
    scene_map(2000, "CCFC..");
    scene_map(2005, "CCFCC.");
    scene_map(2010, "CCFCCC");
    scene_map(2015, "CCFCCC");
    scene_regions(6);
    demo_tally(scene_job("history: [1990, 1995, 2000]\nyears: [2005, 2010, 2015]\n"
                         "layers: {" SCENE_LAND "}\n" SCENE_COUNT),
               1, false, &session);
    for (size_t pass = 0; pass < 2; pass++) {
        scene_check(&session, 0, pass, "cropland > cropland | forest until 1995");
        scene_check(&session, 1, pass, "cropland > cropland | forest until 1995");
        scene_check(&session, 2, pass, "forest > forest");
        scene_check(&session, 3, pass, "cropland > cropland | forest until 1995");
        scene_check(&session, 4, pass, "cropland > cropland | forest until 2000");
    }
    scene_check(&session, 5, 0, "nodata > cropland");
    scene_check(&session, 5, 1, "cropland > cropland");
    sink_session_close(&session);
}
END_TEST

/* Rows of cells that are alike from map to map are passed over, but not where the same code begins
 * to mean something else: a gap of the history becomes land that starts anew. */
START_TEST(a_gap_of_many_cells_from_history_to_years_starts_anew)
{
    struct sink_session session;
    const char *forest = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";
    const char *none = "..................................................";
    const char *cropland = "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC";
    scene_map(1990, forest);
    scene_map(1995, none);
    scene_map(2000, none);
    scene_map(2005, none);
    scene_map(2010, cropland);
    scene_map(2015, cropland);
    scene_regions(50);
    demo_tally(scene_job("history: [1990, 1995, 2000]\nyears: [2005, 2010, 2015]\n"
                         "layers: {" SCENE_LAND "}\n" SCENE_COUNT),
               1, false, &session);
    for (int cell = 0; cell < 50; cell++)
        scene_check(&session, cell, 1, "cropland > cropland");
    sink_session_close(&session);
    demo_tally(scene_job("history: [1990, 1995, 2000, 2005]\nyears: [2010, 2015]\n"
                         "layers: {" SCENE_LAND "}\n" SCENE_COUNT),
               1, false, &session);
    for (int cell = 0; cell < 50; cell++)
        scene_check(&session, cell, 0, "cropland > cropland | forest until 2005");
    sink_session_close(&session);
}
END_TEST

/* Cells that are the same on the maps of a pass and the one before stay in their stratum. */
START_TEST(many_cells_alike_change_in_the_pass_in_which_they_change)
{
    struct sink_session session;
    const char *forest = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";
    const char *cropland = "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC";
    const char *const expected[] = {
        "forest > forest", "forest > cropland", "cropland > cropland | forest until 2002",
        "cropland > cropland | forest until 2002", "cropland > forest | forest until 2002"};
    for (int year = 2001; year <= 2006; year++)
        scene_map(year, year > 2002 && year < 2006 ? cropland : forest);
    scene_regions(40);
    demo_tally(scene_job("years: [2001, 2002, 2003, 2004, 2005, 2006]\nlayers: {" SCENE_LAND "}\n"),
               1, false, &session);
    for (int cell = 0; cell < 40; cell++)
        for (size_t pass = 0; pass < 5; pass++)
            scene_check(&session, cell, pass, expected[pass]);
    sink_session_close(&session);
}
END_TEST

static void write_codes(int year, enum scene_type type, double nodata, const char *even,
                        const char *odd)
{
    char name[32];
    double codes[40];
    snprintf(name, sizeof name, "lc_%d.tif", year);
    for (int i = 0; i < 40; i++)
        codes[i] = letter_code(i % 2 ? *odd : *even);
    scene_numbers(name, type, nodata, codes, 40);
}

/* Two files may hold the same bytes and mean different things by them: here C of 2003 is no data,
 * and what begins like 2001 in bytes, 2002, has 16 bits to the cell. */
START_TEST(each_map_has_the_no_data_value_and_the_type_of_its_own_file)
{
    struct sink_session session;
    scene_map(2000, "F"); /* for the legend */
    write_codes(2001, SCENE_UINT8, NAN, "F", ".");
    write_codes(2002, SCENE_UINT16, 65535, "F", "F");
    write_codes(2003, SCENE_UINT8, letter_code('C'), "F", "C");
    write_codes(2004, SCENE_UINT8, NAN, "F", "C");
    write_codes(2005, SCENE_UINT8, letter_code('C'), "F", "C");
    write_codes(2006, SCENE_UINT8, NAN, "F", "C");
    scene_regions(40);
    demo_tally(scene_job("history: [2001, 2002]\nyears: [2003, 2004, 2005, 2006]\n"
                         "layers: {" SCENE_LAND "}\n" SCENE_COUNT),
               1, false, &session);
    for (int cell = 1; cell < 40; cell += 2) {
        scene_check(&session, cell - 1, 2, "forest > forest");
        scene_check(&session, cell, 0, "nodata > cropland");
        scene_check(&session, cell, 1, "cropland > nodata");
        scene_check(&session, cell, 2, "nodata > cropland");
    }
    sink_session_close(&session);
    demo_tally(scene_job("history: [2001, 2002]\nyears: [2004, 2005, 2006]\n"
                         "layers: {" SCENE_LAND "}\n" SCENE_COUNT),
               1, false, &session);
    for (int cell = 1; cell < 40; cell += 2) {
        scene_check(&session, cell, 0, "cropland > nodata | forest until 2002");
        scene_check(&session, cell, 1, "nodata > cropland");
    }
    sink_session_close(&session);
    demo_tally(scene_job("history: [2001, 2002]\nyears: [2004, 2006]\n"
                         "layers: {" SCENE_LAND "}\n" SCENE_COUNT),
               1, false, &session);
    for (int cell = 1; cell < 40; cell += 2)
        scene_check(&session, cell, 0, "cropland > cropland | forest until 2002");
    sink_session_close(&session);
}
END_TEST

START_TEST(one_year_tells_the_conversions_that_its_history_shows)
{
    struct sink_session session;
    scene_map(1990, "FFFF");
    scene_map(2000, "FCC.");
    scene_map(2010, "FCGC");
    scene_map(2020, "CCWC");
    scene_regions(4);
    demo_tally(scene_job("history: [1990, 2000, 2010]\nyears: 2020\nlayers: {" SCENE_LAND
                         "}\n" SCENE_COUNT),
               1, false, &session);
    scene_check(&session, 0, 0, "cropland | forest until 2010");
    scene_check(&session, 1, 0, "cropland | forest until 1990");
    scene_check(&session, 2, 0,
                "wetland | grassland until 2010, cropland until 2000, forest until 1990");
    scene_check(&session, 3, 0, "cropland | forest until 2000");
    sink_session_close(&session);
}
END_TEST

START_TEST(two_years_tell_what_was_known_at_the_first)
{
    struct sink_session session;
    scene_map(2000, "FFGG");
    scene_map(2010, "FCCC");
    scene_map(2020, "CGC.");
    scene_regions(4);
    demo_tally(
        scene_job("history: 2000\nyears: [2010, 2020]\nlayers: {" SCENE_LAND "}\n" SCENE_COUNT), 1,
        false, &session);
    scene_check(&session, 0, 0, "forest > cropland");
    scene_check(&session, 1, 0, "cropland > grassland | forest until 2000");
    scene_check(&session, 2, 0, "cropland > cropland | grassland until 2000");
    scene_check(&session, 3, 0, "cropland > nodata | grassland until 2000");
    sink_session_close(&session);
}
END_TEST

START_TEST(two_years_without_history_have_no_conversions)
{
    struct sink_session session;
    scene_map(2010, "FC");
    scene_map(2020, "CC");
    scene_regions(2);
    demo_tally(
        scene_job("missing: {factor: count}\nyears: [2010, 2020]\nlayers: {" SCENE_LAND "}\n"), 1,
        false, &session);
    for (size_t d = 0; d < session.bundle.spec.dimension_count; d++)
        ck_assert_int_ne(session.bundle.spec.dimensions[d].kind, SINK_DIMENSION_CONVERSION);
    scene_check(&session, 0, 0, "forest > cropland");
    sink_session_close(&session);
}
END_TEST

START_TEST(the_history_of_presence_follows_the_order_of_the_ecosystems)
{
    struct sink_session session;
    const double forest[3][4] = {{1, 1, 0, 1}, {1, 1, 0, 0}, {0, 1, 1, 0}};
    const double mangrove[3][4] = {{0, 0, 1, 0}, {0, 1, 1, 255}, {0, 1, 0, 1}};
    const int years[] = {2000, 2010, 2020};
    for (int k = 0; k < 3; k++) {
        char name[32];
        snprintf(name, sizeof name, "forest_%d.tif", years[k]);
        scene_numbers(name, SCENE_UINT8, NAN, forest[k], 4);
        snprintf(name, sizeof name, "mangrove_%d.tif", years[k]);
        scene_numbers(name, SCENE_UINT8, 255, mangrove[k], 4);
    }
    scene_regions(4);
    demo_tally(scene_job("history: 2000\nyears: [2010, 2020]\n"
                         "layers: {forest: 'forest_{year}.tif', mangrove: "
                         "'mangrove_{year}.tif'}\n"),
               1, false, &session);
    scene_check(&session, 0, 0, "forest > other");
    scene_check(&session, 1, 0, "mangrove > mangrove | forest until 2000");
    scene_check(&session, 2, 0, "mangrove > forest");
    scene_check(&session, 3, 0, "other > mangrove | forest until 2000");
    sink_session_close(&session);
}
END_TEST

/* Under `missing: error` a map of the history may have gaps, but no code that nobody knows. */
START_TEST(an_unknown_code_on_a_map_of_the_history_is_told_with_file_and_cell)
{
    struct sink_error error;
    struct sink_session session;
    const char *job = "history: [1990, 2000]\nyears: [2010, 2020]\nlayers: {" SCENE_LAND "}\n";
    scene_map(1990, "FF.F");
    scene_map(2000, "F.C?");
    scene_map(2010, "FFCC");
    scene_map(2020, "FFCC");
    scene_regions(4);
    scene_fault(scene_job(job), &error);
    ck_assert_int_eq(error.status, SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "lc_2000.tif: cell at column 3, row 0, in region "
                                                "3: code 99 is not in the legend"));
    scene_regions(3); /* outside of all regions nobody minds */
    demo_tally(scene_job(job), 1, false, &session);
    scene_check(&session, 2, 0, "cropland > cropland");
    sink_session_close(&session);
}
END_TEST

START_TEST(a_presence_of_the_history_that_is_neither_0_nor_1_is_told)
{
    struct sink_error error;
    const double good[] = {0, 1, 0}, bad[] = {0, 1, 7};
    scene_numbers("forest_2000.tif", SCENE_UINT8, NAN, bad, 3);
    scene_numbers("forest_2010.tif", SCENE_UINT8, NAN, good, 3);
    scene_numbers("forest_2020.tif", SCENE_UINT8, NAN, good, 3);
    scene_regions(3);
    scene_fault(scene_job("history: 2000\nyears: [2010, 2020]\n"
                          "layers: {forest: 'forest_{year}.tif'}\n"),
                &error);
    ck_assert_int_eq(error.status, SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "cell at column 2, row 0, in region 2: a presence "
                                                "that is neither 0 nor 1"));
}
END_TEST

START_TEST(maps_of_the_history_are_inputs_with_their_hashes)
{
    struct sink_session session;
    char sha256[65];
    double bytes;
    struct sink_error error;
    size_t found = 0;
    scene_map(1990, "FC");
    scene_map(2000, "CC");
    scene_map(2010, "CC");
    scene_regions(2);
    demo_tally(
        scene_job(
            "missing: {factor: count}\nhistory: [1990, 2000]\nyears: 2010\nlayers: {" SCENE_LAND
            "}\n"),
        1, false, &session);
    const struct sink_evidence *evidence = &session.bundle.evidence;
    for (size_t i = 0; i < evidence->file_count; i++) {
        const struct sink_evidence_file *file = &evidence->files[i];
        if (strcmp(file->role, "land_cover 1990") != 0)
            continue;
        found++;
        ck_assert_str_eq(file->path, "lc_1990.tif");
        ck_assert_int_eq(sink_file_sha256(demo_path("lc_1990.tif"), sha256, &bytes, &error),
                         SINK_OK);
        ck_assert_str_eq(file->sha256, sha256);
        ck_assert_double_eq(file->bytes, bytes);
    }
    ck_assert_uint_eq(found, 1);
    sink_session_close(&session);
}
END_TEST

START_TEST(a_missing_map_of_the_history_is_a_fault_that_names_it)
{
    struct sink_error error;
    scene_map(2010, "FC");
    scene_map(2020, "FC");
    remove(demo_path("lc_1977.tif"));
    scene_regions(2);
    scene_fault(scene_job("history: 1977\nyears: [2010, 2020]\nlayers: {" SCENE_LAND "}\n"),
                &error);
    ck_assert_int_eq(error.status, SINK_BAD_DATA);
    ck_assert_msg(strstr(error.message, "lc_1977.tif"), "%s", error.message);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("history");
    TCase *tests = tcase_create("history");
    tcase_add_test(tests, the_latest_three_conversions_are_told_and_a_fourth_is_forgotten);
    tcase_add_test(tests, a_job_may_ask_for_fewer_conversions);
    tcase_add_test(tests, land_without_data_on_a_map_of_the_years_starts_anew);
    tcase_add_test(tests, a_gap_on_a_map_of_the_history_is_bridged);
    tcase_add_test(tests, a_gap_of_many_cells_from_history_to_years_starts_anew);
    tcase_add_test(tests, many_cells_alike_change_in_the_pass_in_which_they_change);
    tcase_add_test(tests, each_map_has_the_no_data_value_and_the_type_of_its_own_file);
    tcase_add_test(tests, one_year_tells_the_conversions_that_its_history_shows);
    tcase_add_test(tests, two_years_tell_what_was_known_at_the_first);
    tcase_add_test(tests, two_years_without_history_have_no_conversions);
    tcase_add_test(tests, the_history_of_presence_follows_the_order_of_the_ecosystems);
    tcase_add_test(tests, an_unknown_code_on_a_map_of_the_history_is_told_with_file_and_cell);
    tcase_add_test(tests, a_presence_of_the_history_that_is_neither_0_nor_1_is_told);
    tcase_add_test(tests, maps_of_the_history_are_inputs_with_their_hashes);
    tcase_add_test(tests, a_missing_map_of_the_history_is_a_fault_that_names_it);
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
