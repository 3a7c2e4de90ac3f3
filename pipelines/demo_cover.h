/* The land cover of the demonstration, map by map. */
#ifndef SINK_PIPELINES_DEMO_COVER_H
#define SINK_PIPELINES_DEMO_COVER_H

#include "pipelines/demo_site.h"

#include <stddef.h>

#define SINK_DEMO_MAPS 5
#define SINK_DEMO_HISTORY 3 /* of the maps: older than the first year of the job */
extern const int sink_demo_map_years[SINK_DEMO_MAPS];

/* Codes of the land cover. */
enum sink_demo_cover {
    SINK_DEMO_FOREST = 11,
    SINK_DEMO_BAMBOO = 12,
    SINK_DEMO_GRASSLAND = 21,
    SINK_DEMO_WETLAND = 31,
    SINK_DEMO_LAKE = 32,
    SINK_DEMO_RESERVOIR = 33,
    SINK_DEMO_POND = 34,
    SINK_DEMO_MANGROVE = 41,
    SINK_DEMO_SALT_MARSH = 42,
    SINK_DEMO_SEAGRASS = 43,
    SINK_DEMO_CROPLAND = 51,
    SINK_DEMO_TOWN = 61,
    SINK_DEMO_SEA = 71,
    SINK_DEMO_BARE = 81
};

/* What a cell was on each map. */
struct sink_demo_story {
    enum sink_demo_cover cover[SINK_DEMO_MAPS];
};
struct sink_demo_story sink_demo_story_of(const struct sink_demo_site *site);

/* The map on which the cell's cover of `map` first appears without a break up to `map`. */
size_t sink_demo_story_since(const struct sink_demo_story *story, size_t map);
/* Whether an earlier map has this cover. */
bool sink_demo_story_was(const struct sink_demo_story *story, size_t map,
                         enum sink_demo_cover cover);
/* What the biomass rasters speak for. */
bool sink_demo_cover_is_woody(enum sink_demo_cover cover);

#endif
