/* What a child process may do that reads a file of a stranger: use so much time and memory, and
 * nothing else. Linux; the system calls are limited on x86-64 and 64-bit ARM with a kernel that
 * can.
 */
#ifndef SINK_PIPELINES_SANDBOX_H
#define SINK_PIPELINES_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes of address space that the process has; 0 when the system does not tell. */
size_t sink_sandbox_bytes(void);

/* Seconds of CPU from the start of the process, and bytes of address space. May be called again
 * with more. Under a sanitizer, which reserves all there is, time alone is limited. False when the
 * limits cannot be set. */
bool sink_sandbox_limit(unsigned seconds, size_t bytes);

/* From now on the process can use the memory and the descriptors it has; every other call of the
 * system (to open, to connect, to start a program) fails with EACCES. */
void sink_sandbox_close(void);

#endif
