/* What inject.c has for the calls of netCDF, which stand apart because their real prototypes may
 * not be seen there. */
#ifndef SINK_TESTS_INJECT_H
#define SINK_TESTS_INJECT_H

#include <stdbool.h>

bool inject_is_hit_nc(const void *caller);
/* The next function of this name. */
void *inject_find(const char *name);

#endif
