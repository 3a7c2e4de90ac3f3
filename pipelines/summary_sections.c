/* Sections of the short table. Each is a list of rows, printed as text or put into JSON. */
#include "pipelines/summary_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A section on its way to its taker. */
struct table {
    const struct sink_section *section;
    void *taker;
};

static void add_row(struct table *table, const char *label, const double *values)
{
    ((const struct sink_section_taker *)table->taker)
        ->row(table->taker, table->section, label, values);
}

/* The place of a region in the last year. */
struct place {
    const struct sink_inventory *inventory;
    const struct sink_account *account;
    size_t year, region;
};

static double of_class(const struct place *place, const double *array, size_t class, int first,
                       int last)
{
    const struct sink_account *account = place->account;
    double sum = 0;
    for (int pool = first; pool <= last; pool++)
        sum +=
            array[((place->year * account->class_count + class) * SINK_POOL_COUNT + (size_t)pool) *
                      account->region_count +
                  place->region];
    return sum;
}

static void add_classes(struct table *table, const struct place *place)
{
    const struct sink_account *account = place->account;
    for (size_t c = 0; c < account->class_count; c++) {
        const double area_m2 =
            account->area_m2[(place->year * account->class_count + c) * account->region_count +
                             place->region];
        const double values[] = {
            area_m2 / SINK_M2_PER_HA,
            of_class(place, account->stock_tc, c, 0, SINK_POOL_BELOW_GROUND),
            of_class(place, account->stock_tc, c, SINK_POOL_DEAD_WOOD, SINK_POOL_LITTER),
            of_class(place, account->stock_tc, c, SINK_POOL_SOIL, SINK_POOL_SOIL_DEEP),
            of_class(place, account->class_sink_tco2_yr, c, 0, SINK_POOL_SOIL_DEEP)};
        if (area_m2 > 0)
            add_row(table, place->inventory->classes->items[account->class_index[c]].name, values);
    }
}

/* Areas as the samples of the accuracy correct them. */
static void add_corrected(struct table *table, const struct place *place)
{
    const struct sink_account *account = place->account;
    const struct sink_uncertainty *uncertainty = place->inventory->uncertainty;
    for (size_t c = 0; uncertainty->area_m2 && c < account->class_count; c++) {
        const size_t at =
            (place->year * account->class_count + c) * account->region_count + place->region;
        const double values[] = {account->area_m2[at] / SINK_M2_PER_HA,
                                 uncertainty->area_m2[at] / SINK_M2_PER_HA,
                                 uncertainty->area_se_m2[at] / SINK_M2_PER_HA};
        if (values[0] > 0 || values[1] > 0)
            add_row(table, place->inventory->classes->items[account->class_index[c]].name, values);
    }
}

static void add_land_uses(struct table *table, const struct place *place)
{
    const struct sink_account *account = place->account;
    char text[64];
    for (int use = 0; use < SINK_LAND_USE_COUNT; use++) {
        const size_t at = place->year * SINK_LAND_USE_COUNT + (size_t)use;
        double values[2] = {
            account->land_use_m2[at * account->region_count + place->region] / SINK_M2_PER_HA, 0};
        for (size_t pool = 0; pool < SINK_POOL_COUNT; pool++)
            values[1] +=
                account
                    ->land_use_sink_tco2_yr[(at * SINK_POOL_COUNT + pool) * account->region_count +
                                            place->region];
        if (values[0] > 0)
            add_row(table, sink_land_use_text(use, text), values);
    }
}

static void add_reports(struct table *table, const struct place *place)
{
    const struct sink_account *account = place->account;
    char label[160];
    for (size_t i = 0; i < account->report_count; i++) {
        const size_t at =
            (place->year * account->report_count + i) * account->region_count + place->region;
        const double values[] = {account->report_m2[at] / SINK_M2_PER_HA, account->report_tc[at],
                                 account->report_sink_tco2_yr[at]};
        snprintf(label, sizeof label, "%s: %s", account->reports[i].overlay,
                 account->reports[i].value);
        if (account->report_m2[at] > 0)
            add_row(table, label, values);
    }
}

/* Figures that are told only when they are not zero. */
static void add_others(struct table *table, const struct place *place)
{
    const struct sink_account *account = place->account;
    const size_t at = place->year * account->region_count + place->region;
    double potential_tc = 0;
    for (size_t c = 0; c < account->class_count; c++) {
        const double of_class_tc = account->potential_tc[c * account->region_count + place->region];
        potential_tc += isnan(of_class_tc) ? 0 : of_class_tc;
    }
    const struct {
        const char *label;
        double value;
    } others[] = {
        {"methane, t CH4/yr", account->ch4_t_yr[at]},
        {"nitrous oxide, t N2O/yr", account->n2o_t_yr[at]},
        {"balance of all gases, t CO2e/yr",
         account->ch4_t_yr[at] + account->n2o_t_yr[at] > 0 ? account->balance_tco2e_yr[at] : 0},
        {"memo: karst sink, t CO2/yr", account->karst_tco2_yr[at]},
        {"memo: burial in waters, t CO2/yr", account->burial_tco2_yr[at]},
        {"memo: permafrost, t C", account->permafrost_tc[at]},
        {"mature stands would add, t C", potential_tc},
        {"suitable for planting, ha",
         account->planting_m2 ? account->planting_m2[place->region] / SINK_M2_PER_HA : 0},
        {"planting it would add, t C",
         account->planting_tc ? account->planting_tc[place->region] : 0}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].value != 0 && !isnan(others[i].value))
            add_row(table, others[i].label, &others[i].value);
}

static void add_value(struct table *table, const struct place *place)
{
    char label[80];
    double values[SINK_PRICE_PATH_COUNT];
    if (!place->inventory->job->value.is_given || place->year == 0)
        return;
    for (int path = 0; path < SINK_PRICE_PATH_COUNT; path++)
        values[path] = sink_inventory_value(place->inventory, (enum sink_price_path)path,
                                            place->year, place->region);
    snprintf(label, sizeof label, "%s of %d", place->inventory->job->value.currency,
             place->inventory->job->value.price_year);
    add_row(table, label, values);
}

static enum sink_status add_drivers(struct table *table, const struct place *place,
                                    const struct sink_drivers *drivers, struct sink_error *error)
{
    for (size_t d = 0; d < SINK_DRIVER_COUNT; d++) {
        if (drivers[place->region].source[d] < 0)
            continue;
        const double share = 100 * drivers[place->region].share[d];
        char *text = sink_source_text(
            &place->inventory->uncertainty->sources[drivers[place->region].source[d]]);
        if (!text)
            return sink_fail_memory(error);
        add_row(table, text, &share);
        free(text);
    }
    return SINK_OK;
}

/* The sections in their order. */
static const struct {
    struct sink_section section;
    void (*add)(struct table *table, const struct place *place);
} sections[] = {
    {{.member = "by_class",
      .title = "by class",
      .label_key = "class",
      .columns = {"area, ha", "biomass, t C", "dead, t C", "soil, t C", "sink, t CO2/yr"},
      .keys = {"area_ha", "biomass_tc", "dead_organic_matter_tc", "soil_tc", "net_sink_tco2_yr"},
      .column_count = 5},
     add_classes},
    {{.member = "corrected_areas",
      .title = "area by the samples of accuracy",
      .label_key = "class",
      .columns = {"mapped, ha", "corrected, ha", "SE, ha"},
      .keys = {"mapped_ha", "corrected_ha", "corrected_se_ha"},
      .column_count = 3},
     add_corrected},
    {{.member = "by_land_use",
      .title = "by IPCC land use",
      .label_key = "land_use",
      .columns = {"area, ha", "sink, t CO2/yr"},
      .keys = {"area_ha", "net_sink_tco2_yr"},
      .column_count = 2,
      .is_worded = true},
     add_land_uses},
    {{.member = "by_overlay",
      .title = "by overlay",
      .label_key = "value",
      .columns = {"area, ha", "carbon, t C", "sink, t CO2/yr"},
      .keys = {"area_ha", "carbon_tc", "net_sink_tco2_yr"},
      .column_count = 3},
     add_reports},
    {{.member = "others",
      .title = "beside the totals",
      .label_key = "figure",
      .columns = {""},
      .keys = {"value"},
      .column_count = 1},
     add_others},
    {{.member = "value",
      .title = "value of the period's removals",
      .label_key = "currency",
      .columns = {"low", "central", "high"},
      .keys = {"low", "central", "high"},
      .column_count = 3},
     add_value}};

static const struct sink_section driver_sections[] = {
    {.member = "carbon_drivers",
     .title = "what the uncertainty of the carbon is from",
     .label_key = "input",
     .columns = {"% of variance"},
     .keys = {"percent_of_variance"},
     .column_count = 1},
    {.member = "sink_drivers",
     .title = "what the uncertainty of the sink is from",
     .label_key = "input",
     .columns = {"% of variance"},
     .keys = {"percent_of_variance"},
     .column_count = 1}};

static struct table start(void *taker, const struct sink_section *section)
{
    ((const struct sink_section_taker *)taker)->start(taker, section);
    return (struct table){section, taker};
}

enum sink_status sink_summary_sections(const struct sink_inventory *inventory, size_t region,
                                       void *taker, struct sink_error *error)
{
    const struct place place = {inventory, inventory->account, inventory->account->year_count - 1,
                                region};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        struct table table = start(taker, &sections[i].section);
        sections[i].add(&table, &place);
    }
    enum sink_status status = SINK_OK;
    const int last = place.year > 0 ? 1 : 0;
    for (int is_sink = 0; is_sink <= last && status == SINK_OK; is_sink++) {
        struct table table = start(taker, &driver_sections[is_sink]);
        status = add_drivers(&table, &place,
                             is_sink ? inventory->uncertainty->sink_drivers
                                     : inventory->uncertainty->stock_drivers,
                             error);
    }
    return status;
}
