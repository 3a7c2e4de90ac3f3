#include "pipelines/part_file.h"

#include "pipelines/atomic_file.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum sink_status fail(const struct sink_part_file *part, struct sink_error *error)
{
    return sink_fail(error, SINK_FAILED, "%s: cannot be written: %s", part->path, strerror(errno));
}

static char *folder_of(const char *path)
{
    char *copy = sink_text_copy(path);
    char *folder = copy ? sink_text_copy(dirname(copy)) : NULL;
    free(copy);
    return folder;
}

enum sink_status sink_part_open(const char *path, struct sink_part_file *part,
                                struct sink_error *error)
{
    *part = (struct sink_part_file){.path = path};
    const enum sink_status status = sink_file_check_writable(path, error);
    if (status != SINK_OK)
        return status;
    char *folder = folder_of(path);
    int file = -1;
    for (int i = 0; folder && file < 0 && i < 100; i++) {
        free(part->name);
        part->name = sink_text_format("%s/.sinkcalc.%ld.%d.part", folder, (long)getpid(), i);
        if (!part->name)
            break;
        file = open(part->name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (file < 0 && errno != EEXIST)
            break;
    }
    free(folder);
    part->out = file < 0 ? NULL : fdopen(file, "w+");
    if (part->out)
        return SINK_OK;
    const enum sink_status failed = fail(part, error);
    if (file >= 0) {
        close(file);
        unlink(part->name);
    }
    free(part->name);
    *part = (struct sink_part_file){0};
    return failed;
}

/* Makes the new name last through a power cut; a folder that cannot be synced is no failure. */
static void sync_folder(const char *path)
{
    char *folder = folder_of(path);
    const int file = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(folder);
    if (file < 0)
        return;
    (void)fsync(file);
    close(file);
}

enum sink_status sink_part_publish(struct sink_part_file *part, struct sink_error *error)
{
    enum sink_status status = SINK_OK;
    if (ferror(part->out) || fflush(part->out) != 0 || fsync(fileno(part->out)) != 0)
        status = fail(part, error);
    if (fclose(part->out) != 0 && status == SINK_OK)
        status = fail(part, error);
    part->out = NULL;
    if (status == SINK_OK && rename(part->name, part->path) != 0)
        status = fail(part, error);
    if (status == SINK_OK) {
        free(part->name);
        part->name = NULL;
        sync_folder(part->path);
    }
    sink_part_drop(part);
    return status;
}

char *sink_part_aside(const struct sink_part_file *part)
{
    char *aside = sink_text_format("%s.aside", part->name);
    if (aside)
        unlink(aside);
    return aside;
}

enum sink_status sink_part_publish_aside(struct sink_part_file *part, const char *aside,
                                         struct sink_error *error)
{
    FILE *made = fopen(aside, "r+e");
    enum sink_status status = SINK_OK;
    if (!made || rename(aside, part->name) != 0)
        status = fail(part, error);
    if (status == SINK_OK) {
        fclose(part->out);
        part->out = made;
        return sink_part_publish(part, error);
    }
    if (made)
        fclose(made);
    sink_part_drop(part);
    return status;
}

void sink_part_drop(struct sink_part_file *part)
{
    if (part->out)
        fclose(part->out);
    if (part->name)
        unlink(part->name);
    free(part->name);
    *part = (struct sink_part_file){0};
}
