/* Which nodes of outlines neighbours share, and where they part. */
#include "pipelines/report/outline.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 1e7        /* in a degree, of places */
#define MOST_STRAY 3     /* nodes in a row that only one of two neighbours has */
#define STRAY_PIXELS 0.5 /* how far off their line they may lie */

/* What meets at a place, kept with the first node there. */
struct meeting {
    uint64_t rings; /* the sum of their hashes */
    size_t last_ring, count;
};

struct place {
    int64_t lon, lat;
};

struct search {
    const struct sink_map_outlines *outlines;
    struct meeting *meetings; /* [node] */
    size_t *firsts;           /* [node] the first one at its place */
    size_t *slots;            /* a node and 1; 0: free */
    size_t mask;
    double stray;
    unsigned char *marks;
};

/* In steps of a centimetre: what is reckoned from either end of a line may differ in its last bits.
 * Of the two sides of the date line one. */
static struct place place_of(const struct search *search, size_t node)
{
    const double lon = search->outlines->lon_deg[node];
    return (struct place){llrint((lon >= 180 ? lon - 360 : lon) * STEPS),
                          llrint(search->outlines->lat_deg[node] * STEPS)};
}

static bool is_same_place(const struct search *search, size_t a, size_t b)
{
    const struct place p = place_of(search, a), q = place_of(search, b);
    return p.lon == q.lon && p.lat == q.lat;
}

static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 32) * 0x9e3779b97f4a7c15;
    return value ^ value >> 29;
}

/* The first node that was put at the place of `node`: itself where there is none. */
static size_t first_at(struct search *search, size_t node)
{
    const struct place place = place_of(search, node);
    for (size_t slot = mix((uint64_t)place.lon + mix((uint64_t)place.lat));; slot++) {
        size_t *found = &search->slots[slot & search->mask];
        if (*found == 0) {
            *found = node + 1;
            return node;
        }
        if (is_same_place(search, *found - 1, node))
            return *found - 1;
    }
}

/* A ring without the node that closes it. */
struct ring {
    size_t first, count, number;
};

static void meet(struct search *search, struct ring ring)
{
    for (size_t i = ring.first; i < ring.first + ring.count; i++) {
        const size_t first = search->firsts[i] = first_at(search, i);
        struct meeting *meeting = &search->meetings[first];
        if (first == i)
            *meeting = (struct meeting){0};
        meeting->count += meeting->last_ring == ring.number ? 2 : 1; /* it touches itself */
        meeting->rings += mix(ring.number);
        meeting->last_ring = ring.number;
    }
}

static size_t node_at(struct ring ring, size_t i)
{
    return ring.first + i % ring.count;
}

static const struct meeting *meeting_at(const struct search *search, struct ring ring, size_t i)
{
    return &search->meetings[search->firsts[node_at(ring, i)]];
}

/* Does a node lie on the line between two others, as far as can be seen? */
static bool is_on_line(const struct search *search, size_t node, size_t a, size_t b)
{
    const struct place p = place_of(search, node), q = place_of(search, a), r = place_of(search, b);
    const double dx = (double)(r.lon - q.lon), dy = (double)(r.lat - q.lat);
    const double px = (double)(p.lon - q.lon), py = (double)(p.lat - q.lat);
    const double length2 = dx * dx + dy * dy;
    const double along = length2 > 0 ? fmin(fmax((px * dx + py * dy) / length2, 0), 1) : 0;
    return hypot(px - along * dx, py - along * dy) <= search->stray;
}

/* In the steps of places; the map is at least as wide as it is high. */
static double stray_steps(const struct sink_map_outlines *outlines)
{
    double south = INFINITY, north = -INFINITY;
    for (size_t i = 0; i < outlines->node_count; i++) {
        south = fmin(south, outlines->lat_deg[i]);
        north = fmax(north, outlines->lat_deg[i]);
    }
    return fmax(north - south, 0) / SINK_MAP_WIDTH * STRAY_PIXELS * STEPS;
}

/* Nodes of one ring alone, between two that are shared with the same neighbour: they are left out,
 * so that both have one line. */
static size_t stray_from(const struct search *search, struct ring ring, size_t i)
{
    size_t stray = 0;
    while (stray <= MOST_STRAY && meeting_at(search, ring, i + stray)->count == 1)
        stray++;
    const struct meeting *before = meeting_at(search, ring, i + ring.count - 1);
    const struct meeting *after = meeting_at(search, ring, i + stray);
    bool is_between = stray > 0 && stray <= MOST_STRAY && before->count > 1 && after->count > 1 &&
                      (before->rings == after->rings || before->count > 2 || after->count > 2);
    for (size_t s = 0; is_between && s < stray; s++)
        is_between = is_on_line(search, node_at(ring, i + s), node_at(ring, i + ring.count - 1),
                                node_at(ring, i + stray));
    return is_between ? stray : 0;
}

/* Joints are where three rings meet, and where what two share begins or ends. */
static void mark(struct search *search, struct ring ring)
{
    for (size_t i = 0; i < ring.count; i++)
        for (size_t stray = stray_from(search, ring, i); stray > 0; stray--)
            search->marks[node_at(ring, i + stray - 1)] = SINK_MAP_STRAY;
    for (size_t i = 0; i < ring.count; i++) {
        const size_t node = ring.first + i;
        const struct meeting *here = meeting_at(search, ring, i);
        bool is_joint = here->count > 2;
        for (size_t side = 1; here->count == 2 && side < ring.count; side += ring.count - 2) {
            const size_t next = node_at(ring, i + side);
            const struct meeting *there = meeting_at(search, ring, i + side);
            is_joint = is_joint || (there->count == 1 && search->marks[next] != SINK_MAP_STRAY) ||
                       (there->count == 2 && there->rings != here->rings);
            if (ring.count < 3)
                break;
        }
        if (is_joint)
            search->marks[search->firsts[node]] = SINK_MAP_JOINT;
    }
}

static void spread(struct search *search, struct ring ring)
{
    for (size_t i = ring.first; i < ring.first + ring.count; i++)
        if (search->marks[search->firsts[i]] == SINK_MAP_JOINT)
            search->marks[i] = SINK_MAP_JOINT;
}

static void each_ring(struct search *search, const int *levels, int level,
                      void (*visit)(struct search *, struct ring))
{
    const struct sink_map_outlines *outlines = search->outlines;
    size_t part = 0, node = 0;
    for (size_t r = 0; r < outlines->region_count; r++)
        for (long left = outlines->region_nodes[r]; left > 0; part++) {
            const size_t count = (size_t)outlines->part_nodes[part];
            const bool is_closed = count > 1 && is_same_place(search, node, node + count - 1);
            if (levels[r] == level)
                visit(search, (struct ring){node, is_closed ? count - 1 : count, part + 1});
            node += count;
            left -= (long)count;
        }
}

bool sink_map_marks_find(const struct sink_map_outlines *outlines, const int *levels,
                         int level_count, unsigned char *marks)
{
    size_t room = 1024;
    while (room < 2 * outlines->node_count)
        room *= 2;
    const size_t nodes = outlines->node_count + 1;
    struct search search = {.outlines = outlines,
                            .meetings = malloc(nodes * sizeof *search.meetings),
                            .firsts = malloc(nodes * sizeof *search.firsts),
                            .slots = malloc(room * sizeof *search.slots),
                            .mask = room - 1,
                            .stray = stray_steps(outlines),
                            .marks = marks};
    const bool has_memory = search.meetings && search.firsts && search.slots;
    memset(marks, 0, nodes);
    for (int level = 0; has_memory && level < level_count; level++) {
        memset(search.slots, 0, room * sizeof *search.slots);
        each_ring(&search, levels, level, meet);
        each_ring(&search, levels, level, mark);
        each_ring(&search, levels, level, spread);
    }
    free(search.meetings);
    free(search.firsts);
    free(search.slots);
    return has_memory;
}
