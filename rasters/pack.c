#include "rasters/pack.h"

#include "sinkcalc/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CELL_BYTES 4
#define LEVEL 1 /* read back once */

struct sink_pack {
    char *path;
    int file;
    uint64_t bytes;
    struct libdeflate_compressor *packer;
    struct libdeflate_decompressor *unpacker;
    void *packed; /* scratch */
    size_t packed_room;
};

static enum sink_status fail_file(const struct sink_pack *pack, const char *what,
                                  struct sink_error *error)
{
    return sink_fail(error, SINK_FAILED, "%s: cannot be %s: %s", pack->path, what,
                     strerror(errno ? errno : EIO));
}

static enum sink_status open_file(struct sink_pack *pack, uint64_t bytes, struct sink_error *error)
{
    struct stat info;
    pack->file = open(pack->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (pack->file < 0 || fstat(pack->file, &info) != 0)
        return fail_file(pack, "opened", error);
    if (!S_ISREG(info.st_mode) || (uint64_t)info.st_size < bytes)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: %lld bytes, expected a file of %llu or more; --restart begins anew",
                         pack->path, (long long)info.st_size, (unsigned long long)bytes);
    pack->bytes = bytes;
    return ftruncate(pack->file, (off_t)bytes) == 0 ? SINK_OK : fail_file(pack, "cut", error);
}

enum sink_status sink_pack_open(const char *path, uint64_t bytes, struct sink_pack **pack,
                                struct sink_error *error)
{
    struct sink_pack *made = *pack = calloc(1, sizeof *made);
    if (!made)
        return sink_fail_memory(error);
    made->file = -1;
    made->path = sink_text_copy(path);
    made->packer = libdeflate_alloc_compressor(LEVEL);
    made->unpacker = libdeflate_alloc_decompressor();
    const enum sink_status status = made->path && made->packer && made->unpacker
                                        ? open_file(made, bytes, error)
                                        : sink_fail_memory(error);
    if (status != SINK_OK) {
        sink_pack_close(made);
        *pack = NULL;
    }
    return status;
}

void sink_pack_close(struct sink_pack *pack)
{
    if (!pack)
        return;
    if (pack->file >= 0)
        close(pack->file);
    libdeflate_free_compressor(pack->packer);
    libdeflate_free_decompressor(pack->unpacker);
    free(pack->packed);
    free(pack->path);
    free(pack);
}

static bool reserve(struct sink_pack *pack, size_t bytes)
{
    if (bytes <= pack->packed_room)
        return true;
    free(pack->packed);
    pack->packed = malloc(bytes);
    pack->packed_room = pack->packed ? bytes : 0;
    return pack->packed != NULL;
}

enum sink_status sink_pack_add(struct sink_pack *pack, const void *cells, size_t count,
                               struct sink_pack_place *place, struct sink_error *error)
{
    const size_t room = libdeflate_deflate_compress_bound(pack->packer, count * CELL_BYTES);
    if (room > UINT32_MAX || !reserve(pack, room))
        return sink_fail_memory(error);
    const size_t bytes =
        libdeflate_deflate_compress(pack->packer, cells, count * CELL_BYTES, pack->packed, room);
    for (size_t done = 0; done < bytes;) {
        const ssize_t written = pwrite(pack->file, (char *)pack->packed + done, bytes - done,
                                       (off_t)(pack->bytes + done));
        if (written < 0 && errno != EINTR)
            return fail_file(pack, "written", error);
        done += written > 0 ? (size_t)written : 0;
    }
    *place = (struct sink_pack_place){.offset = pack->bytes, .bytes = (uint32_t)bytes};
    pack->bytes += bytes;
    return SINK_OK;
}

enum sink_status sink_pack_sync(struct sink_pack *pack, uint64_t *bytes, struct sink_error *error)
{
    *bytes = pack->bytes;
    return fsync(pack->file) == 0 ? SINK_OK : fail_file(pack, "written", error);
}

enum sink_status sink_pack_read(struct sink_pack *pack, struct sink_pack_place place, void *cells,
                                size_t count, struct sink_error *error)
{
    if (place.offset > pack->bytes || place.bytes > pack->bytes - place.offset)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: has no cells at byte %llu; --restart begins anew", pack->path,
                         (unsigned long long)place.offset);
    if (!reserve(pack, place.bytes + (size_t)1))
        return sink_fail_memory(error);
    errno = 0;
    for (size_t done = 0; done < place.bytes;) {
        const ssize_t got = pread(pack->file, (char *)pack->packed + done, place.bytes - done,
                                  (off_t)(place.offset + done));
        if (got == 0 || (got < 0 && errno != EINTR))
            return fail_file(pack, "read", error);
        done += got > 0 ? (size_t)got : 0;
    }
    if (libdeflate_deflate_decompress(pack->unpacker, pack->packed, place.bytes, cells,
                                      count * CELL_BYTES, NULL) == LIBDEFLATE_SUCCESS)
        return SINK_OK;
    return sink_fail(error, SINK_BAD_DATA, "%s: damaged at byte %llu; --restart begins anew",
                     pack->path, (unsigned long long)place.offset);
}
