#include "tests/pipelines/job_fixture.h"

#include "sinkcalc/base/text.h"

#include <math.h>

static const char whole[] =
    "title: Carbon of the counties\n"
    "institution: '\xE6\x9E\x97'\n"
    "licence: CC BY 4.0\n"
    "regions:\n"
    "  file: counties.gpkg\n"
    "  layer: county\n"
    "  id: code\n"
    "  name: name_zh\n"
    "  parent: [province, prefecture]\n"
    "  level_names: [province_name, prefecture_name]\n"
    "  where: kind = 'land'\n"
    "  repair: no\n"
    "  merge: yes\n"
    "years: [2015, 2020, 2025]\n"
    "layers:\n"
    "  land_cover:\n"
    "    file: [lc_{year}_*.tif, /data/lc_{year}.vrt]\n"
    "    band: 2\n"
    "    variable: lccs_class\n"
    "    crs: EPSG:4326\n"
    "    nodata: -9999.5\n"
    "    legend: worldcover\n"
    "    method: nearest\n"
    "  above_ground_biomass:\n"
    "    file: agb_{year}.tif\n"
    "    unit: Mg/ha\n"
    "    sd: {file: 'agb_{year}.tif', band: 2, nodata: 0}\n"
    "    classes: [forest, mangrove]\n"
    "    method: bilinear\n"
    "  stock_volume: {file: volume.tif, unit: m3/ha, sd: volume_sd.tif}\n"
    "  soil_carbon: {file: soil.nc, variable: ocs, unit: kg C m-2, depth: 1 m, classes: wetland}\n"
    "  zone: {file: zone.tif, legend: zones.csv}\n"
    "  continent: {value: asia}\n"
    "grid: {extent: [100, 18.5, 135, 53], resolution: [0.01, 0.02], crs: 'EPSG:4490'}\n"
    "factors: [ipcc, mine/factors.csv]\n"
    "targets:\n"
    "  forest_coverage: {2030: 25 %, 2035: 0.26}\n"
    "  forest_stock_volume: {2035: 240e8 m3}\n"
    "forest_classes: [forest, mangrove]\n"
    "land_area: {without: [seagrass]}\n"
    "missing: {class: count, value: factor, factor: error, tile: count}\n"
    "output: {inventory: out/all.nc, per_region: 'out/{region_id}.nc', tally: out/tally.nc}\n"
    "remote: false\n";

START_TEST(every_key_of_a_whole_job_arrives)
{
    accept(whole);
    ck_assert_str_eq(job->path, "in/job.yml");
    ck_assert_str_eq(job->folder, "in");
    ck_assert_str_eq(job->text, whole);
    ck_assert_uint_eq(job->text_bytes, strlen(whole));
    ck_assert_str_eq(job->title, "Carbon of the counties");
    ck_assert_str_eq(job->institution, "\xE6\x9E\x97");
    ck_assert_str_eq(job->licence, "CC BY 4.0");
    ck_assert_uint_eq(job->year_count, 3);
    ck_assert_int_eq(job->years[0], 2015);
    ck_assert_int_eq(job->years[2], 2025);
    ck_assert_uint_eq(job->factor_count, 2);
    ck_assert_str_eq(job->factors[0], "ipcc");
    ck_assert_str_eq(job->factors[1], "mine/factors.csv");
    ck_assert_int_eq(job->factor_places[1].line, 35);
    ck_assert_int_eq(job->factor_places[1].column, 17);
    ck_assert_uint_eq(job->forest_class_count, 2);
    ck_assert_str_eq(job->forest_classes[1], "mangrove");
    ck_assert_uint_eq(job->not_land_class_count, 1);
    ck_assert_str_eq(job->not_land_classes[0], "seagrass");
    ck_assert_int_eq(job->missing.class_, SINK_MISSING_COUNT);
    ck_assert_int_eq(job->missing.value, SINK_MISSING_FACTOR);
    ck_assert_int_eq(job->missing.factor, SINK_MISSING_ERROR);
    ck_assert_int_eq(job->missing.tile, SINK_MISSING_COUNT);
    ck_assert_str_eq(job->inventory, "out/all.nc");
    ck_assert_str_eq(job->per_region, "out/{region_id}.nc");
    ck_assert_str_eq(job->tally, "out/tally.nc");
    ck_assert(!job->remote);
}
END_TEST

START_TEST(regions_and_grid_of_a_whole_job_arrive)
{
    accept(whole);
    ck_assert_str_eq(job->regions.file, "counties.gpkg");
    ck_assert_str_eq(job->regions.layer, "county");
    ck_assert_str_eq(job->regions.id, "code");
    ck_assert_str_eq(job->regions.name, "name_zh");
    ck_assert_ptr_null(job->regions.parent);
    ck_assert_str_eq(job->regions.where, "kind = 'land'");
    ck_assert_uint_eq(job->regions.level_count, 2);
    ck_assert_str_eq(job->regions.levels[0], "province");
    ck_assert_str_eq(job->regions.levels[1], "prefecture");
    ck_assert_str_eq(job->regions.level_names[1], "prefecture_name");
    ck_assert(!job->regions.repair);
    ck_assert(job->regions.merge);
    ck_assert_int_eq(job->regions.place.line, 4);
    ck_assert_int_eq(job->regions.place.column, 1);
    ck_assert(job->grid.is_given);
    ck_assert_ptr_null(job->grid.layer);
    ck_assert_double_eq(job->grid.extent[0], 100);
    ck_assert_double_eq(job->grid.extent[1], 18.5);
    ck_assert_double_eq(job->grid.extent[2], 135);
    ck_assert_double_eq(job->grid.extent[3], 53);
    ck_assert_double_eq(job->grid.resolution[0], 0.01);
    ck_assert_double_eq(job->grid.resolution[1], 0.02);
    ck_assert_str_eq(job->grid.crs, "EPSG:4490");
    ck_assert_int_eq(job->grid.place.line, 34);
}
END_TEST

START_TEST(targets_of_a_whole_job_arrive)
{
    accept(whole);
    ck_assert_uint_eq(job->target_count, 3);
    ck_assert_int_eq(job->targets[0].kind, SINK_TARGET_FOREST_COVERAGE);
    ck_assert_int_eq(job->targets[0].year, 2030);
    ck_assert_double_eq(job->targets[0].value, 0.25);
    ck_assert_int_eq(job->targets[1].year, 2035);
    ck_assert_double_eq(job->targets[1].value, 0.26);
    ck_assert_int_eq(job->targets[2].kind, SINK_TARGET_FOREST_STOCK_VOLUME);
    ck_assert_double_eq(job->targets[2].value, 24e9);
}
END_TEST

START_TEST(layers_of_a_whole_job_arrive)
{
    accept(whole);
    static const char *const names[] = {"land_cover",
                                        "above_ground_biomass",
                                        "above_ground_biomass_sd",
                                        "stock_volume",
                                        "stock_volume_sd",
                                        "soil_carbon",
                                        "zone",
                                        "continent"};
    static const enum sink_layer_role roles[] = {
        SINK_ROLE_LAND_COVER, SINK_ROLE_ABOVE_GROUND_BIOMASS,
        SINK_ROLE_SD,         SINK_ROLE_STOCK_VOLUME,
        SINK_ROLE_SD,         SINK_ROLE_SOIL_CARBON,
        SINK_ROLE_OVERLAY,    SINK_ROLE_OVERLAY};
    static const int of[] = {-1, -1, 1, -1, 3, -1, -1, -1};
    ck_assert_uint_eq(job->layer_count, 8);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_str_eq(job->layers[i].name, names[i]);
        ck_assert_int_eq(job->layers[i].role, roles[i]);
        ck_assert_int_eq(job->layers[i].of, of[i]);
    }
    const struct sink_job_layer *land_cover = &job->layers[0];
    ck_assert_uint_eq(land_cover->file_count, 2);
    ck_assert_str_eq(land_cover->files[0], "lc_{year}_*.tif");
    ck_assert_str_eq(land_cover->files[1], "/data/lc_{year}.vrt");
    ck_assert(land_cover->is_yearly);
    ck_assert_int_eq(land_cover->band, 2);
    ck_assert_str_eq(land_cover->variable, "lccs_class");
    ck_assert_str_eq(land_cover->crs, "EPSG:4326");
    ck_assert(land_cover->has_nodata);
    ck_assert_double_eq(land_cover->nodata, -9999.5);
    ck_assert_str_eq(land_cover->legend, "worldcover");
    ck_assert_int_eq(land_cover->method, SINK_RESAMPLE_NEAREST);
    ck_assert(isnan(land_cover->depth_cm));
    ck_assert_int_eq(land_cover->place.line, 16);
    ck_assert_int_eq(land_cover->place.column, 3);
    ck_assert_str_eq(job->layers[6].legend, "zones.csv");
    ck_assert(!job->layers[6].is_yearly);
    ck_assert_str_eq(job->layers[7].constant, "asia");
    ck_assert_uint_eq(job->layers[7].file_count, 0);
}
END_TEST

START_TEST(quantities_of_a_whole_job_arrive)
{
    accept(whole);
    const struct sink_job_layer *biomass = &job->layers[1], *deviation = &job->layers[2];
    ck_assert_str_eq(biomass->unit_text, "Mg/ha");
    ck_assert_int_eq(biomass->unit.quantity, SINK_QUANTITY_DRY_MATTER_T_HA);
    ck_assert_double_eq(biomass->unit.factor, 1);
    ck_assert_int_eq(biomass->method, SINK_RESAMPLE_BILINEAR);
    ck_assert_uint_eq(biomass->class_count, 2);
    ck_assert_str_eq(biomass->classes[0], "forest");
    ck_assert_int_eq(biomass->band, 1);
    ck_assert(!biomass->has_nodata);
    ck_assert_str_eq(deviation->files[0], "agb_{year}.tif");
    ck_assert(deviation->is_yearly);
    ck_assert_int_eq(deviation->band, 2);
    ck_assert(deviation->has_nodata);
    ck_assert_double_eq(deviation->nodata, 0);
    ck_assert_str_eq(deviation->unit_text, "Mg/ha");
    ck_assert_int_eq(deviation->unit.quantity, SINK_QUANTITY_DRY_MATTER_T_HA);
    ck_assert_int_eq(deviation->method, SINK_RESAMPLE_BILINEAR);
    ck_assert_int_eq(job->layers[3].unit.quantity, SINK_QUANTITY_VOLUME_M3_HA);
    ck_assert_int_eq(job->layers[3].method, SINK_RESAMPLE_AVERAGE);
    ck_assert_ptr_null(job->layers[3].classes);
    ck_assert_str_eq(job->layers[4].files[0], "volume_sd.tif");
    const struct sink_job_layer *soil = &job->layers[5];
    ck_assert_int_eq(soil->unit.quantity, SINK_QUANTITY_CARBON_T_HA);
    ck_assert_double_eq(soil->unit.factor, 10);
    ck_assert_double_eq(soil->depth_cm, 100);
    ck_assert_str_eq(soil->variable, "ocs");
    ck_assert_uint_eq(soil->class_count, 1);
    ck_assert_str_eq(soil->classes[0], "wetland");
}
END_TEST

static const char least[] = "regions: {file: r.gpkg, id: code}\n"
                            "years: 2020\n"
                            "layers: {land_cover: {file: lc.tif, legend: worldcover}}\n"
                            "output: out.nc\n";

START_TEST(what_is_not_given_has_its_default)
{
    accept(least);
    ck_assert_str_eq(job->title, "");
    ck_assert_str_eq(job->institution, "");
    ck_assert_str_eq(job->licence, "");
    ck_assert(job->regions.repair);
    ck_assert(!job->regions.merge);
    ck_assert_ptr_null(job->regions.layer);
    ck_assert_ptr_null(job->regions.level_names);
    ck_assert_uint_eq(job->year_count, 1);
    ck_assert_int_eq(job->years[0], 2020);
    ck_assert_int_eq(job->layers[0].band, 1);
    ck_assert_ptr_null(job->layers[0].variable);
    ck_assert(!job->grid.is_given);
    ck_assert_ptr_null(job->grid.layer);
    ck_assert_uint_eq(job->factor_count, 1);
    ck_assert_str_eq(job->factors[0], "ipcc");
    ck_assert_int_eq(job->factor_places[0].line, 0);
    ck_assert_uint_eq(job->target_count, 2);
    ck_assert_int_eq(job->targets[0].year, 2030);
    ck_assert_double_eq(job->targets[0].value, 0.25);
    ck_assert_double_eq(job->targets[1].value, 19e9);
    ck_assert_ptr_null(job->forest_classes);
    ck_assert_ptr_null(job->not_land_classes);
    ck_assert_int_eq(job->missing.class_, SINK_MISSING_ERROR);
    ck_assert_int_eq(job->missing.tile, SINK_MISSING_ERROR);
    ck_assert_str_eq(job->inventory, "out.nc");
    ck_assert_ptr_null(job->per_region);
    ck_assert_ptr_null(job->tally);
    ck_assert(!job->remote);
}
END_TEST

START_TEST(ecosystems_take_the_place_of_a_land_cover)
{
    accept("regions: {file: r.gpkg, id: code, parent: up}\n"
           "years: [2020, 2025]\n"
           "layers:\n"
           "  forest: forest_{year}.tif\n"
           "  mangrove: {file: 'm_{year}.tif', unit: percent, class: mangrove}\n"
           "  wetland: {file: ['w_{year}.tif'], unit: fraction, method: nearest}\n"
           "  continent: {value: asia}\n"
           "grid: {layer: mangrove}\n"
           "missing: count\n"
           "targets: none\n"
           "factors: mine.csv\n"
           "output: {inventory: out.nc}\n");
    ck_assert_str_eq(job->regions.parent, "up");
    ck_assert_uint_eq(job->layer_count, 4);
    ck_assert_int_eq(job->layers[0].role, SINK_ROLE_ECOSYSTEM);
    ck_assert_str_eq(job->layers[0].files[0], "forest_{year}.tif");
    ck_assert_int_eq(job->layers[0].share, SINK_SHARE_PRESENCE);
    ck_assert_str_eq(job->layers[0].class_name, "forest");
    ck_assert_int_eq(job->layers[0].method, SINK_RESAMPLE_NEAREST);
    ck_assert_int_eq(job->layers[1].share, SINK_SHARE_PERCENT);
    ck_assert_str_eq(job->layers[1].unit_text, "percent");
    ck_assert_int_eq(job->layers[1].method, SINK_RESAMPLE_AVERAGE);
    ck_assert_int_eq(job->layers[2].share, SINK_SHARE_FRACTION);
    ck_assert_int_eq(job->layers[2].method, SINK_RESAMPLE_NEAREST);
    ck_assert_str_eq(job->grid.layer, "mangrove");
    ck_assert_uint_eq(job->target_count, 0);
    ck_assert_int_eq(job->missing.value, SINK_MISSING_COUNT);
    ck_assert_int_eq(job->missing.class_, SINK_MISSING_COUNT);
    ck_assert_int_eq(job->missing.factor, SINK_MISSING_COUNT);
    ck_assert_int_eq(job->missing.tile, SINK_MISSING_COUNT);
    ck_assert_uint_eq(job->factor_count, 1);
    ck_assert_str_eq(job->factors[0], "mine.csv");
    ck_assert_int_eq(job->factor_places[0].line, 11);
}
END_TEST

START_TEST(one_raster_may_hold_several_overlays_and_bands)
{
    accept("regions: {file: r.gpkg, id: code}\nyears: 2020\noutput: out.nc\nlayers:\n"
           "  land_cover: {file: lc.tif, legend: clcd}\n"
           "  climate: {file: lc.tif, legend: climate.csv}\n"
           "  zone: {file: lc.tif, legend: zone.csv}\n"
           "  above_ground_biomass: {file: lc.tif, band: 2, unit: t/ha}\n");
    ck_assert_uint_eq(job->layer_count, 4);
}
END_TEST

START_TEST(json_and_crlf_and_quotes_mean_the_same)
{
    accept("{\"regions\": {\"file\": \"r.gpkg\", \"id\": \"code\", \"merge\": true},\n"
           " \"years\": [2020], \"remote\": false,\n"
           " \"layers\": {\"land_cover\": {\"file\": \"lc.tif\", \"legend\": \"clcd\", \"nodata\": "
           "0}},\n"
           " \"targets\": {\"forest_coverage\": {\"2030\": \"25%\"}},\n"
           " \"output\": \"out.nc\"}\n");
    ck_assert(job->regions.merge);
    ck_assert(job->layers[0].has_nodata);
    ck_assert_double_eq(job->targets[0].value, 0.25);
    accept("\xEF\xBB\xBFregions: {file: r.gpkg, id: no}\r\nyears: '2020'\r\n"
           "layers: {land_cover: {file: lc.tif, legend: clcd, band: \"3\"}}\r\noutput: out.nc\r\n");
    ck_assert_str_eq(job->regions.id, "no");
    ck_assert_int_eq(job->years[0], 2020);
    ck_assert_int_eq(job->layers[0].band, 3);
}
END_TEST

START_TEST(truncated_jobs_are_read_or_refused)
{
    size_t read = 0;
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
    /* Only the last line, `remote`, may be missing or cut off, or its last newline. */
    ck_assert_uint_eq(read, 3);
}
END_TEST

/* The last example shows each key that a job may have. */
static void expect_every_key(void)
{
    size_t events = 0, ages = 0, derived = 0, correlated = 0;
    ck_assert_uint_eq(job->layer_count, 12);
    for (size_t i = 0; i < job->layer_count; i++) {
        events += job->layers[i].role == SINK_ROLE_DISTURBANCE;
        ages += job->layers[i].role == SINK_ROLE_STAND_AGE;
        derived += job->layers[i].is_derived;
        correlated += job->layers[i].time_correlation > 0 && job->layers[i].range_m > 0;
    }
    ck_assert_uint_eq(events, 2);
    ck_assert_uint_eq(ages, 1);
    ck_assert_uint_eq(derived, 1);
    ck_assert_uint_eq(correlated, 1);
    ck_assert_uint_gt(job->history_count, 0);
    ck_assert_uint_gt(job->method_count, 1);
    ck_assert_uint_gt(job->report_by_count, 0);
    ck_assert_ptr_nonnull(job->harvest);
    ck_assert_ptr_nonnull(job->accuracy);
    ck_assert_uint_gt(job->draws, 0);
    ck_assert(job->potential.is_given);
    ck_assert(job->value.is_given);
    static const char *const others[] = {"\nconversion:", "\ngwp:", "\nremote:"};
    for (size_t i = 0; i < 3; i++)
        ck_assert_msg(strstr(job->text, others[i]) != NULL, "%s", others[i]);
}

START_TEST(the_examples_of_the_manual_are_right_jobs)
{
    static const char fence[] = "```yaml\n";
    const char *source = getenv("SINK_SOURCE");
    char path[512], *manual;
    size_t bytes, examples = 0;
    struct sink_error error;
    if (!source) {
        printf("skipped: SINK_SOURCE is not set\n");
        return;
    }
    snprintf(path, sizeof path, "%s/pipelines/JOB.md", source);
    ck_assert_int_eq(sink_text_read_file(path, 1 << 20, &manual, &bytes, &error), SINK_OK);
    for (char *at = manual; (at = strstr(at, fence)) != NULL; examples++) {
        char *example = at + strlen(fence), *end = strstr(example, "```");
        ck_assert_ptr_nonnull(end);
        *end = '\0';
        accept(example);
        at = end + 1;
    }
    ck_assert_uint_eq(examples, 2);
    expect_every_key();
    free(manual);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("job");
    TCase *tests = tcase_create("job");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, every_key_of_a_whole_job_arrives);
    tcase_add_test(tests, regions_and_grid_of_a_whole_job_arrive);
    tcase_add_test(tests, targets_of_a_whole_job_arrive);
    tcase_add_test(tests, layers_of_a_whole_job_arrive);
    tcase_add_test(tests, quantities_of_a_whole_job_arrive);
    tcase_add_test(tests, what_is_not_given_has_its_default);
    tcase_add_test(tests, ecosystems_take_the_place_of_a_land_cover);
    tcase_add_test(tests, one_raster_may_hold_several_overlays_and_bands);
    tcase_add_test(tests, json_and_crlf_and_quotes_mean_the_same);
    tcase_add_test(tests, truncated_jobs_are_read_or_refused);
    tcase_add_test(tests, the_examples_of_the_manual_are_right_jobs);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
