/* The tally: exact sums of area and of area x value per region, pass and stratum. No factor enters.
 */
#ifndef SINK_MODEL_TALLY_H
#define SINK_MODEL_TALLY_H

#include "sinkcalc/base/error.h"
#include "sinkcalc/base/exact.h"
#include "sinkcalc/base/region.h"
#include "sinkcalc/base/units.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* With years y0 < y1 < ... < yn, pass p looks at the pair (yp, yp+1): each of its strata says what
 * the land was at the first (from) and at the second date (to). With one year there is one pass,
 * and only the "to" side. What does not depend on the year is static. */
enum sink_side { SINK_SIDE_FROM, SINK_SIDE_TO, SINK_SIDE_STATIC };

enum sink_dimension_kind {
    SINK_DIMENSION_CLASS,
    SINK_DIMENSION_OVERLAY,
    SINK_DIMENSION_INTERVAL,
    /* "conversion_1" (the latest) to "conversion_3": what the land was before, and until when. The
     * values besides "nodata" (none) and "unknown" are "<class> until <year>", the year being that
     * of the map before the one that first shows the next class. They tell what is known at the
     * first date of a pass, or at the only date. */
    SINK_DIMENSION_CONVERSION,
    /* A disturbance of the job: "no", or "yes" when its year lies in the period of the pass. */
    SINK_DIMENSION_EVENT
};
#define SINK_MAX_CONVERSIONS 3
#define SINK_CONVERSION_UNTIL " until " /* between class and year */

/* A tally has at most this many dimensions. */
#define SINK_MAX_DIMENSIONS 32

/* First two values of every dimension; for classes and overlays value 2 + k is labels[2 + k]. */
#define SINK_VALUE_NODATA 0 /* "nodata": no class, no overlay value, no measured quantity */
#define SINK_VALUE_UNKNOWN                                                                         \
    1 /* "unknown": a code that is not in the legend; never for intervals                          \
       */

struct sink_dimension {
    enum sink_dimension_kind kind;
    enum sink_side side;
    char *name;    /* "class", the name of overlay, quantity or disturbance, "conversion_1" ... */
    size_t count;  /* number of values, >= 2 */
    char **labels; /* [count] "nodata", "unknown", then class or overlay names; intervals as text */
    double *upper; /* intervals only: value v holds (upper[v-1], upper[v]]; upper[0], upper[1]
                      unused (v = 2 starts at the least value); upper[count-1] = +inf */
};

struct sink_tally_quantity {
    enum sink_side side;
    char *name;                  /* "above_ground_biomass", "above_ground_biomass_sd" ... */
    enum sink_quantity quantity; /* unit of the values */
};

/* What the tally is about; shared by all tallies of one job. */
struct sink_tally_spec {
    int *years;
    size_t year_count;
    struct sink_dimension *dimensions;
    size_t dimension_count;
    struct sink_tally_quantity *quantities;
    size_t quantity_count;
    size_t region_count;
};
size_t
sink_tally_pass_count(const struct sink_tally_spec *spec); /* 1 for one year, else years - 1 */
#define SINK_TALLY_MAX_KEYS (UINT64_C(1) << 62)
/* Number of keys: the product of the dimensions' counts; 0 when it exceeds SINK_TALLY_MAX_KEYS. */
uint64_t sink_tally_key_count(const struct sink_tally_spec *spec);
/* key = sum of values[d] * product of counts of the dimensions after d. */
uint64_t sink_tally_key(const struct sink_tally_spec *spec, const int *values);
void sink_tally_key_values(const struct sink_tally_spec *spec, uint64_t key, int *values);
/* Index of the dimension or quantity of that kind/name that describes `side` (or is static), or -1.
 */
int sink_tally_dimension(const struct sink_tally_spec *spec, enum sink_dimension_kind kind,
                         const char *name, enum sink_side side);
int sink_tally_quantity_index(const struct sink_tally_spec *spec, const char *name,
                              enum sink_side side);
void sink_tally_spec_free(struct sink_tally_spec *spec); /* frees what it owns */

/* Where an amount belongs. */
struct sink_tally_place {
    uint32_t region, pass;
    uint64_t key; /* of the stratum */
};

struct sink_tally_row {
    uint32_t region;
    uint32_t pass;
    uint64_t key;
    int64_t cells; /* with any share in the stratum and region; 0 in a rest, in a sum those of all
                      its parts */
    struct sink_exact_sum *sums; /* [1 + quantity_count]: area in m2, then area in m2 x value */
};

/* A sparse table of rows; one thread at a time. The spec is borrowed and must outlive it. */
struct sink_tally;
SINK_CHECKED enum sink_status sink_tally_new(const struct sink_tally_spec *spec,
                                             struct sink_tally **tally, struct sink_error *error);
void sink_tally_free(struct sink_tally *tally);
const struct sink_tally_spec *sink_tally_spec_of(const struct sink_tally *tally);

/* Adds what a tile has of one stratum: sums[0] area in m2, sums[1..] area in m2 x value, each
 * rounded once. NaN, infinity or an area < 0 is SINK_BAD_DATA. */
SINK_CHECKED enum sink_status sink_tally_post(struct sink_tally *tally,
                                              struct sink_tally_place place, int64_t cells,
                                              const double *sums, struct sink_error *error);
/* As post, with exact sums (for merging, reading from a file, deriving). */
SINK_CHECKED enum sink_status sink_tally_add_exact(struct sink_tally *tally,
                                                   const struct sink_tally_row *row,
                                                   struct sink_error *error);
SINK_CHECKED enum sink_status
sink_tally_merge(struct sink_tally *into, const struct sink_tally *from, struct sink_error *error);
/* Adds the rows of the regions that were not counted themselves: sums from their children, rests as
 * parent minus children, without what is less than 1e-12 of the parent's or than a square
 * millimetre and so rounding. Call once, on a tally whose rows are of polygons only. */
SINK_CHECKED enum sink_status sink_tally_complete(struct sink_tally *tally,
                                                  const struct sink_region_list *regions,
                                                  struct sink_error *error);
/* Rows by (region, pass, key), ascending; valid until the next change. Rows whose sums and cells
 * are all zero are left out. */
size_t sink_tally_rows(struct sink_tally *tally, const struct sink_tally_row **rows);

#endif
