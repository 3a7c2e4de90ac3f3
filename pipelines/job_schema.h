/* Tables that say what a map of the job file may hold, and the walk that fills a struct from it. */
#ifndef SINK_PIPELINES_JOB_SCHEMA_H
#define SINK_PIPELINES_JOB_SCHEMA_H

#include "pipelines/yaml.h"
#include "sinkcalc/model/class.h"

#include <stdbool.h>
#include <stddef.h>

struct sink_walk {
    struct sink_placed_faults *faults;
    const struct sink_class_list *classes;
    bool remote; /* http and https paths are allowed */
};

enum sink_key_kind {
    SINK_KEY_TEXT,   /* char * */
    SINK_KEY_TEXTS,  /* char ** and size_t count: a list of texts, or one text */
    SINK_KEY_YES_NO, /* bool */
    SINK_KEY_WORD,   /* an enum of int's size: the index in `words` */
    SINK_KEY_COUNT,  /* int, from 1 */
    SINK_KEY_PART,   /* `read` does it; NULL: the caller reads the key itself */
    SINK_KEY_MAP,    /* `keys`, into the same struct */
    SINK_KEY_BARRED  /* a key of other maps that may not stand here: `expected` says why not */
};

struct sink_key {
    const char *name;
    enum sink_key_kind kind;
    bool is_required;
    size_t offset;            /* in the struct that is filled */
    size_t count_offset;      /* SINK_KEY_TEXTS: of the size_t */
    const char *const *words; /* SINK_KEY_WORD: ends with NULL */
    /* SINK_KEY_TEXT, TEXTS: notes what is wrong with one text; NULL: any text */
    bool (*check)(struct sink_walk *walk, const struct sink_yaml_node *node);
    void (*read)(struct sink_walk *walk, const struct sink_yaml_node *node, void *target);
    const struct sink_keys *keys; /* SINK_KEY_MAP */
    const char *expected;         /* "the name of an attribute", for messages */
};
struct sink_keys {
    const struct sink_key *items;
    size_t count;
};
#define SINK_KEYS(array)                                                                           \
    {                                                                                              \
        array, sizeof array / sizeof *array                                                        \
    }

/* Fills `target` from the map `node`. Notes a node that is no map, unknown and absent keys, and
 * every value that its key does not allow. What is wrong leaves `target` as it was. */
void sink_walk_map(struct sink_walk *walk, const struct sink_yaml_node *node,
                   const struct sink_keys *keys, void *target);
/* Notes the required keys that are not in `node` (which may be no map). */
void sink_walk_absent(struct sink_walk *walk, const struct sink_yaml_node *node,
                      const struct sink_keys *keys);

/* Notes "<key>: <what was found>, expected <...>" at the node. */
void sink_walk_expected(struct sink_walk *walk, const struct sink_yaml_node *node,
                        const char *format, ...) SINK_PRINTF(3, 4);
/* Notes "<key>: <text>" at the node. */
void sink_walk_fault(struct sink_walk *walk, const struct sink_yaml_node *node, const char *format,
                     ...) SINK_PRINTF(3, 4);
/* As sink_walk_expected, with all the words and the nearest one. */
void sink_walk_expected_word(struct sink_walk *walk, const struct sink_yaml_node *node,
                             const char *const *words, size_t count);

/* Notes "<key>: unknown <what>, expected <words>" at the key of the node, with the nearest word. */
void sink_walk_unknown_key(struct sink_walk *walk, const struct sink_yaml_node *node,
                           const char *what, const char *const *words, size_t count);

/* Each notes what is wrong and leaves the result alone; `*texts` starts as NULL, and no text of a
 * list may stand there twice. */
bool sink_walk_text(struct sink_walk *walk, const struct sink_yaml_node *node, const char *expected,
                    char **text);
bool sink_walk_texts(struct sink_walk *walk, const struct sink_yaml_node *node,
                     const struct sink_key *key, char ***texts, size_t *count);
bool sink_walk_number(struct sink_walk *walk, const struct sink_yaml_node *node,
                      const char *expected, double *number);
bool sink_walk_word(struct sink_walk *walk, const struct sink_yaml_node *node,
                    const char *const *words, int *index);
/* A calendar year, 1000 to 9999. */
bool sink_walk_year(struct sink_walk *walk, const struct sink_yaml_node *node, int *year);
/* The same as the key of a node, as of {2030: 25 %}. */
bool sink_walk_key_year(struct sink_walk *walk, const struct sink_yaml_node *node, int *year);

/* Checks for sink_key.check. */
bool sink_check_name(struct sink_walk *walk, const struct sink_yaml_node *node); /* [a-z0-9_]+ */
bool sink_check_class(struct sink_walk *walk, const struct sink_yaml_node *node);
bool sink_check_crs(struct sink_walk *walk, const struct sink_yaml_node *node);
/* A file to be read, literally (no placeholders); a layer's file with {year} and globs; a built-in
 * table or a path of one; a file to be written. URLs, /vsi..., connection strings and inline
 * documents are none; http and https are, where the job says `remote: yes` and GDAL opens the file.
 */
bool sink_check_input(struct sink_walk *walk, const struct sink_yaml_node *node);
bool sink_check_layer_file(struct sink_walk *walk, const struct sink_yaml_node *node);
bool sink_check_table(struct sink_walk *walk, const struct sink_yaml_node *node);
bool sink_check_output(struct sink_walk *walk, const struct sink_yaml_node *node);
bool sink_check_output_template(struct sink_walk *walk, const struct sink_yaml_node *node);
/* http:// or https:// */
bool sink_is_url(const char *path);

#endif
