/* Chance that is the same on every machine: hashes of positions, and smooth noise made of them. */
#ifndef SINK_PIPELINES_DEMO_NOISE_H
#define SINK_PIPELINES_DEMO_NOISE_H

#include <stdint.h>

/* A number in [0, 1) that depends on nothing but its arguments. */
double sink_demo_chance(uint64_t seed, int64_t x, int64_t y);
/* Value noise in [0, 1), mean 0.5: chances on a lattice `scale` apart, interpolated; each further
 * octave has half the scale and half the weight. */
double sink_demo_noise(uint64_t seed, double x, double y, double scale, int octaves);

#endif
