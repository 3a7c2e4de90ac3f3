#include "sinkcalc/model/sampling.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

struct sink_sample sink_sample_describe(const double *values, size_t count)
{
    const double n = (double)count;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    const double mean = count > 0 ? sum / n : NAN;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    const double sd = count > 1 ? sqrt(squares / (n - 1)) : NAN;
    return (struct sink_sample){
        .count = count, .mean = mean, .sd = sd, .sem = sd / sqrt(n), .degrees_of_freedom = n - 1};
}

struct sink_sample sink_sample_combine(const struct sink_sample *strata, const double *areas_ha,
                                       size_t count)
{
    double area_ha = 0, variance = 0;
    struct sink_sample all = {.sd = NAN};
    for (size_t i = 0; i < count; i++)
        area_ha += areas_ha[i];
    for (size_t i = 0; i < count; i++) {
        const double weight = areas_ha[i] / area_ha;
        all.count += strata[i].count;
        all.mean += weight * strata[i].mean;
        variance += weight * weight * strata[i].sem * strata[i].sem;
    }
    all.sem = sqrt(variance);
    all.degrees_of_freedom = (double)all.count - (double)count;
    return all;
}

/* Gamma(a + 1/2) / Gamma(a): the series of DLMF 5.11.13 for large a, reached by the recurrence of
 * Gamma; no large logarithms are subtracted. */
static double gamma_ratio(double a)
{
    double factor = 1;
    for (; a < 100; a++)
        factor *= a / (a + 0.5);
    const double u = 1 / a;
    return factor * sqrt(a) *
           (1 + u * (-1.0 / 8 + u * (1.0 / 128 + u * (5.0 / 1024 - u * 21.0 / 32768))));
}

/* The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method; it
 * converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double f = 1, c = 1, d = 0;
    for (int k = 1; k < 100000; k++) {
        const int m = k / 2;
        const double term = k % 2 == 0
                                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + term * d;
        c = 1 + term / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        f *= c * d;
        if (fabs(c * d - 1) < DBL_EPSILON)
            break;
    }
    return 1 / f;
}

/* P(T > t) for t >= 0: half of I_x(a, 1/2) with a = df / 2, x = df / (df + t^2) (DLMF 8.17). */
static double student_tail(double t, double df)
{
    const double a = df / 2, b = 0.5, square = t * t;
    const double x = df / (df + square), y = square / (df + square);
    const double front = exp(-a * log1p(square / df)) * sqrt(y) * gamma_ratio(a) / sqrt(acos(-1.0));
    if (x < (a + 1) / (a + b + 2))
        return 0.5 * front / a * beta_fraction(a, b, x);
    return 0.5 - 0.5 * front / b * beta_fraction(b, a, y);
}

double sink_student_quantile(double probability, double degrees_of_freedom)
{
    /* Beyond this the distribution is normal to all digits that count. */
    const double df = fmin(degrees_of_freedom, 1e9);
    if (!(probability >= 0 && probability <= 1) || !(degrees_of_freedom >= 1))
        return NAN;
    const double tail = fmin(probability, 1 - probability);
    const double sign = probability < 0.5 ? -1 : 1;
    if (tail == 0)
        return sign * INFINITY;
    double low = 0, high = 1;
    while (student_tail(high, df) > tail) {
        low = high;
        high *= 2;
    }
    /* Halving until no number is left between: slow, and cannot fail. */
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            return sign * middle;
        if (student_tail(middle, df) > tail)
            low = middle;
        else
            high = middle;
    }
}

double sink_sample_half_width(const struct sink_sample *sample, double confidence)
{
    return sink_student_quantile((1 + confidence) / 2, sample->degrees_of_freedom) * sample->sem;
}

double sink_uncertainty_percent(double mean, double half_width)
{
    return 100 * half_width / fabs(mean);
}

static double against(double mean, double deduction, enum sink_estimate_use use)
{
    return use == SINK_ESTIMATE_OF_PROJECT ? mean - deduction : mean + deduction;
}

double sink_ar_tool14_deduction(double uncertainty_percent)
{
    static const struct {
        double up_to_percent, share;
    } steps[] = {{10, 0}, {15, 0.25}, {20, 0.50}, {30, 0.75}};
    if (isnan(uncertainty_percent))
        return NAN;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (uncertainty_percent <= steps[i].up_to_percent * (1 + 1e-12))
            return steps[i].share;
    return 1;
}

double sink_ar_tool14_conservative(double mean, double half_width, enum sink_estimate_use use)
{
    const double share = sink_ar_tool14_deduction(sink_uncertainty_percent(mean, half_width));
    return against(mean, share * half_width, use);
}

double sink_gold_standard_conservative(double mean, double half_width, enum sink_estimate_use use)
{
    /* In percentage points of the mean: half width less 20 % of it. */
    const double excess = half_width - 0.20 * fabs(mean);
    return against(mean, excess <= 0 ? 0 : excess, use); /* NaN goes through */
}

double sink_ar_tool14_root_shoot(double above_ground_t_ha)
{
    if (!(above_ground_t_ha > 0))
        return NAN;
    return exp(-1.085 + 0.9256 * log(above_ground_t_ha)) / above_ground_t_ha;
}
