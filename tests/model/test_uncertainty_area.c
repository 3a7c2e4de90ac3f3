/* Areas as a confusion matrix corrects them: what carbon is on them, and what their errors do. */
#include "tests/model/uncertainty_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct subject s;

static const struct layout one_year = {.years = {2020},
                                       .year_count = 1,
                                       .quantity = "above_ground_biomass",
                                       .unit = SINK_QUANTITY_DRY_MATTER_T_HA};

#define FOREST_ROWS(se)                                                                            \
    "carbon_fraction,,,,,0.5,1," se ",,,,,,test,own\n"                                             \
    "root_shoot,,,,,0.2,1,,,,,,,test,own\n"

/* 45 of 50 samples on mapped forest and 40 of 50 on mapped cropland are what the map says. */
static struct sink_confusion confusion_of(const struct fixture *fixture, int classes[2])
{
    static uint32_t samples[] = {45, 5, 10, 40};
    static double row_samples[] = {50, 50};
    classes[0] = sink_class_list_find(&fixture->classes, "forest");
    classes[1] = sink_class_list_find(&fixture->classes, "cropland");
    return (struct sink_confusion){.row_count = 2,
                                   .column_count = 2,
                                   .map_class = classes,
                                   .reference_class = classes,
                                   .samples = samples,
                                   .row_samples = row_samples};
}

/* Olofsson et al. 2014 eq. 10 by hand: a map class of area A of which the share q of n samples is
 * right adds A^2 q (1 - q) / (n - 1), times the square of the difference of the two densities. */
START_TEST(areas_by_a_confusion_matrix_have_the_variance_of_its_rows)
{
    int classes[2];
    start(&s, &one_year,
          FOREST_ROWS("") "above_ground_biomass,cropland,,,,10,t d.m. ha-1,,,,,,,"
                          "test,own\n");
    fixture_open_tally(&s.fixture);
    post(&s, &(struct plot){
                 .area_ha = 300, .class = {NULL, "forest"}, .value = {NAN, 100}, .sd = {NAN, NAN}});
    post(&s,
         &(struct plot){
             .area_ha = 100, .class = {NULL, "cropland"}, .value = {NAN, NAN}, .sd = {NAN, NAN}});
    const struct sink_confusion confusion = confusion_of(&s.fixture, classes);
    assess(&s, (struct sink_uncertainty_request){.confusion = &confusion});
    const struct sink_uncertainty *u = s.uncertainty;
    const double forest_m2 = 1e4 * (300 * 0.9 + 100 * 0.2);
    const double area_se_m2 = 1e4 * sqrt((300.0 * 300 * 0.9 * 0.1 + 100.0 * 100 * 0.8 * 0.2) / 49);
    const double forest_tc_ha = 100 * 0.6, cropland_tc_ha = 10 * 0.6;
    const size_t forest = fixture_class(&s.fixture, "forest");
    const size_t cropland = fixture_class(&s.fixture, "cropland");
    check_close(u->forest_m2[0], forest_m2);
    check_close(u->forest_se_m2[0], area_se_m2);
    check_close(u->area_m2[forest], forest_m2);
    check_close(u->area_m2[cropland], 400e4 - forest_m2);
    check_close(u->area_se_m2[cropland], area_se_m2);
    check_close(u->stock_tc[0],
                (forest_m2 * forest_tc_ha + (400e4 - forest_m2) * cropland_tc_ha) / 1e4);
    const double stock_se_tc = area_se_m2 / 1e4 * (forest_tc_ha - cropland_tc_ha);
    check_close(u->stock_se_tc[0], stock_se_tc);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 0), stock_se_tc);
    ck_assert(u->sources[0].is_area);
    check_close(u->accuracy[forest].users, 0.9);
    check_close(u->accuracy[forest].users_se, sqrt(0.9 * 0.1 / 49));
    check_close(u->accuracy[forest].producers, 300 * 0.9 / (300 * 0.9 + 100 * 0.2));
    stop(&s);
}
END_TEST

/* A province of two counties: 300 ha of forest (60 t C/ha) and 100 ha of cropland (6 t C/ha) in the
 * first, forest only in the second. */
static void make_counties(bool has_cropland, struct sink_confusion *confusion, int classes[2])
{
    start(&s, &one_year,
          FOREST_ROWS("") "above_ground_biomass,cropland,,,,10,t d.m. ha-1,,,,,,,"
                          "test,own\n");
    fixture_add_region(&s.fixture, "33", -1, SINK_REGION_SUM);
    fixture_add_region(&s.fixture, "3301", 0, SINK_REGION_POLYGON);
    fixture_add_region(&s.fixture, "3302", 0, SINK_REGION_POLYGON);
    fixture_open_tally(&s.fixture);
    const struct plot plots[] = {{.region = 1,
                                  .area_ha = 300,
                                  .class = {NULL, "forest"},
                                  .value = {NAN, 100},
                                  .sd = {NAN, NAN}},
                                 {.region = 2,
                                  .area_ha = 200,
                                  .class = {NULL, "forest"},
                                  .value = {NAN, 100},
                                  .sd = {NAN, NAN}},
                                 {.region = 1,
                                  .area_ha = 100,
                                  .class = {NULL, "cropland"},
                                  .value = {NAN, NAN},
                                  .sd = {NAN, NAN}}};
    for (size_t i = 0; i < COUNT(plots) - !has_cropland; i++)
        post(&s, &plots[i]);
    *confusion = confusion_of(&s.fixture, classes);
    assess(&s, (struct sink_uncertainty_request){.confusion = confusion});
}

/* A tenth of the 200 ha of forest is cropland, which the map of the county lacks: 180 x 60 + 20 x 6
 * t C, and an error by the difference of the two. */
START_TEST(a_class_that_the_map_lacks_has_the_density_of_the_region_above)
{
    int classes[2];
    struct sink_confusion confusion;
    make_counties(true, &confusion, classes);
    const double se_tc = 200 * sqrt(0.9 * 0.1 / 49) * (60 - 6);
    check_close(s.uncertainty->stock_tc[2], 180 * 60 + 20 * 6);
    check_close(s.uncertainty->stock_se_tc[2], se_tc);
    check_close(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, 2), se_tc);
    stop(&s);
}
END_TEST

/* Nobody knows what is on 50 ha of cropland that no map has: it is not nothing. */
START_TEST(carbon_of_a_class_that_no_map_has_is_missing)
{
    int classes[2];
    struct sink_confusion confusion;
    make_counties(false, &confusion, classes);
    for (size_t region = 0; region < 3; region++) {
        ck_assert(isnan(s.uncertainty->stock_tc[region]));
        ck_assert(isnan(s.uncertainty->stock_se_tc[region]));
        ck_assert(se(&s, SINK_FIGURE_TOTAL_STOCK, 0, region) > 0);
    }
    check_close(s.uncertainty->forest_m2[0], 1e4 * 500 * 0.9);
    stop(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("uncertainty_area");
    TCase *tests = tcase_create("uncertainty_area");
    tcase_add_test(tests, areas_by_a_confusion_matrix_have_the_variance_of_its_rows);
    tcase_add_test(tests, a_class_that_the_map_lacks_has_the_density_of_the_region_above);
    tcase_add_test(tests, carbon_of_a_class_that_no_map_has_is_missing);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
