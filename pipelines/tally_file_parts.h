/* The parts of tally files: private to pipelines/tally_file*.c. */
#ifndef SINK_PIPELINES_TALLY_FILE_PARTS_H
#define SINK_PIPELINES_TALLY_FILE_PARTS_H

#include "pipelines/evidence.h"
#include "pipelines/nc_reader.h"

/* Rows of a tally as the file has them: "<name>_region", "<name>_pass" ... on the dimension <name>,
 * sums on <sum_name> as well. */
struct sink_row_table {
    const char *name, *sum_name;
    struct sink_tally *tally;
    size_t width; /* sums in a row */
    size_t pass_count;
    uint64_t key_count;
    /* Of blocks, where the key is one of the raster that the pass is of; else NULL. */
    const struct sink_correlations *correlations;
};
struct sink_row_table sink_row_table(const struct sink_tally_bundle *bundle);
struct sink_row_table sink_block_table(const struct sink_tally_bundle *bundle);
/* The rows of polygons, from which sink_tally_complete makes the others: those that a file holds.
 * Their sums stay the tally's; the caller frees the rows. */
SINK_CHECKED enum sink_status sink_tally_counted_rows(struct sink_tally *tally,
                                                      const struct sink_region_list *regions,
                                                      struct sink_tally_row **rows, size_t *count,
                                                      struct sink_error *error);

/* All note faults in the reader and leave what they could read, to be freed by the caller. */
void sink_tally_read_regions(struct sink_nc_reader *nc, struct sink_region_list *regions);
void sink_tally_read_evidence(struct sink_nc_reader *nc, struct sink_evidence *evidence);
/* Makes bundle->tally; then, where the file has them, bundle->correlations and bundle->blocks. */
void sink_tally_read_rows(struct sink_nc_reader *nc, struct sink_tally_bundle *bundle);
void sink_tally_read_blocks(struct sink_nc_reader *nc, struct sink_tally_bundle *bundle);

#endif
