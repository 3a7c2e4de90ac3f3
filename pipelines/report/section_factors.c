/* The factors with their sources. */
#include "pipelines/report/page.h"

#include <math.h>
#include <stdio.h>

/* The columns that a factor is told by; texts NULL where the file lacks them. */
struct factors {
    size_t count;
    char *const *quantity, *const *classes, *const *keys, *const *unit, *const *source,
                                                                            *const *table,
                                                                                *const *verified,
                                                                                    *const *set;
    char *const *fallback, *const *note;
    const double *value, *lower, *upper, *area;
};

static struct factors find_factors(const struct sink_report *report)
{
    struct factors factors = {.quantity = sink_report_texts(report, "factor_quantity", "factor"),
                              .classes = sink_report_texts(report, "factor_classes", "factor"),
                              .keys = sink_report_texts(report, "factor_keys", "factor"),
                              .unit = sink_report_texts(report, "factor_unit", "factor"),
                              .source = sink_report_texts(report, "factor_source", "factor"),
                              .table = sink_report_texts(report, "factor_source_table", "factor"),
                              .verified = sink_report_texts(report, "factor_verified", "factor"),
                              .set = sink_report_texts(report, "factor_set", "factor"),
                              .value = sink_report_reals(report, "factor_value", "factor"),
                              .lower = sink_report_reals(report, "factor_lower", "factor"),
                              .upper = sink_report_reals(report, "factor_upper", "factor"),
                              .area = sink_report_reals(report, "factor_area", "factor"),
                              .fallback = sink_report_texts(report, "factor_fallback", "factor"),
                              .note = sink_report_texts(report, "factor_note", "factor")};
    if (factors.quantity && factors.value && factors.source)
        factors.count = sink_report_length(report, "factor");
    return factors;
}

static void put(struct sink_report *report, const char *text)
{
    sink_html_raw(&report->html, "<td>");
    sink_html_text(&report->html, text);
}

static void put_number(struct sink_report *report, double value)
{
    sink_html_raw(&report->html, "<td class=number>");
    if (isfinite(value))
        sink_html_raw(&report->html, sink_number(value, sink_number_decimals(value, 4)).text);
}

static const char *text_of(char *const *texts, size_t i)
{
    return texts ? texts[i] : "";
}

static void add_row(struct sink_report *report, const struct factors *factors, size_t i)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<tr>");
    put(report, sink_report_name(report, factors->quantity[i]).text);
    put(report, *text_of(factors->classes, i)
                    ? sink_report_classes(report, factors->classes[i]).text
                    : sink_report_word(report, "all"));
    put(report, sink_report_keys(report, text_of(factors->keys, i)).text);
    put_number(report, factors->value[i]);
    put_number(report, factors->lower ? factors->lower[i] : NAN);
    put_number(report, factors->upper ? factors->upper[i] : NAN);
    put(report, text_of(factors->unit, i));
    put(report, factors->source[i]);
    if (*text_of(factors->table, i)) {
        sink_html_raw(html, ", ");
        sink_html_text(html, factors->table[i]);
    }
    put(report, sink_report_name(report, text_of(factors->verified, i)).text);
    put_number(report, factors->area ? factors->area[i] : NAN);
    put(report, text_of(factors->fallback, i));
    put(report, text_of(factors->note, i));
    sink_html_raw(html, "\n");
}

void sink_report_factors(struct sink_report *report)
{
    static const char *const headings[] = {"Factor",
                                           "Classes",
                                           "Of what land",
                                           "#Value",
                                           "#Lower",
                                           "#Upper",
                                           "Unit",
                                           "Source",
                                           "Checked",
                                           "#Used on, ha",
                                           "What stands in for a missing value",
                                           "Note"};
    struct sink_html *html = &report->html;
    const struct factors factors = find_factors(report);
    char count[64];
    if (factors.count == 0)
        return;
    snprintf(count, sizeof count, "%zu", factors.count);
    sink_html_raw(html, "<details><summary>");
    sink_report_fill(report, "Factors with their sources ({1})", count, "");
    sink_html_raw(html, "</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                        "aria-label=\"");
    sink_report_say(report, "Factors");
    sink_html_raw(html, "\"><table class=\"evidence\" data-file=\"factors\"><caption>");
    sink_report_say(report, "Factors");
    sink_html_raw(html, "</caption><thead><tr>");
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        const bool is_number = *headings[i] == '#';
        sink_html_raw(html, is_number ? "<th scope=col class=number>" : "<th scope=col>");
        sink_report_say(report, headings[i] + is_number);
        sink_html_raw(html, "</th>");
    }
    sink_html_raw(html, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < factors.count; i++)
        add_row(report, &factors, i);
    sink_html_raw(html, "</tbody></table></div></details>\n");
}
