/* Chance that is the same on every machine: hashes of positions, and smooth noise made of them. */
#ifndef SINK_PIPELINES_DEMO_NOISE_H
#define SINK_PIPELINES_DEMO_NOISE_H

#include <stddef.h>
#include <stdint.h>

/* A number in [0, 1) that depends on nothing but its arguments. */
double sink_demo_chance(uint64_t seed, int64_t x, int64_t y);

/* Chances on a lattice `scale` apart, interpolated; each further octave has the next seed, half the
 * scale and half the weight. */
struct sink_demo_noise {
    uint64_t seed;
    double scale; /* in cells */
    int octaves;
};
/* The noise at x = 0, 1 ... width - 1 of row y, each in [0, 1) with mean 0.5. A row at a time,
 * because a chance of the lattice then serves all cells up to the next. */
void sink_demo_noise_row(const struct sink_demo_noise *noise, int y, size_t width, double *values);

#endif
