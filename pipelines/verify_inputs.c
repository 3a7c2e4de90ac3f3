/* Level 3: the job and the input files are those that the inventory names. */
#include "pipelines/verify_parts.h"

#include "pipelines/digest.h"
#include "sinkcalc/base/text.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define JOB_BYTES ((size_t)1 << 20)

/* The job given must be the one inside, to the byte. */
static enum sink_status check_job(struct sink_verification *verification,
                                  const struct sink_options *options, struct sink_error *error)
{
    char *text;
    size_t bytes;
    const char *inside = sink_dataset_text(&verification->file, NULL, "sinkcalc_job");
    const enum sink_status status =
        sink_text_read_file(options->job, JOB_BYTES, &text, &bytes, error);
    if (status != SINK_OK)
        return status;
    size_t line = 1, same = 0;
    for (; same < bytes && inside[same] && text[same] == inside[same]; same++)
        line += text[same] == '\n';
    if (same != bytes || inside[same]) {
        char claimed[64];
        snprintf(claimed, sizeof claimed, "another text from line %zu on", line);
        sink_verify_note_texts(verification, SINK_VERIFY_INPUTS, "job", "sinkcalc_job",
                               (const char *const[]){claimed, options->job});
    }
    verification->levels[SINK_VERIFY_INPUTS].files++;
    free(text);
    return SINK_OK;
}

static bool leaves_folder(const char *path)
{
    const char *at = path;
    if (*path == '/')
        return true;
    while ((at = strstr(at, ".."))) {
        if ((at == path || at[-1] == '/') && (at[2] == '\0' || at[2] == '/'))
            return true;
        at += 2;
    }
    return false;
}

/* Below --inputs, by its name alone when the path leaves that folder; else where the job takes it
 * from. The caller frees. */
static char *place_of(const struct sink_options *options, const char *path)
{
    char *copy = sink_text_copy(options->inputs ? path : options->job), *place = NULL;
    if (!copy)
        return NULL;
    if (options->inputs)
        place =
            sink_text_format("%s/%s", options->inputs, leaves_folder(path) ? basename(copy) : path);
    else
        place =
            *path == '/' ? sink_text_copy(path) : sink_text_format("%s/%s", dirname(copy), path);
    free(copy);
    return place;
}

/* The columns of the inputs. */
struct columns {
    const struct sink_dataset_variable *paths, *hashes, *bytes;
};

static void check_file(struct sink_verification *verification, const struct columns *columns,
                       const char *path, size_t i)
{
    char hash[65];
    double bytes;
    struct stat info;
    struct sink_error error;
    const struct sink_verify_place at_hash = {&verification->file, columns->hashes, i};
    const struct sink_verify_place at_bytes = {&verification->file, columns->bytes, i};
    const char *claimed = columns->hashes->texts[i];
    verification->levels[SINK_VERIFY_INPUTS].files++;
    if (sink_confine_check(&verification->confine, path, &error) != SINK_OK) {
        sink_verify_note_texts_at(verification, SINK_VERIFY_INPUTS, "unreadable", &at_hash,
                                  (const char *const[]){claimed, error.message});
        return;
    }
    if (stat(path, &info) != 0) {
        sink_verify_note_texts_at(verification, SINK_VERIFY_INPUTS, "missing", &at_hash,
                                  (const char *const[]){claimed, strerror(errno)});
        return;
    }
    if (S_ISREG(info.st_mode) && (double)info.st_size != columns->bytes->reals[i]) {
        sink_verify_note_numbers(verification, SINK_VERIFY_INPUTS, "size", &at_bytes,
                                 (const double[]){columns->bytes->reals[i], (double)info.st_size});
        return;
    }
    if (sink_file_sha256(path, hash, &bytes, &error) != SINK_OK)
        sink_verify_note_texts_at(verification, SINK_VERIFY_INPUTS, "unreadable", &at_hash,
                                  (const char *const[]){claimed, error.message});
    else if (strcmp(hash, claimed) != 0)
        sink_verify_note_texts_at(verification, SINK_VERIFY_INPUTS, "hash", &at_hash,
                                  (const char *const[]){claimed, hash});
}

enum sink_status sink_verify_inputs(struct sink_verification *verification,
                                    const struct sink_options *options, struct sink_error *error)
{
    struct sink_verify_result *result = &verification->levels[SINK_VERIFY_INPUTS];
    const struct columns columns = {sink_verify_sound(verification, "input_path"),
                                    sink_verify_sound(verification, "input_sha256"),
                                    sink_verify_sound(verification, "input_bytes")};
    if (!options->inputs && !options->job) {
        snprintf(result->note, sizeof result->note, "give their folder with --inputs, or --job");
        return SINK_OK;
    }
    struct stat info;
    if (options->inputs && (stat(options->inputs, &info) != 0 || !S_ISDIR(info.st_mode)))
        return sink_fail(error, SINK_BAD_JOB, "--inputs %s: no such folder", options->inputs);
    result->state = SINK_VERIFY_PASSED;
    if (options->job) {
        const enum sink_status status = check_job(verification, options, error);
        if (status != SINK_OK)
            return status;
    }
    if (!columns.paths || !columns.hashes || !columns.bytes)
        sink_verify_note_texts(verification, SINK_VERIFY_INPUTS, "missing", "input_path",
                               (const char *const[]){"none", "the inputs"});
    for (size_t i = 0;
         columns.paths && columns.hashes && columns.bytes && i < columns.paths->info.count; i++) {
        char *path = place_of(options, columns.paths->texts[i]);
        if (!path)
            return sink_fail_memory(error);
        check_file(verification, &columns, path, i);
        free(path);
    }
    return SINK_OK;
}
