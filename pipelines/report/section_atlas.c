/* What there is of every level: maps, ranking, tables, with a switch that works without a script.
 */
#include "pipelines/report/page.h"

#include <stdio.h>

/* Radio buttons come before what they switch; their labels stand in the sections. */
static void add_switches(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    for (size_t level = 0; level < report->level_count; level++)
        if (report->level_counts[level] > 0)
            sink_html_print(html,
                            "<input class=\"switch\" type=\"radio\" name=\"level\" id=\"l%zu\"%s>",
                            level, level == report->first_level ? " checked" : "");
    bool is_first = true;
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++) {
        if (!report->measures[m])
            continue;
        sink_html_print(html,
                        "<input class=\"switch\" type=\"radio\" name=\"measure\" id=\"m%zu\"%s>", m,
                        is_first ? " checked" : "");
        is_first = false;
    }
    sink_html_raw(html, "\n");
}

static void add_level_labels(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    char number[32], count[64];
    if (report->level_count < 2)
        return;
    sink_html_raw(html, "<div class=\"switcher\"><span>");
    sink_report_say(report, "Level of regions");
    sink_html_raw(html, "</span>");
    for (size_t level = 0; level < report->level_count; level++) {
        if (report->level_counts[level] == 0)
            continue;
        snprintf(number, sizeof number, "%zu", level);
        snprintf(count, sizeof count, "%s",
                 sink_number((double)report->named_counts[level], 0).text);
        sink_html_print(html, "<label for=\"l%zu\">", level);
        sink_report_fill(report, level == 0 ? "Top ({2})" : "Level {1} ({2})", number, count);
        sink_html_raw(html, "</label>");
    }
    sink_html_raw(html, "</div>\n");
}

static void add_measure_labels(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<div class=\"switcher\"><span>");
    sink_report_say(report, "Map of");
    sink_html_raw(html, "</span>");
    for (size_t m = 0; m < SINK_REPORT_MEASURES; m++) {
        if (!report->measures[m])
            continue;
        sink_html_print(html, "<label for=\"m%zu\">", m);
        sink_report_say(report, sink_report_measures[m].title);
        sink_html_raw(html, "</label>");
    }
    sink_html_raw(html, "</div>\n");
}

static void add_levels(struct sink_report *report, const char *class,
                       void (*add)(struct sink_report *, size_t))
{
    for (size_t level = 0; level < report->level_count; level++) {
        if (report->level_counts[level] == 0)
            continue;
        sink_html_print(&report->html, "<div class=\"lv l%zu %s\">\n", level, class);
        add(report, level);
        sink_html_raw(&report->html, "</div>\n");
    }
}

static void open_section(struct sink_report *report, const char *id, const char *title)
{
    sink_html_print(&report->html, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n", id, id);
    sink_report_heading(report, id, title);
}

void sink_report_atlas(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<div class=\"atlas\">\n");
    add_switches(report);
    if (report->outlines.region_count > 0) {
        open_section(report, "maps", "Maps");
        sink_html_raw(html, "<div class=\"switchers\">");
        add_measure_labels(report);
        add_level_labels(report);
        sink_html_raw(html, "</div>\n");
        add_levels(report, "", sink_report_maps);
        sink_html_raw(html, "</section>\n");
    }
    sink_report_charts(report);
    open_section(report, "ranking", "Ranking of regions");
    add_level_labels(report);
    add_levels(report, "panels", sink_report_ranking);
    sink_html_raw(html, "</section>\n");
    open_section(report, "table", "Regions in figures");
    add_level_labels(report);
    add_levels(report, "", sink_report_table);
    sink_html_raw(html, "</section>\n</div>\n");
}
