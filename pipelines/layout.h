/* Which of the program's files a file is, told where another one was expected. */
#ifndef SINK_PIPELINES_LAYOUT_H
#define SINK_PIPELINES_LAYOUT_H

#include "sinkcalc/base/error.h"

enum sink_layout_wanted { SINK_WANTED_JOB, SINK_WANTED_TALLY, SINK_WANTED_INVENTORY };

/* What a file of that sinkcalc_layout is, what was expected, and which command helps. */
void sink_layout_words(const char *layout, enum sink_layout_wanted wanted, char text[256]);
/* Refuses a file whose layout is not that of an inventory. */
SINK_CHECKED enum sink_status sink_layout_check_inventory(const char *path, const char *layout,
                                                          struct sink_error *error);
/* Refuses a netCDF file in place of a job: SINK_BAD_JOB. Any other file, also one that cannot be
 * read, is SINK_OK. */
SINK_CHECKED enum sink_status sink_layout_check_job(const char *path, struct sink_error *error);

#endif
