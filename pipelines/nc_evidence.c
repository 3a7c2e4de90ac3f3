#include "pipelines/nc_evidence.h"

#include <stdlib.h>

enum sink_status sink_nc_add_inputs(struct sink_nc_writer *nc, const struct sink_evidence *evidence,
                                    struct sink_error *error)
{
    const size_t count = evidence->file_count;
    const struct sink_evidence_file *all = evidence->files;
    const char **hashes = malloc((count + 1) * sizeof *hashes);
    if (!hashes)
        return sink_fail_memory(error);
    for (size_t i = 0; i < count; i++)
        hashes[i] = all[i].sha256;
    if (count > 0) {
        const int input = sink_nc_dimension(nc, "input", count);
        sink_nc_member(nc, "input_path", SINK_NC_STRING, input, SINK_NC_MEMBER(all, count, path));
        sink_nc_member(nc, "input_role", SINK_NC_STRING, input, SINK_NC_MEMBER(all, count, role));
        sink_nc_column(nc, "input_sha256", SINK_NC_STRING, input, hashes);
        const int bytes = sink_nc_member(nc, "input_bytes", SINK_NC_DOUBLE, input,
                                         SINK_NC_MEMBER(all, count, bytes));
        sink_nc_text(nc, bytes, "units", "byte");
    }
    free(hashes);
    if (evidence->note_count > 0) {
        const int note = sink_nc_dimension(nc, "note", evidence->note_count);
        sink_nc_column(nc, "note_text", SINK_NC_STRING, note, evidence->notes);
    }
    return SINK_OK;
}
