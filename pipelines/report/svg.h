/* Charts and maps as SVG within a page: plain shapes, styled by classes of the page's own CSS. */
#ifndef SINK_PIPELINES_REPORT_SVG_H
#define SINK_PIPELINES_REPORT_SVG_H

#include "pipelines/report/html.h"

/* Opens a picture of that size in its own units. A reader who does not see it is told `title` and
 * `detail`; `number` tells pictures of a page apart. */
void sink_svg_open(struct sink_html *html, const char *class, double width, double height,
                   size_t number);
void sink_svg_title(struct sink_html *html, size_t number, const char *title, const char *detail);
void sink_svg_close(struct sink_html *html);

void sink_svg_rect(struct sink_html *html, const char *class, double x, double y, double width,
                   double height);
void sink_svg_line(struct sink_html *html, const char *class, double x1, double y1, double x2,
                   double y2);
void sink_svg_circle(struct sink_html *html, const char *class, double x, double y, double radius);
/* `anchor` is start, middle or end; `text` is escaped. */
void sink_svg_text(struct sink_html *html, const char *class, double x, double y,
                   const char *anchor, const char *text);
/* A line through points, "M1 2L3 4", begun with `is_first` and added to a path that is open. */
void sink_svg_path_open(struct sink_html *html, const char *class);
void sink_svg_path_point(struct sink_html *html, bool is_first, double x, double y);
void sink_svg_path_close(struct sink_html *html, bool is_area);
/* An arc of a gauge from share `from` to `to` of the half circle, left to right. */
void sink_svg_arc(struct sink_html *html, const char *class, const double centre[2], double radius,
                  double from, double to);

/* Round steps for an axis: the first at or below `low`, `count` of them until one is at or above
 * `high`. */
struct sink_svg_ticks {
    double first, step;
    size_t count; /* 2 or more */
    int decimals;
};
struct sink_svg_ticks sink_svg_ticks_make(double low, double high, size_t about);

#endif
