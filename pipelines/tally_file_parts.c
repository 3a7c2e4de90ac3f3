#include "pipelines/tally_file_parts.h"

#include "sinkcalc/base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LEVELS 256

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_ids(struct sink_nc_reader *nc, const struct sink_region_list *regions)
{
    const char **ids = malloc((regions->count + 1) * sizeof *ids);
    if (!ids) {
        sink_fail_memory(&nc->error);
        return;
    }
    for (size_t i = 0; i < regions->count; i++)
        ids[i] = regions->items[i].id;
    qsort(ids, regions->count, sizeof *ids, compare_texts);
    for (size_t i = 0; i < regions->count; i++)
        if (!*ids[i] || (i > 0 && strcmp(ids[i], ids[i - 1]) == 0))
            sink_nc_reader_fault(nc, "region_id: \"%s\" is empty or stands twice", ids[i]);
    free(ids);
}

/* Columns of the regions, as the file has them. */
struct columns {
    char **ids, **names;
    int *parents, *levels, *kinds, *reaches;
    uint64_t *part_counts;
    double *areas, *lons, *lats;
    bool *has_rest; /* a rest of it stands before the region that is read */
};

/* A rest has a parent with a boundary, and is the only one of it. */
static bool may_be_rest(const struct columns *from, size_t i)
{
    const int parent = from->parents[i];
    if (parent < 0 || parent >= (int)i || from->kinds[parent] != SINK_REGION_POLYGON ||
        from->has_rest[parent])
        return false;
    from->has_rest[parent] = true;
    return true;
}

/* Below its parent, right after all that is below the region before it: base/region.h. */
static bool is_in_order(const struct columns *from, size_t i)
{
    int above = (int)i - 1;
    while (above >= 0 && above != from->parents[i])
        above = from->parents[above];
    return above == from->parents[i];
}

static void read_region(struct sink_nc_reader *nc, const struct columns *from, size_t i,
                        struct sink_region_list *regions)
{
    const int parent = from->parents[i];
    if (parent < -1 || parent >= (int)i || from->kinds[i] < 0 ||
        from->kinds[i] > SINK_REGION_REST || from->reaches[i] < 0 ||
        from->reaches[i] > SINK_REACH_BEYOND ||
        (from->kinds[i] == SINK_REGION_REST && !may_be_rest(from, i)) ||
        from->levels[i] != (parent < 0 ? 0 : from->levels[parent] + 1) ||
        from->levels[i] > MOST_LEVELS || !is_in_order(from, i)) {
        sink_nc_reader_fault(nc, "region %s: parent, level, kind or reach out of range or order",
                             from->ids[i]);
        return;
    }
    if (from->areas[i] < 0 || isinf(from->areas[i]) ||
        (from->kinds[i] == SINK_REGION_POLYGON && isnan(from->areas[i]))) {
        sink_nc_reader_fault(nc, "region %s: region_area is %g, expected m2 from 0", from->ids[i],
                             from->areas[i]);
        return;
    }
    struct sink_region *region = sink_region_list_add(regions);
    if (!region) {
        sink_fail_memory(&nc->error);
        return;
    }
    region->id = sink_nc_take_text(from->ids, i);
    region->name = sink_nc_take_text(from->names, i);
    region->parent = parent;
    region->level = from->levels[i];
    region->kind = (enum sink_region_kind)from->kinds[i];
    region->reach = (enum sink_region_reach)from->reaches[i];
    region->area_m2 = from->areas[i];
    region->lon_deg = from->lons[i];
    region->lat_deg = from->lats[i];
}

/* The outlines of all regions, after one another. */
struct outline_columns {
    int *nodes, *holes;
    double *lons, *lats;
    size_t part_count, node_count, part_at, node_at;
};

/* Of the next parts, or 0 where they are not all there. */
static size_t count_nodes(const struct outline_columns *from, size_t part_count)
{
    size_t node_count = 0;
    if (part_count > from->part_count - from->part_at)
        return 0;
    for (size_t p = 0; p < part_count; p++) {
        const int nodes = from->nodes[from->part_at + p];
        if (nodes < 1 || (size_t)nodes > from->node_count - from->node_at - node_count)
            return 0;
        node_count += (size_t)nodes;
    }
    return node_count;
}

/* False without memory. */
static bool take_outline(struct outline_columns *from, size_t part_count, size_t node_count,
                         struct sink_outline *outline)
{
    outline->part_nodes = malloc((part_count + 1) * sizeof *outline->part_nodes);
    outline->part_is_hole = malloc((part_count + 1) * sizeof *outline->part_is_hole);
    outline->lon_deg = malloc((node_count + 1) * sizeof *outline->lon_deg);
    outline->lat_deg = malloc((node_count + 1) * sizeof *outline->lat_deg);
    if (!outline->part_nodes || !outline->part_is_hole || !outline->lon_deg || !outline->lat_deg)
        return false;
    for (size_t p = 0; p < part_count; p++) {
        outline->part_nodes[p] = (size_t)from->nodes[from->part_at + p];
        outline->part_is_hole[p] = from->holes[from->part_at + p];
    }
    memcpy(outline->lon_deg, from->lons + from->node_at, node_count * sizeof(double));
    memcpy(outline->lat_deg, from->lats + from->node_at, node_count * sizeof(double));
    outline->part_count = part_count;
    outline->node_count = node_count;
    from->part_at += part_count;
    from->node_at += node_count;
    return true;
}

static void read_outlines(struct sink_nc_reader *nc, const uint64_t *part_counts,
                          struct sink_region_list *regions)
{
    struct outline_columns from = {.part_count = sink_nc_length(nc, "part"),
                                   .node_count = sink_nc_length(nc, "node")};
    from.nodes = sink_nc_read_column(nc, "part_node_count", SINK_NC_INT, "part");
    from.holes = sink_nc_read_column(nc, "part_is_hole", SINK_NC_INT, "part");
    from.lons = sink_nc_read_column(nc, "node_lon", SINK_NC_DOUBLE, "node");
    from.lats = sink_nc_read_column(nc, "node_lat", SINK_NC_DOUBLE, "node");
    for (size_t i = 0; sink_nc_is_good(nc) && i < regions->count; i++) {
        if (part_counts[i] == 0)
            continue;
        const size_t node_count = count_nodes(&from, part_counts[i]);
        if (node_count == 0)
            sink_nc_reader_fault(
                nc, "region %s: its outline has parts without nodes, or more nodes than the file",
                regions->items[i].id);
        else if (!take_outline(&from, part_counts[i], node_count, &regions->items[i].outline))
            sink_fail_memory(&nc->error);
    }
    if (sink_nc_is_good(nc) && (from.part_at != from.part_count || from.node_at != from.node_count))
        sink_nc_reader_fault(nc, "part_node_count: more parts or nodes than the regions have");
    free(from.nodes);
    free(from.holes);
    free(from.lons);
    free(from.lats);
}

void sink_tally_read_regions(struct sink_nc_reader *nc, struct sink_region_list *regions)
{
    const size_t count = sink_nc_length(nc, "region");
    struct columns from = {
        .ids = sink_nc_read_column(nc, "region_id", SINK_NC_STRING, "region"),
        .names = sink_nc_read_column(nc, "region_name", SINK_NC_STRING, "region"),
        .parents = sink_nc_read_column(nc, "region_parent", SINK_NC_INT, "region"),
        .levels = sink_nc_read_column(nc, "region_level", SINK_NC_INT, "region"),
        .kinds = sink_nc_read_column(nc, "region_kind", SINK_NC_INT, "region"),
        .reaches = sink_nc_read_column(nc, "region_reach", SINK_NC_INT, "region"),
        .part_counts = sink_nc_read_column(nc, "region_part_count", SINK_NC_UINT64, "region"),
        .areas = sink_nc_read_column(nc, "region_area", SINK_NC_DOUBLE, "region"),
        .lons = sink_nc_read_column(nc, "region_lon", SINK_NC_DOUBLE, "region"),
        .lats = sink_nc_read_column(nc, "region_lat", SINK_NC_DOUBLE, "region")};
    if (sink_nc_is_good(nc) && count == 0)
        sink_nc_reader_fault(nc, "no regions");
    if (sink_nc_is_good(nc) && !(from.has_rest = calloc(count + 1, sizeof *from.has_rest)))
        sink_fail_memory(&nc->error);
    for (size_t i = 0; sink_nc_is_good(nc) && i < count; i++)
        if (sink_text_is_plain(from.ids[i]) && sink_text_is_plain(from.names[i]))
            read_region(nc, &from, i, regions);
        else
            sink_nc_reader_fault(nc, "region %zu: an id or a name with control characters", i);
    if (sink_nc_is_good(nc))
        read_outlines(nc, from.part_counts, regions);
    if (sink_nc_is_good(nc))
        check_ids(nc, regions);
    sink_nc_free_texts(from.ids, count);
    sink_nc_free_texts(from.names, count);
    free(from.parents);
    free(from.levels);
    free(from.kinds);
    free(from.reaches);
    free(from.part_counts);
    free(from.has_rest);
    free(from.areas);
    free(from.lons);
    free(from.lats);
}

/* A variable that is one text. */
static char *read_scalar(struct sink_nc_reader *nc, const char *name)
{
    static const char *const none[] = {NULL};
    char **texts = sink_nc_read(nc, name, SINK_NC_STRING, none);
    char *text = texts ? sink_nc_take_text(texts, 0) : NULL;
    free(texts);
    return text;
}

static void read_inputs(struct sink_nc_reader *nc, struct sink_evidence *evidence)
{
    const size_t count = sink_nc_length(nc, "input");
    char **paths = sink_nc_read_column(nc, "input_path", SINK_NC_STRING, "input");
    char **roles = sink_nc_read_column(nc, "input_role", SINK_NC_STRING, "input");
    char **hashes = sink_nc_read_column(nc, "input_sha256", SINK_NC_STRING, "input");
    double *bytes = sink_nc_read_column(nc, "input_bytes", SINK_NC_DOUBLE, "input");
    if (sink_nc_is_good(nc) && !(evidence->files = calloc(count + 1, sizeof *evidence->files)))
        sink_fail_memory(&nc->error);
    for (size_t i = 0; evidence->files && sink_nc_is_good(nc) && i < count; i++) {
        struct sink_evidence_file *file = &evidence->files[evidence->file_count++];
        *file = (struct sink_evidence_file){.path = sink_nc_take_text(paths, i),
                                            .role = sink_nc_take_text(roles, i),
                                            .bytes = bytes[i]};
        if (strlen(hashes[i]) > 64)
            sink_nc_reader_fault(nc, "input_sha256: \"%.80s\", expected 64 digits", hashes[i]);
        else
            memcpy(file->sha256, hashes[i], strlen(hashes[i]) + 1);
    }
    sink_nc_free_texts(paths, count);
    sink_nc_free_texts(roles, count);
    sink_nc_free_texts(hashes, count);
    free(bytes);
}

static void read_tables(struct sink_nc_reader *nc, struct sink_evidence *evidence)
{
    const size_t count = sink_nc_length(nc, "table");
    char **names = sink_nc_read_column(nc, "table_name", SINK_NC_STRING, "table");
    char **texts = sink_nc_read_column(nc, "table_text", SINK_NC_STRING, "table");
    if (sink_nc_is_good(nc) && !(evidence->tables = calloc(count + 1, sizeof *evidence->tables)))
        sink_fail_memory(&nc->error);
    for (size_t i = 0; evidence->tables && sink_nc_is_good(nc) && i < count; i++) {
        struct sink_evidence_table *table = &evidence->tables[evidence->table_count++];
        *table = (struct sink_evidence_table){.name = sink_nc_take_text(names, i),
                                              .text = sink_nc_take_text(texts, i)};
        table->bytes = strlen(table->text);
    }
    sink_nc_free_texts(names, count);
    sink_nc_free_texts(texts, count);
}

static uint64_t read_count(struct sink_nc_reader *nc, const char *attribute)
{
    const double value = sink_nc_read_real(nc, attribute);
    if (!sink_nc_is_good(nc))
        return 0;
    if (value >= 0 && value <= 0x1p53 && value == floor(value))
        return (uint64_t)value;
    sink_nc_reader_fault(nc, "attribute %s: %g, expected a whole number", attribute, value);
    return 0;
}

/* Ascending, with gaps between them, within the tiles of the part. */
static void read_done(struct sink_nc_reader *nc, struct sink_tile_share *share)
{
    const size_t count = sink_nc_length(nc, "tiles");
    uint64_t *firsts = sink_nc_read_column(nc, "tile_first", SINK_NC_UINT64, "tiles");
    uint64_t *ends = sink_nc_read_column(nc, "tile_end", SINK_NC_UINT64, "tiles");
    for (size_t i = 0; sink_nc_is_good(nc) && i < count; i++) {
        const uint64_t least = i > 0 ? ends[i - 1] + 1 : share->range.first;
        if (firsts[i] < least || ends[i] <= firsts[i] || ends[i] > share->range.end)
            sink_nc_reader_fault(nc, "tile_first: tiles %" PRIu64 " to %" PRIu64 " out of range",
                                 firsts[i], ends[i]);
        else
            (void)!sink_tile_share_add(share, (struct sink_tile_range){firsts[i], ends[i]},
                                       &nc->error);
    }
    free(firsts);
    free(ends);
}

static void read_share(struct sink_nc_reader *nc, struct sink_tile_share *share)
{
    share->tile_count = read_count(nc, "sinkcalc_tile_count");
    share->part = read_count(nc, "sinkcalc_part");
    share->part_count = read_count(nc, "sinkcalc_part_count");
    share->range.first = read_count(nc, "sinkcalc_part_first_tile");
    share->range.end = read_count(nc, "sinkcalc_part_end_tile");
    if (share->part < 1 || share->part > share->part_count || share->part_count > SINK_MAX_PARTS ||
        share->range.first > share->range.end || share->range.end > share->tile_count)
        sink_nc_reader_fault(nc, "sinkcalc_part: tiles or parts out of range");
    read_done(nc, share);
}

/* The sum of the overlaps in two halves; its mean over the years follows from it. */
static void read_overlap(struct sink_nc_reader *nc, struct sink_evidence *evidence)
{
    static const char *const none[] = {NULL};
    uint64_t *low = sink_nc_read(nc, "overlap_sum_low", SINK_NC_UINT64, none);
    int64_t *high = sink_nc_read(nc, "overlap_sum_high", SINK_NC_INT64, none);
    if (low && high)
        evidence->overlap_sum_m2 = (struct sink_exact_sum){.low = *low, .high = *high};
    free(low);
    free(high);
    const double stated = sink_nc_read_real(nc, "sinkcalc_overlap_m2");
    const size_t year_count = sink_nc_length(nc, "year");
    sink_evidence_set_overlap(evidence, year_count > 0 ? year_count : 1);
    if (sink_nc_is_good(nc) && !(evidence->overlap_m2 == stated && stated >= 0))
        sink_nc_reader_fault(nc, "sinkcalc_overlap_m2: %.17g, expected %.17g as overlap_sum says",
                             stated, evidence->overlap_m2);
}

void sink_tally_read_evidence(struct sink_nc_reader *nc, struct sink_evidence *evidence)
{
    evidence->version = sink_nc_read_text(nc, "sinkcalc_version");
    evidence->libraries = sink_nc_read_text(nc, "sinkcalc_libraries");
    evidence->job_path = sink_nc_read_text(nc, "sinkcalc_job_file");
    evidence->grid = sink_nc_read_text(nc, "sinkcalc_grid");
    evidence->cells_read = sink_nc_read_real(nc, "sinkcalc_cells_read");
    read_overlap(nc, evidence);
    read_share(nc, &evidence->share);
    evidence->job_text = read_scalar(nc, "job");
    evidence->crs_wkt = read_scalar(nc, "crs_wkt");
    read_inputs(nc, evidence);
    read_tables(nc, evidence);
    evidence->notes = sink_nc_read_column(nc, "note_text", SINK_NC_STRING, "note");
    evidence->note_count = evidence->notes ? sink_nc_length(nc, "note") : 0;
}
