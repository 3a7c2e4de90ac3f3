/* What the uncertainty columns of a factor row mean: the standard error of the value, and the
 * distribution from which a Monte Carlo run draws it.
 *
 * Tables print uncertainty in many ways, and their kinds must not be mixed (IPCC 2006 Vol. 1 Ch.
 * 3). The standard error `se` follows from the first of these that a row has:
 *
 *   1. the column se, or "SE 0.83"            itself
 *   2. bounds or a half width with a text:
 *      "95 % CI" (or another level)           (upper - lower) / (2 x 1.959963984540054)
 *      "5th-95th pct"                         likewise with the quantile of these percentiles
 *      "2 SD"                                 (upper - lower) / 4
 *      "default 90 %", "nominal 75 %"         as a 95 % interval: the share says how wide it is
 *   3. the column sd, or "SD 36.4"            sd / sqrt(n); without n sd itself
 *   4. "range", "min-max"                     that of PERT(lower, value, upper)
 *
 * A half width behind the word ("95 % CI 0.85", "2 SD 14 %", "SD 20 %"; % of the value) counts
 * where the row lacks a bound. Of two intervals in one text, "95 % CI or 2 SD", the one with the
 * larger error counts; a nominal one counts only by itself. n stands in its column or as "n 11".
 * "R2 0.98", text in parentheses and "-" say nothing about the spread.
 *
 * The SD of the tables of IPCC (4.4, 4.7 and 4.9, say) is that of observations: spread from place
 * to place, not error of the mean. They rarely print n; then sd stands for the error of the mean,
 * which overstates it.
 *
 * Without a named distribution:
 *
 *   range                                               pert
 *   may be negative                                     normal
 *   se / value <= 0.3 and bounds symmetric or unknown   normal
 *   bounds longer upwards, or se / value > 0.3          lognormal
 *   else (bounds longer downwards)                      truncated_normal
 *
 * Bounds are symmetric when the longer side has at most 55 % of their distance. At se / value = 0.3
 * one draw in 2,300 of a normal one is below zero.
 *
 *   normal            mean is the value, sd is se
 *   lognormal         mean is the value, sd is se
 *   truncated_normal  a normal one cut at 0, moved and widened such that after the cut the mean is
 *                     the value and the sd is se; there is none for se / value over 0.95
 *   triangular, pert  the mode is the value, the ends are the bounds; the mean is
 *                     (lower + value + upper) / 3 and (lower + 4 value + upper) / 6, and is not the
 *                     value unless the bounds are symmetric
 *   uniform           the ends are the bounds, the mean is their middle; the value does not count
 *
 * Pure functions, for any thread. */
#ifndef SINK_MODEL_SPREAD_H
#define SINK_MODEL_SPREAD_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>

/* Half width of a 95 % interval of a normal distribution, in standard errors. */
#define SINK_SPREAD_Z_95 1.959963984540054

enum sink_distribution {
    SINK_DISTRIBUTION_NONE, /* nothing is known of the uncertainty, or there is none: always the
                               value */
    SINK_DISTRIBUTION_NORMAL,
    SINK_DISTRIBUTION_LOGNORMAL,
    SINK_DISTRIBUTION_TRUNCATED_NORMAL, /* at 0 */
    SINK_DISTRIBUTION_TRIANGULAR,
    SINK_DISTRIBUTION_PERT, /* beta with the weight 4 of the mode */
    SINK_DISTRIBUTION_UNIFORM,
    SINK_DISTRIBUTION_COUNT
};
/* The word in the column `distribution`: "none", "normal" ... */
const char *sink_distribution_name(enum sink_distribution distribution);

/* The spread of one value. Made by sink_spread_make or sink_spread_read; all zero is none. */
struct sink_spread {
    enum sink_distribution distribution;
    double se;           /* standard error of the value, in its unit; 0 with none */
    double lower, upper; /* no draw lies outside; infinite where there is no end */
    double shape[2];     /* what sink_spread_quantile needs besides the value */
};

/* The spread of a known kind. triangular, pert and uniform take the bounds and give the se that
 * follows; the others take se, and bounds may be NULL or NaN. SINK_BAD_DATA with a sentence when
 * there is no such distribution: se negative, lognormal of a value that is not positive, a value
 * outside of its bounds ... An se of 0, or bounds that meet, give none. */
SINK_CHECKED enum sink_status sink_spread_make(enum sink_distribution distribution, double value,
                                               double se, const double bounds[2],
                                               struct sink_spread *spread,
                                               struct sink_error *error);

/* The uncertainty of a row as it stands in its columns. Numbers are NaN, texts "" or NULL when they
 * are absent. */
struct sink_spread_row {
    double value; /* finite */
    double lower, upper, sd, se, n;
    const char *spread;       /* free text; "95 % CI", "SD 36.4" ... */
    const char *distribution; /* "normal" ... */
    double text_unit; /* unit of the numbers in the text, in the unit of value; 0 stands for 1 */
    bool may_be_negative; /* a value below 0 says so too */
};

/* Reads a row. A row without uncertainty gives none. SINK_BAD_DATA with a sentence (that does not
 * name the row) when the text is not understood, contradicts the columns, or lacks what it needs.
 */
SINK_CHECKED enum sink_status sink_spread_read(const struct sink_spread_row *row,
                                               struct sink_spread *spread,
                                               struct sink_error *error);

#endif
