#include "sinkcalc/model/random.h"

#include <math.h>

void sink_random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t block[4])
{
    uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];
    uint32_t left = key[0], right = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t first = (uint64_t)0xd2511f53 * a, second = (uint64_t)0xcd9e8d57 * c;
        a = (uint32_t)(second >> 32) ^ b ^ left;
        b = (uint32_t)second;
        c = (uint32_t)(first >> 32) ^ d ^ right;
        d = (uint32_t)first;
        left += 0x9e3779b9;  /* golden ratio */
        right += 0xbb67ae85; /* sqrt(3) - 1 */
    }
    block[0] = a;
    block[1] = b;
    block[2] = c;
    block[3] = d;
}

double sink_random_uniform(struct sink_random_place place)
{
    const uint32_t key[2] = {(uint32_t)place.seed, (uint32_t)(place.seed >> 32)};
    const uint32_t counter[4] = {(uint32_t)place.variable, (uint32_t)(place.variable >> 32),
                                 place.draw, place.stream};
    uint32_t block[4];
    sink_random_philox(counter, key, block);
    const uint64_t bits = ((uint64_t)block[1] << 32 | block[0]) >> 12;
    return ((double)bits + 0.5) * 0x1p-52;
}

static double polynomial(const double coefficients[8], double x)
{
    double sum = coefficients[7];
    for (int i = 6; i >= 0; i--)
        sum = sum * x + coefficients[i];
    return sum;
}

/* Coefficients of AS 241, PPND16: a / b near the middle, c / d outside, e / f in the far tails. */
static const double as241_a[8] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                  1.9715909503065514427e3, 1.3731693765509461125e4,
                                  4.5921953931549871457e4, 6.7265770927008700853e4,
                                  3.3430575583588128105e4, 2.5090809287301226727e3};
static const double as241_b[8] = {1.0,
                                  4.2313330701600911252e1,
                                  6.8718700749205790830e2,
                                  5.3941960214247511077e3,
                                  2.1213794301586595867e4,
                                  3.9307895800092710610e4,
                                  2.8729085735721942674e4,
                                  5.2264952788528545610e3};
static const double as241_c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                  5.76949722146069140550e0,  3.64784832476320460504e0,
                                  1.27045825245236838258e0,  2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double as241_d[8] = {1.0,
                                  2.05319162663775882187e0,
                                  1.67638483018380384940e0,
                                  6.89767334985100004550e-1,
                                  1.48103976427480074590e-1,
                                  1.51986665636164571966e-2,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9};
static const double as241_e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                  1.78482653991729133580e0,  2.96560571828504891230e-1,
                                  2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double as241_f[8] = {1.0,
                                  5.99832206555887937690e-1,
                                  1.36929880922735805310e-1,
                                  1.48753612908506148525e-2,
                                  7.86869131145613259100e-4,
                                  1.84631831751005468180e-5,
                                  1.42151175831644588870e-7,
                                  2.04426310338993978564e-15};

double sink_normal_quantile(double p)
{
    const double middle = p - 0.5;
    if (fabs(middle) <= 0.425) {
        const double r = 0.180625 - middle * middle;
        return middle * polynomial(as241_a, r) / polynomial(as241_b, r);
    }
    if (!(p >= 0 && p <= 1))
        return NAN;
    const double tail = middle < 0 ? p : 1 - p;
    if (tail == 0)
        return middle < 0 ? -INFINITY : INFINITY;
    const double r = sqrt(-log(tail));
    const double x = r <= 5 ? polynomial(as241_c, r - 1.6) / polynomial(as241_d, r - 1.6)
                            : polynomial(as241_e, r - 5) / polynomial(as241_f, r - 5);
    return middle < 0 ? -x : x;
}

/* The share of a beta distribution with a + b = 6 below x, by the continued fraction of
 * DLMF 8.17.22 from its far end: for 1 <= a <= 5 and x up to (a + 1) / (a + b + 2) 13 double steps
 * give all digits. `front` is x^a (1 - x)^b / B(a, b). */
static double beta_share(double x, double a, double front)
{
    const double b = 6 - a;
    if (x > (a + 1) / 8)
        return 1 - beta_share(1 - x, b, front);
    double fraction = 1;
    for (int m = 13; m >= 1; m--) {
        const double odd = (a + m) * (6 + m) / ((a + 2 * m) * (a + 2 * m + 1));
        const double even = m * (b - m) / ((a + 2 * m - 1) * (a + 2 * m));
        fraction = 1 + even * x / (1 - odd * x / fraction);
    }
    return front / (a * (1 - 6 / (a + 1) * x / fraction));
}

/* Halley's method, kept within a bracket that every step narrows: where a step would leave it, half
 * of it goes. */
static double beta_quantile(double p, double a, double inverse_beta)
{
    if (p > 0.5) /* so that no digits are lost at the upper end */
        return 1 - beta_quantile(1 - p, 6 - a, inverse_beta);
    const double b = 6 - a;
    double low = 0, high = 1, x = a / 6;
    for (int i = 0; i < 200; i++) {
        const double front = pow(x, a) * pow(1 - x, b) * inverse_beta;
        const double excess = beta_share(x, a, front) - p;
        if (excess > 0)
            high = x;
        else
            low = x;
        const double step = excess * x * (1 - x) / front; /* of Newton */
        const double bend = step * ((a - 1) / x - (b - 1) / (1 - x));
        const double halley = x - step / (1 - fmin(1, bend) / 2);
        const bool is_inside = halley > low && halley < high;
        const double next = is_inside ? halley : (low + high) / 2;
        if (fabs(next - x) <= (is_inside ? 0x1p-20 : 0x1p-50) * x)
            return next; /* what Halley's step leaves goes with its third power */
        x = next;
    }
    return x;
}

/* From the end that is nearer, so that no digits are lost there. */
static double triangular_quantile(const struct sink_spread *spread, double mode, double p)
{
    const double width = spread->upper - spread->lower;
    if (p < (mode - spread->lower) / width)
        return spread->lower + sqrt(p * width * (mode - spread->lower));
    return spread->upper - sqrt((1 - p) * width * (spread->upper - mode));
}

/* A normal deviate x above 0: the share above x of what is above 0 is 1 - p. */
static double truncated_quantile(const double shape[2], double p)
{
    const double above_zero = erfc(-shape[0] / shape[1] * 0.70710678118654752440) / 2;
    return shape[0] - shape[1] * sink_normal_quantile((1 - p) * above_zero);
}

static double quantile(const struct sink_spread *spread, double value, double p)
{
    const double width = spread->upper - spread->lower;
    switch (spread->distribution) {
    case SINK_DISTRIBUTION_NORMAL:
        return value + spread->se * sink_normal_quantile(p);
    case SINK_DISTRIBUTION_LOGNORMAL:
        return value * exp(spread->shape[0] * (sink_normal_quantile(p) - spread->shape[0] / 2));
    case SINK_DISTRIBUTION_TRUNCATED_NORMAL:
        return truncated_quantile(spread->shape, p);
    case SINK_DISTRIBUTION_TRIANGULAR:
        return triangular_quantile(spread, value, p);
    case SINK_DISTRIBUTION_PERT:
        return spread->lower + width * beta_quantile(p, spread->shape[0], spread->shape[1]);
    case SINK_DISTRIBUTION_UNIFORM:
        return spread->lower + width * p;
    case SINK_DISTRIBUTION_NONE:
    case SINK_DISTRIBUTION_COUNT:
        break;
    }
    return value;
}

double sink_spread_quantile(const struct sink_spread *spread, double value, double p)
{
    if (spread->distribution == SINK_DISTRIBUTION_NONE)
        return value;
    return fmin(fmax(quantile(spread, value, p), spread->lower), spread->upper);
}
