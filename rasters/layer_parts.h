/* The parts of a layer: private to rasters/. Handles of GDAL are kept as void pointers. */
#ifndef SINK_RASTERS_LAYER_PARTS_H
#define SINK_RASTERS_LAYER_PARTS_H

#include "rasters/layer.h"

/* One file of a layer, checked. */
struct sink_source {
    char *path;    /* of the file on disk */
    char *name;    /* what messages call it: the path, after that of its VRT if it has one */
    char *opening; /* what GDAL opens: the path, or NETCDF:"path":variable */
    int band;
    struct sink_grid grid;     /* of the part that is used */
    int file_row, file_column; /* where that part starts in the file */
    int file_width, file_height;
    int row, column; /* where it lies on the layer's grid */
    int block_width, block_height;
    enum sink_cell_type type;
    bool has_mask; /* a mask or alpha band says where there is data */
    bool has_nodata;
    double nodata, scale, offset;
    char *unit;
    bool is_hdf5;          /* netCDF-4 */
    bool has_block_list;   /* what `absent` says holds for every block */
    unsigned char *absent; /* a bit per block that the file does not hold; NULL for none */
    size_t absent_count;
};

struct sink_layer {
    char *name;
    struct sink_source *sources;
    size_t source_count, source_room;
    struct sink_grid grid; /* all sources together */
    double nodata[2];
    size_t nodata_count;
    enum sink_resample method;
    bool is_class;
    char **files;
    size_t file_count;
};

/* What one opening carries along. */
struct sink_layer_opening {
    const struct sink_layer_request *request;
    struct sink_layer *layer;
    struct sink_faults *faults;
    const char *vrt; /* whose sources are being opened, or NULL */
};

/* Notes "<place>: <sentence>" and returns false. */
bool sink_layer_fault(struct sink_layer_opening *opening, const char *place, const char *format,
                      ...) SINK_PRINTF(3, 4);
/* Adds the files behind a path: one, or those of a VRT. Faults are noted. */
void sink_layer_add_path(struct sink_layer_opening *opening, const char *path);
/* Opens and checks one file (source_open.c); `path` is a regular file. False when a fault was
 * noted. */
bool sink_source_open(struct sink_layer_opening *opening, const char *path, int band,
                      struct sink_source *source);
void sink_source_free(struct sink_source *source);
/* Finds blocks that a TIFF does not hold, and those that it cannot hold (source_blocks.c). */
bool sink_source_check_blocks(struct sink_layer_opening *opening, struct sink_source *source);
/* Refuses netCDF-4 that takes values from other files, before GDAL opens it; sets is_hdf5
 * (source_hdf5.c). */
bool sink_source_check_hdf5(struct sink_layer_opening *opening, struct sink_source *source);
/* Each thread that opens sources calls it before: HDF5 would print what it meets. */
void sink_source_silence(const struct sink_source *source);
bool sink_layer_push(struct sink_layer_opening *opening, const struct sink_source *source);
bool sink_layer_push_file(struct sink_layer_opening *opening, const char *path);
/* Does the file lie where those of the job must? Notes it if not. */
bool sink_layer_is_inside(struct sink_layer_opening *opening, const char *path);
/* Is the path a plain file and not a way around one ("/vsi...", "http://..."), inside of what
 * the job may reach? Notes it if not. */
bool sink_layer_is_file(struct sink_layer_opening *opening, const char *path);
/* The source of a VRT must be a file of cells: a VRT in a VRT is a fault, which is noted. */
bool sink_layer_is_no_vrt(struct sink_layer_opening *opening, const char *path);
/* The sources of a VRT, 1:1 only (vrt.c). */
void sink_layer_add_vrt(struct sink_layer_opening *opening, const char *path);

/* Do two no-data values mean the same cells of the type? Real numbers of 32 bits are often written
 * with too few or too many digits. */
bool sink_is_same_nodata(enum sink_cell_type type, double a, double b);
/* The value of a cell as a number. */
double sink_cell_number(enum sink_cell_type type, const void *values, size_t cell);
/* The drivers that sources may have, NULL-terminated, as GDALOpenEx takes them. */
extern const char *const sink_source_drivers[];

/* The member of an absent bitmap. */
bool sink_source_is_absent(const struct sink_source *source, int block_column, int block_row);

/* Reads on the layer's own grid (mosaic.c). Windows may reach beyond it: absent there. */
struct sink_mosaic;
SINK_CHECKED enum sink_status sink_mosaic_open(const struct sink_layer *layer,
                                               struct sink_mosaic **mosaic,
                                               struct sink_error *error);
void sink_mosaic_close(struct sink_mosaic *mosaic);
SINK_CHECKED enum sink_status sink_mosaic_read(struct sink_mosaic *mosaic,
                                               struct sink_window window, struct sink_block *block,
                                               struct sink_error *error);

/* Brings a layer to another grid (warp.c). */
struct sink_warp;
SINK_CHECKED enum sink_status sink_warp_open(const struct sink_layer *layer,
                                             const struct sink_grid *grid, size_t max_cells,
                                             struct sink_warp **warp, struct sink_error *error);
void sink_warp_close(struct sink_warp *warp);
SINK_CHECKED enum sink_status sink_warp_read(struct sink_warp *warp, struct sink_mosaic *mosaic,
                                             struct sink_window window, struct sink_block *block,
                                             struct sink_error *error);

#endif
