/* Makes one call of a kind fail, in a program that loads this first (LD_PRELOAD).
 *
 *   SINK_INJECT=KIND:N        the N-th call of the kind fails; 0: none, they are counted
 *   SINK_INJECT_FILE=FILE     of 16 bytes: here are counted the calls, and those that were made to
 *                             fail, by the process and its children together
 *
 * KIND: memory (what the program itself asks for), library (what its libraries ask for), open,
 * read, write, fsync, close, rename, process (fork, pipe, socketpair), nc (what the program itself
 * calls of netCDF-C). Nothing counts before the program itself has asked for memory: what is before
 * belongs to the loader and to what libraries do on their own. */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include "tests/faults/inject.h"

#define WRAPS __attribute__((visibility("default")))
#define CALLER __builtin_return_address(0)

enum kind { MEMORY, LIBRARY, OPEN, READ, WRITE, FSYNC, CLOSE, RENAME, PROCESS, NC, KIND_COUNT };
static const char *const kind_names[] = {"memory", "library", "open",   "read",    "write",
                                         "fsync",  "close",   "rename", "process", "nc"};

static struct {
    uintptr_t begin, end; /* the program itself */
    bool is_ready;
    int kind;
    uint64_t number;
    atomic_uint_fast64_t *counts; /* calls, failures */
    atomic_bool is_armed;
} state = {.kind = KIND_COUNT};

/* While the first call of a function looks for the real one, dlsym asks for memory itself, whatever
 * its prototype says of calling back. */
static _Thread_local volatile bool is_inside;
static char early[1 << 16];
static size_t early_used;

static int find_program(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
            state.begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            state.end = state.begin + info->dlpi_phdr[i].p_memsz;
        }
    return 1; /* the program is the first of all objects */
}

__attribute__((constructor)) static void start(void)
{
    const char *what = getenv("SINK_INJECT"), *path = getenv("SINK_INJECT_FILE");
    const char *colon = what ? strchr(what, ':') : NULL;
    if (!colon || !path)
        return;
    const int file = open(path, O_RDWR);
    void *memory =
        file < 0 ? MAP_FAILED : mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED)
        abort();
    close(file);
    for (int i = 0; i < KIND_COUNT; i++)
        if (strncmp(kind_names[i], what, (size_t)(colon - what)) == 0)
            state.kind = i;
    state.number = strtoull(colon + 1, NULL, 10);
    state.counts = memory;
    dl_iterate_phdr(find_program, NULL);
    state.is_ready = true;
}

static bool is_own(const void *caller)
{
    return (uintptr_t)caller >= state.begin && (uintptr_t)caller < state.end;
}

/* With SINK_INJECT_TRACE the calls above the failure are printed, for addr2line. */
static void tell(void)
{
    void *calls[64];
    atomic_fetch_add(&state.counts[1], 1);
    if (getenv("SINK_INJECT_TRACE")) {
        is_inside = true;
        backtrace_symbols_fd(calls, backtrace(calls, 64), 2);
        is_inside = false;
    }
}

/* Counts a call; true when it is the one to fail. */
static bool is_hit(enum kind kind, const void *caller)
{
    if (!state.is_ready || is_inside)
        return false;
    if (kind == MEMORY && is_own(caller))
        state.is_armed = true;
    else if (kind == MEMORY)
        kind = LIBRARY;
    if (!state.is_armed || (int)kind != state.kind || (kind == NC && !is_own(caller)))
        return false;
    if (atomic_fetch_add(&state.counts[0], 1) + 1 != state.number)
        return false;
    tell();
    return true;
}

static void *find(const char *name)
{
    is_inside = true;
    void *found = dlsym(RTLD_NEXT, name);
    is_inside = false;
    if (!found)
        abort();
    return found;
}

/* real = the next function of this name; the pointer is kept. */
#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (!real)                                                                                     \
    *(void **)(&real) = find(#name)

static void *early_memory(size_t bytes)
{
    void *at = early + early_used;
    early_used += (bytes + 31) / 16 * 16;
    if (early_used > sizeof early)
        abort();
    return at;
}

WRAPS void *malloc(size_t bytes)
{
    if (is_inside)
        return early_memory(bytes);
    REAL(void *, malloc, size_t);
    if (is_hit(MEMORY, CALLER)) {
        errno = ENOMEM;
        return NULL;
    }
    return real(bytes);
}

WRAPS void *calloc(size_t count, size_t bytes)
{
    if (is_inside)
        return early_memory(count * bytes); /* zero, and used once */
    REAL(void *, calloc, size_t, size_t);
    if (is_hit(MEMORY, CALLER)) {
        errno = ENOMEM;
        return NULL;
    }
    return real(count, bytes);
}

WRAPS void *realloc(void *old, size_t bytes)
{
    REAL(void *, realloc, void *, size_t);
    if (is_hit(MEMORY, CALLER)) {
        errno = ENOMEM;
        return NULL;
    }
    return real(old, bytes);
}

WRAPS void free(void *memory)
{
    if (is_inside || ((char *)memory >= early && (char *)memory < early + sizeof early))
        return; /* the loader frees what an earlier look-up said */
    REAL(void, free, void *);
    real(memory);
}

#define TEXT(name, parameters, arguments, ...)                                                     \
    WRAPS char *name parameters                                                                    \
    {                                                                                              \
        REAL(char *, name, __VA_ARGS__);                                                           \
        if (is_hit(MEMORY, CALLER)) {                                                              \
            errno = ENOMEM;                                                                        \
            return NULL;                                                                           \
        }                                                                                          \
        return real arguments;                                                                     \
    }
TEXT(strdup, (const char *text), (text), const char *)
TEXT(__strdup, (const char *text), (text), const char *)
TEXT(strndup, (const char *text, size_t bytes), (text, bytes), const char *, size_t)
TEXT(__strndup, (const char *text, size_t bytes), (text, bytes), const char *, size_t)
TEXT(realpath, (const char *path, char *to), (path, to), const char *, char *)

WRAPS int vasprintf(char **text, const char *format, va_list arguments)
{
    REAL(int, vasprintf, char **, const char *, va_list);
    return is_hit(MEMORY, CALLER) ? -1 : real(text, format, arguments);
}

/* NOLINTNEXTLINE(bugprone-reserved-identifier): the name that the C library has for it */
WRAPS int __vasprintf_chk(char **text, int flag, const char *format, va_list arguments)
{
    REAL(int, __vasprintf_chk, char **, int, const char *, va_list);
    return is_hit(MEMORY, CALLER) ? -1 : real(text, flag, format, arguments);
}

#define FAILS(kind, code, result)                                                                  \
    if (is_hit(kind, CALLER)) {                                                                    \
        errno = code;                                                                              \
        return result;                                                                             \
    }

#define OPENS(name)                                                                                \
    WRAPS int name(const char *path, int flags, ...)                                               \
    {                                                                                              \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        const unsigned mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, unsigned) : 0;        \
        va_end(more);                                                                              \
        REAL(int, name, const char *, int, ...);                                                   \
        FAILS(OPEN, EIO, -1)                                                                       \
        return real(path, flags, mode);                                                            \
    }
OPENS(open)
OPENS(open64)

WRAPS int openat(int folder, const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const unsigned mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, unsigned) : 0;
    va_end(more);
    REAL(int, openat, int, const char *, int, ...);
    FAILS(OPEN, EIO, -1)
    return real(folder, path, flags, mode);
}

#define FUNCTION(type, name, kind, code, result, parameters, arguments, ...)                       \
    WRAPS type name parameters                                                                     \
    {                                                                                              \
        REAL(type, name, __VA_ARGS__);                                                             \
        FAILS(kind, code, result)                                                                  \
        return real arguments;                                                                     \
    }
FUNCTION(FILE *, fopen, OPEN, EIO, NULL, (const char *path, const char *mode), (path, mode),
         const char *, const char *)
FUNCTION(FILE *, fopen64, OPEN, EIO, NULL, (const char *path, const char *mode), (path, mode),
         const char *, const char *)
FUNCTION(ssize_t, read, READ, EIO, -1, (int file, void *to, size_t bytes), (file, to, bytes), int,
         void *, size_t)
FUNCTION(ssize_t, pread, READ, EIO, -1, (int file, void *to, size_t bytes, off_t at),
         (file, to, bytes, at), int, void *, size_t, off_t)
FUNCTION(ssize_t, pread64, READ, EIO, -1, (int file, void *to, size_t bytes, off64_t at),
         (file, to, bytes, at), int, void *, size_t, off64_t)
FUNCTION(ssize_t, write, WRITE, ENOSPC, -1, (int file, const void *from, size_t bytes),
         (file, from, bytes), int, const void *, size_t)
FUNCTION(int, memfd_create, OPEN, EMFILE, -1, (const char *name, unsigned flags), (name, flags),
         const char *, unsigned)
FUNCTION(int, fsync, FSYNC, EIO, -1, (int file), (file), int)
FUNCTION(int, fdatasync, FSYNC, EIO, -1, (int file), (file), int)
FUNCTION(int, rename, RENAME, EIO, -1, (const char *from, const char *to), (from, to), const char *,
         const char *)
FUNCTION(pid_t, fork, PROCESS, EAGAIN, -1, (void), (), void)
FUNCTION(int, pipe, PROCESS, EMFILE, -1, (int ends[2]), (ends), int *)
FUNCTION(int, pipe2, PROCESS, EMFILE, -1, (int ends[2], int flags), (ends, flags), int *, int)
FUNCTION(int, socketpair, PROCESS, EMFILE, -1, (int domain, int type, int protocol, int ends[2]),
         (domain, type, protocol, ends), int, int, int, int *)

/* What could not be read has no end: the stream is marked as faulty, as by a disk. A stream in
 * memory fails by its memory alone. */
WRAPS size_t fread(void *to, size_t bytes, size_t count, FILE *file)
{
    REAL(size_t, fread, void *, size_t, size_t, FILE *);
    if (fileno(file) >= 0 && is_hit(READ, CALLER)) {
        file->_flags |= 0x20; /* _IO_ERR_SEEN */
        errno = EIO;
        return 0;
    }
    return real(to, bytes, count, file);
}

/* Not what is said to people. */
WRAPS size_t fwrite(const void *from, size_t bytes, size_t count, FILE *file)
{
    REAL(size_t, fwrite, const void *, size_t, size_t, FILE *);
    if (fileno(file) > STDERR_FILENO && is_hit(WRITE, CALLER)) {
        file->_flags |= 0x20; /* _IO_ERR_SEEN */
        errno = ENOSPC;
        return 0;
    }
    return real(from, bytes, count, file);
}

/* A file is closed even when that tells of an error. */
WRAPS int close(int file)
{
    REAL(int, close, int);
    const bool is_failing = is_hit(CLOSE, CALLER);
    const int code = real(file);
    if (is_failing)
        errno = EIO;
    return is_failing ? -1 : code;
}

WRAPS int fclose(FILE *file)
{
    REAL(int, fclose, FILE *);
    const bool is_failing = is_hit(CLOSE, CALLER);
    const int code = real(file);
    if (is_failing)
        errno = EIO;
    return is_failing ? EOF : code;
}

bool inject_is_hit_nc(const void *caller)
{
    return is_hit(NC, caller);
}

void *inject_find(const char *name)
{
    return find(name);
}
