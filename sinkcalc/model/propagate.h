/* How uncertainties of parts make that of the whole, and what many draws of the whole say.
 *
 * Approach 1 of IPCC 2006 Vol. 1 Ch. 3: u is the half width of the 95 % interval in % of the
 * amount, errors are independent unless a function says otherwise. It holds for small,
 * near-symmetric errors (standard deviation below about 0.3 of the amount); Approach 2, the draws,
 * has no such limit.
 *
 * Sums are compensated (Neumaier 1974, doi:10.1002/zamm.19740540106) in the order of the array, so
 * that their bits depend on the numbers alone. */
#ifndef SINK_MODEL_PROPAGATE_H
#define SINK_MODEL_PROPAGATE_H

#include <stddef.h>

/* Eq. 3.1: u of a product or quotient, the root of the sum of squares of those of its factors.
 * 0 for no factor. */
double sink_propagate_product(const double *u_percent, size_t count);

/* Eq. 3.2: u of a sum of independent amounts, sqrt(sum (u x)^2) / |sum x|. Amounts may be negative.
 * 0 when no amount has an error; infinite when only the sum is 0. */
double sink_propagate_sum(const double *amounts, const double *u_percent, size_t count);

/* u of a sum whose errors are one error, such as strata that share a default factor: they add
 * linearly, |sum u x| / |sum x|, where a root of squares would understate. The signs count: in a
 * difference of stocks the shared error cancels as far as the stocks do. */
double sink_propagate_shared_sum(const double *amounts, const double *u_percent, size_t count);

/* u of 1 + R for a ratio R: the 1 has no error, so that R u / (1 + R) remains. */
double sink_propagate_one_plus(double ratio, double u_percent);

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
