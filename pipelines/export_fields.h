/* The main figures of regions, under names for people who open a map or a sheet: private to
 * pipelines/export*.c. */
#ifndef SINK_PIPELINES_EXPORT_FIELDS_H
#define SINK_PIPELINES_EXPORT_FIELDS_H

#include "pipelines/export.h"
#include "pipelines/export_write.h"

struct sink_export_field {
    const char *name;  /* of a column, "carbon_stock_t" */
    const char *title; /* in words, in the language asked for */
    const char *unit;
    int decimals; /* to show */
};

/* How many figures there are; those that the inventory lacks have no value anywhere. */
size_t sink_export_field_count(void);
struct sink_export_field sink_export_field(size_t field, enum sink_export_language language);
bool sink_export_has_field(const struct sink_export *export, size_t field);
/* NaN where it is missing. */
double sink_export_field_value(const struct sink_export *export, size_t field, size_t year,
                               size_t region);
/* The field of that name; it must be one. */
size_t sink_export_field_of(const char *name);

#endif
