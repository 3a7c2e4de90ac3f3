#include "regions/borders.h"

#include "regions/boundaries_parts.h"

#include <ogr_api.h>
#include <stdlib.h>

static bool push(struct sink_borders *borders, const double *from, const double *to,
                 uint32_t region, uint32_t family)
{
    if (borders->count == borders->room) {
        const size_t room = borders->room ? 2 * borders->room : 4096;
        struct sink_border *items = realloc(borders->items, room * sizeof *items);
        if (!items)
            return false;
        borders->items = items;
        borders->room = room;
    }
    const bool is_forward = from[0] < to[0] || (from[0] == to[0] && from[1] < to[1]);
    const double *low = is_forward ? from : to, *high = is_forward ? to : from;
    borders->items[borders->count++] =
        (struct sink_border){low[0], low[1], high[0], high[1], region, family, is_forward};
    return true;
}

static double signed_area(const struct sink_ring *ring)
{
    double sum = 0;
    for (size_t i = 0; i < ring->count; i++) {
        const double *a = &ring->nodes[2 * i], *b = &ring->nodes[2 * ((i + 1) % ring->count)];
        sum += (a[0] + b[0]) * (b[1] - a[1]);
    }
    return sum;
}

static bool push_polygon(struct sink_borders *borders, OGRGeometryH polygon, uint32_t region,
                         uint32_t family)
{
    struct sink_ring ring = {0};
    bool is_whole = true;
    for (int r = 0; r < OGR_G_GetGeometryCount(polygon) && is_whole; r++) {
        is_whole = sink_ring_load(&ring, OGR_G_GetGeometryRef(polygon, r));
        const bool is_turned = (signed_area(&ring) > 0) != (r == 0);
        for (size_t i = 0; i < ring.count && is_whole; i++) {
            const double *a = &ring.nodes[2 * i], *b = &ring.nodes[2 * ((i + 1) % ring.count)];
            is_whole = push(borders, is_turned ? b : a, is_turned ? a : b, region, family);
        }
    }
    sink_ring_free(&ring);
    return is_whole;
}

static int by_border(const void *a, const void *b)
{
    const struct sink_border *p = a, *q = b;
    if (p->family != q->family)
        return p->family < q->family ? -1 : 1;
    const double first[] = {p->x0, p->y0, p->x1, p->y1}, second[] = {q->x0, q->y0, q->x1, q->y1};
    for (int i = 0; i < 4; i++)
        if (first[i] != second[i])
            return first[i] < second[i] ? -1 : 1;
    return p->region < q->region ? -1 : p->region > q->region;
}

static bool is_same_border(const struct sink_border *p, const struct sink_border *q)
{
    return p->family == q->family && p->x0 == q->x0 && p->y0 == q->y0 && p->x1 == q->x1 &&
           p->y1 == q->y1;
}

static int by_region(const void *a, const void *b)
{
    const struct sink_border *p = a, *q = b;
    return p->region < q->region ? -1 : p->region > q->region ? 1 : by_border(a, b);
}

static size_t keep_loose(struct sink_border *items, size_t count)
{
    size_t kept = 0;
    for (size_t first = 0, end; first < count; first = end) {
        int balance = 0;
        for (end = first; end < count && is_same_border(&items[first], &items[end]); end++)
            balance += (items[end].is_forward ? 1 : -1) *
                       (items[end].region == items[end].family ? -1 : 1);
        if (end - first == 2 && balance == 0)
            continue;
        for (size_t i = first; i < end; i++)
            if (items[i].region != items[i].family)
                items[kept++] = items[i];
    }
    return kept;
}

bool sink_borders_push(struct sink_borders *borders, void *geometry, uint32_t region,
                       uint32_t family)
{
    bool is_whole = true;
    for (int p = 0; p < sink_polygon_count(geometry) && is_whole; p++)
        is_whole = push_polygon(borders, sink_polygon_at(geometry, p), region, family);
    return is_whole;
}

void sink_borders_cancel(struct sink_borders *borders)
{
    if (borders->count == 0)
        return;
    qsort(borders->items, borders->count, sizeof *borders->items, by_border);
    borders->count = keep_loose(borders->items, borders->count);
    qsort(borders->items, borders->count, sizeof *borders->items, by_region);
}

/* A directed edge. */
struct arrow {
    double from[2], to[2];
    bool is_used;
};

static int by_node(const double *a, const double *b)
{
    if (a[0] != b[0])
        return a[0] < b[0] ? -1 : 1;
    return a[1] < b[1] ? -1 : a[1] > b[1];
}

static int by_start(const void *a, const void *b)
{
    return by_node(((const struct arrow *)a)->from, ((const struct arrow *)b)->from);
}

/* An unused arrow that starts in `node`, or NULL. */
static struct arrow *next_arrow(struct arrow *arrows, size_t count, const double *node)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (by_node(arrows[middle].from, node) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && by_node(arrows[low].from, node) == 0; low++)
        if (!arrows[low].is_used)
            return &arrows[low];
    return NULL;
}

/* The ring that begins with `first`; NULL when it does not close. */
static OGRGeometryH follow(struct arrow *arrows, size_t count, struct arrow *first)
{
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
    struct arrow *at = first;
    OGR_G_AddPoint_2D(ring, first->from[0], first->from[1]);
    while (at) {
        at->is_used = true;
        OGR_G_AddPoint_2D(ring, at->to[0], at->to[1]);
        if (by_node(at->to, first->from) == 0)
            return ring;
        at = next_arrow(arrows, count, at->to);
    }
    OGR_G_DestroyGeometry(ring);
    return NULL;
}

/* All rings in one polygon: what it covers by the rule of even and odd is what they enclose. */
static OGRGeometryH collect_rings(struct arrow *arrows, size_t count)
{
    OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
    for (size_t i = 0; i < count; i++) {
        OGRGeometryH ring = arrows[i].is_used ? NULL : follow(arrows, count, &arrows[i]);
        if (ring) {
            OGR_G_AddGeometryDirectly(polygon, ring);
        } else if (!arrows[i].is_used) {
            OGR_G_DestroyGeometry(polygon);
            return NULL;
        }
    }
    return polygon;
}

void *sink_borders_polygon(const struct sink_borders *borders)
{
    struct arrow *arrows = malloc((borders->count + 1) * sizeof *arrows);
    if (!arrows)
        return NULL;
    for (size_t i = 0; i < borders->count; i++) {
        const struct sink_border *b = &borders->items[i];
        arrows[i] = b->is_forward ? (struct arrow){{b->x0, b->y0}, {b->x1, b->y1}, false}
                                  : (struct arrow){{b->x1, b->y1}, {b->x0, b->y0}, false};
    }
    qsort(arrows, borders->count, sizeof *arrows, by_start);
    OGRGeometryH polygon = collect_rings(arrows, borders->count);
    free(arrows);
    OGRGeometryH valid = polygon ? OGR_G_MakeValid(polygon) : NULL;
    OGR_G_DestroyGeometry(polygon);
    const OGRwkbGeometryType type = valid ? wkbFlatten(OGR_G_GetGeometryType(valid)) : wkbUnknown;
    if ((type == wkbPolygon || type == wkbMultiPolygon) && !OGR_G_IsEmpty(valid))
        return valid;
    OGR_G_DestroyGeometry(valid);
    return NULL;
}

void sink_borders_free(struct sink_borders *borders)
{
    free(borders->items);
    *borders = (struct sink_borders){0};
}
