/* From the paths of a job to the files that the program opens. */
#include "pipelines/job_parts.h"

#include "sinkcalc/base/text.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void sink_paths_free(char **paths, size_t count)
{
    for (size_t i = 0; paths && i < count; i++)
        free(paths[i]);
    free(paths);
}

char *sink_job_path(const struct sink_job *job, const char *written)
{
    if (sink_is_url(written))
        return sink_text_format("/vsicurl/%s", written);
    if (written[0] == '/' || strcmp(job->folder, ".") == 0)
        return sink_text_copy(written);
    const size_t length = strlen(job->folder);
    return sink_text_format("%s%s%s", job->folder, job->folder[length - 1] == '/' ? "" : "/",
                            written);
}

char *sink_job_path_of_year(const char *written, int year)
{
    static const char placeholder[] = "{year}";
    const size_t bytes = sizeof placeholder - 1;
    char *path = malloc(strlen(written) + 1); /* a year is shorter than its placeholder */
    if (!path)
        return NULL;
    char *end = path;
    while (*written) {
        if (strncmp(written, placeholder, bytes) == 0) {
            for (int power = 1000; power > 0; power /= 10)
                *end++ = (char)('0' + year / power % 10);
            written += bytes;
        } else {
            *end++ = *written++;
        }
    }
    *end = '\0';
    return path;
}

bool sink_is_glob(const char *written)
{
    return !sink_is_url(written) && strpbrk(written, "*?[") != NULL;
}

struct paths {
    char **items;
    size_t count;
};

/* Takes `path`. Of a file named twice the last place counts: later files lie on top. */
static enum sink_status add_path(struct paths *paths, char *path, struct sink_error *error)
{
    char **items = path ? realloc(paths->items, (paths->count + 1) * sizeof *items) : NULL;
    if (!items) {
        free(path);
        return sink_fail_memory(error);
    }
    paths->items = items;
    for (size_t i = 0; i < paths->count; i++)
        if (strcmp(items[i], path) == 0) {
            free(items[i]);
            memmove(items + i, items + i + 1, (paths->count - i - 1) * sizeof *items);
            paths->count--;
            break;
        }
    items[paths->count++] = path;
    return SINK_OK;
}

/* The folder of the job is no pattern, whatever its name. */
static char *pattern_of(const struct sink_job *job, const char *written)
{
    struct sink_job escaped = {.folder = malloc(2 * strlen(job->folder) + 1)};
    if (!escaped.folder)
        return NULL;
    char *end = escaped.folder;
    for (const char *c = job->folder; *c; c++) {
        if (strchr("*?[\\", *c))
            *end++ = '\\';
        *end++ = *c;
    }
    *end = '\0';
    char *pattern = sink_job_path(&escaped, written);
    free(escaped.folder);
    return pattern;
}

static int compare_bytes(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* A folder that cannot be read would hide its files. */
static int stop_glob(const char *path, int code)
{
    (void)path;
    return code != ENOENT && code != ENOTDIR;
}

/* The folder that a pattern begins with, before its names are looked up. */
static enum sink_status check_folder(const struct sink_job *job, const char *written,
                                     struct sink_error *error)
{
    char *path = sink_job_path(job, written);
    if (!path)
        return sink_fail_memory(error);
    path[strlen(path) - strlen(written) + strcspn(written, "*?[")] = '\0';
    char *slash = strrchr(path, '/');
    path[slash ? (size_t)(slash - path) + 1 : 0] = '\0';
    const enum sink_status status = sink_confine_check_output(job->confine, path, error);
    free(path);
    return status;
}

static enum sink_status add_matches(const struct sink_job *job, const struct sink_job_layer *layer,
                                    const char *written, struct paths *paths,
                                    struct sink_error *error)
{
    glob_t matches = {0};
    enum sink_status status = check_folder(job, written, error);
    if (status != SINK_OK)
        return status;
    char *pattern = pattern_of(job, written);
    if (!pattern)
        return sink_fail_memory(error);
    const int code = glob(pattern, GLOB_NOSORT, stop_glob, &matches);
    if (code == GLOB_NOSPACE)
        status = sink_fail_memory(error);
    else if (code != 0)
        status =
            sink_fail(error, SINK_BAD_DATA, "%s:%d:%d: layers.%s: %s, expected files like %s",
                      job->path, layer->place.line, layer->place.column, layer->name,
                      code == GLOB_NOMATCH ? "no file" : "a folder that cannot be read", written);
    else /* glob itself sorts as the locale has it */
        qsort(matches.gl_pathv, matches.gl_pathc, sizeof *matches.gl_pathv, compare_bytes);
    for (size_t i = 0; status == SINK_OK && i < matches.gl_pathc; i++)
        status = add_path(paths, sink_text_copy(matches.gl_pathv[i]), error);
    globfree(&matches);
    free(pattern);
    return status;
}

/* A file that has the very name is meant, even when the name looks like a pattern. */
static enum sink_status add_files(const struct sink_job *job, const struct sink_job_layer *layer,
                                  const char *written, struct paths *paths,
                                  struct sink_error *error)
{
    struct stat status;
    char *path = sink_job_path(job, written);
    if (!path)
        return sink_fail_memory(error);
    if (!sink_is_glob(written) || lstat(path, &status) == 0)
        return add_path(paths, path, error);
    free(path);
    return add_matches(job, layer, written, paths, error);
}

enum sink_status sink_job_layer_files(const struct sink_job *job,
                                      const struct sink_job_layer *layer, int year, char ***paths,
                                      size_t *count, struct sink_error *error)
{
    struct paths found = {0};
    enum sink_status status = SINK_OK;
    *paths = NULL;
    *count = 0;
    for (size_t i = 0; i < layer->file_count && status == SINK_OK; i++) {
        char *written = sink_job_path_of_year(layer->files[i], year);
        status = written ? add_files(job, layer, written, &found, error) : sink_fail_memory(error);
        free(written);
    }
    if (status != SINK_OK) {
        sink_paths_free(found.items, found.count);
        return status;
    }
    *paths = found.items;
    *count = found.count;
    return SINK_OK;
}
