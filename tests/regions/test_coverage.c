#include "regions/coverage.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A coverage of rings given in cells, and its shares as a dense array [region][row][column]. */
struct picture {
    struct sink_grid grid;
    struct sink_coverage *coverage;
    size_t region_count;
};

static struct picture draw(int width, int height, int band_rows,
                           const struct sink_cell_rings *rings)
{
    struct sink_error error;
    struct picture picture = {.grid = {.width = width, .height = height, .dx = 1, .dy = -1},
                              .region_count = rings->region_count};
    ck_assert_int_eq(
        sink_coverage_from_rings(rings, &picture.grid, band_rows, &picture.coverage, &error),
        SINK_OK);
    return picture;
}

/* Adds the shares of a window to `shares`. */
static void fill(const struct picture *picture, struct sink_window window, double *shares)
{
    struct sink_error error;
    struct sink_cover cover = {0};
    const size_t width = (size_t)picture->grid.width, height = (size_t)picture->grid.height;
    ck_assert_int_eq(sink_coverage_window(picture->coverage, window, &cover, &error), SINK_OK);
    for (size_t p = 0; p < cover.patch_count; p++)
        for (size_t s = 0; s < cover.patches[p].span_count; s++) {
            const struct sink_span *span = &cover.spans[cover.patches[p].first_span + s];
            ck_assert(span->share > 0 && span->share <= 1);
            ck_assert(span->first >= 0 && span->first < span->end && span->end <= window.width);
            for (int c = span->first; c < span->end; c++)
                shares[(cover.patches[p].region * height + (size_t)(window.row + span->row)) *
                           width +
                       (size_t)(window.column + c)] += span->share;
        }
    sink_cover_free(&cover);
}

static double *whole(const struct picture *picture)
{
    const struct sink_window window = {.height = picture->grid.height,
                                       .width = picture->grid.width};
    double *shares = calloc(picture->region_count * (size_t)window.height * (size_t)window.width,
                            sizeof *shares);
    fill(picture, window, shares);
    return shares;
}

static void expect_nine(const double *nodes, size_t count, const double expected[9])
{
    const uint32_t region_of[] = {0};
    const struct picture picture =
        draw(3, 3, 3, &(struct sink_cell_rings){nodes, &count, region_of, 1, 1});
    double *shares = whole(&picture);
    for (int i = 0; i < 9; i++)
        ck_assert_double_eq(shares[i], expected[i]);
    free(shares);
    sink_coverage_close(picture.coverage);
}

/* exactextract's oracle: test_raster_cell_intersection.cpp, "Basic". */
START_TEST(a_square_covers_quarters_halves_and_one)
{
    const double square[] = {.5, .5, 2.5, .5, 2.5, 2.5, .5, 2.5};
    const double expected[9] = {.25, .5, .25, .5, 1, .5, .25, .5, .25};
    expect_nine(square, 4, expected);
}
END_TEST

/* The same, the ring run the other way and closed with its first node again. */
START_TEST(direction_and_closing_of_a_ring_do_not_matter)
{
    const double square[] = {.5, .5, .5, 2.5, 2.5, 2.5, 2.5, .5, .5, .5};
    const double expected[9] = {.25, .5, .25, .5, 1, .5, .25, .5, .25};
    expect_nine(square, 5, expected);
}
END_TEST

/* exactextract's "Diagonals": by hand, the diamond |x - 1.5| + |y - 1.5| <= 1 has area 2; its edge
 * x + y = 2 cuts the corner cell along its diagonal point only at (1, 1): corners 0, centre 1, and
 * each cell at a side holds a triangle of base 1 and height 1/2. */
START_TEST(a_diamond_covers_no_corner_and_a_quarter_of_each_side)
{
    const double diamond[] = {1.5, .5, 2.5, 1.5, 1.5, 2.5, .5, 1.5};
    const double expected[9] = {0, .25, 0, .25, 1, .25, 0, .25, 0};
    expect_nine(diamond, 4, expected);
}
END_TEST

START_TEST(a_hole_is_not_covered)
{
    const double rings[] = {0, 0, 3, 0, 3, 3, 0, 3, 1, 1, 1, 2, 2, 2, 2, 1};
    const size_t counts[] = {4, 4};
    const uint32_t region_of[] = {0, 0};
    const struct picture picture =
        draw(3, 3, 3, &(struct sink_cell_rings){rings, counts, region_of, 2, 1});
    double *shares = whole(&picture);
    for (int i = 0; i < 9; i++)
        ck_assert_double_eq(shares[i], i == 4 ? 0 : 1);
    free(shares);
    sink_coverage_close(picture.coverage);
}
END_TEST

/* A region far smaller than a cell, and a sliver across many: areas by hand. */
START_TEST(regions_smaller_than_a_cell_keep_their_area)
{
    const double rings[] = {1.25,  1.25,         1.25 + 0x1p-10, 1.25, 1.25,  1.25 + 0x1p-10,
                            0.125, 0.5,          2.875,          0.5,  2.875, 0.5 + 0x1p-12,
                            0.125, 0.5 + 0x1p-12};
    const size_t counts[] = {3, 4};
    const uint32_t region_of[] = {0, 1};
    const struct picture picture =
        draw(3, 3, 3, &(struct sink_cell_rings){rings, counts, region_of, 2, 2});
    double *shares = whole(&picture), sum[2] = {0};
    for (int i = 0; i < 18; i++)
        sum[i / 9] += shares[i];
    ck_assert_double_eq(sum[0], 0x1p-21);
    ck_assert_double_eq(shares[4], 0x1p-21);
    ck_assert_double_eq(sum[1], 2.75 * 0x1p-12);
    free(shares);
    sink_coverage_close(picture.coverage);
}
END_TEST

static uint64_t state = 20261124;

/* splitmix64, as a share of one */
static double chance(void)
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* A mesh of quadrilaterals whose shared corners are moved at random: MESH x MESH regions over
 * SIZE x SIZE cells, its outer border straight. */
#define MESH 9
#define SIZE 60

static struct picture draw_mesh(int band_rows)
{
    static double corners[MESH + 1][MESH + 1][2];
    static double nodes[MESH * MESH * 8];
    size_t counts[MESH * MESH];
    uint32_t region_of[MESH * MESH];
    for (int i = 0; i <= MESH; i++)
        for (int j = 0; j <= MESH; j++) {
            const double step = (double)SIZE / MESH;
            const bool is_side = j == 0 || j == MESH, is_end = i == 0 || i == MESH;
            corners[i][j][0] = j * step + (is_side ? 0 : (chance() - .5) * step * .7);
            corners[i][j][1] = i * step + (is_end ? 0 : (chance() - .5) * step * .7);
        }
    double *node = nodes;
    for (int k = 0; k < MESH * MESH; k++) {
        const int i = k / MESH, j = k % MESH;
        const int at[4][2] = {{i, j}, {i, j + 1}, {i + 1, j + 1}, {i + 1, j}};
        for (int n = 0; n < 4; n++) {
            *node++ = corners[at[n][0]][at[n][1]][0];
            *node++ = corners[at[n][0]][at[n][1]][1];
        }
        counts[k] = 4;
        region_of[k] = (uint32_t)k;
    }
    return draw(SIZE, SIZE, band_rows,
                &(struct sink_cell_rings){nodes, counts, region_of, MESH * MESH, MESH * MESH});
}

START_TEST(neighbours_that_share_their_nodes_add_up_to_one)
{
    const struct picture picture = draw_mesh(SIZE);
    double *shares = whole(&picture);
    for (size_t cell = 0; cell < SIZE * SIZE; cell++) {
        double sum = 0;
        for (size_t r = 0; r < MESH * MESH; r++)
            sum += shares[r * SIZE * SIZE + cell];
        ck_assert(fabs(sum - 1) <= 0x1p-51);
    }
    free(shares);
    sink_coverage_close(picture.coverage);
}
END_TEST

/* Borders in multiples of 2^-20 of a cell, so that no share is rounded. */
START_TEST(boxes_that_fill_the_grid_add_up_to_exactly_one)
{
    enum { size = 12, lines = 7 };
    double x[lines + 1] = {0}, y[lines + 1] = {0}, nodes[lines * lines][8];
    size_t counts[lines * lines];
    uint32_t region_of[lines * lines];
    for (int i = 1; i <= lines; i++) {
        x[i] = i == lines ? size : floor((i - chance() * .9) * size / lines * 0x1p20) * 0x1p-20;
        y[i] = i == lines ? size : floor((i - chance() * .9) * size / lines * 0x1p20) * 0x1p-20;
    }
    for (int k = 0; k < lines * lines; k++) {
        const int i = k / lines, j = k % lines;
        const double box[8] = {x[j], y[i], x[j + 1], y[i], x[j + 1], y[i + 1], x[j], y[i + 1]};
        memcpy(nodes[k], box, sizeof box);
        counts[k] = 4;
        region_of[k] = (uint32_t)k;
    }
    const struct picture picture =
        draw(size, size, 5,
             &(struct sink_cell_rings){nodes[0], counts, region_of, lines * lines, lines * lines});
    double *shares = whole(&picture);
    for (size_t cell = 0; cell < size * size; cell++) {
        double sum = 0;
        for (size_t r = 0; r < lines * lines; r++)
            sum += shares[r * size * size + cell];
        ck_assert_double_eq(sum, 1);
    }
    free(shares);
    sink_coverage_close(picture.coverage);
}
END_TEST

START_TEST(shares_do_not_depend_on_windows_or_bands)
{
    state = 1;
    const struct picture picture = draw_mesh(SIZE);
    double *expected = whole(&picture);
    const int heights[] = {1, 7, 13, SIZE}, widths[] = {1, 11, 32, SIZE};
    for (int trial = 0; trial < 4; trial++) {
        state = 1; /* the same mesh */
        const struct picture banded = draw_mesh(heights[trial]);
        double *found = calloc(MESH * MESH * SIZE * SIZE, sizeof *found);
        for (int row = 0; row < SIZE; row += heights[trial] + trial)
            for (int column = 0; column < SIZE; column += widths[trial]) {
                struct sink_window window = {row, column, heights[trial] + trial, widths[trial]};
                if (row + window.height > SIZE)
                    window.height = SIZE - row;
                if (column + window.width > SIZE)
                    window.width = SIZE - column;
                fill(&banded, window, found);
            }
        ck_assert_mem_eq(found, expected, MESH * MESH * SIZE * SIZE * sizeof *found);
        free(found);
        sink_coverage_close(banded.coverage);
    }
    free(expected);
    sink_coverage_close(picture.coverage);
}
END_TEST

/* A ring of `count` nodes at radius low..high around (middle, middle). */
static void make_star(double *nodes, int count, double low, double high, double middle)
{
    for (int i = 0; i < count; i++) {
        const double angle = 2 * 3.14159265358979 * i / count;
        const double radius = low + (high - low) * chance();
        nodes[2 * i] = middle + radius * cos(angle);
        nodes[2 * i + 1] = middle + radius * sin(angle);
    }
}

static bool is_inside(const double *nodes, int count, double x, double y)
{
    bool inside = false;
    for (int i = 0; i < count; i++) {
        const double *a = &nodes[2 * i], *b = &nodes[2 * ((i + 1) % count)];
        if ((a[1] > y) != (b[1] > y) && x < a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]))
            inside = !inside;
    }
    return inside;
}

static double sampled_share(const double *outer, const double *hole, int count, int row, int column)
{
    int hits = 0;
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++) {
            const double x = column + (j + .5) / 64, y = row + (i + .5) / 64;
            hits += is_inside(outer, count, x, y) && !is_inside(hole, count, x, y);
        }
    return hits / 4096.;
}

/* Brute force: a straight edge through a cell costs 64 x 64 samples at most about 1/64. */
START_TEST(shares_agree_with_64_samples_a_side)
{
    enum { size = 14, count = 24 };
    const size_t counts[] = {count, count};
    const uint32_t region_of[] = {0, 0};
    for (int trial = 0; trial < 3; trial++) {
        double nodes[4 * count], turned[2 * count], squares = 0;
        make_star(nodes, count, 4.5, 6.9, 7);
        make_star(turned, count, 2, 4, 7);
        for (int i = 0; i < count; i++)
            memcpy(&nodes[2 * count + 2 * i], &turned[2 * (count - 1 - i)], 2 * sizeof *nodes);
        const struct picture picture =
            draw(size, size, 5, &(struct sink_cell_rings){nodes, counts, region_of, 2, 1});
        double *shares = whole(&picture);
        for (int cell = 0; cell < size * size; cell++) {
            const double off =
                shares[cell] - sampled_share(nodes, turned, count, cell / size, cell % size);
            ck_assert_double_lt(fabs(off), .03);
            squares += off * off;
        }
        ck_assert_double_lt(sqrt(squares / (size * size)), .003);
        free(shares);
        sink_coverage_close(picture.coverage);
    }
}
END_TEST

/* A star of many edges, by the shoelace formula. */
START_TEST(shares_add_up_to_the_area_of_the_polygon)
{
    enum { nodes_count = 2000 };
    static double nodes[2 * nodes_count];
    double area = 0;
    make_star(nodes, nodes_count, 60, 90, 100);
    for (int i = 0; i < nodes_count; i++) {
        const double *a = &nodes[2 * i], *b = &nodes[2 * ((i + 1) % nodes_count)];
        area += (a[0] * b[1] - b[0] * a[1]) / 2;
    }
    const size_t count = nodes_count;
    const uint32_t region_of[] = {0};
    const struct picture picture =
        draw(200, 200, 64, &(struct sink_cell_rings){nodes, &count, region_of, 1, 1});
    double *shares = whole(&picture), sum = 0;
    for (size_t i = 0; i < 200 * 200; i++)
        sum += shares[i];
    ck_assert_double_eq_tol(sum / area, 1, 1e-11);
    free(shares);
    sink_coverage_close(picture.coverage);
}
END_TEST

/* Left, right, above and below the grid: what lies outside neither counts nor disturbs. */
START_TEST(a_region_beyond_the_grid_counts_inside_it_only)
{
    const double ring[] = {-5, -4, 9, -4, 9, 11, -5, 11};
    const size_t count = 4;
    const uint32_t region_of[] = {0};
    const struct picture picture =
        draw(3, 3, 2, &(struct sink_cell_rings){ring, &count, region_of, 1, 1});
    double *shares = whole(&picture), extent[4];
    for (int i = 0; i < 9; i++)
        ck_assert_double_eq(shares[i], 1);
    ck_assert(sink_coverage_extent(picture.coverage, 0, extent));
    ck_assert_double_eq(extent[0], -5);
    ck_assert_double_eq(extent[3], 11);
    free(shares);
    sink_coverage_close(picture.coverage);
}
END_TEST

/* Around the whole turn a region may begin left of the grid, where its cells are those at the
 * right: its extent is that of the grid. */
START_TEST(extents_are_those_of_each_region)
{
    static const double rings[] = {-5, 10, 12, 10, 12, 12, -5, 12, 300, 1, 400, 1, 400, 2, 300, 2};
    static const size_t counts[] = {4, 4};
    static const uint32_t region_of[] = {0, 1};
    static const double extents[2][4] = {{-5, 10, 12, 12}, {300, 1, 400, 2}};
    const struct sink_cell_rings both = {rings, counts, region_of, 2, 3};
    static const struct {
        int width;
        double dx;
        bool is_geographic, is_cut;
    } grids[] = {{360, 1, true, true},  {360, 1 - 1e-9, true, true}, {720, .5, true, true},
                 {359, 1, true, false}, {180, .5, true, false},      {360, 1, false, false}};
    for (size_t g = 0; g < sizeof grids / sizeof *grids; g++) {
        const struct sink_grid grid = {.width = grids[g].width,
                                       .height = 20,
                                       .dx = grids[g].dx,
                                       .dy = -1,
                                       .is_geographic = grids[g].is_geographic};
        struct sink_coverage *coverage;
        struct sink_error error;
        double extent[4];
        ck_assert_int_eq(sink_coverage_from_rings(&both, &grid, 10, &coverage, &error), SINK_OK);
        for (size_t region = 0; region < 2; region++) {
            ck_assert(sink_coverage_extent(coverage, region, extent));
            const double *expected = extents[region];
            const bool is_cut = grids[g].is_cut;
            ck_assert_double_eq(extent[0], is_cut ? fmax(expected[0], 0) : expected[0]);
            ck_assert_double_eq(extent[1], expected[1]);
            ck_assert_double_eq(extent[2], is_cut ? fmin(expected[2], grid.width) : expected[2]);
            ck_assert_double_eq(extent[3], expected[3]);
        }
        ck_assert(!sink_coverage_extent(coverage, 2, extent)); /* without a ring */
        sink_coverage_close(coverage);
    }
}
END_TEST

/* Boxes, one with its borders on those of windows: what touches is what has shares. */
START_TEST(windows_without_a_region_are_known_beforehand)
{
    static const double rings[] = {10, 10, 12, 10, 12, 12, 10, 12, 40, 20, 60, 20, 60, 80, 40, 80};
    static const size_t counts[] = {4, 4};
    static const uint32_t region_of[] = {0, 1};
    const struct picture picture =
        draw(100, 100, 20, &(struct sink_cell_rings){rings, counts, region_of, 2, 2});
    ck_assert(sink_coverage_touches(picture.coverage, (struct sink_window){0, 0, 20, 20}));
    ck_assert(!sink_coverage_touches(picture.coverage, (struct sink_window){0, 20, 20, 20}));
    ck_assert(!sink_coverage_touches(picture.coverage, (struct sink_window){20, 0, 20, 20}));
    for (int height = 20; height <= 60; height += 20)
        for (int row = 0; row + height <= 100; row += 20)
            for (int column = 0; column < 100; column += 20) {
                const struct sink_window window = {row, column, height, 20};
                struct sink_cover cover = {0};
                struct sink_error error;
                ck_assert_int_eq(sink_coverage_window(picture.coverage, window, &cover, &error),
                                 SINK_OK);
                ck_assert_msg(sink_coverage_touches(picture.coverage, window) ==
                                  (cover.patch_count > 0),
                              "row %d, column %d, %d rows", row, column, height);
                sink_cover_free(&cover);
            }
    sink_coverage_close(picture.coverage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("coverage");
    TCase *tests = tcase_create("coverage");
    tcase_add_test(tests, a_square_covers_quarters_halves_and_one);
    tcase_add_test(tests, direction_and_closing_of_a_ring_do_not_matter);
    tcase_add_test(tests, a_diamond_covers_no_corner_and_a_quarter_of_each_side);
    tcase_add_test(tests, a_hole_is_not_covered);
    tcase_add_test(tests, regions_smaller_than_a_cell_keep_their_area);
    tcase_add_test(tests, neighbours_that_share_their_nodes_add_up_to_one);
    tcase_add_test(tests, boxes_that_fill_the_grid_add_up_to_exactly_one);
    tcase_add_test(tests, shares_agree_with_64_samples_a_side);
    tcase_add_test(tests, shares_do_not_depend_on_windows_or_bands);
    tcase_add_test(tests, shares_add_up_to_the_area_of_the_polygon);
    tcase_add_test(tests, a_region_beyond_the_grid_counts_inside_it_only);
    tcase_add_test(tests, extents_are_those_of_each_region);
    tcase_add_test(tests, windows_without_a_region_are_known_beforehand);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
