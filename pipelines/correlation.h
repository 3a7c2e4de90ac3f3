/* Blocks of the grid within which the errors of a raster are taken as one error.
 *
 * Their side is the range that the job gives, in whole cells, one at least; the first begins at the
 * first cell of the grid, wherever tiles and regions lie. On a geographic grid all are as high as
 * the range is in rows at the middle latitude, and as wide as it is in columns at the middle of the
 * band of blocks, so that they are squares everywhere; on a projected one their size follows from
 * the true area of the cell in the middle of the grid. The last block of a band may be narrower,
 * the last band lower.
 *
 * On the mean over the places where the first could begin, blocks give the variance of errors whose
 * correlation falls in a straight line along each axis to nothing at the range. A region that is
 * not large against a block depends on its place: one that a corner of blocks cuts in four has half
 * the standard deviation of one inside a block. */
#ifndef SINK_PIPELINES_CORRELATION_H
#define SINK_PIPELINES_CORRELATION_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The blocks of one layer of standard deviations whose errors have a range. */
struct sink_correlation {
    char *name; /* of the layer: "above_ground_biomass_sd" */
    double range_m;
    int block_rows; /* rows of the grid in a band of blocks */
    /* block = band * column_count + column of blocks, each from 0 */
    uint64_t band_count, column_count;
    /* What the tally run needs; 0 and NULL when read from a file: */
    int job_layer;
    int *block_columns; /* [band_count] columns of the grid in a block */
    bool *speaks;       /* sink_correlation_voices of the layer whose deviation this is */
};

struct sink_correlations {
    struct sink_correlation *items; /* in the order of the job's layers */
    size_t count;
};
void sink_correlations_free(struct sink_correlations *correlations); /* frees what it owns */

struct sink_cell_area;
struct sink_class_list;
struct sink_coverage;
struct sink_grid;
struct sink_job;
struct sink_job_layer;
struct sink_tally_spec;

/* What blocks are made from. */
struct sink_correlation_basis {
    const struct sink_job *job;
    const struct sink_class_list *classes;
    const struct sink_tally_spec *spec;
    const struct sink_grid *grid;
    const struct sink_cell_area *cell_area;
    const struct sink_coverage *coverage;
};

/* More sums than these, counted for each layer over years, regions and the blocks that their
 * extents meet, would fill the memory: about 1 GB for each worker. */
#define SINK_MAX_BLOCK_SUMS (UINT64_C(1) << 22)

/* The blocks of all layers of the job that have a range; none without. A range with more sums than
 * these is SINK_BAD_JOB, and the error tells from which range on there are not. */
SINK_CHECKED enum sink_status sink_correlations_make(const struct sink_correlation_basis *basis,
                                                     struct sink_correlations *correlations,
                                                     struct sink_error *error);

/* For which values of the dimension "class" a layer of a quantity speaks. NULL without memory; the
 * caller frees. */
bool *sink_correlation_voices(const struct sink_tally_spec *spec,
                              const struct sink_class_list *classes,
                              const struct sink_job_layer *layer);

#endif
