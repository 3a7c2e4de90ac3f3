#include "pipelines/tile_parts.h"

#include <stdlib.h>
#include <string.h>

/* Up to this many keys a table indexed by the key itself is quicker than hashing: 16 MiB. */
#define DENSE_KEYS (UINT64_C(1) << 22)

enum sink_status sink_slots_start(struct sink_slots *slots, uint64_t key_count,
                                  struct sink_error *error)
{
    *slots = (struct sink_slots){.room = 256, .table_room = 1024};
    slots->keys = malloc(slots->room * sizeof *slots->keys);
    if (key_count <= DENSE_KEYS) {
        slots->dense = malloc(key_count * sizeof *slots->dense);
        if (slots->dense)
            memset(slots->dense, 0xff, key_count * sizeof *slots->dense);
    } else {
        slots->table = malloc(slots->table_room * sizeof *slots->table);
        if (slots->table)
            memset(slots->table, 0xff, slots->table_room * sizeof *slots->table);
    }
    return slots->keys && (slots->dense || slots->table) ? SINK_OK : sink_fail_memory(error);
}

void sink_slots_clear(struct sink_slots *slots)
{
    if (slots->dense)
        for (size_t i = 0; i < slots->count; i++)
            slots->dense[slots->keys[i]] = SINK_NO_SLOT;
    else
        memset(slots->table, 0xff, slots->table_room * sizeof *slots->table);
    slots->count = 0;
}

void sink_slots_free(struct sink_slots *slots)
{
    free(slots->keys);
    free(slots->dense);
    free(slots->table);
    *slots = (struct sink_slots){0};
}

static size_t hash_place(const struct sink_slots *slots, uint64_t key)
{
    size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (slots->table_room - 1);
    while (slots->table[at] != SINK_NO_SLOT && slots->keys[slots->table[at]] != key)
        at = (at + 1) & (slots->table_room - 1);
    return at;
}

static bool grow_table(struct sink_slots *slots)
{
    uint32_t *table = malloc(2 * slots->table_room * sizeof *table);
    if (!table)
        return false;
    free(slots->table);
    slots->table = table;
    slots->table_room *= 2;
    memset(table, 0xff, slots->table_room * sizeof *table);
    for (size_t i = 0; i < slots->count; i++)
        table[hash_place(slots, slots->keys[i])] = (uint32_t)i;
    return true;
}

static uint32_t append(struct sink_slots *slots, uint64_t key)
{
    if (slots->count == slots->room) {
        const size_t room = 2 * (slots->room + 1);
        uint64_t *keys = realloc(slots->keys, room * sizeof *keys);
        if (!keys)
            return SINK_NO_SLOT;
        slots->keys = keys;
        slots->room = room;
    }
    slots->keys[slots->count] = key;
    return (uint32_t)slots->count++;
}

uint32_t sink_slots_find(struct sink_slots *slots, uint64_t key)
{
    if (slots->dense) {
        if (slots->dense[key] == SINK_NO_SLOT)
            slots->dense[key] = append(slots, key);
        return slots->dense[key];
    }
    size_t at = hash_place(slots, key);
    if (slots->table[at] != SINK_NO_SLOT)
        return slots->table[at];
    if (2 * (slots->count + 1) > slots->table_room) {
        if (!grow_table(slots))
            return SINK_NO_SLOT;
        at = hash_place(slots, key);
    }
    return slots->table[at] = append(slots, key);
}
