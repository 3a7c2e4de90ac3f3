#include "pipelines/nc_connection.h"

#include <errno.h>
#include <fcntl.h>
#include <netcdf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A regular file that starts as HDF5 does, open; -1 and the error otherwise. */
static int open_file(const char *path, size_t *bytes, struct sink_error *error)
{
    struct stat info;
    unsigned char magic[8] = {0};
    const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe would wait */
    if (file < 0 || fstat(file, &info) != 0) {
        sink_fail(error, SINK_BAD_DATA, "%s: cannot be read: %s", path, strerror(errno));
    } else if (!S_ISREG(info.st_mode)) {
        sink_fail(error, SINK_BAD_DATA, "%s: no regular file", path);
    } else if (pread(file, magic, sizeof magic, 0) != (ssize_t)sizeof magic ||
               memcmp(magic, "\x89HDF\r\n\x1a\n", sizeof magic) != 0) {
        sink_fail(error, SINK_BAD_DATA,
                  "%s: no netCDF-4 file, expected a tally or an inventory of sinkcalc", path);
    } else {
        *bytes = (size_t)info.st_size;
        return file;
    }
    if (file >= 0)
        close(file);
    return -1;
}

static void forget_dimensions(struct sink_nc_reader *reader)
{
    free(reader->dimensions);
    reader->dimensions = NULL;
    reader->dimension_count = 0;
    memset(reader->is_read, 0, sizeof reader->is_read);
}

void sink_nc_reader_close(struct sink_nc_reader *reader)
{
    int status;
    if (reader->socket >= 0)
        close(reader->socket);
    if (reader->child > 0)
        while (waitpid(reader->child, &status, 0) < 0 && errno == EINTR)
            ;
    reader->socket = -1;
    reader->child = 0;
    forget_dimensions(reader);
}

bool sink_nc_receive(struct sink_nc_reader *reader, void *data, size_t bytes)
{
    char *at = data;
    while (bytes > 0) {
        const ssize_t received = recv(reader->socket, at, bytes, 0);
        if (received < 0 && errno == EINTR)
            continue;
        if (received <= 0) {
            sink_nc_reader_fault(reader, "cannot be read without a crash or within limits of time "
                                         "and memory, expected a whole netCDF-4 file");
            return false;
        }
        at += received;
        bytes -= (size_t)received;
    }
    return true;
}

static bool is_ended(const char *name)
{
    return memchr(name, '\0', SINK_NC_NAME_BYTES) != NULL;
}

/* An answer in which every number and name is one that netCDF could give. */
static bool receive_answer(struct sink_nc_reader *reader, struct sink_nc_answer *answer)
{
    if (!sink_nc_receive(reader, answer, sizeof *answer))
        return false;
    bool is_sound = answer->rank >= 0 && answer->rank <= SINK_NC_MAX_RANK &&
                    answer->attribute_count >= 0 && answer->attribute_count <= NC_MAX_ATTRS &&
                    answer->variable >= 0 && is_ended(answer->name);
    for (int d = 0; d < SINK_NC_MAX_RANK; d++)
        is_sound = is_sound && is_ended(answer->dimensions[d]);
    if (!is_sound)
        sink_nc_reader_fault(reader, "its reader went wrong, expected a whole netCDF-4 file");
    return is_sound;
}

/* Asks, and has the answer: true also when netCDF refuses (answer->code). */
static bool ask(struct sink_nc_reader *reader, const struct sink_nc_request *request,
                struct sink_nc_answer *answer)
{
    *answer = (struct sink_nc_answer){.code = NC_EBADID};
    if (!sink_nc_is_good(reader))
        return false;
    (void)send(reader->socket, request, sizeof *request, MSG_NOSIGNAL); /* a fault shows below */
    return receive_answer(reader, answer);
}

struct sink_nc_request sink_nc_request_by_name(enum sink_nc_request_kind kind, const char *name)
{
    struct sink_nc_request request = {.kind = kind, .variable = SINK_NC_GLOBAL};
    snprintf(request.name, sizeof request.name, "%s", name);
    return request;
}

static enum sink_status start_child(struct sink_nc_reader *reader, int file,
                                    struct sink_error *error)
{
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return sink_fail(error, SINK_FAILED, "%s: cannot be read: %s", reader->path,
                         strerror(errno));
    reader->child = fork();
    if (reader->child == 0)
        sink_nc_serve(sockets[1], file, reader->file_bytes);
    const int reason = errno;
    close(sockets[1]);
    reader->socket = sockets[0];
    if (reader->child < 0)
        return sink_fail(error, SINK_FAILED, "%s: cannot be read: %s", reader->path,
                         strerror(reason));
    return SINK_OK;
}

/* Closes the file. */
static enum sink_status open_reader(struct sink_nc_reader *reader, int file,
                                    struct sink_error *error)
{
    struct sink_nc_answer answer;
    enum sink_status status = start_child(reader, file, error);
    close(file);
    if (status == SINK_OK && receive_answer(reader, &answer) && answer.code != NC_NOERR)
        sink_nc_reader_fault(reader, "cannot be opened (%s), expected a whole netCDF-4 file",
                             nc_strerror(answer.code));
    if (status == SINK_OK)
        status = sink_nc_reader_status(reader, error);
    if (status != SINK_OK)
        sink_nc_reader_close(reader);
    return status;
}

enum sink_status sink_nc_reader_open(struct sink_nc_reader *reader, const char *path,
                                     struct sink_error *error)
{
    *reader = (struct sink_nc_reader){.socket = -1, .path = path};
    const int file = open_file(path, &reader->file_bytes, error);
    return file < 0 ? error->status : open_reader(reader, file, error);
}

static bool write_all(int file, const void *data, size_t bytes)
{
    const char *at = data;
    while (bytes > 0) {
        const ssize_t written = write(file, at, bytes);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        bytes -= (size_t)written;
    }
    return true;
}

enum sink_status sink_nc_reader_open_image(struct sink_nc_reader *reader, const char *name,
                                           const void *image, size_t bytes,
                                           struct sink_error *error)
{
    *reader = (struct sink_nc_reader){.socket = -1, .path = name, .file_bytes = bytes};
    if (bytes == 0)
        return sink_fail(error, SINK_BAD_DATA, "%s: empty, expected a netCDF-4 file", name);
    const int file = memfd_create("image", MFD_CLOEXEC);
    if (file >= 0 && write_all(file, image, bytes))
        return open_reader(reader, file, error);
    const int reason = errno;
    if (file >= 0)
        close(file);
    return sink_fail(error, SINK_FAILED, "%s: no room to read it: %s", name, strerror(reason));
}

enum sink_status sink_nc_reader_status(const struct sink_nc_reader *reader,
                                       struct sink_error *error)
{
    if (reader->error.status != SINK_OK)
        *error = reader->error;
    return reader->error.status;
}

void sink_nc_reader_fault(struct sink_nc_reader *reader, const char *format, ...)
{
    char text[600];
    va_list arguments;
    if (reader->error.status != SINK_OK)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sink_fail(&reader->error, SINK_BAD_DATA, "%s: %s", reader->path, text);
}

/* What netCDF said of it: want of memory is no fault of the file. */
static void fail_by_code(struct sink_nc_reader *reader, const char *what, int code)
{
    if (code == NC_ENOMEM && reader->error.status == SINK_OK)
        sink_fail(&reader->error, SINK_FAILED, "%s: %s: %s", reader->path, what, nc_strerror(code));
    else
        sink_nc_reader_fault(reader, "%s: %s", what, nc_strerror(code));
}

bool sink_nc_ask_well(struct sink_nc_reader *reader, const struct sink_nc_request *request,
                      const char *what, struct sink_nc_answer *answer)
{
    if (!ask(reader, request, answer))
        return false;
    if (answer->code != NC_NOERR)
        fail_by_code(reader, what, answer->code);
    return answer->code == NC_NOERR;
}

bool sink_nc_ask_whether(struct sink_nc_reader *reader, const struct sink_nc_request *request,
                         struct sink_nc_answer *answer)
{
    if (!ask(reader, request, answer))
        return false;
    const int code = answer->code;
    if (code != NC_NOERR && code != NC_ENOTATT && code != NC_ENOTVAR && code != NC_EBADDIM &&
        code != NC_ENOGRP && code != NC_EBADNAME)
        fail_by_code(reader, request->name, code);
    return code == NC_NOERR;
}

bool sink_nc_reader_enter(struct sink_nc_reader *reader, const char *group)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = sink_nc_request_by_name(SINK_NC_ENTER, group);
    forget_dimensions(reader);
    return sink_nc_ask_whether(reader, &request, &answer);
}
