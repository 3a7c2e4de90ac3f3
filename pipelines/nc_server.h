/* The process that reads a netCDF file for nc_reader.c, and what the two say to each other.
 *
 * The reader sends a struct sink_nc_request and gets a struct sink_nc_answer, with answer.bytes
 * bytes after it. The reader believes none of it: the process may be in the hands of the file. */
#ifndef SINK_PIPELINES_NC_SERVER_H
#define SINK_PIPELINES_NC_SERVER_H

#include "pipelines/nc_reader.h"

#include <stddef.h>
#include <stdint.h>

enum sink_nc_request_kind {
    SINK_NC_ENTER,     /* the group `name` of the root, "" for the root itself */
    SINK_NC_LENGTH,    /* of the dimension `name`: count */
    SINK_NC_COUNT,     /* of the variables: count; of the group's attributes: attribute_count */
    SINK_NC_FIND,      /* the variable `name` */
    SINK_NC_DESCRIBE,  /* the variable number `variable` */
    SINK_NC_VALUES,    /* of the variable number `variable`; texts each with a uint32_t of its bytes
                          before it */
    SINK_NC_ATTRIBUTE, /* `name` of `variable` (-1: of the group); texts as they are, numbers as
                          doubles */
    SINK_NC_ATTRIBUTE_AT, /* the same by `index` */
    SINK_NC_LIST          /* the names of what the group has of the kind `index` (enum
                             sink_nc_listed): count, and texts as of values */
};

struct sink_nc_request {
    uint32_t kind;
    int32_t variable, index;
    char name[SINK_NC_NAME_BYTES];
};

struct sink_nc_answer {
    int32_t code; /* of netCDF; the rest counts when it is 0 */
    int32_t variable, type, rank, attribute_count;
    uint64_t count; /* of values */
    uint64_t bytes; /* that follow */
    uint64_t lengths[SINK_NC_MAX_RANK];
    char name[SINK_NC_NAME_BYTES]; /* of the variable or attribute */
    char dimensions[SINK_NC_MAX_RANK][SINK_NC_NAME_BYTES];
};

/* Answers for the open file `file` of `bytes` bytes until the other end of `socket` is closed. The
 * first answer, unasked, is that of opening. Only for a child process; keeps `socket` open and
 * every other descriptor closed. */
_Noreturn void sink_nc_serve(int socket, int file, size_t bytes);

#endif
