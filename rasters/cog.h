/* A raster as a Cloud-Optimised GeoTIFF, written window by window. */
#ifndef SINK_RASTERS_COG_H
#define SINK_RASTERS_COG_H

#include "sinkcalc/base/error.h"
#include "sinkcalc/base/grid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sink_cog_type { SINK_COG_FLOAT32, SINK_COG_UINT8, SINK_COG_UINT16, SINK_COG_UINT32 };
const char *sink_cog_type_name(enum sink_cog_type type); /* as STAC has it: "float32" ... */

struct sink_colour {
    uint8_t red, green, blue, alpha;
};

/* What to write. Nothing is taken over; all of it must outlive the writer. No data is NaN in
 * floats, 0 in whole numbers. */
struct sink_cog {
    const char *path, *scratch; /* existing files are replaced; the scratch file is removed */
    const struct sink_grid *grid;
    enum sink_cog_type type;
    const char *unit;                  /* "" for none */
    const char *description;           /* of the band */
    const struct sink_colour *colours; /* [colour_count] by value, for UINT8 and UINT16; or NULL */
    size_t colour_count;
    int threads;              /* that pack blocks; the bytes are the same */
    bool (*is_stopped)(void); /* asked now and then while the file is made; or NULL */
};

/* Of the cells with data, added up in the order in which they came; NaN without any. */
struct sink_cog_statistics {
    double minimum, maximum, mean, deviation;
    double cell_count;
};

/* The statistics alone, for windows put one after another. */
struct sink_cog_sums {
    double minimum, maximum, shift, sum, squares, count;
};
void sink_cog_sums_add(struct sink_cog_sums *sums, enum sink_cog_type type, const void *cells,
                       size_t count);
struct sink_cog_statistics sink_cog_statistics_of(const struct sink_cog_sums *sums);

struct sink_cog_writer;
SINK_CHECKED enum sink_status sink_cog_start(const struct sink_cog *cog,
                                             struct sink_cog_writer **writer,
                                             struct sink_error *error);
/* Cells of 4 bytes, float or uint32_t, row by row. Windows do not overlap; where none is put there
 * is no data. */
SINK_CHECKED enum sink_status sink_cog_put(struct sink_cog_writer *writer,
                                           struct sink_window window, const void *cells,
                                           struct sink_error *error);
/* Overviews (means of floats, the commonest of whole numbers), statistics as metadata, tiles of 512
 * x 512 with DEFLATE; equal cells give equal bytes. Frees the writer in any case. */
SINK_CHECKED enum sink_status sink_cog_finish(struct sink_cog_writer *writer,
                                              const struct sink_cog_statistics *statistics,
                                              struct sink_error *error);
/* Gives up: the scratch file goes. */
void sink_cog_abandon(struct sink_cog_writer *writer);

/* The grid's extent in degrees: west, south, east, north. West is greater than east where it
 * crosses the antimeridian. */
SINK_CHECKED enum sink_status sink_cog_bounds_deg(const struct sink_grid *grid, double bounds[4],
                                                  struct sink_error *error);
/* The number that EPSG has for the grid's CRS; 0 for none. */
int sink_cog_epsg(const struct sink_grid *grid);

#endif
