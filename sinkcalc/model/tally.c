#include "sinkcalc/model/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_ROW SIZE_MAX
/* Less than these of an area that is the difference of two is rounding: parts of the larger one,
 * and a square millimetre, a thousand quanta. */
#define ROUNDING 1e-12
#define ROUNDING_M2 1e-6

/* Rows in the order of their arrival, found through a hash table; sums of row i start at
 * sums[i * width]. */
struct sink_tally {
    const struct sink_tally_spec *spec;
    size_t width;                /* sums in a row: 1 + quantities */
    struct sink_tally_row *rows; /* their `sums` are set when they are listed */
    struct sink_exact_sum *sums;
    size_t count, room;
    size_t *table; /* row by hash, NO_ROW for none */
    size_t table_room;
    struct sink_tally_row *sorted; /* [room] what sink_tally_rows lists */
};

enum sink_status sink_tally_new(const struct sink_tally_spec *spec, struct sink_tally **tally,
                                struct sink_error *error)
{
    *tally = calloc(1, sizeof **tally);
    if (!*tally)
        return sink_fail_memory(error);
    (*tally)->spec = spec;
    (*tally)->width = 1 + spec->quantity_count;
    return SINK_OK;
}

void sink_tally_free(struct sink_tally *tally)
{
    if (!tally)
        return;
    free(tally->rows);
    free(tally->sums);
    free(tally->table);
    free(tally->sorted);
    free(tally);
}

const struct sink_tally_spec *sink_tally_spec_of(const struct sink_tally *tally)
{
    return tally->spec;
}

/* Mixes the bits as splitmix64 does. */
static uint64_t hash(uint32_t region, uint32_t pass, uint64_t key)
{
    uint64_t h = key + UINT64_C(0x9e3779b97f4a7c15) * (((uint64_t)region << 20) + pass + 1);
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

static size_t find_place(const struct sink_tally *tally, uint32_t region, uint32_t pass,
                         uint64_t key)
{
    size_t at = (size_t)hash(region, pass, key) & (tally->table_room - 1);
    while (tally->table[at] != NO_ROW) {
        const struct sink_tally_row *row = &tally->rows[tally->table[at]];
        if (row->key == key && row->region == region && row->pass == pass)
            break;
        at = (at + 1) & (tally->table_room - 1);
    }
    return at;
}

static enum sink_status grow(struct sink_tally *tally, struct sink_error *error)
{
    const size_t room = tally->room ? 2 * tally->room : 1024, table_room = 4 * room;
    if (room > SIZE_MAX / 64 / tally->width)
        return sink_fail_memory(error);
    struct sink_tally_row *rows = realloc(tally->rows, room * sizeof *rows);
    if (rows)
        tally->rows = rows;
    struct sink_exact_sum *sums = realloc(tally->sums, room * tally->width * sizeof *sums);
    if (sums)
        tally->sums = sums;
    struct sink_tally_row *sorted = realloc(tally->sorted, room * sizeof *sorted);
    if (sorted)
        tally->sorted = sorted;
    size_t *table = malloc(table_room * sizeof *table);
    if (!rows || !sums || !sorted || !table) {
        free(table);
        return sink_fail_memory(error);
    }
    free(tally->table);
    tally->table = table;
    tally->table_room = table_room;
    tally->room = room;
    for (size_t i = 0; i < table_room; i++)
        table[i] = NO_ROW;
    for (size_t i = 0; i < tally->count; i++)
        table[find_place(tally, rows[i].region, rows[i].pass, rows[i].key)] = i;
    return SINK_OK;
}

static enum sink_status find_row(struct sink_tally *tally, uint32_t region, uint32_t pass,
                                 uint64_t key, size_t *row, struct sink_error *error)
{
    if (tally->count == tally->room) {
        const enum sink_status status = grow(tally, error);
        if (status != SINK_OK)
            return status;
    }
    size_t *found = &tally->table[find_place(tally, region, pass, key)];
    if (*found == NO_ROW) {
        *found = tally->count++;
        tally->rows[*found] = (struct sink_tally_row){.region = region, .pass = pass, .key = key};
        memset(&tally->sums[*found * tally->width], 0, tally->width * sizeof *tally->sums);
    }
    *row = *found;
    return SINK_OK;
}

enum sink_status sink_tally_post(struct sink_tally *tally, struct sink_tally_place place,
                                 int64_t cells, const double *sums, struct sink_error *error)
{
    size_t row;
    const enum sink_status status =
        find_row(tally, place.region, place.pass, place.key, &row, error);
    if (status != SINK_OK)
        return status;
    bool is_good = sums[0] >= 0;
    for (size_t i = 0; i < tally->width && is_good; i++)
        is_good = sink_exact_sum_add(&tally->sums[row * tally->width + i], sums[i]);
    if (!is_good)
        return sink_fail(error, SINK_BAD_DATA,
                         "region %u: cannot add an area of %g m2 with what it holds: expected "
                         "finite numbers and an area that is not negative",
                         place.region, sums[0]);
    tally->rows[row].cells += cells;
    return SINK_OK;
}

enum sink_status sink_tally_add_exact(struct sink_tally *tally, const struct sink_tally_row *row,
                                      struct sink_error *error)
{
    size_t into;
    const enum sink_status status = find_row(tally, row->region, row->pass, row->key, &into, error);
    if (status != SINK_OK)
        return status;
    for (size_t i = 0; i < tally->width; i++)
        sink_exact_sum_merge(&tally->sums[into * tally->width + i], &row->sums[i]);
    tally->rows[into].cells += row->cells;
    return SINK_OK;
}

enum sink_status sink_tally_merge(struct sink_tally *into, const struct sink_tally *from,
                                  struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < from->count && status == SINK_OK; i++) {
        struct sink_tally_row row = from->rows[i];
        row.sums = &from->sums[i * from->width];
        status = sink_tally_add_exact(into, &row, error);
    }
    return status;
}

static int by_place(const void *a, const void *b)
{
    const struct sink_tally_row *p = a, *q = b;
    if (p->region != q->region)
        return p->region < q->region ? -1 : 1;
    if (p->pass != q->pass)
        return p->pass < q->pass ? -1 : 1;
    return p->key < q->key ? -1 : p->key > q->key;
}

static bool is_empty(const struct sink_tally *tally, size_t row)
{
    for (size_t i = 0; i < tally->width; i++)
        if (!sink_exact_sum_is_zero(&tally->sums[row * tally->width + i]))
            return false;
    return tally->rows[row].cells == 0;
}

size_t sink_tally_rows(struct sink_tally *tally, const struct sink_tally_row **rows)
{
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++) {
        if (is_empty(tally, i))
            continue;
        tally->sorted[count] = tally->rows[i];
        tally->sorted[count++].sums = &tally->sums[i * tally->width];
    }
    if (count > 0)
        qsort(tally->sorted, count, sizeof *tally->sorted, by_place);
    *rows = tally->sorted;
    return count;
}

/* How a row of one region enters another. */
enum carrying { AS_PART, AS_WHOLE, AS_CHILD };

/* Adds `row` to the sum it is part of, or to the rest of its own region, or takes it as a child
 * away from there. A rest has no cells of its own: those on a border lie in several regions. */
static enum sink_status carry(struct sink_tally *tally, struct sink_tally_row row, uint32_t region,
                              enum carrying carrying, struct sink_error *error)
{
    size_t into;
    const enum sink_status status = find_row(tally, region, row.pass, row.key, &into, error);
    if (status != SINK_OK)
        return status;
    for (size_t i = 0; i < tally->width; i++) {
        struct sink_exact_sum *sum = &tally->sums[into * tally->width + i];
        if (carrying == AS_CHILD)
            sink_exact_sum_subtract(sum, &row.sums[i]);
        else
            sink_exact_sum_merge(sum, &row.sums[i]);
    }
    if (carrying == AS_PART)
        tally->rows[into].cells += row.cells;
    return SINK_OK;
}

/* One counted row to all regions that follow from it. `rest_of` has the rest of each region. */
static enum sink_status derive(struct sink_tally *tally, struct sink_tally_row row,
                               const struct sink_region_list *regions, const int *rest_of,
                               struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    const int parent = regions->items[row.region].parent;
    for (int above = parent;
         above >= 0 && regions->items[above].kind == SINK_REGION_SUM && status == SINK_OK;
         above = regions->items[above].parent)
        status = carry(tally, row, (uint32_t)above, AS_PART, error);
    if (status == SINK_OK && rest_of[row.region] >= 0)
        status = carry(tally, row, (uint32_t)rest_of[row.region], AS_WHOLE, error);
    if (status == SINK_OK && parent >= 0 && rest_of[parent] >= 0)
        status = carry(tally, row, (uint32_t)rest_of[parent], AS_CHILD, error);
    return status;
}

/* What is left of a stratum in a rest after rounding, though the children fill it: every tile
 * rounds its sums, a few parts in 1e16 and half a quantum each. Shares of such land would be
 * shares of nothing. */
static void drop_noise(struct sink_tally *tally, const struct sink_region_list *regions)
{
    for (size_t i = 0; i < tally->count; i++) {
        const struct sink_tally_row *row = &tally->rows[i];
        const struct sink_region *region = &regions->items[row->region];
        if (region->kind != SINK_REGION_REST)
            continue;
        const size_t parent =
            tally->table[find_place(tally, (uint32_t)region->parent, row->pass, row->key)];
        const double rest_m2 = sink_exact_sum_value(&tally->sums[i * tally->width]);
        const double whole_m2 =
            parent == NO_ROW ? 0 : sink_exact_sum_value(&tally->sums[parent * tally->width]);
        if (fabs(rest_m2) <= fmax(ROUNDING * whole_m2, ROUNDING_M2))
            memset(&tally->sums[i * tally->width], 0, tally->width * sizeof *tally->sums);
    }
}

enum sink_status sink_tally_complete(struct sink_tally *tally,
                                     const struct sink_region_list *regions,
                                     struct sink_error *error)
{
    const size_t count = tally->count;
    int *rest_of = malloc((regions->count + 1) * sizeof *rest_of);
    struct sink_exact_sum *sums = malloc(tally->width * sizeof *sums);
    enum sink_status status = rest_of && sums ? SINK_OK : sink_fail_memory(error);
    for (size_t i = 0; status == SINK_OK && i < regions->count; i++)
        rest_of[i] = -1;
    for (size_t i = 0; status == SINK_OK && i < regions->count; i++)
        if (regions->items[i].kind == SINK_REGION_REST)
            rest_of[regions->items[i].parent] = (int)i;
    for (size_t i = 0; status == SINK_OK && i < count; i++) {
        /* a copy: the arrays move when they grow */
        struct sink_tally_row row = tally->rows[i];
        memcpy(sums, &tally->sums[i * tally->width], tally->width * sizeof *sums);
        row.sums = sums;
        status = derive(tally, row, regions, rest_of, error);
    }
    if (status == SINK_OK)
        drop_noise(tally, regions);
    free(rest_of);
    free(sums);
    return status;
}
