/* What a group holds that nobody knows: it could say anything to those who open the file elsewhere.
 */
#include "pipelines/nc_reader.h"

#include <stdlib.h>
#include <string.h>

static void check_none(struct sink_nc_reader *reader, enum sink_nc_listed what, const char *kind)
{
    size_t count;
    char **names = sink_nc_list(reader, what, &count);
    if (names)
        sink_nc_reader_fault(reader, "%s %.80s: expected no %s", kind, names[0], kind);
    sink_nc_free_texts(names, count);
}

static void check_attributes(struct sink_nc_reader *reader, const char *const *known)
{
    struct sink_nc_attribute attribute;
    const size_t count = sink_nc_attribute_count(reader);
    for (size_t i = 0; i < count && sink_nc_read_attribute(reader, SINK_NC_GLOBAL, i, &attribute);
         i++) {
        const char *const *name = known;
        while (*name && strcmp(*name, attribute.name) != 0)
            name++;
        if (!*name)
            sink_nc_reader_fault(reader, "attribute %.80s: expected none of that name",
                                 attribute.name);
        sink_nc_attribute_free(&attribute);
    }
}

/* Takes the dimensions of the variable out of the list. */
static void strike(const struct sink_nc_variable *variable, char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (int d = 0; names[i] && d < variable->rank; d++)
            if (strcmp(names[i], variable->dimensions[d]) == 0) {
                free(names[i]);
                names[i] = NULL;
            }
}

void sink_nc_reader_check_rest(struct sink_nc_reader *reader, const char *const *attributes)
{
    size_t dimension_count;
    struct sink_nc_variable variable;
    check_none(reader, SINK_NC_GROUPS, "group");
    check_none(reader, SINK_NC_TYPES, "type");
    check_attributes(reader, attributes);
    char **names = sink_nc_list(reader, SINK_NC_DIMENSIONS, &dimension_count);
    const size_t count = sink_nc_variable_count(reader);
    for (size_t i = 0; i < count && sink_nc_describe(reader, i, &variable); i++) {
        if (!(reader->is_read[i / 8] >> i % 8 & 1))
            sink_nc_reader_fault(reader, "variable %.80s: expected none of that name",
                                 variable.name);
        strike(&variable, names, names ? dimension_count : 0);
    }
    for (size_t i = 0; names && i < dimension_count; i++)
        if (names[i])
            sink_nc_reader_fault(reader, "dimension %.80s: expected none of that name", names[i]);
    sink_nc_free_texts(names, dimension_count);
}
