/* What a job asks of the account: methods, transitions, uncertainty, and tables that go with it. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

/* --- conversion --- */

static void read_transition(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    struct sink_job *job = target;
    static const char expected[] = "a number of years above 0 up to 100";
    double years;
    if (!sink_walk_number(walk, node, expected, &years))
        return;
    if (years > 0 && years <= 100)
        job->transition_years = years;
    else
        sink_walk_expected(walk, node, "%s", expected);
}

static void read_latest(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const char expected[] = "1, 2 or 3";
    double count;
    if (!sink_walk_number(walk, node, expected, &count))
        return;
    if (count == 1 || count == 2 || count == SINK_MAX_CONVERSIONS)
        ((struct sink_job *)target)->latest_conversions = (int)count;
    else
        sink_walk_expected(walk, node, "%s", expected);
}

void sink_job_read_conversion(struct sink_walk *walk, const struct sink_yaml_node *node,
                              void *target)
{
    static const struct sink_key conversion_keys[] = {
        {.name = "years",
         .kind = SINK_KEY_PART,
         .read = read_transition,
         .expected = "the years that a transition takes"},
        {.name = "latest",
         .kind = SINK_KEY_PART,
         .read = read_latest,
         .expected = "how many conversions of a cell are kept"},
    };
    static const struct sink_keys keys = SINK_KEYS(conversion_keys);
    sink_walk_map(walk, node, &keys, target);
}

/* --- methods --- */

static bool is_pool(struct sink_walk *walk, const struct sink_yaml_node *node, int *pool)
{
    const char *names[SINK_POOL_COUNT];
    for (int i = 0; i < SINK_POOL_COUNT; i++) {
        names[i] = sink_pool_name((enum sink_pool)i);
        if (strcmp(names[i], node->key) == 0) {
            *pool = i;
            return true;
        }
    }
    sink_walk_unknown_key(walk, node, "pool", names, SINK_POOL_COUNT);
    return false;
}

static bool is_class(struct sink_walk *walk, const struct sink_yaml_node *node)
{
    if (sink_class_list_find(walk->classes, node->key) >= 0)
        return true;
    const char **names = malloc((walk->classes->count + 1) * sizeof *names);
    if (!names) {
        sink_place_fault_memory(walk->faults);
        return false;
    }
    for (size_t i = 0; i < walk->classes->count; i++)
        names[i] = walk->classes->items[i].name;
    sink_walk_unknown_key(walk, node, "class", names, walk->classes->count);
    free(names);
    return false;
}

/* `pool` is -1 for every pool. */
static void add_method(struct sink_walk *walk, const struct sink_yaml_node *node,
                       const char *class_name, int pool, struct sink_job *job)
{
    static const char *const words[] = {
        [SINK_METHOD_STOCK_DIFFERENCE] = "stock_difference",
        [SINK_METHOD_GAIN_LOSS] = "gain_loss",
        NULL,
    };
    int index;
    if (!sink_walk_word(walk, node, words, &index))
        return;
    struct sink_job_method *methods =
        realloc(job->methods, (job->method_count + 1) * sizeof *methods);
    char *copy = sink_text_copy(class_name);
    if (methods)
        job->methods = methods;
    if (!methods || !copy) {
        free(copy);
        sink_place_fault_memory(walk->faults);
        return;
    }
    methods[job->method_count++] = (struct sink_job_method){
        .class_name = copy, .pool = pool, .method = (enum sink_method)index, .place = node->place};
}

static void read_class_methods(struct sink_walk *walk, const struct sink_yaml_node *node,
                               struct sink_job *job)
{
    if (node->kind != SINK_YAML_MAP) {
        add_method(walk, node, node->key, -1, job);
        return;
    }
    if (node->count == 0)
        sink_walk_fault(walk, node, "an empty map, expected a method, or methods by pool");
    for (size_t i = 0; i < node->count; i++) {
        int pool;
        if (!node->items[i]->is_doubled && is_pool(walk, node->items[i], &pool))
            add_method(walk, node->items[i], node->key, pool, job);
    }
}

void sink_job_read_methods(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    if (node->kind != SINK_YAML_MAP || node->count == 0) {
        sink_walk_expected(walk, node, "methods by class, such as {forest: gain_loss}");
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        if (!node->items[i]->is_doubled && is_class(walk, node->items[i]))
            read_class_methods(walk, node->items[i], target);
}

/* --- tables --- */

static void read_table(struct sink_walk *walk, const struct sink_yaml_node *node, char **path,
                       struct sink_place *place)
{
    if (node->kind == SINK_YAML_TEXT && *node->text && !sink_check_table(walk, node))
        return;
    if (sink_walk_text(walk, node, "the path of a CSV file", path))
        *place = node->place;
}

void sink_job_read_harvest(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    struct sink_job *job = target;
    read_table(walk, node, &job->harvest, &job->harvest_place);
}

void sink_job_read_accuracy(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    struct sink_job *job = target;
    read_table(walk, node, &job->accuracy, &job->accuracy_place);
}

/* --- uncertainty --- */

/* Whole and from 0; no 03747, which some would read as octal. */
static bool parse_whole(const struct sink_yaml_node *node, int64_t *number)
{
    return node->kind == SINK_YAML_TEXT && sink_text_to_integer(node->text, number) &&
           *number >= 0 && node->text[0] != '-' && (node->text[0] != '0' || !node->text[1]);
}

static void read_draws(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    struct sink_job *job = target;
    int64_t draws;
    if (parse_whole(node, &draws) && (draws == 0 || (draws >= 100 && draws <= 1000000)))
        job->draws = (size_t)draws;
    else
        sink_walk_expected(walk, node, "0 (none), or a whole number from 100 to 1000000");
}

static void read_seed(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    struct sink_job *job = target;
    int64_t seed;
    if (parse_whole(node, &seed))
        job->seed = (uint64_t)seed;
    else
        sink_walk_expected(walk, node, "a whole number from 0 to 9223372036854775807");
}

void sink_job_read_uncertainty(struct sink_walk *walk, const struct sink_yaml_node *node,
                               void *target)
{
    static const struct sink_key uncertainty_keys[] = {
        {.name = "draws",
         .kind = SINK_KEY_PART,
         .is_required = true,
         .read = read_draws,
         .expected = "how often the factors are drawn, such as 10000"},
        {.name = "seed", .kind = SINK_KEY_PART, .read = read_seed},
    };
    static const struct sink_keys keys = SINK_KEYS(uncertainty_keys);
    sink_walk_map(walk, node, &keys, target);
}
