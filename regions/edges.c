#include "regions/edges.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum sink_status sink_edges_start(struct sink_edges *edges, int height, int band_rows,
                                  size_t region_count, struct sink_error *error)
{
    *edges =
        (struct sink_edges){.height = height, .band_rows = band_rows, .region_count = region_count};
    edges->band_count = (size_t)((height - 1) / band_rows + 1);
    edges->extents = malloc((4 * region_count + 1) * sizeof *edges->extents);
    edges->twice_area = calloc(region_count + 1, sizeof *edges->twice_area);
    if (!edges->extents || !edges->twice_area)
        return sink_fail_memory(error);
    for (size_t i = 0; i < region_count; i++) {
        int64_t *extent = &edges->extents[4 * i];
        extent[0] = extent[1] = INT64_MAX;
        extent[2] = extent[3] = INT64_MIN;
    }
    return SINK_OK;
}

static void widen(int64_t *extent, int64_t x, int64_t y)
{
    extent[0] = x < extent[0] ? x : extent[0];
    extent[1] = y < extent[1] ? y : extent[1];
    extent[2] = x > extent[2] ? x : extent[2];
    extent[3] = y > extent[3] ? y : extent[3];
}

static enum sink_status add_edge(struct sink_edges *edges, struct sink_edge edge,
                                 struct sink_error *error)
{
    if (edge.y1 <= 0 || edge.y0 >= (int64_t)edges->height * SINK_CELL)
        return SINK_OK; /* above or below the grid */
    if (edges->count == edges->room) {
        const size_t room = edges->room ? 2 * edges->room : 1024;
        struct sink_edge *items = realloc(edges->items, room * sizeof *items);
        if (!items)
            return sink_fail_memory(error);
        edges->items = items;
        edges->room = room;
    }
    if (edges->count >= UINT32_MAX)
        return sink_fail(error, SINK_BAD_DATA, "regions: more than 4 294 967 295 edges");
    edges->items[edges->count++] = edge;
    return SINK_OK;
}

enum sink_status sink_edges_add_ring(struct sink_edges *edges, uint32_t region, const double *nodes,
                                     size_t count, struct sink_error *error)
{
    for (size_t i = 0; i < 2 * count; i++)
        if (!(fabs(nodes[i]) < 0x1p30))
            return sink_fail(error, SINK_BAD_DATA,
                             "region %u: a boundary lies %g cells from the grid's corner, expected "
                             "less than 2^30",
                             region, nodes[i]);
    for (size_t i = 0; i < count; i++) {
        const double *from = &nodes[2 * i], *to = &nodes[2 * ((i + 1) % count)];
        const int64_t ax = llrint(from[0] * 0x1p30), ay = llrint(from[1] * 0x1p30);
        const int64_t bx = llrint(to[0] * 0x1p30), by = llrint(to[1] * 0x1p30);
        widen(&edges->extents[4 * (size_t)region], ax, ay);
        edges->twice_area[region] += (from[0] + to[0]) * (to[1] - from[1]);
        if (ay == by)
            continue;
        const struct sink_edge edge = ay < by ? (struct sink_edge){ax, ay, bx, by, region, 1}
                                              : (struct sink_edge){bx, by, ax, ay, region, -1};
        const enum sink_status status = add_edge(edges, edge, error);
        if (status != SINK_OK)
            return status;
    }
    return SINK_OK;
}

static void edge_bands(const struct sink_edges *edges, const struct sink_edge *edge, size_t *first,
                       size_t *last)
{
    const int64_t band = (int64_t)edges->band_rows * SINK_CELL;
    const int64_t top = edge->y0 < 0 ? 0 : edge->y0 / band;
    const int64_t bottom = (edge->y1 - 1) / band;
    *first = (size_t)top;
    *last = bottom < (int64_t)edges->band_count ? (size_t)bottom : edges->band_count - 1;
}

/* Counting sort by band; edges come by region, so each band lists them by region. */
static enum sink_status order_by_band(struct sink_edges *edges, size_t **starts,
                                      struct sink_error *error)
{
    size_t first, last;
    size_t *next = calloc(edges->band_count + 1, sizeof *next);
    *starts = calloc(edges->band_count + 1, sizeof **starts);
    enum sink_status status = next && *starts ? SINK_OK : sink_fail_memory(error);
    for (size_t i = 0; status == SINK_OK && i < edges->count; i++) {
        edge_bands(edges, &edges->items[i], &first, &last);
        for (size_t b = first; b <= last; b++)
            (*starts)[b + 1]++;
    }
    for (size_t b = 0; status == SINK_OK && b < edges->band_count; b++) {
        (*starts)[b + 1] += (*starts)[b];
        next[b] = (*starts)[b];
    }
    if (status == SINK_OK) {
        edges->order = malloc(((*starts)[edges->band_count] + 1) * sizeof *edges->order);
        status = edges->order ? SINK_OK : sink_fail_memory(error);
    }
    for (size_t i = 0; status == SINK_OK && i < edges->count; i++) {
        edge_bands(edges, &edges->items[i], &first, &last);
        for (size_t b = first; b <= last; b++)
            edges->order[next[b]++] = (uint32_t)i;
    }
    free(next);
    return status;
}

static void add_to_group(struct sink_edge_group *group, const struct sink_edge *edge)
{
    const int64_t low = edge->x0 < edge->x1 ? edge->x0 : edge->x1;
    const int64_t high = edge->x0 < edge->x1 ? edge->x1 : edge->x0;
    group->x_min = low < group->x_min ? low : group->x_min;
    group->x_max = high > group->x_max ? high : group->x_max;
    group->count++;
}

/* A group of `region` that begins with entry `first`, after the `count` there are. False without
 * memory. */
static bool push_group(struct sink_edges *edges, size_t count, size_t *room, uint32_t region,
                       size_t first)
{
    if (count == *room) {
        *room = *room ? 2 * *room : 256;
        struct sink_edge_group *groups = realloc(edges->groups, *room * sizeof *groups);
        if (!groups)
            return false;
        edges->groups = groups;
    }
    edges->groups[count] = (struct sink_edge_group){
        .region = region, .first = first, .x_min = INT64_MAX, .x_max = INT64_MIN};
    return true;
}

static enum sink_status make_groups(struct sink_edges *edges, const size_t *starts,
                                    struct sink_error *error)
{
    size_t count = 0, room = 0;
    edges->band_groups = malloc((edges->band_count + 1) * sizeof *edges->band_groups);
    if (!edges->band_groups)
        return sink_fail_memory(error);
    for (size_t b = 0; b < edges->band_count; b++) {
        edges->band_groups[b] = count;
        for (size_t i = starts[b]; i < starts[b + 1]; i++) {
            const struct sink_edge *edge = &edges->items[edges->order[i]];
            if (i == starts[b] || edges->groups[count - 1].region != edge->region)
                if (!push_group(edges, count++, &room, edge->region, i))
                    return sink_fail_memory(error);
            add_to_group(&edges->groups[count - 1], edge);
        }
    }
    edges->band_groups[edges->band_count] = count;
    return SINK_OK;
}

enum sink_status sink_edges_index(struct sink_edges *edges, struct sink_error *error)
{
    /* A ring that runs clockwise on the screen (row downward) has its inside on the right of its
     * falling edges: positive. */
    for (size_t i = 0; i < edges->count; i++)
        if (edges->twice_area[edges->items[i].region] > 0)
            edges->items[i].sign = -edges->items[i].sign;
    size_t *starts = NULL;
    enum sink_status status = order_by_band(edges, &starts, error);
    if (status == SINK_OK)
        status = make_groups(edges, starts, error);
    free(starts);
    return status;
}

void sink_edges_free(struct sink_edges *edges)
{
    free(edges->items);
    free(edges->extents);
    free(edges->twice_area);
    free(edges->band_groups);
    free(edges->groups);
    free(edges->order);
    *edges = (struct sink_edges){0};
}
