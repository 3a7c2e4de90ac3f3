#include "pipelines/job_schema.h"

#include "sinkcalc/base/text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 256
#define WORDS_BYTES 512

/* --- messages --- */

/* At most 60 bytes of the text, cut between characters. */
static void describe(const struct sink_yaml_node *node, char *found, size_t size)
{
    if (node->kind != SINK_YAML_TEXT) {
        snprintf(found, size, "%s %s", node->count == 0 ? "an empty" : "a",
                 node->kind == SINK_YAML_LIST ? "list" : "map");
        return;
    }
    size_t length = strlen(node->text);
    const bool is_cut = length > 60;
    for (length = is_cut ? 60 : length;
         is_cut && ((unsigned char)node->text[length] & 0xc0) == 0x80;)
        length--;
    if (length)
        snprintf(found, size, "\"%.*s%s\"", (int)length, node->text, is_cut ? "..." : "");
    else
        snprintf(found, size, "nothing");
}

void sink_walk_fault(struct sink_walk *walk, const struct sink_yaml_node *node, const char *format,
                     ...)
{
    char path[PATH_BYTES], text[800];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sink_yaml_path(node, path, sizeof path);
    sink_place_fault(walk->faults, node->place, "%s: %s", path, text);
}

void sink_walk_expected(struct sink_walk *walk, const struct sink_yaml_node *node,
                        const char *format, ...)
{
    char found[80], text[700];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    describe(node, found, sizeof found);
    sink_walk_fault(walk, node, "%s, expected %s", found, text);
}

static void join_words(const char *const *words, size_t count, char *joined, size_t size)
{
    size_t length = 0;
    joined[0] = '\0';
    for (size_t i = 0; i < count && length < size; i++)
        length += (size_t)snprintf(joined + length, size - length, "%s%s",
                                   i == 0          ? ""
                                   : i + 1 < count ? ", "
                                                   : " or ",
                                   words[i]);
}

void sink_walk_expected_word(struct sink_walk *walk, const struct sink_yaml_node *node,
                             const char *const *words, size_t count)
{
    char joined[WORDS_BYTES];
    join_words(words, count, joined, sizeof joined);
    const char *nearest =
        node->kind == SINK_YAML_TEXT ? sink_text_nearest(node->text, words, count) : NULL;
    if (nearest)
        sink_walk_expected(walk, node, "%s (did you mean %s?)", joined, nearest);
    else
        sink_walk_expected(walk, node, "%s", joined);
}

void sink_walk_unknown_key(struct sink_walk *walk, const struct sink_yaml_node *node,
                           const char *what, const char *const *words, size_t count)
{
    char path[PATH_BYTES], joined[WORDS_BYTES];
    join_words(words, count, joined, sizeof joined);
    sink_yaml_path(node, path, sizeof path);
    const char *nearest = sink_text_nearest(node->key, words, count);
    if (nearest)
        sink_place_fault(walk->faults, node->key_place,
                         "%s: unknown %s, expected %s (did you mean %s?)", path, what, joined,
                         nearest);
    else
        sink_place_fault(walk->faults, node->key_place, "%s: unknown %s, expected %s", path, what,
                         joined);
}

#define MAX_NAMES 32

static size_t list_names(const struct sink_keys *keys, const char *names[MAX_NAMES])
{
    size_t count = 0;
    for (size_t i = 0; i < keys->count && count < MAX_NAMES; i++)
        if (keys->items[i].kind != SINK_KEY_BARRED)
            names[count++] = keys->items[i].name;
    return count;
}

static void unknown_key(struct sink_walk *walk, const struct sink_yaml_node *node,
                        const struct sink_keys *keys)
{
    const char *names[MAX_NAMES];
    sink_walk_unknown_key(walk, node, "key", names, list_names(keys, names));
}

/* --- one value --- */

bool sink_walk_text(struct sink_walk *walk, const struct sink_yaml_node *node, const char *expected,
                    char **text)
{
    if (node->kind != SINK_YAML_TEXT || !*node->text) {
        sink_walk_expected(walk, node, "%s", expected);
        return false;
    }
    char *copy = sink_text_copy(node->text);
    if (!copy) {
        sink_place_fault_memory(walk->faults);
        return false;
    }
    free(*text);
    *text = copy;
    return true;
}

static bool read_one(struct sink_walk *walk, const struct sink_yaml_node *node,
                     const struct sink_key *key, char **text)
{
    if (node->kind == SINK_YAML_TEXT && *node->text && key->check && !key->check(walk, node))
        return false;
    return sink_walk_text(walk, node, key->expected ? key->expected : "text", text);
}

static int compare_items(const void *left, const void *right)
{
    const struct sink_yaml_node *a = *(const struct sink_yaml_node *const *)left;
    const struct sink_yaml_node *b = *(const struct sink_yaml_node *const *)right;
    const int order = strcmp(a->text, b->text);
    return order ? order : a->index < b->index ? -1 : a->index > b->index;
}

static bool check_distinct(struct sink_walk *walk, const struct sink_yaml_node *list)
{
    bool is_good = true;
    const struct sink_yaml_node **items = malloc(list->count * sizeof *items);
    if (!items) {
        sink_place_fault_memory(walk->faults);
        return false;
    }
    for (size_t i = 0; i < list->count; i++)
        items[i] = list->items[i];
    qsort(items, list->count, sizeof *items, compare_items);
    for (size_t i = 1; i < list->count; i++)
        if (strcmp(items[i]->text, items[i - 1]->text) == 0) {
            sink_walk_expected(walk, items[i], "each once (also on line %d)",
                               items[i - 1]->place.line);
            is_good = false;
        }
    free(items);
    return is_good;
}

bool sink_walk_texts(struct sink_walk *walk, const struct sink_yaml_node *node,
                     const struct sink_key *key, char ***texts, size_t *count)
{
    const bool is_list = node->kind == SINK_YAML_LIST;
    const size_t expected_count = is_list ? node->count : 1;
    if (is_list && node->count == 0) {
        sink_walk_fault(walk, node, "an empty list, expected %s",
                        key->expected ? key->expected : "text");
        return false;
    }
    char **list = calloc(expected_count, sizeof *list);
    if (!list) {
        sink_place_fault_memory(walk->faults);
        return false;
    }
    bool is_good = true;
    for (size_t i = 0; i < expected_count; i++)
        is_good = read_one(walk, is_list ? node->items[i] : node, key, &list[i]) && is_good;
    if (is_good && (!is_list || check_distinct(walk, node))) {
        *texts = list;
        *count = expected_count;
        return true;
    }
    for (size_t i = 0; i < expected_count; i++)
        free(list[i]);
    free(list);
    return false;
}

bool sink_walk_number(struct sink_walk *walk, const struct sink_yaml_node *node,
                      const char *expected, double *number)
{
    if (node->kind == SINK_YAML_TEXT && sink_text_to_double(node->text, number))
        return true;
    sink_walk_expected(walk, node, "%s", expected);
    return false;
}

bool sink_walk_word(struct sink_walk *walk, const struct sink_yaml_node *node,
                    const char *const *words, int *index)
{
    size_t count = 0;
    for (; words[count]; count++)
        if (node->kind == SINK_YAML_TEXT && strcmp(node->text, words[count]) == 0) {
            *index = (int)count;
            return true;
        }
    sink_walk_expected_word(walk, node, words, count);
    return false;
}

static bool parse_year(const char *text, int *year)
{
    int64_t number;
    if (!sink_text_to_integer(text, &number) || text[0] == '0' || number < 1000 || number > 9999)
        return false;
    *year = (int)number;
    return true;
}

bool sink_walk_year(struct sink_walk *walk, const struct sink_yaml_node *node, int *year)
{
    if (node->kind == SINK_YAML_TEXT && parse_year(node->text, year))
        return true;
    sink_walk_expected(walk, node, "a year from 1000 to 9999");
    return false;
}

bool sink_walk_key_year(struct sink_walk *walk, const struct sink_yaml_node *node, int *year)
{
    char path[PATH_BYTES];
    if (parse_year(node->key, year))
        return true;
    sink_yaml_path(node->parent, path, sizeof path);
    sink_place_fault(walk->faults, node->key_place,
                     "%s: \"%.40s\", expected a year from 1000 to 9999", path, node->key);
    return false;
}

static void read_yes_no(struct sink_walk *walk, const struct sink_yaml_node *node, bool *value)
{
    static const char *const words[] = {"no", "yes", "false", "true", NULL};
    int index;
    if (sink_walk_word(walk, node, words, &index))
        *value = index % 2 == 1;
}

static void read_count(struct sink_walk *walk, const struct sink_yaml_node *node, int *count)
{
    int64_t number;
    if (node->kind == SINK_YAML_TEXT && sink_text_to_integer(node->text, &number) && number >= 1 &&
        number <= INT_MAX)
        *count = (int)number;
    else
        sink_walk_expected(walk, node, "a whole number from 1");
}

/* --- a map --- */

static void read_value(struct sink_walk *walk, const struct sink_yaml_node *node,
                       const struct sink_key *key, void *target)
{
    char *const place = (char *)target + key->offset;
    int index;
    switch (key->kind) {
    case SINK_KEY_TEXT:
        read_one(walk, node, key, (char **)(void *)place);
        break;
    case SINK_KEY_TEXTS:
        sink_walk_texts(walk, node, key, (char ***)(void *)place,
                        (size_t *)(void *)((char *)target + key->count_offset));
        break;
    case SINK_KEY_YES_NO:
        read_yes_no(walk, node, (bool *)(void *)place);
        break;
    case SINK_KEY_WORD:
        if (sink_walk_word(walk, node, key->words, &index))
            memcpy(place, &index, sizeof index);
        break;
    case SINK_KEY_COUNT:
        read_count(walk, node, (int *)(void *)place);
        break;
    case SINK_KEY_PART:
        if (key->read)
            key->read(walk, node, target);
        break;
    case SINK_KEY_MAP:
        sink_walk_map(walk, node, key->keys, target);
        break;
    case SINK_KEY_BARRED:
        sink_walk_fault(walk, node, "given, expected %s", key->expected);
        break;
    }
}

static const struct sink_key *find_key(const struct sink_keys *keys, const char *name)
{
    for (size_t i = 0; i < keys->count; i++)
        if (strcmp(keys->items[i].name, name) == 0)
            return &keys->items[i];
    return NULL;
}

/* Is a key that nobody knows meant to be this one? Then it has been told. */
static bool is_misspelt(const struct sink_yaml_node *node, const struct sink_keys *keys,
                        const char *name)
{
    const char *names[MAX_NAMES];
    const size_t count = list_names(keys, names);
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->items[i]->key;
        if (key && !find_key(keys, key) && sink_text_nearest(key, names, count) == name)
            return true;
    }
    return false;
}

void sink_walk_absent(struct sink_walk *walk, const struct sink_yaml_node *node,
                      const struct sink_keys *keys)
{
    char path[PATH_BYTES];
    sink_yaml_path(node, path, sizeof path);
    for (size_t i = 0; i < keys->count; i++) {
        const struct sink_key *key = &keys->items[i];
        if (key->is_required && !sink_yaml_find(node, key->name) &&
            !is_misspelt(node, keys, key->name))
            sink_place_fault(walk->faults, node->key_place, "%s%s%s: absent, expected %s",
                             node->parent ? path : "", node->parent ? "." : "", key->name,
                             key->expected ? key->expected : "text");
    }
}

void sink_walk_map(struct sink_walk *walk, const struct sink_yaml_node *node,
                   const struct sink_keys *keys, void *target)
{
    if (node->kind != SINK_YAML_MAP) {
        sink_walk_expected(walk, node, "a map (key: value)");
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct sink_yaml_node *item = node->items[i];
        const struct sink_key *key = find_key(keys, item->key);
        if (item->is_doubled)
            continue;
        if (key)
            read_value(walk, item, key, target);
        else
            unknown_key(walk, item, keys);
    }
    sink_walk_absent(walk, node, keys);
}
