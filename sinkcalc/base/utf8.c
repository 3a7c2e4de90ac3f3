#include "sinkcalc/base/utf8.h"

/* Bytes that a character with this first byte takes, and the bits of the code point it holds. */
static size_t expected_bytes(unsigned char first, uint32_t *bits)
{
    if (first < 0x80) {
        *bits = first;
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        *bits = first & 0x1Fu;
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        *bits = first & 0x0Fu;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        *bits = first & 0x07u;
        return 4;
    }
    return 0;
}

size_t sink_utf8_character(const char *text, size_t bytes, uint32_t *code)
{
    /* The least code point that needs so many bytes: below it the form is overlong. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t value = 0;
    const size_t length = bytes > 0 ? expected_bytes((unsigned char)text[0], &value) : 0;

    if (length == 0 || length > bytes)
        return 0;
    for (size_t i = 1; i < length; i++) {
        const unsigned char next = (unsigned char)text[i];
        if ((next & 0xC0u) != 0x80u)
            return 0;
        value = value << 6 | (next & 0x3Fu);
    }
    if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    if (code)
        *code = value;
    return length;
}

bool sink_utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

bool sink_utf8_is_shown(uint32_t code)
{
    return !sink_utf8_is_control(code) && code != 0x061C && code != 0x200E && code != 0x200F;
}
