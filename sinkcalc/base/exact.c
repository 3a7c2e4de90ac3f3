#include "sinkcalc/base/exact.h"

#include <math.h>

/* All sums are made on unsigned words: they wrap modulo 2^128 where signed ones would be undefined.
 */
static void add_words(struct sink_exact_sum *sum, uint64_t low, uint64_t high)
{
    sum->low += low;
    const uint64_t carry = sum->low < low;
    sum->high = (int64_t)((uint64_t)sum->high + high + carry);
}

bool sink_exact_sum_add(struct sink_exact_sum *sum, double value)
{
    /* The comparison is false for NaN too. */
    if (!(fabs(value) < 0x1p90))
        return false;

    const double quanta = value * SINK_EXACT_QUANTA_PER_UNIT; /* exact: a power of two */
    if (fabs(quanta) < 0x1p62) {
        const int64_t whole = llrint(quanta);
        add_words(sum, (uint64_t)whole, whole < 0 ? UINT64_MAX : 0);
        return true;
    }
    /* From 2^62 on a double is a multiple of 2^10, so it is whole and both words are exact. */
    const double high = floor(quanta * 0x1p-64);
    add_words(sum, (uint64_t)(quanta - high * 0x1p64), (uint64_t)(int64_t)high);
    return true;
}

void sink_exact_sum_merge(struct sink_exact_sum *into, const struct sink_exact_sum *from)
{
    add_words(into, from->low, (uint64_t)from->high);
}

void sink_exact_sum_subtract(struct sink_exact_sum *from, const struct sink_exact_sum *what)
{
    /* Two's complement: -x is ~x + 1. */
    add_words(from, ~what->low, ~(uint64_t)what->high);
    add_words(from, 1, 0);
}

double sink_exact_sum_value(const struct sink_exact_sum *sum)
{
    struct sink_exact_sum size = {0};
    const bool is_negative = sum->high < 0;

    if (is_negative)
        sink_exact_sum_subtract(&size, sum);
    else
        size = *sum;

    uint64_t top = (uint64_t)size.high;
    int exponent = -30;
    if (top == 0) {
        top = size.low;
    } else {
        /* The first 64 bits of the number; its last bit also stands for all that follow, which is
         * enough to round right, since a double keeps 53. */
        const int shift = __builtin_clzll(top);
        if (shift > 0)
            top = top << shift | size.low >> (64 - shift);
        top |= (size.low << shift) != 0;
        exponent += 64 - shift;
    }
    const double value = ldexp((double)top, exponent);
    return is_negative ? -value : value;
}

bool sink_exact_sum_is_zero(const struct sink_exact_sum *sum)
{
    return sum->low == 0 && sum->high == 0;
}

bool sink_exact_sum_is_equal(const struct sink_exact_sum *a, const struct sink_exact_sum *b)
{
    return a->low == b->low && a->high == b->high;
}
