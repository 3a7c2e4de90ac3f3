/* Where the blocks of a TIFF lie, as the file says: GDAL takes some of what is damaged for blocks
 * that were never written. Private to rasters/. */
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
    uint64_t width, height, samples, planar;
    struct sink_tiff_list offsets, sizes; /* of blocks, by block */
};

/* False when the file cannot be read as a TIFF; nothing is to be closed then. */
bool sink_tiff_open(struct sink_tiff *tiff, const char *path);
void sink_tiff_close(struct sink_tiff *tiff);
/* Reads values first .. first + count - 1. False when the file does not hold them. */
bool sink_tiff_read_list(const struct sink_tiff *tiff, const struct sink_tiff_list *list,
                         uint64_t first, size_t count, uint64_t *values);

#endif
