#include "pipelines/digest.h"
#include "pipelines/interrupt.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a child ends that is sent `number` as often as told, `apart_ms` apart. */
static int ends(int number, int times, unsigned apart_ms)
{
    int how = 0;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        sink_interrupt_start();
        for (int i = 0; i < times; i++) {
            usleep(i ? apart_ms * 1000 : 0);
            raise(number);
        }
        _exit((int)sink_interrupt_status());
    }
    ck_assert_int_gt(child, 0);
    ck_assert_int_eq(waitpid(child, &how, 0), child);
    return how;
}

static const int numbers[] = {SIGINT, SIGTERM};

START_TEST(the_first_signal_is_noted_and_the_second_ends)
{
    const int once = ends(numbers[_i], 1, 0), twice = ends(numbers[_i], 2, 1100);
    ck_assert(WIFEXITED(once));
    ck_assert_int_eq(WEXITSTATUS(once), 128 + numbers[_i]);
    ck_assert(WIFSIGNALED(twice));
    ck_assert_int_eq(WTERMSIG(twice), numbers[_i]);
}
END_TEST

/* A group of processes is ended: the signal comes directly and by the parent. */
START_TEST(two_at_once_are_one)
{
    const int how = ends(numbers[_i], 2, 0);
    ck_assert(WIFEXITED(how));
    ck_assert_int_eq(WEXITSTATUS(how), 128 + numbers[_i]);
}
END_TEST

START_TEST(no_signal_is_none)
{
    sink_interrupt_start();
    ck_assert_int_eq(sink_interrupt_status(), SINK_OK);
    raise(SIGTERM);
    ck_assert_int_eq(sink_interrupt_status(), SINK_TERMINATED);
    sink_interrupt_stop();
    ck_assert_int_eq(sink_interrupt_status(), SINK_OK);
}
END_TEST

START_TEST(a_signal_that_was_ignored_stays_so)
{
    signal(SIGINT, SIG_IGN);
    sink_interrupt_start();
    raise(SIGINT);
    ck_assert_int_eq(sink_interrupt_status(), SINK_OK);
    sink_interrupt_stop();
    raise(SIGINT);
    ck_assert(signal(SIGINT, SIG_DFL) == SIG_IGN);
}
END_TEST

START_TEST(afterwards_signals_do_what_they_did)
{
    struct sigaction before, after;
    sigaction(SIGTERM, NULL, &before);
    sink_interrupt_start();
    sigaction(SIGTERM, NULL, &after);
    ck_assert(after.sa_handler != before.sa_handler);
    sink_interrupt_stop();
    sigaction(SIGTERM, NULL, &after);
    ck_assert(after.sa_handler == before.sa_handler);
}
END_TEST

START_TEST(hashing_stops_when_interrupted)
{
    char hex[65];
    double bytes;
    struct sink_error error;
    sink_interrupt_start();
    raise(SIGINT);
    ck_assert_int_eq(sink_file_sha256("/proc/self/exe", hex, &bytes, &error), SINK_INTERRUPTED);
    sink_interrupt_stop();
    ck_assert_int_eq(sink_file_sha256("/proc/self/exe", hex, &bytes, &error), SINK_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("interrupt");
    TCase *tests = tcase_create("interrupt");
    tcase_add_loop_test(tests, the_first_signal_is_noted_and_the_second_ends, 0, 2);
    tcase_add_loop_test(tests, two_at_once_are_one, 0, 2);
    tcase_add_test(tests, no_signal_is_none);
    tcase_add_test(tests, a_signal_that_was_ignored_stays_so);
    tcase_add_test(tests, afterwards_signals_do_what_they_did);
    tcase_add_test(tests, hashing_stops_when_interrupted);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
