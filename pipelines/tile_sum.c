/* The inner loops: cells of a region added up by stratum. */
#include "pipelines/tile_parts.h"

#include <stdlib.h>
#include <string.h>

/* Sums go to four lanes in turn: neighbouring cells are mostly of one stratum, and an addition to
 * the word just written waits for the store. */
#define LANES 4
/* A lane holds a count above this bit and a sum of 16-bit values below it. */
#define COUNT_SHIFT 40

enum sink_status sink_tile_reserve_slots(struct sink_tile *tile, struct sink_error *error)
{
    if (tile->slots.count <= tile->slot_room)
        return SINK_OK;
    const size_t room = tile->slots.count + tile->slots.count / 2 + 64;
    free(tile->touched);
    free(tile->cells);
    free(tile->sums);
    free(tile->counts);
    free(tile->reals);
    tile->touched = calloc(room, sizeof *tile->touched);
    tile->touched_count = 0;
    tile->cells = calloc(room, sizeof *tile->cells);
    tile->sums = calloc(room * (1 + tile->quantity_count), sizeof *tile->sums);
    tile->counts = calloc(LANES * room, sizeof *tile->counts);
    tile->reals = calloc(LANES * room, sizeof *tile->reals);
    tile->slot_room = room;
    if (tile->touched && tile->cells && tile->sums && tile->counts && tile->reals)
        return SINK_OK;
    tile->slot_room = 0;
    return sink_fail_memory(error);
}

static double *sum_of(struct sink_tile *tile, size_t slot, size_t q)
{
    return &tile->sums[slot * (1 + tile->quantity_count) + q];
}

static void count_cells(struct sink_tile *tile, size_t slot, int64_t cells)
{
    if (tile->cells[slot] == 0)
        tile->touched[tile->touched_count++] = (uint32_t)slot;
    tile->cells[slot] += cells;
}

/* The decoder of a quantity in a pass. */
static const struct sink_decoder *decoder_of(const struct sink_tile *tile, size_t pass, size_t q)
{
    const struct sink_decoder *decoders =
        &tile->decoders->items[pass * tile->decoders->dimension_count];
    for (size_t d = 0; d < tile->decoders->dimension_count; d++)
        if (decoders[d].quantity == (int)q)
            return &decoders[d];
    return NULL;
}

#define DEFINE_COUNT_LANES(name, type)                                                             \
    static void name(uint64_t *lanes, size_t room, const uint32_t *slots, const type *values,      \
                     size_t count)                                                                 \
    {                                                                                              \
        const uint64_t one = UINT64_C(1) << COUNT_SHIFT;                                           \
        uint64_t *a = lanes, *b = a + room, *c = b + room, *d = c + room;                          \
        size_t i = 0;                                                                              \
        for (; i + LANES <= count; i += LANES) {                                                   \
            a[slots[i]] += one + values[i];                                                        \
            b[slots[i + 1]] += one + values[i + 1];                                                \
            c[slots[i + 2]] += one + values[i + 2];                                                \
            d[slots[i + 3]] += one + values[i + 3];                                                \
        }                                                                                          \
        for (; i < count; i++)                                                                     \
            a[slots[i]] += one + values[i];                                                        \
    }
DEFINE_COUNT_LANES(count_uint8, uint8_t)
DEFINE_COUNT_LANES(count_uint16, uint16_t)

static void count_only(uint64_t *lanes, size_t room, const uint32_t *slots, size_t count)
{
    const uint64_t one = UINT64_C(1) << COUNT_SHIFT;
    uint64_t *a = lanes, *b = a + room, *c = b + room, *d = c + room;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        a[slots[i]] += one;
        b[slots[i + 1]] += one;
        c[slots[i + 2]] += one;
        d[slots[i + 3]] += one;
    }
    for (; i < count; i++)
        a[slots[i]] += one;
}

static void add_reals(double *lanes, size_t room, const uint32_t *slots, const double *values,
                      size_t count)
{
    double *a = lanes, *b = a + room, *c = b + room, *d = c + room;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        a[slots[i]] += values[i];
        b[slots[i + 1]] += values[i + 1];
        c[slots[i + 2]] += values[i + 2];
        d[slots[i + 3]] += values[i + 3];
    }
    for (; i < count; i++)
        a[slots[i]] += values[i];
}

/* Adds the lanes of `q` (0: counts alone) to the sums, times the area of a cell, and clears them.
 */
static void flush_counts(struct sink_tile *tile, size_t q, bool with_count, double area_m2)
{
    const uint64_t below = (UINT64_C(1) << COUNT_SHIFT) - 1;
    for (size_t s = 0; s < tile->slots.count; s++) {
        uint64_t total = 0;
        for (size_t lane = 0; lane < LANES; lane++) {
            total += tile->counts[lane * tile->slot_room + s];
            tile->counts[lane * tile->slot_room + s] = 0;
        }
        if (total == 0)
            continue;
        if (with_count) {
            count_cells(tile, s, (int64_t)(total >> COUNT_SHIFT));
            *sum_of(tile, s, 0) += (double)(total >> COUNT_SHIFT) * area_m2;
        }
        if (q)
            *sum_of(tile, s, q) += (double)(total & below) * area_m2;
    }
}

static void flush_reals(struct sink_tile *tile, size_t q, double area_m2)
{
    for (size_t s = 0; s < tile->slots.count; s++) {
        double total = 0;
        for (size_t lane = 0; lane < LANES; lane++) {
            total += tile->reals[lane * tile->slot_room + s];
            tile->reals[lane * tile->slot_room + s] = 0;
        }
        *sum_of(tile, s, q) += total * area_m2;
    }
}

static void fetch_values(struct sink_tile *tile, const struct sink_decoder *decoder, size_t first,
                         size_t count)
{
    const struct sink_block *block = &tile->blocks[decoder->plan_layer];
    for (size_t i = 0; i < count; i++)
        tile->row_values[i] = sink_block_raw(block, decoder->type, first + i);
}

/* A run of whole cells of equal area. Counts and small integers are added exactly. */
static void add_run(struct sink_tile *tile, size_t pass, size_t first, size_t count, double area_m2)
{
    const uint32_t *slots = tile->slot_of_cell + first;
    bool counted = false;
    for (size_t q = 1; q <= tile->quantity_count; q++) {
        const struct sink_decoder *decoder = decoder_of(tile, pass, q - 1);
        const struct sink_block *block = &tile->blocks[decoder->plan_layer];
        if (decoder->type == SINK_CELL_UINT8 || decoder->type == SINK_CELL_UINT16) {
            if (decoder->type == SINK_CELL_UINT8)
                count_uint8(tile->counts, tile->slot_room, slots,
                            (const uint8_t *)block->values + first, count);
            else
                count_uint16(tile->counts, tile->slot_room, slots,
                             (const uint16_t *)block->values + first, count);
            flush_counts(tile, q, !counted, area_m2);
            counted = true;
        } else {
            fetch_values(tile, decoder, first, count);
            add_reals(tile->reals, tile->slot_room, slots, tile->row_values, count);
            flush_reals(tile, q, area_m2);
        }
    }
    if (!counted) {
        count_only(tile->counts, tile->slot_room, slots, count);
        flush_counts(tile, 0, true, area_m2);
    }
}

/* Cells with an area or a share of their own. */
static void add_cells(struct sink_tile *tile, size_t pass, size_t first, size_t count, double share)
{
    const uint32_t *slots = tile->slot_of_cell + first;
    for (size_t i = 0; i < count; i++) {
        count_cells(tile, slots[i], 1);
        *sum_of(tile, slots[i], 0) += share * tile->row_area[i];
    }
    for (size_t q = 1; q <= tile->quantity_count; q++) {
        fetch_values(tile, decoder_of(tile, pass, q - 1), first, count);
        for (size_t i = 0; i < count; i++)
            *sum_of(tile, slots[i], q) += share * tile->row_area[i] * tile->row_values[i];
    }
}

/* Cells that are divided among strata. */
static void add_divided(struct sink_tile *tile, size_t pass, size_t first, size_t count,
                        double share)
{
    for (size_t i = 0; i < count; i++)
        for (size_t p = tile->first_part[first + i]; p < tile->first_part[first + i + 1]; p++) {
            count_cells(tile, tile->parts[p].slot, 1);
            *sum_of(tile, tile->parts[p].slot, 0) +=
                share * tile->parts[p].share * tile->row_area[i];
        }
    for (size_t q = 1; q <= tile->quantity_count; q++) {
        fetch_values(tile, decoder_of(tile, pass, q - 1), first, count);
        for (size_t i = 0; i < count; i++)
            for (size_t p = tile->first_part[first + i]; p < tile->first_part[first + i + 1]; p++)
                *sum_of(tile, tile->parts[p].slot, q) +=
                    share * tile->parts[p].share * tile->row_area[i] * tile->row_values[i];
    }
}

void sink_tile_sum_patch(struct sink_tile *tile, size_t pass, const struct sink_span *spans,
                         size_t span_count)
{
    const struct sink_cell_area *area = tile->plan->cell_area;
    const bool by_row = sink_cell_area_is_by_row(area);
    for (size_t t = 0; t < tile->touched_count; t++) {
        tile->cells[tile->touched[t]] = 0;
        memset(sum_of(tile, tile->touched[t], 0), 0,
               (1 + tile->quantity_count) * sizeof *tile->sums);
    }
    tile->touched_count = 0;
    for (size_t i = 0; i < span_count; i++) {
        const struct sink_span *span = &spans[i];
        const size_t count = (size_t)(span->end - span->first);
        const size_t first = (size_t)span->row * (size_t)tile->window.width + (size_t)span->first;
        const int row = tile->window.row + span->row;
        /* A run shorter than the list of strata is not worth flushing the list. */
        if (by_row && !tile->has_parts && span->share == 1 && count >= tile->slots.count) {
            add_run(tile, pass, first, count, sink_cell_area_row_m2(area, row));
            continue;
        }
        sink_cell_area_fill_m2(area, row, tile->window.column + span->first, (int)count,
                               tile->row_area);
        if (tile->has_parts)
            add_divided(tile, pass, first, count, span->share);
        else
            add_cells(tile, pass, first, count, span->share);
    }
}
