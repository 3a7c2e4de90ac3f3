/* A workbook (XLSX) made in memory, cell by cell. The first fault is remembered and the calls after
 * it do nothing, so that a sheet reads as a list; sink_workbook_finish tells. */
#ifndef SINK_PIPELINES_WORKBOOK_H
#define SINK_PIPELINES_WORKBOOK_H

#include "pipelines/atomic_file.h"

#include <stdint.h>

enum sink_cell {
    SINK_CELL_PLAIN,
    SINK_CELL_TITLE,
    SINK_CELL_NOTE,
    SINK_CELL_HEAD,
    SINK_CELL_BOLD,
    SINK_CELL_KEY
};
#define SINK_CELL_STYLES 6
#define SINK_CELL_MAX_DECIMALS 4
#define SINK_CELL_GENERAL (-1) /* in place of decimals: as many as the number has */

struct sink_workbook;

/* Equal input gives equal bytes: the properties say that it was made on the last day of `year`.
 * NULL on failure. */
SINK_CHECKED enum sink_status sink_workbook_new(const char *title, int year,
                                                struct sink_workbook **book,
                                                struct sink_error *error);
/* What follows goes to a new sheet, printed on A4 across; its name has at most 31 characters and
 * none of []:*?/\ . */
void sink_workbook_start_sheet(struct sink_workbook *book, const char *name);
/* Rows and columns that stay in sight, and stand on every page. */
void sink_workbook_freeze(struct sink_workbook *book, uint32_t rows, uint16_t columns);
/* Printed as wide as a page. */
void sink_workbook_fit(struct sink_workbook *book);
/* A row with room for so many lines of text. */
void sink_workbook_lines(struct sink_workbook *book, uint32_t row, int lines);
/* In characters. */
void sink_workbook_width(struct sink_workbook *book, uint16_t first, uint16_t last, double width);
/* Never a formula. A text of more than 32,000 bytes is cut. */
void sink_workbook_text(struct sink_workbook *book, uint32_t row, uint16_t column, const char *text,
                        enum sink_cell style);
/* The same over several columns of a row. */
void sink_workbook_head(struct sink_workbook *book, uint32_t row, uint16_t first, uint16_t last,
                        const char *text);
/* NaN leaves the cell empty; an infinite number is told as text. */
void sink_workbook_number(struct sink_workbook *book, uint32_t row, uint16_t column, double value,
                          int decimals);
/* Whoever makes the texts ran out of memory. */
void sink_workbook_fail_memory(struct sink_workbook *book);
/* Writes to the part, which messages call by its path, and frees. */
SINK_CHECKED enum sink_status sink_workbook_finish(struct sink_workbook *book,
                                                   const struct sink_file_part *part,
                                                   struct sink_error *error);

#endif
