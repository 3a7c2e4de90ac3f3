/* A netCDF file, or a group of it, read whole: dimensions, variables, attributes, as they stand.
 *
 * For those who look at all of an inventory: reports, exports, checks, comparisons. Read through
 * nc_reader.h, so the file may come from anyone; nothing is believed about what it means. */
#ifndef SINK_PIPELINES_DATASET_H
#define SINK_PIPELINES_DATASET_H

#include "pipelines/nc_reader.h"

struct sink_dataset_variable {
    struct sink_nc_variable info;
    struct sink_nc_attribute *attributes; /* [info.attribute_count] */
    /* info.count values in row order, of one of these kinds; NULL for a type of the file's own or
     * without any value. Doubles that are _FillValue are NaN; where none is told it is that of
     * netCDF (NetCDF Users Guide, fill values). */
    double *reals;
    char **texts;
    unsigned char *bytes;
    int *ints; /* int */
    unsigned *uints;
    int64_t *int64s;
    uint64_t *uint64s;
};

struct sink_dataset {
    struct sink_dataset_variable *variables; /* in the order of the file */
    size_t variable_count;
    struct sink_nc_attribute *attributes; /* of the group */
    size_t attribute_count;
    /* What else is in it: the groups, the types of its own, all its dimensions, by their names. */
    struct sink_dataset_names {
        char **items; /* NULL when there are none */
        size_t count;
    } listed[SINK_NC_DIMENSIONS + 1];
};

/* Reads the group that `reader` is in. All groups of a file that are read may take 1 GiB. On
 * failure `dataset` is empty and the reader has the fault.
 */
bool sink_dataset_read(struct sink_nc_reader *reader, struct sink_dataset *dataset);
void sink_dataset_free(struct sink_dataset *dataset);

/* NULL when there is none. */
const struct sink_dataset_variable *sink_dataset_find(const struct sink_dataset *dataset,
                                                      const char *name);
/* The text of an attribute of a variable, or of the group (`variable` NULL); "" when there is none.
 */
const char *sink_dataset_text(const struct sink_dataset *dataset,
                              const struct sink_dataset_variable *variable, const char *name);
/* The number of an attribute; NaN when there is none. */
double sink_dataset_real(const struct sink_dataset *dataset,
                         const struct sink_dataset_variable *variable, const char *name);
/* The place of a dimension among those of a variable, -1 when it is not on it. */
int sink_dataset_axis(const struct sink_dataset_variable *variable, const char *dimension);
/* Its values in memory, as info.type has them; NULL without any. */
const void *sink_dataset_values(const struct sink_dataset_variable *variable);
/* A value of any kind of number as a double (beyond 2^53 rounded); NaN for a text. */
double sink_dataset_value(const struct sink_dataset_variable *variable, size_t i);

#endif
