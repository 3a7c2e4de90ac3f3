#include "sinkcalc/base/text.h"

#include "sinkcalc/base/utf8.h"

#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *text)
{
    while (is_digit(*text))
        text++;
    return text;
}

/* The grammar of sink_text_to_double, without the size of the number. */
static bool is_plain_number(const char *text)
{
    const char *at = text + (*text == '-');

    if (!is_digit(*at) || (at[0] == '0' && is_digit(at[1])))
        return false;
    at = skip_digits(at);
    if (*at == '.') {
        if (!is_digit(at[1]))
            return false;
        at = skip_digits(at + 1);
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-';
        if (!is_digit(*at))
            return false;
        at = skip_digits(at);
    }
    return *at == '\0';
}

bool sink_text_to_double(const char *text, double *value)
{
    if (!text || !is_plain_number(text))
        return false;

    /* strtod would read the decimal point of the caller's locale. glibc keeps the C locale ready:
     * no memory is taken, and this cannot fail there. */
    const locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c_locale)
        return false;
    const double number = strtod_l(text, NULL, c_locale);
    freelocale(c_locale);
    if (!isfinite(number))
        return false;
    *value = number;
    return true;
}

bool sink_text_to_integer(const char *text, int64_t *value)
{
    if (!text)
        return false;

    const bool is_negative = *text == '-';
    const char *const digits = text + is_negative;
    /* The negative side reaches one further, so the number is gathered there. */
    int64_t number = 0;

    if (!is_digit(*digits) || *skip_digits(digits) != '\0')
        return false;
    for (const char *at = digits; *at; at++) {
        const int digit = *at - '0';
        if (number < (INT64_MIN + digit) / 10)
            return false;
        number = 10 * number - digit;
    }
    if (!is_negative && number == INT64_MIN)
        return false;
    *value = is_negative ? number : -number;
    return true;
}

bool sink_text_is_utf8(const char *text, size_t bytes)
{
    for (size_t at = 0; at < bytes;) {
        const size_t length = sink_utf8_character(text + at, bytes - at, NULL);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

/* The bytes of the control character that stands there; 0 when it is none. */
static size_t control_bytes(const char *text)
{
    uint32_t code = 0;
    const size_t length = sink_utf8_character(text, strnlen(text, 4), &code);
    return length > 0 && sink_utf8_is_control(code) ? length : 0;
}

bool sink_text_is_plain(const char *text)
{
    for (const char *at = text; *at; at++)
        if (control_bytes(at) > 0)
            return false;
    return sink_text_is_utf8(text, strlen(text));
}

void sink_text_make_plain(char *text)
{
    for (char *at = text; *at; at++)
        memset(at, '?', control_bytes(at));
}

char *sink_text_copy(const char *text)
{
    return strdup(text);
}

char *sink_text_format(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    return text;
}

char *sink_text_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return sink_text_copy(".");
    return sink_text_format("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

const char *sink_text_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
