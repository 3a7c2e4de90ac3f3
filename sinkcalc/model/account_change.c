/* Changes of land that is known at both ends of a period, by the class it has at the end. */
#include "sinkcalc/model/account_parts.h"

#include <math.h>
#include <string.h>

void sink_account_add_change(struct sink_making *making, const struct sink_row_account *row)
{
    struct sink_account *account = making->account;
    const struct sink_stratum_account *stratum = row->stratum;
    const size_t year = row->year, region = row->row->region;
    if (!stratum->has_flow || row->to < 0)
        return;
    const size_t class = (size_t)row->to;
    const size_t by_class = sink_at_class(account, year, class, region);
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++) {
        const double all_tc =
            row->amount[SINK_AMOUNT_STOCK_TO + pool] - row->amount[SINK_AMOUNT_STOCK_FROM + pool];
        const double change_tc = sink_stratum_change_tc(stratum, row->amount, pool);
        account->difference_tc[sink_at_class_pool(account, year, class, pool, region)] += change_tc;
        account->gap_change_tc[sink_at_pool(account, year, pool, region)] += all_tc - change_tc;
    }
    account->soil_flux_tc[by_class] += row->amount[SINK_AMOUNT_SOIL_FLUX];
    for (size_t pool = 0; pool < SINK_BIOMASS_POOL_COUNT; pool++) {
        const size_t at = sink_at_biomass(account, year, class, pool, region);
        account->gain_tc[at] += stratum->flow.is_known ? row->amount[SINK_AMOUNT_GAIN + pool] : NAN;
        account->conversion_loss_tc[at] += row->amount[SINK_AMOUNT_LOSS_CONVERSION + pool];
        account->disturbance_loss_tc[at] += row->amount[SINK_AMOUNT_LOSS_DISTURBANCE + pool];
        making->removal_tc[at] += row->amount[SINK_AMOUNT_REMOVAL + pool];
    }
    if (row->amount[SINK_AMOUNT_REMOVAL] > 0)
        making->removal_ha[by_class] += row->area_m2 / SINK_M2_PER_HA;
}

/* One class in one period. */
struct felling {
    struct sink_making *making;
    size_t year, class;
};

static const struct sink_harvest *table_of(const struct felling *felling)
{
    return felling->making->basis.settings->harvest;
}

/* A region without rows of the class has what its parts have. */
static bool has_own_rows(const struct felling *felling, size_t region)
{
    return sink_harvest_has(table_of(felling), felling->making->regions->items[region].id,
                            felling->making->account->class_index[felling->class]);
}

/* More cannot be taken from a boundary than stands in it, but for what grows meanwhile. */
static enum sink_status check_stock(const struct felling *felling, size_t region, double volume_m3,
                                    struct sink_error *error)
{
    const struct sink_making *making = felling->making;
    const struct sink_account *account = making->account;
    const size_t pool = SINK_POOL_ABOVE_GROUND;
    const double loss_tc = account->harvest_loss_tc[sink_at_biomass(account, felling->year,
                                                                    felling->class, pool, region)];
    const double stock_tc = account->stock_tc[sink_at_class_pool(account, felling->year - 1,
                                                                 felling->class, pool, region)];
    if (making->regions->items[region].kind != SINK_REGION_POLYGON ||
        making->basis.settings->value == SINK_MISSING_COUNT || !(loss_tc > stock_tc))
        return SINK_OK;
    return sink_fail(
        error, SINK_BAD_DATA,
        "%s: region %s has %.12g m3 of class %s from %d to %d, %.6g t C above ground, but only "
        "%.6g t C stood there in %d; expected no more, or let it pass with `missing: {value: "
        "count}`",
        sink_harvest_name(table_of(felling)), making->regions->items[region].id, volume_m3,
        making->basis.classes->items[account->class_index[felling->class]].name,
        account->years[felling->year - 1] + 1, account->years[felling->year], loss_tc, stock_tc,
        account->years[felling->year - 1]);
}

/* Eq. 2.12: H x BCEF_R x (1 + R) x CF, with the means of the factors over the class's land. */
static enum sink_status fell(const struct felling *felling, size_t region, struct sink_error *error)
{
    struct sink_making *making = felling->making;
    struct sink_account *account = making->account;
    const int class_index = account->class_index[felling->class];
    const char *id = making->regions->items[region].id;
    const struct sink_harvest_sum sum =
        sink_harvest_find(table_of(felling), id, class_index, account->years[felling->year - 1],
                          account->years[felling->year]);
    const double ha =
        making->removal_ha[sink_at_class(account, felling->year, felling->class, region)];
    if (!(sum.volume_m3 > 0))
        return SINK_OK;
    if (!(ha > 0))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: region %s has %.12g m3 of class %s from %d to %d, but no land of "
                         "that class with a bcef_removal, carbon_fraction and root_shoot factor",
                         sink_harvest_name(table_of(felling)), id, sum.volume_m3,
                         making->basis.classes->items[class_index].name,
                         account->years[felling->year - 1] + 1, account->years[felling->year]);
    for (size_t pool = 0; pool < SINK_BIOMASS_POOL_COUNT; pool++) {
        const size_t at = sink_at_biomass(account, felling->year, felling->class, pool, region);
        account->harvest_loss_tc[at] = sum.volume_m3 * making->removal_tc[at] / ha;
    }
    return check_stock(felling, region, sum.volume_m3, error);
}

/* Regions of which the table has no row of the class have what their children have; a rest has what
 * its parent has beside them. Children stand behind their parents, a rest behind its siblings. */
static void spread(const struct felling *felling)
{
    const struct sink_making *making = felling->making;
    struct sink_account *account = making->account;
    const struct sink_region *items = making->regions->items;
    for (size_t pool = 0; pool < SINK_BIOMASS_POOL_COUNT; pool++) {
        double *loss = &account->harvest_loss_tc[sink_at_biomass(account, felling->year,
                                                                 felling->class, pool, 0)];
        for (size_t r = account->region_count; r-- > 0;)
            if (items[r].parent >= 0 && items[r].kind != SINK_REGION_REST &&
                !has_own_rows(felling, (size_t)items[r].parent))
                loss[items[r].parent] += loss[r];
        for (size_t r = 0; r < account->region_count; r++) {
            if (items[r].kind != SINK_REGION_REST ||
                !has_own_rows(felling, (size_t)items[r].parent))
                continue; /* nothing is left when the parent is its parts */
            loss[r] = loss[items[r].parent];
            for (size_t other = (size_t)items[r].parent + 1; other < r; other++)
                if (items[other].parent == items[r].parent)
                    loss[r] -= loss[other];
        }
    }
}

static enum sink_status check_table(const struct sink_making *making, struct sink_error *error)
{
    const struct sink_account_settings *settings = making->basis.settings;
    const struct sink_harvest_use use = {.classes = making->basis.classes,
                                         .regions = making->regions,
                                         .regions_from = "the job",
                                         .years = making->account->years,
                                         .year_count = making->account->year_count,
                                         .needs_all_years = settings->value == SINK_MISSING_ERROR};
    struct sink_faults faults = {0};
    enum sink_status status = sink_harvest_check(settings->harvest, &use, &faults);
    if (status != SINK_OK)
        status = sink_faults_status(&faults, error);
    sink_faults_free(&faults);
    return status;
}

enum sink_status sink_account_add_harvest(struct sink_making *making, struct sink_error *error)
{
    const struct sink_account *account = making->account;
    if (!making->basis.settings->harvest || account->year_count < 2)
        return SINK_OK;
    enum sink_status status = check_table(making, error);
    struct felling felling = {.making = making};
    for (felling.year = 1; felling.year < account->year_count; felling.year++)
        for (felling.class = 0; felling.class < account->class_count; felling.class ++) {
            for (size_t r = 0; r < account->region_count && status == SINK_OK; r++)
                status = fell(&felling, r, error);
            if (status == SINK_OK)
                spread(&felling);
        }
    return status;
}
