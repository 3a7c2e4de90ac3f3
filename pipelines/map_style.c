/* The styles that QGIS applies to maps by itself. Colours: ColorBrewer's YlGn and BrBG, which the
 * colour-blind can tell apart. */
#include "pipelines/map.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_RECIPES 1000 /* a longer legend helps nobody */

enum { STOP_COUNT = 5 };
static const struct sink_colour greens[STOP_COUNT] = {{255, 255, 229, 255},
                                                      {217, 240, 163, 255},
                                                      {120, 198, 121, 255},
                                                      {35, 132, 67, 255},
                                                      {0, 69, 41, 255}};
static const struct sink_colour sinks[STOP_COUNT] = {{140, 81, 10, 255},
                                                     {223, 194, 125, 255},
                                                     {245, 245, 245, 255},
                                                     {128, 205, 193, 255},
                                                     {1, 102, 94, 255}};

/* A round number at or above a positive one. */
static double round_up(double value)
{
    static const double steps[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    const double power = pow(10, floor(log10(value)));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (value <= steps[i] * power * (1 + 1e-9))
            return steps[i] * power;
    return 10 * power;
}

/* Up to what most cells reach; the few beyond have the last colour. */
static double range_of(const struct sink_cog_statistics *statistics)
{
    if (!(statistics->cell_count > 0))
        return 1;
    const double most = fmax(fabs(statistics->minimum), fabs(statistics->maximum));
    const double usual = fabs(statistics->mean) + 3 * statistics->deviation;
    const double range = fmin(most, usual);
    return range > 0 ? round_up(range) : 1;
}

static void put_ramp(FILE *out, const struct sink_map_layer *layer)
{
    const bool is_signed = layer->paint.density == SINK_DENSITY_SINK;
    const struct sink_colour *colours = is_signed ? sinks : greens;
    const double last = range_of(&layer->statistics), first = is_signed ? -last : 0;
    fprintf(out,
            "<rasterrenderer type=\"singlebandpseudocolor\" band=\"1\" opacity=\"1\" "
            "alphaBand=\"-1\" classificationMin=\"%.12g\" classificationMax=\"%.12g\">\n"
            "<rastershader><colorrampshader colorRampType=\"INTERPOLATED\" "
            "classificationMode=\"1\" clip=\"0\" minimumValue=\"%.12g\" maximumValue=\"%.12g\">\n",
            first, last, first, last);
    for (int i = 0; i < STOP_COUNT; i++) {
        const double value = first + (last - first) * i / (double)(STOP_COUNT - 1);
        fprintf(out,
                "<item value=\"%.12g\" label=\"%.6g %s\" color=\"#%02x%02x%02x\" alpha=\"255\"/>\n",
                value, value, layer->unit, colours[i].red, colours[i].green, colours[i].blue);
    }
    fprintf(out,
            "<rampLegendSettings minimumLabel=\"\" maximumLabel=\"\" prefix=\"\" suffix=\" %s\" "
            "direction=\"0\" orientation=\"2\" useContinuousLegend=\"1\"/>\n",
            layer->unit);
    fputs("</colorrampshader></rastershader>\n</rasterrenderer>\n", out);
}

bool sink_map_has_change(const struct sink_map *map, size_t pass, uint32_t value)
{
    const struct sink_account *account = map->book->account;
    const size_t pairs = account->class_count * account->class_count;
    const double *m2 = account->transition_m2 + (pass * pairs + value - 1) * account->region_count;
    for (size_t r = 0; r < account->region_count; r++)
        if (m2[r] > 0)
            return true;
    return false;
}

static void put_entry(FILE *out, uint32_t value, struct sink_colour colour, const char *before,
                      const char *after)
{
    fprintf(out,
            "<paletteEntry value=\"%u\" color=\"#%02x%02x%02x\" alpha=\"255\" label=\"%s%s%s\"/>\n",
            value, colour.red, colour.green, colour.blue, before, *after ? " to " : "", after);
}

static void put_changes(FILE *out, const struct sink_map *map, const struct sink_map_layer *layer)
{
    const struct sink_class *classes = map->book->classes.items;
    for (uint32_t value = 1; value < map->colour_count; value++) {
        int from, to;
        if (!sink_map_has_change(map, layer->paint.pass, value))
            continue;
        sink_map_change(map, value, &from, &to);
        put_entry(out, value, map->colours[value], classes[from].title,
                  from == to ? "" : classes[to].title);
    }
}

/* Neighbouring numbers far apart on the circle of colours. */
static struct sink_colour recipe_colour(uint32_t recipe)
{
    const double turn = fmod(recipe * 0.618033988749895, 1) * 6;
    const double part = 1 - fabs(fmod(turn, 2) - 1);
    const uint8_t high = 200, low = 80, middle = (uint8_t)(80 + 120 * part);
    switch ((int)turn) {
    case 0:
        return (struct sink_colour){high, middle, low, 255};
    case 1:
        return (struct sink_colour){middle, high, low, 255};
    case 2:
        return (struct sink_colour){low, high, middle, 255};
    case 3:
        return (struct sink_colour){low, middle, high, 255};
    case 4:
        return (struct sink_colour){middle, low, high, 255};
    default:
        return (struct sink_colour){high, low, middle, 255};
    }
}

static void put_recipes(FILE *out, const struct sink_map *map)
{
    const size_t count = sink_densities_recipe_count(map->densities);
    for (uint32_t recipe = 1; recipe <= count && recipe <= MOST_RECIPES; recipe++) {
        char label[32];
        snprintf(label, sizeof label, "recipe %u", recipe);
        put_entry(out, recipe, recipe_colour(recipe), label, "");
    }
}

char *sink_map_style(const struct sink_map *map, const struct sink_map_layer *layer)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    fputs("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
          "<qgis version=\"3.22.0\" styleCategories=\"Symbology\">\n<pipe>\n",
          out);
    if (layer->paint.kind == SINK_PAINT_DENSITY) {
        put_ramp(out, layer);
    } else {
        fputs("<rasterrenderer type=\"paletted\" band=\"1\" opacity=\"1\" alphaBand=\"-1\">\n"
              "<colorPalette>\n",
              out);
        if (layer->paint.kind == SINK_PAINT_CHANGE)
            put_changes(out, map, layer);
        else
            put_recipes(out, map);
        fputs("</colorPalette>\n</rasterrenderer>\n", out);
    }
    fputs("<brightnesscontrast brightness=\"0\" contrast=\"0\" gamma=\"1\"/>\n"
          "<huesaturation saturation=\"0\" grayscaleMode=\"0\" colorizeOn=\"0\"/>\n"
          "<rasterresampler maxOversampling=\"2\"/>\n</pipe>\n<blendMode>0</blendMode>\n</qgis>\n",
          out);
    const bool is_good = !ferror(out);
    if (fclose(out) == 0 && is_good)
        return text;
    free(text);
    return NULL;
}
