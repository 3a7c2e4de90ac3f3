/* Maps: equal areas, the frame, outlines on the grid, classes and their colours. */
#include "pipelines/report/classes.h"
#include "pipelines/report/outline.h"
#include "sinkcalc/base/ellipsoid.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The area on the map of a small cell, over that on the ellipsoid. */
static double area_ratio(const struct sink_map_projection *map, double lon, double lat)
{
    const double step = 0.01;
    double twice = 0;
    /* the edges along parallels are bent on the map: many pieces */
    struct sink_map_point last = sink_map_project(map, lon, lat), point;
    for (int i = 1; i <= 400; i++) {
        const double t = i % 400 / 100.0, at = fmod(t, 1) * step;
        point = t < 1   ? sink_map_project(map, lon + at, lat)
                : t < 2 ? sink_map_project(map, lon + step, lat + at)
                : t < 3 ? sink_map_project(map, lon + step - at, lat + step)
                        : sink_map_project(map, lon, lat + step - at);
        twice += last.x_m * point.y_m - point.x_m * last.y_m;
        last = point;
    }
    return twice / 2 / sink_ellipsoid_cell_area_m2(sink_ellipsoid_wgs84, lat, lat + step, step);
}

START_TEST(areas_are_true_in_every_projection)
{
    static const double extents[][4] = {
        {119, 121, 27, 28},  {73, 135, 18, 54}, {-180, 180, -60, 84}, {140, 200, -20, 10},
        {-75, -35, -34, -2}, {-10, 40, 70, 82}, {170, 190, -48, -34}};
    static const enum sink_map_projection_kind kinds[] = {
        SINK_MAP_LAMBERT, SINK_MAP_ALBERS,  SINK_MAP_EQUAL_EARTH, SINK_MAP_LAMBERT,
        SINK_MAP_ALBERS,  SINK_MAP_LAMBERT, SINK_MAP_ALBERS};
    size_t cases = 0;
    for (size_t i = 0; i < sizeof extents / sizeof *extents; i++) {
        const double *box = extents[i];
        const struct sink_map_projection map =
            sink_map_projection_make(box[0], box[1], box[2], box[3]);
        ck_assert_int_eq(map.kind, kinds[i]);
        for (int x = 0; x < 5; x++)
            for (int y = 0; y < 5; y++) {
                const double lon = box[0] + (box[1] - box[0]) * (0.1 + 0.2 * x);
                const double lat = box[2] + (box[3] - box[2]) * (0.1 + 0.2 * y);
                ck_assert_double_eq_tol(area_ratio(&map, lon, lat), 1, 2e-6);
                cases++;
            }
    }
    printf("%zu cases\n", cases);
}
END_TEST

/* Two squares that share an edge, across the date line. */
static const int region_nodes[] = {5, 6}, part_nodes[] = {5, 6};
static const double lons[] = {179, 180, 180, 179, 179, -180, -179, -179, -180, -180, -180};
static const double lats[] = {10, 10, 11, 11, 10, 10, 10, 11, 11, 10.5, 10};
static const struct sink_map_outlines squares = {.region_count = 2,
                                                 .part_count = 2,
                                                 .node_count = 11,
                                                 .region_nodes = region_nodes,
                                                 .part_nodes = part_nodes,
                                                 .lon_deg = lons,
                                                 .lat_deg = lats};
static const bool both[] = {true, true};

struct place {
    long x, y;
};

/* The nodes of a path of one ring; their number. */
static size_t read_path(const char *path, struct place *places, size_t most)
{
    struct place at = {0};
    size_t count = 0;
    ck_assert_int_eq(*path, 'm');
    for (char *end; *path && *path != 'z'; count++) {
        ck_assert_uint_lt(count, most);
        path += strspn(path, "ml ");
        at.x += strtol(path, &end, 10);
        at.y += strtol(end, &end, 10);
        places[count] = at;
        path = end;
    }
    ck_assert_str_eq(path, "z");
    return count;
}

static size_t count_shared(const struct place *a, size_t count, const struct place *b, size_t other)
{
    size_t shared = 0;
    for (size_t i = 0; i < count; i++) {
        size_t j = 0;
        while (j < other && (a[i].x != b[j].x || a[i].y != b[j].y))
            j++;
        shared += j < other;
    }
    return shared;
}

START_TEST(neighbours_meet_on_the_grid_across_the_date_line)
{
    struct sink_map_frame frame;
    struct sink_html left = {0}, right = {0};
    struct place a[8], b[8];
    ck_assert(sink_map_outlines_are_whole(&squares));
    ck_assert(sink_map_frame_make(&squares, both, &frame));
    ck_assert_double_eq_tol(frame.width / frame.height, 2, 0.2);
    ck_assert(sink_map_outline_add(&squares, &frame, 0, &left));
    ck_assert(sink_map_outline_add(&squares, &frame, 1, &right));
    const size_t count = read_path(left.text, a, 8), other = read_path(right.text, b, 8);
    /* The node amid the straight edge is left out: four nodes, two of them are those of the other.
     */
    ck_assert_uint_eq(count, 4);
    ck_assert_uint_eq(other, 4);
    ck_assert_uint_eq(count_shared(a, count, b, other), 2);
    sink_html_free(&left);
    sink_html_free(&right);
}
END_TEST

#define RAGGED 400 /* nodes of a border */

/* Two regions on either side of a ragged border, which the second has the other way about, begun
 * elsewhere, and with a node in two less: `border` is theirs alone. */
static void draw_ragged(double *lon, double *lat, unsigned seed)
{
    size_t at = 0;
    lon[at] = 0, lat[at++] = 0;
    for (int i = 0; i < RAGGED; i++) {
        seed = seed * 1103515245 + 12345;
        lon[at] = 10 + (seed >> 16) % 1000 / 40000.0 + sin(i / 9.0);
        lat[at++] = i * 10.0 / (RAGGED - 1);
    }
    lon[at] = 0, lat[at++] = 10;
    lon[at] = 0, lat[at++] = 0;
    const size_t second = at;
    for (int i = RAGGED / 3; i >= 0; i--, at++)
        lon[at] = lon[1 + i], lat[at] = lat[1 + i];
    lon[at] = 20, lat[at++] = 0;
    lon[at] = 20, lat[at++] = 10;
    for (int i = RAGGED - 1; i >= RAGGED / 3; i--)
        if (i != RAGGED / 2) {
            lon[at] = lon[1 + i], lat[at] = lat[1 + i];
            at++;
        }
    ck_assert_uint_eq(second, RAGGED + 3);
    ck_assert_uint_eq(at, 2 * RAGGED + 5);
}

START_TEST(neighbours_have_one_line_however_ragged)
{
    static const int nodes[] = {RAGGED + 3, RAGGED + 2}, levels[] = {1, 1};
    double lon[2 * RAGGED + 5], lat[2 * RAGGED + 5];
    unsigned char marks[2 * RAGGED + 6];
    size_t cases = 0;
    for (unsigned seed = 1; seed <= 100; seed++, cases++) {
        struct sink_map_frame frame;
        struct sink_html texts[2] = {{0}, {0}};
        struct place places[2][RAGGED + 4];
        size_t counts[2];
        draw_ragged(lon, lat, seed);
        struct sink_map_outlines outlines = {.region_count = 2,
                                             .part_count = 2,
                                             .node_count = 2 * RAGGED + 5,
                                             .region_nodes = nodes,
                                             .part_nodes = nodes,
                                             .lon_deg = lon,
                                             .lat_deg = lat};
        ck_assert(sink_map_outlines_are_whole(&outlines));
        ck_assert(sink_map_marks_find(&outlines, levels, 2, marks));
        outlines.marks = marks;
        ck_assert(sink_map_frame_make(&outlines, both, &frame));
        for (size_t r = 0; r < 2; r++) {
            ck_assert(sink_map_outline_add(&outlines, &frame, r, &texts[r]));
            counts[r] = read_path(texts[r].text, places[r], RAGGED + 4);
            sink_html_free(&texts[r]);
        }
        /* All but the two outer corners of each. */
        ck_assert_uint_gt(counts[0], 12);
        ck_assert_uint_lt(counts[0], RAGGED / 2);
        ck_assert_uint_eq(count_shared(places[0], counts[0], places[1], counts[1]), counts[0] - 2);
        ck_assert_uint_eq(counts[1], counts[0]);
    }
    printf("%zu cases\n", cases);
}
END_TEST

START_TEST(counts_that_do_not_fit_are_refused)
{
    static const int less[] = {5, 5}, more[] = {5, 7}, none[] = {5, 0};
    struct sink_map_outlines wrong = squares;
    wrong.part_nodes = less;
    ck_assert(!sink_map_outlines_are_whole(&wrong));
    wrong.part_nodes = more;
    ck_assert(!sink_map_outlines_are_whole(&wrong));
    wrong.part_nodes = none;
    ck_assert(!sink_map_outlines_are_whole(&wrong));
    wrong = squares;
    wrong.node_count = 10;
    ck_assert(!sink_map_outlines_are_whole(&wrong));
    wrong = squares;
    wrong.region_nodes = more;
    ck_assert(!sink_map_outlines_are_whole(&wrong));
}
END_TEST

START_TEST(a_region_too_small_to_be_seen_is_a_dot)
{
    static const int nodes[] = {5, 5};
    static const double x[] = {0, 40, 40, 0, 0, 20, 20.0001, 20.0001, 20, 20};
    static const double y[] = {0, 0, 30, 30, 0, 10, 10, 10.0001, 10.0001, 10};
    const struct sink_map_outlines outlines = {.region_count = 2,
                                               .part_count = 2,
                                               .node_count = 10,
                                               .region_nodes = nodes,
                                               .part_nodes = nodes,
                                               .lon_deg = x,
                                               .lat_deg = y};
    struct sink_map_frame frame;
    struct sink_html html = {0};
    ck_assert(sink_map_frame_make(&outlines, both, &frame));
    ck_assert(sink_map_outline_add(&outlines, &frame, 1, &html));
    ck_assert_ptr_nonnull(strstr(html.text, "h2v2h-2z"));
    sink_html_free(&html);
}
END_TEST

START_TEST(the_scale_bar_is_as_long_as_it_says)
{
    struct sink_map_frame frame;
    double units;
    ck_assert(sink_map_frame_make(&squares, both, &frame));
    const double metres = sink_map_scale_bar(&frame, 0.25, &units);
    ck_assert(units <= frame.width / 4 && units > frame.width / 20);
    /* 2 degrees along 10.5 N, 218.9 km, are 704 pixels wide. */
    ck_assert_double_eq_tol(metres / units, 218900 / (704 * frame.units_per_pixel), 2);
}
END_TEST

START_TEST(quantiles_hold_as_many_values_each)
{
    double values[1000], sorted[1000];
    size_t counts[5] = {0};
    for (int i = 0; i < 1000; i++)
        sorted[i] = values[i] = i != 17 ? i * i : NAN;
    const struct sink_map_classes classes = sink_map_classes_make(sorted, 1000, false);
    ck_assert_uint_eq(classes.break_count, 4);
    for (int i = 0; i < 1000; i++)
        if (i != 17)
            counts[sink_map_class(&classes, values[i])]++;
    for (int i = 0; i < 5; i++)
        ck_assert_uint_ge(counts[i], 190);
    ck_assert_int_eq(sink_map_class(&classes, NAN), -1);
}
END_TEST

START_TEST(diverging_classes_part_at_zero_and_mirror)
{
    double values[] = {-8, -1, 0.5, 1, 2, 4, 8, 16, 32};
    const struct sink_map_classes classes = sink_map_classes_make(values, 9, true);
    size_t zeros = 0;
    for (size_t i = 0; i < classes.break_count; i++) {
        zeros += classes.breaks[i] == 0;
        ck_assert_double_eq_tol(classes.breaks[i] + classes.breaks[classes.break_count - 1 - i], 0,
                                1e-12);
    }
    ck_assert_uint_eq(zeros, 1);
    const int gain = sink_map_class(&classes, 0.5), loss = sink_map_class(&classes, -1);
    ck_assert_int_gt(gain, loss);
    char a[8], b[8];
    ck_assert_str_ne(sink_palette_colour(SINK_PALETTE_SINK, &classes, (size_t)gain, a),
                     sink_palette_colour(SINK_PALETTE_SINK, &classes, (size_t)loss, b));
}
END_TEST

START_TEST(alike_values_are_one_class)
{
    double values[] = {7, 7, 7, NAN}, nothing[] = {NAN};
    const struct sink_map_classes alike = sink_map_classes_make(values, 4, false);
    ck_assert_uint_eq(alike.break_count, 0);
    ck_assert_int_eq(sink_map_class(&alike, 7), 0);
    const struct sink_map_classes none = sink_map_classes_make(nothing, 1, true);
    ck_assert_uint_eq(none.break_count, 0);
}
END_TEST

START_TEST(breaks_are_round_where_many_values_are_alike)
{
    double values[] = {0, 0, 0, 0, 0, 0.0141372, 0.0141372, 0.258071, 0.258071, 0.9};
    const struct sink_map_classes classes = sink_map_classes_make(values, 10, false);
    ck_assert_uint_eq(classes.break_count, 2);
    ck_assert_double_eq_tol(classes.breaks[0], 0.014, 1e-12);
    ck_assert_double_eq_tol(classes.breaks[1], 0.26, 1e-12);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report_map");
    TCase *tests = tcase_create("report_map");
    tcase_add_test(tests, areas_are_true_in_every_projection);
    tcase_add_test(tests, breaks_are_round_where_many_values_are_alike);
    tcase_add_test(tests, neighbours_meet_on_the_grid_across_the_date_line);
    tcase_add_test(tests, neighbours_have_one_line_however_ragged);
    tcase_add_test(tests, counts_that_do_not_fit_are_refused);
    tcase_add_test(tests, a_region_too_small_to_be_seen_is_a_dot);
    tcase_add_test(tests, the_scale_bar_is_as_long_as_it_says);
    tcase_add_test(tests, quantiles_hold_as_many_values_each);
    tcase_add_test(tests, diverging_classes_part_at_zero_and_mirror);
    tcase_add_test(tests, alike_values_are_one_class);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
