/* One band of whole numbers as a GeoTIFF. */
#ifndef SINK_RASTERS_WRITE_H
#define SINK_RASTERS_WRITE_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>

enum sink_image_type { SINK_IMAGE_UINT8, SINK_IMAGE_UINT16 };

/* What to write. Nothing is taken over. */
struct sink_image {
    const char *path; /* an existing file is replaced */
    enum sink_image_type type;
    int width, height;
    void *cells;             /* [height][width] of the type, first row first; only read */
    double x0, y0, dx, dy;   /* as struct sink_grid: outer corner of cell (0, 0), size of a cell */
    const char *crs;         /* "EPSG:4326", WKT, or a PROJ string */
    const char *unit;        /* of the values, "" for none */
    const char *description; /* becomes the TIFF tag ImageDescription */
    bool has_nodata;
    int nodata;
};

/* Writes tiles of 256 x 256 cells with DEFLATE; equal images give equal bytes. A failure, also one
 * that shows only at the close, is SINK_FAILED; what was written so far stays for the caller to
 * remove. After sink_environment_start; several threads may write several files. */
SINK_CHECKED enum sink_status sink_image_write(const struct sink_image *image,
                                               struct sink_error *error);

#endif
