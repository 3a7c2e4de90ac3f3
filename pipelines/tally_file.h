/* The tally file: netCDF-4, the checkpoint, the part, the evidence. */
#ifndef SINK_PIPELINES_TALLY_FILE_H
#define SINK_PIPELINES_TALLY_FILE_H

#include "pipelines/evidence.h"

/* Writes the bundle whole or not at all (atomic_file.h). Same bundle, same bytes. */
SINK_CHECKED enum sink_status
sink_tally_file_write(const char *path, struct sink_tally_bundle *bundle, struct sink_error *error);
/* Reads and checks everything: layout, sizes, ids, keys in range, rows sorted and unique, a digest
 * over all content (stored as an attribute) equal to what was read. */
SINK_CHECKED enum sink_status
sink_tally_file_read(const char *path, struct sink_tally_bundle *bundle, struct sink_error *error);

#endif
