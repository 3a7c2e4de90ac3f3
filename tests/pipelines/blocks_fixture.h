/* A synthetic landscape with standard deviations, what the program makes of it, and the same cell
 * by cell. */
#ifndef SINK_TESTS_BLOCKS_FIXTURE_H
#define SINK_TESTS_BLOCKS_FIXTURE_H

#include "rasters/environment.h"
#include "rasters/write.h"
#include "tests/pipelines/demo_fixture.h"

#include <math.h>

#define LAND_NODATA 65535
enum { LAND_NONE, LAND_FOREST, LAND_GRASS, LAND_CROPS };

/* A grid with classes, biomass and its deviation in two years. */
struct land {
    int width, height;
    double x0, y0, dx, dy;
    int epsg;
    uint8_t *cover[2];
    uint16_t *value[2], *sd[2];
};

/* Mixes the bits as splitmix64 does: noise that is the same everywhere. */
static inline uint64_t land_noise(uint64_t seed)
{
    uint64_t h = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

/* Patches of classes, some of them changed in the second year; single cells without a class, a
 * value or a deviation; a deviation that varies over the land and from cell to cell. */
static inline void land_fill(struct land *land, int year)
{
    const size_t cells = (size_t)land->width * (size_t)land->height;
    land->cover[year] = calloc(cells, sizeof *land->cover[year]);
    land->value[year] = calloc(cells, sizeof *land->value[year]);
    land->sd[year] = calloc(cells, sizeof *land->sd[year]);
    for (int row = 0; row < land->height; row++)
        for (int column = 0; column < land->width; column++) {
            const size_t i = (size_t)row * (size_t)land->width + (size_t)column;
            const uint64_t patch = land_noise((uint64_t)(row / 7 * 1000 + column / 5));
            const uint64_t cell = land_noise(1000000 + 2 * i + (uint64_t)year);
            const bool is_changed = year == 1 && patch % 8 == 0;
            land->cover[year][i] = (uint8_t)(1 + (patch / 8 + is_changed) % 3);
            land->value[year][i] = (uint16_t)(20 + cell % 200);
            land->sd[year][i] = (uint16_t)(4 + (row + 2 * column) / 40 + (int)(cell % 9));
            if (cell % 97 == 1)
                land->cover[year][i] = LAND_NONE;
            if (cell % 97 == 2)
                land->value[year][i] = LAND_NODATA;
            if (cell % 97 == 3)
                land->sd[year][i] = LAND_NODATA;
        }
}

static inline void land_free(struct land *land)
{
    for (int year = 0; year < 2; year++) {
        free(land->cover[year]);
        free(land->value[year]);
        free(land->sd[year]);
    }
}

static inline void land_write_image(const struct land *land, const char *path, void *cells,
                                    bool is_cover)
{
    char crs[32];
    struct sink_error error;
    snprintf(crs, sizeof crs, "EPSG:%d", land->epsg);
    const struct sink_image image = {.path = path,
                                     .type = is_cover ? SINK_IMAGE_UINT8 : SINK_IMAGE_UINT16,
                                     .width = land->width,
                                     .height = land->height,
                                     .cells = cells,
                                     .x0 = land->x0,
                                     .y0 = land->y0,
                                     .dx = land->dx,
                                     .dy = land->dy,
                                     .crs = crs,
                                     .unit = is_cover ? "" : "t/ha",
                                     .description = "",
                                     .has_nodata = true,
                                     .nodata = is_cover ? LAND_NONE : LAND_NODATA};
    if (sink_image_write(&image, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
}

/* A ring in shares of the width and height of the grid, with whose region it is. */
struct land_region {
    const char *code, *parent;
    double ring[5][2];
};
/* p has a, b and a rest; q lies apart from p's tree and on a and b. */
static const struct land_region land_regions[] = {
    {"p", "", {{.03, .04}, {.97, .03}, {.96, .95}, {.04, .97}, {.03, .04}}},
    {"a", "p", {{.05, .06}, {.55, .05}, {.41, .93}, {.06, .9}, {.05, .06}}},
    {"b", "p", {{.55, .05}, {.9, .07}, {.88, .66}, {.46, .63}, {.55, .05}}},
    {"q", "", {{.4, .2}, {.6, .22}, {.58, .4}, {.4, .38}, {.4, .2}}}};
#define LAND_REGION_COUNT (sizeof land_regions / sizeof *land_regions)

static inline void land_write_regions(const struct land *land, const char *path)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file,
            "{\"type\": \"FeatureCollection\", \"crs\": {\"type\": \"name\", \"properties\": "
            "{\"name\": \"urn:ogc:def:crs:%s\"}}, \"features\": [",
            land->epsg == 4326 ? "OGC:1.3:CRS84" : "EPSG::32650");
    for (size_t r = 0; r < LAND_REGION_COUNT; r++) {
        const struct land_region *region = &land_regions[r];
        fprintf(file,
                "%s{\"type\": \"Feature\", \"properties\": {\"code\": \"%s\", \"parent\": %s%s%s, "
                "\"province\": \"s\"}, \"geometry\": {\"type\": \"Polygon\", \"coordinates\": [[",
                r ? ", " : "", region->code, *region->parent ? "\"" : "",
                *region->parent ? region->parent : "null", *region->parent ? "\"" : "");
        for (size_t n = 0; n < 5; n++)
            fprintf(file, "%s[%.12f, %.12f]", n ? ", " : "",
                    land->x0 + region->ring[n][0] * land->width * land->dx,
                    land->y0 + region->ring[n][1] * land->height * land->dy);
        fprintf(file, "]]}}");
    }
    fprintf(file, "]}\n");
    ck_assert_int_eq(fclose(file), 0);
}

/* Writes everything but the job into the folder of the program. */
static inline void land_make(struct land *land)
{
    struct sink_error error;
    ck_assert_int_eq(sink_environment_start(false, &error), SINK_OK);
    for (int year = 0; year < 2; year++) {
        const int label = 2020 + 5 * year;
        land_fill(land, year);
        land_write_image(land, demo_path("cover_%d.tif", label), land->cover[year], true);
        land_write_image(land, demo_path("value_%d.tif", label), land->value[year], false);
        land_write_image(land, demo_path("sd_%d.tif", label), land->sd[year], false);
    }
    land_write_regions(land, demo_path("regions.json"));
    demo_write(demo_path("legend.csv"), "code,name\n0,nodata\n1,forest\n2,grassland\n3,cropland\n");
}

/* In degrees, over four tiles; in metres, and small enough for thousands of fields. */
static inline struct land land_degrees(void)
{
    return (struct land){
        .width = 700, .height = 560, .x0 = 100, .y0 = 62, .dx = 0.01, .dy = -0.01, .epsg = 4326};
}

static inline struct land land_metres(void)
{
    return (struct land){.width = 90,
                         .height = 70,
                         .x0 = 460000,
                         .y0 = 3500000,
                         .dx = 1000,
                         .dy = -1000,
                         .epsg = 32650};
}

/* What differs between the jobs. NULL: as below. */
struct land_job {
    const char *years, *value, *sd, *correlation, *regions, *cover;
};

/* Writes the job; its path. */
static inline const char *land_write_job(const char *name, struct land_job job)
{
    char *text = sink_text_format(
        "regions: {file: regions.json, id: code, %s}\nyears: %s\nlayers:\n  %s\n"
        "  above_ground_biomass: {file: %s, unit: t/ha, sd: %s%s}\n"
        "factors: [ipcc]\nmissing: count\noutput: out.nc\n",
        job.regions ? job.regions : "parent: parent", job.years ? job.years : "[2020, 2025]",
        job.cover ? job.cover : "land_cover: {file: \"cover_{year}.tif\", legend: legend.csv}",
        job.value ? job.value : "\"value_{year}.tif\"", job.sd ? job.sd : "\"sd_{year}.tif\"",
        job.correlation ? job.correlation : "");
    const char *path = demo_path("%s", name);
    demo_write(path, text);
    free(text);
    return path;
}

/* A job and its account. */
struct landing {
    struct sink_session session;
    struct sink_book book;
};

static inline void land_run(struct land_job job, struct landing *landing)
{
    demo_tally(land_write_job("job.yml", job), 2, false, &landing->session);
    demo_account(&landing->session.bundle, &landing->book);
}

static inline void land_close(struct landing *landing)
{
    sink_book_free(&landing->book);
    sink_session_close(&landing->session);
}

/* The share of the biomass raster in a region. */
static inline double land_share(const struct landing *landing, size_t year, const char *region)
{
    const struct sink_region_list *regions = &landing->session.bundle.regions;
    const int index = sink_region_list_find(regions, region);
    ck_assert_msg(index >= 0, "no region %s", region);
    ck_assert_uint_eq(landing->book.rasters.count, 1);
    return landing->book.rasters.items[0].shares[year * regions->count + (size_t)index];
}

/* Area x sd in m2 t/ha of each cell of a region with a boundary, where the raster speaks for
 * forest; the caller frees. `cover`, `value` and `sd` are the years they are taken from. */
static inline double *land_weights(const struct land *land, const struct sink_plan *plan,
                                   const char *region, int cover_year, int sd_year)
{
    struct sink_cover cover = {0};
    struct sink_error error;
    const struct sink_window window = {.height = land->height, .width = land->width};
    const int index = sink_region_list_find(sink_boundaries_list(plan->boundaries), region);
    double *weights = calloc((size_t)land->width * (size_t)land->height, sizeof *weights);
    double *area_m2 = malloc((size_t)land->width * sizeof *area_m2);
    ck_assert_int_eq(sink_coverage_window(plan->coverage, window, &cover, &error), SINK_OK);
    for (size_t p = 0; p < cover.patch_count; p++)
        for (size_t s = 0; (int)cover.patches[p].region == index && s < cover.patches[p].span_count;
             s++) {
            const struct sink_span *span = &cover.spans[cover.patches[p].first_span + s];
            sink_cell_area_fill_m2(plan->cell_area, span->row, 0, land->width, area_m2);
            for (int column = span->first; column < span->end; column++) {
                const size_t i = (size_t)span->row * (size_t)land->width + (size_t)column;
                if (land->cover[cover_year][i] == LAND_FOREST &&
                    land->value[sd_year][i] != LAND_NODATA && land->sd[sd_year][i] != LAND_NODATA)
                    weights[i] += span->share * area_m2[column] * land->sd[sd_year][i];
            }
        }
    sink_cover_free(&cover);
    free(area_m2);
    return weights;
}

/* The block of each cell, numbered from 0, by other formulas than the program's: lengths of degrees
 * of WGS 84 as series in the latitude. The caller frees. */
static inline size_t *land_blocks(const struct land *land, double range_m, size_t *count)
{
    const double radians = 3.14159265358979323846 / 180;
    const double middle = (land->y0 + land->height / 2.0 * land->dy) * radians;
    const double meridian_m = 111132.954 - 559.822 * cos(2 * middle) + 1.175 * cos(4 * middle);
    const bool is_degrees = land->epsg == 4326;
    const int rows = (int)lrint(range_m / (is_degrees ? meridian_m * -land->dy : -land->dy));
    size_t *blocks = malloc((size_t)land->width * (size_t)land->height * sizeof *blocks), first = 0;
    for (int row = 0; row < land->height; row += rows) {
        const int end = row + rows < land->height ? row + rows : land->height;
        const double lat = (land->y0 + (row + end) / 2.0 * land->dy) * radians;
        const double parallel_m = 111412.84 * cos(lat) - 93.5 * cos(3 * lat) + 0.118 * cos(5 * lat);
        const int columns = (int)lrint(range_m / (is_degrees ? parallel_m * land->dx : land->dx));
        for (int r = row; r < end; r++)
            for (int c = 0; c < land->width; c++)
                blocks[r * land->width + c] = first + (size_t)(c / columns);
        first += (size_t)((land->width - 1) / columns + 1);
    }
    *count = first;
    return blocks;
}

/* Sum of squares over square of the sum, over blocks. */
static inline double land_expected(const struct land *land, const double *weights, double range_m)
{
    size_t count;
    size_t *blocks = land_blocks(land, range_m, &count);
    double *sums = calloc(count, sizeof *sums), total = 0, squares = 0;
    for (size_t i = 0; i < (size_t)land->width * (size_t)land->height; i++)
        sums[blocks[i]] += weights[i];
    for (size_t b = 0; b < count; b++) {
        total += sums[b];
        squares += sums[b] * sums[b];
    }
    free(sums);
    free(blocks);
    return squares / (total * total);
}

#endif
