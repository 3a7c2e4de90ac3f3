/* Sums by block: the same bits however the tiles are shared out, kept in the tally file, and
 * refused where they were changed. */
#include "tests/pipelines/blocks_fixture.h"

#include <netcdf.h>

static struct land land;
static struct sink_error error;

#define CORRELATION ", correlation: {range: 25 km, time: 0.5}"
#define NC(call) ck_assert_msg((call) == NC_NOERR, "%s", #call)

/* Files of the landscape, its job and its tally, made by the first test of the program. */
static void make_once(void)
{
    if (access(demo_path("open.nc"), F_OK) == 0)
        return;
    struct sink_faults faults = {0};
    land = land_degrees();
    land_make(&land);
    land_free(&land);
    const struct sink_options options = {
        .file = land_write_job("job.yml", (struct land_job){.correlation = CORRELATION}),
        .output = demo_path("tally.nc"),
        .is_quiet = true,
        .progress = SINK_PROGRESS_NEVER};
    ck_assert_int_eq(sink_command_tally.run(&options, &faults), SINK_OK);
    char command[600]; /* netCDF does not change a file that was made in memory */
    snprintf(command, sizeof command, "nccopy '%s' '%s'", demo_path("tally.nc"),
             demo_path("open.nc"));
    ck_assert_int_eq(system(command), 0);
}

static void digest_of(int threads, bool reverse, char hex[65])
{
    struct sink_session session;
    demo_tally(demo_path("job.yml"), threads, reverse, &session);
    ck_assert_int_eq(sink_tally_bundle_digest(&session.bundle, hex, &error), SINK_OK);
    sink_session_close(&session);
}

/* The digest is over the sums by block, too: a_changed_value_is_refused. */
START_TEST(sums_do_not_depend_on_threads_or_on_the_order_of_tiles)
{
    char expected[65], found[65];
    digest_of(1, false, expected);
    for (int threads = 1; threads <= 3; threads++)
        for (int reverse = 0; reverse < 2; reverse++) {
            digest_of(threads, reverse, found);
            ck_assert_str_eq(found, expected);
        }
}
END_TEST

/* Without this the test above could not fail. */
START_TEST(blocks_lie_in_more_tiles_than_one)
{
    struct sink_session session;
    demo_tally(demo_path("job.yml"), 1, false, &session);
    const struct sink_plan *plan = session.plan;
    const struct sink_correlation *correlation = &plan->correlations.items[0];
    ck_assert_int_lt(plan->tile_width, plan->grid.width);
    ck_assert_int_lt(plan->tile_height, plan->grid.height);
    ck_assert_int_ne(plan->tile_height % correlation->block_rows, 0);
    const int band = plan->tile_height / correlation->block_rows;
    ck_assert_int_ne(plan->tile_width % correlation->block_columns[band], 0);
    sink_session_close(&session);
}
END_TEST

static void read_whole(const char *path, struct sink_tally_bundle *bundle)
{
    if (sink_tally_file_read(path, bundle, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
}

START_TEST(what_is_read_and_written_again_has_the_same_bytes)
{
    struct sink_tally_bundle bundle;
    read_whole(demo_path("tally.nc"), &bundle);
    ck_assert_uint_eq(bundle.correlations.count, 1);
    ck_assert_str_eq(bundle.correlations.items[0].name, "above_ground_biomass_sd");
    ck_assert_double_eq(bundle.correlations.items[0].range_m, 25000);
    ck_assert_ptr_nonnull(bundle.blocks);
    ck_assert_int_eq(sink_tally_file_write(demo_path("b.nc"), &bundle, &error), SINK_OK);
    sink_tally_bundle_free(&bundle);
    demo_check_same_bytes(demo_path("b.nc"), demo_path("tally.nc"));
}
END_TEST

START_TEST(shares_from_a_file_have_the_bits_of_those_from_the_rasters)
{
    struct landing whole;
    struct sink_tally_bundle bundle;
    struct sink_book book;
    demo_tally(demo_path("job.yml"), 2, false, &whole.session);
    demo_account(&whole.session.bundle, &whole.book);
    read_whole(demo_path("tally.nc"), &bundle);
    demo_account(&bundle, &book);
    ck_assert_uint_eq(book.rasters.count, 1);
    for (size_t i = 0; i < 2 * bundle.regions.count; i++) {
        ck_assert(!isnan(book.rasters.items[0].shares[i]));
        ck_assert_double_eq(book.rasters.items[0].shares[i], whole.book.rasters.items[0].shares[i]);
    }
    sink_book_free(&book);
    sink_tally_bundle_free(&bundle);
    land_close(&whole);
}
END_TEST

START_TEST(without_a_range_the_file_says_nothing_of_blocks)
{
    struct sink_session session;
    int id, count;
    demo_tally(land_write_job("plain.yml", (struct land_job){0}), 2, false, &session);
    ck_assert_int_eq(sink_tally_file_write(demo_path("plain.nc"), &session.bundle, &error),
                     SINK_OK);
    sink_session_close(&session);
    NC(nc_open(demo_path("plain.nc"), NC_NOWRITE, &id));
    NC(nc_inq_nvars(id, &count));
    for (int v = 0; v < count; v++) {
        char name[NC_MAX_NAME + 1];
        NC(nc_inq_varname(id, v, name));
        ck_assert_msg(strncmp(name, "block", 5) != 0 && strncmp(name, "correlation", 11) != 0, "%s",
                      name);
    }
    NC(nc_close(id));
}
END_TEST

/* A copy of the tally, open for changes. */
static int open_copy(const char *path)
{
    size_t bytes;
    int id;
    char *data = demo_read(demo_path("open.nc"), &bytes);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, bytes, file), bytes);
    ck_assert_int_eq(fclose(file), 0);
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
    ck_assert_ptr_null(bundle.blocks);
    ck_assert_uint_eq(bundle.correlations.count, 0);
}

/* A change of one value of a variable, and how the refusal starts. */
struct change {
    const char *variable;
    size_t index;
    long long whole;
    const char *text;
    const char *told;
};

#define CHANGED "its content has been changed: it says its digest is "
#define OUT_OF_RANGE(row) "block " row ": region, pass, key or cells out of range"

static const struct change changes[] = {
    {"block_sum_low", 0, 12345, NULL, CHANGED},
    {"block_sum_low", 1, 12345, NULL, CHANGED},
    {"block_sum_high", 5, 1, NULL, CHANGED},
    {"block_sum_high", 2, -1, NULL, "block 1: an area below 0"},
    {"block_cells", 3, 1, NULL, CHANGED},
    {"block_cells", 3, -1, NULL, OUT_OF_RANGE("3")},
    {"block_key", 0, 0, NULL, CHANGED},
    {"block_key", 404, INT64_MAX, NULL, OUT_OF_RANGE("404")},
    {"block_key", 7, 0, NULL, "block 7: not after block 6 in the order of region, pass and key"},
    {"block_region", 0, 17, NULL, OUT_OF_RANGE("0")},
    {"block_region", 0, 3, NULL, OUT_OF_RANGE("0")}, /* a rest */
    {"block_pass", 0, 2, NULL, OUT_OF_RANGE("0")},
    {"correlation_name", 0, 0, "above_ground_biomass", CHANGED},
    {"correlation_name", 0, 0, "depth",
     "correlation_name: \"depth\" is no quantity or stands twice"},
    {"correlation_range", 0, 26000, NULL, CHANGED},
    {"correlation_range", 0, 0, NULL,
     "correlation above_ground_biomass_sd: range or blocks out of "},
    {"correlation_block_rows", 0, 5, NULL, CHANGED},
    {"correlation_block_rows", 0, 0, NULL, "correlation above_ground_biomass_sd: range or blocks"},
    {"correlation_band_count", 0, 100000, NULL, CHANGED},
    {"correlation_band_count", 0, 1, NULL, "block "},
    {"correlation_band_count", 0, 1LL << 40, NULL,
     "correlation above_ground_biomass_sd: range or blocks"},
    {"correlation_column_count", 0, 100000, NULL, CHANGED},
    {"correlation_column_count", 0, 0, NULL,
     "correlation above_ground_biomass_sd: range or blocks"}};
#define CHANGE_COUNT (sizeof changes / sizeof *changes)

static void put(int id, const struct change *change)
{
    int variable, count, dimensions[NC_MAX_VAR_DIMS];
    size_t at[NC_MAX_VAR_DIMS] = {0}, index = change->index;
    NC(nc_inq_varid(id, change->variable, &variable));
    NC(nc_inq_var(id, variable, NULL, NULL, &count, dimensions, NULL));
    for (int d = count; d-- > 0;) {
        size_t length;
        NC(nc_inq_dimlen(id, dimensions[d], &length));
        at[d] = index % length;
        index /= length;
    }
    if (change->text)
        NC(nc_put_var1_string(id, variable, at, (const char **)(uintptr_t)&change->text));
    else
        NC(nc_put_var1_longlong(id, variable, at, &change->whole));
}

START_TEST(a_changed_value_is_refused)
{
    const char *path = demo_path("changed.nc");
    const int id = open_copy(path);
    put(id, &changes[_i]);
    NC(nc_close(id));
    check_refused(path, changes[_i].told);
}
END_TEST

START_TEST(every_variable_of_blocks_is_among_those_changed)
{
    int id, count;
    NC(nc_open(demo_path("tally.nc"), NC_NOWRITE, &id));
    NC(nc_inq_nvars(id, &count));
    for (int v = 0; v < count; v++) {
        char name[NC_MAX_NAME + 1];
        NC(nc_inq_varname(id, v, name));
        bool is_known = strncmp(name, "block", 5) != 0 && strncmp(name, "correlation", 11) != 0;
        for (size_t i = 0; i < CHANGE_COUNT; i++)
            is_known = is_known || strcmp(changes[i].variable, name) == 0;
        ck_assert_msg(is_known, "no change of %s", name);
    }
    NC(nc_close(id));
}
END_TEST

/* A file that was made so, with a digest that fits: its job gives a range, and there are no sums.
 */
START_TEST(an_account_without_the_sums_that_its_job_asks_for_is_refused)
{
    struct sink_tally_bundle bundle;
    struct sink_book book;
    struct sink_faults faults = {0};
    read_whole(demo_path("tally.nc"), &bundle);
    bundle.correlations.items[0].range_m = 24000;
    ck_assert_int_eq(sink_tally_file_write(demo_path("forged.nc"), &bundle, &error), SINK_OK);
    sink_tally_bundle_free(&bundle);
    read_whole(demo_path("forged.nc"), &bundle);
    ck_assert_int_eq(sink_book_make(&bundle, &book, NULL, &faults), SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_str_eq(faults.items[0].message,
                     "the tally has no sums of above_ground_biomass_sd by blocks of 25000 m, the "
                     "range that its job gives");
    sink_faults_free(&faults);
    sink_tally_bundle_free(&bundle);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("blocks_file");
    TCase *tests = tcase_create("blocks_file");
    tcase_add_checked_fixture(tests, make_once, NULL);
    tcase_add_test(tests, sums_do_not_depend_on_threads_or_on_the_order_of_tiles);
    tcase_add_test(tests, blocks_lie_in_more_tiles_than_one);
    tcase_add_test(tests, what_is_read_and_written_again_has_the_same_bytes);
    tcase_add_test(tests, shares_from_a_file_have_the_bits_of_those_from_the_rasters);
    tcase_add_test(tests, without_a_range_the_file_says_nothing_of_blocks);
    tcase_add_loop_test(tests, a_changed_value_is_refused, 0, (int)CHANGE_COUNT);
    tcase_add_test(tests, every_variable_of_blocks_is_among_those_changed);
    tcase_add_test(tests, an_account_without_the_sums_that_its_job_asks_for_is_refused);
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
