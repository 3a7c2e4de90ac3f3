/* An inventory shows the account, for all regions or for one, with its evidence. */
#include "tests/pipelines/inventory_fixture.h"

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
        nc_type type;
        NC(nc_inq_vartype(id, v, &type));
        if (type != NC_DOUBLE)
            continue;
        if (nc_get_att_double(id, v, "_FillValue", &fill) == NC_NOERR)
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
        for (size_t i = 0; i < total; i++) { /* those of drivers have a second axis, the first */
            const size_t at[2] = {i, along > 0 ? (size_t)region : 0}, slice[2] = {i, 0};
            NC(nc_get_var1_string(whole, v, along > 0 ? at : start, &a));
            NC(nc_get_var1_string(one, other, slice, &b));
            ck_assert_msg(strcmp(a, b) == 0, "%s: %s, expected %s", name, b, a);
            nc_free_string(1, &a);
            nc_free_string(1, &b);
        }
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
        ck_assert_int_eq(count, count_one + 1); /* the tally is in the file of all */
        ck_assert(has_variable(whole, "tally") && !has_variable(one, "tally"));
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
    static const char *const roles[] = {"land_cover 2020", "above_ground_biomass_sd 2025",
                                        "regions",         "legend",
                                        "factors",         "harvest",
                                        "accuracy"};
    size_t known = 0;
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
        char *role = read_string(id, "input_role", i, 0);
        for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
            known |= (size_t)(strcmp(role, roles[k]) == 0) << k;
        free(role);
        nc_free_string(1, &path);
        nc_free_string(1, &stated);
    }
    ck_assert_uint_eq(known, ((size_t)1 << sizeof roles / sizeof *roles) - 1);
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
    TCase *tests = tcase_create("inventory");
    add_tests(tests);
    return run_on_demo(tests);
}
