/* Tables by name: built in, or a CSV file of the job. */
#ifndef SINK_PIPELINES_TABLE_LOAD_H
#define SINK_PIPELINES_TABLE_LOAD_H

#include "pipelines/evidence.h"
#include "pipelines/job.h"
#include "sinkcalc/base/csv.h"

/* True when `name` is a path of a CSV file rather than the name of a built-in table. */
bool sink_table_is_file(const char *name);

/* The legend of a layer ("worldcover" is the built-in table legend_worldcover). */
SINK_CHECKED enum sink_status sink_table_load_legend(const struct sink_job *job,
                                                     const struct sink_job_layer *layer,
                                                     struct sink_csv **csv,
                                                     struct sink_error *error);
/* A factor table as text, to be kept as evidence. Built-in names are those of the factor sets. */
SINK_CHECKED enum sink_status sink_table_load_factors(const struct sink_job *job, size_t index,
                                                      struct sink_evidence_table *table,
                                                      struct sink_error *error);
/* Another CSV of the job (harvest, accuracy) as text. */
SINK_CHECKED enum sink_status sink_table_load_file(const struct sink_job *job, const char *written,
                                                   struct sink_evidence_table *table,
                                                   struct sink_error *error);
/* Puts the folder of the job before the name of a table, as written in the job, where the faults
 * from `first` on begin with it. */
void sink_table_place_faults(const struct sink_job *job, const char *written,
                             struct sink_faults *faults, size_t first);

#endif
