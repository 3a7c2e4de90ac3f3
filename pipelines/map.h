/* Gridded results: what every cell holds and takes up, as GeoTIFFs in one folder. */
#ifndef SINK_PIPELINES_MAP_H
#define SINK_PIPELINES_MAP_H

#include "pipelines/book.h"
#include "pipelines/plan.h"
#include "pipelines/tile_paint.h"
#include "rasters/cog.h"

/* The first line of the README.txt of every folder of maps: by it the program knows its own. */
#define SINK_MAP_TITLE "Maps of sinkcalc"

struct sink_map_layer {
    struct sink_paint paint;
    char name[80];   /* of its files, without the ending */
    char title[160]; /* what it shows */
    const char *unit;
    enum sink_cog_type type;
    int first_year, last_year; /* the same, or the period */
    struct sink_cog_statistics statistics;
    char sha256[65];
    double bytes;
};

/* The maps of an account. */
struct sink_map {
    const struct sink_plan *plan;
    const struct sink_book *book; /* without its inventory and uncertainty */
    struct sink_densities *densities;
    struct sink_map_layer *layers; /* in the order of their passes */
    size_t layer_count;
    struct sink_colour *colours; /* [colour_count] of the changes of class, by value */
    size_t colour_count;
};
SINK_CHECKED enum sink_status sink_map_make(const struct sink_plan *plan,
                                            const struct sink_book *book, struct sink_map *map,
                                            struct sink_error *error);
void sink_map_free(struct sink_map *map); /* frees what it owns */

/* The classes of a change, from before to after, by its value; class indices of the class list. */
void sink_map_change(const struct sink_map *map, uint32_t value, int *from, int *to);

/* Does any land of a pass change that way? */
bool sink_map_has_change(const struct sink_map *map, size_t pass, uint32_t value);

/* What is written beside the rasters, whole texts that the caller frees; NULL without memory.
 * map_style.c: the style that QGIS applies to a layer by itself. map_item.c: the STAC item, the
 * README and the tables of the categories. */
char *sink_map_style(const struct sink_map *map, const struct sink_map_layer *layer);
char *sink_map_item(const struct sink_map *map, const double bounds_deg[4]);
char *sink_map_readme(const struct sink_map *map);
char *sink_map_factor_rows(const struct sink_map *map);
char *sink_map_class_changes(const struct sink_map *map); /* NULL also for one year */

#endif
