/* The tile loop of maps, and the folder that takes their files. */
#ifndef SINK_PIPELINES_MAP_RUN_H
#define SINK_PIPELINES_MAP_RUN_H

#include "pipelines/map.h"
#include "pipelines/options.h"

/* Paints all tiles into packed files in `folder`, or those that are not there yet; then makes the
 * rasters of them in `out`, a folder in it, or those that are not there yet, with all that belongs
 * beside them. Fills statistics and hashes of the layers. Same bytes for any number of threads and
 * interruptions. When interrupted (interrupt.h) it says what is kept. `identity` (64 characters) is
 * of all that the maps depend on. */
SINK_CHECKED enum sink_status sink_map_run(struct sink_map *map, const struct sink_options *options,
                                           const char *folder, const char *out,
                                           const char *identity, struct sink_error *error);

#endif
