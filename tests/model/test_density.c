/* What a map shows of a hectare: no zero where nothing is known. */
#include "sinkcalc/model/density.h"
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", NULL};
static struct fixture f;

static const struct fixture_factor rows[] = {
    FIXTURE_ROW("above_ground_biomass", "", 100),
    FIXTURE_ROW("root_shoot", "", 0.25),
    FIXTURE_ROW("carbon_fraction", "", 0.5),
    FIXTURE_ROW("dead_wood", "", 3),
    FIXTURE_ROW("litter", "", 0),
    FIXTURE_ROW("soil_carbon", "", 80),
};

/* t C/ha of a pool in the first year, of land whose soil has no data in its raster. */
static double told_tc_ha(enum sink_missing policy, enum sink_density what)
{
    const struct fixture_maps maps = {.years = {2020}, .count = 1, .classes = classes};
    const struct fixture_parcel parcel = {.area_ha = 1, .class = {"forest"}, .soil = {NAN}};
    struct sink_densities *densities;
    double line[1 + SINK_MAX_DIMENSIONS];
    fixture_start_factors(&f, rows, sizeof rows / sizeof *rows);
    f.settings.value = policy;
    f.settings.soil_raster_depth_cm = 30;
    f.uses_soil[sink_class_list_find(&f.classes, "forest")] = true;
    fixture_set_maps(&f, &maps);
    fixture_add_layer(&f, SINK_SIDE_STATIC, "soil_carbon", SINK_QUANTITY_CARBON_T_HA, NULL, 0);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    const struct sink_account_basis basis = {&f.classes, &f.factors, &f.settings, NULL};
    ck_assert_int_eq(sink_densities_make(f.account, &f.spec, &basis, &densities, &f.error),
                     SINK_OK);
    sink_densities_line(densities, 0, SINK_SIDE_TO, what, line);
    sink_densities_free(densities);
    fixture_stop(&f);
    return line[0];
}

START_TEST(a_soil_without_data_is_not_shown_as_none)
{
    ck_assert(isnan(told_tc_ha(SINK_MISSING_COUNT, (enum sink_density)SINK_POOL_SOIL)));
    ck_assert_double_eq_tol(
        told_tc_ha(SINK_MISSING_COUNT, (enum sink_density)SINK_POOL_ABOVE_GROUND), 50, 1e-9);
    ck_assert_double_eq_tol(told_tc_ha(SINK_MISSING_COUNT, (enum sink_density)SINK_POOL_DEAD_WOOD),
                            3, 1e-9);
    ck_assert_double_eq_tol(told_tc_ha(SINK_MISSING_FACTOR, (enum sink_density)SINK_POOL_SOIL), 80,
                            1e-9);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("density");
    TCase *tests = tcase_create("density");
    tcase_add_test(tests, a_soil_without_data_is_not_shown_as_none);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
