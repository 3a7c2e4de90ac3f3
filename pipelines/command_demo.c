#include "pipelines/json_tree.h"
#include "pipelines/demo.h"
#include "pipelines/options.h"
#include "rasters/environment.h"
#include "sinkcalc/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static enum sink_status check_empty(const char *folder, struct sink_error *error)
{
    DIR *directory = opendir(folder);
    if (!directory)
        return sink_fail(error, SINK_BAD_JOB, "%s: %s, expected a new or an empty folder", folder,
                         strerror(errno));
    const struct dirent *entry;
    do
        entry = readdir(directory);
    while (entry && is_dot(entry->d_name));
    enum sink_status status = SINK_OK;
    if (entry)
        status = sink_fail(error, SINK_BAD_JOB,
                           "%s: the folder is not empty (it holds %s), expected a new or an empty "
                           "one",
                           folder, entry->d_name);
    closedir(directory);
    return status;
}

/* *is_new tells whether the folder was made here. */
static enum sink_status prepare(const char *folder, bool *is_new, struct sink_error *error)
{
    *is_new = mkdir(folder, 0777) == 0;
    if (*is_new)
        return SINK_OK;
    if (errno == EEXIST)
        return check_empty(folder, error);
    return sink_fail(error, SINK_BAD_JOB, "%s: cannot make the folder: %s", folder,
                     strerror(errno));
}

/* Removes the files by their names, with the journal that a GeoPackage may leave. */
static void clean_up(const char *folder, bool is_new)
{
    static const char *const endings[] = {"", "-journal"};
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT; i++)
        for (size_t k = 0; k < sizeof endings / sizeof *endings; k++) {
            char *path = sink_text_format("%s/%s%s", folder, sink_demo_files[i].name, endings[k]);
            if (path)
                unlink(path);
            free(path);
        }
    if (is_new)
        rmdir(folder);
}

static enum sink_status write_all(const char *folder, struct sink_error *error)
{
    enum sink_status status = sink_environment_start(false, error);
    if (status == SINK_OK)
        status = sink_demo_write_texts(folder, error);
    if (status == SINK_OK)
        status = sink_demo_write_regions(folder, error);
    if (status == SINK_OK)
        status = sink_demo_write_rasters(folder, error);
    return status;
}

/* A path that a shell takes as one word. */
static void print_word(const char *path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,:@%";
    if (strspn(path, plain) == strlen(path) && *path != '-') {
        fputs(path, stdout);
        return;
    }
    fputs(*path == '-' ? "./'" : "'", stdout);
    for (; *path; path++)
        if (*path == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*path);
    putchar('\'');
}

static void print_files(const char *folder)
{
    char *job = sink_text_format("%s/job.yml", folder);
    printf("%s: a synthetic landscape, no real place\n", folder);
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT; i++)
        printf("  %-20s %s\n", sink_demo_files[i].name, sink_demo_files[i].about);
    fputs("\nNext:\n  sinkcalc run ", stdout);
    print_word(job ? job : "job.yml");
    putchar('\n');
    free(job);
}

static enum sink_status print_json(const char *folder, struct sink_error *error)
{
    json_t *files = json_array();
    for (size_t i = 0; i < SINK_DEMO_FILE_COUNT; i++)
        json_array_append_new(files, json_string(sink_demo_files[i].name));
    json_t *root = json_pack("{s:s, s:b, s:O}", "folder", folder, "synthetic", 1, "files", files);
    json_decref(files);
    return sink_json_print(root, stdout, error);
}

static enum sink_status run(const struct sink_options *options, struct sink_faults *faults)
{
    struct sink_error error;
    bool is_new = false;
    enum sink_status status = prepare(options->file, &is_new, &error);
    if (status == SINK_OK) {
        status = write_all(options->file, &error);
        if (status != SINK_OK)
            clean_up(options->file, is_new);
    }
    if (status == SINK_OK && options->is_json)
        status = print_json(options->file, &error);
    else if (status == SINK_OK && !options->is_quiet)
        print_files(options->file);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

const struct sink_command sink_command_demo = {
    .name = "demo",
    .operand = "DIR",
    .summary = "Write a small synthetic landscape with a job to try things on",
    .examples =
        "Writes rasters, regions, tables and a job into DIR, which must be new or empty. All of "
        "it is made up; the same bytes each time.\n\nExamples:\n"
        "  sinkcalc demo landscape\n  sinkcalc run landscape/job.yml\n",
    .run = run};
