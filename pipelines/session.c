#include "pipelines/session.h"

#include "pipelines/tally_run.h"
#include "rasters/environment.h"

#include <stdio.h>

enum sink_status sink_session_open(const struct sink_options *options, struct sink_session *session,
                                   struct sink_faults *faults)
{
    struct sink_error error;
    *session = (struct sink_session){0};
    enum sink_status status = sink_job_read(options->file, &session->job, faults);
    if (status != SINK_OK)
        return status;
    status = sink_environment_start(session->job->remote, &error);
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
        status = sink_tally_run(session->plan, options, false, bundle, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

void sink_session_close(struct sink_session *session)
{
    sink_tally_free(session->bundle.tally);
    sink_tally_free(session->bundle.blocks);
    sink_evidence_free(&session->bundle.evidence);
    sink_plan_close(session->plan);
    sink_job_free(session->job);
    *session = (struct sink_session){0};
}
