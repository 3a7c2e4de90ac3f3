/* What does not fit in a harvest table is told before the run, and what is not used is noted. */
#include "tests/pipelines/demo_fixture.h"

static struct sink_faults faults;
static struct sink_session session;

#define HEADER "region,year,volume_m3,class\n"
#define FOUR_YEARS "033101,2021,1,\n033101,2022,1,\n033101,2023,1,\n033101,2024,1,\n"

/* Opens the demo's job with another harvest, and the line that starts with `key` replaced. */
static enum sink_status open_job(const char *table, const char *key, const char *line)
{
    demo_write(demo_path("demo/cut.csv"), table);
    size_t bytes;
    char *text = demo_read(demo_job("cut.yml", key, line), &bytes);
    static const char other[] = "harvest: cut.csv    ";
    char *at = strstr(text, "harvest: harvest.csv");
    ck_assert_ptr_nonnull(at);
    for (size_t i = 0; other[i]; i++)
        at[i] = other[i];
    demo_write(demo_path("demo/cut.yml"), text);
    free(text);
    const struct sink_options options = {.file = demo_path("demo/cut.yml"), .is_quiet = true};
    faults = (struct sink_faults){0};
    return sink_session_open(&options, &session, &faults);
}

static void close_job(void)
{
    sink_session_close(&session);
    sink_faults_free(&faults);
}

static void check_told(const struct sink_faults *list, const char *text, bool is_there)
{
    char in_folder[1024];
    snprintf(in_folder, sizeof in_folder, "demo/%s", text); /* as faults name a table */
    bool found = false;
    for (size_t i = 0; i < list->count; i++)
        found = found || strcmp(list->items[i].message, text) == 0 ||
                strcmp(list->items[i].message, demo_path("%s", in_folder)) == 0;
    ck_assert_msg(found == is_there, "%s \"%s\" in %zu, first: %s", is_there ? "no" : "unexpected",
                  text, list->count, list->count ? list->items[0].message : "");
}

START_TEST(every_fault_is_told_before_the_run)
{
    ck_assert_int_eq(
        open_job(HEADER FOUR_YEARS "x,2021,1,\ny,2021,1,\n", "missing:", "missing: error"),
        SINK_BAD_DATA);
    check_told(&faults,
               "cut.csv: region 033101 has class forest in 4 of the 5 years 2021 to 2025; give the "
               "others too, 0 where nothing was taken, or count them as nothing with `missing: "
               "{value: count}`",
               true);
    check_told(&faults, "cut.csv:6: region \"x\", expected the id of a region of counties.gpkg",
               true);
    check_told(&faults, "cut.csv:7: region \"y\", expected the id of a region of counties.gpkg",
               true);
    close_job();
}
END_TEST

START_TEST(years_that_count_as_nothing_are_no_fault)
{
    ck_assert_int_eq(open_job(HEADER FOUR_YEARS, "missing:", "missing: {value: count}"), SINK_OK);
    close_job();
}
END_TEST

START_TEST(what_needs_a_period_is_noted_with_one_year)
{
    ck_assert_int_eq(open_job(HEADER FOUR_YEARS, "years:", "years: [2020]"), SINK_OK);
    check_told(&session.plan->notes,
               "cut.csv: no use is made of it, as the job has one year and no period", true);
    check_told(&session.plan->notes,
               "disturbances.fire: no use is made of it, as the job has one year and no period: no "
               "loss and no gas of it is counted",
               true);
    close_job();
}
END_TEST

static const char *const unused =
    "cut.csv: 2 of 6 rows are of years outside 2021 to 2025 and are ignored";
static const char *const unshown =
    "cut.csv: none of its classes has `methods: gain_loss`, so it only shows in the gain-loss "
    "result beside the sink";

START_TEST(rows_of_other_years_are_noted)
{
    ck_assert_int_eq(open_job(HEADER FOUR_YEARS "033101,2020,1,\n033101,2026,1,\n",
                              "missing:", "missing: {value: count}"),
                     SINK_OK);
    check_told(&session.plan->notes, unused, true);
    check_told(&session.plan->notes, unshown, false);
    close_job();
}
END_TEST

START_TEST(a_harvest_that_the_sink_does_not_show_is_noted)
{
    static const char *const all = HEADER FOUR_YEARS "033101,2025,1,\n";
    ck_assert_int_eq(open_job(all, "methods:", "methods: {forest: {litter: gain_loss}}"), SINK_OK);
    check_told(&session.plan->notes, unshown, true);
    close_job();
    ck_assert_int_eq(open_job(all, "methods:", "methods: {forest: gain_loss}"), SINK_OK);
    check_told(&session.plan->notes, unshown, false);
    close_job();
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("plan_harvest");
    tcase_add_test(tests, every_fault_is_told_before_the_run);
    tcase_add_test(tests, years_that_count_as_nothing_are_no_fault);
    tcase_add_test(tests, what_needs_a_period_is_noted_with_one_year);
    tcase_add_test(tests, rows_of_other_years_are_noted);
    tcase_add_test(tests, a_harvest_that_the_sink_does_not_show_is_noted);
    Suite *suite = suite_create("plan_harvest");
    if (!demo_start())
        return EXIT_FAILURE;
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    demo_stop();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
