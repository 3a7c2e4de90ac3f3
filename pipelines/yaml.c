#include "pipelines/yaml.h"

#include "pipelines/yaml_text.h"
#include "sinkcalc/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct builder {
    yaml_parser_t parser;
    struct sink_placed_faults *faults;
    struct sink_yaml_node *root;
    struct sink_yaml_node *open; /* the list or map that the next event belongs to */
    char *key;                   /* of the value that comes next in an open map */
    struct sink_place key_place;
    int depth;
    size_t node_count;
    bool is_ended;           /* the one document is over */
    struct sink_place quote; /* where the last text in quotes over several lines begins */
    int quote_end_line;      /* and ends; 0 before the first */
};

void sink_yaml_free(struct sink_yaml_node *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < node->count; i++)
        sink_yaml_free(node->items[i]);
    free(node->items);
    free(node->key);
    free(node->text);
    free(node);
}

const struct sink_yaml_node *sink_yaml_find(const struct sink_yaml_node *map, const char *key)
{
    if (!map || map->kind != SINK_YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->items[i]->key, key) == 0)
            return map->items[i];
    return NULL;
}

void sink_yaml_path(const struct sink_yaml_node *node, char *path, size_t size)
{
    if (!node->parent) {
        snprintf(path, size, "job");
        return;
    }
    path[0] = '\0';
    if (node->parent->parent)
        sink_yaml_path(node->parent, path, size);
    const size_t length = strlen(path);
    if (node->key)
        snprintf(path + length, size - length, "%s%s", length ? "." : "", node->key);
    else
        snprintf(path + length, size - length, "[%zu]", node->index + 1);
}

/* Notes the fault and says that reading must stop. */
#define STOP(builder, ...) (sink_place_fault((builder)->faults, __VA_ARGS__), false)

static bool stop_memory(struct builder *builder)
{
    sink_place_fault_memory(builder->faults);
    return false;
}

static struct sink_place place_of(yaml_mark_t mark)
{
    return (struct sink_place){(int)mark.line + 1, (int)mark.column + 1};
}

/* --- events to tree --- */

static bool attach(struct builder *builder, struct sink_yaml_node *node)
{
    struct sink_yaml_node *into = builder->open;
    if (!into) {
        builder->root = node;
        return true;
    }
    if (into->count == into->room) {
        const size_t room = into->room ? 2 * into->room : 4;
        struct sink_yaml_node **items = realloc(into->items, room * sizeof *items);
        if (!items) {
            sink_yaml_free(node);
            return stop_memory(builder);
        }
        into->items = items;
        into->room = room;
    }
    node->parent = into;
    node->index = into->count;
    into->items[into->count++] = node;
    return true;
}

/* The key, if the open map waits for its value, goes to the node. */
static struct sink_yaml_node *add_node(struct builder *builder, enum sink_yaml_kind kind,
                                       struct sink_place place)
{
    const struct sink_yaml_node *earlier =
        builder->key ? sink_yaml_find(builder->open, builder->key) : NULL;
    if (++builder->node_count > SINK_YAML_LIMIT_NODES) {
        sink_place_fault(builder->faults, place, "job: more than %d values, expected fewer",
                         SINK_YAML_LIMIT_NODES);
        return NULL;
    }
    struct sink_yaml_node *node = malloc(sizeof *node);
    if (!node) {
        stop_memory(builder);
        return NULL;
    }
    *node = (struct sink_yaml_node){.kind = kind,
                                    .is_doubled = earlier != NULL,
                                    .place = place,
                                    .key_place = builder->key ? builder->key_place : place,
                                    .key = builder->key};
    builder->key = NULL;
    if (!attach(builder, node))
        return NULL;
    char path[256];
    sink_yaml_path(node, path, sizeof path);
    if (earlier)
        sink_place_fault(builder->faults, node->key_place,
                         "%s: doubled key, expected once (first on line %d)", path,
                         earlier->key_place.line);
    return node;
}

static bool take_key(struct builder *builder, const char *text, struct sink_place place)
{
    if (strcmp(text, "<<") == 0)
        return STOP(builder, place, "job: merge key <<, expected every key written out");
    if (builder->open->count >= SINK_YAML_LIMIT_KEYS)
        return STOP(builder, place, "job: more than %d keys in one map, expected fewer",
                    SINK_YAML_LIMIT_KEYS);
    builder->key = sink_yaml_show_placeholders(text);
    builder->key_place = place;
    return builder->key ? true : stop_memory(builder);
}

static bool is_key_next(const struct builder *builder)
{
    return builder->open && builder->open->kind == SINK_YAML_MAP && !builder->key;
}

static bool take_scalar(struct builder *builder, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    const struct sink_place place = place_of(event->start_mark);
    const yaml_scalar_style_t style = event->data.scalar.style;
    if (event->start_mark.line < event->end_mark.line &&
        (style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)) {
        builder->quote = place;
        builder->quote_end_line = place_of(event->end_mark).line;
    }
    const int control = sink_yaml_control(text, event->data.scalar.length);
    if (control >= 0)
        return STOP(builder, place, "job: escaped control character 0x%02x, expected plain text",
                    control);
    if (is_key_next(builder))
        return take_key(builder, text, place);
    struct sink_yaml_node *node = add_node(builder, SINK_YAML_TEXT, place);
    if (!node)
        return false;
    node->text = sink_yaml_show_placeholders(text);
    return node->text ? true : stop_memory(builder);
}

static bool open_node(struct builder *builder, enum sink_yaml_kind kind, struct sink_place place)
{
    if (is_key_next(builder))
        return STOP(builder, place, "job: a %s as a key, expected text",
                    kind == SINK_YAML_LIST ? "list" : "map");
    if (++builder->depth > SINK_YAML_LIMIT_DEPTH)
        return STOP(builder, place, "job: nested more than %d deep, expected less",
                    SINK_YAML_LIMIT_DEPTH);
    struct sink_yaml_node *node = add_node(builder, kind, place);
    if (node)
        builder->open = node;
    return node != NULL;
}

static bool close_node(struct builder *builder)
{
    builder->depth--;
    builder->open = builder->open->parent;
    return true;
}

static bool check_node_properties(struct builder *builder, struct sink_place place,
                                  const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        return STOP(builder, place,
                    "job: anchor &%s, expected no anchors (put text that begins with & in quotes)",
                    (const char *)anchor);
    if (tag)
        return STOP(builder, place,
                    "job: tag %s, expected no tags (put text that begins with ! in quotes)",
                    (const char *)tag);
    return true;
}

static bool start_document(struct builder *builder, const yaml_event_t *event)
{
    if (builder->is_ended)
        return STOP(builder, place_of(event->start_mark), "job: a second document, expected one");
    if (event->data.document_start.tag_directives.start !=
        event->data.document_start.tag_directives.end)
        return STOP(builder, place_of(event->start_mark), "job: %%TAG, expected no tags");
    return true;
}

static bool take_event(struct builder *builder, const yaml_event_t *event)
{
    const struct sink_place place = place_of(event->start_mark);
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return start_document(builder, event);
    case YAML_DOCUMENT_END_EVENT:
        builder->is_ended = true;
        return true;
    case YAML_ALIAS_EVENT:
        return STOP(builder, place,
                    "job: alias *%s, expected no aliases (put text that begins with * in quotes)",
                    (const char *)event->data.alias.anchor);
    case YAML_SCALAR_EVENT:
        return check_node_properties(builder, place, event->data.scalar.anchor,
                                     event->data.scalar.tag) &&
               take_scalar(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        return check_node_properties(builder, place, event->data.sequence_start.anchor,
                                     event->data.sequence_start.tag) &&
               open_node(builder, SINK_YAML_LIST, place);
    case YAML_MAPPING_START_EVENT:
        return check_node_properties(builder, place, event->data.mapping_start.anchor,
                                     event->data.mapping_start.tag) &&
               open_node(builder, SINK_YAML_MAP, place);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_node(builder);
    default:
        return true;
    }
}

/* --- libyaml's own complaints, with what most often lies behind them --- */

static void copy_line(const char *text, size_t bytes, int line, char *copy, size_t size)
{
    const char *start = text, *const end = text + bytes;
    for (int i = 1; i < line && start < end; i++) {
        const char *next = memchr(start, '\n', (size_t)(end - start));
        start = next ? next + 1 : end;
    }
    const char *stop = memchr(start, '\n', (size_t)(end - start));
    snprintf(copy, size, "%.*s", (int)((stop ? stop : end) - start), start);
}

static const char *hint(const char *line, const char *context)
{
    if (line[strspn(line, " ")] == '\t')
        return " (indent with spaces, not with tabs)";
    for (const char *at = line; (at = strchr(at, '{')) != NULL; at++)
        if (at > line && !strchr(" \t[{,:", at[-1]))
            return " (put a path that holds { } in quotes)";
    if (strstr(context, "alias") || strstr(context, "anchor"))
        return " (put text that begins with * or & in quotes)";
    return "";
}

static bool stop_syntax(struct builder *builder, const char *text, size_t bytes)
{
    const yaml_parser_t *parser = &builder->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        return stop_memory(builder);
    char line[512];
    const char *problem = parser->problem ? parser->problem : "not YAML";
    const char *context = parser->context ? parser->context : "";
    /* what is never closed is told where it begins */
    const bool is_open = strstr(problem, "end of stream") && *context;
    const struct sink_place place = place_of(is_open ? parser->context_mark : parser->problem_mark);
    if (place.line == builder->quote_end_line)
        return STOP(builder, builder->quote,
                    "job: text in quotes from here to line %d, and then: %s%s%s, expected YAML; a "
                    "quote too many or too few?",
                    place.line, problem, *context ? " " : "", context);
    copy_line(text, bytes, place.line, line, sizeof line);
    return STOP(builder, place, "job: %s%s%s, expected YAML%s", problem, *context ? " " : "",
                context, hint(line, context));
}

static bool read_events(struct builder *builder, const char *text, size_t bytes)
{
    for (bool is_more = true; is_more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&builder->parser, &event))
            return stop_syntax(builder, text, bytes);
        is_more = event.type != YAML_STREAM_END_EVENT;
        const bool is_good = take_event(builder, &event);
        yaml_event_delete(&event);
        if (!is_good)
            return false;
    }
    if (!builder->root)
        return STOP(builder, ((struct sink_place){1, 1}), "job: an empty file, expected a map");
    return true;
}

static bool run_parser(struct builder *builder, const char *text, size_t bytes)
{
    size_t hidden_bytes;
    char *hidden = sink_yaml_hide_placeholders(text, bytes, &hidden_bytes);
    if (!hidden || !yaml_parser_initialize(&builder->parser)) {
        free(hidden);
        return stop_memory(builder);
    }
    yaml_parser_set_encoding(&builder->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&builder->parser, (const unsigned char *)hidden, hidden_bytes);
    const bool is_good = read_events(builder, text, bytes);
    yaml_parser_delete(&builder->parser);
    free(builder->key);
    free(hidden);
    return is_good;
}

enum sink_status sink_yaml_parse(const char *text, size_t bytes, struct sink_yaml_node **root,
                                 struct sink_placed_faults *faults)
{
    struct builder builder = {.faults = faults};
    *root = NULL;
    if (bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        bytes -= 3;
    }
    if (!sink_yaml_check_bytes(text, bytes, faults))
        return SINK_BAD_JOB;
    if (run_parser(&builder, text, bytes)) {
        *root = builder.root;
        return SINK_OK;
    }
    sink_yaml_free(builder.root);
    return SINK_BAD_JOB;
}
