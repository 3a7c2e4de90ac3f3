#include "pipelines/book.h"

#include "sinkcalc/base/text.h"

#include <stdlib.h>
#include <string.h>

static enum sink_status read_factors(const struct sink_evidence *evidence, struct sink_book *book,
                                     struct sink_faults *faults)
{
    struct sink_error error;
    const size_t before = faults->count + faults->dropped;
    for (size_t i = 0; i < evidence->table_count && i < book->job->factor_count; i++) {
        const struct sink_evidence_table *table = &evidence->tables[i];
        struct sink_csv *csv = NULL;
        if (sink_csv_parse(table->name, table->text, table->bytes, &csv, &error) != SINK_OK)
            sink_faults_add(faults, &error);
        else if (sink_factors_add(&book->factors, csv, &book->classes, faults) != SINK_OK)
            break;
    }
    return faults->count + faults->dropped == before ? SINK_OK : SINK_BAD_DATA;
}

static enum sink_status assess(struct sink_tally_bundle *bundle, struct sink_book *book,
                               const struct sink_account_basis *basis,
                               const struct sink_watch *watch, struct sink_error *error)
{
    const struct sink_uncertainty_request request = {
        .tally = bundle->tally,
        .regions = &bundle->regions,
        .basis = basis,
        .rasters = book->rasters.items,
        .raster_count = book->rasters.count,
        .confusion = book->job->accuracy ? &book->settings.confusion : NULL,
        .draws = book->job->draws,
        .seed = book->job->seed,
        .watch = watch};
    return sink_uncertainty_make(book->account, &request, &book->uncertainty, error);
}

static enum sink_status fill_book(struct sink_tally_bundle *bundle, struct sink_book *book,
                                  const struct sink_watch *watch, struct sink_faults *missing,
                                  struct sink_error *error)
{
    enum sink_status status = sink_tally_complete(bundle->tally, &bundle->regions, error);
    const struct sink_account_basis basis = {&book->classes, &book->factors,
                                             &book->settings.account, missing};
    if (status == SINK_OK)
        status = sink_book_rasters_make(bundle, book->job, &book->classes, &book->rasters, error);
    if (status == SINK_OK)
        status = sink_account_make(bundle->tally, &bundle->regions, &basis, &book->account, error);
    if (status == SINK_OK)
        status = sink_account_check_closure(book->account, bundle->tally, &bundle->regions,
                                            &book->classes, book->checks, error);
    if (status == SINK_OK)
        status = assess(bundle, book, &basis, watch, error);
    book->inventory = (struct sink_inventory){.job = book->job,
                                              .evidence = &bundle->evidence,
                                              .regions = &bundle->regions,
                                              .classes = &book->classes,
                                              .factors = &book->factors,
                                              .account = book->account,
                                              .settings = &book->settings.account,
                                              .uncertainty = book->uncertainty,
                                              .checks = book->checks,
                                              .targets = book->job->targets,
                                              .tally = bundle};
    return status;
}

enum sink_status sink_book_read(const struct sink_evidence *evidence, struct sink_book *book,
                                struct sink_faults *faults)
{
    struct sink_error error;
    *book = (struct sink_book){0};
    enum sink_status status = sink_class_list_load(&book->classes, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    else
        status = sink_job_parse(evidence->job_path, evidence->job_text, strlen(evidence->job_text),
                                &book->job, faults);
    if (status == SINK_OK)
        status = read_factors(evidence, book, faults);
    if (status == SINK_OK)
        status =
            sink_book_settings_make(book->job, evidence, &book->classes, &book->settings, faults);
    if (status != SINK_OK)
        sink_book_free(book);
    return status;
}

enum sink_status sink_book_account(const struct sink_book *book, struct sink_tally *tally,
                                   const struct sink_region_list *regions,
                                   struct sink_account **account, struct sink_faults *faults)
{
    struct sink_error error;
    const struct sink_account_basis basis = {&book->classes, &book->factors,
                                             &book->settings.account, faults};
    const enum sink_status status = sink_account_make(tally, regions, &basis, account, &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

/* What is asked of each year is asked of the years of the tally. */
static enum sink_status check_years(const struct sink_job *job, const struct sink_tally_spec *spec,
                                    struct sink_faults *faults)
{
    bool is_same = job->year_count == spec->year_count;
    for (size_t i = 0; is_same && i < job->year_count; i++)
        is_same = job->years[i] == spec->years[i];
    if (is_same)
        return SINK_OK;
    sink_faults_note(faults, SINK_BAD_DATA,
                     "%s: the job in the tally has other years than its sums", job->path);
    return SINK_BAD_DATA;
}

enum sink_status sink_book_make(struct sink_tally_bundle *bundle, struct sink_book *book,
                                const struct sink_watch *watch, struct sink_faults *faults)
{
    struct sink_error error;
    enum sink_status status = sink_book_read(&bundle->evidence, book, faults);
    if (status == SINK_OK)
        status = check_years(book->job, &bundle->spec, faults);
    if (status == SINK_OK) {
        status = fill_book(bundle, book, watch, faults, &error);
        if (status != SINK_OK)
            sink_faults_add(faults, &error);
    }
    if (status != SINK_OK)
        sink_book_free(book);
    return status;
}

void sink_book_free(struct sink_book *book)
{
    sink_uncertainty_free(book->uncertainty);
    sink_account_free(book->account);
    sink_book_rasters_free(&book->rasters);
    sink_book_settings_free(&book->settings);
    sink_factors_free(&book->factors);
    sink_class_list_free(&book->classes);
    sink_job_free(book->job);
    *book = (struct sink_book){0};
}

enum sink_status sink_book_write(const struct sink_book *book, const char *folder, const char *path,
                                 struct sink_error *error)
{
    const struct sink_inventory *inventory = &book->inventory;
    const char *template = folder ? book->job->per_region : NULL;
    enum sink_status status = sink_inventory_write(path, inventory, -1, error);
    for (size_t i = 0; template && i < inventory->regions->count && status == SINK_OK; i++) {
        char *name = sink_inventory_region_path(folder, template, inventory->regions->items[i].id);
        status =
            name ? sink_inventory_write(name, inventory, (int)i, error) : sink_fail_memory(error);
        free(name);
    }
    return status;
}
