#include "pipelines/tally_run.h"

#include "pipelines/digest.h"
#include "pipelines/progress.h"
#include "pipelines/tile.h"
#include "sinkcalc/model/raster_error.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* What one thread owns. */
struct worker {
    struct sink_reader **readers; /* [plan->layer_count] */
    struct sink_tile *tile;
    struct sink_cover cover;
    struct sink_tally *tally, *blocks; /* blocks: NULL without correlations */
    double cells_read;
    size_t failed_item; /* lowest item that failed here; SIZE_MAX for none */
    struct sink_error error;
};

/* The run: items 0..file_count-1 are files to be hashed, the rest are tiles. */
struct run {
    const struct sink_plan *plan;
    struct sink_evidence *evidence;
    struct sink_window *windows;
    size_t window_count, item_count;
    struct worker *workers;
    size_t worker_count;
    enum sink_cell_type *types; /* [plan->layer_count] */
    struct sink_decoders decoders;
    bool reverse;
    size_t failed_item; /* shared; lowest known so far */
};

static size_t tile_cells(const struct sink_plan *plan)
{
    return (size_t)plan->tile_width * (size_t)plan->tile_height;
}

static enum sink_status list_windows(struct run *run, struct sink_error *error)
{
    const struct sink_plan *plan = run->plan;
    const size_t rows = (size_t)((plan->grid.height - 1) / plan->tile_height + 1);
    const size_t columns = (size_t)((plan->grid.width - 1) / plan->tile_width + 1);
    run->windows = malloc(rows * columns * sizeof *run->windows);
    if (!run->windows)
        return sink_fail_memory(error);
    for (int row = 0; row < plan->grid.height; row += plan->tile_height)
        for (int column = 0; column < plan->grid.width; column += plan->tile_width) {
            const int height = plan->grid.height - row, width = plan->grid.width - column;
            const struct sink_window window = {
                .row = row,
                .column = column,
                .height = height < plan->tile_height ? height : plan->tile_height,
                .width = width < plan->tile_width ? width : plan->tile_width};
            if (sink_coverage_touches(plan->coverage, window))
                run->windows[run->window_count++] = window;
        }
    run->item_count = run->evidence->file_count + run->window_count;
    return SINK_OK;
}

static enum sink_status new_tallies(const struct sink_plan *plan, struct sink_tally **tally,
                                    struct sink_tally **blocks, struct sink_error *error)
{
    const enum sink_status status = sink_tally_new(&plan->spec, tally, error);
    return status == SINK_OK && plan->correlations.count > 0 ? sink_block_tally_new(blocks, error)
                                                             : status;
}

static enum sink_status open_readers(struct run *run, struct worker *worker,
                                     struct sink_error *error)
{
    const struct sink_plan *plan = run->plan;
    worker->failed_item = SIZE_MAX;
    worker->readers = calloc(plan->layer_count + 1, sizeof(struct sink_reader *));
    if (!worker->readers)
        return sink_fail_memory(error);
    for (size_t i = 0; i < plan->layer_count; i++) {
        const enum sink_status status = sink_reader_open(
            plan->layers[i].layer, &plan->grid, tile_cells(plan), &worker->readers[i], error);
        if (status != SINK_OK)
            return status;
        run->types[i] = sink_reader_type(worker->readers[i]);
    }
    return new_tallies(plan, &worker->tally, &worker->blocks, error);
}

static enum sink_status open_workers(struct run *run, int threads, struct sink_error *error)
{
    const struct sink_plan *plan = run->plan;
    run->worker_count = (size_t)(threads > 0 ? threads : omp_get_num_procs());
    run->types = calloc(plan->layer_count + 1, sizeof *run->types);
    run->workers = calloc(run->worker_count, sizeof *run->workers);
    if (!run->types || !run->workers)
        return sink_fail_memory(error);
    enum sink_status status = SINK_OK;
    /* NOLINTBEGIN(clang-analyzer-unix.Malloc): close_run frees, also after a failure */
    for (size_t w = 0; w < run->worker_count && status == SINK_OK; w++)
        status = open_readers(run, &run->workers[w], error);
    if (status == SINK_OK)
        status = sink_decoders_make(plan, run->types, &run->decoders, error);
    for (size_t w = 0; w < run->worker_count && status == SINK_OK; w++)
        status =
            sink_tile_new(plan, &run->decoders, tile_cells(plan), &run->workers[w].tile, error);
    /* NOLINTEND(clang-analyzer-unix.Malloc) */
    return status;
}

static void close_run(struct run *run)
{
    for (size_t w = 0; run->workers && w < run->worker_count; w++) {
        struct worker *worker = &run->workers[w];
        for (size_t i = 0; worker->readers && i < run->plan->layer_count; i++)
            sink_reader_close(worker->readers[i]);
        free(worker->readers);
        sink_tile_free(worker->tile);
        sink_cover_free(&worker->cover);
        sink_tally_free(worker->tally);
        sink_tally_free(worker->blocks);
    }
    free(run->workers);
    free(run->windows);
    free(run->types);
    sink_decoders_free(&run->decoders);
}

static enum sink_status hash_file(struct run *run, size_t index, struct sink_error *error)
{
    struct sink_evidence_file *file = &run->evidence->files[index];
    char *path = sink_job_path(run->plan->job, file->path);
    if (!path)
        return sink_fail_memory(error);
    const enum sink_status status = sink_file_sha256(path, file->sha256, &file->bytes, error);
    free(path);
    return status;
}

static enum sink_status add_tile(struct run *run, struct worker *worker, struct sink_window window)
{
    enum sink_status status =
        sink_coverage_window(run->plan->coverage, window, &worker->cover, &worker->error);
    if (status != SINK_OK || worker->cover.span_count == 0)
        return status;
    for (size_t i = 0; i < run->plan->layer_count && status == SINK_OK; i++)
        status = sink_reader_read(worker->readers[i], window, sink_tile_block(worker->tile, i),
                                  &worker->error);
    if (status == SINK_OK)
        status = sink_tile_add(worker->tile, window, &worker->cover, worker->tally, worker->blocks,
                               &worker->error);
    worker->cells_read += (double)window.width * (double)window.height;
    return status;
}

/* After a failure only items before it are still worth doing: one of them may fail too, and the
 * lowest is the one that is told. */
static void do_item(struct run *run, struct worker *worker, size_t item)
{
    size_t failed_item;
#pragma omp atomic read
    failed_item = run->failed_item;
    if (item > failed_item)
        return;
    const size_t file_count = run->evidence->file_count;
    struct sink_error kept = worker->error;
    const enum sink_status status = item < file_count
                                        ? hash_file(run, item, &worker->error)
                                        : add_tile(run, worker, run->windows[item - file_count]);
    if (status == SINK_OK)
        return;
    if (item < worker->failed_item)
        worker->failed_item = item;
    else
        worker->error = kept;
#pragma omp critical(sink_failed_item)
    if (item < run->failed_item) {
#pragma omp atomic write
        run->failed_item = item;
    }
}

static void do_all(struct run *run, struct sink_progress_line *progress)
{
    const size_t count = run->item_count;
#pragma omp parallel num_threads((int)run->worker_count)
    {
        struct worker *worker = &run->workers[omp_get_thread_num()];
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < count; i++) {
            do_item(run, worker, run->reverse ? count - 1 - i : i);
            sink_progress_step(progress, omp_get_thread_num() == 0);
        }
    }
}

/* The failure of the lowest item, if any; else the merged tallies. */
static enum sink_status collect(struct run *run, struct sink_tally_bundle *bundle,
                                struct sink_error *error)
{
    struct sink_exact_sum overlap_m2 = {0};
    for (size_t w = 0; w < run->worker_count; w++)
        if (run->workers[w].failed_item != SIZE_MAX &&
            run->workers[w].failed_item == run->failed_item) {
            *error = run->workers[w].error;
            return error->status;
        }
    enum sink_status status = new_tallies(run->plan, &bundle->tally, &bundle->blocks, error);
    run->evidence->cells_read = 0;
    for (size_t w = 0; w < run->worker_count && status == SINK_OK; w++) {
        status = sink_tally_merge(bundle->tally, run->workers[w].tally, error);
        if (status == SINK_OK && bundle->blocks)
            status = sink_tally_merge(bundle->blocks, run->workers[w].blocks, error);
        run->evidence->cells_read += run->workers[w].cells_read;
        sink_exact_sum_merge(&overlap_m2, sink_tile_overlap_m2(run->workers[w].tile));
    }
    run->evidence->overlap_m2 =
        sink_exact_sum_value(&overlap_m2) / (double)run->plan->spec.year_count;
    if (status != SINK_OK) {
        sink_tally_free(bundle->tally);
        sink_tally_free(bundle->blocks);
        bundle->tally = bundle->blocks = NULL;
    }
    return status;
}

enum sink_status sink_tally_run(const struct sink_plan *plan, const struct sink_options *options,
                                bool reverse, struct sink_tally_bundle *bundle,
                                struct sink_error *error)
{
    bundle->tally = bundle->blocks = NULL;
    struct run run = {
        .plan = plan, .evidence = &bundle->evidence, .reverse = reverse, .failed_item = SIZE_MAX};
    enum sink_status status = list_windows(&run, error);
    if (status == SINK_OK)
        status = open_workers(&run, options->threads, error);
    if (status == SINK_OK) {
        struct sink_progress_line progress;
        sink_progress_start(&progress, options, run.item_count);
        do_all(&run, &progress);
        sink_progress_finish(&progress);
        status = collect(&run, bundle, error);
    }
    close_run(&run);
    return status;
}
