/* The keys of the full accounts: what is wrong with each is told where it stands. */
#include "tests/pipelines/job_fixture.h"

/* Keys that every job has, in two lines; the rest of a case begins in line 3. */
#define HEAD                                                                                       \
    "regions: {file: r.gpkg, id: code}\n"                                                          \
    "output: out.nc\n"
#define YEARS "years: [2020, 2025]\n"
#define LAND "land_cover: {file: 'lc_{year}.tif', legend: clcd}"
#define LAYERS "layers: {" LAND "}\n"
#define BIOMASS "above_ground_biomass: {file: a.tif, unit: t/ha"
/* A whole job whose line 5 is `line`, or whose layers in line 4 have one more. */
#define LINE(line) YEARS LAYERS line "\n"
#define LAYER(layer) YEARS "layers: {" LAND ", " layer "}\n"

struct wrong {
    const char *text; /* after HEAD */
    const char *parts[3];
};

static const struct wrong years[] = {
    {LINE("history: [2000, 1990]"), {":5:17: history[2]: \"1990\", expected a year after 2000"}},
    {LINE("history: [2000, 2000]"), {"history[2]: \"2000\", expected a year after 2000"}},
    {LINE("history: []"), {":5:10: history: an empty list, expected a year or a list of years"}},
    {LINE("history: [20o0]"), {":5:11: history[1]: \"20o0\", expected a year from 1000 to 9999"}},
    {LINE("history: {a: 1}"), {"history: a map, expected a year"}},
    {LINE("history: [2000, 2020]"),
     {":5:17: history[2]: \"2020\", expected a year before 2020, the first of years"}},
    {LINE("history: 2022"), {":5:10: history: \"2022\", expected a year before 2020"}},
    {"years: 2020\nlayers: {land_cover: {file: lc.tif, legend: clcd}}\nhistory: [2000]\n",
     {":4:29: layers.land_cover.file: the same map for 2 years (with history), expected {year}"}},
    {"years: 2020\nlayers: {forest: {file: 'f_{year}.tif', unit: fraction}}\nhistory: [2000]\n",
     {":4:47: layers.forest.unit: \"fraction\", expected presence beside history, for which a cell "
      "needs one class"}},
    {YEARS "layers: {forest: 'f_{year}.tif', mangrove: {file: 'm_{year}.tif', unit: percent}}\n"
           "history: [2000]\n",
     {"layers.mangrove.unit: \"percent\", expected presence beside history"}},
    {LINE("conversion: 20"), {":5:13: conversion: \"20\", expected a map"}},
    {LINE("conversion: {latest: 4}"), {":5:22: conversion.latest: \"4\", expected 1, 2 or 3"}},
    {LINE("conversion: {latest: 1.5}"), {"conversion.latest: \"1.5\", expected 1, 2 or 3"}},
    {LINE("conversion: {years: 20, year: 20}"),
     {"conversion.year: unknown key", "(did you mean years?)"}},
    {LINE("conversion: {years: 0}"),
     {":5:21: conversion.years: \"0\", expected a number of years above 0 up to 100"}},
    {LINE("conversion: {years: -20}"), {"conversion.years: \"-20\", expected a number of years"}},
    {LINE("conversion: {years: 100.5}"), {"\"100.5\", expected a number of years above 0"}},
    {LINE("conversion: {years: 20 years}"), {"\"20 years\", expected a number of years"}},
};

static const struct wrong account[] = {
    {LINE("methods: gain_loss"),
     {":5:10: methods: \"gain_loss\", expected methods by class, such as {forest: gain_loss}"}},
    {LINE("methods: {}"), {"methods: an empty map, expected methods by class"}},
    {LINE("methods: {forst: gain_loss}"),
     {":5:11: methods.forst: unknown class, expected ", "(did you mean forest?)"}},
    {LINE("methods: {forest: gainloss}"),
     {":5:19: methods.forest: \"gainloss\", expected stock_difference or gain_loss (did you mean "
      "gain_loss?)"}},
    {LINE("methods: {forest: [gain_loss]}"), {"methods.forest: a list, expected stock_difference"}},
    {LINE("methods: {forest: {}}"), {"methods.forest: an empty map, expected a method, or"}},
    {LINE("methods: {forest: {liter: gain_loss}}"),
     {":5:20: methods.forest.liter: unknown pool, expected above_ground_biomass, ",
      "(did you mean litter?)"}},
    {LINE("methods: {forest: {litter: {}}}"),
     {"methods.forest.litter: an empty map, expected stock_difference or gain_loss"}},
    {LINE("methods: {forest: gain_loss, forest: gain_loss}"),
     {":5:30: methods.forest: doubled key, expected once"}},
    {LINE("methods: {forest: {litter: gain_loss, litter: gain_loss}}"),
     {"methods.forest.litter: doubled key"}},
    {LINE("report_by: []"), {":5:12: report_by: an empty list, expected a list of overlays"}},
    {LINE("report_by: zone"),
     {":5:12: report_by: \"zone\", expected an overlay, of which the job has none"}},
    {LAYER("zone: {value: dry}, soil: {value: hac}") "report_by: [soil, zoen]\n",
     {":5:19: report_by[2]: \"zoen\", expected zone or soil (did you mean zone?)"}},
    {LAYER("zone: {value: dry}") "report_by: land_cover\n",
     {"report_by: \"land_cover\", expected zone"}},
    {LAYER("zone: {value: dry}") "report_by: [zone, zone]\n",
     {"report_by[2]: \"zone\", expected each once"}},
    {LINE("harvest: [h.csv]"), {":5:10: harvest: a list, expected the path of a CSV file"}},
    {LINE("harvest:"), {"harvest: nothing, expected the path of a CSV file"}},
    {LINE("harvest: 'https://x.org/h.csv'"), {"harvest: \"https://x.org/h.csv\"", "a URL"}},
    {LINE("harvest: 'h_{year}.csv'"), {"harvest: unknown placeholder {year}"}},
    {LINE("accuracy: {a: b}"), {":5:11: accuracy: a map, expected the path of a CSV file"}},
    {LINE("accuracy: /vsimem/m.csv"), {"accuracy:", "a GDAL virtual path"}},
    {YEARS LAYERS "harvest: ./out.nc\n",
     {":2:9: output: \"out.nc\" is the file of harvest, expected a file of its own"}},
    {YEARS LAYERS "accuracy: out.nc\n", {"output: \"out.nc\" is the file of accuracy"}},
    {LINE("uncertainty: yes"), {":5:14: uncertainty: \"yes\", expected a map"}},
    {LINE("uncertainty: {seed: 3}"),
     {":5:1: uncertainty.draws: absent, expected how often the factors are drawn"}},
    {LINE("uncertainty: {draws: 99}"),
     {":5:22: uncertainty.draws: \"99\", expected 0 (none), or a whole number from 100 to "
      "1000000"}},
    {LINE("uncertainty: {draws: 1000001}"), {"uncertainty.draws: \"1000001\", expected 0"}},
    {LINE("uncertainty: {draws: 1e4}"), {"uncertainty.draws: \"1e4\", expected 0"}},
    {LINE("uncertainty: {draws: 0400}"), {"uncertainty.draws: \"0400\", expected 0"}},
    {LINE("uncertainty: {draws: 500, seed: -1}"),
     {":5:33: uncertainty.seed: \"-1\", expected a whole number from 0 to 9223372036854775807"}},
    {LINE("uncertainty: {draws: 500, seed: 9223372036854775808}"), {"uncertainty.seed:"}},
    {LINE("uncertainty: {draws: 500, sed: 1}"),
     {"uncertainty.sed: unknown key, expected draws or seed (did you mean seed?)"}},
    {LINE("gwp: AR5"), {":5:6: gwp: \"AR5\", expected ar4, ar5 or ar6"}},
    {LINE("gwp: ar7"), {"gwp: \"ar7\", expected ar4, ar5 or ar6"}},
};

static const struct wrong layers[] = {
    {LAYER(BIOMASS ", correlation: {range: 1 km}}"),
     {"layers.above_ground_biomass.correlation: given, expected only beside sd"}},
    {LAYER(BIOMASS ", sd: s.tif, correlation: 10 km}"),
     {"layers.above_ground_biomass.correlation: \"10 km\", expected range, time or both"}},
    {LAYER(BIOMASS ", sd: s.tif, correlation: {}}"),
     {"correlation: an empty map, expected range, time"}},
    {LAYER(BIOMASS ", sd: s.tif, correlation: {range: 10}}"),
     {"correlation.range: \"10\", expected a length above 0 with its unit, such as 10 km"}},
    {LAYER(BIOMASS ", sd: s.tif, correlation: {range: 0 m}}"), {"range: \"0 m\", expected a len"}},
    {LAYER(BIOMASS ", sd: s.tif, correlation: {range: 3 mi}}"), {"range: \"3 mi\", expected a le"}},
    {LAYER(BIOMASS ", sd: s.tif, correlation: {time: 1.5}}"),
     {"correlation.time: \"1.5\", expected a correlation from 0 to 1"}},
    {LAYER(BIOMASS ", sd: s.tif, correlation: {time: -0.1}}"), {"time: \"-0.1\", expected a cor"}},
    {LAYER(BIOMASS ", sd: s.tif, correlation: {tim: 1}}"), {"(did you mean time?)"}},
    {LAYER("zone: {file: z.tif, legend: z.csv, correlation: {time: 1}}"),
     {"layers.zone.correlation: unknown key"}},
    {LAYER("stand_age: a.tif"), {"layers.stand_age.unit: absent, expected the unit of the values"}},
    {LAYER("stand_age: {file: a.tif, unit: t/ha}"),
     {"layers.stand_age.unit: \"t/ha\", expected yr, year or years"}},
    {LAYER(BIOMASS "}, stock_volume: {file: v.tif, unit: yr}"),
     {"layers.stock_volume.unit: \"yr\", expected m3/ha or m3 ha-1"}},
    {LAYER("stand_age: {file: a.tif, unit: yr, sd: s.tif}"),
     {"layers.stand_age.sd: unknown key, expected file, band, variable, crs, nodata, unit or "
      "method"}},
    {LAYER("stand_aeg: {file: a.tif, unit: yr}"),
     {"layers.stand_aeg: unknown layer", "(did you mean stand_age?)"}},
    {LAYER("stock_volume: {from: above_ground_biomass}"),
     {"layers.stock_volume.from: given, expected only beside the layer above_ground_biomass"}},
    {LAYER(BIOMASS "}, stock_volume: {from: soil_carbon}"),
     {"layers.stock_volume.from: \"soil_carbon\", expected above_ground_biomass"}},
    {LAYER(BIOMASS "}, stock_volume: {from: above_ground_biomass, file: v.tif}"),
     {"layers.stock_volume.file: given, expected only classes beside from: what is derived"}},
    {LAYER(BIOMASS "}, stock_volume: {from: above_ground_biomass, unit: m3/ha}"),
     {"layers.stock_volume.unit: given, expected only classes beside from"}},
    {LAYER(BIOMASS "}, stock_volume: {from: above_ground_biomass, sd: s.tif}"),
     {"layers.stock_volume.sd: given, expected only classes beside from"}},
    {LAYER(BIOMASS "}, stock_volume: {from: above_ground_biomass, clases: [forest]}"),
     {"layers.stock_volume.clases: unknown key, expected from or classes (did you mean classes?)"}},
    {LAYER(BIOMASS ", classes: [forest]}, stock_volume: {from: above_ground_biomass, classes: "
                   "[forest, mangrove]}"),
     {"layers.stock_volume.classes[2]: \"mangrove\", expected a class that above_ground_biomass "
      "speaks for"}},
    {LAYER(BIOMASS ", from: stock_volume}"),
     {"layers.above_ground_biomass.from: unknown key, expected file"}},
    {LAYER(BIOMASS "}, stock_volume: {from: above_ground_biomass}") "grid: {layer: stock_volume}\n",
     {"grid.layer: \"stock_volume\", expected land_cover or above_ground_biomass"}},
    {LAYER("from_class: {value: a}"), {"layers.from_class: a name that the tally uses itself"}},
    {LAYER("disturbance: {value: a}"), {"layers.disturbance: a name that the tally uses itself"}},
    {LAYER("conversion_1: {value: a}"), {"layers.conversion_1: a name that the tally uses"}},
};

static const struct wrong disturbances[] = {
    {LINE("disturbances: fire.tif"),
     {":5:15: disturbances: \"fire.tif\", expected rasters by name, such as {fire: {file:"}},
    {LINE("disturbances: {}"), {"disturbances: an empty map, expected rasters by name"}},
    {LINE("disturbances: {fire: {burns: yes}}"),
     {":5:16: disturbances.fire.file: absent, expected the path of a raster"}},
    {LINE("disturbances: {fire: {file: f.tif, burns: always}}"),
     {":5:43: disturbances.fire.burns: \"always\", expected no, yes, false or true"}},
    {LINE("disturbances: {fire: {file: f.tif, burn: yes}}"),
     {"disturbances.fire.burn: unknown key", "(did you mean burns?)"}},
    {LINE("disturbances: {fire: {file: f.tif, legend: clcd}}"),
     {"disturbances.fire.legend: unknown key"}},
    {LINE("disturbances: {fire: 'f_{year}.tif'}"),
     {":5:22: disturbances.fire: \"f_{year}.tif\", expected a path without {year}: the cells hold "
      "the years of the events"}},
    {LINE("disturbances: {fire: {file: [f.tif, 'f_{year}.tif']}}"),
     {"disturbances.fire.file[2]: \"f_{year}.tif\", expected a path without {year}"}},
    {LINE("disturbances: {fire: 'f_{yaer}.tif'}"), {"unknown placeholder {yaer}"}},
    {LINE("disturbances: {Fire: f.tif}"), {":5:16: disturbances.Fire: not the name of a layer"}},
    {LINE("disturbances: {class: f.tif}"), {"disturbances.class: a name that the tally uses"}},
    {LINE("disturbances: {fire_sd: f.tif}"), {"disturbances.fire_sd: a name that the tally uses"}},
    {LINE("disturbances: {land_cover: f.tif}"),
     {":5:16: disturbances.land_cover: the name of a layer (line 4), expected another one"}},
    {LAYER("zone: {value: dry}") "disturbances: {zone: f.tif}\n",
     {"disturbances.zone: the name of a layer (line 4)"}},
    {LINE("disturbances: {fire: 'lc_2020.tif', storm: 'lc_2020.tif'}"),
     {":5:44: disturbances.storm: the same file and band as fire (line 5), expected another"}},
    {LINE("disturbances: {fire: out.nc}"), {"output: \"out.nc\" is a file of the layer fire"}},
};

#define ZONED(line) LAYER("zone: {value: dry}") line "\n"
#define PRICES "prices: {low: {2025: 5}, central: {2025: 7}, high: {2025: 9}}"
#define WORTH(rest) LINE("value: {currency: CNY, price_year: 2025, source: s, " rest "}")
#define RATED(rest) WORTH("discount_rate: 3 %, " rest)

static const struct wrong outlook[] = {
    {LINE("potential: forest"), {":5:12: potential: \"forest\", expected a map"}},
    {ZONED("potential: {suitable: {zone: [dry]}, class: forest}"),
     {":5:1: potential.year: absent, expected a year after the last of years"}},
    {ZONED("potential: {suitable: {zone: [dry]}, year: 2060}"),
     {"potential.class: absent, expected the class that is planted"}},
    {ZONED("potential: {class: forest, year: 2060}"),
     {"potential.suitable: absent, expected an overlay with the values that are suitable"}},
    {ZONED("potential: {suitable: zone, class: forest, year: 2060}"),
     {":5:23: potential.suitable: \"zone\", expected one overlay with the values"}},
    {ZONED("potential: {suitable: {zone: [dry], soil: [a]}, class: forest, year: 2060}"),
     {"potential.suitable: a map, expected one overlay with the values"}},
    {ZONED("potential: {suitable: {zone: []}, class: forest, year: 2060}"),
     {"potential.suitable.zone: an empty list, expected values of the overlay"}},
    {ZONED("potential: {suitable: {zone: [Dry]}, class: forest, year: 2060}"),
     {"potential.suitable.zone[1]: \"Dry\", expected a name of a-z, 0-9 and _"}},
    {ZONED("potential: {suitable: {zoen: [dry]}, class: forest, year: 2060}"),
     {":5:24: potential.suitable.zoen: unknown overlay, expected zone (did you mean zone?)"}},
    {LINE("potential: {suitable: {zone: [dry]}, class: forest, year: 2060}"),
     {"potential.suitable: a map, expected an overlay, of which the job has none"}},
    {ZONED("potential: {suitable: {zone: [dry]}, class: forst, year: 2060}"),
     {":5:45: potential.class: \"forst\", expected", "(did you mean forest?)"}},
    {ZONED("potential: {suitable: {zone: [dry]}, class: forest, year: 2025}"),
     {":5:59: potential.year: \"2025\", expected a year after 2025, the last of years"}},
    {ZONED("potential: {suitable: {zone: [dry]}, class: forest, year: soon}"),
     {"potential.year: \"soon\", expected a year from 1000 to 9999"}},
    {LINE("value: 70"), {":5:8: value: \"70\", expected a map"}},
    {LINE("value: {price_year: 2025, discount_rate: 0.03, source: s, " PRICES "}"),
     {":5:1: value.currency: absent, expected the currency of the prices, such as CNY"}},
    {LINE("value: {currency: CNY, discount_rate: 0.03, source: s, " PRICES "}"),
     {"value.price_year: absent, expected the year whose money"}},
    {LINE("value: {currency: CNY, price_year: 2025, discount_rate: 0.03, " PRICES "}"),
     {"value.source: absent, expected where the prices are from"}},
    {WORTH(PRICES), {"value.discount_rate: absent, expected a share from 0 to 1"}},
    {WORTH("discount_rate: 0.03"), {"value.prices: absent, expected low, central and high"}},
    {WORTH("discount_rate: 3, " PRICES),
     {"value.discount_rate: \"3\", expected a share from 0 to 1, such as 3 % or 0.03"}},
    {WORTH("discount_rate: 101 %, " PRICES), {"value.discount_rate: \"101 %\", expected a share"}},
    {WORTH("discount_rate: -1 %, " PRICES), {"value.discount_rate: \"-1 %\", expected a share"}},
    {WORTH("discount_rate: [3 %], " PRICES), {"value.discount_rate: a list, expected a share"}},
    {RATED("prices: 70"), {"value.prices: \"70\", expected a map"}},
    {RATED("prices: {low: {2025: 5}, central: {2025: 7}}"),
     {":5:73: value.prices.high: absent, expected prices per t CO2 by year"}},
    {RATED("prices: {low: {2025: 5}, central: 7, high: {2025: 9}}"),
     {"value.prices.central: \"7\", expected prices by year, such as {2025: 70, 2060: 200}"}},
    {RATED("prices: {low: {}, central: {2025: 7}, high: {2025: 9}}"),
     {"value.prices.low: an empty map, expected prices by year"}},
    {RATED("prices: {low: {25: 5}, central: {2025: 7}, high: {2025: 9}}"),
     {":5:88: value.prices.low: \"25\", expected a year from 1000 to 9999"}},
    {RATED("prices: {low: {2025: -5}, central: {2025: 7}, high: {2025: 9}}"),
     {"value.prices.low.2025: \"-5\", expected a price per t CO2 from 0"}},
    {RATED("prices: {low: {2025: 5 CNY}, central: {2025: 7}, high: {2025: 9}}"),
     {"value.prices.low.2025: \"5 CNY\", expected a price per t CO2 from 0"}},
    {RATED("prices: {low: {2025: 5, 2025: 6}, central: {2025: 7}, high: {2025: 9}}"),
     {"value.prices.low.2025: doubled key"}},
    {RATED("prices: {low: {2025: 5}, central: {2025: 9}, high: {2025: 7}}"),
     {"value.prices.high: 7 in 2025, expected at least the 9 of central"}},
    {RATED("prices: {lo: {2025: 5}, low: {2025: 5}, central: {2025: 7}, high: {2025: 9}}"),
     {"value.prices.lo: unknown key, expected low, central or high (did you mean low?)"}},
};

static void expect_told(const struct wrong *wrong)
{
    char text[1024];
    snprintf(text, sizeof text, "%s%s", HEAD, wrong->text);
    ck_assert_msg(parse(text) == SINK_BAD_JOB, "accepted:\n%s", text);
    ck_assert_ptr_null(job);
    const char *message = faults.items[0].message;
    ck_assert_ptr_nonnull(strstr(message, "expected"));
    for (size_t p = 0; p < 3; p++)
        ck_assert_msg(!wrong->parts[p] || strstr(message, wrong->parts[p]),
                      "%s\nexpected: %s\nfound: %s", text, wrong->parts[p], message);
    ck_assert_msg(faults.count == 1, "%s\nfound %zu faults, the second: %s", text, faults.count,
                  faults.count > 1 ? faults.items[1].message : "");
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

START_TEST(years_that_do_not_fit_are_told)
{
    expect_told(&years[_i]);
}
END_TEST

START_TEST(what_no_account_can_do_is_told)
{
    expect_told(&account[_i]);
}
END_TEST

START_TEST(layers_that_do_not_fit_are_told)
{
    expect_told(&layers[_i]);
}
END_TEST

START_TEST(disturbances_that_do_not_fit_are_told)
{
    expect_told(&disturbances[_i]);
}
END_TEST

START_TEST(an_outlook_without_a_basis_is_told)
{
    expect_told(&outlook[_i]);
}
END_TEST

START_TEST(all_faults_come_at_once_in_the_order_of_the_file)
{
    ck_assert_int_eq(parse(HEAD "years: 2020\n"
                                "history: [2021]\n"
                                "layers: {" LAND ", stock_volume: {from: agb, file: v.tif}}\n"
                                "disturbances: {fire: {burns: x}}\n"
                                "methods: {forest: {liter: gain_loss, litter: gain}}\n"
                                "uncertainty: {draws: 1, seed: -2}\n"
                                "value: {prices: {low: {20: -1}}}\n"),
                     SINK_BAD_JOB);
    static const char *const starts[] = {
        ":4:11: history[1]:",
        ":5:82: layers.stock_volume.from: \"agb\"",
        ":5:82: layers.stock_volume.from: given",
        ":5:93: layers.stock_volume.file: given",
        ":6:16: disturbances.fire.file: absent",
        ":6:30: disturbances.fire.burns:",
        ":7:20: methods.forest.liter: unknown pool",
        ":7:46: methods.forest.litter: \"gain\"",
        ":8:22: uncertainty.draws:",
        ":8:31: uncertainty.seed:",
        ":9:1: value.currency: absent",
        ":9:1: value.price_year: absent",
        ":9:1: value.discount_rate: absent",
        ":9:1: value.source: absent",
        ":9:9: value.prices.central: absent",
        ":9:9: value.prices.high: absent",
        ":9:24: value.prices.low: \"20\"",
        ":9:28: value.prices.low.20: \"-1\"",
    };
    for (size_t i = 0; i < faults.count && i < COUNT(starts); i++)
        ck_assert_msg(strncmp(faults.items[i].message + strlen("in/job.yml"), starts[i],
                              strlen(starts[i])) == 0,
                      "%zu: %s\nexpected %s", i, faults.items[i].message, starts[i]);
    ck_assert_uint_eq(faults.count, COUNT(starts));
}
END_TEST

START_TEST(an_output_never_names_a_map_of_the_history)
{
    static const char job_of[] = "regions: {file: r.gpkg, id: code}\noutput: %s\n"
                                 "years: [2020, 2025]\nhistory: [2000]\n"
                                 "layers: {land_cover: {file: 'lc_{year}.nc', legend: clcd}}\n";
    char text[256];
    snprintf(text, sizeof text, job_of, "lc_2000.nc");
    ck_assert_int_eq(parse(text), SINK_BAD_JOB);
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_ptr_nonnull(strstr(faults.items[0].message, "is a file of the layer land_cover"));
    snprintf(text, sizeof text, job_of, "lc_2001.nc");
    ck_assert_int_eq(parse(text), SINK_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("job_account_faults");
    TCase *tests = tcase_create("job_account_faults");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, years_that_do_not_fit_are_told, 0, (int)COUNT(years));
    tcase_add_loop_test(tests, what_no_account_can_do_is_told, 0, (int)COUNT(account));
    tcase_add_loop_test(tests, layers_that_do_not_fit_are_told, 0, (int)COUNT(layers));
    tcase_add_loop_test(tests, disturbances_that_do_not_fit_are_told, 0, (int)COUNT(disturbances));
    tcase_add_loop_test(tests, an_outlook_without_a_basis_is_told, 0, (int)COUNT(outlook));
    tcase_add_test(tests, all_faults_come_at_once_in_the_order_of_the_file);
    tcase_add_test(tests, an_output_never_names_a_map_of_the_history);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
