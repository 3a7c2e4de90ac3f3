/* Cells packed one lot after another into a file of our own, for work that may be interrupted. */
#ifndef SINK_RASTERS_PACK_H
#define SINK_RASTERS_PACK_H

#include "sinkcalc/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Where a lot is. */
struct sink_pack_place {
    uint64_t offset;
    uint32_t bytes;
};

/* One file, for one thread at a time. */
struct sink_pack;
/* Opens the file, or makes it, and drops what stands behind its first `bytes`: what was added after
 * they were noted. SINK_BAD_DATA when it has fewer. */
SINK_CHECKED enum sink_status sink_pack_open(const char *path, uint64_t bytes,
                                             struct sink_pack **pack, struct sink_error *error);
void sink_pack_close(struct sink_pack *pack);

/* Adds `count` cells of 4 bytes. */
SINK_CHECKED enum sink_status sink_pack_add(struct sink_pack *pack, const void *cells, size_t count,
                                            struct sink_pack_place *place,
                                            struct sink_error *error);
/* Waits until all that was added is on the disk; *bytes is the length of the file. */
SINK_CHECKED enum sink_status sink_pack_sync(struct sink_pack *pack, uint64_t *bytes,
                                             struct sink_error *error);
/* The `count` cells of a lot; anything else there is SINK_BAD_DATA. */
SINK_CHECKED enum sink_status sink_pack_read(struct sink_pack *pack, struct sink_pack_place place,
                                             void *cells, size_t count, struct sink_error *error);

#endif
