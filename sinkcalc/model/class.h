/* Land-cover classes and legends: what a code in a raster means. */
#ifndef SINK_MODEL_CLASS_H
#define SINK_MODEL_CLASS_H

#include "sinkcalc/base/csv.h"
#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sink_ecosystem {
    SINK_ECOSYSTEM_FOREST,
    SINK_ECOSYSTEM_GRASSLAND,
    SINK_ECOSYSTEM_WETLAND,
    SINK_ECOSYSTEM_COAST,
    SINK_ECOSYSTEM_CROPLAND,
    SINK_ECOSYSTEM_OTHER,
    SINK_ECOSYSTEM_COUNT
};
const char *sink_ecosystem_name(enum sink_ecosystem ecosystem);

#define SINK_MAX_CLASSES 256

/* A row of sinkcalc/tables/classes.csv. */
struct sink_class {
    int code;         /* fixed; `cover` in the inventory */
    const char *name; /* "salt_marsh" */
    const char *title, *title_zh;
    const char *ipcc_category; /* "forest_land" ... "none" */
    enum sink_ecosystem ecosystem;
    bool is_land;   /* part of the land area, the denominator of forest coverage */
    bool is_forest; /* counts as forest in forest coverage */
    bool is_woody;  /* biomass and volume rasters apply to it unless the layer says otherwise */
    bool has_pools; /* false: no pool is defined for it (open water, sea, ice); not a silent zero */
};

struct sink_class_list {
    struct sink_class *items; /* in the order of their codes */
    size_t count;
    struct sink_csv *csv; /* owns the texts */
};
/* From the embedded table. */
SINK_CHECKED enum sink_status sink_class_list_load(struct sink_class_list *list,
                                                   struct sink_error *error);
void sink_class_list_free(struct sink_class_list *list);
/* Index of the class of that name, or -1. */
int sink_class_list_find(const struct sink_class_list *list, const char *name);

/* Codes of a raster and the name each stands for: a class, or a value of an overlay. Several codes
 * may have one name. The name "nodata" marks codes that mean no data. */
struct sink_legend {
    struct sink_legend_entry {
        int64_t code;
        int value; /* index in `values`, or -1 for nodata */
    } * entries;   /* by code, ascending, unique */
    size_t entry_count;
    char **values; /* distinct names in order of first appearance */
    size_t value_count;
};
/* From a table with the columns code and name at least (title, source, verified, note allowed; any
 * other column is an error). For a land cover (`classes` not NULL) every name must be a class; the
 * nearest one is suggested. Names of overlay values are [a-z0-9_]+. Faults name table and line. */
SINK_CHECKED enum sink_status sink_legend_read(const struct sink_csv *csv,
                                               const struct sink_class_list *classes,
                                               struct sink_legend *legend,
                                               struct sink_faults *faults);
void sink_legend_free(struct sink_legend *legend);
/* Index in `values`, -1 for nodata, -2 for a code that is not in the legend. */
int sink_legend_value(const struct sink_legend *legend, int64_t code);

#endif
