/* What maps are made of while they are made: the cells of finished tiles in packed files, and an
 * index that says which are whole. */
#ifndef SINK_PIPELINES_MAP_STORE_H
#define SINK_PIPELINES_MAP_STORE_H

#include "pipelines/tile_share.h"
#include "sinkcalc/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Its name in the folder: without it there is no store. */
#define SINK_MAP_STORE_INDEX "index"

struct sink_map_store;
struct sink_map_store_request {
    const char *folder;
    const char *identity; /* 64 characters: a store of anything else is begun anew */
    size_t layer_count, worker_count;
};
/* Opens the store in the folder, which exists. `share` says which tiles there are, and gets those
 * that the store holds whole. */
SINK_CHECKED enum sink_status sink_map_store_open(const struct sink_map_store_request *request,
                                                  struct sink_tile_share *share,
                                                  struct sink_map_store **store,
                                                  struct sink_error *error);
void sink_map_store_close(struct sink_map_store *store);

/* A layer of a tile. */
struct sink_map_piece {
    size_t layer;
    uint64_t tile;
    size_t cell_count;
};
/* Adds a piece; each worker by itself, no two of them the same tile. */
SINK_CHECKED enum sink_status sink_map_store_add(struct sink_map_store *store, size_t worker,
                                                 const struct sink_map_piece *piece,
                                                 const void *cells, struct sink_error *error);
/* Keeps the tiles of the share for a later run; one thread, and no other adds meanwhile. */
SINK_CHECKED enum sink_status sink_map_store_keep(struct sink_map_store *store,
                                                  const struct sink_tile_share *share,
                                                  struct sink_error *error);
/* Reads a piece; *has_cells is false for a tile in which no region has a cell. */
SINK_CHECKED enum sink_status sink_map_store_read(struct sink_map_store *store,
                                                  const struct sink_map_piece *piece, void *cells,
                                                  bool *has_cells, struct sink_error *error);

#endif
