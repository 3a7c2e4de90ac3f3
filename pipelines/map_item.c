/* The STAC item of a folder of maps. No clock: its dates are those of the job. */
#include "pipelines/json_tree.h"
#include "pipelines/map.h"
#include "sinkcalc/base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const extensions[] = {
    "https://stac-extensions.github.io/projection/v1.1.0/schema.json",
    "https://stac-extensions.github.io/raster/v1.1.0/schema.json",
    "https://stac-extensions.github.io/file/v2.1.0/schema.json",
    "https://stac-extensions.github.io/classification/v1.1.0/schema.json"};

static json_t *date_of(int year, const char *rest)
{
    char text[64];
    snprintf(text, sizeof text, "%04d-%s", year, rest);
    return json_string(text);
}

/* Land on both sides of the antimeridian has two rectangles (RFC 7946). */
static json_t *geometry_of(const double bounds_deg[4])
{
    const double west = bounds_deg[0], south = bounds_deg[1], east = bounds_deg[2],
                 north = bounds_deg[3];
    const double sides[2][2] = {{west, west <= east ? east : 180}, {-180, east}};
    json_t *polygons = json_array();
    for (int i = 0; i < (west <= east ? 1 : 2); i++) {
        const double w = sides[i][0], e = sides[i][1];
        json_array_append_new(polygons, json_pack("[[[f,f],[f,f],[f,f],[f,f],[f,f]]]", w, south, e,
                                                  south, e, north, w, north, w, south));
    }
    if (json_array_size(polygons) > 1)
        return json_pack("{s:s, s:o}", "type", "MultiPolygon", "coordinates", polygons);
    json_t *polygon = json_incref(json_array_get(polygons, 0));
    json_decref(polygons);
    return json_pack("{s:s, s:o}", "type", "Polygon", "coordinates", polygon);
}

static json_t *properties_of(const struct sink_map *map)
{
    const struct sink_grid *grid = &map->plan->grid;
    const struct sink_tally_spec *spec = &map->plan->spec;
    json_t *properties = json_object();
    json_object_set_new(properties, "datetime", json_null());
    json_object_set_new(properties, "start_datetime", date_of(spec->years[0], "01-01T00:00:00Z"));
    json_object_set_new(properties, "end_datetime",
                        date_of(spec->years[spec->year_count - 1], "12-31T23:59:59Z"));
    json_object_set_new(properties, "title", json_string("Carbon of the land"));
    const int epsg = sink_cog_epsg(grid);
    json_object_set_new(properties, "proj:epsg", epsg > 0 ? json_integer(epsg) : json_null());
    json_object_set_new(properties, "proj:wkt2", json_string(grid->crs_wkt));
    json_object_set_new(properties, "proj:shape", json_pack("[i,i]", grid->height, grid->width));
    json_object_set_new(
        properties, "proj:transform",
        json_pack("[f,f,f,f,f,f]", grid->dx, 0.0, grid->x0, 0.0, grid->dy, grid->y0));
    json_object_set_new(properties, "sinkcalc:version", json_string(SINK_VERSION));
    json_object_set_new(properties, "sinkcalc:job", json_string(map->book->job->path));
    return properties;
}

static json_t *statistics_of(const struct sink_map *map, const struct sink_cog_statistics *of)
{
    const struct sink_grid *grid = &map->plan->grid;
    return json_pack("{s:f, s:f, s:f, s:f, s:f}", "minimum", of->minimum, "maximum", of->maximum,
                     "mean", of->mean, "stddev", of->deviation, "valid_percent",
                     100 * of->cell_count / grid->width / grid->height);
}

static json_t *classes_of(const struct sink_map *map, const struct sink_map_layer *layer)
{
    const struct sink_class *classes = map->book->classes.items;
    json_t *list = json_array();
    for (uint32_t value = 1; value < map->colour_count; value++) {
        const struct sink_colour *colour = &map->colours[value];
        char name[128], hint[8];
        int from, to;
        if (!sink_map_has_change(map, layer->paint.pass, value))
            continue;
        sink_map_change(map, value, &from, &to);
        snprintf(name, sizeof name, "%s_to_%s", classes[from].name, classes[to].name);
        snprintf(hint, sizeof hint, "%02X%02X%02X", colour->red, colour->green, colour->blue);
        json_array_append_new(list, json_pack("{s:i, s:s, s:s}", "value", (int)value, "name", name,
                                              "color_hint", hint));
    }
    return list;
}

static json_t *asset_of(const struct sink_map *map, const struct sink_map_layer *layer)
{
    const bool is_real = layer->type == SINK_COG_FLOAT32;
    char href[96], checksum[72];
    snprintf(href, sizeof href, "./%s.tif", layer->name);
    snprintf(checksum, sizeof checksum, "1220%s", layer->sha256); /* multihash: SHA-256, 32 bytes */
    json_t *band = json_pack("{s:s, s:o}", "data_type", sink_cog_type_name(layer->type), "nodata",
                             is_real ? json_string("nan") : json_integer(0));
    if (*layer->unit)
        json_object_set_new(band, "unit", json_string(layer->unit));
    if (is_real && layer->statistics.cell_count > 0)
        json_object_set_new(band, "statistics", statistics_of(map, &layer->statistics));
    if (layer->paint.kind == SINK_PAINT_CHANGE)
        json_object_set_new(band, "classification:classes", classes_of(map, layer));
    json_t *asset = json_pack(
        "{s:s, s:s, s:s, s:[s], s:[o], s:s, s:I}", "href", href, "title", layer->title, "type",
        "image/tiff; application=geotiff; profile=cloud-optimized", "roles", "data", "raster:bands",
        band, "file:checksum", checksum, "file:size", (json_int_t)layer->bytes);
    json_object_set_new(asset, "start_datetime", date_of(layer->first_year, "01-01T00:00:00Z"));
    json_object_set_new(asset, "end_datetime", date_of(layer->last_year, "12-31T23:59:59Z"));
    return asset;
}

static json_t *table_of(const char *href, const char *title)
{
    return json_pack("{s:s, s:s, s:s, s:[s]}", "href", href, "title", title, "type", "text/csv",
                     "roles", "metadata");
}

static json_t *assets_of(const struct sink_map *map)
{
    json_t *assets = json_object();
    for (size_t i = 0; i < map->layer_count; i++)
        json_object_set_new(assets, map->layers[i].name, asset_of(map, &map->layers[i]));
    json_object_set_new(assets, "factor_rows",
                        table_of("./factor_rows.csv", "Rows of the factor tables by recipe"));
    if (map->plan->spec.year_count > 1)
        json_object_set_new(assets, "class_change",
                            table_of("./class_change.csv", "Meaning of the class changes"));
    return assets;
}

/* The job's file without folder and ending: a name that a catalogue can use. */
static json_t *id_of(const struct sink_map *map)
{
    const char *name = sink_text_file_name(map->book->job->path), *dot = strrchr(name, '.');
    const size_t length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    return json_stringn(name, length);
}

char *sink_map_item(const struct sink_map *map, const double bounds_deg[4])
{
    json_t *links = json_array(), *listed = json_array();
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        json_array_append_new(listed, json_string(extensions[i]));
    json_t *item = json_pack("{s:s, s:s, s:o, s:o, s:o, s:[f,f,f,f], s:o, s:o, s:o}", "type",
                             "Feature", "stac_version", "1.0.0", "stac_extensions", listed, "id",
                             id_of(map), "geometry", geometry_of(bounds_deg), "bbox", bounds_deg[0],
                             bounds_deg[1], bounds_deg[2], bounds_deg[3], "properties",
                             properties_of(map), "links", links, "assets", assets_of(map));
    char *text = item && !sink_json_is_out_of_memory()
                     ? json_dumps(item, JSON_INDENT(2) | JSON_REAL_PRECISION(15))
                     : NULL;
    json_decref(item);
    return text;
}
