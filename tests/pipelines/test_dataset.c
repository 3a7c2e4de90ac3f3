/* A file read whole: every variable and attribute of an inventory, and what damage does to it. */
#include "tests/pipelines/demo_fixture.h"

#include "pipelines/dataset.h"

#include <math.h>
#include <netcdf.h>
#include <sys/resource.h>

static struct sink_error error;

#define NC(call) ck_assert_msg((call) == NC_NOERR, "%s", #call)

/* Two groups, each type, a missing value that is told and one that is netCDF's. */
static const char *make_file(void)
{
    int id, group, dimension, variable;
    const char *path = demo_path("small.nc");
    const double reals[] = {1.5, 7, -3}, untold[] = {1.5, NC_FILL_DOUBLE, 7};
    const char *texts[] = {"a", "", "\xe6\xb2\x99"};
    const long long wholes[] = {INT64_MIN, 0, INT64_MAX};
    NC(nc_create(path, NC_NETCDF4 | NC_CLOBBER, &id));
    NC(nc_put_att_text(id, NC_GLOBAL, "title", 4, "test"));
    NC(nc_put_att_text(id, NC_GLOBAL, "comment", 1, "")); /* as others store an empty text */
    NC(nc_def_dim(id, "region", 3, &dimension));
    NC(nc_def_var(id, "area", NC_DOUBLE, 1, &dimension, &variable));
    NC(nc_put_att_text(id, variable, "units", 2, "ha"));
    NC(nc_put_att_double(id, variable, "_FillValue", NC_DOUBLE, 1, &reals[1]));
    NC(nc_put_var_double(id, variable, reals));
    NC(nc_def_var(id, "volume", NC_DOUBLE, 1, &dimension, &variable));
    NC(nc_put_var_double(id, variable, untold));
    NC(nc_def_var(id, "region_id", NC_STRING, 1, &dimension, &variable));
    NC(nc_put_var_string(id, variable, texts));
    NC(nc_def_grp(id, "tally", &group));
    NC(nc_def_var(group, "sum", NC_INT64, 1, &dimension, &variable));
    NC(nc_put_var_longlong(group, variable, wholes));
    NC(nc_close(id));
    return path;
}

START_TEST(everything_is_read_as_it_stands)
{
    struct sink_nc_reader reader;
    struct sink_dataset root, tally;
    ck_assert_int_eq(sink_nc_reader_open(&reader, make_file(), &error), SINK_OK);
    ck_assert(sink_dataset_read(&reader, &root));
    ck_assert_uint_eq(root.variable_count, 3);
    ck_assert_str_eq(sink_dataset_text(&root, NULL, "title"), "test");
    ck_assert_str_eq(sink_dataset_text(&root, NULL, "comment"), "");
    const struct sink_dataset_variable *area = sink_dataset_find(&root, "area");
    ck_assert_ptr_nonnull(area);
    ck_assert_str_eq(sink_dataset_text(&root, area, "units"), "ha");
    ck_assert_str_eq(sink_dataset_text(&root, area, "long_name"), "");
    ck_assert(isnan(sink_dataset_real(&root, area, "units")));
    ck_assert_double_eq(area->reals[0], 1.5);
    ck_assert(isnan(area->reals[1]));
    const struct sink_dataset_variable *volume = sink_dataset_find(&root, "volume");
    ck_assert_ptr_nonnull(volume);
    ck_assert(isnan(volume->reals[1]));
    ck_assert_double_eq(volume->reals[2], 7);
    ck_assert_int_eq(sink_dataset_axis(area, "region"), 0);
    ck_assert_int_eq(sink_dataset_axis(area, "time"), -1);
    ck_assert_str_eq(sink_dataset_find(&root, "region_id")->texts[2], "沙");
    ck_assert(!sink_nc_reader_enter(&reader, "rally"));
    ck_assert(sink_nc_reader_enter(&reader, "tally"));
    ck_assert(sink_dataset_read(&reader, &tally));
    ck_assert_uint_eq(tally.variable_count, 1);
    ck_assert(tally.variables[0].int64s[0] == INT64_MIN);
    ck_assert(tally.variables[0].int64s[2] == INT64_MAX);
    sink_dataset_free(&root);
    sink_dataset_free(&tally);
    sink_nc_reader_close(&reader);
}
END_TEST

/* HDF5 crashes on some of these; the process that reads must not. */
START_TEST(damage_is_a_fault_or_is_read)
{
    size_t bytes, faults = 0;
    const char *path = demo_path("damaged.nc");
    char *data = demo_read(make_file(), &bytes);
    for (size_t at = (size_t)_i; at < bytes; at += 397) {
        struct sink_nc_reader reader;
        struct sink_dataset dataset;
        data[at] ^= (char)(1 << at % 8);
        FILE *file = fopen(path, "wb");
        ck_assert_uint_eq(fwrite(data, 1, bytes, file), bytes);
        ck_assert_int_eq(fclose(file), 0);
        data[at] ^= (char)(1 << at % 8);
        if (sink_nc_reader_open(&reader, path, &error) == SINK_OK) {
            faults += !sink_dataset_read(&reader, &dataset);
            sink_dataset_free(&dataset);
            sink_nc_reader_close(&reader);
        } else {
            faults++;
        }
    }
    ck_assert_uint_gt(faults, 0);
    free(data);
}
END_TEST

/* Some files of HDF5 name others that hold their values. */
START_TEST(no_other_file_is_read)
{
    struct sink_nc_reader reader;
    struct sink_dataset dataset;
    char command[900];
    const char *path = demo_path("external.nc");
    snprintf(command, sizeof command,
             "/usr/bin/python3 -c 'import h5py, sys; f = h5py.File(sys.argv[1], \"w\"); "
             "p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); "
             "p.set_external(b\"/etc/passwd\", 0, 64); "
             "h5py.h5d.create(f.id, b\"area\", h5py.h5t.NATIVE_DOUBLE, "
             "h5py.h5s.create_simple((8,)), p)' '%s' 2>&1",
             path);
    ck_assert_int_eq(system(command), 0);
    ck_assert_int_eq(sink_nc_reader_open(&reader, path, &error), SINK_OK);
    ck_assert(!sink_dataset_read(&reader, &dataset));
    sink_nc_reader_close(&reader);
}
END_TEST

/* Three variables of half a GiB that were never written, and a MiB that was: DEFLATE could have
 * packed each. */
static const char *make_bomb(void)
{
    int id, dimension, row, variable;
    static const char *const names[] = {"a", "b", "c"};
    const size_t chunk = 1 << 20;
    const char *path = demo_path("bomb.nc");
    char *row_values = calloc(chunk, 1);
    ck_assert_ptr_nonnull(row_values);
    NC(nc_create(path, NC_NETCDF4 | NC_CLOBBER, &id));
    NC(nc_def_dim(id, "x", (size_t)1 << 26, &dimension));
    NC(nc_def_dim(id, "row", chunk, &row));
    for (int i = 0; i < 3; i++) {
        NC(nc_def_var(id, names[i], NC_DOUBLE, 1, &dimension, &variable));
        NC(nc_def_var_chunking(id, variable, NC_CHUNKED, &chunk));
        NC(nc_def_var_deflate(id, variable, 0, 1, 9));
    }
    NC(nc_def_var(id, "room", NC_UBYTE, 1, &row, &variable));
    NC(nc_put_var(id, variable, row_values));
    NC(nc_close(id));
    free(row_values);
    return path;
}

START_TEST(a_small_file_of_many_values_takes_no_memory)
{
    struct sink_nc_reader reader;
    struct sink_dataset dataset;
    struct rusage before, after;
    const char *path = make_bomb();
    getrusage(RUSAGE_SELF, &before);
    ck_assert_int_eq(sink_nc_reader_open(&reader, path, &error), SINK_OK);
    ck_assert(!sink_dataset_read(&reader, &dataset));
    ck_assert_int_eq(sink_nc_reader_status(&reader, &error), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "bomb.nc: its variables take 1.50 GiB in memory (a "
                                                "alone 0.50), expected at most 1.00 in all"));
    ck_assert_ptr_null(dataset.variables);
    sink_nc_reader_close(&reader);
    getrusage(RUSAGE_SELF, &after);
    ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 64 << 10);
}
END_TEST

/* Whatever is over the limit: values, texts, attributes. */
START_TEST(all_that_is_read_counts)
{
    struct sink_nc_reader reader;
    struct sink_dataset dataset;
    const char *path = make_file();
    bool is_read = false;
    size_t limit = 50, faults = 0;
    for (; !is_read && limit < 10000; limit += 50) {
        ck_assert_int_eq(sink_nc_reader_open(&reader, path, &error), SINK_OK);
        sink_nc_reader_limit(&reader, limit);
        is_read = sink_dataset_read(&reader, &dataset);
        if (!is_read) {
            faults++;
            ck_assert_int_eq(sink_nc_reader_status(&reader, &error), SINK_BAD_DATA);
            ck_assert_ptr_nonnull(strstr(error.message, ", expected at most 0.00"));
        }
        sink_dataset_free(&dataset);
        sink_nc_reader_close(&reader);
    }
    ck_assert(is_read);
    ck_assert_uint_gt(faults, 20);
}
END_TEST

int main(void)
{
    if (!demo_start())
        return EXIT_FAILURE;
    Suite *suite = suite_create("dataset");
    TCase *test_case = tcase_create("core");
    tcase_add_test(test_case, everything_is_read_as_it_stands);
    tcase_add_loop_test(test_case, damage_is_a_fault_or_is_read, 0, 4);
    tcase_add_test(test_case, no_other_file_is_read);
    tcase_add_test(test_case, a_small_file_of_many_values_takes_no_memory);
    tcase_add_test(test_case, all_that_is_read_counts);
    suite_add_tcase(suite, test_case);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    demo_stop();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
