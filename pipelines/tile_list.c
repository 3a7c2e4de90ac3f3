#include "pipelines/tile_list.h"

#include <stdlib.h>
#include <string.h>

/* A tile without land of a region costs a look at its boundaries; one with land is read. */
#define EMPTY_TILE_SHARE 16

enum sink_status sink_tile_list_make(const struct sink_plan *plan, struct sink_tile_list *list,
                                     struct sink_error *error)
{
    const size_t rows = (size_t)((plan->grid.height - 1) / plan->tile_height + 1);
    const size_t columns = (size_t)((plan->grid.width - 1) / plan->tile_width + 1);
    *list = (struct sink_tile_list){.windows = malloc(rows * columns * sizeof *list->windows)};
    if (!list->windows)
        return sink_fail_memory(error);
    for (int row = 0; row < plan->grid.height; row += plan->tile_height)
        for (int column = 0; column < plan->grid.width; column += plan->tile_width) {
            const int height = plan->grid.height - row, width = plan->grid.width - column;
            const struct sink_window window = {
                .row = row,
                .column = column,
                .height = height < plan->tile_height ? height : plan->tile_height,
                .width = width < plan->tile_width ? width : plan->tile_width};
            if (sink_coverage_touches(plan->coverage, window))
                list->windows[list->count++] = window;
        }
    return SINK_OK;
}

void sink_tile_list_free(struct sink_tile_list *list)
{
    free(list->windows);
    *list = (struct sink_tile_list){0};
}

/* Cells inside regions in one row of the grid, by column of tiles. */
static void count_inside(const struct sink_cover *cover, int tile_width, uint64_t *inside)
{
    for (size_t i = 0; i < cover->span_count; i++)
        for (int at = cover->spans[i].first; at < cover->spans[i].end;) {
            const int tile = at / tile_width, next = (tile + 1) * tile_width;
            const int end = next < cover->spans[i].end ? next : cover->spans[i].end;
            inside[tile] += (uint64_t)(end - at);
            at = end;
        }
}

static uint64_t tile_work(struct sink_window window, uint64_t inside)
{
    const uint64_t height = (uint64_t)window.height;
    const uint64_t cells = height * (uint64_t)window.width;
    return inside > 0 ? cells + inside * height : cells / EMPTY_TILE_SHARE + 1;
}

/* Fills work[i] of the tiles of the list; one look at the regions for each row of tiles. */
static enum sink_status estimate(const struct sink_tile_list *list, const struct sink_plan *plan,
                                 uint64_t *work, struct sink_error *error)
{
    struct sink_cover cover = {0};
    const size_t columns = (size_t)((plan->grid.width - 1) / plan->tile_width + 1);
    uint64_t *inside = malloc(columns * sizeof *inside);
    enum sink_status status = inside ? SINK_OK : sink_fail_memory(error);
    for (size_t i = 0; i < list->count && status == SINK_OK; i++) {
        const struct sink_window window = list->windows[i];
        if (i == 0 || window.row != list->windows[i - 1].row) {
            const struct sink_window row = {
                .row = window.row + window.height / 2, .height = 1, .width = plan->grid.width};
            memset(inside, 0, columns * sizeof *inside);
            status = sink_coverage_window(plan->coverage, row, &cover, error);
            if (status == SINK_OK)
                count_inside(&cover, plan->tile_width, inside);
        }
        work[i] = tile_work(window, inside[window.column / plan->tile_width]);
    }
    free(inside);
    sink_cover_free(&cover);
    return status;
}

/* A tile belongs to the part in which the middle of its work lies. */
static struct sink_tile_range cut(const uint64_t *work, size_t count, const struct sink_part *part)
{
    uint64_t total = 0, before = 0;
    struct sink_tile_range range = {0, 0};
    for (size_t i = 0; i < count; i++)
        total += work[i];
    for (size_t i = 0; i < count; before += work[i], i++) {
        const uint64_t at = (2 * before + work[i]) * (uint64_t)part->count / (2 * total);
        range.first += at + 1 < (uint64_t)part->number;
        range.end += at < (uint64_t)part->number;
    }
    return range;
}

enum sink_status sink_tile_list_cut(const struct sink_tile_list *list, const struct sink_plan *plan,
                                    const struct sink_part *part, struct sink_tile_range *range,
                                    struct sink_error *error)
{
    *range = (struct sink_tile_range){0, list->count};
    if (part->count <= 1)
        return SINK_OK;
    uint64_t *work = malloc((list->count + 1) * sizeof *work);
    const enum sink_status status =
        work ? estimate(list, plan, work, error) : sink_fail_memory(error);
    if (status == SINK_OK)
        *range = cut(work, list->count, part);
    free(work);
    return status;
}
