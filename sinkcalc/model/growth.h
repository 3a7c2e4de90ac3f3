/* Gains and losses of biomass: the equations of the IPCC 2006 Guidelines Vol. 4 (AFOLU) Ch. 2 that
 * the account applies, for Tier 1 and 2.
 *
 * "t" is dry matter unless the name says tc (t of carbon) or gas. The carbon fraction is in t C per
 * t d.m., the root:shoot ratio in t d.m. below ground per t d.m. above; 0 leaves the roots out,
 * which Tier 1 allows where they are taken as unchanged. Gains and losses are both positive; NaN
 * goes through. Nothing is checked: the factors were when they were read. */
#ifndef SINK_MODEL_GROWTH_H
#define SINK_MODEL_GROWTH_H

/* Carbon of what trees have above ground and in the roots below it. */
struct sink_tree_carbon {
    double above_tc, below_tc;
};
/* The factor (1 + R) CF of eq. 2.9 and 2.10 (growth), 2.12 and 2.13 (wood: t above ground are m3 x
 * BCEF) and 2.14 (disturbance), parted by pool. */
struct sink_tree_carbon sink_tree_carbon(double above_t, double root_shoot, double carbon_fraction);

/* Net change of biomass, t C: eq. 2.7 with the losses of eq. 2.11, and eq. 2.15 with what stood on
 * converted land before as a loss and what stands on it after within the gain. */
double sink_biomass_change_tc(double gain_tc, double conversion_tc, double disturbance_tc,
                              double removal_tc);

/* What a fire emits of one gas, t of that gas: eq. 2.27. `emitted_g_kg` is in g per kg of dry
 * matter burnt. */
double sink_fire_gas_t(double fuel_t, double combustion_factor, double emitted_g_kg);

/* Above-ground biomass by age, a (1 - exp(-k age))^c: Richards 1959 (J. Exp. Bot. 10:290), Chapman
 * 1961. c = 1 / (1 - m) where a source gives m. */
struct sink_growth_curve {
    double asymptote_t_ha; /* a */
    double rate_per_yr;    /* k > 0 */
    double shape;          /* c > 0 */
};
/* t/ha at an age; 0 at age 0 and before. */
double sink_curve_above_t_ha(const struct sink_growth_curve *curve, double age_yr);
/* Mean growth over the `years` > 0 that begin at an age, t/ha/yr. */
double sink_curve_growth_t_ha_yr(const struct sink_growth_curve *curve, double age_yr,
                                 double years);

#endif
