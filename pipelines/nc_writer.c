#include "pipelines/nc_writer.h"

#include "pipelines/atomic_file.h"

#include <math.h>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const nc_type types[] = {
    [SINK_NC_BYTE] = NC_UBYTE,   [SINK_NC_INT] = NC_INT,       [SINK_NC_UINT] = NC_UINT,
    [SINK_NC_INT64] = NC_INT64,  [SINK_NC_UINT64] = NC_UINT64, [SINK_NC_DOUBLE] = NC_DOUBLE,
    [SINK_NC_STRING] = NC_STRING};

/* Remembers the first failure; true while there is none. */
static bool note(struct sink_nc_writer *writer, int code, const char *place)
{
    if (code != NC_NOERR && writer->code == NC_NOERR) {
        writer->code = code;
        snprintf(writer->place, sizeof writer->place, "%s", place);
    }
    return writer->code == NC_NOERR;
}

void sink_nc_writer_start(struct sink_nc_writer *writer)
{
    *writer = (struct sink_nc_writer){.id = -1};
    note(writer, nc_create_mem("sinkcalc", NC_NETCDF4, 0, &writer->id), "a file in memory");
}

int sink_nc_dimension(struct sink_nc_writer *writer, const char *name, size_t length)
{
    int dimension = -1;
    if (writer->code == NC_NOERR)
        note(writer, nc_def_dim(writer->id, name, length, &dimension), name);
    return dimension;
}

/* A chunk is one record, or all of a variable that has none: the regions of a year lie together. */
static void set_storage(struct sink_nc_writer *writer, int variable, const char *name,
                        const int *dimensions, int count)
{
    size_t chunk[SINK_NC_MAX_DIMS] = {0};
    int unlimited = -1;
    note(writer, nc_inq_unlimdim(writer->id, &unlimited), name);
    for (int i = 0; i < count && writer->code == NC_NOERR; i++) {
        note(writer, nc_inq_dimlen(writer->id, dimensions[i], &chunk[i]), name);
        if (dimensions[i] == unlimited)
            chunk[i] = 1;
    }
    /* netCDF allows a chunk of 4 GiB; far below it, halve the slowest dimensions. */
    size_t cells = 1;
    for (int i = count; i-- > 0;) {
        while (chunk[i] > 1 && cells * chunk[i] > (size_t)1 << 22)
            chunk[i] = (chunk[i] + 1) / 2;
        cells *= chunk[i];
    }
    if (writer->code == NC_NOERR)
        note(writer, nc_def_var_chunking(writer->id, variable, NC_CHUNKED, chunk), name);
    if (writer->code == NC_NOERR)
        note(writer, nc_def_var_deflate(writer->id, variable, 1, 1, 4), name);
    if (writer->code == NC_NOERR)
        note(writer, nc_def_var_fletcher32(writer->id, variable, NC_FLETCHER32), name);
}

int sink_nc_variable(struct sink_nc_writer *writer, const char *name, enum sink_nc_type type,
                     const int *dimensions, int count)
{
    int variable = -1;
    if (writer->code == NC_NOERR)
        note(writer, nc_def_var(writer->id, name, types[type], count, dimensions, &variable), name);
    if (writer->code == NC_NOERR && count > 0 && type != SINK_NC_STRING)
        set_storage(writer, variable, name, dimensions, count);
    return variable;
}

void sink_nc_fill(struct sink_nc_writer *writer, int variable)
{
    const double fill = NC_FILL_DOUBLE;
    if (writer->code == NC_NOERR)
        note(writer, nc_def_var_fill(writer->id, variable, NC_FILL, &fill), "_FillValue");
}

void sink_nc_text(struct sink_nc_writer *writer, int variable, const char *name, const char *text)
{
    if (writer->code == NC_NOERR && *text)
        note(writer, nc_put_att_text(writer->id, variable, name, strlen(text), text), name);
}

void sink_nc_real(struct sink_nc_writer *writer, int variable, const char *name, double value)
{
    if (writer->code == NC_NOERR)
        note(writer, nc_put_att_double(writer->id, variable, name, NC_DOUBLE, 1, &value), name);
}

void sink_nc_wholes(struct sink_nc_writer *writer, int variable, const char *name,
                    const int *values, size_t count)
{
    if (writer->code == NC_NOERR)
        note(writer, nc_put_att_int(writer->id, variable, name, NC_INT, count, values), name);
}

void sink_nc_put(struct sink_nc_writer *writer, int variable, const void *values)
{
    if (writer->code == NC_NOERR)
        note(writer, nc_put_var(writer->id, variable, values), "values");
}

/* A copy with the fill value for NaN; NULL without memory, which is noted. */
static double *fill_gaps(struct sink_nc_writer *writer, const double *values, size_t count)
{
    double *filled = malloc((count + 1) * sizeof *filled);
    if (!filled)
        note(writer, NC_ENOMEM, "values");
    for (size_t i = 0; filled && i < count; i++)
        filled[i] = isnan(values[i]) ? NC_FILL_DOUBLE : values[i];
    return filled;
}

void sink_nc_put_filled(struct sink_nc_writer *writer, int variable, const double *values,
                        size_t count)
{
    double *filled = fill_gaps(writer, values, count);
    if (filled)
        sink_nc_put(writer, variable, filled);
    free(filled);
}

void sink_nc_put_record(struct sink_nc_writer *writer, int variable, size_t record,
                        const double *values)
{
    int dimensions[SINK_NC_MAX_DIMS], count = 0;
    size_t start[SINK_NC_MAX_DIMS] = {record}, length[SINK_NC_MAX_DIMS] = {1}, total = 1;
    if (writer->code != NC_NOERR ||
        !note(writer, nc_inq_varndims(writer->id, variable, &count), "record") ||
        !note(writer, nc_inq_vardimid(writer->id, variable, dimensions), "record"))
        return;
    for (int i = 1; i < count; i++) {
        if (!note(writer, nc_inq_dimlen(writer->id, dimensions[i], &length[i]), "record"))
            return;
        total *= length[i];
    }
    double *filled = fill_gaps(writer, values, total);
    if (filled)
        note(writer, nc_put_vara_double(writer->id, variable, start, length, filled), "record");
    free(filled);
}

int sink_nc_column(struct sink_nc_writer *writer, const char *name, enum sink_nc_type type,
                   int dimension, const void *values)
{
    const int variable = sink_nc_variable(writer, name, type, &dimension, dimension < 0 ? 0 : 1);
    sink_nc_put(writer, variable, values);
    return variable;
}

int sink_nc_member(struct sink_nc_writer *writer, const char *name, enum sink_nc_type type,
                   int dimension, struct sink_nc_member member)
{
    static const size_t sizes[] = {[SINK_NC_BYTE] = 1,
                                   [SINK_NC_INT] = sizeof(int),
                                   [SINK_NC_UINT] = sizeof(unsigned),
                                   [SINK_NC_INT64] = sizeof(int64_t),
                                   [SINK_NC_UINT64] = sizeof(uint64_t),
                                   [SINK_NC_DOUBLE] = sizeof(double),
                                   [SINK_NC_STRING] = sizeof(char *)};
    const size_t bytes = sizes[type];
    char *column = malloc((member.count + 1) * bytes);
    if (!column) {
        note(writer, NC_ENOMEM, name);
        return -1;
    }
    for (size_t i = 0; i < member.count; i++)
        memcpy(column + i * bytes, (const char *)member.first + i * member.stride, bytes);
    const int variable = sink_nc_column(writer, name, type, dimension, column);
    free(column);
    return variable;
}

void sink_nc_writer_fail(struct sink_nc_writer *writer)
{
    note(writer, NC_ENOMEM, "its content");
}

/* In memory HDF5 grows by whole steps; its superblock (version 0, addresses of 8 bytes) says where
 * the file ends. Without the rest, a file that lost its tail is known to have lost it. */
static size_t image_bytes(const NC_memio *image)
{
    const unsigned char *bytes = image->memory;
    if (image->size < 48 || bytes[8] != 0 || bytes[13] != 8)
        return image->size;
    uint64_t end = 0;
    for (int i = 7; i >= 0; i--)
        end = end << 8 | bytes[40 + i];
    return end >= 48 && end < image->size ? (size_t)end : image->size;
}

enum sink_status sink_nc_writer_image(struct sink_nc_writer *writer, const char *path, void **image,
                                      size_t *bytes, struct sink_error *error)
{
    NC_memio memory = {0};
    *image = NULL;
    *bytes = 0;
    if (writer->code == NC_NOERR)
        note(writer, nc_close_memio(writer->id, &memory), "the file's image");
    else if (writer->id >= 0)
        nc_abort(writer->id);
    if (writer->code != NC_NOERR) {
        free(memory.memory);
        return sink_fail(error, SINK_FAILED, "%s: cannot be made (%s): %s", path, writer->place,
                         nc_strerror(writer->code));
    }
    *image = memory.memory;
    *bytes = image_bytes(&memory);
    return SINK_OK;
}

enum sink_status sink_nc_writer_finish(struct sink_nc_writer *writer, const char *path,
                                       struct sink_error *error)
{
    void *image;
    size_t bytes;
    enum sink_status status = sink_nc_writer_image(writer, path, &image, &bytes, error);
    if (status == SINK_OK)
        status = sink_file_replace(path, image, bytes, error);
    free(image);
    return status;
}
