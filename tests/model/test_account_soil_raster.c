/* Soil of a raster in the account: one of each year is the stock, one for all years is where the
 * factors begin. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "cropland", "mangrove", "water", NULL};
static struct fixture f;

#define AREA_HA 1000.0

/* The cropland on a drained mangrove loses 7.9 of 386 t C/ha a year (2013 Wetlands Supplement
 * Tables 4.13 and 4.11). */
static const struct fixture_factor rows[] = {
    FIXTURE_ROW("soil_reference", "forest|cropland", 80),
    FIXTURE_ROW("soil_land_use", "forest", 1),
    FIXTURE_ROW("soil_land_use", "cropland", 0.69),
    FIXTURE_ROW("soil_management", "", 1),
    FIXTURE_ROW("soil_input", "", 1),
    FIXTURE_ROW("soil_carbon", "mangrove", 386, .depth_cm = 100),
    FIXTURE_ROW("soil_emission", "cropland", 7.9, .keys = "from_class=mangrove", .depth_cm = 100),
    FIXTURE_ROW("soil_emission", "cropland", 10, .keys = "soil=organic"),
    FIXTURE_ROW("ch4_emission", "cropland", 3, .keys = "soil=organic"),
};

static double soil_tc_ha(size_t year)
{
    return fixture_pool(&f, year, SINK_POOL_SOIL, 0) / AREA_HA;
}

static double deep_tc_ha(size_t year)
{
    return fixture_pool(&f, year, SINK_POOL_SOIL_DEEP, 0) / AREA_HA;
}

/* Of a parcel on a soil, with a raster of it in 2000, and in 2005 and 2010 too if yearly; land
 * changes after 2000. */
static void make_on(const char *soil, bool is_yearly, double depth_cm, const char *before,
                    const char *after)
{
    static const char *const soils[] = {"organic", NULL};
    const struct fixture_maps maps = {.years = {2000, 2005, 2010}, .count = 3, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = AREA_HA,
                                          .class = {before, after, after},
                                          .soil = {100, 97, 91},
                                          .overlays = soil};
    fixture_start_factors(&f, rows, sizeof rows / sizeof *rows);
    f.settings.factor = SINK_MISSING_COUNT;
    f.settings.soil_raster_depth_cm = depth_cm;
    memset(f.uses_soil, true, sizeof f.uses_soil);
    fixture_set_maps(&f, &maps);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "soil", soils);
    for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_STATIC; side++)
        if (is_yearly == (side != SINK_SIDE_STATIC))
            fixture_add_layer(&f, (enum sink_side)side, "soil_carbon", SINK_QUANTITY_CARBON_T_HA,
                              NULL, 0);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
}

static void make(bool is_yearly, double depth_cm, const char *before, const char *after)
{
    make_on("", is_yearly, depth_cm, before, after);
}

/* What is mapped anew has its change in it. */
START_TEST(a_raster_of_each_year_is_the_stock_of_the_year)
{
    static const double expected[] = {100, 97, 91};
    make(true, 30, "forest", "cropland");
    for (size_t y = 0; y < 3; y++)
        ck_assert_double_eq_tol(soil_tc_ha(y), expected[y], 1e-9);
    ck_assert_double_eq_tol(fixture_sink(&f, 2, SINK_POOL_SOIL, 0), -6 * AREA_HA / 5 * 44 / 12,
                            1e-6);
    fixture_stop(&f);
}
END_TEST

/* Organic cropland from 97 to 91 t C/ha in five years: -6/5 t C/ha a year, and not the 10 of the
 * table once more. 3 kg CH4 a hectare are another gas: 3 t of 1000 ha. One raster for all years
 * shows no change, and the 10 count. */
START_TEST(what_a_soil_emits_is_in_its_rasters_of_each_year)
{
    make_on("soil=organic", true, 30, "cropland", "cropland");
    ck_assert_double_eq_tol(fixture_sink(&f, 2, SINK_POOL_SOIL, 0), -6 * AREA_HA / 5 * 44 / 12,
                            1e-6);
    ck_assert_double_eq(
        f.account->soil_flux_tc[2 * f.account->class_count + fixture_class(&f, "cropland")], 0);
    ck_assert_double_eq_tol(f.account->ch4_t_yr[2], 3, 1e-9);
    fixture_stop(&f);
    make_on("soil=organic", false, 30, "cropland", "cropland");
    ck_assert_double_eq_tol(soil_tc_ha(2), 100, 1e-9);
    ck_assert_double_eq_tol(fixture_sink(&f, 2, SINK_POOL_SOIL, 0), -10 * AREA_HA * 44 / 12, 1e-6);
    fixture_stop(&f);
}
END_TEST

/* One raster for all years is what the first use held: F_LU 0.69 takes 31 of 100 in 20 years. */
START_TEST(a_raster_of_one_year_moves_by_the_factors)
{
    make(false, 30, "forest", "cropland");
    for (size_t y = 0; y < 3; y++)
        ck_assert_double_eq_tol(soil_tc_ha(y), 100 - 31 * (double)y / 4, 1e-9);
    fixture_stop(&f);
}
END_TEST

START_TEST(a_raster_to_one_metre_is_in_the_deep_pool)
{
    make(false, 100, "forest", "cropland");
    for (size_t y = 0; y < 3; y++) {
        ck_assert_double_eq(soil_tc_ha(y), 0);
        ck_assert_double_eq_tol(deep_tc_ha(y), 100 - 31 * (double)y / 4, 1e-9);
    }
    ck_assert_double_eq(f.account->pool_depth_cm[SINK_POOL_SOIL_DEEP], 100);
    ck_assert(isnan(f.account->pool_depth_cm[SINK_POOL_SOIL]));
    fixture_stop(&f);
}
END_TEST

/* Open water has no pools: the soil that the raster told is not dropped at once. */
START_TEST(flooded_soil_of_a_raster_goes_over_the_transition_time)
{
    make(false, 30, "forest", "water");
    for (size_t y = 0; y < 3; y++)
        ck_assert_double_eq_tol(soil_tc_ha(y), 100 - 25 * (double)y, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* A raster to one metre of a coast: drained at the rate of the table over the stock of the table,
 * dug out where no rate is told, kept where the coast comes. */
START_TEST(a_coast_of_a_raster_is_drained_extracted_or_kept)
{
    make(false, 100, "mangrove", "cropland");
    for (size_t y = 0; y < 3; y++)
        ck_assert_double_eq_tol(deep_tc_ha(y), 100 * (1 - 7.9 / 386 * 5 * (double)y), 1e-9);
    fixture_stop(&f);
    make(false, 100, "mangrove", "forest");
    ck_assert_double_eq_tol(deep_tc_ha(0), 100, 1e-9);
    ck_assert_double_eq(deep_tc_ha(1), 0);
    fixture_stop(&f);
    make(false, 100, "forest", "mangrove");
    for (size_t y = 0; y < 3; y++)
        ck_assert_double_eq_tol(deep_tc_ha(y), 100, 1e-9);
    fixture_stop(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_soil_raster");
    TCase *tests = tcase_create("account_soil_raster");
    tcase_add_test(tests, a_raster_of_each_year_is_the_stock_of_the_year);
    tcase_add_test(tests, what_a_soil_emits_is_in_its_rasters_of_each_year);
    tcase_add_test(tests, a_raster_of_one_year_moves_by_the_factors);
    tcase_add_test(tests, a_raster_to_one_metre_is_in_the_deep_pool);
    tcase_add_test(tests, flooded_soil_of_a_raster_goes_over_the_transition_time);
    tcase_add_test(tests, a_coast_of_a_raster_is_drained_extracted_or_kept);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
