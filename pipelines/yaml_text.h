/* What the bytes of a YAML text must be before libyaml sees them, and its texts afterwards. */
#ifndef SINK_PIPELINES_YAML_TEXT_H
#define SINK_PIPELINES_YAML_TEXT_H

#include "pipelines/place.h"

#include <stdbool.h>
#include <stddef.h>

/* Notes the first of: too many bytes, UTF-16, bytes that are not UTF-8, control characters. */
bool sink_yaml_check_bytes(const char *text, size_t bytes, struct sink_placed_faults *faults);

/* A copy with other characters for the braces of {year} and {region_id}, as many as before, so that
 * places stay; NULL without memory. Caller frees. */
char *sink_yaml_hide_placeholders(const char *text, size_t bytes, size_t *hidden_bytes);
/* A copy with the braces as they were; NULL without memory. Caller frees. */
char *sink_yaml_show_placeholders(const char *hidden);

/* The last byte of the first control character that an escape has put into a hidden text, or -1. */
int sink_yaml_control(const char *text, size_t bytes);

#endif
