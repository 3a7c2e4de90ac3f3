#include "pipelines/inputs.h"

#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <sys/stat.h>

struct sink_input {
    char *path;
    dev_t device;
    ino_t inode;
    off_t bytes;
    struct timespec modified;
};

static struct sink_input *grow(struct sink_inputs *inputs)
{
    if (inputs->count == inputs->room) {
        const size_t room = inputs->room ? 2 * inputs->room : 64;
        struct sink_input *items = realloc(inputs->items, room * sizeof *items);
        if (!items)
            return NULL;
        inputs->items = items;
        inputs->room = room;
    }
    return &inputs->items[inputs->count];
}

void sink_inputs_watch(struct sink_inputs *inputs, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return;
    struct sink_input *input = grow(inputs);
    char *copy = input ? sink_text_copy(path) : NULL;
    if (!copy) {
        inputs->is_out_of_memory = true;
        return;
    }
    *input = (struct sink_input){copy, info.st_dev, info.st_ino, info.st_size, info.st_mtim};
    inputs->count++;
}

enum sink_status sink_inputs_check(const struct sink_inputs *inputs, struct sink_error *error)
{
    for (size_t i = 0; i < inputs->count; i++) {
        struct stat info;
        const struct sink_input *input = &inputs->items[i];
        if (stat(input->path, &info) != 0 || info.st_dev != input->device ||
            info.st_ino != input->inode || info.st_size != input->bytes ||
            info.st_mtim.tv_sec != input->modified.tv_sec ||
            info.st_mtim.tv_nsec != input->modified.tv_nsec)
            return sink_fail(error, SINK_BAD_DATA, "%s: changed while it was read", input->path);
    }
    return SINK_OK;
}

void sink_inputs_free(struct sink_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        free(inputs->items[i].path);
    free(inputs->items);
    *inputs = (struct sink_inputs){0};
}
