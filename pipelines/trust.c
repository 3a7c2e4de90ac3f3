#include "pipelines/trust.h"

#include "sinkcalc/base/text.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECONDS_PER_THREAD 3600
#define BASE_BYTES ((rlim_t)4 << 30)
#define BYTES_PER_THREAD ((rlim_t)256 << 20)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SHADOW_MEMORY 1
#endif
#endif
#ifndef HAS_SHADOW_MEMORY
#define HAS_SHADOW_MEMORY 0
#endif

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define FIRST_FOREIGN 0x40000000 /* the calls of x32 */
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define FIRST_FOREIGN 0xffffffff
#endif

#ifdef ARCHITECTURE
#define REFUSE(call)                                                                               \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1),                                        \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES)

/* No way out of the process but files; threads and children that come later have it too. */
static bool refuse_calls(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FIRST_FOREIGN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
        REFUSE(socket),
        REFUSE(connect),
        REFUSE(bind),
        REFUSE(listen),
        REFUSE(accept),
        REFUSE(accept4),
        REFUSE(execve),
        REFUSE(execveat),
        REFUSE(ptrace),
        REFUSE(process_vm_readv),
        REFUSE(process_vm_writev),
        REFUSE(io_uring_setup),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
static bool refuse_calls(void)
{
    errno = ENOSYS;
    return false;
}
#endif

/* Never above what the process is held to already. */
static bool set_limit(__rlimit_resource_t resource, rlim_t value)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return false;
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value)
        limit.rlim_max = value;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > limit.rlim_max)
        limit.rlim_cur = limit.rlim_max;
    return setrlimit(resource, &limit) == 0;
}

static rlim_t thread_count(const struct sink_options *options)
{
    cpu_set_t cpus;
    if (options->threads > 0)
        return (rlim_t)options->threads;
    CPU_ZERO(&cpus);
    return sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? (rlim_t)CPU_COUNT(&cpus) : 1;
}

static enum sink_status give_away(const struct sink_options *options, struct sink_error *error)
{
    const rlim_t threads = thread_count(options);
    if (!set_limit(RLIMIT_CORE, 0) || !set_limit(RLIMIT_CPU, SECONDS_PER_THREAD * threads) ||
        (!HAS_SHADOW_MEMORY && !set_limit(RLIMIT_AS, BASE_BYTES + BYTES_PER_THREAD * threads)))
        return sink_fail(error, SINK_FAILED, "--untrusted: cannot limit time and memory: %s",
                         strerror(errno));
    if (!refuse_calls())
        return sink_fail(error, SINK_FAILED,
                         "--untrusted: this system cannot refuse sockets and other programs: %s",
                         strerror(errno));
    return SINK_OK;
}

static enum sink_status add_own_folder(const char *path, struct sink_confine *confine,
                                       struct sink_error *error)
{
    char *folder = sink_text_folder(path);
    const enum sink_status status =
        folder ? sink_confine_add(confine, folder, error) : sink_fail_memory(error);
    free(folder);
    return status;
}

enum sink_status sink_trust_start(const struct sink_options *options, struct sink_confine *confine,
                                  struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    *confine = (struct sink_confine){0};
    for (size_t i = 0; i < options->confine.count && status == SINK_OK; i++)
        status = sink_confine_add(confine, options->confine.items[i], error);
    if (status == SINK_OK && options->is_untrusted && options->confine.count == 0)
        status = add_own_folder(options->file, confine, error);
    if (status == SINK_OK)
        status = sink_confine_check(confine, options->file, error);
    return status == SINK_OK && options->is_untrusted ? give_away(options, error) : status;
}
