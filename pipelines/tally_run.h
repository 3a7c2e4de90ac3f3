/* The tile loop: rasters and regions in, a tally out. The only file with threads. */
#ifndef SINK_PIPELINES_TALLY_RUN_H
#define SINK_PIPELINES_TALLY_RUN_H

#include "pipelines/evidence.h"
#include "pipelines/options.h"
#include "pipelines/plan.h"
#include "pipelines/tile.h"

/* A tile of which some region has a share, its blocks filled. */
struct sink_tile_visit {
    size_t worker;   /* 0 .. worker_count - 1 */
    uint64_t number; /* of the tile (tile_share.h) */
    struct sink_tile *tile;
    struct sink_window window;
    const struct sink_cover *cover;
};
/* What is done with the tiles when they are not added up: the loop, its rounds and interruptions
 * are the same. */
struct sink_tile_visitor {
    void *context;
    /* Before the first round: `share` says which tiles there are, and gets those that are done. */
    enum sink_status (*begin)(void *context, size_t worker_count, size_t max_cells,
                              struct sink_tile_share *share, struct sink_error *error);
    /* In any thread; a worker looks at one tile at a time. */
    enum sink_status (*visit)(void *context, const struct sink_tile_visit *visit,
                              struct sink_error *error);
    /* Between the rounds: keeps what is done. */
    enum sink_status (*keep)(void *context, const struct sink_tile_share *share,
                             struct sink_error *error);
};

struct sink_tally_request {
    const struct sink_options *options; /* threads, part, checkpoints, progress */
    const char *checkpoint; /* where work is kept, to go on from; NULL: nowhere (checkpoint.h) */
    bool reverse;           /* the tiles from the last to the first, for tests */
    const struct sink_tile_visitor *visitor; /* NULL: the tiles are added up */
};

/* Hashes the files of the bundle's evidence and tallies the tiles of the part, or all, into its
 * tally, on plan->spec, and, when a raster's errors have a range, into its blocks; NULL after a
 * failure. Same bits for any number of threads and interruptions. Of several failing tiles the
 * lowest is reported. When interrupted (interrupt.h) it keeps what is done and says so. With a
 * visitor the tallies stay empty, and `checkpoint` is a name for messages. */
SINK_CHECKED enum sink_status sink_tally_run(const struct sink_plan *plan,
                                             const struct sink_tally_request *request,
                                             struct sink_tally_bundle *bundle,
                                             struct sink_error *error);

#endif
