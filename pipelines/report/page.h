/* The inventory that a report is of, and what its pages share: private to pipelines/report. */
#ifndef SINK_PIPELINES_REPORT_PAGE_H
#define SINK_PIPELINES_REPORT_PAGE_H

#include "pipelines/dataset.h"
#include "pipelines/report/classes.h"
#include "pipelines/report/html.h"
#include "pipelines/report/number.h"
#include "pipelines/report/outline.h"
#include "pipelines/report/report.h"
#include "pipelines/track.h"
#include "sinkcalc/model/class.h"

#define SINK_REPORT_MEASURES 5 /* of the maps */

struct sink_report {
    const struct sink_report_settings *settings;
    const char *path;
    char sha256[65];
    double bytes;
    struct sink_dataset data;
    struct sink_class_list classes;
    struct sink_html html;
    size_t picture_count; /* so far: they are numbered */

    size_t year_count, region_count, level_count, cover_count, pool_count, ecosystem_count;
    int *years;
    double *period_starts; /* [year] the year whose end begins the period; NaN without one */
    char *const *ids, *const *names, *const *parent_ids; /* borrowed from `data` */
    char **own_names; /* the names in Chinese, where a rest has one of ours */
    const int *levels, *kinds;
    int *parents;         /* [region] -1 at the top */
    size_t *level_counts; /* [level] */
    size_t *named_counts; /* [level] without what a parent has outside its children */
    bool *has_page;       /* [region] a section of its own with all of its numbers */
    bool *is_folded;      /* [level] so many regions that none of them has one */
    size_t first_level;   /* shown when the page opens */
    size_t top_count, *tops;
    char *const *covers, *const *pools, *const *ecosystems;
    /* [year][region], or NULL */
    const double *stock, *stock_lower, *stock_upper, *sink, *sink_lower, *sink_upper, *land,
        *forest, *coverage, *classified, *volume, *volume_lower, *volume_upper, *completeness;
    double *measures[SINK_REPORT_MEASURES]; /* [region] NaN where unknown; NULL: no such map */
    struct sink_map_outlines outlines;      /* region_count 0: none */
    size_t *first_nodes, *first_parts;      /* of the outlines */
    unsigned char *marks;

    struct sink_track track;
    bool has_track;
    char track_fault[1024];
    struct sink_error error;
};

/* Reads the file; on failure nothing is left to free. */
SINK_CHECKED enum sink_status sink_report_open(const char *path,
                                               const struct sink_report_settings *settings,
                                               struct sink_report *report,
                                               struct sink_error *error);
void sink_report_close(struct sink_report *report);

/* A word or sentence of the page in its language; the English one is the key. */
const char *sink_report_word(const struct sink_report *report, const char *english);
/* A name as people read it. */
struct sink_name {
    char text[512];
};
/* A name out of the file, "salt_marsh" or "forest_land_remaining_forest_land": from the table of
 * words, else with spaces. */
struct sink_name sink_report_name(const struct sink_report *report, const char *name);
/* The same for a class of land, by the table of classes: the ecosystem "forest" is not the class.
 */
struct sink_name sink_report_class(const struct sink_report *report, const char *name);
/* What a variance is from, "dead_wood of forest|open_forest (ipcc:923)". */
struct sink_name sink_report_driver(const struct sink_report *report, const char *text);
/* "forest|open_forest" by the names of the classes. */
struct sink_name sink_report_classes(const struct sink_report *report, const char *text);
/* What a factor holds for, "zone=tropical_rain_forest|polar; continent=asia", with spaces; in
 * Chinese by the table of words. */
struct sink_name sink_report_keys(const struct sink_report *report, const char *text);
/* What an input is for, "land_cover 2020", the same way. */
struct sink_name sink_report_role(const struct sink_report *report, const char *text);
static inline bool sink_report_is_chinese(const struct sink_report *report)
{
    return report->settings->is_chinese;
}

/* The values of a variable on exactly these dimensions, "time pool region"; NULL when the file has
 * no such variable. */
const double *sink_report_reals(const struct sink_report *report, const char *name,
                                const char *dimensions);
char *const *sink_report_texts(const struct sink_report *report, const char *name,
                               const char *dimension);
const int *sink_report_ints(const struct sink_report *report, const char *name,
                            const char *dimensions);
/* The length of a dimension, 0 when no variable is on it. */
size_t sink_report_length(const struct sink_report *report, const char *dimension);
/* The sum over the regions of the top level of a row [region]; NaN where one is missing. */
double sink_report_top_sum(const struct sink_report *report, const double *row);
static inline const double *sink_report_last(const struct sink_report *report, const double *values)
{
    return values ? values + (report->year_count - 1) * report->region_count : NULL;
}
/* Of a region in the last year; NaN where there is none. */
static inline double sink_report_at_last(const struct sink_report *report, const double *values,
                                         size_t region)
{
    return values ? sink_report_last(report, values)[region] : __builtin_nan("");
}

/* What a map shows, in the order of report->measures. */
struct sink_report_measure {
    const char *key, *title, *explanation; /* English; the key also names it in --breaks */
    enum sink_shown_quantity quantity;
    bool is_diverging;
    enum sink_palette palette;
};
extern const struct sink_report_measure sink_report_measures[SINK_REPORT_MEASURES];

/* The link to a region: its section, or its row of the table. */
void sink_report_link(struct sink_report *report, size_t region);
/* A sentence of the table of words with {1} and {2} filled in, escaped. */
void sink_report_fill(struct sink_report *report, const char *english, const char *first,
                      const char *second);
void sink_report_heading(struct sink_report *report, const char *id, const char *english);
void sink_report_paragraph(struct sink_report *report, const char *class, const char *english);
/* Escaped text, and a word. */
static inline void sink_report_say(struct sink_report *report, const char *english)
{
    sink_html_text(&report->html, sink_report_word(report, english));
}
/* A number with its unit: <b>1,234</b> <span>kt C</span>. */
void sink_report_figure(struct sink_report *report, enum sink_shown_quantity quantity,
                        double value);
/* "1.2 to 3.4" in the unit of `value`; nothing without an interval. */
void sink_report_interval(struct sink_report *report, enum sink_shown_quantity quantity,
                          double value, double lower, double upper);

/* <td> with a number, empty for NaN. */
void sink_report_cell(struct sink_report *report, double value, int decimals);
bool sink_report_ends_with(const char *text, const char *end);

void sink_report_summary(struct sink_report *report);
void sink_report_gauges(struct sink_report *report);
void sink_report_atlas(struct sink_report *report); /* maps, ranking, tables by level */
void sink_report_maps(struct sink_report *report, size_t level);
void sink_report_ranking(struct sink_report *report, size_t level);
void sink_report_table(struct sink_report *report, size_t level);
void sink_report_table_style(struct sink_html *style);
void sink_report_map_style(struct sink_report *report, struct sink_html *style);
void sink_report_charts(struct sink_report *report);
void sink_report_transitions(struct sink_report *report);
void sink_report_regions(struct sink_report *report);
void sink_report_figures(struct sink_report *report, size_t region);
void sink_report_method(struct sink_report *report);
void sink_report_factors(struct sink_report *report);

#endif
