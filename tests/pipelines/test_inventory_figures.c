/* Every figure of the account is in the inventory, on its dimensions and in its unit. */
#include "tests/pipelines/inventory_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define POOLS SINK_POOL_COUNT
#define BIOMASS SINK_BIOMASS_POOL_COUNT
#define USES SINK_LAND_USE_COUNT

/* A variable and the array of the account that it must show, times the scale; `skip` records of
 * time come before those of the array. */
struct shown {
    const char *name, *dimensions, *units;
    const double *values;
    size_t inner;
    double scale;
    size_t skip;
};

/* NaN is the fill value in the file. */
static void check_shown(int id, const struct shown *shown)
{
    size_t count;
    const struct sink_account *account = book.account;
    const bool has_time = strncmp(shown->dimensions, "time", 4) == 0;
    const size_t record = shown->inner * account->region_count;
    double *values = read_reals(id, shown->name, &count);
    ck_assert_msg(count == record * (has_time ? account->year_count : 1), "%s: %zu values",
                  shown->name, count);
    for (size_t i = 0; i < count; i++) {
        const size_t before = shown->skip * record;
        const double expected = i < before ? NAN : shown->values[i - before] * shown->scale;
        ck_assert_msg(isnan(expected) ? values[i] == NC_FILL_DOUBLE
                                      : fabs(values[i] - expected) <= 1e-15 * fabs(expected),
                      "%s: value %zu is %.17g, expected %.17g", shown->name, i, values[i],
                      expected);
    }
    check_text(id, shown->name, "units", shown->units);
    check_dimensions(id, shown->name, shown->dimensions);
    free(values);
}

static void check_all(const char *path, const struct shown *all, size_t count)
{
    const int id = open_inventory(path, -1);
    for (size_t i = 0; i < count; i++)
        check_shown(id, &all[i]);
    NC(nc_close(id));
}

START_TEST(areas_stocks_and_targets_are_those_of_the_account)
{
    open_book(demo_path("demo/job.yml"));
    const struct sink_account *a = book.account;
    const size_t classes = a->class_count, targets = a->year_count * a->region_count;
    const struct shown all[] = {
        {"land_area", "time,region", "ha", a->land_m2, 1, 1e-4, 0},
        {"forest_area", "time,region", "ha", a->forest_m2, 1, 1e-4, 0},
        {"forest_coverage", "time,region", "1", a->coverage, 1, 1, 0},
        {"forest_stock_volume", "time,region", "m3", a->forest_volume_m3, 1, 1, 0},
        {"total_carbon_stock", "time,region", "t", a->total_tc, 1, 1, 0},
        {"total_net_removal", "time,region", "t yr-1", a->total_sink_tco2_yr, 1, 1, 0},
        {"classified_area", "time,region", "ha", a->classified_m2, 1, 1e-4, 0},
        {"no_class_area", "time,region", "ha", a->no_class_m2, 1, 1e-4, 0},
        {"unknown_class_area", "time,region", "ha", a->unknown_m2, 1, 1e-4, 0},
        {"no_class_pixel_count", "time,region", "1", a->no_class_cells, 1, 1, 0},
        {"unknown_class_pixel_count", "time,region", "1", a->unknown_cells, 1, 1, 0},
        {"no_value_area", "time,region", "ha", a->no_value_m2, 1, 1e-4, 0},
        {"one_date_area", "time,region", "ha", a->one_date_m2, 1, 1e-4, 0},
        {"beyond_grid_area", "time,region", "ha", a->beyond_grid_m2, 1, 1e-4, 0},
        {"data_completeness", "time,region", "1", a->completeness, 1, 1, 0},
        {"area", "time,cover,region", "ha", a->area_m2, classes, 1e-4, 0},
        {"pixel_count", "time,cover,region", "1", a->cells, classes, 1, 0},
        {"stock_volume", "time,cover,region", "m3", a->volume_m3, classes, 1, 0},
        {"carbon_stock", "time,pool,region", "t", a->pool_tc, POOLS, 1, 0},
        {"no_factor_area", "time,pool,region", "ha", a->no_factor_m2, POOLS, 1e-4, 0},
        {"one_date_stock_change", "time,pool,region", "t", a->gap_change_tc, POOLS, 1, 0},
        {"ecosystem_carbon_stock", "time,ecosystem,region", "t", a->ecosystem_tc,
         SINK_ECOSYSTEM_COUNT, 1, 0},
        {"carbon_stock_by_cover", "time,cover,pool,region", "t", a->stock_tc, classes * POOLS, 1,
         0},
        {"cover_transition_area", "time,cover_from,cover,region", "ha", a->transition_m2,
         classes * classes, 1e-4, 1},
        {"forest_coverage_target_2030_reached", "time,region", "1", a->target_reached, 1, 1, 0},
        {"forest_coverage_target_2030_gap", "time,region", "1", a->target_gap, 1, 1, 0},
        {"forest_coverage_target_2030_rate_needed", "time,region", "yr-1", a->target_rate_per_yr, 1,
         1, 0},
        {"forest_stock_volume_target_2030_gap", "time,region", "m3", a->target_gap + targets, 1, 1,
         0}};
    check_all(demo_path("stocks.nc"), all, COUNT(all));
    close_book();
}
END_TEST

START_TEST(changes_and_other_gases_are_those_of_the_account)
{
    open_book(demo_path("demo/job.yml"));
    const struct sink_account *a = book.account;
    const size_t classes = a->class_count;
    const struct shown all[] = {
        {"net_removal", "time,pool,region", "t yr-1", a->sink_tco2_yr, POOLS, 1, 0},
        {"net_removal_by_cover", "time,cover,pool,region", "t yr-1", a->class_sink_tco2_yr,
         classes * POOLS, 1, 0},
        {"net_removal_by_stock_difference", "time,pool,region", "t yr-1",
         a->sink_by_difference_tco2_yr, POOLS, 1, 0},
        {"net_removal_by_gain_loss", "time,pool,region", "t yr-1", a->sink_by_gain_loss_tco2_yr,
         POOLS, 1, 0},
        {"method_difference", "time,pool,region", "t", a->method_difference_tc, POOLS, 1, 0},
        {"biomass_gain", "time,cover,biomass_pool,region", "t", a->gain_tc, classes * BIOMASS, 1,
         0},
        {"biomass_loss_by_conversion", "time,cover,biomass_pool,region", "t", a->conversion_loss_tc,
         classes * BIOMASS, 1, 0},
        {"biomass_loss_by_disturbance", "time,cover,biomass_pool,region", "t",
         a->disturbance_loss_tc, classes * BIOMASS, 1, 0},
        {"biomass_loss_by_harvest", "time,cover,biomass_pool,region", "t", a->harvest_loss_tc,
         classes * BIOMASS, 1, 0},
        {"soil_flux", "time,cover,region", "t", a->soil_flux_tc, classes, 1, 0},
        {"land_use_area", "time,land_use,region", "ha", a->land_use_m2, USES, 1e-4, 0},
        {"land_use_net_removal", "time,land_use,pool,region", "t yr-1", a->land_use_sink_tco2_yr,
         USES * POOLS, 1, 0},
        {"report_area", "time,report,region", "ha", a->report_m2, a->report_count, 1e-4, 0},
        {"report_carbon_stock", "time,report,region", "t", a->report_tc, a->report_count, 1, 0},
        {"report_net_removal", "time,report,region", "t yr-1", a->report_sink_tco2_yr,
         a->report_count, 1, 0},
        {"methane_emission", "time,region", "t yr-1", a->ch4_t_yr, 1, 1, 0},
        {"nitrous_oxide_emission", "time,region", "t yr-1", a->n2o_t_yr, 1, 1, 0},
        {"greenhouse_gas_balance", "time,region", "t yr-1", a->balance_tco2e_yr, 1, 1, 0},
        {"memo_karst_sink", "time,region", "t yr-1", a->karst_tco2_yr, 1, 1, 0},
        {"memo_water_burial", "time,region", "t yr-1", a->burial_tco2_yr, 1, 1, 0},
        {"memo_permafrost_carbon", "time,region", "t", a->permafrost_tc, 1, 1, 0},
        {"potential_biomass_gain", "cover,region", "t", a->potential_tc, classes, 1, 0},
        {"planting_area", "region", "ha", a->planting_m2, 1, 1e-4, 0},
        {"planting_gain", "region", "t", a->planting_tc, 1, 1, 0}};
    check_all(demo_path("changes.nc"), all, COUNT(all));
    close_book();
}
END_TEST

/* What the demo is to show has numbers, so that the tests above compare more than zeros. */
START_TEST(the_demo_has_something_of_nearly_everything)
{
    static const char *const names[] = {"total_net_removal",
                                        "method_difference",
                                        "biomass_gain",
                                        "biomass_loss_by_harvest",
                                        "biomass_loss_by_disturbance",
                                        "biomass_loss_by_conversion",
                                        "soil_flux",
                                        "land_use_net_removal",
                                        "report_net_removal",
                                        "methane_emission",
                                        "nitrous_oxide_emission",
                                        "potential_biomass_gain",
                                        "planting_area",
                                        "planting_gain",
                                        "cover_transition_area"};
    size_t count;
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("some.nc"), -1);
    for (size_t i = 0; i < COUNT(names); i++) {
        double *values = read_reals(id, names[i], &count), greatest = 0;
        for (size_t k = 0; k < count; k++)
            greatest = values[k] == NC_FILL_DOUBLE ? greatest : fmax(greatest, fabs(values[k]));
        ck_assert_msg(greatest > 0, "%s is 0 everywhere", names[i]);
        free(values);
    }
    NC(nc_close(id));
    close_book();
}
END_TEST

/* CDO takes its axes from the first variable by name that lies on time and regions. */
START_TEST(area_is_the_first_variable_by_name)
{
    int count;
    char first[NC_MAX_NAME + 1] = "", name[NC_MAX_NAME + 1];
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("first.nc"), -1);
    NC(nc_inq_nvars(id, &count));
    for (int v = 0; v < count; v++) {
        NC(nc_inq_varname(id, v, name));
        if (!*first || strcmp(name, first) < 0)
            snprintf(first, sizeof first, "%s", name);
    }
    ck_assert_str_eq(first, "area");
    check_dimensions(id, "area", "time,cover,region");
    check_text(id, "area", "standard_name", "cell_area");
    NC(nc_close(id));
    close_book();
}
END_TEST

START_TEST(densities_are_kilograms_per_square_metre)
{
    size_t count;
    open_book(demo_path("demo/job.yml"));
    const struct sink_account *account = book.account;
    const int id = open_inventory(demo_path("density.nc"), -1);
    double *plants = read_reals(id, "vegetation_carbon_density", &count);
    double *soil = read_reals(id, "soil_carbon_density", &count);
    const double area_m2 = account->classified_m2[0];
    const size_t n = account->region_count;
    const double above_tc = account->pool_tc[SINK_POOL_ABOVE_GROUND * n];
    const double below_tc = account->pool_tc[SINK_POOL_BELOW_GROUND * n];
    ck_assert_double_eq_tol(plants[0], (above_tc + below_tc) * 1000 / area_m2, 1e-12);
    ck_assert_double_eq_tol(soil[0], account->pool_tc[SINK_POOL_SOIL * n] * 1000 / area_m2, 1e-12);
    ck_assert_double_gt(plants[0], 1); /* and not by chance both nothing */
    check_text(id, "vegetation_carbon_density", "units", "kg m-2");
    check_text(id, "vegetation_carbon_density", "standard_name", "vegetation_carbon_content");
    check_text(id, "soil_carbon_density", "standard_name", "soil_mass_content_of_carbon");
    free(plants);
    free(soil);
    NC(nc_close(id));
    close_book();
}
END_TEST

static void check_string(int id, const char *name, size_t i, size_t k, const char *expected)
{
    char *text = read_string(id, name, i, k);
    ck_assert_msg(strcmp(text, expected) == 0, "%s[%zu][%zu] is \"%s\", expected \"%s\"", name, i,
                  k, text, expected);
    free(text);
}

START_TEST(axes_have_their_names)
{
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("axes.nc"), -1);
    ck_assert_uint_eq(length_of(id, "pool"), 6);
    check_string(id, "pool_name", 4, 0, "soil_organic_carbon");
    check_string(id, "pool_name", 5, 0, "soil_organic_carbon_deep");
    ck_assert_uint_eq(length_of(id, "biomass_pool"), 2);
    check_string(id, "biomass_pool_name", 1, 0, "below_ground_biomass");
    ck_assert_uint_eq(length_of(id, "land_use"), 36);
    check_string(id, "land_use_name", 0, 0, "forest_land_remaining_forest_land");
    check_string(id, "land_use_name", 1, 0, "forest_land_converted_to_cropland");
    check_string(id, "land_use_name", 6, 0, "cropland_converted_to_forest_land");
    ck_assert_uint_eq(length_of(id, "report"), book.account->report_count);
    for (size_t i = 0; i < book.account->report_count; i++) {
        check_string(id, "report_overlay", i, 0, book.account->reports[i].overlay);
        check_string(id, "report_value", i, 0, book.account->reports[i].value);
    }
    NC(nc_close(id));
    close_book();
}
END_TEST

START_TEST(methods_and_sources_are_told_by_class)
{
    size_t count;
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("methods.nc"), -1);
    check_dimensions(id, "removal_method", "cover,pool");
    double *codes = read_reals(id, "removal_method", &count);
    size_t forests = 0;
    for (size_t c = 0; c < book.account->class_count; c++) {
        const char *name = book.classes.items[book.account->class_index[c]].name;
        const bool is_forest = strcmp(name, "forest") == 0; /* whose method the demo sets */
        ck_assert_double_eq(codes[c * POOLS], is_forest ? 1 : 0);
        ck_assert_double_eq(codes[c * POOLS + 1], is_forest ? 1 : 0);
        forests += is_forest;
        char *source = read_string(id, "biomass_source", c, 0);
        if (is_forest)
            ck_assert_ptr_nonnull(strstr(source, "biomass raster"));
        if (strcmp(name, "cropland") == 0)
            ck_assert_str_eq(source, "density of a table");
        if (strcmp(name, "sea") == 0)
            ck_assert_str_eq(source, "");
        free(source);
    }
    ck_assert_uint_eq(forests, 1);
    check_text(id, "removal_method", "flag_meanings", "stock_difference gain_loss");
    free(codes);
    NC(nc_close(id));
    close_book();
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("inventory_figures");
    tcase_add_test(tests, areas_stocks_and_targets_are_those_of_the_account);
    tcase_add_test(tests, changes_and_other_gases_are_those_of_the_account);
    tcase_add_test(tests, the_demo_has_something_of_nearly_everything);
    tcase_add_test(tests, area_is_the_first_variable_by_name);
    tcase_add_test(tests, densities_are_kilograms_per_square_metre);
    tcase_add_test(tests, axes_have_their_names);
    tcase_add_test(tests, methods_and_sources_are_told_by_class);
    return run_on_demo(tests);
}
