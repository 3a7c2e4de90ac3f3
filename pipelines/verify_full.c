/* Level 4: the tally once more, from the rasters of a job that the verifier gives. */
#include "pipelines/verify_parts.h"

#include "pipelines/inventory_parts.h"
#include "pipelines/session.h"
#include "pipelines/tally_file.h"
#include "pipelines/tally_file_parts.h"
#include "sinkcalc/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tally's rows of polygons. */
struct rows {
    const struct sink_tally_bundle *bundle;
    struct sink_tally_row *items;
    size_t count;
    const char *const *names; /* of the sums */
    size_t width;
    bool is_blocks;
};

static void note_texts(struct sink_verification *verification, const char *variable,
                       const char *claimed, const char *found)
{
    sink_verify_note_texts(verification, SINK_VERIFY_FULL, "tallied again", variable,
                           (const char *const[]){claimed, found});
}

/* "2020-2025", or the only year. The caller frees. */
static char *period_text(const struct rows *rows, uint32_t pass)
{
    const struct sink_tally_spec *spec = &rows->bundle->spec;
    if (rows->is_blocks)
        return sink_text_format("%d", spec->years[pass % spec->year_count]);
    return spec->year_count > 1
               ? sink_text_format("%d-%d", spec->years[pass], spec->years[pass + 1])
               : sink_text_format("%d", spec->years[0]);
}

/* "class=forest zone=..." without what is not known. The caller frees. */
static char *stratum_text(const struct rows *rows, uint64_t key)
{
    static const char *const sides[] = {" before", "", ""};
    int values[SINK_MAX_DIMENSIONS];
    const struct sink_tally_spec *spec = &rows->bundle->spec;
    if (rows->is_blocks)
        return sink_text_format("block %llu", (unsigned long long)key);
    char *text = sink_text_copy("");
    sink_tally_key_values(spec, key, values);
    for (size_t d = 0; text && d < spec->dimension_count; d++) {
        const struct sink_dimension *dimension = &spec->dimensions[d];
        if (values[d] == SINK_VALUE_NODATA && dimension->kind != SINK_DIMENSION_CLASS)
            continue;
        char *longer = sink_text_format("%s%s%s%s=%s", text, *text ? "; " : "", dimension->name,
                                        sides[dimension->side], dimension->labels[values[d]]);
        free(text);
        text = longer;
    }
    return text;
}

static void note_row(struct sink_verification *verification, const struct rows *rows,
                     const struct sink_tally_row *row, const char *what, const double pair[2])
{
    char *period = period_text(rows, row->pass), *stratum = stratum_text(rows, row->key);
    const struct sink_verify_stratum at = {.variable = what,
                                           .region = rows->bundle->regions.items[row->region].id,
                                           .period = period,
                                           .stratum = stratum};
    if (period && stratum)
        sink_verify_note_stratum(verification, SINK_VERIFY_FULL, "tallied again", &at, pair);
    else
        verification->is_out_of_memory = true;
    free(period);
    free(stratum);
}

static int compare_places(const struct sink_tally_row *a, const struct sink_tally_row *b)
{
    const uint64_t first[] = {a->region, a->pass, a->key}, second[] = {b->region, b->pass, b->key};
    for (int k = 0; k < 3; k++)
        if (first[k] != second[k])
            return first[k] < second[k] ? -1 : 1;
    return 0;
}

/* A row that only one of them has is NULL in the other: nothing. */
static void compare_row(struct sink_verification *verification, const struct rows *rows,
                        const struct sink_tally_row *a, const struct sink_tally_row *b)
{
    static const struct sink_exact_sum zero = {0};
    const struct sink_tally_row *row = a ? a : b;
    const int64_t cells[] = {a ? a->cells : 0, b ? b->cells : 0};
    verification->levels[SINK_VERIFY_FULL].numbers += rows->width + 1;
    if (cells[0] != cells[1])
        note_row(verification, rows, row, "cells", (double[]){(double)cells[0], (double)cells[1]});
    for (size_t s = 0; s < rows->width; s++) {
        const struct sink_exact_sum *sums[] = {a ? &a->sums[s] : &zero, b ? &b->sums[s] : &zero};
        if (sums[0]->low != sums[1]->low || sums[0]->high != sums[1]->high)
            note_row(verification, rows, row, rows->names[s],
                     (double[]){sink_exact_sum_value(sums[0]), sink_exact_sum_value(sums[1])});
    }
}

static void compare_rows(struct sink_verification *verification, const struct rows *a,
                         const struct rows *b)
{
    size_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        const int order = i == a->count   ? 1
                          : j == b->count ? -1
                                          : compare_places(&a->items[i], &b->items[j]);
        compare_row(verification, b, order <= 0 ? &a->items[i] : NULL,
                    order >= 0 ? &b->items[j] : NULL);
        i += order <= 0;
        j += order >= 0;
    }
}

static bool is_same_dimension(const struct sink_dimension *a, const struct sink_dimension *b)
{
    bool is_same = a->kind == b->kind && a->side == b->side && strcmp(a->name, b->name) == 0 &&
                   a->count == b->count;
    for (size_t v = 0; is_same && v < a->count; v++)
        is_same = strcmp(a->labels[v], b->labels[v]) == 0 &&
                  (a->kind != SINK_DIMENSION_INTERVAL || v < 2 || a->upper[v] == b->upper[v]);
    return is_same;
}

bool sink_verify_has_same_strata(const struct sink_tally_spec *a, const struct sink_tally_spec *b,
                                 const char **what)
{
    *what = "the number of dimensions";
    bool is_same = a->dimension_count == b->dimension_count;
    for (size_t d = 0; is_same && d < a->dimension_count; d++) {
        *what = b->dimensions[d].name;
        is_same = is_same_dimension(&a->dimensions[d], &b->dimensions[d]);
    }
    if (is_same) {
        *what = "quantities";
        is_same = a->quantity_count == b->quantity_count;
    }
    for (size_t q = 0; is_same && q < a->quantity_count; q++)
        is_same = strcmp(a->quantities[q].name, b->quantities[q].name) == 0 &&
                  a->quantities[q].side == b->quantities[q].side &&
                  a->quantities[q].quantity == b->quantities[q].quantity;
    return is_same;
}

/* By number: the rows name regions so. */
static bool check_regions(struct sink_verification *verification,
                          const struct sink_region_list *claimed,
                          const struct sink_region_list *found)
{
    bool is_same = claimed->count == found->count;
    for (size_t r = 0; is_same && r < found->count; r++) {
        const struct sink_region *a = &claimed->items[r], *b = &found->items[r];
        is_same = strcmp(a->id, b->id) == 0 && a->kind == b->kind && a->parent == b->parent;
        if (!is_same)
            note_texts(verification, "regions", a->id, b->id);
        else if (a->kind == SINK_REGION_POLYGON && a->area_m2 != b->area_m2)
            sink_verify_note_stratum(
                verification, SINK_VERIFY_FULL, "tallied again",
                &(struct sink_verify_stratum){
                    .variable = "region_area", .region = b->id, .period = "", .stratum = ""},
                (double[]){a->area_m2, b->area_m2});
    }
    if (claimed->count != found->count)
        note_texts(verification, "regions", "another number of regions", "as in the job");
    return is_same;
}

static enum sink_status compare_tables(struct sink_verification *verification, struct rows a,
                                       struct rows b, struct sink_tally *const tallies[2],
                                       struct sink_error *error)
{
    enum sink_status status =
        sink_tally_counted_rows(tallies[0], &a.bundle->regions, &a.items, &a.count, error);
    if (status == SINK_OK)
        status = sink_tally_counted_rows(tallies[1], &b.bundle->regions, &b.items, &b.count, error);
    if (status == SINK_OK)
        compare_rows(verification, &a, &b);
    free(a.items);
    free(b.items);
    return status;
}

static bool has_same_blocks(const struct sink_correlations *a, const struct sink_correlations *b)
{
    bool is_same = a->count == b->count;
    for (size_t i = 0; is_same && i < a->count; i++)
        is_same = strcmp(a->items[i].name, b->items[i].name) == 0 &&
                  a->items[i].range_m == b->items[i].range_m &&
                  a->items[i].block_rows == b->items[i].block_rows &&
                  a->items[i].band_count == b->items[i].band_count &&
                  a->items[i].column_count == b->items[i].column_count;
    return is_same;
}

static enum sink_status compare_sums(struct sink_verification *verification,
                                     struct sink_tally_bundle *claimed,
                                     struct sink_tally_bundle *found, struct sink_error *error)
{
    static const char *const block_names[] = {"area", "area x standard deviation"};
    const struct sink_tally_spec *spec = &found->spec;
    const char *what, **names = malloc((spec->quantity_count + 1) * sizeof *names);
    if (!names)
        return sink_fail_memory(error);
    enum sink_status status = SINK_OK;
    names[0] = "area";
    for (size_t q = 0; q < spec->quantity_count; q++)
        names[q + 1] = spec->quantities[q].name;
    if (claimed->spec.year_count != spec->year_count ||
        memcmp(claimed->spec.years, spec->years, spec->year_count * sizeof *spec->years) != 0) {
        note_texts(verification, "years", "others in the tally inside", "as in the job");
    } else if (!sink_verify_has_same_strata(&claimed->spec, spec, &what)) {
        note_texts(verification, "strata", "others in the tally inside", what);
    } else if (check_regions(verification, &claimed->regions, &found->regions)) {
        const struct rows rows = {.names = names, .width = spec->quantity_count + 1};
        struct rows a = rows, b = rows;
        a.bundle = claimed;
        b.bundle = found;
        status = compare_tables(verification, a, b,
                                (struct sink_tally *[]){claimed->tally, found->tally}, error);
        a.names = b.names = block_names;
        a.width = b.width = 2;
        a.is_blocks = b.is_blocks = true;
        if (!has_same_blocks(&claimed->correlations, &found->correlations))
            note_texts(verification, "correlations", "others in the tally inside", "as in the job");
        else if (status == SINK_OK && found->blocks)
            status = compare_tables(verification, a, b,
                                    (struct sink_tally *[]){claimed->blocks, found->blocks}, error);
    }
    free(names);
    return status;
}

static void compare_text(struct sink_verification *verification, const char *name,
                         const char *claimed, const char *found)
{
    verification->levels[SINK_VERIFY_FULL].texts++;
    if (strcmp(claimed, found) != 0)
        note_texts(verification, name, claimed, found);
}

static void compare_real(struct sink_verification *verification, const char *name, double claimed,
                         double found)
{
    verification->levels[SINK_VERIFY_FULL].numbers++;
    if (claimed != found)
        sink_verify_note_stratum(verification, SINK_VERIFY_FULL, "tallied again",
                                 &(struct sink_verify_stratum){
                                     .variable = name, .region = "", .period = "", .stratum = ""},
                                 (double[]){claimed, found});
}

/* What it stands on, but the versions that made it and what they noted. */
static void compare_evidence(struct sink_verification *verification,
                             const struct sink_evidence *claimed, const struct sink_evidence *found)
{
    compare_text(verification, "job", claimed->job_text, found->job_text);
    compare_text(verification, "grid", claimed->grid, found->grid);
    compare_real(verification, "cells_read", claimed->cells_read, found->cells_read);
    compare_real(verification, "overlap_m2", claimed->overlap_m2, found->overlap_m2);
    for (size_t i = 0; i < claimed->file_count && i < found->file_count; i++) {
        compare_text(verification, "input_path", claimed->files[i].path, found->files[i].path);
        compare_text(verification, claimed->files[i].path, claimed->files[i].sha256,
                     found->files[i].sha256);
    }
    for (size_t i = 0; i < claimed->table_count && i < found->table_count; i++)
        compare_text(verification, claimed->tables[i].name, claimed->tables[i].text,
                     found->tables[i].text);
    if (claimed->file_count != found->file_count || claimed->table_count != found->table_count)
        note_texts(verification, "inputs", "another number of files", "as in the job");
}

static void describe(struct sink_verify_result *result, const struct sink_evidence *claimed,
                     const struct sink_evidence *found, bool is_alike)
{
    if (is_alike)
        return;
    snprintf(result->note, sizeof result->note,
             "tallied with sinkcalc %.40s (%.120s), again with %.40s (%.120s)", claimed->version,
             claimed->libraries, found->version, found->libraries);
    sink_text_make_plain(result->note);
}

/* What another version made must be what this one makes, but for its name. */
static bool take_makers(const struct sink_evidence *claimed, struct sink_evidence *found)
{
    free(found->version);
    free(found->libraries);
    found->version = sink_text_copy(claimed->version);
    found->libraries = sink_text_copy(claimed->libraries);
    return found->version && found->libraries;
}

static enum sink_status compare(struct sink_verification *verification,
                                struct sink_tally_bundle *claimed, struct sink_tally_bundle *found,
                                struct sink_error *error)
{
    char digests[2][65];
    struct sink_verify_result *result = &verification->levels[SINK_VERIFY_FULL];
    char *job_path = sink_text_copy(claimed->evidence.job_path);
    if (!job_path)
        return sink_fail_memory(error);
    free(found->evidence.job_path); /* the name of the job's file means nothing */
    found->evidence.job_path = job_path;
    const bool is_alike = strcmp(claimed->evidence.version, found->evidence.version) == 0 &&
                          strcmp(claimed->evidence.libraries, found->evidence.libraries) == 0;
    describe(result, &claimed->evidence, &found->evidence, is_alike);
    if (!is_alike && !take_makers(&claimed->evidence, &found->evidence))
        return sink_fail_memory(error);
    enum sink_status status = sink_tally_bundle_digest(claimed, digests[0], error);
    if (status == SINK_OK)
        status = sink_tally_bundle_digest(found, digests[1], error);
    if (status == SINK_OK)
        status = compare_sums(verification, claimed, found, error);
    if (status != SINK_OK)
        return status;
    compare_evidence(verification, &claimed->evidence, &found->evidence);
    const bool is_same = strcmp(digests[0], digests[1]) == 0;
    if (!is_same && result->difference_count == 0)
        note_texts(verification, "sinkcalc_digest", digests[0], digests[1]);
    if (is_alike)
        snprintf(result->note, sizeof result->note, "%s digest", is_same ? "the same" : "another");
    return SINK_OK;
}

/* The job that is given, with its inputs in the folder that is given. */
static enum sink_status read_job(const struct sink_options *options, struct sink_job **job,
                                 struct sink_faults *faults)
{
    struct sink_error error;
    char *text = NULL;
    size_t bytes;
    if (!options->inputs)
        return sink_job_read(options->job, job, faults);
    char *path = sink_text_format("%s/%s", options->inputs, sink_text_file_name(options->job));
    enum sink_status status =
        path ? sink_text_read_file(options->job, (size_t)1 << 20, &text, &bytes, &error)
             : sink_fail_memory(&error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    else
        status = sink_job_parse(path, text, bytes, job, faults);
    free(path);
    free(text);
    return status;
}

static enum sink_status confine(const struct sink_confine *confine, struct sink_session *session,
                                struct sink_faults *faults)
{
    struct sink_error error;
    enum sink_status status = SINK_OK;
    for (size_t i = 0; i < confine->count && status == SINK_OK; i++)
        status = sink_confine_add(&session->confine, confine->folders[i], &error);
    if (status != SINK_OK)
        sink_faults_add(faults, &error);
    return status;
}

static enum sink_status tally_again(const struct sink_options *options,
                                    struct sink_session *session, struct sink_faults *faults)
{
    struct sink_options quiet = *options;
    struct sink_job *job = NULL;
    quiet.is_quiet = true;
    quiet.output = NULL;
    enum sink_status status = read_job(options, &job, faults);
    if (status != SINK_OK)
        return status;
    sink_job_drop_outputs(job); /* nothing will be written */
    status = sink_session_start(&quiet, job, session, faults);
    return status == SINK_OK ? sink_session_tally(options, session, faults) : status;
}

/* Inputs that cannot be tallied fail the level, not the others. */
static enum sink_status note_faults(struct sink_verification *verification,
                                    const struct sink_faults *faults, struct sink_error *error)
{
    const enum sink_status status = sink_faults_of_machine(faults, error);
    for (size_t i = 0; status == SINK_OK && i < faults->count; i++)
        note_texts(verification, "tally", faults->items[i].message, "a tally");
    return status;
}

enum sink_status sink_verify_full(struct sink_verification *verification,
                                  const struct sink_options *options, struct sink_error *error)
{
    struct sink_verify_result *result = &verification->levels[SINK_VERIFY_FULL];
    struct sink_session session = {0};
    struct sink_faults faults = {0};
    struct sink_tally_bundle claimed = {0};
    struct sink_error unreadable;
    bool has = false;
    if (!options->is_full) {
        snprintf(result->note, sizeof result->note, "tally again with --full and --job");
        return SINK_OK;
    }
    enum sink_status status = sink_verify_tally(verification, options, &claimed, &has, &unreadable);
    if (status == SINK_FAILED) {
        *error = unreadable;
        return status;
    }
    if (!has) {
        sink_verify_note_texts(verification, SINK_VERIFY_FULL, "tallied again",
                               SINK_INVENTORY_TALLY,
                               (const char *const[]){"none that can be read", "a tally"});
        return SINK_OK;
    }
    result->state = SINK_VERIFY_PASSED;
    status = confine(&verification->confine, &session, &faults);
    if (status == SINK_OK)
        status = tally_again(options, &session, &faults);
    if (status == SINK_OK)
        status = compare(verification, &claimed, &session.bundle, error);
    else if (status == SINK_BAD_JOB || status == SINK_BAD_DATA)
        status = note_faults(verification, &faults, error);
    else
        status = sink_faults_status(&faults, error);
    sink_session_close(&session);
    sink_tally_bundle_free(&claimed);
    sink_faults_free(&faults);
    return status;
}
