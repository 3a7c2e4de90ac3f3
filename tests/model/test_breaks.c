/* Between two breaks of a raster what a recipe makes of it is a straight line: random tables,
 * random values, against the piecewise products themselves. */
#include "sinkcalc/model/piecewise.h"
#include "tests/model/account_fixture.h"

static const char *const forest[] = {"forest", NULL};
static const char *const zones[] = {"a", "b", "c", "d", "e", NULL};
static struct fixture f;
static uint32_t state;

#define VALUES 60 /* each in a region of its own */
#define CF 0.47

static double draw(double low, double high)
{
    state = state * 1664525u + 1013904223u;
    return low + (high - low) * (state >> 8) / 16777216.0;
}

/* A factor by steps of its own zone. */
struct family {
    struct sink_step steps[6];
    size_t count;
};

/* Products may fall from one interval to the next. */
static struct family draw_family(double widest, double lowest, double highest)
{
    struct family family = {.count = 1 + (size_t)draw(0, 5.99)};
    double over = -INFINITY;
    for (size_t i = 0; i < family.count; i++) {
        const double up_to = (i ? over : 0) + draw(1, widest);
        family.steps[i] = (struct sink_step){over, i + 1 < family.count ? up_to : INFINITY,
                                             draw(lowest, highest)};
        over = up_to;
    }
    return family;
}

/* A table: in the zones a and e BCEF, in b a line without roots, in c one with them, in d one that
 * begins below 0; roots by a ratio in each. */
static struct table {
    struct family bcef[2], ratio[5];
    double slope[3], intercept[3];
    struct fixture_factor rows[64];
    size_t count;
} table;

static void add(const char *quantity, double value, const char *keys, bool includes_roots)
{
    table.rows[table.count++] = (struct fixture_factor){.quantity = quantity,
                                                        .class = "",
                                                        .value = value,
                                                        .keys = keys,
                                                        .includes_roots = includes_roots};
}

static void add_family(const char *quantity, const struct family *family, const char *keys)
{
    for (size_t i = 0; i < family->count; i++) {
        add(quantity, family->steps[i].factor, keys, false);
        if (i > 0)
            table.rows[table.count - 1].over = family->steps[i].over;
        if (i + 1 < family->count)
            table.rows[table.count - 1].up_to = family->steps[i].up_to;
    }
}

static void draw_table(void)
{
    static const char *const keys[] = {"zone=a", "zone=b", "zone=c", "zone=d", "zone=e"};
    table.count = 0;
    add("carbon_fraction", CF, "", false);
    for (size_t z = 0; z < 5; z++) {
        table.ratio[z] = draw_family(70, 0.05, 1.5);
        add_family("root_shoot", &table.ratio[z], keys[z]);
    }
    for (size_t i = 0; i < 2; i++) {
        table.bcef[i] = draw_family(90, 0.3, 3.5);
        add_family("bcef", &table.bcef[i], keys[4 * i]);
    }
    for (size_t i = 0; i < 3; i++) {
        table.slope[i] = draw(0.3, 1.2);
        table.intercept[i] = i < 2 ? draw(1, 50) : draw(-30, -1);
        add("volume_slope", table.slope[i], keys[1 + i], i == 1);
        add("volume_intercept", table.intercept[i], keys[1 + i], i == 1);
    }
}

/* What a hectare holds, t d.m. and m3. */
struct stand {
    double above_t, below_t, volume_m3;
};

static double roots(size_t zone, double above_t)
{
    return sink_piecewise_value(table.ratio[zone].steps, table.ratio[zone].count, above_t);
}

/* The smallest x from 0 on whose increasing function is `y`, by halving. */
static double solve(double (*function)(size_t, double), size_t zone, double y)
{
    double low = 0, high = 1e6;
    for (int i = 0; i < 200; i++) {
        const double middle = (low + high) / 2;
        if (function(zone, middle) < y)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static double tree_of(size_t zone, double above_t)
{
    return above_t + roots(zone, above_t);
}

/* By the zone's BCEF or line: biomass as the table means it, of the tree in zone c. */
static double biomass_of(size_t zone, double volume_m3)
{
    if (zone == 0 || zone == 4)
        return sink_piecewise_value(table.bcef[zone / 4].steps, table.bcef[zone / 4].count,
                                    volume_m3);
    const double line_t = table.slope[zone - 1] * volume_m3 + table.intercept[zone - 1];
    return volume_m3 > 0 ? fmax(line_t, 0) : 0;
}

static struct stand stand_of_volume(size_t zone, double volume_m3)
{
    const double biomass_t = biomass_of(zone, volume_m3);
    const double above_t = zone == 2 ? solve(tree_of, zone, biomass_t) : biomass_t;
    return (struct stand){above_t, roots(zone, above_t), volume_m3};
}

static struct stand stand_of_biomass(size_t zone, double above_t)
{
    const double biomass_t = zone == 2 ? tree_of(zone, above_t) : above_t;
    double volume_m3;
    if (zone == 0 || zone == 4)
        volume_m3 = solve(biomass_of, zone, biomass_t);
    else
        volume_m3 = (biomass_t - table.intercept[zone - 1]) / table.slope[zone - 1];
    return (struct stand){above_t, roots(zone, above_t), above_t > 0 ? fmax(volume_m3, 0) : 0};
}

/* Every region has a hectare with a value of its own. */
static void make(size_t zone, enum sink_quantity quantity, const double *breaks, size_t count,
                 const double *values)
{
    const struct fixture_maps maps = {.years = {2020}, .count = 1, .classes = forest};
    const bool is_volume = quantity == SINK_QUANTITY_VOLUME_M3_HA;
    const double unit = quantity == SINK_QUANTITY_CARBON_T_HA ? CF : 1;
    double cuts[256];
    char overlays[16];
    snprintf(overlays, sizeof overlays, "zone=%s", zones[zone]);
    f.settings.factor = SINK_MISSING_COUNT;
    f.settings.has_volume = true;
    f.settings.derives_volume = f.is_forest;
    for (size_t r = 0; r < VALUES; r++) {
        char id[16];
        snprintf(id, sizeof id, "%zu", r);
        fixture_add_region(&f, id, -1, SINK_REGION_POLYGON);
    }
    for (size_t i = 0; i < count; i++)
        cuts[i] = breaks[i] * unit;
    fixture_set_maps(&f, &maps);
    fixture_add_dimension(&f, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", zones);
    fixture_add_layer(&f, SINK_SIDE_TO, is_volume ? "stock_volume" : "above_ground_biomass",
                      quantity, cuts, count);
    fixture_open_maps(&f, &maps);
    for (size_t r = 0; r < VALUES; r++) {
        const struct fixture_parcel parcel = {.region = (uint32_t)r,
                                              .area_ha = 1,
                                              .class = {"forest"},
                                              .biomass = {values[r] * unit},
                                              .volume = {values[r]},
                                              .overlays = overlays};
        fixture_post_parcel(&f, &maps, &parcel);
    }
    fixture_account(&f);
}

/* At random, at breaks, and right above them. */
static void draw_values(const double *breaks, size_t count, double values[VALUES])
{
    values[0] = 0;
    for (size_t r = 1; r < VALUES; r++) {
        const double at = count > 0 ? breaks[(size_t)draw(0, (double)count - 0.01)] : 50;
        values[r] = r % 3 == 0 ? at : r % 3 == 1 ? at + draw(0, 1e-3) : draw(0, 400);
    }
}

static void check(size_t zone, bool is_volume, const double *values)
{
    for (size_t r = 0; r < VALUES; r++) {
        const struct stand expected =
            is_volume ? stand_of_volume(zone, values[r]) : stand_of_biomass(zone, values[r]);
        const double above_t = fixture_pool(&f, 0, SINK_POOL_ABOVE_GROUND, r) / CF;
        const double below_t = fixture_pool(&f, 0, SINK_POOL_BELOW_GROUND, r) / CF;
        ck_assert_msg(fabs(above_t - expected.above_t) < 1e-6, "zone %s at %.17g: %.17g, not %.17g",
                      zones[zone], values[r], above_t, expected.above_t);
        ck_assert_msg(fabs(below_t - expected.below_t) < 1e-6,
                      "zone %s at %.17g: roots %.17g, not %.17g", zones[zone], values[r], below_t,
                      expected.below_t);
        ck_assert_msg(fabs(f.account->forest_volume_m3[r] - expected.volume_m3) < 1e-4,
                      "zone %s at %.17g: volume %.17g, not %.17g", zones[zone], values[r],
                      f.account->forest_volume_m3[r], expected.volume_m3);
    }
}

static void check_tables(enum sink_quantity quantity)
{
    const bool is_volume = quantity == SINK_QUANTITY_VOLUME_M3_HA;
    state = 20;
    for (int round = 0; round < 60; round++) {
        draw_table();
        for (size_t zone = 0; zone < 5; zone++) {
            double *breaks, values[VALUES];
            size_t count;
            fixture_start_factors(&f, table.rows, table.count);
            ck_assert_int_eq(
                is_volume
                    ? sink_account_volume_breaks(&f.factors, &breaks, &count, &f.error)
                    : sink_account_biomass_breaks(&f.factors, true, &breaks, &count, &f.error),
                SINK_OK);
            ck_assert_uint_lt(count, 256);
            draw_values(breaks, count, values);
            make(zone, quantity, breaks, count, values);
            check(zone, is_volume, values);
            free(breaks);
            fixture_stop(&f);
        }
    }
}

START_TEST(between_breaks_of_volume_all_is_linear)
{
    check_tables(SINK_QUANTITY_VOLUME_M3_HA);
}
END_TEST

START_TEST(between_breaks_of_biomass_all_is_linear)
{
    check_tables(SINK_QUANTITY_DRY_MATTER_T_HA);
}
END_TEST

START_TEST(between_breaks_of_carbon_all_is_linear)
{
    check_tables(SINK_QUANTITY_CARBON_T_HA);
}
END_TEST

START_TEST(breaks_ascend_and_are_distinct)
{
    state = 3;
    for (int round = 0; round < 100; round++) {
        draw_table();
        fixture_start_factors(&f, table.rows, table.count);
        for (int kind = 0; kind < 3; kind++) {
            double *breaks;
            size_t count;
            ck_assert_int_eq(
                kind == 0
                    ? sink_account_volume_breaks(&f.factors, &breaks, &count, &f.error)
                    : sink_account_biomass_breaks(&f.factors, kind == 2, &breaks, &count, &f.error),
                SINK_OK);
            for (size_t i = 0; i < count; i++) {
                ck_assert(isfinite(breaks[i]) && breaks[i] >= 0);
                if (i > 0)
                    ck_assert_double_lt(breaks[i - 1], breaks[i]);
            }
            free(breaks);
        }
        fixture_stop(&f);
    }
}
END_TEST

/* Without intervals, lines, curves and growth, which asks for years, nothing is cut. */
START_TEST(one_factor_for_all_needs_no_breaks)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("root_shoot", "", 0.25),
        FIXTURE_ROW("bcef", "", 0.7),
        FIXTURE_ROW("volume_growth", "", 4),
        FIXTURE_ROW("carbon_fraction", "", 0.47),
    };
    fixture_start_factors(&f, rows, sizeof rows / sizeof *rows);
    for (int kind = 0; kind < 3; kind++) {
        double *breaks;
        size_t count = 9;
        ck_assert_int_eq(
            kind == 0   ? sink_account_volume_breaks(&f.factors, &breaks, &count, &f.error)
            : kind == 1 ? sink_account_biomass_breaks(&f.factors, true, &breaks, &count, &f.error)
                        : sink_account_age_breaks(&f.factors, &breaks, &count, &f.error),
            SINK_OK);
        ck_assert_uint_eq(count, 0);
        free(breaks);
    }
    fixture_stop(&f);
}
END_TEST

static void check_ages(const struct fixture_factor *rows, size_t row_count, const double *expected,
                       size_t expected_count)
{
    double *breaks;
    size_t count;
    fixture_start_factors(&f, rows, row_count);
    ck_assert_int_eq(sink_account_age_breaks(&f.factors, &breaks, &count, &f.error), SINK_OK);
    ck_assert_uint_eq(count, expected_count);
    for (size_t i = 0; i < count; i++)
        ck_assert_double_eq(breaks[i], expected[i]);
    free(breaks);
    fixture_stop(&f);
}

/* Where only the growth of volumes asks for ages; a stand of unknown age has a row of its own. */
START_TEST(ages_are_cut_where_the_growth_of_volumes_changes)
{
    static const struct fixture_factor rows[] = {
        FIXTURE_ROW("volume_growth", "forest", 4, .over = 20),
        FIXTURE_ROW("volume_growth", "bamboo", 5, .over = 3, .up_to = 7),
        FIXTURE_ROW("volume_growth", "", 2),
        FIXTURE_ROW("root_shoot", "", 0.5, .up_to = 75),
    };
    check_ages(rows, 4, (const double[]){3, 7, 20}, 3);
}
END_TEST

/* What a stand holds is the sum of its years: 0, 1, ... 250, and where a row begins besides. */
START_TEST(ages_are_cut_every_year_for_growth_and_for_curves)
{
    static const struct fixture_factor curve[] = {FIXTURE_ROW("curve_asymptote", "", 200)},
                                       growth[] = {FIXTURE_ROW("growth", "", 4)},
                                       old[] = {FIXTURE_ROW("growth", "", 4, .up_to = 300),
                                                FIXTURE_ROW("growth", "", 0, .over = 300)};
    double years[252];
    for (int year = 0; year <= 250; year++)
        years[year] = year;
    years[251] = 300;
    check_ages(curve, 1, years, 251);
    check_ages(growth, 1, years, 251);
    check_ages(old, 2, years, 252);
}
END_TEST

/* By hand: intervals up to and over 20 m3/ha have nodes at 10 and 20 + 20 / 2 = 30, those of 40 at
 * 20 and 60. BCEF makes 3 x 10 = 30 t/ha of 10 m3/ha, 2 x 30 = 60 of 30 (the line between gives 45
 * of 20), and 2 x 60 = 120 of 60. */
static const struct fixture_factor picked[] = {
    FIXTURE_ROW("bcef", "forest", 3, .up_to = 20),
    FIXTURE_ROW("bcef", "forest", 2, .over = 20),
    FIXTURE_ROW("bcef_growth", "forest", 3, .up_to = 20),
    FIXTURE_ROW("bcef_growth", "forest", 0.6, .over = 20),
    FIXTURE_ROW("bcef_removal", "forest", 3, .up_to = 40),
    FIXTURE_ROW("bcef_removal", "forest", 1, .over = 40),
    FIXTURE_ROW("volume_growth", "forest", 5),
};

#define LIST(...)                                                                                  \
    (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double)

static void check_removal(size_t row_count, bool of_biomass, bool is_felled, const double *expected,
                          size_t expected_count)
{
    double *breaks = NULL;
    size_t count = 0;
    fixture_start_factors(&f, picked, row_count);
    ck_assert_int_eq(
        sink_account_removal_breaks(&f.factors, of_biomass, is_felled, &breaks, &count, &f.error),
        SINK_OK);
    ck_assert_uint_eq(count, expected_count);
    for (size_t i = 0; i < expected_count; i++)
        ck_assert_double_eq_tol(breaks[i], expected[i], 1e-9);
    free(breaks);
    fixture_stop(&f);
}

START_TEST(volume_is_cut_where_gains_and_losses_have_other_factors)
{
    check_removal(7, false, false, LIST(10, 30));
    check_removal(7, false, true, LIST(10, 20, 30, 60));
    check_removal(6, false, true, LIST(20, 60)); /* no growth asks for BCEF_I */
    check_removal(6, false, false, NULL, 0);
}
END_TEST

START_TEST(biomass_is_cut_where_its_volume_has_other_factors)
{
    check_removal(7, true, false, LIST(30, 60));
    check_removal(7, true, true, LIST(30, 45, 60, 120));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("breaks");
    TCase *tests = tcase_create("breaks");
    tcase_add_test(tests, between_breaks_of_volume_all_is_linear);
    tcase_add_test(tests, between_breaks_of_biomass_all_is_linear);
    tcase_add_test(tests, between_breaks_of_carbon_all_is_linear);
    tcase_add_test(tests, breaks_ascend_and_are_distinct);
    tcase_add_test(tests, one_factor_for_all_needs_no_breaks);
    tcase_add_test(tests, ages_are_cut_where_the_growth_of_volumes_changes);
    tcase_add_test(tests, ages_are_cut_every_year_for_growth_and_for_curves);
    tcase_add_test(tests, volume_is_cut_where_gains_and_losses_have_other_factors);
    tcase_add_test(tests, biomass_is_cut_where_its_volume_has_other_factors);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
