#include "sinkcalc/model/class.h"

#include "sinkcalc/base/text.h"
#include "sinkcalc/tables/tables.h"

#include <stdlib.h>
#include <string.h>

static const char *const ecosystem_names[SINK_ECOSYSTEM_COUNT] = {"forest", "grassland", "wetland",
                                                                  "coast",  "cropland",  "other"};

const char *sink_ecosystem_name(enum sink_ecosystem ecosystem)
{
    return ecosystem_names[ecosystem];
}

static enum sink_status fault(const struct sink_csv *csv, size_t row, const char *column,
                              const char *found, const char *expected, struct sink_error *error)
{
    return sink_fail(error, SINK_BAD_DATA, "%s:%zu: %s \"%s\", expected %s", sink_csv_name(csv),
                     sink_csv_line(csv, row), column, found, expected);
}

static const char *cell(const struct sink_csv *csv, size_t row, const char *column)
{
    return sink_csv_cell(csv, row, sink_csv_column(csv, column));
}

static enum sink_status read_yes_no(const struct sink_csv *csv, size_t row, const char *column,
                                    bool *value, struct sink_error *error)
{
    const char *text = cell(csv, row, column);
    *value = strcmp(text, "yes") == 0;
    if (*value || strcmp(text, "no") == 0)
        return SINK_OK;
    return fault(csv, row, column, text, "yes or no", error);
}

static enum sink_status read_ecosystem(const struct sink_csv *csv, size_t row,
                                       enum sink_ecosystem *ecosystem, struct sink_error *error)
{
    const char *text = cell(csv, row, "ecosystem");
    for (int i = 0; i < SINK_ECOSYSTEM_COUNT; i++)
        if (strcmp(text, ecosystem_names[i]) == 0) {
            *ecosystem = (enum sink_ecosystem)i;
            return SINK_OK;
        }
    return fault(csv, row, "ecosystem", text,
                 "forest, grassland, wetland, coast, cropland or other", error);
}

static enum sink_status read_class(const struct sink_csv *csv, size_t row, struct sink_class *class,
                                   struct sink_error *error)
{
    int64_t code = 0;
    const struct {
        const char *column;
        bool *value;
    } flags[] = {{"is_land", &class->is_land},
                 {"is_forest", &class->is_forest},
                 {"is_woody", &class->is_woody},
                 {"has_pools", &class->has_pools}};
    if (!sink_text_to_integer(cell(csv, row, "code"), &code) || code < 1 || code > 999)
        return fault(csv, row, "code", cell(csv, row, "code"), "a whole number from 1", error);
    class->code = (int)code;
    class->name = cell(csv, row, "name");
    class->title = cell(csv, row, "title");
    class->title_zh = cell(csv, row, "title_zh");
    class->ipcc_category = cell(csv, row, "ipcc_category");
    if (!*class->name)
        return fault(csv, row, "name", "", "a name", error);
    enum sink_status status = read_ecosystem(csv, row, &class->ecosystem, error);
    for (size_t i = 0; i < sizeof flags / sizeof *flags && status == SINK_OK; i++)
        status = read_yes_no(csv, row, flags[i].column, flags[i].value, error);
    return status;
}

enum sink_status sink_class_list_load(struct sink_class_list *list, struct sink_error *error)
{
    *list = (struct sink_class_list){0};
    const struct sink_table *table = sink_table_find("classes");
    if (!table)
        return sink_fail(error, SINK_FAILED, "the built-in table of classes is not there");
    enum sink_status status =
        sink_csv_parse(table->name, table->text, table->bytes, &list->csv, error);
    if (status != SINK_OK)
        return status;
    list->count = sink_csv_row_count(list->csv);
    list->items = calloc(list->count + 1, sizeof *list->items);
    if (!list->items)
        status = sink_fail_memory(error);
    else if (list->count > SINK_MAX_CLASSES)
        status = sink_fail(error, SINK_FAILED, "%s: %zu classes, expected at most %d", table->name,
                           list->count, SINK_MAX_CLASSES);
    for (size_t i = 0; i < list->count && status == SINK_OK; i++) {
        status = read_class(list->csv, i, &list->items[i], error);
        if (status == SINK_OK && i > 0 && list->items[i].code <= list->items[i - 1].code)
            status =
                fault(list->csv, i, "code", cell(list->csv, i, "code"), "ascending codes", error);
    }
    if (status != SINK_OK)
        sink_class_list_free(list);
    return status;
}

void sink_class_list_free(struct sink_class_list *list)
{
    free(list->items);
    sink_csv_free(list->csv);
    *list = (struct sink_class_list){0};
}

int sink_class_list_find(const struct sink_class_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return (int)i;
    return -1;
}
