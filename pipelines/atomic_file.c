#include "pipelines/atomic_file.h"

#include "pipelines/supervisor.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PART_COUNT = 8 };

static enum sink_status fail_write(const char *path, struct sink_error *error)
{
    return sink_fail(error, SINK_FAILED, "%s: cannot be written: %s", path, strerror(errno));
}

/* The folder a path lies in, malloc'ed; NULL without memory. */
static char *folder_of(const char *path)
{
    char *copy = sink_text_copy(path);
    char *folder = copy ? sink_text_copy(dirname(copy)) : NULL;
    free(copy);
    return folder;
}

/* A hidden name beside `path` that keeps what makes it its own: the longest names are cut. */
char *sink_file_beside(const char *path, const char *ending)
{
    enum { ROOM = 200 };
    char *folder = folder_of(path), *copy = sink_text_copy(path), *name = NULL;
    const char *stem = copy ? basename(copy) : "";
    uint64_t hash = 0xCBF29CE484222325; /* FNV-1a */
    for (const char *c = stem; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001B3;
    if (folder && copy && strlen(stem) <= ROOM)
        name = sink_text_format("%s/.%s.%s", folder, stem, ending);
    else if (folder && copy)
        name =
            sink_text_format("%s/.%.*s~%016" PRIx64 ".%s", folder, ROOM - 20, stem, hash, ending);
    free(folder);
    free(copy);
    return name;
}

bool sink_file_is_at(int file, const char *path)
{
    struct stat held, there;
    return fstat(file, &held) == 0 && lstat(path, &there) == 0 && held.st_dev == there.st_dev &&
           held.st_ino == there.st_ino;
}

/* Removes a part that no run holds: its writer died. True when the name is free. */
static bool remove_dead(const char *part)
{
    struct stat info;
    const int file = open(part, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT;
    bool is_gone = false;
    if (fstat(file, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() &&
        flock(file, LOCK_EX | LOCK_NB) == 0 && sink_file_is_at(file, part))
        is_gone = unlink(part) == 0;
    close(file);
    return is_gone;
}

static char *part_name(const char *path, int index)
{
    char ending[32];
    snprintf(ending, sizeof ending, "sinkcalc.%d.part", index);
    return sink_file_beside(path, ending);
}

enum sink_status sink_file_sweep(const char *path, struct sink_error *error)
{
    for (int i = 0; i < PART_COUNT; i++) {
        char *part = part_name(path, i);
        if (!part)
            return sink_fail_memory(error);
        (void)remove_dead(part);
        free(part);
    }
    return SINK_OK;
}

/* The part is locked while it is written, so that it is known from those of dead runs, also on
 * another machine. Where there are no locks, those stay. */
static int make_part(const char *part)
{
    const int file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0)
        return -1;
    if ((flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
        sink_file_is_at(file, part)) {
        sink_leftover_add(part);
        return file;
    }
    close(file); /* another run took it for dead before it was locked, and removes it */
    errno = EEXIST;
    return -1;
}

static int open_part(const char *path, char **part)
{
    int file = -1;
    for (int i = 0; file < 0 && i < PART_COUNT; i++) {
        free(*part);
        *part = part_name(path, i);
        if (!*part)
            return -1;
        (void)remove_dead(*part);
        file = make_part(*part);
        if (file < 0 && errno != EEXIST)
            break;
    }
    return file;
}

void sink_folder_sync(const char *folder)
{
    const int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    (void)fsync(file);
    close(file);
}

enum sink_status sink_file_part_open(const char *path, struct sink_file_part *part,
                                     struct sink_error *error)
{
    *part = (struct sink_file_part){.path = path, .file = -1};
    enum sink_status status = sink_file_check_writable(path, error);
    if (status != SINK_OK)
        return status;
    part->file = open_part(path, &part->name);
    if (part->file >= 0)
        return SINK_OK;
    status = part->name ? fail_write(path, error) : sink_fail_memory(error);
    free(part->name);
    part->name = NULL;
    return status;
}

enum sink_status sink_file_part_write(const struct sink_file_part *part, const void *data,
                                      size_t bytes, struct sink_error *error)
{
    const char *at = data;
    while (bytes > 0) {
        const ssize_t written = write(part->file, at, bytes);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail_write(part->path, error);
        at += written;
        bytes -= (size_t)written;
    }
    return SINK_OK;
}

/* After fsync nothing is left that closing could fail to write, so the lock is held to the end. */
enum sink_status sink_file_part_publish(struct sink_file_part *part, struct sink_error *error)
{
    char *folder = folder_of(part->path);
    enum sink_status status = folder ? SINK_OK : sink_fail_memory(error);
    if (status == SINK_OK && (fsync(part->file) != 0 || rename(part->name, part->path) != 0))
        status = fail_write(part->path, error);
    if (status == SINK_OK) { /* the name is that of the output now */
        sink_leftover_written();
        sink_folder_sync(folder);
        sink_leftover_forget(part->name);
        free(part->name);
        part->name = NULL;
    }
    free(folder);
    sink_file_part_drop(part);
    return status;
}

void sink_file_part_drop(struct sink_file_part *part)
{
    if (part->name) {
        unlink(part->name);
        sink_leftover_forget(part->name);
    }
    if (part->file >= 0)
        close(part->file);
    free(part->name);
    *part = (struct sink_file_part){.file = -1};
}

enum sink_status sink_file_replace(const char *path, const void *data, size_t bytes,
                                   struct sink_error *error)
{
    struct sink_file_part part;
    enum sink_status status = sink_file_part_open(path, &part, error);
    if (status == SINK_OK)
        status = sink_file_part_write(&part, data, bytes, error);
    if (status == SINK_OK)
        return sink_file_part_publish(&part, error);
    sink_file_part_drop(&part);
    return status;
}

enum sink_status sink_file_check_writable(const char *path, struct sink_error *error)
{
    struct stat info;
    const bool exists = lstat(path, &info) == 0;
    if (!exists && errno == ENAMETOOLONG)
        return fail_write(path, error);
    if (exists && !S_ISREG(info.st_mode))
        return sink_fail(error, SINK_FAILED,
                         "%s: cannot be written: it is %s, expected a file or nothing", path,
                         S_ISDIR(info.st_mode)   ? "a folder"
                         : S_ISLNK(info.st_mode) ? "a symbolic link"
                                                 : "no regular file");
    char *folder = folder_of(path);
    if (!folder)
        return sink_fail_memory(error);
    enum sink_status status = SINK_OK;
    if (stat(folder, &info) != 0)
        status = sink_fail(error, SINK_FAILED, "%s: cannot be written: no folder %s; make it first",
                           path, folder);
    else if (!S_ISDIR(info.st_mode))
        status =
            sink_fail(error, SINK_FAILED, "%s: cannot be written: %s is no folder", path, folder);
    else if (access(folder, W_OK | X_OK) != 0)
        status = sink_fail(error, SINK_FAILED, "%s: cannot be written: folder %s: %s", path, folder,
                           strerror(errno));
    free(folder);
    return status;
}
