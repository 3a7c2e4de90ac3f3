/* The parts of the short table: private to pipelines/summary*.c. */
#ifndef SINK_PIPELINES_SUMMARY_PARTS_H
#define SINK_PIPELINES_SUMMARY_PARTS_H

#include "pipelines/summary.h"

#define SINK_SUMMARY_MAX_COLUMNS 5

/* What a section is about. */
struct sink_section {
    const char *member, *title, *label_key; /* key of the section in JSON; heading; key of a row */
    const char *columns[SINK_SUMMARY_MAX_COLUMNS], *keys[SINK_SUMMARY_MAX_COLUMNS];
    size_t column_count;
    bool is_worded; /* labels are words with _ between them, which a table prints as spaces */
};

/* Who takes the sections, row by row. NaN: not defined. */
struct sink_section_taker {
    void (*start)(void *taker, const struct sink_section *section);
    void (*row)(void *taker, const struct sink_section *section, const char *label,
                const double *values);
};

/* What the account of one region says beside its totals, in the last year: classes, IPCC land uses,
 * overlays, other gases and memo lines, value, what drives the uncertainty. Every section is
 * started, also one without rows. `taker` begins with a struct sink_section_taker. */
SINK_CHECKED enum sink_status sink_summary_sections(const struct sink_inventory *inventory,
                                                    size_t region, void *taker,
                                                    struct sink_error *error);

/* Whether the summary tells of a region; `wanted` is the one of --region or NULL. */
bool sink_summary_shows(const struct sink_region *region, const char *wanted);

/* summary_json.c: the whole summary as JSON. */
SINK_CHECKED enum sink_status sink_summary_print_json(const struct sink_inventory *inventory,
                                                      const char *wanted, FILE *out,
                                                      struct sink_error *error);

/* One region in one year, as the summary shows it. */
struct sink_summary_line {
    const struct sink_inventory *inventory;
    size_t year, region;
};
enum sink_summary_figure {
    SINK_SUMMARY_LAND_HA,
    SINK_SUMMARY_FOREST_HA,
    SINK_SUMMARY_COVERAGE_PERCENT,
    SINK_SUMMARY_VOLUME_M3,
    SINK_SUMMARY_TOTAL_TC,
    SINK_SUMMARY_TOTAL_LOWER_TC,
    SINK_SUMMARY_TOTAL_UPPER_TC,
    SINK_SUMMARY_SINK_TCO2_YR,
    SINK_SUMMARY_SINK_LOWER_TCO2_YR,
    SINK_SUMMARY_SINK_UPPER_TCO2_YR,
    SINK_SUMMARY_COMPLETENESS_PERCENT,
    SINK_SUMMARY_COVERAGE_LEAST_PERCENT, /* from here on: shown only where there is any */
    SINK_SUMMARY_COVERAGE_MOST_PERCENT,
    SINK_SUMMARY_BEYOND_GRID_HA,
    SINK_SUMMARY_ONE_DATE_HA,
    SINK_SUMMARY_NO_VALUE_HA,
    SINK_SUMMARY_NO_FACTOR_HA,
    SINK_SUMMARY_FIGURE_COUNT
};
/* Label in the table and key in JSON. */
struct sink_summary_name {
    const char *label, *key;
};
extern const struct sink_summary_name sink_summary_names[SINK_SUMMARY_FIGURE_COUNT];
double sink_summary_value(const struct sink_summary_line *line, size_t figure);
double sink_summary_ecosystem_tc(const struct sink_summary_line *line, size_t ecosystem);
/* A figure of a target, [target][year][region]. */
double sink_summary_target(const double *values, const struct sink_summary_line *line,
                           size_t target);
/* What has no class: no data, unknown codes, beyond the grid. */
double sink_summary_unknown_m2(const struct sink_summary_line *line);
/* Forest coverage if none of it were forest; NaN where all land has a class. */
double sink_summary_coverage_least(const struct sink_summary_line *line);
/* Whether the target is "met", "unmet", or "unsure", as the land that has no class may say; NULL
 * where it does not apply. */
const char *sink_summary_outcome(const struct sink_summary_line *line, size_t target);
const char *sink_summary_target_name(const struct sink_target *target);

#endif
