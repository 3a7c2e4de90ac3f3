#include "pipelines/demo.h"
#include "pipelines/demo_landscape.h"
#include "pipelines/job.h"
#include "pipelines/options.h"
#include "rasters/environment.h"
#include "regions/boundaries.h"
#include "sinkcalc/base/text.h"
#include "sinkcalc/model/class.h"
#include "sinkcalc/model/factor.h"
#include "sinkcalc/tables/tables.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_BYTES ((size_t)16 << 20)

static char folder[64];
static struct sink_faults faults;
static struct sink_error error;

static void set_up(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/demoXXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    faults = (struct sink_faults){0};
}

static void tear_down(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r -- '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    sink_faults_free(&faults);
}

static enum sink_status demo(const char *sub)
{
    char path[128];
    snprintf(path, sizeof path, "%s%s", folder, sub);
    const struct sink_options options = {.file = path, .is_quiet = true};
    return sink_command_demo.run(&options, &faults);
}

static char *read_text(const char *sub, const char *name, size_t *bytes)
{
    char path[256], *text;
    snprintf(path, sizeof path, "%s%s/%s", folder, sub, name);
    const enum sink_status status = sink_text_read_file(path, LIMIT_BYTES, &text, bytes, &error);
    ck_assert_msg(status == SINK_OK, "%s", error.message);
    return text;
}

static void touch(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(two_demos_are_the_same_to_the_byte)
{
    ck_assert_int_eq(demo("/a"), SINK_OK);
    ck_assert_int_eq(demo("/b"), SINK_OK);
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT; i++) {
        size_t a_bytes, b_bytes;
        char *a = read_text("/a", sink_demo_files[i].name, &a_bytes);
        char *b = read_text("/b", sink_demo_files[i].name, &b_bytes);
        ck_assert_msg(a_bytes == b_bytes && memcmp(a, b, a_bytes) == 0, "%s differs",
                      sink_demo_files[i].name);
        free(a);
        free(b);
    }
}
END_TEST

START_TEST(every_file_says_that_it_is_synthetic)
{
    ck_assert_int_eq(demo(""), SINK_OK);
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT; i++) {
        size_t bytes;
        char *text = read_text("", sink_demo_files[i].name, &bytes);
        ck_assert_msg(memmem(text, bytes, SINK_DEMO_NOTICE, strlen(SINK_DEMO_NOTICE)) != NULL,
                      "%s does not say it", sink_demo_files[i].name);
        free(text);
    }
}
END_TEST

START_TEST(a_folder_that_is_not_empty_is_refused_and_left_alone)
{
    char expected[256], path[128];
    touch("mine.txt");
    ck_assert_int_eq(demo(""), SINK_BAD_JOB);
    snprintf(expected, sizeof expected,
             "%s: the folder is not empty (it holds mine.txt), expected a new or an empty one",
             folder);
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_str_eq(faults.items[0].message, expected);
    snprintf(path, sizeof path, "%s/mine.txt", folder);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
}
END_TEST

/* Files may have `bytes` at most, as on a disk that is full. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_failure_leaves_the_folder_as_it_was)
{
    struct rlimit before;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    limit_files(50000); /* too little for the regions */
    ck_assert_int_eq(demo("/new"), SINK_FAILED);
    limit_files(400000); /* too little for the biomass */
    ck_assert_int_eq(demo(""), SINK_FAILED);
    limit_files(before.rlim_cur);
    signal(SIGXFSZ, SIG_DFL);
    ck_assert_uint_eq(faults.count, 2);
    ck_assert_ptr_nonnull(strstr(faults.items[0].message, "/new/counties.gpkg: "));
    ck_assert_ptr_nonnull(strstr(faults.items[1].message, "/biomass_2020.tif: "));
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
}
END_TEST

START_TEST(a_file_in_the_place_of_the_folder_is_refused)
{
    touch("mine.txt");
    ck_assert_int_eq(demo("/mine.txt"), SINK_BAD_JOB);
    ck_assert_int_eq(demo("/not/there"), SINK_BAD_JOB);
    ck_assert_uint_eq(faults.count, 2);
    ck_assert_ptr_nonnull(strstr(faults.items[0].message, "/mine.txt: "));
    ck_assert_ptr_nonnull(strstr(faults.items[1].message, "/not/there: "));
}
END_TEST

static void write_regions(void)
{
    ck_assert_int_eq(sink_environment_start(false, &error), SINK_OK);
    ck_assert_int_eq(sink_demo_write_regions(folder, &error), SINK_OK);
}

START_TEST(regions_are_12_counties_in_3_prefectures_in_1_province)
{
    struct sink_boundaries *boundaries;
    struct sink_faults notes = {0};
    char path[128];
    size_t polygons[3] = {0}, rests = 0;
    write_regions();
    snprintf(path, sizeof path, "%s/counties.gpkg", folder);
    const struct sink_boundary_request request = {
        .path = path, .id = "code", .name = "name_zh", .parent = "parent"};
    ck_assert_int_eq(sink_boundaries_open(&request, &boundaries, &notes, &faults), SINK_OK);
    ck_assert_uint_eq(notes.count, 0);
    const struct sink_region_list *list = sink_boundaries_list(boundaries);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].kind == SINK_REGION_POLYGON)
            polygons[list->items[i].level]++;
        else
            rests++;
    ck_assert_uint_eq(polygons[0], 1);
    ck_assert_uint_eq(polygons[1], 3);
    ck_assert_uint_eq(polygons[2], 12);
    ck_assert_uint_eq(rests, 1);
    const int county = sink_region_list_find(list, "033204");
    ck_assert_int_ge(county, 0);
    ck_assert_str_eq(list->items[county].name, "沙屿县");
    sink_boundaries_close(boundaries);
}
END_TEST

START_TEST(counties_fill_their_prefectures_and_the_sea_is_left_of_the_province)
{
    struct sink_boundaries *boundaries;
    struct sink_faults notes = {0};
    char path[128];
    double children[32] = {0};
    write_regions();
    snprintf(path, sizeof path, "%s/counties.gpkg", folder);
    const struct sink_boundary_request request = {.path = path, .id = "code", .parent = "parent"};
    ck_assert_int_eq(sink_boundaries_open(&request, &boundaries, &notes, &faults), SINK_OK);
    const struct sink_region_list *list = sink_boundaries_list(boundaries);
    ck_assert_uint_le(list->count, 32);
    for (size_t i = 1; i < list->count; i++)
        if (list->items[i].kind == SINK_REGION_POLYGON)
            children[list->items[i].parent] += list->items[i].area_m2;
    ck_assert_double_gt(children[0], 0.9 * list->items[0].area_m2);
    ck_assert_double_lt(children[0], 0.95 * list->items[0].area_m2);
    for (size_t i = 1; i < list->count; i++)
        if (list->items[i].level == 1 && list->items[i].kind == SINK_REGION_POLYGON)
            ck_assert_double_eq_tol(children[i], list->items[i].area_m2,
                                    1e-9 * list->items[i].area_m2);
    sink_boundaries_close(boundaries);
}
END_TEST

/* Cells by the class before and after. */
static void count_changes(const struct sink_demo_landscape *landscape, size_t counts[80][80])
{
    memset(counts, 0, 80 * sizeof *counts);
    for (size_t i = 0; i < SINK_DEMO_CELLS; i++) {
        ck_assert_uint_lt(landscape->cover[0][i], 80);
        ck_assert_uint_lt(landscape->cover[1][i], 80);
        counts[landscape->cover[0][i]][landscape->cover[1][i]]++;
    }
}

START_TEST(every_class_occurs_and_forest_comes_and_goes)
{
    static const int codes[] = {SINK_DEMO_FOREST,     SINK_DEMO_BAMBOO,   SINK_DEMO_GRASSLAND,
                                SINK_DEMO_WETLAND,    SINK_DEMO_LAKE,     SINK_DEMO_MANGROVE,
                                SINK_DEMO_SALT_MARSH, SINK_DEMO_SEAGRASS, SINK_DEMO_CROPLAND,
                                SINK_DEMO_TOWN,       SINK_DEMO_SEA};
    struct sink_demo_landscape *landscape;
    static size_t counts[80][80];
    ck_assert_int_eq(sink_demo_landscape_new(&landscape, &error), SINK_OK);
    count_changes(landscape, counts);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        ck_assert_msg(counts[codes[i]][codes[i]] > 1000, "class %d: %zu cells stay", codes[i],
                      counts[codes[i]][codes[i]]);
    ck_assert_uint_gt(counts[SINK_DEMO_FOREST][SINK_DEMO_GRASSLAND], 1000);
    ck_assert_uint_gt(counts[SINK_DEMO_GRASSLAND][SINK_DEMO_FOREST], 1000);
    ck_assert_uint_gt(counts[SINK_DEMO_CROPLAND][SINK_DEMO_FOREST], 1000);
    ck_assert_uint_gt(counts[SINK_DEMO_SALT_MARSH][SINK_DEMO_MANGROVE], 100);
    sink_demo_landscape_free(landscape);
}
END_TEST

START_TEST(quantities_have_values_exactly_where_they_speak)
{
    struct sink_demo_landscape *landscape;
    ck_assert_int_eq(sink_demo_landscape_new(&landscape, &error), SINK_OK);
    for (int year = 0; year < SINK_DEMO_YEARS; year++)
        for (size_t i = 0; i < SINK_DEMO_CELLS; i++) {
            const int cover = landscape->cover[year][i];
            const bool is_forest = cover == SINK_DEMO_FOREST;
            const bool is_woody =
                is_forest || cover == SINK_DEMO_BAMBOO || cover == SINK_DEMO_MANGROVE;
            if ((landscape->biomass[year][i] != SINK_DEMO_NODATA) != is_woody ||
                (landscape->biomass_sd[year][i] != SINK_DEMO_NODATA) != is_woody ||
                (landscape->volume[year][i] != SINK_DEMO_NODATA) != is_forest)
                ck_abort_msg("%d, cell %zu of class %d", sink_demo_years[year], i, cover);
        }
    sink_demo_landscape_free(landscape);
}
END_TEST

START_TEST(the_job_has_no_fault)
{
    struct sink_job *job;
    char path[128];
    ck_assert_int_eq(sink_demo_write_texts(folder, &error), SINK_OK);
    snprintf(path, sizeof path, "%s/job.yml", folder);
    const enum sink_status status = sink_job_read(path, &job, &faults);
    ck_assert_msg(status == SINK_OK, "%s", faults.count ? faults.items[0].message : "");
    ck_assert_uint_eq(job->year_count, 2);
    sink_job_free(job);
}
END_TEST

static void add_table(struct sink_factors *factors, const struct sink_class_list *classes,
                      const char *name, const char *text, size_t bytes)
{
    struct sink_csv *csv;
    ck_assert_int_eq(sink_csv_parse(name, text, bytes, &csv, &error), SINK_OK);
    const enum sink_status status = sink_factors_add(factors, csv, classes, &faults);
    ck_assert_msg(status == SINK_OK, "%s", faults.count ? faults.items[0].message : "");
}

static bool is_woody(const char *name)
{
    return strcmp(name, "forest") == 0 || strcmp(name, "bamboo") == 0 ||
           strcmp(name, "mangrove") == 0;
}

static const struct sink_factor *find(const struct sink_factors *factors, const char *class_name,
                                      const char *zone, enum sink_factor_kind kind)
{
    static const char *const constants[][2] = {{"climate", "warm_temperate_moist"},
                                               {"soil", "lac"},
                                               {"continent", "asia"},
                                               {"origin", "natural"}};
    const char *values[24] = {NULL};
    const struct sink_factor *row;
    for (size_t k = 0; k < factors->key_count; k++) {
        if (strcmp(factors->keys[k], "zone") == 0)
            values[k] = zone;
        for (size_t c = 0; c < sizeof constants / sizeof *constants; c++)
            if (strcmp(factors->keys[k], constants[c][0]) == 0)
                values[k] = constants[c][1];
    }
    const struct sink_stratum stratum = {
        .class_name = class_name, .values = values, .interval_value = 80};
    ck_assert_int_eq(sink_factors_find(factors, kind, &stratum, &row, &error), SINK_OK);
    return row;
}

START_TEST(no_factor_is_missing)
{
    static const char *const names[] = {"forest",   "bamboo",   "grassland",
                                        "wetland",  "mangrove", "salt_marsh",
                                        "seagrass", "cropland", "settlement"};
    static const char *const zones[] = {"subtropical_humid_forest",
                                        "tropical_moist_deciduous_forest"};
    static const enum sink_factor_kind kinds[] = {
        SINK_FACTOR_CARBON_FRACTION, SINK_FACTOR_DEAD_WOOD, SINK_FACTOR_LITTER, SINK_FACTOR_SOIL};
    struct sink_class_list classes;
    struct sink_factors factors = {0};
    size_t bytes;
    ck_assert_int_eq(sink_demo_write_texts(folder, &error), SINK_OK);
    char *text = read_text("", "demo_factors.csv", &bytes);
    const struct sink_table *ipcc = sink_table_find("ipcc");
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
    add_table(&factors, &classes, "ipcc", ipcc->text, ipcc->bytes);
    add_table(&factors, &classes, "demo_factors.csv", text, bytes);
    for (size_t c = 0; c < sizeof names / sizeof *names; c++)
        for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
            for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
                ck_assert_msg(find(&factors, names[c], zones[z], kinds[k]) != NULL, "%s, %s: %s",
                              names[c], zones[z], sink_factor_kind_name(kinds[k]));
            ck_assert_msg(find(&factors, names[c], zones[z], SINK_FACTOR_ROOT_SHOOT) ||
                              find(&factors, names[c], zones[z], SINK_FACTOR_BELOW_GROUND),
                          "%s, %s: below ground", names[c], zones[z]);
            ck_assert_msg(is_woody(names[c]) ||
                              find(&factors, names[c], zones[z], SINK_FACTOR_ABOVE_GROUND),
                          "%s, %s: above ground", names[c], zones[z]);
        }
    sink_factors_free(&factors);
    sink_class_list_free(&classes);
    free(text);
}
END_TEST

/* A made-up value must not take the place of one that `ipcc` has. */
START_TEST(no_demo_factor_stands_over_one_of_ipcc)
{
    static const char *const zones[] = {"subtropical_humid_forest",
                                        "tropical_moist_deciduous_forest"};
    struct sink_class_list classes;
    struct sink_factors ipcc_only = {0}, both = {0};
    size_t bytes;
    ck_assert_int_eq(sink_demo_write_texts(folder, &error), SINK_OK);
    char *text = read_text("", "demo_factors.csv", &bytes);
    const struct sink_table *ipcc = sink_table_find("ipcc");
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
    add_table(&ipcc_only, &classes, "ipcc", ipcc->text, ipcc->bytes);
    add_table(&both, &classes, "ipcc", ipcc->text, ipcc->bytes);
    add_table(&both, &classes, "demo_factors.csv", text, bytes);
    for (size_t c = 0; c < classes.count; c++)
        for (size_t z = 0; z < sizeof zones / sizeof *zones; z++)
            for (int kind = 0; kind < SINK_FACTOR_KIND_COUNT; kind++) {
                const char *name = classes.items[c].name;
                const struct sink_factor *alone =
                    find(&ipcc_only, name, zones[z], (enum sink_factor_kind)kind);
                const struct sink_factor *row =
                    find(&both, name, zones[z], (enum sink_factor_kind)kind);
                ck_assert_msg(!alone || strcmp(row->set, "ipcc") == 0, "%s, %s: %s", name, zones[z],
                              sink_factor_kind_name((enum sink_factor_kind)kind));
                ck_assert(!row || strcmp(row->set, "ipcc") == 0 ||
                          strcmp(row->source, "synthetic demo value, not for use") == 0);
            }
    sink_factors_free(&ipcc_only);
    sink_factors_free(&both);
    sink_class_list_free(&classes);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("demo");
    TCase *tests = tcase_create("demo");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, two_demos_are_the_same_to_the_byte);
    tcase_add_test(tests, every_file_says_that_it_is_synthetic);
    tcase_add_test(tests, a_folder_that_is_not_empty_is_refused_and_left_alone);
    tcase_add_test(tests, a_failure_leaves_the_folder_as_it_was);
    tcase_add_test(tests, a_file_in_the_place_of_the_folder_is_refused);
    tcase_add_test(tests, regions_are_12_counties_in_3_prefectures_in_1_province);
    tcase_add_test(tests, counties_fill_their_prefectures_and_the_sea_is_left_of_the_province);
    tcase_add_test(tests, every_class_occurs_and_forest_comes_and_goes);
    tcase_add_test(tests, quantities_have_values_exactly_where_they_speak);
    tcase_add_test(tests, the_job_has_no_fault);
    tcase_add_test(tests, no_factor_is_missing);
    tcase_add_test(tests, no_demo_factor_stands_over_one_of_ipcc);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
