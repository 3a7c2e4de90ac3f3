/* What the targets share. Each target defines sink_fuzz_start and sink_fuzz_run; harness.c calls
 * them for libFuzzer, and replay.c for files without it. */
#ifndef SINK_TESTS_FUZZ_H
#define SINK_TESTS_FUZZ_H

#include "sinkcalc/base/csv.h"
#include "sinkcalc/base/error.h"
#include "sinkcalc/model/class.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Once, before the first run. */
void sink_fuzz_start(void);
/* One input; whether it was accepted. */
bool sink_fuzz_run(const uint8_t *data, size_t size);
extern size_t sink_fuzz_accepted; /* how many were, counted by harness.c */
extern bool sink_fuzz_tells;      /* why the others were not: replay.c */

/* Entry points of libFuzzer, which has no header for them. */
int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* The promise about what is refused: a status tells why, in words that a terminal can show. Aborts
 * otherwise. */
void sink_fuzz_expect(bool holds, const char *promise);
void sink_fuzz_check_error(enum sink_status status, const struct sink_error *error);
/* The same of a list, which is freed. */
void sink_fuzz_check_faults(enum sink_status status, struct sink_faults *faults);

/* The classes of the embedded table, loaded by harness.c. */
const struct sink_class_list *sink_fuzz_classes(void);
/* A file in memory, of this name, with these bytes; again with others for the next input. */
const char *sink_fuzz_file(const char *name, const uint8_t *data, size_t size);

#endif
