/* The rows of the factor tables that some stratum is counted with, as their tables have them. */
#include "pipelines/inventory_parts.h"
#include "sinkcalc/base/text.h"
#include "sinkcalc/base/units.h"
#include "sinkcalc/model/factor_kind.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* A column of the tables. */
struct column {
    const char *name;
    size_t offset; /* of the member in struct sink_factor */
    const char *long_name, *units;
};

static const struct column texts[] = {
    {"factor_classes", offsetof(struct sink_factor, classes), "classes of the row, or any", ""},
    {"factor_unit", offsetof(struct sink_factor, unit), "unit of the row's numbers", ""},
    {"factor_spread", offsetof(struct sink_factor, spread), "uncertainty as its source has it", ""},
    {"factor_distribution", offsetof(struct sink_factor, distribution),
     "distribution that draws come from, where the table names one", ""},
    {"factor_variable", offsetof(struct sink_factor, variable),
     "rows of a set with the same text are one random variable", ""},
    {"factor_source", offsetof(struct sink_factor, source), "document of the value", ""},
    {"factor_source_table", offsetof(struct sink_factor, table), "table in the document", ""},
    {"factor_verified", offsetof(struct sink_factor, verified),
     "seen in the document, transcribed (read in a copy of it), recalled (known, not read), "
     "derived from other data, or the job's own",
     ""},
    {"factor_fallback", offsetof(struct sink_factor, fallback),
     "what was assumed or borrowed where the document has no value", ""},
    {"factor_note", offsetof(struct sink_factor, note), "note of the table", ""},
    {"factor_set", offsetof(struct sink_factor, set), "table that has the row", ""}};

static const struct column numbers[] = {
    {"factor_over", offsetof(struct sink_factor, over),
     "the row holds above this biomass, volume or age", ""},
    {"factor_up_to", offsetof(struct sink_factor, up_to),
     "the row holds up to this biomass, volume or age", ""},
    {"factor_value", offsetof(struct sink_factor, value), "value, in factor_unit", ""},
    {"factor_lower", offsetof(struct sink_factor, lower), "lower bound, in factor_unit", ""},
    {"factor_upper", offsetof(struct sink_factor, upper), "upper bound, in factor_unit", ""},
    {"factor_sd", offsetof(struct sink_factor, sd),
     "standard deviation of the observations, in factor_unit", ""},
    {"factor_se", offsetof(struct sink_factor, se), "standard error of the value, in factor_unit",
     ""},
    {"factor_n", offsetof(struct sink_factor, n), "number of observations", "1"},
    {"factor_soil_depth", offsetof(struct sink_factor, depth_cm),
     "depth to which soil carbon is counted", "cm"}};

/* Back to the number of the table: the product with the factor of its unit lost at most the last
 * bits, which no table prints. */
static double in_unit(double value, double factor)
{
    char text[32];
    double back;
    if (factor == 1 || !(value - value == 0))
        return value;
    snprintf(text, sizeof text, "%.15g", value / factor);
    return sink_text_to_double(text, &back) ? back : value / factor;
}

/* Values are kept in the unit of their quantity (factor.h). */
static struct sink_factor as_in_table(const struct sink_factor *row)
{
    struct sink_factor shown = *row;
    double *const values[] = {&shown.value, &shown.lower, &shown.upper, &shown.sd, &shown.se};
    double factor = 1;
    bool is_carbon;
    sink_factor_unit_parse(row->kind, row->unit, &factor, &is_carbon);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        *values[i] = in_unit(*values[i], factor);
    return shown;
}

/* "zone=tropical_moist_forest; origin=natural"; caller frees. */
static char *keys_text(const struct sink_factors *factors, const struct sink_factor *row)
{
    char *text = sink_text_copy("");
    for (size_t k = 0; text && k < factors->key_count; k++) {
        if (!row->keys[k] || !*row->keys[k])
            continue;
        char *longer =
            sink_text_format("%s%s%s=%s", text, *text ? "; " : "", factors->keys[k], row->keys[k]);
        free(text);
        text = longer;
    }
    return text;
}

static enum sink_status add_keys(struct sink_inventory_file *file, const struct sink_factor *rows,
                                 int dimension, struct sink_error *error)
{
    struct sink_nc_writer *nc = &file->nc;
    const size_t count = file->inventory->account->used_count;
    char **keys = calloc(count + 1, sizeof *keys);
    const char **quantities = calloc(count + 1, sizeof *quantities);
    bool is_whole = keys && quantities;
    for (size_t i = 0; is_whole && i < count; i++) {
        keys[i] = keys_text(file->inventory->factors, &rows[i]);
        quantities[i] = sink_factor_kind_name(rows[i].kind);
        is_whole = keys[i] != NULL;
    }
    if (is_whole) {
        int variable = sink_nc_column(nc, "factor_quantity", SINK_NC_STRING, dimension, quantities);
        sink_nc_text(nc, variable, "long_name", "quantity of the row");
        variable = sink_nc_column(nc, "factor_keys", SINK_NC_STRING, dimension, keys);
        sink_nc_text(nc, variable, "long_name", "overlays for which the row holds");
    }
    for (size_t i = 0; keys && i < count; i++)
        free(keys[i]);
    free(keys);
    free(quantities);
    return is_whole ? SINK_OK : sink_fail_memory(error);
}

static void add_number(struct sink_inventory_file *file, int dimension, const struct column *column,
                       const struct sink_factor *rows, double *values)
{
    struct sink_nc_writer *nc = &file->nc;
    const size_t count = file->inventory->account->used_count;
    for (size_t i = 0; i < count; i++)
        values[i] = *(const double *)(const void *)((const char *)&rows[i] + column->offset);
    const int variable = sink_nc_variable(nc, column->name, SINK_NC_DOUBLE, &dimension, 1);
    sink_nc_fill(nc, variable);
    sink_nc_text(nc, variable, "long_name", column->long_name);
    sink_nc_text(nc, variable, "units", column->units);
    sink_nc_put_filled(nc, variable, values, count);
}

static enum sink_status add_numbers(struct sink_inventory_file *file,
                                    const struct sink_factor *rows, int dimension,
                                    struct sink_error *error)
{
    const struct sink_account *account = file->inventory->account;
    double *values = malloc(account->used_count * sizeof *values);
    if (!values)
        return sink_fail_memory(error);
    for (size_t c = 0; c < sizeof numbers / sizeof *numbers; c++)
        add_number(file, dimension, &numbers[c], rows, values);
    for (size_t i = 0; i < account->used_count; i++)
        values[i] = account->used_m2[i] / SINK_M2_PER_HA;
    const int variable =
        sink_nc_column(&file->nc, "factor_area", SINK_NC_DOUBLE, dimension, values);
    sink_nc_text(&file->nc, variable, "long_name",
                 "land of the top level that the row is used for, in the last period or year");
    sink_nc_text(&file->nc, variable, "units", "ha");
    free(values);
    return SINK_OK;
}

enum sink_status sink_inventory_add_factors(struct sink_inventory_file *file,
                                            struct sink_error *error)
{
    struct sink_nc_writer *nc = &file->nc;
    const struct sink_account *account = file->inventory->account;
    const size_t count = account->used_count;
    if (count == 0)
        return SINK_OK;
    struct sink_factor *rows = malloc(count * sizeof *rows);
    if (!rows)
        return sink_fail_memory(error);
    for (size_t i = 0; i < count; i++)
        rows[i] = as_in_table(account->used[i]);
    const int factor = sink_nc_dimension(nc, "factor", count);
    enum sink_status status = add_keys(file, rows, factor, error);
    if (status == SINK_OK)
        status = add_numbers(file, rows, factor, error);
    for (size_t c = 0; c < sizeof texts / sizeof *texts; c++) {
        const struct sink_nc_member member = {(const char *)rows + texts[c].offset, sizeof *rows,
                                              count};
        const int variable = sink_nc_member(nc, texts[c].name, SINK_NC_STRING, factor, member);
        sink_nc_text(nc, variable, "long_name", texts[c].long_name);
    }
    const int line = sink_nc_member(nc, "factor_line", SINK_NC_UINT64, factor,
                                    SINK_NC_MEMBER(rows, count, line));
    sink_nc_text(nc, line, "long_name", "line of the row in that table");
    free(rows);
    return status;
}
