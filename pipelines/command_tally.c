#include "pipelines/session.h"
#include "pipelines/tally_file.h"

#include <stdio.h>

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_session session;
    struct sink_error error;
    enum sink_status status = sink_session_open(options, &session, faults);
    if (status == SINK_OK)
        status = sink_session_claim_tally(options, &session, faults);
    if (status == SINK_OK)
        status = sink_session_tally(options, &session, faults);
    if (status == SINK_OK) {
        status = sink_tally_file_write(session.output, &session.bundle, &error);
        if (status == SINK_OK)
            sink_session_finish(&session);
        else
            sink_faults_add(faults, &error);
    }
    if (status == SINK_OK && options->is_json) {
        const struct sink_tally_row *rows;
        printf("{\"tally\": true, \"rows\": %zu, \"cells_read\": %.0f}\n",
               sink_tally_rows(session.bundle.tally, &rows), session.bundle.evidence.cells_read);
    }
    sink_session_close(&session);
    return status;
}

const struct sink_command sink_command_tally = {
    .name = "tally",
    .operand = "JOB",
    .summary = "Sum the rasters by region and stratum into a tally file",
    .examples =
        "The first half of `run`: sums of areas and values, no factor enters. The job and its "
        "factor tables are kept in the file, for `account`.\n\nExamples:\n"
        "  sinkcalc tally job.yml -o tally.nc\n"
        "  sinkcalc tally job.yml -o part2.nc --part 2/3\n"
        "  sinkcalc account tally.nc -o inventory.nc\n",
    .takes =
        SINK_TAKES_OPTIONAL_OUTPUT | SINK_TAKES_PART | SINK_TAKES_CHECKPOINT | SINK_TAKES_CONFINE,
    .run = run};
