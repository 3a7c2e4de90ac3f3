/* Polygons with text attributes as a GeoPackage. */
#ifndef SINK_REGIONS_WRITE_H
#define SINK_REGIONS_WRITE_H

#include "sinkcalc/base/error.h"

#include <stddef.h>

/* A polygon of one ring without holes. */
struct sink_polygon_feature {
    const double (*nodes)[2];  /* [node_count] x, y; the last node is the first */
    size_t node_count;         /* 4 or more */
    const char *const *values; /* [field_count] UTF-8; NULL for no value */
};

/* What to write. Nothing is taken over. */
struct sink_polygon_file {
    const char *path; /* must not exist */
    const char *layer;
    const char *description; /* of the layer */
    const char *crs;         /* "EPSG:4326", WKT, or a PROJ string; x is easting or longitude */
    const char *date;        /* "2020-01-01T00:00:00.000Z", stands in the file as its last change */
    const char *const *fields;
    size_t field_count;
    const struct sink_polygon_feature *features;
    size_t feature_count;
};

/* Equal input gives equal bytes. A failure, also one that shows only at the close, is SINK_FAILED;
 * what was written so far stays for the caller to remove. After sink_environment_start. */
SINK_CHECKED enum sink_status sink_polygons_write(const struct sink_polygon_file *file,
                                                  struct sink_error *error);

#endif
