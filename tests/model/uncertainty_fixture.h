/* Small tallies with errors of factors and rasters, for the tests of uncertainty. */
#ifndef SINK_TESTS_UNCERTAINTY_FIXTURE_H
#define SINK_TESTS_UNCERTAINTY_FIXTURE_H

#include "sinkcalc/model/uncertainty.h"
#include "tests/model/account_fixture.h"

#define HEADER                                                                                     \
    "quantity,class,key:zone,over,up_to,value,unit,se,lower,upper,distribution,variable,depth_cm," \
    "source,verified\n"
#define Z95 1.959963984540054

/* An account and how sure it is. */
struct subject {
    struct fixture fixture;
    struct sink_account_basis basis;
    struct sink_uncertainty *uncertainty;
};

/* What a tally of these tests has beside classes; `classes` are forest, grassland and cropland. */
struct layout {
    int years[4];
    size_t year_count;
    const char *quantity; /* a raster, with a layer of its standard deviation */
    enum sink_quantity unit;
    bool is_static; /* one raster for all years */
};

/* Land of one stratum in one pass; the second of a pair is the later date, or the only one. */
struct plot {
    uint32_t region, pass;
    double area_ha;
    const char *class[2];
    double value[2], sd[2]; /* of the raster; NaN without data */
    const char *zone;       /* "a" or "b" */
};

static inline void add_side(struct fixture *fixture, const struct layout *layout,
                            enum sink_side side)
{
    char sd[64];
    snprintf(sd, sizeof sd, "%s_sd", layout->quantity);
    fixture_add_layer(fixture, side, layout->quantity, layout->unit, NULL, 0);
    fixture_add_layer(fixture, side, sd, layout->unit, NULL, 0);
}

/* Regions follow, and then fixture_open_tally. Pools without a factor count as nothing. */
static inline void start(struct subject *subject, const struct layout *layout, const char *rows)
{
    static const char *const classes[] = {"forest", "grassland", "cropland", NULL};
    static const char *const zones[] = {"a", "b", NULL};
    struct fixture *fixture = &subject->fixture;
    subject->uncertainty = NULL;
    fixture_start_table(fixture, HEADER, rows);
    fixture->settings.factor = SINK_MISSING_COUNT;
    fixture->settings.has_volume = strcmp(layout->quantity, "stock_volume") == 0;
    fixture_set_all_years(fixture, layout->years, layout->year_count);
    if (layout->year_count > 1)
        fixture_add_dimension(fixture, SINK_DIMENSION_CLASS, SINK_SIDE_FROM, "class", classes);
    fixture_add_dimension(fixture, SINK_DIMENSION_CLASS, SINK_SIDE_TO, "class", classes);
    fixture_add_dimension(fixture, SINK_DIMENSION_OVERLAY, SINK_SIDE_STATIC, "zone", zones);
    if (layout->is_static)
        add_side(fixture, layout, SINK_SIDE_STATIC);
    else {
        if (layout->year_count > 1)
            add_side(fixture, layout, SINK_SIDE_FROM);
        add_side(fixture, layout, SINK_SIDE_TO);
    }
}

static inline void post(struct subject *subject, const struct plot *plot)
{
    struct fixture *fixture = &subject->fixture;
    const struct sink_tally_spec *spec = &fixture->spec;
    int values[SINK_MAX_DIMENSIONS];
    double sums[1 + SINK_MAX_DIMENSIONS] = {plot->area_ha * 1e4};
    for (size_t d = 0; d < spec->dimension_count; d++) {
        const struct sink_dimension *dimension = &spec->dimensions[d];
        const size_t date = dimension->side == SINK_SIDE_FROM ? 0 : 1;
        const bool is_sd = strstr(dimension->name, "_sd") != NULL;
        if (dimension->kind == SINK_DIMENSION_CLASS)
            values[d] = fixture_label(dimension, plot->class[date]);
        else if (dimension->kind == SINK_DIMENSION_OVERLAY)
            values[d] = fixture_label(dimension, plot->zone);
        else
            values[d] = fixture_interval(dimension, is_sd ? plot->sd[date] : plot->value[date]);
    }
    for (size_t q = 0; q < spec->quantity_count; q++) {
        const size_t date = spec->quantities[q].side == SINK_SIDE_FROM ? 0 : 1;
        const double value =
            strstr(spec->quantities[q].name, "_sd") ? plot->sd[date] : plot->value[date];
        sums[1 + q] = isnan(value) ? 0 : plot->area_ha * 1e4 * value;
    }
    const struct sink_tally_place place = {plot->region, plot->pass, sink_tally_key(spec, values)};
    ck_assert_int_eq(sink_tally_post(fixture->tally, place, 1, sums, &fixture->error), SINK_OK);
}

/* Makes the account and tells how sure it is. */
static inline void assess(struct subject *subject, struct sink_uncertainty_request request)
{
    struct fixture *fixture = &subject->fixture;
    if (!fixture->account)
        fixture_account(fixture);
    sink_uncertainty_free(subject->uncertainty);
    subject->basis = (struct sink_account_basis){
        .classes = &fixture->classes, .factors = &fixture->factors, .settings = &fixture->settings};
    request.tally = fixture->tally;
    request.regions = &fixture->regions;
    request.basis = &subject->basis;
    if (sink_uncertainty_make(fixture->account, &request, &subject->uncertainty, &fixture->error) !=
        SINK_OK)
        ck_abort_msg("%s", fixture->error.message);
}

static inline void stop(struct subject *subject)
{
    sink_uncertainty_free(subject->uncertainty);
    subject->uncertainty = NULL;
    fixture_stop(&subject->fixture);
}

/* Of an array [figure][year][region]. */
static inline double at(const struct subject *subject, const double *array, int figure, size_t year,
                        size_t region)
{
    const struct sink_uncertainty *uncertainty = subject->uncertainty;
    return array[((size_t)figure * uncertainty->year_count + year) * uncertainty->region_count +
                 region];
}

static inline double se(const struct subject *subject, int figure, size_t year, size_t region)
{
    return at(subject, subject->uncertainty->se, figure, year, region);
}

/* Equal but for roundings and the step of the slopes. */
static inline void check_close(double value, double expected)
{
    ck_assert_msg(fabs(value - expected) <= 1e-9 * fabs(expected), "%.17g, expected %.17g", value,
                  expected);
}

#endif
