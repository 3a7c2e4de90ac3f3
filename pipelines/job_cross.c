/* What two keys of a job may not say at once. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static void check_grid(const struct sink_job_cross *cross)
{
    const struct sink_job *job = cross->job;
    const struct sink_yaml_node *node =
        sink_yaml_find(sink_yaml_find(cross->root, "grid"), "layer");
    if (!job->grid.layer || !node)
        return;
    const char **names = malloc((job->layer_count + 1) * sizeof *names);
    if (!names) {
        sink_place_fault_memory(cross->walk->faults);
        return;
    }
    size_t count = 0;
    bool is_known = false;
    for (size_t i = 0; i < job->layer_count; i++)
        if (!job->layers[i].constant && !job->layers[i].is_derived) {
            names[count++] = job->layers[i].name;
            is_known = is_known || strcmp(job->layers[i].name, job->grid.layer) == 0;
        }
    if (!is_known && count)
        sink_walk_expected_word(cross->walk, node, names, count);
    free(names);
}

/* --- outputs --- */

/* Without ".", empty parts, and parts that ".." takes back. Links are not followed: nothing is
 * opened here. NULL without memory. */
static char *normal_path(const char *path)
{
    char *normal = malloc(strlen(path) + 2), *end = normal;
    if (!normal)
        return NULL;
    for (const char *part = path; *part;) {
        const size_t length = strcspn(part, "/");
        const bool is_up = length == 2 && part[0] == '.' && part[1] == '.';
        char *last = end;
        while (last > normal && last[-1] != '/')
            last--;
        if (is_up && end > normal && strcmp(last, "..") != 0) {
            end = last > normal ? last - 1 : normal;
        } else if (length && !(length == 1 && *part == '.')) {
            if (end > normal || *path == '/')
                *end++ = '/';
            memcpy(end, part, length);
            end += length;
        }
        *end = '\0';
        part += length + (part[length] == '/');
    }
    *end = '\0';
    return normal;
}

/* May `written`, an input or a pattern of inputs, name the file of `output`, or the other way? */
static bool may_meet(const struct sink_job_cross *cross, const char *written, const char *output)
{
    char *input_path = sink_job_path(cross->job, written);
    char *output_path = sink_job_path(cross->job, output);
    char *a = input_path ? normal_path(input_path) : NULL;
    char *b = output_path ? normal_path(output_path) : NULL;
    const bool is_met =
        a && b &&
        (strcmp(a, b) == 0 || (sink_is_glob(a) && fnmatch(a, b, FNM_PATHNAME) == 0) ||
         (sink_is_glob(b) && fnmatch(b, a, FNM_PATHNAME) == 0));
    if (!a || !b)
        sink_place_fault_memory(cross->walk->faults);
    free(input_path);
    free(output_path);
    free(a);
    free(b);
    return is_met;
}

static bool may_meet_in_some_year(const struct sink_job_cross *cross, const char *written,
                                  const char *output)
{
    const struct sink_job *job = cross->job;
    const size_t count = job->year_count + job->history_count;
    bool is_met = false;
    for (size_t y = 0; y < count && !is_met; y++) {
        const int year = y < job->year_count ? job->years[y] : job->history[y - job->year_count];
        char *of_year = sink_job_path_of_year(written, year);
        if (!of_year)
            sink_place_fault_memory(cross->walk->faults);
        is_met = of_year && may_meet(cross, of_year, output);
        free(of_year);
        if (!strstr(written, "{year}"))
            break;
    }
    return is_met;
}

static void check_output(const struct sink_job_cross *cross, const struct sink_yaml_node *node,
                         const char *output)
{
    const struct sink_job *job = cross->job;
    const struct {
        const char *written, *what;
    } inputs[] = {
        {job->regions.file, "the regions"}, {job->harvest, "harvest"}, {job->accuracy, "accuracy"}};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        if (inputs[i].written && may_meet(cross, inputs[i].written, output))
            sink_walk_fault(cross->walk, node,
                            "\"%s\" is the file of %s, expected a file of its own", output,
                            inputs[i].what);
    for (size_t i = 0; i < job->layer_count; i++)
        for (size_t f = 0; f < job->layers[i].file_count; f++)
            if (may_meet_in_some_year(cross, job->layers[i].files[f], output)) {
                sink_walk_fault(cross->walk, node,
                                "\"%s\" is a file of the layer %s, expected a file of its own",
                                output, job->layers[i].name);
                return;
            }
}

/* Any id may come, so the files of a template are told by a pattern. */
static char *pattern_of_template(const char *template)
{
    static const char placeholder[] = "{region_id}";
    const char *at = strstr(template, placeholder);
    return at ? sink_text_format("%.*s*%s", (int)(at - template), template,
                                 at + sizeof placeholder - 1)
              : sink_text_copy(template);
}

static void check_outputs(const struct sink_job_cross *cross)
{
    const struct sink_job *job = cross->job;
    const struct sink_yaml_node *output = sink_yaml_find(cross->root, "output");
    const struct sink_yaml_node *inventory = sink_yaml_find(output, "inventory");
    const struct sink_yaml_node *tally = sink_yaml_find(output, "tally");
    if (job->inventory)
        check_output(cross, inventory ? inventory : output, job->inventory);
    if (job->tally && tally)
        check_output(cross, tally, job->tally);
    if (job->per_region) {
        char *pattern = pattern_of_template(job->per_region);
        if (pattern)
            check_output(cross, sink_yaml_find(output, "per_region"), pattern);
        else
            sink_place_fault_memory(cross->walk->faults);
        free(pattern);
    }
    if (job->inventory && job->tally && may_meet(cross, job->inventory, job->tally))
        sink_walk_fault(cross->walk, tally,
                        "\"%s\" is the inventory too, expected a file of its own", job->tally);
}

void sink_job_cross_check(struct sink_walk *walk, const struct sink_yaml_node *root,
                          const struct sink_job *job)
{
    const struct sink_job_cross cross = {walk, root, job};
    sink_job_cross_check_layers(&cross);
    sink_job_cross_check_account(&cross);
    check_grid(&cross);
    check_outputs(&cross);
}
