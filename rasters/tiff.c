#include "rasters/tiff.h"

#include <cpl_vsi.h>
#include <stdio.h>

#define MAX_ENTRIES 4096
#define LIST_PIECE 512

static uint64_t number(const struct sink_tiff *tiff, const unsigned char *bytes, int count)
{
    uint64_t value = 0;
    const unsigned short one = 1;
    const bool is_little = (*(const unsigned char *)&one == 1) != tiff->is_swapped;
    for (int i = 0; i < count; i++)
        value = value << 8 | bytes[is_little ? count - 1 - i : i];
    return value;
}

static bool read_at(const struct sink_tiff *tiff, uint64_t at, size_t count, void *bytes)
{
    return at <= tiff->length && count <= tiff->length - at &&
           VSIFSeekL(tiff->file, at, SEEK_SET) == 0 &&
           VSIFReadL(bytes, 1, count, tiff->file) == count;
}

bool sink_tiff_read_list(const struct sink_tiff *tiff, const struct sink_tiff_list *list,
                         uint64_t first, size_t count, uint64_t *values)
{
    unsigned char bytes[8 * LIST_PIECE];
    if (first > list->count || count > list->count - first)
        return false;
    for (size_t done = 0; done < count;) {
        const size_t piece = count - done < LIST_PIECE ? count - done : LIST_PIECE;
        const size_t size = (size_t)list->bytes;
        if (!read_at(tiff, list->at + (first + done) * size, piece * size, bytes))
            return false;
        for (size_t i = 0; i < piece; i++)
            values[done + i] = number(tiff, bytes + i * size, list->bytes);
        done += piece;
    }
    return true;
}

/* The types that lengths and offsets come in. */
static int type_bytes(uint64_t type)
{
    switch (type) {
    case 3: /* SHORT */
        return 2;
    case 4: /* LONG */
        return 4;
    case 16: /* LONG8 */
        return 8;
    default:
        return 0;
    }
}

/* Takes one entry of the directory, whose value or the place of it lies at `at` in the file. */
static void take_entry(struct sink_tiff *tiff, uint64_t tag, struct sink_tiff_list list)
{
    uint64_t first = 0;
    if (list.bytes == 0 || list.count == 0)
        return;
    if (tag == 324 || tag == 273) /* TileOffsets, StripOffsets */
        tiff->offsets = list;
    else if (tag == 325 || tag == 279) /* TileByteCounts, StripByteCounts */
        tiff->sizes = list;
    else if (!sink_tiff_read_list(tiff, &list, 0, 1, &first))
        return;
    else if (tag == 256)
        tiff->width = first;
    else if (tag == 257)
        tiff->height = first;
    else if (tag == 277)
        tiff->samples = first;
    else if (tag == 284)
        tiff->planar = first;
}

static bool read_directory(struct sink_tiff *tiff, uint64_t at)
{
    unsigned char bytes[20];
    const int count_bytes = tiff->is_big ? 8 : 2, word = tiff->is_big ? 8 : 4;
    const uint64_t entry_bytes = tiff->is_big ? 20 : 12;
    if (!read_at(tiff, at, (size_t)count_bytes, bytes))
        return false;
    const uint64_t count = number(tiff, bytes, count_bytes);
    for (uint64_t i = 0; i < count && i < MAX_ENTRIES; i++) {
        const uint64_t entry = at + (uint64_t)count_bytes + i * entry_bytes;
        if (!read_at(tiff, entry, (size_t)entry_bytes, bytes))
            return false;
        const uint64_t tag = number(tiff, bytes, 2);
        struct sink_tiff_list list = {.at = entry + 4 + (uint64_t)word,
                                      .count = number(tiff, bytes + 4, word),
                                      .bytes = type_bytes(number(tiff, bytes + 2, 2))};
        if (list.count > tiff->length)
            return false; /* no file holds so many */
        if (list.count * (uint64_t)list.bytes > (uint64_t)word)
            list.at = number(tiff, bytes + 4 + word, word);
        take_entry(tiff, tag, list);
    }
    return true;
}

static bool read_header(struct sink_tiff *tiff)
{
    unsigned char bytes[16] = {0};
    const unsigned short one = 1;
    const bool is_little_machine = *(const unsigned char *)&one == 1;
    if (!read_at(tiff, 0, 8, bytes) || bytes[0] != bytes[1] || (bytes[0] != 'I' && bytes[0] != 'M'))
        return false;
    tiff->is_swapped = (bytes[0] == 'I') != is_little_machine;
    const uint64_t version = number(tiff, bytes + 2, 2);
    tiff->is_big = version == 43;
    if (tiff->is_big && !read_at(tiff, 0, 16, bytes))
        return false;
    return (version == 42 || version == 43) &&
           read_directory(tiff,
                          tiff->is_big ? number(tiff, bytes + 8, 8) : number(tiff, bytes + 4, 4));
}

bool sink_tiff_open(struct sink_tiff *tiff, const char *path)
{
    /* what a missing tag means */
    *tiff = (struct sink_tiff){.samples = 1, .planar = 1};
    tiff->file = VSIFOpenL(path, "rb");
    if (tiff->file && VSIFSeekL(tiff->file, 0, SEEK_END) == 0) {
        tiff->length = VSIFTellL(tiff->file);
        if (read_header(tiff))
            return true;
    }
    sink_tiff_close(tiff);
    return false;
}

void sink_tiff_close(struct sink_tiff *tiff)
{
    if (tiff->file)
        VSIFCloseL(tiff->file);
    *tiff = (struct sink_tiff){0};
}
