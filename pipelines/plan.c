#include "pipelines/plan.h"

#include "pipelines/table_load.h"
#include "rasters/raster_grid.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A tile has about this many cells, in whole blocks of the file that gives the grid. */
#define TILE_CELLS (512 * 512)

void sink_plan_open_boundaries(struct sink_plan *plan, struct sink_faults *faults)
{
    const struct sink_job *job = plan->job;
    char *path = sink_job_path(job, job->regions.file);
    if (!path) {
        sink_faults_note(faults, SINK_FAILED, "out of memory");
        return;
    }
    const struct sink_boundary_request request = {
        .path = path,
        .layer = job->regions.layer,
        .id = job->regions.id,
        .name = job->regions.name,
        .parent = job->regions.parent,
        .levels = (const char *const *)job->regions.levels,
        .level_count = job->regions.level_count,
        .level_names = (const char *const *)job->regions.level_names,
        .where = job->regions.where,
        .repair = job->regions.repair,
        .merge = job->regions.merge,
        .confine = job->confine};
    if (sink_boundaries_open(&request, &plan->boundaries, &plan->notes, faults) != SINK_OK)
        plan->boundaries = NULL;
    free(path);
}

/* Whole blocks, so that no block is decoded twice; a striped file is cut into bands of rows. */
static void choose_tiles(struct sink_plan *plan, const struct sink_layer *layer)
{
    int width = 512, height = 512;
    if (layer)
        sink_layer_block_size(layer, &width, &height);
    const int block_width = width, block_height = height;
    while (width < plan->grid.width && width < 512)
        width += block_width;
    while (height < plan->grid.height && (double)height * width < TILE_CELLS)
        height += block_height;
    plan->tile_width = width < plan->grid.width ? width : plan->grid.width;
    plan->tile_height = height < plan->grid.height ? height : plan->grid.height;
}

/* Land of a region that no cell of the grid covers would be missing from every sum. */
static void check_extents(struct sink_plan *plan, struct sink_faults *faults)
{
    const struct sink_region_list *list = sink_boundaries_list(plan->boundaries);
    for (size_t i = 0; i < list->count; i++) {
        double extent[4]; /* first column, first row, last column, last row, in cells */
        if (list->items[i].kind != SINK_REGION_POLYGON ||
            !sink_coverage_extent(plan->coverage, i, extent))
            continue;
        const double outside =
            fmax(fmax(-extent[0], -extent[1]),
                 fmax(extent[2] - plan->grid.width, extent[3] - plan->grid.height));
        if (outside <= 1e-3)
            continue;
        sink_boundaries_set_beyond(plan->boundaries, i);
        sink_faults_note(plan->job->missing.tile == SINK_MISSING_ERROR ? faults : &plan->notes,
                         SINK_BAD_DATA, "%s: region %s reaches %.6g cells beyond the grid%s",
                         plan->job->regions.file, list->items[i].id, outside,
                         plan->job->missing.tile == SINK_MISSING_ERROR
                             ? "; give rasters that cover it, or `missing: {tile: count}`"
                             : "; what lies there is not counted");
    }
}

static const struct sink_layer *grid_layer(const struct sink_plan *plan)
{
    for (size_t i = 0; i < plan->layer_count; i++) {
        const struct sink_job_layer *job = plan->layers[i].job;
        const bool is_it = plan->job->grid.layer ? strcmp(job->name, plan->job->grid.layer) == 0
                                                 : job->role == SINK_ROLE_LAND_COVER ||
                                                       job->role == SINK_ROLE_ECOSYSTEM;
        if (is_it && plan->layers[i].layer)
            return plan->layers[i].layer;
    }
    return NULL;
}

static enum sink_status copy_grid(const struct sink_grid *from, struct sink_grid *to,
                                  struct sink_error *error)
{
    *to = *from;
    to->crs_wkt = sink_text_copy(from->crs_wkt);
    return to->crs_wkt ? SINK_OK : sink_fail_memory(error);
}

static enum sink_status open_grid(struct sink_plan *plan, struct sink_error *error)
{
    const struct sink_job *job = plan->job;
    const struct sink_layer *layer = grid_layer(plan);
    enum sink_status status;
    if (job->grid.is_given) {
        status = sink_grid_make(job->grid.crs, job->grid.extent, job->grid.resolution, &plan->grid,
                                error);
        layer = NULL;
    } else if (layer) {
        status = copy_grid(sink_layer_grid(layer), &plan->grid, error);
    } else {
        return sink_fail(error, SINK_BAD_JOB, "%s:%d:%d: grid: no layer \"%s\" with a raster",
                         job->path, job->grid.place.line, job->grid.place.column,
                         job->grid.layer ? job->grid.layer : "land_cover");
    }
    if (status == SINK_OK)
        choose_tiles(plan, layer);
    return status;
}

/* What needs both the grid and the regions. */
static void join(struct sink_plan *plan, struct sink_faults *faults)
{
    struct sink_error error;
    enum sink_status status = open_grid(plan, &error);
    if (status == SINK_OK) {
        sink_plan_place_layers(plan, faults);
        status = sink_cell_area_open(&plan->grid, &plan->cell_area, &error);
    }
    if (status == SINK_OK && plan->boundaries) {
        status = sink_coverage_open(plan->boundaries, &plan->grid, plan->tile_height,
                                    &plan->coverage, &error);
        if (status == SINK_OK)
            check_extents(plan, faults);
    }
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
}

/* One raster for all years shows no growth: what its land gains must come by gain_loss. */
static void note_static(struct sink_plan *plan)
{
    const struct sink_job *job = plan->job;
    for (size_t i = 0; i < job->layer_count && job->year_count > 1; i++) {
        const struct sink_job_layer *layer = &job->layers[i];
        if ((layer->role == SINK_ROLE_ABOVE_GROUND_BIOMASS ||
             layer->role == SINK_ROLE_STOCK_VOLUME) &&
            !layer->is_yearly && !layer->is_derived)
            sink_faults_note(&plan->notes, SINK_BAD_JOB,
                             "%s:%d:%d: layers.%s: one raster for all years; the difference of "
                             "stocks shows conversions and no growth",
                             job->path, layer->place.line, layer->place.column, layer->name);
    }
}

/* Every input must be in the list of hashes, if there is one. */
static enum sink_status check_listed(const struct sink_plan *plan, struct sink_faults *faults,
                                     struct sink_error *error)
{
    struct sink_evidence evidence;
    struct sink_error unlisted;
    if (!plan->checksums)
        return SINK_OK;
    const enum sink_status status = sink_plan_evidence(plan, &evidence, error);
    if (status != SINK_OK)
        return status;
    for (size_t i = 0; i < evidence.file_count; i++)
        if (sink_checksums_check_listed(plan->checksums, evidence.files[i].path, &unlisted) !=
            SINK_OK)
            sink_faults_add(faults, &unlisted);
    if (sink_checksums_check_job(plan->checksums, &unlisted) != SINK_OK)
        sink_faults_add(faults, &unlisted);
    sink_evidence_free(&evidence);
    return SINK_OK;
}

/* What is to be summed, once all else is known. */
static enum sink_status finish(struct sink_plan *plan, struct sink_faults *faults,
                               struct sink_error *error)
{
    note_static(plan);
    enum sink_status status = check_listed(plan, faults, error);
    if (status == SINK_OK)
        status = sink_plan_make_spec(plan, error);
    const struct sink_correlation_basis basis = {plan->job,   &plan->classes,  &plan->spec,
                                                 &plan->grid, plan->cell_area, plan->coverage};
    return status == SINK_OK ? sink_correlations_make(&basis, &plan->correlations, error) : status;
}

static void watch(struct sink_plan *plan, const char *written)
{
    char *path = written ? sink_job_path(plan->job, written) : NULL;
    if (path)
        sink_inputs_watch(&plan->inputs, path);
    else if (written)
        plan->inputs.is_out_of_memory = true;
    free(path);
}

/* Before they are read; rasters follow one by one. */
static void watch_named(struct sink_plan *plan)
{
    const struct sink_job *job = plan->job;
    watch(plan, job->regions.file);
    watch(plan, job->harvest);
    watch(plan, job->accuracy);
    watch(plan, job->sha256);
    for (size_t i = 0; i < job->factor_count; i++)
        if (sink_table_is_file(job->factors[i]))
            watch(plan, job->factors[i]);
    for (size_t i = 0; i < job->layer_count; i++)
        if (job->layers[i].legend && sink_table_is_file(job->layers[i].legend))
            watch(plan, job->layers[i].legend);
}

/* What the named ones led to: sources of VRTs, parts of shapefiles. */
static void watch_found(struct sink_plan *plan)
{
    for (size_t i = 0; plan->boundaries && i < sink_boundaries_file_count(plan->boundaries); i++)
        sink_inputs_watch(&plan->inputs, sink_boundaries_file(plan->boundaries, i));
    for (size_t i = 0; i < plan->layer_count; i++) {
        const struct sink_layer *layer = plan->layers[i].layer;
        for (size_t f = 0; layer && f < sink_layer_file_count(layer); f++)
            sink_inputs_watch(&plan->inputs, sink_layer_file(layer, f));
    }
}

struct sink_plan *sink_plan_new(const struct sink_job *job, struct sink_faults *faults)
{
    struct sink_error error;
    struct sink_plan *plan = calloc(1, sizeof *plan);
    if (!plan || sink_class_list_load(&plan->classes, &error) != SINK_OK) {
        sink_faults_note(faults, SINK_FAILED, "out of memory, or the built-in classes are broken");
        sink_plan_close(plan);
        return NULL;
    }
    plan->job = job;
    return plan;
}

enum sink_status sink_plan_open(const struct sink_job *job, struct sink_plan **plan,
                                struct sink_faults *faults)
{
    struct sink_error error;
    const size_t before = faults->count + faults->dropped;
    *plan = sink_plan_new(job, faults);
    if (!*plan)
        return SINK_FAILED;
    watch_named(*plan);
    sink_checksums_read(job, &(*plan)->checksums, faults);
    sink_plan_load_factors(*plan, faults);
    sink_plan_open_layers(*plan, faults);
    sink_plan_check_tables(*plan);
    sink_plan_open_boundaries(*plan, faults);
    watch_found(*plan);
    sink_plan_check_harvest(*plan, faults);
    if (grid_layer(*plan) || job->grid.is_given)
        join(*plan, faults);
    sink_plan_check_outputs(*plan, faults);
    if (faults->count + faults->dropped == before) {
        if (finish(*plan, faults, &error) != SINK_OK)
            sink_faults_add(faults, &error);
        (*plan)->recorded_note_count = (*plan)->notes.count;
        if (faults->count + faults->dropped == before)
            sink_plan_try_factors(*plan, faults);
    }
    if ((*plan)->notes.is_out_of_memory || (*plan)->inputs.is_out_of_memory)
        sink_faults_note(faults, SINK_FAILED, "out of memory");
    if (faults->count + faults->dropped == before)
        return SINK_OK;
    sink_plan_close(*plan);
    *plan = NULL;
    return sink_faults_status(faults, &error);
}

void sink_plan_close(struct sink_plan *plan)
{
    if (!plan)
        return;
    sink_coverage_close(plan->coverage);
    sink_boundaries_close(plan->boundaries);
    sink_cell_area_close(plan->cell_area);
    for (size_t i = 0; i < plan->layer_count; i++) {
        sink_layer_close(plan->layers[i].layer);
        sink_legend_free(&plan->layers[i].legend);
    }
    free(plan->layers);
    for (size_t i = 0; i < plan->table_count; i++) {
        free(plan->tables[i].name);
        free(plan->tables[i].text);
    }
    free(plan->tables);
    sink_factors_free(&plan->factors);
    sink_class_list_free(&plan->classes);
    sink_grid_free(&plan->grid);
    sink_tally_spec_free(&plan->spec);
    free(plan->sources);
    sink_correlations_free(&plan->correlations);
    sink_inputs_free(&plan->inputs);
    sink_checksums_free(plan->checksums);
    sink_faults_free(&plan->notes);
    free(plan);
}

size_t sink_plan_map_count(const struct sink_plan *plan)
{
    return plan->job->history_count + plan->job->year_count;
}

int sink_plan_year(const struct sink_plan *plan, size_t year_index)
{
    const struct sink_job *job = plan->job;
    return year_index < job->year_count ? job->years[year_index]
                                        : job->history[year_index - job->year_count];
}

size_t sink_plan_map_year_index(const struct sink_plan *plan, size_t map)
{
    const struct sink_job *job = plan->job;
    return map < job->history_count ? job->year_count + map : map - job->history_count;
}

int sink_plan_map_year(const struct sink_plan *plan, size_t map)
{
    return sink_plan_year(plan, sink_plan_map_year_index(plan, map));
}

int sink_plan_layer_find(const struct sink_plan *plan, int job_layer, size_t year_index)
{
    for (size_t i = 0; i < plan->layer_count; i++)
        if (plan->layers[i].job == &plan->job->layers[job_layer] &&
            (plan->layers[i].year_index < 0 || plan->layers[i].year_index == (int)year_index))
            return (int)i;
    return -1;
}
