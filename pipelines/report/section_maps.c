/* Choropleths: one map a level, whose colours change with the measure that is chosen. */
#include "pipelines/report/breaks.h"
#include "pipelines/report/page.h"
#include "pipelines/report/svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRIP_PIXELS 34 /* below the map: what is pointed at, and the scale bar */
#define SHARE_OF_BAR 0.22
#define UNITS_UP_TO 400 /* so many regions have units with their figures on the map */

static bool is_drawn(const struct sink_report *report, size_t region, size_t level)
{
    return (size_t)report->levels[region] == level && report->kinds[region] != SINK_REGION_REST &&
           report->outlines.region_nodes[region] > 0;
}

static bool make_frame(struct sink_report *report, struct sink_map_frame *frame)
{
    bool *is_shown = calloc(report->region_count + 1, sizeof *is_shown);
    report->html.has_failed |= !is_shown;
    for (size_t r = 0; is_shown && r < report->region_count; r++)
        is_shown[r] = is_drawn(report, r, (size_t)report->levels[r]);
    const bool is_made = is_shown && sink_map_frame_make(&report->outlines, is_shown, frame);
    free(is_shown);
    return is_made;
}

/* The classes of a measure on a level. */
static struct sink_map_classes classes_of(struct sink_report *report, size_t measure, size_t level)
{
    struct sink_map_classes classes = {0};
    const struct sink_report_measure *what = &sink_report_measures[measure];
    double *values = malloc((report->region_count + 1) * sizeof *values), given[SINK_MAX_BREAKS];
    size_t count = 0;
    report->html.has_failed |= !values;
    for (size_t r = 0; values && r < report->region_count; r++)
        if (is_drawn(report, r, level))
            values[count++] = report->measures[measure][r];
    const size_t given_count = sink_report_breaks(report->settings->breaks, what, given);
    if (values && given_count > 0)
        classes = sink_map_classes_given(values, count, given, given_count, what->is_diverging);
    else if (values)
        classes = sink_map_classes_make(values, count, what->is_diverging);
    free(values);
    return classes;
}

/* How a measure is shown, for all regions. */
static struct sink_scale scale_of(struct sink_report *report, size_t measure)
{
    struct sink_scale scale = {0};
    const enum sink_shown_quantity quantity = sink_report_measures[measure].quantity;
    const size_t bytes = report->region_count * sizeof(double);
    double *values = malloc(bytes + 1);
    report->html.has_failed |= !values;
    if (values) {
        memcpy(values, report->measures[measure], bytes);
        scale = sink_scale_of_all(quantity, sink_report_is_chinese(report), values,
                                  report->region_count);
    }
    free(values);
    const int most = quantity == SINK_SHOWN_RATE ? 4 : report->region_count > UNITS_UP_TO ? 1 : 2;
    if (scale.decimals > most)
        scale.decimals = most;
    return scale;
}

/* A letter for each class of each measure: a path's class is a word of them. */
static char code_of(size_t measure, size_t class)
{
    static const char codes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01234567";
    _Static_assert(sizeof codes > (size_t)SINK_REPORT_MEASURES * (SINK_MAX_BREAKS + 1), "too few");
    return codes[measure * (SINK_MAX_BREAKS + 1) + class];
}

void sink_report_map_style(struct sink_report *report, struct sink_html *style)
{
    struct sink_map_frame frame;
    char colour[8];
    for (size_t level = 0; level < report->level_count; level++)
        sink_html_print(
            style,
            "#l%zu:checked~section .lv.l%zu{display:grid}"
            "#l%zu:checked~section label[for=l%zu]{background:var(--accent);color:var(--"
            "on-accent);border-color:var(--accent)}"
            "#l%zu:focus-visible~section label[for=l%zu]{outline:3px solid "
            "var(--focus);outline-offset:2px}\n",
            level, level, level, level, level, level);
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++) {
        if (!report->measures[m])
            continue;
        sink_html_print(
            style,
            "#m%zu:checked~section .by-m.m%zu{display:block}"
            "#m%zu:checked~section label[for=m%zu]{background:var(--accent);color:var(--"
            "on-accent);border-color:var(--accent)}"
            "#m%zu:focus-visible~section label[for=m%zu]{outline:3px solid "
            "var(--focus);outline-offset:2px}\n",
            m, m, m, m, m, m);
        for (size_t level = 0; level < report->level_count; level++) {
            if (report->level_counts[level] == 0 || report->outlines.region_count == 0)
                continue;
            const struct sink_map_classes classes = classes_of(report, m, level);
            for (size_t class = 0; class <= classes.break_count; class ++)
                sink_html_print(
                    style,
                    "#m%zu:checked~section .l%zu :is(.regions path,.scale rect)[class*=\"%c\"]"
                    "{fill:%s}",
                    m, level, code_of(m, class),
                    sink_palette_colour(sink_report_measures[m].palette, &classes, class, colour));
        }
        sink_html_raw(style, "\n");
    }
    if (report->outlines.region_count > 0 && make_frame(report, &frame))
        sink_html_print(style, ".map a text{transform:translate(%.0fpx,%.0fpx)}\n",
                        12 * frame.units_per_pixel,
                        frame.height + (STRIP_PIXELS - 12) * frame.units_per_pixel);
}

/* With as many decimals as it has. */
static struct sink_shown shown_break(double value)
{
    int decimals = 0;
    while (isfinite(value) && decimals < 6 &&
           fabs(value - round(value * pow(10, decimals)) / pow(10, decimals)) > 1e-7 * fabs(value))
        decimals++;
    return sink_number(value, decimals);
}

static void say_range(struct sink_report *report, const struct sink_map_classes *classes,
                      size_t class, double factor)
{
    struct sink_html *html = &report->html;
    const struct sink_shown low =
        shown_break(class > 0 ? classes->breaks[class - 1] * factor : NAN);
    const struct sink_shown high =
        shown_break(class < classes->break_count ? classes->breaks[class] * factor : NAN);
    if (classes->break_count == 0)
        sink_html_text(html, sink_number(classes->least * factor, 2).text);
    else if (class == 0)
        sink_html_print(html, "&lt; %s", high.text);
    else if (class == classes->break_count)
        sink_html_print(html, "≥ %s", low.text);
    else
        sink_html_print(html, "%s<span class=\"to\"> – </span>%s", low.text, high.text);
}

static void add_legend(struct sink_report *report, size_t measure, size_t level)
{
    struct sink_html *html = &report->html;
    const struct sink_report_measure *what = &sink_report_measures[measure];
    const struct sink_map_classes classes = classes_of(report, measure, level);
    const struct sink_scale scale =
        sink_scale_of(what->quantity, sink_report_is_chinese(report), 1);
    sink_html_print(html, "<div class=\"by-m m%zu\"><h3>", measure);
    sink_report_say(report, what->title);
    sink_html_print(html, "</h3><p class=\"sub\">%s", scale.unit);
    sink_html_print(html, ", %d</p><ol class=\"scale\">", report->years[report->year_count - 1]);
    for (size_t class = 0; class <= classes.break_count; class ++) {
        /* Classes on a side of 0 where no region is are not shown. */
        if (classes.is_diverging &&
            ((class < classes.break_count && class + 1 <= classes.break_count &&
              classes.breaks[class] <= classes.least && classes.breaks[class] <= 0) ||
             (class > 0 && classes.breaks[class - 1] > classes.greatest &&
              classes.breaks[class - 1] >= 0)))
            continue;
        sink_html_print(
            html,
            "<li><svg class=\"swatch\" viewBox=\"0 0 20 14\" aria-hidden=\"true\"><rect "
            "class=%c width=\"20\" height=\"14\"/></svg>",
            code_of(measure, class));
        say_range(report, &classes, class, scale.factor);
        sink_html_raw(html, "</li>");
    }
    sink_html_raw(html, "</ol><p class=\"note\">");
    sink_report_say(report, what->explanation);
    sink_html_raw(html, "</p></div>\n");
}

/* "Name; 123 t C/ha; 4.5 ..." in the order of the measures. */
static void say_region(struct sink_report *report, const struct sink_scale *scales, size_t region)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<text>");
    sink_html_text(html, report->names[region]);
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++) {
        if (!report->measures[m])
            continue;
        const double value = report->measures[m][region];
        const bool is_zero = !(value < 0 || value > 0) && isfinite(value);
        sink_html_print(html, "; %s", is_zero ? "0" : sink_number_scaled(value, &scales[m]).text);
        if (report->region_count <= UNITS_UP_TO)
            sink_html_print(html, " %s", scales[m].unit);
    }
    sink_html_raw(html, "</text>");
}

static void add_path(struct sink_report *report, const struct sink_map_frame *frame,
                     const struct sink_map_classes *classes, size_t region)
{
    struct sink_html *html = &report->html;
    char word[SINK_REPORT_MEASURES + 1];
    size_t length = 0;
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++) {
        const int class =
            report->measures[m] ? sink_map_class(&classes[m], report->measures[m][region]) : -1;
        if (class >= 0)
            word[length++] = code_of(m, (size_t) class);
    }
    word[length] = '\0';
    sink_html_print(html, length > 0 ? "<path class=%s d=\"" : "<path d=\"", word);
    if (!sink_map_outline_add(&report->outlines, frame, region, html))
        html->has_failed = true;
    sink_html_raw(html, "\"/>");
}

static void add_region(struct sink_report *report, const struct sink_map_frame *frame,
                       const struct sink_map_classes *classes, const struct sink_scale *scales,
                       size_t region)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<a href=");
    sink_report_link(report, region);
    sink_html_raw(html, ">");
    add_path(report, frame, classes, region);
    say_region(report, scales, region);
    sink_html_raw(html, "</a>\n");
}

/* Of a folded level: the script makes links of the paths, one for each row of the table. */
static void add_folded(struct sink_report *report, const struct sink_map_frame *frame,
                       const struct sink_map_classes *classes, size_t level)
{
    for (size_t r = 0; r < report->region_count; r++)
        if (is_drawn(report, r, level))
            add_path(report, frame, classes, r);
        else if ((size_t)report->levels[r] == level)
            sink_html_raw(&report->html, "<path/>");
}

static void add_regions(struct sink_report *report, const struct sink_map_frame *frame,
                        size_t level)
{
    struct sink_map_classes classes[SINK_REPORT_MEASURES];
    struct sink_scale scales[SINK_REPORT_MEASURES];
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++) {
        if (!report->measures[m])
            continue;
        classes[m] = classes_of(report, m, level);
        scales[m] = scale_of(report, m);
    }
    for (size_t r = 0; r < report->region_count; r++)
        if (is_drawn(report, r, level) && !report->is_folded[level])
            add_region(report, frame, classes, scales, r);
    if (report->is_folded[level])
        add_folded(report, frame, classes, level);
}

/* The borders of the level above, over the map. */
static void add_borders(struct sink_report *report, const struct sink_map_frame *frame,
                        size_t level)
{
    bool is_open = false;
    for (size_t r = 0; level > 1 && r < report->region_count; r++) {
        if (!is_drawn(report, r, level - 1))
            continue;
        if (!is_open)
            sink_html_raw(&report->html, "<path class=\"border\" d=\"");
        is_open = true;
        sink_html_raw(&report->html, "M0 0"); /* each outline begins at the corner */
        if (!sink_map_outline_add(&report->outlines, frame, r, &report->html))
            report->html.has_failed = true;
    }
    if (is_open)
        sink_html_raw(&report->html, "\"/>\n");
}

static void add_scale_bar(struct sink_report *report, const struct sink_map_frame *frame)
{
    struct sink_html *html = &report->html;
    const double unit = frame->units_per_pixel;
    double length;
    char label[64];
    const double metres = sink_map_scale_bar(frame, SHARE_OF_BAR, &length);
    const double x = frame->width - 14 * unit - length;
    const double y = frame->height + (STRIP_PIXELS - 8) * unit;
    snprintf(label, sizeof label, "%s %s", sink_number(metres / (metres < 1000 ? 1 : 1000), 0).text,
             metres < 1000 ? "m" : "km");
    sink_svg_path_open(html, "scale-bar");
    sink_svg_path_point(html, true, x, y - 5 * unit);
    sink_svg_path_point(html, false, x, y);
    sink_svg_path_point(html, false, x + length, y);
    sink_svg_path_point(html, false, x + length, y - 5 * unit);
    sink_svg_path_close(html, false);
    sink_svg_text(html, "scale-text", x + length / 2, y - 6 * unit, "middle", label);
}

static const char *projection_name(const struct sink_map_frame *frame)
{
    return frame->projection.kind == SINK_MAP_ALBERS ? "Albers equal-area conic projection"
           : frame->projection.kind == SINK_MAP_EQUAL_EARTH
               ? "Equal Earth projection"
               : "Lambert azimuthal equal-area projection";
}

void sink_report_maps(struct sink_report *report, size_t level)
{
    struct sink_html *html = &report->html;
    struct sink_map_frame frame;
    bool is_any = false;
    for (size_t r = 0; r < report->region_count; r++)
        is_any = is_any || is_drawn(report, r, level);
    if (!is_any || !make_frame(report, &frame)) {
        sink_report_paragraph(report, "note", "The regions of this level have no outlines.");
        return;
    }
    const size_t number = ++report->picture_count;
    sink_html_raw(html, "<figure class=\"panel map-panel\">");
    sink_html_print(html,
                    "<svg class=\"map u%.0f%s\" viewBox=\"0 0 %.0f "
                    "%.0f\" role=\"group\" aria-labelledby=\"t%zu\" aria-describedby=\"d%zu\">",
                    frame.units_per_pixel, report->is_folded[level] ? " folded" : "", frame.width,
                    frame.height + STRIP_PIXELS * frame.units_per_pixel, number, number);
    sink_svg_title(html, number, sink_report_word(report, "Map of the regions"),
                   sink_report_word(report, "Each region is a link to its figures; its name and "
                                            "values show where it is pointed at or focused."));
    sink_html_raw(html, "<g class=\"regions\">\n");
    add_regions(report, &frame, level);
    sink_html_raw(html, "</g>");
    add_borders(report, &frame, level);
    add_scale_bar(report, &frame);
    sink_svg_close(html);
    sink_html_raw(html, "<figcaption>\n");
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++)
        if (report->measures[m])
            add_legend(report, m, level);
    sink_html_raw(html, "<p class=\"note projection\">");
    sink_report_say(report, projection_name(&frame));
    sink_html_raw(html, "</p></figcaption></figure>\n");
}
