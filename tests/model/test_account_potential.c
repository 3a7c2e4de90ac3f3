/* What mature stands would hold, and what planting suitable land adds. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "bamboo", "grassland", "bare", "water", NULL};
static const char *const suitability[] = {"yes", "no", NULL};
static struct fixture f;

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CF 0.47
#define R 0.25

static const struct fixture_factor rows[] = {
    FIXTURE_ROW("mature_biomass", "forest", 200),
    FIXTURE_ROW("above_ground_biomass", "forest|bamboo", 120),
    FIXTURE_ROW("above_ground_biomass", "grassland", 6),
    FIXTURE_ROW("above_ground_biomass", "bare", 0),
    FIXTURE_ROW("growth", "forest", 2.5),
    FIXTURE_ROW("root_shoot", "", R),
    FIXTURE_ROW("carbon_fraction", "", CF),
    FIXTURE_ROW("dead_wood", "", 0),
    FIXTURE_ROW("litter", "", 0),
    FIXTURE_ROW("litter", "forest|bamboo", 10),
    FIXTURE_ROW("soil_carbon", "forest|bamboo", 80),
    FIXTURE_ROW("soil_carbon", "grassland", 70),
    FIXTURE_ROW("soil_carbon", "bare", 30),
};

/* Three years, not equally far apart; forest is planted right after 2020, which is the last. */
static const struct fixture_maps maps = {
    .years = {2000, 2003, 2020}, .count = 3, .classes = classes};
static const char *const suitable[] = {"yes"};
static struct sink_planting planting;

static void start_with(const struct fixture_factor *table, size_t count)
{
    fixture_start_factors(&f, table, count);
    planting = (struct sink_planting){.overlay = "suitable",
                                      .values = suitable,
                                      .value_count = 1,
                                      .class_index = sink_class_list_find(&f.classes, "forest"),
                                      .year = 2060};
    f.settings.planting = &planting;
    fixture_set_maps(&f, &maps);
}

static void start(void)
{
    start_with(rows, COUNT(rows));
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "suitable", suitability);
}

static void post(const char *first, const char *last, double area_ha, const char *overlays)
{
    struct fixture_parcel parcel = {.area_ha = area_ha, .overlays = overlays};
    fixture_stay(&parcel, last);
    parcel.class[0] = first;
    parcel.class[1] = first;
    fixture_post_parcel(&f, &maps, &parcel);
}

/* (200 - 80) t d.m./ha of above-ground biomass and its roots. */
START_TEST(mature_stands_hold_more_than_todays)
{
    struct fixture_parcel parcel = {.area_ha = 50, .biomass = {10, 30, 80}};
    fixture_stay(&parcel, "forest");
    start();
    f.settings.planting = NULL;
    for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_TO; side++)
        fixture_add_layer(&f, (enum sink_side)side, "above_ground_biomass",
                          SINK_QUANTITY_DRY_MATTER_T_HA, NULL, 0);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_stay(&parcel, "grassland");
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->potential_tc[fixture_class(&f, "forest")],
                            50 * 120 * (1 + R) * CF, 1e-9);
    ck_assert(isnan(f.account->potential_tc[fixture_class(&f, "grassland")]));
    ck_assert_ptr_null(f.account->planting_tc);
    fixture_stop(&f);
}
END_TEST

/* A row of 30 t/ha of roots is of the class at 120 t/ha. Mature stands of 200 t/ha have R: 250
 * t/ha, whatever stands today: by a raster of 180 t/ha 225, by the tables 120 + 30. Where no R is
 * known, the row is all that is told: 230 less 150. */
START_TEST(mature_stands_have_the_roots_of_their_own_biomass)
{
    struct fixture_factor with[COUNT(rows) + 1];
    memcpy(with, rows, sizeof rows);
    with[COUNT(rows)] =
        (struct fixture_factor)FIXTURE_ROW("below_ground_biomass", "forest|bamboo", 30);
    static const double expected_t_ha[] = {250 - 225, 250 - 150, 230 - 150};
    for (int i = 0; i < 3; i++) {
        struct fixture_parcel parcel = {.area_ha = 50, .biomass = {180, 180, 180}};
        fixture_stay(&parcel, "forest");
        if (i == 2)
            with[5].class = "grassland|bare"; /* of root_shoot */
        start_with(with, COUNT(with));
        f.settings.planting = NULL;
        for (int side = SINK_SIDE_FROM; i == 0 && side <= SINK_SIDE_TO; side++)
            fixture_add_layer(&f, (enum sink_side)side, "above_ground_biomass",
                              SINK_QUANTITY_DRY_MATTER_T_HA, NULL, 0);
        fixture_open_maps(&f, &maps);
        fixture_post_parcel(&f, &maps, &parcel);
        fixture_account(&f);
        ck_assert_double_eq_tol(f.account->potential_tc[fixture_class(&f, "forest")],
                                50 * expected_t_ha[i] * CF, 1e-9);
        fixture_stop(&f);
    }
}
END_TEST

/* Until 2060: 40 years of 2.5 t/ha; litter and soil are at those of a forest. */
START_TEST(planting_adds_what_a_stand_of_its_age_holds)
{
    start();
    fixture_open_maps(&f, &maps);
    post("grassland", "grassland", 10, "suitable=yes");
    fixture_account(&f);
    const double biomass_tc = (100 - 6) * (1 + R) * CF;
    ck_assert_double_eq_tol(f.account->planting_tc[0], 10 * (biomass_tc + 10 + 80 - 70), 1e-9);
    ck_assert_double_eq_tol(f.account->planting_m2[0], 10e4, 1e-6);
    fixture_stop(&f);
}
END_TEST

/* Until 2030 half of litter and soil are there; what was bare until the last map starts from where
 * its soil is. */
START_TEST(planting_moves_soil_and_litter_over_the_transition_time)
{
    start();
    planting.year = 2030;
    fixture_open_maps(&f, &maps);
    post("grassland", "grassland", 10, "suitable=yes");
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->planting_tc[0],
                            10 * ((25 - 6) * (1 + R) * CF + 5 + (80 - 70) / 2.0), 1e-9);
    fixture_stop(&f);
    start();
    planting.year = 2030;
    fixture_open_maps(&f, &maps);
    post("bare", "grassland", 10, "suitable=yes"); /* bare until 2003: 30 + 40 x 17 / 20 = 64 */
    fixture_account(&f);
    ck_assert_double_eq_tol(fixture_pool(&f, 2, SINK_POOL_SOIL, 0), 640, 1e-9);
    ck_assert_double_eq_tol(f.account->planting_tc[0],
                            10 * ((25 - 6) * (1 + R) * CF + 5 + (80 - 64) / 2.0), 1e-9);
    fixture_stop(&f);
}
END_TEST

START_TEST(only_suitable_land_without_trees_is_planted)
{
    start();
    fixture_open_maps(&f, &maps);
    post("bare", "bare", 1, "suitable=yes");
    post("grassland", "grassland", 20, "suitable=no");
    post("grassland", "grassland", 300, "");
    post("forest", "forest", 4000, "suitable=yes");
    post("bamboo", "bamboo", 4000, "suitable=yes");
    post("water", "water", 50000, "suitable=yes");
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->planting_m2[0], 1e4, 1e-6);
    ck_assert_double_eq_tol(f.account->planting_tc[0], 100 * (1 + R) * CF + 10 + 80 - 30, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* An overlay that the job gives as one value holds everywhere. */
START_TEST(all_land_may_be_suitable_by_a_constant)
{
    static const char *const names[] = {"suitable"}, *const values[] = {"yes"};
    start_with(rows, COUNT(rows));
    f.settings.constant_names = names;
    f.settings.constant_values = values;
    f.settings.constant_count = 1;
    fixture_open_maps(&f, &maps);
    post("bare", "bare", 3, "");
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->planting_m2[0], 3e4, 1e-6);
    fixture_stop(&f);
}
END_TEST

/* Regions are added up as all else. */
START_TEST(planting_of_parts_adds_up)
{
    start();
    fixture_add_region(&f, "33", -1, SINK_REGION_POLYGON);
    fixture_add_region(&f, "3301", 0, SINK_REGION_POLYGON);
    fixture_add_region(&f, "33~rest", 0, SINK_REGION_REST);
    fixture_open_maps(&f, &maps);
    for (uint32_t region = 0; region < 2; region++) {
        struct fixture_parcel parcel = {
            .region = region, .area_ha = 7 + region, .overlays = "suitable=yes"};
        fixture_stay(&parcel, "grassland");
        fixture_post_parcel(&f, &maps, &parcel);
    }
    fixture_account(&f);
    const double *tc = f.account->planting_tc, *m2 = f.account->planting_m2;
    ck_assert_double_eq_tol(m2[0], 15e4, 1e-6);
    ck_assert_double_eq_tol(m2[1] + m2[2], m2[0], 1e-6);
    ck_assert_double_eq_tol(tc[1] + tc[2], tc[0], 1e-9);
    fixture_stop(&f);
}
END_TEST

/* Without growth nothing could be told of the year; the class's density is that of a grown stand.
 */
START_TEST(planting_without_growth_asks_for_it)
{
    struct fixture_factor without[COUNT(rows)];
    memcpy(without, rows, sizeof rows);
    without[4] = without[5]; /* in place of growth */
    without[4].quantity = "karst_sink";
    start_with(without, COUNT(without));
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "suitable", suitability);
    fixture_open_maps(&f, &maps);
    post("bare", "bare", 1, "suitable=yes");
    ck_assert_int_eq(fixture_make(&f), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(f.error.message, "no growth factor for class forest"));
    fixture_stop(&f);
}
END_TEST

/* Nobody knows what the soil of grassland holds here: planting adds what else is known. */
START_TEST(planting_on_an_unknown_soil_adds_none)
{
    struct fixture_factor without[COUNT(rows)];
    memcpy(without, rows, sizeof rows);
    without[11].class = "water"; /* the soil of grassland */
    start_with(without, COUNT(without));
    f.settings.factor = SINK_MISSING_COUNT;
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "suitable", suitability);
    fixture_open_maps(&f, &maps);
    post("grassland", "grassland", 10, "suitable=yes");
    fixture_account(&f);
    ck_assert_double_eq_tol(f.account->planting_tc[0], 10 * ((100 - 6) * (1 + R) * CF + 10), 1e-9);
    fixture_stop(&f);
}
END_TEST

/* A map of the soil shows today: what planting adds is not the map less the table. */
START_TEST(planting_changes_a_mapped_soil_by_its_factors_alone)
{
    struct fixture_parcel parcel = {
        .area_ha = 10, .soil = {120, 120, 120}, .overlays = "suitable=yes"};
    fixture_stay(&parcel, "grassland");
    start();
    for (size_t c = 0; c < f.classes.count; c++)
        f.uses_soil[c] = f.classes.items[c].has_pools;
    f.settings.soil_raster_depth_cm = 30;
    fixture_add_layer(&f, SINK_SIDE_STATIC, "soil_carbon", SINK_QUANTITY_CARBON_T_HA, NULL, 0);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    ck_assert_double_eq_tol(fixture_pool(&f, 2, SINK_POOL_SOIL, 0), 1200, 1e-9);
    ck_assert_double_eq_tol(f.account->planting_tc[0], 10 * ((100 - 6) * (1 + R) * CF + 10), 1e-9);
    fixture_stop(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_potential");
    TCase *tests = tcase_create("account_potential");
    tcase_add_test(tests, mature_stands_hold_more_than_todays);
    tcase_add_test(tests, mature_stands_have_the_roots_of_their_own_biomass);
    tcase_add_test(tests, planting_adds_what_a_stand_of_its_age_holds);
    tcase_add_test(tests, planting_moves_soil_and_litter_over_the_transition_time);
    tcase_add_test(tests, only_suitable_land_without_trees_is_planted);
    tcase_add_test(tests, all_land_may_be_suitable_by_a_constant);
    tcase_add_test(tests, planting_of_parts_adds_up);
    tcase_add_test(tests, planting_without_growth_asks_for_it);
    tcase_add_test(tests, planting_on_an_unknown_soil_adds_none);
    tcase_add_test(tests, planting_changes_a_mapped_soil_by_its_factors_alone);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
