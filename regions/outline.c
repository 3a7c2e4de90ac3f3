/* A point inside and a simplified outline of each region, in longitude and latitude, for display.
 */
#include "regions/borders.h"
#include "regions/boundaries_parts.h"
#include "regions/projection.h"
#include "regions/simplify.h"

#include <cpl_error.h>
#include <math.h>
#include <ogr_api.h>
#include <stdlib.h>

/* Simplified to this share of the larger extent; parts past the largest MAX_PARTS are left out. */
#define SIMPLIFY_SHARE (1.0 / 500)
#define MAX_PARTS 200

struct drawing {
    struct sink_boundary_reading *reading;
    struct sink_projection *projection;
    struct sink_ring ring, degrees;
    double tolerance; /* of the region in hand, in the units of the file's CRS */
};

static enum sink_status add_ring(struct drawing *drawing, OGRGeometryH ring, bool is_hole,
                                 struct sink_outline *outline, struct sink_error *error)
{
    if (!sink_ring_load(&drawing->ring, ring) ||
        !sink_ring_simplify(&drawing->ring, drawing->tolerance))
        return sink_fail_memory(error);
    const enum sink_status status =
        sink_projection_ring(drawing->projection, &drawing->ring, &drawing->degrees, error);
    const size_t n = drawing->degrees.count;
    if (status != SINK_OK || n < 3)
        return status;
    if (!sink_outline_add_part(outline, n + 1, is_hole))
        return sink_fail_memory(error);
    for (size_t i = 0; i <= n; i++) {
        outline->lon_deg[outline->node_count] = drawing->degrees.nodes[2 * (i % n)];
        outline->lat_deg[outline->node_count++] = drawing->degrees.nodes[2 * (i % n) + 1];
    }
    return SINK_OK;
}

static int by_size(const void *a, const void *b)
{
    const double first = *(const double *)a, second = *(const double *)b;
    return first > second ? -1 : first < second;
}

/* Area in the plane below which parts are left out. */
static double least_area(OGRGeometryH geometry)
{
    const int count = sink_polygon_count(geometry);
    if (count <= MAX_PARTS)
        return 0;
    double *areas = malloc((size_t)count * sizeof *areas);
    if (!areas)
        return 0;
    for (int i = 0; i < count; i++)
        areas[i] = OGR_G_Area(sink_polygon_at(geometry, i));
    qsort(areas, (size_t)count, sizeof *areas, by_size);
    const double least = areas[MAX_PARTS - 1];
    free(areas);
    return least;
}

static enum sink_status draw(struct drawing *drawing, OGRGeometryH geometry,
                             struct sink_outline *outline, struct sink_error *error)
{
    const double least = least_area(geometry);
    enum sink_status status = SINK_OK;
    for (int p = 0; p < sink_polygon_count(geometry) && status == SINK_OK; p++) {
        OGRGeometryH polygon = sink_polygon_at(geometry, p);
        if (OGR_G_Area(polygon) < least)
            continue;
        for (int r = 0; r < OGR_G_GetGeometryCount(polygon) && status == SINK_OK; r++)
            status = add_ring(drawing, OGR_G_GetGeometryRef(polygon, r), r > 0, outline, error);
    }
    return status;
}

static enum sink_status set_point(struct drawing *drawing, OGRGeometryH geometry,
                                  struct sink_region *region, struct sink_error *error)
{
    OGRGeometryH point = OGR_G_PointOnSurface(geometry);
    drawing->ring.count = 0;
    if (!point)
        return sink_fail(error, SINK_FAILED, "%s: no point inside the region can be found: %s",
                         region->id, CPLGetLastErrorMsg());
    const bool is_empty = OGR_G_IsEmpty(point); /* unknown: NaN */
    const bool is_kept =
        is_empty || sink_ring_push(&drawing->ring, OGR_G_GetX(point, 0), OGR_G_GetY(point, 0));
    OGR_G_DestroyGeometry(point);
    if (is_empty || !is_kept)
        return is_kept ? SINK_OK : sink_fail_memory(error);
    const enum sink_status status =
        sink_projection_ring(drawing->projection, &drawing->ring, &drawing->degrees, error);
    if (status == SINK_OK && drawing->degrees.count > 0) {
        region->lon_deg = drawing->degrees.nodes[0];
        region->lat_deg = drawing->degrees.nodes[1];
    }
    return status;
}

static OGRGeometryH unite(const struct sink_boundaries *boundaries, size_t first, size_t end)
{
    OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (size_t i = first; i < end; i++) {
        OGRGeometryH part = boundaries->geometries[i];
        for (int p = 0; part && p < sink_polygon_count(part); p++)
            OGR_G_AddGeometry(all, sink_polygon_at(part, p));
    }
    OGRGeometryH whole = OGR_G_UnionCascaded(all);
    OGR_G_DestroyGeometry(all);
    return whole;
}

/* What a sum covers; the caller frees. Members that share their nodes leave the border of the sum
 * when their common edges are cancelled, which takes a tenth of the time of a union. */
static OGRGeometryH union_of_children(const struct sink_boundaries *boundaries, size_t index)
{
    const struct sink_region_list *list = &boundaries->list;
    struct sink_borders borders = {0};
    bool is_whole = true;
    size_t end = index + 1;
    for (; end < list->count && list->items[end].level > list->items[index].level; end++)
        if (boundaries->geometries[end] && is_whole)
            is_whole = sink_borders_push(&borders, boundaries->geometries[end], 0, 1);
    const size_t before = borders.count;
    sink_borders_cancel(&borders);
    OGRGeometryH whole =
        is_whole && borders.count <= before / 2 ? sink_borders_polygon(&borders) : NULL;
    sink_borders_free(&borders);
    return whole ? whole : unite(boundaries, index + 1, end);
}

static enum sink_status draw_region(struct drawing *drawing, size_t index, struct sink_error *error)
{
    struct sink_boundaries *boundaries = drawing->reading->boundaries;
    struct sink_region *region = &boundaries->list.items[index];
    OGREnvelope box;
    OGRGeometryH own = boundaries->geometries[index];
    OGRGeometryH whole = own ? own : union_of_children(boundaries, index);
    if (!whole)
        return SINK_OK; /* no outline: shown as a point */
    OGR_G_GetEnvelope(whole, &box);
    drawing->tolerance = fmax(box.MaxX - box.MinX, box.MaxY - box.MinY) * SIMPLIFY_SHARE;
    enum sink_status status = draw(drawing, whole, &region->outline, error);
    if (status == SINK_OK)
        status = set_point(drawing, whole, region, error);
    if (whole != own)
        OGR_G_DestroyGeometry(whole);
    return status;
}

void sink_boundaries_outline(struct sink_boundary_reading *reading)
{
    struct sink_error error;
    struct drawing drawing = {.reading = reading};
    const struct sink_region_list *list = &reading->boundaries->list;
    enum sink_status status =
        sink_projection_to_degrees(reading->boundaries, true, &drawing.projection, &error);
    for (size_t i = 0; i < list->count && status == SINK_OK; i++)
        if (list->items[i].kind != SINK_REGION_REST)
            status = draw_region(&drawing, i, &error);
    if (status != SINK_OK)
        sink_faults_add(reading->faults, &error);
    sink_projection_close(drawing.projection);
    sink_ring_free(&drawing.ring);
    sink_ring_free(&drawing.degrees);
    CPLErrorReset();
}
