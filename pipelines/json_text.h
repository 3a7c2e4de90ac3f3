/* JSON written by hand, for what is too large to be held, or too small for a library. */
#ifndef SINK_PIPELINES_JSON_TEXT_H
#define SINK_PIPELINES_JSON_TEXT_H

#include "pipelines/options.h"

#include <stdio.h>

/* The text in quotes. */
void sink_json_text(FILE *out, const char *text);
/* The number in its shortest form, null when it is not finite. */
void sink_json_number(FILE *out, double value);
/* [{"file": ..., "line": ..., "column": ..., "message": ...}, ...] by the places that the messages
 * begin with, "file:line:column: message"; null for what a message does not name. */
void sink_json_faults(FILE *out, const struct sink_faults *faults);
/* {"inventory": ..., "output": ..., "format": ..., "bytes": ... of what a command has written; the
 * caller goes on and closes the brace. */
SINK_CHECKED enum sink_status sink_json_written(FILE *out, const struct sink_options *options,
                                                const char *format, struct sink_error *error);

/* The shortest decimal that reads back as the same double ("1e+300", "-0.1", "nan", "inf"). */
#define SINK_NUMBER_BYTES 32
const char *sink_number_text(double value, char text[SINK_NUMBER_BYTES]);

#endif
