/* The option --breaks: private to pipelines/report. */
#ifndef SINK_PIPELINES_REPORT_BREAKS_H
#define SINK_PIPELINES_REPORT_BREAKS_H

#include "pipelines/report/page.h"

/* "density=50,100;sink=-1,0,1": measures by their keys, numbers in the unit of the map, ascending.
 * Says what is wrong with it. */
SINK_CHECKED enum sink_status sink_report_breaks_check(const char *text, struct sink_error *error);
/* Those of a measure, in the unit of its values; 0: none. `text` is checked, or NULL. */
size_t sink_report_breaks(const char *text, const struct sink_report_measure *measure,
                          double breaks[SINK_MAX_BREAKS]);

#endif
