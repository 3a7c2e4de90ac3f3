/* What the jobs and the tables of factors of two inventories say differently, line by line. */
#include "pipelines/diff.h"
#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

/* A line of a file that is no comment, without the spaces around it. */
struct line {
    const char *file, *text;
    size_t length, number;
    bool is_common; /* the other side has it too, elsewhere perhaps */
};

struct lines {
    struct line *items;
    size_t count, room;
    bool has_failed;
};

static void add_line(struct lines *lines, struct line line)
{
    while (line.length > 0 && strchr(" \t\r", *line.text)) {
        line.text++;
        line.length--;
    }
    while (line.length > 0 && strchr(" \t\r", line.text[line.length - 1]))
        line.length--;
    if (line.length == 0 || *line.text == '#')
        return;
    if (lines->count == lines->room) {
        const size_t room = lines->room ? 2 * lines->room : 256;
        struct line *more = realloc(lines->items, room * sizeof *more);
        if (!more) {
            lines->has_failed = true;
            return;
        }
        lines->items = more;
        lines->room = room;
    }
    lines->items[lines->count++] = line;
}

static void add_text(struct lines *lines, const char *file, const char *text)
{
    for (size_t number = 1; *text; number++) {
        const size_t length = strcspn(text, "\n");
        add_line(lines,
                 (struct line){.file = file, .text = text, .length = length, .number = number});
        text += length + (text[length] == '\n');
    }
}

static int by_text(const void *a, const void *b)
{
    const struct line *p = *(const struct line *const *)a, *q = *(const struct line *const *)b;
    const size_t least = p->length < q->length ? p->length : q->length;
    const int order = memcmp(p->text, q->text, least);
    return order                    ? order
           : p->length != q->length ? (p->length < q->length ? -1 : 1)
                                    : (p < q ? -1 : p > q);
}

static const struct line **sort(const struct lines *lines)
{
    const struct line **sorted = malloc((lines->count + 1) * sizeof *sorted);
    for (size_t i = 0; sorted && i < lines->count; i++)
        sorted[i] = &lines->items[i];
    if (sorted)
        qsort(sorted, lines->count, sizeof *sorted, by_text);
    return sorted;
}

static bool has_text(const struct line *a, const struct line *b, int *order)
{
    const size_t least = a->length < b->length ? a->length : b->length;
    *order = memcmp(a->text, b->text, least);
    if (*order == 0 && a->length != b->length)
        *order = a->length < b->length ? -1 : 1;
    return *order == 0;
}

/* Marks lines that both have, each as often as both have it. False without memory. */
static bool match(struct lines both[2])
{
    const struct line **a = sort(&both[0]), **b = sort(&both[1]);
    for (size_t i = 0, j = 0; a && b && i < both[0].count && j < both[1].count;) {
        int order;
        if (has_text(a[i], b[j], &order)) {
            both[0].items[a[i] - both[0].items].is_common = true;
            both[1].items[b[j] - both[1].items].is_common = true;
        }
        i += order <= 0;
        j += order >= 0;
    }
    const bool is_whole = a && b;
    free(a);
    free(b);
    return is_whole;
}

static bool keep(const struct lines *from, struct sink_diff_lines *to)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct line *line = &from->items[i];
        if (line->is_common || ++to->count > SINK_DIFF_LINES)
            continue;
        to->items[to->kept] = sink_text_format("%s:%zu: %.*s", line->file, line->number,
                                               (int)line->length, line->text);
        if (!to->items[to->kept++])
            return false;
    }
    return true;
}

static bool compare(struct lines both[2], struct sink_diff_lines kept[2])
{
    const bool is_whole = !both[0].has_failed && !both[1].has_failed && match(both) &&
                          keep(&both[0], &kept[0]) && keep(&both[1], &kept[1]);
    free(both[0].items);
    free(both[1].items);
    return is_whole;
}

enum sink_status sink_diff_compare_lines(struct sink_diff *diff, const struct sink_evidence *a,
                                         const struct sink_evidence *b, struct sink_error *error)
{
    const struct sink_evidence *const both[2] = {a, b};
    struct lines jobs[2] = {0}, rows[2] = {0};
    for (int side = 0; side < 2; side++) {
        add_text(&jobs[side], both[side]->job_path, both[side]->job_text);
        for (size_t t = 0; t < both[side]->table_count; t++)
            add_text(&rows[side], both[side]->tables[t].name, both[side]->tables[t].text);
    }
    const bool has_jobs = compare(jobs, diff->job_lines);
    const bool has_rows = compare(rows, diff->factor_rows);
    return has_jobs && has_rows ? SINK_OK : sink_fail_memory(error);
}

void sink_diff_lines_free(struct sink_diff_lines *lines)
{
    for (size_t i = 0; i < lines->kept; i++)
        free(lines->items[i]);
    *lines = (struct sink_diff_lines){0};
}
