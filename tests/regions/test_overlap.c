#include "boundary_fixture.h"

/* Opens children of a box P 10..14 x 0..2. */
struct child {
    const char *id;
    double box[4];
};

static struct opened open_children(const struct child *children, size_t count)
{
    struct text text = {0};
    char properties[64];
    add_box(&text, "\"id\":\"P\",\"up\":null", (const double[]){10, 0, 14, 2});
    for (size_t i = 0; i < count; i++) {
        snprintf(properties, sizeof properties, "\"id\":\"%s\",\"up\":\"P\"", children[i].id);
        add_box(&text, properties, children[i].box);
    }
    return open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
}

START_TEST(children_that_share_a_border_pass)
{
    const struct child children[] = {
        {"a", {10, 0, 12, 2}}, {"b", {12, 0, 14, 1}}, {"c", {12, 1, 14, 2}}};
    struct opened opened = open_children(children, 3);
    expect_open(&opened);
    ck_assert_int_eq(opened.notes.count, 0);
    ck_assert_int_eq(sink_boundaries_list(opened.boundaries)->count, 4); /* no rest */
    close_opened(&opened);
}
END_TEST

/* 0.1 x 1 degree at the equator: 123 085 ha. */
START_TEST(children_that_overlap_are_refused_with_the_area)
{
    const struct child children[] = {{"a", {10, 0, 12, 1}}, {"b", {11.9, 0, 14, 1}}};
    struct opened opened = open_children(children, 2);
    expect_refused(&opened, "region a overlaps its sibling b by 123085 ha");
}
END_TEST

/* No edge of the one crosses an edge of the other. */
START_TEST(a_child_inside_another_or_equal_to_it_is_refused)
{
    const struct child inside[] = {{"a", {10, 0, 14, 2}}, {"b", {11, 0.5, 12, 1}}};
    struct opened opened = open_children(inside, 2);
    expect_refused(&opened, "region a overlaps its sibling b by");
    const struct child equal[] = {{"a", {10, 0, 12, 1}}, {"b", {10, 0, 12, 1}}};
    opened = open_children(equal, 2);
    expect_refused(&opened, "region a overlaps its sibling b by");
}
END_TEST

/* All its edges are edges of others as well: two others make it up. */
START_TEST(a_child_that_others_make_up_is_refused)
{
    const struct child children[] = {
        {"a", {10, 0, 14, 2}}, {"b", {10, 0, 12, 2}}, {"c", {12, 0, 14, 2}}};
    struct opened opened = open_children(children, 3);
    ck_assert_int_eq(opened.faults.count, 2);
    expect_refused(&opened, "region a overlaps its sibling c by");
}
END_TEST

START_TEST(a_child_that_leaves_its_parent_is_refused)
{
    const struct child children[] = {{"a", {10, 0, 14.1, 1}}};
    struct opened opened = open_children(children, 1);
    expect_refused(&opened, "region a lies outside its parent P by 123085 ha");
    const struct child away[] = {{"a", {50, 0, 51, 1}}};
    opened = open_children(away, 1);
    expect_refused(&opened, "region a lies outside its parent P by 1.23085e+06 ha");
}
END_TEST

START_TEST(rounding_of_coordinates_is_let_pass_and_told)
{
    const struct child children[] = {{"a", {10, 0, 12.0000001, 1}}, {"b", {12, 0, 14.0000001, 1}}};
    struct opened opened = open_children(children, 2);
    expect_open(&opened);
    expect_note(&opened, "region a overlaps its sibling b by");
    expect_note(&opened, "region b lies outside its parent P by");
    expect_note(&opened, "let pass as rounding");
    close_opened(&opened);
}
END_TEST

/* Cousins: a child of one prefecture that reaches into another leaves its parent. */
START_TEST(regions_of_different_parents_are_kept_apart_by_their_parents)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"P\",\"up\":null", (const double[]){10, 0, 12, 1});
    add_box(&text, "\"id\":\"Q\",\"up\":null", (const double[]){11, 0, 13, 1}); /* may overlap P */
    add_box(&text, "\"id\":\"p\",\"up\":\"P\"", (const double[]){11, 0, 12, 1});
    add_box(&text, "\"id\":\"q\",\"up\":\"Q\"", (const double[]){11, 0, 12, 1});
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    expect_open(&opened);
    close_opened(&opened);
}
END_TEST

START_TEST(members_of_levels_must_not_overlap_across_levels)
{
    const char *const levels[] = {"top", "mid"};
    const struct sink_boundary_request request = {.levels = levels, .level_count = 2};
    struct text text = {0};
    add_box(&text, "\"id\":\"a\",\"top\":\"3\",\"mid\":\"31\"", (const double[]){10, 0, 12, 1});
    add_box(&text, "\"id\":\"b\",\"top\":\"3\",\"mid\":\"32\"", (const double[]){11, 0, 13, 1});
    struct opened opened = open_features(&text, NULL, request);
    expect_refused(&opened, "region a overlaps its sibling b by");
    /* two tops are two things */
    add_box(&text, "\"id\":\"a\",\"top\":\"3\",\"mid\":\"31\"", (const double[]){10, 0, 12, 1});
    add_box(&text, "\"id\":\"b\",\"top\":\"4\",\"mid\":\"41\"", (const double[]){11, 0, 13, 1});
    opened = open_features(&text, NULL, request);
    expect_open(&opened);
    close_opened(&opened);
}
END_TEST

/* One file writes 179..181, another -181..-179, a third cuts at 180. */
START_TEST(places_are_compared_across_the_antimeridian)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"P\",\"up\":null", (const double[]){170, 0, 190, 1});
    add_box(&text, "\"id\":\"a\",\"up\":\"P\"", (const double[]){-180, 0, -175, 1});
    add_box(&text, "\"id\":\"b\",\"up\":\"P\"", (const double[]){-185, 0, -180, 1});
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    expect_open(&opened);
    ck_assert_int_eq(opened.notes.count, 0);
    close_opened(&opened);
    add_box(&text, "\"id\":\"P\",\"up\":null", (const double[]){170, 0, 190, 1});
    add_box(&text, "\"id\":\"a\",\"up\":\"P\"", (const double[]){-180, 0, -175, 1});
    add_box(&text, "\"id\":\"b\",\"up\":\"P\"", (const double[]){179, 0, 181, 1});
    opened = open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    expect_refused(&opened, "region a overlaps its sibling b by 1.23085e+06 ha");
    add_box(&text, "\"id\":\"P\",\"up\":null", (const double[]){170, 0, 190, 1});
    add_box(&text, "\"id\":\"a\",\"up\":\"P\"", (const double[]){-180, 0, -169, 1});
    opened = open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    expect_refused(&opened, "region a lies outside its parent P by 1.23085e+06 ha");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        children_that_share_a_border_pass,
        children_that_overlap_are_refused_with_the_area,
        a_child_inside_another_or_equal_to_it_is_refused,
        a_child_that_others_make_up_is_refused,
        a_child_that_leaves_its_parent_is_refused,
        rounding_of_coordinates_is_let_pass_and_told,
        regions_of_different_parents_are_kept_apart_by_their_parents,
        members_of_levels_must_not_overlap_across_levels,
        places_are_compared_across_the_antimeridian,
    };
    return run_suite("overlap", tests, sizeof tests / sizeof *tests);
}
