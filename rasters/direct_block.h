/* Blocks of a DEFLATE GeoTIFF decoded without GDAL: libtiff undoes predictors cell by cell and
 * skips the checksum that the stream carries; here it is checked. Private to rasters/. */
#ifndef SINK_RASTERS_DIRECT_BLOCK_H
#define SINK_RASTERS_DIRECT_BLOCK_H

#include "rasters/layer_parts.h"

/* One file; one thread at a time. */
struct sink_direct;

/* *direct is NULL when blocks of `source`, whose open `dataset` (GDALDatasetH) this is, have to be
 * read through GDAL: another driver or compression, several samples in a cell, another byte order.
 */
SINK_CHECKED enum sink_status sink_direct_open(const struct sink_source *source, void *dataset,
                                               struct sink_direct **direct,
                                               struct sink_error *error);
void sink_direct_close(struct sink_direct *direct);

/* Fills `block` (block_width * block_height cells) with a block of `band` (GDALRasterBandH).
 * *is_done is false when GDAL must read it after all: the file does not hold it. What lies below
 * the last row of the file is left as it is. */
SINK_CHECKED enum sink_status sink_direct_read(struct sink_direct *direct, void *band,
                                               struct sink_window block_at, void *block,
                                               bool *is_done, struct sink_error *error);

#endif
