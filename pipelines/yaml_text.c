#include "pipelines/yaml_text.h"

#include "pipelines/yaml.h"
#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

/* U+FDD0 and U+FDD1, which no text may hold (Unicode 3.1, noncharacters). */
#define OPEN_BRACE "\xEF\xB7\x90"
#define CLOSE_BRACE "\xEF\xB7\x91"

static size_t character_bytes(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static bool is_hidden_brace(const unsigned char *text, size_t length)
{
    return length == 3 && (memcmp(text, OPEN_BRACE, 3) == 0 || memcmp(text, CLOSE_BRACE, 3) == 0);
}

/* What libyaml's reader refuses without telling the place (YAML 1.1, section 4.1.1), and what ends
 * a line for it but for nobody who looks at the file: a comment would go on as a key. */
static bool is_control(const unsigned char *text, size_t length, bool ends_line)
{
    char character[5] = {0};
    memcpy(character, text, length);
    if (length == 1 && text[0] == '\r')
        return !ends_line;
    if (length == 1)
        return text[0] != '\t' && text[0] != '\n' && (text[0] < 0x20 || text[0] == 0x7f);
    return !sink_text_is_plain(character) || strcmp(character, "\xef\xbb\xbf") == 0 || /* U+FEFF */
           strcmp(character, "\xef\xbf\xbe") == 0 || strcmp(character, "\xef\xbf\xbf") == 0 ||
           is_hidden_brace(text, length);
}

static bool check_characters(const unsigned char *text, size_t bytes,
                             struct sink_placed_faults *faults)
{
    struct sink_place place = {1, 1};
    for (size_t i = 0; i < bytes;) {
        const size_t length = character_bytes(text[i]);
        if (length > bytes - i || !sink_text_is_utf8((const char *)text + i, length)) {
            sink_place_fault(faults, place, "job: byte 0x%02x, expected UTF-8 text", text[i]);
            return false;
        }
        if (is_control(text + i, length, i + 1 < bytes && text[i + 1] == '\n')) {
            sink_place_fault(faults, place,
                             "job: control character (byte 0x%02x), expected plain text", text[i]);
            return false;
        }
        place.column++;
        if (text[i] == '\n')
            place = (struct sink_place){place.line + 1, 1};
        i += length;
    }
    return true;
}

bool sink_yaml_check_bytes(const char *text, size_t bytes, struct sink_placed_faults *faults)
{
    const struct sink_place start = {1, 1};
    if (bytes > SINK_YAML_LIMIT_BYTES) {
        sink_place_fault(faults, start, "job: %zu bytes, expected at most %zu", bytes,
                         SINK_YAML_LIMIT_BYTES);
        return false;
    }
    if (bytes >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) {
        sink_place_fault(faults, start, "job: UTF-16 text, expected UTF-8");
        return false;
    }
    return check_characters((const unsigned char *)text, bytes, faults);
}

int sink_yaml_control(const char *text, size_t bytes)
{
    const unsigned char *at = (const unsigned char *)text;
    for (size_t i = 0; i < bytes; i += character_bytes(at[i])) {
        const size_t length = character_bytes(at[i]);
        if (at[i] == '\r' || (!is_hidden_brace(at + i, length) && is_control(at + i, length, true)))
            return at[i + length - 1];
    }
    return -1;
}

/* --- {year} and {region_id} are text, in {file: lc_{year}.tif} too, where YAML has no braces ---
 */

static size_t placeholder_bytes(const char *text, size_t bytes)
{
    static const char *const placeholders[] = {"{year}", "{region_id}"};
    for (size_t i = 0; i < 2; i++) {
        const size_t length = strlen(placeholders[i]);
        if (length <= bytes && memcmp(text, placeholders[i], length) == 0)
            return length;
    }
    return 0;
}

char *sink_yaml_hide_placeholders(const char *text, size_t bytes, size_t *hidden_bytes)
{
    char *hidden = malloc(3 * bytes + 1), *end = hidden;
    for (size_t i = 0; hidden && i < bytes;) {
        const size_t length = placeholder_bytes(text + i, bytes - i);
        if (length) {
            end = stpcpy(end, OPEN_BRACE);
            end = mempcpy(end, text + i + 1, length - 2);
            end = stpcpy(end, CLOSE_BRACE);
            i += length;
        } else {
            *end++ = text[i++];
        }
    }
    *hidden_bytes = hidden ? (size_t)(end - hidden) : 0;
    return hidden;
}

char *sink_yaml_show_placeholders(const char *hidden)
{
    char *text = sink_text_copy(hidden), *end = text;
    while (text && *hidden) {
        const bool is_open = strncmp(hidden, OPEN_BRACE, 3) == 0;
        const bool is_brace = is_open || strncmp(hidden, CLOSE_BRACE, 3) == 0;
        *end++ = is_open ? '{' : is_brace ? '}' : *hidden;
        hidden += is_brace ? 3 : 1;
    }
    if (text)
        *end = '\0';
    return text;
}
