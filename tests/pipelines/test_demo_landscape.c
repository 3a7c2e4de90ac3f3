#include "pipelines/demo_landscape.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct sink_demo_landscape *landscape;

/* Cells that are one thing on a map and another, or the same, on the next. */
static void count_changes(size_t map, size_t counts[90][90])
{
    const uint16_t *const before = landscape->layers[SINK_DEMO_COVER + map];
    const uint16_t *const after = landscape->layers[SINK_DEMO_COVER + map + 1];
    memset(counts, 0, 90 * sizeof *counts);
    for (size_t i = 0; i < SINK_DEMO_CELLS; i++) {
        if (before[i] >= 90 || after[i] >= 90) /* ck_assert leaves a mark each time: too slow */
            ck_abort_msg("cell %zu: %d, %d", i, before[i], after[i]);
        counts[before[i]][after[i]]++;
    }
}

START_TEST(every_class_occurs_and_land_is_converted)
{
    static const struct {
        enum sink_demo_cover before, after;
        size_t least;
    } last[] = {{SINK_DEMO_FOREST, SINK_DEMO_FOREST, 100000},
                {SINK_DEMO_BAMBOO, SINK_DEMO_BAMBOO, 10000},
                {SINK_DEMO_GRASSLAND, SINK_DEMO_GRASSLAND, 10000},
                {SINK_DEMO_WETLAND, SINK_DEMO_WETLAND, 1000},
                {SINK_DEMO_LAKE, SINK_DEMO_LAKE, 1000},
                {SINK_DEMO_RESERVOIR, SINK_DEMO_RESERVOIR, 1000},
                {SINK_DEMO_POND, SINK_DEMO_POND, 100},
                {SINK_DEMO_MANGROVE, SINK_DEMO_MANGROVE, 1000},
                {SINK_DEMO_SALT_MARSH, SINK_DEMO_SALT_MARSH, 1000},
                {SINK_DEMO_SEAGRASS, SINK_DEMO_SEAGRASS, 1000},
                {SINK_DEMO_CROPLAND, SINK_DEMO_CROPLAND, 100000},
                {SINK_DEMO_TOWN, SINK_DEMO_TOWN, 10000},
                {SINK_DEMO_SEA, SINK_DEMO_SEA, 100000},
                {SINK_DEMO_BARE, SINK_DEMO_BARE, 1000},
                {SINK_DEMO_FOREST, SINK_DEMO_GRASSLAND, 1000},
                {SINK_DEMO_GRASSLAND, SINK_DEMO_FOREST, 1000},
                {SINK_DEMO_CROPLAND, SINK_DEMO_FOREST, 1000},
                {SINK_DEMO_BARE, SINK_DEMO_FOREST, 1000},
                {SINK_DEMO_FOREST, SINK_DEMO_RESERVOIR, 1000},
                {SINK_DEMO_POND, SINK_DEMO_MANGROVE, 100},
                {SINK_DEMO_CROPLAND, SINK_DEMO_MANGROVE, 100},
                {SINK_DEMO_CROPLAND, SINK_DEMO_WETLAND, 100}};
    static size_t counts[90][90];
    count_changes(SINK_DEMO_MAPS - 2, counts);
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        ck_assert_msg(counts[last[i].before][last[i].after] >= last[i].least, "%d to %d: %zu cells",
                      last[i].before, last[i].after, counts[last[i].before][last[i].after]);
    count_changes(0, counts);
    ck_assert_uint_gt(counts[SINK_DEMO_MANGROVE][SINK_DEMO_POND], 1000);
    ck_assert_uint_gt(counts[SINK_DEMO_MANGROVE][SINK_DEMO_CROPLAND], 100);
    ck_assert_uint_gt(counts[SINK_DEMO_WETLAND][SINK_DEMO_CROPLAND], 100);
}
END_TEST

START_TEST(towns_and_reservoirs_stay_and_some_land_changes_twice)
{
    size_t twice = 0, often = 0, replanted = 0;
    for (size_t i = 0; i < SINK_DEMO_CELLS; i++) {
        int changes = 0;
        for (size_t map = 1; map < SINK_DEMO_MAPS; map++) {
            const int before = landscape->layers[SINK_DEMO_COVER + map - 1][i];
            const int after = landscape->layers[SINK_DEMO_COVER + map][i];
            const bool stays = before == SINK_DEMO_TOWN || before == SINK_DEMO_RESERVOIR ||
                               before == SINK_DEMO_LAKE;
            if (stays && after != before)
                ck_abort_msg("cell %zu: %d to %d", i, before, after);
            changes += before != after;
            replanted += before == SINK_DEMO_POND && after == SINK_DEMO_MANGROVE;
        }
        twice += changes >= 2;
        often += changes > 3;
    }
    ck_assert_uint_gt(twice, 5000);
    ck_assert_uint_eq(often, 0); /* a tally keeps three */
    ck_assert_uint_gt(replanted, 500);
}
END_TEST

START_TEST(quantities_and_drainage_are_exactly_where_they_speak)
{
    for (int year = 0; year < SINK_DEMO_YEARS; year++)
        for (size_t i = 0; i < SINK_DEMO_CELLS; i++) {
            const int cover = landscape->layers[SINK_DEMO_COVER + SINK_DEMO_HISTORY + year][i];
            const bool is_forest = cover == SINK_DEMO_FOREST;
            const bool is_woody =
                is_forest || cover == SINK_DEMO_BAMBOO || cover == SINK_DEMO_MANGROVE;
            const bool is_peat = landscape->layers[SINK_DEMO_SOIL][i] == SINK_DEMO_SOIL_PEAT;
            const int drainage = landscape->layers[SINK_DEMO_DRAINAGE + year][i];
            if ((landscape->layers[SINK_DEMO_BIOMASS + year][i] != SINK_DEMO_NODATA) != is_woody ||
                (landscape->layers[SINK_DEMO_BIOMASS_SD + year][i] != SINK_DEMO_NODATA) !=
                    is_woody ||
                (landscape->layers[SINK_DEMO_VOLUME + year][i] != SINK_DEMO_NODATA) != is_forest ||
                (is_peat && drainage == 0 && cover != SINK_DEMO_LAKE))
                ck_abort_msg("year %d, cell %zu of class %d", year, i, cover);
        }
}
END_TEST

START_TEST(overlays_fit_the_land)
{
    size_t natural = 0, planted = 0, planned = 0, grown = 0;
    for (size_t i = 0; i < SINK_DEMO_CELLS; i++) {
        const int first = landscape->layers[SINK_DEMO_COVER][i];
        const int last = landscape->layers[SINK_DEMO_COVER + SINK_DEMO_MAPS - 1][i];
        const int restoration = landscape->layers[SINK_DEMO_RESTORATION][i];
        const bool is_natural = landscape->layers[SINK_DEMO_ORIGIN][i] == SINK_DEMO_NATURAL;
        const bool is_reserve = landscape->layers[SINK_DEMO_PROTECTED][i] == SINK_DEMO_YES;
        if ((is_natural && first != SINK_DEMO_FOREST) ||
            (restoration == SINK_DEMO_TO_BE_PLANTED && last != SINK_DEMO_BARE &&
             last != SINK_DEMO_GRASSLAND))
            ck_abort_msg("cell %zu: from %d to %d", i, first, last);
        natural += is_natural;
        planted += restoration == SINK_DEMO_RESTORED_PLANTED;
        planned += restoration == SINK_DEMO_TO_BE_PLANTED;
        grown += is_reserve && last == SINK_DEMO_TOWN && first != SINK_DEMO_TOWN;
    }
    ck_assert_uint_gt(natural, 100000);
    ck_assert_uint_gt(planted, 1000);
    ck_assert_uint_gt(planned, 10000);
    ck_assert_uint_eq(grown, 0);
}
END_TEST

/* Of forest that stays: what is on the second map over what was on the first, by year of fire. */
START_TEST(fires_of_the_period_show_in_the_biomass)
{
    double sums[2][2] = {{0}};
    size_t earlier = 0, wrong = 0;
    for (size_t i = 0; i < SINK_DEMO_CELLS; i++) {
        const int year = landscape->layers[SINK_DEMO_BURNED][i];
        earlier += year > 2015 && year <= 2020;
        wrong += year != 0 && (year <= 2015 || year > 2025);
        for (int end = 0; end < 2; end++)
            if (landscape->layers[SINK_DEMO_COVER + 3][i] == SINK_DEMO_FOREST &&
                landscape->layers[SINK_DEMO_COVER + 4][i] == SINK_DEMO_FOREST)
                sums[year > 2020][end] += landscape->layers[SINK_DEMO_BIOMASS + end][i];
    }
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_gt(earlier, 1000);
    ck_assert_double_gt(sums[0][1] / sums[0][0], 1.02);
    ck_assert_double_lt(sums[1][1] / sums[1][0], 0.7);
}
END_TEST

int main(void)
{
    struct sink_error error;
    Suite *suite = suite_create("demo_landscape");
    TCase *tests = tcase_create("demo_landscape");
    tcase_add_test(tests, every_class_occurs_and_land_is_converted);
    tcase_add_test(tests, towns_and_reservoirs_stay_and_some_land_changes_twice);
    tcase_add_test(tests, quantities_and_drainage_are_exactly_where_they_speak);
    tcase_add_test(tests, overlays_fit_the_land);
    tcase_add_test(tests, fires_of_the_period_show_in_the_biomass);
    suite_add_tcase(suite, tests);
    if (sink_demo_landscape_new(&landscape, &error) != SINK_OK)
        return EXIT_FAILURE;
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    sink_demo_landscape_free(landscape);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
