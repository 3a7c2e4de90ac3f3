/* Strict CSV: what RFC 4180 allows is read, all else is an error with its line. */
#include "sinkcalc/base/csv.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sink_csv *csv;
static struct sink_error error;

static enum sink_status parse(const char *text, size_t bytes)
{
    error = (struct sink_error){0};
    return sink_csv_parse("my.csv", text, bytes, &csv, &error);
}

static void parse_good(const char *text)
{
    if (parse(text, strlen(text)) != SINK_OK)
        ck_abort_msg("%s", error.message);
}

START_TEST(cells_are_found_by_row_and_name)
{
    parse_good("code,name\n1,forest\n2,grassland\n");
    ck_assert_str_eq(sink_csv_name(csv), "my.csv");
    ck_assert_uint_eq(sink_csv_row_count(csv), 2);
    ck_assert_uint_eq(sink_csv_column_count(csv), 2);
    ck_assert_int_eq(sink_csv_column(csv, "name"), 1);
    ck_assert_int_eq(sink_csv_column(csv, "nam"), -1);
    ck_assert_str_eq(sink_csv_cell(csv, 1, 1), "grassland");
    ck_assert_str_eq(sink_csv_cell(csv, 1, -1), "");
    sink_csv_free(csv);
}
END_TEST

START_TEST(line_ends_and_a_byte_order_mark_change_nothing)
{
    static const char *const texts[] = {"a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\n1,2",
                                        ("\xEF\xBB\xBF"
                                         "a,b\n1,2\n"),
                                        "a,b\r\n1,2"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        parse_good(texts[i]);
        ck_assert_uint_eq(sink_csv_row_count(csv), 1);
        ck_assert_int_eq(sink_csv_column(csv, "a"), 0);
        ck_assert_str_eq(sink_csv_cell(csv, 0, 1), "2");
        sink_csv_free(csv);
    }
}
END_TEST

START_TEST(comments_and_empty_lines_are_skipped_and_counted)
{
    parse_good("# one\n\na,b\n# two\n\n1,2\n\n3,#4\n");
    ck_assert_uint_eq(sink_csv_header_line(csv), 3);
    ck_assert_uint_eq(sink_csv_row_count(csv), 2);
    ck_assert_uint_eq(sink_csv_line(csv, 0), 6);
    ck_assert_uint_eq(sink_csv_line(csv, 1), 8);
    ck_assert_str_eq(sink_csv_cell(csv, 1, 1), "#4");
    sink_csv_free(csv);
}
END_TEST

START_TEST(quotes_hold_commas_quotes_and_lines)
{
    parse_good("a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\n3,4\n");
    ck_assert_str_eq(sink_csv_cell(csv, 0, 0), "x, \"y\"");
    ck_assert_str_eq(sink_csv_cell(csv, 0, 1), "two\nlines");
    ck_assert_uint_eq(sink_csv_line(csv, 1), 4);
    sink_csv_free(csv);
}
END_TEST

START_TEST(spaces_around_a_cell_are_no_part_of_it)
{
    parse_good(" a ,b\n 1\t,\" 2 \"\n");
    ck_assert_int_eq(sink_csv_column(csv, "a"), 0);
    ck_assert_str_eq(sink_csv_cell(csv, 0, 0), "1");
    ck_assert_str_eq(sink_csv_cell(csv, 0, 1), "2");
    sink_csv_free(csv);
}
END_TEST

START_TEST(the_text_need_not_be_kept)
{
    char text[] = "a,b\n1,2\n";
    parse_good(text);
    memset(text, 'x', sizeof text - 1);
    ck_assert_str_eq(sink_csv_cell(csv, 0, 1), "2");
    sink_csv_free(csv);
}
END_TEST

START_TEST(rows_of_empty_cells_are_skipped_and_counted)
{
    parse_good("a,b\n,\n1,\n, \n,3\n,,,\n\"\",\n,");
    ck_assert_uint_eq(sink_csv_row_count(csv), 2);
    ck_assert_str_eq(sink_csv_cell(csv, 0, 0), "1");
    ck_assert_str_eq(sink_csv_cell(csv, 1, 1), "3");
    ck_assert_uint_eq(sink_csv_line(csv, 1), 5);
    sink_csv_free(csv);
}
END_TEST

START_TEST(a_header_alone_has_no_rows)
{
    parse_good("a,b\n");
    ck_assert_uint_eq(sink_csv_row_count(csv), 0);
    sink_csv_free(csv);
}
END_TEST

static const struct {
    const char *text;
    size_t bytes; /* 0: up to the NUL */
    const char *told;
} cases[] = {
    {"", 0, "my.csv:1: no rows, expected a header line"},
    {"# only\n\n", 0, "my.csv:3: no rows, expected a header line"},
    {"a,b\n1\n", 0, "my.csv:2: 1 cells, expected 2 as in the header"},
    {"a,b\n1,2\n1,2,3\n", 0, "my.csv:3: 3 cells, expected 2 as in the header"},
    {"a,b\n1,\"2\n3,4\n", 0, "my.csv:2: a quote that is never closed, expected a closing quote"},
    {"a,b\n1,\"2\"x\n", 0,
     "my.csv:2: text after a closing quote, expected a comma or the end of the line"},
    {"a,b\n1,2\"x\"\n", 0,
     "my.csv:2: a quote inside a cell without quotes, expected the whole cell in quotes and the "
     "quote doubled"},
    {"a,a\n1,2\n", 0, "my.csv:1: the column 'a' stands twice, expected each name once"},
    {"a,\n1,2\n", 0, "my.csv:1: column 2 has no name, expected a name for each column"},
    {"a,b\n1,\0\n", 8, "my.csv:2: a NUL byte, expected text"},
    {"a,b\n\t1,2\n1,\x01\n", 0, "my.csv:3: the control character U+0001, expected text"},
    {"a,b\n1,\x7f\n", 0, "my.csv:2: the control character U+007F, expected text"},
    {"a,b\n1,\xc2\x85\n", 0, "my.csv:2: the control character U+0085, expected text"},
    {"a,b\n# c\u20282,3\n", 0, "my.csv:2: the control character U+2028, expected text"},
    {"a,b\n1,\u202e2\n", 0, "my.csv:2: the control character U+202E, expected text"},
    {"a,b\n#REF!\n", 0,
     "my.csv:2: #REF!, which a spreadsheet program writes for a broken formula; expected a value "
     "(or a comment: # and a space)"},
    {"a,b\n1,\xe9\n", 0, "my.csv:2: the byte 0xe9, expected UTF-8 (GBK? save it as CSV UTF-8)"},
    {"a,b\n\n1,\xed\xa0\x80\n", 0,
     "my.csv:3: the byte 0xed, expected UTF-8 (GBK? save it as CSV UTF-8)"}, /* a surrogate */
    {"a,b\n1,\xc0\x80\n", 0,
     "my.csv:2: the byte 0xc0, expected UTF-8 (GBK? save it as CSV UTF-8)"}, /* overlong */
    {"PK\x03\x04\x14\0", 6,
     "my.csv: a workbook or zip file, expected text; export the sheet as CSV UTF-8"},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 0,
     "my.csv: a workbook or zip file, expected text; export the sheet as CSV UTF-8"},
    {",\n1,2\n", 0, "my.csv:1: column 1 has no name, expected a name for each column"},
    {"a,b\n,\n1\n", 0, "my.csv:3: 1 cells, expected 2 as in the header"},
    {"a,b\r1,2\r", 0,
     "my.csv:1: a carriage return alone, expected LF or CRLF at the end of a line"},
    {"\xff\xfe"
     "a\0,\0b\0\n\0",
     10, "my.csv:1: the byte 0xff, expected UTF-8 (GBK? save it as CSV UTF-8)"}};

START_TEST(each_fault_names_table_and_line)
{
    const size_t bytes = cases[_i].bytes ? cases[_i].bytes : strlen(cases[_i].text);
    ck_assert_int_eq(parse(cases[_i].text, bytes), SINK_BAD_DATA);
    ck_assert_str_eq(error.message, cases[_i].told);
    ck_assert_ptr_null(csv);
}
END_TEST

START_TEST(a_broken_formula_is_no_comment)
{
    static const char *const broken[] = {"#REF!",    "#VALUE!",       "#NAME?",
                                         "#DIV/0!",  "#CALC!",        "#¡REF!",
                                         "#ССЫЛКА!", "#ERROR!",       "#N/A",
                                         "#NV",      "#N/D",          "#N/B",
                                         "#N/V",     "#I/T",          "#Н/Д",
                                         "#Δ/Υ",     "#HIÁNYZIK",     "#NEDOSTUPNÝ",
                                         "#YOK",     "#GETTING_DATA", "#NENÍ_K_DISPOZICI"};
    static const char *const comments[] = {
        "#N/A is not known", "#NA,2", "# REF!,2", "#a,2", "#", "#!", "## Really!", "#NVX,1", "#,!"};
    char text[100];
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        for (size_t e = 0; e < 3; e++) {
            snprintf(text, sizeof text, "a,b\n1,2\n%s%s", broken[i],
                     (const char *[]){",2\n", "\r\n", ""}[e]);
            ck_assert_msg(parse(text, strlen(text)) == SINK_BAD_DATA, "%s", text);
            ck_assert_msg(strstr(error.message, "my.csv:3: #") &&
                              strstr(error.message, "a broken formula"),
                          "%s", error.message);
        }
    for (size_t i = 0; i < sizeof comments / sizeof *comments; i++) {
        snprintf(text, sizeof text, "%s\na,b\n%s\n1,2\n", comments[i], comments[i]);
        parse_good(text);
        ck_assert_uint_eq(sink_csv_row_count(csv), 1);
        sink_csv_free(csv);
    }
}
END_TEST

START_TEST(a_cell_of_a_megabyte_is_refused)
{
    const size_t bytes = 1 << 20;
    char *text = malloc(bytes + 1);
    memset(text, 'x', bytes);
    text[0] = 'a';
    text[1] = '\n';
    ck_assert_int_eq(parse(text, bytes), SINK_BAD_DATA);
    ck_assert_str_eq(error.message, "my.csv:2: a cell of 1048574 bytes, expected 65536 or fewer");
    free(text);
}
END_TEST

START_TEST(ten_thousand_columns_are_refused)
{
    char *text = malloc(20001);
    for (size_t i = 0; i < 20000; i++)
        text[i] = i % 2 ? ',' : 'a';
    ck_assert_int_eq(parse(text, 20000), SINK_BAD_DATA);
    ck_assert_str_eq(error.message, "my.csv:1: more than 1024 cells, expected fewer");
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv");
    TCase *tests = tcase_create("csv");
    tcase_add_test(tests, cells_are_found_by_row_and_name);
    tcase_add_test(tests, line_ends_and_a_byte_order_mark_change_nothing);
    tcase_add_test(tests, comments_and_empty_lines_are_skipped_and_counted);
    tcase_add_test(tests, quotes_hold_commas_quotes_and_lines);
    tcase_add_test(tests, spaces_around_a_cell_are_no_part_of_it);
    tcase_add_test(tests, the_text_need_not_be_kept);
    tcase_add_test(tests, rows_of_empty_cells_are_skipped_and_counted);
    tcase_add_test(tests, a_header_alone_has_no_rows);
    tcase_add_loop_test(tests, each_fault_names_table_and_line, 0,
                        (int)(sizeof cases / sizeof *cases));
    tcase_add_test(tests, a_broken_formula_is_no_comment);
    tcase_add_test(tests, a_cell_of_a_megabyte_is_refused);
    tcase_add_test(tests, ten_thousand_columns_are_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
