/* Sections of the short table. Each is a list of rows, printed as text or put into JSON. */
#include "pipelines/summary_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 6

/* A table in the making: printed as it comes, or an array of JSON objects. */
struct table {
    FILE *out;    /* or NULL */
    json_t *rows; /* or NULL */
    const char *title, *label_key;
    const char *columns[MAX_COLUMNS], *keys[MAX_COLUMNS];
    size_t column_count, row_count;
};

static void print_title(const struct table *table)
{
    fputs("  ", table->out);
    sink_summary_pad(table->out, table->title, SINK_SUMMARY_LABEL_WIDTH);
    for (size_t c = 0; c < table->column_count; c++)
        fprintf(table->out, "%16s", table->columns[c]);
    fputc('\n', table->out);
}

static void add_row(struct table *table, const char *label, const double *values)
{
    if (table->rows) {
        json_t *row = json_object();
        json_object_set_new(row, table->label_key, json_string(label));
        for (size_t c = 0; c < table->column_count; c++)
            json_object_set_new(row, table->keys[c],
                                isnan(values[c]) ? json_null() : json_real(values[c]));
        json_array_append_new(table->rows, row);
        return;
    }
    if (table->row_count++ == 0)
        print_title(table);
    fputs("    ", table->out);
    sink_summary_pad(table->out, label, SINK_SUMMARY_LABEL_WIDTH - 2);
    for (size_t c = 0; c < table->column_count; c++)
        sink_summary_number(table->out, 16, values[c]);
    fputc('\n', table->out);
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
        sink_land_use_text(use, text);
        for (char *c = text; *c && !table->rows; c++)
            if (*c == '_')
                *c = ' ';
        if (values[0] > 0)
            add_row(table, text, values);
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
    for (size_t c = 0; c < account->class_count; c++)
        potential_tc += account->potential_tc[c * account->region_count + place->region];
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
    double values[SINK_PRICE_PATH_COUNT];
    if (!place->inventory->job->value.is_given || place->year == 0)
        return;
    for (int path = 0; path < SINK_PRICE_PATH_COUNT; path++)
        values[path] = sink_inventory_value(place->inventory, (enum sink_price_path)path,
                                            place->year, place->region);
    add_row(table, "of the period's removals", values);
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

static struct place place_of(const struct sink_inventory *inventory, size_t region)
{
    return (struct place){inventory, inventory->account, inventory->account->year_count - 1,
                          region};
}

/* The tables in their order; `member` is the key of each in JSON. */
static const struct section {
    const char *member;
    struct table table;
    void (*add)(struct table *table, const struct place *place);
} sections[] = {
    {"by_class",
     {.title = "by class",
      .label_key = "class",
      .columns = {"area, ha", "biomass, t C", "dead, t C", "soil, t C", "sink, t CO2/yr"},
      .keys = {"area_ha", "biomass_tc", "dead_organic_matter_tc", "soil_tc", "net_sink_tco2_yr"},
      .column_count = 5},
     add_classes},
    {"by_land_use",
     {.title = "by IPCC land use",
      .label_key = "land_use",
      .columns = {"area, ha", "sink, t CO2/yr"},
      .keys = {"area_ha", "net_sink_tco2_yr"},
      .column_count = 2},
     add_land_uses},
    {"by_overlay",
     {.title = "by overlay",
      .label_key = "value",
      .columns = {"area, ha", "carbon, t C", "sink, t CO2/yr"},
      .keys = {"area_ha", "carbon_tc", "net_sink_tco2_yr"},
      .column_count = 3},
     add_reports},
    {"others",
     {.title = "beside the totals",
      .label_key = "figure",
      .columns = {""},
      .keys = {"value"},
      .column_count = 1},
     add_others},
    {"value",
     {.title = "value at the price paths",
      .label_key = "what",
      .columns = {"low", "central", "high"},
      .keys = {"low", "central", "high"},
      .column_count = 3},
     add_value}};

static const struct table driver_table = {.title = "what the uncertainty of the sink is from",
                                          .label_key = "input",
                                          .columns = {"% of variance"},
                                          .keys = {"percent_of_variance"},
                                          .column_count = 1};

enum sink_status sink_summary_print_sections(FILE *out, const struct sink_inventory *inventory,
                                             size_t region, struct sink_error *error)
{
    const struct place place = place_of(inventory, region);
    const struct sink_uncertainty *uncertainty = inventory->uncertainty;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        struct table table = sections[i].table;
        table.out = out;
        sections[i].add(&table, &place);
    }
    struct table table = driver_table;
    table.out = out;
    const bool has_sink = place.year > 0;
    if (!has_sink)
        table.title = "what the uncertainty of the carbon is from";
    return add_drivers(&table, &place,
                       has_sink ? uncertainty->sink_drivers : uncertainty->stock_drivers, error);
}

void sink_summary_json_sections(json_t *object, const struct sink_inventory *inventory,
                                size_t region)
{
    struct sink_error error;
    const struct place place = place_of(inventory, region);
    const struct sink_uncertainty *uncertainty = inventory->uncertainty;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        struct table table = sections[i].table;
        table.rows = json_array();
        sections[i].add(&table, &place);
        json_object_set_new(object, sections[i].member, table.rows);
    }
    for (int is_sink = 0; is_sink <= (place.year > 0); is_sink++) {
        struct table table = driver_table;
        table.rows = json_array();
        const struct sink_drivers *drivers =
            is_sink ? uncertainty->sink_drivers : uncertainty->stock_drivers;
        if (add_drivers(&table, &place, drivers, &error) != SINK_OK)
            json_array_clear(table.rows);
        json_object_set_new(object, is_sink ? "sink_drivers" : "carbon_drivers", table.rows);
    }
}
