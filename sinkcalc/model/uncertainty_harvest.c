/* Harvest is known by region and class, not by stratum: the account takes the means of the factors
 * over the class's land (account_change.c), so every hectare of it has the same part. */
#include "sinkcalc/model/uncertainty_parts.h"

#include <stdlib.h>

/* Position of the class that a row ends with in the account, or class_count when its land is not
 * known at both ends of the period. */
static size_t class_of(const struct sink_assessment *assessment, size_t row)
{
    const struct sink_account *account = assessment->account;
    const struct sink_stratum_account *stratum = assessment->strata[row];
    size_t class = 0;
    if (!stratum->has_flow)
        return account->class_count;
    while (class < account->class_count && account->class_index[class] != stratum->class_to)
        class ++;
    return class;
}

static size_t place_of(const struct sink_assessment *assessment, size_t row, size_t class,
                       size_t pool)
{
    return sink_at_biomass(assessment->account, sink_row_year(assessment, row), class, pool,
                           assessment->rows[row].region);
}

/* What 1 m3 would take of the row's pool, times its ha. */
static double removal_of(const struct sink_assessment *assessment, size_t row, size_t pool)
{
    return assessment->strata[row]->effect.of[SINK_AMOUNT_REMOVAL + pool][SINK_SUM_AREA] *
           assessment->sums[row][SINK_SUM_AREA];
}

enum sink_status sink_assessment_share_harvest(struct sink_assessment *assessment,
                                               struct sink_error *error)
{
    const struct sink_account *account = assessment->account;
    if (!assessment->basis->settings->harvest)
        return SINK_OK;
    double *removal = calloc(account->year_count * account->class_count * SINK_BIOMASS_POOL_COUNT *
                                     account->region_count +
                                 1,
                             sizeof *removal);
    if (!removal)
        return sink_fail_memory(error);
    for (size_t i = 0; i < assessment->row_count; i++)
        for (size_t pool = 0; pool < SINK_BIOMASS_POOL_COUNT; pool++) {
            const size_t class = class_of(assessment, i);
            if (class < account->class_count)
                removal[place_of(assessment, i, class, pool)] += removal_of(assessment, i, pool);
        }
    for (size_t i = 0; i < assessment->row_count; i++)
        for (size_t pool = 0; pool < SINK_BIOMASS_POOL_COUNT; pool++) {
            const size_t class = class_of(assessment, i);
            const size_t at =
                class < account->class_count ? place_of(assessment, i, class, pool) : 0;
            if (class < account->class_count && removal[at] > 0)
                assessment->sums[i][SINK_SUM_HARVEST + pool] =
                    account->harvest_loss_tc[at] / removal[at] * assessment->sums[i][SINK_SUM_AREA];
        }
    free(removal);
    return SINK_OK;
}
