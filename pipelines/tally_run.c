#include "pipelines/tally_run.h"

#include "pipelines/checkpoint.h"
#include "pipelines/digest.h"
#include "pipelines/interrupt.h"
#include "pipelines/progress.h"
#include "pipelines/tally_file.h"
#include "pipelines/tile.h"
#include "pipelines/tile_list.h"
#include "sinkcalc/model/raster_error.h"

#include <inttypes.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What one thread owns. */
struct worker {
    struct sink_reader **readers; /* [plan->layer_count] */
    struct sink_tile *tile;
    struct sink_cover cover;
    struct sink_tally *tally, *blocks; /* of this round; blocks: NULL without correlations */
    double cells_read;                 /* in this round */
    size_t failed_item;                /* lowest item that failed here; SIZE_MAX for none */
    struct sink_error error;
};

/* Items 0..file_count-1 are files to be hashed, the rest are tiles. The items that are left are
 * done in rounds: threads take the next one until none is left or it is time to keep what is done;
 * then what they have is added up and written, and the next round begins. */
struct run {
    const struct sink_plan *plan;
    const struct sink_tally_request *request;
    struct sink_tally_bundle *bundle;
    struct sink_evidence *evidence; /* of the bundle */
    struct sink_tile_list tiles;
    size_t *todo; /* [todo_count] items */
    size_t todo_count, round_first;
    size_t next;   /* shared: in todo */
    size_t hashed; /* shared: files so far */
    struct timespec round_end;
    struct worker *workers;
    size_t worker_count;
    enum sink_cell_type *types; /* [plan->layer_count] */
    struct sink_decoders decoders;
    struct sink_exact_sum overlap_before; /* of the tiles of a checkpoint */
    bool is_kept;                         /* a checkpoint is there */
    uint64_t kept_tiles;                  /* in it */
    size_t failed_item;                   /* shared; lowest known so far */
};

static size_t tile_cells(const struct sink_plan *plan)
{
    return (size_t)plan->tile_width * (size_t)plan->tile_height;
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

static enum sink_status open_workers(struct run *run, struct sink_error *error)
{
    const struct sink_plan *plan = run->plan;
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
    free(run->todo);
    free(run->types);
    sink_tile_list_free(&run->tiles);
    sink_decoders_free(&run->decoders);
}

/* A file that a checkpoint has a hash of must still have it. */
static enum sink_status hash_file(struct run *run, size_t index, struct sink_error *error)
{
    char sha256[65];
    struct sink_evidence_file *file = &run->evidence->files[index];
    char *path = sink_job_path(run->plan->job, file->path);
    if (!path)
        return sink_fail_memory(error);
    enum sink_status status = sink_file_sha256(path, sha256, &file->bytes, error);
    free(path);
    if (status != SINK_OK)
        return status;
    if (*file->sha256 && strcmp(file->sha256, sha256) != 0)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: has changed since %s was written; --restart begins anew", file->path,
                         run->request->checkpoint);
    status = sink_checksums_check(run->plan->checksums, file->path, sha256, error);
    if (status != SINK_OK)
        return status;
    memcpy(file->sha256, sha256, sizeof sha256);
#pragma omp atomic
    run->hashed++;
    return SINK_OK;
}

static enum sink_status visit_tile(struct run *run, struct worker *worker,
                                   struct sink_window window, size_t number)
{
    const struct sink_tile_visitor *visitor = run->request->visitor;
    const struct sink_tile_visit visit = {.worker = (size_t)(worker - run->workers),
                                          .number = number,
                                          .tile = worker->tile,
                                          .window = window,
                                          .cover = &worker->cover};
    if (visitor)
        return visitor->visit(visitor->context, &visit, &worker->error);
    return sink_tile_add(worker->tile, window, &worker->cover, worker->tally, worker->blocks,
                         &worker->error);
}

static enum sink_status do_tile(struct run *run, struct worker *worker, size_t number)
{
    const struct sink_window window = run->tiles.windows[number];
    enum sink_status status =
        sink_coverage_window(run->plan->coverage, window, &worker->cover, &worker->error);
    if (status != SINK_OK || worker->cover.span_count == 0)
        return status;
    for (size_t i = 0; i < run->plan->layer_count && status == SINK_OK; i++)
        status = sink_reader_read(worker->readers[i], window, sink_tile_block(worker->tile, i),
                                  &worker->error);
    if (status == SINK_OK)
        status = visit_tile(run, worker, window, number);
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
    const enum sink_status status = item < file_count ? hash_file(run, item, &worker->error)
                                                      : do_tile(run, worker, item - file_count);
    if (status == SINK_OK)
        return;
    if (status == SINK_INTERRUPTED || status == SINK_TERMINATED) { /* in the middle of a file */
        worker->error = kept;
        return;
    }
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

static size_t item_at(const struct run *run, size_t i)
{
    return run->todo[run->request->reverse ? run->todo_count - 1 - i : i];
}

static bool is_hashed(struct run *run)
{
    size_t hashed;
#pragma omp atomic read
    hashed = run->hashed;
    return hashed == run->evidence->file_count;
}

static bool has_checkpoints(const struct run *run)
{
    return run->request->checkpoint && run->request->options->checkpoint_min > 0;
}

static bool is_past(const struct timespec *end)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > end->tv_sec || (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

static void start_round(struct run *run)
{
    const double seconds = 60 * run->request->options->checkpoint_min;
    clock_gettime(CLOCK_MONOTONIC, &run->round_end);
    const double end_s = 1e-9 * (double)run->round_end.tv_nsec + seconds;
    run->round_end.tv_sec += (time_t)end_s;
    run->round_end.tv_nsec = (long)(1e9 * (end_s - floor(end_s)));
    run->round_first = run->next;
}

/* A checkpoint without the hashes of all inputs would be worth nothing. A round does one item at
 * least, however short. */
static bool is_round_over(struct run *run)
{
    size_t next;
    if (sink_interrupt_status() != SINK_OK)
        return true;
    if (!has_checkpoints(run))
        return false;
#pragma omp atomic read
    next = run->next;
    return next > run->round_first && is_hashed(run) && is_past(&run->round_end);
}

static void do_round(struct run *run, struct sink_progress_line *progress)
{
#pragma omp parallel num_threads((int)run->worker_count)
    {
        struct worker *worker = &run->workers[omp_get_thread_num()];
        while (!is_round_over(run)) {
            size_t next;
#pragma omp atomic capture
            next = run->next++;
            if (next >= run->todo_count)
                break;
            do_item(run, worker, item_at(run, next));
            sink_progress_step(progress, omp_get_thread_num() == 0);
        }
    }
    if (run->next > run->todo_count)
        run->next = run->todo_count;
}

/* What a worker has goes into the bundle; the worker begins anew. */
static enum sink_status gather(struct run *run, struct worker *worker, struct sink_error *error)
{
    struct sink_tally_bundle *bundle = run->bundle;
    enum sink_status status = sink_tally_merge(bundle->tally, worker->tally, error);
    if (status == SINK_OK && bundle->blocks)
        status = sink_tally_merge(bundle->blocks, worker->blocks, error);
    run->evidence->cells_read += worker->cells_read;
    worker->cells_read = 0;
    sink_tally_free(worker->tally);
    sink_tally_free(worker->blocks);
    worker->tally = worker->blocks = NULL;
    return status == SINK_OK ? new_tallies(run->plan, &worker->tally, &worker->blocks, error)
                             : status;
}

static enum sink_status gather_all(struct run *run, struct sink_error *error)
{
    struct sink_evidence *evidence = run->evidence;
    enum sink_status status = SINK_OK;
    evidence->overlap_sum_m2 = run->overlap_before;
    for (size_t w = 0; w < run->worker_count && status == SINK_OK; w++) {
        status = gather(run, &run->workers[w], error);
        sink_exact_sum_merge(&evidence->overlap_sum_m2, sink_tile_overlap_m2(run->workers[w].tile));
    }
    sink_evidence_set_overlap(evidence, run->plan->spec.year_count);
    for (size_t i = run->round_first; i < run->next && status == SINK_OK; i++) {
        const size_t item = item_at(run, i);
        if (item >= evidence->file_count) {
            const uint64_t tile = item - evidence->file_count;
            status = sink_tile_share_add(&evidence->share, (struct sink_tile_range){tile, tile + 1},
                                         error);
        }
    }
    return status;
}

static enum sink_status keep(struct run *run, struct sink_error *error)
{
    if (!has_checkpoints(run) || !is_hashed(run))
        return SINK_OK;
    const struct sink_tile_visitor *visitor = run->request->visitor;
    enum sink_status status = sink_inputs_check(&run->plan->inputs, error);
    if (status == SINK_OK)
        status = visitor ? visitor->keep(visitor->context, &run->evidence->share, error)
                         : sink_tally_file_write(run->request->checkpoint, run->bundle, error);
    if (status == SINK_OK) {
        run->is_kept = true;
        run->kept_tiles = sink_tile_share_done(&run->evidence->share);
    }
    return status;
}

static enum sink_status fail_interrupted(const struct run *run, enum sink_status status,
                                         struct sink_error *error)
{
    const struct sink_tile_range range = run->evidence->share.range;
    if (!run->is_kept)
        return sink_fail(error, status, "interrupted; nothing is kept");
    return sink_fail(error, status,
                     "interrupted; %s keeps %" PRIu64 " of %" PRIu64
                     " tiles: the same command goes on from there",
                     run->request->checkpoint, run->kept_tiles, range.end - range.first);
}

/* The failure of the lowest item, if any. */
static enum sink_status find_failure(const struct run *run, struct sink_error *error)
{
    for (size_t w = 0; w < run->worker_count; w++)
        if (run->workers[w].failed_item != SIZE_MAX &&
            run->workers[w].failed_item == run->failed_item) {
            *error = run->workers[w].error;
            return error->status;
        }
    return SINK_OK;
}

static enum sink_status do_rounds(struct run *run, struct sink_progress_line *progress,
                                  struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    while (status == SINK_OK && run->next < run->todo_count) {
        start_round(run);
        do_round(run, progress);
        const enum sink_status interrupted = sink_interrupt_status();
        status = find_failure(run, error);
        if (status == SINK_OK)
            status = gather_all(run, error);
        if (status == SINK_OK && (interrupted != SINK_OK || run->next < run->todo_count))
            status = keep(run, error);
        else if (status == SINK_OK)
            status = sink_inputs_check(&run->plan->inputs, error);
        if (status == SINK_OK && interrupted != SINK_OK)
            status = fail_interrupted(run, interrupted, error);
    }
    return status;
}

static enum sink_status begin_visits(struct run *run, struct sink_error *error)
{
    const struct sink_tile_visitor *visitor = run->request->visitor;
    struct sink_tile_share *share = &run->evidence->share;
    const enum sink_status status =
        visitor->begin(visitor->context, run->worker_count, tile_cells(run->plan), share, error);
    run->is_kept = sink_tile_share_done(share) > 0;
    return status;
}

/* The tiles of the part, empty tallies, and what a checkpoint has of them. */
static enum sink_status start(struct run *run, struct sink_error *error)
{
    const struct sink_options *options = run->request->options;
    struct sink_tile_share *share = &run->evidence->share;
    const struct sink_part part =
        options->part.count > 0 ? options->part : (struct sink_part){1, 1};
    enum sink_status status = sink_tile_list_make(run->plan, &run->tiles, error);
    if (status == SINK_OK)
        status = sink_tile_list_cut(&run->tiles, run->plan, &part, &share->range, error);
    if (status == SINK_OK)
        status = new_tallies(run->plan, &run->bundle->tally, &run->bundle->blocks, error);
    share->tile_count = run->tiles.count;
    share->part = (uint64_t)part.number;
    share->part_count = (uint64_t)part.count;
    if (run->request->visitor)
        status = status == SINK_OK ? begin_visits(run, error) : status;
    else if (status == SINK_OK && run->request->checkpoint && !options->is_restart)
        status = sink_checkpoint_take(run->request->checkpoint, run->bundle, &run->is_kept, error);
    run->kept_tiles = sink_tile_share_done(share);
    run->overlap_before = run->evidence->overlap_sum_m2;
    if (status == SINK_OK && run->is_kept)
        sink_progress_resume(options, run->request->checkpoint, run->kept_tiles,
                             share->range.end - share->range.first);
    return status;
}

/* All files, and the tiles that are not yet in the sums. */
static enum sink_status list_todo(struct run *run, struct sink_error *error)
{
    const struct sink_tile_share *share = &run->evidence->share;
    const size_t file_count = run->evidence->file_count;
    run->todo = malloc((file_count + run->tiles.count + 1) * sizeof *run->todo);
    if (!run->todo)
        return sink_fail_memory(error);
    for (size_t i = 0; i < file_count; i++)
        run->todo[run->todo_count++] = i;
    for (uint64_t tile = share->range.first; tile < share->range.end; tile++)
        if (!sink_tile_share_holds(share, (struct sink_tile_range){tile, tile + 1}))
            run->todo[run->todo_count++] = file_count + tile;
    return SINK_OK;
}

enum sink_status sink_tally_run(const struct sink_plan *plan,
                                const struct sink_tally_request *request,
                                struct sink_tally_bundle *bundle, struct sink_error *error)
{
    bundle->tally = bundle->blocks = NULL;
    const int threads = request->options->threads;
    struct run run = {.plan = plan,
                      .worker_count = (size_t)(threads > 0 ? threads : omp_get_num_procs()),
                      .request = request,
                      .bundle = bundle,
                      .evidence = &bundle->evidence,
                      .failed_item = SIZE_MAX};
    enum sink_status status = start(&run, error);
    if (status == SINK_OK)
        status = list_todo(&run, error);
    if (status == SINK_OK)
        status = open_workers(&run, error);
    if (status == SINK_OK) {
        struct sink_progress_line progress;
        sink_progress_start(&progress, request->options, run.todo_count, "tiles and files");
        status = do_rounds(&run, &progress, error);
        sink_progress_finish(&progress);
    }
    close_run(&run);
    if (status != SINK_OK) {
        sink_tally_free(bundle->tally);
        sink_tally_free(bundle->blocks);
        bundle->tally = bundle->blocks = NULL;
    }
    return status;
}
