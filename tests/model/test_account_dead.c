/* Dead wood and litter in the account, and what Tier 1 counts as no change. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest",    "bamboo",   "cropland",
                                      "grassland", "mangrove", NULL};
static struct fixture f;

#define AREA_HA 100.0

/* Densities of our own; Tier 1 has no dead organic matter outside forests (IPCC 2006 Vol. 4
 * Ch. 2 sec. 2.3.2). */
static const struct fixture_factor rows[] = {
    FIXTURE_ROW("litter", "forest", 20),
    FIXTURE_ROW("litter", "bamboo", 8),
    FIXTURE_ROW("litter", "cropland|grassland|mangrove", 0),
    FIXTURE_ROW("dead_wood", "forest", 14),
    FIXTURE_ROW("dead_wood", "bamboo", 16),
    FIXTURE_ROW("dead_wood", "cropland|grassland|mangrove", 0),
    FIXTURE_ROW("soil_carbon", "forest|bamboo", 80),
    FIXTURE_ROW("soil_carbon", "cropland|grassland", 60),
    FIXTURE_ROW("soil_carbon", "mangrove", 386, .depth_cm = 100),
    FIXTURE_ROW("soil_accumulation", "mangrove", 1.62, .keys = "restoration=planted",
                .depth_cm = 100),
    FIXTURE_ROW("above_ground_biomass", "", 6.8),
    FIXTURE_ROW("root_shoot", "", 0.3),
    FIXTURE_ROW("carbon_fraction", "", 0.47),
};

static void start(const struct fixture_maps *maps)
{
    fixture_start_factors(&f, rows, sizeof rows / sizeof *rows);
    fixture_set_maps(&f, maps);
}

/* Land of one kind on maps of the classes `shown`, five years apart from 2000 on. */
static void make(const char *const *shown, double transition_yr)
{
    struct fixture_maps maps = {.classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA};
    for (; shown[maps.count]; maps.count++) {
        maps.years[maps.count] = 2000 + 5 * (int)maps.count;
        parcel.class[maps.count] = shown[maps.count];
    }
    start(&maps);
    f.settings.transition_yr = transition_yr;
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
}

static void check(enum sink_pool pool, const double *expected_tc_ha, size_t count)
{
    for (size_t y = 0; y < count; y++) {
        ck_assert_double_eq_tol(fixture_pool(&f, y, pool, 0) / AREA_HA, expected_tc_ha[y], 1e-9);
        if (y > 0)
            ck_assert_double_eq_tol(
                fixture_sink(&f, y, pool, 0),
                (expected_tc_ha[y] - expected_tc_ha[y - 1]) * AREA_HA / 5 * 44 / 12, 1e-6);
    }
}

/* IPCC 2006 Vol. 4 Ch. 2 eq. 2.23, Tier 1: losses in the year of the conversion. */
START_TEST(dead_wood_and_litter_of_a_cleared_forest_are_lost_at_once)
{
    static const char *const shown[] = {"forest", "cropland", "cropland", NULL};
    static const double litter[] = {20, 0, 0}, wood[] = {14, 0, 0};
    make(shown, 0);
    check(SINK_POOL_LITTER, litter, 3);
    check(SINK_POOL_DEAD_WOOD, wood, 3);
    fixture_stop(&f);
}
END_TEST

/* Gains in equal parts over 20 years, none later. */
START_TEST(dead_wood_and_litter_of_a_new_forest_grow_for_twenty_years)
{
    static const char *const shown[] = {"cropland", "forest", "forest", "forest",
                                        "forest",   "forest", NULL};
    static const double litter[] = {0, 5, 10, 15, 20, 20}, wood[] = {0, 3.5, 7, 10.5, 14, 14};
    make(shown, 0);
    check(SINK_POOL_LITTER, litter, 6);
    check(SINK_POOL_DEAD_WOOD, wood, 6);
    fixture_stop(&f);
}
END_TEST

START_TEST(the_transition_time_of_the_job_holds_for_dead_matter_too)
{
    static const char *const shown[] = {"cropland", "forest", "forest", "forest", NULL};
    static const double litter[] = {0, 10, 20, 20};
    make(shown, 10);
    check(SINK_POOL_LITTER, litter, 4);
    fixture_stop(&f);
}
END_TEST

/* From forest to bamboo litter falls from 20 to 8 at once, dead wood rises from 14 to 16 slowly. */
START_TEST(each_pool_has_its_own_direction)
{
    static const char *const shown[] = {"forest", "bamboo", "bamboo", "forest", "cropland", NULL};
    static const double litter[] = {20, 8, 8, 11, 0}, wood[] = {14, 14.5, 15, 14, 0};
    make(shown, 0);
    check(SINK_POOL_LITTER, litter, 5);  /* back in forest: 8 + (20 - 8) / 4 */
    check(SINK_POOL_DEAD_WOOD, wood, 5); /* back in forest: 15 is above 14 and falls to it */
    fixture_stop(&f);
}
END_TEST

/* A gain that a conversion breaks off leaves what is there. */
START_TEST(a_forest_cleared_early_loses_only_what_it_had_gained)
{
    static const char *const shown[] = {"cropland", "forest", "cropland", "forest", NULL};
    static const double litter[] = {0, 5, 0, 5};
    make(shown, 0);
    check(SINK_POOL_LITTER, litter, 4);
    fixture_stop(&f);
}
END_TEST

/* IPCC 2006 Vol. 4 Ch. 4 sec. 4.2.2 and 4.2.3: a forest may grow, its dead matter and its mineral
 * soil do not change. */
START_TEST(dead_matter_and_soil_of_a_forest_that_remains_do_not_change)
{
    const struct fixture_maps maps = {.years = {2000, 2005, 2010}, .count = 3, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA, .biomass = {80, 100, 90}};
    fixture_stay(&parcel, "forest");
    start(&maps);
    fixture_add_layer(&f, SINK_SIDE_FROM, "above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA,
                      NULL, 0);
    fixture_add_layer(&f, SINK_SIDE_TO, "above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA, NULL,
                      0);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    for (size_t y = 1; y < 3; y++) {
        ck_assert_double_eq_tol(fixture_sink(&f, y, SINK_POOL_ABOVE_GROUND, 0),
                                (y == 1 ? 20 : -10) * 0.47 * AREA_HA / 5 * 44 / 12, 1e-6);
        for (int pool = SINK_POOL_DEAD_WOOD; pool < SINK_POOL_COUNT; pool++)
            ck_assert_double_eq(fixture_sink(&f, y, (enum sink_pool)pool, 0), 0);
    }
    ck_assert_double_eq_tol(fixture_pool(&f, 2, SINK_POOL_LITTER, 0), 20 * AREA_HA, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Ch. 6 sec. 6.2.1.1, Tier 1: grassland that remains grassland has no change of biomass; nor of
 * soil without a change of management. */
START_TEST(grassland_that_remains_has_no_change)
{
    static const char *const shown[] = {"grassland", "grassland", "grassland", NULL};
    make(shown, 0);
    for (size_t y = 1; y < 3; y++)
        for (int pool = 0; pool < SINK_POOL_COUNT; pool++)
            ck_assert_double_eq(fixture_sink(&f, y, (enum sink_pool)pool, 0), 0);
    ck_assert_double_eq_tol(fixture_pool(&f, 1, SINK_POOL_ABOVE_GROUND, 0), 6.8 * 0.47 * AREA_HA,
                            1e-9);
    fixture_stop(&f);
}
END_TEST

/* 2013 Wetlands Supplement Ch. 4 sec. 4.2.3: soil of mangroves that are there already does not
 * change, also where an overlay calls them planted. */
START_TEST(soil_of_mangroves_that_remain_does_not_change)
{
    static const char *const restored[] = {"planted", "natural", NULL};
    const struct fixture_maps maps = {.years = {2000, 2005, 2010}, .count = 3, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = AREA_HA, .overlays = "restoration=planted"};
    fixture_stay(&parcel, "mangrove");
    start(&maps);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "restoration", restored);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    for (size_t y = 0; y < 3; y++)
        ck_assert_double_eq_tol(fixture_pool(&f, y, SINK_POOL_SOIL_DEEP, 0), 386 * AREA_HA, 1e-9);
    ck_assert_double_eq(fixture_sink(&f, 1, SINK_POOL_SOIL_DEEP, 0), 0);
    ck_assert_double_eq(fixture_sink(&f, 2, SINK_POOL_SOIL, 0), 0);
    fixture_stop(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_dead");
    TCase *tests = tcase_create("account_dead");
    tcase_add_test(tests, dead_wood_and_litter_of_a_cleared_forest_are_lost_at_once);
    tcase_add_test(tests, dead_wood_and_litter_of_a_new_forest_grow_for_twenty_years);
    tcase_add_test(tests, the_transition_time_of_the_job_holds_for_dead_matter_too);
    tcase_add_test(tests, each_pool_has_its_own_direction);
    tcase_add_test(tests, a_forest_cleared_early_loses_only_what_it_had_gained);
    tcase_add_test(tests, dead_matter_and_soil_of_a_forest_that_remains_do_not_change);
    tcase_add_test(tests, grassland_that_remains_has_no_change);
    tcase_add_test(tests, soil_of_mangroves_that_remain_does_not_change);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
