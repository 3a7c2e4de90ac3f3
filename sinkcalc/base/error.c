#include "sinkcalc/base/error.h"

#include "sinkcalc/base/utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAULT_LIMIT = 200 };

/* Room for a whole message before it is escaped and cut; one character more than fits tells that
 * the text was cut. */
enum { RAW_BYTES = 2 * sizeof(((struct sink_error *)0)->message) };

/* Copies `from` to `to`, escaping what must not reach a terminal. What does not fit is cut at the
 * end of a character and marked with "..."; `to` is always terminated and valid UTF-8. */
static void copy_escaped(char *to, size_t room, const char *from)
{
    static const char mark[] = "...";
    const size_t bytes = strlen(from);
    size_t used = 0, mark_at = 0;

    for (size_t at = 0; at < bytes;) {
        char piece[4 * 4 + 1] = "";
        uint32_t code = 0;
        const size_t length = sink_utf8_character(from + at, bytes - at, &code);
        const size_t taken = length ? length : 1;

        if (length && sink_utf8_is_shown(code))
            memcpy(piece, from + at, length);
        else
            for (size_t i = 0; i < taken; i++)
                snprintf(piece + 4 * i, 5, "\\x%02x", (unsigned)(unsigned char)from[at + i]);
        const size_t piece_bytes = strlen(piece);
        if (used + piece_bytes >= room) {
            memcpy(to + mark_at, mark, sizeof mark);
            return;
        }
        memcpy(to + used, piece, piece_bytes);
        used += piece_bytes;
        at += taken;
        if (used + sizeof mark <= room)
            mark_at = used;
    }
    to[used] = '\0';
}

static void fill(struct sink_error *error, enum sink_status status, const char *format,
                 va_list arguments) SINK_PRINTF(3, 0);

static void fill(struct sink_error *error, enum sink_status status, const char *format,
                 va_list arguments)
{
    /* A copy first: an argument may point into the message that is about to be overwritten. */
    char raw[RAW_BYTES];

    if (vsnprintf(raw, sizeof raw, format, arguments) < 0)
        snprintf(raw, sizeof raw, "%s", "a fault whose description could not be written");
    error->status = status;
    copy_escaped(error->message, sizeof error->message, raw);
}

enum sink_status(sink_fail)(struct sink_error *error, enum sink_status status, const char *format,
                            ...)
{
    if (!error)
        return status;

    va_list arguments;
    va_start(arguments, format);
    fill(error, status, format, arguments);
    va_end(arguments);
    return status;
}

enum sink_status(sink_fail_memory)(struct sink_error *error)
{
    return sink_fail(error, SINK_FAILED, "out of memory");
}

/* A free entry at the end of the list, or NULL at the limit and without memory. */
static struct sink_error *append(struct sink_faults *faults)
{
    if (faults->count >= FAULT_LIMIT)
        return NULL;
    if (faults->count == faults->room) {
        const size_t room = faults->room ? 2 * faults->room : 8;
        struct sink_error *const items = realloc(faults->items, room * sizeof *items);
        if (!items)
            return NULL;
        faults->items = items;
        faults->room = room;
    }
    return &faults->items[faults->count++];
}

void sink_faults_add(struct sink_faults *faults, const struct sink_error *error)
{
    if (error->status == SINK_OK)
        return;

    /* A copy first: `error` may be an entry of the list that is about to move. */
    const struct sink_error copy = *error;
    struct sink_error *const item = append(faults);
    if (item) {
        *item = copy;
        return;
    }
    faults->dropped++;
    faults->is_out_of_memory |= faults->count < FAULT_LIMIT;
}

void sink_faults_note(struct sink_faults *faults, enum sink_status status, const char *format, ...)
{
    struct sink_error error;
    va_list arguments;

    va_start(arguments, format);
    fill(&error, status, format, arguments);
    va_end(arguments);
    sink_faults_add(faults, &error);
}

enum sink_status sink_faults_status(const struct sink_faults *faults, struct sink_error *error)
{
    if (faults->count > 0) {
        if (error)
            *error = faults->items[0];
        return faults->items[0].status;
    }
    return faults->dropped > 0 ? sink_fail_memory(error) : SINK_OK;
}

enum sink_status sink_faults_of_machine(const struct sink_faults *faults, struct sink_error *error)
{
    for (size_t i = 0; i < faults->count; i++)
        if (faults->items[i].status == SINK_FAILED) {
            *error = faults->items[i];
            return SINK_FAILED;
        }
    return faults->count == 0 ? sink_fail_memory(error) : SINK_OK;
}

void sink_faults_drop_doubles(struct sink_faults *faults)
{
    size_t kept = 0;
    for (size_t i = 0; i < faults->count; i++) {
        bool is_told = false;
        for (size_t k = 0; k < kept && !is_told; k++)
            is_told = strcmp(faults->items[k].message, faults->items[i].message) == 0;
        if (!is_told)
            faults->items[kept++] = faults->items[i];
    }
    faults->count = kept;
}

void sink_faults_free(struct sink_faults *faults)
{
    if (!faults)
        return;
    free(faults->items);
    *faults = (struct sink_faults){0};
}
