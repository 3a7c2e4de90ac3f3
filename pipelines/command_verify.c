#include "pipelines/verify.h"

#include <stdio.h>

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_verification verification;
    struct sink_error error;
    if (options->is_full && !options->job) {
        sink_faults_note(faults, SINK_BAD_JOB, "verify: --full, expected --job JOB with it");
        return SINK_BAD_JOB;
    }
    enum sink_status status = sink_verify_run(options, &verification, &error);
    if (status == SINK_OK && options->is_json)
        status = sink_verify_print_json(&verification, stdout, &error);
    else if (status == SINK_OK)
        sink_verify_print(&verification, options, stdout);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    else if (!sink_verify_has_passed(&verification))
        status = SINK_DIFFERS;
    sink_verification_free(&verification);
    return status;
}

const struct sink_command sink_command_verify = {
    .name = "verify",
    .operand = "INVENTORY",
    .summary = "Check an inventory: its sums, its account, its inputs, its tally",
    .examples =
        "Four levels, of which those run that the options allow for: the file alone; every number "
        "once more from the tally and the factors inside; the job and the hashes of the inputs; "
        "the tally once more from the rasters. Exit code 0: all that ran holds; 1: it does not; 3: "
        "the file cannot be read. Nothing is written.\n\nExamples:\n"
        "  sinkcalc verify inventory.nc\n"
        "  sinkcalc verify inventory.nc --job job.yml --inputs received/\n"
        "  sinkcalc verify inventory.nc --job received/job.yml --full --json\n",
    .takes = SINK_TAKES_SOURCES | SINK_TAKES_DIGITS | SINK_TAKES_CONFINE,
    .run = run};
