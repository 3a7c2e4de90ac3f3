/* SHA-256 of files and of values, the same on every machine. */
#ifndef SINK_PIPELINES_DIGEST_H
#define SINK_PIPELINES_DIGEST_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A digest in the making. A failure is remembered and told by sink_digest_finish. */
struct sink_digest {
    void *context;
    bool has_failed;
};
void sink_digest_start(struct sink_digest *digest);
void sink_digest_add(struct sink_digest *digest, const void *data, size_t bytes);
void sink_digest_add_whole(struct sink_digest *digest, uint64_t value); /* 8 bytes, lowest first */
void sink_digest_add_real(struct sink_digest *digest, double value);    /* its bits; one NaN */
/* The length, then the bytes; NULL as "". */
void sink_digest_add_text(struct sink_digest *digest, const char *text);
/* Lower-case hex; frees the digest in any case. */
SINK_CHECKED enum sink_status sink_digest_finish(struct sink_digest *digest, char hex[65],
                                                 struct sink_error *error);

/* SHA-256 of a regular file as lower-case hex and its size. Stops when interrupted (interrupt.h).
 */
SINK_CHECKED enum sink_status sink_file_sha256(const char *path, char hex[65], double *bytes,
                                               struct sink_error *error);

#endif
