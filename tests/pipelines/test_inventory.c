/* An inventory shows the account, in its units, for all regions or for one. */
#include "tests/pipelines/demo_fixture.h"

#include <math.h>
#include <netcdf.h>

static struct sink_session session;
static struct sink_book book;
static struct sink_error error;

#define NC(call) ck_assert_msg((call) == NC_NOERR, "%s", #call)

static void open_book(const char *job)
{
    demo_tally(job, 2, false, &session);
    demo_account(&session.bundle, &book);
}

static void close_book(void)
{
    sink_book_free(&book);
    sink_session_close(&session);
}

/* Writes the inventory of all regions (-1) or of one, and opens it. */
static int open_inventory(const char *path, int region)
{
    int id;
    if (sink_inventory_write(path, &book.inventory, region, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    NC(nc_open(path, NC_NOWRITE, &id));
    return id;
}

static bool has_variable(int id, const char *name)
{
    int variable;
    return nc_inq_varid(id, name, &variable) == NC_NOERR;
}

static size_t length_of(int id, const char *dimension)
{
    int number;
    size_t length = 0;
    if (nc_inq_dimid(id, dimension, &number) == NC_NOERR)
        NC(nc_inq_dimlen(id, number, &length));
    return length;
}

/* All values of a variable of doubles; the caller frees. */
static double *read_reals(int id, const char *name, size_t *count)
{
    int variable, dimension_count, dimensions[NC_MAX_VAR_DIMS];
    ck_assert_msg(nc_inq_varid(id, name, &variable) == NC_NOERR, "no variable %s", name);
    NC(nc_inq_var(id, variable, NULL, NULL, &dimension_count, dimensions, NULL));
    *count = 1;
    for (int d = 0; d < dimension_count; d++) {
        size_t length;
        NC(nc_inq_dimlen(id, dimensions[d], &length));
        *count *= length;
    }
    double *values = malloc((*count + 1) * sizeof *values);
    NC(nc_get_var_double(id, variable, values));
    return values;
}

static void check_text(int id, const char *variable, const char *attribute, const char *expected)
{
    int number = NC_GLOBAL;
    size_t length;
    if (*variable)
        NC(nc_inq_varid(id, variable, &number));
    ck_assert_msg(nc_inq_attlen(id, number, attribute, &length) == NC_NOERR, "%s: no %s", variable,
                  attribute);
    char *text = calloc(length + 1, 1);
    NC(nc_get_att_text(id, number, attribute, text));
    ck_assert_msg(strcmp(text, expected) == 0, "%s: %s is \"%s\", expected \"%s\"", variable,
                  attribute, text, expected);
    free(text);
}

/* What each variable must show; the array of the account times the scale, `skip` records later. */
struct shown {
    const char *name;
    const double *values;
    size_t inner;
    double scale;
    const char *units;
    size_t skip;
};

/* NaN is the fill value in the file. */
static void check_shown(int id, const struct shown *shown)
{
    size_t count;
    const struct sink_account *account = book.account;
    const size_t record = shown->inner * account->region_count;
    double *values = read_reals(id, shown->name, &count);
    ck_assert_msg(count == record * account->year_count, "%s: %zu values", shown->name, count);
    for (size_t i = 0; i < count; i++) {
        const size_t before = shown->skip * record;
        const double expected = i < before ? NAN : shown->values[i - before] * shown->scale;
        ck_assert_msg(isnan(expected) ? values[i] == NC_FILL_DOUBLE
                                      : fabs(values[i] - expected) <= 1e-15 * fabs(expected),
                      "%s: value %zu is %.17g, expected %.17g", shown->name, i, values[i],
                      expected);
    }
    check_text(id, shown->name, "units", shown->units);
    free(values);
}

START_TEST(every_figure_is_that_of_the_account_in_its_unit)
{
    open_book(demo_path("demo/job.yml"));
    const struct sink_account *a = book.account;
    const size_t classes = a->class_count;
    const struct shown all[] = {
        {"land_area", a->land_m2, 1, 1e-4, "ha", 0},
        {"forest_area", a->forest_m2, 1, 1e-4, "ha", 0},
        {"forest_coverage", a->coverage, 1, 1, "1", 0},
        {"forest_stock_volume", a->forest_volume_m3, 1, 1, "m3", 0},
        {"total_carbon_stock", a->total_tc, 1, 1, "t", 0},
        {"total_net_removal", a->total_sink_tco2_yr, 1, 1, "t yr-1", 0},
        {"classified_area", a->classified_m2, 1, 1e-4, "ha", 0},
        {"no_class_area", a->no_class_m2, 1, 1e-4, "ha", 0},
        {"unknown_class_area", a->unknown_m2, 1, 1e-4, "ha", 0},
        {"no_value_area", a->no_value_m2, 1, 1e-4, "ha", 0},
        {"data_completeness", a->completeness, 1, 1, "1", 0},
        {"area", a->area_m2, classes, 1e-4, "ha", 0},
        {"pixel_count", a->cells, classes, 1, "1", 0},
        {"stock_volume", a->volume_m3, classes, 1, "m3", 0},
        {"carbon_stock", a->pool_tc, SINK_POOL_COUNT, 1, "t", 0},
        {"net_removal", a->sink_tco2_yr, SINK_POOL_COUNT, 1, "t yr-1", 0},
        {"no_factor_area", a->no_factor_m2, SINK_POOL_COUNT, 1e-4, "ha", 0},
        {"ecosystem_carbon_stock", a->ecosystem_tc, SINK_ECOSYSTEM_COUNT, 1, "t", 0},
        {"carbon_stock_by_cover", a->stock_tc, classes * SINK_POOL_COUNT, 1, "t", 0},
        {"cover_transition_area", a->transition_m2, classes * classes, 1e-4, "ha", 1},
        {"forest_coverage_target_2030_reached", a->target_reached, 1, 1, "1", 0},
        {"forest_coverage_target_2030_gap", a->target_gap, 1, 1, "1", 0},
        {"forest_coverage_target_2030_rate_needed", a->target_rate_per_yr, 1, 1, "yr-1", 0},
        {"forest_stock_volume_target_2030_gap", a->target_gap + a->year_count * a->region_count, 1,
         1, "m3", 0}};
    const int id = open_inventory(demo_path("all.nc"), -1);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        check_shown(id, &all[i]);
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

START_TEST(no_figure_holds_a_nan)
{
    int count;
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("nan.nc"), -1);
    NC(nc_inq_nvars(id, &count));
    for (int v = 0; v < count; v++) {
        char name[NC_MAX_NAME + 1];
        double fill;
        size_t total;
        NC(nc_inq_varname(id, v, name));
        if (nc_get_att_double(id, v, "_FillValue", &fill) != NC_NOERR)
            continue;
        ck_assert_double_eq(fill, NC_FILL_DOUBLE);
        double *values = read_reals(id, name, &total);
        for (size_t i = 0; i < total; i++)
            ck_assert_msg(!isnan(values[i]), "%s: value %zu", name, i);
        free(values);
    }
    NC(nc_close(id));
    close_book();
}
END_TEST

START_TEST(time_is_the_last_day_of_each_year_and_bounds_are_the_period)
{
    size_t count;
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("time.nc"), -1);
    double *days = read_reals(id, "time", &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_double_eq(days[0], 18627); /* 2020-12-31: date -ud @$((18627 * 86400)) */
    ck_assert_double_eq(days[1], 20453); /* 2025-12-31 */
    double *bounds = read_reals(id, "time_bnds", &count);
    ck_assert_double_eq(bounds[0], 18627);
    ck_assert_double_eq(bounds[1], 18627);
    ck_assert_double_eq(bounds[2], 18627);
    ck_assert_double_eq(bounds[3], 20453);
    check_text(id, "", "time_coverage_start", "2020-12-31");
    check_text(id, "", "time_coverage_end", "2025-12-31");
    free(days);
    free(bounds);
    NC(nc_close(id));
    close_book();
}
END_TEST

/* Variable `v` of the whole file at one region, and the same in that region's file. */
static void compare_slice(int whole, int one, int v, int region)
{
    char name[NC_MAX_NAME + 1], dimension[NC_MAX_NAME + 1];
    int other, count, dimensions[NC_MAX_VAR_DIMS], along = -1;
    size_t start[NC_MAX_VAR_DIMS] = {0}, length[NC_MAX_VAR_DIMS] = {1}, total = 1;
    nc_type type;
    NC(nc_inq_var(whole, v, name, &type, &count, dimensions, NULL));
    for (int d = 0; d < count; d++) {
        NC(nc_inq_dim(whole, dimensions[d], dimension, &length[d]));
        if (strcmp(dimension, "region") == 0) {
            along = d;
            start[d] = (size_t)region;
            length[d] = 1;
        }
        total *= length[d];
    }
    if (along < 0)
        return;
    ck_assert_msg(nc_inq_varid(one, name, &other) == NC_NOERR, "no %s", name);
    if (type == NC_STRING) {
        char *a, *b;
        const size_t origin[1] = {0};
        NC(nc_get_var1_string(whole, v, start, &a));
        NC(nc_get_var1_string(one, other, origin, &b));
        ck_assert_msg(strcmp(a, b) == 0, "%s: %s, expected %s", name, b, a);
        nc_free_string(1, &a);
        nc_free_string(1, &b);
        return;
    }
    double *a = malloc(total * sizeof *a), *b = malloc(total * sizeof *b);
    NC(nc_get_vara_double(whole, v, start, length, a));
    NC(nc_get_var_double(one, other, b));
    ck_assert_msg(memcmp(a, b, total * sizeof *a) == 0, "%s of region %d differs", name, region);
    free(a);
    free(b);
}

START_TEST(the_file_of_a_region_is_a_slice_of_the_file_of_all)
{
    int count, count_one;
    open_book(demo_path("demo/job.yml"));
    const int whole = open_inventory(demo_path("whole.nc"), -1);
    for (int region = 0; region < 17; region += 4) { /* the province, counties and the rest */
        const int one = open_inventory(demo_path("one.nc"), region);
        ck_assert_uint_eq(length_of(one, "region"), 1);
        NC(nc_inq_nvars(whole, &count));
        NC(nc_inq_nvars(one, &count_one));
        ck_assert_int_eq(count, count_one);
        for (int v = 0; v < count; v++)
            compare_slice(whole, one, v, region);
        NC(nc_close(one));
    }
    NC(nc_close(whole));
    close_book();
}
END_TEST

START_TEST(the_outline_of_a_region_is_the_same_in_its_own_file)
{
    size_t count, whole_count, before = 0;
    open_book(demo_path("demo/job.yml"));
    const int whole = open_inventory(demo_path("whole.nc"), -1);
    const int one = open_inventory(demo_path("one.nc"), 5);
    double *counts = read_reals(whole, "node_count", &count);
    for (int i = 0; i < 5; i++)
        before += (size_t)counts[i];
    double *all = read_reals(whole, "node_lon", &whole_count);
    double *nodes = read_reals(one, "node_lon", &count);
    ck_assert_double_eq((double)count, counts[5]);
    ck_assert_int_eq(memcmp(all + before, nodes, count * sizeof *nodes), 0);
    free(counts);
    free(all);
    free(nodes);
    NC(nc_close(whole));
    NC(nc_close(one));
    close_book();
}
END_TEST

START_TEST(a_job_of_one_year_has_no_matrix_and_no_removal)
{
    size_t count;
    open_book(demo_job("one.yml", "years:", "years: 2020"));
    const int id = open_inventory(demo_path("year.nc"), -1);
    ck_assert_uint_eq(length_of(id, "time"), 1);
    ck_assert(!has_variable(id, "cover_transition_area"));
    ck_assert(!has_variable(id, "cover_from"));
    double *removal = read_reals(id, "total_net_removal", &count);
    for (size_t i = 0; i < count; i++)
        ck_assert_double_eq(removal[i], NC_FILL_DOUBLE);
    double *stock = read_reals(id, "total_carbon_stock", &count);
    ck_assert_double_eq(stock[0], book.account->total_tc[0]);
    ck_assert_double_gt(stock[0], 1e6);
    free(removal);
    free(stock);
    NC(nc_close(id));
    close_book();
}
END_TEST

/* The stocks of a year do not depend on the years beside it. */
START_TEST(a_year_alone_has_the_areas_of_the_year_in_a_pair)
{
    double areas_m2[2];
    open_book(demo_job("one.yml", "years:", "years: 2020"));
    areas_m2[0] = book.account->forest_m2[0];
    close_book();
    open_book(demo_path("demo/job.yml"));
    areas_m2[1] = book.account->forest_m2[0];
    close_book();
    ck_assert_double_eq_tol(areas_m2[0], areas_m2[1], 1e-12 * areas_m2[1]);
}
END_TEST

START_TEST(a_job_without_volume_shows_no_volume)
{
    size_t count;
    demo_job("dry.yml", "  stock_volume:", "");
    size_t bytes;
    char *text = demo_read(demo_path("demo/dry.yml"), &bytes);
    char *at = strstr(text, "    file: volume_{year}.tif");
    ck_assert_ptr_nonnull(at);
    memmove(at, strstr(at, "  # What the factors"), strlen(strstr(at, "  # What the factors")) + 1);
    demo_write(demo_path("demo/dry.yml"), text);
    free(text);
    open_book(demo_path("demo/dry.yml"));
    const int id = open_inventory(demo_path("dry.nc"), -1);
    ck_assert(!has_variable(id, "stock_volume"));
    ck_assert(!has_variable(id, "forest_stock_volume"));
    double *gap = read_reals(id, "forest_stock_volume_target_2030_gap", &count);
    for (size_t i = 0; i < count; i++)
        ck_assert_double_eq(gap[i], NC_FILL_DOUBLE);
    free(gap);
    NC(nc_close(id));
    close_book();
}
END_TEST

START_TEST(the_date_is_that_of_source_date_epoch_and_else_absent)
{
    size_t length;
    open_book(demo_path("demo/job.yml"));
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    int id = open_inventory(demo_path("date.nc"), -1);
    check_text(id, "", "date_created", "2023-11-14T22:13:20Z");
    NC(nc_close(id));
    setenv("SOURCE_DATE_EPOCH", "yesterday", 1);
    id = open_inventory(demo_path("date.nc"), -1);
    ck_assert_int_ne(nc_inq_attlen(id, NC_GLOBAL, "date_created", &length), NC_NOERR);
    NC(nc_close(id));
    unsetenv("SOURCE_DATE_EPOCH");
    id = open_inventory(demo_path("date.nc"), -1);
    ck_assert_int_ne(nc_inq_attlen(id, NC_GLOBAL, "date_created", &length), NC_NOERR);
    NC(nc_close(id));
    close_book();
}
END_TEST

START_TEST(the_job_is_in_the_file_verbatim)
{
    size_t bytes;
    open_book(demo_path("demo/job.yml"));
    char *text = demo_read(demo_path("demo/job.yml"), &bytes);
    const int id = open_inventory(demo_path("job.nc"), -1);
    check_text(id, "", "sinkcalc_job", text);
    check_text(id, "", "license", "CC0-1.0");
    free(text);
    NC(nc_close(id));
    close_book();
}
END_TEST

/* The hash as sha256sum prints it. */
START_TEST(every_input_is_named_with_its_hash)
{
    char command[300], line[400], hash[65];
    open_book(demo_path("demo/job.yml"));
    const int id = open_inventory(demo_path("inputs.nc"), -1);
    const size_t count = length_of(id, "input");
    ck_assert_uint_eq(count, 12); /* 9 rasters, regions, legend and a factor table */
    int paths, hashes;
    NC(nc_inq_varid(id, "input_path", &paths));
    NC(nc_inq_varid(id, "input_sha256", &hashes));
    for (size_t i = 0; i < count; i++) {
        char *path, *stated;
        NC(nc_get_var1_string(id, paths, &i, &path));
        NC(nc_get_var1_string(id, hashes, &i, &stated));
        snprintf(command, sizeof command, "sha256sum '%s'", demo_path("demo/%s", path));
        FILE *pipe = popen(command, "r");
        ck_assert_ptr_nonnull(fgets(line, sizeof line, pipe));
        ck_assert_int_eq(pclose(pipe), 0);
        snprintf(hash, sizeof hash, "%.64s", line);
        ck_assert_str_eq(stated, hash);
        nc_free_string(1, &path);
        nc_free_string(1, &stated);
    }
    NC(nc_close(id));
    close_book();
}
END_TEST

START_TEST(an_id_cannot_lead_out_of_the_folder)
{
    static const char *const cases[][3] = {{"out/{region_id}.nc", "033101", "d/out/033101.nc"},
                                           {"/out/{region_id}.nc", "1", "/out/1.nc"},
                                           {"{region_id}.nc", "../../etc/x", "d/.._.._etc_x.nc"},
                                           {"{region_id}/a.nc", "..", "d/__/a.nc"},
                                           {"{region_id}/a.nc", ".", "d/_/a.nc"},
                                           {"a_{region_id}.nc", "a\\b", "d/a_a_b.nc"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = sink_inventory_region_path("d", cases[i][0], cases[i][1]);
        ck_assert_str_eq(path, cases[i][2]);
        free(path);
    }
    char *path = sink_inventory_region_path(".", "out/{region_id}.nc", "01");
    ck_assert_str_eq(path, "out/01.nc");
    free(path);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, every_figure_is_that_of_the_account_in_its_unit);
    tcase_add_test(tests, densities_are_kilograms_per_square_metre);
    tcase_add_test(tests, no_figure_holds_a_nan);
    tcase_add_test(tests, time_is_the_last_day_of_each_year_and_bounds_are_the_period);
    tcase_add_test(tests, the_file_of_a_region_is_a_slice_of_the_file_of_all);
    tcase_add_test(tests, the_outline_of_a_region_is_the_same_in_its_own_file);
    tcase_add_test(tests, a_job_of_one_year_has_no_matrix_and_no_removal);
    tcase_add_test(tests, a_year_alone_has_the_areas_of_the_year_in_a_pair);
    tcase_add_test(tests, a_job_without_volume_shows_no_volume);
    tcase_add_test(tests, the_date_is_that_of_source_date_epoch_and_else_absent);
    tcase_add_test(tests, the_job_is_in_the_file_verbatim);
    tcase_add_test(tests, every_input_is_named_with_its_hash);
    tcase_add_test(tests, an_id_cannot_lead_out_of_the_folder);
}

int main(void)
{
    Suite *suite = suite_create("inventory");
    TCase *tests = tcase_create("inventory");
    add_tests(tests);
    suite_add_tcase(suite, tests);
    if (!demo_start())
        return EXIT_FAILURE;
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    demo_stop();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
