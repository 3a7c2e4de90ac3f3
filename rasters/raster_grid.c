#include "rasters/raster_grid.h"

#include "sinkcalc/base/text.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <ctype.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdlib.h>
#include <string.h>

enum sink_status sink_grid_set_crs(struct sink_grid *grid, void *crs, const char *place,
                                   struct sink_error *error)
{
    OGRErr no_major = OGRERR_NONE, no_flattening = OGRERR_NONE;
    const char *const options[] = {"FORMAT=WKT2_2019", "MULTILINE=NO", NULL};
    char *wkt = NULL;
    if (!OSRIsGeographic(crs) && !OSRIsProjected(crs))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: the CRS is neither geographic nor projected, expected one of them",
                         place);
    grid->is_geographic = OSRIsGeographic(crs);
    const double degree = OSRGetAngularUnits(crs, NULL);
    if (grid->is_geographic && !(degree > 0.0174532 && degree < 0.0174533))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: the CRS is in a unit of %.9g radians, expected degrees", place,
                         degree);
    grid->semi_major_m = OSRGetSemiMajor(crs, &no_major);
    grid->inverse_flattening = OSRGetInvFlattening(crs, &no_flattening);
    if (no_major != OGRERR_NONE || no_flattening != OGRERR_NONE || !(grid->semi_major_m > 0))
        return sink_fail(error, SINK_BAD_DATA, "%s: the CRS has no ellipsoid", place);
    if (OSRExportToWktEx(crs, &wkt, options) != OGRERR_NONE || !wkt || !*wkt) {
        CPLFree(wkt);
        return sink_fail(error, SINK_BAD_DATA, "%s: the CRS cannot be written as WKT2: %s", place,
                         CPLGetLastErrorMsg());
    }
    grid->crs_wkt = sink_text_copy(wkt);
    CPLFree(wkt);
    return grid->crs_wkt ? SINK_OK : sink_fail_memory(error);
}

/* WKT, a PROJ string or a code. GDAL takes other words for a file or an address, and reads it. */
static bool is_crs_text(const char *text)
{
    size_t word = 0, length = 0;
    while (isalnum((unsigned char)text[word]) || text[word] == '_')
        word++;
    while (isalnum((unsigned char)text[length]) || (text[length] && strchr(":._+-", text[length])))
        length++;
    if (word > 0 && text[word] == ':')
        return text[length] == '\0';
    return (word > 0 && text[word] == '[') || strncmp(text, "+proj=", 6) == 0;
}

enum sink_status sink_grid_set_crs_text(struct sink_grid *grid, const char *crs, const char *place,
                                        struct sink_error *error)
{
    CPLErrorReset();
    OGRSpatialReferenceH reference = OSRNewSpatialReference(NULL);
    enum sink_status status;
    if (!reference)
        status = sink_fail_memory(error);
    else if (!is_crs_text(crs) || OSRSetFromUserInput(reference, crs) != OGRERR_NONE)
        status = sink_fail(error, SINK_BAD_JOB,
                           "%s: PROJ does not know the CRS \"%.200s\", expected one like EPSG:4326",
                           place, crs);
    else
        status = sink_grid_set_crs(grid, reference, place, error);
    OSRRelease(reference);
    return status;
}

enum sink_status sink_grid_make(const char *crs, const double extent[4], const double resolution[2],
                                struct sink_grid *grid, struct sink_error *error)
{
    *grid = (struct sink_grid){0};
    const double columns = (extent[2] - extent[0]) / resolution[0];
    const double rows = (extent[3] - extent[1]) / resolution[1];
    if (!(columns >= 1 && rows >= 1 && columns * rows <= 0x1p40 && columns < 0x1p30 &&
          rows < 0x1p30))
        return sink_fail(error, SINK_BAD_JOB,
                         "grid: %.9g x %.9g cells, expected between one and 2^40 in all", columns,
                         rows);
    if (fabs(columns - rint(columns)) > 1e-6 || fabs(rows - rint(rows)) > 1e-6)
        return sink_fail(error, SINK_BAD_JOB,
                         "grid: the extent is %.9g x %.9g cells, expected whole cells", columns,
                         rows);
    *grid = (struct sink_grid){.width = (int)rint(columns),
                               .height = (int)rint(rows),
                               .x0 = extent[0],
                               .y0 = extent[3],
                               .dx = resolution[0],
                               .dy = -resolution[1]};
    return sink_grid_set_crs_text(grid, crs, "grid", error);
}

static bool is_same(OGRSpatialReferenceH a, OGRSpatialReferenceH b)
{
    const char *const options[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES",
                                   "CRITERION=EQUIVALENT", NULL};
    return a && b && OSRIsSameEx(a, b, options);
}

bool sink_grid_is_same_crs(const struct sink_grid *a, const struct sink_grid *b)
{
    OGRSpatialReferenceH first = OSRNewSpatialReference(a->crs_wkt);
    OGRSpatialReferenceH second = OSRNewSpatialReference(b->crs_wkt);
    const bool same = is_same(first, second);
    OSRRelease(first);
    OSRRelease(second);
    return same;
}
