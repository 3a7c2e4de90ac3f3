/* Changes of a struct nc_image that leave the rest of it as it is: a value, a text, a length, a
 * whole row; seldom bytes anywhere. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/nc_image.h"

#include <netcdf.h>
#include <stdlib.h>
#include <string.h>

/* The bytes that are changed, with room for `max` of them. */
struct change {
    uint8_t *data;
    size_t size, max;
    uint64_t random;
    struct nc_image image;
};

static size_t pick(struct change *change, size_t count)
{
    change->random = change->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return count > 0 ? (size_t)(change->random >> 33) % count : 0;
}

/* Bytes start..end become `bytes` others, zeros where there were none; false without room. */
static bool resize(struct change *change, size_t start, size_t end, size_t bytes)
{
    if (change->size - (end - start) + bytes > change->max)
        return false;
    memmove(change->data + start + bytes, change->data + end, change->size - end);
    if (bytes > end - start)
        memset(change->data + end, 0, bytes - (end - start));
    change->size = change->size - (end - start) + bytes;
    return true;
}

/* The data of a record get another number of bytes. */
static bool resize_data(struct change *change, const struct nc_record *record, uint32_t start,
                        uint32_t end, uint32_t bytes)
{
    const uint32_t total = record->bytes - (end - start) + bytes;
    if (!resize(change, record->data_start + start, record->data_start + end, bytes))
        return false;
    memcpy(change->data + record->data_start - sizeof total, &total, sizeof total);
    return true;
}

static size_t size_of(int type)
{
    static const uint8_t sizes[] = {0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
    return type > 0 && type < (int)sizeof sizes ? sizes[type] : 0;
}

static void change_bytes(struct change *change, size_t start, size_t bytes)
{
    uint8_t number[8] = {0};
    memcpy(number, change->data + start, bytes);
    (void)LLVMFuzzerMutate(number, bytes, bytes);
    memcpy(change->data + start, number, bytes);
}

static void change_number(struct change *change, const struct nc_record *record)
{
    static const double reals[] = {0,
                                   -0.0,
                                   1,
                                   -1,
                                   1e308,
                                   -1e308,
                                   1e-308,
                                   1e17,
                                   1e9,
                                   0.5,
                                   1e5,
                                   NC_FILL_DOUBLE,
                                   __builtin_nan(""),
                                   __builtin_inf(),
                                   -__builtin_inf()};
    static const int64_t wholes[] = {0,         1,          -1,        2,         INT32_MAX,
                                     INT32_MIN, UINT32_MAX, INT64_MAX, INT64_MIN, 1 << 20};
    const size_t size = size_of(record->type);
    if (size == 0 || record->bytes < size)
        return;
    const size_t count = record->bytes / size, at = record->data_start + size * pick(change, count);
    switch (pick(change, 5)) {
    case 0:
        if (record->type == NC_DOUBLE)
            memcpy(change->data + at, &reals[pick(change, sizeof reals / sizeof *reals)], size);
        else
            memcpy(change->data + at, &wholes[pick(change, sizeof wholes / sizeof *wholes)], size);
        return;
    case 1: /* another of its values */
        memmove(change->data + at, change->data + record->data_start + size * pick(change, count),
                size);
        return;
    case 2: /* one more or less */
        change->data[at] += (uint8_t)(pick(change, 2) ? 1 : 255);
        return;
    case 3: /* all the same from here */
        for (size_t i = at + size; i < record->data_start + count * size; i += size)
            memcpy(change->data + i, change->data + at, size);
        return;
    default:
        change_bytes(change, at, size);
    }
}

/* One text of several, or the only one. */
static void change_text(struct change *change, const struct nc_record *record)
{
    uint32_t start = (uint32_t)pick(change, record->bytes + (size_t)1), end = start;
    while (start > 0 && record->data[start - 1] != '\0')
        start--;
    while (end < record->bytes && record->data[end] != '\0')
        end++;
    const size_t room = change->max - change->size < 64 ? change->max - change->size : 64;
    const size_t most = end - start + room;
    uint8_t *text = malloc(most + 1);
    if (!text || most == 0) {
        free(text);
        return;
    }
    memcpy(text, record->data + start, end - start);
    const uint32_t bytes = (uint32_t)LLVMFuzzerMutate(text, end - start, most);
    if (resize_data(change, record, start, end, bytes))
        memcpy(change->data + record->data_start + start, text, bytes);
    free(text);
}

static void change_length(struct change *change, const struct nc_record *record)
{
    static const uint32_t lengths[] = {0, 1, 2, 3, 100, 65536, 1 << 20, UINT32_MAX};
    uint32_t length = record->length;
    if (pick(change, 2))
        length += pick(change, 2) ? 1 : UINT32_MAX;
    else
        length = lengths[pick(change, sizeof lengths / sizeof *lengths)];
    memcpy(change->data + record->end - sizeof length, &length, sizeof length);
}

/* Where the n-th text of the data begins. */
static uint32_t text_start(const struct nc_record *record, size_t n)
{
    uint32_t at = 0;
    while (n > 0 && at < record->bytes)
        n -= record->data[at++] == '\0';
    return at;
}

/* One place of a dimension goes, or comes twice, in every variable that begins with it. */
static void change_row(struct change *change, const struct nc_record *record)
{
    const struct nc_record dimension = *record;
    const size_t row = pick(change, dimension.length);
    const bool is_doubled = pick(change, 2) != 0;
    const uint32_t length = dimension.length + (is_doubled ? 1 : UINT32_MAX);
    if (dimension.length == 0 || dimension.length > 1 << 20)
        return;
    memcpy(change->data + dimension.end - sizeof length, &length, sizeof length);
    for (size_t i = change->image.count; i-- > 0;) { /* from the end: what is before stays */
        const struct nc_record *variable = &change->image.records[i];
        if (variable->kind != 'v' || variable->rank == 0 ||
            strcmp(variable->dimensions[0], dimension.name) != 0)
            continue;
        uint32_t start = variable->bytes / dimension.length * (uint32_t)row;
        uint32_t end = start + variable->bytes / dimension.length;
        if (variable->type == NC_STRING) {
            start = text_start(variable, row);
            end = text_start(variable, row + 1);
        }
        const uint32_t bytes = end - start;
        if (!is_doubled)
            (void)resize_data(change, variable, start, end, 0);
        else if (resize_data(change, variable, end, end, bytes))
            memmove(change->data + variable->data_start + end,
                    change->data + variable->data_start + start, bytes);
    }
}

/* What a process that is in the hands of the file says in the place of an answer's bytes. */
static void add_lie(struct change *change)
{
    static const int64_t wholes[] = {0, 1, -1, INT32_MAX, UINT32_MAX, INT64_MAX, 1 << 20, 12};
    const uint16_t answer = (uint16_t)pick(change, 100);
    const uint16_t place = (uint16_t)(4 * pick(change, pick(change, 2) ? 30 : 700));
    const size_t at = change->size;
    if (!resize(change, at, at, 13))
        return;
    change->data[at] = 'h';
    memcpy(change->data + at + 1, &answer, sizeof answer);
    memcpy(change->data + at + 3, &place, sizeof place);
    memcpy(change->data + at + 5, &wholes[pick(change, sizeof wholes / sizeof *wholes)], 8);
    if (pick(change, 3) == 0)
        change_bytes(change, at + 5, 8);
}

static void change_record(struct change *change, const struct nc_record *record)
{
    const bool has_text = record->type == NC_STRING || record->type == NC_CHAR;
    if (pick(change, 64) == 0) {
        (void)resize(change, record->start, record->end, 0);
        return;
    }
    if (record->kind == 'd' && pick(change, 2))
        change_row(change, record);
    else if (record->kind == 'd')
        change_length(change, record);
    else if (record->kind == 'h')
        change_bytes(change, record->data_start, record->bytes);
    else if (record->kind != 'g' && pick(change, 32) == 0)
        change->data[record->start + 1] = (uint8_t)pick(change, 13); /* its type */
    else if (record->kind != 'g' && has_text)
        change_text(change, record);
    else if (record->kind != 'g')
        change_number(change, record);
}

/* Long texts, of which the job is one, and what is not read by all are met too seldom or too often
 * when every record is as likely as any other: half of the time the bytes decide. */
static const struct nc_record *pick_record(struct change *change)
{
    if (pick(change, 2) == 0)
        return &change->image.records[pick(change, change->image.count)];
    const size_t place = pick(change, change->size);
    size_t i = 0;
    while (i + 1 < change->image.count && change->image.records[i].end <= place)
        i++;
    return &change->image.records[i];
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static struct change change;
    change.data = data;
    change.size = size;
    change.max = max_size;
    change.random = seed;
    for (size_t times = 1 + pick(&change, 3); times > 0; times--) {
        nc_image_parse(data, change.size, &change.image);
        if (change.image.count == 0 || pick(&change, 200) == 0)
            return LLVMFuzzerMutate(data, change.size, max_size);
        if (pick(&change, 25) == 0)
            add_lie(&change);
        else
            change_record(&change, pick_record(&change));
    }
    return change.size;
}
