/* The parts of reading a job: what each key of the job file puts into struct sink_job. */
#ifndef SINK_PIPELINES_JOB_PARTS_H
#define SINK_PIPELINES_JOB_PARTS_H

#include "pipelines/job.h"
#include "pipelines/job_schema.h"

/* For sink_key.read: `target` is the struct sink_job. Each notes what is wrong and fills what is
 * not. */
void sink_job_read_years(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_regions(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_layers(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_grid(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_factors(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_targets(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_missing(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_output(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);

/* What stands for keys that are not given. False without memory. */
bool sink_job_set_defaults(struct sink_job *job);

/* What two keys may not say at once. `root` is the tree that `job` was read from. */
void sink_job_cross_check(struct sink_walk *walk, const struct sink_yaml_node *root,
                          const struct sink_job *job);

void sink_job_layer_clear(struct sink_job_layer *layer); /* frees what the layer owns */
/* `written` with every {year} replaced; NULL without memory. Caller frees. */
char *sink_job_path_of_year(const char *written, int year);
/* Has *, ? or [ and is no URL. */
bool sink_is_glob(const char *written);

#endif
