/* The top of the page: what, where, when, and the figures that everybody asks for. */
#include "sinkcalc/model/coverage_range.h"
#include "pipelines/report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A figure of the top level: with its interval where there is one top, as a sum of several has
 * none. */
struct card {
    const char *title;
    enum sink_shown_quantity quantity;
    double value, lower, upper;
};

static void open_card(struct sink_report *report, const char *title)
{
    sink_html_raw(&report->html, "<div class=\"card\"><dt>");
    sink_report_say(report, title);
    sink_html_raw(&report->html, "</dt><dd>");
}

static void close_card(struct sink_report *report)
{
    sink_html_raw(&report->html, "</dd></div>\n");
}

static void add_card(struct sink_report *report, const struct card *card)
{
    if (!isfinite(card->value))
        return;
    open_card(report, card->title);
    sink_report_figure(report, card->quantity, card->value);
    if (isfinite(card->lower) && isfinite(card->upper)) {
        sink_html_raw(&report->html, "<small>");
        sink_report_interval(report, card->quantity, card->value, card->lower, card->upper);
        sink_html_raw(&report->html, "</small>");
    }
    close_card(report);
}

static struct card top_card(const struct sink_report *report, const char *title,
                            enum sink_shown_quantity quantity, const double *const series[3])
{
    struct card card = {title, quantity, NAN, NAN, NAN};
    if (!series[0])
        return card;
    card.value = sink_report_top_sum(report, sink_report_last(report, series[0]));
    if (report->top_count == 1) {
        card.lower = sink_report_at_last(report, series[1], report->tops[0]);
        card.upper = sink_report_at_last(report, series[2], report->tops[0]);
    }
    return card;
}

/* Land without a class is neither forest nor not. */
static void add_coverage_range(struct sink_report *report, double forest_ha, double land_ha)
{
    static const char *const names[] = {"no_class_area", "unknown_class_area", "beyond_grid_area"};
    double unknown_ha = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const double *values = sink_report_reals(report, names[i], "time region");
        const double sum =
            values ? sink_report_top_sum(report, sink_report_last(report, values)) : 0;
        unknown_ha += isfinite(sum) ? sum : 0;
    }
    if (!(unknown_ha > 0))
        return;
    const struct sink_coverage_range range =
        sink_coverage_range_make(forest_ha, land_ha, unknown_ha);
    sink_html_raw(&report->html, "<small>");
    sink_report_fill(report, "{1} to {2} % with the land without data",
                     sink_number(100 * range.least, 1).text, sink_number(100 * range.most, 1).text);
    sink_html_raw(&report->html, "</small>");
}

static void add_coverage(struct sink_report *report)
{
    const double forest_ha = sink_report_top_sum(report, sink_report_last(report, report->forest));
    const double land_ha = sink_report_top_sum(report, sink_report_last(report, report->land));
    const struct sink_scale scale =
        sink_scale_of(SINK_SHOWN_AREA, sink_report_is_chinese(report), land_ha);
    if (!(land_ha > 0) || !isfinite(forest_ha))
        return;
    open_card(report, "Forest coverage");
    sink_report_figure(report, SINK_SHOWN_PERCENT, forest_ha / land_ha);
    sink_html_raw(&report->html, "<small>");
    char land[128];
    snprintf(land, sizeof land, "%s %s", sink_number_scaled(land_ha, &scale).text, scale.unit);
    sink_report_fill(report, "{1} of {2} of land", sink_number_scaled(forest_ha, &scale).text,
                     land);
    sink_html_raw(&report->html, "</small>");
    add_coverage_range(report, forest_ha, land_ha);
    close_card(report);
}

static void add_completeness(struct sink_report *report)
{
    double known = 0, all = 0;
    const double *areas = sink_report_reals(report, "region_area", "region");
    for (size_t i = 0; areas && report->completeness && i < report->top_count; i++) {
        const size_t r = report->tops[i];
        const double share = sink_report_at_last(report, report->completeness, r);
        if (isfinite(areas[r]) && isfinite(share)) {
            known += share * areas[r];
            all += areas[r];
        }
    }
    if (!(all > 0))
        return;
    open_card(report, "Completeness of the data");
    sink_report_figure(report, SINK_SHOWN_PERCENT, known / all);
    sink_html_raw(&report->html, "<small>");
    sink_report_say(report, "of the regions’ area has a land cover class");
    sink_html_raw(&report->html, "</small>");
    close_card(report);
}

static void add_cards(struct sink_report *report)
{
    static const double *const none[3];
    const double *const stock[] = {report->stock, report->stock_lower, report->stock_upper};
    const double *const sink[] = {report->sink, report->sink_lower, report->sink_upper};
    const double *const volume[] = {report->volume, report->volume_lower, report->volume_upper};
    const double *const balance[] = {
        sink_report_reals(report, "greenhouse_gas_balance", "time region"), none[0], none[0]};
    const struct card cards[] = {
        top_card(report, "Net sink", SINK_SHOWN_SINK, sink),
        top_card(report, "Carbon stock", SINK_SHOWN_CARBON, stock),
        top_card(report, "Forest stock volume", SINK_SHOWN_VOLUME, volume),
        top_card(report, "Balance of all gases, CO₂e", SINK_SHOWN_BALANCE, balance)};
    sink_html_raw(&report->html, "<dl class=\"cards\">\n");
    add_card(report, &cards[0]);
    add_card(report, &cards[1]);
    add_coverage(report);
    add_card(report, &cards[2]);
    add_card(report, &cards[3]);
    add_completeness(report);
    sink_html_raw(&report->html, "</dl>\n");
}

static void say_years(struct sink_report *report)
{
    for (size_t y = 0; y < report->year_count; y++)
        sink_html_print(&report->html, "%s%d", y > 0 ? ", " : "", report->years[y]);
}

static void say_method(struct sink_report *report)
{
    const double draws = sink_dataset_real(&report->data, NULL, "sinkcalc_draws");
    char count[64];
    snprintf(count, sizeof count, "%s", sink_number(draws, 0).text);
    sink_report_say(report, "IPCC 2006 Guidelines Vol. 4 with the 2019 Refinement");
    sink_report_say(report, "; ");
    if (draws > 0)
        sink_report_fill(report, "uncertainty by Monte Carlo of {1} draws (Approach 2)", count, "");
    else
        sink_report_say(report, "uncertainty by error propagation (Approach 1)");
}

static void open_fact(struct sink_report *report, const char *title)
{
    sink_html_raw(&report->html, "<div><dt>");
    sink_report_say(report, title);
    sink_html_raw(&report->html, "</dt><dd>");
}

static void add_facts(struct sink_report *report)
{
    sink_html_raw(&report->html, "<dl class=\"facts\">");
    open_fact(report, "Where");
    for (size_t i = 0; i < report->top_count && i < 3; i++) {
        sink_html_raw(&report->html, i > 0 ? ", <a href=\"" : "<a href=\"");
        sink_report_link(report, report->tops[i]);
        sink_html_raw(&report->html, "\">");
        sink_html_text(&report->html, report->names[report->tops[i]]);
        sink_html_raw(&report->html, "</a>");
    }
    char regions[64], levels[32];
    size_t count = 0; /* what a parent has outside its children is no region */
    for (size_t level = 0; level < report->level_count; level++)
        count += report->named_counts[level];
    snprintf(regions, sizeof regions, "%s", sink_number((double)count, 0).text);
    snprintf(levels, sizeof levels, "%zu", report->level_count);
    sink_html_raw(&report->html, report->top_count > 3 ? " …" : "");
    sink_report_say(report, "; ");
    sink_report_fill(report, "regions: {1}; levels: {2}", regions, levels);
    sink_html_raw(&report->html, "</dd></div>");
    open_fact(report, "When");
    say_years(report);
    sink_html_raw(&report->html, "</dd></div>");
    open_fact(report, "By which method");
    say_method(report);
    sink_html_raw(&report->html, "</dd></div></dl>\n");
}

void sink_report_summary(struct sink_report *report)
{
    sink_html_raw(&report->html, "<section id=\"summary\" aria-labelledby=\"summary-title\">\n");
    sink_report_heading(report, "summary", "Summary");
    add_facts(report);
    add_cards(report);
    if (report->top_count > 1)
        sink_report_paragraph(report, "note",
                              "Sums over the regions of the top level; intervals are given for "
                              "each region, as their errors do not add up.");
    sink_report_gauges(report);
    sink_html_raw(&report->html, "</section>\n");
}
