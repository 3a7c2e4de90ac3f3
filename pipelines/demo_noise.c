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

/* The noise between two rows of the lattice, on one of its columns. */
static double on_column(uint64_t seed, int64_t i, int64_t j, double down)
{
    return sink_demo_chance(seed, i, j) * (1 - down) + sink_demo_chance(seed, i, j + 1) * down;
}

static void add_octave(uint64_t seed, double scale, double weight, double y, size_t width,
                       double *values)
{
    const double row = floor(y / scale), down = smooth(y / scale - row);
    const int64_t j = (int64_t)row;
    int64_t i = 0;
    double left = on_column(seed, 0, j, down), right = on_column(seed, 1, j, down);
    for (size_t x = 0; x < width; x++) {
        const double at = (double)x / scale, column = floor(at), across = smooth(at - column);
        for (; i < (int64_t)column; i++) {
            left = right;
            right = on_column(seed, i + 2, j, down);
        }
        values[x] += weight * (left * (1 - across) + right * across);
    }
}

void sink_demo_noise_row(const struct sink_demo_noise *noise, int y, size_t width, double *values)
{
    double scale = noise->scale, weight = 1, weights = 0;
    for (size_t x = 0; x < width; x++)
        values[x] = 0;
    for (int octave = 0; octave < noise->octaves; octave++) {
        add_octave(noise->seed + (uint64_t)octave, scale, weight, y, width, values);
        weights += weight;
        weight /= 2;
        scale /= 2;
    }
    for (size_t x = 0; x < width; x++)
        values[x] /= weights;
}
