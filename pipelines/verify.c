#include "pipelines/verify_parts.h"

#include "pipelines/inventory_parts.h"
#include "pipelines/layout.h"
#include "pipelines/trust.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *sink_verify_state_name(enum sink_verify_state state)
{
    static const char *const names[] = {"skipped", "passed", "FAILED"};
    return names[state];
}

const char *sink_verify_level_name(enum sink_verify_level level)
{
    static const char *const names[] = {"internal", "account", "inputs", "full"};
    return names[level];
}

/* What the values along a dimension are called, by the variables of `labels`. */
static char *label_of(const struct sink_dataset *labels, const char *dimension, size_t i)
{
    static const char *const named[][2] = {
        {"cover", "cover_name"},         {"cover_from", "cover_from_name"},
        {"pool", "pool_name"},           {"biomass_pool", "biomass_pool_name"},
        {"ecosystem", "ecosystem_name"}, {"land_use", "land_use_name"},
        {"report", "report_value"},      {"region", "region_id"},
        {"input", "input_path"},         {"check", "check_name"},
        {"factor", "factor_quantity"}};
    const struct sink_dataset_variable *time = sink_dataset_find(labels, "time");
    if (strcmp(dimension, "time") == 0 && time && time->reals && i < time->info.count) {
        const double years = sink_dataset_value(time, i) / 365.2425;
        if (fabs(years) < 10000)
            return sink_text_format("%.0f", floor(1970 + years));
    }
    for (size_t k = 0; k < sizeof named / sizeof *named; k++) {
        const struct sink_dataset_variable *entry = sink_dataset_find(labels, named[k][1]);
        if (strcmp(dimension, named[k][0]) == 0 && entry && entry->texts && i < entry->info.count)
            return strcmp(dimension, "factor") == 0 ? sink_text_format("%zu %s", i, entry->texts[i])
                                                    : sink_text_copy(entry->texts[i]);
    }
    return sink_text_format("%zu", i);
}

static void set_place(const struct sink_verify_place *place, struct sink_difference *difference)
{
    const struct sink_nc_variable *is = &place->entry->info;
    size_t rest = place->i;
    free(difference->variable);
    difference->variable = sink_text_copy(is->name);
    for (int d = is->rank - 1; d >= 0; d--) {
        const size_t at = is->lengths[d] > 0 ? rest % is->lengths[d] : 0;
        rest = is->lengths[d] > 0 ? rest / is->lengths[d] : 0;
        char *label = label_of(place->labels, is->dimensions[d], at);
        if (strcmp(is->dimensions[d], "region") == 0 && label) {
            free(difference->region);
            difference->region = label;
        } else if (difference->axis_count < SINK_VERIFY_MAX_AXES) {
            difference->axes[difference->axis_count] = sink_text_copy(is->dimensions[d]);
            difference->labels[difference->axis_count++] = label;
        } else {
            free(label);
        }
    }
}

static void free_difference(struct sink_difference *difference)
{
    free(difference->check);
    free(difference->variable);
    free(difference->region);
    free(difference->claimed_text);
    free(difference->found_text);
    for (size_t a = 0; a < SINK_VERIFY_MAX_AXES; a++) {
        free(difference->axes[a]);
        free(difference->labels[a]);
    }
}

static bool is_whole(const struct sink_difference *difference)
{
    bool is_whole = difference->check && difference->variable && difference->region &&
                    difference->claimed_text && difference->found_text;
    for (size_t a = 0; a < difference->axis_count; a++)
        is_whole = is_whole && difference->axes[a] && difference->labels[a];
    return is_whole;
}

/* Takes over what the difference owns. */
static void keep(struct sink_verification *verification, struct sink_difference *difference)
{
    if (verification->kept == verification->room) {
        const size_t room = verification->room ? 2 * verification->room : 64;
        struct sink_difference *more = realloc(verification->differences, room * sizeof *more);
        if (more) {
            verification->differences = more;
            verification->room = room;
        }
    }
    if (verification->kept == verification->room || !is_whole(difference)) {
        verification->is_out_of_memory = true;
        free_difference(difference);
        return;
    }
    verification->differences[verification->kept++] = *difference;
}

/* False where the difference is only counted. */
static bool count_it(struct sink_verification *verification, enum sink_verify_level level)
{
    struct sink_verify_result *result = &verification->levels[level];
    result->state = SINK_VERIFY_FAILED;
    return ++result->difference_count <= SINK_VERIFY_KEPT;
}

static void note(struct sink_verification *verification, struct sink_difference *difference,
                 const struct sink_verify_place *place, const char *const texts[2])
{
    difference->region = sink_text_copy(""); /* another may take its place */
    verification->is_out_of_memory |= !difference->region;
    difference->claimed_text = sink_text_copy(texts[0]);
    difference->found_text = sink_text_copy(texts[1]);
    if (place)
        set_place(place, difference);
    keep(verification, difference);
}

void sink_verify_note_numbers(struct sink_verification *verification, enum sink_verify_level level,
                              const char *check, const struct sink_verify_place *place,
                              const double pair[2])
{
    if (!count_it(verification, level))
        return;
    struct sink_difference difference = {.level = level,
                                         .check = sink_text_copy(check),
                                         .variable = sink_text_copy(""),
                                         .is_number = true,
                                         .claimed = pair[0],
                                         .found = pair[1]};
    note(verification, &difference, place, (const char *const[]){"", ""});
}

void sink_verify_note_texts(struct sink_verification *verification, enum sink_verify_level level,
                            const char *check, const char *variable, const char *const pair[2])
{
    if (!count_it(verification, level))
        return;
    struct sink_difference difference = {
        .level = level, .check = sink_text_copy(check), .variable = sink_text_copy(variable)};
    note(verification, &difference, NULL, pair);
}

void sink_verify_note_texts_at(struct sink_verification *verification, enum sink_verify_level level,
                               const char *check, const struct sink_verify_place *place,
                               const char *const pair[2])
{
    if (!count_it(verification, level))
        return;
    struct sink_difference difference = {
        .level = level, .check = sink_text_copy(check), .variable = sink_text_copy("")};
    note(verification, &difference, place, pair);
}

void sink_verify_note_stratum(struct sink_verification *verification, enum sink_verify_level level,
                              const char *check, const struct sink_verify_stratum *at,
                              const double pair[2])
{
    if (!count_it(verification, level))
        return;
    struct sink_difference difference = {.level = level,
                                         .check = sink_text_copy(check),
                                         .variable = sink_text_copy(at->variable),
                                         .region = sink_text_copy(at->region),
                                         .is_number = true,
                                         .claimed = pair[0],
                                         .found = pair[1],
                                         .claimed_text = sink_text_copy(""),
                                         .found_text = sink_text_copy("")};
    const char *const axes[][2] = {{"period", at->period}, {"stratum", at->stratum}};
    for (size_t a = 0; a < 2; a++)
        if (*axes[a][1]) {
            difference.axes[difference.axis_count] = sink_text_copy(axes[a][0]);
            difference.labels[difference.axis_count++] = sink_text_copy(axes[a][1]);
        }
    keep(verification, &difference);
}

bool sink_verify_has_passed(const struct sink_verification *verification)
{
    for (size_t l = 0; l < SINK_VERIFY_COUNT; l++)
        if (verification->levels[l].state == SINK_VERIFY_FAILED)
            return false;
    return true;
}

void sink_verify_verdict(const struct sink_verification *verification, char text[256])
{
    static const char *const says[] = {[SINK_VERIFY_FAILED] = "does not hold",
                                       [SINK_VERIFY_PASSED] = "holds",
                                       [SINK_VERIFY_SKIPPED] = "not verified"};
    static const enum sink_verify_state order[] = {SINK_VERIFY_FAILED, SINK_VERIFY_PASSED,
                                                   SINK_VERIFY_SKIPPED};
    int length =
        snprintf(text, 256, "%s", sink_verify_has_passed(verification) ? "PASSED" : "FAILED");
    for (size_t o = 0; o < 3; o++) {
        bool is_first = true;
        for (size_t l = 0; l < SINK_VERIFY_COUNT; l++) {
            if (verification->levels[l].state != order[o])
                continue;
            length += snprintf(text + length, 256 - (size_t)length, "%s%s", is_first ? "; " : ", ",
                               sink_verify_level_name((enum sink_verify_level)l));
            is_first = false;
        }
        if (!is_first)
            length += snprintf(text + length, 256 - (size_t)length, ": %s", says[order[o]]);
    }
}

static enum sink_status read_all(struct sink_nc_reader *nc, struct sink_dataset *dataset,
                                 struct sink_error *error)
{
    (void)sink_dataset_read(nc, dataset);
    const enum sink_status status = sink_nc_reader_status(nc, error);
    sink_nc_reader_close(nc);
    return status;
}

enum sink_status sink_verify_read_file(const char *path, struct sink_dataset *dataset,
                                       struct sink_error *error)
{
    struct sink_nc_reader nc;
    const enum sink_status status = sink_nc_reader_open(&nc, path, error);
    return status == SINK_OK ? read_all(&nc, dataset, error) : status;
}

enum sink_status sink_verify_read_image(const char *name, const void *image, size_t bytes,
                                        struct sink_dataset *dataset, struct sink_error *error)
{
    struct sink_nc_reader nc;
    const enum sink_status status = sink_nc_reader_open_image(&nc, name, image, bytes, error);
    return status == SINK_OK ? read_all(&nc, dataset, error) : status;
}

static enum sink_status check_layout(const struct sink_verification *verification,
                                     struct sink_error *error)
{
    return sink_layout_check_inventory(
        verification->path, sink_dataset_text(&verification->file, NULL, "sinkcalc_layout"), error);
}

/* A level that ran and noted no difference has passed. */
void sink_verify_internal(struct sink_verification *verification)
{
    verification->levels[SINK_VERIFY_INTERNAL].state = SINK_VERIFY_PASSED;
    sink_verify_layout(verification);
    sink_verify_values(verification);
    sink_verify_sums(verification);
}

enum sink_status sink_verify_run(const struct sink_options *options,
                                 struct sink_verification *verification, struct sink_error *error)
{
    *verification = (struct sink_verification){.path = options->file};
    enum sink_status status = sink_trust_start(options, &verification->confine, error);
    if (status == SINK_OK)
        status = sink_verify_read_file(options->file, &verification->file, error);
    if (status == SINK_OK)
        status = check_layout(verification, error);
    if (status == SINK_OK) {
        sink_verify_internal(verification);
        status = sink_verify_account(verification, options, error);
    }
    if (status == SINK_OK)
        status = sink_verify_inputs(verification, options, error);
    if (status == SINK_OK)
        status = sink_verify_full(verification, options, error);
    if (status == SINK_OK && verification->is_out_of_memory)
        status = sink_fail_memory(error);
    return status;
}

void sink_verification_free(struct sink_verification *verification)
{
    for (size_t i = 0; i < verification->kept; i++)
        free_difference(&verification->differences[i]);
    free(verification->differences);
    sink_dataset_free(&verification->file);
    sink_confine_free(&verification->confine);
    *verification = (struct sink_verification){0};
}
