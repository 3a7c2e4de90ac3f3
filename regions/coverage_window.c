/* Signed-area accumulation in a window: each edge leaves (cover, area) in the cells it crosses, and
 * a prefix sum along the row turns them into shares. All in whole numbers modulo 2^64, so that the
 * order of edges cannot show. cover: height crossed, in 2^-30; area: twice the area left of the
 * edge inside the cell, in 2^-60. */
#include "regions/coverage_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct trace {
    uint64_t cover, area;
};

/* One row of traces is what lies left of the window, then its columns. `touched` has a bit for
 * each. */
struct sweep {
    struct trace *traces;
    uint64_t *touched;
    size_t trace_room, touched_room;
    struct sink_window window;
    size_t row_traces, row_words;
    int first_row, last_row; /* rows with a trace, relative to the window */
    size_t *cursors;         /* next group of each band of the window */
    size_t cursor_room;
};

void sink_cover_free(struct sink_cover *cover)
{
    struct sweep *sweep = cover->scratch;
    if (sweep) {
        free(sweep->traces);
        free(sweep->touched);
        free(sweep->cursors);
    }
    free(sweep);
    free(cover->patches);
    free(cover->spans);
    *cover = (struct sink_cover){0};
}

static bool grow(void **memory, size_t *room, size_t count, size_t size)
{
    if (count <= *room)
        return true;
    free(*memory);
    *memory = calloc(count, size);
    *room = *memory ? count : 0;
    return *memory != NULL;
}

static enum sink_status prepare(struct sink_cover *cover, struct sink_window window, size_t bands,
                                struct sink_error *error)
{
    if (!cover->scratch)
        cover->scratch = calloc(1, sizeof(struct sweep));
    struct sweep *sweep = cover->scratch;
    if (!sweep)
        return sink_fail_memory(error);
    sweep->window = window;
    sweep->row_traces = (size_t)window.width + 1;
    sweep->row_words = sweep->row_traces / 64 + 1;
    const size_t rows = (size_t)window.height;
    void *traces = sweep->traces, *touched = sweep->touched, *cursors = sweep->cursors;
    const bool is_grown =
        grow(&traces, &sweep->trace_room, rows * sweep->row_traces, sizeof *sweep->traces) &&
        grow(&touched, &sweep->touched_room, rows * sweep->row_words, sizeof *sweep->touched) &&
        grow(&cursors, &sweep->cursor_room, bands, sizeof *sweep->cursors);
    sweep->traces = traces;
    sweep->touched = touched;
    sweep->cursors = cursors;
    return is_grown ? SINK_OK : sink_fail_memory(error);
}

/* `slot` 0 is left of the window, slot 1 + c is column c. */
static void leave(struct sweep *sweep, int row, int64_t slot, int64_t cover, int64_t area)
{
    struct trace *trace = &sweep->traces[(size_t)row * sweep->row_traces + (size_t)slot];
    trace->cover += (uint64_t)cover;
    trace->area += (uint64_t)area;
    sweep->touched[(size_t)row * sweep->row_words + (size_t)(slot >> 6)] |= UINT64_C(1)
                                                                            << (slot & 63);
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* Where the whole edge crosses a line: from the edge and the line alone, so that no window shows.
 */
static int64_t crossing_x(const struct sink_edge *edge, int64_t y)
{
    const double t = (double)(y - edge->y0) / (double)(edge->y1 - edge->y0);
    return edge->x0 + llrint(t * (double)(edge->x1 - edge->x0));
}

static int64_t crossing_y(const struct sink_edge *edge, int64_t x)
{
    const double t = (double)(x - edge->x0) / (double)(edge->x1 - edge->x0);
    return edge->y0 + llrint(t * (double)(edge->y1 - edge->y0));
}

/* The piece of an edge inside one row, from (xa, ya) down to (xb, yb): walked from left to right.
 */
static void walk_row(struct sweep *sweep, const struct sink_edge *edge, int row, const int64_t a[2],
                     const int64_t b[2])
{
    const int64_t left = sweep->window.column * SINK_CELL;
    const int64_t right = left + sweep->window.width * SINK_CELL;
    const bool falls_right = b[0] >= a[0];
    int64_t x = falls_right ? a[0] : b[0], y = falls_right ? a[1] : b[1];
    const int64_t x_end = falls_right ? b[0] : a[0], y_end = falls_right ? b[1] : a[1];
    const int64_t sign = falls_right ? edge->sign : -edge->sign; /* of y_next - y */
    const int64_t y_low = a[1], y_high = b[1];
    if (x < left) {
        const int64_t y_next = x_end <= left ? y_end : clamp(crossing_y(edge, left), y_low, y_high);
        leave(sweep, row, 0, sign * (y_next - y), 0);
        x = left;
        y = y_next;
        if (x_end <= left)
            return;
    }
    for (int64_t column = (x - left) >> SINK_CELL_BITS; x < right; column++) {
        const int64_t cell = left + column * SINK_CELL;
        const bool is_last = x_end <= cell + SINK_CELL;
        const int64_t x_next = is_last ? x_end : cell + SINK_CELL;
        const int64_t y_next = is_last ? y_end : clamp(crossing_y(edge, x_next), y_low, y_high);
        const int64_t height = sign * (y_next - y);
        if (height != 0)
            leave(sweep, row, 1 + column, height, height * ((x - cell) + (x_next - cell)));
        x = x_next;
        y = y_next;
        if (is_last)
            return;
    }
}

/* Rows first..end-1 of the grid. */
static void walk_edge(struct sweep *sweep, const struct sink_edge *edge, int first, int end)
{
    const int64_t top = edge->y0 >> SINK_CELL_BITS;
    const int64_t bottom = (edge->y1 - 1) >> SINK_CELL_BITS;
    const int64_t row_first = top < first ? first : top;
    const int64_t row_last = bottom >= end ? end - 1 : bottom;
    if (row_first > row_last)
        return;
    int64_t a[2], b[2];
    a[1] = row_first > top ? row_first * SINK_CELL : edge->y0;
    a[0] = row_first > top ? crossing_x(edge, a[1]) : edge->x0;
    for (int64_t row = row_first; row <= row_last; row++) {
        b[1] = row < bottom ? (row + 1) * SINK_CELL : edge->y1;
        b[0] = row < bottom ? crossing_x(edge, b[1]) : edge->x1;
        walk_row(sweep, edge, (int)(row - sweep->window.row), a, b);
        a[0] = b[0];
        a[1] = b[1];
    }
    const int low = (int)(row_first - sweep->window.row),
              high = (int)(row_last - sweep->window.row);
    sweep->first_row = low < sweep->first_row ? low : sweep->first_row;
    sweep->last_row = high > sweep->last_row ? high : sweep->last_row;
}

static bool push_span(struct sink_cover *cover, int row, size_t first, size_t end, uint64_t units)
{
    if ((int64_t)units <= 0)
        return true;
    if (cover->span_count == cover->span_room) {
        const size_t room = cover->span_room ? 2 * cover->span_room : 4096;
        struct sink_span *spans = realloc(cover->spans, room * sizeof *spans);
        if (!spans)
            return false;
        cover->spans = spans;
        cover->span_room = room;
    }
    const double share = (double)(int64_t)units * 0x1p-61;
    cover->spans[cover->span_count++] = (struct sink_span){
        .row = row, .first = (int32_t)first, .end = (int32_t)end, .share = share < 1 ? share : 1};
    return true;
}

/* Turns the traces of a row into spans and clears them. */
static bool finish_row(struct sink_cover *cover, struct sweep *sweep, int row)
{
    struct trace *traces = &sweep->traces[(size_t)row * sweep->row_traces];
    uint64_t *words = &sweep->touched[(size_t)row * sweep->row_words];
    uint64_t full = 0; /* share of a cell right of all edges so far, in 2^-61 */
    size_t next = 1;   /* first slot not yet emitted */
    bool is_whole = true;
    for (size_t w = 0; w < sweep->row_words; w++) {
        while (words[w]) {
            const size_t slot = 64 * w + (size_t)__builtin_ctzll(words[w]);
            words[w] &= words[w] - 1;
            const struct trace trace = traces[slot];
            traces[slot] = (struct trace){0};
            if (slot > next)
                is_whole &= push_span(cover, row, next - 1, slot - 1, full);
            full += trace.cover << (SINK_CELL_BITS + 1);
            if (slot > 0)
                is_whole &= push_span(cover, row, slot - 1, slot, full - trace.area);
            next = slot + 1;
        }
    }
    if (next < sweep->row_traces)
        is_whole &= push_span(cover, row, next - 1, sweep->row_traces - 1, full);
    return is_whole;
}

static enum sink_status finish_patch(struct sink_cover *cover, uint32_t region,
                                     struct sink_error *error)
{
    struct sweep *sweep = cover->scratch;
    const size_t first_span = cover->span_count;
    bool is_whole = true;
    for (int row = sweep->first_row; row <= sweep->last_row; row++)
        is_whole &= finish_row(cover, sweep, row);
    if (cover->patch_count == cover->patch_room) {
        const size_t room = cover->patch_room ? 2 * cover->patch_room : 64;
        struct sink_patch *patches = realloc(cover->patches, room * sizeof *patches);
        if (!patches)
            return sink_fail_memory(error);
        cover->patches = patches;
        cover->patch_room = room;
    }
    if (cover->span_count > first_span)
        cover->patches[cover->patch_count++] =
            (struct sink_patch){.region = region,
                                .first_span = first_span,
                                .span_count = cover->span_count - first_span};
    return is_whole ? SINK_OK : sink_fail_memory(error);
}

/* Walks the edges of a group when the region reaches the window. Where all its edges are left of
 * the window, or all right of it, the region has no cell in it. */
static void walk_group(struct sweep *sweep, const struct sink_edges *edges,
                       const struct sink_edge_group *group, size_t band)
{
    const int64_t left = sweep->window.column * SINK_CELL;
    const int64_t right = left + sweep->window.width * SINK_CELL;
    if (group->x_max <= left || group->x_min >= right)
        return;
    const int band_first = (int)band * edges->band_rows;
    const int band_end = band_first + edges->band_rows;
    const int window_end = sweep->window.row + sweep->window.height;
    const int first = sweep->window.row > band_first ? sweep->window.row : band_first;
    const int end = window_end < band_end ? window_end : band_end;
    for (size_t i = group->first; i < group->first + group->count; i++)
        walk_edge(sweep, &edges->items[edges->order[i]], first, end);
}

/* The lowest region that some band has still to offer, or UINT32_MAX. */
static uint32_t next_region(const struct sweep *sweep, const struct sink_edges *edges, size_t first,
                            size_t count)
{
    uint32_t region = UINT32_MAX;
    for (size_t b = 0; b < count; b++)
        if (sweep->cursors[b] < edges->band_groups[first + b + 1] &&
            edges->groups[sweep->cursors[b]].region < region)
            region = edges->groups[sweep->cursors[b]].region;
    return region;
}

enum sink_status sink_coverage_window(const struct sink_coverage *coverage,
                                      struct sink_window window, struct sink_cover *cover,
                                      struct sink_error *error)
{
    const struct sink_edges *edges = &coverage->edges;
    const size_t first = (size_t)(window.row / edges->band_rows);
    const size_t count = (size_t)((window.row + window.height - 1) / edges->band_rows) + 1 - first;
    enum sink_status status = prepare(cover, window, count, error);
    if (status != SINK_OK)
        return status;
    struct sweep *sweep = cover->scratch;
    cover->patch_count = cover->span_count = 0;
    for (size_t b = 0; b < count; b++)
        sweep->cursors[b] = edges->band_groups[first + b];
    uint32_t region;
    while (status == SINK_OK && (region = next_region(sweep, edges, first, count)) != UINT32_MAX) {
        sweep->first_row = window.height;
        sweep->last_row = -1;
        for (size_t b = 0; b < count; b++)
            if (sweep->cursors[b] < edges->band_groups[first + b + 1] &&
                edges->groups[sweep->cursors[b]].region == region)
                walk_group(sweep, edges, &edges->groups[sweep->cursors[b]++], first + b);
        status = finish_patch(cover, region, error);
    }
    return status;
}
