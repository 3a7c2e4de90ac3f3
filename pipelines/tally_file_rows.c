/* Rows of tally files: sums by stratum, and sums by block. */
#include "pipelines/tally_file_parts.h"

#include "sinkcalc/model/raster_error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sink_row_table sink_row_table(const struct sink_tally_bundle *bundle)
{
    return (struct sink_row_table){.name = "row",
                                   .sum_name = "sum",
                                   .tally = bundle->tally,
                                   .width = 1 + bundle->spec.quantity_count,
                                   .pass_count = sink_tally_pass_count(&bundle->spec),
                                   .key_count = sink_tally_key_count(&bundle->spec)};
}

struct sink_row_table sink_block_table(const struct sink_tally_bundle *bundle)
{
    return (struct sink_row_table){.name = "block",
                                   .sum_name = "block_sum",
                                   .tally = bundle->blocks,
                                   .width = SINK_BLOCK_SUM_COUNT,
                                   .pass_count =
                                       bundle->correlations.count * bundle->spec.year_count,
                                   .correlations = &bundle->correlations};
}

enum sink_status sink_tally_counted_rows(struct sink_tally *tally,
                                         const struct sink_region_list *regions,
                                         struct sink_tally_row **rows, size_t *count,
                                         struct sink_error *error)
{
    const struct sink_tally_row *all;
    const size_t all_count = sink_tally_rows(tally, &all);
    *count = 0;
    *rows = malloc((all_count + 1) * sizeof **rows);
    if (!*rows)
        return sink_fail_memory(error);
    for (size_t i = 0; i < all_count; i++)
        if (regions->items[all[i].region].kind == SINK_REGION_POLYGON)
            (*rows)[(*count)++] = all[i];
    return SINK_OK;
}

/* The columns as the file has them. */
struct columns {
    uint32_t *regions, *passes;
    uint64_t *keys, *lows;
    int64_t *cells, *highs;
};

static uint64_t key_count(const struct sink_row_table *table,
                          const struct sink_tally_bundle *bundle, uint32_t pass)
{
    if (!table->correlations)
        return table->key_count;
    const struct sink_correlation *correlation =
        &table->correlations->items[pass / bundle->spec.year_count];
    return correlation->band_count * correlation->column_count;
}

static void check_row(struct sink_nc_reader *nc, const struct sink_tally_bundle *bundle,
                      const struct sink_row_table *table, const struct columns *from, size_t i)
{
    if (from->regions[i] >= bundle->regions.count ||
        bundle->regions.items[from->regions[i]].kind != SINK_REGION_POLYGON ||
        from->passes[i] >= table->pass_count ||
        from->keys[i] >= key_count(table, bundle, from->passes[i]) || from->cells[i] < 0)
        sink_nc_reader_fault(nc, "%s %zu: region, pass, key or cells out of range", table->name, i);
    if (from->highs[i * table->width] < 0)
        sink_nc_reader_fault(nc, "%s %zu: an area below 0", table->name, i);
    if (i == 0 || !sink_nc_is_good(nc))
        return;
    const uint64_t now[] = {from->regions[i], from->passes[i], from->keys[i]};
    const uint64_t before[] = {from->regions[i - 1], from->passes[i - 1], from->keys[i - 1]};
    for (int k = 0; k < 3; k++) {
        if (now[k] > before[k])
            return;
        if (now[k] < before[k])
            break;
    }
    sink_nc_reader_fault(nc, "%s %zu: not after %s %zu in the order of region, pass and key",
                         table->name, i, table->name, i - 1);
}

static void add_rows(struct sink_nc_reader *nc, const struct sink_tally_bundle *bundle,
                     const struct sink_row_table *table, const struct columns *from, size_t count)
{
    const size_t width = table->width;
    struct sink_exact_sum *sums = malloc(width * sizeof *sums);
    if (!sums)
        sink_fail_memory(&nc->error);
    for (size_t i = 0; sums && sink_nc_is_good(nc) && i < count; i++) {
        check_row(nc, bundle, table, from, i);
        for (size_t s = 0; s < width; s++)
            sums[s] = (struct sink_exact_sum){.low = from->lows[i * width + s],
                                              .high = from->highs[i * width + s]};
        const struct sink_tally_row row = {.region = from->regions[i],
                                           .pass = from->passes[i],
                                           .key = from->keys[i],
                                           .cells = from->cells[i],
                                           .sums = sums};
        if (sink_nc_is_good(nc))
            (void)!sink_tally_add_exact(table->tally, &row, &nc->error);
    }
    free(sums);
}

static void *read_column(struct sink_nc_reader *nc, const struct sink_row_table *table,
                         const char *column, enum sink_nc_type type, bool has_sums)
{
    char name[32];
    const char *const dimensions[] = {table->name, has_sums ? table->sum_name : NULL, NULL};
    snprintf(name, sizeof name, "%s_%s", table->name, column);
    return sink_nc_read(nc, name, type, dimensions);
}

static void read_rows(struct sink_nc_reader *nc, const struct sink_tally_bundle *bundle,
                      const struct sink_row_table *table)
{
    const size_t count = sink_nc_length(nc, table->name);
    struct columns from = {.regions = read_column(nc, table, "region", SINK_NC_UINT, false),
                           .passes = read_column(nc, table, "pass", SINK_NC_UINT, false),
                           .keys = read_column(nc, table, "key", SINK_NC_UINT64, false),
                           .cells = read_column(nc, table, "cells", SINK_NC_INT64, false),
                           .lows = read_column(nc, table, "sum_low", SINK_NC_UINT64, true),
                           .highs = read_column(nc, table, "sum_high", SINK_NC_INT64, true)};
    if (count > 0 && sink_nc_length(nc, table->sum_name) != table->width)
        sink_nc_reader_fault(nc, "dimension %s: expected %zu, the area and every quantity",
                             table->sum_name, table->width);
    if (sink_nc_is_good(nc) && count > 0)
        add_rows(nc, bundle, table, &from, count);
    free(from.regions);
    free(from.passes);
    free(from.keys);
    free(from.cells);
    free(from.lows);
    free(from.highs);
}

void sink_tally_read_rows(struct sink_nc_reader *nc, struct sink_tally_bundle *bundle)
{
    if (sink_tally_new(&bundle->spec, &bundle->tally, &nc->error) != SINK_OK)
        return;
    const struct sink_row_table table = sink_row_table(bundle);
    read_rows(nc, bundle, &table);
}

/* Columns of the correlations. */
struct correlation_columns {
    char **names;
    double *ranges_m;
    int *rows;
    uint64_t *bands, *columns;
};

static void take_correlation(struct sink_nc_reader *nc, const struct correlation_columns *from,
                             size_t i, struct sink_tally_bundle *bundle)
{
    struct sink_correlations *correlations = &bundle->correlations;
    const char *name = from->names[i];
    bool is_good = sink_tally_quantity_index(&bundle->spec, name, SINK_SIDE_TO) >= 0;
    for (size_t c = 0; c < correlations->count; c++)
        is_good = is_good && strcmp(correlations->items[c].name, name) != 0;
    if (!is_good)
        sink_nc_reader_fault(nc, "correlation_name: \"%s\" is no quantity or stands twice", name);
    if (!(from->ranges_m[i] > 0) || isinf(from->ranges_m[i]) || from->rows[i] < 1 ||
        from->bands[i] < 1 || from->bands[i] > INT32_MAX || from->columns[i] < 1 ||
        from->columns[i] > INT32_MAX)
        sink_nc_reader_fault(nc, "correlation %s: range or blocks out of range", name);
    correlations->items[correlations->count++] =
        (struct sink_correlation){.name = sink_nc_take_text(from->names, i),
                                  .range_m = from->ranges_m[i],
                                  .block_rows = from->rows[i],
                                  .band_count = from->bands[i],
                                  .column_count = from->columns[i]};
}

static void read_correlations(struct sink_nc_reader *nc, struct sink_tally_bundle *bundle,
                              size_t count)
{
    struct sink_correlations *correlations = &bundle->correlations;
    const struct correlation_columns from = {
        .names = sink_nc_read_column(nc, "correlation_name", SINK_NC_STRING, "correlation"),
        .ranges_m = sink_nc_read_column(nc, "correlation_range", SINK_NC_DOUBLE, "correlation"),
        .rows = sink_nc_read_column(nc, "correlation_block_rows", SINK_NC_INT, "correlation"),
        .bands = sink_nc_read_column(nc, "correlation_band_count", SINK_NC_UINT64, "correlation"),
        .columns =
            sink_nc_read_column(nc, "correlation_column_count", SINK_NC_UINT64, "correlation")};
    if (sink_nc_is_good(nc)) {
        correlations->items = calloc(count, sizeof *correlations->items);
        if (!correlations->items)
            sink_fail_memory(&nc->error);
    }
    for (size_t i = 0; correlations->items && from.names && sink_nc_is_good(nc) && i < count; i++)
        take_correlation(nc, &from, i, bundle);
    sink_nc_free_texts(from.names, count);
    free(from.ranges_m);
    free(from.rows);
    free(from.bands);
    free(from.columns);
}

void sink_tally_read_blocks(struct sink_nc_reader *nc, struct sink_tally_bundle *bundle)
{
    const size_t count = sink_nc_length(nc, "correlation");
    if (count == 0)
        return;
    read_correlations(nc, bundle, count);
    if (!sink_nc_is_good(nc) || sink_block_tally_new(&bundle->blocks, &nc->error) != SINK_OK)
        return;
    const struct sink_row_table table = sink_block_table(bundle);
    read_rows(nc, bundle, &table);
}
