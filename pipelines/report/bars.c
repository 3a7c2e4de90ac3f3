#include "pipelines/report/bars.h"

#include "pipelines/report/svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WIDTH 420
#define LABEL_WIDTH 148
#define VALUE_WIDTH 72
#define ROW 26
#define ROW_ABOVE 42
#define BAR 14
#define GAP 18
#define SIGNIFICANT 4    /* digits of the greatest */
#define ABOVE_COLUMNS 52 /* of a label above its bar */

struct sink_cut sink_text_cut(const char *text, size_t columns)
{
    struct sink_cut cut = {""};
    size_t used = 0, bytes = 0, keep = 0;
    while (text[bytes] && bytes + 8 < sizeof cut.text) {
        const unsigned char lead = (unsigned char)text[bytes];
        const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (strnlen(text + bytes, length) < length)
            break;
        used += lead >= 0xe2 && length >= 3 ? 2 : 1;
        if (used > columns)
            break;
        bytes += length;
        if (used < columns)
            keep = bytes;
    }
    if (text[bytes])
        snprintf(cut.text, sizeof cut.text, "%.*s…", (int)keep, text);
    else
        snprintf(cut.text, sizeof cut.text, "%s", text);
    return cut;
}

/* Where values lie on the chart. */
struct axis {
    double zero_x, units; /* pixels a value */
    double left, right;
    struct sink_scale scale;
};

static struct sink_scale scale_of(const struct sink_report *report,
                                  const struct sink_bar_chart *chart)
{
    double values[SINK_MAX_BARS], greatest = 0;
    for (size_t i = 0; i < chart->count; i++) {
        values[i] = chart->bars[i].value;
        greatest = fmax(greatest, fabs(values[i]));
    }
    struct sink_scale scale =
        sink_scale_of_all(chart->quantity, sink_report_is_chinese(report), values, chart->count);
    const int most = sink_number_decimals(greatest * scale.factor, SIGNIFICANT);
    scale.decimals = scale.decimals < most ? scale.decimals : most;
    return scale;
}

static struct axis make_axis(const struct sink_report *report, const struct sink_bar_chart *chart)
{
    double low = 0, high = 0;
    for (size_t i = 0; i < chart->count; i++) {
        const struct sink_bar *bar = &chart->bars[i];
        low = fmin(low, fmin(bar->value, isnan(bar->lower) ? bar->value : bar->lower));
        high = fmax(high, fmax(bar->value, isnan(bar->upper) ? bar->value : bar->upper));
    }
    struct axis axis = {.left = chart->labels_above ? 2 : LABEL_WIDTH,
                        .right = WIDTH - VALUE_WIDTH};
    const double span = high > low ? high - low : 1;
    axis.units = (axis.right - axis.left) / span;
    axis.zero_x = axis.left - low * axis.units;
    axis.scale = scale_of(report, chart);
    return axis;
}

static void draw_pieces(struct sink_html *html, const struct sink_bar_chart *chart,
                        const struct sink_bar *bar, const struct axis *axis, double y)
{
    double at = axis->zero_x;
    char class[32];
    for (size_t i = 0; i < chart->piece_count; i++) {
        const double width = bar->pieces[i] * axis->units;
        if (!(width > 0.05))
            continue;
        snprintf(class, sizeof class, "pool%zu", i);
        sink_svg_rect(html, class, at, y, width, BAR);
        at += width;
    }
}

static void draw_whisker(struct sink_html *html, const struct sink_bar *bar,
                         const struct axis *axis, double y)
{
    if (isnan(bar->lower) || isnan(bar->upper))
        return;
    const double from = axis->zero_x + bar->lower * axis->units;
    const double to = axis->zero_x + bar->upper * axis->units;
    sink_svg_path_open(html, "whisker");
    sink_svg_path_point(html, true, from, y - 3);
    sink_svg_path_point(html, false, from, y + 3);
    sink_svg_path_point(html, true, from, y);
    sink_svg_path_point(html, false, to, y);
    sink_svg_path_point(html, true, to, y - 3);
    sink_svg_path_point(html, false, to, y + 3);
    sink_svg_path_close(html, false);
}

static void draw_bar(struct sink_report *report, const struct sink_bar_chart *chart,
                     const struct sink_bar *bar, const struct axis *axis, double y)
{
    struct sink_html *html = &report->html;
    const double bar_y = chart->labels_above ? y + 20 : y + (ROW - BAR) / 2.0;
    const double end = axis->zero_x + bar->value * axis->units;
    const struct sink_cut cut =
        sink_text_cut(bar->label, chart->labels_above ? ABOVE_COLUMNS : SINK_SIDE_COLUMNS);
    sink_html_raw(html, "<g>");
    if (strcmp(cut.text, bar->label) != 0) { /* all of it at the pointer */
        sink_html_raw(html, "<title>");
        sink_html_text(html, bar->label);
        sink_html_raw(html, "</title>");
    }
    if (chart->labels_above)
        sink_svg_text(html, "label", axis->left, y + 14, "start", cut.text);
    else
        sink_svg_text(html, "label", LABEL_WIDTH - 10, bar_y + 11, "end", cut.text);
    if (chart->piece_count > 0)
        draw_pieces(html, chart, bar, axis, bar_y);
    else
        sink_svg_rect(html, bar->value < 0 ? "bar source" : "bar", fmin(axis->zero_x, end), bar_y,
                      fmax(fabs(end - axis->zero_x), 0.5), BAR);
    draw_whisker(html, bar, axis, bar_y + BAR / 2.0);
    sink_svg_text(html, "value", WIDTH - 2, bar_y + 11, "end",
                  sink_number_scaled(bar->value, &axis->scale).text);
    sink_html_raw(html, "</g>");
}

void sink_report_bars(struct sink_report *report, const struct sink_bar_chart *chart)
{
    struct sink_html *html = &report->html;
    const struct axis axis = make_axis(report, chart);
    const double row = chart->labels_above ? ROW_ABOVE : ROW;
    const double height = row * (double)chart->count + (chart->gap_after > 0 ? GAP : 0) + 4;
    if (chart->count == 0)
        return;
    const size_t number = ++report->picture_count;
    sink_html_raw(html, "<figure class=\"panel\"><figcaption><h3>");
    sink_html_text(html, chart->title);
    sink_html_raw(html, "</h3><p class=\"sub\">");
    sink_html_text(html, chart->sub);
    sink_html_print(html, "%s%s</p></figcaption>\n", *chart->sub ? ", " : "", axis.scale.unit);
    sink_svg_open(html, "chart", WIDTH, height, number);
    sink_svg_title(html, number, chart->title, chart->sub);
    double y = 2;
    for (size_t i = 0; i < chart->count; i++) {
        if (chart->gap_after > 0 && i == chart->gap_after) {
            sink_svg_line(html, "cut", 2, y + GAP / 2.0, WIDTH - 2, y + GAP / 2.0);
            y += GAP;
        }
        draw_bar(report, chart, &chart->bars[i], &axis, y);
        y += row;
    }
    if (!chart->labels_above)
        sink_svg_line(html, "zero", axis.zero_x, 0, axis.zero_x, height);
    sink_svg_close(html);
    sink_html_raw(html, "</figure>\n");
}
