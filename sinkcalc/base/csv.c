#include "sinkcalc/base/csv.h"

#include "sinkcalc/base/text.h"
#include "sinkcalc/base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_LIMIT = 64 * 1024, COLUMN_LIMIT = 1024 };

struct sink_csv {
    char *name;
    char *text;      /* the cells one after another, each with its NUL */
    uint32_t *cells; /* [row][column] where in `text`; row 0 is the header */
    uint32_t *lines; /* [row] */
    size_t cell_count, cell_room;
    size_t row_count, row_room; /* with the header */
    size_t column_count;
};

/* A place in the text that is read, and one in the cells that are written. A cell is never longer
 * than its text with what ends it, so the writer stays behind the reader. */
struct reader {
    struct sink_csv *csv;
    const char *at, *end;
    size_t line;
    size_t used;
};

static enum sink_status fail(const struct reader *reader, struct sink_error *error,
                             const char *what)
{
    return sink_fail(error, SINK_BAD_DATA, "%s:%zu: %s", reader->csv->name, reader->line, what);
}

/* Makes room for one more item of `item_bytes`; false without memory. */
static bool grow(void **items, size_t count, size_t *room, size_t item_bytes)
{
    if (count < *room)
        return true;
    const size_t wanted = *room ? 2 * *room : 64;
    void *const larger = realloc(*items, wanted * item_bytes);
    if (!larger)
        return false;
    *items = larger;
    *room = wanted;
    return true;
}

static bool keep_cell(struct sink_csv *csv, size_t start)
{
    void *cells = csv->cells;
    const bool is_kept = grow(&cells, csv->cell_count, &csv->cell_room, sizeof *csv->cells);

    csv->cells = cells;
    if (is_kept)
        csv->cells[csv->cell_count++] = (uint32_t)start;
    return is_kept;
}

static bool keep_row(struct sink_csv *csv, size_t line)
{
    void *lines = csv->lines;
    const bool is_kept = grow(&lines, csv->row_count, &csv->row_room, sizeof *csv->lines);

    csv->lines = lines;
    if (is_kept)
        csv->lines[csv->row_count++] = (uint32_t)line;
    return is_kept;
}

/* The bytes of the line end at `at`, or 0. */
static size_t line_end(const struct reader *reader)
{
    if (reader->at == reader->end)
        return 0;
    if (*reader->at == '\n')
        return 1;
    return *reader->at == '\r' && reader->end - reader->at > 1 && reader->at[1] == '\n' ? 2 : 0;
}

static bool is_cell_end(const struct reader *reader)
{
    return reader->at == reader->end || *reader->at == ',' || line_end(reader) > 0;
}

/* The inside of a quoted cell; `at` is on the opening quote, and ends up past the closing one. */
static enum sink_status read_quoted(struct reader *reader, struct sink_error *error)
{
    const size_t first_line = reader->line;

    for (reader->at++; reader->at < reader->end; reader->at++) {
        if (*reader->at == '"') {
            reader->at++;
            if (reader->at == reader->end || *reader->at != '"')
                return is_cell_end(reader) ? SINK_OK
                                           : fail(reader, error,
                                                  "text after a closing quote, expected a comma or "
                                                  "the end of the line");
        }
        reader->line += *reader->at == '\n';
        reader->csv->text[reader->used++] = *reader->at;
    }
    reader->line = first_line; /* where the quote opens is what must be mended */
    return fail(reader, error, "a quote that is never closed, expected a closing quote");
}

static enum sink_status read_bare(struct reader *reader, struct sink_error *error)
{
    for (; !is_cell_end(reader); reader->at++) {
        if (*reader->at == '"')
            return fail(reader, error,
                        "a quote inside a cell without quotes, expected the whole cell in quotes "
                        "and the quote doubled");
        if (*reader->at == '\r')
            return fail(reader, error,
                        "a carriage return alone, expected LF or CRLF at the end of "
                        "a line");
        reader->csv->text[reader->used++] = *reader->at;
    }
    return SINK_OK;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static enum sink_status read_cell(struct reader *reader, struct sink_error *error)
{
    char *const text = reader->csv->text;
    const size_t line = reader->line;
    size_t start = reader->used;
    const bool is_quoted = reader->at < reader->end && *reader->at == '"';
    const enum sink_status status =
        is_quoted ? read_quoted(reader, error) : read_bare(reader, error);

    if (status != SINK_OK)
        return status;
    if (reader->used - start > CELL_LIMIT)
        return sink_fail(error, SINK_BAD_DATA, "%s:%zu: a cell of %zu bytes, expected %d or fewer",
                         reader->csv->name, line, reader->used - start, CELL_LIMIT);
    while (start < reader->used && is_space(text[start]))
        start++;
    while (reader->used > start && is_space(text[reader->used - 1]))
        reader->used--;
    text[reader->used++] = '\0';
    return keep_cell(reader->csv, start) ? SINK_OK : sink_fail_memory(error);
}

/* The tail of a spreadsheet has rows of commas alone. */
static bool is_empty_row(const struct sink_csv *csv, size_t first)
{
    for (size_t i = first; i < csv->cell_count; i++)
        if (csv->text[csv->cells[i]])
            return false;
    return csv->row_count > 1 && csv->cell_count - first > 1;
}

/* The bytes of what spreadsheet programs write in place of a value where a formula is broken, alone
 * in the cell that begins there: # and a word that ends with ! or ?, or says "not available" in a
 * language of Excel. 0: none. */
static size_t broken_formula(const struct reader *reader)
{
    static const char *const words[] = {"#N/A",
                                        "#NV",
                                        "#N/D",
                                        "#N/B",
                                        "#N/V",
                                        "#I/T",
                                        "#Н/Д",
                                        "#Δ/Υ",
                                        "#HIÁNYZIK",
                                        "#NEDOSTUPNÝ",
                                        "#NENÍ_K_DISPOZICI",
                                        "#GETTING_DATA",
                                        "#YOK"};
    const char *at = reader->at;
    if (at == reader->end || *at != '#')
        return 0;
    while (at < reader->end && !strchr(" \t,\r\n", *at))
        at++;
    const size_t bytes = (size_t)(at - reader->at);
    if (at < reader->end && (*at == ' ' || *at == '\t'))
        return 0;
    if (bytes > 2 && (at[-1] == '!' || at[-1] == '?'))
        return bytes;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == bytes && memcmp(reader->at, words[i], bytes) == 0)
            return bytes;
    return 0;
}

/* One row with its line end; a row of empty cells below the header is not kept. */
static enum sink_status read_row(struct reader *reader, struct sink_error *error)
{
    struct sink_csv *const csv = reader->csv;
    const size_t line = reader->line;
    const bool is_header = csv->row_count == 0;
    const size_t first = csv->cell_count;
    const size_t broken = broken_formula(reader);
    size_t count = 0;

    if (broken > 0)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s:%zu: %.*s, which a spreadsheet program writes for a broken formula; "
                         "expected a value (or a comment: # and a space)",
                         csv->name, line, (int)(broken < 40 ? broken : 40), reader->at);
    if (!keep_row(csv, line))
        return sink_fail_memory(error);
    for (bool is_more = true; is_more;) {
        const enum sink_status status = read_cell(reader, error);
        if (status != SINK_OK)
            return status;
        count++;
        if (count > COLUMN_LIMIT)
            return sink_fail(error, SINK_BAD_DATA, "%s:%zu: more than %d cells, expected fewer",
                             csv->name, line, COLUMN_LIMIT);
        is_more = reader->at < reader->end && *reader->at == ',';
        reader->at += is_more;
    }
    const size_t ending = line_end(reader);
    reader->at += ending;
    reader->line += ending > 0;
    if (is_header)
        csv->column_count = count;
    if (is_empty_row(csv, first)) {
        csv->cell_count = first;
        csv->row_count--;
        return SINK_OK;
    }
    if (count != csv->column_count)
        return sink_fail(error, SINK_BAD_DATA, "%s:%zu: %zu cells, expected %zu as in the header",
                         csv->name, line, count, csv->column_count);
    return SINK_OK;
}

/* A line that starts with # but not with a broken formula: that would be a row lost. */
static bool is_comment(const struct reader *reader)
{
    return reader->at < reader->end && *reader->at == '#' && broken_formula(reader) == 0;
}

/* Skips comments and lines that are empty. */
static void skip_lines(struct reader *reader)
{
    while (is_comment(reader) || line_end(reader) > 0) {
        const char *const feed = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
        reader->line += feed != NULL;
        reader->at = feed ? feed + 1 : reader->end;
    }
}

/* The header's names: none empty, none twice. No name holds what other tables part columns with. */
static enum sink_status check_header(const struct sink_csv *csv, struct sink_error *error)
{
    const char *const parting = strpbrk(sink_csv_column_name(csv, 0), ";\t");
    if (parting)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s:%u: columns parted by %s, expected commas (and points in numbers)",
                         csv->name, csv->lines[0], *parting == ';' ? "semicolons" : "tabs");
    for (size_t i = 0; i < csv->column_count; i++) {
        const char *const column = sink_csv_column_name(csv, i);
        if (!*column)
            return sink_fail(error, SINK_BAD_DATA,
                             "%s:%u: column %zu has no name, expected a name for each column",
                             csv->name, csv->lines[0], i + 1);
        if (sink_csv_column(csv, column) != (int)i)
            return sink_fail(error, SINK_BAD_DATA,
                             "%s:%u: the column '%s' stands twice, expected each name once",
                             csv->name, csv->lines[0], column);
    }
    return SINK_OK;
}

/* A file of a spreadsheet program: a zip, or in its older form a compound file. */
static bool is_workbook(const struct reader *reader)
{
    const size_t bytes = (size_t)(reader->end - reader->at);
    return bytes >= 4 && (memcmp(reader->at, "PK\x03\x04", 4) == 0 ||
                          memcmp(reader->at, "\xD0\xCF\x11\xE0", 4) == 0);
}

/* What must hold for the whole text: UTF-8 without control characters. */
static enum sink_status check_bytes(struct reader reader, struct sink_error *error)
{
    if (is_workbook(&reader))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: a workbook or zip file, expected text; export the sheet as CSV UTF-8",
                         reader.csv->name);
    while (reader.at < reader.end) {
        uint32_t code = 0;
        const size_t length =
            sink_utf8_character(reader.at, (size_t)(reader.end - reader.at), &code);
        if (length == 0)
            return sink_fail(error, SINK_BAD_DATA,
                             "%s:%zu: the byte 0x%02x, expected UTF-8 (GBK? save it as CSV UTF-8)",
                             reader.csv->name, reader.line, (unsigned)(unsigned char)*reader.at);
        if (*reader.at == '\0')
            return fail(&reader, error, "a NUL byte, expected text");
        if (sink_utf8_is_control(code) && !strchr("\t\n\r", *reader.at))
            return sink_fail(error, SINK_BAD_DATA,
                             "%s:%zu: the control character U+%04X, expected text",
                             reader.csv->name, reader.line, (unsigned)code);
        reader.line += *reader.at == '\n';
        reader.at += length;
    }
    return SINK_OK;
}

static enum sink_status read_rows(struct reader *reader, struct sink_error *error)
{
    enum sink_status status = check_bytes(*reader, error);

    for (skip_lines(reader); status == SINK_OK && reader->at < reader->end; skip_lines(reader)) {
        const bool is_header = reader->csv->row_count == 0;
        status = read_row(reader, error);
        if (status == SINK_OK && is_header)
            status = check_header(reader->csv, error);
    }
    if (status == SINK_OK && reader->csv->row_count == 0)
        status = fail(reader, error, "no rows, expected a header line");
    return status;
}

enum sink_status sink_csv_parse(const char *name, const char *text, size_t bytes,
                                struct sink_csv **csv, struct sink_error *error)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* UTF-8 byte order mark */

    *csv = NULL;
    if (bytes >= UINT32_MAX) /* places and lines are kept in 32 bits */
        return sink_fail(error, SINK_BAD_DATA, "%s: %zu bytes, expected fewer than 4 GiB", name,
                         bytes);

    struct sink_csv *const made = calloc(1, sizeof *made);
    if (!made)
        return sink_fail_memory(error);
    made->name = sink_text_copy(name);
    made->text = malloc(bytes + 1);
    enum sink_status status = SINK_OK;
    if (made->name && made->text) {
        const size_t skipped = bytes >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
        struct reader reader = {.csv = made, .at = text + skipped, .end = text + bytes, .line = 1};
        status = read_rows(&reader, error);
    } else {
        status = sink_fail_memory(error);
    }
    if (status == SINK_OK)
        *csv = made;
    else
        sink_csv_free(made);
    return status;
}

void sink_csv_free(struct sink_csv *csv)
{
    if (!csv)
        return;
    free(csv->name);
    free(csv->text);
    free(csv->cells);
    free(csv->lines);
    free(csv);
}

const char *sink_csv_name(const struct sink_csv *csv)
{
    return csv->name;
}

size_t sink_csv_row_count(const struct sink_csv *csv)
{
    return csv->row_count - 1;
}

size_t sink_csv_column_count(const struct sink_csv *csv)
{
    return csv->column_count;
}

const char *sink_csv_column_name(const struct sink_csv *csv, size_t column)
{
    return csv->text + csv->cells[column];
}

int sink_csv_column(const struct sink_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->column_count; i++)
        if (strcmp(sink_csv_column_name(csv, i), name) == 0)
            return (int)i;
    return -1;
}

const char *sink_csv_cell(const struct sink_csv *csv, size_t row, int column)
{
    if (column < 0)
        return "";
    return csv->text + csv->cells[(row + 1) * csv->column_count + (size_t)column];
}

size_t sink_csv_line(const struct sink_csv *csv, size_t row)
{
    return csv->lines[row + 1];
}

size_t sink_csv_header_line(const struct sink_csv *csv)
{
    return csv->lines[0];
}
