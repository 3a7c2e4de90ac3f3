#include "pipelines/book.h"

#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Per-class settings of the account, as arrays over the class list. */
struct class_flags {
    bool *is_forest, *is_land, *uses_biomass, *uses_volume, *uses_soil;
};

static bool is_listed(const char *name, char **list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static void set_flags(const struct sink_job *job, const struct sink_class_list *classes,
                      struct class_flags *flags)
{
    const struct sink_job_layer *biomass = sink_job_find_role(job, SINK_ROLE_ABOVE_GROUND_BIOMASS);
    const struct sink_job_layer *volume = sink_job_find_role(job, SINK_ROLE_STOCK_VOLUME);
    const struct sink_job_layer *soil = sink_job_find_role(job, SINK_ROLE_SOIL_CARBON);
    for (size_t i = 0; i < classes->count; i++) {
        const struct sink_class *class = &classes->items[i];
        flags->is_forest[i] = job->forest_classes ? is_listed(class->name, job->forest_classes,
                                                              job->forest_class_count)
                                                  : class->is_forest;
        flags->is_land[i] = job->not_land_classes ? !is_listed(class->name, job->not_land_classes,
                                                               job->not_land_class_count)
                                                  : class->is_land;
        flags->uses_biomass[i] = sink_job_layer_speaks_for(biomass, class);
        flags->uses_volume[i] = sink_job_layer_speaks_for(volume, class);
        flags->uses_soil[i] = sink_job_layer_speaks_for(soil, class);
    }
}

static enum sink_status read_factors(const struct sink_evidence *evidence, struct sink_book *book,
                                     struct sink_faults *faults)
{
    struct sink_error error;
    const size_t before = faults->count + faults->dropped;
    for (size_t i = 0; i < evidence->table_count; i++) {
        const struct sink_evidence_table *table = &evidence->tables[i];
        struct sink_csv *csv = NULL;
        if (sink_csv_parse(table->name, table->text, table->bytes, &csv, &error) != SINK_OK)
            sink_faults_add(faults, &error);
        else if (sink_factors_add(&book->factors, csv, &book->classes, faults) != SINK_OK)
            break;
    }
    return faults->count + faults->dropped == before ? SINK_OK : SINK_BAD_DATA;
}

static size_t list_constants(const struct sink_job *job, const char **names, const char **values)
{
    size_t count = 0;
    for (size_t i = 0; i < job->layer_count; i++)
        if (job->layers[i].constant) {
            names[count] = job->layers[i].name;
            values[count++] = job->layers[i].constant;
        }
    return count;
}

static enum sink_status make_account(struct sink_tally_bundle *bundle, struct sink_book *book,
                                     struct sink_faults *missing, struct sink_error *error)
{
    const struct sink_job *job = book->job;
    const size_t n = book->classes.count;
    bool *flags = calloc(5 * n, sizeof *flags);
    const char **constants = calloc(2 * job->layer_count + 1, sizeof *constants);
    enum sink_status status = SINK_FAILED;
    if (!flags || !constants) {
        status = sink_fail_memory(error);
    } else {
        struct class_flags parts = {flags, flags + n, flags + 2 * n, flags + 3 * n, flags + 4 * n};
        const struct sink_job_layer *soil = sink_job_find_role(job, SINK_ROLE_SOIL_CARBON);
        set_flags(job, &book->classes, &parts);
        const struct sink_account_settings settings = {
            .is_forest = parts.is_forest,
            .is_land = parts.is_land,
            .uses_biomass = parts.uses_biomass,
            .uses_volume = parts.uses_volume,
            .uses_soil = parts.uses_soil,
            .factor = job->missing.factor,
            .value = job->missing.value,
            .has_volume = sink_job_find_role(job, SINK_ROLE_STOCK_VOLUME) != NULL,
            .soil_raster_depth_cm = soil ? soil->depth_cm : NAN,
            .targets = job->targets,
            .target_count = job->target_count,
            .constant_count = list_constants(job, constants, constants + job->layer_count),
            .constant_names = constants,
            .constant_values = constants + job->layer_count};
        const struct sink_account_basis basis = {&book->classes, &book->factors, &settings,
                                                 missing};
        status = sink_account_make(bundle->tally, &bundle->regions, &basis, &book->account, error);
    }
    free(flags);
    free(constants);
    return status;
}

static enum sink_status fill_book(struct sink_tally_bundle *bundle, struct sink_book *book,
                                  struct sink_faults *missing, struct sink_error *error)
{
    enum sink_status status = sink_tally_complete(bundle->tally, &bundle->regions, error);
    if (status == SINK_OK)
        status = make_account(bundle, book, missing, error);
    if (status == SINK_OK)
        status = sink_account_check_closure(book->account, bundle->tally, &bundle->regions,
                                            &book->classes, book->checks, error);
    book->inventory = (struct sink_inventory){.job = book->job,
                                              .evidence = &bundle->evidence,
                                              .regions = &bundle->regions,
                                              .classes = &book->classes,
                                              .factors = &book->factors,
                                              .account = book->account,
                                              .checks = book->checks,
                                              .targets = book->job->targets};
    return status;
}

enum sink_status sink_book_make(struct sink_tally_bundle *bundle, struct sink_book *book,
                                struct sink_faults *faults)
{
    const struct sink_evidence *evidence = &bundle->evidence;
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
    if (status == SINK_OK) {
        status = fill_book(bundle, book, faults, &error);
        if (status != SINK_OK)
            sink_faults_add(faults, &error);
    }
    if (status != SINK_OK)
        sink_book_free(book);
    return status;
}

void sink_book_free(struct sink_book *book)
{
    sink_account_free(book->account);
    sink_factors_free(&book->factors);
    sink_class_list_free(&book->classes);
    sink_job_free(book->job);
    *book = (struct sink_book){0};
}

enum sink_status sink_book_write(const struct sink_book *book, const char *folder, const char *path,
                                 struct sink_error *error)
{
    const struct sink_inventory *inventory = &book->inventory;
    enum sink_status status = sink_inventory_write(path, inventory, -1, error);
    for (size_t i = 0; book->job->per_region && i < inventory->regions->count && status == SINK_OK;
         i++) {
        char *name = sink_inventory_region_path(folder, book->job->per_region,
                                                inventory->regions->items[i].id);
        status =
            name ? sink_inventory_write(name, inventory, (int)i, error) : sink_fail_memory(error);
        free(name);
    }
    return status;
}
