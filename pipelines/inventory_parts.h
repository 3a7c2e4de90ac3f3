/* The parts of writing an inventory: private to pipelines/inventory*.c. */
#ifndef SINK_PIPELINES_INVENTORY_PARTS_H
#define SINK_PIPELINES_INVENTORY_PARTS_H

#include "pipelines/inventory.h"
#include "pipelines/nc_writer.h"

#define SINK_INVENTORY_LAYOUT "inventory-1"
#define SINK_INVENTORY_TALLY "tally" /* the variable that holds the tally file */
#define SINK_INVENTORY_TALLY_BYTE "tally_byte"

/* An inventory in the making: of all regions, or of one. */
struct sink_inventory_file {
    struct sink_nc_writer nc;
    const struct sink_inventory *inventory;
    size_t first_region, region_count; /* of the account's regions, those in the file */
    int time, cover, cover_from, pool, biomass_pool, ecosystem, land_use, report, region,
        nv; /* dimensions */
};

/* inventory_axes.c: dimensions, coordinates and labels. */
void sink_inventory_add_axes(struct sink_inventory_file *file);
/* inventory_regions.c: what the regions are, with their outlines as CF geometry. */
SINK_CHECKED enum sink_status sink_inventory_add_regions(struct sink_inventory_file *file,
                                                         struct sink_error *error);
/* inventory_figures.c: the account. */
SINK_CHECKED enum sink_status sink_inventory_add_figures(struct sink_inventory_file *file,
                                                         struct sink_error *error);
/* inventory_methods.c: by which method and from what each class is counted. */
SINK_CHECKED enum sink_status sink_inventory_add_methods(struct sink_inventory_file *file,
                                                         struct sink_error *error);
/* inventory_uncertainty.c: standard errors, bounds, drivers. */
SINK_CHECKED enum sink_status sink_inventory_add_uncertainty(struct sink_inventory_file *file,
                                                             struct sink_error *error);
/* inventory_areas.c: corrected areas and accuracies, where the job has a confusion matrix. */
SINK_CHECKED enum sink_status sink_inventory_add_areas(struct sink_inventory_file *file,
                                                       struct sink_error *error);
/* inventory_value.c: what the removals are worth, where the job has prices. */
SINK_CHECKED enum sink_status sink_inventory_add_value(struct sink_inventory_file *file,
                                                       struct sink_error *error);
/* inventory_targets.c */
SINK_CHECKED enum sink_status sink_inventory_add_targets(struct sink_inventory_file *file,
                                                         struct sink_error *error);
/* inventory_factors.c: the rows of the factor tables that the account was made with. */
SINK_CHECKED enum sink_status sink_inventory_add_factors(struct sink_inventory_file *file,
                                                         struct sink_error *error);
/* inventory_evidence.c: factors, inputs, notes, checks and the global attributes. */
SINK_CHECKED enum sink_status sink_inventory_add_evidence(struct sink_inventory_file *file,
                                                          struct sink_error *error);

/* inventory_uncertainty.c: names of the variables that tell how sure a figure is, "carbon_stock_se
 * carbon_stock_lower ..."; "" for a figure without. */
void sink_inventory_bounds_of(const struct sink_inventory_file *file, const char *figure,
                              char text[256]);

/* What every variable on the regions says, so that GIS programs find the outlines. `coordinates`
 * follows "lat lon region_id region_name". */
void sink_inventory_on_regions(struct sink_inventory_file *file, int variable,
                               const char *coordinates);
/* Days from 1970-01-01 to the last day of a year. */
double sink_inventory_day(int year);

#endif
