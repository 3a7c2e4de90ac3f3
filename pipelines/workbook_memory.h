/* The temporary files of libxlsxwriter, in memory: private to pipelines/workbook*.c.
 *
 * When a workbook is closed, the library passes each sheet through a file of TMPDIR, and when the
 * disk under it is full it does not see that text is lost: a workbook of empty sheets would be told
 * as written. workbook_memory.c has a function of the name by which the library makes these files,
 * and stands before it. One workbook at a time in a thread. */
#ifndef SINK_PIPELINES_WORKBOOK_MEMORY_H
#define SINK_PIPELINES_WORKBOOK_MEMORY_H

#include <stdbool.h>

/* Forgets what was. */
void sink_workbook_memory_start(void);
/* Closes the file that the library leaves open after a fault. */
void sink_workbook_memory_end(void);
/* Has the library made a temporary file here since then? If not, nobody knows what became of them.
 */
bool sink_workbook_memory_is_used(void);
/* Did memory run out for one of them, so that the workbook lacks something? */
bool sink_workbook_memory_is_out(void);

#endif
