#include "pipelines/checkpoint.h"

#include "pipelines/tally_file.h"
#include "pipelines/tally_merge.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

char *sink_checkpoint_path(const char *output)
{
    return sink_text_format("%s.checkpoint", output);
}

static enum sink_status check(const char *path, const struct sink_tally_bundle *kept,
                              const struct sink_tally_bundle *bundle, struct sink_error *error)
{
    char what[400] = "";
    const struct sink_tile_share *share = &bundle->evidence.share, *other = &kept->evidence.share;
    enum sink_status status = sink_tally_compare(kept, bundle, what, sizeof what, error);
    if (status != SINK_OK)
        return status;
    if (!*what && (other->part != share->part || other->part_count != share->part_count))
        snprintf(what, sizeof what, "it is part %" PRIu64 " of %" PRIu64, other->part,
                 other->part_count);
    else if (!*what &&
             (other->range.first != share->range.first || other->range.end != share->range.end))
        snprintf(what, sizeof what, "its tiles are others");
    return !*what ? SINK_OK
                  : sink_fail(error, SINK_BAD_DATA,
                              "%s: is of another run than this: %s; --restart begins anew", path,
                              what);
}

static enum sink_status take(const struct sink_tally_bundle *kept, struct sink_tally_bundle *bundle,
                             struct sink_error *error)
{
    struct sink_evidence *evidence = &bundle->evidence;
    for (size_t i = 0; i < evidence->file_count; i++)
        memcpy(evidence->files[i].sha256, kept->evidence.files[i].sha256,
               sizeof evidence->files[i].sha256);
    return sink_tally_bundle_add(bundle, kept, error);
}

enum sink_status sink_checkpoint_take(const char *path, struct sink_tally_bundle *bundle,
                                      bool *is_found, struct sink_error *error)
{
    struct stat info;
    struct sink_tally_bundle kept;
    struct sink_error reading;
    *is_found = lstat(path, &info) == 0 || errno != ENOENT;
    if (!*is_found)
        return SINK_OK;
    enum sink_status status = sink_tally_file_read(path, &kept, &reading);
    if (status != SINK_OK)
        return sink_fail(error, status, "%s; --restart begins anew", reading.message);
    status = check(path, &kept, bundle, error);
    if (status == SINK_OK)
        status = take(&kept, bundle, error);
    sink_tally_bundle_free(&kept);
    return status;
}
