#include "pipelines/claim.h"
#include "pipelines/options.h"
#include "pipelines/tally_file.h"
#include "pipelines/tally_merge.h"

#include <stdio.h>

static enum sink_status merge(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_tally_bundle bundle = {0};
    struct sink_error error;
    enum sink_status status =
        sink_tally_merge_files(options->files, options->file_count, &bundle, faults);
    if (status != SINK_OK)
        return status;
    status = sink_tally_file_write(options->output, &bundle, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    if (status == SINK_OK && options->is_json) {
        const struct sink_tally_row *rows;
        printf("{\"tally\": true, \"rows\": %zu, \"cells_read\": %.0f}\n",
               sink_tally_rows(bundle.tally, &rows), bundle.evidence.cells_read);
    }
    sink_tally_bundle_free(&bundle);
    return status;
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    return sink_claimed_run(options, faults, merge);
}

const struct sink_command sink_command_merge = {
    .name = "merge",
    .operand = "PART",
    .summary = "Put the parts of a tally together",
    .examples =
        "For `tally --part K/N` on several machines. Each part must be there once, of the same job "
        "and the same inputs; the result has the bytes that one run would have written.\n\n"
        "Examples:\n"
        "  sinkcalc tally job.yml --part 1/2 -o part1.nc\n"
        "  sinkcalc tally job.yml --part 2/2 -o part2.nc\n"
        "  sinkcalc merge -o tally.nc part1.nc part2.nc\n",
    .takes = SINK_TAKES_OUTPUT | SINK_TAKES_MANY,
    .run = run};
