#include "pipelines/book_watch.h"
#include "pipelines/session.h"
#include "pipelines/summary.h"
#include "pipelines/tally_file.h"

#include <stdio.h>
#include <stdlib.h>

/* The tally as it was counted, before sums and rests are added to it. */
static enum sink_status keep_tally(struct sink_session *session, struct sink_error *error)
{
    if (session->is_alone || !session->job->tally)
        return SINK_OK;
    char *path = sink_job_path(session->job, session->job->tally);
    const enum sink_status status =
        path ? sink_tally_file_write(path, &session->bundle, error) : sink_fail_memory(error);
    free(path);
    return status;
}

/* A path as messages show it: what would act on a terminal is escaped. */
static struct sink_error plain(const char *path)
{
    struct sink_error shown;
    (void)sink_fail(&shown, SINK_OK, "%s", path);
    return shown;
}

static void print_outputs(const struct sink_session *session, size_t regions)
{
    const struct sink_job *job = session->job;
    const bool is_alone = session->is_alone;
    char *per_region = job->per_region && !is_alone ? sink_job_path(job, job->per_region) : NULL;
    char *tally = job->tally && !is_alone ? sink_job_path(job, job->tally) : NULL;
    printf("\nInventory: %s\n", plain(session->output).message);
    if (per_region)
        printf("By region: %zu file%s %s\n", regions, regions == 1 ? "" : "s",
               plain(per_region).message);
    if (tally)
        printf("Tally:     %s\n", plain(tally).message);
    free(per_region);
    free(tally);
}

static enum sink_status write_book(const struct sink_options *options,
                                   const struct sink_session *session, const struct sink_book *book,
                                   struct sink_error *error)
{
    const char *folder = session->is_alone ? NULL : session->job->folder;
    enum sink_status status = sink_book_write(book, folder, session->output, error);
    if (status == SINK_OK)
        status = sink_summary_print(&book->inventory, options, stdout, error);
    if (status == SINK_OK && !options->is_quiet && !options->is_json)
        print_outputs(session, book->inventory.regions->count);
    return status;
}

/* The status, with its error among the faults. */
static enum sink_status told(enum sink_status status, const struct sink_error *error,
                             struct sink_faults *faults)
{
    if (status != SINK_OK)
        sink_faults_add(faults, error);
    return status;
}

static enum sink_status stop(void *session, struct sink_error *error)
{
    return sink_session_interrupted(session, error);
}

/* From the tally to what is written. Once the first output is begun, the others follow. */
static enum sink_status make_book(const struct sink_options *options, struct sink_session *session,
                                  struct sink_book *book, struct sink_faults *faults)
{
    struct sink_error error;
    struct sink_book_watch watch = {.options = options, .stop = stop, .context = session};
    enum sink_status status = sink_book_watch_make(&watch, &session->bundle, book, faults);
    if (status == SINK_INTERRUPTED || status == SINK_TERMINATED)
        return status;
    if (status == SINK_OK)
        status = told(sink_session_interrupted(session, &error), &error, faults);
    if (status != SINK_INTERRUPTED && status != SINK_TERMINATED) {
        const enum sink_status kept = told(keep_tally(session, &error), &error, faults);
        status = status == SINK_OK ? kept : status;
    }
    return status == SINK_OK ? told(write_book(options, session, book, &error), &error, faults)
                             : status;
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_session session;
    struct sink_book book = {0};
    struct sink_error error;
    enum sink_status status = sink_session_open(options, &session, faults);
    if (status == SINK_OK)
        status = told(sink_summary_check(sink_boundaries_list(session.plan->boundaries),
                                         options->region, &error),
                      &error, faults);
    if (status == SINK_OK)
        status = sink_session_claim_run(options, &session, faults);
    if (status == SINK_OK)
        status = sink_session_tally(options, &session, faults);
    if (status == SINK_OK)
        status = make_book(options, &session, &book, faults);
    if (status == SINK_OK)
        sink_session_finish(&session);
    sink_book_free(&book);
    sink_session_close(&session);
    return status;
}

const struct sink_command sink_command_run = {
    .name = "run",
    .operand = "JOB",
    .summary = "Check, tally, account, write the inventory and verify that it adds up",
    .examples = "Examples:\n  sinkcalc run job.yml\n"
                "  sinkcalc run --threads 8 --json job.yml > summary.json\n"
                "  sinkcalc run job.yml -o elsewhere.nc\n",
    .takes =
        SINK_TAKES_OPTIONAL_OUTPUT | SINK_TAKES_REGION | SINK_TAKES_CHECKPOINT | SINK_TAKES_CONFINE,
    .run = run};
