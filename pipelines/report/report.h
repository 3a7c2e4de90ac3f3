/* An inventory as one page of HTML: summary, maps, charts, tables, evidence.
 *
 * The page loads nothing from anywhere, has a strict Content-Security-Policy, and its script is
 * optional. It has no clock: the same inventory gives the same bytes. Whatever the inventory says
 * is escaped. */
#ifndef SINK_PIPELINES_REPORT_REPORT_H
#define SINK_PIPELINES_REPORT_REPORT_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct sink_report_settings {
    bool is_chinese;
    /* "density=50,100,150;sink=-1,0,1": where the classes of a map end; NULL: quantiles. */
    const char *breaks;
};

/* Writes the report of the inventory at `path` to `output`, whole or not at all. */
SINK_CHECKED enum sink_status sink_report_write(const char *path,
                                                const struct sink_report_settings *settings,
                                                const char *output, struct sink_error *error);

#endif
