/* Which maps an account gives, and their colours. */
#include "pipelines/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* By the code of the class: near what land-cover maps use, told apart by lightness too. */
static const struct sink_colour class_colours[] = {
    [0] = {0, 0, 0, 0},          [1] = {0, 104, 55, 255},     [2] = {65, 171, 93, 255},
    [3] = {166, 140, 60, 255},   [4] = {194, 230, 153, 255},  [5] = {65, 182, 196, 255},
    [6] = {1, 102, 94, 255},     [7] = {128, 205, 193, 255},  [8] = {53, 151, 143, 255},
    [9] = {255, 237, 160, 255},  [10] = {254, 178, 76, 255},  [11] = {203, 24, 29, 255},
    [12] = {217, 200, 180, 255}, [13] = {33, 113, 181, 255},  [14] = {240, 245, 255, 255},
    [15] = {189, 189, 130, 255}, [16] = {150, 150, 170, 255}, [17] = {8, 48, 107, 255},
    [18] = {120, 198, 121, 255}, [19] = {66, 146, 198, 255},  [20] = {150, 150, 150, 255}};

static struct sink_colour class_colour(int code)
{
    const int count = (int)(sizeof class_colours / sizeof *class_colours);
    return class_colours[code > 0 && code < count ? code : count - 1];
}

void sink_map_change(const struct sink_map *map, uint32_t value, int *from, int *to)
{
    const struct sink_account *account = map->book->account;
    *from = account->class_index[(value - 1) / account->class_count];
    *to = account->class_index[(value - 1) % account->class_count];
}

/* Land that stays is pale, land that changes has the colour of what it becomes. */
static enum sink_status list_colours(struct sink_map *map, struct sink_error *error)
{
    const size_t classes = map->book->account->class_count;
    map->colour_count = 1 + classes * classes;
    map->colours = calloc(map->colour_count, sizeof *map->colours);
    if (!map->colours)
        return sink_fail_memory(error);
    for (uint32_t value = 1; value < map->colour_count; value++) {
        int from, to;
        sink_map_change(map, value, &from, &to);
        struct sink_colour colour = class_colour(map->book->classes.items[to].code);
        if (from == to) {
            colour.red = (uint8_t)(191 + colour.red / 4);
            colour.green = (uint8_t)(191 + colour.green / 4);
            colour.blue = (uint8_t)(191 + colour.blue / 4);
        }
        map->colours[value] = colour;
    }
    return SINK_OK;
}

static void add(struct sink_map *map, const struct sink_map_layer *layer)
{
    map->layers[map->layer_count++] = *layer;
}

/* Most jobs have pools that no land of theirs uses. */
static bool has_carbon(const struct sink_account *account, size_t pool)
{
    for (size_t year = 0; year < account->year_count; year++)
        for (size_t r = 0; r < account->region_count; r++) {
            const size_t at = (year * SINK_POOL_COUNT + pool) * account->region_count + r;
            if (account->pool_tc[at] != 0)
                return true;
        }
    return false;
}

/* What the land is at the end of a year. */
static void add_year(struct sink_map *map, size_t pass, enum sink_side side)
{
    const struct sink_tally_spec *spec = &map->plan->spec;
    const int year = spec->years[side == SINK_SIDE_TO && spec->year_count > 1 ? pass + 1 : pass];
    struct sink_map_layer layer = {.paint = {SINK_PAINT_DENSITY, pass, side, SINK_DENSITY_TOTAL},
                                   .unit = "t C/ha",
                                   .type = SINK_COG_FLOAT32,
                                   .first_year = year,
                                   .last_year = year};
    snprintf(layer.name, sizeof layer.name, "carbon_%d", year);
    snprintf(layer.title, sizeof layer.title, "Carbon density %d, all pools", year);
    add(map, &layer);
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++) {
        const char *name = sink_pool_name((enum sink_pool)pool);
        if (!has_carbon(map->book->account, pool))
            continue;
        layer.paint.density = (enum sink_density)pool;
        snprintf(layer.name, sizeof layer.name, "carbon_%d_%s", year, name);
        snprintf(layer.title, sizeof layer.title, "Carbon density %d, %s", year, name);
        for (char *c = layer.title; *c; c++) /* people read it in legends */
            *c = *c == '_' ? ' ' : *c;
        add(map, &layer);
    }
    layer.paint.kind = SINK_PAINT_RECIPE;
    layer.type = sink_densities_recipe_count(map->densities) <= UINT16_MAX ? SINK_COG_UINT16
                                                                           : SINK_COG_UINT32;
    layer.unit = "";
    snprintf(layer.name, sizeof layer.name, "factor_rows_%d", year);
    snprintf(layer.title, sizeof layer.title,
             "Rows of the factor tables behind the values of %d: `recipe` in factor_rows.csv",
             year);
    add(map, &layer);
}

static void add_period(struct sink_map *map, size_t pass)
{
    const int *years = &map->plan->spec.years[pass];
    struct sink_map_layer layer = {
        .paint = {SINK_PAINT_DENSITY, pass, SINK_SIDE_TO, SINK_DENSITY_SINK},
        .unit = "t CO2/ha/yr",
        .type = SINK_COG_FLOAT32,
        .first_year = years[0],
        .last_year = years[1]};
    snprintf(layer.name, sizeof layer.name, "sink_%d", years[1]);
    snprintf(layer.title, sizeof layer.title,
             "Net uptake of CO2 a year, %d to %d, all pools; positive = removal from the air",
             years[0], years[1]);
    add(map, &layer);
    layer.paint.kind = SINK_PAINT_CHANGE;
    layer.unit = "";
    layer.type = map->colour_count <= UINT8_MAX + 1 ? SINK_COG_UINT8 : SINK_COG_UINT16;
    snprintf(layer.name, sizeof layer.name, "class_change_%d_%d", years[0], years[1]);
    snprintf(layer.title, sizeof layer.title, "Land class in %d and in %d", years[0], years[1]);
    add(map, &layer);
}

static enum sink_status list_layers(struct sink_map *map, struct sink_error *error)
{
    const struct sink_tally_spec *spec = &map->plan->spec;
    map->layers = calloc(spec->year_count * (SINK_POOL_COUNT + 4), sizeof *map->layers);
    if (!map->layers)
        return sink_fail_memory(error);
    if (spec->year_count > 1)
        add_year(map, 0, SINK_SIDE_FROM);
    for (size_t pass = 0; pass < sink_tally_pass_count(spec); pass++) {
        add_year(map, pass, SINK_SIDE_TO);
        if (spec->year_count > 1)
            add_period(map, pass);
    }
    return SINK_OK;
}

enum sink_status sink_map_make(const struct sink_plan *plan, const struct sink_book *book,
                               struct sink_map *map, struct sink_error *error)
{
    const struct sink_account_basis basis = {&book->classes, &book->factors,
                                             &book->settings.account, NULL};
    *map = (struct sink_map){.plan = plan, .book = book};
    enum sink_status status =
        sink_densities_make(book->account, &plan->spec, &basis, &map->densities, error);
    if (status == SINK_OK)
        status = list_colours(map, error);
    if (status == SINK_OK)
        status = list_layers(map, error);
    if (status != SINK_OK)
        sink_map_free(map);
    return status;
}

void sink_map_free(struct sink_map *map)
{
    sink_densities_free(map->densities);
    free(map->layers);
    free(map->colours);
    *map = (struct sink_map){0};
}
