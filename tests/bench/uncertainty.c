/* How long an assessment of uncertainty takes: a tally of REGIONS regions with 50 strata each in
 * one period, six pools, DRAWS draws. Prints seconds of processor and wall clock, and peak memory.
 */
#include "sinkcalc/base/text.h"
#include "sinkcalc/model/uncertainty.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define ZONES 25

static const char *const classes[] = {"nodata", "unknown", "forest", "grassland"};

static void stop(const struct sink_error *error)
{
    fprintf(stderr, "%s\n", error->message);
    exit(1);
}

static void set_labels(struct sink_dimension *dimension, const char *const *labels, size_t count)
{
    dimension->labels = calloc(count, sizeof *dimension->labels);
    dimension->count = count;
    for (size_t i = 0; i < count; i++)
        dimension->labels[i] = sink_text_copy(labels[i]);
}

static struct sink_tally_spec make_spec(size_t regions)
{
    static const char *const any[] = {"nodata", "unknown", "any"};
    char zones[2 + ZONES][16] = {"nodata", "unknown"};
    const char *labels[2 + ZONES];
    struct sink_tally_spec spec = {
        .year_count = 2, .dimension_count = 5, .quantity_count = 2, .region_count = regions};
    spec.years = calloc(2, sizeof *spec.years);
    spec.years[0] = 2020;
    spec.years[1] = 2025;
    spec.dimensions = calloc(5, sizeof *spec.dimensions);
    spec.quantities = calloc(2, sizeof *spec.quantities);
    for (int i = 0; i < 2 + ZONES; i++) {
        if (i >= 2)
            snprintf(zones[i], sizeof zones[i], "zone_%d", i - 2);
        labels[i] = zones[i];
    }
    for (int side = 0; side < 2; side++) {
        struct sink_dimension *class = &spec.dimensions[side],
                              *biomass = &spec.dimensions[3 + side];
        *class = (struct sink_dimension){
            .kind = SINK_DIMENSION_CLASS, .side = side, .name = sink_text_copy("class")};
        set_labels(class, classes, 4);
        *biomass = (struct sink_dimension){.kind = SINK_DIMENSION_INTERVAL,
                                           .side = side,
                                           .name = sink_text_copy("above_ground_biomass")};
        set_labels(biomass, any, 3);
        biomass->upper = calloc(3, sizeof *biomass->upper);
        biomass->upper[2] = INFINITY;
        spec.quantities[side] =
            (struct sink_tally_quantity){.side = side,
                                         .name = sink_text_copy("above_ground_biomass"),
                                         .quantity = SINK_QUANTITY_DRY_MATTER_T_HA};
    }
    spec.dimensions[2] = (struct sink_dimension){
        .kind = SINK_DIMENSION_OVERLAY, .side = SINK_SIDE_STATIC, .name = sink_text_copy("zone")};
    set_labels(&spec.dimensions[2], labels, 2 + ZONES);
    return spec;
}

static void add_factors(struct sink_factors *factors, const struct sink_class_list *list)
{
    static const char *const rows[] = {"carbon_fraction,,%s,0.47,1,0.02",
                                       "root_shoot,,%s,0.25,1,0.05",
                                       "above_ground_biomass,grassland,%s,3,t d.m. ha-1,0.5",
                                       "dead_wood,,%s,5,t C ha-1,1",
                                       "litter,,%s,4,t C ha-1,1",
                                       "soil_carbon,,%s,60,t C ha-1,9"};
    struct sink_error error;
    struct sink_faults faults = {0};
    struct sink_csv *csv;
    char text[65536] = "quantity,class,key:zone,value,unit,sd,depth_cm,source,verified\n";
    for (int zone = 0; zone < ZONES; zone++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            char name[16], row[160];
            snprintf(name, sizeof name, "zone_%d", zone);
            snprintf(row, sizeof row, rows[i], name);
            strcat(strcat(text, row), i == 5 ? ",30,bench,own\n" : ",,bench,own\n");
        }
    if (sink_csv_parse("bench", text, strlen(text), &csv, &error) != SINK_OK)
        stop(&error);
    if (sink_factors_add(factors, csv, list, &faults) != SINK_OK)
        stop(&faults.items[0]);
}

static void fill(struct sink_tally *tally, size_t regions)
{
    struct sink_error error;
    for (uint32_t r = 0; r < regions; r++)
        for (int s = 0; s < 2 * ZONES; s++) {
            const int class = 2 + s % 2, values[] = {class, class, 2 + s / 2, 2, 2};
            const double area_m2 = 1e6 * (1 + r % 7 + s);
            const double sums[] = {area_m2, area_m2 * (80 + s), area_m2 * (85 + s)};
            const struct sink_tally_place place = {
                r, 0, sink_tally_key(sink_tally_spec_of(tally), values)};
            if (sink_tally_post(tally, place, 1, sums, &error) != SINK_OK)
                stop(&error);
        }
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
    const size_t regions = argc > 1 ? strtoul(argv[1], NULL, 10) : 3000;
    const size_t draws = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000;
    bool is_forest[SINK_MAX_CLASSES] = {0}, uses[SINK_MAX_CLASSES] = {0},
         no[SINK_MAX_CLASSES] = {0};
    struct sink_error error;
    struct sink_class_list list;
    struct sink_factors factors = {0};
    struct sink_region_list region_list = {0};
    struct sink_tally *tally;
    struct sink_account *account;
    struct sink_uncertainty *uncertainty;
    if (sink_class_list_load(&list, &error) != SINK_OK)
        stop(&error);
    for (size_t i = 0; i < list.count; i++)
        uses[i] = is_forest[i] = list.items[i].is_woody;
    add_factors(&factors, &list);
    for (size_t r = 0; r < regions; r++)
        sink_region_list_add(&region_list)->id = sink_text_format("%zu", r);
    struct sink_tally_spec spec = make_spec(regions);
    if (sink_tally_new(&spec, &tally, &error) != SINK_OK)
        stop(&error);
    fill(tally, regions);
    const struct sink_account_settings settings = {.is_forest = is_forest,
                                                   .is_land = is_forest,
                                                   .uses_biomass = uses,
                                                   .uses_volume = no,
                                                   .uses_soil = no,
                                                   .soil_raster_depth_cm = NAN};
    const struct sink_account_basis basis = {&list, &factors, &settings, NULL};
    if (sink_account_make(tally, &region_list, &basis, &account, &error) != SINK_OK)
        stop(&error);
    const struct sink_uncertainty_request request = {
        .tally = tally, .regions = &region_list, .basis = &basis, .draws = draws, .seed = 1};
    const double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (sink_uncertainty_make(account, &request, &uncertainty, &error) != SINK_OK)
        stop(&error);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%zu regions, 50 strata, %zu draws: %.1f s (%.1f s of processor), %ld MiB\n", regions,
           draws, seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
           usage.ru_maxrss / 1024);
    return 0;
}
