/* A factor by steps made continuous: IPCC tables, and random families of steps. */
#include "sinkcalc/model/piecewise.h"

#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define FAMILIES 2000
#define MAX_STEPS 8

/* BCEF_S of temperate hardwoods, t d.m. m-3 by m3/ha: IPCC 2006 Vol. 4 Table 4.5. */
static const struct sink_step hardwoods[] = {
    {-INFINITY, 20, 3.0}, {20, 40, 1.7}, {40, 100, 1.4}, {100, 200, 1.05}, {200, INFINITY, 0.8}};

static double hardwoods_t_ha(double volume_m3_ha)
{
    return sink_piecewise_value(hardwoods, 5, volume_m3_ha);
}

START_TEST(hardwoods_rise_where_the_steps_fall)
{
    /* by steps 3.0 x 20 = 60 and 1.7 x 21 = 35.7; here 30 + (51 - 30) x (v - 10) / 20 */
    ck_assert_double_eq_tol(hardwoods_t_ha(20), 40.5, 1e-12);
    ck_assert_double_eq_tol(hardwoods_t_ha(21), 41.55, 1e-12);
    double before = 0;
    for (int i = 1; i <= 4000; i++) {
        const double now = hardwoods_t_ha(i * 0.1);
        ck_assert_double_gt(now, before);
        before = now;
    }
}
END_TEST

START_TEST(hardwoods_hold_the_factor_at_the_middles)
{
    static const double expected[][2] = {{10, 30}, {30, 51}, {70, 98}, {150, 157.5}, {250, 200}};
    double nodes[5], values[5];
    ck_assert_uint_eq(sink_piecewise_nodes(hardwoods, 5, nodes, values), 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_double_eq(nodes[i], expected[i][0]);
        ck_assert_double_eq_tol(values[i], expected[i][1], 1e-12);
        ck_assert_double_eq_tol(hardwoods_t_ha(nodes[i]), expected[i][1], 1e-12);
    }
}
END_TEST

START_TEST(hardwoods_have_the_first_factor_below_and_the_last_above)
{
    ck_assert_double_eq(hardwoods_t_ha(0), 0);
    ck_assert_double_eq_tol(hardwoods_t_ha(4), 12, 1e-12);
    ck_assert_double_eq_tol(hardwoods_t_ha(300), 240, 1e-12);
    ck_assert_double_eq_tol(hardwoods_t_ha(1e4), 8000, 1e-9);
    const struct sink_line line = sink_piecewise_line(hardwoods, 5, 300);
    ck_assert_double_eq(line.intercept, 0);
    ck_assert_double_eq(line.slope, 0.8);
}
END_TEST

START_TEST(a_node_belongs_to_the_piece_below)
{
    ck_assert_double_eq(sink_piecewise_line(hardwoods, 5, 10).slope, 3.0);
    ck_assert_double_eq_tol(sink_piecewise_line(hardwoods, 5, nextafter(10, 11)).slope, 1.05,
                            1e-12);
    ck_assert_double_eq_tol(sink_piecewise_line(hardwoods, 5, 250).slope, 0.425, 1e-12);
    ck_assert_double_eq(sink_piecewise_line(hardwoods, 5, nextafter(250, 251)).slope, 0.8);
}
END_TEST

START_TEST(one_factor_for_all_is_a_product)
{
    const struct sink_step step = {-INFINITY, INFINITY, 0.7};
    double node;
    ck_assert(sink_steps_adjoin(&step, 1));
    ck_assert_uint_eq(sink_piecewise_nodes(&step, 1, &node, NULL), 0);
    for (double x = 0; x < 500; x += 7.3) {
        ck_assert_double_eq(sink_piecewise_value(&step, 1, x), 0.7 * x);
        ck_assert_double_eq_tol(sink_piecewise_inverse(&step, 1, 0.7 * x), x, 1e-12);
    }
    const struct sink_step bounded = {0, 10, 0.7};
    ck_assert_uint_eq(sink_piecewise_nodes(&bounded, 1, &node, NULL), 1);
    ck_assert_double_eq(node, 5);
}
END_TEST

/* 1.0 up to 10, 0.2 to 20, 0.1 over: 5; 3 raised to 5; 2.5 raised to 5; then 0.1 a unit. */
static const struct sink_step falling[] = {{0, 10, 1.0}, {10, 20, 0.2}, {20, INFINITY, 0.1}};

START_TEST(a_lower_node_is_raised_to_the_one_before)
{
    double nodes[3], values[3];
    ck_assert_uint_eq(sink_piecewise_nodes(falling, 3, nodes, values), 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq(nodes[i], 5 + 10 * (double)i);
        ck_assert_double_eq(values[i], 5);
    }
    ck_assert_double_eq(sink_piecewise_value(falling, 3, 12), 5);
    ck_assert_double_eq(sink_piecewise_value(falling, 3, 25), 5);
    ck_assert_double_eq_tol(sink_piecewise_value(falling, 3, 35), 6, 1e-12);
}
END_TEST

START_TEST(the_inverse_of_a_plateau_is_its_beginning)
{
    ck_assert_double_eq(sink_piecewise_inverse(falling, 3, 5), 5);
    ck_assert_double_eq_tol(sink_piecewise_inverse(falling, 3, 6), 35, 1e-12);
    ck_assert_double_eq(sink_piecewise_inverse(falling, 3, 0), 0);
    ck_assert_double_eq(sink_piecewise_inverse(falling, 3, -1), 0);
    ck_assert_double_nan(sink_piecewise_inverse(falling, 3, NAN));
    const struct sink_step flat[] = {{0, 10, 1}, {10, INFINITY, 0}};
    ck_assert_double_eq(sink_piecewise_inverse(flat, 2, 5), 5);
    ck_assert_double_infinite(sink_piecewise_inverse(flat, 2, 5.1));
}
END_TEST

/* A random draw may give it. */
START_TEST(a_factor_below_zero_makes_nothing_fall)
{
    const struct sink_step steps[] = {{0, 10, -1}, {10, 20, 0.5}, {20, INFINITY, -0.1}};
    ck_assert_double_eq(sink_piecewise_value(steps, 3, 4), 0);
    ck_assert_double_eq(sink_piecewise_value(steps, 3, 15), 7.5);
    ck_assert_double_eq(sink_piecewise_value(steps, 3, 100), 7.5);
    ck_assert_double_eq(sink_piecewise_inverse(steps, 3, 0), 0);
    ck_assert_double_eq_tol(sink_piecewise_inverse(steps, 3, 3), 9, 1e-12);
}
END_TEST

START_TEST(a_factor_that_is_unknown_spoils_the_pieces_it_touches)
{
    struct sink_step steps[] = {{0, 10, 1}, {10, 20, NAN}, {20, 30, 0.9}, {30, INFINITY, 0.8}};
    ck_assert_double_eq(sink_piecewise_value(steps, 4, 5), 5);
    ck_assert_double_nan(sink_piecewise_value(steps, 4, 6));
    ck_assert_double_nan(sink_piecewise_value(steps, 4, 24));
    ck_assert_double_nan(sink_piecewise_value(steps, 4, 25)); /* belongs to the piece below */
    ck_assert_double_eq_tol(sink_piecewise_value(steps, 4, 26), 23.05, 1e-12);
    ck_assert_double_eq_tol(sink_piecewise_value(steps, 4, 50), 40, 1e-12);
}
END_TEST

START_TEST(where_no_step_speaks_nothing_is_told)
{
    const struct sink_step steps[] = {{5, 10, 2}, {10, 20, 1.5}};
    double nodes[2];
    ck_assert_uint_eq(sink_piecewise_nodes(steps, 2, nodes, NULL), 2);
    ck_assert_double_eq(nodes[0], 7.5);
    ck_assert_double_nan(sink_piecewise_value(steps, 2, 5));
    ck_assert_double_eq(sink_piecewise_value(steps, 2, 6), 12);
    ck_assert_double_eq_tol(sink_piecewise_value(steps, 2, 20), 30, 1e-12);
    ck_assert_double_nan(sink_piecewise_value(steps, 2, 20.1));
    ck_assert_double_nan(sink_piecewise_value(steps, 2, NAN));
    ck_assert_double_eq(sink_piecewise_inverse(steps, 2, 4), 5);
    ck_assert_double_eq_tol(sink_piecewise_inverse(steps, 2, 30), 20, 1e-12);
    ck_assert_double_infinite(sink_piecewise_inverse(steps, 2, 31));
    const struct sink_step one = {5, INFINITY, 2};
    ck_assert_double_nan(sink_piecewise_value(&one, 1, 5));
    ck_assert_double_eq(sink_piecewise_value(&one, 1, 6), 12);
    ck_assert_double_eq(sink_piecewise_inverse(&one, 1, 4), 5);
}
END_TEST

static const struct {
    struct sink_step steps[3];
    size_t count;
} wrong[] = {{{{0, 20, 1}, {21, 40, 1}, {40, INFINITY, 1}}, 3}, /* a gap */
             {{{0, 20, 1}, {19, 40, 1}, {40, INFINITY, 1}}, 3}, /* an overlap */
             {{{0, 20, 1}, {20, 20, 1}, {20, INFINITY, 1}}, 3}, /* nothing in it */
             {{{0, 20, 1}, {20, 10, 1}, {10, INFINITY, 1}}, 3}, /* upside down */
             {{{0, INFINITY, 1}, {INFINITY, INFINITY, 1}}, 2},  /* open in the middle */
             {{{20, 40, 1}, {0, 20, 1}, {40, INFINITY, 1}}, 3}, /* not in order */
             {{{-INFINITY, 0, 1}, {0, INFINITY, 1}}, 2},        /* nothing above 0 */
             {{{NAN, 20, 1}, {20, INFINITY, 1}}, 2},
             {{{0, NAN, 1}, {NAN, INFINITY, 1}}, 2},
             {{{0, 20, 1}}, 0}};
#define WRONG ((int)(sizeof wrong / sizeof *wrong))

START_TEST(steps_that_do_not_adjoin_are_refused)
{
    const struct sink_step *steps = wrong[_i].steps;
    const size_t count = wrong[_i].count;
    double nodes[3];
    ck_assert(!sink_steps_adjoin(steps, count));
    ck_assert_uint_eq(sink_piecewise_nodes(steps, count, nodes, nodes), 0);
    ck_assert_double_nan(sink_piecewise_line(steps, count, 10).slope);
    ck_assert_double_nan(sink_piecewise_value(steps, count, 10));
    ck_assert_double_nan(sink_piecewise_inverse(steps, count, 10));
}
END_TEST

static uint64_t state;

/* splitmix64, as a share of one */
static double chance(void)
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Steps up and steps down by up to a factor of ten, open above but for one in five. */
static size_t draw_steps(struct sink_step steps[MAX_STEPS])
{
    const size_t count = 1 + (size_t)(chance() * MAX_STEPS);
    double bound = 0;
    for (size_t i = 0; i < count; i++) {
        steps[i].over = i == 0 && chance() < 0.5 ? -INFINITY : bound;
        bound += 0.5 + 100 * chance();
        steps[i].up_to = bound;
        steps[i].factor = pow(10, chance() - 0.5);
    }
    if (chance() < 0.8)
        steps[count - 1].up_to = INFINITY;
    return count;
}

static double end_of(const struct sink_step *steps, size_t count)
{
    const double end = steps[count - 1].up_to;
    return isinf(end) ? fmax(steps[count - 1].over, 0) * 2 + 100 : end;
}

START_TEST(the_product_never_falls_and_never_jumps)
{
    struct sink_step steps[MAX_STEPS] = {0};
    double nodes[MAX_STEPS], values[MAX_STEPS];
    state = 1;
    for (int f = 0; f < FAMILIES; f++) {
        const size_t count = draw_steps(steps);
        const size_t node_count = sink_piecewise_nodes(steps, count, nodes, values);
        double before = 0;
        ck_assert(sink_steps_adjoin(steps, count));
        for (int i = 0; i <= 500; i++) {
            const double now =
                sink_piecewise_value(steps, count, end_of(steps, count) * (i / 500.0));
            ck_assert_double_ge(now, before - 1e-12 * before);
            before = now;
        }
        for (size_t i = 0; i < node_count; i++) {
            const double above = sink_piecewise_value(steps, count, nextafter(nodes[i], INFINITY));
            ck_assert_double_eq_tol(sink_piecewise_value(steps, count, nodes[i]), values[i],
                                    1e-12 * values[i]);
            ck_assert_double_eq_tol(above, values[i], 1e-12 * values[i]);
        }
    }
}
END_TEST

START_TEST(the_product_is_that_of_the_steps_at_the_middles_unless_raised)
{
    struct sink_step steps[MAX_STEPS] = {0};
    state = 2;
    for (int f = 0; f < FAMILIES; f++) {
        const size_t count = draw_steps(steps);
        double highest = 0;
        for (size_t i = 0; i < count && isfinite(steps[i].up_to); i++) {
            const double middle = (fmax(steps[i].over, 0) + steps[i].up_to) / 2;
            highest = fmax(highest, steps[i].factor * middle);
            ck_assert_double_eq_tol(sink_piecewise_value(steps, count, middle), highest,
                                    1e-12 * highest);
        }
    }
}
END_TEST

START_TEST(nodes_depend_on_the_bounds_alone)
{
    struct sink_step steps[MAX_STEPS] = {0};
    double nodes[MAX_STEPS], others[MAX_STEPS];
    state = 3;
    for (int f = 0; f < FAMILIES; f++) {
        const size_t count = draw_steps(steps);
        const size_t node_count = sink_piecewise_nodes(steps, count, nodes, NULL);
        for (size_t i = 0; i < count; i++)
            steps[i].factor = 2 * chance() - 0.5;
        ck_assert_uint_eq(sink_piecewise_nodes(steps, count, others, NULL), node_count);
        for (size_t i = 0; i < node_count; i++) {
            ck_assert_double_eq(nodes[i], others[i]);
            ck_assert(i == 0 || nodes[i] > nodes[i - 1]);
        }
    }
}
END_TEST

/* A tally needs this: between two nodes the sum of values gives the sum of products. */
START_TEST(one_line_holds_between_two_nodes)
{
    struct sink_step steps[MAX_STEPS] = {0};
    double nodes[MAX_STEPS];
    state = 4;
    for (int f = 0; f < FAMILIES; f++) {
        const size_t count = draw_steps(steps);
        const size_t node_count = sink_piecewise_nodes(steps, count, nodes, NULL);
        for (size_t i = 0; i <= node_count; i++) {
            const double from = i == 0 ? 0 : nodes[i - 1];
            const double to = i == node_count ? end_of(steps, count) : nodes[i];
            const struct sink_line line = sink_piecewise_line(steps, count, to);
            for (int j = 0; j < 5; j++) {
                const double x = to - (to - from) * chance();
                const struct sink_line same = sink_piecewise_line(steps, count, x);
                ck_assert_double_eq(same.slope, line.slope);
                ck_assert_double_eq(same.intercept, line.intercept);
            }
        }
    }
}
END_TEST

START_TEST(the_inverse_is_the_inverse)
{
    struct sink_step steps[MAX_STEPS] = {0};
    state = 5;
    for (int f = 0; f < FAMILIES; f++) {
        const size_t count = draw_steps(steps);
        for (int i = 0; i < 20; i++) {
            const double x = end_of(steps, count) * chance();
            const double y = sink_piecewise_value(steps, count, x);
            const double back = sink_piecewise_inverse(steps, count, y);
            ck_assert_double_le(back, x * (1 + 1e-9));
            ck_assert_double_eq_tol(sink_piecewise_value(steps, count, back), y, 1e-12 * y);
            if (sink_piecewise_line(steps, count, x).slope > 0)
                ck_assert_double_eq_tol(back, x, 1e-9 * x);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("piecewise");
    TCase *tests = tcase_create("piecewise");
    tcase_add_test(tests, hardwoods_rise_where_the_steps_fall);
    tcase_add_test(tests, hardwoods_hold_the_factor_at_the_middles);
    tcase_add_test(tests, hardwoods_have_the_first_factor_below_and_the_last_above);
    tcase_add_test(tests, a_node_belongs_to_the_piece_below);
    tcase_add_test(tests, one_factor_for_all_is_a_product);
    tcase_add_test(tests, a_lower_node_is_raised_to_the_one_before);
    tcase_add_test(tests, the_inverse_of_a_plateau_is_its_beginning);
    tcase_add_test(tests, a_factor_below_zero_makes_nothing_fall);
    tcase_add_test(tests, a_factor_that_is_unknown_spoils_the_pieces_it_touches);
    tcase_add_test(tests, where_no_step_speaks_nothing_is_told);
    tcase_add_loop_test(tests, steps_that_do_not_adjoin_are_refused, 0, WRONG);
    tcase_add_test(tests, the_product_never_falls_and_never_jumps);
    tcase_add_test(tests, the_product_is_that_of_the_steps_at_the_middles_unless_raised);
    tcase_add_test(tests, nodes_depend_on_the_bounds_alone);
    tcase_add_test(tests, one_line_holds_between_two_nodes);
    tcase_add_test(tests, the_inverse_is_the_inverse);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
