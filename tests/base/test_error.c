/* The one sentence: safe to print whatever was in it, never lost, never overlong. */
#include "sinkcalc/base/error.h"
#include "sinkcalc/base/text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct sink_error error;

static const char *told(const char *text)
{
    ck_assert_int_eq(sink_fail(&error, SINK_BAD_DATA, "%s", text), SINK_BAD_DATA);
    return error.message;
}

START_TEST(a_failure_has_a_status_and_a_sentence)
{
    ck_assert_int_eq(sink_fail(&error, SINK_BAD_JOB, "%s:%d: %s", "job.yml", 3, "no"),
                     SINK_BAD_JOB);
    ck_assert_int_eq(error.status, SINK_BAD_JOB);
    ck_assert_str_eq(error.message, "job.yml:3: no");
}
END_TEST

START_TEST(nobody_need_listen)
{
    ck_assert_int_eq(sink_fail(NULL, SINK_FAILED, "%s", "text"), SINK_FAILED);
    ck_assert_int_eq(sink_fail_memory(NULL), SINK_FAILED);
}
END_TEST

START_TEST(control_bytes_are_escaped)
{
    ck_assert_str_eq(told("a\x1b[31mb"), "a\\x1b[31mb");
    ck_assert_str_eq(told("a\nb\rc\td\x7f"), "a\\x0ab\\x0dc\\x09d\\x7f");
    ck_assert_str_eq(told("\xC2\x9B"), "\\xc2\\x9b"); /* a C1 control, in UTF-8 */
}
END_TEST

START_TEST(bytes_that_are_no_utf_8_are_escaped)
{
    ck_assert_str_eq(told("caf\xe9"), "caf\\xe9");
    ck_assert_str_eq(told("\xed\xa0\x80"), "\\xed\\xa0\\x80");
    ck_assert_str_eq(told("\xe6\xb2"), "\\xe6\\xb2");
    ck_assert_str_eq(told("沙屿县 é"), "沙屿县 é");
}
END_TEST

/* A name could use them to look like another. */
START_TEST(marks_that_turn_the_text_around_are_escaped)
{
    ck_assert_str_eq(told("a\xe2\x80\xae"
                          "b"),
                     "a\\xe2\\x80\\xaeb");
    ck_assert_str_eq(told("\xe2\x81\xa6"), "\\xe2\\x81\\xa6");
}
END_TEST

START_TEST(a_long_text_is_cut_at_a_character_and_says_so)
{
    char text[4001];
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "\xe6\xb2\x99", 3);
    text[3999] = '\0';
    told(text);
    const size_t bytes = strlen(error.message);
    ck_assert_uint_lt(bytes, sizeof error.message);
    ck_assert_uint_gt(bytes, sizeof error.message - 8);
    ck_assert_str_eq(error.message + bytes - 3, "...");
    ck_assert(sink_text_is_utf8(error.message, bytes));
}
END_TEST

START_TEST(a_text_of_escapes_stays_whole_to_the_end)
{
    char text[2000];
    memset(text, '\x01', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    told(text);
    const size_t bytes = strlen(error.message);
    ck_assert_str_eq(error.message + bytes - 7, "\\x01...");
}
END_TEST

START_TEST(a_message_may_be_made_of_itself)
{
    told("first");
    ck_assert_int_eq(sink_fail(&error, SINK_FAILED, "second after %s", error.message), SINK_FAILED);
    ck_assert_str_eq(error.message, "second after first");
}
END_TEST

START_TEST(faults_are_kept_in_the_order_found)
{
    struct sink_faults faults = {0};
    ck_assert_int_eq(sink_faults_status(&faults, &error), SINK_OK);
    for (int i = 0; i < 50; i++)
        sink_faults_note(&faults, i == 0 ? SINK_BAD_JOB : SINK_BAD_DATA, "fault %d", i);
    ck_assert_uint_eq(faults.count, 50);
    ck_assert_str_eq(faults.items[49].message, "fault 49");
    ck_assert_int_eq(sink_faults_status(&faults, &error), SINK_BAD_JOB);
    ck_assert_str_eq(error.message, "fault 0");
    sink_faults_free(&faults);
}
END_TEST

START_TEST(more_faults_than_anybody_reads_are_counted)
{
    struct sink_faults faults = {0};
    for (int i = 0; i < 1000; i++)
        sink_faults_note(&faults, SINK_BAD_DATA, "fault %d", i);
    ck_assert_uint_eq(faults.count, 200);
    ck_assert_uint_eq(faults.dropped, 800);
    ck_assert(!faults.is_out_of_memory);
    sink_faults_free(&faults);
}
END_TEST

START_TEST(what_this_machine_could_not_is_no_fault_of_what_was_read)
{
    struct sink_faults faults = {0};
    ck_assert_int_eq(sink_faults_of_machine(&faults, &error), SINK_FAILED); /* no room to say why */
    ck_assert_str_eq(error.message, "out of memory");
    sink_faults_note(&faults, SINK_BAD_DATA, "a column");
    ck_assert_int_eq(sink_faults_of_machine(&faults, &error), SINK_OK);
    sink_faults_note(&faults, SINK_FAILED, "a disk");
    ck_assert_int_eq(sink_faults_of_machine(&faults, &error), SINK_FAILED);
    ck_assert_str_eq(error.message, "a disk");
    sink_faults_free(&faults);
}
END_TEST

START_TEST(no_fault_is_not_added)
{
    struct sink_faults faults = {0};
    error = (struct sink_error){0};
    sink_faults_add(&faults, &error);
    ck_assert_uint_eq(faults.count, 0);
    sink_faults_free(&faults);
}
END_TEST

START_TEST(what_was_told_is_not_told_again)
{
    struct sink_faults faults = {0};
    const char *const texts[] = {"a", "b", "a", "c", "b", "a"};
    for (size_t i = 0; i < 6; i++)
        sink_faults_note(&faults, SINK_BAD_DATA, "%s", texts[i]);
    sink_faults_drop_doubles(&faults);
    ck_assert_uint_eq(faults.count, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(faults.items[i].message[0], (char)('a' + i));
    sink_faults_free(&faults);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("error");
    TCase *tests = tcase_create("error");
    tcase_add_test(tests, a_failure_has_a_status_and_a_sentence);
    tcase_add_test(tests, nobody_need_listen);
    tcase_add_test(tests, control_bytes_are_escaped);
    tcase_add_test(tests, bytes_that_are_no_utf_8_are_escaped);
    tcase_add_test(tests, marks_that_turn_the_text_around_are_escaped);
    tcase_add_test(tests, a_long_text_is_cut_at_a_character_and_says_so);
    tcase_add_test(tests, a_text_of_escapes_stays_whole_to_the_end);
    tcase_add_test(tests, a_message_may_be_made_of_itself);
    tcase_add_test(tests, faults_are_kept_in_the_order_found);
    tcase_add_test(tests, more_faults_than_anybody_reads_are_counted);
    tcase_add_test(tests, what_this_machine_could_not_is_no_fault_of_what_was_read);
    tcase_add_test(tests, no_fault_is_not_added);
    tcase_add_test(tests, what_was_told_is_not_told_again);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
