#include "regions/boundaries.h"

#include "regions/boundaries_parts.h"
#include "regions/projection.h"

#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; texts && i < count; i++)
        free(texts[i]);
    free(texts);
}

static void free_features(struct sink_feature_list *features, size_t level_count)
{
    for (size_t i = 0; i < features->count; i++) {
        struct sink_feature *feature = &features->items[i];
        free(feature->id);
        free(feature->name);
        free(feature->parent);
        free_texts(feature->levels, level_count);
        free_texts(feature->level_names, level_count);
        OGR_G_DestroyGeometry(feature->geometry);
    }
    free(features->items);
}

enum sink_status sink_boundaries_open(const struct sink_boundary_request *request,
                                      struct sink_boundaries **boundaries,
                                      struct sink_faults *notes, struct sink_faults *faults)
{
    const size_t before = faults->count;
    *boundaries = calloc(1, sizeof **boundaries);
    if (!*boundaries) {
        sink_faults_note(faults, SINK_FAILED, "out of memory");
        return SINK_FAILED;
    }
    struct sink_boundary_reading reading = {
        .request = request, .boundaries = *boundaries, .notes = notes, .faults = faults};
    void (*const steps[])(struct sink_boundary_reading *) = {
        sink_boundaries_read, sink_boundaries_merge, sink_boundaries_arrange,
        sink_boundaries_check_overlap, sink_boundaries_outline};
    for (size_t i = 0; i < sizeof steps / sizeof *steps && faults->count == before; i++)
        steps[i](&reading);
    free_features(&reading.features, request->level_count);
    if (faults->count == before)
        return SINK_OK;
    sink_boundaries_close(*boundaries);
    *boundaries = NULL;
    return faults->items ? faults->items[before].status : SINK_FAILED;
}

void sink_boundaries_close(struct sink_boundaries *boundaries)
{
    if (!boundaries)
        return;
    for (size_t i = 0; boundaries->geometries && i < boundaries->list.count; i++)
        OGR_G_DestroyGeometry(boundaries->geometries[i]);
    free(boundaries->geometries);
    sink_region_list_free(&boundaries->list);
    sink_projection_close(boundaries->to_degrees);
    OSRRelease(boundaries->crs);
    free_texts(boundaries->files, boundaries->file_count);
    free(boundaries);
}

void sink_boundaries_set_beyond(struct sink_boundaries *boundaries, size_t region)
{
    struct sink_region *all = boundaries->list.items;
    all[region].reach = SINK_REACH_BEYOND;
    for (int above = all[region].parent; above >= 0 && all[above].kind == SINK_REGION_SUM;
         above = all[above].parent)
        all[above].reach = SINK_REACH_BEYOND;
}

const struct sink_region_list *sink_boundaries_list(const struct sink_boundaries *boundaries)
{
    return &boundaries->list;
}

size_t sink_boundaries_file_count(const struct sink_boundaries *boundaries)
{
    return boundaries->file_count;
}

const char *sink_boundaries_file(const struct sink_boundaries *boundaries, size_t index)
{
    return boundaries->files[index];
}

int sink_polygon_count(void *geometry)
{
    return wkbFlatten(OGR_G_GetGeometryType(geometry)) == wkbPolygon
               ? 1
               : OGR_G_GetGeometryCount(geometry);
}

void *sink_polygon_at(void *geometry, int index)
{
    return wkbFlatten(OGR_G_GetGeometryType(geometry)) == wkbPolygon
               ? geometry
               : OGR_G_GetGeometryRef(geometry, index);
}
