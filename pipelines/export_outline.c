/* Outlines as other formats want them. */
#include "pipelines/export_parts.h"

#include <math.h>
#include <stdlib.h>

void sink_outline_free(struct sink_outline *outline)
{
    free(outline->part_nodes);
    free(outline->part_is_hole);
    free(outline->lon_deg);
    free(outline->lat_deg);
    *outline = (struct sink_outline){0};
}

/* Twice the area in the plane of a closed ring, positive when it runs counter-clockwise. */
static double area_of(const double *lon, const double *lat, size_t count)
{
    double area = 0;
    for (size_t i = 0; i + 1 < count; i++)
        area +=
            (lon[i] - lon[0]) * (lat[i + 1] - lat[0]) - (lon[i + 1] - lon[0]) * (lat[i] - lat[0]);
    return area;
}

static void turn(double *values, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        const double kept = values[i];
        values[i] = values[count - 1 - i];
        values[count - 1 - i] = kept;
    }
}

void sink_outline_orient(struct sink_outline *outline)
{
    size_t start = 0;
    for (size_t p = 0; p < outline->part_count; start += outline->part_nodes[p++]) {
        double *lon = outline->lon_deg + start, *lat = outline->lat_deg + start;
        const size_t count = outline->part_nodes[p];
        if ((area_of(lon, lat, count) < 0) != (outline->part_is_hole[p] != 0)) {
            turn(lon, count);
            turn(lat, count);
        }
    }
}

/* A ring in the making. */
struct ring {
    double *lon, *lat;
    size_t count;
};

static void push(struct ring *ring, double lon, double lat)
{
    ring->lon[ring->count] = lon;
    ring->lat[ring->count++] = lat;
}

/* What of a closed ring lies on one side of a meridian, closed again (Sutherland and Hodgman 1974,
 * doi:10.1145/360767.360802). A line adds two nodes at most. */
static void keep_side(const struct ring *from, double meridian, bool is_east, struct ring *to)
{
    to->count = 0;
    for (size_t i = 0; i + 1 < from->count; i++) {
        const double lon = from->lon[i], lat = from->lat[i];
        const double next_lon = from->lon[i + 1], next_lat = from->lat[i + 1];
        const bool is_in = is_east ? lon >= meridian : lon <= meridian;
        const bool is_next_in = is_east ? next_lon >= meridian : next_lon <= meridian;
        if (is_in)
            push(to, lon, lat);
        if (is_in != is_next_in)
            push(to, meridian, lat + (next_lat - lat) * ((meridian - lon) / (next_lon - lon)));
    }
    if (to->count > 0)
        push(to, to->lon[0], to->lat[0]);
}

static bool append(struct sink_outline *outline, const struct ring *ring, bool is_hole,
                   double shift)
{
    if (!sink_outline_add_part(outline, ring->count, is_hole))
        return false;
    for (size_t i = 0; i < ring->count; i++) {
        outline->lon_deg[outline->node_count] = ring->lon[i] - shift;
        outline->lat_deg[outline->node_count++] = ring->lat[i];
    }
    return true;
}

/* The rings of one polygon, parts `first` up to `end`, within 180 degrees of the meridian `shift`.
 */
static bool cut_polygon(const struct sink_outline *outline, size_t first, size_t end, double shift,
                        struct ring rings[2], struct sink_outline *cut)
{
    size_t start = 0;
    bool has_outer = false;
    for (size_t p = 0; p < end; start += outline->part_nodes[p++]) {
        const struct ring whole = {outline->lon_deg + start, outline->lat_deg + start,
                                   outline->part_nodes[p]};
        if (p < first || (p > first && !has_outer))
            continue;
        keep_side(&whole, shift - 180, true, &rings[0]);
        keep_side(&rings[0], shift + 180, false, &rings[1]);
        if (rings[1].count < 4 || area_of(rings[1].lon, rings[1].lat, rings[1].count) == 0)
            continue;
        has_outer = true;
        if (!append(cut, &rings[1], p > first, shift))
            return false;
    }
    return true;
}

bool sink_outline_cut(const struct sink_outline *outline, struct sink_outline *cut)
{
    struct ring rings[2];
    *cut = (struct sink_outline){0};
    for (int r = 0; r < 2; r++)
        rings[r] = (struct ring){malloc((3 * outline->node_count + 4) * sizeof(double)),
                                 malloc((3 * outline->node_count + 4) * sizeof(double)), 0};
    bool is_good = rings[0].lon && rings[0].lat && rings[1].lon && rings[1].lat;
    for (size_t first = 0, end; is_good && first < outline->part_count; first = end) {
        for (end = first + 1; end < outline->part_count && outline->part_is_hole[end];)
            end++;
        for (int turns = -2; is_good && turns <= 2; turns++)
            is_good = cut_polygon(outline, first, end, 360.0 * turns, rings, cut);
    }
    for (int r = 0; r < 2; r++) {
        free(rings[r].lon);
        free(rings[r].lat);
    }
    if (!is_good)
        sink_outline_free(cut);
    return is_good;
}
