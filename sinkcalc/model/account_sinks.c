/* Sinks from changes. Positive = removal from the air. */
#include "sinkcalc/model/account_parts.h"

#include <math.h>

/* One class and pool of a region in a year. */
struct change {
    double
        difference_tc;   /* stock difference, IPCC 2006 Vol. 4 eq. 2.5, with the flux of its soil */
    double gain_loss_tc; /* gains less losses (eq. 2.4, 2.7); NaN where it cannot be told */
};

static struct change change_of(const struct sink_account *account, size_t year, size_t class,
                               size_t pool, size_t region)
{
    struct change change = {
        .difference_tc =
            account->difference_tc[sink_at_class_pool(account, year, class, pool, region)]};
    if (pool < SINK_BIOMASS_POOL_COUNT) {
        const size_t at = sink_at_biomass(account, year, class, pool, region);
        change.gain_loss_tc = account->gain_tc[at] - account->conversion_loss_tc[at] -
                              account->disturbance_loss_tc[at] - account->harvest_loss_tc[at];
        return change;
    }
    if (pool == SINK_POOL_SOIL)
        change.difference_tc += account->soil_flux_tc[sink_at_class(account, year, class, region)];
    change.gain_loss_tc = change.difference_tc; /* transfers and fluxes are counted one way only */
    return change;
}

static void set_pool(struct sink_making *making, size_t year, size_t pool, size_t region)
{
    struct sink_account *account = making->account;
    const size_t at = sink_at_pool(account, year, pool, region);
    const double to_tco2_yr = SINK_CO2_PER_C / (account->years[year] - account->years[year - 1]);
    double difference_tc = 0, gain_loss_tc = 0, chosen_tc = 0, flux_tc = 0;
    for (size_t c = 0; c < account->class_count; c++) {
        const struct change change = change_of(account, year, c, pool, region);
        const bool is_gain_loss =
            sink_account_method(making->basis.settings, account->class_index[c], pool) ==
            SINK_METHOD_GAIN_LOSS;
        const double tc = is_gain_loss ? change.gain_loss_tc : change.difference_tc;
        account->class_sink_tco2_yr[sink_at_class_pool(account, year, c, pool, region)] =
            tc * to_tco2_yr;
        difference_tc += change.difference_tc;
        gain_loss_tc += change.gain_loss_tc;
        chosen_tc += tc;
        if (pool == SINK_POOL_SOIL)
            flux_tc += account->soil_flux_tc[sink_at_class(account, year, c, region)];
    }
    account->sink_tco2_yr[at] = chosen_tc * to_tco2_yr;
    account->sink_by_difference_tco2_yr[at] = difference_tc * to_tco2_yr;
    account->sink_by_gain_loss_tco2_yr[at] = gain_loss_tc * to_tco2_yr;
    account->method_difference_tc[at] = chosen_tc - (difference_tc - flux_tc);
}

/* A first year ends no period; an only year has rates of its own. */
static void forget_first_year(struct sink_account *account)
{
    double *const rates[] = {account->ch4_t_yr, account->n2o_t_yr, account->karst_tco2_yr,
                             account->burial_tco2_yr};
    for (size_t i = 0; i < account->region_count && account->year_count > 1; i++)
        for (size_t a = 0; a < sizeof rates / sizeof *rates; a++)
            rates[a][i] = NAN;
    double *const arrays[] = {account->sink_tco2_yr, account->sink_by_difference_tco2_yr,
                              account->sink_by_gain_loss_tco2_yr};
    for (size_t i = 0; i < SINK_POOL_COUNT * account->region_count; i++)
        for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++)
            arrays[a][i] = NAN;
    for (size_t i = 0; i < account->class_count * SINK_POOL_COUNT * account->region_count; i++)
        account->class_sink_tco2_yr[i] = NAN;
    for (size_t i = 0; i < (size_t)SINK_LAND_USE_COUNT * SINK_POOL_COUNT * account->region_count;
         i++)
        account->land_use_sink_tco2_yr[i] = NAN;
    for (size_t i = 0; i < account->report_count * account->region_count; i++)
        account->report_sink_tco2_yr[i] = NAN;
}

void sink_account_set_sinks(struct sink_making *making)
{
    struct sink_account *account = making->account;
    for (size_t year = 1; year < account->year_count; year++)
        for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
            for (size_t region = 0; region < account->region_count; region++)
                set_pool(making, year, pool, region);
    forget_first_year(account);
}
