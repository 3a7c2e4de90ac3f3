/* A page within the page for a region: all that the inventory says of it. */
#include "pipelines/report/page.h"
#include "pipelines/report/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SIGNIFICANT 5
#define MOST_YEARS 8 /* columns of years: the last ones */

static size_t first_year(const struct sink_report *report)
{
    return report->year_count > MOST_YEARS ? report->year_count - MOST_YEARS : 0;
}

/* The unit of a variable as people write it. */
static const char *unit_of(const struct sink_report *report,
                           const struct sink_dataset_variable *variable)
{
    static const struct {
        const char *file, *english, *chinese;
    } units[] = {{"t", "t", "吨"},
                 {"ha", "ha", "公顷"},
                 {"m3", "m³", "立方米"},
                 {"t yr-1", "t/yr", "吨/年"},
                 {"kg m-2", "kg/m²", "千克/平方米"},
                 {"1", "%", "%"},
                 {"yr-1", "1/yr", "1/年"},
                 {"m3 yr-1", "m³/yr", "立方米/年"}};
    const char *text = sink_dataset_text(&report->data, variable, "units");
    const char *currency = sink_dataset_text(&report->data, variable, "currency");
    if (*currency)
        return currency;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(text, units[i].file) == 0)
            return sink_report_is_chinese(report) ? units[i].chinese : units[i].english;
    return text;
}

static void put_value(struct sink_report *report, double value, int decimals)
{
    sink_html_raw(&report->html, "<td>");
    if (isfinite(value))
        sink_html_raw(&report->html, sink_number(value, decimals).text);
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool is_companion(const char *name)
{
    return ends_with(name, "_se") || ends_with(name, "_lower") || ends_with(name, "_upper") ||
           ends_with(name, "_draws_mean");
}

/* "forest_coverage_target_2030_gap" in the words of the page; false when it is no such name. */
static bool say_target(struct sink_report *report, const char *name)
{
    static const char *const ends[][2] = {{"_gap", "{1}, target of {2}: gap"},
                                          {"_reached", "{1}, target of {2}: reached"},
                                          {"_rate_needed", "{1}, target of {2}: needed a year"}};
    const char *target = strstr(name, "_target_");
    char kind[64], year[16];
    if (!target || (size_t)(target - name) >= sizeof kind)
        return false;
    snprintf(kind, sizeof kind, "%.*s", (int)(target - name), name);
    snprintf(year, sizeof year, "%.4s", target + strlen("_target_"));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(name, ends[i][0])) {
            sink_report_fill(report, ends[i][1], sink_report_name(report, kind).text, year);
            return true;
        }
    return false;
}

/* The name that the table of words has for a variable, or its long name. */
static void say_variable(struct sink_report *report, const struct sink_dataset_variable *variable)
{
    char spaced[sizeof variable->info.name];
    snprintf(spaced, sizeof spaced, "%s", variable->info.name);
    for (char *c = spaced; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    const char *long_name = sink_dataset_text(&report->data, variable, "long_name");
    const bool is_known = sink_words_chinese(spaced) != NULL;
    if (!say_target(report, variable->info.name))
        sink_html_text(&report->html, is_known || !*long_name
                                          ? sink_report_name(report, variable->info.name).text
                                          : long_name);
    const char *unit = unit_of(report, variable);
    if (*unit) {
        sink_html_raw(&report->html, " <small>");
        sink_html_text(&report->html, unit);
        sink_html_raw(&report->html, "</small>");
    }
}

/* The interval of a variable in a year, from its companions. */
static void add_interval(struct sink_report *report, const char *name, size_t year, size_t region,
                         int decimals)
{
    char lower_name[320], upper_name[320];
    snprintf(lower_name, sizeof lower_name, "%s_lower", name);
    snprintf(upper_name, sizeof upper_name, "%s_upper", name);
    const double *lower = sink_report_reals(report, lower_name, "time region");
    const double *upper = sink_report_reals(report, upper_name, "time region");
    const size_t at = year * report->region_count + region;
    if (!lower || !upper || !isfinite(lower[at]) || !isfinite(upper[at]))
        return;
    sink_html_print(&report->html, "<small>%s – %s</small>", sink_number(lower[at], decimals).text,
                    sink_number(upper[at], decimals).text);
}

static void add_year_heads(struct sink_report *report)
{
    for (size_t y = first_year(report); y < report->year_count; y++)
        sink_html_print(&report->html, "<th scope=col>%d", report->years[y]);
}

/* A row, if any year has a value; `step` from a year to the next is 0 for what has no time. */
static void add_figure(struct sink_report *report, const struct sink_dataset_variable *variable,
                       const double *values, size_t step, size_t region)
{
    struct sink_html *html = &report->html;
    const bool is_share = strcmp(unit_of(report, variable), "%") == 0;
    const double factor = is_share ? 100 : 1;
    const size_t from = step > 0 ? first_year(report) : report->year_count - 1;
    double greatest = 0;
    for (size_t y = from; y < report->year_count; y++)
        if (isfinite(values[y * step + region]))
            greatest = fmax(greatest, fabs(values[y * step + region] * factor));
    if (!(greatest > 0))
        return;
    const int decimals = sink_number_decimals(greatest, SIGNIFICANT);
    sink_html_raw(html, "<tr><th>");
    say_variable(report, variable);
    for (size_t y = first_year(report); y < from; y++)
        sink_html_raw(html, "<td>");
    for (size_t y = from; y < report->year_count; y++) {
        put_value(report, values[y * step + region] * factor, decimals);
        if (step > 0)
            add_interval(report, variable->info.name, y, region, decimals);
    }
    sink_html_raw(html, "\n");
}

static void add_named(struct sink_report *report, const struct sink_dataset_variable *variable,
                      size_t region)
{
    const char *name = variable->info.name;
    const double *values = sink_report_reals(report, name, "time region");
    const double *timeless = sink_report_reals(report, name, "region");
    if (is_companion(name) || strncmp(name, "last_", 5) == 0 || strcmp(name, "lat") == 0 ||
        strcmp(name, "lon") == 0)
        return;
    if (values)
        add_figure(report, variable, values, report->region_count, region);
    else if (timeless)
        add_figure(report, variable, timeless, 0, region);
}

static size_t place_of(const char *name)
{
    static const char *const first[] = {"total_carbon_stock",
                                        "total_net_removal",
                                        "greenhouse_gas_balance",
                                        "forest_stock_volume",
                                        "forest_coverage",
                                        "forest_area",
                                        "land_area"};
    const size_t count = sizeof first / sizeof *first;
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, first[i]) == 0)
            return i;
    return count;
}

/* Every variable on time and region, or on region alone: a row, a column a year; the best known
 * come first. */
static void add_figures(struct sink_report *report, size_t region)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<table><caption>");
    sink_report_say(report, "Figures by year, with their 95 % intervals");
    sink_html_raw(html, "</caption><thead><tr><th scope=col>");
    sink_report_say(report, "Quantity");
    add_year_heads(report);
    sink_html_raw(html, "</thead><tbody>\n");
    for (size_t place = 0; place <= place_of(""); place++)
        for (size_t i = 0; i < report->data.variable_count; i++)
            if (place_of(report->data.variables[i].info.name) == place)
                add_named(report, &report->data.variables[i], region);
    sink_html_raw(html, "</tbody></table>\n");
}

/* A column of a table by class, pool, land use: of the last year. */
struct by_column {
    const char *title, *variable;
    bool sums_pools; /* on pools too: their sum */
};
struct by_table {
    const char *title, *dimension, *heading;
    char *const *names;
    struct by_column columns[5];
};

static double by_value(const struct sink_report *report, const struct by_table *table,
                       const struct by_column *column, size_t item, size_t region)
{
    char dimensions[96];
    const size_t items = sink_report_length(report, table->dimension);
    size_t pools = column->sums_pools ? sink_report_length(report, "pool") : 1;
    snprintf(dimensions, sizeof dimensions, "time %s%s region", table->dimension,
             column->sums_pools ? " pool" : "");
    const double *values = sink_report_reals(report, column->variable, dimensions);
    size_t first = ((report->year_count - 1) * items + item) * pools;
    if (!values) { /* or of no time */
        snprintf(dimensions, sizeof dimensions, "%s region", table->dimension);
        values = sink_report_reals(report, column->variable, dimensions);
        first = item;
        pools = 1;
    }
    double sum = values ? 0 : NAN;
    for (size_t p = 0; values && p < pools; p++)
        sum += values[(first + p) * report->region_count + region];
    return sum;
}

static bool has_value(double value)
{
    return isfinite(value) && (value < 0 || value > 0);
}

#define BY_COLUMNS 5
#define MOST_ITEMS 64

static bool is_there(const struct sink_report *report, const struct by_column *column)
{
    return column->title && sink_dataset_find(&report->data, column->variable);
}

static void add_by_head(struct sink_report *report, const struct by_table *table)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<table><caption>");
    sink_report_say(report, table->title);
    sink_html_print(html, ", %d</caption><thead><tr><th scope=col>",
                    report->years[report->year_count - 1]);
    sink_report_say(report, table->heading);
    for (int c = 0; c < BY_COLUMNS; c++)
        if (is_there(report, &table->columns[c])) {
            sink_html_raw(html, "<th scope=col>");
            sink_report_say(report, table->columns[c].title);
        }
    sink_html_raw(html, "</thead><tbody>\n");
}

/* Of a column: the small ones have three significant places, the greatest no more than five. */
static int decimals_of(const double *values, size_t count)
{
    double greatest = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            greatest = fmax(greatest, fabs(values[i]));
    const int most = sink_number_decimals(greatest, SIGNIFICANT);
    const int wanted = sink_scale_of_all(SINK_SHOWN_DENSITY, false, values, count).decimals;
    return wanted < most ? wanted : most;
}

static void add_by_table(struct sink_report *report, const struct by_table *table, size_t region)
{
    double values[BY_COLUMNS][MOST_ITEMS];
    int decimals[BY_COLUMNS];
    bool is_used[MOST_ITEMS] = {false}, is_any = false;
    const size_t all = table->names ? sink_report_length(report, table->dimension) : 0;
    const size_t items = all < MOST_ITEMS ? all : MOST_ITEMS;
    for (int c = 0; c < BY_COLUMNS; c++) {
        for (size_t i = 0; i < items; i++) {
            values[c][i] = is_there(report, &table->columns[c])
                               ? by_value(report, table, &table->columns[c], i, region)
                               : NAN;
            is_used[i] = is_used[i] || has_value(values[c][i]);
            is_any = is_any || is_used[i];
        }
        decimals[c] = decimals_of(values[c], items);
    }
    if (!is_any)
        return;
    add_by_head(report, table);
    for (size_t i = 0; i < items; i++) {
        if (!is_used[i])
            continue;
        sink_html_raw(&report->html, "<tr><th>");
        sink_html_text(&report->html, strcmp(table->dimension, "cover") == 0
                                          ? sink_report_class(report, table->names[i]).text
                                          : sink_report_name(report, table->names[i]).text);
        for (int c = 0; c < BY_COLUMNS; c++)
            if (is_there(report, &table->columns[c]))
                put_value(report, values[c][i], has_value(values[c][i]) ? decimals[c] : 0);
        sink_html_raw(&report->html, "\n");
    }
    sink_html_raw(&report->html, "</tbody></table>\n");
}

static void add_tables(struct sink_report *report, size_t region)
{
    const struct by_table tables[] = {{"By land cover",
                                       "cover",
                                       "Class",
                                       report->covers,
                                       {{"Area, ha", "area", false},
                                        {"Stock volume, m³", "stock_volume", false},
                                        {"Carbon stock, t C", "carbon_stock_by_cover", true},
                                        {"Net sink, t CO₂/yr", "net_removal_by_cover", true},
                                        {"If mature, + t C", "potential_biomass_gain", false}}},
                                      {"By pool",
                                       "pool",
                                       "Pool",
                                       report->pools,
                                       {{"Carbon stock, t C", "carbon_stock", false},
                                        {"Standard error, t C", "carbon_stock_se", false},
                                        {"Net sink, t CO₂/yr", "net_removal", false},
                                        {"Standard error, t CO₂/yr", "net_removal_se", false}}},
                                      {"By ecosystem",
                                       "ecosystem",
                                       "Ecosystem",
                                       report->ecosystems,
                                       {{"Carbon stock, t C", "ecosystem_carbon_stock", false}}},
                                      {"By IPCC land use",
                                       "land_use",
                                       "Land use",
                                       sink_report_texts(report, "land_use_name", "land_use"),
                                       {{"Area, ha", "land_use_area", false},
                                        {"Net sink, t CO₂/yr", "land_use_net_removal", true}}},
                                      {"By overlay",
                                       "report",
                                       "Value",
                                       sink_report_texts(report, "report_value", "report"),
                                       {{"Area, ha", "report_area", false},
                                        {"Carbon stock, t C", "report_carbon_stock", false},
                                        {"Net sink, t CO₂/yr", "report_net_removal", false}}}};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        add_by_table(report, &tables[i], region);
}

static void add_driver_list(struct sink_report *report, const char *variable, const char *title,
                            size_t region)
{
    struct sink_html *html = &report->html;
    char share_name[64];
    snprintf(share_name, sizeof share_name, "%s_share", variable);
    const struct sink_dataset_variable *names = sink_dataset_find(&report->data, variable);
    const double *shares = sink_report_reals(report, share_name, "driver region");
    const size_t count = sink_report_length(report, "driver");
    if (!names || !names->texts || !shares || names->info.count != count * report->region_count ||
        count == 0 || !*names->texts[region])
        return;
    sink_html_raw(html, "<table><caption>");
    sink_report_say(report, title);
    sink_html_raw(html, "</caption><thead><tr><th scope=col>");
    sink_report_say(report, "Input");
    sink_html_raw(html, "<th scope=col>");
    sink_report_say(report, "share of the variance");
    sink_html_raw(html, ", %</thead><tbody>\n");
    for (size_t i = 0; i < count; i++) {
        const size_t at = i * report->region_count + region;
        if (!*names->texts[at] || !isfinite(shares[at]))
            continue;
        sink_html_raw(html, "<tr><th>");
        sink_html_text(html, sink_report_driver(report, names->texts[at]).text);
        sink_html_print(html, "<td>%s\n", sink_number(100 * shares[at], 1).text);
    }
    sink_html_raw(html, "</tbody></table>\n");
}

static void add_family(struct sink_report *report, size_t region)
{
    struct sink_html *html = &report->html;
    bool is_first = true;
    sink_html_raw(html, "<p class=family>");
    if (report->parents[region] >= 0) {
        sink_html_raw(html, "↑ <a href=");
        sink_report_link(report, (size_t)report->parents[region]);
        sink_html_raw(html, ">");
        sink_html_text(html, report->names[report->parents[region]]);
        sink_html_raw(html, "</a> ");
    }
    for (size_t r = region + 1; r < report->region_count; r++) {
        if (report->parents[r] != (int)region || !report->has_page[r])
            continue;
        sink_html_raw(html, is_first ? "↓ <a href=" : ", <a href=");
        is_first = false;
        sink_report_link(report, r);
        sink_html_raw(html, ">");
        sink_html_text(html, report->names[r]);
        sink_html_raw(html, "</a>");
    }
    sink_html_raw(html, "</p>\n");
}

static void add_region(struct sink_report *report, size_t region)
{
    struct sink_html *html = &report->html;
    sink_html_print(html,
                    "<article class=page id=p%zu aria-labelledby=n%zu><div class=sheet>"
                    "<a class=close href=#table>",
                    region, region);
    sink_report_say(report, "Close");
    sink_html_print(html, " ×</a><h3 id=n%zu>", region);
    sink_html_text(html, report->names[region]);
    sink_html_raw(html, " <small>");
    sink_html_text(html, report->ids[region]);
    sink_html_raw(html, "</small></h3>");
    add_family(report, region);
    sink_html_raw(html, "<div class=tables>\n");
    add_figures(report, region);
    add_tables(report, region);
    add_driver_list(report, "total_carbon_stock_driver",
                    "What the uncertainty of the stock is from", region);
    add_driver_list(report, "total_net_removal_driver", "What the uncertainty of the sink is from",
                    region);
    sink_html_raw(html, "</div></div></article>\n");
}

void sink_report_regions(struct sink_report *report)
{
    sink_html_raw(&report->html, "<section id=\"regions\" aria-labelledby=\"regions-title\">\n");
    sink_html_raw(&report->html, "<h2 class=\"visually-hidden\" id=\"regions-title\">");
    sink_report_say(report, "Pages of the regions");
    sink_html_raw(&report->html, "</h2>\n");
    for (size_t r = 0; r < report->region_count; r++)
        if (report->has_page[r])
            add_region(report, r);
    sink_html_raw(&report->html, "</section>\n");
}
