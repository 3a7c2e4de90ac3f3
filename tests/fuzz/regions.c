/* Boundaries: GDAL's vector drivers, our checks behind them, and the shares of cells. */
#include "tests/fuzz/fuzz.h"

#include "rasters/environment.h"
#include "regions/boundaries.h"
#include "regions/coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static char wgs84[] =
    "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],"
    "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]]";

void sink_fuzz_start(void)
{
    struct sink_error error;
    sink_fuzz_expect(sink_environment_start(false, &error) == SINK_OK, "GDAL starts");
}

/* Drivers look at the name as well as at the bytes. */
static const char *choose_name(const uint8_t *data, size_t size)
{
    if (size > 16 && memcmp(data, "SQLite format 3", 15) == 0)
        return "regions.gpkg";
    if (size > 3 && memcmp(data, "fgb", 3) == 0)
        return "regions.fgb";
    return "regions.geojson";
}

static void check_list(const struct sink_region_list *list)
{
    sink_fuzz_expect(list->count > 0, "accepted boundaries are not empty");
    for (size_t i = 0; i < list->count; i++) {
        const struct sink_region *region = &list->items[i];
        sink_fuzz_expect(region->parent < (int)i, "parents come first");
        sink_fuzz_expect(region->id && *region->id && region->name, "a region has id and name");
        sink_fuzz_expect(region->kind != SINK_REGION_POLYGON ||
                             (isfinite(region->area_m2) && region->area_m2 >= 0),
                         "a polygon has an area");
    }
}

static void cover_window(const struct sink_boundaries *boundaries)
{
    const struct sink_grid grid = {.width = 64,
                                   .height = 64,
                                   .x0 = 119.9,
                                   .y0 = 27.5,
                                   .dx = 0.01,
                                   .dy = -0.01,
                                   .crs_wkt = wgs84,
                                   .is_geographic = true,
                                   .semi_major_m = 6378137,
                                   .inverse_flattening = 298.257223563};
    struct sink_error error;
    struct sink_coverage *coverage = NULL;
    struct sink_cover cover = {0};
    enum sink_status status = sink_coverage_open(boundaries, &grid, 32, &coverage, &error);
    for (int row = 0; row < grid.height && status == SINK_OK; row += 32)
        status =
            sink_coverage_window(coverage, (struct sink_window){row, 0, 32, 64}, &cover, &error);
    for (size_t i = 0; status == SINK_OK && i < cover.span_count; i++) {
        const struct sink_span *span = &cover.spans[i];
        sink_fuzz_expect(span->row >= 0 && span->row < 32 && span->first >= 0 &&
                             span->first < span->end && span->end <= 64,
                         "spans lie in the window");
        sink_fuzz_expect(span->share > 0 && span->share <= 1, "shares are over 0 and up to 1");
    }
    if (status != SINK_OK)
        sink_fuzz_check_error(status, &error);
    sink_cover_free(&cover);
    sink_coverage_close(coverage);
}

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    static const char *const levels[] = {"parent"};
    /* spaces at the end of JSON try the other ways to ask */
    const struct sink_boundary_request request = {
        .path = sink_fuzz_file(choose_name(data, size), data, size),
        .id = "code",
        .name = "name",
        .parent = size & 1 ? NULL : "parent",
        .levels = levels,
        .level_count = size & 1,
        .repair = true,
        .merge = (size & 2) != 0};
    struct sink_faults notes = {0}, faults = {0};
    struct sink_boundaries *boundaries = NULL;
    const enum sink_status status = sink_boundaries_open(&request, &boundaries, &notes, &faults);
    sink_faults_free(&notes);
    sink_fuzz_expect((status == SINK_OK) == (boundaries != NULL), "NULL if anything was found");
    sink_fuzz_check_faults(status, &faults);
    if (!boundaries)
        return false;
    check_list(sink_boundaries_list(boundaries));
    cover_window(boundaries);
    sink_boundaries_close(boundaries);
    return true;
}
