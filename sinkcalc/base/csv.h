/* Strict CSV (RFC 4180): comma, double quotes, CRLF or LF, optional UTF-8 BOM, one header line.
 *
 * A short or long row, an unclosed quote, text after a closing quote, a doubled or empty column
 * name, a control character or invalid UTF-8 is an error that names file and line. Lines that are
 * empty or start with # (but not with #REF! and the like of spreadsheet programs) before or between
 * rows are skipped, rows of empty cells below the header as well. Every cell is text; nothing is
 * guessed. */
#ifndef SINK_BASE_CSV_H
#define SINK_BASE_CSV_H

#include "sinkcalc/base/error.h"

#include <stddef.h>

struct sink_csv;

/* Parses `text` (bytes long, need not be kept). `name` is how errors call it; it is copied. */
SINK_CHECKED enum sink_status sink_csv_parse(const char *name, const char *text, size_t bytes,
                                             struct sink_csv **csv, struct sink_error *error);
void sink_csv_free(struct sink_csv *csv);

const char *sink_csv_name(const struct sink_csv *csv);
size_t sink_csv_row_count(const struct sink_csv *csv);
size_t sink_csv_column_count(const struct sink_csv *csv);
const char *sink_csv_column_name(const struct sink_csv *csv, size_t column);
/* Index of the column, or -1. */
int sink_csv_column(const struct sink_csv *csv, const char *name);
/* The cell with surrounding spaces removed; "" for an empty cell or column -1. Owned by csv. */
const char *sink_csv_cell(const struct sink_csv *csv, size_t row, int column);
/* The line of the file (from 1) on which the row starts. */
size_t sink_csv_line(const struct sink_csv *csv, size_t row);
size_t sink_csv_header_line(const struct sink_csv *csv);

#endif
