/* The CSV tables of this folder, embedded in the program. */
#ifndef SINK_TABLES_TABLES_H
#define SINK_TABLES_TABLES_H

#include <stddef.h>

struct sink_table {
    const char *name; /* the file's name without .csv */
    const char *text; /* its bytes, NUL after them */
    size_t bytes;
};

/* All tables, by name. */
const struct sink_table *sink_tables(size_t *count);
/* NULL when there is none of that name. */
const struct sink_table *sink_table_find(const char *name);

#endif
