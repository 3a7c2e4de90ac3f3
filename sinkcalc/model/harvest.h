/* Wood removed from regions, year by year: H of IPCC 2006 Vol. 4 eq. 2.12. */
#ifndef SINK_MODEL_HARVEST_H
#define SINK_MODEL_HARVEST_H

#include "sinkcalc/base/csv.h"
#include "sinkcalc/base/error.h"
#include "sinkcalc/base/region.h"
#include "sinkcalc/model/class.h"

#include <stdbool.h>
#include <stddef.h>

struct sink_harvest {
    struct sink_harvest_row {
        char *region; /* id, as text: leading zeros live */
        int year;
        int class_index;  /* in the class list */
        double volume_m3; /* removed in that calendar year, over bark */
        char *table;      /* where the row stands: name, for messages (or NULL), and line */
        size_t line;
    } * rows; /* by region (bytes), year, class; each once */
    size_t row_count;
};

/* From a table with the columns region, year, volume_m3 and, if wanted, class; without it, or with
 * an empty cell, the class is forest. Texts are copied. Faults name table and line: a column that
 * is unknown or missing, no region, a year that is not a whole number from 1000 to 9999, a volume
 * that is not a number from 0, a class that does not exist (the nearest is suggested), a region,
 * year and class twice, no rows. On failure the table is empty. Whether the regions exist is for
 * the caller, who knows them, to check. */
SINK_CHECKED enum sink_status sink_harvest_read(const struct sink_csv *csv,
                                                const struct sink_class_list *classes,
                                                struct sink_harvest *harvest,
                                                struct sink_faults *faults);
void sink_harvest_free(struct sink_harvest *harvest);

/* What the table knows of a region in the calendar years after_year + 1 ... last_year. */
struct sink_harvest_sum {
    double volume_m3; /* of the years it has; the others are not 0 but not known */
    int year_count;   /* how many of the years it has, 0 to last_year - after_year */
};
/* Of one class, or of all of them together with class_index -1; then a year counts when it has a
 * row of any class. */
struct sink_harvest_sum sink_harvest_find(const struct sink_harvest *harvest, const char *region,
                                          int class_index, int after_year, int last_year);
/* Whether it has a row of the class for the region, in any year. */
bool sink_harvest_has(const struct sink_harvest *harvest, const char *region, int class_index);
/* Of its table; "harvest" when the rows have none. */
const char *sink_harvest_name(const struct sink_harvest *harvest);

/* What a table is used for. */
struct sink_harvest_use {
    const struct sink_class_list *classes;
    const struct sink_region_list *regions;
    const char *regions_from; /* whose regions they are, for messages */
    const int *years;         /* [year_count] ascending: the ends of the periods */
    size_t year_count;
    bool needs_all_years; /* a year without a row is a fault, not 0 */
};
/* Notes what does not fit: a region that is none of these, or a rest, which has what its parent has
 * beside its parts, or a sum, which has what its parts have; years of the periods that a region and
 * class of the table lacks; parts that have more of a class in a period than the region they are
 * parts of, where that has rows of the class (one without has the sum of its parts). */
SINK_CHECKED enum sink_status sink_harvest_check(const struct sink_harvest *harvest,
                                                 const struct sink_harvest_use *use,
                                                 struct sink_faults *faults);
/* The number of rows of years outside the periods. */
size_t sink_harvest_unused(const struct sink_harvest *harvest, const int *years, size_t year_count);

#endif
