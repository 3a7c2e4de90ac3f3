/* The GeoPackage of an export: private to pipelines/export*.c and command_export.c. */
#ifndef SINK_PIPELINES_EXPORT_LAYERS_H
#define SINK_PIPELINES_EXPORT_LAYERS_H

#include "pipelines/export_fields.h"

/* A new file at the place, where nothing may be; what stands there after a failure is the caller's
 * to remove. After sink_environment_start. */
SINK_CHECKED enum sink_status sink_export_geopackage(const struct sink_export *export,
                                                     struct sink_export_place place,
                                                     enum sink_export_language language,
                                                     struct sink_error *error);

/* export_style.c: the QML of a choropleth of `field` in the last year over the regions of a level,
 * malloc'ed; NULL without memory, "" where no region has a value. */
char *sink_export_style(const struct sink_export *export, int level, size_t field,
                        enum sink_export_language language);

#endif
