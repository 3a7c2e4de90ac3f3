#include "pipelines/map_folder.h"

#include "pipelines/atomic_file.h"
#include "pipelines/map.h"
#include "pipelines/map_store.h"
#include "pipelines/supervisor.h"
#include "sinkcalc/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define README "README.txt"

static enum sink_status fail_folder(const char *path, const char *what, struct sink_error *error)
{
    return sink_fail(error, SINK_FAILED, "%s: cannot be %s: %s", path, what, strerror(errno));
}

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Does `test` hold for all entries of a folder? Stops at the first for which it does not. */
static bool holds_for_all(const char *folder, bool (*test)(int folder, const char *name))
{
    DIR *entries = opendir(folder);
    if (!entries)
        return false;
    bool holds = true;
    const struct dirent *entry;
    while (holds && (entry = readdir(entries)))
        holds = is_dot(entry->d_name) || test(dirfd(entries), entry->d_name);
    closedir(entries);
    return holds;
}

static bool is_nothing(int folder, const char *name)
{
    (void)folder;
    (void)name;
    return false;
}

/* What we write, and what GDAL and QGIS put beside it. */
static bool is_map_file(int folder, const char *name)
{
    static const char *const endings[] = {".tif", ".qml", ".csv", ".json", ".txt", ".xml"};
    struct stat info;
    const char *dot = strrchr(name, '.');
    if (!dot || fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode))
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* A folder that this program made, and nobody put anything else into. */
static bool is_own(const char *path)
{
    char line[sizeof SINK_MAP_TITLE] = "";
    char *name = sink_text_format("%s/" README, path);
    FILE *file = name ? fopen(name, "r") : NULL;
    free(name);
    if (!file)
        return false;
    const bool is_read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    return is_read && strcmp(line, SINK_MAP_TITLE) == 0 && holds_for_all(path, is_map_file);
}

static bool remove_file(int folder, const char *name)
{
    return strcmp(name, README) == 0 || unlinkat(folder, name, 0) == 0 || errno == EISDIR ||
           errno == EPERM;
}

/* Asks for no memory: what stands is not to depend on it. */
static void remove_from(const char *path, const char *name)
{
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return;
    (void)unlinkat(folder, name, 0);
    close(folder);
}

void sink_map_folder_empty(const char *path)
{
    (void)holds_for_all(path, remove_file);
    sink_folder_sync(path);
    remove_from(path, README);
}

/* Removes a folder of files; folders inside it stay, and with them the folder. */
static void remove_folder(const char *path)
{
    sink_map_folder_empty(path);
    (void)rmdir(path);
}

/* Maps that are whole, README.txt being the last that is written, are none to go on with: they may
 * be those that stood at `path` before, when a run ended before it could remove them. */
static enum sink_status remove_whole(const char *out, struct sink_error *error)
{
    struct stat info;
    char *readme = sink_text_format("%s/" README, out);
    if (!readme)
        return sink_fail_memory(error);
    if (lstat(readme, &info) == 0)
        remove_folder(out);
    free(readme);
    return SINK_OK;
}

/* The index before the cells that it tells of. */
static void remove_part(const struct sink_map_folder *folder)
{
    remove_folder(folder->out);
    remove_from(folder->part, SINK_MAP_STORE_INDEX);
    sink_folder_sync(folder->part);
    remove_folder(folder->part);
}

static enum sink_status check_target(const struct sink_options *options, const char *path,
                                     struct sink_error *error)
{
    struct stat info;
    if (lstat(path, &info) != 0)
        return errno == ENOENT ? SINK_OK : fail_folder(path, "written", error);
    if (!S_ISDIR(info.st_mode))
        return sink_fail(error, SINK_BAD_JOB, "%s: is no folder, expected one or nothing", path);
    if (holds_for_all(path, is_nothing))
        return SINK_OK;
    if (!is_own(path))
        return sink_fail(error, SINK_BAD_JOB,
                         "%s: holds other files than maps, expected a folder of its own for them",
                         path);
    return options->overwrite ? SINK_OK
                              : sink_fail(error, SINK_BAD_JOB,
                                          "%s: exists already; --overwrite replaces it", path);
}

static enum sink_status make_folder(const char *path, struct sink_error *error)
{
    struct stat info;
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return fail_folder(path, "made", error);
    if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid())
        return SINK_OK;
    return sink_fail(error, SINK_FAILED, "%s: is no folder of ours; remove it", path);
}

/* Before anything in them is removed, they are known to be no links. */
static enum sink_status make_folders(const struct sink_map_folder *folder, struct sink_error *error)
{
    const enum sink_status status = make_folder(folder->part, error);
    return status == SINK_OK ? make_folder(folder->out, error) : status;
}

static enum sink_status name_all(const struct sink_options *options, struct sink_map_folder *folder,
                                 struct sink_error *error)
{
    *folder = (struct sink_map_folder){.path = sink_text_copy(options->output)};
    for (size_t end = folder->path ? strlen(folder->path) : 0;
         end > 1 && folder->path[end - 1] == '/'; end--)
        folder->path[end - 1] = '\0';
    folder->part = folder->path ? sink_file_beside(folder->path, "part") : NULL;
    folder->out = folder->part ? sink_text_format("%s/out", folder->part) : NULL;
    folder->tally = folder->part ? sink_text_format("%s/tally.nc", folder->part) : NULL;
    return folder->out && folder->tally ? SINK_OK : sink_fail_memory(error);
}

enum sink_status sink_map_folder_open(const struct sink_options *options,
                                      struct sink_claims *claims, struct sink_map_folder *folder,
                                      struct sink_error *error)
{
    enum sink_status status = name_all(options, folder, error);
    if (status == SINK_OK)
        status = sink_claims_add_folder(claims, options, folder->path, error);
    if (status == SINK_OK)
        status = check_target(options, folder->path, error);
    folder->is_ours = status == SINK_OK;
    if (status == SINK_OK)
        status = make_folders(folder, error);
    if (status == SINK_OK && options->is_restart)
        remove_part(folder);
    else if (status == SINK_OK)
        status = remove_whole(folder->out, error);
    return status == SINK_OK ? make_folders(folder, error) : status;
}

enum sink_status sink_map_folder_finish(const struct sink_map_folder *folder,
                                        struct sink_error *error)
{
    char *above = sink_text_format("%s/..", folder->path);
    if (!above)
        return sink_fail_memory(error);
    /* Over nothing or an empty folder, or in exchange for the maps that were there. */
    const bool is_named =
        rename(folder->out, folder->path) == 0 ||
        renameat2(AT_FDCWD, folder->out, AT_FDCWD, folder->path, RENAME_EXCHANGE) == 0;
    if (is_named) {
        sink_leftover_written();
        sink_folder_sync(above); /* before the maps that were there go */
    }
    free(above);
    if (!is_named)
        return fail_folder(folder->path, "written", error);
    remove_part(folder);
    return SINK_OK;
}

void sink_map_folder_close(struct sink_map_folder *folder, bool is_dropped)
{
    if (folder->is_ours) {
        if (is_dropped)
            remove_part(folder);
        (void)rmdir(folder->out);
        (void)rmdir(folder->part);
    }
    free(folder->path);
    free(folder->part);
    free(folder->out);
    free(folder->tally);
    *folder = (struct sink_map_folder){0};
}
