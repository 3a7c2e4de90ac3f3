/* The account: a tally and factors become areas, stocks, sinks and targets. Pure arithmetic. */
#ifndef SINK_MODEL_ACCOUNT_H
#define SINK_MODEL_ACCOUNT_H

#include "sinkcalc/base/error.h"
#include "sinkcalc/base/region.h"
#include "sinkcalc/model/class.h"
#include "sinkcalc/model/factor.h"
#include "sinkcalc/model/tally.h"

#include <stdbool.h>
#include <stddef.h>

/* IPCC 2006 Vol. 4 Ch. 1, Table 1.1. */
enum sink_pool {
    SINK_POOL_ABOVE_GROUND,
    SINK_POOL_BELOW_GROUND,
    SINK_POOL_DEAD_WOOD,
    SINK_POOL_LITTER,
    SINK_POOL_SOIL,
    SINK_POOL_COUNT
};
const char *sink_pool_name(enum sink_pool pool); /* "above_ground_biomass" ... */

/* How the change of a pool is found: IPCC 2006 Vol. 4 Ch. 2, eq. 2.5 and eq. 2.4. */
enum sink_method { SINK_METHOD_STOCK_DIFFERENCE, SINK_METHOD_GAIN_LOSS };

enum sink_target_kind { SINK_TARGET_FOREST_COVERAGE, SINK_TARGET_FOREST_STOCK_VOLUME };
struct sink_target {
    enum sink_target_kind kind;
    int year;
    double value; /* share 0..1, or m3 */
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
    /* Overlays given as one constant for the whole job: names and values. */
    const char *const *constant_names, *const *constant_values;
    size_t constant_count;
};

/* A raster in carbon is cut at the breaks of R, which are in dry matter, by this carbon fraction:
 * IPCC 2006 Vol. 4 Ch. 4 Table 4.3, default value. */
#define SINK_BREAK_CARBON_FRACTION 0.47

/* What an account is made with beside the tally. */
struct sink_account_basis {
    const struct sink_class_list *classes;
    const struct sink_factors *factors;
    const struct sink_account_settings *settings;
    struct sink_faults *missing; /* takes each factor and value that is missing, beside the error;
                                    NULL: the error names what it has room for */
};

/* Everything in t C, m2, m3, per region. Index order as in the comments, last one fastest.
 * `classes` are those that the tally knows, in code order. NaN: not defined (no data, no factor for
 * all of it). */
struct sink_account {
    size_t year_count, class_count, region_count, pass_count, target_count;
    int *years;           /* [year] */
    int *class_index;     /* [class] index in the class list */
    double *cells;        /* [year][class][region]; NaN in rests and sums */
    double *area_m2;      /* [year][class][region] */
    double *volume_m3;    /* [year][class][region] stock volume where measured; NaN without a volume
                             layer */
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
    /* derived */
    double *pool_tc;      /* [year][pool][region] */
    double *total_tc;     /* [year][region] */
    double *ecosystem_tc; /* [year][ecosystem][region] */
    double *sink_tco2_yr; /* [year][pool][region] stock difference over the period that ends there,
                             on land known at both ends, positive = removal; NaN for the first
                             year */
    double *total_sink_tco2_yr;                                     /* [year][region] */
    double *classified_m2, *land_m2, *forest_m2, *forest_volume_m3; /* [year][region] */
    double *coverage;       /* [year][region] forest over land, 0..1; NaN without land */
    double *completeness;   /* [year][region] share of the region, with what lies beyond the grid,
                              that has a class; NaN without area */
    double *target_reached; /* [target][year][region] value over target */
    double *target_gap;     /* [target][year][region] target - value: share or m3 */
    double *target_rate_per_yr; /* [target][year][region] gap over the years left; 0 when reached,
                                   NaN when the year is past; the targets apply to the top level:
                                   NaN below it */
    /* which factors were used */
    const struct sink_factor **used; /* distinct, in the order of the tables */
    size_t used_count;
};

/* `tally` must be complete (sink_tally_complete). Per stratum (IPCC 2006 Vol. 4 Ch. 2):
 * - above ground: a raster in t d.m., value x CF; a raster in t C, value; else volume, V x BCEF x
 * CF (eq. 2.8) or (aV + b) x CF with b only for V > 0 (with roots: / (1 + R)); else its density;
 * - below ground: above ground x R, R by the biomass interval; beside densities its own first;
 * - dead wood, litter: density; soil: raster, or density (reference stock).
 * Every pool is area x c0 + sum over quantities of c_q x sum(area x value): linear, so regions add
 * up. A factor that is missing: settings->factor; a value: settings->value. */
SINK_CHECKED enum sink_status sink_account_make(struct sink_tally *tally,
                                                const struct sink_region_list *regions,
                                                const struct sink_account_basis *basis,
                                                struct sink_account **account,
                                                struct sink_error *error);
void sink_account_free(struct sink_account *account);

/* The volume breaks a job needs: those of BCEF; where V x BCEF or a line crosses a break of
 * root:shoot; 0 where a line has an intercept (unstocked stays zero). Ascending, distinct; caller
 * frees. */
SINK_CHECKED enum sink_status sink_account_volume_breaks(const struct sink_factors *factors,
                                                         double **breaks, size_t *count,
                                                         struct sink_error *error);

/* Results of the checks that every run makes. */
struct sink_closure_check {
    const char *name; /* "classes_to_region", "children_to_parent", "pools_to_total",
                         "matrix_to_years", "flows_to_stocks", "years_agree" */
    double worst;     /* largest difference over the scale, relative */
    double tolerance;
    size_t region; /* where the worst is */
    bool passed;
};
#define SINK_CLOSURE_COUNT 6
/* SINK_FAILED (and the sentence names check, region, both figures) when one does not hold. */
SINK_CHECKED enum sink_status sink_account_check_closure(
    const struct sink_account *account, struct sink_tally *tally,
    const struct sink_region_list *regions, const struct sink_class_list *classes,
    struct sink_closure_check checks[SINK_CLOSURE_COUNT], struct sink_error *error);

#endif
