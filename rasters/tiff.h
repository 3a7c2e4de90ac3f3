/* What GDAL keeps to itself about a TIFF: where its blocks lie, and their bytes as stored. Private to
 * rasters/. */
#ifndef SINK_RASTERS_TIFF_H
#define SINK_RASTERS_TIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of whole numbers in the file. */
struct sink_tiff_list {
    uint64_t at, count; /* `at` is where the values lie in the file */
    int bytes;          /* of one value; 0: the file has no such list */
};

/* The first directory of a TIFF or BigTIFF. */
struct sink_tiff {
    void *file;      /* VSILFILE */
    uint64_t length; /* of the file */
    bool is_big;     /* BigTIFF */
    bool is_swapped; /* numbers lie in the other byte order than this machine's */
    uint64_t width, height, bits, compression, samples, planar, predictor;
    struct sink_tiff_list offsets, sizes; /* of blocks, by block */
};

/* False when the file cannot be read as a TIFF; nothing is to be closed then. */
bool sink_tiff_open(struct sink_tiff *tiff, const char *path);
void sink_tiff_close(struct sink_tiff *tiff);
/* Reads values first .. first + count - 1. False when the file does not hold them. */
bool sink_tiff_read_list(const struct sink_tiff *tiff, const struct sink_tiff_list *list,
                         uint64_t first, size_t count, uint64_t *values);

/* How a block becomes cells. */
struct sink_tiff_coding {
    size_t width, height; /* of a block */
    size_t cell_bytes;
    size_t samples; /* interleaved cell by cell */
    size_t sample;  /* the one that is wanted */
    int predictor;  /* 1 none, 2 horizontal, 3 of real numbers */
};
/* Room for a block with all its samples, which inflating may need. */
size_t sink_tiff_block_bytes(const struct sink_tiff_coding *coding);
/* Cells of a block from its DEFLATE stream of `size` bytes. `to` has room for width * height cells;
 * `scratch`, needed with several samples, for sink_tiff_block_bytes(). `rows` may be fewer than
 * height in the last strip. False when the stream is damaged: its checksum is wrong, it ends early,
 * or it holds more than a block. */
bool sink_tiff_inflate(const struct sink_tiff_coding *coding, const void *stream, size_t size,
                       size_t rows, void *scratch, void *to);

#endif
