/* Approach 1 against accounts made anew: every factor is raised and lowered a little, the account
 * made from the same tally, and the differences of its figures are squared and added up. The land
 * has conversions, growth, fire, harvest, soils on their way and two regions. */
#include "sinkcalc/base/units.h"
#include "tests/model/uncertainty_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define STEP 1e-3 /* standard errors */

static struct subject s;
static struct sink_harvest harvest;
static enum sink_method methods[SINK_MAX_CLASSES][SINK_POOL_COUNT];

static const char rows[] = "carbon_fraction,,,,,0.47,1,0.01,,,,,,test,own\n"
                           "root_shoot,forest,,0,75,0.3,1,0.05,,,,,,test,own\n"
                           "root_shoot,forest,,75,,0.25,1,0.04,,,,,,test,own\n"
                           "root_shoot,grassland,,,,2,1,0.5,,,,,,test,own\n"
                           "root_shoot,cropland,,,,0.5,1,0.1,,,,,,test,own\n"
                           "above_ground_biomass,forest,,,,150,t d.m. ha-1,20,,,,,,test,own\n"
                           "above_ground_biomass,grassland,,,,5,t d.m. ha-1,1,,,,,,test,own\n"
                           "above_ground_biomass,cropland,,,,4,t d.m. ha-1,1.5,,,,,,test,own\n"
                           "growth,forest,,,20,6,t d.m. ha-1 yr-1,1.5,,,,young,,test,own\n"
                           "growth,forest,,20,,3,t d.m. ha-1 yr-1,1,,,,,,test,own\n"
                           "dead_wood,forest,,,,10,t C ha-1,2,,,,,,test,own\n"
                           "dead_wood,grassland|cropland,,,,0,t C ha-1,,,,,,,test,own\n"
                           "litter,forest,,,,8,t C ha-1,1,,,,,,test,own\n"
                           "litter,grassland|cropland,,,,0,t C ha-1,,,,,,,test,own\n"
                           "soil_reference,,,,,60,t C ha-1,5,,,,,30,test,own\n"
                           "soil_land_use,forest|grassland,,,,1,1,,,,,,,test,own\n"
                           "soil_land_use,cropland,,,,0.7,1,0.08,,,,,,test,own\n"
                           "soil_management,,,,,1,1,0.05,,,,,,test,own\n"
                           "soil_input,,,,,1,1,,,,,,,test,own\n"
                           "soil_emission,grassland,,,,0.5,t C ha-1 yr-1,0.2,,,,,,test,own\n"
                           "fraction_lost,forest,,,,0.4,1,0.1,,,,,,test,own\n"
                           "combustion_factor,forest,,,,0.4,1,0.05,,,,,,test,own\n"
                           "fire_ch4,forest,,,,5,g kg-1,1,,,,,,test,own\n"
                           "fire_n2o,forest,,,,0.2,g kg-1,,,,,,,test,own\n"
                           "bcef_removal,forest,,,,1.1,t d.m. m-3,0.2,,,,,,test,own\n";

static const char *const classes[] = {"forest", "grassland", "cropland", NULL};
static const struct fixture_maps maps = {
    .years = {2005, 2015, 2020, 2025}, .count = 4, .history = 1, .classes = classes};

#define FOREST "forest"
#define GRASS "grassland"
#define CROPS "cropland"
static const struct fixture_parcel parcels[] = {
    {.region = 1, .area_ha = 500, .class = {FOREST, FOREST, FOREST, FOREST}},
    {.region = 2, .area_ha = 300, .class = {FOREST, FOREST, FOREST, FOREST}, .event_year = 2018},
    {.region = 1, .area_ha = 40, .class = {FOREST, FOREST, CROPS, CROPS}},
    {.region = 2, .area_ha = 60, .class = {GRASS, CROPS, FOREST, FOREST}},
    {.region = 2, .area_ha = 80, .class = {CROPS, GRASS, GRASS, FOREST}},
    {.region = 1, .area_ha = 90, .class = {GRASS, GRASS, GRASS, GRASS}}};

/* Forest has the raster on three of its four parcels; its biomass differs in place and time. */
static struct fixture_parcel with_biomass(size_t p)
{
    struct fixture_parcel parcel = parcels[p];
    for (size_t m = 0; m < maps.count; m++) {
        const bool is_forest = parcel.class[m] == parcels[0].class[0];
        parcel.biomass[m] = is_forest ? 60 + 20 * (double)p + 7 * (double)m * (double)m : NAN;
        parcel.age[m] = 10 + 3 * (double)p + maps.years[m] - 2015;
    }
    return parcel;
}

static void set_harvest(void)
{
    const int forest = sink_class_list_find(&s.fixture.classes, "forest");
    harvest.rows = calloc(2, sizeof *harvest.rows);
    harvest.row_count = 2;
    harvest.rows[0] = (struct sink_harvest_row){.region = fixture_copy("11"),
                                                .year = 2017,
                                                .class_index = forest,
                                                .volume_m3 = 4000,
                                                .line = 2};
    harvest.rows[1] = (struct sink_harvest_row){.region = fixture_copy("12"),
                                                .year = 2024,
                                                .class_index = forest,
                                                .volume_m3 = 900,
                                                .line = 3};
    s.fixture.settings.harvest = &harvest;
    s.fixture.settings.value = SINK_MISSING_COUNT; /* years without rows are nothing */
}

static void make(enum sink_method method)
{
    static const double ages[] = {20};
    static const double biomass[] = {75};
    static const struct sink_disturbance fire = {.name = "fire", .burns = true};
    struct fixture *f = &s.fixture;
    fixture_start_table(f, HEADER, rows);
    for (size_t c = 0; c < SINK_MAX_CLASSES; c++)
        methods[c][0] = methods[c][1] = method;
    f->settings.methods = &methods[0][0];
    f->settings.disturbances = &fire;
    f->settings.disturbance_count = 1;
    if (method == SINK_METHOD_GAIN_LOSS)
        set_harvest();
    fixture_add_region(f, "1", -1, SINK_REGION_SUM);
    fixture_add_region(f, "11", 0, SINK_REGION_POLYGON);
    fixture_add_region(f, "12", 0, SINK_REGION_POLYGON);
    fixture_set_maps(f, &maps);
    for (int side = SINK_SIDE_FROM; side <= SINK_SIDE_TO; side++) {
        fixture_add_layer(f, side, "above_ground_biomass", SINK_QUANTITY_DRY_MATTER_T_HA, biomass,
                          1);
        fixture_add_layer(f, side, "stand_age", SINK_QUANTITY_AGE_YR, ages, 1);
    }
    fixture_add_event(f, "fire");
    fixture_open_maps(f, &maps);
    for (size_t p = 0; p < COUNT(parcels); p++) {
        const struct fixture_parcel parcel = with_biomass(p);
        fixture_post_parcel(f, &maps, &parcel);
    }
    assess(&s, (struct sink_uncertainty_request){0});
}

static void unmake(void)
{
    stop(&s);
    sink_harvest_free(&harvest);
}

/* A figure of an account, by the names of its header. */
static double figure_of(const struct sink_account *account, int figure, size_t year, size_t region)
{
    const size_t regions = account->region_count, place = year * regions + region;
    const size_t pool = (size_t)figure % (SINK_POOL_COUNT + 1);
    const size_t by_pool = (year * SINK_POOL_COUNT + pool) * regions + region;
    if (figure == SINK_FIGURE_VOLUME)
        return account->forest_volume_m3[place];
    if (pool == SINK_POOL_COUNT)
        return figure == SINK_FIGURE_TOTAL_STOCK ? account->total_tc[place]
                                                 : account->total_sink_tco2_yr[place];
    return figure < SINK_FIGURE_SINK ? account->pool_tc[by_pool] : account->sink_tco2_yr[by_pool];
}

static struct sink_account *account_with(size_t row, double value)
{
    struct sink_account *account;
    const double kept = s.fixture.factors.rows[row].value;
    s.fixture.factors.rows[row].value = value;
    if (sink_account_make(s.fixture.tally, &s.fixture.regions, &s.basis, &account,
                          &s.fixture.error) != SINK_OK)
        ck_abort_msg("%s", s.fixture.error.message);
    s.fixture.factors.rows[row].value = kept;
    return account;
}

#define YEARS 3
#define REGIONS 3
static double variance[SINK_FIGURE_COUNT][YEARS][REGIONS];

static void add_row(size_t row)
{
    const struct sink_factor *factor = &s.fixture.factors.rows[row];
    if (isnan(factor->se))
        return;
    struct sink_account *up = account_with(row, factor->value + STEP * factor->se);
    struct sink_account *down = account_with(row, factor->value - STEP * factor->se);
    for (int f = 0; f < SINK_FIGURE_COUNT; f++)
        for (size_t y = 0; y < YEARS; y++)
            for (size_t r = 0; r < REGIONS; r++) {
                const double slope =
                    (figure_of(up, f, y, r) - figure_of(down, f, y, r)) / (2 * STEP);
                variance[f][y][r] += slope * slope;
            }
    sink_account_free(up);
    sink_account_free(down);
}

static void check_all(void)
{
    size_t with_error = 0;
    memset(variance, 0, sizeof variance);
    for (size_t row = 0; row < s.fixture.factors.row_count; row++)
        add_row(row);
    for (int f = 0; f < SINK_FIGURE_COUNT; f++)
        for (size_t y = 0; y < YEARS; y++)
            for (size_t r = 0; r < REGIONS; r++) {
                const double found = se(&s, f, y, r), expected = sqrt(variance[f][y][r]);
                ck_assert_msg(isnan(expected) ? isnan(found)
                                              : fabs(found - expected) <= 1e-7 * expected + 1e-9,
                              "figure %d, year %zu, region %zu: %.12g, expected %.12g", f, y, r,
                              found, expected);
                with_error += found > 0;
            }
    ck_assert_uint_gt(with_error, 60);
}

START_TEST(errors_by_stock_difference_are_those_of_accounts_made_anew)
{
    make(SINK_METHOD_STOCK_DIFFERENCE);
    check_all();
    unmake();
}
END_TEST

START_TEST(errors_by_gains_and_losses_are_those_of_accounts_made_anew)
{
    make(SINK_METHOD_GAIN_LOSS);
    check_all();
    unmake();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("uncertainty_slopes");
    TCase *tests = tcase_create("uncertainty_slopes");
    tcase_add_test(tests, errors_by_stock_difference_are_those_of_accounts_made_anew);
    tcase_add_test(tests, errors_by_gains_and_losses_are_those_of_accounts_made_anew);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
