/* How the errors of a raster's values add up over a region. */
#ifndef SINK_MODEL_RASTER_ERROR_H
#define SINK_MODEL_RASTER_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/* The layer of standard deviations of a raster. Errors of cells in one square block of the size of
 * the correlation range are one error; those of different blocks are independent. */
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

#endif
