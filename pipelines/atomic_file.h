/* A file that appears whole or not at all. */
#ifndef SINK_PIPELINES_ATOMIC_FILE_H
#define SINK_PIPELINES_ATOMIC_FILE_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes `bytes` to a new file beside `path` (O_EXCL, O_NOFOLLOW, mode 0666 & umask), fsync,
 * rename, fsync of the folder. On any failure the temporary file is removed and what was at `path`
 * stands. The temporary file is ".NAME.sinkcalc.N.part", locked (flock) while its writer lives: one
 * of the same name that is free of locks, regular and our own is what a dead run left, and is
 * removed. Process numbers would not tell: they repeat in containers and between machines. */
SINK_CHECKED enum sink_status sink_file_replace(const char *path, const void *data, size_t bytes,
                                                struct sink_error *error);

/* The same in steps. */
struct sink_file_part {
    const char *path; /* where it will stand; borrowed */
    char *name;       /* where it is now */
    int file;         /* open for writing */
};
SINK_CHECKED enum sink_status sink_file_part_open(const char *path, struct sink_file_part *part,
                                                  struct sink_error *error);
/* Adds bytes; on failure the part is still to be dropped. */
SINK_CHECKED enum sink_status sink_file_part_write(const struct sink_file_part *part,
                                                   const void *data, size_t bytes,
                                                   struct sink_error *error);
/* Syncs and renames the part; on failure it is removed. */
SINK_CHECKED enum sink_status sink_file_part_publish(struct sink_file_part *part,
                                                     struct sink_error *error);
/* Removes it. No effect on one that was published. */
void sink_file_part_drop(struct sink_file_part *part);

/* Can the file be made? Folder exists and is writable, path is not a folder or special file. For
 * check. */
SINK_CHECKED enum sink_status sink_file_check_writable(const char *path, struct sink_error *error);

/* Removes the temporary files of dead runs for `path`; those that cannot be removed stay. */
SINK_CHECKED enum sink_status sink_file_sweep(const char *path, struct sink_error *error);

/* Makes the names in a folder last through a loss of power; one that cannot be synced is no
 * failure. */
void sink_folder_sync(const char *folder);

/* The hidden name ".NAME.ENDING" in the folder of `path`, malloc'ed; NULL without memory. */
char *sink_file_beside(const char *path, const char *ending);
/* Is the open file still the one that the path names? */
bool sink_file_is_at(int file, const char *path);

#endif
