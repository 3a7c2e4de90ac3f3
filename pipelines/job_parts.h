/* The parts of reading a job: what each key of the job file puts into struct sink_job. */
#ifndef SINK_PIPELINES_JOB_PARTS_H
#define SINK_PIPELINES_JOB_PARTS_H

#include "pipelines/job.h"
#include "pipelines/job_schema.h"

/* For sink_key.read: `target` is the struct sink_job. Each notes what is wrong and fills what is
 * not. */
void sink_job_read_years(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_regions(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_history(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_layers(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_disturbances(struct sink_walk *walk, const struct sink_yaml_node *node,
                                void *target);
void sink_job_read_grid(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_factors(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_targets(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_conversion(struct sink_walk *walk, const struct sink_yaml_node *node,
                              void *target);
void sink_job_read_methods(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_harvest(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_accuracy(struct sink_walk *walk, const struct sink_yaml_node *node,
                            void *target);
void sink_job_read_uncertainty(struct sink_walk *walk, const struct sink_yaml_node *node,
                               void *target);
void sink_job_read_potential(struct sink_walk *walk, const struct sink_yaml_node *node,
                             void *target);
void sink_job_read_value(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_missing(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_output(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);

/* What stands for keys that are not given. False without memory. */
bool sink_job_set_defaults(struct sink_job *job);

/* What two keys may not say at once. `root` is the tree that `job` was read from. */
void sink_job_cross_check(struct sink_walk *walk, const struct sink_yaml_node *root,
                          const struct sink_job *job);
/* Its parts: of layers, and of what is asked of the account. */
struct sink_job_cross {
    struct sink_walk *walk;
    const struct sink_yaml_node *root;
    const struct sink_job *job;
};
void sink_job_cross_check_layers(const struct sink_job_cross *cross);
void sink_job_cross_check_account(const struct sink_job_cross *cross);

/* "25 %", "25%", "10 km": a number, perhaps spaces, one of the units (NULL ends them; "" is none).
 * The value is number * factor / divisor. */
struct sink_job_unit {
    const char *text;
    double factor, divisor;
};
extern const struct sink_job_unit sink_job_shares[]; /* "25 %" or 0.25 */
bool sink_job_parse_amount(const char *text, const struct sink_job_unit *units, double *value);

/* --- layers --- */

/* The keys of every layer; `file` is the first of each table. */
#define SINK_FILE_KEYS(check_file)                                                                 \
    {.name = "file",                                                                               \
     .kind = SINK_KEY_TEXTS,                                                                       \
     .is_required = true,                                                                          \
     .offset = offsetof(struct sink_job_layer, files),                                             \
     .count_offset = offsetof(struct sink_job_layer, file_count),                                  \
     .check = check_file,                                                                          \
     .expected = "the path of a raster, or a list of them"},                                       \
        {.name = "band", .kind = SINK_KEY_COUNT, .offset = offsetof(struct sink_job_layer, band)}, \
        {.name = "variable",                                                                       \
         .kind = SINK_KEY_TEXT,                                                                    \
         .offset = offsetof(struct sink_job_layer, variable),                                      \
         .expected = "the name of a netCDF variable"},                                             \
        {.name = "crs",                                                                            \
         .kind = SINK_KEY_TEXT,                                                                    \
         .offset = offsetof(struct sink_job_layer, crs),                                           \
         .check = sink_check_crs,                                                                  \
         .expected = "a CRS such as EPSG:4326"},                                                   \
    {                                                                                              \
        .name = "nodata", .kind = SINK_KEY_PART, .read = sink_job_read_nodata                      \
    }

/* For sink_key.read of a layer: `target` is the struct sink_job_layer. */
void sink_job_read_nodata(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
void sink_job_read_unit(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);

/* A new layer at the end of the job's, named by `name`, which it takes; NULL (noted) without
 * memory. Earlier pointers to layers are void. */
struct sink_job_layer *sink_job_layer_add(struct sink_walk *walk, struct sink_job *job,
                                          const struct sink_yaml_node *node, char *name);
/* Fills a layer from a map, or from just the file where no other key is required. */
void sink_job_layer_read(struct sink_walk *walk, const struct sink_yaml_node *node,
                         const struct sink_keys *keys, struct sink_job_layer *layer);
/* Notes a key that no layer may have as its name. */
bool sink_job_layer_check_name(struct sink_walk *walk, const struct sink_yaml_node *node);
/* Adds the standard deviation of layer `of` from `sd` and `correlation` of its map `node`, if they
 * are given. */
void sink_job_layer_read_sd(struct sink_walk *walk, const struct sink_yaml_node *node,
                            struct sink_job *job, size_t of);

void sink_job_layer_clear(struct sink_job_layer *layer); /* frees what the layer owns */
/* `written` with every {year} replaced; NULL without memory. Caller frees. */
char *sink_job_path_of_year(const char *written, int year);
/* Has *, ? or [ and is no URL. */
bool sink_is_glob(const char *written);

#endif
