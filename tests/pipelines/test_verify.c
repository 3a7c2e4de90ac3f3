/* Tallies that were changed behind their own digest, and accounts that follow from them. */
#include "tests/pipelines/inventory_fixture.h"

#include "pipelines/tally_file.h"
#include "pipelines/tally_file_parts.h"
#include "pipelines/verify.h"

#define CHANGES 5

static struct sink_verification verification;

/* Verifies the file at `path`; with a job in full. */
static void verify(const char *path, const char *job)
{
    const struct sink_options options = {.file = path,
                                         .job = job,
                                         .is_full = job != NULL,
                                         .threads = 2,
                                         .is_quiet = true,
                                         .progress = SINK_PROGRESS_NEVER};
    if (sink_verify_run(&options, &verification, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
}

/* Adds to one sum of a counted row, or to its cells: `at` from 0 to the number of changes. */
static struct sink_tally_row change(struct sink_tally_bundle *bundle, size_t at, uint64_t quanta)
{
    size_t count;
    struct sink_tally_row *rows;
    struct sink_exact_sum sums[SINK_MAX_DIMENSIONS] = {{0}};
    const size_t width = bundle->spec.quantity_count + 1;
    ck_assert_uint_le(width, SINK_MAX_DIMENSIONS);
    ck_assert_int_eq(
        sink_tally_counted_rows(bundle->tally, &bundle->regions, &rows, &count, &error), SINK_OK);
    struct sink_tally_row row = rows[(at * 7919 + 101) % count];
    free(rows);
    sums[at % width].low = quanta;
    row.sums = sums;
    row.cells = at == CHANGES - 1 ? 1 : 0;
    ck_assert_int_eq(sink_tally_add_exact(bundle->tally, &row, &error), SINK_OK);
    return row;
}

START_TEST(an_account_that_does_not_follow_from_the_tally_is_found)
{
    size_t found = 0;
    open_book(demo_path("demo/job.yml"));
    for (size_t i = 0; i < CHANGES; i++) {
        change(&session.bundle, i, 1);
        NC(nc_close(open_inventory(demo_path("changed.nc"), -1)));
        verify(demo_path("changed.nc"), NULL);
        found += verification.levels[SINK_VERIFY_ACCOUNT].state == SINK_VERIFY_FAILED;
        ck_assert_int_eq(verification.levels[SINK_VERIFY_INTERNAL].state, SINK_VERIFY_PASSED);
        sink_verification_free(&verification);
    }
    close_book();
    printf("%d tallies changed with their digest, %zu found\n", CHANGES, found);
    ck_assert_uint_eq(found, CHANGES);
}
END_TEST

START_TEST(a_tally_that_was_made_up_is_found_by_tallying_again)
{
    bool is_named = false;
    demo_tally(demo_path("demo/job.yml"), 2, false, &session);
    const struct sink_tally_row row = change(&session.bundle, 0, (uint64_t)1 << 40);
    const char *region = session.bundle.regions.items[row.region].id;
    demo_account(&session.bundle, &book);
    NC(nc_close(open_inventory(demo_path("made_up.nc"), -1)));
    verify(demo_path("made_up.nc"), demo_path("demo/job.yml"));
    ck_assert_int_eq(verification.levels[SINK_VERIFY_INTERNAL].state, SINK_VERIFY_PASSED);
    ck_assert_int_eq(verification.levels[SINK_VERIFY_ACCOUNT].state, SINK_VERIFY_PASSED);
    ck_assert_int_eq(verification.levels[SINK_VERIFY_INPUTS].state, SINK_VERIFY_PASSED);
    ck_assert_int_eq(verification.levels[SINK_VERIFY_FULL].state, SINK_VERIFY_FAILED);
    for (size_t i = 0; i < verification.kept; i++) {
        const struct sink_difference *difference = &verification.differences[i];
        is_named =
            is_named ||
            (strcmp(difference->region, region) == 0 && strcmp(difference->variable, "area") == 0 &&
             difference->axis_count == 2 && difference->claimed == difference->found + 1024);
    }
    ck_assert(is_named);
    sink_verification_free(&verification);
    close_book();
}
END_TEST

/* Levels 2 and 4 of a tally that says the same of its rasters, but not of what else it holds. */
static void check_changed(int account, int full)
{
    demo_account(&session.bundle, &book);
    NC(nc_close(open_inventory(demo_path("other.nc"), -1)));
    verify(demo_path("other.nc"), demo_path("demo/job.yml"));
    ck_assert_int_eq(verification.levels[SINK_VERIFY_ACCOUNT].state, account);
    ck_assert_int_eq(verification.levels[SINK_VERIFY_FULL].state, full);
    sink_verification_free(&verification);
    close_book();
}

START_TEST(a_table_that_is_not_its_file_or_the_built_in_one_is_found)
{
    demo_tally(demo_path("demo/job.yml"), 2, false, &session);
    struct sink_evidence_table *table = &session.bundle.evidence.tables[_i % 2];
    if (_i >= 2) { /* another version is no excuse */
        free(session.bundle.evidence.version);
        session.bundle.evidence.version = sink_text_copy("0.0.9");
    }
    char *text = sink_text_format("%s\n", table->text);
    ck_assert_ptr_nonnull(text);
    free(table->text);
    table->text = text;
    table->bytes++;
    check_changed(SINK_VERIFY_FAILED, SINK_VERIFY_FAILED);
}
END_TEST

START_TEST(another_version_is_no_excuse_for_another_name)
{
    for (int changed = 0; changed < 2; changed++) {
        demo_tally(demo_path("demo/job.yml"), 2, false, &session);
        free(session.bundle.evidence.version);
        session.bundle.evidence.version = sink_text_copy("0.0.9");
        if (changed)
            session.bundle.evidence.crs_wkt[0] = 'X';
        check_changed(SINK_VERIFY_PASSED, changed ? SINK_VERIFY_FAILED : SINK_VERIFY_PASSED);
    }
}
END_TEST

START_TEST(an_honest_inventory_passes_in_full)
{
    char verdict[256];
    open_book(demo_path("demo/job.yml"));
    NC(nc_close(open_inventory(demo_path("honest.nc"), -1)));
    verify(demo_path("honest.nc"), demo_path("demo/job.yml"));
    sink_verify_verdict(&verification, verdict);
    ck_assert_str_eq(verdict, "PASSED; internal, account, inputs, full: holds");
    ck_assert(sink_verify_has_passed(&verification));
    ck_assert_str_eq(verification.levels[SINK_VERIFY_FULL].note, "the same digest");
    sink_verification_free(&verification);
    close_book();
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("verify");
    tcase_add_test(tests, an_account_that_does_not_follow_from_the_tally_is_found);
    tcase_add_test(tests, a_tally_that_was_made_up_is_found_by_tallying_again);
    tcase_add_loop_test(tests, a_table_that_is_not_its_file_or_the_built_in_one_is_found, 0, 4);
    tcase_add_test(tests, another_version_is_no_excuse_for_another_name);
    tcase_add_test(tests, an_honest_inventory_passes_in_full);
    return run_on_demo(tests);
}
