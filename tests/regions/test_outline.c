#include "boundary_fixture.h"

static bool is_inside(const struct sink_outline *outline, double lon, double lat)
{
    bool inside = false;
    size_t first = 0;
    for (size_t p = 0; p < outline->part_count; p++) {
        for (size_t i = first; i + 1 < first + outline->part_nodes[p]; i++) {
            const double y0 = outline->lat_deg[i], y1 = outline->lat_deg[i + 1];
            const double x0 = outline->lon_deg[i], x1 = outline->lon_deg[i + 1];
            if ((y0 > lat) != (y1 > lat) && lon < x0 + (x1 - x0) * (lat - y0) / (y1 - y0))
                inside = !inside;
        }
        first += outline->part_nodes[p];
    }
    return inside;
}

static void expect_outline(const struct sink_region *region, size_t parts)
{
    const struct sink_outline *outline = &region->outline;
    size_t first = 0;
    ck_assert_int_eq(outline->part_count, parts);
    for (size_t p = 0; p < parts; p++) {
        ck_assert_int_ge(outline->part_nodes[p], 4);
        const size_t last = first + outline->part_nodes[p] - 1;
        ck_assert_double_eq(outline->lon_deg[first], outline->lon_deg[last]);
        ck_assert_double_eq(outline->lat_deg[first], outline->lat_deg[last]);
        first = last + 1;
    }
    ck_assert_int_eq(first, outline->node_count);
    ck_assert(is_inside(outline, region->lon_deg, region->lat_deg));
}

START_TEST(an_outline_is_closed_and_has_its_holes)
{
    struct text text = {0};
    add_feature(&text, "\"id\":\"A\"", "MultiPolygon",
                "[[[[10,0],[14,0],[14,4],[10,4],[10,0]],[[11,1],[11,3],[13,3],[13,1],[11,1]]],"
                "[[[20,0],[21,0],[21,1],[20,1],[20,0]]]]");
    struct opened opened = open_repairing(&text, NULL);
    const struct sink_region *region = find_region(&opened, "A");
    expect_outline(region, 3);
    ck_assert_int_eq(region->outline.part_is_hole[0], 0);
    ck_assert_int_eq(region->outline.part_is_hole[1], 1);
    ck_assert_int_eq(region->outline.part_is_hole[2], 0);
    close_opened(&opened);
}
END_TEST

/* 500000 E, 0 N is 15 E, 0 N. */
START_TEST(an_outline_is_in_degrees_whatever_the_file_is_in)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){500000, 0, 600000, 100000});
    struct opened opened = open_repairing(&text, UTM33);
    const struct sink_region *region = find_region(&opened, "A");
    expect_outline(region, 1);
    double west = 999, south = 999;
    for (size_t i = 0; i < region->outline.node_count; i++) {
        west = fmin(west, region->outline.lon_deg[i]);
        south = fmin(south, region->outline.lat_deg[i]);
    }
    ck_assert_double_eq_tol(west, 15, 1e-9);
    ck_assert_double_eq_tol(south, 0, 1e-9);
    close_opened(&opened);
}
END_TEST

START_TEST(a_sum_has_the_outline_of_its_members_and_a_rest_has_none)
{
    const char *const levels[] = {"top"};
    struct text text = {0};
    add_box(&text, "\"id\":\"a\",\"top\":\"03\"", (const double[]){10, 0, 11, 1});
    add_box(&text, "\"id\":\"b\",\"top\":\"03\"", (const double[]){11, 0, 12, 1});
    struct opened opened = open_features(
        &text, NULL, (struct sink_boundary_request){.levels = levels, .level_count = 1});
    expect_outline(find_region(&opened, "03"), 1);
    ck_assert_int_le(find_region(&opened, "03")->outline.node_count, 7);
    close_opened(&opened);
    add_box(&text, "\"id\":\"P\",\"up\":null", (const double[]){10, 0, 12, 1});
    add_box(&text, "\"id\":\"a\",\"up\":\"P\"", (const double[]){10, 0, 11, 1});
    opened = open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    const struct sink_region *rest = find_region(&opened, "P~rest");
    ck_assert_int_eq(rest->outline.part_count, 0);
    ck_assert(isnan(rest->lon_deg) && isnan(rest->lat_deg));
    close_opened(&opened);
}
END_TEST

/* Four members around an enclave, once with nodes in common, once without. */
START_TEST(a_sum_has_its_enclave_as_a_hole)
{
    const char *const levels[] = {"top"};
    const double boxes[4][4] = {{10, 0, 13, 1}, {10, 2, 13, 3}, {10, 1, 11, 2}, {12, 1, 13, 2}};
    const char *const bars[] = {/* the first two with the nodes of the others */
                                "[[[10,0],[13,0],[13,1],[12,1],[11,1],[10,1],[10,0]]]",
                                "[[[10,2],[11,2],[12,2],[13,2],[13,3],[10,3],[10,2]]]"};
    for (int k = 0; k < 2; k++) {
        struct text text = {0};
        for (int i = 0; i < 4; i++) {
            char properties[40];
            snprintf(properties, sizeof properties, "\"id\":\"%d\",\"top\":\"T\"", i);
            if (k == 1 && i < 2)
                add_feature(&text, properties, "Polygon", bars[i]);
            else
                add_box(&text, properties, boxes[i]);
        }
        struct opened opened = open_features(
            &text, NULL, (struct sink_boundary_request){.levels = levels, .level_count = 1});
        const struct sink_region *sum = find_region(&opened, "T");
        expect_outline(sum, 2);
        ck_assert_int_eq(sum->outline.part_is_hole[1], 1);
        ck_assert(!is_inside(&sum->outline, 11.5, 1.5));
        ck_assert(is_inside(&sum->outline, 10.5, 1.5) && is_inside(&sum->outline, 11.5, 2.5));
        close_opened(&opened);
    }
}
END_TEST

/* A circle of 100 000 nodes and 1000 islets: simplified, and the largest 200 parts kept. */
START_TEST(an_outline_of_many_nodes_is_simplified)
{
    struct text text = {0}, parts = {0};
    for (int i = 0; i <= 100000; i++) {
        const double angle = 2 * M_PI * (i % 100000) / 100000;
        add(&parts, "%s[%.12g,%.12g]", i ? "," : "[[[", 20 + 5 * cos(angle), 5 * sin(angle));
    }
    add(&parts, "]]");
    for (int i = 0; i < 1000; i++) {
        const int row = i / 40;
        const double x = 30 + 0.02 * (i % 40), y = 0.02 * row;
        add(&parts, ",[[[%.9g,%.9g],[%.9g,%.9g],[%.9g,%.9g],[%.9g,%.9g]]]", x, y, x + 0.01, y,
            x + 0.01, y + 0.005 + 1e-6 * i, x, y);
    }
    add(&parts, "]");
    add_feature(&text, "\"id\":\"A\"", "MultiPolygon", parts.bytes);
    free(parts.bytes);
    struct opened opened = open_repairing(&text, NULL);
    const struct sink_outline *outline = &find_region(&opened, "A")->outline;
    ck_assert_int_eq(outline->part_count, 200);
    ck_assert_int_lt(outline->node_count, 1000);
    close_opened(&opened);
}
END_TEST

START_TEST(a_polygon_smaller_than_any_display_keeps_an_outline)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){10, 0, 10.00001, 0.00001});
    struct opened opened = open_repairing(&text, NULL);
    expect_outline(find_region(&opened, "A"), 1);
    close_opened(&opened);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        an_outline_is_closed_and_has_its_holes,
        an_outline_is_in_degrees_whatever_the_file_is_in,
        a_sum_has_its_enclave_as_a_hole,
        a_sum_has_the_outline_of_its_members_and_a_rest_has_none,
        an_outline_of_many_nodes_is_simplified,
        a_polygon_smaller_than_any_display_keeps_an_outline,
    };
    return run_suite("outline", tests, sizeof tests / sizeof *tests);
}
