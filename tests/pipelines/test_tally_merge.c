/* Parts and interrupted runs of the demo against its whole tally, in one process. The same with
 * kills and other jobs: tests/cli/parts.py and resume.py. */
#include "tests/pipelines/demo_fixture.h"

#include "pipelines/checkpoint.h"
#include "pipelines/interrupt.h"
#include "pipelines/tally_merge.h"
#include "pipelines/tile_list.h"

#include <signal.h>

static struct sink_error error;

/* What a run of the demo is given. */
struct how {
    int threads, number, count; /* of the part */
    bool reverse, is_restart;
    const char *checkpoint;
};

static enum sink_status tally(struct how how, struct sink_session *session)
{
    struct sink_faults faults = {0};
    const struct sink_options options = {.file = demo_path("demo/job.yml"),
                                         .threads = how.threads,
                                         .part = {how.number, how.count},
                                         .checkpoint_min = how.checkpoint ? 1e-6 : 0,
                                         .is_restart = how.is_restart,
                                         .is_quiet = true,
                                         .progress = SINK_PROGRESS_NEVER};
    const struct sink_tally_request request = {
        .options = &options, .checkpoint = how.checkpoint, .reverse = how.reverse};
    if (sink_session_open(&options, session, &faults) != SINK_OK)
        ck_abort_msg("%s", faults.items[0].message);
    struct sink_tally_bundle *bundle = &session->bundle;
    bundle->spec = session->plan->spec;
    bundle->regions = *sink_boundaries_list(session->plan->boundaries);
    bundle->correlations = session->plan->correlations;
    ck_assert_int_eq(sink_plan_evidence(session->plan, &bundle->evidence, &error), SINK_OK);
    return sink_tally_run(session->plan, &request, bundle, &error);
}

static void check_digest(struct sink_tally_bundle *bundle, const char *expected)
{
    char hex[65];
    ck_assert_int_eq(sink_tally_bundle_digest(bundle, hex, &error), SINK_OK);
    ck_assert_str_eq(hex, expected);
}

static void whole_digest(char hex[65])
{
    struct sink_session session;
    demo_tally(demo_path("demo/job.yml"), 2, false, &session);
    ck_assert_int_eq(sink_tally_bundle_digest(&session.bundle, hex, &error), SINK_OK);
    sink_session_close(&session);
}

static void write_part(int number, int count, const char *path)
{
    struct sink_session session;
    const struct how how = {.threads = 1 + number % 2, .number = number, .count = count};
    ck_assert_int_eq(tally(how, &session), SINK_OK);
    ck_assert_int_eq(sink_tally_file_write(path, &session.bundle, &error), SINK_OK);
    sink_session_close(&session);
}

static const int counts[] = {1, 2, 5, 9};

START_TEST(parts_put_together_are_the_whole_in_any_order)
{
    char expected[65], *paths[9];
    const int count = counts[_i];
    struct sink_faults faults = {0};
    struct sink_tally_bundle bundle;
    whole_digest(expected);
    for (int k = 0; k < count; k++) {
        const int number = count - (k + 2) % count;
        paths[k] = sink_text_copy(demo_path("part%d.nc", number));
        write_part(number, count, paths[k]);
    }
    if (sink_tally_merge_files(paths, (size_t)count, &bundle, &faults) != SINK_OK)
        ck_abort_msg("%s", faults.items[0].message);
    check_digest(&bundle, expected);
    sink_tally_bundle_free(&bundle);
    for (int k = 0; k < count; k++)
        free(paths[k]);
}
END_TEST

START_TEST(every_tile_is_in_one_part)
{
    struct sink_session session;
    struct sink_tile_list list;
    demo_tally(demo_path("demo/job.yml"), 1, false, &session);
    ck_assert_int_eq(sink_tile_list_make(session.plan, &list, &error), SINK_OK);
    ck_assert_uint_ge(list.count, 6);
    for (int count = 1; count < 12; count++) {
        uint64_t next = 0;
        for (int number = 1; number <= count; number++) {
            struct sink_tile_range range;
            const struct sink_part part = {number, count};
            ck_assert_int_eq(sink_tile_list_cut(&list, session.plan, &part, &range, &error),
                             SINK_OK);
            ck_assert_uint_eq(range.first, next);
            ck_assert_uint_ge(range.end, range.first);
            next = range.end;
        }
        ck_assert_uint_eq(next, list.count);
    }
    sink_tile_list_free(&list);
    sink_session_close(&session);
}
END_TEST

/* Rounds that are over as soon as they begin: each does one tile and is kept. */
START_TEST(rounds_and_going_on_from_them_change_nothing)
{
    char expected[65];
    struct sink_session session;
    const char *checkpoint = demo_path("demo.checkpoint");
    whole_digest(expected);
    for (int threads = 1; threads <= 3; threads++) {
        const bool is_first = threads == 1;
        const struct how how = {.threads = threads,
                                .reverse = threads == 3,
                                .checkpoint = checkpoint,
                                .is_restart = is_first};
        ck_assert_int_eq(tally(how, &session), SINK_OK);
        check_digest(&session.bundle, expected);
        sink_session_close(&session);
        struct sink_tally_bundle kept;
        ck_assert_int_eq(sink_tally_file_read(checkpoint, &kept, &error), SINK_OK);
        const uint64_t done = sink_tile_share_done(&kept.evidence.share);
        ck_assert_uint_lt(done, kept.evidence.share.tile_count);
        ck_assert_uint_ge(done, is_first ? 5 : 1);
        sink_tally_bundle_free(&kept);
    }
}
END_TEST

START_TEST(an_interrupted_run_ends_with_the_signal_and_no_tally)
{
    struct sink_session session;
    const struct how how = {.threads = 2, .checkpoint = demo_path("none.checkpoint")};
    sink_interrupt_start();
    raise(SIGTERM);
    ck_assert_int_eq(tally(how, &session), SINK_TERMINATED);
    ck_assert_str_eq(error.message, "interrupted; nothing is kept");
    ck_assert_ptr_null(session.bundle.tally);
    ck_assert_int_ne(access(how.checkpoint, F_OK), 0);
    sink_interrupt_stop();
    sink_session_close(&session);
}
END_TEST

static void replace(char **text)
{
    free(*text);
    *text = sink_text_copy("another");
}

/* Changes one thing; what is then told. NULL after the last. */
static const char *change(struct sink_tally_bundle *bundle, int number)
{
    struct sink_evidence *evidence = &bundle->evidence;
    switch (number) {
    case 0:
        replace(&evidence->version);
        return "it is of sinkcalc another, expected ";
    case 1:
        replace(&evidence->libraries);
        return "it was made with another, expected GDAL ";
    case 2:
        replace(&evidence->job_path);
        return "its job is called another, expected job.yml";
    case 3:
        replace(&evidence->job_text);
        return "the job job.yml has another text";
    case 4:
        replace(&evidence->tables[1].text);
        return "the table ";
    case 5:
        evidence->table_count--;
        return "tables, expected ";
    case 6:
        replace(&evidence->files[2].path);
        return "the input another is another";
    case 7:
        evidence->files[2].sha256[5] ^= 1;
        return "the input landcover_2025.tif is another";
    case 8:
        bundle->spec.years[1]++;
        return "its regions or strata are others";
    case 9:
        replace(&bundle->regions.items[3].name);
        return "its regions or strata are others";
    case 10:
        bundle->correlations.items[0].range_m++;
        return "its regions or strata are others";
    case 11:
        replace(&evidence->grid);
        return "its grid is another";
    case 12:
        replace(&evidence->crs_wkt);
        return "its grid is another";
    case 13:
        evidence->share.tile_count++;
        return "its grid is another";
    case 14:
        evidence->notes = calloc(1, sizeof *evidence->notes);
        evidence->notes[0] = sink_text_copy("another");
        evidence->note_count = 1;
        return "what it notes of the inputs is another";
    default:
        return NULL;
    }
}

START_TEST(whatever_differs_between_jobs_is_told)
{
    char what[400];
    const char *told = "";
    const char *path = demo_path("compared.nc");
    struct sink_tally_bundle a, b;
    write_part(1, 1, path);
    ck_assert_int_eq(sink_tally_file_read(path, &a, &error), SINK_OK);
    ck_assert_uint_gt(a.correlations.count, 0);
    for (int i = 0; told; i++) {
        ck_assert_int_eq(sink_tally_file_read(path, &b, &error), SINK_OK);
        ck_assert_int_eq(sink_tally_compare(&b, &a, what, sizeof what, &error), SINK_OK);
        ck_assert_str_eq(what, "");
        const size_t file_count = b.evidence.file_count, table_count = b.evidence.table_count;
        told = change(&b, i);
        ck_assert_int_eq(sink_tally_compare(&b, &a, what, sizeof what, &error), SINK_OK);
        ck_assert_msg(told ? strstr(what, told) != NULL : !*what, "%d: \"%s\"", i, what);
        b.evidence.table_count = table_count;
        b.evidence.file_count = file_count;
        sink_tally_bundle_free(&b);
    }
    sink_tally_bundle_free(&a);
}
END_TEST

/* Before the inputs are hashed they are compared by name. */
START_TEST(inputs_without_a_hash_are_not_compared)
{
    char what[400];
    struct sink_tally_bundle a, b;
    const char *path = demo_path("hashed.nc");
    write_part(1, 1, path);
    ck_assert_int_eq(sink_tally_file_read(path, &a, &error), SINK_OK);
    ck_assert_int_eq(sink_tally_file_read(path, &b, &error), SINK_OK);
    b.evidence.files[0].sha256[0] = '\0';
    ck_assert_int_eq(sink_tally_compare(&a, &b, what, sizeof what, &error), SINK_OK);
    ck_assert_str_eq(what, "");
    sink_tally_bundle_free(&a);
    sink_tally_bundle_free(&b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tally_merge");
    TCase *tests = tcase_create("tally_merge");
    tcase_add_loop_test(tests, parts_put_together_are_the_whole_in_any_order, 0,
                        sizeof counts / sizeof *counts);
    tcase_add_test(tests, every_tile_is_in_one_part);
    tcase_add_test(tests, rounds_and_going_on_from_them_change_nothing);
    tcase_add_test(tests, an_interrupted_run_ends_with_the_signal_and_no_tally);
    tcase_add_test(tests, whatever_differs_between_jobs_is_told);
    tcase_add_test(tests, inputs_without_a_hash_are_not_compared);
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
