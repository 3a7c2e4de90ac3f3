#include "pipelines/supervisor.h"

#include "sinkcalc/base/error.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEFTOVER_ROOM = 64 };
enum { STARTING, WORKING, ENDED };

/* What ends a run because somebody wants it. */
static const int requests[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define REQUEST_COUNT (sizeof requests / sizeof *requests)

/* What the child tells while it lives; a path counts once its first byte is there. */
struct shared {
    atomic_int stage;
    atomic_int code; /* once the work has ended */
    atomic_size_t written;
    char paths[LEFTOVER_ROOM][PATH_MAX];
};

/* The only state of the whole process: whatever writes files has to reach it. */
static struct shared *shared;

void sink_supervisor_begin(void)
{
    if (shared)
        shared->stage = WORKING;
}

void sink_supervisor_end(int code)
{
    if (!shared)
        return;
    shared->code = code;
    shared->stage = ENDED;
}

void sink_leftover_written(void)
{
    if (shared)
        shared->written++;
}

void sink_leftover_add(const char *path)
{
    const size_t bytes = strlen(path);
    if (!shared || bytes == 0 || bytes >= PATH_MAX)
        return;
    for (size_t i = 0; i < LEFTOVER_ROOM; i++) {
        char *slot = shared->paths[i];
        if (*slot)
            continue;
        snprintf(slot + 1, PATH_MAX - 1, "%s", path + 1);
        atomic_thread_fence(memory_order_release);
        *(volatile char *)slot = *path;
        return;
    }
}

void sink_leftover_forget(const char *path)
{
    for (size_t i = 0; shared && i < LEFTOVER_ROOM; i++)
        if (strcmp(shared->paths[i], path) == 0)
            *(volatile char *)shared->paths[i] = '\0';
}

/* Ctrl-C reaches every process of the terminal; what is sent to the parent alone goes on to the
 * child. */
static int wait_for(pid_t child, const sigset_t *watched)
{
    int how = 0;
    for (;;) {
        siginfo_t info;
        const pid_t ended = waitpid(child, &how, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR))
            return how;
        const int number = sigwaitinfo(watched, &info);
        if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL)
            kill(child, number);
    }
}

static void remove_leftovers(void)
{
    for (size_t i = 0; i < LEFTOVER_ROOM; i++)
        if (shared->paths[i][0])
            unlink(shared->paths[i]);
}

static void tell_crash(int how)
{
    const size_t written = shared->written;
    if (WIFSIGNALED(how))
        fprintf(stderr, "sinkcalc: ended by signal %d (%s); ", WTERMSIG(how),
                strsignal(WTERMSIG(how)));
    else
        fprintf(stderr, "sinkcalc: ended by a library with exit code %d; ", WEXITSTATUS(how));
    if (written)
        fprintf(stderr, "files that were complete before: %zu\n", written);
    else
        fputs("nothing was written\n", stderr);
}

/* Ends this process as the child has ended. */
_Noreturn static void end_as(int how, const sigset_t *watched)
{
    const int number = WIFSIGNALED(how) ? WTERMSIG(how) : 0;
    remove_leftovers();
    if (number == 0 && shared->stage != WORKING)
        _exit(WEXITSTATUS(how));
    for (size_t i = 0; i < REQUEST_COUNT; i++)
        if (number == requests[i] || number == SIGPIPE) {
            signal(number, SIG_DFL);
            sigprocmask(SIG_UNBLOCK, watched, NULL);
            raise(number);
        }
    if (shared->stage == ENDED)
        _exit(shared->code);
    tell_crash(how);
    _exit(SINK_FAILED);
}

/* ThreadSanitizer cannot follow the threads of a child. */
static bool is_wanted(void)
{
#if defined __has_feature
#if __has_feature(thread_sanitizer)
    return false;
#endif
#endif
    return !getenv("SINK_NO_SUPERVISOR");
}

static struct shared *share(void)
{
    void *memory =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* GDAL brings OpenBLAS, which is of no use here: its threads end or hang a process of limited
 * memory before main begins, unless the environment says that it shall have none. */
static void start_again_without_threads(int count, char **words, char **environment)
{
    static char setting[] = "OPENBLAS_NUM_THREADS=1";
    struct rlimit limit;
    size_t variables = 0;
    (void)count;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return;
    for (; environment[variables]; variables++)
        if (strncmp(environment[variables], setting, strlen(setting) - 1) == 0)
            return;
    char *changed[4096];
    if (variables + 2 > sizeof changed / sizeof *changed)
        return;
    memcpy(changed, environment, variables * sizeof *changed);
    changed[variables] = setting;
    changed[variables + 1] = NULL;
    execve("/proc/self/exe", words, changed);
}
__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(int, char **,
                                                            char **) = start_again_without_threads;

_Noreturn void sink_supervise(int (*work)(void *), void *argument)
{
    sigset_t watched, before;
    const pid_t self = getpid();
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    shared = is_wanted() ? share() : NULL;
    if (!shared)
        exit(work(argument));
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    for (size_t i = 0; i < REQUEST_COUNT; i++)
        sigaddset(&watched, requests[i]);
    sigprocmask(SIG_BLOCK, &watched, &before);
    const pid_t child = fork();
    if (child > 0)
        end_as(wait_for(child, &watched), &watched);
    if (child == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != self))
        _exit(SINK_FAILED);
    sigprocmask(SIG_SETMASK, &before, NULL);
    exit(work(argument));
}
