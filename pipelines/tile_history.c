/* What the land was before. Every cell carries its latest conversions as one number in the base of
 * the dimensions conversion_1 ... : class and map of each, the latest first. Maps are looked at in
 * time, each once per tile; land without data starts anew, so that both dates of a pass and the
 * next pass tell the same story. */
#include "pipelines/tile_parts.h"

#include <string.h>

#define CHUNK 16              /* cells that are compared at once */
#define MAX_KEPT_SLOTS 100000 /* beyond, what is left of earlier passes is forgotten */

size_t sink_plan_conversion_count(const struct sink_plan *plan)
{
    const size_t maps = sink_plan_map_count(plan);
    if (maps < 2 || (maps == 2 && plan->job->history_count == 0) || sink_plan_has_shares(plan))
        return 0;
    const int d = sink_tally_dimension(&plan->spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO);
    const uint64_t base = 2 + (plan->spec.dimensions[d].count - 2) * (maps - 1);
    uint64_t values = 1, room = SINK_TALLY_MAX_KEYS; /* what the other dimensions leave */
    for (size_t i = 0; i < plan->spec.dimension_count; i++)
        if (plan->spec.dimensions[i].kind != SINK_DIMENSION_CONVERSION)
            room /= plan->spec.dimensions[i].count;
    size_t count = 0;
    while (count < (size_t)plan->job->latest_conversions && values * base <= UINT32_MAX &&
           values * base <= room) {
        values *= base;
        count++;
    }
    return count;
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
    struct base base = {
        .size = 1, .latest = 1, .maps = (uint32_t)sink_plan_map_count(tile->plan) - 1};
    for (size_t d = 0; d < spec->dimension_count; d++)
        if (spec->dimensions[d].kind == SINK_DIMENSION_CONVERSION) {
            base.latest *= base.size;
            base.size = (uint32_t)spec->dimensions[d].count;
        }
    return base;
}

/* Makes the codes of maps first_map, first_map + 1 ... where the same bytes are the same classes.
 */
static bool get_codes(const struct sink_tile *tile, size_t first_map, size_t count,
                      struct sink_codes *codes)
{
    const struct sink_decoder *first = &tile->decoders->maps[first_map];
    for (size_t m = 0; m < count; m++) {
        const struct sink_decoder *map = first + m;
        if (map->plan_layer < 0 || map->type != SINK_CELL_UINT8 ||
            tile->blocks[map->plan_layer].has_states ||
            memcmp(map->lut, first->lut, 256 * sizeof *map->lut) != 0)
            return false;
        codes->maps[m] = tile->blocks[map->plan_layer].values;
    }
    codes->count = count;
    return true;
}

static bool is_same(const struct sink_codes *codes, size_t at)
{
    return memcmp(codes->maps[0] + at, codes->maps[1] + at, CHUNK) == 0 &&
           (codes->count < 3 || memcmp(codes->maps[1] + at, codes->maps[2] + at, CHUNK) == 0);
}

bool sink_codes_next(const struct sink_codes *codes, size_t end, size_t *first, size_t *count)
{
    size_t at = *first;
    if (codes->count > 0) {
        while (at + CHUNK <= end && is_same(codes, at))
            at += CHUNK;
        *first = at;
        while (at + CHUNK <= end && !is_same(codes, at))
            at += CHUNK;
    }
    *count = (codes->count == 0 || at + CHUNK > end ? end : at) - *first;
    return *count > 0;
}

static void add_cells(struct sink_tile *tile, size_t map, struct base base, size_t first,
                      size_t count)
{
    const bool may_lack = map < tile->plan->job->history_count; /* a gap between two old maps */
    read_row(tile, map, first, count);
    for (size_t i = 0; i < count; i++) {
        const uint8_t class = (uint8_t)tile->row_keys[i];
        uint8_t *last = &tile->last[first + i];
        uint32_t *earlier = &tile->earlier[first + i];
        tile->has_unknown |= class == SINK_VALUE_UNKNOWN && may_lack;
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

static void add_map(struct sink_tile *tile, size_t map)
{
    const size_t width = (size_t)tile->window.width;
    const struct base base = base_of(tile);
    struct sink_codes codes = {.count = 0};
    /* what a gap means changes with the first map of the years */
    if (map > 0 && map != tile->plan->job->history_count)
        codes.count = get_codes(tile, map - 1, 2, &codes) ? 2 : 0;
    for (size_t row = 0; row < (size_t)tile->window.height; row++) {
        const size_t end = (row + 1) * width;
        for (size_t at = end - width, count; sink_codes_next(&codes, end, &at, &count); at += count)
            add_cells(tile, map, base, at, count);
    }
}

/* A gap of the history is bridged, but a code that nobody knows is a fault, unless the job counts
 * such cells. */
static enum sink_status check_map(struct sink_tile *tile, size_t map,
                                  const struct sink_cover *cover, struct sink_error *error)
{
    for (size_t p = 0; p < cover->patch_count; p++)
        for (size_t s = 0; s < cover->patches[p].span_count; s++) {
            const struct sink_span *span = &cover->spans[cover->patches[p].first_span + s];
            const size_t first =
                (size_t)span->row * (size_t)tile->window.width + (size_t)span->first;
            const size_t count = (size_t)(span->end - span->first);
            read_row(tile, map, first, count);
            for (size_t i = 0; i < count; i++)
                if (tile->row_keys[i] == SINK_VALUE_UNKNOWN)
                    return sink_tile_say_fault(tile, &tile->decoders->maps[map], first + i,
                                               cover->patches[p].region, error);
        }
    return SINK_OK;
}

enum sink_status sink_tile_history_start(struct sink_tile *tile, const struct sink_cover *cover,
                                         struct sink_error *error)
{
    if (!tile->earlier)
        return SINK_OK;
    const size_t cells = (size_t)tile->window.width * (size_t)tile->window.height;
    const bool is_strict = tile->plan->job->missing.class_ == SINK_MISSING_ERROR;
    enum sink_status status = SINK_OK;
    memset(tile->earlier, 0, cells * sizeof *tile->earlier);
    memset(tile->last, 0, cells);
    tile->has_unknown = false;
    for (tile->map = 0; tile->map < tile->plan->job->history_count && status == SINK_OK;
         tile->map++) {
        add_map(tile, tile->map);
        if (tile->has_unknown && is_strict)
            status = check_map(tile, tile->map, cover, error);
    }
    return status;
}

void sink_tile_history_compare(const struct sink_tile *tile, size_t pass, struct sink_codes *codes)
{
    const size_t n = tile->decoders->dimension_count;
    codes->count = 0;
    if (!tile->earlier || pass == 0 || tile->slots.count > MAX_KEPT_SLOTS)
        return;
    const struct sink_decoder *before = &tile->decoders->items[(pass - 1) * n];
    const struct sink_decoder *decoders = before + n;
    for (size_t d = 0; d < n; d++)
        if (decoders[d].dimension->kind == SINK_DIMENSION_EVENT ||
            (decoders[d].dimension->kind != SINK_DIMENSION_CLASS &&
             decoders[d].plan_layer != before[d].plan_layer))
            return;
    if (!get_codes(tile, tile->plan->job->history_count + pass - 1, 3, codes))
        codes->count = 0;
}

void sink_tile_history_read(struct sink_tile *tile, size_t year_index)
{
    if (!tile->earlier)
        return;
    for (; tile->map <= tile->plan->job->history_count + year_index; tile->map++)
        add_map(tile, tile->map);
}
