/* Conditions on attributes: comparisons pass, whatever else a database would do does not. */
#include "regions/filter.h"

#include <check.h>
#include <stdlib.h>

START_TEST(comparisons_are_plain)
{
    static const char *const conditions[] = {
        "area > 0",
        "code like '03____' and not (level = 3 or level = 4)",
        "name in ('a (b)', 'select', 'it''s -- one') and \"with\" is not null",
        "x between 1e-3 and -2.5 and (a + b) * 2 <> c / 3 and d % 2 == 0 and e != 1",
        "名称 = '沙屿县'",
        "NOT(a=1) AND\tb IN(1,2)",
        "",
    };
    char found[32];
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        ck_assert_msg(sink_filter_is_plain(conditions[i], found), "%s: %s", conditions[i], found);
}
END_TEST

START_TEST(what_asks_for_more_is_not)
{
    static const char *const conditions[][2] = {
        {"area > (select 1)", "select 1)"},
        {"(WITH RECURSIVE n(x) AS (VALUES(1)) x) > 0", "WITH RECURSIVE n(x) AS (VALUES("},
        {"abs(area) > 1", "(area) > 1"},
        {"abs (area) > 1", "(area) > 1"},
        {"\"abs\"(area) > 1", "(area) > 1"},
        {"exists (values(1))", "exists (values(1))"},
        {"a = 1; drop table b", "; drop table b"},
        {"a = 1 -- b", "-- b"},
        {"a = 1 /* b */", "/* b */"},
        {"[select] = 1", "[select] = 1"},
        {"`abs`(1)", "`abs`(1)"},
        {"a = 'open", "'open"},
        {"a || b", "|| b"},
    };
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        char found[32] = "";
        ck_assert_msg(!sink_filter_is_plain(conditions[i][0], found), "%s", conditions[i][0]);
        ck_assert_str_eq(found, conditions[i][1]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("filter");
    TCase *tests = tcase_create("filter");
    tcase_add_test(tests, comparisons_are_plain);
    tcase_add_test(tests, what_asks_for_more_is_not);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
