#include "pipelines/report/html.h"

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
    const unsigned char *byte = (const unsigned char *)text;
    const size_t wanted = byte[0] < 0x80                       ? 1
                          : byte[0] >= 0xc2 && byte[0] <= 0xdf ? 2
                          : (byte[0] & 0xf0) == 0xe0           ? 3
                          : byte[0] >= 0xf0 && byte[0] <= 0xf4 ? 4
                                                               : 0;
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = byte[0] & masks[wanted];
    *length = 1;
    if (wanted == 0)
        return REPLACEMENT;
    for (size_t i = 1; i < wanted; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return REPLACEMENT;
        code = code << 6 | (byte[i] & 0x3f);
    }
    if (code < least[wanted] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return REPLACEMENT;
    *length = wanted;
    return code;
}

static bool is_shown(uint32_t code)
{
    const bool is_control = (code < 0x20 && code != '\n' && code != '\t') ||
                            (code >= 0x7f && code < 0xa0) || code == 0xfffe || code == 0xffff;
    const bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
                       code == 0x200e || code == 0x200f || code == 0x061c;
    return !is_control && !turns;
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
