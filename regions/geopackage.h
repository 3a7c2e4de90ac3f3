/* Layers and tables of a GeoPackage, with titles of columns and styles for QGIS. */
#ifndef SINK_REGIONS_GEOPACKAGE_H
#define SINK_REGIONS_GEOPACKAGE_H

#include "sinkcalc/base/region.h"

#include <stdbool.h>

enum sink_geopackage_type { SINK_GEOPACKAGE_TEXT, SINK_GEOPACKAGE_WHOLE, SINK_GEOPACKAGE_REAL };

struct sink_geopackage_field {
    const char *name;
    const char *title; /* in words, with the unit; NULL for none */
    enum sink_geopackage_type type;
};

struct sink_geopackage_layer {
    const char *name, *title, *description;
    const struct sink_geopackage_field *fields;
    size_t field_count;
    bool has_outlines; /* multipolygons in longitude and latitude on WGS 84, else a plain table */
};

/* Of a field; NULL or NaN stands for no value. */
struct sink_geopackage_value {
    const char *text;
    double number;
};

struct sink_geopackage_style {
    const char *layer, *name, *description;
    const char *qml;
    bool is_default; /* QGIS applies it when the layer is opened */
};

struct sink_geopackage;

/* A new file in memory; messages call it `name`. `date` ("2020-01-01T00:00:00.000Z") stands in it
 * as its last change: equal input gives equal bytes. Whoever opened it drops it. One at a time;
 * after sink_environment_start. */
SINK_CHECKED enum sink_status sink_geopackage_open(const char *name, const char *date,
                                                   struct sink_geopackage **geopackage,
                                                   struct sink_error *error);
/* The layer that the following features go to; the fields are kept until the next one. */
SINK_CHECKED enum sink_status sink_geopackage_start_layer(struct sink_geopackage *geopackage,
                                                          const struct sink_geopackage_layer *layer,
                                                          struct sink_error *error);
/* `values` of all fields; `outline` may be NULL or empty: no geometry. */
SINK_CHECKED enum sink_status sink_geopackage_add(struct sink_geopackage *geopackage,
                                                  const struct sink_geopackage_value *values,
                                                  const struct sink_outline *outline,
                                                  struct sink_error *error);
/* After the last layer, once. */
SINK_CHECKED enum sink_status sink_geopackage_add_styles(struct sink_geopackage *geopackage,
                                                         const struct sink_geopackage_style *styles,
                                                         size_t count, struct sink_error *error);
/* Commits and closes. `image` is the whole file, until it is dropped, which is due also after a
 * failure. */
SINK_CHECKED enum sink_status sink_geopackage_finish(struct sink_geopackage *geopackage,
                                                     const void **image, size_t *bytes,
                                                     struct sink_error *error);
/* Frees it with its image; what is not finished is rolled back. NULL is accepted. */
void sink_geopackage_drop(struct sink_geopackage *geopackage);

#endif
