/* One character of UTF-8 at a time (RFC 3629: no surrogates, no overlong forms, up to U+10FFFF). */
#ifndef SINK_BASE_UTF8_H
#define SINK_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character that starts `text` (1 to 4), and its code point in *code when `code` is
 * not NULL; 0 when `bytes` is 0 or the bytes there are not one whole character. */
size_t sink_utf8_character(const char *text, size_t bytes, uint32_t *code);

/* What is acted on instead of shown: C0, DEL and C1 (ISO 6429), ends of lines (U+2028, U+2029),
 * and what turns the direction of the text (U+202A to U+202E, U+2066 to U+2069). */
bool sink_utf8_is_control(uint32_t code);
/* Neither that nor a mark that only says which way the next letters run (U+061C, U+200E, U+200F): a
 * name could use one to look like another. */
bool sink_utf8_is_shown(uint32_t code);

#endif
