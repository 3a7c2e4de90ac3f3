#include "sinkcalc/model/harvest.h"

#include "sinkcalc/base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {"region", "year", "volume_m3", "class"};
enum { REQUIRED_COUNT = 3, COLUMN_COUNT = sizeof columns / sizeof *columns };

/* One table while it is read. */
struct reading {
    const struct sink_csv *csv;
    const struct sink_class_list *classes;
    struct sink_faults *faults;
    size_t row; /* current */
};

static size_t fault_count(const struct sink_faults *faults)
{
    return faults->count + faults->dropped;
}

static const char *cell(const struct reading *reading, const char *column)
{
    return sink_csv_cell(reading->csv, reading->row, sink_csv_column(reading->csv, column));
}

static void fault(const struct reading *reading, const char *column, const char *expected)
{
    sink_faults_note(reading->faults, SINK_BAD_DATA, "%s:%zu: %s \"%s\", expected %s",
                     sink_csv_name(reading->csv), sink_csv_line(reading->csv, reading->row), column,
                     cell(reading, column), expected);
}

static void check_columns(const struct reading *reading)
{
    const struct sink_csv *csv = reading->csv;
    const size_t line = sink_csv_header_line(csv);
    for (size_t c = 0; c < sink_csv_column_count(csv); c++) {
        const char *name = sink_csv_column_name(csv, c);
        bool is_known = false;
        for (size_t k = 0; k < COLUMN_COUNT; k++)
            is_known |= strcmp(name, columns[k]) == 0;
        if (is_known)
            continue;
        const char *nearest = sink_text_nearest(name, columns, COLUMN_COUNT);
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s:%zu: column \"%s\", expected region, year, volume_m3 or class%s%s%s",
                         sink_csv_name(csv), line, name, nearest ? " (did you mean \"" : "",
                         nearest ? nearest : "", nearest ? "\"?)" : "");
    }
    for (size_t k = 0; k < REQUIRED_COUNT; k++)
        if (sink_csv_column(csv, columns[k]) < 0)
            sink_faults_note(reading->faults, SINK_BAD_DATA, "%s:%zu: no column \"%s\"",
                             sink_csv_name(csv), line, columns[k]);
}

static bool read_class(const struct reading *reading, int *class_index)
{
    const char *names[SINK_MAX_CLASSES], *found = cell(reading, "class");
    *class_index = sink_class_list_find(reading->classes, *found ? found : "forest");
    if (*class_index >= 0)
        return true;
    size_t count = 0;
    for (; count < reading->classes->count && count < SINK_MAX_CLASSES; count++)
        names[count] = reading->classes->items[count].name;
    const char *nearest = sink_text_nearest(found, names, count);
    sink_faults_note(reading->faults, SINK_BAD_DATA,
                     "%s:%zu: class \"%s\" is no class%s%s%s; the classes are in "
                     "sinkcalc/tables/classes.csv",
                     sink_csv_name(reading->csv), sink_csv_line(reading->csv, reading->row), found,
                     nearest ? " (did you mean \"" : "", nearest ? nearest : "",
                     nearest ? "\"?)" : "");
    return false;
}

/* Each cell is read, so that all faults are told. */
static bool read_row(const struct reading *reading, struct sink_harvest_row *row)
{
    int64_t year = 0;
    bool is_good = read_class(reading, &row->class_index);
    if (!*cell(reading, "region")) {
        fault(reading, "region", "the id of a region");
        is_good = false;
    }
    if (!sink_text_to_integer(cell(reading, "year"), &year) || year < 1000 || year > 9999) {
        fault(reading, "year", "a whole number from 1000 to 9999");
        is_good = false;
    }
    if (!sink_text_to_double(cell(reading, "volume_m3"), &row->volume_m3) || row->volume_m3 < 0) {
        fault(reading, "volume_m3", "a number from 0");
        is_good = false;
    }
    row->year = (int)year;
    row->line = sink_csv_line(reading->csv, reading->row);
    if (!is_good)
        return false;
    row->region = sink_text_copy(cell(reading, "region"));
    if (!row->region)
        sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
    return row->region;
}

static int by_key(const void *a, const void *b)
{
    const struct sink_harvest_row *p = a, *q = b;
    const int order = strcmp(p->region, q->region);
    if (order != 0)
        return order;
    if (p->year != q->year)
        return p->year < q->year ? -1 : 1;
    return (p->class_index > q->class_index) - (p->class_index < q->class_index);
}

/* Doubled rows stand side by side in the order of their lines. */
static int by_key_and_line(const void *a, const void *b)
{
    const struct sink_harvest_row *p = a, *q = b;
    const int order = by_key(a, b);
    return order != 0 ? order : (p->line > q->line) - (p->line < q->line);
}

static void check_doubles(const struct reading *reading, const struct sink_harvest *harvest)
{
    for (size_t i = 1; i < harvest->row_count; i++) {
        const struct sink_harvest_row *row = &harvest->rows[i];
        if (by_key(row - 1, row) == 0)
            sink_faults_note(reading->faults, SINK_BAD_DATA,
                             "%s:%zu: region \"%s\" has %s in %d in line %zu too, expected it once",
                             sink_csv_name(reading->csv), row->line, row->region,
                             reading->classes->items[row->class_index].name, row->year,
                             row[-1].line);
    }
}

static void read_rows(struct reading *reading, struct sink_harvest *harvest)
{
    const size_t count = sink_csv_row_count(reading->csv);
    harvest->rows = calloc(count + 1, sizeof *harvest->rows);
    if (!harvest->rows) {
        sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
        return;
    }
    for (reading->row = 0; reading->row < count; reading->row++)
        harvest->row_count += read_row(reading, &harvest->rows[harvest->row_count]);
    if (count == 0)
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s: no rows, expected the volume of a region and year in each",
                         sink_csv_name(reading->csv));
    qsort(harvest->rows, harvest->row_count, sizeof *harvest->rows, by_key_and_line);
    check_doubles(reading, harvest);
}

enum sink_status sink_harvest_read(const struct sink_csv *csv,
                                   const struct sink_class_list *classes,
                                   struct sink_harvest *harvest, struct sink_faults *faults)
{
    const size_t before = fault_count(faults), kept = faults->count;
    struct reading reading = {.csv = csv, .classes = classes, .faults = faults};
    *harvest = (struct sink_harvest){0};
    check_columns(&reading);
    if (fault_count(faults) == before)
        read_rows(&reading, harvest);
    if (fault_count(faults) == before)
        return SINK_OK;
    sink_harvest_free(harvest);
    return faults->count > kept ? faults->items[kept].status : SINK_BAD_DATA;
}

void sink_harvest_free(struct sink_harvest *harvest)
{
    for (size_t i = 0; i < harvest->row_count; i++)
        free(harvest->rows[i].region);
    free(harvest->rows);
    *harvest = (struct sink_harvest){0};
}

/* The first row of the region after the year, or the row where it would stand. */
static size_t first_after(const struct sink_harvest *harvest, const char *region, int year)
{
    size_t low = 0, high = harvest->row_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct sink_harvest_row *row = &harvest->rows[middle];
        const int order = strcmp(row->region, region);
        if (order < 0 || (order == 0 && row->year <= year))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct sink_harvest_sum sink_harvest_find(const struct sink_harvest *harvest, const char *region,
                                          int class_index, int after_year, int last_year)
{
    struct sink_harvest_sum sum = {0};
    int counted_year = after_year;
    for (size_t i = first_after(harvest, region, after_year); i < harvest->row_count; i++) {
        const struct sink_harvest_row *row = &harvest->rows[i];
        if (row->year > last_year || strcmp(row->region, region) != 0)
            break;
        if (class_index >= 0 && row->class_index != class_index)
            continue;
        sum.volume_m3 += row->volume_m3;
        sum.year_count += row->year != counted_year;
        counted_year = row->year;
    }
    return sum;
}
