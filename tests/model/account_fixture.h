/* Small tallies and factor tables for the tests of the account. */
#ifndef SINK_TESTS_ACCOUNT_FIXTURE_H
#define SINK_TESTS_ACCOUNT_FIXTURE_H

#include "sinkcalc/base/csv.h"
#include "sinkcalc/model/account.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIXTURE_HEADER                                                                             \
    "quantity,class,key:forest_type,over,up_to,value,unit,lower,upper,spread,includes_roots,"      \
    "depth_cm,source,table,verified,note\n"

/* Everything that an account stands on, for one top region or for a list of regions. */
struct fixture {
    struct sink_class_list classes;
    struct sink_factors factors;
    struct sink_region_list regions;
    struct sink_tally_spec spec;
    struct sink_tally *tally;
    struct sink_account_settings settings;
    bool is_forest[32], is_land[32], uses_biomass[32], uses_volume[32], uses_soil[32];
    struct sink_account *account;
    struct sink_error error;
};

static inline char *fixture_copy(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    strcpy(copy, text);
    return copy;
}

static inline void fixture_add_region(struct fixture *fixture, const char *id, int parent,
                                      enum sink_region_kind kind)
{
    struct sink_region *region = sink_region_list_add(&fixture->regions);
    region->id = fixture_copy(id);
    region->name = fixture_copy(id);
    region->parent = parent;
    region->level = parent < 0 ? 0 : fixture->regions.items[parent].level + 1;
    region->kind = kind;
    region->area_m2 = 0;
}

static inline void fixture_start(struct fixture *fixture, const char *factor_rows)
{
    *fixture = (struct fixture){0};
    ck_assert_int_eq(sink_class_list_load(&fixture->classes, &fixture->error), SINK_OK);
    char *text = malloc(strlen(FIXTURE_HEADER) + strlen(factor_rows) + 1);
    strcat(strcpy(text, FIXTURE_HEADER), factor_rows);
    struct sink_csv *csv;
    struct sink_faults faults = {0};
    ck_assert_int_eq(sink_csv_parse("test.csv", text, strlen(text), &csv, &fixture->error),
                     SINK_OK);
    const enum sink_status status =
        sink_factors_add(&fixture->factors, csv, &fixture->classes, &faults);
    if (status != SINK_OK)
        ck_abort_msg("%s", faults.items[0].message);
    sink_faults_free(&faults);
    free(text);
    for (size_t i = 0; i < fixture->classes.count; i++) {
        fixture->is_forest[i] = fixture->classes.items[i].is_forest;
        fixture->is_land[i] = fixture->classes.items[i].is_land;
        fixture->uses_biomass[i] = fixture->uses_volume[i] = fixture->classes.items[i].is_woody;
    }
    fixture->settings = (struct sink_account_settings){.is_forest = fixture->is_forest,
                                                       .is_land = fixture->is_land,
                                                       .uses_biomass = fixture->uses_biomass,
                                                       .uses_volume = fixture->uses_volume,
                                                       .uses_soil = fixture->uses_soil,
                                                       .soil_raster_depth_cm = NAN};
}

static inline void fixture_set_years(struct fixture *fixture, int first, int second)
{
    fixture->spec.year_count = second ? 2 : 1;
    fixture->spec.years = calloc(2, sizeof *fixture->spec.years);
    fixture->spec.years[0] = first;
    fixture->spec.years[1] = second;
    fixture->spec.dimensions = calloc(8, sizeof *fixture->spec.dimensions);
    fixture->spec.quantities = calloc(4, sizeof *fixture->spec.quantities);
}

/* `labels` ends with NULL and leaves out nodata and unknown. */
static inline void fixture_add_dimension(struct fixture *fixture, enum sink_dimension_kind kind,
                                         enum sink_side side, const char *name,
                                         const char *const *labels)
{
    struct sink_dimension *dimension = &fixture->spec.dimensions[fixture->spec.dimension_count++];
    *dimension = (struct sink_dimension){.kind = kind, .side = side, .name = fixture_copy(name)};
    dimension->labels = calloc(40, sizeof *dimension->labels);
    dimension->labels[dimension->count++] = fixture_copy("nodata");
    dimension->labels[dimension->count++] = fixture_copy("unknown");
    for (; *labels; labels++)
        dimension->labels[dimension->count++] = fixture_copy(*labels);
}

/* A quantity with one interval (0, inf) after the interval up to `first_break`. */
static inline void fixture_add_quantity(struct fixture *fixture, enum sink_side side,
                                        const char *name, enum sink_quantity quantity,
                                        double first_break)
{
    static const char *const labels[] = {"low", "high", NULL};
    fixture_add_dimension(fixture, SINK_DIMENSION_INTERVAL, side, name, labels);
    struct sink_dimension *dimension = &fixture->spec.dimensions[fixture->spec.dimension_count - 1];
    dimension->upper = calloc(4, sizeof *dimension->upper);
    dimension->upper[2] = first_break;
    dimension->upper[3] = INFINITY;
    fixture->spec.quantities[fixture->spec.quantity_count++] = (struct sink_tally_quantity){
        .side = side, .name = fixture_copy(name), .quantity = quantity};
}

static inline void fixture_open_tally(struct fixture *fixture)
{
    if (fixture->regions.count == 0)
        fixture_add_region(fixture, "33", -1, SINK_REGION_POLYGON);
    fixture->spec.region_count = fixture->regions.count;
    ck_assert_int_eq(sink_tally_new(&fixture->spec, &fixture->tally, &fixture->error), SINK_OK);
}

/* sums: area in m2, then area in m2 x value of each quantity */
static inline void fixture_post(struct fixture *fixture, uint32_t region, const int *values,
                                const double *sums)
{
    const struct sink_tally_place place = {region, 0, sink_tally_key(&fixture->spec, values)};
    ck_assert_int_eq(sink_tally_post(fixture->tally, place, 1, sums, &fixture->error), SINK_OK);
}

static inline enum sink_status fixture_make(struct fixture *fixture)
{
    ck_assert_int_eq(sink_tally_complete(fixture->tally, &fixture->regions, &fixture->error),
                     SINK_OK);
    const struct sink_account_basis basis = {&fixture->classes, &fixture->factors,
                                             &fixture->settings, NULL};
    return sink_account_make(fixture->tally, &fixture->regions, &basis, &fixture->account,
                             &fixture->error);
}

static inline void fixture_account(struct fixture *fixture)
{
    struct sink_closure_check checks[SINK_CLOSURE_COUNT];
    if (fixture_make(fixture) != SINK_OK)
        ck_abort_msg("%s", fixture->error.message);
    if (sink_account_check_closure(fixture->account, fixture->tally, &fixture->regions,
                                   &fixture->classes, checks, &fixture->error) != SINK_OK)
        ck_abort_msg("%s", fixture->error.message);
}

static inline void fixture_stop(struct fixture *fixture)
{
    sink_account_free(fixture->account);
    sink_tally_free(fixture->tally);
    sink_tally_spec_free(&fixture->spec);
    sink_region_list_free(&fixture->regions);
    sink_factors_free(&fixture->factors);
    sink_class_list_free(&fixture->classes);
}

#endif
