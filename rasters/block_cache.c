#include "rasters/block_cache.h"

#include <stdbool.h>
#include <stdlib.h>

/* A search goes through all of them. */
#define MAX_BLOCKS 1024

struct entry {
    struct sink_block_key key;
    void *cells; /* NULL: free */
    size_t bytes, used;
};

struct sink_block_cache {
    size_t limit_bytes, bytes, count, tick;
    struct entry entries[MAX_BLOCKS]; /* `count` of them */
};

struct sink_block_cache *sink_block_cache_new(size_t limit_bytes)
{
    struct sink_block_cache *cache = calloc(1, sizeof *cache);
    if (cache)
        cache->limit_bytes = limit_bytes;
    return cache;
}

void sink_block_cache_free(struct sink_block_cache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; i < cache->count; i++)
        free(cache->entries[i].cells);
    free(cache);
}

static struct entry *find(struct sink_block_cache *cache, struct sink_block_key key)
{
    for (size_t i = 0; i < cache->count; i++) {
        const struct sink_block_key *other = &cache->entries[i].key;
        if (other->row == key.row && other->column == key.column && other->source == key.source)
            return &cache->entries[i];
    }
    return NULL;
}

static void remove_entry(struct sink_block_cache *cache, struct entry *entry)
{
    free(entry->cells);
    cache->bytes -= entry->bytes;
    *entry = cache->entries[--cache->count];
}

static struct entry *oldest(struct sink_block_cache *cache)
{
    struct entry *found = &cache->entries[0];
    for (size_t i = 1; i < cache->count; i++)
        if (cache->entries[i].used < found->used)
            found = &cache->entries[i];
    return found;
}

const void *sink_block_cache_find(struct sink_block_cache *cache, struct sink_block_key key)
{
    struct entry *entry = find(cache, key);
    if (!entry)
        return NULL;
    entry->used = ++cache->tick;
    return entry->cells;
}

void *sink_block_cache_add(struct sink_block_cache *cache, struct sink_block_key key, size_t bytes)
{
    while (cache->count > 0 &&
           (cache->count == MAX_BLOCKS || cache->bytes + bytes > cache->limit_bytes))
        remove_entry(cache, oldest(cache));
    void *cells = malloc(bytes);
    if (!cells)
        return NULL;
    cache->entries[cache->count++] =
        (struct entry){.key = key, .cells = cells, .bytes = bytes, .used = ++cache->tick};
    cache->bytes += bytes;
    return cells;
}

void sink_block_cache_drop(struct sink_block_cache *cache, struct sink_block_key key)
{
    struct entry *entry = find(cache, key);
    if (entry)
        remove_entry(cache, entry);
}
