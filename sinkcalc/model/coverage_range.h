/* Forest coverage where some of the land has no class: no data, an unknown code, beyond the grid.
 *
 * The coverage is that of the land with a class. What of the rest is forest, and even what of it is
 * land, nobody knows: over all of it the coverage is between none and all of the rest being forest.
 */
#ifndef SINK_MODEL_COVERAGE_RANGE_H
#define SINK_MODEL_COVERAGE_RANGE_H

struct sink_coverage_range {
    double least, most; /* shares of land and rest; NaN without either */
};
/* Areas of the forest, of the land, and of what has no class, in one unit. */
struct sink_coverage_range sink_coverage_range_make(double forest, double land, double unknown);
/* The share of what has no class that must be forest for the target to be met: 0 or less when it is
 * met without, above 1 when it cannot be; NaN when everything has a class. */
double sink_coverage_share_needed(double forest, double land, double unknown, double target);

#endif
