#include "sinkcalc/model/tally.h"

#include <stdlib.h>
#include <string.h>

size_t sink_tally_pass_count(const struct sink_tally_spec *spec)
{
    return spec->year_count > 1 ? spec->year_count - 1 : 1;
}

uint64_t sink_tally_key_count(const struct sink_tally_spec *spec)
{
    uint64_t count = 1;
    for (size_t d = 0; d < spec->dimension_count; d++) {
        if (spec->dimensions[d].count > SINK_TALLY_MAX_KEYS / count)
            return 0;
        count *= spec->dimensions[d].count;
    }
    return count;
}

uint64_t sink_tally_key(const struct sink_tally_spec *spec, const int *values)
{
    uint64_t key = 0;
    for (size_t d = 0; d < spec->dimension_count; d++)
        key = key * spec->dimensions[d].count + (uint64_t)values[d];
    return key;
}

void sink_tally_key_values(const struct sink_tally_spec *spec, uint64_t key, int *values)
{
    for (size_t d = spec->dimension_count; d-- > 0;) {
        values[d] = (int)(key % spec->dimensions[d].count);
        key /= spec->dimensions[d].count;
    }
}

int sink_tally_dimension(const struct sink_tally_spec *spec, enum sink_dimension_kind kind,
                         const char *name, enum sink_side side)
{
    for (size_t d = 0; d < spec->dimension_count; d++) {
        const struct sink_dimension *dimension = &spec->dimensions[d];
        if (dimension->kind == kind && strcmp(dimension->name, name) == 0 &&
            (dimension->side == side || dimension->side == SINK_SIDE_STATIC))
            return (int)d;
    }
    return -1;
}

int sink_tally_quantity_index(const struct sink_tally_spec *spec, const char *name,
                              enum sink_side side)
{
    for (size_t q = 0; q < spec->quantity_count; q++) {
        const struct sink_tally_quantity *quantity = &spec->quantities[q];
        if (strcmp(quantity->name, name) == 0 &&
            (quantity->side == side || quantity->side == SINK_SIDE_STATIC))
            return (int)q;
    }
    return -1;
}

void sink_tally_spec_free(struct sink_tally_spec *spec)
{
    for (size_t d = 0; spec->dimensions && d < spec->dimension_count; d++) {
        struct sink_dimension *dimension = &spec->dimensions[d];
        for (size_t v = 0; dimension->labels && v < dimension->count; v++)
            free(dimension->labels[v]);
        free(dimension->labels);
        free(dimension->upper);
        free(dimension->name);
    }
    for (size_t q = 0; spec->quantities && q < spec->quantity_count; q++)
        free(spec->quantities[q].name);
    free(spec->dimensions);
    free(spec->quantities);
    free(spec->years);
    *spec = (struct sink_tally_spec){0};
}
