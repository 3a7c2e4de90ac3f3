/* The parts of an uncertainty: private to sinkcalc/model. */
#ifndef SINK_MODEL_UNCERTAINTY_PARTS_H
#define SINK_MODEL_UNCERTAINTY_PARTS_H

#include "sinkcalc/model/account_parts.h"
#include "sinkcalc/model/spread.h"
#include "sinkcalc/model/uncertainty.h"

/* A random variable: rows that are drawn together. */
struct sink_variable {
    const int *rows; /* positions in the factor tables, into sink_assessment.rows_of */
    size_t row_count;
};

/* Behind the sums of a row: the m3 that were felled on it, as the biomass pools count them. */
#define SINK_SUM_HARVEST SINK_SUM_COUNT /* + biomass pool */
#define SINK_ROW_SUM_COUNT (SINK_SUM_HARVEST + SINK_BIOMASS_POOL_COUNT)

/* An assessment in the making. */
struct sink_assessment {
    const struct sink_account *account;
    const struct sink_tally_spec *spec;
    const struct sink_tally_row *rows;
    size_t row_count;
    const struct sink_region_list *regions;
    const struct sink_account_basis *basis;
    const struct sink_uncertainty_request *request;
    struct sink_uncertainty *result;
    double (*sums)[SINK_ROW_SUM_COUNT];         /* [row_count] */
    const struct sink_stratum_account **strata; /* [row_count] */
    struct sink_variable *variables;
    size_t variable_count;
    int *rows_of;                /* row positions by variable */
    struct sink_spread *spreads; /* [factors->row_count] */
};

static inline size_t sink_at_figure(const struct sink_account *account, size_t figure, size_t year,
                                    size_t region)
{
    return (figure * account->year_count + year) * account->region_count + region;
}

/* The amounts of a row with these sums; those of harvest are what it took. */
void sink_row_amounts(const struct sink_effect *effect, const double sums[SINK_ROW_SUM_COUNT],
                      double amounts[SINK_AMOUNT_COUNT]);
/* What a row of the tally with these amounts adds to the figures: of its later year, and, with
 * `first`, of the first year (a row of the first of several passes). */
void sink_row_figures(const struct sink_assessment *assessment,
                      const struct sink_stratum_account *stratum,
                      const double amounts[SINK_AMOUNT_COUNT], double later[SINK_FIGURE_COUNT],
                      double first[SINK_FIGURE_COUNT]);
/* The row's later year; whether it tells of the first year too. */
size_t sink_row_year(const struct sink_assessment *assessment, size_t row);
bool sink_row_has_first(const struct sink_assessment *assessment, size_t row);
/* The figure as the account has it. */
double sink_figure_value(const struct sink_assessment *assessment, size_t figure, size_t year,
                         size_t region);

/* Asks the watch of the request, if any, whether to go on. */
SINK_CHECKED enum sink_status sink_assessment_look(const struct sink_assessment *assessment,
                                                   size_t done, size_t total,
                                                   struct sink_error *error);

/* uncertainty_variables.c */
SINK_CHECKED enum sink_status sink_assessment_list_variables(struct sink_assessment *assessment,
                                                             struct sink_error *error);

/* uncertainty_harvest.c: fills the sums of harvest. */
SINK_CHECKED enum sink_status sink_assessment_share_harvest(struct sink_assessment *assessment,
                                                            struct sink_error *error);

/* Standard errors of figures from one source with one error, [figure][year][region] as amounts with
 * a sign: they are squared and added up, and the greatest are kept as drivers. */
void sink_assessment_add_source(struct sink_assessment *assessment, const double *deviations,
                                struct sink_source source);

/* uncertainty_raster.c, uncertainty_area.c: the same, with their sources. */
SINK_CHECKED enum sink_status sink_assessment_add_rasters(struct sink_assessment *assessment,
                                                          struct sink_error *error);
SINK_CHECKED enum sink_status sink_assessment_add_areas(struct sink_assessment *assessment,
                                                        struct sink_error *error);
/* monte_carlo.c: replaces se and bounds by those of the draws. `others_se` is the part of the
 * standard error that rasters and areas have, [figure][year][region]. */
SINK_CHECKED enum sink_status sink_assessment_draw(struct sink_assessment *assessment,
                                                   const double *others_se,
                                                   struct sink_error *error);

#endif
