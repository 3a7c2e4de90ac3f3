#include "pipelines/tile_share.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void sink_tile_share_free(struct sink_tile_share *share)
{
    free(share->done);
    *share = (struct sink_tile_share){0};
}

/* The first of the ranges that ends after `tile`; done_count when none does. */
static size_t find(const struct sink_tile_share *share, uint64_t tile)
{
    size_t low = 0, high = share->done_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (share->done[middle].end > tile)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool sink_tile_share_holds(const struct sink_tile_share *share, struct sink_tile_range range)
{
    const size_t i = find(share, range.first);
    return range.first < range.end && i < share->done_count && share->done[i].first < range.end;
}

static enum sink_status insert(struct sink_tile_share *share, size_t at,
                               struct sink_tile_range range, struct sink_error *error)
{
    if (!share->done || share->done_count == share->done_room) {
        const size_t room = share->done_room ? 2 * share->done_room : 16;
        struct sink_tile_range *done = realloc(share->done, room * sizeof *done);
        if (!done)
            return sink_fail_memory(error);
        share->done = done;
        share->done_room = room;
    }
    memmove(&share->done[at + 1], &share->done[at], (share->done_count - at) * sizeof *share->done);
    share->done[at] = range;
    share->done_count++;
    return SINK_OK;
}

enum sink_status sink_tile_share_add(struct sink_tile_share *share, struct sink_tile_range range,
                                     struct sink_error *error)
{
    if (range.first >= range.end)
        return SINK_OK;
    const size_t at = find(share, range.first);
    struct sink_tile_range *before = at > 0 ? &share->done[at - 1] : NULL;
    struct sink_tile_range *after = at < share->done_count ? &share->done[at] : NULL;
    const bool joins_before = before && before->end == range.first;
    const bool joins_after = after && after->first == range.end;
    if (!joins_before && !joins_after)
        return insert(share, at, range, error);
    if (joins_before && joins_after) {
        before->end = after->end;
        memmove(after, after + 1, (share->done_count - at - 1) * sizeof *after);
        share->done_count--;
    } else if (joins_before) {
        before->end = range.end;
    } else {
        after->first = range.first;
    }
    return SINK_OK;
}

uint64_t sink_tile_share_done(const struct sink_tile_share *share)
{
    uint64_t count = 0;
    for (size_t i = 0; i < share->done_count; i++)
        count += share->done[i].end - share->done[i].first;
    return count;
}

bool sink_tile_share_is_finished(const struct sink_tile_share *share)
{
    return sink_tile_share_done(share) == share->range.end - share->range.first;
}

enum sink_status sink_tile_share_check_whole(const struct sink_tile_share *share, const char *path,
                                             struct sink_error *error)
{
    const uint64_t done = sink_tile_share_done(share);
    if (done == share->tile_count && share->part_count == 1)
        return SINK_OK;
    if (!sink_tile_share_is_finished(share))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: holds %" PRIu64 " of %" PRIu64 " tiles, expected all; it is of a run "
                         "that did not end: give its command again, which goes on from there",
                         path, done, share->range.end - share->range.first);
    return sink_fail(
        error, SINK_BAD_DATA,
        "%s: holds part %" PRIu64 " of %" PRIu64 ", %" PRIu64 " of %" PRIu64
        " tiles, expected all; put the parts together: sinkcalc merge -o TALLY PART...",
        path, share->part, share->part_count, done, share->tile_count);
}
