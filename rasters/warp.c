/* A layer brought to another grid: cell centres or corners are placed on the layer's grid
 * (warp_points.c), and the cells around them are read window by window. Nearest: the cell that
 * holds the centre. Bilinear: the four cells around it, by nearness. Average: the mean of the
 * layer's cells under the cell, by the share of each that lies under it (footprint.c). Cells
 * without data do not count. */
#include "rasters/footprint.h"
#include "rasters/layer_parts.h"
#include "rasters/warp_points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Source cells read at once; a larger window is cut. */
#define MAX_SOURCE_CELLS ((size_t)1 << 20)
#define MAX_SOURCE_WIDTH (1 << 23)
/* A cell is without data unless data lie under more than this share of it. */
#define LEAST_SHARE 1e-5

struct sink_warp {
    const struct sink_layer *layer;
    struct sink_points *points;
    int world; /* columns around the world, where the layer has them all; else 0 */
    struct sink_point *places;
    struct sink_block source, piece; /* piece: of a window across the edge of the world */
    double *numbers;                 /* source as numbers, NaN for no data */
    size_t source_room, piece_room;
};

/* What is being filled: a part of the window asked for. */
struct part {
    struct sink_window window; /* on the job's grid */
    struct sink_window whole;  /* the block's */
    struct sink_block *block;
    struct sink_window source; /* on the layer's grid; may lie across the edge of the world */
    int columns;               /* points in a row */
};

/* Source cells from..to - 1. */
struct reach {
    double left, right, top, bottom;
};

/* Weighted mean of what has data. */
struct mean {
    double sum, weight, covered; /* covered: weight of all cells that the layer has */
};

enum sink_status sink_warp_open(const struct sink_layer *layer, const struct sink_grid *grid,
                                size_t max_cells, struct sink_warp **warp, struct sink_error *error)
{
    *warp = calloc(1, sizeof **warp);
    if (!*warp)
        return sink_fail_memory(error);
    (*warp)->layer = layer;
    /* corners of any window of max_cells cells */
    (*warp)->places = malloc((2 * max_cells + 2) * sizeof *(*warp)->places);
    enum sink_status status =
        (*warp)->places
            ? sink_points_open(grid, &layer->grid, layer->sources[0].name, &(*warp)->points, error)
            : sink_fail_memory(error);
    if (status != SINK_OK) {
        sink_warp_close(*warp);
        *warp = NULL;
        return status;
    }
    const double world = sink_points_world((*warp)->points);
    if (world >= 2 && world < 0x1p30 && fabs(world - rint(world)) < 0.01 &&
        layer->grid.width >= rint(world))
        (*warp)->world = (int)rint(world);
    return SINK_OK;
}

void sink_warp_close(struct sink_warp *warp)
{
    if (!warp)
        return;
    sink_points_close(warp->points);
    free(warp->places);
    free(warp->source.values);
    free(warp->source.states);
    free(warp->piece.values);
    free(warp->piece.states);
    free(warp->numbers);
    free(warp);
}

static bool is_average(const struct sink_warp *warp)
{
    return warp->layer->method == SINK_RESAMPLE_AVERAGE;
}

/* False where a corner is off the projection. */
static bool find_footprint(const struct sink_warp *warp, const struct part *part, size_t point,
                           struct sink_footprint *footprint)
{
    const size_t n = (size_t)part->columns;
    const size_t corners[4] = {point, point + 1, point + n, point + n + 1};
    const double world = sink_points_world(warp->points);
    double x[4], y[4];
    for (int i = 0; i < 4; i++) {
        x[i] = warp->places[corners[i]].x;
        y[i] = warp->places[corners[i]].y;
        if (world > 0)
            x[i] -= world * rint((x[i] - x[0]) / world);
        if (!isfinite(x[i]) || !isfinite(y[i]))
            return false;
    }
    *footprint = sink_footprint_of(x, y);
    return true;
}

/* The source cells that a cell needs; false for none. */
static bool find_reach(const struct sink_warp *warp, const struct part *part, size_t point,
                       struct reach *reach)
{
    const struct sink_point place = warp->places[point];
    struct sink_footprint footprint;
    if (is_average(warp)) {
        if (!find_footprint(warp, part, point, &footprint))
            return false;
        *reach = (struct reach){floor(footprint.left), ceil(footprint.right), floor(footprint.top),
                                ceil(footprint.bottom)};
    } else {
        const bool is_bilinear = warp->layer->method == SINK_RESAMPLE_BILINEAR;
        const double before = is_bilinear ? 0.5 : 0;
        const double left = floor(place.x - before), top = floor(place.y - before);
        *reach = (struct reach){left, left + 1 + is_bilinear, top, top + 1 + is_bilinear};
    }
    const struct sink_grid *grid = &warp->layer->grid;
    const bool is_beside = !warp->world && !(reach->right > 0 && reach->left < grid->width);
    return reach->bottom > 0 && reach->top < grid->height && !is_beside;
}

static void extend(struct reach *all, double left, double right)
{
    all->left = fmin(all->left, left);
    all->right = fmax(all->right, right);
}

/* What the part's cells need together, from the bounds of its points alone; false where they lie on
 * both sides of the edge of the world. */
static bool find_bounds(const struct sink_warp *warp, const struct part *part, struct reach *all)
{
    const double world = sink_points_world(warp->points);
    const bool is_bilinear = warp->layer->method == SINK_RESAMPLE_BILINEAR;
    const double before = is_bilinear ? 0.5 : 0;
    const size_t count = (size_t)part->columns * (size_t)(part->window.height + is_average(warp));
    struct reach bounds = {INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (size_t i = 0; i < count; i++) { /* NaN is passed over */
        const struct sink_point place = warp->places[i];
        bounds.left = place.x < bounds.left ? place.x : bounds.left;
        bounds.right = place.x > bounds.right ? place.x : bounds.right;
        bounds.top = place.y < bounds.top ? place.y : bounds.top;
        bounds.bottom = place.y > bounds.bottom ? place.y : bounds.bottom;
    }
    all->left = floor(bounds.left - before);
    all->right = floor(bounds.right - before) + 1 + is_bilinear;
    all->top = floor(bounds.top - before);
    all->bottom = floor(bounds.bottom - before) + 1 + is_bilinear;
    return !(world > 0 && bounds.right - bounds.left > world / 2);
}

/* The same cell by cell. Around the world the window may begin before the first column or end after
 * the last, whichever is narrower. */
static void find_reaches(const struct sink_warp *warp, const struct part *part, struct reach *all)
{
    struct reach here = {INFINITY, -INFINITY, INFINITY, -INFINITY}, there = here, reach;
    for (int r = 0; r < part->window.height; r++)
        for (int c = 0; c < part->window.width; c++) {
            if (!find_reach(warp, part, (size_t)r * (size_t)part->columns + (size_t)c, &reach))
                continue;
            here.top = fmin(here.top, reach.top);
            here.bottom = fmax(here.bottom, reach.bottom);
            if (!warp->world) {
                extend(&here, reach.left, reach.right);
                continue;
            }
            const double width = reach.right - reach.left;
            const double left = reach.left - warp->world * floor(reach.left / warp->world);
            const double other = left >= 0.5 * warp->world ? left - warp->world : left;
            extend(&here, left, left + width);
            extend(&there, other, other + width);
        }
    if (warp->world && there.right - there.left < here.right - here.left) {
        here.left = there.left;
        here.right = there.right;
    }
    *all = here;
}

/* The smallest window that holds what all cells of the part need; height 0 for none. */
static void find_source(const struct sink_warp *warp, struct part *part)
{
    const struct sink_grid *grid = &warp->layer->grid;
    struct reach all;
    if (!find_bounds(warp, part, &all))
        find_reaches(warp, part, &all);
    all.top = fmax(all.top, 0);
    all.bottom = fmin(all.bottom, grid->height);
    if (!warp->world || all.right - all.left > warp->world) {
        all.left = warp->world ? 0 : fmax(all.left, 0);
        all.right = warp->world ? warp->world : fmin(all.right, grid->width);
    }
    part->source = (struct sink_window){0};
    if (all.right > all.left && all.bottom > all.top)
        part->source = (struct sink_window){.row = (int)all.top,
                                            .column = (int)all.left,
                                            .height = (int)(all.bottom - all.top),
                                            .width = (int)(all.right - all.left)};
}

static bool grow(struct sink_block *block, size_t *room, size_t cells)
{
    if (cells <= *room)
        return true;
    free(block->values);
    free(block->states);
    block->values = malloc(cells * sizeof(double));
    block->states = malloc(cells);
    *room = block->values && block->states ? cells : 0;
    return *room > 0;
}

/* Reads the part of a window that starts at unrolled column `column` and ends at its right or at
 * the edge of the world; *width says how wide it is. */
static enum sink_status read_piece(struct sink_warp *warp, struct sink_mosaic *mosaic,
                                   struct sink_window window, int column, int *width,
                                   struct sink_error *error)
{
    const size_t bytes = sink_cell_type_bytes(warp->layer->sources[0].type);
    struct sink_window piece = window;
    piece.column = (column % warp->world + warp->world) % warp->world;
    piece.width = window.column + window.width - column;
    if (piece.width > warp->world - piece.column)
        piece.width = warp->world - piece.column;
    *width = piece.width;
    const size_t n = (size_t)piece.width, cells = (size_t)piece.height * n;
    if (!grow(&warp->piece, &warp->piece_room, cells))
        return sink_fail_memory(error);
    const enum sink_status status = sink_mosaic_read(mosaic, piece, &warp->piece, error);
    if (status == SINK_OK && !warp->piece.has_states)
        memset(warp->piece.states, SINK_CELL_READ, cells);
    for (size_t r = 0; r < (size_t)piece.height && status == SINK_OK; r++) {
        const size_t to = r * (size_t)window.width + (size_t)(column - window.column);
        memcpy((char *)warp->source.values + to * bytes,
               (const char *)warp->piece.values + r * n * bytes, n * bytes);
        memcpy(warp->source.states + to, warp->piece.states + r * n, n);
    }
    return status;
}

static double number_at(const struct sink_warp *warp, size_t cell)
{
    const struct sink_block *block = &warp->source;
    if (block->has_states && block->states[cell] != SINK_CELL_READ)
        return NAN;
    const double raw = sink_cell_number(warp->layer->sources[0].type, block->values, cell);
    for (size_t i = 0; i < warp->layer->nodata_count; i++)
        if (raw == warp->layer->nodata[i])
            return NAN;
    return raw;
}

static enum sink_status read_source(struct sink_warp *warp, struct sink_mosaic *mosaic,
                                    struct sink_window window, struct sink_error *error)
{
    const size_t cells = (size_t)window.height * (size_t)window.width;
    const bool is_across =
        window.column < 0 || window.column + window.width > warp->layer->grid.width;
    enum sink_status status = SINK_OK;
    int width = 0;
    if (cells > warp->source_room) {
        free(warp->numbers);
        warp->numbers = malloc(cells * sizeof(double));
        if (!warp->numbers || !grow(&warp->source, &warp->source_room, cells)) {
            warp->source_room = 0;
            return sink_fail_memory(error);
        }
    }
    if (!is_across)
        status = sink_mosaic_read(mosaic, window, &warp->source, error);
    else
        warp->source.has_states = true;
    for (int done = 0; is_across && status == SINK_OK && done < window.width; done += width)
        status = read_piece(warp, mosaic, window, window.column + done, &width, error);
    if (status == SINK_OK && warp->layer->method != SINK_RESAMPLE_NEAREST)
        for (size_t i = 0; i < cells; i++)
            warp->numbers[i] = number_at(warp, i);
    return status;
}

/* Index of a source cell in the source window; SIZE_MAX outside it and for NaN. */
static size_t source_cell(const struct sink_warp *warp, const struct part *part, double column,
                          double row)
{
    const double r = row - part->source.row;
    double c = column - part->source.column;
    if (warp->world)
        c -= warp->world * floor(c / warp->world);
    if (!(c >= 0 && r >= 0 && c < part->source.width && r < part->source.height))
        return SIZE_MAX;
    return (size_t)r * (size_t)part->source.width + (size_t)c;
}

static uint8_t source_state(const struct sink_warp *warp, size_t cell)
{
    if (cell == SIZE_MAX)
        return SINK_CELL_ABSENT;
    return warp->source.has_states ? warp->source.states[cell] : SINK_CELL_READ;
}

static void put_nearest(struct sink_warp *warp, const struct part *part, size_t point, size_t to)
{
    const size_t bytes = sink_cell_type_bytes(warp->layer->sources[0].type);
    const struct sink_point place = warp->places[point];
    const size_t from = source_cell(warp, part, floor(place.x), floor(place.y));
    char *value = (char *)part->block->values + to * bytes;
    part->block->states[to] = source_state(warp, from);
    if (from == SIZE_MAX)
        memset(value, 0, bytes);
    else
        memcpy(value, (const char *)warp->source.values + from * bytes, bytes);
}

static void add_to_mean(const struct sink_warp *warp, size_t cell, double weight, struct mean *mean)
{
    if (!(weight > 0) || source_state(warp, cell) == SINK_CELL_ABSENT)
        return;
    mean->covered += weight;
    if (isnan(warp->numbers[cell]))
        return;
    mean->sum += weight * warp->numbers[cell];
    mean->weight += weight;
}

/* `total` is the weight of a cell that lies on data everywhere. */
static void put_mean(const struct sink_warp *warp, const struct part *part, struct mean mean,
                     double total, size_t to)
{
    const bool has_data = mean.weight > LEAST_SHARE * total;
    double value = has_data ? mean.sum / mean.weight : 0;
    if (isnan(value))
        value = INFINITY; /* of infinite ones of both signs: must not pass for no data */
    for (size_t i = 0; i < warp->layer->nodata_count && has_data; i++)
        if (value == warp->layer->nodata[i])
            value = nextafter(value, INFINITY); /* a mean is never no data */
    ((double *)part->block->values)[to] = value;
    part->block->states[to] = has_data                             ? SINK_CELL_READ
                              : mean.covered > LEAST_SHARE * total ? SINK_CELL_MASKED
                                                                   : SINK_CELL_ABSENT;
}

static void put_bilinear(const struct sink_warp *warp, const struct part *part, size_t point,
                         size_t to)
{
    struct mean mean = {0};
    const double x = warp->places[point].x - 0.5, y = warp->places[point].y - 0.5;
    const double column = floor(x), row = floor(y);
    for (int i = 0; i < 4; i++) {
        const int below = i / 2, beside = i % 2;
        const double right = beside ? x - column : 1 - (x - column);
        const double lower = below ? y - row : 1 - (y - row);
        add_to_mean(warp, source_cell(warp, part, column + beside, row + below), right * lower,
                    &mean);
    }
    put_mean(warp, part, mean, 1, to);
}

/* Adds the cells under the footprint that the source window has. */
static void add_average(const struct sink_warp *warp, const struct part *part,
                        const struct sink_footprint *footprint, struct mean *mean)
{
    const struct sink_window source = part->source;
    const double top = fmax(floor(footprint->top), source.row);
    const double bottom = fmin(footprint->bottom, source.row + source.height);
    double left = floor(footprint->left), right = footprint->right;
    if (warp->world) {
        right = fmin(right, left + warp->world);
    } else {
        left = fmax(left, source.column);
        right = fmin(right, source.column + source.width);
    }
    for (double r = top; r < bottom; r++)
        for (double c = left; c < right; c++)
            add_to_mean(warp, source_cell(warp, part, c, r), sink_footprint_share(footprint, c, r),
                        mean);
}

static void put_average(const struct sink_warp *warp, const struct part *part, size_t point,
                        size_t to)
{
    struct mean mean = {0};
    struct sink_footprint footprint = {0};
    if (find_footprint(warp, part, point, &footprint))
        add_average(warp, part, &footprint, &mean);
    put_mean(warp, part, mean, footprint.area, to);
}

static void fill(struct sink_warp *warp, const struct part *part)
{
    for (int r = 0; r < part->window.height; r++)
        for (int c = 0; c < part->window.width; c++) {
            const size_t point = (size_t)r * (size_t)part->columns + (size_t)c;
            const size_t to =
                (size_t)(part->window.row - part->whole.row + r) * (size_t)part->whole.width +
                (size_t)(part->window.column - part->whole.column + c);
            if (warp->layer->method == SINK_RESAMPLE_NEAREST)
                put_nearest(warp, part, point, to);
            else if (warp->layer->method == SINK_RESAMPLE_BILINEAR)
                put_bilinear(warp, part, point, to);
            else
                put_average(warp, part, point, to);
        }
}

/* One cell over more source cells than are read at once: band by band, in the same order. */
static enum sink_status read_large_cell(struct sink_warp *warp, struct sink_mosaic *mosaic,
                                        struct part part, struct sink_error *error)
{
    struct mean mean = {0};
    struct sink_footprint footprint = {0};
    const struct sink_window all = part.source;
    const int rows = (int)(MAX_SOURCE_CELLS / (size_t)all.width) + 1;
    const size_t to = (size_t)(part.window.row - part.whole.row) * (size_t)part.whole.width +
                      (size_t)(part.window.column - part.whole.column);
    if (all.width > MAX_SOURCE_WIDTH || !find_footprint(warp, &part, 0, &footprint))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: one cell of the grid covers %d x %d cells of the layer, expected at "
                         "most %d columns",
                         warp->layer->sources[0].name, all.width, all.height, MAX_SOURCE_WIDTH);
    enum sink_status status = SINK_OK;
    for (int row = 0; row < all.height && status == SINK_OK; row += rows) {
        part.source.row = all.row + row;
        part.source.height = all.height - row < rows ? all.height - row : rows;
        status = read_source(warp, mosaic, part.source, error);
        if (status == SINK_OK)
            add_average(warp, &part, &footprint, &mean);
    }
    if (status == SINK_OK)
        put_mean(warp, &part, mean, footprint.area, to);
    return status;
}

static enum sink_status read_part(struct sink_warp *warp, struct sink_mosaic *mosaic,
                                  struct part part, struct sink_error *error)
{
    const struct sink_window window = part.window;
    struct sink_window corners = window;
    corners.height += is_average(warp);
    corners.width += is_average(warp);
    part.columns = corners.width;
    sink_points_place(warp->points, corners, is_average(warp) ? 0 : 0.5, warp->places);
    find_source(warp, &part);
    const size_t cells = (size_t)part.source.height * (size_t)part.source.width;
    if (cells > MAX_SOURCE_CELLS && window.height == 1 && window.width == 1)
        return read_large_cell(warp, mosaic, part, error);
    if (cells > MAX_SOURCE_CELLS) {
        struct part half = part;
        const bool is_tall = window.height > window.width;
        half.window.height = is_tall ? window.height / 2 : window.height;
        half.window.width = is_tall ? window.width : window.width / 2;
        const enum sink_status status = read_part(warp, mosaic, half, error);
        half.window.row = is_tall ? window.row + half.window.height : window.row;
        half.window.column = is_tall ? window.column : window.column + half.window.width;
        half.window.height = window.row + window.height - half.window.row;
        half.window.width = window.column + window.width - half.window.column;
        return status == SINK_OK ? read_part(warp, mosaic, half, error) : status;
    }
    const enum sink_status status =
        cells > 0 ? read_source(warp, mosaic, part.source, error) : SINK_OK;
    if (status == SINK_OK)
        fill(warp, &part);
    return status;
}

enum sink_status sink_warp_read(struct sink_warp *warp, struct sink_mosaic *mosaic,
                                struct sink_window window, struct sink_block *block,
                                struct sink_error *error)
{
    const size_t cells = (size_t)window.height * (size_t)window.width;
    const struct part part = {.window = window, .whole = window, .block = block};
    block->has_states = true;
    const enum sink_status status = read_part(warp, mosaic, part, error);
    block->has_states = memchr(block->states, SINK_CELL_MASKED, cells) ||
                        memchr(block->states, SINK_CELL_ABSENT, cells);
    return status;
}
