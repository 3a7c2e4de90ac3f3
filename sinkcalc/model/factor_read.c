/* Factor tables from CSV, every cell checked. */
#include "sinkcalc/base/text.h"
#include "sinkcalc/model/factor.h"
#include "sinkcalc/model/factor_kind.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What stands behind the rows: the tables and the arrays of keys. */
struct owned {
    struct sink_csv **tables;
    size_t table_count;
    const char ***arrays; /* rows' keys */
    size_t array_count;
};

/* One table while it is read. */
struct reading {
    struct sink_factors *factors;
    const struct sink_csv *csv;
    const struct sink_class_list *classes;
    struct sink_faults *faults;
    size_t set_index;
    size_t row;                            /* current */
    int key_columns[SINK_FACTOR_KEYS_MAX]; /* column of each key of the set, -1 */
};

static const char *const columns[] = {
    "quantity", "class",  "over",  "up_to",    "value",    "unit",         "lower",
    "upper",    "spread", "sd",    "se",       "n",        "distribution", "includes_roots",
    "depth_cm", "source", "table", "verified", "fallback", "variable",     "note"};

static void fault(const struct reading *reading, const char *column, const char *found,
                  const char *expected)
{
    sink_faults_note(reading->faults, SINK_BAD_DATA, "%s:%zu: %s \"%s\", expected %s",
                     sink_csv_name(reading->csv), sink_csv_line(reading->csv, reading->row), column,
                     found, expected);
}

static const char *cell(const struct reading *reading, const char *column)
{
    return sink_csv_cell(reading->csv, reading->row, sink_csv_column(reading->csv, column));
}

static void add_key(struct reading *reading, const char *name, int column)
{
    struct sink_factors *factors = reading->factors;
    size_t k = 0;
    while (k < factors->key_count && strcmp(factors->keys[k], name) != 0)
        k++;
    if (k == SINK_FACTOR_KEYS_MAX) {
        sink_faults_note(
            reading->faults, SINK_BAD_DATA,
            "%s:%zu: key:%s is one overlay too many, expected at most %d in all tables",
            sink_csv_name(reading->csv), sink_csv_header_line(reading->csv), name,
            SINK_FACTOR_KEYS_MAX);
        return;
    }
    factors->keys[k] = name;
    factors->key_count = k < factors->key_count ? factors->key_count : k + 1;
    reading->key_columns[k] = column;
}

static void read_columns(struct reading *reading)
{
    const size_t known_count = sizeof columns / sizeof *columns;
    static const char *const required[] = {"quantity", "value", "unit", "source", "verified"};
    bool is_misspelt[sizeof required / sizeof *required] = {0};
    for (size_t c = 0; c < sink_csv_column_count(reading->csv); c++) {
        const char *name = sink_csv_column_name(reading->csv, c);
        const bool is_key = strncmp(name, "key:", 4) == 0 && name[4];
        bool is_known = is_key;
        for (size_t k = 0; k < known_count; k++)
            is_known |= strcmp(name, columns[k]) == 0;
        if (is_key)
            add_key(reading, name + 4, (int)c);
        if (is_known)
            continue;
        const char *nearest = sink_text_nearest(name, columns, known_count);
        sink_faults_note(reading->faults, SINK_BAD_DATA,
                         "%s:%zu: unknown column \"%s\"%s%s%s; overlays are columns like key:zone",
                         sink_csv_name(reading->csv), sink_csv_header_line(reading->csv), name,
                         nearest ? ", did you mean \"" : "", nearest ? nearest : "",
                         nearest ? "\"?" : "");
        for (size_t k = 0; nearest && k < sizeof required / sizeof *required; k++)
            is_misspelt[k] |= strcmp(nearest, required[k]) == 0;
    }
    for (size_t k = 0; k < sizeof required / sizeof *required; k++)
        if (sink_csv_column(reading->csv, required[k]) < 0 && !is_misspelt[k])
            sink_faults_note(reading->faults, SINK_BAD_DATA, "%s:%zu: no column \"%s\"",
                             sink_csv_name(reading->csv), sink_csv_header_line(reading->csv),
                             required[k]);
}

static bool read_kind(const struct reading *reading, enum sink_factor_kind *kind)
{
    const char *names[SINK_FACTOR_KIND_COUNT], *found = cell(reading, "quantity");
    for (int i = 0; i < SINK_FACTOR_KIND_COUNT; i++) {
        names[i] = sink_factor_kind_name((enum sink_factor_kind)i);
        if (strcmp(found, names[i]) == 0) {
            *kind = (enum sink_factor_kind)i;
            return true;
        }
    }
    const char *nearest = sink_text_nearest(found, names, SINK_FACTOR_KIND_COUNT);
    fault(reading, "quantity", found, nearest ? nearest : "one like carbon_fraction or root_shoot");
    return false;
}

/* What stands behind the next |, or NULL. */
static const char *next_word(const char *at)
{
    const char *bar = strchr(at, '|');
    return bar ? bar + 1 : NULL;
}

static bool check_classes(const struct reading *reading, const char *list)
{
    char name[64];
    if (!*list || strcmp(list, "*") == 0)
        return true;
    for (const char *at = list; at; at = next_word(at)) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "|"), at);
        if (sink_class_list_find(reading->classes, name) < 0) {
            fault(reading, "class", name, "names of classes with | between them");
            return false;
        }
    }
    return true;
}

/* Values of overlays are words: anything else would never fit, and nobody would know. */
static bool is_word_list(const char *list)
{
    if (!*list || strcmp(list, "*") == 0)
        return true;
    for (const char *at = list; at; at = next_word(at)) {
        const size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_");
        if (length == 0 || (at[length] && at[length] != '|'))
            return false;
    }
    return true;
}

/* An empty cell gives `empty`. */
static bool read_number(const struct reading *reading, const char *column, double empty,
                        double *value)
{
    const char *text = cell(reading, column);
    *value = empty;
    if (!*text || sink_text_to_double(text, value))
        return true;
    fault(reading, column, text, "a number");
    return false;
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static bool read_unit(const struct reading *reading, struct sink_factor *row, double *factor)
{
    char expected[96];
    row->unit = cell(reading, "unit");
    if (sink_factor_unit_parse(row->kind, row->unit, factor, &row->is_carbon))
        return true;
    snprintf(expected, sizeof expected, "a unit of the quantity, like %s",
             sink_factor_unit_example(row->kind));
    fault(reading, "unit", row->unit, expected);
    return false;
}

static bool read_values(const struct reading *reading, struct sink_factor *row)
{
    double factor;
    if (!read_unit(reading, row, &factor))
        return false;
    const struct {
        const char *column;
        double empty, factor, *value;
    } numbers[] = {{"value", NAN, factor, &row->value}, {"lower", NAN, factor, &row->lower},
                   {"upper", NAN, factor, &row->upper}, {"sd", NAN, factor, &row->sd},
                   {"se", NAN, factor, &row->se},       {"n", NAN, 1, &row->n},
                   {"over", -INFINITY, 1, &row->over},  {"up_to", INFINITY, 1, &row->up_to},
                   {"depth_cm", NAN, 1, &row->depth_cm}};
    bool is_good = true; /* read on after a fault, so that all of them are told */
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        is_good =
            read_number(reading, numbers[i].column, numbers[i].empty, numbers[i].value) && is_good;
        *numbers[i].value *= numbers[i].factor;
    }
    if (is_good && isnan(row->value)) {
        fault(reading, "value", "", "a number");
        is_good = false;
    }
    return is_good;
}

static bool check_interval(const struct reading *reading, const struct sink_factor *row)
{
    const bool has_interval = !isinf(row->over) || !isinf(row->up_to);
    const char *column = isinf(row->over) ? "up_to" : "over";
    if (!(row->over < row->up_to))
        fault(reading, "over", cell(reading, "over"), "less than up_to");
    else if (has_interval && sink_factor_kind_interval(row->kind) == SINK_INTERVAL_NONE)
        fault(reading, column, cell(reading, column),
              "no interval: only root_shoot, bcef, bcef_growth, bcef_removal, growth and "
              "volume_growth have one");
    else
        return true;
    return false;
}

/* No factor per ha, share or ratio is that large, in its own unit; sums stay numbers. */
#define MAX_FACTOR 1e7

static bool check_size(const struct reading *reading, const struct sink_factor *row)
{
    const struct {
        const char *column;
        double value;
    } sizes[] = {{"value", row->value}, {"lower", row->lower}, {"upper", row->upper},
                 {"sd", row->sd},       {"se", row->se},       {"n", row->n}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (fabs(sizes[i].value) > MAX_FACTOR) {
            fault(reading, sizes[i].column, cell(reading, sizes[i].column), "a number up to 1e7");
            return false;
        }
    return true;
}

static bool check_range(const struct reading *reading, const struct sink_factor *row)
{
    const char *depth = sink_factor_depth_expected(row->kind, row->depth_cm);
    if (row->value < 0 && !sink_factor_may_be_negative(row->kind))
        fault(reading, "value", cell(reading, "value"), "a number from 0");
    else if (row->value > 1 && sink_factor_is_fraction(row->kind))
        fault(reading, "value", cell(reading, "value"), "a fraction up to 1");
    else if (row->lower > row->value)
        fault(reading, "lower", cell(reading, "lower"), "at most the value");
    else if (row->upper < row->value)
        fault(reading, "upper", cell(reading, "upper"), "at least the value");
    else if (row->sd < 0)
        fault(reading, "sd", cell(reading, "sd"), "a number from 0");
    else if (row->se < 0)
        fault(reading, "se", cell(reading, "se"), "a number from 0");
    else if (row->n < 1)
        fault(reading, "n", cell(reading, "n"), "the count of observations");
    else if (!*row->source)
        fault(reading, "source", "", "the document the value is from");
    else if (depth)
        fault(reading, "depth_cm", cell(reading, "depth_cm"), depth);
    else
        return check_interval(reading, row);
    return false;
}

/* A distribution that cannot be drawn from would fail long after the table was read. */
static bool read_distribution(const struct reading *reading, struct sink_factor *row)
{
    static const char *const words[] = {"",           "normal", "lognormal", "truncated_normal",
                                        "triangular", "pert",   "uniform",   NULL};
    static const char *const bounded[] = {"triangular", "pert", "uniform", NULL};
    row->distribution = cell(reading, "distribution");
    if (!is_one_of(row->distribution, words))
        fault(reading, "distribution", row->distribution,
              "normal, lognormal, truncated_normal, triangular, pert or uniform");
    else if (is_one_of(row->distribution, bounded) && (isnan(row->lower) || isnan(row->upper)))
        fault(reading, "distribution", row->distribution, "lower and upper to go with it");
    else if (strcmp(row->distribution, "lognormal") == 0 && !(row->value > 0))
        fault(reading, "distribution", row->distribution, "a value above 0 to go with it");
    else
        return true;
    return false;
}

static bool read_roots(const struct reading *reading, struct sink_factor *row)
{
    const char *text = cell(reading, "includes_roots");
    row->includes_roots = strcmp(text, "yes") == 0;
    if (row->includes_roots || strcmp(text, "no") == 0 ||
        (!*text && !sink_factor_is_line(row->kind)))
        return true;
    fault(reading, "includes_roots", text, "yes or no");
    return false;
}

static bool read_verified(const struct reading *reading, struct sink_factor *row)
{
    static const char *const words[] = {"seen", "transcribed", "recalled", "derived", "own", NULL};
    row->verified = cell(reading, "verified");
    if (is_one_of(row->verified, words))
        return true;
    fault(reading, "verified", row->verified, "seen, transcribed, recalled, derived or own");
    return false;
}

static bool is_given(const char *list)
{
    return *list && strcmp(list, "*") != 0;
}

static bool read_keys(const struct reading *reading, struct sink_factor *row)
{
    bool is_good = true;
    row->specificity = 2 * is_given(row->classes) + (!isinf(row->over) || !isinf(row->up_to));
    for (size_t k = 0; k < SINK_FACTOR_KEYS_MAX; k++) {
        row->keys[k] = sink_csv_cell(reading->csv, reading->row, reading->key_columns[k]);
        row->specificity += 2 * is_given(row->keys[k]);
        if (!is_word_list(row->keys[k])) {
            fault(reading, sink_csv_column_name(reading->csv, (size_t)reading->key_columns[k]),
                  row->keys[k], "words of small letters, digits and _ with | between them");
            is_good = false;
        }
    }
    return is_good;
}

static bool read_row(const struct reading *reading, struct sink_factor *row, const char **keys)
{
    *row = (struct sink_factor){.set = sink_csv_name(reading->csv),
                                .line = sink_csv_line(reading->csv, reading->row),
                                .set_index = reading->set_index,
                                .classes = cell(reading, "class"),
                                .spread = cell(reading, "spread"),
                                .source = cell(reading, "source"),
                                .table = cell(reading, "table"),
                                .note = cell(reading, "note"),
                                .fallback = cell(reading, "fallback"),
                                .variable = cell(reading, "variable"),
                                .keys = keys};
    if (!read_kind(reading, &row->kind) || !check_classes(reading, row->classes) ||
        !read_values(reading, row) || !check_size(reading, row) || !check_range(reading, row) ||
        !read_distribution(reading, row) || !read_roots(reading, row) ||
        !read_verified(reading, row) || !read_keys(reading, row))
        return false;
    struct sink_spread spread;
    struct sink_error error;
    const bool is_told = sink_factor_read_spread(row, &spread, &error) == SINK_OK;
    if (!is_told)
        sink_faults_add(reading->faults, &error);
    return is_told;
}

/* Order by everything that a row is found by. */
static int by_key(const void *left, const void *right)
{
    const struct sink_factor *a = *(const struct sink_factor *const *)left;
    const struct sink_factor *b = *(const struct sink_factor *const *)right;
    int order = (a->kind > b->kind) - (a->kind < b->kind);
    if (order == 0)
        order = (a->over > b->over) - (a->over < b->over);
    if (order == 0)
        order = (a->up_to > b->up_to) - (a->up_to < b->up_to);
    if (order == 0)
        order = strcmp(a->classes, b->classes);
    for (size_t k = 0; order == 0 && k < SINK_FACTOR_KEYS_MAX; k++)
        order = strcmp(a->keys[k], b->keys[k]);
    return order;
}

static int by_key_and_line(const void *left, const void *right)
{
    const struct sink_factor *a = *(const struct sink_factor *const *)left;
    const struct sink_factor *b = *(const struct sink_factor *const *)right;
    const int order = by_key(left, right);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static bool check_doubles(const struct reading *reading, size_t first)
{
    const struct sink_factors *factors = reading->factors;
    const size_t count = factors->row_count - first;
    const struct sink_factor **rows = malloc((count + 1) * sizeof *rows);
    if (!rows)
        return false;
    for (size_t i = 0; i < count; i++)
        rows[i] = &factors->rows[first + i];
    qsort(rows, count, sizeof *rows, by_key_and_line);
    for (size_t i = 1; i < count; i++)
        if (by_key(&rows[i - 1], &rows[i]) == 0)
            sink_faults_note(reading->faults, SINK_BAD_DATA, "%s:%zu: the same keys as line %zu",
                             rows[i]->set, rows[i]->line, rows[i - 1]->line);
    free(rows);
    return true;
}

/* Takes over the table; room for its rows and their keys. NULL without memory. */
static const char **reserve(struct sink_factors *factors, struct sink_csv *csv)
{
    const size_t count = sink_csv_row_count(csv);
    if (!factors->owned)
        factors->owned = calloc(1, sizeof(struct owned));
    struct owned *owned = factors->owned;
    if (!owned) {
        sink_csv_free(csv);
        return NULL;
    }
    struct sink_csv **tables =
        realloc(owned->tables, (owned->table_count + 1) * sizeof(struct sink_csv *));
    if (!tables) {
        sink_csv_free(csv);
        return NULL;
    }
    owned->tables = tables;
    owned->tables[owned->table_count++] = csv;
    if (!factors->keys)
        factors->keys = calloc(SINK_FACTOR_KEYS_MAX, sizeof *factors->keys);
    const char ***arrays = realloc(owned->arrays, (owned->array_count + 1) * sizeof *arrays);
    if (arrays)
        owned->arrays = arrays;
    if (!arrays || !factors->keys)
        return NULL;
    const char **keys = calloc(count * SINK_FACTOR_KEYS_MAX + 1, sizeof *keys);
    struct sink_factor *rows =
        realloc(factors->rows, (factors->row_count + count + 1) * sizeof *rows);
    if (rows)
        factors->rows = rows;
    if (!keys || !rows) {
        free(keys);
        return NULL;
    }
    owned->arrays[owned->array_count++] = keys;
    return keys;
}

/* Sorts the positions of all rows by kind. False without memory. */
static bool sort_kinds(struct sink_factors *factors)
{
    size_t *starts = factors->kind_starts, used[SINK_FACTOR_KIND_COUNT];
    size_t *rows = realloc(factors->kind_rows, (factors->row_count + 1) * sizeof *rows);
    if (!rows)
        return false;
    factors->kind_rows = rows;
    memset(starts, 0, sizeof factors->kind_starts);
    for (size_t i = 0; i < factors->row_count; i++)
        starts[factors->rows[i].kind + 1]++;
    for (int kind = 0; kind < SINK_FACTOR_KIND_COUNT; kind++) {
        starts[kind + 1] += starts[kind];
        used[kind] = starts[kind];
    }
    for (size_t i = 0; i < factors->row_count; i++)
        rows[used[factors->rows[i].kind]++] = i;
    return true;
}

enum sink_status sink_factors_add(struct sink_factors *factors, struct sink_csv *csv,
                                  const struct sink_class_list *classes, struct sink_faults *faults)
{
    const size_t before = faults->count, first = factors->row_count;
    struct reading reading = {.factors = factors, .csv = csv, .classes = classes, .faults = faults};
    const char **keys = reserve(factors, csv);
    if (!keys) {
        sink_faults_note(faults, SINK_FAILED, "out of memory");
        return SINK_FAILED;
    }
    reading.set_index = ((struct owned *)factors->owned)->table_count - 1;
    for (size_t k = 0; k < SINK_FACTOR_KEYS_MAX; k++)
        reading.key_columns[k] = -1;
    read_columns(&reading);
    if (sink_csv_row_count(csv) == 0)
        sink_faults_note(faults, SINK_BAD_DATA, "%s: no rows, expected a factor in each",
                         sink_csv_name(csv));
    const bool has_columns = faults->count == before;
    for (size_t i = 0; has_columns && i < sink_csv_row_count(csv); i++) {
        reading.row = i;
        if (read_row(&reading, &factors->rows[factors->row_count], keys + i * SINK_FACTOR_KEYS_MAX))
            factors->row_count++;
        else if (faults->count > before + 20)
            break;
    }
    if (!sort_kinds(factors) || (faults->count == before && !check_doubles(&reading, first)))
        sink_faults_note(faults, SINK_FAILED, "out of memory");
    return faults->count == before ? SINK_OK : SINK_BAD_DATA;
}

void sink_factors_free(struct sink_factors *factors)
{
    struct owned *owned = factors->owned;
    for (size_t i = 0; owned && i < owned->table_count; i++)
        sink_csv_free(owned->tables[i]);
    for (size_t i = 0; owned && i < owned->array_count; i++)
        free(owned->arrays[i]);
    if (owned) {
        free(owned->tables);
        free(owned->arrays);
    }
    free(owned);
    free(factors->rows);
    free(factors->kind_rows);
    free(factors->keys);
    *factors = (struct sink_factors){0};
}
