#include "sinkcalc/model/harvest.h"

#include "sinkcalc/base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {"region", "year", "volume_m3", "class"};
enum { REQUIRED_COUNT = 3, COLUMN_COUNT = sizeof columns / sizeof *columns };

#define ROUNDING 1e-9 /* volumes of parts are added in another order than a person does it */

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

static void free_row(struct sink_harvest_row *row)
{
    free(row->region);
    free(row->table);
    *row = (struct sink_harvest_row){0};
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
    row->table = sink_text_copy(sink_csv_name(reading->csv));
    if (row->region && row->table)
        return true;
    sink_faults_note(reading->faults, SINK_FAILED, "out of memory");
    free_row(row);
    return false;
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
        free_row(&harvest->rows[i]);
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

bool sink_harvest_has(const struct sink_harvest *harvest, const char *region, int class_index)
{
    return sink_harvest_find(harvest, region, class_index, 0, 9999).year_count > 0;
}

const char *sink_harvest_name(const struct sink_harvest *harvest)
{
    const bool has_name = harvest->row_count > 0 && harvest->rows[0].table;
    return has_name ? harvest->rows[0].table : "harvest";
}

size_t sink_harvest_unused(const struct sink_harvest *harvest, const int *years, size_t year_count)
{
    size_t count = 0;
    for (size_t i = 0; i < harvest->row_count; i++)
        count += harvest->rows[i].year <= years[0] || harvest->rows[i].year > years[year_count - 1];
    return count;
}

/* One table while it is checked. */
struct checking {
    const struct sink_harvest *harvest;
    const struct sink_harvest_use *use;
    struct sink_faults *faults;
    double *parts_m3; /* [region] what its parts have of one class in one period */
};

static void check_region(const struct checking *checking, const struct sink_harvest_row *row)
{
    const struct sink_region_list *regions = checking->use->regions;
    const char *name = sink_harvest_name(checking->harvest);
    const int region = sink_region_list_find(regions, row->region);
    if (region < 0)
        sink_faults_note(checking->faults, SINK_BAD_DATA,
                         "%s:%zu: region \"%s\", expected the id of a region of %s", name,
                         row->line, row->region, checking->use->regions_from);
    else if (regions->items[region].kind == SINK_REGION_REST)
        sink_faults_note(checking->faults, SINK_BAD_DATA,
                         "%s:%zu: region \"%s\" is a rest, expected no rows for it: it has what "
                         "%s has beside its parts",
                         name, row->line, row->region,
                         regions->items[regions->items[region].parent].id);
    else if (regions->items[region].kind == SINK_REGION_SUM)
        sink_faults_note(checking->faults, SINK_BAD_DATA,
                         "%s:%zu: region \"%s\" is the sum of its parts, expected no rows for it "
                         "but for its parts: nobody says which of them its wood is from",
                         name, row->line, row->region);
}

/* A region and class that the table has must have all years of all periods. */
static void check_years(const struct checking *checking, const char *region, int class_index)
{
    const int *years = checking->use->years;
    for (size_t y = 1; y < checking->use->year_count; y++) {
        const int count = years[y] - years[y - 1];
        const struct sink_harvest_sum sum =
            sink_harvest_find(checking->harvest, region, class_index, years[y - 1], years[y]);
        if (sum.year_count < count)
            sink_faults_note(
                checking->faults, SINK_BAD_DATA,
                "%s: region %s has class %s in %d of the %d years %d to %d; give the others too, 0 "
                "where nothing was taken, or count them as nothing with `missing: {value: count}`",
                sink_harvest_name(checking->harvest), region,
                checking->use->classes->items[class_index].name, sum.year_count, count,
                years[y - 1] + 1, years[y]);
    }
}

/* The rest of a region would have less than nothing. Children stand behind their parents. */
static void check_parts(const struct checking *checking, int class_index, size_t year)
{
    const struct sink_harvest_use *use = checking->use;
    const struct sink_region *items = use->regions->items;
    const int after_year = use->years[year - 1], last_year = use->years[year];
    memset(checking->parts_m3, 0, use->regions->count * sizeof *checking->parts_m3);
    for (size_t r = use->regions->count; r-- > 0;) {
        const double parts_m3 = checking->parts_m3[r];
        double volume_m3 = parts_m3;
        if (sink_harvest_has(checking->harvest, items[r].id, class_index)) {
            volume_m3 = sink_harvest_find(checking->harvest, items[r].id, class_index, after_year,
                                          last_year)
                            .volume_m3;
            if (parts_m3 > volume_m3 * (1 + ROUNDING))
                sink_faults_note(checking->faults, SINK_BAD_DATA,
                                 "%s: the parts of region %s have %.12g m3 of class %s from %d to "
                                 "%d, but %s itself has %.12g m3, expected as much or more",
                                 sink_harvest_name(checking->harvest), items[r].id, parts_m3,
                                 use->classes->items[class_index].name, after_year + 1, last_year,
                                 items[r].id, volume_m3);
        }
        if (items[r].parent >= 0 && items[r].kind != SINK_REGION_REST)
            checking->parts_m3[items[r].parent] += volume_m3;
    }
}

/* Regions one after another, each with its classes. */
static void check_rows(const struct checking *checking, bool is_used[SINK_MAX_CLASSES])
{
    const struct sink_harvest *harvest = checking->harvest;
    for (size_t first = 0, next; first < harvest->row_count; first = next) {
        const char *region = harvest->rows[first].region;
        bool has_class[SINK_MAX_CLASSES] = {false};
        for (next = first; next < harvest->row_count; next++) {
            if (strcmp(harvest->rows[next].region, region) != 0)
                break;
            has_class[harvest->rows[next].class_index] = true;
        }
        check_region(checking, &harvest->rows[first]);
        for (int c = 0; c < SINK_MAX_CLASSES; c++) {
            if (has_class[c] && checking->use->needs_all_years)
                check_years(checking, region, c);
            is_used[c] = is_used[c] || has_class[c];
        }
    }
}

enum sink_status sink_harvest_check(const struct sink_harvest *harvest,
                                    const struct sink_harvest_use *use, struct sink_faults *faults)
{
    const size_t before = fault_count(faults), kept = faults->count;
    const size_t bytes = (use->regions->count + 1) * sizeof(double);
    bool is_used[SINK_MAX_CLASSES] = {false};
    double *parts_m3 = malloc(bytes);
    if (!parts_m3) {
        sink_faults_note(faults, SINK_FAILED, "out of memory");
        return SINK_FAILED;
    }
    const struct checking checking = {harvest, use, faults, parts_m3};
    check_rows(&checking, is_used);
    for (int c = 0; c < SINK_MAX_CLASSES; c++)
        for (size_t y = 1; is_used[c] && y < use->year_count; y++)
            check_parts(&checking, c, y);
    free(parts_m3);
    if (fault_count(faults) == before)
        return SINK_OK;
    return faults->count > kept ? faults->items[kept].status : SINK_BAD_DATA;
}
