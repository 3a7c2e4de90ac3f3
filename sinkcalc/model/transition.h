/* What soil and dead organic matter hold a number of years after the land was converted. */
#ifndef SINK_MODEL_TRANSITION_H
#define SINK_MODEL_TRANSITION_H

#include <stdbool.h>
#include <stddef.h>

enum sink_soil_rule {
    /* To the reference over the transition time, in the pool `is_deep` tells, and no further (IPCC
     * 2006 Vol. 4 eq. 2.25). The other pool stays as it is. */
    SINK_SOIL_LINEAR,
    /* The deep pool gains `rate_tc_ha_yr` until it holds the reference; what is above stays. Coasts
     * planted or seeded anew (2013 Wetlands Supplement Ch. 4, Table 4.12). */
    SINK_SOIL_ACCUMULATE,
    /* The deep pool loses `rate_tc_ha_yr` until nothing is left. Drained coasts (Wetlands
     * Supplement Ch. 4, Table 4.13). */
    SINK_SOIL_DRAIN,
    /* The deep pool is lost at once. Excavated coasts (Wetlands Supplement Ch. 4, Table 4.11). */
    SINK_SOIL_EXTRACT,
    SINK_SOIL_KEEP, /* nothing changes */
    /* As linear where the reference is lower; where it is higher nothing changes: the reference is
     * an assumption, and an assumption makes no sink. */
    SINK_SOIL_DECLINE
};

/* One use of the land. */
struct sink_soil_use {
    double since_yr;          /* from the end of this year on; of the first use: ignored */
    enum sink_soil_rule rule; /* of the first use: ignored, it is in balance with its reference */
    bool is_deep;             /* the pool of the reference */
    double reference_tc_ha;
    double rate_tc_ha_yr; /* a rate below 0, which a random draw may give, counts as 0 */
};

/* Soils of different depth never mix: carbon below 30 cm is unknown where only 30 cm are counted.
 */
struct sink_soil {
    double shallow_tc_ha, deep_tc_ha;
};

/* What the soil holds at the end of `year`.
 *
 * `uses` are in order of time. The first has lasted for ever: its reference is in its pool and
 * nothing is in the other. Each later use starts from where the former had got to at the end of its
 * since_yr, and acts after that: on the year itself the soil is still what it was, also under a
 * rule that acts at once. A use that begins later than `year` has no effect, nor has one that lasts
 * no time. Each pool stays between what was there and the references (0 for what is lost). A
 * reference or a rate that is NaN makes the pool NaN that it acts on, from the time it acts.
 * `transition_yr` > 0. Without a use: 0 in both pools. */
struct sink_soil sink_soil_after(const struct sink_soil_use *uses, size_t count, double year,
                                 double transition_yr);

/* One use of the land, and what dead wood or litter holds under it in the long run. */
struct sink_litter_use {
    double since_yr;
    double reference_tc_ha;
};

/* What dead wood or litter holds at the end of `year`: a loss is complete at once after since_yr, a
 * gain is linear over the transition time (Tier 1 of IPCC 2006 Vol. 4 eq. 2.23: 1 year for losses,
 * 20 years for gains). Order, first use and NaN as in sink_soil_after. */
double sink_litter_after(const struct sink_litter_use *uses, size_t count, double year,
                         double transition_yr);

#endif
