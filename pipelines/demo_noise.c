/* Only +, -, *, / and floor, which IEEE 754 defines to the last bit. */
#include "pipelines/demo_noise.h"

#include <math.h>

/* The finalizer of splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t mix(uint64_t z)
{
    z += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double sink_demo_chance(uint64_t seed, int64_t x, int64_t y)
{
    return (double)(mix(mix(mix(seed) ^ (uint64_t)x) ^ (uint64_t)y) >> 11) * 0x1p-53;
}

static double smooth(double t)
{
    return t * t * (3 - 2 * t);
}

static double octave(uint64_t seed, double x, double y)
{
    const double column = floor(x), row = floor(y);
    const double across = smooth(x - column), down = smooth(y - row);
    const int64_t i = (int64_t)column, j = (int64_t)row;
    const double top =
        sink_demo_chance(seed, i, j) * (1 - across) + sink_demo_chance(seed, i + 1, j) * across;
    const double bottom = sink_demo_chance(seed, i, j + 1) * (1 - across) +
                          sink_demo_chance(seed, i + 1, j + 1) * across;
    return top * (1 - down) + bottom * down;
}

double sink_demo_noise(uint64_t seed, double x, double y, double scale, int octaves)
{
    double sum = 0, weight = 1, weights = 0;
    for (int i = 0; i < octaves; i++) {
        sum += weight * octave(seed + (uint64_t)i, x / scale, y / scale);
        weights += weight;
        weight /= 2;
        scale /= 2;
    }
    return sum / weights;
}
