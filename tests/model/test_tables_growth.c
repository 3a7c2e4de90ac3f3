/* The set `ipcc` on growth, expansion factors and plantations: what its documents print, and what
 * is borrowed where they print nothing. */
#include "tests/model/tables_fixture.h"

#include <stdio.h>

#define HUMID "zone", "subtropical_humid_forest", "continent", "asia"
#define COLD "zone", "temperate_continental_forest", "continent", "asia"
#define YOUNG "stand", "secondary_up_to_20"
#define OLD "stand", "secondary_over_20"
#define PRIMARY "stand", "primary"
#define PLANTED "origin", "planted"

static const struct sink_factor *growth(double age_yr, const char *const *keys)
{
    return find(SINK_FACTOR_GROWTH, "forest", age_yr, keys);
}

static const struct sink_factor *planted(const char *const *keys)
{
    return find(SINK_FACTOR_ABOVE_GROUND, "forest", NAN, keys);
}

START_TEST(growth_follows_the_age_of_the_stand)
{
    expect_printed(2.5, growth(0, KEYS(HUMID)));
    expect_printed(2.5, growth(20, KEYS(HUMID)));
    expect_printed(1.0, growth(20.01, KEYS(HUMID)));
    ck_assert_double_eq(growth(5, KEYS(HUMID))->sd, 0.8);
}
END_TEST

START_TEST(growth_without_an_age_is_that_of_the_stand)
{
    expect_printed(2.5, growth(NAN, KEYS(HUMID, YOUNG)));
    expect_printed(1.0, growth(NAN, KEYS(HUMID, OLD)));
    expect_printed(0.7,
                   growth(NAN, KEYS("zone", "tropical_rain_forest", "continent", "asia", PRIMARY)));
    expect_printed(-0.7,
                   growth(NAN, KEYS("zone", "tropical_mountain", "continent", "asia", PRIMARY)));
}
END_TEST

START_TEST(growth_without_age_and_stand_is_assumed_and_says_so)
{
    expect_fallback(1.0, growth(NAN, KEYS(HUMID)));
    expect_fallback(4.0, growth(NAN, KEYS(COLD)));
}
END_TEST

START_TEST(primary_forest_without_a_value_of_its_own_says_so)
{
    expect_fallback(1.0, growth(NAN, KEYS(HUMID, PRIMARY)));
    expect_fallback(1.0, growth(5, KEYS(HUMID, PRIMARY))); /* whatever its age */
}
END_TEST

START_TEST(a_stand_that_is_named_goes_before_its_age)
{
    expect_printed(1.0, growth(5, KEYS(HUMID, OLD)));
    expect_printed(-0.7,
                   growth(5, KEYS("zone", "tropical_mountain", "continent", "asia", PRIMARY)));
}
END_TEST

/* METHOD of the issue: 2019 Table 4.9 has no Asian temperate value. */
START_TEST(temperate_growth_in_asia_is_that_of_2006_and_says_so)
{
    const char *const mountain[] = {"zone", "temperate_mountain", "continent", "asia", NULL};
    expect_fallback(4.0, growth(10, KEYS(COLD)));
    ck_assert_double_eq(growth(10, KEYS(COLD))->upper, 8.0);
    ck_assert_double_eq(growth(30, KEYS(COLD))->upper, 7.5);
    expect_fallback(3.0, growth(10, mountain));
    ck_assert_ptr_nonnull(strstr(growth(10, mountain)->source, "2006"));
    expect_printed(
        1.97, growth(30, KEYS("zone", "temperate_continental_forest", "continent", "americas")));
}
END_TEST

START_TEST(plantations_grow_as_printed_whatever_else_is_known)
{
    static const double ages[] = {NAN, 10, 30};
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        expect_printed(8, growth(ages[i], KEYS(HUMID, PLANTED)));
        expect_printed(8, growth(ages[i], KEYS(HUMID, PLANTED, YOUNG)));
        expect_printed(15, growth(ages[i], KEYS("zone", "subtropical_dry_forest", "continent",
                                                "asia", PLANTED, "forest_type", "eucalyptus")));
        expect_printed(7, growth(ages[i], KEYS("zone", "subtropical_dry_forest", "continent",
                                               "asia", PLANTED, "forest_type", "pine", OLD)));
        expect_fallback(4.4, growth(ages[i], KEYS("zone", "temperate_oceanic_forest", "continent",
                                                  "asia", PLANTED)));
    }
}
END_TEST

START_TEST(plantations_without_a_value_grow_as_natural_forest_and_say_so)
{
    const char *const africa[] = {"zone", "tropical_rain_forest", "continent", "africa", PLANTED,
                                  NULL};
    expect_fallback(7.6, growth(10, africa));
    expect_fallback(3.5, growth(30, africa));
    expect_printed(7.6, growth(10, KEYS("zone", "tropical_rain_forest", "continent", "africa",
                                        "origin", "natural")));
}
END_TEST

START_TEST(mangroves_grow)
{
    expect_printed(9.9,
                   find(SINK_FACTOR_GROWTH, "mangrove", 30, KEYS("zone", "tropical_rain_forest")));
    expect_printed(
        18.1, find(SINK_FACTOR_GROWTH, "mangrove", NAN, KEYS("zone", "subtropical_humid_forest")));
    ck_assert_ptr_null(
        find(SINK_FACTOR_GROWTH, "mangrove", NAN, KEYS("zone", "tropical_moist_deciduous_forest")));
}
END_TEST

START_TEST(stocks_of_plantations_go_by_type_and_age)
{
    const char *const dry[] = {"zone", "subtropical_dry_forest", "continent", "asia", NULL};
    expect_printed(180, planted(KEYS(HUMID, PLANTED, "forest_type", "quercus")));
    expect_printed(180, planted(KEYS(HUMID, PLANTED, "forest_type", "quercus", OLD)));
    expect_printed(100, planted(KEYS(HUMID, PLANTED, "forest_type", "pine", YOUNG)));
    expect_fallback(100, planted(KEYS(HUMID, PLANTED, YOUNG)));
    expect(70.9, planted(dry));
    expect_printed(163.45, planted(KEYS("zone", "subtropical_dry_forest", "continent", "asia",
                                        PLANTED, "forest_type", "pinus_massoniana", OLD)));
    expect_printed(127.61, planted(KEYS("zone", "subtropical_dry_forest", "continent", "asia",
                                        PLANTED, "forest_type", "larix", OLD)));
    expect_printed(137.64, planted(KEYS("zone", "subtropical_dry_forest", "continent", "asia",
                                        PLANTED, "forest_type", "eucalyptus", OLD)));
    expect_printed(68.72, planted(KEYS("zone", "subtropical_dry_forest", "continent", "asia",
                                       PLANTED, "forest_type", "eucalyptus", YOUNG)));
    expect_printed(59.39, planted(KEYS(COLD, PLANTED, "forest_type", "pinus_tabuliformis", OLD)));
}
END_TEST

START_TEST(planted_forest_without_a_stock_has_that_of_natural_forest_and_says_so)
{
    expect_printed(170.4, planted(KEYS("zone", "temperate_mountain", "continent", "asia", "origin",
                                       "natural", OLD)));
    expect_fallback(170.4, planted(KEYS("zone", "temperate_mountain", "continent", "asia", PLANTED,
                                        "forest_type", "conifer", OLD)));
    expect_printed(200, planted(KEYS("zone", "temperate_mountain", "continent", "asia", PLANTED,
                                     "forest_type", "betula", OLD)));
}
END_TEST

START_TEST(mature_biomass_is_that_of_primary_forest)
{
    const struct sink_factor *row = find(SINK_FACTOR_MATURE_BIOMASS, "forest", NAN, KEYS(HUMID));
    expect(323.0, row);
    ck_assert_str_eq(row->verified, "derived");
    ck_assert_ptr_null(find(SINK_FACTOR_MATURE_BIOMASS, "forest", NAN, KEYS(COLD)));
    ck_assert_ptr_null(find(SINK_FACTOR_MATURE_BIOMASS, "grassland", NAN, KEYS(HUMID)));
}
END_TEST

/* IPCC 2006 Table 4.5: three factors of one cell. */
START_TEST(expansion_factors_of_stock_growth_and_removal_differ)
{
    const char *const oak[] = {"zone", "temperate_mountain", "forest_type", "quercus", NULL};
    expect_printed(3.0, find(SINK_FACTOR_BCEF, "forest", 20, oak));
    expect_printed(1.5, find(SINK_FACTOR_BCEF_GROWTH, "forest", 20, oak));
    expect_printed(3.33, find(SINK_FACTOR_BCEF_REMOVAL, "forest", 20, oak));
    expect_printed(0.48, find(SINK_FACTOR_BCEF_GROWTH, "forest", 500, oak));
    expect_printed(0.89, find(SINK_FACTOR_BCEF_REMOVAL, "forest", 500, oak));
}
END_TEST

/* BCEF_R = BCEF_S / 0.9 (note of the table), up to the printed digits. */
START_TEST(removal_expands_as_the_stock_without_its_tenth)
{
    size_t count = 0;
    for (size_t i = 0; i < factors.row_count; i++) {
        const struct sink_factor *a = &factors.rows[i];
        for (size_t j = 0; a->kind == SINK_FACTOR_BCEF && j < factors.row_count; j++) {
            const struct sink_factor *b = &factors.rows[j];
            if (b->kind != SINK_FACTOR_BCEF_REMOVAL || a->over != b->over || a->up_to != b->up_to ||
                !sink_factors_are_line(&factors, a, b))
                continue;
            ck_assert_msg(fabs(b->value - a->value / 0.9) < 0.012, "lines %zu and %zu: %g and %g",
                          a->line, b->line, a->value, b->value);
            count++;
        }
    }
    ck_assert_uint_eq(count, 55);
}
END_TEST

START_TEST(what_is_printed_as_a_range_alone_has_no_default)
{
    static const enum sink_factor_kind kinds[] = {
        SINK_FACTOR_VOLUME_GROWTH, SINK_FACTOR_CURVE_ASYMPTOTE,
        SINK_FACTOR_CURVE_RATE,    SINK_FACTOR_CURVE_SHAPE,
        SINK_FACTOR_FRACTION_LOST, SINK_FACTOR_COMBUSTION,
        SINK_FACTOR_FUEL,          SINK_FACTOR_FIRE_CH4,
        SINK_FACTOR_FIRE_N2O,      SINK_FACTOR_PERMAFROST_CARBON};
    for (size_t i = 0; i < factors.row_count; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            ck_assert_int_ne(factors.rows[i].kind, kinds[k]);
    ck_assert_ptr_null(growth(10, KEYS("zone", "boreal_coniferous_forest", "continent", "asia")));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, growth_follows_the_age_of_the_stand);
    tcase_add_test(tests, growth_without_an_age_is_that_of_the_stand);
    tcase_add_test(tests, growth_without_age_and_stand_is_assumed_and_says_so);
    tcase_add_test(tests, primary_forest_without_a_value_of_its_own_says_so);
    tcase_add_test(tests, a_stand_that_is_named_goes_before_its_age);
    tcase_add_test(tests, temperate_growth_in_asia_is_that_of_2006_and_says_so);
    tcase_add_test(tests, plantations_grow_as_printed_whatever_else_is_known);
    tcase_add_test(tests, plantations_without_a_value_grow_as_natural_forest_and_say_so);
    tcase_add_test(tests, mangroves_grow);
    tcase_add_test(tests, stocks_of_plantations_go_by_type_and_age);
    tcase_add_test(tests, planted_forest_without_a_stock_has_that_of_natural_forest_and_says_so);
    tcase_add_test(tests, mature_biomass_is_that_of_primary_forest);
    tcase_add_test(tests, expansion_factors_of_stock_growth_and_removal_differ);
    tcase_add_test(tests, removal_expands_as_the_stock_without_its_tenth);
    tcase_add_test(tests, what_is_printed_as_a_range_alone_has_no_default);
}

int main(void)
{
    return run_tables("tables_growth", add_tests);
}
