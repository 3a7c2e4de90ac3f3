/* Classes of a choropleth: where one ends and the next begins, and their colours. */
#ifndef SINK_PIPELINES_REPORT_CLASSES_H
#define SINK_PIPELINES_REPORT_CLASSES_H

#include <stdbool.h>
#include <stddef.h>

#define SINK_MAX_BREAKS 11

struct sink_map_classes {
    size_t break_count; /* one less than the classes */
    double breaks[SINK_MAX_BREAKS];
    double least, greatest; /* of the values; NaN without any */
    bool is_diverging;      /* 0 is a break, the others lie as far below as above it */
};

/* Quantiles of the finite values, rounded to as few places as keep them apart: five classes, or
 * fewer where values are alike. Diverging ones have 0 in the middle, and their breaks on either
 * side are quantiles of the sizes; sides without a value have no class. Sorts what it is given. */
struct sink_map_classes sink_map_classes_make(double *values, size_t count, bool is_diverging);
/* By breaks that are given, ascending. */
struct sink_map_classes sink_map_classes_given(const double *values, size_t count,
                                               const double *breaks, size_t break_count,
                                               bool is_diverging);
/* The class of a value: as many breaks as are at or below it. -1 for NaN. */
int sink_map_class(const struct sink_map_classes *classes, double value);

enum sink_palette {
    SINK_PALETTE_GREEN,
    SINK_PALETTE_BLUE,
    SINK_PALETTE_PURPLE,
    SINK_PALETTE_SINK,
    SINK_PALETTE_CHANGE
};
/* "#rrggbb" of a class. The sequences are ColorBrewer's YlGn, GnBu and BuPu, the diverging ones
 * BrBG and PuOr (Harrower and Brewer 2003, doi:10.1179/000870403235002042), all told apart with
 * every kind of colour blindness. Diverging colours are those of the sizes, 0 between the two light
 * ones. */
const char *sink_palette_colour(enum sink_palette palette, const struct sink_map_classes *classes,
                                size_t class, char colour[8]);

#endif
