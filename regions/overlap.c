/* Children of one parent must not overlap, nor leave it. Borders that neighbours share node by node
 * cancel by sorting; only what is left is given to GEOS. */
#include "regions/borders.h"
#include "regions/boundaries_parts.h"
#include "sinkcalc/base/units.h"

#include <cpl_error.h>
#include <ogr_api.h>
#include <stdlib.h>
#include <string.h>

/* Overlap relative to the smaller region that is put down to rounding of coordinates. */
#define TOLERANCE 1e-6

struct family {
    struct sink_boundary_reading *reading;
    OGREnvelope *boxes;        /* [region] */
    bool *is_open;             /* [region] has an edge that no sibling shares */
    struct sink_borders loose; /* edges that nobody shares, by region */
    size_t *first_loose;       /* [region + 1] */
};

/* The region whose parts must not overlap: the parent, or for levels given by attributes the top.
 */
static int family_of(const struct sink_region_list *list, size_t region)
{
    int family = list->items[region].parent;
    while (family >= 0 && list->items[family].kind == SINK_REGION_SUM &&
           list->items[family].parent >= 0)
        family = list->items[family].parent;
    return family;
}

static bool collect(struct family *family)
{
    struct sink_boundaries *boundaries = family->reading->boundaries;
    const struct sink_region_list *list = &boundaries->list;
    struct sink_borders *loose = &family->loose;
    bool *is_parent = calloc(list->count + 1, sizeof *is_parent);
    bool is_whole = is_parent != NULL;
    for (size_t i = 0; i < list->count && is_whole; i++) {
        OGRGeometryH geometry = boundaries->geometries[i];
        const int parent = family_of(list, i);
        if (!geometry)
            continue;
        OGR_G_GetEnvelope(geometry, &family->boxes[i]);
        if (parent < 0)
            continue;
        is_whole = sink_borders_push(loose, geometry, (uint32_t)i, (uint32_t)parent);
        is_parent[parent] = true;
    }
    for (size_t i = 0; i < list->count && is_whole; i++)
        if (is_parent[i] && boundaries->geometries[i])
            is_whole =
                sink_borders_push(loose, boundaries->geometries[i], (uint32_t)i, (uint32_t)i);
    free(is_parent);
    if (!is_whole)
        return false;
    sink_borders_cancel(loose);
    for (size_t i = 0; i < loose->count; i++)
        family->first_loose[loose->items[i].region + 1] = i + 1;
    for (size_t i = 0; i < list->count; i++)
        if (family->first_loose[i + 1] < family->first_loose[i])
            family->first_loose[i + 1] = family->first_loose[i];
    return true;
}

static bool do_meet(const OGREnvelope *a, const OGREnvelope *b)
{
    return a->MinX < b->MaxX && b->MinX < a->MaxX && a->MinY < b->MaxY && b->MinY < a->MaxY;
}

/* How many turns of longitude two regions may be apart: 179..181 and -181..-179 are one place. */
static int turns_of(const struct family *family)
{
    return family->reading->boundaries->is_geographic ? 1 : 0;
}

static OGREnvelope turned_box(OGREnvelope box, int turns)
{
    box.MinX += 360 * turns;
    box.MaxX += 360 * turns;
    return box;
}

/* A copy; the caller frees it. */
static OGRGeometryH turned(OGRGeometryH geometry, int turns)
{
    OGRGeometryH copy = OGR_G_Clone(geometry);
    for (int p = 0; turns != 0 && p < sink_polygon_count(copy); p++) {
        OGRGeometryH polygon = sink_polygon_at(copy, p);
        for (int r = 0; r < OGR_G_GetGeometryCount(polygon); r++) {
            OGRGeometryH ring = OGR_G_GetGeometryRef(polygon, r);
            for (int i = 0; i < OGR_G_GetPointCount(ring); i++)
                OGR_G_SetPoint_2D(ring, i, OGR_G_GetX(ring, i) + 360 * turns, OGR_G_GetY(ring, i));
        }
    }
    return copy;
}

/* Has region `of` a loose edge in the box? */
static bool has_loose(const struct family *family, size_t of, const OGREnvelope *box)
{
    for (size_t i = family->first_loose[of]; i < family->first_loose[of + 1]; i++) {
        const struct sink_border *border = &family->loose.items[i];
        const double low = border->y0 < border->y1 ? border->y0 : border->y1;
        const double high = border->y0 < border->y1 ? border->y1 : border->y0;
        if (border->x0 <= box->MaxX && border->x1 >= box->MinX && low <= box->MaxY &&
            high >= box->MinY)
            return true;
    }
    return false;
}

/* Notes or faults an area that should be nothing. Takes over `part`. */
static void judge(struct family *family, OGRGeometryH part, double scale_m2, const char *first,
                  const char *what, const char *second)
{
    struct sink_boundary_reading *reading = family->reading;
    struct sink_error error;
    double area_m2 = 0;
    if (!part) {
        sink_faults_note(reading->faults, SINK_BAD_DATA, "%s: cannot compare regions %s and %s: %s",
                         reading->request->path, first, second, CPLGetLastErrorMsg());
        return;
    }
    if (sink_boundaries_area(reading->boundaries, part, &area_m2, &error) != SINK_OK)
        sink_faults_add(reading->faults, &error);
    OGR_G_DestroyGeometry(part);
    if (area_m2 > 0)
        sink_faults_note(area_m2 > TOLERANCE * scale_m2 ? reading->faults : reading->notes,
                         area_m2 > TOLERANCE * scale_m2 ? SINK_BAD_DATA : SINK_NOTE,
                         "%s: region %s %s %s by %.6g ha%s", reading->request->path, first, what,
                         second, area_m2 / SINK_M2_PER_HA,
                         area_m2 > TOLERANCE * scale_m2 ? "" : ", which is let pass as rounding");
}

/* Region b lies `turns` turns further on. */
static void check_turned_pair(struct family *family, size_t a, size_t b, int turns)
{
    const struct sink_boundaries *boundaries = family->reading->boundaries;
    const struct sink_region *first = &boundaries->list.items[a],
                             *second = &boundaries->list.items[b];
    const OGREnvelope here = turned_box(family->boxes[a], -turns);
    const OGREnvelope there = turned_box(family->boxes[b], turns);
    if (!do_meet(&family->boxes[a], &there) ||
        (!has_loose(family, a, &there) && !has_loose(family, b, &here)))
        return;
    CPLErrorReset();
    OGRGeometryH other = turned(boundaries->geometries[b], turns);
    judge(family, OGR_G_Intersection(boundaries->geometries[a], other),
          first->area_m2 < second->area_m2 ? first->area_m2 : second->area_m2, first->id,
          "overlaps its sibling", second->id);
    OGR_G_DestroyGeometry(other);
    CPLErrorReset();
}

static void check_pair(struct family *family, size_t a, size_t b)
{
    if (!family->reading->boundaries->geometries[b])
        return;
    for (int turns = -turns_of(family); turns <= turns_of(family); turns++)
        check_turned_pair(family, a, b, turns);
}

static void check_parent(struct family *family, size_t child)
{
    const struct sink_boundaries *boundaries = family->reading->boundaries;
    const struct sink_region *region = &boundaries->list.items[child];
    OGRGeometryH parent = boundaries->geometries[region->parent];
    if (!parent || family->first_loose[child] == family->first_loose[child + 1])
        return;
    CPLErrorReset();
    OGRGeometryH outside = OGR_G_Difference(boundaries->geometries[child], parent);
    for (int turns = -turns_of(family); turns <= turns_of(family); turns++) {
        const OGREnvelope box = turned_box(family->boxes[region->parent], turns);
        if (turns == 0 || !outside || !do_meet(&box, &family->boxes[child]))
            continue;
        OGRGeometryH other = turned(parent, turns), less = OGR_G_Difference(outside, other);
        OGR_G_DestroyGeometry(other);
        OGR_G_DestroyGeometry(outside);
        outside = less;
    }
    judge(family, outside, region->area_m2, region->id, "lies outside its parent",
          boundaries->list.items[region->parent].id);
    CPLErrorReset();
}

void sink_boundaries_check_overlap(struct sink_boundary_reading *reading)
{
    const struct sink_boundaries *boundaries = reading->boundaries;
    const struct sink_region_list *list = &boundaries->list;
    struct family family = {.reading = reading,
                            .boxes = calloc(list->count + 1, sizeof *family.boxes),
                            .first_loose = calloc(list->count + 2, sizeof *family.first_loose)};
    if (!family.boxes || !family.first_loose || !collect(&family)) {
        sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
    } else {
        for (size_t a = 0; a < list->count; a++) {
            const int parent = family_of(list, a);
            if (parent < 0 || !boundaries->geometries[a])
                continue;
            check_parent(&family, a);
            for (size_t b = a + 1; b < list->count; b++)
                if (family_of(list, b) == parent)
                    check_pair(&family, a, b);
        }
    }
    free(family.boxes);
    free(family.first_loose);
    sink_borders_free(&family.loose);
}
