#include "tests/fuzz/nc_image.h"

#include <string.h>

struct cursor {
    const uint8_t *data;
    size_t size, at;
    bool is_good;
};

static void take(struct cursor *cursor, void *value, size_t bytes)
{
    cursor->is_good = cursor->is_good && cursor->size - cursor->at >= bytes;
    if (!cursor->is_good)
        return;
    memcpy(value, cursor->data + cursor->at, bytes);
    cursor->at += bytes;
}

static const char *take_name(struct cursor *cursor)
{
    const char *name = (const char *)cursor->data + cursor->at;
    const char *end = cursor->is_good ? memchr(name, '\0', cursor->size - cursor->at) : NULL;
    cursor->is_good = end != NULL;
    if (end)
        cursor->at += (size_t)(end - name) + 1;
    return name;
}

static void take_data(struct cursor *cursor, struct nc_record *record)
{
    take(cursor, &record->bytes, sizeof record->bytes);
    cursor->is_good = cursor->is_good && cursor->size - cursor->at >= record->bytes;
    record->data = cursor->data + cursor->at;
    record->data_start = cursor->at;
    if (cursor->is_good)
        cursor->at += record->bytes;
}

static void take_record(struct cursor *cursor, struct nc_record *record)
{
    take(cursor, &record->kind, 1);
    switch (record->kind) {
    case 'd':
        record->name = take_name(cursor);
        take(cursor, &record->length, sizeof record->length);
        return;
    case 'v':
        take(cursor, &record->type, 1);
        take(cursor, &record->rank, 1);
        cursor->is_good = cursor->is_good && record->rank <= NC_IMAGE_RANK;
        for (uint8_t d = 0; cursor->is_good && d < record->rank; d++)
            record->dimensions[d] = take_name(cursor);
        record->name = take_name(cursor);
        take_data(cursor, record);
        return;
    case 'a':
    case 'w':
        take(cursor, &record->type, 1);
        record->name = take_name(cursor);
        take_data(cursor, record);
        return;
    case 'g':
        record->name = take_name(cursor);
        return;
    case 'h':
        take(cursor, &record->answer, sizeof record->answer);
        take(cursor, &record->place, sizeof record->place);
        cursor->is_good = cursor->is_good && cursor->size - cursor->at >= 8;
        record->data = cursor->data + cursor->at;
        record->data_start = cursor->at;
        record->bytes = 8;
        cursor->at += cursor->is_good ? 8 : 0;
        return;
    default:
        cursor->is_good = false;
    }
}

void nc_image_parse(const uint8_t *data, size_t size, struct nc_image *image)
{
    struct cursor cursor = {data, size, 0, true};
    size_t group = SIZE_MAX, numbers[256] = {0};
    image->count = 0;
    while (cursor.at < size && image->count < NC_IMAGE_RECORDS) {
        struct nc_record *record = &image->records[image->count];
        *record = (struct nc_record){.start = cursor.at, .name = ""};
        take_record(&cursor, record);
        if (!cursor.is_good)
            return;
        if (record->kind == 'v')
            numbers['w'] = 0;
        if (record->kind == 'g') {
            group = image->count;
            memset(numbers, 0, sizeof numbers);
        }
        record->end = cursor.at;
        record->group = group;
        record->number = numbers[(unsigned char)record->kind]++;
        image->count++;
    }
}
