#include "pipelines/options.h"
#include "pipelines/report/report.h"

#include <sys/stat.h>

/* The page may not replace what it is made from. */
static enum sink_status check_output(const struct sink_options *options, struct sink_error *error)
{
    struct stat input, output;
    if (stat(options->file, &input) == 0 && stat(options->output, &output) == 0 &&
        input.st_dev == output.st_dev && input.st_ino == output.st_ino)
        return sink_fail(error, SINK_BAD_JOB, "%s: is the inventory itself, expected another file",
                         options->output);
    return SINK_OK;
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_error error;
    const struct sink_report_settings settings = {.is_chinese = options->is_chinese,
                                                  .breaks = options->breaks};
    enum sink_status status = check_output(options, &error);
    if (status == SINK_OK)
        status = sink_report_write(options->file, &settings, options->output, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

const struct sink_command sink_command_report = {
    .name = "report",
    .operand = "INVENTORY",
    .summary = "Show an inventory as one page of HTML",
    .examples =
        "Writes one file for any browser, in English or Chinese: summary, targets, charts, maps, "
        "tables, a page for each region, and where every number is from. It loads nothing from the "
        "network.\n\nExamples:\n"
        "  sinkcalc report inventory.nc -o report.html\n"
        "  sinkcalc report inventory.nc -o report.html --lang zh\n"
        "  sinkcalc report inventory.nc -o report.html --breaks 'density=50,100,150;sink=-1,0,1'\n",
    .takes = SINK_TAKES_OUTPUT | SINK_TAKES_LANG | SINK_TAKES_BREAKS,
    .run = run};
