/* Runs a target on files, and on the files of folders, without libFuzzer. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LIMIT_BYTES ((size_t)64 << 20)

static void replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *room = malloc(LIMIT_BYTES);
    if (!file || !room) {
        perror(path);
        exit(1);
    }
    const size_t size = fread(room, 1, LIMIT_BYTES, file);
    fclose(file);
    uint8_t *data = malloc(size + !size); /* of its own size, so that no byte past it can be read */
    if (!data)
        exit(1);
    memcpy(data, room, size);
    free(room);
    fprintf(stderr, "%s\n", path); /* the last one is the culprit */
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static size_t replay(const char *path)
{
    struct stat info;
    struct dirent **entries = NULL;
    size_t done = 0;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        replay_file(path);
        return 1;
    }
    const int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char inside[4096];
        snprintf(inside, sizeof inside, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            done += replay(inside);
        free(entries[i]);
    }
    free(entries);
    return done;
}

int main(int count, char **words)
{
    size_t done = 0;
    sink_fuzz_tells = true;
    LLVMFuzzerInitialize(&count, &words);
    for (int i = 1; i < count; i++)
        done += replay(words[i]);
    printf("%zu inputs replayed, %zu of them accepted\n", done, sink_fuzz_accepted);
    return sink_fuzz_accepted > 0 ? 0 : 1; /* seeds that are all refused reach nothing */
}
