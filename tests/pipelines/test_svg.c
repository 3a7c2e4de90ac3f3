/* Shapes, axes, numbers and words of the report. */
#include "pipelines/report/bars.h"
#include "pipelines/report/breaks.h"
#include "pipelines/report/number.h"
#include "pipelines/report/svg.h"
#include "pipelines/report/words.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(shapes_are_written_with_short_numbers)
{
    struct sink_html html = {0};
    sink_svg_rect(&html, "bar", 1, 2.5, 3.04, -1);
    sink_svg_text(&html, "tick", 0, 0, "end", "<a>");
    sink_svg_path_open(&html, "line");
    sink_svg_path_point(&html, true, -0.01, 10);
    sink_svg_path_point(&html, false, 1e3, 0.26);
    sink_svg_path_close(&html, true);
    ck_assert_str_eq(html.text, "<rect class=\"bar\" x=\"1\" y=\"2.5\" width=\"3\" height=\"0\"/>"
                                "<text class=\"tick end\" x=\"0\" y=\"0\">&lt;a&gt;"
                                "</text><path class=\"line\" d=\"M0 10L1000 0.3Z\"/>");
    sink_html_free(&html);
}
END_TEST

START_TEST(ticks_hold_what_they_are_for)
{
    size_t cases = 0;
    for (double low = -1e6; low <= 1e6; low = low < -1e-3 ? low / 3 : low < 1e-3 ? 1.1e-3 : low * 3)
        for (double span = 1e-3; span < 1e9; span *= 2.7) {
            const struct sink_svg_ticks ticks = sink_svg_ticks_make(low, low + span, 5);
            const double last = ticks.first + ticks.step * (double)(ticks.count - 1);
            ck_assert(ticks.first <= low + ticks.step * 1e-6);
            ck_assert(last >= low + span - ticks.step * 1e-6);
            ck_assert(ticks.count >= 2 && ticks.count <= 8);
            cases++;
        }
    const struct sink_svg_ticks alike = sink_svg_ticks_make(5, 5, 4);
    ck_assert_uint_ge(alike.count, 2);
    printf("%zu cases\n", cases);
}
END_TEST

START_TEST(numbers_are_grouped_and_signed)
{
    ck_assert_str_eq(sink_number(1234567.891, 2).text, "1,234,567.89");
    ck_assert_str_eq(sink_number(-1234, 0).text, "−1,234");
    ck_assert_str_eq(sink_number(-0.0004, 2).text, "0.00");
    ck_assert_str_eq(sink_number(999, 0).text, "999");
    ck_assert_str_eq(sink_number(NAN, 2).text, "–");
    ck_assert_str_eq(sink_number(INFINITY, 2).text, "–");
    ck_assert_str_eq(sink_number(1e300, 2).text, "–");
}
END_TEST

START_TEST(units_suit_the_language)
{
    const struct sink_scale english = sink_scale_of(SINK_SHOWN_CARBON, false, 5.662e6);
    ck_assert_str_eq(english.unit, "Mt C");
    ck_assert_str_eq(sink_number_scaled(5.662e6, &english).text, "5.662");
    const struct sink_scale chinese = sink_scale_of(SINK_SHOWN_CARBON, true, 5.662e6);
    ck_assert_str_eq(chinese.unit, "万吨碳");
    ck_assert_str_eq(sink_number_scaled(5.662e6, &chinese).text, "566.2");
    double column[] = {NAN, 0, 12, 3456, 78901}, zeros[] = {NAN, 0};
    const struct sink_scale all = sink_scale_of_all(SINK_SHOWN_AREA, false, column, 5);
    ck_assert_str_eq(all.unit, "kha");
    ck_assert_int_eq(all.decimals, 3);
    ck_assert_int_eq(sink_scale_of_all(SINK_SHOWN_AREA, false, zeros, 2).decimals, 0);
}
END_TEST

START_TEST(columns_of_very_many_have_the_unit_of_the_middle)
{
    double zeros[] = {NAN, 0}, column[] = {NAN, 0, 12, 1234.5, 2000, -3456, 98765432};
    const struct sink_scale scale = sink_scale_of_many(SINK_SHOWN_AREA, false, column, 7);
    ck_assert_str_eq(scale.unit, "kha");
    ck_assert_int_eq(scale.decimals, 2);
    ck_assert_str_eq(sink_number_plain(-3456, &scale).text, "-3.46");
    ck_assert_str_eq(sink_number_plain(98765432, &scale).text, "98765.43");
    ck_assert_str_eq(sink_number_plain(-1, &scale).text, "0.00");
    ck_assert_str_eq(sink_number_plain(0, &scale).text, "0");
    ck_assert_str_eq(sink_number_plain(NAN, &scale).text, "");
    ck_assert_int_eq(sink_scale_of_many(SINK_SHOWN_AREA, false, zeros, 2).decimals, 0);
}
END_TEST

START_TEST(texts_are_cut_between_characters)
{
    ck_assert_str_eq(sink_text_cut("Forest", 6).text, "Forest");
    ck_assert_str_eq(sink_text_cut("Forests", 6).text, "Fores…");
    ck_assert_str_eq(sink_text_cut("森林草地", 8).text, "森林草地");
    ck_assert_str_eq(sink_text_cut("森林草地湿", 8).text, "森林草…");
}
END_TEST

START_TEST(breaks_are_read_or_refused)
{
    static const char *const wrong[] = {"density",
                                        "density=",
                                        "density=1,,2",
                                        "density=2,1",
                                        "depth=1",
                                        "density=1,x",
                                        "density=1;sink",
                                        "density=1,",
                                        "density=1,2,3,4,5,6,7,8,9,10,11,12",
                                        "=1",
                                        "density=0x1p3",
                                        "density=nan"};
    struct sink_error error;
    double breaks[SINK_MAX_BREAKS];
    const char *text = "density=50,100.5;coverage=10,20,30;sink=-1,0,1";
    ck_assert_int_eq(sink_report_breaks_check(text, &error), SINK_OK);
    ck_assert_int_eq(sink_report_breaks_check(NULL, &error), SINK_OK);
    ck_assert_uint_eq(sink_report_breaks(text, &sink_report_measures[0], breaks), 2);
    ck_assert_double_eq(breaks[1], 100.5);
    ck_assert_uint_eq(sink_report_breaks(text, &sink_report_measures[2], breaks), 3);
    ck_assert_double_eq(breaks[2], 0.3);
    ck_assert_uint_eq(sink_report_breaks(text, &sink_report_measures[4], breaks), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(sink_report_breaks_check(wrong[i], &error) == SINK_BAD_JOB, "%s", wrong[i]);
    printf("%zu cases\n", sizeof wrong / sizeof *wrong);
}
END_TEST

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (; (text = strstr(text, what)); text++)
        count++;
    return count;
}

START_TEST(every_word_has_its_translation_once)
{
    for (size_t i = 0; i < sink_word_count + sink_key_word_count; i++) {
        const struct sink_word *word =
            i < sink_word_count ? &sink_words[i] : &sink_key_words[i - sink_word_count];
        ck_assert_msg(word->chinese && *word->chinese, "%s", word->key);
        ck_assert_msg(sink_words_chinese(word->key) == word->chinese, "%s is there twice",
                      word->key);
        for (int hole = 1; hole <= 2; hole++) {
            const char *mark = hole == 1 ? "{1}" : "{2}";
            ck_assert_msg(count_of(word->key, mark) == count_of(word->chinese, mark) ||
                              strncmp(word->key, "Top", 3) == 0,
                          "%s: %s", word->key, mark);
        }
    }
    printf("%zu words\n", sink_word_count + sink_key_word_count);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("svg");
    TCase *tests = tcase_create("svg");
    tcase_add_test(tests, shapes_are_written_with_short_numbers);
    tcase_add_test(tests, ticks_hold_what_they_are_for);
    tcase_add_test(tests, numbers_are_grouped_and_signed);
    tcase_add_test(tests, units_suit_the_language);
    tcase_add_test(tests, columns_of_very_many_have_the_unit_of_the_middle);
    tcase_add_test(tests, texts_are_cut_between_characters);
    tcase_add_test(tests, breaks_are_read_or_refused);
    tcase_add_test(tests, every_word_has_its_translation_once);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
