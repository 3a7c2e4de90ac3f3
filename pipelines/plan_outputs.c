/* No output may take the place of an input or of another output, and all must be writable: known
 * before the first cell is read. */
#include "pipelines/atomic_file.h"
#include "pipelines/inventory.h"
#include "pipelines/plan.h"
#include "pipelines/table_load.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A file that is read or to be written. */
struct named_file {
    char *path;      /* as the program opens it */
    char *canonical; /* without links; NULL where the folder does not exist */
    char *what;      /* "layer land_cover", "output.tally" ... */
    bool exists;
    struct stat info;
};

struct file_list {
    struct named_file *items;
    size_t count, room;
};

struct outputs {
    const struct sink_plan *plan;
    struct file_list inputs, outputs;
    struct sink_faults *faults;
};

static void note_memory(struct sink_faults *faults)
{
    struct sink_error error;
    (void)!sink_fail_memory(&error);
    sink_faults_add(faults, &error);
}

/* The folder is resolved, the name in it stays: a rename replaces the name, not what a link at its
 * place points to. */
static char *canonical_path(const char *path, struct sink_faults *faults)
{
    char *copy = sink_text_copy(path), *other = sink_text_copy(path), *canonical = NULL;
    char *folder = copy ? realpath(dirname(copy), NULL) : NULL;
    const bool is_missing = copy && !folder && errno != ENOMEM;
    if (folder && other)
        canonical =
            sink_text_format("%s/%s", strcmp(folder, "/") == 0 ? "" : folder, basename(other));
    if (!canonical && !is_missing)
        note_memory(faults);
    free(copy);
    free(other);
    free(folder);
    return canonical;
}

/* Takes `path` and `what`. */
static void add(struct outputs *outputs, struct file_list *list, char *path, char *what)
{
    if (list->count == list->room) {
        const size_t room = list->room ? 2 * list->room : 64;
        struct named_file *items = realloc(list->items, room * sizeof *items);
        if (items) {
            list->items = items;
            list->room = room;
        }
    }
    if (!path || !what || list->count == list->room) {
        note_memory(outputs->faults);
        free(path);
        free(what);
        return;
    }
    struct named_file *file = &list->items[list->count++];
    *file = (struct named_file){
        .path = path, .what = what, .canonical = canonical_path(path, outputs->faults)};
    file->exists = stat(path, &file->info) == 0;
}

static void add_input(struct outputs *outputs, const char *path, const char *kind, const char *name)
{
    add(outputs, &outputs->inputs, sink_text_copy(path), sink_text_format("%s%s", kind, name));
}

static void add_inputs(struct outputs *outputs)
{
    const struct sink_plan *plan = outputs->plan;
    const struct sink_job *job = plan->job;
    add_input(outputs, job->path, "the job", "");
    for (size_t i = 0; plan->boundaries && i < sink_boundaries_file_count(plan->boundaries); i++)
        add_input(outputs, sink_boundaries_file(plan->boundaries, i), "a file of the regions", "");
    for (size_t i = 0; i < plan->layer_count; i++) {
        const struct sink_plan_layer *layer = &plan->layers[i];
        for (size_t f = 0; layer->layer && f < sink_layer_file_count(layer->layer); f++)
            add_input(outputs, sink_layer_file(layer->layer, f), "a file of the layer ",
                      layer->job->name);
        if (layer->job->legend && sink_table_is_file(layer->job->legend))
            add(outputs, &outputs->inputs, sink_job_path(job, layer->job->legend),
                sink_text_format("the legend of %s", layer->job->name));
    }
    for (size_t i = 0; i < job->factor_count; i++)
        if (sink_table_is_file(job->factors[i]))
            add(outputs, &outputs->inputs, sink_job_path(job, job->factors[i]),
                sink_text_copy("a factor table"));
    if (job->harvest)
        add(outputs, &outputs->inputs, sink_job_path(job, job->harvest),
            sink_text_copy("the table of harvests"));
    if (job->accuracy)
        add(outputs, &outputs->inputs, sink_job_path(job, job->accuracy),
            sink_text_copy("the accuracy of the map"));
    if (job->sha256)
        add(outputs, &outputs->inputs, sink_job_path(job, job->sha256),
            sink_text_copy("the list of hashes"));
}

/* An output that the job names. Takes `path` and `what`. */
static void add_output(struct outputs *outputs, char *path, char *what)
{
    struct sink_error error;
    if (path && sink_confine_check_output(outputs->plan->job->confine, path, &error) != SINK_OK)
        sink_faults_add(outputs->faults, &error);
    add(outputs, &outputs->outputs, path, what);
}

static void add_outputs(struct outputs *outputs)
{
    const struct sink_job *job = outputs->plan->job;
    if (job->inventory)
        add_output(outputs, sink_job_path(job, job->inventory), sink_text_copy("the inventory"));
    if (job->tally)
        add_output(outputs, sink_job_path(job, job->tally), sink_text_copy("the tally"));
    if (!job->per_region || !outputs->plan->boundaries)
        return;
    const struct sink_region_list *list = sink_boundaries_list(outputs->plan->boundaries);
    const size_t before = outputs->faults->count; /* one that lies outside is enough */
    for (size_t i = 0; i < list->count && outputs->faults->count == before; i++)
        add_output(outputs,
                   sink_inventory_region_path(job->folder, job->per_region, list->items[i].id),
                   sink_text_format("the inventory of region %s", list->items[i].id));
}

static bool is_same_file(const struct named_file *a, const struct named_file *b)
{
    if (a->canonical && b->canonical && strcmp(a->canonical, b->canonical) == 0)
        return true;
    return a->exists && b->exists && a->info.st_dev == b->info.st_dev &&
           a->info.st_ino == b->info.st_ino;
}

static void check_against_inputs(struct outputs *outputs, const struct named_file *output)
{
    for (size_t i = 0; i < outputs->inputs.count; i++)
        if (is_same_file(&outputs->inputs.items[i], output)) {
            sink_faults_note(outputs->faults, SINK_BAD_JOB,
                             "%s: %s would replace %s, expected a file of its own", output->path,
                             output->what, outputs->inputs.items[i].what);
            return;
        }
}

static int by_path(const void *a, const void *b)
{
    const struct named_file *const *p = a, *const *q = b;
    const int order = strcmp((*p)->canonical, (*q)->canonical);
    return order ? order : *p < *q ? -1 : *p > *q;
}

/* Two ids may give one file: those with a slash lose it. */
static void check_against_outputs(struct outputs *outputs)
{
    size_t count = 0;
    const struct named_file **sorted = malloc((outputs->outputs.count + 1) * sizeof *sorted);
    if (!sorted) {
        note_memory(outputs->faults);
        return;
    }
    for (size_t i = 0; i < outputs->outputs.count; i++)
        if (outputs->outputs.items[i].canonical)
            sorted[count++] = &outputs->outputs.items[i];
    qsort(sorted, count, sizeof *sorted, by_path);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1]->canonical, sorted[i]->canonical) == 0)
            sink_faults_note(outputs->faults, SINK_BAD_JOB,
                             "%s: %s would replace %s, expected a file of its own", sorted[i]->path,
                             sorted[i]->what, sorted[i - 1]->what);
    free(sorted);
}

static void free_files(struct file_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].path);
        free(list->items[i].canonical);
        free(list->items[i].what);
    }
    free(list->items);
}

static void check(struct outputs *outputs)
{
    struct sink_error error;
    bool is_writable = true; /* a folder that is missing is told once, not for each region */
    for (size_t i = 0; i < outputs->outputs.count; i++) {
        const struct named_file *output = &outputs->outputs.items[i];
        check_against_inputs(outputs, output);
        if (is_writable && sink_file_check_writable(output->path, &error) != SINK_OK) {
            sink_faults_add(outputs->faults, &error);
            is_writable = strncmp(output->what, "the inventory of region", 23) != 0;
        }
    }
    check_against_outputs(outputs);
    free_files(&outputs->inputs);
    free_files(&outputs->outputs);
}

void sink_plan_check_outputs(struct sink_plan *plan, struct sink_faults *faults)
{
    struct outputs outputs = {.plan = plan, .faults = faults};
    add_inputs(&outputs);
    add_outputs(&outputs);
    check(&outputs);
}

void sink_plan_check_output(const struct sink_plan *plan, const char *path,
                            struct sink_faults *faults)
{
    struct outputs outputs = {.plan = plan, .faults = faults};
    add_inputs(&outputs);
    add(&outputs, &outputs.outputs, sink_text_copy(path), sink_text_copy("the output"));
    check(&outputs);
}
