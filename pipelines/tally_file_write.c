/* The layout of a tally file; tally_file_read.c is its other half. INVENTORY.md describes it. */
#include "pipelines/tally_file.h"

#include "pipelines/nc_writer.h"

#include <stdlib.h>
#include <string.h>

/* Columns of one kind of record, packed from an array of structs. */
#define PACK(type, count, value)                                                                   \
    do {                                                                                           \
        type *column = malloc(((count) + 1) * sizeof *column);                                     \
        if (!column)                                                                               \
            return sink_fail_memory(error);                                                        \
        for (size_t i = 0; i < (count); i++)                                                       \
            column[i] = (value);                                                                   \
        sink_nc_put(nc, variable, column);                                                         \
        free(column);                                                                              \
    } while (0)

#define COLUMN(name, nc_type, c_type, dimension, count, value)                                     \
    do {                                                                                           \
        const int variable = sink_nc_variable(nc, name, nc_type, &(dimension), 1);                 \
        PACK(c_type, count, value);                                                                \
    } while (0)

static enum sink_status write_dimensions(struct sink_nc_writer *nc,
                                         const struct sink_tally_spec *spec,
                                         struct sink_error *error)
{
    const size_t count = spec->dimension_count;
    const struct sink_dimension *all = spec->dimensions;
    const int dimension = sink_nc_dimension(nc, "dimension", count);
    COLUMN("dimension_name", SINK_NC_STRING, const char *, dimension, count, all[i].name);
    COLUMN("dimension_kind", SINK_NC_INT, int, dimension, count, (int)all[i].kind);
    COLUMN("dimension_side", SINK_NC_INT, int, dimension, count, (int)all[i].side);
    COLUMN("dimension_count", SINK_NC_INT, int, dimension, count, (int)all[i].count);

    size_t label_count = 0;
    for (size_t d = 0; d < count; d++)
        label_count += all[d].count;
    const int label = sink_nc_dimension(nc, "label", label_count);
    const int labels = sink_nc_variable(nc, "label_text", SINK_NC_STRING, &label, 1);
    const int uppers = sink_nc_variable(nc, "label_upper", SINK_NC_DOUBLE, &label, 1);
    const char **texts = malloc(label_count * sizeof *texts);
    double *upper = calloc(label_count, sizeof *upper);
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
        COLUMN("quantity_name", SINK_NC_STRING, const char *, quantity, count, all[i].name);
        COLUMN("quantity_side", SINK_NC_INT, int, quantity, count, (int)all[i].side);
        COLUMN("quantity_unit", SINK_NC_INT, int, quantity, count, (int)all[i].quantity);
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
    COLUMN("region_id", SINK_NC_STRING, const char *, region, count, all[i].id);
    COLUMN("region_name", SINK_NC_STRING, const char *, region, count, all[i].name);
    COLUMN("region_parent", SINK_NC_INT, int, region, count, all[i].parent);
    COLUMN("region_level", SINK_NC_INT, int, region, count, all[i].level);
    COLUMN("region_kind", SINK_NC_INT, int, region, count, (int)all[i].kind);
    COLUMN("region_area", SINK_NC_DOUBLE, double, region, count, all[i].area_m2);
    COLUMN("region_lon", SINK_NC_DOUBLE, double, region, count, all[i].lon_deg);
    COLUMN("region_lat", SINK_NC_DOUBLE, double, region, count, all[i].lat_deg);
    COLUMN("region_part_count", SINK_NC_INT, int, region, count, (int)all[i].outline.part_count);
    size_t part_count = 0, node_count = 0;
    for (size_t i = 0; i < count; i++) {
        part_count += all[i].outline.part_count;
        node_count += all[i].outline.node_count;
    }
    return part_count > 0 && node_count > 0
               ? write_outlines(nc, regions, part_count, node_count, error)
               : SINK_OK;
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
    sink_nc_column(nc, "job", SINK_NC_STRING, -1, &evidence->job_text);
    sink_nc_column(nc, "crs_wkt", SINK_NC_STRING, -1, &evidence->crs_wkt);
    if (evidence->file_count > 0) {
        const size_t count = evidence->file_count;
        const struct sink_evidence_file *all = evidence->files;
        const int input = sink_nc_dimension(nc, "input", count);
        COLUMN("input_path", SINK_NC_STRING, const char *, input, count, all[i].path);
        COLUMN("input_role", SINK_NC_STRING, const char *, input, count, all[i].role);
        COLUMN("input_sha256", SINK_NC_STRING, const char *, input, count, all[i].sha256);
        COLUMN("input_bytes", SINK_NC_DOUBLE, double, input, count, all[i].bytes);
    }
    if (evidence->table_count > 0) {
        const size_t count = evidence->table_count;
        const int table = sink_nc_dimension(nc, "table", count);
        COLUMN("table_name", SINK_NC_STRING, const char *, table, count, evidence->tables[i].name);
        COLUMN("table_text", SINK_NC_STRING, const char *, table, count, evidence->tables[i].text);
    }
    if (evidence->note_count > 0) {
        const int dimension = sink_nc_dimension(nc, "note", evidence->note_count);
        sink_nc_column(nc, "note_text", SINK_NC_STRING, dimension, evidence->notes);
    }
    return SINK_OK;
}

static enum sink_status write_rows(struct sink_nc_writer *nc, struct sink_tally *tally,
                                   size_t width, struct sink_error *error)
{
    const struct sink_tally_row *rows;
    const size_t count = sink_tally_rows(tally, &rows);
    if (count == 0)
        return SINK_OK;
    const int row = sink_nc_dimension(nc, "row", count), sum = sink_nc_dimension(nc, "sum", width);
    COLUMN("row_region", SINK_NC_UINT, uint32_t, row, count, rows[i].region);
    COLUMN("row_pass", SINK_NC_UINT, uint32_t, row, count, rows[i].pass);
    COLUMN("row_key", SINK_NC_UINT64, uint64_t, row, count, rows[i].key);
    COLUMN("row_cells", SINK_NC_INT64, int64_t, row, count, rows[i].cells);
    const int dimensions[] = {row, sum};
    int variable = sink_nc_variable(nc, "row_sum_low", SINK_NC_UINT64, dimensions, 2);
    PACK(uint64_t, count * width, rows[i / width].sums[i % width].low);
    variable = sink_nc_variable(nc, "row_sum_high", SINK_NC_INT64, dimensions, 2);
    PACK(int64_t, count * width, rows[i / width].sums[i % width].high);
    sink_nc_text(nc, variable, "long_name",
                 "upper half of the sums: area in m2, then area in m2 times each quantity, in "
                 "quanta of 2^-30, 128 bits in two's complement");
    return SINK_OK;
}

enum sink_status sink_tally_file_write(const char *path, struct sink_tally_bundle *bundle,
                                       struct sink_error *error)
{
    char digest[65];
    struct sink_nc_writer nc;
    struct sink_error finish_error;
    enum sink_status status = sink_tally_bundle_digest(bundle, digest, error);
    if (status != SINK_OK)
        return status;
    sink_nc_writer_start(&nc);
    sink_nc_text(&nc, SINK_NC_GLOBAL, "sinkcalc_layout", SINK_TALLY_LAYOUT);
    sink_nc_text(&nc, SINK_NC_GLOBAL, "title",
                 "sinkcalc tally: exact sums by region and stratum, no factor applied");
    sink_nc_text(&nc, SINK_NC_GLOBAL, "sinkcalc_digest", digest);
    status = write_spec(&nc, &bundle->spec, error);
    if (status == SINK_OK)
        status = write_regions(&nc, &bundle->regions, error);
    if (status == SINK_OK)
        status = write_evidence(&nc, &bundle->evidence, error);
    if (status == SINK_OK)
        status = write_rows(&nc, bundle->tally, 1 + bundle->spec.quantity_count, error);
    if (status != SINK_OK)
        sink_nc_writer_fail(&nc);
    const enum sink_status finished = sink_nc_writer_finish(&nc, path, &finish_error);
    if (status == SINK_OK && finished != SINK_OK)
        *error = finish_error;
    return status == SINK_OK ? finished : status;
}
