/* The worked examples 1 to 11 of sinkcalc/METHODS.md: factors and biomass. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "grassland", "cropland", NULL};
static struct fixture f;

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CO2 (44.0 / 12)

static void start(const struct fixture_factor *rows, size_t count, const struct fixture_maps *maps)
{
    fixture_start_factors(&f, rows, count);
    f.settings.factor = SINK_MISSING_COUNT;
    f.settings.has_volume = true;
    fixture_set_maps(&f, maps);
}

static void finish(const struct fixture_maps *maps, const struct fixture_parcel *parcel)
{
    fixture_open_maps(&f, maps);
    fixture_post_parcel(&f, maps, parcel);
    fixture_account(&f);
}

/* A layer cut as a run cuts it, on each side that the maps have. */
static void add_layer(const char *name, enum sink_quantity quantity,
                      const struct fixture_maps *maps)
{
    double *breaks;
    size_t count;
    const bool is_volume = quantity == SINK_QUANTITY_VOLUME_M3_HA;
    ck_assert_int_eq(is_volume
                         ? sink_account_volume_breaks(&f.factors, &breaks, &count, &f.error)
                         : sink_account_biomass_breaks(&f.factors, true, &breaks, &count, &f.error),
                     SINK_OK);
    for (size_t i = 0; i < count && quantity == SINK_QUANTITY_CARBON_T_HA; i++)
        breaks[i] *= SINK_BREAK_CARBON_FRACTION;
    for (int side = maps->count > 1 ? SINK_SIDE_FROM : SINK_SIDE_TO; side <= SINK_SIDE_TO; side++)
        fixture_add_layer(&f, (enum sink_side)side, name, quantity, breaks, count);
    free(breaks);
}

static const struct fixture_maps one_year = {.years = {2020}, .count = 1, .classes = classes};

static void make_volume(const struct fixture_factor *rows, size_t count, double area_ha,
                        double volume_m3_ha)
{
    const struct fixture_parcel parcel = {
        .area_ha = area_ha, .class = {"forest"}, .volume = {volume_m3_ha}};
    start(rows, count, &one_year);
    add_layer("stock_volume", SINK_QUANTITY_VOLUME_M3_HA, &one_year);
    finish(&one_year, &parcel);
}

static void make_biomass(const struct fixture_factor *rows, size_t count, double area_ha,
                         double biomass_t_ha)
{
    const struct fixture_parcel parcel = {
        .area_ha = area_ha, .class = {"forest"}, .biomass = {biomass_t_ha}};
    start(rows, count, &one_year);
    f.settings.derives_volume = f.is_forest;
    add_layer("above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA, &one_year);
    finish(&one_year, &parcel);
}

/* Forest on the last map, cropland on the one before it. */
static void make_planted(const struct fixture_factor *rows, size_t count, int age_yr)
{
    const struct fixture_maps maps = {
        .years = {2000, 2000 + age_yr}, .count = 2, .history = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = 1, .class = {"cropland", "forest"}};
    start(rows, count, &maps);
    finish(&maps, &parcel);
}

static double above_tc(size_t year)
{
    return fixture_pool(&f, year, SINK_POOL_ABOVE_GROUND, 0);
}

static double below_tc(size_t year)
{
    return fixture_pool(&f, year, SINK_POOL_BELOW_GROUND, 0);
}

/* Example 1. Of three rows that fit, the one with two keys wins. */
START_TEST(the_row_with_the_most_keys_speaks)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("litter", "", 3),
        FIXTURE_ROW("litter", "forest", 10),
        FIXTURE_ROW("litter", "forest", 25, .keys = "zone=boreal"),
    };
    static const char *const zones[] = {"boreal", "tropical", NULL};
    static const char *const overlays[] = {"zone=boreal", "zone=tropical"};
    static const double expected_tc[] = {25, 10};
    for (int i = 0; i < 2; i++) {
        const struct fixture_parcel parcel = {
            .area_ha = 1, .class = {"forest"}, .overlays = overlays[i]};
        start(rows, COUNT(rows), &one_year);
        fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", zones);
        finish(&one_year, &parcel);
        ck_assert_double_eq_tol(fixture_pool(&f, 0, SINK_POOL_LITTER, 0), expected_tc[i], 1e-9);
        fixture_stop(&f);
    }
}
END_TEST

/* Example 2. 100 ha x 80 t/ha x 0.47 = 3,760 t C above, x 0.25 = 940 t C below ground. */
START_TEST(a_biomass_raster_becomes_carbon)
{
    static const struct fixture_factor rows[] = {FIXTURE_ROW("root_shoot", "", 0.25),
                                                 FIXTURE_ROW("carbon_fraction", "", 0.47)};
    make_biomass(rows, COUNT(rows), 100, 80);
    ck_assert_double_eq_tol(above_tc(0), 3760, 1e-9);
    ck_assert_double_eq_tol(below_tc(0), 940, 1e-9);
    ck_assert_double_eq_tol(f.account->total_tc[0] * CO2, 17233.3333, 1e-4);
    fixture_stop(&f);
}
END_TEST

/* Example 3. IPCC 2006 Vol. 4 eq. 2.8: 1000 x 94.83 x 0.7 x (1 + 0.25) x 0.47. */
START_TEST(stock_volume_becomes_carbon)
{
    static const struct fixture_factor rows[] = {FIXTURE_ROW("bcef", "", 0.7),
                                                 FIXTURE_ROW("root_shoot", "", 0.25),
                                                 FIXTURE_ROW("carbon_fraction", "", 0.47)};
    make_volume(rows, COUNT(rows), 1000, 94.83);
    ck_assert_double_eq_tol(above_tc(0) + below_tc(0), 38998.8375, 1e-6);
    ck_assert_double_eq_tol(f.account->forest_volume_m3[0], 94830, 1e-6);
    fixture_stop(&f);
}
END_TEST

/* Table 4.5, temperate hardwoods. */
static const struct fixture_factor hardwoods[] = {
    FIXTURE_ROW("bcef", "", 3.0, .up_to = 20),
    FIXTURE_ROW("bcef", "", 1.7, .over = 20, .up_to = 40),
    FIXTURE_ROW("bcef", "", 1.4, .over = 40, .up_to = 100),
    FIXTURE_ROW("bcef", "", 1.05, .over = 100, .up_to = 200),
    FIXTURE_ROW("bcef", "", 0.8, .over = 200),
    FIXTURE_ROW("root_shoot", "", 0.25),
    FIXTURE_ROW("carbon_fraction", "", 0.47),
};

/* Example 4. From (10 m3, 30 t) to (30 m3, 51 t) the line gives 40.5 t/ha at 20 and 41.55 at 21
 * m3/ha, where the steps give 60 and 35.7. */
START_TEST(a_growing_stand_gains_over_a_step_of_the_table)
{
    const struct fixture_maps maps = {.years = {2020, 2021}, .count = 2, .classes = classes};
    const struct fixture_parcel parcel = {
        .area_ha = 1, .class = {"forest", "forest"}, .volume = {20, 21}};
    start(hardwoods, COUNT(hardwoods), &maps);
    add_layer("stock_volume", SINK_QUANTITY_VOLUME_M3_HA, &maps);
    finish(&maps, &parcel);
    ck_assert_double_eq_tol(above_tc(0) / 0.47, 40.5, 1e-9);
    ck_assert_double_eq_tol(above_tc(1) / 0.47, 41.55, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Fang et al. 2007, Pinus massoniana; the ratio is of our own. */
static const struct fixture_factor pine[] = {
    FIXTURE_ROW("volume_slope", "", 0.5034, .includes_roots = true),
    FIXTURE_ROW("volume_intercept", "", 20.547, .includes_roots = true),
    FIXTURE_ROW("root_shoot", "", 0.25),
    FIXTURE_ROW("carbon_fraction", "", 0.47),
};

/* Example 5. 0.5034 x 94.83 + 20.547 = 68.2844 t/ha with roots: 54.6275 above, 13.6569 below. At 0
 * m3/ha there is nothing, whatever the intercept. */
START_TEST(a_line_with_roots_is_divided_and_not_enlarged)
{
    make_volume(pine, COUNT(pine), 1, 94.83);
    ck_assert_double_eq_tol((above_tc(0) + below_tc(0)) / 0.47, 68.2844, 5e-5);
    ck_assert_double_eq_tol(above_tc(0) / 0.47, 54.6275, 5e-5);
    ck_assert_double_eq_tol(below_tc(0) / 0.47, 13.6569, 5e-5);
    fixture_stop(&f);
    make_volume(pine, COUNT(pine), 1, 0);
    ck_assert_double_eq(above_tc(0) + below_tc(0), 0);
    fixture_stop(&f);
}
END_TEST

/* Example 6. Forest inventory of Zhejiang (Acta Ecologica Sinica 36(12), 2016, Table 3),
 * Cunninghamia lanceolata: 820,900 ha of 21.72, 2.11, 2.68 and 98.96 t C/ha; printed 103.00 Tg. */
START_TEST(areas_times_densities_give_the_printed_stock)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "", 21.72, .unit = "t C ha-1"),
        FIXTURE_ROW("below_ground_biomass", "", 2.11, .unit = "t C ha-1"),
        FIXTURE_ROW("litter", "", 2.68),
        FIXTURE_ROW("dead_wood", "", 0),
        FIXTURE_ROW("soil_carbon", "", 98.96, .depth_cm = 100),
    };
    const struct fixture_parcel parcel = {.area_ha = 820900, .class = {"forest"}};
    start(rows, COUNT(rows), &one_year);
    finish(&one_year, &parcel);
    ck_assert_double_eq_tol(f.account->total_tc[0] / 1e6, 103.00, 0.005);
    ck_assert_double_eq_tol(f.account->total_tc[0], 102998323, 1e-3);
    fixture_stop(&f);
}
END_TEST

/* 2019 Refinement Table 4.9, subtropical humid forest of Asia; the density is of our own. */
static const struct fixture_factor grown[] = {
    FIXTURE_ROW("growth", "forest", 2.5, .up_to = 20),
    FIXTURE_ROW("growth", "forest", 1.0, .over = 20),
    FIXTURE_ROW("above_ground_biomass", "forest", 60),
    FIXTURE_ROW("above_ground_biomass", "cropland", 0),
    FIXTURE_ROW("root_shoot", "", 0.25),
    FIXTURE_ROW("carbon_fraction", "", 0.47),
};

/* Example 7. 2.5 t/ha/yr for 20 years, then 1.0: 25, 50 and 55 t/ha at 10, 20 and 25 years, and
 * never more than the density. */
START_TEST(a_planted_stand_grows_up_to_its_density)
{
    static const int ages_yr[] = {10, 20, 25, 50};
    static const double expected_t_ha[] = {25, 50, 55, 60};
    for (size_t i = 0; i < COUNT(ages_yr); i++) {
        make_planted(grown, COUNT(grown), ages_yr[i]);
        ck_assert_double_eq_tol(above_tc(0) / 0.47, expected_t_ha[i], 1e-9);
        fixture_stop(&f);
    }
}
END_TEST

/* Example 8. 150 (1 - exp(-0.05 x 20))^1.5 = 75.3861 t/ha; parameters of our own. */
START_TEST(a_curve_gives_the_biomass_at_the_age)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("curve_asymptote", "forest", 150), FIXTURE_ROW("curve_rate", "forest", 0.05),
        FIXTURE_ROW("curve_shape", "forest", 1.5),     FIXTURE_ROW("root_shoot", "", 0.25),
        FIXTURE_ROW("carbon_fraction", "", 0.47),
    };
    make_planted(rows, COUNT(rows), 20);
    ck_assert_double_eq_tol(above_tc(0) / 0.47, 75.3861, 5e-5);
    fixture_stop(&f);
}
END_TEST

/* 2019 Refinement Table 4.4, natural broadleaf of temperate oceanic America. */
static const struct fixture_factor broadleaf[] = {
    FIXTURE_ROW("root_shoot", "", 0.466, .up_to = 125),
    FIXTURE_ROW("root_shoot", "", 0.190, .over = 125),
    FIXTURE_ROW("carbon_fraction", "", 0.47),
};

/* Example 9. R is 0.466 up to 125 t/ha and 0.190 above. From (62.5, 29.125) to (187.5, 35.625) the
 * line gives 32.375 t/ha of roots at 125, where the steps fall from 58.25 to 23.75. */
START_TEST(roots_neither_jump_nor_fall)
{
    static const double expected_t_ha[][2] = {
        {62.5, 29.125}, {125, 32.375}, {187.5, 35.625}, {300, 57}};
    for (size_t i = 0; i < COUNT(expected_t_ha); i++) {
        make_biomass(broadleaf, COUNT(broadleaf), 1, expected_t_ha[i][0]);
        ck_assert_double_eq_tol(below_tc(0) / 0.47, expected_t_ha[i][1], 1e-9);
        fixture_stop(&f);
    }
}
END_TEST

/* Example 10. Examples 4 and 5 read backwards: 41.55 t/ha of hardwoods stand for 21 m3/ha, 54.6275
 * t/ha of pine for 94.83 m3/ha, 10 t/ha of pine, 12.5 with roots and so below its intercept, for
 * none. */
START_TEST(volume_follows_from_biomass)
{
    make_biomass(hardwoods, COUNT(hardwoods), 1, 41.55);
    ck_assert_double_eq_tol(f.account->forest_volume_m3[0], 21, 1e-9);
    fixture_stop(&f);
    make_biomass(pine, COUNT(pine), 1, 54.6275);
    ck_assert_double_eq_tol(f.account->forest_volume_m3[0], 94.83, 1e-3);
    fixture_stop(&f);
    make_biomass(pine, COUNT(pine), 1, 10);
    ck_assert_double_eq(f.account->forest_volume_m3[0], 0);
    fixture_stop(&f);
}
END_TEST

/* Example 11. A raster in carbon needs no carbon fraction: 37.6 t C/ha above; they are 80 t
 * d.m./ha, which by example 9 have 29.125 + 17.5 x 0.052 = 30.035 t/ha of roots, 14.11645 t C/ha.
 */
START_TEST(a_raster_in_carbon_is_taken_as_it_is)
{
    const struct fixture_parcel parcel = {.area_ha = 1, .class = {"forest"}, .biomass = {37.6}};
    start(broadleaf, COUNT(broadleaf), &one_year);
    add_layer("above_ground_biomass", SINK_QUANTITY_CARBON_T_HA, &one_year);
    finish(&one_year, &parcel);
    ck_assert_double_eq_tol(above_tc(0), 37.6, 1e-9);
    ck_assert_double_eq_tol(below_tc(0), 14.11645, 1e-9);
    fixture_stop(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("methods");
    TCase *tests = tcase_create("methods");
    tcase_add_test(tests, the_row_with_the_most_keys_speaks);
    tcase_add_test(tests, a_biomass_raster_becomes_carbon);
    tcase_add_test(tests, stock_volume_becomes_carbon);
    tcase_add_test(tests, a_growing_stand_gains_over_a_step_of_the_table);
    tcase_add_test(tests, a_line_with_roots_is_divided_and_not_enlarged);
    tcase_add_test(tests, areas_times_densities_give_the_printed_stock);
    tcase_add_test(tests, a_planted_stand_grows_up_to_its_density);
    tcase_add_test(tests, a_curve_gives_the_biomass_at_the_age);
    tcase_add_test(tests, roots_neither_jump_nor_fall);
    tcase_add_test(tests, volume_follows_from_biomass);
    tcase_add_test(tests, a_raster_in_carbon_is_taken_as_it_is);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
