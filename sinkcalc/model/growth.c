/* The equations as they are printed, in one set of units. */
#include "sinkcalc/model/growth.h"

#include <math.h>

struct sink_tree_carbon sink_tree_carbon(double above_t, double root_shoot, double carbon_fraction)
{
    const double above_tc = above_t * carbon_fraction;
    return (struct sink_tree_carbon){above_tc, above_tc * root_shoot};
}

double sink_biomass_change_tc(double gain_tc, double conversion_tc, double disturbance_tc,
                              double removal_tc)
{
    return gain_tc - conversion_tc - disturbance_tc - removal_tc;
}

/* g per kg = kg per t. */
double sink_fire_gas_t(double fuel_t, double combustion_factor, double emitted_g_kg)
{
    return fuel_t * combustion_factor * emitted_g_kg * 1e-3;
}

/* expm1 keeps the digits of young stands. */
double sink_curve_above_t_ha(const struct sink_growth_curve *curve, double age_yr)
{
    if (age_yr <= 0)
        return 0;
    return curve->asymptote_t_ha * pow(-expm1(-curve->rate_per_yr * age_yr), curve->shape);
}

double sink_curve_growth_t_ha_yr(const struct sink_growth_curve *curve, double age_yr, double years)
{
    return (sink_curve_above_t_ha(curve, age_yr + years) - sink_curve_above_t_ha(curve, age_yr)) /
           years;
}
