/* GDAL made safe and the same everywhere, before the first file is opened. */
#ifndef SINK_RASTERS_ENVIRONMENT_H
#define SINK_RASTERS_ENVIRONMENT_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>

/* Registers GDAL's drivers and removes every one that is not on our list: rasters GTiff, COG, VRT,
 * netCDF, HFA, AAIGrid, MEM; vectors GPKG, GeoJSON, FlatGeobuf, ESRI Shapefile, Memory. (An
 * allow-list given at open does not reach the sources of a VRT.) Fixes the options that could
 * change a value from outside: PAM side files, world files, gdalrc, environment variables, Python
 * in VRTs, PROJ network; the network itself unless `remote` (RELIABILITY D4). GDAL's own messages
 * go to a silent handler. Call once, from one thread, before anything in rasters/ or regions/. */
SINK_CHECKED enum sink_status sink_environment_start(bool remote, struct sink_error *error);

/* Leaves the drivers of the four formats that are read from strangers: GTiff, GPKG, GeoJSON and
 * MEM, and COG, which only writes. After sink_environment_start. */
void sink_environment_restrict(void);

/* "3.6.2", "9.1.1": run-time versions, for --version and the inventory. */
const char *sink_environment_gdal_version(void);
const char *sink_environment_proj_version(void);

#endif
