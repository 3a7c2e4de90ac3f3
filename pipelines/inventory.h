/* The inventory: netCDF-4 laid out as sinkcalc documents, one time axis, region last. */
#ifndef SINK_PIPELINES_INVENTORY_H
#define SINK_PIPELINES_INVENTORY_H

#include "pipelines/evidence.h"
#include "pipelines/job.h"
#include "sinkcalc/model/account.h"
#include "sinkcalc/model/uncertainty.h"

#include <stdio.h>

struct sink_inventory {
    const struct sink_job *job; /* parsed from the evidence */
    const struct sink_evidence *evidence;
    const struct sink_region_list *regions;
    const struct sink_class_list *classes;
    const struct sink_factors *factors; /* that the account was made with */
    const struct sink_account *account;
    const struct sink_account_settings *settings; /* that it was made with */
    const struct sink_uncertainty *uncertainty;
    const struct sink_closure_check *checks; /* [SINK_CLOSURE_COUNT] */
    const struct sink_target *targets;       /* [account->target_count] */
    struct sink_tally_bundle *tally; /* kept in the inventory of all regions; NULL: in none */
};

/* Writes all regions (`region` < 0) or one region alone, whole or not at all. */
SINK_CHECKED enum sink_status sink_inventory_write(const char *path,
                                                   const struct sink_inventory *inventory,
                                                   int region, struct sink_error *error);

/* The bytes of that file, for the caller to free; `path` is for messages. */
SINK_CHECKED enum sink_status sink_inventory_image(const char *path,
                                                   const struct sink_inventory *inventory,
                                                   int region, void **image, size_t *bytes,
                                                   struct sink_error *error);

/* "out/{region_id}.nc" with the id in place, below `folder` unless absolute; a slash in an id would
 * leave the folder and becomes an underscore, as do the dots of "." and "..". The caller frees;
 * NULL without memory. */
char *sink_inventory_region_path(const char *folder, const char *template, const char *id);

/* What the removals of the period that ends in a year are worth: currency of the job, money of its
 * price_year. NaN for the first year. */
double sink_inventory_value(const struct sink_inventory *inventory, enum sink_price_path path,
                            size_t year, size_t region);
/* "root_shoot of forest (ipcc:123)": what a source of uncertainty is called. The caller frees; NULL
 * without memory. */
char *sink_source_text(const struct sink_source *source);

/* What `info` prints of an inventory or a tally file, to `out` (a FILE), as text or as JSON. */
SINK_CHECKED enum sink_status sink_info_print(const char *path, bool json, FILE *out,
                                              struct sink_error *error);

#endif
