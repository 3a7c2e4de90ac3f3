#include "pipelines/report/svg.h"

#include <math.h>

/* A coordinate with a decimal where it has one: 12 or 12.5. */
static void put(struct sink_html *html, double value)
{
    const double tenths = round(value * 10);
    if (fmod(tenths, 10) == 0)
        sink_html_print(html, "%.0f", tenths / 10 + 0.0);
    else
        sink_html_print(html, "%.1f", tenths / 10);
}

static void attribute(struct sink_html *html, const char *name, double value)
{
    sink_html_print(html, " %s=\"", name);
    put(html, value);
    sink_html_raw(html, "\"");
}

static void open_shape(struct sink_html *html, const char *shape, const char *class)
{
    sink_html_print(html, "<%s class=\"%s\"", shape, class);
}

void sink_svg_open(struct sink_html *html, const char *class, double width, double height,
                   size_t number)
{
    sink_html_print(html,
                    "<svg class=\"%s\" viewBox=\"0 0 %.0f "
                    "%.0f\" role=\"img\" aria-labelledby=\"t%zu d%zu\">",
                    class, width, height, number, number);
}

void sink_svg_title(struct sink_html *html, size_t number, const char *title, const char *detail)
{
    sink_html_print(html, "<title id=\"t%zu\">", number);
    sink_html_text(html, title);
    sink_html_print(html, "</title><desc id=\"d%zu\">", number);
    sink_html_text(html, detail);
    sink_html_raw(html, "</desc>");
}

void sink_svg_close(struct sink_html *html)
{
    sink_html_raw(html, "</svg>\n");
}

void sink_svg_rect(struct sink_html *html, const char *class, double x, double y, double width,
                   double height)
{
    open_shape(html, "rect", class);
    attribute(html, "x", x);
    attribute(html, "y", y);
    attribute(html, "width", fmax(width, 0));
    attribute(html, "height", fmax(height, 0));
    sink_html_raw(html, "/>");
}

void sink_svg_line(struct sink_html *html, const char *class, double x1, double y1, double x2,
                   double y2)
{
    open_shape(html, "line", class);
    attribute(html, "x1", x1);
    attribute(html, "y1", y1);
    attribute(html, "x2", x2);
    attribute(html, "y2", y2);
    sink_html_raw(html, "/>");
}

void sink_svg_circle(struct sink_html *html, const char *class, double x, double y, double radius)
{
    open_shape(html, "circle", class);
    attribute(html, "cx", x);
    attribute(html, "cy", y);
    attribute(html, "r", radius);
    sink_html_raw(html, "/>");
}

void sink_svg_text(struct sink_html *html, const char *class, double x, double y,
                   const char *anchor, const char *text)
{
    if (anchor[0] == 'e')
        sink_html_print(html, "<text class=\"%s end\"", class);
    else
        open_shape(html, "text", class);
    attribute(html, "x", x);
    attribute(html, "y", y);
    if (anchor[0] == 'm')
        sink_html_raw(html, " text-anchor=\"middle\"");
    sink_html_raw(html, ">");
    sink_html_text(html, text);
    sink_html_raw(html, "</text>");
}

void sink_svg_path_open(struct sink_html *html, const char *class)
{
    open_shape(html, "path", class);
    sink_html_raw(html, " d=\"");
}

void sink_svg_path_point(struct sink_html *html, bool is_first, double x, double y)
{
    sink_html_raw(html, is_first ? "M" : "L");
    put(html, x);
    sink_html_raw(html, " ");
    put(html, y);
}

void sink_svg_path_close(struct sink_html *html, bool is_area)
{
    sink_html_raw(html, is_area ? "Z\"/>" : "\"/>");
}

void sink_svg_arc(struct sink_html *html, const char *class, const double centre[2], double radius,
                  double from, double to)
{
    const double a = M_PI * (1 - from), b = M_PI * (1 - to);
    sink_svg_path_open(html, class);
    sink_svg_path_point(html, true, centre[0] + radius * cos(a), centre[1] - radius * sin(a));
    sink_html_raw(html, "A");
    put(html, radius);
    sink_html_raw(html, " ");
    put(html, radius);
    sink_html_raw(html, " 0 0 1 ");
    put(html, centre[0] + radius * cos(b));
    sink_html_raw(html, " ");
    put(html, centre[1] - radius * sin(b));
    sink_html_raw(html, "\"/>");
}

struct sink_svg_ticks sink_svg_ticks_make(double low, double high, size_t about)
{
    if (!(high > low)) {
        const double room = fabs(low) > 0 ? fabs(low) / 2 : 1;
        low -= low > 0 || low < 0 ? room : 0;
        high += room;
    }
    const double raw = (high - low) / (double)about, size = pow(10, floor(log10(raw)));
    const double lead = raw / size;
    const double step = size * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    struct sink_svg_ticks ticks = {.first = floor(low / step + 1e-9) * step, .step = step};
    ticks.count = (size_t)ceil((high - ticks.first) / step - 1e-9) + 1;
    if (ticks.count < 2)
        ticks.count = 2;
    const double places = -floor(log10(step) + 1e-9);
    ticks.decimals = places > 0 ? (int)places : 0;
    return ticks;
}
