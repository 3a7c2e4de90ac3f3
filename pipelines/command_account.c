#include "pipelines/book.h"
#include "pipelines/options.h"
#include "pipelines/summary.h"
#include "pipelines/tally_file.h"
#include "pipelines/trust.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The file may come from anyone: it may not say where else on this machine to write. */
static enum sink_status check_paths(const struct sink_options *options, const struct sink_job *job,
                                    const struct sink_confine *confine, struct sink_error *error)
{
    struct stat input, output;
    if (stat(options->file, &input) == 0 && stat(options->output, &output) == 0 &&
        input.st_dev == output.st_dev && input.st_ino == output.st_ino)
        return sink_fail(error, SINK_BAD_JOB, "%s: is the tally itself, expected another file",
                         options->output);
    if (job->per_region && (*job->per_region == '/' || strstr(job->per_region, "..")))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: output.per_region \"%s\" of the job in it leaves this folder",
                         options->file, job->per_region);
    return job->per_region ? sink_confine_check_output(confine, job->per_region, error) : SINK_OK;
}

static enum sink_status account(const struct sink_options *options,
                                const struct sink_confine *confine, struct sink_faults *faults)
{
    struct sink_tally_bundle bundle = {0};
    struct sink_book book = {0};
    struct sink_error error;
    enum sink_status status = sink_tally_file_read(options->file, &bundle, &error);
    if (status != SINK_OK) {
        sink_faults_add(faults, &error);
        return status;
    }
    status = sink_tile_share_check_whole(&bundle.evidence.share, options->file, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    else
        status = sink_book_make(&bundle, &book, faults);
    if (status == SINK_OK) {
        status = check_paths(options, book.job, confine, &error);
        if (status == SINK_OK)
            status = sink_summary_check(&bundle.regions, options->region, &error);
        if (status == SINK_OK)
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

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_confine confine;
    struct sink_error error;
    enum sink_status status = sink_trust_start(options, &confine, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    else
        status = account(options, &confine, faults);
    sink_confine_free(&confine);
    return status;
}

const struct sink_command sink_command_account = {
    .name = "account",
    .operand = "TALLY",
    .summary = "Make the inventory from a tally file",
    .examples = "The second half of `run`: the job and the factor tables are in the tally file, no "
                "raster is read.\n\nExamples:\n"
                "  sinkcalc account tally.nc -o inventory.nc\n"
                "  sinkcalc account tally.nc -o inventory.nc --region 330211\n",
    .takes = SINK_TAKES_OUTPUT | SINK_TAKES_REGION | SINK_TAKES_CONFINE,
    .run = run};
