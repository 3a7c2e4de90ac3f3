/* The table of a level: a row a region. Where there are very many the table has one row, whose
 * cells hold a line a region: it looks the same, and takes a third of the bytes; the script makes
 * rows of them, and a row that is linked to unfolds to a card of its own. */
#include "pipelines/report/page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_COLUMNS 40
#define FIRST_COLUMNS 10  /* shown at first; the others on request */
#define PLACES_OF_NAMES 2 /* name and id come before the figures */

struct column {
    const char *title; /* English of the table of words, or NULL */
    const char *name;  /* else a name of the file */
    enum sink_shown_quantity quantity;
    int map;        /* what the map of the measure shows: its number and 1 */
    double *values; /* [region] */
    struct sink_scale scale;
};
struct columns {
    struct column items[MOST_COLUMNS];
    size_t count;
};

/* Takes a column if any region has a value but 0, or one that a map shows. */
static void add_column(struct sink_report *report, struct columns *columns, struct column column,
                       const double *row)
{
    bool is_any = false;
    if (!row || columns->count == MOST_COLUMNS)
        return;
    column.values = malloc((report->region_count + 1) * sizeof *column.values);
    report->html.has_failed |= !column.values;
    for (size_t r = 0; column.values && r < report->region_count; r++) {
        column.values[r] = row[r];
        is_any = is_any || (isfinite(row[r]) && (column.map > 0 || row[r] < 0 || row[r] > 0));
    }
    if (is_any)
        columns->items[columns->count++] = column;
    else
        free(column.values);
}

/* Half of an interval. */
static void add_half_width(struct sink_report *report, struct columns *columns,
                           struct column column, const double *lower, const double *upper)
{
    if (!lower || !upper)
        return;
    double *half = malloc((report->region_count + 1) * sizeof *half);
    report->html.has_failed |= !half;
    for (size_t r = 0; half && r < report->region_count; r++)
        half[r] =
            (sink_report_at_last(report, upper, r) - sink_report_at_last(report, lower, r)) / 2;
    add_column(report, columns, column, half);
    free(half);
}

static void add_first(struct sink_report *report, struct columns *columns)
{
    const struct {
        const char *title;
        enum sink_shown_quantity quantity;
        int map;
        const double *row;
    } all[] = {
        {"Land area", SINK_SHOWN_AREA, 0, sink_report_last(report, report->land)},
        {"Forest area", SINK_SHOWN_AREA, 0, sink_report_last(report, report->forest)},
        {"Forest coverage", SINK_SHOWN_PERCENT, 3, sink_report_last(report, report->coverage)},
        {"Stock volume", SINK_SHOWN_VOLUME, 0, sink_report_last(report, report->volume)},
        {"Carbon stock", SINK_SHOWN_CARBON, 0, sink_report_last(report, report->stock)},
        {"Uncertainty of the stock", SINK_SHOWN_PERCENT, 5, report->measures[4]},
        {"Carbon density", SINK_SHOWN_DENSITY, 1, report->measures[0]},
        {"Net sink", SINK_SHOWN_SINK, 0, sink_report_last(report, report->sink)}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        add_column(
            report, columns,
            (struct column){.title = all[i].title, .quantity = all[i].quantity, .map = all[i].map},
            all[i].row);
    add_half_width(report, columns,
                   (struct column){.title = "Sink, ±", .quantity = SINK_SHOWN_SINK},
                   report->sink_lower, report->sink_upper);
    add_column(
        report, columns,
        (struct column){.title = "Change of the stock", .quantity = SINK_SHOWN_PERCENT, .map = 4},
        report->measures[3]);
}

static void add_rows(struct sink_report *report, struct columns *columns, const char *variable,
                     const char *dimension, char *const *names)
{
    char dimensions[64];
    const size_t count = names ? sink_report_length(report, dimension) : 0;
    snprintf(dimensions, sizeof dimensions, "time %s region", dimension);
    const double *values = sink_report_reals(report, variable, dimensions);
    const size_t last = (report->year_count - 1) * count;
    for (size_t i = 0; values && i < count; i++)
        add_column(report, columns,
                   (struct column){.name = names[i], .quantity = SINK_SHOWN_CARBON},
                   values + (last + i) * report->region_count);
}

static void make_columns(struct sink_report *report, struct columns *columns)
{
    add_first(report, columns);
    add_column(report, columns,
               (struct column){.title = "Sink a hectare", .quantity = SINK_SHOWN_RATE, .map = 2},
               report->measures[1]);
    const double *completeness = sink_report_last(report, report->completeness);
    bool is_gap = false;
    for (size_t r = 0; completeness && r < report->region_count; r++)
        is_gap = is_gap || completeness[r] < 0.9995;
    if (is_gap)
        add_column(
            report, columns,
            (struct column){.title = "Completeness of the data", .quantity = SINK_SHOWN_PERCENT},
            completeness);
    add_rows(report, columns, "ecosystem_carbon_stock", "ecosystem", report->ecosystems);
    if (report->region_count <= 1000)
        add_rows(report, columns, "carbon_stock", "pool", report->pools);
}

static void free_columns(struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        free(columns->items[i].values);
}

static void set_scales(struct sink_report *report, struct columns *columns, size_t level)
{
    double *values = malloc((report->region_count + 1) * sizeof *values);
    report->html.has_failed |= !values;
    for (size_t i = 0; values && i < columns->count; i++) {
        struct column *column = &columns->items[i];
        size_t count = 0;
        for (size_t r = 0; r < report->region_count; r++)
            if ((size_t)report->levels[r] == level)
                values[count++] = column->values[r];
        column->scale = (report->is_folded[level] ? sink_scale_of_many : sink_scale_of_all)(
            column->quantity, sink_report_is_chinese(report), values, count);
    }
    free(values);
}

/* What a column is called: "Carbon: " before the name of an ecosystem or pool. */
static struct sink_name title_of(const struct sink_report *report, const struct column *column)
{
    struct sink_name title;
    snprintf(title.text, sizeof title.text, "%s%.200s",
             sink_report_word(report, column->title ? column->title : "Carbon: "),
             column->title ? "" : sink_report_name(report, column->name).text);
    return title;
}

static void add_head(struct sink_report *report, const struct columns *columns)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<caption>");
    sink_report_say(report, "Figures of the last year, by region");
    sink_html_print(html, " (%d)</caption><thead><tr><th scope=\"col\">",
                    report->years[report->year_count - 1]);
    sink_report_say(report, "Region");
    sink_html_raw(html, "</th><th scope=\"col\">");
    sink_report_say(report, "Id");
    sink_html_raw(html, "</th>");
    for (size_t i = 0; i < columns->count; i++) {
        sink_html_raw(html, "<th scope=\"col\"");
        if (columns->items[i].map > 0)
            sink_html_print(html, " data-map=m%d", columns->items[i].map - 1);
        sink_html_raw(html, ">");
        sink_html_text(html, title_of(report, &columns->items[i]).text);
        sink_html_print(html, " <small>%s</small></th>", columns->items[i].scale.unit);
    }
    sink_html_raw(html, "</tr></thead>\n");
}

static void add_row(struct sink_report *report, const struct columns *columns, size_t region)
{
    struct sink_html *html = &report->html;
    sink_html_print(html, "<tr id=r%zu><th scope=row><a href=", region);
    sink_report_link(report, region);
    sink_html_raw(html, ">");
    sink_html_text(html, report->names[region]);
    sink_html_raw(html, "</a><td>");
    if (strcmp(report->ids[region], report->names[region]) != 0)
        sink_html_text(html, report->ids[region]);
    for (size_t i = 0; i < columns->count; i++) {
        const double value = columns->items[i].values[region];
        sink_html_raw(html, "<td>");
        if (isfinite(value) && (value < 0 || value > 0))
            sink_html_raw(html, sink_number_scaled(value, &columns->items[i].scale).text);
        else
            sink_html_raw(html, isfinite(value) ? "0" : "");
    }
    sink_html_raw(html, "\n");
}

/* A line for each region of the level. */
static void add_lines(struct sink_report *report, const struct column *column, char *const *texts,
                      size_t level)
{
    struct sink_html *html = &report->html;
    const char *between = "<td>";
    for (size_t r = 0; r < report->region_count; r++) {
        if ((size_t)report->levels[r] != level)
            continue;
        sink_html_raw(html, between);
        between = "\n";
        if (column)
            sink_html_raw(html, sink_number_plain(column->values[r], &column->scale).text);
        else if (texts == report->names || strcmp(texts[r], report->names[r]) != 0)
            sink_html_line(html, texts[r]);
    }
}

static void add_body(struct sink_report *report, const struct columns *columns, size_t level)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<tbody>\n");
    for (size_t r = 0; !report->is_folded[level] && r < report->region_count; r++)
        if ((size_t)report->levels[r] == level)
            add_row(report, columns, r);
    if (report->is_folded[level]) {
        sink_html_raw(html, "<tr>");
        add_lines(report, NULL, report->names, level);
        add_lines(report, NULL, report->ids, level);
        for (size_t i = 0; i < columns->count; i++)
            add_lines(report, &columns->items[i], NULL, level);
    }
}

void sink_report_table(struct sink_report *report, size_t level)
{
    struct sink_html *html = &report->html;
    struct columns columns = {.count = 0};
    make_columns(report, &columns);
    set_scales(report, &columns, level);
    sink_html_print(
        html,
        "<div class=\"tools\"><input class=\"more\" type=\"checkbox\" id=\"more%zu\"><label "
        "for=\"more%zu\">",
        level, level);
    sink_report_say(report, "All columns");
    sink_html_print(html,
                    "</label><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    sink_report_say(report, "Regions in figures");
    sink_html_print(html, "\"><table class=\"figures%s\" data-file=\"level%zu\">",
                    report->is_folded[level] ? " lines" : "", level);
    add_head(report, &columns);
    add_body(report, &columns, level);
    sink_html_raw(html, "</tbody></table></div></div>\n");
    free_columns(&columns);
}

/* The columns that are folded away. */
void sink_report_table_style(struct sink_html *style)
{
    sink_html_print(style,
                    ".figures tr>:nth-child(n+%d){display:none}"
                    ".more:checked~.scroll .figures tr>:nth-child(n+%d){display:table-cell}\n",
                    PLACES_OF_NAMES + FIRST_COLUMNS + 1, PLACES_OF_NAMES + FIRST_COLUMNS + 1);
}
