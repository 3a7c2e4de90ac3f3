/* Targets of a table with sources, or of the job in an inventory. */
#include "pipelines/track.h"
#include "sinkcalc/base/csv.h"
#include "sinkcalc/base/text.h"
#include "sinkcalc/tables/tables.h"

#include <stdlib.h>
#include <string.h>

#define BUILT_IN "china"
#define BUILT_IN_TABLE "targets"
#define TABLE_LIMIT_BYTES ((size_t)1 << 20)

static const struct {
    const char *key, *title;
    const char *unit, *other_unit; /* the unit and another spelling or scale of it */
    double divisor, other_divisor;
    double limit;
} kinds[SINK_TARGET_KINDS] = {
    [SINK_TARGET_FOREST_COVERAGE] = {"forest_coverage", "forest coverage", "%", "1", 100, 1, 1},
    [SINK_TARGET_FOREST_STOCK_VOLUME] = {"forest_stock_volume", "forest stock volume", "m3",
                                         "m\xC2\xB3", 1, 1, 1e15}};

const char *sink_track_title(enum sink_target_kind kind)
{
    return kinds[kind].title;
}

const char *sink_track_key(enum sink_target_kind kind)
{
    return kinds[kind].key;
}

/* The columns of a table; -1: absent. */
struct columns {
    const struct sink_csv *csv;
    int target, year, value, unit, source, kind, verified, note;
    struct sink_faults *faults;
};

static enum sink_status find_columns(struct columns *columns)
{
    static const char *const names[] = {"target", "year", "value",    "unit",
                                        "source", "kind", "verified", "note"};
    enum { COUNT = sizeof names / sizeof *names, REQUIRED = 5 };
    int found[COUNT];
    const struct sink_csv *csv = columns->csv;
    const size_t before = columns->faults->count + columns->faults->dropped;
    for (int i = 0; i < COUNT; i++) {
        found[i] = sink_csv_column(csv, names[i]);
        if (i < REQUIRED && found[i] < 0)
            sink_faults_note(columns->faults, SINK_BAD_DATA, "%s:%zu: no column %s",
                             sink_csv_name(csv), sink_csv_header_line(csv), names[i]);
    }
    for (size_t c = 0; c < sink_csv_column_count(csv); c++) {
        const char *name = sink_csv_column_name(csv, c);
        bool is_known = false;
        for (int i = 0; i < COUNT; i++)
            is_known = is_known || strcmp(name, names[i]) == 0;
        const char *near = is_known ? NULL : sink_text_nearest(name, names, COUNT);
        if (!is_known)
            sink_faults_note(columns->faults, SINK_BAD_DATA, "%s:%zu: no such column \"%s\"%s%s",
                             sink_csv_name(csv), sink_csv_header_line(csv), name,
                             near ? ", did you mean " : "", near ? near : "");
    }
    columns->target = found[0];
    columns->year = found[1];
    columns->value = found[2];
    columns->unit = found[3];
    columns->source = found[4];
    columns->kind = found[5];
    columns->verified = found[6];
    columns->note = found[7];
    return columns->faults->count + columns->faults->dropped == before ? SINK_OK : SINK_BAD_DATA;
}

static bool expected(const struct columns *columns, size_t row, int column, const char *what)
{
    sink_faults_note(columns->faults, SINK_BAD_DATA, "%s:%zu: %s: \"%.80s\", expected %s",
                     sink_csv_name(columns->csv), sink_csv_line(columns->csv, row),
                     sink_csv_column_name(columns->csv, (size_t)column),
                     sink_csv_cell(columns->csv, row, column), what);
    return false;
}

static bool read_year(const struct columns *columns, size_t row, int *year)
{
    int64_t value;
    const char *cell = sink_csv_cell(columns->csv, row, columns->year);
    if (!sink_text_to_integer(cell, &value) || value < 1000 || value > 9999)
        return expected(columns, row, columns->year, "a year from 1000 to 9999");
    *year = (int)value;
    return true;
}

static bool read_value(const struct columns *columns, size_t row, struct sink_target *target)
{
    const char *unit = sink_csv_cell(columns->csv, row, columns->unit);
    const char *cell = sink_csv_cell(columns->csv, row, columns->value);
    const bool is_unit = strcmp(unit, kinds[target->kind].unit) == 0;
    const bool is_share = target->kind == SINK_TARGET_FOREST_COVERAGE;
    if (!is_unit && strcmp(unit, kinds[target->kind].other_unit) != 0)
        return expected(columns, row, columns->unit, is_share ? "% or 1" : "m3");
    if (!sink_text_to_double(cell, &target->value))
        return expected(columns, row, columns->value, "a number such as 25 or 19e9");
    target->value /= is_unit ? kinds[target->kind].divisor : kinds[target->kind].other_divisor;
    if (!(target->value > 0 && target->value <= kinds[target->kind].limit))
        return expected(columns, row, columns->value,
                        is_share ? "a share above 0 and up to 100 %"
                                 : "a volume above 0 and up to 1e15 m3");
    return true;
}

/* A cell that is printed; NULL after a fault. Line ends within a cell and what a terminal would act
 * on are refused: sink_fail escapes them. */
static char *take_text(const struct columns *columns, size_t row, int column)
{
    struct sink_error shown;
    const char *cell = sink_csv_cell(columns->csv, row, column);
    sink_fail(&shown, SINK_BAD_DATA, "%s", cell);
    if (strcmp(shown.message, cell) != 0) {
        expected(columns, row, column, "a short text on one line");
        return NULL;
    }
    char *copy = sink_text_copy(cell);
    if (!copy)
        sink_faults_note(columns->faults, SINK_FAILED, "out of memory");
    return copy;
}

static void free_items(struct sink_track_target *items, size_t count)
{
    for (size_t i = 0; items && i < count; i++) {
        free(items[i].source);
        free(items[i].verified);
        free(items[i].note);
    }
    free(items);
}

static bool add_item(struct sink_track_target **items, size_t *count,
                     const struct sink_track_target *item)
{
    struct sink_track_target *larger = realloc(*items, (*count + 1) * sizeof **items);
    if (!larger)
        return false;
    *items = larger;
    larger[(*count)++] = *item;
    return true;
}

/* A target that is not tracked: named, unless it only tells what was reached. */
static bool leave_out(const struct columns *columns, size_t row, struct sink_track_targets *targets)
{
    char *name = take_text(columns, row, columns->target);
    char *year = take_text(columns, row, columns->year);
    char *list = NULL;
    if (name && year)
        list = sink_text_format("%s%s%s %s", targets->left_out, *targets->left_out ? ", " : "",
                                name, year);
    if (list) {
        free(targets->left_out);
        targets->left_out = list;
    }
    free(name);
    free(year);
    return list != NULL;
}

static void read_row(const struct columns *columns, size_t row, struct sink_track_targets *targets)
{
    struct sink_track_target item = {0};
    const char *name = sink_csv_cell(columns->csv, row, columns->target);
    const char *kind = sink_csv_cell(columns->csv, row, columns->kind);
    const bool is_reached = strcmp(kind, "reached") == 0;
    int tracked = -1;
    if (!is_reached && *kind && strcmp(kind, "target") != 0) {
        expected(columns, row, columns->kind, "target or reached");
        return;
    }
    for (int k = 0; k < SINK_TARGET_KINDS; k++)
        if (strcmp(name, kinds[k].key) == 0)
            tracked = k;
    if (tracked < 0) {
        if (!is_reached)
            leave_out(columns, row, targets);
        return;
    }
    item.target.kind = (enum sink_target_kind)tracked;
    if (!read_year(columns, row, &item.target.year) || !read_value(columns, row, &item.target))
        return;
    item.source = take_text(columns, row, columns->source);
    item.verified = take_text(columns, row, columns->verified);
    item.note = take_text(columns, row, columns->note);
    const bool is_whole = item.source && item.verified && item.note;
    if (is_whole && !*item.source)
        expected(columns, row, columns->source, "where the target is written");
    else if (is_whole && (is_reached ? add_item(&targets->reached, &targets->reached_count, &item)
                                     : add_item(&targets->items, &targets->count, &item)))
        return;
    else if (is_whole)
        sink_faults_note(columns->faults, SINK_FAILED, "out of memory");
    free(item.source);
    free(item.verified);
    free(item.note);
}

static int compare_items(const void *a, const void *b)
{
    const struct sink_track_target *left = a, *right = b;
    if (left->target.kind != right->target.kind)
        return left->target.kind < right->target.kind ? -1 : 1;
    if (left->target.year != right->target.year)
        return left->target.year < right->target.year ? -1 : 1;
    if (left->target.value < right->target.value)
        return -1;
    if (left->target.value > right->target.value)
        return 1;
    return strcmp(left->source, right->source); /* a total order: qsort is not stable */
}

static void sort_items(struct sink_track_targets *targets)
{
    if (targets->count > 0)
        qsort(targets->items, targets->count, sizeof *targets->items, compare_items);
    if (targets->reached_count > 0)
        qsort(targets->reached, targets->reached_count, sizeof *targets->reached, compare_items);
}

enum sink_status sink_track_targets_parse(const char *name, const char *text, size_t bytes,
                                          struct sink_track_targets *targets,
                                          struct sink_faults *faults)
{
    struct sink_csv *csv = NULL;
    struct sink_error error;
    const size_t before = faults->count + faults->dropped;
    *targets =
        (struct sink_track_targets){.from = sink_text_copy(name), .left_out = sink_text_copy("")};
    if (!targets->from || !targets->left_out) {
        sink_fail_memory(&error);
        sink_faults_add(faults, &error);
    } else if (sink_csv_parse(name, text, bytes, &csv, &error) != SINK_OK) {
        sink_faults_add(faults, &error);
    } else {
        struct columns columns = {.csv = csv, .faults = faults};
        if (find_columns(&columns) == SINK_OK)
            for (size_t row = 0; row < sink_csv_row_count(csv); row++)
                read_row(&columns, row, targets);
        sort_items(targets);
    }
    sink_csv_free(csv);
    if (faults->count + faults->dropped == before)
        return SINK_OK;
    sink_track_targets_free(targets);
    return sink_faults_status(faults, &error);
}

enum sink_status sink_track_targets_read(const char *name, struct sink_track_targets *targets,
                                         struct sink_faults *faults)
{
    char *text = NULL;
    size_t bytes = 0;
    struct sink_error error;
    *targets = (struct sink_track_targets){0};
    if (strcmp(name, BUILT_IN) == 0) {
        const struct sink_table *table = sink_table_find(BUILT_IN_TABLE);
        const enum sink_status status = sink_track_targets_parse(
            "the built-in table " BUILT_IN, table->text, table->bytes, targets, faults);
        targets->are_national = true;
        return status;
    }
    const size_t length = strlen(name);
    if (length < 4 || strcmp(name + length - 4, ".csv") != 0) {
        sink_faults_note(faults, SINK_BAD_JOB,
                         "--targets %s: expected " BUILT_IN " or a path ending in .csv", name);
        return SINK_BAD_JOB;
    }
    enum sink_status status = sink_text_read_file(name, TABLE_LIMIT_BYTES, &text, &bytes, &error);
    if (status == SINK_OK)
        status = sink_track_targets_parse(name, text, bytes, targets, faults);
    else
        sink_faults_add(faults, &error);
    free(text);
    return status;
}

enum sink_status sink_track_targets_of_job(const struct sink_track_inventory *inventory,
                                           struct sink_track_targets *targets,
                                           struct sink_error *error)
{
    const bool is_given = inventory->gives_targets;
    *targets = (struct sink_track_targets){
        .from = is_given ? sink_text_format("the job in %s", inventory->path)
                         : sink_text_format("built-in default; the job in %s gives none",
                                            inventory->path),
        .left_out = sink_text_copy(""),
        .are_national = !is_given};
    bool is_whole = targets->from && targets->left_out;
    for (size_t i = 0; is_whole && i < inventory->target_count; i++) {
        struct sink_track_target item = {
            .target = inventory->targets[i],
            .source = sink_text_copy(is_given ? "the job" : "built-in default"),
            .verified = sink_text_copy(""),
            .note = sink_text_copy("")};
        is_whole = item.source && item.verified && item.note &&
                   add_item(&targets->items, &targets->count, &item);
        if (!is_whole) {
            free(item.source);
            free(item.verified);
            free(item.note);
        }
    }
    sort_items(targets);
    if (is_whole)
        return SINK_OK;
    sink_track_targets_free(targets);
    return sink_fail_memory(error);
}

void sink_track_targets_free(struct sink_track_targets *targets)
{
    free_items(targets->items, targets->count);
    free_items(targets->reached, targets->reached_count);
    free(targets->from);
    free(targets->left_out);
    *targets = (struct sink_track_targets){0};
}
