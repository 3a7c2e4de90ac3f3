/* The promise of exactness: what comes out depends on the job, not on how it was divided. */
#include "tests/pipelines/demo_fixture.h"

#include <time.h>

/* How the tiles are shared out. */
struct division {
    int threads;
    bool reverse;
};
static const struct division divisions[] = {
    {2, false}, {3, false}, {7, false}, {1, true}, {3, true}};
#define DIVISION_COUNT (sizeof divisions / sizeof *divisions)

static void digest_of(struct division division, char hex[65])
{
    struct sink_session session;
    struct sink_error error;
    demo_tally(demo_path("demo/job.yml"), division.threads, division.reverse, &session);
    ck_assert_int_eq(sink_tally_bundle_digest(&session.bundle, hex, &error), SINK_OK);
    sink_session_close(&session);
}

START_TEST(the_digest_does_not_depend_on_threads_or_on_the_order_of_tiles)
{
    char expected[65], found[65];
    digest_of((struct division){1, false}, expected);
    for (size_t i = 0; i < DIVISION_COUNT; i++) {
        digest_of(divisions[i], found);
        ck_assert_msg(strcmp(found, expected) == 0, "%d threads%s", divisions[i].threads,
                      divisions[i].reverse ? ", reversed" : "");
    }
}
END_TEST

/* Without this the test above could not fail. */
START_TEST(regions_of_the_demo_lie_in_more_tiles_than_one)
{
    struct sink_session session;
    demo_tally(demo_path("demo/job.yml"), 1, false, &session);
    const struct sink_plan *plan = session.plan;
    ck_assert_int_ge((plan->grid.width - 1) / plan->tile_width, 1);
    ck_assert_int_ge((plan->grid.height - 1) / plan->tile_height, 1);
    sink_session_close(&session);
}
END_TEST

static void write_files(struct division division, const char *tally, const char *inventory)
{
    struct sink_session session;
    struct sink_book book;
    struct sink_error error;
    demo_tally(demo_path("demo/job.yml"), division.threads, division.reverse, &session);
    ck_assert_int_eq(sink_tally_file_write(tally, &session.bundle, &error), SINK_OK);
    demo_account(&session.bundle, &book);
    ck_assert_int_eq(sink_inventory_write(inventory, &book.inventory, -1, &error), SINK_OK);
    sink_book_free(&book);
    sink_session_close(&session);
}

START_TEST(tally_file_and_inventory_have_the_same_bytes_however_divided)
{
    write_files((struct division){1, false}, demo_path("a.nc"), demo_path("b.nc"));
    write_files((struct division){7, true}, demo_path("c.nc"), demo_path("d.nc"));
    demo_check_same_bytes(demo_path("c.nc"), demo_path("a.nc"));
    demo_check_same_bytes(demo_path("d.nc"), demo_path("b.nc"));
}
END_TEST

/* netCDF and HDF5 like to write the clock into their files. */
START_TEST(a_second_run_a_second_later_gives_the_same_bytes)
{
    write_files((struct division){2, false}, demo_path("a.nc"), demo_path("b.nc"));
    const struct timespec second = {.tv_sec = 1, .tv_nsec = 100000000};
    nanosleep(&second, NULL);
    write_files((struct division){2, false}, demo_path("c.nc"), demo_path("d.nc"));
    demo_check_same_bytes(demo_path("c.nc"), demo_path("a.nc"));
    demo_check_same_bytes(demo_path("d.nc"), demo_path("b.nc"));
}
END_TEST

static void run_command(const struct sink_command *command, const char *file, const char *output)
{
    struct sink_faults faults = {0};
    const struct sink_options options = {.file = file,
                                         .output = output,
                                         .threads = 2,
                                         .is_quiet = true,
                                         .progress = SINK_PROGRESS_NEVER};
    if (command->run(&options, &faults) != SINK_OK)
        ck_abort_msg("%s", faults.items[0].message);
    sink_faults_free(&faults);
}

START_TEST(run_is_tally_and_account_through_a_file)
{
    const char *job = demo_job("kept.yml", "  # tally:", "  tally: kept.nc");
    run_command(&sink_command_run, job, NULL);
    run_command(&sink_command_tally, job, demo_path("half.nc"));
    run_command(&sink_command_account, demo_path("half.nc"), demo_path("halves.nc"));
    demo_check_same_bytes(demo_path("demo/kept.nc"), demo_path("half.nc"));
    demo_check_same_bytes(demo_path("halves.nc"), demo_path("demo/inventory.nc"));
}
END_TEST

static void check_failure(const char *job, struct division division, struct sink_error *error)
{
    struct sink_session session;
    struct sink_faults faults = {0};
    const struct sink_options options = {.file = job,
                                         .threads = division.threads,
                                         .is_quiet = true,
                                         .progress = SINK_PROGRESS_NEVER};
    const struct sink_tally_request request = {.options = &options, .reverse = division.reverse};
    if (sink_session_open(&options, &session, &faults) != SINK_OK)
        ck_abort_msg("%s", faults.items[0].message);
    ck_assert_int_eq(sink_plan_evidence(session.plan, &session.bundle.evidence, error), SINK_OK);
    ck_assert_int_eq(sink_tally_run(session.plan, &request, &session.bundle, error), SINK_BAD_DATA);
    ck_assert_ptr_null(session.bundle.tally);
    sink_session_close(&session);
}

/* A code that is in no legend lies in many tiles. */
START_TEST(of_several_failures_the_same_one_is_told_however_divided)
{
    size_t bytes;
    struct sink_error expected = {0}, found = {0};
    char *legend = demo_read(demo_path("demo/legend.csv"), &bytes);
    char *line = strstr(legend, ",cropland");
    while (line > legend && line[-1] != '\n')
        line--;
    memmove(line, strchr(line, '\n') + 1, strlen(strchr(line, '\n') + 1) + 1);
    demo_write(demo_path("demo/short.csv"), legend);
    free(legend);
    const char *job = demo_job("short.yml", "    legend: legend.csv", "    legend: short.csv");
    check_failure(job, (struct division){1, false}, &expected);
    for (size_t i = 0; i < DIVISION_COUNT; i++) {
        check_failure(job, divisions[i], &found);
        ck_assert_str_eq(found.message, expected.message);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tally_run");
    TCase *tests = tcase_create("tally_run");
    tcase_add_test(tests, the_digest_does_not_depend_on_threads_or_on_the_order_of_tiles);
    tcase_add_test(tests, regions_of_the_demo_lie_in_more_tiles_than_one);
    tcase_add_test(tests, tally_file_and_inventory_have_the_same_bytes_however_divided);
    tcase_add_test(tests, a_second_run_a_second_later_gives_the_same_bytes);
    tcase_add_test(tests, run_is_tally_and_account_through_a_file);
    tcase_add_test(tests, of_several_failures_the_same_one_is_told_however_divided);
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
