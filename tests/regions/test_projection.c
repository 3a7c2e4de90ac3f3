/* Boundaries brought to the plane of a grid, and the shares that come of it. */
#include "boundary_fixture.h"
#include "rasters/raster_grid.h"
#include "regions/coverage.h"

static struct sink_grid make_grid(const char *crs, const double extent[4], double resolution)
{
    struct sink_error error;
    struct sink_grid grid = {0};
    ck_assert_msg(sink_grid_make(crs, extent, (const double[]){resolution, resolution}, &grid,
                                 &error) == SINK_OK,
                  "%s", error.message);
    return grid;
}

/* Shares of all regions as [region][row][column]; freed by the caller. */
static double *shares_on(const struct opened *opened, const struct sink_grid *grid)
{
    struct sink_error error;
    struct sink_coverage *coverage = NULL;
    struct sink_cover cover = {0};
    expect_open(opened);
    const size_t cells = (size_t)grid->width * (size_t)grid->height;
    double *shares =
        calloc(sink_boundaries_list(opened->boundaries)->count * cells, sizeof *shares);
    ck_assert_msg(sink_coverage_open(opened->boundaries, grid, 64, &coverage, &error) == SINK_OK,
                  "%s", error.message);
    const struct sink_window window = {.height = grid->height, .width = grid->width};
    ck_assert_int_eq(sink_coverage_window(coverage, window, &cover, &error), SINK_OK);
    for (size_t p = 0; p < cover.patch_count; p++)
        for (size_t s = 0; s < cover.patches[p].span_count; s++) {
            const struct sink_span *span = &cover.spans[cover.patches[p].first_span + s];
            for (int c = span->first; c < span->end; c++)
                shares[cover.patches[p].region * cells + (size_t)span->row * (size_t)grid->width +
                       (size_t)c] = span->share;
        }
    sink_cover_free(&cover);
    sink_coverage_close(coverage);
    return shares;
}

/* True area of the cells of a geographic grid, by share. */
static double area_m2(const struct sink_grid *grid, const double *shares)
{
    double sum = 0;
    for (int row = 0; row < grid->height; row++) {
        const double north = grid->y0 + row * grid->dy;
        const double cell =
            sink_ellipsoid_cell_area_m2(sink_ellipsoid_wgs84, north, north + grid->dy, grid->dx);
        for (int column = 0; column < grid->width; column++)
            sum += cell * shares[row * grid->width + column];
    }
    return sum;
}

static uint64_t state = 20260301;

/* splitmix64, as a share of one */
static double chance(void)
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* A ragged ring around a centre, outer or inner. */
static void add_star(struct text *ring, const double centre[2], double radius, double *area)
{
    enum { count = 300 };
    double nodes[count][2];
    for (int i = 0; i < count; i++) {
        const double angle = 2 * M_PI * i / count, r = radius * (0.7 + 0.3 * chance());
        nodes[i][0] = centre[0] + r * cos(angle);
        nodes[i][1] = centre[1] + r * sin(angle);
    }
    *area = 0;
    for (int i = 0; i < count; i++) {
        const double *a = nodes[i], *b = nodes[(i + 1) % count];
        *area +=
            ((a[0] - centre[0]) * (b[1] - centre[1]) - (b[0] - centre[0]) * (a[1] - centre[1])) / 2;
    }
    for (int i = 0; i <= count; i++)
        add(ring, "%s[%.17g,%.17g]", i ? "," : "[", nodes[i % count][0], nodes[i % count][1]);
    add(ring, "]");
}

START_TEST(shares_times_cell_area_are_the_area_of_the_polygon_in_its_plane)
{
    const double centre[2] = {500000, 5000000}, extent[4] = {490000, 4990000, 510000, 5010000};
    struct sink_grid grid = make_grid("EPSG:32633", extent, 100);
    for (int trial = 0; trial < 5; trial++) {
        struct text text = {0}, rings = {0};
        double outer, hole;
        add(&rings, "[");
        add_star(&rings, centre, 9000, &outer);
        add(&rings, ",");
        add_star(&rings, centre, 5000, &hole);
        add(&rings, "]");
        add_feature(&text, "\"id\":\"A\"", "Polygon", rings.bytes);
        free(rings.bytes);
        struct opened opened = open_features(&text, UTM33, (struct sink_boundary_request){0});
        double *shares = shares_on(&opened, &grid), sum = 0;
        for (int i = 0; i < grid.width * grid.height; i++)
            sum += shares[i] * 1e4;
        expect_relative(sum, outer - hole, 1e-9);
        free(shares);
        close_opened(&opened);
    }
    sink_grid_free(&grid);
}
END_TEST

/* A triangle as A with three edges, and as B with each edge cut into 3000 in the file's plane. */
static struct opened open_twice(const double nodes[3][2], const char *crs)
{
    struct text text = {0};
    for (int k = 0; k < 2; k++) {
        const int pieces = k == 0 ? 1 : 3000;
        struct text ring = {0};
        for (int i = 0; i <= 3 * pieces; i++) {
            const double *a = nodes[i / pieces % 3], *b = nodes[(i / pieces + 1) % 3];
            const double t = (double)(i % pieces) / pieces;
            add(&ring, "%s[%.17g,%.17g]", i ? "," : "[[", a[0] + t * (b[0] - a[0]),
                a[1] + t * (b[1] - a[1]));
        }
        add(&ring, "]]");
        add_feature(&text, k == 0 ? "\"id\":\"A\"" : "\"id\":\"B\"", "Polygon", ring.bytes);
        free(ring.bytes);
    }
    return open_features(&text, crs, (struct sink_boundary_request){0});
}

/* In degrees the edge of 300 km bends by 4 km; in UTM a parallel of 6 degrees bends as much. */
START_TEST(long_edges_bend_with_the_projection)
{
    const double in_utm[3][2] = {{350e3, 6700e3}, {650e3, 6700e3}, {400e3, 6600e3}};
    const double in_degrees[3][2] = {{12, 50}, {18, 50}, {15, 49}};
    const double degrees[4] = {11, 59, 19, 61}, utm[4] = {250e3, 5400e3, 750e3, 5560e3};
    for (int k = 0; k < 2; k++) {
        struct opened opened = k == 0 ? open_twice(in_utm, UTM33) : open_twice(in_degrees, NULL);
        struct sink_grid grid =
            k == 0 ? make_grid("EPSG:4326", degrees, 0.01) : make_grid("EPSG:32633", utm, 500);
        const size_t cells = (size_t)(grid.width * grid.height);
        double *shares = shares_on(&opened, &grid), worst = 0, sum = 0;
        for (size_t i = 0; i < cells; i++) {
            worst = fmax(worst, fabs(shares[i] - shares[cells + i]));
            sum += shares[i];
        }
        ck_assert_double_gt(sum, 10000);
        ck_assert_double_lt(worst, 2e-3); /* 1e-3 of a cell from the true line */
        if (k == 0)
            expect_relative(area_m2(&grid, shares), area_of(&opened, "A"), 2e-5);
        free(shares);
        sink_grid_free(&grid);
        close_opened(&opened);
    }
}
END_TEST

/* Boxes in UTM with corners in common; their edges run both ways. */
START_TEST(neighbours_share_their_edges_after_the_transformation_too)
{
    enum { mesh = 6 };
    double corners[mesh + 1][mesh + 1][2];
    struct text text = {0};
    for (int i = 0; i <= mesh; i++)
        for (int j = 0; j <= mesh; j++) {
            corners[i][j][0] = 400e3 + 30e3 * (j + 0.6 * chance());
            corners[i][j][1] = 6500e3 + 30e3 * (i + 0.6 * chance());
        }
    for (int k = 0; k < mesh * mesh; k++) {
        const int i = k / mesh, j = k % mesh;
        const double *n[4] = {corners[i][j], corners[i][j + 1], corners[i + 1][j + 1],
                              corners[i + 1][j]};
        struct text ring = {0};
        char properties[32];
        for (int p = 0; p <= 4; p++)
            add(&ring, "%s[%.17g,%.17g]", p ? "," : "[[", n[p % 4][0], n[p % 4][1]);
        add(&ring, "]]");
        snprintf(properties, sizeof properties, "\"id\":\"%d\"", k);
        add_feature(&text, properties, "Polygon", ring.bytes);
        free(ring.bytes);
    }
    struct opened opened = open_features(&text, UTM33, (struct sink_boundary_request){0});
    /* inside the mesh wherever the corners lie */
    struct sink_grid grid = make_grid("EPSG:4326", (const double[]){13.8, 58.9, 15.6, 59.9}, 0.01);
    const size_t cells = (size_t)(grid.width * grid.height);
    double *shares = shares_on(&opened, &grid);
    for (size_t i = 0; i < cells; i++) {
        double sum = 0;
        for (size_t k = 0; k < mesh * mesh; k++)
            sum += shares[k * cells + i];
        ck_assert_double_eq_tol(sum, 1, 0x1p-51);
    }
    free(shares);
    sink_grid_free(&grid);
    close_opened(&opened);
}
END_TEST

/* Box 179.5 E to 179.5 W, 0 to 1 S: half of the last and half of the first cell of the row. */
START_TEST(the_antimeridian_splits_a_region_on_a_grid_of_the_globe)
{
    const char *const forms[] = {"[[[179.5,-1],[-179.5,-1],[-179.5,0],[179.5,0],[179.5,-1]]]",
                                 "[[[179.5,-1],[180.5,-1],[180.5,0],[179.5,0],[179.5,-1]]]",
                                 "[[[-180.5,-1],[-179.5,-1],[-179.5,0],[-180.5,0],[-180.5,-1]]]"};
    const double globe[4] = {-180, -90, 180, 90}, pacific[4] = {0, -90, 360, 90},
                 fiji[4] = {175, -5, 185, 5};
    for (int f = 0; f < 3; f++)
        for (int g = 0; g < 3; g++) {
            struct text text = {0};
            add_feature(&text, "\"id\":\"A\"", "Polygon", forms[f]);
            struct opened opened = open_repairing(&text, NULL);
            struct sink_grid grid = make_grid("EPSG:4326",
                                              g == 0   ? globe
                                              : g == 1 ? pacific
                                                       : fiji,
                                              1);
            const int row = (int)(grid.y0 + 0.5);
            double *shares = shares_on(&opened, &grid), sum = 0;
            for (int i = 0; i < grid.width * grid.height; i++)
                sum += shares[i];
            ck_assert_double_eq(sum, 1);
            const int west = g == 0 ? 359 : g == 1 ? 179 : 4, east = g == 0 ? 0 : west + 1;
            ck_assert_double_eq(shares[row * grid.width + west], 0.5);
            ck_assert_double_eq(shares[row * grid.width + east], 0.5);
            free(shares);
            sink_grid_free(&grid);
            close_opened(&opened);
        }
}
END_TEST

START_TEST(neighbours_in_different_forms_add_up_to_one_at_the_antimeridian)
{
    struct text text = {0};
    add_feature(
        &text, "\"id\":\"A\"", "Polygon",
        "[[[170.1,-3.3],[-179.31234567891,-3.3],[-178.7654321,2.7],[170.1,2.7],[170.1,-3.3]]]");
    add_feature(&text, "\"id\":\"B\"", "Polygon",
                "[[[-179.31234567891,-3.3],[-170,-3.3],[-170,2.7],[-178.7654321,2.7],"
                "[-179.31234567891,-3.3]]]");
    struct opened opened = open_features(&text, NULL, (struct sink_boundary_request){0});
    struct sink_grid grid = make_grid("EPSG:4326", (const double[]){-180, -90, 180, 90}, 1);
    const size_t cells = 360 * 180;
    double *shares = shares_on(&opened, &grid);
    for (size_t row = 88; row < 93; row++)
        for (size_t column = 0; column < 9; column++)
            ck_assert_double_eq(shares[row * 360 + column] + shares[cells + row * 360 + column], 1);
    free(shares);
    sink_grid_free(&grid);
    close_opened(&opened);
}
END_TEST

START_TEST(a_region_that_holds_a_pole_covers_it)
{
    for (int side = -1; side <= 1; side += 2) {
        struct text text = {0}, ring = {0};
        for (int i = 0; i <= 36; i++)
            add(&ring, "%s[%d,%d]", i ? "," : "[[", (10 * i + 175) % 360 - 180, 70 * side);
        add(&ring, "]]");
        add_feature(&text, "\"id\":\"A\"", "Polygon", ring.bytes);
        free(ring.bytes);
        struct opened opened = open_repairing(&text, NULL);
        struct sink_grid globe = make_grid("EPSG:4326", (const double[]){-180, -90, 180, 90}, 1);
        double *shares = shares_on(&opened, &globe);
        for (int i = 0; i < 360 * 180; i++)
            ck_assert_double_eq(shares[i], side > 0 ? i / 360 < 20 : i / 360 >= 160);
        free(shares);
        sink_grid_free(&globe);
        /* and on a plane around the pole: parallel 70 lies 2200 km from it */
        struct sink_grid polar =
            make_grid(side > 0 ? "EPSG:3413" : "EPSG:3031",
                      (const double[]){-3000e3, -3000e3, 3000e3, 3000e3}, 50e3);
        shares = shares_on(&opened, &polar);
        for (int row = 0; row < 120; row++)
            for (int column = 0; column < 120; column++) {
                const double distance = 50 * hypot(row - 59.5, column - 59.5);
                if (fabs(distance - 2200) > 100)
                    ck_assert_double_eq(shares[row * 120 + column], distance < 2200);
            }
        free(shares);
        sink_grid_free(&polar);
        close_opened(&opened);
    }
}
END_TEST

START_TEST(a_polar_plane_comes_to_a_grid_in_degrees_with_its_pole)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){-1000e3, -1200e3, 900e3, 1000e3});
    struct opened opened = open_repairing(&text, "urn:ogc:def:crs:EPSG::3413");
    struct sink_grid grid = make_grid("EPSG:4326", (const double[]){-180, 70, 180, 90}, 0.25);
    double *shares = shares_on(&opened, &grid);
    for (int column = 0; column < grid.width; column++)
        ck_assert_double_eq(shares[column], 1); /* the row at the pole */
    /* within a cell of a quarter degree at 80 N the length of a parallel changes by 2 % */
    expect_relative(area_m2(&grid, shares), area_of(&opened, "A"), 2e-4);
    free(shares);
    sink_grid_free(&grid);
    close_opened(&opened);
}
END_TEST

static void expect_no_coverage(struct text *text, const char *crs, const char *grid_crs,
                               const char *says)
{
    struct sink_error error = {0};
    struct sink_coverage *coverage = NULL;
    struct opened opened = open_repairing(text, crs);
    expect_open(&opened);
    struct sink_grid grid = make_grid(grid_crs, (const double[]){0, 0, 10, 10}, 1);
    ck_assert_int_eq(sink_coverage_open(opened.boundaries, &grid, 64, &coverage, &error),
                     SINK_BAD_DATA);
    ck_assert_ptr_null(coverage);
    ck_assert_msg(strstr(error.message, says) != NULL, "%s", error.message);
    sink_grid_free(&grid);
    close_opened(&opened);
}

START_TEST(a_guess_of_the_datum_is_refused)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){1, 1, 2, 2});
    expect_no_coverage(&text, NULL, "+proj=longlat +ellps=bessel +no_defs",
                       "no transformation of known accuracy");
}
END_TEST

START_TEST(a_region_that_the_projection_cannot_hold_is_refused_by_name)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){-180, -90, 180, -60});
    expect_no_coverage(&text, NULL, "EPSG:3395", "region A: the boundary near");
}
END_TEST

/* An edge of a degree file across the seam of a projection. */
START_TEST(an_edge_across_a_seam_is_refused_not_drawn_across_the_map)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){-170, 10, -150, 20});
    expect_no_coverage(&text, NULL, "+proj=sinu +lon_0=20 +datum=WGS84",
                       "region A: the boundary near -160");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        shares_times_cell_area_are_the_area_of_the_polygon_in_its_plane,
        long_edges_bend_with_the_projection,
        neighbours_share_their_edges_after_the_transformation_too,
        the_antimeridian_splits_a_region_on_a_grid_of_the_globe,
        neighbours_in_different_forms_add_up_to_one_at_the_antimeridian,
        a_region_that_holds_a_pole_covers_it,
        a_polar_plane_comes_to_a_grid_in_degrees_with_its_pole,
        a_guess_of_the_datum_is_refused,
        a_region_that_the_projection_cannot_hold_is_refused_by_name,
        an_edge_across_a_seam_is_refused_not_drawn_across_the_map,
    };
    return run_suite("projection", tests, sizeof tests / sizeof *tests);
}
