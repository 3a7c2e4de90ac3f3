#include "pipelines/summary.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One region in one year, as the summary shows it. */
struct line {
    const struct sink_account *account;
    size_t year, region;
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

static void print_padded(FILE *out, const char *text, int width)
{
    fprintf(out, "%s%*s", text, width > shown_width(text) ? width - shown_width(text) : 0, "");
}

/* Four significant places or more, never an exponent: 1234567, 12.35, 0.0123. */
static void print_number(FILE *out, int width, double value)
{
    if (isnan(value)) {
        fprintf(out, "%*s", width, "-");
        return;
    }
    const double size = fabs(value);
    fprintf(out, "%*.*f", width, size >= 1000 || size == 0 ? 0 : size >= 10 ? 2 : 4, value);
}

static void print_row(FILE *out, const char *label, const struct sink_account *account,
                      size_t region, double (*value)(const struct line *, size_t), size_t argument)
{
    fputs("  ", out);
    print_padded(out, label, 36);
    for (size_t year = 0; year < account->year_count; year++) {
        const struct line line = {account, year, region};
        print_number(out, 16, value(&line, argument));
    }
    fputc('\n', out);
}

enum figure {
    LAND_HA,
    FOREST_HA,
    COVERAGE_PERCENT,
    VOLUME_M3,
    TOTAL_TC,
    SINK_TCO2_YR,
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
    case SINK_TCO2_YR:
        return at(account->total_sink_tco2_yr, line);
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
               {"net sink, t CO2/yr", "net_sink_tco2_yr", SINK_TCO2_YR},
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
        if (figure(&(struct line){account, year, region}, figures[f].figure) > 0)
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
    const struct line last = {account, account->year_count - 1, region};
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

static void print_region(FILE *out, const struct sink_inventory *inventory, size_t region)
{
    const struct sink_account *account = inventory->account;
    const struct sink_region *item = &inventory->regions->items[region];
    fprintf(out, "%s  %s\n  ", item->id, item->name);
    print_padded(out, "", 36);
    for (size_t year = 0; year < account->year_count; year++)
        fprintf(out, "%16d", account->years[year]);
    fputc('\n', out);
    for (size_t f = 0; f < FIGURE_COUNT; f++) {
        if (figures[f].figure >= BEYOND_GRID_HA && !is_anywhere(account, region, f))
            continue;
        print_row(out, figures[f].label, account, region, figure, figures[f].figure);
        for (size_t e = 0; figures[f].figure == TOTAL_TC && e < SINK_ECOSYSTEM_COUNT; e++) {
            char label[64];
            snprintf(label, sizeof label, "  %s", sink_ecosystem_name((enum sink_ecosystem)e));
            print_row(out, label, account, region, ecosystem_tc, e);
        }
    }
    print_targets(out, inventory, region);
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
            json_array_append_new(years, json_year(inventory, &(struct line){account, y, r}));
        json_array_append_new(regions,
                              json_pack("{s:s, s:s, s:o}", "id", inventory->regions->items[r].id,
                                        "name", inventory->regions->items[r].name, "years", years));
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

enum sink_status sink_summary_print(const struct sink_inventory *inventory,
                                    const struct sink_options *options, FILE *out,
                                    struct sink_error *error)
{
    if (options->is_json)
        return print_json(inventory, out, error);
    if (options->is_quiet)
        return SINK_OK;
    for (size_t r = 0; r < inventory->regions->count; r++)
        if (inventory->regions->items[r].level == 0)
            print_region(out, inventory, r);
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
