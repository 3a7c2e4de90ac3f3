#include "pipelines/book.h"
#include "pipelines/options.h"
#include "pipelines/summary.h"
#include "pipelines/tally_file.h"

#include <stdio.h>

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_tally_bundle bundle = {0};
    struct sink_book book = {0};
    struct sink_error error;
    enum sink_status status = sink_tally_file_read(options->file, &bundle, &error);
    if (status != SINK_OK) {
        sink_faults_add(faults, &error);
        return status;
    }
    status = sink_book_make(&bundle, &book, faults);
    if (status == SINK_OK) {
        status = sink_book_write(&book, ".", options->output, &error);
        if (status == SINK_OK)
            status = sink_summary_print(&book.inventory, options, stdout, &error);
        if (status != SINK_OK)
            sink_faults_add(faults, &error);
    }
    sink_book_free(&book);
    sink_tally_bundle_free(&bundle);
    return status;
}

const struct sink_command sink_command_account = {
    .name = "account",
    .operand = "TALLY",
    .summary = "Make the inventory from a tally file",
    .examples = "The second half of `run`: the job and the factor tables are in the tally file, no "
                "raster is read.\n\nExamples:\n"
                "  sinkcalc account tally.nc -o inventory.nc\n",
    .takes_output = true,
    .run = run};
