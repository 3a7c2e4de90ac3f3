#include "pipelines/map_run.h"

#include "pipelines/atomic_file.h"
#include "pipelines/digest.h"
#include "pipelines/interrupt.h"
#include "pipelines/map_folder.h"
#include "pipelines/map_store.h"
#include "pipelines/progress.h"
#include "pipelines/tally_run.h"
#include "pipelines/tile_list.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct map_run {
    struct sink_map *map;
    const struct sink_options *options;
    const char *folder, *out, *identity;
    struct sink_map_store *store;
    struct sink_paint *paints;      /* [map->layer_count] */
    struct sink_painter **painters; /* [worker_count] */
    size_t worker_count;
    struct sink_tile_list tiles;
    void *cells; /* of one tile */
};

static enum sink_status begin(void *context, size_t worker_count, size_t max_cells,
                              struct sink_tile_share *share, struct sink_error *error)
{
    struct map_run *run = context;
    const struct sink_map *map = run->map;
    const struct sink_painting painting = {.plan = map->plan,
                                           .densities = map->densities,
                                           .class_count = map->book->account->class_count,
                                           .items = run->paints,
                                           .count = map->layer_count};
    const struct sink_map_store_request request = {.folder = run->folder,
                                                   .identity = run->identity,
                                                   .layer_count = map->layer_count,
                                                   .worker_count = worker_count};
    run->painters = calloc(worker_count + 1, sizeof *run->painters);
    if (!run->painters)
        return sink_fail_memory(error);
    enum sink_status status = SINK_OK;
    for (; run->worker_count < worker_count && status == SINK_OK; run->worker_count++)
        status = sink_painter_new(&painting, max_cells, &run->painters[run->worker_count], error);
    if (status == SINK_OK)
        status = sink_map_store_open(&request, share, &run->store, error);
    if (status == SINK_OK && !sink_tile_share_is_finished(share))
        sink_map_folder_empty(run->out); /* of other maps: they are made when all tiles are there */
    return status;
}

/* Where the layers of a tile go. */
struct taking {
    struct map_run *run;
    size_t worker;
    uint64_t tile;
};

static enum sink_status take(void *context, size_t item, const void *cells, size_t cell_count,
                             struct sink_error *error)
{
    const struct taking *taking = context;
    const struct sink_map_piece piece = {item, taking->tile, cell_count};
    return sink_map_store_add(taking->run->store, taking->worker, &piece, cells, error);
}

static enum sink_status visit(void *context, const struct sink_tile_visit *visited,
                              struct sink_error *error)
{
    struct map_run *run = context;
    struct taking taking = {run, visited->worker, visited->number};
    const struct sink_paint_taker taker = {take, &taking};
    return sink_tile_paint(visited->tile, visited->window, visited->cover,
                           run->painters[visited->worker], &taker, error);
}

static enum sink_status keep(void *context, const struct sink_tile_share *share,
                             struct sink_error *error)
{
    struct map_run *run = context;
    return sink_map_store_keep(run->store, share, error);
}

/* The files were hashed when the tally was made. */
static enum sink_status paint(struct map_run *run, struct sink_error *error)
{
    const struct sink_plan *plan = run->map->plan;
    const struct sink_tile_visitor visitor = {
        .context = run, .begin = begin, .visit = visit, .keep = keep};
    const struct sink_tally_request request = {
        .options = run->options, .checkpoint = run->folder, .visitor = &visitor};
    struct sink_tally_bundle bundle = {.spec = plan->spec};
    enum sink_status status = sink_tally_run(plan, &request, &bundle, error);
    if (status == SINK_OK)
        status = sink_map_store_keep(run->store, &bundle.evidence.share, error);
    sink_tally_free(bundle.tally);
    sink_tally_free(bundle.blocks);
    sink_tile_share_free(&bundle.evidence.share);
    return status;
}

static enum sink_status fail_interrupted(const struct map_run *run, struct sink_error *error)
{
    return sink_fail(error, sink_interrupt_status(),
                     "interrupted; %s keeps what is done: the same command goes on from there",
                     run->folder);
}

static bool is_stopped(void)
{
    return sink_interrupt_status() != SINK_OK;
}

/* All tiles of a layer, in their order: into its statistics, and into the writer, if any. */
static enum sink_status put_tiles(struct map_run *run, size_t index, struct sink_cog_writer *writer,
                                  struct sink_error *error)
{
    struct sink_map_layer *layer = &run->map->layers[index];
    struct sink_cog_sums sums = {0};
    enum sink_status status = SINK_OK;
    for (size_t t = 0; t < run->tiles.count && status == SINK_OK; t++) {
        const struct sink_window window = run->tiles.windows[t];
        const size_t cell_count = (size_t)window.width * (size_t)window.height;
        bool has_cells = false;
        if (is_stopped())
            return fail_interrupted(run, error);
        const struct sink_map_piece piece = {index, t, cell_count};
        status = sink_map_store_read(run->store, &piece, run->cells, &has_cells, error);
        if (status != SINK_OK || !has_cells)
            continue;
        sink_cog_sums_add(&sums, layer->type, run->cells, cell_count);
        if (writer)
            status = sink_cog_put(writer, window, run->cells, error);
    }
    layer->statistics = sink_cog_statistics_of(&sums);
    return status;
}

/* The new name stands for a file that is whole, also after a power cut. */
static enum sink_status sync_file(const char *path, const char *name, struct sink_error *error)
{
    const int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const bool is_good = file >= 0 && fsync(file) == 0 && rename(path, name) == 0;
    const int code = errno;
    if (file >= 0)
        close(file);
    return is_good
               ? SINK_OK
               : sink_fail(error, SINK_FAILED, "%s: cannot be written: %s", name, strerror(code));
}

static enum sink_status write_layer(struct map_run *run, size_t index, const char *path,
                                    const char *made, const char *scratch, struct sink_error *error)
{
    const struct sink_map *map = run->map;
    struct sink_map_layer *layer = &map->layers[index];
    const bool is_change = layer->paint.kind == SINK_PAINT_CHANGE;
    const struct sink_cog cog = {.path = made,
                                 .scratch = scratch,
                                 .grid = &map->plan->grid,
                                 .type = layer->type,
                                 .unit = layer->unit,
                                 .description = layer->title,
                                 .colours = is_change ? map->colours : NULL,
                                 .colour_count = map->colour_count,
                                 .threads = (int)run->worker_count,
                                 .is_stopped = is_stopped};
    struct sink_cog_writer *writer = NULL;
    enum sink_status status = sink_cog_start(&cog, &writer, error);
    if (status == SINK_OK)
        status = put_tiles(run, index, writer, error);
    if (status == SINK_OK)
        status = sink_cog_finish(writer, &layer->statistics, error);
    else
        sink_cog_abandon(writer);
    if (status == SINK_FAILED && is_stopped())
        return fail_interrupted(run, error);
    return status == SINK_OK ? sync_file(made, path, error) : status;
}

static enum sink_status make_layer(struct map_run *run, size_t index, struct sink_error *error)
{
    struct sink_map_layer *layer = &run->map->layers[index];
    struct stat info;
    char *path = sink_text_format("%s/%s.tif", run->out, layer->name);
    char *made = sink_text_format("%s/made.tif", run->folder);
    char *scratch = sink_text_format("%s/scratch.tif", run->folder);
    enum sink_status status = SINK_OK;
    if (!path || !made || !scratch)
        status = sink_fail_memory(error);
    else if (lstat(path, &info) == 0) /* of the same run, before it was interrupted */
        status = put_tiles(run, index, NULL, error);
    else
        status = write_layer(run, index, path, made, scratch, error);
    if (status == SINK_OK)
        status = sink_file_sha256(path, layer->sha256, &layer->bytes, error);
    if (status == SINK_INTERRUPTED || status == SINK_TERMINATED)
        status = fail_interrupted(run, error);
    free(path);
    free(made);
    free(scratch);
    return status;
}

/* Writes a text and frees it. */
static enum sink_status write_text(const struct map_run *run, const char *name, const char *ending,
                                   char *text, struct sink_error *error)
{
    char *path = text ? sink_text_format("%s/%s.%s", run->out, name, ending) : NULL;
    const enum sink_status status =
        path ? sink_file_replace(path, text, strlen(text), error) : sink_fail_memory(error);
    free(path);
    free(text);
    return status;
}

/* README.txt last: a folder that has it is taken for whole (map_folder.c). */
static enum sink_status write_texts(const struct map_run *run, struct sink_error *error)
{
    const struct sink_map *map = run->map;
    double bounds_deg[4];
    enum sink_status status = sink_cog_bounds_deg(&map->plan->grid, bounds_deg, error);
    for (size_t i = 0; i < map->layer_count && status == SINK_OK; i++)
        status = write_text(run, map->layers[i].name, "qml", sink_map_style(map, &map->layers[i]),
                            error);
    if (status == SINK_OK)
        status = write_text(run, "factor_rows", "csv", sink_map_factor_rows(map), error);
    if (status == SINK_OK && map->plan->spec.year_count > 1)
        status = write_text(run, "class_change", "csv", sink_map_class_changes(map), error);
    if (status == SINK_OK)
        status = write_text(run, "item", "json", sink_map_item(map, bounds_deg), error);
    return status == SINK_OK ? write_text(run, "README", "txt", sink_map_readme(map), error)
                             : status;
}

static enum sink_status make_files(struct map_run *run, struct sink_error *error)
{
    const struct sink_plan *plan = run->map->plan;
    struct sink_progress_line progress;
    enum sink_status status = sink_tile_list_make(plan, &run->tiles, error);
    run->cells = malloc((size_t)plan->tile_width * (size_t)plan->tile_height * sizeof(float));
    if (status == SINK_OK && !run->cells)
        status = sink_fail_memory(error);
    sink_progress_start(&progress, run->options, run->map->layer_count, "layers");
    for (size_t i = 0; i < run->map->layer_count && status == SINK_OK; i++) {
        status = make_layer(run, i, error);
        sink_progress_step(&progress, true);
    }
    sink_progress_finish(&progress);
    return status == SINK_OK ? write_texts(run, error) : status;
}

enum sink_status sink_map_run(struct sink_map *map, const struct sink_options *options,
                              const char *folder, const char *out, const char *identity,
                              struct sink_error *error)
{
    struct map_run run = {
        .map = map, .options = options, .folder = folder, .out = out, .identity = identity};
    run.paints = calloc(map->layer_count + 1, sizeof *run.paints);
    for (size_t i = 0; run.paints && i < map->layer_count; i++)
        run.paints[i] = map->layers[i].paint;
    enum sink_status status = run.paints ? paint(&run, error) : sink_fail_memory(error);
    if (status == SINK_OK)
        status = make_files(&run, error);
    for (size_t w = 0; w < run.worker_count; w++)
        sink_painter_free(run.painters[w]);
    free(run.painters);
    free(run.paints);
    free(run.cells);
    sink_map_store_close(run.store);
    sink_tile_list_free(&run.tiles);
    return status;
}
