/* Small landscapes whose maps are drawn in the tests: one letter a cell, one string a year. Every
 * cell of a drawn row is a region of its own, so that a row of the tally is the story of a cell. */
#ifndef SINK_TESTS_HISTORY_FIXTURE_H
#define SINK_TESTS_HISTORY_FIXTURE_H

#include "tests/pipelines/demo_fixture.h"

#include <math.h>
#include <stdint.h>

#define CELL_DEG 0.01
#define WEST_DEG 100.0
#define NORTH_DEG 30.0

/* A folder of this program, without the demo. */
static inline bool scene_start(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(demo_folder, sizeof demo_folder, "%.40s/sinkXXXXXX", base ? base : "/tmp");
    return mkdtemp(demo_folder);
}

enum scene_type { SCENE_UINT8, SCENE_UINT16, SCENE_FLOAT32 };

/* A raster with a value for each cell, rows from the north; without no-data when it is NaN. */
struct scene_raster {
    int width, height;
    enum scene_type type;
    double nodata;
    const double *values;
};

/* An entry of a TIFF directory; what does not fit into 4 bytes lies at an offset. */
struct tiff_entry {
    uint16_t tag, type;
    uint32_t count, value;
};

static inline void write_bytes(FILE *file, const void *bytes, size_t size)
{
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
}

static inline size_t scene_cell_bytes(enum scene_type type)
{
    return type == SCENE_UINT8 ? 1 : type == SCENE_UINT16 ? 2 : 4;
}

static inline void write_cells(FILE *file, const struct scene_raster *raster)
{
    for (size_t i = 0; i < (size_t)raster->width * (size_t)raster->height; i++) {
        const double value = raster->values[i];
        const uint8_t narrow = raster->type == SCENE_UINT8 ? (uint8_t)value : 0;
        const uint16_t wide = raster->type == SCENE_UINT16 ? (uint16_t)value : 0;
        const float real = (float)value;
        const void *cell = raster->type == SCENE_UINT8    ? (const void *)&narrow
                           : raster->type == SCENE_UINT16 ? (const void *)&wide
                                                          : (const void *)&real;
        write_bytes(file, cell, scene_cell_bytes(raster->type));
    }
}

/* A GeoTIFF in degrees (TIFF 6.0, GeoTIFF 1.1), little-endian as the machines that run the tests:
 * header, numbers, texts, cells in strips of 64 rows, directory. */
static inline void scene_write(const char *name, const struct scene_raster *raster)
{
    enum { HEADER = 8, NUMBERS = 72, KEYS = 32, TEXT = 24, STRIPS = 64 };
    const double numbers[] = {CELL_DEG, CELL_DEG, 0, 0, 0, 0, WEST_DEG, NORTH_DEG, 0};
    const uint16_t keys[] = {1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326};
    const uint32_t width = (uint32_t)raster->width, height = (uint32_t)raster->height;
    const uint32_t cell_bytes = (uint32_t)scene_cell_bytes(raster->type);
    const uint32_t strip_bytes = 64 * width * cell_bytes, strips = (height + 63) / 64;
    const uint32_t text_at = HEADER + NUMBERS + KEYS, table_at = text_at + TEXT;
    const uint32_t cells_at = table_at + 2 * 4 * STRIPS;
    const uint32_t end = cells_at + width * height * cell_bytes;
    const uint32_t format = raster->type == SCENE_FLOAT32 ? 3 : 1;
    const bool is_single = strips == 1;
    char text[TEXT] = "";
    uint32_t table[2 * STRIPS] = {0};
    ck_assert_uint_le(strips, STRIPS);
    for (uint32_t s = 0; s < strips; s++) {
        table[s] = cells_at + s * strip_bytes;
        table[STRIPS + s] = (s + 1 < strips ? table[s] + strip_bytes : end) - table[s];
    }
    snprintf(text, sizeof text, "%.15g", raster->nodata);
    const struct tiff_entry entries[] = {
        {256, 4, 1, width},
        {257, 4, 1, height},
        {258, 3, 1, 8 * cell_bytes},
        {259, 3, 1, 1},
        {262, 3, 1, 1},
        {273, 4, strips, is_single ? table[0] : table_at},
        {277, 3, 1, 1},
        {278, 4, 1, 64},
        {279, 4, strips, is_single ? table[STRIPS] : table_at + 4 * STRIPS},
        {339, 3, 1, format},
        {33550, 12, 3, HEADER},
        {33922, 12, 6, HEADER + 24},
        {34735, 3, 16, HEADER + NUMBERS},
        {42113, 2, TEXT, text_at}};
    const uint16_t count = isnan(raster->nodata) ? 13 : 14;
    const uint32_t next = 0;
    FILE *file = fopen(demo_path("%s", name), "wb");
    ck_assert_ptr_nonnull(file);
    write_bytes(file, "II*\0", 4);
    write_bytes(file, &end, 4);
    write_bytes(file, numbers, sizeof numbers);
    write_bytes(file, keys, sizeof keys);
    write_bytes(file, text, sizeof text);
    write_bytes(file, table, sizeof table);
    write_cells(file, raster);
    write_bytes(file, &count, 2);
    for (uint16_t e = 0; e < count; e++)
        write_bytes(file, &entries[e], sizeof entries[e]);
    write_bytes(file, &next, 4);
    ck_assert_int_eq(fclose(file), 0);
}

/* A drawn row of numbers. */
static inline void scene_numbers(const char *name, enum scene_type type, double nodata,
                                 const double *values, int count)
{
    scene_write(name, &(struct scene_raster){count, 1, type, nodata, values});
}

static inline double letter_code(char letter)
{
    static const char letters[] = ".FCGW"; /* no data, then the classes of legend.csv */
    const char *found = strchr(letters, letter);
    return found && *found ? (double)(found - letters) : 99; /* '?': in no legend */
}

/* lc_<year>.tif and legend.csv: F forest, C cropland, G grassland, W wetland, '.' no data, '?' a
 * code that no legend has. */
static inline void scene_map(int year, const char *letters)
{
    char name[32];
    double codes[256];
    const int count = (int)strlen(letters);
    snprintf(name, sizeof name, "lc_%d.tif", year);
    for (int i = 0; i < count; i++)
        codes[i] = letter_code(letters[i]);
    scene_numbers(name, SCENE_UINT8, NAN, codes, count);
    demo_write(demo_path("legend.csv"),
               "code,name\n0,nodata\n1,forest\n2,cropland\n3,grassland\n4,wetland\n");
}

/* cells.json: a region "0", "1" ... for each cell of a drawn row. */
static inline void scene_regions(int count)
{
    FILE *file = fopen(demo_path("cells.json"), "w");
    ck_assert_ptr_nonnull(file);
    fputs("{\"type\": \"FeatureCollection\", \"features\": [", file);
    for (int i = 0; i < count; i++) {
        const double west = WEST_DEG + i * CELL_DEG, east = WEST_DEG + (i + 1) * CELL_DEG;
        const double north = NORTH_DEG, south = NORTH_DEG - CELL_DEG;
        fprintf(file,
                "%s{\"type\": \"Feature\", \"properties\": {\"id\": \"%d\"}, \"geometry\": "
                "{\"type\": \"Polygon\", \"coordinates\": [[[%.17g, %.17g], [%.17g, %.17g], "
                "[%.17g, %.17g], [%.17g, %.17g], [%.17g, %.17g]]]}}\n",
                i ? ", " : "", i, west, north, west, south, east, south, east, north, west, north);
    }
    fputs("]}\n", file);
    ck_assert_int_eq(fclose(file), 0);
}

#define SCENE_LAND "land_cover: {file: 'lc_{year}.tif', legend: legend.csv}"
#define SCENE_COUNT "missing: count\n"

/* Writes job.yml: what is given, then regions and output; its path. */
static inline const char *scene_job(const char *text)
{
    char *whole = sink_text_format("%sregions: {file: cells.json, id: id}\noutput: out.nc\n", text);
    const char *path = demo_path("job.yml");
    demo_write(path, whole);
    free(whole);
    return path;
}

/* The rows of a region in a pass. */
static inline size_t scene_rows(struct sink_session *session, const char *region, size_t pass,
                                const struct sink_tally_row **first)
{
    const struct sink_tally_row *rows;
    const int index = sink_region_list_find(&session->bundle.regions, region);
    size_t count = 0;
    *first = NULL;
    for (size_t i = sink_tally_rows(session->bundle.tally, &rows); i-- > 0;)
        if ((int)rows[i].region == index && rows[i].pass == pass) {
            *first = &rows[i];
            count++;
        }
    return count;
}

/* The value of a dimension in a row, by its label. */
static inline const char *scene_label(const struct sink_session *session,
                                      const struct sink_tally_row *row,
                                      enum sink_dimension_kind kind, const char *name,
                                      enum sink_side side)
{
    int values[SINK_MAX_DIMENSIONS];
    const struct sink_tally_spec *spec = &session->bundle.spec;
    const int d = sink_tally_dimension(spec, kind, name, side);
    if (d < 0)
        return NULL;
    sink_tally_key_values(spec, row->key, values);
    return spec->dimensions[d].labels[values[d]];
}

/* "forest > cropland | grassland until 2003, wetland until 2001": the classes of a pass, and what
 * the land was before its first date. Without a first date only the last class. */
static inline void scene_tell(const struct sink_session *session, const struct sink_tally_row *row,
                              char text[256])
{
    const enum sink_side side = session->bundle.spec.year_count > 1 ? SINK_SIDE_FROM : SINK_SIDE_TO;
    const char *from = scene_label(session, row, SINK_DIMENSION_CLASS, "class", SINK_SIDE_FROM);
    int length = snprintf(text, 256, "%s%s%s", from ? from : "", from ? " > " : "",
                          scene_label(session, row, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO));
    for (int c = 1; c <= SINK_MAX_CONVERSIONS; c++) {
        char name[32];
        snprintf(name, sizeof name, "conversion_%d", c);
        const char *label = scene_label(session, row, SINK_DIMENSION_CONVERSION, name, side);
        if (label && strcmp(label, "nodata") != 0)
            length +=
                snprintf(text + length, 256 - (size_t)length, "%s%s", c == 1 ? " | " : ", ", label);
    }
}

static inline void scene_check(struct sink_session *session, int cell, size_t pass,
                               const char *expected)
{
    char region[16], found[256];
    const struct sink_tally_row *row;
    snprintf(region, sizeof region, "%d", cell);
    ck_assert_uint_eq(scene_rows(session, region, pass, &row), 1);
    scene_tell(session, row, found);
    ck_assert_msg(strcmp(found, expected) == 0, "cell %d, pass %zu: \"%s\", expected \"%s\"", cell,
                  pass, found, expected);
}

/* The fault that opening or tallying a job ends with. */
static inline void scene_fault(const char *job, struct sink_error *error)
{
    struct sink_session session;
    struct sink_faults faults = {0};
    const struct sink_options options = {
        .file = job, .threads = 1, .is_quiet = true, .progress = SINK_PROGRESS_NEVER};
    *error = (struct sink_error){0};
    if (sink_session_open(&options, &session, &faults) != SINK_OK)
        *error = faults.items[0];
    else if (sink_plan_evidence(session.plan, &session.bundle.evidence, error) == SINK_OK)
        ck_assert_int_ne(sink_tally_run(session.plan,
                                        &(struct sink_tally_request){.options = &options},
                                        &session.bundle, error),
                         SINK_OK);
    sink_session_close(&session);
    sink_faults_free(&faults);
}

#endif
