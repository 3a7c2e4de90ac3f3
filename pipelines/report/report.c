#include "pipelines/report/report.h"

#include "pipelines/atomic_file.h"
#include "pipelines/report/assets.h"
#include "pipelines/report/breaks.h"
#include "pipelines/report/page.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* "sha256-<base64>" of a style or script, as a Content-Security-Policy names it. */
static bool add_hash(struct sink_html *html, const char *text)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    char base64[2 * EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_Digest(text, strlen(text), hash, &length, EVP_sha256(), NULL) != 1)
        return false;
    EVP_EncodeBlock((unsigned char *)base64, hash, (int)length);
    sink_html_print(html, "'sha256-%s'", base64);
    return true;
}

static void add_title(struct sink_report *report)
{
    const char *title = sink_dataset_text(&report->data, NULL, "title");
    sink_html_text(&report->html, *title ? title : sink_report_word(report, "Carbon inventory"));
}

/* The script's own words and its text; words are escaped as JSON within a data block cannot be run.
 */
static void add_head(struct sink_report *report, const char *style)
{
    struct sink_html *html = &report->html;
    sink_html_print(html,
                    "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src ",
                    sink_report_is_chinese(report) ? "zh-CN" : "en");
    if (!add_hash(html, style))
        html->has_failed = true;
    sink_html_raw(html, "; script-src ");
    if (!add_hash(html, sink_report_script))
        html->has_failed = true;
    sink_html_raw(html, "; base-uri 'none'; form-action 'none'\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                        "<meta name=\"color-scheme\" content=\"light dark\">\n"
                        "<meta name=\"generator\" content=\"sinkcalc " SINK_VERSION "\">\n<title>");
    add_title(report);
    sink_html_raw(html, "</title>\n<style>");
    sink_html_raw(html, style);
    sink_html_raw(html, "</style>\n</head>\n");
}

static void add_navigation(struct sink_report *report)
{
    static const char *const links[][2] = {{"summary", "Summary"}, {"maps", "Maps"},
                                           {"charts", "Charts"},   {"ranking", "Ranking"},
                                           {"table", "Tables"},    {"method", "Method"}};
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<nav aria-label=\"");
    sink_report_say(report, "Sections");
    sink_html_raw(html, "\"><ul>");
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if (strcmp(links[i][0], "maps") == 0 && report->outlines.region_count == 0)
            continue;
        sink_html_print(html, "<li><a href=\"#%s\">", links[i][0]);
        sink_report_say(report, links[i][1]);
        sink_html_raw(html, "</a></li>");
    }
    sink_html_raw(html, "</ul></nav>\n");
}

static void add_header(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    const char *institution = sink_dataset_text(&report->data, NULL, "institution");
    sink_html_raw(html, "<header><div class=\"wide\"><p class=\"eyebrow\">");
    sink_report_say(report, "Carbon inventory");
    sink_html_raw(html, "</p>\n<h1>");
    add_title(report);
    sink_html_raw(html, "</h1>\n<p class=\"byline\">");
    sink_html_text(html, institution);
    sink_html_raw(html, *institution ? " · " : "");
    if (report->year_count > 1)
        sink_html_print(html, "%d–", report->years[0]);
    sink_html_print(html, "%d", report->years[report->year_count - 1]);
    sink_html_raw(html, "</p></div></header>\n");
}

/* Words of the script are attributes of the page, so that its text, and its hash, are the same in
 * both languages. */
static void open_body(struct sink_report *report)
{
    static const char *const words[][2] = {
        {"csv", "Download as CSV"}, {"filter", "Find a region"}, {"sort", "Sort by"}};
    struct sink_html *html = &report->html;
    sink_html_raw(html, "<body");
    for (size_t i = 0; i < 3; i++) {
        sink_html_print(html, " data-%s=\"", words[i][0]);
        sink_report_say(report, words[i][1]);
        sink_html_raw(html, "\"");
    }
    sink_html_raw(html, ">\n<a class=\"skip\" href=\"#main\">");
    sink_report_say(report, "Skip to the content");
    sink_html_raw(html, "</a>\n");
}

static void add_body(struct sink_report *report)
{
    struct sink_html *html = &report->html;
    open_body(report);
    add_header(report);
    add_navigation(report);
    sink_html_raw(html, "<main id=\"main\" class=\"wide\">\n");
    sink_report_summary(report);
    sink_report_atlas(report);
    sink_report_regions(report);
    sink_report_method(report);
    sink_html_raw(html, "</main>\n<footer class=\"wide\"><p>");
    sink_report_say(report,
                    "Made by sinkcalc from the inventory alone. Removals are positive where "
                    "carbon enters the land.");
    sink_html_raw(html, "</p></footer>\n<script>");
    sink_html_raw(html, sink_report_script);
    sink_html_raw(html, "</script>\n</body>\n</html>\n");
}

enum sink_status sink_report_write(const char *path, const struct sink_report_settings *settings,
                                   const char *output, struct sink_error *error)
{
    struct sink_report report;
    struct sink_html style = {0};
    enum sink_status status = sink_report_breaks_check(settings->breaks, error);
    if (status == SINK_OK)
        status = sink_report_open(path, settings, &report, error);
    if (status != SINK_OK)
        return status;
    sink_html_raw(&style, sink_report_style);
    sink_report_map_style(&report, &style);
    sink_report_table_style(&style);
    if (!style.has_failed && style.text)
        add_head(&report, style.text);
    add_body(&report);
    if (style.has_failed || report.html.has_failed)
        status = sink_fail(error, SINK_FAILED, "%s: out of memory for the report", output);
    else
        status = sink_file_replace(output, report.html.text, report.html.bytes, error);
    sink_html_free(&style);
    sink_report_close(&report);
    return status;
}
