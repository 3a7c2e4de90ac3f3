/* The tables and the words beside maps. */
#include "pipelines/map.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Inside quotes, which RFC 4180 doubles. */
static void put_quoted(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
}

/* Quoted where a comma, a quote or a line break is inside. */
static void put_field(FILE *out, const char *text, const char *end)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fprintf(out, "%s%s", text, end);
        return;
    }
    fputc('"', out);
    put_quoted(out, text);
    fprintf(out, "\"%s", end);
}

/* The text, or NULL when it could not be written whole. */
static char *finish(FILE *out, char **text)
{
    const bool is_good = !ferror(out);
    if (fclose(out) == 0 && is_good)
        return *text;
    free(*text);
    return NULL;
}

static void put_bound(FILE *out, double bound)
{
    if (isfinite(bound))
        fprintf(out, "%.15g", bound);
    fputc(',', out);
}

/* "zone=boreal;soil=peat" */
static void put_keys(FILE *out, const struct sink_factors *factors, const struct sink_factor *row)
{
    bool is_first = true;
    fputc('"', out);
    for (size_t k = 0; k < factors->key_count; k++) {
        if (!*row->keys[k])
            continue;
        fprintf(out, "%s%s=", is_first ? "" : ";", factors->keys[k]);
        put_quoted(out, row->keys[k]);
        is_first = false;
    }
    fputs("\",", out);
}

static void put_row(FILE *out, const struct sink_factors *factors, uint32_t recipe,
                    const struct sink_factor *row)
{
    fprintf(out, "%u,", recipe);
    put_field(out, row->set, ",");
    fprintf(out, "%zu,%s,%.15g,", row->line, sink_factor_kind_name(row->kind), row->value);
    put_field(out, row->unit, ",");
    put_field(out, row->classes, ",");
    put_keys(out, factors, row);
    put_bound(out, row->over);
    put_bound(out, row->up_to);
    put_field(out, row->source, ",");
    put_field(out, row->table, "\n");
}

char *sink_map_factor_rows(const struct sink_map *map)
{
    const struct sink_factors *factors = &map->book->factors;
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    fputs("recipe,factors,line,quantity,value,unit,classes,keys,over,up_to,source,table\n", out);
    for (uint32_t recipe = 1; recipe <= sink_densities_recipe_count(map->densities); recipe++) {
        const int *rows;
        const size_t count = sink_densities_recipe_rows(map->densities, recipe, &rows);
        for (size_t i = 0; i < count; i++)
            put_row(out, factors, recipe, &factors->rows[rows[i]]);
    }
    return finish(out, &text);
}

char *sink_map_class_changes(const struct sink_map *map)
{
    const struct sink_class *classes = map->book->classes.items;
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    fputs("value,before,after,before_code,after_code,colour\n", out);
    for (uint32_t value = 1; value < map->colour_count; value++) {
        const struct sink_colour *colour = &map->colours[value];
        int from, to;
        sink_map_change(map, value, &from, &to);
        fprintf(out, "%u,%s,%s,%d,%d,#%02x%02x%02x\n", value, classes[from].name, classes[to].name,
                classes[from].code, classes[to].code, colour->red, colour->green, colour->blue);
    }
    return finish(out, &text);
}

static void put_notes(FILE *out, const struct sink_map *map)
{
    bool has_shares = false;
    for (size_t i = 0; i < map->plan->job->layer_count; i++)
        has_shares |= map->plan->job->layers[i].role == SINK_ROLE_ECOSYSTEM &&
                      map->plan->job->layers[i].share != SINK_SHARE_PRESENCE;
    fputs(
        "A cell has the figure of its land per hectare, whole, also at the border of a region. "
        "The\n"
        "figures times the areas of the cells (on the ellipsoid) times the share of each cell in "
        "a\n"
        "region add up to the inventory's number of that region, as far as float32 goes (6e-8 of\n"
        "each cell). Cells outside all regions, without a class, or without a factor or a value\n"
        "have no data: the inventory counts them as nothing, and says so. The sink has no data\n"
        "where land is known at one end of the period only.\n\n",
        out);
    if (map->book->job->harvest && map->plan->spec.year_count > 1)
        fputs("Harvest is known of regions, not of cells: the sink of classes whose changes are\n"
              "gains less losses is the one before harvest. The inventory has it as\n"
              "biomass_loss_by_harvest.\n\n",
              out);
    if (has_shares)
        fputs(
            "Cells are shared by ecosystems: densities are those of all of the cell, class change\n"
            "and factor rows those of its largest part, so areas of changes do not add up.\n\n",
            out);
    fputs(
        "factor_rows_YEAR.tif holds the number of a recipe; factor_rows.csv lists the rows of the\n"
        "factor tables that each recipe is made of: what the stock is counted with, and, after "
        "the\n"
        "first year, its change and the stock before. A factor by intervals is made continuous,\n"
        "so all of its intervals are listed.\n\n"
        "The maps are Cloud-Optimised GeoTIFFs with overviews (means of densities, the commonest\n"
        "of classes and recipes), statistics, and a style beside each that QGIS applies by\n"
        "itself. item.json describes all of them (STAC 1.0.0) with their SHA-256.\n\n",
        out);
}

char *sink_map_readme(const struct sink_map *map)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    fprintf(out, "%s %s, job %s\n\n", SINK_MAP_TITLE, SINK_VERSION, map->book->job->path);
    put_notes(out, map);
    for (size_t i = 0; i < map->layer_count; i++) {
        const struct sink_map_layer *layer = &map->layers[i];
        fprintf(out, "%s.tif: %s%s%s\n", layer->name, layer->title, *layer->unit ? ", " : "",
                layer->unit);
    }
    if (map->plan->spec.year_count > 1)
        fputs("class_change.csv: what the values of class changes mean\n", out);
    return finish(out, &text);
}
