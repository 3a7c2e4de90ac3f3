/* The tiles of a job that regions touch, and how they are cut into parts of about equal work. */
#ifndef SINK_PIPELINES_TILE_LIST_H
#define SINK_PIPELINES_TILE_LIST_H

#include "pipelines/options.h"
#include "pipelines/plan.h"
#include "pipelines/tile_share.h"

struct sink_tile_list {
    struct sink_window *windows; /* by row, then column */
    size_t count;
};
SINK_CHECKED enum sink_status sink_tile_list_make(const struct sink_plan *plan,
                                                  struct sink_tile_list *list,
                                                  struct sink_error *error);
void sink_tile_list_free(struct sink_tile_list *list); /* frees what it owns */

/* The tiles of a part, 1 to part_count. All parts together have each tile once, and every part is
 * within one tile of an equal share of the work: the cells of tiles with land of a region, and
 * those inside regions, as far as the middle row of each tile tells. */
SINK_CHECKED enum sink_status sink_tile_list_cut(const struct sink_tile_list *list,
                                                 const struct sink_plan *plan,
                                                 const struct sink_part *part,
                                                 struct sink_tile_range *range,
                                                 struct sink_error *error);

#endif
