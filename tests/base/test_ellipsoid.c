#include "sinkcalc/base/ellipsoid.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static const struct sink_ellipsoid sphere = {6378137.0, 0};

#define RAD (3.141592653589793238462643383279503L / 180.0L)

/* Snyder's (3-12) written down as it stands, in long double; what cancels there costs a thin cell
 * about 5e-19 / (thickness in radians), 3.5e-13 for 1/12000 degree. */
static long double textbook_cell_m2(struct sink_ellipsoid ellipsoid, double south_deg,
                                    double north_deg, double width_deg)
{
    const long double f =
        ellipsoid.inverse_flattening != 0 ? 1 / (long double)ellipsoid.inverse_flattening : 0;
    const long double a = ellipsoid.semi_major_m, b = a * (1 - f), e2 = f * (2 - f), e = sqrtl(e2);
    const long double latitude[2] = {south_deg * RAD, north_deg * RAD};
    long double q[2];

    for (int i = 0; i < 2; i++) {
        const long double s = sinl(latitude[i]);
        q[i] = e > 0 ? s / (1 - e2 * s * s) + atanhl(e * s) / e : 2 * s;
    }
    return b * b / 2 * (q[1] - q[0]) * (width_deg * RAD);
}

/* The surface element M N cos(latitude), integrated over the latitude by the midpoint rule with
 * Richardson's step: no closed form, no cancellation. M, N: the radii of curvature. */
static long double element_m2(struct sink_ellipsoid ellipsoid, long double latitude_rad)
{
    const long double f =
        ellipsoid.inverse_flattening != 0 ? 1 / (long double)ellipsoid.inverse_flattening : 0;
    const long double a = ellipsoid.semi_major_m, e2 = f * (2 - f), s = sinl(latitude_rad);
    const long double w2 = 1 - e2 * s * s;

    return a * a * (1 - e2) / (w2 * w2) * cosl(latitude_rad);
}

static long double midpoint_m2(struct sink_ellipsoid ellipsoid, double south_deg, double north_deg,
                               int steps)
{
    const long double height = (north_deg - (long double)south_deg) * RAD;
    long double sum = 0;

    for (int i = 0; i < steps; i++)
        sum += element_m2(ellipsoid, south_deg * RAD + height * (i + 0.5L) / steps);
    return sum * height / steps;
}

static long double integrated_cell_m2(struct sink_ellipsoid ellipsoid, double south_deg,
                                      double north_deg, double width_deg)
{
    const long double coarse = midpoint_m2(ellipsoid, south_deg, north_deg, 8);
    const long double fine = midpoint_m2(ellipsoid, south_deg, north_deg, 16);

    return (fine + (fine - coarse) / 3) * (width_deg * RAD);
}

static void assert_near(double value, long double expected, double relative)
{
    ck_assert_msg(fabsl(value - expected) <= relative * fabsl(expected), "%.17g is not %.20Lg",
                  value, expected);
}

static double wgs84_m2(double south_deg, double north_deg, double width_deg)
{
    return sink_ellipsoid_cell_area_m2(sink_ellipsoid_wgs84, south_deg, north_deg, width_deg);
}

/* Snyder's (3-12) with 40 digits (mpmath). The figures often quoted, 12 308 463 893.80 and
 * 7 892 218 858.01 m2, differ from it by 1.4e-11 and 3e-12 of the area. */
START_TEST(one_degree_cells_have_their_area_on_wgs84)
{
    ck_assert_double_eq_tol(wgs84_m2(0, 1, 1), 12308463893.975352, 1e-4);
    ck_assert_double_eq_tol(wgs84_m2(50, 51, 1), 7892218857.987007, 1e-4);
    assert_near(wgs84_m2(0, 1, 1), 12308463893.80L, 2e-11);
    assert_near(wgs84_m2(50, 51, 1), 7892218858.01L, 2e-11);
}
END_TEST

START_TEST(the_whole_earth_has_its_area)
{
    ck_assert_double_eq_tol(wgs84_m2(-90, 90, 360) / 1e6, 510065621.7241, 5e-5);
}
END_TEST

START_TEST(cells_of_thirty_metres_have_their_area)
{
    static const double expected_m2[][2] = {
        {0, 769.317005}, {20, 724.054513}, {30, 668.482915}, {40, 592.603653}, {50, 498.414441}};

    for (int i = 0; i < 5; i++)
        ck_assert_double_eq_tol(wgs84_m2(expected_m2[i][0], expected_m2[i][0] + 0.00025, 0.00025),
                                expected_m2[i][1], 1e-6);
}
END_TEST

START_TEST(a_sphere_is_not_taken_for_the_ellipsoid)
{
    const double box_km2 = wgs84_m2(18, 53, 35) / 1e6;
    const double on_sphere_km2 = sink_ellipsoid_cell_area_m2(sphere, 18, 53, 35) / 1e6;

    ck_assert_double_eq_tol(box_km2, 12138835.24, 0.005);
    ck_assert_double_eq_tol(on_sphere_km2, 12167207.98, 0.005);
    ck_assert(on_sphere_km2 - box_km2 > 28000);
}
END_TEST

START_TEST(the_order_of_the_parallels_does_not_matter)
{
    for (double south = -89.5; south < 89; south += 7.3) {
        const double area = wgs84_m2(south, south + 1.1, 0.5);
        ck_assert(area > 0);
        ck_assert_double_eq(area, wgs84_m2(south + 1.1, south, 0.5));
    }
}
END_TEST

START_TEST(north_and_south_are_alike)
{
    for (double south = 0.3; south < 89; south += 3.7)
        ck_assert_double_eq(wgs84_m2(south, south + 0.25, 1), wgs84_m2(-south - 0.25, -south, 1));
}
END_TEST

START_TEST(past_a_pole_there_is_nothing)
{
    ck_assert_double_eq(wgs84_m2(89, 95, 1), wgs84_m2(89, 90, 1));
    ck_assert_double_eq(wgs84_m2(-95, -89, 1), wgs84_m2(-90, -89, 1));
    ck_assert_double_eq(wgs84_m2(91, 92, 1), 0);
    ck_assert(isnan(wgs84_m2(NAN, 1, 1)));
}
END_TEST

/* The cells of a 10 m grid, down to the last before the pole. */
START_TEST(small_cells_lose_no_digits)
{
    const double cell_deg = 1.0 / 12000;
    double worst = 0;

    /* At the poles themselves the reference has no more than 1e-13: see below. */
    for (double south = -89.9; south < 89.9; south += 0.3701) {
        const double north = south + cell_deg;
        const long double expected =
            integrated_cell_m2(sink_ellipsoid_wgs84, south, north, cell_deg);
        const double error = fabs((double)(wgs84_m2(south, north, cell_deg) / expected - 1));
        worst = error > worst ? error : worst;
    }
    ck_assert_msg(worst < 1e-14, "%g", worst);
    assert_near(wgs84_m2(90 - cell_deg, 90, cell_deg),
                integrated_cell_m2(sink_ellipsoid_wgs84, 90 - cell_deg, 90, cell_deg), 1e-13);
}
END_TEST

START_TEST(small_cells_agree_with_the_textbook_in_long_double)
{
    const double cell_deg = 1.0 / 12000;

    for (double south = -80; south < 80; south += 1.7003)
        assert_near(wgs84_m2(south, south + cell_deg, cell_deg),
                    textbook_cell_m2(sink_ellipsoid_wgs84, south, south + cell_deg, cell_deg),
                    1e-12 / cos(south * (double)RAD));
}
END_TEST

START_TEST(large_cells_agree_with_the_textbook_on_any_ellipsoid)
{
    /* WGS 84; Clarke 1866 (Snyder 1987, table 1); Krassowsky 1940; a sphere; a very flat body. */
    static const struct sink_ellipsoid ellipsoids[] = {{6378137.0, 298.257223563},
                                                       {6378206.4, 294.9786982},
                                                       {6378245.0, 298.3},
                                                       {6371007.0, 0},
                                                       {1000.0, 4.0}};

    for (int i = 0; i < 5; i++)
        for (double south = -90; south < 90; south += 11)
            for (double north = south + 1; north <= 90; north += 13)
                assert_near(sink_ellipsoid_cell_area_m2(ellipsoids[i], south, north, 2.5),
                            textbook_cell_m2(ellipsoids[i], south, north, 2.5), 2e-15);
}
END_TEST

START_TEST(rows_add_up_to_the_box)
{
    double sum = 0;

    for (int row = 0; row < 3500; row++)
        sum += wgs84_m2(18 + row * 0.01, 18 + (row + 1) * 0.01, 35);
    assert_near(sum, wgs84_m2(18, 53, 35), 1e-13);
}
END_TEST

/* Area of a ring of `count` nodes, longitude and latitude in turn, first not repeated. */
static double ring_m2(struct sink_ellipsoid ellipsoid, const double (*nodes)[2], int count)
{
    double sum = 0;

    for (int i = 0; i < count; i++) {
        const double *const from = nodes[i], *const to = nodes[(i + 1) % count];
        sum += sink_ellipsoid_edge_area_m2(ellipsoid, from[0], from[1], to[0], to[1]);
    }
    return sum;
}

/* Minus the integral over the edge of the area from the equator, by the midpoint rule with two of
 * Richardson's steps, in long double. */
static long double integrated_edge_m2(struct sink_ellipsoid ellipsoid, const double from[2],
                                      const double to[2])
{
    long double rule[3];

    for (int level = 0; level < 3; level++) {
        const int steps = 2000 << level;
        long double sum = 0;
        for (int i = 0; i < steps; i++) {
            const long double share = (i + 0.5L) / steps;
            /* The textbook wants doubles; a latitude in double is off by 1e-17 of the strip or so
             * on average, and to both sides. */
            const double latitude = (double)(from[1] + (to[1] - (long double)from[1]) * share);
            sum += textbook_cell_m2(ellipsoid, 0, latitude, 1) / RAD;
        }
        rule[level] = sum / steps;
    }
    const long double first = rule[1] + (rule[1] - rule[0]) / 3;
    const long double second = rule[2] + (rule[2] - rule[1]) / 3;
    return -(second + (second - first) / 15) * (to[0] - (long double)from[0]) * RAD;
}

START_TEST(edges_agree_with_numerical_integration)
{
    static const double edges[][2][2] = {{{100, 18}, {135, 53}},   {{10, -5}, {11, 7}},
                                         {{-70, 0}, {-60, 0.001}}, {{120, 30}, {119.9, 31}},
                                         {{-180, -90}, {180, 85}}, {{0, 44}, {1, -44.5}},
                                         {{5, 60}, {80, 89.999}},  {{30, -20}, {30.001, -20.003}}};

    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        assert_near(sink_ellipsoid_edge_area_m2(sink_ellipsoid_wgs84, edges[i][0][0],
                                                edges[i][0][1], edges[i][1][0], edges[i][1][1]),
                    integrated_edge_m2(sink_ellipsoid_wgs84, edges[i][0], edges[i][1]), 1e-12);
}
END_TEST

START_TEST(a_ring_along_parallels_and_meridians_is_a_cell)
{
    static const double box[][2] = {{100, 18}, {135, 18}, {135, 53}, {100, 53}};
    static const double round[][2] = {{100, 53}, {135, 53}, {135, 18}, {100, 18}};
    static const double over_equator[][2] = {{9, -3}, {11, -3}, {11, 4}, {9, 4}};

    assert_near(ring_m2(sink_ellipsoid_wgs84, box, 4), wgs84_m2(18, 53, 35), 1e-14);
    assert_near(ring_m2(sink_ellipsoid_wgs84, round, 4), -wgs84_m2(18, 53, 35), 1e-14);
    assert_near(ring_m2(sink_ellipsoid_wgs84, over_equator, 4), wgs84_m2(-3, 4, 2), 1e-14);
}
END_TEST

START_TEST(rings_that_share_an_edge_add_up_to_the_ring_around_them)
{
    static const double left[][2] = {{110, 30}, {117, 31}, {118, 41}, {109, 40}};
    static const double right[][2] = {{117, 31}, {125, 29}, {126, 38}, {118, 41}};
    static const double both[][2] = {{110, 30}, {117, 31}, {125, 29},
                                     {126, 38}, {118, 41}, {109, 40}};
    const double sum =
        ring_m2(sink_ellipsoid_wgs84, left, 4) + ring_m2(sink_ellipsoid_wgs84, right, 4);

    assert_near(sum, ring_m2(sink_ellipsoid_wgs84, both, 6), 1e-14);
}
END_TEST

START_TEST(an_edge_and_its_reverse_cancel_to_the_bit)
{
    for (int i = 0; i < 200; i++) {
        const double x1 = 100 + i * 0.173, y1 = -80 + i * 0.811;
        const double x2 = 101 - i * 0.031, y2 = 85 - i * 0.837;
        const double there = sink_ellipsoid_edge_area_m2(sink_ellipsoid_wgs84, x1, y1, x2, y2);
        const double back = sink_ellipsoid_edge_area_m2(sink_ellipsoid_wgs84, x2, y2, x1, y1);
        ck_assert(there != 0);
        ck_assert_double_eq(there, -back);
    }
}
END_TEST

START_TEST(cutting_an_edge_does_not_change_its_area)
{
    double sum = 0;

    for (int i = 0; i < 64; i++)
        sum += sink_ellipsoid_edge_area_m2(sink_ellipsoid_wgs84, -180 + i * 5.625, -90 + i * 2.75,
                                           -180 + (i + 1) * 5.625, -90 + (i + 1) * 2.75);
    assert_near(sink_ellipsoid_edge_area_m2(sink_ellipsoid_wgs84, -180, -90, 180, 86), sum, 1e-12);
}
END_TEST

START_TEST(a_meridian_has_no_area)
{
    ck_assert_double_eq(sink_ellipsoid_edge_area_m2(sink_ellipsoid_wgs84, 12, -40, 12, 71), 0);
}
END_TEST

int main(void)
{
    Suite *const suite = suite_create("ellipsoid");
    TCase *const cells = tcase_create("cells");
    TCase *const edges = tcase_create("edges");

    tcase_add_test(cells, one_degree_cells_have_their_area_on_wgs84);
    tcase_add_test(cells, the_whole_earth_has_its_area);
    tcase_add_test(cells, cells_of_thirty_metres_have_their_area);
    tcase_add_test(cells, a_sphere_is_not_taken_for_the_ellipsoid);
    tcase_add_test(cells, the_order_of_the_parallels_does_not_matter);
    tcase_add_test(cells, north_and_south_are_alike);
    tcase_add_test(cells, past_a_pole_there_is_nothing);
    tcase_add_test(cells, small_cells_lose_no_digits);
    tcase_add_test(cells, small_cells_agree_with_the_textbook_in_long_double);
    tcase_add_test(cells, large_cells_agree_with_the_textbook_on_any_ellipsoid);
    tcase_add_test(cells, rows_add_up_to_the_box);
    suite_add_tcase(suite, cells);
    tcase_add_test(edges, edges_agree_with_numerical_integration);
    tcase_add_test(edges, a_ring_along_parallels_and_meridians_is_a_cell);
    tcase_add_test(edges, rings_that_share_an_edge_add_up_to_the_ring_around_them);
    tcase_add_test(edges, an_edge_and_its_reverse_cancel_to_the_bit);
    tcase_add_test(edges, cutting_an_edge_does_not_change_its_area);
    tcase_add_test(edges, a_meridian_has_no_area);
    suite_add_tcase(suite, edges);

    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
