#include "sinkcalc/base/region.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool sink_outline_add_part(struct sink_outline *outline, size_t nodes, bool is_hole)
{
    const size_t parts = outline->part_count + 1, total = outline->node_count + nodes;
    size_t *part_nodes = realloc(outline->part_nodes, parts * sizeof *part_nodes);
    if (part_nodes)
        outline->part_nodes = part_nodes;
    int *is_holes = realloc(outline->part_is_hole, parts * sizeof *is_holes);
    if (is_holes)
        outline->part_is_hole = is_holes;
    double *lon = realloc(outline->lon_deg, total * sizeof *lon);
    if (lon)
        outline->lon_deg = lon;
    double *lat = realloc(outline->lat_deg, total * sizeof *lat);
    if (lat)
        outline->lat_deg = lat;
    if (!part_nodes || !is_holes || !lon || !lat)
        return false;
    outline->part_nodes[outline->part_count] = nodes;
    outline->part_is_hole[outline->part_count++] = is_hole;
    return true;
}

struct sink_region *sink_region_list_add(struct sink_region_list *list)
{
    if (list->count == list->room) {
        const size_t room = list->room ? 2 * list->room : 16;
        /* Indices are ints. */
        if (room > INT_MAX || room > SIZE_MAX / sizeof *list->items)
            return NULL;
        struct sink_region *const items = realloc(list->items, room * sizeof *items);
        if (!items)
            return NULL;
        list->items = items;
        list->room = room;
    }

    struct sink_region *const region = &list->items[list->count++];
    *region = (struct sink_region){
        .parent = -1,
        .kind = SINK_REGION_POLYGON,
        .area_m2 = NAN,
        .lon_deg = NAN,
        .lat_deg = NAN,
    };
    return region;
}

int sink_region_list_find(const struct sink_region_list *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].id && strcmp(list->items[i].id, id) == 0)
            return (int)i;
    return -1;
}

void sink_region_list_free(struct sink_region_list *list)
{
    if (!list)
        return;
    for (size_t i = 0; i < list->count; i++) {
        struct sink_region *const region = &list->items[i];
        free(region->id);
        free(region->name);
        free(region->outline.part_nodes);
        free(region->outline.part_is_hole);
        free(region->outline.lon_deg);
        free(region->outline.lat_deg);
    }
    free(list->items);
    *list = (struct sink_region_list){0};
}
