#include "pipelines/track.h"
#include "sinkcalc/model/coverage_range.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>

const char *sink_track_method(size_t years)
{
    if (years < 2)
        return "one year: no trend";
    if (years == 2)
        return "the line through both years; two years give no interval";
    return "least squares on the years; 95 % prediction interval of a new value by Student's t";
}

const char *sink_track_sharing(enum sink_target_kind kind)
{
    return kind == SINK_TARGET_FOREST_COVERAGE
               ? "a region lacks target x its land area - its forest area, at least 0; its share "
                 "is "
                 "that over what all regions of the level lack"
               : "a region lacks target / forest area of the whole x its own forest area - its "
                 "volume, at least 0; its share is that over what all regions of the level lack";
}

struct sink_series sink_track_series(const struct sink_track *track, enum sink_target_kind kind,
                                     size_t region, double *values)
{
    for (size_t y = 0; y < track->year_count; y++)
        values[y] =
            track->values[kind] ? track->values[kind][y * track->region_count + region] : NAN;
    return (struct sink_series){track->years, values, track->year_count};
}

/* Is it a child of the top that can lack something? What is left of a top beside its regions is
 * none of them where it never has land, such as open sea. */
static bool is_child(const struct sink_track *track, size_t region, size_t top)
{
    const struct sink_region *of = &track->regions->items[region];
    bool has_land = of->kind != SINK_REGION_REST;
    for (size_t y = 0; y < track->year_count && !has_land; y++)
        has_land = track->land_ha[y * track->region_count + region] > 0;
    return of->parent == (int)top && has_land;
}

size_t sink_track_order(const struct sink_track *track, size_t t, size_t top, size_t *order)
{
    const struct sink_lack *lacks = track->lacks + t * track->region_count;
    size_t count = 0;
    for (size_t r = 0; r < track->region_count; r++)
        if (is_child(track, r, top) && lacks[r].rank > 0) {
            order[lacks[r].rank - 1] = r; /* ranks are 1, 2, 3 ..., each once */
            count++;
        }
    for (size_t r = 0; r < track->region_count; r++)
        if (is_child(track, r, top) && lacks[r].rank == 0)
            order[count++] = r;
    return count;
}

static enum sink_status read_all(char *const *paths, size_t count, struct sink_track *track,
                                 struct sink_error *error)
{
    struct sink_class_list classes;
    track->inventories = calloc(count + 1, sizeof *track->inventories);
    if (!track->inventories)
        return sink_fail_memory(error);
    enum sink_status status = sink_class_list_load(&classes, error);
    if (status != SINK_OK)
        return status;
    for (size_t i = 0; i < count && status == SINK_OK; i++) {
        status = sink_track_inventory_read(paths[i], &classes, &track->inventories[i], error);
        track->inventory_count += status == SINK_OK;
    }
    sink_class_list_free(&classes);
    return status;
}

bool sink_track_note(struct sink_track *track, char *note)
{
    char **larger = note ? realloc(track->notes, (track->note_count + 1) * sizeof *larger) : NULL;
    if (!larger) {
        free(note);
        return false;
    }
    track->notes = larger;
    track->notes[track->note_count++] = note;
    return true;
}

static int last_of(const struct sink_track_inventory *inventory)
{
    int last = 0;
    for (size_t y = 0; y < inventory->year_count; y++)
        if (inventory->years[y] > last)
            last = inventory->years[y];
    return last;
}

/* The latest inventory; of several the first whose job gives targets, or else the first. */
static const struct sink_track_inventory *latest(const struct sink_track *track)
{
    const struct sink_track_inventory *found = &track->inventories[0];
    for (size_t i = 1; i < track->inventory_count; i++) {
        const struct sink_track_inventory *inventory = &track->inventories[i];
        const int last = last_of(inventory), found_last = last_of(found);
        if (last > found_last ||
            (last == found_last && inventory->gives_targets && !found->gives_targets))
            found = inventory;
    }
    return found;
}

/* Both in whatever order their jobs have them. */
static bool has_same_targets(const struct sink_track_inventory *a,
                             const struct sink_track_inventory *b)
{
    bool is_same = a->target_count == b->target_count;
    for (size_t i = 0; i < a->target_count && is_same; i++) {
        bool is_there = false;
        for (size_t k = 0; k < b->target_count; k++)
            is_there = is_there || (a->targets[i].kind == b->targets[k].kind &&
                                    a->targets[i].year == b->targets[k].year &&
                                    a->targets[i].value == b->targets[k].value);
        is_same = is_there;
    }
    return is_same;
}

static enum sink_status take_targets(struct sink_track *track, struct sink_error *error)
{
    const struct sink_track_inventory *taken = latest(track);
    for (size_t i = 0; i < track->inventory_count; i++) {
        const struct sink_track_inventory *other = &track->inventories[i];
        if (last_of(other) != last_of(taken) || other->gives_targets != taken->gives_targets ||
            has_same_targets(taken, other))
            continue;
        if (!sink_track_note(track, sink_text_format("the targets are those of the job in %s; that "
                                                     "in %s, of the same last year, has others",
                                                     taken->path, other->path)))
            return sink_fail_memory(error);
    }
    return sink_track_targets_of_job(taken, &track->targets, error);
}

static bool set_up(struct sink_track *track)
{
    const size_t regions = track->region_count, cells = track->targets.count * regions + 1;
    track->dues = malloc(cells * sizeof *track->dues);
    track->outlooks = malloc(cells * sizeof *track->outlooks);
    track->lacks = malloc(cells * sizeof *track->lacks);
    track->lacking = malloc(cells * sizeof *track->lacking);
    bool is_whole = track->dues && track->outlooks && track->lacks && track->lacking;
    for (int k = 0; k < SINK_TARGET_KINDS; k++)
        if (track->values[k]) {
            track->trends[k] = malloc((regions + 1) * sizeof **track->trends);
            is_whole = is_whole && track->trends[k];
        }
    for (size_t i = 0; is_whole && i < cells; i++) {
        track->lacks[i] = (struct sink_lack){.amount = NAN, .share = NAN};
        track->lacking[i] = NAN;
        track->dues[i] = NAN;
    }
    return is_whole;
}

/* The index of the last year in which a region has a value of a kind; -1: none. */
static int last_year(const struct sink_track *track, enum sink_target_kind kind, size_t region)
{
    for (size_t y = track->year_count; track->values[kind] && y-- > 0;)
        if (!isnan(track->values[kind][y * track->region_count + region]))
            return (int)y;
    return -1;
}

static size_t top_of(const struct sink_track *track, size_t region)
{
    while (track->regions->items[region].parent >= 0)
        region = (size_t)track->regions->items[region].parent;
    return region;
}

/* What the target of the top asks of a region: the same share of land, or its part of the volume by
 * its forest area in the last year of the top. */
static double due_of(const struct sink_track *track, const struct sink_target *target,
                     size_t region)
{
    const size_t top = top_of(track, region);
    if (target->kind == SINK_TARGET_FOREST_COVERAGE || region == top)
        return target->value;
    const int year = last_year(track, target->kind, top);
    if (year < 0)
        return NAN;
    const double *forest_ha = track->forest_ha + (size_t)year * track->region_count;
    return forest_ha[top] > 0 ? target->value / forest_ha[top] * forest_ha[region] : NAN;
}

/* A coverage is met only where it would be without any forest on the land that has no class. */
static void doubt(const struct sink_track *track, size_t region, const struct sink_target *target,
                  struct sink_outlook *outlook, double *values)
{
    double share_needed = NAN;
    if (target->kind != SINK_TARGET_FOREST_COVERAGE)
        return;
    for (size_t y = 0; y < track->year_count; y++) {
        const size_t at = y * track->region_count + region;
        const double forest = track->forest_ha[at], land = track->land_ha[at];
        const double unknown = isnan(track->unknown_ha[at]) ? 0 : track->unknown_ha[at];
        values[y] = land > 0 ? sink_coverage_range_make(forest, land, unknown).least : NAN;
        if (track->years[y] == outlook->last_year)
            share_needed = sink_coverage_share_needed(forest, land, unknown, target->value);
    }
    const struct sink_series least = {track->years, values, track->year_count};
    sink_outlook_doubt(outlook, least, target->value, share_needed);
}

static enum sink_status look_out(struct sink_track *track, struct sink_error *error)
{
    double *values = malloc((track->year_count + 1) * sizeof *values);
    if (!values)
        return sink_fail_memory(error);
    for (int k = 0; k < SINK_TARGET_KINDS; k++)
        for (size_t r = 0; track->trends[k] && r < track->region_count; r++)
            track->trends[k][r] =
                sink_trend_fit(sink_track_series(track, (enum sink_target_kind)k, r, values));
    for (size_t t = 0; t < track->targets.count; t++) {
        const struct sink_target *target = &track->targets.items[t].target;
        for (size_t r = 0; r < track->region_count; r++) {
            const size_t at = t * track->region_count + r;
            track->dues[at] = due_of(track, target, r);
            const struct sink_series series = sink_track_series(track, target->kind, r, values);
            const struct sink_trend trend = track->trends[target->kind]
                                                ? track->trends[target->kind][r]
                                                : sink_trend_fit(series);
            track->outlooks[at] = sink_outlook_make(series, &trend, track->dues[at], target->year);
            doubt(track, r, target, &track->outlooks[at], values);
        }
    }
    free(values);
    return SINK_OK;
}

/* The children of a top, with room for what they are due, have and lack. */
struct family {
    size_t *children, count;
    double *due, *has;
    struct sink_lack *lacks, **order;
};

static bool new_family(size_t room, struct family *family)
{
    *family = (struct family){.children = malloc(room * sizeof *family->children),
                              .due = malloc(room * sizeof *family->due),
                              .has = malloc(room * sizeof *family->has),
                              .lacks = malloc(room * sizeof *family->lacks),
                              .order = malloc(room * sizeof *family->order)};
    return family->children && family->due && family->has && family->lacks && family->order;
}

static void free_family(struct family *family)
{
    free(family->children);
    free(family->due);
    free(family->has);
    free(family->lacks);
    free(family->order);
}

/* One target of one top. Coverage is shared in ha of forest, volume in m3. */
static void share_gap(struct sink_track *track, size_t t, size_t top, struct family *family)
{
    const enum sink_target_kind kind = track->targets.items[t].target.kind;
    const int year = last_year(track, kind, top);
    if (year < 0 || !(track->outlooks[t * track->region_count + top].gap > 0))
        return;
    const size_t row = (size_t)year * track->region_count;
    for (size_t i = 0; i < family->count; i++) {
        const size_t r = family->children[i];
        const double due = track->dues[t * track->region_count + r];
        const bool is_share = kind == SINK_TARGET_FOREST_COVERAGE;
        family->due[i] = is_share ? due * track->land_ha[row + r] : due;
        family->has[i] = is_share ? track->forest_ha[row + r] : track->values[kind][row + r];
    }
    track->lacking[t * track->region_count + top] =
        sink_lacks_share(family->due, family->has, family->count, family->lacks, family->order);
    for (size_t i = 0; i < family->count; i++)
        track->lacks[t * track->region_count + family->children[i]] = family->lacks[i];
}

static enum sink_status share_gaps(struct sink_track *track, struct sink_error *error)
{
    struct family family;
    const bool is_whole = new_family(track->region_count + 1, &family);
    for (size_t top = 0; is_whole && top < track->region_count; top++) {
        if (track->regions->items[top].parent >= 0)
            continue;
        family.count = 0;
        for (size_t r = top + 1; r < track->region_count; r++)
            if (is_child(track, r, top))
                family.children[family.count++] = r;
        for (size_t t = 0; family.count > 0 && t < track->targets.count; t++)
            share_gap(track, t, top, &family);
    }
    free_family(&family);
    return is_whole ? SINK_OK : sink_fail_memory(error);
}

enum sink_status sink_track_make(char *const *paths, size_t path_count, const char *targets,
                                 struct sink_track *track, struct sink_faults *faults)
{
    struct sink_error error = {0};
    *track = (struct sink_track){0};
    enum sink_status status = SINK_OK;
    if (targets) { /* first: wrong words are told before a file is opened */
        status = sink_track_targets_read(targets, &track->targets, faults);
        if (status != SINK_OK)
            return status;
    }
    status = read_all(paths, path_count, track, &error);
    if (status == SINK_OK)
        status = sink_track_join(track, &error);
    if (status == SINK_OK && !targets)
        status = take_targets(track, &error);
    if (status == SINK_OK && !set_up(track))
        status = sink_fail_memory(&error);
    if (status == SINK_OK)
        status = look_out(track, &error);
    if (status == SINK_OK)
        status = share_gaps(track, &error);
    if (status != SINK_OK) {
        sink_faults_add(faults, &error);
        sink_track_free(track);
    }
    return status;
}

void sink_track_free(struct sink_track *track)
{
    for (size_t i = 0; i < track->inventory_count; i++)
        sink_track_inventory_free(&track->inventories[i]);
    for (size_t i = 0; i < track->note_count; i++)
        free(track->notes[i]);
    for (int k = 0; k < SINK_TARGET_KINDS; k++) {
        free(track->values[k]);
        free(track->trends[k]);
    }
    sink_track_targets_free(&track->targets);
    free(track->inventories);
    free(track->notes);
    free(track->years);
    free(track->land_ha);
    free(track->forest_ha);
    free(track->unknown_ha);
    free(track->dues);
    free(track->outlooks);
    free(track->lacks);
    free(track->lacking);
    *track = (struct sink_track){0};
}
