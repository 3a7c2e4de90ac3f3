/* A file appears whole or not at all, and what stood at its place stays when it cannot be made. */
#include "pipelines/atomic_file.h"
#include "sinkcalc/base/text.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], path[96];
static struct sink_error error;

static void set_up(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/atomicXXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out.nc", folder);
    error = (struct sink_error){0};
}

static void tear_down(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r -- '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static enum sink_status replace(const char *text)
{
    return sink_file_replace(path, text, strlen(text), &error);
}

static void check_content(const char *expected)
{
    char *text;
    size_t bytes;
    ck_assert_int_eq(sink_text_read_file(path, 1 << 24, &text, &bytes, &error), SINK_OK);
    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(bytes, strlen(expected));
    free(text);
}

/* Files in the folder, hidden ones too. */
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

START_TEST(a_file_holds_what_was_given_and_nothing_lies_beside_it)
{
    ck_assert_int_eq(replace("first"), SINK_OK);
    check_content("first");
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(a_file_of_no_bytes_is_a_file)
{
    ck_assert_int_eq(sink_file_replace(path, NULL, 0, &error), SINK_OK);
    check_content("");
}
END_TEST

START_TEST(a_file_takes_the_place_of_an_older_one)
{
    ck_assert_int_eq(replace("a longer text than the second"), SINK_OK);
    ck_assert_int_eq(replace("second"), SINK_OK);
    check_content("second");
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(a_file_has_the_rights_that_the_umask_leaves)
{
    struct stat info;
    const mode_t before = umask(027);
    ck_assert_int_eq(replace("text"), SINK_OK);
    umask(before);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0640);
}
END_TEST

START_TEST(what_stood_stays_when_the_disk_is_full)
{
    struct rlimit limit;
    const size_t bytes = 100000;
    char *data = calloc(bytes, 1);
    ck_assert_int_eq(replace("first"), SINK_OK);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const rlim_t before = limit.rlim_cur;
    signal(SIGXFSZ, SIG_IGN);
    limit.rlim_cur = 50000;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const enum sink_status status = sink_file_replace(path, data, bytes, &error);
    limit.rlim_cur = before;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, SIG_DFL);
    free(data);
    ck_assert_int_eq(status, SINK_FAILED);
    ck_assert_ptr_nonnull(strstr(error.message, "/out.nc: cannot be written: File too large"));
    check_content("first");
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

/* As somebody who may not write there: root may write anywhere. The child's exit code. */
static int replace_as_nobody(void)
{
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(99);
        const enum sink_status status = replace("second");
        const bool is_told = strstr(error.message, "/out.nc: cannot be written: folder ") != NULL &&
                             strstr(error.message, ": Permission denied") != NULL;
        _exit(status == SINK_FAILED && is_told ? 4 : 98);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(what_stood_stays_in_a_folder_that_is_not_writable)
{
    ck_assert_int_eq(replace("first"), SINK_OK);
    ck_assert_int_eq(chmod(folder, 0555), 0);
    const int code = replace_as_nobody();
    ck_assert_int_eq(chmod(folder, 0755), 0);
    ck_assert_int_eq(code, 4);
    check_content("first");
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

/* The status and the message's end of both functions are the same, and nothing is written. */
static void check_refused(const char *message_end)
{
    char expected[256];
    snprintf(expected, sizeof expected, "%s: cannot be written: %s", path, message_end);
    const size_t before = count_files();
    ck_assert_int_eq(sink_file_check_writable(path, &error), SINK_FAILED);
    ck_assert_str_eq(error.message, expected);
    error = (struct sink_error){0};
    ck_assert_int_eq(replace("text"), SINK_FAILED);
    ck_assert_str_eq(error.message, expected);
    ck_assert_uint_eq(count_files(), before);
}

START_TEST(a_folder_in_the_way_stays)
{
    struct stat info;
    ck_assert_int_eq(mkdir(path, 0700), 0);
    check_refused("it is a folder, expected a file or nothing");
    ck_assert_int_eq(lstat(path, &info), 0);
    ck_assert(S_ISDIR(info.st_mode));
}
END_TEST

START_TEST(a_symbolic_link_in_the_way_is_not_followed)
{
    char target[128];
    struct stat info;
    snprintf(target, sizeof target, "%s/target", folder);
    ck_assert_int_eq(symlink(target, path), 0);
    check_refused("it is a symbolic link, expected a file or nothing");
    ck_assert_int_eq(lstat(path, &info), 0);
    ck_assert(S_ISLNK(info.st_mode));
    ck_assert_int_ne(access(target, F_OK), 0);
}
END_TEST

START_TEST(a_fifo_in_the_way_is_refused_without_waiting)
{
    struct stat info;
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    check_refused("it is no regular file, expected a file or nothing");
    ck_assert_int_eq(lstat(path, &info), 0);
    ck_assert(S_ISFIFO(info.st_mode));
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
    char expected[160];
    snprintf(path, sizeof path, "%s/no/out.nc", folder);
    snprintf(expected, sizeof expected, "no folder %s/no; make it first", folder);
    check_refused(expected);
}
END_TEST

START_TEST(a_file_in_the_place_of_the_folder_is_named)
{
    char expected[160];
    ck_assert_int_eq(replace("text"), SINK_OK);
    snprintf(expected, sizeof expected, "%s is no folder", path);
    snprintf(path, sizeof path, "%s/out.nc/out.nc", folder);
    check_refused(expected);
}
END_TEST

START_TEST(a_name_too_long_is_known_before)
{
    char name[300];
    struct sink_error found;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ck_assert_int_eq(sink_file_check_writable(name, &found), SINK_FAILED);
    ck_assert_ptr_nonnull(strstr(found.message, ": cannot be written: File name too long"));
}
END_TEST

START_TEST(the_longest_name_is_written)
{
    char long_path[64 + 256];
    const int length = snprintf(long_path, sizeof long_path, "%s/", folder);
    memset(long_path + length, 'x', 255);
    long_path[length + 255] = '\0';
    ck_assert_int_eq(sink_file_replace(long_path, "text", 4, &error), SINK_OK);
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(checking_leaves_no_trace)
{
    ck_assert_int_eq(sink_file_check_writable(path, &error), SINK_OK);
    ck_assert_uint_eq(count_files(), 0);
    ck_assert_int_eq(replace("first"), SINK_OK);
    ck_assert_int_eq(sink_file_check_writable(path, &error), SINK_OK);
    check_content("first");
}
END_TEST

static const char *beside(const char *name)
{
    static char found[160];
    snprintf(found, sizeof found, "%s/%s", folder, name);
    return found;
}

static int make(const char *name)
{
    const int file = open(beside(name), O_RDWR | O_CREAT | O_EXCL, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, "half", 4), 4);
    return file;
}

START_TEST(the_parts_of_killed_runs_are_removed)
{
    close(make(".out.nc.sinkcalc.0.part"));
    close(make(".out.nc.sinkcalc.7.part"));
    ck_assert_int_eq(sink_file_sweep(path, &error), SINK_OK);
    ck_assert_uint_eq(count_files(), 0);
    close(make(".out.nc.sinkcalc.0.part"));
    ck_assert_int_eq(replace("text"), SINK_OK);
    check_content("text");
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(what_only_looks_like_a_part_stays)
{
    static const char *const names[] = {".out.nc.sinkcalc.0.part~",  "out.nc.sinkcalc.0.part",
                                        ".out.nc.sinkcalc.8.part",   ".out.nc.sinkcalc.00.part",
                                        ".other.nc.sinkcalc.0.part", ".out.nc.part"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        close(make(names[i]));
    ck_assert_int_eq(mkdir(beside(".out.nc.sinkcalc.0.part"), 0700), 0);
    ck_assert_int_eq(mkfifo(beside(".out.nc.sinkcalc.1.part"), 0600), 0);
    ck_assert_int_eq(symlink("out.nc.sinkcalc.0.part", beside(".out.nc.sinkcalc.2.part")), 0);
    ck_assert_int_eq(sink_file_sweep(path, &error), SINK_OK);
    ck_assert_uint_eq(count_files(), 9);
    ck_assert_int_eq(replace("text"), SINK_OK);
    check_content("text");
    ck_assert_uint_eq(count_files(), 10);
}
END_TEST

/* Two that write at once: one has the first name, the other the next; the lock is the other's. */
START_TEST(the_part_of_a_run_that_lives_stays)
{
    const int file = make(".out.nc.sinkcalc.0.part");
    ck_assert_int_eq(flock(file, LOCK_EX), 0);
    ck_assert_int_eq(sink_file_sweep(path, &error), SINK_OK);
    ck_assert_int_eq(access(beside(".out.nc.sinkcalc.0.part"), F_OK), 0);
    ck_assert_int_eq(replace("text"), SINK_OK);
    check_content("text");
    ck_assert_uint_eq(count_files(), 2);
    close(file);
    ck_assert_int_eq(sink_file_sweep(path, &error), SINK_OK);
    ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(names_too_long_for_an_ending_do_not_meet)
{
    char name[64 + 256];
    const int length = snprintf(name, sizeof name, "%s/", folder);
    memset(name + length, 'x', 250);
    name[length + 250] = '\0';
    char *first = sink_file_beside(name, "lock");
    name[length + 249] = 'y';
    char *second = sink_file_beside(name, "lock");
    ck_assert_str_ne(first, second);
    ck_assert_uint_lt(strlen(strrchr(first, '/')), 256);
    free(first);
    free(second);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("atomic_file");
    TCase *tests = tcase_create("atomic_file");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_file_holds_what_was_given_and_nothing_lies_beside_it);
    tcase_add_test(tests, a_file_of_no_bytes_is_a_file);
    tcase_add_test(tests, a_file_takes_the_place_of_an_older_one);
    tcase_add_test(tests, a_file_has_the_rights_that_the_umask_leaves);
    tcase_add_test(tests, what_stood_stays_when_the_disk_is_full);
    tcase_add_test(tests, what_stood_stays_in_a_folder_that_is_not_writable);
    tcase_add_test(tests, a_folder_in_the_way_stays);
    tcase_add_test(tests, a_symbolic_link_in_the_way_is_not_followed);
    tcase_add_test(tests, a_fifo_in_the_way_is_refused_without_waiting);
    tcase_add_test(tests, a_missing_folder_is_named);
    tcase_add_test(tests, a_file_in_the_place_of_the_folder_is_named);
    tcase_add_test(tests, a_name_too_long_is_known_before);
    tcase_add_test(tests, the_longest_name_is_written);
    tcase_add_test(tests, checking_leaves_no_trace);
    tcase_add_test(tests, the_parts_of_killed_runs_are_removed);
    tcase_add_test(tests, what_only_looks_like_a_part_stays);
    tcase_add_test(tests, the_part_of_a_run_that_lives_stays);
    tcase_add_test(tests, names_too_long_for_an_ending_do_not_meet);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
