#include "pipelines/report/html.h"

#include "sinkcalc/base/utf8.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 65536
#define REPLACEMENT 0xfffd

static bool make_room(struct sink_html *html, size_t bytes)
{
    if (html->has_failed || bytes > SIZE_MAX / 4 - html->bytes) {
        html->has_failed = true;
        return false;
    }
    if (html->bytes + bytes < html->room)
        return true;
    size_t room = html->room ? html->room : FIRST_ROOM;
    while (room <= html->bytes + bytes)
        room *= 2;
    char *larger = realloc(html->text, room);
    if (!larger) {
        html->has_failed = true;
        return false;
    }
    html->text = larger;
    html->room = room;
    return true;
}

static void add(struct sink_html *html, const char *text, size_t bytes)
{
    if (!make_room(html, bytes))
        return;
    memcpy(html->text + html->bytes, text, bytes);
    html->bytes += bytes;
    html->text[html->bytes] = '\0';
}

void sink_html_raw(struct sink_html *html, const char *markup)
{
    add(html, markup, strlen(markup));
}

void sink_html_print(struct sink_html *html, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text)
        html->has_failed = true; /* markup is cut nowhere */
    else
        add(html, text, (size_t)length);
}

/* The character at `text` and its length in bytes; REPLACEMENT and 1 where it is none. */
static uint32_t decode(const char *text, size_t *length)
{
    uint32_t code = REPLACEMENT;
    *length = sink_utf8_character(text, strnlen(text, 4), &code);
    if (*length == 0)
        *length = 1;
    return code;
}

static bool is_shown(uint32_t code)
{
    return code == '\n' || code == '\t' ||
           (sink_utf8_is_shown(code) && code != 0xfffe && code != 0xffff);
}

static const char *reference(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void add_text(struct sink_html *html, const char *text, bool is_line)
{
    size_t length;
    for (; *text; text += length) {
        const uint32_t code = decode(text, &length);
        const char *escaped = reference(code);
        if (escaped)
            add(html, escaped, strlen(escaped));
        else if (code == REPLACEMENT || !is_shown(code))
            add(html, "\xef\xbf\xbd", 3);
        else if (is_line && (code == '\n' || code == '\t'))
            add(html, " ", 1);
        else
            add(html, text, length);
    }
}

void sink_html_text(struct sink_html *html, const char *text)
{
    add_text(html, text, false);
}

void sink_html_line(struct sink_html *html, const char *text)
{
    add_text(html, text, true);
}

void sink_html_free(struct sink_html *html)
{
    free(html->text);
    *html = (struct sink_html){0};
}
