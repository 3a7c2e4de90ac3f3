/* The worked examples 24 to 34 of sinkcalc/METHODS.md: changes of stocks by both methods, land
 * uses, other gases, memo lines, potential and value. Factors without a source are of our own. */
#include "sinkcalc/model/growth.h"
#include "sinkcalc/model/price.h"
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "cropland", "grassland", "reservoir", NULL};
static struct fixture f;
static enum sink_method methods[32][SINK_POOL_COUNT];

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CO2 (44.0 / 12)

static const struct fixture_maps five_years = {
    .years = {2020, 2025}, .count = 2, .classes = classes};

static void start(const struct fixture_factor *rows, size_t count, const struct fixture_maps *maps)
{
    fixture_start_factors(&f, rows, count);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, maps);
}

static void finish(const struct fixture_maps *maps, const struct fixture_parcel *parcels,
                   size_t count)
{
    fixture_open_maps(&f, maps);
    for (size_t i = 0; i < count; i++)
        fixture_post_parcel(&f, maps, &parcels[i]);
    fixture_account(&f);
}

static void add_biomass(void)
{
    fixture_add_layer(&f, SINK_SIDE_FROM, "above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA,
                      NULL, 0);
    fixture_add_layer(&f, SINK_SIDE_TO, "above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA, NULL,
                      0);
}

static void choose_gain_loss(const char *class)
{
    const int index = sink_class_list_find(&f.classes, class);
    f.settings.methods = &methods[0][0];
    methods[index][SINK_POOL_ABOVE_GROUND] = SINK_METHOD_GAIN_LOSS;
    methods[index][SINK_POOL_BELOW_GROUND] = SINK_METHOD_GAIN_LOSS;
}

/* Above and below ground together, of the last year of two. */
static double both_tc(const double *array, const char *class)
{
    return fixture_of_class(&f, array, SINK_BIOMASS_POOL_COUNT, 1, class, 0) +
           fixture_of_class(&f, array, SINK_BIOMASS_POOL_COUNT, 1, class, 1);
}

/* Example 24. IPCC 2006 Vol. 4 eq. 2.5: 100 ha of forest grow by their raster from 80 to 90 t/ha in
 * five years: 100 x 10 x 0.47 x 1.25 / 5 = 117.5 t C a year, 430.8 t CO2. */
START_TEST(a_difference_of_stocks_is_a_removal)
{
    static const struct fixture_factor rows[] = {FIXTURE_ROW("root_shoot", "", 0.25),
                                                 FIXTURE_ROW("carbon_fraction", "", 0.47)};
    const struct fixture_parcel parcel = {
        .area_ha = 100, .class = {"forest", "forest"}, .biomass = {80, 90}};
    start(rows, COUNT(rows), &five_years);
    add_biomass();
    finish(&five_years, &parcel, 1);
    ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[1] / CO2, 117.5, 1e-9);
    ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[1], 430.8, 0.05);
    fixture_stop(&f);
}
END_TEST

static const struct sink_disturbance insects = {.name = "insects"};

/* Example 25. IPCC 2006 Vol. 4 Ch. 4 p. 4.17-4.18: 100,000 ha, G_W 4.0, R 0.29, CF 0.47; 1,000 m3
 * of wood and 500 m3 of fuelwood, BCEF_R 1.11; 2,000 ha disturbed, B_W 4.0, fd 0.3. The example
 * adds 0.1 for bark to 1 + R of the wood, which eq. 2.12 has not: 52.17 t C. */
START_TEST(gains_less_losses_are_those_that_chapter_4_prints)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "", 4.0), FIXTURE_ROW("growth", "", 4.0),
        FIXTURE_ROW("root_shoot", "", 0.29),          FIXTURE_ROW("carbon_fraction", "", 0.47),
        FIXTURE_ROW("bcef_removal", "", 1.11),        FIXTURE_ROW("fraction_lost", "", 0.3),
    };
    const struct fixture_maps maps = {.years = {2019, 2020}, .count = 2, .classes = classes};
    const struct fixture_parcel parcels[] = {
        {.area_ha = 98000, .class = {"forest", "forest"}},
        {.area_ha = 2000, .class = {"forest", "forest"}, .event_year = 2020}};
    char id[] = "33";
    struct sink_harvest_row cut = {.region = id, .year = 2020, .volume_m3 = 1000 + 500};
    const struct sink_harvest harvest = {&cut, 1};
    start(rows, COUNT(rows), &maps);
    cut.class_index = sink_class_list_find(&f.classes, "forest");
    f.settings.harvest = &harvest;
    f.settings.disturbances = &insects;
    f.settings.disturbance_count = 1;
    choose_gain_loss("forest");
    fixture_add_event(&f, "insects");
    finish(&maps, parcels, 2);
    ck_assert_double_eq_tol(both_tc(f.account->gain_tc, "forest"), 242520, 1e-6);
    ck_assert_double_eq_tol(both_tc(f.account->disturbance_loss_tc, "forest"), 1455.12, 1e-6);
    ck_assert_double_eq_tol(both_tc(f.account->harvest_loss_tc, "forest"), 672.993 + 336.4965,
                            1e-6);
    ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[1] / CO2, 240055.3905, 1e-4);
    ck_assert_double_eq_tol(240055.3905 - 1000 * 1.11 * 0.1 * 0.47, 240003.22, 0.005);
    fixture_stop(&f);
}
END_TEST

/* Example 26. Eq. 2.16: forest of 120 t/ha becomes cropland of 10: 120 x 1.25 x 0.5 = 75 t C/ha
 * lost, 6.25 gained within the year; both methods say -68.75. */
START_TEST(a_conversion_loses_what_was_there)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "forest", 120),
        FIXTURE_ROW("above_ground_biomass", "cropland", 10),
        FIXTURE_ROW("root_shoot", "", 0.25),
        FIXTURE_ROW("carbon_fraction", "", 0.5),
    };
    const struct fixture_parcel parcel = {.area_ha = 1, .class = {"forest", "cropland"}};
    for (int is_gain_loss = 0; is_gain_loss < 2; is_gain_loss++) {
        start(rows, COUNT(rows), &five_years);
        if (is_gain_loss)
            choose_gain_loss("cropland");
        finish(&five_years, &parcel, 1);
        ck_assert_double_eq_tol(both_tc(f.account->conversion_loss_tc, "cropland"), 75, 1e-9);
        ck_assert_double_eq_tol(both_tc(f.account->gain_tc, "cropland"), 6.25, 1e-9);
        ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[1] / CO2 * 5, -68.75, 1e-9);
        fixture_stop(&f);
    }
}
END_TEST

/* Example 27. The raster says 6 t/ha/yr, the table 4: by gains 100 ha gain 4 x 5 x 0.47 x 1.25 x
 * 100 = 1,175 t C in the period, by stocks 1,762.5; the method difference is -587.5 and the account
 * closes with it. */
START_TEST(what_the_methods_differ_by_is_told)
{
    static const struct fixture_factor rows[] = {FIXTURE_ROW("growth", "", 4),
                                                 FIXTURE_ROW("root_shoot", "", 0.25),
                                                 FIXTURE_ROW("carbon_fraction", "", 0.47)};
    const struct fixture_parcel parcel = {
        .area_ha = 100, .class = {"forest", "forest"}, .biomass = {50, 80}};
    start(rows, COUNT(rows), &five_years);
    choose_gain_loss("forest");
    add_biomass();
    finish(&five_years, &parcel, 1);
    const double *difference_tc = &f.account->method_difference_tc[SINK_POOL_COUNT];
    ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[1] / CO2 * 5, 1175, 1e-9);
    ck_assert_double_eq_tol(f.account->total_tc[1] - f.account->total_tc[0], 1762.5, 1e-9);
    ck_assert_double_eq_tol(difference_tc[SINK_POOL_ABOVE_GROUND] +
                                difference_tc[SINK_POOL_BELOW_GROUND],
                            -587.5, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Example 28. Eq. 2.27: 100 ha burn once in five years, M_B 20 t/ha, C_f 0.5, 6.8 g CH4 and 0.2 g
 * N2O per kg: 6.8 t CH4 and 0.2 t N2O, a fifth of it a year. Of the 40 t/ha of biomass 0.6 are
 * lost: 100 x 40 x 1.25 x 0.47 x 0.6 = 1,410 t C. */
START_TEST(a_fire_emits_gases_and_takes_biomass)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "", 40),
        FIXTURE_ROW("growth", "", 3),
        FIXTURE_ROW("root_shoot", "", 0.25),
        FIXTURE_ROW("carbon_fraction", "", 0.47),
        FIXTURE_ROW("fraction_lost", "", 0.6),
        FIXTURE_ROW("fuel", "", 20),
        FIXTURE_ROW("combustion_factor", "", 0.5),
        FIXTURE_ROW("fire_ch4", "", 6.8),
        FIXTURE_ROW("fire_n2o", "", 0.2),
    };
    static const struct sink_disturbance fire = {.name = "fire", .burns = true};
    const struct fixture_parcel parcel = {
        .area_ha = 100, .class = {"forest", "forest"}, .event_year = 2022};
    start(rows, COUNT(rows), &five_years);
    f.settings.disturbances = &fire;
    f.settings.disturbance_count = 1;
    fixture_add_event(&f, "fire");
    finish(&five_years, &parcel, 1);
    ck_assert_double_eq_tol(f.account->ch4_t_yr[1], 6.8 / 5, 1e-9);
    ck_assert_double_eq_tol(f.account->n2o_t_yr[1], 0.2 / 5, 1e-9);
    ck_assert_double_eq_tol(f.account->ch4_t_yr[1] * 5, sink_fire_gas_t(100 * 20, 0.5, 6.8), 1e-9);
    ck_assert_double_eq_tol(both_tc(f.account->disturbance_loss_tc, "forest"), 1410, 1e-9);
    fixture_stop(&f);
}
END_TEST

static int land_use_of(enum sink_category before, enum sink_category now)
{
    return (int)before * SINK_CATEGORY_COUNT + (int)now;
}

/* Example 29. Cropland on the map of 2005, forest from 2010 on: converted for the years up to 2025,
 * and forest land that remains forest land in 2026. */
START_TEST(converted_land_remains_after_twenty_years)
{
    static const struct fixture_factor rows[] = {FIXTURE_ROW("carbon_fraction", "", 0.47)};
    const struct fixture_maps maps = {
        .years = {2005, 2010, 2025, 2026}, .count = 4, .history = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = 7,
                                          .class = {"cropland", "forest", "forest", "forest"}};
    const int converted = land_use_of(SINK_CATEGORY_CROPLAND, SINK_CATEGORY_FOREST_LAND);
    const int remaining = land_use_of(SINK_CATEGORY_FOREST_LAND, SINK_CATEGORY_FOREST_LAND);
    char text[64];
    start(rows, COUNT(rows), &maps);
    finish(&maps, &parcel, 1);
    const double *m2 = f.account->land_use_m2;
    for (int year = 0; year < 3; year++) {
        const bool is_remaining = year == 2;
        ck_assert_double_eq_tol(m2[year * SINK_LAND_USE_COUNT + converted], is_remaining ? 0 : 7e4,
                                1e-6);
        ck_assert_double_eq_tol(m2[year * SINK_LAND_USE_COUNT + remaining], is_remaining ? 7e4 : 0,
                                1e-6);
    }
    ck_assert_str_eq(sink_land_use_text(converted, text), "cropland_converted_to_forest_land");
    fixture_stop(&f);
}
END_TEST

/* Example 30. 60 ha inside reserves and 40 outside, at 10 t C/ha: 600 and 400 t C; they and the
 * land without a value add up to the region. */
START_TEST(results_by_an_overlay_add_up_to_the_region)
{
    static const struct fixture_factor rows[] = {FIXTURE_ROW("litter", "", 10)};
    static const char *const protected[] = {"yes", "no", NULL};
    static const char *const report_by[] = {"zone"};
    const struct fixture_maps maps = {.years = {2020}, .count = 1, .classes = classes};
    const struct fixture_parcel parcels[] = {
        {.area_ha = 60, .class = {"forest"}, .overlays = "zone=yes"},
        {.area_ha = 40, .class = {"forest"}, .overlays = "zone=no"},
        {.area_ha = 5, .class = {"forest"}, .overlays = ""}};
    static const double expected_tc[] = {50, 600, 400}; /* no data comes first */
    start(rows, COUNT(rows), &maps);
    f.settings.report_by = report_by;
    f.settings.report_count = 1;
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", protected);
    finish(&maps, parcels, 3);
    ck_assert_uint_eq(f.account->report_count, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_double_eq_tol(f.account->report_tc[i], expected_tc[i], 1e-9);
    ck_assert_double_eq_tol(f.account->total_tc[0], 1050, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Example 31. 1,000 ha at 10 kg CH4 and 1 kg N2O a year: 10 t and 1 t, 548, 545 and 543 t of CO2
 * equivalent by AR4, AR5 and AR6; they lower the balance and not the removal. */
START_TEST(other_gases_lower_the_balance)
{
    static const struct fixture_factor rows[] = {FIXTURE_ROW("ch4_emission", "", 10),
                                                 FIXTURE_ROW("n2o_emission", "", 1),
                                                 FIXTURE_ROW("soil_carbon", "", 50)};
    static const double expected_tco2e[] = {548, 545, 543};
    const struct fixture_parcel parcel = {.area_ha = 1000, .class = {"grassland", "grassland"}};
    for (int gwp = 0; gwp < SINK_GWP_COUNT; gwp++) {
        start(rows, COUNT(rows), &five_years);
        f.settings.gwp = (enum sink_gwp)gwp;
        finish(&five_years, &parcel, 1);
        ck_assert_double_eq(f.account->total_sink_tco2_yr[1], 0);
        ck_assert_double_eq_tol(f.account->balance_tco2e_yr[1], -expected_tco2e[gwp], 1e-9);
        fixture_stop(&f);
    }
}
END_TEST

/* Example 32. Karst: 0.5 x 12 x 0.6 m/yr x 2 mmol/L = 7.2 t C per km2 and year (Zeng et al. 2019;
 * inputs of our own), 26.4 t CO2 a year on 100 ha: a memo line, and no removal. */
START_TEST(a_memo_line_is_in_no_total)
{
    const struct fixture_factor rows[] = {FIXTURE_ROW("karst_sink", "", 0.5 * 12 * 0.6 * 2 / 100),
                                          FIXTURE_ROW("permafrost_carbon", "", 300),
                                          FIXTURE_ROW("soil_carbon", "", 50)};
    const struct fixture_parcel parcel = {.area_ha = 100, .class = {"grassland", "grassland"}};
    start(rows, COUNT(rows), &five_years);
    finish(&five_years, &parcel, 1);
    ck_assert_double_eq_tol(f.account->karst_tco2_yr[1], 26.4, 1e-9);
    ck_assert_double_eq_tol(f.account->permafrost_tc[1], 30000, 1e-9);
    ck_assert_double_eq(f.account->total_sink_tco2_yr[1], 0);
    ck_assert_double_eq_tol(f.account->total_tc[1], 5000, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Example 33. 100 ha of forest of 80 t/ha could hold 200 when it is mature: 100 x 120 x 1.25 x 0.47
 * = 7,050 t C more. A hectare of cropland, planted after 2025, holds in 2035 (4 x 10 - 10) x 1.25 x
 * 0.47 = 17.625 t C more in biomass, half of 80 - 55.2 = 24.8 more in soil and half of 20 in
 * litter: 40.025. */
START_TEST(potential_and_planting_are_told_beside_the_account)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("mature_biomass", "forest", 200),
        FIXTURE_ROW("growth", "forest", 4),
        FIXTURE_ROW("above_ground_biomass", "forest", 80),
        FIXTURE_ROW("above_ground_biomass", "cropland", 10),
        FIXTURE_ROW("root_shoot", "", 0.25),
        FIXTURE_ROW("carbon_fraction", "", 0.47),
        FIXTURE_ROW("soil_carbon", "forest", 80),
        FIXTURE_ROW("soil_carbon", "cropland", 55.2),
        FIXTURE_ROW("litter", "forest", 20),
        FIXTURE_ROW("litter", "cropland", 0),
    };
    static const char *const suitable[] = {"yes", "no", NULL};
    static const char *const wanted[] = {"yes"};
    const struct fixture_parcel parcels[] = {
        {.area_ha = 100, .class = {"forest", "forest"}, .overlays = "zone=yes"},
        {.area_ha = 1, .class = {"cropland", "cropland"}, .overlays = "zone=yes"},
        {.area_ha = 1, .class = {"cropland", "cropland"}, .overlays = "zone=no"}};
    struct sink_planting planting = {
        .overlay = "zone", .values = wanted, .value_count = 1, .year = 2035};
    start(rows, COUNT(rows), &five_years);
    planting.class_index = sink_class_list_find(&f.classes, "forest");
    f.settings.planting = &planting;
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", suitable);
    finish(&five_years, parcels, 3);
    ck_assert_double_eq_tol(f.account->potential_tc[fixture_class(&f, "forest")], 7050, 1e-9);
    ck_assert_double_eq_tol(f.account->planting_m2[0], 1e4, 1e-6);
    ck_assert_double_eq_tol(f.account->planting_tc[0], 40.025, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Example 34. 1,000 t CO2 a year in 2026 and 2027; 70 in 2025 and 100 in 2030, so 76 and 82; at 3 %
 * 76,000 / 1.03 + 82,000 / 1.0609 = 151,079.27 in money of 2025. */
START_TEST(a_flow_is_worth_its_price_year_by_year)
{
    struct sink_price_point points[] = {{2025, 70}, {2030, 100}};
    const struct sink_price_points path = {points, 2};
    const struct sink_price_flow flow = {.tco2_yr = 1000, .after_year = 2025, .last_year = 2027};
    ck_assert_double_eq_tol(sink_price_flow_value(&path, flow, 2025, 0.03), 151079.27, 0.005);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("methods_change");
    TCase *tests = tcase_create("methods_change");
    tcase_add_test(tests, a_difference_of_stocks_is_a_removal);
    tcase_add_test(tests, gains_less_losses_are_those_that_chapter_4_prints);
    tcase_add_test(tests, a_conversion_loses_what_was_there);
    tcase_add_test(tests, what_the_methods_differ_by_is_told);
    tcase_add_test(tests, a_fire_emits_gases_and_takes_biomass);
    tcase_add_test(tests, converted_land_remains_after_twenty_years);
    tcase_add_test(tests, results_by_an_overlay_add_up_to_the_region);
    tcase_add_test(tests, other_gases_lower_the_balance);
    tcase_add_test(tests, a_memo_line_is_in_no_total);
    tcase_add_test(tests, potential_and_planting_are_told_beside_the_account);
    tcase_add_test(tests, a_flow_is_worth_its_price_year_by_year);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
