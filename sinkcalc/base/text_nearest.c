/* The name that was meant: optimal string alignment distance (Damerau 1964,
 * doi:10.1145/363958.363994; Levenshtein 1966), on characters, without regard to ASCII case. */
#include "sinkcalc/base/text.h"

#include "sinkcalc/base/utf8.h"

#include <stdbool.h>
#include <string.h>

enum { LENGTH_LIMIT = 64 };

struct letters {
    uint32_t codes[LENGTH_LIMIT];
    size_t count;
};

/* False when the word is too long to be a mistyped name. A byte that is no UTF-8 stands for itself.
 */
static bool spell(const char *word, struct letters *letters)
{
    const size_t bytes = strlen(word);

    letters->count = 0;
    for (size_t at = 0; at < bytes;) {
        uint32_t code = (unsigned char)word[at];
        const size_t length = sink_utf8_character(word + at, bytes - at, &code);
        if (letters->count == LENGTH_LIMIT)
            return false;
        letters->codes[letters->count++] = code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
        at += length ? length : 1;
    }
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`. */
static size_t edits(const struct letters *a, const struct letters *b)
{
    size_t rows[3][LENGTH_LIMIT + 1]; /* row i of the table is rows[i % 3] */

    for (size_t j = 0; j <= b->count; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a->count; i++) {
        size_t *const row = rows[i % 3];
        const size_t *const above = rows[(i + 2) % 3], *const two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b->count; j++) {
            const bool is_same = a->codes[i - 1] == b->codes[j - 1];
            row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + !is_same);
            if (i > 1 && j > 1 && a->codes[i - 1] == b->codes[j - 2] &&
                a->codes[i - 2] == b->codes[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a->count % 3][b->count];
}

const char *sink_text_nearest(const char *word, const char *const *names, size_t count)
{
    struct letters ours, theirs;
    const char *nearest = NULL;
    bool is_tied = false; /* several are as near: ar4 and ar5 to ar7 */

    if (!word || !spell(word, &ours))
        return NULL;
    size_t limit = ours.count / 3 > 2 ? ours.count / 3 : 2;
    for (size_t i = 0; i < count; i++) {
        if (!spell(names[i], &theirs))
            continue;
        const size_t longer = ours.count > theirs.count ? ours.count : theirs.count;
        const size_t found = edits(&ours, &theirs);
        if (found > limit || 2 * found > longer)
            continue;
        is_tied = nearest && found == limit && strcmp(nearest, names[i]) != 0;
        nearest = names[i];
        limit = found;
    }
    return is_tied ? NULL : nearest;
}
