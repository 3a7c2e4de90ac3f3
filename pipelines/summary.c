#include "pipelines/summary_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One region in one year, as the summary shows it. */
struct line {
    const struct sink_account *account;
    size_t year, region;
    const struct sink_uncertainty *uncertainty;
};

static double at(const double *values, const struct line *line)
{
    return values[line->year * line->account->region_count + line->region];
}

static double ecosystem_tc(const struct line *line, size_t ecosystem)
{
    const struct sink_account *account = line->account;
    return account
        ->ecosystem_tc[(line->year * SINK_ECOSYSTEM_COUNT + ecosystem) * account->region_count +
                       line->region];
}

static double target_at(const double *values, const struct line *line, size_t target)
{
    const struct sink_account *account = line->account;
    return values[(target * account->year_count + line->year) * account->region_count +
                  line->region];
}

/* Columns that a terminal gives a text: two for the wide characters of East Asia. */
static int shown_width(const char *text)
{
    int width = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if ((*c & 0xc0) != 0x80)
            width += *c >= 0xe3 && *c <= 0xed ? 2 : 1;
    return width;
}

void sink_summary_pad(FILE *out, const char *text, int width)
{
    fprintf(out, "%s%*s", text, width > shown_width(text) ? width - shown_width(text) : 0, "");
}

/* 1234567, 12.35, 0.0123 */
void sink_summary_number(FILE *out, int width, double value)
{
    if (isnan(value)) {
        fprintf(out, "%*s", width, "-");
        return;
    }
    const double size = fabs(value);
    fprintf(out, "%*.*f", width, size >= 1000 || size == 0 ? 0 : size >= 10 ? 2 : 4, value);
}

static void print_row(FILE *out, const char *label, const struct line *region,
                      double (*value)(const struct line *, size_t), size_t argument)
{
    fputs("  ", out);
    sink_summary_pad(out, label, 36);
    struct line line = *region;
    for (line.year = 0; line.year < line.account->year_count; line.year++)
        sink_summary_number(out, 16, value(&line, argument));
    fputc('\n', out);
}

enum figure {
    LAND_HA,
    FOREST_HA,
    COVERAGE_PERCENT,
    VOLUME_M3,
    TOTAL_TC,
    TOTAL_LOWER_TC,
    TOTAL_UPPER_TC,
    SINK_TCO2_YR,
    SINK_LOWER_TCO2_YR,
    SINK_UPPER_TCO2_YR,
    COMPLETENESS_PERCENT,
    BEYOND_GRID_HA,
    ONE_DATE_HA,
    NO_VALUE_HA,
    NO_FACTOR_HA
};

/* The largest area without a factor of any pool: that which the total lacks something of. */
static double no_factor_m2(const struct line *line)
{
    const struct sink_account *account = line->account;
    double most_m2 = 0;
    for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
        most_m2 = fmax(
            most_m2,
            account->no_factor_m2[(line->year * SINK_POOL_COUNT + pool) * account->region_count +
                                  line->region]);
    return most_m2;
}

static double bound(const struct line *line, bool is_upper, enum sink_figure figure)
{
    if (!line->uncertainty)
        return NAN;
    const double *bounds = is_upper ? line->uncertainty->upper : line->uncertainty->lower;
    const struct sink_account *account = line->account;
    return bounds[((size_t)figure * account->year_count + line->year) * account->region_count +
                  line->region];
}

static double figure(const struct line *line, size_t which)
{
    const struct sink_account *account = line->account;
    switch ((enum figure)which) {
    case LAND_HA:
        return at(account->land_m2, line) / SINK_M2_PER_HA;
    case FOREST_HA:
        return at(account->forest_m2, line) / SINK_M2_PER_HA;
    case COVERAGE_PERCENT:
        return 100 * at(account->coverage, line);
    case VOLUME_M3:
        return at(account->forest_volume_m3, line);
    case TOTAL_TC:
        return at(account->total_tc, line);
    case TOTAL_LOWER_TC:
        return bound(line, false, SINK_FIGURE_TOTAL_STOCK);
    case TOTAL_UPPER_TC:
        return bound(line, true, SINK_FIGURE_TOTAL_STOCK);
    case SINK_TCO2_YR:
        return at(account->total_sink_tco2_yr, line);
    case SINK_LOWER_TCO2_YR:
        return bound(line, false, SINK_FIGURE_TOTAL_SINK);
    case SINK_UPPER_TCO2_YR:
        return bound(line, true, SINK_FIGURE_TOTAL_SINK);
    case COMPLETENESS_PERCENT:
        return 100 * at(account->completeness, line);
    case BEYOND_GRID_HA:
        return at(account->beyond_grid_m2, line) / SINK_M2_PER_HA;
    case ONE_DATE_HA:
        return at(account->one_date_m2, line) / SINK_M2_PER_HA;
    case NO_VALUE_HA:
        return at(account->no_value_m2, line) / SINK_M2_PER_HA;
    case NO_FACTOR_HA:
        return no_factor_m2(line) / SINK_M2_PER_HA;
    }
    return NAN;
}

static const struct {
    const char *label, *key;
    enum figure figure;
} figures[] = {{"land area, ha", "land_area_ha", LAND_HA},
               {"forest area, ha", "forest_area_ha", FOREST_HA},
               {"forest coverage, %", "forest_coverage_percent", COVERAGE_PERCENT},
               {"forest stock volume, m3", "forest_stock_volume_m3", VOLUME_M3},
               {"carbon, t C", "carbon_tc", TOTAL_TC},
               {"  from, 95 %", "carbon_lower_tc", TOTAL_LOWER_TC},
               {"  to, 95 %", "carbon_upper_tc", TOTAL_UPPER_TC},
               {"net sink, t CO2/yr", "net_sink_tco2_yr", SINK_TCO2_YR},
               {"  from, 95 %", "net_sink_lower_tco2_yr", SINK_LOWER_TCO2_YR},
               {"  to, 95 %", "net_sink_upper_tco2_yr", SINK_UPPER_TCO2_YR},
               {"area with data, %", "completeness_percent", COMPLETENESS_PERCENT},
               {"beyond the grid, ha", "beyond_grid_ha", BEYOND_GRID_HA},
               {"known at one date, ha", "one_date_area_ha", ONE_DATE_HA},
               {"without a raster value, ha", "no_value_area_ha", NO_VALUE_HA},
               {"without some factor, ha", "no_factor_area_ha", NO_FACTOR_HA}};
#define FIGURE_COUNT (sizeof figures / sizeof *figures)

/* Gaps are shown only where there are any. */
static bool is_anywhere(const struct sink_account *account, size_t region, size_t f)
{
    for (size_t year = 0; year < account->year_count; year++)
        if (figure(&(struct line){account, year, region, NULL}, figures[f].figure) > 0)
            return true;
    return false;
}

static const char *target_name(const struct sink_target *target)
{
    return target->kind == SINK_TARGET_FOREST_COVERAGE ? "forest coverage" : "forest stock volume";
}

static void print_targets(FILE *out, const struct sink_inventory *inventory, size_t region)
{
    const struct sink_account *account = inventory->account;
    const struct line last = {account, account->year_count - 1, region, NULL};
    for (size_t t = 0; t < account->target_count; t++) {
        const struct sink_target *target = &inventory->targets[t];
        const bool is_share = target->kind == SINK_TARGET_FOREST_COVERAGE;
        const double scale = is_share ? 100 : 1;
        const double reached = target_at(account->target_reached, &last, t);
        if (isnan(reached))
            continue;
        fprintf(out, "  target %d: %s of %.10g%s: %.1f %% reached", target->year,
                target_name(target), target->value * scale, is_share ? " %" : " m3", 100 * reached);
        const double gap = target_at(account->target_gap, &last, t);
        const double rate = target_at(account->target_rate_per_yr, &last, t);
        const int places = is_share ? 2 : 0;
        if (gap > 0)
            fprintf(out, ", %.*f%s to go", places, gap * scale, is_share ? " points" : " m3");
        if (gap > 0 && !isnan(rate))
            fprintf(out, ", %.*f%s a year needed", places, rate * scale,
                    is_share ? " points" : " m3");
        fputc('\n', out);
    }
}

static enum sink_status print_region(FILE *out, const struct sink_inventory *inventory,
                                     size_t region, struct sink_error *error)
{
    const struct sink_account *account = inventory->account;
    const struct line line = {account, 0, region, inventory->uncertainty};
    const struct sink_region *item = &inventory->regions->items[region];
    fprintf(out, "%s  %s\n  ", item->id, item->name);
    sink_summary_pad(out, "", 36);
    for (size_t year = 0; year < account->year_count; year++)
        fprintf(out, "%16d", account->years[year]);
    fputc('\n', out);
    for (size_t f = 0; f < FIGURE_COUNT; f++) {
        if (figures[f].figure >= BEYOND_GRID_HA && !is_anywhere(account, region, f))
            continue;
        print_row(out, figures[f].label, &line, figure, figures[f].figure);
        for (size_t e = 0; figures[f].figure == TOTAL_UPPER_TC && e < SINK_ECOSYSTEM_COUNT; e++) {
            char label[64];
            snprintf(label, sizeof label, "  %s", sink_ecosystem_name((enum sink_ecosystem)e));
            print_row(out, label, &line, ecosystem_tc, e);
        }
    }
    const enum sink_status status = sink_summary_print_sections(out, inventory, region, error);
    print_targets(out, inventory, region);
    return status;
}

static json_t *json_figure(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

static json_t *json_year(const struct sink_inventory *inventory, const struct line *line)
{
    const struct sink_account *account = inventory->account;
    json_t *year = json_object(), *ecosystems = json_object(), *targets = json_array();
    json_object_set_new(year, "year", json_integer(account->years[line->year]));
    for (size_t f = 0; f < FIGURE_COUNT; f++)
        json_object_set_new(year, figures[f].key, json_figure(figure(line, figures[f].figure)));
    for (size_t e = 0; e < SINK_ECOSYSTEM_COUNT; e++)
        json_object_set_new(ecosystems, sink_ecosystem_name((enum sink_ecosystem)e),
                            json_figure(ecosystem_tc(line, e)));
    json_object_set_new(year, "carbon_by_ecosystem_tc", ecosystems);
    for (size_t t = 0; t < account->target_count; t++)
        json_array_append_new(
            targets,
            json_pack("{s:s, s:i, s:f, s:o, s:o, s:o}", "target",
                      target_name(&inventory->targets[t]), "year", inventory->targets[t].year,
                      "value", inventory->targets[t].value, "share_reached",
                      json_figure(target_at(account->target_reached, line, t)), "gap",
                      json_figure(target_at(account->target_gap, line, t)), "rate_needed_per_yr",
                      json_figure(target_at(account->target_rate_per_yr, line, t))));
    json_object_set_new(year, "targets", targets);
    return year;
}

static enum sink_status print_json(const struct sink_inventory *inventory, FILE *out,
                                   struct sink_error *error)
{
    const struct sink_account *account = inventory->account;
    json_t *root = json_object(), *regions = json_array(), *checks = json_object();
    for (size_t r = 0; r < account->region_count; r++) {
        if (inventory->regions->items[r].level != 0)
            continue;
        json_t *years = json_array();
        for (size_t y = 0; y < account->year_count; y++)
            json_array_append_new(
                years, json_year(inventory, &(struct line){account, y, r, inventory->uncertainty}));
        json_t *region = json_pack("{s:s, s:s, s:o}", "id", inventory->regions->items[r].id, "name",
                                   inventory->regions->items[r].name, "years", years);
        sink_summary_json_sections(region, inventory, r);
        json_array_append_new(regions, region);
    }
    for (size_t c = 0; c < SINK_CLOSURE_COUNT; c++)
        json_object_set_new(checks, inventory->checks[c].name,
                            json_pack("{s:b, s:f}", "passed", inventory->checks[c].passed, "worst",
                                      inventory->checks[c].worst));
    json_object_set_new(root, "title", json_string(inventory->job->title));
    json_object_set_new(root, "regions", regions);
    json_object_set_new(root, "closure", checks);
    const int code = json_dumpf(root, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    json_decref(root);
    fputc('\n', out);
    return code == 0 ? SINK_OK : sink_fail(error, SINK_FAILED, "cannot write the summary");
}

/* Factors that were borrowed or assumed, and those whose document was not seen. */
static void print_doubtful(FILE *out, const struct sink_account *account)
{
    size_t fallbacks = 0, recalled = 0;
    for (size_t i = 0; i < account->used_count; i++) {
        fallbacks += *account->used[i]->fallback != '\0';
        recalled += strcmp(account->used[i]->verified, "recalled") == 0;
    }
    fprintf(out, "Factors: %zu rows used, %zu of them fallbacks (factor_fallback), %zu recalled.\n",
            account->used_count, fallbacks, recalled);
}

enum sink_status sink_summary_print(const struct sink_inventory *inventory,
                                    const struct sink_options *options, FILE *out,
                                    struct sink_error *error)
{
    if (options->is_json)
        return print_json(inventory, out, error);
    if (options->is_quiet)
        return SINK_OK;
    enum sink_status status = SINK_OK;
    for (size_t r = 0; r < inventory->regions->count && status == SINK_OK; r++)
        if (inventory->regions->items[r].level == 0)
            status = print_region(out, inventory, r, error);
    if (status != SINK_OK)
        return status;
    print_doubtful(out, inventory->account);
    size_t passed = 0;
    for (size_t c = 0; c < SINK_CLOSURE_COUNT; c++) {
        const struct sink_closure_check *check = &inventory->checks[c];
        passed += check->passed;
        if (options->is_verbose)
            fprintf(out, "  %-20s worst difference %.1e in %s, allowed %.0e\n", check->name,
                    check->worst, inventory->regions->items[check->region].id, check->tolerance);
    }
    fprintf(out, "Closure: %zu of %d checks hold.\n", passed, SINK_CLOSURE_COUNT);
    return SINK_OK;
}
