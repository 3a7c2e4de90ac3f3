#include "boundary_fixture.h"

#include <geodesic.h>
#include <ogr_srs_api.h>

/* Areas on WGS 84 by the closed form: Snyder (1987), eq. 3-12. */
START_TEST(boxes_have_their_published_areas)
{
    const struct {
        double box[4], area_m2;
    } cases[] = {{{10, 0, 11, 1}, 12308463893.80},
                 {{-71, 50, -70, 51}, 7892218858.01},
                 {{100, 18, 135, 53}, 12138835.24e6}};
    for (size_t i = 0; i < 3; i++) {
        struct text text = {0};
        add_box(&text, "\"id\":\"A\"", cases[i].box);
        struct opened opened = open_repairing(&text, NULL);
        expect_relative(area_of(&opened, "A"), cases[i].area_m2, 1e-9);
        close_opened(&opened);
    }
}
END_TEST

/* The edges, cut into `pieces` in the plane they are straight in, as geodesics. */
static double geodesic_area(const double (*nodes)[2], size_t count, int pieces,
                            OGRCoordinateTransformationH to_degrees)
{
    struct geod_geodesic geodesic;
    struct geod_polygon polygon;
    double area;
    geod_init(&geodesic, 6378137, 1 / 298.257223563);
    geod_polygon_init(&polygon, 0);
    for (size_t i = 0; i < count; i++) {
        const double *a = nodes[i], *b = nodes[(i + 1) % count];
        for (int k = 0; k < pieces; k++) {
            double x = a[0] + (b[0] - a[0]) * k / pieces, y = a[1] + (b[1] - a[1]) * k / pieces;
            if (to_degrees)
                ck_assert(OCTTransform(to_degrees, 1, &x, &y, NULL));
            geod_polygon_addpoint(&geodesic, &polygon, y, x);
        }
    }
    geod_polygon_compute(&geodesic, &polygon, 0, 1, &area, NULL);
    return fabs(area);
}

static void add_ring(struct text *text, const double (*nodes)[2], size_t count)
{
    struct text ring = {0};
    for (size_t i = 0; i <= count; i++)
        add(&ring, "%s[%.17g,%.17g]", i ? "," : "[[", nodes[i % count][0], nodes[i % count][1]);
    add(&ring, "]]");
    add_feature(text, "\"id\":\"A\"", "Polygon", ring.bytes);
    free(ring.bytes);
}

START_TEST(polygons_in_degrees_have_the_area_that_geodesics_give)
{
    const double shapes[][5][2] = {
        {{100, 30}, {101.3, 30.4}, {100.9, 31.7}, {100.2, 31.1}, {99.8, 30.6}},
        {{-60, -55}, {-59.5, -55.2}, {-59.9, -54}, {-60.1, -54.1}, {-60.2, -54.7}},
        {{15, 78}, {18, 79.1}, {16, 80}, {14, 79.5}, {13, 78.3}}};
    for (size_t i = 0; i < 3; i++) {
        struct text text = {0};
        add_ring(&text, shapes[i], 5);
        struct opened opened = open_repairing(&text, NULL);
        expect_relative(area_of(&opened, "A"), geodesic_area(shapes[i], 5, 8000, NULL), 1e-9);
        close_opened(&opened);
    }
}
END_TEST

static OGRCoordinateTransformationH degrees_from(int epsg)
{
    OGRSpatialReferenceH from = OSRNewSpatialReference(NULL), to = OSRNewSpatialReference(NULL);
    ck_assert_int_eq(OSRImportFromEPSG(from, epsg), OGRERR_NONE);
    ck_assert_int_eq(OSRImportFromEPSG(to, 4326), OGRERR_NONE);
    OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(to, OAMS_TRADITIONAL_GIS_ORDER);
    OGRCoordinateTransformationH made = OCTNewCoordinateTransformation(from, to);
    OSRRelease(from);
    OSRRelease(to);
    return made;
}

/* Edges that are straight in UTM bend in degrees. Below a kilometre the sum of geodesics has too
 * few digits. */
START_TEST(polygons_in_utm_have_the_area_that_geodesics_give)
{
    const double sizes_m[] = {1000, 30e3, 200e3};
    OGRCoordinateTransformationH to_degrees = degrees_from(32633);
    for (size_t i = 0; i < 3; i++) {
        const double s = sizes_m[i], x = 540e3, y = 6700e3;
        const double nodes[5][2] = {{x, y},
                                    {x + s, y + 0.1 * s},
                                    {x + 0.9 * s, y + s},
                                    {x + 0.4 * s, y + 0.5 * s},
                                    {x, y + 0.8 * s}};
        struct text text = {0};
        add_ring(&text, nodes, 5);
        struct opened opened = open_repairing(&text, UTM33);
        expect_relative(area_of(&opened, "A"),
                        geodesic_area(nodes, 5, s > 10e3 ? 4000 : 400, to_degrees), 1e-9);
        close_opened(&opened);
    }
    OCTDestroyCoordinateTransformation(to_degrees);
}
END_TEST

START_TEST(a_polygon_around_the_pole_of_its_plane_has_the_area_that_geodesics_give)
{
    const double nodes[4][2] = {
        {-1000e3, -1200e3}, {900e3, -1200e3}, {1100e3, 1000e3}, {-1000e3, 900e3}};
    OGRCoordinateTransformationH to_degrees = degrees_from(3413);
    struct text text = {0};
    add_ring(&text, nodes, 4);
    struct opened opened = open_repairing(&text, "urn:ogc:def:crs:EPSG::3413");
    expect_relative(area_of(&opened, "A"), geodesic_area(nodes, 4, 20000, to_degrees), 1e-9);
    close_opened(&opened);
    OCTDestroyCoordinateTransformation(to_degrees);
}
END_TEST

/* On UTM's central meridian the scale is 0.9996, at 5 km from it 3e-7 more: a square metre, a field
 * of 30 m, and a sliver a millimetre wide and 10 km long. */
START_TEST(regions_far_smaller_than_a_cell_keep_their_area)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){499999.5, 4000000, 500000.5, 4000001});
    add_box(&text, "\"id\":\"B\"", (const double[]){499985, 6000000, 500015, 6000030});
    add_box(&text, "\"id\":\"S\"", (const double[]){500000, 4000000, 500000.001, 4010000});
    struct opened opened = open_repairing(&text, UTM33);
    expect_relative(area_of(&opened, "A"), 1 / (0.9996 * 0.9996), 1e-8);
    expect_relative(area_of(&opened, "B"), 900 / (0.9996 * 0.9996), 1e-9);
    expect_relative(area_of(&opened, "S"), 10 / (0.9996 * 0.9996), 1e-5);
    ck_assert_int_eq(opened.notes.count, 0);
    close_opened(&opened);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        boxes_have_their_published_areas,
        polygons_in_degrees_have_the_area_that_geodesics_give,
        polygons_in_utm_have_the_area_that_geodesics_give,
        a_polygon_around_the_pole_of_its_plane_has_the_area_that_geodesics_give,
        regions_far_smaller_than_a_cell_keep_their_area,
    };
    return run_suite("area", tests, sizeof tests / sizeof *tests);
}
