/* Words, names, numbers and links as every section of the report writes them. */
#include "pipelines/report/page.h"
#include "pipelines/report/words.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_CLASSES 4 /* that a driver names: the table of factors has all */

const char *sink_report_word(const struct sink_report *report, const char *english)
{
    const char *word =
        sink_report_is_chinese(report) ? sink_words_chinese(english) : sink_words_english(english);
    return word ? word : english;
}

/* Of the table of words; NULL when it has none. */
static const char *known_name(const struct sink_report *report, const char *spaced)
{
    return sink_report_is_chinese(report) ? sink_words_chinese(spaced) : sink_words_english(spaced);
}

struct sink_name sink_report_class(const struct sink_report *report, const char *name)
{
    struct sink_name shown;
    const int class = sink_class_list_find(&report->classes, name);
    if (class < 0)
        return sink_report_name(report, name);
    snprintf(shown.text, sizeof shown.text, "%s",
             sink_report_is_chinese(report) ? report->classes.items[class].title_zh
                                            : report->classes.items[class].title);
    return shown;
}

/* "forest land converted to cropland" in Chinese, from its two categories. */
static bool join_categories(const struct sink_report *report, const char *spaced, char *joined,
                            size_t room)
{
    static const char *const links[][2] = {{" remaining ", "保持为"}, {" converted to ", "转为"}};
    for (size_t i = 0; i < 2; i++) {
        const char *link = strstr(spaced, links[i][0]);
        char first[64];
        if (!link || (size_t)(link - spaced) >= sizeof first)
            continue;
        snprintf(first, sizeof first, "%.*s", (int)(link - spaced), spaced);
        const char *second = link + strlen(links[i][0]);
        const char *from = known_name(report, first);
        const char *to = known_name(report, second);
        if (from && to)
            snprintf(joined, room, "%s%s%s", from, links[i][1], to);
        return from && to;
    }
    return false;
}

struct sink_name sink_report_name(const struct sink_report *report, const char *name)
{
    struct sink_name shown = {0};
    char spaced[sizeof shown.text];
    snprintf(spaced, sizeof spaced, "%s", name);
    for (char *c = spaced; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    const char *known = known_name(report, spaced);
    if (!known && sink_report_is_chinese(report) &&
        join_categories(report, spaced, shown.text, sizeof shown.text))
        return shown;
    snprintf(shown.text, sizeof shown.text, "%s", known ? known : spaced);
    if (!known && *shown.text >= 'a' && *shown.text <= 'z')
        *shown.text = (char)(*shown.text - 'a' + 'A');
    return shown;
}

void sink_report_fill(struct sink_report *report, const char *english, const char *first,
                      const char *second)
{
    const char *pieces[] = {first, second};
    const char *text = sink_report_word(report, english);
    while (*text) {
        char literal[256];
        const size_t length = strcspn(text, "{");
        snprintf(literal, sizeof literal, "%.*s", (int)length, text);
        sink_html_text(&report->html, literal);
        text += length;
        if (*text == '{') { /* {1} or {2} */
            sink_html_text(&report->html, pieces[text[1] == '2']);
            text += 3;
        }
    }
}

/* Adds text to a name, as far as there is room. */
static void append(struct sink_name *name, const char *text)
{
    const size_t length = strlen(name->text);
    snprintf(name->text + length, sizeof name->text - length, "%s", text);
}

/* "forest|open_forest", by the names of the classes: the first ones. */
static void append_classes(const struct sink_report *report, const char *text, size_t length,
                           int most, struct sink_name *name)
{
    const char *end = text + length;
    for (int count = 0; text < end; count++) {
        char class[64];
        if (count == most) {
            append(name, "…");
            return;
        }
        size_t bytes = strcspn(text, "|");
        if (text + bytes > end)
            bytes = (size_t)(end - text);
        snprintf(class, sizeof class, "%.*s", (int)(bytes > 60 ? 60 : bytes), text);
        append(name, sink_report_class(report, class).text);
        text += bytes;
        if (text < end)
            append(name, sink_report_is_chinese(report) ? "、" : ", ");
        text += text < end;
    }
}

struct sink_name sink_report_driver(const struct sink_report *report, const char *text)
{
    struct sink_name name = {""};
    char quantity[64];
    const char *of = strstr(text, " of "), *where = strrchr(text, '(');
    const bool is_raster = strncmp(text, "raster of ", 10) == 0;
    if (is_raster) {
        append(&name, sink_report_word(report, "Raster"));
        append(&name, sink_report_is_chinese(report) ? "：" : ": ");
        append(&name, sink_report_name(report, text + 10).text);
    } else if (of && where && where >= of + 5 && (size_t)(of - text) < sizeof quantity &&
               strncmp(text, "areas ", 6) != 0) {
        snprintf(quantity, sizeof quantity, "%.*s", (int)(of - text), text);
        append(&name, sink_report_name(report, quantity).text);
        append(&name, sink_report_is_chinese(report) ? "：" : ": ");
        append_classes(report, of + 4, (size_t)(where - of) - 5, MOST_CLASSES, &name);
        append(&name, " ");
        append(&name, where);
    } else {
        append(&name, sink_report_word(report, text));
    }
    return name;
}

struct sink_name sink_report_classes(const struct sink_report *report, const char *text)
{
    struct sink_name name = {""};
    append_classes(report, text, strlen(text), INT_MAX, &name);
    return name;
}

/* The values of a key, "tropical_wet|tropical_moist". */
static void append_values(const struct sink_report *report, const char *text, size_t length,
                          struct sink_name *name)
{
    char value[96];
    for (const char *end = text + length; text < end;) {
        size_t bytes = strcspn(text, "|");
        bytes = text + bytes > end ? (size_t)(end - text) : bytes;
        snprintf(value, sizeof value, "%.*s", (int)(bytes > 90 ? 90 : bytes), text);
        append(name, sink_report_name(report, value).text);
        text += bytes;
        if (text < end)
            append(name, "、");
        text += text < end;
    }
}

/* "zone: tropical rain forest, tropical dry forest; continent: asia" */
static struct sink_name spaced_keys(const char *text)
{
    struct sink_name name = {""};
    for (; *text; text++) {
        const char one[] = {*text == '_' ? ' ' : *text, '\0'};
        append(&name, *text == '|' ? ", " : *text == '=' ? ": " : one);
    }
    return name;
}

struct sink_name sink_report_keys(const struct sink_report *report, const char *text)
{
    struct sink_name name = {""};
    char key[64];
    if (!sink_report_is_chinese(report))
        return spaced_keys(text);
    while (*text) {
        const size_t length = strcspn(text, ";"), equals = strcspn(text, "=");
        if (equals >= length || equals >= sizeof key) {
            append(&name, text);
            return name;
        }
        snprintf(key, sizeof key, "%.*s", (int)equals, text);
        append(&name, sink_report_name(report, key).text);
        append(&name, "：");
        if (strcmp(key, "from_class") == 0)
            append_classes(report, text + equals + 1, length - equals - 1, INT_MAX, &name);
        else
            append_values(report, text + equals + 1, length - equals - 1, &name);
        text += length + strspn(text + length, "; ");
        append(&name, *text ? "；" : "");
    }
    return name;
}

struct sink_name sink_report_role(const struct sink_report *report, const char *text)
{
    struct sink_name name = {""};
    char word[64];
    const size_t length = strcspn(text, " ");
    snprintf(word, sizeof word, "%.*s", (int)(length > 60 ? 60 : length), text);
    append(&name, sink_report_is_chinese(report) ? sink_report_name(report, word).text : word);
    append(&name, text + length);
    return name;
}

void sink_report_link(struct sink_report *report, size_t region)
{
    sink_html_print(&report->html, "#%c%zu", report->has_page[region] ? 'p' : 'r', region);
}

void sink_report_heading(struct sink_report *report, const char *id, const char *english)
{
    sink_html_print(&report->html, "<h2 id=\"%s-title\">", id);
    sink_report_say(report, english);
    sink_html_raw(&report->html, "</h2>\n");
}

void sink_report_paragraph(struct sink_report *report, const char *class, const char *english)
{
    sink_html_print(&report->html, "<p class=\"%s\">", class);
    sink_report_say(report, english);
    sink_html_raw(&report->html, "</p>\n");
}

void sink_report_figure(struct sink_report *report, enum sink_shown_quantity quantity, double value)
{
    const struct sink_scale scale = sink_scale_of(quantity, sink_report_is_chinese(report), value);
    sink_html_raw(&report->html, "<b>");
    sink_html_text(&report->html, sink_number_scaled(value, &scale).text);
    sink_html_print(&report->html, "</b> <span class=\"unit\">%s</span>", scale.unit);
}

void sink_report_interval(struct sink_report *report, enum sink_shown_quantity quantity,
                          double value, double lower, double upper)
{
    const struct sink_scale scale = sink_scale_of(quantity, sink_report_is_chinese(report), value);
    if (!isfinite(lower) || !isfinite(upper))
        return;
    sink_report_fill(report, "95 % interval: {1} to {2}", sink_number_scaled(lower, &scale).text,
                     sink_number_scaled(upper, &scale).text);
}

void sink_report_cell(struct sink_report *report, double value, int decimals)
{
    sink_html_raw(&report->html, "<td>");
    if (isfinite(value))
        sink_html_raw(&report->html, sink_number(value, decimals).text);
}

bool sink_report_ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}
