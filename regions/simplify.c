#include "regions/simplify.h"

#include <stdlib.h>

/* A stretch of the ring whose ends stay. */
struct stretch {
    size_t first, last;
};

/* Square of the distance of a node from the line between two others. */
static double distance_2(const double *node, const double *from, const double *to)
{
    const double dx = to[0] - from[0], dy = to[1] - from[1];
    const double x = node[0] - from[0], y = node[1] - from[1];
    const double length_2 = dx * dx + dy * dy;
    if (length_2 == 0)
        return x * x + y * y;
    const double along = (x * dx + y * dy) / length_2;
    if (along <= 0)
        return x * x + y * y;
    if (along >= 1)
        return (x - dx) * (x - dx) + (y - dy) * (y - dy);
    const double across = x * dy - y * dx;
    return across * across / length_2;
}

/* The node of a stretch that is farthest from the line between its ends; its first when none is
 * farther than the tolerance. */
static size_t farthest(const struct sink_ring *ring, struct stretch stretch, double tolerance)
{
    const double *from = &ring->nodes[2 * stretch.first];
    const double *to = &ring->nodes[2 * (stretch.last % ring->count)];
    double most = tolerance * tolerance;
    size_t found = stretch.first;
    for (size_t i = stretch.first + 1; i < stretch.last; i++) {
        const double d = distance_2(&ring->nodes[2 * i], from, to);
        if (d > most) {
            most = d;
            found = i;
        }
    }
    return found;
}

bool sink_ring_simplify(struct sink_ring *ring, double tolerance)
{
    const size_t n = ring->count;
    if (n <= 4)
        return true;
    bool *stays = calloc(n, sizeof *stays);
    struct stretch *stack = malloc((n + 4) * sizeof *stack);
    if (!stays || !stack) {
        free(stays);
        free(stack);
        return false;
    }
    size_t depth = 0;
    for (size_t quarter = 0; quarter < 4; quarter++) {
        stack[depth] = (struct stretch){quarter * n / 4, (quarter + 1) * n / 4};
        stays[stack[depth++].first] = true;
    }
    while (depth > 0) {
        const struct stretch stretch = stack[--depth];
        const size_t middle = farthest(ring, stretch, tolerance);
        if (middle == stretch.first)
            continue;
        stays[middle] = true;
        stack[depth++] = (struct stretch){stretch.first, middle};
        stack[depth++] = (struct stretch){middle, stretch.last};
    }
    ring->count = 0;
    for (size_t i = 0; i < n; i++)
        if (stays[i]) {
            ring->nodes[2 * ring->count] = ring->nodes[2 * i];
            ring->nodes[2 * ring->count++ + 1] = ring->nodes[2 * i + 1];
        }
    free(stays);
    free(stack);
    return true;
}
