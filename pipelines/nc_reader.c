#include "pipelines/nc_reader.h"

#include "sinkcalc/base/text.h"

#include <errno.h>
#include <math.h>
#include <netcdf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A variable of more bytes than this, or of more than DEFLATE can have packed into the file (a
 * thousandth at best), is taken for an attack. */
#define LIMIT_BYTES ((size_t)1 << 30)
#define LIMIT_RATIO 1100
#define LIMIT_SMALL_BYTES ((size_t)1 << 20)

/* What opening a file may take: milliseconds are usual. */
#define OPEN_SECONDS 2
#define OPEN_BYTES ((rlim_t)2 << 30)
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

static const struct {
    nc_type type;
    size_t bytes;
    const char *name;
} types[] = {[SINK_NC_INT] = {NC_INT, sizeof(int), "int"},
             [SINK_NC_UINT] = {NC_UINT, sizeof(unsigned), "uint"},
             [SINK_NC_INT64] = {NC_INT64, sizeof(int64_t), "int64"},
             [SINK_NC_UINT64] = {NC_UINT64, sizeof(uint64_t), "uint64"},
             [SINK_NC_DOUBLE] = {NC_DOUBLE, sizeof(double), "double"},
             [SINK_NC_STRING] = {NC_STRING, sizeof(char *), "string"}};

/* What libraries make of a classic or damaged header is worse than an error (RELIABILITY: some
 * crash). */
static enum sink_status check_file(const char *path, size_t *bytes, struct sink_error *error)
{
    struct stat info;
    unsigned char magic[8] = {0};
    if (stat(path, &info) != 0)
        return sink_fail(error, SINK_BAD_DATA, "%s: cannot be read: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return sink_fail(error, SINK_BAD_DATA, "%s: no regular file", path);
    *bytes = (size_t)info.st_size;
    FILE *file = fopen(path, "rb");
    if (!file)
        return sink_fail(error, SINK_BAD_DATA, "%s: cannot be read: %s", path, strerror(errno));
    const size_t count = fread(magic, 1, sizeof magic, file);
    fclose(file);
    if (count != sizeof magic || memcmp(magic, "\x89HDF\r\n\x1a\n", sizeof magic) != 0)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: no netCDF-4 file, expected a tally or an inventory of sinkcalc",
                         path);
    return SINK_OK;
}

static void open_and_exit(const char *path)
{
    const struct rlimit time = {OPEN_SECONDS, OPEN_SECONDS}, memory = {OPEN_BYTES, OPEN_BYTES};
    const struct rlimit none = {0, 0};
    int id;
    if (setrlimit(RLIMIT_CPU, &time) != 0 || setrlimit(RLIMIT_CORE, &none) != 0 ||
        (!HAS_SHADOW_MEMORY && setrlimit(RLIMIT_AS, &memory) != 0))
        _exit(0);
    const int code = nc_open(path, NC_NOWRITE, &id);
    _exit(code < 0 && code > -256 ? -code : 0);
}

static enum sink_status fail_open(const char *path, int code, struct sink_error *error)
{
    return sink_fail(error, SINK_BAD_DATA,
                     "%s: cannot be opened (%s), expected a whole netCDF-4 file", path,
                     nc_strerror(code));
}

/* HDF5 walks through groups that hold each other for ever, and crashes on some headers: a child
 * goes first. Its exit code is that of netCDF, where it has one: codes start at 33. */
static enum sink_status try_in_child(const char *path, struct sink_error *error)
{
    int status = 0;
    pid_t done;
    const pid_t child = fork();
    if (child == 0)
        open_and_exit(path);
    if (child < 0)
        return sink_fail(error, SINK_FAILED, "%s: cannot be tried: %s", path, strerror(errno));
    do
        done = waitpid(child, &status, 0);
    while (done < 0 && errno == EINTR);
    if (done == child && WIFSIGNALED(status))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: cannot be opened without a crash or within %d s, expected a netCDF-4 "
                         "file",
                         path, OPEN_SECONDS);
    if (done == child && WEXITSTATUS(status) >= -NC_EBADID)
        return fail_open(path, -WEXITSTATUS(status), error);
    return SINK_OK;
}

enum sink_status sink_nc_reader_open(struct sink_nc_reader *reader, const char *path,
                                     struct sink_error *error)
{
    *reader = (struct sink_nc_reader){.id = -1, .path = path};
    enum sink_status status = check_file(path, &reader->file_bytes, error);
    if (status != SINK_OK)
        return status;
    setenv("HDF5_PLUGIN_PRELOAD", "::", 1);
    status = try_in_child(path, error);
    if (status != SINK_OK)
        return status;
    const int code = nc_open(path, NC_NOWRITE, &reader->id);
    if (code != NC_NOERR)
        return fail_open(path, code, error);
    return SINK_OK;
}

enum sink_status sink_nc_reader_status(const struct sink_nc_reader *reader,
                                       struct sink_error *error)
{
    if (reader->error.status != SINK_OK)
        *error = reader->error;
    return reader->error.status;
}

void sink_nc_reader_close(struct sink_nc_reader *reader)
{
    if (reader->id >= 0)
        nc_close(reader->id);
    reader->id = -1;
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

static bool is_good(struct sink_nc_reader *reader, int code, const char *what)
{
    if (code != NC_NOERR)
        sink_nc_reader_fault(reader, "%s: %s", what, nc_strerror(code));
    return code == NC_NOERR;
}

size_t sink_nc_length(struct sink_nc_reader *reader, const char *dimension)
{
    int id;
    size_t length = 0;
    if (reader->error.status != SINK_OK || nc_inq_dimid(reader->id, dimension, &id) != NC_NOERR)
        return 0;
    return is_good(reader, nc_inq_dimlen(reader->id, id, &length), dimension) ? length : 0;
}

static size_t value_limit(const struct sink_nc_reader *reader, enum sink_nc_type type)
{
    size_t bytes = LIMIT_BYTES;
    if (reader->file_bytes < LIMIT_BYTES / LIMIT_RATIO)
        bytes = reader->file_bytes * LIMIT_RATIO + LIMIT_SMALL_BYTES;
    return bytes / types[type].bytes;
}

/* The number of values of a variable of that shape and type; 0 after a fault. */
static size_t check_variable(struct sink_nc_reader *reader, int id, const char *variable,
                             enum sink_nc_type type, const char *const *dimensions)
{
    int ids[NC_MAX_VAR_DIMS], count;
    nc_type found;
    if (!is_good(reader, nc_inq_var(reader->id, id, NULL, &found, &count, ids, NULL), variable))
        return 0;
    if (found != types[type].type)
        sink_nc_reader_fault(reader, "%s: another type, expected %s", variable, types[type].name);
    size_t total = 1;
    int i = 0;
    for (; i < count && dimensions[i] && reader->error.status == SINK_OK; i++) {
        char name[NC_MAX_NAME + 1] = "";
        size_t length = 0;
        if (!is_good(reader, nc_inq_dim(reader->id, ids[i], name, &length), variable))
            return 0;
        if (strcmp(name, dimensions[i]) != 0)
            sink_nc_reader_fault(reader, "%s: dimension %s, expected %s", variable, name,
                                 dimensions[i]);
        if (length > value_limit(reader, type) / total)
            sink_nc_reader_fault(reader, "%s: more values than the file can hold", variable);
        else
            total *= length;
    }
    if (dimensions[i] || i != count)
        sink_nc_reader_fault(reader, "%s: %d dimensions, expected another number", variable, count);
    return reader->error.status == SINK_OK ? total : 0;
}

void *sink_nc_read(struct sink_nc_reader *reader, const char *variable, enum sink_nc_type type,
                   const char *const *dimensions)
{
    int id;
    for (size_t i = 0; dimensions[i]; i++)
        if (sink_nc_length(reader, dimensions[i]) == 0)
            return NULL;
    if (reader->error.status != SINK_OK ||
        !is_good(reader, nc_inq_varid(reader->id, variable, &id), variable))
        return NULL;
    const size_t total = check_variable(reader, id, variable, type, dimensions);
    if (total == 0)
        return NULL;
    void *values = calloc(total, types[type].bytes);
    if (!values) {
        sink_fail_memory(&reader->error);
        return NULL;
    }
    if (!is_good(reader, nc_get_var(reader->id, id, values), variable)) {
        free(values);
        return NULL;
    }
    char **texts = values;
    for (size_t i = 0; type == SINK_NC_STRING && i < total; i++)
        if (!texts[i] || !sink_text_is_utf8(texts[i], strlen(texts[i]))) {
            sink_nc_reader_fault(reader, "%s: a text that is not UTF-8", variable);
            sink_nc_free_texts(texts, total);
            return NULL;
        }
    return values;
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

char *sink_nc_read_text(struct sink_nc_reader *reader, const char *attribute)
{
    nc_type type;
    size_t length;
    if (reader->error.status != SINK_OK)
        return NULL;
    if (nc_inq_att(reader->id, NC_GLOBAL, attribute, &type, &length) != NC_NOERR)
        return sink_text_copy("");
    if (type != NC_CHAR || length > reader->file_bytes) {
        sink_nc_reader_fault(reader, "attribute %s: another type, expected text", attribute);
        return NULL;
    }
    char *text = calloc(length + 1, 1);
    if (!text) {
        sink_fail_memory(&reader->error);
        return NULL;
    }
    if (!is_good(reader, nc_get_att_text(reader->id, NC_GLOBAL, attribute, text), attribute) ||
        strlen(text) != length || !sink_text_is_utf8(text, length)) {
        sink_nc_reader_fault(reader, "attribute %s: a text that is not UTF-8", attribute);
        free(text);
        return NULL;
    }
    return text;
}

double sink_nc_read_real(struct sink_nc_reader *reader, const char *attribute)
{
    nc_type type;
    size_t length;
    double value = NAN;
    if (reader->error.status != SINK_OK)
        return NAN;
    if (nc_inq_att(reader->id, NC_GLOBAL, attribute, &type, &length) != NC_NOERR ||
        type != NC_DOUBLE || length != 1) {
        sink_nc_reader_fault(reader, "attribute %s: none, expected a double", attribute);
        return NAN;
    }
    is_good(reader, nc_get_att_double(reader->id, NC_GLOBAL, attribute, &value), attribute);
    return value;
}
