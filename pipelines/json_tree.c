#include "pipelines/json_tree.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_bool is_out_of_memory;

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes);
    if (!memory)
        is_out_of_memory = true;
    return memory;
}

void sink_json_begin(void)
{
    is_out_of_memory = false;
    json_set_alloc_funcs(allocate, free);
}

bool sink_json_is_out_of_memory(void)
{
    return is_out_of_memory;
}

enum sink_status sink_json_print(void *tree, FILE *out, struct sink_error *error)
{
    json_t *root = tree;
    if (!root || is_out_of_memory) {
        json_decref(root);
        return sink_fail_memory(error);
    }
    const int code = json_dumpf(root, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    json_decref(root);
    fputc('\n', out);
    if (is_out_of_memory)
        return sink_fail_memory(error);
    return code == 0 ? SINK_OK : sink_fail(error, SINK_FAILED, "cannot print the result as JSON");
}
