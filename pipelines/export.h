/* An inventory as other programs take it: one row for each value, and the figures of regions.
 *
 * The file may come from anyone. Whatever is used of it is checked when it is opened; texts are
 * UTF-8 without NUL (nc_reader.h sees to it), but may hold any other character. */
#ifndef SINK_PIPELINES_EXPORT_H
#define SINK_PIPELINES_EXPORT_H

#include "pipelines/dataset.h"
#include "sinkcalc/base/region.h"

#include <stdio.h>

/* The columns that an axis other than time and region is told in. */
enum sink_export_column {
    SINK_EXPORT_CLASS, /* of land cover, at the end of the period */
    SINK_EXPORT_POOL,
    SINK_EXPORT_FROM, /* class at the start of the period */
    SINK_EXPORT_GROUP /* ecosystem, land use, overlay=value, input that drives the uncertainty */
};
#define SINK_EXPORT_COLUMNS 4

/* A dimension and the labels of its places. */
struct sink_export_axis {
    const char *dimension;
    enum sink_export_column column;
    size_t length;
    char **labels; /* [length] */
};

/* A variable on the regions, with what tells how sure it is. */
struct sink_export_quantity {
    const struct sink_dataset_variable *variable; /* doubles, at most one axis for each column */
    const struct sink_dataset_variable *lower, *upper, *se; /* of the same shape, or NULL */
    const struct sink_dataset_variable *group;              /* texts of the same shape, or NULL */
    const char *name, *title, *comment;
    const char *unit, *unit_of; /* "t yr-1" of "CO2"; "" where that is clear */
    bool is_of_period;          /* a sum or mean over the period, not a state at its end */
    int axes[SINK_NC_MAX_RANK]; /* index of the axis of each dimension; -1 time, -2 region */
};

struct sink_export_year {
    int year, start; /* the period goes from the end of `start` to the end of `year` */
};

struct sink_export {
    const char *path; /* borrowed */
    struct sink_dataset dataset;
    struct sink_region_list regions; /* all but parents and reach; a rest has no outline */
    char *const *parents;            /* [regions.count] ids; "" on top */
    struct sink_export_year *years;
    size_t year_count;
    struct sink_export_axis *axes;
    size_t axis_count;
    struct sink_export_quantity *quantities; /* in the order of their names */
    size_t quantity_count;
};

/* SINK_BAD_DATA for what is no inventory, or none of this layout. On failure `export` is empty. */
SINK_CHECKED enum sink_status sink_export_open(const char *path, struct sink_export *export,
                                               struct sink_error *error);
void sink_export_close(struct sink_export *export);

/* NULL when the inventory has none of that name. */
const struct sink_export_quantity *sink_export_find(const struct sink_export *export,
                                                    const char *name);
/* The value of a quantity on no axis but time and region; NaN where it has others or is missing. */
double sink_export_value(const struct sink_export_quantity *quantity, size_t year, size_t region);

/* One value. What has no time has year and start 0; a state has start 0. */
struct sink_export_row {
    const struct sink_export_quantity *quantity;
    size_t region;
    int year, start;
    const char *labels[SINK_EXPORT_COLUMNS]; /* "" where the quantity has no such axis */
    double value, lower, upper, se;          /* value is never NaN; the others may be */
};

/* Calls `take` for every value that is not missing, quantity after quantity, until it returns
 * false; false then. */
bool sink_export_rows(const struct sink_export *export,
                      bool (*take)(void *taker, const struct sink_export_row *row), void *taker);

#endif
