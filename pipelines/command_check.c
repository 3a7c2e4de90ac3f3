#include "pipelines/json_text.h"
#include "pipelines/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void print_plan(const struct sink_plan *plan)
{
    const struct sink_region_list *regions = sink_boundaries_list(plan->boundaries);
    size_t polygons = 0;
    for (size_t i = 0; i < regions->count; i++)
        polygons += regions->items[i].kind == SINK_REGION_POLYGON;
    printf("%s: fit to run: %zu year%s, %zu raster%s, %zu region%s (%zu with a boundary), "
           "grid of %d x %d cells in tiles of %d x %d\n",
           plan->job->path, plan->job->year_count, plural(plan->job->year_count), plan->layer_count,
           plural(plan->layer_count), regions->count, plural(regions->count), polygons,
           plan->grid.width, plan->grid.height, plan->tile_width, plan->tile_height);
}

/* What stands at the place of an output is no fault of the job, but `run` will ask. */
static void note_older(const struct sink_job *job, const char *output)
{
    char *path = output ? sink_job_path(job, output) : NULL;
    if (path && access(path, F_OK) == 0)
        fprintf(stderr, "sinkcalc: note: %s: exists already; `run` needs --overwrite\n", path);
    free(path);
}

/* The faults also go to standard error, as those of every command. */
static void print_json(const struct sink_options *options, const struct sink_plan *plan,
                       const struct sink_faults *faults)
{
    fputs("{\"file\": ", stdout);
    sink_json_text(stdout, options->file);
    printf(", \"job\": \"%s\"", plan ? "fit" : "unfit");
    if (plan)
        printf(", \"years\": %zu, \"rasters\": %zu, \"regions\": %zu, \"notes\": ",
               plan->job->year_count, plan->layer_count,
               sink_boundaries_list(plan->boundaries)->count);
    else
        fputs(", \"years\": null, \"rasters\": null, \"regions\": null, \"notes\": ", stdout);
    sink_json_faults(stdout, plan ? &plan->notes : &(struct sink_faults){0});
    fputs(", \"faults\": ", stdout);
    sink_json_faults(stdout, faults);
    fputs("}\n", stdout);
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_session session;
    const enum sink_status status = sink_session_open(options, &session, faults);
    if (options->is_json)
        print_json(options, status == SINK_OK ? session.plan : NULL, faults);
    else if (status == SINK_OK && !options->is_quiet)
        print_plan(session.plan);
    if (status == SINK_OK && !options->is_quiet) {
        note_older(session.job, session.job->inventory);
        note_older(session.job, session.job->tally);
    }
    sink_session_close(&session);
    return status;
}

const struct sink_command sink_command_check = {
    .name = "check",
    .operand = "JOB",
    .summary = "Find every fault of a job before anything is computed",
    .examples =
        "Reads the job file, the tables, the boundaries and the headers of all rasters, and "
        "reports all faults at once. No cell is read.\n\nExamples:\n"
        "  sinkcalc check job.yml\n  sinkcalc check --quiet job.yml && sinkcalc run job.yml\n",
    .takes = SINK_TAKES_CONFINE,
    .run = run};
