/* Text from files: numbers, UTF-8, names that were nearly right. Locale-free. */
#ifndef SINK_BASE_TEXT_H
#define SINK_BASE_TEXT_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The whole of `text` is a plain decimal number: -?digits[.digits][(e|E)[+-]digits], finite, no
 * leading zeros before another digit, no spaces, no hex, no locale. True and *value set, or false.
 */
bool sink_text_to_double(const char *text, double *value);
/* The whole of `text` is -?digits within int64. */
bool sink_text_to_integer(const char *text, int64_t *value);

bool sink_text_is_utf8(const char *text, size_t bytes);
/* UTF-8 without control characters, those of ISO 6429 (C1) among them: a terminal shows it as it
 * is.
 */
bool sink_text_is_plain(const char *text);
/* Makes it so: each byte of a control character becomes a question mark. */
void sink_text_make_plain(char *text);

/* The entry of `names` nearest to `word` (at most 2 edits, or a third of its length), or NULL. */
const char *sink_text_nearest(const char *word, const char *const *names, size_t count);

/* malloc'ed copies; NULL when memory is out. The caller frees. */
char *sink_text_copy(const char *text);
char *sink_text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What stands before the last slash of a path: "." where it has none, "/" for the root. malloc'ed;
 * NULL when memory is out. The caller frees. */
char *sink_text_folder(const char *path);
/* What stands after it, within `path`. */
const char *sink_text_file_name(const char *path);

/* Reads a regular file of at most `limit_bytes` whole, NUL-terminated (*bytes does not count that
 * NUL). Not found, a folder, a FIFO or too large: SINK_BAD_DATA. Caller frees *text. */
SINK_CHECKED enum sink_status sink_text_read_file(const char *path, size_t limit_bytes, char **text,
                                                  size_t *bytes, struct sink_error *error);

#endif
