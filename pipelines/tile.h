/* What one tile adds to the tally: blocks and spans in, posts out. No files, no threads. */
#ifndef SINK_PIPELINES_TILE_H
#define SINK_PIPELINES_TILE_H

#include "pipelines/plan.h"

/* The greatest value of a quantity, per ha or in years; what is stored where there is no data
 * (1e20, 9.97e36, 3.4e38) is greater. */
#define SINK_VALUE_LIMIT 1e9

/* How the values of one raster become values of a dimension, and sums. Made once, shared, const. */
struct sink_decoder {
    int plan_layer; /* which block; -1: the class from the ecosystem layers */
    const struct sink_dimension *dimension;
    const struct sink_legend *legend; /* codes; NULL for intervals */
    int *legend_to_value;             /* [legend->value_count] value of the dimension */
    enum sink_cell_type type;
    uint32_t *lut; /* stride * value / lut_unit by raw bits, of an 8 or 16 bit type; else NULL */
    uint64_t lut_unit;    /* 1, or the stride where keys are longer than 32 bits */
    double scale, offset; /* true value = (raw * scale + offset), in the quantity's own unit */
    double nodata[2];
    size_t nodata_count;
    uint64_t stride;              /* of the dimension in the key */
    int quantity;                 /* index in spec->quantities, -1 for codes */
    int event_after, event_until; /* events: the year lies in (event_after, event_until] */
};

/* The decoders of all passes; pass p uses decoders[p * dimension_count + d]. */
struct sink_decoders {
    struct sink_decoder *items;
    size_t dimension_count, pass_count;
    struct sink_decoder *maps; /* [map_count] the class of each map in time, with stride 1 */
    size_t map_count;          /* 0 when the tally has no conversions */
    const enum sink_cell_type
        *layer_types; /* [plan->layer_count] as the readers give them; borrowed */
};
SINK_CHECKED enum sink_status sink_decoders_make(const struct sink_plan *plan,
                                                 const enum sink_cell_type *types,
                                                 struct sink_decoders *decoders,
                                                 struct sink_error *error);
void sink_decoders_free(struct sink_decoders *decoders);

/* The dimension's value for a stored value; a quantity that is negative or above SINK_VALUE_LIMIT
 * is SINK_VALUE_UNKNOWN. */
int sink_decoder_value(const struct sink_decoder *decoder, double raw);
/* Adds stride * value of the cells first..first+count-1 of the block to keys[0..count-1]. */
void sink_decoder_add_keys(const struct sink_decoder *decoder, const struct sink_block *block,
                           size_t first, size_t count, uint64_t *keys);
/* A stored value as a double; NaN where a float block has NaN. */
double sink_block_raw(const struct sink_block *block, enum sink_cell_type type, size_t cell);

/* One worker's memory for tiles of at most max_cells cells. */
struct sink_tile;
SINK_CHECKED enum sink_status sink_tile_new(const struct sink_plan *plan,
                                            const struct sink_decoders *decoders, size_t max_cells,
                                            struct sink_tile **tile, struct sink_error *error);
void sink_tile_free(struct sink_tile *tile);
/* The block of a plan layer, to be filled before the tile is added up. */
struct sink_block *sink_tile_block(struct sink_tile *tile, size_t plan_layer);

/* Adds up `window`: every pass, every region of `cover`, into the tally and, when the plan has
 * correlations, into `blocks`. The order of all additions is fixed by the window. Faults (no class,
 * unknown code, absent block, negative value) name the layer and the cell. */
SINK_CHECKED enum sink_status sink_tile_add(struct sink_tile *tile, struct sink_window window,
                                            const struct sink_cover *cover,
                                            struct sink_tally *tally, struct sink_tally *blocks,
                                            struct sink_error *error);
/* Area claimed by more than one presence layer so far, in the uppermost regions, summed over the
 * years; exact. */
const struct sink_exact_sum *sink_tile_overlap_m2(const struct sink_tile *tile);

#endif
