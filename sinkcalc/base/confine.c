#include "sinkcalc/base/confine.h"

#include "sinkcalc/base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum sink_status sink_confine_add(struct sink_confine *confine, const char *folder,
                                  struct sink_error *error)
{
    struct stat info;
    char *resolved = realpath(folder, NULL);
    if (!resolved || stat(resolved, &info) != 0 || !S_ISDIR(info.st_mode)) {
        const int code = resolved ? ENOTDIR : errno;
        free(resolved);
        return sink_fail(error, SINK_BAD_JOB, "%s: no folder to be confined to: %s", folder,
                         strerror(code));
    }
    char **folders = realloc(confine->folders, (confine->count + 1) * sizeof *folders);
    if (!folders) {
        free(resolved);
        return sink_fail_memory(error);
    }
    confine->folders = folders;
    confine->folders[confine->count++] = resolved;
    return SINK_OK;
}

void sink_confine_free(struct sink_confine *confine)
{
    for (size_t i = 0; i < confine->count; i++)
        free(confine->folders[i]);
    free(confine->folders);
    *confine = (struct sink_confine){0};
}

static bool is_inside(const struct sink_confine *confine, const char *resolved)
{
    for (size_t i = 0; i < confine->count; i++) {
        const char *folder = confine->folders[i];
        const size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
        if (strncmp(resolved, folder, length) == 0 &&
            (resolved[length] == '/' || resolved[length] == '\0'))
            return true;
    }
    return false;
}

static enum sink_status check_resolved(const struct sink_confine *confine, const char *path,
                                       const char *resolved, struct sink_error *error)
{
    if (is_inside(confine, resolved))
        return SINK_OK;
    return sink_fail(error, SINK_BAD_DATA, "%s: lies at %s, outside %s%s (--confine)", path,
                     resolved, confine->folders[0], confine->count > 1 ? " and the others" : "");
}

/* A link that leads nowhere cannot be resolved and is refused; a name that is not there passes. */
static enum sink_status check_file(const struct sink_confine *confine, const char *path,
                                   struct sink_error *error)
{
    struct stat info;
    if (lstat(path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return SINK_OK;
    char *resolved = realpath(path, NULL);
    if (!resolved && errno == ENOMEM)
        return sink_fail_memory(error);
    if (!resolved)
        return sink_fail(error, SINK_BAD_DATA, "%s: cannot be resolved: %s", path, strerror(errno));
    const enum sink_status status = check_resolved(confine, path, resolved, error);
    free(resolved);
    return status;
}

enum sink_status sink_confine_check(const struct sink_confine *confine, const char *path,
                                    struct sink_error *error)
{
    /* in the place of the file's own ending, and after it */
    static const char *const endings[] = {"shx", "dbf", "prj", "cpg", "sbn", "sbx", "qix",
                                          "SHX", "DBF", "PRJ", "CPG", "SBN", "SBX", "QIX",
                                          "ige", "rrd", "IGE", "RRD", "aux", "AUX"};
    static const char *const additions[] = {"-wal", "-journal", "-shm", ".aux.xml", ".ovr", ".msk"};
    if (!confine || confine->count == 0)
        return SINK_OK;
    enum sink_status status = check_file(confine, path, error);
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    const size_t stem = dot && dot > (slash ? slash : path) ? (size_t)(dot - path) : strlen(path);
    for (size_t i = 0; status == SINK_OK && i < sizeof endings / sizeof *endings; i++) {
        char *side = sink_text_format("%.*s.%s", (int)stem, path, endings[i]);
        status = side ? check_file(confine, side, error) : sink_fail_memory(error);
        free(side);
    }
    for (size_t i = 0; status == SINK_OK && i < sizeof additions / sizeof *additions; i++) {
        char *side = sink_text_format("%s%s", path, additions[i]);
        status = side ? check_file(confine, side, error) : sink_fail_memory(error);
        free(side);
    }
    return status;
}

enum sink_status sink_confine_check_output(const struct sink_confine *confine, const char *path,
                                           struct sink_error *error)
{
    if (!confine || confine->count == 0)
        return SINK_OK;
    char *folder = sink_text_folder(path);
    char *resolved = folder ? realpath(folder, NULL) : NULL;
    enum sink_status status = SINK_OK;
    if (!folder || (!resolved && errno == ENOMEM))
        status = sink_fail_memory(error);
    else if (resolved) /* one that is not there is told by the writer */
        status = check_resolved(confine, path, resolved, error);
    else if (errno != ENOENT)
        status = sink_fail(error, SINK_BAD_DATA, "%s: its folder cannot be resolved: %s", path,
                           strerror(errno));
    free(folder);
    free(resolved);
    return status;
}
