/* Nothing is silent: factors and values that are missing are named, or counted. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "cropland", "grassland", NULL};
static struct fixture f;
static struct sink_faults missing;

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void start(const struct fixture_factor *rows, size_t count, const struct fixture_maps *maps)
{
    fixture_start_factors(&f, rows, count);
    fixture_set_maps(&f, maps);
}

static void post(const struct fixture_maps *maps, const struct fixture_parcel *parcels,
                 size_t count)
{
    fixture_open_maps(&f, maps);
    for (size_t i = 0; i < count; i++)
        fixture_post_parcel(&f, maps, &parcels[i]);
}

/* Makes the account with a list that takes what is missing. */
static enum sink_status make_listing(void)
{
    const struct sink_account_basis basis = {&f.classes, &f.factors, &f.settings, &missing};
    ck_assert_int_eq(sink_tally_complete(f.tally, &f.regions, &f.error), SINK_OK);
    return sink_account_make(f.tally, &f.regions, &basis, &f.account, &f.error);
}

static size_t count_named(const char *beginning)
{
    size_t count = 0;
    for (size_t i = 0; i < missing.count; i++)
        count += strncmp(missing.items[i].message, beginning, strlen(beginning)) == 0;
    return count;
}

static void stop(void)
{
    fixture_stop(&f);
    sink_faults_free(&missing);
    missing = (struct sink_faults){0};
}

static const struct fixture_maps two_years = {
    .years = {2015, 2020}, .count = 2, .classes = classes};

/* Ten parcels of two classes, one row: each quantity is told once for each class. */
START_TEST(what_is_missing_is_named_once_for_a_class)
{
    static const char *const zones[] = {"a", "b", "c", "d", "e", NULL};
    static const struct fixture_factor rows[] = {FIXTURE_ROW("carbon_fraction", "", 0.47)};
    struct fixture_parcel parcels[10];
    char overlays[10][16];
    for (int i = 0; i < 10; i++) {
        const char *class = i % 2 ? "forest" : "cropland";
        snprintf(overlays[i], sizeof overlays[i], "zone=%s", zones[i / 2]);
        parcels[i] =
            (struct fixture_parcel){.area_ha = 1, .class = {class, class}, .overlays = overlays[i]};
    }
    start(rows, 1, &two_years);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", zones);
    post(&two_years, parcels, 10);
    ck_assert_int_eq(make_listing(), SINK_BAD_DATA);
    static const char *const quantities[] = {"above_ground_biomass", "dead_wood", "litter",
                                             "soil_carbon"};
    for (size_t q = 0; q < COUNT(quantities); q++)
        for (int c = 0; c < 2; c++) {
            char beginning[96];
            snprintf(beginning, sizeof beginning, "no %s factor for class %s,", quantities[q],
                     c ? "forest" : "cropland");
            ck_assert_msg(count_named(beginning) == 1, "%s", beginning);
        }
    ck_assert_uint_eq(missing.count, 8);
    ck_assert_ptr_nonnull(strstr(missing.items[0].message, "zone a"));
    ck_assert_ptr_nonnull(strstr(f.error.message, "8 missing"));
    stop();
}
END_TEST

/* Soil, litter and dead wood of what the land was before are part of what it holds. */
START_TEST(what_is_missing_of_earlier_uses_is_named_too)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "", 0),
        FIXTURE_ROW("below_ground_biomass", "", 0),
        FIXTURE_ROW("dead_wood", "", 0),
        FIXTURE_ROW("litter", "cropland", 0),
        FIXTURE_ROW("soil_carbon", "cropland", 55),
    };
    const struct fixture_maps maps = {
        .years = {2005, 2015, 2020}, .count = 3, .history = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = 1,
                                          .class = {"grassland", "cropland", "cropland"}};
    start(rows, COUNT(rows), &maps);
    post(&maps, &parcel, 1);
    ck_assert_int_eq(make_listing(), SINK_BAD_DATA);
    ck_assert_uint_eq(missing.count, 2);
    ck_assert_uint_eq(count_named("no soil_carbon factor for class grassland,"), 1);
    ck_assert_uint_eq(count_named("no litter factor for class grassland,"), 1);
    stop();
}
END_TEST

/* A stock under native vegetation is nothing without its three factors (eq. 2.25). */
START_TEST(a_reference_asks_for_each_of_its_factors)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "", 0),
        FIXTURE_ROW("below_ground_biomass", "", 0),
        FIXTURE_ROW("dead_wood", "", 0),
        FIXTURE_ROW("litter", "", 0),
        FIXTURE_ROW("soil_reference", "", 80),
        FIXTURE_ROW("soil_management", "forest", 1),
    };
    const struct fixture_parcel parcel = {.area_ha = 1, .class = {"cropland", "forest"}};
    start(rows, COUNT(rows), &two_years);
    post(&two_years, &parcel, 1);
    ck_assert_int_eq(make_listing(), SINK_BAD_DATA);
    ck_assert_uint_eq(missing.count, 5);
    ck_assert_uint_eq(count_named("no soil_land_use factor for class forest,"), 1);
    ck_assert_uint_eq(count_named("no soil_input factor for class forest,"), 1);
    ck_assert_uint_eq(count_named("no soil_land_use factor for class cropland,"), 1);
    ck_assert_uint_eq(count_named("no soil_management factor for class cropland,"), 1);
    ck_assert_uint_eq(count_named("no soil_input factor for class cropland,"), 1);
    stop();
}
END_TEST

/* No dry matter comes of biomass in carbon alone, and no fire without fuel. */
START_TEST(a_fire_asks_for_the_dry_matter_of_biomass_in_carbon)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "", 5, .unit = "t C ha-1"),
        FIXTURE_ROW("below_ground_biomass", "", 0),
        FIXTURE_ROW("dead_wood", "", 0),
        FIXTURE_ROW("litter", "", 0),
        FIXTURE_ROW("soil_carbon", "", 80),
        FIXTURE_ROW("fraction_lost", "", 0.5),
        FIXTURE_ROW("combustion_factor", "", 0.5),
        FIXTURE_ROW("fire_ch4", "", 5),
        FIXTURE_ROW("fire_n2o", "", 0.2),
    };
    static const struct sink_disturbance fire = {"fire", true};
    const struct fixture_parcel parcel = {
        .area_ha = 1, .class = {"grassland", "grassland"}, .event_year = 2017};
    start(rows, COUNT(rows), &two_years);
    f.settings.disturbances = &fire;
    f.settings.disturbance_count = 1;
    fixture_add_event(&f, fire.name);
    post(&two_years, &parcel, 1);
    ck_assert_int_eq(make_listing(), SINK_BAD_DATA);
    ck_assert_uint_eq(count_named("no carbon_fraction factor for class grassland,"), 1);
    ck_assert_uint_eq(missing.count, 1);
    stop();
}
END_TEST

/* A disturbance takes a share that somebody must give, a fire gases too. */
START_TEST(a_disturbance_asks_for_its_factors)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "", 10),
        FIXTURE_ROW("below_ground_biomass", "", 0),
        FIXTURE_ROW("carbon_fraction", "", 0.47),
        FIXTURE_ROW("dead_wood", "", 0),
        FIXTURE_ROW("litter", "", 0),
        FIXTURE_ROW("soil_carbon", "", 80),
    };
    static const struct sink_disturbance events[] = {{"storm", false}, {"fire", true}};
    const struct fixture_parcel parcel = {
        .area_ha = 1, .class = {"grassland", "grassland"}, .event_year = 2017};
    for (int is_fire = 0; is_fire < 2; is_fire++) {
        start(rows, COUNT(rows), &two_years);
        f.settings.disturbances = &events[is_fire];
        f.settings.disturbance_count = 1;
        fixture_add_event(&f, events[is_fire].name);
        post(&two_years, &parcel, 1);
        ck_assert_int_eq(make_listing(), SINK_BAD_DATA);
        ck_assert_uint_eq(count_named("no fraction_lost factor for class grassland,"), 1);
        ck_assert_uint_eq(count_named("no combustion_factor factor for class grassland,"),
                          (size_t)is_fire);
        ck_assert_uint_eq(count_named("no fire_ch4 factor for class grassland,"), (size_t)is_fire);
        ck_assert_uint_eq(count_named("no fire_n2o factor for class grassland,"), (size_t)is_fire);
        ck_assert_uint_eq(missing.count, is_fire ? 4 : 1);
        stop();
    }
}
END_TEST

/* Where missing factors count, each pool tells its area, and the rest of the account stands. */
START_TEST(what_is_missing_may_be_counted)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "forest", 100),
        FIXTURE_ROW("carbon_fraction", "", 0.47),
        FIXTURE_ROW("litter", "forest", 5),
    };
    const struct fixture_parcel parcels[] = {{.area_ha = 3, .class = {"forest", "forest"}},
                                             {.area_ha = 4, .class = {"cropland", "forest"}}};
    start(rows, COUNT(rows), &two_years);
    f.settings.factor = SINK_MISSING_COUNT;
    post(&two_years, parcels, 2);
    fixture_account(&f);
    const double *lacking_m2 = f.account->no_factor_m2;
    ck_assert_double_eq_tol(lacking_m2[SINK_POOL_ABOVE_GROUND], 4e4, 1e-6);
    ck_assert_double_eq_tol(lacking_m2[SINK_POOL_BELOW_GROUND], 7e4, 1e-6);
    ck_assert_double_eq_tol(lacking_m2[SINK_POOL_LITTER], 4e4, 1e-6);
    ck_assert_double_eq_tol(lacking_m2[SINK_POOL_SOIL], 7e4, 1e-6);
    ck_assert_double_eq_tol(lacking_m2[SINK_POOL_COUNT + SINK_POOL_ABOVE_GROUND], 0, 1e-6);
    /* what was before cropland is part of the litter of its forest */
    ck_assert_double_eq_tol(lacking_m2[SINK_POOL_COUNT + SINK_POOL_LITTER], 4e4, 1e-6);
    ck_assert_double_eq_tol(f.account->total_tc[0], 3 * (47 + 5), 1e-9);
    stop();
}
END_TEST

static const struct fixture_factor mapped[] = {
    FIXTURE_ROW("above_ground_biomass", "", 100),
    FIXTURE_ROW("root_shoot", "", 0.25),
    FIXTURE_ROW("carbon_fraction", "", 0.5),
    FIXTURE_ROW("dead_wood", "", 0),
    FIXTURE_ROW("litter", "", 0),
    FIXTURE_ROW("soil_carbon", "", 80),
};

/* A map of biomass with a hole in its second year; and a map of the soil with one. */
static enum sink_status make_holes(enum sink_missing policy)
{
    const struct fixture_parcel parcels[] = {
        {.area_ha = 3, .class = {"forest", "forest"}, .biomass = {60, 80}, .soil = {90, 90}},
        {.area_ha = 4, .class = {"forest", "forest"}, .biomass = {60, NAN}, .soil = {90, 90}},
        {.area_ha = 5, .class = {"cropland", "cropland"}, .soil = {NAN, NAN}}};
    start(mapped, COUNT(mapped), &two_years);
    f.settings.value = policy;
    f.settings.soil_raster_depth_cm = 30;
    for (size_t c = 0; c < f.classes.count; c++)
        f.uses_soil[c] = true;
    for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_TO; side++)
        fixture_add_layer(&f, (enum sink_side)side, "above_ground_biomass",
                          SINK_QUANTITY_DRY_MATTER_T_HA, NULL, 0);
    fixture_add_layer(&f, SINK_SIDE_STATIC, "soil_carbon", SINK_QUANTITY_CARBON_T_HA, NULL, 0);
    post(&two_years, parcels, 3);
    return make_listing();
}

START_TEST(a_hole_in_a_map_is_an_error)
{
    ck_assert_int_eq(make_holes(SINK_MISSING_ERROR), SINK_BAD_DATA);
    ck_assert_uint_eq(
        count_named("layer above_ground_biomass has no data on land of class forest:"), 1);
    ck_assert_uint_eq(count_named("layer soil_carbon has no data on land of class cropland:"), 1);
    ck_assert_uint_eq(missing.count, 2);
    stop();
}
END_TEST

/* What is counted has no stock; where one date has a value it is no sink either. */
START_TEST(a_hole_in_a_map_may_be_counted)
{
    ck_assert_int_eq(make_holes(SINK_MISSING_COUNT), SINK_OK);
    ck_assert_double_eq_tol(f.account->no_value_m2[0], 5e4, 1e-6);
    ck_assert_double_eq_tol(f.account->no_value_m2[1], 9e4, 1e-6);
    ck_assert_double_eq_tol(f.account->one_date_m2[1], 4e4, 1e-6);
    ck_assert_double_eq_tol(fixture_pool(&f, 1, SINK_POOL_ABOVE_GROUND, 0),
                            (3 * 80 + 5 * 100) * 0.5, 1e-9);
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_ABOVE_GROUND, 0),
                            3 * 20 * 0.5 / 5 * 44 / 12, 1e-9);
    ck_assert_double_eq_tol(fixture_pool(&f, 1, SINK_POOL_SOIL, 0), 7 * 90, 1e-9);
    stop();
}
END_TEST

/* Then the densities of the tables fill the hole. */
START_TEST(a_hole_in_a_map_may_be_filled_by_the_tables)
{
    ck_assert_int_eq(make_holes(SINK_MISSING_FACTOR), SINK_OK);
    ck_assert_double_eq_tol(fixture_pool(&f, 1, SINK_POOL_ABOVE_GROUND, 0),
                            (3 * 80 + 4 * 100 + 5 * 100) * 0.5, 1e-9);
    ck_assert_double_eq_tol(fixture_pool(&f, 1, SINK_POOL_SOIL, 0), 7 * 90 + 5 * 80, 1e-9);
    ck_assert_double_eq_tol(f.account->no_value_m2[1], 9e4, 1e-6);
    stop();
}
END_TEST

/* A row for another value is not the same as a row that nobody can meet. */
START_TEST(overlays_that_a_job_does_not_have_are_named)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "forest", 100, .keys = "zone=a drainage=drained"),
        FIXTURE_ROW("above_ground_biomass", "cropland", 10, .keys = "nutrients=rich"),
        FIXTURE_ROW("soil_reference", "", 80, .keys = "soil=organic"),
    };
    const struct fixture_parcel parcel = {.area_ha = 3, .class = {"forest", "forest"}};
    start(rows, COUNT(rows), &two_years);
    post(&two_years, &parcel, 1);
    ck_assert_int_eq(make_listing(), SINK_BAD_DATA);
    ck_assert_uint_eq(count_named("no above_ground_biomass factor for class forest, where the job "
                                  "has no drainage, zone: expected a row in a table of the job, a "
                                  "layer or a value of these, or"),
                      1);
    ck_assert_uint_eq(count_named("no soil_carbon factor for class forest, where the job has no "
                                  "soil: expected"),
                      1);
    ck_assert_uint_eq(count_named("no litter factor for class forest, anywhere: "
                                  "expected a row in a table of the job, or"),
                      1);
    stop();
}
END_TEST

/* Forest of no known biomass on former cropland: what is not known at the end is no loss. */
START_TEST(a_pool_that_factors_tell_at_one_end_only_is_no_sink)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "cropland", 10),
        FIXTURE_ROW("root_shoot", "", 0.2),
        FIXTURE_ROW("carbon_fraction", "", 0.5),
        FIXTURE_ROW("litter", "cropland", 0),
        FIXTURE_ROW("litter", "forest", 20),
        FIXTURE_ROW("mature_biomass", "forest", 200),
    };
    const struct fixture_parcel parcels[] = {{.area_ha = 3, .class = {"cropland", "forest"}},
                                             {.area_ha = 4, .class = {"cropland", "cropland"}}};
    start(rows, COUNT(rows), &two_years);
    f.settings.factor = SINK_MISSING_COUNT;
    post(&two_years, parcels, COUNT(parcels));
    fixture_account(&f); /* closes */
    ck_assert_double_eq_tol(fixture_pool(&f, 0, SINK_POOL_ABOVE_GROUND, 0), 7 * 5, 1e-9);
    ck_assert_double_eq_tol(fixture_pool(&f, 1, SINK_POOL_ABOVE_GROUND, 0), 4 * 5, 1e-9);
    ck_assert_double_eq(fixture_sink(&f, 1, SINK_POOL_ABOVE_GROUND, 0), 0);
    ck_assert_double_eq(fixture_sink(&f, 1, SINK_POOL_BELOW_GROUND, 0), 0);
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_LITTER, 0), 3 * 20.0 / 20 * 44 / 12,
                            1e-9);
    ck_assert_double_eq_tol(f.account->gap_change_tc[SINK_POOL_COUNT + SINK_POOL_ABOVE_GROUND],
                            -3 * 5, 1e-9);
    double uses_tco2_yr = 0;
    for (size_t i = 0; i < SINK_LAND_USE_COUNT * SINK_POOL_COUNT; i++)
        uses_tco2_yr += f.account->land_use_sink_tco2_yr[SINK_LAND_USE_COUNT * SINK_POOL_COUNT + i];
    ck_assert_double_eq_tol(uses_tco2_yr, f.account->total_sink_tco2_yr[1], 1e-9);
    /* nor is all of a mature stand what the stand lacks */
    ck_assert(isnan(f.account->potential_tc[fixture_class(&f, "forest")]));
    stop();
}
END_TEST

/* Bare land whose soil no row tells turns into forest in 2011: what its soil gains from there on
 * cannot be told, in the period of the conversion and after it. */
START_TEST(a_stock_that_starts_from_an_unknown_one_is_no_sink)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("above_ground_biomass", "", 0),
        FIXTURE_ROW("below_ground_biomass", "", 0),
        FIXTURE_ROW("dead_wood", "", 0),
        FIXTURE_ROW("litter", "", 0),
        FIXTURE_ROW("soil_carbon", "forest", 80),
    };
    const struct fixture_maps maps = {.years = {2010, 2015, 2020}, .count = 3, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = 3, .class = {"grassland", "forest", "forest"}};
    start(rows, COUNT(rows), &maps);
    f.settings.factor = SINK_MISSING_COUNT;
    post(&maps, &parcel, 1);
    fixture_account(&f);
    for (size_t year = 1; year < 3; year++) {
        ck_assert_double_eq(fixture_sink(&f, year, SINK_POOL_SOIL, 0), 0);
        ck_assert_double_eq_tol(f.account->gap_change_tc[year * SINK_POOL_COUNT + SINK_POOL_SOIL],
                                3 * 80.0 * 5 / 20, 1e-9);
        ck_assert_double_eq_tol(f.account->no_factor_m2[year * SINK_POOL_COUNT + SINK_POOL_SOIL],
                                3e4, 1e-6);
    }
    stop();
}
END_TEST

/* Forest whose biomass is known in the second year, with a soil that is never known. */
START_TEST(gaps_of_two_maps_do_not_make_up_for_each_other)
{
    const struct fixture_parcel parcel = {
        .area_ha = 4, .class = {"forest", "forest"}, .biomass = {NAN, 80}, .soil = {NAN, NAN}};
    for (int policy = SINK_MISSING_COUNT; policy <= SINK_MISSING_FACTOR; policy++) {
        start(mapped, COUNT(mapped), &two_years);
        f.settings.value = (enum sink_missing)policy;
        f.settings.soil_raster_depth_cm = 30;
        f.uses_soil[sink_class_list_find(&f.classes, "forest")] = true;
        for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_TO; side++)
            fixture_add_layer(&f, (enum sink_side)side, "above_ground_biomass",
                              SINK_QUANTITY_DRY_MATTER_T_HA, NULL, 0);
        fixture_add_layer(&f, SINK_SIDE_STATIC, "soil_carbon", SINK_QUANTITY_CARBON_T_HA, NULL, 0);
        post(&two_years, &parcel, 1);
        fixture_account(&f);
        ck_assert_double_eq_tol(f.account->one_date_m2[1], 4e4, 1e-6);
        ck_assert_double_eq(fixture_sink(&f, 1, SINK_POOL_ABOVE_GROUND, 0), 0);
        stop();
    }
}
END_TEST

/* The volume is only reported where biomass has a map of its own. */
START_TEST(a_gap_of_the_volume_leaves_the_change_of_a_known_biomass)
{
    const struct fixture_parcel parcel = {
        .area_ha = 4, .class = {"forest", "forest"}, .biomass = {60, 80}, .volume = {NAN, 100}};
    start(mapped, COUNT(mapped), &two_years);
    f.settings.value = SINK_MISSING_COUNT;
    for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_TO; side++) {
        fixture_add_layer(&f, (enum sink_side)side, "above_ground_biomass",
                          SINK_QUANTITY_DRY_MATTER_T_HA, NULL, 0);
        fixture_add_layer(&f, (enum sink_side)side, "stock_volume", SINK_QUANTITY_VOLUME_M3_HA,
                          NULL, 0);
    }
    post(&two_years, &parcel, 1);
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->no_value_m2[0], 4e4, 1e-6);
    ck_assert_double_eq(f.account->one_date_m2[1], 0);
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_ABOVE_GROUND, 0),
                            4 * 20 * 0.5 / 5 * 44 / 12, 1e-9);
    stop();
}
END_TEST

/* What a storm took is not known; then nothing can be told by gains and losses. */
START_TEST(a_loss_without_its_factor_is_missing_and_not_nothing)
{
    static const struct sink_disturbance storm = {"storm", false};
    struct fixture_parcel parcel = {.area_ha = 1, .event_year = 2017};
    struct fixture_factor rows[COUNT(mapped) + 1];
    fixture_stay(&parcel, "forest");
    memcpy(rows, mapped, sizeof mapped);
    rows[COUNT(mapped)] = (struct fixture_factor)FIXTURE_ROW("growth", "forest", 4);
    for (int strikes = 0; strikes < 2; strikes++) {
        start(rows, COUNT(rows), &two_years);
        f.settings.factor = SINK_MISSING_COUNT;
        f.settings.disturbances = &storm;
        f.settings.disturbance_count = (size_t)strikes;
        if (strikes)
            fixture_add_event(&f, storm.name);
        post(&two_years, &parcel, 1);
        fixture_account(&f);
        const double *gain_tc = f.account->gain_tc;
        ck_assert_int_eq(isnan(fixture_of_class(&f, gain_tc, 2, 1, "forest", 0)), strikes);
        stop();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_missing");
    TCase *tests = tcase_create("account_missing");
    tcase_add_test(tests, what_is_missing_is_named_once_for_a_class);
    tcase_add_test(tests, what_is_missing_of_earlier_uses_is_named_too);
    tcase_add_test(tests, a_reference_asks_for_each_of_its_factors);
    tcase_add_test(tests, a_disturbance_asks_for_its_factors);
    tcase_add_test(tests, a_fire_asks_for_the_dry_matter_of_biomass_in_carbon);
    tcase_add_test(tests, what_is_missing_may_be_counted);
    tcase_add_test(tests, a_hole_in_a_map_is_an_error);
    tcase_add_test(tests, a_hole_in_a_map_may_be_counted);
    tcase_add_test(tests, a_hole_in_a_map_may_be_filled_by_the_tables);
    tcase_add_test(tests, overlays_that_a_job_does_not_have_are_named);
    tcase_add_test(tests, a_pool_that_factors_tell_at_one_end_only_is_no_sink);
    tcase_add_test(tests, a_stock_that_starts_from_an_unknown_one_is_no_sink);
    tcase_add_test(tests, gaps_of_two_maps_do_not_make_up_for_each_other);
    tcase_add_test(tests, a_gap_of_the_volume_leaves_the_change_of_a_known_biomass);
    tcase_add_test(tests, a_loss_without_its_factor_is_missing_and_not_nothing);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
