/* The checks that every run makes of its own account: all tables must add up. */
#include "sinkcalc/model/account_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct checking {
    const struct sink_account *account;
    const struct sink_tally_spec *spec;
    const struct sink_tally_row *rows;
    size_t row_count;
    const struct sink_region_list *regions;
    struct sink_closure_check *check; /* the one in hand */
    double found, expected;           /* of its worst case */
};

static void compare(struct checking *checking, size_t region, double found, double expected,
                    double scale)
{
    const double difference = fabs(found - expected) / fmax(scale, 1);
    if (difference <= checking->check->worst) /* false for NaN */
        return;
    checking->check->worst = isnan(difference) ? INFINITY : difference;
    checking->check->region = region;
    checking->found = found;
    checking->expected = expected;
}

/* Areas of the tally's rows by year and region, added without the account. */
static bool sum_areas(const struct checking *checking, struct sink_exact_sum **sums)
{
    const size_t n = checking->account->region_count;
    *sums = calloc(checking->account->year_count * n + 1, sizeof **sums);
    for (size_t i = 0; *sums && i < checking->row_count; i++) {
        const struct sink_tally_row *row = &checking->rows[i];
        const size_t year = sink_account_year(checking->spec, row->pass, SINK_SIDE_TO);
        sink_exact_sum_merge(&(*sums)[year * n + row->region], &row->sums[0]);
        if (row->pass == 0 && checking->spec->year_count > 1)
            sink_exact_sum_merge(&(*sums)[row->region], &row->sums[0]);
    }
    return *sums != NULL;
}

static bool check_classes(struct checking *checking)
{
    const struct sink_account *account = checking->account;
    struct sink_exact_sum *sums;
    if (!sum_areas(checking, &sums))
        return false;
    for (size_t year = 0; year < account->year_count; year++)
        for (size_t r = 0; r < account->region_count; r++) {
            const size_t at = sink_at_region(account, year, r);
            double found_m2 = account->no_class_m2[at] + account->unknown_m2[at];
            for (size_t c = 0; c < account->class_count; c++)
                found_m2 += account->area_m2[sink_at_class(account, year, c, r)];
            const double expected_m2 = sink_exact_sum_value(&sums[at]);
            compare(checking, r, found_m2, expected_m2, expected_m2);
        }
    free(sums);
    return true;
}

static double all_area(const struct sink_account *account, size_t at)
{
    return account->classified_m2[at] + account->no_class_m2[at] + account->unknown_m2[at];
}

static bool check_children(struct checking *checking)
{
    const struct sink_account *account = checking->account;
    const struct sink_region_list *regions = checking->regions;
    const size_t n = account->region_count;
    double *sums = calloc(2 * n + 1, sizeof *sums);
    bool *is_parent = calloc(n + 1, sizeof *is_parent);
    for (size_t year = 0; sums && is_parent && year < account->year_count; year++) {
        memset(sums, 0, 2 * n * sizeof *sums);
        for (size_t r = 0; r < n; r++) {
            const int parent = regions->items[r].parent;
            if (parent < 0)
                continue;
            is_parent[parent] = true;
            sums[2 * (size_t)parent] += all_area(account, sink_at_region(account, year, r));
            sums[2 * (size_t)parent + 1] += account->total_tc[sink_at_region(account, year, r)];
        }
        for (size_t r = 0; r < n; r++) {
            const size_t at = sink_at_region(account, year, r);
            if (!is_parent[r])
                continue;
            compare(checking, r, sums[2 * r], all_area(account, at), all_area(account, at));
            compare(checking, r, sums[2 * r + 1], account->total_tc[at], account->total_tc[at]);
        }
    }
    const bool is_whole = sums && is_parent;
    free(sums);
    free(is_parent);
    return is_whole;
}

static bool check_pools(struct checking *checking)
{
    const struct sink_account *account = checking->account;
    for (size_t year = 0; year < account->year_count; year++)
        for (size_t r = 0; r < account->region_count; r++) {
            const double total_tc = account->total_tc[sink_at_region(account, year, r)];
            double by_class_tc = 0, by_ecosystem_tc = 0;
            for (size_t i = 0; i < account->class_count * SINK_POOL_COUNT; i++)
                by_class_tc += account->stock_tc[sink_at_class_pool(
                    account, year, i / SINK_POOL_COUNT, i % SINK_POOL_COUNT, r)];
            for (size_t e = 0; e < SINK_ECOSYSTEM_COUNT; e++)
                by_ecosystem_tc +=
                    account
                        ->ecosystem_tc[(year * SINK_ECOSYSTEM_COUNT + e) * account->region_count +
                                       r];
            compare(checking, r, by_class_tc, total_tc, total_tc);
            compare(checking, r, by_ecosystem_tc, total_tc, total_tc);
        }
    return true;
}

/* Area of each class in a row's year that has no class on the other date: outside the matrix. */
static bool sum_unpaired(const struct checking *checking, const struct sink_class_list *classes,
                         double **lost, double **gained)
{
    const struct sink_account *account = checking->account;
    const struct sink_tally_spec *spec = checking->spec;
    const size_t count = account->pass_count * account->class_count * account->region_count;
    const int d[2] = {sink_tally_dimension(spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_FROM),
                      sink_tally_dimension(spec, SINK_DIMENSION_CLASS, "class", SINK_SIDE_TO)};
    *lost = calloc(count + 1, sizeof **lost);
    *gained = calloc(count + 1, sizeof **gained);
    for (size_t i = 0; *lost && *gained && i < checking->row_count; i++) {
        const struct sink_tally_row *row = &checking->rows[i];
        int values[SINK_MAX_DIMENSIONS];
        sink_tally_key_values(spec, row->key, values);
        const int from =
            sink_account_class(account, classes, &spec->dimensions[d[0]], values[d[0]]);
        const int to = sink_account_class(account, classes, &spec->dimensions[d[1]], values[d[1]]);
        const double area_m2 = sink_exact_sum_value(&row->sums[0]);
        if (from >= 0 && to < 0)
            (*lost)[sink_at_class(account, row->pass, (size_t)from, row->region)] += area_m2;
        if (from < 0 && to >= 0)
            (*gained)[sink_at_class(account, row->pass, (size_t)to, row->region)] += area_m2;
    }
    return *lost && *gained;
}

/* Margins of the matrix of each period are the areas of its two years. */
static bool check_matrix(struct checking *checking, const struct sink_class_list *classes)
{
    const struct sink_account *account = checking->account;
    double *lost = NULL, *gained = NULL;
    if (account->year_count < 2)
        return true;
    const bool is_whole = sum_unpaired(checking, classes, &lost, &gained);
    for (size_t i = 0;
         is_whole && i < account->pass_count * account->class_count * account->region_count; i++) {
        const size_t r = i % account->region_count;
        const size_t c = i / account->region_count % account->class_count;
        const size_t pass = i / account->region_count / account->class_count;
        double out_m2 = lost[i], in_m2 = gained[i];
        for (size_t other = 0; other < account->class_count; other++) {
            out_m2 += account->transition_m2[sink_at_change(account, pass, c, other, r)];
            in_m2 += account->transition_m2[sink_at_change(account, pass, other, c, r)];
        }
        const double first_m2 = account->area_m2[sink_at_class(account, pass, c, r)];
        const double second_m2 = account->area_m2[sink_at_class(account, pass + 1, c, r)];
        compare(checking, r, out_m2, first_m2, first_m2);
        compare(checking, r, in_m2, second_m2, second_m2);
    }
    free(lost);
    free(gained);
    return is_whole;
}

/* What the air gave to a pool, t C over a period, as the change of its stock tells it: without what
 * the chosen method makes of it. A gain that no factor tells leaves the difference of the stocks.
 */
static double flow_of(const struct sink_account *account, size_t year, size_t pool, size_t r)
{
    const size_t at = sink_at_pool(account, year, pool, r);
    const double to_tc = (account->years[year] - account->years[year - 1]) / SINK_CO2_PER_C;
    if (pool < SINK_BIOMASS_POOL_COUNT && isnan(account->sink_tco2_yr[at]))
        return account->sink_by_difference_tco2_yr[at] * to_tc;
    return account->sink_tco2_yr[at] * to_tc - account->method_difference_tc[at];
}

static bool check_flows(struct checking *checking)
{
    const struct sink_account *account = checking->account;
    for (size_t year = 1; year < account->year_count; year++)
        for (size_t r = 0; r < account->region_count; r++) {
            const size_t now = sink_at_region(account, year, r);
            const double after_tc = account->total_tc[now];
            const double before_tc = account->total_tc[sink_at_region(account, year - 1, r)];
            const double years = account->years[year] - account->years[year - 1];
            double flow_tc = 0, flow_tco2 = 0;
            for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++) {
                const size_t at = sink_at_pool(account, year, pool, r);
                flow_tc += flow_of(account, year, pool, r) + account->gap_change_tc[at];
                flow_tco2 += account->sink_tco2_yr[at] * years;
            }
            const double scale_tc = fmax(fabs(after_tc), fabs(before_tc));
            compare(checking, r, flow_tc, after_tc - before_tc, scale_tc);
            if (!isnan(flow_tco2) || !isnan(account->total_sink_tco2_yr[now]))
                compare(checking, r, account->total_sink_tco2_yr[now] * years, flow_tco2, scale_tc);
        }
    return true;
}

/* A year in the middle is the end of one period and the start of the next. */
static bool check_years(struct checking *checking)
{
    const size_t n = checking->account->region_count, passes = checking->account->pass_count;
    struct sink_exact_sum *sums = calloc(passes * n + 1, sizeof *sums);
    for (size_t i = 0; sums && i < checking->row_count; i++)
        sink_exact_sum_merge(&sums[checking->rows[i].pass * n + checking->rows[i].region],
                             &checking->rows[i].sums[0]);
    for (size_t i = n; sums && i < passes * n; i++) {
        const double before_m2 = sink_exact_sum_value(&sums[i - n]);
        const double after_m2 = sink_exact_sum_value(&sums[i]);
        compare(checking, i % n, after_m2, before_m2, before_m2);
    }
    free(sums);
    return sums != NULL;
}

/* Cells of a region are classified, without a class, or of an unknown code: whole numbers, as the
 * tally has them. */
static bool check_cells(struct checking *checking)
{
    const struct sink_account *account = checking->account;
    const size_t n = account->region_count;
    int64_t *counts = calloc(account->year_count * n + 1, sizeof *counts);
    for (size_t i = 0; counts && i < checking->row_count; i++) {
        const struct sink_tally_row *row = &checking->rows[i];
        const size_t year = sink_account_year(checking->spec, row->pass, SINK_SIDE_TO);
        counts[year * n + row->region] += row->cells;
        if (row->pass == 0 && checking->spec->year_count > 1)
            counts[row->region] += row->cells;
    }
    for (size_t i = 0; counts && i < account->year_count * n; i++) {
        if (checking->regions->items[i % n].kind != SINK_REGION_POLYGON)
            continue;
        double found = account->no_class_cells[i] + account->unknown_cells[i];
        for (size_t c = 0; c < account->class_count; c++)
            found += account->cells[sink_at_class(account, i / n, c, i % n)];
        compare(checking, i % n, found, (double)counts[i], 1);
    }
    free(counts);
    return counts != NULL;
}

static bool run_check(struct checking *checking, size_t index,
                      const struct sink_class_list *classes)
{
    switch (index) {
    case 0:
        return check_classes(checking);
    case 1:
        return check_children(checking);
    case 2:
        return check_pools(checking);
    case 3:
        return check_matrix(checking, classes);
    case 4:
        return check_flows(checking);
    case 5:
        return check_years(checking);
    default:
        return check_cells(checking);
    }
}

enum sink_status sink_account_check_closure(const struct sink_account *account,
                                            struct sink_tally *tally,
                                            const struct sink_region_list *regions,
                                            const struct sink_class_list *classes,
                                            struct sink_closure_check checks[SINK_CLOSURE_COUNT],
                                            struct sink_error *error)
{
    /* Doubles that are sums of millions of rounded terms; exact sums would let 0 stand here. */
    static const double tolerances[SINK_CLOSURE_COUNT] = {1e-12, 1e-9, 1e-12, 1e-9, 1e-9, 1e-9, 0};
    static const char *const names[SINK_CLOSURE_COUNT] = {
        "classes_to_region", "children_to_parent", "pools_to_total", "matrix_to_years",
        "flows_to_stocks",   "years_agree",        "cells_to_region"};
    struct checking checking = {
        .account = account, .spec = sink_tally_spec_of(tally), .regions = regions};
    checking.row_count = sink_tally_rows(tally, &checking.rows);
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < SINK_CLOSURE_COUNT; i++) {
        checks[i] = (struct sink_closure_check){
            .name = names[i], .tolerance = tolerances[i], .passed = true};
        checking.check = &checks[i];
        if (!run_check(&checking, i, classes))
            return sink_fail_memory(error);
        checks[i].passed = checks[i].worst <= tolerances[i];
        if (!checks[i].passed && status == SINK_OK)
            status = sink_fail(
                error, SINK_FAILED, "closure: %s does not hold in region %s: %.17g, expected %.17g",
                names[i], regions->items[checks[i].region].id, checking.found, checking.expected);
    }
    return status;
}
