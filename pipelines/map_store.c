#include "pipelines/map_store.h"

#include "pipelines/atomic_file.h"
#include "pipelines/digest.h"
#include "rasters/pack.h"
#include "sinkcalc/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INDEX_LIMIT ((size_t)1 << 32)
#define MAX_PACKS 100000

struct entry {
    uint64_t offset;
    uint32_t bytes; /* 0: the tile has no cells in any region */
    uint32_t pack;
};

/* The index is read by the machine that wrote it, or by one like it: another order of bytes makes
 * another digest. */
struct header {
    char layout[16];
    char identity[64];
    uint64_t tile_count, layer_count, pack_count, range_count;
};
static const char layout[16] = "sinkcalc-maps-1";

struct sink_map_store {
    char *folder;
    char identity[65];
    struct sink_pack **packs; /* [pack_count] those of the workers first */
    size_t pack_count;
    size_t layer_count;
    uint64_t tile_count;
    struct entry *entries; /* [tile][layer] */
};

static char *index_path(const struct sink_map_store *store)
{
    return sink_text_format("%s/" SINK_MAP_STORE_INDEX, store->folder);
}

static enum sink_status open_packs(struct sink_map_store *store, size_t count,
                                   const uint64_t *lengths, size_t length_count,
                                   struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    store->packs = calloc(count + 1, sizeof *store->packs);
    if (!store->packs)
        return sink_fail_memory(error);
    for (; store->pack_count < count && status == SINK_OK; store->pack_count++) {
        const size_t p = store->pack_count;
        char *path = sink_text_format("%s/cells.%zu", store->folder, p);
        status =
            path ? sink_pack_open(path, p < length_count ? lengths[p] : 0, &store->packs[p], error)
                 : sink_fail_memory(error);
        free(path);
    }
    return status;
}

static enum sink_status digest_of(const void *data, size_t bytes, char hex[65],
                                  struct sink_error *error)
{
    struct sink_digest digest;
    sink_digest_start(&digest);
    sink_digest_add(&digest, data, bytes);
    return sink_digest_finish(&digest, hex, error);
}

static size_t index_bytes(const struct header *header)
{
    return sizeof *header + header->pack_count * sizeof(uint64_t) +
           header->range_count * sizeof(struct sink_tile_range) +
           header->tile_count * header->layer_count * sizeof(struct entry);
}

/* Is the text an index of this store, whole? */
static bool is_index(const struct sink_map_store *store, const char *text, size_t bytes,
                     struct header *header)
{
    char hex[65];
    struct sink_error ignored;
    if (bytes < sizeof *header + 64)
        return false;
    memcpy(header, text, sizeof *header);
    return memcmp(header->layout, layout, sizeof layout) == 0 &&
           memcmp(header->identity, store->identity, 64) == 0 &&
           header->tile_count == store->tile_count && header->layer_count == store->layer_count &&
           header->pack_count <= MAX_PACKS && header->range_count <= store->tile_count &&
           index_bytes(header) == bytes - 64 &&
           digest_of(text, bytes - 64, hex, &ignored) == SINK_OK &&
           memcmp(hex, text + bytes - 64, 64) == 0;
}

/* Takes the tiles of the index; what was added of others since is forgotten. */
static enum sink_status take_index(struct sink_map_store *store, const char *text,
                                   const struct header *header, struct sink_tile_share *share,
                                   struct sink_error *error)
{
    const char *at = text + sizeof *header + header->pack_count * sizeof(uint64_t);
    enum sink_status status = SINK_OK;
    for (uint64_t r = 0; r < header->range_count && status == SINK_OK; r++) {
        struct sink_tile_range range;
        memcpy(&range, at, sizeof range);
        at += sizeof range;
        status = sink_tile_share_add(share, range, error);
    }
    memcpy(store->entries, at, store->tile_count * store->layer_count * sizeof *store->entries);
    for (uint64_t tile = 0; tile < store->tile_count; tile++) {
        const bool is_kept = sink_tile_share_holds(share, (struct sink_tile_range){tile, tile + 1});
        for (size_t l = 0; l < store->layer_count; l++) {
            struct entry *entry = &store->entries[tile * store->layer_count + l];
            if (!is_kept || entry->pack >= header->pack_count)
                *entry = (struct entry){0};
        }
    }
    return status;
}

static enum sink_status read_index(struct sink_map_store *store, size_t worker_count,
                                   struct sink_tile_share *share, struct sink_error *error)
{
    char *text = NULL, *path = index_path(store);
    size_t bytes = 0;
    struct header header = {.pack_count = 0};
    struct sink_error ignored;
    if (!path)
        return sink_fail_memory(error);
    const bool is_found =
        sink_text_read_file(path, INDEX_LIMIT, &text, &bytes, &ignored) == SINK_OK &&
        is_index(store, text, bytes, &header);
    if (!is_found)
        (void)unlink(path); /* what it tells of is overwritten */
    free(path);
    enum sink_status status = SINK_OK;
    if (is_found) {
        uint64_t *lengths = malloc((header.pack_count + 1) * sizeof *lengths);
        if (lengths)
            memcpy(lengths, text + sizeof header, header.pack_count * sizeof *lengths);
        const size_t count =
            header.pack_count > worker_count ? (size_t)header.pack_count : worker_count;
        status = lengths ? open_packs(store, count, lengths, header.pack_count, error)
                         : sink_fail_memory(error);
        free(lengths);
        if (status == SINK_OK)
            status = take_index(store, text, &header, share, error);
    } else {
        status = open_packs(store, worker_count, NULL, 0, error);
    }
    free(text);
    return status;
}

enum sink_status sink_map_store_open(const struct sink_map_store_request *request,
                                     struct sink_tile_share *share, struct sink_map_store **store,
                                     struct sink_error *error)
{
    struct sink_map_store *made = *store = calloc(1, sizeof *made);
    if (!made)
        return sink_fail_memory(error);
    memcpy(made->identity, request->identity, 64);
    made->layer_count = request->layer_count;
    made->tile_count = share->tile_count;
    made->folder = sink_text_copy(request->folder);
    made->entries = calloc(made->tile_count * made->layer_count + 1, sizeof *made->entries);
    const enum sink_status status = made->folder && made->entries
                                        ? read_index(made, request->worker_count, share, error)
                                        : sink_fail_memory(error);
    if (status != SINK_OK) {
        sink_map_store_close(made);
        *store = NULL;
    }
    return status;
}

void sink_map_store_close(struct sink_map_store *store)
{
    if (!store)
        return;
    for (size_t p = 0; p < store->pack_count; p++)
        sink_pack_close(store->packs[p]);
    free(store->packs);
    free(store->entries);
    free(store->folder);
    free(store);
}

enum sink_status sink_map_store_add(struct sink_map_store *store, size_t worker,
                                    const struct sink_map_piece *piece, const void *cells,
                                    struct sink_error *error)
{
    struct sink_pack_place place = {0};
    const enum sink_status status =
        sink_pack_add(store->packs[worker], cells, piece->cell_count, &place, error);
    store->entries[piece->tile * store->layer_count + piece->layer] =
        (struct entry){place.offset, place.bytes, (uint32_t)worker};
    return status;
}

static enum sink_status write_index(const struct sink_map_store *store, FILE *out, char **text,
                                    const size_t *bytes, struct sink_error *error)
{
    char hex[65];
    const char *path = store->folder;
    char *index = index_path(store);
    if (!index || fflush(out) != 0 || ferror(out)) {
        free(index);
        return sink_fail(error, SINK_FAILED, "%s: its index cannot be made", path);
    }
    enum sink_status status = digest_of(*text, *bytes, hex, error);
    if (status == SINK_OK && (fwrite(hex, 1, 64, out) != 64 || fflush(out) != 0))
        status = sink_fail_memory(error);
    if (status == SINK_OK)
        status = sink_file_replace(index, *text, *bytes, error);
    free(index);
    return status;
}

enum sink_status sink_map_store_keep(struct sink_map_store *store,
                                     const struct sink_tile_share *share, struct sink_error *error)
{
    char *text = NULL;
    size_t bytes = 0;
    struct header header = {.tile_count = store->tile_count,
                            .layer_count = store->layer_count,
                            .pack_count = store->pack_count,
                            .range_count = share->done_count};
    memcpy(header.layout, layout, sizeof layout);
    memcpy(header.identity, store->identity, sizeof header.identity);
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return sink_fail_memory(error);
    enum sink_status status = SINK_OK;
    fwrite(&header, sizeof header, 1, out);
    for (size_t p = 0; p < store->pack_count && status == SINK_OK; p++) {
        uint64_t length = 0;
        status = sink_pack_sync(store->packs[p], &length, error);
        fwrite(&length, sizeof length, 1, out);
    }
    if (share->done_count > 0)
        fwrite(share->done, sizeof *share->done, share->done_count, out);
    fwrite(store->entries, sizeof *store->entries, store->tile_count * store->layer_count, out);
    sink_folder_sync(store->folder); /* the packs' names last before the index tells of them */
    if (status == SINK_OK)
        status = write_index(store, out, &text, &bytes, error);
    fclose(out);
    free(text);
    return status;
}

enum sink_status sink_map_store_read(struct sink_map_store *store,
                                     const struct sink_map_piece *piece, void *cells,
                                     bool *has_cells, struct sink_error *error)
{
    const struct entry *entry = &store->entries[piece->tile * store->layer_count + piece->layer];
    *has_cells = entry->bytes > 0;
    if (!*has_cells)
        return SINK_OK;
    const struct sink_pack_place place = {entry->offset, entry->bytes};
    return sink_pack_read(store->packs[entry->pack], place, cells, piece->cell_count, error);
}
