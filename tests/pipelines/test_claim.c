/* An output belongs to one run at a time, and nothing is replaced that was not to be. */
#include "pipelines/atomic_file.h"
#include "pipelines/claim.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], path[96];
static struct sink_error error;
static struct sink_claims claims;
static const struct sink_options options = {.command = "run", .file = "job.yml"},
                                 replacing = {.overwrite = true};

static void set_up(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/claimXXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out.nc", folder);
    claims = (struct sink_claims){0};
}

static void tear_down(void)
{
    char command[128];
    sink_claims_release(&claims);
    snprintf(command, sizeof command, "rm -r -- '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static size_t count_files(void)
{
    size_t count = 0;
    DIR *list = opendir(folder);
    ck_assert_ptr_nonnull(list);
    while (readdir(list))
        count++;
    closedir(list);
    return count - 2;
}

START_TEST(a_claim_leaves_nothing_when_released)
{
    ck_assert_int_eq(sink_claims_add(&claims, &options, path, &error), SINK_OK);
    ck_assert_uint_eq(count_files(), 1);
    ck_assert_int_eq(sink_file_replace(path, "text", 4, &error), SINK_OK);
    sink_claims_release(&claims);
    ck_assert_uint_eq(count_files(), 1);
    ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_file_that_exists_needs_the_word)
{
    char expected[200];
    snprintf(expected, sizeof expected, "%s: exists already; --overwrite replaces it", path);
    ck_assert_int_eq(sink_file_replace(path, "text", 4, &error), SINK_OK);
    ck_assert_int_eq(sink_claims_add(&claims, &options, path, &error), SINK_BAD_JOB);
    ck_assert_str_eq(error.message, expected);
    sink_claims_release(&claims);
    ck_assert_uint_eq(count_files(), 1);
    ck_assert_int_eq(sink_claims_add(&claims, &replacing, path, &error), SINK_OK);
}
END_TEST

/* A link that leads nowhere is something that exists, too. */
START_TEST(what_is_no_file_is_refused_whatever_the_word)
{
    ck_assert_int_eq(symlink("nowhere", path), 0);
    ck_assert_int_eq(sink_claims_add(&claims, &replacing, path, &error), SINK_FAILED);
    ck_assert_ptr_nonnull(strstr(error.message, "it is a symbolic link"));
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

/* A child that claims the path and waits to be killed. */
static pid_t start_other(void)
{
    int ready[2];
    char byte;
    ck_assert_int_eq(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        struct sink_claims own = {0};
        if (sink_claims_add(&own, &options, path, &error) != SINK_OK ||
            write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return child;
}

START_TEST(the_second_run_is_refused_and_told_of_the_first)
{
    char expected[160];
    const pid_t other = start_other();
    snprintf(expected, sizeof expected,
             "/out.nc: another run writes it: sinkcalc run job.yml (process %ld on ", (long)other);
    ck_assert_int_eq(sink_claims_add(&claims, &replacing, path, &error), SINK_FAILED);
    ck_assert_msg(strstr(error.message, expected) != NULL, "%s", error.message);
    ck_assert_uint_eq(claims.count, 0);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    ck_assert_uint_eq(count_files(), 1); /* what the dead one left has no effect */
    ck_assert_int_eq(sink_claims_add(&claims, &options, path, &error), SINK_OK);
    sink_claims_release(&claims);
    ck_assert_uint_eq(count_files(), 0);
}
END_TEST

START_TEST(one_run_does_not_write_a_file_twice)
{
    ck_assert_int_eq(sink_claims_add(&claims, &options, path, &error), SINK_OK);
    ck_assert_int_eq(sink_claims_add(&claims, &options, path, &error), SINK_BAD_JOB);
    ck_assert_ptr_nonnull(strstr(error.message, "this run would write it twice"));
}
END_TEST

/* The name of a claim may belong to a file of somebody: its content is not touched. */
START_TEST(a_file_with_a_second_name_keeps_its_content)
{
    char kept[96], lock[96];
    struct stat info;
    snprintf(kept, sizeof kept, "%s/kept", folder);
    snprintf(lock, sizeof lock, "%s/.out.nc.lock", folder);
    ck_assert_int_eq(sink_file_replace(kept, "text", 4, &error), SINK_OK);
    ck_assert_int_eq(link(kept, lock), 0);
    ck_assert_int_eq(sink_claims_add(&claims, &options, path, &error), SINK_OK);
    sink_claims_release(&claims);
    ck_assert_int_eq(stat(kept, &info), 0);
    ck_assert_int_eq(info.st_size, 4);
}
END_TEST

START_TEST(the_files_of_all_regions_are_looked_at)
{
    char template[96], second[96];
    char ids[2][3] = {"03", "04"};
    struct sink_region regions[2] = {{.id = ids[0]}, {.id = ids[1]}};
    const struct sink_region_list list = {.items = regions, .count = 2};
    snprintf(template, sizeof template, "%s/{region_id}.nc", folder);
    snprintf(second, sizeof second, "%s/04.nc", folder);
    ck_assert_int_eq(sink_claims_add_regions(&claims, &options, template, ".", &list, &error),
                     SINK_OK);
    ck_assert_uint_eq(count_files(), 1); /* one claim stands for all */
    sink_claims_release(&claims);
    ck_assert_int_eq(sink_file_replace(second, "text", 4, &error), SINK_OK);
    ck_assert_int_eq(sink_claims_add_regions(&claims, &options, template, ".", &list, &error),
                     SINK_BAD_JOB);
    ck_assert_ptr_nonnull(strstr(error.message, "/04.nc: exists already"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("claim");
    TCase *tests = tcase_create("claim");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_claim_leaves_nothing_when_released);
    tcase_add_test(tests, a_file_that_exists_needs_the_word);
    tcase_add_test(tests, what_is_no_file_is_refused_whatever_the_word);
    tcase_add_test(tests, the_second_run_is_refused_and_told_of_the_first);
    tcase_add_test(tests, one_run_does_not_write_a_file_twice);
    tcase_add_test(tests, a_file_with_a_second_name_keeps_its_content);
    tcase_add_test(tests, the_files_of_all_regions_are_looked_at);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
