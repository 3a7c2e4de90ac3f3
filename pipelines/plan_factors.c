/* Factor tables: loaded, and asked whether they fit the job. */
#include "pipelines/plan.h"
#include "pipelines/table_load.h"
#include "sinkcalc/model/area_estimate.h"
#include "sinkcalc/model/harvest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define EXTRA_TABLES 2 /* harvest, accuracy */

static void load(struct sink_plan *plan, struct sink_faults *faults)
{
    struct sink_error error;
    plan->tables = calloc(plan->job->factor_count + EXTRA_TABLES, sizeof *plan->tables);
    if (!plan->tables) {
        sink_faults_note(faults, SINK_FAILED, "out of memory");
        return;
    }
    for (size_t i = 0; i < plan->job->factor_count; i++) {
        struct sink_evidence_table *table = &plan->tables[plan->table_count++];
        struct sink_csv *csv = NULL;
        const size_t before = faults->count;
        if (sink_table_load_factors(plan->job, i, table, &error) != SINK_OK ||
            sink_csv_parse(table->name, table->text, table->bytes, &csv, &error) != SINK_OK)
            sink_faults_add(faults, &error);
        else
            (void)!sink_factors_add(&plan->factors, csv, &plan->classes, faults);
        sink_table_place_faults(plan->job, plan->job->factors[i], faults, before);
    }
}

/* Harvest and confusion matrix are read for their faults here, and for use by the account. */
static void load_extra(struct sink_plan *plan, const char *written, bool is_harvest,
                       struct sink_faults *faults)
{
    struct sink_error error;
    struct sink_csv *csv = NULL;
    struct sink_harvest harvest = {0};
    struct sink_confusion confusion = {0};
    enum sink_status status = SINK_OK;
    const size_t before = faults->count;
    if (!written || !plan->tables)
        return;
    struct sink_evidence_table *table = &plan->tables[plan->table_count++];
    if (sink_table_load_file(plan->job, written, table, &error) != SINK_OK ||
        sink_csv_parse(table->name, table->text, table->bytes, &csv, &error) != SINK_OK)
        sink_faults_add(faults, &error);
    else if (is_harvest)
        status = sink_harvest_read(csv, &plan->classes, &harvest, faults);
    else
        status = sink_confusion_read(csv, &plan->classes, &confusion, faults);
    if (status == SINK_OK && csv) {
        sink_harvest_free(&harvest);
        sink_confusion_free(&confusion);
    }
    sink_csv_free(csv);
    sink_table_place_faults(plan->job, written, faults, before);
}

static bool has_gains(const struct sink_job *job, const char *class_name)
{
    for (size_t i = 0; i < job->method_count; i++)
        if (job->methods[i].method == SINK_METHOD_GAIN_LOSS &&
            job->methods[i].pool < SINK_BIOMASS_POOL_COUNT &&
            strcmp(job->methods[i].class_name, class_name) == 0)
            return true;
    return false;
}

/* Rows that change nothing, or not what the reader looks at. */
static void note_harvest(struct sink_plan *plan, const struct sink_harvest *harvest)
{
    const struct sink_job *job = plan->job;
    const int first = job->years[0], last = job->years[job->year_count - 1];
    const size_t unused = sink_harvest_unused(harvest, job->years, job->year_count);
    const char *name = sink_harvest_name(harvest);
    bool is_shown = false;
    for (size_t i = 0; i < harvest->row_count; i++)
        is_shown =
            is_shown || has_gains(job, plan->classes.items[harvest->rows[i].class_index].name);
    if (unused > 0 && first == last)
        sink_faults_note(&plan->notes, SINK_BAD_DATA,
                         "%s: no use is made of it, as the job has one year and no period", name);
    else if (unused > 0)
        sink_faults_note(&plan->notes, SINK_BAD_DATA,
                         "%s: %zu of %zu rows are of years outside %d to %d and are ignored", name,
                         unused, harvest->row_count, first + 1, last);
    if (!is_shown && first != last)
        sink_faults_note(&plan->notes, SINK_BAD_DATA,
                         "%s: none of its classes has `methods: gain_loss`, so it only shows in "
                         "the gain-loss result beside the sink",
                         name);
}

void sink_plan_check_harvest(struct sink_plan *plan, struct sink_faults *faults)
{
    const struct sink_job *job = plan->job;
    struct sink_harvest harvest = {0};
    struct sink_faults told = {0}; /* when it was loaded */
    struct sink_csv *csv = NULL;
    const size_t before = faults->count;
    if (!job->harvest || !plan->boundaries || plan->table_count <= job->factor_count)
        return;
    const struct sink_evidence_table *table = &plan->tables[job->factor_count];
    const struct sink_harvest_use use = {.classes = &plan->classes,
                                         .regions = sink_boundaries_list(plan->boundaries),
                                         .regions_from = job->regions.file,
                                         .years = job->years,
                                         .year_count = job->year_count,
                                         .needs_all_years =
                                             job->missing.value == SINK_MISSING_ERROR};
    if (table->text &&
        sink_csv_parse(table->name, table->text, table->bytes, &csv, NULL) == SINK_OK &&
        sink_harvest_read(csv, &plan->classes, &harvest, &told) == SINK_OK &&
        sink_harvest_check(&harvest, &use, faults) == SINK_OK)
        note_harvest(plan, &harvest);
    sink_table_place_faults(job, job->harvest, faults, before);
    sink_harvest_free(&harvest);
    sink_faults_free(&told);
    sink_csv_free(csv);
}

/* A constant overlay whose value no factor asks for is most likely misspelt. */
static void check_constants(struct sink_plan *plan, struct sink_faults *faults)
{
    char near[64];
    for (size_t i = 0; i < plan->job->layer_count; i++) {
        const struct sink_job_layer *layer = &plan->job->layers[i];
        if (layer->constant &&
            !sink_factors_know(&plan->factors, layer->name, layer->constant, near))
            sink_faults_note(faults, SINK_BAD_JOB,
                             "%s:%d:%d: layers.%s.value: \"%s\" stands in no factor table%s%s%s",
                             plan->job->path, layer->place.line, layer->place.column, layer->name,
                             layer->constant, *near ? " (did you mean " : "", near,
                             *near ? "?)" : "");
    }
}

/* Overlays whose only use is a figure of their own: a job that names one expects that figure, and
 * where no table gives it, it must not pass as zero. */
static void check_memos(struct sink_plan *plan, struct sink_faults *faults)
{
    static const struct {
        const char *overlay;
        enum sink_factor_kind kind;
    } memos[] = {{"permafrost", SINK_FACTOR_PERMAFROST_CARBON},
                 {"karst", SINK_FACTOR_KARST_SINK},
                 {"burial", SINK_FACTOR_WATER_BURIAL}};
    const bool is_error = plan->job->missing.factor == SINK_MISSING_ERROR;
    for (size_t i = 0; i < plan->job->layer_count; i++)
        for (size_t m = 0; m < sizeof memos / sizeof *memos; m++) {
            const struct sink_job_layer *layer = &plan->job->layers[i];
            bool has_factor = strcmp(layer->name, memos[m].overlay) != 0;
            for (size_t k = 0; k < plan->factors.row_count && !has_factor; k++)
                has_factor = plan->factors.rows[k].kind == memos[m].kind;
            if (!has_factor)
                sink_faults_note(is_error ? faults : &plan->notes, SINK_BAD_JOB,
                                 "%s:%d:%d: layers.%s: no default %s factor, give one in a table "
                                 "of the job, or count such land with `missing: {factor: count}`",
                                 plan->job->path, layer->place.line, layer->place.column,
                                 layer->name, sink_factor_kind_name(memos[m].kind));
        }
}

void sink_plan_load_tables(struct sink_plan *plan, struct sink_faults *faults)
{
    load(plan, faults);
    load_extra(plan, plan->job->harvest, true, faults);
    load_extra(plan, plan->job->accuracy, false, faults);
}

void sink_plan_load_factors(struct sink_plan *plan, struct sink_faults *faults)
{
    sink_plan_load_tables(plan, faults);
    check_constants(plan, faults);
    check_memos(plan, faults);
}

/* Whether some value of the job's overlay is listed in "a|b|c". */
static bool is_met(const struct sink_plan *plan, const char *overlay, const char *list)
{
    if (strcmp(overlay, SINK_KEY_FROM_CLASS) == 0)
        return true;
    for (size_t i = 0; i < plan->job->layer_count; i++) {
        const struct sink_job_layer *layer = &plan->job->layers[i];
        if (layer->role == SINK_ROLE_DISTURBANCE && strcmp(overlay, SINK_KEY_DISTURBANCE) == 0 &&
            sink_factor_lists(list, layer->name))
            return true;
        if (strcmp(layer->name, overlay) == 0 && layer->constant)
            return sink_factor_lists(list, layer->constant);
    }
    for (size_t i = 0; i < plan->layer_count; i++) {
        const struct sink_legend *legend = &plan->layers[i].legend;
        for (size_t v = 0;
             strcmp(plan->layers[i].job->name, overlay) == 0 && v < legend->value_count; v++)
            if (sink_factor_lists(list, legend->values[v]))
                return true;
    }
    return false;
}

void sink_plan_check_tables(struct sink_plan *plan)
{
    const struct sink_factors *factors = &plan->factors;
    for (size_t i = 0; i < factors->row_count; i++) {
        struct sink_factor *row = &factors->rows[i];
        for (size_t k = 0; k < factors->key_count; k++) {
            const char *list = row->keys[k];
            if (!list || !*list || strcmp(list, "*") == 0 || is_met(plan, factors->keys[k], list))
                continue;
            row->never_fits = true;
            if (sink_table_is_file(row->set))
                sink_faults_note(&plan->notes, SINK_DIFFERS,
                                 "%s:%zu: never fits: the job has no %s that is %s", row->set,
                                 row->line, factors->keys[k], list);
        }
    }
}
