/* Approach 2: the figures of every region with values of the factors drawn at random. A factor is
 * drawn once for all strata, regions and years; the draw depends on seed, variable and number
 * alone. Regions are worked off in blocks whose draws fit into memory, draws in chunks whose
 * effects fit into the cache. */
#include "sinkcalc/base/units.h"
#include "sinkcalc/model/factor_kind.h"
#include "sinkcalc/model/propagate.h"
#include "sinkcalc/model/random.h"
#include "sinkcalc/model/uncertainty_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)256)
#define BLOCK_BYTES ((size_t)384 << 20)
/* Evaluations that show which terms of a stratum are not zero: some draws, for terms that cancel
 * where factors are alike, and one near the upper end, for factors whose draws are often nothing.
 */
#define PROBES 8
#define UPPER_PROBE 0.999
/* Pools and the volume; totals are sums of the pools. */
#define PART_COUNT ((size_t)2 * SINK_POOL_COUNT + 1)
#define MAX_TERMS ((size_t)2 * PART_COUNT * SINK_ROW_SUM_COUNT)
/* Variables of regions stand behind those of factors. */
#define FIRST_REGION_VARIABLE ((uint64_t)1 << 32)

/* A number of a stratum that is not zero: how a part depends on a sum. */
struct term {
    uint8_t is_first; /* of the first year's figures */
    uint8_t part, sum;
};

struct drawing {
    struct sink_assessment *assessment;
    size_t draws;
    double *values; /* [factors->row_count] */
    struct term *terms;
    size_t *first_term;        /* [strata + 1] */
    double *effects;           /* [term][CHUNK] */
    double *parts;             /* [region of the block][year][part][draws] */
    size_t first_row, end_row; /* of the block */
    bool *is_there;            /* [strata] the block has land of it */
    size_t first_region, region_count;
};

static size_t figure_of(size_t part)
{
    if (part < SINK_POOL_COUNT)
        return SINK_FIGURE_STOCK + part;
    return part + 1 < PART_COUNT ? SINK_FIGURE_SINK + part - SINK_POOL_COUNT : SINK_FIGURE_VOLUME;
}

static double *part_draws(const struct drawing *drawing, size_t region, size_t year, size_t part)
{
    const size_t years = drawing->assessment->account->year_count;
    return &drawing->parts[(((region - drawing->first_region) * years + year) * PART_COUNT + part) *
                           drawing->draws];
}

/* The values of a variable below which the share p lies. Shares stay within 0 and 1, what cannot be
 * negative at 0 or above. */
static void set_values(struct drawing *drawing, const struct sink_variable *variable, double p)
{
    const struct sink_assessment *assessment = drawing->assessment;
    for (size_t k = 0; k < variable->row_count; k++) {
        const int position = variable->rows[k];
        const struct sink_factor *row = &assessment->basis->factors->rows[position];
        double value = sink_spread_quantile(&assessment->spreads[position], row->value, p);
        if (!sink_factor_may_be_negative(row->kind))
            value = fmax(value, 0);
        if (sink_factor_is_fraction(row->kind))
            value = fmin(value, 1);
        drawing->values[position] = value;
    }
}

static void draw_values(struct drawing *drawing, uint32_t draw)
{
    const struct sink_assessment *assessment = drawing->assessment;
    for (size_t v = 0; v < assessment->variable_count; v++) {
        const struct sink_variable *variable = &assessment->variables[v];
        const struct sink_random_place place = {.seed = assessment->request->seed,
                                                .variable = (uint64_t)variable->rows[0],
                                                .draw = draw};
        set_values(drawing, variable, sink_random_uniform(place));
    }
}

static void probe_values(struct drawing *drawing, uint32_t probe)
{
    const struct sink_assessment *assessment = drawing->assessment;
    if (probe < PROBES)
        draw_values(drawing, probe);
    else
        for (size_t v = 0; v < assessment->variable_count; v++)
            set_values(drawing, &assessment->variables[v], UPPER_PROBE);
}

/* The amounts of a row that has 1 of this sum and nothing else. */
static void set_amounts(const struct sink_effect *effect, size_t sum,
                        double amounts[SINK_AMOUNT_COUNT])
{
    for (size_t a = 0; a < SINK_AMOUNT_COUNT; a++)
        amounts[a] = sum < SINK_SUM_COUNT ? effect->of[a][sum] : 0;
    for (size_t pool = 0; pool < SINK_BIOMASS_POOL_COUNT; pool++)
        amounts[SINK_AMOUNT_REMOVAL + pool] =
            sum == SINK_SUM_HARVEST + pool ? effect->of[SINK_AMOUNT_REMOVAL + pool][SINK_SUM_AREA]
                                           : 0;
}

/* How the parts of a stratum depend on its sums, with the values in hand. */
static void evaluate(const struct drawing *drawing, const struct sink_stratum_account *stratum,
                     double of[2][SINK_FIGURE_COUNT][SINK_ROW_SUM_COUNT])
{
    const struct sink_assessment *assessment = drawing->assessment;
    struct sink_effect effect;
    const struct sink_evaluation evaluation = {.factors = assessment->basis->factors,
                                               .values = drawing->values,
                                               .transition_yr =
                                                   sink_transition_yr(assessment->basis->settings)};
    sink_stratum_evaluate(assessment->account->strata, stratum, &evaluation, &effect);
    for (size_t s = 0; s < SINK_ROW_SUM_COUNT; s++) {
        double amounts[SINK_AMOUNT_COUNT], later[SINK_FIGURE_COUNT], first[SINK_FIGURE_COUNT];
        set_amounts(&effect, s, amounts);
        sink_row_figures(assessment, stratum, amounts, later, first);
        for (size_t f = 0; f < SINK_FIGURE_COUNT; f++) {
            of[0][f][s] = later[f];
            of[1][f][s] = first[f];
        }
    }
}

/* The terms of each stratum: those that some of a few draws show. */
static enum sink_status list_terms(struct drawing *drawing, struct sink_error *error)
{
    const struct sink_strata *strata = drawing->assessment->account->strata;
    double of[2][SINK_FIGURE_COUNT][SINK_ROW_SUM_COUNT];
    size_t count = 0;
    bool *is_told = calloc(strata->count * MAX_TERMS + 1, sizeof *is_told);
    drawing->first_term = calloc(strata->count + 1, sizeof *drawing->first_term);
    if (!is_told || !drawing->first_term) {
        free(is_told);
        return sink_fail_memory(error);
    }
    for (uint32_t probe = 0; probe <= PROBES; probe++) {
        probe_values(drawing, probe);
        for (size_t s = 0; s < strata->count; s++) {
            evaluate(drawing, &strata->items[s], of);
            for (size_t t = 0; t < MAX_TERMS; t++) {
                const size_t part = t / SINK_ROW_SUM_COUNT % PART_COUNT,
                             sum = t % SINK_ROW_SUM_COUNT;
                is_told[s * MAX_TERMS + t] |=
                    of[t / SINK_ROW_SUM_COUNT / PART_COUNT][figure_of(part)][sum] != 0;
            }
        }
    }
    for (size_t i = 0; i < strata->count * MAX_TERMS; i++)
        count += is_told[i];
    drawing->terms = malloc((count + 1) * sizeof *drawing->terms);
    drawing->effects = malloc((count + 1) * CHUNK * sizeof *drawing->effects);
    if (drawing->terms && drawing->effects) {
        count = 0;
        for (size_t i = 0; i < strata->count * MAX_TERMS; i++) {
            const size_t t = i % MAX_TERMS;
            if (t == 0)
                drawing->first_term[i / MAX_TERMS] = count;
            if (is_told[i])
                drawing->terms[count++] =
                    (struct term){.is_first = (uint8_t)(t / SINK_ROW_SUM_COUNT / PART_COUNT),
                                  .part = (uint8_t)(t / SINK_ROW_SUM_COUNT % PART_COUNT),
                                  .sum = (uint8_t)(t % SINK_ROW_SUM_COUNT)};
        }
        drawing->first_term[strata->count] = count;
    }
    free(is_told);
    return drawing->terms && drawing->effects ? SINK_OK : sink_fail_memory(error);
}

/* The watch is told of `done` draws of the regions in the block as its part of all. */
static enum sink_status look(const struct drawing *drawing, size_t done, struct sink_error *error)
{
    const size_t regions = drawing->assessment->account->region_count;
    const size_t all = drawing->first_region * drawing->draws + drawing->region_count * done;
    return sink_assessment_look(drawing->assessment, all / regions, drawing->draws, error);
}

/* The effects of all strata for the draws first ... first + count - 1. */
static enum sink_status fill_effects(struct drawing *drawing, size_t first, size_t count,
                                     struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    const struct sink_strata *strata = drawing->assessment->account->strata;
    double of[2][SINK_FIGURE_COUNT][SINK_ROW_SUM_COUNT];
    for (size_t d = 0; d < count && status == SINK_OK; d++) {
        draw_values(drawing, (uint32_t)(first + d));
        for (size_t s = 0; s < strata->count; s++) {
            if (!drawing->is_there[s] || drawing->first_term[s] == drawing->first_term[s + 1])
                continue;
            evaluate(drawing, &strata->items[s], of);
            for (size_t t = drawing->first_term[s]; t < drawing->first_term[s + 1]; t++) {
                const struct term *term = &drawing->terms[t];
                drawing->effects[t * CHUNK + d] =
                    of[term->is_first][figure_of(term->part)][term->sum];
            }
        }
        status = look(drawing, first + d, error);
    }
    return status;
}

static void add_scaled(double *restrict to, const double *restrict from, double times, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += times * from[i];
}

/* Adds the rows of the block to the parts of their regions, for one chunk of draws. */
static void add_rows(struct drawing *drawing, size_t first, size_t count)
{
    const struct sink_assessment *assessment = drawing->assessment;
    const struct sink_strata *strata = assessment->account->strata;
    for (size_t i = drawing->first_row; i < drawing->end_row; i++) {
        const size_t s = (size_t)(assessment->strata[i] - strata->items);
        const size_t region = assessment->rows[i].region, year = sink_row_year(assessment, i);
        const bool has_first = sink_row_has_first(assessment, i);
        for (size_t t = drawing->first_term[s]; t < drawing->first_term[s + 1]; t++) {
            const struct term *term = &drawing->terms[t];
            const double sum = assessment->sums[i][term->sum];
            if (sum == 0 || (term->is_first && !has_first))
                continue;
            add_scaled(part_draws(drawing, region, term->is_first ? 0 : year, term->part) + first,
                       &drawing->effects[t * CHUNK], sum, count);
        }
    }
}

/* The errors of rasters and areas of a region in a year, as one standard normal number. */
static double other_error(const struct drawing *drawing, size_t region, size_t year, size_t draw)
{
    const struct sink_random_place place = {.seed = drawing->assessment->request->seed,
                                            .variable = FIRST_REGION_VARIABLE + region,
                                            .draw = (uint32_t)draw,
                                            .stream = (uint32_t)year};
    return sink_normal_quantile(sink_random_uniform(place));
}

static bool is_constant(const double *draws, size_t count)
{
    for (size_t d = 1; d < count; d++)
        if (draws[d] != draws[0])
            return false;
    return true;
}

static void put(const struct drawing *drawing, size_t figure, size_t year, size_t region,
                double *draws)
{
    struct sink_assessment *assessment = drawing->assessment;
    struct sink_uncertainty *result = assessment->result;
    const size_t at = sink_at_figure(assessment->account, figure, year, region);
    result->mean[at] = NAN;
    if (isnan(sink_figure_value(assessment, figure, year, region)))
        return;
    const struct sink_draws_summary summary =
        is_constant(draws, drawing->draws)
            ? (struct sink_draws_summary){draws[0], 0, draws[0], draws[0]}
            : sink_draws_summarise(draws, drawing->draws);
    result->mean[at] = summary.mean;
    if (summary.sd == 0 && summary.mean != 0)
        return; /* nothing is known of its errors */
    result->se[at] = summary.sd;
    result->lower[at] = summary.lower;
    result->upper[at] = summary.upper;
}

/* Figures of one region in one year: the parts, and the totals of the pools. */
static void summarise(const struct drawing *drawing, const double *others_se, size_t region,
                      size_t year, double *rooms)
{
    const struct sink_account *account = drawing->assessment->account;
    double *const errors = rooms, *const total = rooms + drawing->draws;
    const bool has_others =
        drawing->assessment->request->raster_count > 0 || drawing->assessment->request->confusion;
    for (size_t d = 0; d < drawing->draws; d++)
        errors[d] = has_others ? other_error(drawing, region, year, d) : 0;
    for (int is_sink = 0; is_sink < 2; is_sink++) {
        const size_t figure = is_sink ? SINK_FIGURE_TOTAL_SINK : SINK_FIGURE_TOTAL_STOCK;
        const double se = others_se[sink_at_figure(account, figure, year, region)];
        for (size_t d = 0; d < drawing->draws; d++)
            total[d] = se * errors[d];
        for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
            add_scaled(total,
                       part_draws(drawing, region, year, pool + (is_sink ? SINK_POOL_COUNT : 0)), 1,
                       drawing->draws);
        put(drawing, figure, year, region, total);
    }
    for (size_t part = 0; part < PART_COUNT; part++) {
        double *draws = part_draws(drawing, region, year, part);
        const double se = others_se[sink_at_figure(account, figure_of(part), year, region)];
        if (se > 0)
            add_scaled(draws, errors, se, drawing->draws);
        put(drawing, figure_of(part), year, region, draws);
    }
}

/* The rows of the block's regions stand together. */
static void find_rows(struct drawing *drawing)
{
    const struct sink_assessment *assessment = drawing->assessment;
    const struct sink_strata *strata = assessment->account->strata;
    memset(drawing->is_there, 0, strata->count * sizeof *drawing->is_there);
    drawing->first_row = drawing->end_row;
    while (drawing->end_row < assessment->row_count &&
           assessment->rows[drawing->end_row].region <
               drawing->first_region + drawing->region_count)
        drawing->is_there[assessment->strata[drawing->end_row++] - strata->items] = true;
}

/* The figures of the regions in the block, whose parts are zero. */
static enum sink_status draw_block(struct drawing *drawing, const double *others_se, double *rooms,
                                   struct sink_error *error)
{
    const size_t years = drawing->assessment->account->year_count;
    enum sink_status status = SINK_OK;
    for (size_t d = 0; d < drawing->draws && status == SINK_OK; d += CHUNK) {
        const size_t count = drawing->draws - d < CHUNK ? drawing->draws - d : CHUNK;
        status = fill_effects(drawing, d, count, error);
        if (status == SINK_OK)
            add_rows(drawing, d, count);
    }
    for (size_t i = 0; i < drawing->region_count * years && status == SINK_OK; i++) {
        summarise(drawing, others_se, drawing->first_region + i / years, i % years, rooms);
        status = look(drawing, drawing->draws, error);
    }
    return status;
}

static enum sink_status draw_all(struct drawing *drawing, const double *others_se,
                                 struct sink_error *error)
{
    const struct sink_account *account = drawing->assessment->account;
    const size_t per_region = account->year_count * PART_COUNT * drawing->draws;
    size_t room = BLOCK_BYTES / (per_region * sizeof(double));
    room = room < 1 ? 1 : room < account->region_count ? room : account->region_count;
    drawing->parts = malloc((room * per_region + 1) * sizeof *drawing->parts);
    double *rooms = malloc(2 * drawing->draws * sizeof *rooms);
    enum sink_status status = drawing->parts && rooms ? SINK_OK : sink_fail_memory(error);
    for (; status == SINK_OK && drawing->first_region < account->region_count;
         drawing->first_region += drawing->region_count) {
        const size_t left = account->region_count - drawing->first_region;
        drawing->region_count = left < room ? left : room;
        find_rows(drawing);
        memset(drawing->parts, 0, drawing->region_count * per_region * sizeof *drawing->parts);
        status = draw_block(drawing, others_se, rooms, error);
    }
    free(rooms);
    return status;
}

enum sink_status sink_assessment_draw(struct sink_assessment *assessment, const double *others_se,
                                      struct sink_error *error)
{
    const struct sink_account *account = assessment->account;
    const struct sink_factors *factors = assessment->basis->factors;
    struct drawing drawing = {.assessment = assessment, .draws = assessment->request->draws};
    assessment->result->draws = drawing.draws;
    assessment->result->mean =
        calloc(SINK_FIGURE_COUNT * account->year_count * account->region_count + 1, sizeof(double));
    drawing.values = calloc(factors->row_count + 1, sizeof *drawing.values);
    enum sink_status status = SINK_OK;
    drawing.is_there = calloc(account->strata->count + 1, sizeof *drawing.is_there);
    if (!assessment->result->mean || !drawing.values || !drawing.is_there)
        status = sink_fail_memory(error);
    for (size_t i = 0; status == SINK_OK && i < factors->row_count; i++)
        drawing.values[i] = factors->rows[i].value;
    if (status == SINK_OK)
        status = list_terms(&drawing, error);
    if (status == SINK_OK)
        status = draw_all(&drawing, others_se, error);
    free(drawing.values);
    free(drawing.is_there);
    free(drawing.terms);
    free(drawing.first_term);
    free(drawing.effects);
    free(drawing.parts);
    return status;
}
