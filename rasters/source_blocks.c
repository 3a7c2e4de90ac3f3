/* The list of blocks of a TIFF, read before a cell is: GDAL fills blocks that are not in the file
 * with no data or zero without a word (RELIABILITY F3). */
#include "rasters/layer_parts.h"
#include "rasters/tiff.h"

#include <stdlib.h>

#define PIECE 512

/* Blocks of one band. */
struct blocks {
    struct sink_layer_opening *opening;
    struct sink_source *source;
    struct sink_tiff tiff;
    size_t count, columns;
    uint64_t first; /* of the band, in the lists of the file */
    size_t first_absent;
};

static bool note_absent(struct blocks *blocks, size_t block)
{
    struct sink_source *source = blocks->source;
    if (!source->absent)
        source->absent = calloc(blocks->count / 8 + 1, 1);
    if (!source->absent) {
        sink_faults_note(blocks->opening->faults, SINK_FAILED, "out of memory");
        return false;
    }
    source->absent[block / 8] |= (unsigned char)(1 << block % 8);
    if (source->absent_count++ == 0)
        blocks->first_absent = block;
    return true;
}

/* One block at `offset` with `size` bytes. Both are 0 for one that was never written. */
static bool check_one(struct blocks *blocks, size_t block, uint64_t offset, uint64_t size)
{
    if (offset == 0 && size == 0)
        return note_absent(blocks, block);
    const size_t column = block % blocks->columns, row = block / blocks->columns;
    if (offset == 0 || size == 0)
        return sink_layer_fault(blocks->opening, blocks->source->name,
                                "the block at block column %zu, row %zu has %llu bytes at %llu: "
                                "the file is damaged",
                                column, row, (unsigned long long)size, (unsigned long long)offset);
    if (size > blocks->tiff.length || offset > blocks->tiff.length - size)
        return sink_layer_fault(blocks->opening, blocks->source->name,
                                "the block at block column %zu, row %zu lies beyond the end of the "
                                "file: it is damaged or cut short",
                                column, row);
    return true;
}

static bool check_all(struct blocks *blocks)
{
    uint64_t offsets[PIECE], sizes[PIECE];
    for (size_t done = 0; done < blocks->count; done += PIECE) {
        const size_t piece = blocks->count - done < PIECE ? blocks->count - done : PIECE;
        const uint64_t first = blocks->first + done;
        if (!sink_tiff_read_list(&blocks->tiff, &blocks->tiff.offsets, first, piece, offsets) ||
            !sink_tiff_read_list(&blocks->tiff, &blocks->tiff.sizes, first, piece, sizes))
            return sink_layer_fault(blocks->opening, blocks->source->name,
                                    "its list of blocks is shorter than its %zu blocks",
                                    blocks->count);
        for (size_t i = 0; i < piece; i++)
            if (!check_one(blocks, done + i, offsets[i], sizes[i]))
                return false;
    }
    return true;
}

static bool check_absent(const struct blocks *blocks)
{
    const struct sink_source *source = blocks->source;
    if (source->absent_count == 0 || source->has_nodata || blocks->opening->request->count_missing)
        return true;
    return sink_layer_fault(
        blocks->opening, source->name,
        "%zu of %zu blocks are absent, the first at block column %zu, row %zu, and no value stands "
        "for no data; complete the file, or count such cells with `missing: {tile: count}`",
        source->absent_count, blocks->count, blocks->first_absent % blocks->columns,
        blocks->first_absent / blocks->columns);
}

bool sink_source_check_blocks(struct sink_layer_opening *opening, struct sink_source *source)
{
    struct blocks blocks = {.opening = opening, .source = source};
    if (!sink_tiff_open(&blocks.tiff, source->path))
        return sink_layer_fault(opening, source->name, "its directory is damaged");
    blocks.columns = (size_t)((source->file_width - 1) / source->block_width + 1);
    blocks.count = blocks.columns * (size_t)((source->file_height - 1) / source->block_height + 1);
    if (blocks.tiff.planar == 2)
        blocks.first = (uint64_t)(source->band - 1) * blocks.count;
    /* a file of one strip may leave its size out, and GDAL may have opened another directory */
    const bool is_known = blocks.tiff.offsets.bytes && blocks.tiff.sizes.bytes &&
                          blocks.tiff.width == (uint64_t)source->file_width &&
                          blocks.tiff.height == (uint64_t)source->file_height;
    const bool is_good = !is_known || (check_all(&blocks) && check_absent(&blocks));
    source->has_block_list = is_known && is_good;
    sink_tiff_close(&blocks.tiff);
    return is_good;
}
