/* Verification: an inventory from another hand, checked in four levels.
 *
 * 1 internal: layout, units, ranges and sums, from the file alone. 2 account: every number once
 * more from the tally and the factors inside. 3 inputs: the job and the hashes of the files. 4
 * full: the tally once more from the rasters. VERIFY.md tells what each compares. Nothing is
 * written. */
#ifndef SINK_PIPELINES_VERIFY_H
#define SINK_PIPELINES_VERIFY_H

#include "pipelines/dataset.h"
#include "pipelines/options.h"
#include "sinkcalc/base/confine.h"
#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stdio.h>

enum sink_verify_level {
    SINK_VERIFY_INTERNAL,
    SINK_VERIFY_ACCOUNT,
    SINK_VERIFY_INPUTS,
    SINK_VERIFY_FULL,
    SINK_VERIFY_COUNT
};
enum sink_verify_state { SINK_VERIFY_SKIPPED, SINK_VERIFY_PASSED, SINK_VERIFY_FAILED };

#define SINK_VERIFY_MAX_AXES 4

/* One thing that is not as it should be. Texts are owned. */
struct sink_difference {
    enum sink_verify_level level;
    char *check;    /* what was compared: "recomputed", "units", "cover to carbon_stock" ... */
    char *variable; /* of the inventory, or "variable:attribute", or an input */
    char *region;   /* id, or "" */
    char *axes[SINK_VERIFY_MAX_AXES], *labels[SINK_VERIFY_MAX_AXES]; /* "time", "2025" ... */
    size_t axis_count;
    bool is_number;        /* the doubles count, else the texts */
    double claimed, found; /* NaN: missing */
    char *claimed_text, *found_text;
};

/* What a level did. */
struct sink_verify_result {
    enum sink_verify_state state;
    size_t numbers, texts, attributes, variables, sums, files; /* compared */
    size_t difference_count;
    double tolerance; /* relative; 0: to the bit */
    char note[512];   /* why it was skipped, or how it was compared */
};

struct sink_verification {
    const char *path;
    struct sink_dataset file; /* the inventory as it is */
    struct sink_confine confine;
    struct sink_verify_result levels[SINK_VERIFY_COUNT];
    struct sink_difference *differences; /* the first of all, see SINK_VERIFY_KEPT */
    size_t kept, room;
    bool is_out_of_memory;
};
/* Of each level so many differences are kept; all are counted. */
#define SINK_VERIFY_KEPT 10000

/* Reads the inventory and runs every level that the options allow for. An error: the file cannot be
 * read, or something failed that is not the file's fault. */
SINK_CHECKED enum sink_status sink_verify_run(const struct sink_options *options,
                                              struct sink_verification *verification,
                                              struct sink_error *error);
/* Level 1 alone, of a `verification` that has its path and file. */
void sink_verify_internal(struct sink_verification *verification);
void sink_verification_free(struct sink_verification *verification);
bool sink_verify_has_passed(const struct sink_verification *verification);

void sink_verify_print(const struct sink_verification *verification,
                       const struct sink_options *options, FILE *out);
SINK_CHECKED enum sink_status sink_verify_print_json(const struct sink_verification *verification,
                                                     FILE *out, struct sink_error *error);
/* "passed", "FAILED", "skipped"; "internal", "account", "inputs", "full". */
const char *sink_verify_state_name(enum sink_verify_state state);
const char *sink_verify_level_name(enum sink_verify_level level);
/* One line: what holds, what does not, and what was not verified. */
void sink_verify_verdict(const struct sink_verification *verification, char text[256]);

#endif
