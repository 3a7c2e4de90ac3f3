#include "sinkcalc/base/text.h"
#include "sinkcalc/model/class.h"

#include <stdlib.h>
#include <string.h>

static void fault(struct sink_faults *faults, const struct sink_csv *csv, size_t row,
                  const char *what, const char *found, const char *expected)
{
    sink_faults_note(faults, SINK_BAD_DATA, "%s:%zu: %s \"%s\", expected %s", sink_csv_name(csv),
                     sink_csv_line(csv, row), what, found, expected);
}

static void check_columns(const struct sink_csv *csv, struct sink_faults *faults)
{
    static const char *const known[] = {"code", "name", "title", "source", "verified", "note"};
    const size_t known_count = sizeof known / sizeof *known;
    bool is_misspelt[2] = {0};
    for (size_t c = 0; c < sink_csv_column_count(csv); c++) {
        const char *name = sink_csv_column_name(csv, c);
        bool is_known = false;
        for (size_t k = 0; k < known_count; k++)
            is_known |= strcmp(name, known[k]) == 0;
        if (is_known)
            continue;
        const char *nearest = sink_text_nearest(name, known, known_count);
        sink_faults_note(faults, SINK_BAD_DATA,
                         "%s:%zu: column \"%s\", expected code, name, title, source, verified or "
                         "note%s%s%s",
                         sink_csv_name(csv), sink_csv_header_line(csv), name,
                         nearest ? " (did you mean \"" : "", nearest ? nearest : "",
                         nearest ? "\"?)" : "");
        for (size_t k = 0; nearest && k < 2; k++)
            is_misspelt[k] |= strcmp(nearest, known[k]) == 0;
    }
    for (size_t k = 0; k < 2; k++)
        if (sink_csv_column(csv, known[k]) < 0 && !is_misspelt[k])
            sink_faults_note(faults, SINK_BAD_DATA, "%s:%zu: no column \"%s\"", sink_csv_name(csv),
                             sink_csv_header_line(csv), known[k]);
}

static bool is_word(const char *name)
{
    return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static void check_name(const struct sink_csv *csv, size_t row, const char *name,
                       const struct sink_class_list *classes, struct sink_faults *faults)
{
    const char *names[64], *nearest;
    if (strcmp(name, "nodata") == 0)
        return;
    if (!classes) {
        if (!is_word(name) || strcmp(name, "unknown") == 0)
            fault(faults, csv, row, "name", name,
                  "a word of small letters, digits and _ that is not \"unknown\"");
        return;
    }
    if (sink_class_list_find(classes, name) >= 0)
        return;
    size_t count = 0;
    for (; count < classes->count && count < sizeof names / sizeof *names; count++)
        names[count] = classes->items[count].name;
    nearest = sink_text_nearest(name, names, count);
    sink_faults_note(faults, SINK_BAD_DATA,
                     "%s:%zu: name \"%s\" is no class%s%s%s; the classes are in "
                     "sinkcalc/tables/classes.csv",
                     sink_csv_name(csv), sink_csv_line(csv, row), name,
                     nearest ? " (did you mean \"" : "", nearest ? nearest : "",
                     nearest ? "\"?)" : "");
}

/* Two rows of one code: which of them is meant nobody knows. */
static void fault_double(const struct sink_csv *csv, int64_t code, struct sink_faults *faults)
{
    size_t lines[2] = {0};
    const int column = sink_csv_column(csv, "code");
    for (size_t row = 0; row < sink_csv_row_count(csv); row++) {
        int64_t found;
        if (sink_text_to_integer(sink_csv_cell(csv, row, column), &found) && found == code)
            lines[lines[0] > 0] = sink_csv_line(csv, row);
    }
    sink_faults_note(faults, SINK_BAD_DATA,
                     "%s:%zu: code %lld stands in line %zu too, expected it once",
                     sink_csv_name(csv), lines[1], (long long)code, lines[0]);
}

/* Index of the name in `values`, added when new; -1 for nodata, -3 without memory. */
static int value_of(struct sink_legend *legend, const char *name)
{
    if (strcmp(name, "nodata") == 0)
        return -1;
    for (size_t i = 0; i < legend->value_count; i++)
        if (legend->values[i] && strcmp(legend->values[i], name) == 0)
            return (int)i;
    char *copy = sink_text_copy(name);
    if (!copy)
        return -3;
    legend->values[legend->value_count] = copy;
    return (int)legend->value_count++;
}

static int by_code(const void *a, const void *b)
{
    const struct sink_legend_entry *p = a, *q = b;
    return p->code < q->code ? -1 : p->code > q->code;
}

static void read_rows(const struct sink_csv *csv, const struct sink_class_list *classes,
                      struct sink_legend *legend, struct sink_faults *faults)
{
    const int code_column = sink_csv_column(csv, "code"),
              name_column = sink_csv_column(csv, "name");
    for (size_t row = 0; row < sink_csv_row_count(csv); row++) {
        struct sink_legend_entry *entry = &legend->entries[legend->entry_count];
        const char *code = sink_csv_cell(csv, row, code_column);
        const char *name = sink_csv_cell(csv, row, name_column);
        if (!sink_text_to_integer(code, &entry->code)) {
            fault(faults, csv, row, "code", code, "a whole number");
            continue;
        }
        check_name(csv, row, name, classes, faults);
        entry->value = value_of(legend, name);
        legend->entry_count++;
        if (entry->value == -3)
            sink_faults_note(faults, SINK_FAILED, "out of memory");
    }
    if (legend->entry_count == 0)
        sink_faults_note(faults, SINK_BAD_DATA, "%s: no rows, expected a code and its name in each",
                         sink_csv_name(csv));
    else
        qsort(legend->entries, legend->entry_count, sizeof *legend->entries, by_code);
    for (size_t i = 1; i < legend->entry_count; i++)
        if (legend->entries[i].code == legend->entries[i - 1].code)
            fault_double(csv, legend->entries[i].code, faults);
}

enum sink_status sink_legend_read(const struct sink_csv *csv, const struct sink_class_list *classes,
                                  struct sink_legend *legend, struct sink_faults *faults)
{
    const size_t before = faults->count;
    *legend = (struct sink_legend){0};
    check_columns(csv, faults);
    legend->entries = calloc(sink_csv_row_count(csv) + 1, sizeof *legend->entries);
    legend->values = calloc(sink_csv_row_count(csv) + 1, sizeof *legend->values);
    if (!legend->entries || !legend->values)
        sink_faults_note(faults, SINK_FAILED, "out of memory");
    else if (faults->count == before)
        read_rows(csv, classes, legend, faults);
    if (faults->count == before)
        return SINK_OK;
    sink_legend_free(legend);
    return faults->items ? faults->items[before].status : SINK_FAILED;
}

void sink_legend_free(struct sink_legend *legend)
{
    for (size_t i = 0; legend->values && i < legend->value_count; i++)
        free(legend->values[i]);
    free(legend->values);
    free(legend->entries);
    *legend = (struct sink_legend){0};
}

int sink_legend_value(const struct sink_legend *legend, int64_t code)
{
    const struct sink_legend_entry key = {.code = code};
    const struct sink_legend_entry *found =
        bsearch(&key, legend->entries, legend->entry_count, sizeof key, by_code);
    return found ? found->value : -2;
}
