/* A factor that changes by steps of its argument, made into a product that neither jumps nor falls.
 *
 * BCEF changes with stock volume (IPCC 2006 Vol. 4 Table 4.5), R with above-ground biomass (2019
 * Table 4.4). Where the step is down, factor(x) * x falls: temperate hardwoods of 20 m3/ha would
 * weigh 3.0 * 20 = 60 t/ha, those of 21 m3/ha 1.7 * 21 = 35.7 t/ha, and a stand that grows would
 * show a loss. Here the product y(x) runs in straight lines through nodes:
 *
 *   - a node at the middle m of each finite interval, y = factor * m;
 *   - a node in the last interval, when it is open above: at L + w / 2, where L is its lower bound
 *     and w the width of the interval before; y = factor * node;
 *   - a node lower than the one before is raised to it, the first to 0: y never falls;
 *   - below the first node y = first factor * x; above the last node y goes on with the slope of
 *     the last factor, which is factor * x unless the last node was raised. A slope is never
 *     below 0.
 *
 * A single open interval has no node: y = factor * x. The nodes depend on the bounds alone: a tally
 * that is cut at them serves any factors of the same intervals, also drawn at random. A plateau of
 * raised nodes therefore ends at a node, and not where factor * x would overtake it. */
#ifndef SINK_MODEL_PIECEWISE_H
#define SINK_MODEL_PIECEWISE_H

#include <stdbool.h>
#include <stddef.h>

/* One interval (over, up_to]; `over` is -INFINITY or any number up to 0 when open below, `up_to` is
 * INFINITY when open above. A factor that is NaN (unknown) makes the lines NaN that it touches. */
struct sink_step {
    double over, up_to;
    double factor;
};

/* The line y = intercept + slope * x that holds around an x. */
struct sink_line {
    double intercept, slope;
};

/* Whether there is a step, each holds something above 0, and each begins where the one before ends.
 * Only the last may be open above. */
bool sink_steps_adjoin(const struct sink_step *steps, size_t count);

/* The nodes, ascending, into `nodes` and what y is there into `values`, each [count] or NULL.
 * Returns their number: 0 for a single open interval, and for steps that do not adjoin. */
size_t sink_piecewise_nodes(const struct sink_step *steps, size_t count, double *nodes,
                            double *values);

/* The line of the piece x lies in; x on a node belongs to the piece below, as in (over, up_to]. NaN
 * twice when the steps do not adjoin, x is NaN or no step speaks for it; 0 belongs to the first
 * step that is open below. */
struct sink_line sink_piecewise_line(const struct sink_step *steps, size_t count, double x);

/* y at x; NaN as for the line. */
double sink_piecewise_value(const struct sink_step *steps, size_t count, double x);

/* The smallest x, 0 or more, whose y is at least `y`; where no step speaks for it, the nearest x
 * above that has one. INFINITY when y is never reached; NaN when the steps do not adjoin or y is
 * NaN. */
double sink_piecewise_inverse(const struct sink_step *steps, size_t count, double y);

#endif
