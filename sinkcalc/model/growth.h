/* Gains and losses of biomass and dead organic matter: one small function per equation of the IPCC
 * 2006 Guidelines Vol. 4 (AFOLU) Ch. 2, for Tier 1 and 2.
 *
 * "t" is dry matter unless the name says tc (t of carbon) or gas. The carbon fraction is in t C per
 * t d.m., the root:shoot ratio in t d.m. below ground per t d.m. above; 0 leaves the roots out,
 * which Tier 1 allows where they are taken as unchanged. BCEF is in t d.m. per m3. Gains and losses
 * are both positive; NaN goes through. Nothing is checked: the factors were when they were read. */
#ifndef SINK_MODEL_GROWTH_H
#define SINK_MODEL_GROWTH_H

/* Growth of the whole tree from that above ground, t/ha/yr: eq. 2.10, Tier 1. */
double sink_growth_from_above(double above_t_ha_yr, double root_shoot);
/* Growth of the whole tree from the net annual increment of volume with bark, t/ha/yr: eq. 2.10,
 * Tier 2 and 3. */
double sink_growth_from_volume(double increment_m3_ha_yr, double bcef_growth, double root_shoot);
/* Gain of an area, t C/yr: eq. 2.9. */
double sink_growth_gain_tc_yr(double area_ha, double growth_t_ha_yr, double carbon_fraction);

/* Loss by harvest over bark, t C/yr: eq. 2.12. */
double sink_loss_of_wood_tc_yr(double volume_m3_yr, double bcef_removal, double root_shoot,
                               double carbon_fraction);

/* Fuelwood of a year. */
struct sink_fuelwood {
    double trees_m3_yr;  /* whole trees */
    double parts_m3_yr;  /* branches and tops of trees that live on */
    double density_t_m3; /* of the parts */
};
/* Loss by fuelwood, t C/yr: eq. 2.13. */
double sink_loss_of_fuelwood_tc_yr(struct sink_fuelwood fuelwood, double bcef_removal,
                                   double root_shoot, double carbon_fraction);

/* Loss by a disturbance of `area_ha`, t C: eq. 2.14. `above_t_ha` stood there before;
 * `fraction_lost` is 1 where the stand is replaced. */
double sink_loss_by_disturbance_tc(double area_ha, double above_t_ha, double root_shoot,
                                   double carbon_fraction, double fraction_lost);

/* Change at the conversion itself, t C, a gain when positive: eq. 2.16. */
double sink_conversion_change_tc(double area_ha, double before_t_ha, double after_t_ha,
                                 double carbon_fraction);
/* Net change of biomass: eq. 2.15; with no conversion eq. 2.7. */
double sink_biomass_change_tc_yr(double gain_tc_yr, double conversion_tc_yr, double loss_tc_yr);

/* What trees that die bring into dead organic matter, t C/yr: eq. 2.21. `mortality_per_yr` is a
 * share of the growth. */
double sink_dead_mortality_tc_yr(double area_ha, double above_growth_t_ha_yr,
                                 double carbon_fraction, double mortality_per_yr);
/* What harvest leaves in the forest, t C/yr: eq. 2.22. */
double sink_dead_slash_tc_yr(double volume_m3_yr, double bcef_removal, double root_shoot,
                             double density_t_m3, double carbon_fraction);
/* All that enters dead organic matter, t C/yr: eq. 2.20. `left_fraction` of the disturbance loss
 * stays on the ground. */
double sink_dead_input_tc_yr(double mortality_tc_yr, double slash_tc_yr, double disturbance_tc_yr,
                             double left_fraction);
/* Change of dead organic matter by gain and loss, t C/yr: eq. 2.18. */
double sink_dead_gain_loss_tc_yr(double area_ha, double in_t_ha_yr, double out_t_ha_yr,
                                 double carbon_fraction);
/* Change of dead organic matter by stocks `years` apart, t C/yr: eq. 2.19. */
double sink_dead_stock_difference_tc_yr(double area_ha, double before_t_ha, double after_t_ha,
                                        double years, double carbon_fraction);
/* Change of dead wood or litter by a conversion, t C/yr over the transition: eq. 2.23. What is left
 * after a number of years is sink_litter_after. */
double sink_dead_conversion_tc_yr(double area_ha, double before_tc_ha, double after_tc_ha,
                                  double transition_yr);
/* Change of dead organic matter: eq. 2.17. */
double sink_dead_change_tc_yr(double dead_wood_tc_yr, double litter_tc_yr);

/* What a fire emits of one gas, t of that gas: eq. 2.27. `emitted_g_kg` is in g per kg of dry
 * matter burnt. */
double sink_fire_gas_t(double area_ha, double fuel_t_ha, double combustion_factor,
                       double emitted_g_kg);

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

/* Sink of carbonate weathering, t C/ha/yr: 0.5 x 12 x runoff x DIC, as one half of the carbon of
 * the dissolved inorganic carbon is the rock's (Zeng et al. 2019). Outside the IPCC totals. */
double sink_karst_sink_tc_ha_yr(double runoff_m_yr, double inorganic_carbon_mmol_l);

#endif
