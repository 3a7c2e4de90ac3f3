#include "sinkcalc/model/account.h"

#include <math.h>
#include <stdlib.h>

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

enum sink_status sink_account_volume_breaks(const struct sink_factors *factors, double **breaks,
                                            size_t *count, struct sink_error *error)
{
    double *ratios = NULL, *own = NULL;
    size_t ratio_count = 0, own_count = 0;
    *breaks = NULL;
    *count = 0;
    enum sink_status status =
        sink_factors_breaks(factors, SINK_FACTOR_ROOT_SHOOT, &ratios, &ratio_count, error);
    if (status == SINK_OK)
        status = sink_factors_breaks(factors, SINK_FACTOR_BCEF, &own, &own_count, error);
    if (status == SINK_OK) {
        *breaks =
            malloc((1 + own_count + factors->row_count * (ratio_count + 1)) * sizeof **breaks);
        status = *breaks ? SINK_OK : sink_fail_memory(error);
    }
    for (size_t i = 0; status == SINK_OK && i < own_count; i++)
        (*breaks)[(*count)++] = own[i];
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
    return status;
}
