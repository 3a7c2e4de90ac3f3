#include "pipelines/workbook.h"

#include "pipelines/workbook_library.h"
#include "sinkcalc/base/text.h"
#include "sinkcalc/base/utf8.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { MAX_TEXT_BYTES = 32000, A4 = 9 };

struct sink_workbook {
    int file; /* in memory, so that a full disk is met by our own writing, which tells it */
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *styles[SINK_CELL_STYLES];
    lxw_format *numbers[SINK_CELL_MAX_DECIMALS + 2]; /* the last one is general */
    lxw_error code;                                  /* of the first fault */
    char place[64];                                  /* the sheet then */
    char sheet_name[64];
};

static void keep(struct sink_workbook *book, lxw_error code)
{
    if (code == LXW_NO_ERROR || book->code != LXW_NO_ERROR)
        return;
    book->code = code;
    memcpy(book->place, book->sheet_name, sizeof book->place);
}

void sink_workbook_fail_memory(struct sink_workbook *book)
{
    keep(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
}

static bool add_formats(struct sink_workbook *book)
{
    static const char *const formats[] = {"#,##0", "#,##0.0", "#,##0.00", "#,##0.000",
                                          "#,##0.0000"};
    for (int s = 0; s < SINK_CELL_STYLES; s++)
        if (!(book->styles[s] = workbook_add_format(book->book)))
            return false;
    for (int n = 0; n < SINK_CELL_MAX_DECIMALS + 2; n++) {
        if (!(book->numbers[n] = workbook_add_format(book->book)))
            return false;
        if (n <= SINK_CELL_MAX_DECIMALS)
            format_set_num_format(book->numbers[n], formats[n]);
    }
    format_set_bold(book->styles[SINK_CELL_TITLE]);
    format_set_font_size(book->styles[SINK_CELL_TITLE], 14);
    format_set_italic(book->styles[SINK_CELL_NOTE]);
    format_set_font_color(book->styles[SINK_CELL_NOTE], 0x595959);
    format_set_bold(book->styles[SINK_CELL_BOLD]);
    format_set_italic(book->styles[SINK_CELL_KEY]);
    format_set_font_color(book->styles[SINK_CELL_KEY], 0x595959);
    format_set_align(book->styles[SINK_CELL_KEY], LXW_ALIGN_RIGHT);
    lxw_format *head = book->styles[SINK_CELL_HEAD];
    format_set_bold(head);
    format_set_text_wrap(head);
    format_set_align(head, LXW_ALIGN_CENTER);
    format_set_align(head, LXW_ALIGN_VERTICAL_CENTER);
    format_set_bg_color(head, 0xE2EFDA);
    format_set_border(head, LXW_BORDER_THIN);
    format_set_border_color(head, 0xA6A6A6);
    return true;
}

/* XML has no U+FFFE and U+FFFF, not even escaped; U+FFFD stands for them. The library takes care of
 * control characters. */
static void mend(char *text)
{
    for (char *at = text; at && (at = strstr(at, "\xEF\xBF")) != NULL; at += 2)
        if ((unsigned char)at[2] >= 0xBE)
            at[2] = '\xBD';
}

/* The library copies what the properties say; it asks for texts that may change. */
static void set_properties(struct sink_workbook *book, const char *title, int year)
{
    char *copy = sink_text_copy(title), *application = sink_text_copy("sinkcalc");
    mend(copy);
    struct tm date = {.tm_year = year - 1900, .tm_mon = 11, .tm_mday = 31, .tm_isdst = -1};
    lxw_doc_properties properties = {
        .title = copy, .author = application, .created = timegm(&date)};
    if (copy && application)
        keep(book, workbook_set_properties(book->book, &properties));
    else
        keep(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
    free(copy);
    free(application);
}

static void free_book(struct sink_workbook *book)
{
    if (book->file >= 0)
        close(book->file);
    free(book);
}

static enum sink_status open_book(struct sink_workbook *book, struct sink_error *error)
{
    char path[40];
    book->file = memfd_create("workbook", MFD_CLOEXEC);
    if (book->file < 0)
        return sink_fail(error, SINK_FAILED, "a workbook cannot be made in memory: %s",
                         strerror(errno));
    snprintf(path, sizeof path, "/proc/self/fd/%d", book->file);
    book->book = workbook_new(path);
    if (book->book && add_formats(book))
        return SINK_OK;
    if (book->book)
        lxw_workbook_free(book->book);
    return sink_fail_memory(error);
}

enum sink_status sink_workbook_new(const char *title, int year, struct sink_workbook **book,
                                   struct sink_error *error)
{
    struct sink_workbook *made = *book = calloc(1, sizeof *made);
    if (!made)
        return sink_fail_memory(error);
    made->file = -1;
    enum sink_status status = sink_workbook_library_start(error);
    if (status == SINK_OK) {
        status = open_book(made, error);
        if (status == SINK_OK) {
            set_properties(made, title, year);
            return SINK_OK;
        }
        sink_workbook_library_end();
    }
    free_book(made);
    *book = NULL;
    return status;
}

void sink_workbook_start_sheet(struct sink_workbook *book, const char *name)
{
    snprintf(book->sheet_name, sizeof book->sheet_name, "%s", name);
    book->sheet = workbook_add_worksheet(book->book, name);
    if (!book->sheet) {
        keep(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return;
    }
    worksheet_set_landscape(book->sheet);
    worksheet_set_paper(book->sheet, A4);
}

void sink_workbook_freeze(struct sink_workbook *book, uint32_t rows, uint16_t columns)
{
    if (book->code != LXW_NO_ERROR)
        return;
    worksheet_freeze_panes(book->sheet, rows, columns);
    if (rows > 0)
        keep(book, worksheet_repeat_rows(book->sheet, 0, rows - 1));
    if (columns > 0)
        keep(book, worksheet_repeat_columns(book->sheet, 0, (uint16_t)(columns - 1)));
}

void sink_workbook_fit(struct sink_workbook *book)
{
    if (book->code == LXW_NO_ERROR)
        worksheet_fit_to_pages(book->sheet, 1, 0);
}

void sink_workbook_lines(struct sink_workbook *book, uint32_t row, int lines)
{
    if (book->code == LXW_NO_ERROR)
        keep(book, worksheet_set_row(book->sheet, row, 15.0 * lines, NULL));
}

void sink_workbook_width(struct sink_workbook *book, uint16_t first, uint16_t last, double width)
{
    if (book->code == LXW_NO_ERROR)
        keep(book, worksheet_set_column(book->sheet, first, last, width, NULL));
}

/* Where a text of at most so many bytes ends, between two characters. */
static size_t cut_at(const char *text, size_t limit)
{
    size_t at = 0, bytes = strlen(text);
    if (bytes <= limit)
        return bytes;
    for (size_t step = 1; step > 0 && at + step <= limit; at += step)
        if ((step = sink_utf8_character(text + at, bytes - at, NULL)) == 0 || at + step > limit)
            break;
    return at;
}

static void put_text(struct sink_workbook *book, uint32_t row, const uint16_t columns[2],
                     const char *text, lxw_format *format)
{
    if (book->code != LXW_NO_ERROR)
        return;
    char *part = sink_text_format("%.*s", (int)cut_at(text, MAX_TEXT_BYTES), text);
    mend(part);
    keep(book,
         !part ? LXW_ERROR_MEMORY_MALLOC_FAILED
         : columns[0] == columns[1]
             ? worksheet_write_string(book->sheet, row, columns[0], part, format)
             : worksheet_merge_range(book->sheet, row, columns[0], row, columns[1], part, format));
    free(part);
}

void sink_workbook_text(struct sink_workbook *book, uint32_t row, uint16_t column, const char *text,
                        enum sink_cell style)
{
    const uint16_t columns[] = {column, column};
    if (*text)
        put_text(book, row, columns, text, style == SINK_CELL_PLAIN ? NULL : book->styles[style]);
}

void sink_workbook_head(struct sink_workbook *book, uint32_t row, uint16_t first, uint16_t last,
                        const char *text)
{
    const uint16_t columns[] = {first, last};
    put_text(book, row, columns, text, book->styles[SINK_CELL_HEAD]);
}

void sink_workbook_number(struct sink_workbook *book, uint32_t row, uint16_t column, double value,
                          int decimals)
{
    if (book->code != LXW_NO_ERROR || isnan(value))
        return;
    if (isinf(value)) {
        sink_workbook_text(book, row, column, value > 0 ? "inf" : "-inf", SINK_CELL_PLAIN);
        return;
    }
    const int format = decimals == SINK_CELL_GENERAL       ? SINK_CELL_MAX_DECIMALS + 1
                       : decimals > SINK_CELL_MAX_DECIMALS ? SINK_CELL_MAX_DECIMALS
                                                           : decimals;
    keep(book, worksheet_write_number(book->sheet, row, column, value, book->numbers[format]));
}

static enum sink_status copy(const struct sink_workbook *book, const struct sink_file_part *part,
                             struct sink_error *error)
{
    struct stat info;
    void *bytes = MAP_FAILED;
    if (fstat(book->file, &info) == 0)
        bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, book->file, 0);
    if (bytes == MAP_FAILED)
        return sink_fail(error, SINK_FAILED, "%s: cannot write it as workbook: %s", part->path,
                         strerror(errno));
    const enum sink_status status = sink_file_part_write(part, bytes, (size_t)info.st_size, error);
    munmap(bytes, (size_t)info.st_size);
    return status;
}

/* Of the first that holds: memory ran out, a call failed, what the library said. */
static enum sink_status close_book(const struct sink_workbook *book,
                                   const struct sink_file_part *part, struct sink_error *error)
{
    errno = 0;
    const lxw_error code = book->code == LXW_NO_ERROR ? workbook_close(book->book) : LXW_NO_ERROR;
    const char *why = errno != 0 ? strerror(errno) : lxw_strerror(code);
    const char *said = sink_workbook_library_said();
    if (book->code != LXW_NO_ERROR)
        lxw_workbook_free(book->book);
    if (book->code == LXW_ERROR_MEMORY_MALLOC_FAILED || sink_workbook_library_is_out())
        return sink_fail_memory(error);
    if (book->code != LXW_NO_ERROR)
        return sink_fail(error, SINK_FAILED, "%s: cannot write it as workbook: sheet %s: %s",
                         part->path, book->place, lxw_strerror(book->code));
    if (code != LXW_NO_ERROR)
        return sink_fail(error, SINK_FAILED, "%s: cannot write it as workbook: %s", part->path,
                         why);
    if (!sink_workbook_library_is_used())
        return sink_fail(error, SINK_FAILED,
                         "%s: cannot write it as workbook: this libxlsxwriter does not let see "
                         "whether its temporary files are whole",
                         part->path);
    if (*said)
        return sink_fail(error, SINK_FAILED,
                         "%s: cannot write it as workbook: libxlsxwriter says %.*s", part->path,
                         (int)strcspn(said, "\n"), said);
    return copy(book, part, error);
}

enum sink_status sink_workbook_finish(struct sink_workbook *book, const struct sink_file_part *part,
                                      struct sink_error *error)
{
    const enum sink_status status = close_book(book, part, error);
    sink_workbook_library_end();
    free_book(book);
    return status;
}
