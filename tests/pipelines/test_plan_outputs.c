/* That no output would replace an input or another output is known before anything is computed,
 * also where links and ids hide it. */
#include "tests/pipelines/demo_fixture.h"

#include <sys/stat.h>

static struct sink_faults faults;

/* Opens the demo's job with another `inventory:` line, and more lines under `output:`. */
static void open_job(const char *lines)
{
    struct sink_session session;
    const char *job = demo_job("outputs.yml", "  inventory:", lines);
    const struct sink_options options = {.file = job, .is_quiet = true};
    faults = (struct sink_faults){0};
    (void)!sink_session_open(&options, &session, &faults);
    sink_session_close(&session);
}

static void check_fault(size_t index, const char *path, const char *what, enum sink_status status)
{
    char expected[600];
    snprintf(expected, sizeof expected, "%s: %s", path, what);
    ck_assert_uint_gt(faults.count, index);
    ck_assert_str_eq(faults.items[index].message, expected);
    ck_assert_int_eq(faults.items[index].status, status);
}

/* Text alone does not say that "link" is the folder of the job. */
static void make_link(void)
{
    if (access(demo_path("link"), F_OK) != 0)
        ck_assert_int_eq(symlink("demo", demo_path("link")), 0);
}

START_TEST(outputs_of_their_own_are_no_fault)
{
    mkdir(demo_path("demo/out"), 0700);
    open_job("  inventory: a.nc\n  tally: b.nc\n  per_region: out/{region_id}.nc");
    ck_assert_msg(faults.count == 0, "%s", faults.count ? faults.items[0].message : "");
    sink_faults_free(&faults);
}
END_TEST

START_TEST(an_output_that_is_an_input_by_a_linked_folder_is_a_fault)
{
    char command[300];
    make_link();
    snprintf(command, sizeof command, "cp '%s' '%s'", demo_path("demo/zone.tif"),
             demo_path("demo/zone.nc"));
    ck_assert_int_eq(system(command), 0);
    const char *job = demo_job("zone.yml", "  zone:", "  zone: {file: zone.nc, legend: gez}");
    struct sink_session session;
    size_t bytes;
    char *text = demo_read(job, &bytes), *at = strstr(text, "inventory: inventory.nc");
    ck_assert_ptr_nonnull(at);
    memcpy(at, "inventory: ../link/zone.nc\n#", 23 + 5);
    demo_write(job, text);
    free(text);
    faults = (struct sink_faults){0};
    const struct sink_options options = {.file = job, .is_quiet = true};
    ck_assert_int_eq(sink_session_open(&options, &session, &faults), SINK_BAD_JOB);
    sink_session_close(&session);
    check_fault(0, demo_path("demo/../link/zone.nc"),
                "the inventory would replace a file of the layer zone, expected a file of its own",
                SINK_BAD_JOB);
    sink_faults_free(&faults);
}
END_TEST

START_TEST(two_outputs_that_are_one_by_a_linked_folder_are_a_fault)
{
    make_link();
    open_job("  inventory: a.nc\n  tally: ../link/a.nc");
    ck_assert_uint_eq(faults.count, 1);
    check_fault(0, demo_path("demo/../link/a.nc"),
                "the tally would replace the inventory, expected a file of its own", SINK_BAD_JOB);
    sink_faults_free(&faults);
}
END_TEST

START_TEST(an_output_that_is_the_file_of_a_region_is_a_fault)
{
    open_job("  inventory: 033204.nc\n  per_region: \"{region_id}.nc\"");
    ck_assert_uint_eq(faults.count, 1);
    check_fault(0, demo_path("demo/033204.nc"),
                "the inventory of region 033204 would replace the inventory, expected a file of "
                "its own",
                SINK_BAD_JOB);
    sink_faults_free(&faults);
}
END_TEST

START_TEST(a_folder_that_is_missing_is_told_once_for_all_regions)
{
    open_job("  inventory: a.nc\n  per_region: no/{region_id}.nc");
    char expected[300];
    snprintf(expected, sizeof expected, "cannot be written: no folder %s; make it first",
             demo_path("demo/no"));
    ck_assert_uint_eq(faults.count, 1);
    check_fault(0, demo_path("demo/no/03.nc"), expected, SINK_FAILED);
    sink_faults_free(&faults);
}
END_TEST

START_TEST(every_output_that_cannot_be_written_is_told)
{
    mkdir(demo_path("demo/folder.nc"), 0700);
    open_job("  inventory: folder.nc\n  tally: no/t.nc");
    ck_assert_uint_eq(faults.count, 2);
    check_fault(0, demo_path("demo/folder.nc"),
                "cannot be written: it is a folder, expected a file or nothing", SINK_FAILED);
    sink_faults_free(&faults);
}
END_TEST

START_TEST(a_path_of_the_command_line_may_not_be_an_input)
{
    struct sink_session session;
    const struct sink_options options = {.file = demo_path("demo/job.yml"), .is_quiet = true};
    faults = (struct sink_faults){0};
    ck_assert_int_eq(sink_session_open(&options, &session, &faults), SINK_OK);
    sink_plan_check_output(session.plan, demo_path("new.nc"), &faults);
    ck_assert_uint_eq(faults.count, 0);
    make_link();
    sink_plan_check_output(session.plan, demo_path("link/counties.gpkg"), &faults);
    sink_plan_check_output(session.plan, demo_path("demo/job.yml"), &faults);
    sink_plan_check_output(session.plan, demo_path("demo/legend.csv"), &faults);
    sink_plan_check_output(session.plan, demo_path("demo/demo_factors.csv"), &faults);
    sink_plan_check_output(session.plan, demo_path("demo/harvest.csv"), &faults);
    sink_plan_check_output(session.plan, demo_path("demo/accuracy.csv"), &faults);
    ck_assert_uint_eq(faults.count, 6);
    check_fault(0, demo_path("link/counties.gpkg"),
                "the output would replace a file of the regions, expected a file of its own",
                SINK_BAD_JOB);
    sink_session_close(&session);
    sink_faults_free(&faults);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_outputs");
    TCase *tests = tcase_create("plan_outputs");
    tcase_add_test(tests, outputs_of_their_own_are_no_fault);
    tcase_add_test(tests, an_output_that_is_an_input_by_a_linked_folder_is_a_fault);
    tcase_add_test(tests, two_outputs_that_are_one_by_a_linked_folder_are_a_fault);
    tcase_add_test(tests, an_output_that_is_the_file_of_a_region_is_a_fault);
    tcase_add_test(tests, a_folder_that_is_missing_is_told_once_for_all_regions);
    tcase_add_test(tests, every_output_that_cannot_be_written_is_told);
    tcase_add_test(tests, a_path_of_the_command_line_may_not_be_an_input);
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
