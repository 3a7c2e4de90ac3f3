/* The equations as they are printed, in one set of units. */
#include "sinkcalc/model/growth.h"

#include "sinkcalc/base/units.h"

#include <math.h>

double sink_growth_from_above(double above_t_ha_yr, double root_shoot)
{
    return above_t_ha_yr * (1 + root_shoot);
}

double sink_growth_from_volume(double increment_m3_ha_yr, double bcef_growth, double root_shoot)
{
    return increment_m3_ha_yr * bcef_growth * (1 + root_shoot);
}

double sink_growth_gain_tc_yr(double area_ha, double growth_t_ha_yr, double carbon_fraction)
{
    return area_ha * growth_t_ha_yr * carbon_fraction;
}

double sink_loss_of_wood_tc_yr(double volume_m3_yr, double bcef_removal, double root_shoot,
                               double carbon_fraction)
{
    return volume_m3_yr * bcef_removal * (1 + root_shoot) * carbon_fraction;
}

double sink_loss_of_fuelwood_tc_yr(struct sink_fuelwood fuelwood, double bcef_removal,
                                   double root_shoot, double carbon_fraction)
{
    return sink_loss_of_wood_tc_yr(fuelwood.trees_m3_yr, bcef_removal, root_shoot,
                                   carbon_fraction) +
           fuelwood.parts_m3_yr * fuelwood.density_t_m3 * carbon_fraction;
}

double sink_loss_by_disturbance_tc(double area_ha, double above_t_ha, double root_shoot,
                                   double carbon_fraction, double fraction_lost)
{
    return area_ha * above_t_ha * (1 + root_shoot) * carbon_fraction * fraction_lost;
}

double sink_conversion_change_tc(double area_ha, double before_t_ha, double after_t_ha,
                                 double carbon_fraction)
{
    return (after_t_ha - before_t_ha) * area_ha * carbon_fraction;
}

double sink_biomass_change_tc_yr(double gain_tc_yr, double conversion_tc_yr, double loss_tc_yr)
{
    return gain_tc_yr + conversion_tc_yr - loss_tc_yr;
}

double sink_dead_mortality_tc_yr(double area_ha, double above_growth_t_ha_yr,
                                 double carbon_fraction, double mortality_per_yr)
{
    return area_ha * above_growth_t_ha_yr * carbon_fraction * mortality_per_yr;
}

/* The stem over bark is carried away; all else of the tree stays. */
double sink_dead_slash_tc_yr(double volume_m3_yr, double bcef_removal, double root_shoot,
                             double density_t_m3, double carbon_fraction)
{
    return (volume_m3_yr * bcef_removal * (1 + root_shoot) - volume_m3_yr * density_t_m3) *
           carbon_fraction;
}

double sink_dead_input_tc_yr(double mortality_tc_yr, double slash_tc_yr, double disturbance_tc_yr,
                             double left_fraction)
{
    return mortality_tc_yr + slash_tc_yr + disturbance_tc_yr * left_fraction;
}

double sink_dead_gain_loss_tc_yr(double area_ha, double in_t_ha_yr, double out_t_ha_yr,
                                 double carbon_fraction)
{
    return area_ha * (in_t_ha_yr - out_t_ha_yr) * carbon_fraction;
}

double sink_dead_stock_difference_tc_yr(double area_ha, double before_t_ha, double after_t_ha,
                                        double years, double carbon_fraction)
{
    return area_ha * (after_t_ha - before_t_ha) / years * carbon_fraction;
}

double sink_dead_conversion_tc_yr(double area_ha, double before_tc_ha, double after_tc_ha,
                                  double transition_yr)
{
    return (after_tc_ha - before_tc_ha) * area_ha / transition_yr;
}

double sink_dead_change_tc_yr(double dead_wood_tc_yr, double litter_tc_yr)
{
    return dead_wood_tc_yr + litter_tc_yr;
}

/* g per kg = kg per t. */
double sink_fire_gas_t(double area_ha, double fuel_t_ha, double combustion_factor,
                       double emitted_g_kg)
{
    return area_ha * fuel_t_ha * combustion_factor * emitted_g_kg / SINK_KG_PER_T;
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

/* m/yr x mol/m3 x g/mol = g m-2 yr-1, of which 100 are 1 t/ha. */
double sink_karst_sink_tc_ha_yr(double runoff_m_yr, double inorganic_carbon_mmol_l)
{
    return 0.5 * 12 * runoff_m_yr * inorganic_carbon_mmol_l / 100;
}
