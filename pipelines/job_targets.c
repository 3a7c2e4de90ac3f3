/* Targets of a job: {forest_coverage: {2030: 25 %}, forest_stock_volume: {2030: 19e9 m3}}. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

/* State Council of China, Action Plan for Carbon Dioxide Peaking Before 2030 (Guofa 2021 No. 23):
 * by 2030 forest coverage of about 25 %, forest stock volume of 19e9 m3. */
static const struct sink_target defaults[] = {
    {SINK_TARGET_FOREST_COVERAGE, 2030, 0.25},
    {SINK_TARGET_FOREST_STOCK_VOLUME, 2030, 19e9},
};

const struct sink_job_unit sink_job_shares[] = {{"", 1, 1}, {"%", 1, 100}, {NULL, 1, 1}};
static const struct sink_job_unit volumes[] = {{"m3", 1, 1}, {"m\xC2\xB3", 1, 1}, {NULL, 1, 1}};

static const struct kind {
    const char *name, *expected;
    const struct sink_job_unit *units;
    double limit;
} kinds[] = {
    [SINK_TARGET_FOREST_COVERAGE] = {"forest_coverage",
                                     "a share of the land area above 0, such as 25 % or 0.25",
                                     sink_job_shares, 1},
    [SINK_TARGET_FOREST_STOCK_VOLUME] = {"forest_stock_volume",
                                         "a volume above 0 with its unit, such as 19e9 m3", volumes,
                                         1e15},
};

bool sink_job_set_defaults(struct sink_job *job)
{
    job->regions.repair = true;
    job->transition_years = 20; /* IPCC 2006 Vol. 4 Ch. 2, eq. 2.25 */
    job->latest_conversions = SINK_MAX_CONVERSIONS;
    job->seed = 1;
    job->gwp = SINK_GWP_AR5;
    job->factors = calloc(1, sizeof *job->factors);
    job->factor_places = calloc(1, sizeof *job->factor_places);
    job->targets = malloc(sizeof defaults);
    if (!job->factors || !job->factor_places || !job->targets)
        return false;
    job->factor_count = 1;
    job->factors[0] = sink_text_copy("ipcc");
    memcpy(job->targets, defaults, sizeof defaults);
    job->target_count = sizeof defaults / sizeof *defaults;
    return job->factors[0] != NULL;
}

bool sink_job_parse_amount(const char *text, const struct sink_job_unit *units, double *value)
{
    char number[64];
    const size_t length = strspn(text, "0123456789.+-eE");
    if (length >= sizeof number)
        return false;
    memcpy(number, text, length);
    number[length] = '\0';
    const char *unit = text + length + strspn(text + length, " ");
    if (!sink_text_to_double(number, value))
        return false;
    for (const struct sink_job_unit *known = units; known->text; known++)
        if (strcmp(known->text, unit) == 0) {
            *value = *value * known->factor / known->divisor;
            return true;
        }
    return false;
}

static bool parse_value(const char *text, const struct kind *kind, double *value)
{
    return sink_job_parse_amount(text, kind->units, value) && *value > 0 && *value <= kind->limit;
}

static void add_target(struct sink_walk *walk, const struct sink_yaml_node *node,
                       enum sink_target_kind kind, struct sink_job *job)
{
    struct sink_target target = {.kind = kind};
    if (!sink_walk_key_year(walk, node, &target.year))
        return;
    if (node->kind != SINK_YAML_TEXT || !parse_value(node->text, &kinds[kind], &target.value)) {
        sink_walk_expected(walk, node, "%s", kinds[kind].expected);
        return;
    }
    struct sink_target *targets =
        realloc(job->targets, (job->target_count + 1) * sizeof *job->targets);
    if (!targets) {
        sink_place_fault_memory(walk->faults);
        return;
    }
    job->targets = targets;
    job->targets[job->target_count++] = target;
}

static void read_kind(struct sink_walk *walk, const struct sink_yaml_node *node,
                      enum sink_target_kind kind, struct sink_job *job)
{
    if (node->kind != SINK_YAML_MAP || node->count == 0) {
        sink_walk_expected(walk, node, "values by year, such as {2030: %s}",
                           kind == SINK_TARGET_FOREST_COVERAGE ? "25 %" : "19e9 m3");
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        if (!node->items[i]->is_doubled)
            add_target(walk, node->items[i], kind, job);
}

static void read_coverage(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    read_kind(walk, node, SINK_TARGET_FOREST_COVERAGE, target);
}

static void read_volume(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    read_kind(walk, node, SINK_TARGET_FOREST_STOCK_VOLUME, target);
}

void sink_job_read_targets(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_key target_keys[] = {
        {.name = "forest_coverage", .kind = SINK_KEY_PART, .read = read_coverage},
        {.name = "forest_stock_volume", .kind = SINK_KEY_PART, .read = read_volume},
    };
    static const struct sink_keys keys = SINK_KEYS(target_keys);
    struct sink_job *job = target;
    job->target_count = 0;
    if (node->kind == SINK_YAML_TEXT && strcmp(node->text, "none") == 0)
        return;
    if (node->kind == SINK_YAML_MAP && node->count)
        sink_walk_map(walk, node, &keys, job);
    else
        sink_walk_expected(walk, node, "forest_coverage or forest_stock_volume, or none");
}
