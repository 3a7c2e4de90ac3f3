/* The strata of a row's cells. Mostly every dimension comes from 8-bit and 16-bit values: then a
 * cell's key is a sum of table entries, and a second table turns the key into the slot. Three
 * dimensions are added at a time; that halves the time of adding one by one. */
#include "pipelines/tile_parts.h"

/* One dimension of a pass as the quick loops want it. */
struct column {
    const void *raw;     /* the block's values */
    const uint32_t *lut; /* stride * value by raw bits */
};

#define MAX_JOINT 3

typedef void (*key_loop)(uint32_t *keys, bool adds, const struct column *columns, size_t first,
                         size_t count);

#define DEFINE_LOOP_1(name, type_a)                                                                \
    static void name(uint32_t *keys, bool adds, const struct column *columns, size_t first,        \
                     size_t count)                                                                 \
    {                                                                                              \
        const type_a *a = (const type_a *)columns[0].raw + first;                                  \
        const uint32_t *p = columns[0].lut;                                                        \
        for (size_t i = 0; i < count; i++)                                                         \
            keys[i] = (adds ? keys[i] : 0) + p[a[i]];                                              \
    }
#define DEFINE_LOOP_2(name, type_a, type_b)                                                        \
    static void name(uint32_t *keys, bool adds, const struct column *columns, size_t first,        \
                     size_t count)                                                                 \
    {                                                                                              \
        const type_a *a = (const type_a *)columns[0].raw + first;                                  \
        const type_b *b = (const type_b *)columns[1].raw + first;                                  \
        const uint32_t *p = columns[0].lut, *q = columns[1].lut;                                   \
        for (size_t i = 0; i < count; i++)                                                         \
            keys[i] = (adds ? keys[i] : 0) + p[a[i]] + q[b[i]];                                    \
    }
#define DEFINE_LOOP_3(name, type_a, type_b, type_c)                                                \
    static void name(uint32_t *keys, bool adds, const struct column *columns, size_t first,        \
                     size_t count)                                                                 \
    {                                                                                              \
        const type_a *a = (const type_a *)columns[0].raw + first;                                  \
        const type_b *b = (const type_b *)columns[1].raw + first;                                  \
        const type_c *c = (const type_c *)columns[2].raw + first;                                  \
        const uint32_t *p = columns[0].lut, *q = columns[1].lut, *r = columns[2].lut;              \
        for (size_t i = 0; i < count; i++)                                                         \
            keys[i] = (adds ? keys[i] : 0) + p[a[i]] + q[b[i]] + r[c[i]];                          \
    }
DEFINE_LOOP_1(loop_1_0, uint8_t)
DEFINE_LOOP_1(loop_1_1, uint16_t)
DEFINE_LOOP_2(loop_2_0, uint8_t, uint8_t)
DEFINE_LOOP_2(loop_2_1, uint8_t, uint16_t)
DEFINE_LOOP_2(loop_2_2, uint16_t, uint16_t)
DEFINE_LOOP_3(loop_3_0, uint8_t, uint8_t, uint8_t)
DEFINE_LOOP_3(loop_3_1, uint8_t, uint8_t, uint16_t)
DEFINE_LOOP_3(loop_3_2, uint8_t, uint16_t, uint16_t)
DEFINE_LOOP_3(loop_3_3, uint16_t, uint16_t, uint16_t)

/* By the number of columns and how many of them, the last, are of 16 bits. */
static const key_loop loops[MAX_JOINT][MAX_JOINT + 1] = {{loop_1_0, loop_1_1, NULL, NULL},
                                                         {loop_2_0, loop_2_1, loop_2_2, NULL},
                                                         {loop_3_0, loop_3_1, loop_3_2, loop_3_3}};

bool sink_tile_is_quick(const struct sink_tile *tile, size_t pass)
{
    const size_t n = tile->decoders->dimension_count;
    bool is_quick = !tile->has_parts && !tile->earlier && tile->slots.dense;
    for (size_t d = 0; is_quick && d < n; d++) {
        const struct sink_decoder *decoder = &tile->decoders->items[pass * n + d];
        is_quick = decoder->plan_layer >= 0 && decoder->lut &&
                   !tile->blocks[decoder->plan_layer].has_states;
    }
    return is_quick;
}

/* The columns with 8 bits first; the number of them. */
static size_t list_columns(const struct sink_tile *tile, size_t pass, struct column *columns)
{
    const size_t n = tile->decoders->dimension_count;
    const struct sink_decoder *decoders = &tile->decoders->items[pass * n];
    size_t count = 0, narrow = 0;
    for (int wide = 0; wide < 2; wide++) {
        for (size_t d = 0; d < n; d++)
            if ((decoders[d].type != SINK_CELL_UINT8) == wide)
                columns[count++] =
                    (struct column){tile->blocks[decoders[d].plan_layer].values, decoders[d].lut};
        if (wide == 0)
            narrow = count;
    }
    return narrow;
}

/* The slots of a row's keys; new ones are made. */
static enum sink_status map_keys(struct sink_slots *slots, const uint32_t *keys, uint32_t *cells,
                                 size_t count, struct sink_error *error)
{
    const uint32_t *dense = slots->dense;
    uint32_t greatest = 0;
    for (size_t i = 0; i < count; i++) {
        cells[i] = dense[keys[i]];
        greatest |= cells[i];
    }
    if (greatest < SINK_NO_SLOT >> 1)
        return SINK_OK;
    for (size_t i = 0; i < count; i++) {
        cells[i] = sink_slots_find(slots, keys[i]);
        if (cells[i] == SINK_NO_SLOT)
            return sink_fail_memory(error);
    }
    return SINK_OK;
}

enum sink_status sink_tile_quick_slots(struct sink_tile *tile, size_t pass,
                                       struct sink_error *error)
{
    const size_t n = tile->decoders->dimension_count, width = (size_t)tile->window.width;
    struct column columns[SINK_MAX_DIMENSIONS];
    const size_t narrow = list_columns(tile, pass, columns);
    uint32_t *keys = (uint32_t *)tile->row_keys;
    for (int row = 0; row < tile->window.height; row++) {
        const size_t first = (size_t)row * width;
        for (size_t d = 0; d < n; d += MAX_JOINT) {
            const size_t joint = n - d < MAX_JOINT ? n - d : MAX_JOINT;
            const size_t wide = d >= narrow ? joint : d + joint <= narrow ? 0 : d + joint - narrow;
            loops[joint - 1][wide](keys, d > 0, &columns[d], first, width);
        }
        const enum sink_status status =
            map_keys(&tile->slots, keys, tile->slot_of_cell + first, width, error);
        if (status != SINK_OK)
            return status;
    }
    return SINK_OK;
}
