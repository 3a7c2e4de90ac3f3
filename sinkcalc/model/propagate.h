/* What many draws of a quantity say: Approach 2 of IPCC 2006 Vol. 1 Ch. 3. Approach 1 is in
 * uncertainty.c.
 *
 * Sums are compensated (Neumaier 1974, doi:10.1002/zamm.19740540106) in the order of the array, so
 * that their bits depend on the numbers alone. */
#ifndef SINK_MODEL_PROPAGATE_H
#define SINK_MODEL_PROPAGATE_H

#include <stddef.h>

/* The sum of the values, compensated. */
double sink_draws_sum(const double *values, size_t count);

/* What the draws of one quantity say. All NaN when there is no draw or one of them is NaN; sd is
 * NaN for a single one. */
struct sink_draws_summary {
    double mean, sd;     /* sd with count - 1 */
    double lower, upper; /* 2.5 % and 97.5 % quantiles */
};
/* Moves the draws about, but gives the same for any order of them up to the last bits of mean and
 * sd; the same order gives the same bits. */
struct sink_draws_summary sink_draws_summarise(double *draws, size_t count);

/* The p-quantile, 0 <= p <= 1, by type 7 of Hyndman and Fan (1996, doi:10.2307/2684934), the
 * default of R and NumPy. Moves the draws about. None of them is NaN; NaN when there is no draw. */
double sink_draws_quantile(double *draws, size_t count, double p);

#endif
