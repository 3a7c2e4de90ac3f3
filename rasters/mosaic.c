/* Cells of a layer on its own grid, from one file or many. */
#include "rasters/direct_block.h"
#include "rasters/layer_parts.h"

#include <cpl_error.h>
#include <gdal.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Files that one reader keeps open; a country at 10 m has thousands. */
#define MAX_OPEN 48

struct handle {
    GDALDatasetH dataset;
    GDALRasterBandH band;
    struct sink_direct *direct; /* NULL: blocks are read through GDAL */
    size_t used; /* tick of the last use */
};

struct sink_mosaic {
    const struct sink_layer *layer;
    struct handle *handles; /* [source_count] */
    size_t open_count, tick, cell_bytes;
    GDALDataType gdal_type;
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
    if ((*mosaic)->handles)
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
    CPLErrorReset();
    handle->dataset =
        GDALOpenEx(source->opening, GDAL_OF_RASTER | GDAL_OF_READONLY, NULL, NULL, NULL);
    if (!handle->dataset)
        return sink_fail(error, SINK_BAD_DATA, "%s: cannot be opened again: %s", source->path,
                         CPLGetLastErrorMsg());
    mosaic->open_count++;
    handle->used = mosaic->tick;
    handle->band = GDALGetRasterBand(handle->dataset, source->band);
    if (!handle->band || GDALGetRasterXSize(handle->dataset) != source->file_width ||
        GDALGetRasterYSize(handle->dataset) != source->file_height ||
        GDALGetRasterDataType(handle->band) != mosaic->gdal_type)
        return sink_fail(error, SINK_BAD_DATA, "%s: changed while it was read", source->path);
    return sink_direct_open(source, handle->dataset, &handle->direct, error);
}

static enum sink_status read_fault(const struct sink_source *source, int block_column,
                                   int block_row, struct sink_error *error)
{
    return sink_fail(error, SINK_BAD_DATA,
                     "%s: the block at block column %d, row %d is unreadable: "
                     "%s",
                     source->path, block_column, block_row, CPLGetLastErrorMsg());
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

static bool is_on_blocks(const struct rectangle *rectangle)
{
    const struct sink_source *source = rectangle->source;
    const int right = rectangle->column + rectangle->width;
    const int bottom = rectangle->row + rectangle->height;
    return rectangle->column % source->block_width == 0 &&
           rectangle->row % source->block_height == 0 &&
           (right % source->block_width == 0 || right == source->file_width) &&
           (bottom % source->block_height == 0 || bottom == source->file_height);
}

static void set_states(struct rectangle *rectangle, int row, int column, int height, int width,
                       enum sink_cell_state state)
{
    if (!rectangle->has_states)
        memset(rectangle->states, SINK_CELL_READ,
               (size_t)rectangle->height * (size_t)rectangle->width);
    rectangle->has_states = true;
    for (int r = row; r < row + height; r++)
        memset(rectangle->states + (size_t)r * (size_t)rectangle->width + (size_t)column, state,
               (size_t)width);
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

static enum sink_status read_block(struct sink_mosaic *mosaic, struct rectangle *rectangle,
                                   int block_column, int block_row, struct sink_error *error)
{
    const struct sink_source *source = rectangle->source;
    const int left = block_column * source->block_width - rectangle->column;
    const int top = block_row * source->block_height - rectangle->row;
    const int width = left + source->block_width < rectangle->width ? source->block_width
                                                                    : rectangle->width - left;
    const int height = top + source->block_height < rectangle->height ? source->block_height
                                                                      : rectangle->height - top;
    char *to = rectangle->values +
               ((size_t)top * (size_t)rectangle->width + (size_t)left) * mosaic->cell_bytes;
    const bool is_direct =
        source->block_width == rectangle->width && height == source->block_height;
    if (!source->has_nodata && sink_source_is_absent(source, block_column, block_row)) {
        set_states(rectangle, top, left, height, width, SINK_CELL_ABSENT);
        for (int r = 0; r < height; r++)
            memset(to + (size_t)r * (size_t)rectangle->width * mosaic->cell_bytes, 0,
                   (size_t)width * mosaic->cell_bytes);
        return SINK_OK;
    }
    const enum sink_status status =
        fill_block(rectangle, block_column, block_row, is_direct ? to : mosaic->block, error);
    if (status != SINK_OK)
        return status;
    for (int r = 0; r < height && !is_direct; r++)
        memcpy(to + (size_t)r * (size_t)rectangle->width * mosaic->cell_bytes,
               (char *)mosaic->block + (size_t)r * (size_t)source->block_width * mosaic->cell_bytes,
               (size_t)width * mosaic->cell_bytes);
    return SINK_OK;
}

static enum sink_status read_blocks(struct sink_mosaic *mosaic, struct rectangle *rectangle,
                                    struct sink_error *error)
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
            status = read_block(mosaic, rectangle, column, row, error);
    return status;
}

/* Blocks that the file does not hold, where a read through GDAL's cache has filled in zeros. */
static void mark_absent(struct rectangle *rectangle)
{
    const struct sink_source *source = rectangle->source;
    for (int r = 0; r < rectangle->height; r++)
        for (int c = 0; c < rectangle->width; c++)
            if (sink_source_is_absent(source, (rectangle->column + c) / source->block_width,
                                      (rectangle->row + r) / source->block_height))
                set_states(rectangle, r, c, 1, 1, SINK_CELL_ABSENT);
}

static enum sink_status read_window(struct sink_mosaic *mosaic, struct rectangle *rectangle,
                                    struct sink_error *error)
{
    const struct sink_source *source = rectangle->source;
    if (GDALRasterIO(rectangle->band, GF_Read, rectangle->column, rectangle->row, rectangle->width,
                     rectangle->height, rectangle->values, rectangle->width, rectangle->height,
                     mosaic->gdal_type, 0, 0) != CE_None)
        return read_fault(source, rectangle->column / source->block_width,
                          rectangle->row / source->block_height, error);
    if (source->absent && !source->has_nodata)
        mark_absent(rectangle);
    return SINK_OK;
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
                         rectangle->source->path, CPLGetLastErrorMsg());
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
    status = is_on_blocks(&rectangle) ? read_blocks(mosaic, &rectangle, error)
                                      : read_window(mosaic, &rectangle, error);
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

static bool is_nodata(const struct sink_layer *layer, const char *cell)
{
    double raw;
    switch (layer->sources[0].type) {
    case SINK_CELL_UINT8:
        raw = *(const uint8_t *)cell;
        break;
    case SINK_CELL_UINT16:
        raw = *(const uint16_t *)(const void *)cell;
        break;
    case SINK_CELL_INT16:
        raw = *(const int16_t *)(const void *)cell;
        break;
    case SINK_CELL_UINT32:
        raw = *(const uint32_t *)(const void *)cell;
        break;
    case SINK_CELL_INT32:
        raw = *(const int32_t *)(const void *)cell;
        break;
    case SINK_CELL_FLOAT32:
        raw = (double)*(const float *)(const void *)cell;
        break;
    default:
        raw = *(const double *)(const void *)cell;
    }
    if (isnan(raw))
        return true;
    for (size_t i = 0; i < layer->nodata_count; i++)
        if (raw == layer->nodata[i] ||
            (layer->sources[0].type == SINK_CELL_FLOAT32 && raw == (double)(float)layer->nodata[i]))
            return true;
    return false;
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
            const bool is_data = state == SINK_CELL_READ && !is_nodata(mosaic->layer, cell);
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
