/* The tally file: netCDF-4, the checkpoint, the part, the evidence. */
#ifndef SINK_PIPELINES_TALLY_FILE_H
#define SINK_PIPELINES_TALLY_FILE_H

#include "pipelines/evidence.h"

#define SINK_TALLY_LAYOUT "tally-1"

/* SHA-256 over all that a tally file says: its attribute sinkcalc_digest. */
SINK_CHECKED enum sink_status sink_tally_bundle_digest(struct sink_tally_bundle *bundle,
                                                       char hex[65], struct sink_error *error);
/* The same over spec, regions and correlations alone: what the rows are rows of. */
SINK_CHECKED enum sink_status sink_tally_basis_digest(const struct sink_tally_bundle *bundle,
                                                      char hex[65], struct sink_error *error);
/* Writes the bundle whole or not at all (atomic_file.h). Same bundle, same bytes, whether its
 * tallies are completed or not. */
SINK_CHECKED enum sink_status
sink_tally_file_write(const char *path, struct sink_tally_bundle *bundle, struct sink_error *error);
/* The bytes of that file, for the caller to free; `path` is for messages. */
SINK_CHECKED enum sink_status sink_tally_file_image(const char *path,
                                                    struct sink_tally_bundle *bundle, void **image,
                                                    size_t *bytes, struct sink_error *error);
/* Reads and checks everything: layout, sizes, ids, keys in range, rows sorted and unique, a digest
 * over all content (stored as an attribute) equal to what was read. */
SINK_CHECKED enum sink_status
sink_tally_file_read(const char *path, struct sink_tally_bundle *bundle, struct sink_error *error);
/* The same of a file in memory; `name` is for messages. */
SINK_CHECKED enum sink_status sink_tally_image_read(const char *name, const void *image,
                                                    size_t bytes, struct sink_tally_bundle *bundle,
                                                    struct sink_error *error);

#endif
