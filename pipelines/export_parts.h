/* The parts of opening an inventory for export: private to pipelines/export*.c. */
#ifndef SINK_PIPELINES_EXPORT_PARTS_H
#define SINK_PIPELINES_EXPORT_PARTS_H

#include "pipelines/export.h"

/* export_regions.c: fills export->regions. */
SINK_CHECKED enum sink_status sink_export_read_regions(struct sink_export *export,
                                                       struct sink_error *error);
/* export_quantities.c: fills axes and quantities. */
SINK_CHECKED enum sink_status sink_export_list_quantities(struct sink_export *export,
                                                          struct sink_error *error);

/* export_outline.c: outer rings counter-clockwise, holes clockwise, as RFC 7946 has them. */
void sink_outline_orient(struct sink_outline *outline);
/* A copy without longitudes beyond 180 degrees: parts are cut there and shifted. False without
 * memory. */
bool sink_outline_cut(const struct sink_outline *outline, struct sink_outline *cut);
void sink_outline_free(struct sink_outline *outline);

/* A variable of texts, whole numbers or reals on one dimension; NULL and an error when it is not
 * there as such. */
const struct sink_dataset_variable *sink_export_column(const struct sink_export *export,
                                                       const char *name, const char *dimension,
                                                       enum sink_nc_type type,
                                                       struct sink_error *error);

#endif
