/* Strict reading of netCDF-4 files that may come from anywhere.
 *
 * Every variable is named with its type and its dimension; anything else is an error that names
 * file and variable. The first one is remembered and the calls after it return NULL, so that a
 * layout reads as a list. One thread at a time. */
#ifndef SINK_PIPELINES_NC_READER_H
#define SINK_PIPELINES_NC_READER_H

#include "pipelines/nc_writer.h"
#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <sys/types.h>

#define SINK_NC_NAME_BYTES 257
#define SINK_NC_MAX_RANK 8
#define SINK_NC_VARIABLES 8192 /* most in a group */

struct sink_nc_reader {
    int socket;
    pid_t child;
    const char *path; /* borrowed */
    size_t file_bytes;
    size_t limit, room; /* bytes that may be read in all, and that are left; 0, 0 for no limit */
    /* What the child said of the dimensions of this group: it may not say another thing later. */
    struct sink_nc_dimension *dimensions;
    size_t dimension_count;
    unsigned char is_read[SINK_NC_VARIABLES / 8]; /* a bit for each variable of the group */
    struct sink_error error;
};

/* A regular file of HDF5. A child process reads it, within limits of time and memory and without
 * any other file, network or plug-in: HDF5 crashes on some files and never ends on others. What the
 * child says is checked here. */
SINK_CHECKED enum sink_status sink_nc_reader_open(struct sink_nc_reader *reader, const char *path,
                                                  struct sink_error *error);
/* The same of a file in memory, which may be freed after; `name` is borrowed, for messages. */
SINK_CHECKED enum sink_status sink_nc_reader_open_image(struct sink_nc_reader *reader,
                                                        const char *name, const void *image,
                                                        size_t bytes, struct sink_error *error);
/* The first fault so far, if any. */
SINK_CHECKED enum sink_status sink_nc_reader_status(const struct sink_nc_reader *reader,
                                                    struct sink_error *error);
void sink_nc_reader_close(struct sink_nc_reader *reader);

static inline bool sink_nc_is_good(const struct sink_nc_reader *reader)
{
    return reader->error.status == SINK_OK;
}

/* Notes a fault of the content: "<path>: <text>". */
void sink_nc_reader_fault(struct sink_nc_reader *reader, const char *format, ...) SINK_PRINTF(2, 3);

/* What is read from here on may take that many bytes of memory, each value counted once, until a
 * fault: a small file can hold much. Without it only each variable has a limit, of 1 GiB. Once. */
void sink_nc_reader_limit(struct sink_nc_reader *reader, size_t bytes);
/* Counts `bytes` of what is called `what`, before they are taken; false after a fault. */
bool sink_nc_take_room(struct sink_nc_reader *reader, const char *what, size_t bytes);

/* All that follows is of that group of the root ("": of the root itself); false when there is none.
 */
bool sink_nc_reader_enter(struct sink_nc_reader *reader, const char *group);

/* The length of a dimension, 0 when the file has none of that name. */
size_t sink_nc_length(struct sink_nc_reader *reader, const char *dimension);
/* All values of a variable on `dimensions` (names, the last one NULL), malloc'ed: numbers as int,
 * unsigned, int64_t, uint64_t or double by `type`, or char * that sink_nc_free_texts frees. NULL
 * after a fault or when a dimension has no length. */
void *sink_nc_read(struct sink_nc_reader *reader, const char *variable, enum sink_nc_type type,
                   const char *const *dimensions);
/* The same on one dimension. */
void *sink_nc_read_column(struct sink_nc_reader *reader, const char *variable,
                          enum sink_nc_type type, const char *dimension);
void sink_nc_free_texts(char **texts, size_t count);
/* Takes a text out of its column; the caller frees it. */
static inline char *sink_nc_take_text(char **texts, size_t i)
{
    char *text = texts[i];
    texts[i] = NULL;
    return text;
}
/* A global attribute; "" when there is none. Caller frees; NULL after a fault. */
char *sink_nc_read_text(struct sink_nc_reader *reader, const char *attribute);
double sink_nc_read_real(struct sink_nc_reader *reader, const char *attribute);

/* Notes the first thing in the group that nobody asked for: a group, a type, a variable that
 * sink_nc_read has not read, a dimension that no variable lies on, an attribute of the group that
 * is not among `attributes` (ends with NULL). For those who know all that a file may hold. */
void sink_nc_reader_check_rest(struct sink_nc_reader *reader, const char *const *attributes);

/* What a file holds, for those who read all of it. */
struct sink_nc_variable {
    int number; /* among the variables of the group */
    int rank, attribute_count;
    bool is_known; /* of one of our types; else `type` says nothing */
    enum sink_nc_type type;
    size_t count; /* of values */
    size_t lengths[SINK_NC_MAX_RANK];
    char name[SINK_NC_NAME_BYTES], dimensions[SINK_NC_MAX_RANK][SINK_NC_NAME_BYTES];
};
/* Bytes that its values take in memory; of texts the least that so many can. */
size_t sink_nc_variable_bytes(const struct sink_nc_variable *variable);
size_t sink_nc_variable_count(struct sink_nc_reader *reader);
/* Of the group itself. */
size_t sink_nc_attribute_count(struct sink_nc_reader *reader);
bool sink_nc_has_variable(struct sink_nc_reader *reader, const char *name);
/* False after a fault. */
bool sink_nc_describe(struct sink_nc_reader *reader, size_t i, struct sink_nc_variable *variable);
/* All values of a variable of a known type, as sink_nc_read. */
void *sink_nc_read_values(struct sink_nc_reader *reader, const struct sink_nc_variable *variable);

/* What a group can hold beside variables and attributes. */
enum sink_nc_listed { SINK_NC_GROUPS, SINK_NC_TYPES, SINK_NC_DIMENSIONS };
/* The names of all of a kind, for sink_nc_free_texts; NULL when there is none, or after a fault. */
char **sink_nc_list(struct sink_nc_reader *reader, enum sink_nc_listed what, size_t *count);

struct sink_nc_attribute {
    char name[SINK_NC_NAME_BYTES];
    char *text;      /* NULL when it is numbers; freed by sink_nc_attribute_free */
    double *numbers; /* [count] */
    bool is_double;  /* they are stored as such */
    size_t count;
};
/* Attribute `i` of a variable by its number, or of the group (SINK_NC_GLOBAL); false after a fault.
 */
bool sink_nc_read_attribute(struct sink_nc_reader *reader, int variable, size_t i,
                            struct sink_nc_attribute *attribute);
void sink_nc_attribute_free(struct sink_nc_attribute *attribute);

#endif
