/* What commands on a job have in common: read it, open its inputs, tally. */
#ifndef SINK_PIPELINES_SESSION_H
#define SINK_PIPELINES_SESSION_H

#include "pipelines/book.h"
#include "pipelines/claim.h"
#include "pipelines/options.h"
#include "pipelines/plan.h"

struct sink_session {
    struct sink_confine confine;
    struct sink_job *job;
    struct sink_plan *plan;
    struct sink_claims claims;       /* the outputs; empty until sink_session_claim_... */
    struct sink_tally_bundle bundle; /* spec, regions, correlations: those of the plan */
    char *output;                    /* the inventory or tally, when claimed */
    char *checkpoint;                /* where the tally keeps its work; NULL: nowhere */
    bool has_checkpoints;            /* and that is wanted */
    bool is_interruptible;           /* SIGINT and SIGTERM are only noted */
    bool is_alone;                   /* `run` writes the inventory and nothing beside it */
};

/* Reads the job, starts GDAL, opens and checks everything. With -v, prints the notes to stderr. */
SINK_CHECKED enum sink_status sink_session_open(const struct sink_options *options,
                                                struct sink_session *session,
                                                struct sink_faults *faults);
/* The same for a job that is read, with session->confine as it stands and the rest zero; the
 * session owns the job, also after a failure. */
SINK_CHECKED enum sink_status sink_session_start(const struct sink_options *options,
                                                 struct sink_job *job, struct sink_session *session,
                                                 struct sink_faults *faults);
/* Claims what `run` will write (claim.h), or what `tally` will: the output of the options in the
 * place of all that the job's `output` names; a note says what `run` leaves out then. The work is
 * kept beside it and goes on from what is there. After opening, before the first cell is read. */
SINK_CHECKED enum sink_status sink_session_claim_run(const struct sink_options *options,
                                                     struct sink_session *session,
                                                     struct sink_faults *faults);
SINK_CHECKED enum sink_status sink_session_claim_tally(const struct sink_options *options,
                                                       struct sink_session *session,
                                                       struct sink_faults *faults);
/* Tallies into session->bundle. With a claim, SIGINT and SIGTERM end it orderly, and are only noted
 * from then until the session is closed. */
SINK_CHECKED enum sink_status sink_session_tally(const struct sink_options *options,
                                                 struct sink_session *session,
                                                 struct sink_faults *faults);
/* After the tally: SINK_OK, or, when a signal was noted, that of the interruption; then the whole
 * tally is kept beside the output, and the error says so. */
SINK_CHECKED enum sink_status sink_session_interrupted(struct sink_session *session,
                                                       struct sink_error *error);
/* The outputs are written: what was kept is removed. */
void sink_session_finish(const struct sink_session *session);
void sink_session_close(struct sink_session *session);

#endif
