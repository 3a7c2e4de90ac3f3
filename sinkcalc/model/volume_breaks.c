#include "sinkcalc/model/account.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Volumes at which V x BCEF of a row crosses a break of the root:shoot ratio, inside the row's own
 * interval. */
static size_t add_crossings(const struct sink_factor *row, const double *ratios, size_t ratio_count,
                            double *breaks)
{
    size_t count = 0;
    for (size_t i = 0; i < ratio_count && row->value > 0; i++) {
        const double volume = ratios[i] / row->value;
        if (volume > row->over && volume < row->up_to)
            breaks[count++] = volume;
    }
    return count;
}

/* Volumes at which the biomass of a line crosses a break of the ratio. With roots in it, the break
 * is of what the row that ends there leaves above ground. `intercept` NULL: b = 0. */
static size_t add_line_crossings(const struct sink_factors *factors,
                                 const struct sink_factor *slope,
                                 const struct sink_factor *intercept, double *breaks)
{
    size_t count = 0;
    const double b = intercept ? intercept->value : 0;
    for (size_t i = 0; i < factors->row_count && slope->value > 0; i++) {
        const struct sink_factor *row = &factors->rows[i];
        if (row->kind != SINK_FACTOR_ROOT_SHOOT || isinf(row->up_to))
            continue;
        const double tree_t_ha = row->up_to * (slope->includes_roots ? 1 + row->value : 1);
        const double volume = (tree_t_ha - b) / slope->value;
        if (volume > 0)
            breaks[count++] = volume;
    }
    return count;
}

/* All crossings of all lines; the caller frees. */
static enum sink_status line_breaks(const struct sink_factors *factors, double **breaks,
                                    size_t *count, struct sink_error *error)
{
    size_t slopes = 0, ratios = 0;
    for (size_t i = 0; i < factors->row_count; i++) {
        slopes += factors->rows[i].kind == SINK_FACTOR_VOLUME_SLOPE;
        ratios += factors->rows[i].kind == SINK_FACTOR_ROOT_SHOOT;
    }
    *count = 0;
    *breaks = malloc((slopes * ratios + 1) * sizeof **breaks);
    if (!*breaks)
        return sink_fail_memory(error);
    for (size_t i = 0; i < factors->row_count; i++) {
        const struct sink_factor *slope = &factors->rows[i], *intercept = NULL;
        if (slope->kind != SINK_FACTOR_VOLUME_SLOPE)
            continue;
        for (size_t j = 0; j < factors->row_count && !intercept; j++)
            if (factors->rows[j].kind == SINK_FACTOR_VOLUME_INTERCEPT &&
                sink_factors_are_line(factors, slope, &factors->rows[j]))
                intercept = &factors->rows[j];
        *count += add_line_crossings(factors, slope, intercept, *breaks + *count);
    }
    return SINK_OK;
}

enum sink_status sink_account_volume_breaks(const struct sink_factors *factors, double **breaks,
                                            size_t *count, struct sink_error *error)
{
    double *ratios = NULL, *own = NULL, *lines = NULL;
    size_t ratio_count = 0, own_count = 0, line_count = 0;
    *breaks = NULL;
    *count = 0;
    enum sink_status status =
        sink_factors_breaks(factors, SINK_FACTOR_ROOT_SHOOT, &ratios, &ratio_count, error);
    if (status == SINK_OK)
        status = sink_factors_breaks(factors, SINK_FACTOR_BCEF, &own, &own_count, error);
    if (status == SINK_OK)
        status = line_breaks(factors, &lines, &line_count, error);
    if (status == SINK_OK) {
        *breaks = malloc((1 + own_count + line_count + factors->row_count * (ratio_count + 1)) *
                         sizeof **breaks);
        status = *breaks ? SINK_OK : sink_fail_memory(error);
    }
    for (size_t i = 0; status == SINK_OK && i < own_count; i++)
        (*breaks)[(*count)++] = own[i];
    for (size_t i = 0; status == SINK_OK && i < line_count; i++)
        (*breaks)[(*count)++] = lines[i];
    for (size_t i = 0; status == SINK_OK && i < factors->row_count; i++) {
        const struct sink_factor *row = &factors->rows[i];
        if (row->kind == SINK_FACTOR_BCEF)
            *count += add_crossings(row, ratios, ratio_count, *breaks + *count);
        if (row->kind == SINK_FACTOR_VOLUME_INTERCEPT)
            (*breaks)[(*count)++] = 0; /* B = aV + b holds only where there is a stand */
    }
    if (status == SINK_OK)
        *count = sink_breaks_sort(*breaks, *count);
    free(ratios);
    free(own);
    free(lines);
    return status;
}
