/* A YAML document as a tree of text, lists and maps, each with its place in the file.
 *
 * A subset on purpose: one document, UTF-8 (a byte order mark is allowed), no anchors, aliases,
 * tags, merge keys, keys that are not text, or control characters. Scalars stay text, quoted or
 * not: what `no` or `1e3` means is for the reader of the key to say. JSON is YAML too.
 *
 * One extension: {year} and {region_id} are text wherever they stand, as in {file: lc_{year}.tif}.
 */
#ifndef SINK_PIPELINES_YAML_H
#define SINK_PIPELINES_YAML_H

#include "pipelines/place.h"

#include <stdbool.h>
#include <stddef.h>

#define SINK_YAML_LIMIT_BYTES ((size_t)1 << 20)
#define SINK_YAML_LIMIT_DEPTH 32
#define SINK_YAML_LIMIT_NODES 100000
#define SINK_YAML_LIMIT_KEYS 1000 /* of one map */

enum sink_yaml_kind { SINK_YAML_TEXT, SINK_YAML_LIST, SINK_YAML_MAP };

struct sink_yaml_node {
    enum sink_yaml_kind kind;
    bool is_doubled;             /* its key stands in the map already: a fault, noted */
    struct sink_place place;     /* of the value */
    struct sink_place key_place; /* of the key; of the value in a list */
    struct sink_yaml_node *parent;
    size_t index; /* among the parent's items */
    char *key;    /* NULL in a list and at the root */
    char *text;   /* SINK_YAML_TEXT: without NUL or control characters but \t and \n */
    struct sink_yaml_node **items;
    size_t count, room;
};

/* *root is NULL unless the whole text could be read; doubled keys are noted in `faults` and the
 * tree is given all the same, so that what else is wrong can be told at once. */
SINK_CHECKED enum sink_status sink_yaml_parse(const char *text, size_t bytes,
                                              struct sink_yaml_node **root,
                                              struct sink_placed_faults *faults);
void sink_yaml_free(struct sink_yaml_node *node);

/* The value of a key, or NULL; NULL too when `map` is NULL or no map. */
const struct sink_yaml_node *sink_yaml_find(const struct sink_yaml_node *map, const char *key);
/* "layers.forest.classes[2]"; items count from 1. The root is "job". Cut off when too long. */
void sink_yaml_path(const struct sink_yaml_node *node, char *path, size_t size);

#endif
