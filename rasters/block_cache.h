/* Decoded blocks that windows share with their neighbours. Private to rasters/. */
#ifndef SINK_RASTERS_BLOCK_CACHE_H
#define SINK_RASTERS_BLOCK_CACHE_H

#include <stddef.h>

/* Which block of which file of a layer. */
struct sink_block_key {
    size_t source;
    int column, row;
};

/* One thread at a time. */
struct sink_block_cache;

/* Keeps blocks of up to `limit_bytes` together, and always one. NULL when memory is out. */
struct sink_block_cache *sink_block_cache_new(size_t limit_bytes);
void sink_block_cache_free(struct sink_block_cache *cache);

/* The block's cells until the next call to _add, or NULL. */
const void *sink_block_cache_find(struct sink_block_cache *cache, struct sink_block_key key);
/* Room of `bytes` for a block that is not there, in place of those used longest ago; the caller
 * fills it, or calls _drop. NULL when memory is out. */
void *sink_block_cache_add(struct sink_block_cache *cache, struct sink_block_key key, size_t bytes);
void sink_block_cache_drop(struct sink_block_cache *cache, struct sink_block_key key);

#endif
