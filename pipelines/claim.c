#include "pipelines/claim.h"

#include "pipelines/atomic_file.h"
#include "pipelines/inventory.h"
#include "pipelines/supervisor.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ATTEMPTS = 50 };

/* What another run finds in the lock file. It is a help for people: nothing depends on it. */
static void write_owner(int file, const struct sink_options *options)
{
    char host[256] = "", text[1024];
    struct stat info;
    if (fstat(file, &info) != 0 || info.st_uid != geteuid() || info.st_nlink != 1)
        return;
    (void)!gethostname(host, sizeof host - 1);
    const int length = snprintf(text, sizeof text, "sinkcalc %.20s %.600s (process %ld on %s)",
                                options->command ? options->command : "",
                                options->file ? options->file : "", (long)getpid(), host);
    if (ftruncate(file, 0) == 0)
        (void)!pwrite(file, text, (size_t)length, 0);
}

static enum sink_status fail_busy(int file, const char *path, struct sink_error *error)
{
    char owner[1024] = "";
    const ssize_t bytes = pread(file, owner, sizeof owner - 1, 0);
    owner[bytes > 0 ? bytes : 0] = '\0';
    return sink_fail(error, SINK_FAILED, "%s: another run writes it: %s", path,
                     *owner ? owner : "one that does not say what it is");
}

/* Opens the lock file and locks it. One that was just killed may need a moment to be gone. *file is
 * -1 where the file system has no locks. */
static enum sink_status lock(const char *path, const char *lock_path, int *file,
                             struct sink_error *error)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        *file = open(lock_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
        if (*file < 0 && errno == EACCES) /* of another user, who may be dead or alive */
            *file = open(lock_path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (*file < 0)
            return sink_fail(error, SINK_FAILED, "%s: cannot be written: its lock %s: %s", path,
                             lock_path, strerror(errno));
        const bool is_locked = flock(*file, LOCK_EX | LOCK_NB) == 0;
        const bool is_busy = !is_locked && errno == EWOULDBLOCK;
        if (is_locked && sink_file_is_at(*file, lock_path))
            return SINK_OK;
        const bool is_last = is_busy && attempt + 1 == ATTEMPTS;
        const enum sink_status status = is_last ? fail_busy(*file, path, error) : SINK_OK;
        close(*file);
        *file = -1;
        if (!is_locked && !is_busy)
            unlink(lock_path);
        if (is_last || (!is_locked && !is_busy))
            return status;
        nanosleep(&pause, NULL);
    }
    return sink_fail(error, SINK_FAILED, "%s: cannot be written: its lock %s comes and goes", path,
                     lock_path);
}

static bool make_room(struct sink_claims *claims)
{
    if (claims->count < claims->room)
        return true;
    const size_t room = claims->room ? 2 * claims->room : 4;
    struct sink_claim *items = realloc(claims->items, room * sizeof *items);
    if (!items)
        return false;
    claims->items = items;
    claims->room = room;
    return true;
}

static enum sink_status claim(struct sink_claims *claims, const struct sink_options *options,
                              const char *path, struct sink_error *error)
{
    int file = -1;
    char *lock_path = sink_file_beside(path, "lock");
    if (!lock_path || !make_room(claims)) {
        free(lock_path);
        return sink_fail_memory(error);
    }
    for (size_t i = 0; i < claims->count; i++)
        if (sink_file_is_at(claims->items[i].file, lock_path)) {
            free(lock_path);
            return sink_fail(error, SINK_BAD_JOB,
                             "%s: this run would write it twice, expected files of their own",
                             path);
        }
    const enum sink_status status = lock(path, lock_path, &file, error);
    if (status != SINK_OK || file < 0) {
        free(lock_path);
        return status;
    }
    sink_leftover_add(lock_path);
    write_owner(file, options);
    claims->items[claims->count++] = (struct sink_claim){file, lock_path};
    return SINK_OK;
}

enum sink_status sink_claim_check_new(const struct sink_options *options, const char *path,
                                      struct sink_error *error)
{
    struct stat info;
    if (options->overwrite || lstat(path, &info) != 0)
        return SINK_OK;
    return sink_fail(error, SINK_BAD_JOB, "%s: exists already; --overwrite replaces it", path);
}

enum sink_status sink_claims_add(struct sink_claims *claims, const struct sink_options *options,
                                 const char *path, struct sink_error *error)
{
    enum sink_status status = sink_file_check_writable(path, error);
    if (status == SINK_OK)
        status = claim(claims, options, path, error);
    if (status == SINK_OK)
        status = sink_claim_check_new(options, path, error);
    if (status == SINK_OK)
        status = sink_file_sweep(path, error);
    return status;
}

enum sink_status sink_claims_add_folder(struct sink_claims *claims,
                                        const struct sink_options *options, const char *path,
                                        struct sink_error *error)
{
    char *lock_path = sink_file_beside(path, "lock");
    const enum sink_status status =
        lock_path ? sink_file_check_writable(lock_path, error) : sink_fail_memory(error);
    free(lock_path);
    return status == SINK_OK ? claim(claims, options, path, error) : status;
}

enum sink_status sink_claims_add_output(struct sink_claims *claims,
                                        const struct sink_options *options,
                                        struct sink_error *error)
{
    struct stat input, output;
    if (!options->output)
        return SINK_OK;
    const bool exists = stat(options->output, &output) == 0;
    const size_t count = options->files ? options->file_count : 1;
    for (size_t i = 0; exists && i < count; i++) {
        const char *file = options->files ? options->files[i] : options->file;
        if (stat(file, &input) == 0 && input.st_dev == output.st_dev &&
            input.st_ino == output.st_ino)
            return sink_fail(error, SINK_BAD_JOB, "%s: is %s itself, expected another file",
                             options->output, file);
    }
    return sink_claims_add(claims, options, options->output, error);
}

enum sink_status sink_claimed_run(const struct sink_options *options, struct sink_faults *faults,
                                  enum sink_status (*work)(const struct sink_options *options,
                                                           struct sink_faults *faults))
{
    struct sink_claims claims = {0};
    struct sink_error error;
    enum sink_status status = sink_claims_add_output(&claims, options, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    else
        status = work(options, faults);
    sink_claims_release(&claims);
    return status;
}

enum sink_status sink_claims_add_regions(struct sink_claims *claims,
                                         const struct sink_options *options, const char *template,
                                         const char *folder, const struct sink_region_list *regions,
                                         struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < regions->count && status == SINK_OK; i++) {
        char *path = sink_inventory_region_path(folder, template, regions->items[i].id);
        if (!path)
            return sink_fail_memory(error);
        if (i == 0)
            status = sink_claims_add(claims, options, path, error);
        else
            status = sink_file_check_writable(path, error);
        if (i > 0 && status == SINK_OK)
            status = sink_claim_check_new(options, path, error);
        if (i > 0 && status == SINK_OK)
            status = sink_file_sweep(path, error);
        free(path);
    }
    return status;
}

void sink_claims_release(struct sink_claims *claims)
{
    for (size_t i = 0; i < claims->count; i++) {
        struct sink_claim *item = &claims->items[i];
        if (sink_file_is_at(item->file, item->path))
            unlink(item->path);
        sink_leftover_forget(item->path);
        close(item->file);
        free(item->path);
    }
    free(claims->items);
    *claims = (struct sink_claims){0};
}
