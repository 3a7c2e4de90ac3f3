/* The parts of the short table: private to pipelines/summary*.c. */
#ifndef SINK_PIPELINES_SUMMARY_PARTS_H
#define SINK_PIPELINES_SUMMARY_PARTS_H

#include "pipelines/summary.h"

#include <jansson.h>

#define SINK_SUMMARY_LABEL_WIDTH 36

/* The text, and spaces up to `width` columns of a terminal. */
void sink_summary_pad(FILE *out, const char *text, int width);
/* Four significant places or more, never an exponent; "-" for NaN. */
void sink_summary_number(FILE *out, int width, double value);

/* summary_sections.c: what the account of one region says beside its totals, in the last year:
 * classes, IPCC land uses, overlays, other gases, memo lines, potential, value, what drives the
 * uncertainty. Sections without content are left out. */
SINK_CHECKED enum sink_status sink_summary_print_sections(FILE *out,
                                                          const struct sink_inventory *inventory,
                                                          size_t region, struct sink_error *error);
/* The same as members of an object. */
void sink_summary_json_sections(json_t *object, const struct sink_inventory *inventory,
                                size_t region);

#endif
