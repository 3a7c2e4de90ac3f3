/* Two inventories against each other: years, versions or parties.
 *
 * Regions go together by id, classes, pools and the like by name, years by year (by place where no
 * year is in both and the numbers of years are equal). Where both carry tallies of the same strata,
 * what differs is told by cause, for each region and year, so that the three add up:
 *   area:    the account of B's areas with A's mean biomass, volume and soil of each stratum and
 *            A's factors, less A; a stratum that A lacks counts here, as B has it;
 *   biomass: the account of B's tally with A's factors, less that;
 *   factors: B less that: factors, methods and all else that the job says.
 * Where the strata are others (other years of `history`, say), area and biomass are one: the
 * account of B's tally with A's factors, less A. */
#ifndef SINK_PIPELINES_DIFF_H
#define SINK_PIPELINES_DIFF_H

#include "pipelines/evidence.h"
#include "pipelines/options.h"
#include "pipelines/verify.h"

/* How a variable compares. */
struct sink_diff_variable {
    const char *name;
    size_t compared, differing;
    double worst; /* relative difference; NaN for texts and where one is missing */
    size_t worst_a, worst_b;
    bool is_text;
};
/* Something that only one of the two has: "region", "class", "variable" ... */
struct sink_diff_only {
    const char *kind;
    char *label;
    bool is_in_b;
};

enum sink_diff_figure { SINK_DIFF_CARBON, SINK_DIFF_REMOVAL, SINK_DIFF_FIGURES };
/* A region in a year: of A, with B's areas (NaN where area and biomass are one), with B's tally, of
 * B; NaN where not defined. */
struct sink_diff_cause {
    char *region;
    int level;
    int year_a, year_b;
    double values[SINK_DIFF_FIGURES][4];
};

/* Lines that only one of the two has: "job.yml:12: gwp: ar6". */
#define SINK_DIFF_LINES 100
struct sink_diff_lines {
    char *items[SINK_DIFF_LINES];
    size_t kept, count; /* all of them */
};

struct sink_diff {
    struct sink_verification
        a; /* the file, and each value that differs: claimed in A, found in B */
    struct sink_dataset b;
    const char *path_b;
    double tolerance;
    struct sink_diff_variable *variables; /* [a.file.variable_count], those in both */
    size_t variable_count, compared;      /* values of all of them */
    struct sink_diff_only *only;
    size_t only_count, only_room;
    struct sink_diff_cause *causes; /* [cause_count] by year and region of B */
    size_t cause_count;
    char why_not[512]; /* the causes cannot be told */
    char why_one[256]; /* why area and biomass are one; "" when they are not */
    struct sink_diff_lines job_lines[2], factor_rows[2]; /* of A and B, where both carry tallies */
};

SINK_CHECKED enum sink_status sink_diff_make(const struct sink_options *options,
                                             struct sink_diff *diff, struct sink_error *error);
void sink_diff_free(struct sink_diff *diff);
/* Nothing differs by more than the tolerance, and nothing is in one of them only. */
bool sink_diff_is_equal(const struct sink_diff *diff);

void sink_diff_print(const struct sink_diff *diff, const struct sink_options *options, FILE *out);
SINK_CHECKED enum sink_status sink_diff_print_json(const struct sink_diff *diff, FILE *out,
                                                   struct sink_error *error);

/* diff_lines.c: fills job_lines and factor_rows. */
SINK_CHECKED enum sink_status sink_diff_compare_lines(struct sink_diff *diff,
                                                      const struct sink_evidence *a,
                                                      const struct sink_evidence *b,
                                                      struct sink_error *error);
void sink_diff_lines_free(struct sink_diff_lines *lines);

/* diff_causes.c: fills the causes, or why_not. */
SINK_CHECKED enum sink_status sink_diff_explain(struct sink_diff *diff, struct sink_error *error);

#endif
