#include "pipelines/nc_connection.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <netcdf.h>
#include <stdlib.h>
#include <string.h>

/* A variable of more bytes than this, or of more than DEFLATE can have packed into the file (a
 * thousandth at best), is taken for an attack. */
#define LIMIT_BYTES ((size_t)1 << 30)
#define LIMIT_RATIO 1100
#define LIMIT_SMALL_BYTES ((size_t)1 << 20)
#define TEXT_BYTES 32 /* the least that malloc gives */

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

size_t sink_nc_length(struct sink_nc_reader *reader, const char *dimension)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = sink_nc_request_by_name(SINK_NC_LENGTH, dimension);
    for (size_t i = 0; i < reader->dimension_count; i++)
        if (strcmp(reader->dimensions[i].name, request.name) == 0)
            return sink_nc_is_good(reader) ? reader->dimensions[i].length : 0;
    if (!sink_nc_ask_whether(reader, &request, &answer) && !sink_nc_is_good(reader))
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

void sink_nc_reader_limit(struct sink_nc_reader *reader, size_t bytes)
{
    if (reader->limit == 0)
        reader->limit = reader->room = bytes;
}

bool sink_nc_take_room(struct sink_nc_reader *reader, const char *what, size_t bytes)
{
    if (reader->limit == 0)
        return true;
    if (bytes > reader->room)
        sink_nc_reader_fault(reader,
                             "%s: with it %.2f GiB of the file are to be held in memory, expected "
                             "at most %.2f",
                             what, (double)(reader->limit - reader->room + bytes) / 0x1p30,
                             (double)reader->limit / 0x1p30);
    else
        reader->room -= bytes;
    return sink_nc_is_good(reader);
}

size_t sink_nc_variable_bytes(const struct sink_nc_variable *variable)
{
    const size_t bytes = types[variable->type].bytes;
    return variable->count * (variable->type == SINK_NC_STRING ? bytes + TEXT_BYTES : bytes);
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
    /* packed and one by one at the same time */
    if (bytes <= limit_bytes(reader) && !sink_nc_take_room(reader, variable, 2 * bytes))
        return NULL;
    char *packed = bytes <= limit_bytes(reader) ? malloc(bytes + 1) : NULL;
    char **texts = calloc(count, sizeof *texts);
    if (packed)
        packed[bytes] = '\0'; /* whoever looks for an end of the last text finds one */
    if (bytes > limit_bytes(reader))
        sink_nc_reader_fault(reader, "%s: more text than the file can hold", variable);
    else if (!packed || !texts)
        sink_fail_memory(&reader->error);
    else if (sink_nc_receive(reader, packed, bytes) &&
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
    if (variable->count == 0 ||
        !sink_nc_take_room(reader, variable->name, sink_nc_variable_bytes(variable)) ||
        !sink_nc_ask_well(reader, &request, variable->name, &answer))
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
    if (sink_nc_is_good(reader) && sink_nc_receive(reader, values, bytes))
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
    const struct sink_nc_request request = sink_nc_request_by_name(SINK_NC_FIND, variable);
    for (size_t i = 0; dimensions[i]; i++)
        if (sink_nc_length(reader, dimensions[i]) == 0)
            return NULL;
    if (!sink_nc_ask_well(reader, &request, variable, &answer) ||
        !take_variable(reader, &answer, &found))
        return NULL;
    check_variable(reader, &found, type, dimensions);
    if (found.number < SINK_NC_VARIABLES)
        reader->is_read[found.number / 8] |= (unsigned char)(1 << found.number % 8);
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

/* UTF-8; other writers store an empty text, or any, with NULs at its end. */
static bool is_text_of(const char *text, size_t bytes)
{
    const size_t length = strlen(text);
    for (size_t i = length; i < bytes; i++)
        if (text[i] != '\0')
            return false;
    return sink_text_is_utf8(text, length);
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
    if (!sink_nc_take_room(reader, answer->name, answer->bytes))
        return false;
    void *values = calloc(answer->bytes + 1, 1);
    if (!values)
        sink_fail_memory(&reader->error);
    else if (sink_nc_receive(reader, values, answer->bytes) && is_text &&
             !is_text_of(values, answer->bytes))
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
    const struct sink_nc_request request = sink_nc_request_by_name(SINK_NC_ATTRIBUTE, name);
    return sink_nc_ask_whether(reader, &request, &answer) &&
           receive_attribute(reader, &answer, attribute);
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
    const struct sink_nc_request request = sink_nc_request_by_name(SINK_NC_COUNT, "");
    if (!sink_nc_ask_well(reader, &request, "content", &answer))
        return (struct sink_nc_answer){0};
    return answer;
}

size_t sink_nc_variable_count(struct sink_nc_reader *reader)
{
    const size_t count = count_content(reader).count;
    if (count > SINK_NC_VARIABLES)
        sink_nc_reader_fault(reader, "%zu variables, expected %d at most", count,
                             SINK_NC_VARIABLES);
    return count > SINK_NC_VARIABLES ? 0 : count;
}

size_t sink_nc_attribute_count(struct sink_nc_reader *reader)
{
    return (size_t)count_content(reader).attribute_count;
}

bool sink_nc_has_variable(struct sink_nc_reader *reader, const char *name)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = sink_nc_request_by_name(SINK_NC_FIND, name);
    return sink_nc_ask_whether(reader, &request, &answer);
}

bool sink_nc_describe(struct sink_nc_reader *reader, size_t i, struct sink_nc_variable *variable)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = {.kind = SINK_NC_DESCRIBE, .variable = (int32_t)i};
    return sink_nc_ask_well(reader, &request, "variables", &answer) &&
           take_variable(reader, &answer, variable);
}

char **sink_nc_list(struct sink_nc_reader *reader, enum sink_nc_listed what, size_t *count)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = {.kind = SINK_NC_LIST, .index = (int32_t)what};
    *count = 0;
    if (!sink_nc_ask_well(reader, &request, "content", &answer) || answer.count == 0)
        return NULL;
    if (answer.count > limit_bytes(reader) / sizeof(char *)) {
        sink_nc_reader_fault(reader, "more names than the file can hold");
        return NULL;
    }
    *count = answer.count;
    return receive_texts(reader, "content", answer.bytes, answer.count);
}

bool sink_nc_read_attribute(struct sink_nc_reader *reader, int variable, size_t i,
                            struct sink_nc_attribute *attribute)
{
    struct sink_nc_answer answer;
    const struct sink_nc_request request = {
        .kind = SINK_NC_ATTRIBUTE_AT, .variable = variable, .index = (int32_t)i};
    *attribute = (struct sink_nc_attribute){0};
    return sink_nc_ask_well(reader, &request, "attributes", &answer) &&
           receive_attribute(reader, &answer, attribute);
}
