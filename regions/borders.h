/* Edges of regions, by node: what neighbours share, and what nobody shares. Private to regions/. */
#ifndef SINK_REGIONS_BORDERS_H
#define SINK_REGIONS_BORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An edge of a member of some family; `is_forward` as the ring ran, outer rings counter-clockwise.
 */
struct sink_border {
    double x0, y0, x1, y1;   /* the lesser node first */
    uint32_t region, family; /* the head of a family has its own number for both */
    bool is_forward;
};

struct sink_borders {
    struct sink_border *items;
    size_t count, room;
};

/* Adds the edges of a polygon or multipolygon (an OGRGeometryH). False without memory. */
bool sink_borders_push(struct sink_borders *borders, void *geometry, uint32_t region,
                       uint32_t family);
/* Leaves the edges that nobody shares, by region. Shared is what two members of a family have in
 * opposite directions, or a member and the head in the same one; the head's edges are dropped. */
void sink_borders_cancel(struct sink_borders *borders);
/* What is left of one region and family as a polygon or multipolygon, which the caller frees; NULL
 * when the edges do not close, or without memory. */
void *sink_borders_polygon(const struct sink_borders *borders);
void sink_borders_free(struct sink_borders *borders);

#endif
