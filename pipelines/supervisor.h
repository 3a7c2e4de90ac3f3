/* A small parent of the process that works: a crash in a library becomes one line and exit code 4,
 * and leaves nothing half-made behind.
 *
 * GDAL, HDF5 and C++ abort when memory is out, and libgomp exits when a thread cannot be made:
 * inside the process nothing can be done about it. */
#ifndef SINK_PIPELINES_SUPERVISOR_H
#define SINK_PIPELINES_SUPERVISOR_H

/* Runs `work(argument)` in a child and ends the process with its exit code; SIGINT, SIGTERM, SIGHUP
 * and SIGQUIT sent to the parent reach the child, and a child that ends by one of these, or by
 * SIGPIPE, ends the parent by it. SIGKILL of the parent ends the child too. With SINK_NO_SUPERVISOR
 * in the environment (debuggers, valgrind), or when no process can be made, it all happens in this
 * process. SIGXFSZ is ignored, so that a limit on the size of files is an error of the write. Does
 * not return. */
_Noreturn void sink_supervise(int (*work)(void *), void *argument);

/* The work itself begins, and has ended with a code: a child that ends in between was ended by a
 * library, and one that crashes after, in what libraries do at exit, has done its work. */
void sink_supervisor_begin(void);
void sink_supervisor_end(int code);

/* Files that the parent removes if the child dies before it forgets them. One thread at a time;
 * without a parent nothing happens. */
void sink_leftover_add(const char *path);
void sink_leftover_forget(const char *path);
/* An output has got its name: the message of the parent no longer says that nothing was written. */
void sink_leftover_written(void);

#endif
