/* The parts of verification: private to pipelines/verify*.c. */
#ifndef SINK_PIPELINES_VERIFY_PARTS_H
#define SINK_PIPELINES_VERIFY_PARTS_H

#include "pipelines/evidence.h"
#include "pipelines/verify.h"

/* Where a difference is: value `i` of `entry`; labels are taken from `labels`. */
struct sink_verify_place {
    const struct sink_dataset *labels;
    const struct sink_dataset_variable *entry;
    size_t i;
};

/* Notes a difference and fails the level. `place` may be NULL. */
void sink_verify_note_numbers(struct sink_verification *verification, enum sink_verify_level level,
                              const char *check, const struct sink_verify_place *place,
                              const double pair[2]);
void sink_verify_note_texts(struct sink_verification *verification, enum sink_verify_level level,
                            const char *check, const char *variable, const char *const pair[2]);
/* The same at a place. */
void sink_verify_note_texts_at(struct sink_verification *verification, enum sink_verify_level level,
                               const char *check, const struct sink_verify_place *place,
                               const char *const pair[2]);

/* The same of a stratum of a tally; "" for what does not apply. */
struct sink_verify_stratum {
    const char *variable, *region, *period, *stratum;
};
void sink_verify_note_stratum(struct sink_verification *verification, enum sink_verify_level level,
                              const char *check, const struct sink_verify_stratum *at,
                              const double pair[2]);

/* Everything in two files, name by name; `tolerance` is relative, 0: to the bit. Attributes of the
 * file in `excepted` (a list that ends with NULL) are left out. The variable `tally` is compared as
 * the file that it is. */
struct sink_verify_pair {
    const struct sink_dataset *claimed, *found;
    const char *check;  /* what the differences are called */
    const char *prefix; /* before the names of variables: "" or "tally/" */
    const char *const *excepted;
    double tolerance;
    enum sink_verify_level level;
};
SINK_CHECKED enum sink_status sink_verify_compare(struct sink_verification *verification,
                                                  const struct sink_verify_pair *pair,
                                                  struct sink_error *error);

/* Prints one line of at most 72 bytes, cut between characters, without control characters. */
void sink_verify_print_cell(FILE *out, const char *text);

/* Reads all of a file, or of one in memory. */
SINK_CHECKED enum sink_status sink_verify_read_file(const char *path, struct sink_dataset *dataset,
                                                    struct sink_error *error);
SINK_CHECKED enum sink_status sink_verify_read_image(const char *name, const void *image,
                                                     size_t bytes, struct sink_dataset *dataset,
                                                     struct sink_error *error);

/* verify_layout.c, verify_values.c, verify_sums.c: parts of level 1. */
void sink_verify_layout(struct sink_verification *verification);
void sink_verify_values(struct sink_verification *verification);
void sink_verify_sums(struct sink_verification *verification);

/* What the layout says of a variable. */
enum sink_verify_range {
    SINK_VERIFY_ANY,      /* any number, or missing */
    SINK_VERIFY_POSITIVE, /* 0 or above, or missing */
    SINK_VERIFY_SHARE,    /* 0 to 1, or missing */
    SINK_VERIFY_KNOWN,    /* 0 or above, never missing */
    SINK_VERIFY_FINITE,   /* any number, never missing */
    SINK_VERIFY_OPEN      /* any, also infinite */
};
/* Whether the values of children add up to their parent's. */
enum sink_verify_additive {
    SINK_VERIFY_NO_SUM,
    SINK_VERIFY_SUM,
    SINK_VERIFY_FLOW /* without harvest, which is given for each region by itself */
};
struct sink_verify_layout {
    const char *name, *dimensions, *units;
    enum sink_nc_type type;
    enum sink_verify_range range;
    bool is_required;
    enum sink_verify_additive sum;
};
/* False for a name that no inventory has. */
bool sink_verify_find_layout(const char *name, struct sink_verify_layout *layout);
/* Is it on these dimensions, "time cover region"? */
bool sink_verify_lies_on(const struct sink_dataset_variable *variable, const char *dimensions);
/* The variable, when it is there with values, of the type and on the dimensions of the layout; else
 * NULL: that is noted by sink_verify_layout. */
const struct sink_dataset_variable *sink_verify_sound(const struct sink_verification *verification,
                                                      const char *name);
/* [count] the parent of each region, `count` where it has none in the file; then [count] the first
 * region with its id. The caller frees; NULL without memory. */
size_t *sink_verify_parents(const struct sink_dataset_variable *ids,
                            const struct sink_dataset_variable *parents);

/* Whether two tallies have the same strata and quantities; else *what is the first that differs. */
bool sink_verify_has_same_strata(const struct sink_tally_spec *a, const struct sink_tally_spec *b,
                                 const char **what);

/* The tally to verify with: that of --tally, else the one inside. Status SINK_OK and *has = false:
 * there is none. The caller frees the bundle when *has. */
SINK_CHECKED enum sink_status sink_verify_tally(const struct sink_verification *verification,
                                                const struct sink_options *options,
                                                struct sink_tally_bundle *bundle, bool *has,
                                                struct sink_error *error);
/* verify_account.c, verify_inputs.c, verify_full.c: levels 2 to 4. */
SINK_CHECKED enum sink_status sink_verify_account(struct sink_verification *verification,
                                                  const struct sink_options *options,
                                                  struct sink_error *error);
SINK_CHECKED enum sink_status sink_verify_inputs(struct sink_verification *verification,
                                                 const struct sink_options *options,
                                                 struct sink_error *error);
SINK_CHECKED enum sink_status sink_verify_full(struct sink_verification *verification,
                                               const struct sink_options *options,
                                               struct sink_error *error);

#endif
