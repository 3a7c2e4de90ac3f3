#include "pipelines/dataset.h"

#include <math.h>
#include <netcdf.h>
#include <stdlib.h>
#include <string.h>

/* More is taken for an attack. */
#define MOST_VARIABLES 4000
#define MOST_ATTRIBUTES 1000
#define MOST_BYTES ((size_t)1 << 30) /* of a file, in memory */

static bool read_attributes(struct sink_nc_reader *reader, int variable, size_t count,
                            struct sink_nc_attribute **attributes)
{
    if (count > MOST_ATTRIBUTES) {
        sink_nc_reader_fault(reader, "%zu attributes, expected at most %d", count, MOST_ATTRIBUTES);
        return false;
    }
    if (!sink_nc_take_room(reader, "attributes", count * sizeof **attributes))
        return false;
    *attributes = calloc(count + 1, sizeof **attributes);
    if (!*attributes) {
        sink_fail_memory(&reader->error);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!sink_nc_read_attribute(reader, variable, i, &(*attributes)[i]))
            return false;
    return true;
}

static const struct sink_nc_attribute *find_attribute(const struct sink_nc_attribute *attributes,
                                                      size_t count, const char *name)
{
    for (size_t i = 0; attributes && i < count; i++)
        if (strcmp(attributes[i].name, name) == 0)
            return &attributes[i];
    return NULL;
}

static void keep_values(struct sink_dataset_variable *variable, void *values)
{
    switch (variable->info.type) {
    case SINK_NC_INT:
        variable->ints = values;
        return;
    case SINK_NC_UINT:
        variable->uints = values;
        return;
    case SINK_NC_INT64:
        variable->int64s = values;
        return;
    case SINK_NC_UINT64:
        variable->uint64s = values;
        return;
    case SINK_NC_DOUBLE:
        variable->reals = values;
        return;
    case SINK_NC_STRING:
        variable->texts = values;
        return;
    case SINK_NC_BYTE:
        variable->bytes = values;
        return;
    }
}

static void fill_with_nan(struct sink_dataset_variable *variable)
{
    const struct sink_nc_attribute *fill =
        find_attribute(variable->attributes, (size_t)variable->info.attribute_count, "_FillValue");
    const bool is_told = fill && fill->numbers && fill->count == 1;
    const double missing = is_told ? fill->numbers[0] : NC_FILL_DOUBLE;
    for (size_t i = 0; i < variable->info.count; i++)
        if (variable->reals[i] == missing)
            variable->reals[i] = NAN;
}

static bool read_variable(struct sink_nc_reader *reader, size_t i,
                          struct sink_dataset_variable *variable)
{
    if (!read_attributes(reader, (int)i, (size_t)variable->info.attribute_count,
                         &variable->attributes))
        return false;
    if (!variable->info.is_known || variable->info.count == 0)
        return true;
    void *values = sink_nc_read_values(reader, &variable->info);
    if (!values)
        return false;
    keep_values(variable, values);
    if (variable->reals)
        fill_with_nan(variable);
    return true;
}

/* One name, one length: the process that reads may be in the hands of the file. */
static bool has_lengths(struct sink_nc_reader *reader, const struct sink_dataset *dataset,
                        size_t count)
{
    const struct sink_nc_variable *variable = &dataset->variables[count].info;
    for (size_t i = 0; i <= count; i++) {
        const struct sink_nc_variable *other = &dataset->variables[i].info;
        for (int d = 0; d < variable->rank; d++)
            for (int e = 0; e < other->rank; e++)
                if (strcmp(variable->dimensions[d], other->dimensions[e]) == 0 &&
                    variable->lengths[d] != other->lengths[e])
                    sink_nc_reader_fault(reader, "%s: its dimension %s has two lengths",
                                         variable->name, variable->dimensions[d]);
    }
    return sink_nc_is_good(reader);
}

/* What the headers say, before a value is read: a few bytes of zeros may be many in memory. */
static bool describe_variables(struct sink_nc_reader *reader, struct sink_dataset *dataset)
{
    size_t all = 0, most = 0, largest = 0;
    for (size_t i = 0; i < dataset->variable_count; i++) {
        const struct sink_nc_variable *variable = &dataset->variables[i].info;
        if (!sink_nc_describe(reader, i, &dataset->variables[i].info) ||
            !has_lengths(reader, dataset, i))
            return false;
        const size_t bytes = variable->is_known ? sink_nc_variable_bytes(variable) : 0;
        all += bytes; /* at most 4000 times what a variable may have */
        if (bytes > most) {
            most = bytes;
            largest = i;
        }
    }
    if (all > reader->room)
        sink_nc_reader_fault(reader,
                             "its variables take %.2f GiB in memory (%.80s alone %.2f), expected "
                             "at most %.2f in all",
                             (double)all / 0x1p30, dataset->variables[largest].info.name,
                             (double)most / 0x1p30, (double)reader->limit / 0x1p30);
    return sink_nc_is_good(reader);
}

static bool read_lists(struct sink_nc_reader *reader, struct sink_dataset *dataset)
{
    for (int what = 0; what <= SINK_NC_DIMENSIONS; what++) {
        struct sink_dataset_names *names = &dataset->listed[what];
        names->items = sink_nc_list(reader, (enum sink_nc_listed)what, &names->count);
        if (!names->items)
            names->count = 0;
    }
    return sink_nc_is_good(reader);
}

bool sink_dataset_read(struct sink_nc_reader *reader, struct sink_dataset *dataset)
{
    *dataset = (struct sink_dataset){0};
    sink_nc_reader_limit(reader, MOST_BYTES);
    const size_t count = sink_nc_variable_count(reader);
    const size_t attribute_count = sink_nc_attribute_count(reader);
    if (count > MOST_VARIABLES) {
        sink_nc_reader_fault(reader, "%zu variables, expected at most %d", count, MOST_VARIABLES);
        return false;
    }
    dataset->variables = calloc(count + 1, sizeof *dataset->variables);
    if (!dataset->variables) {
        sink_fail_memory(&reader->error);
        return false;
    }
    dataset->variable_count = count;
    bool is_good = sink_nc_is_good(reader) &&
                   read_attributes(reader, SINK_NC_GLOBAL, attribute_count, &dataset->attributes);
    dataset->attribute_count = attribute_count; /* of which the first may have been read */
    is_good = is_good && describe_variables(reader, dataset);
    for (size_t i = 0; is_good && i < count; i++)
        is_good = read_variable(reader, i, &dataset->variables[i]);
    is_good = is_good && read_lists(reader, dataset);
    if (!is_good)
        sink_dataset_free(dataset);
    return is_good;
}

static void free_attributes(struct sink_nc_attribute *attributes, size_t count)
{
    for (size_t i = 0; attributes && i < count; i++)
        sink_nc_attribute_free(&attributes[i]);
    free(attributes);
}

void sink_dataset_free(struct sink_dataset *dataset)
{
    for (size_t i = 0; i < dataset->variable_count; i++) {
        struct sink_dataset_variable *variable = &dataset->variables[i];
        free_attributes(variable->attributes, (size_t)variable->info.attribute_count);
        sink_nc_free_texts(variable->texts, variable->info.count);
        free(variable->reals);
        free(variable->ints);
        free(variable->uints);
        free(variable->int64s);
        free(variable->uint64s);
        free(variable->bytes);
    }
    free(dataset->variables);
    for (int what = 0; what <= SINK_NC_DIMENSIONS; what++)
        sink_nc_free_texts(dataset->listed[what].items, dataset->listed[what].count);
    free_attributes(dataset->attributes, dataset->attribute_count);
    *dataset = (struct sink_dataset){0};
}

const struct sink_dataset_variable *sink_dataset_find(const struct sink_dataset *dataset,
                                                      const char *name)
{
    for (size_t i = 0; i < dataset->variable_count; i++)
        if (strcmp(dataset->variables[i].info.name, name) == 0)
            return &dataset->variables[i];
    return NULL;
}

static const struct sink_nc_attribute *attribute_of(const struct sink_dataset *dataset,
                                                    const struct sink_dataset_variable *variable,
                                                    const char *name)
{
    return variable
               ? find_attribute(variable->attributes, (size_t)variable->info.attribute_count, name)
               : find_attribute(dataset->attributes, dataset->attribute_count, name);
}

const char *sink_dataset_text(const struct sink_dataset *dataset,
                              const struct sink_dataset_variable *variable, const char *name)
{
    const struct sink_nc_attribute *found = attribute_of(dataset, variable, name);
    return found && found->text ? found->text : "";
}

double sink_dataset_real(const struct sink_dataset *dataset,
                         const struct sink_dataset_variable *variable, const char *name)
{
    const struct sink_nc_attribute *found = attribute_of(dataset, variable, name);
    return found && found->numbers && found->count == 1 ? found->numbers[0] : NAN;
}

int sink_dataset_axis(const struct sink_dataset_variable *variable, const char *dimension)
{
    for (int d = 0; d < variable->info.rank; d++)
        if (strcmp(variable->info.dimensions[d], dimension) == 0)
            return d;
    return -1;
}

double sink_dataset_value(const struct sink_dataset_variable *variable, size_t i)
{
    return variable->reals     ? variable->reals[i]
           : variable->ints    ? variable->ints[i]
           : variable->uints   ? variable->uints[i]
           : variable->int64s  ? (double)variable->int64s[i]
           : variable->uint64s ? (double)variable->uint64s[i]
           : variable->bytes   ? variable->bytes[i]
                               : NAN;
}

const void *sink_dataset_values(const struct sink_dataset_variable *variable)
{
    return variable->reals     ? (const void *)variable->reals
           : variable->texts   ? (const void *)variable->texts
           : variable->ints    ? (const void *)variable->ints
           : variable->uints   ? (const void *)variable->uints
           : variable->int64s  ? (const void *)variable->int64s
           : variable->uint64s ? (const void *)variable->uint64s
                               : (const void *)variable->bytes;
}
