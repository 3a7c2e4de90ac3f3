/* Biomass from stock volume, roots from biomass, and volume back from biomass, through the account
 * and with the rasters cut as a run cuts them. */
#include "sinkcalc/model/piecewise.h"
#include "tests/model/account_fixture.h"

static const char *const forest[] = {"forest", NULL};
static struct fixture f;

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* IPCC 2006 Vol. 4 Table 4.5, temperate hardwoods; 2019 Refinement Table 4.4, natural broadleaf of
 * temperate oceanic America. */
static const struct fixture_factor steps[] = {
    FIXTURE_ROW("bcef", "", 3.0, .up_to = 20),
    FIXTURE_ROW("bcef", "", 1.7, .over = 20, .up_to = 40),
    FIXTURE_ROW("bcef", "", 1.4, .over = 40, .up_to = 100),
    FIXTURE_ROW("bcef", "", 1.05, .over = 100, .up_to = 200),
    FIXTURE_ROW("bcef", "", 0.8, .over = 200),
    FIXTURE_ROW("root_shoot", "", 0.466, .up_to = 125),
    FIXTURE_ROW("root_shoot", "", 0.190, .over = 125),
    FIXTURE_ROW("carbon_fraction", "", 0.47),
};

/* A line of our own; `includes_roots` is set by the test. Roots of young stands weigh more than
 * those of old ones would by their ratio. The rows of zone b fit nowhere here, but the rasters are
 * cut at their nodes too. */
static struct fixture_factor line[] = {
    FIXTURE_ROW("volume_slope", "", 0.5034),
    FIXTURE_ROW("volume_intercept", "", 20.547),
    FIXTURE_ROW("root_shoot", "", 0.9, .up_to = 40),
    FIXTURE_ROW("root_shoot", "", 0.2, .over = 40, .up_to = 90),
    FIXTURE_ROW("root_shoot", "", 0.25, .over = 90),
    FIXTURE_ROW("root_shoot", "", 0.3, .keys = "zone=b", .up_to = 123),
    FIXTURE_ROW("root_shoot", "", 0.4, .keys = "zone=b", .over = 123),
    FIXTURE_ROW("carbon_fraction", "", 0.47),
};

static void set_roots(bool includes_roots)
{
    line[0].includes_roots = line[1].includes_roots = includes_roots;
}

/* What a hectare holds. */
struct stand {
    double above_t, below_t, volume_m3;
};

static struct stand find_stand(void)
{
    fixture_account(&f);
    const struct stand stand = {fixture_pool(&f, 0, SINK_POOL_ABOVE_GROUND, 0) / 0.47,
                                fixture_pool(&f, 0, SINK_POOL_BELOW_GROUND, 0) / 0.47,
                                f.account->forest_volume_m3[0]};
    fixture_stop(&f);
    return stand;
}

static void start(const struct fixture_factor *rows, size_t count, const struct fixture_maps *maps)
{
    fixture_start_factors(&f, rows, count);
    f.settings.factor = SINK_MISSING_COUNT;
    f.settings.has_volume = true;
    fixture_set_maps(&f, maps);
}

/* The layer as a run cuts it, on each side that the maps have. */
static void add_cut_layer(const char *name, enum sink_quantity quantity, bool is_two)
{
    double *breaks;
    size_t count;
    const bool is_volume = quantity == SINK_QUANTITY_VOLUME_M3_HA;
    ck_assert_int_eq(is_volume
                         ? sink_account_volume_breaks(&f.factors, &breaks, &count, &f.error)
                         : sink_account_biomass_breaks(&f.factors, true, &breaks, &count, &f.error),
                     SINK_OK);
    for (size_t i = 0; i < count && quantity == SINK_QUANTITY_CARBON_T_HA; i++)
        breaks[i] *= SINK_BREAK_CARBON_FRACTION;
    for (int side = is_two ? SINK_SIDE_FROM : SINK_SIDE_TO; side <= SINK_SIDE_TO; side++)
        fixture_add_layer(&f, (enum sink_side)side, name, quantity, breaks, count);
    free(breaks);
}

static struct stand from_volume(const struct fixture_factor *rows, size_t count, double volume_m3)
{
    const struct fixture_maps maps = {.years = {2020}, .count = 1, .classes = forest};
    const struct fixture_parcel parcel = {.area_ha = 1, .class = {"forest"}, .volume = {volume_m3}};
    start(rows, count, &maps);
    add_cut_layer("stock_volume", SINK_QUANTITY_VOLUME_M3_HA, false);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    return find_stand();
}

static struct stand from_biomass(const struct fixture_factor *rows, size_t count,
                                 enum sink_quantity quantity, double value)
{
    const struct fixture_maps maps = {.years = {2020}, .count = 1, .classes = forest};
    const struct fixture_parcel parcel = {.area_ha = 1, .class = {"forest"}, .biomass = {value}};
    start(rows, count, &maps);
    f.settings.derives_volume = f.is_forest;
    add_cut_layer("above_ground_biomass", quantity, false);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    return find_stand();
}

/* By steps 3.0 x 20 = 60 t/ha would fall to 1.7 x 21 = 35.7 t/ha. The straight line from (10, 30)
 * to (30, 51) gives 40.5 and 41.55. */
START_TEST(a_stand_that_grows_over_a_step_of_bcef_shows_no_loss)
{
    const struct fixture_maps maps = {.years = {2020, 2021}, .count = 2, .classes = forest};
    const struct fixture_parcel parcel = {
        .area_ha = 1, .class = {"forest", "forest"}, .volume = {20, 21}};
    start(steps, COUNT(steps), &maps);
    add_cut_layer("stock_volume", SINK_QUANTITY_VOLUME_M3_HA, true);
    fixture_open_maps(&f, &maps);
    fixture_post_parcel(&f, &maps, &parcel);
    fixture_account(&f);
    ck_assert_double_eq_tol(fixture_pool(&f, 0, SINK_POOL_ABOVE_GROUND, 0), 40.5 * 0.47, 1e-9);
    ck_assert_double_eq_tol(fixture_pool(&f, 1, SINK_POOL_ABOVE_GROUND, 0), 41.55 * 0.47, 1e-9);
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_ABOVE_GROUND, 0), 1.05 * 0.47 * 44 / 12,
                            1e-9);
    ck_assert_double_eq_tol(fixture_sink(&f, 1, SINK_POOL_BELOW_GROUND, 0),
                            1.05 * 0.466 * 0.47 * 44 / 12, 1e-9);
    fixture_stop(&f);
}
END_TEST

/* In the middle of its interval a factor is what the table prints. */
START_TEST(in_the_middle_of_an_interval_the_factor_of_the_table_holds)
{
    static const double middles[][2] = {{10, 3.0}, {30, 1.7}, {70, 1.4}, {150, 1.05}, {250, 0.8}};
    for (size_t i = 0; i < COUNT(middles); i++)
        ck_assert_double_eq_tol(from_volume(steps, COUNT(steps), middles[i][0]).above_t,
                                middles[i][0] * middles[i][1], 1e-9);
    ck_assert_double_eq_tol(from_volume(steps, COUNT(steps), 5).above_t, 15, 1e-9);
    ck_assert_double_eq_tol(from_volume(steps, COUNT(steps), 400).above_t, 320, 1e-9);
}
END_TEST

START_TEST(more_volume_never_means_less_biomass_or_roots)
{
    struct stand last = {0, 0, 0};
    for (int volume = 0; volume <= 400; volume++) {
        const struct stand stand = from_volume(steps, COUNT(steps), volume);
        ck_assert_double_ge(stand.above_t, last.above_t);
        ck_assert_double_ge(stand.below_t, last.below_t);
        ck_assert_double_le(stand.above_t - last.above_t, 3.0 + 1e-9);
        ck_assert_double_eq_tol(stand.volume_m3, volume, 1e-9);
        last = stand;
    }
}
END_TEST

/* By steps 0.466 x 125 = 58.25 t/ha of roots would fall to 0.190 x 126 = 23.94 t/ha. */
START_TEST(a_stand_that_grows_over_a_step_of_the_ratio_shows_no_loss_of_roots)
{
    const double low = 0.466 * 62.5, high = 0.190 * 187.5; /* in the middle of the intervals */
    const struct stand before =
        from_biomass(steps, COUNT(steps), SINK_QUANTITY_DRY_MATTER_T_HA, 125);
    const struct stand after =
        from_biomass(steps, COUNT(steps), SINK_QUANTITY_DRY_MATTER_T_HA, 126);
    ck_assert_double_eq_tol(before.below_t, (low + high) / 2, 1e-9);
    ck_assert_double_eq_tol(after.below_t - before.below_t, (high - low) / 125, 1e-9);
    double last_t = 0;
    for (int biomass = 0; biomass <= 300; biomass++) {
        const double below_t =
            from_biomass(steps, COUNT(steps), SINK_QUANTITY_DRY_MATTER_T_HA, biomass).below_t;
        ck_assert_double_ge(below_t, last_t);
        last_t = below_t;
    }
}
END_TEST

START_TEST(unstocked_land_has_no_biomass_whatever_the_intercept)
{
    for (int with_roots = 0; with_roots < 2; with_roots++) {
        set_roots(with_roots);
        const struct stand none = from_volume(line, COUNT(line), 0);
        ck_assert_double_eq(none.above_t, 0);
        ck_assert_double_eq(none.below_t, 0);
        ck_assert_double_gt(from_volume(line, COUNT(line), 0.01).above_t, 10);
    }
}
END_TEST

/* B = aV + b is above ground, and roots come on top; or it is the whole tree, and they are taken
 * off. In both cases the roots are those of the above-ground biomass. */
START_TEST(a_line_gives_the_tree_with_or_without_its_roots)
{
    static const struct sink_step ratio[] = {
        {-INFINITY, 40, 0.9}, {40, 90, 0.2}, {90, INFINITY, 0.25}};
    for (double volume = 1; volume < 400; volume += 1.7) {
        const double tree_t = 0.5034 * volume + 20.547;
        set_roots(false);
        const struct stand above = from_volume(line, COUNT(line), volume);
        ck_assert_double_eq_tol(above.above_t, tree_t, 1e-9);
        ck_assert_double_eq_tol(above.below_t, sink_piecewise_value(ratio, 3, tree_t), 1e-9);
        set_roots(true);
        const struct stand whole = from_volume(line, COUNT(line), volume);
        ck_assert_double_eq_tol(whole.above_t + whole.below_t, tree_t, 1e-9);
        ck_assert_double_eq_tol(whole.below_t, sink_piecewise_value(ratio, 3, whole.above_t), 1e-9);
    }
}
END_TEST

/* The volume that a biomass implies is the one that makes this biomass. */
START_TEST(volume_from_biomass_is_the_inverse_of_biomass_from_volume)
{
    for (double volume = 0.5; volume < 400; volume += 3.3) {
        const double of_steps = from_volume(steps, COUNT(steps), volume).above_t;
        ck_assert_double_eq_tol(
            from_biomass(steps, COUNT(steps), SINK_QUANTITY_DRY_MATTER_T_HA, of_steps).volume_m3,
            volume, 1e-8);
        for (int with_roots = 0; with_roots < 2; with_roots++) {
            set_roots(with_roots);
            const double of_line = from_volume(line, COUNT(line), volume).above_t;
            ck_assert_double_eq_tol(
                from_biomass(line, COUNT(line), SINK_QUANTITY_DRY_MATTER_T_HA, of_line).volume_m3,
                volume, 1e-8);
        }
    }
}
END_TEST

/* A raster in t C is cut at the breaks of dry matter times 0.47. */
START_TEST(volume_follows_from_a_raster_in_carbon_too)
{
    for (double volume = 0.5; volume < 400; volume += 3.3) {
        const double of_steps = 0.47 * from_volume(steps, COUNT(steps), volume).above_t;
        ck_assert_double_eq_tol(
            from_biomass(steps, COUNT(steps), SINK_QUANTITY_CARBON_T_HA, of_steps).volume_m3,
            volume, 1e-8);
        for (int with_roots = 0; with_roots < 2; with_roots++) {
            set_roots(with_roots);
            const double of_line = 0.47 * from_volume(line, COUNT(line), volume).above_t;
            ck_assert_double_eq_tol(
                from_biomass(line, COUNT(line), SINK_QUANTITY_CARBON_T_HA, of_line).volume_m3,
                volume, 1e-8);
        }
    }
}
END_TEST

/* A stand whose tree weighs less than the intercept has no stem that is measured. */
START_TEST(a_stand_below_the_intercept_has_no_volume)
{
    static const enum sink_quantity quantities[] = {SINK_QUANTITY_DRY_MATTER_T_HA,
                                                    SINK_QUANTITY_CARBON_T_HA};
    for (int q = 0; q < 2; q++)
        for (int with_roots = 0; with_roots < 2; with_roots++)
            for (double biomass_t = 0; biomass_t < 25; biomass_t += 0.5) {
                set_roots(with_roots);
                const struct stand stand = from_biomass(line, COUNT(line), quantities[q],
                                                        q ? biomass_t * 0.47 : biomass_t);
                const double tree_t = stand.above_t + (with_roots ? stand.below_t : 0);
                ck_assert_double_eq_tol(stand.volume_m3, fmax(0, (tree_t - 20.547) / 0.5034), 1e-9);
            }
}
END_TEST

/* Without a ratio the tree cannot be told from what is above ground: no volume, and no NaN. */
START_TEST(a_tree_without_a_ratio_of_roots_has_no_derived_volume)
{
    static const struct fixture_factor bare[] = {
        FIXTURE_ROW("volume_slope", "", 0.5, .includes_roots = true),
        FIXTURE_ROW("volume_intercept", "", 20, .includes_roots = true),
        FIXTURE_ROW("carbon_fraction", "", 0.47),
    };
    const struct stand stand = from_biomass(bare, COUNT(bare), SINK_QUANTITY_DRY_MATTER_T_HA, 100);
    ck_assert_double_eq(stand.volume_m3, 0);
    ck_assert_double_eq_tol(stand.above_t, 100, 1e-9);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_volume");
    TCase *tests = tcase_create("account_volume");
    tcase_add_test(tests, a_stand_that_grows_over_a_step_of_bcef_shows_no_loss);
    tcase_add_test(tests, in_the_middle_of_an_interval_the_factor_of_the_table_holds);
    tcase_add_test(tests, more_volume_never_means_less_biomass_or_roots);
    tcase_add_test(tests, a_stand_that_grows_over_a_step_of_the_ratio_shows_no_loss_of_roots);
    tcase_add_test(tests, unstocked_land_has_no_biomass_whatever_the_intercept);
    tcase_add_test(tests, a_line_gives_the_tree_with_or_without_its_roots);
    tcase_add_test(tests, volume_from_biomass_is_the_inverse_of_biomass_from_volume);
    tcase_add_test(tests, volume_follows_from_a_raster_in_carbon_too);
    tcase_add_test(tests, a_stand_below_the_intercept_has_no_volume);
    tcase_add_test(tests, a_tree_without_a_ratio_of_roots_has_no_derived_volume);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
