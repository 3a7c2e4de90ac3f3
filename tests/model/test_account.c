#include "tests/model/account_fixture.h"

#include <stdio.h>

static const char *const two_classes[] = {"grassland", "cropland", NULL};
static const char *const forest_only[] = {"forest", NULL};

/* Ten by ten cells of 1 m2; every cell has a grid point of its own class. InVEST's test of its
 * carbon model: pools 15, 10, 60, 1 t/ha in one class and 5, 3, 20, 0 in the other; 100 m2 of each
 * give 0.86 t and 0.28 t, and the change from the first to the second is -0.58 t. */
START_TEST(a_lookup_inventory_gives_the_printed_totals)
{
    struct fixture f;
    fixture_start(&f, "above_ground_biomass,grassland,,,,15,t C ha-1,,,,,,InVEST,,seen,\n"
                      "below_ground_biomass,grassland,,,,10,t C ha-1,,,,,,InVEST,,seen,\n"
                      "soil_carbon,grassland,,,,60,t C ha-1,,,,,30,InVEST,,seen,\n"
                      "dead_wood,grassland,,,,1,t C ha-1,,,,,,InVEST,,seen,\n"
                      "litter,grassland,,,,0,t C ha-1,,,,,,InVEST,,seen,\n"
                      "above_ground_biomass,cropland,,,,5,t C ha-1,,,,,,InVEST,,seen,\n"
                      "below_ground_biomass,cropland,,,,3,t C ha-1,,,,,,InVEST,,seen,\n"
                      "soil_carbon,cropland,,,,20,t C ha-1,,,,,30,InVEST,,seen,\n"
                      "dead_wood,cropland,,,,0,t C ha-1,,,,,,InVEST,,seen,\n"
                      "litter,cropland,,,,0,t C ha-1,,,,,,InVEST,,seen,\n");
    fixture_set_years(&f, 2020, 2021);
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_FROM, "class", two_classes);
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", two_classes);
    fixture_open_tally(&f);
    const int values[] = {2, 3};
    const double sums[] = {100};
    fixture_post(&f, 0, values, sums);
    f.settings.transition_yr = 1; /* InVEST knows no transition: all of it within the year */
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->total_tc[0], 0.86, 1e-12);
    ck_assert_double_eq_tol(f.account->total_tc[1], 0.28, 1e-12);
    ck_assert_double_eq_tol(f.account->total_tc[1] - f.account->total_tc[0], -0.58, 1e-12);
    ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[1], -0.58 * 44 / 12, 1e-12);
    ck_assert(isnan(f.account->total_sink_tco2_yr[0]));
    ck_assert_double_eq_tol(f.account->transition_m2[1], 100, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Forest inventory of Zhejiang (Acta Ecologica Sinica 36(12), 2016, Table 3): areas in 100 ha x
 * densities by type and pool. The paper's four pools are put in four of ours. Its two printed mean
 * densities contradict its own totals; the totals are what is tested. */
START_TEST(areas_times_densities_give_the_totals_of_the_zhejiang_inventory)
{
    static const struct {
        const char *type;
        double area_100ha, tree, shrub_herb, litter, soil;
    } rows[] = {{"cinnamomum_camphora", 24, 17.57, 3.07, 3.47, 86.37},
                {"cryptomeria_fortunei", 167, 46.04, 0.86, 1.42, 155.83},
                {"softwood", 216, 19.15, 1.70, 0.95, 147.61},
                {"cupressus_funebris", 240, 47.95, 4.06, 2.48, 98.30},
                {"hardwood", 671, 23.08, 1.84, 2.13, 115.92},
                {"schima_superba", 744, 30.91, 3.41, 2.66, 81.09},
                {"other_conifers", 1366, 29.42, 5.14, 2.63, 71.66},
                {"quercus", 2030, 23.38, 2.55, 2.08, 109.19},
                {"mixed_coniferous", 3520, 29.42, 6.82, 3.67, 84.64},
                {"mixed", 5676, 28.15, 3.89, 2.77, 90.81},
                {"pinus_massoniana", 8116, 21.61, 5.38, 2.00, 80.40},
                {"cunninghamia_lanceolata", 8209, 21.72, 2.11, 2.68, 98.96},
                {"bamboo_stand", 8834, 23.78, 0.94, 0.63, 71.63},
                {"mixed_broadleaved", 10028, 25.10, 3.43, 2.88, 106.24}};
    enum { count = sizeof rows / sizeof *rows };
    char table[count * 5 * 120] = "dead_wood,*,*,,,0,t C ha-1,,,,,,test,,own,\n", *at = table;
    const char *types[count + 1] = {0};
    at += strlen(at);
    for (int i = 0; i < count; i++) {
        types[i] = rows[i].type;
        at += sprintf(at,
                      "above_ground_biomass,forest,%s,,,%g,t C ha-1,,,,,,Zhejiang 2016,3,seen,\n"
                      "below_ground_biomass,forest,%s,,,%g,t C ha-1,,,,,,Zhejiang 2016,3,seen,\n"
                      "litter,forest,%s,,,%g,t C ha-1,,,,,,Zhejiang 2016,3,seen,\n"
                      "soil_carbon,forest,%s,,,%g,t C ha-1,,,,,100,Zhejiang 2016,3,seen,\n",
                      types[i], rows[i].tree, types[i], rows[i].shrub_herb, types[i],
                      rows[i].litter, types[i], rows[i].soil);
    }
    struct fixture f;
    fixture_start(&f, table);
    fixture_set_years(&f, 2012, 0);
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", forest_only);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "forest_type", types);
    fixture_open_tally(&f);
    double area_ha = 0;
    for (int i = 0; i < count; i++) {
        const int values[] = {2, 2 + i};
        const double sums[] = {rows[i].area_100ha * 100 * 1e4};
        fixture_post(&f, 0, values, sums);
        area_ha += rows[i].area_100ha * 100;
    }
    fixture_account(&f);
    ck_assert_double_eq_tol(area_ha, 4.9841e6, 1);
    ck_assert_double_eq_tol(f.account->pool_tc[SINK_POOL_ABOVE_GROUND] / 1e6, 122.869, 5e-4);
    ck_assert_double_eq_tol(f.account->pool_tc[SINK_POOL_SOIL_DEEP] / 1e6, 451.764, 5e-4);
    /* printed 602.728; the printed rows add up to 602.7292 */
    ck_assert_double_eq_tol(f.account->total_tc[0] / 1e6, 602.728, 1.5e-3);
    ck_assert_double_eq(f.account->soil_depth_cm[0], 100);
    fixture_stop(&f);
}
END_TEST

/* Volume layer of one value over `area_ha` of forest. */
static void make_volume(struct fixture *f, const char *table, double area_ha, double volume_m3_ha,
                        double first_break)
{
    fixture_start(f, table);
    f->settings.has_volume = true;
    f->settings.factor = SINK_MISSING_COUNT;
    fixture_set_years(f, 2020, 0);
    fixture_add_dimension(f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", forest_only);
    fixture_add_quantity(f, SINK_SIDE_TO, "stock_volume", SINK_QUANTITY_VOLUME_M3_HA, first_break);
    fixture_open_tally(f);
    const int values[] = {2, volume_m3_ha > first_break ? 3 : 2};
    const double sums[] = {area_ha * 1e4, area_ha * 1e4 * volume_m3_ha};
    fixture_post(f, 0, values, sums);
    fixture_account(f);
}

/* IPCC 2006 Vol. 4 eq. 2.8: A V BCEF (1 + R) CF = 1000 x 94.83 x 0.7 x 1.25 x 0.47. */
START_TEST(volume_becomes_carbon_by_equation_2_8)
{
    struct fixture f;
    make_volume(&f,
                "bcef,forest,,,,0.7,t d.m. m-3,,,,,,IPCC 2006,,seen,\n"
                "root_shoot,forest,,,,0.25,1,,,,,,IPCC 2006,,seen,\n"
                "carbon_fraction,,,,,0.47,1,,,,,,IPCC 2006,4.3,seen,\n",
                1000, 94.83, 20);
    const double biomass_tc =
        f.account->pool_tc[SINK_POOL_ABOVE_GROUND] + f.account->pool_tc[SINK_POOL_BELOW_GROUND];
    ck_assert_double_eq_tol(biomass_tc, 38998.8375, 1e-6);
    ck_assert_double_eq_tol(f.account->forest_volume_m3[0], 94830, 1e-6);
    ck_assert_double_eq_tol(f.account->no_factor_m2[SINK_POOL_SOIL], 1e7, 1e-3);
    fixture_stop(&f);
}
END_TEST

#define FANG_LINE                                                                                  \
    "volume_slope,forest,,,,0.5034,t d.m. m-3,,,,yes,,Fang 2007,,seen,\n"                          \
    "volume_intercept,forest,,,,20.547,t d.m. ha-1,,,,yes,,Fang 2007,,seen,\n"                     \
    "root_shoot,forest,,,,0.25,1,,,,,,test,,own,\n"                                                \
    "carbon_fraction,,,,,0.5,1,,,,,,test,,own,\n"

/* Fang et al. 2007, Pinus massoniana at 94.83 m3/ha: 0.5034 x 94.83 + 20.547 = 68.2844 t/ha with
 * roots: they are split, not added. */
START_TEST(a_line_that_includes_roots_is_split_not_enlarged)
{
    struct fixture f;
    make_volume(&f, FANG_LINE, 1, 94.83, 0);
    const double above_tc = f.account->pool_tc[SINK_POOL_ABOVE_GROUND];
    const double below_tc = f.account->pool_tc[SINK_POOL_BELOW_GROUND];
    ck_assert_double_eq_tol((above_tc + below_tc) / 0.5, 68.2844, 5e-5);
    ck_assert_double_eq_tol(below_tc / above_tc, 0.25, 1e-12);
    fixture_stop(&f);
}
END_TEST

START_TEST(an_unstocked_cell_has_no_biomass_whatever_the_line_says)
{
    struct fixture f;
    make_volume(&f, FANG_LINE, 1, 0, 0);
    ck_assert_double_eq(f.account->total_tc[0], 0);
    fixture_stop(&f);
}
END_TEST

/* 564 ha of mangrove x 386 t C/ha = 217 704 t C (The Blue Carbon Initiative manual, Howard et al.
 * 2014); in CO2 by 44/12, not by 3.67 as printed there. */
START_TEST(blue_carbon_of_the_manual_is_met)
{
    static const char *const mangrove[] = {"mangrove", NULL};
    struct fixture f;
    fixture_start(&f, "soil_carbon,mangrove,,,,386,t C ha-1,,,,,100,IPCC 2013,4.11,seen,\n");
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_years(&f, 2014, 0);
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", mangrove);
    fixture_open_tally(&f);
    const int values[] = {2};
    const double sums[] = {564e4};
    fixture_post(&f, 0, values, sums);
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->total_tc[0], 217704, 1e-6);
    ck_assert_double_eq_tol(f.account->total_tc[0] * SINK_CO2_PER_C, 798248, 1e-6);
    fixture_stop(&f);
}
END_TEST

/* Biomass raster in t d.m./ha, root:shoot by its interval: 0.5 up to 75 and 0.25 above. */
START_TEST(the_ratio_of_the_interval_applies)
{
    struct fixture f;
    fixture_start(&f, "root_shoot,forest,,,75,0.5,1,,,,,,test,,own,\n"
                      "root_shoot,forest,,75,,0.25,1,,,,,,test,,own,\n"
                      "carbon_fraction,,,,,0.47,1,,,,,,IPCC 2006,4.3,seen,\n");
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_years(&f, 2020, 0);
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", forest_only);
    fixture_add_quantity(&f, SINK_SIDE_TO, "above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA,
                         75);
    fixture_open_tally(&f);
    const int low[] = {2, 2}, high[] = {2, 3};
    const double low_sums[] = {1e4, 1e4 * 60}, high_sums[] = {2e4, 2e4 * 100};
    fixture_post(&f, 0, low, low_sums);
    fixture_post(&f, 0, high, high_sums);
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->pool_tc[SINK_POOL_ABOVE_GROUND], 0.47 * 260, 1e-9);
    ck_assert_double_eq_tol(f.account->pool_tc[SINK_POOL_BELOW_GROUND],
                            0.47 * (60 * 0.5 + 200 * 0.25), 1e-9);
    fixture_stop(&f);
}
END_TEST

START_TEST(a_missing_factor_is_an_error_that_says_which_row_to_add)
{
    struct fixture f;
    fixture_start(&f, "carbon_fraction,,,,,0.47,1,,,,,,IPCC 2006,4.3,seen,\n");
    fixture_set_years(&f, 2020, 0);
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", forest_only);
    fixture_open_tally(&f);
    const int values[] = {2};
    const double sums[] = {1e4};
    fixture_post(&f, 0, values, sums);
    ck_assert_int_eq(fixture_make(&f), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(
        strstr(f.error.message, "no above_ground_biomass factor for class forest"));
    ck_assert_ptr_nonnull(strstr(f.error.message, "no soil_carbon factor"));
    fixture_stop(&f);
}
END_TEST

/* China 2021: forest of 2.3067 million km2 over 9.603 million km2 is 24.02 %, 0.98 points short of
 * 25 % in 2030. */
START_TEST(coverage_and_targets_of_2021_are_met)
{
    static const char *const classes[] = {"forest", "bare", "seagrass", NULL};
    const struct sink_target target = {SINK_TARGET_FOREST_COVERAGE, 2030, 0.25};
    struct fixture f;
    fixture_start(&f, "carbon_fraction,,,,,0.47,1,,,,,,IPCC 2006,4.3,seen,\n");
    f.settings.factor = SINK_MISSING_COUNT;
    f.settings.targets = &target;
    f.settings.target_count = 1;
    fixture_set_years(&f, 2021, 0);
    fixture_add_dimension(&f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", classes);
    fixture_open_tally(&f);
    const int forest[] = {2}, bare[] = {3}, seagrass[] = {4};
    const double forest_m2[] = {2.3067e12}, bare_m2[] = {9.603e12 - 2.3067e12}, sea_m2[] = {1e10};
    fixture_post(&f, 0, forest, forest_m2);
    fixture_post(&f, 0, bare, bare_m2);
    fixture_post(&f, 0, seagrass, sea_m2); /* not land: no part of the share */
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->coverage[0], 0.2402, 5e-5);
    ck_assert_double_eq_tol(f.account->target_gap[0], 0.25 - 2.3067 / 9.603, 1e-12);
    ck_assert_double_eq_tol(f.account->target_rate_per_yr[0], (0.25 - 2.3067 / 9.603) / 9, 1e-12);
    ck_assert_double_eq_tol(f.account->target_reached[0], 2.3067 / 9.603 / 0.25, 1e-12);
    fixture_stop(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account");
    TCase *tests = tcase_create("account");
    tcase_add_test(tests, a_lookup_inventory_gives_the_printed_totals);
    tcase_add_test(tests, areas_times_densities_give_the_totals_of_the_zhejiang_inventory);
    tcase_add_test(tests, volume_becomes_carbon_by_equation_2_8);
    tcase_add_test(tests, a_line_that_includes_roots_is_split_not_enlarged);
    tcase_add_test(tests, an_unstocked_cell_has_no_biomass_whatever_the_line_says);
    tcase_add_test(tests, blue_carbon_of_the_manual_is_met);
    tcase_add_test(tests, the_ratio_of_the_interval_applies);
    tcase_add_test(tests, a_missing_factor_is_an_error_that_says_which_row_to_add);
    tcase_add_test(tests, coverage_and_targets_of_2021_are_met);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
