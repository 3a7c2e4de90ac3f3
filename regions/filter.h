/* Conditions on attributes that come from a job. */
#ifndef SINK_REGIONS_FILTER_H
#define SINK_REGIONS_FILTER_H

#include <stdbool.h>

/* Whether a condition is plain: comparisons of attributes, texts and numbers, with AND, OR, NOT,
 * IN, LIKE, BETWEEN and IS NULL. GeoPackages take any SQL, which could ask other tables, or never
 * end. `found` gets the beginning of what is not plain. */
bool sink_filter_is_plain(const char *condition, char found[32]);

#endif
