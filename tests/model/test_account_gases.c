/* Fires, organic soils, reservoirs, other gases, and what stands outside the totals. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "cropland",  "grassland", "wetland",
                                      "water",  "reservoir", "mangrove",  NULL};
static const char *const soils[] = {"organic", "mineral", NULL};
static const char *const drainages[] = {"drained", "rewetted", NULL};
static const char *const nutrients[] = {"rich", "poor", NULL};
static struct fixture f;

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define AREA_HA 200.0
#define TCO2 (44.0 / 12)

static const struct fixture_maps five_years = {
    .years = {2015, 2020}, .count = 2, .classes = classes};

static void start(const struct fixture_factor *rows, size_t count, const struct fixture_maps *maps)
{
    fixture_start_factors(&f, rows, count);
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_set_maps(&f, maps);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "soil", soils);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "drainage", drainages);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "nutrients", nutrients);
}

static void finish(const struct fixture_maps *maps, const struct fixture_parcel *parcel)
{
    fixture_open_maps(&f, maps);
    fixture_post_parcel(&f, maps, parcel);
    fixture_account(&f);
}

/* Biomass and fd are of our own; C_f and G_ef are those of IPCC 2006 Vol. 4 Tables 2.6 and 2.5
 * for extratropical forest: 0.45, 4.7 g CH4 and 0.26 g N2O per kg (recalled). */
static const struct fixture_factor burning[] = {
    FIXTURE_ROW("above_ground_biomass", "forest", 120),
    FIXTURE_ROW("above_ground_biomass", "cropland", 0),
    FIXTURE_ROW("growth", "forest", 0),
    FIXTURE_ROW("root_shoot", "", 0.25),
    FIXTURE_ROW("carbon_fraction", "", 0.47),
    FIXTURE_ROW("fraction_lost", "", 0.5, .keys = "disturbance=fire"),
    FIXTURE_ROW("fraction_lost", "", 0.2, .keys = "disturbance=storm"),
    FIXTURE_ROW("combustion_factor", "", 0.45),
    FIXTURE_ROW("fire_ch4", "", 4.7),
    FIXTURE_ROW("fire_n2o", "", 0.26),
};
static const struct sink_disturbance events[] = {{"fire", true}, {"storm", false}};

/* A forest that burns, or that a storm hits, in 2018. */
static void burn(const struct fixture_factor *rows, size_t count, bool is_fire, const char *after)
{
    const struct fixture_parcel parcel = {
        .area_ha = AREA_HA, .class = {"forest", after}, .event_year = 2018};
    start(rows, count, &five_years);
    f.settings.disturbances = &events[!is_fire];
    f.settings.disturbance_count = 1;
    fixture_add_event(&f, events[!is_fire].name);
    finish(&five_years, &parcel);
}

static double lost_tc(const double *array, const char *class)
{
    return fixture_of_class(&f, array, SINK_BIOMASS_POOL_COUNT, 1, class, 0) +
           fixture_of_class(&f, array, SINK_BIOMASS_POOL_COUNT, 1, class, 1);
}

/* Eq. 2.27, A x M_B x C_f x G_ef x 1e-3, in one of five years; the carbon is in the loss of
 * eq. 2.14 and nowhere else. */
START_TEST(a_fire_emits_methane_and_nitrous_oxide_and_loses_carbon)
{
    burn(burning, COUNT(burning), true, "forest");
    ck_assert_double_eq_tol(f.account->ch4_t_yr[1], AREA_HA * 120 * 0.45 * 4.7e-3 / 5, 1e-9);
    ck_assert_double_eq_tol(f.account->n2o_t_yr[1], AREA_HA * 120 * 0.45 * 0.26e-3 / 5, 1e-9);
    ck_assert_double_eq_tol(lost_tc(f.account->disturbance_loss_tc, "forest"),
                            AREA_HA * 120 * 1.25 * 0.47 * 0.5, 1e-9);
    const double by_gain_loss_tc_yr =
        f.account->sink_by_gain_loss_tco2_yr[SINK_POOL_COUNT + SINK_POOL_ABOVE_GROUND] / TCO2;
    ck_assert_double_eq_tol(by_gain_loss_tc_yr, -AREA_HA * 120 * 0.47 * 0.5 / 5, 1e-9);
    fixture_stop(&f);
}
END_TEST

START_TEST(a_storm_loses_carbon_and_emits_no_other_gas)
{
    burn(burning, COUNT(burning), false, "forest");
    ck_assert_double_eq(f.account->ch4_t_yr[1], 0);
    ck_assert_double_eq(f.account->n2o_t_yr[1], 0);
    ck_assert_double_eq_tol(lost_tc(f.account->disturbance_loss_tc, "forest"),
                            AREA_HA * 120 * 1.25 * 0.47 * 0.2, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* The first of the job says what is lost, the first that burns what burns. */
START_TEST(a_fire_after_a_storm_emits_as_any)
{
    const struct sink_disturbance both[] = {events[1], events[0]};
    const struct fixture_parcel parcel = {
        .area_ha = AREA_HA, .class = {"forest", "forest"}, .event_year = 2018};
    start(burning, COUNT(burning), &five_years);
    f.settings.disturbances = both;
    f.settings.disturbance_count = COUNT(both);
    for (size_t i = 0; i < COUNT(both); i++)
        fixture_add_event(&f, both[i].name);
    finish(&five_years, &parcel);
    ck_assert_double_eq_tol(f.account->ch4_t_yr[1], AREA_HA * 120 * 0.45 * 4.7e-3 / 5, 1e-9);
    ck_assert_double_eq_tol(lost_tc(f.account->disturbance_loss_tc, "forest"),
                            AREA_HA * 120 * 1.25 * 0.47 * 0.2, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* A fuel load of the table stands in place of what the account knows. */
START_TEST(a_fuel_load_of_the_tables_is_what_burns)
{
    struct fixture_factor rows[COUNT(burning) + 1];
    memcpy(rows, burning, sizeof burning);
    rows[COUNT(burning)] = (struct fixture_factor)FIXTURE_ROW("fuel", "forest", 50);
    burn(rows, COUNT(rows), true, "forest");
    ck_assert_double_eq_tol(f.account->ch4_t_yr[1], AREA_HA * 50 * 0.45 * 4.7e-3 / 5, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Its roots are a density too, so that nothing but the fire asks for dry matter. */
START_TEST(a_density_in_carbon_is_fuel_by_its_carbon_fraction)
{
    struct fixture_factor rows[COUNT(burning) + 1];
    memcpy(rows, burning, sizeof burning);
    rows[0] = (struct fixture_factor)FIXTURE_ROW("above_ground_biomass", "forest", 47,
                                                 .unit = "t C ha-1");
    rows[COUNT(burning)] = (struct fixture_factor)FIXTURE_ROW("below_ground_biomass", "forest", 0);
    burn(rows, COUNT(rows), true, "forest");
    ck_assert_double_eq_tol(f.account->ch4_t_yr[1], AREA_HA * 100 * 0.45 * 4.7e-3 / 5, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* All biomass is lost by the conversion then, once; its fire emits as any. */
START_TEST(forest_burnt_for_cropland_loses_its_carbon_once)
{
    burn(burning, COUNT(burning), true, "cropland");
    ck_assert_double_eq_tol(lost_tc(f.account->conversion_loss_tc, "cropland"),
                            AREA_HA * 120 * 1.25 * 0.47, 1e-9);
    ck_assert_double_eq(lost_tc(f.account->disturbance_loss_tc, "cropland"), 0);
    ck_assert_double_eq_tol(f.account->ch4_t_yr[1], AREA_HA * 120 * 0.45 * 4.7e-3 / 5, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* AR4 WG1 Table 2.14: 25, 298; AR5 WG1 Table 8.A.1: 28, 265; AR6 WG1 Table 7.15: 27.0, 273. */
START_TEST(the_balance_weighs_gases_by_the_chosen_report)
{
    static const double gwp[][2] = {{25, 298}, {28, 265}, {27, 273}};
    for (int set = SINK_GWP_AR4; set <= SINK_GWP_AR6; set++) {
        const struct fixture_parcel parcel = {
            .area_ha = AREA_HA, .class = {"forest", "forest"}, .event_year = 2018};
        start(burning, COUNT(burning), &five_years);
        f.settings.gwp = (enum sink_gwp)set;
        f.settings.disturbances = events;
        f.settings.disturbance_count = 1;
        fixture_add_event(&f, "fire");
        finish(&five_years, &parcel);
        const double other =
            gwp[set][0] * f.account->ch4_t_yr[1] + gwp[set][1] * f.account->n2o_t_yr[1];
        ck_assert_double_gt(other, 0);
        ck_assert_double_eq_tol(f.account->balance_tco2e_yr[1],
                                f.account->total_sink_tco2_yr[1] - other, 1e-9);
        fixture_stop(&f);
    }
}
END_TEST

/* 2013 Wetlands Supplement Table 2.1 (temperate cropland, drained: 7.9 t C/ha/yr; N2O of Table 2.5:
 * 13 kg N2O-N) and Table 3.1 (temperate, rewetted: rich +0.50, poor -0.23). */
static const struct fixture_factor peat[] = {
    FIXTURE_ROW("soil_emission", "cropland", 7.9, .keys = "soil=organic drainage=drained"),
    FIXTURE_ROW("soil_emission", "cropland|wetland", 0.5,
                .keys = "soil=organic drainage=rewetted nutrients=rich"),
    FIXTURE_ROW("soil_emission", "cropland|wetland", -0.23,
                .keys = "soil=organic drainage=rewetted nutrients=poor"),
    FIXTURE_ROW("n2o_emission", "cropland", 13, .keys = "soil=organic drainage=drained",
                .unit = "kg N2O-N ha-1 yr-1"),
    FIXTURE_ROW("ch4_emission", "cropland|wetland", 216, .keys = "soil=organic drainage=rewetted",
                .unit = "kg CH4-C ha-1 yr-1"),
    FIXTURE_ROW("soil_carbon", "", 60, .keys = "soil=mineral"),
    FIXTURE_ROW("above_ground_biomass", "", 0),
    FIXTURE_ROW("below_ground_biomass", "", 0),
    FIXTURE_ROW("dead_wood", "", 0),
    FIXTURE_ROW("litter", "", 0),
};

static void make_peat(const char *first, const char *second, const char *overlays)
{
    const struct fixture_parcel parcel = {
        .area_ha = AREA_HA, .class = {first, second}, .overlays = overlays};
    start(peat, COUNT(peat), &five_years);
    f.settings.factor = SINK_MISSING_ERROR;
    finish(&five_years, &parcel);
}

START_TEST(drained_peat_is_a_source)
{
    make_peat("cropland", "cropland", "soil=organic drainage=drained");
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_SOIL, 0), -7.9 * AREA_HA * TCO2, 1e-9);
    ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[1], -7.9 * AREA_HA * TCO2, 1e-9);
    ck_assert_double_eq_tol(f.account->n2o_t_yr[1], 13e-3 * 44 / 28 * AREA_HA, 1e-9);
    ck_assert_double_eq_tol(fixture_of_class(&f, f.account->soil_flux_tc, 1, 1, "cropland", 0),
                            -7.9 * 5 * AREA_HA, 1e-9);
    fixture_stop(&f);
}
END_TEST

START_TEST(rewetted_rich_peat_of_temperate_climate_is_still_a_source)
{
    make_peat("wetland", "wetland", "soil=organic drainage=rewetted nutrients=rich");
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_SOIL, 0), -0.5 * AREA_HA * TCO2, 1e-9);
    ck_assert_double_eq_tol(f.account->ch4_t_yr[1], 0.216 * 16 / 12 * AREA_HA, 1e-9);
    fixture_stop(&f);
    make_peat("wetland", "wetland", "soil=organic drainage=rewetted nutrients=poor");
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_SOIL, 0), 0.23 * AREA_HA * TCO2, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* The stock of an organic soil is not told: it is reported as area without a factor, and nothing is
 * asked for. */
START_TEST(organic_soil_has_an_emission_and_no_stock)
{
    make_peat("cropland", "cropland", "soil=organic drainage=drained");
    ck_assert_double_eq(fixture_pool(&f, 1, SINK_POOL_SOIL, 0), 0);
    ck_assert_double_eq_tol(f.account->no_factor_m2[SINK_POOL_COUNT + SINK_POOL_SOIL],
                            AREA_HA * 1e4, 1e-6);
    ck_assert_double_eq(f.account->no_factor_m2[SINK_POOL_COUNT + SINK_POOL_LITTER], 0);
    fixture_stop(&f);
    make_peat("cropland", "cropland", "soil=mineral");
    ck_assert_double_eq_tol(fixture_pool(&f, 1, SINK_POOL_SOIL, 0), 60 * AREA_HA, 1e-6);
    ck_assert_double_eq(f.account->no_factor_m2[SINK_POOL_COUNT + SINK_POOL_SOIL], 0);
    ck_assert_double_eq(fixture_sink(&f, 1, SINK_POOL_SOIL, 0), 0);
    fixture_stop(&f);
}
END_TEST

/* Nor is a stock asked for when the land becomes something else: water, which has no pool, or a
 * coast, whose stock is known. */
START_TEST(organic_soil_of_an_earlier_use_has_no_stock_either)
{
    static const struct fixture_maps maps = {
        .years = {2010, 2015, 2020}, .count = 3, .classes = classes};
    static const char *const after[] = {"water", "mangrove"};
    for (int i = 0; i < 2; i++) {
        const struct fixture_parcel parcel = {.area_ha = AREA_HA,
                                              .class = {"cropland", after[i], after[i]},
                                              .overlays = "soil=organic drainage=drained"};
        struct fixture_factor rows[COUNT(peat) + 1];
        memcpy(rows, peat, sizeof peat);
        rows[COUNT(peat)] =
            (struct fixture_factor)FIXTURE_ROW("soil_carbon", "mangrove", 386, .depth_cm = 100);
        start(rows, COUNT(rows), &maps);
        f.settings.factor = SINK_MISSING_ERROR;
        finish(&maps, &parcel);
        for (size_t y = 0; y < 3; y++) {
            ck_assert_double_eq(fixture_pool(&f, y, SINK_POOL_SOIL, 0), 0);
            ck_assert_double_eq(fixture_pool(&f, y, SINK_POOL_SOIL_DEEP, 0), 0);
        }
        ck_assert_double_eq(f.account->total_sink_tco2_yr[1], 0);
        ck_assert_double_eq_tol(f.account->no_factor_m2[SINK_POOL_SOIL], AREA_HA * 1e4, 1e-6);
        fixture_stop(&f);
    }
}
END_TEST

/* Where only the new class has an emission in place of a stock, the stock before is not lost beside
 * it. */
START_TEST(a_known_stock_is_not_lost_to_an_emission)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("soil_carbon", "forest", 80),
        FIXTURE_ROW("soil_emission", "cropland", 7.9),
    };
    const struct fixture_parcel parcel = {.area_ha = AREA_HA, .class = {"forest", "cropland"}};
    start(rows, COUNT(rows), &five_years);
    finish(&five_years, &parcel);
    ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[1], -7.9 * AREA_HA * TCO2, 1e-9);
    ck_assert_double_eq_tol(f.account->no_factor_m2[SINK_POOL_COUNT + SINK_POOL_SOIL],
                            AREA_HA * 1e4, 1e-6);
    fixture_stop(&f);
}
END_TEST

/* Drained anew: a table may know a higher emission of land that was a wetland before. No coast,
 * whose stock would be drained: a flux as any. */
START_TEST(an_emission_may_depend_on_what_the_land_was)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("soil_emission", "cropland", 7.9, .keys = "soil=organic"),
        FIXTURE_ROW("soil_emission", "cropland", 11, .keys = "soil=organic from_class=wetland"),
        FIXTURE_ROW("soil_emission", "wetland", 0, .keys = "soil=organic"),
    };
    const struct fixture_parcel parcel = {
        .area_ha = AREA_HA, .class = {"wetland", "cropland"}, .overlays = "soil=organic"};
    start(rows, COUNT(rows), &five_years);
    finish(&five_years, &parcel);
    ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[1], -11 * AREA_HA * TCO2, 1e-9);
    ck_assert_double_eq(fixture_pool(&f, 1, SINK_POOL_SOIL, 0), 0);
    fixture_stop(&f);
}
END_TEST

/* 2019 Refinement Vol. 4 Ch. 7 Table 7.13 (young reservoir, cool temperate: 1.02) and 7.15 (CH4:
 * 84.7 kg/ha/yr): a source, although no stock is defined for it. Its emission is that of the
 * flooded soil, which is not lost once more beside it. */
START_TEST(a_reservoir_is_a_source)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("soil_emission", "reservoir", 1.02),
        FIXTURE_ROW("ch4_emission", "reservoir", 84.7),
        FIXTURE_ROW("soil_carbon", "grassland", 80),
    };
    const struct fixture_parcel flooded = {.area_ha = AREA_HA,
                                           .class = {"grassland", "reservoir", "reservoir"}};
    const struct fixture_maps maps = {.years = {2010, 2015, 2020}, .count = 3, .classes = classes};
    start(rows, COUNT(rows), &maps);
    finish(&maps, &flooded);
    for (size_t y = 1; y < 3; y++) {
        ck_assert_double_eq_tol(f.account->total_sink_tco2_yr[y], -1.02 * AREA_HA * TCO2, 1e-9);
        ck_assert_double_eq_tol(f.account->ch4_t_yr[y], 0.0847 * AREA_HA, 1e-9);
    }
    fixture_stop(&f);
}
END_TEST

/* Zeng et al. 2019 for karst; lakes bury what comes from elsewhere; permafrost is a stock at risk.
 * None is an IPCC removal. */
START_TEST(memo_lines_stand_outside_the_totals)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("karst_sink", "grassland|forest", 0.0428),
        FIXTURE_ROW("water_burial", "water", 0.22),
        FIXTURE_ROW("permafrost_carbon", "grassland", 300),
        FIXTURE_ROW("soil_carbon", "grassland", 80),
    };
    const struct fixture_parcel grass = {.area_ha = AREA_HA, .class = {"grassland", "grassland"}};
    const struct fixture_parcel lake = {.area_ha = 10, .class = {"water", "water"}};
    start(rows, COUNT(rows), &five_years);
    fixture_open_maps(&f, &five_years);
    fixture_post_parcel(&f, &five_years, &grass);
    fixture_post_parcel(&f, &five_years, &lake);
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->karst_tco2_yr[1], 0.0428 * AREA_HA * TCO2, 1e-9);
    ck_assert_double_eq_tol(f.account->burial_tco2_yr[1], 0.22 * 10 * TCO2, 1e-9);
    for (size_t y = 0; y < 2; y++) {
        ck_assert_double_eq_tol(f.account->permafrost_tc[y], 300 * AREA_HA, 1e-9);
        ck_assert_double_eq_tol(f.account->total_tc[y], 80 * AREA_HA, 1e-9);
    }
    ck_assert_double_eq(f.account->total_sink_tco2_yr[1], 0);
    ck_assert_double_eq(f.account->balance_tco2e_yr[1], 0);
    fixture_stop(&f);
}
END_TEST

/* The first of several years ends no period: its rates are not told, as its sink is not. With one
 * year only they are those of the year. */
START_TEST(rates_belong_to_a_period_or_to_the_only_year)
{
    struct fixture_maps one = five_years;
    make_peat("wetland", "wetland", "soil=organic drainage=rewetted nutrients=rich");
    ck_assert(isnan(f.account->ch4_t_yr[0]));
    ck_assert(isnan(f.account->n2o_t_yr[0]));
    ck_assert(isnan(f.account->karst_tco2_yr[0]));
    ck_assert(isnan(f.account->burial_tco2_yr[0]));
    ck_assert(isnan(f.account->balance_tco2e_yr[0]));
    ck_assert(isnan(f.account->permafrost_tc[1])); /* no factor tells of any */
    fixture_stop(&f);
    one.count = 1;
    const struct fixture_parcel parcel = {.area_ha = AREA_HA,
                                          .class = {"wetland"},
                                          .overlays =
                                              "soil=organic drainage=rewetted nutrients=rich"};
    start(peat, COUNT(peat), &one);
    finish(&one, &parcel);
    ck_assert_double_eq_tol(f.account->ch4_t_yr[0], 0.216 * 16 / 12 * AREA_HA, 1e-9);
    fixture_stop(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_gases");
    TCase *tests = tcase_create("account_gases");
    tcase_add_test(tests, a_fire_emits_methane_and_nitrous_oxide_and_loses_carbon);
    tcase_add_test(tests, a_density_in_carbon_is_fuel_by_its_carbon_fraction);
    tcase_add_test(tests, a_storm_loses_carbon_and_emits_no_other_gas);
    tcase_add_test(tests, a_fire_after_a_storm_emits_as_any);
    tcase_add_test(tests, a_fuel_load_of_the_tables_is_what_burns);
    tcase_add_test(tests, forest_burnt_for_cropland_loses_its_carbon_once);
    tcase_add_test(tests, the_balance_weighs_gases_by_the_chosen_report);
    tcase_add_test(tests, drained_peat_is_a_source);
    tcase_add_test(tests, rewetted_rich_peat_of_temperate_climate_is_still_a_source);
    tcase_add_test(tests, organic_soil_has_an_emission_and_no_stock);
    tcase_add_test(tests, organic_soil_of_an_earlier_use_has_no_stock_either);
    tcase_add_test(tests, a_known_stock_is_not_lost_to_an_emission);
    tcase_add_test(tests, an_emission_may_depend_on_what_the_land_was);
    tcase_add_test(tests, a_reservoir_is_a_source);
    tcase_add_test(tests, memo_lines_stand_outside_the_totals);
    tcase_add_test(tests, rates_belong_to_a_period_or_to_the_only_year);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
