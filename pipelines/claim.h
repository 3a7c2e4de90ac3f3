/* The outputs of a run, claimed before it computes: an older file is replaced only where that was
 * asked for, and no other run writes the same meanwhile. */
#ifndef SINK_PIPELINES_CLAIM_H
#define SINK_PIPELINES_CLAIM_H

#include "pipelines/options.h"
#include "sinkcalc/base/region.h"

struct sink_claim {
    int file; /* holds the lock */
    char *path;
};

struct sink_claims {
    struct sink_claim *items;
    size_t count, room;
};

/* Claims `path`: refuses one that cannot be written (SINK_FAILED), that exists when options do not
 * say `overwrite` (SINK_BAD_JOB), and that another run has claimed (SINK_FAILED; the message says
 * which), and removes what dead runs left of it. The claim is ".NAME.lock" beside it, locked
 * (flock) until released; one that a dead run left has no effect. Where the file system has no
 * locks, nothing is claimed. */
SINK_CHECKED enum sink_status sink_claims_add(struct sink_claims *claims,
                                              const struct sink_options *options, const char *path,
                                              struct sink_error *error);
/* The same for a folder, without a look at what is there. */
SINK_CHECKED enum sink_status sink_claims_add_folder(struct sink_claims *claims,
                                                     const struct sink_options *options,
                                                     const char *path, struct sink_error *error);
/* Claims the output of the options, if any: SINK_BAD_JOB when it is one of the operands. */
SINK_CHECKED enum sink_status sink_claims_add_output(struct sink_claims *claims,
                                                     const struct sink_options *options,
                                                     struct sink_error *error);
/* Does `work` under that claim: all of a command with one output. */
SINK_CHECKED enum sink_status sink_claimed_run(
    const struct sink_options *options, struct sink_faults *faults,
    enum sink_status (*work)(const struct sink_options *options, struct sink_faults *faults));
/* The same for the files of all regions, with the template taken relative to `folder`; the first
 * one's claim stands for all. */
SINK_CHECKED enum sink_status sink_claims_add_regions(struct sink_claims *claims,
                                                      const struct sink_options *options,
                                                      const char *template, const char *folder,
                                                      const struct sink_region_list *regions,
                                                      struct sink_error *error);
void sink_claims_release(struct sink_claims *claims);

/* Is there a file at `path` that may not be replaced? Then SINK_BAD_JOB. */
SINK_CHECKED enum sink_status sink_claim_check_new(const struct sink_options *options,
                                                   const char *path, struct sink_error *error);

#endif
