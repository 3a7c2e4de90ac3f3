#include "rasters/direct_block.h"

#include <errno.h>
#include <fcntl.h>
#include <gdal.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A packed block larger than this share of what it unpacks to is damaged, or another format. */
#define MAX_PACKED_SHARE 2

struct sink_direct {
    const struct sink_source *source;
    int file; /* descriptor */
    int predictor;
    size_t cell_bytes, block_bytes;
    struct libdeflate_decompressor *decompressor;
    unsigned char *packed; /* scratch */
    size_t packed_room;
    unsigned char *row; /* scratch: one row, for the floating-point predictor */
};

static const char *structure_item(GDALDatasetH dataset, const char *name)
{
    const char *value = GDALGetMetadataItem(dataset, name, "IMAGE_STRUCTURE");
    return value ? value : "";
}

static bool is_suitable(const struct sink_source *source, GDALDatasetH dataset)
{
    const char *interleave = structure_item(dataset, "INTERLEAVE");
    GDALRasterBandH band = GDALGetRasterBand(dataset, source->band);
    return strcmp(GDALGetDescription(GDALGetDatasetDriver(dataset)), "GTiff") == 0 &&
           strcmp(structure_item(dataset, "COMPRESSION"), "DEFLATE") == 0 &&
           (strcmp(interleave, "BAND") == 0 || GDALGetRasterCount(dataset) == 1) &&
           !GDALGetMetadataItem(band, "NBITS", "IMAGE_STRUCTURE") && source->has_block_list &&
           strcmp(source->path, source->opening) == 0;
}

/* The byte order mark of the file is that of this machine. */
static bool has_own_order(int file)
{
    const uint16_t one = 1;
    const char own = *(const unsigned char *)&one ? 'I' : 'M';
    char mark[2];
    return pread(file, mark, 2, 0) == 2 && mark[0] == own && mark[1] == own;
}

static bool is_known_predictor(int predictor, enum sink_cell_type type)
{
    const bool is_real = type == SINK_CELL_FLOAT32 || type == SINK_CELL_FLOAT64;
    return predictor == 1 || (predictor == 2 && type != SINK_CELL_FLOAT64) ||
           (predictor == 3 && is_real);
}

enum sink_status sink_direct_open(const struct sink_source *source, void *dataset,
                                  struct sink_direct **direct, struct sink_error *error)
{
    *direct = NULL;
    const char *predictor = structure_item(dataset, "PREDICTOR");
    if (!is_suitable(source, dataset) ||
        !is_known_predictor(*predictor ? atoi(predictor) : 1, source->type))
        return SINK_OK;
    struct sink_direct *made = calloc(1, sizeof *made);
    if (!made)
        return sink_fail_memory(error);
    made->source = source;
    made->predictor = *predictor ? atoi(predictor) : 1;
    made->cell_bytes = sink_cell_type_bytes(source->type);
    made->block_bytes =
        (size_t)source->block_width * (size_t)source->block_height * made->cell_bytes;
    made->decompressor = libdeflate_alloc_decompressor();
    made->row = malloc((size_t)source->block_width * made->cell_bytes);
    made->file = open(source->path, O_RDONLY | O_CLOEXEC);
    if (!made->decompressor || !made->row) {
        sink_direct_close(made);
        return sink_fail_memory(error);
    }
    if (made->file < 0 || !has_own_order(made->file)) {
        sink_direct_close(made);
        return SINK_OK;
    }
    *direct = made;
    return SINK_OK;
}

void sink_direct_close(struct sink_direct *direct)
{
    if (!direct)
        return;
    if (direct->file >= 0)
        close(direct->file);
    if (direct->decompressor)
        libdeflate_free_decompressor(direct->decompressor);
    free(direct->packed);
    free(direct->row);
    free(direct);
}

static double block_item(GDALRasterBandH band, const char *what, struct sink_window block_at)
{
    char name[64];
    snprintf(name, sizeof name, "BLOCK_%s_%d_%d", what, block_at.column, block_at.row);
    const char *value = GDALGetMetadataItem(band, name, "TIFF");
    return value ? strtod(value, NULL) : 0;
}

static enum sink_status fault(const struct sink_direct *direct, struct sink_window block_at,
                              const char *what, struct sink_error *error)
{
    return sink_fail(error, SINK_BAD_DATA,
                     "%s: the block at block column %d, row %d is unreadable: %s",
                     direct->source->name, block_at.column, block_at.row, what);
}

static enum sink_status fetch(struct sink_direct *direct, struct sink_window block_at,
                              double offset, size_t bytes, struct sink_error *error)
{
    if (bytes > direct->packed_room) {
        free(direct->packed);
        direct->packed = malloc(bytes);
        direct->packed_room = direct->packed ? bytes : 0;
    }
    if (!direct->packed)
        return sink_fail_memory(error);
    for (size_t done = 0; done < bytes;) {
        const ssize_t count =
            pread(direct->file, direct->packed + done, bytes - done, (off_t)offset + (off_t)done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return fault(direct, block_at,
                         count < 0 ? strerror(errno) : "the file ends before its end", error);
        done += (size_t)count;
    }
    return SINK_OK;
}

#define DEFINE_SUM(name, type)                                                                     \
    static void name(type *cells, size_t count)                                                    \
    {                                                                                              \
        type sum = 0;                                                                              \
        for (size_t i = 0; i < count; i++) {                                                       \
            sum = (type)(sum + cells[i]);                                                          \
            cells[i] = sum;                                                                        \
        }                                                                                          \
    }
DEFINE_SUM(sum_8, uint8_t)
DEFINE_SUM(sum_16, uint16_t)
DEFINE_SUM(sum_32, uint32_t)

/* Adobe Photoshop TIFF Technical Note 3: the bytes of a row's values by rank, the highest first,
 * as differences. */
static void undo_real(struct sink_direct *direct, unsigned char *row)
{
    const size_t width = (size_t)direct->source->block_width, bytes = direct->cell_bytes;
    sum_8(row, width * bytes);
    memcpy(direct->row, row, width * bytes);
    const uint16_t one = 1;
    const bool is_little = *(const unsigned char *)&one == 1;
    for (size_t b = 0; b < bytes; b++)
        for (size_t i = 0; i < width; i++)
            row[i * bytes + (is_little ? bytes - 1 - b : b)] = direct->row[b * width + i];
}

static void undo_predictor(struct sink_direct *direct, void *block, size_t rows)
{
    const size_t width = (size_t)direct->source->block_width;
    for (size_t r = 0; r < rows && direct->predictor != 1; r++) {
        unsigned char *row = (unsigned char *)block + r * width * direct->cell_bytes;
        if (direct->predictor == 3)
            undo_real(direct, row);
        else if (direct->cell_bytes == 1)
            sum_8(row, width);
        else if (direct->cell_bytes == 2)
            sum_16((uint16_t *)(void *)row, width);
        else
            sum_32((uint32_t *)(void *)row, width);
    }
}

enum sink_status sink_direct_read(struct sink_direct *direct, void *band,
                                  struct sink_window block_at, void *block, bool *is_done,
                                  struct sink_error *error)
{
    const double offset = block_item(band, "OFFSET", block_at);
    const double bytes = block_item(band, "SIZE", block_at);
    const int below = direct->source->file_height - block_at.row * direct->source->block_height;
    const size_t row_bytes = (size_t)direct->source->block_width * direct->cell_bytes;
    const size_t rows =
        (size_t)(below < direct->source->block_height ? below : direct->source->block_height);
    *is_done = false;
    if (sink_source_is_absent(direct->source, block_at.column, block_at.row))
        return SINK_OK;
    if (!(offset > 0) || !(bytes > 0)) /* GDAL would fill it with no data, without a word */
        return fault(direct, block_at, "its place in the file cannot be read", error);
    if (offset >= 0x1p53 || bytes > (double)direct->block_bytes * MAX_PACKED_SHARE + 1024)
        return SINK_OK;
    const enum sink_status status = fetch(direct, block_at, offset, (size_t)bytes, error);
    if (status != SINK_OK)
        return status;
    size_t unpacked = 0;
    const enum libdeflate_result result = libdeflate_zlib_decompress(
        direct->decompressor, direct->packed, (size_t)bytes, block, direct->block_bytes, &unpacked);
    /* libtiff takes what fits and never comes to the checksum */
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
        return fault(direct, block_at, "it unpacks to more cells than a block has", error);
    if (result != LIBDEFLATE_SUCCESS)
        return fault(direct, block_at, "its DEFLATE stream or the checksum of it is wrong", error);
    if (unpacked < rows * row_bytes)
        return fault(direct, block_at, "it unpacks to fewer cells than a block has", error);
    undo_predictor(direct, block, unpacked / row_bytes);
    *is_done = true;
    return SINK_OK;
}
