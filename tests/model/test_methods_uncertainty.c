/* The worked examples 35 to 43 of sinkcalc/METHODS.md: what a spread means, how errors go together,
 * areas, draws, targets and trends. */
#include "sinkcalc/model/propagate.h"
#include "sinkcalc/model/spread.h"
#include "sinkcalc/model/trend.h"
#include "sinkcalc/model/uncertainty.h"
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "bamboo", "mangrove", NULL};
static struct fixture f;
static struct sink_uncertainty *uncertainty;

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define Z 1.959963984540054

static void assess(const struct sink_raster_error *raster, size_t draws)
{
    const struct sink_account_basis basis = {&f.classes, &f.factors, &f.settings, NULL};
    const struct sink_uncertainty_request request = {.tally = f.tally,
                                                     .regions = &f.regions,
                                                     .basis = &basis,
                                                     .rasters = raster,
                                                     .raster_count = raster ? 1 : 0,
                                                     .draws = draws,
                                                     .seed = 1};
    if (sink_uncertainty_make(f.account, &request, &uncertainty, &f.error) != SINK_OK)
        ck_abort_msg("%s", f.error.message);
}

static void stop(void)
{
    sink_uncertainty_free(uncertainty);
    fixture_stop(&f);
}

static const struct fixture_maps one_year = {.years = {2020}, .count = 1, .classes = classes};

static void start(const char *rows)
{
    fixture_start(&f, rows);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &one_year);
}

static void post(const char *class, double area_ha, double biomass, double volume, double sd)
{
    /* the fixture gives layers of other names, as that of the deviation, the ages */
    const struct fixture_parcel parcel = {.area_ha = area_ha,
                                          .class = {class},
                                          .biomass = {biomass},
                                          .volume = {volume},
                                          .age = {sd}};
    fixture_post_parcel(&f, &one_year, &parcel);
}

/* Half width of the 95 % interval of the total stock of the only year, in % of it. */
static double total_u_percent(void)
{
    return 100 * Z * uncertainty->se[SINK_FIGURE_TOTAL_STOCK] / f.account->total_tc[0];
}

static double se_of(double value, const double bounds[2], double sd, double n, const char *spread)
{
    const struct sink_spread_row row = {.value = value,
                                        .lower = bounds[0],
                                        .upper = bounds[1],
                                        .sd = sd,
                                        .se = NAN,
                                        .n = n,
                                        .spread = spread};
    struct sink_spread made;
    struct sink_error error;
    ck_assert_msg(sink_spread_read(&row, &made, &error) == SINK_OK, "%s", error.message);
    return made.se;
}

/* Example 35. What tables print becomes a standard error: 100 -+ 20 as 95 % CI 10.2, as 2 SD 10.0;
 * SD 36.4 stays 36.4 and of 16 plots is 9.1; 0.23 to 0.96 about 0.39 as a range is PERT: 0.128. */
START_TEST(each_spread_becomes_a_standard_error)
{
    const double bounds[] = {80, 120}, range[] = {0.23, 0.96}, none[] = {NAN, NAN};
    ck_assert_double_eq_tol(se_of(100, bounds, NAN, NAN, "95 % CI"), 10.2, 0.005);
    ck_assert_double_eq_tol(se_of(100, bounds, NAN, NAN, "2 SD"), 10, 1e-12);
    ck_assert_double_eq_tol(se_of(72.8, none, 36.4, NAN, ""), 36.4, 1e-12);
    ck_assert_double_eq_tol(se_of(72.8, none, 36.4, 16, ""), 9.1, 1e-12);
    ck_assert_double_eq_tol(se_of(0.39, range, NAN, NAN, "range"), 0.128, 0.0005);
}
END_TEST

/* Volume 94.83 m3/ha -+ 10 %, BCEF 0.7 -+ 30 %, R 0.25 -+ 30 %, CF 0.47 -+ 4 % on 1,000 ha. */
static const char product[] = "bcef,forest,,,,0.7,t d.m. m-3,0.49,0.91,95 % CI,,,test,,own,\n"
                              "root_shoot,forest,,,,0.25,1,0.175,0.325,95 % CI,,,test,,own,\n"
                              "carbon_fraction,,,,,0.47,1,0.4512,0.4888,95 % CI,,,test,,own,\n";

static void assess_product(size_t draws)
{
    double share = 1;
    const struct sink_raster_error raster = {
        .quantity = "stock_volume", .range_m = NAN, .shares = &share};
    start(product);
    f.settings.has_volume = true;
    fixture_add_layer(&f, SINK_SIDE_TO, "stock_volume", SINK_QUANTITY_VOLUME_M3_HA, NULL, 0);
    fixture_add_layer(&f, SINK_SIDE_TO, "stock_volume_sd", SINK_QUANTITY_VOLUME_M3_HA, NULL, 0);
    fixture_open_maps(&f, &one_year);
    post("forest", 1000, NAN, 94.83, 0.10 * 94.83 / Z);
    fixture_account(&f);
    assess(&raster, draws);
}

/* Example 36. R enters as 1 + R: 0.25 x 30 / 1.25 = 6 %, and not 30. In the account sqrt(10^2 +
 * 30^2 + 6^2 + 4^2) = 32.43 %; with an area of -+ 5 % beside it 32.82 %. */
START_TEST(errors_of_a_product_are_squared_and_the_ratio_counts_by_one_plus_it)
{
    assess_product(0);
    ck_assert_double_eq_tol(f.account->total_tc[0], 38998.8375, 1e-6);
    ck_assert_double_eq_tol(total_u_percent(), sqrt(100 + 900 + 36 + 16), 1e-6);
    ck_assert_double_eq_tol(hypot(total_u_percent(), 5), 32.81767816, 1e-6);
    stop();
}
END_TEST

static const double site_ha[] = {180, 264, 120};

/* Three strata of a site, each by its own row, or all by rows of one variable. */
static void assess_site(const char *variable)
{
    static const double mean[] = {483, 670, 565}, half[] = {59.6657, 72.9657, 64.1405};
    static const char *const zones[] = {"a", "b", "c", NULL};
    char table[512] = "", overlay[16];
    for (int i = 0; i < 3; i++)
        snprintf(table + strlen(table), sizeof table - strlen(table),
                 "soil_carbon,mangrove,%s,%.10g,t C ha-1,%.10g,%.10g,95 %% CI,%s,100,test,own\n",
                 zones[i], mean[i], mean[i] - half[i], mean[i] + half[i], variable);
    fixture_start_table(&f,
                        "quantity,class,key:zone,value,unit,lower,upper,spread,variable,depth_cm,"
                        "source,verified\n",
                        table);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &one_year);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", zones);
    fixture_open_maps(&f, &one_year);
    for (int i = 0; i < 3; i++) {
        snprintf(overlay, sizeof overlay, "zone=%s", zones[i]);
        const struct fixture_parcel parcel = {
            .area_ha = site_ha[i], .class = {"mangrove"}, .overlays = overlay};
        fixture_post_parcel(&f, &one_year, &parcel);
    }
    fixture_account(&f);
    assess(NULL, 0);
}

/* Example 37. A course on blue carbon (fictitious site): 180, 264 and 120 ha of 483 -+ 59.6657, 670
 * -+ 72.9657 and 565 -+ 64.1405 t C/ha; printed 331,620 -+ 23,359.09 t C, 7.0439 %. Were they one
 * default factor, the errors would be one: -+ 37,699.6 t C. */
START_TEST(errors_of_one_factor_add_up_and_those_of_several_are_squared)
{
    assess_site("");
    ck_assert_double_eq_tol(f.account->total_tc[0], 331620, 1e-6);
    ck_assert_double_eq_tol(Z * uncertainty->se[SINK_FIGURE_TOTAL_STOCK], 23359.09, 0.02);
    ck_assert_double_eq_tol(total_u_percent(), 7.0439, 5e-5);
    stop();
    assess_site("mangrove soil");
    ck_assert_double_eq_tol(Z * uncertainty->se[SINK_FIGURE_TOTAL_STOCK], 37699.6, 0.05);
    stop();
}
END_TEST

/* Example 38. A shared error cancels as far as the stocks do: forest of 1,000 t C/ha -+ 20 % by one
 * row on 100 ha, and on 110 ha ten years later: the change has 20 % of 10 ha, and not the root of
 * the squares of both stocks, 297 %. */
START_TEST(the_error_of_a_change_is_that_of_the_change)
{
    const struct fixture_maps maps = {.years = {2010, 2020}, .count = 2, .classes = classes};
    const struct fixture_parcel parcels[] = {{.area_ha = 100, .class = {"forest", "forest"}},
                                             {.area_ha = 10, .class = {"bamboo", "forest"}}};
    fixture_start(&f, "above_ground_biomass,forest,,,,1000,t C ha-1,800,1200,95 % CI,,,test,,own,\n"
                      "above_ground_biomass,bamboo,,,,0,t C ha-1,,,,,,test,,own,\n");
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, &maps);
    fixture_open_maps(&f, &maps);
    for (int i = 0; i < 2; i++)
        fixture_post_parcel(&f, &maps, &parcels[i]);
    fixture_account(&f);
    assess(NULL, 0);
    const double se = uncertainty->se[(size_t)SINK_FIGURE_TOTAL_SINK * 2 + 1];
    ck_assert_double_eq_tol(100 * Z * se / f.account->total_sink_tco2_yr[1], 20, 1e-6);
    stop();
}
END_TEST

/* Example 39. 400 ha of 100 t C/ha with an SD of 20 in every cell: with one error everywhere
 * -+ 39.2
 * %; with errors that go together within a range, and four blocks of it alike, half of that. */
START_TEST(blocks_of_independent_errors_cancel_in_part)
{
    for (uint64_t blocks = 1; blocks <= 4; blocks += 3) {
        struct sink_tally *tally;
        struct sink_region_list regions = {0};
        double share;
        ck_assert_int_eq(sink_block_tally_new(&tally, &f.error), SINK_OK);
        for (uint64_t b = 0; b < blocks; b++) {
            const double area_m2 = 400e4 / (double)blocks, sums[] = {area_m2, area_m2 * 20};
            const struct sink_tally_place place = {0, 0, b};
            ck_assert_int_eq(sink_tally_post(tally, place, 1, sums, &f.error), SINK_OK);
        }
        sink_raster_error_by_blocks(tally, 0, 1, 1, &share);
        sink_tally_free(tally);
        sink_region_list_free(&regions);
        const struct sink_raster_error raster = {
            .quantity = "above_ground_biomass", .range_m = 10000, .shares = &share};
        start("carbon_fraction,,,,,0.47,1,,,,,,test,,own,\n");
        fixture_add_layer(&f, SINK_SIDE_TO, "above_ground_biomass", SINK_QUANTITY_CARBON_T_HA, NULL,
                          0);
        fixture_add_layer(&f, SINK_SIDE_TO, "above_ground_biomass_sd", SINK_QUANTITY_CARBON_T_HA,
                          NULL, 0);
        fixture_open_maps(&f, &one_year);
        post("forest", 400, 100, NAN, 20);
        fixture_account(&f);
        assess(&raster, 0);
        ck_assert_double_eq_tol(total_u_percent(), 100 * Z * 0.2 / (blocks == 1 ? 1 : 2), 1e-6);
        stop();
    }
}
END_TEST

/* Example 40. Olofsson et al. 2014 (Remote Sensing of Environment 148:42-57): 200,000, 150,000,
 * 3,200,000 and 6,450,000 cells of 30 m; deforestation is 21,158 -+ 6,158 ha and not the 18,000 ha
 * of the map. The four classes stand for those of the paper. */
START_TEST(areas_of_a_map_are_corrected_by_a_sample)
{
    static const char matrix[] = "map,bare,shrubland,forest,cropland\n"
                                 "bare,66,0,5,4\n"
                                 "shrubland,0,55,8,12\n"
                                 "forest,1,0,153,11\n"
                                 "cropland,2,1,9,313\n";
    static const char *const names[] = {"bare", "shrubland", "forest", "cropland"};
    static const double cells[] = {200000, 150000, 3200000, 6450000};
    static const double ha[] = {21158, 11686, 285770, 581386}, half[] = {6158, 3756, 15510, 16282};
    struct sink_class_list list;
    struct sink_csv *csv;
    struct sink_faults faults = {0};
    struct sink_confusion confusion;
    struct sink_area_class areas[SINK_MAX_CLASSES];
    struct sink_area_overall overall;
    double mapped_m2[SINK_MAX_CLASSES] = {0};
    ck_assert_int_eq(sink_class_list_load(&list, &f.error), SINK_OK);
    ck_assert_int_eq(sink_csv_parse("matrix.csv", matrix, strlen(matrix), &csv, &f.error), SINK_OK);
    ck_assert_int_eq(sink_confusion_read(csv, &list, &confusion, &faults), SINK_OK);
    for (size_t i = 0; i < 4; i++)
        mapped_m2[sink_class_list_find(&list, names[i])] = cells[i] * 900;
    sink_area_estimate(&confusion, mapped_m2, list.count, areas, &overall);
    for (size_t i = 0; i < 4; i++) {
        const struct sink_area_class *area = &areas[sink_class_list_find(&list, names[i])];
        ck_assert_double_eq_tol(area->area_m2 / 1e4, ha[i], 0.5);
        ck_assert_double_eq_tol(1.96 * area->area_se_m2 / 1e4, half[i], 0.5);
    }
    ck_assert_double_eq_tol(overall.accuracy, 0.9465, 5e-5);
    sink_confusion_free(&confusion);
    sink_csv_free(csv);
    sink_class_list_free(&list);
}
END_TEST

/* Example 41. The product of example 36 drawn 20,000 times: a mean within 0.5 % of 38,998.8, a half
 * width of 1.96 SD within 0.5 points of 32.49 % (the exact one of a product of normal numbers), and
 * the same bits each time. */
START_TEST(draws_give_what_propagation_gives)
{
    double u_squared = 1;
    const double u_percent[] = {10, 30, 6, 4};
    for (int i = 0; i < 4; i++)
        u_squared *= 1 + pow(u_percent[i] / 100 / Z, 2);
    const double exact_percent = 100 * Z * sqrt(u_squared - 1);
    double first = NAN;
    ck_assert_double_eq_tol(exact_percent, 32.49, 0.005);
    for (int round = 0; round < 2; round++) {
        assess_product(20000);
        const double mean_tc = uncertainty->mean[SINK_FIGURE_TOTAL_STOCK];
        ck_assert_double_eq_tol(mean_tc, 38998.8375, 0.005 * 38998.8375);
        ck_assert_double_eq_tol(total_u_percent(), exact_percent, 0.5);
        ck_assert_double_lt(uncertainty->lower[SINK_FIGURE_TOTAL_STOCK], mean_tc);
        ck_assert(round == 0 || mean_tc == first);
        first = mean_tc;
        stop();
    }
}
END_TEST

/* Example 42. China 2021: 2.3067 of 9.603 million km2 are 24.02 %; 0.98 points short of 25 % in
 * 2030, 0.109 a year. 19.493e9 of 19e9 m3 are 102.6 %: met, and no rate is needed. */
START_TEST(a_target_has_a_gap_and_a_rate)
{
    const int year = 2021;
    const double coverage = 2.3067 / 9.603, volume_m3 = 19.493e9;
    const struct sink_series forest = {&year, &coverage, 1}, stock = {&year, &volume_m3, 1};
    const struct sink_trend trends[] = {sink_trend_fit(forest), sink_trend_fit(stock)};
    const struct sink_outlook share = sink_outlook_make(forest, &trends[0], 0.25, 2030);
    ck_assert_double_eq_tol(share.gap, 0.0098, 5e-5);
    ck_assert_double_eq_tol(100 * share.rate_needed_per_yr, 0.109, 5e-4);
    ck_assert_int_eq(share.meeting, SINK_MEETING_UNKNOWN);
    const struct sink_outlook met = sink_outlook_make(stock, &trends[1], 19e9, 2030);
    ck_assert_double_eq_tol(100 * met.last / 19e9, 102.6, 0.05);
    ck_assert_int_eq(met.meeting, SINK_MEETING_MET);
    ck_assert_double_eq(met.rate_needed_per_yr, 0);
}
END_TEST

/* Example 43. 20, 22 and 23 % in 2000, 2005 and 2010: slope 0.3 a year, 26.17 % in 2020 -+ 12.7062
 * x sqrt(1/6) x sqrt(1 + 1/3 + 225/50) = 12.53 points; 25 % at the end of 2017. */
START_TEST(a_trend_is_a_line_with_an_interval)
{
    static const int years[] = {2000, 2005, 2010};
    static const double values[] = {20, 22, 23};
    const struct sink_series series = {years, values, 3};
    const struct sink_trend trend = sink_trend_fit(series);
    const struct sink_outlook outlook = sink_outlook_make(series, &trend, 25, 2020);
    ck_assert_double_eq_tol(trend.slope_per_yr, 0.3, 1e-12);
    ck_assert_double_eq_tol(outlook.at_target.value, 26.17, 0.005);
    ck_assert_double_eq_tol(outlook.at_target.upper - outlook.at_target.value, 12.53, 0.005);
    ck_assert_int_eq(outlook.meeting, SINK_MEETING_EXPECTED);
    ck_assert_int_eq(outlook.met_year, 2017);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("methods_uncertainty");
    TCase *tests = tcase_create("methods_uncertainty");
    tcase_add_test(tests, each_spread_becomes_a_standard_error);
    tcase_add_test(tests, errors_of_a_product_are_squared_and_the_ratio_counts_by_one_plus_it);
    tcase_add_test(tests, errors_of_one_factor_add_up_and_those_of_several_are_squared);
    tcase_add_test(tests, the_error_of_a_change_is_that_of_the_change);
    tcase_add_test(tests, blocks_of_independent_errors_cancel_in_part);
    tcase_add_test(tests, areas_of_a_map_are_corrected_by_a_sample);
    tcase_add_test(tests, draws_give_what_propagation_gives);
    tcase_add_test(tests, a_target_has_a_gap_and_a_rate);
    tcase_add_test(tests, a_trend_is_a_line_with_an_interval);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
