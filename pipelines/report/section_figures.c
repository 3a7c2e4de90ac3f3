/* What the inventory says of a region by year: every variable on time and region. */
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

/* A difference of shares, or its rate, is one of percentage points. */
static bool is_of_points(const char *name, const char *unit)
{
    return strcmp(unit, "yr-1") == 0 || (strcmp(unit, "1") == 0 && strstr(name, "_target_") &&
                                         sink_report_ends_with(name, "_gap"));
}

/* The unit of a variable as people write it; money with the year whose prices it is in. */
static void say_unit(struct sink_report *report, const struct sink_dataset_variable *variable)
{
    static const struct {
        const char *file, *english, *chinese;
    } units[] = {{"t", "t", "吨"},
                 {"ha", "ha", "公顷"},
                 {"m3", "m³", "立方米"},
                 {"t yr-1", "t/yr", "吨/年"},
                 {"kg m-2", "kg/m²", "千克/平方米"},
                 {"1", "%", "%"},
                 {"m3 yr-1", "m³/yr", "立方米/年"}};
    const char *text = sink_dataset_text(&report->data, variable, "units");
    const char *currency = sink_dataset_text(&report->data, variable, "currency");
    const double price_year = sink_dataset_real(&report->data, variable, "price_year");
    char year[32];
    snprintf(year, sizeof year, "%.0f", price_year);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(text, units[i].file) == 0)
            text = sink_report_is_chinese(report) ? units[i].chinese : units[i].english;
    const char *file_unit = sink_dataset_text(&report->data, variable, "units");
    if (is_of_points(variable->info.name, file_unit))
        text = sink_report_word(report, strcmp(file_unit, "1") == 0 ? "points" : "points/yr");
    if (*currency && price_year > 0)
        sink_report_fill(report, "{1} of {2}", currency, year);
    else
        sink_html_text(&report->html, *currency ? currency : text);
}

/* What a value is multiplied with to be in that unit. */
static double factor_of(const struct sink_report *report,
                        const struct sink_dataset_variable *variable)
{
    const char *unit = sink_dataset_text(&report->data, variable, "units");
    const bool is_money = *sink_dataset_text(&report->data, variable, "currency");
    return !is_money && (strcmp(unit, "1") == 0 || strcmp(unit, "yr-1") == 0) ? 100 : 1;
}

static bool is_companion(const char *name)
{
    return sink_report_ends_with(name, "_se") || sink_report_ends_with(name, "_lower") ||
           sink_report_ends_with(name, "_upper") || sink_report_ends_with(name, "_draws_mean");
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
        if (sink_report_ends_with(name, ends[i][0])) {
            sink_report_fill(report, ends[i][1], sink_report_name(report, kind).text, year);
            return true;
        }
    return false;
}

/* The density of soil is that to the depth of the factors, whatever lies deeper. */
static bool has_deep_soil(const struct sink_report *report)
{
    for (size_t p = 0; p < report->pool_count; p++)
        if (strcmp(report->pools[p], "soil_organic_carbon_deep") == 0)
            return true;
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
    sink_html_raw(&report->html, " <small>");
    say_unit(report, variable);
    if (strcmp(variable->info.name, "soil_carbon_density") == 0 && has_deep_soil(report)) {
        sink_html_raw(&report->html, "; ");
        sink_report_say(report, "without deep soil");
    }
    sink_html_raw(&report->html, "</small>");
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
    const double factor = factor_of(report, variable);
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
        sink_report_cell(report, values[y * step + region] * factor, decimals);
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

/* In this order, each with all that begins so and has no place of its own. */
static size_t place_of(const char *name)
{
    static const char *const places[] = {"total_carbon_stock",
                                         "total_carbon_stock_",
                                         "total_net_removal",
                                         "greenhouse_gas_balance",
                                         "methane_emission",
                                         "nitrous_oxide_emission",
                                         "vegetation_carbon_density",
                                         "soil_carbon_density",
                                         "forest_coverage",
                                         "forest_coverage_target_",
                                         "forest_stock_volume",
                                         "forest_stock_volume_target_",
                                         "forest_area",
                                         "forest_area_",
                                         "land_area",
                                         "region_area",
                                         "classified_area",
                                         "data_completeness",
                                         "no_class_area",
                                         "unknown_class_area",
                                         "no_value_area",
                                         "one_date_area",
                                         "beyond_grid_area",
                                         "planting_",
                                         "removal_value_low",
                                         "removal_value_central",
                                         "removal_value_high",
                                         "memo_"};
    const size_t count = sizeof places / sizeof *places;
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(places[i]);
        if (strcmp(name, places[i]) == 0 ||
            (places[i][length - 1] == '_' && strncmp(name, places[i], length) == 0))
            return i;
    }
    return count;
}

/* Every variable on time and region, or on region alone: a row, a column a year. */
void sink_report_figures(struct sink_report *report, size_t region)
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
