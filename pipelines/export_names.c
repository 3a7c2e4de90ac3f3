/* Names of the inventory as a workbook shows them. */
#include "pipelines/export_sheets.h"

#include "pipelines/report/words.h"
#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

/* "dead_wood" by the table of words, "land_cover 2020" by its first word; NULL for none. */
static char *translate(const char *name)
{
    const size_t length = strcspn(name, " ");
    char *first = sink_text_format("%.*s", (int)length, name);
    const char *word = first ? sink_words_chinese_name(first) : NULL;
    free(first);
    return word ? sink_text_format("%s%s", word, name + length) : NULL;
}

void sink_export_put_name(const struct sink_export_book *book, uint32_t row, uint16_t column,
                          const char *name)
{
    char *chinese = book->language == SINK_EXPORT_CHINESE ? translate(name) : NULL;
    sink_workbook_text(book->book, row, column, chinese ? chinese : name, SINK_CELL_PLAIN);
    free(chinese);
}

void sink_export_put_name_head(const struct sink_export_book *book, uint32_t row, uint16_t column,
                               const char *name, const char *unit)
{
    char *chinese = book->language == SINK_EXPORT_CHINESE ? translate(name) : NULL;
    char *title = sink_text_format("%s, %s", chinese ? chinese : name, unit);
    if (title)
        sink_workbook_head(book->book, row, column, column, title);
    free(title);
    free(chinese);
}

/* Adds the class of `length` bytes; false without memory. */
static bool add_class(const struct sink_export_book *book, const char *name, size_t length,
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
    return longer != NULL;
}

void sink_export_put_classes(const struct sink_export_book *book, uint32_t row, uint16_t column,
                             const char *names)
{
    char *text = book->language == SINK_EXPORT_CHINESE ? sink_text_copy("") : NULL;
    for (const char *at = names; text && *at; at += *at == '|') {
        const size_t length = strcspn(at, "|");
        if (!add_class(book, at, length, &text))
            break;
        at += length;
    }
    sink_workbook_text(book->book, row, column, text ? text : names, SINK_CELL_PLAIN);
    free(text);
}
