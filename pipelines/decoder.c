#include "pipelines/tile_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t type_bits(enum sink_cell_type type)
{
    switch (type) {
    case SINK_CELL_UINT8:
        return 8;
    case SINK_CELL_UINT16:
    case SINK_CELL_INT16:
        return 16;
    default:
        return 0;
    }
}

static double raw_of_bits(enum sink_cell_type type, size_t bits)
{
    return type == SINK_CELL_INT16 ? (double)(int16_t)(uint16_t)bits : (double)bits;
}

static bool is_nodata(const struct sink_decoder *decoder, double raw)
{
    for (size_t i = 0; i < decoder->nodata_count; i++)
        if (raw == decoder->nodata[i])
            return true;
    return isnan(raw);
}

static int value_of_code(const struct sink_decoder *decoder, double raw)
{
    if (raw != rint(raw) || fabs(raw) > 0x1p53)
        return SINK_VALUE_UNKNOWN;
    const int value = sink_legend_value(decoder->legend, (int64_t)raw);
    if (value < 0)
        return value == -1 ? SINK_VALUE_NODATA : SINK_VALUE_UNKNOWN;
    return decoder->legend_to_value[value];
}

/* Intervals are closed above; a negative quantity, or one that nothing on a hectare has, is none:
 * SINK_VALUE_UNKNOWN. */
static int value_of_quantity(const struct sink_decoder *decoder, double raw)
{
    const double value = raw * decoder->scale + decoder->offset;
    if (!(value >= 0 && value <= SINK_VALUE_LIMIT))
        return SINK_VALUE_UNKNOWN;
    size_t v = 2;
    while (value > decoder->dimension->upper[v])
        v++;
    return (int)v;
}

/* No data and 0 mean that nothing happened; anything else is a year. */
static int value_of_event(const struct sink_decoder *decoder, double raw)
{
    if (is_nodata(decoder, raw) || raw == 0)
        return 2;
    if (raw != rint(raw) || raw < 1000 || raw > 9999)
        return SINK_VALUE_UNKNOWN;
    return raw > decoder->event_after && raw <= decoder->event_until ? 3 : 2;
}

int sink_decoder_value(const struct sink_decoder *decoder, double raw)
{
    if (decoder->dimension->kind == SINK_DIMENSION_EVENT)
        return value_of_event(decoder, raw);
    if (is_nodata(decoder, raw))
        return SINK_VALUE_NODATA;
    return decoder->legend ? value_of_code(decoder, raw) : value_of_quantity(decoder, raw);
}

static enum sink_status make_lut(struct sink_decoder *decoder, struct sink_error *error)
{
    const size_t bits = type_bits(decoder->type);
    if (!bits)
        return SINK_OK;
    const size_t count = (size_t)1 << bits;
    const bool fits = decoder->stride <= UINT32_MAX / decoder->dimension->count;
    decoder->lut_unit = fits ? 1 : decoder->stride;
    decoder->lut = malloc(count * sizeof *decoder->lut);
    if (!decoder->lut)
        return sink_fail_memory(error);
    for (size_t i = 0; i < count; i++)
        decoder->lut[i] =
            (uint32_t)(decoder->stride / decoder->lut_unit *
                       (uint64_t)sink_decoder_value(decoder, raw_of_bits(decoder->type, i)));
    return SINK_OK;
}

static int label_index(const struct sink_dimension *dimension, const char *label)
{
    for (size_t v = 2; v < dimension->count; v++)
        if (strcmp(dimension->labels[v], label) == 0)
            return (int)v;
    return SINK_VALUE_UNKNOWN;
}

static enum sink_status set_legend(struct sink_decoder *decoder, const struct sink_legend *legend,
                                   struct sink_error *error)
{
    decoder->legend = legend;
    decoder->legend_to_value = malloc((legend->value_count + 1) * sizeof(int));
    if (!decoder->legend_to_value)
        return sink_fail_memory(error);
    for (size_t i = 0; i < legend->value_count; i++)
        decoder->legend_to_value[i] = label_index(decoder->dimension, legend->values[i]);
    return SINK_OK;
}

static enum sink_status set_layer(struct sink_decoder *decoder, const struct sink_plan *plan,
                                  int index, enum sink_cell_type type, struct sink_error *error)
{
    const struct sink_plan_layer *layer = &plan->layers[index];
    const double factor = decoder->quantity >= 0 ? layer->job->unit.factor : 1;
    decoder->plan_layer = index;
    decoder->type = type;
    decoder->scale = sink_layer_scale(layer->layer) * factor;
    decoder->offset = sink_layer_offset(layer->layer) * factor;
    const double *nodata = sink_layer_nodata(layer->layer, &decoder->nodata_count);
    for (size_t i = 0; i < decoder->nodata_count; i++)
        decoder->nodata[i] = nodata[i]; /* as the type holds it */
    const enum sink_dimension_kind kind = decoder->dimension->kind;
    if ((kind == SINK_DIMENSION_CLASS || kind == SINK_DIMENSION_OVERLAY) &&
        set_legend(decoder, &layer->legend, error) != SINK_OK)
        return SINK_FAILED;
    return make_lut(decoder, error);
}

static enum sink_status make_one(const struct sink_plan *plan, const enum sink_cell_type *types,
                                 size_t pass, size_t d, struct sink_decoder *decoder,
                                 struct sink_error *error)
{
    const struct sink_tally_spec *spec = &plan->spec;
    decoder->plan_layer = -1;
    decoder->dimension = &spec->dimensions[d];
    decoder->quantity = plan->sources[d].quantity;
    decoder->stride = 1;
    for (size_t e = d + 1; e < spec->dimension_count; e++)
        decoder->stride *= spec->dimensions[e].count;
    const int job_layer = plan->sources[d].job_layer;
    if (job_layer < 0)
        return SINK_OK;
    if (decoder->dimension->kind == SINK_DIMENSION_EVENT) {
        decoder->event_after = spec->years[pass];
        decoder->event_until = spec->years[sink_tile_year(plan, pass, SINK_SIDE_TO)];
    }
    const int index =
        sink_plan_layer_find(plan, job_layer, sink_tile_year(plan, pass, decoder->dimension->side));
    return set_layer(decoder, plan, index, types[index], error);
}

/* The class of a map: as the last pass decodes it, but from the layer of that map. */
static enum sink_status make_map(const struct sink_plan *plan, const enum sink_cell_type *types,
                                 size_t map, struct sink_decoder *decoder, struct sink_error *error)
{
    const int d = sink_tally_dimension(&plan->spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO);
    *decoder = (struct sink_decoder){
        .plan_layer = -1, .dimension = &plan->spec.dimensions[d], .quantity = -1, .stride = 1};
    const int job_layer = plan->sources[d].job_layer;
    if (job_layer < 0)
        return SINK_OK;
    const int index = sink_plan_layer_find(plan, job_layer, sink_plan_map_year_index(plan, map));
    return set_layer(decoder, plan, index, types[index], error);
}

static enum sink_status make_maps(const struct sink_plan *plan, const enum sink_cell_type *types,
                                  struct sink_decoders *decoders, struct sink_error *error)
{
    if (sink_plan_conversion_count(plan) == 0)
        return SINK_OK;
    const size_t count = sink_plan_map_count(plan);
    decoders->maps = calloc(count, sizeof *decoders->maps);
    if (!decoders->maps)
        return sink_fail_memory(error);
    enum sink_status status = SINK_OK;
    for (; decoders->map_count < count && status == SINK_OK; decoders->map_count++)
        status =
            make_map(plan, types, decoders->map_count, &decoders->maps[decoders->map_count], error);
    return status;
}

enum sink_status sink_decoders_make(const struct sink_plan *plan, const enum sink_cell_type *types,
                                    struct sink_decoders *decoders, struct sink_error *error)
{
    decoders->dimension_count = plan->spec.dimension_count;
    decoders->pass_count = sink_tally_pass_count(&plan->spec);
    decoders->layer_types = types;
    decoders->items =
        calloc(decoders->pass_count * decoders->dimension_count, sizeof *decoders->items);
    if (!decoders->items)
        return sink_fail_memory(error);
    for (size_t p = 0; p < decoders->pass_count; p++)
        for (size_t d = 0; d < decoders->dimension_count; d++) {
            struct sink_decoder *decoder = &decoders->items[p * decoders->dimension_count + d];
            const enum sink_status status = make_one(plan, types, p, d, decoder, error);
            if (status != SINK_OK)
                return status;
        }
    return make_maps(plan, types, decoders, error);
}

void sink_decoders_free(struct sink_decoders *decoders)
{
    for (size_t m = 0; m < decoders->map_count; m++) {
        free(decoders->maps[m].lut);
        free(decoders->maps[m].legend_to_value);
    }
    free(decoders->maps);
    if (decoders->items)
        for (size_t i = 0; i < decoders->pass_count * decoders->dimension_count; i++) {
            free(decoders->items[i].lut);
            free(decoders->items[i].legend_to_value);
        }
    free(decoders->items);
    *decoders = (struct sink_decoders){0};
}

double sink_block_raw(const struct sink_block *block, enum sink_cell_type type, size_t cell)
{
    switch (type) {
    case SINK_CELL_UINT8:
        return ((const uint8_t *)block->values)[cell];
    case SINK_CELL_UINT16:
        return ((const uint16_t *)block->values)[cell];
    case SINK_CELL_INT16:
        return ((const int16_t *)block->values)[cell];
    case SINK_CELL_UINT32:
        return ((const uint32_t *)block->values)[cell];
    case SINK_CELL_INT32:
        return ((const int32_t *)block->values)[cell];
    case SINK_CELL_FLOAT32:
        return (double)((const float *)block->values)[cell];
    case SINK_CELL_FLOAT64:
        return ((const double *)block->values)[cell];
    }
    return NAN;
}

static int value_at(const struct sink_decoder *decoder, const struct sink_block *block, size_t cell)
{
    if (block->has_states && block->states[cell] != SINK_CELL_READ)
        return SINK_VALUE_NODATA;
    return sink_decoder_value(decoder, sink_block_raw(block, decoder->type, cell));
}

void sink_decoder_add_keys(const struct sink_decoder *decoder, const struct sink_block *block,
                           size_t first, size_t count, uint64_t *keys)
{
    const uint64_t stride = decoder->stride, unit = decoder->lut_unit;
    const uint32_t *lut = decoder->lut;
    if (!lut || block->has_states) {
        for (size_t i = 0; i < count; i++)
            keys[i] += stride * (uint64_t)value_at(decoder, block, first + i);
    } else if (decoder->type == SINK_CELL_UINT8) {
        const uint8_t *raw = (const uint8_t *)block->values + first;
        for (size_t i = 0; i < count; i++)
            keys[i] += unit * lut[raw[i]];
    } else {
        const uint16_t *raw = (const uint16_t *)block->values + first;
        for (size_t i = 0; i < count; i++)
            keys[i] += unit * lut[raw[i]];
    }
}
