/* One run of a target, and the limits on it. */
#include "tests/fuzz/fuzz.h"

#include "sinkcalc/base/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Processor time, most of it for sanitizers and coverage: a byte may be a row, and tens of
 * thousands take a second. A busy machine adds to it now and then; slow is what is slow each time.
 */
#define RUN_SECONDS 5.0
#define RUN_TRIES 3

size_t sink_fuzz_accepted;
bool sink_fuzz_tells;

static struct sink_class_list classes;
static char folder[64];

void sink_fuzz_expect(bool holds, const char *promise)
{
    if (holds)
        return;
    fprintf(stderr, "broken: %s\n", promise);
    abort();
}

void sink_fuzz_check_error(enum sink_status status, const struct sink_error *error)
{
    sink_fuzz_expect(status == SINK_BAD_JOB || status == SINK_BAD_DATA || status == SINK_FAILED,
                     "a refusal has a status of its own");
    sink_fuzz_expect(error->status == status, "status and error are the same");
    sink_fuzz_expect(*error->message && sink_text_is_utf8(error->message, strlen(error->message)),
                     "a message is text");
    for (const char *c = error->message; *c; c++)
        sink_fuzz_expect((unsigned char)*c >= ' ' && *c != 127, "a message is one line");
    if (sink_fuzz_tells)
        fprintf(stderr, "    %s\n", error->message);
}

void sink_fuzz_check_faults(enum sink_status status, struct sink_faults *faults)
{
    sink_fuzz_expect(status == SINK_OK || faults->count > 0, "a refusal says why");
    for (size_t i = 0; i < faults->count; i++)
        sink_fuzz_check_error(faults->items[i].status, &faults->items[i]);
    sink_faults_free(faults);
}

const struct sink_class_list *sink_fuzz_classes(void)
{
    return &classes;
}

static void remove_folder(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    (void)!system(command);
}

const char *sink_fuzz_file(const char *name, const uint8_t *data, size_t size)
{
    static char path[128];
    if (!*folder) {
        const char *room = getenv("SINK_FUZZ_ROOM");
        snprintf(folder, sizeof folder, "%s/sinkcalc-fuzz-XXXXXX", room ? room : "/dev/shm");
        sink_fuzz_expect(mkdtemp(folder) != NULL, "there is room in memory");
        atexit(remove_folder);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    sink_fuzz_expect(file >= 0 && write(file, data, size) == (ssize_t)size && close(file) == 0,
                     "there is room in memory");
    return path;
}

int LLVMFuzzerInitialize(int *count, char ***words)
{
    struct sink_error error;
    (void)count;
    (void)words;
    sink_fuzz_expect(sink_class_list_load(&classes, &error) == SINK_OK, "the class table loads");
    sink_fuzz_start();
    return 0;
}

/* Processor time of one run. */
static double timed_run(const uint8_t *data, size_t size, bool *is_accepted)
{
    struct timespec before, after;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    *is_accepted = sink_fuzz_run(data, size);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    return (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool is_accepted = false;
    int tries = 0;
    while (timed_run(data, size, &is_accepted) >= RUN_SECONDS)
        sink_fuzz_expect(++tries < RUN_TRIES, "a run takes less than five seconds");
    sink_fuzz_accepted += is_accepted;
    return 0;
}
