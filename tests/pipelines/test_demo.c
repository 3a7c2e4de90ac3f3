#include "pipelines/demo.h"
#include "pipelines/demo_cover.h"
#include "rasters/environment.h"
#include "regions/boundaries.h"
#include "sinkcalc/model/area_estimate.h"
#include "sinkcalc/tables/tables.h"
#include "tests/pipelines/demo_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char folder[64]; /* empty, of one test */
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
    ck_assert_int_eq(demo(""), SINK_OK);
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, sink_demo_files[i].name);
        demo_check_same_bytes(path, demo_path("demo/%s", sink_demo_files[i].name));
    }
}
END_TEST

START_TEST(every_file_says_that_it_is_synthetic)
{
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT; i++) {
        size_t bytes;
        char *text = demo_read(demo_path("demo/%s", sink_demo_files[i].name), &bytes);
        ck_assert_msg(memmem(text, bytes, SINK_DEMO_NOTICE, strlen(SINK_DEMO_NOTICE)) != NULL,
                      "%s does not say it", sink_demo_files[i].name);
        free(text);
    }
}
END_TEST

static bool is_listed(const char *name)
{
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT; i++)
        if (strcmp(sink_demo_files[i].name, name) == 0)
            return true;
    return false;
}

START_TEST(the_files_are_those_of_the_list_and_small)
{
    DIR *directory = opendir(demo_path("demo"));
    ck_assert_ptr_nonnull(directory);
    const struct dirent *entry;
    size_t count = 0;
    off_t bytes = 0;
    while ((entry = readdir(directory)) != NULL) {
        struct stat state;
        if (*entry->d_name == '.')
            continue;
        ck_assert_msg(is_listed(entry->d_name), "%s is not in the list", entry->d_name);
        ck_assert_int_eq(stat(demo_path("demo/%s", entry->d_name), &state), 0);
        bytes += state.st_size;
        count++;
    }
    closedir(directory);
    ck_assert_uint_eq(count, SINK_DEMO_FILE_COUNT);
    ck_assert_int_lt(bytes, 6 << 20);
}
END_TEST

/* By its name, or with {year} in place of the year. */
START_TEST(the_job_names_every_file)
{
    size_t bytes;
    char *job = demo_read(demo_path("demo/job.yml"), &bytes);
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT; i++) {
        const char *name = sink_demo_files[i].name, *year = strstr(name, "_20");
        char written[64];
        snprintf(written, sizeof written, "%s", name);
        if (year)
            snprintf(written, sizeof written, "%.*s_{year}%s", (int)(year - name), name, year + 5);
        const bool is_read = strcmp(name, "README.txt") != 0 && strcmp(name, "job.yml") != 0;
        ck_assert_msg(!is_read || strstr(job, written), "%s is not in the job", written);
    }
    free(job);
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

START_TEST(the_job_has_no_fault_and_uses_what_there_is)
{
    struct sink_job *job;
    const enum sink_status status = sink_job_read(demo_path("demo/job.yml"), &job, &faults);
    ck_assert_msg(status == SINK_OK, "%s", faults.count ? faults.items[0].message : "");
    ck_assert_uint_eq(job->year_count, SINK_DEMO_MAPS - SINK_DEMO_HISTORY);
    ck_assert_uint_eq(job->history_count, SINK_DEMO_HISTORY);
    for (size_t i = 0; i < SINK_DEMO_MAPS; i++)
        ck_assert_int_eq(i < SINK_DEMO_HISTORY ? job->history[i]
                                               : job->years[i - SINK_DEMO_HISTORY],
                         sink_demo_map_years[i]);
    ck_assert(job->harvest && job->accuracy && job->draws > 0);
    ck_assert(job->method_count > 0 && job->report_by_count > 0);
    ck_assert(job->potential.is_given && job->value.is_given);
    ck_assert_int_eq(job->missing.factor, SINK_MISSING_ERROR);
    ck_assert_int_eq(job->missing.value, SINK_MISSING_ERROR);
    sink_job_free(job);
}
END_TEST

static struct sink_csv *read_table(const char *name)
{
    struct sink_csv *csv;
    size_t bytes;
    char *text = demo_read(demo_path("demo/%s", name), &bytes);
    if (sink_csv_parse(name, text, bytes, &csv, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    free(text);
    return csv;
}

START_TEST(the_accuracy_has_every_class_of_the_legend)
{
    struct sink_class_list classes;
    struct sink_confusion confusion;
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
    struct sink_csv *matrix = read_table("accuracy.csv"), *legend = read_table("legend.csv");
    ck_assert_int_eq(sink_confusion_read(matrix, &classes, &confusion, &faults), SINK_OK);
    for (size_t row = 0; row < sink_csv_row_count(legend); row++) {
        const char *name = sink_csv_cell(legend, row, sink_csv_column(legend, "name"));
        ck_assert_msg(sink_confusion_row(&confusion, sink_class_list_find(&classes, name)) >= 0,
                      "%s was not sampled", name);
    }
    sink_confusion_free(&confusion);
    sink_csv_free(matrix);
    sink_csv_free(legend);
    sink_class_list_free(&classes);
}
END_TEST

static void open_book(struct sink_session *session, struct sink_book *book)
{
    demo_tally(demo_path("demo/job.yml"), 2, false, session);
    demo_account(&session->bundle, book);
}

/* The job says that a missing factor is an error: the account is made only when none is. */
START_TEST(no_factor_is_missing_and_none_of_the_demo_is_idle)
{
    struct sink_session session;
    struct sink_book book;
    size_t used = 0, rows = 0;
    open_book(&session, &book);
    const struct sink_account *a = book.account;
    for (size_t i = 0; i < a->used_count; i++)
        used += strcmp(a->used[i]->set, "demo_factors.csv") == 0;
    for (size_t i = 0; i < book.factors.row_count; i++)
        rows += strcmp(book.factors.rows[i].set, "demo_factors.csv") == 0;
    ck_assert_uint_gt(rows, 0);
    ck_assert_uint_eq(used, rows);
    sink_book_free(&book);
    sink_session_close(&session);
}
END_TEST

/* Sink of a class in the only period, of the province. */
static double sink_of(const struct sink_book *book, const char *name)
{
    const struct sink_account *a = book->account;
    double sum = 0;
    for (size_t c = 0; c < a->class_count; c++)
        for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
            if (strcmp(book->classes.items[a->class_index[c]].name, name) == 0)
                sum += a->class_sink_tco2_yr[((a->class_count + c) * SINK_POOL_COUNT + pool) *
                                             a->region_count];
    return sum;
}

START_TEST(the_run_closes_and_its_figures_are_plausible)
{
    struct sink_session session;
    struct sink_book book;
    open_book(&session, &book);
    const struct sink_account *a = book.account;
    const size_t regions = a->region_count; /* the first one is the province */
    for (size_t i = 0; i < SINK_CLOSURE_COUNT; i++)
        ck_assert(book.checks[i].passed);
    ck_assert_double_gt(a->coverage[regions], a->coverage[0]);
    const double density_tc_ha = a->total_tc[regions] / (a->land_m2[regions] / 1e4);
    ck_assert(density_tc_ha > 50 && density_tc_ha < 200);
    const double volume_m3_ha = a->forest_volume_m3[regions] / (a->forest_m2[regions] / 1e4);
    ck_assert(volume_m3_ha > 60 && volume_m3_ha < 200);
    ck_assert_double_gt(a->total_sink_tco2_yr[regions], 0);
    ck_assert_double_gt(a->ch4_t_yr[regions], 0);
    ck_assert_double_gt(a->n2o_t_yr[regions], 0);
    ck_assert_double_lt(a->balance_tco2e_yr[regions], a->total_sink_tco2_yr[regions]);
    ck_assert_double_gt(sink_of(&book, "forest"), 0);
    ck_assert_double_gt(sink_of(&book, "mangrove"), 0);
    ck_assert_double_lt(sink_of(&book, "cropland"), 0);
    ck_assert_double_lt(sink_of(&book, "reservoir"), 0);
    ck_assert_double_lt(sink_of(&book, "settlement"), 0);
    ck_assert_double_gt(a->planting_tc[0], 0);
    sink_book_free(&book);
    sink_session_close(&session);
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

/* What the factors of a stratum depend on. */
struct place {
    const char *zone, *climate, *origin, *soil, *disturbance;
};

static const struct sink_factor *find(const struct sink_factors *factors, const char *class_name,
                                      const struct place *place, enum sink_factor_kind kind)
{
    const struct {
        const char *key, *value;
    } known[] = {{"zone", place->zone},     {"climate", place->climate},
                 {"origin", place->origin}, {"soil", place->soil},
                 {"continent", "asia"},     {SINK_KEY_DISTURBANCE, place->disturbance}};
    const char *values[SINK_FACTOR_KEYS_MAX] = {NULL};
    const struct sink_factor *row;
    for (size_t k = 0; k < factors->key_count; k++)
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (strcmp(factors->keys[k], known[i].key) == 0)
                values[k] = known[i].value;
    const struct sink_stratum stratum = {
        .class_name = class_name, .values = values, .interval_value = 80};
    ck_assert_int_eq(sink_factors_find(factors, kind, &stratum, &row, &error), SINK_OK);
    return row;
}

/* A made-up value must not take the place of one that `ipcc` has. */
START_TEST(no_demo_factor_stands_over_one_of_ipcc)
{
    static const struct place places[] = {
        {"subtropical_humid_forest", "warm_temperate_moist", "natural", "lac", NULL},
        {"subtropical_humid_forest", "warm_temperate_moist", "planted", "organic", "fire"},
        {"tropical_moist_deciduous_forest", "tropical_moist", "natural", "hac", "fire"},
        {"tropical_moist_deciduous_forest", "tropical_moist", "planted", "wetland", NULL}};
    struct sink_class_list classes;
    struct sink_factors ipcc_only = {0}, both = {0};
    size_t bytes;
    char *text = demo_read(demo_path("demo/demo_factors.csv"), &bytes);
    const struct sink_table *ipcc = sink_table_find("ipcc");
    ck_assert_int_eq(sink_class_list_load(&classes, &error), SINK_OK);
    add_table(&ipcc_only, &classes, "ipcc", ipcc->text, ipcc->bytes);
    add_table(&both, &classes, "ipcc", ipcc->text, ipcc->bytes);
    add_table(&both, &classes, "demo_factors.csv", text, bytes);
    for (size_t c = 0; c < classes.count; c++)
        for (size_t p = 0; p < sizeof places / sizeof *places; p++)
            for (int kind = 0; kind < SINK_FACTOR_KIND_COUNT; kind++) {
                const char *name = classes.items[c].name;
                const struct sink_factor *alone =
                    find(&ipcc_only, name, &places[p], (enum sink_factor_kind)kind);
                const struct sink_factor *row =
                    find(&both, name, &places[p], (enum sink_factor_kind)kind);
                ck_assert_msg(!alone || strcmp(row->set, "ipcc") == 0, "%s, %s: %s", name,
                              places[p].zone, sink_factor_kind_name((enum sink_factor_kind)kind));
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
    tcase_add_test(tests, the_files_are_those_of_the_list_and_small);
    tcase_add_test(tests, the_job_names_every_file);
    tcase_add_test(tests, a_folder_that_is_not_empty_is_refused_and_left_alone);
    tcase_add_test(tests, a_failure_leaves_the_folder_as_it_was);
    tcase_add_test(tests, a_file_in_the_place_of_the_folder_is_refused);
    tcase_add_test(tests, regions_are_12_counties_in_3_prefectures_in_1_province);
    tcase_add_test(tests, counties_fill_their_prefectures_and_the_sea_is_left_of_the_province);
    tcase_add_test(tests, the_job_has_no_fault_and_uses_what_there_is);
    tcase_add_test(tests, the_accuracy_has_every_class_of_the_legend);
    tcase_add_test(tests, no_factor_is_missing_and_none_of_the_demo_is_idle);
    tcase_add_test(tests, the_run_closes_and_its_figures_are_plausible);
    tcase_add_test(tests, no_demo_factor_stands_over_one_of_ipcc);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    if (demo_start_as(false))
        srunner_run_all(runner, CK_NORMAL);
    const bool is_good = srunner_ntests_run(runner) > 0 && srunner_ntests_failed(runner) == 0;
    srunner_free(runner);
    demo_stop();
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
