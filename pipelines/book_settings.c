#include "pipelines/book_settings.h"

#include <math.h>
#include <stdlib.h>

/* Arrays that the settings point to. */
struct owned {
    bool is_forest[SINK_MAX_CLASSES], is_land[SINK_MAX_CLASSES];
    bool uses_biomass[SINK_MAX_CLASSES], uses_volume[SINK_MAX_CLASSES];
    bool uses_soil[SINK_MAX_CLASSES], derives_volume[SINK_MAX_CLASSES];
    enum sink_method methods[SINK_MAX_CLASSES * SINK_POOL_COUNT];
    struct sink_disturbance *disturbances; /* [layer_count] */
    const char **constants;                /* [2][layer_count] names, then values */
};

static void set_flags(const struct sink_job *job, const struct sink_class_list *classes,
                      struct owned *owned)
{
    const struct sink_job_layer *biomass = sink_job_find_role(job, SINK_ROLE_ABOVE_GROUND_BIOMASS);
    const struct sink_job_layer *volume = sink_job_find_role(job, SINK_ROLE_STOCK_VOLUME);
    const struct sink_job_layer *soil = sink_job_find_role(job, SINK_ROLE_SOIL_CARBON);
    const bool is_derived = volume && volume->is_derived;
    for (size_t i = 0; i < classes->count; i++) {
        const struct sink_class *class = &classes->items[i];
        owned->is_forest[i] = sink_job_is_forest(job, class);
        owned->is_land[i] = sink_job_is_land(job, class);
        owned->uses_biomass[i] = sink_job_layer_speaks_for(biomass, class);
        owned->uses_volume[i] = !is_derived && sink_job_layer_speaks_for(volume, class);
        owned->derives_volume[i] = is_derived && sink_job_layer_speaks_for(volume, class);
        owned->uses_soil[i] = sink_job_layer_speaks_for(soil, class);
    }
}

static void set_methods(const struct sink_job *job, const struct sink_class_list *classes,
                        struct owned *owned)
{
    for (size_t i = 0; i < job->method_count; i++) {
        const struct sink_job_method *method = &job->methods[i];
        const int class = sink_class_list_find(classes, method->class_name);
        for (int pool = 0; class >= 0 && pool < SINK_POOL_COUNT; pool++)
            if (method->pool < 0 || method->pool == pool)
                owned->methods[class * SINK_POOL_COUNT + pool] = method->method;
    }
}

static void set_layers(const struct sink_job *job, struct owned *owned,
                       struct sink_account_settings *account)
{
    for (size_t i = 0; i < job->layer_count; i++) {
        const struct sink_job_layer *layer = &job->layers[i];
        if (layer->role == SINK_ROLE_DISTURBANCE)
            owned->disturbances[account->disturbance_count++] =
                (struct sink_disturbance){layer->name, layer->burns};
        if (layer->constant) {
            owned->constants[account->constant_count] = layer->name;
            owned->constants[job->layer_count + account->constant_count++] = layer->constant;
        }
    }
    account->disturbances = owned->disturbances;
    account->constant_names = owned->constants;
    account->constant_values = owned->constants + job->layer_count;
}

/* Tables of the evidence behind the factors, in the order harvest, accuracy. */
static enum sink_status read_tables(const struct sink_job *job,
                                    const struct sink_evidence *evidence,
                                    const struct sink_class_list *classes,
                                    struct sink_book_settings *settings, struct sink_faults *faults)
{
    size_t next = job->factor_count;
    enum sink_status status = SINK_OK;
    for (int is_accuracy = 0; is_accuracy < 2 && status == SINK_OK; is_accuracy++) {
        struct sink_error error;
        struct sink_csv *csv = NULL;
        if (!(is_accuracy ? job->accuracy : job->harvest))
            continue;
        if (next >= evidence->table_count) {
            sink_faults_note(faults, SINK_BAD_DATA, "the tally lacks the table of %s",
                             is_accuracy ? "accuracy" : "harvest");
            return SINK_BAD_DATA;
        }
        const struct sink_evidence_table *table = &evidence->tables[next++];
        status = sink_csv_parse(table->name, table->text, table->bytes, &csv, &error);
        if (status != SINK_OK)
            sink_faults_add(faults, &error);
        else if (is_accuracy)
            status = sink_confusion_read(csv, classes, &settings->confusion, faults);
        else
            status = sink_harvest_read(csv, classes, &settings->harvest, faults);
        sink_csv_free(csv);
    }
    return status;
}

static void set_planting(const struct sink_job *job, const struct sink_class_list *classes,
                         struct sink_book_settings *settings)
{
    const struct sink_job_potential *potential = &job->potential;
    if (!potential->is_given)
        return;
    settings->planting =
        (struct sink_planting){.overlay = potential->overlay,
                               .values = (const char *const *)potential->values,
                               .value_count = potential->value_count,
                               .class_index = sink_class_list_find(classes, potential->class_name),
                               .year = potential->year};
    settings->account.planting = &settings->planting;
}

static bool make_owned(const struct sink_job *job, struct sink_book_settings *settings)
{
    struct owned *owned = settings->owned = calloc(1, sizeof *owned);
    if (!owned)
        return false;
    owned->disturbances = calloc(job->layer_count + 1, sizeof *owned->disturbances);
    owned->constants = calloc(2 * job->layer_count + 1, sizeof *owned->constants);
    return owned->disturbances && owned->constants;
}

enum sink_status sink_book_settings_make(const struct sink_job *job,
                                         const struct sink_evidence *evidence,
                                         const struct sink_class_list *classes,
                                         struct sink_book_settings *settings,
                                         struct sink_faults *faults)
{
    *settings = (struct sink_book_settings){0};
    if (!make_owned(job, settings)) {
        sink_faults_note(faults, SINK_FAILED, "out of memory");
        return SINK_FAILED;
    }
    struct owned *owned = settings->owned;
    const struct sink_job_layer *soil = sink_job_find_role(job, SINK_ROLE_SOIL_CARBON);
    set_flags(job, classes, owned);
    set_methods(job, classes, owned);
    settings->account = (struct sink_account_settings){
        .is_forest = owned->is_forest,
        .is_land = owned->is_land,
        .uses_biomass = owned->uses_biomass,
        .uses_volume = owned->uses_volume,
        .uses_soil = owned->uses_soil,
        .derives_volume = owned->derives_volume,
        .methods = owned->methods,
        .transition_yr = job->transition_years,
        .factor = job->missing.factor,
        .value = job->missing.value,
        .has_volume = sink_job_find_role(job, SINK_ROLE_STOCK_VOLUME) != NULL,
        .soil_raster_depth_cm = soil ? soil->depth_cm : NAN,
        .targets = job->targets,
        .target_count = job->target_count,
        .report_by = (const char *const *)job->report_by,
        .report_count = job->report_by_count,
        .gwp = job->gwp};
    set_layers(job, owned, &settings->account);
    set_planting(job, classes, settings);
    const enum sink_status status = read_tables(job, evidence, classes, settings, faults);
    if (status == SINK_OK && job->harvest)
        settings->account.harvest = &settings->harvest;
    return status;
}

void sink_book_settings_free(struct sink_book_settings *settings)
{
    struct owned *owned = settings->owned;
    if (owned) {
        free(owned->disturbances);
        free(owned->constants);
    }
    free(owned);
    sink_harvest_free(&settings->harvest);
    sink_confusion_free(&settings->confusion);
    *settings = (struct sink_book_settings){0};
}
