/* What is known of a region beside its boundary: a plain list that every layer shares. */
#ifndef SINK_BASE_REGION_H
#define SINK_BASE_REGION_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum sink_region_kind {
    SINK_REGION_POLYGON = 0, /* has a boundary of its own; cells are counted in it */
    SINK_REGION_SUM = 1,     /* the sum of its children: an upper level given by attributes */
    SINK_REGION_REST = 2     /* what a parent with a boundary has outside its children */
};

/* Where a region ends: what lies beyond the grid is not counted. */
enum sink_region_reach { SINK_REACH_GRID = 0, SINK_REACH_BEYOND = 1 };

/* Outline for display: parts after one another, each closed (last node = first), longitude and
 * latitude in degrees on the region file's datum taken as WGS 84. */
struct sink_outline {
    size_t part_count, node_count;
    size_t *part_nodes;        /* [part_count] nodes of each part */
    int *part_is_hole;         /* [part_count] 1 for a hole of the part before it */
    double *lon_deg, *lat_deg; /* [node_count] */
};

struct sink_region {
    char *id;   /* UTF-8, unique, never empty; leading zeros live */
    char *name; /* UTF-8; the id when the file has none */
    int parent; /* index in the list, or -1 for the top level; always less than the own index */
    int level;  /* 0 for the top level */
    enum sink_region_kind kind;
    double area_m2; /* of the boundary, on the ellipsoid; for a sum that of its children; NaN for a
                       rest */
    enum sink_region_reach reach;
    double lon_deg, lat_deg;     /* a point inside; NaN when unknown */
    struct sink_outline outline; /* empty for a rest */
};

/* Adds a part of `nodes` nodes for the caller to fill, the last ones of the outline; false without
 * memory. */
bool sink_outline_add_part(struct sink_outline *outline, size_t nodes, bool is_hole);

/* Parents come before their children; siblings keep the order of the file; a rest comes right after
 * the last descendant of its parent. */
struct sink_region_list {
    struct sink_region *items;
    size_t count, room;
};

/* Appends an empty region (kind polygon, parent -1, areas NaN) and returns it; NULL without memory.
 */
struct sink_region *sink_region_list_add(struct sink_region_list *list);
/* Index of the id, or -1. Linear; use it for a handful of look-ups. */
int sink_region_list_find(const struct sink_region_list *list, const char *id);
void sink_region_list_free(struct sink_region_list *list);

#endif
