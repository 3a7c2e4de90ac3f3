#include "pipelines/book_watch.h"
#include "pipelines/claim.h"
#include "pipelines/options.h"
#include "pipelines/summary.h"
#include "pipelines/tally_file.h"
#include "pipelines/trust.h"
#include "sinkcalc/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an account is made from and what it may write. */
struct account {
    struct sink_confine confine;
    struct sink_tally_bundle bundle;
    struct sink_claims claims;
    struct sink_book book;
    char *folder; /* of the inventory: the files of regions are named relative to it */
};

/* The file may come from anyone: it may not say where else on this machine to write. */
static enum sink_status claim_regions(const struct sink_options *options,
                                      const struct sink_job *job, struct account *account,
                                      struct sink_error *error)
{
    const char *template = job->per_region;
    if (!template)
        return SINK_OK;
    if (*template == '/' || strstr(template, ".."))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: output.per_region \"%s\" of the job in it leaves the folder of -o",
                         options->file, template);
    char *path = sink_text_format("%s/%s", account->folder, template);
    enum sink_status status =
        path ? sink_confine_check_output(&account->confine, path, error) : sink_fail_memory(error);
    free(path);
    if (status == SINK_OK)
        status = sink_claims_add_regions(&account->claims, options, template, account->folder,
                                         &account->bundle.regions, error);
    return status;
}

/* Reads the tally and claims what will be written, before anything is computed. */
static enum sink_status prepare(const struct sink_options *options, struct account *account,
                                struct sink_faults *faults)
{
    struct sink_job *job = NULL;
    struct sink_error error;
    struct sink_tally_bundle *bundle = &account->bundle;
    enum sink_status status = sink_trust_start(options, &account->confine, &error);
    if (status == SINK_OK && !(account->folder = sink_text_folder(options->output)))
        status = sink_fail_memory(&error);
    if (status == SINK_OK)
        status = sink_claims_add_output(&account->claims, options, &error);
    if (status == SINK_OK)
        status = sink_tally_file_read(options->file, bundle, &error);
    if (status == SINK_OK)
        status = sink_tile_share_check_whole(&bundle->evidence.share, options->file, &error);
    if (status == SINK_OK)
        status = sink_summary_check(&bundle->regions, options->region, &error);
    if (status != SINK_OK) {
        sink_faults_add(faults, &error);
        return status;
    }
    status = sink_job_parse(bundle->evidence.job_path, bundle->evidence.job_text,
                            strlen(bundle->evidence.job_text), &job, faults);
    if (status == SINK_OK) {
        status = claim_regions(options, job, account, &error);
        if (status != SINK_OK)
            sink_faults_add(faults, &error);
    }
    sink_job_free(job);
    return status;
}

/* Who mends a table beside the job finds the same faults again. */
static enum sink_status make_book(const struct sink_options *options, struct account *account,
                                  struct sink_faults *faults)
{
    struct sink_book_watch watch = {.options = options};
    const enum sink_status status =
        sink_book_watch_make(&watch, &account->bundle, &account->book, faults);
    if (status == SINK_BAD_DATA)
        sink_faults_note(faults, status,
                         "%s: the job and the tables are those inside it; after a change of them "
                         "tally the job again",
                         options->file);
    return status;
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct account account = {0};
    struct sink_error error;
    enum sink_status status = prepare(options, &account, faults);
    if (status == SINK_OK)
        status = make_book(options, &account, faults);
    if (status == SINK_OK) {
        status = sink_book_write(&account.book, account.folder, options->output, &error);
        if (status == SINK_OK)
            status = sink_summary_print(&account.book.inventory, options, stdout, &error);
        if (status != SINK_OK)
            sink_faults_add(faults, &error);
    }
    sink_book_free(&account.book);
    sink_tally_bundle_free(&account.bundle);
    sink_claims_release(&account.claims);
    sink_confine_free(&account.confine);
    free(account.folder);
    return status;
}

const struct sink_command sink_command_account = {
    .name = "account",
    .operand = "TALLY",
    .summary = "Make the inventory from a tally file",
    .examples = "The second half of `run`: the job and the factor tables are in the tally file, no "
                "raster is read. A change of them needs another tally. The files of "
                "output.per_region go beside FILE, into the folder of -o.\n\nExamples:\n"
                "  sinkcalc account tally.nc -o inventory.nc\n"
                "  sinkcalc account tally.nc -o inventory.nc --region 330211\n",
    .takes = SINK_TAKES_OUTPUT | SINK_TAKES_REGION | SINK_TAKES_CONFINE,
    .run = run};
