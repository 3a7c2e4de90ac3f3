/* Which tiles of its job a tally holds: all of them, those of one part, or so many as a run that
 * was interrupted had done. Tiles are numbered by row, then column; those that no region touches do
 * not count. */
#ifndef SINK_PIPELINES_TILE_SHARE_H
#define SINK_PIPELINES_TILE_SHARE_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink_tile_range { /* first..end-1 */
    uint64_t first, end;
};

#define SINK_MAX_PARTS 10000

struct sink_tile_share {
    uint64_t tile_count;          /* of the job */
    uint64_t part, part_count;    /* part 2 of 3; the whole job is part 1 of 1 */
    struct sink_tile_range range; /* the tiles of the part */
    struct sink_tile_range *done; /* in the sums: ascending, with gaps between them */
    size_t done_count, done_room;
};
void sink_tile_share_free(struct sink_tile_share *share); /* frees what it owns */

/* Is any tile of the range in the sums? */
bool sink_tile_share_holds(const struct sink_tile_share *share, struct sink_tile_range range);
/* Tiles that were not yet in the sums are now. An empty range adds nothing. */
SINK_CHECKED enum sink_status sink_tile_share_add(struct sink_tile_share *share,
                                                  struct sink_tile_range range,
                                                  struct sink_error *error);
uint64_t sink_tile_share_done(const struct sink_tile_share *share);    /* number of tiles */
bool sink_tile_share_is_finished(const struct sink_tile_share *share); /* all of its part */
/* A tally that does not hold its whole job is none to account from: says so, and what to do. */
SINK_CHECKED enum sink_status sink_tile_share_check_whole(const struct sink_tile_share *share,
                                                          const char *path,
                                                          struct sink_error *error);

#endif
