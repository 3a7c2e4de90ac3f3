/* How sure a mean of sample plots is, and what carbon standards deduct for it.
 *
 * A public part of the library, for those who plan or evaluate samples; an account itself takes
 * only sink_student_quantile.
 *
 * Half widths are of a two-sided interval of confidence by Student's t; an uncertainty is a half
 * width in percent of the mean, as in the standards. Every function may be called from any thread.
 */
#ifndef SINK_MODEL_SAMPLING_H
#define SINK_MODEL_SAMPLING_H

#include <stddef.h>

struct sink_sample {
    size_t count;
    double mean, sd, sem;      /* sd with count - 1; sem = sd / sqrt(count); NaN below 2 values */
    double degrees_of_freedom; /* of sem: count - 1, or of several strata plots less strata */
};
/* Of one stratum. */
struct sink_sample sink_sample_describe(const double *values, size_t count);
/* The area-weighted mean of strata and its standard error (AR-TOOL14 v04.2 eq. 14 and 15): w_i =
 * area_i / sum of areas, mean = sum w_i mean_i, sem = sqrt(sum w_i^2 sem_i^2), plots less strata
 * degrees of freedom. sd is NaN: it has no meaning across strata. */
struct sink_sample sink_sample_combine(const struct sink_sample *strata, const double *areas_ha,
                                       size_t count);

/* t with P(T <= t) = probability, of Student's distribution with degrees_of_freedom from 1 (whole
 * or not; infinity: the normal distribution); good to 1e-9 of t or better for tails from 1e-100.
 * -inf and +inf for 0 and 1; NaN for anything else. */
double sink_student_quantile(double probability, double degrees_of_freedom);

/* t x sem of the two-sided interval with this confidence, 0.90 for AR-TOOL14 and Gold Standard. */
double sink_sample_half_width(const struct sink_sample *sample, double confidence);
/* 100 x half width / |mean|: infinite for a mean of 0, NaN when both are 0. */
double sink_uncertainty_percent(double mean, double half_width);

/* What an estimate is used for: the deduction goes against whoever gains by it. */
enum sink_estimate_use {
    SINK_ESTIMATE_OF_PROJECT, /* the standard lowers it */
    SINK_ESTIMATE_OF_BASELINE /* the standard raises it */
};

/* AR-TOOL14 v04.2 Appendix 2: the share of the half width that is deducted, by the uncertainty in
 * percent at 90 % confidence: 0 up to 10, 0.25 up to 15, 0.50 up to 20, 0.75 up to 30, 1 above. A
 * bound belongs to the step below it, and rounding of the uncertainty (1e-12) does not lift it over
 * one. NaN for NaN. */
double sink_ar_tool14_deduction(double uncertainty_percent);
/* The mean less (project) or more (baseline) that share of its half width. */
double sink_ar_tool14_conservative(double mean, double half_width, enum sink_estimate_use use);

/* Gold Standard 403 v2.1: an uncertainty at 90 % confidence over 20 % takes (project) or adds
 * (baseline) the percentage points in excess: 100 with 23 % counts as 97. */
double sink_gold_standard_conservative(double mean, double half_width, enum sink_estimate_use use);

/* Root-to-shoot ratio of trees by their above-ground biomass b in t d.m./ha: exp(-1.085 + 0.9256 ln
 * b) / b (AR-TOOL14 v04.2 Appendix 1; Cairns et al. 1997, Oecologia 111:1-11). NaN unless b > 0. */
double sink_ar_tool14_root_shoot(double above_ground_t_ha);

#endif
