/* A layer brought to another grid: cell centres (or corners) are transformed to the layer's plane,
 * exactly at some points and by interpolation to 0.01 of a source cell between them, and the source
 * is read window by window. Nearest: the cell that holds the centre. Bilinear: the four cells
 * around it. Average: the mean of the source cells under the cell, by the share of each that lies
 * under it. */
#include "rasters/layer_parts.h"

#include <cpl_error.h>
#include <gdal_alg.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE_CELLS 0.01
/* Source cells read at once; a larger window is cut. */
#define MAX_SOURCE_CELLS ((size_t)4 << 20)
#define MAX_CELL_SOURCES ((size_t)64 << 20)

struct sink_warp {
    const struct sink_layer *layer;
    struct sink_grid grid;                       /* numbers only */
    OGRCoordinateTransformationH transformation; /* NULL: the same CRS */
    void *approximation;
    double *x, *y, *z; /* points of the window in source cells */
    int *is_good;
    size_t point_room;
    struct sink_block source;
    double *numbers; /* source as numbers, NaN for no data */
    size_t source_room;
};

/* Cells of the job's grid to cells of the layer; the base of GDAL's approximating transformer. */
static int transform_cells(void *argument, int unused, int count, double *x, double *y, double *z,
                           int *is_good)
{
    const struct sink_warp *warp = argument;
    const struct sink_grid *to = &warp->layer->grid;
    (void)unused;
    for (int i = 0; i < count; i++) {
        x[i] = warp->grid.x0 + x[i] * warp->grid.dx;
        y[i] = warp->grid.y0 + y[i] * warp->grid.dy;
        is_good[i] = TRUE;
    }
    if (warp->transformation)
        OCTTransformEx(warp->transformation, count, x, y, z, is_good);
    const double middle = to->x0 + 0.5 * to->width * to->dx;
    for (int i = 0; i < count; i++) {
        is_good[i] = is_good[i] && isfinite(x[i]) && isfinite(y[i]);
        if (to->is_geographic && is_good[i])
            x[i] += 360 * rint((middle - x[i]) / 360);
        x[i] = is_good[i] ? (x[i] - to->x0) / to->dx : 0;
        y[i] = is_good[i] ? (y[i] - to->y0) / to->dy : 0;
    }
    return TRUE;
}

static enum sink_status set_transformation(struct sink_warp *warp, const struct sink_grid *grid,
                                           struct sink_error *error)
{
    const char *const same[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", "CRITERION=EQUIVALENT",
                                NULL};
    OGRSpatialReferenceH from = OSRNewSpatialReference(grid->crs_wkt);
    OGRSpatialReferenceH to = OSRNewSpatialReference(warp->layer->grid.crs_wkt);
    enum sink_status status = SINK_OK;
    if (!from || !to) {
        status = sink_fail_memory(error);
    } else if (!OSRIsSameEx(from, to, same)) {
        OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER);
        OSRSetAxisMappingStrategy(to, OAMS_TRADITIONAL_GIS_ORDER);
        warp->transformation = OCTNewCoordinateTransformation(from, to);
        if (!warp->transformation)
            status =
                sink_fail(error, SINK_BAD_DATA, "%s: no transformation from the job's grid: %s",
                          warp->layer->files[0], CPLGetLastErrorMsg());
    }
    OSRRelease(from);
    OSRRelease(to);
    return status;
}

enum sink_status sink_warp_open(const struct sink_layer *layer, const struct sink_grid *grid,
                                size_t max_cells, struct sink_warp **warp, struct sink_error *error)
{
    *warp = calloc(1, sizeof **warp);
    if (!*warp)
        return sink_fail_memory(error);
    (*warp)->layer = layer;
    (*warp)->grid = *grid;
    (*warp)->grid.crs_wkt = NULL;
    (*warp)->point_room = 2 * max_cells + 2; /* corners of any window of max_cells cells */
    (*warp)->x = malloc((*warp)->point_room * sizeof(double));
    (*warp)->y = malloc((*warp)->point_room * sizeof(double));
    (*warp)->z = calloc((*warp)->point_room, sizeof(double));
    (*warp)->is_good = malloc((*warp)->point_room * sizeof(int));
    enum sink_status status = (*warp)->x && (*warp)->y && (*warp)->z && (*warp)->is_good
                                  ? set_transformation(*warp, grid, error)
                                  : sink_fail_memory(error);
    if (status == SINK_OK) {
        (*warp)->approximation =
            GDALCreateApproxTransformer(transform_cells, *warp, TOLERANCE_CELLS);
        status = (*warp)->approximation ? SINK_OK : sink_fail_memory(error);
    }
    if (status != SINK_OK) {
        sink_warp_close(*warp);
        *warp = NULL;
    }
    return status;
}

void sink_warp_close(struct sink_warp *warp)
{
    if (!warp)
        return;
    if (warp->approximation)
        GDALDestroyApproxTransformer(warp->approximation);
    OCTDestroyCoordinateTransformation(warp->transformation);
    free(warp->x);
    free(warp->y);
    free(warp->z);
    free(warp->is_good);
    free(warp->source.values);
    free(warp->source.states);
    free(warp->numbers);
    free(warp);
}

/* What is being filled: a part of the window asked for. */
struct part {
    struct sink_window window; /* on the job's grid */
    struct sink_window whole;  /* the block's */
    struct sink_block *block;
    struct sink_window source; /* on the layer's grid */
    int columns;               /* points in a row */
};

/* Points of the part: centres, or corners for an average. */
static void place_points(struct sink_warp *warp, struct part *part)
{
    const bool is_corners = warp->layer->method == SINK_RESAMPLE_AVERAGE;
    const int rows = part->window.height + is_corners;
    part->columns = part->window.width + is_corners;
    for (int r = 0; r < rows; r++) {
        const size_t first = (size_t)r * (size_t)part->columns;
        for (int c = 0; c < part->columns; c++) {
            warp->x[first + (size_t)c] = part->window.column + c + (is_corners ? 0 : 0.5);
            warp->y[first + (size_t)c] = part->window.row + r + (is_corners ? 0 : 0.5);
            warp->z[first + (size_t)c] = 0;
        }
        GDALApproxTransform(warp->approximation, FALSE, part->columns, warp->x + first,
                            warp->y + first, warp->z + first, warp->is_good + first);
    }
}

/* The source cells that the points need, within the layer; height 0 for none. */
static void find_source(const struct sink_warp *warp, struct part *part)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    const bool is_corners = warp->layer->method == SINK_RESAMPLE_AVERAGE;
    const size_t count = (size_t)part->columns * (size_t)(part->window.height + is_corners);
    for (size_t i = 0; i < count; i++)
        if (warp->is_good[i]) {
            low[0] = fmin(low[0], warp->x[i]);
            low[1] = fmin(low[1], warp->y[i]);
            high[0] = fmax(high[0], warp->x[i]);
            high[1] = fmax(high[1], warp->y[i]);
        }
    const double left = fmax(floor(low[0]) - 1, 0), top = fmax(floor(low[1]) - 1, 0);
    const double right = fmin(floor(high[0]) + 2, warp->layer->grid.width);
    const double bottom = fmin(floor(high[1]) + 2, warp->layer->grid.height);
    part->source = (struct sink_window){0};
    if (right > left && bottom > top)
        part->source = (struct sink_window){.row = (int)top,
                                            .column = (int)left,
                                            .height = (int)(bottom - top),
                                            .width = (int)(right - left)};
}

static double number_at(const struct sink_warp *warp, size_t cell)
{
    const struct sink_block *block = &warp->source;
    if (block->has_states && block->states[cell] != SINK_CELL_READ)
        return NAN;
    double raw = NAN;
    switch (warp->layer->sources[0].type) {
    case SINK_CELL_UINT8:
        raw = ((const uint8_t *)block->values)[cell];
        break;
    case SINK_CELL_UINT16:
        raw = ((const uint16_t *)block->values)[cell];
        break;
    case SINK_CELL_INT16:
        raw = ((const int16_t *)block->values)[cell];
        break;
    case SINK_CELL_UINT32:
        raw = ((const uint32_t *)block->values)[cell];
        break;
    case SINK_CELL_INT32:
        raw = ((const int32_t *)block->values)[cell];
        break;
    case SINK_CELL_FLOAT32:
        raw = (double)((const float *)block->values)[cell];
        break;
    case SINK_CELL_FLOAT64:
        raw = ((const double *)block->values)[cell];
        break;
    }
    for (size_t i = 0; i < warp->layer->nodata_count; i++)
        if (raw == warp->layer->nodata[i] || raw == (double)(float)warp->layer->nodata[i])
            return NAN;
    return raw;
}

static enum sink_status read_source(struct sink_warp *warp, struct sink_mosaic *mosaic,
                                    const struct part *part, struct sink_error *error)
{
    const size_t cells = (size_t)part->source.height * (size_t)part->source.width;
    if (cells > warp->source_room) {
        free(warp->source.values);
        free(warp->source.states);
        free(warp->numbers);
        warp->source.values = malloc(cells * sizeof(double));
        warp->source.states = malloc(cells);
        warp->numbers = malloc(cells * sizeof(double));
        warp->source_room = warp->source.values && warp->source.states && warp->numbers ? cells : 0;
        if (!warp->source_room)
            return sink_fail_memory(error);
    }
    const enum sink_status status = sink_mosaic_read(mosaic, part->source, &warp->source, error);
    if (status == SINK_OK && warp->layer->method != SINK_RESAMPLE_NEAREST)
        for (size_t i = 0; i < cells; i++)
            warp->numbers[i] = number_at(warp, i);
    return status;
}

/* Index of a source cell in the source window; SIZE_MAX outside it. */
static size_t source_cell(const struct part *part, double column, double row)
{
    const double c = column - part->source.column, r = row - part->source.row;
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
    const size_t from = warp->is_good[point]
                            ? source_cell(part, floor(warp->x[point]), floor(warp->y[point]))
                            : SIZE_MAX;
    char *value = (char *)part->block->values + to * bytes;
    part->block->states[to] = source_state(warp, from);
    if (from == SIZE_MAX)
        memset(value, 0, bytes);
    else
        memcpy(value, (const char *)warp->source.values + from * bytes, bytes);
}

/* Weighted mean of what has data; where nothing has, absent if the layer does not reach there. */
struct mean {
    double sum, weight;
    bool is_covered;
};

static void add_to_mean(const struct sink_warp *warp, const struct part *part, double column,
                        double row, double weight, struct mean *mean)
{
    const size_t cell = source_cell(part, column, row);
    if (weight <= 0 || source_state(warp, cell) == SINK_CELL_ABSENT)
        return;
    mean->is_covered = true;
    if (isnan(warp->numbers[cell]))
        return;
    mean->sum += weight * warp->numbers[cell];
    mean->weight += weight;
}

static void put_mean(const struct part *part, struct mean mean, size_t to)
{
    ((double *)part->block->values)[to] = mean.weight > 0 ? mean.sum / mean.weight : 0;
    part->block->states[to] = mean.weight > 0   ? SINK_CELL_READ
                              : mean.is_covered ? SINK_CELL_MASKED
                                                : SINK_CELL_ABSENT;
}

static void put_bilinear(const struct sink_warp *warp, const struct part *part, size_t point,
                         size_t to)
{
    struct mean mean = {0};
    const double x = warp->x[point] - 0.5, y = warp->y[point] - 0.5;
    const double column = floor(x), row = floor(y);
    for (int i = 0; i < 4 && warp->is_good[point]; i++) {
        const double right = i % 2 ? x - column : 1 - (x - column);
        const double lower = i / 2 ? y - row : 1 - (y - row);
        add_to_mean(warp, part, column + i % 2, row + i / 2, right * lower, &mean);
    }
    put_mean(part, mean, to);
}

/* Left and right of a cell in the source along one axis, from its corners: the means of its sides,
 * or the whole extent where the grids are turned against each other. */
static void side_range(const double corner[4], double range[2])
{
    const double a = (corner[0] + corner[2]) / 2, b = (corner[1] + corner[3]) / 2;
    const double low = fmin(fmin(corner[0], corner[1]), fmin(corner[2], corner[3]));
    const double high = fmax(fmax(corner[0], corner[1]), fmax(corner[2], corner[3]));
    const bool is_turned = fabs(b - a) < 0.5 * (high - low);
    range[0] = is_turned ? low : fmin(a, b);
    range[1] = is_turned ? high : fmax(a, b);
}

static void put_average(const struct sink_warp *warp, const struct part *part, size_t point,
                        size_t to)
{
    struct mean mean = {0};
    const size_t n = (size_t)part->columns;
    const size_t corners[4] = {point, point + 1, point + n, point + n + 1};
    double x[4], y_turned[4], columns[2], rows[2];
    bool is_good = true;
    for (int i = 0; i < 4; i++) {
        is_good &= warp->is_good[corners[i]] != 0;
        x[i] = warp->x[corners[i]];
        y_turned[i] = warp->y[corners[i % 2 * 2 + i / 2]];
    }
    if (is_good) {
        side_range(x, columns);
        side_range(y_turned, rows);
        columns[0] = fmax(columns[0], part->source.column);
        rows[0] = fmax(rows[0], part->source.row);
        columns[1] = fmin(columns[1], part->source.column + part->source.width);
        rows[1] = fmin(rows[1], part->source.row + part->source.height);
        for (double r = floor(rows[0]); r < rows[1]; r++)
            for (double c = floor(columns[0]); c < columns[1]; c++) {
                const double width = fmin(c + 1, columns[1]) - fmax(c, columns[0]);
                const double height = fmin(r + 1, rows[1]) - fmax(r, rows[0]);
                add_to_mean(warp, part, c, r, width * height, &mean);
            }
    }
    put_mean(part, mean, to);
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

static enum sink_status read_part(struct sink_warp *warp, struct sink_mosaic *mosaic,
                                  struct part part, struct sink_error *error)
{
    place_points(warp, &part);
    find_source(warp, &part);
    const size_t cells = (size_t)part.source.height * (size_t)part.source.width;
    const bool is_single = part.window.height == 1 && part.window.width == 1;
    if (cells > MAX_SOURCE_CELLS && !is_single) {
        struct part half = part;
        enum sink_status status;
        if (part.window.height > part.window.width) {
            half.window.height = part.window.height / 2;
            status = read_part(warp, mosaic, half, error);
            half.window.row += half.window.height;
            half.window.height = part.window.height - half.window.height;
        } else {
            half.window.width = part.window.width / 2;
            status = read_part(warp, mosaic, half, error);
            half.window.column += half.window.width;
            half.window.width = part.window.width - half.window.width;
        }
        return status == SINK_OK ? read_part(warp, mosaic, half, error) : status;
    }
    if (cells > MAX_CELL_SOURCES)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: one cell of the grid covers %zu cells of the layer, expected at most "
                         "%zu",
                         warp->layer->files[0], cells, MAX_CELL_SOURCES);
    const enum sink_status status = cells > 0 ? read_source(warp, mosaic, &part, error) : SINK_OK;
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
