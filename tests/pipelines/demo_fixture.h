/* The demo landscape, made once for a test program, and what the tests of the pipelines do with
 * it. */
#ifndef SINK_TESTS_DEMO_FIXTURE_H
#define SINK_TESTS_DEMO_FIXTURE_H

#include "pipelines/session.h"
#include "pipelines/tally_file.h"
#include "pipelines/tally_run.h"
#include "sinkcalc/base/text.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEMO_LIMIT_BYTES ((size_t)64 << 20)

static char demo_folder[64]; /* of this program; the demo lies in its folder "demo" */

/* "<folder>/<format>"; valid until the eighth call from then. */
static inline const char *demo_path(const char *format, ...)
{
    static char paths[8][256];
    static size_t next;
    char *path = paths[next++ % 8];
    va_list arguments;
    const int length = snprintf(path, sizeof *paths, "%s/", demo_folder);
    va_start(arguments, format);
    vsnprintf(path + length, sizeof *paths - (size_t)length, format, arguments);
    va_end(arguments);
    return path;
}

/* Not inlined: gcc 12 would take what it returns for the address of its local. */
__attribute__((noinline, unused)) static char *demo_read(const char *path, size_t *bytes)
{
    char *text = NULL;
    struct sink_error error;
    if (sink_text_read_file(path, DEMO_LIMIT_BYTES, &text, bytes, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    return text;
}

static inline void demo_check_same_bytes(const char *a, const char *b)
{
    size_t a_bytes, b_bytes;
    char *a_text = demo_read(a, &a_bytes), *b_text = demo_read(b, &b_bytes);
    ck_assert_msg(a_bytes == b_bytes && memcmp(a_text, b_text, a_bytes) == 0, "%s differs from %s",
                  a, b);
    free(a_text);
    free(b_text);
}

static inline void demo_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* The demo's job as another file beside it, with the line that starts with `key` replaced by
 * `line` ("" takes it away, key NULL adds the line at the end); its path. */
static inline const char *demo_job(const char *name, const char *key, const char *line)
{
    size_t bytes;
    char *text = demo_read(demo_path("demo/job.yml"), &bytes);
    char *found = key ? strstr(text, key) : text + bytes;
    ck_assert_ptr_nonnull(found);
    char *end = *found ? strchr(found, '\n') + 1 : found;
    char *changed =
        sink_text_format("%.*s%s%s%s", (int)(found - text), text, line, *line ? "\n" : "", end);
    const char *path = demo_path("demo/%s", name);
    demo_write(path, changed);
    free(changed);
    free(text);
    return path;
}

/* Fewer draws in the demo's job: tests run it often. No test runs yet, so nothing of Check is used.
 */
static inline bool demo_shorten(void)
{
    char text[16384] = "";
    FILE *file = fopen(demo_path("demo/job.yml"), "r+");
    if (!file)
        return false;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    const char *found = strstr(text, "draws: 1000,");
    const bool is_good =
        found && fseek(file, found - text, SEEK_SET) == 0 && fputs("draws: 100, ", file) >= 0;
    return fclose(file) == 0 && is_good;
}

static inline bool demo_make(bool is_short)
{
    struct sink_faults faults = {0};
    const struct sink_options options = {.file = demo_path("demo"), .is_quiet = true};
    return sink_command_demo.run(&options, &faults) == SINK_OK && (!is_short || demo_shorten());
}

/* In a process of its own: GDAL and its threads stay out of the parent of the tests. */
static inline bool demo_start_as(bool is_short)
{
    const char *base = getenv("TMPDIR");
    int status = 1;
    snprintf(demo_folder, sizeof demo_folder, "%.40s/sinkXXXXXX", base ? base : "/tmp");
    if (!mkdtemp(demo_folder))
        return false;
    const pid_t child = fork();
    if (child == 0)
        _exit(demo_make(is_short) ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static inline bool demo_start(void)
{
    return demo_start_as(true);
}

static inline void demo_stop(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r -- '%s'", demo_folder);
    if (system(command) != 0)
        fprintf(stderr, "%s stays\n", demo_folder);
}

/* Opens a job and tallies it; ends the test on a fault. Close the session afterwards. */
static inline void demo_tally(const char *job, int threads, bool reverse,
                              struct sink_session *session)
{
    struct sink_faults faults = {0};
    struct sink_error error;
    const struct sink_options options = {
        .file = job, .threads = threads, .is_quiet = true, .progress = SINK_PROGRESS_NEVER};
    const struct sink_tally_request request = {.options = &options, .reverse = reverse};
    if (sink_session_open(&options, session, &faults) != SINK_OK)
        ck_abort_msg("%s", faults.items[0].message);
    struct sink_tally_bundle *bundle = &session->bundle;
    bundle->spec = session->plan->spec;
    bundle->regions = *sink_boundaries_list(session->plan->boundaries);
    bundle->correlations = session->plan->correlations;
    if (sink_plan_evidence(session->plan, &bundle->evidence, &error) != SINK_OK ||
        sink_tally_run(session->plan, &request, bundle, &error) != SINK_OK)
        ck_abort_msg("%s", error.message);
    sink_faults_free(&faults);
}

/* The account of a bundle; ends the test on a fault. */
static inline void demo_account(struct sink_tally_bundle *bundle, struct sink_book *book)
{
    struct sink_faults faults = {0};
    if (sink_book_make(bundle, book, NULL, &faults) != SINK_OK)
        ck_abort_msg("%s", faults.items[0].message);
}

#endif
