/* What --untrusted gives away: each test does it to a process of its own. */
#include "pipelines/trust.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct sink_options options = {
    .file = "/etc/hostname", .is_untrusted = true, .threads = 2};

enum { NO_START = 1, SOCKET, PROGRAM, THREAD, LIMITS, PAIR };

static void *do_nothing(void *argument)
{
    return socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EACCES ? argument : NULL;
}

static int try_everything(void)
{
    struct sink_confine confine;
    struct sink_error error;
    struct rlimit cpu, core;
    pthread_t thread;
    void *done = NULL;
    int pair[2], mark = 0;
    char *const words[] = {NULL};
    if (sink_trust_start(&options, &confine, &error) != SINK_OK)
        return NO_START;
    sink_confine_free(&confine);
    errno = 0;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EACCES ||
        socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
        return SOCKET;
    execve("/bin/true", words, words);
    if (errno != EACCES)
        return PROGRAM;
    if (pthread_create(&thread, NULL, do_nothing, &mark) != 0 || pthread_join(thread, &done) != 0 ||
        done != &mark)
        return THREAD;
    if (getrlimit(RLIMIT_CPU, &cpu) != 0 || cpu.rlim_max > 2 * 3600 ||
        getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
        return LIMITS;
    /* what a child of our own is talked to with */
    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 ? 0 : PAIR;
}

static int exit_code(int (*work)(void))
{
    int status = -1;
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(work());
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

START_TEST(sockets_and_programs_are_refused_to_every_thread_and_limits_hold)
{
    ck_assert_int_eq(exit_code(try_everything), 0);
}
END_TEST

static int take_too_much(void)
{
    struct sink_confine confine;
    struct sink_error error;
    if (sink_trust_start(&options, &confine, &error) != SINK_OK)
        return NO_START;
    sink_confine_free(&confine);
    struct rlimit memory;
    if (getrlimit(RLIMIT_AS, &memory) != 0)
        return LIMITS;
    if (memory.rlim_max == RLIM_INFINITY) /* a sanitizer, which reserves more than any limit */
        return 0;
    void *block = malloc((size_t)5 << 30);
    free(block);
    return block ? LIMITS : 0;
}

START_TEST(memory_ends_where_it_is_said_to)
{
    ck_assert_int_eq(exit_code(take_too_much), 0);
}
END_TEST

START_TEST(the_folder_of_the_operand_is_the_confine_unless_one_is_given)
{
    struct sink_confine confine;
    struct sink_error error;
    const struct sink_options given = {.file = "/etc/hostname", .confine = {{"/usr", "/var"}, 2}};
    ck_assert_int_eq(sink_trust_start(&given, &confine, &error), SINK_BAD_DATA);
    ck_assert_ptr_nonnull(strstr(error.message, "/etc/hostname: lies at /etc/hostname, outside"));
    ck_assert_uint_eq(confine.count, 2);
    sink_confine_free(&confine);
    const struct sink_options plain = {.file = "/etc/hostname"};
    ck_assert_int_eq(sink_trust_start(&plain, &confine, &error), SINK_OK);
    ck_assert_uint_eq(confine.count, 0);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("trust");
    tcase_add_test(cases, sockets_and_programs_are_refused_to_every_thread_and_limits_hold);
    tcase_add_test(cases, memory_ends_where_it_is_said_to);
    tcase_add_test(cases, the_folder_of_the_operand_is_the_confine_unless_one_is_given);
    Suite *suite = suite_create("trust");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
