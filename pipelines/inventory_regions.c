#include "pipelines/inventory_parts.h"

#include "sinkcalc/base/units.h"

#include <math.h>
#include <stdlib.h>

#define GEOMETRY "region_geometry"
/* GDAL reads no geometry at all where one instance has no nodes: a region without an outline has a
 * ring of this many equal nodes, at its point. */
#define POINT_NODES 4

static void add_geometry(struct sink_inventory_file *file, int variable, const char *coordinates)
{
    sink_nc_text(&file->nc, variable, "coordinates", coordinates);
    sink_nc_text(&file->nc, variable, "grid_mapping", "crs");
    sink_nc_text(&file->nc, variable, "geometry", GEOMETRY);
}

void sink_inventory_on_regions(struct sink_inventory_file *file, int variable,
                               const char *coordinates)
{
    char text[128];
    snprintf(text, sizeof text, "lat lon region_id region_name%s%s", *coordinates ? " " : "",
             coordinates);
    add_geometry(file, variable, text);
}

/* The columns of the regions in the file. */
struct columns {
    const char **ids, **names, **parents;
    int *levels, *kinds, *node_counts;
    double *areas_ha, *lons, *lats;
};

static void free_columns(struct columns *columns)
{
    free(columns->ids);
    free(columns->names);
    free(columns->parents);
    free(columns->levels);
    free(columns->kinds);
    free(columns->node_counts);
    free(columns->areas_ha);
    free(columns->lons);
    free(columns->lats);
}

static bool fill_columns(const struct sink_inventory_file *file, struct columns *columns)
{
    const struct sink_region *all = file->inventory->regions->items;
    const size_t n = file->region_count;
    *columns = (struct columns){.ids = malloc(n * sizeof(char *)),
                                .names = malloc(n * sizeof(char *)),
                                .parents = malloc(n * sizeof(char *)),
                                .levels = malloc(n * sizeof(int)),
                                .kinds = malloc(n * sizeof(int)),
                                .node_counts = malloc(n * sizeof(int)),
                                .areas_ha = malloc(n * sizeof(double)),
                                .lons = malloc(n * sizeof(double)),
                                .lats = malloc(n * sizeof(double))};
    if (!columns->ids || !columns->names || !columns->parents || !columns->levels ||
        !columns->kinds || !columns->node_counts || !columns->areas_ha || !columns->lons ||
        !columns->lats)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct sink_region *region = &all[file->first_region + i];
        /* A rest has no point of its own; its parent's stands in for it. */
        const struct sink_region *placed =
            isnan(region->lon_deg) && region->parent >= 0 ? &all[region->parent] : region;
        columns->ids[i] = region->id;
        columns->names[i] = region->name;
        columns->parents[i] = region->parent < 0 ? "" : all[region->parent].id;
        columns->levels[i] = region->level;
        columns->kinds[i] = (int)region->kind;
        columns->node_counts[i] =
            region->outline.node_count > 0 ? (int)region->outline.node_count : POINT_NODES;
        columns->areas_ha[i] = region->area_m2 / SINK_M2_PER_HA;
        columns->lons[i] = placed->lon_deg;
        columns->lats[i] = placed->lat_deg;
    }
    return true;
}

static void add_labels(struct sink_inventory_file *file, const struct columns *columns)
{
    static const int kinds[] = {SINK_REGION_POLYGON, SINK_REGION_SUM, SINK_REGION_REST};
    struct sink_nc_writer *nc = &file->nc;
    int variable = sink_nc_column(nc, "region_id", SINK_NC_STRING, file->region, columns->ids);
    sink_nc_text(nc, variable, "long_name", "region identifier from the region layer");
    add_geometry(file, variable, "lat lon");
    variable = sink_nc_column(nc, "region_name", SINK_NC_STRING, file->region, columns->names);
    sink_nc_text(nc, variable, "long_name", "region name");
    add_geometry(file, variable, "lat lon");
    variable = sink_nc_column(nc, "region_parent", SINK_NC_STRING, file->region, columns->parents);
    sink_nc_text(nc, variable, "long_name", "identifier of the region one level up");
    sink_inventory_on_regions(file, variable, "");
    variable = sink_nc_column(nc, "region_level", SINK_NC_INT, file->region, columns->levels);
    sink_nc_text(nc, variable, "long_name", "levels above the region");
    sink_nc_text(nc, variable, "units", "1");
    sink_inventory_on_regions(file, variable, "");
    variable = sink_nc_column(nc, "region_kind", SINK_NC_INT, file->region, columns->kinds);
    sink_nc_text(nc, variable, "long_name",
                 "polygon: counted by its boundary; sum: the sum of its children; rest: what its "
                 "parent has outside its children");
    sink_nc_wholes(nc, variable, "flag_values", kinds, 3);
    sink_nc_text(nc, variable, "flag_meanings", "polygon sum rest");
    sink_inventory_on_regions(file, variable, "");
}

static void add_places(struct sink_inventory_file *file, const struct columns *columns)
{
    struct sink_nc_writer *nc = &file->nc;
    int variable = sink_nc_variable(nc, "region_area", SINK_NC_DOUBLE, &file->region, 1);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "standard_name", "cell_area");
    sink_nc_text(nc, variable, "long_name", "ellipsoidal area of the region's polygon");
    sink_nc_text(nc, variable, "units", "ha");
    sink_inventory_on_regions(file, variable, "");
    sink_nc_put_filled(nc, variable, columns->areas_ha, file->region_count);
    variable = sink_nc_column(nc, "lat", SINK_NC_DOUBLE, file->region, columns->lats);
    sink_nc_text(nc, variable, "standard_name", "latitude");
    sink_nc_text(nc, variable, "long_name", "latitude of a point inside the region");
    sink_nc_text(nc, variable, "units", "degrees_north");
    sink_nc_text(nc, variable, "nodes", "node_lat");
    variable = sink_nc_column(nc, "lon", SINK_NC_DOUBLE, file->region, columns->lons);
    sink_nc_text(nc, variable, "standard_name", "longitude");
    sink_nc_text(nc, variable, "long_name", "longitude of a point inside the region");
    sink_nc_text(nc, variable, "units", "degrees_east");
    sink_nc_text(nc, variable, "nodes", "node_lon");
}

static void add_crs(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const int nothing = 0;
    const int crs = sink_nc_column(nc, "crs", SINK_NC_INT, -1, &nothing);
    sink_nc_text(nc, crs, "grid_mapping_name", "latitude_longitude");
    sink_nc_real(nc, crs, "semi_major_axis", 6378137);
    sink_nc_real(nc, crs, "inverse_flattening", 298.257223563);
    sink_nc_real(nc, crs, "longitude_of_prime_meridian", 0);
    sink_nc_text(nc, crs, "crs_wkt",
                 "GEOGCRS[\"WGS 84\",DATUM[\"World Geodetic System 1984\",ELLIPSOID[\"WGS "
                 "84\",6378137,298.257223563,LENGTHUNIT[\"metre\",1]]],PRIMEM[\"Greenwich\",0,"
                 "ANGLEUNIT[\"degree\",0.0174532925199433]],CS[ellipsoidal,2],AXIS[\"latitude\","
                 "north,ORDER[1],ANGLEUNIT[\"degree\",0.0174532925199433]],AXIS[\"longitude\",east,"
                 "ORDER[2],ANGLEUNIT[\"degree\",0.0174532925199433]],ID[\"EPSG\",4326]]");
}

static void add_container(struct sink_inventory_file *file)
{
    struct sink_nc_writer *nc = &file->nc;
    const int nothing = 0;
    const int geometry = sink_nc_column(nc, GEOMETRY, SINK_NC_INT, -1, &nothing);
    sink_nc_text(nc, geometry, "geometry_type", "polygon");
    sink_nc_text(nc, geometry, "node_coordinates", "node_lon node_lat");
    sink_nc_text(nc, geometry, "node_count", "node_count");
    sink_nc_text(nc, geometry, "part_node_count", "part_node_count");
    sink_nc_text(nc, geometry, "interior_ring", "interior_ring");
    sink_nc_text(nc, geometry, "grid_mapping", "crs");
    sink_nc_text(nc, geometry, "coordinates", "lat lon");
    sink_nc_text(nc, geometry, "comment",
                 "simplified outlines for display; the boundaries counted with are among the "
                 "inputs; a rest is shown as a ring without area");
}

/* Outlines of the regions in the file after one another. */
struct outlines {
    int *part_nodes, *part_is_hole;
    double *lon, *lat;
    size_t part_count, node_count;
};

static bool join_outlines(const struct sink_inventory_file *file, const struct columns *columns,
                          struct outlines *all)
{
    const struct sink_region *regions = file->inventory->regions->items + file->first_region;
    *all = (struct outlines){0};
    for (size_t r = 0; r < file->region_count; r++) {
        const size_t parts = regions[r].outline.part_count;
        all->part_count += parts > 0 ? parts : 1;
        all->node_count += (size_t)columns->node_counts[r];
    }
    all->part_nodes = malloc(all->part_count * sizeof *all->part_nodes);
    all->part_is_hole = calloc(all->part_count, sizeof *all->part_is_hole);
    all->lon = malloc(all->node_count * sizeof *all->lon);
    all->lat = malloc(all->node_count * sizeof *all->lat);
    if (!all->part_nodes || !all->part_is_hole || !all->lon || !all->lat)
        return false;
    size_t part = 0, node = 0;
    for (size_t r = 0; r < file->region_count; r++) {
        const struct sink_outline *outline = &regions[r].outline;
        for (size_t i = 0; i < outline->part_count; i++, part++) {
            all->part_nodes[part] = (int)outline->part_nodes[i];
            all->part_is_hole[part] = outline->part_is_hole[i];
        }
        if (outline->part_count == 0)
            all->part_nodes[part++] = POINT_NODES;
        for (int i = 0; i < columns->node_counts[r]; i++, node++) {
            all->lon[node] = outline->node_count > 0 ? outline->lon_deg[i] : columns->lons[r];
            all->lat[node] = outline->node_count > 0 ? outline->lat_deg[i] : columns->lats[r];
        }
    }
    return true;
}

static void add_extent(struct sink_nc_writer *nc, const struct outlines *all)
{
    double west = INFINITY, south = INFINITY, east = -INFINITY, north = -INFINITY;
    for (size_t i = 0; i < all->node_count; i++) {
        west = fmin(west, all->lon[i]);
        east = fmax(east, all->lon[i]);
        south = fmin(south, all->lat[i]);
        north = fmax(north, all->lat[i]);
    }
    sink_nc_real(nc, SINK_NC_GLOBAL, "geospatial_lat_min", south);
    sink_nc_real(nc, SINK_NC_GLOBAL, "geospatial_lat_max", north);
    sink_nc_real(nc, SINK_NC_GLOBAL, "geospatial_lon_min", west);
    sink_nc_real(nc, SINK_NC_GLOBAL, "geospatial_lon_max", east);
}

static void add_outlines(struct sink_inventory_file *file, const struct columns *columns,
                         const struct outlines *all)
{
    struct sink_nc_writer *nc = &file->nc;
    const int part = sink_nc_dimension(nc, "part", all->part_count);
    const int node = sink_nc_dimension(nc, "node", all->node_count);
    int variable =
        sink_nc_column(nc, "node_count", SINK_NC_INT, file->region, columns->node_counts);
    sink_nc_text(nc, variable, "long_name", "nodes of each region's outline");
    sink_nc_text(nc, variable, "units", "1");
    variable = sink_nc_column(nc, "part_node_count", SINK_NC_INT, part, all->part_nodes);
    sink_nc_text(nc, variable, "long_name", "nodes of each part of an outline");
    sink_nc_text(nc, variable, "units", "1");
    variable = sink_nc_column(nc, "interior_ring", SINK_NC_INT, part, all->part_is_hole);
    sink_nc_text(nc, variable, "long_name", "1 where the part is a hole");
    sink_nc_text(nc, variable, "units", "1");
    variable = sink_nc_column(nc, "node_lon", SINK_NC_DOUBLE, node, all->lon);
    sink_nc_text(nc, variable, "standard_name", "longitude");
    sink_nc_text(nc, variable, "units", "degrees_east");
    sink_nc_text(nc, variable, "axis", "X");
    variable = sink_nc_column(nc, "node_lat", SINK_NC_DOUBLE, node, all->lat);
    sink_nc_text(nc, variable, "standard_name", "latitude");
    sink_nc_text(nc, variable, "units", "degrees_north");
    sink_nc_text(nc, variable, "axis", "Y");
    add_extent(nc, all);
}

enum sink_status sink_inventory_add_regions(struct sink_inventory_file *file,
                                            struct sink_error *error)
{
    struct columns columns;
    struct outlines outlines = {0};
    const bool is_whole = fill_columns(file, &columns) && join_outlines(file, &columns, &outlines);
    if (is_whole) {
        add_labels(file, &columns);
        add_places(file, &columns);
        add_crs(file);
        add_container(file);
        add_outlines(file, &columns, &outlines);
    }
    free_columns(&columns);
    free(outlines.part_nodes);
    free(outlines.part_is_hole);
    free(outlines.lon);
    free(outlines.lat);
    return is_whole ? SINK_OK : sink_fail_memory(error);
}
