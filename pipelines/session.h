/* What commands on a job have in common: read it, open its inputs, tally. */
#ifndef SINK_PIPELINES_SESSION_H
#define SINK_PIPELINES_SESSION_H

#include "pipelines/book.h"
#include "pipelines/options.h"
#include "pipelines/plan.h"

struct sink_session {
    struct sink_confine confine;
    struct sink_job *job;
    struct sink_plan *plan;
    struct sink_tally_bundle bundle; /* spec, regions, correlations: those of the plan */
    char *checkpoint;                /* where the tally keeps its work; NULL: nowhere */
};

/* Reads the job, starts GDAL, opens and checks everything. With -v, prints the notes to stderr. */
SINK_CHECKED enum sink_status sink_session_open(const struct sink_options *options,
                                                struct sink_session *session,
                                                struct sink_faults *faults);
/* The same for a job that is read; the session owns it, also after a failure. */
SINK_CHECKED enum sink_status sink_session_start(const struct sink_options *options,
                                                 struct sink_job *job, struct sink_session *session,
                                                 struct sink_faults *faults);
/* Says what the work is for: it is kept beside `output`, and goes on from what is there. */
SINK_CHECKED enum sink_status sink_session_keep(struct sink_session *session, const char *output,
                                                struct sink_faults *faults);
/* Tallies into session->bundle. With a place to keep work, SIGINT and SIGTERM end it orderly. */
SINK_CHECKED enum sink_status sink_session_tally(const struct sink_options *options,
                                                 struct sink_session *session,
                                                 struct sink_faults *faults);
/* The outputs are written: what was kept is removed. */
void sink_session_finish(const struct sink_session *session);
void sink_session_close(struct sink_session *session);

#endif
