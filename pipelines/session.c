#include "pipelines/session.h"

#include "pipelines/atomic_file.h"
#include "pipelines/checkpoint.h"
#include "pipelines/interrupt.h"
#include "pipelines/tally_file.h"
#include "pipelines/tally_run.h"
#include "pipelines/trust.h"
#include "rasters/environment.h"
#include "sinkcalc/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum sink_status start_environment(const struct sink_options *options,
                                          const struct sink_session *session,
                                          struct sink_error *error)
{
    if (session->job->remote && session->confine.count > 0)
        return sink_fail(error, SINK_BAD_JOB, "%s: remote: yes, expected no with %s",
                         session->job->path, options->is_untrusted ? "--untrusted" : "--confine");
    const enum sink_status status = sink_environment_start(session->job->remote, error);
    if (status == SINK_OK && options->is_untrusted)
        sink_environment_restrict();
    return status;
}

/* All that follows on the job's being read. */
static enum sink_status open_job(const struct sink_options *options, struct sink_session *session,
                                 struct sink_faults *faults)
{
    struct sink_error error;
    session->job->confine = &session->confine;
    enum sink_status status = start_environment(options, session, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    else
        status = sink_plan_open(session->job, &session->plan, faults);
    if (status == SINK_OK && options->output) {
        const size_t before = faults->count;
        sink_plan_check_output(session->plan, options->output, faults);
        if (faults->count > before)
            status = faults->items[before].status;
    }
    if (status == SINK_OK && !options->is_quiet)
        for (size_t i = 0; i < session->plan->notes.count; i++)
            fprintf(stderr, "sinkcalc: note: %s\n", session->plan->notes.items[i].message);
    return status;
}

/* Wrong keys do not hide what is wrong with the files. */
static void check_files(const struct sink_options *options, struct sink_session *session,
                        struct sink_faults *faults)
{
    struct sink_error error;
    session->job->confine = &session->confine;
    if (start_environment(options, session, &error) == SINK_OK)
        sink_plan_check_files(session->job, faults);
    else
        sink_faults_add(faults, &error);
}

static enum sink_status trust(const struct sink_options *options, struct sink_session *session,
                              struct sink_faults *faults)
{
    struct sink_error error;
    const enum sink_status status = sink_trust_start(options, &session->confine, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

enum sink_status sink_session_open(const struct sink_options *options, struct sink_session *session,
                                   struct sink_faults *faults)
{
    *session = (struct sink_session){0};
    enum sink_status status = trust(options, session, faults);
    if (status != SINK_OK)
        return status;
    status = sink_job_read_partly(options->file, &session->job, faults);
    if (status == SINK_OK)
        status = open_job(options, session, faults);
    else if (status == SINK_BAD_JOB && session->job)
        check_files(options, session, faults);
    sink_faults_drop_doubles(faults);
    return status;
}

enum sink_status sink_session_start(const struct sink_options *options, struct sink_job *job,
                                    struct sink_session *session, struct sink_faults *faults)
{
    session->job = job;
    return open_job(options, session, faults);
}

/* Claims the output of the options, or else `own` in the folder of the job. The work is kept beside
 * it. */
static enum sink_status claim_output(const struct sink_options *options,
                                     struct sink_session *session, const char *own,
                                     struct sink_faults *faults)
{
    struct sink_error error;
    const size_t before = faults->count;
    session->output =
        options->output ? sink_text_copy(options->output) : sink_job_path(session->job, own);
    session->checkpoint = session->output ? sink_checkpoint_path(session->output) : NULL;
    enum sink_status status =
        session->checkpoint ? sink_claims_add(&session->claims, options, session->output, &error)
                            : sink_fail_memory(&error);
    if (status == SINK_OK)
        status = sink_file_sweep(session->checkpoint, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    else
        sink_plan_check_output(session->plan, session->checkpoint, faults);
    return faults->count > before ? faults->items[before].status : SINK_OK;
}

/* What `run` writes beside the inventory. */
static enum sink_status claim_others(const struct sink_options *options,
                                     struct sink_session *session, struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    const struct sink_job *job = session->job;
    if (job->tally) {
        char *path = sink_job_path(job, job->tally);
        status = path ? sink_claims_add(&session->claims, options, path, error)
                      : sink_fail_memory(error);
        free(path);
    }
    if (status == SINK_OK && job->per_region)
        status = sink_claims_add_regions(&session->claims, options, job->per_region, job->folder,
                                         sink_boundaries_list(session->plan->boundaries), error);
    return status;
}

/* A trial that replaced the job's tally or files of regions would leave two accounts side by side,
 * which nobody could tell apart. */
static void note_alone(const struct sink_options *options, const struct sink_job *job)
{
    if (!options->is_quiet && (job->tally || job->per_region))
        fprintf(stderr, "sinkcalc: note: -o: %s%s%s of the job %s left out\n",
                job->tally ? "the tally" : "", job->tally && job->per_region ? " and " : "",
                job->per_region ? "the files per region" : "", job->per_region ? "are" : "is");
}

enum sink_status sink_session_claim_run(const struct sink_options *options,
                                        struct sink_session *session, struct sink_faults *faults)
{
    struct sink_error error;
    enum sink_status status = claim_output(options, session, session->job->inventory, faults);
    if (status != SINK_OK)
        return status;
    session->is_alone = options->output;
    if (session->is_alone)
        note_alone(options, session->job);
    else
        status = claim_others(options, session, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

enum sink_status sink_session_claim_tally(const struct sink_options *options,
                                          struct sink_session *session, struct sink_faults *faults)
{
    if (options->output || session->job->tally)
        return claim_output(options, session, session->job->tally, faults);
    sink_faults_note(faults, SINK_BAD_JOB, "%s: output.tally is not given, expected it or -o",
                     session->job->path);
    return SINK_BAD_JOB;
}

static enum sink_status tally(const struct sink_options *options, struct sink_session *session,
                              struct sink_error *error)
{
    const struct sink_tally_request request = {.options = options,
                                               .checkpoint = session->checkpoint};
    session->has_checkpoints = session->checkpoint && options->checkpoint_min > 0;
    session->is_interruptible = session->checkpoint;
    if (session->is_interruptible)
        sink_interrupt_start();
    return sink_tally_run(session->plan, &request, &session->bundle, error);
}

enum sink_status sink_session_interrupted(struct sink_session *session, struct sink_error *error)
{
    const enum sink_status status = sink_interrupt_status();
    if (status == SINK_OK)
        return SINK_OK;
    if (!session->has_checkpoints)
        return sink_fail(error, status, "interrupted; nothing is kept");
    const enum sink_status kept =
        sink_tally_file_write(session->checkpoint, &session->bundle, error);
    return kept != SINK_OK
               ? kept
               : sink_fail(error, status,
                           "interrupted; %s keeps the whole tally: the same command goes on from "
                           "there",
                           session->checkpoint);
}

enum sink_status sink_session_tally(const struct sink_options *options,
                                    struct sink_session *session, struct sink_faults *faults)
{
    struct sink_error error;
    struct sink_tally_bundle *bundle = &session->bundle;
    enum sink_status status = sink_plan_evidence(session->plan, &bundle->evidence, &error);
    bundle->spec = session->plan->spec;
    bundle->regions = *sink_boundaries_list(session->plan->boundaries);
    bundle->correlations = session->plan->correlations;
    if (status == SINK_OK)
        status = tally(options, session, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

void sink_session_finish(const struct sink_session *session)
{
    if (session->checkpoint)
        (void)unlink(session->checkpoint);
}

void sink_session_close(struct sink_session *session)
{
    if (session->is_interruptible)
        sink_interrupt_stop();
    sink_tally_free(session->bundle.tally);
    sink_tally_free(session->bundle.blocks);
    sink_evidence_free(&session->bundle.evidence);
    sink_claims_release(&session->claims);
    sink_plan_close(session->plan);
    sink_job_free(session->job);
    free(session->output);
    free(session->checkpoint);
    sink_confine_free(&session->confine);
    *session = (struct sink_session){0};
}
