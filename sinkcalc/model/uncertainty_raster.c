/* Errors of rasters with a layer of standard deviations. In a stratum a figure is linear in the
 * raster, so its error is the slope times that of the sum of area x value; over a region the
 * standard deviations add up as with one error, times the root of the share that the blocks of
 * independent errors leave (raster_error.h). */
#include "sinkcalc/model/uncertainty_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One raster, and where its sums and their standard deviations stand. */
struct raster {
    const struct sink_raster_error *error;
    enum sink_row_sum from, to; /* of the raster */
    int sd_from, sd_to;         /* quantities of the tally; -1 */
    bool is_static;
};

static bool find_raster(const struct sink_assessment *assessment,
                        const struct sink_raster_error *error, struct raster *raster)
{
    static const struct {
        const char *quantity;
        enum sink_row_sum from, to;
    } sums[] = {{"above_ground_biomass", SINK_SUM_BIOMASS_FROM, SINK_SUM_BIOMASS_TO},
                {"stock_volume", SINK_SUM_VOLUME_FROM, SINK_SUM_VOLUME_TO},
                {"soil_carbon", SINK_SUM_SOIL_FROM, SINK_SUM_SOIL_TO}};
    char name[128];
    snprintf(name, sizeof name, "%s_sd", error->quantity);
    *raster = (struct raster){.error = error};
    raster->sd_from = sink_tally_quantity_index(assessment->spec, name, SINK_SIDE_FROM);
    raster->sd_to = sink_tally_quantity_index(assessment->spec, name, SINK_SIDE_TO);
    const int quantity = sink_tally_quantity_index(assessment->spec, error->quantity, SINK_SIDE_TO);
    raster->is_static =
        quantity >= 0 && assessment->spec->quantities[quantity].side == SINK_SIDE_STATIC;
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        if (strcmp(sums[i].quantity, error->quantity) == 0) {
            raster->from = sums[i].from;
            raster->to = sums[i].to;
            return raster->sd_to >= 0;
        }
    return false;
}

/* Sum of area x sd of a row, ha x the unit of the raster. */
static double sd_of(const struct sink_assessment *assessment, size_t row, int quantity)
{
    if (quantity < 0)
        return 0;
    return sink_exact_sum_value(&assessment->rows[row].sums[1 + quantity]) / SINK_M2_PER_HA;
}

/* What the figures change by when the raster of `is_to` (or of both dates) rises by its sd. */
static void shift(const struct sink_assessment *assessment, const struct raster *raster, size_t row,
                  bool is_to, double later[SINK_FIGURE_COUNT], double first[SINK_FIGURE_COUNT])
{
    double sums[SINK_ROW_SUM_COUNT] = {0}, amounts[SINK_AMOUNT_COUNT];
    if (is_to || raster->is_static)
        sums[raster->to] = sd_of(assessment, row, raster->sd_to);
    if (!is_to || raster->is_static)
        sums[raster->from] = sd_of(assessment, row, raster->sd_from);
    sink_row_amounts(&assessment->strata[row]->effect, sums, amounts);
    sink_row_figures(assessment, assessment->strata[row], amounts, later, first);
}

/* The share of a figure of year `of` by the raster of a year. One raster for all years is of the
 * figure's own land: that of the year, or, where none is left, of the year before. */
static double share_of(const struct sink_assessment *assessment, const struct raster *raster,
                       size_t year, size_t of, size_t region)
{
    const struct sink_account *account = assessment->account;
    const double *shares = raster->error->shares;
    if (!raster->is_static)
        return shares[sink_at_region(account, year, region)];
    const double share = shares[sink_at_region(account, of, region)];
    return isnan(share) && of > 0 ? shares[sink_at_region(account, of - 1, region)] : share;
}

/* Deviations of all figures by the error of one year's raster: it is the later date of one pass and
 * the earlier of the next. */
static void add_year(const struct sink_assessment *assessment, const struct raster *raster,
                     size_t year, double *deviations)
{
    const struct sink_account *account = assessment->account;
    double later[SINK_FIGURE_COUNT], first[SINK_FIGURE_COUNT];
    for (size_t i = 0; i < assessment->row_count; i++) {
        const size_t end = sink_row_year(assessment, i), region = assessment->rows[i].region;
        const bool has_from = assessment->spec->year_count > 1;
        if (!raster->is_static && end != year && !(has_from && end == year + 1))
            continue;
        shift(assessment, raster, i, end == year, later, first);
        for (size_t f = 0; f < SINK_FIGURE_COUNT; f++) {
            deviations[sink_at_figure(account, f, end, region)] += later[f];
            if (sink_row_has_first(assessment, i))
                deviations[sink_at_figure(account, f, 0, region)] += first[f];
        }
    }
    for (size_t f = 0; f < SINK_FIGURE_COUNT; f++)
        for (size_t y = 0; y < account->year_count; y++)
            for (size_t r = 0; r < account->region_count; r++) {
                const double share = share_of(assessment, raster, year, y, r);
                double *deviation = &deviations[sink_at_figure(account, f, y, r)];
                *deviation = isnan(share) ? 0 : *deviation * sqrt(share);
            }
}

/* Years are correlated by `time_correlation`: the error of a year is the root of it times one that
 * all years share, and the root of the rest times one of its own. */
static enum sink_status add_raster(struct sink_assessment *assessment, const struct raster *raster,
                                   struct sink_error *error)
{
    const struct sink_account *account = assessment->account;
    const size_t count = SINK_FIGURE_COUNT * account->year_count * account->region_count;
    const double shared = raster->is_static ? 0 : raster->error->time_correlation;
    double *of_year = calloc(count + 1, sizeof *of_year);
    double *together = calloc(count + 1, sizeof *together);
    double *variance = calloc(count + 1, sizeof *variance);
    const bool is_whole = of_year && together && variance;
    const size_t years = raster->is_static ? 1 : account->year_count;
    for (size_t y = 0; is_whole && y < years; y++) {
        memset(of_year, 0, count * sizeof *of_year);
        add_year(assessment, raster, y, of_year);
        for (size_t i = 0; i < count; i++) {
            together[i] += of_year[i];
            variance[i] += (1 - shared) * of_year[i] * of_year[i];
        }
    }
    for (size_t i = 0; is_whole && i < count; i++)
        of_year[i] = sqrt(variance[i] + shared * together[i] * together[i]);
    if (is_whole)
        sink_assessment_add_source(assessment, of_year,
                                   (struct sink_source){.raster = raster->error});
    free(of_year);
    free(together);
    free(variance);
    return is_whole ? SINK_OK : sink_fail_memory(error);
}

enum sink_status sink_assessment_add_rasters(struct sink_assessment *assessment,
                                             struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    struct raster raster;
    for (size_t i = 0; i < assessment->request->raster_count && status == SINK_OK; i++)
        if (find_raster(assessment, &assessment->request->rasters[i], &raster))
            status = add_raster(assessment, &raster, error);
    return status;
}
