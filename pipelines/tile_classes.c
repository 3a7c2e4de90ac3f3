/* Classes from one raster per ecosystem. Presence: the first of the fixed order that is present has
 * the whole cell. Shares: each ecosystem has its share; what is left over is class "other". Where a
 * file is missing nobody knows what is left over: it has no class. */
#include "pipelines/tile_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Shares as stored may exceed one by rounding of the storage type, by no more than this. */
#define SHARE_TOLERANCE 1e-6
#define MAX_ECOSYSTEMS 8

bool sink_plan_has_shares(const struct sink_plan *plan)
{
    for (size_t i = 0; i < plan->job->layer_count; i++)
        if (plan->job->layers[i].role == SINK_ROLE_ECOSYSTEM &&
            plan->job->layers[i].share != SINK_SHARE_PRESENCE)
            return true;
    return false;
}

/* One ecosystem layer in one year. */
struct ecosystem {
    const struct sink_block *block;
    const struct sink_plan_layer *layer;
    enum sink_cell_type type;
    double scale, offset;
    int value; /* of the class dimension */
};

/* Where two claim a cell, the one nearer the water has it: its carbon is accounted by its own
 * rules. */
static const char *const priority[] = {"mangrove", "salt_marsh", "seagrass",
                                       "wetland",  "forest",     "grassland"};

static int class_value(const struct sink_dimension *dimension, const char *name)
{
    for (size_t v = 2; v < dimension->count; v++)
        if (strcmp(dimension->labels[v], name) == 0)
            return (int)v;
    return SINK_VALUE_UNKNOWN;
}

static size_t list_ecosystems(const struct sink_tile *tile, const struct sink_dimension *classes,
                              size_t year_index, struct ecosystem *found)
{
    const struct sink_plan *plan = tile->plan;
    size_t count = 0;
    for (size_t p = 0; p < sizeof priority / sizeof *priority; p++)
        for (size_t i = 0; i < plan->job->layer_count; i++) {
            const struct sink_job_layer *job = &plan->job->layers[i];
            if (job->role != SINK_ROLE_ECOSYSTEM || strcmp(job->name, priority[p]) != 0)
                continue;
            const int index = sink_plan_layer_find(plan, (int)i, year_index);
            const struct sink_plan_layer *layer = &plan->layers[index];
            found[count++] =
                (struct ecosystem){.block = &tile->blocks[index],
                                   .layer = layer,
                                   .type = tile->decoders->layer_types[index],
                                   .scale = sink_layer_scale(layer->layer) *
                                            (job->share == SINK_SHARE_PERCENT ? 0.01 : 1.0),
                                   .offset = sink_layer_offset(layer->layer) *
                                             (job->share == SINK_SHARE_PERCENT ? 0.01 : 1.0),
                                   .value = class_value(classes, job->class_name)};
        }
    return count;
}

/* Share of the cell; 0 where the layer has no data: products of presence say "absent" by no data.
 */
static double share_at(const struct ecosystem *ecosystem, size_t cell)
{
    if (ecosystem->block->has_states && ecosystem->block->states[cell] != SINK_CELL_READ)
        return 0;
    const double raw = sink_block_raw(ecosystem->block, ecosystem->type, cell);
    size_t count = 0;
    const double *nodata = sink_layer_nodata(ecosystem->layer->layer, &count);
    for (size_t i = 0; i < count; i++)
        if (raw == nodata[i])
            return 0;
    return isnan(raw) ? 0 : raw * ecosystem->scale + ecosystem->offset;
}

/* Does any of them lack the file that would tell about the cell? */
static bool is_absent(const struct ecosystem *ecosystems, size_t n, size_t cell)
{
    for (size_t e = 0; e < n; e++)
        if (ecosystems[e].block->has_states &&
            ecosystems[e].block->states[cell] == SINK_CELL_ABSENT)
            return true;
    return false;
}

bool sink_tile_is_absent(const struct sink_tile *tile, const struct sink_dimension *classes,
                         size_t year_index, size_t cell)
{
    struct ecosystem ecosystems[MAX_ECOSYSTEMS];
    const size_t n = list_ecosystems(tile, classes, year_index, ecosystems);
    return is_absent(ecosystems, n, cell);
}

void sink_tile_add_presence(struct sink_tile *tile, const struct sink_decoder *decoder,
                            size_t year_index, size_t first, size_t count, uint64_t *keys)
{
    struct ecosystem ecosystems[MAX_ECOSYSTEMS];
    const size_t n = list_ecosystems(tile, decoder->dimension, year_index, ecosystems);
    const int other = class_value(decoder->dimension, "other");
    for (size_t i = 0; i < count; i++) {
        int value = other;
        for (size_t e = 0; e < n && value == other; e++) {
            const double share = share_at(&ecosystems[e], first + i);
            if (share != 0)
                value = share == 1 ? ecosystems[e].value : SINK_VALUE_UNKNOWN;
        }
        if (value == other && is_absent(ecosystems, n, first + i))
            value = SINK_VALUE_NODATA;
        keys[i] += decoder->stride * (uint64_t)value;
    }
}

/* Shares of the classes in a cell; the last two are "other" and no class. Their sum is 1. */
static enum sink_status read_shares(const struct sink_tile *tile,
                                    const struct ecosystem *ecosystems, size_t n, size_t cell,
                                    double *shares, struct sink_error *error)
{
    char place[128];
    double sum = 0;
    for (size_t e = 0; e < n; e++) {
        shares[e] = share_at(&ecosystems[e], cell);
        if (!(shares[e] >= 0 && shares[e] <= 1 + SHARE_TOLERANCE)) {
            const struct sink_layer *layer = ecosystems[e].layer->layer;
            sink_tile_map_place(tile, layer, cell, place);
            return sink_fail(error, SINK_BAD_DATA, "%s: %s: share %g of the cell, expected 0 to 1",
                             sink_layer_title(layer), place, shares[e]);
        }
        sum += shares[e];
    }
    if (sum > 1 + SHARE_TOLERANCE) {
        const struct sink_layer *layer = ecosystems[0].layer->layer;
        sink_tile_map_place(tile, layer, cell, place);
        return sink_fail(
            error, SINK_BAD_DATA,
            "%s and others: %s: the shares of the ecosystems add up to %.9g, expected at "
            "most 1",
            sink_layer_title(layer), place, sum);
    }
    if (sum > 1)
        for (size_t e = 0; e < n; e++)
            shares[e] /= sum;
    const bool has_gap = is_absent(ecosystems, n, cell);
    shares[n] = sum < 1 && !has_gap ? 1 - sum : 0;
    shares[n + 1] = sum < 1 && has_gap ? 1 - sum : 0;
    return SINK_OK;
}

static enum sink_status push_part(struct sink_tile *tile, uint64_t key, double share,
                                  struct sink_error *error)
{
    if (tile->part_count == tile->part_room) {
        const size_t room = tile->part_room ? 2 * tile->part_room : 4 * tile->max_cells;
        struct sink_part *parts = realloc(tile->parts, room * sizeof *parts);
        if (!parts)
            return sink_fail_memory(error);
        tile->parts = parts;
        tile->part_room = room;
    }
    const uint32_t slot = sink_slots_find(&tile->slots, key);
    if (slot == SINK_NO_SLOT)
        return sink_fail_memory(error);
    tile->parts[tile->part_count++] = (struct sink_part){slot, share};
    return SINK_OK;
}

/* What a pass needs of the ecosystem layers: both dates, or one (from is NULL). */
struct change {
    const struct sink_decoder *from, *to;
    struct ecosystem before[MAX_ECOSYSTEMS], after[MAX_ECOSYSTEMS];
    int values[MAX_ECOSYSTEMS + 2]; /* the last two are "other" and no class */
    size_t count;                   /* ecosystems, without those two */
};

static void prepare_change(const struct sink_tile *tile, size_t pass, struct change *change)
{
    const struct sink_decoder *decoders =
        &tile->decoders->items[pass * tile->decoders->dimension_count];
    *change = (struct change){0};
    /* plan_spec.c puts the classes first */
    const bool has_from = tile->plan->spec.year_count > 1;
    change->from = has_from ? &decoders[0] : NULL;
    change->to = &decoders[has_from];
    const size_t year = sink_tile_year(tile->plan, pass, SINK_SIDE_TO);
    change->count = list_ecosystems(tile, change->to->dimension, year, change->after);
    if (change->from)
        list_ecosystems(tile, change->from->dimension, year - 1, change->before);
    for (size_t e = 0; e < change->count; e++)
        change->values[e] = change->after[e].value;
    change->values[change->count] = class_value(change->to->dimension, "other");
    change->values[change->count + 1] = SINK_VALUE_NODATA;
}

/* Two dates: the smaller of both shares of a class stays; the remaining losses go to the remaining
 * gains in proportion. This is the least change that the two sets of shares allow. */
static enum sink_status push_change(struct sink_tile *tile, const struct change *change,
                                    uint64_t key, const double *before, const double *after,
                                    struct sink_error *error)
{
    double gained = 0;
    for (size_t e = 0; e < change->count + 2; e++)
        gained += after[e] > before[e] ? after[e] - before[e] : 0;
    for (size_t a = 0; a < change->count + 2; a++) {
        const uint64_t from_key = key + change->from->stride * (uint64_t)change->values[a];
        const double stayed = before[a] < after[a] ? before[a] : after[a];
        for (size_t b = 0; b < change->count + 2; b++) {
            const double gain = after[b] > before[b] ? after[b] - before[b] : 0;
            const double moved = gained > 0 ? (before[a] - stayed) * (gain / gained) : 0;
            const double share = a == b ? stayed : moved;
            const uint64_t to_key = from_key + change->to->stride * (uint64_t)change->values[b];
            if (share > 0 && push_part(tile, to_key, share, error) != SINK_OK)
                return SINK_FAILED;
        }
    }
    return SINK_OK;
}

static enum sink_status push_cell(struct sink_tile *tile, const struct change *change, size_t cell,
                                  uint64_t key, struct sink_error *error)
{
    double before[MAX_ECOSYSTEMS + 2], after[MAX_ECOSYSTEMS + 2];
    enum sink_status status = read_shares(tile, change->after, change->count, cell, after, error);
    if (status == SINK_OK && change->from) {
        status = read_shares(tile, change->before, change->count, cell, before, error);
        return status != SINK_OK ? status : push_change(tile, change, key, before, after, error);
    }
    for (size_t e = 0; e < change->count + 2 && status == SINK_OK; e++)
        if (after[e] > 0)
            status = push_part(tile, key + change->to->stride * (uint64_t)change->values[e],
                               after[e], error);
    return status;
}

enum sink_status sink_tile_add_parts(struct sink_tile *tile, size_t pass, size_t first,
                                     size_t count, const uint64_t *keys, struct sink_error *error)
{
    struct change change;
    prepare_change(tile, pass, &change);
    for (size_t i = 0; i < count; i++) {
        tile->first_part[first + i] = tile->part_count;
        const enum sink_status status = push_cell(tile, &change, first + i, keys[i], error);
        if (status != SINK_OK)
            return status;
    }
    tile->first_part[first + count] = tile->part_count;
    return SINK_OK;
}

static double claimed_in_span_m2(struct sink_tile *tile, const struct ecosystem *ecosystems,
                                 size_t n, const struct sink_span *span)
{
    double claimed_m2 = 0;
    const int width = span->end - span->first;
    sink_cell_area_fill_m2(tile->plan->cell_area, tile->window.row + span->row,
                           tile->window.column + span->first, width, tile->row_area);
    for (int i = 0; i < width; i++) {
        const size_t cell =
            (size_t)span->row * (size_t)tile->window.width + (size_t)(span->first + i);
        int claims = 0;
        for (size_t e = 0; e < n; e++)
            claims += share_at(&ecosystems[e], cell) != 0;
        if (claims > 1)
            claimed_m2 += span->share * tile->row_area[i];
    }
    return claimed_m2;
}

/* Counted, and in no other region that is: land of several levels is looked at once. */
static bool is_uppermost(const struct sink_region_list *regions, uint32_t region)
{
    for (int above = regions->items[region].parent; above >= 0;
         above = regions->items[above].parent)
        if (regions->items[above].kind == SINK_REGION_POLYGON)
            return false;
    return true;
}

enum sink_status sink_tile_add_overlap(struct sink_tile *tile, const struct sink_cover *cover,
                                       struct sink_error *error)
{
    const struct sink_plan *plan = tile->plan;
    const int d = sink_tally_dimension(&plan->spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO);
    const struct sink_region_list *regions = sink_boundaries_list(plan->boundaries);
    struct ecosystem ecosystems[MAX_ECOSYSTEMS];
    double claimed_m2 = 0;
    for (size_t year = 0; year < plan->spec.year_count && !tile->has_parts; year++) {
        const size_t n = list_ecosystems(tile, &plan->spec.dimensions[d], year, ecosystems);
        if (n < 2)
            return SINK_OK;
        for (size_t p = 0; p < cover->patch_count; p++) {
            const struct sink_patch *patch = &cover->patches[p];
            if (!is_uppermost(regions, patch->region))
                continue;
            for (size_t s = 0; s < patch->span_count; s++)
                claimed_m2 +=
                    claimed_in_span_m2(tile, ecosystems, n, &cover->spans[patch->first_span + s]);
        }
    }
    if (!sink_exact_sum_add(&tile->overlap_m2, claimed_m2))
        return sink_fail(error, SINK_BAD_DATA, "overlap of ecosystems: area %g m2", claimed_m2);
    return SINK_OK;
}
