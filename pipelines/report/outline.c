#include "pipelines/report/outline.h"

#include <math.h>
#include <stdlib.h>

#define FINE_NODES 20000
#define TOLERANCE_PIXELS 0.5
#define COARSE_TOLERANCE_PIXELS 1 /* on the coarser grid: many small regions */
#define LEAST_RATIO 0.35          /* height over width of a map */
#define GREATEST_RATIO 0.95

bool sink_map_outlines_are_whole(const struct sink_map_outlines *outlines)
{
    size_t part = 0, nodes = 0;
    for (size_t r = 0; r < outlines->region_count; r++) {
        long left = outlines->region_nodes[r];
        while (left > 0 && part < outlines->part_count && outlines->part_nodes[part] > 0)
            left -= outlines->part_nodes[part++];
        if (left != 0)
            return false;
        nodes += (size_t)outlines->region_nodes[r];
    }
    for (size_t i = 0; i < outlines->node_count; i++)
        if (!(fabs(outlines->lat_deg[i]) <= 90.5 && fabs(outlines->lon_deg[i]) <= 720))
            return false;
    return nodes == outlines->node_count;
}

static size_t first_node(const struct sink_map_outlines *outlines, size_t region, size_t *part)
{
    size_t node = 0;
    *part = 0;
    if (outlines->first_nodes && outlines->first_parts) {
        *part = outlines->first_parts[region];
        return outlines->first_nodes[region];
    }
    for (size_t r = 0; r < region; r++) {
        long left = outlines->region_nodes[r];
        node += (size_t)left;
        while (left > 0)
            left -= outlines->part_nodes[(*part)++];
    }
    return node;
}

/* The middle of the longitudes as directions, so that the date line is nowhere special. */
static double middle_lon(const struct sink_map_outlines *outlines, const bool *is_shown)
{
    double east = 0, north = 0;
    size_t node = 0;
    for (size_t r = 0; r < outlines->region_count; node += (size_t)outlines->region_nodes[r++])
        for (size_t i = 0; is_shown[r] && i < (size_t)outlines->region_nodes[r]; i++) {
            east += cos(outlines->lon_deg[node + i] * M_PI / 180);
            north += sin(outlines->lon_deg[node + i] * M_PI / 180);
        }
    return atan2(north, east) * 180 / M_PI;
}

struct box {
    double west, east, south, north;
};

static void widen(struct box *box, double x, double y)
{
    box->west = fmin(box->west, x);
    box->east = fmax(box->east, x);
    box->south = fmin(box->south, y);
    box->north = fmax(box->north, y);
}

/* Of the shown nodes: in degrees about `middle`, or projected. */
static struct box bounds(const struct sink_map_outlines *outlines, const bool *is_shown,
                         double middle, const struct sink_map_projection *projection)
{
    struct box box = {INFINITY, -INFINITY, INFINITY, -INFINITY};
    size_t node = 0;
    for (size_t r = 0; r < outlines->region_count; node += (size_t)outlines->region_nodes[r++])
        for (size_t i = 0; is_shown[r] && i < (size_t)outlines->region_nodes[r]; i++) {
            const double lon = outlines->lon_deg[node + i], lat = outlines->lat_deg[node + i];
            if (!projection) {
                widen(&box, middle + remainder(lon - middle, 360), lat);
                continue;
            }
            const struct sink_map_point point = sink_map_project(projection, lon, lat);
            if (isfinite(point.x_m) && isfinite(point.y_m))
                widen(&box, point.x_m, point.y_m);
        }
    return box;
}

bool sink_map_frame_make(const struct sink_map_outlines *outlines, const bool *is_shown,
                         struct sink_map_frame *frame)
{
    const double middle = middle_lon(outlines, is_shown);
    const struct box degrees = bounds(outlines, is_shown, middle, NULL);
    *frame = (struct sink_map_frame){0};
    if (!(degrees.east >= degrees.west))
        return false;
    frame->projection =
        sink_map_projection_make(degrees.west, degrees.east, degrees.south, degrees.north);
    const struct box box = bounds(outlines, is_shown, middle, &frame->projection);
    if (!(box.east > box.west) || !(box.north > box.south))
        return false;
    const double wide = box.east - box.west, high = box.north - box.south;
    const double ratio = fmin(fmax(high / wide, LEAST_RATIO), GREATEST_RATIO);
    frame->units_per_pixel = outlines->node_count < FINE_NODES ? 4 : 1.5;
    frame->width = SINK_MAP_WIDTH * frame->units_per_pixel;
    frame->height = ceil(ratio * SINK_MAP_WIDTH) * frame->units_per_pixel;
    const double margin = SINK_MAP_MARGIN * frame->units_per_pixel;
    frame->units_per_m =
        fmin((frame->width - 2 * margin) / wide, (frame->height - 2 * margin) / high);
    frame->west_m = (box.west + box.east) / 2 - frame->width / 2 / frame->units_per_m;
    frame->north_m = (box.south + box.north) / 2 + frame->height / 2 / frame->units_per_m;
    return true;
}

struct node {
    double x, y;
    bool is_joint, is_kept;
};

static size_t place_nodes(const struct sink_map_outlines *outlines,
                          const struct sink_map_frame *frame, size_t first, size_t count,
                          struct node *nodes)
{
    size_t placed = 0;
    for (size_t i = first; i < first + count; i++) {
        const struct sink_map_point point =
            sink_map_project(&frame->projection, outlines->lon_deg[i], outlines->lat_deg[i]);
        const double x = (point.x_m - frame->west_m) * frame->units_per_m;
        const double y = (frame->north_m - point.y_m) * frame->units_per_m;
        const int mark = outlines->marks ? outlines->marks[i] : SINK_MAP_PLAIN;
        if (fabs(x) < 1e6 && fabs(y) < 1e6 && mark != SINK_MAP_STRAY) /* false for NaN too */
            nodes[placed++] = (struct node){x, y, mark == SINK_MAP_JOINT, false};
    }
    if (placed > 1 &&
        hypot(nodes[0].x - nodes[placed - 1].x, nodes[0].y - nodes[placed - 1].y) < 1e-6)
        placed--; /* the ring is closed */
    return placed;
}

static double distance(const struct node *node, const struct node *a, const struct node *b)
{
    const double dx = b->x - a->x, dy = b->y - a->y;
    const double px = node->x - a->x, py = node->y - a->y;
    const double length2 = dx * dx + dy * dy;
    const double along = length2 > 0 ? fmin(fmax((px * dx + py * dy) / length2, 0), 1) : 0;
    return hypot(px - along * dx, py - along * dy);
}

/* Douglas and Peucker between two nodes that stay, without recursion: `stack` has room for two
 * numbers a node. */
static void thin(struct node *nodes, size_t from, size_t to, double tolerance, size_t *stack)
{
    size_t depth = 0;
    stack[depth++] = from;
    stack[depth++] = to;
    while (depth > 0) {
        const size_t b = stack[--depth], a = stack[--depth];
        size_t farthest = a;
        double worst = tolerance;
        for (size_t i = a + 1; i < b; i++) {
            const double off = distance(&nodes[i], &nodes[a], &nodes[b]);
            if (off > worst) {
                worst = off;
                farthest = i;
            }
        }
        if (farthest == a)
            continue;
        nodes[farthest].is_kept = true;
        stack[depth++] = a;
        stack[depth++] = farthest;
        stack[depth++] = farthest;
        stack[depth++] = b;
    }
}

static bool is_before(const struct node *a, const struct node *b)
{
    return a->x < b->x || (!(a->x > b->x) && a->y < b->y);
}

static void reverse(struct node *nodes, size_t from, size_t to)
{
    for (; from < to; from++, to--) {
        const struct node node = nodes[from];
        nodes[from] = nodes[to];
        nodes[to] = node;
    }
}

/* Thinned from the same end whichever way the ring runs: the neighbour has the line turned about.
 */
static void thin_line(struct node *nodes, size_t from, size_t to, double tolerance, size_t *stack)
{
    const bool is_turned = is_before(&nodes[to], &nodes[from]);
    if (is_turned)
        reverse(nodes, from, to);
    thin(nodes, from, to, tolerance, stack);
    if (is_turned)
        reverse(nodes, from, to);
}

/* The node that a ring begins with: a joint, else the one farthest to the west. */
static size_t first_of_ring(const struct node *nodes, size_t count)
{
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].is_joint)
            return i;
        if (is_before(&nodes[i], &nodes[first]))
            first = i;
    }
    return first;
}

/* A ring stays at its joints, two nodes far apart where it has no two; it is turned to begin with
 * one, and the node after the last is the first again. */
static void thin_ring(struct node *nodes, size_t count, double tolerance, size_t *stack)
{
    const size_t first = first_of_ring(nodes, count);
    if (first > 0) {
        reverse(nodes, 0, first - 1);
        reverse(nodes, first, count - 1);
        reverse(nodes, 0, count - 1);
    }
    size_t far = 0, joints = 0;
    double farthest = -1;
    for (size_t i = 0; i < count; i++) {
        const double off = hypot(nodes[i].x - nodes[0].x, nodes[i].y - nodes[0].y);
        joints += nodes[i].is_joint;
        if (off > farthest || (!(off < farthest) && is_before(&nodes[i], &nodes[far]))) {
            farthest = off;
            far = i;
        }
    }
    nodes[0].is_joint = true;
    if (joints < 2)
        nodes[far].is_joint = true;
    nodes[count] = nodes[0];
    size_t from = 0;
    for (size_t i = 0; i <= count; i++) {
        if (!nodes[i].is_joint)
            continue;
        nodes[i].is_kept = true;
        thin_line(nodes, from, i, tolerance, stack);
        from = i;
    }
}

static void put_number(struct sink_html *html, long value, bool is_first)
{
    sink_html_print(html, value < 0 || is_first ? "%ld" : " %ld", value);
}

struct point {
    long x, y;
};

/* The nodes that stay, on the grid and each once; their number. */
static size_t round_nodes(const struct node *nodes, size_t count, struct point *points)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct point point = {lround(nodes[i].x), lround(nodes[i].y)};
        if (nodes[i].is_kept &&
            (kept == 0 || points[kept - 1].x != point.x || points[kept - 1].y != point.y))
            points[kept++] = point;
    }
    while (kept > 1 && points[0].x == points[kept - 1].x && points[0].y == points[kept - 1].y)
        kept--;
    return kept;
}

/* False where nothing is left to see. */
static bool write_ring(const struct point *points, size_t count, struct point *last,
                       struct sink_html *html)
{
    if (count < 3)
        return false;
    sink_html_raw(html, "m");
    for (size_t i = 0; i < count; i++) {
        if (i == 1)
            sink_html_raw(html, "l");
        put_number(html, points[i].x - last->x, i < 2);
        put_number(html, points[i].y - last->y, false);
        *last = points[i];
    }
    sink_html_raw(html, "z");
    *last = points[0];
    return true;
}

bool sink_map_outline_add(const struct sink_map_outlines *outlines,
                          const struct sink_map_frame *frame, size_t region, struct sink_html *html)
{
    const size_t count = (size_t)outlines->region_nodes[region];
    struct node *nodes = malloc((count + 1) * sizeof *nodes);
    struct point *points = malloc((count + 1) * sizeof *points);
    size_t *stack = malloc((2 * count + 8) * sizeof *stack);
    struct point last = {0};
    const double tolerance =
        frame->units_per_pixel *
        (frame->units_per_pixel < 4 ? COARSE_TOLERANCE_PIXELS : TOLERANCE_PIXELS);
    bool is_seen = false;
    size_t part, first = first_node(outlines, region, &part);
    const bool has_memory = nodes && points && stack;
    for (size_t left = count; has_memory && left > 0; part++) {
        const size_t in_part = (size_t)outlines->part_nodes[part];
        const size_t placed = place_nodes(outlines, frame, first, in_part, nodes);
        if (placed >= 3) {
            thin_ring(nodes, placed, tolerance, stack);
            const size_t kept = round_nodes(nodes, placed, points);
            is_seen = write_ring(points, kept, &last, html) || is_seen;
        }
        if (left == in_part && !is_seen && placed > 0)
            sink_html_print(html, "m%.0f %.0fh2v2h-2z", nodes[0].x, nodes[0].y);
        first += in_part;
        left -= in_part;
    }
    free(nodes);
    free(points);
    free(stack);
    return has_memory;
}

double sink_map_scale_bar(const struct sink_map_frame *frame, double share, double *units)
{
    /* Along the parallel through the centre of the projection, a tenth of a degree. */
    const struct sink_map_projection *map = &frame->projection;
    const struct sink_map_point a = sink_map_project(map, map->lon_deg - 0.05, map->lat_deg);
    const struct sink_map_point b = sink_map_project(map, map->lon_deg + 0.05, map->lat_deg);
    const double lat = map->lat_deg * M_PI / 180, e2 = 0.00669437999014;
    const double true_m =
        0.1 * M_PI / 180 * 6378137 * cos(lat) / sqrt(1 - e2 * sin(lat) * sin(lat));
    const double stretch = true_m > 0 ? hypot(b.x_m - a.x_m, b.y_m - a.y_m) / true_m : 1;
    const double most_m = frame->width * share / frame->units_per_m / stretch;
    const double size = pow(10, floor(log10(most_m)));
    const double length_m = size * (most_m / size >= 5 ? 5 : most_m / size >= 2 ? 2 : 1);
    *units = length_m * frame->units_per_m * stretch;
    return length_m;
}
