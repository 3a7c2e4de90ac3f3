/* The GeoPackage of an export: private to pipelines/export*.c and command_export.c. */
#ifndef SINK_PIPELINES_EXPORT_LAYERS_H
#define SINK_PIPELINES_EXPORT_LAYERS_H

#include "pipelines/atomic_file.h"
#include "pipelines/export_fields.h"

/* After sink_environment_start. */
SINK_CHECKED enum sink_status sink_export_geopackage(const struct sink_export *export,
                                                     const struct sink_file_part *part,
                                                     enum sink_export_language language,
                                                     struct sink_error *error);

/* export_style.c: the QML of a choropleth of `field` in the last year over the regions of a level,
 * malloc'ed; NULL without memory, "" where no region has a value. */
char *sink_export_style(const struct sink_export *export, int level, size_t field,
                        enum sink_export_language language);

#endif
