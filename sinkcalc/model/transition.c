/* Each use moves the pools from where the former left them; only the time it lasts matters. */
#include "sinkcalc/model/transition.h"

#include <assert.h>
#include <math.h>

/* IPCC 2006 Vol. 4 eq. 2.25: the difference over D in equal parts, none after D. */
static double move_linearly(double start_tc_ha, double reference_tc_ha, double elapsed_yr,
                            double transition_yr)
{
    if (elapsed_yr >= transition_yr)
        return reference_tc_ha;
    return start_tc_ha + (reference_tc_ha - start_tc_ha) * (elapsed_yr / transition_yr);
}

/* Comparisons are false for NaN, so that it goes through to the result. */
static double accumulate(double start_tc_ha, double limit_tc_ha, double gain_tc_ha)
{
    const double room_tc_ha = limit_tc_ha - start_tc_ha;
    if (isnan(room_tc_ha) || isnan(gain_tc_ha))
        return NAN;
    if (room_tc_ha <= 0)
        return start_tc_ha;
    return gain_tc_ha >= room_tc_ha ? limit_tc_ha : start_tc_ha + gain_tc_ha;
}

static double drain(double start_tc_ha, double loss_tc_ha)
{
    return loss_tc_ha >= start_tc_ha ? 0 : start_tc_ha - loss_tc_ha;
}

static struct sink_soil use_for(struct sink_soil soil, const struct sink_soil_use *use,
                                double elapsed_yr, double transition_yr)
{
    const double rate_tc_ha_yr = use->rate_tc_ha_yr < 0 ? 0 : use->rate_tc_ha_yr;
    double *pool = use->is_deep ? &soil.deep_tc_ha : &soil.shallow_tc_ha;
    switch (use->rule) {
    case SINK_SOIL_LINEAR:
        *pool = move_linearly(*pool, use->reference_tc_ha, elapsed_yr, transition_yr);
        break;
    case SINK_SOIL_DECLINE:
        if (!(use->reference_tc_ha >= *pool)) /* NaN goes through */
            *pool = move_linearly(*pool, use->reference_tc_ha, elapsed_yr, transition_yr);
        break;
    case SINK_SOIL_ACCUMULATE:
        soil.deep_tc_ha =
            accumulate(soil.deep_tc_ha, use->reference_tc_ha, rate_tc_ha_yr * elapsed_yr);
        break;
    case SINK_SOIL_DRAIN:
        soil.deep_tc_ha = drain(soil.deep_tc_ha, rate_tc_ha_yr * elapsed_yr);
        break;
    case SINK_SOIL_EXTRACT:
        soil.deep_tc_ha = 0;
        break;
    case SINK_SOIL_KEEP:
        break;
    }
    return soil;
}

struct sink_soil sink_soil_after(const struct sink_soil_use *uses, size_t count, double year,
                                 double transition_yr)
{
    struct sink_soil soil = {0, 0};
    if (count == 0)
        return soil;
    *(uses[0].is_deep ? &soil.deep_tc_ha : &soil.shallow_tc_ha) = uses[0].reference_tc_ha;
    for (size_t i = 1; i < count && uses[i].since_yr < year; i++) {
        assert(i == 1 || uses[i].since_yr >= uses[i - 1].since_yr);
        const double until_yr =
            i + 1 < count && uses[i + 1].since_yr < year ? uses[i + 1].since_yr : year;
        if (until_yr > uses[i].since_yr)
            soil = use_for(soil, &uses[i], until_yr - uses[i].since_yr, transition_yr);
    }
    return soil;
}

double sink_litter_after(const struct sink_litter_use *uses, size_t count, double year,
                         double transition_yr)
{
    if (count == 0)
        return 0;
    double litter_tc_ha = uses[0].reference_tc_ha;
    for (size_t i = 1; i < count && uses[i].since_yr < year; i++) {
        assert(i == 1 || uses[i].since_yr >= uses[i - 1].since_yr);
        const double until_yr =
            i + 1 < count && uses[i + 1].since_yr < year ? uses[i + 1].since_yr : year;
        const double reference_tc_ha = uses[i].reference_tc_ha;
        if (until_yr <= uses[i].since_yr)
            continue;
        litter_tc_ha = reference_tc_ha < litter_tc_ha
                           ? reference_tc_ha
                           : move_linearly(litter_tc_ha, reference_tc_ha,
                                           until_yr - uses[i].since_yr, transition_yr);
    }
    return litter_tc_ha;
}
