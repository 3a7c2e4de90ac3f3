#include "tests/pipelines/job_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

static const char least[] = "regions: {file: r.gpkg, id: code}\n"
                            "years: 2020\n"
                            "layers: {land_cover: {file: lc.tif, legend: worldcover}}\n"
                            "output: out.nc\n";

static char folder[64];

static void touch(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fclose(file), 0);
}

static void make_folder(void)
{
    const char *base = getenv("TMPDIR");
    char sub[128];
    snprintf(folder, sizeof folder, "%.40s/job[1]XXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(sub, sizeof sub, "%s/sub", folder);
    ck_assert_int_eq(mkdir(sub, 0700), 0);
    static const char *const names[] = {"a_2020.tif",      "B_2020.tif", "c_2020.tif",
                                        "a_2025.tif",      "lc [x].tif", "sub/d_2020.tif",
                                        ".hidden_2020.tif"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        touch(names[i]);
}

static void remove_folder(void)
{
    char command[256];
    snprintf(command, sizeof command, "rm -r -- '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

/* A job in the temporary folder whose land cover has these files. */
static void accept_files(const char *files)
{
    char text[512], path[128];
    tear_down();
    snprintf(path, sizeof path, "%s/job.yml", folder);
    snprintf(text, sizeof text,
             "regions: {file: r.gpkg, id: c}\nyears: [2020, 2025]\noutput: out.nc\n"
             "layers: {land_cover: {file: %s, legend: clcd}}\n",
             files);
    ck_assert_int_eq(sink_job_parse(path, text, strlen(text), &job, &faults), SINK_OK);
}

/* The names below the folder, with a space after each. */
static void list_files(int year, char *list, size_t size)
{
    struct sink_error error;
    char **paths;
    size_t count, length = 0;
    list[0] = '\0';
    const enum sink_status status =
        sink_job_layer_files(job, &job->layers[0], year, &paths, &count, &error);
    ck_assert_msg(status == SINK_OK, "%s", error.message);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(strncmp(paths[i], folder, strlen(folder)), 0);
        length +=
            (size_t)snprintf(list + length, size - length, "%s ", paths[i] + strlen(folder) + 1);
    }
    sink_paths_free(paths, count);
}

START_TEST(patterns_become_files_in_byte_order)
{
    char list[256];
    make_folder();
    accept_files("'*_{year}.tif'");
    list_files(2020, list, sizeof list);
    ck_assert_str_eq(list, "B_2020.tif a_2020.tif c_2020.tif ");
    list_files(2025, list, sizeof list);
    ck_assert_str_eq(list, "a_2025.tif ");
    accept_files("['[ac]_{year}.tif', 'sub/?_2020.tif', 'absent_{year}.tif']");
    list_files(2020, list, sizeof list);
    ck_assert_str_eq(list, "a_2020.tif c_2020.tif sub/d_2020.tif absent_2020.tif ");
    remove_folder();
}
END_TEST

START_TEST(of_a_file_named_twice_the_last_place_counts)
{
    char list[256];
    make_folder();
    accept_files("['*_{year}.tif', 'B_{year}.tif']");
    list_files(2020, list, sizeof list);
    ck_assert_str_eq(list, "a_2020.tif c_2020.tif B_2020.tif ");
    remove_folder();
}
END_TEST

START_TEST(a_file_may_look_like_a_pattern)
{
    char list[256];
    make_folder();
    accept_files("['{year}.tif', 'lc [x].tif']");
    list_files(2020, list, sizeof list);
    ck_assert_str_eq(list, "2020.tif lc [x].tif ");
    remove_folder();
}
END_TEST

START_TEST(a_pattern_without_files_is_a_fault)
{
    struct sink_error error;
    char **paths, expected[256];
    size_t count;
    make_folder();
    accept_files("'z_{year}_*.tif'");
    ck_assert_int_eq(sink_job_layer_files(job, &job->layers[0], 2020, &paths, &count, &error),
                     SINK_BAD_DATA);
    snprintf(expected, sizeof expected,
             "%s/job.yml:4:10: layers.land_cover: no file, expected files like z_2020_*.tif",
             folder);
    ck_assert_str_eq(error.message, expected);
    ck_assert_ptr_null(paths);
    remove_folder();
}
END_TEST

START_TEST(paths_are_relative_to_the_job)
{
    static const struct {
        const char *path, *folder, *opened;
    } cases[] = {{"job.yml", ".", "a/b.tif"},
                 {"x/y/job.yml", "x/y", "x/y/a/b.tif"},
                 {"/job.yml", "/", "/a/b.tif"},
                 {"./job.yml", ".", "a/b.tif"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tear_down();
        ck_assert_int_eq(sink_job_parse(cases[i].path, least, strlen(least), &job, &faults),
                         SINK_OK);
        ck_assert_str_eq(job->folder, cases[i].folder);
        char *path = sink_job_path(job, "a/b.tif");
        ck_assert_str_eq(path, cases[i].opened);
        free(path);
        path = sink_job_path(job, "/a/b.tif");
        ck_assert_str_eq(path, "/a/b.tif");
        free(path);
    }
}
END_TEST

START_TEST(a_job_is_read_from_its_file)
{
    char path[128];
    make_folder();
    snprintf(path, sizeof path, "%s/sub/j.yml", folder);
    ck_assert_int_eq(sink_job_read(path, &job, &faults), SINK_BAD_JOB);
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_ptr_nonnull(strstr(faults.items[0].message, path));
    tear_down();
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(least, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(sink_job_read(path, &job, &faults), SINK_OK);
    ck_assert_str_eq(job->path, path);
    ck_assert_str_eq(job->text, least);
    ck_assert_str_eq(job->regions.file, "r.gpkg");
    remove_folder();
}
END_TEST

START_TEST(remote_files_need_the_word_of_the_job)
{
    ck_assert_int_eq(
        parse("remote: yes\nregions: {file: r.gpkg, id: code}\nyears: 2020\noutput: out.nc\n"
              "layers: {land_cover: {file: 'https://example.org/lc?a=1', legend: clcd}}\n"),
        SINK_OK);
    struct sink_error error;
    char **paths;
    size_t count;
    ck_assert_int_eq(sink_job_layer_files(job, &job->layers[0], 2020, &paths, &count, &error),
                     SINK_OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(paths[0], "/vsicurl/https://example.org/lc?a=1");
    sink_paths_free(paths, count);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("job_files");
    TCase *tests = tcase_create("job_files");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, patterns_become_files_in_byte_order);
    tcase_add_test(tests, of_a_file_named_twice_the_last_place_counts);
    tcase_add_test(tests, a_file_may_look_like_a_pattern);
    tcase_add_test(tests, a_pattern_without_files_is_a_fault);
    tcase_add_test(tests, paths_are_relative_to_the_job);
    tcase_add_test(tests, a_job_is_read_from_its_file);
    tcase_add_test(tests, remote_files_need_the_word_of_the_job);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
