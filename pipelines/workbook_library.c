#include "pipelines/workbook_library.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct memory {
    char *bytes;
    size_t count, room, at;
};

/* The library gives its function no context. */
static bool is_used, is_out;
static FILE *open_file; /* it makes one at a time */
static FILE *listener, *former_stderr;
static char said[256];

/* Keeps the beginning: the first thing that went wrong. */
static ssize_t listen_to(void *cookie, const char *from, size_t count)
{
    const size_t length = strlen(said), room = sizeof said - 1 - length;
    (void)cookie;
    memcpy(said + length, from, count < room ? count : room);
    return (ssize_t)count;
}

enum sink_status sink_workbook_library_start(struct sink_error *error)
{
    const cookie_io_functions_t functions = {.write = listen_to};
    is_used = is_out = false;
    memset(said, 0, sizeof said);
    listener = fopencookie(NULL, "w", functions);
    if (!listener)
        return sink_fail_memory(error);
    setvbuf(listener, NULL, _IONBF, 0); /* no memory is needed to hear that there is none */
    former_stderr = stderr;
    stderr = listener; /* a variable in glibc: The GNU C Library, Standard Streams */
    return SINK_OK;
}

void sink_workbook_library_end(void)
{
    stderr = former_stderr;
    fclose(listener);
    if (open_file)
        fclose(open_file);
}

const char *sink_workbook_library_said(void)
{
    return said;
}

bool sink_workbook_library_is_used(void)
{
    return is_used;
}

bool sink_workbook_library_is_out(void)
{
    return is_out || strstr(said, "Memory allocation failed");
}

static ssize_t read_bytes(void *cookie, char *to, size_t wanted)
{
    struct memory *memory = cookie;
    const size_t left = memory->count - memory->at, taken = wanted < left ? wanted : left;
    if (taken > 0)
        memcpy(to, memory->bytes + memory->at, taken);
    memory->at += taken;
    return (ssize_t)taken;
}

static bool make_room(struct memory *memory, size_t needed)
{
    enum { START = 64 << 10 };
    size_t room = memory->room > 0 ? memory->room : START;
    while (room < needed)
        room *= 2;
    char *bytes = room > memory->room ? realloc(memory->bytes, room) : memory->bytes;
    if (!bytes)
        return false;
    memory->bytes = bytes;
    memory->room = room;
    return true;
}

/* Zero stands for a failure: fopencookie(3). */
static ssize_t write_bytes(void *cookie, const char *from, size_t count)
{
    struct memory *memory = cookie;
    if (!make_room(memory, memory->at + count)) {
        is_out = true;
        errno = ENOMEM;
        return 0;
    }
    memcpy(memory->bytes + memory->at, from, count);
    memory->at += count;
    if (memory->count < memory->at)
        memory->count = memory->at;
    return (ssize_t)count;
}

/* Within what was written. */
static int seek(void *cookie, off64_t *offset, int whence)
{
    struct memory *memory = cookie;
    const off64_t from = whence == SEEK_SET   ? 0
                         : whence == SEEK_CUR ? (off64_t)memory->at
                                              : (off64_t)memory->count;
    if (from + *offset < 0 || from + *offset > (off64_t)memory->count) {
        errno = EINVAL;
        return -1;
    }
    *offset += from;
    memory->at = (size_t)*offset;
    return 0;
}

static int forget(void *cookie)
{
    struct memory *memory = cookie;
    free(memory->bytes);
    free(memory);
    open_file = NULL;
    return 0;
}

/* In place of the library's own: the name is its, and its releases differ in `const`, so that its
 * header is not read here. */
__attribute__((visibility("default"))) FILE *lxw_tmpfile(const char *folder);

FILE *lxw_tmpfile(const char *folder)
{
    const cookie_io_functions_t functions = {read_bytes, write_bytes, seek, forget};
    struct memory *memory = calloc(1, sizeof *memory);
    FILE *file = memory ? fopencookie(memory, "w+", functions) : NULL;
    (void)folder;
    is_used = true;
    open_file = file;
    if (!file) {
        is_out = true;
        free(memory);
    }
    return file;
}
