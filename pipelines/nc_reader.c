#include "pipelines/nc_reader.h"

#include "pipelines/nc_server.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
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

/* A variable of more bytes than this, or of more than DEFLATE can have packed into the file (a
 * thousandth at best), is taken for an attack. */
#define LIMIT_BYTES ((size_t)1 << 30)
#define LIMIT_RATIO 1100
#define LIMIT_SMALL_BYTES ((size_t)1 << 20)

static const struct {
    nc_type type;
    size_t bytes;
    const char *name;
} types[] = {[SINK_NC_BYTE] = {NC_UBYTE, 1, "ubyte"},
             [SINK_NC_INT] = {NC_INT, sizeof(int), "int"},
             [SINK_NC_UINT] = {NC_UINT, sizeof(unsigned), "uint"},
             [SINK_NC_INT64] = {NC_INT64, sizeof(int64_t), "int64"},
             [SINK_NC_UINT64] = {NC_UINT64, sizeof(uint64_t), "uint64"},
             [SINK_NC_DOUBLE] = {NC_DOUBLE, sizeof(double), "double"},
             [SINK_NC_STRING] = {NC_STRING, sizeof(char *), "string"}};
#define TYPE_COUNT (sizeof types / sizeof *types)

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

struct sink_nc_dimension {
    char name[SINK_NC_NAME_BYTES];
    size_t length;
};

static void forget_dimensions(struct sink_nc_reader *reader)
{
    free(reader->dimensions);
    reader->dimensions = NULL;
    reader->dimension_count = 0;
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

static bool receive(struct sink_nc_reader *reader, void *data, size_t bytes)
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
    if (!receive(reader, answer, sizeof *answer))
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

static struct sink_nc_request request_by_name(enum sink_nc_request_kind kind, const char *name)
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

/* The answer to what must be there. */
static bool ask_well(struct sink_nc_reader *reader, const struct sink_nc_request *request,
                     const char *what, struct sink_nc_answer *answer)
{
    if (!ask(reader, request, answer))
        return false;
    if (answer->code != NC_NOERR)
        sink_nc_reader_fault(reader, "%s: %s", what, nc_strerror(answer->code));
    return answer->code == NC_NOERR;
}

/* The answer to what may be there. Any other reason than that it is not would hide what is. */
static bool ask_whether(struct sink_nc_reader *reader, const struct sink_nc_request *request,
                        struct sink_nc_answer *answer)
{
    if (!ask(reader, request, answer))
        return false;
    const int code = answer->code;
    if (code != NC_NOERR && code != NC_ENOTATT && code != NC_ENOTVAR && code != NC_EBADDIM &&
        code != NC_ENOGRP && code != NC_EBADNAME)
        sink_nc_reader_fault(reader, "%s: %s", request->name, nc_strerror(code));
    return code == NC_NOERR;
}

bool sink_nc_reader_enter(struct sink_nc_reader *reader, const char *group)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = request_by_name(SINK_NC_ENTER, group);
    forget_dimensions(reader);
    return ask_whether(reader, &request, &answer);
}

size_t sink_nc_length(struct sink_nc_reader *reader, const char *dimension)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = request_by_name(SINK_NC_LENGTH, dimension);
    for (size_t i = 0; i < reader->dimension_count; i++)
        if (strcmp(reader->dimensions[i].name, request.name) == 0)
            return sink_nc_is_good(reader) ? reader->dimensions[i].length : 0;
    if (!ask_whether(reader, &request, &answer) && !sink_nc_is_good(reader))
        return 0;
    struct sink_nc_dimension *told =
        realloc(reader->dimensions, (reader->dimension_count + 1) * sizeof *reader->dimensions);
    if (!told) {
        sink_fail_memory(&reader->error);
        return 0;
    }
    reader->dimensions = told;
    told += reader->dimension_count++;
    memcpy(told->name, request.name, sizeof told->name);
    told->length = answer.code == NC_NOERR ? answer.count : 0;
    return told->length;
}

static size_t limit_bytes(const struct sink_nc_reader *reader)
{
    return reader->file_bytes < LIMIT_BYTES / LIMIT_RATIO
               ? reader->file_bytes * LIMIT_RATIO + LIMIT_SMALL_BYTES
               : LIMIT_BYTES;
}

/* Takes over what was said of a variable. */
static bool take_variable(struct sink_nc_reader *reader, const struct sink_nc_answer *answer,
                          struct sink_nc_variable *variable)
{
    *variable = (struct sink_nc_variable){.number = answer->variable,
                                          .rank = answer->rank,
                                          .attribute_count = answer->attribute_count,
                                          .count = 1};
    memcpy(variable->name, answer->name, sizeof variable->name);
    memcpy(variable->dimensions, answer->dimensions, sizeof variable->dimensions);
    for (size_t t = 0; t < TYPE_COUNT; t++)
        if (types[t].type == answer->type) {
            variable->is_known = true;
            variable->type = (enum sink_nc_type)t;
        }
    const size_t limit = limit_bytes(reader) / types[variable->type].bytes;
    for (int d = 0; d < answer->rank; d++) {
        variable->lengths[d] = answer->lengths[d];
        if (answer->lengths[d] > limit || variable->count * answer->lengths[d] > limit) {
            sink_nc_reader_fault(reader, "%s: more values than the file can hold", variable->name);
            return false;
        }
        variable->count *= answer->lengths[d];
    }
    return true;
}

/* Texts come in one piece, each after the number of its bytes. */
static bool unpack_texts(struct sink_nc_reader *reader, const char *variable, const char *packed,
                         size_t bytes, size_t count, char **texts)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t length;
        if (bytes - at < sizeof length)
            return false;
        memcpy(&length, packed + at, sizeof length);
        at += sizeof length;
        if (bytes - at < length)
            return false;
        if (memchr(packed + at, '\0', length) || !sink_text_is_utf8(packed + at, length)) {
            sink_nc_reader_fault(reader, "%s: a text that is not UTF-8", variable);
            return false;
        }
        texts[i] = strndup(packed + at, length);
        if (!texts[i]) {
            sink_fail_memory(&reader->error);
            return false;
        }
        at += length;
    }
    return at == bytes;
}

static void *receive_texts(struct sink_nc_reader *reader, const char *variable, size_t bytes,
                           size_t count)
{
    char *packed = bytes <= limit_bytes(reader) ? malloc(bytes + 1) : NULL;
    char **texts = calloc(count, sizeof *texts);
    if (packed)
        packed[bytes] = '\0'; /* whoever looks for an end of the last text finds one */
    if (bytes > limit_bytes(reader))
        sink_nc_reader_fault(reader, "%s: more text than the file can hold", variable);
    else if (!packed || !texts)
        sink_fail_memory(&reader->error);
    else if (receive(reader, packed, bytes) &&
             !unpack_texts(reader, variable, packed, bytes, count, texts))
        sink_nc_reader_fault(reader, "%s: its reader went wrong", variable);
    free(packed);
    if (sink_nc_is_good(reader))
        return texts;
    sink_nc_free_texts(texts, count);
    return NULL;
}

void *sink_nc_read_values(struct sink_nc_reader *reader, const struct sink_nc_variable *variable)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = {.kind = SINK_NC_VALUES, .variable = variable->number};
    const size_t bytes = variable->count * types[variable->type].bytes;
    if (variable->count == 0 || !ask_well(reader, &request, variable->name, &answer))
        return NULL;
    if (answer.count != variable->count) {
        sink_nc_reader_fault(reader, "%s: its reader went wrong", variable->name);
        return NULL;
    }
    if (variable->type == SINK_NC_STRING)
        return receive_texts(reader, variable->name, answer.bytes, variable->count);
    if (answer.bytes != bytes)
        sink_nc_reader_fault(reader, "%s: its reader went wrong", variable->name);
    void *values = sink_nc_is_good(reader) ? malloc(bytes) : NULL;
    if (sink_nc_is_good(reader) && !values)
        sink_fail_memory(&reader->error);
    if (sink_nc_is_good(reader) && receive(reader, values, bytes))
        return values;
    free(values);
    return NULL;
}

/* Type and dimensions as expected, of the lengths that callers have been told. */
static void check_variable(struct sink_nc_reader *reader, const struct sink_nc_variable *variable,
                           enum sink_nc_type type, const char *const *dimensions)
{
    int i = 0;
    if (!variable->is_known || variable->type != type)
        sink_nc_reader_fault(reader, "%s: another type, expected %s", variable->name,
                             types[type].name);
    for (; i < variable->rank && dimensions[i]; i++)
        if (strcmp(variable->dimensions[i], dimensions[i]) != 0)
            sink_nc_reader_fault(reader, "%s: dimension %s, expected %s", variable->name,
                                 variable->dimensions[i], dimensions[i]);
        else if (variable->lengths[i] != sink_nc_length(reader, dimensions[i]))
            sink_nc_reader_fault(reader, "%s: its reader went wrong", variable->name);
    if (dimensions[i] || i != variable->rank)
        sink_nc_reader_fault(reader, "%s: %d dimensions, expected another number", variable->name,
                             variable->rank);
}

void *sink_nc_read(struct sink_nc_reader *reader, const char *variable, enum sink_nc_type type,
                   const char *const *dimensions)
{
    struct sink_nc_answer answer;
    struct sink_nc_variable found;
    const struct sink_nc_request request = request_by_name(SINK_NC_FIND, variable);
    for (size_t i = 0; dimensions[i]; i++)
        if (sink_nc_length(reader, dimensions[i]) == 0)
            return NULL;
    if (!ask_well(reader, &request, variable, &answer) || !take_variable(reader, &answer, &found))
        return NULL;
    check_variable(reader, &found, type, dimensions);
    return sink_nc_is_good(reader) ? sink_nc_read_values(reader, &found) : NULL;
}

void *sink_nc_read_column(struct sink_nc_reader *reader, const char *variable,
                          enum sink_nc_type type, const char *dimension)
{
    const char *const dimensions[] = {dimension, NULL};
    return sink_nc_read(reader, variable, type, dimensions);
}

void sink_nc_free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts && i < count; i++)
        free(texts[i]);
    free(texts);
}

/* The attribute of an answer, with what follows it. */
static bool receive_attribute(struct sink_nc_reader *reader, const struct sink_nc_answer *answer,
                              struct sink_nc_attribute *attribute)
{
    const bool is_text = answer->type == NC_CHAR || answer->type == NC_STRING;
    *attribute =
        (struct sink_nc_attribute){.count = answer->count, .is_double = answer->type == NC_DOUBLE};
    memcpy(attribute->name, answer->name, sizeof attribute->name);
    if (answer->bytes > limit_bytes(reader) ||
        (!is_text && (answer->bytes % sizeof(double) != 0 ||
                      answer->bytes / sizeof(double) != answer->count))) {
        sink_nc_reader_fault(reader, "attribute %s: more than the file can hold", answer->name);
        return false;
    }
    void *values = calloc(answer->bytes + 1, 1);
    if (!values)
        sink_fail_memory(&reader->error);
    else if (receive(reader, values, answer->bytes) && is_text &&
             (strlen(values) != answer->bytes || !sink_text_is_utf8(values, answer->bytes)))
        sink_nc_reader_fault(reader, "attribute %s: a text that is not UTF-8", answer->name);
    if (is_text)
        attribute->text = values;
    else
        attribute->numbers = values;
    if (!sink_nc_is_good(reader))
        sink_nc_attribute_free(attribute);
    return sink_nc_is_good(reader);
}

void sink_nc_attribute_free(struct sink_nc_attribute *attribute)
{
    free(attribute->text);
    free(attribute->numbers);
    *attribute = (struct sink_nc_attribute){0};
}

/* False when there is none, or after a fault. */
static bool find_attribute(struct sink_nc_reader *reader, const char *name,
                           struct sink_nc_attribute *attribute)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = request_by_name(SINK_NC_ATTRIBUTE, name);
    return ask_whether(reader, &request, &answer) && receive_attribute(reader, &answer, attribute);
}

char *sink_nc_read_text(struct sink_nc_reader *reader, const char *attribute)
{
    struct sink_nc_attribute found = {0};
    if (!find_attribute(reader, attribute, &found))
        return sink_nc_is_good(reader) ? sink_text_copy("") : NULL;
    if (!found.text)
        sink_nc_reader_fault(reader, "attribute %s: another type, expected text", attribute);
    free(found.numbers);
    return found.text;
}

double sink_nc_read_real(struct sink_nc_reader *reader, const char *attribute)
{
    struct sink_nc_attribute found = {0};
    double value = NAN;
    if (find_attribute(reader, attribute, &found) && found.is_double && found.count == 1)
        value = found.numbers[0];
    else
        sink_nc_reader_fault(reader, "attribute %s: none, expected a double", attribute);
    sink_nc_attribute_free(&found);
    return value;
}

/* What the group holds. */
static struct sink_nc_answer count_content(struct sink_nc_reader *reader)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = request_by_name(SINK_NC_COUNT, "");
    if (!ask_well(reader, &request, "content", &answer))
        return (struct sink_nc_answer){0};
    return answer;
}

size_t sink_nc_variable_count(struct sink_nc_reader *reader)
{
    const size_t count = count_content(reader).count;
    if (count > NC_MAX_VARS)
        sink_nc_reader_fault(reader, "%zu variables, expected %d at most", count, NC_MAX_VARS);
    return count > NC_MAX_VARS ? 0 : count;
}

size_t sink_nc_attribute_count(struct sink_nc_reader *reader)
{
    return (size_t)count_content(reader).attribute_count;
}

bool sink_nc_has_variable(struct sink_nc_reader *reader, const char *name)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = request_by_name(SINK_NC_FIND, name);
    return ask_whether(reader, &request, &answer);
}

bool sink_nc_describe(struct sink_nc_reader *reader, size_t i, struct sink_nc_variable *variable)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = {.kind = SINK_NC_DESCRIBE, .variable = (int32_t)i};
    return ask_well(reader, &request, "variables", &answer) &&
           take_variable(reader, &answer, variable);
}

bool sink_nc_read_attribute(struct sink_nc_reader *reader, int variable, size_t i,
                            struct sink_nc_attribute *attribute)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = {
        .kind = SINK_NC_ATTRIBUTE_AT, .variable = variable, .index = (int32_t)i};
    *attribute = (struct sink_nc_attribute){0};
    return ask_well(reader, &request, "attributes", &answer) &&
           receive_attribute(reader, &answer, attribute);
}
