#include "pipelines/atomic_file.h"

#include "sinkcalc/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static enum sink_status write_all(int file, const char *path, const void *data, size_t bytes,
                                  struct sink_error *error)
{
    const char *at = data;
    while (bytes > 0) {
        const ssize_t written = write(file, at, bytes);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail_write(path, error);
        at += written;
        bytes -= (size_t)written;
    }
    return fsync(file) == 0 ? SINK_OK : fail_write(path, error);
}

/* A run that was killed may have left a part, and in a container the next one has its number. */
static int open_part(const char *folder, char **part)
{
    int file = -1;
    for (int attempt = 0; file < 0 && attempt < 100; attempt++) {
        free(*part);
        *part = sink_text_format("%s/.sinkcalc.%ld.%d.part", folder, (long)getpid(), attempt);
        if (!*part)
            return -1;
        file = open(*part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (file < 0 && errno != EEXIST)
            break;
    }
    return file;
}

static enum sink_status write_part(const char *folder, const char *path, const void *data,
                                   size_t bytes, struct sink_error *error)
{
    char *part = NULL;
    const int file = open_part(folder, &part);
    if (file < 0) {
        free(part);
        return fail_write(path, error);
    }
    enum sink_status status = write_all(file, path, data, bytes, error);
    if (close(file) != 0 && status == SINK_OK)
        status = fail_write(path, error);
    if (status == SINK_OK && rename(part, path) != 0)
        status = fail_write(path, error);
    if (status != SINK_OK)
        unlink(part);
    free(part);
    return status;
}

/* Makes the new name last through a power cut; a folder that cannot be synced is no failure. */
static void sync_folder(const char *folder)
{
    const int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    (void)fsync(file);
    close(file);
}

enum sink_status sink_file_replace(const char *path, const void *data, size_t bytes,
                                   struct sink_error *error)
{
    enum sink_status status = sink_file_check_writable(path, error);
    if (status != SINK_OK)
        return status;
    char *folder = folder_of(path);
    status = folder ? write_part(folder, path, data, bytes, error) : sink_fail_memory(error);
    if (status == SINK_OK)
        sync_folder(folder);
    free(folder);
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
