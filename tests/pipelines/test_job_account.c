/* The keys of the full accounts: what each puts into the job. */
#include "tests/pipelines/job_fixture.h"

#include <math.h>

#define HEAD "regions: {file: r.gpkg, id: code}\nyears: [2020, 2025]\noutput: out.nc\n"
#define LAND "land_cover: {file: 'lc_{year}.tif', legend: clcd}"
#define LEAST HEAD "layers: {" LAND "}\n"
#define BIOMASS "above_ground_biomass: {file: 'agb_{year}.tif', unit: t/ha"

static const struct sink_job_layer *layer_of(const char *name)
{
    for (size_t i = 0; i < job->layer_count; i++)
        if (strcmp(job->layers[i].name, name) == 0)
            return &job->layers[i];
    ck_abort_msg("no layer %s", name);
    return NULL;
}

START_TEST(what_is_not_asked_for_has_its_default)
{
    accept(LEAST);
    ck_assert_ptr_null(job->history);
    ck_assert_uint_eq(job->history_count, 0);
    ck_assert_double_eq(job->transition_years, 20);
    ck_assert_uint_eq(job->method_count, 0);
    ck_assert_uint_eq(job->report_by_count, 0);
    ck_assert_ptr_null(job->harvest);
    ck_assert_ptr_null(job->accuracy);
    ck_assert_uint_eq(job->draws, 0);
    ck_assert_uint_eq(job->seed, 1);
    ck_assert_int_eq(job->gwp, SINK_GWP_AR5);
    ck_assert(!job->potential.is_given);
    ck_assert(!job->value.is_given);
    ck_assert(!job->layers[0].is_derived);
    ck_assert(!job->layers[0].burns);
}
END_TEST

START_TEST(history_is_years_before_the_first)
{
    accept(LEAST "history: [1990, 2000, 2019]\n");
    ck_assert_uint_eq(job->history_count, 3);
    ck_assert_int_eq(job->history[0], 1990);
    ck_assert_int_eq(job->history[2], 2019);
    ck_assert_uint_eq(job->year_count, 2);
    accept("history: 2010\n" LEAST);
    ck_assert_uint_eq(job->history_count, 1);
    ck_assert_int_eq(job->history[0], 2010);
}
END_TEST

START_TEST(maps_of_presence_may_have_a_history)
{
    accept(HEAD "layers: {forest: 'f_{year}.tif', mangrove: {file: 'm_{year}.tif', unit: "
                "presence}}\nhistory: [2000]\n");
    ck_assert_uint_eq(job->history_count, 1);
    accept("regions: {file: r.gpkg, id: code}\nyears: 2020\noutput: out.nc\n"
           "layers: {" LAND "}\nhistory: [2000]\n");
    ck_assert_uint_eq(job->history_count, 1);
}
END_TEST

START_TEST(a_transition_takes_whole_years_or_parts)
{
    accept(LEAST "conversion: {years: 30}\n");
    ck_assert_double_eq(job->transition_years, 30);
    ck_assert_int_eq(job->latest_conversions, 3);
    accept(LEAST "conversion: {latest: 1}\n");
    ck_assert_double_eq(job->transition_years, 20);
    ck_assert_int_eq(job->latest_conversions, 1);
    accept(LEAST "conversion: {years: 0.5}\n");
    ck_assert_double_eq(job->transition_years, 0.5);
    accept(LEAST "conversion: {years: 100}\n");
    ck_assert_double_eq(job->transition_years, 100);
}
END_TEST

START_TEST(methods_are_of_a_class_or_of_its_pools)
{
    accept(LEAST "methods:\n"
                 "  forest: gain_loss\n"
                 "  mangrove: {above_ground_biomass: gain_loss, litter: stock_difference}\n");
    static const struct {
        const char *class_name;
        int pool;
        enum sink_method method;
    } expected[] = {
        {"forest", -1, SINK_METHOD_GAIN_LOSS},
        {"mangrove", SINK_POOL_ABOVE_GROUND, SINK_METHOD_GAIN_LOSS},
        {"mangrove", SINK_POOL_LITTER, SINK_METHOD_STOCK_DIFFERENCE},
    };
    ck_assert_uint_eq(job->method_count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(job->methods[i].class_name, expected[i].class_name);
        ck_assert_int_eq(job->methods[i].pool, expected[i].pool);
        ck_assert_int_eq(job->methods[i].method, expected[i].method);
    }
    ck_assert_int_eq(job->methods[1].place.line, 7);
    ck_assert_int_eq(job->methods[1].place.column, 36);
}
END_TEST

START_TEST(every_pool_may_have_a_method)
{
    char text[512];
    for (int pool = 0; pool < SINK_POOL_COUNT; pool++) {
        snprintf(text, sizeof text, LEAST "methods: {forest: {%s: gain_loss}}\n",
                 sink_pool_name((enum sink_pool)pool));
        accept(text);
        ck_assert_uint_eq(job->method_count, 1);
        ck_assert_int_eq(job->methods[0].pool, pool);
    }
}
END_TEST

START_TEST(reports_are_split_by_overlays_and_constants)
{
    accept(HEAD "report_by: [zone, protected]\n"
                "layers: {" LAND
                ", protected: {file: p.tif, legend: p.csv}, zone: {value: dry}}\n");
    ck_assert_uint_eq(job->report_by_count, 2);
    ck_assert_str_eq(job->report_by[0], "zone");
    ck_assert_str_eq(job->report_by[1], "protected");
    accept(HEAD "layers: {" LAND ", zone: {value: dry}}\nreport_by: zone\n");
    ck_assert_uint_eq(job->report_by_count, 1);
}
END_TEST

START_TEST(errors_of_a_raster_go_together_within_a_range)
{
    accept(HEAD "layers:\n"
                "  " LAND "\n"
                "  " BIOMASS ", sd: 's_{year}.tif', correlation: {range: 10 km, time: 0.5}}\n"
                "  stock_volume: {file: v.tif, unit: m3/ha, sd: vs.tif, correlation: {range: "
                "1.5e2m}}\n"
                "  soil_carbon: {file: s.tif, unit: t C/ha, depth: 30 cm, sd: ss.tif}\n");
    ck_assert_double_eq(layer_of("above_ground_biomass_sd")->range_m, 10000);
    ck_assert_double_eq(layer_of("above_ground_biomass_sd")->time_correlation, 0.5);
    ck_assert(isnan(layer_of("above_ground_biomass")->range_m));
    ck_assert_double_eq(layer_of("stock_volume_sd")->range_m, 150);
    ck_assert_double_eq(layer_of("stock_volume_sd")->time_correlation, 0);
    ck_assert(isnan(layer_of("soil_carbon_sd")->range_m));
    ck_assert_double_eq(layer_of("soil_carbon_sd")->time_correlation, 0);
    accept(HEAD "layers: {" LAND ", " BIOMASS ", correlation: {time: 1}, sd: 's_{year}.tif'}}\n");
    ck_assert(isnan(layer_of("above_ground_biomass_sd")->range_m));
    ck_assert_double_eq(layer_of("above_ground_biomass_sd")->time_correlation, 1);
}
END_TEST

START_TEST(a_stand_has_an_age_in_years)
{
    accept(HEAD "layers: {" LAND ", stand_age: {file: 'age_{year}.tif', unit: yr}}\n");
    const struct sink_job_layer *age = layer_of("stand_age");
    ck_assert_int_eq(age->role, SINK_ROLE_STAND_AGE);
    ck_assert_int_eq(age->unit.quantity, SINK_QUANTITY_AGE_YR);
    ck_assert_double_eq(age->unit.factor, 1);
    ck_assert_str_eq(age->unit_text, "yr");
    ck_assert_int_eq(age->method, SINK_RESAMPLE_AVERAGE);
    ck_assert(age->is_yearly);
    ck_assert_ptr_eq(sink_job_find_role(job, SINK_ROLE_STAND_AGE), age);
    accept(HEAD "layers: {" LAND ", stand_age: {file: age.tif, unit: years, method: nearest}}\n");
    ck_assert_int_eq(layer_of("stand_age")->method, SINK_RESAMPLE_NEAREST);
    ck_assert(!layer_of("stand_age")->is_yearly);
}
END_TEST

START_TEST(volume_may_follow_from_biomass)
{
    accept(HEAD "layers:\n"
                "  stock_volume: {from: above_ground_biomass, classes: [forest]}\n"
                "  " LAND "\n"
                "  " BIOMASS ", classes: [forest, mangrove]}\n");
    const struct sink_job_layer *volume = layer_of("stock_volume");
    ck_assert_int_eq(volume->role, SINK_ROLE_STOCK_VOLUME);
    ck_assert(volume->is_derived);
    ck_assert(!volume->is_yearly);
    ck_assert_uint_eq(volume->file_count, 0);
    ck_assert_ptr_null(volume->constant);
    ck_assert_ptr_null(volume->unit_text);
    ck_assert_int_eq(volume->unit.quantity, SINK_QUANTITY_VOLUME_M3_HA);
    ck_assert_uint_eq(volume->class_count, 1);
    ck_assert_str_eq(volume->classes[0], "forest");
    ck_assert(!layer_of("above_ground_biomass")->is_derived);
}
END_TEST

START_TEST(derived_volume_speaks_for_the_classes_of_its_biomass)
{
    accept(HEAD "layers: {stock_volume: {from: above_ground_biomass}, " LAND ", " BIOMASS
                ", classes: [bamboo, mangrove]}}\n");
    ck_assert_uint_eq(layer_of("stock_volume")->class_count, 2);
    ck_assert_str_eq(layer_of("stock_volume")->classes[0], "bamboo");
    ck_assert_str_eq(layer_of("stock_volume")->classes[1], "mangrove");
    accept(HEAD "layers: {" LAND ", " BIOMASS "}, stock_volume: {from: above_ground_biomass}}\n");
    ck_assert_ptr_null(layer_of("stock_volume")->classes);
    ck_assert_uint_eq(layer_of("stock_volume")->class_count, 0);
}
END_TEST

START_TEST(disturbances_are_rasters_of_years)
{
    accept(LEAST "disturbances:\n"
                 "  fire: {file: [b1.tif, 'b_*.tif'], burns: yes, nodata: -1, band: 2}\n"
                 "  storm: storm.tif\n");
    ck_assert_uint_eq(job->layer_count, 3);
    const struct sink_job_layer *fire = layer_of("fire"), *storm = layer_of("storm");
    ck_assert_int_eq(fire->role, SINK_ROLE_DISTURBANCE);
    ck_assert_uint_eq(fire->file_count, 2);
    ck_assert_str_eq(fire->files[1], "b_*.tif");
    ck_assert(fire->burns);
    ck_assert(fire->has_nodata);
    ck_assert_double_eq(fire->nodata, -1);
    ck_assert_int_eq(fire->band, 2);
    ck_assert(!fire->is_yearly);
    ck_assert_ptr_null(fire->legend);
    ck_assert_int_eq(fire->method, SINK_RESAMPLE_NEAREST);
    ck_assert_int_eq(fire->of, -1);
    ck_assert_int_eq(fire->place.line, 6);
    ck_assert_str_eq(storm->files[0], "storm.tif");
    ck_assert(!storm->burns);
}
END_TEST

START_TEST(tables_of_harvest_and_accuracy_are_paths)
{
    accept(LEAST "harvest: in/harvest.csv\naccuracy: ../matrix.csv\n");
    ck_assert_str_eq(job->harvest, "in/harvest.csv");
    ck_assert_str_eq(job->accuracy, "../matrix.csv");
    ck_assert_int_eq(job->harvest_place.line, 5);
    ck_assert_int_eq(job->accuracy_place.column, 11);
}
END_TEST

START_TEST(uncertainty_is_drawn_on_request)
{
    accept(LEAST "uncertainty: {draws: 10000, seed: 42}\n");
    ck_assert_uint_eq(job->draws, 10000);
    ck_assert_uint_eq(job->seed, 42);
    accept(LEAST "uncertainty: {draws: 0}\n");
    ck_assert_uint_eq(job->draws, 0);
    ck_assert_uint_eq(job->seed, 1);
    accept(LEAST "uncertainty: {draws: 100, seed: 0}\n");
    ck_assert_uint_eq(job->draws, 100);
    ck_assert_uint_eq(job->seed, 0);
    accept(LEAST "uncertainty: {seed: 9223372036854775807, draws: 1000000}\n");
    ck_assert_uint_eq(job->draws, 1000000);
    ck_assert_uint_eq(job->seed, UINT64_C(9223372036854775807));
}
END_TEST

START_TEST(gases_are_weighed_by_a_report)
{
    accept(LEAST "gwp: ar4\n");
    ck_assert_int_eq(job->gwp, SINK_GWP_AR4);
    accept(LEAST "gwp: ar5\n");
    ck_assert_int_eq(job->gwp, SINK_GWP_AR5);
    accept(LEAST "gwp: ar6\n");
    ck_assert_int_eq(job->gwp, SINK_GWP_AR6);
}
END_TEST

START_TEST(potential_is_where_an_overlay_allows_it)
{
    accept(HEAD "potential: {suitable: {protected: [no, buffer]}, class: forest, year: 2060}\n"
                "layers: {" LAND ", protected: {file: p.tif, legend: p.csv}}\n");
    ck_assert(job->potential.is_given);
    ck_assert_str_eq(job->potential.overlay, "protected");
    ck_assert_uint_eq(job->potential.value_count, 2);
    ck_assert_str_eq(job->potential.values[0], "no");
    ck_assert_str_eq(job->potential.values[1], "buffer");
    ck_assert_str_eq(job->potential.class_name, "forest");
    ck_assert_int_eq(job->potential.year, 2060);
    ck_assert_int_eq(job->potential.place.line, 4);
    accept(HEAD "layers: {" LAND ", protected: {value: no}}\n"
                "potential: {suitable: {protected: no}, class: mangrove, year: 2026}\n");
    ck_assert_uint_eq(job->potential.value_count, 1);
}
END_TEST

#define VALUE                                                                                      \
    "value:\n"                                                                                     \
    "  currency: CNY\n"                                                                            \
    "  price_year: 2025\n"                                                                         \
    "  discount_rate: 3 %\n"                                                                       \
    "  source: a study\n"                                                                          \
    "  prices: {low: {2060: 100, 2025: 50}, central: {2025: 70}, high: {2025: 90.5}}\n"

START_TEST(value_has_three_paths_of_prices)
{
    accept(LEAST VALUE);
    ck_assert(job->value.is_given);
    ck_assert_str_eq(job->value.currency, "CNY");
    ck_assert_str_eq(job->value.source, "a study");
    ck_assert_int_eq(job->value.price_year, 2025);
    ck_assert_double_eq(job->value.discount_rate, 0.03);
    const struct sink_price_points *low = &job->value.paths[SINK_PRICE_LOW];
    ck_assert_uint_eq(low->count, 2); /* by year, whatever their order in the file */
    ck_assert_int_eq(low->points[0].year, 2025);
    ck_assert_double_eq(low->points[0].price, 50);
    ck_assert_int_eq(low->points[1].year, 2060);
    ck_assert_double_eq(low->points[1].price, 100);
    ck_assert_uint_eq(job->value.paths[SINK_PRICE_CENTRAL].count, 1);
    ck_assert_double_eq(job->value.paths[SINK_PRICE_CENTRAL].points[0].price, 70);
    ck_assert_double_eq(job->value.paths[SINK_PRICE_HIGH].points[0].price, 90.5);
}
END_TEST

START_TEST(a_price_may_be_nothing_and_a_rate_a_fraction)
{
    accept(LEAST "value: {currency: EUR, price_year: 2020, discount_rate: 0, source: s,\n"
                 "  prices: {low: {2020: 0}, central: {2020: 0}, high: {2020: 0}}}\n");
    ck_assert_double_eq(job->value.discount_rate, 0);
    ck_assert_double_eq(job->value.paths[SINK_PRICE_HIGH].points[0].price, 0);
    accept(LEAST "value: {currency: EUR, price_year: 2020, discount_rate: 0.035, source: s,\n"
                 "  prices: {low: {2020: 1}, central: {2021: 0}, high: {2020: 1}}}\n");
    ck_assert_double_eq(job->value.discount_rate, 0.035);
}
END_TEST

START_TEST(truncated_jobs_are_read_or_refused)
{
    static const char whole[] =
        HEAD "history: [2000]\n"
             "layers: {" LAND ", zone: {value: dry}, " BIOMASS ", sd: 's_{year}.tif', correlation: "
             "{range: 1 km}}, stock_volume: {from: above_ground_biomass}}\n"
             "disturbances: {fire: {file: f.tif, burns: yes}}\n"
             "methods: {forest: {litter: gain_loss}}\nreport_by: [zone]\nharvest: h.csv\n"
             "accuracy: a.csv\nuncertainty: {draws: 500}\n"
             "potential: {suitable: {zone: [dry]}, class: forest, year: 2030}\n" VALUE;
    size_t read = 0;
    accept(whole);
    for (size_t bytes = 0; bytes < strlen(whole); bytes++) {
        tear_down();
        char *text = malloc(bytes + 1); /* of the exact size, so that a reader of more is found */
        ck_assert_ptr_nonnull(text);
        memcpy(text, whole, bytes);
        const enum sink_status status = sink_job_parse("job.yml", text, bytes, &job, &faults);
        ck_assert_int_eq(status == SINK_OK, job != NULL);
        ck_assert_int_eq(status == SINK_OK, faults.count == 0);
        read += status == SINK_OK;
        free(text);
    }
    ck_assert_uint_gt(read, 0);
    ck_assert_uint_lt(read, 40);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("job_account");
    TCase *tests = tcase_create("job_account");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, what_is_not_asked_for_has_its_default);
    tcase_add_test(tests, history_is_years_before_the_first);
    tcase_add_test(tests, maps_of_presence_may_have_a_history);
    tcase_add_test(tests, a_transition_takes_whole_years_or_parts);
    tcase_add_test(tests, methods_are_of_a_class_or_of_its_pools);
    tcase_add_test(tests, every_pool_may_have_a_method);
    tcase_add_test(tests, reports_are_split_by_overlays_and_constants);
    tcase_add_test(tests, errors_of_a_raster_go_together_within_a_range);
    tcase_add_test(tests, a_stand_has_an_age_in_years);
    tcase_add_test(tests, volume_may_follow_from_biomass);
    tcase_add_test(tests, derived_volume_speaks_for_the_classes_of_its_biomass);
    tcase_add_test(tests, disturbances_are_rasters_of_years);
    tcase_add_test(tests, tables_of_harvest_and_accuracy_are_paths);
    tcase_add_test(tests, uncertainty_is_drawn_on_request);
    tcase_add_test(tests, gases_are_weighed_by_a_report);
    tcase_add_test(tests, potential_is_where_an_overlay_allows_it);
    tcase_add_test(tests, value_has_three_paths_of_prices);
    tcase_add_test(tests, a_price_may_be_nothing_and_a_rate_a_fraction);
    tcase_add_test(tests, truncated_jobs_are_read_or_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
