#include "pipelines/tally_merge.h"

#include "pipelines/tally_file.h"
#include "sinkcalc/model/raster_error.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum sink_status sink_tally_bundle_add(struct sink_tally_bundle *into,
                                       const struct sink_tally_bundle *from,
                                       struct sink_error *error)
{
    struct sink_evidence *evidence = &into->evidence;
    const struct sink_tile_share *share = &from->evidence.share;
    enum sink_status status = sink_tally_merge(into->tally, from->tally, error);
    if (status == SINK_OK && into->blocks && from->blocks)
        status = sink_tally_merge(into->blocks, from->blocks, error);
    for (size_t i = 0; i < share->done_count && status == SINK_OK; i++)
        status = sink_tile_share_add(&evidence->share, share->done[i], error);
    evidence->cells_read += from->evidence.cells_read;
    sink_exact_sum_merge(&evidence->overlap_sum_m2, &from->evidence.overlap_sum_m2);
    sink_evidence_set_overlap(evidence, into->spec.year_count);
    return status;
}

/* What is known of the files so far. */
struct merge {
    char *const *paths;
    size_t *file_of; /* [part_count] the file of each part; SIZE_MAX for none yet */
    struct sink_tally_bundle *whole;
    struct sink_faults *faults;
};

static void note(struct merge *merge, const struct sink_error *error)
{
    sink_faults_add(merge->faults, error);
}

/* The first file gives what all have in common. */
static enum sink_status start(struct merge *merge, struct sink_error *error)
{
    const size_t count = merge->whole->evidence.share.part_count;
    merge->file_of = malloc(count * sizeof *merge->file_of);
    if (!merge->file_of)
        return sink_fail_memory(error);
    for (size_t i = 0; i < count; i++)
        merge->file_of[i] = SIZE_MAX;
    return SINK_OK;
}

static enum sink_status check_part(const struct merge *merge, size_t file,
                                   const struct sink_tally_bundle *part, struct sink_error *error)
{
    const char *path = merge->paths[file];
    const struct sink_tile_share *share = &part->evidence.share;
    const struct sink_tile_share *whole = &merge->whole->evidence.share;
    if (share->part_count != whole->part_count)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: part %" PRIu64 " of %" PRIu64 ", expected one of %" PRIu64
                         " as %s is",
                         path, share->part, share->part_count, whole->part_count, merge->paths[0]);
    const size_t other = merge->file_of[share->part - 1];
    if (other != SIZE_MAX)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: part %" PRIu64 " of %" PRIu64 ", as %s is: expected each part once",
                         path, share->part, share->part_count, merge->paths[other]);
    if (!sink_tile_share_is_finished(share))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: holds %" PRIu64 " of the %" PRIu64 " tiles of part %" PRIu64
                         "; it is of a run that did not end: give its command again",
                         path, sink_tile_share_done(share), share->range.end - share->range.first,
                         share->part);
    return SINK_OK;
}

static enum sink_status compare(const struct merge *merge, size_t file,
                                const struct sink_tally_bundle *part, struct sink_error *error)
{
    char what[400];
    const enum sink_status status =
        sink_tally_compare(part, merge->whole, what, sizeof what, error);
    if (status != SINK_OK || !*what)
        return status;
    return sink_fail(error, SINK_BAD_DATA, "%s: does not belong to %s: %s", merge->paths[file],
                     merge->paths[0], what);
}

/* Parts that were cut alike have no tile in common. */
static enum sink_status add(struct merge *merge, size_t file, const struct sink_tally_bundle *part,
                            struct sink_error *error)
{
    const struct sink_tile_share *share = &part->evidence.share;
    for (size_t i = 0; i < share->done_count; i++)
        if (sink_tile_share_holds(&merge->whole->evidence.share, share->done[i]))
            return sink_fail(error, SINK_BAD_DATA,
                             "%s: holds tiles that another part has, of %" PRIu64 " to %" PRIu64,
                             merge->paths[file], share->done[i].first, share->done[i].end - 1);
    return sink_tally_bundle_add(merge->whole, part, error);
}

static enum sink_status take_file(struct merge *merge, size_t file)
{
    struct sink_error error;
    struct sink_tally_bundle part = {0};
    enum sink_status status =
        sink_tally_file_read(merge->paths[file], file == 0 ? merge->whole : &part, &error);
    if (status == SINK_OK && file == 0)
        status = start(merge, &error);
    const struct sink_tally_bundle *read = file == 0 ? merge->whole : &part;
    if (status == SINK_OK && file > 0)
        status = compare(merge, file, read, &error);
    if (status == SINK_OK)
        status = check_part(merge, file, read, &error);
    if (status == SINK_OK)
        merge->file_of[read->evidence.share.part - 1] = file;
    if (status == SINK_OK && file > 0)
        status = add(merge, file, read, &error);
    if (status != SINK_OK)
        note(merge, &error);
    sink_tally_bundle_free(&part);
    return status;
}

/* "2, 5 and 6"; the rest is counted after the first twenty. */
static void list_missing(const struct merge *merge, uint64_t count, char *text, size_t size)
{
    size_t missing = 0, length = 0;
    for (size_t i = 0; i < count; i++)
        missing += merge->file_of[i] == SIZE_MAX;
    for (size_t i = 0, told = 0; i < count && told < missing; i++) {
        if (merge->file_of[i] != SIZE_MAX)
            continue;
        if (told == 20) {
            snprintf(text + length, size - length, " and %zu more", missing - told);
            return;
        }
        const char *before = told == 0 ? "" : told + 1 == missing ? " and " : ", ";
        length += (size_t)snprintf(text + length, size - length, "%s%zu", before, i + 1);
        told++;
    }
}

static enum sink_status finish(struct merge *merge)
{
    char missing[300] = "";
    struct sink_tile_share *share = &merge->whole->evidence.share;
    list_missing(merge, share->part_count, missing, sizeof missing);
    if (*missing) {
        sink_faults_note(merge->faults, SINK_BAD_DATA,
                         "%s: part %" PRIu64 " of %" PRIu64 "; missing: %s", merge->paths[0],
                         share->part, share->part_count, missing);
        return SINK_BAD_DATA;
    }
    if (sink_tile_share_done(share) != share->tile_count) {
        sink_faults_note(merge->faults, SINK_BAD_DATA,
                         "%s: %" PRIu64 " of %" PRIu64 " tiles are in no part: the parts were not "
                         "cut alike",
                         merge->paths[0], share->tile_count - sink_tile_share_done(share),
                         share->tile_count);
        return SINK_BAD_DATA;
    }
    share->part = share->part_count = 1;
    share->range = (struct sink_tile_range){0, share->tile_count};
    return SINK_OK;
}

enum sink_status sink_tally_merge_files(char *const *paths, size_t count,
                                        struct sink_tally_bundle *bundle,
                                        struct sink_faults *faults)
{
    struct merge merge = {.paths = paths, .whole = bundle, .faults = faults};
    *bundle = (struct sink_tally_bundle){0};
    enum sink_status status = take_file(&merge, 0);
    for (size_t i = 1; i < count && merge.file_of; i++) {
        const enum sink_status taken = take_file(&merge, i);
        status = status == SINK_OK ? taken : status;
    }
    if (status == SINK_OK)
        status = finish(&merge);
    free(merge.file_of);
    if (status != SINK_OK)
        sink_tally_bundle_free(bundle);
    return status;
}
