/* Approach 1 through the account: errors of factors, rasters and areas, and how they add up. */
#include "sinkcalc/base/units.h"
#include "tests/model/uncertainty_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct subject s;
static const struct sink_uncertainty_request plain = {0};

static const struct layout one_year = {.years = {2020},
                                       .year_count = 1,
                                       .quantity = "above_ground_biomass",
                                       .unit = SINK_QUANTITY_DRY_MATTER_T_HA};
static const struct layout two_years = {.years = {2020, 2025},
                                        .year_count = 2,
                                        .quantity = "above_ground_biomass",
                                        .unit = SINK_QUANTITY_DRY_MATTER_T_HA};

/* Of a raster, in the one region of a test. */
static struct sink_raster_error raster_error(const char *quantity, double *shares,
                                             double time_correlation)
{
    return (struct sink_raster_error){.quantity = quantity,
                                      .range_m = NAN,
                                      .time_correlation = time_correlation,
                                      .shares = shares};
}

/* C = A V BCEF (1 + R) CF with V +- 10 %, BCEF and R +- 30 %, CF +- 4 %: 32.4345 %, and with an
 * area of +- 5 % the 32.81767816 % of the oracle O8c, worked out by hand from IPCC 2006 Vol. 1 Ch.
 * 3 eq. 3.1. R counts as 1 + R: 0.25 x 30 % / 1.25 = 6 %. */
START_TEST(a_chain_of_factors_and_a_raster_is_the_root_of_the_sum_of_squares)
{
    char rows[600];
    const struct layout layout = {.years = {2020},
                                  .year_count = 1,
                                  .quantity = "stock_volume",
                                  .unit = SINK_QUANTITY_VOLUME_M3_HA};
    snprintf(rows, sizeof rows,
             "bcef,forest,,,,0.7,t d.m. m-3,%.17g,,,,,,test,own\n"
             "root_shoot,forest,,,,0.25,1,%.17g,,,,,,test,own\n"
             "carbon_fraction,,,,,0.47,1,%.17g,,,,,,test,own\n",
             0.7 * 0.3 / Z95, 0.25 * 0.3 / Z95, 0.47 * 0.04 / Z95);
    start(&s, &layout, rows);
    fixture_open_tally(&s.fixture);
    post(&s, &(struct plot){.area_ha = 1000,
                            .class = {NULL, "forest"},
                            .value = {NAN, 94.83},
                            .sd = {NAN, 9.483 / Z95}});
    double share = 1;
    const struct sink_raster_error raster = raster_error("stock_volume", &share, 0);
    assess(&s, (struct sink_uncertainty_request){.rasters = &raster, .raster_count = 1});
    const double total_tc = s.fixture.account->total_tc[0];
    ck_assert_double_eq_tol(total_tc, 38998.8375, 1e-7);
    const double u_percent = 100 * Z95 * se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0) / total_tc;
    check_close(u_percent, sqrt(100 + 900 + 36 + 16));
    ck_assert_double_eq_tol(hypot(u_percent, 5), 32.81767816, 5e-9); /* with +- 5 % of area */
    check_close(at(&s, s.uncertainty->lower, SINK_FIGURE_TOTAL_STOCK, 0, 0),
                total_tc * (1 - u_percent / 100));
    check_close(at(&s, s.uncertainty->upper, SINK_FIGURE_TOTAL_STOCK, 0, 0),
                total_tc * (1 + u_percent / 100));
    /* Pools: above ground has no R, below ground has all of its error. */
    check_close(se(&s, SINK_FIGURE_STOCK + SINK_POOL_ABOVE_GROUND, 0, 0) * Z95 * 100 /
                    fixture_pool(&s.fixture, 0, SINK_POOL_ABOVE_GROUND, 0),
                sqrt(100 + 900 + 16));
    check_close(se(&s, SINK_FIGURE_STOCK + SINK_POOL_BELOW_GROUND, 0, 0) * Z95 * 100 /
                    fixture_pool(&s.fixture, 0, SINK_POOL_BELOW_GROUND, 0),
                sqrt(100 + 900 + 900 + 16));
    check_close(se(&s, SINK_FIGURE_VOLUME, 0, 0), 1000 * 9.483 / Z95);
    stop(&s);
}
END_TEST

/* Grassland of the zones a (100 ha) and b (300 ha), without roots. */
static void make_two_zones(const char *rows)
{
    start(&s, &one_year, rows);
    fixture_open_tally(&s.fixture);
    for (int b = 0; b < 2; b++)
        post(&s, &(struct plot){.area_ha = b ? 300 : 100,
                                .class = {NULL, "grassland"},
                                .value = {NAN, NAN},
                                .sd = {NAN, NAN},
                                .zone = b ? "b" : "a"});
    assess(&s, plain);
}

#define DENSITIES_A_AND_B(variable)                                                                \
    "carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"                                                   \
    "above_ground_biomass,grassland,a,,,10,t d.m. ha-1,2,,,," variable ",,test,own\n"              \
    "above_ground_biomass,grassland,b,,,20,t d.m. ha-1,3,,,," variable ",,test,own\n"

START_TEST(a_default_that_strata_share_adds_up_linearly)
{
    make_two_zones("carbon_fraction,,,,,0.5,1,0.05,,,,,,test,own\n"
                   "above_ground_biomass,grassland,a,,,10,t d.m. ha-1,,,,,,,test,own\n"
                   "above_ground_biomass,grassland,b,,,20,t d.m. ha-1,,,,,,,test,own\n");
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), 0.05 * (100 * 10 + 300 * 20));
    stop(&s);
    make_two_zones("carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"
                   "above_ground_biomass,grassland,,,,10,t d.m. ha-1,2,,,,,,test,own\n");
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), 0.5 * 2 * (100 + 300));
    stop(&s);
}
END_TEST

START_TEST(rows_of_their_own_add_up_as_squares)
{
    make_two_zones(DENSITIES_A_AND_B(""));
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), 0.5 * hypot(2 * 100, 3 * 300));
    stop(&s);
}
END_TEST

START_TEST(rows_with_one_text_in_variable_are_one)
{
    make_two_zones(DENSITIES_A_AND_B("stock of grass"));
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), 0.5 * (2 * 100 + 3 * 300));
    ck_assert_uint_eq(s.uncertainty->source_count, 1);
    stop(&s);
}
END_TEST

/* Two tables may use the same word for different things. */
START_TEST(the_text_in_variable_ties_rows_of_one_table_only)
{
    static const char other[] =
        HEADER "above_ground_biomass,grassland,b,,,20,t d.m. ha-1,3,,,,grass,,test,own\n";
    struct sink_csv *csv;
    struct sink_faults faults = {0};
    start(&s, &one_year, DENSITIES_A_AND_B("grass"));
    ck_assert_int_eq(sink_csv_parse("other.csv", other, sizeof other - 1, &csv, &s.fixture.error),
                     SINK_OK);
    ck_assert_int_eq(sink_factors_add(&s.fixture.factors, csv, &s.fixture.classes, &faults),
                     SINK_OK);
    fixture_open_tally(&s.fixture);
    for (int b = 0; b < 2; b++)
        post(&s, &(struct plot){.area_ha = b ? 300 : 100,
                                .class = {NULL, "grassland"},
                                .value = {NAN, NAN},
                                .sd = {NAN, NAN},
                                .zone = b ? "b" : "a"});
    assess(&s, plain);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), 0.5 * hypot(2 * 100, 3 * 300));
    stop(&s);
}
END_TEST

/* A sum of two regions: of the zones a and b. */
static void make_regions(const char *rows)
{
    start(&s, &one_year, rows);
    fixture_add_region(&s.fixture, "1", -1, SINK_REGION_SUM);
    fixture_add_region(&s.fixture, "11", 0, SINK_REGION_POLYGON);
    fixture_add_region(&s.fixture, "12", 0, SINK_REGION_POLYGON);
    fixture_open_tally(&s.fixture);
    for (uint32_t b = 0; b < 2; b++)
        post(&s, &(struct plot){.region = 1 + b,
                                .area_ha = b ? 300 : 100,
                                .class = {NULL, "grassland"},
                                .value = {NAN, NAN},
                                .sd = {NAN, NAN},
                                .zone = b ? "b" : "a"});
    assess(&s, plain);
}

START_TEST(where_one_factor_drives_the_error_of_a_parent_is_the_sum_of_its_childrens)
{
    make_regions("carbon_fraction,,,,,0.5,1,0.05,,,,,,test,own\n"
                 "above_ground_biomass,grassland,a,,,10,t d.m. ha-1,,,,,,,test,own\n"
                 "above_ground_biomass,grassland,b,,,20,t d.m. ha-1,,,,,,,test,own\n");
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 1), 0.05 * 100 * 10);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 2), 0.05 * 300 * 20);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), 0.05 * (100 * 10 + 300 * 20));
    stop(&s);
    make_regions(DENSITIES_A_AND_B(""));
    check_close(
        se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0),
        hypot(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 1), se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 2)));
    stop(&s);
}
END_TEST

#define FOREST_ROWS(se)                                                                            \
    "carbon_fraction,,,,,0.5,1," se ",,,,,,test,own\n"                                             \
    "root_shoot,,,,,0.2,1,,,,,,,test,own\n"

/* 100 ha of forest whose biomass per ha is `value`, with standard deviations. */
static void make_forest(const struct layout *layout, const char *rows, const double value[2],
                        const double sd[2])
{
    start(&s, layout, rows);
    fixture_open_tally(&s.fixture);
    post(&s, &(struct plot){.area_ha = 100,
                            .class = {"forest", "forest"},
                            .value = {value[0], value[1]},
                            .sd = {sd[0], sd[1]}});
}

START_TEST(the_error_of_a_shared_factor_cancels_as_far_as_the_stocks_do)
{
    const double grown[2] = {100, 130}, still[2] = {100, 100}, none[2] = {0, 0};
    make_forest(&two_years, FOREST_ROWS("0.05"), grown, none);
    assess(&s, plain);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), 0.05 * 1.2 * 100 * 100);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 1, 0), 0.05 * 1.2 * 100 * 130);
    check_close(se(&s, SINK_FIGURE_TOTAL_SINK, 1, 0), 0.05 * 1.2 * 100 * 30 * SINK_CO2_PER_C / 5);
    stop(&s);
    make_forest(&two_years, FOREST_ROWS("0.05"), still, none);
    assess(&s, plain);
    ck_assert_double_eq_tol(se(&s, SINK_FIGURE_TOTAL_SINK, 1, 0), 0, 1e-9);
    stop(&s);
}
END_TEST

/* Four blocks alike in a region leave half of the error that one would have. */
START_TEST(the_error_of_a_raster_shrinks_with_the_root_of_its_share)
{
    double shares[2] = {1, 0.25};
    const struct sink_raster_error raster = raster_error("above_ground_biomass", shares, 0);
    start(&s, &one_year, FOREST_ROWS(""));
    fixture_add_region(&s.fixture, "1", -1, SINK_REGION_POLYGON);
    fixture_add_region(&s.fixture, "2", -1, SINK_REGION_POLYGON);
    fixture_open_tally(&s.fixture);
    for (uint32_t region = 0; region < 2; region++)
        for (int zone = 0; zone < 2; zone++)
            post(&s, &(struct plot){.region = region,
                                    .area_ha = zone ? 40 : 60,
                                    .class = {NULL, "forest"},
                                    .value = {NAN, 100},
                                    .sd = {NAN, zone ? 30 : 10},
                                    .zone = zone ? "b" : "a"});
    assess(&s, (struct sink_uncertainty_request){.rasters = &raster, .raster_count = 1});
    const double one_tc = 0.5 * 1.2 * (60 * 10 + 40 * 30);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), one_tc);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 1), one_tc / 2);
    check_close(se(&s, SINK_FIGURE_STOCK + SINK_POOL_BELOW_GROUND, 0, 1), one_tc / 2 / 6);
    ck_assert_ptr_eq(s.uncertainty->sources[0].raster, &raster);
    stop(&s);
}
END_TEST

/* Var(b - a) = a^2 + b^2 - 2 r a b, each year with the share of its own. */
START_TEST(errors_of_two_years_cancel_by_their_correlation)
{
    static const double correlations[] = {0, 0.5, 1};
    const double value[2] = {100, 130}, sd[2] = {20, 30};
    double shares[2] = {1, 0.25};
    for (size_t i = 0; i < COUNT(correlations); i++) {
        const struct sink_raster_error raster =
            raster_error("above_ground_biomass", shares, correlations[i]);
        make_forest(&two_years, FOREST_ROWS(""), value, sd);
        assess(&s, (struct sink_uncertainty_request){.rasters = &raster, .raster_count = 1});
        const double a_tc = 0.6 * 100 * 20, b_tc = 0.6 * 100 * 30 * 0.5;
        check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), a_tc);
        check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 1, 0), b_tc);
        check_close(se(&s, SINK_FIGURE_TOTAL_SINK, 1, 0),
                    sqrt(a_tc * a_tc + b_tc * b_tc - 2 * correlations[i] * a_tc * b_tc) *
                        SINK_CO2_PER_C / 5);
        stop(&s);
    }
}
END_TEST

/* In the later year no land is left that the raster speaks for: its share there is NaN, the error
 * of what was lost is that of the earlier year. */
START_TEST(what_a_raster_lost_keeps_the_error_of_its_own_year)
{
    double shares[2] = {0.25, NAN};
    const struct sink_raster_error raster = raster_error("above_ground_biomass", shares, 0);
    start(&s, &two_years,
          FOREST_ROWS("") "above_ground_biomass,cropland,,,,0,t d.m. ha-1,,,,,,,"
                          "test,own\n");
    fixture_open_tally(&s.fixture);
    post(&s, &(struct plot){.area_ha = 100,
                            .class = {"forest", "cropland"},
                            .value = {100, NAN},
                            .sd = {20, NAN}});
    assess(&s, (struct sink_uncertainty_request){.rasters = &raster, .raster_count = 1});
    const double lost_tc = 0.6 * 100 * 20 * 0.5;
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), lost_tc);
    ck_assert_double_eq(se(&s, SINK_FIGURE_TOTAL_STOCK, 1, 0), 0);
    check_close(se(&s, SINK_FIGURE_TOTAL_SINK, 1, 0), lost_tc * SINK_CO2_PER_C / 5);
    stop(&s);
}
END_TEST

/* One raster for all years on 100 ha that are of these classes. */
static void make_static(const char *first, const char *later, double shares[2])
{
    struct layout layout = two_years;
    const struct sink_raster_error raster = raster_error("above_ground_biomass", shares, 0);
    layout.is_static = true;
    start(&s, &layout,
          FOREST_ROWS("") "above_ground_biomass,cropland,,,,0,t d.m. ha-1,,,,,,,test,own\n");
    fixture_open_tally(&s.fixture);
    post(&s, &(struct plot){
                 .area_ha = 100, .class = {first, later}, .value = {100, 100}, .sd = {20, 20}});
    assess(&s, (struct sink_uncertainty_request){.rasters = &raster, .raster_count = 1});
}

START_TEST(the_error_of_one_raster_for_all_years_cancels_where_land_stays)
{
    double both[2] = {1, 1}, first[2] = {1, NAN}, second[2] = {NAN, 1};
    const double forest_tc = 0.6 * 100 * 20;
    make_static("forest", "forest", both);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 1, 0), forest_tc);
    ck_assert_double_eq(se(&s, SINK_FIGURE_TOTAL_SINK, 1, 0), 0);
    stop(&s);
    make_static("forest", "cropland", first);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), forest_tc);
    check_close(se(&s, SINK_FIGURE_TOTAL_SINK, 1, 0), forest_tc * SINK_CO2_PER_C / 5);
    stop(&s);
    make_static("cropland", "forest", second);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 1, 0), forest_tc);
    check_close(se(&s, SINK_FIGURE_TOTAL_SINK, 1, 0), forest_tc * SINK_CO2_PER_C / 5);
    stop(&s);
}
END_TEST

START_TEST(drivers_are_ranked_and_their_shares_are_those_of_the_variance)
{
    double share = 1;
    const double value[2] = {NAN, 100}, sd[2] = {NAN, 3};
    const struct sink_raster_error raster = raster_error("above_ground_biomass", &share, 0);
    make_forest(&one_year,
                "carbon_fraction,,,,,0.5,1,0.01,,,,,,test,own\n" /* 2 % */
                "root_shoot,,,,,0.25,1,0.0625,,,,,,test,own\n"   /* 5 % of 1 + R */
                "dead_wood,,,,,10,t C ha-1,0.1,,,,,,test,own\n"
                "litter,,,,,5,t C ha-1,,,,,,,test,own\n",
                value, sd);
    assess(&s, (struct sink_uncertainty_request){.rasters = &raster, .raster_count = 1});
    const double variance = 125 * 125 + 187.5 * 187.5 + 312.5 * 312.5 + 10 * 10;
    const double shares[] = {312.5 * 312.5 / variance, 187.5 * 187.5 / variance,
                             125 * 125 / variance};
    const struct sink_drivers *drivers = &s.uncertainty->stock_drivers[0];
    const struct sink_source *sources = s.uncertainty->sources;
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), sqrt(variance));
    for (int i = 0; i < SINK_DRIVER_COUNT; i++)
        check_close(drivers->share[i], shares[i]);
    ck_assert_int_eq(sources[drivers->source[0]].row->kind, SINK_FACTOR_ROOT_SHOOT);
    ck_assert_ptr_eq(sources[drivers->source[1]].raster, &raster);
    ck_assert_int_eq(sources[drivers->source[2]].row->kind, SINK_FACTOR_CARBON_FRACTION);
    ck_assert_double_lt(drivers->share[0] + drivers->share[1] + drivers->share[2], 1);
    stop(&s);
}
END_TEST

START_TEST(a_figure_of_no_known_errors_has_none_and_no_drivers)
{
    make_two_zones("carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"
                   "above_ground_biomass,grassland,,,,10,t d.m. ha-1,,,,,,,test,own\n");
    ck_assert_double_gt(s.fixture.account->total_tc[0], 0);
    ck_assert_double_nan(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0));
    ck_assert_double_nan(at(&s, s.uncertainty->lower, SINK_FIGURE_TOTAL_STOCK, 0, 0));
    ck_assert_double_nan(at(&s, s.uncertainty->upper, SINK_FIGURE_TOTAL_STOCK, 0, 0));
    ck_assert_int_eq(s.uncertainty->stock_drivers[0].source[0], -1);
    stop(&s);
}
END_TEST

START_TEST(a_figure_that_is_not_defined_has_no_error)
{
    static enum sink_method methods[SINK_MAX_CLASSES][SINK_POOL_COUNT];
    const double value[2] = {100, 130}, sd[2] = {NAN, NAN};
    for (size_t c = 0; c < SINK_MAX_CLASSES; c++)
        methods[c][SINK_POOL_ABOVE_GROUND] = SINK_METHOD_GAIN_LOSS;
    make_forest(&two_years, FOREST_ROWS("0.05"), value, sd); /* and no growth factor */
    s.fixture.settings.methods = &methods[0][0];
    assess(&s, plain);
    const int sink = SINK_FIGURE_SINK + SINK_POOL_ABOVE_GROUND;
    ck_assert_double_nan(fixture_sink(&s.fixture, 1, SINK_POOL_ABOVE_GROUND, 0));
    for (size_t year = 0; year < 2; year++) {
        ck_assert_double_nan(se(&s, sink, year, 0));
        ck_assert_double_nan(at(&s, s.uncertainty->lower, sink, year, 0));
        ck_assert_double_nan(at(&s, s.uncertainty->upper, SINK_FIGURE_TOTAL_SINK, year, 0));
        ck_assert_double_nan(se(&s, SINK_FIGURE_VOLUME, year, 0));
    }
    ck_assert_double_gt(se(&s, SINK_FIGURE_TOTAL_STOCK, 1, 0), 0);
    ck_assert_int_eq(s.uncertainty->sink_drivers[0].source[0], -1);
    stop(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("uncertainty");
    TCase *tests = tcase_create("uncertainty");
    tcase_add_test(tests, a_chain_of_factors_and_a_raster_is_the_root_of_the_sum_of_squares);
    tcase_add_test(tests, a_default_that_strata_share_adds_up_linearly);
    tcase_add_test(tests, rows_of_their_own_add_up_as_squares);
    tcase_add_test(tests, rows_with_one_text_in_variable_are_one);
    tcase_add_test(tests, the_text_in_variable_ties_rows_of_one_table_only);
    tcase_add_test(tests,
                   where_one_factor_drives_the_error_of_a_parent_is_the_sum_of_its_childrens);
    tcase_add_test(tests, the_error_of_a_shared_factor_cancels_as_far_as_the_stocks_do);
    tcase_add_test(tests, the_error_of_a_raster_shrinks_with_the_root_of_its_share);
    tcase_add_test(tests, errors_of_two_years_cancel_by_their_correlation);
    tcase_add_test(tests, what_a_raster_lost_keeps_the_error_of_its_own_year);
    tcase_add_test(tests, the_error_of_one_raster_for_all_years_cancels_where_land_stays);
    tcase_add_test(tests, drivers_are_ranked_and_their_shares_are_those_of_the_variance);
    tcase_add_test(tests, a_figure_of_no_known_errors_has_none_and_no_drivers);
    tcase_add_test(tests, a_figure_that_is_not_defined_has_no_error);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
