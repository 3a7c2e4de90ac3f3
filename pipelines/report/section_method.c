/* How it was made: version, job, inputs with hashes, factors with sources, checks, notes. */
#include "pipelines/report/page.h"
#include "pipelines/verify.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_NOTES 40 /* many regions may each have the same fault */

static void add_term(struct sink_report *report, const char *title, const char *text)
{
    struct sink_html *html = &report->html;
    if (!*text)
        return;
    sink_html_raw(html, "<div><dt>");
    sink_report_say(report, title);
    sink_html_raw(html, "</dt><dd>");
    sink_html_text(html, text);
    sink_html_raw(html, "</dd></div>");
}

/* "1200 x 1000 cells of 0.00025 x -0.00025 from 120, 27.45; tiles of 512 x 512" in the words of the
 * page. */
static const char *grid_text(const struct sink_report *report, char *text, size_t room)
{
    const char *grid = sink_dataset_text(&report->data, NULL, "sinkcalc_grid");
    char numbers[8][32];
    int read = 0;
    if (!sink_report_is_chinese(report) ||
        sscanf(grid,
               "%31[0-9] x %31[0-9] cells of %31s x %31s from %31[^,], %31[^;]; tiles of "
               "%31[0-9] x %31[0-9]%n",
               numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6],
               numbers[7], &read) != 8 ||
        grid[read])
        return grid;
    snprintf(text, room, "%s × %s 个像元，每个 %s × %s，起点 %s，%s；分块 %s × %s", numbers[0],
             numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7]);
    return text;
}

static void add_terms(struct sink_report *report)
{
    static const struct {
        const char *title, *attribute;
    } terms[] = {{"Title", "title"},
                 {"Institution", "institution"},
                 {"Licence", "license"},
                 {"Account made by sinkcalc", "sinkcalc_version"},
                 {"Tally made by sinkcalc", "sinkcalc_tally_version"},
                 {"Libraries", "sinkcalc_libraries"},
                 {"Grid", "sinkcalc_grid"},
                 {"Global warming potentials", "sinkcalc_gwp"},
                 {"Hash of the factor tables", "sinkcalc_factors_sha256"},
                 {"References", "references"}};
    char text[160];
    char grid[400];
    sink_html_raw(&report->html, "<dl class=\"terms\">\n");
    add_term(report, "Inventory", sink_text_file_name(report->path));
    add_term(report, "SHA-256 of the inventory", report->sha256);
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        add_term(report, terms[i].title,
                 strcmp(terms[i].attribute, "sinkcalc_grid") == 0
                     ? grid_text(report, grid, sizeof grid)
                     : sink_report_word(
                           report, sink_dataset_text(&report->data, NULL, terms[i].attribute)));
    const double years = sink_dataset_real(&report->data, NULL, "sinkcalc_transition_years");
    if (isfinite(years)) {
        snprintf(text, sizeof text, "%s", sink_number(years, 0).text);
        add_term(report, "Years that a conversion takes", text);
    }
    const double draws = sink_dataset_real(&report->data, NULL, "sinkcalc_draws");
    if (draws > 0) {
        snprintf(text, sizeof text, "%s; %s", sink_number(draws, 0).text,
                 sink_dataset_text(&report->data, NULL, "sinkcalc_seed"));
        add_term(report, "Draws; seed", text);
    }
    add_term(report, "Report made by sinkcalc", SINK_VERSION);
    sink_html_raw(&report->html, "</dl>\n");
}

/* "#": a heading of numbers. */
static void open_table(struct sink_report *report, const char *caption, const char *const *headings)
{
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    sink_report_say(report, caption);
    sink_html_raw(html, "\"><table class=\"evidence\"><caption>");
    sink_report_say(report, caption);
    sink_html_raw(html, "</caption><thead><tr>");
    for (; *headings; headings++) {
        const bool is_number = **headings == '#';
        sink_html_raw(html, is_number ? "<th scope=col class=number>" : "<th scope=col>");
        sink_report_say(report, *headings + is_number);
        sink_html_raw(html, "</th>");
    }
    sink_html_raw(html, "</tr></thead><tbody>\n");
}

static void close_table(struct sink_report *report)
{
    sink_html_raw(&report->html, "</tbody></table></div>\n");
}

static void put_text(struct sink_report *report, const char *text)
{
    sink_html_raw(&report->html, "<td>");
    sink_html_text(&report->html, text);
}

static void put_number(struct sink_report *report, const char *text)
{
    sink_html_print(&report->html, "<td class=number>%s", text);
}

/* What level 1 of `verify` finds: layout, units, ranges and sums, from the file alone. */
static void add_verdict(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    struct sink_verification verification = {.path = report->path, .file = report->data};
    char count[32];
    sink_verify_internal(&verification);
    const struct sink_verify_result *result = &verification.levels[SINK_VERIFY_INTERNAL];
    const bool is_good = result->state == SINK_VERIFY_PASSED;
    snprintf(count, sizeof count, "%zu", is_good ? result->sums : result->difference_count);
    sink_html_print(html, "<p class=\"verdict %s\">", is_good ? "good" : "bad");
    sink_report_fill(report,
                     is_good ? "Verified by sinkcalc, level 1 (layout, units, ranges, sums): "
                               "passed; {1} sums compared."
                             : "Verified by sinkcalc, level 1 (layout, units, ranges, sums): "
                               "FAILED; {1} differences, which `sinkcalc verify` lists.",
                     count, "");
    sink_html_raw(html, "</p>\n");
    report->html.has_failed = report->html.has_failed || verification.is_out_of_memory;
    verification.file = (struct sink_dataset){0}; /* the report's own */
    sink_verification_free(&verification);
}

/* The closure checks that the run made and the inventory holds. */
static void add_checks(struct sink_report *report)
{
    static const char *const headings[] = {"Check", "#Worst difference", "#Tolerance",
                                           "Where", "Verdict",           NULL};
    struct sink_html *html = &report->html;
    char *const *names = sink_report_texts(report, "check_name", "check");
    char *const *regions = sink_report_texts(report, "check_worst_region", "check");
    const double *worst = sink_report_reals(report, "check_worst", "check");
    const double *tolerance = sink_report_reals(report, "check_tolerance", "check");
    const int *passed = sink_report_ints(report, "check_passed", "check");
    const size_t count = names && passed ? sink_report_length(report, "check") : 0;
    size_t held = 0;
    char held_text[32], count_text[32], number[64];
    for (size_t i = 0; i < count; i++)
        held += passed[i] != 0;
    snprintf(held_text, sizeof held_text, "%zu", held);
    snprintf(count_text, sizeof count_text, "%zu", count);
    sink_html_print(html, "<p class=\"verdict %s\">", held == count && count > 0 ? "good" : "bad");
    sink_report_fill(report, "{1} of {2} closure checks hold, as the inventory says.", held_text,
                     count_text);
    sink_html_raw(html, "</p>\n");
    if (count == 0)
        return;
    open_table(report, "Closure checks", headings);
    for (size_t i = 0; i < count; i++) {
        sink_html_raw(html, "<tr>");
        put_text(report, sink_report_name(report, names[i]).text);
        snprintf(number, sizeof number, "%.2g", worst ? worst[i] : NAN);
        put_number(report, worst ? number : "");
        snprintf(number, sizeof number, "%.0e", tolerance ? tolerance[i] : NAN);
        put_number(report, tolerance ? number : "");
        put_text(report, regions ? regions[i] : "");
        put_text(report, sink_report_word(report, passed[i] ? "holds" : "FAILS"));
        sink_html_raw(html, "\n");
    }
    close_table(report);
}

static void add_inputs(struct sink_report *report)
{
    static const char *const headings[] = {"Input", "Role", "#Bytes", "SHA-256", NULL};
    struct sink_html *html = &report->html;
    char *const *paths = sink_report_texts(report, "input_path", "input");
    char *const *roles = sink_report_texts(report, "input_role", "input");
    char *const *hashes = sink_report_texts(report, "input_sha256", "input");
    const double *bytes = sink_report_reals(report, "input_bytes", "input");
    const size_t count = paths && hashes ? sink_report_length(report, "input") : 0;
    if (count == 0)
        return;
    open_table(report, "Inputs with their hashes", headings);
    for (size_t i = 0; i < count; i++) {
        sink_html_raw(html, "<tr>");
        put_text(report, sink_text_file_name(paths[i]));
        put_text(report, sink_report_role(report, roles ? roles[i] : "").text);
        put_number(report, bytes ? sink_number(bytes[i], 0).text : "");
        sink_html_raw(html, "<td class=hash>");
        sink_html_text(html, hashes[i]);
        sink_html_raw(html, "\n");
    }
    close_table(report);
}

static void add_notes(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    char *const *notes = sink_report_texts(report, "note_text", "note");
    const size_t count = notes ? sink_report_length(report, "note") : 0;
    if (count == 0)
        return;
    sink_html_raw(html, "<h3>");
    sink_report_say(report, "Notes of the run");
    sink_html_raw(html, "</h3><ul class=\"notes\">\n");
    for (size_t i = 0; i < count && i < MOST_NOTES; i++) {
        sink_html_raw(html, "<li>");
        sink_html_text(html, notes[i]);
        sink_html_raw(html, "\n");
    }
    if (count > MOST_NOTES) {
        char more[32];
        snprintf(more, sizeof more, "%zu", count - MOST_NOTES);
        sink_html_raw(html, "<li>");
        sink_report_fill(report, "{1} more stand in the inventory (note_text).", more, "");
    }
    sink_html_raw(html, "</ul>\n");
}

static void add_job(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    const char *job = sink_dataset_text(&report->data, NULL, "sinkcalc_job");
    if (!*job)
        return;
    sink_html_raw(html, "<details><summary>");
    sink_report_say(report, "The job, as it was run");
    sink_html_raw(html, ": ");
    sink_html_text(html, sink_dataset_text(&report->data, NULL, "sinkcalc_job_file"));
    sink_html_raw(html, "</summary><pre tabindex=\"0\">");
    sink_html_text(html, job);
    sink_html_raw(html, "</pre></details>\n");
}

void sink_report_method(struct sink_report *report)
{
    sink_html_raw(&report->html, "<section id=\"method\" aria-labelledby=\"method-title\">\n");
    sink_report_heading(report, "method", "Method and provenance");
    add_terms(report);
    sink_html_raw(&report->html, "<h3>");
    sink_report_say(report, "Does it add up?");
    sink_html_raw(&report->html, "</h3>\n");
    add_verdict(report);
    add_checks(report);
    add_notes(report);
    add_inputs(report);
    sink_report_factors(report);
    add_job(report);
    sink_html_raw(&report->html, "</section>\n");
}
