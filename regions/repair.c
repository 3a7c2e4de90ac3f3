/* Geometry made usable: two dimensions, continuous longitudes, valid rings, one region per id. */
#include "regions/boundaries_parts.h"
#include "sinkcalc/base/units.h"

#include <cpl_error.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>

/* Of a coordinate in a plane: more than twice around, and what a zone's number adds to it. */
#define FARTHEST_M 1e8

static bool fault(struct sink_boundary_reading *reading, const struct sink_feature *feature,
                  const char *what, const char *detail)
{
    sink_faults_note(reading->faults, SINK_BAD_DATA, "%s: feature %zu, id %s: %s%s",
                     reading->request->path, feature->number, feature->id, what, detail);
    return false;
}

static bool has_kind(struct sink_boundary_reading *reading, const struct sink_feature *feature)
{
    if (!feature->geometry || OGR_G_IsEmpty(feature->geometry))
        return fault(reading, feature, "the geometry is empty, expected a polygon", "");
    const OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(feature->geometry));
    if (type == wkbPolygon || type == wkbMultiPolygon)
        return true;
    const bool is_curved = type == wkbCurvePolygon || type == wkbMultiSurface;
    sink_faults_note(reading->faults, SINK_BAD_DATA,
                     "%s: feature %zu, id %s: the geometry is a %s, expected a polygon%s",
                     reading->request->path, feature->number, feature->id,
                     OGR_G_GetGeometryName(feature->geometry),
                     is_curved ? " with straight edges: convert it first" : "");
    return false;
}

static bool is_finite(OGRGeometryH geometry)
{
    for (int p = 0; p < sink_polygon_count(geometry); p++) {
        OGRGeometryH polygon = sink_polygon_at(geometry, p);
        for (int r = 0; r < OGR_G_GetGeometryCount(polygon); r++) {
            OGRGeometryH ring = OGR_G_GetGeometryRef(polygon, r);
            for (int i = 0; i < OGR_G_GetPointCount(ring); i++)
                if (!isfinite(OGR_G_GetX(ring, i)) || !isfinite(OGR_G_GetY(ring, i)))
                    return false;
        }
    }
    return true;
}

/* GDAL takes whole turns off a longitude one by one: off 1e17 m for ever. */
static bool is_on_earth(OGRGeometryH geometry, double metres_per_unit)
{
    OGREnvelope box;
    OGR_G_GetEnvelope(geometry, &box);
    const double limit = FARTHEST_M / metres_per_unit;
    return box.MinX >= -limit && box.MaxX <= limit && box.MinY >= -limit && box.MaxY <= limit;
}

static bool is_in_degrees(OGRGeometryH geometry)
{
    OGREnvelope box;
    OGR_G_GetEnvelope(geometry, &box);
    return box.MinY >= -90.0000001 && box.MaxY <= 90.0000001 && box.MinX >= -540 && box.MaxX <= 540;
}

static void store_ring(OGRGeometryH into, const struct sink_ring *ring)
{
    OGR_G_SetPointCount(into, (int)ring->count + 1);
    for (size_t i = 0; i <= ring->count; i++) {
        const double *node = &ring->nodes[2 * (i % ring->count)];
        OGR_G_SetPoint_2D(into, (int)i, node[0], node[1]);
    }
}

static bool unwrap_polygon(OGRGeometryH polygon, bool *has_crossed)
{
    struct sink_ring ring = {0};
    double outer_x_min = 0;
    bool is_whole = true;
    for (int r = 0; r < OGR_G_GetGeometryCount(polygon) && is_whole; r++) {
        bool has_ring_crossed = false;
        OGRGeometryH from = OGR_G_GetGeometryRef(polygon, r);
        is_whole = sink_ring_load(&ring, from) && sink_ring_unwrap(&ring, &has_ring_crossed);
        if (!is_whole || ring.count == 0)
            continue;
        *has_crossed |= has_ring_crossed;
        if (r == 0)
            outer_x_min = sink_ring_x_min(&ring);
        else if (*has_crossed)
            sink_ring_follow(&ring, outer_x_min);
        if (*has_crossed)
            store_ring(from, &ring);
    }
    sink_ring_free(&ring);
    return is_whole;
}

static bool is_open(OGRGeometryH ring)
{
    const int last = OGR_G_GetPointCount(ring) - 1;
    return last >= 0 && (OGR_G_GetX(ring, 0) != OGR_G_GetX(ring, last) ||
                         OGR_G_GetY(ring, 0) != OGR_G_GetY(ring, last));
}

/* OGR reads rings whose last node is not the first; some drivers close them without a word. */
static bool close_rings(struct sink_boundary_reading *reading, const struct sink_feature *feature)
{
    bool has_open = false;
    for (int p = 0; p < sink_polygon_count(feature->geometry); p++) {
        OGRGeometryH polygon = sink_polygon_at(feature->geometry, p);
        for (int r = 0; r < OGR_G_GetGeometryCount(polygon); r++)
            has_open |= is_open(OGR_G_GetGeometryRef(polygon, r));
    }
    if (!has_open)
        return true;
    if (!reading->request->repair)
        return fault(reading, feature, "a ring is not closed, and the job says `repair: no`", "");
    OGR_G_CloseRings(feature->geometry);
    sink_faults_note(reading->notes, SINK_NOTE,
                     "%s: feature %zu, id %s: repaired (a ring was not closed: its last node is "
                     "joined to the first)",
                     reading->request->path, feature->number, feature->id);
    return true;
}

static bool unwrap(struct sink_boundary_reading *reading, struct sink_feature *feature)
{
    bool has_crossed = false;
    if (!reading->boundaries->is_geographic)
        return is_on_earth(feature->geometry, OSRGetLinearUnits(reading->boundaries->crs, NULL)) ||
               fault(reading, feature, "coordinates beyond 100000 km, expected those of the CRS",
                     "");
    if (!is_in_degrees(feature->geometry))
        return fault(reading, feature,
                     "coordinates beyond 540 degrees of longitude or 90 degrees of latitude, "
                     "expected degrees",
                     "");
    for (int p = 0; p < sink_polygon_count(feature->geometry); p++)
        if (!unwrap_polygon(sink_polygon_at(feature->geometry, p), &has_crossed)) {
            sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
            return false;
        }
    if (has_crossed)
        sink_faults_note(reading->notes, SINK_NOTE,
                         "%s: feature %zu, id %s: an edge of more than 180 degrees is taken to "
                         "cross the antimeridian",
                         reading->request->path, feature->number, feature->id);
    return true;
}

/* Polygons alone: MakeValid leaves the lines and points that it finds as well. */
static OGRGeometryH only_polygons(OGRGeometryH geometry)
{
    const OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(geometry));
    if (type == wkbPolygon || type == wkbMultiPolygon)
        return OGR_G_Clone(geometry);
    OGRGeometryH polygons = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (int i = 0; type == wkbGeometryCollection && i < OGR_G_GetGeometryCount(geometry); i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(geometry, i);
        const OGRwkbGeometryType kind = wkbFlatten(OGR_G_GetGeometryType(part));
        if (kind == wkbPolygon)
            OGR_G_AddGeometry(polygons, part);
        for (int j = 0; kind == wkbMultiPolygon && j < OGR_G_GetGeometryCount(part); j++)
            OGR_G_AddGeometry(polygons, OGR_G_GetGeometryRef(part, j));
    }
    return polygons;
}

static bool replace(struct sink_boundary_reading *reading, struct sink_feature *feature,
                    OGRGeometryH repaired, const char *reason)
{
    struct sink_error error;
    double before_m2 = 0, after_m2 = 0;
    OGRGeometryH polygons = repaired ? only_polygons(repaired) : NULL;
    OGR_G_DestroyGeometry(repaired);
    if (!polygons || OGR_G_IsEmpty(polygons)) {
        OGR_G_DestroyGeometry(polygons);
        return fault(reading, feature, "no area is left after repair; it was: ", reason);
    }
    enum sink_status status =
        sink_boundaries_area(reading->boundaries, feature->geometry, &before_m2, &error);
    if (status == SINK_OK)
        status = sink_boundaries_area(reading->boundaries, polygons, &after_m2, &error);
    OGR_G_DestroyGeometry(feature->geometry);
    feature->geometry = polygons;
    if (status != SINK_OK) {
        sink_faults_note(reading->faults, status, "%s: feature %zu, id %s: %s",
                         reading->request->path, feature->number, feature->id, error.message);
        return false;
    }
    sink_faults_note(reading->notes, SINK_NOTE,
                     "%s: feature %zu, id %s: repaired (%s): %.10g ha before, %.10g ha after",
                     reading->request->path, feature->number, feature->id, reason,
                     before_m2 / SINK_M2_PER_HA, after_m2 / SINK_M2_PER_HA);
    return true;
}

static bool validate(struct sink_boundary_reading *reading, struct sink_feature *feature)
{
    CPLErrorReset();
    if (OGR_G_IsValid(feature->geometry))
        return true;
    char reason[256] = "invalid";
    strncpy(reason, CPLGetLastErrorMsg(), sizeof reason - 1);
    CPLErrorReset();
    if (!reading->request->repair)
        return fault(reading, feature, "invalid, and the job says `repair: no`: ", reason);
    /* Land that rings cover twice counts once and holes stay holes; the default method makes holes
     * of the first and land of what holes have outside their ring. */
    char structure[] = "METHOD=STRUCTURE", *method[] = {structure, NULL};
    OGRGeometryH repaired = OGR_G_MakeValidEx(feature->geometry, method);
    const bool is_good = replace(reading, feature, repaired, reason);
    CPLErrorReset();
    return is_good;
}

bool sink_boundaries_mend(struct sink_boundary_reading *reading, struct sink_feature *feature)
{
    if (!has_kind(reading, feature))
        return false;
    if (OGR_G_Is3D(feature->geometry) || OGR_G_IsMeasured(feature->geometry))
        OGR_G_FlattenTo2D(feature->geometry);
    if (!is_finite(feature->geometry))
        return fault(reading, feature, "a coordinate is not a finite number", "");
    return close_rings(reading, feature) && unwrap(reading, feature) && validate(reading, feature);
}

static void add_polygons(OGRGeometryH into, OGRGeometryH from)
{
    for (int p = 0; p < sink_polygon_count(from); p++)
        OGR_G_AddGeometry(into, sink_polygon_at(from, p));
}

/* Parts that overlap or share an edge are dissolved, so that no area counts twice. */
static void dissolve(struct sink_boundary_reading *reading, struct sink_feature *feature)
{
    CPLErrorReset();
    if (OGR_G_IsValid(feature->geometry))
        return;
    CPLErrorReset();
    replace(reading, feature, OGR_G_UnionCascaded(feature->geometry),
            "features of one id that overlap or touch are dissolved");
    CPLErrorReset();
}

static int by_id(const void *a, const void *b)
{
    const struct sink_feature *const *first = a, *const *second = b;
    const int order = strcmp((*first)->id, (*second)->id);
    return order ? order : (*first)->number < (*second)->number ? -1 : 1;
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : !a && !b;
}

static bool has_same_place(const struct sink_feature *a, const struct sink_feature *b,
                           size_t level_count)
{
    for (size_t i = 0; i < level_count; i++)
        if (!is_same(a->levels[i], b->levels[i]))
            return false;
    return is_same(a->parent, b->parent);
}

/* sorted[first..end-1] have one id. */
static void merge_run(struct sink_boundary_reading *reading, struct sink_feature **sorted,
                      size_t first, size_t end)
{
    struct sink_feature *into = sorted[first];
    if (end - first < 2)
        return;
    if (!reading->request->merge) {
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s: features %zu and %zu%s have the same id %s; `merge: yes` makes one "
                         "region of them",
                         reading->request->path, into->number, sorted[first + 1]->number,
                         end - first > 2 ? " and others" : "", into->id);
        return;
    }
    OGRGeometryH merged = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (size_t i = first; i < end; i++) {
        add_polygons(merged, sorted[i]->geometry);
        OGR_G_DestroyGeometry(sorted[i]->geometry);
        sorted[i]->geometry = NULL;
        if (!has_same_place(sorted[i], into, reading->request->level_count))
            fault(reading, sorted[i], "features of one id have different parents", "");
    }
    into->geometry = merged;
    dissolve(reading, into);
}

void sink_boundaries_merge(struct sink_boundary_reading *reading)
{
    struct sink_feature_list *features = &reading->features;
    struct sink_feature **sorted = malloc((features->count + 1) * sizeof(struct sink_feature *));
    if (!sorted) {
        sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
        return;
    }
    for (size_t i = 0; i < features->count; i++)
        sorted[i] = &features->items[i];
    qsort(sorted, features->count, sizeof *sorted, by_id);
    for (size_t first = 0, end; first < features->count; first = end) {
        for (end = first + 1;
             end < features->count && strcmp(sorted[end]->id, sorted[first]->id) == 0; end++)
            ;
        merge_run(reading, sorted, first, end);
    }
    free(sorted);
}
