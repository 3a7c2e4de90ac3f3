/* A job bound to its inputs: everything opened and checked, nothing computed. */
#ifndef SINK_PIPELINES_PLAN_H
#define SINK_PIPELINES_PLAN_H

#include "pipelines/checksums.h"
#include "pipelines/correlation.h"
#include "pipelines/evidence.h"
#include "pipelines/inputs.h"
#include "pipelines/job.h"
#include "rasters/cell_area.h"
#include "rasters/layer.h"
#include "regions/coverage.h"
#include "sinkcalc/model/account.h"
#include "sinkcalc/model/class.h"
#include "sinkcalc/model/factor.h"
#include "sinkcalc/model/tally.h"

/* A raster as the tally uses it: one of the job's layers in one year. */
struct sink_plan_layer {
    const struct sink_job_layer *job;
    int year_index; /* in the years of the job, then in its history; -1: the same for all years */
    struct sink_layer *layer;
    enum sink_placement placement;
    struct sink_legend legend; /* land cover and overlays */
};

/* Where a dimension of the tally takes its values from. */
struct sink_plan_source {
    int job_layer; /* index in job->layers; -1: the class, from the land cover or the ecosystems */
    int quantity;  /* index in spec.quantities for intervals, -1 otherwise */
};

struct sink_plan {
    const struct sink_job *job;
    struct sink_class_list classes;
    struct sink_factors factors;
    /* What the factors were read from, then the harvest and the confusion matrix, if any. */
    struct sink_evidence_table *tables;
    size_t table_count;
    struct sink_boundaries *boundaries;
    struct sink_coverage *coverage;
    struct sink_plan_layer *layers;
    size_t layer_count;
    struct sink_grid grid;
    struct sink_cell_area *cell_area;
    int tile_width, tile_height; /* fixed by the job alone */
    struct sink_tally_spec spec;
    struct sink_plan_source *sources; /* [spec.dimension_count] */
    struct sink_correlations correlations;
    struct sink_inputs inputs;        /* all files, as they were when they were opened */
    struct sink_checksums *checksums; /* NULL when the job states none */
    struct sink_faults notes;         /* repairs, warped layers ...: reported, not fatal */
    size_t recorded_note_count; /* the first of `notes`; those of the trial say what may be, and the
                                   account says what was */
};

/* Faults of every kind are collected; *plan is NULL if there are any. `job` must outlive the plan.
 */
SINK_CHECKED enum sink_status sink_plan_open(const struct sink_job *job, struct sink_plan **plan,
                                             struct sink_faults *faults);
void sink_plan_close(struct sink_plan *plan);
/* Of a job some of whose keys are wrong (sink_job_read_partly; `faults` has their sentences): the
 * faults of its tables, regions and rasters whose own keys are good. */
void sink_plan_check_files(const struct sink_job *job, struct sink_faults *faults);

/* The parts of opening, in this order (plan_factors.c, plan_layers.c,
 * plan_outputs.c, plan_spec.c, plan_trial.c). */
struct sink_plan *sink_plan_new(const struct sink_job *job,
                                struct sink_faults *faults); /* or NULL */
void sink_plan_load_tables(struct sink_plan *plan, struct sink_faults *faults);
void sink_plan_load_factors(struct sink_plan *plan, struct sink_faults *faults); /* and asked */
bool sink_plan_start_layers(struct sink_plan *plan, struct sink_faults *faults);
void sink_plan_open_layer(struct sink_plan *plan, const struct sink_job_layer *job,
                          struct sink_faults *faults);
void sink_plan_open_layers(struct sink_plan *plan, struct sink_faults *faults); /* both, for all */
void sink_plan_open_boundaries(struct sink_plan *plan, struct sink_faults *faults);
/* "land_cover 2020": what messages and the list of inputs call a layer. */
void sink_plan_layer_label(const struct sink_plan *plan, const struct sink_plan_layer *layer,
                           char *label, size_t size);
/* Notes rows of the job's own tables that no land of the job can meet. */
void sink_plan_check_tables(struct sink_plan *plan);
/* Regions and years of the harvest; notes rows that are not used. */
void sink_plan_check_harvest(struct sink_plan *plan, struct sink_faults *faults);
void sink_plan_place_layers(struct sink_plan *plan, struct sink_faults *faults);
void sink_plan_check_outputs(struct sink_plan *plan, struct sink_faults *faults);
SINK_CHECKED enum sink_status sink_plan_make_spec(struct sink_plan *plan, struct sink_error *error);
/* Tries the factors of each class of the tally (sinkcalc/model/trial.h): a fault where all land
 * would lack one, a note where a class would that may not be there. */
void sink_plan_try_factors(struct sink_plan *plan, struct sink_faults *faults);

/* As sink_plan_check_outputs, for one path given on the command line. */
void sink_plan_check_output(const struct sink_plan *plan, const char *path,
                            struct sink_faults *faults);

/* The number of maps of the classes: those of the history, then those of the years. */
size_t sink_plan_map_count(const struct sink_plan *plan);
/* The year, and the year index (as in struct sink_plan_layer), of map 0, 1 ... in time. */
int sink_plan_map_year(const struct sink_plan *plan, size_t map);
size_t sink_plan_map_year_index(const struct sink_plan *plan, size_t map);
/* The year that a year index stands for. */
int sink_plan_year(const struct sink_plan *plan, size_t year_index);
/* Index in plan->layers of a job layer in a year (the static one when it has no years), or -1. */
int sink_plan_layer_find(const struct sink_plan *plan, int job_layer, size_t year_index);
/* Fills everything of `evidence` but the hashes. */
SINK_CHECKED enum sink_status sink_plan_evidence(const struct sink_plan *plan,
                                                 struct sink_evidence *evidence,
                                                 struct sink_error *error);

#endif
