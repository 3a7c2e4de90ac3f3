/* What is asked of the account must be there: years in order, overlays that the job has. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

static void check_history(const struct sink_job_cross *cross)
{
    const struct sink_job *job = cross->job;
    const struct sink_yaml_node *node = sink_yaml_find(cross->root, "history");
    if (!node || !job->year_count)
        return;
    const size_t count = node->kind == SINK_YAML_LIST ? node->count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct sink_yaml_node *item = node->kind == SINK_YAML_LIST ? node->items[i] : node;
        int64_t year;
        if (item->kind == SINK_YAML_TEXT && sink_text_to_integer(item->text, &year) &&
            year >= job->years[0] && year <= 9999)
            sink_walk_expected(cross->walk, item, "a year before %d, the first of years",
                               job->years[0]);
    }
}

/* --- overlays --- */

struct names {
    const char **items; /* borrowed from the job */
    size_t count;
};

/* The rasters and constants that have names for values. False without memory. */
static bool list_overlays(const struct sink_job_cross *cross, struct names *names)
{
    const struct sink_job *job = cross->job;
    *names = (struct names){.items = malloc((job->layer_count + 1) * sizeof *names->items)};
    if (!names->items) {
        sink_place_fault_memory(cross->walk->faults);
        return false;
    }
    for (size_t i = 0; i < job->layer_count; i++)
        if (job->layers[i].role == SINK_ROLE_OVERLAY)
            names->items[names->count++] = job->layers[i].name;
    return true;
}

static bool has_name(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

static void check_report_by(const struct sink_job_cross *cross, const struct names *overlays)
{
    const struct sink_yaml_node *node = sink_yaml_find(cross->root, "report_by");
    for (size_t i = 0; node && i < cross->job->report_by_count; i++) {
        const struct sink_yaml_node *item = node->kind == SINK_YAML_LIST ? node->items[i] : node;
        if (has_name(overlays, cross->job->report_by[i]))
            continue;
        if (overlays->count)
            sink_walk_expected_word(cross->walk, item, overlays->items, overlays->count);
        else
            sink_walk_expected(cross->walk, item, "an overlay, of which the job has none");
    }
}

static void check_potential(const struct sink_job_cross *cross, const struct names *overlays)
{
    const struct sink_job *job = cross->job;
    const struct sink_yaml_node *node = sink_yaml_find(cross->root, "potential");
    const struct sink_yaml_node *suitable = sink_yaml_find(node, "suitable");
    if (job->potential.overlay && !has_name(overlays, job->potential.overlay)) {
        if (overlays->count)
            sink_walk_unknown_key(cross->walk, suitable->items[0], "overlay", overlays->items,
                                  overlays->count);
        else
            sink_walk_expected(cross->walk, suitable, "an overlay, of which the job has none");
    }
    const int last = job->year_count ? job->years[job->year_count - 1] : 0;
    if (job->potential.year && job->potential.year <= last)
        sink_walk_expected(cross->walk, sink_yaml_find(node, "year"),
                           "a year after %d, the last of years", last);
}

void sink_job_cross_check_account(const struct sink_job_cross *cross)
{
    struct names overlays;
    check_history(cross);
    if (!list_overlays(cross, &overlays))
        return;
    check_report_by(cross, &overlays);
    check_potential(cross, &overlays);
    free(overlays.items);
}
