/* A folder with a file, a folder beside it, and links from the one to the other. */
#include "sinkcalc/base/confine.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char place[] = "/tmp/sink_confine_XXXXXX";
static struct sink_confine confine;
static struct sink_error error;

static void write_file(const char *path)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
}

static void set_up(void)
{
    strcpy(place + strlen(place) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place));
    ck_assert_int_eq(chdir(place), 0);
    ck_assert(mkdir("in", 0777) == 0 && mkdir("in/deep", 0777) == 0 && mkdir("out", 0777) == 0 &&
              mkdir("in2", 0777) == 0);
    write_file("in/a.tif");
    write_file("in/b.shp");
    write_file("in/c.gpkg");
    write_file("in2/a.tif");
    write_file("out/a.tif");
    ck_assert(symlink("../out/a.tif", "in/link.tif") == 0 && symlink("a.tif", "in/good.tif") == 0 &&
              symlink("../out", "in/folder") == 0 && symlink("../out/a.tif", "in/b.dbf") == 0 &&
              symlink("../out/a.tif", "in/c.gpkg-wal") == 0 &&
              symlink("nowhere", "in/lost.tif") == 0 && symlink("loop.tif", "in/loop.tif") == 0);
    confine = (struct sink_confine){0};
    ck_assert_int_eq(sink_confine_add(&confine, "in", &error), SINK_OK);
}

static void tear_down(void)
{
    char command[64];
    sink_confine_free(&confine);
    ck_assert_int_eq(chdir("/"), 0);
    snprintf(command, sizeof command, "rm -r %s", place);
    ck_assert_int_eq(system(command), 0); /* NOLINT(cert-env33-c): our own folder */
}

static enum sink_status check(const char *path)
{
    return sink_confine_check(&confine, path, &error);
}

START_TEST(files_inside_are_allowed)
{
    ck_assert_int_eq(check("in/a.tif"), SINK_OK);
    ck_assert_int_eq(check("in/deep/../a.tif"), SINK_OK);
    ck_assert_int_eq(check("out/../in/a.tif"), SINK_OK);
    ck_assert_int_eq(check("in/good.tif"), SINK_OK);
}
END_TEST

START_TEST(links_and_dots_that_lead_out_are_refused_with_where_they_lead)
{
    const char *const paths[] = {"in/../out/a.tif",   "in/link.tif", "in/folder/a.tif",
                                 "in/deep/../../out", "/etc/passwd", "in2/a.tif"};
    char expected[128];
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        ck_assert_msg(check(paths[i]) == SINK_BAD_DATA, "%s", paths[i]);
    ck_assert_int_eq(check("in/link.tif"), SINK_BAD_DATA);
    snprintf(expected, sizeof expected,
             "in/link.tif: lies at %s/out/a.tif, outside %s/in (--confine)", place, place);
    ck_assert_str_eq(error.message, expected);
}
END_TEST

START_TEST(what_a_library_reads_along_is_refused_too)
{
    ck_assert_int_eq(check("in/b.shp"), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "in/b.dbf: lies at "));
    ck_assert_int_eq(check("in/c.gpkg"), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "in/c.gpkg-wal: lies at "));
}
END_TEST

START_TEST(links_to_nothing_are_refused_and_names_of_nothing_left_to_the_opener)
{
    ck_assert_int_eq(check("in/lost.tif"), SINK_BAD_DATA);
    ck_assert_int_eq(check("in/loop.tif"), SINK_BAD_DATA);
    ck_assert_int_eq(check("in/no.tif"), SINK_OK);
    ck_assert_int_eq(check("in/a.tif/no.tif"), SINK_OK);
}
END_TEST

START_TEST(several_folders_are_all_allowed)
{
    ck_assert_int_eq(sink_confine_add(&confine, "out", &error), SINK_OK);
    ck_assert_int_eq(check("in/link.tif"), SINK_OK);
    ck_assert_int_eq(check("in2/a.tif"), SINK_BAD_DATA);
    ck_assert_int_eq(sink_confine_add(&confine, "/", &error), SINK_OK);
    ck_assert_int_eq(check("/etc/passwd"), SINK_OK);
}
END_TEST

START_TEST(outputs_must_lie_in_a_folder_inside)
{
    ck_assert_int_eq(sink_confine_check_output(&confine, "in/new.nc", &error), SINK_OK);
    ck_assert_int_eq(sink_confine_check_output(&confine, "in/link.tif", &error), SINK_OK);
    ck_assert_int_eq(sink_confine_check_output(&confine, "in/folder/new.nc", &error),
                     SINK_BAD_DATA);
    ck_assert_int_eq(sink_confine_check_output(&confine, "new.nc", &error), SINK_BAD_DATA);
    ck_assert_int_eq(sink_confine_check_output(&confine, "/new.nc", &error), SINK_BAD_DATA);
    ck_assert_int_eq(sink_confine_check_output(&confine, "in/no/new.nc", &error), SINK_OK);
}
END_TEST

START_TEST(without_folders_everything_is_allowed)
{
    const struct sink_confine none = {0};
    ck_assert_int_eq(sink_confine_check(NULL, "/etc/passwd", &error), SINK_OK);
    ck_assert_int_eq(sink_confine_check(&none, "/etc/passwd", &error), SINK_OK);
    ck_assert_int_eq(sink_confine_check_output(NULL, "/x", &error), SINK_OK);
}
END_TEST

START_TEST(what_is_no_folder_confines_nothing)
{
    ck_assert_int_eq(sink_confine_add(&confine, "in/a.tif", &error), SINK_BAD_JOB);
    ck_assert_int_eq(sink_confine_add(&confine, "no", &error), SINK_BAD_JOB);
    ck_assert_ptr_nonnull(strstr(error.message, "no: no folder to be confined to"));
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("confine");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, files_inside_are_allowed);
    tcase_add_test(cases, links_and_dots_that_lead_out_are_refused_with_where_they_lead);
    tcase_add_test(cases, what_a_library_reads_along_is_refused_too);
    tcase_add_test(cases, links_to_nothing_are_refused_and_names_of_nothing_left_to_the_opener);
    tcase_add_test(cases, several_folders_are_all_allowed);
    tcase_add_test(cases, outputs_must_lie_in_a_folder_inside);
    tcase_add_test(cases, without_folders_everything_is_allowed);
    tcase_add_test(cases, what_is_no_folder_confines_nothing);
    Suite *suite = suite_create("confine");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
