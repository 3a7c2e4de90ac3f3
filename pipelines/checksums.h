/* What the job says its inputs are: a list in the format of sha256sum, whose files must be the
 * inputs that are read, to the bit. */
#ifndef SINK_PIPELINES_CHECKSUMS_H
#define SINK_PIPELINES_CHECKSUMS_H

#include "pipelines/job.h"

struct sink_checksums;

/* Reads the list of job->sha256; NULL when there is none, or faults in it. Every line that is not
 * "HEX  path" or "HEX *path" (with a backslash before it, and \\, \n, \r in the path: escaped),
 * every file that is not there, that lies outside job->confine, or that stands there with two
 * hashes, is a fault with its line; comments (#) and the list itself are passed over. Paths are
 * relative to the folder of the list. `job` must outlive the list. */
void sink_checksums_read(const struct sink_job *job, struct sink_checksums **checksums,
                         struct sink_faults *faults);
void sink_checksums_free(struct sink_checksums *checksums);

/* SINK_BAD_DATA unless the input, named as the job writes it, stands in the list; any other than
 * the list itself. SINK_OK without a list (NULL). */
SINK_CHECKED enum sink_status sink_checksums_check_listed(const struct sink_checksums *checksums,
                                                          const char *written,
                                                          struct sink_error *error);
/* The same, and its hash must be this. Any thread. */
SINK_CHECKED enum sink_status sink_checksums_check(const struct sink_checksums *checksums,
                                                   const char *written, const char *sha256,
                                                   struct sink_error *error);
/* The text of the job, when its file is in the list. */
SINK_CHECKED enum sink_status sink_checksums_check_job(const struct sink_checksums *checksums,
                                                       struct sink_error *error);

#endif
