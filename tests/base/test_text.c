/* Numbers, names and files as they come from outside, whatever the locale. */
#include "sinkcalc/base/text.h"

#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *text;
    double value;
} numbers[] = {{"0", 0},        {"-0", 0},
               {"47", 47},      {"-3.5", -3.5},
               {"0.25", 0.25},  {"19e9", 19e9},
               {"1E-3", 0.001}, {"1e+2", 100},
               {"1e-400", 0},   {"9007199254740993", 9007199254740992.0}};

START_TEST(a_plain_decimal_is_a_number)
{
    double value = -1;
    ck_assert_msg(sink_text_to_double(numbers[_i].text, &value), "%s", numbers[_i].text);
    ck_assert_double_eq(value, numbers[_i].value);
}
END_TEST

static const char *const no_numbers[] = {"",      " 1",    "1 ",    "+1",    ".5",  "5.",
                                         "03747", "00",    "0x1p3", "nan",   "inf", "1e",
                                         "1e400", "1,5",   "1_000", "1.2.3", "--1", "１",
                                         "−1",    "1e5.0", "-",     "e5",    "1d5", "1 000"};

START_TEST(anything_else_is_no_number_and_changes_nothing)
{
    double value = 7;
    ck_assert_msg(!sink_text_to_double(no_numbers[_i], &value), "\"%s\"", no_numbers[_i]);
    ck_assert_double_eq(value, 7);
}
END_TEST

START_TEST(the_locale_does_not_change_a_number)
{
    double value = 0;
    /* where the comma is the decimal point; absent on small systems, and then C stays */
    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        printf("no locale with a decimal comma here: only C is tested\n");
    ck_assert(sink_text_to_double("0.47", &value));
    ck_assert_double_eq(value, 0.47);
    ck_assert(!sink_text_to_double("0,47", &value));
    setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(whole_numbers_fill_64_bits_and_no_more)
{
    int64_t value = 0;
    ck_assert(sink_text_to_integer("9223372036854775807", &value));
    ck_assert_int_eq(value, INT64_MAX);
    ck_assert(sink_text_to_integer("-9223372036854775808", &value));
    ck_assert_int_eq(value, INT64_MIN);
    ck_assert(!sink_text_to_integer("9223372036854775808", &value));
    ck_assert(!sink_text_to_integer("-9223372036854775809", &value));
    ck_assert(!sink_text_to_integer("99999999999999999999999", &value));
    ck_assert_int_eq(value, INT64_MIN);
}
END_TEST

START_TEST(a_leading_zero_is_not_octal)
{
    int64_t value = 0;
    ck_assert(sink_text_to_integer("010", &value));
    ck_assert_int_eq(value, 10);
    ck_assert(sink_text_to_integer("09", &value));
    ck_assert_int_eq(value, 9);
}
END_TEST

START_TEST(what_is_not_whole_is_no_whole_number)
{
    static const char *const texts[] = {"", "-", "1.0", "1e3", " 1", "1 ", "0x1", "+1", "１"};
    int64_t value = 7;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(!sink_text_to_integer(texts[i], &value), "\"%s\"", texts[i]);
    ck_assert(!sink_text_to_integer(NULL, &value));
    ck_assert_int_eq(value, 7);
}
END_TEST

/* The table of RFC 3629 at its bounds. */
START_TEST(utf_8_ends_where_the_standard_says)
{
    static const char *const good[] = {"",
                                       "a",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {"\x80",
                                      "\xC1\xBF",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xE2\x82",
                                      "a\xFF",
                                      "\xC2\x41"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert_msg(sink_text_is_utf8(good[i], strlen(good[i])), "good %zu", i);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!sink_text_is_utf8(bad[i], strlen(bad[i])), "bad %zu", i);
}
END_TEST

START_TEST(a_slip_of_the_finger_is_forgiven_and_no_more)
{
    static const char *const names[] = {"forest", "grassland", "wetland", "mangrove", "sea"};
    const size_t count = sizeof names / sizeof *names;
    ck_assert_str_eq(sink_text_nearest("forrest", names, count), "forest");
    ck_assert_str_eq(sink_text_nearest("Forest", names, count), "forest");
    ck_assert_str_eq(sink_text_nearest("froest", names, count), "forest");
    ck_assert_str_eq(sink_text_nearest("mangroves", names, count), "mangrove");
    ck_assert_ptr_null(sink_text_nearest("desert", names, count));
    const char *const reports[] = {"ar4", "ar5", "ar6"}; /* none is nearer than another */
    ck_assert_ptr_null(sink_text_nearest("ar7", reports, 3));
    ck_assert_str_eq(sink_text_nearest("ar5", reports, 3), "ar5");
    ck_assert_ptr_null(sink_text_nearest("x", names, count));
    ck_assert_ptr_null(sink_text_nearest("", names, count));
    ck_assert_ptr_null(sink_text_nearest(NULL, names, count));
}
END_TEST

static char path[64];
static struct sink_error error;

static void set_up(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(path, sizeof path, "%.40s/textXXXXXX", base ? base : "/tmp");
    const int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq((int)write(file, "a\0b\n", 4), 4);
    ck_assert_int_eq(close(file), 0);
}

static void tear_down(void)
{
    unlink(path);
}

static void check_refused(const char *from, size_t limit, const char *what)
{
    char expected[160], *text;
    size_t bytes;
    snprintf(expected, sizeof expected, "%s: %s", from, what);
    ck_assert_int_eq(sink_text_read_file(from, limit, &text, &bytes, &error), SINK_BAD_DATA);
    ck_assert_str_eq(error.message, expected);
    ck_assert_ptr_null(text);
}

START_TEST(a_file_is_read_whole_with_its_nul_bytes)
{
    char *text;
    size_t bytes;
    ck_assert_int_eq(sink_text_read_file(path, 4, &text, &bytes, &error), SINK_OK);
    ck_assert_uint_eq(bytes, 4);
    ck_assert_int_eq(memcmp(text, "a\0b\n", 5), 0);
    free(text);
}
END_TEST

START_TEST(a_file_over_the_limit_is_refused)
{
    check_refused(path, 3, "4 bytes, expected 3 or fewer");
}
END_TEST

START_TEST(what_is_no_file_is_refused_without_waiting)
{
    check_refused("/", 10, "a folder, expected a file");
    check_refused("/dev/zero", 10, "a pipe, socket or device, expected a file");
    unlink(path);
    check_refused(path, 10, "No such file or directory, expected a readable file");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    check_refused(path, 10, "a pipe, socket or device, expected a file");
}
END_TEST

START_TEST(control_characters_are_not_plain)
{
    char text[] = "a\x1b[2J\n\xc2\x9b"
                  "b\x7f 沙";
    ck_assert(sink_text_is_plain("沙屿县 1"));
    ck_assert(!sink_text_is_plain("\x1b[2J"));
    ck_assert(!sink_text_is_plain("a\n"));
    ck_assert(!sink_text_is_plain("\xc2\x9b"));
    ck_assert(!sink_text_is_plain("\xff"));
    ck_assert(!sink_text_is_plain("a\u2028b"));
    ck_assert(!sink_text_is_plain("\u202egpj.exe"));
    ck_assert(!sink_text_is_plain("\u2067x\u2069"));
    ck_assert(sink_text_is_plain("\u2018x\u2019 \u2027 \u202f \u2065 \u206a"));
    sink_text_make_plain(text);
    ck_assert_str_eq(text, "a?[2J???b? 沙");
}
END_TEST

START_TEST(a_text_may_be_made_of_nothing)
{
    char *text = sink_text_format("%s", "");
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

START_TEST(a_path_is_cut_at_its_last_slash)
{
    static const struct {
        const char *path, *folder, *name;
    } cases[] = {{"job.yml", ".", "job.yml"},
                 {"a/b/job.yml", "a/b", "job.yml"},
                 {"./job.yml", ".", "job.yml"},
                 {"/job.yml", "/", "job.yml"},
                 {"maps/", "maps", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *folder = sink_text_folder(cases[i].path);
        ck_assert_str_eq(folder, cases[i].folder);
        ck_assert_str_eq(sink_text_file_name(cases[i].path), cases[i].name);
        free(folder);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *tests = tcase_create("text");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, a_plain_decimal_is_a_number, 0,
                        (int)(sizeof numbers / sizeof *numbers));
    tcase_add_loop_test(tests, anything_else_is_no_number_and_changes_nothing, 0,
                        (int)(sizeof no_numbers / sizeof *no_numbers));
    tcase_add_test(tests, the_locale_does_not_change_a_number);
    tcase_add_test(tests, whole_numbers_fill_64_bits_and_no_more);
    tcase_add_test(tests, a_leading_zero_is_not_octal);
    tcase_add_test(tests, what_is_not_whole_is_no_whole_number);
    tcase_add_test(tests, utf_8_ends_where_the_standard_says);
    tcase_add_test(tests, control_characters_are_not_plain);
    tcase_add_test(tests, a_slip_of_the_finger_is_forgiven_and_no_more);
    tcase_add_test(tests, a_text_may_be_made_of_nothing);
    tcase_add_test(tests, a_path_is_cut_at_its_last_slash);
    tcase_add_test(tests, a_file_is_read_whole_with_its_nul_bytes);
    tcase_add_test(tests, a_file_over_the_limit_is_refused);
    tcase_add_test(tests, what_is_no_file_is_refused_without_waiting);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
