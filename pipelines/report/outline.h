/* Outlines of regions as paths of a map: projected, on a grid finer than a pixel, with no more
 * nodes than it takes. */
#ifndef SINK_PIPELINES_REPORT_OUTLINE_H
#define SINK_PIPELINES_REPORT_OUTLINE_H

#include "pipelines/report/html.h"
#include "pipelines/report/projection.h"

#include <stdbool.h>

/* Rings in degrees, all regions after one another, each closed. Borrowed. */
struct sink_map_outlines {
    size_t region_count, part_count, node_count;
    const int *region_nodes; /* [region] */
    const int *part_nodes;   /* [part]; those of a region's parts add up to its nodes */
    const double *lon_deg, *lat_deg;
    const size_t *first_nodes,
        *first_parts;           /* [region] where its own begin; NULL: counted each time */
    const unsigned char *marks; /* [node] as below; NULL: all 0 */
};
/* How a node is thinned: as the line has it; not at all, where outlines meet or part; always, as
 * the neighbour that has the rest of the line does not have it. */
enum { SINK_MAP_PLAIN, SINK_MAP_JOINT, SINK_MAP_STRAY };
/* Finds the marks of all nodes, and one more, among the regions of a level: between two joints
 * neighbours have one and the same line. False without memory. */
bool sink_map_marks_find(const struct sink_map_outlines *outlines, const int *levels,
                         int level_count, unsigned char *marks);
/* The counts fit one another, and every node is on the globe. */
bool sink_map_outlines_are_whole(const struct sink_map_outlines *outlines);

/* How the globe lies on the map. */
struct sink_map_frame {
    struct sink_map_projection projection;
    double west_m, north_m; /* of the corner */
    double units_per_m;     /* of the grid */
    double width, height;   /* units of the grid */
    double units_per_pixel; /* at SINK_MAP_WIDTH */
};
#define SINK_MAP_WIDTH 720
#define SINK_MAP_MARGIN 8

/* Fits what `is_shown` [region] marks; the grid has four units a pixel where that takes few bytes,
 * else one and a half. False when nothing is shown. */
bool sink_map_frame_make(const struct sink_map_outlines *outlines, const bool *is_shown,
                         struct sink_map_frame *frame);

/* Adds the path of a region, relative and in units of the grid: a node is left out where it lies
 * no more than a pixel off the line between those that stay. What neighbours share between two
 * joints is thinned in the same way for both, and falls on the same points of the grid. A region
 * too small to be seen is a dot. False without memory. */
bool sink_map_outline_add(const struct sink_map_outlines *outlines,
                          const struct sink_map_frame *frame, size_t region,
                          struct sink_html *html);

/* A round length for a scale bar, at most `share` of the width: metres, and its units of the grid
 * at the centre of the map. */
double sink_map_scale_bar(const struct sink_map_frame *frame, double share, double *units);

#endif
