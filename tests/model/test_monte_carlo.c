/* Approach 2 through the account: draws of factors against Approach 1, exact formulas, and
 * themselves. Tolerances are five standard errors of what n draws can tell or more: a mean has
 * sd / sqrt(n), a standard deviation of normal draws sd / sqrt(2 n), a quantile
 * sqrt(p (1 - p) / n) / density. They hold for all but one in a million seeds. */
#include "sinkcalc/base/units.h"
#include "tests/model/uncertainty_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DRAWS ((size_t)160000)

static struct subject s;

static const struct layout one_year = {.years = {2020},
                                       .year_count = 1,
                                       .quantity = "above_ground_biomass",
                                       .unit = SINK_QUANTITY_DRY_MATTER_T_HA};
static const struct layout two_years = {.years = {2020, 2025},
                                        .year_count = 2,
                                        .quantity = "above_ground_biomass",
                                        .unit = SINK_QUANTITY_DRY_MATTER_T_HA};

static double lower(int figure, size_t year, size_t region)
{
    return at(&s, s.uncertainty->lower, figure, year, region);
}

static double upper(int figure, size_t year, size_t region)
{
    return at(&s, s.uncertainty->upper, figure, year, region);
}

static double mean(int figure, size_t year, size_t region)
{
    return at(&s, s.uncertainty->mean, figure, year, region);
}

static void draw(size_t draws, uint64_t seed)
{
    assess(&s, (struct sink_uncertainty_request){.draws = draws, .seed = seed});
}

/* Land of one class without a raster, in a zone. */
static void post_land(uint32_t region, const char *class, double area_ha, const char *zone)
{
    post(&s, &(struct plot){.region = region,
                            .area_ha = area_ha,
                            .class = {class, class},
                            .value = {NAN, NAN},
                            .sd = {NAN, NAN},
                            .zone = zone});
}

#define TWO_DENSITIES                                                                              \
    "carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"                                                   \
    "above_ground_biomass,grassland,a,,,10,t d.m. ha-1,1,,,,,,test,own\n"                          \
    "above_ground_biomass,grassland,b,,,20,t d.m. ha-1,2,,,,,,test,own\n"

/* A sum of normal numbers is what Approach 1 says exactly. */
START_TEST(a_linear_case_agrees_with_approach_1_within_a_percent)
{
    start(&s, &one_year, TWO_DENSITIES);
    fixture_open_tally(&s.fixture);
    post_land(0, "grassland", 100, "a");
    post_land(0, "grassland", 60, "b");
    draw(0, 1);
    const int total = SINK_FIGURE_TOTAL_STOCK;
    const double value = s.fixture.account->total_tc[0], by_slopes = se(&s, total, 0, 0);
    const double bounds[2] = {lower(total, 0, 0), upper(total, 0, 0)};
    ck_assert_ptr_null(s.uncertainty->mean);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        draw(DRAWS, seed);
        ck_assert_uint_eq(s.uncertainty->draws, DRAWS);
        ck_assert_double_eq_tol(se(&s, total, 0, 0), by_slopes, 0.01 * by_slopes);
        ck_assert_double_eq_tol(mean(total, 0, 0), value, 5 * by_slopes / sqrt(DRAWS));
        ck_assert_double_eq_tol(lower(total, 0, 0), bounds[0], 0.034 * by_slopes);
        ck_assert_double_eq_tol(upper(total, 0, 0), bounds[1], 0.034 * by_slopes);
    }
    stop(&s);
}
END_TEST

START_TEST(ten_thousand_draws_are_near_already)
{
    start(&s, &one_year, TWO_DENSITIES);
    fixture_open_tally(&s.fixture);
    post_land(0, "grassland", 100, "a");
    draw(0, 1);
    const double by_slopes = se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0);
    draw(10000, 1);
    ck_assert_double_eq_tol(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), by_slopes,
                            5 * by_slopes / sqrt(2 * 10000.0));
    stop(&s);
}
END_TEST

/* BCEF (1 + R) CF of normal numbers: (1 + u1^2)(1 + u2^2)(1 + u3^2) - 1 is the square of u of their
 * product exactly (Goodman 1960), more than the sum that Approach 1 takes. The volume is fixed. */
START_TEST(a_product_has_the_error_of_a_product)
{
    char rows[600];
    const struct layout layout = {.years = {2020},
                                  .year_count = 1,
                                  .quantity = "stock_volume",
                                  .unit = SINK_QUANTITY_VOLUME_M3_HA};
    const double u[] = {0.3 / Z95, 0.06 / Z95, 0.04 / Z95}; /* of BCEF, 1 + R, CF */
    snprintf(rows, sizeof rows,
             "bcef,forest,,,,0.7,t d.m. m-3,%.17g,,,normal,,,test,own\n"
             "root_shoot,forest,,,,0.25,1,%.17g,,,normal,,,test,own\n"
             "carbon_fraction,,,,,0.47,1,%.17g,,,normal,,,test,own\n",
             0.7 * u[0], 1.25 * u[1], 0.47 * u[2]);
    start(&s, &layout, rows);
    fixture_open_tally(&s.fixture);
    post(&s,
         &(struct plot){
             .area_ha = 1000, .class = {NULL, "forest"}, .value = {NAN, 94.83}, .sd = {NAN, NAN}});
    draw(DRAWS, 1);
    const double value = s.fixture.account->total_tc[0];
    const double exact =
        value * sqrt((1 + u[0] * u[0]) * (1 + u[1] * u[1]) * (1 + u[2] * u[2]) - 1);
    const double found = se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0);
    ck_assert_double_eq_tol(found, exact, 0.01 * exact);
    ck_assert_double_eq_tol(mean(SINK_FIGURE_TOTAL_STOCK, 0, 0), value, 5 * exact / sqrt(DRAWS));
    ck_assert_double_nan(se(&s, SINK_FIGURE_VOLUME, 0, 0)); /* nothing is known of its error */
    stop(&s);
}
END_TEST

/* The interval of a sum is not that of its parts: one factor moves all parts together, factors of
 * their own move them apart. */
START_TEST(the_national_interval_is_that_of_shared_factors)
{
    for (int is_shared = 0; is_shared < 2; is_shared++) {
        start(&s, &one_year,
              is_shared ? "carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"
                          "above_ground_biomass,grassland,,,,10,t d.m. ha-1,1,,,,,,test,own\n"
                        : TWO_DENSITIES);
        fixture_add_region(&s.fixture, "1", -1, SINK_REGION_SUM);
        fixture_add_region(&s.fixture, "11", 0, SINK_REGION_POLYGON);
        fixture_add_region(&s.fixture, "12", 0, SINK_REGION_POLYGON);
        fixture_open_tally(&s.fixture);
        post_land(1, "grassland", 100, "a");
        post_land(2, "grassland", 50, "b");
        draw(DRAWS, 1);
        const int total = SINK_FIGURE_TOTAL_STOCK;
        const double parts[2] = {se(&s, total, 0, 1), se(&s, total, 0, 2)};
        const double sum = parts[0] + parts[1], apart = hypot(parts[0], parts[1]);
        ck_assert_double_eq_tol(se(&s, total, 0, 0), is_shared ? sum : apart,
                                is_shared ? 1e-9 * sum : 0.02 * apart);
        if (is_shared)
            ck_assert_double_eq_tol(upper(total, 0, 0) - lower(total, 0, 0),
                                    upper(total, 0, 1) - lower(total, 0, 1) + upper(total, 0, 2) -
                                        lower(total, 0, 2),
                                    1e-9 * sum);
        stop(&s);
    }
}
END_TEST

START_TEST(rows_with_one_text_in_variable_are_drawn_together)
{
    start(&s, &one_year,
          "carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"
          "above_ground_biomass,grassland,a,,,10,t d.m. ha-1,1,,,,grass,,test,own\n"
          "above_ground_biomass,grassland,b,,,20,t d.m. ha-1,2,,,,grass,,test,own\n");
    fixture_open_tally(&s.fixture);
    post_land(0, "grassland", 100, "a");
    post_land(0, "grassland", 60, "b");
    draw(DRAWS, 1);
    const double linear = 0.5 * (100 * 1 + 60 * 2);
    ck_assert_double_eq_tol(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), linear, 0.01 * linear);
    stop(&s);
}
END_TEST

/* Lognormal with mean 10 and sd 6: the quantiles are exp(mu -+ 1.96 sigma). */
START_TEST(a_lognormal_factor_makes_the_interval_longer_upwards)
{
    start(&s, &one_year,
          "carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"
          "above_ground_biomass,grassland,,,,10,t d.m. ha-1,6,,,lognormal,,,test,own\n");
    fixture_open_tally(&s.fixture);
    post_land(0, "grassland", 100, "a");
    draw(DRAWS, 1);
    const int total = SINK_FIGURE_TOTAL_STOCK;
    const double sigma = sqrt(log1p(0.36)), scale = 100 * 0.5 * 10 * exp(-sigma * sigma / 2);
    const double low = scale * exp(-Z95 * sigma), high = scale * exp(Z95 * sigma);
    const double value = s.fixture.account->total_tc[0];
    /* the density at a quantile is that of the normal one over sigma times the quantile */
    const double spread = 5 * sqrt(0.025 * 0.975 / DRAWS) / 0.0584 * sigma;
    ck_assert_double_eq_tol(lower(total, 0, 0), low, spread * low);
    ck_assert_double_eq_tol(upper(total, 0, 0), high, spread * high);
    ck_assert_double_gt(upper(total, 0, 0) - value, 1.5 * (value - lower(total, 0, 0)));
    ck_assert_double_eq_tol(mean(total, 0, 0), value, 5 * 0.6 * value / sqrt(DRAWS));
    stop(&s);
}
END_TEST

/* PERT(8, 10, 30): the mean is (8 + 4 x 10 + 30) / 6 = 13, not the value; no draw leaves the
 * bounds. */
START_TEST(a_pert_factor_has_its_mean_and_its_bounds)
{
    start(&s, &one_year,
          "carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"
          "above_ground_biomass,grassland,,,,10,t d.m. ha-1,,8,30,pert,,,test,own\n");
    fixture_open_tally(&s.fixture);
    post_land(0, "grassland", 100, "a");
    draw(DRAWS, 1);
    const int total = SINK_FIGURE_TOTAL_STOCK;
    const double a = 1 + 4 * (10.0 - 8) / 22, sd_tc = 50 * 22 * sqrt(a * (6 - a) / (36 * 7));
    ck_assert_double_eq_tol(mean(total, 0, 0), 50 * 13, 5 * sd_tc / sqrt(DRAWS));
    ck_assert_double_eq_tol(se(&s, total, 0, 0), sd_tc, 0.01 * sd_tc);
    ck_assert_double_gt(lower(total, 0, 0), 50 * 8);
    ck_assert_double_lt(upper(total, 0, 0), 50 * 30);
    ck_assert_double_gt(upper(total, 0, 0) - 500, 3 * (500 - lower(total, 0, 0)));
    stop(&s);
}
END_TEST

/* A normal number of mean 1 and sd 2 that is cut at 0: its mean rises to m Phi(m/s) + s phi(m/s).
 * The median stays, 31 % of the draws are nothing. */
START_TEST(what_cannot_be_negative_is_not)
{
    start(&s, &one_year,
          "carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"
          "above_ground_biomass,grassland,,,,1,t d.m. ha-1,2,,,normal,,,test,own\n");
    fixture_open_tally(&s.fixture);
    post_land(0, "grassland", 100, "a");
    draw(DRAWS, 1);
    const double cut_mean = 1 * 0.6914624613 + 2 * 0.3520653268; /* Phi(0.5), phi(0.5) */
    ck_assert_double_eq(lower(SINK_FIGURE_TOTAL_STOCK, 0, 0), 0);
    ck_assert_double_eq_tol(mean(SINK_FIGURE_TOTAL_STOCK, 0, 0), 50 * cut_mean,
                            5 * 50 * 2 / sqrt(DRAWS));
    stop(&s);
}
END_TEST

/* Half of the draws of such a factor are nothing, and by chance all of the first few are. */
START_TEST(no_seed_loses_a_factor_that_is_often_nothing)
{
    start(&s, &one_year, "litter,grassland,,,,0,t C ha-1,1,,,normal,,,test,own\n");
    fixture_open_tally(&s.fixture);
    post_land(0, "grassland", 100, "a");
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        draw(100, seed);
        ck_assert_msg(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0) > 0, "seed %d", (int)seed);
    }
    stop(&s);
}
END_TEST

/* A carbon fraction cannot exceed 1. */
START_TEST(a_fraction_stays_below_one)
{
    start(&s, &one_year,
          "carbon_fraction,,,,,0.9,1,0.2,,,normal,,,test,own\n"
          "above_ground_biomass,grassland,,,,10,t d.m. ha-1,,,,,,,test,own\n");
    fixture_open_tally(&s.fixture);
    post_land(0, "grassland", 100, "a");
    draw(10000, 1);
    ck_assert_double_eq_tol(upper(SINK_FIGURE_TOTAL_STOCK, 0, 0), 1000, 1e-9);
    stop(&s);
}
END_TEST

#define MANY_REGIONS 12

static void start_many(size_t count)
{
    char id[32];
    start(&s, &two_years, TWO_DENSITIES);
    for (size_t r = 0; r < count; r++) {
        snprintf(id, sizeof id, "%zu", r);
        fixture_add_region(&s.fixture, id, -1, SINK_REGION_POLYGON);
    }
    fixture_open_tally(&s.fixture);
}

static void post_both(uint32_t region, double number)
{
    post_land(region, "grassland", 100 + 13 * number, "a");
    post_land(region, "grassland", 70 - 5 * number, "b");
}

/* What is known of the figures of a region, in their order. */
struct told {
    double of[SINK_FIGURE_COUNT][2][4];
};

static struct told told_of(size_t region)
{
    struct told told;
    for (int f = 0; f < SINK_FIGURE_COUNT; f++)
        for (size_t year = 0; year < 2; year++) {
            told.of[f][year][0] = se(&s, f, year, region);
            told.of[f][year][1] = lower(f, year, region);
            told.of[f][year][2] = upper(f, year, region);
            told.of[f][year][3] = mean(f, year, region);
        }
    return told;
}

static bool is_same(const struct told *a, const struct told *b)
{
    const double *x = &a->of[0][0][0], *y = &b->of[0][0][0];
    for (size_t i = 0; i < sizeof a->of / sizeof *x; i++)
        if (!(x[i] == y[i] || (isnan(x[i]) && isnan(y[i]))))
            return false;
    return true;
}

/* With this many draws nine regions fill a block, the others are in a second one. */
START_TEST(draws_are_the_same_however_regions_are_split)
{
    const size_t draws = 200000;
    static const uint32_t alone[] = {0, 8, 9, 11};
    struct told together[MANY_REGIONS];
    start_many(MANY_REGIONS);
    for (uint32_t r = 0; r < MANY_REGIONS; r++)
        post_both(r, r);
    draw(draws, 5);
    for (size_t r = 0; r < MANY_REGIONS; r++)
        together[r] = told_of(r);
    stop(&s);
    for (size_t i = 0; i < COUNT(alone); i++) {
        start_many(1);
        post_both(0, alone[i]);
        draw(draws, 5);
        const struct told found = told_of(0);
        ck_assert_msg(is_same(&found, &together[alone[i]]), "region %u", alone[i]);
        ck_assert_double_gt(found.of[SINK_FIGURE_TOTAL_STOCK][1][0], 0);
        stop(&s);
    }
}
END_TEST

START_TEST(a_seed_gives_its_draws_and_another_gives_others)
{
    struct told runs[3];
    start_many(1);
    post_both(0, 0);
    for (size_t i = 0; i < 3; i++) {
        draw(1000, i == 2 ? 8 : 7);
        runs[i] = told_of(0);
    }
    ck_assert(is_same(&runs[0], &runs[1]));
    ck_assert_double_ne(runs[0].of[SINK_FIGURE_TOTAL_STOCK][1][0],
                        runs[2].of[SINK_FIGURE_TOTAL_STOCK][1][0]);
    stop(&s);
}
END_TEST

/* The same factor at both dates: without change nothing is drawn in the sink. */
START_TEST(a_factor_is_one_draw_for_both_dates)
{
    start_many(1);
    post_both(0, 0);
    draw(1000, 1);
    ck_assert_double_gt(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), 0);
    ck_assert_double_eq(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0),
                        se(&s, SINK_FIGURE_TOTAL_STOCK, 1, 0));
    ck_assert_double_eq(se(&s, SINK_FIGURE_TOTAL_SINK, 1, 0), 0);
    ck_assert_double_nan(se(&s, SINK_FIGURE_TOTAL_SINK, 0, 0));
    ck_assert_double_nan(mean(SINK_FIGURE_TOTAL_SINK, 0, 0));
    stop(&s);
}
END_TEST

/* Rasters and areas add a normal error to what the factors make. */
START_TEST(errors_of_rasters_are_drawn_beside_those_of_factors)
{
    double share = 0.25;
    const struct sink_raster_error raster = {
        .quantity = "above_ground_biomass", .range_m = 1000, .shares = &share};
    struct sink_uncertainty_request request = {.rasters = &raster, .raster_count = 1};
    start(&s, &one_year,
          "carbon_fraction,,,,,0.5,1,0.02,,,,,,test,own\nroot_shoot,,,,,0.2,1,,,,,,,test,own\n");
    fixture_open_tally(&s.fixture);
    post(&s, &(struct plot){
                 .area_ha = 100, .class = {NULL, "forest"}, .value = {NAN, 100}, .sd = {NAN, 10}});
    assess(&s, request);
    const double by_slopes = se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0);
    const int above = SINK_FIGURE_STOCK + SINK_POOL_ABOVE_GROUND;
    const double of_pool = se(&s, above, 0, 0);
    ck_assert_double_eq_tol(by_slopes, 6000 * hypot(0.04, 0.05), 1e-6);
    request.draws = DRAWS;
    request.seed = 3;
    assess(&s, request);
    ck_assert_double_eq_tol(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), by_slopes, 0.01 * by_slopes);
    ck_assert_double_eq_tol(se(&s, above, 0, 0), of_pool, 0.01 * of_pool);
    ck_assert_double_eq_tol(mean(SINK_FIGURE_TOTAL_STOCK, 0, 0), 6000, 5 * by_slopes / sqrt(DRAWS));
    stop(&s);
}
END_TEST

START_TEST(a_figure_of_no_known_errors_has_no_interval)
{
    start(&s, &one_year,
          "carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"
          "above_ground_biomass,grassland,,,,10,t d.m. ha-1,,,,,,,test,own\n");
    fixture_open_tally(&s.fixture);
    post_land(0, "grassland", 100, "a");
    draw(100, 1);
    ck_assert_double_nan(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0));
    ck_assert_double_nan(lower(SINK_FIGURE_TOTAL_STOCK, 0, 0));
    ck_assert_double_nan(upper(SINK_FIGURE_TOTAL_STOCK, 0, 0));
    ck_assert_double_eq(mean(SINK_FIGURE_TOTAL_STOCK, 0, 0), 500);
    stop(&s);
}
END_TEST

/* What was felled is in the sink of every draw, with the factors that make carbon of it: 500 ha
 * grow 500 x 6 x 5 t, 2000 m3 are taken. */
START_TEST(harvest_is_in_every_draw)
{
    static enum sink_method methods[SINK_MAX_CLASSES][SINK_POOL_COUNT];
    char region[] = "33";
    struct sink_harvest_row cut = {.region = region, .year = 2022, .volume_m3 = 2000, .line = 2};
    struct sink_harvest harvest = {.rows = &cut, .row_count = 1};
    for (size_t c = 0; c < SINK_MAX_CLASSES; c++)
        methods[c][0] = methods[c][1] = SINK_METHOD_GAIN_LOSS;
    start(&s, &two_years,
          "carbon_fraction,,,,,0.5,1,,,,,,,test,own\n"
          "root_shoot,,,,,0.25,1,,,,,,,test,own\n"
          "growth,forest,,,,6,t d.m. ha-1 yr-1,,,,,,,test,own\n"
          "bcef_removal,forest,,,,1.2,t d.m. m-3,0.12,,,normal,,,test,own\n");
    s.fixture.settings.methods = &methods[0][0];
    s.fixture.settings.harvest = &harvest;
    s.fixture.settings.value = SINK_MISSING_COUNT; /* years without rows are nothing */
    cut.class_index = sink_class_list_find(&s.fixture.classes, "forest");
    fixture_open_tally(&s.fixture);
    post(&s,
         &(struct plot){
             .area_ha = 500, .class = {"forest", "forest"}, .value = {100, 120}, .sd = {NAN, NAN}});
    draw(DRAWS, 1);
    const double to_tco2_yr = SINK_CO2_PER_C / 5, taken_tc = 2000 * 1.2 * 1.25 * 0.5;
    const double sink = (500 * 6 * 5 * 1.25 * 0.5 - taken_tc) * to_tco2_yr;
    const double sd = 0.1 * taken_tc * to_tco2_yr;
    ck_assert_double_eq_tol(s.fixture.account->total_sink_tco2_yr[1], sink, 1e-9 * sink);
    ck_assert_double_eq_tol(mean(SINK_FIGURE_TOTAL_SINK, 1, 0), sink, 5 * sd / sqrt(DRAWS));
    ck_assert_double_eq_tol(se(&s, SINK_FIGURE_TOTAL_SINK, 1, 0), sd, 0.01 * sd);
    ck_assert_double_eq_tol(lower(SINK_FIGURE_TOTAL_SINK, 1, 0), sink - Z95 * sd, 0.034 * sd);
    stop(&s);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, a_linear_case_agrees_with_approach_1_within_a_percent);
    tcase_add_test(tests, ten_thousand_draws_are_near_already);
    tcase_add_test(tests, a_product_has_the_error_of_a_product);
    tcase_add_test(tests, the_national_interval_is_that_of_shared_factors);
    tcase_add_test(tests, rows_with_one_text_in_variable_are_drawn_together);
    tcase_add_test(tests, a_lognormal_factor_makes_the_interval_longer_upwards);
    tcase_add_test(tests, a_pert_factor_has_its_mean_and_its_bounds);
    tcase_add_test(tests, what_cannot_be_negative_is_not);
    tcase_add_test(tests, no_seed_loses_a_factor_that_is_often_nothing);
    tcase_add_test(tests, a_fraction_stays_below_one);
    tcase_add_test(tests, draws_are_the_same_however_regions_are_split);
    tcase_add_test(tests, a_seed_gives_its_draws_and_another_gives_others);
    tcase_add_test(tests, a_factor_is_one_draw_for_both_dates);
    tcase_add_test(tests, errors_of_rasters_are_drawn_beside_those_of_factors);
    tcase_add_test(tests, a_figure_of_no_known_errors_has_no_interval);
    tcase_add_test(tests, harvest_is_in_every_draw);
}

int main(void)
{
    Suite *suite = suite_create("monte_carlo");
    TCase *tests = tcase_create("monte_carlo");
    add_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
