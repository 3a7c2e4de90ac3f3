/* Small tallies and factor tables for the tests of the account. */
#ifndef SINK_TESTS_ACCOUNT_FIXTURE_H
#define SINK_TESTS_ACCOUNT_FIXTURE_H

#include "sinkcalc/base/csv.h"
#include "sinkcalc/model/account.h"
#include "sinkcalc/model/factor_kind.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
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

/* `header` and `factor_rows` are a table in CSV. */
static inline void fixture_start_table(struct fixture *fixture, const char *header,
                                       const char *factor_rows)
{
    *fixture = (struct fixture){0};
    ck_assert_int_eq(sink_class_list_load(&fixture->classes, &fixture->error), SINK_OK);
    char *text = malloc(strlen(header) + strlen(factor_rows) + 1);
    strcat(strcpy(text, header), factor_rows);
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

static inline void fixture_start(struct fixture *fixture, const char *factor_rows)
{
    fixture_start_table(fixture, FIXTURE_HEADER, factor_rows);
}

/* A row of a factor table; what is left out is an empty cell. */
struct fixture_factor {
    const char *quantity, *class;
    double value;
    const char *keys;    /* "from_class=mangrove restoration=planted" */
    double over, up_to;  /* 0: open on that side */
    double depth_cm;     /* 0: 30 where the quantity has a depth */
    const char *unit;    /* NULL: the example of the quantity */
    bool includes_roots; /* of a line of volume */
};

/* A row of this class, or of any for "": FIXTURE_ROW("litter", "forest", 20, .keys = "zone=a"). */
#define FIXTURE_ROW(of, on, ...)                                                                   \
    {                                                                                              \
        .quantity = (of), .class = (on), .value = __VA_ARGS__                                      \
    }

/* The overlays that `keys` of a row may name. */
static const char *const fixture_keys[] = {"from_class", "restoration", "soil", "drainage",
                                           "nutrients",  "disturbance", "zone", NULL};

/* The value of a key in "a=b c=d", or "". */
static inline void fixture_key(const char *keys, const char *name, char value[64])
{
    const size_t length = strlen(name);
    *value = '\0';
    for (const char *at = keys; at && *at; at += strcspn(at, " "), at += *at == ' ')
        if (strncmp(at, name, length) == 0 && at[length] == '=')
            snprintf(value, 64, "%.*s", (int)strcspn(at + length + 1, " "), at + length + 1);
}

static inline enum sink_factor_kind fixture_kind(const char *quantity)
{
    int kind = 0;
    while (kind < SINK_FACTOR_KIND_COUNT &&
           strcmp(quantity, sink_factor_kind_name((enum sink_factor_kind)kind)) != 0)
        kind++;
    ck_assert_msg(kind < SINK_FACTOR_KIND_COUNT, "%s is no quantity", quantity);
    return (enum sink_factor_kind)kind;
}

static inline int fixture_print_factor(char *text, size_t room, const struct fixture_factor *row)
{
    const enum sink_factor_kind kind = fixture_kind(row->quantity);
    char bounds[2][32] = {"", ""}, depth[32] = "", value[64];
    if (row->over > 0)
        snprintf(bounds[0], sizeof bounds[0], "%.17g", row->over);
    if (row->up_to > 0)
        snprintf(bounds[1], sizeof bounds[1], "%.17g", row->up_to);
    if (sink_factor_depth_expected(kind, NAN))
        snprintf(depth, sizeof depth, "%.17g", row->depth_cm > 0 ? row->depth_cm : 30);
    int used = snprintf(text, room, "%s,%s", row->quantity, row->class ? row->class : "");
    for (size_t k = 0; fixture_keys[k]; k++) {
        fixture_key(row->keys, fixture_keys[k], value);
        used += snprintf(text + used, room - (size_t)used, ",%s", value);
    }
    return used + snprintf(text + used, room - (size_t)used, ",%s,%s,%.17g,%s,%s,%s,test,own\n",
                           bounds[0], bounds[1], row->value,
                           row->unit ? row->unit : sink_factor_unit_example(kind),
                           row->includes_roots ? "yes" : "no", depth);
}

static inline void fixture_start_factors(struct fixture *fixture, const struct fixture_factor *rows,
                                         size_t count)
{
    char header[256] = "quantity,class";
    const size_t room = 512 * count + 1;
    char *text = calloc(room, 1);
    size_t used = 0;
    for (size_t k = 0; fixture_keys[k]; k++)
        strcat(strcat(header, ",key:"), fixture_keys[k]);
    strcat(header, ",over,up_to,value,unit,includes_roots,depth_cm,source,verified\n");
    for (size_t i = 0; i < count; i++)
        used += (size_t)fixture_print_factor(text + used, room - used, &rows[i]);
    fixture_start_table(fixture, header, text);
    free(text);
}

static inline void fixture_set_all_years(struct fixture *fixture, const int *years, size_t count)
{
    fixture->spec.year_count = count;
    fixture->spec.years = calloc(count + 1, sizeof *fixture->spec.years);
    memcpy(fixture->spec.years, years, count * sizeof *years);
    fixture->spec.dimensions = calloc(SINK_MAX_DIMENSIONS, sizeof *fixture->spec.dimensions);
    fixture->spec.quantities = calloc(SINK_MAX_DIMENSIONS, sizeof *fixture->spec.quantities);
}

static inline void fixture_set_years(struct fixture *fixture, int first, int second)
{
    const int years[] = {first, second};
    fixture_set_all_years(fixture, years, second ? 2 : 1);
}

/* `labels` ends with NULL and leaves out nodata and unknown. */
static inline void fixture_add_dimension(struct fixture *fixture, enum sink_dimension_kind kind,
                                         enum sink_side side, const char *name,
                                         const char *const *labels)
{
    struct sink_dimension *dimension = &fixture->spec.dimensions[fixture->spec.dimension_count++];
    *dimension = (struct sink_dimension){.kind = kind, .side = side, .name = fixture_copy(name)};
    size_t count = 0;
    while (labels[count])
        count++;
    dimension->labels = calloc(count + 2, sizeof *dimension->labels);
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

/* A quantity cut at `breaks` [count], ascending. */
static inline void fixture_add_layer(struct fixture *fixture, enum sink_side side, const char *name,
                                     enum sink_quantity quantity, const double *breaks,
                                     size_t count)
{
    const char **labels = calloc(count + 2, sizeof *labels);
    for (size_t i = 0; i <= count; i++)
        labels[i] = "interval";
    fixture_add_dimension(fixture, SINK_DIMENSION_INTERVAL, side, name, labels);
    free(labels);
    struct sink_dimension *dimension = &fixture->spec.dimensions[fixture->spec.dimension_count - 1];
    dimension->upper = calloc(count + 3, sizeof *dimension->upper);
    for (size_t i = 0; i < count; i++)
        dimension->upper[2 + i] = breaks[i];
    dimension->upper[2 + count] = INFINITY;
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

/* Maps of classes in the order of time; the first `history` of them only tell what land was. */
#define FIXTURE_MAPS 13
struct fixture_maps {
    int years[FIXTURE_MAPS];
    size_t count, history;
    const char *const *classes; /* ends with NULL */
    int conversions;            /* that a tally tells; 0: three */
};

/* Land that is alike on every map. */
struct fixture_parcel {
    uint32_t region;
    double area_ha;
    const char *class[FIXTURE_MAPS]; /* NULL: no data */
    double biomass[FIXTURE_MAPS], volume[FIXTURE_MAPS], soil[FIXTURE_MAPS], age[FIXTURE_MAPS];
    const char *overlays; /* "soil=organic"; what is not named has no data */
    int event_year;       /* of every disturbance */
};

/* One class on all maps. */
static inline void fixture_stay(struct fixture_parcel *parcel, const char *class)
{
    for (size_t m = 0; m < FIXTURE_MAPS; m++)
        parcel->class[m] = class;
}

/* Years and class dimensions of the maps. Layers and overlays are added next. */
static inline void fixture_set_maps(struct fixture *fixture, const struct fixture_maps *maps)
{
    const size_t count = maps->count - maps->history;
    fixture_set_all_years(fixture, maps->years + maps->history, count);
    if (count > 1)
        fixture_add_dimension(fixture, SINK_DIMENSION_CLASS, SINK_SIDE_FROM, "class",
                              maps->classes);
    fixture_add_dimension(fixture, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", maps->classes);
}

/* The last dimensions: what land was before. */
static inline void fixture_open_maps(struct fixture *fixture, const struct fixture_maps *maps)
{
    char *labels[FIXTURE_MAPS * 20] = {0};
    size_t count = 0;
    for (size_t c = 0; maps->classes[c]; c++)
        for (size_t m = 0; m + 1 < maps->count; m++) {
            char label[64];
            snprintf(label, sizeof label, "%s until %d", maps->classes[c], maps->years[m]);
            labels[count++] = fixture_copy(label);
        }
    const int told = maps->conversions > 0 ? maps->conversions : SINK_MAX_CONVERSIONS;
    for (int i = 1; i <= told && maps->count > 2 - (maps->history > 0); i++) {
        char name[32];
        snprintf(name, sizeof name, "conversion_%d", i);
        fixture_add_dimension(fixture, SINK_DIMENSION_CONVERSION,
                              maps->count - maps->history > 1 ? SINK_SIDE_FROM : SINK_SIDE_TO, name,
                              (const char *const *)labels);
    }
    for (size_t i = 0; i < count; i++)
        free(labels[i]);
    fixture_open_tally(fixture);
}

static inline int fixture_label(const struct sink_dimension *dimension, const char *label)
{
    for (size_t v = 2; label && *label && v < dimension->count; v++)
        if (strcmp(dimension->labels[v], label) == 0)
            return (int)v;
    ck_assert_msg(!label || !*label, "%s: no value %s", dimension->name, label);
    return SINK_VALUE_NODATA;
}

/* "cropland until 2005" of the conversion that was the `back`-th before the map, 1 for the latest;
 * "" for none. Land without data starts anew, but not between two maps of the history. */
static inline void fixture_conversion(const struct fixture_maps *maps,
                                      const struct fixture_parcel *parcel, size_t map, int back,
                                      char label[64])
{
    size_t left[FIXTURE_MAPS]; /* the maps before conversions */
    int count = 0;
    const char *last[FIXTURE_MAPS + 1] = {NULL};
    for (size_t m = 0; m <= map; m++) {
        const char *now = parcel->class[m], *before = last[m];
        last[m + 1] = now || m < maps->history ? (now ? now : before) : NULL;
        if (!last[m + 1])
            count = 0;
        else if (before && strcmp(before, last[m + 1]) != 0)
            left[count++] = m - 1;
    }
    *label = '\0';
    if (back <= count)
        snprintf(label, 64, "%s until %d", last[left[count - back] + 1],
                 maps->years[left[count - back]]);
}

/* What a quantity is on a map; NaN without data. */
static inline double fixture_quantity(const struct fixture_parcel *parcel, const char *name,
                                      size_t map)
{
    if (strcmp(name, "above_ground_biomass") == 0)
        return parcel->biomass[map];
    if (strcmp(name, "stock_volume") == 0)
        return parcel->volume[map];
    return strcmp(name, "soil_carbon") == 0 ? parcel->soil[map] : parcel->age[map];
}

static inline int fixture_interval(const struct sink_dimension *dimension, double value)
{
    size_t v = 2;
    while (v + 1 < dimension->count && value > dimension->upper[v])
        v++;
    return isnan(value) ? SINK_VALUE_NODATA : (int)v;
}

/* The map that a side of a pass shows; what does not change is that of the first year. */
static inline size_t fixture_map(const struct fixture_maps *maps, size_t pass, enum sink_side side)
{
    if (side == SINK_SIDE_STATIC)
        return maps->history;
    return maps->history + pass + (side == SINK_SIDE_TO && maps->count - maps->history > 1);
}

static inline int fixture_value(const struct fixture *fixture, const struct fixture_maps *maps,
                                const struct fixture_parcel *parcel, size_t pass, size_t d)
{
    const struct sink_dimension *dimension = &fixture->spec.dimensions[d];
    const size_t map = fixture_map(maps, pass, dimension->side);
    char text[64];
    switch (dimension->kind) {
    case SINK_DIMENSION_CLASS:
        return fixture_label(dimension, parcel->class[map]);
    case SINK_DIMENSION_OVERLAY:
        fixture_key(parcel->overlays, dimension->name, text);
        return fixture_label(dimension, text);
    case SINK_DIMENSION_INTERVAL:
        return fixture_interval(dimension, fixture_quantity(parcel, dimension->name, map));
    case SINK_DIMENSION_CONVERSION:
        fixture_conversion(maps, parcel, maps->history + pass,
                           atoi(dimension->name + strlen("conversion_")), text);
        return fixture_label(dimension, text);
    default:
        return parcel->event_year > fixture->spec.years[pass] &&
                       parcel->event_year <= fixture->spec.years[pass + 1]
                   ? 3
                   : 2;
    }
}

/* A disturbance of the job. */
static inline void fixture_add_event(struct fixture *fixture, const char *name)
{
    static const char *const labels[] = {"no", "yes", NULL};
    fixture_add_dimension(fixture, SINK_DIMENSION_EVENT, SINK_SIDE_STATIC, name, labels);
}

/* Posts the land in every pass to its region, and to those above that have a boundary. */
static inline void fixture_post_parcel(struct fixture *fixture, const struct fixture_maps *maps,
                                       const struct fixture_parcel *parcel)
{
    const struct sink_tally_spec *spec = &fixture->spec;
    for (uint32_t pass = 0; pass < sink_tally_pass_count(spec); pass++) {
        int values[SINK_MAX_DIMENSIONS];
        double sums[1 + SINK_MAX_DIMENSIONS] = {parcel->area_ha * 1e4};
        for (size_t d = 0; d < spec->dimension_count; d++)
            values[d] = fixture_value(fixture, maps, parcel, pass, d);
        for (size_t q = 0; q < spec->quantity_count; q++) {
            const double value =
                fixture_quantity(parcel, spec->quantities[q].name,
                                 fixture_map(maps, pass, spec->quantities[q].side));
            sums[1 + q] = isnan(value) ? 0 : parcel->area_ha * 1e4 * value;
        }
        for (int r = (int)parcel->region; r >= 0; r = fixture->regions.items[r].parent) {
            const struct sink_tally_place place = {(uint32_t)r, pass, sink_tally_key(spec, values)};
            if (fixture->regions.items[r].kind == SINK_REGION_POLYGON)
                ck_assert_int_eq(sink_tally_post(fixture->tally, place, 1, sums, &fixture->error),
                                 SINK_OK);
        }
    }
}

/* Results, by position of year and region; a class by its name. */
static inline double fixture_pool(const struct fixture *fixture, size_t year, enum sink_pool pool,
                                  size_t region)
{
    const struct sink_account *account = fixture->account;
    return account->pool_tc[(year * SINK_POOL_COUNT + pool) * account->region_count + region];
}

static inline size_t fixture_class(const struct fixture *fixture, const char *name)
{
    const struct sink_account *account = fixture->account;
    const int index = sink_class_list_find(&fixture->classes, name);
    size_t c = 0;
    while (c < account->class_count && account->class_index[c] != index)
        c++;
    ck_assert_msg(c < account->class_count, "no class %s", name);
    return c;
}

/* Of an array [year][class][pool][region], SINK_POOL_COUNT or SINK_BIOMASS_POOL_COUNT pools. */
static inline double fixture_of_class(const struct fixture *fixture, const double *array,
                                      size_t pool_count, size_t year, const char *class,
                                      size_t pool)
{
    const struct sink_account *account = fixture->account;
    return array[((year * account->class_count + fixture_class(fixture, class)) * pool_count +
                  pool) *
                 account->region_count];
}

static inline double fixture_sink(const struct fixture *fixture, size_t year, enum sink_pool pool,
                                  size_t region)
{
    const struct sink_account *account = fixture->account;
    return account->sink_tco2_yr[(year * SINK_POOL_COUNT + pool) * account->region_count + region];
}

#endif
