/* The tally: exact sums whatever the order, sums of regions, and what is left of a parent. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest", "grassland", "cropland", NULL};

/* Two years, classes before and after, one quantity. */
static void start(struct fixture *f)
{
    fixture_start(f, "carbon_fraction,,,,,0.47,1,,,,,,IPCC 2006,4.3,seen,\n");
    fixture_set_years(f, 2020, 2025);
    fixture_add_dimension(f, SINK_DIMENSION_CLASS, SINK_SIDE_FROM, "class", classes);
    fixture_add_dimension(f, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", classes);
    fixture_add_quantity(f, SINK_SIDE_TO, "above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA,
                         75);
}

static enum sink_status post(struct fixture *f, uint32_t region, uint64_t key, double area_m2,
                             double value)
{
    const struct sink_tally_place place = {region, 0, key};
    const double sums[] = {area_m2, area_m2 * value};
    return sink_tally_post(f->tally, place, 1, sums, &f->error);
}

static void post_good(struct fixture *f, uint32_t region, uint64_t key, double area_m2)
{
    ck_assert_int_eq(post(f, region, key, area_m2, 2), SINK_OK);
}

/* The row's area in m2, or NaN when the region has no row of that key. */
static double area_of(struct fixture *f, uint32_t region, uint64_t key)
{
    const struct sink_tally_row *rows;
    const size_t count = sink_tally_rows(f->tally, &rows);
    for (size_t i = 0; i < count; i++)
        if (rows[i].region == region && rows[i].key == key)
            return sink_exact_sum_value(&rows[i].sums[0]);
    return NAN;
}

static int64_t cells_of(struct fixture *f, uint32_t region, uint64_t key)
{
    const struct sink_tally_row *rows;
    const size_t count = sink_tally_rows(f->tally, &rows);
    for (size_t i = 0; i < count; i++)
        if (rows[i].region == region && rows[i].key == key)
            return rows[i].cells;
    return -1;
}

START_TEST(a_key_gives_its_values_back)
{
    struct fixture f;
    int values[SINK_MAX_DIMENSIONS], again[SINK_MAX_DIMENSIONS];
    start(&f);
    const uint64_t count = sink_tally_key_count(&f.spec);
    ck_assert_uint_eq(count, 5 * 5 * 4);
    for (uint64_t key = 0; key < count; key++) {
        sink_tally_key_values(&f.spec, key, values);
        ck_assert_uint_eq(sink_tally_key(&f.spec, values), key);
    }
    sink_tally_key_values(&f.spec, 5 * 4 + 2 * 4 + 3, again);
    ck_assert_int_eq(again[0], 1);
    ck_assert_int_eq(again[1], 2);
    ck_assert_int_eq(again[2], 3);
    fixture_stop(&f);
}
END_TEST

START_TEST(too_many_strata_are_known)
{
    struct sink_dimension dimensions[SINK_MAX_DIMENSIONS];
    for (size_t i = 0; i < SINK_MAX_DIMENSIONS; i++)
        dimensions[i] = (struct sink_dimension){.count = 4};
    struct sink_tally_spec spec = {.dimensions = dimensions, .dimension_count = 31};
    ck_assert_uint_eq(sink_tally_key_count(&spec), UINT64_C(1) << 62);
    spec.dimension_count = 32;
    ck_assert_uint_eq(sink_tally_key_count(&spec), 0);
}
END_TEST

START_TEST(a_side_finds_what_describes_it)
{
    struct fixture f;
    start(&f);
    ck_assert_int_eq(sink_tally_dimension(&f.spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_FROM),
                     0);
    ck_assert_int_eq(sink_tally_dimension(&f.spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO), 1);
    ck_assert_int_eq(sink_tally_quantity_index(&f.spec, "above_ground_biomass", SINK_SIDE_TO), 0);
    ck_assert_int_eq(sink_tally_quantity_index(&f.spec, "above_ground_biomass", SINK_SIDE_FROM),
                     -1);
    ck_assert_int_eq(sink_tally_dimension(&f.spec, SINK_DIMENSION_OVERLAY, "zone", SINK_SIDE_TO),
                     -1);
    f.spec.dimensions[0].side = SINK_SIDE_STATIC;
    ck_assert_int_eq(sink_tally_dimension(&f.spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO), 0);
    fixture_stop(&f);
}
END_TEST

START_TEST(posts_of_one_stratum_add_up)
{
    struct fixture f;
    start(&f);
    fixture_open_tally(&f);
    post_good(&f, 0, 7, 100);
    post_good(&f, 0, 7, 23.5);
    ck_assert_double_eq(area_of(&f, 0, 7), 123.5);
    ck_assert_int_eq(cells_of(&f, 0, 7), 2);
    fixture_stop(&f);
}
END_TEST

START_TEST(rows_come_by_region_and_key)
{
    struct fixture f;
    const struct sink_tally_row *rows;
    start(&f);
    fixture_open_tally(&f);
    for (uint32_t i = 0; i < 50; i++)
        post_good(&f, (i * 7) % 5, (i * 31) % 50, 1 + i);
    const size_t count = sink_tally_rows(f.tally, &rows);
    ck_assert_uint_eq(count, 50);
    for (size_t i = 1; i < count; i++)
        ck_assert(rows[i].region > rows[i - 1].region ||
                  (rows[i].region == rows[i - 1].region && rows[i].key > rows[i - 1].key));
    fixture_stop(&f);
}
END_TEST

START_TEST(ten_thousand_rows_are_all_kept)
{
    struct fixture f;
    start(&f);
    fixture_open_tally(&f);
    for (uint32_t i = 0; i < 10000; i++)
        post_good(&f, i % 100, i / 100, i);
    for (uint32_t i = 1; i < 10000; i += 997)
        ck_assert_double_eq(area_of(&f, i % 100, i / 100), i);
    fixture_stop(&f);
}
END_TEST

START_TEST(rows_of_nothing_are_left_out)
{
    struct fixture f;
    const struct sink_tally_row *rows;
    const struct sink_tally_place place = {0, 0, 3};
    const double nothing[] = {0, 0};
    start(&f);
    fixture_open_tally(&f);
    ck_assert_int_eq(sink_tally_post(f.tally, place, 0, nothing, &f.error), SINK_OK);
    ck_assert_uint_eq(sink_tally_rows(f.tally, &rows), 0);
    fixture_stop(&f);
}
END_TEST

START_TEST(what_cannot_be_added_is_an_error_that_names_the_region)
{
    static const double bad[][2] = {{NAN, 1}, {INFINITY, 1}, {-1, 1},
                                    {1, NAN}, {1, INFINITY}, {0x1p91, 1}};
    struct fixture f;
    start(&f);
    fixture_open_tally(&f);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        f.error = (struct sink_error){0};
        ck_assert_int_eq(post(&f, 3, 1, bad[i][0], bad[i][1]), SINK_BAD_DATA);
        ck_assert_ptr_nonnull(strstr(f.error.message, "region 3: cannot add an area of "));
    }
    fixture_stop(&f);
}
END_TEST

/* A deviation may lie below its mean: only the area has a sign that is wrong. */
START_TEST(a_quantity_may_be_negative)
{
    struct fixture f;
    const struct sink_tally_row *rows;
    start(&f);
    fixture_open_tally(&f);
    ck_assert_int_eq(post(&f, 0, 1, 10, -2), SINK_OK);
    ck_assert_uint_eq(sink_tally_rows(f.tally, &rows), 1);
    ck_assert_double_eq(sink_exact_sum_value(&rows[0].sums[1]), -20);
    fixture_stop(&f);
}
END_TEST

/* What a tile has, of areas that no double adds exactly. */
struct piece {
    uint32_t region;
    uint64_t key;
    double area_m2;
};
#define PIECE_COUNT 5000

static void make_pieces(struct piece *pieces)
{
    uint64_t seed = 42;
    for (size_t i = 0; i < PIECE_COUNT; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        pieces[i] = (struct piece){.region = (uint32_t)(seed >> 60),
                                   .key = seed >> 40 & 63,
                                   .area_m2 = 1e6 / (double)(1 + (seed >> 20 & 0xfffff))};
    }
}

/* Adds pieces first, first + step ... to a tally of its own, as a worker does. */
static void add_every(struct sink_tally *into, const struct piece *pieces, size_t first,
                      size_t step, struct fixture *f)
{
    struct sink_tally *part;
    ck_assert_int_eq(sink_tally_new(&f->spec, &part, &f->error), SINK_OK);
    for (size_t i = first; i < PIECE_COUNT; i += step) {
        const struct sink_tally_place place = {pieces[i].region, 0, pieces[i].key};
        const double sums[] = {pieces[i].area_m2, pieces[i].area_m2 / 3};
        ck_assert_int_eq(sink_tally_post(part, place, 1, sums, &f->error), SINK_OK);
    }
    ck_assert_int_eq(sink_tally_merge(into, part, &f->error), SINK_OK);
    sink_tally_free(part);
}

static void check_same(struct sink_tally *a, struct sink_tally *b)
{
    const struct sink_tally_row *p, *q;
    const size_t count = sink_tally_rows(a, &p);
    ck_assert_uint_eq(sink_tally_rows(b, &q), count);
    for (size_t i = 0; i < count; i++) {
        ck_assert(p[i].region == q[i].region && p[i].pass == q[i].pass && p[i].key == q[i].key);
        ck_assert_int_eq(p[i].cells, q[i].cells);
        for (size_t s = 0; s < 2; s++)
            ck_assert(sink_exact_sum_is_equal(&p[i].sums[s], &q[i].sums[s]));
    }
}

static void check_sums(struct sink_tally *tally, const struct piece *pieces)
{
    const struct sink_tally_row *rows;
    const size_t count = sink_tally_rows(tally, &rows);
    double found_m2 = 0, found_t = 0, expected_m2 = 0;
    for (size_t i = 0; i < count; i++) {
        found_m2 += sink_exact_sum_value(&rows[i].sums[0]);
        found_t += sink_exact_sum_value(&rows[i].sums[1]);
    }
    for (size_t i = 0; i < PIECE_COUNT; i++)
        expected_m2 += pieces[i].area_m2;
    ck_assert_double_eq_tol(found_m2, expected_m2, 1e-12 * expected_m2);
    ck_assert_double_eq_tol(found_t, expected_m2 / 3, 1e-12 * expected_m2);
}

START_TEST(the_same_bits_however_the_pieces_are_shared_out)
{
    static struct piece pieces[PIECE_COUNT];
    struct fixture f;
    struct sink_tally *other;
    start(&f);
    fixture_open_tally(&f);
    make_pieces(pieces);
    add_every(f.tally, pieces, 0, 1, &f);
    check_sums(f.tally, pieces);
    for (size_t workers = 2; workers <= 7; workers++) {
        ck_assert_int_eq(sink_tally_new(&f.spec, &other, &f.error), SINK_OK);
        for (size_t w = workers; w-- > 0;)
            add_every(other, pieces, w, workers, &f);
        check_same(other, f.tally);
        sink_tally_free(other);
    }
    fixture_stop(&f);
}
END_TEST

/* Without which the test above could not fail. */
START_TEST(the_pieces_of_that_test_differ_as_doubles)
{
    static struct piece pieces[PIECE_COUNT];
    double forwards = 0, backwards = 0;
    make_pieces(pieces);
    for (size_t i = 0; i < PIECE_COUNT; i++)
        forwards += pieces[i].area_m2;
    for (size_t i = PIECE_COUNT; i-- > 0;)
        backwards += pieces[i].area_m2;
    ck_assert_double_ne(forwards, backwards);
}
END_TEST

static void complete(struct fixture *f)
{
    ck_assert_int_eq(sink_tally_complete(f->tally, &f->regions, &f->error), SINK_OK);
}

/* A province given by attributes alone: 0, its prefectures 1 and 4, counties 2, 3 and 5. */
START_TEST(upper_levels_are_the_sums_of_what_lies_below)
{
    struct fixture f;
    start(&f);
    fixture_add_region(&f, "33", -1, SINK_REGION_SUM);
    fixture_add_region(&f, "3301", 0, SINK_REGION_SUM);
    fixture_add_region(&f, "330101", 1, SINK_REGION_POLYGON);
    fixture_add_region(&f, "330102", 1, SINK_REGION_POLYGON);
    fixture_add_region(&f, "3302", 0, SINK_REGION_SUM);
    fixture_add_region(&f, "330201", 4, SINK_REGION_POLYGON);
    fixture_open_tally(&f);
    post_good(&f, 2, 9, 10);
    post_good(&f, 3, 9, 20);
    post_good(&f, 5, 9, 40);
    post_good(&f, 5, 8, 5);
    complete(&f);
    ck_assert_double_eq(area_of(&f, 1, 9), 30);
    ck_assert_double_eq(area_of(&f, 4, 9), 40);
    ck_assert_double_eq(area_of(&f, 0, 9), 70);
    ck_assert_double_eq(area_of(&f, 0, 8), 5);
    ck_assert_int_eq(cells_of(&f, 0, 9), 3);
    ck_assert_double_eq(area_of(&f, 2, 9), 10);
    fixture_stop(&f);
}
END_TEST

/* 0 has a boundary of its own, children 1 and 2, and the rest 3. */
static void start_with_rest(struct fixture *f)
{
    start(f);
    fixture_add_region(f, "33", -1, SINK_REGION_POLYGON);
    fixture_add_region(f, "3301", 0, SINK_REGION_POLYGON);
    fixture_add_region(f, "3302", 0, SINK_REGION_POLYGON);
    fixture_add_region(f, "33:rest", 0, SINK_REGION_REST);
    fixture_open_tally(f);
}

START_TEST(a_rest_is_the_parent_without_its_children)
{
    struct fixture f;
    start_with_rest(&f);
    post_good(&f, 0, 9, 100);
    post_good(&f, 1, 9, 30);
    post_good(&f, 2, 9, 45);
    post_good(&f, 0, 8, 7);
    complete(&f);
    ck_assert_double_eq(area_of(&f, 3, 9), 25);
    ck_assert_double_eq(area_of(&f, 3, 8), 7);
    ck_assert_int_eq(cells_of(&f, 3, 9), 0); /* those on a border lie in several regions */
    ck_assert_double_eq(area_of(&f, 0, 9), 100);
    fixture_stop(&f);
}
END_TEST

START_TEST(a_rest_without_biomass_is_land_all_the_same)
{
    struct fixture f;
    start_with_rest(&f);
    ck_assert_int_eq(post(&f, 0, 9, 100, 0), SINK_OK);
    ck_assert_int_eq(post(&f, 1, 9, 60, 0), SINK_OK);
    complete(&f);
    ck_assert_double_eq(area_of(&f, 3, 9), 40);
    fixture_stop(&f);
}
END_TEST

START_TEST(a_rest_below_a_sum_belongs_to_its_own_parent)
{
    struct fixture f;
    start(&f);
    fixture_add_region(&f, "3", -1, SINK_REGION_SUM);
    fixture_add_region(&f, "33", 0, SINK_REGION_POLYGON);
    fixture_add_region(&f, "3301", 1, SINK_REGION_POLYGON);
    fixture_add_region(&f, "33:rest", 1, SINK_REGION_REST);
    fixture_open_tally(&f);
    post_good(&f, 1, 9, 100);
    post_good(&f, 2, 9, 60);
    complete(&f);
    ck_assert_double_eq(area_of(&f, 0, 9), 100);
    ck_assert_double_eq(area_of(&f, 3, 9), 40);
    fixture_stop(&f);
}
END_TEST

/* The parent's area is rounded once, those of the children once each: thirds do not meet. */
START_TEST(a_rest_of_rounding_alone_is_no_row)
{
    static const double areas_m2[] = {1e-3, 1, 10.0 / 3, 1e4, 1e12 / 3};
    for (size_t i = 0; i < sizeof areas_m2 / sizeof *areas_m2; i++) {
        struct fixture f;
        start_with_rest(&f);
        post_good(&f, 2, 8, 1e-3); /* so that the parent's is not the first row */
        for (int tile = 0; tile < 100; tile++) {
            const double tile_m2 = areas_m2[i] * (1 + tile / 7.0);
            post_good(&f, 0, 9, tile_m2);
            post_good(&f, 1, 9, tile_m2 / 3);
            post_good(&f, 2, 9, tile_m2 - tile_m2 / 3);
        }
        complete(&f);
        ck_assert_msg(isnan(area_of(&f, 3, 9)), "%g m2 leave %g m2", areas_m2[i],
                      area_of(&f, 3, 9));
        fixture_stop(&f);
    }
}
END_TEST

START_TEST(a_small_rest_that_is_no_rounding_stays)
{
    struct fixture f;
    start_with_rest(&f);
    post_good(&f, 0, 9, 1e9);
    post_good(&f, 1, 9, 1e9 - 0.01);
    complete(&f);
    ck_assert_double_eq_tol(area_of(&f, 3, 9), 0.01, 1e-6);
    fixture_stop(&f);
}
END_TEST

/* Never hidden: parent and children must add up. */
START_TEST(a_child_beyond_its_parent_leaves_less_than_nothing)
{
    struct fixture f;
    start_with_rest(&f);
    post_good(&f, 0, 9, 10);
    post_good(&f, 1, 9, 12);
    post_good(&f, 2, 8, 1);
    complete(&f);
    ck_assert_double_eq(area_of(&f, 3, 9), -2);
    ck_assert_double_eq(area_of(&f, 3, 8), -1);
    fixture_stop(&f);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, a_key_gives_its_values_back);
    tcase_add_test(tests, too_many_strata_are_known);
    tcase_add_test(tests, a_side_finds_what_describes_it);
    tcase_add_test(tests, posts_of_one_stratum_add_up);
    tcase_add_test(tests, rows_come_by_region_and_key);
    tcase_add_test(tests, ten_thousand_rows_are_all_kept);
    tcase_add_test(tests, rows_of_nothing_are_left_out);
    tcase_add_test(tests, what_cannot_be_added_is_an_error_that_names_the_region);
    tcase_add_test(tests, a_quantity_may_be_negative);
    tcase_add_test(tests, the_same_bits_however_the_pieces_are_shared_out);
    tcase_add_test(tests, the_pieces_of_that_test_differ_as_doubles);
    tcase_add_test(tests, upper_levels_are_the_sums_of_what_lies_below);
    tcase_add_test(tests, a_rest_is_the_parent_without_its_children);
    tcase_add_test(tests, a_rest_without_biomass_is_land_all_the_same);
    tcase_add_test(tests, a_rest_below_a_sum_belongs_to_its_own_parent);
    tcase_add_test(tests, a_rest_of_rounding_alone_is_no_row);
    tcase_add_test(tests, a_small_rest_that_is_no_rounding_stays);
    tcase_add_test(tests, a_child_beyond_its_parent_leaves_less_than_nothing);
}

int main(void)
{
    Suite *suite = suite_create("tally");
    TCase *tests = tcase_create("tally");
    add_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
