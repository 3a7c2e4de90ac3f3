/* Factor tables: rows with keys, and the most specific row that fits a stratum. */
#ifndef SINK_MODEL_FACTOR_H
#define SINK_MODEL_FACTOR_H

#include "sinkcalc/base/csv.h"
#include "sinkcalc/base/error.h"
#include "sinkcalc/model/class.h"
#include "sinkcalc/model/spread.h"

#include <stdbool.h>
#include <stddef.h>

/* Most overlays that the tables of a job may use as keys, all tables together. */
#define SINK_FACTOR_KEYS_MAX 40

/* Units of the values: those of other spellings are converted when they are read. */
enum sink_factor_kind {
    SINK_FACTOR_CARBON_FRACTION,   /* t C (t d.m.)-1 */
    SINK_FACTOR_ROOT_SHOOT,        /* 1; interval over above-ground biomass in t d.m./ha */
    SINK_FACTOR_BCEF,              /* t d.m. m-3; interval over stock volume in m3/ha */
    SINK_FACTOR_VOLUME_SLOPE,      /* a of B = aV + b, t d.m. m-3 */
    SINK_FACTOR_VOLUME_INTERCEPT,  /* b, t d.m./ha */
    SINK_FACTOR_ABOVE_GROUND,      /* density, t d.m./ha or t C/ha */
    SINK_FACTOR_BELOW_GROUND,      /* density, t d.m./ha or t C/ha */
    SINK_FACTOR_DEAD_WOOD,         /* t C/ha */
    SINK_FACTOR_LITTER,            /* t C/ha */
    SINK_FACTOR_SOIL,              /* t C/ha, to depth_cm; as it is, not multiplied by F */
    SINK_FACTOR_SOIL_REFERENCE,    /* SOC_REF of eq. 2.25, t C/ha, to depth_cm */
    SINK_FACTOR_SOIL_LAND_USE,     /* F_LU, 1 */
    SINK_FACTOR_SOIL_MANAGEMENT,   /* F_MG, 1 */
    SINK_FACTOR_SOIL_INPUT,        /* F_I, 1 */
    SINK_FACTOR_SOIL_ACCUMULATION, /* gain of a re-established coastal soil, t C/ha/yr */
    SINK_FACTOR_SOIL_EMISSION,     /* t C/ha/yr; positive leaves the land */
    SINK_FACTOR_CH4_EMISSION,      /* kg CH4/ha/yr */
    SINK_FACTOR_N2O_EMISSION,      /* kg N2O/ha/yr */
    SINK_FACTOR_GROWTH,            /* above ground, net, t d.m./ha/yr or t C/ha/yr; interval over
                                      stand age in years */
    SINK_FACTOR_CURVE_ASYMPTOTE, /* a of above-ground biomass = a (1 - exp(-k age))^c, t d.m./ha */
    SINK_FACTOR_CURVE_RATE,      /* k, 1/yr */
    SINK_FACTOR_CURVE_SHAPE,     /* c, 1 */
    SINK_FACTOR_VOLUME_GROWTH,   /* I_V, m3/ha/yr; interval over stand age in years */
    SINK_FACTOR_BCEF_GROWTH,     /* BCEF_I, t d.m. m-3; interval over stock volume in m3/ha */
    SINK_FACTOR_BCEF_REMOVAL,    /* BCEF_R, t d.m. m-3; interval over stock volume in m3/ha */
    SINK_FACTOR_FRACTION_LOST,   /* fd of eq. 2.14, 1 */
    SINK_FACTOR_COMBUSTION,      /* C_f of eq. 2.27, 1 */
    SINK_FACTOR_FUEL,            /* M_B of eq. 2.27, t d.m./ha */
    SINK_FACTOR_FIRE_CH4,        /* G_ef of eq. 2.27, g CH4 per kg d.m. burnt */
    SINK_FACTOR_FIRE_N2O,        /* g N2O per kg d.m. burnt */
    SINK_FACTOR_MATURE_BIOMASS,  /* above ground, of a mature stand, t d.m./ha or t C/ha */
    SINK_FACTOR_KARST_SINK,      /* t C/ha/yr, outside the totals */
    SINK_FACTOR_WATER_BURIAL,    /* t C/ha/yr, outside the totals */
    SINK_FACTOR_PERMAFROST_CARBON, /* t C/ha, outside the totals */
    SINK_FACTOR_KIND_COUNT
};
/* The word in the column `quantity`: "carbon_fraction" ... */
const char *sink_factor_kind_name(enum sink_factor_kind kind);

/* What the intervals of a kind are of. */
enum sink_factor_interval {
    SINK_INTERVAL_NONE,
    SINK_INTERVAL_BIOMASS, /* above-ground biomass, t d.m./ha */
    SINK_INTERVAL_VOLUME,  /* stock volume, m3/ha */
    SINK_INTERVAL_AGE      /* stand age, years */
};
enum sink_factor_interval sink_factor_kind_interval(enum sink_factor_kind kind);

/* One row. Texts belong to the set. The format is described in sinkcalc/tables/README.md. */
struct sink_factor {
    enum sink_factor_kind kind;
    double value;
    double lower, upper; /* NaN when not given */
    double sd, se, n;    /* spread of the observations, error of their mean, their count; NaN when
                            not given; unit of the value */
    double over, up_to;  /* interval (over, up_to]; -inf, +inf when open */
    bool is_carbon;      /* densities and growth: t C rather than t d.m. */
    bool includes_roots; /* volume lines: B is of the whole tree */
    double depth_cm;     /* soil stocks and their gains; NaN otherwise */
    const char *classes; /* "forest|bamboo", "" for any */
    const char *unit, *spread, *source, *table, *verified, *note;
    const char *distribution; /* normal, lognormal, truncated_normal, triangular, pert, uniform; ""
                                 when not given */
    const char *fallback;     /* what was assumed or from where the value was borrowed; "" when the
                                 row is what its document gives for the stratum */
    const char *variable;     /* rows of a set with the same text are one random variable; "" for a
                                 row that is one by itself */
    const char *set;          /* name of the table it came from */
    size_t line;              /* in that table */
    size_t set_index;         /* position of the table in the job: a later one wins */
    const char **keys; /* [key_count of the set list] "" for any; order of sink_factors.keys */
    bool never_fits;   /* set by who knows the job: no land of it meets the keys; such a row cuts
                          no raster */
    int specificity;   /* twice the number of keys given, class included; one more with an
                          interval, which decides only between equally many keys */
};

struct sink_factors {
    struct sink_factor *rows;
    size_t row_count;
    const char **keys; /* names of all overlays that any table uses: "zone", "climate" ... */
    size_t key_count;
    /* Positions of the rows of a kind, in their order: kind_rows[kind_starts[kind]] up to that of
     * the next kind. Made by sink_factors_add. */
    size_t *kind_rows, kind_starts[SINK_FACTOR_KIND_COUNT + 1];
    void *owned; /* tables and texts */
};

/* Reads one table and appends it; takes over `csv` (also on failure). Every fault names table and
 * line: unknown column or quantity or class, value not a number, unit that does not fit the
 * quantity, interval upside down, lower > value, a distribution without what it needs, missing
 * source, soil without depth, two rows equal in all keys. All tables are added before the first
 * use. */
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
        interval_value; /* biomass, volume or age that picks the interval; NaN: only rows without */
};

/* The row that fits: the last table that has a fitting row wins; in it the most specific row. Two
 * equally specific rows: SINK_BAD_DATA naming both, and *row NULL. None: SINK_OK and *row NULL. */
SINK_CHECKED enum sink_status sink_factors_find(const struct sink_factors *factors,
                                                enum sink_factor_kind kind,
                                                const struct sink_stratum *stratum,
                                                const struct sink_factor **row,
                                                struct sink_error *error);

/* The row that is preferred of those that may fit land of which no more is known than this: each of
 * `values` is one of several, as "a|b|c". NULL: whatever it is, no row fits. */
const struct sink_factor *sink_factors_find_any(const struct sink_factors *factors,
                                                enum sink_factor_kind kind,
                                                const struct sink_stratum *stratum);

/* The spread of a row that was read. SINK_BAD_DATA, with table and line, where its columns do not
 * say one; sink_factors_add has refused such rows. */
SINK_CHECKED enum sink_status sink_factor_read_spread(const struct sink_factor *row,
                                                      struct sink_spread *spread,
                                                      struct sink_error *error);
/* Whether a slope and an intercept of volume are one line: of one table, with the same keys. */
bool sink_factors_are_line(const struct sink_factors *factors, const struct sink_factor *slope,
                           const struct sink_factor *intercept);
/* Whether some land may meet both rows: their lists of classes and keys have words in common. */
bool sink_factors_may_meet(const struct sink_factors *factors, const struct sink_factor *a,
                           const struct sink_factor *b);
/* Whether `word` is in "a|b|c"; an empty list and * hold every word. */
bool sink_factor_lists(const char *list, const char *word);
/* Whether some row asks for `word` of the overlay `key`, or none asks for that overlay at all. If
 * not, `nearest` is the word most like it, or "". */
bool sink_factors_know(const struct sink_factors *factors, const char *key, const char *word,
                       char nearest[64]);

/* The rows of the step function that `row` belongs to: those of its set with its kind, classes and
 * keys, each for another interval, ascending by `over`. A row without interval is alone. Writes at
 * most `max` of them to `rows` and returns how many there are. */
size_t sink_factors_family(const struct sink_factors *factors, const struct sink_factor *row,
                           const struct sink_factor **rows, size_t max);

/* Sorts and drops doubles; the new count. */
size_t sink_breaks_sort(double *breaks, size_t count);

#endif
