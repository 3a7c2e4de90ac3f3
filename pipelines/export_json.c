/* The long form as JSON, with what the inventory says of itself. */
#include "pipelines/export_write.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static void put_member(FILE *out, const char *name, const char *text)
{
    fprintf(out, ", \"%s\": ", name);
    sink_json_text(out, text);
}

static void put_header(const struct sink_export *export, FILE *out)
{
    static const char *const attributes[][2] = {
        {"title", "title"},          {"institution", "institution"},
        {"license", "license"},      {"made_by", "sinkcalc_version"},
        {"warming", "sinkcalc_gwp"}, {"factors_sha256", "sinkcalc_factors_sha256"}};
    fputs("{\n\"schema\": \"sinkcalc-export-1\"", out);
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        put_member(out, attributes[i][0],
                   sink_dataset_text(&export->dataset, NULL, attributes[i][1]));
}

static void put_regions(const struct sink_export *export, FILE *out)
{
    static const char *const kinds[] = {"polygon", "sum", "rest"};
    fputs(",\n\"regions\": [", out);
    for (size_t r = 0; r < export->regions.count; r++) {
        const struct sink_region *region = &export->regions.items[r];
        fputs(r > 0 ? ",\n {\"id\": " : "\n {\"id\": ", out);
        sink_json_text(out, region->id);
        put_member(out, "name", region->name);
        put_member(out, "parent", export->parents[r]);
        fprintf(out, ", \"level\": %d", region->level);
        put_member(out, "kind", kinds[region->kind]);
        fputs(", \"lon\": ", out);
        sink_json_number(out, region->lon_deg);
        fputs(", \"lat\": ", out);
        sink_json_number(out, region->lat_deg);
        fputc('}', out);
    }
    fputc(']', out);
}

static void put_quantities(const struct sink_export *export, FILE *out)
{
    static const char *const columns[] = {"class", "pool", "from", "group"};
    fputs(",\n\"quantities\": [", out);
    for (size_t q = 0; q < export->quantity_count; q++) {
        const struct sink_export_quantity *quantity = &export->quantities[q];
        bool is_first = true;
        fputs(q > 0 ? ",\n {\"name\": " : "\n {\"name\": ", out);
        sink_json_text(out, quantity->name);
        put_member(out, "title", quantity->title);
        put_member(out, "unit", quantity->unit);
        put_member(out, "unit_of", quantity->unit_of);
        put_member(out, "comment", quantity->comment);
        fprintf(out, ", \"of_period\": %s, \"by\": [", quantity->is_of_period ? "true" : "false");
        for (int d = 0; d < quantity->variable->info.rank; d++)
            if (quantity->axes[d] >= 0) {
                fprintf(out, "%s\"%s\"", is_first ? "" : ", ",
                        columns[export->axes[quantity->axes[d]].column]);
                is_first = false;
            }
        fputs("]}", out);
    }
    fputc(']', out);
}

/* A variable of the evidence: texts, or numbers of any kind, on one dimension. */
static bool is_column_of(const struct sink_dataset_variable *variable, const char *dimension)
{
    const size_t length = strlen(dimension);
    return variable->info.rank == 1 && strcmp(variable->info.dimensions[0], dimension) == 0 &&
           strncmp(variable->info.name, dimension, length) == 0 &&
           variable->info.name[length] == '_' && variable->info.is_known;
}

/* "factor_value" on `factor` becomes the member "value" of each of the "factors". */
static void put_record(const struct sink_export *export, const char *dimension, size_t i, FILE *out)
{
    bool is_first = true;
    for (size_t v = 0; v < export->dataset.variable_count; v++) {
        const struct sink_dataset_variable *variable = &export->dataset.variables[v];
        if (!is_column_of(variable, dimension))
            continue;
        fputs(is_first ? " {" : ", ", out);
        is_first = false;
        sink_json_text(out, variable->info.name + strlen(dimension) + 1);
        fputs(": ", out);
        if (variable->texts)
            sink_json_text(out, variable->texts[i]);
        else
            sink_json_number(out, sink_dataset_value(variable, i));
    }
    fputc('}', out);
}

static void put_evidence(const struct sink_export *export, FILE *out)
{
    static const char *const dimensions[] = {"factor", "input", "note", "check"};
    for (size_t d = 0; d < sizeof dimensions / sizeof *dimensions; d++) {
        size_t count = SIZE_MAX; /* the same for all columns */
        for (size_t v = 0; v < export->dataset.variable_count; v++) {
            const struct sink_nc_variable *info = &export->dataset.variables[v].info;
            if (is_column_of(&export->dataset.variables[v], dimensions[d]) && info->count < count)
                count = info->count;
        }
        fprintf(out, ",\n\"%ss\": [", dimensions[d]);
        for (size_t i = 0; count != SIZE_MAX && i < count; i++) {
            fputs(i > 0 ? ",\n" : "\n", out);
            put_record(export, dimensions[d], i, out);
        }
        fputc(']', out);
    }
}

struct list {
    const struct sink_export *export;
    FILE *out;
    bool has_items;
};

static bool put_row(void *taker, const struct sink_export_row *row)
{
    static const char *const columns[] = {"class", "pool", "from", "group"};
    static const char *const bounds[] = {"lower", "upper", "se"};
    const double values[] = {row->lower, row->upper, row->se};
    struct list *list = taker;
    FILE *out = list->out;
    fputs(list->has_items ? ",\n {\"region\": " : "\n {\"region\": ", out);
    list->has_items = true;
    sink_json_text(out, list->export->regions.items[row->region].id);
    if (row->year > 0)
        fprintf(out, ", \"year\": %d", row->year);
    if (row->start > 0)
        fprintf(out, ", \"period_start\": %d", row->start);
    for (int c = 0; c < SINK_EXPORT_COLUMNS; c++)
        if (*row->labels[c])
            put_member(out, columns[c], row->labels[c]);
    put_member(out, "quantity", row->quantity->name);
    fputs(", \"value\": ", out);
    sink_json_number(out, row->value);
    for (size_t v = 0; v < sizeof values / sizeof *values; v++)
        if (!isnan(values[v])) {
            fprintf(out, ", \"%s\": ", bounds[v]);
            sink_json_number(out, values[v]);
        }
    fputc('}', out);
    return !ferror(out);
}

void sink_export_json(const struct sink_export *export, FILE *out)
{
    struct list list = {export, out, false};
    put_header(export, out);
    put_regions(export, out);
    fputs(",\n\"years\": [", out);
    for (size_t y = 0; y < export->year_count; y++)
        fprintf(out, "%s{\"year\": %d, \"period_start\": %d}", y > 0 ? ", " : "",
                export->years[y].year, export->years[y].start);
    fputc(']', out);
    put_quantities(export, out);
    put_evidence(export, out);
    fputs(",\n\"values\": [", out);
    (void)sink_export_rows(export, put_row, &list);
    fputs("]\n}\n", out);
}
