/* SHA-256 is that of FIPS 180-4, and values are digested so that no two contents look alike. */
#include "pipelines/digest.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static char path[64];
static struct sink_error error;

static void set_up(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(path, sizeof path, "%.40s/digestXXXXXX", base ? base : "/tmp");
    const int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(close(file), 0);
}

static void tear_down(void)
{
    unlink(path);
}

static void write_text(const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void check_file(const char *expected, double expected_bytes)
{
    char hex[65];
    double bytes;
    ck_assert_int_eq(sink_file_sha256(path, hex, &bytes, &error), SINK_OK);
    ck_assert_str_eq(hex, expected);
    ck_assert_double_eq(bytes, expected_bytes);
}

/* The vectors of FIPS 180-4, as printed by NIST's example values. */
START_TEST(files_have_the_digests_of_the_standard)
{
    write_text("");
    check_file(EMPTY, 0);
    write_text("abc");
    check_file(ABC, 3);
}
END_TEST

/* The third vector of FIPS 180-2: a million times "a". It is read in more than one piece. */
START_TEST(a_file_of_a_million_letters_has_the_digest_of_the_standard)
{
    char *text = malloc(1000001);
    memset(text, 'a', 1000000);
    text[1000000] = '\0';
    write_text(text);
    free(text);
    check_file("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", 1e6);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
    char hex[65], expected[128];
    double bytes;
    unlink(path);
    snprintf(expected, sizeof expected, "%s: cannot be read: No such file or directory", path);
    ck_assert_int_eq(sink_file_sha256(path, hex, &bytes, &error), SINK_BAD_DATA);
    ck_assert_str_eq(error.message, expected);
}
END_TEST

START_TEST(a_fifo_is_refused_without_waiting)
{
    char hex[65];
    double bytes;
    unlink(path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(sink_file_sha256(path, hex, &bytes, &error), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, ": no regular file"));
}
END_TEST

static void digest_texts(const char *first, const char *second, char hex[65])
{
    struct sink_digest digest;
    sink_digest_start(&digest);
    sink_digest_add_text(&digest, first);
    sink_digest_add_text(&digest, second);
    ck_assert_int_eq(sink_digest_finish(&digest, hex, &error), SINK_OK);
}

START_TEST(texts_that_join_to_the_same_differ)
{
    char a[65], b[65];
    digest_texts("ab", "c", a);
    digest_texts("a", "bc", b);
    ck_assert_str_ne(a, b);
}
END_TEST

static void digest_real(double value, char hex[65])
{
    struct sink_digest digest;
    sink_digest_start(&digest);
    sink_digest_add_real(&digest, value);
    ck_assert_int_eq(sink_digest_finish(&digest, hex, &error), SINK_OK);
}

START_TEST(all_nans_are_one_and_the_zeros_are_two)
{
    char a[65], b[65];
    digest_real(NAN, a);
    digest_real(-NAN, b);
    ck_assert_str_eq(a, b);
    digest_real(0.0, a);
    digest_real(-0.0, b);
    ck_assert_str_ne(a, b);
}
END_TEST

/* Lowest byte first on every machine: "abc" as a whole number is 61 62 63 and five zeros. */
START_TEST(whole_numbers_are_eight_bytes_the_lowest_first)
{
    char a[65], b[65];
    struct sink_digest digest;
    sink_digest_start(&digest);
    sink_digest_add_whole(&digest, 0x636261);
    ck_assert_int_eq(sink_digest_finish(&digest, a, &error), SINK_OK);
    sink_digest_start(&digest);
    sink_digest_add(&digest, "abc\0\0\0\0\0", 8);
    ck_assert_int_eq(sink_digest_finish(&digest, b, &error), SINK_OK);
    ck_assert_str_eq(a, b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("digest");
    TCase *tests = tcase_create("digest");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, files_have_the_digests_of_the_standard);
    tcase_add_test(tests, a_file_of_a_million_letters_has_the_digest_of_the_standard);
    tcase_add_test(tests, a_file_that_is_not_there_is_named);
    tcase_add_test(tests, a_fifo_is_refused_without_waiting);
    tcase_add_test(tests, texts_that_join_to_the_same_differ);
    tcase_add_test(tests, all_nans_are_one_and_the_zeros_are_two);
    tcase_add_test(tests, whole_numbers_are_eight_bytes_the_lowest_first);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
