/* Tally files with a right digest, whatever they say, and the account of what is accepted. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/nc_image.h"

#include "pipelines/book.h"
#include "pipelines/summary.h"
#include "pipelines/tally_file.h"

#include <stdio.h>
#include <string.h>

#define MOST_DRAWS 100 /* a job may well ask for hours of work */

/* Their names for the linker (--wrap). */
enum sink_status true_digest(struct sink_tally_bundle *bundle, char hex[65],
                             struct sink_error *error) __asm__("__real_sink_tally_bundle_digest");
enum sink_status any_digest(struct sink_tally_bundle *bundle, char hex[65],
                            struct sink_error *error) __asm__("__wrap_sink_tally_bundle_digest");

static FILE *nowhere;

void sink_fuzz_start(void)
{
    nowhere = fopen("/dev/null", "w");
}

/* Who writes a hostile file computes its digest as we do: here all are the same. */
enum sink_status any_digest(struct sink_tally_bundle *bundle, char hex[65],
                            struct sink_error *error)
{
    const enum sink_status status = true_digest(bundle, hex, error);
    memset(hex, '0', 64);
    return status;
}

static bool asks_for_little(const struct sink_evidence *evidence)
{
    struct sink_faults faults = {0};
    struct sink_job *job = NULL;
    if (!strstr(evidence->job_text, "draws"))
        return true;
    const enum sink_status status = sink_job_parse(evidence->job_path, evidence->job_text,
                                                   strlen(evidence->job_text), &job, &faults);
    const bool is_little = status != SINK_OK || job->draws <= MOST_DRAWS;
    sink_job_free(job);
    sink_faults_free(&faults);
    return is_little;
}

static bool account(struct sink_tally_bundle *bundle)
{
    struct sink_faults faults = {0};
    struct sink_book book = {0};
    struct sink_error error;
    const struct sink_options options = {.is_verbose = true, .file = "tally.nc"};
    const enum sink_status status = sink_book_make(bundle, &book, NULL, &faults);
    sink_fuzz_check_faults(status, &faults);
    if (status != SINK_OK)
        return false;
    const enum sink_status printed = sink_summary_print(&book.inventory, &options, nowhere, &error);
    if (printed != SINK_OK)
        sink_fuzz_check_error(printed, &error);
    sink_book_free(&book);
    return true;
}

bool sink_fuzz_run(const uint8_t *data, size_t size)
{
    struct sink_tally_bundle bundle;
    struct sink_error error;
    bool is_accepted = false;
    const enum sink_status status =
        sink_tally_file_read(nc_image_serve(data, size), &bundle, &error);
    if (status != SINK_OK) {
        sink_fuzz_check_error(status, &error);
        return false;
    }
    if (asks_for_little(&bundle.evidence))
        is_accepted = account(&bundle);
    sink_tally_bundle_free(&bundle);
    return is_accepted;
}
