/* The parts of an account: private to sinkcalc/model. */
#ifndef SINK_MODEL_ACCOUNT_PARTS_H
#define SINK_MODEL_ACCOUNT_PARTS_H

#include "sinkcalc/model/account.h"
#include "sinkcalc/model/strata_parts.h"

/* Positions in the arrays of an account. */
static inline size_t sink_at_class(const struct sink_account *account, size_t year, size_t class,
                                   size_t region)
{
    return (year * account->class_count + class) * account->region_count + region;
}
static inline size_t sink_at_class_pool(const struct sink_account *account, size_t year,
                                        size_t class, size_t pool, size_t region)
{
    return ((year * account->class_count + class) * SINK_POOL_COUNT + pool) *
               account->region_count +
           region;
}
/* Of the arrays by class and biomass pool. */
static inline size_t sink_at_biomass(const struct sink_account *account, size_t year, size_t class,
                                     size_t pool, size_t region)
{
    return ((year * account->class_count + class) * SINK_BIOMASS_POOL_COUNT + pool) *
               account->region_count +
           region;
}
static inline size_t sink_at_pool(const struct sink_account *account, size_t year, size_t pool,
                                  size_t region)
{
    return (year * SINK_POOL_COUNT + pool) * account->region_count + region;
}
static inline size_t sink_at_region(const struct sink_account *account, size_t year, size_t region)
{
    return year * account->region_count + region;
}
static inline size_t sink_at_change(const struct sink_account *account, size_t pass, size_t from,
                                    size_t to, size_t region)
{
    return ((pass * account->class_count + from) * account->class_count + to) *
               account->region_count +
           region;
}
static inline size_t sink_at_land_use(const struct sink_account *account, size_t year, int land_use,
                                      size_t region)
{
    return (year * SINK_LAND_USE_COUNT + (size_t)land_use) * account->region_count + region;
}
static inline size_t sink_at_report(const struct sink_account *account, size_t year, size_t report,
                                    size_t region)
{
    return (year * account->report_count + report) * account->region_count + region;
}

/* The making of an account. */
struct sink_making {
    const struct sink_tally_spec *spec;
    const struct sink_tally_row *rows;
    size_t row_count;
    const struct sink_region_list *regions;
    struct sink_account_basis basis;
    struct sink_account *account;
    struct sink_strata *strata;
    struct sink_faults missing;
    double *removal_tc; /* [year][class][biomass pool][region] of 1 m3 harvested, times ha */
    double *removal_ha; /* [year][class][region] */
};

/* A row of the tally with what it amounts to. */
struct sink_row_account {
    const struct sink_tally_row *row;
    const struct sink_stratum_account *stratum;
    double amount[SINK_AMOUNT_COUNT];
    double area_m2;
    int from, to; /* classes of the account; -1 */
    size_t year;  /* of the later date */
};

/* The year that a side of a pass describes. */
size_t sink_account_year(const struct sink_tally_spec *spec, uint32_t pass, enum sink_side side);
/* Index in account->class_index of the value of a class dimension, or -1 for no data or unknown. */
int sink_account_class(const struct sink_account *account, const struct sink_class_list *classes,
                       const struct sink_dimension *dimension, int value);
/* The method for a pool of a class of the class list. */
enum sink_method sink_account_method(const struct sink_account_settings *settings, int class_index,
                                     size_t pool);
/* The change of a pool of a stratum by the method that is chosen for it, t C, of `amounts`
 * [SINK_AMOUNT_COUNT]. `removal_tc` is the pool's part in the harvest, which only gains and losses
 * count. */
double sink_account_change_tc(const struct sink_account_settings *settings,
                              const struct sink_stratum_account *stratum, const double *amounts,
                              size_t pool, double removal_tc);

/* Makes the arrays of an account whose counts are set; all zero. False without memory. */
bool sink_account_allocate(struct sink_account *account);

/* account_change.c: changes of the row's land over its period; harvest, once all rows are in. */
void sink_account_add_change(struct sink_making *making, const struct sink_row_account *row);
SINK_CHECKED enum sink_status sink_account_add_harvest(struct sink_making *making,
                                                       struct sink_error *error);
/* account_report.c: the values of the overlays to report by; the row's part in them, in the land
 * uses, and in what stands outside the totals. */
SINK_CHECKED enum sink_status sink_account_list_reports(struct sink_making *making,
                                                        struct sink_error *error);
void sink_account_add_reports(struct sink_making *making, const struct sink_row_account *row);
/* Memo lines that no factor told of are NaN, not 0. */
void sink_account_forget_memos(struct sink_account *account);
/* account_sinks.c: sinks by class, pool and method from the changes. */
void sink_account_set_sinks(struct sink_making *making);

/* Totals and targets from the stocks and sinks by class (account_totals.c). */
void sink_account_add_up(struct sink_account *account, const struct sink_class_list *classes,
                         const struct sink_region_list *regions,
                         const struct sink_account_settings *settings);

#endif
