/* Random numbers that depend on what they are for, never on the order in which they are drawn.
 *
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3",
 * doi:10.1145/2063384.2063405) maps a counter and a key to 128 random bits. The key is the seed of
 * the job, the counter is variable, draw and stream: the draw 17 of a variable is the same whoever
 * asks, in any thread, part or order, and whatever else is drawn.
 *
 * The generator is written here, not taken from the headers of Random123: they would be a package
 * that every build needs, for twenty lines, and pass our warnings (-Wundef, -Wstrict-prototypes)
 * only as system headers. It gives their known answers.
 *
 * Bits and uniform numbers are the same on every machine. The others are as far as libm is: they
 * use sqrt, which IEEE 754 fixes, and log, exp, pow, erfc and tgamma, whose last bit may differ
 * from one libm to another. */
#ifndef SINK_MODEL_RANDOM_H
#define SINK_MODEL_RANDOM_H

#include "sinkcalc/model/spread.h"

#include <stdint.h>

/* Whose number it is. */
struct sink_random_place {
    uint64_t seed;
    uint64_t variable; /* index or hash of what is drawn */
    uint32_t draw;     /* run of the Monte Carlo */
    uint32_t stream;   /* several numbers of one variable and draw; else 0 */
};

/* Ten rounds of Philox4x32. */
void sink_random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t block[4]);

/* Uniform in (0, 1): an odd multiple of 2^-53, from 52 of the bits. The key is the seed (low word
 * first), the counter is variable (low word first), draw, stream. */
double sink_random_uniform(struct sink_random_place place);

/* The standard normal deviate below which the share p lies: algorithm AS 241, PPND16 (Wichura 1988,
 * Applied Statistics 37(3), 477-484, doi:10.2307/2347330), relative error about 1e-16. -inf at 0,
 * inf at 1, NaN outside. */
double sink_normal_quantile(double p);

/* The number below which the share p, 0 < p < 1, of the distribution of `value` lies. It rises with
 * p and stays within spread->lower and upper. `value` is the one for which the spread was made. */
double sink_spread_quantile(const struct sink_spread *spread, double value, double p);

#endif
