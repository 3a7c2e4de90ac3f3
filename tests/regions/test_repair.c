#include "boundary_fixture.h"

/* Two triangles that touch in (1, 1), 100 m legs, on UTM's central meridian: 2 x 2500 m2 in the
 * plane, 0.5 ha over the square of the scale. */
#define BOW_TIE "[[[500000,0],[500100,100],[500100,0],[500000,100],[500000,0]]]"
#define SCALE_2 (0.9996 * 0.9996)

START_TEST(a_bow_tie_is_repaired_and_the_area_is_told)
{
    struct text text = {0};
    add_feature(&text, "\"id\":\"A\"", "Polygon", BOW_TIE);
    struct opened opened = open_repairing(&text, UTM33);
    expect_relative(area_of(&opened, "A"), 5000 / SCALE_2, 1e-9);
    expect_note(&opened, "regions.geojson: feature 1, id A: repaired (Self-intersection");
    expect_note(&opened, " ha before, 0.5004");
    ck_assert_int_eq(opened.notes.count, 1);
    close_opened(&opened);
}
END_TEST

START_TEST(a_bow_tie_is_refused_where_the_job_says_so)
{
    struct text text = {0};
    add_feature(&text, "\"id\":\"A\"", "Polygon", BOW_TIE);
    struct opened opened = open_features(&text, UTM33, (struct sink_boundary_request){0});
    expect_refused(&opened, "feature 1, id A: invalid, and the job says `repair: no`: Self-inter");
}
END_TEST

START_TEST(other_invalid_rings_are_repaired_and_told)
{
    const struct {
        const char *kind, *coordinates, *reason;
        double area_m2;
    } cases[] = {
        /* a spike without width */
        {"Polygon",
         "[[[500000,0],[500100,0],[500100,50],[500200,50],[500100,50],[500100,100],[500000,100],"
         "[500000,0]]]",
         "Self-intersection", 10000},
        /* a hole that pokes out is a hole inside */
        {"Polygon",
         "[[[500000,0],[500100,0],[500100,100],[500000,100],[500000,0]],"
         "[[500050,20],[500050,40],[500150,40],[500150,20],[500050,20]]]",
         "Self-intersection", 10000 - 1000},
        /* parts that overlap are counted once, also where one holds the other */
        {"MultiPolygon",
         "[[[[500000,0],[500100,0],[500100,100],[500000,100],[500000,0]]],"
         "[[[500050,10],[500150,10],[500150,90],[500050,90],[500050,10]]]]",
         "Self-intersection", 14000},
        {"MultiPolygon",
         "[[[[500000,0],[500100,0],[500100,100],[500000,100],[500000,0]]],"
         "[[[500050,10],[500090,10],[500090,90],[500050,90],[500050,10]]]]",
         "Nested shells", 10000},
        /* a node given twice is no fault at all */
        {"Polygon", "[[[500000,0],[500100,0],[500100,0],[500100,100],[500000,100],[500000,0]]]",
         NULL, 10000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = {0};
        add_feature(&text, "\"id\":\"A\"", cases[i].kind, cases[i].coordinates);
        struct opened opened = open_repairing(&text, UTM33);
        expect_relative(area_of(&opened, "A"), cases[i].area_m2 / SCALE_2, 1e-8);
        ck_assert_int_eq(opened.notes.count, cases[i].reason ? 1 : 0);
        if (cases[i].reason)
            expect_note(&opened, cases[i].reason);
        close_opened(&opened);
    }
}
END_TEST

START_TEST(an_open_ring_is_closed_and_told_or_refused)
{
    for (int repair = 0; repair < 2; repair++) {
        struct text text = {0};
        add_feature(&text, "\"id\":\"A\"", "Polygon", "[[[10,0],[11,0],[11,1],[10,1]]]");
        struct opened opened =
            open_features(&text, NULL, (struct sink_boundary_request){.repair = repair});
        if (!repair) {
            expect_refused(&opened, "feature 1, id A: a ring is not closed");
            continue;
        }
        expect_relative(area_of(&opened, "A"), 12308463893.975, 1e-12);
        expect_note(&opened, "feature 1, id A: repaired (a ring was not closed");
        close_opened(&opened);
    }
}
END_TEST

START_TEST(a_polygon_without_area_is_refused)
{
    const char *const flat[] = {"[[[10,0],[11,0],[12,0],[10,0]]]",
                                "[[[10,0],[10,0],[10,0],[10,0]]]", "[[[10,0],[11,1],[10,0]]]"};
    for (size_t i = 0; i < 3; i++) {
        struct text text = {0};
        add_feature(&text, "\"id\":\"A\"", "Polygon", flat[i]);
        struct opened opened = open_repairing(&text, NULL);
        expect_refused(&opened, "feature 1, id A: no area is left after repair");
    }
}
END_TEST

/* Two squares that touch in a corner, a hole that touches its outer ring in a node, a hole in a
 * hole as a part of its own: all valid. */
START_TEST(rings_that_touch_are_left_alone)
{
    struct text text = {0};
    add_feature(&text, "\"id\":\"A\"", "MultiPolygon",
                "[[[[500000,0],[500100,0],[500100,100],[500000,100],[500000,0]]],"
                "[[[500100,100],[500200,100],[500200,200],[500100,200],[500100,100]]]]");
    add_feature(&text, "\"id\":\"B\"", "Polygon",
                "[[[500000,0],[500100,0],[500100,100],[500000,100],[500000,0]],"
                "[[500000,0],[500050,50],[500010,50],[500000,0]]]");
    add_feature(&text, "\"id\":\"C\"", "MultiPolygon",
                "[[[[500000,0],[500100,0],[500100,100],[500000,100],[500000,0]],"
                "[[500010,10],[500010,90],[500090,90],[500090,10],[500010,10]]],"
                "[[[500020,20],[500080,20],[500080,80],[500020,80],[500020,20]]]]");
    struct opened opened = open_features(&text, UTM33, (struct sink_boundary_request){0});
    expect_relative(area_of(&opened, "A"), 20000 / SCALE_2, 1e-8);
    expect_relative(area_of(&opened, "B"), (10000 - 1000) / SCALE_2, 1e-8);
    expect_relative(area_of(&opened, "C"), (10000 - 6400 + 3600) / SCALE_2, 1e-8);
    ck_assert_int_eq(opened.notes.count, 0);
    close_opened(&opened);
}
END_TEST

/* Fiji's Taveuni, as a box of 2 degrees: as two parts, over 180, below -180, and as it comes where
 * all longitudes lie within 180. */
START_TEST(a_polygon_across_the_antimeridian_has_one_area_in_every_form)
{
    const struct {
        const char *kind, *coordinates;
    } forms[] = {{"MultiPolygon", "[[[[179,-17],[180,-17],[180,-16],[179,-16],[179,-17]]],"
                                  "[[[-180,-17],[-179,-17],[-179,-16],[-180,-16],[-180,-17]]]]"},
                 {"Polygon", "[[[179,-17],[181,-17],[181,-16],[179,-16],[179,-17]]]"},
                 {"Polygon", "[[[-181,-17],[-179,-17],[-179,-16],[-181,-16],[-181,-17]]]"},
                 {"Polygon", "[[[179,-17],[-179,-17],[-179,-16],[179,-16],[179,-17]]]"},
                 {"Polygon", "[[[-179,-16],[179,-16],[179,-17],[-179,-17],[-179,-16]]]"}};
    const double area_m2 = sink_ellipsoid_cell_area_m2(sink_ellipsoid_wgs84, -17, -16, 2);
    for (size_t i = 0; i < 5; i++) {
        struct text text = {0};
        add_feature(&text, "\"id\":\"A\"", forms[i].kind, forms[i].coordinates);
        struct opened opened = open_repairing(&text, NULL);
        expect_relative(area_of(&opened, "A"), area_m2, 1e-12);
        ck_assert_int_eq(opened.notes.count, i < 3 ? 0 : 1);
        if (i >= 3)
            expect_note(&opened, "feature 1, id A: an edge of more than 180 degrees");
        close_opened(&opened);
    }
}
END_TEST

START_TEST(a_hole_follows_its_outer_ring_across_the_antimeridian)
{
    const char *const holes[] = {
        "[[-179.8,-16.8],[-179.8,-16.2],[-179.2,-16.2],[-179.2,-16.8],[-179.8,-16.8]]",
        "[[179.2,-16.8],[179.2,-16.2],[179.8,-16.2],[179.8,-16.8],[179.2,-16.8]]",
        "[[179.7,-16.8],[179.7,-16.2],[-179.7,-16.2],[-179.7,-16.8],[179.7,-16.8]]"};
    const double area_m2 = sink_ellipsoid_cell_area_m2(sink_ellipsoid_wgs84, -17, -16, 2) -
                           sink_ellipsoid_cell_area_m2(sink_ellipsoid_wgs84, -16.8, -16.2, 0.6);
    for (size_t i = 0; i < 3; i++) {
        struct text text = {0};
        char coordinates[400];
        snprintf(coordinates, sizeof coordinates,
                 "[[[179,-17],[-179,-17],[-179,-16],[179,-16],[179,-17]],%s]", holes[i]);
        add_feature(&text, "\"id\":\"A\"", "Polygon", coordinates);
        struct opened opened = open_repairing(&text, NULL);
        expect_relative(area_of(&opened, "A"), area_m2, 1e-11);
        ck_assert(!has_message(&opened.notes, "repaired"));
        close_opened(&opened);
    }
}
END_TEST

/* A ring once around the globe, along a parallel, holds the pole of its hemisphere. */
START_TEST(a_ring_around_a_pole_holds_it)
{
    for (int side = -1; side <= 1; side += 2)
        for (int way = -1; way <= 1; way += 2) {
            struct text text = {0}, ring = {0};
            for (int i = 0; i <= 12; i++)
                add(&ring, "%s[%d,%d]", i ? "," : "[[",
                    ((way * 30 * i + 15 + 180 + 720) % 360) - 180, 70 * side);
            add(&ring, "]]");
            add_feature(&text, "\"id\":\"A\"", "Polygon", ring.bytes);
            free(ring.bytes);
            struct opened opened = open_repairing(&text, NULL);
            expect_relative(area_of(&opened, "A"),
                            sink_ellipsoid_cell_area_m2(sink_ellipsoid_wgs84, 70, 90, 360), 1e-12);
            ck_assert(!has_message(&opened.notes, "repaired"));
            close_opened(&opened);
        }
}
END_TEST

/* The ring of a whole world, whose sides are 360 degrees apart, crosses nothing. */
START_TEST(the_whole_world_is_taken_as_it_stands)
{
    struct text text = {0};
    add_box(&text, "\"id\":\"A\"", (const double[]){-180, -90, 180, 90});
    struct opened opened = open_repairing(&text, NULL);
    expect_relative(area_of(&opened, "A"), 510065621724088.4, 1e-12); /* WGS 84: 4 pi R2^2 */
    ck_assert_int_eq(opened.notes.count, 0);
    close_opened(&opened);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_bow_tie_is_repaired_and_the_area_is_told,
        a_bow_tie_is_refused_where_the_job_says_so,
        other_invalid_rings_are_repaired_and_told,
        an_open_ring_is_closed_and_told_or_refused,
        a_polygon_without_area_is_refused,
        rings_that_touch_are_left_alone,
        a_polygon_across_the_antimeridian_has_one_area_in_every_form,
        a_hole_follows_its_outer_ring_across_the_antimeridian,
        a_ring_around_a_pole_holds_it,
        the_whole_world_is_taken_as_it_stands,
    };
    return run_suite("repair", tests, sizeof tests / sizeof *tests);
}
