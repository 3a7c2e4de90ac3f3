/* Outlines for other formats, numbers and faults as text. */
#include "pipelines/export_parts.h"
#include "pipelines/json_text.h"
#include "sinkcalc/base/text.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An outline of rectangles: west, south, east, north, is_hole; clockwise, as none should be. */
static struct sink_outline make_outline(const double (*boxes)[5], size_t count)
{
    struct sink_outline outline = {.part_count = count, .node_count = 5 * count};
    outline.part_nodes = malloc(count * sizeof *outline.part_nodes);
    outline.part_is_hole = malloc(count * sizeof *outline.part_is_hole);
    outline.lon_deg = malloc(5 * count * sizeof *outline.lon_deg);
    outline.lat_deg = malloc(5 * count * sizeof *outline.lat_deg);
    for (size_t b = 0; b < count; b++) {
        const double lon[] = {boxes[b][0], boxes[b][0], boxes[b][2], boxes[b][2], boxes[b][0]};
        const double lat[] = {boxes[b][1], boxes[b][3], boxes[b][3], boxes[b][1], boxes[b][1]};
        outline.part_nodes[b] = 5;
        outline.part_is_hole[b] = boxes[b][4] != 0;
        memcpy(outline.lon_deg + 5 * b, lon, sizeof lon);
        memcpy(outline.lat_deg + 5 * b, lat, sizeof lat);
    }
    return outline;
}

/* Positive counter-clockwise. */
static double area_of(const struct sink_outline *outline, size_t part)
{
    size_t start = 0;
    double twice = 0;
    for (size_t p = 0; p < part; p++)
        start += outline->part_nodes[p];
    for (size_t i = start; i + 1 < start + outline->part_nodes[part]; i++)
        twice += outline->lon_deg[i] * outline->lat_deg[i + 1] -
                 outline->lon_deg[i + 1] * outline->lat_deg[i];
    return twice / 2;
}

START_TEST(outer_rings_run_counter_clockwise_and_holes_clockwise)
{
    const double boxes[][5] = {{0, 0, 10, 10, 0}, {2, 2, 4, 4, 1}, {20, 0, 30, 10, 0}};
    struct sink_outline outline = make_outline(boxes, 3);
    for (int times = 0; times < 2; times++) {
        sink_outline_orient(&outline);
        ck_assert_double_eq(area_of(&outline, 0), 100);
        ck_assert_double_eq(area_of(&outline, 1), -4);
        ck_assert_double_eq(area_of(&outline, 2), 100);
    }
    sink_outline_free(&outline);
}
END_TEST

START_TEST(what_lies_within_180_degrees_stays_as_it_is)
{
    const double boxes[][5] = {{-180, -90, 180, 90, 0}, {2, 2, 4, 4, 1}};
    struct sink_outline cut, outline = make_outline(boxes, 2);
    sink_outline_orient(&outline);
    ck_assert(sink_outline_cut(&outline, &cut));
    ck_assert_uint_eq(cut.part_count, 2);
    ck_assert_uint_eq(cut.node_count, outline.node_count);
    ck_assert_mem_eq(cut.lon_deg, outline.lon_deg, cut.node_count * sizeof(double));
    ck_assert_mem_eq(cut.lat_deg, outline.lat_deg, cut.node_count * sizeof(double));
    sink_outline_free(&cut);
    sink_outline_free(&outline);
}
END_TEST

/* A polygon across the antimeridian, with a hole across it and one east of it. */
START_TEST(parts_are_cut_at_the_antimeridian)
{
    const double boxes[][5] = {{170, 0, 195, 10, 0}, {178, 2, 184, 4, 1}, {186, 6, 188, 8, 1}};
    struct sink_outline cut, outline = make_outline(boxes, 3);
    sink_outline_orient(&outline);
    ck_assert(sink_outline_cut(&outline, &cut));
    ck_assert_uint_eq(cut.part_count, 5);
    const double areas[] = {100, -4, 150, -8, -4};
    for (size_t p = 0; p < 5; p++) {
        ck_assert_int_eq(cut.part_is_hole[p], areas[p] < 0);
        ck_assert_double_eq_tol(area_of(&cut, p), areas[p], 1e-9);
    }
    for (size_t i = 0; i < cut.node_count; i++)
        ck_assert(fabs(cut.lon_deg[i]) <= 180);
    sink_outline_free(&cut);
    sink_outline_free(&outline);
}
END_TEST

START_TEST(an_empty_outline_is_cut_to_an_empty_one)
{
    struct sink_outline cut, outline = {0};
    ck_assert(sink_outline_cut(&outline, &cut));
    ck_assert_uint_eq(cut.part_count, 0);
    sink_outline_free(&cut);
}
END_TEST

START_TEST(numbers_are_short_and_read_back)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {-0.1, "-0.1"},
                 {1.0 / 3, "0.3333333333333333"},
                 {1e300, "1e+300"},
                 {5e-324, "4.94065645841247e-324"},
                 {123456789012345680, "1.2345678901234568e+17"},
                 {0.1 + 0.2, "0.30000000000000004"}};
    char text[SINK_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_str_eq(sink_number_text(cases[i].value, text), cases[i].text);
        ck_assert(strtod(text, NULL) == cases[i].value);
    }
    for (double value = 1; value < 1e15; value *= 3.7)
        ck_assert(strtod(sink_number_text(1 / value, text), NULL) == 1 / value);
}
END_TEST

static char *faults_text(const char *message)
{
    struct sink_faults faults = {0};
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    sink_faults_note(&faults, SINK_BAD_JOB, "%s", message);
    sink_json_faults(out, &faults);
    fclose(out);
    sink_faults_free(&faults);
    return text;
}

START_TEST(faults_are_taken_apart_by_their_places)
{
    static const char *const cases[][2] = {
        {"job.yml:12:3: years: \"x\"", "[{\"file\": \"job.yml\", \"line\": 12, \"column\": 3, "
                                       "\"message\": \"years: \\\"x\\\"\"}]"},
        {"t.csv:7: no value",
         "[{\"file\": \"t.csv\", \"line\": 7, \"column\": null, \"message\": \"no value\"}]"},
        {"a.tif: tile 3, 4: bad", "[{\"file\": \"a.tif\", \"line\": null, \"column\": null, "
                                  "\"message\": \"tile 3, 4: bad\"}]"},
        {"12: bad", "[{\"file\": \"12\", \"line\": null, \"column\": null, \"message\": \"bad\"}]"},
        {":1: bad", "[{\"file\": \":1\", \"line\": null, \"column\": null, \"message\": \"bad\"}]"},
        {"out of memory",
         "[{\"file\": null, \"line\": null, \"column\": null, \"message\": \"out of memory\"}]"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = faults_text(cases[i][0]);
        ck_assert_str_eq(text, cases[i][1]);
        free(text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("export");
    TCase *tests = tcase_create("export");
    tcase_add_test(tests, outer_rings_run_counter_clockwise_and_holes_clockwise);
    tcase_add_test(tests, what_lies_within_180_degrees_stays_as_it_is);
    tcase_add_test(tests, parts_are_cut_at_the_antimeridian);
    tcase_add_test(tests, an_empty_outline_is_cut_to_an_empty_one);
    tcase_add_test(tests, numbers_are_short_and_read_back);
    tcase_add_test(tests, faults_are_taken_apart_by_their_places);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
