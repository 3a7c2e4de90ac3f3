/* A file that appears whole or not at all. */
#ifndef SINK_PIPELINES_ATOMIC_FILE_H
#define SINK_PIPELINES_ATOMIC_FILE_H

#include "sinkcalc/base/error.h"

#include <stddef.h>

/* Writes `bytes` to a new file beside `path` (O_EXCL, O_NOFOLLOW, mode 0666 & umask), fsync,
 * rename, fsync of the folder. On any failure the temporary file is removed and what was at `path`
 * stands. */
SINK_CHECKED enum sink_status sink_file_replace(const char *path, const void *data, size_t bytes,
                                                struct sink_error *error);
/* Can the file be made? Folder exists and is writable, path is not a folder or special file. For
 * check. */
SINK_CHECKED enum sink_status sink_file_check_writable(const char *path, struct sink_error *error);

#endif
