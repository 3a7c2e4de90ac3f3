/* Errors that go together: area x standard deviation, added up by block of the grid. */
#include "pipelines/tile_parts.h"

#include "sinkcalc/model/raster_error.h"

#include <stdlib.h>

/* What a tile has of one block: land of one region for which the layer speaks. */
struct block_sum {
    int64_t cells;
    double area_m2, raw_m2; /* area, area x stored value */
};

struct sink_tile_blocks {
    struct block_sum *sums; /* [tile width] the blocks of a band, from the first in the tile */
    bool *is_heard;         /* [slot_room] does the layer speak for a stratum? */
    size_t slot_room;
    /* which of the sums are not empty */
    int first, end;
};

enum sink_status sink_tile_blocks_new(struct sink_tile *tile, struct sink_error *error)
{
    if (tile->plan->correlations.count == 0)
        return SINK_OK;
    struct sink_tile_blocks *blocks = tile->block_sums = calloc(1, sizeof *blocks);
    if (blocks)
        blocks->sums = calloc((size_t)tile->plan->tile_width, sizeof *blocks->sums);
    return blocks && blocks->sums ? SINK_OK : sink_fail_memory(error);
}

void sink_tile_blocks_free(struct sink_tile_blocks *blocks)
{
    if (!blocks)
        return;
    free(blocks->sums);
    free(blocks->is_heard);
    free(blocks);
}

/* One layer of standard deviations in one year, as a pass shows it. */
struct field {
    const struct sink_correlation *correlation;
    const struct sink_decoder *decoder;
    uint32_t block_pass;
    int class_dimension, value_dimension, sd_dimension;
};

static struct field field_of(const struct sink_tile *tile, size_t pass, size_t index,
                             enum sink_side side)
{
    const struct sink_plan *plan = tile->plan;
    const struct sink_correlation *correlation = &plan->correlations.items[index];
    const char *main = plan->job->layers[plan->job->layers[correlation->job_layer].of].name;
    const struct sink_tally_spec *spec = &plan->spec;
    const int sd = sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, correlation->name, side);
    return (struct field){
        .correlation = correlation,
        .decoder = &tile->decoders->items[pass * tile->decoders->dimension_count + (size_t)sd],
        .block_pass = (uint32_t)(index * spec->year_count + sink_tile_year(plan, pass, side)),
        .class_dimension = sink_tally_dimension(spec, SINK_DIMENSION_CLASS, "class", side),
        .value_dimension = sink_tally_dimension(spec, SINK_DIMENSION_INTERVAL, main, side),
        .sd_dimension = sd};
}

/* Land counts where the layer speaks for its class, and has a value and a deviation. */
static enum sink_status hear(struct sink_tile *tile, const struct field *field,
                             struct sink_error *error)
{
    struct sink_tile_blocks *blocks = tile->block_sums;
    int values[SINK_MAX_DIMENSIONS];
    if (blocks->slot_room < tile->slots.count) {
        free(blocks->is_heard);
        blocks->slot_room = tile->slot_room;
        blocks->is_heard = calloc(blocks->slot_room, sizeof *blocks->is_heard);
        if (!blocks->is_heard) {
            blocks->slot_room = 0;
            return sink_fail_memory(error);
        }
    }
    for (size_t s = 0; s < tile->slots.count; s++) {
        sink_tally_key_values(&tile->plan->spec, tile->slots.keys[s], values);
        blocks->is_heard[s] = field->correlation->speaks[values[field->class_dimension]] &&
                              values[field->value_dimension] >= 2 &&
                              values[field->sd_dimension] >= 2;
    }
    return SINK_OK;
}

#define DEFINE_ADD_EQUAL(name, type, total_type)                                                   \
    static void name(struct block_sum *into, const bool *is_heard, const uint32_t *slots,          \
                     const type *values, size_t count, double area_m2)                             \
    {                                                                                              \
        int64_t cells = 0;                                                                         \
        total_type total = 0;                                                                      \
        for (size_t i = 0; i < count; i++) {                                                       \
            const bool counts = is_heard[slots[i]];                                                \
            cells += counts;                                                                       \
            total += counts ? (total_type)values[i] : 0;                                           \
        }                                                                                          \
        into->cells += cells;                                                                      \
        into->area_m2 += (double)cells * area_m2;                                                  \
        into->raw_m2 += (double)total * area_m2;                                                   \
    }
DEFINE_ADD_EQUAL(add_uint8, uint8_t, uint64_t)
DEFINE_ADD_EQUAL(add_uint16, uint16_t, uint64_t)
DEFINE_ADD_EQUAL(add_float32, float, double)
DEFINE_ADD_EQUAL(add_float64, double, double)

static void fetch_values(struct sink_tile *tile, const struct sink_decoder *decoder, size_t first,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        tile->row_values[i] =
            sink_block_raw(&tile->blocks[decoder->plan_layer], decoder->type, first + i);
}

/* Cells of one area, each in one stratum. */
static void add_equal(struct sink_tile *tile, const struct sink_decoder *decoder, size_t first,
                      size_t count, double area_m2, struct block_sum *into)
{
    const bool *is_heard = tile->block_sums->is_heard;
    const uint32_t *slots = tile->slot_of_cell + first;
    const void *values = tile->blocks[decoder->plan_layer].values;
    switch (decoder->type) {
    case SINK_CELL_UINT8:
        add_uint8(into, is_heard, slots, (const uint8_t *)values + first, count, area_m2);
        return;
    case SINK_CELL_UINT16:
        add_uint16(into, is_heard, slots, (const uint16_t *)values + first, count, area_m2);
        return;
    case SINK_CELL_FLOAT32:
        add_float32(into, is_heard, slots, (const float *)values + first, count, area_m2);
        return;
    default:
        fetch_values(tile, decoder, first, count);
        add_float64(into, is_heard, slots, tile->row_values, count, area_m2);
    }
}

/* Cells with areas of their own (tile->row_area), or divided among strata. */
static void add_each(struct sink_tile *tile, const struct sink_decoder *decoder, size_t first,
                     size_t count, double share, struct block_sum *into)
{
    const bool *is_heard = tile->block_sums->is_heard;
    fetch_values(tile, decoder, first, count);
    for (size_t i = 0; i < count; i++) {
        double part = 0;
        if (!tile->has_parts)
            part = is_heard[tile->slot_of_cell[first + i]];
        for (size_t p = tile->has_parts ? tile->first_part[first + i] : 1;
             tile->has_parts && p < tile->first_part[first + i + 1]; p++)
            if (is_heard[tile->parts[p].slot])
                part += tile->parts[p].share;
        if (part == 0)
            continue;
        into->cells++;
        into->area_m2 += share * part * tile->row_area[i];
        into->raw_m2 += share * part * tile->row_area[i] * tile->row_values[i];
    }
}

/* A span, cut where blocks begin. */
static void add_span(struct sink_tile *tile, const struct field *field,
                     const struct sink_span *span, int block_columns)
{
    struct sink_tile_blocks *blocks = tile->block_sums;
    const struct sink_cell_area *area = tile->plan->cell_area;
    const int row = tile->window.row + span->row, left = tile->window.column;
    const bool is_equal = sink_cell_area_is_by_row(area) && !tile->has_parts;
    const int end = left + span->end;
    for (int column = left + span->first, next; column < end; column = next) {
        const int block = column / block_columns, at = block - left / block_columns;
        next = block_columns < end - block * block_columns ? (block + 1) * block_columns : end;
        const size_t count = (size_t)(next - column);
        const size_t first =
            (size_t)span->row * (size_t)tile->window.width + (size_t)(column - left);
        blocks->first = at < blocks->first ? at : blocks->first;
        blocks->end = at >= blocks->end ? at + 1 : blocks->end;
        if (is_equal) {
            add_equal(tile, field->decoder, first, count,
                      span->share * sink_cell_area_row_m2(area, row), &blocks->sums[at]);
            continue;
        }
        sink_cell_area_fill_m2(area, row, column, (int)count, tile->row_area);
        add_each(tile, field->decoder, first, count, span->share, &blocks->sums[at]);
    }
}

/* Posts what a region has of a band, and clears it. */
static enum sink_status post_band(struct sink_tile *tile, const struct field *field, int band,
                                  uint32_t region, struct sink_tally *tally,
                                  struct sink_error *error)
{
    struct sink_tile_blocks *blocks = tile->block_sums;
    const int left = tile->window.column / field->correlation->block_columns[band];
    enum sink_status status = SINK_OK;
    for (int b = blocks->first; b < blocks->end; b++) {
        struct block_sum *sum = &blocks->sums[b];
        const double sums[SINK_BLOCK_SUM_COUNT] = {sum->area_m2,
                                                   sum->raw_m2 * field->decoder->scale +
                                                       sum->area_m2 * field->decoder->offset};
        const struct sink_tally_place place = {region, field->block_pass,
                                               (uint64_t)band * field->correlation->column_count +
                                                   (uint64_t)(left + b)};
        if (sum->cells > 0 && status == SINK_OK)
            status = sink_tally_post(tally, place, sum->cells, sums, error);
        *sum = (struct block_sum){0};
    }
    blocks->first = tile->plan->tile_width;
    blocks->end = 0;
    return status;
}

/* The spans of a patch come row by row, so that one band after the other is whole. */
static enum sink_status add_patch(struct sink_tile *tile, const struct field *field,
                                  const struct sink_cover *cover, const struct sink_patch *patch,
                                  struct sink_tally *tally, struct sink_error *error)
{
    const struct sink_span *spans = &cover->spans[patch->first_span];
    const int rows = field->correlation->block_rows;
    tile->block_sums->first = tile->plan->tile_width;
    tile->block_sums->end = 0;
    enum sink_status status = SINK_OK;
    for (size_t i = 0, end; i < patch->span_count && status == SINK_OK; i = end) {
        const int band = (tile->window.row + spans[i].row) / rows;
        for (end = i; end < patch->span_count && (tile->window.row + spans[end].row) / rows == band;
             end++)
            add_span(tile, field, &spans[end], field->correlation->block_columns[band]);
        status = post_band(tile, field, band, patch->region, tally, error);
    }
    return status;
}

static enum sink_status add_field(struct sink_tile *tile, const struct field *field,
                                  const struct sink_cover *cover, struct sink_tally *tally,
                                  struct sink_error *error)
{
    enum sink_status status = hear(tile, field, error);
    for (size_t i = 0; i < cover->patch_count && status == SINK_OK; i++)
        status = add_patch(tile, field, cover, &cover->patches[i], tally, error);
    return status;
}

enum sink_status sink_tile_add_blocks(struct sink_tile *tile, size_t pass,
                                      const struct sink_cover *cover, struct sink_tally *tally,
                                      struct sink_error *error)
{
    const bool is_first_of_many = pass == 0 && tile->plan->spec.year_count > 1;
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < tile->plan->correlations.count && status == SINK_OK; i++) {
        struct field field = field_of(tile, pass, i, SINK_SIDE_TO);
        status = add_field(tile, &field, cover, tally, error);
        if (status != SINK_OK || !is_first_of_many)
            continue;
        field = field_of(tile, pass, i, SINK_SIDE_FROM);
        status = add_field(tile, &field, cover, tally, error);
    }
    return status;
}
