/* The set `ipcc` on soils, coasts, peat and reservoirs: every combination of what is known of a
 * soil finds one row or a known gap, and the rows are what their documents print. */
#include "tests/model/tables_fixture.h"

#include <stdio.h>

#define CHERNOZEM "climate", "cool_temperate_moist", "soil", "hac"
#define PEAT "soil", "organic"
#define TEMPERATE "climate", "cool_temperate_moist"

static const char *const climates[] = {NULL,
                                       "tropical_montane",
                                       "tropical_wet",
                                       "tropical_moist",
                                       "tropical_dry",
                                       "warm_temperate_moist",
                                       "warm_temperate_dry",
                                       "cool_temperate_moist",
                                       "cool_temperate_dry",
                                       "boreal_moist",
                                       "boreal_dry",
                                       "polar_moist",
                                       "polar_dry"};
static const char *const soils[] = {NULL,     "hac",      "lac",     "sandy",
                                    "spodic", "volcanic", "wetland", "organic"};
static const char *const land_uses[] = {"annual",
                                        "paddy",
                                        "perennial",
                                        "set_aside",
                                        "shifting_shortened_fallow",
                                        "shifting_mature_fallow",
                                        NULL};
static const char *const managements[] = {"full_tillage", "reduced_tillage", "no_till", NULL};
static const char *const inputs[] = {"low", "medium", "high", "high_manure", NULL};
static const char *const conditions[] = {"nominal", "high_intensity_grazing", "severely_degraded",
                                         "improved", NULL};
static const char *const drainages[] = {
    "drained", "deep_drained", "shallow_drained", "undrained", "rewetted", "peat_extraction", NULL};
static const char *const ages[] = {"young", "old", NULL};
#define CLASS_COUNT 20
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Classes whose mineral soil has a reference in Table 2.3. */
static const char *const mineral[] = {"forest",      "bamboo",      "shrubland",  "grassland",
                                      "cropland",    "orchard",     "settlement", "bare",
                                      "moss_lichen", "open_forest", "wetland"};

static bool is_in(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] && strcmp(words[i], word) == 0)
            return true;
    return false;
}

/* n.a. in Table 2.3 of 2019. */
static bool is_gap(const char *climate, const char *soil)
{
    static const char *const cells[] = {"lac boreal",
                                        "lac polar",
                                        "spodic polar",
                                        "volcanic polar",
                                        "wetland polar",
                                        "spodic cool_temperate_dry",
                                        "spodic warm_temperate_dry",
                                        "spodic tropical"};
    char cell[64];
    snprintf(cell, sizeof cell, "%s %s", soil, climate);
    for (size_t i = 0; i < COUNT(cells); i++)
        if (strncmp(cell, cells[i], strlen(cells[i])) == 0)
            return true;
    return false;
}

static size_t place_of(const char *key)
{
    size_t place = 0;
    while (strcmp(factors.keys[place], key) != 0)
        ck_assert_uint_lt(++place, factors.key_count);
    return place;
}

static const struct sink_factor *look_up(enum sink_factor_kind kind,
                                         const struct sink_stratum *stratum)
{
    const struct sink_factor *row;
    struct sink_error error;
    if (sink_factors_find(&factors, kind, stratum, &row, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    return row;
}

/* Ways to use the land: keys, their words, and where the keys stand in the tables. */
enum { WAYS = 6 };
static const struct {
    const char *key;
    const char *const *words;
} ways[WAYS] = {{"land_use", land_uses},   {"management", managements}, {"input", inputs},
                {"condition", conditions}, {"drainage", drainages},     {"age_class", ages}};
static size_t places[WAYS];

/* Whether some row of the kind asks for the key: else its value cannot matter. */
static bool asks_for(enum sink_factor_kind kind, size_t place)
{
    for (size_t i = factors.kind_starts[kind]; i < factors.kind_starts[kind + 1]; i++)
        if (*factors.rows[factors.kind_rows[i]].keys[place])
            return true;
    return false;
}

/* The row of a kind for one class, climate and soil, however the land may be used. */
static void expect_row(enum sink_factor_kind kind, struct sink_stratum *stratum,
                       const char **values, size_t way)
{
    if (way >= WAYS) {
        if (!look_up(kind, stratum))
            ck_abort_msg("no %s for %s, %s, %s", sink_factor_kind_name(kind), stratum->class_name,
                         values[place_of("climate")], values[place_of("soil")]);
        return;
    }
    const size_t place = places[way];
    values[place] = NULL;
    expect_row(kind, stratum, values, way + 1);
    if (!asks_for(kind, place))
        return;
    for (const char *const *word = ways[way].words; *word; word++) {
        values[place] = *word;
        expect_row(kind, stratum, values, way + 1);
    }
}

START_TEST(every_mineral_soil_has_a_stock_and_three_factors_or_is_a_known_gap)
{
    const char *values[SINK_FACTOR_KEYS_MAX] = {0}, *name = classes.items[_i].name;
    const bool is_mineral = is_in(mineral, COUNT(mineral), name);
    struct sink_stratum stratum = {name, values, NAN};
    ck_assert_uint_eq(classes.count, CLASS_COUNT);
    for (size_t way = 0; way < WAYS; way++)
        places[way] = place_of(ways[way].key);
    for (size_t c = 0; c < COUNT(climates); c++)
        for (size_t s = 0; s < COUNT(soils); s++) {
            const bool is_known = climates[c] && soils[s] && strcmp(soils[s], "organic") != 0;
            memset(values, 0, sizeof values);
            values[place_of("climate")] = climates[c];
            values[place_of("soil")] = soils[s];
            const bool has_stock = look_up(SINK_FACTOR_SOIL_REFERENCE, &stratum) != NULL;
            const char *taken = strcmp(name, "wetland") == 0 ? "wetland" : soils[s];
            const bool is_expected = is_mineral && is_known && !is_gap(climates[c], taken);
            ck_assert_msg(has_stock == is_expected, "%s, %s, %s: %s", name,
                          climates[c] ? climates[c] : "-", soils[s] ? soils[s] : "-",
                          has_stock ? "a stock" : "no stock");
            ck_assert(!has_stock || !look_up(SINK_FACTOR_SOIL, &stratum));
            for (int kind = SINK_FACTOR_SOIL_LAND_USE; has_stock && kind <= SINK_FACTOR_SOIL_INPUT;
                 kind++)
                expect_row((enum sink_factor_kind)kind, &stratum, values, 0);
        }
}
END_TEST

/* The product of eq. 2.25. */
static double soil_tc_ha(const char *class_name, const char *const *keys)
{
    static const enum sink_factor_kind kinds[] = {
        SINK_FACTOR_SOIL_REFERENCE, SINK_FACTOR_SOIL_LAND_USE, SINK_FACTOR_SOIL_MANAGEMENT,
        SINK_FACTOR_SOIL_INPUT};
    double product = 1;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const struct sink_factor *row = find(kinds[i], class_name, NAN, keys);
        ck_assert_msg(row != NULL, "no %s", sink_factor_kind_name(kinds[i]));
        product *= row->value;
    }
    return product;
}

/* 81 t C/ha, Table 2.3; factors of Table 5.5. */
START_TEST(black_soil_under_crops_holds_what_the_tables_give)
{
    ck_assert_double_eq_tol(soil_tc_ha("forest", KEYS(CHERNOZEM)), 81, 1e-9);
    ck_assert_double_eq_tol(soil_tc_ha("cropland", KEYS(CHERNOZEM)), 81 * 0.70, 1e-9);
    ck_assert_double_eq_tol(
        soil_tc_ha("cropland", KEYS(CHERNOZEM, "land_use", "annual", "management", "no_till",
                                    "input", "high_manure")),
        81 * 0.70 * 1.09 * 1.44, 1e-9);
    ck_assert_double_eq_tol(soil_tc_ha("cropland", KEYS(CHERNOZEM, "land_use", "set_aside")),
                            81 * 0.82, 1e-9);
    ck_assert_double_eq_tol(soil_tc_ha("orchard", KEYS(CHERNOZEM)), 81 * 0.72, 1e-9);
}
END_TEST

START_TEST(management_and_input_do_not_apply_to_paddies)
{
    const double stock = soil_tc_ha("cropland", KEYS(CHERNOZEM, "land_use", "paddy"));
    ck_assert_double_eq_tol(stock, 81 * 1.35, 1e-9);
    ck_assert_double_eq_tol(soil_tc_ha("cropland", KEYS(CHERNOZEM, "land_use", "paddy",
                                                        "management", "no_till", "input", "low")),
                            stock, 1e-9);
}
END_TEST

START_TEST(grassland_goes_by_its_condition)
{
    ck_assert_double_eq_tol(soil_tc_ha("grassland", KEYS(CHERNOZEM)), 81, 1e-9);
    ck_assert_double_eq_tol(
        soil_tc_ha("grassland", KEYS(CHERNOZEM, "condition", "severely_degraded")), 81 * 0.7, 1e-9);
    ck_assert_double_eq_tol(
        soil_tc_ha("grassland", KEYS(CHERNOZEM, "condition", "high_intensity_grazing")), 81 * 0.9,
        1e-9);
    ck_assert_double_eq_tol(
        soil_tc_ha("grassland", KEYS(CHERNOZEM, "condition", "improved", "input", "high")),
        81 * 1.14 * 1.11, 1e-9);
    /* input counts on improved grassland only */
    ck_assert_double_eq_tol(soil_tc_ha("grassland", KEYS(CHERNOZEM, "input", "high")), 81, 1e-9);
    ck_assert_double_eq_tol(soil_tc_ha("bare", KEYS(CHERNOZEM, "condition", "severely_degraded")),
                            81 * 0.7, 1e-9);
}
END_TEST

START_TEST(wetland_soils_have_factors_of_their_own)
{
    const char *const gley[] = {TEMPERATE, "soil", "wetland", NULL};
    ck_assert_double_eq_tol(soil_tc_ha("wetland", gley), 128, 1e-9);
    ck_assert_double_eq_tol(soil_tc_ha("cropland", gley), 128 * 0.71, 1e-9);
    ck_assert_double_eq_tol(
        soil_tc_ha("cropland", KEYS(TEMPERATE, "soil", "wetland", "land_use", "paddy")), 128 * 1.35,
        1e-9);
    ck_assert_double_eq_tol(
        soil_tc_ha("wetland", KEYS(TEMPERATE, "soil", "wetland", "drainage", "rewetted")),
        128 * 0.8, 1e-9);
    expect_printed(1.0, find(SINK_FACTOR_SOIL_LAND_USE, "wetland", NAN,
                             KEYS("drainage", "rewetted", "age_class", "old")));
    expect_fallback(128, find(SINK_FACTOR_SOIL_REFERENCE, "wetland", NAN, KEYS(CHERNOZEM)));
}
END_TEST

START_TEST(what_is_assumed_of_a_soil_is_said)
{
    expect_fallback(0.70, find(SINK_FACTOR_SOIL_LAND_USE, "cropland", NAN, KEYS(CHERNOZEM)));
    expect_printed(0.70, find(SINK_FACTOR_SOIL_LAND_USE, "cropland", NAN,
                              KEYS(CHERNOZEM, "land_use", "annual")));
    expect_fallback(0.77, find(SINK_FACTOR_SOIL_LAND_USE, "cropland", NAN,
                               KEYS("climate", "polar_dry", "land_use", "annual")));
    expect_fallback(1, find(SINK_FACTOR_SOIL_MANAGEMENT, "cropland", NAN, KEYS(CHERNOZEM)));
    expect_fallback(1, find(SINK_FACTOR_SOIL_INPUT, "cropland", NAN, KEYS(CHERNOZEM)));
    expect_fallback(1, find(SINK_FACTOR_SOIL_LAND_USE, "settlement", NAN, KEYS(CHERNOZEM)));
    expect_fallback(1, find(SINK_FACTOR_SOIL_MANAGEMENT, "grassland", NAN, KEYS(CHERNOZEM)));
    expect_printed(1, find(SINK_FACTOR_SOIL_MANAGEMENT, "grassland", NAN,
                           KEYS(CHERNOZEM, "condition", "nominal")));
    expect_printed(1, find(SINK_FACTOR_SOIL_LAND_USE, "forest", NAN, KEYS(CHERNOZEM)));
}
END_TEST

/* 2013 Wetlands Supplement Tables 4.12 to 4.14. */
START_TEST(coasts_gain_only_where_they_are_planted_and_lose_where_they_are_drained)
{
    const char *const planted[] = {"restoration", "planted", NULL};
    const char *const was[] = {"from_class", "mangrove", NULL};
    expect_printed(1.62, find(SINK_FACTOR_SOIL_ACCUMULATION, "mangrove", NAN, planted));
    expect_printed(0.91, find(SINK_FACTOR_SOIL_ACCUMULATION, "salt_marsh", NAN, planted));
    expect_printed(0.43, find(SINK_FACTOR_SOIL_ACCUMULATION, "seagrass", NAN, planted));
    expect_printed(
        0, find(SINK_FACTOR_SOIL_ACCUMULATION, "mangrove", NAN, KEYS("restoration", "natural")));
    ck_assert_ptr_null(find(SINK_FACTOR_SOIL_ACCUMULATION, "mangrove", NAN, NULL));
    ck_assert_double_eq(find(SINK_FACTOR_SOIL_ACCUMULATION, "mangrove", NAN, planted)->depth_cm,
                        100);
    expect_printed(7.9, find(SINK_FACTOR_SOIL_EMISSION, "cropland", NAN, was));
    ck_assert_ptr_null(find(SINK_FACTOR_SOIL_EMISSION, "tidal_flat", NAN, was));
    ck_assert_ptr_null(find(SINK_FACTOR_SOIL_EMISSION, "water", NAN, was));
    ck_assert_ptr_null(find(SINK_FACTOR_SOIL_EMISSION, "cropland", NAN, NULL));
    expect_fallback(0, find(SINK_FACTOR_SOIL_EMISSION, "wetland", NAN, was));
}
END_TEST

START_TEST(a_drained_coast_drains_whatever_the_soil_map_says)
{
    expect_printed(7.9, find(SINK_FACTOR_SOIL_EMISSION, "grassland", NAN,
                             KEYS("from_class", "salt_marsh", PEAT)));
    expect_printed(7.9, find(SINK_FACTOR_SOIL_EMISSION, "grassland", NAN,
                             KEYS("from_class", "salt_marsh", PEAT, TEMPERATE, "drainage",
                                  "shallow_drained", "nutrients", "rich")));
    expect_printed(0, find(SINK_FACTOR_SOIL_EMISSION, "grassland", NAN,
                           KEYS("from_class", "salt_marsh", "drainage", "undrained")));
}
END_TEST

START_TEST(methane_of_a_restored_coast_goes_by_its_salinity)
{
    expect_printed(193.7, find(SINK_FACTOR_CH4_EMISSION, "salt_marsh", NAN,
                               KEYS("salinity", "fresh", "restoration", "planted")));
    expect_printed(
        193.7, find(SINK_FACTOR_CH4_EMISSION, "mangrove", NAN,
                    KEYS("salinity", "fresh", "restoration", "planted", "drainage", "rewetted")));
    expect_printed(0, find(SINK_FACTOR_CH4_EMISSION, "mangrove", NAN,
                           KEYS("salinity", "saline", "drainage", "rewetted")));
    ck_assert_ptr_null(
        find(SINK_FACTOR_CH4_EMISSION, "salt_marsh", NAN, KEYS("salinity", "fresh")));
}
END_TEST

/* 2013 Wetlands Supplement Tables 2.1, 2.3 to 2.5; 0.95 x 0 + 0.05 x 1165 = 58.25. */
START_TEST(drained_peat_emits_three_gases)
{
    const char *const drained[] = {PEAT, TEMPERATE, "drainage", "drained", NULL};
    expect_printed(7.9, find(SINK_FACTOR_SOIL_EMISSION, "cropland", NAN, drained));
    expect_printed(58.25, find(SINK_FACTOR_CH4_EMISSION, "cropland", NAN, drained));
    expect_printed(13 * 44.0 / 28, find(SINK_FACTOR_N2O_EMISSION, "cropland", NAN, drained));
    ck_assert_str_eq(find(SINK_FACTOR_CH4_EMISSION, "cropland", NAN, drained)->verified, "derived");
    expect_printed(2.6, find(SINK_FACTOR_SOIL_EMISSION, "forest", NAN, drained));
    expect_printed(14, find(SINK_FACTOR_SOIL_EMISSION, "cropland", NAN,
                            KEYS(PEAT, "climate", "tropical_wet", "drainage", "drained")));
    expect_printed(0.25, find(SINK_FACTOR_SOIL_EMISSION, "forest", NAN,
                              KEYS(PEAT, "climate", "boreal_moist", "drainage", "drained",
                                   "nutrients", "poor")));
}
END_TEST

START_TEST(what_is_assumed_of_peat_is_said)
{
    expect_fallback(6.1, find(SINK_FACTOR_SOIL_EMISSION, "grassland", NAN,
                              KEYS(PEAT, TEMPERATE, "drainage", "drained")));
    expect_printed(3.6,
                   find(SINK_FACTOR_SOIL_EMISSION, "grassland", NAN,
                        KEYS(PEAT, TEMPERATE, "drainage", "shallow_drained", "nutrients", "rich")));
    expect_fallback(7.9, find(SINK_FACTOR_SOIL_EMISSION, "cropland", NAN, KEYS(PEAT, TEMPERATE)));
    expect_fallback(0, find(SINK_FACTOR_SOIL_EMISSION, "forest", NAN, KEYS(PEAT, TEMPERATE)));
    expect_printed(0, find(SINK_FACTOR_SOIL_EMISSION, "cropland", NAN,
                           KEYS(PEAT, TEMPERATE, "drainage", "undrained")));
    ck_assert_ptr_null(find(SINK_FACTOR_SOIL_EMISSION, "forest", NAN, KEYS(CHERNOZEM)));
}
END_TEST

/* 2013 Wetlands Supplement Tables 3.1 and 3.3. */
START_TEST(rewetted_rich_peat_is_a_source_and_poor_peat_a_sink)
{
    const char *const rich[] = {PEAT, TEMPERATE, "drainage", "rewetted", "nutrients", "rich", NULL};
    const char *const poor[] = {PEAT, TEMPERATE, "drainage", "rewetted", "nutrients", "poor", NULL};
    expect_printed(0.50, find(SINK_FACTOR_SOIL_EMISSION, "wetland", NAN, rich));
    expect_printed(-0.23, find(SINK_FACTOR_SOIL_EMISSION, "wetland", NAN, poor));
    expect_printed(216 * 16.0 / 12, find(SINK_FACTOR_CH4_EMISSION, "wetland", NAN, rich));
    ck_assert_double_eq(find(SINK_FACTOR_SOIL_EMISSION, "wetland", NAN, rich)->lower, -0.71);
    expect_printed(235, find(SINK_FACTOR_CH4_EMISSION, "wetland", NAN,
                             KEYS(TEMPERATE, "soil", "wetland", "drainage", "rewetted")));
}
END_TEST

/* IPCC 2019 Vol. 4 Tables 7.9, 7.13 and 7.15. */
START_TEST(reservoirs_emit_by_climate_and_age)
{
    const char *const young[] = {"climate", "warm_temperate_moist", "age_class", "young", NULL};
    const char *const old[] = {"climate", "warm_temperate_moist", "age_class", "old", NULL};
    const char *const unknown[] = {"climate", "warm_temperate_moist", NULL};
    expect_printed(1.46, find(SINK_FACTOR_SOIL_EMISSION, "reservoir", NAN, young));
    expect_printed(0, find(SINK_FACTOR_SOIL_EMISSION, "reservoir", NAN, old));
    expect_fallback(0, find(SINK_FACTOR_SOIL_EMISSION, "reservoir", NAN, unknown));
    expect_printed(127.5, find(SINK_FACTOR_CH4_EMISSION, "reservoir", NAN, young));
    expect_printed(80.3, find(SINK_FACTOR_CH4_EMISSION, "reservoir", NAN, old));
    expect_fallback(80.3, find(SINK_FACTOR_CH4_EMISSION, "reservoir", NAN, unknown));
    ck_assert_ptr_null(find(SINK_FACTOR_CH4_EMISSION, "water", NAN, old));
}
END_TEST

START_TEST(karst_and_lakes_have_memo_items)
{
    expect_printed(0.0428, find(SINK_FACTOR_KARST_SINK, "forest", NAN, KEYS("karst", "yes")));
    ck_assert_ptr_null(find(SINK_FACTOR_KARST_SINK, "forest", NAN, NULL));
    expect_printed(0.22, find(SINK_FACTOR_WATER_BURIAL, "water", NAN, KEYS("burial", "yes")));
    ck_assert_ptr_null(find(SINK_FACTOR_WATER_BURIAL, "water", NAN, NULL));
    ck_assert_ptr_null(find(SINK_FACTOR_WATER_BURIAL, "reservoir", NAN, KEYS("burial", "yes")));
    ck_assert_ptr_null(find(SINK_FACTOR_WATER_BURIAL, "mangrove", NAN, KEYS("burial", "yes")));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, every_mineral_soil_has_a_stock_and_three_factors_or_is_a_known_gap,
                        0, CLASS_COUNT);
    tcase_add_test(tests, black_soil_under_crops_holds_what_the_tables_give);
    tcase_add_test(tests, management_and_input_do_not_apply_to_paddies);
    tcase_add_test(tests, grassland_goes_by_its_condition);
    tcase_add_test(tests, wetland_soils_have_factors_of_their_own);
    tcase_add_test(tests, what_is_assumed_of_a_soil_is_said);
    tcase_add_test(tests, coasts_gain_only_where_they_are_planted_and_lose_where_they_are_drained);
    tcase_add_test(tests, a_drained_coast_drains_whatever_the_soil_map_says);
    tcase_add_test(tests, methane_of_a_restored_coast_goes_by_its_salinity);
    tcase_add_test(tests, drained_peat_emits_three_gases);
    tcase_add_test(tests, what_is_assumed_of_peat_is_said);
    tcase_add_test(tests, rewetted_rich_peat_is_a_source_and_poor_peat_a_sink);
    tcase_add_test(tests, reservoirs_emit_by_climate_and_age);
    tcase_add_test(tests, karst_and_lakes_have_memo_items);
}

int main(void)
{
    return run_tables("tables_soil", add_tests);
}
