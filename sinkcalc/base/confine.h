/* The folders that the files a job names must lie in, where the job may be a stranger's.
 *
 * Links and ".." are resolved before a file is opened. Who can change the folders while the program
 * runs can still put a link in the place of a file: a package is checked where nobody else writes.
 */
#ifndef SINK_BASE_CONFINE_H
#define SINK_BASE_CONFINE_H

#include "sinkcalc/base/error.h"

#include <stddef.h>

/* Starts as zeros: every file is allowed. */
struct sink_confine {
    char **folders; /* [count] without links */
    size_t count;
};

/* Takes a folder in; one that is not there is SINK_BAD_JOB. */
SINK_CHECKED enum sink_status sink_confine_add(struct sink_confine *confine, const char *folder,
                                               struct sink_error *error);
void sink_confine_free(struct sink_confine *confine);

/* SINK_BAD_DATA when the file, or one beside it that a library reads along (.shx, .dbf, .prj, the
 * journal of a database ...), lies outside all folders; the sentence says where it lies. SINK_OK
 * without folders (NULL, too), and of a file that is not there: its opening says so. */
SINK_CHECKED enum sink_status sink_confine_check(const struct sink_confine *confine,
                                                 const char *path, struct sink_error *error);
/* Of a file that is to be written: its folder is resolved, since a rename replaces a link. */
SINK_CHECKED enum sink_status sink_confine_check_output(const struct sink_confine *confine,
                                                        const char *path, struct sink_error *error);

#endif
