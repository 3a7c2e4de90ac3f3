/* Where the tally cuts its rasters, so that every pool is linear in their values within a stratum.
 */
#include "sinkcalc/model/account.h"
#include "sinkcalc/model/piecewise.h"
#include "sinkcalc/model/recipe_parts.h"

#include <math.h>
#include <stdlib.h>

#define MAX_STAND_YR 250 /* stands older than this are as one of the year after */

/* Breaks in the making. */
struct breaks {
    double *items;
    size_t count, room;
    bool is_short; /* of memory */
};

static void add(struct breaks *breaks, double value)
{
    if (!isfinite(value) || value < 0 || breaks->is_short)
        return;
    if (breaks->count == breaks->room) {
        const size_t room = 2 * breaks->room + 64;
        double *items = realloc(breaks->items, room * sizeof *items);
        if (!items) {
            breaks->is_short = true;
            return;
        }
        breaks->items = items;
        breaks->room = room;
    }
    breaks->items[breaks->count++] = value;
}

/* A factor by steps with its nodes. */
struct family {
    struct sink_step steps[SINK_MAX_STEPS];
    size_t count;
    double nodes[SINK_MAX_STEPS + 2], values[SINK_MAX_STEPS + 2]; /* and the ends */
    size_t node_count;
};

/* Where a family begins or ends another factor may speak: a cut as well. */
static void add_ends(struct family *family)
{
    const struct sink_step *first = &family->steps[0], *last = &family->steps[family->count - 1];
    if (first->over > 0) {
        family->nodes[family->node_count] = first->over;
        family->values[family->node_count++] = first->factor * first->over;
    }
    if (isfinite(last->up_to)) {
        family->nodes[family->node_count] = last->up_to;
        family->values[family->node_count++] =
            sink_piecewise_value(family->steps, family->count, last->up_to);
    }
}

/* The family that begins with the row; false for rows further on in one. */
static bool read_family(const struct sink_factors *factors, size_t i, enum sink_factor_kind kind,
                        struct family *family)
{
    const struct sink_factor *rows[SINK_MAX_STEPS];
    if (factors->rows[i].kind != kind || factors->rows[i].never_fits)
        return false;
    family->count = sink_factors_family(factors, &factors->rows[i], rows, SINK_MAX_STEPS);
    if (family->count == 0 || family->count > SINK_MAX_STEPS || rows[0] != &factors->rows[i])
        return false;
    for (size_t k = 0; k < family->count; k++)
        family->steps[k] = (struct sink_step){rows[k]->over, rows[k]->up_to, rows[k]->value};
    family->node_count =
        sink_piecewise_nodes(family->steps, family->count, family->nodes, family->values);
    add_ends(family);
    return true;
}

static void add_nodes(struct breaks *breaks, const struct sink_factors *factors,
                      enum sink_factor_kind kind)
{
    struct family family = {0};
    for (size_t i = 0; i < factors->row_count; i++)
        if (read_family(factors, i, kind, &family))
            for (size_t n = 0; n < family.node_count; n++)
                add(breaks, family.nodes[n]);
}

/* The intercept of a line, 0 without. */
static double intercept_of(const struct sink_factors *factors, const struct sink_factor *slope)
{
    for (size_t i = 0; i < factors->row_count; i++)
        if (factors->rows[i].kind == SINK_FACTOR_VOLUME_INTERCEPT &&
            sink_factors_are_line(factors, slope, &factors->rows[i]))
            return factors->rows[i].value;
    return 0;
}

/* Volumes whose biomass by one BCEF or line crosses the nodes of one ratio, whose first row is at
 * `ratio_row`. */
static void add_crossings(struct breaks *breaks, const struct sink_factors *factors, size_t row,
                          size_t ratio_row, const struct family *ratio)
{
    struct family bcef;
    const struct sink_factor *slope = &factors->rows[row];
    if (slope->never_fits || !sink_factors_may_meet(factors, slope, &factors->rows[ratio_row]))
        return;
    const bool is_bcef = read_family(factors, row, SINK_FACTOR_BCEF, &bcef);
    if (!is_bcef && (slope->kind != SINK_FACTOR_VOLUME_SLOPE || !(slope->value > 0)))
        return;
    for (size_t n = 0; n < ratio->node_count; n++) {
        const double above_t_ha = ratio->nodes[n];
        if (is_bcef) {
            add(breaks, sink_piecewise_inverse(bcef.steps, bcef.count, above_t_ha));
            continue;
        }
        const double tree_t_ha = above_t_ha + (slope->includes_roots ? ratio->values[n] : 0);
        add(breaks, (tree_t_ha - intercept_of(factors, slope)) / slope->value);
    }
}

static enum sink_status finish(struct breaks *breaks, double **items, size_t *count,
                               struct sink_error *error)
{
    add(breaks, INFINITY); /* nothing; but memory for no breaks at all */
    if (!breaks->items && !breaks->is_short)
        breaks->items = malloc(sizeof *breaks->items);
    if (breaks->is_short || !breaks->items) {
        free(breaks->items);
        *items = NULL;
        *count = 0;
        return sink_fail_memory(error);
    }
    *items = breaks->items;
    *count = sink_breaks_sort(breaks->items, breaks->count);
    return SINK_OK;
}

enum sink_status sink_account_volume_breaks(const struct sink_factors *factors, double **breaks,
                                            size_t *count, struct sink_error *error)
{
    struct breaks all = {0};
    struct family ratio;
    add_nodes(&all, factors, SINK_FACTOR_BCEF);
    for (size_t i = 0; i < factors->row_count; i++) {
        if (factors->rows[i].kind == SINK_FACTOR_VOLUME_INTERCEPT)
            add(&all, 0); /* B = aV + b holds only where there is a stand */
        const struct sink_factor *row = &factors->rows[i];
        const bool is_slope = row->kind == SINK_FACTOR_VOLUME_SLOPE && row->value > 0;
        if (is_slope && intercept_of(factors, row) < 0) /* and where it is above nothing */
            add(&all, -intercept_of(factors, row) / row->value);
        if (read_family(factors, i, SINK_FACTOR_ROOT_SHOOT, &ratio))
            for (size_t k = 0; k < factors->row_count; k++)
                add_crossings(&all, factors, k, i, &ratio);
    }
    return finish(&all, breaks, count, error);
}

static bool has_rows(const struct sink_factors *factors, enum sink_factor_kind kind)
{
    for (size_t i = 0; i < factors->row_count; i++)
        if (factors->rows[i].kind == kind && !factors->rows[i].never_fits)
            return true;
    return false;
}

/* Where a factor that the volume picks runs in another line. */
static void add_picks(struct breaks *breaks, const struct sink_factors *factors,
                      enum sink_factor_kind kind, bool of_biomass)
{
    struct family picked, bcef;
    if (!of_biomass)
        add_nodes(breaks, factors, kind);
    for (size_t i = 0; of_biomass && i < factors->row_count; i++) {
        if (!read_family(factors, i, kind, &picked))
            continue;
        for (size_t k = 0; k < factors->row_count; k++)
            if (read_family(factors, k, SINK_FACTOR_BCEF, &bcef) &&
                sink_factors_may_meet(factors, &factors->rows[i], &factors->rows[k]))
                for (size_t n = 0; n < picked.node_count; n++)
                    add(breaks, sink_piecewise_value(bcef.steps, bcef.count, picked.nodes[n]));
    }
}

enum sink_status sink_account_removal_breaks(const struct sink_factors *factors, bool of_biomass,
                                             bool is_felled, double **breaks, size_t *count,
                                             struct sink_error *error)
{
    struct breaks all = {0};
    if (has_rows(factors, SINK_FACTOR_VOLUME_GROWTH)) /* without it no land asks for BCEF_I */
        add_picks(&all, factors, SINK_FACTOR_BCEF_GROWTH, of_biomass);
    if (is_felled)
        add_picks(&all, factors, SINK_FACTOR_BCEF_REMOVAL, of_biomass);
    return finish(&all, breaks, count, error);
}

/* Biomass whose volume crosses a node of a BCEF, or begins on a line. */
static void add_derived(struct breaks *breaks, const struct sink_factors *factors)
{
    struct family family;
    for (size_t i = 0; i < factors->row_count; i++) {
        const struct sink_factor *row = &factors->rows[i];
        if (read_family(factors, i, SINK_FACTOR_BCEF, &family))
            for (size_t n = 0; n < family.node_count; n++)
                add(breaks, family.values[n]);
        if (row->kind != SINK_FACTOR_VOLUME_SLOPE)
            continue;
        const double b = intercept_of(factors, row);
        add(breaks, fmax(b, 0));
        for (size_t k = 0; row->includes_roots && k < factors->row_count; k++)
            if (read_family(factors, k, SINK_FACTOR_ROOT_SHOOT, &family))
                add(breaks, sink_above_of_tree(family.steps, family.count, b));
    }
}

enum sink_status sink_account_biomass_breaks(const struct sink_factors *factors,
                                             bool derives_volume, double **breaks, size_t *count,
                                             struct sink_error *error)
{
    struct breaks all = {0};
    add_nodes(&all, factors, SINK_FACTOR_ROOT_SHOOT);
    if (derives_volume)
        add_derived(&all, factors);
    return finish(&all, breaks, count, error);
}

enum sink_status sink_account_age_breaks(const struct sink_factors *factors, double **breaks,
                                         size_t *count, struct sink_error *error)
{
    struct breaks all = {0};
    const bool follows_years =
        has_rows(factors, SINK_FACTOR_CURVE_ASYMPTOTE) || has_rows(factors, SINK_FACTOR_GROWTH);
    for (int year = 0; follows_years && year <= MAX_STAND_YR; year++)
        add(&all, year);
    for (size_t i = 0; i < factors->row_count; i++) {
        const struct sink_factor *row = &factors->rows[i];
        if (sink_factor_kind_interval(row->kind) == SINK_INTERVAL_AGE) {
            add(&all, row->over);
            add(&all, row->up_to);
        }
    }
    return finish(&all, breaks, count, error);
}
