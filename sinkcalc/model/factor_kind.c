#include "sinkcalc/model/factor_kind.h"

#include "sinkcalc/base/units.h"

#include <math.h>
#include <string.h>

/* How units of a kind are read. */
enum measure {
    MEASURE_FRACTION,     /* of mass, 0..1 */
    MEASURE_RATIO,        /* of dry matter to dry matter */
    MEASURE_NUMBER,       /* 1 */
    MEASURE_SHARE,        /* 1, 0..1 */
    MEASURE_PER_VOLUME,   /* dry matter per volume of wood */
    MEASURE_DRY_MATTER,   /* per area */
    MEASURE_CARBON,       /* per area */
    MEASURE_BIOMASS,      /* dry matter or carbon, per area */
    MEASURE_CARBON_RATE,  /* per area and year */
    MEASURE_BIOMASS_RATE, /* dry matter or carbon, per area and year */
    MEASURE_VOLUME_RATE,  /* wood, per area and year */
    MEASURE_PER_YEAR,     /* 1 per year */
    MEASURE_PER_FUEL,     /* gas per dry matter burnt */
    MEASURE_METHANE_RATE, /* per area and year */
    MEASURE_NITROUS_RATE  /* per area and year */
};

struct rule {
    const char *name;
    enum measure measure;
    enum sink_factor_interval interval;
    bool may_be_negative, has_depth;
};

static const struct rule rules[SINK_FACTOR_KIND_COUNT] = {
    [SINK_FACTOR_CARBON_FRACTION] = {.name = "carbon_fraction", .measure = MEASURE_FRACTION},
    [SINK_FACTOR_ROOT_SHOOT] = {.name = "root_shoot",
                                .measure = MEASURE_RATIO,
                                .interval = SINK_INTERVAL_BIOMASS},
    [SINK_FACTOR_BCEF] = {.name = "bcef",
                          .measure = MEASURE_PER_VOLUME,
                          .interval = SINK_INTERVAL_VOLUME},
    [SINK_FACTOR_VOLUME_SLOPE] = {.name = "volume_slope", .measure = MEASURE_PER_VOLUME},
    [SINK_FACTOR_VOLUME_INTERCEPT] = {.name = "volume_intercept",
                                      .measure = MEASURE_DRY_MATTER,
                                      .may_be_negative = true},
    [SINK_FACTOR_ABOVE_GROUND] = {.name = "above_ground_biomass", .measure = MEASURE_BIOMASS},
    [SINK_FACTOR_BELOW_GROUND] = {.name = "below_ground_biomass", .measure = MEASURE_BIOMASS},
    [SINK_FACTOR_DEAD_WOOD] = {.name = "dead_wood", .measure = MEASURE_CARBON},
    [SINK_FACTOR_LITTER] = {.name = "litter", .measure = MEASURE_CARBON},
    [SINK_FACTOR_SOIL] = {.name = "soil_carbon", .measure = MEASURE_CARBON, .has_depth = true},
    [SINK_FACTOR_SOIL_REFERENCE] = {.name = "soil_reference",
                                    .measure = MEASURE_CARBON,
                                    .has_depth = true},
    [SINK_FACTOR_SOIL_LAND_USE] = {.name = "soil_land_use", .measure = MEASURE_NUMBER},
    [SINK_FACTOR_SOIL_MANAGEMENT] = {.name = "soil_management", .measure = MEASURE_NUMBER},
    [SINK_FACTOR_SOIL_INPUT] = {.name = "soil_input", .measure = MEASURE_NUMBER},
    [SINK_FACTOR_SOIL_ACCUMULATION] = {.name = "soil_accumulation",
                                       .measure = MEASURE_CARBON_RATE,
                                       .has_depth = true},
    [SINK_FACTOR_SOIL_EMISSION] = {.name = "soil_emission",
                                   .measure = MEASURE_CARBON_RATE,
                                   .may_be_negative = true},
    [SINK_FACTOR_CH4_EMISSION] = {.name = "ch4_emission",
                                  .measure = MEASURE_METHANE_RATE,
                                  .may_be_negative = true},
    [SINK_FACTOR_N2O_EMISSION] = {.name = "n2o_emission", .measure = MEASURE_NITROUS_RATE},
    [SINK_FACTOR_GROWTH] = {.name = "growth",
                            .measure = MEASURE_BIOMASS_RATE,
                            .interval = SINK_INTERVAL_AGE,
                            .may_be_negative = true},
    [SINK_FACTOR_CURVE_ASYMPTOTE] = {.name = "curve_asymptote", .measure = MEASURE_DRY_MATTER},
    [SINK_FACTOR_CURVE_RATE] = {.name = "curve_rate", .measure = MEASURE_PER_YEAR},
    [SINK_FACTOR_CURVE_SHAPE] = {.name = "curve_shape", .measure = MEASURE_NUMBER},
    [SINK_FACTOR_VOLUME_GROWTH] = {.name = "volume_growth",
                                   .measure = MEASURE_VOLUME_RATE,
                                   .interval = SINK_INTERVAL_AGE},
    [SINK_FACTOR_BCEF_GROWTH] = {.name = "bcef_growth",
                                 .measure = MEASURE_PER_VOLUME,
                                 .interval = SINK_INTERVAL_VOLUME},
    [SINK_FACTOR_BCEF_REMOVAL] = {.name = "bcef_removal",
                                  .measure = MEASURE_PER_VOLUME,
                                  .interval = SINK_INTERVAL_VOLUME},
    [SINK_FACTOR_FRACTION_LOST] = {.name = "fraction_lost", .measure = MEASURE_SHARE},
    [SINK_FACTOR_COMBUSTION] = {.name = "combustion_factor", .measure = MEASURE_SHARE},
    [SINK_FACTOR_FUEL] = {.name = "fuel", .measure = MEASURE_DRY_MATTER},
    [SINK_FACTOR_FIRE_CH4] = {.name = "fire_ch4", .measure = MEASURE_PER_FUEL},
    [SINK_FACTOR_FIRE_N2O] = {.name = "fire_n2o", .measure = MEASURE_PER_FUEL},
    [SINK_FACTOR_MATURE_BIOMASS] = {.name = "mature_biomass", .measure = MEASURE_BIOMASS},
    [SINK_FACTOR_KARST_SINK] = {.name = "karst_sink", .measure = MEASURE_CARBON_RATE},
    [SINK_FACTOR_WATER_BURIAL] = {.name = "water_burial", .measure = MEASURE_CARBON_RATE},
    [SINK_FACTOR_PERMAFROST_CARBON] = {.name = "permafrost_carbon", .measure = MEASURE_CARBON},
};

const char *sink_factor_kind_name(enum sink_factor_kind kind)
{
    return rules[kind].name;
}

enum sink_factor_interval sink_factor_kind_interval(enum sink_factor_kind kind)
{
    return rules[kind].interval;
}

bool sink_factor_may_be_negative(enum sink_factor_kind kind)
{
    return rules[kind].may_be_negative;
}

bool sink_factor_is_fraction(enum sink_factor_kind kind)
{
    return rules[kind].measure == MEASURE_FRACTION || rules[kind].measure == MEASURE_SHARE;
}

const char *sink_factor_depth_expected(enum sink_factor_kind kind, double depth_cm)
{
    enum { MAX_DEPTH_CM = 10000 };
    if (!rules[kind].has_depth)
        return isnan(depth_cm) ? NULL : "none: only carbon of soils has one";
    return depth_cm > 0 && depth_cm <= MAX_DEPTH_CM ? NULL
                                                    : "the depth of the soil in cm, at most 10000";
}

bool sink_factor_is_line(enum sink_factor_kind kind)
{
    return kind == SINK_FACTOR_VOLUME_SLOPE || kind == SINK_FACTOR_VOLUME_INTERCEPT;
}

/* Spellings of units that are no density; the first of each is the example. */
#define SPELLINGS 2
static const char *const spellings[][SPELLINGS] = {
    [MEASURE_FRACTION] = {"1", "t C (t d.m.)-1"},
    [MEASURE_RATIO] = {"1", "t d.m. (t d.m.)-1"},
    [MEASURE_NUMBER] = {"1"},
    [MEASURE_SHARE] = {"1"},
    [MEASURE_PER_VOLUME] = {"t d.m. m-3", "t m-3"},
    [MEASURE_DRY_MATTER] = {"t d.m. ha-1"},
    [MEASURE_CARBON] = {"t C ha-1"},
    [MEASURE_BIOMASS] = {"t d.m. ha-1"},
    [MEASURE_CARBON_RATE] = {"t C ha-1 yr-1"},
    [MEASURE_BIOMASS_RATE] = {"t d.m. ha-1 yr-1"},
    [MEASURE_VOLUME_RATE] = {"m3 ha-1 yr-1"},
    [MEASURE_PER_YEAR] = {"yr-1", "1/yr"},
    [MEASURE_PER_FUEL] = {"g kg-1", "g/kg"},
    [MEASURE_METHANE_RATE] = {"kg CH4 ha-1 yr-1"},
    [MEASURE_NITROUS_RATE] = {"kg N2O ha-1 yr-1"},
};

const char *sink_factor_unit_example(enum sink_factor_kind kind)
{
    return spellings[rules[kind].measure][0];
}

static bool is_spelt(enum measure measure, const char *text)
{
    for (size_t i = 0; i < SPELLINGS; i++)
        if (spellings[measure][i] && strcmp(spellings[measure][i], text) == 0)
            return true;
    return false;
}

/* A density per area, or per area and year. */
static bool parse_density(enum measure measure, const char *text, double *factor, bool *is_carbon)
{
    struct sink_unit unit;
    const bool is_rate = measure == MEASURE_CARBON_RATE || measure == MEASURE_BIOMASS_RATE ||
                         measure == MEASURE_VOLUME_RATE;
    if (!(is_rate ? sink_unit_parse_rate(text, &unit) : sink_unit_parse(text, &unit)))
        return false;
    *factor = unit.factor;
    *is_carbon = unit.quantity == SINK_QUANTITY_CARBON_T_HA;
    const bool is_dry = unit.quantity == SINK_QUANTITY_DRY_MATTER_T_HA;
    switch (measure) {
    case MEASURE_DRY_MATTER:
        return is_dry;
    case MEASURE_CARBON:
    case MEASURE_CARBON_RATE:
        return *is_carbon;
    case MEASURE_VOLUME_RATE:
        return unit.quantity == SINK_QUANTITY_VOLUME_M3_HA;
    default:
        return is_dry || *is_carbon;
    }
}

bool sink_factor_unit_parse(enum sink_factor_kind kind, const char *text, double *factor,
                            bool *is_carbon)
{
    const enum measure measure = rules[kind].measure;
    *factor = 1;
    *is_carbon = false;
    switch (measure) {
    case MEASURE_METHANE_RATE:
        return sink_unit_parse_gas(text, "CH4", factor);
    case MEASURE_NITROUS_RATE:
        return sink_unit_parse_gas(text, "N2O", factor);
    case MEASURE_DRY_MATTER:
    case MEASURE_CARBON:
    case MEASURE_BIOMASS:
    case MEASURE_CARBON_RATE:
    case MEASURE_BIOMASS_RATE:
    case MEASURE_VOLUME_RATE:
        return parse_density(measure, text, factor, is_carbon);
    default:
        return is_spelt(measure, text);
    }
}
