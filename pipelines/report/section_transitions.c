/* Land that went from class to class, as a table whose cells are the darker the more there is. */
#include "pipelines/report/page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SHADES 5

struct matrix {
    const double *values; /* cover_transition_area */
    size_t count, year;
    struct sink_scale scale;
    double greatest; /* off the diagonal */
};

static double cell(const struct sink_report *report, const struct matrix *matrix, size_t from,
                   size_t to)
{
    const size_t row = (matrix->year * matrix->count + from) * matrix->count + to;
    return sink_report_top_sum(report, matrix->values + row * report->region_count);
}

/* Does the class lose or gain any land, or keep any? */
static bool is_used(const struct sink_report *report, const struct matrix *matrix, size_t class)
{
    for (size_t i = 0; i < matrix->count; i++)
        if (cell(report, matrix, class, i) > 0 || cell(report, matrix, i, class) > 0)
            return true;
    return false;
}

static void measure(struct sink_report *report, struct matrix *matrix)
{
    double *all = malloc((matrix->count * matrix->count + 1) * sizeof *all);
    size_t count = 0;
    report->html.has_failed |= !all;
    for (size_t i = 0; all && i < matrix->count; i++)
        for (size_t j = 0; j < matrix->count; j++) {
            if (i == j)
                continue;
            all[count] = cell(report, matrix, i, j);
            matrix->greatest = fmax(matrix->greatest, all[count++]);
        }
    /* Three places before the point at the most changed: most cells hold far less. */
    matrix->scale =
        sink_scale_of(SINK_SHOWN_AREA, sink_report_is_chinese(report), matrix->greatest / 100);
    for (size_t i = 0; all && i < count; i++)
        all[i] *= matrix->scale.factor;
    const int wanted = sink_scale_of_all(SINK_SHOWN_DENSITY, false, all, count).decimals;
    matrix->scale.decimals = wanted > 1 ? 1 : wanted;
    free(all);
}

static void add_head(struct sink_report *report, const struct matrix *matrix)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<caption>");
    char from[16], to[16];
    snprintf(from, sizeof from, "%.0f", report->period_starts[matrix->year]);
    snprintf(to, sizeof to, "%d", report->years[matrix->year]);
    sink_report_fill(report, "Land by its class in {1} (rows) and in {2} (columns)", from, to);
    sink_html_print(html, ", %s</caption><thead><tr><td></td>", matrix->scale.unit);
    for (size_t j = 0; j < matrix->count; j++) {
        if (!is_used(report, matrix, j))
            continue;
        sink_html_raw(html, "<th scope=\"col\">");
        sink_html_text(html, sink_report_class(report, report->covers[j]).text);
        sink_html_raw(html, "</th>");
    }
    sink_html_raw(html, "</tr></thead><tbody>\n");
}

static void add_cell(struct sink_report *report, const struct matrix *matrix, size_t i, size_t j)
{
    struct sink_html *html = &report->html;
    const double area_ha = cell(report, matrix, i, j);
    if (!(area_ha > 0)) {
        sink_html_raw(html, "<td class=\"none\">·</td>");
        return;
    }
    if (i == j)
        sink_html_raw(html, "<td class=\"kept\">");
    else /* by the cube root: areas spread over orders of magnitude */
        sink_html_print(html, "<td class=\"shade%d\">",
                        (int)fmin(SHADES, 1 + SHADES * cbrt(area_ha / matrix->greatest) * 0.999));
    const double least = pow(10, -matrix->scale.decimals);
    if (area_ha * matrix->scale.factor < least / 2)
        sink_html_print(html, "&lt;%s</td>", sink_number(least, matrix->scale.decimals).text);
    else
        sink_html_print(html, "%s</td>", sink_number_scaled(area_ha, &matrix->scale).text);
}

void sink_report_transitions(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    struct matrix matrix = {.values = sink_report_reals(report, "cover_transition_area",
                                                        "time cover_from cover region"),
                            .count = report->cover_count,
                            .year = report->year_count - 1};
    if (!matrix.values || !report->covers || matrix.count == 0 ||
        sink_report_length(report, "cover_from") != matrix.count ||
        !isfinite(report->period_starts[matrix.year]))
        return;
    measure(report, &matrix);
    sink_html_raw(html, "<h3>");
    sink_report_say(report, "Land-use change");
    sink_html_raw(html,
                  "</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    sink_report_say(report, "Land-use change");
    sink_html_raw(html, "\"><table class=\"matrix\">");
    add_head(report, &matrix);
    for (size_t i = 0; i < matrix.count; i++) {
        if (!is_used(report, &matrix, i))
            continue;
        sink_html_raw(html, "<tr><th scope=\"row\">");
        sink_html_text(html, sink_report_class(report, report->covers[i]).text);
        sink_html_raw(html, "</th>");
        for (size_t j = 0; j < matrix.count; j++)
            if (is_used(report, &matrix, j))
                add_cell(report, &matrix, i, j);
        sink_html_raw(html, "</tr>\n");
    }
    sink_html_raw(html, "</tbody></table></div>\n");
}
