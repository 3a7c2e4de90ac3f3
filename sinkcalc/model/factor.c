#include "sinkcalc/model/factor.h"

#include "sinkcalc/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is the word of that length in "a|b|c"? */
static bool has_word(const char *list, const char *word, size_t length)
{
    for (const char *at = list; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, word, length) == 0 && (at[length] == '|' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* Is `word` in "a|b|c"? An empty list and * hold every word. */
bool sink_factor_lists(const char *list, const char *word)
{
    if (!*list || strcmp(list, "*") == 0)
        return true;
    return word && has_word(list, word, strlen(word));
}

static bool do_lists_meet(const char *a, const char *b)
{
    if (!*a || strcmp(a, "*") == 0 || !*b || strcmp(b, "*") == 0)
        return true;
    for (const char *at = a; *at; at += *at == '|') {
        const size_t length = strcspn(at, "|");
        if (has_word(b, at, length))
            return true;
        at += length;
    }
    return false;
}

static bool has_interval(const struct sink_factor *row)
{
    return !(row->over < -1e300 && row->up_to > 1e300);
}

static bool is_in_interval(const struct sink_factor *row, double value)
{
    return !has_interval(row) || (value > row->over && value <= row->up_to);
}

static bool does_fit(const struct sink_factors *factors, const struct sink_factor *row,
                     const struct sink_stratum *stratum)
{
    if (!sink_factor_lists(row->classes, stratum->class_name))
        return false;
    for (size_t k = 0; k < factors->key_count; k++)
        if (!sink_factor_lists(row->keys[k], stratum->values[k]))
            return false;
    return is_in_interval(row, stratum->interval_value);
}

static bool is_preferred(const struct sink_factor *row, const struct sink_factor *over)
{
    return !over || row->set_index > over->set_index ||
           (row->set_index == over->set_index && row->specificity > over->specificity);
}

enum sink_status sink_factors_find(const struct sink_factors *factors, enum sink_factor_kind kind,
                                   const struct sink_stratum *stratum,
                                   const struct sink_factor **row, struct sink_error *error)
{
    const struct sink_factor *tie = NULL;
    *row = NULL;
    for (size_t i = factors->kind_starts[kind]; i < factors->kind_starts[kind + 1]; i++) {
        const struct sink_factor *candidate = &factors->rows[factors->kind_rows[i]];
        if (!does_fit(factors, candidate, stratum))
            continue;
        if (is_preferred(candidate, *row)) {
            *row = candidate;
            tie = NULL;
        } else if (candidate->set_index == (*row)->set_index &&
                   candidate->specificity == (*row)->specificity) {
            tie = candidate;
        }
    }
    if (!tie)
        return SINK_OK;
    const size_t line = (*row)->line;
    *row = NULL;
    return sink_fail(error, SINK_BAD_DATA,
                     "%s: rows %zu and %zu of %s both fit class %s equally well; make one of them "
                     "more specific",
                     tie->set, line, tie->line, sink_factor_kind_name(kind), stratum->class_name);
}

static bool may_fit(const struct sink_factors *factors, const struct sink_factor *row,
                    const struct sink_stratum *stratum)
{
    bool may = sink_factor_lists(row->classes, stratum->class_name) &&
               is_in_interval(row, stratum->interval_value);
    for (size_t k = 0; k < factors->key_count && may; k++)
        may = stratum->values[k] ? do_lists_meet(row->keys[k], stratum->values[k])
                                 : sink_factor_lists(row->keys[k], NULL);
    return may;
}

const struct sink_factor *sink_factors_find_any(const struct sink_factors *factors,
                                                enum sink_factor_kind kind,
                                                const struct sink_stratum *stratum)
{
    const struct sink_factor *row = NULL;
    for (size_t i = factors->kind_starts[kind]; i < factors->kind_starts[kind + 1]; i++) {
        const struct sink_factor *candidate = &factors->rows[factors->kind_rows[i]];
        if (may_fit(factors, candidate, stratum) && is_preferred(candidate, row))
            row = candidate;
    }
    return row;
}

static int by_value(const void *a, const void *b)
{
    const double p = *(const double *)a, q = *(const double *)b;
    return p < q ? -1 : p > q;
}

size_t sink_breaks_sort(double *breaks, size_t count)
{
    size_t kept = 0;
    if (count > 0)
        qsort(breaks, count, sizeof *breaks, by_value);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || breaks[i] != breaks[kept - 1])
            breaks[kept++] = breaks[i];
    return kept;
}

/* Takes the word at `at` in "a|b|c"; where the next one starts, or NULL. */
static const char *next_word(const char *at, char word[64])
{
    const size_t length = strcspn(at, "|");
    snprintf(word, 64, "%.*s", (int)(length < 63 ? length : 63), at);
    return at[length] ? at + length + 1 : NULL;
}

bool sink_factors_know(const struct sink_factors *factors, const char *key, const char *word,
                       char nearest[64])
{
    bool is_asked_for = false;
    *nearest = '\0';
    for (size_t k = 0; k < factors->key_count; k++) {
        if (strcmp(factors->keys[k], key) != 0)
            continue;
        for (size_t i = 0; i < factors->row_count; i++) {
            char candidate[64];
            for (const char *at = factors->rows[i].keys[k]; at && *at;) {
                at = next_word(at, candidate);
                const char *const list[] = {candidate};
                is_asked_for = true;
                if (strcmp(candidate, word) == 0)
                    return true;
                if (sink_text_nearest(word, list, 1))
                    memcpy(nearest, candidate, sizeof candidate);
            }
        }
    }
    return !is_asked_for;
}

static bool has_same_keys(const struct sink_factors *factors, const struct sink_factor *a,
                          const struct sink_factor *b)
{
    if (a->set_index != b->set_index || strcmp(a->classes, b->classes) != 0)
        return false;
    for (size_t k = 0; k < factors->key_count; k++)
        if (strcmp(a->keys[k], b->keys[k]) != 0)
            return false;
    return true;
}

bool sink_factors_are_line(const struct sink_factors *factors, const struct sink_factor *slope,
                           const struct sink_factor *intercept)
{
    return has_same_keys(factors, slope, intercept);
}

/* The member of the family of `row` that follows `previous`, the first after NULL. */
static const struct sink_factor *next_of_family(const struct sink_factors *factors,
                                                const struct sink_factor *row,
                                                const struct sink_factor *previous)
{
    const struct sink_factor *next = NULL;
    for (size_t i = factors->kind_starts[row->kind]; i < factors->kind_starts[row->kind + 1]; i++) {
        const struct sink_factor *candidate = &factors->rows[factors->kind_rows[i]];
        if (!has_interval(candidate) || !has_same_keys(factors, candidate, row))
            continue;
        const bool is_after = !previous || candidate->over > previous->over ||
                              (candidate->over == previous->over && candidate > previous);
        if (is_after && (!next || candidate->over < next->over))
            next = candidate;
    }
    return next;
}

size_t sink_factors_family(const struct sink_factors *factors, const struct sink_factor *row,
                           const struct sink_factor **rows, size_t max)
{
    size_t count = 0;
    if (!has_interval(row)) {
        if (max > 0)
            rows[0] = row;
        return 1;
    }
    for (const struct sink_factor *at = next_of_family(factors, row, NULL); at;
         at = next_of_family(factors, row, at)) {
        if (count < max)
            rows[count] = at;
        count++;
    }
    return count;
}

bool sink_factors_may_meet(const struct sink_factors *factors, const struct sink_factor *a,
                           const struct sink_factor *b)
{
    bool do_meet = do_lists_meet(a->classes, b->classes);
    for (size_t k = 0; k < factors->key_count && do_meet; k++)
        do_meet = do_lists_meet(a->keys[k], b->keys[k]);
    return do_meet;
}
