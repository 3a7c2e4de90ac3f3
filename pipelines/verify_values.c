/* Level 1: what each number may be, and what follows from other values without a sum. */
#include "pipelines/verify_parts.h"

#include "pipelines/inventory_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE 1e-9

static void note_at(struct sink_verification *verification, const char *check,
                    const struct sink_dataset_variable *entry, size_t i, double expected)
{
    const struct sink_verify_place place = {&verification->file, entry, i};
    sink_verify_note_numbers(verification, SINK_VERIFY_INTERNAL, check, &place,
                             (const double[]){sink_dataset_value(entry, i), expected});
}

static void note_text_at(struct sink_verification *verification, const char *check,
                         const struct sink_dataset_variable *entry, size_t i, const char *expected)
{
    const struct sink_verify_place place = {&verification->file, entry, i};
    sink_verify_note_texts_at(verification, SINK_VERIFY_INTERNAL, check, &place,
                              (const char *const[]){entry->texts[i], expected});
}

static bool is_in_range(double value, enum sink_verify_range range)
{
    switch (range) {
    case SINK_VERIFY_ANY:
        return !isinf(value);
    case SINK_VERIFY_POSITIVE:
        return isnan(value) || (value >= 0 && !isinf(value));
    case SINK_VERIFY_SHARE: /* a sum of shares may be 1 + a rounding */
        return isnan(value) || (value >= 0 && value <= 1 + TOLERANCE);
    case SINK_VERIFY_KNOWN:
        return value >= 0 && !isinf(value);
    case SINK_VERIFY_FINITE:
        return isfinite(value);
    case SINK_VERIFY_OPEN:
        return true;
    }
    return false;
}

static void check_range(struct sink_verification *verification,
                        const struct sink_dataset_variable *entry, enum sink_verify_range range)
{
    struct sink_verify_result *result = &verification->levels[SINK_VERIFY_INTERNAL];
    if (entry->info.type == SINK_NC_STRING) {
        result->texts += entry->info.count;
        return;
    }
    result->numbers += entry->info.count;
    for (size_t i = 0; i < entry->info.count; i++) {
        const double value = sink_dataset_value(entry, i);
        if (!is_in_range(value, range))
            note_at(verification, "range", entry, i, value < 0 ? 0 : NAN);
    }
}

/* The first year ends no period. */
static void check_first_year(struct sink_verification *verification)
{
    static const char *const rates[] = {"total_net_removal",     "net_removal",
                                        "net_removal_by_cover",  "land_use_net_removal",
                                        "cover_transition_area", "report_net_removal",
                                        "removal_value_central"};
    for (size_t k = 0; k < sizeof rates / sizeof *rates; k++) {
        const struct sink_dataset_variable *entry = sink_verify_sound(verification, rates[k]);
        const size_t record =
            entry && entry->info.lengths[0] > 0 ? entry->info.count / entry->info.lengths[0] : 0;
        for (size_t i = 0; i < record; i++)
            if (!isnan(sink_dataset_value(entry, i)))
                note_at(verification, "first year", entry, i, NAN);
    }
}

static void check_time(struct sink_verification *verification)
{
    char text[16];
    const struct sink_dataset *file = &verification->file;
    const struct sink_dataset_variable *time = sink_verify_sound(verification, "time");
    const struct sink_dataset_variable *bounds = sink_verify_sound(verification, "time_bnds");
    if (!time || !bounds || bounds->info.count != 2 * time->info.count)
        return;
    for (size_t y = 0; y < time->info.count; y++) {
        const double day = sink_dataset_value(time, y);
        const double before = y > 0 ? sink_dataset_value(time, y - 1) : day;
        const int year = (int)floor(1970 + day / 365.2425);
        if (sink_dataset_value(bounds, 2 * y) != before)
            note_at(verification, "time", bounds, 2 * y, before);
        if (sink_dataset_value(bounds, 2 * y + 1) != day)
            note_at(verification, "time", bounds, 2 * y + 1, day);
        if (!(fabs(day) < 4e6) || sink_inventory_day(year) != day)
            note_at(verification, "last day of a year", time, y, NAN);
        if (y > 0 && !(day > before))
            note_at(verification, "ascending", time, y, NAN);
        const bool is_end = y + 1 == time->info.count;
        if (y > 0 && !is_end)
            continue;
        snprintf(text, sizeof text, "%04d-12-31", year);
        for (int end = y > 0 ? 1 : 0; end < (is_end ? 2 : 1); end++) {
            const char *name = end ? "time_coverage_end" : "time_coverage_start";
            if (strcmp(sink_dataset_text(file, NULL, name), text) != 0)
                sink_verify_note_texts(
                    verification, SINK_VERIFY_INTERNAL, "time", name,
                    (const char *const[]){sink_dataset_text(file, NULL, name), text});
        }
    }
}

/* An id and where it stands. */
struct place_of {
    const char *id;
    size_t region;
};

static int by_id(const void *a, const void *b)
{
    const struct place_of *p = a, *q = b;
    const int order = strcmp(p->id, q->id);
    return order ? order : (p->region > q->region) - (p->region < q->region);
}

/* The first region with an id, or `count`. */
static size_t find_region(const struct place_of *places, size_t count, const char *id)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(places[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && strcmp(places[low].id, id) == 0 ? places[low].region : count;
}

size_t *sink_verify_parents(const struct sink_dataset_variable *ids,
                            const struct sink_dataset_variable *parents)
{
    const size_t count = ids->info.count;
    struct place_of *places = malloc((count + 1) * sizeof *places);
    size_t *found = malloc((2 * count + 1) * sizeof *found);
    for (size_t r = 0; places && r < count; r++)
        places[r] = (struct place_of){ids->texts[r], r};
    if (places && count > 0)
        qsort(places, count, sizeof *places, by_id);
    for (size_t r = 0; places && found && r < count; r++) {
        const char *parent = parents->texts[r];
        found[r] = *parent ? find_region(places, count, parent) : count;
        found[count + r] = find_region(places, count, ids->texts[r]);
    }
    if (!places) {
        free(found);
        found = NULL;
    }
    free(places);
    return found;
}

static void check_regions(struct sink_verification *verification)
{
    const struct sink_dataset_variable *ids = sink_verify_sound(verification, "region_id");
    const struct sink_dataset_variable *parents = sink_verify_sound(verification, "region_parent");
    const struct sink_dataset_variable *levels = sink_verify_sound(verification, "region_level");
    const struct sink_dataset_variable *kinds = sink_verify_sound(verification, "region_kind");
    if (!ids || !parents || !levels || !kinds)
        return;
    const size_t count = ids->info.count;
    size_t *found = sink_verify_parents(ids, parents);
    verification->is_out_of_memory = verification->is_out_of_memory || !found;
    for (size_t r = 0; found && r < count; r++) {
        const bool has_parent = *parents->texts[r];
        const double level =
            found[r] < count ? sink_dataset_value(levels, found[r]) + 1 : has_parent;
        if (!*ids->texts[r] || found[count + r] != r)
            note_text_at(verification, "unique", ids, r, "an id of its own");
        if (sink_dataset_value(kinds, r) > SINK_REGION_REST)
            note_at(verification, "kind", kinds, r, NAN);
        if (count == 1)
            continue; /* its parent is in another file */
        if (has_parent && found[r] >= r)
            note_text_at(verification, "parent", parents, r, "a region before it");
        if (sink_dataset_value(levels, r) != level)
            note_at(verification, "level", levels, r, level);
    }
    free(found);
}

/* Numbers of nodes and parts, and the extent. */
static void check_outlines(struct sink_verification *verification)
{
    static const char *const counted[][2] = {{"node_count", "node_lon"},
                                             {"part_node_count", "node_lon"}};
    static const char *const ends[][3] = {{"node_lon", "geospatial_lon_min", "geospatial_lon_max"},
                                          {"node_lat", "geospatial_lat_min", "geospatial_lat_max"}};
    for (size_t k = 0; k < 2; k++) {
        const struct sink_dataset_variable *counts = sink_verify_sound(verification, counted[k][0]);
        const struct sink_dataset_variable *nodes = sink_verify_sound(verification, counted[k][1]);
        double sum = 0;
        for (size_t i = 0; counts && i < counts->info.count; i++)
            sum += sink_dataset_value(counts, i);
        if (counts && nodes && sum != (double)nodes->info.count)
            note_at(verification, "nodes", counts, 0, NAN);
    }
    for (size_t k = 0; k < 2; k++) {
        const struct sink_dataset_variable *nodes = sink_verify_sound(verification, ends[k][0]);
        double pair[2] = {INFINITY, -INFINITY};
        for (size_t i = 0; nodes && i < nodes->info.count; i++) {
            pair[0] = fmin(pair[0], sink_dataset_value(nodes, i));
            pair[1] = fmax(pair[1], sink_dataset_value(nodes, i));
        }
        for (int end = 0; nodes && end < 2; end++) {
            const double stated = sink_dataset_real(&verification->file, NULL, ends[k][1 + end]);
            const struct sink_verify_place place = {&verification->file, nodes, 0};
            if (stated != pair[end])
                sink_verify_note_numbers(verification, SINK_VERIFY_INTERNAL, ends[k][1 + end],
                                         &place, (const double[]){stated, pair[end]});
        }
    }
}

static void check_inputs(struct sink_verification *verification)
{
    const struct sink_dataset_variable *hashes = sink_verify_sound(verification, "input_sha256");
    const struct sink_dataset_variable *bytes = sink_verify_sound(verification, "input_bytes");
    for (size_t i = 0; hashes && i < hashes->info.count; i++) {
        const char *hash = hashes->texts[i];
        if (strlen(hash) != 64 || strspn(hash, "0123456789abcdef") != 64)
            note_text_at(verification, "hash", hashes, i, "64 digits of 0-9 and a-f");
    }
    for (size_t i = 0; bytes && i < bytes->info.count; i++)
        if (sink_dataset_value(bytes, i) != floor(sink_dataset_value(bytes, i)))
            note_at(verification, "whole", bytes, i, NAN);
}

/* What the file says of its own closure. */
static void check_checks(struct sink_verification *verification)
{
    const struct sink_dataset_variable *worst = sink_verify_sound(verification, "check_worst");
    const struct sink_dataset_variable *tolerance =
        sink_verify_sound(verification, "check_tolerance");
    const struct sink_dataset_variable *passed = sink_verify_sound(verification, "check_passed");
    if (!worst || !tolerance || !passed)
        return;
    for (size_t i = 0; i < worst->info.count; i++) {
        if (!(sink_dataset_value(worst, i) <= sink_dataset_value(tolerance, i)))
            note_at(verification, "closure", worst, i, sink_dataset_value(tolerance, i));
        if (sink_dataset_value(passed, i) != 1)
            note_at(verification, "closure", passed, i, 1);
    }
}

void sink_verify_values(struct sink_verification *verification)
{
    struct sink_verify_layout layout;
    for (size_t i = 0; i < verification->file.variable_count; i++) {
        const char *name = verification->file.variables[i].info.name;
        const struct sink_dataset_variable *entry = sink_verify_sound(verification, name);
        if (entry && sink_verify_find_layout(name, &layout))
            check_range(verification, entry, layout.range);
    }
    check_first_year(verification);
    check_time(verification);
    check_regions(verification);
    check_outlines(verification);
    check_inputs(verification);
    check_checks(verification);
}
