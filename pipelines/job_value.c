/* What land could still take up, and what the sink is worth: potential and value of a job. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

/* --- potential --- */

static void read_suitable(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_key values = {.check = sink_check_name,
                                           .expected = "values of the overlay"};
    struct sink_job_potential *potential = &((struct sink_job *)target)->potential;
    if (node->kind != SINK_YAML_MAP || node->count != 1) {
        sink_walk_expected(walk, node,
                           "one overlay with the values that are suitable, such as {slope: "
                           "[flat, gentle]}");
        return;
    }
    const struct sink_yaml_node *overlay = node->items[0];
    sink_walk_texts(walk, overlay, &values, &potential->values, &potential->value_count);
    potential->overlay = sink_text_copy(overlay->key);
    if (!potential->overlay)
        sink_place_fault_memory(walk->faults);
}

static void read_potential_year(struct sink_walk *walk, const struct sink_yaml_node *node,
                                void *target)
{
    sink_walk_year(walk, node, &((struct sink_job *)target)->potential.year);
}

void sink_job_read_potential(struct sink_walk *walk, const struct sink_yaml_node *node,
                             void *target)
{
    static const struct sink_key potential_keys[] = {
        {.name = "suitable",
         .kind = SINK_KEY_PART,
         .is_required = true,
         .read = read_suitable,
         .expected = "an overlay with the values that are suitable"},
        {.name = "class",
         .kind = SINK_KEY_TEXT,
         .is_required = true,
         .offset = offsetof(struct sink_job, potential.class_name),
         .check = sink_check_class,
         .expected = "the class that is planted"},
        {.name = "year",
         .kind = SINK_KEY_PART,
         .is_required = true,
         .read = read_potential_year,
         .expected = "a year after the last of years"},
    };
    static const struct sink_keys keys = SINK_KEYS(potential_keys);
    struct sink_job *job = target;
    job->potential.is_given = true;
    job->potential.place = node->key_place;
    sink_walk_map(walk, node, &keys, job);
}

/* --- value --- */

#define MAX_PRICE 1e9 /* per t CO2 */

/* Years of prices: with the highest rate of discount the sums stay numbers. */
static bool is_price_year(int year)
{
    return year >= 1900 && year <= 2300;
}

static void read_price_year(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    int *year = &((struct sink_job *)target)->value.price_year;
    if (sink_walk_year(walk, node, year) && !is_price_year(*year))
        sink_walk_expected(walk, node, "a year from 1900 to 2300");
}

static void read_discount_rate(struct sink_walk *walk, const struct sink_yaml_node *node,
                               void *target)
{
    struct sink_job *job = target;
    double rate;
    if (node->kind == SINK_YAML_TEXT && sink_job_parse_amount(node->text, sink_job_shares, &rate) &&
        rate >= 0 && rate <= 1)
        job->value.discount_rate = rate;
    else
        sink_walk_expected(walk, node, "a share from 0 to 1, such as 3 %% or 0.03");
}

static int compare_points(const void *left, const void *right)
{
    const struct sink_price_point *a = left, *b = right;
    return (a->year > b->year) - (a->year < b->year);
}

static void read_path(struct sink_walk *walk, const struct sink_yaml_node *node,
                      struct sink_price_points *path)
{
    if (node->kind != SINK_YAML_MAP || node->count == 0) {
        sink_walk_expected(walk, node, "prices by year, such as {2025: 70, 2060: 200}");
        return;
    }
    path->points = malloc(node->count * sizeof *path->points);
    if (!path->points) {
        sink_place_fault_memory(walk->faults);
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        static const char expected[] = "a price per t CO2 from 0 to 1e9";
        struct sink_price_point point;
        const struct sink_yaml_node *item = node->items[i];
        if (item->is_doubled)
            continue;
        const bool has_year = sink_walk_key_year(walk, item, &point.year);
        if (!sink_walk_number(walk, item, expected, &point.price))
            continue;
        if (!(point.price >= 0 && point.price <= MAX_PRICE))
            sink_walk_expected(walk, item, "%s", expected);
        else if (has_year && !is_price_year(point.year))
            sink_walk_expected(walk, item, "the price of a year from 1900 to 2300");
        else if (has_year)
            path->points[path->count++] = point;
    }
    qsort(path->points, path->count, sizeof *path->points, compare_points);
}

static void read_low(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    read_path(walk, node, &((struct sink_job *)target)->value.paths[SINK_PRICE_LOW]);
}

static void read_central(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    read_path(walk, node, &((struct sink_job *)target)->value.paths[SINK_PRICE_CENTRAL]);
}

static void read_high(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    read_path(walk, node, &((struct sink_job *)target)->value.paths[SINK_PRICE_HIGH]);
}

#define PRICE_KEY(key, reader)                                                                     \
    {                                                                                              \
        .name = key, .kind = SINK_KEY_PART, .is_required = true, .read = reader,                   \
        .expected = "prices per t CO2 by year"                                                     \
    }
static const struct sink_key price_keys[] = {
    PRICE_KEY("low", read_low),
    PRICE_KEY("central", read_central),
    PRICE_KEY("high", read_high),
};
static const struct sink_keys prices = SINK_KEYS(price_keys);

static const struct sink_key value_keys[] = {
    {.name = "currency",
     .kind = SINK_KEY_TEXT,
     .is_required = true,
     .offset = offsetof(struct sink_job, value.currency),
     .expected = "the currency of the prices, such as CNY"},
    {.name = "price_year",
     .kind = SINK_KEY_PART,
     .is_required = true,
     .read = read_price_year,
     .expected = "the year whose money the prices are in"},
    {.name = "discount_rate",
     .kind = SINK_KEY_PART,
     .is_required = true,
     .read = read_discount_rate,
     .expected = "a share from 0 to 1, such as 3 % or 0.03"},
    {.name = "source",
     .kind = SINK_KEY_TEXT,
     .is_required = true,
     .offset = offsetof(struct sink_job, value.source),
     .expected = "where the prices are from"},
    {.name = "prices",
     .kind = SINK_KEY_MAP,
     .is_required = true,
     .keys = &prices,
     .expected = "low, central and high prices by year"},
};

/* A path that lies below a lower one where both name a price. */
static void check_order(struct sink_walk *walk, const struct sink_yaml_node *node,
                        const struct sink_job_value *value)
{
    for (size_t i = 1; i < prices.count; i++)
        for (size_t a = 0; a < value->paths[i - 1].count; a++)
            for (size_t b = 0; b < value->paths[i].count; b++) {
                const struct sink_price_point *lower = &value->paths[i - 1].points[a];
                const struct sink_price_point *higher = &value->paths[i].points[b];
                if (lower->year == higher->year && lower->price > higher->price)
                    sink_walk_fault(walk, sink_yaml_find(node, prices.items[i].name),
                                    "%g in %d, expected at least the %g of %s", higher->price,
                                    higher->year, lower->price, prices.items[i - 1].name);
            }
}

void sink_job_read_value(struct sink_walk *walk, const struct sink_yaml_node *node, void *target)
{
    static const struct sink_keys keys = SINK_KEYS(value_keys);
    struct sink_job *job = target;
    job->value.is_given = true;
    sink_walk_map(walk, node, &keys, job);
    check_order(walk, sink_yaml_find(node, "prices"), &job->value);
}
