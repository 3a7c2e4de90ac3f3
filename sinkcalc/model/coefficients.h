/* From a stratum to what each pool holds per hectare: private to sinkcalc/model. */
#ifndef SINK_MODEL_COEFFICIENTS_H
#define SINK_MODEL_COEFFICIENTS_H

#include "sinkcalc/model/account.h"

#define SINK_MAX_USED 16 /* factors that one stratum can use */

/* Pool = area_ha * constant + sum over quantities of slope * sum(area_ha * value), in t C. */
struct sink_coefficients {
    double constant[SINK_POOL_COUNT];
    double biomass[SINK_POOL_COUNT]; /* slope of above_ground_biomass */
    double volume[SINK_POOL_COUNT];  /* slope of stock_volume */
    double soil;                     /* slope of soil_carbon, in the soil pool */
    bool lacks_factor[SINK_POOL_COUNT];
    bool counts_volume;   /* the volume raster speaks for the class */
    bool lacks_value;     /* a raster should speak here and has no data */
    double soil_depth_cm; /* NaN without a soil pool */
    const struct sink_factor *used[SINK_MAX_USED];
    size_t used_count;
};

/* What is known of a stratum on one date. */
struct sink_state {
    int class_index;             /* in the class list */
    const char *const *overlays; /* [factors->key_count], as struct sink_stratum */
    /* a value inside the interval the stratum lies in; NaN: no data; -1: the tally has no such
     * layer */
    double biomass, volume;
    bool has_soil, lacks_soil; /* the tally has the layer; it has no data here */
    bool is_biomass_carbon;    /* the biomass layer is in t C */
};

/* Missing factors are noted in `missing`, one sentence each, unless the settings count them. */
SINK_CHECKED enum sink_status sink_coefficients_make(const struct sink_account_basis *sources,
                                                     const struct sink_state *state,
                                                     struct sink_coefficients *coefficients,
                                                     struct sink_faults *missing,
                                                     struct sink_error *error);

#endif
