/* The worked examples 12 to 23 of sinkcalc/METHODS.md: dead organic matter, soil, and when land was
 * converted. Stocks without a source are of our own. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "cropland",   "grassland",  "mangrove",
                                      "water",  "settlement", "tidal_flat", NULL};
static struct fixture f;

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CO2 (44.0 / 12)

/* Land of one kind on maps of these classes and years; `shown` ends with NULL. All maps but those
 * of the account's years are history. */
struct story {
    int years[FIXTURE_MAPS];
    size_t history;
    const char *shown[FIXTURE_MAPS + 1];
    const char *overlays;
    double area_ha; /* 0: 1 ha */
};

static void tell(const struct fixture_factor *rows, size_t count, const struct story *story)
{
    static const char *const restored[] = {"planted", "natural", NULL};
    struct fixture_maps maps = {.history = story->history, .classes = classes};
    struct fixture_parcel parcel = {.area_ha = story->area_ha > 0 ? story->area_ha : 1,
                                    .overlays = story->overlays};
    for (; story->shown[maps.count]; maps.count++) {
        maps.years[maps.count] = story->years[maps.count];
        parcel.class[maps.count] = story->shown[maps.count];
    }
    fixture_start_factors(&f, rows, count);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &maps);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "restoration", restored);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
}

static double pool_tc(size_t year, enum sink_pool pool)
{
    return fixture_pool(&f, year, pool, 0);
}

static double change_tc_yr(size_t year, enum sink_pool pool)
{
    return fixture_sink(&f, year, pool, 0) / CO2;
}

/* 80 = reference; cropland 80 x 0.69. */
static const struct fixture_factor inland[] = {
    FIXTURE_ROW("soil_carbon", "forest", 80),    FIXTURE_ROW("soil_carbon", "cropland", 55.2),
    FIXTURE_ROW("soil_carbon", "grassland", 76), FIXTURE_ROW("litter", "forest", 20),
    FIXTURE_ROW("litter", "cropland", 0),
};

/* Example 12. Litter of 20 t C/ha: a cleared forest has lost it at the next map; a planted one has
 * gained 20 x 5 / 20 = 5 after five years and 20 after twenty. */
START_TEST(litter_is_lost_at_once_and_gained_over_twenty_years)
{
    const struct story cleared = {.years = {2020, 2025}, .shown = {"forest", "cropland"}};
    const struct story planted = {.years = {2000, 2005, 2020, 2030},
                                  .shown = {"cropland", "forest", "forest", "forest"}};
    static const double expected_tc[] = {0, 5, 20, 20};
    tell(inland, COUNT(inland), &cleared);
    ck_assert_double_eq_tol(change_tc_yr(1, SINK_POOL_LITTER), -20.0 / 5, 1e-9);
    fixture_stop(&f);
    tell(inland, COUNT(inland), &planted);
    for (size_t y = 0; y < 4; y++)
        ck_assert_double_eq_tol(pool_tc(y, SINK_POOL_LITTER), expected_tc[y], 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Example 13. IPCC 2006 Vol. 4 Ch. 4 p. 4.43: cropland of 47 x 0.48 x 1 x 0.92 = 20.7552 t C/ha
 * (printed 20.8) gains 1.31224 a year when it is planted (printed 1.3): 131,224 t C a year on
 * 100,000 ha (printed 131,000, of the rounded rate), and nothing after 20 years. */
START_TEST(soil_of_planted_cropland_gains_for_twenty_years)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("soil_reference", "", 47),       FIXTURE_ROW("soil_land_use", "cropland", 0.48),
        FIXTURE_ROW("soil_land_use", "forest", 1),   FIXTURE_ROW("soil_management", "", 1),
        FIXTURE_ROW("soil_input", "cropland", 0.92), FIXTURE_ROW("soil_input", "forest", 1),
    };
    const struct story planted = {.years = {2000, 2001, 2020, 2025},
                                  .shown = {"cropland", "forest", "forest", "forest"},
                                  .area_ha = 100000};
    tell(rows, COUNT(rows), &planted);
    ck_assert_double_eq_tol(pool_tc(0, SINK_POOL_SOIL) / 100000, 20.7552, 1e-9);
    ck_assert_double_eq_tol(change_tc_yr(1, SINK_POOL_SOIL), 131224, 1e-6);
    ck_assert_double_eq_tol(change_tc_yr(2, SINK_POOL_SOIL), 131224, 1e-6);
    ck_assert_double_eq_tol(change_tc_yr(3, SINK_POOL_SOIL), 0, 1e-6);
    ck_assert_double_eq_tol(pool_tc(3, SINK_POOL_SOIL) / 100000, 47, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Example 14. Forest of 80 until 2000, cropland of 55.2 until 2010, grassland of 76 since: 67.6 in
 * 2010, and from there 8.4 more over 20 years, 69.7 in 2015. */
START_TEST(a_second_conversion_begins_where_the_first_had_come_to)
{
    const struct story story = {.years = {2000, 2010, 2015, 2030},
                                .history = 1,
                                .shown = {"forest", "cropland", "grassland", "grassland"}};
    static const double expected_tc[] = {67.6, 69.7, 76};
    tell(inland, COUNT(inland), &story);
    for (size_t y = 0; y < 3; y++)
        ck_assert_double_eq_tol(pool_tc(y, SINK_POOL_SOIL), expected_tc[y], 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Example 15. A raster of one date shows 100 t C/ha on a forest that is cropland five years later;
 * F of the cropland over F of the forest is 0.48 x 0.92 = 0.4416: 100 - 55.84 x 5 / 20 = 86.04. */
START_TEST(a_soil_raster_changes_as_the_factors_do)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("soil_land_use", "cropland", 0.48), FIXTURE_ROW("soil_land_use", "forest", 1),
        FIXTURE_ROW("soil_management", "", 1), FIXTURE_ROW("soil_input", "cropland", 0.92),
        FIXTURE_ROW("soil_input", "forest", 1)};
    const struct fixture_maps maps = {.years = {2020, 2025}, .count = 2, .classes = classes};
    const struct fixture_parcel parcel = {
        .area_ha = 1, .class = {"forest", "cropland"}, .soil = {100, 100}};
    fixture_start_factors(&f, rows, COUNT(rows));
    f.settings.factor = SINK_MISSING_COUNT;
    f.settings.soil_raster_depth_cm = 30;
    for (size_t c = 0; c < f.classes.count; c++)
        f.uses_soil[c] = true;
    fixture_set_maps(&f, &maps);
    fixture_add_layer(&f, SINK_SIDE_STATIC, "soil_carbon", SINK_QUANTITY_CARBON_T_HA, NULL, 0);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    ck_assert_double_eq_tol(pool_tc(0, SINK_POOL_SOIL), 100, 1e-9);
    ck_assert_double_eq_tol(pool_tc(1, SINK_POOL_SOIL), 86.04, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Example 16. A forest counted to 1 m (150 t C/ha) that is cleared for cropland counted to 30 cm
 * (55) keeps its metre: neither a loss of 150 nor of 95 is known. */
START_TEST(soils_of_two_depths_never_mix)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("soil_carbon", "forest", 150, .depth_cm = 100),
        FIXTURE_ROW("soil_carbon", "cropland", 55)};
    const struct story story = {.years = {2000, 2025}, .shown = {"forest", "cropland"}};
    tell(rows, COUNT(rows), &story);
    ck_assert_double_eq_tol(pool_tc(1, SINK_POOL_SOIL_DEEP), 150, 1e-9);
    ck_assert_double_eq(pool_tc(1, SINK_POOL_SOIL), 0);
    fixture_stop(&f);
}
END_TEST

/* 2013 Wetlands Supplement Ch. 4, Tables 4.11 (mangrove), 4.12 and 4.13. */
static const struct fixture_factor coast[] = {
    FIXTURE_ROW("soil_carbon", "mangrove", 386, .depth_cm = 100),
    FIXTURE_ROW("soil_carbon", "cropland|settlement|forest", 55),
    FIXTURE_ROW("soil_emission", "cropland", 7.9, .keys = "from_class=mangrove"),
    FIXTURE_ROW("soil_accumulation", "mangrove", 1.62, .keys = "restoration=planted",
                .depth_cm = 100),
};

/* Example 17. 1.62 t C/ha a year where mangroves were planted, 16.2 after ten years, 5.94 t CO2/ha
 * a year (Table 4.12); nothing where they came by themselves. */
START_TEST(planted_mangroves_gain_soil_and_others_do_not)
{
    struct story story = {.years = {2010, 2020},
                          .shown = {"tidal_flat", "mangrove"},
                          .overlays = "restoration=planted"};
    tell(coast, COUNT(coast), &story);
    ck_assert_double_eq_tol(pool_tc(1, SINK_POOL_SOIL_DEEP), 16.2, 1e-9);
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_SOIL_DEEP, 0), 5.94, 1e-9);
    fixture_stop(&f);
    story.overlays = "restoration=natural";
    tell(coast, COUNT(coast), &story);
    ck_assert_double_eq(pool_tc(1, SINK_POOL_SOIL_DEEP), 0);
    fixture_stop(&f);
}
END_TEST

/* Example 18. 7.9 t C/ha a year (28.97 t CO2) out of drained mangrove soil, 386 - 79 = 307 after
 * ten years, until nothing is left after 48.9 years. */
START_TEST(drained_mangroves_emit_until_nothing_is_left)
{
    const struct story story = {.years = {1960, 1970, 2010, 2020},
                                .shown = {"mangrove", "cropland", "cropland", "cropland"}};
    tell(coast, COUNT(coast), &story);
    ck_assert_double_eq_tol(pool_tc(1, SINK_POOL_SOIL_DEEP), 307, 1e-9);
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_SOIL_DEEP, 0), -28.97, 0.005);
    ck_assert_double_eq(pool_tc(2, SINK_POOL_SOIL_DEEP), 0);
    ck_assert_double_eq(fixture_sink(&f, 3, SINK_POOL_SOIL_DEEP, 0), 0);
    fixture_stop(&f);
}
END_TEST

/* Example 19. 564 ha x 386 t C/ha = 217,704 t C = 798,248 t CO2 in the period of the excavation
 * (The Blue Carbon Initiative manual, Howard et al. 2014, prints 798,974 t CO2, by 3.67). */
START_TEST(excavated_mangroves_lose_all_at_once)
{
    const struct story story = {
        .years = {2019, 2020}, .shown = {"mangrove", "settlement"}, .area_ha = 564};
    tell(coast, COUNT(coast), &story);
    ck_assert_double_eq_tol(pool_tc(0, SINK_POOL_SOIL_DEEP), 217704, 1e-6);
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_SOIL_DEEP, 0), -798248, 1e-6);
    fixture_stop(&f);
}
END_TEST

/* Example 20. IPCC 2006 Vol. 4 Ch. 5, eq. 2.26: 400,000 ha of drained organic soil at 10.0 t C/ha
 * emit 4.0 million t C a year (printed); no stock is told. */
START_TEST(organic_soil_has_a_flux_and_no_stock)
{
    static const struct fixture_factor rows[] = {FIXTURE_ROW("soil_emission", "cropland", 10.0)};
    const struct story story = {
        .years = {2015, 2020}, .shown = {"cropland", "cropland"}, .area_ha = 400000};
    tell(rows, COUNT(rows), &story);
    ck_assert_double_eq_tol(change_tc_yr(1, SINK_POOL_SOIL), -4.0e6, 1e-3);
    ck_assert_double_eq(pool_tc(1, SINK_POOL_SOIL), 0);
    ck_assert_double_eq_tol(f.account->no_factor_m2[SINK_POOL_SOIL], 4e9, 1);
    fixture_stop(&f);
}
END_TEST

/* Example 21. Open water has no pools: of 80 t C/ha under a flooded forest 80 x 15 / 20 = 60 are
 * left after five years. */
START_TEST(flooded_soil_is_lost_over_the_transition_time)
{
    const struct story story = {.years = {2020, 2025}, .shown = {"forest", "water"}};
    tell(inland, COUNT(inland), &story);
    ck_assert_double_eq_tol(pool_tc(1, SINK_POOL_SOIL), 60, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Example 22. Forest on the map of 2000, cropland on those of 2010 and 2020: the conversion is
 * dated to 2000, and its 20 years are over in 2020. Without the maps of the history nothing is
 * known of it, and the cropland is in balance: here the same 55.2; in 2010 67.6 against 55.2. */
START_TEST(a_conversion_is_dated_to_the_last_map_of_the_class_before)
{
    const struct story known = {
        .years = {2000, 2010, 2020}, .history = 1, .shown = {"forest", "cropland", "cropland"}};
    const struct story unknown = {.years = {2010, 2020}, .shown = {"cropland", "cropland"}};
    tell(inland, COUNT(inland), &known);
    ck_assert_double_eq_tol(pool_tc(0, SINK_POOL_SOIL), 67.6, 1e-9);
    ck_assert_double_eq_tol(change_tc_yr(1, SINK_POOL_SOIL), -1.24, 1e-9);
    ck_assert_double_eq_tol(pool_tc(1, SINK_POOL_SOIL), 55.2, 1e-9);
    fixture_stop(&f);
    tell(inland, COUNT(inland), &unknown);
    ck_assert_double_eq_tol(pool_tc(0, SINK_POOL_SOIL), 55.2, 1e-9);
    ck_assert_double_eq(change_tc_yr(1, SINK_POOL_SOIL), 0);
    fixture_stop(&f);
}
END_TEST

/* Example 23. Land without data on a map of the years starts anew: the loss is in no period, and
 * what the stock differs by is told apart. */
START_TEST(a_gap_in_the_maps_is_no_source)
{
    const struct fixture_maps maps = {.years = {2000, 2005, 2010}, .count = 3, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = 1, .class = {"forest", NULL, "cropland"}};
    fixture_start_factors(&f, inland, COUNT(inland));
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &maps);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    ck_assert_double_eq(change_tc_yr(1, SINK_POOL_SOIL), 0);
    ck_assert_double_eq(change_tc_yr(2, SINK_POOL_SOIL), 0);
    ck_assert_double_eq_tol(f.account->gap_change_tc[SINK_POOL_COUNT + SINK_POOL_SOIL], -80, 1e-9);
    ck_assert_double_eq_tol(f.account->one_date_m2[1], 1e4, 1e-6);
    ck_assert_double_eq_tol(pool_tc(2, SINK_POOL_SOIL), 55.2, 1e-9);
    fixture_stop(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("methods_soil");
    TCase *tests = tcase_create("methods_soil");
    tcase_add_test(tests, litter_is_lost_at_once_and_gained_over_twenty_years);
    tcase_add_test(tests, soil_of_planted_cropland_gains_for_twenty_years);
    tcase_add_test(tests, a_second_conversion_begins_where_the_first_had_come_to);
    tcase_add_test(tests, a_soil_raster_changes_as_the_factors_do);
    tcase_add_test(tests, soils_of_two_depths_never_mix);
    tcase_add_test(tests, planted_mangroves_gain_soil_and_others_do_not);
    tcase_add_test(tests, drained_mangroves_emit_until_nothing_is_left);
    tcase_add_test(tests, excavated_mangroves_lose_all_at_once);
    tcase_add_test(tests, organic_soil_has_a_flux_and_no_stock);
    tcase_add_test(tests, flooded_soil_is_lost_over_the_transition_time);
    tcase_add_test(tests, a_conversion_is_dated_to_the_last_map_of_the_class_before);
    tcase_add_test(tests, a_gap_in_the_maps_is_no_source);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
