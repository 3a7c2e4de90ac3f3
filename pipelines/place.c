#include "pipelines/place.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULT_LIMIT 1000

static struct sink_placed_fault *add(struct sink_placed_faults *faults, struct sink_place place)
{
    if (faults->count == faults->room) {
        const size_t room = faults->room ? 2 * faults->room : 8;
        struct sink_placed_fault *items = NULL;
        if (faults->count < FAULT_LIMIT)
            items = realloc(faults->items, room * sizeof *items);
        if (!items) {
            faults->dropped++;
            return NULL;
        }
        faults->items = items;
        faults->room = room;
    }
    struct sink_placed_fault *fault = &faults->items[faults->count];
    *fault = (struct sink_placed_fault){.place = place, .order = faults->count};
    faults->count++;
    return fault;
}

void sink_place_fault(struct sink_placed_faults *faults, struct sink_place place,
                      const char *format, ...)
{
    struct sink_placed_fault *fault = add(faults, place);
    if (!fault)
        return;
    char text[sizeof fault->error.message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(fault->key, sizeof fault->key, "%.*s", (int)strcspn(text, ":"), text);
    sink_fail(&fault->error, SINK_BAD_JOB, "%s:%d:%d: %s", faults->path, place.line, place.column,
              text);
}

void sink_place_fault_memory(struct sink_placed_faults *faults)
{
    struct sink_placed_fault *fault = add(faults, (struct sink_place){0, 0});
    if (fault)
        sink_fail(&fault->error, SINK_FAILED, "%s: out of memory", faults->path);
}

static int compare(const void *left, const void *right)
{
    const struct sink_placed_fault *a = left, *b = right;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column)
        return a->place.column < b->place.column ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

enum sink_status sink_placed_faults_move(struct sink_placed_faults *from, struct sink_faults *to)
{
    enum sink_status status = from->count || from->dropped ? SINK_BAD_JOB : SINK_OK;
    if (from->count)
        qsort(from->items, from->count, sizeof *from->items, compare);
    for (size_t i = 0; i < from->count; i++) {
        sink_faults_add(to, &from->items[i].error);
        if (from->items[i].error.status == SINK_FAILED)
            status = SINK_FAILED;
    }
    to->dropped += from->dropped;
    free(from->items);
    *from = (struct sink_placed_faults){.path = from->path};
    return status;
}
