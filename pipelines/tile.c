#include "pipelines/tile_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

size_t sink_tile_year(const struct sink_plan *plan, size_t pass, enum sink_side side)
{
    return side == SINK_SIDE_TO && plan->spec.year_count > 1 ? pass + 1 : pass;
}

void sink_tile_cell_place(const struct sink_tile *tile, size_t cell, char text[64])
{
    const size_t width = (size_t)tile->window.width;
    snprintf(text, 64, "cell at column %zu, row %zu", (size_t)tile->window.column + cell % width,
             (size_t)tile->window.row + cell / width);
}

void sink_tile_map_place(const struct sink_tile *tile, const struct sink_layer *layer, size_t cell,
                         char text[128])
{
    const struct sink_grid *grid = &tile->plan->grid;
    const size_t width = (size_t)tile->window.width;
    const double x =
        grid->x0 + ((double)(tile->window.column + (int)(cell % width)) + 0.5) * grid->dx;
    const double y = grid->y0 + ((double)(tile->window.row + (int)(cell / width)) + 0.5) * grid->dy;
    char place[64];
    sink_tile_cell_place(tile, cell, place);
    if (sink_layer_is_mosaic(layer))
        snprintf(text, 128, "%s (x %.10g, y %.10g)", place, x, y);
    else
        snprintf(text, 128, "%s", place);
}

static enum sink_status allocate(struct sink_tile *tile, struct sink_error *error)
{
    const size_t cells = tile->max_cells;
    tile->blocks = calloc(tile->plan->layer_count + 1, sizeof *tile->blocks);
    if (!tile->blocks)
        return sink_fail_memory(error);
    for (size_t i = 0; i < tile->plan->layer_count; i++) {
        tile->blocks[i].values = malloc(cells * sizeof(double));
        tile->blocks[i].states = malloc(cells);
        if (!tile->blocks[i].values || !tile->blocks[i].states)
            return sink_fail_memory(error);
    }
    const size_t width = (size_t)tile->plan->tile_width;
    tile->row_keys = malloc(width * sizeof *tile->row_keys);
    tile->row_area = malloc(width * sizeof *tile->row_area);
    tile->row_values = malloc(width * sizeof *tile->row_values);
    if (tile->decoders->map_count > 0) {
        tile->earlier = malloc(cells * sizeof *tile->earlier);
        tile->last = malloc(cells);
        if (!tile->earlier || !tile->last)
            return sink_fail_memory(error);
    }
    if (tile->has_parts)
        tile->first_part = calloc(cells + 1, sizeof *tile->first_part);
    else
        tile->slot_of_cell = malloc(cells * sizeof *tile->slot_of_cell);
    if (!tile->row_keys || !tile->row_area || !tile->row_values ||
        (!tile->first_part && !tile->slot_of_cell))
        return sink_fail_memory(error);
    if (sink_tile_blocks_new(tile, error) != SINK_OK)
        return SINK_FAILED;
    return sink_slots_start(&tile->slots, sink_tally_key_count(&tile->plan->spec), error);
}

enum sink_status sink_tile_new(const struct sink_plan *plan, const struct sink_decoders *decoders,
                               size_t max_cells, struct sink_tile **tile, struct sink_error *error)
{
    *tile = calloc(1, sizeof **tile);
    if (!*tile)
        return sink_fail_memory(error);
    (*tile)->plan = plan;
    (*tile)->decoders = decoders;
    (*tile)->max_cells = max_cells;
    (*tile)->quantity_count = plan->spec.quantity_count;
    (*tile)->has_parts = sink_plan_has_shares(plan);
    const enum sink_status status = allocate(*tile, error);
    if (status != SINK_OK) {
        sink_tile_free(*tile);
        *tile = NULL;
    }
    return status;
}

void sink_tile_free(struct sink_tile *tile)
{
    if (!tile)
        return;
    if (tile->blocks)
        for (size_t i = 0; i < tile->plan->layer_count; i++) {
            free(tile->blocks[i].values);
            free(tile->blocks[i].states);
        }
    free(tile->blocks);
    sink_slots_free(&tile->slots);
    free(tile->slot_of_cell);
    free(tile->parts);
    free(tile->first_part);
    free(tile->earlier);
    free(tile->last);
    free(tile->row_keys);
    free(tile->row_area);
    free(tile->row_values);
    free(tile->touched);
    free(tile->cells);
    free(tile->sums);
    free(tile->counts);
    free(tile->reals);
    sink_tile_blocks_free(tile->block_sums);
    free(tile);
}

struct sink_block *sink_tile_block(struct sink_tile *tile, size_t plan_layer)
{
    return &tile->blocks[plan_layer];
}

const struct sink_exact_sum *sink_tile_overlap_m2(const struct sink_tile *tile)
{
    return &tile->overlap_m2;
}

/* Adds the keys of all dimensions to the cells of a row; the class of shares is added later. */
static void row_keys(struct sink_tile *tile, size_t pass, size_t first, size_t count)
{
    const size_t n = tile->decoders->dimension_count;
    for (size_t i = 0; i < count; i++) /* the conversions are the last dimensions */
        tile->row_keys[i] = tile->earlier ? tile->earlier[first + i] : 0;
    for (size_t d = 0; d < n; d++) {
        const struct sink_decoder *decoder = &tile->decoders->items[pass * n + d];
        if (decoder->dimension->kind == SINK_DIMENSION_CONVERSION)
            continue;
        if (decoder->plan_layer >= 0)
            sink_decoder_add_keys(decoder, &tile->blocks[decoder->plan_layer], first, count,
                                  tile->row_keys);
        else if (!tile->has_parts)
            sink_tile_add_presence(tile, decoder,
                                   sink_tile_year(tile->plan, pass, decoder->dimension->side),
                                   first, count, tile->row_keys);
    }
}

static enum sink_status row_slots(struct sink_tile *tile, size_t first, size_t count,
                                  struct sink_error *error)
{
    uint64_t key = 0;
    uint32_t slot = SINK_NO_SLOT;
    for (size_t i = 0; i < count; i++) {
        if (slot == SINK_NO_SLOT || tile->row_keys[i] != key) {
            key = tile->row_keys[i];
            slot = sink_slots_find(&tile->slots, key);
            if (slot == SINK_NO_SLOT)
                return sink_fail_memory(error);
        }
        tile->slot_of_cell[first + i] = slot;
    }
    return SINK_OK;
}

enum sink_status sink_tile_stratify(struct sink_tile *tile, size_t pass, struct sink_error *error)
{
    const size_t width = (size_t)tile->window.width;
    struct sink_codes codes;
    sink_tile_history_compare(tile, pass, &codes);
    if (codes.count == 0)
        sink_slots_clear(&tile->slots);
    tile->part_count = 0;
    sink_tile_history_read(tile, pass);
    if (sink_tile_is_quick(tile, pass)) {
        const enum sink_status status = sink_tile_quick_slots(tile, pass, error);
        return status == SINK_OK ? sink_tile_reserve_slots(tile, error) : status;
    }
    for (size_t row = 0; row < (size_t)tile->window.height; row++) {
        const size_t end = (row + 1) * width;
        for (size_t at = end - width, count; sink_codes_next(&codes, end, &at, &count);
             at += count) {
            row_keys(tile, pass, at, count);
            const enum sink_status status =
                tile->has_parts ? sink_tile_add_parts(tile, pass, at, count, tile->row_keys, error)
                                : row_slots(tile, at, count, error);
            if (status != SINK_OK)
                return status;
        }
    }
    return sink_tile_reserve_slots(tile, error);
}

/* Sums of stored values become sums of the quantity, once per tile. A stratum without data of a
 * quantity has no sum of it: what the block held there was its no-data value. */
static void scale_sums(const struct sink_tile *tile, size_t pass, const int *values, double *sums)
{
    const size_t n = tile->decoders->dimension_count;
    for (size_t d = 0; d < n; d++) {
        const struct sink_decoder *decoder = &tile->decoders->items[pass * n + d];
        if (decoder->quantity < 0)
            continue;
        double *sum = &sums[1 + decoder->quantity];
        *sum = values[d] >= 2 ? *sum * decoder->scale + sums[0] * decoder->offset : 0;
    }
}

/* First cell of the spans that has a part in the slot, in row order. */
static size_t find_cell(const struct sink_tile *tile, const struct sink_span *spans, size_t count,
                        uint32_t slot)
{
    for (size_t i = 0; i < count; i++)
        for (int c = spans[i].first; c < spans[i].end; c++) {
            const size_t cell = (size_t)spans[i].row * (size_t)tile->window.width + (size_t)c;
            if (!tile->has_parts && tile->slot_of_cell[cell] == slot)
                return cell;
            for (size_t p = tile->has_parts ? tile->first_part[cell] : 1;
                 tile->has_parts && p < tile->first_part[cell + 1]; p++)
                if (tile->parts[p].slot == slot)
                    return cell;
        }
    return 0;
}

/* Of a pass, or of a map of the history. */
static size_t year_of_decoder(const struct sink_tile *tile, const struct sink_decoder *decoder)
{
    const struct sink_decoders *decoders = tile->decoders;
    for (size_t m = 0; m < decoders->map_count; m++)
        if (decoder == &decoders->maps[m])
            return sink_plan_map_year_index(tile->plan, m);
    const size_t pass = (size_t)(decoder - decoders->items) / decoders->dimension_count;
    return sink_tile_year(tile->plan, pass, decoder->dimension->side);
}

/* The class of a cell from the presence of ecosystems. */
static enum sink_status say_presence(const struct sink_tile *tile,
                                     const struct sink_decoder *decoder, size_t cell,
                                     const char *region, struct sink_error *error)
{
    char place[64];
    const size_t year = year_of_decoder(tile, decoder);
    const bool is_absent = sink_tile_is_absent(tile, decoder->dimension, year, cell);
    sink_tile_cell_place(tile, cell, place);
    return sink_fail(error, SINK_BAD_DATA, "ecosystem layers: %s, in region %s: %s", place, region,
                     is_absent ? "no class, since a layer has no file there; count such cells with "
                                 "`missing: {class: count}`"
                               : "a presence that is neither 0 nor 1");
}

enum sink_status sink_tile_say_fault(const struct sink_tile *tile,
                                     const struct sink_decoder *decoder, size_t cell,
                                     uint32_t region_index, struct sink_error *error)
{
    char place[128];
    const char *region = sink_boundaries_list(tile->plan->boundaries)->items[region_index].id;
    if (decoder->plan_layer < 0)
        return say_presence(tile, decoder, cell, region, error);
    const struct sink_layer *layer = tile->plan->layers[decoder->plan_layer].layer;
    const double raw = sink_block_raw(&tile->blocks[decoder->plan_layer], decoder->type, cell);
    const char *file = sink_layer_title(layer);
    sink_tile_map_place(tile, layer, cell, place);
    if (decoder->dimension->kind == SINK_DIMENSION_EVENT)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: %s, in region %s: %.17g is no year; expected the year of the event, "
                         "1000 to 9999, or 0 for none",
                         file, place, region, raw);
    if (!decoder->legend)
        return sink_fail(
            error, SINK_BAD_DATA,
            "%s: %s, in region %s: %g, expected a value from 0 to %g; one that means no "
            "data can be stated with `nodata`",
            file, place, region, raw * decoder->scale + decoder->offset, SINK_VALUE_LIMIT);
    if (sink_decoder_value(decoder, raw) == SINK_VALUE_UNKNOWN)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: %s, in region %s: code %.17g is not in the legend; add it, or count "
                         "such cells with `missing: {class: count}`",
                         file, place, region, raw);
    return sink_fail(error, SINK_BAD_DATA,
                     "%s: %s, in region %s: no class (no data); count such cells with `missing: "
                     "{class: count}`",
                     file, place, region);
}

/* What the job does not allow to be counted. */
static bool is_fault(const struct sink_plan *plan, const struct sink_dimension *dimension,
                     int value)
{
    if (dimension->kind == SINK_DIMENSION_INTERVAL || dimension->kind == SINK_DIMENSION_EVENT)
        return value == SINK_VALUE_UNKNOWN;
    if (plan->job->missing.class_ != SINK_MISSING_ERROR)
        return false;
    return value == SINK_VALUE_UNKNOWN ||
           (value == SINK_VALUE_NODATA && dimension->kind == SINK_DIMENSION_CLASS);
}

/* The tally knows regions by number alone. */
static enum sink_status say_sums(const struct sink_tile *tile, const struct sink_patch *patch,
                                 struct sink_error *error)
{
    if (error->status != SINK_BAD_DATA)
        return error->status;
    const struct sink_region_list *regions = sink_boundaries_list(tile->plan->boundaries);
    return sink_fail(error, SINK_BAD_DATA,
                     "region %s, tile of %d x %d cells from column %d, row %d: its sums are no "
                     "finite numbers",
                     regions->items[patch->region].id, tile->window.width, tile->window.height,
                     tile->window.column, tile->window.row);
}

/* Each cell of the region in this tile is in one stratum, or in several that share it; none is in
 * none. Counted apart from the sums, in whole numbers. */
static enum sink_status check_cells(const struct sink_tile *tile, const struct sink_span *spans,
                                    const struct sink_patch *patch, struct sink_error *error)
{
    int64_t read = 0, counted = 0;
    for (size_t i = 0; i < patch->span_count; i++)
        read += spans[i].end - spans[i].first;
    for (size_t t = 0; t < tile->touched_count; t++)
        counted += tile->cells[tile->touched[t]];
    if (tile->has_parts ? counted >= read : counted == read)
        return SINK_OK;
    const struct sink_region_list *regions = sink_boundaries_list(tile->plan->boundaries);
    return sink_fail(error, SINK_FAILED,
                     "region %s, tile of %d x %d cells from column %d, row %d: %lld cells were "
                     "counted, expected the %lld that were read",
                     regions->items[patch->region].id, tile->window.width, tile->window.height,
                     tile->window.column, tile->window.row, (long long)counted, (long long)read);
}

static enum sink_status post_patch(struct sink_tile *tile, size_t pass,
                                   const struct sink_cover *cover, const struct sink_patch *patch,
                                   struct sink_tally *tally, struct sink_error *error)
{
    const struct sink_tally_spec *spec = &tile->plan->spec;
    int values[SINK_MAX_DIMENSIONS];
    for (size_t t = 0; t < tile->touched_count; t++) {
        const uint32_t s = tile->touched[t];
        double *sums = &tile->sums[s * (1 + tile->quantity_count)];
        sink_tally_key_values(spec, tile->slots.keys[s], values);
        for (size_t d = 0; d < spec->dimension_count; d++)
            if (is_fault(tile->plan, &spec->dimensions[d], values[d])) {
                const size_t cell =
                    find_cell(tile, &cover->spans[patch->first_span], patch->span_count, s);
                return sink_tile_say_fault(tile,
                                           &tile->decoders->items[pass * spec->dimension_count + d],
                                           cell, patch->region, error);
            }
        scale_sums(tile, pass, values, sums);
        const struct sink_tally_place place = {patch->region, (uint32_t)pass, tile->slots.keys[s]};
        if (sink_tally_post(tally, place, tile->cells[s], sums, error) != SINK_OK)
            return say_sums(tile, patch, error);
    }
    return SINK_OK;
}

/* A cell of a region that no file of a layer covers, where the job does not allow it. */
static enum sink_status check_absent(const struct sink_tile *tile, const struct sink_cover *cover,
                                     struct sink_error *error)
{
    for (size_t l = 0; l < tile->plan->layer_count; l++) {
        const struct sink_block *block = &tile->blocks[l];
        for (size_t i = 0; block->has_states && i < cover->span_count; i++)
            for (int c = cover->spans[i].first; c < cover->spans[i].end; c++) {
                const size_t cell =
                    (size_t)cover->spans[i].row * (size_t)tile->window.width + (size_t)c;
                if (block->states[cell] != SINK_CELL_ABSENT)
                    continue;
                char place[128];
                const struct sink_layer *layer = tile->plan->layers[l].layer;
                sink_tile_map_place(tile, layer, cell, place);
                return sink_fail(error, SINK_BAD_DATA,
                                 "%s: %s of the grid lies in a region but in no file of the layer; "
                                 "count such cells with `missing: {tile: count}`",
                                 sink_layer_title(layer), place);
            }
    }
    return SINK_OK;
}

enum sink_status sink_tile_add(struct sink_tile *tile, struct sink_window window,
                               const struct sink_cover *cover, struct sink_tally *tally,
                               struct sink_tally *blocks, struct sink_error *error)
{
    tile->window = window;
    enum sink_status status = SINK_OK;
    if (tile->plan->job->missing.tile == SINK_MISSING_ERROR)
        status = check_absent(tile, cover, error);
    if (status == SINK_OK)
        status = sink_tile_history_start(tile, cover, error);
    for (size_t pass = 0; pass < tile->decoders->pass_count && status == SINK_OK; pass++) {
        status = sink_tile_stratify(tile, pass, error);
        for (size_t i = 0; i < cover->patch_count && status == SINK_OK; i++) {
            const struct sink_patch *patch = &cover->patches[i];
            const struct sink_span *spans = &cover->spans[patch->first_span];
            sink_tile_sum_patch(tile, pass, spans, patch->span_count);
            status = check_cells(tile, spans, patch, error);
            if (status == SINK_OK)
                status = post_patch(tile, pass, cover, patch, tally, error);
        }
        if (status == SINK_OK && blocks)
            status = sink_tile_add_blocks(tile, pass, cover, blocks, error);
    }
    return status != SINK_OK ? status : sink_tile_add_overlap(tile, cover, error);
}
