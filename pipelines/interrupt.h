/* SIGINT and SIGTERM as a question that long work asks now and then. */
#ifndef SINK_PIPELINES_INTERRUPT_H
#define SINK_PIPELINES_INTERRUPT_H

#include "sinkcalc/base/error.h"

/* From here on the first of the two signals is only noted; the second ends the program at once.
 * A signal that was ignored stays so. */
void sink_interrupt_start(void);
/* The signals do again what they did before. */
void sink_interrupt_stop(void);
/* SINK_OK, SINK_INTERRUPTED or SINK_TERMINATED: which signal was noted; any thread. */
enum sink_status sink_interrupt_status(void);

#endif
