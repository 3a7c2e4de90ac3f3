/* A tally file gives back what was put in, and nothing else: whatever was changed is refused. */
#include "tests/pipelines/demo_fixture.h"

#include "sinkcalc/base/exact.h"

#include <math.h>
#include <netcdf.h>
#include <sys/stat.h>

static struct sink_error error;

#define NC(call) ck_assert_msg((call) == NC_NOERR, "%s", #call)

/* The tally of the demo, for all tests of the program. */
static bool make_tally(void)
{
    int status = 1;
    if (!demo_start())
        return false;
    const pid_t child = fork();
    if (child == 0) {
        struct sink_faults faults = {0};
        const struct sink_options options = {.file = demo_path("demo/job.yml"),
                                             .output = demo_path("tally.nc"),
                                             .is_quiet = true,
                                             .progress = SINK_PROGRESS_NEVER};
        _exit(sink_command_tally.run(&options, &faults) == SINK_OK ? 0 : 1);
    }
    if (child <= 0 || waitpid(child, &status, 0) != child || status != 0)
        return false;
    char command[600]; /* netCDF does not change a file that was made in memory */
    snprintf(command, sizeof command, "nccopy '%s' '%s'", demo_path("tally.nc"),
             demo_path("open.nc"));
    return system(command) == 0;
}

static void read_whole(const char *path, struct sink_tally_bundle *bundle)
{
    if (sink_tally_file_read(path, bundle, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
}

static void write_bytes(const char *path, const char *data, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, bytes, file), bytes);
    ck_assert_int_eq(fclose(file), 0);
}

/* A copy of the tally, open for changes. */
static int open_copy(const char *path)
{
    size_t bytes;
    int id;
    char *data = demo_read(demo_path("open.nc"), &bytes);
    write_bytes(path, data, bytes);
    free(data);
    NC(nc_open(path, NC_WRITE, &id));
    return id;
}

static void check_refused(const char *path, const char *what)
{
    struct sink_tally_bundle bundle;
    char expected[256];
    snprintf(expected, sizeof expected, "%s: %s", path, what);
    ck_assert_msg(sink_tally_file_read(path, &bundle, &error) == SINK_BAD_DATA, "%s: accepted",
                  what);
    ck_assert_msg(strncmp(error.message, expected, strlen(expected)) == 0, "\"%s\"", error.message);
    ck_assert_ptr_null(bundle.tally);
    ck_assert_uint_eq(bundle.regions.count, 0);
}

START_TEST(what_is_read_has_the_digest_of_what_was_written)
{
    char written[65], read[65];
    struct sink_session session;
    struct sink_tally_bundle bundle;
    demo_tally(demo_path("demo/job.yml"), 1, false, &session);
    ck_assert_int_eq(sink_tally_bundle_digest(&session.bundle, written, &error), SINK_OK);
    ck_assert_int_eq(sink_tally_file_write(demo_path("a.nc"), &session.bundle, &error), SINK_OK);
    sink_session_close(&session);
    read_whole(demo_path("a.nc"), &bundle);
    ck_assert_int_eq(sink_tally_bundle_digest(&bundle, read, &error), SINK_OK);
    ck_assert_str_eq(read, written);
    sink_tally_bundle_free(&bundle);
}
END_TEST

/* The digest is ours and might forget something; a second file would not have it. */
START_TEST(what_is_read_and_written_again_has_the_same_bytes)
{
    struct sink_tally_bundle bundle;
    read_whole(demo_path("tally.nc"), &bundle);
    ck_assert_int_eq(sink_tally_file_write(demo_path("b.nc"), &bundle, &error), SINK_OK);
    sink_tally_bundle_free(&bundle);
    demo_check_same_bytes(demo_path("b.nc"), demo_path("tally.nc"));
}
END_TEST

START_TEST(ids_keep_their_zeros_and_names_their_script)
{
    struct sink_tally_bundle bundle;
    const char *job = demo_job("zh.yml", "  name:", "  name: name_zh");
    struct sink_session session;
    demo_tally(job, 1, false, &session);
    ck_assert_int_eq(sink_tally_file_write(demo_path("c.nc"), &session.bundle, &error), SINK_OK);
    sink_session_close(&session);
    read_whole(demo_path("c.nc"), &bundle);
    const int county = sink_region_list_find(&bundle.regions, "033204");
    ck_assert_int_ge(county, 0);
    ck_assert_str_eq(bundle.regions.items[county].name, "沙屿县");
    sink_tally_bundle_free(&bundle);
}
END_TEST

/* Which shows that the refusals below are those of the changes. */
START_TEST(a_copy_that_another_program_made_is_read)
{
    struct sink_tally_bundle bundle;
    read_whole(demo_path("open.nc"), &bundle);
    sink_tally_bundle_free(&bundle);
}
END_TEST

/* A change of one value of a variable, and how the refusal starts. */
struct change {
    const char *variable;
    size_t index;
    enum { WHOLE, REAL, TEXT } kind;
    int64_t whole;
    const char *text;
    const char *told;
};

#define CHANGED "its content has been changed: it says its digest is "

static const struct change changes[] = {
    {"row_sum_low", 0, WHOLE, 12345, NULL, CHANGED},
    {"row_sum_high", 8, WHOLE, 1, NULL, CHANGED},
    {"row_sum_high", 0, WHOLE, -1, NULL, "row 0: an area below 0"},
    {"row_cells", 3, WHOLE, 1, NULL, CHANGED},
    {"row_cells", 3, WHOLE, -1, NULL, "row 3: region, pass, key or cells out of range"},
    {"row_key", 0, WHOLE, 0, NULL, CHANGED},
    {"row_key", 404, WHOLE, INT64_MAX, NULL, "row 404: region, pass, key or cells out of range"},
    {"row_key", 7, WHOLE, 0, NULL, "row 7: not after row 6 in the order of region, pass and key"},
    {"row_region", 0, WHOLE, 17, NULL, "row 0: region, pass, key or cells out of range"},
    {"row_pass", 0, WHOLE, 1, NULL, "row 0: region, pass, key or cells out of range"},
    {"region_id", 0, TEXT, 0, "04", CHANGED},
    {"region_id", 1, TEXT, 0, "03", "region_id: \"03\" is empty or stands twice"},
    {"region_id", 1, TEXT, 0, "", "region_id: \"\" is empty or stands twice"},
    {"region_id", 1, TEXT, 0, "\xff", "region_id: a text that is not UTF-8"},
    {"region_name", 3, TEXT, 0, "Elsewhere", CHANGED},
    {"region_name", 3, TEXT, 0, "\x1b[2J", "region 3: an id or a name with control"},
    {"region_parent", 5, WHOLE, 5, NULL, "region "},
    {"region_parent", 1, WHOLE, -1, NULL, "region "},
    {"region_level", 4, WHOLE, 7, NULL, "region "},
    {"region_kind", 4, WHOLE, 9, NULL, "region "},
    {"region_reach", 4, WHOLE, 9, NULL, "region "},
    {"region_reach", 4, WHOLE, 1, NULL, CHANGED},
    {"region_area", 2, REAL, 1, NULL, CHANGED},
    {"region_lat", 2, REAL, 1, NULL, CHANGED},
    {"region_part_count", 2, WHOLE, 1000, NULL, "region "},
    {"region_part_count", 15, WHOLE, 0, NULL, "part_node_count: more parts or nodes"},
    {"part_is_hole", 0, WHOLE, 1, NULL, CHANGED},
    {"part_node_count", 0, WHOLE, -1, NULL, "region "},
    {"part_node_count", 0, WHOLE, 1000000, NULL, "region "},
    {"node_lon", 9, REAL, 1, NULL, CHANGED},
    {"year_value", 1, WHOLE, 2026, NULL, CHANGED},
    {"year_value", 1, WHOLE, 2020, NULL, "year_value: 2020, expected ascending years"},
    {"dimension_name", 0, TEXT, 0, "glass", "no dimension \"class\" for every year"},
    {"dimension_kind", 0, WHOLE, 5, NULL, "dimension class: unknown kind or side"},
    {"dimension_side", 0, WHOLE, -1, NULL, "dimension class: unknown kind or side"},
    {"dimension_count", 0, WHOLE, 1000, NULL, "dimension class: unknown kind or side, or too few"},
    {"dimension_count", 0, WHOLE, 2, NULL, NULL},
    {"label_text", 3, TEXT, 0, "shrubland", CHANGED},
    {"label_upper", 3, REAL, 5, NULL, "label_upper: 5 for "},
    {"quantity_name", 0, TEXT, 0, "depth", "quantity depth: no dimension of its intervals"},
    {"quantity_unit", 0, WHOLE, 99, NULL, "quantity "},
    {"quantity_unit", 0, WHOLE, 2, NULL, CHANGED},
    {"quantity_side", 0, WHOLE, 4, NULL, "quantity "},
    {"job", 0, TEXT, 0, "years: 1999", CHANGED},
    {"crs_wkt", 0, TEXT, 0, "", CHANGED},
    {"table_name", 1, TEXT, 0, "my.csv", CHANGED},
    {"table_text", 0, TEXT, 0, "quantity,value", CHANGED},
    {"input_path", 0, TEXT, 0, "other.tif", CHANGED},
    {"input_role", 0, TEXT, 0, "zone", CHANGED},
    {"input_sha256", 0, TEXT, 0, "00", CHANGED},
    {"input_sha256", 0, TEXT, 0,
     "00000000000000000000000000000000000000000000000000000000000000000", "input_sha256: "},
    {"input_bytes", 0, REAL, 1, NULL, CHANGED},
    {"overlap_sum_low", 0, WHOLE, 1, NULL, "sinkcalc_overlap_m2: 0, expected "},
    {"overlap_sum_high", 0, WHOLE, 1, NULL, "sinkcalc_overlap_m2: 0, expected "},
    {"tile_first", 0, WHOLE, 1, NULL, CHANGED},
    {"tile_end", 0, WHOLE, 5, NULL, CHANGED},
    {"tile_end", 0, WHOLE, 0, NULL, "tile_first: tiles 0 to 0 out of range"},
    {"tile_end", 0, WHOLE, 7, NULL, "tile_first: tiles 0 to 7 out of range"}};

/* Values lie after one another, whatever the dimensions. */
static void put(int id, const struct change *change)
{
    int variable, count, dimensions[NC_MAX_VAR_DIMS];
    size_t at[NC_MAX_VAR_DIMS] = {0}, index = change->index;
    const double real = (double)change->whole;
    const long long whole = change->whole;
    NC(nc_inq_varid(id, change->variable, &variable));
    NC(nc_inq_var(id, variable, NULL, NULL, &count, dimensions, NULL));
    for (int d = count; d-- > 0;) {
        size_t length;
        NC(nc_inq_dimlen(id, dimensions[d], &length));
        at[d] = index % length;
        index /= length;
    }
    if (change->kind == TEXT)
        NC(nc_put_var1_string(id, variable, at, (const char **)(uintptr_t)&change->text));
    else if (change->kind == REAL)
        NC(nc_put_var1_double(id, variable, at, &real));
    else
        NC(nc_put_var1_longlong(id, variable, at, &whole));
}

START_TEST(a_changed_value_is_refused)
{
    const char *path = demo_path("changed.nc");
    const int id = open_copy(path);
    put(id, &changes[_i]);
    NC(nc_close(id));
    check_refused(path, changes[_i].told ? changes[_i].told : "");
}
END_TEST

START_TEST(every_variable_of_the_file_is_among_those_changed)
{
    int id, count;
    NC(nc_open(demo_path("tally.nc"), NC_NOWRITE, &id));
    NC(nc_inq_nvars(id, &count));
    for (int v = 0; v < count; v++) {
        char name[NC_MAX_NAME + 1];
        NC(nc_inq_varname(id, v, name)); /* sums by block are those of test_blocks_file.c */
        bool is_known = strncmp(name, "block", 5) == 0 || strncmp(name, "correlation", 11) == 0;
        for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
            is_known = is_known || strcmp(changes[i].variable, name) == 0;
        ck_assert_msg(is_known || strcmp(name, "node_lat") == 0 || strcmp(name, "region_lon") == 0,
                      "no change of %s", name);
    }
    NC(nc_close(id));
}
END_TEST

/* Writes row 10 over row 11, and row 11 over row 10 if they change places. */
static const char *change_rows(bool is_exchange)
{
    static const char *const columns[] = {"row_region", "row_pass", "row_key", "row_cells"};
    const char *path = demo_path("rows.nc");
    const int id = open_copy(path);
    for (size_t c = 0; c < 4; c++) {
        int variable;
        long long a, b;
        const size_t first = 10, second = 11;
        NC(nc_inq_varid(id, columns[c], &variable));
        NC(nc_get_var1_longlong(id, variable, &first, &a));
        NC(nc_get_var1_longlong(id, variable, &second, &b));
        NC(nc_put_var1_longlong(id, variable, &second, &a));
        if (is_exchange)
            NC(nc_put_var1_longlong(id, variable, &first, &b));
    }
    NC(nc_close(id));
    return path;
}

START_TEST(rows_in_another_order_or_twice_are_refused)
{
    for (int is_exchange = 0; is_exchange < 2; is_exchange++)
        check_refused(change_rows(is_exchange),
                      "row 11: not after row 10 in the order of region, pass and key");
}
END_TEST

/* What the land was is read into a room of its own size. */
START_TEST(a_dimension_that_stands_twice_or_is_not_known_is_refused)
{
    const char *names[] = {"conversion_2", "conversion_9"};
    const char *told[] = {"dimension conversion_2: stands", "dimension conversion_9: expected"};
    for (size_t i = 0; i < 2; i++) {
        const int id = open_copy(demo_path("dimension.nc"));
        int variable, dimension;
        size_t count;
        NC(nc_inq_varid(id, "dimension_name", &variable));
        NC(nc_inq_dimid(id, "dimension", &dimension));
        NC(nc_inq_dimlen(id, dimension, &count));
        count--; /* conversions are the last */
        NC(nc_put_var1_string(id, variable, &count, &names[i]));
        NC(nc_close(id));
        check_refused(demo_path("dimension.nc"), told[i]);
    }
}
END_TEST

static void put_attribute(const char *name, const char *text, const char *told)
{
    const char *path = demo_path("attribute.nc");
    const int id = open_copy(path);
    NC(nc_put_att_text(id, NC_GLOBAL, name, strlen(text), text));
    NC(nc_close(id));
    check_refused(path, told);
}

START_TEST(a_changed_attribute_is_refused)
{
    static const char *const names[] = {"sinkcalc_digest", "sinkcalc_version", "sinkcalc_libraries",
                                        "sinkcalc_job_file", "sinkcalc_grid"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        put_attribute(names[i], "another", CHANGED);
}
END_TEST

START_TEST(another_layout_is_named)
{
    put_attribute("sinkcalc_layout", "tally-2",
                  "no tally file: sinkcalc_layout is \"tally-2\", expected \"tally-1\"");
    put_attribute("sinkcalc_layout", "inventory-1",
                  "an inventory, expected a tally file; `sinkcalc tally` makes one of its job");
}
END_TEST

START_TEST(an_attribute_of_another_type_is_named)
{
    const char *path = demo_path("type.nc");
    const int id = open_copy(path), one = 1;
    NC(nc_put_att_int(id, NC_GLOBAL, "sinkcalc_cells_read", NC_INT, 1, &one));
    NC(nc_close(id));
    check_refused(path, "attribute sinkcalc_cells_read: none, expected a double");
}
END_TEST

START_TEST(a_missing_variable_is_named)
{
    const char *path = demo_path("missing.nc");
    const int id = open_copy(path);
    int variable;
    NC(nc_inq_varid(id, "row_cells", &variable));
    NC(nc_rename_var(id, variable, "row_sells"));
    NC(nc_close(id));
    check_refused(path, "row_cells: NetCDF: Variable not found");
}
END_TEST

START_TEST(a_variable_of_another_type_is_named)
{
    const char *path = demo_path("type.nc");
    const int id = open_copy(path);
    int variable, dimension;
    NC(nc_inq_varid(id, "row_cells", &variable));
    NC(nc_rename_var(id, variable, "old"));
    NC(nc_inq_dimid(id, "row", &dimension));
    NC(nc_def_var(id, "row_cells", NC_DOUBLE, 1, &dimension, &variable));
    NC(nc_close(id));
    check_refused(path, "row_cells: another type, expected int64");
}
END_TEST

START_TEST(a_variable_on_another_dimension_is_named)
{
    const char *path = demo_path("dimension.nc");
    const int id = open_copy(path);
    int variable, dimension;
    NC(nc_inq_varid(id, "row_cells", &variable));
    NC(nc_rename_var(id, variable, "old"));
    NC(nc_inq_dimid(id, "node", &dimension));
    NC(nc_def_var(id, "row_cells", NC_INT64, 1, &dimension, &variable));
    NC(nc_close(id));
    check_refused(path, "row_cells: dimension node, expected row");
}
END_TEST

START_TEST(a_file_cut_anywhere_is_refused)
{
    size_t bytes;
    const char *path = demo_path("cut.nc");
    char *data = demo_read(demo_path("tally.nc"), &bytes);
    for (size_t i = 0; i < 40; i++) {
        write_bytes(path, data, bytes * i / 40);
        check_refused(path, "");
    }
    write_bytes(path, data, bytes - 1);
    check_refused(path, "");
    free(data);
}
END_TEST

/* One bit in each of many places. HDF5 leaves room in its files: what is read must be whole. */
START_TEST(a_flipped_bit_is_refused_or_means_nothing)
{
    size_t bytes, refused = 0;
    char expected[65], found[65];
    struct sink_tally_bundle bundle;
    const char *path = demo_path("flipped.nc");
    char *data = demo_read(demo_path("tally.nc"), &bytes);
    read_whole(demo_path("tally.nc"), &bundle);
    ck_assert_int_eq(sink_tally_bundle_digest(&bundle, expected, &error), SINK_OK);
    sink_tally_bundle_free(&bundle);
    for (size_t i = 0; i < 60; i++) {
        const size_t at = (i * 2654435761u + 4099 * (size_t)_i) % bytes;
        data[at] ^= (char)(1 << i % 8);
        write_bytes(path, data, bytes);
        data[at] ^= (char)(1 << i % 8);
        if (sink_tally_file_read(path, &bundle, &error) != SINK_OK) {
            refused++;
            continue;
        }
        ck_assert_int_eq(sink_tally_bundle_digest(&bundle, found, &error), SINK_OK);
        ck_assert_str_eq(found, expected);
        sink_tally_bundle_free(&bundle);
    }
    ck_assert_uint_gt(refused, 0);
    free(data);
}
END_TEST

START_TEST(what_is_no_tally_file_is_named)
{
    int id;
    const char *path = demo_path("other.nc");
    demo_write(path, "");
    check_refused(path, "no netCDF-4 file");
    demo_write(path, "\x89HDF");
    check_refused(path, "no netCDF-4 file");
    demo_write(path, "region,area\n03,1\n");
    check_refused(path, "no netCDF-4 file");
    NC(nc_create(path, NC_CLOBBER, &id));
    NC(nc_close(id));
    check_refused(path, "no netCDF-4 file");
    NC(nc_create(path, NC_NETCDF4 | NC_CLOBBER, &id)); /* somebody else's */
    NC(nc_close(id));
    check_refused(path, "no tally file: sinkcalc_layout is \"\", expected \"tally-1\"");
}
END_TEST

START_TEST(what_is_no_file_is_named_without_waiting)
{
    const char *path = demo_path("fifo.nc");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    check_refused(path, "no regular file");
    check_refused(demo_folder, "no regular file");
    check_refused(demo_path("nothing.nc"), "cannot be read: No such file or directory");
}
END_TEST

START_TEST(a_tally_that_cannot_be_written_leaves_nothing)
{
    struct sink_tally_bundle bundle;
    read_whole(demo_path("tally.nc"), &bundle);
    ck_assert_int_eq(sink_tally_file_write(demo_path("no/t.nc"), &bundle, &error), SINK_FAILED);
    ck_assert_ptr_nonnull(strstr(error.message, "/no/t.nc: cannot be written: no folder "));
    sink_tally_bundle_free(&bundle);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, what_is_read_has_the_digest_of_what_was_written);
    tcase_add_test(tests, what_is_read_and_written_again_has_the_same_bytes);
    tcase_add_test(tests, ids_keep_their_zeros_and_names_their_script);
    tcase_add_test(tests, a_copy_that_another_program_made_is_read);
    tcase_add_loop_test(tests, a_changed_value_is_refused, 0,
                        (int)(sizeof changes / sizeof *changes));
    tcase_add_test(tests, every_variable_of_the_file_is_among_those_changed);
    tcase_add_test(tests, rows_in_another_order_or_twice_are_refused);
    tcase_add_test(tests, a_dimension_that_stands_twice_or_is_not_known_is_refused);
    tcase_add_test(tests, a_changed_attribute_is_refused);
    tcase_add_test(tests, another_layout_is_named);
    tcase_add_test(tests, an_attribute_of_another_type_is_named);
    tcase_add_test(tests, a_missing_variable_is_named);
    tcase_add_test(tests, a_variable_of_another_type_is_named);
    tcase_add_test(tests, a_variable_on_another_dimension_is_named);
    tcase_add_test(tests, a_file_cut_anywhere_is_refused);
    tcase_add_test(tests, a_flipped_bit_is_refused_or_means_nothing);
    tcase_add_test(tests, what_is_no_tally_file_is_named);
    tcase_add_test(tests, what_is_no_file_is_named_without_waiting);
    tcase_add_test(tests, a_tally_that_cannot_be_written_leaves_nothing);
}

int main(void)
{
    Suite *suite = suite_create("tally_file");
    TCase *tests = tcase_create("tally_file");
    add_tests(tests);
    suite_add_tcase(suite, tests);
    if (!make_tally())
        return EXIT_FAILURE;
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    demo_stop();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
