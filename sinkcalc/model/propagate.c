#include "sinkcalc/model/propagate.h"

#include <math.h>

/* A sum and what its roundings have lost. */
struct compensated {
    double sum, lost;
};

static void add(struct compensated *total, double term)
{
    const double sum = total->sum + term;
    total->lost +=
        fabs(total->sum) >= fabs(term) ? (total->sum - sum) + term : (term - sum) + total->sum;
    total->sum = sum;
}

static double value_of(struct compensated total)
{
    return total.sum + total.lost;
}

double sink_draws_sum(const double *values, size_t count)
{
    struct compensated total = {0};
    for (size_t i = 0; i < count; i++)
        add(&total, values[i]);
    return value_of(total);
}

static void swap(double *a, double *b)
{
    const double kept = *a;
    *a = *b;
    *b = kept;
}

/* Puts the value of `rank` where sorting would put it, no larger one before it and no smaller one
 * after it (Hoare 1961, algorithm 65, doi:10.1145/366622.366647). The middle one of three is the
 * pivot, so that sorted arrays are quick. */
static void select_rank(double *values, ptrdiff_t first, ptrdiff_t last, ptrdiff_t rank)
{
    while (first < last) {
        const double low = fmin(values[first], values[last]);
        const double high = fmax(values[first], values[last]);
        const double pivot = fmin(fmax(values[first + (last - first) / 2], low), high);
        ptrdiff_t left = first, right = last;
        while (left <= right) {
            while (values[left] < pivot)
                left++;
            while (pivot < values[right])
                right--;
            if (left <= right)
                swap(&values[left++], &values[right--]);
        }
        if (rank <= right)
            last = right;
        else if (rank >= left)
            first = left;
        else
            return; /* between the halves: equal to the pivot */
    }
}

double sink_draws_quantile(double *draws, size_t count, double p)
{
    if (count == 0)
        return NAN;
    const double position = p * (double)(count - 1);
    const ptrdiff_t rank = (ptrdiff_t)position, last = (ptrdiff_t)count - 1;
    select_rank(draws, 0, last, rank);
    if (rank == last)
        return draws[rank];
    select_rank(draws, rank + 1, last, rank + 1);
    return draws[rank] + (position - (double)rank) * (draws[rank + 1] - draws[rank]);
}

struct sink_draws_summary sink_draws_summarise(double *draws, size_t count)
{
    struct sink_draws_summary summary = {NAN, NAN, NAN, NAN};
    struct compensated squares = {0};
    const double mean = sink_draws_sum(draws, count) / (double)count;
    if (isnan(mean)) /* of no draw, or with one that is not finite */
        return summary;
    for (size_t i = 0; i < count; i++)
        add(&squares, (draws[i] - mean) * (draws[i] - mean));
    summary.mean = mean;
    summary.sd = sqrt(value_of(squares) / ((double)count - 1)); /* 0 / 0 of a single one */
    summary.lower = sink_draws_quantile(draws, count, 0.025);
    summary.upper = sink_draws_quantile(draws, count, 0.975);
    return summary;
}
