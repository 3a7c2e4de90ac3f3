/* Trees of Jansson, printed whole or not at all. */
#ifndef SINK_PIPELINES_JSON_TREE_H
#define SINK_PIPELINES_JSON_TREE_H

#include "sinkcalc/base/error.h"

#include <stdbool.h>
#include <stdio.h>

/* Jansson leaves out what it has no memory for, and says so in results that whoever builds a tree
 * would have to ask for at each leaf. After this, memory that it is refused is remembered instead;
 * to be called before the first tree is made. */
void sink_json_begin(void);
bool sink_json_is_out_of_memory(void);

/* Prints the tree (json_t) with all its digits and a new line, and frees it; NULL is a tree that
 * could not be made. SINK_FAILED: out of memory, and nothing is printed; or `out` takes no more. */
SINK_CHECKED enum sink_status sink_json_print(void *tree, FILE *out, struct sink_error *error);

#endif
