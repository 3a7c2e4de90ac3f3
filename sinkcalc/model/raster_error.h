/* How the errors of a raster's values add up over a region.
 *
 * Errors of cells in one square block of the size of the correlation range are taken as one error,
 * those of different blocks as independent. With S_b, the sum of area x sd of the region's cells in
 * block b, the variance of the region's total is sum S_b^2; were all errors one it would be
 * (sum S_b)^2. */
#ifndef SINK_MODEL_RASTER_ERROR_H
#define SINK_MODEL_RASTER_ERROR_H

#include "sinkcalc/base/error.h"
#include "sinkcalc/model/tally.h"

#include <stdbool.h>
#include <stddef.h>

/* The layer of standard deviations of a raster. */
struct sink_raster_error {
    const char *quantity;    /* "above_ground_biomass": the tally has it as "<quantity>_sd" too */
    double range_m;          /* side of the blocks; NaN: one error everywhere */
    double time_correlation; /* of the errors of two years, 0..1; those of a static raster are the
                                same */
    /* [year][region] sum over blocks of (sum of area x sd)^2, over the square of the sum of all:
     * the variance of the region's total over what it would be with one error. 1 for one block,
     * 1/n for n alike. NaN: the layer does not speak in the region. */
    double *shares;
};

/* A tally of blocks: `pass` is raster * years + year, the key is the block, the sums are area in m2
 * and area in m2 x sd of the land that the raster speaks for. It says nothing of strata: its
 * spec (sink_tally_spec_of) has one quantity and neither years nor dimensions. */
SINK_CHECKED enum sink_status sink_block_tally_new(struct sink_tally **blocks,
                                                   struct sink_error *error);
#define SINK_BLOCK_SUM_COUNT 2

/* Fills shares[year_count][region_count] of the raster of that index. `blocks` must be complete
 * (sink_tally_complete). Where all deviations are 0 the share is 1. */
void sink_raster_error_by_blocks(struct sink_tally *blocks, size_t raster, size_t year_count,
                                 size_t region_count, double *shares);

/* The same without a range: 1 where the tally (complete) has land with a value of `quantity` and of
 * its deviation, and a class that the raster speaks for: speaks[value of the dimension "class"]. */
void sink_raster_error_by_one(struct sink_tally *tally, const char *quantity, const bool *speaks,
                              double *shares);

#endif
