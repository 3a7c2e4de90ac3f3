/* Areas as a reference sample corrects them, and what their errors do to the figures (Olofsson et
 * al. 2014). The shares of the matrix are taken to hold in every region. */
#include "sinkcalc/model/uncertainty_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One region in one year, by index in the class list. */
struct place {
    size_t year, region;
    double mapped_m2[SINK_MAX_CLASSES], per_m2[SINK_MAX_CLASSES];
};

static void set_mapped(const struct sink_assessment *assessment, struct place *place)
{
    const struct sink_account *account = assessment->account;
    memset(place->mapped_m2, 0, sizeof place->mapped_m2);
    for (size_t c = 0; c < account->class_count; c++)
        place->mapped_m2[account->class_index[c]] =
            account->area_m2[sink_at_class(account, place->year, c, place->region)];
}

/* What a figure is made from: the stock or the removal of one pool, or of all with pool -1. */
struct part {
    const double *by_class_pool; /* t C or t CO2/yr; NULL: the volume of forest classes, m3 */
    int pool;
};

static struct part part_of(const struct sink_account *account, size_t figure)
{
    if (figure == SINK_FIGURE_VOLUME)
        return (struct part){NULL, -1};
    const bool is_stock = figure <= SINK_FIGURE_TOTAL_STOCK;
    const bool is_total = figure == SINK_FIGURE_TOTAL_STOCK || figure == SINK_FIGURE_TOTAL_SINK;
    const int first = is_stock ? SINK_FIGURE_STOCK : SINK_FIGURE_SINK;
    return (struct part){is_stock ? account->stock_tc : account->class_sink_tco2_yr,
                         is_total ? -1 : (int)figure - first};
}

static double amount_of(const struct sink_account *account, const struct part *part, size_t year,
                        size_t class, size_t region)
{
    double sum = 0;
    if (!part->by_class_pool)
        return account->volume_m3[sink_at_class(account, year, class, region)];
    for (int p = 0; p < SINK_POOL_COUNT; p++)
        if (part->pool < 0 || part->pool == p)
            sum += part->by_class_pool[sink_at_class_pool(account, year, class, (size_t)p, region)];
    return sum;
}

/* A m2 of the class in the region; where the map has none of it, in the nearest region above that
 * has some, else over the top level; NaN where there is none. */
static double density_of(const struct sink_assessment *assessment, const struct part *part,
                         const struct place *place, size_t class)
{
    const struct sink_account *account = assessment->account;
    const struct sink_region *items = assessment->regions->items;
    for (int r = (int)place->region; r >= 0; r = items[r].parent) {
        const double m2 = account->area_m2[sink_at_class(account, place->year, class, (size_t)r)];
        const double amount = amount_of(account, part, place->year, class, (size_t)r);
        if (m2 > 0)
            return isnan(amount) ? 0 : amount / m2;
    }
    double all_m2 = 0, all = 0;
    for (size_t r = 0; r < account->region_count; r++)
        if (items[r].level == 0) {
            const double amount = amount_of(account, part, place->year, class, r);
            all_m2 += account->area_m2[sink_at_class(account, place->year, class, r)];
            all += isnan(amount) ? 0 : amount;
        }
    return all_m2 > 0 ? all / all_m2 : NAN;
}

/* Densities of a figure by class: what a m2 of wrong class makes of it. A class with pools, or of
 * forest, that no map has is `unknown`; another one has nothing. */
static void set_densities(const struct sink_assessment *assessment, size_t figure, double unknown,
                          struct place *place)
{
    const struct sink_account *account = assessment->account;
    const struct sink_class *classes = assessment->basis->classes->items;
    const bool *is_forest = assessment->basis->settings->is_forest;
    const struct part part = part_of(account, figure);
    for (size_t class = 0; class < assessment->basis->classes->count; class ++) {
        const bool may_have = part.by_class_pool ? classes[class].has_pools : is_forest[class];
        place->per_m2[class] = may_have ? unknown : 0;
    }
    for (size_t c = 0; c < account->class_count; c++) {
        const int class = account->class_index[c];
        const double per_m2 = density_of(assessment, &part, place, c);
        if (!isnan(per_m2) && (part.by_class_pool || is_forest[class]))
            place->per_m2[class] = per_m2;
    }
}

static void set_estimates(struct sink_assessment *assessment, struct place *place)
{
    const struct sink_account *account = assessment->account;
    struct sink_uncertainty *result = assessment->result;
    const struct sink_confusion *confusion = assessment->request->confusion;
    const size_t class_count = assessment->basis->classes->count;
    const size_t at = sink_at_region(account, place->year, place->region);
    struct sink_area_class areas[SINK_MAX_CLASSES];
    struct sink_area_overall overall;
    sink_area_estimate(confusion, place->mapped_m2, class_count, areas, &overall);
    for (size_t c = 0; c < account->class_count; c++) {
        const size_t by_class = sink_at_class(account, place->year, c, place->region);
        result->area_m2[by_class] = areas[account->class_index[c]].area_m2;
        result->area_se_m2[by_class] = areas[account->class_index[c]].area_se_m2;
    }
    for (size_t class = 0; class < class_count; class ++)
        place->per_m2[class] = assessment->basis->settings->is_forest[class] ? 1 : 0;
    const struct sink_area_combination forest =
        sink_area_combine(confusion, place->mapped_m2, class_count, place->per_m2);
    result->forest_m2[at] = forest.value;
    result->forest_se_m2[at] = sqrt(forest.variance);
    set_densities(assessment, SINK_FIGURE_TOTAL_STOCK, NAN, place);
    const struct sink_area_combination stock =
        sink_area_combine(confusion, place->mapped_m2, class_count, place->per_m2);
    result->stock_tc[at] = stock.value;
    result->stock_se_tc[at] = sqrt(stock.variance);
}

/* The standard error of each figure by the areas, as one source: regions are judged one by one. */
static void add_figures(const struct sink_assessment *assessment, struct place *place,
                        double *deviations)
{
    const struct sink_account *account = assessment->account;
    for (size_t f = 0; f < SINK_FIGURE_COUNT; f++) {
        set_densities(assessment, f, 0, place);
        const struct sink_area_combination combination =
            sink_area_combine(assessment->request->confusion, place->mapped_m2,
                              assessment->basis->classes->count, place->per_m2);
        deviations[sink_at_figure(account, f, place->year, place->region)] =
            sqrt(combination.variance);
    }
}

/* User's and producer's accuracies of the classes over the top level in the last year. A class that
 * nobody has sampled has none, and its area no error: that is an error, or is counted so. */
static enum sink_status set_accuracy(struct sink_assessment *assessment, struct sink_error *error)
{
    const struct sink_account *account = assessment->account;
    struct place all = {.year = account->year_count - 1};
    struct sink_area_class areas[SINK_MAX_CLASSES];
    struct sink_area_overall overall;
    for (size_t r = 0; r < account->region_count; r++)
        for (size_t c = 0; assessment->regions->items[r].level == 0 && c < account->class_count;
             c++)
            all.mapped_m2[account->class_index[c]] +=
                account->area_m2[sink_at_class(account, all.year, c, r)];
    sink_area_estimate(assessment->request->confusion, all.mapped_m2,
                       assessment->basis->classes->count, areas, &overall);
    for (size_t c = 0; c < account->class_count; c++) {
        const int class = account->class_index[c];
        assessment->result->accuracy[c] = areas[class];
        if (all.mapped_m2[class] > 0 &&
            sink_confusion_row(assessment->request->confusion, class) < 0 &&
            assessment->basis->settings->value == SINK_MISSING_ERROR)
            return sink_fail(error, SINK_BAD_DATA,
                             "accuracy: no samples of class %s, which has %g ha on the map: "
                             "expected a row, or `missing: {value: count}` to take its area as it "
                             "is",
                             assessment->basis->classes->items[class].name,
                             all.mapped_m2[class] / SINK_M2_PER_HA);
    }
    return SINK_OK;
}

static bool allocate(struct sink_assessment *assessment)
{
    const struct sink_account *account = assessment->account;
    struct sink_uncertainty *result = assessment->result;
    const size_t by_region = account->year_count * account->region_count;
    double **const by_year[] = {&result->forest_m2, &result->forest_se_m2, &result->stock_tc,
                                &result->stock_se_tc};
    bool is_whole = true;
    for (size_t i = 0; i < sizeof by_year / sizeof *by_year; i++) {
        *by_year[i] = calloc(by_region + 1, sizeof(double));
        is_whole = is_whole && *by_year[i];
    }
    result->area_m2 = calloc(by_region * account->class_count + 1, sizeof(double));
    result->area_se_m2 = calloc(by_region * account->class_count + 1, sizeof(double));
    result->accuracy = calloc(account->class_count + 1, sizeof *result->accuracy);
    return is_whole && result->area_m2 && result->area_se_m2 && result->accuracy;
}

enum sink_status sink_assessment_add_areas(struct sink_assessment *assessment,
                                           struct sink_error *error)
{
    const struct sink_account *account = assessment->account;
    if (!assessment->request->confusion)
        return SINK_OK;
    double *deviations = calloc(SINK_FIGURE_COUNT * account->year_count * account->region_count + 1,
                                sizeof *deviations);
    const bool is_whole = deviations && allocate(assessment);
    struct place place;
    for (place.year = 0; is_whole && place.year < account->year_count; place.year++)
        for (place.region = 0; place.region < account->region_count; place.region++) {
            set_mapped(assessment, &place);
            set_estimates(assessment, &place);
            add_figures(assessment, &place, deviations);
        }
    const enum sink_status status =
        is_whole ? set_accuracy(assessment, error) : sink_fail_memory(error);
    if (status == SINK_OK)
        sink_assessment_add_source(assessment, deviations, (struct sink_source){.is_area = true});
    free(deviations);
    return status;
}
