/* The summary as JSON. */
#include "pipelines/json_tree.h"
#include "pipelines/summary_parts.h"

#include <jansson.h>
#include <math.h>

static json_t *json_figure(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

static json_t *json_year(const struct sink_summary_line *line)
{
    const struct sink_inventory *inventory = line->inventory;
    const struct sink_account *account = inventory->account;
    json_t *year = json_object(), *ecosystems = json_object(), *targets = json_array();
    json_object_set_new(year, "year", json_integer(account->years[line->year]));
    for (size_t f = 0; f < SINK_SUMMARY_FIGURE_COUNT; f++)
        json_object_set_new(year, sink_summary_names[f].key,
                            json_figure(sink_summary_value(line, f)));
    for (size_t e = 0; e < SINK_ECOSYSTEM_COUNT; e++)
        json_object_set_new(ecosystems, sink_ecosystem_name((enum sink_ecosystem)e),
                            json_figure(sink_summary_ecosystem_tc(line, e)));
    json_object_set_new(year, "carbon_by_ecosystem_tc", ecosystems);
    for (size_t t = 0; t < account->target_count; t++)
        json_array_append_new(
            targets,
            json_pack("{s:s, s:i, s:f, s:o, s:s?, s:o, s:o}", "target",
                      sink_summary_target_name(&inventory->targets[t]), "year",
                      inventory->targets[t].year, "value", inventory->targets[t].value,
                      "share_reached",
                      json_figure(sink_summary_target(account->target_reached, line, t)), "outcome",
                      sink_summary_outcome(line, t), "gap",
                      json_figure(sink_summary_target(account->target_gap, line, t)),
                      "rate_needed_per_yr",
                      json_figure(sink_summary_target(account->target_rate_per_yr, line, t))));
    json_object_set_new(year, "targets", targets);
    return year;
}

/* Takes sections as members of an object, each an array of objects. */
struct taker {
    struct sink_section_taker take;
    json_t *object, *rows;
};

static void start_section(void *taker, const struct sink_section *section)
{
    struct taker *json = taker;
    json->rows = json_array();
    json_object_set_new(json->object, section->member, json->rows);
}

static void add_row(void *taker, const struct sink_section *section, const char *label,
                    const double *values)
{
    json_t *row = json_object();
    json_object_set_new(row, section->label_key, json_string(label));
    for (size_t c = 0; c < section->column_count; c++)
        json_object_set_new(row, section->keys[c], json_figure(values[c]));
    json_array_append_new(((struct taker *)taker)->rows, row);
}

static enum sink_status add_region(const struct sink_inventory *inventory, size_t region,
                                   json_t *regions, struct sink_error *error)
{
    struct sink_summary_line line = {.inventory = inventory, .region = region};
    json_t *years = json_array();
    for (; line.year < inventory->account->year_count; line.year++)
        json_array_append_new(years, json_year(&line));
    struct taker taker = {.take = {start_section, add_row}};
    taker.object = json_pack("{s:s, s:s, s:o}", "id", inventory->regions->items[region].id, "name",
                             inventory->regions->items[region].name, "years", years);
    const enum sink_status status = sink_summary_sections(inventory, region, &taker, error);
    json_array_append_new(regions, taker.object);
    return status;
}

enum sink_status sink_summary_print_json(const struct sink_inventory *inventory, const char *wanted,
                                         FILE *out, struct sink_error *error)
{
    json_t *root = json_object(), *regions = json_array(), *checks = json_object();
    enum sink_status status = SINK_OK;
    for (size_t r = 0; r < inventory->regions->count && status == SINK_OK; r++)
        if (sink_summary_shows(&inventory->regions->items[r], wanted))
            status = add_region(inventory, r, regions, error);
    for (size_t c = 0; c < SINK_CLOSURE_COUNT; c++)
        json_object_set_new(checks, inventory->checks[c].name,
                            json_pack("{s:b, s:f}", "passed", inventory->checks[c].passed, "worst",
                                      inventory->checks[c].worst));
    json_object_set_new(root, "title", json_string(inventory->job->title));
    json_object_set_new(root, "regions", regions);
    json_object_set_new(root, "closure", checks);
    if (status == SINK_OK)
        return sink_json_print(root, out, error);
    json_decref(root);
    return status;
}
