#include "boundary_fixture.h"

/* Province P 10..14, prefectures Q 10..12 and R 12..13 in it, counties a and b of Q. */
static struct text nested(double b_east)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"a\",\"up\":\"Q\"", (const double[]){10, 0, 11, 1});
    add_box(&text, "\"id\":\"P\",\"up\":null,\"name\":\"Top\"", (const double[]){10, 0, 14, 1});
    add_box(&text, "\"id\":\"R\",\"up\":\"P\"", (const double[]){12, 0, 13, 1});
    add_box(&text, "\"id\":\"Q\",\"up\":\"P\"", (const double[]){10, 0, 12, 1});
    add_box(&text, "\"id\":\"b\",\"up\":\"Q\"", (const double[]){11, 0, b_east, 1});
    return text;
}

static void expect_order(const struct opened *opened, const char *const *ids, size_t count)
{
    expect_open(opened);
    const struct sink_region_list *list = sink_boundaries_list(opened->boundaries);
    ck_assert_int_eq(list->count, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(list->items[i].id, ids[i]);
        const int parent = list->items[i].parent;
        ck_assert_int_lt(parent, (int)i);
        ck_assert_int_eq(list->items[i].level, parent < 0 ? 0 : list->items[parent].level + 1);
    }
}

static const char *parent_id(const struct opened *opened, const char *id)
{
    const int parent = find_region(opened, id)->parent;
    return parent < 0 ? "" : sink_boundaries_list(opened->boundaries)->items[parent].id;
}

START_TEST(parents_come_before_children_whatever_the_file_says)
{
    struct text text = nested(12);
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.parent = "up", .name = "name"});
    /* siblings in the order of the file, the rest of P after its last descendant */
    const char *const ids[] = {"P", "R", "Q", "a", "b", "P~rest"};
    expect_order(&opened, ids, 6);
    ck_assert_str_eq(parent_id(&opened, "a"), "Q");
    ck_assert_str_eq(parent_id(&opened, "Q"), "P");
    ck_assert_str_eq(parent_id(&opened, "P~rest"), "P");
    ck_assert_str_eq(find_region(&opened, "P~rest")->name, "Top (rest)");
    ck_assert_int_eq(find_region(&opened, "P~rest")->kind, SINK_REGION_REST);
    ck_assert_int_eq(find_region(&opened, "P")->kind, SINK_REGION_POLYGON);
    close_opened(&opened);
}
END_TEST

START_TEST(a_rest_is_there_only_where_children_leave_area)
{
    struct text text = nested(11.999);
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    const char *const ids[] = {"P", "R", "Q", "a", "b", "Q~rest", "P~rest"};
    expect_order(&opened, ids, 7);
    ck_assert(isnan(find_region(&opened, "Q~rest")->area_m2));
    close_opened(&opened);
}
END_TEST

START_TEST(parents_may_be_numbers)
{
    struct text text = {0};
    add_box(&text, "\"id\":33,\"up\":null", (const double[]){10, 0, 12, 1});
    add_box(&text, "\"id\":3301,\"up\":33", (const double[]){10, 0, 12, 1});
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    const char *const ids[] = {"33", "3301"};
    expect_order(&opened, ids, 2);
    close_opened(&opened);
}
END_TEST

START_TEST(a_parent_that_is_not_there_is_refused)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"a\",\"up\":\"Q\"", (const double[]){10, 0, 11, 1});
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    expect_refused(&opened, "id a: there is no feature with the id of its parent, Q");
}
END_TEST

START_TEST(a_cycle_of_parents_is_refused)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"T\",\"up\":null", (const double[]){0, 0, 1, 1});
    add_box(&text, "\"id\":\"a\",\"up\":\"b\"", (const double[]){10, 0, 11, 1});
    add_box(&text, "\"id\":\"b\",\"up\":\"a\"", (const double[]){10, 0, 11, 1});
    add_box(&text, "\"id\":\"c\",\"up\":\"c\"", (const double[]){10, 0, 11, 1});
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    ck_assert_int_eq(opened.faults.count, 3);
    expect_refused(&opened, "id c: is its own ancestor");
}
END_TEST

static const char *const two_levels[] = {"top", "mid"}, *const two_names[] = {"top_name",
                                                                              "mid_name"};

static struct opened open_levels(struct text *text, bool is_named)
{
    struct sink_boundary_request request = {.levels = two_levels, .level_count = 2};
    request.level_names = is_named ? two_names : NULL;
    return open_features(text, NULL, request);
}

START_TEST(levels_given_by_attributes_are_sums)
{
    struct text text = {0};
    add_box(
        &text,
        "\"id\":\"a\",\"top\":\"03\",\"top_name\":\"Shili\",\"mid\":\"0301\",\"mid_name\":\"East\"",
        (const double[]){10, 0, 11, 1});
    add_box(
        &text,
        "\"id\":\"b\",\"top\":\"03\",\"top_name\":\"Shili\",\"mid\":\"0302\",\"mid_name\":\"West\"",
        (const double[]){11, 0, 12, 1});
    add_box(
        &text,
        "\"id\":\"c\",\"top\":\"03\",\"top_name\":\"Shili\",\"mid\":\"0301\",\"mid_name\":\"East\"",
        (const double[]){12, 0, 13, 1});
    struct opened opened = open_levels(&text, true);
    const char *const ids[] = {"03", "0301", "a", "c", "0302", "b"};
    expect_order(&opened, ids, 6);
    ck_assert_int_eq(find_region(&opened, "03")->kind, SINK_REGION_SUM);
    ck_assert_str_eq(find_region(&opened, "0301")->name, "East");
    expect_relative(area_of(&opened, "03"), 3 * area_of(&opened, "a"), 1e-12);
    expect_relative(area_of(&opened, "0301"), 2 * area_of(&opened, "a"), 1e-12);
    close_opened(&opened);
}
END_TEST

START_TEST(a_level_without_a_value_is_left_out)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"a\",\"top\":\"03\",\"mid\":\"0301\"", (const double[]){10, 0, 11, 1});
    add_box(&text, "\"id\":\"b\",\"top\":\"03\",\"mid\":null", (const double[]){11, 0, 12, 1});
    add_box(&text, "\"id\":\"c\",\"top\":null,\"mid\":null", (const double[]){12, 0, 13, 1});
    struct opened opened = open_levels(&text, false);
    ck_assert_str_eq(parent_id(&opened, "b"), "03");
    ck_assert_str_eq(parent_id(&opened, "c"), "");
    ck_assert_str_eq(find_region(&opened, "0301")->name, "0301");
    close_opened(&opened);
}
END_TEST

START_TEST(a_level_in_two_places_is_refused)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"a\",\"top\":\"03\",\"mid\":\"01\"", (const double[]){10, 0, 11, 1});
    add_box(&text, "\"id\":\"b\",\"top\":\"04\",\"mid\":\"01\"", (const double[]){11, 0, 12, 1});
    struct opened opened = open_levels(&text, false);
    expect_refused(&opened, "id 01: this level lies in two levels, one of them 04");
}
END_TEST

START_TEST(an_id_of_a_level_and_of_a_feature_is_refused)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"03\",\"top\":\"03\",\"mid\":\"0301\"", (const double[]){10, 0, 11, 1});
    struct opened opened = open_levels(&text, false);
    expect_refused(&opened, "id 03: is the id of a feature and of a level above features");
}
END_TEST

/* The id of a rest must not be that of a feature. */
START_TEST(an_id_that_looks_like_a_rest_is_refused)
{
    struct text text = nested(12);
    add_box(&text, "\"id\":\"P~rest\",\"up\":null", (const double[]){50, 0, 51, 1});
    struct opened opened =
        open_features(&text, NULL, (struct sink_boundary_request){.parent = "up"});
    expect_refused(&opened, "P~rest");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        parents_come_before_children_whatever_the_file_says,
        a_rest_is_there_only_where_children_leave_area,
        parents_may_be_numbers,
        a_parent_that_is_not_there_is_refused,
        a_cycle_of_parents_is_refused,
        levels_given_by_attributes_are_sums,
        a_level_without_a_value_is_left_out,
        a_level_in_two_places_is_refused,
        an_id_of_a_level_and_of_a_feature_is_refused,
        an_id_that_looks_like_a_rest_is_refused,
    };
    return run_suite("hierarchy", tests, sizeof tests / sizeof *tests);
}
