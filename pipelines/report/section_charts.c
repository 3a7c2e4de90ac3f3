/* Charts of the top level: stocks, the sink over time, who adds what, what the uncertainty is from.
 */
#include "pipelines/report/bars.h"
#include "pipelines/report/svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BARS SINK_MAX_BARS
#define WIDTH 420
#define HEIGHT 240
#define LEFT 62
#define RIGHT 410
#define TOP 12
#define BOTTOM 208

/* carbon_stock_by_cover of the last year, pools of a class, over the top level. */
static double stock_of(const struct sink_report *report, const double *stocks, size_t cover,
                       size_t pool)
{
    const size_t row =
        ((report->year_count - 1) * report->cover_count + cover) * report->pool_count + pool;
    return sink_report_top_sum(report, stocks + row * report->region_count);
}

static size_t pieces_of(const struct sink_report *report)
{
    return report->pool_count < SINK_MAX_PIECES ? report->pool_count : SINK_MAX_PIECES;
}

static void add_pool_legend(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    char class[32];
    sink_html_raw(html, "<ul class=\"legend\">");
    for (size_t i = 0; i < pieces_of(report); i++) {
        snprintf(class, sizeof class, "pool%zu", i);
        sink_html_raw(html,
                      "<li><svg class=\"swatch\" viewBox=\"0 0 20 14\" aria-hidden=\"true\">");
        sink_svg_rect(html, class, 0, 0, 20, 14);
        sink_html_raw(html, "</svg>");
        sink_html_text(html, sink_report_name(report, report->pools[i]).text);
        sink_html_raw(html, "</li>");
    }
    sink_html_raw(html, "</ul>\n");
}

/* Bars of ecosystems in pieces of pools, where classes tell the ecosystem; false where the sums are
 * not those of the inventory: a job may place land in ecosystems by layers of their own. */
static bool fill_ecosystems(const struct sink_report *report, const double *stocks,
                            const double *totals, struct sink_bar *bars)
{
    for (size_t c = 0; c < report->cover_count; c++) {
        const int class = sink_class_list_find(&report->classes, report->covers[c]);
        size_t e = 0;
        while (class >= 0 && e < report->ecosystem_count &&
               strcmp(report->ecosystems[e],
                      sink_ecosystem_name(report->classes.items[class].ecosystem)) != 0)
            e++;
        if (class < 0 || e == report->ecosystem_count || e >= MOST_BARS)
            return false;
        for (size_t p = 0; p < pieces_of(report); p++) {
            const double stock = stock_of(report, stocks, c, p);
            bars[e].pieces[p] += isfinite(stock) ? stock : 0;
        }
    }
    for (size_t e = 0; e < report->ecosystem_count && e < MOST_BARS; e++) {
        double sum = 0;
        for (size_t p = 0; p < pieces_of(report); p++)
            sum += bars[e].pieces[p];
        const double total = sink_report_top_sum(
            report, totals + ((report->year_count - 1) * report->ecosystem_count + e) *
                                 report->region_count);
        if (!(fabs(sum - total) <= 1e-6 * fmax(fabs(total), 1)))
            return false;
    }
    return true;
}

static void draw_ecosystems(struct sink_report *report)
{
    const double *stocks =
        sink_report_reals(report, "carbon_stock_by_cover", "time cover pool region");
    const double *totals =
        sink_report_reals(report, "ecosystem_carbon_stock", "time ecosystem region");
    struct sink_bar bars[MOST_BARS] = {0};
    struct sink_name names[MOST_BARS];
    char year[16];
    if (!totals || !report->ecosystems)
        return;
    const bool is_split =
        stocks && report->pools && report->covers && fill_ecosystems(report, stocks, totals, bars);
    size_t count = 0;
    for (size_t e = 0; e < report->ecosystem_count && e < MOST_BARS; e++) {
        struct sink_bar bar = bars[e];
        names[count] = sink_report_name(report, report->ecosystems[e]);
        bar.label = names[count].text;
        bar.lower = bar.upper = NAN;
        bar.value = sink_report_top_sum(
            report, totals + ((report->year_count - 1) * report->ecosystem_count + e) *
                                 report->region_count);
        if (bar.value > 0)
            bars[count++] = bar;
    }
    snprintf(year, sizeof year, "%d", report->years[report->year_count - 1]);
    struct sink_bar_chart chart = {
        .title = sink_report_word(report, "Carbon stock by ecosystem and pool"),
        .sub = year,
        .bars = bars,
        .count = count,
        .quantity = SINK_SHOWN_CARBON,
        .piece_count = is_split ? pieces_of(report) : 0};
    sink_report_bars(report, &chart);
}

/* A row of the last year for each class: its pools together. */
static void draw_classes(struct sink_report *report, const char *variable, const char *title,
                         enum sink_shown_quantity quantity, bool is_split)
{
    const double *values = sink_report_reals(report, variable, "time cover pool region");
    struct sink_bar bars[MOST_BARS] = {0};
    struct sink_name names[MOST_BARS];
    char year[16];
    size_t count = 0;
    for (size_t c = 0; values && c < report->cover_count && count < MOST_BARS; c++) {
        struct sink_bar bar = {.lower = NAN, .upper = NAN};
        for (size_t p = 0; p < report->pool_count; p++) {
            const double value = stock_of(report, values, c, p);
            bar.value += isfinite(value) ? value : 0;
            if (p < SINK_MAX_PIECES)
                bar.pieces[p] = isfinite(value) ? value : 0;
        }
        names[count] = sink_report_class(report, report->covers[c]);
        bar.label = names[count].text;
        if (bar.value < 0 || bar.value > 0)
            bars[count++] = bar;
    }
    snprintf(year, sizeof year, "%d", report->years[report->year_count - 1]);
    const struct sink_bar_chart chart = {.title = sink_report_word(report, title),
                                         .sub = year,
                                         .bars = bars,
                                         .count = count,
                                         .quantity = quantity,
                                         .piece_count = is_split ? pieces_of(report) : 0};
    sink_report_bars(report, &chart);
}

/* The sink over time: each period a step, with its band where there is one top. */
struct timeline {
    double first_year, last_year;
    struct sink_svg_ticks ticks;
    struct sink_scale scale;
};

static double x_of(const struct timeline *time, double year)
{
    return LEFT + (RIGHT - LEFT) * (year - time->first_year) / (time->last_year - time->first_year);
}

static double y_of(const struct timeline *time, double value)
{
    const double top = time->ticks.step * (double)(time->ticks.count - 1);
    return BOTTOM - (BOTTOM - TOP) * (value * time->scale.factor - time->ticks.first) / top;
}

static double period_value(const struct sink_report *report, const double *values, size_t year)
{
    return values ? sink_report_top_sum(report, values + year * report->region_count) : NAN;
}

static bool has_period(const struct sink_report *report, size_t year)
{
    return isfinite(report->period_starts[year]) &&
           isfinite(period_value(report, report->sink, year));
}

static bool set_timeline(const struct sink_report *report, struct timeline *time)
{
    double low = 0, high = 0;
    bool is_any = false;
    *time = (struct timeline){.first_year = INFINITY, .last_year = -INFINITY};
    for (size_t y = 0; y < report->year_count; y++) {
        if (!has_period(report, y))
            continue;
        is_any = true;
        time->first_year = fmin(time->first_year, report->period_starts[y]);
        time->last_year = fmax(time->last_year, report->years[y]);
        const double *const rows[] = {report->sink, report->sink_lower, report->sink_upper};
        for (int i = 0; i < (report->top_count == 1 ? 3 : 1); i++) {
            const double value = period_value(report, rows[i], y);
            low = isnan(value) ? low : fmin(low, value);
            high = isnan(value) ? high : fmax(high, value);
        }
    }
    if (!is_any || !(time->last_year > time->first_year))
        return false;
    time->scale = sink_scale_of(SINK_SHOWN_SINK, sink_report_is_chinese(report), fmax(high, -low));
    time->ticks = sink_svg_ticks_make(low * time->scale.factor, high * time->scale.factor, 5);
    return true;
}

static void draw_grid(struct sink_html *html, const struct timeline *time)
{
    for (size_t i = 0; i < time->ticks.count; i++) {
        const double value = time->ticks.first + time->ticks.step * (double)i;
        const double y = BOTTOM - (BOTTOM - TOP) * (double)i / (double)(time->ticks.count - 1);
        sink_svg_line(html, fabs(value) < time->ticks.step / 2 ? "zero" : "grid", LEFT, y, RIGHT,
                      y);
        sink_svg_text(html, "tick", LEFT - 8, y + 4, "end",
                      sink_number(value, time->ticks.decimals).text);
    }
}

static void draw_period(struct sink_report *report, const struct timeline *time, size_t year)
{
    struct sink_html *html = &report->html;
    const double from = x_of(time, report->period_starts[year]);
    const double to = x_of(time, report->years[year]);
    const double value = period_value(report, report->sink, year);
    const double lower =
        report->top_count == 1 ? period_value(report, report->sink_lower, year) : NAN;
    const double upper =
        report->top_count == 1 ? period_value(report, report->sink_upper, year) : NAN;
    sink_html_print(html, "<g><title>%.0f–%d: %s %s</title>", report->period_starts[year],
                    report->years[year], sink_number_scaled(value, &time->scale).text,
                    time->scale.unit);
    if (isfinite(lower) && isfinite(upper))
        sink_svg_rect(html, "band", from, y_of(time, upper), to - from,
                      y_of(time, lower) - y_of(time, upper));
    sink_svg_line(html, "observed", from, y_of(time, value), to, y_of(time, value));
    sink_svg_text(html, "value", (from + to) / 2, y_of(time, value) - 8, "middle",
                  sink_number_scaled(value, &time->scale).text);
    sink_html_raw(html, "</g>");
}

static void draw_years(struct sink_report *report, const struct timeline *time)
{
    char label[16];
    double last_x = -100;
    for (size_t y = 0; y < report->year_count; y++) {
        const double x = x_of(time, report->years[y]);
        if (report->years[y] < time->first_year || x - last_x < 40)
            continue;
        last_x = x;
        snprintf(label, sizeof label, "%d", report->years[y]);
        sink_svg_line(&report->html, "grid", x, BOTTOM, x, BOTTOM + 5);
        sink_svg_text(&report->html, "tick", x, BOTTOM + 22,
                      x > RIGHT - 16  ? "end"
                      : x < LEFT + 16 ? "start"
                                      : "middle",
                      label);
    }
}

static void draw_timeline(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    struct timeline time;
    if (!report->sink || !set_timeline(report, &time))
        return;
    const size_t number = ++report->picture_count;
    const char *title = sink_report_word(report, "Net sink over time");
    sink_html_raw(html, "<figure class=\"panel\"><figcaption><h3>");
    sink_html_text(html, title);
    sink_html_print(html, "</h3><p class=\"sub\">%s", time.scale.unit);
    if (report->top_count == 1 && report->sink_lower) {
        sink_html_raw(html, ", ");
        sink_report_say(report, "band: 95 % interval");
    }
    sink_html_raw(html, "</p></figcaption>\n");
    sink_svg_open(html, "chart", WIDTH, HEIGHT, number);
    sink_svg_title(html, number, title, sink_report_word(report, "mean of each period"));
    draw_grid(html, &time);
    for (size_t y = 0; y < report->year_count; y++)
        if (has_period(report, y))
            draw_period(report, &time, y);
    draw_years(report, &time);
    sink_svg_close(html);
    sink_html_raw(html, "</figure>\n");
}

/* What adds most to the variance of a total. */
static void draw_drivers(struct sink_report *report, const char *variable, const char *title)
{
    char share_name[64];
    struct sink_name labels[MOST_BARS];
    struct sink_bar bars[MOST_BARS] = {0};
    size_t count = 0;
    snprintf(share_name, sizeof share_name, "%s_share", variable);
    const struct sink_dataset_variable *names = sink_dataset_find(&report->data, variable);
    const double *shares = sink_report_reals(report, share_name, "driver region");
    const size_t drivers = sink_report_length(report, "driver");
    if (!names || !names->texts || !shares || report->top_count != 1 ||
        names->info.count != drivers * report->region_count)
        return;
    for (size_t i = 0; i < drivers && count < MOST_BARS; i++) {
        const size_t at = i * report->region_count + report->tops[0];
        labels[count] = sink_report_driver(report, names->texts[at]);
        if (*labels[count].text && isfinite(shares[at])) {
            bars[count] = (struct sink_bar){
                .label = labels[count].text, .value = shares[at], .lower = NAN, .upper = NAN};
            count++;
        }
    }
    const struct sink_bar_chart chart = {.title = sink_report_word(report, title),
                                         .sub = sink_report_word(report, "share of the variance"),
                                         .bars = bars,
                                         .count = count,
                                         .quantity = SINK_SHOWN_PERCENT,
                                         .labels_above = true};
    sink_report_bars(report, &chart);
}

void sink_report_charts(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<section id=\"charts\" aria-labelledby=\"charts-title\">\n");
    sink_report_heading(report, "charts", "Charts");
    if (report->pools)
        add_pool_legend(report);
    sink_html_raw(html, "<div class=\"columns\">\n");
    draw_ecosystems(report);
    draw_classes(report, "carbon_stock_by_cover", "Carbon stock by land cover and pool",
                 SINK_SHOWN_CARBON, true);
    draw_timeline(report);
    draw_classes(report, "net_removal_by_cover", "Net sink by land cover", SINK_SHOWN_SINK, false);
    draw_drivers(report, "total_carbon_stock_driver", "What the uncertainty of the stock is from");
    draw_drivers(report, "total_net_removal_driver", "What the uncertainty of the sink is from");
    sink_html_raw(html, "</div>\n");
    sink_report_transitions(report);
    sink_html_raw(html, "</section>\n");
}
