/* The parts of the boundaries: private to regions/. Handles of OGR are kept as void pointers. */
#ifndef SINK_REGIONS_BOUNDARIES_PARTS_H
#define SINK_REGIONS_BOUNDARIES_PARTS_H

#include "regions/boundaries.h"
#include "regions/ring.h"
#include "sinkcalc/base/ellipsoid.h"

/* The status of a note: a list of faults keeps nothing that is SINK_OK. */
#define SINK_NOTE SINK_DIFFERS

/* A region as its features say, before the hierarchy. */
struct sink_feature {
    char *id, *name, *parent; /* parent NULL at the top */
    char **levels, **level_names;
    void *geometry; /* OGRGeometryH: polygon or multipolygon, valid, 2-D, longitudes continuous */
    size_t number;  /* of the first feature in the file, from 1 */
    double area_m2;
};

struct sink_feature_list {
    struct sink_feature *items;
    size_t count, room;
};

struct sink_projection;

struct sink_boundaries {
    struct sink_region_list list;
    void **geometries;                  /* [list.count] OGRGeometryH; NULL for sums and rests */
    void *crs;                          /* OGRSpatialReferenceH, x before y */
    struct sink_projection *to_degrees; /* to the geographic CRS under it, for areas */
    bool is_geographic;
    struct sink_ellipsoid ellipsoid;
    char **files;
    size_t file_count;
};

/* What one opening carries from step to step. */
struct sink_boundary_reading {
    const struct sink_boundary_request *request;
    struct sink_boundaries *boundaries;
    struct sink_feature_list features;
    struct sink_faults *notes, *faults;
    char *cpg; /* name of the file for the encoding of a Shapefile, while it is read; else NULL */
};

/* Reads the layer's features into `features` (boundaries_read.c). */
void sink_boundaries_read(struct sink_boundary_reading *reading);
/* Makes the geometry of a feature usable or notes why not (repair.c). False when it is not. */
bool sink_boundaries_mend(struct sink_boundary_reading *reading, struct sink_feature *feature);
/* Puts the features of one id together (merge.c is part of repair.c). */
void sink_boundaries_merge(struct sink_boundary_reading *reading);
/* Orders features into the region list, with sums and rests (hierarchy.c). */
void sink_boundaries_arrange(struct sink_boundary_reading *reading);
/* Children of one parent must not overlap, nor leave their parent (overlap.c). */
void sink_boundaries_check_overlap(struct sink_boundary_reading *reading);
/* Points and outlines for display (outline.c). */
void sink_boundaries_outline(struct sink_boundary_reading *reading);

/* True area of a polygon or multipolygon in the file's CRS, in m2 on its ellipsoid (area.c). One
 * thread at a time. */
SINK_CHECKED enum sink_status sink_boundaries_area(const struct sink_boundaries *boundaries,
                                                   void *geometry, double *area_m2,
                                                   struct sink_error *error);
/* The polygons of a polygon or multipolygon, by index. */
int sink_polygon_count(void *geometry);
void *sink_polygon_at(void *geometry, int index);

#endif
