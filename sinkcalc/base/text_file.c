#include "sinkcalc/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* In English whatever the locale, and safe with threads. */
static const char *reason(int code)
{
    const char *const text = strerrordesc_np(code);
    return text ? text : "unknown error";
}

/* What is wrong with the file is the job's business; what is wrong with the machine is not. */
static enum sink_status status_of(int code)
{
    return code == EIO || code == ENOMEM || code == EMFILE || code == ENFILE ? SINK_FAILED
                                                                             : SINK_BAD_DATA;
}

static enum sink_status check_kind(int file, const char *path, size_t limit_bytes,
                                   struct stat *found, struct sink_error *error)
{
    if (fstat(file, found) != 0)
        return sink_fail(error, status_of(errno), "%s: %s", path, reason(errno));
    if (S_ISDIR(found->st_mode))
        return sink_fail(error, SINK_BAD_DATA, "%s: a folder, expected a file", path);
    if (!S_ISREG(found->st_mode))
        return sink_fail(error, SINK_BAD_DATA, "%s: a pipe, socket or device, expected a file",
                         path);
    if ((uintmax_t)found->st_size > limit_bytes)
        return sink_fail(error, SINK_BAD_DATA, "%s: %jd bytes, expected %zu or fewer", path,
                         (intmax_t)found->st_size, limit_bytes);
    return SINK_OK;
}

/* Reads until the end or until `room` is full; the count, or -1 with errno. */
static ssize_t read_all(int file, char *into, size_t room)
{
    size_t used = 0;

    while (used < room) {
        const ssize_t got = read(file, into + used, room - used);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            return -1;
        if (got > 0)
            used += (size_t)got;
    }
    return (ssize_t)used;
}

static enum sink_status read_whole(int file, const char *path, size_t limit_bytes, char **text,
                                   size_t *bytes, struct sink_error *error)
{
    struct stat found;
    enum sink_status status = check_kind(file, path, limit_bytes, &found, error);
    if (status != SINK_OK)
        return status;

    const size_t expected = (size_t)found.st_size;
    if (expected >= SIZE_MAX - 1)
        return sink_fail_memory(error);
    char *const buffer = malloc(expected + 1);
    if (!buffer)
        return sink_fail_memory(error);

    /* One byte more than expected, so that a file that grows meanwhile is noticed. */
    const ssize_t got = read_all(file, buffer, expected + 1);
    if (got < 0)
        status = sink_fail(error, status_of(errno), "%s: %s", path, reason(errno));
    else if ((size_t)got != expected)
        status =
            sink_fail(error, SINK_BAD_DATA,
                      "%s: its size changed while it was read, expected %zu bytes", path, expected);
    if (status != SINK_OK) {
        free(buffer);
        return status;
    }
    buffer[expected] = '\0';
    *text = buffer;
    *bytes = expected;
    return SINK_OK;
}

enum sink_status sink_text_read_file(const char *path, size_t limit_bytes, char **text,
                                     size_t *bytes, struct sink_error *error)
{
    *text = NULL;
    *bytes = 0;

    /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return sink_fail(error, status_of(errno), "%s: %s, expected a readable file", path,
                         reason(errno));
    const enum sink_status status = read_whole(file, path, limit_bytes, text, bytes, error);
    close(file); /* only read: nothing can be lost here */
    return status;
}
