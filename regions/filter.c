#include "regions/filter.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_one_of(const char *word, size_t length, const char *const *words)
{
    for (; *words; words++)
        if (strlen(*words) == length && strncasecmp(word, *words, length) == 0)
            return true;
    return false;
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

/* The bytes up to the closing quote, which may be doubled inside; 0 when there is none. */
static size_t quoted_bytes(const char *text)
{
    for (size_t i = 1; text[i]; i++) {
        if (text[i] != *text)
            continue;
        if (text[i + 1] != *text)
            return i + 1;
        i++;
    }
    return 0;
}

bool sink_filter_is_plain(const char *condition, char found[32])
{
    static const char *const queries[] = {"select", "with", "exists", "match", "regexp", NULL};
    static const char *const operators[] = {"and", "or", "not", "in", "like", "between", NULL};
    bool is_callable = false; /* a parenthesis after it would be a call */
    const char *at = condition;
    while (*at) {
        size_t length = 1;
        bool is_plain = strchr(" \t\r\n<>=!(),+-*/%", *at) != NULL;
        if (*at == '\'' || *at == '"') {
            length = quoted_bytes(at);
            is_plain = length > 0;
            is_callable = true;
        } else if (is_letter(*at)) {
            while (is_letter(at[length]))
                length++;
            is_plain = !is_one_of(at, length, queries);
            is_callable = !is_one_of(at, length, operators);
        } else if (*at == '(') {
            is_plain = !is_callable;
        } else if (!isspace((unsigned char)*at)) {
            is_callable = false;
        }
        if (strncmp(at, "--", 2) == 0 || strncmp(at, "/*", 2) == 0)
            is_plain = false;
        if (!is_plain) {
            snprintf(found, 32, "%s", at);
            return false;
        }
        at += length;
    }
    return true;
}
