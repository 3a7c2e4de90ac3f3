#include "pipelines/diff.h"

#include <stdio.h>

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_diff diff = {0};
    struct sink_error error;
    if (options->file_count != 2) {
        sink_faults_note(faults, SINK_BAD_JOB, "diff: %zu files, expected two inventories",
                         options->file_count);
        return SINK_BAD_JOB;
    }
    enum sink_status status = sink_diff_make(options, &diff, &error);
    if (status == SINK_OK && options->is_json)
        status = sink_diff_print_json(&diff, stdout, &error);
    else if (status == SINK_OK)
        sink_diff_print(&diff, options, stdout);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    else if (!sink_diff_is_equal(&diff))
        status = SINK_DIFFERS;
    sink_diff_free(&diff);
    return status;
}

const struct sink_command sink_command_diff = {
    .name = "diff",
    .operand = "INVENTORY",
    .summary = "Compare two inventories, and tell why they differ",
    .examples =
        "Regions go together by id, classes and pools by name, years by year. Where both carry "
        "tallies of the same strata, the difference of carbon and removal is told by cause: other "
        "areas, other biomass, other factors or methods; the three add up. Exit code 0: equal "
        "within the tolerance; 1: not.\n\nExamples:\n"
        "  sinkcalc diff last_year.nc this_year.nc\n"
        "  sinkcalc diff ours.nc theirs.nc --tolerance 1e-6 --region 330211 --json\n",
    .takes = SINK_TAKES_MANY | SINK_TAKES_REGION | SINK_TAKES_DIGITS | SINK_TAKES_TOLERANCE,
    .run = run};
