/* Names of the inventory as a workbook shows them. */
#include "pipelines/export_sheets.h"

#include "pipelines/report/words.h"
#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

/* "dead_wood" by the table of words, "land_cover 2020" by its first word, in the language of the
 * book; itself where there is no word. Caller frees; NULL without memory. */
static char *name_in(const struct sink_export_book *book, const char *name)
{
    const size_t length = strcspn(name, " ");
    if (book->language != SINK_EXPORT_CHINESE)
        return sink_text_copy(name);
    char *first = sink_text_format("%.*s", (int)length, name);
    const char *word = first ? sink_words_chinese_name(first) : NULL;
    char *text = !first ? NULL
                 : word ? sink_text_format("%s%s", word, name + length)
                        : sink_text_copy(name);
    free(first);
    return text;
}

void sink_export_put_name(const struct sink_export_book *book, uint32_t row, uint16_t column,
                          const char *name)
{
    char *text = name_in(book, name);
    if (text)
        sink_workbook_text(book->book, row, column, text, SINK_CELL_PLAIN);
    else
        sink_workbook_fail_memory(book->book);
    free(text);
}

void sink_export_put_name_head(const struct sink_export_book *book, uint32_t row, uint16_t column,
                               const char *name, const char *unit)
{
    char *text = name_in(book, name);
    char *title = text ? sink_text_format("%s, %s", text, unit) : NULL;
    if (title)
        sink_workbook_head(book->book, row, column, column, title);
    else
        sink_workbook_fail_memory(book->book);
    free(title);
    free(text);
}

/* Adds the class of `length` bytes; NULL stands in `text` without memory. */
static void add_class(const struct sink_export_book *book, const char *name, size_t length,
                      char **text)
{
    char *class = sink_text_format("%.*s", (int)length, name);
    const int found = class ? sink_class_list_find(&book->classes, class) : -1;
    char *longer = class ? sink_text_format("%s%s%s", *text, **text ? "、" : "",
                                            found < 0 ? class : book->classes.items[found].title_zh)
                         : NULL;
    free(class);
    free(*text);
    *text = longer;
}

void sink_export_put_classes(const struct sink_export_book *book, uint32_t row, uint16_t column,
                             const char *names)
{
    const bool is_chinese = book->language == SINK_EXPORT_CHINESE;
    char *text = sink_text_copy(is_chinese ? "" : names);
    for (const char *at = names; text && is_chinese && *at; at += *at == '|') {
        const size_t length = strcspn(at, "|");
        add_class(book, at, length, &text);
        at += length;
    }
    if (text)
        sink_workbook_text(book->book, row, column, text, SINK_CELL_PLAIN);
    else
        sink_workbook_fail_memory(book->book);
    free(text);
}
