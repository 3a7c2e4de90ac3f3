#include "sinkcalc/base/ellipsoid.h"

#include <math.h>
#include <stdbool.h>

/* NIMA TR8350.2, third edition, table 3.1. */
const struct sink_ellipsoid sink_ellipsoid_wgs84 = {6378137.0, 298.257223563};

/* Edges that rise by twice this at most are integrated with two points. */
#define SHORT_DEG 0.025
#define RADIANS_PER_DEGREE (3.14159265358979323846 / 180.0)

/* An ellipsoid as the equations want it. */
struct shape {
    double half_b2;        /* b^2 / 2, m2; b the semi-minor axis */
    double eccentricity;   /* e */
    double eccentricity_2; /* e^2 */
};

static struct shape shape_of(struct sink_ellipsoid ellipsoid)
{
    const double f = ellipsoid.inverse_flattening != 0 ? 1 / ellipsoid.inverse_flattening : 0;
    const double semi_minor_m = ellipsoid.semi_major_m * (1 - f);
    const double e2 = f * (2 - f);

    return (struct shape){semi_minor_m * semi_minor_m / 2, sqrt(e2), e2};
}

/* NaN stays NaN. */
static double latitude_clamp(double latitude_deg)
{
    if (latitude_deg > 90)
        return 90;
    return latitude_deg < -90 ? -90 : latitude_deg;
}

/* The sine of an angle between -90 and 90; from 45 on by way of the other angle, so that the places
 * near a pole keep their digits. */
static double sine(double angle_deg)
{
    if (fabs(angle_deg) <= 45)
        return sin(angle_deg * RADIANS_PER_DEGREE);
    return copysign(cos((90 - fabs(angle_deg)) * RADIANS_PER_DEGREE), angle_deg);
}

/* sin(north) - sin(south), by 2 cos(mean) sin(half difference): what is near is subtracted in
 * degrees, where it is exact. The cosine is taken as the sine of the mean distance to the nearer
 * pole. */
static double sine_difference(double south_deg, double north_deg)
{
    const double half_rad = (north_deg - south_deg) / 2 * RADIANS_PER_DEGREE;
    const bool is_north = north_deg + south_deg >= 0;
    const double distance_1_deg = is_north ? 90 - north_deg : 90 + south_deg;
    const double distance_2_deg = is_north ? 90 - south_deg : 90 + north_deg;
    const double mean_rad = (distance_1_deg + distance_2_deg) / 2 * RADIANS_PER_DEGREE;

    return 2 * sin(mean_rad) * sin(half_rad);
}

/* Area between two parallels per radian of longitude, m2; negative when the first is the northern.
 *
 * With s = sin(latitude) Snyder's (3-12) gives b^2 / 2 (s / (1 - e^2 s^2) + atanh(e s) / e) from
 * the equator. The difference at s2 and s1 is written by means of d = s2 - s1 alone: first term   d
 * (1 + e^2 s1 s2) / ((1 - e^2 s1^2) (1 - e^2 s2^2)) second term  atanh(e d / (1 - e^2 s1 s2)) / e
 * so that no digits cancel, however thin the strip. */
static double strip_m2_per_rad(struct shape shape, double south_deg, double north_deg)
{
    const double e = shape.eccentricity, e2 = shape.eccentricity_2;
    const double s1 = sine(south_deg), s2 = sine(north_deg);
    const double d = sine_difference(south_deg, north_deg);
    const double first = d * (1 + e2 * s1 * s2) / ((1 - e2 * s1 * s1) * (1 - e2 * s2 * s2));
    const double second = e > 0 ? atanh(e * d / (1 - e2 * s1 * s2)) / e : d;

    return shape.half_b2 * (first + second);
}

double sink_ellipsoid_cell_area_m2(struct sink_ellipsoid ellipsoid, double latitude_1_deg,
                                   double latitude_2_deg, double width_deg)
{
    const double strip = strip_m2_per_rad(shape_of(ellipsoid), latitude_clamp(latitude_1_deg),
                                          latitude_clamp(latitude_2_deg));
    return fabs(strip * (width_deg * RADIANS_PER_DEGREE));
}

/* Mean over a stretch of latitudes of the area from the equator, m2 per radian of longitude. */
static double mean_strip_m2_per_rad(struct shape shape, double centre_deg, double half_deg)
{
    /* Gauss-Legendre, 8 points (Abramowitz and Stegun 1964, table 25.4): abscissas on -1..1 and
     * weights, which add up to 2 over both signs. Over 45 degrees the remainder for sin is 4e-25 of
     * the strip, and below 1e-16 for the higher harmonics of an ellipsoid. */
    static const double abscissa[] = {0.18343464249564980, 0.52553240991632899, 0.79666647741362674,
                                      0.96028985649753623};
    static const double weight[] = {0.36268378337836198, 0.31370664587788729, 0.22238103445337447,
                                    0.10122853629037626};
    double sum = 0;

    if (half_deg <= SHORT_DEG) {
        /* 2 points: the remainder is (2 half)^4 / 4320 of the strip's own change, below 1e-16 */
        const double off_deg = half_deg / sqrt(3);
        return (strip_m2_per_rad(shape, 0, latitude_clamp(centre_deg - off_deg)) +
                strip_m2_per_rad(shape, 0, latitude_clamp(centre_deg + off_deg))) /
               2;
    }
    for (int i = 0; i < 4; i++) {
        const double below = latitude_clamp(centre_deg - half_deg * abscissa[i]);
        const double above = latitude_clamp(centre_deg + half_deg * abscissa[i]);
        sum += weight[i] * (strip_m2_per_rad(shape, 0, below) + strip_m2_per_rad(shape, 0, above));
    }
    return sum / 2;
}

double sink_ellipsoid_edge_area_m2(struct sink_ellipsoid ellipsoid, double longitude_1_deg,
                                   double latitude_1_deg, double longitude_2_deg,
                                   double latitude_2_deg)
{
    const struct shape shape = shape_of(ellipsoid);
    const double width_rad = (longitude_2_deg - longitude_1_deg) * RADIANS_PER_DEGREE;
    /* From south to north whatever the direction of the edge: the edge two neighbours share then
     * counts with the same bits in both. */
    const double south_deg = latitude_1_deg < latitude_2_deg ? latitude_1_deg : latitude_2_deg;
    const double north_deg = latitude_1_deg < latitude_2_deg ? latitude_2_deg : latitude_1_deg;
    const double height_deg = north_deg - south_deg;

    if (width_rad == 0)
        return 0;
    if (height_deg == 0)
        return -width_rad * strip_m2_per_rad(shape, 0, latitude_clamp(south_deg));

    /* More stretches than 4 only past the poles, where the latitudes are all clamped. */
    const int stretches = height_deg > 45 ? (int)fmin(ceil(height_deg / 45), 16) : 1;
    const double half_deg = height_deg / stretches / 2;
    double sum = 0;
    for (int i = 0; i < stretches; i++)
        sum += mean_strip_m2_per_rad(shape, south_deg + (2 * i + 1) * half_deg, half_deg);
    return -width_rad * (sum / stretches);
}
