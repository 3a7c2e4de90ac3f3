/* The strata of a tally, each with its recipes and what they give: private to sinkcalc/model. */
#ifndef SINK_MODEL_STRATA_PARTS_H
#define SINK_MODEL_STRATA_PARTS_H

#include "sinkcalc/model/recipe_parts.h"

/* A stratum of a pass; regions share it. */
struct sink_stratum_account {
    uint64_t key;
    uint32_t pass;
    int class_from, class_to;   /* in the class list; -1: no class, or one date only */
    int recipe_from, recipe_to; /* in sink_strata.recipes; -1 */
    bool has_flow; /* known at both ends of the period: gains and losses are of the same land */
    bool is_gap;   /* known at one end only */
    bool is_one_sided[SINK_POOL_COUNT]; /* with has_flow: factors tell the pool at one end only */
    struct sink_flow_recipe flow;       /* with has_flow */
    int land_use;                       /* at the later date; SINK_LAND_USE_NONE */
    int land_use_from;                  /* at the earlier date */
    int mature, planted; /* recipes of the land as a mature stand, and as it is when it is planted
                            after the last year; -1 */
    struct sink_effect effect; /* with the values of the tables */
};

struct sink_strata {
    struct sink_stratum_account *items; /* by pass and key, ascending */
    size_t count;
    struct sink_recipe *recipes;
    size_t recipe_count;
    bool *is_used; /* [factors->row_count] */
    void *owned;   /* lands */
};

struct sink_row_list {
    const struct sink_tally_row *items;
    size_t count;
};
/* `rows` are those of a complete tally. What is missing is noted in `missing`. */
SINK_CHECKED enum sink_status
sink_strata_make(const struct sink_tally_spec *spec, struct sink_row_list rows,
                 const struct sink_account_basis *basis, struct sink_strata *strata,
                 struct sink_faults *missing, struct sink_error *error);
void sink_strata_free(struct sink_strata *strata);
/* The stratum of a row; it is there. */
const struct sink_stratum_account *sink_strata_find(const struct sink_strata *strata,
                                                    const struct sink_tally_row *row);

/* What a stratum gives with the values of an evaluation. */
void sink_stratum_evaluate(const struct sink_strata *strata,
                           const struct sink_stratum_account *stratum,
                           const struct sink_evaluation *evaluation, struct sink_effect *effect);
/* strata_rows.c: the positions of the rows that a stratum is counted with, into `rows`
 * [SINK_MAX_STRATUM_ROWS]; their number. */
#define SINK_MAX_STRATUM_ROWS 440 /* 4 recipes of up to 98, a flow of up to 46 */
size_t sink_stratum_rows(const struct sink_strata *strata,
                         const struct sink_stratum_account *stratum, int *rows);

/* t C that a pool holds more at the end of the period than at its start, of what is known at both
 * ends; `amounts` [SINK_AMOUNT_COUNT]. */
double sink_stratum_change_tc(const struct sink_stratum_account *stratum, const double *amounts,
                              size_t pool);

/* The sums of a row in the order of enum sink_row_sum: ha, and ha x value. */
void sink_row_sums(const struct sink_tally_spec *spec, const struct sink_tally_row *row,
                   double sums[SINK_SUM_COUNT]);

/* strata_land.c: what the tally tells of a stratum on one date. */
struct sink_land_key { /* a state of land that recipes depend on */
    uint64_t key;
    uint32_t pass;
    uint32_t is_to;
};
struct sink_land_key sink_land_key_of(const struct sink_tally_spec *spec,
                                      const struct sink_tally_row *row, bool is_to);
/* `overlays` [2 x key_count] is filled and kept by the land: those of the date, and of the date
 * before. False when it has no class then. */
SINK_CHECKED enum sink_status sink_land_read(const struct sink_tally_spec *spec,
                                             const struct sink_account_basis *basis,
                                             struct sink_land_key key, const char **overlays,
                                             struct sink_land *land, struct sink_error *error);
/* IPCC land-use category at the date: remaining, or converted from another within the transition
 * time. */
int sink_land_use_of(const struct sink_land *land, const struct sink_class_list *classes,
                     double transition_yr);

#endif
