#include "tests/pipelines/job_fixture.h"

static const char least[] = "regions: {file: r.gpkg, id: code}\n"
                            "years: 2020\n"
                            "layers: {land_cover: {file: lc.tif, legend: worldcover}}\n"
                            "output: out.nc\n";

/* The least job with one line more or another one in its place; the parts that the first fault of
 * that line must have. */
struct wrong {
    const char *replaced; /* start of the line that `text` replaces; NULL: it is added at the end */
    const char *text;
    const char *parts[3];
};

#define REGIONS "regions:"
#define LAYERS "layers:"
#define LC "land_cover: {file: lc.tif, legend: clcd}"

static const struct wrong wrongs[] = {
    /* keys */
    {NULL, "yaer: 2023", {":5:1: yaer: unknown key, expected title,", "(did you mean years?)"}},
    {NULL, "zzzzzzzz: 1", {":5:1: zzzzzzzz: unknown key, expected title, ", " or remote"}},
    {NULL, "title: [a]", {":5:8: title: a list, expected text"}},
    {NULL, "title:", {"title: nothing, expected text"}},
    {NULL, "licence: {a: b}", {":5:10: licence: a map, expected text"}},
    {NULL, "output: b.nc", {":5:1: output: doubled key, expected once (first on line 4)"}},
    /* regions */
    {REGIONS, "", {":1:1: regions: absent, expected the file of the regions"}},
    {REGIONS, "regions: r.gpkg", {":1:10: regions: \"r.gpkg\", expected a map"}},
    {REGIONS, "regions: {id: code}", {":1:1: regions.file: absent, expected the path of a vector"}},
    {REGIONS, "regions: {file: r.gpkg}", {":1:1: regions.id: absent, expected the attribute"}},
    {REGIONS,
     "regions: {file: r.gpkg, id: c, nmae: n}",
     {":1:32: regions.nmae: unknown key", "(did you mean name?)"}},
    {REGIONS,
     "regions: {file: r.gpkg, id: c, repair: maybe}",
     {":1:40: regions.repair: \"maybe\", expected no, yes, false or true"}},
    {REGIONS,
     "regions: {file: r.gpkg, id: c, merge: Yes}",
     {"regions.merge: \"Yes\", expected", "(did you mean yes?)"}},
    {REGIONS, "regions: {file: r.gpkg, id: c, parent: []}", {"regions.parent: an empty list"}},
    {REGIONS,
     "regions: {file: r.gpkg, id: c, parent: [a, a]}",
     {":1:44: regions.parent[2]: \"a\", expected each once (also on line 1)"}},
    {REGIONS,
     "regions: {file: r.gpkg, id: c, parent: [a, b], level_names: [x]}",
     {"regions.level_names: 1 names, expected one for each of the 2 levels"}},
    {REGIONS,
     "regions: {file: r.gpkg, id: c, parent: a, level_names: [x]}",
     {"regions.level_names: given, expected only beside a parent that is a list"}},
    {REGIONS,
     "regions: {file: /vsicurl/http://x/r.gpkg, id: c}",
     {"regions.file: \"/vsicurl/", "a GDAL virtual path"}},
    {REGIONS, "regions: {file: /vsizip//vsicurl/x.zip, id: c}", {"a GDAL virtual path"}},
    {REGIONS, "regions: {file: 'PG:host=x', id: c}", {"a connection string or URL"}},
    {REGIONS, "regions: {file: '{\"type\": \"FeatureCollection\"}', id: c}", {"inline JSON"}},
    {REGIONS, "regions: {file: '<OGRVRTDataSource>', id: c}", {"inline XML"}},
    {REGIONS,
     "regions: {file: 'r_{year}.gpkg', id: c}",
     {"regions.file: unknown placeholder {year}, expected a path without"}},
    {REGIONS, "regions: {file: \"a\\nb\", id: c}", {"regions.file:", "more than one line"}},
    /* years */
    {"years:", "", {":1:1: years: absent, expected a year"}},
    {"years:", "years: 2020x", {":2:8: years: \"2020x\", expected a year from 1000 to 9999"}},
    {"years:", "years: 03747", {"years: \"03747\", expected a year"}},
    {"years:", "years: 20:23", {"years: \"20:23\", expected a year"}},
    {"years:", "years: 0x7e4", {"years: \"0x7e4\", expected a year"}},
    {"years:", "years: 2O20", {"years: \"2O20\", expected a year"}},
    {"years:", "years: 2020.0", {"years: \"2020.0\", expected a year"}},
    {"years:", "years: 99999999999999999999", {"expected a year from 1000 to 9999"}},
    {"years:", "years: []", {":2:8: years: an empty list"}},
    {"years:", "years: {a: 1}", {"years: a map, expected a year"}},
    {"years:", "years: [2025, 2020]", {":2:15: years[2]: \"2020\", expected a year after 2025"}},
    {"years:", "years: [2020, 2020]", {"years[2]: \"2020\", expected a year after 2020"}},
    {"years:",
     "years: [2020, 2025]",
     {":3:29: layers.land_cover.file: the same map for 2 years, expected {year}"}},
    /* layers */
    {LAYERS, "", {":1:1: layers: absent, expected the rasters"}},
    {LAYERS, "layers: [lc.tif]", {":3:9: layers: a list, expected a map of layers"}},
    {LAYERS, "layers: {}", {":3:1: layers: neither land_cover nor an ecosystem"}},
    {LAYERS,
     "layers: {land_covr: {file: lc.tif, legend: clcd}}",
     {"layers: neither land_cover nor an ecosystem", "(is land_covr the land_cover?)"}},
    {LAYERS,
     "layers: {land_cover: lc.tif}",
     {"layers.land_cover.legend: absent, expected a built-in"}},
    {LAYERS,
     "layers: {land_cover: {legend: clcd}}",
     {":3:10: layers.land_cover.file: absent, expected the path of a raster"}},
    {LAYERS,
     "layers: {land_cover: {file: [], legend: clcd}}",
     {"layers.land_cover.file: an empty list"}},
    {LAYERS,
     "layers: {land_cover: {file: [a.tif, [b]], legend: clcd}}",
     {"layers.land_cover.file[2]: a list, expected the path"}},
    {LAYERS,
     "layers: {land_cover: {file: [a.tif, a.tif], legend: clcd}}",
     {"layers.land_cover.file[2]: \"a.tif\", expected each once"}},
    {LAYERS,
     "layers: {land_cover: {file: lc.tif, legend: clcd, band: 0}}",
     {"layers.land_cover.band: \"0\", expected a whole number from 1"}},
    {LAYERS, "layers: {land_cover: {file: lc.tif, legend: clcd, band: 1.5}}", {"band: \"1.5\""}},
    {LAYERS,
     "layers: {land_cover: {file: lc.tif, legend: clcd, band: 4294967297}}",
     {"band: \"4294967297\""}},
    {LAYERS,
     "layers: {land_cover: {file: lc.tif, legend: clcd, nodata: .inf}}",
     {"layers.land_cover.nodata: \".inf\", expected a number"}},
    {LAYERS,
     "layers: {land_cover: {file: lc.tif, legend: clcd, nodata: 1e999}}",
     {"nodata: \"1e999\""}},
    {LAYERS,
     "layers: {land_cover: {file: lc.tif, legend: clcd, method: average}}",
     {"layers.land_cover.method: \"average\", expected nearest (the values are codes"}},
    {LAYERS,
     "layers: {land_cover: {file: lc.tif, legend: clcd, unit: t/ha}}",
     {"layers.land_cover.unit: unknown key, expected file, band"}},
    {LAYERS,
     "layers: {land_cover: {file: lc.tif, legend: clcd, crs: my.prj}}",
     {"layers.land_cover.crs: \"my.prj\", expected a CRS such as EPSG:4326"}},
    {LAYERS,
     "layers: {land_cover: {file: lc.tif, legend: clcd, crs: 'http://x.org/crs'}}",
     {"expected a CRS such as"}},
    {LAYERS,
     "layers: {land_cover: {file: 'lc_{yaer}.tif', legend: clcd}}",
     {"layers.land_cover.file: unknown placeholder {yaer}, expected {year}"}},
    {LAYERS, "layers: {land_cover: {file: 'lc}.tif', legend: clcd}}", {"unknown placeholder }"}},
    {LAYERS,
     "layers: {land_cover: {file: 'https://x.org/lc.tif', legend: clcd}}",
     {"layers.land_cover.file:", "this is a URL", "`remote: yes` allows"}},
    {LAYERS,
     "layers: {land_cover: {file: 'ftp://x.org/lc.tif', legend: clcd}}",
     {"a connection string or URL"}},
    {LAYERS,
     "layers: {land_cover: {file: 'NETCDF:lc.nc:v', legend: clcd}}",
     {"a connection string or URL"}},
    {LAYERS,
     "layers: {land_cover: {file: lc.tif, legend: 'http://x.org/l.csv'}}",
     {"legend:", "a URL"}},
    {LAYERS,
     "layers: {" LC ", forest: f.tif}",
     {"layers.forest: together with land_cover, expected land_cover or layers of ecosystems"}},
    {LAYERS,
     "layers: {forest: {file: f.tif, unit: percnt}}",
     {"layers.forest.unit: \"percnt\", expected presence, fraction or percent",
      "(did you mean percent?)"}},
    {LAYERS,
     "layers: {forest: {file: f.tif, class: mangrov}}",
     {"layers.forest.class: \"mangrov\", expected", "(did you mean mangrove?)"}},
    {LAYERS,
     "layers: {forest: {file: f.tif, method: bilinear}}",
     {"layers.forest.method: \"bilinear\", expected nearest"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomass: a.tif}",
     {"layers.above_ground_biomass.unit: absent, expected the unit"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomass: {file: a.tif, unit: mg/ha}}",
     {"unit: \"mg/ha\", expected", "(did you mean Mg/ha?)"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomass: {file: a.tif, unit: m3/ha}}",
     {"layers.above_ground_biomass.unit: \"m3/ha\", expected t/ha, "}},
    {LAYERS,
     "layers: {" LC ", stock_volume: {file: a.tif, unit: t/ha}}",
     {"layers.stock_volume.unit: \"t/ha\", expected m3/ha or m3 ha-1"}},
    {LAYERS,
     "layers: {" LC ", soil_carbon: {file: a.tif, unit: t/ha, depth: 30 cm}}",
     {"layers.soil_carbon.unit: \"t/ha\", expected t C/ha"}},
    {LAYERS,
     "layers: {" LC ", soil_carbon: {file: a.tif, unit: t C/ha}}",
     {"layers.soil_carbon.depth: absent, expected 30 cm"}},
    {LAYERS,
     "layers: {" LC ", soil_carbon: {file: a.tif, unit: t C/ha, depth: 20 cm}}",
     {"depth: \"20 cm\", expected 30 cm, 100 cm or 1 m"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomass: {file: a.tif, unit: t/ha, classes: [forst]}}",
     {"classes[1]: \"forst\", expected", "(did you mean forest?)"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomass: {file: a.tif, unit: t/ha, method: cubic}}",
     {"method: \"cubic\", expected nearest, bilinear or average"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomass: {file: a.tif, unit: t/ha, sd: {file: s.tif, unit: t "
     "C/ha}}}",
     {"layers.above_ground_biomass.sd.unit: \"t C/ha\", expected t/ha as its layer has"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomass: {file: a.tif, unit: t/ha, sd: 's{year}.tif'}}",
     {"layers.above_ground_biomass.sd: a file for each {year}, expected one"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomass: {file: a.tif, unit: t/ha, sd: a.tif}}",
     {"layers.above_ground_biomass.sd: the same file and band as above_ground_biomass (line 3)"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomass: {file: lc.tif, unit: t/ha}}",
     {"layers.above_ground_biomass.file: the same file and band as land_cover (line 3)"}},
    {LAYERS,
     "layers: {" LC ", above_ground_biomas: {file: a.tif, unit: t/ha}}",
     {"layers.above_ground_biomas: unknown layer", "(did you mean above_ground_biomass?)"}},
    {LAYERS, "layers: {" LC ", zone: z.tif}", {"layers.zone.legend: absent"}},
    {LAYERS,
     "layers: {" LC ", zone: {value: Asia}}",
     {"layers.zone.value: \"Asia\", expected a name"}},
    {LAYERS,
     "layers: {" LC ", zone: {value: a, file: z.tif}}",
     {"layers.zone.value: together with file, expected one of the two"}},
    {LAYERS, "layers: {" LC ", Zone: {value: a}}", {"layers.Zone: not the name of a layer"}},
    {LAYERS, "layers: {" LC ", 2nd: {value: a}}", {"layers.2nd: not the name of a layer"}},
    {LAYERS, "layers: {" LC ", class: {value: a}}", {"layers.class: a name that the tally uses"}},
    {LAYERS, "layers: {" LC ", soil_carbon_sd: {value: a}}", {"a name that the tally uses"}},
    /* grid */
    {NULL, "grid: land_cover", {":5:7: grid: \"land_cover\", expected a map"}},
    {NULL, "grid: {}", {"grid: an empty map, expected layer, or extent, resolution and crs"}},
    {NULL,
     "grid: {layer: lnd_cover}",
     {":5:15: grid.layer: \"lnd_cover\", expected land_cover (did you mean land_cover?)"}},
    {NULL,
     "grid: {layer: land_cover, crs: 'EPSG:4326'}",
     {":5:7: grid: layer together with extent, resolution or crs, expected layer, or"}},
    {NULL,
     "grid: {extent: [0, 0, 1, 1], resolution: 1}",
     {"grid: extent, resolution or crs without"}},
    {NULL,
     "grid: {extent: [0, 0, 1], resolution: 1, crs: 'EPSG:4326'}",
     {"grid.extent: a list, expected [west, south, east, north]"}},
    {NULL,
     "grid: {extent: [1, 0, 0, 1], resolution: 1, crs: 'EPSG:4326'}",
     {"grid.extent: 1, 0, 0, 1, expected [west, south, east, north] with west < east"}},
    {NULL,
     "grid: {extent: [0, 0, 1, 0.5%], resolution: 1, crs: 'EPSG:4326'}",
     {"grid.extent[4]: \"0.5%\", expected a number"}},
    {NULL,
     "grid: {extent: [0, 0, 1, 1], resolution: 0, crs: 'EPSG:4326'}",
     {"grid.resolution: 0 by 0, expected sizes above 0"}},
    {NULL,
     "grid: {extent: [0, 0, 1, 1], resolution: [1, 2, 3], crs: 'EPSG:4326'}",
     {"grid.resolution: a list, expected the size of a cell"}},
    /* the rest */
    {NULL, "factors: []", {"factors: an empty list, expected a built-in set"}},
    {NULL, "factors: [ipcc, {a: b}]", {":5:17: factors[2]: a map, expected a built-in set"}},
    {NULL, "factors: [ipcc, ipcc]", {"factors[2]: \"ipcc\", expected each once"}},
    {NULL, "factors: /vsimem/f.csv", {"factors:", "a GDAL virtual path"}},
    {NULL,
     "targets: {forest_covrage: {2030: 25 %}}",
     {":5:11: targets.forest_covrage: unknown key", "(did you mean forest_coverage?)"}},
    {NULL, "targets: 25 %", {"targets: \"25 %\", expected forest_coverage"}},
    {NULL, "targets: {}", {"targets: an empty map, expected forest_coverage"}},
    {NULL,
     "targets: {forest_coverage: 25 %}",
     {"forest_coverage: \"25 %\", expected values by year"}},
    {NULL,
     "targets: {forest_coverage: {2030: 25}}",
     {":5:35: targets.forest_coverage.2030: \"25\", expected a share of the land area"}},
    {NULL, "targets: {forest_coverage: {2030: 101 %}}", {"\"101 %\", expected a share"}},
    {NULL, "targets: {forest_coverage: {2030: 0 %}}", {"\"0 %\", expected a share"}},
    {NULL, "targets: {forest_coverage: {2030: 25 % or so}}", {"\"25 % or so\", expected a share"}},
    {NULL, "targets: {forest_coverage: {20: 25 %}}", {":5:29: targets.forest_coverage: \"20\""}},
    {NULL,
     "targets: {forest_stock_volume: {2030: 19e9}}",
     {"targets.forest_stock_volume.2030: \"19e9\", expected a volume above 0 with its unit"}},
    {NULL, "targets: {forest_stock_volume: {2030: 19e9 t}}", {"\"19e9 t\", expected a volume"}},
    {NULL, "targets: {forest_stock_volume: {2030: .inf m3}}", {"\".inf m3\", expected a volume"}},
    {NULL, "targets: {forest_stock_volume: {2030: -1 m3}}", {"\"-1 m3\", expected a volume"}},
    {NULL, "forest_classes: []", {"forest_classes: an empty list, expected a list of classes"}},
    {NULL,
     "forest_classes: [forest, foresst]",
     {":5:26: forest_classes[2]: \"foresst\", expected", "(did you mean forest?)"}},
    {NULL,
     "land_area: {without: forest, with: a}",
     {"land_area.with: unknown key, expected without"}},
    {NULL, "land_area: {}", {"land_area.without: absent, expected a list of classes"}},
    {NULL, "missing: ignore", {":5:10: missing: \"ignore\", expected error or count"}},
    {NULL, "missing: factor", {"missing: \"factor\", expected error or count"}},
    {NULL, "missing: {tile: factor}", {"missing.tile: \"factor\", expected error or count"}},
    {NULL, "missing: {value: skip}", {"missing.value: \"skip\", expected error, count or factor"}},
    {NULL, "remote: on", {":5:9: remote: \"on\", expected no, yes, false or true"}},
    /* output */
    {"output:", "", {":1:1: output: absent, expected the path of the inventory, ending in .nc"}},
    {"output:", "output: {tally: t.nc}", {":4:1: output.inventory: absent, expected a path"}},
    {"output:", "output: out", {":4:9: output: \"out\", expected a path that ends in .nc"}},
    {"output:", "output: [a.nc]", {"output: a list, expected a path that ends in .nc, or a map"}},
    {"output:", "output: 'https://x.org/o.nc'", {"output:", "this is a URL"}},
    {"output:", "output: '{region_id}.nc'", {"output: unknown placeholder {region_id}"}},
    {"output:",
     "output: {inventory: a.nc, per_region: out/region.nc}",
     {"output.per_region:", "expected a path that holds {region_id}"}},
    {"output:",
     "output: {inventory: a.nc, per_region: 'out/{id}.nc'}",
     {"output.per_region: unknown placeholder {id}, expected {region_id}"}},
    {"output:",
     "output: {inventory: a.nc, tally: ./x/../a.nc}",
     {"output.tally: \"./x/../a.nc\" is the inventory too"}},
};

static bool has_parts(const char *message, const char *const parts[3])
{
    for (size_t i = 0; i < 3; i++)
        if (parts[i] && !strstr(message, parts[i]))
            return false;
    return true;
}

static char *with_line(const struct wrong *wrong)
{
    char *text = malloc(sizeof least + strlen(wrong->text) + 2), *end = text;
    ck_assert_ptr_nonnull(text);
    for (const char *line = least; *line;) {
        const size_t length = strcspn(line, "\n") + 1;
        const bool is_replaced =
            wrong->replaced && strncmp(line, wrong->replaced, strlen(wrong->replaced)) == 0;
        if (!is_replaced)
            end += sprintf(end, "%.*s", (int)length, line);
        else if (*wrong->text)
            end += sprintf(end, "%s\n", wrong->text);
        line += length;
    }
    if (!wrong->replaced)
        sprintf(end, "%s\n", wrong->text);
    return text;
}

START_TEST(a_wrong_line_is_told_with_place_and_what_was_expected)
{
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        char *text = with_line(&wrongs[i]);
        ck_assert_msg(parse(text) == SINK_BAD_JOB, "accepted:\n%s", text);
        ck_assert_ptr_null(job);
        bool is_told = false;
        for (size_t f = 0; f < faults.count; f++) {
            ck_assert_int_eq(faults.items[f].status, SINK_BAD_JOB);
            ck_assert_int_eq(strncmp(faults.items[f].message, "in/job.yml:", 11), 0);
            ck_assert_ptr_nonnull(strstr(faults.items[f].message, "expected"));
            is_told = is_told || has_parts(faults.items[f].message, wrongs[i].parts);
        }
        ck_assert_msg(is_told, "%s\nfound: %s", wrongs[i].text, faults.items[0].message);
        ck_assert_msg(faults.count == 1, "%s\nfound %zu faults, the second: %s", wrongs[i].text,
                      faults.count, faults.count > 1 ? faults.items[1].message : "");
        free(text);
    }
    ck_assert_uint_ge(sizeof wrongs / sizeof *wrongs, 60);
}
END_TEST

START_TEST(all_faults_come_at_once_in_the_order_of_the_file)
{
    ck_assert_int_eq(parse("remote: on\n"
                           "years: [x, 2020]\n"
                           "regions: {fle: a}\n"
                           "layers: {land_cover: {file: a.tif, legend: b, band: c}}\n"
                           "title: []\n"),
                     SINK_BAD_JOB);
    static const char *const starts[] = {"in/job.yml:1:1: output: absent",
                                         "in/job.yml:1:9: remote:",
                                         "in/job.yml:2:9: years[1]:",
                                         "in/job.yml:3:1: regions.id:",
                                         "in/job.yml:3:11: regions.fle: unknown key",
                                         "in/job.yml:4:53: layers.land_cover.band:",
                                         "in/job.yml:5:8: title: an empty list"};
    ck_assert_uint_eq(faults.count, sizeof starts / sizeof *starts);
    for (size_t i = 0; i < faults.count; i++)
        ck_assert_msg(strncmp(faults.items[i].message, starts[i], strlen(starts[i])) == 0, "%s",
                      faults.items[i].message);
}
END_TEST

START_TEST(an_output_never_names_an_input)
{
    static const char format[] = "regions: {file: r.nc, id: c}\nyears: [2020, 2025]\noutput: %s\n"
                                 "layers:\n"
                                 "  land_cover: {file: ['x/lc_{year}.nc', m_*.nc], legend: clcd}\n"
                                 "  above_ground_biomass: {file: /d/a.nc, unit: t/ha}\n";
    static const struct {
        const char *output, *part;
    } cases[] = {
        {"r.nc", "output: \"r.nc\" is the file of the regions"},
        {"x/lc_2025.nc", "output: \"x/lc_2025.nc\" is a file of the layer land_cover"},
        {"./x//y/../lc_2020.nc", "is a file of the layer land_cover"},
        {"../in/x/lc_2020.nc", "is a file of the layer land_cover"},
        {"m_out.nc", "\"m_out.nc\" is a file of the layer land_cover"},
        {"/d/./a.nc", "is a file of the layer above_ground_biomass"},
        {"{inventory: o.nc, tally: x/lc_2020.nc}", "output.tally: \"x/lc_2020.nc\""},
        {"{inventory: o.nc, per_region: 'x/lc_{region_id}.nc'}", "output.per_region:"},
    };
    char text[512];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, format, cases[i].output);
        ck_assert_msg(parse(text) == SINK_BAD_JOB, "accepted %s", cases[i].output);
        ck_assert_uint_eq(faults.count, 1);
        ck_assert_msg(strstr(faults.items[0].message, cases[i].part) != NULL, "%s",
                      faults.items[0].message);
    }
    snprintf(text, sizeof text, format,
             "{inventory: x/lc_2024.nc, per_region: 'y/{region_id}.nc'}");
    accept(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("job_faults");
    TCase *tests = tcase_create("job_faults");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_wrong_line_is_told_with_place_and_what_was_expected);
    tcase_add_test(tests, all_faults_come_at_once_in_the_order_of_the_file);
    tcase_add_test(tests, an_output_never_names_an_input);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
