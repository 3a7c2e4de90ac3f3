/* Inventories made by hand for the tests of `track`: a whole of 350 ha with three parts, one of
 * them with a part of its own. */
#ifndef SINK_TESTS_TRACK_FIXTURE_H
#define SINK_TESTS_TRACK_FIXTURE_H

#include "pipelines/inventory_parts.h"
#include "pipelines/nc_reader.h"
#include "pipelines/track.h"
#include "sinkcalc/base/text.h"

#include <check.h>
#include <math.h>
#include <netcdf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define REGIONS 5
#define YEARS 3

/* What an inventory holds; each test changes a copy of `whole`. */
struct made {
    int years[YEARS];
    size_t year_count, region_count, class_count;
    const char *ids[REGIONS], *names[REGIONS], *parents[REGIONS];
    int levels[REGIONS];
    double area_ha[REGIONS];
    double land_ha[YEARS][REGIONS], forest_ha[YEARS][REGIONS], volume_m3[YEARS][REGIONS];
    double completeness;
    bool has_volume;
    const char *layout, *job, *classes[3];
};

#define JOB_START "regions: {file: r.gpkg, id: code}\nyears: 2000\n"
#define JOB_END "layers: {land_cover: {file: lc.tif, legend: worldcover}}\noutput: inventory.nc\n"
#define TARGETS                                                                                    \
    "targets: {forest_coverage: {2015: 25 %, 2030: 21 %}, forest_stock_volume: {2030: 9660 m3}}\n"

/* 20, 22 and 23 % of the land; 6000, 7000 and 8050 m3. */
static const struct made whole = {
    .years = {2000, 2005, 2010},
    .year_count = YEARS,
    .region_count = REGIONS,
    .class_count = 3,
    .ids = {"0", "01", "02", "021", "03"},
    .names = {"Whole", "Woods", "Fields", "Fields alone", "\xE5\xB2\x9B"},
    .parents = {"", "0", "0", "02", "0"},
    .levels = {0, 1, 1, 2, 1},
    .area_ha = {360, 100, 210, 210, 50},
    .land_ha = {{350, 100, 200, 200, 50}, {350, 100, 200, 200, 50}, {350, 100, 200, 200, 50}},
    .forest_ha = {{70, 30, 30, 30, 10}, {77, 35, 31, 31, 11}, {80.5, 38.5, 30, 30, 12}},
    .volume_m3 = {{6000, 3000, 1500, 1500, 1500},
                  {7000, 3500, 1800, 1800, 1700},
                  {8050, 4000, 2000, 2000, 2050}},
    .completeness = 1,
    .has_volume = true,
    .layout = SINK_INVENTORY_LAYOUT,
    .job = JOB_START TARGETS JOB_END,
    .classes = {"forest", "cropland", "water"}};

static char folder[64];
static struct sink_track track;
static struct sink_faults faults;
static struct sink_error error;

static inline void set_up(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/sinkXXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    faults = (struct sink_faults){0};
    track = (struct sink_track){0};
}

static inline void tear_down(void)
{
    char command[128];
    sink_track_free(&track);
    sink_faults_free(&faults);
    snprintf(command, sizeof command, "rm -r -- '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

/* "<folder>/<name>"; valid until the fourth call from then. */
static inline char *path_of(const char *name)
{
    static char paths[4][128];
    static size_t next;
    char *path = paths[next++ % COUNT(paths)];
    snprintf(path, sizeof *paths, "%s/%s", folder, name);
    return path;
}

static inline void put_figure(struct sink_nc_writer *nc, const char *name, const int *dimensions,
                              const struct made *made, const double (*values)[REGIONS])
{
    const int variable = sink_nc_variable(nc, name, SINK_NC_DOUBLE, dimensions, 2);
    sink_nc_fill(nc, variable);
    for (size_t y = 0; y < made->year_count; y++) {
        double row[REGIONS];
        for (size_t r = 0; r < REGIONS; r++)
            row[r] = values ? values[y][r] : made->completeness;
        sink_nc_put_record(nc, variable, y, row);
    }
}

/* Writes an inventory with what `track` reads. */
static inline char *write_inventory(const char *name, const struct made *made)
{
    static const int kinds[REGIONS] = {SINK_REGION_SUM};
    static const double places[REGIONS] = {1, 2, 3, 4, 5};
    struct sink_nc_writer nc;
    sink_nc_writer_start(&nc);
    const int time = sink_nc_dimension(&nc, "time", SINK_NC_UNLIMITED);
    const int region = sink_nc_dimension(&nc, "region", made->region_count);
    const int cover = sink_nc_dimension(&nc, "cover", made->class_count);
    const int both[] = {time, region};
    const int days = sink_nc_variable(&nc, "time", SINK_NC_DOUBLE, &time, 1);
    for (size_t y = 0; y < made->year_count; y++) {
        const double day = sink_inventory_day(made->years[y]);
        sink_nc_put_record(&nc, days, y, &day);
    }
    sink_nc_column(&nc, "region_id", SINK_NC_STRING, region, made->ids);
    sink_nc_column(&nc, "region_name", SINK_NC_STRING, region, made->names);
    sink_nc_column(&nc, "region_parent", SINK_NC_STRING, region, made->parents);
    sink_nc_column(&nc, "region_level", SINK_NC_INT, region, made->levels);
    sink_nc_column(&nc, "region_kind", SINK_NC_INT, region, kinds);
    sink_nc_column(&nc, "region_area", SINK_NC_DOUBLE, region, made->area_ha);
    sink_nc_column(&nc, "lat", SINK_NC_DOUBLE, region, places);
    sink_nc_column(&nc, "lon", SINK_NC_DOUBLE, region, places);
    sink_nc_column(&nc, "cover_name", SINK_NC_STRING, cover, made->classes);
    put_figure(&nc, "land_area", both, made, made->land_ha);
    put_figure(&nc, "forest_area", both, made, made->forest_ha);
    put_figure(&nc, "data_completeness", both, made, NULL);
    if (made->has_volume)
        put_figure(&nc, "forest_stock_volume", both, made, made->volume_m3);
    sink_nc_text(&nc, SINK_NC_GLOBAL, "sinkcalc_layout", made->layout);
    sink_nc_text(&nc, SINK_NC_GLOBAL, "sinkcalc_job_file", "job.yml");
    sink_nc_text(&nc, SINK_NC_GLOBAL, "sinkcalc_job", made->job);
    char *path = path_of(name);
    if (sink_nc_writer_finish(&nc, path, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    return path;
}

/* The years of `whole` from `first` on, `count` of them. */
static inline struct made part(size_t first, size_t count)
{
    struct made made = whole;
    made.year_count = count;
    for (size_t y = 0; y < count; y++) {
        made.years[y] = whole.years[first + y];
        memcpy(made.land_ha[y], whole.land_ha[first + y], sizeof *made.land_ha);
        memcpy(made.forest_ha[y], whole.forest_ha[first + y], sizeof *made.forest_ha);
        memcpy(made.volume_m3[y], whole.volume_m3[first + y], sizeof *made.volume_m3);
    }
    return made;
}

static inline enum sink_status make(char *const *paths, size_t count, const char *targets)
{
    return sink_track_make(paths, count, targets, &track, &faults);
}

static inline void make_good(char *const *paths, size_t count, const char *targets)
{
    if (make(paths, count, targets) != SINK_OK)
        ck_abort_msg("%s", faults.items[0].message);
}

static inline void make_whole(void)
{
    char *paths[] = {write_inventory("a.nc", &whole)};
    make_good(paths, 1, NULL);
}

static inline void check_near(double found, double expected)
{
    ck_assert_msg(fabs(found - expected) <= 1e-12 * fmax(fabs(expected), 1e-3),
                  "%.17g, expected %.17g", found, expected);
}

static inline char *print(bool all)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    ck_assert_int_eq(sink_track_print_text(&track, all, out, &error), SINK_OK);
    fclose(out);
    return text;
}

static inline void check_printed(const char *wanted, bool is_there)
{
    char *text = print(false);
    ck_assert_msg((strstr(text, wanted) != NULL) == is_there, "%s \"%s\" in\n%s",
                  is_there ? "no" : "unexpected", wanted, text);
    free(text);
}

#endif
