/* The digest of a tally file: over what it says, not over how netCDF stores it. */
#include "pipelines/tally_file.h"

#include "pipelines/digest.h"
#include "pipelines/tally_file_parts.h"
#include "sinkcalc/model/raster_error.h"

#include <stdlib.h>

static void add_spec(struct sink_digest *digest, const struct sink_tally_spec *spec)
{
    sink_digest_add_whole(digest, spec->year_count);
    for (size_t i = 0; i < spec->year_count; i++)
        sink_digest_add_whole(digest, (uint64_t)spec->years[i]);
    sink_digest_add_whole(digest, spec->dimension_count);
    for (size_t d = 0; d < spec->dimension_count; d++) {
        const struct sink_dimension *dimension = &spec->dimensions[d];
        sink_digest_add_whole(digest, (uint64_t)dimension->kind);
        sink_digest_add_whole(digest, (uint64_t)dimension->side);
        sink_digest_add_text(digest, dimension->name);
        sink_digest_add_whole(digest, dimension->count);
        for (size_t v = 0; v < dimension->count; v++) {
            sink_digest_add_text(digest, dimension->labels[v]);
            if (dimension->kind == SINK_DIMENSION_INTERVAL)
                sink_digest_add_real(digest, dimension->upper[v]);
        }
    }
    sink_digest_add_whole(digest, spec->quantity_count);
    for (size_t q = 0; q < spec->quantity_count; q++) {
        sink_digest_add_whole(digest, (uint64_t)spec->quantities[q].side);
        sink_digest_add_whole(digest, (uint64_t)spec->quantities[q].quantity);
        sink_digest_add_text(digest, spec->quantities[q].name);
    }
}

static void add_regions(struct sink_digest *digest, const struct sink_region_list *regions)
{
    sink_digest_add_whole(digest, regions->count);
    for (size_t i = 0; i < regions->count; i++) {
        const struct sink_region *region = &regions->items[i];
        const struct sink_outline *outline = &region->outline;
        sink_digest_add_text(digest, region->id);
        sink_digest_add_text(digest, region->name);
        sink_digest_add_whole(digest, (uint64_t)region->parent);
        sink_digest_add_whole(digest, (uint64_t)region->level);
        sink_digest_add_whole(digest, (uint64_t)region->kind);
        sink_digest_add_real(digest, region->area_m2);
        sink_digest_add_whole(digest, (uint64_t)region->reach);
        sink_digest_add_real(digest, region->lon_deg);
        sink_digest_add_real(digest, region->lat_deg);
        sink_digest_add_whole(digest, outline->part_count);
        for (size_t p = 0; p < outline->part_count; p++) {
            sink_digest_add_whole(digest, outline->part_nodes[p]);
            sink_digest_add_whole(digest, (uint64_t)outline->part_is_hole[p]);
        }
        for (size_t n = 0; n < outline->node_count; n++) {
            sink_digest_add_real(digest, outline->lon_deg[n]);
            sink_digest_add_real(digest, outline->lat_deg[n]);
        }
    }
}

static void add_share(struct sink_digest *digest, const struct sink_tile_share *share)
{
    sink_digest_add_whole(digest, share->tile_count);
    sink_digest_add_whole(digest, share->part);
    sink_digest_add_whole(digest, share->part_count);
    sink_digest_add_whole(digest, share->range.first);
    sink_digest_add_whole(digest, share->range.end);
    sink_digest_add_whole(digest, share->done_count);
    for (size_t i = 0; i < share->done_count; i++) {
        sink_digest_add_whole(digest, share->done[i].first);
        sink_digest_add_whole(digest, share->done[i].end);
    }
}

static void add_evidence(struct sink_digest *digest, const struct sink_evidence *evidence)
{
    sink_digest_add_text(digest, evidence->version);
    sink_digest_add_text(digest, evidence->libraries);
    sink_digest_add_text(digest, evidence->job_path);
    sink_digest_add_text(digest, evidence->job_text);
    sink_digest_add_text(digest, evidence->grid);
    sink_digest_add_text(digest, evidence->crs_wkt);
    sink_digest_add_real(digest, evidence->cells_read);
    sink_digest_add_real(digest, evidence->overlap_m2);
    sink_digest_add_whole(digest, evidence->overlap_sum_m2.low);
    sink_digest_add_whole(digest, (uint64_t)evidence->overlap_sum_m2.high);
    add_share(digest, &evidence->share);
    sink_digest_add_whole(digest, evidence->file_count);
    for (size_t i = 0; i < evidence->file_count; i++) {
        sink_digest_add_text(digest, evidence->files[i].path);
        sink_digest_add_text(digest, evidence->files[i].role);
        sink_digest_add_text(digest, evidence->files[i].sha256);
        sink_digest_add_real(digest, evidence->files[i].bytes);
    }
    sink_digest_add_whole(digest, evidence->table_count);
    for (size_t i = 0; i < evidence->table_count; i++) {
        sink_digest_add_text(digest, evidence->tables[i].name);
        sink_digest_add_text(digest, evidence->tables[i].text);
    }
    sink_digest_add_whole(digest, evidence->note_count);
    for (size_t i = 0; i < evidence->note_count; i++)
        sink_digest_add_text(digest, evidence->notes[i]);
}

static enum sink_status add_rows(struct sink_digest *digest, struct sink_tally *tally, size_t width,
                                 const struct sink_region_list *regions, struct sink_error *error)
{
    struct sink_tally_row *rows;
    size_t count;
    const enum sink_status status = sink_tally_counted_rows(tally, regions, &rows, &count, error);
    sink_digest_add_whole(digest, count);
    for (size_t i = 0; i < count; i++) {
        sink_digest_add_whole(digest, rows[i].region);
        sink_digest_add_whole(digest, rows[i].pass);
        sink_digest_add_whole(digest, rows[i].key);
        sink_digest_add_whole(digest, (uint64_t)rows[i].cells);
        for (size_t s = 0; s < width; s++) {
            sink_digest_add_whole(digest, rows[i].sums[s].low);
            sink_digest_add_whole(digest, (uint64_t)rows[i].sums[s].high);
        }
    }
    free(rows);
    return status;
}

static void add_correlations(struct sink_digest *digest, const struct sink_tally_bundle *bundle)
{
    sink_digest_add_whole(digest, bundle->correlations.count);
    for (size_t i = 0; i < bundle->correlations.count; i++) {
        const struct sink_correlation *correlation = &bundle->correlations.items[i];
        sink_digest_add_text(digest, correlation->name);
        sink_digest_add_real(digest, correlation->range_m);
        sink_digest_add_whole(digest, (uint64_t)correlation->block_rows);
        sink_digest_add_whole(digest, correlation->band_count);
        sink_digest_add_whole(digest, correlation->column_count);
    }
}

enum sink_status sink_tally_basis_digest(const struct sink_tally_bundle *bundle, char hex[65],
                                         struct sink_error *error)
{
    struct sink_digest digest;
    sink_digest_start(&digest);
    add_spec(&digest, &bundle->spec);
    add_regions(&digest, &bundle->regions);
    add_correlations(&digest, bundle);
    return sink_digest_finish(&digest, hex, error);
}

/* Nothing where no errors have a range, so that such files keep their digests. */
static enum sink_status add_blocks(struct sink_digest *digest,
                                   const struct sink_tally_bundle *bundle, struct sink_error *error)
{
    if (bundle->correlations.count == 0)
        return SINK_OK;
    add_correlations(digest, bundle);
    return add_rows(digest, bundle->blocks, SINK_BLOCK_SUM_COUNT, &bundle->regions, error);
}

enum sink_status sink_tally_bundle_digest(struct sink_tally_bundle *bundle, char hex[65],
                                          struct sink_error *error)
{
    struct sink_digest digest;
    sink_digest_start(&digest);
    sink_digest_add_text(&digest, SINK_TALLY_LAYOUT);
    add_spec(&digest, &bundle->spec);
    add_regions(&digest, &bundle->regions);
    add_evidence(&digest, &bundle->evidence);
    enum sink_status status =
        add_rows(&digest, bundle->tally, 1 + bundle->spec.quantity_count, &bundle->regions, error);
    if (status == SINK_OK)
        status = add_blocks(&digest, bundle, error);
    const enum sink_status finished = sink_digest_finish(&digest, hex, error);
    return status == SINK_OK ? finished : status;
}
