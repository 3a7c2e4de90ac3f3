#include "rasters/layer.h"

#include "rasters/layer_parts.h"
#include "rasters/raster_grid.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

size_t sink_cell_type_bytes(enum sink_cell_type type)
{
    static const size_t bytes[] = {1, 2, 2, 4, 4, 4, 8};
    return bytes[type];
}

double sink_cell_number(enum sink_cell_type type, const void *values, size_t cell)
{
    switch (type) {
    case SINK_CELL_UINT8:
        return ((const uint8_t *)values)[cell];
    case SINK_CELL_UINT16:
        return ((const uint16_t *)values)[cell];
    case SINK_CELL_INT16:
        return ((const int16_t *)values)[cell];
    case SINK_CELL_UINT32:
        return ((const uint32_t *)values)[cell];
    case SINK_CELL_INT32:
        return ((const int32_t *)values)[cell];
    case SINK_CELL_FLOAT32:
        return (double)((const float *)values)[cell];
    default:
        return ((const double *)values)[cell];
    }
}

/* As cells of the type can hold it. */
static double nodata_of_type(enum sink_cell_type type, double nodata)
{
    /* what rounds to infinity is no real number of 32 bits */
    const bool is_held = type == SINK_CELL_FLOAT32 && fabs(nodata) < 0x1.ffffffp127;
    return is_held ? (double)(float)nodata : nodata;
}

bool sink_is_same_nodata(enum sink_cell_type type, double a, double b)
{
    return nodata_of_type(type, a) == nodata_of_type(type, b) || (isnan(a) && isnan(b));
}

bool sink_layer_fault(struct sink_layer_opening *opening, const char *place, const char *format,
                      ...)
{
    char text[900];
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the analyser loses va_start */
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sink_faults_note(opening->faults, SINK_BAD_DATA, "%s: %s", place, text);
    return false;
}

bool sink_layer_is_inside(struct sink_layer_opening *opening, const char *path)
{
    struct sink_error error;
    if (sink_confine_check(opening->request->confine, path, &error) == SINK_OK)
        return true;
    sink_faults_note(opening->faults, error.status, "%s%s%s", opening->vrt ? opening->vrt : "",
                     opening->vrt ? ": " : "", error.message);
    return false;
}

/* GDAL takes "NETCDF:a.nc:b" or "GTIFF_DIR:1:a.tif" for words about another file, though a file may
 * have that name: what was checked would not be what is opened. */
static bool is_only_a_path(struct sink_layer_opening *opening, const char *path)
{
    const char *variable = opening->request->variable;
    if (path[strcspn(path, "/:<")] == ':' || *path == '<')
        return sink_layer_fault(opening, path, "a name that says more than a place, expected ./%s",
                                path);
    if (variable && (strpbrk(path, "\"\\") || strpbrk(variable, "\":\\")))
        return sink_layer_fault(
            opening, path, "variable %s: expected a name without quotes, backslashes and colons",
            variable);
    return true;
}

bool sink_layer_is_file(struct sink_layer_opening *opening, const char *path)
{
    struct stat status;
    const bool is_remote = strncmp(path, "/vsicurl/", 9) == 0;
    const char *vrt = opening->vrt ? opening->vrt : "", *colon = opening->vrt ? ": " : "";
    /* the job's own are only made with `remote: yes`; a VRT may not reach further than itself */
    if (is_remote && (!opening->vrt || strncmp(vrt, "/vsicurl/", 9) == 0))
        return true;
    if (strncmp(path, "/vsi", 4) == 0)
        sink_faults_note(opening->faults, SINK_BAD_DATA, "%s%s%s: expected the path of a file", vrt,
                         colon, path);
    else if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        sink_faults_note(opening->faults, SINK_BAD_DATA, "%s%s%s: %s file (%s)", vrt, colon, path,
                         lstat(path, &status) == 0 ? "not a regular" : "no such",
                         opening->request->name);
    else
        return is_only_a_path(opening, path) && sink_layer_is_inside(opening, path);
    return false;
}

bool sink_layer_push(struct sink_layer_opening *opening, const struct sink_source *source)
{
    struct sink_layer *layer = opening->layer;
    if (layer->source_count == layer->source_room) {
        const size_t room = layer->source_room ? 2 * layer->source_room : 4;
        struct sink_source *sources = realloc(layer->sources, room * sizeof *sources);
        if (!sources) {
            sink_faults_note(opening->faults, SINK_FAILED, "out of memory");
            return false;
        }
        layer->sources = sources;
        layer->source_room = room;
    }
    layer->sources[layer->source_count++] = *source;
    return true;
}

bool sink_layer_push_file(struct sink_layer_opening *opening, const char *path)
{
    struct sink_layer *layer = opening->layer;
    struct stat status;
    for (size_t i = 0; i < layer->file_count; i++)
        if (strcmp(layer->files[i], path) == 0)
            return true;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return true;
    char **files = realloc(layer->files, (layer->file_count + 1) * sizeof *files);
    char *copy = sink_text_copy(path);
    if (files)
        layer->files = files;
    if (!files || !copy) {
        free(copy);
        sink_faults_note(opening->faults, SINK_FAILED, "out of memory");
        return false;
    }
    layer->files[layer->file_count++] = copy;
    return true;
}

static bool has_same_nodata(const struct sink_source *a, const struct sink_source *b)
{
    return a->has_nodata == b->has_nodata &&
           (!a->has_nodata || sink_is_same_nodata(a->type, a->nodata, b->nodata));
}

/* Members of a mosaic must be of one kind; a difference that GDAL would smooth over is a fault. */
static void check_member(struct sink_layer_opening *opening, struct sink_source *member)
{
    const struct sink_source *first = &opening->layer->sources[0];
    const char *what = NULL;
    if (!sink_grid_is_same_crs(&first->grid, &member->grid))
        what = "CRS";
    else if (!sink_grid_is_aligned(&first->grid, &member->grid, &member->row, &member->column))
        what = "lattice of cells (to 1e-3 of a cell)";
    else if (first->type != member->type)
        what = "type of cell";
    else if (!has_same_nodata(first, member))
        what = "no-data value";
    else if (first->scale != member->scale || first->offset != member->offset)
        what = "scale or offset";
    else if (strcmp(first->unit, member->unit) != 0)
        what = "unit";
    if (what)
        sink_faults_note(opening->faults, SINK_BAD_DATA,
                         "%s: another %s than %s of the same layer (%s)", member->name, what,
                         first->name, opening->request->name);
}

/* The grid of all members together; their places on it. */
static void join_members(struct sink_layer_opening *opening)
{
    struct sink_layer *layer = opening->layer;
    if (layer->source_count == 0)
        return;
    long row_min = 0, column_min = 0, row_max = 0, column_max = 0;
    for (size_t i = 0; i < layer->source_count; i++) {
        const struct sink_source *member = &layer->sources[i];
        const long bottom = (long)member->row + member->grid.height;
        const long right = (long)member->column + member->grid.width;
        row_min = member->row < row_min ? member->row : row_min;
        column_min = member->column < column_min ? member->column : column_min;
        row_max = bottom > row_max ? bottom : row_max;
        column_max = right > column_max ? right : column_max;
    }
    for (size_t i = 0; i < layer->source_count; i++) {
        layer->sources[i].row -= (int)row_min;
        layer->sources[i].column -= (int)column_min;
    }
    const struct sink_grid *first = &layer->sources[0].grid;
    layer->grid = *first;
    layer->grid.crs_wkt = sink_text_copy(first->crs_wkt);
    if (!layer->grid.crs_wkt)
        sink_faults_note(opening->faults, SINK_FAILED, "out of memory");
    layer->grid.x0 = first->x0 + (double)column_min * first->dx;
    layer->grid.y0 = first->y0 + (double)row_min * first->dy;
    if (row_max - row_min > 1 << 30 || column_max - column_min > 1 << 30)
        sink_faults_note(opening->faults, SINK_BAD_DATA, "%s: the files lie too far apart",
                         opening->request->name);
    layer->grid.height = (int)(row_max - row_min);
    layer->grid.width = (int)(column_max - column_min);
}

static void set_nodata(struct sink_layer_opening *opening)
{
    struct sink_layer *layer = opening->layer;
    if (layer->source_count == 0)
        return;
    const struct sink_source *first = &layer->sources[0];
    if (first->has_nodata && !isnan(first->nodata))
        layer->nodata[layer->nodata_count++] = nodata_of_type(first->type, first->nodata);
    if (opening->request->has_nodata && !isnan(opening->request->nodata))
        layer->nodata[layer->nodata_count++] =
            nodata_of_type(first->type, opening->request->nodata);
}

enum sink_status sink_layer_open(const struct sink_layer_request *request,
                                 struct sink_layer **layer, struct sink_faults *faults)
{
    const size_t before = faults->count;
    *layer = calloc(1, sizeof **layer);
    if (!*layer || !((*layer)->name = sink_text_copy(request->name))) {
        sink_faults_note(faults, SINK_FAILED, "out of memory");
        sink_layer_close(*layer);
        *layer = NULL;
        return SINK_FAILED;
    }
    struct sink_layer_opening opening = {.request = request, .layer = *layer, .faults = faults};
    (*layer)->method = request->method;
    (*layer)->is_class = request->is_class;
    for (size_t i = 0; i < request->path_count; i++)
        sink_layer_add_path(&opening, request->paths[i]);
    if (faults->count == before && (*layer)->source_count == 0)
        sink_faults_note(faults, SINK_BAD_DATA, "%s: no files", request->name);
    for (size_t i = 1; faults->count == before && i < (*layer)->source_count; i++)
        check_member(&opening, &(*layer)->sources[i]);
    if (faults->count == before) {
        join_members(&opening);
        set_nodata(&opening);
    }
    if (faults->count == before)
        return SINK_OK;
    sink_layer_close(*layer);
    *layer = NULL;
    return faults->items ? faults->items[before].status : SINK_FAILED;
}

void sink_layer_close(struct sink_layer *layer)
{
    if (!layer)
        return;
    for (size_t i = 0; i < layer->source_count; i++)
        sink_source_free(&layer->sources[i]);
    for (size_t i = 0; i < layer->file_count; i++)
        free(layer->files[i]);
    free(layer->files);
    free(layer->sources);
    free(layer->name);
    sink_grid_free(&layer->grid);
    free(layer);
}

const struct sink_grid *sink_layer_grid(const struct sink_layer *layer)
{
    return &layer->grid;
}

void sink_layer_block_size(const struct sink_layer *layer, int *width, int *height)
{
    *width = layer->sources[0].block_width;
    *height = layer->sources[0].block_height;
}

size_t sink_layer_file_count(const struct sink_layer *layer)
{
    return layer->file_count;
}

const char *sink_layer_file(const struct sink_layer *layer, size_t index)
{
    return layer->files[index];
}

bool sink_layer_is_mosaic(const struct sink_layer *layer)
{
    return layer->source_count > 1;
}

const char *sink_layer_title(const struct sink_layer *layer)
{
    return sink_layer_is_mosaic(layer) ? layer->name : layer->files[0];
}

const char *sink_layer_unit(const struct sink_layer *layer)
{
    return layer->sources[0].unit;
}

double sink_layer_scale(const struct sink_layer *layer)
{
    return layer->sources[0].scale;
}

double sink_layer_offset(const struct sink_layer *layer)
{
    return layer->sources[0].offset;
}

const double *sink_layer_nodata(const struct sink_layer *layer, size_t *count)
{
    *count = layer->nodata_count;
    return layer->nodata;
}

/* Does the grid have columns that the layer, which begins at `column` of it, only reaches around
 * the world? */
static bool is_around_world(const struct sink_grid *grid, const struct sink_grid *layer, int column)
{
    if (!grid->is_geographic || (column <= 0 && column + layer->width >= grid->width))
        return false;
    const double world = 360 / grid->dx;
    for (int side = -1; side <= 1; side += 2) {
        const double first = column + side * world;
        if (first < grid->width - 0.5 && first + layer->width > 0.5)
            return true;
    }
    return false;
}

enum sink_status sink_layer_place(const struct sink_layer *layer, const struct sink_grid *grid,
                                  enum sink_placement *placement, struct sink_error *error)
{
    int row, column;
    (void)error;
    *placement = sink_grid_is_same_crs(&layer->grid, grid) &&
                         sink_grid_is_aligned(grid, &layer->grid, &row, &column) &&
                         !is_around_world(grid, &layer->grid, column)
                     ? SINK_PLACED_ON_GRID
                     : SINK_PLACED_WARPED;
    return SINK_OK;
}
