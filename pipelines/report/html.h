/* A text in the making: markup that the program wrote, and texts from files, escaped. */
#ifndef SINK_PIPELINES_REPORT_HTML_H
#define SINK_PIPELINES_REPORT_HTML_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Starts as {0}. Want of memory is remembered: then nothing more is added. */
struct sink_html {
    char *text; /* NUL-terminated; NULL while empty */
    size_t bytes, room;
    bool has_failed;
};

/* Markup, as it stands. Only texts of the program itself go through these two. */
void sink_html_raw(struct sink_html *html, const char *markup);
void sink_html_print(struct sink_html *html, const char *format, ...) SINK_PRINTF(2, 3);
/* A text from a file, for content or for an attribute in double quotes: & < > " ' are written as
 * references; control characters, characters that turn the direction of the text about and bytes
 * that are no UTF-8 become U+FFFD. Line ends and tabs stand. */
void sink_html_text(struct sink_html *html, const char *text);
/* The same in one line: line ends and tabs become spaces. */
void sink_html_line(struct sink_html *html, const char *text);
void sink_html_free(struct sink_html *html);

#endif
