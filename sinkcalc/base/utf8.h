/* One character of UTF-8 at a time (RFC 3629: no surrogates, no overlong forms, up to U+10FFFF). */
#ifndef SINK_BASE_UTF8_H
#define SINK_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character that starts `text` (1 to 4), and its code point in *code when `code` is
 * not NULL; 0 when `bytes` is 0 or the bytes there are not one whole character. */
size_t sink_utf8_character(const char *text, size_t bytes, uint32_t *code);

#endif
