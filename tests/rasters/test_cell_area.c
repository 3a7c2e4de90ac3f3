/* Areas of cells against the area on the ellipsoid of the outline of the whole grid, which comes
 * from the closed form between parallels along its edges (base/ellipsoid.h). */
#include "rasters/cell_area.h"

#include "rasters/raster_grid.h"
#include "raster_fixture.h"
#include "sinkcalc/base/ellipsoid.h"

#define STEPS 8 /* points on an edge of a cell of the outline */

struct place {
    const char *name, *crs;
    double x0, y0, cell; /* upper left corner and size, in the unit of the CRS */
    int cells;           /* in both directions */
    bool is_by_row;
    double tolerance;
};

/* clang-format off */
static const struct place places[] = {
    {"UTM 47 N, out to 4.5 degrees", "EPSG:32647", 200000, 3000000, 500, 800, false, 1e-8},
    {"UTM, small", "EPSG:32647", 500000, 3000000, 30, 9, false, 1e-8},
    {"Albers of China", "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84", -1500000, 5000000, 3000, 900, true, 1e-8},
    {"LAEA of Europe", "EPSG:3035", 2600000, 5400000, 5000, 700, true, 1e-8},
    {"MODIS sinusoidal, a sphere", "+proj=sinu +lon_0=0 +R=6371007.181", 8895604.157333, 4447802.078667, 463.312716527917, 2400, true, 1e-8},
    {"polar stereographic, north", "EPSG:3413", -1800000, 1500000, 6250, 500, false, 1e-7},
    {"polar stereographic, south", "EPSG:3031", -2000000, 2000000, 5000, 800, false, 1e-7},
    {"Web Mercator", "EPSG:3857", 11000000, 6000000, 1000, 700, true, 1e-8},
    {"Lambert conformal conic of China", "+proj=lcc +lat_1=30 +lat_2=62 +lat_0=0 +lon_0=105 +datum=WGS84", -1000000, 5500000, 2000, 900, false, 1e-8},
    {"Lambert zone II in grads from Paris", "EPSG:27572", 100000, 2600000, 1000, 900, false, 1e-8},
    {"California in feet", "EPSG:2225", 6000000, 2500000, 1000, 900, false, 1e-8},
    {"MODIS, coarse: cells of 100 km", "+proj=sinu +lon_0=0 +R=6371007.181", 6000000, 6000000, 100000, 40, true, 1e-6},
    {"Mercator, coarse: cells of 50 km", "EPSG:3395", 6000000, 8000000, 50000, 80, true, 1e-6},
};
/* clang-format on */

/* Turns points of the plane into longitude and latitude of the CRS's own base, in degrees. */
static OGRCoordinateTransformationH to_degrees(const char *crs)
{
    OGRSpatialReferenceH plane = OSRNewSpatialReference(NULL);
    ck_assert_int_eq(OSRSetFromUserInput(plane, crs), OGRERR_NONE);
    OGRSpatialReferenceH base = OSRCloneGeogCS(plane);
    OSRSetAxisMappingStrategy(plane, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(base, OAMS_TRADITIONAL_GIS_ORDER);
    OGRCoordinateTransformationH transformation = OCTNewCoordinateTransformation(plane, base);
    ck_assert_ptr_nonnull(transformation);
    OSRRelease(plane);
    OSRRelease(base);
    return transformation;
}

static double degrees_per_unit(const char *crs)
{
    OGRSpatialReferenceH plane = OSRNewSpatialReference(NULL);
    ck_assert_int_eq(OSRSetFromUserInput(plane, crs), OGRERR_NONE);
    const double radians = OSRGetAngularUnits(plane, NULL);
    OSRRelease(plane);
    return radians * 180 / 3.14159265358979323846;
}

/* Area of the outline of a grid on the ellipsoid. */
static double outline_m2(const struct sink_grid *grid, const char *crs)
{
    const int count = 2 * (grid->width + grid->height) * STEPS;
    double *x = malloc((size_t)count * sizeof *x), *y = malloc((size_t)count * sizeof *y);
    const struct sink_ellipsoid ellipsoid = {grid->semi_major_m, grid->inverse_flattening};
    int n = 0;
    double sum = 0;
    for (int side = 0; side < 4; side++) {
        const int cells = side % 2 ? grid->height : grid->width;
        for (int i = 0; i < cells * STEPS; i++) {
            const double along = i / (double)STEPS, back = cells - along;
            const double column = side == 0   ? along
                                  : side == 1 ? grid->width
                                  : side == 2 ? back
                                              : 0;
            const double row = side == 0 ? 0 : side == 1 ? along : side == 2 ? grid->height : back;
            x[n] = grid->x0 + column * grid->dx;
            y[n++] = grid->y0 + row * grid->dy;
        }
    }
    OGRCoordinateTransformationH transformation = to_degrees(crs);
    ck_assert(OCTTransform(transformation, n, x, y, NULL));
    OCTDestroyCoordinateTransformation(transformation);
    const double unit = degrees_per_unit(crs);
    double turn = 0;
    for (int i = 0; i < n; i++) {
        const int next = (i + 1) % n;
        double across = (x[next] - x[i]) * unit;
        across -= 360 * rint(across / 360);
        turn += across;
        sum += sink_ellipsoid_edge_area_m2(
            grid->inverse_flattening == 0 ? sink_ellipsoid_wgs84 : ellipsoid, x[i] * unit,
            y[i] * unit, x[i] * unit + across, y[next] * unit);
    }
    free(x);
    free(y);
    if (fabs(turn) > 180) /* around a pole: what lies between it and the outline */
        return sink_ellipsoid_cell_area_m2(ellipsoid, 0, 90, 360) - fabs(sum);
    return fabs(sum);
}

static struct sink_grid grid_at(const struct place *place)
{
    struct sink_error error;
    struct sink_grid grid;
    const double size = place->cell * place->cells;
    const double extent[4] = {place->x0, place->y0 - size, place->x0 + size, place->y0};
    const double resolution[2] = {place->cell, place->cell};
    ck_assert_msg(sink_grid_make(place->crs, extent, resolution, &grid, &error) == SINK_OK, "%s",
                  error.message);
    return grid;
}

START_TEST(cells_of_a_projected_grid_add_up_to_its_area_on_the_ellipsoid)
{
    const struct place *place = &places[_i];
    struct sink_error error;
    struct sink_cell_area *area = NULL;
    struct sink_grid grid = grid_at(place);
    ck_assert_int_eq(sink_cell_area_open(&grid, &area, &error), SINK_OK);
    ck_assert_msg(sink_cell_area_is_by_row(area) == place->is_by_row, "%s", place->name);
    double *row_m2 = malloc((size_t)grid.width * sizeof *row_m2), sum = 0;
    for (int row = 0; row < grid.height; row++) {
        sink_cell_area_fill_m2(area, row, 0, grid.width, row_m2);
        double in_row = 0;
        for (int c = 0; c < grid.width; c++)
            in_row += row_m2[c];
        sum += in_row;
    }
    const double expected = outline_m2(&grid, place->crs), error_of_sum = sum / expected - 1;
    if (getenv("VERBOSE"))
        printf("%-40s %.1e\n", place->name, error_of_sum);
    ck_assert_msg(fabs(error_of_sum) < place->tolerance, "%s: %.12g m2, expected %.12g: %.2e",
                  place->name, sum, expected, error_of_sum);
    free(row_m2);
    sink_cell_area_close(area);
    sink_grid_free(&grid);
}
END_TEST

START_TEST(a_part_of_a_row_has_the_areas_of_the_whole_row)
{
    struct sink_error error;
    struct sink_cell_area *area = NULL;
    struct sink_grid grid = grid_at(&places[0]);
    double whole[800], part[300];
    ck_assert_int_eq(sink_cell_area_open(&grid, &area, &error), SINK_OK);
    for (int row = 0; row < grid.height; row += 77) {
        sink_cell_area_fill_m2(area, row, 0, 800, whole);
        sink_cell_area_fill_m2(area, row, 455, 300, part);
        ck_assert_mem_eq(whole + 455, part, sizeof part);
    }
    sink_cell_area_close(area);
    sink_grid_free(&grid);
}
END_TEST

START_TEST(cells_of_a_geographic_grid_have_the_closed_form_by_row)
{
    struct sink_error error;
    struct sink_cell_area *area = NULL;
    struct sink_grid grid;
    double cells[2];
    const double extent[4] = {100, 0, 135, 54}, resolution[2] = {1, 1};
    ck_assert_int_eq(sink_grid_make("EPSG:4326", extent, resolution, &grid, &error), SINK_OK);
    ck_assert_int_eq(sink_cell_area_open(&grid, &area, &error), SINK_OK);
    ck_assert(sink_cell_area_is_by_row(area));
    ck_assert_double_eq_tol(sink_cell_area_row_m2(area, 53), 12308463893.9754, 1e-3);
    ck_assert_double_eq_tol(sink_cell_area_row_m2(area, 3), 7892218858.01, 1);
    sink_cell_area_fill_m2(area, 53, 5, 2, cells);
    ck_assert_double_eq(cells[1], sink_cell_area_row_m2(area, 53));
    double sum = 0;
    for (int row = 1; row < 36; row++)
        sum += 35 * sink_cell_area_row_m2(area, row);
    ck_assert_double_eq_tol(sum / 1e6, 12138835.24, 0.01); /* 18 to 53 N */
    sink_cell_area_close(area);
    sink_grid_free(&grid);
}
END_TEST

START_TEST(a_geographic_grid_on_a_sphere_has_the_areas_of_the_earth)
{
    struct sink_error error;
    struct sink_cell_area *area = NULL;
    struct sink_grid grid;
    const double extent[4] = {0, 0, 2, 2}, resolution[2] = {1, 1};
    ck_assert_int_eq(
        sink_grid_make("+proj=longlat +R=6371229 +no_defs", extent, resolution, &grid, &error),
        SINK_OK);
    ck_assert_int_eq(sink_cell_area_open(&grid, &area, &error), SINK_OK);
    ck_assert_double_eq_tol(sink_cell_area_row_m2(area, 1), 12308463893.9754, 1e-3);
    sink_cell_area_close(area);
    sink_grid_free(&grid);
}
END_TEST

START_TEST(cells_off_the_projection_spoil_no_other)
{
    /* the whole world in sinusoidal: corners of the grid are off it */
    struct sink_error error;
    struct sink_cell_area *area = NULL;
    struct sink_grid grid;
    const double extent[4] = {-20040000, -10020000, 20040000, 10020000},
                 resolution[2] = {20000, 20000};
    ck_assert_int_eq(
        sink_grid_make("+proj=sinu +lon_0=0 +R=6371007.181", extent, resolution, &grid, &error),
        SINK_OK);
    ck_assert_int_eq(sink_cell_area_open(&grid, &area, &error), SINK_OK);
    double cells[1];
    for (int row = 1; row < grid.height - 1; row++) {
        sink_cell_area_fill_m2(area, row, grid.width / 2, 1, cells);
        ck_assert_msg(cells[0] > 0.99 * 4e8 && cells[0] < 1.01 * 4e8, "row %d: %g", row, cells[0]);
    }
    sink_cell_area_close(area);
    sink_grid_free(&grid);
}
END_TEST

START_TEST(cells_at_the_edge_of_a_round_map_have_an_area)
{
    /* Van der Grinten: the world in a circle, no two rows alike */
    struct sink_error error;
    struct sink_cell_area *area = NULL;
    struct sink_grid grid;
    const double extent[4] = {-20000000, -20000000, 20000000, 20000000};
    const double resolution[2] = {100000, 100000};
    ck_assert_int_eq(sink_grid_make("+proj=vandg +datum=WGS84", extent, resolution, &grid, &error),
                     SINK_OK);
    ck_assert_int_eq(sink_cell_area_open(&grid, &area, &error), SINK_OK);
    ck_assert(!sink_cell_area_is_by_row(area));
    double cells[400];
    for (int row = 0; row < 400; row++) {
        const double y = 19950000 - row * 100000.0;
        sink_cell_area_fill_m2(area, row, 0, 400, cells);
        for (int c = 0; c < 400; c++) {
            const double x = -19950000 + c * 100000.0;
            ck_assert_msg(hypot(x, y) > 20030000 || isfinite(cells[c]), "row %d, column %d", row,
                          c);
        }
    }
    sink_cell_area_close(area);
    sink_grid_free(&grid);
}
END_TEST

START_TEST(a_grid_needs_whole_cells_and_a_known_crs)
{
    struct sink_error error;
    struct sink_grid grid;
    const double extent[4] = {0, 0, 10, 10}, odd[4] = {0, 0, 10.3, 10}, empty[4] = {0, 0, 0, 10};
    const double one[2] = {1, 1}, tiny[2] = {1e-6, 1e-6};
    ck_assert_int_eq(sink_grid_make("EPSG:4326", odd, one, &grid, &error), SINK_BAD_JOB);
    ck_assert_int_eq(sink_grid_make("EPSG:4326", empty, one, &grid, &error), SINK_BAD_JOB);
    ck_assert_int_eq(sink_grid_make("EPSG:4326", extent, tiny, &grid, &error), SINK_BAD_JOB);
    const char *const words[] = {"EPSG:99999",  "file.prj",        "http://127.0.0.1:9/x",
                                 "/etc/passwd", "+init=epsg:4326", ""};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        ck_assert_int_eq(sink_grid_make(words[i], extent, one, &grid, &error), SINK_BAD_JOB);
        sink_grid_free(&grid);
    }
    ck_assert_int_eq(sink_grid_make("OGC:CRS84", extent, one, &grid, &error), SINK_OK);
    ck_assert(grid.is_geographic);
    ck_assert_double_eq(grid.dy, -1);
    ck_assert_double_eq(grid.y0, 10);
    sink_grid_free(&grid);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cell area");
    TCase *areas = tcase_create("areas");
    tcase_add_unchecked_fixture(areas, enter_folder, leave_folder);
    tcase_add_loop_test(areas, cells_of_a_projected_grid_add_up_to_its_area_on_the_ellipsoid, 0,
                        sizeof places / sizeof *places);
    tcase_add_test(areas, a_part_of_a_row_has_the_areas_of_the_whole_row);
    tcase_add_test(areas, cells_of_a_geographic_grid_have_the_closed_form_by_row);
    tcase_add_test(areas, a_geographic_grid_on_a_sphere_has_the_areas_of_the_earth);
    tcase_add_test(areas, cells_off_the_projection_spoil_no_other);
    tcase_add_test(areas, cells_at_the_edge_of_a_round_map_have_an_area);
    tcase_add_test(areas, a_grid_needs_whole_cells_and_a_known_crs);
    suite_add_tcase(suite, areas);
    return run_suite(suite);
}
