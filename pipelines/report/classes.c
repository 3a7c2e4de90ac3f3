#include "pipelines/report/classes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASSES 5
#define SIDE_CLASSES 4 /* on either side of 0 */

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

/* Leaves the finite values, or their sizes, sorted: how many. */
static size_t sort(double *values, size_t count, bool are_sizes)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            values[kept++] = are_sizes ? fabs(values[i]) : values[i];
    qsort(values, kept, sizeof *values, compare);
    return kept;
}

static double quantile(const double *sorted_values, size_t count, double share)
{
    const double place = share * (double)(count - 1);
    const size_t below = (size_t)place;
    const double rest = place - (double)below;
    return below + 1 < count ? sorted_values[below] * (1 - rest) + sorted_values[below + 1] * rest
                             : sorted_values[count - 1];
}

static double rounded(double value, int places)
{
    if (value == 0 || !isfinite(value))
        return value;
    const double step = pow(10, floor(log10(fabs(value))) + 1 - places);
    return round(value / step) * step;
}

#define MOST_PLACES 5

/* Breaks at quantiles, rounded to so many places; those that meet are one. */
static size_t place_rounded(const double *values, size_t count, size_t classes, int places,
                            double *breaks)
{
    size_t made = 0;
    for (size_t i = 1; i < classes; i++) {
        const double at = rounded(quantile(values, count, (double)i / (double)classes), places);
        const double last = made > 0 ? breaks[made - 1] : values[0];
        if (at > last && at <= values[count - 1])
            breaks[made++] = at;
    }
    return made;
}

/* With two places, or with more where breaks would meet that need not. */
static size_t place_breaks(const double *values, size_t count, size_t classes, double *breaks)
{
    const size_t most = place_rounded(values, count, classes, MOST_PLACES, breaks);
    for (int places = 2; places < MOST_PLACES; places++)
        if (place_rounded(values, count, classes, places, breaks) == most)
            return most;
    return place_rounded(values, count, classes, MOST_PLACES, breaks);
}

static void find_ends(struct sink_map_classes *classes, const double *values, size_t count)
{
    classes->least = classes->greatest = NAN;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        classes->least = fmin(classes->least, values[i]);
        classes->greatest = fmax(classes->greatest, values[i]);
    }
}

struct sink_map_classes sink_map_classes_make(double *values, size_t count, bool is_diverging)
{
    struct sink_map_classes classes = {.is_diverging = is_diverging};
    double sides[SIDE_CLASSES];
    find_ends(&classes, values, count);
    const size_t kept = sort(values, count, is_diverging);
    if (kept == 0)
        return classes;
    if (!is_diverging) {
        classes.break_count = place_breaks(values, kept, CLASSES, classes.breaks);
    } else {
        const size_t made = place_breaks(values, kept, SIDE_CLASSES, sides);
        for (size_t i = made; i > 0; i--)
            classes.breaks[classes.break_count++] = -sides[i - 1];
        classes.breaks[classes.break_count++] = 0;
        for (size_t i = 0; i < made; i++)
            classes.breaks[classes.break_count++] = sides[i];
    }
    return classes;
}

struct sink_map_classes sink_map_classes_given(const double *values, size_t count,
                                               const double *breaks, size_t break_count,
                                               bool is_diverging)
{
    struct sink_map_classes classes = {.is_diverging = is_diverging, .break_count = break_count};
    find_ends(&classes, values, count);
    memcpy(classes.breaks, breaks, break_count * sizeof *breaks);
    return classes;
}

int sink_map_class(const struct sink_map_classes *classes, double value)
{
    int class = 0;
    if (!isfinite(value))
        return -1;
    for (size_t i = 0; i < classes->break_count; i++)
        class += value >= classes->breaks[i];
    return class;
}

#define STOPS 9
static const char *const sequences[][STOPS] = {
    {"ffffe5", "f7fcb9", "d9f0a3", "addd8e", "78c679", "41ab5d", "238443", "006837", "004529"},
    {"f7fcf0", "e0f3db", "ccebc5", "a8ddb5", "7bccc4", "4eb3d3", "2b8cbe", "0868ac", "084081"},
    {"f7fcfd", "e0ecf4", "bfd3e6", "9ebcda", "8c96c6", "8c6bb1", "88419d", "810f7c", "4d004b"},
    {"543005", "8c510a", "bf812d", "dfc27d", "f5f5f5", "80cdc1", "35978f", "01665e", "003c30"},
    {"2d004b", "542788", "8073ac", "b2abd2", "f7f7f7", "fdb863", "e08214", "b35806", "7f3b08"}};

static void mix(const char *const *stops, double at, char colour[8])
{
    unsigned a[3], b[3];
    const size_t below = at >= STOPS - 1 ? STOPS - 2 : (size_t)at;
    const double share = at - (double)below;
    if (sscanf(stops[below], "%2x%2x%2x", &a[0], &a[1], &a[2]) != 3 ||
        sscanf(stops[below + 1], "%2x%2x%2x", &b[0], &b[1], &b[2]) != 3)
        abort();
    for (int i = 0; i < 3; i++)
        a[i] = (unsigned)lround((double)a[i] * (1 - share) + (double)b[i] * share);
    snprintf(colour, 8, "#%02x%02x%02x", a[0] & 255, a[1] & 255, a[2] & 255);
}

const char *sink_palette_colour(enum sink_palette palette, const struct sink_map_classes *classes,
                                size_t class, char colour[8])
{
    const double middle = (STOPS - 1) / 2.0;
    if (!classes->is_diverging) {
        /* Neither the white end nor the black one. */
        const double share =
            classes->break_count > 0 ? (double)class / (double)classes->break_count : 0.5;
        mix(sequences[palette], 1.4 + (STOPS - 3.4) * share, colour);
        return colour;
    }
    size_t below = 0; /* breaks below 0: classes of emissions, less one */
    for (size_t i = 0; i < classes->break_count; i++)
        below += classes->breaks[i] < 0;
    const bool is_negative = class <= below && classes->break_count > 0;
    const double side = is_negative ? (double)(below - class) : (double)class - (double)below - 1;
    const size_t most = is_negative ? below : classes->break_count - below - 1;
    const double depth = 0.55 + (middle - 0.9) * (most > 0 ? fmax(side, 0) / (double)most : 0.5);
    mix(sequences[palette], middle + (is_negative ? -depth : depth), colour);
    return colour;
}
