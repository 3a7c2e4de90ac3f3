/* A netCDF-4 file made in memory and written whole (HDF5 crashes on a full disk).
 *
 * The first call that fails is remembered and the calls after it do nothing, so that a layout reads
 * as a list; sink_nc_writer_finish tells. One thread at a time. */
#ifndef SINK_PIPELINES_NC_WRITER_H
#define SINK_PIPELINES_NC_WRITER_H

#include "sinkcalc/base/error.h"

#include <stddef.h>
#include <stdint.h>

enum sink_nc_type {
    SINK_NC_BYTE, /* unsigned */
    SINK_NC_INT,
    SINK_NC_UINT,
    SINK_NC_INT64,
    SINK_NC_UINT64,
    SINK_NC_DOUBLE,
    SINK_NC_STRING
};

#define SINK_NC_MAX_DIMS 4
#define SINK_NC_UNLIMITED 0
#define SINK_NC_GLOBAL (-1) /* in place of a variable */

struct sink_nc_writer {
    int id;
    int code;        /* of the first failure */
    char place[128]; /* what was being made then */
};

void sink_nc_writer_start(struct sink_nc_writer *writer);
/* The dimension's number. */
int sink_nc_dimension(struct sink_nc_writer *writer, const char *name, size_t length);
/* A variable on `count` dimensions; its number. Numbers on dimensions are stored deflated, shuffled
 * and with a checksum. */
int sink_nc_variable(struct sink_nc_writer *writer, const char *name, enum sink_nc_type type,
                     const int *dimensions, int count);
/* Says that NaN is stored as the netCDF default fill value; before any value is put. */
void sink_nc_fill(struct sink_nc_writer *writer, int variable);
/* Attributes; a text of no length is left out. */
void sink_nc_text(struct sink_nc_writer *writer, int variable, const char *name, const char *text);
void sink_nc_real(struct sink_nc_writer *writer, int variable, const char *name, double value);
void sink_nc_wholes(struct sink_nc_writer *writer, int variable, const char *name,
                    const int *values, size_t count);

/* All values of a variable of fixed size; the type is that of the variable. */
void sink_nc_put(struct sink_nc_writer *writer, int variable, const void *values);
/* The same for `count` doubles with NaN stored as the fill value. */
void sink_nc_put_filled(struct sink_nc_writer *writer, int variable, const double *values,
                        size_t count);
/* The values of one record of a variable whose first dimension is unlimited. */
void sink_nc_put_record(struct sink_nc_writer *writer, int variable, size_t record,
                        const double *values);
/* A variable and its values at once; on no dimension when `dimension` < 0. */
int sink_nc_column(struct sink_nc_writer *writer, const char *name, enum sink_nc_type type,
                   int dimension, const void *values);

/* The same from a member of an array of structs: `first` is the member of the first of `count`
 * structs of `stride` bytes. */
struct sink_nc_member {
    const void *first;
    size_t stride, count;
};
#define SINK_NC_MEMBER(array, array_count, member)                                                 \
    ((struct sink_nc_member){&(array)[0].member, sizeof *(array), array_count})
int sink_nc_member(struct sink_nc_writer *writer, const char *name, enum sink_nc_type type,
                   int dimension, struct sink_nc_member member);

/* Gives the file up: sink_nc_writer_finish will only free. */
void sink_nc_writer_fail(struct sink_nc_writer *writer);
/* The bytes of the file, for the caller to free, or says what failed of `path`; frees the rest of
 * the writer's memory in any case. */
SINK_CHECKED enum sink_status sink_nc_writer_image(struct sink_nc_writer *writer, const char *path,
                                                   void **image, size_t *bytes,
                                                   struct sink_error *error);
/* Replaces `path` by the file, or says what failed; frees the writer's memory in any case. */
SINK_CHECKED enum sink_status sink_nc_writer_finish(struct sink_nc_writer *writer, const char *path,
                                                    struct sink_error *error);

#endif
