/* The header as "The NetCDF Classic Format Specification" (Unidata) has it; CDF-1, CDF-2 and CDF-5.
 */
#include "rasters/netcdf_length.h"

#include <cpl_vsi.h>
#include <stdbool.h>
#include <stdio.h>

#define MAX_DIMENSIONS 1024
#define MAX_ITEMS 65536
#define MAX_LENGTH ((uint64_t)1 << 60)

struct header {
    VSILFILE *file;
    uint64_t length; /* of the file */
    int version;
    bool is_damaged;
    uint64_t records;
    uint64_t sizes[MAX_DIMENSIONS]; /* 0: the record dimension */
    uint64_t size_count;
    uint64_t end;        /* of what is not in records */
    uint64_t record_end; /* of the first record's parts */
    uint64_t record_bytes, record_variables, last_record_bytes;
};

static uint64_t number(struct header *header, int bytes)
{
    unsigned char raw[8] = {0};
    uint64_t value = 0;
    if (header->is_damaged || VSIFReadL(raw, 1, (size_t)bytes, header->file) != (size_t)bytes)
        header->is_damaged = true;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | raw[i];
    return value;
}

/* A count or a length. */
static uint64_t count(struct header *header)
{
    return number(header, header->version == 5 ? 8 : 4);
}

static uint64_t padded(uint64_t bytes)
{
    return (bytes + 3) / 4 * 4;
}

static void skip(struct header *header, uint64_t bytes)
{
    const uint64_t at = VSIFTellL(header->file);
    if (header->is_damaged || bytes > header->length || at > header->length - bytes ||
        VSIFSeekL(header->file, at + bytes, SEEK_SET) != 0)
        header->is_damaged = true;
}

static void skip_name(struct header *header)
{
    const uint64_t length = count(header);
    skip(header, length > header->length ? length : padded(length));
}

static uint64_t type_bytes(uint64_t type)
{
    static const unsigned char bytes[] = {0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
    return type < sizeof bytes ? bytes[type] : 0;
}

/* Items in a list that begins with `tag`, or with 0 for an empty one. */
static uint64_t list_items(struct header *header, uint64_t tag)
{
    const uint64_t found = number(header, 4), items = count(header);
    if ((found != tag && (found != 0 || items != 0)) || items > MAX_ITEMS)
        header->is_damaged = true;
    return header->is_damaged ? 0 : items;
}

static void read_dimensions(struct header *header)
{
    header->size_count = list_items(header, 10);
    if (header->size_count > MAX_DIMENSIONS)
        header->is_damaged = true;
    for (uint64_t i = 0; i < header->size_count && !header->is_damaged; i++) {
        skip_name(header);
        header->sizes[i] = count(header);
    }
}

static void skip_attributes(struct header *header)
{
    const uint64_t items = list_items(header, 12);
    for (uint64_t i = 0; i < items && !header->is_damaged; i++) {
        skip_name(header);
        const uint64_t bytes = type_bytes(number(header, 4)), values = count(header);
        if (bytes == 0 || values > header->length)
            header->is_damaged = true;
        else
            skip(header, padded(values * bytes));
    }
}

static void read_variable(struct header *header)
{
    uint64_t cells = 1;
    bool is_record = false;
    skip_name(header);
    const uint64_t dimensions = count(header);
    if (dimensions > MAX_DIMENSIONS)
        header->is_damaged = true;
    for (uint64_t i = 0; i < dimensions && !header->is_damaged; i++) {
        const uint64_t which = count(header);
        const uint64_t size = which < header->size_count ? header->sizes[which] : MAX_LENGTH;
        if (i == 0 && size == 0)
            is_record = true;
        else if (size > 0 && cells > MAX_LENGTH / size)
            header->is_damaged = true;
        else
            cells *= size;
    }
    skip_attributes(header);
    const uint64_t bytes = cells * type_bytes(number(header, 4));
    count(header); /* vsize, which is wrong for large variables */
    const uint64_t begin = number(header, header->version == 1 ? 4 : 8);
    if (header->is_damaged || bytes > 8 * MAX_LENGTH - 4 || begin > MAX_LENGTH) {
        header->is_damaged = true;
    } else if (is_record) {
        header->record_variables++;
        header->last_record_bytes = bytes;
        header->record_bytes += padded(bytes);
        if (begin + bytes > header->record_end)
            header->record_end = begin + bytes;
    } else if (begin + bytes > header->end) {
        header->end = begin + bytes;
    }
}

/* Bytes that the file must have. */
static uint64_t expected_length(struct header *header)
{
    const uint64_t streaming = header->version == 5 ? UINT64_MAX : UINT32_MAX;
    header->records = count(header);
    read_dimensions(header);
    skip_attributes(header);
    const uint64_t variables = list_items(header, 11);
    for (uint64_t i = 0; i < variables && !header->is_damaged; i++)
        read_variable(header);
    if (header->record_variables == 0 || header->records == 0 || header->records == streaming)
        return header->end;
    /* records of a single variable are not padded */
    const uint64_t step =
        header->record_variables == 1 ? header->last_record_bytes : header->record_bytes;
    if (step > 0 && header->records - 1 > MAX_LENGTH / step)
        header->is_damaged = true;
    const uint64_t end = header->record_end + (header->records - 1) * step;
    return end > header->end ? end : header->end;
}

enum sink_netcdf_length sink_netcdf_check_length(const char *path, uint64_t *expected,
                                                 uint64_t *found)
{
    unsigned char magic[4] = {0};
    struct header header = {.file = VSIFOpenL(path, "rb")};
    enum sink_netcdf_length result = SINK_NETCDF_WHOLE;
    if (!header.file)
        return result;
    if (VSIFReadL(magic, 1, 4, header.file) == 4 && magic[0] == 'C' && magic[1] == 'D' &&
        magic[2] == 'F' && (magic[3] == 1 || magic[3] == 2 || magic[3] == 5) &&
        VSIFSeekL(header.file, 0, SEEK_END) == 0) {
        header.version = magic[3];
        header.length = VSIFTellL(header.file);
        VSIFSeekL(header.file, 4, SEEK_SET);
        *expected = expected_length(&header);
        *found = header.length;
        if (header.is_damaged)
            result = SINK_NETCDF_DAMAGED;
        else if (*found < *expected)
            result = SINK_NETCDF_SHORT;
    }
    VSIFCloseL(header.file);
    return result;
}
