/* What every account promises, whatever land does: nothing comes from nowhere, parts add up,
 * nothing lasts longer than the transition time, and a year is the same beside any other years.
 * Random landscapes, random factors. */
#include "tests/model/account_fixture.h"

static const char *const classes[] = {"forest",   "bamboo",     "cropland", "grassland", "wetland",
                                      "mangrove", "settlement", "water",    "sea",       NULL};
#define CLASSES 9
#define INLAND 5 /* the first classes: no coast, and pools */

static struct fixture f;
static uint32_t state;

static double draw(double low, double high)
{
    state = state * 1664525u + 1013904223u;
    return low + (high - low) * (state >> 8) / 16777216.0;
}

static size_t pick(size_t count)
{
    return (size_t)draw(0, (double)count - 1e-6);
}

/* A country that is the sum of two provinces, one of them with a county and the rest. */
enum { COUNTRY, PROVINCE, COUNTY, REST, OTHER, REGIONS };
#define PARCELS 24

struct world {
    struct fixture_maps maps;
    struct fixture_factor rows[64];
    size_t row_count;
    struct fixture_parcel parcels[PARCELS];
    double transition_yr;
    bool has_biomass;
    enum sink_method methods[32][SINK_POOL_COUNT];
};
static struct world world;
static const struct sink_disturbance fire = {.name = "fire", .burns = true};

static void add(const char *quantity, const char *class, double value, const char *keys)
{
    world.rows[world.row_count++] =
        (struct fixture_factor){.quantity = quantity, .class = class, .value = value, .keys = keys};
}

static void draw_factors(void)
{
    world.row_count = 0;
    for (size_t c = 0; c < 7; c++) {
        add("above_ground_biomass", classes[c], draw(0, 150), "");
        add("dead_wood", classes[c], draw(0, 20), "");
        add("litter", classes[c], draw(0, 20), "");
        if (strcmp(classes[c], "mangrove") != 0)
            add("soil_reference", classes[c], draw(20, 120), "");
    }
    add("soil_land_use", "", draw(0.5, 1.1), "");
    add("soil_management", "", draw(0.9, 1.2), "");
    add("soil_input", "", draw(0.9, 1.2), "");
    add("soil_carbon", "mangrove", draw(200, 400), "");
    world.rows[world.row_count - 1].depth_cm = 100;
    add("soil_accumulation", "mangrove", draw(0, 5), "");
    world.rows[world.row_count - 1].depth_cm = 100;
    add("soil_emission", "cropland", draw(0, 9), "from_class=mangrove");
    add("soil_emission", "wetland", draw(-1, 1), "");
    add("ch4_emission", "wetland", draw(0, 300), "");
    add("growth", "", draw(0, 8), "");
    add("carbon_fraction", "", draw(0.4, 0.5), "");
    add("root_shoot", "", draw(0.1, 0.9), "");
    world.rows[world.row_count - 1].up_to = 60;
    add("root_shoot", "", draw(0.1, 0.9), "");
    world.rows[world.row_count - 1].over = 60;
    add("fraction_lost", "", draw(0, 1), "");
    add("combustion_factor", "", draw(0, 1), "");
    add("fire_ch4", "", draw(0, 9), "");
    add("fire_n2o", "", draw(0, 1), "");
}

/* `stay`: how likely land keeps its class from one map to the next. */
static void draw_parcel(struct fixture_parcel *parcel, size_t class_count, double stay,
                        double no_data)
{
    static const uint32_t leaves[] = {PROVINCE, COUNTY, OTHER};
    const char *class = classes[pick(class_count)];
    *parcel = (struct fixture_parcel){.region = leaves[pick(3)], .area_ha = draw(1, 50)};
    for (size_t m = 0; m < world.maps.count; m++) {
        if (draw(0, 1) > stay)
            class = classes[pick(class_count)];
        parcel->class[m] = draw(0, 1) < no_data ? NULL : class;
        parcel->biomass[m] = draw(0, 1) < 0.1 ? 0 : draw(0, 200);
    }
    if (draw(0, 1) < 0.4)
        parcel->event_year = (int)draw(world.maps.years[0], world.maps.years[world.maps.count - 1]);
}

static void draw_world(size_t class_count, double stay, double no_data)
{
    world.maps = (struct fixture_maps){.count = 2 + pick(11), .classes = classes};
    world.maps.history = world.maps.count > 2 ? pick(world.maps.count - 1) % 4 : 0;
    for (size_t m = 0; m < world.maps.count; m++)
        world.maps.years[m] = m ? world.maps.years[m - 1] + 1 + (int)pick(12) : 1950;
    world.transition_yr = 1 + (double)pick(30);
    world.has_biomass = pick(2);
    draw_factors();
    for (size_t c = 0; c < 32; c++)
        for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
            world.methods[c][pool] = pick(2) ? SINK_METHOD_GAIN_LOSS : SINK_METHOD_STOCK_DIFFERENCE;
    for (size_t p = 0; p < PARCELS; p++)
        draw_parcel(&world.parcels[p], class_count, stay, no_data);
}

static void add_layers(const struct fixture_maps *maps)
{
    double *breaks;
    size_t count;
    ck_assert_int_eq(sink_account_biomass_breaks(&f.factors, false, &breaks, &count, &f.error),
                     SINK_OK);
    const bool is_one = maps->count - maps->history < 2;
    for (int side = is_one ? SINK_SIDE_TO : SINK_SIDE_FROM;
         world.has_biomass && side <= SINK_SIDE_TO; side++)
        fixture_add_layer(&f, (enum sink_side)side, "above_ground_biomass",
                          SINK_QUANTITY_DRY_MATTER_T_HA, breaks, count);
    free(breaks);
    if (!is_one)
        fixture_add_event(&f, "fire");
}

/* The world as these maps show it: they may be fewer, and more of them history. */
static void make_with(const struct fixture_maps *maps)
{
    fixture_start_factors(&f, world.rows, world.row_count);
    f.settings.transition_yr = world.transition_yr;
    f.settings.methods = &world.methods[0][0];
    f.settings.disturbances = &fire;
    f.settings.disturbance_count = 1;
    fixture_add_region(&f, "cn", -1, SINK_REGION_SUM);
    fixture_add_region(&f, "33", COUNTRY, SINK_REGION_POLYGON);
    fixture_add_region(&f, "3301", PROVINCE, SINK_REGION_POLYGON);
    fixture_add_region(&f, "33~rest", PROVINCE, SINK_REGION_REST);
    fixture_add_region(&f, "34", COUNTRY, SINK_REGION_POLYGON);
    fixture_set_maps(&f, maps);
    add_layers(maps);
    fixture_open_maps(&f, maps);
    for (size_t p = 0; p < PARCELS; p++)
        fixture_post_parcel(&f, maps, &world.parcels[p]);
    fixture_account(&f); /* closes */
}

/* Sum over the classes of an array [year][class][pool of count][region]. */
static double sum_classes(const double *array, size_t count, size_t year, size_t pool,
                          size_t region)
{
    double sum = 0;
    for (size_t c = 0; c < f.account->class_count; c++)
        sum += array[((year * f.account->class_count + c) * count + pool) * REGIONS + region];
    return sum;
}

/* Scale of a tolerance: what doubles of this size lose. */
static double near(double tc)
{
    return 1e-9 * fmax(fabs(tc), 1);
}

static void check_pool(size_t year, size_t pool, size_t region)
{
    const struct sink_account *a = f.account;
    const size_t at = (year * SINK_POOL_COUNT + pool) * REGIONS + region;
    const size_t before = at - SINK_POOL_COUNT * REGIONS;
    const double difference_tc = sum_classes(a->difference_tc, SINK_POOL_COUNT, year, pool, region);
    const double years = a->years[year] - a->years[year - 1];
    const double flux_tc =
        pool == SINK_POOL_SOIL ? sum_classes(a->soil_flux_tc, 1, year, 0, region) : 0;
    ck_assert_double_eq_tol(a->pool_tc[before] + difference_tc + a->gap_change_tc[at],
                            a->pool_tc[at], near(a->total_tc[year * REGIONS + region]));
    ck_assert_double_eq_tol(a->sink_by_difference_tco2_yr[at] * years * 12 / 44,
                            difference_tc + flux_tc, near(a->total_tc[year * REGIONS + region]));
    double net_tc = difference_tc + flux_tc;
    if (pool < SINK_BIOMASS_POOL_COUNT)
        net_tc = sum_classes(a->gain_tc, 2, year, pool, region) -
                 sum_classes(a->conversion_loss_tc, 2, year, pool, region) -
                 sum_classes(a->disturbance_loss_tc, 2, year, pool, region);
    ck_assert_double_eq_tol(a->sink_by_gain_loss_tco2_yr[at] * years * 12 / 44, net_tc,
                            near(a->total_tc[year * REGIONS + region]));
    /* the chosen sink, put back in terms of stocks */
    ck_assert_double_eq_tol(a->sink_tco2_yr[at] * years * 12 / 44 - a->method_difference_tc[at],
                            difference_tc, near(a->total_tc[year * REGIONS + region]));
}

START_TEST(stocks_change_by_what_is_gained_and_lost)
{
    state = 1;
    for (int round = 0; round < 120; round++) {
        draw_world(CLASSES, 0.7, 0.03);
        make_with(&world.maps);
        for (size_t year = 1; year < f.account->year_count; year++)
            for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
                for (size_t region = 0; region < REGIONS; region++)
                    check_pool(year, pool, region);
        fixture_stop(&f);
    }
}
END_TEST

/* Regions are the fastest index of every array. */
static void check_parts(const char *name, const double *array, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const double *at = &array[i * REGIONS];
        if (isnan(at[COUNTRY]) && isnan(at[COUNTY]))
            continue; /* a first year */
        ck_assert_msg(fabs(at[COUNTY] + at[REST] - at[PROVINCE]) <= 1e-6, "%s: %g + %g, not %g",
                      name, at[COUNTY], at[REST], at[PROVINCE]);
        ck_assert_msg(fabs(at[PROVINCE] + at[OTHER] - at[COUNTRY]) <= 1e-6, "%s: %g + %g, not %g",
                      name, at[PROVINCE], at[OTHER], at[COUNTRY]);
    }
}

START_TEST(parts_of_regions_add_up)
{
    state = 2;
    for (int round = 0; round < 60; round++) {
        draw_world(CLASSES, 0.7, 0.03);
        make_with(&world.maps);
        const struct sink_account *a = f.account;
        const size_t years = a->year_count, by_class = years * a->class_count;
        check_parts("stock_tc", a->stock_tc, by_class * SINK_POOL_COUNT);
        check_parts("class_sink_tco2_yr", a->class_sink_tco2_yr, by_class * SINK_POOL_COUNT);
        check_parts("difference_tc", a->difference_tc, by_class * SINK_POOL_COUNT);
        check_parts("gain_tc", a->gain_tc, by_class * SINK_BIOMASS_POOL_COUNT);
        check_parts("conversion_loss_tc", a->conversion_loss_tc, by_class * 2);
        check_parts("disturbance_loss_tc", a->disturbance_loss_tc, by_class * 2);
        check_parts("soil_flux_tc", a->soil_flux_tc, by_class);
        check_parts("sink_tco2_yr", a->sink_tco2_yr, years * SINK_POOL_COUNT);
        check_parts("total_sink_tco2_yr", a->total_sink_tco2_yr, years);
        check_parts("balance_tco2e_yr", a->balance_tco2e_yr, years);
        check_parts("ch4_t_yr", a->ch4_t_yr, years);
        check_parts("land_use_m2", a->land_use_m2, years * SINK_LAND_USE_COUNT);
        check_parts("land_use_sink_tco2_yr", a->land_use_sink_tco2_yr,
                    years * SINK_LAND_USE_COUNT * SINK_POOL_COUNT);
        fixture_stop(&f);
    }
}
END_TEST

/* Land that changes its class at nearly every map has more conversions than a tally tells; the
 * account closes all the same. */
START_TEST(land_that_flickers_closes)
{
    state = 3;
    for (int round = 0; round < 60; round++) {
        draw_world(CLASSES, 0.1, 0);
        world.maps.conversions = 1 + round % 3;
        make_with(&world.maps);
        for (size_t year = 1; year < f.account->year_count; year++)
            for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
                check_pool(year, pool, COUNTRY);
        fixture_stop(&f);
    }
}
END_TEST

/* The stocks of a year do not depend on which other years are told, or only known as history. */
START_TEST(a_year_is_the_same_beside_any_other_years)
{
    state = 4;
    for (int round = 0; round < 40; round++) {
        double pools_tc[FIXTURE_MAPS][SINK_POOL_COUNT][REGIONS];
        draw_world(CLASSES, round % 2 ? 0.2 : 0.7, 0);
        world.maps.conversions = 1 + round % 3;
        const size_t first = world.maps.history;
        make_with(&world.maps);
        memcpy(pools_tc, f.account->pool_tc,
               f.account->year_count * SINK_POOL_COUNT * REGIONS * sizeof(double));
        fixture_stop(&f);
        for (size_t last = first; last < world.maps.count; last++) {
            struct fixture_maps maps = world.maps;
            maps.count = last + 1;
            maps.history = last;
            make_with(&maps);
            for (int pool = 0; pool < SINK_POOL_COUNT; pool++)
                for (size_t r = 0; r < REGIONS; r++)
                    ck_assert_double_eq_tol(fixture_pool(&f, 0, (enum sink_pool)pool, r),
                                            pools_tc[last - first][pool][r],
                                            near(f.account->total_tc[r]));
            fixture_stop(&f);
        }
    }
}
END_TEST

/* A value of a class in the table. */
static double value_of(const char *quantity, const char *class)
{
    for (size_t i = 0; i < world.row_count; i++)
        if (strcmp(world.rows[i].quantity, quantity) == 0 &&
            (!*world.rows[i].class || strcmp(world.rows[i].class, class) == 0))
            return world.rows[i].value;
    ck_abort_msg("no %s of %s", quantity, class);
    return NAN;
}

static double reference_of(const char *class)
{
    return value_of("soil_reference", class) * value_of("soil_land_use", class) *
           value_of("soil_management", class) * value_of("soil_input", class);
}

/* Soil, dead wood and litter year by year: each year adds its part until the time is over. */
struct ground {
    double soil, wood, litter;                /* now */
    double soil_step, wood_step, litter_step; /* a year */
    double years_left;
};

static double step_of(double now, double reference, double years)
{
    return (reference - now) / years;
}

static void convert(struct ground *ground, const char *class)
{
    const double wood = value_of("dead_wood", class), litter = value_of("litter", class);
    ground->years_left = world.transition_yr;
    ground->soil_step = step_of(ground->soil, reference_of(class), world.transition_yr);
    ground->wood_step = wood < ground->wood ? 0 : step_of(ground->wood, wood, world.transition_yr);
    ground->litter_step =
        litter < ground->litter ? 0 : step_of(ground->litter, litter, world.transition_yr);
    ground->wood = fmin(ground->wood, wood); /* lost at once */
    ground->litter = fmin(ground->litter, litter);
}

static void advance(struct ground *ground)
{
    if (ground->years_left <= 0)
        return;
    ground->soil += ground->soil_step;
    ground->wood += ground->wood_step;
    ground->litter += ground->litter_step;
    ground->years_left -= 1;
}

static void check_ground(size_t year, const struct ground *ground, double area_ha)
{
    ck_assert_double_eq_tol(fixture_pool(&f, year, SINK_POOL_SOIL, COUNTRY) / area_ha, ground->soil,
                            1e-9);
    ck_assert_double_eq_tol(fixture_pool(&f, year, SINK_POOL_DEAD_WOOD, COUNTRY) / area_ha,
                            ground->wood, 1e-9);
    ck_assert_double_eq_tol(fixture_pool(&f, year, SINK_POOL_LITTER, COUNTRY) / area_ha,
                            ground->litter, 1e-9);
}

/* One kind of land, up to three conversions: the account jumps over years, the ground does not. */
START_TEST(ground_follows_a_simulation_year_by_year)
{
    state = 5;
    for (int round = 0; round < 200; round++) {
        draw_world(INLAND, 0.7, 0);
        world.maps.history = 0;
        struct fixture_parcel *parcel = &world.parcels[0];
        size_t conversions = 0;
        for (size_t m = 1; m < world.maps.count; m++) {
            conversions += strcmp(parcel->class[m], parcel -> class[m - 1]) != 0;
            if (conversions > SINK_MAX_CONVERSIONS)
                parcel->class[m] = parcel->class[m - 1];
        }
        for (size_t p = 1; p < PARCELS; p++)
            world.parcels[p] = *parcel;
        make_with(&world.maps);
        const char *class = parcel->class[0];
        struct ground ground = {.soil = reference_of(class),
                                .wood = value_of("dead_wood", class),
                                .litter = value_of("litter", class)};
        check_ground(0, &ground, parcel->area_ha * PARCELS);
        for (size_t m = 1; m < world.maps.count; m++) {
            if (strcmp(parcel->class[m], parcel -> class[m - 1]) != 0)
                convert(&ground, parcel->class[m]);
            for (int year = world.maps.years[m - 1]; year < world.maps.years[m]; year++)
                advance(&ground);
            check_ground(m, &ground, parcel->area_ha * PARCELS);
        }
        fixture_stop(&f);
    }
}
END_TEST

/* Inland, no pool of soil or dead matter changes in a period that begins D years or more after the
 * last conversion. */
START_TEST(nothing_moves_later_than_the_transition_time)
{
    static const enum sink_pool slow[] = {SINK_POOL_DEAD_WOOD, SINK_POOL_LITTER, SINK_POOL_SOIL,
                                          SINK_POOL_SOIL_DEEP};
    size_t quiet = 0;
    state = 6;
    for (int round = 0; round < 200; round++) {
        draw_world(INLAND - 1, 0.6, 0); /* no wetland, whose soil emits for ever */
        for (size_t p = 1; p < PARCELS; p++)
            world.parcels[p] = world.parcels[0];
        make_with(&world.maps);
        const size_t first = world.maps.history;
        for (size_t m = first + 1; m < world.maps.count; m++) {
            size_t last = m; /* map before the latest conversion */
            while (last > 0 &&
                   strcmp(world.parcels[0].class[last - 1], world.parcels[0].class[m]) == 0)
                last--;
            if (last == m || (last > 0 && world.maps.years[m - 1] - world.maps.years[last - 1] <
                                              world.transition_yr))
                continue;
            quiet++;
            for (size_t i = 0; i < sizeof slow / sizeof *slow; i++)
                ck_assert_double_eq_tol(fixture_sink(&f, m - first, slow[i], COUNTRY), 0, 1e-9);
        }
        fixture_stop(&f);
    }
    ck_assert_uint_gt(quiet, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("account_conservation");
    TCase *tests = tcase_create("account_conservation");
    tcase_add_test(tests, stocks_change_by_what_is_gained_and_lost);
    tcase_add_test(tests, parts_of_regions_add_up);
    tcase_add_test(tests, land_that_flickers_closes);
    tcase_add_test(tests, a_year_is_the_same_beside_any_other_years);
    tcase_add_test(tests, ground_follows_a_simulation_year_by_year);
    tcase_add_test(tests, nothing_moves_later_than_the_transition_time);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
