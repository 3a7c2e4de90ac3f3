/* Horizontal bars with labels and values: private to pipelines/report. */
#ifndef SINK_PIPELINES_REPORT_BARS_H
#define SINK_PIPELINES_REPORT_BARS_H

#include "pipelines/report/page.h"

#define SINK_MAX_PIECES 8
#define SINK_MAX_BARS 24
#define SINK_SIDE_COLUMNS 17 /* of a label beside its bar */

struct sink_bar {
    const char *label;
    double value;        /* where the bar ends; of pieces their sum */
    double lower, upper; /* of a whisker; NaN: none */
    double pieces[SINK_MAX_PIECES];
};

struct sink_bar_chart {
    const char *title, *sub; /* in the page's language */
    struct sink_bar *bars;
    size_t count; /* up to SINK_MAX_BARS */
    enum sink_shown_quantity quantity;
    size_t piece_count; /* 0: one piece, coloured by its sign */
    bool labels_above;  /* long labels stand above their bars */
    size_t gap_after;   /* a dotted line after so many bars; 0: none */
};

/* A figure with heading and chart; nothing without bars. */
void sink_report_bars(struct sink_report *report, const struct sink_bar_chart *chart);

/* A text cut to so many columns, East Asian characters counting two, with an ellipsis. */
struct sink_cut {
    char text[256];
};
struct sink_cut sink_text_cut(const char *text, size_t columns);

#endif
