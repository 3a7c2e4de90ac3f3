/* The formats of an export: private to pipelines/export*.c and command_export.c. */
#ifndef SINK_PIPELINES_EXPORT_WRITE_H
#define SINK_PIPELINES_EXPORT_WRITE_H

#include "pipelines/export.h"
#include "pipelines/json_text.h"

/* How sheets and styles are to speak. */
enum sink_export_language { SINK_EXPORT_ENGLISH, SINK_EXPORT_CHINESE };

/* To an open file; whether all could be written shows when it is closed. */
void sink_export_csv(const struct sink_export *export, FILE *out);
void sink_export_json(const struct sink_export *export, FILE *out);
/* False without memory. */
bool sink_export_geojson(const struct sink_export *export, FILE *out);

#endif
