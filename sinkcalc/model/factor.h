/* Factor tables: rows with keys, and the most specific row that fits a stratum. */
#ifndef SINK_MODEL_FACTOR_H
#define SINK_MODEL_FACTOR_H

#include "sinkcalc/base/csv.h"
#include "sinkcalc/base/error.h"
#include "sinkcalc/model/class.h"

#include <stdbool.h>
#include <stddef.h>

enum sink_factor_kind {
    SINK_FACTOR_CARBON_FRACTION,  /* t C (t d.m.)-1 */
    SINK_FACTOR_ROOT_SHOOT,       /* 1; interval over above-ground biomass in t d.m./ha */
    SINK_FACTOR_BCEF,             /* t d.m. m-3; interval over stock volume in m3/ha */
    SINK_FACTOR_VOLUME_SLOPE,     /* a of B = aV + b, t d.m. m-3 */
    SINK_FACTOR_VOLUME_INTERCEPT, /* b, t d.m./ha */
    SINK_FACTOR_ABOVE_GROUND,     /* density, t d.m./ha or t C/ha */
    SINK_FACTOR_BELOW_GROUND,     /* density, t d.m./ha or t C/ha */
    SINK_FACTOR_DEAD_WOOD,        /* t C/ha */
    SINK_FACTOR_LITTER,           /* t C/ha */
    SINK_FACTOR_SOIL,             /* t C/ha, to depth_cm */
    SINK_FACTOR_KIND_COUNT
};
/* The word in the column `quantity`: "carbon_fraction" ... */
const char *sink_factor_kind_name(enum sink_factor_kind kind);

/* One row. Texts belong to the set. The format is described in sinkcalc/tables/README.md. */
struct sink_factor {
    enum sink_factor_kind kind;
    double value;
    double lower, upper; /* NaN when not given */
    double over, up_to;  /* interval (over, up_to]; -inf, +inf when open */
    bool is_carbon;      /* densities: t C rather than t d.m. */
    bool includes_roots; /* volume lines: B is of the whole tree */
    double depth_cm;     /* soil; NaN otherwise */
    const char *classes; /* "forest|bamboo", "" for any */
    const char *unit, *spread, *source, *table, *verified, *note;
    const char *set;   /* name of the table it came from */
    size_t line;       /* in that table */
    size_t set_index;  /* position of the table in the job: a later one wins */
    const char **keys; /* [key_count of the set list] "" for any; order of sink_factors.keys */
    int specificity;   /* number of keys given, class and interval included */
};

struct sink_factors {
    struct sink_factor *rows;
    size_t row_count;
    const char **keys; /* names of all overlays that any table uses: "zone", "climate" ... */
    size_t key_count;
    void *owned; /* tables and texts */
};

/* Reads one table and appends it; takes over `csv` (also on failure). Every fault names table and
 * line: unknown column or quantity or class, value not a number, unit that does not fit the
 * quantity, interval upside down, lower > value, missing source, soil without depth, two rows equal
 * in all keys. All tables are added before the first use. */
SINK_CHECKED enum sink_status sink_factors_add(struct sink_factors *factors, struct sink_csv *csv,
                                               const struct sink_class_list *classes,
                                               struct sink_faults *faults);
void sink_factors_free(struct sink_factors *factors);

/* What a stratum is, for looking up its factors. */
struct sink_stratum {
    const char *class_name;
    const char *const *values; /* [factors->key_count] value of each overlay; NULL: the job has no
                                  such overlay, or no data there; only rows without that key fit */
    double
        interval_value; /* biomass or volume that picks the interval; NaN: only rows without one */
};

/* The row that fits: the last table that has a fitting row wins; in it the most specific row. Two
 * equally specific rows: SINK_BAD_DATA naming both. None: SINK_OK and *row NULL. */
SINK_CHECKED enum sink_status sink_factors_find(const struct sink_factors *factors,
                                                enum sink_factor_kind kind,
                                                const struct sink_stratum *stratum,
                                                const struct sink_factor **row,
                                                struct sink_error *error);

/* Whether a slope and an intercept of volume are one line: of one table, with the same keys. */
bool sink_factors_are_line(const struct sink_factors *factors, const struct sink_factor *slope,
                           const struct sink_factor *intercept);
/* Whether `word` is in "a|b|c"; an empty list and * hold every word. */
bool sink_factor_lists(const char *list, const char *word);
/* Whether some row asks for `word` of the overlay `key`, or none asks for that overlay at all. If
 * not, `nearest` is the word most like it, or "". */
bool sink_factors_know(const struct sink_factors *factors, const char *key, const char *word,
                       char nearest[64]);

/* The bounds at which a factor of this kind changes (finite over and up_to of its rows), ascending
 * and distinct. The caller frees. */
SINK_CHECKED enum sink_status sink_factors_breaks(const struct sink_factors *factors,
                                                  enum sink_factor_kind kind, double **breaks,
                                                  size_t *count, struct sink_error *error);
/* Sorts and drops doubles; the new count. */
size_t sink_breaks_sort(double *breaks, size_t count);

#endif
