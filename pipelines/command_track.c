#include "pipelines/claim.h"
#include "pipelines/options.h"
#include "pipelines/track.h"

#include <stdio.h>

static enum sink_status track(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_track track;
    struct sink_error error;
    enum sink_status status =
        sink_track_make(options->files, options->file_count, options->targets, &track, faults);
    if (status != SINK_OK)
        return status;
    if (options->output)
        status = sink_track_write(&track, options->output, &error);
    if (status == SINK_OK && options->is_json)
        status = sink_track_print_json(&track, stdout, &error);
    else if (status == SINK_OK && !options->is_quiet)
        status = sink_track_print_text(&track, options->is_verbose, stdout, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    sink_track_free(&track);
    return status;
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    return sink_claimed_run(options, faults, track);
}

const struct sink_command sink_command_track = {
    .name = "track",
    .operand = "INVENTORY",
    .summary = "Tell how inventories of several years stand to dated targets",
    .examples =
        "Joins inventories of one or more years each, with the same regions and definitions, and "
        "prints forest coverage and stock volume, their trend with its interval, what the trend "
        "says of each target, the rate still needed, and each region's share of the gap. -o writes "
        "it as netCDF.\n\nExamples:\n"
        "  sinkcalc track inventory.nc\n"
        "  sinkcalc track 2018.nc 2021.nc 2024.nc --targets china\n"
        "  sinkcalc track 20??.nc --targets targets.csv --json -o track.nc\n",
    .takes = SINK_TAKES_OPTIONAL_OUTPUT | SINK_TAKES_TARGETS | SINK_TAKES_MANY,
    .run = run};
