/* What libxlsxwriter loses without a code that says so: private to pipelines/workbook*.c.
 *
 * When a workbook is closed, the library passes each sheet through a file of TMPDIR, and when the
 * disk under it is full it does not see that text is lost: a workbook of empty sheets would be told
 * as written. workbook_library.c has a function of the name by which the library makes these files,
 * and stands before it. Where it is refused memory it may print a line to stderr, leave out what it
 * was at, and end well: between start and end `stderr` is a stream of ours, so nothing else may
 * print then. One workbook at a time. */
#ifndef SINK_PIPELINES_WORKBOOK_LIBRARY_H
#define SINK_PIPELINES_WORKBOOK_LIBRARY_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>

/* Forgets what was. SINK_OK or no memory. */
SINK_CHECKED enum sink_status sink_workbook_library_start(struct sink_error *error);
/* Closes the file that the library leaves open after a fault; stderr is again what it was. */
void sink_workbook_library_end(void);
/* Has the library made a temporary file here since then? If not, nobody knows what became of them.
 */
bool sink_workbook_library_is_used(void);
/* Did memory run out, so that the workbook lacks something? */
bool sink_workbook_library_is_out(void);
/* What the library printed first, lines of at most 255 bytes in all; "" for nothing. */
const char *sink_workbook_library_said(void);

#endif
