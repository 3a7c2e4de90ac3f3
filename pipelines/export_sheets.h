/* The sheets of a workbook: private to pipelines/export*.c and command_export.c. */
#ifndef SINK_PIPELINES_EXPORT_SHEETS_H
#define SINK_PIPELINES_EXPORT_SHEETS_H

#include "pipelines/export_fields.h"
#include "pipelines/workbook.h"
#include "sinkcalc/model/class.h"

struct sink_export_book {
    const struct sink_export *export;
    struct sink_workbook *book;
    enum sink_export_language language;
    struct sink_class_list classes; /* the built-in ones, with their Chinese titles */
};

SINK_CHECKED enum sink_status sink_export_workbook(const struct sink_export *export,
                                                   const struct sink_file_part *part,
                                                   enum sink_export_language language,
                                                   struct sink_error *error);

/* export_sheets.c: regions and years, by class, by pool, targets. */
void sink_export_add_overview(const struct sink_export_book *book);
void sink_export_add_classes(const struct sink_export_book *book);
void sink_export_add_pools(const struct sink_export_book *book);
void sink_export_add_targets(const struct sink_export_book *book);
/* export_land_use.c: land use after the common reporting tables. */
void sink_export_add_land_use(const struct sink_export_book *book);
/* export_evidence.c: factors, inputs, checks, notes. */
void sink_export_add_evidence(const struct sink_export_book *book);
void sink_export_add_about(const struct sink_export_book *book);

/* export_names.c: a name of the inventory ("dead_wood"), and classes ("forest|open_forest"), in the
 * language of the book as far as the program has words for them. */
void sink_export_put_name(const struct sink_export_book *book, uint32_t row, uint16_t column,
                          const char *name);
void sink_export_put_name_head(const struct sink_export_book *book, uint32_t row, uint16_t column,
                               const char *name, const char *unit);
void sink_export_put_classes(const struct sink_export_book *book, uint32_t row, uint16_t column,
                             const char *names);

/* "Pool" in the language of the book: one of two. */
static inline const char *sink_export_word(const struct sink_export_book *book, const char *english,
                                           const char *chinese)
{
    return book->language == SINK_EXPORT_CHINESE ? chinese : english;
}
/* Headers of columns from `column` on, the last one NULL. */
struct sink_export_head {
    const char *english, *chinese;
    double width;
};
void sink_export_put_heads(const struct sink_export_book *book, uint32_t row, uint16_t column,
                           const struct sink_export_head *heads);
/* A value of a quantity by its places on its dimensions in order; NaN where it is not there. */
double sink_export_at(const struct sink_export_quantity *quantity, const size_t *places, int rank);
/* The axis of a dimension, NULL when no quantity is on it. */
const struct sink_export_axis *sink_export_axis_of(const struct sink_export *export,
                                                   const char *dimension);

#endif
