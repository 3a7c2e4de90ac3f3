/* The parts of a tile: private to pipelines/tile*.c. */
#ifndef SINK_PIPELINES_TILE_PARTS_H
#define SINK_PIPELINES_TILE_PARTS_H

#include "pipelines/tile.h"

#define SINK_NO_SLOT UINT32_MAX

/* Strata that occur in a tile get small numbers, so that sums are short arrays. */
struct sink_slots {
    uint64_t *keys; /* [count] */
    size_t count, room;
    uint32_t *dense; /* slot by key, or NULL: then the hash table below */
    uint32_t *table; /* [table_room] slots by hash of the key */
    size_t table_room;
};
SINK_CHECKED enum sink_status sink_slots_start(struct sink_slots *slots, uint64_t key_count,
                                               struct sink_error *error);
void sink_slots_clear(struct sink_slots *slots);
void sink_slots_free(struct sink_slots *slots);
/* The slot of a key, made when new; SINK_NO_SLOT without memory. */
uint32_t sink_slots_find(struct sink_slots *slots, uint64_t key);

/* A part of a cell: the stratum it is in and the share of the cell. */
struct sink_part {
    uint32_t slot;
    double share;
};

struct sink_tile {
    const struct sink_plan *plan;
    const struct sink_decoders *decoders;
    size_t max_cells, quantity_count;
    struct sink_block *blocks; /* [plan->layer_count] */
    struct sink_window window;
    /* strata of the cells of the current pass, and maybe of earlier ones */
    struct sink_slots slots;
    uint32_t *slot_of_cell; /* [max_cells], when a cell is in one stratum */
    bool has_parts;         /* ecosystem layers give shares: a cell may be in several */
    struct sink_part *parts;
    size_t part_count, part_room;
    size_t *first_part; /* [max_cells + 1] */
    /* what the land was before: see tile_history.c; NULL when the tally has no conversions */
    uint32_t *earlier;  /* [max_cells] values of the dimensions conversion_1 ... as one number */
    uint8_t *last;      /* [max_cells] the class seen last, as a value of its dimension */
    size_t map;         /* the next map in time */
    bool has_unknown;   /* a map of the history has a class that nobody knows */
    uint64_t *row_keys; /* [tile width] */
    double *row_area;   /* [tile width] */
    double *row_values; /* [tile width] a quantity as doubles */
    /* sums of one patch, by slot; a slot that is not in `touched` has none */
    size_t slot_room;
    uint32_t *touched; /* [touched_count] the slots with cells, in the order of the first cell */
    size_t touched_count;
    int64_t *cells;
    double *sums;     /* [slot][1 + quantity_count] area, then area x stored value */
    uint64_t *counts; /* [4][slot_room] lanes of a span */
    double *reals;    /* [4][slot_room] */
    struct sink_exact_sum overlap_m2;
    struct sink_tile_blocks *block_sums; /* of tile_blocks.c; NULL without correlations */
};

/* tile.c: the strata of all cells of the window in a pass; passes in their order, after
 * sink_tile_history_start. */
SINK_CHECKED enum sink_status sink_tile_stratify(struct sink_tile *tile, size_t pass,
                                                 struct sink_error *error);

/* tile_keys.c: can a pass take its slots from tables alone, and the slots of all cells that way. */
bool sink_tile_is_quick(const struct sink_tile *tile, size_t pass);
SINK_CHECKED enum sink_status sink_tile_quick_slots(struct sink_tile *tile, size_t pass,
                                                    struct sink_error *error);

/* tile_history.c: forgets what an earlier tile saw and looks at the maps of the history; then at
 * all maps up to (and with) that of a year of the job. */
SINK_CHECKED enum sink_status sink_tile_history_start(struct sink_tile *tile,
                                                      const struct sink_cover *cover,
                                                      struct sink_error *error);
void sink_tile_history_read(struct sink_tile *tile, size_t year_index);
/* The bytes of two or three maps one after another, where the same bytes are the same classes. */
struct sink_codes {
    const uint8_t *maps[3];
    size_t count; /* 0: nothing is known, and any cell may differ */
};
/* The next `count` cells from `*first` up to `end` that may differ between the maps; false when
 * there are none. Most of the land is the same from one map to the next. */
bool sink_codes_next(const struct sink_codes *codes, size_t end, size_t *first, size_t *count);
/* The maps of a pass and the one before them, when a cell that is the same on all of them is in the
 * stratum that it was in before: nothing but the classes depends on the pass. */
void sink_tile_history_compare(const struct sink_tile *tile, size_t pass, struct sink_codes *codes);
/* How many conversions a tally of this plan can hold: 0 when the classes of one pass tell all. */
size_t sink_plan_conversion_count(const struct sink_plan *plan);

/* tile_classes.c: does any ecosystem layer give shares? */
bool sink_plan_has_shares(const struct sink_plan *plan);
/* Does a layer of an ecosystem lack the file that would tell about the cell? */
bool sink_tile_is_absent(const struct sink_tile *tile, const struct sink_dimension *classes,
                         size_t year_index, size_t cell);
/* The class of a row's cells from the presence layers, added to keys; or, with shares, the parts of
 * those cells in a pass, row by row. */
void sink_tile_add_presence(struct sink_tile *tile, const struct sink_decoder *decoder,
                            size_t year_index, size_t first, size_t count, uint64_t *keys);
SINK_CHECKED enum sink_status sink_tile_add_parts(struct sink_tile *tile, size_t pass, size_t first,
                                                  size_t count, const uint64_t *keys,
                                                  struct sink_error *error);
/* Adds, for the years of the plan, the area of the cover that more than one presence layer claims.
 */
SINK_CHECKED enum sink_status sink_tile_add_overlap(struct sink_tile *tile,
                                                    const struct sink_cover *cover,
                                                    struct sink_error *error);

/* tile_sum.c: the sums of one patch in one pass, into cells and sums. */
void sink_tile_sum_patch(struct sink_tile *tile, size_t pass, const struct sink_span *spans,
                         size_t span_count);
SINK_CHECKED enum sink_status sink_tile_reserve_slots(struct sink_tile *tile,
                                                      struct sink_error *error);

/* tile_blocks.c: memory for the blocks of a tile, where the plan has correlations; adds the
 * years that a pass shows to the tally of blocks. */
SINK_CHECKED enum sink_status sink_tile_blocks_new(struct sink_tile *tile,
                                                   struct sink_error *error);
void sink_tile_blocks_free(struct sink_tile_blocks *blocks);
SINK_CHECKED enum sink_status sink_tile_add_blocks(struct sink_tile *tile, size_t pass,
                                                   const struct sink_cover *cover,
                                                   struct sink_tally *tally,
                                                   struct sink_error *error);

/* The plan's layers of the year that a side of a pass shows. */
size_t sink_tile_year(const struct sink_plan *plan, size_t pass, enum sink_side side);
/* A cell of the tile, for messages: "column 12, row 7". */
void sink_tile_cell_place(const struct sink_tile *tile, size_t cell, char text[64]);
/* The same of a cell of a layer; in a mosaic, which is not told by one of its files, with the
 * middle of the cell on the map. */
void sink_tile_map_place(const struct sink_tile *tile, const struct sink_layer *layer, size_t cell,
                         char text[128]);
/* The error of a cell whose value the job does not allow: SINK_BAD_DATA. */
SINK_CHECKED enum sink_status sink_tile_say_fault(const struct sink_tile *tile,
                                                  const struct sink_decoder *decoder, size_t cell,
                                                  uint32_t region_index, struct sink_error *error);

#endif
