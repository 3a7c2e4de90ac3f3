/* In place of the process that reads a file for nc_reader.c: answers from a struct nc_image. The
 * linker puts these functions in the place of fork, send and so on (--wrap), so all of it is one
 * process, and a million files are read in minutes. */
#include "pipelines/nc_server.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/nc_image.h"

#include <netcdf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST_BYTES ((uint64_t)16 << 20) /* of an answer */
#define FILE_BYTES 64                   /* which limit what it can hold to some MB */

static struct nc_image image;
static size_t group;
static unsigned answer_number;
static uint8_t *pending; /* what can be received */
static size_t pending_bytes, pending_at;

/* Their names for the linker. */
pid_t fake_fork(void) __asm__("__wrap_fork");
pid_t fake_waitpid(pid_t child, int *status, int options) __asm__("__wrap_waitpid");
ssize_t fake_send(int socket, const void *data, size_t bytes, int flags) __asm__("__wrap_send");
ssize_t fake_recv(int socket, void *data, size_t bytes, int flags) __asm__("__wrap_recv");

static const struct nc_record *find(char kind, const char *name)
{
    for (size_t i = 0; i < image.count; i++)
        if (image.records[i].kind == kind && image.records[i].group == group &&
            strcmp(image.records[i].name, name) == 0)
            return &image.records[i];
    return NULL;
}

/* The n-th of a kind in the group, or of the attributes of the variable. */
static const struct nc_record *find_nth(char kind, const struct nc_record *variable, size_t n)
{
    const struct nc_record *end = image.records + image.count;
    if (variable) {
        const struct nc_record *at = variable + 1 + n;
        return n < (size_t)(end - variable) - 1 && at->kind == 'w' && at->number == n ? at : NULL;
    }
    for (const struct nc_record *at = image.records; at < end; at++)
        if (at->kind == kind && at->group == group && at->number == n)
            return at;
    return NULL;
}

static size_t count_of(char kind, const struct nc_record *variable)
{
    size_t count = 0;
    if (variable)
        while (find_nth(kind, variable, count))
            count++;
    for (size_t i = 0; !variable && i < image.count; i++)
        count += image.records[i].kind == kind && image.records[i].group == group;
    return count;
}

static int describe(const struct nc_record *variable, struct sink_nc_answer *answer)
{
    if (!variable)
        return NC_ENOTVAR;
    strncpy(answer->name, variable->name, sizeof answer->name - 1);
    answer->variable = (int)variable->number;
    answer->type = variable->type;
    answer->rank = variable->rank;
    answer->attribute_count = (int)count_of('w', variable);
    answer->count = 1;
    for (int d = 0; d < variable->rank; d++) {
        const struct nc_record *dimension = find('d', variable->dimensions[d]);
        strncpy(answer->dimensions[d], variable->dimensions[d], sizeof answer->dimensions[d] - 1);
        answer->lengths[d] = dimension ? dimension->length : 0;
        if (__builtin_mul_overflow(answer->count, answer->lengths[d], &answer->count))
            return NC_EVARSIZE;
    }
    return NC_NOERR;
}

static size_t size_of(int type)
{
    static const uint8_t sizes[] = {0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
    return type > 0 && type < (int)sizeof sizes ? sizes[type] : 0;
}

/* Texts that are parted by NUL, the first ones again after the last. */
static int pack_texts(const struct nc_record *variable, struct sink_nc_answer *answer,
                      uint8_t **payload)
{
    uint64_t room = 1024, bytes = 0;
    uint32_t at = 0;
    *payload = malloc(room);
    for (uint64_t i = 0; i < answer->count; i++) {
        const char *text = (const char *)variable->data + at;
        const uint32_t length = (uint32_t)strnlen(text, variable->bytes - at);
        if (bytes + length + sizeof length > room) {
            room = 2 * (bytes + length + sizeof length);
            if (room > MOST_BYTES)
                return NC_ENOMEM;
            *payload = realloc(*payload, room);
        }
        memcpy(*payload + bytes, &length, sizeof length);
        memcpy(*payload + bytes + sizeof length, text, length);
        bytes += sizeof length + length;
        at = at + length + 1 < variable->bytes ? at + length + 1 : 0;
    }
    answer->bytes = bytes;
    return NC_NOERR;
}

static int values(const struct nc_record *variable, struct sink_nc_answer *answer,
                  uint8_t **payload)
{
    const int code = describe(variable, answer);
    if (code != NC_NOERR || answer->count > MOST_BYTES / 8)
        return code != NC_NOERR ? code : NC_ENOMEM;
    if (answer->type == NC_STRING)
        return pack_texts(variable, answer, payload);
    answer->bytes = answer->count * size_of(answer->type);
    *payload = calloc(answer->bytes + 1, 1);
    for (uint64_t at = 0; variable->bytes > 0 && at < answer->bytes; at += variable->bytes)
        memcpy(*payload + at, variable->data,
               answer->bytes - at < variable->bytes ? answer->bytes - at : variable->bytes);
    return NC_NOERR;
}

static int attribute(const struct nc_record *found, struct sink_nc_answer *answer,
                     uint8_t **payload)
{
    if (!found)
        return NC_ENOTATT;
    const size_t size = found->type == NC_CHAR || found->type == NC_STRING ? 1 : sizeof(double);
    strncpy(answer->name, found->name, sizeof answer->name - 1);
    answer->type = found->type;
    answer->count = found->bytes / size;
    answer->bytes = answer->count * size;
    *payload = malloc(answer->bytes + 1);
    memcpy(*payload, found->data, answer->bytes);
    return NC_NOERR;
}

static int enter(const char *name)
{
    group = SIZE_MAX;
    for (size_t i = 0; i < image.count; i++)
        if (image.records[i].kind == 'g' && strcmp(image.records[i].name, name) == 0)
            group = i;
    return *name == '\0' || group != SIZE_MAX ? NC_NOERR : NC_ENOGRP;
}

/* An image has no types of its own; groups are of the root. */
static int list(int what, struct sink_nc_answer *answer, uint8_t **payload)
{
    const char kind = what == SINK_NC_DIMENSIONS ? 'd' : what == SINK_NC_GROUPS ? 'g' : '\0';
    uint64_t room = 0;
    for (size_t i = 0; i < image.count; i++)
        room += sizeof(uint32_t) + (image.records[i].name ? strlen(image.records[i].name) : 0);
    uint8_t *at = *payload = malloc(room + 1);
    for (size_t i = 0; i < image.count; i++) {
        const struct nc_record *record = &image.records[i];
        if (!record->name || record->kind != kind || (kind == 'd' && record->group != group))
            continue;
        const uint32_t length = (uint32_t)strlen(record->name);
        memcpy(at, &length, sizeof length);
        memcpy(at + sizeof length, record->name, length);
        at += sizeof length + length;
        answer->count++;
    }
    answer->bytes = (uint64_t)(at - *payload);
    return NC_NOERR;
}

static int look(const struct sink_nc_request *request, struct sink_nc_answer *answer,
                uint8_t **payload)
{
    const struct nc_record *variable =
        request->variable < 0 ? NULL : find_nth('v', NULL, (size_t)request->variable);
    const char kind = request->variable < 0 ? 'a' : 'w';
    const struct nc_record *found;
    switch ((enum sink_nc_request_kind)request->kind) {
    case SINK_NC_ENTER:
        return enter(request->name);
    case SINK_NC_LENGTH:
        found = find('d', request->name);
        answer->count = found ? found->length : 0;
        return found ? NC_NOERR : NC_EBADDIM;
    case SINK_NC_COUNT:
        answer->count = count_of('v', NULL);
        answer->attribute_count = (int)count_of('a', NULL);
        return NC_NOERR;
    case SINK_NC_FIND:
        return describe(find('v', request->name), answer);
    case SINK_NC_DESCRIBE:
        return describe(variable, answer);
    case SINK_NC_VALUES:
        return values(variable, answer, payload);
    case SINK_NC_ATTRIBUTE_AT:
        return attribute(find_nth(kind, variable, (size_t)request->index), answer, payload);
    case SINK_NC_ATTRIBUTE:
        found = find(kind, request->name);
        for (size_t i = 0; variable && (found = find_nth('w', variable, i)); i++)
            if (strcmp(found->name, request->name) == 0)
                break;
        return attribute(found, answer, payload);
    case SINK_NC_LIST:
        return list(request->index, answer, payload);
    }
    return NC_EINVAL;
}

/* What the other side will receive: the answer, with what a hostile process makes of it. */
static void answer_with(struct sink_nc_answer *answer, int code, uint8_t *payload)
{
    answer->code = code;
    if (code != NC_NOERR)
        answer->bytes = 0;
    const size_t bytes = answer->bytes;
    for (size_t i = 0; i < image.count; i++) {
        const struct nc_record *record = &image.records[i];
        if (record->kind == 'h' && record->answer == answer_number)
            memcpy((uint8_t *)answer + record->place % (sizeof *answer - 8), record->data, 8);
    }
    answer_number++;
    free(pending);
    pending_at = 0;
    pending_bytes = sizeof *answer + bytes;
    pending = malloc(pending_bytes);
    memcpy(pending, answer, sizeof *answer);
    if (bytes > 0 && payload)
        memcpy(pending + sizeof *answer, payload, bytes);
    free(payload);
}

pid_t fake_fork(void)
{
    struct sink_nc_answer answer = {0};
    group = SIZE_MAX;
    answer_with(&answer, NC_NOERR, NULL);
    return 1;
}

pid_t fake_waitpid(pid_t child, int *status, int options)
{
    (void)options;
    *status = 0;
    free(pending);
    pending = NULL;
    pending_bytes = pending_at = 0;
    return child;
}

ssize_t fake_send(int socket, const void *data, size_t bytes, int flags)
{
    struct sink_nc_answer answer = {0};
    uint8_t *payload = NULL;
    (void)socket;
    (void)flags;
    sink_fuzz_expect(bytes == sizeof(struct sink_nc_request), "a request is sent whole");
    const int code = look(data, &answer, &payload);
    answer_with(&answer, code, payload);
    return (ssize_t)bytes;
}

ssize_t fake_recv(int socket, void *data, size_t bytes, int flags)
{
    (void)socket;
    (void)flags;
    if (bytes > pending_bytes - pending_at)
        bytes = pending_bytes - pending_at;
    memcpy(data, pending + pending_at, bytes);
    pending_at += bytes;
    return (ssize_t)bytes;
}

const char *nc_image_serve(const uint8_t *data, size_t size)
{
    static const uint8_t hdf5[FILE_BYTES] = "\x89HDF\r\n\x1a\n";
    static const char *path;
    if (!path)
        path = sink_fuzz_file("image.nc", hdf5, sizeof hdf5);
    nc_image_parse(data, size, &image);
    answer_number = 0;
    return path;
}
