#include "pipelines/claim.h"
#include "pipelines/json_text.h"
#include "pipelines/options.h"
#include "pipelines/report/report.h"

#include <stdio.h>
#include <string.h>

static enum sink_status report(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_error error;
    const struct sink_report_settings settings = {.is_chinese = strcmp(options->lang, "zh") == 0,
                                                  .breaks = options->breaks};
    enum sink_status status = sink_report_write(options->file, &settings, options->output, &error);
    if (status == SINK_OK && options->is_json) {
        status = sink_json_written(stdout, options, "html", &error);
        if (status == SINK_OK)
            printf(", \"lang\": \"%s\"}\n", options->lang);
    }
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    return sink_claimed_run(options, faults, report);
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
