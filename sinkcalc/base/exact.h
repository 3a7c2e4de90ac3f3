/* Sums whose bits do not depend on the order of the terms.
 *
 * A term is rounded once to a whole number of quanta of 2^-30 of its unit; the rest is 128-bit
 * integer addition (cf. Hallberg and Adcroft 2014, doi:10.1016/j.parco.2014.04.007). */
#ifndef SINK_BASE_EXACT_H
#define SINK_BASE_EXACT_H

#include <stdbool.h>
#include <stdint.h>

#define SINK_EXACT_QUANTA_PER_UNIT 0x1p30

/* 128-bit two's complement total of whole quanta. All zero is the empty sum. */
struct sink_exact_sum {
    uint64_t low;
    int64_t high;
};

/* Adds `value` rounded to the nearest quantum. False (and no change) for NaN, infinity or
 * |value| >= 2^90. */
bool sink_exact_sum_add(struct sink_exact_sum *sum, double value);
void sink_exact_sum_merge(struct sink_exact_sum *into, const struct sink_exact_sum *from);
void sink_exact_sum_subtract(struct sink_exact_sum *from, const struct sink_exact_sum *what);
/* The double nearest to the total. */
double sink_exact_sum_value(const struct sink_exact_sum *sum);
bool sink_exact_sum_is_zero(const struct sink_exact_sum *sum);
bool sink_exact_sum_is_equal(const struct sink_exact_sum *a, const struct sink_exact_sum *b);

#endif
