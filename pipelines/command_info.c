#include "pipelines/inventory.h"
#include "pipelines/options.h"

#include <stdio.h>

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_error error;
    const enum sink_status status =
        sink_info_print(options->file, options->is_json, stdout, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

const struct sink_command sink_command_info = {
    .name = "info",
    .operand = "FILE",
    .summary = "Say what an inventory or tally file holds",
    .examples = "Examples:\n  sinkcalc info inventory.nc\n  sinkcalc info --json tally.nc\n",
    .run = run};
