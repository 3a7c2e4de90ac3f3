#include "rasters/environment.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <proj.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const allowed_drivers[] = {
    "GTiff", "COG",     "VRT",        "netCDF",         "HFA",    "AAIGrid", "MEM",
    "GPKG",  "GeoJSON", "FlatGeobuf", "ESRI Shapefile", "Memory", NULL};
static const char *const strangers_drivers[] = {"GTiff", "COG", "GPKG", "GeoJSON", "MEM", NULL};

/* What could change a value from outside the job, or reach out of it (RELIABILITY F7, F8, F39). */
static const char *const fixed_options[][2] = {
    {"GDAL_PAM_ENABLED", "NO"},
    {"GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"},
    {"GDAL_GEOREF_SOURCES", "INTERNAL"},
    {"GTIFF_POINT_GEO_IGNORE", "NO"},
    {"GTIFF_HONOUR_NEGATIVE_SCALEY", "NO"},
    {"GDAL_VRT_ENABLE_PYTHON", "NO"},
    {"GDAL_DRIVER_PATH", "disable"},
    {"GDAL_NUM_THREADS", "1"},
    {"OGR_ENABLE_PARTIAL_REPROJECTION", "NO"},
    {"OGR_GEOMETRY_ACCEPT_UNCLOSED_RING", "YES"},
    {"OGR_GEOJSON_MAX_OBJ_SIZE", "200"},
    {"OSR_DEFAULT_AXIS_MAPPING_STRATEGY", "TRADITIONAL_GIS_ORDER"},
    {"SHAPE_RESTORE_SHX", "NO"},
    {"SHAPE_REWIND_ON_WRITE", "NO"},
};

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static void keep_drivers(const char *const *names)
{
    for (int i = GDALGetDriverCount() - 1; i >= 0; i--) {
        GDALDriverH driver = GDALGetDriver(i);
        if (!is_one_of(GDALGetDriverShortName(driver), names)) {
            GDALDeregisterDriver(driver);
            GDALDestroyDriver(driver);
        }
    }
}

static void CPL_STDCALL keep_silent(CPLErr level, CPLErrorNum number, const char *message)
{
    (void)level;
    (void)number;
    (void)message; /* CPLGetLastErrorMsg still has it for the sentence we write */
}

/* An environment variable is an option of GDAL, too, where none is set: all but those that say
 * where its tables are, and how it reaches the network, go. */
static bool is_option(const char *variable)
{
    static const char *const kept[] = {"GDAL_DATA=", "GDAL_HTTP_"};
    static const char *const removed[] = {"GDAL_", "GTIFF_", "TIFF_", "HFA_", "AAIGRID_",
                                          "VRT_",  "OGR_",   "OSR_",  "CPL_", "CENTER_LONG="};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
            return false;
    for (size_t i = 0; i < sizeof removed / sizeof *removed; i++)
        if (strncmp(variable, removed[i], strlen(removed[i])) == 0)
            return true;
    return false;
}

static bool remove_options(void)
{
    for (size_t i = 0; environ && environ[i];) {
        const char *end = strchr(environ[i], '=');
        if (!end || !is_option(environ[i])) {
            i++;
            continue;
        }
        char *name = strndup(environ[i], (size_t)(end - environ[i]));
        if (!name)
            return false;
        unsetenv(name); /* what follows moves up */
        free(name);
    }
    return true;
}

enum sink_status sink_environment_start(bool remote, struct sink_error *error)
{
    /* OpenBLAS, which GDAL pulls in, would start threads of its own and spin at exit. */
    const char *const variables[][2] = {{"GDAL_CONFIG_FILE", ""},
                                        {"HDF5_PLUGIN_PRELOAD", "::"},
                                        {"OPENBLAS_NUM_THREADS", "1"},
                                        {"PROJ_NETWORK", "OFF"}};
    if (!remove_options())
        return sink_fail_memory(error);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (setenv(variables[i][0], variables[i][1], 1) != 0)
            return sink_fail_memory(error);
    CPLSetErrorHandler(keep_silent);
    GDALAllRegister();
    for (size_t i = 0; i < sizeof fixed_options / sizeof *fixed_options; i++)
        CPLSetConfigOption(fixed_options[i][0], fixed_options[i][1]);
    CPLSetConfigOption("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", remote ? NULL : ".none");
    GDALSetCacheMax64((GIntBig)64 << 20);
    keep_drivers(allowed_drivers);
    if (!GDALGetDriverByName("GTiff") || !GDALGetDriverByName("GPKG"))
        return sink_fail(error, SINK_FAILED,
                         "GDAL has no driver for GeoTIFF or GeoPackage, expected a full build");
    proj_log_level(PJ_DEFAULT_CTX, PJ_LOG_NONE); /* it would print on its own */
    if (!proj_context_get_database_metadata(PJ_DEFAULT_CTX, "EPSG.VERSION"))
        return sink_fail(error, SINK_FAILED,
                         "PROJ finds no database of CRS (proj.db), expected it where it was "
                         "installed or where PROJ_DATA says");
    return SINK_OK;
}

void sink_environment_restrict(void)
{
    keep_drivers(strangers_drivers);
}

const char *sink_environment_gdal_version(void)
{
    return GDALVersionInfo("RELEASE_NAME");
}

const char *sink_environment_proj_version(void)
{
    return proj_info().version;
}
