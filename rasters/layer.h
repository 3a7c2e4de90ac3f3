/* One raster layer of a job: opened, checked, and read window by window on the job's grid.
 *
 * A layer may be one file, several (a mosaic) or a VRT. What GDAL reads as zero or no data without
 * a word (absent blocks, gaps between mosaic members, a VRT without its source) is found here. */
#ifndef SINK_RASTERS_LAYER_H
#define SINK_RASTERS_LAYER_H

#include "sinkcalc/base/confine.h"
#include "sinkcalc/base/error.h"
#include "sinkcalc/base/grid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sink_cell_type {
    SINK_CELL_UINT8,
    SINK_CELL_UINT16,
    SINK_CELL_INT16,
    SINK_CELL_UINT32,
    SINK_CELL_INT32,
    SINK_CELL_FLOAT32,
    SINK_CELL_FLOAT64
};
size_t sink_cell_type_bytes(enum sink_cell_type type);

enum sink_resample { SINK_RESAMPLE_NEAREST, SINK_RESAMPLE_BILINEAR, SINK_RESAMPLE_AVERAGE };

struct sink_layer_request {
    const char *name;         /* as in the job ("land_cover 2020"), for messages */
    const char *const *paths; /* files, in the order given; later ones lie on top */
    size_t path_count;
    int band;             /* from 1 */
    const char *variable; /* of a netCDF file with several, or NULL */
    const char *crs;      /* the CRS that the job states, or NULL: the file's own. A CRS stated
                             for a file that has a different one is an error */
    bool has_nodata;      /* the job states a no-data value, beside the file's own */
    double nodata;
    bool is_class;             /* values are codes: nearest only, lossy compression refused */
    enum sink_resample method; /* used only where the layer lies on another grid */
    bool count_missing;        /* absent blocks and mosaic gaps are counted, not refused */
    const struct sink_confine *confine; /* where the files and sources must lie, or NULL */
};

struct sink_layer;

/* Opens and checks all that headers tell; reads no cell. Every fault found goes to `faults`, with
 * file and, where it applies, block: not found, not a raster, driver not allowed, no such band,
 * complex type, no CRS and none stated, CRS unknown to PROJ, rotated or absent geotransform, zero
 * or non-finite cell size, latitudes past a pole, files of a mosaic that differ in CRS, lattice
 * (1e-3 of a cell), type, no-data, scale or unit, missing or altered VRT source (anything but 1:1
 * simple sources), blocks of a TIFF that lie beyond its end, a netCDF file cut short, a mask in a
 * side file, absent blocks without a no-data value unless count_missing, a block of more than 64
 * MiB, lossy codes. *layer is NULL if anything was found. The paths in `request` are copied. */
SINK_CHECKED enum sink_status sink_layer_open(const struct sink_layer_request *request,
                                              struct sink_layer **layer,
                                              struct sink_faults *faults);
void sink_layer_close(struct sink_layer *layer);

const struct sink_grid *sink_layer_grid(const struct sink_layer *layer);
/* Natural blocks of the file (of the first one of a mosaic). */
void sink_layer_block_size(const struct sink_layer *layer, int *width, int *height);
/* Every file behind the layer, sources of VRTs included, for hashing. */
size_t sink_layer_file_count(const struct sink_layer *layer);
const char *sink_layer_file(const struct sink_layer *layer, size_t index);
bool sink_layer_is_mosaic(const struct sink_layer *layer);
/* What messages about a cell call the layer: its file; the name of a mosaic, any of whose files may
 * be meant. */
const char *sink_layer_title(const struct sink_layer *layer);
/* UNITTYPE of the band as the file has it, or "". */
const char *sink_layer_unit(const struct sink_layer *layer);
/* True value = stored * scale + offset; 1 and 0 for most files. */
double sink_layer_scale(const struct sink_layer *layer);
double sink_layer_offset(const struct sink_layer *layer);
/* Stored values that mean "no data": the file's and the job's; *count of at most 2. */
const double *sink_layer_nodata(const struct sink_layer *layer, size_t *count);

/* A layer as one thread reads it on the job's grid. */
struct sink_reader;

/* How a layer meets the grid. */
enum sink_placement {
    SINK_PLACED_ON_GRID, /* same CRS, same lattice: cells are copied */
    SINK_PLACED_WARPED   /* anything else: resampled window by window (warp.c) */
};
SINK_CHECKED enum sink_status sink_layer_place(const struct sink_layer *layer,
                                               const struct sink_grid *grid,
                                               enum sink_placement *placement,
                                               struct sink_error *error);

/* What one read fills. The caller allocates once: values of window cells * the largest type
 * (8 bytes), states of window cells. */
struct sink_block {
    void *values;    /* row-major height*width in `type`, stored values (scale not applied) */
    uint8_t *states; /* enum sink_cell_state per cell; filled only when has_states */
    bool has_states; /* false: every cell is SINK_CELL_READ */
};
enum sink_cell_state {
    SINK_CELL_READ = 0,   /* the value stands, though it may equal a no-data value */
    SINK_CELL_MASKED = 1, /* no data by mask band, alpha or NaN */
    SINK_CELL_ABSENT = 2  /* outside the layer, an absent block, a gap of the mosaic */
};

/* Opens the layer's files anew for the calling thread, which alone may use the reader. `max_cells`
 * bounds the windows that will be read. Blocks, warp buffers and caches stay within 64 MiB. */
SINK_CHECKED enum sink_status sink_reader_open(const struct sink_layer *layer,
                                               const struct sink_grid *grid, size_t max_cells,
                                               struct sink_reader **reader,
                                               struct sink_error *error);
void sink_reader_close(struct sink_reader *reader);
/* The type of block.values: the file's own, but FLOAT64 where a layer is averaged or interpolated.
 */
enum sink_cell_type sink_reader_type(const struct sink_reader *reader);
/* Reads `window` of the job's grid. A block that cannot be read is SINK_BAD_DATA with file and
 * block column, row. This is the seam where blocks could be decoded without GDAL. */
SINK_CHECKED enum sink_status sink_reader_read(struct sink_reader *reader,
                                               struct sink_window window, struct sink_block *block,
                                               struct sink_error *error);

#endif
