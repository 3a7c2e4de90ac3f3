/* Targets: how much of each is reached, and where the path leads. */
#include "pipelines/report/page.h"
#include "pipelines/report/svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDTH 420
#define HEIGHT 190
#define LEFT 56
#define RIGHT 396
#define TOP 14
#define BOTTOM 162
#define MOST_GAUGES 4 /* tops with gauges; the others are in the tables */

/* A target kind of a region of the top level. */
struct gauge {
    enum sink_target_kind kind;
    size_t region, target; /* of the track: the next one to come, or the last */
    enum sink_shown_quantity quantity;
    struct sink_scale scale;
    int first_year, last_year; /* of the axis */
    struct sink_svg_ticks ticks;
    double *values; /* [year of the track] */
};

static const struct sink_outlook *outlook_of(const struct sink_report *report,
                                             const struct gauge *gauge)
{
    return &report->track.outlooks[gauge->target * report->region_count + gauge->region];
}

static double x_of(const struct gauge *gauge, double year)
{
    return LEFT + (RIGHT - LEFT) * (year - gauge->first_year) /
                      fmax(gauge->last_year - gauge->first_year, 1);
}

static double y_of(const struct gauge *gauge, double value)
{
    const double top = gauge->ticks.first + gauge->ticks.step * (double)(gauge->ticks.count - 1);
    const double share =
        (value * gauge->scale.factor - gauge->ticks.first) / (top - gauge->ticks.first);
    return BOTTOM - (BOTTOM - TOP) * fmin(fmax(share, 0), 1);
}

static void set_axes(const struct sink_report *report, struct gauge *gauge)
{
    const struct sink_track *track = &report->track;
    const struct sink_trend *trend = &track->trends[gauge->kind][gauge->region];
    double low = INFINITY, high = -INFINITY;
    gauge->first_year = track->years[0];
    gauge->last_year = track->years[track->year_count - 1];
    for (size_t y = 0; y < track->year_count; y++) {
        low = fmin(low, gauge->values[y]);
        high = fmax(high, gauge->values[y]);
    }
    for (size_t t = 0; t < track->targets.count; t++) {
        const struct sink_target *target = &track->targets.items[t].target;
        if (target->kind != gauge->kind)
            continue;
        if (target->year > gauge->last_year)
            gauge->last_year = target->year;
        if (target->year < gauge->first_year)
            gauge->first_year = target->year;
        const struct sink_projection at = sink_trend_project(trend, target->year);
        const double ends[] = {target->value, at.value, at.lower, at.upper};
        for (int e = 0; e < 4; e++) { /* fmin and fmax leave out NaN */
            low = fmin(low, ends[e]);
            high = fmax(high, ends[e]);
        }
    }
    gauge->scale =
        sink_scale_of(gauge->quantity, sink_report_is_chinese(report), fmax(fabs(low), fabs(high)));
    gauge->ticks = sink_svg_ticks_make(low * gauge->scale.factor, high * gauge->scale.factor, 4);
}

static void draw_axes(struct sink_report *report, const struct gauge *gauge)
{
    struct sink_html *html = &report->html;
    char label[64];
    for (size_t i = 0; i < gauge->ticks.count; i++) {
        const double value = gauge->ticks.first + gauge->ticks.step * (double)i;
        const double y = BOTTOM - (BOTTOM - TOP) * (double)i / (double)(gauge->ticks.count - 1);
        sink_svg_line(html, "grid", LEFT, y, RIGHT, y);
        sink_svg_text(html, "tick", LEFT - 8, y + 4, "end",
                      sink_number(value, gauge->ticks.decimals).text);
    }
    const int years[] = {gauge->first_year, report->track.years[report->track.year_count - 1],
                         gauge->last_year};
    for (int i = 0; i < 3; i++) {
        const bool is_crowded = i > 0 && x_of(gauge, years[i]) - x_of(gauge, years[i - 1]) < 44;
        if (is_crowded && !(i == 2 && years[1] == years[0]))
            continue;
        snprintf(label, sizeof label, "%d", years[i]);
        sink_svg_text(html, "tick", x_of(gauge, years[i]), BOTTOM + 20,
                      i == 2   ? "end"
                      : i == 0 ? "start"
                               : "middle",
                      label);
    }
}

/* The line of the trend from the last year on, with its band. */
static void draw_path(struct sink_report *report, const struct gauge *gauge)
{
    struct sink_html *html = &report->html;
    const struct sink_track *track = &report->track;
    const struct sink_trend *trend = &track->trends[gauge->kind][gauge->region];
    const int from = track->years[track->year_count - 1], to = gauge->last_year;
    if (to <= from || isnan(trend->slope_per_yr))
        return;
    if (!isnan(sink_trend_project(trend, to).lower)) {
        sink_svg_path_open(html, "band");
        for (int year = from; year <= to; year++)
            sink_svg_path_point(html, year == from, x_of(gauge, year),
                                y_of(gauge, sink_trend_project(trend, year).upper));
        for (int year = to; year >= from; year--)
            sink_svg_path_point(html, false, x_of(gauge, year),
                                y_of(gauge, sink_trend_project(trend, year).lower));
        sink_svg_path_close(html, true);
    }
    sink_svg_path_open(html, "projected");
    sink_svg_path_point(html, true, x_of(gauge, from),
                        y_of(gauge, sink_trend_project(trend, from).value));
    sink_svg_path_point(html, false, x_of(gauge, to),
                        y_of(gauge, sink_trend_project(trend, to).value));
    sink_svg_path_close(html, false);
}

static void draw_values(struct sink_report *report, const struct gauge *gauge)
{
    struct sink_html *html = &report->html;
    const struct sink_track *track = &report->track;
    bool is_first = true;
    sink_svg_path_open(html, "observed");
    for (size_t y = 0; y < track->year_count; y++) {
        if (isnan(gauge->values[y]))
            continue;
        sink_svg_path_point(html, is_first, x_of(gauge, track->years[y]),
                            y_of(gauge, gauge->values[y]));
        is_first = false;
    }
    sink_svg_path_close(html, false);
    for (size_t y = 0; y < track->year_count; y++)
        if (!isnan(gauge->values[y]))
            sink_svg_circle(html, "dot", x_of(gauge, track->years[y]),
                            y_of(gauge, gauge->values[y]), 4);
    for (size_t t = 0; t < track->targets.count; t++) {
        const struct sink_target *target = &track->targets.items[t].target;
        if (target->kind != gauge->kind)
            continue;
        const double x = x_of(gauge, target->year), y = y_of(gauge, target->value);
        sink_svg_line(html, "target-line", LEFT, y, x, y);
        sink_svg_circle(html, "target", x, y, 5);
    }
}

/* The half circle: value over target. */
static void draw_dial(struct sink_report *report, const struct gauge *gauge, size_t number)
{
    struct sink_html *html = &report->html;
    const struct sink_target *target = &report->track.targets.items[gauge->target].target;
    const double reached = outlook_of(report, gauge)->least / target->value;
    const double centre[] = {90, 92};
    char label[64];
    sink_svg_open(html, "dial", 180, 104, number);
    snprintf(label, sizeof label, "%s %%", sink_number(100 * reached, 1).text);
    sink_svg_title(html, number, sink_report_word(report, "Share of the target that is reached"),
                   label);
    sink_svg_arc(html, "dial-all", centre, 76, 0, 1);
    sink_svg_arc(html, "dial-part", centre, 76, 0, fmin(fmax(reached, 0.002), 1));
    sink_svg_text(html, "dial-value", 90, 78, "middle", label);
    sink_svg_text(html, "tick", 90, 98, "middle", sink_report_word(report, "of the target"));
    sink_svg_close(html);
}

struct with_unit {
    char text[128];
};

/* A target as it was set: 67 %, 5.2 million m3. */
static struct with_unit as_set(double value, const struct gauge *gauge)
{
    struct with_unit shown;
    snprintf(shown.text, sizeof shown.text, "%.10g %s", value * gauge->scale.factor,
             gauge->scale.unit);
    return shown;
}

/* A difference: of shares in points. */
static struct with_unit step(const struct sink_report *report, double value,
                             const struct gauge *gauge)
{
    struct with_unit shown;
    const bool is_share = gauge->quantity == SINK_SHOWN_PERCENT;
    snprintf(shown.text, sizeof shown.text, "%s %s", sink_number_scaled(value, &gauge->scale).text,
             is_share ? sink_report_word(report, "points") : gauge->scale.unit);
    return shown;
}

static struct with_unit with_unit(double value, const struct gauge *gauge)
{
    struct with_unit shown;
    snprintf(shown.text, sizeof shown.text, "%s %s", sink_number_scaled(value, &gauge->scale).text,
             gauge->scale.unit);
    return shown;
}

static const char *meeting_of(const struct sink_outlook *outlook)
{
    switch (outlook->meeting) {
    case SINK_MEETING_MET:
        return "Met since {1}";
    case SINK_MEETING_EXPECTED:
        return "By this trend it is met in {1}";
    case SINK_MEETING_NEVER:
        return "Never met by this trend";
    case SINK_MEETING_UNSURE:
        return "Met only if {2} % of the land without data is forest";
    default:
        return "One year gives no trend";
    }
}

static void say_outlook(struct sink_report *report, const struct gauge *gauge)
{
    struct sink_html *html = &report->html;
    const struct sink_outlook *outlook = outlook_of(report, gauge);
    char year[16];
    sink_html_raw(html, "<ul class=\"outlook\">");
    snprintf(year, sizeof year, "%d", report->track.targets.items[gauge->target].target.year);
    if (!isnan(outlook->at_target.value)) {
        sink_html_raw(html, "<li>");
        sink_report_fill(report, "Projected for {1}: {2}", year,
                         with_unit(outlook->at_target.value, gauge).text);
        if (!isnan(outlook->at_target.lower)) {
            sink_html_raw(html, " (");
            sink_report_fill(report, "95 % interval: {1} to {2}",
                             sink_number_scaled(outlook->at_target.lower, &gauge->scale).text,
                             sink_number_scaled(outlook->at_target.upper, &gauge->scale).text);
            sink_html_raw(html, ")");
        }
        sink_html_raw(html, "</li>");
    }
    if (outlook->gap > 0) {
        sink_html_raw(html, "<li>");
        sink_report_fill(report, "Gap: {1}", step(report, outlook->gap, gauge).text, "");
        if (outlook->rate_needed_per_yr > 0) {
            sink_report_say(report, "; ");
            sink_report_fill(report, "needed a year: {1}",
                             step(report, outlook->rate_needed_per_yr, gauge).text, "");
        }
        sink_html_raw(html, "</li>");
    }
    snprintf(year, sizeof year, "%d", outlook->met_year);
    sink_html_raw(html, "<li>");
    sink_report_fill(report, meeting_of(outlook), year,
                     sink_number(100 * outlook->share_needed, 1).text);
    sink_html_raw(html, "</li></ul>");
}

static void draw_chart(struct sink_report *report, const struct gauge *gauge, const char *title)
{
    struct sink_html *html = &report->html;
    const size_t number = ++report->picture_count;
    char detail[256];
    snprintf(detail, sizeof detail, "%s: %s", sink_report_word(report, "Last value"),
             with_unit(outlook_of(report, gauge)->last, gauge).text);
    sink_svg_open(html, "chart", WIDTH, HEIGHT, number);
    sink_svg_title(html, number, title, detail);
    draw_axes(report, gauge);
    draw_path(report, gauge);
    draw_values(report, gauge);
    sink_svg_close(html);
}

static void add_gauge(struct sink_report *report, struct gauge *gauge)
{
    struct sink_html *html = &report->html;
    const struct sink_target *target = &report->track.targets.items[gauge->target].target;
    const bool is_share = gauge->kind == SINK_TARGET_FOREST_COVERAGE;
    const char *title =
        sink_report_word(report, is_share ? "Forest coverage" : "Forest stock volume");
    char year[16];
    set_axes(report, gauge);
    snprintf(year, sizeof year, "%d", target->year);
    sink_html_raw(html, "<figure class=\"panel gauge\"><figcaption><h3>");
    sink_html_text(html, title);
    if (report->top_count > 1) {
        sink_html_raw(html, ": ");
        sink_html_text(html, report->names[gauge->region]);
    }
    sink_html_raw(html, "</h3><p class=\"sub\">");
    sink_report_fill(report, "Target for {1}: {2}", year, as_set(target->value, gauge).text);
    sink_html_raw(html, "</p></figcaption><div class=\"gauge-parts\">");
    draw_dial(report, gauge, ++report->picture_count);
    say_outlook(report, gauge);
    sink_html_print(html, "</div><p class=\"axis\">%s</p>", gauge->scale.unit);
    draw_chart(report, gauge, title);
    sink_html_raw(html, "</figure>\n");
}

/* The next target of a kind after the last year with a value, or the last there is; false: none. */
static bool choose_target(const struct sink_report *report, struct gauge *gauge)
{
    const struct sink_track *track = &report->track;
    bool is_found = false;
    for (size_t t = 0; t < track->targets.count; t++) {
        const struct sink_target *target = &track->targets.items[t].target;
        if (target->kind != gauge->kind ||
            track->outlooks[t * track->region_count + gauge->region].last_year == 0)
            continue;
        if (is_found && track->targets.items[gauge->target].target.year >
                            track->outlooks[t * track->region_count + gauge->region].last_year)
            continue;
        gauge->target = t;
        is_found = true;
    }
    return is_found;
}

static void add_legend(struct sink_report *report)
{
    static const char *const items[][2] = {
        {"dot", "inventory"}, {"projected", "trend"}, {"target", "target"}};
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<ul class=\"legend\" aria-hidden=\"true\">");
    for (size_t i = 0; i < 3; i++) {
        sink_html_raw(html, "<li><svg class=\"key\" viewBox=\"0 0 24 12\">");
        if (i == 1)
            sink_svg_line(html, items[i][0], 1, 6, 23, 6);
        else
            sink_svg_circle(html, items[i][0], 12, 6, 4.5);
        sink_html_raw(html, "</svg>");
        sink_report_say(report, items[i][1]);
        sink_html_raw(html, "</li>");
    }
    sink_html_raw(html, "</ul>\n");
}

/* The tops with the most land, in their own order; their number. */
static size_t choose_tops(const struct sink_report *report, size_t tops[MOST_GAUGES])
{
    double least_ha = INFINITY; /* of those chosen so far */
    size_t last = 0, count = 0;
    for (; count < MOST_GAUGES && count < report->top_count; count++) {
        double best_ha = -INFINITY;
        size_t best = report->region_count;
        for (size_t i = 0; i < report->top_count; i++) {
            const size_t r = report->tops[i];
            const double land_ha = sink_report_at_last(report, report->land, r);
            const bool is_left = land_ha < least_ha || (land_ha == least_ha && r > last);
            if (is_left && land_ha > best_ha) {
                best_ha = land_ha;
                best = r;
            }
        }
        if (best == report->region_count)
            break;
        least_ha = best_ha;
        last = best;
        size_t at = count; /* sorted by place */
        for (; at > 0 && tops[at - 1] > best; at--)
            tops[at] = tops[at - 1];
        tops[at] = best;
    }
    return count;
}

void sink_report_gauges(struct sink_report *report)
{
    if (!report->has_track) {
        if (*report->track_fault) {
            sink_html_raw(&report->html, "<p class=\"note\">");
            sink_report_fill(report, "Targets are not shown: {1}", report->track_fault, "");
            sink_html_raw(&report->html, "</p>");
        }
        return;
    }
    size_t tops[MOST_GAUGES] = {0};
    const size_t top_count = choose_tops(report, tops);
    double *values = malloc((report->track.year_count + 1) * sizeof *values);
    if (!values) {
        report->html.has_failed = true;
        return;
    }
    sink_html_raw(&report->html, "<h3>");
    sink_report_say(report, "Targets");
    sink_html_raw(&report->html, "</h3>\n");
    if (!report->track.inventories[0].gives_targets)
        sink_report_paragraph(report, "note",
                              "The job gives no targets: these are the built-in ones.");
    sink_report_paragraph(report, "note", sink_track_method(report->track.year_count));
    add_legend(report);
    sink_html_raw(&report->html, "<div class=\"panels\">\n");
    for (size_t i = 0; i < top_count; i++)
        for (int k = 0; k < SINK_TARGET_KINDS; k++) {
            struct gauge gauge = {.kind = (enum sink_target_kind)k,
                                  .region = tops[i],
                                  .quantity = k == SINK_TARGET_FOREST_COVERAGE ? SINK_SHOWN_PERCENT
                                                                               : SINK_SHOWN_VOLUME,
                                  .values = values};
            if (!report->track.values[k] || !choose_target(report, &gauge))
                continue;
            sink_track_series(&report->track, gauge.kind, gauge.region, values);
            add_gauge(report, &gauge);
        }
    sink_html_raw(&report->html, "</div>\n");
    free(values);
}
