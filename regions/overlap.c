/* Children of one parent must not overlap, nor leave it. Borders that neighbours share node by node
 * cancel by sorting; only what is left is given to GEOS. */
#include "regions/boundaries_parts.h"
#include "sinkcalc/base/units.h"

#include <cpl_error.h>
#include <ogr_api.h>
#include <stdlib.h>
#include <string.h>

/* Overlap relative to the smaller region that is put down to rounding of coordinates. */
#define TOLERANCE 1e-6

/* An edge of a child of some parent; `is_forward` as the ring ran, outer rings counter-clockwise.
 */
struct border {
    double x0, y0, x1, y1;   /* the lesser node first */
    uint32_t region, family; /* family: parent region */
    bool is_forward;
};

struct borders {
    struct border *items;
    size_t count, room;
};

struct family {
    struct sink_boundary_reading *reading;
    OGREnvelope *boxes;   /* [region] */
    bool *is_open;        /* [region] has an edge that no sibling shares */
    struct borders loose; /* edges that nobody shares, by region */
    size_t *first_loose;  /* [region + 1] */
};

static bool push(struct borders *borders, const double *from, const double *to, uint32_t region,
                 uint32_t family)
{
    if (borders->count == borders->room) {
        const size_t room = borders->room ? 2 * borders->room : 4096;
        struct border *items = realloc(borders->items, room * sizeof *items);
        if (!items)
            return false;
        borders->items = items;
        borders->room = room;
    }
    const bool is_forward = from[0] < to[0] || (from[0] == to[0] && from[1] < to[1]);
    const double *low = is_forward ? from : to, *high = is_forward ? to : from;
    borders->items[borders->count++] =
        (struct border){low[0], low[1], high[0], high[1], region, family, is_forward};
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

static bool push_polygon(struct borders *borders, OGRGeometryH polygon, uint32_t region,
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
    const struct border *p = a, *q = b;
    if (p->family != q->family)
        return p->family < q->family ? -1 : 1;
    const double first[] = {p->x0, p->y0, p->x1, p->y1}, second[] = {q->x0, q->y0, q->x1, q->y1};
    for (int i = 0; i < 4; i++)
        if (first[i] != second[i])
            return first[i] < second[i] ? -1 : 1;
    return p->region < q->region ? -1 : p->region > q->region;
}

static bool is_same_border(const struct border *p, const struct border *q)
{
    return p->family == q->family && p->x0 == q->x0 && p->y0 == q->y0 && p->x1 == q->x1 &&
           p->y1 == q->y1;
}

static int by_region(const void *a, const void *b)
{
    const struct border *p = a, *q = b;
    return p->region < q->region ? -1 : p->region > q->region ? 1 : by_border(a, b);
}

/* Two owners that run in opposite directions cancel; so do a child and its parent in the same one.
 * The parent's edges are dropped. */
static size_t keep_loose(struct border *items, size_t count)
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
    struct borders *loose = &family->loose;
    bool *is_parent = calloc(list->count + 1, sizeof *is_parent);
    bool is_whole = is_parent != NULL;
    for (size_t i = 0; i < list->count && is_whole; i++) {
        OGRGeometryH geometry = boundaries->geometries[i];
        const int parent = family_of(list, i);
        if (!geometry)
            continue;
        OGR_G_GetEnvelope(geometry, &family->boxes[i]);
        for (int p = 0; parent >= 0 && p < sink_polygon_count(geometry) && is_whole; p++)
            is_whole =
                push_polygon(loose, sink_polygon_at(geometry, p), (uint32_t)i, (uint32_t)parent);
        if (parent >= 0)
            is_parent[parent] = true;
    }
    for (size_t i = 0; i < list->count && is_whole; i++)
        for (int p = 0; is_parent[i] && boundaries->geometries[i] &&
                        p < sink_polygon_count(boundaries->geometries[i]) && is_whole;
             p++)
            is_whole = push_polygon(loose, sink_polygon_at(boundaries->geometries[i], p),
                                    (uint32_t)i, (uint32_t)i);
    free(is_parent);
    if (!is_whole)
        return false;
    if (loose->count == 0)
        return true;
    qsort(loose->items, loose->count, sizeof *loose->items, by_border);
    loose->count = keep_loose(loose->items, loose->count);
    qsort(loose->items, loose->count, sizeof *loose->items, by_region);
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

/* Has region `of` a loose edge in the box of region `other`? */
static bool has_loose(const struct family *family, size_t of, size_t other)
{
    const OGREnvelope *box = &family->boxes[other];
    for (size_t i = family->first_loose[of]; i < family->first_loose[of + 1]; i++) {
        const struct border *border = &family->loose.items[i];
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
                         area_m2 > TOLERANCE * scale_m2 ? SINK_BAD_DATA : SINK_OK,
                         "%s: region %s %s %s by %.6g ha%s", reading->request->path, first, what,
                         second, area_m2 / SINK_M2_PER_HA,
                         area_m2 > TOLERANCE * scale_m2 ? "" : ", which is let pass as rounding");
}

static void check_pair(struct family *family, size_t a, size_t b)
{
    const struct sink_boundaries *boundaries = family->reading->boundaries;
    const struct sink_region *first = &boundaries->list.items[a],
                             *second = &boundaries->list.items[b];
    if (!boundaries->geometries[b] || !do_meet(&family->boxes[a], &family->boxes[b]) ||
        (!has_loose(family, a, b) && !has_loose(family, b, a)))
        return;
    CPLErrorReset();
    judge(family, OGR_G_Intersection(boundaries->geometries[a], boundaries->geometries[b]),
          first->area_m2 < second->area_m2 ? first->area_m2 : second->area_m2, first->id,
          "overlaps its sibling", second->id);
    CPLErrorReset();
}

static void check_parent(struct family *family, size_t child)
{
    const struct sink_boundaries *boundaries = family->reading->boundaries;
    const struct sink_region *region = &boundaries->list.items[child];
    OGRGeometryH parent = boundaries->geometries[region->parent];
    if (!parent || family->first_loose[child] == family->first_loose[child + 1])
        return;
    CPLErrorReset();
    judge(family, OGR_G_Difference(boundaries->geometries[child], parent), region->area_m2,
          region->id, "lies outside its parent", boundaries->list.items[region->parent].id);
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
    free(family.loose.items);
}
