/* What libxlsxwriter prints while a workbook is made is heard, and the workbook is not written. */
#include "pipelines/workbook.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct sink_error error;

/* As if the library printed that between two cells. */
static enum sink_status make(const char *printed)
{
    FILE *const before = stderr;
    struct sink_file_part part;
    struct sink_workbook *book;
    error = (struct sink_error){0};
    ck_assert_int_eq(sink_file_part_open("a.xlsx", &part, &error), SINK_OK);
    ck_assert_int_eq(sink_workbook_new("title", 2025, &book, &error), SINK_OK);
    sink_workbook_start_sheet(book, "Sheet");
    sink_workbook_text(book, 0, 0, "forest", SINK_CELL_PLAIN);
    fputs(printed, stderr);
    sink_workbook_number(book, 0, 1, 1.5, SINK_CELL_GENERAL);
    const enum sink_status status = sink_workbook_finish(book, &part, &error);
    sink_file_part_drop(&part);
    ck_assert_ptr_eq(stderr, before);
    return status;
}

START_TEST(a_workbook_without_a_word_is_whole)
{
    ck_assert_int_eq(make(""), SINK_OK);
}
END_TEST

START_TEST(what_is_printed_is_the_fault)
{
    ck_assert_int_eq(make("[WARNING]: a name is cut\n[WARNING]: another\n"), SINK_FAILED);
    ck_assert_str_eq(error.message, "a.xlsx: cannot write it as workbook: libxlsxwriter says "
                                    "[WARNING]: a name is cut");
}
END_TEST

START_TEST(refused_memory_is_what_is_said)
{
    ck_assert_int_eq(make("[ERROR][a.c:1]: Memory allocation failed.\n"), SINK_FAILED);
    ck_assert_str_eq(error.message, "out of memory");
    ck_assert_int_eq(make(""), SINK_OK); /* and forgotten */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("workbook");
    TCase *tests = tcase_create("workbook");
    tcase_add_test(tests, a_workbook_without_a_word_is_whole);
    tcase_add_test(tests, what_is_printed_is_the_fault);
    tcase_add_test(tests, refused_memory_is_what_is_said);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
