#include "pipelines/tile_paint.h"

#include "pipelines/tile_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sink_painter {
    struct sink_painting painting;
    size_t max_cells, line_size; /* 1 + quantities */
    bool *is_covered;            /* [max_cells] */
    void *cells;                 /* [max_cells] of 4 bytes: the layer in hand */
    double *values;              /* [quantity][max_cells]: of the pass in hand */
    size_t slot_room;
    size_t *strata; /* [slot] of the pass in hand */
    double *lines;  /* [slot][line_size] of the layer in hand */
    uint32_t *codes;
};

enum sink_status sink_painter_new(const struct sink_painting *painting, size_t max_cells,
                                  struct sink_painter **painter, struct sink_error *error)
{
    struct sink_painter *made = *painter = calloc(1, sizeof *made);
    if (!made)
        return sink_fail_memory(error);
    const size_t quantities = painting->plan->spec.quantity_count;
    made->painting = *painting;
    made->max_cells = max_cells;
    made->line_size = 1 + quantities;
    made->is_covered = malloc(max_cells * sizeof *made->is_covered);
    made->cells = malloc(max_cells * sizeof(float));
    made->values = malloc((max_cells * quantities + 1) * sizeof *made->values);
    if (made->is_covered && made->cells && made->values)
        return SINK_OK;
    sink_painter_free(made);
    *painter = NULL;
    return sink_fail_memory(error);
}

void sink_painter_free(struct sink_painter *painter)
{
    if (!painter)
        return;
    free(painter->is_covered);
    free(painter->cells);
    free(painter->values);
    free(painter->strata);
    free(painter->lines);
    free(painter->codes);
    free(painter);
}

static enum sink_status reserve(struct sink_painter *painter, size_t slots,
                                struct sink_error *error)
{
    if (slots <= painter->slot_room)
        return SINK_OK;
    const size_t room = slots + slots / 2 + 64;
    free(painter->strata);
    free(painter->lines);
    free(painter->codes);
    painter->strata = malloc(room * sizeof *painter->strata);
    painter->lines = malloc(room * painter->line_size * sizeof *painter->lines);
    painter->codes = malloc(room * sizeof *painter->codes);
    painter->slot_room = painter->strata && painter->lines && painter->codes ? room : 0;
    return painter->slot_room ? SINK_OK : sink_fail_memory(error);
}

static void mark_covered(struct sink_painter *painter, const struct sink_tile *tile,
                         const struct sink_cover *cover)
{
    const size_t width = (size_t)tile->window.width;
    memset(painter->is_covered, 0, width * (size_t)tile->window.height);
    for (size_t i = 0; i < cover->span_count; i++) {
        const struct sink_span *span = &cover->spans[i];
        for (int column = span->first; column < span->end; column++)
            painter->is_covered[(size_t)span->row * width + (size_t)column] = true;
    }
}

/* The values of the rasters of a pass, in the units of the quantities. */
static void decode(struct sink_painter *painter, const struct sink_tile *tile, size_t pass,
                   size_t cell_count)
{
    const size_t n = tile->decoders->dimension_count;
    for (size_t d = 0; d < n; d++) {
        const struct sink_decoder *decoder = &tile->decoders->items[pass * n + d];
        if (decoder->quantity < 0)
            continue;
        const struct sink_block *block = &tile->blocks[decoder->plan_layer];
        double *values = painter->values + (size_t)decoder->quantity * painter->max_cells;
        for (size_t i = 0; i < cell_count; i++)
            values[i] = sink_block_raw(block, decoder->type, i) * decoder->scale + decoder->offset;
    }
}

/* Strata of the slots. One that only cells outside all regions have is in no tally; nor is one of
 * an earlier pass whose slot was kept. */
static void find_strata(struct sink_painter *painter, const struct sink_tile *tile, size_t pass)
{
    for (size_t s = 0; s < tile->slots.count; s++)
        painter->strata[s] =
            sink_densities_find(painter->painting.densities, (uint32_t)pass, tile->slots.keys[s]);
}

/* Every cell of a region is of a stratum that was tallied. */
static enum sink_status check_strata(const struct sink_painter *painter,
                                     const struct sink_tile *tile, struct sink_error *error)
{
    const size_t cell_count = (size_t)tile->window.width * (size_t)tile->window.height;
    for (size_t cell = 0; cell < cell_count; cell++) {
        if (!painter->is_covered[cell])
            continue;
        bool is_known = tile->has_parts || painter->strata[tile->slot_of_cell[cell]] != SIZE_MAX;
        for (size_t p = tile->has_parts ? tile->first_part[cell] : 1;
             tile->has_parts && p < tile->first_part[cell + 1]; p++)
            is_known &= painter->strata[tile->parts[p].slot] != SIZE_MAX;
        if (is_known)
            continue;
        char place[64];
        sink_tile_cell_place(tile, cell, place);
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: it has land that the tally has none of, expected the inputs to stay "
                         "as they are while maps are made",
                         place);
    }
    return SINK_OK;
}

/* A stratum without data of a quantity has nothing of it: what the block holds is no value. */
static void fill_lines(struct sink_painter *painter, const struct sink_tile *tile,
                       const struct sink_paint *paint)
{
    const struct sink_tally_spec *spec = &tile->plan->spec;
    const size_t n = tile->decoders->dimension_count;
    int values[SINK_MAX_DIMENSIONS];
    for (size_t s = 0; s < tile->slots.count; s++) {
        double *line = painter->lines + s * painter->line_size;
        if (painter->strata[s] == SIZE_MAX)
            continue;
        sink_densities_line(painter->painting.densities, painter->strata[s], paint->side,
                            paint->density, line);
        sink_tally_key_values(spec, tile->slots.keys[s], values);
        for (size_t d = 0; d < n; d++) {
            const int q = tile->decoders->items[paint->pass * n + d].quantity;
            if (q >= 0 && values[d] < 2)
                line[1 + q] = 0;
        }
    }
}

static void fill_codes(struct sink_painter *painter, const struct sink_tile *tile,
                       const struct sink_paint *paint)
{
    const struct sink_densities *densities = painter->painting.densities;
    for (size_t s = 0; s < tile->slots.count; s++) {
        const size_t stratum = painter->strata[s];
        painter->codes[s] = 0;
        if (stratum == SIZE_MAX)
            continue;
        if (paint->kind == SINK_PAINT_RECIPE) {
            painter->codes[s] = sink_densities_recipe(densities, stratum, paint->side);
            continue;
        }
        const int from = sink_densities_class(densities, stratum, SINK_SIDE_FROM);
        const int to = sink_densities_class(densities, stratum, SINK_SIDE_TO);
        if (from >= 0 && to >= 0)
            painter->codes[s] =
                1 + (uint32_t)from * (uint32_t)painter->painting.class_count + (uint32_t)to;
    }
}

static double density_of(const struct sink_painter *painter, size_t slot, size_t cell)
{
    const double *line = painter->lines + slot * painter->line_size;
    double density = line[0];
    for (size_t q = 1; q < painter->line_size; q++)
        if (line[q] != 0)
            density += line[q] * painter->values[(q - 1) * painter->max_cells + cell];
    return density;
}

/* What is not known of a part counts as nothing, as it does in the account. */
static double divided_density(const struct sink_painter *painter, const struct sink_tile *tile,
                              size_t cell)
{
    double sum = NAN;
    for (size_t p = tile->first_part[cell]; p < tile->first_part[cell + 1]; p++) {
        const double density = density_of(painter, tile->parts[p].slot, cell);
        if (!isnan(density))
            sum = (isnan(sum) ? 0 : sum) + tile->parts[p].share * density;
    }
    return sum;
}

static size_t largest_slot(const struct sink_tile *tile, size_t cell)
{
    size_t largest = tile->first_part[cell];
    for (size_t p = largest; p < tile->first_part[cell + 1]; p++)
        if (tile->parts[p].share > tile->parts[largest].share)
            largest = p;
    return tile->parts[largest].slot;
}

static void paint_densities(struct sink_painter *painter, const struct sink_tile *tile,
                            size_t cell_count)
{
    float *cells = painter->cells;
    for (size_t cell = 0; cell < cell_count; cell++) {
        if (!painter->is_covered[cell])
            cells[cell] = NAN;
        else if (tile->has_parts)
            cells[cell] = (float)divided_density(painter, tile, cell);
        else
            cells[cell] = (float)density_of(painter, tile->slot_of_cell[cell], cell);
    }
}

static void paint_codes(struct sink_painter *painter, const struct sink_tile *tile,
                        size_t cell_count)
{
    uint32_t *cells = painter->cells;
    for (size_t cell = 0; cell < cell_count; cell++) {
        if (!painter->is_covered[cell])
            cells[cell] = 0;
        else
            cells[cell] =
                painter
                    ->codes[tile->has_parts ? largest_slot(tile, cell) : tile->slot_of_cell[cell]];
    }
}

static enum sink_status paint_pass(struct sink_painter *painter, struct sink_tile *tile,
                                   size_t pass, struct sink_error *error)
{
    enum sink_status status = sink_tile_stratify(tile, pass, error);
    if (status == SINK_OK)
        status = reserve(painter, tile->slots.count, error);
    if (status != SINK_OK)
        return status;
    find_strata(painter, tile, pass);
    decode(painter, tile, pass, (size_t)tile->window.width * (size_t)tile->window.height);
    return check_strata(painter, tile, error);
}

enum sink_status sink_tile_paint(struct sink_tile *tile, struct sink_window window,
                                 const struct sink_cover *cover, struct sink_painter *painter,
                                 const struct sink_paint_taker *taker, struct sink_error *error)
{
    const struct sink_painting *painting = &painter->painting;
    const size_t cell_count = (size_t)window.width * (size_t)window.height;
    tile->window = window;
    enum sink_status status = sink_tile_history_start(tile, cover, error);
    mark_covered(painter, tile, cover);
    for (size_t pass = 0, i = 0; pass < tile->decoders->pass_count && status == SINK_OK; pass++) {
        status = paint_pass(painter, tile, pass, error);
        for (; i < painting->count && painting->items[i].pass == pass && status == SINK_OK; i++) {
            const struct sink_paint *paint = &painting->items[i];
            if (paint->kind == SINK_PAINT_DENSITY) {
                fill_lines(painter, tile, paint);
                paint_densities(painter, tile, cell_count);
            } else {
                fill_codes(painter, tile, paint);
                paint_codes(painter, tile, cell_count);
            }
            status = taker->take(taker->context, i, painter->cells, cell_count, error);
        }
    }
    return status;
}
