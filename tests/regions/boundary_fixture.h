/* Region files written as GeoJSON text into a folder of the test, opened, and asked. */
#ifndef TESTS_REGIONS_BOUNDARY_FIXTURE_H
#define TESTS_REGIONS_BOUNDARY_FIXTURE_H

#include "rasters/environment.h"
#include "regions/boundaries.h"
#include "sinkcalc/base/ellipsoid.h"

#include <check.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UTM33 "urn:ogc:def:crs:EPSG::32633"

/* What one opening gave. */
struct opened {
    enum sink_status status;
    struct sink_boundaries *boundaries;
    struct sink_faults notes, faults;
};

/* Starts GDAL and moves into a new folder: an unchecked fixture. */
static inline void enter_folder(void)
{
    struct sink_error error;
    char folder[] = "/tmp/sink_regions_XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(sink_environment_start(false, &error), SINK_OK);
}

static inline void leave_folder(void)
{
    char folder[64];
    ck_assert_ptr_nonnull(getcwd(folder, sizeof folder));
    ck_assert_int_eq(strncmp(folder, "/tmp/sink_regions_", 18), 0);
    char command[96];
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

/* A text that grows. */
struct text {
    char *bytes;
    size_t count, room;
};

__attribute__((format(printf, 2, 3))) static inline void add(struct text *text, const char *format,
                                                             ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (text->count + (size_t)length + 1 > text->room) {
        text->room = 2 * text->room + (size_t)length + 1;
        text->bytes = realloc(text->bytes, text->room);
        ck_assert_ptr_nonnull(text->bytes);
    }
    va_start(arguments, format);
    vsnprintf(text->bytes + text->count, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->count += (size_t)length;
}

/* "id": id, further properties, and the geometry. */
static inline void add_feature(struct text *text, const char *properties, const char *kind,
                               const char *coordinates)
{
    add(text,
        "%s{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":{\"type\":\"%s\","
        "\"coordinates\":%s}}",
        text->count ? ",\n" : "", properties, kind, coordinates);
}

/* A box as a polygon of four nodes. */
static inline void add_box(struct text *text, const char *properties, const double box[4])
{
    char ring[512];
    snprintf(ring, sizeof ring,
             "[[[%.17g,%.17g],[%.17g,%.17g],[%.17g,%.17g],[%.17g,%.17g],[%.17g,%.17g]]]", box[0],
             box[1], box[2], box[1], box[2], box[3], box[0], box[3], box[0], box[1]);
    add_feature(text, properties, "Polygon", ring);
}

/* Writes the features as `path`; `crs` NULL is longitude and latitude on WGS 84. Frees the text. */
static inline void write_json(const char *path, const char *crs, struct text *features)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "{\"type\":\"FeatureCollection\",");
    if (crs)
        fprintf(file, "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"%s\"}},", crs);
    fprintf(file, "\"features\":[%s]}", features->bytes ? features->bytes : "");
    ck_assert_int_eq(fclose(file), 0);
    free(features->bytes);
    *features = (struct text){0};
}

static inline struct opened open_request(const struct sink_boundary_request *request)
{
    struct opened opened = {0};
    opened.status =
        sink_boundaries_open(request, &opened.boundaries, &opened.notes, &opened.faults);
    ck_assert_int_eq(opened.status == SINK_OK, opened.boundaries != NULL);
    ck_assert_int_eq(opened.status == SINK_OK, opened.faults.count == 0);
    return opened;
}

/* Writes and opens with repair, `id` and whatever `request` says. */
static inline struct opened open_features(struct text *features, const char *crs,
                                          struct sink_boundary_request request)
{
    write_json("regions.geojson", crs, features);
    request.path = "regions.geojson";
    request.id = request.id ? request.id : "id";
    return open_request(&request);
}

static inline struct opened open_repairing(struct text *features, const char *crs)
{
    return open_features(features, crs, (struct sink_boundary_request){.repair = true});
}

static inline void close_opened(struct opened *opened)
{
    sink_boundaries_close(opened->boundaries);
    sink_faults_free(&opened->notes);
    sink_faults_free(&opened->faults);
}

static inline bool has_message(const struct sink_faults *list, const char *part)
{
    for (size_t i = 0; i < list->count; i++)
        if (strstr(list->items[i].message, part))
            return true;
    return false;
}

static inline void print_messages(const char *kind, const struct sink_faults *list)
{
    for (size_t i = 0; i < list->count && i < 5; i++)
        fprintf(stderr, "%s: %s\n", kind, list->items[i].message);
}

static inline void expect_open(const struct opened *opened)
{
    print_messages("fault", &opened->faults);
    ck_assert_int_eq(opened->status, SINK_OK);
}

/* Refused as bad data, with one fault that holds `part`; closes. */
static inline void expect_refused(struct opened *opened, const char *part)
{
    ck_assert_int_eq(opened->status, SINK_BAD_DATA);
    if (!has_message(&opened->faults, part))
        print_messages("fault", &opened->faults);
    ck_assert_msg(has_message(&opened->faults, part), "no fault says \"%s\"", part);
    close_opened(opened);
}

static inline void expect_note(const struct opened *opened, const char *part)
{
    if (!has_message(&opened->notes, part))
        print_messages("note", &opened->notes);
    ck_assert_msg(has_message(&opened->notes, part), "no note says \"%s\"", part);
}

static inline const struct sink_region *find_region(const struct opened *opened, const char *id)
{
    expect_open(opened);
    const struct sink_region_list *list = sink_boundaries_list(opened->boundaries);
    const int index = sink_region_list_find(list, id);
    ck_assert_msg(index >= 0, "no region %s", id);
    return &list->items[index];
}

static inline double area_of(const struct opened *opened, const char *id)
{
    return find_region(opened, id)->area_m2;
}

static inline void expect_relative(double is, double should, double tolerance)
{
    ck_assert_msg(fabs(is - should) <= tolerance * fabs(should),
                  "%.17g, expected %.17g: off by %.3g of it", is, should, fabs(is / should - 1));
}

/* Runs the tests of one file in a folder of their own. */
static inline int run_suite(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *all = tcase_create(name);
    tcase_add_unchecked_fixture(all, enter_folder, leave_folder);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#endif
