#include "pipelines/plan.h"
#include "pipelines/table_load.h"

#include "rasters/environment.h"
#include "sinkcalc/base/text.h"

#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Inputs are named as the job writes them: relative to it, so that a copy elsewhere gives the same
 * bytes. */
static const char *as_written(const struct sink_job *job, const char *path)
{
    const size_t length = strlen(job->folder);
    if (strncmp(path, job->folder, length) != 0 || path[length] != '/')
        return path;
    return path + length + strspn(path + length, "/");
}

static enum sink_status add_file(struct sink_evidence *evidence, const struct sink_job *job,
                                 const char *path, const char *role, struct sink_error *error)
{
    path = as_written(job, path);
    for (size_t i = 0; i < evidence->file_count; i++)
        if (strcmp(evidence->files[i].path, path) == 0)
            return SINK_OK;
    struct sink_evidence_file *files =
        realloc(evidence->files, (evidence->file_count + 1) * sizeof *files);
    if (!files)
        return sink_fail_memory(error);
    evidence->files = files;
    struct sink_evidence_file *file = &files[evidence->file_count];
    *file = (struct sink_evidence_file){.path = sink_text_copy(path), .role = sink_text_copy(role)};
    evidence->file_count++;
    return file->path && file->role ? SINK_OK : sink_fail_memory(error);
}

static enum sink_status add_rasters(const struct sink_plan *plan, struct sink_evidence *evidence,
                                    struct sink_error *error)
{
    char role[128];
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < plan->layer_count && status == SINK_OK; i++) {
        const struct sink_plan_layer *layer = &plan->layers[i];
        sink_plan_layer_label(plan, layer, role, sizeof role);
        for (size_t f = 0; f < sink_layer_file_count(layer->layer) && status == SINK_OK; f++)
            status = add_file(evidence, plan->job, sink_layer_file(layer->layer, f), role, error);
        if (status == SINK_OK && layer->job->legend && sink_table_is_file(layer->job->legend))
            status = add_file(evidence, plan->job, layer->job->legend, "legend", error);
    }
    return status;
}

static enum sink_status add_tables(const struct sink_plan *plan, struct sink_evidence *evidence,
                                   struct sink_error *error)
{
    evidence->tables = calloc(plan->table_count + 1, sizeof *evidence->tables);
    if (!evidence->tables)
        return sink_fail_memory(error);
    for (size_t i = 0; i < plan->table_count; i++) {
        const struct sink_evidence_table *from = &plan->tables[i];
        struct sink_evidence_table *to = &evidence->tables[evidence->table_count++];
        const bool is_factors = i < plan->job->factor_count;
        const char *role = is_factors                                           ? "factors"
                           : i == plan->job->factor_count && plan->job->harvest ? "harvest"
                                                                                : "accuracy";
        *to = (struct sink_evidence_table){.name = sink_text_copy(from->name),
                                           .text = malloc(from->bytes + 1),
                                           .bytes = from->bytes};
        if (!to->name || !to->text)
            return sink_fail_memory(error);
        memcpy(to->text, from->text, from->bytes);
        to->text[from->bytes] = '\0';
        if ((!is_factors || sink_table_is_file(from->name)) &&
            add_file(evidence, plan->job, from->name, role, error) != SINK_OK)
            return SINK_FAILED;
    }
    return SINK_OK;
}

static enum sink_status add_notes(const struct sink_plan *plan, struct sink_evidence *evidence,
                                  struct sink_error *error)
{
    evidence->notes = calloc(plan->recorded_note_count + 1, sizeof *evidence->notes);
    if (!evidence->notes)
        return sink_fail_memory(error);
    for (size_t i = 0; i < plan->recorded_note_count; i++) {
        evidence->notes[i] = sink_text_copy(plan->notes.items[i].message);
        if (!evidence->notes[i])
            return sink_fail_memory(error);
        evidence->note_count++;
    }
    return SINK_OK;
}

static enum sink_status add_texts(const struct sink_plan *plan, struct sink_evidence *evidence,
                                  struct sink_error *error)
{
    char library[128];
    const struct sink_grid *grid = &plan->grid;
    sscanf(nc_inq_libvers(), "%100s", library); /* without the build date */
    evidence->version = sink_text_copy(SINK_VERSION);
    evidence->libraries =
        sink_text_format("GDAL %s, PROJ %s, netCDF %s", sink_environment_gdal_version(),
                         sink_environment_proj_version(), library);
    evidence->job_path = sink_text_copy(sink_text_file_name(plan->job->path));
    evidence->job_text = sink_text_copy(plan->job->text);
    evidence->crs_wkt = sink_text_copy(grid->crs_wkt);
    evidence->grid = sink_text_format(
        "%d x %d cells of %.15g x %.15g from %.15g, %.15g; tiles of %d x %d", grid->width,
        grid->height, grid->dx, grid->dy, grid->x0, grid->y0, plan->tile_width, plan->tile_height);
    return evidence->version && evidence->libraries && evidence->job_path && evidence->job_text &&
                   evidence->crs_wkt && evidence->grid
               ? SINK_OK
               : sink_fail_memory(error);
}

enum sink_status sink_plan_evidence(const struct sink_plan *plan, struct sink_evidence *evidence,
                                    struct sink_error *error)
{
    *evidence = (struct sink_evidence){0};
    enum sink_status status = add_texts(plan, evidence, error);
    if (status == SINK_OK)
        status = add_rasters(plan, evidence, error);
    for (size_t i = 0; i < sink_boundaries_file_count(plan->boundaries) && status == SINK_OK; i++)
        status = add_file(evidence, plan->job, sink_boundaries_file(plan->boundaries, i), "regions",
                          error);
    if (status == SINK_OK)
        status = add_tables(plan, evidence, error);
    if (status == SINK_OK && plan->job->sha256)
        status = add_file(evidence, plan->job, plan->job->sha256, "sha256", error);
    if (status == SINK_OK)
        status = add_notes(plan, evidence, error);
    if (status != SINK_OK)
        sink_evidence_free(evidence);
    return status;
}
