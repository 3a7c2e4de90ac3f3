/* The regions of an inventory, with the outlines of its CF geometry. */
#include "pipelines/export_parts.h"

#include "sinkcalc/base/text.h"
#include "sinkcalc/base/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The inventory's columns of the geometry. */
struct geometry {
    const struct sink_dataset_variable *node_count, *part_node_count, *interior_ring, *lon, *lat;
    size_t part, node; /* where the next region starts */
};

static enum sink_status fail(const struct sink_export *export, size_t region,
                             struct sink_error *error)
{
    return sink_fail(error, SINK_BAD_DATA,
                     "%s: region_geometry: region %zu: its parts and nodes do not add up",
                     export->path, region);
}

static bool find_geometry(const struct sink_export *export, struct geometry *geometry,
                          struct sink_error *error)
{
    geometry->node_count = sink_export_column(export, "node_count", "region", SINK_NC_INT, error);
    geometry->part_node_count =
        sink_export_column(export, "part_node_count", "part", SINK_NC_INT, error);
    geometry->interior_ring =
        sink_export_column(export, "interior_ring", "part", SINK_NC_INT, error);
    geometry->lon = sink_export_column(export, "node_lon", "node", SINK_NC_DOUBLE, error);
    geometry->lat = sink_export_column(export, "node_lat", "node", SINK_NC_DOUBLE, error);
    return geometry->node_count && geometry->part_node_count && geometry->interior_ring &&
           geometry->lon && geometry->lat;
}

static bool has_room(struct sink_outline *outline)
{
    outline->part_nodes = malloc(outline->part_count * sizeof *outline->part_nodes);
    outline->part_is_hole = malloc(outline->part_count * sizeof *outline->part_is_hole);
    outline->lon_deg = malloc(outline->node_count * sizeof *outline->lon_deg);
    outline->lat_deg = malloc(outline->node_count * sizeof *outline->lat_deg);
    return outline->part_nodes && outline->part_is_hole && outline->lon_deg && outline->lat_deg;
}

/* Rings are closed in the file. A ring of equal nodes stands for a region without an outline. */
static bool is_sound(const struct sink_outline *outline)
{
    size_t start = 0;
    for (size_t p = 0; p < outline->part_count; start += outline->part_nodes[p++]) {
        const size_t last = start + outline->part_nodes[p] - 1;
        if (outline->part_nodes[p] < 4 || outline->lon_deg[start] != outline->lon_deg[last] ||
            outline->lat_deg[start] != outline->lat_deg[last] ||
            (p == 0 && outline->part_is_hole[p]))
            return false;
    }
    for (size_t i = 0; i < outline->node_count; i++)
        if (!(fabs(outline->lon_deg[i]) <= 720 && fabs(outline->lat_deg[i]) <= 90))
            return false;
    return true;
}

static bool is_point(const struct sink_outline *outline)
{
    for (size_t i = 1; i < outline->node_count; i++)
        if (outline->lon_deg[i] != outline->lon_deg[0] ||
            outline->lat_deg[i] != outline->lat_deg[0])
            return false;
    return true;
}

static enum sink_status read_outline(const struct sink_export *export, struct geometry *geometry,
                                     size_t region, struct sink_error *error)
{
    struct sink_outline *outline = &export->regions.items[region].outline;
    const int nodes = geometry->node_count->ints[region];
    const size_t first = geometry->part;
    size_t sum = 0;
    for (;
         geometry->part < geometry->part_node_count->info.count && nodes > 0 && sum < (size_t)nodes;
         geometry->part++) {
        const int count = geometry->part_node_count->ints[geometry->part];
        if (count < 1)
            return fail(export, region, error);
        sum += (size_t)count;
    }
    if (nodes < 1 || sum != (size_t)nodes || sum > geometry->lon->info.count - geometry->node)
        return fail(export, region, error);
    outline->part_count = geometry->part - first;
    outline->node_count = sum;
    if (!has_room(outline))
        return sink_fail_memory(error);
    for (size_t p = 0; p < outline->part_count; p++) {
        outline->part_nodes[p] = (size_t)geometry->part_node_count->ints[first + p];
        outline->part_is_hole[p] = geometry->interior_ring->ints[first + p] != 0;
    }
    memcpy(outline->lon_deg, geometry->lon->reals + geometry->node, sum * sizeof(double));
    memcpy(outline->lat_deg, geometry->lat->reals + geometry->node, sum * sizeof(double));
    geometry->node += sum;
    if (is_point(outline))
        sink_outline_free(outline);
    if (outline->node_count > 0 && !is_sound(outline))
        return fail(export, region, error);
    sink_outline_orient(outline);
    return SINK_OK;
}

static enum sink_status read_outlines(struct sink_export *export, struct sink_error *error)
{
    struct geometry geometry = {0};
    enum sink_status status = SINK_OK;
    if (!find_geometry(export, &geometry, error))
        return SINK_BAD_DATA;
    if (geometry.lat->info.count != geometry.lon->info.count ||
        geometry.interior_ring->info.count != geometry.part_node_count->info.count ||
        geometry.node_count->info.count != export->regions.count)
        return fail(export, 0, error);
    for (size_t r = 0; r < export->regions.count && status == SINK_OK; r++)
        status = read_outline(export, &geometry, r, error);
    return status;
}

static enum sink_status fill_region(struct sink_region *region,
                                    const struct sink_dataset_variable *const *columns, size_t i,
                                    struct sink_error *error)
{
    const int kind = columns[4]->ints[i];
    region->id = sink_text_copy(columns[0]->texts[i]);
    region->name = sink_text_copy(columns[1]->texts[i]);
    region->level = columns[3]->ints[i];
    region->kind = kind == SINK_REGION_SUM || kind == SINK_REGION_REST ? (enum sink_region_kind)kind
                                                                       : SINK_REGION_POLYGON;
    region->area_m2 = columns[5]->reals[i] * SINK_M2_PER_HA;
    region->lon_deg = columns[6]->reals[i];
    region->lat_deg = columns[7]->reals[i];
    return region->id && region->name ? SINK_OK : sink_fail_memory(error);
}

enum sink_status sink_export_read_regions(struct sink_export *export, struct sink_error *error)
{
    const struct sink_dataset_variable *columns[8];
    static const struct {
        const char *name;
        enum sink_nc_type type;
    } wanted[] = {{"region_id", SINK_NC_STRING},     {"region_name", SINK_NC_STRING},
                  {"region_parent", SINK_NC_STRING}, {"region_level", SINK_NC_INT},
                  {"region_kind", SINK_NC_INT},      {"region_area", SINK_NC_DOUBLE},
                  {"lon", SINK_NC_DOUBLE},           {"lat", SINK_NC_DOUBLE}};
    enum sink_status status = SINK_OK;
    for (size_t c = 0; c < sizeof wanted / sizeof *wanted; c++) {
        columns[c] = sink_export_column(export, wanted[c].name, "region", wanted[c].type, error);
        if (!columns[c])
            return SINK_BAD_DATA;
        if (columns[c]->info.count != columns[0]->info.count)
            return sink_fail(error, SINK_BAD_DATA, "%s: %s: %zu values, expected %zu", export->path,
                             wanted[c].name, columns[c]->info.count, columns[0]->info.count);
    }
    for (size_t i = 0; i < columns[0]->info.count && status == SINK_OK; i++) {
        struct sink_region *region = sink_region_list_add(&export->regions);
        if (!region)
            return sink_fail_memory(error);
        status = fill_region(region, columns, i, error);
        if (status == SINK_OK && (!*region->id || region->level < 0 || region->level > 99))
            status = sink_fail(error, SINK_BAD_DATA, "%s: region %zu: id \"%s\" on level %d",
                               export->path, i, region->id, region->level);
    }
    export->parents = columns[2]->texts;
    return status == SINK_OK ? read_outlines(export, error) : status;
}
