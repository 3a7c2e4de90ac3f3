/* Legends: what a code means, and every fault of a table with its line. */
#include "sinkcalc/model/class.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct sink_class_list classes;
static struct sink_legend legend;
static struct sink_faults faults;

static void set_up(void)
{
    struct sink_error error;
    faults = (struct sink_faults){0};
    legend = (struct sink_legend){0};
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
}

static void tear_down(void)
{
    sink_legend_free(&legend);
    sink_faults_free(&faults);
    sink_class_list_free(&classes);
}

static enum sink_status read_legend(const char *text, bool is_land_cover)
{
    struct sink_csv *csv;
    struct sink_error error;
    if (sink_csv_parse("my.csv", text, strlen(text), &csv, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    const enum sink_status status =
        sink_legend_read(csv, is_land_cover ? &classes : NULL, &legend, &faults);
    sink_csv_free(csv);
    return status;
}

static const char *value_name(int64_t code)
{
    const int value = sink_legend_value(&legend, code);
    return value < 0 ? "" : legend.values[value];
}

START_TEST(codes_stand_for_names_in_any_order)
{
    ck_assert_int_eq(read_legend("code,name\n30,grassland\n10,forest\n20,forest\n", true), SINK_OK);
    ck_assert_uint_eq(legend.value_count, 2);
    ck_assert_str_eq(value_name(10), "forest");
    ck_assert_str_eq(value_name(20), "forest");
    ck_assert_str_eq(value_name(30), "grassland");
}
END_TEST

START_TEST(nodata_and_unknown_codes_are_told_apart)
{
    ck_assert_int_eq(read_legend("code,name\n0,nodata\n10,forest\n255,nodata\n", true), SINK_OK);
    ck_assert_int_eq(sink_legend_value(&legend, 0), -1);
    ck_assert_int_eq(sink_legend_value(&legend, 255), -1);
    ck_assert_int_eq(sink_legend_value(&legend, 11), -2);
    ck_assert_uint_eq(legend.value_count, 1);
}
END_TEST

START_TEST(codes_may_be_negative_and_large)
{
    ck_assert_int_eq(read_legend("code,name\n-32768,nodata\n4294967297,forest\n", true), SINK_OK);
    ck_assert_int_eq(sink_legend_value(&legend, -32768), -1);
    ck_assert_str_eq(value_name(INT64_C(4294967297)), "forest");
    ck_assert_int_eq(sink_legend_value(&legend, 1), -2); /* not cut to 32 bits */
}
END_TEST

START_TEST(an_overlay_has_names_of_its_own)
{
    ck_assert_int_eq(read_legend("# a comment\ncode,name,title\n1,my_zone_1,Zone\n", false),
                     SINK_OK);
    ck_assert_str_eq(value_name(1), "my_zone_1");
}
END_TEST

struct faulty {
    bool is_land_cover;
    const char *text, *told;
};

static const struct faulty cases[] = {
    {true, "code,name\n1,forrest\n",
     "my.csv:2: name \"forrest\" is no class (did you mean \"forest\"?); the classes are in "
     "sinkcalc/tables/classes.csv"},
    {true, "code,name\n1,\n", "my.csv:2: name \"\" is no class"},
    {true, "code,name\n1,unknown\n", "my.csv:2: name \"unknown\" is no class"},
    {true, "code,name\n1,Forest\n",
     "my.csv:2: name \"Forest\" is no class (did you mean \"forest\"?)"},
    {true, "code,name\n1,forest\n2.0,forest\n", "my.csv:3: code \"2.0\", expected a whole number"},
    {true, "code,name\n,forest\n", "my.csv:2: code \"\", expected a whole number"},
    {true, "code,name\n0x1,forest\n", "my.csv:2: code \"0x1\", expected a whole number"},
    {true, "code,name\n9223372036854775808,forest\n",
     "my.csv:2: code \"9223372036854775808\", expected a whole number"},
    {true, "code,name\n\n7,forest\n1,forest\n7,cropland\n",
     "my.csv:5: code 7 stands in line 3 too, expected it once"},
    {true, "code,name\n2,forest\n02,cropland\n",
     "my.csv:3: code 2 stands in line 2 too, expected it once"},
    {true, "code,name\n", "my.csv: no rows, expected a code and its name in each"},
    {true, "# note\ncode,class\n1,forest\n",
     "my.csv:2: column \"class\", expected code, name, title, source, verified or note"},
    {true, "code,nmae\n1,forest\n",
     "my.csv:1: column \"nmae\", expected code, name, title, source, verified or note (did you "
     "mean \"name\"?)"},
    {true, "code\n1\n", "my.csv:1: no column \"name\""},
    {true, "name\nforest\n", "my.csv:1: no column \"code\""},
    {false, "code,name\n1,My zone\n",
     "my.csv:2: name \"My zone\", expected a word of small letters, digits and _ that is not "
     "\"unknown\""},
    {false, "code,name\n1,unknown\n", "my.csv:2: name \"unknown\", expected a word"},
    {false, "code,name\n1,\n", "my.csv:2: name \"\", expected a word"}};

START_TEST(each_fault_names_table_and_line)
{
    const struct faulty *faulty = &cases[_i];
    ck_assert_int_eq(read_legend(faulty->text, faulty->is_land_cover), SINK_BAD_DATA);
    ck_assert_msg(strncmp(faults.items[0].message, faulty->told, strlen(faulty->told)) == 0,
                  "\"%s\", expected \"%s\"", faults.items[0].message, faulty->told);
    ck_assert_uint_eq(legend.entry_count, 0); /* nothing of it can be used */
}
END_TEST

START_TEST(all_faults_are_told_at_once)
{
    ck_assert_int_eq(read_legend("code,name\nx,forest\n1,forst\n2,grassland\n2,cropland\n", true),
                     SINK_BAD_DATA);
    ck_assert_uint_eq(faults.count, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("legend");
    TCase *tests = tcase_create("legend");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, codes_stand_for_names_in_any_order);
    tcase_add_test(tests, nodata_and_unknown_codes_are_told_apart);
    tcase_add_test(tests, codes_may_be_negative_and_large);
    tcase_add_test(tests, an_overlay_has_names_of_its_own);
    tcase_add_loop_test(tests, each_fault_names_table_and_line, 0,
                        (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tests, all_faults_are_told_at_once);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
