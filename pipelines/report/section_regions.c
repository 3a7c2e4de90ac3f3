/* A page within the page for a region: all that the inventory says of it. */
#include "pipelines/report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SIGNIFICANT 5

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
    double greatest = 0, sorted[MOST_ITEMS];
    for (size_t i = 0; i < count; i++) {
        sorted[i] = values[i];
        if (isfinite(values[i]))
            greatest = fmax(greatest, fabs(values[i]));
    }
    const int most = sink_number_decimals(greatest, SIGNIFICANT);
    const int wanted = sink_scale_of_all(SINK_SHOWN_DENSITY, false, sorted, count).decimals;
    return wanted < most ? wanted : most;
}

/* Land uses as the IPCC's tables have them: by what land is, that which remained first. */
static int rank_of_land_use(const char *name)
{
    static const char *const categories[] = {"forest_land", "cropland",    "grassland",
                                             "wetlands",    "settlements", "other_land"};
    const int count = sizeof categories / sizeof *categories;
    const char *remaining = strstr(name, "_remaining_");
    int rank = count * (count + 1);
    for (int to = 0; to < count; to++)
        for (int from = 0; from < count; from++)
            if (sink_report_ends_with(name, categories[to]) &&
                strncmp(name, categories[from], strlen(categories[from])) == 0)
                rank = to * (count + 1) + (remaining ? 0 : 1 + from);
    return rank;
}

/* The order of the rows. */
static void order_items(const struct by_table *table, size_t count, size_t *order)
{
    const bool is_ranked = strcmp(table->dimension, "land_use") == 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; is_ranked && at > 0 &&
               rank_of_land_use(table->names[order[at - 1]]) > rank_of_land_use(table->names[i]);
             at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

static void add_by_table(struct sink_report *report, const struct by_table *table, size_t region)
{
    double values[BY_COLUMNS][MOST_ITEMS];
    int decimals[BY_COLUMNS];
    bool is_used[MOST_ITEMS] = {false}, is_any = false;
    size_t order[MOST_ITEMS];
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
    order_items(table, items, order);
    for (size_t at = 0; at < items; at++) {
        const size_t i = order[at];
        if (!is_used[i])
            continue;
        sink_html_raw(&report->html, "<tr><th>");
        sink_html_text(&report->html, strcmp(table->dimension, "cover") == 0
                                          ? sink_report_class(report, table->names[i]).text
                                          : sink_report_name(report, table->names[i]).text);
        for (int c = 0; c < BY_COLUMNS; c++)
            if (is_there(report, &table->columns[c]))
                sink_report_cell(report, values[c][i], has_value(values[c][i]) ? decimals[c] : 0);
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
    sink_report_figures(report, region);
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
