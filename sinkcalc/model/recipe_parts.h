/* From a stratum to what each pool holds and how it changes: private to sinkcalc/model.
 *
 * A recipe says which rows of the factor tables a stratum is counted with; evaluating it with the
 * values of the rows gives numbers that are linear in the sums of the tally. The same recipe is
 * evaluated with the values of the tables, with one of them shifted a little (error propagation)
 * and with values drawn at random (Monte Carlo). */
#ifndef SINK_MODEL_RECIPE_PARTS_H
#define SINK_MODEL_RECIPE_PARTS_H

#include "sinkcalc/model/account.h"
#include "sinkcalc/model/growth.h"
#include "sinkcalc/model/piecewise.h"
#include "sinkcalc/model/transition.h"

#include <stdint.h>

#define SINK_MAX_STEPS 12 /* intervals of one factor */
#define SINK_MAX_USES 6   /* the class, that of the first date, three earlier ones, a later one */
#define SINK_DEEP_CM 100  /* soil that is counted to this depth or more is a pool of its own */
#define SINK_NO_ROW (-1)  /* in place of the position of a row in the factor tables */

/* One use of the land. */
struct sink_use {
    int class_index; /* in the class list */
    double since_yr; /* from the end of this year; -INFINITY for the first */
    /* [factors->key_count] the overlays then; NULL: those of the land's date */
    const char *const *overlays;
};

/* What is known of a stratum on one date. */
struct sink_land {
    struct sink_use uses[SINK_MAX_USES]; /* in order of time; the last one is its class */
    size_t use_count;
    double year;                 /* of the date: the end of it */
    const char *const *overlays; /* [factors->key_count], as struct sink_stratum */
    /* A value inside the interval the stratum lies in; NaN: no data; -1: the tally has no such
     * layer. */
    double biomass, volume, age_yr;
    bool has_soil, lacks_soil; /* the tally has the layer; it has no data here */
    bool is_soil_static;       /* one raster for all years */
    bool is_biomass_carbon;    /* the biomass layer is in t C */
};

/* A factor by intervals: its rows, ascending. */
struct sink_steps {
    int rows[SINK_MAX_STEPS];
    size_t count;
};

enum sink_biomass_source {
    SINK_BIOMASS_NONE,    /* no pools, or a factor is missing */
    SINK_BIOMASS_RASTER,  /* the raster of above-ground biomass */
    SINK_BIOMASS_BCEF,    /* stock volume x BCEF */
    SINK_BIOMASS_LINE,    /* a line of the stock volume */
    SINK_BIOMASS_DENSITY, /* a density of the tables */
    SINK_BIOMASS_GROWN,   /* growth x age, up to the density */
    SINK_BIOMASS_CURVE    /* a growth curve at the age */
};

/* Soil and dead organic matter of one use. */
struct sink_use_recipe {
    double since_yr;
    int dead_wood, litter;
    int soil;                                   /* as it is, or else the four below */
    int reference, land_use, management, input; /* eq. 2.25 */
    int rate;                                   /* accumulation or emission a year */
    enum sink_soil_rule rule;
    bool is_deep;
    bool is_nothing; /* a class without pools: its reference is 0 */
};

/* What a raster should tell here, and has no data for. */
enum sink_gap {
    SINK_GAP_BIOMASS = 1, /* the raster of biomass, or of the volume that biomass comes from */
    SINK_GAP_VOLUME = 2,  /* a volume beside a known biomass: in no stock of carbon */
    SINK_GAP_SOIL = 4,
    SINK_GAP_AGE = 8, /* of a woody class; its density is told in place of a growing stock */
    SINK_GAP_VALUE = SINK_GAP_BIOMASS | SINK_GAP_VOLUME | SINK_GAP_SOIL /* told as missing */
};

struct sink_recipe {
    int class_index;
    double year;
    enum sink_biomass_source source;
    bool is_carbon;  /* the biomass raster is in t C */
    double at;       /* biomass in t d.m./ha or volume in m3/ha that picks the piece of a factor */
    double ratio_at; /* above-ground biomass in t d.m./ha that picks the piece of R */
    double age_yr;   /* of SINK_BIOMASS_GROWN and _CURVE */
    int fraction, slope, intercept, above, below, curve[3];
    struct sink_steps bcef, ratio, growth;
    bool is_below_line;  /* the line of the volume gives less than nothing */
    bool counts_volume;  /* the volume raster speaks for the class */
    bool derives_volume; /* the volume follows from the biomass raster */
    struct sink_use_recipe uses[SINK_MAX_USES];
    size_t use_count; /* 0: no soil and no dead organic matter */
    bool is_soil_raster, is_raster_deep;
    int ch4, n2o, flux, karst, burial, permafrost; /* rows, or SINK_NO_ROW */
    bool lacks_factor[SINK_POOL_COUNT];
    unsigned gaps;        /* bits of enum sink_gap */
    double soil_depth_cm; /* of its soil pool; NaN without one */
};

/* The sums of a row of the tally that amounts are made of: area in ha, and ha x value. */
enum sink_row_sum {
    SINK_SUM_AREA,
    SINK_SUM_BIOMASS_FROM,
    SINK_SUM_VOLUME_FROM,
    SINK_SUM_SOIL_FROM,
    SINK_SUM_BIOMASS_TO,
    SINK_SUM_VOLUME_TO,
    SINK_SUM_SOIL_TO,
    SINK_SUM_COUNT
};

/* What a stratum holds on a date, per unit of these four of its sums. */
enum { SINK_OF_AREA, SINK_OF_BIOMASS, SINK_OF_VOLUME, SINK_OF_SOIL };
struct sink_stock {
    double pool[SINK_POOL_COUNT][4]; /* t C */
    double volume[4];                /* m3 */
    double above_t[4];               /* above-ground biomass, t d.m. */
};

/* What happens to the biomass of a stratum between two dates. */
struct sink_flow_recipe {
    bool is_known;        /* gains and losses can be told for the class */
    bool is_converted;    /* all of the earlier biomass is lost */
    bool is_grown;        /* by growth or curve; else the later stock is there within a year */
    double years, age_yr; /* length of the period; age at its start */
    int volume_growth, curve[3], fraction;
    struct sink_steps growth, bcef_growth, bcef_removal;
    double volume_at;
    int fraction_lost;                        /* of a disturbance; SINK_NO_ROW: none */
    int combustion, fuel, fire_ch4, fire_n2o; /* of a fire */
};

/* Amounts of a row as sums of its sums times these. */
enum sink_amount {
    SINK_AMOUNT_STOCK_FROM,                                          /* + pool, t C */
    SINK_AMOUNT_STOCK_TO = SINK_AMOUNT_STOCK_FROM + SINK_POOL_COUNT, /* + pool, t C */
    SINK_AMOUNT_GAIN =
        SINK_AMOUNT_STOCK_TO + SINK_POOL_COUNT,         /* + biomass pool, t C in the period */
    SINK_AMOUNT_LOSS_CONVERSION = SINK_AMOUNT_GAIN + 2, /* + biomass pool */
    SINK_AMOUNT_LOSS_DISTURBANCE = SINK_AMOUNT_LOSS_CONVERSION + 2, /* + biomass pool */
    SINK_AMOUNT_SOIL_FLUX = SINK_AMOUNT_LOSS_DISTURBANCE + 2, /* t C in the period, into the land */
    SINK_AMOUNT_CH4,                                          /* t CH4/yr, into the air */
    SINK_AMOUNT_N2O,                                          /* t N2O/yr, into the air */
    SINK_AMOUNT_VOLUME_FROM,                                  /* m3 */
    SINK_AMOUNT_VOLUME_TO,                                    /* m3 */
    SINK_AMOUNT_KARST,                                        /* t C/yr */
    SINK_AMOUNT_BURIAL,                                       /* t C/yr */
    SINK_AMOUNT_PERMAFROST,                                   /* t C */
    SINK_AMOUNT_REMOVAL, /* + biomass pool, t C in 1 m3 of wood taken, times ha (eq. 2.12) */
    SINK_AMOUNT_POTENTIAL =
        SINK_AMOUNT_REMOVAL + 2, /* t C of biomass that a mature stand has more */
    SINK_AMOUNT_PLANTING,        /* t C that the land holds more when it is planted */
    SINK_AMOUNT_COUNT
};
struct sink_effect {
    double of[SINK_AMOUNT_COUNT][SINK_SUM_COUNT];
};
/* The amounts of a row with these sums. */
void sink_effect_apply(const struct sink_effect *effect, const double sums[SINK_SUM_COUNT],
                       double amounts[SINK_AMOUNT_COUNT]);

/* Where recipes are made: rows that are used are marked, those that are missing are noted. */
struct sink_kitchen {
    const struct sink_account_basis *basis;
    struct sink_faults *missing;
    bool *is_used; /* [factors->row_count] */
    struct sink_error *error;
    enum sink_status status;
    const struct sink_land *land; /* the one in hand */
    struct sink_recipe *recipe;
};

/* recipe_find.c. Rows for a use of the land in hand (its class and the one before it); `find` does
 * not mark, `need` marks and notes what is missing for a pool. */
const struct sink_factor *sink_kitchen_find(struct sink_kitchen *kitchen, size_t use,
                                            enum sink_factor_kind kind, double interval_value);
const struct sink_factor *sink_kitchen_need(struct sink_kitchen *kitchen, size_t use,
                                            enum sink_pool pool, enum sink_factor_kind kind,
                                            double interval_value);
void sink_kitchen_lack(struct sink_kitchen *kitchen, size_t use, enum sink_pool pool,
                       enum sink_factor_kind kind, double interval_value);
/* Marks the row; its position, or SINK_NO_ROW for NULL. */
int sink_kitchen_use(struct sink_kitchen *kitchen, const struct sink_factor *row);
/* Marks all intervals of the row's factor. */
struct sink_steps sink_kitchen_use_steps(struct sink_kitchen *kitchen,
                                         const struct sink_factor *row);
/* No data where a raster should speak: an error, a gap to be counted, or a case for the factors. */
bool sink_kitchen_is_gap(struct sink_kitchen *kitchen, enum sink_gap gap, const char *layer);
/* A curve of growth: all three rows, or none. */
bool sink_kitchen_find_curve(struct sink_kitchen *kitchen, int curve[3]);

/* Makes the recipe of a land (recipe.c, recipe_soil.c). */
SINK_CHECKED enum sink_status sink_recipe_make(struct sink_kitchen *kitchen,
                                               const struct sink_land *land,
                                               struct sink_recipe *recipe);
/* The biomass of the land as a mature stand, by its mature_biomass; source is SINK_BIOMASS_NONE
 * when there is no such row. */
SINK_CHECKED enum sink_status sink_recipe_make_mature(struct sink_kitchen *kitchen,
                                                      const struct sink_land *land,
                                                      struct sink_recipe *recipe);
/* The recipe of planted land, whose tables may tell planted stands from natural ones: by the rows
 * of `planted` where they give its growth and roots, else by those of `as_it_is`. */
SINK_CHECKED enum sink_status sink_recipe_make_planted(struct sink_kitchen *kitchen,
                                                       const struct sink_land *planted,
                                                       const struct sink_land *as_it_is,
                                                       struct sink_recipe *recipe);
/* Whether its stock follows from its age. */
static inline bool sink_recipe_is_grown(const struct sink_recipe *recipe)
{
    return recipe->source == SINK_BIOMASS_GROWN || recipe->source == SINK_BIOMASS_CURVE;
}
void sink_recipe_set_soil(struct sink_kitchen *kitchen);
void sink_recipe_set_gases(struct sink_kitchen *kitchen);

/* Bits of enum sink_origin. */
unsigned sink_recipe_origins(const struct sink_recipe *recipe);

/* The two dates of a pass. */
struct sink_change {
    const struct sink_land *from, *to;
    const struct sink_recipe *from_recipe, *to_recipe;
    const struct sink_disturbance *event, *fire; /* the first of each that struck; NULL */
    const struct sink_land *burned;              /* `from` with the fire among its overlays */
};
SINK_CHECKED enum sink_status sink_flow_recipe_make(struct sink_kitchen *kitchen,
                                                    const struct sink_change *change,
                                                    struct sink_flow_recipe *flow);

/* The steps with their values. */
size_t sink_steps_fill(const struct sink_factors *factors, const struct sink_steps *steps,
                       const double *values, struct sink_step *filled);

/* The above-ground biomass of a tree that weighs this much with its roots, which are the piecewise
 * product of the ratio (piecewise.h); count > 0. */
double sink_above_of_tree(const struct sink_step *ratio, size_t count, double tree_t_ha);

/* What makes numbers of recipes: `values` [factors->row_count] stands for the rows' values. */
struct sink_evaluation {
    const struct sink_factors *factors;
    const double *values;
    double transition_yr;
};
/* The value of a row; 0 for SINK_NO_ROW. */
double sink_row_value(const struct sink_evaluation *evaluation, int row);
/* The line of a factor by steps around `at`, which lies in a stratum whatever the values are. */
struct sink_line sink_steps_line(const struct sink_evaluation *evaluation,
                                 const struct sink_steps *steps, double at);
/* Growth above ground between two ages, t C/ha or t d.m./ha: the rate of each interval for the
 * years spent in it. Before the first interval and after the last one their rates hold. */
double sink_steps_grow(const struct sink_evaluation *evaluation, const struct sink_steps *growth,
                       const double ages_yr[2], bool is_carbon, double fraction);
/* Above-ground biomass of a recipe whose source is in the tables, in the unit of its row. */
double sink_recipe_tabled_above(const struct sink_evaluation *evaluation,
                                const struct sink_recipe *recipe);
struct sink_growth_curve sink_recipe_curve(const struct sink_evaluation *evaluation,
                                           const int rows[3]);
void sink_recipe_evaluate(const struct sink_evaluation *evaluation,
                          const struct sink_recipe *recipe, struct sink_stock *stock);
/* Adds a stock, `times` over, to an amount. */
void sink_stock_add(double amount[SINK_SUM_COUNT], const double stock[4], bool is_to, double times);
/* Puts a stock of the first or the second date into an effect. */
void sink_stock_put(const struct sink_stock *stock, bool is_to, struct sink_effect *effect);
/* Gains, losses and fire gases of a period, into `effect`, which holds the stocks already. */
void sink_flow_evaluate(const struct sink_evaluation *evaluation,
                        const struct sink_flow_recipe *flow, const struct sink_recipe *to,
                        const struct sink_stock stocks[2], struct sink_effect *effect);

#endif
