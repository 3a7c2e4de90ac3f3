/* The harvest table: what was cut where and when, and every fault of it with its line. */
#include "sinkcalc/model/harvest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct sink_class_list classes;
static struct sink_harvest harvest;
static struct sink_faults faults;

static void set_up(void)
{
    struct sink_error error;
    faults = (struct sink_faults){0};
    harvest = (struct sink_harvest){0};
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
}

static void tear_down(void)
{
    sink_harvest_free(&harvest);
    sink_faults_free(&faults);
    sink_class_list_free(&classes);
}

static enum sink_status read_harvest(const char *text)
{
    struct sink_csv *csv;
    struct sink_error error;
    if (sink_csv_parse("cut.csv", text, strlen(text), &csv, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    const enum sink_status status = sink_harvest_read(csv, &classes, &harvest, &faults);
    sink_csv_free(csv);
    return status;
}

static void check_sum(const char *region, const char *class_name, int after_year, int last_year,
                      struct sink_harvest_sum expected)
{
    const int class_index = class_name ? sink_class_list_find(&classes, class_name) : -1;
    const struct sink_harvest_sum sum =
        sink_harvest_find(&harvest, region, class_index, after_year, last_year);
    ck_assert_double_eq_tol(sum.volume_m3, expected.volume_m3, 1e-9);
    ck_assert_int_eq(sum.year_count, expected.year_count);
}

static const char *const plain = "region,year,volume_m3\n"
                                 "02,2021,10\n"
                                 "1,2023,4\n"
                                 "02,2020,1000\n"
                                 "02,2025,0.5\n"
                                 "2,2021,7\n"
                                 "02,2026,2000\n"
                                 "02,2022,0\n";

START_TEST(a_period_begins_after_its_first_year_and_holds_its_last)
{
    ck_assert_int_eq(read_harvest(plain), SINK_OK);
    check_sum("02", "forest", 2020, 2025, (struct sink_harvest_sum){10.5, 3});
    check_sum("02", "forest", 2019, 2020, (struct sink_harvest_sum){1000, 1});
    check_sum("02", "forest", 1999, 2099, (struct sink_harvest_sum){3010.5, 5});
}
END_TEST

START_TEST(years_without_a_row_are_not_counted_and_a_zero_is)
{
    ck_assert_int_eq(read_harvest(plain), SINK_OK);
    check_sum("02", "forest", 2021, 2022, (struct sink_harvest_sum){0, 1});
    check_sum("02", "forest", 2022, 2024, (struct sink_harvest_sum){0, 0});
    check_sum("02", "forest", 2026, 2030, (struct sink_harvest_sum){0, 0});
    check_sum("02", "forest", 2025, 2025, (struct sink_harvest_sum){0, 0});
    check_sum("02", "forest", 2025, 2020, (struct sink_harvest_sum){0, 0});
}
END_TEST

START_TEST(ids_are_text_with_their_zeros)
{
    ck_assert_int_eq(read_harvest(plain), SINK_OK);
    check_sum("2", "forest", 2019, 2030, (struct sink_harvest_sum){7, 1});
    check_sum("1", "forest", 2019, 2030, (struct sink_harvest_sum){4, 1});
    check_sum("002", "forest", 2019, 2030, (struct sink_harvest_sum){0, 0});
    check_sum("", "forest", 2019, 2030, (struct sink_harvest_sum){0, 0});
}
END_TEST

START_TEST(classes_are_apart_or_together_and_forest_when_not_named)
{
    ck_assert_int_eq(read_harvest("class,volume_m3,year,region\n"
                                  "mangrove,5,2021,甲\n"
                                  ",20,2021,甲\n"
                                  "mangrove,3,2022,甲\n"
                                  "orchard,100,2024,甲\n"),
                     SINK_OK);
    check_sum("甲", "forest", 2020, 2024, (struct sink_harvest_sum){20, 1});
    check_sum("甲", "mangrove", 2020, 2024, (struct sink_harvest_sum){8, 2});
    check_sum("甲", "bamboo", 2020, 2024, (struct sink_harvest_sum){0, 0});
    check_sum("甲", NULL, 2020, 2024, (struct sink_harvest_sum){128, 3});
}
END_TEST

START_TEST(rows_keep_their_lines)
{
    ck_assert_int_eq(
        read_harvest("# source: bureau\nregion,year,volume_m3\n\nb,2021,1\na,2021,2\n"), SINK_OK);
    ck_assert_uint_eq(harvest.row_count, 2);
    ck_assert_str_eq(harvest.rows[0].region, "a");
    ck_assert_uint_eq(harvest.rows[0].line, 5);
    ck_assert_uint_eq(harvest.rows[1].line, 4);
}
END_TEST

START_TEST(a_table_tells_its_name_what_it_has_and_what_no_period_uses)
{
    static const int years[] = {2020, 2022, 2025};
    ck_assert_int_eq(read_harvest(plain), SINK_OK);
    ck_assert_str_eq(sink_harvest_name(&harvest), "cut.csv");
    ck_assert(sink_harvest_has(&harvest, "1", sink_class_list_find(&classes, "forest")));
    ck_assert(!sink_harvest_has(&harvest, "1", sink_class_list_find(&classes, "bamboo")));
    ck_assert(!sink_harvest_has(&harvest, "3", sink_class_list_find(&classes, "forest")));
    ck_assert_uint_eq(sink_harvest_unused(&harvest, years, 3), 2); /* 2020 and 2026 */
    ck_assert_uint_eq(sink_harvest_unused(&harvest, years, 1), 7);
}
END_TEST

#define TABLE "region,year,volume_m3,class\n"

static const struct {
    const char *text, *told;
} cases[] = {
    {"region,yaer,volume_m3\na,2020,1\n",
     "cut.csv:1: column \"yaer\", expected region, year, volume_m3 or class (did you mean "
     "\"year\"?)"},
    {"# x\nregion,year,volume_m3,owner\na,2020,1,b\n",
     "cut.csv:2: column \"owner\", expected region, year, volume_m3 or class"},
    {"region,year\na,2020\n", "cut.csv:1: no column \"volume_m3\""},
    {"year,volume_m3\n2020,1\n", "cut.csv:1: no column \"region\""},
    {"region,volume_m3\na,1\n", "cut.csv:1: no column \"year\""},
    {TABLE "a,2020,1,forrest\n",
     "cut.csv:2: class \"forrest\" is no class (did you mean \"forest\"?); the classes are in "
     "sinkcalc/tables/classes.csv"},
    {TABLE "a,2020,1,Forest\n", "cut.csv:2: class \"Forest\" is no class"},
    {TABLE "a,2020,-1,\n", "cut.csv:2: volume_m3 \"-1\", expected a number from 0"},
    {TABLE "a,2020,,\n", "cut.csv:2: volume_m3 \"\", expected a number from 0"},
    {TABLE "a,2020,nan,\n", "cut.csv:2: volume_m3 \"nan\", expected a number from 0"},
    {TABLE "a,2020,1e999,\n", "cut.csv:2: volume_m3 \"1e999\", expected a number from 0"},
    {TABLE "a,2020,\"1,5\",\n", "cut.csv:2: volume_m3 \"1,5\", expected a number from 0"},
    {TABLE "a,999,1,\n", "cut.csv:2: year \"999\", expected a whole number from 1000 to 9999"},
    {TABLE "a,10000,1,\n", "cut.csv:2: year \"10000\", expected"},
    {TABLE "a,2020.0,1,\n", "cut.csv:2: year \"2020.0\", expected"},
    {TABLE "a,-2020,1,\n", "cut.csv:2: year \"-2020\", expected"},
    {TABLE "a,4294969316,1,\n", "cut.csv:2: year \"4294969316\", expected"}, /* 2^32 + 2020 */
    {TABLE ",2020,1,\n", "cut.csv:2: region \"\", expected the id of a region"},
    {TABLE "a,2020,1,\nb,2020,1,\na,2020,2,forest\n",
     "cut.csv:4: region \"a\" has forest in 2020 in line 2 too, expected it once"},
    {TABLE, "cut.csv: no rows, expected the volume of a region and year in each"}};

START_TEST(each_fault_names_table_and_line)
{
    ck_assert_int_eq(read_harvest(cases[_i].text), SINK_BAD_DATA);
    ck_assert_msg(strncmp(faults.items[0].message, cases[_i].told, strlen(cases[_i].told)) == 0,
                  "\"%s\", expected \"%s\"", faults.items[0].message, cases[_i].told);
    ck_assert_uint_eq(harvest.row_count, 0); /* nothing of it can be used */
    ck_assert_ptr_null(harvest.rows);
}
END_TEST

START_TEST(all_faults_are_told_at_once)
{
    ck_assert_int_eq(read_harvest(TABLE ",x,y,z\nb,2020,1,\nb,2020,1,\nb,2020,1,\n"),
                     SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 4 + 2);
}
END_TEST

START_TEST(faults_past_the_limit_are_faults_too)
{
    for (int i = 0; i < 300; i++)
        sink_faults_note(&faults, SINK_BAD_JOB, "earlier");
    ck_assert_int_eq(read_harvest(TABLE "a,1,1,\n"), SINK_BAD_DATA);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("harvest");
    TCase *tests = tcase_create("harvest");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_period_begins_after_its_first_year_and_holds_its_last);
    tcase_add_test(tests, years_without_a_row_are_not_counted_and_a_zero_is);
    tcase_add_test(tests, ids_are_text_with_their_zeros);
    tcase_add_test(tests, classes_are_apart_or_together_and_forest_when_not_named);
    tcase_add_test(tests, rows_keep_their_lines);
    tcase_add_test(tests, a_table_tells_its_name_what_it_has_and_what_no_period_uses);
    tcase_add_loop_test(tests, each_fault_names_table_and_line, 0,
                        (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tests, all_faults_are_told_at_once);
    tcase_add_test(tests, faults_past_the_limit_are_faults_too);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
