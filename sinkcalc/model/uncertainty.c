/* Approach 1: every source shifts the figures by one standard error; squares add up. */
#include "sinkcalc/model/uncertainty.h"

#include "sinkcalc/model/uncertainty_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Step of the central difference, in standard errors: the error of the slope is of its square. */
#define STEP 1e-3

size_t sink_row_year(const struct sink_assessment *assessment, size_t row)
{
    return sink_account_year(assessment->spec, assessment->rows[row].pass, SINK_SIDE_TO);
}

bool sink_row_has_first(const struct sink_assessment *assessment, size_t row)
{
    return assessment->spec->year_count > 1 && assessment->rows[row].pass == 0;
}

static bool is_forest(const struct sink_assessment *assessment, int class_index)
{
    return class_index >= 0 && assessment->basis->settings->is_forest[class_index];
}

void sink_row_amounts(const struct sink_effect *effect, const double sums[SINK_ROW_SUM_COUNT],
                      double amounts[SINK_AMOUNT_COUNT])
{
    sink_effect_apply(effect, sums, amounts);
    for (size_t pool = 0; pool < SINK_BIOMASS_POOL_COUNT; pool++)
        amounts[SINK_AMOUNT_REMOVAL + pool] =
            effect->of[SINK_AMOUNT_REMOVAL + pool][SINK_SUM_AREA] * sums[SINK_SUM_HARVEST + pool];
}

void sink_row_figures(const struct sink_assessment *assessment,
                      const struct sink_stratum_account *stratum,
                      const double amounts[SINK_AMOUNT_COUNT], double later[SINK_FIGURE_COUNT],
                      double first[SINK_FIGURE_COUNT])
{
    memset(later, 0, SINK_FIGURE_COUNT * sizeof *later);
    memset(first, 0, SINK_FIGURE_COUNT * sizeof *first);
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++) {
        later[SINK_FIGURE_STOCK + pool] = amounts[SINK_AMOUNT_STOCK_TO + pool];
        later[SINK_FIGURE_TOTAL_STOCK] += amounts[SINK_AMOUNT_STOCK_TO + pool];
        first[SINK_FIGURE_STOCK + pool] = amounts[SINK_AMOUNT_STOCK_FROM + pool];
        first[SINK_FIGURE_TOTAL_STOCK] += amounts[SINK_AMOUNT_STOCK_FROM + pool];
        if (!stratum->has_flow)
            continue;
        const double tco2_yr =
            sink_account_change_tc(
                assessment->basis->settings, stratum, amounts, pool,
                pool < SINK_BIOMASS_POOL_COUNT ? amounts[SINK_AMOUNT_REMOVAL + pool] : 0) *
            SINK_CO2_PER_C / stratum->flow.years;
        later[SINK_FIGURE_SINK + pool] = tco2_yr;
        later[SINK_FIGURE_TOTAL_SINK] += tco2_yr;
    }
    if (is_forest(assessment, stratum->class_to))
        later[SINK_FIGURE_VOLUME] = amounts[SINK_AMOUNT_VOLUME_TO];
    if (is_forest(assessment, stratum->class_from))
        first[SINK_FIGURE_VOLUME] = amounts[SINK_AMOUNT_VOLUME_FROM];
}

double sink_figure_value(const struct sink_assessment *assessment, size_t figure, size_t year,
                         size_t region)
{
    const struct sink_account *account = assessment->account;
    const size_t at = sink_at_region(account, year, region);
    if (figure < SINK_FIGURE_TOTAL_STOCK)
        return account->pool_tc[sink_at_pool(account, year, figure - SINK_FIGURE_STOCK, region)];
    if (figure == SINK_FIGURE_TOTAL_STOCK)
        return account->total_tc[at];
    if (figure < SINK_FIGURE_TOTAL_SINK)
        return account
            ->sink_tco2_yr[sink_at_pool(account, year, figure - SINK_FIGURE_SINK, region)];
    return figure == SINK_FIGURE_TOTAL_SINK ? account->total_sink_tco2_yr[at]
                                            : account->forest_volume_m3[at];
}

/* Keeps the greatest, by share of variance in place of the share for now. */
static void keep_driver(struct sink_drivers *drivers, int source, double variance)
{
    size_t at = SINK_DRIVER_COUNT;
    while (at > 0 && variance > drivers->share[at - 1])
        at--;
    if (at == SINK_DRIVER_COUNT || !(variance > 0))
        return;
    for (size_t i = SINK_DRIVER_COUNT - 1; i > at; i--) {
        drivers->source[i] = drivers->source[i - 1];
        drivers->share[i] = drivers->share[i - 1];
    }
    drivers->source[at] = source;
    drivers->share[at] = variance;
}

void sink_assessment_add_source(struct sink_assessment *assessment, const double *deviations,
                                struct sink_source source)
{
    const struct sink_account *account = assessment->account;
    struct sink_uncertainty *result = assessment->result;
    const int index = (int)result->source_count;
    const size_t last = account->year_count - 1;
    result->sources[result->source_count++] = source;
    for (size_t i = 0; i < SINK_FIGURE_COUNT * account->year_count * account->region_count; i++)
        result->se[i] += deviations[i] * deviations[i]; /* variance for now */
    for (size_t r = 0; r < account->region_count; r++) {
        const double stock = deviations[sink_at_figure(account, SINK_FIGURE_TOTAL_STOCK, last, r)];
        const double sink = deviations[sink_at_figure(account, SINK_FIGURE_TOTAL_SINK, last, r)];
        keep_driver(&result->stock_drivers[r], index, stock * stock);
        keep_driver(&result->sink_drivers[r], index, sink * sink);
    }
}

static bool uses(const struct sink_assessment *assessment,
                 const struct sink_stratum_account *stratum, const struct sink_variable *variable)
{
    int rows[SINK_MAX_STRATUM_ROWS];
    const size_t count = sink_stratum_rows(assessment->account->strata, stratum, rows);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < variable->row_count; k++)
            if (rows[i] == variable->rows[k])
                return true;
    return false;
}

/* How the effect of a stratum changes when the variable rises by one standard error. */
static void shift(const struct sink_assessment *assessment,
                  const struct sink_stratum_account *stratum, const struct sink_variable *variable,
                  double *values, struct sink_effect *slope)
{
    struct sink_effect up, down;
    const struct sink_factor *rows = assessment->basis->factors->rows;
    const struct sink_evaluation evaluation = {.factors = assessment->basis->factors,
                                               .values = values,
                                               .transition_yr =
                                                   sink_transition_yr(assessment->basis->settings)};
    for (size_t k = 0; k < variable->row_count; k++)
        values[variable->rows[k]] += STEP * assessment->spreads[variable->rows[k]].se;
    sink_stratum_evaluate(assessment->account->strata, stratum, &evaluation, &up);
    for (size_t k = 0; k < variable->row_count; k++)
        values[variable->rows[k]] =
            rows[variable->rows[k]].value - STEP * assessment->spreads[variable->rows[k]].se;
    sink_stratum_evaluate(assessment->account->strata, stratum, &evaluation, &down);
    for (size_t k = 0; k < variable->row_count; k++)
        values[variable->rows[k]] = rows[variable->rows[k]].value;
    for (size_t a = 0; a < SINK_AMOUNT_COUNT; a++)
        for (size_t s = 0; s < SINK_SUM_COUNT; s++)
            slope->of[a][s] = (up.of[a][s] - down.of[a][s]) / (2 * STEP);
}

/* Adds what the row's figures change by. */
static void add_row(const struct sink_assessment *assessment, size_t row,
                    const struct sink_effect *slope, double *deviations)
{
    const struct sink_account *account = assessment->account;
    double amounts[SINK_AMOUNT_COUNT], later[SINK_FIGURE_COUNT], first[SINK_FIGURE_COUNT];
    const size_t region = assessment->rows[row].region, year = sink_row_year(assessment, row);
    sink_row_amounts(slope, assessment->sums[row], amounts);
    sink_row_figures(assessment, assessment->strata[row], amounts, later, first);
    for (size_t f = 0; f < SINK_FIGURE_COUNT; f++) {
        deviations[sink_at_figure(account, f, year, region)] += later[f];
        if (sink_row_has_first(assessment, row))
            deviations[sink_at_figure(account, f, 0, region)] += first[f];
    }
}

/* Rooms that every variable uses again. */
struct rooms {
    double *deviations;         /* [figure][year][region] */
    double *values;             /* [factors->row_count] */
    struct sink_effect *slopes; /* [strata] */
    bool *is_used;              /* [strata] */
};

static void add_variable(struct sink_assessment *assessment, const struct sink_variable *variable,
                         struct rooms *rooms)
{
    const struct sink_account *account = assessment->account;
    const struct sink_strata *strata = account->strata;
    memset(rooms->deviations, 0,
           SINK_FIGURE_COUNT * account->year_count * account->region_count *
               sizeof *rooms->deviations);
    for (size_t s = 0; s < strata->count; s++) {
        rooms->is_used[s] = uses(assessment, &strata->items[s], variable);
        if (rooms->is_used[s])
            shift(assessment, &strata->items[s], variable, rooms->values, &rooms->slopes[s]);
    }
    for (size_t i = 0; i < assessment->row_count; i++) {
        const size_t s = (size_t)(assessment->strata[i] - strata->items);
        if (rooms->is_used[s])
            add_row(assessment, i, &rooms->slopes[s], rooms->deviations);
    }
    const struct sink_source source = {.row = &assessment->basis->factors->rows[variable->rows[0]]};
    sink_assessment_add_source(assessment, rooms->deviations, source);
}

enum sink_status sink_assessment_look(const struct sink_assessment *assessment, size_t done,
                                      size_t total, struct sink_error *error)
{
    const struct sink_watch *watch = assessment->request->watch;
    return watch ? watch->look(watch->context, done, total, error) : SINK_OK;
}

static enum sink_status add_variables(struct sink_assessment *assessment, struct sink_error *error)
{
    const struct sink_account *account = assessment->account;
    const struct sink_factors *factors = assessment->basis->factors;
    const size_t strata = account->strata->count;
    struct rooms rooms = {
        .deviations = calloc(SINK_FIGURE_COUNT * account->year_count * account->region_count + 1,
                             sizeof *rooms.deviations),
        .values = calloc(factors->row_count + 1, sizeof *rooms.values),
        .slopes = calloc(strata + 1, sizeof *rooms.slopes),
        .is_used = calloc(strata + 1, sizeof *rooms.is_used)};
    const bool is_whole = rooms.deviations && rooms.values && rooms.slopes && rooms.is_used;
    for (size_t i = 0; is_whole && i < factors->row_count; i++)
        rooms.values[i] = factors->rows[i].value;
    enum sink_status status = is_whole ? SINK_OK : sink_fail_memory(error);
    for (size_t v = 0; status == SINK_OK && v < assessment->variable_count; v++) {
        add_variable(assessment, &assessment->variables[v], &rooms);
        status = sink_assessment_look(assessment, 0, 0, error);
    }
    free(rooms.deviations);
    free(rooms.values);
    free(rooms.slopes);
    free(rooms.is_used);
    return status;
}

static bool allocate(struct sink_assessment *assessment)
{
    const struct sink_account *account = assessment->account;
    struct sink_uncertainty *result = assessment->result;
    const size_t regions = account->region_count, years = account->year_count;
    const size_t count = SINK_FIGURE_COUNT * years * regions;
    result->year_count = years;
    result->class_count = account->class_count;
    result->region_count = regions;
    result->se = calloc(count + 1, sizeof(double));
    result->lower = calloc(count + 1, sizeof(double));
    result->upper = calloc(count + 1, sizeof(double));
    result->stock_drivers = calloc(regions + 1, sizeof(struct sink_drivers));
    result->sink_drivers = calloc(regions + 1, sizeof(struct sink_drivers));
    result->sources =
        calloc(assessment->basis->factors->row_count + assessment->request->raster_count + 2,
               sizeof(struct sink_source));
    assessment->sums = calloc(assessment->row_count + 1, sizeof *assessment->sums);
    assessment->strata = calloc(assessment->row_count + 1, sizeof *assessment->strata);
    if (!result->se || !result->lower || !result->upper || !result->stock_drivers ||
        !result->sink_drivers || !result->sources || !assessment->sums || !assessment->strata)
        return false;
    for (size_t r = 0; r < regions; r++)
        for (size_t d = 0; d < SINK_DRIVER_COUNT; d++)
            result->stock_drivers[r].source[d] = result->sink_drivers[r].source[d] = -1;
    for (size_t i = 0; i < assessment->row_count; i++) {
        sink_row_sums(assessment->spec, &assessment->rows[i], assessment->sums[i]);
        assessment->strata[i] = sink_strata_find(account->strata, &assessment->rows[i]);
    }
    return true;
}

/* A figure that is not defined has no drivers. */
static void set_shares(struct sink_drivers *drivers, double value, double variance)
{
    for (size_t d = 0; d < SINK_DRIVER_COUNT; d++) {
        drivers->share[d] = variance > 0 ? drivers->share[d] / variance : NAN;
        if (isnan(value))
            drivers->source[d] = -1;
    }
}

/* From variances to standard errors, bounds and shares. */
static void finish(struct sink_assessment *assessment)
{
    const struct sink_account *account = assessment->account;
    struct sink_uncertainty *result = assessment->result;
    const size_t last = account->year_count - 1;
    for (size_t r = 0; r < account->region_count; r++) {
        set_shares(&result->stock_drivers[r],
                   sink_figure_value(assessment, SINK_FIGURE_TOTAL_STOCK, last, r),
                   result->se[sink_at_figure(account, SINK_FIGURE_TOTAL_STOCK, last, r)]);
        set_shares(&result->sink_drivers[r],
                   sink_figure_value(assessment, SINK_FIGURE_TOTAL_SINK, last, r),
                   result->se[sink_at_figure(account, SINK_FIGURE_TOTAL_SINK, last, r)]);
    }
    for (size_t f = 0; f < SINK_FIGURE_COUNT; f++)
        for (size_t year = 0; year < account->year_count; year++)
            for (size_t r = 0; r < account->region_count; r++) {
                const size_t at = sink_at_figure(account, f, year, r);
                const double value = sink_figure_value(assessment, f, year, r);
                const bool is_told = value == 0 || result->se[at] > 0; /* of some source */
                result->se[at] = isnan(value) || !is_told ? NAN : sqrt(result->se[at]);
                result->lower[at] = value - SINK_SPREAD_Z_95 * result->se[at];
                result->upper[at] = value + SINK_SPREAD_Z_95 * result->se[at];
            }
}

/* Adds rasters and areas, and tells their part of the variance apart. */
static enum sink_status add_others(struct sink_assessment *assessment, double *others,
                                   struct sink_error *error)
{
    const struct sink_account *account = assessment->account;
    const size_t count = SINK_FIGURE_COUNT * account->year_count * account->region_count;
    memcpy(others, assessment->result->se, count * sizeof *others);
    enum sink_status status = sink_assessment_add_rasters(assessment, error);
    if (status == SINK_OK)
        status = sink_assessment_add_areas(assessment, error);
    for (size_t i = 0; i < count; i++)
        others[i] = sqrt(fmax(assessment->result->se[i] - others[i], 0));
    return status;
}

static enum sink_status assess(struct sink_assessment *assessment, struct sink_error *error)
{
    const struct sink_account *account = assessment->account;
    if (!allocate(assessment))
        return sink_fail_memory(error);
    double *others =
        calloc(SINK_FIGURE_COUNT * account->year_count * account->region_count + 1, sizeof *others);
    if (!others)
        return sink_fail_memory(error);
    enum sink_status status = sink_assessment_share_harvest(assessment, error);
    if (status == SINK_OK)
        status = sink_assessment_list_variables(assessment, error);
    if (status == SINK_OK)
        status = add_variables(assessment, error);
    if (status == SINK_OK)
        status = add_others(assessment, others, error);
    if (status == SINK_OK) {
        finish(assessment);
        if (assessment->request->draws > 0)
            status = sink_assessment_draw(assessment, others, error);
    }
    free(others);
    return status;
}

enum sink_status sink_uncertainty_make(const struct sink_account *account,
                                       const struct sink_uncertainty_request *request,
                                       struct sink_uncertainty **uncertainty,
                                       struct sink_error *error)
{
    struct sink_assessment assessment = {.account = account,
                                         .spec = sink_tally_spec_of(request->tally),
                                         .regions = request->regions,
                                         .basis = request->basis,
                                         .request = request};
    *uncertainty = assessment.result = calloc(1, sizeof **uncertainty);
    if (!*uncertainty)
        return sink_fail_memory(error);
    assessment.row_count = sink_tally_rows(request->tally, &assessment.rows);
    const enum sink_status status = assess(&assessment, error);
    free(assessment.sums);
    free(assessment.strata);
    free(assessment.variables);
    free(assessment.rows_of);
    free(assessment.spreads);
    if (status != SINK_OK) {
        sink_uncertainty_free(*uncertainty);
        *uncertainty = NULL;
    }
    return status;
}

void sink_uncertainty_free(struct sink_uncertainty *uncertainty)
{
    if (!uncertainty)
        return;
    double *const arrays[] = {uncertainty->se,        uncertainty->lower,
                              uncertainty->upper,     uncertainty->mean,
                              uncertainty->area_m2,   uncertainty->area_se_m2,
                              uncertainty->forest_m2, uncertainty->forest_se_m2,
                              uncertainty->stock_tc,  uncertainty->stock_se_tc};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    free(uncertainty->sources);
    free(uncertainty->stock_drivers);
    free(uncertainty->sink_drivers);
    free(uncertainty->accuracy);
    free(uncertainty);
}
