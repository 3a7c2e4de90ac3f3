/* What the land was before. Every cell carries its latest conversions as one number in the base of
 * the dimensions conversion_1 ... : class and map of each, the latest first. Maps are looked at in
 * time, each once per tile; land without data starts anew, so that both dates of a pass and the
 * next pass tell the same story. */
#include "pipelines/tile_parts.h"

#include <string.h>

size_t sink_plan_conversion_count(const struct sink_plan *plan)
{
    const size_t maps = sink_plan_map_count(plan);
    if (maps < 2 || (maps == 2 && plan->job->history_count == 0) || sink_plan_has_shares(plan))
        return 0;
    const int d = sink_tally_dimension(&plan->spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO);
    const uint64_t base = 2 + (plan->spec.dimensions[d].count - 2) * (maps - 1);
    uint64_t values = 1;
    size_t count = 0;
    while (count < SINK_MAX_CONVERSIONS && values * base <= UINT32_MAX) {
        values *= base;
        count++;
    }
    return count;
}

void sink_tile_history_start(struct sink_tile *tile)
{
    if (!tile->earlier)
        return;
    const size_t cells = (size_t)tile->window.width * (size_t)tile->window.height;
    memset(tile->earlier, 0, cells * sizeof *tile->earlier);
    memset(tile->last, 0, cells);
    tile->map = 0;
}

/* The classes of a row on a map, as values of the dimension, into row_keys. */
static void read_row(struct sink_tile *tile, size_t map, size_t first, size_t count)
{
    const struct sink_decoder *decoder = &tile->decoders->maps[map];
    memset(tile->row_keys, 0, count * sizeof *tile->row_keys);
    if (decoder->plan_layer >= 0)
        sink_decoder_add_keys(decoder, &tile->blocks[decoder->plan_layer], first, count,
                              tile->row_keys);
    else
        sink_tile_add_presence(tile, decoder, sink_plan_map_year_index(tile->plan, map), first,
                               count, tile->row_keys);
}

/* In the base of a conversion: weights of the latest one, and of a class among its values. */
struct base {
    uint32_t size, latest, maps;
};

static struct base base_of(const struct sink_tile *tile)
{
    const struct sink_tally_spec *spec = &tile->plan->spec;
    struct base base = {.latest = 1, .maps = (uint32_t)sink_plan_map_count(tile->plan) - 1};
    for (size_t d = 0; d < spec->dimension_count; d++)
        if (spec->dimensions[d].kind == SINK_DIMENSION_CONVERSION) {
            base.latest *= base.size ? base.size : 1;
            base.size = (uint32_t)spec->dimensions[d].count;
        }
    return base;
}

static void add_map(struct sink_tile *tile, size_t map)
{
    const size_t width = (size_t)tile->window.width;
    const struct base base = base_of(tile);
    const bool may_lack = map < tile->plan->job->history_count; /* a gap between two old maps */
    for (int row = 0; row < tile->window.height; row++) {
        const size_t first = (size_t)row * width;
        read_row(tile, map, first, width);
        for (size_t i = 0; i < width; i++) {
            const uint8_t class = (uint8_t)tile->row_keys[i];
            uint8_t *last = &tile->last[first + i];
            uint32_t *earlier = &tile->earlier[first + i];
            if (class == *last || (class < 2 && may_lack))
                continue;
            if (class < 2)
                *earlier = 0;
            else if (*last >= 2)
                *earlier = *earlier / base.size +
                           base.latest * (2 + (*last - 2u) * base.maps + (uint32_t)map - 1);
            *last = class < 2 ? 0 : class;
        }
    }
}

void sink_tile_history_read(struct sink_tile *tile, size_t year_index)
{
    if (!tile->earlier)
        return;
    for (; tile->map <= tile->plan->job->history_count + year_index; tile->map++)
        add_map(tile, tile->map);
}
