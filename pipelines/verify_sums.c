/* Level 1: the tables add up, by the values of the file alone. */
#include "pipelines/verify_parts.h"

#include "sinkcalc/base/units.h"
#include "sinkcalc/model/account.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Relative to the greatest of the terms, as the closure checks of a run. */
#define TOLERANCE 1e-9
/* The 97.5 % quantile of the normal distribution. */
#define Z 1.959963984540054

static void check(struct sink_verification *verification, const char *name,
                  const struct sink_dataset_variable *entry, size_t i, const double sums[2])
{
    const double claimed = sink_dataset_value(entry, i), expected = sums[0];
    verification->levels[SINK_VERIFY_INTERNAL].sums++;
    if (isnan(claimed) && isnan(expected))
        return;
    if (fabs(claimed - expected) <= TOLERANCE * fmax(fmax(fabs(claimed), sums[1]), 1e-6))
        return;
    const struct sink_verify_place place = {&verification->file, entry, i};
    sink_verify_note_numbers(verification, SINK_VERIFY_INTERNAL, name, &place,
                             (const double[]){claimed, expected});
}

/* For each dimension of `part`, how far a step along it moves in `whole`; 0 for those it lacks,
 * which are summed over. False when whole has one that part lacks. */
static bool find_steps(const struct sink_nc_variable *part, const struct sink_nc_variable *whole,
                       size_t steps[SINK_NC_MAX_RANK])
{
    int w = whole->rank - 1;
    size_t step = 1;
    for (int d = part->rank - 1; d >= 0; d--) {
        const bool is_same = w >= 0 && strcmp(part->dimensions[d], whole->dimensions[w]) == 0;
        steps[d] = is_same ? step : 0;
        if (is_same)
            step *= whole->lengths[w--];
    }
    return w < 0;
}

static size_t position(const struct sink_nc_variable *part, const size_t steps[SINK_NC_MAX_RANK],
                       size_t i)
{
    size_t at = 0;
    for (int d = part->rank - 1; d >= 0; d--) {
        at += i % part->lengths[d] * steps[d];
        i /= part->lengths[d];
    }
    return at;
}

/* Sums, and sums of absolute values: [2 * i] and [2 * i + 1]. */
static double *new_sums(struct sink_verification *verification, size_t count)
{
    double *sums = calloc(2 * count + 1, sizeof *sums);
    verification->is_out_of_memory = verification->is_out_of_memory || !sums;
    return sums;
}

static void add(double *sums, size_t at, double value)
{
    sums[2 * at] += value;
    sums[2 * at + 1] += fabs(value);
}

/* `whole` is `part` summed over the dimensions that it lacks. */
static void check_parts(struct sink_verification *verification, const char *part_name,
                        const char *whole_name)
{
    char name[160];
    size_t steps[SINK_NC_MAX_RANK];
    const struct sink_dataset_variable *part = sink_verify_sound(verification, part_name);
    const struct sink_dataset_variable *whole = sink_verify_sound(verification, whole_name);
    if (!part || !whole || !find_steps(&part->info, &whole->info, steps))
        return;
    double *sums = new_sums(verification, whole->info.count);
    if (!sums)
        return;
    for (size_t i = 0; i < part->info.count; i++)
        add(sums, position(&part->info, steps, i), sink_dataset_value(part, i));
    snprintf(name, sizeof name, "sum of %s", part_name);
    for (size_t i = 0; i < whole->info.count; i++)
        check(verification, name, whole, i, &sums[2 * i]);
    free(sums);
}

/* The values of each overlay alone add up to the whole. */
static void check_reports(struct sink_verification *verification, const char *part_name,
                          const char *whole_name)
{
    char name[160];
    const struct sink_dataset_variable *overlays =
        sink_verify_sound(verification, "report_overlay");
    const struct sink_dataset_variable *part = sink_verify_sound(verification, part_name);
    const struct sink_dataset_variable *whole = sink_verify_sound(verification, whole_name);
    if (!overlays || !part || !whole)
        return;
    const size_t reports = overlays->info.count, regions = part->info.lengths[2];
    for (size_t k = 0; k < reports; k++) {
        const char *overlay = overlays->texts[k];
        double *sums = NULL;
        if (k > 0 && strcmp(overlay, overlays->texts[k - 1]) == 0)
            continue;
        if (!(sums = new_sums(verification, whole->info.count)))
            return;
        for (size_t i = 0; i < part->info.count; i++)
            if (strcmp(overlays->texts[i / regions % reports], overlay) == 0)
                add(sums, i / (reports * regions) * regions + i % regions,
                    sink_dataset_value(part, i));
        snprintf(name, sizeof name, "sum of %s by %.60s", part_name, overlay);
        for (size_t i = 0; i < whole->info.count; i++)
            check(verification, name, whole, i, &sums[2 * i]);
        free(sums);
    }
}

/* Children add up to their parent, where they are all known. */
static void check_children(struct sink_verification *verification,
                           const struct sink_dataset_variable *entry, const size_t *parents,
                           size_t region_count)
{
    const size_t inner = region_count > 0 ? entry->info.count / region_count : 0;
    double *sums = new_sums(verification, region_count);
    bool *has = calloc(region_count + 1, sizeof *has);
    verification->is_out_of_memory = verification->is_out_of_memory || !has;
    for (size_t i = 0; sums && has && i < inner; i++) {
        memset(sums, 0, 2 * region_count * sizeof *sums);
        for (size_t r = 0; r < region_count; r++)
            if (parents[r] < region_count) {
                has[parents[r]] = true;
                add(sums, parents[r], sink_dataset_value(entry, i * region_count + r));
            }
        for (size_t r = 0; r < region_count; r++)
            if (has[r] && !isnan(sums[2 * r]) &&
                !isnan(sink_dataset_value(entry, i * region_count + r)))
                check(verification, "sum of children", entry, i * region_count + r, &sums[2 * r]);
    }
    free(sums);
    free(has);
}

static bool has_harvest(const struct sink_verification *verification)
{
    const struct sink_dataset_variable *harvest =
        sink_verify_sound(verification, "biomass_loss_by_harvest");
    for (size_t i = 0; harvest && i < harvest->info.count; i++)
        if (fabs(harvest->reals[i]) > 0)
            return true;
    return false;
}

static void check_all_children(struct sink_verification *verification)
{
    struct sink_verify_layout layout;
    const struct sink_dataset_variable *ids = sink_verify_sound(verification, "region_id");
    const struct sink_dataset_variable *above = sink_verify_sound(verification, "region_parent");
    if (!ids || !above)
        return;
    const bool is_harvested = has_harvest(verification);
    size_t *parents = sink_verify_parents(ids, above);
    verification->is_out_of_memory = verification->is_out_of_memory || !parents;
    for (size_t i = 0; parents && i < verification->file.variable_count; i++) {
        const char *name = verification->file.variables[i].info.name;
        const struct sink_dataset_variable *entry = sink_verify_sound(verification, name);
        if (entry && sink_verify_find_layout(name, &layout) &&
            (layout.sum == SINK_VERIFY_SUM || (layout.sum == SINK_VERIFY_FLOW && !is_harvested)))
            check_children(verification, entry, parents, ids->info.count);
    }
    free(parents);
}

/* Land known at both ends has its class at the end; what is left is known at one end only. */
static void check_transitions(struct sink_verification *verification)
{
    size_t steps[SINK_NC_MAX_RANK];
    const struct sink_dataset_variable *matrix =
        sink_verify_sound(verification, "cover_transition_area");
    const struct sink_dataset_variable *area = sink_verify_sound(verification, "area");
    const struct sink_dataset_variable *one_date = sink_verify_sound(verification, "one_date_area");
    if (!matrix || !area || !one_date || !find_steps(&matrix->info, &area->info, steps))
        return;
    const size_t regions = area->info.lengths[2], record = area->info.lengths[1] * regions;
    double *sums = new_sums(verification, area->info.count);
    for (size_t i = 0; sums && i < matrix->info.count; i++)
        add(sums, position(&matrix->info, steps, i), sink_dataset_value(matrix, i));
    for (size_t i = record; sums && i < area->info.count; i++) {
        const double all = sink_dataset_value(area, i);
        const double most = sink_dataset_value(one_date, i / record * regions + i % regions);
        const double expected =
            sums[2 * i] > all ? sums[2 * i] : fmin(all, sums[2 * i] + fmax(most, 0));
        check(verification, "sum of cover_transition_area", area, i,
              (const double[]){expected, sums[2 * i]});
    }
    free(sums);
}

/* Waters of the coast have no land use. */
static void check_land_use(struct sink_verification *verification)
{
    const struct sink_dataset_variable *part = sink_verify_sound(verification, "land_use_area");
    const struct sink_dataset_variable *whole = sink_verify_sound(verification, "classified_area");
    size_t steps[SINK_NC_MAX_RANK];
    if (!part || !whole || !find_steps(&part->info, &whole->info, steps))
        return;
    double *sums = new_sums(verification, whole->info.count);
    for (size_t i = 0; sums && i < part->info.count; i++)
        add(sums, position(&part->info, steps, i), sink_dataset_value(part, i));
    for (size_t i = 0; sums && i < whole->info.count; i++) {
        sums[2 * i] = fmax(sums[2 * i], sink_dataset_value(whole, i));
        check(verification, "sum of land_use_area", whole, i, &sums[2 * i]);
    }
    free(sums);
}

static double at_pool(const struct sink_dataset_variable *entry, size_t year, size_t pool,
                      size_t region)
{
    const size_t pools = entry->info.lengths[1], regions = entry->info.lengths[2];
    return sink_dataset_value(entry, (year * pools + pool) * regions + region);
}

/* What the air gave is the change of the stocks, but for what the methods and one-date land make.
 */
static void check_flows(struct sink_verification *verification)
{
    static const char *const names[] = {"net_removal",        "net_removal_by_stock_difference",
                                        "method_difference",  "one_date_stock_change",
                                        "total_carbon_stock", "time"};
    const struct sink_dataset_variable *found[6];
    for (size_t k = 0; k < 6; k++)
        if (!(found[k] = sink_verify_sound(verification, names[k])))
            return;
    const size_t years = found[5]->info.count, pools = found[0]->info.lengths[1];
    const size_t regions = found[0]->info.lengths[2];
    for (size_t y = 1; y < years; y++)
        for (size_t r = 0; r < regions; r++) {
            const double before = sink_dataset_value(found[4], (y - 1) * regions + r);
            const double period = round(
                (sink_dataset_value(found[5], y) - sink_dataset_value(found[5], y - 1)) / 365.2425);
            double sums[2] = {before, fabs(before)};
            for (size_t p = 0; p < pools; p++) {
                const double removal = at_pool(found[0], y, p, r);
                const double flow =
                    p < SINK_BIOMASS_POOL_COUNT && isnan(removal)
                        ? at_pool(found[1], y, p, r) * period / SINK_CO2_PER_C
                        : removal * period / SINK_CO2_PER_C - at_pool(found[2], y, p, r);
                add(sums, 0, flow + at_pool(found[3], y, p, r));
            }
            check(verification, "flows to stock", found[4], y * regions + r, sums);
        }
}

static double ratio(double above, double below)
{
    return below > 0 ? above / below : NAN;
}

/* Quotients and copies. */
static void check_derived(struct sink_verification *verification)
{
    static const char *const names[] = {"forest_coverage",    "forest_area",
                                        "land_area",          "classified_area",
                                        "carbon_stock",       "vegetation_carbon_density",
                                        "soil_carbon_density"};
    const struct sink_dataset_variable *found[7];
    for (size_t k = 0; k < 7; k++)
        if (!(found[k] = sink_verify_sound(verification, names[k])))
            return;
    const size_t regions = found[4]->info.lengths[2];
    for (size_t i = 0; i < found[0]->info.count; i++) {
        const size_t y = i / regions, r = i % regions;
        const double coverage =
            ratio(sink_dataset_value(found[1], i), sink_dataset_value(found[2], i));
        const double area_m2 = sink_dataset_value(found[3], i) * SINK_M2_PER_HA;
        const double plants = ratio((at_pool(found[4], y, SINK_POOL_ABOVE_GROUND, r) +
                                     at_pool(found[4], y, SINK_POOL_BELOW_GROUND, r)) *
                                        SINK_KG_PER_T,
                                    area_m2);
        const double soil = ratio(at_pool(found[4], y, SINK_POOL_SOIL, r) * SINK_KG_PER_T, area_m2);
        check(verification, "forest over land", found[0], i, (const double[]){coverage, 0});
        check(verification, "carbon over area", found[5], i, (const double[]){plants, 0});
        check(verification, "carbon over area", found[6], i, (const double[]){soil, 0});
    }
}

/* last_x is x of the last year. */
static void check_last(struct sink_verification *verification)
{
    for (size_t k = 0; k < verification->file.variable_count; k++) {
        const char *name = verification->file.variables[k].info.name;
        const struct sink_dataset_variable *last = sink_verify_sound(verification, name);
        const struct sink_dataset_variable *figure =
            strncmp(name, "last_", 5) == 0 ? sink_verify_sound(verification, name + 5) : NULL;
        if (!last || !figure)
            continue;
        const size_t from = figure->info.count - last->info.count;
        for (size_t i = 0; i < last->info.count; i++)
            check(verification, "last year", last, i,
                  (const double[]){sink_dataset_value(figure, from + i), 0});
    }
}

/* Reached is value over target, gap is target less value. */
static void check_target(struct sink_verification *verification,
                         const struct sink_dataset_variable *entry)
{
    char figure[64];
    const char *name = entry->info.name, *at = strstr(name, "_target_");
    const bool is_gap = strcmp(name + strlen(name) - 4, "_gap") == 0;
    if (!at || strlen(name) < 8 || (size_t)(at - name) >= sizeof figure ||
        (!is_gap && strcmp(name + strlen(name) - 8, "_reached") != 0))
        return;
    snprintf(figure, sizeof figure, "%.*s", (int)(at - name), name);
    const struct sink_dataset_variable *values = sink_verify_sound(verification, figure);
    const double target = sink_dataset_real(&verification->file, entry, "target_value");
    for (size_t i = 0; values && i < entry->info.count; i++) {
        const double value = sink_dataset_value(values, i);
        if (!isnan(sink_dataset_value(entry, i))) /* below the top level there is none */
            check(verification, "target", entry, i,
                  (const double[]){is_gap ? target - value : value / target, fabs(value)});
    }
}

static const struct sink_dataset_variable *beside(const struct sink_verification *verification,
                                                  const char *figure, const char *ending)
{
    char name[128];
    snprintf(name, sizeof name, "%s_%s", figure, ending);
    return sink_verify_sound(verification, name);
}

/* Bounds about their figure: Z standard errors by Approach 1, in order by draws. */
static void check_bounds(struct sink_verification *verification)
{
    static const char *const figures[] = {"total_carbon_stock", "total_net_removal", "carbon_stock",
                                          "net_removal", "forest_stock_volume"};
    const bool has_draws = sink_dataset_real(&verification->file, NULL, "sinkcalc_draws") > 0;
    for (size_t k = 0; k < sizeof figures / sizeof *figures; k++) {
        const struct sink_dataset_variable *figure = sink_verify_sound(verification, figures[k]);
        const struct sink_dataset_variable *error = beside(verification, figures[k], "se");
        const struct sink_dataset_variable *lower = beside(verification, figures[k], "lower");
        const struct sink_dataset_variable *upper = beside(verification, figures[k], "upper");
        for (size_t i = 0; figure && error && lower && upper && i < figure->info.count; i++) {
            const double value = sink_dataset_value(figure, i), se = sink_dataset_value(error, i);
            const double ends[] = {sink_dataset_value(lower, i), sink_dataset_value(upper, i)};
            const double scale = fabs(value) + fabs(se);
            if (has_draws) {
                check(verification, "order of bounds", upper, i,
                      (const double[]){isnan(ends[1]) ? NAN : fmax(ends[0], ends[1]), scale});
                continue;
            }
            check(verification, "bound", lower, i, (const double[]){value - Z * se, scale});
            check(verification, "bound", upper, i, (const double[]){value + Z * se, scale});
        }
    }
}

void sink_verify_sums(struct sink_verification *verification)
{
    static const char *const parts[][2] = {{"area", "classified_area"},
                                           {"carbon_stock_by_cover", "carbon_stock"},
                                           {"carbon_stock", "total_carbon_stock"},
                                           {"ecosystem_carbon_stock", "total_carbon_stock"},
                                           {"net_removal_by_cover", "net_removal"},
                                           {"net_removal", "total_net_removal"},
                                           {"land_use_net_removal", "net_removal"}};
    static const char *const reports[][2] = {{"report_area", "classified_area"},
                                             {"report_carbon_stock", "total_carbon_stock"},
                                             {"report_net_removal", "total_net_removal"}};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        check_parts(verification, parts[k][0], parts[k][1]);
    for (size_t k = 0; k < sizeof reports / sizeof *reports; k++)
        check_reports(verification, reports[k][0], reports[k][1]);
    check_all_children(verification);
    check_land_use(verification);
    check_transitions(verification);
    check_flows(verification);
    check_derived(verification);
    check_last(verification);
    for (size_t i = 0; i < verification->file.variable_count; i++) {
        const struct sink_dataset_variable *entry =
            sink_verify_sound(verification, verification->file.variables[i].info.name);
        if (entry && strstr(entry->info.name, "_target_"))
            check_target(verification, entry);
    }
    check_bounds(verification);
}
