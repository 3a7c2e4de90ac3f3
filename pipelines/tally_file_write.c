/* The layout of a tally file; tally_file_read.c is its other half. INVENTORY.md describes it. */
#include "pipelines/tally_file.h"

#include "pipelines/atomic_file.h"
#include "pipelines/nc_evidence.h"
#include "pipelines/tally_file_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum sink_status write_dimensions(struct sink_nc_writer *nc,
                                         const struct sink_tally_spec *spec,
                                         struct sink_error *error)
{
    const size_t count = spec->dimension_count;
    const struct sink_dimension *all = spec->dimensions;
    const int dimension = sink_nc_dimension(nc, "dimension", count);
    sink_nc_member(nc, "dimension_name", SINK_NC_STRING, dimension,
                   SINK_NC_MEMBER(all, count, name));
    sink_nc_member(nc, "dimension_kind", SINK_NC_INT, dimension, SINK_NC_MEMBER(all, count, kind));
    sink_nc_member(nc, "dimension_side", SINK_NC_INT, dimension, SINK_NC_MEMBER(all, count, side));
    sink_nc_member(nc, "dimension_count", SINK_NC_UINT64, dimension,
                   SINK_NC_MEMBER(all, count, count));

    size_t label_count = 0;
    for (size_t d = 0; d < count; d++)
        label_count += all[d].count;
    const int label = sink_nc_dimension(nc, "label", label_count);
    const int labels = sink_nc_variable(nc, "label_text", SINK_NC_STRING, &label, 1);
    const int uppers = sink_nc_variable(nc, "label_upper", SINK_NC_DOUBLE, &label, 1);
    const char **texts = malloc((label_count + 1) * sizeof *texts);
    double *upper = calloc(label_count + 1, sizeof *upper);
    if (texts && upper) {
        for (size_t d = 0, at = 0; d < count; at += all[d].count, d++)
            for (size_t v = 0; v < all[d].count; v++) {
                texts[at + v] = all[d].labels[v];
                upper[at + v] = all[d].upper && v >= 2 ? all[d].upper[v] : 0;
            }
        sink_nc_put(nc, labels, texts);
        sink_nc_put(nc, uppers, upper);
    }
    const bool is_whole = texts && upper;
    free(texts);
    free(upper);
    return is_whole ? SINK_OK : sink_fail_memory(error);
}

static enum sink_status write_spec(struct sink_nc_writer *nc, const struct sink_tally_spec *spec,
                                   struct sink_error *error)
{
    const int year = sink_nc_dimension(nc, "year", spec->year_count);
    sink_nc_column(nc, "year_value", SINK_NC_INT, year, spec->years);
    const size_t count = spec->quantity_count;
    const struct sink_tally_quantity *all = spec->quantities;
    if (count > 0) {
        const int quantity = sink_nc_dimension(nc, "quantity", count);
        sink_nc_member(nc, "quantity_name", SINK_NC_STRING, quantity,
                       SINK_NC_MEMBER(all, count, name));
        sink_nc_member(nc, "quantity_side", SINK_NC_INT, quantity,
                       SINK_NC_MEMBER(all, count, side));
        sink_nc_member(nc, "quantity_unit", SINK_NC_INT, quantity,
                       SINK_NC_MEMBER(all, count, quantity));
    }
    return write_dimensions(nc, spec, error);
}

/* All outlines after one another. */
static enum sink_status write_outlines(struct sink_nc_writer *nc,
                                       const struct sink_region_list *regions, size_t part_count,
                                       size_t node_count, struct sink_error *error)
{
    const int part = sink_nc_dimension(nc, "part", part_count);
    const int node = sink_nc_dimension(nc, "node", node_count);
    int *nodes = malloc(part_count * sizeof *nodes), *holes = malloc(part_count * sizeof *holes);
    double *lon = malloc(node_count * sizeof *lon), *lat = malloc(node_count * sizeof *lat);
    const bool is_whole = nodes && holes && lon && lat;
    for (size_t r = 0, p = 0, n = 0; is_whole && r < regions->count; r++) {
        const struct sink_outline *outline = &regions->items[r].outline;
        for (size_t i = 0; i < outline->part_count; i++, p++) {
            nodes[p] = (int)outline->part_nodes[i];
            holes[p] = outline->part_is_hole[i];
        }
        for (size_t i = 0; i < outline->node_count; i++, n++) {
            lon[n] = outline->lon_deg[i];
            lat[n] = outline->lat_deg[i];
        }
    }
    if (is_whole) {
        sink_nc_column(nc, "part_node_count", SINK_NC_INT, part, nodes);
        sink_nc_column(nc, "part_is_hole", SINK_NC_INT, part, holes);
        sink_nc_column(nc, "node_lon", SINK_NC_DOUBLE, node, lon);
        sink_nc_column(nc, "node_lat", SINK_NC_DOUBLE, node, lat);
    }
    free(nodes);
    free(holes);
    free(lon);
    free(lat);
    return is_whole ? SINK_OK : sink_fail_memory(error);
}

static enum sink_status write_regions(struct sink_nc_writer *nc,
                                      const struct sink_region_list *regions,
                                      struct sink_error *error)
{
    const size_t count = regions->count;
    const struct sink_region *all = regions->items;
    const int region = sink_nc_dimension(nc, "region", count);
    sink_nc_member(nc, "region_id", SINK_NC_STRING, region, SINK_NC_MEMBER(all, count, id));
    sink_nc_member(nc, "region_name", SINK_NC_STRING, region, SINK_NC_MEMBER(all, count, name));
    sink_nc_member(nc, "region_parent", SINK_NC_INT, region, SINK_NC_MEMBER(all, count, parent));
    sink_nc_member(nc, "region_level", SINK_NC_INT, region, SINK_NC_MEMBER(all, count, level));
    sink_nc_member(nc, "region_kind", SINK_NC_INT, region, SINK_NC_MEMBER(all, count, kind));
    sink_nc_member(nc, "region_reach", SINK_NC_INT, region, SINK_NC_MEMBER(all, count, reach));
    sink_nc_member(nc, "region_area", SINK_NC_DOUBLE, region, SINK_NC_MEMBER(all, count, area_m2));
    sink_nc_member(nc, "region_lon", SINK_NC_DOUBLE, region, SINK_NC_MEMBER(all, count, lon_deg));
    sink_nc_member(nc, "region_lat", SINK_NC_DOUBLE, region, SINK_NC_MEMBER(all, count, lat_deg));
    sink_nc_member(nc, "region_part_count", SINK_NC_UINT64, region,
                   SINK_NC_MEMBER(all, count, outline.part_count));
    size_t part_count = 0, node_count = 0;
    for (size_t i = 0; i < count; i++) {
        part_count += all[i].outline.part_count;
        node_count += all[i].outline.node_count;
    }
    return part_count > 0 && node_count > 0
               ? write_outlines(nc, regions, part_count, node_count, error)
               : SINK_OK;
}

static void write_share(struct sink_nc_writer *nc, const struct sink_tile_share *share)
{
    const size_t count = share->done_count;
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_tile_count", (double)share->tile_count);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_part", (double)share->part);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_part_count", (double)share->part_count);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_part_first_tile", (double)share->range.first);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_part_end_tile", (double)share->range.end);
    if (count == 0)
        return;
    const int tiles = sink_nc_dimension(nc, "tiles", count);
    sink_nc_member(nc, "tile_first", SINK_NC_UINT64, tiles,
                   SINK_NC_MEMBER(share->done, count, first));
    sink_nc_member(nc, "tile_end", SINK_NC_UINT64, tiles, SINK_NC_MEMBER(share->done, count, end));
}

static enum sink_status write_evidence(struct sink_nc_writer *nc,
                                       const struct sink_evidence *evidence,
                                       struct sink_error *error)
{
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_version", evidence->version);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_libraries", evidence->libraries);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_job_file", evidence->job_path);
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_grid", evidence->grid);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_cells_read", evidence->cells_read);
    sink_nc_real(nc, SINK_NC_GLOBAL, "sinkcalc_overlap_m2", evidence->overlap_m2);
    sink_nc_column(nc, "overlap_sum_low", SINK_NC_UINT64, -1, &evidence->overlap_sum_m2.low);
    sink_nc_column(nc, "overlap_sum_high", SINK_NC_INT64, -1, &evidence->overlap_sum_m2.high);
    write_share(nc, &evidence->share);
    sink_nc_column(nc, "job", SINK_NC_STRING, -1, &evidence->job_text);
    sink_nc_column(nc, "crs_wkt", SINK_NC_STRING, -1, &evidence->crs_wkt);
    if (evidence->table_count > 0) {
        const size_t count = evidence->table_count;
        const int table = sink_nc_dimension(nc, "table", count);
        sink_nc_member(nc, "table_name", SINK_NC_STRING, table,
                       SINK_NC_MEMBER(evidence->tables, count, name));
        sink_nc_member(nc, "table_text", SINK_NC_STRING, table,
                       SINK_NC_MEMBER(evidence->tables, count, text));
    }
    return sink_nc_add_inputs(nc, evidence, error);
}

static int write_column(struct sink_nc_writer *nc, const char *table, const char *column,
                        enum sink_nc_type type, int dimension, struct sink_nc_member member)
{
    char name[32];
    snprintf(name, sizeof name, "%s_%s", table, column);
    return sink_nc_member(nc, name, type, dimension, member);
}

/* The 128-bit sums in two halves. */
static enum sink_status write_sums(struct sink_nc_writer *nc, const struct sink_tally_row *rows,
                                   const struct sink_row_table *table, size_t count,
                                   const int *dimensions, struct sink_error *error)
{
    char name[32], text[256];
    const size_t width = table->width;
    uint64_t *low = malloc(count * width * sizeof *low);
    int64_t *high = malloc(count * width * sizeof *high);
    const bool is_whole = low && high;
    for (size_t i = 0; is_whole && i < count * width; i++) {
        low[i] = rows[i / width].sums[i % width].low;
        high[i] = rows[i / width].sums[i % width].high;
    }
    if (is_whole) {
        snprintf(name, sizeof name, "%s_sum_low", table->name);
        int variable = sink_nc_variable(nc, name, SINK_NC_UINT64, dimensions, 2);
        snprintf(text, sizeof text, "lower half of %s_sum_high", table->name);
        sink_nc_text(nc, variable, "long_name", text);
        sink_nc_put(nc, variable, low);
        snprintf(name, sizeof name, "%s_sum_high", table->name);
        variable = sink_nc_variable(nc, name, SINK_NC_INT64, dimensions, 2);
        snprintf(
            text, sizeof text,
            "upper half of the sums: area in m2, then area in m2 times %s, in quanta of 2^-30, "
            "128 bits in two's complement",
            table->correlations ? "the standard deviation" : "each quantity");
        sink_nc_text(nc, variable, "long_name", text);
        sink_nc_put(nc, variable, high);
    }
    free(low);
    free(high);
    return is_whole ? SINK_OK : sink_fail_memory(error);
}

static enum sink_status write_rows(struct sink_nc_writer *nc, const struct sink_row_table *table,
                                   const struct sink_region_list *regions, struct sink_error *error)
{
    struct sink_tally_row *rows;
    size_t count;
    enum sink_status status = sink_tally_counted_rows(table->tally, regions, &rows, &count, error);
    if (status != SINK_OK || count == 0) {
        free(rows);
        return status;
    }
    const int row = sink_nc_dimension(nc, table->name, count);
    const int sum = sink_nc_dimension(nc, table->sum_name, table->width);
    write_column(nc, table->name, "region", SINK_NC_UINT, row, SINK_NC_MEMBER(rows, count, region));
    write_column(nc, table->name, "pass", SINK_NC_UINT, row, SINK_NC_MEMBER(rows, count, pass));
    write_column(nc, table->name, "key", SINK_NC_UINT64, row, SINK_NC_MEMBER(rows, count, key));
    write_column(nc, table->name, "cells", SINK_NC_INT64, row, SINK_NC_MEMBER(rows, count, cells));
    status = write_sums(nc, rows, table, count, (const int[]){row, sum}, error);
    free(rows);
    return status;
}

/* The blocks of each layer of standard deviations whose errors have a range, then their sums. */
static enum sink_status write_blocks(struct sink_nc_writer *nc,
                                     const struct sink_tally_bundle *bundle,
                                     struct sink_error *error)
{
    const size_t count = bundle->correlations.count;
    const struct sink_correlation *all = bundle->correlations.items;
    if (count == 0)
        return SINK_OK;
    const int dimension = sink_nc_dimension(nc, "correlation", count);
    sink_nc_member(nc, "correlation_name", SINK_NC_STRING, dimension,
                   SINK_NC_MEMBER(all, count, name));
    const int range = sink_nc_member(nc, "correlation_range", SINK_NC_DOUBLE, dimension,
                                     SINK_NC_MEMBER(all, count, range_m));
    sink_nc_text(nc, range, "units", "m");
    sink_nc_member(nc, "correlation_block_rows", SINK_NC_INT, dimension,
                   SINK_NC_MEMBER(all, count, block_rows));
    sink_nc_member(nc, "correlation_band_count", SINK_NC_UINT64, dimension,
                   SINK_NC_MEMBER(all, count, band_count));
    sink_nc_member(nc, "correlation_column_count", SINK_NC_UINT64, dimension,
                   SINK_NC_MEMBER(all, count, column_count));
    const struct sink_row_table table = sink_block_table(bundle);
    return write_rows(nc, &table, &bundle->regions, error);
}

static enum sink_status write_all(struct sink_nc_writer *nc, struct sink_tally_bundle *bundle,
                                  struct sink_error *error)
{
    char digest[65];
    enum sink_status status = sink_tally_bundle_digest(bundle, digest, error);
    if (status != SINK_OK)
        return status;
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_layout", SINK_TALLY_LAYOUT);
    sink_nc_text(nc, SINK_NC_GLOBAL, "title",
                 "sinkcalc tally: exact sums by region and stratum, no factor applied");
    sink_nc_text(nc, SINK_NC_GLOBAL, "sinkcalc_digest", digest);
    status = write_spec(nc, &bundle->spec, error);
    if (status == SINK_OK)
        status = write_regions(nc, &bundle->regions, error);
    if (status == SINK_OK)
        status = write_evidence(nc, &bundle->evidence, error);
    const struct sink_row_table table = sink_row_table(bundle);
    if (status == SINK_OK)
        status = write_rows(nc, &table, &bundle->regions, error);
    return status == SINK_OK ? write_blocks(nc, bundle, error) : status;
}

enum sink_status sink_tally_file_image(const char *path, struct sink_tally_bundle *bundle,
                                       void **image, size_t *bytes, struct sink_error *error)
{
    struct sink_nc_writer nc;
    struct sink_error finish_error;
    sink_nc_writer_start(&nc);
    const enum sink_status status = write_all(&nc, bundle, error);
    if (status != SINK_OK)
        sink_nc_writer_fail(&nc);
    const enum sink_status finished = sink_nc_writer_image(&nc, path, image, bytes, &finish_error);
    if (status == SINK_OK && finished != SINK_OK)
        *error = finish_error;
    return status == SINK_OK ? finished : status;
}

enum sink_status sink_tally_file_write(const char *path, struct sink_tally_bundle *bundle,
                                       struct sink_error *error)
{
    void *image;
    size_t bytes;
    enum sink_status status = sink_tally_file_image(path, bundle, &image, &bytes, error);
    if (status == SINK_OK)
        status = sink_file_replace(path, image, bytes, error);
    free(image);
    return status;
}
