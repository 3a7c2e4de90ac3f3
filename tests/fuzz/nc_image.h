/* What a netCDF file says, in a form that a fuzzer can change: records after one another.
 *
 *   'd' name length            a dimension, uint32
 *   'v' type rank dimension... name bytes data    a variable
 *   'a' type name bytes data   an attribute of the group
 *   'w' type name bytes data   an attribute of the variable before it
 *   'g' name                   what follows is of that group
 *   'h' answer place value     at byte `place` of that answer, uint16 both, stand these 8 bytes: a
 *                              process that reads the file may be in its hands
 *
 * Types are numbers of netCDF, one byte, as the rank. Names end with NUL, `bytes` is uint32, all in
 * the byte order of the machine. Texts of a variable are parted by NUL. Values that a dimension
 * asks for beyond the data are the first ones again. */
#ifndef SINK_TESTS_FUZZ_NC_IMAGE_H
#define SINK_TESTS_FUZZ_NC_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NC_IMAGE_RECORDS 1024
#define NC_IMAGE_RANK 8

/* Points into the bytes. */
struct nc_record {
    char kind;
    uint8_t type, rank;
    const char *name, *dimensions[NC_IMAGE_RANK];
    uint32_t length;     /* of a dimension */
    const uint8_t *data; /* of 'h': the 8 bytes */
    uint32_t bytes;
    uint16_t answer, place;
    size_t group;  /* index of the record that begins it, or SIZE_MAX */
    size_t number; /* of its kind in the group; of an attribute of a variable: among those */
    size_t start, end, data_start; /* in the bytes */
};
struct nc_image {
    struct nc_record records[NC_IMAGE_RECORDS];
    size_t count;
};

/* As far as the bytes make sense. */
void nc_image_parse(const uint8_t *data, size_t size, struct nc_image *image);
/* From now on every file that the program opens says this. `path` of a file to open. */
const char *nc_image_serve(const uint8_t *data, size_t size);

#endif
