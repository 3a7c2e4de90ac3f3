#include "sinkcalc/model/spread.h"

#include <math.h>

/* A truncated normal tends to an exponential distribution as its sd tends to its mean. */
static const double truncated_sd_most = 0.95; /* of the mean */
static const double lognormal_se_most = 10;   /* of the value */

const char *sink_distribution_name(enum sink_distribution distribution)
{
    static const char *const names[SINK_DISTRIBUTION_COUNT] = {
        "none", "normal", "lognormal", "truncated_normal", "triangular", "pert", "uniform"};
    return names[distribution];
}

/* phi(x) / Phi(x) of the standard normal distribution. */
static double inverse_mills(double x)
{
    const double root_half = 0.70710678118654752440, root_two_over_pi = 0.79788456080286535588;
    return root_two_over_pi * exp(-x * x / 2) / erfc(-x * root_half);
}

/* Location and scale of the normal distribution whose part above 0 has this mean and sd. With
 * a = location / scale and h = phi(a) / Phi(a) the part has mean scale (a + h) and variance
 * scale^2 (1 - a h - h^2) (Johnson, Kotz and Balakrishnan 1994, vol. 1, ch. 13), so that
 * sd / mean falls with a. */
static void fit_truncated(double mean, double sd, double shape[2])
{
    double low = -6, high = mean / sd + 1;
    for (int i = 0; i < 100; i++) {
        const double a = (low + high) / 2, h = inverse_mills(a);
        if (sqrt(1 - a * h - h * h) / (a + h) > sd / mean)
            low = a;
        else
            high = a;
    }
    shape[1] = mean / (low + inverse_mills(low));
    shape[0] = low * shape[1];
}

/* PERT is a beta distribution on its bounds with a + b = 6; the mean is (lower + 4 mode + upper) /
 * 6 (Malcolm et al. 1959, doi:10.1287/opre.7.5.646). Its variance is that of the beta distribution,
 * where the textbooks of PERT round it to a sixth of the range, squared. */
static void fit_pert(double mode, struct sink_spread *spread)
{
    const double width = spread->upper - spread->lower;
    const double a = 1 + 4 * (mode - spread->lower) / width, b = 6 - a;
    spread->shape[0] = a;
    spread->shape[1] = tgamma(6) / (tgamma(a) * tgamma(b));
    spread->se = width * sqrt(a * b / (6 * 6 * 7));
}

static bool is_bounded(enum sink_distribution distribution)
{
    return distribution >= SINK_DISTRIBUTION_TRIANGULAR;
}

static enum sink_status make_bounded(enum sink_distribution distribution, double value,
                                     const double bounds[2], struct sink_spread *spread,
                                     struct sink_error *error)
{
    const double lower = bounds ? bounds[0] : NAN, upper = bounds ? bounds[1] : NAN;
    const double width = upper - lower, mode = (value - lower) / width;
    if (!(lower <= value && value <= upper && isfinite(width)))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s with the value %g and the bounds %g and %g: expected bounds with the "
                         "value between them",
                         sink_distribution_name(distribution), value, lower, upper);
    if (width == 0)
        return SINK_OK;
    *spread = (struct sink_spread){.distribution = distribution, .lower = lower, .upper = upper};
    if (distribution == SINK_DISTRIBUTION_PERT)
        fit_pert(value, spread);
    else if (distribution == SINK_DISTRIBUTION_TRIANGULAR)
        spread->se = width * sqrt((1 - mode * (1 - mode)) / 18);
    else
        spread->se = width / sqrt(12);
    return SINK_OK;
}

enum sink_status sink_spread_make(enum sink_distribution distribution, double value, double se,
                                  const double bounds[2], struct sink_spread *spread,
                                  struct sink_error *error)
{
    const double share = se / value;
    *spread = (struct sink_spread){.lower = value, .upper = value};
    if (distribution == SINK_DISTRIBUTION_NONE)
        return SINK_OK;
    if (is_bounded(distribution))
        return make_bounded(distribution, value, bounds, spread, error);
    if (!isfinite(value) || !(se >= 0 && isfinite(se)))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s with the value %g and the standard error %g: expected numbers, the "
                         "error from 0",
                         sink_distribution_name(distribution), value, se);
    if (se == 0)
        return SINK_OK;
    if (distribution != SINK_DISTRIBUTION_NORMAL && !(value > 0))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s with the value %g and the standard error %g: expected a value above "
                         "0, or the distribution normal, or a range",
                         sink_distribution_name(distribution), value, se);
    if (distribution == SINK_DISTRIBUTION_TRUNCATED_NORMAL && share > truncated_sd_most)
        return sink_fail(error, SINK_BAD_DATA,
                         "truncated_normal with the value %g and the standard error %g: expected "
                         "an error of at most %g of the value, or lognormal",
                         value, se, truncated_sd_most);
    if (distribution == SINK_DISTRIBUTION_LOGNORMAL && share > lognormal_se_most)
        return sink_fail(error, SINK_BAD_DATA,
                         "lognormal with the value %g and the standard error %g: expected an error "
                         "of at most %g times the value: nearly all draws would be close to 0",
                         value, se, lognormal_se_most);
    *spread =
        (struct sink_spread){.distribution = distribution,
                             .se = se,
                             .lower = distribution == SINK_DISTRIBUTION_NORMAL ? -INFINITY : 0,
                             .upper = INFINITY};
    if (distribution == SINK_DISTRIBUTION_LOGNORMAL)
        spread->shape[0] = sqrt(log1p(share * share)); /* sd of the logarithm */
    else if (distribution == SINK_DISTRIBUTION_TRUNCATED_NORMAL)
        fit_truncated(value, se, spread->shape);
    return SINK_OK;
}
