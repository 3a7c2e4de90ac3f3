/* The length that a classic netCDF file must have. Private to rasters/. */
#ifndef SINK_RASTERS_NETCDF_LENGTH_H
#define SINK_RASTERS_NETCDF_LENGTH_H

#include <stdint.h>

enum sink_netcdf_length {
    SINK_NETCDF_WHOLE, /* or no classic netCDF file at all */
    SINK_NETCDF_SHORT,
    SINK_NETCDF_DAMAGED /* its header makes no sense */
};

/* The library reads zeros, without an error, where a classic file is cut short (RELIABILITY F38),
 * and takes gigabytes for some damaged headers (F41). *expected and *found are lengths in bytes,
 * set when the file is short. */
enum sink_netcdf_length sink_netcdf_check_length(const char *path, uint64_t *expected,
                                                 uint64_t *found);

#endif
