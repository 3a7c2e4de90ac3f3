#include "pipelines/json_tree.h"
#include "pipelines/interrupt.h"
#include "pipelines/map_folder.h"
#include "pipelines/map_run.h"
#include "pipelines/session.h"
#include "pipelines/tally_file.h"
#include "sinkcalc/base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* The status, with its error among the faults. */
static enum sink_status told(enum sink_status status, const struct sink_error *error,
                             struct sink_faults *faults)
{
    if (status != SINK_OK)
        sink_faults_add(faults, error);
    return status;
}

/* The tally, kept so that the same command need not make it twice, and its account. No uncertainty:
 * maps show none. */
static enum sink_status account(const struct sink_options *options, struct sink_session *session,
                                struct sink_book *book, struct sink_faults *faults)
{
    struct sink_error error;
    struct sink_tally_bundle *bundle = &session->bundle;
    enum sink_status status = sink_session_tally(options, session, faults);
    if (status == SINK_OK && options->checkpoint_min > 0)
        status = told(sink_tally_file_write(session->checkpoint, bundle, &error), &error, faults);
    if (status == SINK_OK)
        status = told(sink_tally_complete(bundle->tally, &bundle->regions, &error), &error, faults);
    if (status == SINK_OK)
        status = sink_book_read(&bundle->evidence, book, faults);
    if (status == SINK_OK)
        status = sink_book_account(book, bundle->tally, &bundle->regions, &book->account, faults);
    if (status != SINK_OK)
        return status;
    return told(sink_account_check_closure(book->account, bundle->tally, &bundle->regions,
                                           &book->classes, book->checks, &error),
                &error, faults);
}

static enum sink_status print(const struct sink_options *options, const struct sink_map *map,
                              const char *path, struct sink_error *error)
{
    double bytes = 0;
    for (size_t i = 0; i < map->layer_count; i++)
        bytes += map->layers[i].bytes;
    if (!options->is_json) {
        if (!options->is_quiet)
            printf("Maps: %s (%zu rasters, %.1f MB)\n", path, map->layer_count, bytes / 1e6);
        return SINK_OK;
    }
    json_t *rasters = json_array();
    for (size_t i = 0; i < map->layer_count; i++)
        json_array_append_new(rasters, json_sprintf("%s.tif", map->layers[i].name));
    return sink_json_print(json_pack("{s:s, s:s, s:o, s:I}", "job", options->file, "output", path,
                                     "rasters", rasters, "bytes", (json_int_t)bytes),
                           stdout, error);
}

static enum sink_status make_maps(const struct sink_options *options, struct sink_session *session,
                                  const struct sink_book *book,
                                  const struct sink_map_folder *folder, struct sink_faults *faults)
{
    char identity[65];
    struct sink_map map = {0};
    struct sink_error error;
    enum sink_status status = sink_tally_bundle_digest(&session->bundle, identity, &error);
    if (status == SINK_OK)
        status = sink_map_make(session->plan, book, &map, &error);
    if (status == SINK_OK)
        status = sink_map_run(&map, options, folder->part, folder->out, identity, &error);
    if (status == SINK_OK)
        status = sink_map_folder_finish(folder, &error);
    if (status == SINK_OK)
        status = print(options, &map, folder->path, &error);
    sink_map_free(&map);
    return told(status, &error, faults);
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_session session;
    struct sink_map_folder folder = {0};
    struct sink_book book = {0};
    struct sink_error error;
    struct sink_options inputs = *options;
    inputs.output = NULL; /* it is no file */
    enum sink_status status = sink_session_open(&inputs, &session, faults);
    if (status == SINK_OK)
        status =
            told(sink_map_folder_open(options, &session.claims, &folder, &error), &error, faults);
    if (status == SINK_OK) {
        session.checkpoint = sink_text_copy(folder.tally);
        status = session.checkpoint ? account(options, &session, &book, faults)
                                    : told(sink_fail_memory(&error), &error, faults);
    }
    if (status == SINK_OK)
        status = told(sink_session_interrupted(&session, &error), &error, faults);
    if (status == SINK_OK)
        status = make_maps(options, &session, &book, &folder, faults);
    sink_map_folder_close(&folder, status == SINK_OK || options->checkpoint_min <= 0);
    sink_book_free(&book);
    sink_session_close(&session);
    return status;
}

const struct sink_command sink_command_map = {
    .name = "map",
    .operand = "JOB",
    .summary = "Write what each cell holds and takes up as Cloud-Optimised GeoTIFFs",
    .examples =
        "FILE is a folder: carbon density by pool, sink, class change, and the factor rows behind "
        "them, with styles for QGIS and a STAC item. The maps add up to the "
        "inventory, the sink before harvest.\n\n"
        "Examples:\n"
        "  sinkcalc map job.yml -o maps/\n"
        "  sinkcalc map --threads 8 --overwrite job.yml -o maps/\n",
    .takes = SINK_TAKES_OUTPUT | SINK_TAKES_CHECKPOINT | SINK_TAKES_CONFINE,
    .run = run};
