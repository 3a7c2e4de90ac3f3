/* Soils of coasts in the account: 2013 Wetlands Supplement Ch. 4. */
#include "sinkcalc/model/transition.h"
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest",     "cropland",   "mangrove",
                                      "salt_marsh", "settlement", "tidal_flat",
                                      "water",      "sea",        NULL};
static const char *const restored[] = {"planted", "natural", NULL};
static struct fixture f;

#define AREA_HA 564.0
#define MANGROVE_TC_HA 386.0  /* Table 4.11, mineral and organic soils together */
#define DRAINED_TC_HA_YR 7.9  /* Table 4.13 */
#define PLANTED_TC_HA_YR 1.62 /* Table 4.12 */

static const struct fixture_factor rows[] = {
    FIXTURE_ROW("soil_carbon", "mangrove", MANGROVE_TC_HA, .depth_cm = 100),
    FIXTURE_ROW("soil_carbon", "salt_marsh", 255, .depth_cm = 100),
    FIXTURE_ROW("soil_carbon", "forest", 80),
    FIXTURE_ROW("soil_carbon", "cropland", 55),
    FIXTURE_ROW("soil_carbon", "settlement", 40),
    FIXTURE_ROW("soil_emission", "cropland", DRAINED_TC_HA_YR,
                .keys = "from_class=mangrove|salt_marsh"),
    FIXTURE_ROW("soil_accumulation", "mangrove", PLANTED_TC_HA_YR, .keys = "restoration=planted",
                .depth_cm = 100),
    FIXTURE_ROW("soil_accumulation", "mangrove", 0, .keys = "restoration=natural", .depth_cm = 100),
};

static void make_of(const struct fixture_factor *table, size_t row_count,
                    const struct fixture_maps *maps, const char *const *shown, const char *overlays)
{
    struct fixture_parcel parcel = {.area_ha = AREA_HA, .overlays = overlays};
    memcpy(parcel.class, shown, maps->count * sizeof *shown);
    fixture_start_factors(&f, table, row_count);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, maps);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "restoration", restored);
    fixture_open_maps(&f, maps);
    fixture_post_parcel(&f, maps, &parcel);
    fixture_account(&f);
}

static void make(const struct fixture_maps *maps, const char *const *shown, const char *overlays)
{
    make_of(rows, sizeof rows / sizeof *rows, maps, shown, overlays);
}

static double deep_tc_ha(size_t year)
{
    return fixture_pool(&f, year, SINK_POOL_SOIL_DEEP, 0) / AREA_HA;
}

static double shallow_tc_ha(size_t year)
{
    return fixture_pool(&f, year, SINK_POOL_SOIL, 0) / AREA_HA;
}

/* What the soils hold in `year` after the maps before it. */
static struct sink_soil soil_of(int year, const int *years, const char *const *shown, size_t count,
                                const char *overlays)
{
    struct fixture_maps maps = {.count = count + 1, .history = count, .classes = classes};
    for (size_t m = 0; m <= count; m++)
        maps.years[m] = m < count ? years[m] : year;
    make(&maps, shown, overlays);
    const struct sink_soil soil = {shallow_tc_ha(0), deep_tc_ha(0)};
    fixture_stop(&f);
    return soil;
}

/* Sec. 4.2.1: excavation loses the stock in its year. 217,704 t C on 564 ha (The Blue Carbon
 * Initiative manual, 2014) are 798,248 t CO2. */
START_TEST(an_excavated_mangrove_loses_its_soil_at_once)
{
    const struct fixture_maps maps = {.years = {2010, 2011, 2016}, .count = 3, .classes = classes};
    static const char *const shown[] = {"mangrove", "settlement", "settlement"};
    make(&maps, shown, "");
    ck_assert_double_eq_tol(deep_tc_ha(0), MANGROVE_TC_HA, 1e-9);
    ck_assert_double_eq(deep_tc_ha(1), 0);
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_SOIL_DEEP, 0), -798248, 1e-6);
    ck_assert_double_eq(fixture_sink(&f, 2, SINK_POOL_SOIL_DEEP, 0), 0);
    fixture_stop(&f);
}
END_TEST

/* Sec. 4.2.4: 7.9 t C/ha a year until the stock is exhausted, after 48.9 years; told once, by the
 * stock and not by a flux beside it. */
START_TEST(a_drained_mangrove_emits_until_nothing_is_left)
{
    static const int years[] = {1960};
    static const char *const shown[] = {"mangrove", "cropland"};
    const struct fixture_maps maps = {.years = {2000, 2010, 2020}, .count = 3, .classes = classes};
    static const char *const kept[] = {"mangrove", "cropland", "cropland"};
    ck_assert_double_eq_tol(soil_of(1961, years, shown, 1, "").deep_tc_ha, 386 - 7.9, 1e-9);
    ck_assert_double_eq_tol(soil_of(2008, years, shown, 1, "").deep_tc_ha, 386 - 7.9 * 48, 1e-9);
    ck_assert_double_eq(soil_of(2009, years, shown, 1, "").deep_tc_ha, 0);
    ck_assert_double_eq(soil_of(2060, years, shown, 1, "").deep_tc_ha, 0);
    make(&maps, kept, "");
    for (size_t y = 1; y < 3; y++)
        ck_assert_double_eq_tol(fixture_sink(&f, y, SINK_POOL_SOIL_DEEP, 0) / AREA_HA, -28.9667,
                                5e-5);
    ck_assert_double_eq(fixture_sink(&f, 2, SINK_POOL_SOIL, 0), 0);
    ck_assert_double_eq(fixture_of_class(&f, f.account->soil_flux_tc, 1, 2, "cropland", 0), 0);
    fixture_stop(&f);
}
END_TEST

/* Drained land that is put to another use is not excavated by that. */
START_TEST(drained_land_goes_on_emitting_under_its_next_use)
{
    static const int years[] = {2000, 2010};
    static const char *const shown[] = {"mangrove", "cropland", "settlement"};
    ck_assert_double_eq_tol(soil_of(2011, years, shown, 2, "").deep_tc_ha, 386 - 7.9 * 11, 1e-9);
    ck_assert_double_eq_tol(soil_of(2020, years, shown, 2, "").deep_tc_ha, 386 - 7.9 * 20, 1e-9);
}
END_TEST

/* Sec. 4.2.3: 1.62 t C/ha a year where mangroves were planted, until the natural stock. */
START_TEST(a_planted_mangrove_gains_soil_up_to_the_natural_stock)
{
    static const int years[] = {1700};
    static const char *const shown[] = {"cropland", "mangrove"};
    ck_assert_double_eq_tol(soil_of(1701, years, shown, 1, "restoration=planted").deep_tc_ha, 1.62,
                            1e-9);
    ck_assert_double_eq_tol(soil_of(1938, years, shown, 1, "restoration=planted").deep_tc_ha,
                            1.62 * 238, 1e-9);
    ck_assert_double_eq_tol(soil_of(1939, years, shown, 1, "restoration=planted").deep_tc_ha, 386,
                            1e-9);
    ck_assert_double_eq_tol(soil_of(2020, years, shown, 1, "restoration=planted").deep_tc_ha, 386,
                            1e-9);
}
END_TEST

/* Drained for ten years it had 307 left; what is planted adds to that. */
START_TEST(a_replanted_mangrove_starts_from_what_is_left)
{
    static const int years[] = {2000, 2010};
    static const char *const shown[] = {"mangrove", "cropland", "mangrove"};
    ck_assert_double_eq_tol(soil_of(2015, years, shown, 2, "restoration=planted").deep_tc_ha,
                            386 - 79 + 8.1, 1e-9);
    ck_assert_double_eq_tol(soil_of(2100, years, shown, 2, "restoration=planted").deep_tc_ha, 386,
                            1e-9);
}
END_TEST

/* Sec. 4.2.3: where vegetation came by itself, or nobody knows, nothing is counted. */
START_TEST(a_mangrove_that_came_by_itself_gains_no_soil)
{
    static const int years[] = {2000, 2010};
    static const char *const shown[] = {"mangrove", "cropland", "mangrove"};
    static const char *const tidal[] = {"tidal_flat", "mangrove"};
    ck_assert_double_eq_tol(soil_of(2030, years, shown, 2, "restoration=natural").deep_tc_ha, 307,
                            1e-9);
    ck_assert_double_eq_tol(soil_of(2030, years, shown, 2, "").deep_tc_ha, 307, 1e-9);
    ck_assert_double_eq(soil_of(2030, years, tidal, 1, "restoration=natural").deep_tc_ha, 0);
}
END_TEST

/* From one coast to another the stock stays until planting raises it. */
START_TEST(a_marsh_that_becomes_a_mangrove_keeps_its_soil)
{
    static const int years[] = {2000};
    static const char *const shown[] = {"salt_marsh", "mangrove"};
    ck_assert_double_eq_tol(soil_of(2010, years, shown, 1, "").deep_tc_ha, 255, 1e-9);
    ck_assert_double_eq_tol(soil_of(2010, years, shown, 1, "restoration=planted").deep_tc_ha,
                            255 + 16.2, 1e-9);
}
END_TEST

/* 30 cm of cropland are not under the metre of a mangrove: no stock comes from nowhere, now or
 * under a later use. */
START_TEST(cropland_on_a_former_mangrove_has_no_shallow_stock)
{
    static const int years[] = {1950, 2010};
    static const char *const shown[] = {"mangrove", "cropland", "forest"};
    for (int year = 1951; year <= 2011; year += 20)
        ck_assert_double_eq(soil_of(year, years, shown, 1, "").shallow_tc_ha, 0);
    ck_assert_double_eq(soil_of(2060, years, shown, 2, "").shallow_tc_ha, 0);
    ck_assert_double_eq(soil_of(2060, years, shown, 2, "").deep_tc_ha, 0);
}
END_TEST

/* What was counted to 30 cm before stays counted to 30 cm beside the metre of the mangrove. */
START_TEST(a_mangrove_on_former_cropland_keeps_its_shallow_stock)
{
    static const int years[] = {2000, 2010};
    static const char *const shown[] = {"cropland", "mangrove", "cropland"};
    const struct sink_soil planted = soil_of(2010, years, shown, 1, "restoration=planted");
    ck_assert_double_eq_tol(planted.shallow_tc_ha, 55, 1e-9);
    ck_assert_double_eq_tol(planted.deep_tc_ha, 16.2, 1e-9);
    const struct sink_soil drained = soil_of(2012, years, shown, 2, "restoration=planted");
    ck_assert_double_eq_tol(drained.shallow_tc_ha, 55, 1e-9);
    ck_assert_double_eq_tol(drained.deep_tc_ha, 16.2 - 15.8, 1e-9);
}
END_TEST

START_TEST(each_pool_tells_its_depth)
{
    const struct fixture_maps maps = {.years = {2000, 2005}, .count = 2, .classes = classes};
    const struct fixture_parcel forest = {.area_ha = 1, .class = {"forest", "forest"}};
    const struct fixture_parcel mangrove = {.area_ha = 1, .class = {"mangrove", "mangrove"}};
    fixture_start_factors(&f, rows, sizeof rows / sizeof *rows);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &maps);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &forest);
    fixture_post_parcel(&f, &maps, &mangrove);
    fixture_account(&f);
    ck_assert_double_eq(f.account->pool_depth_cm[SINK_POOL_SOIL], 30);
    ck_assert_double_eq(f.account->pool_depth_cm[SINK_POOL_SOIL_DEEP], 100);
    ck_assert(isnan(f.account->pool_depth_cm[SINK_POOL_LITTER]));
    ck_assert_double_eq(f.account->soil_depth_cm[fixture_class(&f, "forest")], 30);
    ck_assert_double_eq(f.account->soil_depth_cm[fixture_class(&f, "mangrove")], 100);
    ck_assert_double_eq_tol(fixture_pool(&f, 0, SINK_POOL_SOIL, 0), 80, 1e-9);
    ck_assert_double_eq_tol(fixture_pool(&f, 0, SINK_POOL_SOIL_DEEP, 0), 386, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Tables of 150 cm beside tables of 100 cm would be added up in the deep pool. */
START_TEST(two_depths_in_one_pool_are_an_error)
{
    static const struct fixture_factor mixed[] = {
        FIXTURE_ROW("soil_carbon", "mangrove", 386, .depth_cm = 100),
        FIXTURE_ROW("soil_carbon", "salt_marsh", 300, .depth_cm = 150),
    };
    const struct fixture_maps maps = {.years = {2000}, .count = 1, .classes = classes};
    const struct fixture_parcel parcels[] = {{.area_ha = 1, .class = {"mangrove"}},
                                             {.area_ha = 1, .class = {"salt_marsh"}}};
    fixture_start_factors(&f, mixed, 2);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &maps);
    fixture_open_maps(&f, &maps);
    for (int i = 0; i < 2; i++)
        fixture_post_parcel(&f, &maps, &parcels[i]);
    ck_assert_int_eq(fixture_make(&f), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(f.error.message, "150 cm"));
    ck_assert_ptr_nonnull(strstr(f.error.message, "must not mix"));
    fixture_stop(&f);
}
END_TEST

/* Inland, a forest counted to 1 m (as Chinese inventories do) beside cropland counted to 30 cm: its
 * metre is neither excavated nor turned into 30 cm. */
START_TEST(soil_of_another_depth_is_left_as_it_is)
{
    static const struct fixture_factor inland[] = {
        FIXTURE_ROW("soil_carbon", "forest", 150, .depth_cm = 100),
        FIXTURE_ROW("soil_carbon", "cropland", 55),
    };
    const struct fixture_maps maps = {
        .years = {2000, 2005, 2010, 2015}, .count = 4, .classes = classes};
    static const char *const cleared[] = {"forest", "cropland", "cropland", "forest"};
    static const char *const planted[] = {"cropland", "forest", "forest", "cropland"};
    make_of(inland, 2, &maps, cleared, "");
    for (size_t y = 0; y < maps.count; y++) {
        ck_assert_double_eq_tol(deep_tc_ha(y), 150, 1e-9);
        ck_assert_double_eq(shallow_tc_ha(y), 0);
    }
    fixture_stop(&f);
    make_of(inland, 2, &maps, planted, "");
    for (size_t y = 0; y < maps.count; y++) {
        ck_assert_double_eq(deep_tc_ha(y), 0);
        ck_assert_double_eq_tol(shallow_tc_ha(y), 55, 1e-9);
    }
    fixture_stop(&f);
}
END_TEST

/* In its first year no soil changes by more than a year of its rate, whatever the uses before; only
 * excavation does, and none of these classes stands for it. */
START_TEST(no_soil_jumps_at_a_conversion)
{
    static const char *const uses[] = {"forest", "cropland", "mangrove", "salt_marsh", "cropland"};
    uint32_t state = 12345;
    for (int round = 0; round < 600; round++) {
        int years[4] = {1900, 0, 0, 0};
        const char *shown[5];
        const size_t count = 1 + (size_t)round % 3;
        for (size_t m = 0; m <= count; m++) {
            state = state * 1664525u + 1013904223u;
            shown[m] = uses[(state >> 16) % 5];
            years[m] = m ? years[m - 1] + 1 + (int)((state >> 8) % 15) : 1900;
            /* a forest on a coast stands for excavation */
            if (m && strcmp(shown[m], "forest") == 0 && strcmp(shown[m - 1], "cropland") != 0)
                shown[m] = "cropland";
        }
        const char *overlays = round % 2 ? "restoration=planted" : "restoration=natural";
        const struct sink_soil before =
            soil_of(years[count - 1], years, shown, count - 1, overlays);
        const struct sink_soil after = soil_of(years[count - 1] + 1, years, shown, count, overlays);
        ck_assert_double_le(fabs(after.deep_tc_ha - before.deep_tc_ha), DRAINED_TC_HA_YR + 1e-9);
        ck_assert_double_le(fabs(after.shallow_tc_ha - before.shallow_tc_ha), 80.0 / 20 + 1e-9);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_coast");
    TCase *tests = tcase_create("account_coast");
    tcase_add_test(tests, an_excavated_mangrove_loses_its_soil_at_once);
    tcase_add_test(tests, a_drained_mangrove_emits_until_nothing_is_left);
    tcase_add_test(tests, drained_land_goes_on_emitting_under_its_next_use);
    tcase_add_test(tests, a_planted_mangrove_gains_soil_up_to_the_natural_stock);
    tcase_add_test(tests, a_replanted_mangrove_starts_from_what_is_left);
    tcase_add_test(tests, a_mangrove_that_came_by_itself_gains_no_soil);
    tcase_add_test(tests, a_marsh_that_becomes_a_mangrove_keeps_its_soil);
    tcase_add_test(tests, cropland_on_a_former_mangrove_has_no_shallow_stock);
    tcase_add_test(tests, a_mangrove_on_former_cropland_keeps_its_shallow_stock);
    tcase_add_test(tests, each_pool_tells_its_depth);
    tcase_add_test(tests, two_depths_in_one_pool_are_an_error);
    tcase_add_test(tests, soil_of_another_depth_is_left_as_it_is);
    tcase_add_test(tests, no_soil_jumps_at_a_conversion);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
