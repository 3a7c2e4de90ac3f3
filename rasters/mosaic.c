/* Cells of a layer on its own grid, from one file or many. */
#include "rasters/block_cache.h"
#include "rasters/direct_block.h"
#include "rasters/layer_parts.h"

#include <cpl_error.h>
#include <errno.h>
#include <gdal.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Files that one reader keeps open; a country at 10 m has thousands. */
#define MAX_OPEN 16
/* Blocks kept for the windows that share them. */
#define CACHE_BYTES ((size_t)24 << 20)

struct handle {
    GDALDatasetH dataset;
    GDALRasterBandH band;
    struct sink_direct *direct; /* NULL: blocks are read through GDAL */
    size_t used;                /* tick of the last use */
};

struct sink_mosaic {
    const struct sink_layer *layer;
    struct handle *handles; /* [source_count] */
    size_t open_count, tick, cell_bytes;
    GDALDataType gdal_type;
    struct sink_block_cache *cache;
    void *block; /* scratch: one block */
    size_t block_room;
    struct sink_block part; /* scratch: what one of several files gives */
    size_t part_room;
    uint8_t *mask; /* scratch */
    size_t mask_room;
};

enum sink_status sink_mosaic_open(const struct sink_layer *layer, struct sink_mosaic **mosaic,
                                  struct sink_error *error)
{
    static const GDALDataType types[] = {GDT_Byte,  GDT_UInt16,  GDT_Int16,  GDT_UInt32,
                                         GDT_Int32, GDT_Float32, GDT_Float64};
    *mosaic = calloc(1, sizeof **mosaic);
    if (!*mosaic)
        return sink_fail_memory(error);
    (*mosaic)->layer = layer;
    (*mosaic)->cell_bytes = sink_cell_type_bytes(layer->sources[0].type);
    (*mosaic)->gdal_type = types[layer->sources[0].type];
    (*mosaic)->handles = calloc(layer->source_count, sizeof *(*mosaic)->handles);
    (*mosaic)->cache = sink_block_cache_new(CACHE_BYTES);
    if ((*mosaic)->handles && (*mosaic)->cache)
        return SINK_OK;
    sink_mosaic_close(*mosaic);
    *mosaic = NULL;
    return sink_fail_memory(error);
}

static void close_handle(struct handle *handle)
{
    if (handle->dataset)
        GDALClose(handle->dataset);
    sink_direct_close(handle->direct);
    *handle = (struct handle){0};
}

void sink_mosaic_close(struct sink_mosaic *mosaic)
{
    if (!mosaic)
        return;
    for (size_t i = 0; mosaic->handles && i < mosaic->layer->source_count; i++)
        close_handle(&mosaic->handles[i]);
    free(mosaic->handles);
    sink_block_cache_free(mosaic->cache);
    free(mosaic->block);
    free(mosaic->part.values);
    free(mosaic->part.states);
    free(mosaic->mask);
    free(mosaic);
}

static bool grow(void **memory, size_t *room, size_t count, size_t size)
{
    if (count <= *room)
        return true;
    free(*memory);
    *memory = malloc(count * size);
    *room = *memory ? count : 0;
    return *memory != NULL;
}

static void close_oldest(struct sink_mosaic *mosaic)
{
    struct handle *oldest = NULL;
    for (size_t i = 0; i < mosaic->layer->source_count; i++) {
        struct handle *handle = &mosaic->handles[i];
        if (handle->dataset && (!oldest || handle->used < oldest->used))
            oldest = handle;
    }
    if (oldest) {
        close_handle(oldest);
        mosaic->open_count--;
    }
}

/* Where the process may not open another file, those read longest ago make room. */
static GDALDatasetH open_dataset(struct sink_mosaic *mosaic, const char *words)
{
    for (;;) {
        errno = 0;
        GDALDatasetH dataset =
            GDALOpenEx(words, GDAL_OF_RASTER | GDAL_OF_READONLY, sink_source_drivers, NULL, NULL);
        const bool is_full = errno == EMFILE || strstr(CPLGetLastErrorMsg(), "Too many open files");
        if (dataset || mosaic->open_count == 0 || !is_full)
            return dataset;
        close_oldest(mosaic);
    }
}

/* The file was there when the layer was opened; GDAL has no words for one that no longer is. */
static enum sink_status opening_fault(const struct sink_source *source, struct sink_error *error)
{
    const bool is_on_disk = strncmp(source->path, "/vsi", 4) != 0;
    if (is_on_disk && access(source->path, F_OK) != 0 && errno == ENOENT)
        return sink_fail(error, SINK_BAD_DATA, "%s: changed while it was read: it is gone",
                         source->name);
    return sink_fail(error, SINK_FAILED, "%s: cannot be opened again: %s", source->name,
                     *CPLGetLastErrorMsg() ? CPLGetLastErrorMsg() : "GDAL does not say why");
}

static enum sink_status open_source(struct sink_mosaic *mosaic, size_t index,
                                    struct sink_error *error)
{
    const struct sink_source *source = &mosaic->layer->sources[index];
    struct handle *handle = &mosaic->handles[index];
    handle->used = ++mosaic->tick;
    if (handle->dataset)
        return SINK_OK;
    if (mosaic->open_count >= MAX_OPEN)
        close_oldest(mosaic);
    sink_source_silence(source);
    CPLErrorReset();
    handle->dataset = open_dataset(mosaic, source->opening);
    if (!handle->dataset)
        return opening_fault(source, error);
    mosaic->open_count++;
    handle->used = mosaic->tick;
    handle->band = GDALGetRasterBand(handle->dataset, source->band);
    if (!handle->band || GDALGetRasterXSize(handle->dataset) != source->file_width ||
        GDALGetRasterYSize(handle->dataset) != source->file_height ||
        GDALGetRasterDataType(handle->band) != mosaic->gdal_type)
        return sink_fail(error, SINK_BAD_DATA, "%s: changed while it was read", source->name);
    return sink_direct_open(source, handle->dataset, &handle->direct, error);
}

static enum sink_status read_fault(const struct sink_source *source, int block_column,
                                   int block_row, struct sink_error *error)
{
    return sink_fail(error, SINK_BAD_DATA,
                     "%s: the block at block column %d, row %d is unreadable: "
                     "%s",
                     source->name, block_column, block_row, CPLGetLastErrorMsg());
}

/* A rectangle of a file, in cells of the file, and where its cells go (row after row). */
struct rectangle {
    const struct sink_source *source;
    GDALRasterBandH band;
    struct sink_direct *direct;
    int row, column, height, width;
    char *values;
    uint8_t *states;
    bool has_states;
};

static void set_states(struct rectangle *rectangle, int row, int column, int height, int width,
                       enum sink_cell_state state)
{
    if (!rectangle->has_states)
        memset(rectangle->states, SINK_CELL_READ,
               (size_t)rectangle->height * (size_t)rectangle->width);
    rectangle->has_states = true;
    for (int r = row; r < row + height; r++)
        memset(rectangle->states + (size_t)r * (size_t)rectangle->width + (size_t)column,
               (int)state, (size_t)width);
}

/* Fills `block` with a whole block of the file. */
static enum sink_status fill_block(const struct rectangle *rectangle, int block_column,
                                   int block_row, void *block, struct sink_error *error)
{
    const struct sink_window block_at = {.row = block_row, .column = block_column};
    bool is_done = false;
    enum sink_status status = SINK_OK;
    if (rectangle->direct)
        status =
            sink_direct_read(rectangle->direct, rectangle->band, block_at, block, &is_done, error);
    if (status == SINK_OK && !is_done &&
        GDALReadBlock(rectangle->band, block_column, block_row, block) != CE_None)
        status = read_fault(rectangle->source, block_column, block_row, error);
    return status;
}

/* The part of a block that lies in the rectangle, in cells of the rectangle. */
static struct sink_window part_of_block(const struct rectangle *rectangle, int left, int top)
{
    const struct sink_source *source = rectangle->source;
    const int right = left + source->block_width < rectangle->width ? left + source->block_width
                                                                    : rectangle->width;
    const int bottom = top + source->block_height < rectangle->height ? top + source->block_height
                                                                      : rectangle->height;
    const struct sink_window part = {.row = top > 0 ? top : 0, .column = left > 0 ? left : 0};
    return (struct sink_window){.row = part.row,
                                .column = part.column,
                                .height = bottom - part.row,
                                .width = right - part.column};
}

/* Does the part hold every cell that the block has in the file? Then no other window needs it. */
static bool is_whole_block(const struct rectangle *rectangle, struct sink_window part)
{
    const struct sink_source *source = rectangle->source;
    const int row = rectangle->row + part.row, column = rectangle->column + part.column;
    return row % source->block_height == 0 && column % source->block_width == 0 &&
           (part.height == source->block_height || row + part.height == source->file_height) &&
           (part.width == source->block_width || column + part.width == source->file_width);
}

static enum sink_status cached_block(struct sink_mosaic *mosaic, const struct rectangle *rectangle,
                                     struct sink_block_key key, const void **cells,
                                     struct sink_error *error)
{
    *cells = sink_block_cache_find(mosaic->cache, key);
    if (*cells)
        return SINK_OK;
    const struct sink_source *source = rectangle->source;
    void *block = sink_block_cache_add(mosaic->cache, key,
                                       (size_t)source->block_width * (size_t)source->block_height *
                                           mosaic->cell_bytes);
    if (!block)
        return sink_fail_memory(error);
    const enum sink_status status = fill_block(rectangle, key.column, key.row, block, error);
    if (status != SINK_OK)
        sink_block_cache_drop(mosaic->cache, key);
    *cells = block;
    return status;
}

static void set_absent(const struct sink_mosaic *mosaic, struct rectangle *rectangle,
                       struct sink_window part, char *to)
{
    const size_t row_bytes = (size_t)rectangle->width * mosaic->cell_bytes;
    set_states(rectangle, part.row, part.column, part.height, part.width, SINK_CELL_ABSENT);
    for (int r = 0; r < part.height; r++)
        memset(to + (size_t)r * row_bytes, 0, (size_t)part.width * mosaic->cell_bytes);
}

static enum sink_status read_block(struct sink_mosaic *mosaic, struct rectangle *rectangle,
                                   struct sink_block_key key, struct sink_error *error)
{
    const struct sink_source *source = rectangle->source;
    const int left = key.column * source->block_width - rectangle->column;
    const int top = key.row * source->block_height - rectangle->row;
    const struct sink_window part = part_of_block(rectangle, left, top);
    const size_t bytes = mosaic->cell_bytes, row_bytes = (size_t)rectangle->width * bytes;
    char *to = rectangle->values + (size_t)part.row * row_bytes + (size_t)part.column * bytes;
    if (!source->has_nodata && sink_source_is_absent(source, key.column, key.row)) {
        set_absent(mosaic, rectangle, part, to);
        return SINK_OK;
    }
    const bool is_whole = is_whole_block(rectangle, part);
    const bool is_direct =
        is_whole && source->block_width == rectangle->width && part.height == source->block_height;
    const void *cells = mosaic->block;
    const enum sink_status status =
        is_whole ? fill_block(rectangle, key.column, key.row, is_direct ? to : mosaic->block, error)
                 : cached_block(mosaic, rectangle, key, &cells, error);
    const size_t first =
        (size_t)(part.row - top) * (size_t)source->block_width + (size_t)(part.column - left);
    for (int r = 0; r < part.height && !is_direct && status == SINK_OK; r++)
        memcpy(to + (size_t)r * row_bytes,
               (const char *)cells + (first + (size_t)r * (size_t)source->block_width) * bytes,
               (size_t)part.width * bytes);
    return status;
}

static enum sink_status read_blocks(struct sink_mosaic *mosaic, struct rectangle *rectangle,
                                    size_t index, struct sink_error *error)
{
    const struct sink_source *source = rectangle->source;
    const size_t cells = (size_t)source->block_width * (size_t)source->block_height;
    if (!grow(&mosaic->block, &mosaic->block_room, cells, mosaic->cell_bytes))
        return sink_fail_memory(error);
    const int last_row = (rectangle->row + rectangle->height - 1) / source->block_height;
    const int last_column = (rectangle->column + rectangle->width - 1) / source->block_width;
    enum sink_status status = SINK_OK;
    for (int row = rectangle->row / source->block_height; row <= last_row; row++)
        for (int column = rectangle->column / source->block_width;
             column <= last_column && status == SINK_OK; column++)
            status = read_block(
                mosaic, rectangle,
                (struct sink_block_key){.source = index, .column = column, .row = row}, error);
    return status;
}

static enum sink_status read_mask(struct sink_mosaic *mosaic, struct rectangle *rectangle,
                                  struct sink_error *error)
{
    const size_t cells = (size_t)rectangle->height * (size_t)rectangle->width;
    void *mask = mosaic->mask;
    const bool is_grown = grow(&mask, &mosaic->mask_room, cells, 1);
    mosaic->mask = mask;
    if (!is_grown)
        return sink_fail_memory(error);
    if (GDALRasterIO(GDALGetMaskBand(rectangle->band), GF_Read, rectangle->column, rectangle->row,
                     rectangle->width, rectangle->height, mosaic->mask, rectangle->width,
                     rectangle->height, GDT_Byte, 0, 0) != CE_None)
        return sink_fail(error, SINK_BAD_DATA, "%s: the mask band is unreadable: %s",
                         rectangle->source->name, CPLGetLastErrorMsg());
    for (size_t i = 0; i < cells; i++)
        if (mosaic->mask[i] == 0)
            set_states(rectangle, (int)(i / (size_t)rectangle->width),
                       (int)(i % (size_t)rectangle->width), 1, 1, SINK_CELL_MASKED);
    return SINK_OK;
}

/* `window` is on the layer's grid and inside the source. */
static enum sink_status read_source(struct sink_mosaic *mosaic, size_t index,
                                    struct sink_window window, struct sink_block *block,
                                    struct sink_error *error)
{
    const struct sink_source *source = &mosaic->layer->sources[index];
    enum sink_status status = open_source(mosaic, index, error);
    if (status != SINK_OK)
        return status;
    struct rectangle rectangle = {.source = source,
                                  .band = mosaic->handles[index].band,
                                  .direct = mosaic->handles[index].direct,
                                  .row = window.row - source->row + source->file_row,
                                  .column = window.column - source->column + source->file_column,
                                  .height = window.height,
                                  .width = window.width,
                                  .values = block->values,
                                  .states = block->states};
    CPLErrorReset();
    status = read_blocks(mosaic, &rectangle, index, error);
    if (status == SINK_OK && source->has_mask)
        status = read_mask(mosaic, &rectangle, error);
    block->has_states = rectangle.has_states;
    return status;
}

static struct sink_window meet(struct sink_window a, const struct sink_source *source)
{
    const int top = a.row > source->row ? a.row : source->row;
    const int left = a.column > source->column ? a.column : source->column;
    const int bottom = a.row + a.height < source->row + source->grid.height
                           ? a.row + a.height
                           : source->row + source->grid.height;
    const int right = a.column + a.width < source->column + source->grid.width
                          ? a.column + a.width
                          : source->column + source->grid.width;
    return (struct sink_window){
        .row = top, .column = left, .height = bottom - top, .width = right - left};
}

static bool is_nodata(const struct sink_layer *layer, const void *values, size_t cell)
{
    const double raw = sink_cell_number(layer->sources[0].type, values, cell);
    for (size_t i = 0; i < layer->nodata_count; i++)
        if (raw == layer->nodata[i])
            return true;
    return isnan(raw);
}

/* Lays one file's cells over what is there; its cells without data hide nothing. */
static void lay_over(const struct sink_mosaic *mosaic, struct sink_window window,
                     struct sink_window part, struct sink_block *block)
{
    const size_t bytes = mosaic->cell_bytes;
    for (int r = 0; r < part.height; r++)
        for (int c = 0; c < part.width; c++) {
            const size_t from = (size_t)r * (size_t)part.width + (size_t)c;
            const size_t to = (size_t)(part.row - window.row + r) * (size_t)window.width +
                              (size_t)(part.column - window.column + c);
            const char *cell = (const char *)mosaic->part.values + from * bytes;
            const uint8_t state =
                mosaic->part.has_states ? mosaic->part.states[from] : SINK_CELL_READ;
            const bool is_data =
                state == SINK_CELL_READ && !is_nodata(mosaic->layer, mosaic->part.values, from);
            if (!is_data && (block->states[to] == SINK_CELL_READ || state == SINK_CELL_ABSENT))
                continue;
            memcpy((char *)block->values + to * bytes, cell, bytes);
            block->states[to] = state;
        }
}

static enum sink_status read_part(struct sink_mosaic *mosaic, size_t index, struct sink_window part,
                                  struct sink_error *error)
{
    const size_t cells = (size_t)part.height * (size_t)part.width;
    size_t room = mosaic->part_room;
    void *states = mosaic->part.states;
    const bool is_grown =
        grow(&mosaic->part.values, &mosaic->part_room, cells, mosaic->cell_bytes) &&
        grow(&states, &room, cells, 1);
    mosaic->part.states = states;
    return is_grown ? read_source(mosaic, index, part, &mosaic->part, error)
                    : sink_fail_memory(error);
}

enum sink_status sink_mosaic_read(struct sink_mosaic *mosaic, struct sink_window window,
                                  struct sink_block *block, struct sink_error *error)
{
    const struct sink_layer *layer = mosaic->layer;
    const size_t cells = (size_t)window.height * (size_t)window.width;
    size_t meeting = 0, last = 0;
    for (size_t i = 0; i < layer->source_count; i++) {
        const struct sink_window part = meet(window, &layer->sources[i]);
        if (part.height > 0 && part.width > 0) {
            meeting++;
            last = i;
        }
    }
    if (meeting == 1) {
        const struct sink_window part = meet(window, &layer->sources[last]);
        if (part.height == window.height && part.width == window.width)
            return read_source(mosaic, last, window, block, error);
    }
    memset(block->values, 0, cells * mosaic->cell_bytes);
    memset(block->states, SINK_CELL_ABSENT, cells);
    block->has_states = true;
    for (size_t i = 0; i < layer->source_count && meeting > 0; i++) {
        const struct sink_window part = meet(window, &layer->sources[i]);
        if (part.height <= 0 || part.width <= 0)
            continue;
        const enum sink_status status = read_part(mosaic, i, part, error);
        if (status != SINK_OK)
            return status;
        lay_over(mosaic, window, part, block);
    }
    block->has_states = memchr(block->states, SINK_CELL_MASKED, cells) ||
                        memchr(block->states, SINK_CELL_ABSENT, cells);
    return SINK_OK;
}
