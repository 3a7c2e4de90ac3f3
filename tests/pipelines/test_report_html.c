/* Texts of a stranger in the page: escaped, in content and in CSS. */
#include "pipelines/report/html.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_text(const char *text, const char *expected)
{
    struct sink_html html = {0};
    sink_html_text(&html, text);
    ck_assert_str_eq(html.text ? html.text : "", expected);
    ck_assert(!html.has_failed);
    sink_html_free(&html);
}

START_TEST(markup_becomes_text)
{
    check_text("<script>alert(\"1\")</script> & 'x'",
               "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;");
    check_text("\" onload=\"x", "&quot; onload=&quot;x");
    check_text("森林 é 𝟙\n\t", "森林 é 𝟙\n\t");
}
END_TEST

START_TEST(what_is_no_character_becomes_one)
{
    check_text("a\x01"
               "b\x7f",
               "a\xef\xbf\xbd"
               "b\xef\xbf\xbd");
    check_text("\xff\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* an overlong slash */
    check_text("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* half of a pair */
    check_text("\xe6\xa3", "\xef\xbf\xbd\xef\xbf\xbd");                 /* cut off */
    check_text("\xe2\x80\xae"
               "gpj.exe",
               "\xef\xbf\xbdgpj.exe"); /* turned about */
    check_text("a\u2028b\u200ec", "a\xef\xbf\xbd"
                                  "b\xef\xbf\xbd"
                                  "c");
}
END_TEST

START_TEST(every_byte_is_harmless)
{
    char text[3] = {0};
    size_t cases = 0;
    for (int a = 1; a < 256; a++)
        for (int b = 1; b < 256; b++) {
            struct sink_html html = {0};
            text[0] = (char)a;
            text[1] = (char)b;
            sink_html_text(&html, text);
            ck_assert(!strpbrk(html.text, "<>\"'"));
            for (const char *c = html.text; (c = strchr(c, '&')); c++)
                ck_assert(strchr(c, ';') != NULL);
            sink_html_free(&html);
            sink_html_line(&html, text);
            ck_assert(!strpbrk(html.text, "<>\"'\n\t"));
            sink_html_free(&html);
            cases++;
        }
    printf("%zu cases\n", cases);
}
END_TEST

START_TEST(a_line_is_one_line)
{
    struct sink_html html = {0};
    sink_html_line(&html, "a\n<b>\tc");
    ck_assert_str_eq(html.text, "a &lt;b&gt; c");
    sink_html_free(&html);
}
END_TEST

START_TEST(long_texts_grow_the_room)
{
    struct sink_html html = {0};
    for (int i = 0; i < 100000; i++)
        sink_html_print(&html, "%05d", i);
    ck_assert_uint_eq(html.bytes, 500000);
    ck_assert_int_eq(strncmp(html.text + 499995, "99999", 6), 0);
    sink_html_free(&html);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_html");
    TCase *tests = tcase_create("report_html");
    tcase_add_test(tests, markup_becomes_text);
    tcase_add_test(tests, what_is_no_character_becomes_one);
    tcase_add_test(tests, every_byte_is_harmless);
    tcase_add_test(tests, a_line_is_one_line);
    tcase_add_test(tests, long_texts_grow_the_room);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
