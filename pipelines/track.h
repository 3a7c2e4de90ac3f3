/* Inventories of several years against dated targets.
 *
 * Joining: all inventories must have the same regions (ids, parents, areas of the polygons to a
 * millionth) and the same definitions of forest and of land area; what differs is an error that
 * names both files. A year in two of them must have the same figures to 1e-9. Years are sorted.
 *
 * A target of the whole is a target of each region in these ways:
 * - forest coverage: the same share of its own land area. A region lacks the forest area
 *   target x land area - forest area, at least 0 (ha);
 * - forest stock volume: its part of the target in proportion to its forest area, that is the
 *   target's mean density, target / forest area of the whole, on its own forest. A region lacks
 *   that volume - its own, at least 0 (m3).
 * A region's share of the gap is what it lacks over what all regions of the next level lack. What
 * they lack adds up to the gap of the whole and what others have above their part. All of it at the
 * last year with a value. Where the whole has reached a target there is no gap to share. */
#ifndef SINK_PIPELINES_TRACK_H
#define SINK_PIPELINES_TRACK_H

#include "sinkcalc/base/error.h"
#include "sinkcalc/base/region.h"
#include "sinkcalc/model/account.h"
#include "sinkcalc/model/class.h"
#include "sinkcalc/model/trend.h"

#include <stdbool.h>
#include <stdio.h>

#define SINK_TRACK_LAYOUT "track-1"
#define SINK_TARGET_KINDS 2 /* SINK_TARGET_FOREST_COVERAGE, SINK_TARGET_FOREST_STOCK_VOLUME */

/* How an inventory counts, from the job in it and the table of classes. */
struct sink_track_definition {
    char *forest, *not_land; /* "forest, bamboo, mangrove": the classes that count as forest, and
                                those that are no land */
    bool forest_is_built_in, land_is_built_in; /* the job says nothing else */
};

/* An inventory as it is read: areas in ha, [year][region]; NaN: none. */
struct sink_track_inventory {
    char *path;
    char sha256[65];
    double bytes;
    int *years; /* in the order of the file */
    size_t year_count;
    struct sink_region_list regions; /* parent -1 also where the file does not hold the parent */
    char **classes;                  /* that its legend knows */
    size_t class_count;
    struct sink_track_definition definition;
    double *land_ha, *forest_ha, *completeness;
    double *unknown_ha;          /* no class: no data, unknown codes, beyond the grid */
    double *volume_m3;           /* NULL: the inventory has no stock volume */
    struct sink_target *targets; /* of the job in it */
    size_t target_count;
    bool gives_targets; /* the job says them; else they are the built-in default */
};
/* Opens the file safely and checks what is read. */
SINK_CHECKED enum sink_status sink_track_inventory_read(const char *path,
                                                        const struct sink_class_list *classes,
                                                        struct sink_track_inventory *inventory,
                                                        struct sink_error *error);
void sink_track_inventory_free(struct sink_track_inventory *inventory);

struct sink_track_target {
    struct sink_target target;
    char *source, *verified, *note; /* "" when there is none */
};
struct sink_track_targets {
    char *from; /* "the job in a.nc", "built-in default", "the built-in table china" or the file */
    struct sink_track_target *items;   /* by kind, year and value */
    struct sink_track_target *reached; /* what was reached, as the table says, in the same order */
    size_t count, reached_count;
    bool are_national; /* of the built-in table, or the default */
    char *left_out; /* targets of the table that are not tracked: "wetland_protection_rate 2025" */
};
/* Reads a table with the columns target, year, value, unit, source, and perhaps kind (target or
 * reached; target when absent), verified and note. Targets other than forest_coverage (% or 1) and
 * forest_stock_volume (m3) are left out and listed. Every fault names table and line. */
SINK_CHECKED enum sink_status sink_track_targets_parse(const char *name, const char *text,
                                                       size_t bytes,
                                                       struct sink_track_targets *targets,
                                                       struct sink_faults *faults);
/* "china": the built-in table; else the path of a CSV file. */
SINK_CHECKED enum sink_status sink_track_targets_read(const char *name,
                                                      struct sink_track_targets *targets,
                                                      struct sink_faults *faults);
SINK_CHECKED enum sink_status
sink_track_targets_of_job(const struct sink_track_inventory *inventory,
                          struct sink_track_targets *targets, struct sink_error *error);
void sink_track_targets_free(struct sink_track_targets *targets);

/* Inventories joined, and what follows for the targets. Index order as in the comments. */
struct sink_track {
    struct sink_track_inventory *inventories; /* in the order given */
    size_t inventory_count;
    int *years; /* ascending, distinct */
    size_t year_count;
    const struct sink_region_list *regions; /* those of the first inventory */
    size_t region_count;
    double *land_ha, *forest_ha, *unknown_ha; /* [year][region] */
    double *values[SINK_TARGET_KINDS]; /* [year][region] forest coverage, 0..1; forest stock volume,
                                          m3; the latter NULL when no inventory has it */
    struct sink_track_targets targets;
    struct sink_trend *trends[SINK_TARGET_KINDS]; /* [region]; NULL like the values */
    double *dues; /* [target][region] the target of the region: share or m3; NaN without a value */
    struct sink_outlook *outlooks; /* [target][region] against it */
    struct sink_lack *lacks;       /* [target][region] of the next level below the top; amounts NaN
                                      elsewhere and where the top has no gap; ha of forest, or m3 */
    double *lacking; /* [target][region] of the top: the sum of the amounts below it */
    char **notes;    /* what the reader should know: gaps, legends that differ */
    size_t note_count;
};
/* Reads and joins. `targets` as for sink_track_targets_read, or NULL: those of the job in the
 * inventory with the latest year, of several rather one whose job gives targets itself. */
SINK_CHECKED enum sink_status sink_track_make(char *const *paths, size_t path_count,
                                              const char *targets, struct sink_track *track,
                                              struct sink_faults *faults);
void sink_track_free(struct sink_track *track);
/* Takes a note that was just made, NULL too; false without memory. */
bool sink_track_note(struct sink_track *track, char *note);
/* The first half of it, for inventories that are in `track`: years, regions, areas, values and
 * notes. */
SINK_CHECKED enum sink_status sink_track_join(struct sink_track *track, struct sink_error *error);

/* The values of one region by year, copied to `values` [year_count]. */
struct sink_series sink_track_series(const struct sink_track *track, enum sink_target_kind kind,
                                     size_t region, double *values);
/* The children of a top in `order` [region_count]: those that lack something of target `t` by rank,
 * the others after them in the order of the regions; their number. */
size_t sink_track_order(const struct sink_track *track, size_t t, size_t top, size_t *order);
/* "forest coverage", "forest stock volume"; "forest_coverage" ... in variables and keys. */
const char *sink_track_title(enum sink_target_kind kind);
const char *sink_track_key(enum sink_target_kind kind);
/* How the trend was made, of so many years; and how the gap is shared. One sentence each. */
const char *sink_track_method(size_t years);
const char *sink_track_sharing(enum sink_target_kind kind);

/* As text, with the first 20 shares of each gap unless `all`, or as JSON. */
SINK_CHECKED enum sink_status sink_track_print_text(const struct sink_track *track, bool all,
                                                    FILE *out, struct sink_error *error);
SINK_CHECKED enum sink_status sink_track_print_json(const struct sink_track *track, FILE *out,
                                                    struct sink_error *error);

/* netCDF-4 after CF-1.8: the joined series, the projections and the shares, region last. */
SINK_CHECKED enum sink_status sink_track_write(const struct sink_track *track, const char *path,
                                               struct sink_error *error);

#endif
