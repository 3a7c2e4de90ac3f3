/* The parts of an account: private to sinkcalc/model. */
#ifndef SINK_MODEL_ACCOUNT_PARTS_H
#define SINK_MODEL_ACCOUNT_PARTS_H

#include "sinkcalc/model/account.h"
#include "sinkcalc/model/coefficients.h"

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

/* The year that a side of a pass describes. */
size_t sink_account_year(const struct sink_tally_spec *spec, uint32_t pass, enum sink_side side);
/* Index in account->class_index of the value of a class dimension, or -1 for no data or unknown. */
int sink_account_class(const struct sink_account *account, const struct sink_class_list *classes,
                       const struct sink_dimension *dimension, int value);

/* Makes the arrays of an account whose counts are set; all zero. False without memory. */
bool sink_account_allocate(struct sink_account *account);

/* Totals, sinks and targets from the stocks by class (account_totals.c). */
void sink_account_add_up(struct sink_account *account, const struct sink_class_list *classes,
                         const struct sink_region_list *regions,
                         const struct sink_account_settings *settings);

#endif
