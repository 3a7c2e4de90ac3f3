/* Level 2: every number once more, from the tally and the factors inside. */
#include "pipelines/verify_parts.h"

#include "pipelines/book.h"
#include "pipelines/digest.h"
#include "pipelines/inventory_parts.h"
#include "pipelines/table_load.h"
#include "pipelines/tally_file.h"
#include "sinkcalc/base/text.h"
#include "sinkcalc/tables/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Across versions of sinkcalc the order of operations may differ. */
#define TOLERANCE 1e-9

enum sink_status sink_verify_tally(const struct sink_verification *verification,
                                   const struct sink_options *options,
                                   struct sink_tally_bundle *bundle, bool *has,
                                   struct sink_error *error)
{
    const struct sink_dataset_variable *inside =
        sink_verify_sound(verification, SINK_INVENTORY_TALLY);
    *has = false;
    enum sink_status status = SINK_OK;
    if (options->tally)
        status = sink_tally_file_read(options->tally, bundle, error);
    else if (inside)
        status = sink_tally_image_read("the tally inside", inside->bytes, inside->info.count,
                                       bundle, error);
    else
        return SINK_OK;
    if (status == SINK_OK) {
        status = sink_tile_share_check_whole(
            &bundle->evidence.share, options->tally ? options->tally : "the tally inside", error);
        if (status != SINK_OK)
            sink_tally_bundle_free(bundle);
    }
    *has = status == SINK_OK;
    return status;
}

/* The region of the tally that the file alone is about; -1: it is about all of them. */
static int find_region(const struct sink_verification *verification,
                       const struct sink_tally_bundle *bundle)
{
    const struct sink_dataset_variable *ids = sink_verify_sound(verification, "region_id");
    const bool has_tally = sink_dataset_find(&verification->file, SINK_INVENTORY_TALLY) != NULL;
    if (!ids || ids->info.count != 1 || has_tally)
        return -1;
    for (size_t r = 0; r < bundle->regions.count; r++)
        if (strcmp(bundle->regions.items[r].id, ids->texts[0]) == 0)
            return (int)r;
    return -1;
}

static enum sink_status compare(struct sink_verification *verification, const void *image,
                                size_t bytes, struct sink_error *error)
{
    static const char *const same[] = {"date_created", NULL};
    static const char *const other[] = {"date_created", "source", "sinkcalc_version", NULL};
    struct sink_dataset content;
    struct sink_verify_result *result = &verification->levels[SINK_VERIFY_ACCOUNT];
    const char *version = sink_dataset_text(&verification->file, NULL, "sinkcalc_version");
    const bool is_same = strcmp(version, SINK_VERSION) == 0;
    enum sink_status status =
        sink_verify_read_image("the inventory made again", image, bytes, &content, error);
    if (status != SINK_OK)
        return status;
    result->tolerance = is_same ? 0 : TOLERANCE;
    if (is_same)
        snprintf(result->note, sizeof result->note, "equal to the bit");
    else
        snprintf(result->note, sizeof result->note,
                 "made by sinkcalc %.40s, made again by %s: equal to %g, relative", version,
                 SINK_VERSION, TOLERANCE);
    sink_text_make_plain(result->note);
    status = sink_verify_compare(verification,
                                 &(struct sink_verify_pair){.claimed = &verification->file,
                                                            .found = &content,
                                                            .check = "recomputed",
                                                            .prefix = "",
                                                            .excepted = is_same ? same : other,
                                                            .tolerance = result->tolerance,
                                                            .level = SINK_VERIFY_ACCOUNT},
                                 error);
    sink_dataset_free(&content);
    return status;
}

static void note_fault(struct sink_verification *verification, const char *message)
{
    sink_verify_note_texts(verification, SINK_VERIFY_ACCOUNT, "recomputed", SINK_INVENTORY_TALLY,
                           (const char *const[]){message, "an account"});
}

/* Faults of the job, the factors or the sums inside are the file's; those of this machine are not.
 */
static enum sink_status make_again(struct sink_verification *verification,
                                   struct sink_tally_bundle *bundle, struct sink_error *error)
{
    struct sink_book book = {0};
    struct sink_faults faults = {0};
    void *image = NULL;
    size_t bytes = 0;
    enum sink_status status = sink_book_make(bundle, &book, NULL, &faults);
    if (status != SINK_OK) {
        status = sink_faults_of_machine(&faults, error);
        for (size_t i = 0; status == SINK_OK && i < faults.count; i++)
            note_fault(verification, faults.items[i].message);
    } else {
        if (!sink_dataset_find(&verification->file, SINK_INVENTORY_TALLY))
            book.inventory.tally = NULL;
        status = sink_inventory_image("the inventory made again", &book.inventory,
                                      find_region(verification, bundle), &image, &bytes, error);
        if (status == SINK_OK)
            status = compare(verification, image, bytes, error);
    }
    free(image);
    sink_book_free(&book);
    sink_faults_free(&faults);
    return status;
}

/* The SHA-256 of the file that a table was read from, as the tally has it; NULL without one. */
static const char *hash_of(const struct sink_evidence *evidence, const char *path)
{
    for (size_t i = 0; i < evidence->file_count; i++)
        if (strcmp(evidence->files[i].path, path) == 0)
            return evidence->files[i].sha256;
    return NULL;
}

/* A table is what its input's hash says, or what this program has built in, whatever version the
 * tally claims to be of. */
static enum sink_status check_tables(struct sink_verification *verification,
                                     const struct sink_evidence *evidence, struct sink_error *error)
{
    for (size_t i = 0; i < evidence->table_count; i++) {
        char sha256[65];
        struct sink_digest digest;
        const struct sink_evidence_table *table = &evidence->tables[i];
        const struct sink_table *built_in =
            sink_table_is_file(table->name) ? NULL : sink_table_find(table->name);
        const char *expected = hash_of(evidence, table->name);
        if (built_in && strcmp(built_in->text, table->text) != 0)
            sink_verify_note_texts(
                verification, SINK_VERIFY_ACCOUNT, "built-in table", table->name,
                (const char *const[]){"another text", "that of sinkcalc " SINK_VERSION});
        if (built_in)
            continue;
        sink_digest_start(&digest);
        sink_digest_add(&digest, table->text, strlen(table->text));
        const enum sink_status status = sink_digest_finish(&digest, sha256, error);
        if (status != SINK_OK)
            return status;
        if (!expected || strcmp(expected, sha256) != 0)
            sink_verify_note_texts(verification, SINK_VERIFY_ACCOUNT, "hash of a table",
                                   table->name,
                                   (const char *const[]){sha256, expected ? expected : "none"});
    }
    return SINK_OK;
}

enum sink_status sink_verify_account(struct sink_verification *verification,
                                     const struct sink_options *options, struct sink_error *error)
{
    struct sink_verify_result *result = &verification->levels[SINK_VERIFY_ACCOUNT];
    struct sink_tally_bundle bundle = {0};
    bool has;
    enum sink_status status = sink_verify_tally(verification, options, &bundle, &has, error);
    if (status != SINK_OK) {
        if (options->tally || status == SINK_FAILED)
            return status;
        note_fault(verification, error->message);
        return SINK_OK;
    }
    if (!has) {
        snprintf(result->note, sizeof result->note, "no tally inside; give one with --tally");
        return SINK_OK;
    }
    result->state = SINK_VERIFY_PASSED;
    status = check_tables(verification, &bundle.evidence, error);
    if (status == SINK_OK)
        status = make_again(verification, &bundle, error);
    sink_tally_bundle_free(&bundle);
    return status;
}
