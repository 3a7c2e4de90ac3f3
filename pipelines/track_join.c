/* Inventories become one series: the same regions, the same definitions, each year once. */
#include "pipelines/track.h"
#include "sinkcalc/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define AREA_TOLERANCE 1e-6 /* of a region's polygon: boundaries are repaired and simplified */
#define VALUE_TOLERANCE                                                                            \
    1e-9               /* of a year in two inventories: that of the closure between periods        \
                        */
#define COMPLETE 0.999 /* less data than this in a top region is told */

static double relative(double a, double b)
{
    return fabs(a - b) / fmax(fmax(fabs(a), fabs(b)), 1);
}

/* Both missing, or both there and alike. */
static bool is_alike(double a, double b, double tolerance)
{
    return isnan(a) || isnan(b) ? isnan(a) && isnan(b) : relative(a, b) <= tolerance;
}

static const char *parent_of(const struct sink_region_list *regions, size_t region)
{
    const int parent = regions->items[region].parent;
    return parent < 0 ? "" : regions->items[parent].id;
}

static enum sink_status check_region(const struct sink_track_inventory *first, size_t f,
                                     const struct sink_track_inventory *other, size_t o,
                                     struct sink_error *error)
{
    const struct sink_region *a = &first->regions.items[f], *b = &other->regions.items[o];
    const char *a_parent = parent_of(&first->regions, f), *b_parent = parent_of(&other->regions, o);
    if (strcmp(a_parent, b_parent) != 0)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: the parent of region %s is \"%s\", but in %s it is \"%s\"; expected "
                         "the same regions",
                         other->path, b->id, b_parent, first->path, a_parent);
    if (!is_alike(a->area_m2, b->area_m2, AREA_TOLERANCE))
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: the polygon of region %s has %.10g ha, but in %s it has %.10g ha; "
                         "expected the same boundaries",
                         other->path, b->id, b->area_m2 / SINK_M2_PER_HA, first->path,
                         a->area_m2 / SINK_M2_PER_HA);
    return SINK_OK;
}

/* An id and where it stands, for look-ups. */
struct id_place {
    const char *id;
    size_t index;
};

static int compare_ids(const void *a, const void *b)
{
    const struct id_place *left = a, *right = b;
    return strcmp(left->id, right->id);
}

static struct id_place *sort_ids(const struct sink_region_list *regions)
{
    struct id_place *places = malloc((regions->count + 1) * sizeof *places);
    for (size_t i = 0; places && i < regions->count; i++)
        places[i] = (struct id_place){regions->items[i].id, i};
    if (places)
        qsort(places, regions->count, sizeof *places, compare_ids);
    return places;
}

/* The first region of `regions` that `places`, of `count`, do not hold; NULL: all are there. */
static const char *missing_id(const struct sink_region_list *regions, const struct id_place *places,
                              size_t count)
{
    for (size_t i = 0; i < regions->count; i++) {
        const struct id_place wanted = {regions->items[i].id, 0};
        if (!bsearch(&wanted, places, count, sizeof *places, compare_ids))
            return wanted.id;
    }
    return NULL;
}

static enum sink_status fail_missing(const char *lacks, const char *id, const char *has,
                                     struct sink_error *error)
{
    return sink_fail(error, SINK_BAD_DATA,
                     "%s: no region %s, which %s has; expected the same regions", lacks, id, has);
}

/* order[region of `first`] = the same region of `other`. */
static enum sink_status match_regions(const struct sink_track_inventory *first,
                                      const struct sink_track_inventory *other, size_t *order,
                                      struct sink_error *error)
{
    struct id_place *firsts = sort_ids(&first->regions), *others = sort_ids(&other->regions);
    const size_t count = first->regions.count;
    enum sink_status status = SINK_OK;
    const char *missing = NULL;
    if (!firsts || !others)
        status = sink_fail_memory(error);
    else if ((missing = missing_id(&first->regions, others, other->regions.count)))
        status = fail_missing(other->path, missing, first->path, error);
    else if ((missing = missing_id(&other->regions, firsts, count)))
        status = fail_missing(first->path, missing, other->path, error);
    /* Both are sorted and hold the same distinct ids. */
    for (size_t i = 0; status == SINK_OK && i < count; i++) {
        order[firsts[i].index] = others[i].index;
        status = check_region(first, firsts[i].index, other, others[i].index, error);
    }
    free(firsts);
    free(others);
    return status;
}

static enum sink_status check_definitions(const struct sink_track_inventory *first,
                                          const struct sink_track_inventory *other,
                                          struct sink_error *error)
{
    const struct sink_track_definition *a = &first->definition, *b = &other->definition;
    if (strcmp(a->forest, b->forest) != 0)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: forest is %s, but in %s it is %s; expected the same definition",
                         other->path, b->forest, first->path, a->forest);
    if (strcmp(a->not_land, b->not_land) != 0)
        return sink_fail(error, SINK_BAD_DATA,
                         "%s: the land area is without %s, but in %s without %s; expected the same "
                         "definition",
                         other->path, b->not_land, first->path, a->not_land);
    return SINK_OK;
}

/* A record of an inventory in the joined series. */
struct record {
    int year;
    size_t inventory, index;
};

static int compare_records(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    if (left->year != right->year)
        return left->year < right->year ? -1 : 1;
    if (left->inventory != right->inventory)
        return left->inventory < right->inventory ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

struct joining {
    struct sink_track *track;
    size_t *orders;         /* [inventory][region of the first] region of the inventory */
    struct record *records; /* by year */
    size_t record_count;
};

static double *figure_of(const struct sink_track_inventory *inventory, int which)
{
    return which == 0   ? inventory->land_ha
           : which == 1 ? inventory->forest_ha
           : which == 2 ? inventory->volume_m3
                        : inventory->unknown_ha;
}

static double value_at(const struct joining *joining, const struct record *record, int which,
                       size_t region)
{
    const size_t count = joining->track->region_count;
    const double *values = figure_of(&joining->track->inventories[record->inventory], which);
    return values
               ? values[record->index * count + joining->orders[record->inventory * count + region]]
               : NAN;
}

/* A year that comes twice must say the same twice; a volume that only one has is no difference. */
static enum sink_status check_twice(const struct joining *joining, const struct record *a,
                                    const struct record *b, struct sink_error *error)
{
    static const char *const names[] = {"land area, ha", "forest area, ha",
                                        "forest stock volume, m3"};
    const struct sink_track_inventory *all = joining->track->inventories;
    for (int which = 0; which < 3; which++) {
        if (!figure_of(&all[a->inventory], which) || !figure_of(&all[b->inventory], which))
            continue;
        for (size_t r = 0; r < joining->track->region_count; r++) {
            const double one = value_at(joining, a, which, r), two = value_at(joining, b, which, r);
            if (!is_alike(one, two, VALUE_TOLERANCE))
                return sink_fail(
                    error, SINK_BAD_DATA,
                    "%s: %d, region %s: %s: %.12g, but in %s it is %.12g; expected the "
                    "same figures for the same year",
                    all[b->inventory].path, b->year, joining->track->regions->items[r].id,
                    names[which], two, all[a->inventory].path, one);
        }
    }
    return SINK_OK;
}

static void put_record(const struct joining *joining, const struct record *record, size_t year)
{
    struct sink_track *track = joining->track;
    double *volume = track->values[SINK_TARGET_FOREST_STOCK_VOLUME];
    for (size_t r = 0; r < track->region_count; r++) {
        const size_t at = year * track->region_count + r;
        const double land = value_at(joining, record, 0, r);
        const double forest = value_at(joining, record, 1, r);
        const double volume_m3 = value_at(joining, record, 2, r);
        track->land_ha[at] = land;
        track->forest_ha[at] = forest;
        /* of a year in two inventories what either lacks */
        track->unknown_ha[at] = fmax(track->unknown_ha[at], value_at(joining, record, 3, r));
        track->values[SINK_TARGET_FOREST_COVERAGE][at] = land > 0 ? forest / land : NAN;
        if (volume && !isnan(volume_m3))
            volume[at] = volume_m3;
    }
}

static enum sink_status put_records(const struct joining *joining, struct sink_error *error)
{
    struct sink_track *track = joining->track;
    size_t first = 0; /* record of the year */
    for (size_t i = 0; i < joining->record_count; i++) {
        const struct record *record = &joining->records[i];
        if (i == 0 || record->year != joining->records[i - 1].year) {
            track->years[track->year_count++] = record->year;
            first = i;
        }
        /* With each: of three, the one between may lack what the others tell differently. */
        for (size_t earlier = first; earlier < i; earlier++) {
            const enum sink_status status =
                check_twice(joining, &joining->records[earlier], record, error);
            if (status != SINK_OK)
                return status;
        }
        put_record(joining, record, track->year_count - 1);
    }
    return SINK_OK;
}

static bool has_volume(const struct sink_track *track)
{
    for (size_t i = 0; i < track->inventory_count; i++)
        if (track->inventories[i].volume_m3)
            return true;
    return false;
}

static double *new_values(size_t count)
{
    double *values = malloc((count + 1) * sizeof *values);
    for (size_t i = 0; values && i < count; i++)
        values[i] = NAN;
    return values;
}

static bool set_up(struct joining *joining)
{
    struct sink_track *track = joining->track;
    const size_t n = track->region_count;
    for (size_t i = 0; i < track->inventory_count; i++)
        joining->record_count += track->inventories[i].year_count;
    const size_t cells = joining->record_count * n;
    joining->orders = malloc((track->inventory_count * n + 1) * sizeof *joining->orders);
    joining->records = malloc((joining->record_count + 1) * sizeof *joining->records);
    track->years = malloc((joining->record_count + 1) * sizeof *track->years);
    track->land_ha = new_values(cells);
    track->forest_ha = new_values(cells);
    track->unknown_ha = new_values(cells);
    track->values[SINK_TARGET_FOREST_COVERAGE] = new_values(cells);
    if (has_volume(track))
        track->values[SINK_TARGET_FOREST_STOCK_VOLUME] = new_values(cells);
    if (!joining->orders || !joining->records || !track->years || !track->land_ha ||
        !track->forest_ha || !track->unknown_ha || !track->values[SINK_TARGET_FOREST_COVERAGE] ||
        (has_volume(track) && !track->values[SINK_TARGET_FOREST_STOCK_VOLUME]))
        return false;
    size_t next = 0;
    for (size_t i = 0; i < track->inventory_count; i++)
        for (size_t y = 0; y < track->inventories[i].year_count; y++)
            joining->records[next++] = (struct record){track->inventories[i].years[y], i, y};
    qsort(joining->records, joining->record_count, sizeof *joining->records, compare_records);
    return true;
}

/* Classes that one legend knows and the other does not move land between classes without any
 * change on the ground. */
static bool note_legend(struct sink_track *track, const struct sink_track_inventory *a,
                        const struct sink_track_inventory *b)
{
    char *list = sink_text_copy("");
    for (size_t i = 0; list && i < a->class_count; i++) {
        bool is_known = false;
        for (size_t k = 0; k < b->class_count; k++)
            is_known = is_known || strcmp(a->classes[i], b->classes[k]) == 0;
        if (is_known)
            continue;
        char *longer = sink_text_format("%s%s%s", list, *list ? ", " : "", a->classes[i]);
        free(list);
        list = longer;
    }
    bool is_kept = list != NULL;
    if (list && *list)
        is_kept = sink_track_note(track,
                                  sink_text_format("the legend of %s knows %s, that of %s does not",
                                                   a->path, list, b->path));
    free(list);
    return is_kept;
}

static bool note_gaps(struct sink_track *track, const struct sink_track_inventory *inventory)
{
    const size_t n = inventory->regions.count;
    if (!inventory->volume_m3 && has_volume(track) &&
        !sink_track_note(track,
                         sink_text_format("%s: no stock volume in it; its years have none unless "
                                          "another inventory does",
                                          inventory->path)))
        return false;
    for (size_t y = 0; y < inventory->year_count; y++)
        for (size_t r = 0; r < n; r++) {
            const double share = inventory->completeness[y * n + r];
            if (inventory->regions.items[r].parent >= 0 || isnan(share) || share >= COMPLETE)
                continue;
            if (!sink_track_note(
                    track,
                    sink_text_format("%s: %d, region %s: %.2f %% of its area have a class; a "
                                     "trend may show the gaps",
                                     inventory->path, inventory->years[y],
                                     inventory->regions.items[r].id, 100 * share)))
                return false;
        }
    return true;
}

static bool note_all(struct sink_track *track)
{
    bool is_kept = true;
    for (size_t i = 0; i < track->inventory_count && is_kept; i++)
        is_kept = note_gaps(track, &track->inventories[i]) &&
                  (i == 0 || (note_legend(track, &track->inventories[0], &track->inventories[i]) &&
                              note_legend(track, &track->inventories[i], &track->inventories[0])));
    return is_kept;
}

enum sink_status sink_track_join(struct sink_track *track, struct sink_error *error)
{
    struct joining joining = {.track = track};
    const struct sink_track_inventory *all = track->inventories;
    enum sink_status status = SINK_OK;
    track->regions = &all[0].regions;
    track->region_count = all[0].regions.count;
    if (!set_up(&joining))
        status = sink_fail_memory(error);
    for (size_t i = 0; i < track->inventory_count && status == SINK_OK; i++) {
        status = check_definitions(&all[0], &all[i], error);
        if (status == SINK_OK)
            status =
                match_regions(&all[0], &all[i], joining.orders + i * track->region_count, error);
    }
    if (status == SINK_OK)
        status = put_records(&joining, error);
    if (status == SINK_OK && !note_all(track))
        status = sink_fail_memory(error);
    free(joining.orders);
    free(joining.records);
    return status;
}
