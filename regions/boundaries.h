/* Region boundaries as read from a vector file, checked, repaired and put into a hierarchy. */
#ifndef SINK_REGIONS_BOUNDARIES_H
#define SINK_REGIONS_BOUNDARIES_H

#include "sinkcalc/base/confine.h"
#include "sinkcalc/base/error.h"
#include "sinkcalc/base/region.h"

#include <stdbool.h>
#include <stddef.h>

struct sink_boundary_request {
    const char *path;          /* GeoPackage, GeoJSON, FlatGeobuf, Shapefile */
    const char *layer;         /* NULL: the only layer of the file */
    const char *id;            /* attribute with the id; read as text, leading zeros live */
    const char *name;          /* attribute with the name, or NULL */
    const char *parent;        /* attribute with the id of the parent, itself a feature; or NULL */
    const char *const *levels; /* or: attributes with the ids of the levels above, top first;  */
    size_t level_count;        /* those regions are the sums of their children */
    const char *const *level_names;     /* attributes with their names, or NULL; same count */
    const char *where;                  /* OGR attribute filter, or NULL */
    bool repair;                        /* invalid rings are repaired and noted; false: refused */
    bool merge;                         /* features of the same id are one region; false: refused */
    const struct sink_confine *confine; /* where the file must lie, or NULL */
};

struct sink_boundaries;

/* Reads and checks the whole file. All faults go to `faults` with file, feature and id: not found,
 * no such layer or attribute (with the nearest name), a layer that is an SQL view, no CRS, no
 * features, empty or non-polygon or curved geometry (Z and M are dropped, curves refused), NaN
 * coordinates, an id that is NULL, empty, not UTF-8 or doubled, fewer features read than the file
 * counts, a parent that is not there, a cycle, siblings that overlap by more than 1e-6 of the
 * smaller one, invalid rings when not `repair`. `notes` receives one sentence per repair: what was
 * wrong and the area in ha before and after; and per tolerated overlap. Features of one id and
 * merge form one region. *boundaries is NULL if anything was found. */
SINK_CHECKED enum sink_status sink_boundaries_open(const struct sink_boundary_request *request,
                                                   struct sink_boundaries **boundaries,
                                                   struct sink_faults *notes,
                                                   struct sink_faults *faults);
void sink_boundaries_close(struct sink_boundaries *boundaries);

/* Polygons, sums, and a rest for each parent that has a boundary of its own and children; in the
 * order that base/region.h states. Areas are true areas on the ellipsoid; outlines are simplified
 * for display. Owned by boundaries. A rest has the id "<parent id>~rest" and the name
 * "<parent name> (rest)". */
const struct sink_region_list *sink_boundaries_list(const struct sink_boundaries *boundaries);
/* Says that a region, and the sums it is part of, reach beyond the grid. */
void sink_boundaries_set_beyond(struct sink_boundaries *boundaries, size_t region);
/* Every file behind the layer (.shp, .shx, .dbf, .prj), for hashing. */
size_t sink_boundaries_file_count(const struct sink_boundaries *boundaries);
const char *sink_boundaries_file(const struct sink_boundaries *boundaries, size_t index);

#endif
