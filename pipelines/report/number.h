/* Numbers as people read them: a unit that suits, aligned places, groups of three. */
#ifndef SINK_PIPELINES_REPORT_NUMBER_H
#define SINK_PIPELINES_REPORT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

struct sink_shown {
    char text[48];
};

enum sink_shown_quantity {
    SINK_SHOWN_CARBON,  /* t C */
    SINK_SHOWN_SINK,    /* t CO2 a year */
    SINK_SHOWN_BALANCE, /* t CO2e a year */
    SINK_SHOWN_GAS,     /* t of a gas a year */
    SINK_SHOWN_AREA,    /* ha */
    SINK_SHOWN_VOLUME,  /* m3 */
    SINK_SHOWN_MONEY,   /* of the currency */
    SINK_SHOWN_PERCENT, /* a share, 0 to 1, shown in % */
    SINK_SHOWN_DENSITY, /* t C/ha */
    SINK_SHOWN_RATE,    /* t CO2/ha a year */
    SINK_SHOWN_COUNT
};

/* Shown is value x factor, with so many decimals, in this unit. */
struct sink_scale {
    double factor;
    int decimals;
    const char *unit; /* borrowed; UTF-8 with subscripts; a language's own */
};

/* For a single value: four significant places. */
struct sink_scale sink_scale_of(enum sink_shown_quantity quantity, bool is_chinese, double value);
/* For a column: the greatest sets the unit, the tenth smallest part has three significant places,
 * but no more than five digits are needed for the greatest. NaN are left out. Sorts what it is
 * given. */
struct sink_scale sink_scale_of_all(enum sink_shown_quantity quantity, bool is_chinese,
                                    double *values, size_t count);

/* For a column of very many: one in the middle sets the unit, and has three significant places.
 * Sorts what it is given. */
struct sink_scale sink_scale_of_many(enum sink_shown_quantity quantity, bool is_chinese,
                                     double *values, size_t count);

/* "−1,234.5"; an en dash for NaN; no sign before zeros. */
struct sink_shown sink_number(double value, int decimals);
struct sink_shown sink_number_scaled(double value, const struct sink_scale *scale);
/* The same for lines that a script reads: "-1234.5", "0" for 0, nothing for NaN. */
struct sink_shown sink_number_plain(double value, const struct sink_scale *scale);
/* Places for so many significant digits of a value, 0 to 6. */
int sink_number_decimals(double value, int significant);

#endif
