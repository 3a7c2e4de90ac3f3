/* The account: a tally and factors become areas, stocks, sinks and targets. Pure arithmetic. */
#ifndef SINK_MODEL_ACCOUNT_H
#define SINK_MODEL_ACCOUNT_H

#include "sinkcalc/base/error.h"
#include "sinkcalc/base/region.h"
#include "sinkcalc/model/class.h"
#include "sinkcalc/model/factor.h"
#include "sinkcalc/model/gwp.h"
#include "sinkcalc/model/harvest.h"
#include "sinkcalc/model/tally.h"

#include <stdbool.h>
#include <stddef.h>

/* IPCC 2006 Vol. 4 Ch. 1, Table 1.1; the soil of land whose carbon is counted to 1 m or more (the
 * 2013 Wetlands Supplement for coasts) is a pool of its own, because depths never mix. */
enum sink_pool {
    SINK_POOL_ABOVE_GROUND,
    SINK_POOL_BELOW_GROUND,
    SINK_POOL_DEAD_WOOD,
    SINK_POOL_LITTER,
    SINK_POOL_SOIL,      /* counted to less than 1 m: 30 cm unless the job's tables say otherwise */
    SINK_POOL_SOIL_DEEP, /* counted to 1 m or more */
    SINK_POOL_COUNT
};
#define SINK_BIOMASS_POOL_COUNT 2                /* the first two */
const char *sink_pool_name(enum sink_pool pool); /* "above_ground_biomass" ... */

/* How the change of a pool is found: IPCC 2006 Vol. 4 Ch. 2, eq. 2.5 and eq. 2.4. */
enum sink_method { SINK_METHOD_STOCK_DIFFERENCE, SINK_METHOD_GAIN_LOSS };

enum sink_target_kind { SINK_TARGET_FOREST_COVERAGE, SINK_TARGET_FOREST_STOCK_VOLUME };
struct sink_target {
    enum sink_target_kind kind;
    int year;
    double value; /* share 0..1, or m3 */
};

/* Land-use categories of IPCC 2006 Vol. 4 Ch. 3. */
enum sink_category {
    SINK_CATEGORY_FOREST_LAND,
    SINK_CATEGORY_CROPLAND,
    SINK_CATEGORY_GRASSLAND,
    SINK_CATEGORY_WETLANDS,
    SINK_CATEGORY_SETTLEMENTS,
    SINK_CATEGORY_OTHER_LAND,
    SINK_CATEGORY_COUNT
};
const char *sink_category_name(enum sink_category category); /* "forest_land" ... */
/* before x SINK_CATEGORY_COUNT + now: land remaining in a category when both are the same, else
 * land converted within the transition time. */
#define SINK_LAND_USE_COUNT 36
#define SINK_LAND_USE_NONE (-1)
/* "forest_land_remaining_forest_land", "cropland_converted_to_forest_land"; in `text`. */
const char *sink_land_use_text(int land_use, char text[64]);

/* Overlays that the account itself gives to the look-up of factors. */
#define SINK_KEY_FROM_CLASS "from_class"   /* the class before the latest conversion */
#define SINK_KEY_DISTURBANCE "disturbance" /* name of the disturbance that struck */

struct sink_disturbance {
    const char *name;
    bool burns; /* CH4 and N2O by eq. 2.27 */
};

/* Land that could be planted, and with what until when. */
struct sink_planting {
    const char *overlay; /* land with one of its values is suitable, unless it is woody already */
    const char *const *values;
    size_t value_count;
    int class_index; /* that is planted right after the last year */
    int year;        /* for which the gain is told */
};

/* What to do with land for which something is missing. */
enum sink_missing { SINK_MISSING_ERROR, SINK_MISSING_COUNT, SINK_MISSING_FACTOR };

struct sink_account_settings {
    const bool *is_forest; /* [classes->count] counts for coverage and forest stock volume */
    const bool *is_land;   /* [classes->count] part of the land area */
    const bool *uses_biomass, *uses_volume, *uses_soil; /* [classes->count] the raster of that layer
                                (if the tally has one) speaks for the class; else factors do */
    enum sink_missing factor; /* a class without a factor: ERROR or COUNT */
    enum sink_missing
        value;       /* no value of the raster where it should speak: ERROR, COUNT (no stock, and
                        the area is reported), or FACTOR (use the factors instead) */
    bool has_volume; /* the job has a stock-volume layer */
    double soil_raster_depth_cm; /* depth of the soil layer, NaN without one */
    const struct sink_target *targets;
    size_t target_count;
    const bool *derives_volume; /* [classes->count] volume follows from the biomass raster; or NULL
                                 */
    double transition_yr;       /* D of eq. 2.25; 0: 20 */
    const enum sink_method *methods; /* [classes->count][SINK_POOL_COUNT]; NULL: stock difference */
    const struct sink_disturbance *disturbances;
    size_t disturbance_count;
    const char *const *report_by; /* overlays by whose values results are given as well */
    size_t report_count;
    enum sink_gwp gwp;
    const struct sink_harvest *harvest;   /* or NULL */
    const struct sink_planting *planting; /* or NULL */
    /* Overlays given as one constant for the whole job: names and values. */
    const char *const *constant_names, *const *constant_values;
    size_t constant_count;
    bool is_trial; /* overlays hold what they may be, "a|b|c": see sinkcalc/model/trial.h */
};

/* The D of the settings. */
double sink_transition_yr(const struct sink_account_settings *settings);

/* A raster in carbon is cut at the breaks of R, which are in dry matter, by this carbon fraction:
 * IPCC 2006 Vol. 4 Ch. 4 Table 4.3, default value. */
#define SINK_BREAK_CARBON_FRACTION 0.47

/* Where the biomass of a class comes from in the last year, as a bit of each source that its land
 * has. */
enum sink_origin {
    SINK_ORIGIN_RASTER = 1,          /* raster of above-ground biomass */
    SINK_ORIGIN_BCEF = 2,            /* stock volume x BCEF */
    SINK_ORIGIN_LINE = 4,            /* a line of the stock volume */
    SINK_ORIGIN_DENSITY = 8,         /* density of a table */
    SINK_ORIGIN_GROWTH = 16,         /* growth at the age of the stand, up to the density */
    SINK_ORIGIN_CURVE = 32,          /* growth curve at the age of the stand */
    SINK_ORIGIN_VOLUME_RASTER = 64,  /* stock volume: raster */
    SINK_ORIGIN_VOLUME_DERIVED = 128 /* stock volume: from the biomass raster */
};

/* What an account is made with beside the tally. */
struct sink_account_basis {
    const struct sink_class_list *classes;
    const struct sink_factors *factors;
    const struct sink_account_settings *settings;
    struct sink_faults *missing; /* takes each factor and value that is missing, beside the error;
                                    NULL: the error names what it has room for */
};

/* A value of an overlay that results are given by. */
struct sink_report_value {
    const char *overlay, *value; /* of the settings and the tally; "nodata" for land without */
};

/* Everything in t C, m2, m3, per region. Index order as in the comments, last one fastest.
 * `classes` are those that the tally knows, in code order. NaN: not defined (no data, no factor for
 * all of it). A period ends in the year it is stored under; the first year has none. */
struct sink_account {
    size_t year_count, class_count, region_count, pass_count, target_count, report_count;
    bool has_planting;    /* the settings name land that could be planted */
    int *years;           /* [year] */
    int *class_index;     /* [class] index in the class list */
    double *cells;        /* [year][class][region]; NaN in rests and sums */
    double *area_m2;      /* [year][class][region] */
    double *volume_m3;    /* [year][class][region] stock volume where measured or derived; NaN
                             without either */
    double *stock_tc;     /* [year][class][pool][region] */
    double *no_factor_m2; /* [year][pool][region] area that counts as zero for want of a factor */
    double *no_value_m2;  /* [year][region] area where a raster should speak and has no data */
    double *one_date_m2;  /* [year][region] land known at one end only of the period that ends then:
                             no class, or no value of a raster; not in the sink */
    double *gap_change_tc;  /* [year][pool][region] its stock at the end less that at the start */
    double *beyond_grid_m2; /* [year][region] of the region's polygon, where no cell of the grid is;
                               0 in a rest */
    double *no_class_m2, *no_class_cells; /* [year][region] no data in the land cover */
    double *unknown_m2, *unknown_cells;   /* [year][region] codes that are not in the legend */
    double *transition_m2; /* [pass][class from][class to][region]; NULL for one year */
    double *soil_depth_cm; /* [class] depth of its soil carbon; NaN when it has none */
    unsigned *origins;     /* [class] bits of enum sink_origin */
    double pool_depth_cm[SINK_POOL_COUNT]; /* of the two soil pools; NaN when empty */
    /* Changes over a period, in t C, by class at its end, on land known at both ends: */
    double *difference_tc; /* [year][class][pool][region] stock at the end less that at the start */
    double *gain_tc;       /* [year][class][biomass pool][region] growth, or a stock that is there
                              within a year; NaN where the class has land without a growth factor */
    double *conversion_loss_tc, *disturbance_loss_tc, *harvest_loss_tc; /* as gain_tc, >= 0 */
    double *soil_flux_tc; /* [year][class][region] from or to the air beside the stocks: organic
                             soils; positive into the land */
    /* derived */
    double *class_sink_tco2_yr; /* [year][class][pool][region] by the chosen method, positive =
                                   removal; NaN for the first year */
    double *pool_tc;            /* [year][pool][region] */
    double *total_tc;           /* [year][region] */
    double *ecosystem_tc;       /* [year][ecosystem][region] */
    double *sink_tco2_yr;       /* [year][pool][region] the classes' sinks */
    double *sink_by_difference_tco2_yr, *sink_by_gain_loss_tco2_yr; /* [year][pool][region] by one
                             method for all classes; the second is NaN where it cannot be told */
    double *method_difference_tc; /* [year][pool][region] the chosen changes of a period less those
                                     by stock difference */
    double *total_sink_tco2_yr;   /* [year][region] */
    double *classified_m2, *land_m2, *forest_m2, *forest_volume_m3; /* [year][region] */
    double *coverage;       /* [year][region] forest over land, 0..1; NaN without land */
    double *completeness;   /* [year][region] share of the region, with what lies beyond the grid,
                              that has a class; NaN without area */
    double *target_reached; /* [target][year][region] value over target */
    double *target_gap;     /* [target][year][region] target - value: share or m3 */
    double *target_rate_per_yr; /* [target][year][region] gap over the years left; 0 when reached,
                                   NaN when the year is past; the targets apply to the top level:
                                   NaN below it */
    /* by IPCC land use, see SINK_LAND_USE_COUNT */
    double *land_use_m2;           /* [year][land use][region] */
    double *land_use_sink_tco2_yr; /* [year][land use][pool][region] */
    /* by the values of the overlays of settings->report_by */
    struct sink_report_value *reports; /* [report_count] */
    double *report_m2, *report_tc;     /* [year][report][region] */
    double *report_sink_tco2_yr;       /* [year][report][region] */
    /* other gases and what stands outside the totals; rates are of the period, or of the only year
     */
    double *ch4_t_yr, *n2o_t_yr; /* [year][region] into the air */
    double *balance_tco2e_yr;    /* [year][region] the sink less the other gases */
    /* [year][region] memo; NaN where no factor tells of any land */
    double *karst_tco2_yr, *burial_tco2_yr, *permafrost_tc;
    /* [class][region] biomass of mature stands less today's, last year, on land that has a
     * mature_biomass; NaN where none of the class has */
    double *potential_tc;
    double *planting_tc, *planting_m2; /* [region] carbon that planting the suitable land adds
                                          until the year of the settings; NULL without */
    /* which factors were used */
    const struct sink_factor **used; /* distinct, in the order of the tables */
    double *used_m2; /* [used] land of the top level that was counted with it in the last year */
    size_t used_count;
    struct sink_strata *strata; /* what uncertainty is found from */
};

/* `tally` must be complete (sink_tally_complete). What the land holds, per stratum (IPCC 2006
 * Vol. 4 Ch. 2; sinkcalc/METHODS.md explains each):
 * - above ground: a raster in t d.m., value x CF; a raster in t C, value; else volume, V x BCEF x
 * CF (eq. 2.8) or (aV + b) x CF with b only for V > 0 (with roots: / (1 + R)); else a curve or
 * growth at the age of the stand, up to its density; else its density. Factors by steps are made
 * continuous (piecewise.h);
 * - below ground: above ground x R, R by the biomass interval; beside densities its own first;
 * - dead wood, litter: density, gained over the transition time, lost at once; soil: raster, or
 * density, or reference stock x F_LU x F_MG x F_I (eq. 2.25), moving there over the transition
 * time. Every pool is linear in the sums of the tally, so regions add up. A factor that is missing:
 * settings->factor; a value: settings->value. */
SINK_CHECKED enum sink_status sink_account_make(struct sink_tally *tally,
                                                const struct sink_region_list *regions,
                                                const struct sink_account_basis *basis,
                                                struct sink_account **account,
                                                struct sink_error *error);
void sink_account_free(struct sink_account *account);

/* Where the tally must cut a raster so that every pool is linear in its value within a stratum.
 * Volume: the nodes of BCEF (piecewise.h); where the biomass of a BCEF or a line crosses a node of
 * root:shoot; 0 where a line has an intercept (unstocked stays zero). Biomass, in t d.m./ha: the
 * nodes of root:shoot, and with `derives_volume` where the volume of it crosses a node of BCEF or
 * begins. Ascending, distinct; the caller frees. */
SINK_CHECKED enum sink_status sink_account_volume_breaks(const struct sink_factors *factors,
                                                         double **breaks, size_t *count,
                                                         struct sink_error *error);
/* Where the stock volume before a period picks another line of BCEF_I or BCEF_R: the nodes of
 * BCEF_I where rows of volume growth ask for it, and with `is_felled` those of BCEF_R. With
 * `of_biomass` the biomass in t d.m./ha that each BCEF makes of these volumes, for land whose
 * volume is derived from it. Ascending, distinct; the caller frees. */
SINK_CHECKED enum sink_status sink_account_removal_breaks(const struct sink_factors *factors,
                                                          bool of_biomass, bool is_felled,
                                                          double **breaks, size_t *count,
                                                          struct sink_error *error);
SINK_CHECKED enum sink_status sink_account_biomass_breaks(const struct sink_factors *factors,
                                                          bool derives_volume, double **breaks,
                                                          size_t *count, struct sink_error *error);
/* Ages at which rows by age begin and end; with curves or growth every year up to 250 as well. */
SINK_CHECKED enum sink_status sink_account_age_breaks(const struct sink_factors *factors,
                                                      double **breaks, size_t *count,
                                                      struct sink_error *error);

/* Results of the checks that every run makes. */
struct sink_closure_check {
    const char *name; /* "classes_to_region", "children_to_parent", "pools_to_total",
                         "matrix_to_years", "flows_to_stocks", "years_agree", "cells_to_region" */
    double worst;     /* largest difference over the scale, relative */
    double tolerance;
    size_t region; /* where the worst is */
    bool passed;
};
#define SINK_CLOSURE_COUNT 7
/* SINK_FAILED (and the sentence names check, region, both figures) when one does not hold. */
SINK_CHECKED enum sink_status sink_account_check_closure(
    const struct sink_account *account, struct sink_tally *tally,
    const struct sink_region_list *regions, const struct sink_class_list *classes,
    struct sink_closure_check checks[SINK_CLOSURE_COUNT], struct sink_error *error);

#endif
