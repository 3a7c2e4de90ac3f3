/* How sure the figures of an account are: IPCC 2006 Vol. 1 Ch. 3, Approach 1 (error propagation)
 * and, on request, Approach 2 (Monte Carlo).
 *
 * What is uncertain: every factor row with a spread, one random variable for all strata, regions
 * and years that use it (rows of a set with the same text in `variable` are one together); rasters
 * with a layer of standard deviations (raster_error.h); and the areas of classes, where there is a
 * confusion matrix. These sources are independent of one another. Not in it: the volumes of a
 * harvest table (the factors that make carbon of them are), and errors of the method itself. */
#ifndef SINK_MODEL_UNCERTAINTY_H
#define SINK_MODEL_UNCERTAINTY_H

#include "sinkcalc/model/account.h"
#include "sinkcalc/model/area_estimate.h"
#include "sinkcalc/model/raster_error.h"

#include <stdint.h>

/* The figures that have an uncertainty. */
enum sink_figure {
    SINK_FIGURE_STOCK,                                             /* + pool, t C */
    SINK_FIGURE_TOTAL_STOCK = SINK_FIGURE_STOCK + SINK_POOL_COUNT, /* t C */
    SINK_FIGURE_SINK, /* + pool, t CO2/yr, chosen method */
    SINK_FIGURE_TOTAL_SINK = SINK_FIGURE_SINK + SINK_POOL_COUNT, /* t CO2/yr */
    SINK_FIGURE_VOLUME, /* stock volume of the forest, m3 */
    SINK_FIGURE_COUNT
};

/* Something that is uncertain. One of the three is set. */
struct sink_source {
    const struct sink_factor *row; /* the first row of the variable */
    const struct sink_raster_error *raster;
    bool is_area;
};

#define SINK_DRIVER_COUNT 3
/* The sources that add most to the variance of a figure in a region, the greatest first. */
struct sink_drivers {
    int source[SINK_DRIVER_COUNT];   /* index in sources; -1 when there are fewer */
    double share[SINK_DRIVER_COUNT]; /* of the variance by Approach 1, 0..1 */
};

struct sink_uncertainty {
    size_t year_count, class_count, region_count; /* as in the account */
    size_t draws;                                 /* of Approach 2; 0: Approach 1 */
    /* [figure][year][region]; NaN where the figure is not defined, or none of what it is made from
     * has an error that is known. Approach 1: se by propagation,
     * bounds the figure -+ 1.96 se. Approach 2: sd of the draws and their 2.5 and 97.5 % quantiles.
     */
    double *se, *lower, *upper;
    double *mean; /* of the draws; NULL with Approach 1 */
    struct sink_source *sources;
    size_t source_count;
    struct sink_drivers *stock_drivers, *sink_drivers; /* [region] of the totals, last year */
    /* With a confusion matrix (Olofsson et al. 2014), else NULL: areas as the reference sample
     * corrects them, and carbon at the mapped density on them: of a class that the region's map
     * lacks, that of the nearest region above with some of it, else of the top level. The carbon is
     * NaN where the sample finds a class with pools that no map of the year has. */
    double *area_m2, *area_se_m2;     /* [year][class][region] */
    double *forest_m2, *forest_se_m2; /* [year][region] */
    double *stock_tc, *stock_se_tc;   /* [year][region] */
    struct sink_area_class
        *accuracy; /* [class] users and producers over the top level, last year */
};

/* Asked now and then while an uncertainty is made: how many of the draws are done, of all (0 of 0
 * before they begin). What is not SINK_OK, with its error, ends the work. */
struct sink_watch {
    void *context;
    enum sink_status (*look)(void *context, size_t done, size_t total, struct sink_error *error);
};

struct sink_uncertainty_request {
    struct sink_tally *tally; /* what the account was made from */
    const struct sink_region_list *regions;
    const struct sink_account_basis *basis;
    const struct sink_raster_error *rasters;
    size_t raster_count;
    const struct sink_confusion *confusion; /* or NULL */
    size_t draws;                           /* 0: Approach 1 only */
    uint64_t seed;
    const struct sink_watch *watch; /* or NULL */
};

/* All of the request must outlive the result. Rows whose spread is not understood are
 * SINK_BAD_DATA, named by set and line. */
SINK_CHECKED enum sink_status sink_uncertainty_make(const struct sink_account *account,
                                                    const struct sink_uncertainty_request *request,
                                                    struct sink_uncertainty **uncertainty,
                                                    struct sink_error *error);
void sink_uncertainty_free(struct sink_uncertainty *uncertainty);

#endif
